"""Optima as spectral data: reduced-rank regression, symbolically and on exact instances."""

from symlam.optimum._pooled_regression import PooledRegression, Sample, pooled_regression
from symlam.optimum._reduced_rank import ReducedRank, Target, reduced_rank
from symlam.optimum._roles import Loss, Roles, roles

__all__ = [
    "Loss",
    "PooledRegression",
    "ReducedRank",
    "Roles",
    "Sample",
    "Target",
    "pooled_regression",
    "reduced_rank",
    "roles",
]
