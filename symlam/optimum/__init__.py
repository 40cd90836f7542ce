"""Optima as spectral data: reduced-rank regression, symbolically and on exact instances."""

from symlam.optimum._reduced_rank import ReducedRank, Target, reduced_rank
from symlam.optimum._roles import Loss, Roles, roles

__all__ = ["Loss", "ReducedRank", "Roles", "Target", "reduced_rank", "roles"]
