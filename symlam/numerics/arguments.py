"""One check for whole-number arguments: truth values and floats that happen to be whole are refused."""

from __future__ import annotations

from symlam.errors import SymlamError

__all__ = ["positive_integer"]


def positive_integer(name: str, value: object) -> int:
    """The value if it is an integer >= 1; raises `SymlamError` for anything else, ``True`` included.

    >>> positive_integer("digits", 50)
    50
    >>> positive_integer("digits", True)
    Traceback (most recent call last):
    ...
    symlam.errors.SymlamError: digits is True; expected an integer >= 1
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SymlamError(f"{name} is {value!r}", expected="an integer >= 1")
    return value
