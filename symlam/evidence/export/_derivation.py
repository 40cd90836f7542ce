"""Every step of a derivation as a lemma, and files of several steps checked at once."""

from __future__ import annotations

from typing import Any

from symlam.algebra import E, LinearForm, complete_square, identity, vector
from symlam.algebra._expression import constant
from symlam.errors import SymlamError
from symlam.evidence.export._export import export_identity, export_inequality, export_minimum
from symlam.evidence.export._terms import MeanSquare, Product, Sum


def objective_term(objective: Any) -> Sum:
    """An objective (weighted mean squares and a rest) as a term, each form with its coefficients collected."""
    parts = [(t.weight, MeanSquare(_collected(t))) for t in objective.terms]
    return Sum((*parts, (1, objective.rest)) if objective.rest else tuple(parts))


def _collected(term: Any) -> Any:
    factors = term.factors()
    if len(factors) == 1:
        return Product(factors[0])
    return Sum(tuple((1, Product(f)) for f in factors))


def export_derivation(derivation: Any, *, name: str = "step") -> list[tuple[Any, str]]:
    """(step, lemma) for every step of a derivation after the first, which only states the loss.

    Each lemma assumes what the derivation recorded as used by that step, and nothing else.  Raises SymlamError for a
    step that cannot be stated.
    """
    return [
        (now, export_step(derivation, i, name=f"{name}_{i}"))
        for i, now in enumerate(derivation.steps)
        if i > 0
    ]


def export_step(derivation: Any, number: int, *, name: str = "step") -> str:
    """The lemma of one step of a derivation; the first, number 0, only states the loss.

    Raises SymlamError for a step that cannot be stated.
    """
    before, now = derivation.steps[number - 1], derivation.steps[number]
    f, g = objective_term(before.objective), objective_term(now.objective)
    if now.relation == "=":
        return export_identity(f, g, under=now.used, name=name)
    if now.relation == "min":
        return _minimum(before, now, f, g, derivation.assumptions, name)
    raise SymlamError(f"the relation {now.relation!r} of a step", expected="'=' or 'min'")


def _minimum(before: Any, now: Any, f: Sum, g: Sum, known: Any, name: str) -> str:
    from symlam.algebra._assumptions import Positive

    dropped = [t for t in before.objective.terms if t not in now.objective.terms]
    squares: list[tuple[Any, Any, LinearForm]] = []
    if any(len(t.factors()) != 1 for t in dropped) and len(now.eliminated) == 1:
        squares = [_completed(before, now, known)]
        dropped = []
    for t in dropped:
        factors = t.factors()
        if len(factors) != 1:
            raise SymlamError(f"the square {t!r} is not one matrix times one random vector")
        ((m, v),) = factors
        squares.append((t.weight, m, v))
    weights = {s for w, _, _ in squares for s in w.symbols()}
    # a weighted square is a square only for a positive weight
    positive = [a for a in known if isinstance(a, Positive) and a.expression.symbols() & weights]
    conditions = [m * E(v, v) for _, m, v in squares]
    return export_minimum(f, g, squares, now.choice, conditions, under={*now.used, *positive}, name=name)


def _completed(before: Any, now: Any, known: Any) -> tuple[Any, Any, LinearForm]:
    """The completed square tr((A - centre) E[x x^T] (A - centre)^T) as E||(A - centre) x||^2."""
    square = complete_square(known.reduce(before.objective.expand()), now.eliminated[0])
    d = square.letter - square.centre
    for x in square.right.letters():
        if x.moment is not None and x.is_second_moment:
            v = vector(x.moment[0], x.rows)
            if square.left == identity(d.rows) and square.right == E(v, v):
                return constant(1), d, v
    raise SymlamError(
        f"the square tr(({square.left!r}) d ({square.right!r}) d') is not the mean square of d times a random vector",
        hint="export_identity states the completed square itself",
    )


__all__ = ["export_derivation", "export_inequality", "export_step", "objective_term"]
