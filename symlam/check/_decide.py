"""One relation between two values: which question it is, and its verdict."""

from __future__ import annotations

from typing import Any

from symlam.algebra import Assumptions, Matrix, Scalar
from symlam.check import _values as V
from symlam.check._equality import decide_equality
from symlam.check._inequality import decide_at_least
from symlam.check._verdict import SECONDS, Verdict, time_limit, undecided
from symlam.errors import SymlamError

RELATIONS = {"EQUAL": "=", "AT_LEAST": ">=", "AT_MOST": "<=", "MEMBER": "in"}


def decide_relation(
    relation: str,
    left: Any,
    right: Any,
    known: Assumptions,
    *,
    hints: list[Any] | None = None,
    cited: list[Any] | None = None,
    rule: str = "",
    seconds: float = SECONDS,
) -> Verdict:
    """Decide left = right, left >= right or left <= right; undecided where a side leaves the fragment.

    Raises SymlamError when kinds or shapes do not agree.
    """
    for v in (left, right):
        if isinstance(v, V.OutsideFragment):
            return undecided(f"outside the fragment: {v.problem}")
    try:
        with time_limit(seconds):
            left, right = V.match(left, right)
            if named := V.quotients(left, right):
                known = known.plus(named)
            if relation == "=":
                return decide_equality(left, right, known, rule=rule)
            if not isinstance(left, Scalar | Matrix) or (
                isinstance(left, Matrix) and (left != left.T or right != right.T)
            ):
                raise SymlamError(
                    f"{relation} between {V.describe(left)} and {V.describe(right)}",
                    expected="scalars or symmetric matrices",
                )
            if relation == "<=":
                left, right = right, left
            verdict = decide_at_least(left, right, known, hints=hints, cited=cited)
    except V.OutsideFragment as error:
        return undecided(f"outside the fragment: {error.problem}")
    if relation == "<=":
        return _turned(verdict)
    return verdict


def _turned(verdict: Verdict) -> Verdict:
    """The verdict for right >= left, said of left <= right."""
    from dataclasses import replace

    c = verdict.counterexample
    if c is not None:
        c = replace(c, left=c.right, right=c.left)
    return replace(verdict, rule=verdict.rule.replace("left - right", "right - left"), counterexample=c)
