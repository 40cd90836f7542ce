"""Values of formulas: scalars, matrices, random vectors, and products of two of them under an expectation.

The algebra has scalars, matrices and linear forms.  Reading LaTeX needs three more: an identity whose size
is not yet known, a transposed random vector, and a random quantity of second degree, of
which only the expectation is kept (the expectation is linear, so sums and products with what is
not random may be taken before it).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symlam.algebra import E, LinearForm, Matrix, Scalar, identity, tr, vector, zero
from symlam.algebra._assumptions import ScalarEquation
from symlam.algebra._expression import _symbol, constant
from symlam.algebra._print import sorted_terms
from symlam.errors import SymlamError

# E[x] is E[x c] with c = 1: a random vector of dimension 1 and second moment 1
ONE = vector("const{1}", 1)


MAX_WORDS = 20_000  # in one product
MAX_LENGTH = 400  # letters in one word


class OutsideFragment(SymlamError):
    """A formula that is well formed but leaves what symlam decides; says which construct."""


@dataclass(frozen=True)
class Multiple:
    """A multiple of the identity of unknown size."""

    factor: Scalar


@dataclass(frozen=True)
class Row:
    """The transpose of a random vector."""

    form: LinearForm


@dataclass(frozen=True)
class Second:
    """A random quantity of second degree, by its expectation."""

    mean: Any


Value = Scalar | Matrix | LinearForm | Multiple | Row | Second


def describe(v: Any) -> str:
    """What a value is, with its shape."""
    if isinstance(v, Second):
        return f"a random {describe(v.mean).removeprefix('a ')}"
    if isinstance(v, Scalar):
        return "a scalar"
    if isinstance(v, Matrix):
        return f"a matrix of shape {v.rows} x {v.cols}"
    if isinstance(v, LinearForm):
        return f"a random vector of dimension {v.dim}"
    if isinstance(v, Row):
        return f"a transposed random vector of dimension {v.form.dim}"
    if isinstance(v, Multiple):
        return "a multiple of I"
    return "nothing that has a value"


def is_random(v: Any) -> bool:
    """Whether the value depends on chance."""
    return isinstance(v, Second | LinearForm | Row)


def _is_zero(v: Any) -> bool:
    return isinstance(v, Scalar) and not v.terms


def tidy(v: Any) -> Any:
    """A 1 x 1 matrix as a scalar."""
    if isinstance(v, Matrix) and v.shape == (1, 1):
        return tr(v)
    if isinstance(v, Second):
        return Second(tidy(v.mean))
    return v


def _column(v: Any) -> Any:
    """A deterministic column as a random vector that does not vary."""
    if isinstance(v, Matrix) and v.cols == 1:
        return v * ONE
    return v


def add(a: Any, b: Any) -> Any:
    """a + b; SymlamError where shapes or kinds differ."""
    if _is_zero(a):
        return b
    if _is_zero(b):
        return a
    if isinstance(a, Second) or isinstance(b, Second):
        x = a.mean if isinstance(a, Second) else a
        y = b.mean if isinstance(b, Second) else b
        if is_random(x) or is_random(y):
            raise SymlamError(f"cannot add {describe(a)} and {describe(b)}", expected="two of one kind")
        return Second(add(x, y))
    if isinstance(a, Multiple) and isinstance(b, Multiple):
        return Multiple(a.factor + b.factor)
    if isinstance(a, Multiple):
        a, b = b, a
    if isinstance(b, Multiple):
        if isinstance(a, Matrix) and a.rows == a.cols:
            return a + identity(a.rows) * b.factor
        raise SymlamError(f"cannot add {describe(a)} and {describe(b)}", expected="a square matrix next to I")
    if isinstance(a, LinearForm) or isinstance(b, LinearForm):
        x, y = _column(a), _column(b)
        if isinstance(x, LinearForm) and isinstance(y, LinearForm):
            if x.dim != y.dim:
                raise SymlamError(f"cannot add {describe(a)} and {describe(b)}", expected="equal dimensions")
            return x + y
    if isinstance(a, Row) or isinstance(b, Row):
        x = _column(transpose(a)) if not isinstance(a, Scalar) else a
        y = _column(transpose(b)) if not isinstance(b, Scalar) else b
        if isinstance(x, LinearForm) and isinstance(y, LinearForm):
            return Row(add(x, y))
    if type(a) is not type(b):
        raise SymlamError(f"cannot add {describe(a)} and {describe(b)}", expected="two of one kind")
    if isinstance(a, Matrix) and a.shape != b.shape:
        raise SymlamError(
            f"cannot add ({a!r}), {a.rows} x {a.cols}, and ({b!r}), {b.rows} x {b.cols}",
            expected="the same shape",
        )
    return a + b


def _guard(*values: Any) -> None:
    """OutsideFragment when a product would expand to too many words or too long ones."""
    count, length = 1, 0
    for v in values:
        x = v.form if isinstance(v, Row) else v.mean if isinstance(v, Second) else v
        parts = (
            list(x.parts.values())
            if isinstance(x, LinearForm)
            else [x]
            if isinstance(x, Scalar | Matrix)
            else []
        )
        keys = [k for m in parts for k in m.terms]
        count *= max(1, len(keys))
        length += max((sum(map(len, k[1])) + (len(k[2]) if len(k) == 3 else 0) for k in keys), default=0)
    if count > MAX_WORDS:
        raise OutsideFragment(
            f"a product that expands to {count} words: more than {MAX_WORDS} are not expanded"
        )
    if length > MAX_LENGTH:
        raise OutsideFragment(f"a word of {length} letters: more than {MAX_LENGTH} are not expanded")


def negate(v: Any) -> Any:
    """-v."""
    return multiply(constant(-1), v)


def multiply(a: Any, b: Any) -> Any:
    """The product; SymlamError for shapes that do not agree, OutsideFragment above second degree."""
    _guard(a, b)
    if isinstance(b, Scalar):
        a, b = b, a
    if isinstance(a, Scalar):
        if isinstance(b, Multiple):
            return Multiple(b.factor * a)
        if isinstance(b, Row):
            return Row(b.form * a)
        if isinstance(b, Second):
            return Second(multiply(a, b.mean))
        return b * a
    if isinstance(a, Multiple) and isinstance(b, Multiple):
        return Multiple(a.factor * b.factor)
    if isinstance(a, Multiple):
        return multiply(a.factor, b)
    if isinstance(b, Multiple):
        return multiply(b.factor, a)
    if isinstance(a, Second) or isinstance(b, Second):
        x, y = (v.mean if isinstance(v, Second) else v for v in (a, b))
        if is_random(x) or is_random(y) or (isinstance(a, Second) and isinstance(b, Second)):
            raise OutsideFragment("a product of more than two random vectors: moments above the second")
        return Second(multiply(x, y))
    if isinstance(a, Row) and isinstance(b, LinearForm):
        if a.form.dim != b.dim:
            raise SymlamError(
                f"shapes do not agree in ({a.form!r})' ({b!r}): 1 x {a.form.dim} times {b.dim} x 1",
                expected="equal dimensions",
            )
        return Second(tr(E(b, a.form)))
    if isinstance(a, LinearForm) and isinstance(b, Row):
        return Second(E(a, b.form))
    if isinstance(a, Matrix) and isinstance(b, LinearForm):
        if a.cols != b.dim:
            raise SymlamError(
                f"shapes do not agree in ({a!r}) ({b!r}): {a.rows} x {a.cols} times {b.dim} x 1",
                expected="columns of the left factor = dimension of the vector",
            )
        return a * b
    if isinstance(a, Row) and isinstance(b, Matrix):
        return Row(multiply(b.T, a.form))
    if isinstance(a, LinearForm) and isinstance(b, Matrix) and b.rows == 1:
        return Second(E(a, b.T * ONE))
    if isinstance(a, Matrix) and isinstance(b, Row) and a.cols == 1:
        return Second(E(a * ONE, b.form))
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return tidy(a * b)
    raise SymlamError(
        f"cannot multiply {describe(a)} and {describe(b)}", hint="a transpose is missing on one of them"
    )


def divide(a: Any, b: Any) -> Any:
    """a / b for a polynomial b in scalar symbols; OutsideFragment for other scalars."""
    if not isinstance(b, Scalar):
        raise SymlamError(f"cannot divide by {describe(b)}", expected="a scalar", hint="^{-1} on one side")
    if not b.terms:
        raise SymlamError("division by zero")
    if any(key[1] or any(p < 0 for _, p in key[0]) for key in b.terms):
        raise OutsideFragment(f"division by the trace or quotient ({b!r}): rational functions")
    if len(b.terms) != 1:
        return multiply(_quotient(b), a)
    return multiply(Scalar({((), ()): Fraction(1)}) / b, a)


# a denominator that is a sum has a name, a scalar symbol, and what the name stands for
_QUOTIENTS: dict[str, ScalarEquation] = {}


def _quotient(b: Scalar) -> Scalar:
    """1 / b as a symbol times a rational: proportional denominators share it."""
    _, top = sorted_terms(b)[-1]
    b = b / top
    name = f"1/({b!r})"
    r = Scalar({(((_symbol("scalar", name), 1),), ()): 1})  # a name that nobody can declare
    _QUOTIENTS[name] = ScalarEquation(f"{b!r} != 0", r * b - 1)
    return r / top


def quotients(*values: Any) -> list[ScalarEquation]:
    """The equations r b = 1 of the quotients 1 / b in some expressions."""
    used: set[str] = set()
    for v in values:
        for e in v.parts.values() if isinstance(v, LinearForm) else (v,):
            if isinstance(e, Scalar | Matrix):
                used |= e.symbols()
    return [_QUOTIENTS[name] for name in sorted(used & _QUOTIENTS.keys())]


def transpose(v: Any) -> Any:
    """The transpose."""
    if isinstance(v, Matrix):
        return v.T
    if isinstance(v, LinearForm):
        return Row(v)
    if isinstance(v, Row):
        return v.form
    if isinstance(v, Second):
        return Second(transpose(v.mean))
    return v


def inverse(v: Any) -> Any:
    """The inverse of a scalar monomial or of a word of invertible matrices."""
    if isinstance(v, Scalar):
        return divide(constant(1), v)
    if isinstance(v, Multiple):
        return Multiple(divide(constant(1), v.factor))
    if not isinstance(v, Matrix):
        raise SymlamError(f"the inverse of {describe(v)}", expected="a square matrix")
    if v.rows != v.cols:
        raise SymlamError(f"the inverse of ({v!r}), shape {v.rows} x {v.cols}", expected="a square matrix")
    try:
        return v.inverse()
    except SymlamError as error:
        if len(v.terms) != 1:
            raise OutsideFragment(
                f"the inverse of the sum ({v!r})", hint=f"%! moment of the sum, or {error.hint}"
            ) from None
        raise OutsideFragment(
            f"nothing says that ({v!r}) is invertible", hint="declare the matrix invertible, or assume it > 0"
        ) from None


def power(v: Any, n: int) -> Any:
    """v to a natural power."""
    if isinstance(v, LinearForm) and v.dim == 1 and n == 2:
        return Second(tr(E(v, v)))
    if is_random(v):
        raise OutsideFragment(f"the power {n} of {describe(v)}: moments above the second")
    if isinstance(v, Multiple):
        return Multiple(v.factor**n)
    if isinstance(v, Matrix) and v.rows != v.cols:
        raise SymlamError(f"the power {n} of ({v!r}), shape {v.rows} x {v.cols}", expected="a square matrix")
    out = v
    for _ in range(n - 1):
        out = multiply(out, v)
    if not n:
        return v**0
    return out


def trace(v: Any) -> Any:
    """The trace."""
    if isinstance(v, Second):
        return Second(trace(v.mean))
    if isinstance(v, Scalar):
        return v
    if isinstance(v, Multiple):
        raise SymlamError(
            "the trace of I: its size cannot be inferred", hint="I_{d_o} for the identity of size d_o"
        )
    if not isinstance(v, Matrix):
        raise SymlamError(f"the trace of {describe(v)}", expected="a square matrix")
    return tr(v)


def expect(v: Any) -> Any:
    """The expectation."""
    if isinstance(v, Second):
        return v.mean
    if isinstance(v, LinearForm):
        return tidy(E(v, ONE))
    if isinstance(v, Row):
        return transpose(tidy(E(v.form, ONE)))
    return v


def norm_squared(v: Any, kind: str) -> Any:
    """The squared norm: of a vector, or the Frobenius norm of a matrix when ``kind`` is F."""
    if isinstance(v, Row):
        v = v.form
    _guard(v, v)
    if isinstance(v, LinearForm):
        if kind not in ("", "2"):
            raise OutsideFragment(f"the norm with index {kind}")
        return Second(tr(E(v, v)))
    if isinstance(v, Matrix):
        if kind == "F" or (kind in ("", "2") and 1 in v.shape):
            return tr(v * v.T)
        raise OutsideFragment(
            "the spectral norm of a matrix", hint=r"\lVert M \rVert_F for the Frobenius norm"
        )
    if isinstance(v, Scalar):
        return v * v
    if isinstance(v, Multiple):
        raise SymlamError(
            "the norm of I: its size cannot be inferred", hint="I_{d_o} for the identity of size d_o"
        )
    raise OutsideFragment(f"the norm of {describe(v)}: moments above the second")


def _sizes(v: Any) -> Any:
    return v.shape if isinstance(v, Matrix) else v.dim if isinstance(v, LinearForm) else None


def match(a: Any, b: Any) -> tuple[Any, Any]:
    """Both values as the algebra compares them: I and 0 take the size of the other side.

    Raises SymlamError when they cannot be equal by kind or shape, OutsideFragment for random
    quantities of second degree.
    """
    for v in (a, b):
        if isinstance(v, Second):
            raise OutsideFragment(
                "a random quantity of second degree outside an expectation", hint=r"\mathbb{E} in front of it"
            )
    if isinstance(a, Multiple) and isinstance(b, Multiple):
        return a.factor, b.factor
    if isinstance(a, Multiple | Scalar) and isinstance(b, Matrix | LinearForm | Row):
        y, x = match(b, a)
        return x, y
    if isinstance(a, Row) or isinstance(b, Row):
        a, b = transpose(a), transpose(b)
    if isinstance(a, Matrix) and isinstance(b, Multiple):
        if a.rows != a.cols:
            raise SymlamError(
                f"({a!r}), shape {a.rows} x {a.cols}, against a multiple of I", expected="a square matrix"
            )
        return a, identity(a.rows) * b.factor
    if isinstance(a, Matrix) and _is_zero(b):
        return a, zero(a.rows, a.cols)
    if isinstance(a, LinearForm) and _is_zero(b):
        return a, LinearForm(a.dim, {})
    if isinstance(a, LinearForm) or isinstance(b, LinearForm):
        a, b = _column(a), _column(b)
    if type(a) is not type(b) or _sizes(a) != _sizes(b):
        raise SymlamError(
            f"the left side is {describe(a)}, the right side {describe(b)}",
            expected="two of one kind and shape",
        )
    return a, b
