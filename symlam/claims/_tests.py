"""Exact tests that clauses share: identities, values of minima, what every minimiser satisfies."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import LinearForm, Matrix, Scalar, msq
from symlam.algebra._exact import Instance, fraction, trace
from symlam.claims._part import Test
from symlam.errors import SymlamError
from symlam.optimum._exact import (
    IrrationalSpectrum,
    NoClosedForm,
    argmin,
    best_predictor,
    coefficient,
    exact_minimum,
    loss_at,
    minimisers,
    rational_eigenvalues,
)

Row = tuple[Instance, Any, Any, str]


def is_identity(lhs: Any, rhs: Any, what: str) -> Test:
    """lhs = rhs on every instance; random vectors are compared by E||lhs - rhs||^2."""

    def test(model: Any, inst: Instance, rng: random.Random) -> Iterator[Row]:
        if isinstance(lhs, LinearForm):
            yield inst, inst.value(msq(lhs - rhs)), Fraction(0), what
        else:
            yield inst, inst.value(lhs), inst.value(rhs), what

    return test


def minimum_over(letters: tuple[Matrix, ...], value: Scalar, what: str) -> Test:
    """The minimum over some letters, the others at their random values, equals an expression."""

    def test(model: Any, inst: Instance, rng: random.Random) -> Iterator[Row]:
        at = argmin(model, inst, letters)
        yield at, loss_at(model, at), at.value(value), what

    return test


def minimum_is(value: Callable[[Any, Instance], Fraction], what: str) -> Test:
    """The minimum of the loss over all letters equals a value computed from the instance."""

    def test(model: Any, inst: Instance, rng: random.Random) -> Iterator[Row]:
        claimed = value(model, inst)
        try:
            yield inst, exact_minimum(model, inst)[0], claimed, what
        except (NoClosedForm, IrrationalSpectrum):
            # the minimum is not known exactly; a point below the claimed one is enough
            for at in descent(model, inst, rng):
                if (loss := loss_at(model, at)) < claimed:
                    yield at, loss, claimed, f"{what} (at a point that is lower)"
                    return
            raise

    return test


def descent(model: Any, inst: Instance, rng: random.Random, *, starts: int = 4) -> Iterator[Instance]:
    """Exact feasible points of low loss: simple encoders, the best decoders for them, one round more."""
    rest = (*model.regression, *model.decoder)
    for _ in range(starts):
        at = inst.with_values(
            {
                c: [
                    [rng.choice((0, 0, 1, -1)) for _ in range(inst.size(c.cols))]
                    for _ in range(inst.size(c.rows))
                ]
                for c in model.encoder
            }
        )
        at = argmin(model, at, rest)
        yield at
        yield argmin(model, argmin(model, at, model.encoder), rest)


def every_minimiser(*goals: tuple[Matrix, str], count: int = 4) -> Test:
    """Matrix expressions that vanish at every minimiser of the loss."""

    def test(model: Any, inst: Instance, rng: random.Random) -> Iterator[Row]:
        for found in minimisers(model, inst, rng=rng, count=count):
            for goal, what in goals:
                value = found.at.value(goal)
                yield found.at, value, flint.fmpq_mat(value.nrows(), value.ncols()), what

    return test


def every_minimiser_by(
    check: Callable[[Any, Instance], Iterator[tuple[Any, Any, str]]], *, count: int = 4
) -> Test:
    """A relation (left, right, what) that holds at every minimiser."""

    def test(model: Any, inst: Instance, rng: random.Random) -> Iterator[Row]:
        for found in minimisers(model, inst, rng=rng, count=count):
            for left, right, what in check(model, found.at):
                yield found.at, left, right, what

    return test


def second_moment(inst: Instance, x: LinearForm) -> flint.fmpq_mat:
    """E[x x^T] on the instance."""
    m = coefficient(inst, x, inst.order)
    return m * inst.joint_moment * m.transpose()


def eigenvalues(m: flint.fmpq_mat) -> list[Fraction]:
    """Eigenvalues with repetition, largest first; SymlamError when irrational."""
    found = rational_eigenvalues(m)
    if found is None:
        raise SymlamError("irrational eigenvalues on this instance")
    return [v for v, n in found for _ in range(n)]


def tail(m: flint.fmpq_mat, k: int) -> Fraction:
    """The sum of the eigenvalues after the first k."""
    return sum(eigenvalues(m)[k:], Fraction(0))


def mean_square(m: flint.fmpq_mat, joint: flint.fmpq_mat) -> Fraction:
    """E||M w||^2."""
    return fraction(trace(m * joint * m.transpose()))


def predictor(inst: Instance, target: LinearForm, given: LinearForm) -> flint.fmpq_mat:
    """A matrix P with P x the best linear prediction of the target from x."""
    t, x = coefficient(inst, target, inst.order), coefficient(inst, given, inst.order)
    joint = inst.joint_moment
    return best_predictor(x * joint * x.transpose(), t * joint * x.transpose())
