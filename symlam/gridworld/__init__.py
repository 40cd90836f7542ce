"""The 4x4 grid world with a nonlinear LAM: exact optima of a code book of K entries, bounds, certificates, training."""

from __future__ import annotations

import importlib
from typing import Any

from symlam.gridworld.world import GridWorld

__all__ = [
    "ROWS",
    "GridCertificate",
    "GridResult",
    "GridWorld",
    "HeadSplit",
    "LabelCertificate",
    "Labelled",
    "Quantiser",
    "Row",
    "ShiftCertificate",
    "augmented",
    "certify_grid",
    "certify_labels",
    "certify_shifts",
    "check_grid_certificate",
    "check_label_certificate",
    "check_shift_certificate",
    "frontier",
    "head_split",
    "labelled",
    "mean_reduction_weight",
    "optimal_quantiser",
    "optimum",
    "outer_ranges",
    "read_grid_certificate",
    "read_label_certificate",
    "read_shift_certificate",
    "table",
]

_LAZY = {
    "ROWS": "rows",
    "GridCertificate": "certificate",
    "GridResult": "result",
    "HeadSplit": "robust",
    "LabelCertificate": "label_certificate",
    "Labelled": "labels",
    "Quantiser": "quantiser",
    "Row": "rows",
    "ShiftCertificate": "shift_certificate",
    "augmented": "augment",
    "certify_grid": "certificate",
    "certify_labels": "label_certificate",
    "certify_shifts": "shift_certificate",
    "check_grid_certificate": "certificate",
    "check_label_certificate": "label_certificate",
    "check_shift_certificate": "shift_certificate",
    "frontier": "result",
    "head_split": "robust",
    "labelled": "labels",
    "mean_reduction_weight": "labels",
    "optimal_quantiser": "quantiser",
    "optimum": "result",
    "outer_ranges": "result",
    "read_grid_certificate": "certificate",
    "read_label_certificate": "label_certificate",
    "read_shift_certificate": "shift_certificate",
    "table": "rows",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"symlam.gridworld.{_LAZY[name]}"), name)
