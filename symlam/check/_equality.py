"""Equalities: decided by normal form, or broken by an exact instance that is checked once more."""

from __future__ import annotations

from typing import Any

from symlam.algebra import Assumptions, LinearForm, Matrix, Scalar, equal, msq
from symlam.algebra._exact import Instance
from symlam.algebra._sampling import satisfies
from symlam.check._remember import remember
from symlam.check._verdict import FAILS, FOLLOWS, Verdict, Violation, undecided
from symlam.errors import SymlamError


@remember
def decide_equality(left: Any, right: Any, known: Assumptions, *, rule: str = "") -> Verdict:
    """Whether left = right for all values that satisfy the assumptions."""
    unsupported = unsupported_inverses(known, left, right)
    if unsupported:
        return undecided(unsupported)
    answer = equal(left, right, under=known)
    if answer.verdict is True:
        how = rule or (
            "by the assumptions" if answer.used else "identity: expand, collect, rotate and transpose traces"
        )
        return Verdict(FOLLOWS, how, answer.used, obligations=(("equal", left, right),))
    if answer.verdict is None:
        return undecided(answer.reason)
    assert answer.counterexample is not None, "what is not equal differs somewhere"
    inst = answer.counterexample.instance
    violation = recheck_difference(inst, left, right, known)
    return Verdict(FAILS, rule or "the normal forms differ", counterexample=violation)


def recheck_difference(inst: Instance, left: Any, right: Any, known: Assumptions) -> Violation:
    """The violation on an instance, both values computed anew and every assumption checked."""
    if not satisfies(inst, known):
        raise SymlamError(
            "the counterexample does not satisfy the assumptions"
        )  # pragma: no cover - a defect
    if isinstance(left, LinearForm):
        gap = inst.value(msq(left - right))
        if not gap:
            raise SymlamError("the counterexample does not separate the sides")  # pragma: no cover - a defect
        return Violation(inst, gap, 0, "the mean square of left minus right is not 0")
    x, y = inst.value(left), inst.value(right)
    if x == y:
        raise SymlamError("the counterexample does not separate the sides")  # pragma: no cover - a defect
    return Violation(inst, x, y)


def unsupported_inverses(known: Assumptions, *values: Any) -> str:
    """Why an inverse in the values is not known to exist; empty when all are."""
    try:
        known.check_inverses(*(v for v in values if isinstance(v, Scalar | Matrix | LinearForm)))
    except SymlamError as error:
        return f"{error.problem}; assume that it is > 0"
    return ""
