"""Exact matrices: what counts as a number, and elimination against its own definition."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy

from symlam.errors import SymlamError
from symlam.numerics.rational import RationalMatrix, as_fraction, eliminate


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (3, Fraction(3)),
        (Fraction(2, 4), Fraction(1, 2)),
        ("0.1", Fraction(1, 10)),
        (0.5, Fraction(1, 2)),
        (np.float64(0.25), Fraction(1, 4)),
        (np.int64(-7), Fraction(-7)),
        (sympy.Rational(3, 7), Fraction(3, 7)),
        (sympy.Float("0.5"), Fraction(1, 2)),
        (Decimal("1.5"), Fraction(3, 2)),
    ],
)
def test_numbers_are_taken_exactly(value: object, exact: Fraction) -> None:
    assert as_fraction(value) == exact


class Odd:
    numerator, denominator = "x", 1


@pytest.mark.parametrize(
    "value", [True, float("nan"), float("inf"), "a", None, sympy.Symbol("x"), sympy.zoo, Odd(), [1]]
)
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(SymlamError, match="number"):
        as_fraction(value)


def _matrix(rng: random.Random, rows: int, cols: int) -> RationalMatrix:
    return RationalMatrix.of(
        [[Fraction(rng.randint(-3, 3), rng.choice((1, 2, 3))) for _ in range(cols)] for _ in range(rows)],
        cols=cols,
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_solution_solves_and_the_null_space_is_whole(seed: int) -> None:
    rng = random.Random(seed)
    n, inner = rng.randint(1, 5), rng.randint(1, 5)
    g = _matrix(rng, n, inner)
    if rng.random() < 0.3:  # zero rows and columns
        g = RationalMatrix.of(
            [[0] * inner if rng.random() < 0.5 else row for row in g.fractions()], cols=inner
        )
    S = g @ g.T
    R = S @ _matrix(rng, n, 2)
    found = eliminate(S, R)
    assert (S @ found.solution - R).is_zero()
    assert (S @ found.null.T).is_zero()
    exact = sympy.Matrix(n, n, lambda i, j: sympy.Rational(S[i, j].numerator, S[i, j].denominator))
    assert found.rank == exact.rank()
    assert len(found.null.num) == n - found.rank
    if found.null.num:
        null = sympy.Matrix(found.null.fractions())
        assert null.rank() == n - found.rank


@pytest.mark.parametrize(
    ("S", "R", "words"),
    [
        ([[1, 2], [0, 1]], [[0], [0]], "not symmetric"),
        ([[0, 1], [1, 0]], [[0], [0]], "not positive semidefinite"),
        ([[1, 2], [2, 1]], [[0], [0]], "not positive semidefinite"),
        ([[-1, 0], [0, 1]], [[0], [0]], "not positive semidefinite"),
        ([[1, 1, 1], [1, 1, 2], [1, 2, 1]], [[0]] * 3, "not positive semidefinite"),
        ([[1, 1], [1, 1]], [[0], [1]], "not in the range"),
        ([[1, 0], [0, 0]], [[0], [1]], "not in the range"),
    ],
)
def test_what_elimination_cannot_do_is_said(S: list, R: list, words: str) -> None:
    with pytest.raises(SymlamError, match=words):
        eliminate(RationalMatrix.of(S), RationalMatrix.of(R))


def test_arithmetic_of_matrices_is_that_of_their_entries() -> None:
    rng = random.Random(3)
    for _ in range(30):
        a, b, c = rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4)
        m, n, k = _matrix(rng, a, b), _matrix(rng, b, c), _matrix(rng, a, b)
        product = [
            [sum((m[i, t] * n[t, j] for t in range(b)), Fraction(0)) for j in range(c)] for i in range(a)
        ]
        assert (m @ n).fractions() == product
        assert (m + k).fractions() == [[m[i, j] + k[i, j] for j in range(b)] for i in range(a)]
        assert (m - k).fractions() == [[m[i, j] - k[i, j] for j in range(b)] for i in range(a)]
        assert m.stack(k).fractions() == [*m.fractions(), *k.fractions()]
        assert m.beside(k).fractions() == [
            [*x, *y] for x, y in zip(m.fractions(), k.fractions(), strict=True)
        ]
        assert m.T.T.fractions() == m.fractions()
    assert RationalMatrix((), 1, 2).beside(RationalMatrix((), 1, 3)).shape == (0, 5)


@pytest.mark.parametrize(
    "operation",
    [
        lambda: RationalMatrix.of([[1, 2], [3]]),
        lambda: RationalMatrix.of([[1]]) @ RationalMatrix.of([[1], [2]]),
        lambda: RationalMatrix.of([[1]]) + RationalMatrix.of([[1, 2]]),
        lambda: RationalMatrix.of([[1]]) - RationalMatrix.of([[1], [2]]),
    ],
)
def test_shapes_that_do_not_fit_are_refused(operation) -> None:
    with pytest.raises(SymlamError):
        operation()
