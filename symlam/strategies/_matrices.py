"""Dimensions, rational matrices, orthonormal columns, and covariances with a prescribed spectrum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from symlam.errors import SymlamError
from symlam.strategies._rows import Rows, _entry, count

# in the order in which values shrink: to the left; near-ties and extreme ratios come last
EIGENVALUES = tuple(
    Fraction(x) for x in ("1", "2", "3", "1/2", "1000001/1000000", "1000000", "1/1000000", "1000000000000")
)


def dimensions(*, smallest: int = 1, largest: int = 4) -> st.SearchStrategy[int]:
    """Sizes from ``smallest`` to ``largest``; shrinks to the smallest.

    >>> from hypothesis import find
    >>> find(dimensions(largest=8), lambda n: n > 2)
    3
    """
    count("smallest", smallest)
    count("largest", largest)
    if smallest > largest:
        raise SymlamError(f"smallest is {smallest} and largest is {largest}", expected="smallest <= largest")
    return st.integers(smallest, largest)


def entries(largest: int, denominator: int) -> st.SearchStrategy[Fraction]:
    """Rationals p/q, q up to a bound; simple ones first."""
    found = {Fraction(p, q) for q in range(1, denominator + 1) for p in range(-largest * q, largest * q + 1)}
    return st.sampled_from(sorted(found, key=lambda x: (x.denominator, abs(x), x < 0)))


def rational_matrices(
    shape: tuple[int, int], *, largest: int = 3, denominator: int = 2
) -> st.SearchStrategy[Rows]:
    """Matrices of a shape with entries p/q, \\|p/q\\| <= ``largest`` and q <= ``denominator``; shrinks to zeros.

    Raises SymlamError for a shape that is not two sizes >= 1.

    >>> from hypothesis import find
    >>> find(rational_matrices((2, 2)), lambda m: m[0][0] * m[1][1] != m[0][1] * m[1][0])
    rows("0 1; 1 0")
    """
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise SymlamError(f"the shape is {shape!r}", expected="(rows, columns)")
    r, c = count("rows", shape[0]), count("columns", shape[1])
    each = entries(count("largest", largest), count("denominator", denominator))
    return st.lists(st.tuples(*[each] * c), min_size=r, max_size=r).map(Rows)


def _reflections(n: int, most: int) -> st.SearchStrategy[list[tuple[int, ...]]]:
    """Normals of mirrors: with small integers, so that products of reflections are rational and orthogonal."""
    small = st.sampled_from((0, 1, -1, 2, -2))
    return st.lists(st.tuples(*[small] * n), max_size=most)


def _reflect(m: list[list[Fraction]], normal: Sequence[int]) -> list[list[Fraction]]:
    """(I - 2 v v' / v'v) m; the matrix itself for v = 0."""
    square = sum(x * x for x in normal)
    if not square:
        return m
    weights = [
        Fraction(2, square) * sum((v * row[j] for v, row in zip(normal, m, strict=True)), Fraction(0))
        for j in range(len(m[0]))
    ]
    return [[x - v * w for x, w in zip(row, weights, strict=True)] for v, row in zip(normal, m, strict=True)]


def _unit(n: int, k: int) -> list[list[Fraction]]:
    return [[Fraction(int(i == j)) for j in range(k)] for i in range(n)]


def orthonormal(n: int, k: int) -> st.SearchStrategy[Rows]:
    """n x k matrices with Q'Q = I exactly; shrinks to the first columns of the identity.

    Products of at most n reflections in mirrors with integer normals: signed permutations are among them.
    Raises SymlamError for k > n.

    >>> from hypothesis import find
    >>> find(orthonormal(2, 2), lambda q: q[0][1] == 1)
    rows("0 1; 1 0")
    """
    count("n", n)
    count("k", k)
    if k > n:
        raise SymlamError(f"{k} orthonormal columns of length {n}", expected="k <= n")

    def turn(normals: list[tuple[int, ...]]) -> Rows:
        out = _unit(n, k)
        for v in normals:
            out = _reflect(out, v)
        return Rows(tuple(row) for row in out)

    return _reflections(n, n).map(turn)


def covariances(
    n: int, *, rank: int | None = None, spectrum: Sequence[Any] | None = None, ties: bool | None = None
) -> st.SearchStrategy[Rows]:
    """n x n positive semidefinite matrices Q diag(s) Q', Q orthogonal and rational, so that s is the exact spectrum.

    ``spectrum`` prescribes s; ``rank`` the number of positive eigenvalues; ``ties=True`` wants two equal positive
    eigenvalues, ``ties=False`` none. By default zeros, ties, near-ties (1 and 1 + 10^-6) and ratios up to 10^18 are
    common. Shrinks to diagonal matrices of zeros and ones. Raises SymlamError for what no matrix satisfies.

    >>> from hypothesis import find
    >>> find(covariances(2, rank=1), lambda s: True)
    rows("1 0; 0 0")
    >>> find(covariances(3, ties=True), lambda s: True)
    rows("1 0 0; 0 1 0; 0 0 0")
    """
    count("n", n)
    if ties is not None and not isinstance(ties, bool):
        raise SymlamError(f"ties is {ties!r}", expected="True, False or None")
    if rank is not None and count("rank", rank, 0) > n:
        raise SymlamError(f"rank {rank} of an n x n matrix with n = {n}", expected="rank <= n")
    if spectrum is not None:
        values: st.SearchStrategy[list[Fraction]] = st.just(_prescribed(n, rank, spectrum, ties))
    else:
        low, high = (rank, rank) if rank is not None else (2 if ties else 0, n)
        if ties and high < 2:
            raise SymlamError(
                f"two equal positive eigenvalues with rank {high}", expected="rank >= 2 with ties=True"
            )
        values = st.integers(low, high).flatmap(lambda r: _values(n, r, ties))
    return st.builds(_conjugated, values, _reflections(n, 2))


def _prescribed(n: int, rank: int | None, spectrum: Sequence[Any], ties: bool | None) -> list[Fraction]:
    out = [_entry(x) for x in spectrum]
    positive = [x for x in out if x]
    if len(out) != n:
        raise SymlamError(f"the spectrum has {len(out)} values", expected=f"n = {n}")
    if any(x < 0 for x in out):
        raise SymlamError("the spectrum has a negative value", expected="eigenvalues >= 0")
    if rank is not None and len(positive) != rank:
        raise SymlamError(f"the spectrum has {len(positive)} positive values", expected=f"rank = {rank}")
    if ties is not None and ties != (len(set(positive)) < len(positive)):
        raise SymlamError(
            f"ties={ties} and the spectrum {', '.join(map(str, out))}", expected="no contradiction"
        )
    return sorted(out, reverse=True)


def _values(n: int, rank: int, ties: bool | None) -> st.SearchStrategy[list[Fraction]]:
    """``rank`` positive eigenvalues in falling order, then zeros."""
    one = st.sampled_from(EIGENVALUES)
    if ties is None:
        found = st.lists(one, min_size=rank, max_size=rank)
    elif ties:
        # draw all but one; the last repeats one of them
        found = st.lists(one, min_size=rank - 1, max_size=rank - 1).flatmap(
            lambda xs: st.sampled_from(xs).map(lambda x: [*xs, x])
        )
    else:
        # sums of positive gaps are different, whatever the gaps
        found = st.lists(one, min_size=rank, max_size=rank).map(
            lambda gaps: [sum(gaps[: i + 1], Fraction(0)) for i in range(len(gaps))]
        )
    return found.map(lambda xs: sorted(xs, reverse=True) + [Fraction(0)] * (n - rank))


def _conjugated(values: list[Fraction], normals: list[tuple[int, ...]]) -> Rows:
    n = len(values)
    out = [[values[i] if i == j else Fraction(0) for j in range(n)] for i in range(n)]
    for v in normals:
        half = _reflect(out, v)
        out = _reflect([list(column) for column in zip(*half, strict=True)], v)
    return Rows(tuple(row) for row in out)
