"""Inequalities: a sum-of-squares certificate, an exact counterexample, or neither."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from symlam.algebra import Assumptions, LinearForm, Matrix, Scalar, complete_square, degree, gradient
from symlam.algebra._exact import Instance, is_psd
from symlam.algebra._expression import constant, from_letter
from symlam.algebra._sampling import instances, satisfies
from symlam.check._equality import unsupported_inverses
from symlam.check._gram import Element, Sum, find_sum
from symlam.check._remember import remember
from symlam.check._verdict import FAILS, FOLLOWS, Verdict, Violation, undecided
from symlam.errors import SymlamError

_DEPTH = 4
_SWEEPS = 8  # over the letters, in the search for a counterexample
_MAX_ENTRIES = 12


@remember
def decide_at_least(
    left: Any,
    right: Any,
    known: Assumptions,
    *,
    hints: list[Any] | None = None,
    cited: list[Any] | None = None,
) -> Verdict:
    """Whether left >= right (for matrices: left - right positive semidefinite) under the assumptions.

    ``hints`` are forms seen under squared norms; ``cited`` pairs (scalar known to be >= 0, assumption).
    """
    unsupported = unsupported_inverses(known, left, right)
    if unsupported:
        return undecided(unsupported)
    difference = left - right
    allowed = known.check_inverses(left, right)
    elements = [
        Element(constant(1), constant(1), f) for f in hints or () if isinstance(f, LinearForm | Matrix)
    ]
    found = certificate(difference, known, hints=elements)
    if found is None and isinstance(difference, Scalar):
        for bound, source in cited or ():
            more = certificate(difference - bound, known, hints=elements)
            if more is not None:
                found = Sum((*more.squares, (f"the cited {source.text}", bound)), more.used | {source}, None)
                break
    if found is not None:
        squares = tuple(s for s, _ in found.squares)
        rule = (
            f"sum of squares: left - right = {' + '.join(squares)}"
            if squares
            else "equality, hence the inequality"
        )
        obligation = ("at least", left, right, found.forms, known)
        return Verdict(FOLLOWS, rule, found.used | allowed, squares=squares, obligations=(obligation,))
    violation, tried = find_violation(left, right, known)
    if violation is not None:
        return Verdict(FAILS, "left - right takes a negative value", counterexample=violation)
    return undecided(
        f"no sum-of-squares certificate was found, and no counterexample on {tried} exact instances"
    )


def certificate(
    expr: Any, known: Assumptions, *, hints: list[Element] | None = None, depth: int = 0
) -> Sum | None:
    """A sum of squares equal to the expression: Gram matrices first, then completing squares letter by letter."""
    direct = find_sum(expr, known, hints)
    if direct is not None or not isinstance(expr, Scalar) or depth >= _DEPTH:
        return direct
    reduced, used = known.reduce_with_sources(expr)
    for x in sorted((x for x in reduced.letters() if not x.moment and not x.symmetric), key=lambda x: x.name):
        letter = from_letter(x)
        try:
            if degree(reduced, letter) != 2:
                continue
            square = complete_square(reduced, letter)
            allowed = known.check_inverses(square.rest, square.centre)
        except SymlamError:
            continue
        weights = positive_pair(square.left, square.right, known)
        if weights is None:
            continue
        rest = certificate(square.rest, known, depth=depth + 1)
        if rest is None:
            continue
        shown = (
            f"tr(P (N) S (N)') with N = {letter - square.centre!r}, P = {square.left!r}, S = {square.right!r}"
        )
        gap, more = known.reduce_with_sources(square.square + square.rest - reduced)
        if gap:
            continue
        own = square_forms(letter - square.centre, square.left, square.right, known)
        forms = None if own is None or rest.forms is None else (*own, *rest.forms)
        return Sum(
            ((shown, square.square), *rest.squares), used | allowed | weights | rest.used | more, forms
        )
    return None


def square_forms(
    n: Matrix, left: Matrix, right: Matrix, known: Assumptions
) -> tuple[tuple[Scalar, Any], ...] | None:
    """tr(P N S N^T) as (weight, form) pairs for P a multiple of the identity; None for other P."""
    factor = left.terms.get(((), (), ()))
    if len(left.terms) != 1 or factor is None or factor < 0:
        return None
    parts = find_sum(right, known)
    if parts is None or parts.forms is None:
        return None
    return tuple((w * factor, n * f) for w, f in parts.forms)


def positive_pair(left: Matrix, right: Matrix, known: Assumptions) -> frozenset[Any] | None:
    """What was used to see that both matrices (or minus both) are positive semidefinite; None when it was not seen."""
    for sign in (1, -1):
        p, s = semidefinite(left * sign, known), semidefinite(right * sign, known)
        if p is not None and s is not None:
            return p | s
    return None


def semidefinite(m: Matrix, known: Assumptions) -> frozenset[Any] | None:
    """What was used to see that a matrix is positive semidefinite; None when it was not seen."""
    found = find_sum(m, known)
    return None if found is None else found.used


# ---- counterexamples


def find_violation(
    left: Any, right: Any, known: Assumptions, *, effort: int = 120
) -> tuple[Violation | None, int]:
    """An exact instance with left < right, and how many instances were tried."""
    f = left - right
    tried = 0
    rng = random.Random(1)
    for inst in _draws([left, right], known):
        for at in _descend(f, inst, known, rng):
            if _negative(at, f) and satisfies(at, known):
                return Violation(at, at.value(left), at.value(right)), tried + 1
        tried += 1
        if tried >= effort:
            break
    return None, tried


def _draws(expressions: list[Any], known: Assumptions) -> Iterator[Instance]:
    try:
        yield from instances(expressions, known, rounds=6)
    except SymlamError:
        return


def _negative(inst: Instance, f: Any) -> bool:
    try:
        v = inst.value(f)
    except SymlamError:  # an inverse that does not exist there
        return False
    return not is_psd(v) if isinstance(f, Matrix) else v < 0


def free_letters(expr: Any, known: Assumptions) -> list[Matrix]:
    """The letters that no assumption mentions."""
    bound = {x for a in known for e in a.expressions() for x in e.letters()}
    return [
        from_letter(x)
        for x in sorted(expr.letters(), key=lambda x: x.name)
        if not x.moment and x not in bound and not x.symmetric and not x.invertible
    ]


def _descend(f: Any, inst: Instance, known: Assumptions, rng: random.Random) -> Iterator[Instance]:
    """The instance, and what a few exact steps along negative gradients lead to."""
    yield inst
    if not isinstance(f, Scalar):
        return
    letters = free_letters(f, known)
    for sweep in range(_SWEEPS):
        moved = False
        for letter in letters:
            better = newton_step(f, inst, letter) or (step_down(f, inst, letter) if sweep < 2 else None)
            if better is not None:
                inst, moved = better, True
                yield inst
        if not moved:
            return


def newton_step(f: Scalar, inst: Instance, letter: Matrix) -> Instance | None:
    """The minimiser in one letter, rounded to small rationals; None when f is not convex there or it is no better."""
    import flint

    try:
        if degree(f, letter) != 2:
            return None
        g = gradient(f, letter)
        a = inst.letter(letter.as_letter())
        base, here = inst.value(g), inst.value(f)
        r, c = a.nrows(), a.ncols()
        if r * c > _MAX_ENTRIES or not any(base.entries()):
            return None
        rows = []
        for i in range(r):
            for j in range(c):
                e = flint.fmpq_mat(r, c)
                e[i, j] = 1
                rows.append((inst.with_values({letter: a + e}).value(g) - base).entries())
        hessian = flint.fmpq_mat(rows)
        if not is_psd(hessian):
            return None
        # (H + small) d = -g, so that flat directions do no harm
        ridge = hessian + flint.fmpq_mat(
            [[flint.fmpq(int(i == j), 4096) for j in range(r * c)] for i in range(r * c)]
        )
        d = ridge.solve(flint.fmpq_mat([[-x] for x in base.entries()]))
        for limit in (64, 256):
            entries = [_rounded(a[i, j] + d[i * c + j, 0], limit) for i in range(r) for j in range(c)]
            at = inst.with_values({letter: flint.fmpq_mat(r, c, entries)})
            if at.value(f) < here:
                return at
        return None
    except SymlamError:
        return None


def _rounded(x: Any, limit: int) -> Any:
    import flint

    from symlam.algebra._exact import fraction

    y = fraction(x).limit_denominator(limit)
    return flint.fmpq(y.numerator, y.denominator)


def step_down(f: Scalar, inst: Instance, letter: Matrix) -> Instance | None:
    """A point with a smaller value along the negative gradient in one letter, None when the gradient is zero there."""
    import flint

    try:
        g = inst.value(gradient(f, letter))
        here = inst.value(f)
    except SymlamError:
        return None
    if not any(g.entries()):
        return None
    a = inst.letter(letter.as_letter())
    best = None
    for t in (
        flint.fmpq(1, 2),
        flint.fmpq(1, 8),
        flint.fmpq(1, 64),
        flint.fmpq(1, 1024),
        flint.fmpq(2),
        flint.fmpq(16),
    ):
        at = inst.with_values({letter: a - g * t})
        try:
            v = at.value(f)
        except SymlamError:
            continue
        if v < here and (best is None or v < best[0]):
            best = (v, at)
    return None if best is None else best[1]
