"""Hypothesis strategies for whoever works with second moments and linear models; needs ``symlam[testing]``.

Every strategy is a recipe for valid values, in exact rationals, that shrinks to something small enough to read.
Nothing is imported before a strategy is asked for; docs/testing.md has examples and speeds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symlam.strategies._derivations import Written, derivations, mutants
    from symlam.strategies._expressions import expressions
    from symlam.strategies._matrices import covariances, dimensions, orthonormal, rational_matrices
    from symlam.strategies._models import models
    from symlam.strategies._moments import JointMoment, joint_moments
    from symlam.strategies._rows import Rows, rows
    from symlam.strategies._scenarios import scenarios

__all__ = [
    "JointMoment",
    "Rows",
    "Written",
    "covariances",
    "derivations",
    "dimensions",
    "expressions",
    "joint_moments",
    "models",
    "mutants",
    "orthonormal",
    "rational_matrices",
    "rows",
    "scenarios",
]

_LAZY = {
    "JointMoment": "_moments",
    "Rows": "_rows",
    "Written": "_derivations",
    "covariances": "_matrices",
    "derivations": "_derivations",
    "dimensions": "_matrices",
    "expressions": "_expressions",
    "joint_moments": "_moments",
    "models": "_models",
    "mutants": "_derivations",
    "orthonormal": "_matrices",
    "rational_matrices": "_matrices",
    "rows": "_rows",
    "scenarios": "_scenarios",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"symlam.strategies.{_LAZY[name]}"), name)
