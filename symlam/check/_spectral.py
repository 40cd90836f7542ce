"""Minima under a rank constraint: Eckart-Young through Ky Fan's dual certificate.

For S positive semidefinite and B D of rank at most k,
    tr(S) - 2 tr(B D S) + tr(B D S D' B') >= tr(S) - k t - tr(Z)   whenever t >= 0, Z >= 0, Z + t I >= S
(Fan 1949; Overton and Womersley 1992).  With orthonormal columns U the choice B = U, D = U' gives
tr(S) - tr(U' S U); it is optimal when Z = U U' (S - t I) U U' satisfies both conditions.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

from symlam.algebra import Assumptions, Matrix, Scalar, gradient, identity, scalar, substitute, tr, zero
from symlam.algebra._assumptions import Positive
from symlam.algebra._expression import constant, from_letter
from symlam.check._inequality import semidefinite
from symlam.check._verdict import FOLLOWS, Verdict
from symlam.errors import SymlamError


def decide_low_rank(f: Scalar, letters: list[Matrix], value: Scalar, known: Assumptions) -> Verdict | None:
    """The verdict when the minimum is of the form above and a certificate is found, None otherwise."""
    if len(letters) != 2:
        return None
    for b, d in permutations(letters):
        if (b.rows, b.cols) != (d.cols, d.rows):
            continue
        try:
            s = _moment(known.reduce(f), b, d, known)
        except SymlamError:
            continue
        if s is None:
            continue
        for u in _orthonormal(b, known):
            found = _certified(f, b, d, u, s, value, known)
            if found is not None:
                return found
    return None


def _moment(f: Scalar, b: Matrix, d: Matrix, known: Assumptions) -> Matrix | None:
    """S when f is c - 2 tr(B D S) + tr(B D S D' B') with S positive semidefinite."""
    linear = substitute(gradient(f, b), {b: zero(b.rows, b.cols)}) / -2  # S D'
    tail = d._letter_code() ^ 1
    if any(not k[2] or k[2][-1] != tail for k in linear.terms):
        return None
    s = Matrix(b.rows, b.rows, {(x, t, w[:-1]): v for (x, t, w), v in linear.terms.items()})
    if d.as_letter() in s.letters() or b.as_letter() in s.letters():
        return None
    rest = substitute(f, {b: zero(b.rows, b.cols)})
    if known.reduce(f - (rest - 2 * tr(b * d * s) + tr(b * d * s * d.T * b.T))):
        return None
    return s if s == s.T and semidefinite(s, known) is not None else None


def _orthonormal(b: Matrix, known: Assumptions) -> Iterator[Matrix]:
    for x in sorted({x for a in known for e in a.expressions() for x in e.letters()}, key=lambda x: x.name):
        u = from_letter(x)
        if u.shape == b.shape and not x.moment and not known.reduce(u.T * u - identity(u.cols)):
            yield u


def _thresholds(known: Assumptions) -> Iterator[Scalar]:
    """Nonnegative scalars that may stand between the eigenvalues: 0, scalars, squares, and sums of two of them."""
    yield constant(0)
    single = list(_nonnegative(known))
    yield from single
    yield from (a + b for a, b in combinations(single, 2))


def _nonnegative(known: Assumptions) -> Iterator[Scalar]:
    for name in sorted({s for a in known for e in a.expressions() for s in e.symbols()}):
        if any(isinstance(a, Positive) and a.expression == scalar(name) for a in known):
            yield scalar(name)
        yield scalar(name) ** 2


def _certified(
    f: Scalar, b: Matrix, d: Matrix, u: Matrix, s: Matrix, value: Scalar, known: Assumptions
) -> Verdict | None:
    there = substitute(f, {b: u, d: u.T})
    gap, used = known.reduce_with_sources(there - value)
    if gap:
        return None
    p, one = u * u.T, identity(u.rows)
    for t in _thresholds(known):
        z = p * (s - one * t) * p
        first = semidefinite(z, known)
        second = None if first is None else semidefinite(z + one * t - s, known)
        bound = known.reduce(
            there - (substitute(f, {b: zero(b.rows, b.cols)}) - tr(identity(u.cols)) * t - tr(z))
        )
        if first is None or second is None or bound:
            continue
        sources = (
            used
            | first
            | second
            | known.reduce_with_sources(u.T * u)[1]
            | (semidefinite(s, known) or frozenset())
        )
        shown = f"{t!r}" if t else "0"
        return Verdict(
            FOLLOWS,
            f"Eckart-Young: reached at {b!r} = {u!r}, {d!r} = {u!r}'; nothing is below it, by Ky Fan's bound with threshold {shown}",
            frozenset(sources),
            obligations=(("equal", there, value), ("low rank", f, value, (b, d), s, z, t, known)),
        )
    return None


__all__: list[Any] = ["decide_low_rank"]
