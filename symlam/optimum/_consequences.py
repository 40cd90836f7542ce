"""Which matrix equations follow from others by cancelling definite, injective and invertible factors.

A small, sound inference: from M S = 0 with S positive definite, M = 0; from B M = 0 with B of
full column rank, M = 0; from E N = I with E square, E is invertible; and rational linear
combinations.  It proves what every minimiser satisfies from the conditions for equality.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symlam.algebra import Matrix
from symlam.algebra._expression import MatrixKey, Rational
from symlam.algebra._letter import COLS, LETTERS, ROWS, Letter

Terms = dict[MatrixKey, Rational]


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
        self.zero = [m for m in zero if m]
        self.definite, self.injective = set(definite), set(injective)
        self.log: list[str] = []
        self._close()

    def _close(self) -> None:
        seen = set(self.zero)
        queue = list(self.zero)
        while queue:
            m = queue.pop()
            if self._invertible(m):
                queue = list(self.zero)  # more can be cancelled now
            for x, why in self._cancel(m):
                if x and x not in seen and -x not in seen:
                    seen.add(x)
                    self.zero.append(x)
                    queue.append(x)
                    self.log.append(f"{x!r} = 0 from {m!r} = 0: {why}")
            if not queue and self._combine(seen, queue):
                continue

    def _combine(self, seen: set[Matrix], queue: list[Matrix]) -> bool:
        """Differences of two facts of one shape that share a term, when shorter than both."""
        found = False
        facts = [m for m in self.zero if len(m.terms) <= 8]
        for i, a in enumerate(facts):
            for b in facts[i + 1 :]:
                if a.shape != b.shape:
                    continue
                for c in (a - b, a + b):
                    if (
                        c
                        and len(c.terms) < max(len(a.terms), len(b.terms))
                        and c not in seen
                        and -c not in seen
                    ):
                        seen.add(c)
                        self.zero.append(c)
                        queue.append(c)
                        found = True
        return found

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

    def _invertible(self, m: Matrix) -> bool:
        """E N = I with E square makes E invertible; say whether that is new."""
        if m.rows != m.cols or len(m.terms) != 2:
            return False
        keys = {k[2]: v for k, v in m.terms.items() if not k[0] and not k[1]}
        if () not in keys or len(keys) != 2:
            return False
        (w,) = (w for w in keys if w)
        if keys[w] != -keys[()]:
            return False
        new = False
        for f in (w[0], w[-1]):
            x = LETTERS[f >> 2]
            if x.rows == x.cols and x not in self.injective:
                self.injective.add(x)
                self.definite.add(x)  # square and injective: cancels on both sides
                self.log.append(f"{x.name} is invertible, since {m!r} = 0 and it is square")
                new = True
        return new

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
