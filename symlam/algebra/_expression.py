"""Matrix and scalar expressions in normal form: sums of coefficient x monomial x word.

A *term key* is ``(scalars, traces)`` for a scalar expression and ``(scalars, traces, word)``
for a matrix expression, where

- ``scalars`` is a sorted tuple of ``(symbol index, exponent)``,
- ``traces`` is a sorted tuple of canonical trace words (with repetition),
- ``word`` is a reduced word in factor codes.

Values are nonzero rationals (int or Fraction).  Two expressions are equal for all
dimensions and all letters exactly when their term dictionaries are equal, see docs/decidability.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Self, overload

from symlam.algebra._letter import (
    COLS,
    LETTERS,
    ROWS,
    Dim,
    Dimension,
    Letter,
    Word,
    canonical_trace,
    check_dimension,
    check_name,
    intern,
    join,
    transpose,
)
from symlam.errors import SymlamError

Rational = int | Fraction
Scalars = tuple[tuple[int, int], ...]
ScalarKey = tuple[Scalars, tuple[Word, ...]]
MatrixKey = tuple[Scalars, tuple[Word, ...], Word]
Key = ScalarKey | MatrixKey

SYMBOLS: list[tuple[str, str]] = []  # (kind, name), kind in {"scalar", "dimension"}
_SYMBOL_INDEX: dict[tuple[str, str], int] = {}

_canonical = lru_cache(maxsize=1 << 17)(canonical_trace)


def _symbol(kind: str, name: str) -> int:
    index = _SYMBOL_INDEX.get((kind, name))
    if index is None:
        index = len(SYMBOLS)
        SYMBOLS.append((kind, name))
        _SYMBOL_INDEX[kind, name] = index
    return index


def _merge(a: Scalars, b: Scalars) -> Scalars:
    if not a:
        return b
    if not b:
        return a
    powers = dict(a)
    for index, exponent in b:
        powers[index] = powers.get(index, 0) + exponent
    return tuple(sorted((i, e) for i, e in powers.items() if e))


def _pair(a: tuple[Word, ...], b: tuple[Word, ...]) -> tuple[Word, ...]:
    if not a:
        return b
    if not b:
        return a
    return tuple(sorted(a + b))


def _rational(value: Any) -> Rational | None:
    """``value`` as an exact rational, None when it is not one; floats are refused by name."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return value
    if isinstance(value, float):
        raise SymlamError(
            f"{value!r} is a float", expected="an exact rational", hint="Fraction(1, 2) or a scalar symbol"
        )
    if getattr(value, "is_Rational", False):  # sympy, without importing it
        return Fraction(int(value.p), int(value.q))
    return None


def _clean(terms: dict[Any, Rational]) -> dict[Any, Rational]:
    return {k: v for k, v in terms.items() if v}


class _Sum:
    """What scalar and matrix expressions share: a vector space over the rationals."""

    __slots__ = ("terms",)
    terms: dict[Any, Rational]

    def _like(self, terms: dict[Any, Rational]) -> Self:
        raise TypeError  # pragma: no cover - both subclasses define it

    def _match(self, other: Any, operation: str) -> Self | None:
        raise TypeError  # pragma: no cover - both subclasses define it

    def __add__(self, other: Any) -> Self:
        other = self._match(other, "+")
        if other is None:
            return NotImplemented
        out = dict(self.terms)
        for k, v in other.terms.items():
            out[k] = out.get(k, 0) + v
        return self._like(_clean(out))

    __radd__ = __add__

    def __neg__(self) -> Self:
        return self._like({k: -v for k, v in self.terms.items()})

    def __sub__(self, other: Any) -> Self:
        other = self._match(other, "-")
        if other is None:
            return NotImplemented
        out = dict(self.terms)
        for k, v in other.terms.items():
            out[k] = out.get(k, 0) - v
        return self._like(_clean(out))

    def __rsub__(self, other: Any) -> Self:
        out: Self = -(self - other)
        return out

    def __pos__(self) -> Self:
        return self

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __repr__(self) -> str:
        from symlam.algebra._print import text

        return text(self)

    def _latex(self, printer: Any = None, **options: Any) -> str:
        from symlam.algebra._print import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self._latex()}$"

    def letters(self) -> set[Letter]:
        """The letters that occur."""
        return {LETTERS[f >> 2] for words in map(_words, self.terms) for w in words for f in w}

    def symbols(self) -> set[str]:
        """The names of the scalar symbols that occur (dimensions left out)."""
        return {SYMBOLS[i][1] for k in self.terms for i, _ in k[0] if SYMBOLS[i][0] != "dimension"}


def _words(key: Key) -> tuple[Word, ...]:
    return key[1] if len(key) == 2 else (*key[1], key[2])


def check_names(*expressions: Any) -> None:
    """Raise SymlamError when one name stands for two letters in the expressions."""
    seen: dict[str, Letter] = {}
    for x in sorted({x for e in expressions for x in e.letters()}, key=repr):
        other = seen.setdefault(x.name, x)
        if other != x:
            raise SymlamError(
                f"{x.name} names two letters: {_described(other)}, and {_described(x)}",
                expected="one letter for a name",
                hint="rename one of them",
            )


def _described(x: Letter) -> str:
    kinds = [k for k in ("symmetric", "invertible") if getattr(x, k)]
    what = f"the second moment of {' and '.join(x.moment)}" if x.moment else " ".join((*kinds, "matrix"))
    return f"{what}, {x.rows} x {x.cols}"


class Scalar(_Sum):
    """A scalar expression: polynomial in scalar symbols, dimensions and traces of words.

    >>> from symlam.algebra import matrix, scalar, tr
    >>> A, B = matrix("A", "n", "m"), matrix("B", "m", "n")
    >>> tr(A * B) - tr(B * A)
    0
    >>> 2 * scalar("s") * tr(A * A.T) + 1
    1 + 2 s tr(A A')
    """

    __slots__ = ()

    def __init__(self, terms: Mapping[ScalarKey, Rational] | None = None) -> None:
        self.terms: dict[ScalarKey, Rational] = dict(terms or {})

    def _like(self, terms: dict[Any, Rational]) -> Scalar:
        return Scalar(terms)

    def _match(self, other: Any, operation: str) -> Scalar | None:
        if isinstance(other, Scalar):
            return other
        if isinstance(other, Matrix):
            raise SymlamError(
                f"cannot take scalar {operation} matrix of shape {other.rows} x {other.cols}: "
                f"({self!r}) {operation} ({other!r})",
                hint="multiply the scalar by identity(n), or take a trace",
            )
        value = _rational(other)
        return None if value is None else constant(value)

    @overload
    def __mul__(self, other: Matrix) -> Matrix: ...
    @overload
    def __mul__(self, other: Scalar | Rational) -> Scalar: ...
    @overload
    def __mul__(self, other: Any) -> Any: ...
    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Matrix):
            return other * self
        if not isinstance(other, Scalar):
            value = _rational(other)
            if value is None:
                return NotImplemented
            return Scalar({k: v * value for k, v in self.terms.items()}) if value else Scalar()
        out: dict[ScalarKey, Rational] = {}
        for (s1, t1), v1 in self.terms.items():
            for (s2, t2), v2 in other.terms.items():
                key = (_merge(s1, s2), _pair(t1, t2))
                out[key] = out.get(key, 0) + v1 * v2
        return Scalar(_clean(out))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Scalar:
        if isinstance(other, Scalar):
            return self * other**-1
        value = _rational(other)
        if value is None:
            return NotImplemented
        if not value:
            raise SymlamError(f"division of {self!r} by zero")
        return self * Fraction(1, 1) * (Fraction(1) / value)

    def __rtruediv__(self, other: Any) -> Scalar:
        out: Scalar = self**-1 * other
        return out

    def __pow__(self, exponent: int) -> Scalar:
        if not isinstance(exponent, int):
            raise SymlamError(f"exponent {exponent!r} of a scalar", expected="an integer")
        if exponent < 0:
            if len(self.terms) != 1 or next(iter(self.terms))[1]:
                raise SymlamError(
                    f"1/({self!r}) is not a product of scalar symbols",
                    hint="name it: a scalar symbol r with r times the denominator equal to 1",
                )
            ((s, _), v) = next(iter(self.terms.items()))
            return Scalar({(tuple((i, -e) for i, e in s), ()): Fraction(1) / v}) ** -exponent
        out = constant(1)
        for _ in range(exponent):
            out = out * self
        return out

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Matrix):
            return NotImplemented
        try:
            other = self._match(other, "==")
        except SymlamError:
            return NotImplemented
        return NotImplemented if other is None else self.terms == other.terms

    def __hash__(self) -> int:
        value = self.as_rational()  # equal to that number, so hashed like it
        return hash(frozenset(self.terms.items()) if value is None else value)

    def as_rational(self) -> Rational | None:
        """The value when the expression is a constant, else None."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and ((), ()) in self.terms:
            return self.terms[(), ()]
        return None


class Matrix(_Sum):
    """A matrix expression of shape ``rows`` x ``cols``: a sum of coefficient x word.

    >>> from symlam.algebra import identity, matrix
    >>> B, D = matrix("B", "d_o", "d_z"), matrix("D", "d_z", "d_o")
    >>> M = B * D - identity("d_o")
    >>> (M * M).T
    I - 2 D' B' + D' B' D' B'
    """

    __slots__ = ("cols", "rows")

    def __init__(self, rows: Dim, cols: Dim, terms: Mapping[MatrixKey, Rational] | None = None) -> None:
        self.rows, self.cols = rows, cols
        self.terms: dict[MatrixKey, Rational] = dict(terms or {})

    @property
    def shape(self) -> tuple[Dim, Dim]:
        """(rows, cols)."""
        return self.rows, self.cols

    def _like(self, terms: dict[Any, Rational]) -> Matrix:
        return Matrix(self.rows, self.cols, terms)

    def _match(self, other: Any, operation: str) -> Matrix | None:
        if isinstance(other, Matrix):
            if self.shape != other.shape:
                raise SymlamError(
                    f"shapes do not agree in ({self!r}) {operation} ({other!r}): "
                    f"{self.rows} x {self.cols} against {other.rows} x {other.cols}",
                    expected="the same shape on both sides",
                )
            return other
        if isinstance(other, Scalar) or _rational(other) is not None:
            if isinstance(other, int) and other == 0:  # sum([...]) starts from 0
                return self._like({})
            raise SymlamError(
                f"cannot take matrix {operation} scalar: ({self!r}) {operation} ({other!r}), "
                f"shape {self.rows} x {self.cols}",
                hint="multiply the scalar by identity(n)",
            )
        return None

    @overload
    def __mul__(self, other: Matrix | Scalar | Rational) -> Matrix: ...
    @overload
    def __mul__(self, other: Any) -> Any: ...
    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Matrix):
            return self._product(other)
        if isinstance(other, Scalar):
            out: dict[MatrixKey, Rational] = {}
            for (s1, t1, w), v1 in self.terms.items():
                for (s2, t2), v2 in other.terms.items():
                    key = (_merge(s1, s2), _pair(t1, t2), w)
                    out[key] = out.get(key, 0) + v1 * v2
            return self._like(_clean(out))
        value = _rational(other)
        if value is None:
            return NotImplemented
        return self._like({k: v * value for k, v in self.terms.items()} if value else {})

    def __rmul__(self, other: Any) -> Any:
        # scalars commute, and nothing else does
        return self * other if isinstance(other, Scalar) or _rational(other) is not None else NotImplemented

    def __truediv__(self, other: Any) -> Matrix:
        if isinstance(other, Matrix):
            raise SymlamError(f"({self!r}) / ({other!r})", hint="multiply by other.inverse() on one side")
        out: Matrix = self * (constant(1) / other)
        return out

    __matmul__ = __mul__

    def _product(self, other: Matrix) -> Matrix:
        if self.cols != other.rows:
            raise SymlamError(
                f"shapes do not agree in ({self!r}) * ({other!r}): "
                f"{self.rows} x {self.cols} times {other.rows} x {other.cols}",
                expected="columns of the left factor = rows of the right factor",
            )
        out: dict[MatrixKey, Rational] = {}
        get = out.get
        for (s1, t1, w1), v1 in self.terms.items():
            for (s2, t2, w2), v2 in other.terms.items():
                key = (_merge(s1, s2), _pair(t1, t2), join(w1, w2))
                out[key] = get(key, 0) + v1 * v2
        return Matrix(self.rows, other.cols, _clean(out))

    def __pow__(self, exponent: int) -> Matrix:
        if self.rows != self.cols or not isinstance(exponent, int):
            raise SymlamError(
                f"power {exponent!r} of ({self!r}), shape {self.rows} x {self.cols}", expected="square"
            )
        base = self.inverse() if exponent < 0 else self
        out = identity(self.rows)
        for _ in range(abs(exponent)):
            out = out * base
        return out

    @property
    def T(self) -> Matrix:
        """The transpose."""
        return Matrix(self.cols, self.rows, {(s, t, transpose(w)): v for (s, t, w), v in self.terms.items()})

    def inverse(self) -> Matrix:
        """The inverse of a single word of invertible letters (times a scalar monomial).

        A second moment E[x x^T] may be inverted formally; whoever uses the result must assume
        it positive definite, and `equal` checks that.  Raises SymlamError for sums and for
        letters not declared invertible.

        >>> from symlam.algebra import matrix
        >>> S, M = matrix("S", "n", "n", symmetric=True, invertible=True), matrix("M", "n", "n", invertible=True)
        >>> (2 * S * M).inverse()
        1/2 M^-1 S^-1
        """
        if self.rows != self.cols:
            raise SymlamError(
                f"({self!r}) is {self.rows} x {self.cols}", expected="a square matrix to invert"
            )
        if len(self.terms) != 1:
            raise SymlamError(
                f"the inverse of the sum ({self!r}) is not a word",
                hint="name the sum: F = matrix(..., symmetric=True, invertible=True) and equation(F, the sum)",
            )
        (s, t, w), v = next(iter(self.terms.items()))
        for f in w:
            if not (LETTERS[f >> 2].invertible or LETTERS[f >> 2].is_second_moment):
                raise SymlamError(
                    f"{LETTERS[f >> 2]} is not declared invertible in ({self!r})",
                    hint=f"matrix({LETTERS[f >> 2].name!r}, ..., invertible=True) or assume it positive definite",
                )
        if t:
            raise SymlamError(f"({self!r}) has a trace as coefficient and cannot be inverted as a word")
        return Matrix(
            self.rows,
            self.rows,
            {(tuple((i, -e) for i, e in s), (), tuple(f ^ 2 for f in reversed(w))): Fraction(1) / v},
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int) and not isinstance(other, bool) and other == 0:
            return not self.terms
        if not isinstance(other, Matrix):
            return NotImplemented
        return self.shape == other.shape and self.terms == other.terms

    def __hash__(self) -> int:
        return hash((self.rows, self.cols, frozenset(self.terms.items())))

    def as_letter(self) -> Letter:
        """The letter, when the expression is one; SymlamError otherwise."""
        code = self._letter_code()
        return LETTERS[code >> 2]

    def _letter_code(self) -> int:
        if len(self.terms) == 1:
            (s, t, w), v = next(iter(self.terms.items()))
            if v == 1 and not s and not t and len(w) == 1 and not w[0] & 3:
                return w[0]
        raise SymlamError(f"({self!r}) is not a single letter", expected="a letter made by matrix(...)")


def constant(value: Rational) -> Scalar:
    """The scalar expression of a rational number."""
    return Scalar({((), ()): value} if value else {})


def scalar(name: str) -> Scalar:
    """A scalar symbol, real (say ``positive(s)`` in the assumptions for more).

    >>> scalar("lambda") ** 2
    lambda^2
    """
    check_name(name, "scalar")
    return Scalar({(((_symbol("scalar", name), 1),), ()): 1})


def dimension_scalar(dim: Dim | str) -> Scalar:
    """A dimension as a scalar, the trace of the identity.

    >>> dimension_scalar("n") - 2
    -2 + n
    """
    dim = check_dimension(dim)
    if isinstance(dim, int):
        return constant(dim)
    return Scalar({(((_symbol("dimension", dim.name), 1),), ()): 1})


def matrix(
    name: str, rows: Dim | str, cols: Dim | str, *, symmetric: bool = False, invertible: bool = False
) -> Matrix:
    """A deterministic matrix letter of shape ``rows`` x ``cols``.

    Raises SymlamError for a name that is not one, a dimension that is not positive, or a
    symmetric or invertible letter that is not square.

    >>> matrix("A", "d_o", "d_o").shape
    (d_o, d_o)
    """
    check_name(name, "matrix")
    return from_letter(Letter(name, check_dimension(rows), check_dimension(cols), symmetric, invertible))


def from_letter(letter: Letter) -> Matrix:
    """The expression of a letter."""
    return Matrix(letter.rows, letter.cols, {((), (), (intern(letter),)): 1})


def identity(dim: Dim | str) -> Matrix:
    """The identity matrix.

    >>> from symlam.algebra import tr
    >>> tr(identity("n"))
    n
    """
    dim = check_dimension(dim)
    return Matrix(dim, dim, {((), (), ()): 1})


def zero(rows: Dim | str, cols: Dim | str) -> Matrix:
    """The zero matrix."""
    return Matrix(check_dimension(rows), check_dimension(cols))


def tr(m: Matrix) -> Scalar:
    """The trace, in normal form under rotation and transposition.

    Raises SymlamError when ``m`` is not square.

    >>> A, B = matrix("A", "n", "m"), matrix("B", "n", "m")
    >>> tr(A * B.T) == tr(A.T * B)
    True
    """
    if not isinstance(m, Matrix):
        raise SymlamError(f"the trace of {m!r}", expected="a matrix expression")
    if m.rows != m.cols:
        raise SymlamError(f"the trace of ({m!r}), shape {m.rows} x {m.cols}", expected="a square matrix")
    out: dict[ScalarKey, Rational] = {}
    get = out.get
    for (s, t, w), v in m.terms.items():
        w = _canonical(w)
        if w:
            key = (s, _pair(t, (w,)) if t else (w,))
        else:
            # tr I = n; invertible letters are square, so cancellation keeps the size
            if isinstance(m.rows, int):
                key, v = (s, t), v * m.rows
            else:
                key = (_merge(s, ((_symbol("dimension", m.rows.name), 1),)), t)
        out[key] = get(key, 0) + v
    return Scalar(_clean(out))


def rebuild(
    expr: Any, letter_map: Callable[[int], Matrix | None], symbol_map: Mapping[int, Scalar] | None = None
) -> Any:
    """Substitute factors by matrix expressions: ``letter_map(code)`` gives the image or None to keep."""
    cache: dict[int, Matrix | None] = {}

    def image(code: int) -> Matrix | None:
        if code not in cache:
            cache[code] = letter_map(code)
        return cache[code]

    def word_image(word: Word, rows: Dim) -> Matrix:
        out = Matrix(rows, rows, {((), (), ()): 1})
        run: list[int] = []
        for f in word:
            new = image(f)
            if new is None:
                run.append(f)
                continue
            if run:
                out = out._product(Matrix(ROWS[run[0]], COLS[run[-1]], {((), (), tuple(run)): 1}))
                run = []
            out = out._product(new)
        if run:
            out = out._product(Matrix(ROWS[run[0]], COLS[run[-1]], {((), (), tuple(run)): 1}))
        return out

    def coefficient(s: Scalars, t: tuple[Word, ...]) -> Scalar:
        out = constant(1)
        kept = []
        for i, e in s:
            if symbol_map and i in symbol_map:
                out = out * symbol_map[i] ** e
            else:
                kept.append((i, e))
        out = out * Scalar({(tuple(kept), ()): 1})
        for w in t:
            out = out * tr(word_image(w, ROWS[w[0]]))
        return out

    touched = set(symbol_map or ())

    def changes(key: Key) -> bool:
        return any(i in touched for i, _ in key[0]) or any(
            image(f) is not None for w in _words(key) for f in w
        )

    out: dict[Key, Rational] = {}
    for k, v in expr.terms.items():
        if not changes(k):
            out[k] = out.get(k, 0) + v
            continue
        new: Scalar | Matrix = coefficient(k[0], k[1])
        if len(k) == 3:
            new = word_image(k[2], expr.rows) * new
        for k2, v2 in new.terms.items():
            out[k2] = out.get(k2, 0) + v * v2
    return expr._like(_clean(out))


def substitute(
    expr: Any, replacements: Mapping[Matrix, Any] | Mapping[Scalar, Any] | Mapping[Matrix | Scalar, Any]
) -> Any:
    """Replace letters and scalar symbols by expressions, all at once.

    Transposes and inverses follow: an inverse is replaced by the inverse of the image, which
    must then be a word of invertible letters.  Raises SymlamError when shapes differ.

    >>> A, B = matrix("A", "n", "n"), matrix("B", "n", "n")
    >>> substitute(tr(A * A.T), {A: A - B})
    tr(A A') - 2 tr(A B') + tr(B B')
    """
    if not isinstance(expr, _Sum):
        if hasattr(expr, "substitute"):  # a random vector
            return expr.substitute(replacements)
        raise SymlamError(f"{expr!r} is not an expression")
    letters: dict[int, Matrix] = {}
    symbols: dict[int, Scalar] = {}
    for old, new in replacements.items():
        if isinstance(old, Matrix):
            code = old._letter_code()
            if not isinstance(new, Matrix) or new.shape != old.shape:
                shape = f"{new.rows} x {new.cols}" if isinstance(new, Matrix) else "a scalar"
                raise SymlamError(
                    f"cannot put ({new!r}), {shape}, for {LETTERS[code >> 2]}", expected="the same shape"
                )
            if LETTERS[code >> 2].symmetric and new != new.T:
                raise SymlamError(
                    f"cannot put ({new!r}) for the symmetric {LETTERS[code >> 2]}", expected="symmetric"
                )
            letters[code] = new
        elif isinstance(old, Scalar):
            index = _single_symbol(old)
            if SYMBOLS[index][0] == "dimension":
                raise SymlamError(
                    f"the dimension {old!r} cannot be replaced",
                    hint="make the letters with the other dimension",
                )
            symbols[index] = new if isinstance(new, Scalar) else constant(_exact(new))
        else:
            raise SymlamError(f"{old!r} cannot be replaced", expected="a letter or a scalar symbol")

    def letter_map(code: int) -> Matrix | None:
        base = code & ~3
        if base not in letters:
            return None
        new = letters[base]
        if code & 2:
            new = new.inverse()
        return new.T if code & 1 else new

    return rebuild(expr, letter_map, symbols)


def _single_symbol(expr: Scalar) -> int:
    if len(expr.terms) == 1:
        (s, t), v = next(iter(expr.terms.items()))
        if v == 1 and not t and len(s) == 1 and s[0][1] == 1:
            return s[0][0]
    raise SymlamError(f"({expr!r}) is not a single scalar symbol")


def _exact(value: Any) -> Rational:
    out = _rational(value)
    if out is None:
        raise SymlamError(
            f"{value!r} is not an exact rational", expected="int, Fraction or a scalar expression"
        )
    return out


def total(expressions: Iterable[Any], start: Any = None) -> Any:
    """The sum of expressions in one pass, linear in the number of terms."""
    out: dict[Key, Rational] = {}
    first = None
    for e in expressions if start is None else itertools.chain((start,), expressions):
        if not isinstance(e, _Sum):
            e = constant(_exact(e))
        if first is None:
            first = e
        else:
            e = first._match(e, "+")
        for k, v in e.terms.items():
            out[k] = out.get(k, 0) + v
    return Scalar() if first is None else first._like(_clean(out))


__all__ = [
    "Dimension",
    "Matrix",
    "Scalar",
    "constant",
    "dimension_scalar",
    "identity",
    "matrix",
    "scalar",
    "substitute",
    "total",
    "tr",
    "zero",
]
