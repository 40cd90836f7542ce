"""Hypothesis strategies shared by the tests: how to make expressions, and exact data for them.

An expression is drawn as a *tree* (see tests/algebra/reference.py), so that it can be built
with symlam and computed without it.  Letters: A, B, C, ... of any shape over the dimensions
n, m, k; S, T symmetric; G, H invertible; P symmetric and invertible.  Random vectors x, y, z.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from tests.algebra.reference import Data, determinant, flip, mul

DIMS = ("n", "m", "k")
VECTORS = (("x", "n"), ("y", "m"), ("z", "n"))
SCALARS = ("s", "t")

small = st.sampled_from([Fraction(p, q) for p in range(-3, 4) for q in (1, 2)])
nonzero = small.filter(bool)
dims = st.sampled_from(DIMS)


def plain_letter(rows: str, cols: str) -> st.SearchStrategy:
    """One of two letters without structure of the given shape."""
    return st.sampled_from("AB").map(lambda a: ("letter", f"{a}_{rows}{cols}", rows, cols, False, False))


def symmetric_letter(n: str) -> st.SearchStrategy:
    """A symmetric letter."""
    return st.sampled_from("ST").map(lambda a: ("letter", f"{a}_{n}", n, n, True, False))


def invertible_letter(n: str) -> st.SearchStrategy:
    """An invertible letter, symmetric or not."""
    return st.sampled_from([("G", False), ("H", False), ("P", True)]).map(
        lambda p: ("letter", f"{p[0]}_{n}", n, n, p[1], True)
    )


@st.composite
def words(draw: st.DrawFn, rows: str, cols: str, *, length: int = 3, moments: bool = True) -> tuple:
    """A product of factors of the given shape."""
    out = None
    at = rows
    for _ in range(draw(st.integers(0, length - 1))):
        to = draw(dims)
        f = draw(factors(at, to, moments=moments))
        out = f if out is None else ("mul", out, f)
        at = to
    f = draw(factors(at, cols, moments=moments))
    return f if out is None else ("mul", out, f)


@st.composite
def factors(draw: st.DrawFn, rows: str, cols: str, *, moments: bool = True) -> tuple:
    """A letter, a transpose, an inverse, a second moment or the identity."""
    kinds = ["letter", "letter", "T"]
    if rows == cols:
        kinds += ["symmetric", "inverse", "invertible", "identity"]
    if moments:
        kinds += ["E"]
    kind = draw(st.sampled_from(kinds))
    if kind == "letter":
        return draw(plain_letter(rows, cols))
    if kind == "T":
        return ("T", draw(plain_letter(cols, rows)))
    if kind == "symmetric":
        return draw(symmetric_letter(rows))
    if kind == "invertible":
        return draw(st.one_of(invertible_letter(rows), invertible_letter(rows).map(lambda t: ("T", t))))
    if kind == "inverse":
        inner = draw(invertible_letter(rows))
        for wrap in draw(st.lists(st.sampled_from(["T", "mul"]), max_size=2)):
            inner = ("T", inner) if wrap == "T" else ("mul", inner, draw(invertible_letter(rows)))
        if draw(st.integers(0, 3)) == 0:
            inner = ("scale", draw(nonzero), inner)
        return ("inverse", inner)
    if kind == "identity":
        return ("identity", rows)
    return ("E", draw(vectors(rows, depth=0)), draw(vectors(cols, depth=0)))


@st.composite
def vectors(draw: st.DrawFn, dim: str, *, depth: int = 1) -> tuple:
    """A linear form: a base vector, a matrix times one, or a sum."""
    bases = [("vec", name, d) for name, d in VECTORS if d == dim]
    if bases and draw(st.booleans()):
        out = draw(st.sampled_from(bases))
    else:
        name, d = draw(st.sampled_from(VECTORS))
        out = ("apply", draw(words(dim, d, length=2, moments=False)), ("vec", name, d))
    if depth and draw(st.booleans()):
        out = ("vadd", out, draw(vectors(dim, depth=depth - 1)))
    if draw(st.integers(0, 4)) == 0:
        out = ("vscale", draw(nonzero), out)
    return out


@st.composite
def matrices(
    draw: st.DrawFn, rows: str | None = None, cols: str | None = None, *, terms: int = 3, moments: bool = True
) -> tuple:
    """A matrix expression: a sum of words with coefficients, sometimes transposed or multiplied out."""
    rows, cols = rows or draw(dims), cols or draw(dims)
    kind = draw(st.integers(0, 5))
    if kind == 0 and terms > 1:
        return ("T", draw(matrices(cols, rows, terms=terms - 1, moments=moments)))
    if kind == 1 and terms > 1:
        mid = draw(dims)
        return (
            "mul",
            draw(matrices(rows, mid, terms=2, moments=moments)),
            draw(matrices(mid, cols, terms=2, moments=moments)),
        )
    out = draw(words(rows, cols, moments=moments))
    for _ in range(draw(st.integers(0, terms - 1))):
        term = draw(words(rows, cols, moments=moments))
        if draw(st.booleans()):
            term = ("scale", draw(small), term)
        elif draw(st.integers(0, 3)) == 0:
            term = ("smul", draw(scalars(depth=0)), term)
        out = ("add", out, term)
    return out


@st.composite
def scalars(draw: st.DrawFn, *, depth: int = 2, moments: bool = True) -> tuple:
    """A scalar expression: numbers, symbols, dimensions, traces, mean squares, sums, products, powers."""
    kinds = ["tr", "num", "symbol", "dim"]
    if moments:
        kinds += ["msq", "dot"]
    if depth:
        kinds += ["plus", "times", "plus", "times", "power", "tr", "tr"]
    kind = draw(st.sampled_from(kinds))
    if kind == "tr":
        n = draw(dims)
        if draw(st.booleans()):
            return ("tr", draw(words(n, n, length=5, moments=moments)))
        return (
            "tr",
            draw(matrices(n, n, terms=2, moments=moments)) if depth else draw(words(n, n, moments=moments)),
        )
    if kind == "num":
        return ("num", draw(small))
    if kind == "symbol":
        return ("symbol", draw(st.sampled_from(SCALARS)))
    if kind == "dim":
        return ("dim", draw(dims))
    if kind == "msq":
        return ("msq", draw(vectors(draw(dims))))
    if kind == "dot":
        n, m = draw(dims), draw(dims)
        return ("dot", draw(vectors(n)), draw(words(n, m, length=2)), draw(vectors(m)))
    if kind == "power":
        return ("power", draw(scalars(depth=0, moments=moments)), draw(st.integers(0, 2)))
    return (
        kind,
        draw(scalars(depth=depth - 1, moments=moments)),
        draw(scalars(depth=depth - 1, moments=moments)),
    )


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
