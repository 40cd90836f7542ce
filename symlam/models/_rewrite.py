"""Assumptions rewritten when base random vectors of a model are replaced by linear forms.

E[x y^T] = 0 about a vector that is replaced turns into the same statement about what replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symlam.algebra import Assumptions, E, LinearForm, Matrix, Scalar
from symlam.algebra._expression import rebuild
from symlam.algebra._letter import LETTERS
from symlam.algebra._random import Base


def _moment_map(replacements: Mapping[Any, Any]) -> Any:
    vectors = {k.as_base().name: (k, v) for k, v in replacements.items() if isinstance(k, LinearForm)}

    def form(name: str, dim: Any) -> LinearForm:
        if name in vectors:
            return vectors[name][1]
        base = Base(name, dim)
        from symlam.algebra import identity

        return LinearForm(dim, {base: identity(dim)})

    def letter_map(code: int) -> Matrix | None:
        x = LETTERS[code >> 2]
        if x.moment is None or not (set(x.moment) & set(vectors)):
            return None
        m = E(form(x.moment[0], x.rows), form(x.moment[1], x.cols))
        if code & 2:
            m = m.inverse()
        return m.T if code & 1 else m

    return letter_map


def substitute_expression(expr: Scalar | Matrix, replacements: Mapping[Any, Any]) -> Any:
    """Replace base vectors inside second moments, and letters."""
    from symlam.algebra import substitute

    letters = {k: v for k, v in replacements.items() if not isinstance(k, LinearForm)}
    expr = rebuild(expr, _moment_map(replacements))
    return substitute(expr, letters) if letters else expr


def substitute_assumptions(known: Assumptions, replacements: Mapping[Any, Any]) -> Assumptions:
    """The same assumptions about the replaced vectors and letters."""
    out = []
    for a in known:
        changes = {
            f: substitute_expression(v, replacements)
            for f, v in vars(a).items()
            if isinstance(v, Matrix | Scalar)
        }
        if "lhs" in changes and not changes["lhs"] and not changes["rhs"]:
            continue  # became empty: 0 = 0
        changed = any(changes[f] != getattr(a, f) for f in changes)
        if changed and "lhs" in changes:
            out.append(replace(a, text=f"{changes['lhs']!r} = {changes['rhs']!r}", **changes))
        elif changed:
            (only,) = changes.values()
            (old,) = (getattr(a, f) for f in changes)
            out.append(replace(a, text=a.text.replace(repr(old), repr(only)), **changes))
        else:
            out.append(a)
    return Assumptions(out)
