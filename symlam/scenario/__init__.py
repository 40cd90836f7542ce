"""Scenarios of linear LAMs: definitions, closed-form prediction in three tiers, training, thresholds."""

from __future__ import annotations

import importlib
from typing import Any

from symlam.scenario.definition import Scenario, effective_weight
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.models import problem_of, read_scenario

__all__ = [
    "Enclosure",
    "ExogenousScenario",
    "Prediction",
    "Range",
    "Scenario",
    "Threshold",
    "TrainResult",
    "effective_weight",
    "enclose",
    "optimal_maps",
    "predict",
    "predict_many",
    "problem_of",
    "read_scenario",
    "sweep",
    "thresholds",
    "train",
]

_LAZY = {
    "Prediction": "prediction",
    "Range": "prediction",
    "predict": "prediction",
    "predict_many": "prediction",
    "Enclosure": "enclosure",
    "optimal_maps": "optimum",
    "enclose": "enclosure",
    "sweep": "sweeping",
    "train": "training",
    "TrainResult": "training",
    "Threshold": "boundaries",
    "thresholds": "boundaries",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"symlam.scenario.{_LAZY[name]}"), name)
