"""Joint second moments of several random vectors, some of them uncorrelated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from symlam.errors import SymlamError
from symlam.strategies._rows import Rows, count


@dataclass(frozen=True)
class JointMoment:
    """E[w w'] of stacked random vectors w: ``blocks`` are their names and sizes, ``matrix`` is the whole."""

    blocks: tuple[tuple[str, int], ...]
    matrix: Rows

    def block(self, x: str, y: str) -> Rows:
        """E[x y'], size of x by size of y; SymlamError for an unknown name."""
        places: dict[str, slice] = {}
        start = 0
        for name, size in self.blocks:
            places[name] = slice(start, start + size)
            start += size
        for name in (x, y):
            if name not in places:
                raise SymlamError(f"no block {name!r}", expected=", ".join(places))
        return Rows(row[places[y]] for row in self.matrix[places[x]])

    def __repr__(self) -> str:
        return f"JointMoment({self.blocks}, {self.matrix!r})"


def joint_moments(
    blocks: Mapping[str, int], *, zero: Iterable[tuple[str, str]] = (), definite: bool = False
) -> st.SearchStrategy[JointMoment]:
    """Positive semidefinite E[w w'] of named vectors, with E[x y'] = 0 exactly for each pair in ``zero``.

    Sums of g g' over few sources g with small integer entries, each of which touches only vectors that may be
    correlated: any rank, and zero itself. ``definite`` adds the identity. Shrinks to zero (or to the identity).
    Where allowed pairs form a cycle of four or more vectors without a chord, some positive semidefinite matrices
    of the pattern are no such sums. Raises SymlamError for unknown names and for a vector uncorrelated with itself.

    >>> from hypothesis import find
    >>> some = joint_moments({"o": 1, "q": 2}, zero=[("o", "q")])
    >>> find(some, lambda m: m.block("o", "o")[0][0] > 0 and m.block("q", "q")[0][1] != 0).matrix
    rows("1 0 0; 0 1 1; 0 1 1")
    """
    if not isinstance(blocks, Mapping) or not blocks:
        raise SymlamError(f"blocks is {blocks!r}", expected='sizes by name, such as {"o": 2, "q": 1}')
    sizes = {str(name): count(f"the size of {name}", size) for name, size in blocks.items()}
    apart = set()
    for pair in zero:
        if not isinstance(pair, tuple) or len(pair) != 2 or not set(pair) <= set(sizes):
            raise SymlamError(f"zero has {pair!r}", expected=f"pairs of {', '.join(sizes)}")
        if pair[0] == pair[1]:
            raise SymlamError(f"E[{pair[0]} {pair[0]}'] = 0", expected="two different vectors")
        apart.add(frozenset(pair))
    if not isinstance(definite, bool):
        raise SymlamError(f"definite is {definite!r}", expected="True or False")
    total = sum(sizes.values())
    entry = st.sampled_from((0, 1, -1, 2, -2))

    @st.composite
    def sources(draw: st.DrawFn) -> list[int]:
        out: list[int] = []
        touched: list[str] = []
        # later vectors get their turn too: the order in which they are asked is drawn
        first = draw(st.integers(0, len(sizes) - 1))
        names = list(sizes)
        values: dict[str, list[int]] = {}
        for name in names[first:] + names[:first]:
            if any(frozenset((name, other)) in apart for other in touched):
                continue
            values[name] = draw(st.lists(entry, min_size=sizes[name], max_size=sizes[name]))
            if any(values[name]):
                touched.append(name)
        for name in names:
            out += values.get(name, [0] * sizes[name])
        return out

    def build(columns: list[list[int]]) -> JointMoment:
        m = [[Fraction(int(definite and i == j)) for j in range(total)] for i in range(total)]
        for g in columns:
            for i in range(total):
                if g[i]:
                    for j in range(total):
                        m[i][j] += g[i] * g[j]
        return JointMoment(tuple(sizes.items()), Rows(tuple(row) for row in m))

    return st.lists(sources(), max_size=total + 1).map(build)
