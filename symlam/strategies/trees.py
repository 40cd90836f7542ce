"""How to make expressions: trees of operations, for whoever tests a second implementation against symlam.

An expression is drawn as a *tree*, nested tuples of an operation and its operands, so that it can be built
with symlam (`build`) and computed without it.

- matrices: letter (name, rows, cols, symmetric, invertible), T, add, mul, scale, smul, inverse, identity, zero, E;
- scalars: tr, num, symbol, dim, times, plus, power, msq, dot; vectors: vec, apply, vadd, vscale.
  Letters: A, B, C, ... of any shape over the dimensions
n, m, k; S, T symmetric; G, H invertible; P symmetric and invertible.  Random vectors x, y, z.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

import symlam.algebra as al

DIMS = ("n", "m", "k")
VECTORS = (("x", "n"), ("y", "m"), ("z", "n"))
SCALARS = ("s", "t")

# simple numbers first: what is drawn shrinks to the left
small = st.sampled_from(
    sorted(
        (Fraction(p, q) for p in range(-3, 4) for q in (1, 2)), key=lambda x: (x.denominator, abs(x), x < 0)
    )
)
nonzero = small.filter(bool)
dims = st.sampled_from(DIMS)


def plain_letter(rows: str, cols: str) -> st.SearchStrategy[Any]:
    """One of two letters without structure of the given shape."""
    return st.sampled_from("AB").map(lambda a: ("letter", f"{a}_{rows}{cols}", rows, cols, False, False))


def symmetric_letter(n: str) -> st.SearchStrategy[Any]:
    """A symmetric letter."""
    return st.sampled_from("ST").map(lambda a: ("letter", f"{a}_{n}", n, n, True, False))


def invertible_letter(n: str) -> st.SearchStrategy[Any]:
    """An invertible letter, symmetric or not."""
    return st.sampled_from([("G", False), ("H", False), ("P", True)]).map(
        lambda p: ("letter", f"{p[0]}_{n}", n, n, p[1], True)
    )


@st.composite
def words(draw: st.DrawFn, rows: str, cols: str, *, length: int = 3, moments: bool = True) -> tuple[Any, ...]:
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
def factors(draw: st.DrawFn, rows: str, cols: str, *, moments: bool = True) -> tuple[Any, ...]:
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
def vectors(draw: st.DrawFn, dim: str, *, depth: int = 1) -> tuple[Any, ...]:
    """A linear form: a base vector, a matrix times one, or a sum."""
    out: tuple[Any, ...]
    bases: list[tuple[Any, ...]] = [("vec", name, d) for name, d in VECTORS if d == dim]
    if bool(bases) and draw(st.booleans()):
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
) -> tuple[Any, ...]:
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
def scalars(draw: st.DrawFn, *, depth: int = 2, moments: bool = True) -> tuple[Any, ...]:
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


def build(tree: tuple[Any, ...]) -> Any:
    """The same tree with symlam's operations."""
    kind, *args = tree
    match kind:
        case "letter":
            name, rows, cols, symmetric, invertible = args
            return al.matrix(name, rows, cols, symmetric=symmetric, invertible=invertible)
        case "T":
            return build(args[0]).T
        case "add" | "vadd" | "plus":
            return build(args[0]) + build(args[1])
        case "mul" | "apply" | "smul" | "times":
            return build(args[0]) * build(args[1])
        case "scale" | "vscale":
            return args[0] * build(args[1])
        case "inverse":
            return build(args[0]).inverse()
        case "identity":
            return al.identity(args[0])
        case "zero":
            return al.zero(*args)
        case "E":
            return al.E(build(args[0]), build(args[1]))
        case "tr":
            return al.tr(build(args[0]))
        case "num":
            return al.scalar("s") * 0 + args[0]
        case "symbol":
            return al.scalar(args[0])
        case "dim":
            return al.dimension_scalar(args[0])
        case "power":
            return build(args[0]) ** args[1]
        case "msq":
            return al.msq(build(args[0]))
        case "dot":
            return al.dot(*map(build, args))
        case "vec":
            return al.vector(*args)
    raise AssertionError(kind)
