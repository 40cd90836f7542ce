"""Exact matrices as nested tuples that print so that a failing example can be pasted back."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from symlam.errors import SymlamError


class Rows(tuple[tuple[Fraction, ...], ...]):
    """A rational matrix: a tuple of rows of Fractions.

    Whatever takes nested sequences takes it: ``numpy.array(m, dtype=float)``, ``sympy.Matrix(m)``,
    ``Scenario(X=m)``, ``Problem(moment=m, ...)``.
    """

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self), len(self[0]) if self else 0

    def __repr__(self) -> str:
        return 'rows("' + "; ".join(" ".join(str(x) for x in row) for row in self) + '")'


def rows(entries: str | Iterable[Iterable[Any]]) -> Rows:
    """A rational matrix from text or nested sequences of integers, Fractions and such texts.

    Raises SymlamError for entries that are no exact rationals and for rows of different lengths.

    >>> rows("1 1/2; 0 3")
    rows("1 1/2; 0 3")
    >>> rows([[1, "1/2"]]).shape
    (1, 2)
    """
    parts: Iterable[Iterable[Any]] = entries if not isinstance(entries, str) else _split(entries)
    try:
        out = Rows(tuple(_entry(x) for x in row) for row in parts)
    except TypeError:
        raise SymlamError(f"{entries!r} is not a matrix", expected='rows such as "1 2; 3 4"') from None
    if any(len(row) != len(out[0]) for row in out):
        raise SymlamError(f"rows of {entries!r} have different lengths", expected="one length")
    return out


def _split(text: str) -> list[list[str]]:
    return [row.split() for row in text.split(";")]


def _entry(x: Any) -> Fraction:
    if isinstance(x, float | bool):
        raise SymlamError(f"{x!r} is not an exact rational", expected="int, Fraction or a text such as '1/2'")
    try:
        return Fraction(x)
    except (ValueError, ZeroDivisionError):
        raise SymlamError(f"{x!r} is not a rational number", expected="such as 3 or 1/2") from None


def count(name: str, value: Any, least: int = 1) -> int:
    """An integer argument, checked."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SymlamError(f"{name} is {value!r}", expected=f"an integer >= {least}")
    return value
