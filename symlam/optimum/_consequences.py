"""Which matrix equations follow from others by cancelling definite, injective and invertible factors.

A small, sound inference: from M S = 0 with S positive definite, M = 0; from B M = 0 with B of
full column rank, M = 0; from E N = I with E square, E is invertible; and rational linear
combinations.  It proves what every minimiser satisfies from the conditions for equality.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from fractions import Fraction

from symlam.algebra import Matrix
from symlam.algebra._expression import MatrixKey, Rational
from symlam.algebra._letter import COLS, LETTERS, ROWS, Letter

Terms = dict[MatrixKey, Rational]
_SHORT = 8  # terms of a fact that is combined with others


class Facts:
    """Matrix expressions known to vanish, and letters known to be definite, injective or invertible.

    >>> from symlam.algebra import matrix, vector, E
    >>> B, M, o = matrix("B", "n", "k"), matrix("M", "k", "n"), vector("o", "n")
    >>> facts = Facts([B * M * E(o, o)], definite=[E(o, o).as_letter()], injective=[B.as_letter()])
    >>> facts.imply(M)
    True
    """

    def __init__(
        self, zero: Iterable[Matrix], definite: Iterable[Letter] = (), injective: Iterable[Letter] = ()
    ) -> None:
        self.zero: list[Matrix] = []
        self.definite, self.injective = set(definite), set(injective)
        self.log: list[str] = []
        self._known: set[Matrix] = set()
        for m in zero:
            self._enter(m)
        self._close()

    def _enter(self, m: Matrix, why: str = "") -> None:
        """Take m = 0 in, once, whatever its sign."""
        if not m or m in self._known:
            return
        self.zero.append(m)
        self._known |= {m, -m}
        if why:
            self.log.append(f"{m!r} = 0 from {why}")

    def _close(self) -> None:
        """Cancel, combine and learn until nothing new comes."""
        size = (-1, -1)
        while size != (len(self.zero), len(self.definite)):
            size = len(self.zero), len(self.definite)
            for m in tuple(self.zero):
                self._learn(m)
                for x, why in self._cancel(m):
                    self._enter(x, f"{m!r} = 0: {why}")
            for a, b in itertools.combinations([m for m in self.zero if len(m.terms) <= _SHORT], 2):
                self._combine(a, b)

    def _combine(self, a: Matrix, b: Matrix) -> None:
        """The difference and the sum of two facts, where terms cancel."""
        if a.shape == b.shape:
            for c in (a - b, a + b):
                if len(c.terms) < max(len(a.terms), len(b.terms)):
                    self._enter(c, f"{a!r} = 0 and {b!r} = 0")

    def _cancel(self, m: Matrix) -> list[tuple[Matrix, str]]:
        out: list[tuple[Matrix, str]] = []
        words = [k[2] for k in m.terms]
        if any(not w for w in words):
            return out
        last, first = {w[-1] for w in words}, {w[0] for w in words}
        if len(last) == 1:
            (f,) = last
            x = LETTERS[f >> 2]
            right = (x in self.definite or x.invertible) or (x in self.injective and f & 1)
            if right:
                dim = ROWS[f]
                out.append(
                    (
                        Matrix(m.rows, dim, {(s, t, w[:-1]): v for (s, t, w), v in m.terms.items()}),
                        f"{x.name} on the right is cancelled",
                    )
                )
        if len(first) == 1:
            (f,) = first
            x = LETTERS[f >> 2]
            left = (x in self.definite or x.invertible) or (x in self.injective and not f & 1)
            if left:
                dim = COLS[f]
                out.append(
                    (
                        Matrix(dim, m.cols, {(s, t, w[1:]): v for (s, t, w), v in m.terms.items()}),
                        f"{x.name} on the left is cancelled",
                    )
                )
        return out

    def _learn(self, m: Matrix) -> None:
        """c E N = d I with a number d other than 0 makes E invertible where E is square, and so the last factor."""
        words = [w for _, _, w in m.terms if w]
        if len(m.terms) != 2 or len(words) != 1 or ((), (), ()) not in m.terms:
            return
        for f in (words[0][0], words[0][-1]):
            x = LETTERS[f >> 2]
            if x.rows == x.cols and x not in self.definite:
                self.injective.add(x)
                self.definite.add(x)  # square and injective: cancels on both sides
                self.log.append(f"{x.name} is invertible, since {m!r} = 0 and it is square")

    def imply(self, goal: Matrix) -> bool:
        """Whether the goal is a rational linear combination of known facts (or of their transposes)."""
        if not goal:
            return True
        rows = [dict(m.terms) for m in self.zero if m.shape == goal.shape]
        rows += [dict(m.T.terms) for m in self.zero if m.T.shape == goal.shape]
        target = dict(goal.terms)
        # Gaussian elimination over the rationals on term dictionaries
        pivots: list[tuple[MatrixKey, Terms]] = []
        for row in rows:
            row = _reduce(row, pivots)
            if row:
                pivots.append((next(iter(row)), row))
        return not _reduce(target, pivots)


def _reduce(row: Terms, pivots: list[tuple[MatrixKey, Terms]]) -> Terms:
    row = dict(row)
    for key, p in pivots:
        if row.get(key):
            c = Fraction(row[key]) / p[key]
            for k, v in p.items():
                row[k] = row.get(k, 0) - c * v
            row = {k: v for k, v in row.items() if v}
    return row
