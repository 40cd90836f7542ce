"""Expressions of the word algebra as text that can be read back: one line for each term.

``-2; λ:1, d_o:1; tr(B . T:D . o|q)`` is -2 λ d_o tr(B D' E[o q']). Parts of a word are separated by " . ", marks
before a name are T:, inv: and invT:, x|y is the second moment E[x y']. No name of the algebra has a colon, a bar, a
bracket, a semicolon or a full stop. A matrix term ends with its own word. The letters' shapes are kept beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from symlam.algebra import E, Matrix, Scalar, dimension_scalar, identity, matrix, scalar, tr, vector
from symlam.algebra._expression import SYMBOLS, constant
from symlam.algebra._letter import is_inverse, is_transposed, letter_of
from symlam.errors import SymlamError

_MARKS = {(False, False): "", (True, False): "T:", (False, True): "inv:", (True, True): "invT:"}
_FACTOR = re.compile(r"(?:(T|inv|invT):)?([^|:]+)(?:\|([^|:]+))?")


def written(expr: Scalar | Matrix) -> list[str]:
    """The terms as text, sorted."""
    out = []
    for key, coefficient in expr.terms.items():
        parts = [str(Fraction(coefficient))]
        parts.append(
            ", ".join(
                f"{'dim ' if kind == 'dimension' else ''}{name}:{exponent}"
                for (kind, name), exponent in sorted((SYMBOLS[i], e) for i, e in key[0])
            )
        )
        parts += sorted(f"tr({_word(word)})" for word in key[1])
        if len(key) == 3:  # a term of a matrix
            parts.append(f"word({_word(key[2])})")
        out.append("; ".join(parts))
    return sorted(out)


def _word(word: Iterable[int]) -> str:
    return " . ".join(_factor(code) for code in word)


def _factor(code: int) -> str:
    letter = letter_of(code)
    name = "|".join(letter.moment) if letter.moment else letter.name
    return _MARKS[is_transposed(code), is_inverse(code)] + name


def declared(expressions: Iterable[Scalar | Matrix]) -> dict[str, str]:
    """The shapes of the letters and random vectors in expressions, as text by name."""
    out: dict[str, str] = {}
    for expr in expressions:
        for x in expr.letters():
            if x.moment is None:
                flags = "".join(f" {f}" for f in ("symmetric", "invertible") if getattr(x, f))
                out[x.name] = f"matrix {x.rows} x {x.cols}{flags}"
            else:
                out[x.moment[0]], out[x.moment[1]] = f"vector {x.rows}", f"vector {x.cols}"
    return dict(sorted(out.items()))


def read(terms: Iterable[str], names: Mapping[str, str], *, shape: str = "") -> Scalar | Matrix:
    """The expression again; ``shape`` "r x c" makes a matrix. SymlamError for text that is none."""
    if shape:
        rows, _, cols = shape.partition(" x ")
        out: Any = matrix("A", _dim(rows), _dim(cols)) * 0
    else:
        out = constant(0)
    for text in terms:
        out = out + _term(text, names, shape)
    assert isinstance(out, Scalar | Matrix)
    return out


def _dim(text: str) -> Any:
    return int(text) if text.isdigit() else text


def _term(text: str, names: Mapping[str, str], shape: str) -> Any:
    parts = [p.strip() for p in text.split(";")]
    if len(parts) < 2:
        raise SymlamError(f"{text!r} is no term", expected="coefficient; symbols; traces")
    try:
        out: Any = constant(Fraction(parts[0]))
    except ValueError:
        raise SymlamError(f"{parts[0]!r} is no coefficient", expected="a rational number") from None
    for symbol in filter(None, parts[1].split(", ")):
        name, _, exponent = symbol.rpartition(":")
        if not re.fullmatch(r"-?\d+", exponent):
            raise SymlamError(f"{symbol!r} is no power", expected="name:exponent")
        base = dimension_scalar(name[4:]) if name.startswith("dim ") else scalar(name)
        out = out * base ** int(exponent)
    for part in parts[2:]:
        kind, _, rest = part.partition("(")
        if kind not in ("tr", "word") or not rest.endswith(")"):
            raise SymlamError(f"{part!r} is no trace", expected="tr(...)")
        word = _product(rest[:-1], names, shape)
        out = out * (tr(word) if kind == "tr" else word)
    return out


def _product(text: str, names: Mapping[str, str], shape: str) -> Matrix:
    out: Matrix | None = None
    for factor in filter(None, text.split(" . ")):
        m = _read_factor(factor.strip(), names)
        out = m if out is None else out * m
    if out is None:
        return identity(_dim(shape.partition(" x ")[0]))
    return out


def _read_factor(text: str, names: Mapping[str, str]) -> Matrix:
    found = _FACTOR.fullmatch(text)
    if found is None:
        raise SymlamError(f"{text!r} is no factor", expected="a name, T:name, inv:name or x|y")
    mark, name, other = found.groups()
    if other is not None:
        out = E(_vector(name, names), _vector(other, names))
    else:
        rows, _, rest = _declaration(name, names, "matrix").partition(" x ")
        cols, *flags = rest.split()
        out = matrix(
            name, _dim(rows), _dim(cols), symmetric="symmetric" in flags, invertible="invertible" in flags
        )
    if mark and mark.startswith("inv"):
        # a second moment may be inverted where it is positive definite; the letter's own flag does not say so
        out = out.inverse()
    return out.T if mark and mark.endswith("T") else out


def _vector(name: str, names: Mapping[str, str]) -> Any:
    return vector(name, _dim(_declaration(name, names, "vector")))


def _declaration(name: str, names: Mapping[str, str], kind: str) -> str:
    said = names.get(name, "")
    if not said.startswith(f"{kind} "):
        raise SymlamError(f"{name} is not declared", expected=f"a {kind}")
    return said.removeprefix(f"{kind} ")
