"""The values behind formulas, against random variables with four outcomes: every operation outcome by outcome."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import flint
import pytest

from symlam.algebra import Dimension, LinearForm, Matrix, Scalar, matrix, scalar, tr, vector
from symlam.algebra._exact import Instance
from symlam.algebra._expression import constant
from symlam.check import _values as V
from symlam.errors import SymlamError

N, K = 2, 3
A, B = matrix("A", "n", "n", invertible=True), matrix("B", "n", "k")
r, c = matrix("r", 1, "n"), matrix("c", "n", 1)
x, y, u = vector("x", "n"), vector("y", "k"), vector("u", 1)
s = scalar("s")
OUTCOMES = 4
Numbers = list[flint.fmpq_mat]  # one matrix for each outcome


def _draw(rng: random.Random, rows: int, cols: int) -> flint.fmpq_mat:
    return flint.fmpq_mat([[rng.randint(-2, 2) for _ in range(cols)] for _ in range(rows)])


def world(rng: random.Random) -> tuple[Instance, list[tuple[Any, Numbers]]]:
    """An instance, and the letters with their numbers."""
    shapes = {A: (N, N), B: (N, K), r: (1, N), c: (N, 1)}
    values = {m: _draw(rng, *shape) for m, shape in shapes.items()}
    while not values[A].det():
        values[A] = _draw(rng, N, N)
    drawn = {x: [_draw(rng, N, 1) for _ in range(OUTCOMES)], y: [_draw(rng, K, 1) for _ in range(OUTCOMES)]}
    drawn[u] = [_draw(rng, 1, 1) for _ in range(OUTCOMES)]
    drawn[V.ONE] = [flint.fmpq_mat([[1]])] * OUTCOMES
    stacked = [flint.fmpq_mat([row for f in drawn for row in drawn[f][i].tolist()]) for i in range(OUTCOMES)]
    joint = sum((w * w.transpose() for w in stacked[1:]), stacked[0] * stacked[0].transpose())
    inst = Instance(
        {Dimension("n"): N, Dimension("k"): K},
        {m.as_letter(): v for m, v in values.items()},
        {"s": Fraction(2, 3)},
        tuple(b for f in drawn for b in f.parts),
        joint * flint.fmpq(1, OUTCOMES),
    )
    known: list[tuple[Any, Numbers]] = [(m, [v] * OUTCOMES) for m, v in values.items()]
    known += list(drawn.items())
    known.append((s, [flint.fmpq_mat([[flint.fmpq(2, 3)]])] * OUTCOMES))
    return inst, known


def as_matrix(value: Any) -> flint.fmpq_mat:
    if isinstance(value, flint.fmpq_mat):
        return value
    return flint.fmpq_mat([[flint.fmpq(Fraction(value).numerator, Fraction(value).denominator)]])


def agrees(inst: Instance, v: Any, numbers: Numbers, drawn: dict[str, Numbers]) -> bool:
    if isinstance(v, V.Second):
        mean = sum(numbers[1:], numbers[0]) * flint.fmpq(1, OUTCOMES)
        return as_matrix(inst.value(v.mean)) == mean
    if isinstance(v, V.Row):
        return agrees(inst, v.form, [m.transpose() for m in numbers], drawn)
    if isinstance(v, LinearForm):
        parts = [(as_matrix(inst.value(m)), drawn[b.name]) for b, m in v.parts.items()]
        zero = flint.fmpq_mat(numbers[0].nrows(), 1)
        return all(sum((m * values[i] for m, values in parts), zero) == numbers[i] for i in range(OUTCOMES))
    return all(as_matrix(inst.value(v)) == m for m in numbers)


def times(a: flint.fmpq_mat, b: flint.fmpq_mat) -> flint.fmpq_mat:
    if (a.nrows(), a.ncols()) == (1, 1):
        return b * a[0, 0]
    if (b.nrows(), b.ncols()) == (1, 1):
        return a * b[0, 0]
    return a * b


def step(rng: random.Random, pool: list[tuple[Any, Numbers]]) -> tuple[str, Any, Numbers]:
    """One operation on values of the pool and on their numbers; SymlamError where it is refused."""
    (a, p), (b, q) = rng.choice(pool), rng.choice(pool)
    kind = rng.choice(("+", "*", "*", "*", "'", "tr", "norm", "E", "-", "/", "^2", "^-1"))
    if kind == "+":
        out = V.add(a, b)
        if isinstance(a, Scalar) and not a.terms:
            return kind, out, q
        return (
            kind,
            out,
            p if isinstance(b, Scalar) and not b.terms else [m + n for m, n in zip(p, q, strict=True)],
        )
    if kind == "*":
        return kind, V.multiply(a, b), [times(m, n) for m, n in zip(p, q, strict=True)]
    if kind == "'":
        return kind, V.transpose(a), [m.transpose() for m in p]
    if kind == "-":
        return kind, V.negate(a), [m * -1 for m in p]
    if kind == "/":
        return kind, V.divide(a, s), [m * flint.fmpq(3, 2) for m in p]
    if kind == "^2":
        return kind, V.power(a, 2), [times(m, m) for m in p]
    if kind == "^-1":
        return kind, V.inverse(a), [m.inv() for m in p]
    if kind == "tr":
        return (
            kind,
            V.trace(a),
            [
                as_matrix(0) + sum((m[i, i] for i in range(m.nrows())), flint.fmpq(0)) * as_matrix(1)
                for m in p
            ],
        )
    if kind == "norm":
        squares = [flint.fmpq_mat([[sum((e * e for e in m.entries()), flint.fmpq(0))]]) for m in p]
        return kind, V.norm_squared(a, "F" if isinstance(a, Matrix) else ""), squares
    mean = sum(p[1:], p[0]) * flint.fmpq(1, OUTCOMES)
    return kind, V.expect(a), [mean] * OUTCOMES


@pytest.mark.parametrize("seed", range(6))
def test_every_operation_is_right_outcome_by_outcome(seed: int) -> None:
    rng = random.Random(seed)
    inst, known = world(rng)
    drawn = {b.name: numbers for f, numbers in known if isinstance(f, LinearForm) for b in f.parts}
    done: dict[str, int] = {}
    kinds: set[str] = set()
    for _ in range(60):
        pool = list(known)
        for _ in range(12):
            try:
                kind, v, numbers = step(rng, pool)
            except SymlamError:
                continue
            assert agrees(inst, v, numbers, drawn), (kind, v)
            done[kind] = done.get(kind, 0) + 1
            kinds.add(type(v).__name__)
            if not isinstance(v, V.Second) or rng.random() < 0.5:
                pool.append((v, numbers))
    assert set(done) == {"+", "*", "'", "tr", "norm", "E", "-", "/", "^2", "^-1"}
    assert kinds == {"Scalar", "Matrix", "LinearForm", "Row", "Second"}


def test_the_identity_takes_its_size_from_its_neighbour() -> None:
    eye = V.Multiple(constant(1))
    assert V.add(A, eye) == V.add(eye, A)
    assert repr(V.add(A, V.multiply(s, eye))) == "s I + A"
    assert V.add(eye, eye) == V.Multiple(constant(2)) == V.multiply(V.Multiple(constant(2)), eye)
    assert V.multiply(eye, B) == B == V.multiply(B, eye)
    assert V.power(V.Multiple(s), 3) == V.Multiple(s**3)
    assert V.inverse(V.Multiple(s)) == V.Multiple(s**-1)
    assert V.transpose(eye) == eye
    assert V.describe(eye) == "a multiple of I"


xx = V.Second(scalar("m"))


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (lambda: V.add(V.Multiple(s), B), "expected a square matrix next to I"),
        (lambda: V.add(x, y), "cannot add a random vector of dimension n and a random vector of dimension k"),
        (lambda: V.add(xx, x), "cannot add a random scalar and a random vector"),
        (lambda: V.add(V.Row(x), s), "cannot add a transposed random vector of dimension n and a scalar"),
        (lambda: V.add(A, B), "cannot add (A), n x n, and (B), n x k"),
        (lambda: V.multiply(xx, x), "more than two random vectors"),
        (lambda: V.multiply(xx, xx), "more than two random vectors"),
        (lambda: V.multiply(V.Row(x), y), "1 x n times k x 1"),
        (lambda: V.multiply(A, y), "n x n times k x 1"),
        (lambda: V.multiply(x, y), "a transpose is missing"),
        (lambda: V.divide(s, A), "cannot divide by a matrix of shape n x n"),
        (lambda: V.divide(s, Scalar()), "division by zero"),
        (lambda: V.divide(s, tr(A) + 1), "rational functions"),
        (lambda: V.inverse(B), "expected a square matrix"),
        (lambda: V.inverse(x), "the inverse of a random vector"),
        (lambda: V.inverse(A + A.T), "the inverse of the sum"),
        (lambda: V.inverse(matrix("Q", "n", "n")), "nothing says that (Q) is invertible"),
        (lambda: V.power(x, 2), "moments above the second"),
        (lambda: V.power(B, 2), "expected a square matrix"),
        (lambda: V.trace(V.Multiple(s)), "its size cannot be inferred"),
        (lambda: V.trace(x), "the trace of a random vector"),
        (lambda: V.norm_squared(V.Multiple(s), ""), "its size cannot be inferred"),
        (lambda: V.norm_squared(x, "1"), "the norm with index 1"),
        (lambda: V.norm_squared(A, ""), "the spectral norm"),
        (lambda: V.norm_squared(xx, ""), "moments above the second"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused_in_words(operation: Any, words: str) -> None:
    with pytest.raises(SymlamError) as refused:
        operation()
    assert words in str(refused.value)


def test_powers_of_what_is_not_random_multiply() -> None:
    assert V.power(A, 3) == A * A * A
    assert V.power(s, 0) == constant(1)
    assert V.describe(None) == "nothing that has a value"
