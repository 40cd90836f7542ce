"""Formulas with a LaTeX face and an exact value on a finite probability space.

Nothing here uses symlam: a formula is evaluated outcome by outcome with Fractions, so that the truth of
a line is decided by other code than the checker's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fractions import Fraction
from operator import mul as times
from typing import Any

Rows = list[list[Any]]  # int or Fraction


def mul(a: Rows, b: Rows) -> Rows:
    columns = list(zip(*b, strict=True))
    return [[sum(map(times, r, c)) for c in columns] for r in a]


def add(a: Rows, b: Rows, c: Fraction = Fraction(1)) -> Rows:
    return [[x + c * y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def scale(a: Rows, c: Fraction) -> Rows:
    return [[x * c for x in r] for r in a]


def flip(a: Rows) -> Rows:
    return [list(c) for c in zip(*a, strict=True)]


def eye(n: int) -> Rows:
    return [[int(i == j) for j in range(n)] for i in range(n)]


def inverse(a: Rows) -> Rows:
    """Gauss-Jordan; ZeroDivisionError when singular."""
    n = len(a)
    m = [[Fraction(x) for x in (*r, *e)] for r, e in zip(a, eye(n), strict=True)]
    for p in range(n):
        k = next((i for i in range(p, n) if m[i][p]), None)
        if k is None:
            raise ZeroDivisionError
        m[p], m[k] = m[k], m[p]
        m[p] = [x / m[p][p] for x in m[p]]
        for i in range(n):
            if i != p and m[i][p]:
                m[i] = [x - m[i][p] * y for x, y in zip(m[i], m[p], strict=True)]
    return [r[n:] for r in m]


@dataclass
class World:
    """Values of matrices and scalars, and outcomes (weight, vectors) of a finite probability space."""

    dims: dict[str, int]
    matrices: dict[str, Rows]
    scalars: dict[str, Fraction]
    outcomes: list[tuple[Fraction, dict[str, Rows]]] = field(default_factory=list)


@dataclass(frozen=True)
class Node:
    """A formula: kind, parts; rows and cols are dimension names or "1"."""

    kind: str
    parts: tuple[Any, ...]
    rows: str
    cols: str


def letter(name: str, rows: str, cols: str) -> Node:
    return Node("letter", (name,), rows, cols)


def vec(name: str, dim: str) -> Node:
    return Node("vector", (name,), dim, "1")


def scal(name: str) -> Node:
    return Node("scalar", (name,), "", "")


def ident(dim: str) -> Node:
    return Node("identity", (), dim, dim)


def t(x: Node) -> Node:
    return x.parts[0] if x.kind == "T" else Node("T", (x,), x.cols, x.rows)


def inv(x: Node) -> Node:
    return Node("inverse", (x,), x.rows, x.cols)


def prod(*xs: Node) -> Node:
    flat = [y for x in xs for y in (x.parts if x.kind == "product" else (x,))]
    shaped = [x for x in flat if x.rows] or flat
    return flat[0] if len(flat) == 1 else Node("product", tuple(flat), shaped[0].rows, shaped[-1].cols)


def plus(*terms: tuple[Any, Node]) -> Node:
    """A sum of (coefficient, node)."""
    flat: list[Any] = []
    for c, x in terms:
        if x.kind == "sum":
            flat.extend((Fraction(c) * d, y) for d, y in x.parts)
        else:
            flat.append((Fraction(c), x))
    if len(flat) == 1 and flat[0][0] == 1:
        return flat[0][1]
    return Node("sum", tuple(flat), flat[0][1].rows, flat[0][1].cols)


def tr(x: Node) -> Node:
    return Node("trace", (x,), "", "")


def mean(x: Node) -> Node:
    return Node("mean", (x,), x.rows, x.cols)


def norm(x: Node) -> Node:
    return Node("norm", (x,), "", "")


def msq(x: Node) -> Node:
    return Node("mean", (norm(x),), "", "")


def grad(f: Node, a: Node) -> Node:
    """The gradient of a formula that is at most quadratic in the letter."""
    return Node("gradient", (f, a), a.rows, a.cols)


def value(x: Node, w: World, outcome: dict[str, Rows] | None = None) -> Any:
    """The exact value: rows of Fractions, or a Fraction for a scalar formula."""
    k = x.kind
    if k == "letter":
        return w.matrices[x.parts[0]]
    if k == "vector":
        if outcome is None:
            raise ValueError(f"{x.parts[0]} outside an expectation")
        return outcome[x.parts[0]]
    if k == "scalar":
        return w.scalars[x.parts[0]]
    if k == "identity":
        return eye(w.dims[x.rows])
    if k == "T":
        v = value(x.parts[0], w, outcome)
        return flip(v) if isinstance(v, list) else v
    if k == "inverse":
        return inverse(value(x.parts[0], w, outcome))
    if k == "product":
        out: Any = None
        for p in x.parts:
            v = value(p, w, outcome)
            if out is None:
                out = v
            elif isinstance(out, list) and isinstance(v, list):
                out = mul(out, v)
            elif isinstance(out, list):
                out = scale(out, v)
            else:
                out = scale(v, out) if isinstance(v, list) else out * v
        if isinstance(out, list) and x.rows == x.cols == "1":
            return out[0][0]
        return out
    if k == "sum":
        total: Any = None
        for c, p in x.parts:
            v = value(p, w, outcome)
            if c != 1:
                c = c.numerator if c.denominator == 1 else c
                v = scale(v, c) if isinstance(v, list) else v * c
            total = v if total is None else add(total, v) if isinstance(v, list) else total + v
        return total
    if k == "trace":
        v = value(x.parts[0], w, outcome)
        return sum(v[i][i] for i in range(len(v)))
    if k == "norm":
        return sum(r[0] * r[0] for r in value(x.parts[0], w, outcome))
    if k == "mean":
        total = None
        for p, o in w.outcomes:
            v = value(x.parts[0], w, o)
            v = scale(v, p) if isinstance(v, list) else v * p
            total = v if total is None else add(total, v) if isinstance(v, list) else total + v
        return total
    if k == "gradient":
        f, a = x.parts
        name = a.parts[0]
        here = w.matrices[name]
        slopes: Any = [[0] * len(here[0]) for _ in here]
        for i in range(len(here)):
            for j in range(len(here[0])):
                ends = []
                for s in (1, -1):
                    moved = [list(r) for r in here]
                    moved[i][j] += s
                    ends.append(value(f, World(w.dims, {**w.matrices, name: moved}, w.scalars, w.outcomes)))
                slopes[i][j] = Fraction(ends[0] - ends[1]) / 2
        return slopes
    raise AssertionError(k)


# ---- LaTeX


def latex(x: Node, rng: random.Random) -> str:
    """The formula in one of the spellings of the grammar."""
    k = x.kind
    if k in ("letter", "vector", "scalar"):
        return x.parts[0]
    if k == "identity":
        return "I"
    if k == "T":
        return _tight(x.parts[0], rng) + rng.choice(("^T", r"^\top", r"^{\top}"))
    if k == "inverse":
        return _tight(x.parts[0], rng) + "^{-1}"
    if k == "product":
        return " ".join(_tight(p, rng) if p.kind == "sum" else latex(p, rng) for p in x.parts)
    if k == "sum":
        return _sum(x, rng)
    if k == "trace":
        inner = latex(x.parts[0], rng)
        if set(inner) <= set("I^T{}\\top"):  # tr(I) has no size by itself
            inner = f"I_{{{x.parts[0].rows}}}"
        return (
            rng.choice((r"\operatorname{tr}(%s)", r"\mathrm{tr}\left(%s\right)", r"\operatorname{tr}[%s]"))
            % inner
        )
    if k == "norm":
        inner = latex(x.parts[0], rng)
        return rng.choice((r"\lVert %s \rVert_2^2", r"\| %s \|^2", r"\left\lVert %s \right\rVert^2")) % inner
    if k == "mean":
        inner = latex(x.parts[0], rng)
        if x.parts[0].kind == "norm":
            return rng.choice((r"\mathbb{E} %s", r"\mathbb{E}\left[ %s \right]", "E[%s]")) % inner
        return rng.choice((r"\mathbb{E}[%s]", "E[%s]", r"\mathbb{E}\left[%s\right]")) % inner
    if k == "gradient":
        name = x.parts[1].parts[0]
        return rng.choice((r"\nabla_{%s} L", r"\frac{\partial L}{\partial %s}")) % name
    raise AssertionError(k)


def _tight(x: Node, rng: random.Random) -> str:
    text = latex(x, rng)
    return text if x.kind in ("letter", "vector", "identity", "scalar", "mean") else f"({text})"


def _sum(x: Node, rng: random.Random) -> str:
    out = ""
    for c, p in x.parts:
        sign = "-" if c < 0 else "+" if out else ""
        size = abs(c)
        number = (
            ""
            if size == 1
            else str(size.numerator)
            if size.denominator == 1
            else (rf"\frac{{{size.numerator}}}{{{size.denominator}}}")
        )
        body = latex(p, rng)
        if p.kind == "sum":
            body = f"({body})"
        out += f" {sign} {number} {body}"
    return " ".join(out.split())
