"""The optimal maps (A, B, C, D, E) of a scenario, as float64 matrices of full size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symlam.numerics import solve
from symlam.scenario.definition import Scenario
from symlam.scenario.forms import build, exact_problem

__all__ = ["Maps", "optimal_maps"]


@dataclass(frozen=True, eq=False)
class Maps:
    """One minimiser: o^' = A o + B z + a0, z = C o + D o' + c0, a^ = E z.

    Shapes: A d_o x d_o, B d_o x d_z, C and D d_z x d_o, E d_a x d_z (None without supervision), a0 d_o, c0 d_z
    (zero without biases). ``X``, ``Y``, ``Pi`` are the effects and the policy in the same coordinates, in which the
    columns of X come first unless matrices were given. ``status`` is that of `symlam.numerics.Solution`: the
    maps attain the loss when it is "attained".
    """

    A: np.ndarray
    B: np.ndarray
    C: np.ndarray
    D: np.ndarray
    E: np.ndarray | None
    a0: np.ndarray
    c0: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    Pi: np.ndarray
    status: str


def optimal_maps(scenario: Scenario) -> Maps:
    """One optimal (A, B, C, D, E); the others are B M, M^-1 [C D], E M, ties, and a free C.

    The member returned has the smallest C + D that the heads allow.

    >>> maps = optimal_maps(Scenario(d_o=3, d_a=1, d_z=1))
    >>> (maps.B @ maps.D).round(12).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    c = scenario
    found, forms = solve(exact_problem(c)[0]), build([c])
    s, d_o, k = forms.size, c.d_o, c.d_z
    constant = 1 if c.affine_model else 0
    G, B = np.asarray(found.G), np.asarray(found.B)
    W, c0, D = G[:, :s], G[:, s : s + constant], G[:, -s:]

    def widen(matrix: Any, rows: Any, columns: Any) -> Any:
        out = np.zeros((rows, columns))
        out[: matrix.shape[0], : matrix.shape[1]] = matrix
        return out

    A = np.eye(d_o)
    A[:s, :s] += found.A[:, :s]
    a0 = found.A[:, s:]
    # z = W o + D (o' - o)
    C, D = widen(W - D, k, d_o), widen(D, k, d_o)
    X, Y, Pi = forms.effects
    return Maps(
        A,
        widen(B, d_o, k),
        C,
        D,
        np.asarray(found.heads[0]) if found.heads else None,
        widen(a0, d_o, 1)[:, 0],
        c0[:, 0] if constant else np.zeros(k),
        widen(X, d_o, X.shape[1]),
        widen(Y, d_o, Y.shape[1]),
        widen(Pi.T, d_o, Pi.shape[0]).T,
        found.status,
    )
