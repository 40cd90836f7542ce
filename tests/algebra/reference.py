"""A second implementation of everything, on nested lists, that shares no code with the engine.

A *tree* says how an expression is made.  `value` computes a tree from its definition over any
ring of entries; `symlam.strategies.trees.build` makes the same thing with symlam; `value_of_terms` reads the normal
form's terms back.  The three must agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import symlam.algebra as al
from symlam.algebra._expression import SYMBOLS
from symlam.algebra._letter import is_inverse, is_transposed, letter_of

Rows = list[list[Any]]


def mul(a: Rows, b: Rows) -> Rows:
    return [
        [sum((x * b[k][j] for k, x in enumerate(row)), 0 * row[0]) for j in range(len(b[0]))] for row in a
    ]


def add(a: Rows, b: Rows) -> Rows:
    return [[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def scale(c: Any, a: Rows) -> Rows:
    return [[c * x for x in row] for row in a]


def flip(a: Rows) -> Rows:
    return [list(column) for column in zip(*a, strict=True)]


def unit(n: int) -> Rows:
    return [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]


def nought(r: int, c: int) -> Rows:
    return [[Fraction(0)] * c for _ in range(r)]


def trace(a: Rows) -> Any:
    assert len(a) == len(a[0])
    return sum((a[i][i] for i in range(1, len(a))), a[0][0])


def inverse(a: Rows) -> Rows:
    """Gauss and Jordan; ZeroDivisionError when singular."""
    n = len(a)
    m = [[*row, *u] for row, u in zip(a, unit(n), strict=True)]
    for p in range(n):
        pivot = next((i for i in range(p, n) if m[i][p]), None)
        if pivot is None:
            raise ZeroDivisionError("singular")
        m[p], m[pivot] = m[pivot], m[p]
        m[p] = [x / m[p][p] for x in m[p]]
        for i in range(n):
            if i != p:  # also when the entry is zero up to first order
                m[i] = [x - m[i][p] * y for x, y in zip(m[i], m[p], strict=True)]
    return [row[n:] for row in m]


def is_psd(a: Rows) -> bool:
    """By Schur complements: a zero on the diagonal needs a zero row, a positive one is eliminated."""
    if not a:
        return True
    d, rest = a[0][0], range(1, len(a))
    if d < 0 or (not d and any(a[0])):
        return False
    return is_psd([[a[i][j] - (a[i][0] * a[0][j] / Fraction(d) if d else 0) for j in rest] for i in rest])


def all_minors_nonnegative(a: Rows) -> bool:
    """The definition by principal minors: exponential, for small matrices."""
    from itertools import combinations

    n = len(a)
    return all(
        determinant([[a[i][j] for j in some] for i in some]) >= 0
        for size in range(1, n + 1)
        for some in combinations(range(n), size)
    )


def determinant(a: Rows) -> Any:
    """By elimination over the rationals."""
    m, sign = [list(map(Fraction, r)) for r in a], 1
    n = len(m)
    out = Fraction(1)
    for p in range(n):
        pivot = next((i for i in range(p, n) if m[i][p]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != p:
            m[p], m[pivot], sign = m[pivot], m[p], -sign
        out *= m[p][p]
        for i in range(p + 1, n):
            f = m[i][p] / m[p][p]
            m[i] = [x - f * y for x, y in zip(m[i], m[p], strict=True)]
    return sign * out


@dataclass
class Data:
    """Values of dimensions, letters (by name), scalars, and the joint second moment of the vectors."""

    sizes: dict[str, int]
    letters: dict[str, Rows] = field(default_factory=dict)
    scalars: dict[str, Any] = field(default_factory=dict)
    vectors: tuple[tuple[str, str], ...] = ()  # (name, dimension)
    joint: Rows = field(default_factory=list)

    def size(self, dim: Any) -> int:
        return dim if isinstance(dim, int) else self.sizes[str(dim)]

    def selector(self, name: str) -> Rows:
        """The rows of the identity that pick a base vector out of the stacked one."""
        start = 0
        for other, dim in self.vectors:
            n = self.size(dim)
            if other == name:
                return unit(len(self.joint))[start : start + n]
            start += n
        raise KeyError(name)

    def moment(self, x: str, y: str) -> Rows:
        return mul(mul(self.selector(x), self.joint), flip(self.selector(y)))


# ---- trees.  Matrix: letter, T, add, mul, scale, smul, inverse, identity, zero, E.
#      Scalar: tr, num, symbol, dim, times, plus, power, msq, dot.  Vector: vec, apply, vadd, vscale.


def value(tree: tuple, data: Data) -> Any:
    """The value of a tree, by its definition; a vector is the matrix that acts on the stacked vector."""
    kind, *args = tree

    def v(t: tuple) -> Any:
        return value(t, data)

    match kind:
        case "letter":
            return data.letters[args[0]]
        case "T":
            return flip(v(args[0]))
        case "add" | "vadd":
            return add(v(args[0]), v(args[1]))
        case "mul" | "apply":
            return mul(v(args[0]), v(args[1]))
        case "scale" | "vscale":
            return scale(args[0], v(args[1]))
        case "smul":
            return scale(v(args[0]), v(args[1]))
        case "inverse":
            return inverse(v(args[0]))
        case "identity":
            return unit(data.size(args[0]))
        case "zero":
            return nought(data.size(args[0]), data.size(args[1]))
        case "E":
            return mul(mul(v(args[0]), data.joint), flip(v(args[1])))
        case "tr":
            return trace(v(args[0]))
        case "num":
            return args[0]
        case "symbol":
            return data.scalars[args[0]]
        case "dim":
            return data.size(args[0])
        case "times":
            return v(args[0]) * v(args[1])
        case "plus":
            return v(args[0]) + v(args[1])
        case "power":
            return v(args[0]) ** args[1]
        case "msq":
            return trace(mul(mul(v(args[0]), data.joint), flip(v(args[0]))))
        case "dot":
            x, m, y = map(v, args)
            return trace(mul(flip(x), mul(mul(m, y), data.joint)))
        case "vec":
            return data.selector(args[0])
    raise AssertionError(kind)


def factor_value(code: int, data: Data) -> Rows:
    x = letter_of(code)
    out = data.moment(*x.moment) if x.moment else data.letters[x.name]
    if is_inverse(code):
        out = inverse(out)
    return flip(out) if is_transposed(code) else out


def value_of_terms(expr: Any, data: Data) -> Any:
    """The value of a normal form, read from its terms."""
    if isinstance(expr, al.LinearForm):
        expr = al.msq(expr)
    matrix = isinstance(expr, al.Matrix)
    out: Any = nought(data.size(expr.rows), data.size(expr.cols)) if matrix else Fraction(0)
    for key, coefficient in expr.terms.items():
        c: Any = Fraction(coefficient)
        for index, exponent in key[0]:
            kind, name = SYMBOLS[index]
            c *= Fraction(data.sizes[name] if kind == "dimension" else data.scalars[name]) ** exponent
        for word in key[1]:
            c *= trace(_product(word, data))
        if matrix:
            word_value = _product(key[2], data) if key[2] else unit(data.size(expr.rows))
            out = add(out, scale(c, word_value))
        else:
            out += c
    return out


def _product(word: tuple[int, ...], data: Data) -> Rows:
    out = factor_value(word[0], data)
    for f in word[1:]:
        out = mul(out, factor_value(f, data))
    return out


def data_of(instance: Any) -> Data:
    """An engine's instance as plain data, read from its description only."""
    shown = instance.describe()
    sizes = dict(shown["dimensions"])
    letters = {k: [[Fraction(x) for x in r] for r in m] for k, m in shown["matrices"].items()}
    scalars = {k: Fraction(x) for k, x in shown["scalars"].items()}
    vectors = tuple((b.name, str(b.dim)) for b in instance.order)
    data = Data(
        sizes | {str(b.dim): b.dim for b in instance.order if isinstance(b.dim, int)},
        letters,
        scalars,
        vectors,
    )
    blocks = []
    for x, dx in vectors:
        row: Rows = [[] for _ in range(data.size(dx))]
        for y, dy in vectors:
            direct, other = (shown["moments"].get(f"E[{p} {q}']") for p, q in ((x, y), (y, x)))
            if direct is not None:
                block = [[Fraction(v) for v in r] for r in direct]
            elif other is not None:
                block = flip([[Fraction(v) for v in r] for r in other])
            else:
                block = nought(data.size(dx), data.size(dy))
            row = [r + s for r, s in zip(row, block, strict=True)]
        blocks += row
    data.joint = blocks
    return data
