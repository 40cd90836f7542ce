"""Errors of an exogenous-state scenario in balls, from exact moments and an enclosed invariant subspace.

They are enclosed for the minimal latent where the optimum is unique, and as ranges (Ky Fan in balls) where it is tied or C is
free; consistency, which is no trace over a projector, only where there is one latent.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat

from symlam.numerics import Problem, RationalMatrix, balls
from symlam.numerics.problem import row_rank
from symlam.numerics.rational import eliminate
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.exogenous_forms import exact_forms, least_squares, orthogonal_rows
from symlam.scenario.linear_balls import encoder_in_balls, stacked

__all__ = ["metrics_in_balls", "undetermined"]

Balls = Mapping[str, arb | tuple[arb, arb]]


def metrics_in_balls(c: ExogenousScenario, problem: Problem) -> Balls:
    """Balls around the errors, or around the ends of their ranges; nothing where neither is proved."""
    reduction = problem.reduction
    rank = row_rank(reduction.explained)
    if not rank or reduction.decoupled is not True:
        return {}
    forms = exact_forms(c)
    S = forms.moment
    f = undetermined(problem) @ forms.u
    free = [row for row in f if row @ S @ row]
    u = forms.u
    if free:
        u = u - least_squares(u, np.stack(free), S) @ np.stack(free)
    k = min(c.d_z, rank)
    N = balls.weighted(reduction)
    U = balls.invariant_subspace(N, k)
    every = c.latent == "true"
    if every and (c.d_z > rank or (free and problem.heads)):
        return {}
    targets = _targets(forms)
    if every and free:
        if U is None:
            return {}
        rows = stacked(encoder_in_balls(reduction, U) * _balls(u), _balls(np.stack(free)))
        return _ranges(c, rows, 0, k, S, targets)
    if U is None:
        spectrum, _ = balls.enclose(N)
        kth = spectrum[k - 1]
        fixed, last = sum(1 for x in spectrum if x > kth), sum(1 for x in spectrum if not x < kth)
        top = balls.invariant_subspace(N, fixed) if fixed else None
        both = balls.invariant_subspace(N, last)
        if both is None or (fixed and top is None):
            return {}
        span = balls.columns(both, fixed, last)
        if top is not None:
            span = stacked(top.transpose(), span.transpose()).transpose()
        return _ranges(c, encoder_in_balls(reduction, span) * _balls(u), fixed, k - fixed, S, targets)
    return _unique(c, encoder_in_balls(reduction, U) * _balls(u), forms, targets)


def undetermined(problem: Problem) -> np.ndarray:
    """Coefficients of the combinations of u that v explains without error, exactly."""
    S, V, W = problem.moment, problem.regressors, problem.inputs
    moment = W @ S @ W.T
    if V.num:
        cross = V @ S @ W.T
        moment = moment - cross.T @ eliminate(V @ S @ V.T, cross).solution
    null = eliminate(moment, RationalMatrix(tuple(() for _ in moment.num), 1, 0)).null
    return np.array(null.fractions(), dtype=object).reshape(len(null.num), moment.cols)


def _balls(rows: np.ndarray) -> arb_mat:
    return arb_mat(rows.shape[0], rows.shape[1], [balls.ball(x) if x else arb(0) for x in rows.ravel()])


def _targets(forms: Any) -> list[tuple[np.ndarray, list[Fraction], bool]]:
    """Rows y and weights w of each error that is a trace: 1 - sum w (share of y), or the sum where it is a share of the latent."""
    S, out = forms.moment, []
    for y in (forms.a, forms.eta, forms.xi):
        total = sum((row @ S @ row for row in y), Fraction(0))
        out.append((y, [1 / total] * len(y) if total else [], False))
    for y in (forms.eta, np.concatenate([forms.xi, forms.eta])):
        rows, weights = orthogonal_rows(y, y, S)
        out.append((rows, weights, True))
    return out


def _unique(c: ExogenousScenario, Z: arb_mat, forms: Any, targets: Any) -> Balls:
    S = _balls(forms.moment)
    gram = Z * S * Z.transpose()
    out: dict[str, arb | tuple[arb, arb]] = {}
    try:
        for name, (y, weights, share) in zip(c.metrics, targets, strict=False):
            if not weights:
                if share:
                    out[name] = arb(0)
                continue
            cross = Z * S * _balls(y).transpose()
            solved = gram.solve(cross)
            told = sum(
                (
                    balls.ball(w) * sum((cross[i, j] * solved[i, j] for i in range(Z.nrows())), arb(0))
                    for j, w in enumerate(weights)
                ),
                arb(0),
            )
            out[name] = told / c.d_z if share else 1 - told
        total = sum((row @ forms.moment @ row for row in forms.a), Fraction(0))
        if total:
            K = gram.solve(Z * S * _balls(forms.a).transpose()).transpose()
            # what (s, a) leaves of each base coordinate
            known = (
                least_squares(np.eye(len(forms.moment), dtype=int) + Fraction(0), forms.given, forms.moment)
                @ forms.given
            )
            left = np.eye(len(forms.moment), dtype=int) - known
            M = _balls(left @ forms.moment @ left.T)
            V = K * Z
            spread = V * M * V.transpose()
            trace = sum((spread[i, i] for i in range(spread.nrows())), arb(0))
            out[c.metrics[-1]] = 2 * trace / balls.ball(total)
    except ZeroDivisionError:
        return {}
    return out


def _ranges(
    c: ExogenousScenario, rows: arb_mat, fixed: int, count: int, moment: np.ndarray, targets: Any
) -> Balls:
    """Least and greatest values over latents that hold the first ``fixed`` rows and ``count`` dimensions of the others."""
    S = _balls(moment)
    root = balls.cholesky(rows * S * rows.transpose())
    if root is None:
        return {}
    basis, n = root.solve(rows), rows.nrows()
    out: dict[str, arb | tuple[arb, arb]] = {}
    for name, (y, weights, share) in zip(c.metrics, targets, strict=False):
        if not weights:
            if share:
                out[name] = arb(0)
            continue
        cross = basis * S * _balls(y).transpose()
        scaled = arb_mat(
            n, len(weights), [cross[i, j] * balls.ball(w) for i in range(n) for j, w in enumerate(weights)]
        )
        kernel = scaled * cross.transpose()
        # symmetric as it stands for; the two products round differently
        told = sum((kernel[i, i] for i in range(fixed)), arb(0))
        size = n - fixed
        free = arb_mat(
            size,
            size,
            [(kernel[i, j] + kernel[j, i]) / 2 for i in range(fixed, n) for j in range(fixed, n)],
        )
        values, _ = balls.enclose(free)
        most = told + sum(values[:count], arb(0))
        least = told + sum(values[size - count :], arb(0))
        out[name] = (least / c.d_z, most / c.d_z) if share else (1 - most, 1 - least)
    return out
