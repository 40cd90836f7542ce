"""Exact rational instances: concrete dimensions, matrices and moments, and values on them.

Matrices are python-flint's fmpq_mat; results are Fractions.  Nothing here rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra._expression import SYMBOLS, Key, Matrix, Scalar
from symlam.algebra._letter import LETTERS, Dim, Dimension, Letter
from symlam.algebra._random import Base
from symlam.errors import SymlamError

Rows = tuple[tuple[Fraction, ...], ...]


def to_flint(rows: Sequence[Sequence[Any]] | flint.fmpq_mat) -> flint.fmpq_mat:
    """A rational matrix from nested sequences of ints and Fractions."""
    if isinstance(rows, flint.fmpq_mat):
        return rows
    entries = [[_fmpq(x) for x in row] for row in rows]
    if not entries or any(len(r) != len(entries[0]) for r in entries):
        raise SymlamError("a matrix needs rows of one length", hint="nested lists such as [[1, 0], [0, 1]]")
    return flint.fmpq_mat(entries)


def _fmpq(x: Any) -> flint.fmpq:
    if isinstance(x, flint.fmpq | flint.fmpz):
        return flint.fmpq(x)
    if isinstance(x, float | bool):
        raise SymlamError(f"{x!r} is not an exact rational", expected="int or Fraction")
    x = Fraction(x)
    return flint.fmpq(int(x.numerator), int(x.denominator))  # int(): flint refuses gmpy2 integers


def fraction(x: flint.fmpq) -> Fraction:
    """A flint rational as a Fraction."""
    return Fraction(int(x.p), int(x.q))


def rows_of(m: flint.fmpq_mat) -> Rows:
    """The entries as nested tuples of Fractions."""
    return tuple(tuple(fraction(m[i, j]) for j in range(m.ncols())) for i in range(m.nrows()))


def eye(n: int) -> flint.fmpq_mat:
    """The identity."""
    return flint.fmpq_mat([[int(i == j) for j in range(n)] for i in range(n)])


def trace(m: flint.fmpq_mat) -> flint.fmpq:
    """The trace of a square matrix."""
    return sum((m[i, i] for i in range(m.nrows())), flint.fmpq(0))


def is_zero(m: flint.fmpq_mat) -> bool:
    """Whether every entry is zero."""
    return all(not x for x in m.entries())


def is_psd(m: flint.fmpq_mat, *, strict: bool = False) -> bool:
    """Whether a symmetric rational matrix is positive semidefinite (definite when strict).

    Symmetric elimination: a zero pivot needs a zero row; no rounding.
    """
    n = m.nrows()
    a = [[m[i, j] for j in range(n)] for i in range(n)]
    for p in range(n):
        d = a[p][p]
        if d < 0 or (strict and d <= 0):
            return False
        if not d:
            if any(a[p][j] for j in range(p + 1, n)):
                return False
            continue
        for i in range(p + 1, n):
            if a[i][p]:
                f = a[i][p] / d
                for j in range(p, n):
                    a[i][j] -= f * a[p][j]
    return True


@dataclass
class Instance:
    """Concrete exact data: a value for every dimension, letter and scalar, and the joint second moment.

    ``joint`` is E[w w^T] of the base random vectors ``order``, stacked.
    """

    dims: dict[Dimension, int]
    matrices: dict[Letter, flint.fmpq_mat] = field(default_factory=dict)
    scalars: dict[str, Fraction] = field(default_factory=dict)
    order: tuple[Base, ...] = ()
    joint: flint.fmpq_mat | None = None
    _offsets: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        start = 0
        for b in self.order:
            size = self.size(b.dim)
            self._offsets[b.name] = (start, size)
            start += size
        if self.joint is not None:
            if self.joint.nrows() != start or self.joint.ncols() != start:
                raise SymlamError(
                    f"the joint second moment is {self.joint.nrows()} x {self.joint.ncols()}",
                    expected=f"{start} x {start} for {', '.join(b.name for b in self.order)}",
                )
            if self.joint != self.joint.transpose() or not is_psd(self.joint):
                raise SymlamError(
                    "the joint second moment is not positive semidefinite",
                    expected="a symmetric matrix E[w w^T] with no negative direction",
                )

    @property
    def joint_moment(self) -> flint.fmpq_mat:
        """E[w w^T]; SymlamError where the instance has none."""
        if self.joint is None:
            raise SymlamError("the instance gives no second moments", expected="joint=E[w w^T]")
        return self.joint

    def size(self, dim: Dim) -> int:
        """The value of a dimension."""
        if isinstance(dim, int):
            return dim
        try:
            return self.dims[dim]
        except KeyError:
            raise SymlamError(f"the instance gives no value to the dimension {dim}") from None

    def moment(self, x: str, y: str) -> flint.fmpq_mat:
        """E[x y^T] of two base random vectors, by name."""
        try:
            (i, m), (j, n) = self._offsets[x], self._offsets[y]
        except KeyError as missing:
            raise SymlamError(f"the instance gives no moment to {missing.args[0]}") from None
        joint = self.joint_moment
        return flint.fmpq_mat([[joint[i + r, j + c] for c in range(n)] for r in range(m)])

    def letter(self, letter: Letter) -> flint.fmpq_mat:
        """The value of a letter; second moments come from the joint."""
        if letter.moment is not None:
            return self.moment(*letter.moment)
        try:
            return self.matrices[letter]
        except KeyError:
            raise SymlamError(f"the instance gives no value to {letter}") from None

    def factor(self, code: int, cache: dict[int, flint.fmpq_mat]) -> flint.fmpq_mat:
        """The value of a factor (letter, transposed or inverted)."""
        if code not in cache:
            m = self.letter(LETTERS[code >> 2])
            if code & 2:
                try:
                    m = m.inv()
                except ZeroDivisionError:
                    raise SymlamError(f"{LETTERS[code >> 2].name} is singular on the instance") from None
            cache[code] = m.transpose() if code & 1 else m
        return cache[code]

    def value(self, expr: Any) -> Any:
        """The exact value: Fraction for a Scalar, fmpq_mat for a Matrix; SymlamError for anything else."""
        cache: dict[int, flint.fmpq_mat] = {}
        if isinstance(expr, Scalar):
            return fraction(
                sum((self._coefficient(k, v, cache) for k, v in expr.terms.items()), flint.fmpq(0))
            )
        if not isinstance(expr, Matrix):
            raise SymlamError(f"{expr!r} has no value on an instance")
        out = flint.fmpq_mat(self.size(expr.rows), self.size(expr.cols))
        for k, v in expr.terms.items():
            out += self._word(k[2], expr.rows, cache) * self._coefficient(k, v, cache)
        return out

    def _word(self, word: tuple[int, ...], rows: Dim, cache: dict[int, flint.fmpq_mat]) -> flint.fmpq_mat:
        out = None
        for f in word:
            m = self.factor(f, cache)
            out = m if out is None else out * m
        return eye(self.size(rows)) if out is None else out

    def _coefficient(self, key: Key, value: Any, cache: dict[int, flint.fmpq_mat]) -> flint.fmpq:
        out = _fmpq(value)
        for index, exponent in key[0]:
            kind, name = SYMBOLS[index]
            x = self.dims.get(Dimension(name)) if kind == "dimension" else self.scalars.get(name)
            if x is None:
                raise SymlamError(f"the instance gives no value to the {kind} {name}")
            if not x and exponent < 0:
                raise SymlamError(f"{name} = 0 on the instance, but {name}^{exponent} is needed")
            out *= _fmpq(Fraction(x) ** exponent)
        for t in key[1]:
            out *= trace(self._word(t, 1, cache))
        return out

    def with_values(self, matrices: Mapping[Matrix, Any]) -> Instance:
        """A copy in which some letters have other values."""
        new = {m.as_letter(): to_flint(v) for m, v in matrices.items()}
        for letter, v in new.items():
            if (v.nrows(), v.ncols()) != (self.size(letter.rows), self.size(letter.cols)):
                raise SymlamError(
                    f"{letter.name} is given as {v.nrows()} x {v.ncols()}",
                    expected=f"{self.size(letter.rows)} x {self.size(letter.cols)}",
                )
        return Instance(self.dims, {**self.matrices, **new}, self.scalars, self.order, self.joint)

    def describe(self) -> dict[str, Any]:
        """Dimensions, scalars, matrices and moments as JSON-ready text, every number exact."""

        def show(m: flint.fmpq_mat) -> list[list[str]]:
            return [[str(x) for x in row] for row in rows_of(m)]

        return {
            "dimensions": {d.name: n for d, n in sorted(self.dims.items())},
            "scalars": {k: str(v) for k, v in sorted(self.scalars.items())},
            "matrices": {
                x.name: show(m) for x, m in sorted(self.matrices.items(), key=lambda kv: kv[0].name)
            },
            "moments": {
                f"E[{a.name} {b.name}']": show(self.moment(a.name, b.name))
                for i, a in enumerate(self.order)
                for b in self.order[i:]
                if a == b or not is_zero(self.moment(a.name, b.name))
            },
        }
