"""The optimal maps (A, B, C, D, K) of a scenario with an exogenous state, as float64 matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symlam.numerics import solve
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.exogenous_balls import undetermined
from symlam.scenario.exogenous_forms import exact_forms, exact_problem, least_squares, observation_matrices

__all__ = ["ExogenousMaps", "optimal_maps"]


@dataclass(frozen=True, eq=False)
class ExogenousMaps:
    """One minimiser: o^' = A o + B z, z = C o + D o', y^ = K z, o and o' seen through W or gamma where there is one.

    Shapes, with d the coordinates of what is seen: A d x d, B d x d_z, C and D d_z x d, K d_y x d_z (None without
    supervision). Where the target is whitened, A and B predict the whitened combinations of o' - o, A with a row for each. ``E``
    and ``X`` are the scenario's. ``status`` is that of `symlam.numerics.Solution`: the maps attain the loss when it is "attained".
    """

    A: np.ndarray
    B: np.ndarray
    C: np.ndarray
    D: np.ndarray
    K: np.ndarray | None
    E: np.ndarray
    X: np.ndarray
    status: str


def optimal_maps(c: ExogenousScenario) -> ExogenousMaps:
    """One optimal (A, B, C, D, K): that of the minimal latent, where heads leave it open."""
    problem, _ = exact_problem(c)
    found = solve(problem)
    A, B, G = (np.asarray(M) for M in (found.A, found.B, found.G))
    reduction, half = problem.reduction, len(problem.inputs.num) // 2
    null = undetermined(problem)
    if len(null) and found.status == "attained" and reduction.decoupled is True:
        forms = exact_forms(c)
        f = null @ forms.u
        live = [i for i, row in enumerate(f) if row @ forms.moment @ row]
        if live:
            shift = least_squares(forms.u, f[live], forms.moment) @ null[live]
            moved = G - G @ shift.astype(float)
            A = A + B @ (G - moved) @ np.array(reduction.inputs_on_v.floats()).reshape(G.shape[1], -1)
            G = moved
    if not c.whiten:
        A = np.eye(half) + (A if A.shape[1] else 0.0)
    E, X = (M.astype(float) for M in observation_matrices(c))
    heads = np.asarray(found.heads[0]) if found.heads else None
    status = "infimum" if c.vanishing and found.status == "attained" else found.status
    return ExogenousMaps(A, B, G[:, :half] - G[:, half:], G[:, half:], heads, E, X, status)
