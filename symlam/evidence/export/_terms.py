"""Expressions that are stated as written, not in normal form: E||form||^2, products, sums, substitutions.

The engine expands whatever it computes.  A statement that is worth checking has a side that is
not expanded; these few classes hold it.  `normal` gives the engine's value of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symlam.algebra import LinearForm, Matrix, Scalar, msq, substitute, tr
from symlam.algebra._expression import constant
from symlam.errors import SymlamError


@dataclass(frozen=True)
class MeanSquare:
    """E||form||^2, stated through the definition of the mean square."""

    form: LinearForm | Product


@dataclass(frozen=True)
class Product:
    """A product of matrices (or a matrix and a random vector last), not multiplied out."""

    factors: tuple[Any, ...]


@dataclass(frozen=True)
class Transposed:
    """The transpose of a matrix term, not pushed inside."""

    term: Any


@dataclass(frozen=True)
class Trace:
    """The trace of a matrix term, not in normal form."""

    term: Any


@dataclass(frozen=True)
class Sum:
    """A sum of weight * term, each weight a scalar expression or rational."""

    terms: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class With:
    """``body`` with a letter replaced by ``value``, all letters at once: written as ``let``."""

    choice: tuple[tuple[Matrix, Any], ...]
    body: Any


@dataclass(frozen=True)
class Defined:
    """A definition of proofs/ applied to arguments; ``value`` is what the engine takes it to be.

    Stated by its name, so that the kernel compares the library's definition with the engine's object.
    """

    head: str
    arguments: tuple[Any, ...]
    value: Any


def mean_square(form: LinearForm) -> MeanSquare:
    """E||form||^2, unexpanded.

    >>> from symlam.algebra import matrix, vector
    >>> mean_square(matrix("A", "n", "m") * vector("x", "m"))
    MeanSquare(form=A x)
    """
    return MeanSquare(form)


def product(*factors: Any) -> Product:
    """A product, unexpanded."""
    return Product(factors)


def normal(term: Any) -> Any:
    """The engine's normal form of a term: Scalar, Matrix or LinearForm.

    >>> from symlam.algebra import identity, matrix
    >>> A, B = matrix("A", "n", "n"), matrix("B", "n", "n")
    >>> normal(Trace(Product((A - B, Transposed(A - B)))))
    tr(A A') - 2 tr(A B') + tr(B B')
    """
    if isinstance(term, Scalar | Matrix | LinearForm):
        return term
    if isinstance(term, MeanSquare):
        return msq(normal(term.form))
    if isinstance(term, Trace):
        return tr(normal(term.term))
    if isinstance(term, Transposed):
        return normal(term.term).T
    if isinstance(term, Product):
        out = normal(term.factors[-1])
        for f in reversed(term.factors[:-1]):
            out = normal(f) * out
        return out
    if isinstance(term, Sum):
        parts = [normal(t) * (w if isinstance(w, Scalar) else constant(w)) for w, t in term.terms]
        out = parts[0] if parts else constant(0)
        for p in parts[1:]:
            out = out + p
        return out
    if isinstance(term, With):
        choice = {a: normal(v) for a, v in term.choice}
        body = normal(term.body)
        return body.substitute(choice) if isinstance(body, LinearForm) else substitute(body, choice)
    if isinstance(term, Defined):
        return normal(term.value)
    value = term if isinstance(term, int) and not isinstance(term, bool) else None
    if value is None:
        raise SymlamError(
            f"{term!r} cannot be exported", expected="a scalar, matrix or linear form, or a term"
        )
    return constant(value)


def parts(term: Any) -> list[Any]:
    """The engine's expressions inside a term, in order."""
    if isinstance(term, MeanSquare):
        return parts(term.form)
    if isinstance(term, Trace | Transposed):
        return parts(term.term)
    if isinstance(term, Product):
        return [p for f in term.factors for p in parts(f)]
    if isinstance(term, Sum):
        return [p for w, t in term.terms for p in (*parts(w), *parts(t))]
    if isinstance(term, With):
        return [p for a, v in term.choice for p in (*parts(a), *parts(v))] + parts(term.body)
    if isinstance(term, Defined):
        return [p for a in (*term.arguments, term.value) for p in parts(a)]
    return [term] if isinstance(term, Scalar | Matrix | LinearForm) else []
