"""Scenarios as linear forms on one base vector: what their moments are, exactly or in float64 batches.

The base vector w = (o, pi, b, noise, kappa1, kappa2, 1), blocks that are absent left out, is white except where a
covariance is given. Where nothing distinguishes directions outside span(X, Y, Pi'), k + 1 coordinates stand for
all of them: a rank-k optimum uses at most k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from symlam.errors import SymlamError
from symlam.numerics import Head, Problem
from symlam.scenario.definition import Scenario
from symlam.scenario.geometry import effect_matrices
from symlam.scenario.trainable import Trainable

__all__ = ["Forms", "build", "exact_forms", "exact_problem", "outside_loss", "structure", "training_forms"]

# fields that may differ inside one batch: scales of forms, weights, and what is asked of the result
_SCALARS = {
    "d_z",
    "sigma",
    "sigma_o",
    "sigma_a",
    "chi",
    "augment",
    "weight",
    "label_fraction",
    "batch",
    "reduction",
}


@dataclass(frozen=True, eq=False)
class Forms:
    """Linear forms (rows over w, the last axis) of a batch of scenarios of one structure.

    ``v``, ``u`` = (o + kappa1, [1,] r) and target ``r`` = o' - o of training, ``head`` = a. For evaluation ``fit``
    and ``test`` hold o, r and the metric targets q, eps, o. Float forms have a leading batch axis and a white w;
    exact ones have neither (``moment`` is E[w w'] then, else None). ``size`` = s coordinates are kept and
    ``outside`` more are left out; ``constant`` is the index of 1 in w, or None; ``blocks`` says where each block
    of w is; ``effects`` are X, Y and Pi in these coordinates.
    """

    moment: np.ndarray | None
    v: np.ndarray
    u: np.ndarray
    r: np.ndarray
    head: np.ndarray
    fit: dict[str, np.ndarray]
    test: dict[str, np.ndarray]
    size: int
    outside: int
    constant: int | None
    blocks: dict[str, slice]
    effects: tuple[np.ndarray, np.ndarray, np.ndarray]


def structure(scenario: Scenario) -> tuple[Any, ...]:
    """What two scenarios must share to be solved in one batch."""
    fixed = tuple(getattr(scenario, name) for name in scenario.__dataclass_fields__ if name not in _SCALARS)
    return (*fixed, bool(scenario.chi), bool(scenario.augment), bool(scenario.effective_weight))


def build(scenarios: Sequence[Scenario], *, exact: bool = False) -> Forms:
    """The forms of scenarios of one `structure`: float64 with a batch axis, or exact for a single one."""
    c = scenarios[0]
    d_b = c.d_b if c.noise == "agents" else 0
    policy = c.rows_of_policy if c.chi and c.Pi is None else None
    X, Y, Pi, inner = effect_matrices(c.d_o, c.d_a, d_b, policy, c.effects, c.seed)
    s = c.d_o if _is_dense(c) else min(c.d_o, inner + max(x.d_z for x in scenarios) + 1)
    if c.cov_noise is not None and c.noise != "iid":
        raise SymlamError("cov_noise is given", expected="noise = 'iid' with it", hint='noise = "iid"')
    dtype = object if exact else float

    def matrix(value: Any) -> Any:
        if not exact and hasattr(value, "floats"):
            return value.floats
        return np.array(value, dtype=object).astype(dtype)

    def scalar(value: Any) -> Any:
        """A field (or a function of the scenario) as a Fraction, or as floats that broadcast over the batch."""
        if exact:
            return value(c)
        return np.array([float(value(x)) for x in scenarios])[:, None, None]

    X = matrix(c.X) if c.X is not None else _pad(X.astype(dtype), s)
    Y = matrix(c.Y) if c.Y is not None else _pad(Y.astype(dtype), s)
    Pi = matrix(c.Pi) if c.Pi is not None else _pad(Pi.T.astype(dtype), s).T

    blocks: dict[str, tuple[int, object]] = {"o": (s, c.cov_o), "pi": (c.d_a, c.cov_a)}
    if c.noise == "agents":
        blocks["b"] = (d_b, c.cov_b)
    if c.noise == "iid":
        blocks["e"] = (s, c.cov_noise)
    if c.augment:
        blocks["k1"], blocks["k2"] = (s, None), (s, None)
    with_mean = any(_any(x) for x in (c.mean_o, c.mean_a, c.mean_b))
    if with_mean or c.affine_model:
        blocks["1"] = (1, None)
    starts, m = {}, 0
    for name, (size, _) in blocks.items():
        starts[name] = m
        m += size

    def unit(name: str, scale: Any) -> Any:
        """The block's white coordinates times a scale, as rows over w."""
        size: int = blocks[name][0]
        covariance: Any = blocks[name][1]
        out = np.full((size, m), Fraction(0), dtype=object) if exact else np.zeros((size, m))
        at = starts[name]
        out[:, at : at + size] = np.eye(size, dtype=int) if exact or covariance is None else covariance.root
        return out * scale

    def mean(value: Any, size: Any) -> Any:
        out = np.full((size, m), Fraction(0), dtype=object) if exact else np.zeros((size, m))
        if with_mean:
            entries = np.array(value if isinstance(value, tuple) else (value,) * size, dtype=object)
            out[:, starts["1"]] = entries.astype(dtype)
        return out

    def world(chi: Any, noisy: Any) -> Any:
        o = unit("o", scalar(lambda x: x.sigma_o)) + mean(c.mean_o, s)
        a = (unit("pi", scalar(lambda x: x.sigma_a)) + mean(c.mean_a, c.d_a)) * (1 - chi)
        if c.chi:
            a = a + _product(Pi, o) * chi
        q = _product(X, a)
        e = o * 0
        if noisy and c.noise == "agents":
            e = _product(Y, unit("b", scalar(lambda x: x.sigma)) + mean(c.mean_b, d_b))
        if noisy and c.noise == "iid":
            e = unit("e", scalar(lambda x: x.sigma))
        return {"o": o, "a": a, "q": q, "eps": e, "r": q + e}

    chi = scalar(lambda x: x.chi)
    train = world(chi, True)
    test = train
    if c.eval_policy == "random" or c.eval_noise == "none":
        test = world(chi * 0 if c.eval_policy == "random" else chi, c.eval_noise == "train")
    v, parts = train["o"], [train["o"], train["r"]]
    if c.augment:
        kappa = scalar(lambda x: x.augment)
        v, parts[0] = v + unit("k2", kappa), parts[0] + unit("k1", kappa)
    if c.affine_model:
        # the constant goes next to o, so that v stays a leading block of u
        constant = unit("1", scalar(lambda x: Fraction(1)))
        v, parts = np.concatenate([v, constant], axis=-2), [parts[0], constant, parts[1]]
    moment = None
    if exact:
        moment = np.full((m, m), Fraction(0), dtype=object)
        for name, (size, covariance) in blocks.items():
            at = slice(starts[name], starts[name] + size)
            moment[at, at] = (
                np.eye(size, dtype=int) if covariance is None else np.array(covariance, dtype=object)
            )
    return Forms(
        moment,
        v,
        np.concatenate(parts, axis=-2),
        train["r"],
        train["a"],
        train,
        test,
        s,
        c.d_o - s,
        starts.get("1"),
        {name: slice(starts[name], starts[name] + size) for name, (size, _) in blocks.items()},
        (X, Y, Pi),
    )


def _product(matrix: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """matrix @ rows; with Fractions only non-zero entries are multiplied."""
    if matrix.dtype != object:
        return matrix @ rows
    out = np.full((matrix.shape[0], rows.shape[-1]), Fraction(0), dtype=object)
    filled = [np.flatnonzero(row) for row in rows]
    for i, j in zip(*np.nonzero(matrix), strict=True):
        out[i, filled[j]] += matrix[i, j] * rows[j, filled[j]]
    return out


def _is_dense(c: Scenario) -> bool:
    given = any(getattr(c, name) is not None for name in ("X", "Y", "Pi", "cov_o", "cov_noise"))
    return given or _any(c.mean_o)


def _any(value: Any) -> bool:
    return any(value) if isinstance(value, tuple) else bool(value)


def _pad(matrix: np.ndarray, rows: int) -> np.ndarray:
    zero = Fraction(0) if matrix.dtype == object else 0.0
    out = np.full((rows, matrix.shape[1]), zero, dtype=matrix.dtype)
    out[: matrix.shape[0]] = matrix[:rows]
    return out


@lru_cache(maxsize=8)
def exact_forms(scenario: Scenario) -> Forms:
    """The exact forms of one scenario."""
    return build([scenario], exact=True)


def exact_problem(scenario: Scenario) -> tuple[Problem, Fraction]:
    """The scenario's exact `Problem`, and what has to be added to its minimum (`outside_loss`)."""
    forms = exact_forms(scenario)
    weight = scenario.effective_weight
    problem = Problem(
        moment=forms.moment,
        target=forms.r,
        inputs=forms.u,
        regressors=forms.v,
        rank=scenario.d_z,
        heads=[Head(weight, forms.head)] if weight else [],
    )
    return problem, outside_loss(scenario, forms)


def outside_loss(scenario: Scenario, forms: Forms) -> Fraction:
    """What the isotropic coordinates without a stand-in add to the loss: none of them is ever kept."""
    return forms.outside * (scenario.sigma**2 if scenario.noise == "iid" else Fraction(0))


def training_forms(scenarios: Sequence[Scenario]) -> Trainable:
    """The scenarios in the paper's coordinates, u = (o, o') and target o', for `symlam.scenario.train`."""
    forms = build(scenarios)
    s = forms.size
    first, r = forms.u[..., :-s, :], forms.u[..., -s:, :]
    u = np.concatenate([first, first[..., :s, :] + r], axis=-2)
    outside = np.array([float(outside_loss(x, forms)) for x in scenarios])
    weights = np.array([float(x.effective_weight) for x in scenarios])
    target = forms.v[..., :s, :] + forms.r
    return Trainable(forms.v, u, target, forms.head, weights, outside, forms.constant)
