"""Random vectors, linear forms in them, and their second moments.

A base random vector is a name and a dimension.  A linear form is a sum of matrix x base
vector.  Second moments of base vectors are letters: E[x x^T] is a symmetric letter, and
E[x y^T] one letter for each unordered pair, transposed as needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from symlam.algebra._expression import (
    Matrix,
    Scalar,
    _rational,
    constant,
    from_letter,
    identity,
    substitute,
    total,
    tr,
)
from symlam.algebra._letter import Dim, Letter, check_dimension, check_name
from symlam.errors import SymlamError


@dataclass(frozen=True, order=True)
class Base:
    """A base random vector, square integrable; nothing is assumed of its moments."""

    name: str
    dim: Dim


class LinearForm:
    """A random vector of dimension ``dim``: a sum of matrix x base random vector.

    >>> from symlam.algebra import matrix, vector
    >>> o, q = vector("o", "d_o"), vector("q", "d_o")
    >>> A = matrix("A", "d_o", "d_o")
    >>> A * (o + q) - o
    (-I + A) o + A q
    """

    __slots__ = ("dim", "parts")

    def __init__(self, dim: Dim, parts: Mapping[Base, Matrix]) -> None:
        self.dim = dim
        self.parts: dict[Base, Matrix] = {b: m for b, m in parts.items() if m}

    def _match(self, other: Any, operation: str) -> LinearForm | None:
        if isinstance(other, LinearForm):
            if other.dim != self.dim:
                raise SymlamError(
                    f"dimensions do not agree in ({self!r}) {operation} ({other!r}): {self.dim} against {other.dim}",
                    expected="random vectors of one dimension",
                )
            return other
        if isinstance(other, int) and other == 0:
            return LinearForm(self.dim, {})
        if isinstance(other, Matrix | Scalar) or _rational(other) is not None:
            raise SymlamError(
                f"cannot take random vector {operation} {other!r}",
                hint="multiply a matrix by a random vector first",
            )
        return None

    def __add__(self, other: Any) -> LinearForm:
        other = self._match(other, "+")
        if other is None:
            return NotImplemented
        parts = dict(self.parts)
        for b, m in other.parts.items():
            parts[b] = parts[b] + m if b in parts else m
        return LinearForm(self.dim, parts)

    __radd__ = __add__

    def __neg__(self) -> LinearForm:
        return LinearForm(self.dim, {b: -m for b, m in self.parts.items()})

    def __sub__(self, other: Any) -> LinearForm:
        other = self._match(other, "-")
        return NotImplemented if other is None else self + (-other)

    def __rsub__(self, other: Any) -> LinearForm:
        out: LinearForm = -self + other
        return out

    def __rmul__(self, other: Any) -> LinearForm:
        if isinstance(other, Matrix):
            if other.cols != self.dim:
                raise SymlamError(
                    f"shapes do not agree in ({other!r}) * ({self!r}): "
                    f"{other.rows} x {other.cols} times a vector of dimension {self.dim}",
                    expected="columns of the matrix = dimension of the vector",
                )
            return LinearForm(other.rows, {b: other * m for b, m in self.parts.items()})
        if isinstance(other, Scalar) or _rational(other) is not None:
            return LinearForm(self.dim, {b: m * other for b, m in self.parts.items()})
        return NotImplemented

    __rmatmul__ = __rmul__

    def __mul__(self, other: Any) -> LinearForm:
        if isinstance(other, Scalar) or _rational(other) is not None:
            return self.__rmul__(other)
        raise SymlamError(
            f"({self!r}) * ({other!r}) is not a linear form",
            hint="write E(x, y) for E[x y^T], dot(x, M, y) for E[x^T M y]",
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LinearForm):
            return NotImplemented
        return self.dim == other.dim and self.parts == other.parts

    def __hash__(self) -> int:
        return hash((self.dim, frozenset(self.parts.items())))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def coefficient(self, base: LinearForm) -> Matrix:
        """The matrix in front of a base random vector, dim x base.dim."""
        b = base.as_base()
        return self.parts.get(b, Matrix(self.dim, b.dim))

    def as_base(self) -> Base:
        """The base random vector, when the form is one; SymlamError otherwise."""
        if len(self.parts) == 1:
            b, m = next(iter(self.parts.items()))
            if m == identity(b.dim):
                return b
        raise SymlamError(f"({self!r}) is not a base random vector", expected="one made by vector(...)")

    def is_base(self) -> bool:
        """Whether the form is a base random vector itself."""
        try:
            self.as_base()
        except SymlamError:
            return False
        return True

    def map(self, image: Any) -> LinearForm:
        """Apply a function of matrices to every coefficient."""
        return LinearForm(self.dim, {b: image(m) for b, m in self.parts.items()})

    def substitute(self, replacements: Mapping[Any, Any]) -> LinearForm:
        """Replace letters, scalar symbols and base random vectors, all at once."""
        letters = {k: v for k, v in replacements.items() if not isinstance(k, LinearForm)}
        vectors = {k.as_base(): v for k, v in replacements.items() if isinstance(k, LinearForm)}
        out = LinearForm(self.dim, {})
        for b, m in self.parts.items():
            m = substitute(m, letters) if letters else m
            if b in vectors:
                if vectors[b].dim != b.dim:
                    raise SymlamError(
                        f"cannot put ({vectors[b]!r}) for {b.name}", expected=f"dimension {b.dim}"
                    )
                out = out + m * vectors[b]
            else:
                out = out + LinearForm(self.dim, {b: m})
        return out

    def letters(self) -> set[Letter]:
        """The matrix letters in the coefficients."""
        return {x for m in self.parts.values() for x in m.letters()}

    def __repr__(self) -> str:
        from symlam.algebra._print import text

        return text(self)

    def _latex(self, printer: Any = None, **options: Any) -> str:
        from symlam.algebra._print import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self._latex()}$"


def vector(name: str, dim: Dim | str) -> LinearForm:
    """A base random vector of dimension ``dim``.

    >>> vector("o", "d_o")
    o
    """
    dim = check_dimension(dim)
    base = Base(check_name(name, "random vector"), dim)
    return LinearForm(dim, {base: identity(dim)})


def moment_letter(x: Base, y: Base) -> Matrix:
    """E[x y^T] of two base vectors as a letter (transposed when the pair is stored the other way)."""
    if x.name == y.name and x.dim != y.dim:
        raise SymlamError(
            f"{x.name} names two random vectors, of dimension {x.dim} and {y.dim}",
            hint="rename one of them",
        )
    if y.name < x.name:
        return moment_letter(y, x).T
    if x == y:
        return from_letter(Letter(f"Σ_{x.name}", x.dim, x.dim, symmetric=True, moment=(x.name, x.name)))
    return from_letter(Letter(f"Σ_{{{x.name},{y.name}}}", x.dim, y.dim, moment=(x.name, y.name)))


def _form(x: Any) -> LinearForm:
    if not isinstance(x, LinearForm):
        raise SymlamError(f"{x!r} is not a random vector", expected="vector(...) or a matrix times one")
    return x


def E(x: LinearForm, y: LinearForm) -> Matrix:
    """The second moment E[x y^T], dim x by dim y.

    >>> o, q = vector("o", "d_o"), vector("q", "d_o")
    >>> E(o + q, o)
    Σ_o + Σ_{o,q}'
    """
    x, y = _form(x), _form(y)
    products = (m * moment_letter(a, b) * n.T for a, m in x.parts.items() for b, n in y.parts.items())
    out: Matrix = total(products, Matrix(x.dim, y.dim))
    return out


def dot(x: LinearForm, m: Matrix, y: LinearForm) -> Scalar:
    """E[x^T M y] for M of shape dim x by dim y.

    >>> from symlam.algebra import matrix
    >>> x, y = vector("x", "n"), vector("y", "m")
    >>> dot(x, matrix("M", "n", "m"), y)
    tr(M Σ_{x,y}')
    """
    return tr(m * E(_form(y), _form(x)))


def msq(x: LinearForm) -> Scalar:
    """The mean square E||x||^2 = tr E[x x^T].

    >>> from symlam.algebra import matrix
    >>> msq(matrix("A", "n", "m") * vector("x", "m"))
    tr(A Σ_x A')
    """
    x = _form(x)
    parts = list(x.parts.items())
    terms = []
    for i, (a, m) in enumerate(parts):
        terms.append(tr(m * moment_letter(a, a) * m.T))
        for b, n in parts[i + 1 :]:
            terms.append(2 * tr(m * moment_letter(a, b) * n.T))  # the two cross terms are transposes
    out: Scalar = total(terms, constant(0))
    return out


def group_by_coefficient(x: LinearForm) -> list[tuple[Matrix, LinearForm]]:
    """Collect base vectors that share a coefficient: x = sum of M_i (sum of base vectors).

    >>> from symlam.algebra import matrix
    >>> o, q, e = vector("o", "n"), vector("q", "n"), vector("e", "n")
    >>> M = matrix("M", "n", "n")
    >>> group_by_coefficient(M * (q + e) + o)
    [(M, e + q), (I, o)]
    """
    groups: dict[Matrix, LinearForm] = {}
    for b, m in x.parts.items():
        v = LinearForm(b.dim, {b: identity(b.dim)})
        if m in groups:
            groups[m] = groups[m] + v
        elif -m in groups:
            groups[-m] = groups[-m] - v
        else:
            groups[m] = v
    return list(groups.items())


def bases(forms: Iterable[LinearForm]) -> list[Base]:
    """The base random vectors of some forms, sorted by name."""
    return sorted({b for f in forms for b in f.parts}, key=lambda b: b.name)
