"""Optima and minimisers on exact rational instances, with no rounding and no optimiser.

The closed form of partial reduced-rank regression, evaluated in rational arithmetic where
the spectrum is rational, and a walk over the set of minimisers that knows only the loss: with
some letters fixed the loss is quadratic in the others, so its minimisers are an affine space.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import flint

from symlam.algebra import LinearForm, Matrix
from symlam.algebra._exact import Instance, eye, fraction, trace
from symlam.algebra._letter import Letter
from symlam.algebra._random import Base
from symlam.errors import SymlamError
from symlam.optimum._pool import pool
from symlam.optimum._roles import roles

if TYPE_CHECKING:
    from symlam.models import Model

Row = list[flint.fmpq]


class NoClosedForm(SymlamError):
    """The loss is no partial reduced-rank regression on this instance: a head's target depends on a regressor."""


class IrrationalSpectrum(SymlamError):
    """The eigenvalues that decide the optimum are not rational on this instance."""


def coefficient(inst: Instance, form: LinearForm, order: tuple[Base, ...]) -> flint.fmpq_mat:
    """The matrix M with form = M w, w the stacked base vectors."""
    return hstack([inst.value(form.parts.get(b, Matrix(form.dim, b.dim))) for b in order])


def hstack(blocks: list[flint.fmpq_mat]) -> flint.fmpq_mat:
    """[M_1 M_2 ...]."""
    return flint.fmpq_mat([[x for b in blocks for x in b.tolist()[i]] for i in range(blocks[0].nrows())])


def vstack(blocks: list[flint.fmpq_mat]) -> flint.fmpq_mat:
    """[M_1; M_2; ...]."""
    return flint.fmpq_mat([row for b in blocks for row in b.tolist()])


def solve_left(s: flint.fmpq_mat, k: flint.fmpq_mat) -> flint.fmpq_mat | None:
    """Some G with G s = k, None when there is none."""
    n, m = s.nrows(), k.nrows()
    reduced, rank = hstack([s.transpose(), k.transpose()]).rref()
    g = [[flint.fmpq(0)] * m for _ in range(n)]
    for i in range(rank):
        p = next(j for j in range(n + m) if reduced[i, j])
        if p >= n:
            return None
        for c in range(m):
            g[p][c] = reduced[i, n + c]
    return flint.fmpq_mat(g).transpose()


def best_predictor(s_x: flint.fmpq_mat, s_tx: flint.fmpq_mat) -> flint.fmpq_mat:
    """Some G with G E[x x'] = E[t x']: the best linear prediction of t from x is G x."""
    g = solve_left(s_x, s_tx)
    assert g is not None, "E[t x'] maps the kernel of E[x x'] to 0"
    return g


def nullspace(m: flint.fmpq_mat) -> list[list[flint.fmpq]]:
    """A basis of the vectors x with m x = 0."""
    reduced, rank = m.rref()
    n = m.ncols()
    pivots = [next(j for j in range(n) if reduced[i, j]) for i in range(rank)]
    out = []
    for f in (j for j in range(n) if j not in set(pivots)):
        x = [flint.fmpq(0)] * n
        x[f] = flint.fmpq(1)
        for i, p in enumerate(pivots):
            x[p] = -reduced[i, f]
        out.append(x)
    return out


def rational_eigenvalues(m: flint.fmpq_mat) -> list[tuple[Fraction, int]] | None:
    """Eigenvalues with multiplicity, largest first; None when some are irrational."""
    _, factors = m.charpoly().factor()
    out = []
    for p, multiplicity in factors:
        if p.degree() > 1:
            return None
        c = p.coeffs()
        out.append((fraction(-c[0] / c[1]), multiplicity))
    return sorted(out, reverse=True)


@dataclass(frozen=True)
class Regression:
    """The reduced-rank regression of an instance after the regressors are projected out.

    ``gain`` is N = S_tu S_uu^+ S_ut of the residualised stacked targets, ``weights`` the diagonal of
    W: the loss is total - (sum of the k largest eigenvalues of N W).
    """

    gain: flint.fmpq_mat
    weights: list[Fraction]
    total: Fraction
    predictor: flint.fmpq_mat  # Y with E[t | u] = Y u, no regressor in it
    k: int

    @property
    def operator(self) -> flint.fmpq_mat:
        """N W, whose eigenvalues are the variances that a latent can explain."""
        n = self.gain.nrows()
        w = flint.fmpq_mat([[_q(self.weights[i]) if i == j else 0 for j in range(n)] for i in range(n)])
        return self.gain * w


def _q(x: Fraction) -> flint.fmpq:
    return flint.fmpq(x.numerator, x.denominator)


def regression(model: Model, inst: Instance) -> Regression:
    """Reduce a model on an instance to one reduced-rank regression.

    Raises NoClosedForm when a target without regressor is correlated with another loss's
    regressors, or the latent cannot ignore them at no cost.
    """
    r = roles(model)
    pooled = pool(model, r, inst)
    joint, inputs = pooled.moment, vstack(list(pooled.inputs))
    regressors = [v for loss in pooled.losses for v in loss.regressors]
    if len({(loss.samples[0][1]) for loss in r.losses if loss.regression}) > 1:
        raise NoClosedForm(f"two losses of {model.name!r} have different regressors")
    targets = [loss.target for loss in pooled.losses]
    weights = [loss.weight for loss in pooled.losses for _ in range(loss.target.nrows())]
    outside = [not loss.regressors for loss in pooled.losses]
    if regressors:
        v = vstack(regressors)
        s_v = v * joint * v.transpose()
        h = best_predictor(s_v, inputs * joint * v.transpose())
        residual_inputs = inputs - h * v
        for n, (t, is_outside) in enumerate(zip(targets, outside, strict=True)):
            s_tv = t * joint * v.transpose()
            if not is_outside:
                targets[n] = t - best_predictor(s_v, s_tv) * v
            elif any(s_tv.entries()):
                raise NoClosedForm(
                    f"a head of {model.name!r} predicts a target correlated with the regressor of another loss"
                )
    else:
        residual_inputs = inputs
    t = vstack(targets)
    s_u = residual_inputs * joint * residual_inputs.transpose()
    s_tu = t * joint * residual_inputs.transpose()
    if regressors and any(outside):
        # the latent must predict without a component along v: y u = y u_residual, so y h s_v = 0
        free = solve_left(hstack([s_u, h * s_v]), hstack([s_tu, flint.fmpq_mat(t.nrows(), s_v.ncols())]))
        if free is None:
            raise NoClosedForm(f"the latent of {model.name!r} cannot ignore the regressor at no cost")
        y = free
    else:
        y = best_predictor(s_u, s_tu)
    total = sum(
        (w * fraction(x) for w, x in zip(weights, _diagonal(t * joint * t.transpose()), strict=True)),
        Fraction(0),
    )
    return Regression(y * s_tu.transpose(), weights, total, y, inst.size(model.latent.dim))


def _diagonal(m: flint.fmpq_mat) -> list[flint.fmpq]:
    return [m[i, i] for i in range(m.nrows())]


@dataclass(frozen=True)
class ExactOptimum:
    """The minimum on an instance, the spectrum it comes from, and one minimiser as an instance."""

    minimum: Fraction
    spectrum: tuple[Fraction, ...]
    k: int
    at: Instance

    @property
    def tie(self) -> bool:
        """Whether the last kept eigenvalue equals the first dropped one (and is not zero)."""
        s = self.spectrum
        return 0 < self.k < len(s) and s[self.k - 1] == s[self.k] != 0


def exact_minimum(model: Model, inst: Instance) -> tuple[Fraction, tuple[Fraction, ...]]:
    """The minimum and the spectrum; IrrationalSpectrum when it is not rational."""
    reg = regression(model, inst)
    values = rational_eigenvalues(reg.operator)
    if values is None:
        raise IrrationalSpectrum("the spectrum is irrational on this instance")
    spectrum = tuple(v for v, n in values for _ in range(n))
    return reg.total - sum(spectrum[: reg.k], Fraction(0)), spectrum


def exact_optimum(model: Model, inst: Instance, *, rng: random.Random | None = None) -> ExactOptimum:
    """The exact minimum and one exact minimiser, built from eigenvectors, checked against the loss.

    Raises IrrationalSpectrum or NoClosedForm where that cannot be done exactly, and AssertionError
    should the closed form and its own minimiser ever differ.
    """
    rng = rng or random.Random(0)
    reg = regression(model, inst)
    values = rational_eigenvalues(reg.operator)
    if values is None:
        raise IrrationalSpectrum("the spectrum is irrational on this instance")
    spectrum = tuple(v for v, m in values for _ in range(m))
    minimum = reg.total - sum(spectrum[: reg.k], Fraction(0))
    # decoder columns b_j, latent rows b_j' W Y: any basis of the kept directions will do, the decoders follow below
    kept: list[Row] = []
    for value in (v for v, _ in values if v):
        basis = nullspace(reg.operator - eye(reg.gain.nrows()) * _q(value))
        rng.shuffle(basis)
        kept += basis
    encode = flint.fmpq_mat(reg.k, reg.predictor.ncols())
    for j, x in enumerate(kept[: reg.k]):
        row = flint.fmpq_mat([[a * _q(w) for a, w in zip(x, reg.weights, strict=True)]]) * reg.predictor
        for c in range(encode.ncols()):
            encode[j, c] = row[0, c]
    matrices: dict[Matrix, list[Row]] = {}
    start = 0
    for encoder, form in roles(model).inputs:
        width = inst.size(form.dim)
        matrices[encoder] = [[encode[i, start + j] for j in range(width)] for i in range(reg.k)]
        start += width
    at = inst.with_values(matrices)
    at = argmin(model, at, (*model.regression, *model.decoder))
    got = at.value(model.expand())
    if (
        got != minimum
    ):  # not an input error: the theory or this file is wrong, and must not pass as "no value here"
        raise AssertionError(
            f"the closed form {minimum} of {model.name!r} is not reached: its minimiser gives {got}"
        )
    return ExactOptimum(minimum, spectrum, reg.k, at)


def affine_argmin(
    model: Model, inst: Instance, letters: tuple[Matrix, ...]
) -> tuple[list[flint.fmpq], list[list[flint.fmpq]], list[tuple[Letter, int, int]]]:
    """All minimisers over some letters, the others fixed: a point and a basis of directions, exactly.

    Uses nothing but the residuals, which must be affine in the letters.
    """
    slots = [
        (m.as_letter(), i, j)
        for m in letters
        for i in range(inst.size(m.rows))
        for j in range(inst.size(m.cols))
    ]
    zeros = {m: [[0] * inst.size(m.cols) for _ in range(inst.size(m.rows))] for m in letters}
    by_letter = {m.as_letter(): m for m in letters}
    base = inst.with_values(zeros)
    order, joint = inst.order, inst.joint_moment
    r0 = [(inst.value(w), coefficient(base, f, order)) for w, f in model.loss]
    rows = []  # one row per entry of a letter: how the stacked residuals change with it
    for letter, i, j in slots:
        one = [list(row) for row in zeros[by_letter[letter]]]
        one[i][j] = 1
        at = base.with_values({by_letter[letter]: one})
        rows.append(
            [
                x
                for (_, f), (_, r) in zip(model.loss, r0, strict=True)
                for x in (coefficient(at, f, order) - r).entries()
            ]
        )
    change = flint.fmpq_mat(rows)
    constant = flint.fmpq_mat([[x for _, r in r0 for x in r.entries()]])
    metric = _metric([(w, r.nrows()) for w, r in r0], joint)
    g = change * metric * change.transpose()
    right = -1 * (constant * metric * change.transpose())
    point = solve_left(g, right)
    assert point is not None, "a quadratic that is bounded below has a minimiser"
    return [point[0, i] for i in range(len(slots))], nullspace(g), slots


def _metric(blocks: list[tuple[Fraction, int]], joint: flint.fmpq_mat) -> flint.fmpq_mat:
    """The block-diagonal matrix of weight * (I kron joint): the loss of stacked, flattened residuals."""
    m = joint.nrows()
    size = sum(rows for _, rows in blocks) * m
    entries = [[flint.fmpq(0)] * size for _ in range(size)]
    start = 0
    for w, rows in blocks:
        scaled = (joint * _q(Fraction(w))).tolist()
        for _ in range(rows):
            for i in range(m):
                entries[start + i][start : start + m] = scaled[i]
            start += m
    return flint.fmpq_mat(entries)


def argmin(
    model: Model, inst: Instance, letters: tuple[Matrix, ...], *, rng: random.Random | None = None
) -> Instance:
    """Replace some letters by a minimiser given the others; a random one when ``rng`` is given."""
    point, directions, slots = affine_argmin(model, inst, letters)
    if rng is not None:
        for d in directions:
            c = rng.choice((0, 0, 1, -1, 2))
            point = [x + c * y for x, y in zip(point, d, strict=True)]
    values: dict[Matrix, list[Row]] = {
        m: [[flint.fmpq(0)] * inst.size(m.cols) for _ in range(inst.size(m.rows))] for m in letters
    }
    by_letter = {m.as_letter(): m for m in letters}
    for x, (letter, i, j) in zip(point, slots, strict=True):
        values[by_letter[letter]][i][j] = x
    return inst.with_values(values)


def minimisers(model: Model, inst: Instance, *, rng: random.Random, count: int = 6) -> Iterator[ExactOptimum]:
    """Exact minimisers: the closed form's, then a random walk over the set of minimisers.

    A move re-chooses one group of letters among all its minimisers given the rest, or changes the
    basis of the latent (L M^-1, M C), so the loss stays at the minimum; the walk does not know how
    the set is described.
    """
    start = exact_optimum(model, inst, rng=rng)
    yield start
    groups = [
        g
        for g in ((*model.regression, *model.encoder[:1]), model.encoder, (*model.regression, *model.decoder))
        if g
    ]
    at = start.at
    for i in range(count):
        move = i % (len(groups) + 1)
        try:
            at = argmin(model, at, groups[move], rng=rng) if move < len(groups) else _rebased(model, at, rng)
        except SymlamError:
            continue
        yield ExactOptimum(start.minimum, start.spectrum, start.k, at)


def _rebased(model: Model, at: Instance, rng: random.Random) -> Instance:
    """The same maps with another basis of the latent: M z in place of z."""
    k = at.size(model.latent.dim)
    m = flint.fmpq_mat(
        [
            [rng.choice((1, -1, 2)) if i == j else rng.choice((0, 1)) * (j > i) for j in range(k)]
            for i in range(k)
        ]
    )
    back = m.inv()
    return at.with_values(
        {d: at.value(d) * back for d in model.decoder} | {c: m * at.value(c) for c in model.encoder}
    )


def loss_at(model: Model, inst: Instance) -> Fraction:
    """The loss, evaluated from the residuals on the instance (not from the expanded objective)."""
    out = Fraction(0)
    for w, f in model.loss:
        r = coefficient(inst, f, inst.order)
        out += inst.value(w) * fraction(trace(r * inst.joint_moment * r.transpose()))
    return out


__all__ = [
    "ExactOptimum",
    "IrrationalSpectrum",
    "NoClosedForm",
    "Regression",
    "affine_argmin",
    "argmin",
    "coefficient",
    "exact_minimum",
    "exact_optimum",
    "loss_at",
    "minimisers",
    "regression",
]
