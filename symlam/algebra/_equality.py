"""Deciding equality: yes by normal form, no by an exact counterexample, otherwise undecided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symlam.algebra._assumptions import Assumption, Assumptions
from symlam.algebra._expression import Matrix, Scalar, _rational, check_names, constant
from symlam.algebra._random import LinearForm, msq
from symlam.errors import SymlamError


@dataclass(frozen=True)
class Counterexample:
    """Exact data that satisfy the assumptions and on which two values differ."""

    instance: Any
    left: Any
    right: Any

    def describe(self) -> dict[str, Any]:
        """JSON-ready: the instance and both values, every number exact."""
        return {**self.instance.describe(), "left": _show(self.left), "right": _show(self.right)}


def _show(value: Any) -> Any:
    if hasattr(value, "nrows"):
        from symlam.algebra._exact import rows_of

        return [[str(x) for x in row] for row in rows_of(value)]
    return str(value)


@dataclass(frozen=True)
class Equality:
    """The answer of `equal`: ``verdict`` True, False (with counterexample) or None (undecided, with why)."""

    verdict: bool | None
    used: frozenset[Assumption] = frozenset()
    counterexample: Counterexample | None = None
    reason: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return self.verdict is True


def equal(lhs: Any, rhs: Any, *, under: Any = (), rounds: int = 6, seed: int = 0) -> Equality:
    """Decide lhs = rhs for scalars, matrices or random vectors under assumptions.

    Random vectors are equal when E||lhs - rhs||^2 = 0.  Raises SymlamError for shapes that do
    not agree, contradictory assumptions, or an inverse that no assumption allows.

    >>> from symlam.algebra import matrix, msq, uncorrelated, vector
    >>> o, e, A = vector("o", "n"), vector("e", "n"), matrix("A", "n", "n")
    >>> bool(equal(msq(A * o + e), msq(A * o) + msq(e), under=uncorrelated(o, e)))
    True
    >>> answer = equal(msq(A * o + e), msq(A * o) + msq(e))
    >>> answer.verdict, answer.counterexample.left != answer.counterexample.right
    (False, True)
    """
    known = under if isinstance(under, Assumptions) else Assumptions(under)
    lhs, rhs = _two_sides(lhs, rhs)
    difference = lhs - rhs
    check_names(lhs, rhs, *(x for a in known for x in a.expressions()))
    allowed = known.check_inverses(lhs, rhs)
    if isinstance(difference, LinearForm):
        reduced, used = known.reduce_with_sources(difference)
        if not reduced:
            return Equality(True, used | allowed)
        square, more = known.reduce_with_sources(msq(reduced))
        if not square:
            return Equality(True, used | more | allowed)
        return _search(msq(difference), constant(0), known, rounds, seed)
    reduced, used = known.reduce_with_sources(difference)
    if not reduced:
        return Equality(True, used | allowed)
    return _search(lhs, rhs, known, rounds, seed)


def _two_sides(lhs: Any, rhs: Any) -> tuple[Any, Any]:
    """Both sides as expressions of one kind; a rational becomes a scalar, 0 whatever the other side is."""
    kinds = Scalar | Matrix | LinearForm

    def lift(x: Any, other: Any) -> Any:
        if isinstance(x, kinds):
            return x
        value = _rational(x)
        if value is None:
            raise SymlamError(f"{x!r} is not an expression")
        if not value and isinstance(other, Matrix):
            return Matrix(other.rows, other.cols)
        if not value and isinstance(other, LinearForm):
            return LinearForm(other.dim, {})
        return constant(value)

    return lift(lhs, rhs), lift(rhs, lhs)


def _search(lhs: Any, rhs: Any, known: Assumptions, rounds: int, seed: int) -> Equality:
    from symlam.algebra._sampling import instances

    tried = 0
    for inst in instances([lhs, rhs], known, rounds=rounds, seed=seed):
        try:
            left, right = inst.value(lhs), inst.value(rhs)
        except SymlamError:  # singular or zero where an inverse is needed: not an instance of the claim
            continue
        tried += 1
        if left != right:
            return Equality(False, counterexample=Counterexample(inst, left, right))
    if not tried:
        reason = "the normal forms differ, and no exact instance of the assumptions could be drawn"
    else:
        reason = f"the normal forms differ, yet the values agreed on {tried} exact instances"
    return Equality(None, reason=f"{reason}; outside the fragment")
