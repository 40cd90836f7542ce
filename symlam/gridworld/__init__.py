"""The 4x4 grid world with a nonlinear LAM: exact optima of a code book of K entries, bounds, certificates, training."""

from __future__ import annotations

import importlib

from symlam.gridworld.world import GridWorld

__all__ = [
    "ROWS",
    "GridCertificate",
    "GridResult",
    "GridWorld",
    "Quantiser",
    "Row",
    "augmented",
    "certify_grid",
    "check_grid_certificate",
    "frontier",
    "labelled",
    "mean_reduction_weight",
    "optimal_quantiser",
    "optimum",
    "outer_ranges",
    "read_grid_certificate",
    "table",
]

_LAZY = {
    "ROWS": "rows",
    "GridCertificate": "certificate",
    "GridResult": "result",
    "Quantiser": "quantiser",
    "Row": "rows",
    "augmented": "augment",
    "certify_grid": "certificate",
    "check_grid_certificate": "certificate",
    "frontier": "result",
    "labelled": "labels",
    "mean_reduction_weight": "labels",
    "optimal_quantiser": "quantiser",
    "optimum": "result",
    "outer_ranges": "result",
    "read_grid_certificate": "certificate",
    "table": "rows",
}


def __getattr__(name: str):
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"symlam.gridworld.{_LAZY[name]}"), name)
