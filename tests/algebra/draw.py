"""Exact values for the letters of `symlam.strategies.trees`, as plain data."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symlam.strategies.trees import DIMS, SCALARS, VECTORS
from tests.algebra.reference import Data, determinant, flip, mul


@st.composite
def data(draw: st.DrawFn, *, largest: int = 3) -> Data:
    """Exact values for everything above: sizes 1 to 3, small entries, a joint moment G G^T of any rank."""
    from random import Random

    sizes = {d: draw(st.integers(1, largest)) for d in DIMS}
    rng = Random(draw(st.integers(0, 2**32)))
    return random_data(rng, sizes)


def random_data(rng, sizes: dict[str, int]) -> Data:
    """Values drawn by ``rng``: entries have no structure worth shrinking, sizes do."""

    def rows(r: int, c: int) -> list[list[Fraction]]:
        return [[Fraction(rng.randint(-3, 3), rng.choice((1, 1, 2))) for _ in range(c)] for _ in range(r)]

    letters = {}
    for a in DIMS:
        for b in DIMS:
            for name in "AB":
                letters[f"{name}_{a}{b}"] = rows(sizes[a], sizes[b])
        n = sizes[a]
        for name in "ST":
            m = rows(n, n)
            letters[f"{name}_{a}"] = [[m[i][j] + m[j][i] for j in range(n)] for i in range(n)]
        for name in "GHP":
            while True:
                m = rows(n, n)
                if name == "P":
                    m = [[m[i][j] + m[j][i] for j in range(n)] for i in range(n)]
                if determinant(m):
                    break
            letters[f"{name}_{a}"] = m
    total = sum(sizes[d] for _, d in VECTORS)
    g = rows(total, rng.randint(1, total))
    values = {s: Fraction(rng.choice((-2, -1, 1, 2, 3)), rng.choice((1, 2))) for s in SCALARS}
    return Data(dict(sizes), letters, values, VECTORS, mul(g, flip(g)))
