"""Minimiser and minimum claims: stationarity, convexity, uniqueness, and the value that is left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import flint

from symlam.algebra import (
    Assumptions,
    LinearForm,
    Matrix,
    Scalar,
    complete_square,
    degree,
    gradient,
    hessian_form,
    identity,
    msq,
    substitute,
)
from symlam.algebra._assumptions import Positive, PositiveDefinite
from symlam.algebra._exact import Instance
from symlam.algebra._expression import constant
from symlam.algebra._sampling import random_matrix, satisfies
from symlam.check._equality import decide_equality, unsupported_inverses
from symlam.check._gram import Element, Sum, find_sum
from symlam.check._inequality import (
    _draws,
    certificate,
    find_violation,
    positive_pair,
    semidefinite,
    step_down,
)
from symlam.check._remember import remember
from symlam.check._spectral import decide_low_rank
from symlam.check._values import OutsideFragment
from symlam.check._verdict import FAILS, FOLLOWS, Verdict, Violation, undecided
from symlam.errors import SymlamError

_EFFORT = 60


@remember
def decide_minimiser(
    f: Scalar,
    claimed: dict[Matrix, Matrix],
    known: Assumptions,
    *,
    only: bool,
    hints: list[Any] | None = None,
) -> Verdict:
    r"""Whether the claimed values of some letters minimise f over those letters, all else fixed.

    With ``only`` the claim is that nothing else does (as \arg\min_A f = ... says).
    """
    names = ", ".join(repr(m) for m in claimed)
    inside = {m.as_letter() for m in claimed}
    for value in claimed.values():
        if inside & value.letters():
            raise SymlamError(
                f"the claimed minimiser ({value!r}) contains {names}", expected="the other letters only"
            )
    stuck = _constrained(inside, known)
    if stuck:
        return undecided(stuck)
    unsupported = unsupported_inverses(known, f, *claimed.values())
    if unsupported:
        return undecided(unsupported)
    there = substitute(f, claimed)
    allowed = known.check_inverses(f, *claimed.values())
    used = set(allowed)
    obligations: list[tuple[Any, ...]] = [("stationary", f, letter, claimed) for letter in claimed]
    for letter in claimed:
        g, more = known.reduce_with_sources(substitute(gradient(f, letter), claimed))
        used |= more
        if g:
            violation, tried = _better(f, claimed, known)
            if violation is not None:
                return Verdict(FAILS, f"not stationary in {letter!r}", counterexample=violation)
            return undecided(
                f"the gradient in {letter!r} is not seen to vanish, nor seen not to on {tried} instances"
            )
    squares, convex = _convex(f, claimed, there, known, hints)
    if convex is None:
        violation, tried = _better(f, claimed, known)
        if violation is not None:
            return Verdict(FAILS, f"stationary, but no minimum in {names}", counterexample=violation)
        return undecided(
            f"stationary in {names}; no certificate of a minimum, and no better point on {tried} instances"
        )
    used |= convex
    obligations.append(("at least", f, there, None, known))
    rule = f"stationary, and {names} -> L - L* is a sum of squares: convex along it"
    unique, condition, sources = _unique(f, claimed, known)
    if condition:
        note = f"unique exactly when {condition}"
    elif unique:
        note = "unique: the form is definite by itself"
    else:
        note = f"all minimisers: the points where {' and '.join(squares)} vanish" if squares else ""
    if not only:
        return Verdict(
            FOLLOWS,
            rule,
            frozenset(used),
            squares=squares,
            note=note,
            unique=_answer(unique, condition),
            obligations=tuple(obligations),
        )
    if unique:
        return Verdict(
            FOLLOWS,
            f"{rule}; the only minimiser",
            frozenset(used | sources),
            squares=squares,
            note=note,
            unique="yes",
            obligations=tuple(obligations),
        )
    other = _another(f, claimed, known)
    if other is not None:
        return Verdict(
            FAILS, "a minimiser, but not the only one", counterexample=other, note=note, unique="no"
        )
    return undecided("a minimiser; whether it is the only one was not decided", note=note)


def _answer(unique: bool, condition: str) -> str:
    return "yes" if unique else f"exactly when {condition}" if condition else "not decided"


def _constrained(letters: set[Any], known: Assumptions) -> str:
    for a in known:
        if any(letters & e.letters() for e in a.expressions()):
            return f"minimisation under the constraint {a.text}"
    return ""


def _convex(
    f: Scalar, claimed: dict[Matrix, Matrix], there: Scalar, known: Assumptions, hints: list[Any] | None
) -> tuple[tuple[str, ...], frozenset[Any] | None]:
    """The squares of f - f*, with the assumptions used; by convexity alone when f is quadratic in one letter."""
    if len(claimed) == 1:
        (letter,) = claimed
        try:
            square = complete_square(known.reduce(f), letter)
            weights = positive_pair(square.left, square.right, known)
            if weights is not None:
                return (
                    f"tr(P N S N') with N = {letter!r} - ({claimed[letter]!r}), P = {square.left!r}, S = {square.right!r}",
                ), weights
        except SymlamError:
            pass  # not of that form: look for a certificate
    elements = [
        Element(constant(1), constant(1), h) for h in hints or () if isinstance(h, LinearForm | Matrix)
    ]
    found = certificate(f - there, known, hints=elements)
    if found is not None:
        return tuple(s for s, _ in found.squares), found.used
    if len(claimed) == 1:
        (letter,) = claimed
        try:
            if degree(f, letter) <= 2:
                form = certificate(hessian_form(f, letter), known)
                if form is not None:
                    return tuple(f"second derivative {s}" for s, _ in form.squares), form.used
        except SymlamError:
            pass
    return (), None


def _unique(f: Scalar, claimed: dict[Matrix, Matrix], known: Assumptions) -> tuple[bool, str, frozenset[Any]]:
    """Whether the minimiser is unique under the assumptions, the exact condition, and what was used."""
    if len(claimed) != 1:
        return False, "", frozenset()
    (letter,) = claimed
    try:
        square = complete_square(known.reduce(f), letter)
    except SymlamError:
        return False, "", frozenset()
    conditions, all_definite = [], True
    used: set[Any] = set()
    for m in (square.left, square.right):
        sources = definite(m, known)
        if sources is None:
            all_definite = False
        else:
            used |= sources
        if definite(m, Assumptions()) is None:
            conditions.append(f"{m!r} > 0" if semidefinite(m, known) is not None else f"{m!r} is invertible")
    return all_definite, " and ".join(conditions), frozenset(used)


def definite(m: Matrix, known: Assumptions) -> frozenset[Any] | None:
    """What was used to see that a positive semidefinite matrix is definite; None when it was not seen."""
    reduced, used = known.reduce_with_sources(m)
    options: list[tuple[Matrix, frozenset[Any]]] = [(identity(m.rows), frozenset())]
    options += [
        (a.expression, frozenset([a]))
        for a in known
        if isinstance(a, PositiveDefinite) and a.expression.shape == m.shape
    ]
    for base, source in options:
        for scale in (1, 2, 4):
            more = semidefinite(reduced - base / scale, known)
            if more is not None:
                return frozenset(used | more | source)
    return None


# ---- counterexamples


def _better(f: Scalar, claimed: dict[Matrix, Matrix], known: Assumptions) -> tuple[Violation | None, int]:
    """An instance with a point better than the claimed one; how many instances were tried."""
    rng = random.Random(2)
    tried = 0
    for inst in _draws([f, *claimed, *claimed.values()], known):
        try:
            at = inst.with_values({m: inst.value(v) for m, v in claimed.items()})
            here = at.value(f)
        except SymlamError:
            continue
        for other in _neighbours(f, at, list(claimed), rng):
            v = other.value(f)
            if v < here and satisfies(at, known) and satisfies(other, known):
                better = {f"better {m!r}": other.value(m) for m in claimed}
                return Violation(
                    at, here, v, "value at the claimed point, and at a better one", better
                ), tried + 1
        tried += 1
        if tried >= _EFFORT:
            break
    return None, tried


def _neighbours(f: Scalar, at: Instance, letters: list[Matrix], rng: random.Random) -> Iterator[Instance]:
    for letter in letters:
        step = step_down(f, at, letter)
        if step is not None:
            yield step
    for scale in (1, 4):
        moved = {}
        for m in letters:
            x = m.as_letter()
            d = random_matrix(rng, at.size(x.rows), at.size(x.cols), 2)
            if x.symmetric:
                d = d + d.transpose()
            moved[m] = at.letter(x) + d * flint.fmpq(1, scale)
        yield at.with_values(moved)


def _another(f: Scalar, claimed: dict[Matrix, Matrix], known: Assumptions) -> Violation | None:
    """An instance with a second minimiser, reached from the claimed one along a flat direction."""
    tried = 0
    for inst in _draws([f, *claimed, *claimed.values()], known):
        tried += 1
        if tried > _EFFORT:
            return None
        try:
            at = inst.with_values({m: inst.value(v) for m, v in claimed.items()})
            here = at.value(f)
        except SymlamError:
            continue
        for letter in claimed:
            direction = _flat(f, at, letter)
            if direction is None:
                continue
            other = at.with_values({letter: at.letter(letter.as_letter()) + direction})
            if other.value(f) == here and satisfies(other, known) and satisfies(at, known):
                return Violation(
                    at, here, other.value(f), "the same value at the claimed point and at another one",
                    {f"another {letter!r}": other.value(letter)},
                )  # fmt: skip
    return None


def _flat(f: Scalar, at: Instance, letter: Matrix) -> flint.fmpq_mat | None:
    """A direction in the letter along which a quadratic f has no curvature, None when there is none."""
    if degree(f, letter) > 2:
        return None
    g = gradient(f, letter)
    a = at.letter(letter.as_letter())
    base = at.value(g)
    r, c = a.nrows(), a.ncols()
    rows = []
    for i in range(r):
        for j in range(c):
            e = flint.fmpq_mat(r, c)
            e[i, j] = 1
            rows.append((at.with_values({letter: a + e}).value(g) - base).entries())
    space, rank = flint.fmpq_mat(rows).rref()  # symmetric, so rows are columns
    if rank == r * c:
        return None
    pivots = [next(j for j in range(r * c) if space[i, j]) for i in range(rank)]
    free = next(j for j in range(r * c) if j not in pivots)
    out = [flint.fmpq(0)] * (r * c)
    out[free] = flint.fmpq(1)
    for i, p in enumerate(pivots):
        out[p] = -space[i, free]
    return flint.fmpq_mat([out[i * c : (i + 1) * c] for i in range(r)])


# ---- the value of a minimum


@remember
def decide_minimum(
    f: Scalar, letters: list[Matrix], value: Scalar, known: Assumptions, *, hints: list[Any] | None = None
) -> Verdict:
    r"""Whether \min over the letters of f equals the value."""
    stuck = _constrained({m.as_letter() for m in letters}, known)
    if stuck:
        return undecided(stuck)
    if {m.as_letter() for m in letters} & value.letters():
        raise SymlamError(
            f"({value!r}) contains a letter that is minimised over", expected="the other letters only"
        )
    unsupported = unsupported_inverses(known, f, value)
    if unsupported:
        return undecided(unsupported)
    reduced, used = known.reduce_with_sources(f)
    left = eliminate(reduced, letters, known)
    if left is not None:
        rest, centres, more = left
        answer = decide_equality(rest, value, known)
        steps = "; ".join(f"{m!r} = {c!r}" for m, c in centres.items())
        rule = f"completing the square: {steps} leaves {rest!r}"
        return Verdict(
            answer.answer, rule if answer.answer == FOLLOWS else answer.rule if answer.answer != FAILS else rule,
            frozenset(used | more | answer.used) if answer.answer == FOLLOWS else frozenset(),
            answer.counterexample,
            obligations=_minimum_obligations(f, centres, value, known),
        )  # fmt: skip
    found = decide_low_rank(f, letters, value, known) or _attained(f, letters, value, known, hints)
    if found is not None:
        return found
    violation, tried = find_violation(f, value, known)
    if violation is not None:
        return Verdict(FAILS, "a point with a smaller value", counterexample=violation)
    return undecided(
        f"the minimum over {', '.join(map(repr, letters))} was not found by completing squares (a rank-constrained "
        f"minimum is spectral, as in Eckart-Young); no smaller value on {tried} instances"
    )


def _minimum_obligations(
    f: Scalar, centres: dict[Matrix, Matrix], value: Scalar, known: Assumptions
) -> tuple[tuple[Any, ...], ...]:
    """The value is reached at the centres, and nothing is below it."""
    choice: dict[Matrix, Matrix] = {}
    for letter, centre in reversed(centres.items()):  # the last one eliminated has no other letter in it
        choice[letter] = substitute(centre, choice) if choice else centre
    return ("equal", substitute(f, choice) if choice else f, value), ("at least", f, value, None, known)


def eliminate(
    f: Scalar, letters: list[Matrix], known: Assumptions
) -> tuple[Scalar, dict[Matrix, Matrix], frozenset[Any]] | None:
    """Minimise over the letters one after another by completing squares; None when one of them resists."""
    remaining = [m for m in letters if m.as_letter() in f.letters()]
    if not remaining:
        return f, {}, frozenset()
    for letter in remaining:
        try:
            square = complete_square(f, letter)
            allowed = known.check_inverses(square.rest, square.centre)
        except SymlamError:
            continue
        weights = positive_pair(square.left, square.right, known)
        if weights is None:
            continue
        rest, more = known.reduce_with_sources(square.rest)
        after = eliminate(rest, [m for m in letters if m != letter], known)
        if after is not None:
            return after[0], {letter: square.centre, **after[1]}, after[2] | weights | allowed | more
    return None


def _attained(
    f: Scalar, letters: list[Matrix], value: Scalar, known: Assumptions, hints: list[Any] | None
) -> Verdict | None:
    """f - value as squares that a choice of the letters makes vanish together."""
    forms = [h for h in hints or () if isinstance(h, LinearForm)]
    elements = [Element(constant(1), constant(1), h) for h in forms]
    found = certificate(f - value, known, hints=elements)
    if found is None:
        # the same squares with the weights of the loss, each of them assumed positive
        weights = [
            a.expression for a in known if isinstance(a, Positive) and a.expression.symbols() & f.symbols()
        ]
        if not weights:
            return None
        distinct = list({repr(known.reduce(h)): h for h in forms}.values())
        elements = [Element(w, constant(1), h) for h in distinct for w in (constant(1), *weights)]
        found = find_sum(f - value, known, elements)
        if found is None:
            return None
    present = [h for h in forms if known.reduce(msq(h))]
    # all forms together first; then those of the last lines, as the same residual may be known in several forms
    for some in (present, *(present[-j:] for j in range(1, len(present)))):
        choice = _vanish(some, letters, known)
        if not choice:
            continue
        there, used = known.reduce_with_sources(substitute(f, choice) - value)
        if not there:
            break
    else:
        return None
    shown = ", ".join(f"{k!r} = {v!r}" for k, v in choice.items())
    squares = tuple(s for s, _ in found.squares)
    return Verdict(
        FOLLOWS,
        f"squares that vanish together at {shown}: {' + '.join(squares)}",
        found.used | used,
        squares=squares,
        obligations=(("equal", substitute(f, choice), value), ("at least", f, value, found.forms, known)),
    )


def _vanish(forms: list[LinearForm], letters: list[Matrix], known: Assumptions) -> dict[Matrix, Matrix]:
    """Values of letters that make as many coefficients vanish as can be solved for, in the order that works."""
    from symlam.objective._objective import collect

    choice: dict[Matrix, Matrix] = {}
    pending = [m for h in forms for m, _ in collect(h)]
    left = list(letters)
    progress = True
    while progress:
        progress = False
        for m in sorted(
            (substitute(p, choice) if choice else p for p in pending), key=lambda m: len(m.terms)
        ):
            solved = _solve(m, left)
            if solved is None:
                continue
            letter, value = solved
            choice = {k: substitute(v, {letter: value}) for k, v in choice.items()}
            choice[letter] = value
            left.remove(letter)
            progress = True
            break
    return choice


def _solve(m: Matrix, letters: list[Matrix]) -> tuple[Matrix, Matrix] | None:
    """A letter and its value with m = 0, after cancelling a common left factor; None when there is none."""
    if not m.terms:
        return None
    words = [k[2] for k in m.terms]
    n = 0
    while all(len(w) > n for w in words) and len({w[n] for w in words}) == 1 and min(map(len, words)) > n + 1:
        n += 1
    from symlam.algebra._letter import LETTERS, ROWS

    for letter in letters:
        code = letter._letter_code()
        for k, v in m.terms.items():
            if k[2][n:] != (code,) or k[0] or k[1]:
                continue
            others = {(s, t, w[n:]): c for (s, t, w), c in m.terms.items() if (s, t, w) != k}
            if any(f & ~3 == code for s, t, w in others for f in (*w, *(g for x in t for g in x))):
                continue
            rows = ROWS[code]
            return letter, Matrix(rows, LETTERS[code >> 2].cols, others) * constant(-1) / v
    return None


__all__ = ["OutsideFragment", "Sum", "decide_minimiser", "decide_minimum", "definite", "eliminate"]
