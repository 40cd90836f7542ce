"""Assumptions as declarations state them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from symlam.algebra import (
    Assumption,
    E,
    LinearForm,
    Matrix,
    Scalar,
    dimension_at_most,
    equation,
    uncorrelated,
    zero,
)
from symlam.algebra._assumptions import (
    Equation,
    Order,
    Orthonormal,
    Positive,
    PositiveDefinite,
    Rank,
    ScalarEquation,
)
from symlam.algebra._letter import Dimension
from symlam.check import _values as V
from symlam.check._environment import Environment
from symlam.check._evaluate import Evaluator, single_name
from symlam.check._parser import Place, parse
from symlam.errors import SymlamError

_KEYWORD = re.compile(r"\s*(independent|uncorrelated|mean|rank|orthonormal)(?![A-Za-z])")
_BOUND = re.compile(r"^\s*assume\s+(?P<name>.+?)\s*(?:>=|>|\\geq?|\\succeq|\\succ|≥|\\gt)\s*0\s*$")
_SIGNS = {"EQUAL": "=", "AT_MOST": "<=", "AT_LEAST": ">=", "LESS": "<", "GREATER": ">"}


def bounded_name(text: str) -> str | None:
    """The left side of a declaration "assume X > 0" or "assume X >= 0"."""
    m = _BOUND.match(text)
    return m["name"] if m else None


def read_assumption(text: str, env: Environment, place: Place) -> tuple[list[Assumption], list[Assumption]]:
    """The assumptions that a text states, and those about means (they count only where E[x] occurs).

    Raises ReadError for text that cannot be read or does not fit.
    """
    shown = " ".join(text.split())
    m = _KEYWORD.match(text)
    if m:
        rest, at = text[m.end() :], Place(place.line, place.column + m.end())
        stated, means = _keyword(m[1], rest, env, at, shown)
    else:
        stated, means = _relations(text, env, place, shown), []
    return [replace(a, text=shown) for a in stated], [replace(a, text=shown) for a in means]


def _keyword(word: str, rest: str, env: Environment, place: Place, shown: str) -> tuple[list[Any], list[Any]]:
    evaluator = Evaluator(env, place)
    if word in ("independent", "uncorrelated", "orthonormal"):
        values = []
        for part in _split(rest):
            values.append(
                (
                    evaluator.value(parse(part[0], "expression", Place(place.line, place.column + part[1]))),
                    part,
                )
            )
        if word == "orthonormal":
            if not all(isinstance(v, Matrix) for v, _ in values):
                raise SymlamError(f"orthonormal {rest.strip()}", expected="matrices")
            from symlam.algebra import orthonormal

            return [orthonormal(*(v for v, _ in values))], []
        forms = [v for v, _ in values]
        if len(forms) < 2 or not all(isinstance(f, LinearForm) for f in forms):
            raise SymlamError(
                f"{word} {rest.strip()}", expected="two or more random vectors, with commas between them"
            )
        means = [_mean_zero(f) for f in forms] if word == "independent" else []
        return list(uncorrelated(*forms)), means
    tree = parse(rest, "assumption", place)
    sides = [c for c in tree.children if c.data == "sum"]
    sign = _SIGNS[tree.children[1].children[0].type]
    if len(sides) != 2:
        raise SymlamError(f"{word} in a chain", expected="one relation")
    value = evaluator.value(sides[0])
    if word == "mean":
        right = evaluator.value(sides[1])
        if not isinstance(value, LinearForm) or sign != "=":
            raise SymlamError(f"mean {rest.strip()}", expected="a random vector: mean x = 0")
        left, right = V.match(V.tidy(E(value, V.ONE)), right)
        if isinstance(left, Scalar):
            return [], [ScalarEquation(shown, left - right)]
        return [], [equation(left, right)]
    if not isinstance(value, Matrix) or sign not in (">=", "="):
        raise SymlamError(
            f"rank {rest.strip()}", expected="rank M >= k, with k a dimension or a positive integer"
        )
    token = single_name(sides[1])
    low = env.size(str(token)) if token is not None else env.size(_digits(sides[1]))
    return [Rank(shown, value, low, low if sign == "=" else None)], []


def _digits(tree: Any) -> str:
    text = "".join(str(t) for t in tree.scan_values(lambda t: True))
    if not text.isdigit() or int(text) < 1:
        raise SymlamError(f"the rank bound {text}", expected="a dimension or a positive integer")
    return text


def _mean_zero(form: LinearForm) -> Assumption:
    m = E(form, V.ONE)
    return Equation(f"mean {form!r} = 0", m, zero(m.rows, m.cols))


def _split(text: str) -> list[tuple[str, int]]:
    """The parts between commas outside brackets, with their offsets; blanks separate where there is no comma."""
    out, depth, start = [], 0, 0
    for i, ch in enumerate(text):
        depth += (ch in "([{") - (ch in ")]}")
        if ch == "," and depth == 0:
            out.append((text[start:i], start))
            start = i + 1
    out.append((text[start:], start))
    if len(out) == 1:
        return [(m[0], m.start()) for m in re.finditer(r"\S+", text)]
    return out


def _relations(text: str, env: Environment, place: Place, shown: str) -> list[Assumption]:
    tree = parse(text, "assumption", place)
    out: list[Assumption] = []
    sides = [c for c in tree.children if c.data == "sum"]
    signs = [_SIGNS[c.children[0].type] for c in tree.children if c.data == "comparison"]
    evaluator = Evaluator(env, place)
    for left, sign, right in zip(sides, signs, sides[1:], strict=False):
        if sign in ("<", "<="):
            left, right, sign = right, left, {"<": ">", "<=": ">="}[sign]
        names = [single_name(s) for s in (left, right)]
        more, less = (None if n is None else env.values.get(env.find(str(n)) or "") for n in names)
        if sign != "=" and isinstance(more, Dimension) and isinstance(less, Dimension):
            out.append(dimension_at_most(less, more, strict=sign == ">"))
            continue
        out.extend(_one(evaluator.value(left), sign, evaluator.value(right), shown, env))
    return out


def _one(left: Any, sign: str, right: Any, shown: str, env: Environment) -> list[Assumption]:
    a, b = V.match(left, right)
    if sign == "=":
        if isinstance(a, LinearForm):
            env.vanishing.append((shown, a - b))
            return [equation(E(a - b, a - b), 0)]
        if isinstance(a, Matrix):
            return [equation(a, b)]
        return [ScalarEquation(shown, a - b)]
    difference = a - b
    if isinstance(difference, Scalar):
        if sign == ">":
            return [Positive(shown, difference)]
        if _evidently_nonnegative(difference):
            return [Redundant(shown)]
        raise SymlamError(
            f"{shown} is no assumption that can be used", expected="> 0, or >= 0 of a declared scalar"
        )
    if not isinstance(difference, Matrix) or difference != difference.T:
        raise SymlamError(
            f"{shown}: the left side is {V.describe(left)}", expected="a scalar or a symmetric matrix"
        )
    if sign == ">":
        return [PositiveDefinite(shown, difference)]
    from symlam.algebra import Assumptions, vector
    from symlam.check._inequality import semidefinite

    if semidefinite(difference, Assumptions()) is not None:
        return [Redundant(shown)]
    # a matrix is positive semidefinite exactly when it is the second moment of some vector
    env.roots += 1
    hidden = vector(f"root{{{env.roots}}}", difference.rows)
    return [equation(difference, E(hidden, hidden))]


def _evidently_nonnegative(s: Scalar) -> bool:
    from symlam.algebra import Assumptions
    from symlam.check._gram import find_sum

    return find_sum(s, Assumptions()) is not None


class Redundant(Assumption):
    """An assumption that always holds, such as E[x x^T] >= 0: never used."""


__all__ = ["Order", "Orthonormal", "Redundant", "bounded_name", "read_assumption"]
