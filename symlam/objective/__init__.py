"""Objectives, and their derivations from the definitions alone."""

from symlam.objective._columns import inverse_of
from symlam.objective._derivation import Derivation, Step
from symlam.objective._derive import derive, split_by_correlation
from symlam.objective._objective import Objective, Term, collect

__all__ = [
    "Derivation",
    "Objective",
    "Step",
    "Term",
    "collect",
    "derive",
    "inverse_of",
    "split_by_correlation",
]
