"""Read printed formulas back with the project's own reader (symlam.check), under the names that were printed."""

from __future__ import annotations

from typing import Any

from symlam.algebra import Dimension, LinearForm, Matrix, Notation, Scalar, identity, scalar, vector
from symlam.algebra._expression import constant, from_letter
from symlam.algebra._print import Latex
from symlam.check._environment import Environment
from symlam.check._evaluate import Evaluator
from symlam.check._parser import Place, parse
from symlam.check._values import Multiple, tidy
from symlam.latex._names import Names


def environment(names: Names, notation: Notation) -> Environment:
    """Every name, as it is printed, bound to the very object that was printed."""
    style, env = Latex(notation), Environment()
    for d in sorted(names.dimensions):
        env.bind(style.name(d, "dimension"), Dimension(d), "dimension")
    for v, dim in sorted(names.vectors.items()):
        env.bind(style.name(v, "vector"), vector(v, dim), "vector")
    for name, x in sorted(names.letters.items()):
        env.bind(style.name(name, "matrix"), from_letter(x), "matrix")
    for s in sorted(names.scalars):
        env.bind(style.name(s, "scalar"), scalar(s), "scalar")
    for x in names.named_moments(notation).values():
        env.bind(style.moment(*x.moment), from_letter(x), "moment")
    return env


def read_back(latex: str, names: Names, notation: Notation, *, like: Any) -> Any:
    """The value of a formula; an identity or a zero of no size takes that of ``like``."""
    found = tidy(
        Evaluator(environment(names, notation), Place(1, 1)).value(parse(latex, "expression", Place(1, 1)))
    )
    if isinstance(like, Matrix) and isinstance(found, Multiple):
        return identity(like.rows) * found.factor
    if isinstance(found, Scalar) and not found and isinstance(like, Matrix | LinearForm):
        return like * 0
    return constant(found) if isinstance(found, int) else found
