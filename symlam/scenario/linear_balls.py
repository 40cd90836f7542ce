"""Errors of a linear LAM scenario in balls.

They are enclosed when the optimum is unique, or tied, or has a free C: the invariant subspace of the kept directions is
V_F + V_R X with |X| <= 2 |W_RF| / sep (Stewart), so balls of that radius around approximate eigenvectors hold the true
subspace and ball arithmetic does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from flint import arb, arb_mat

from symlam.numerics import Problem, balls
from symlam.numerics.problem import row_rank
from symlam.scenario.definition import Scenario
from symlam.scenario.forms import exact_forms, outside_loss
from symlam.scenario.metrics import METRICS

__all__ = ["encoder_in_balls", "metrics_in_balls", "stacked"]


def _balls(rows: np.ndarray) -> arb_mat:
    return arb_mat(rows.shape[0], rows.shape[1], [balls.ball(x) if x else arb(0) for x in rows.ravel()])


def metrics_in_balls(scenario: Scenario, problem: Problem) -> Mapping[str, arb | tuple[arb, arb]]:
    """Balls around the four metrics, or around the ends of their ranges; nothing where neither is proved."""
    forms = exact_forms(scenario)
    reduction = problem.reduction
    if not _is_identity(forms.moment):
        return {}
    N = balls.weighted(reduction)
    p, k = reduction.target_rows, scenario.d_z
    rank = row_rank(reduction.explained)
    policy = reduction.targets_on_v.block(slice(0, p), slice(None))
    bending, free = not policy.is_zero(), scenario.latent == "true" and not scenario.augment
    if not rank or (
        rank < k and (scenario.latent == "true" or (bending and scenario.latent == "surrogate-pinv"))
    ):
        return {}
    k = min(k, rank)
    U = balls.invariant_subspace(N, k)
    shifted = forms.test is not forms.fit
    if free or U is None:
        # a set of optima: its extremes are sums of extreme eigenvalues, on one distribution and with o^' - o = B z
        # B^+ (o^' - o) reads t'r of every kept direction t, as G does where there are no heads
        straight = not bending or scenario.latent == "true"
        straight |= scenario.latent == "surrogate-pinv" and not problem.heads
        if shifted or (free and problem.heads) or not straight:
            return {}
        return _extremes(scenario, forms, reduction, N, U, k)
    G = encoder_in_balls(reduction, U)
    B = arb_mat(p, k, [U[i, j] for i in range(p) for j in range(k)])
    A = balls.matrix_of_balls(policy) - B * G * balls.matrix_of_balls(reduction.inputs_on_v)

    def latent(world: Any) -> Any:
        u = _inputs(world, scenario, forms)
        if scenario.latent == "true" or not bending:
            # without a policy o^' - o = B z with B injective, so heads see the same span
            return G * u
        rows = A * balls.columns(u.transpose(), 0, A.ncols()).transpose() + B * (G * u)
        if scenario.latent == "surrogate-pinv":
            return (B.transpose() * B).solve(B.transpose() * rows)
        return rows

    Z_fit, Z_test = latent(forms.fit), latent(forms.test)
    if scenario.latent == "surrogate" and bending:
        Z_fit, Z_test = _compressed(Z_fit, Z_test, k + row_rank(policy))
        if Z_fit is None:
            return {}
    return _errors(scenario, forms, Z_fit, Z_test)


def encoder_in_balls(reduction: Any, U: arb_mat) -> arb_mat:
    """The rows of G that go with decoder columns spanning U, in balls."""
    roots = [balls.ball(weight).sqrt() for weight in reduction.weights]
    R = balls.matrix_of_balls(reduction.coefficients)
    rows, columns = R.nrows(), R.ncols()
    scaled = arb_mat(rows, columns, [R[i, j] * roots[i] for i in range(rows) for j in range(columns)])
    return (U.transpose() * U).solve(U.transpose() * scaled)


def _inputs(world: Any, scenario: Scenario, forms: Any) -> arb_mat:
    """The rows of u = (o, [1,] r) without augmentation, in balls."""
    o = world["o"]
    if scenario.affine_model:
        one = o[:1] * 0
        one[0, forms.constant] = 1
        o = np.concatenate([o, one])
    return _balls(np.concatenate([o, world["r"]]))


def _extremes(scenario: Scenario, forms: Any, reduction: Any, N: arb_mat, U: arb_mat | None, k: int) -> Any:
    """Ranges over a tie (eigenvalues that the balls cannot tell apart) or over a free C, by Ky Fan in balls."""
    u = _inputs(forms.fit, scenario, forms)
    if U is not None:
        fixed, count = 0, k
        rows = stacked(encoder_in_balls(reduction, U) * u, _balls(forms.fit["o"]))
    else:
        spectrum, _ = balls.enclose(N)
        kth = spectrum[k - 1]
        fixed, last = sum(1 for x in spectrum if x > kth), sum(1 for x in spectrum if not x < kth)
        top, both = balls.invariant_subspace(N, fixed) if fixed else None, balls.invariant_subspace(N, last)
        if both is None or (fixed and top is None):
            return {}
        span = balls.columns(both, fixed, last)
        if top is not None:
            span = stacked(top.transpose(), span.transpose()).transpose()
        rows, count = encoder_in_balls(reduction, span) * u, k - fixed
        if scenario.latent == "true" and not scenario.augment:
            if fixed:
                return {}
            # a tie from the first direction on: the latents are dense in all subspaces of that dimension
            rows = stacked(rows, _balls(forms.fit["o"]))
    constant = forms.constant
    keep = [j for j in range(rows.ncols()) if not (scenario.affine_heads and j == constant)]
    rows = arb_mat(rows.nrows(), len(keep), [rows[i, j] for i in range(rows.nrows()) for j in keep])
    root = balls.cholesky(rows * rows.transpose())
    if root is None:
        return {}
    basis = root.solve(rows)
    n, weights = rows.nrows(), (arb(-1), arb(1), arb(1))
    bases, kernels = [], []
    for (name, missing), _ in zip(_missing(scenario, forms).items(), weights, strict=True):
        y = forms.fit[name][:, keep]
        variance = sum((x * x for row in forms.fit[name] for j, x in enumerate(row) if j != constant), 0)
        total = balls.ball(variance) + missing
        if not total > 0:
            bases.append(arb(1))
            kernels.append(arb_mat(n, n))
            continue
        square = balls.ball(sum((x * x for row in y for x in row), 0 * variance)) + missing
        cross = basis * _balls(y).transpose()
        kernel = cross * cross.transpose()
        kernels.append(arb_mat(n, n, [x / total for x in kernel.entries()]))
        bases.append(square / total)
    kernels.append(kernels[1] + kernels[2] - kernels[0])
    bases.append(bases[1] + bases[2] - bases[0])
    out = {}
    for name, base, kernel in zip(METRICS, bases, kernels, strict=True):
        for i in range(fixed):
            base -= kernel[i, i]
        size = n - fixed
        free = arb_mat(size, size, [kernel[i, j] for i in range(fixed, n) for j in range(fixed, n)])
        values, _ = balls.enclose(free)
        out[name] = (base - _sum(values[:count]), base - _sum(values[size - count :]))
    return out


def _sum(values: list[arb]) -> arb:
    total = arb(0)
    for x in values:
        total += x
    return total


def _missing(scenario: Scenario, forms: Any) -> dict[str, arb]:
    return {
        "q": arb(0),
        "eps": balls.ball(outside_loss(scenario, forms)) if scenario.eval_noise == "train" else arb(0),
        "o": forms.outside * balls.ball(scenario.sigma_o) ** 2,
    }


def _compressed(Z_fit: arb_mat, Z_test: arb_mat, bound: int) -> Any:
    """The surrogate's rows in ``bound`` coordinates, if its rank really is the exact bound on it."""
    rows = np.array([[float(Z_fit[i, j].mid()) for j in range(Z_fit.ncols())] for i in range(Z_fit.nrows())])
    left, values, _ = np.linalg.svd(rows, full_matrices=False)
    if (values > 1e-9 * values[0]).sum() != bound:
        return None, None
    C = arb_mat(bound, Z_fit.nrows(), [float(x) for x in left[:, :bound].T.ravel()])
    return C * Z_fit, C * Z_test


def _is_identity(moment: Any) -> bool:
    return all(x == (i == j) for (i, j), x in np.ndenumerate(moment))


def _errors(scenario: Scenario, forms: Any, Z_fit: arb_mat, Z_test: arb_mat) -> dict[str, arb]:
    constant = forms.constant
    if scenario.affine_heads and constant is not None:
        one = arb_mat(1, Z_fit.ncols(), [int(j == constant) for j in range(Z_fit.ncols())])
        Z_fit, Z_test = (stacked(Z, one) for Z in (Z_fit, Z_test))
    gram = Z_fit * Z_fit.transpose()
    missing = _missing(scenario, forms)
    out = []
    for name in ("q", "eps", "o"):
        y_fit, y_test = _balls(forms.fit[name]), _balls(forms.test[name])
        variance = sum((x * x for row in forms.test[name] for j, x in enumerate(row) if j != constant), 0)
        if not variance and not (missing[name] > 0):
            out.append(arb(1))
            continue
        try:
            head = gram.solve(Z_fit * y_fit.transpose()).transpose()
        except ZeroDivisionError:
            return {}
        error = y_test - head * Z_test
        total = missing[name]
        for x in error.entries():
            total += x * x
        out.append(total / (balls.ball(variance) + missing[name]) if variance else total / missing[name])
    return dict(zip(METRICS, [*out, out[1] + out[2] - out[0]], strict=True))


def stacked(top: arb_mat, bottom: arb_mat) -> arb_mat:
    return arb_mat(top.nrows() + bottom.nrows(), top.ncols(), top.entries() + bottom.entries())
