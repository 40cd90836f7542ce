"""Figures from closed forms: Fig. 3 and Fig. 4 of the linear LAM paper, curves of the exogenous-state model, phase diagrams of both."""

from __future__ import annotations

import importlib
from typing import Any

from symlam.figures.panels import PANELS, Panel

__all__ = ["CURVES", "EXOGENOUS_PHASES", "PANELS", "PHASES", "Panel", "Phase", "make_figures", "panel_points"]

_LAZY = {
    "make_figures": "drawing",
    "panel_points": "panels",
    "CURVES": "exogenous",
    "EXOGENOUS_PHASES": "exogenous",
    "PHASES": "phases",
    "Phase": "phases",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"symlam.figures.{_LAZY[name]}"), name)
