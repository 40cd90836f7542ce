"""A scenario or problem as plain arrays: what a solver that knows nothing of symlam is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symlam.errors import SymlamError
from symlam.numerics import Problem
from symlam.scenario.definition import Scenario
from symlam.scenario.fields import Population
from symlam.scenario.models import exact_problem

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """Minimise mean \\|v A' + u G' B' - t\\|^2 + sum_h weight_h mean \\|u G' E_h' - h\\|^2 over A, B, G, E_h; G has k rows.

    Samples as rows: ``v`` (N x d_v) is what the decoder sees besides the latent, ``u`` (N x d_u) what the encoder
    sees, ``t`` (N x p) the target, ``heads`` are pairs (weight, h) with h N x p_h. For a scenario
    v = o + kappa_2, u = (o + kappa_1, o' - o), t = o' - o, h = a; with biases a column of ones stands after o. Where the
    coordinates of a problem's target have weights, t is in coordinates times their roots.
    The samples come in pairs of opposite sign, N = 2 m, and have exactly (up to rounding) the second moments of the
    population: a fit on them is a fit on the population.
    """

    v: Array
    u: Array
    t: Array
    k: int
    heads: tuple[tuple[float, Array], ...] = ()

    @property
    def total(self) -> float:
        """The loss of predicting zero: E\\|t\\|^2 + sum_h weight_h E\\|h\\|^2."""
        return _square(self.t) + sum(w * _square(h) for w, h in self.heads)

    def loss(
        self, *, A: ArrayLike | None = None, B: ArrayLike, G: ArrayLike, E: Sequence[ArrayLike] = ()
    ) -> float:
        """The loss at A (p x d_v), B (p x k), G (k x d_u) and one E (p_h x k) for each head.

        Raises SymlamError for other shapes.
        """
        p, d_v, d_u = self.t.shape[1], self.v.shape[1], self.u.shape[1]
        a = _matrix("A", A, (p, d_v)) if A is not None else np.zeros((p, d_v))
        b, g = _matrix("B", B, (p, self.k)), _matrix("G", G, (self.k, d_u))
        if len(E) != len(self.heads):
            raise SymlamError(
                f"{len(E)} heads are given", expected=f"{len(self.heads)}, one for each of heads"
            )
        z = self.u @ g.T
        out = _square(self.v @ a.T + z @ b.T - self.t)
        for (weight, h), e in zip(self.heads, E, strict=True):
            out += weight * _square(z @ _matrix("E", e, (h.shape[1], self.k)).T - h)
        return out


def _square(x: Array) -> float:
    return float((x * x).sum(axis=1).mean())


def _matrix(name: str, value: ArrayLike, shape: tuple[int, int]) -> Array:
    out = np.asarray(value, dtype=float)
    if out.shape != shape:
        raise SymlamError(f"{name} has shape {out.shape}", expected=f"{shape}")
    return out


def task_of(scenario: Population | Problem) -> Task:
    """The task of a scenario (in all its d_o coordinates) or of a `symlam.numerics.Problem`.

    Raises SymlamError for anything else.

    >>> from symlam.scenario import Scenario
    >>> task = task_of(Scenario(d_o=2, d_a=1, d_z=1))
    >>> task.t.shape, round(float((task.t**2).sum(1).mean()), 12)
    ((6, 2), 1.0)
    """
    if isinstance(scenario, Scenario):
        return _of_scenario(scenario)
    if isinstance(scenario, Population):
        scenario, _ = exact_problem(scenario)
    if isinstance(scenario, Problem):
        return _of_problem(scenario)
    raise SymlamError(f"{type(scenario).__name__} is no scenario", expected="a Scenario or a Problem")


def _signs(m: int, constant: int | None) -> Array:
    """2 n samples of a white vector (n coordinates, and one that is always 1)."""
    n = m - (constant is not None)
    half = np.sqrt(n) * np.eye(n)
    out = np.concatenate([half, -half])
    return out if constant is None else np.insert(out, constant, 1.0, axis=1)


def _of_scenario(c: Scenario) -> Task:
    from symlam.scenario.forms import build

    if c.cov_o is None:
        # given in full, no coordinate is left out
        c = c.with_(cov_o=[[int(i == j) for j in range(c.d_o)] for i in range(c.d_o)])
    forms = build([c])
    w = _signs(forms.r.shape[-1], forms.constant)
    weight = float(c.effective_weight)
    return Task(
        w @ _plain(forms.v).T,
        w @ _plain(forms.u).T,
        w @ _plain(forms.r).T,
        c.d_z,
        ((weight, w @ _plain(forms.head).T),) if weight else (),
    )


def _plain(form: Any) -> Array:
    """The rows of a batch of one; some forms have no batch axis."""
    rows = np.asarray(form, dtype=float)
    return rows[0] if rows.ndim == 3 else rows


def _of_problem(p: Problem) -> Task:
    def array(matrix: Any) -> Array:
        return np.array(matrix.floats(), dtype=float).reshape(matrix.shape[0], matrix.shape[1])

    values, vectors = np.linalg.eigh(array(p.moment))
    w = _signs(len(values), None) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    heads = tuple((float(h.weight), w @ array(h.target).T) for h in p.heads if h.weight)
    roots = np.sqrt([float(x) for x in p.weights]) if p.weights else 1.0
    return Task(
        w @ array(p.regressors).T.reshape(len(values), -1),
        w @ array(p.inputs).T,
        w @ array(p.target).T * roots,
        p.rank,
        heads,
    )
