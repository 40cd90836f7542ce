"""Expressions of the word algebra."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from symlam.errors import SymlamError
from symlam.strategies import trees

_KINDS = ("scalar", "matrix", "vector")


def expressions(*, kind: str = "scalar", moments: bool = True) -> st.SearchStrategy[Any]:
    """Scalars, matrices or random vectors of `symlam.algebra` over the letters of `symlam.strategies.trees`.

    Dimensions n, m, k; letters of every shape, some symmetric or invertible; vectors x, y, z. ``moments=False``
    leaves out second moments. Shrinks to one letter. Raises SymlamError for another kind.

    >>> from hypothesis import find
    >>> find(expressions(kind="vector"), lambda x: True)
    y
    """
    if kind not in _KINDS:
        raise SymlamError(f"kind is {kind!r}", expected=" or ".join(_KINDS))
    if not isinstance(moments, bool):
        raise SymlamError(f"moments is {moments!r}", expected="True or False")
    if kind == "vector":
        return trees.dims.flatmap(trees.vectors).map(trees.build)
    some = trees.scalars(moments=moments) if kind == "scalar" else trees.matrices(moments=moments)
    return some.map(trees.build)
