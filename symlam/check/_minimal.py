"""The weakest subsets of the stated assumptions under which the accepted lines are still accepted."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from symlam.check._report import Report
from symlam.check._verdict import FOLLOWS
from symlam.errors import SymlamError

_EXHAUSTIVE = 5  # assumptions; above, one is dropped after another


def minimal_assumptions(report: Report, again: Callable[[frozenset[str]], Report]) -> list[tuple[str, ...]]:
    """Subsets that keep every accepted line, none of whose members can be dropped.

    ``again(dropped)`` checks once more without some assumptions.  All such subsets are found for up
    to five used assumptions, one otherwise.
    """
    accepted = [i for i, x in enumerate(report.lines) if x.verdict.answer == FOLLOWS]
    stated = list(report.stated)
    used = [t for t in stated if t not in report.unused]

    def enough(kept: tuple[str, ...]) -> bool:
        try:
            lines = again(frozenset(t for t in stated if t not in kept)).lines
        except SymlamError:  # a formula that has no meaning any more, such as an inverse
            return False
        return all(lines[i].verdict.answer == FOLLOWS for i in accepted)

    if len(used) <= _EXHAUSTIVE:
        found: list[tuple[str, ...]] = []
        for size in range(len(used) + 1):
            for kept in itertools.combinations(used, size):
                if not any(set(f) <= set(kept) for f in found) and enough(kept):
                    found.append(kept)
        return found
    rest = list(used)
    for t in used:
        fewer = tuple(x for x in rest if x != t)
        if enough(fewer):
            rest.remove(t)
    return [tuple(rest)]
