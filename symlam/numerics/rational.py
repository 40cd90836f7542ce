"""Exact rational matrices in pure Python: integers over one common denominator.

Nothing but ``int`` arithmetic happens here, so that whatever rests on this module (the checker of
certificates first of all) trusts no floating point and no compiled library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

from symlam.errors import SymlamError

__all__ = ["Elimination", "RationalMatrix", "as_fraction", "eliminate"]


def as_fraction(value: object) -> Fraction:
    """Convert a number to the exact rational that it denotes; floats are dyadic rationals.

    Accepts int, Fraction, float, decimal strings, and anything with integer ``p``/``q`` or
    ``numerator``/``denominator``. Raises `SymlamError` for NaN, infinities and everything else.

    >>> as_fraction("0.1"), as_fraction(0.5), as_fraction("1/3")
    (Fraction(1, 10), Fraction(1, 2), Fraction(1, 3))
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool):
        raise SymlamError(f"{value!r} is not a number", expected="an integer, a rational or a finite float")
    if isinstance(value, int):
        return Fraction(value)
    for numerator, denominator in (("p", "q"), ("numerator", "denominator")):
        if hasattr(value, numerator) and hasattr(value, denominator):
            p, q = getattr(value, numerator), getattr(value, denominator)
            if not callable(p):
                try:
                    return Fraction(int(p), int(q))
                except (TypeError, ValueError, ZeroDivisionError):
                    break
    try:
        return Fraction(value if isinstance(value, str) else float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise SymlamError(
            f"{value!r} is not a finite number", expected="an integer, a rational or a finite float"
        ) from None


@dataclass(frozen=True, eq=False)
class RationalMatrix:
    """The matrix ``num / den`` with integer entries ``num`` (rows x cols) and one ``den > 0``."""

    num: tuple[tuple[int, ...], ...]
    den: int
    cols: int

    @classmethod
    def of(cls, rows: Iterable[Iterable[object]], *, cols: int | None = None) -> RationalMatrix:
        """Build from nested numbers; ``cols`` is needed only when there are no rows.

        Raises `SymlamError` for rows of different lengths and for entries that are not finite numbers.

        >>> RationalMatrix.of([["1/2", 0], [0, 1]]).num
        ((1, 0), (0, 2))
        """
        entries = [[as_fraction(x) for x in row] for row in rows]
        width = len(entries[0]) if entries else (cols or 0)
        if any(len(row) != width for row in entries) or (cols is not None and entries and width != cols):
            raise SymlamError(
                "the rows of a matrix have different lengths", expected=f"{cols or width} entries each"
            )
        den = 1
        for row in entries:
            for x in row:
                den = den * x.denominator // gcd(den, x.denominator)
        num = tuple(tuple(x.numerator * (den // x.denominator) for x in row) for row in entries)
        return cls(num, den, width)

    @classmethod
    def identity(cls, n: int) -> RationalMatrix:
        """The n x n identity."""
        return cls(tuple(tuple(int(i == j) for j in range(n)) for i in range(n)), 1, n)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return len(self.num), self.cols

    @property
    def T(self) -> RationalMatrix:
        """The transpose."""
        rows = tuple(zip(*self.num, strict=True)) if self.num else tuple(() for _ in range(self.cols))
        return RationalMatrix(rows, self.den, len(self.num))

    def __matmul__(self, other: RationalMatrix) -> RationalMatrix:
        if self.cols != len(other.num):
            raise SymlamError(f"cannot multiply {self.shape} by {other.shape}")
        right = [[(j, x) for j, x in enumerate(row) if x] for row in other.num]
        dense = sum(map(len, right)) * 2 > len(right) * max(other.cols, 1)
        rows = []
        columns = tuple(zip(*other.num, strict=True)) if dense else ()
        for row in self.num:
            entries = [(i, x) for i, x in enumerate(row) if x]
            if dense and len(entries) * 2 > len(row):
                rows.append(tuple(sum(map(int.__mul__, row, column)) for column in columns))
                continue
            out = [0] * other.cols
            for i, x in entries:
                for j, y in right[i]:
                    out[j] += x * y
            rows.append(tuple(out))
        return RationalMatrix(tuple(rows), self.den * other.den, other.cols).reduced()

    def __sub__(self, other: RationalMatrix) -> RationalMatrix:
        return self._combine(other, -1)

    def __add__(self, other: RationalMatrix) -> RationalMatrix:
        return self._combine(other, 1)

    def _combine(self, other: RationalMatrix, sign: int) -> RationalMatrix:
        if self.shape != other.shape:
            raise SymlamError(f"cannot add {self.shape} and {other.shape}")
        common = gcd(self.den, other.den)
        left, right = other.den // common, sign * (self.den // common)
        rows = tuple(
            tuple(x * left + y * right for x, y in zip(a, b, strict=True))
            for a, b in zip(self.num, other.num, strict=True)
        )
        return RationalMatrix(rows, self.den * left, self.cols).reduced()

    def reduced(self) -> RationalMatrix:
        """The same matrix in lowest terms."""
        common = self.den
        for row in self.num:
            for x in row:
                if common == 1:
                    return self
                common = gcd(common, x)
        if common == 1:
            return self
        return RationalMatrix(
            tuple(tuple(x // common for x in row) for row in self.num), self.den // common, self.cols
        )

    def scaled(
        self, rows: Sequence[Fraction] | None = None, columns: Sequence[Fraction] | None = None
    ) -> Any:
        """Multiply row i by ``rows[i]`` and column j by ``columns[j]``."""
        left = rows or [Fraction(1)] * len(self.num)
        right = columns or [Fraction(1)] * self.cols
        return RationalMatrix.of(
            [[self[i, j] * left[i] * right[j] for j in range(self.cols)] for i in range(len(self.num))],
            cols=self.cols,
        )

    def __getitem__(self, index: tuple[int, int]) -> Fraction:
        return Fraction(self.num[index[0]][index[1]], self.den)

    def block(self, rows: slice, columns: slice) -> RationalMatrix:
        """The sub-matrix of the given slices."""
        width = len(range(*columns.indices(self.cols)))
        return RationalMatrix(tuple(row[columns] for row in self.num[rows]), self.den, width)

    def stack(self, other: RationalMatrix) -> RationalMatrix:
        """This matrix above ``other``."""
        left, right = other.den, self.den
        rows = tuple(tuple(x * left for x in row) for row in self.num)
        rows += tuple(tuple(x * right for x in row) for row in other.num)
        return RationalMatrix(rows, left * right, self.cols).reduced()

    def beside(self, other: RationalMatrix) -> RationalMatrix:
        """This matrix to the left of ``other``."""
        return self.T.stack(other.T).T if self.num else RationalMatrix((), 1, self.cols + other.cols)

    def trace(self) -> Fraction:
        """Sum of the diagonal."""
        return Fraction(sum(row[i] for i, row in enumerate(self.num)), self.den)

    def is_zero(self) -> bool:
        """Whether every entry is 0."""
        return not any(x for row in self.num for x in row)

    def is_symmetric(self) -> bool:
        """Whether the matrix equals its transpose."""
        return len(self.num) == self.cols and self.num == self.T.num

    def fractions(self) -> list[list[Fraction]]:
        """The entries as nested lists of `Fraction`."""
        return [[Fraction(x, self.den) for x in row] for row in self.num]

    def floats(self) -> list[list[float]]:
        """The entries rounded to float64, each correctly."""
        return [[x / self.den for x in row] for row in self.num]


@dataclass(frozen=True)
class Elimination:
    """Outcome of `eliminate`: a solution X of S X = R, the rank, and rows spanning the null space of S."""

    solution: RationalMatrix
    rank: int
    null: RationalMatrix


def eliminate(S: RationalMatrix, R: RationalMatrix, *, what: str = "matrix") -> Elimination:
    """Solve S X = R for symmetric positive semidefinite S (n x n) and R (n x c), exactly.

    Fraction-free Gauss-Jordan with diagonal pivots: for a PSD matrix a zero diagonal forces a zero row, so
    diagonal pivots suffice and a negative one *is* the proof that S is not PSD. Raises `SymlamError` when S
    is not symmetric PSD or when R is not in its range.

    >>> S = RationalMatrix.of([[2, 2], [2, 2]])
    >>> outcome = eliminate(S, RationalMatrix.of([[1], [1]]))
    >>> outcome.rank, outcome.solution.fractions(), outcome.null.fractions()
    (1, [[Fraction(1, 2)], [Fraction(0, 1)]], [[Fraction(-1, 1), Fraction(1, 1)]])
    """
    n = S.cols
    if not S.is_symmetric():
        raise SymlamError(f"the {what} is not symmetric", expected="a symmetric positive semidefinite matrix")
    # a zero on the diagonal of a PSD matrix means a zero row and column: those take no part
    live = [i for i in range(n) if S.num[i][i]]
    dead = [i for i in range(n) if not S.num[i][i]]
    if any(any(S.num[i]) for i in dead):
        raise SymlamError(f"the {what} is not positive semidefinite", expected="x' S x >= 0 for every x")
    if any(any(R.num[i]) for i in dead):
        raise SymlamError("the right-hand side is not in the range of the matrix")
    width = len(live)
    rows = [[S.num[i][j] for j in live] + list(R.num[i]) for i in live]
    free, pivots, previous = set(range(width)), [], 1
    while free:
        k = next((i for i in sorted(free) if rows[i][i]), None)
        if any(rows[i][i] < 0 for i in free):
            raise SymlamError(f"the {what} is not positive semidefinite", expected="x' S x >= 0 for every x")
        if k is None:
            break
        pivot, source = rows[k][k], rows[k]
        for i in range(width):
            if i == k:
                continue
            factor = rows[i][k]
            if factor:
                rows[i] = [(pivot * x - factor * y) // previous for x, y in zip(rows[i], source, strict=True)]
            elif pivot != previous:
                rows[i] = [pivot * x // previous for x in rows[i]]
        previous = pivot
        free.discard(k)
        pivots.append(k)
    if any(any(rows[i][:width]) for i in free):
        raise SymlamError(f"the {what} is not positive semidefinite", expected="x' S x >= 0 for every x")
    if any(any(rows[i][width:]) for i in free):
        raise SymlamError("the right-hand side is not in the range of the matrix")
    solution = [[0] * R.cols for _ in range(n)]
    for k in pivots:
        solution[live[k]] = [x * S.den for x in rows[k][width:]]
    null = []
    for j in sorted([*dead, *(live[i] for i in free)]):
        vector = [0] * n
        vector[j] = previous
        if S.num[j][j]:
            for k in pivots:
                vector[live[k]] = -rows[k][live.index(j)]
        null.append(tuple(vector))
    return Elimination(
        RationalMatrix(tuple(map(tuple, solution)), previous * R.den, R.cols).reduced(),
        len(pivots),
        RationalMatrix(tuple(null), previous, n).reduced(),
    )
