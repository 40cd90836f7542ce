"""Scenarios of linear LAMs: definitions, closed-form prediction in three tiers, training, thresholds."""

from __future__ import annotations

import importlib
from typing import Any

from symlam.scenario.definition import Scenario, effective_weight
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.models import optimal_maps, problem_of, read_scenario

__all__ = [
    "Enclosure",
    "ExogenousMaps",
    "ExogenousScenario",
    "Leak",
    "Maps",
    "Prediction",
    "Range",
    "Scenario",
    "Threshold",
    "TrainResult",
    "effective_weight",
    "enclose",
    "leak_of",
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
    "Leak": "exogenous_boundaries",
    "leak_of": "exogenous_boundaries",
    "Maps": "optimum",
    "ExogenousMaps": "exogenous_maps",
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
