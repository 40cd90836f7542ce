"""For what an equation is solved: one letter, a trace, a product of symbols, else its greatest word."""

from __future__ import annotations

import pytest

from symlam.algebra import (
    Assumptions,
    E,
    absent,
    dimension_scalar,
    equation,
    identity,
    matrix,
    positive_definite,
    scalar,
    tr,
    uncorrelated,
    vector,
    white,
    zero,
)
from symlam.algebra._assumptions import ScalarEquation
from symlam.algebra._expression import Scalar
from symlam.algebra._rewriting import is_negative, leading_product, word_matrix
from symlam.errors import SymlamError

A, B, C, K = (matrix(name, "n", "n") for name in "ABCK")
S = matrix("S", "n", "n", symmetric=True)
F, G, H = (matrix(name, "n", "n", invertible=True) for name in "FGH")
R = matrix("R", "n", "m")
I = identity("n")
o, q, e = (vector(name, "n") for name in "oqe")
s, t, u = scalar("s"), scalar("t"), scalar("u")


def vanishes(expression: Scalar) -> ScalarEquation:
    return ScalarEquation(f"{expression} = 0", expression)


@pytest.mark.parametrize(
    ("told", "letter", "image"),
    [
        (equation(A * B, C), C, A * B),
        (equation(A + A * B, C), C, A + A * B),
        (equation(G, A * B + C), C, G - A * B),
        (equation(G, F * H.T), G, F * H.T),
        (equation(G, 2 * F.inverse()), G, 2 * F.inverse()),
        (equation(2 * A.T, B * C), A, C.T * B.T / 2),
        (equation(A, B.T), A, B.T),
        (equation(C - A * A, zero("n", "n")), C, A * A),
        (equation(E(o, q) * 2, E(o, o) * A), E(o, q), E(o, o) * A / 2),
        (equation(E(o, o), A + A.T), E(o, o), A + A.T),
        (equation(tr(A) * B, C), C, tr(A) * B),
        (equation(s * A, B - t * A), B, s * A + t * A),
    ],
)
def test_an_equation_is_solved_for_a_letter_that_stands_alone(told, letter, image) -> None:
    known = Assumptions(told)
    assert known.reduce(letter) == known.reduce(image)
    assert known.reduce(letter) != letter
    lhs, rhs = told.lhs, told.rhs
    for around in (lambda m: K * m * K.T, lambda m: tr(K * m) * K, lambda m: m.T):
        assert known.reduce(around(lhs) - around(rhs)) == 0


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (equation(G, A * B), G),
        (equation(A * B, B * A), A),
        (equation(A * B * A, A), A),
    ],
)
def test_a_letter_that_does_not_stand_alone_is_kept(told, kept) -> None:
    known = Assumptions(told)
    assert known.reduce(kept) == kept
    assert known.reduce(told.lhs - told.rhs) == 0


def test_an_absent_vector_takes_its_moments_along() -> None:
    known = Assumptions(absent(e), uncorrelated(o, q))
    assert known.reduce(E(A * e + o, e + B * q)) == 0
    assert known.reduce(E(o + e, o + e)) == E(o, o)
    from_moment = Assumptions(equation(E(e, e), zero("n", "n")))
    assert from_moment.reduce(E(e, q)) == 0 == from_moment.reduce(tr(A * E(q, e)))


def test_a_trace_that_stands_alone_is_replaced_everywhere() -> None:
    known = Assumptions(vanishes(s * tr(A) + tr(B)))
    assert known.reduce(tr(B)) == -s * tr(A)
    assert known.reduce(tr(A)) == tr(A), "s may be zero"
    assert known.reduce(tr(B) ** 2 * t + tr(A)) == s**2 * t * tr(A) ** 2 + tr(A)
    assert known.reduce(tr(B) * tr(C) * R) == -s * tr(A) * tr(C) * R
    chained = Assumptions(vanishes(tr(A) - tr(B) - 1), vanishes(tr(B) - tr(C)))
    assert chained.reduce(tr(A) - tr(C)) == 1
    assert chained.reduce(tr(A) * R - tr(B) * R) == R
    backwards = Assumptions(vanishes(tr(B) - tr(C)), vanishes(tr(A) - tr(B) - 1))
    assert backwards.reduce(tr(A) - tr(C)) == 1
    twice = Assumptions(vanishes(tr(A) * tr(B) + tr(A) + tr(C)))
    assert twice.reduce(tr(C)) == -tr(A) * tr(B) - tr(A)
    used = Assumptions(vanishes(tr(A) - 1), vanishes(tr(B) - 1))
    assert used.reduce_with_sources(tr(A))[1] == {used.items[0]}


def test_a_product_of_symbols_is_replaced_everywhere() -> None:
    known = Assumptions(vanishes(s * t - 1))
    assert known.reduce(s**3 * t) == s**2
    assert known.reduce(s * t * R) == R and known.reduce(s**2 * t * tr(A) * R) == s * tr(A) * R
    assert known.reduce(s * t * R).shape == R.shape == known.reduce(s**2 * t * R).shape
    assert known.reduce(s + t) == s + t
    assert known.reduce(s**-1) == s**-1
    assert known.reduce_with_sources(s * t * A)[1] == {known.items[0]}
    both = Assumptions(vanishes(s * t - 1), vanishes(t * u - s))
    assert both.reduce(t * u * t) == both.reduce(s * t) == 1


@pytest.mark.parametrize(
    ("polynomial", "leading"),
    [
        (2 * s * t - s - 3, (s * t, (s + 3) / 2)),
        (s**2 - s * t, (s * t, s**2)),
        (s - t, (t, s)),
        (t**3 + s**2 * 5, (t**3, -5 * s**2)),
    ],
)
def test_the_leading_product_is_of_highest_degree_then_last_by_name(polynomial, leading) -> None:
    found = leading_product(polynomial)
    assert found is not None
    powers, rest = found
    product, image = leading
    ((key, _),) = product.terms.items()
    assert powers == dict(key[0]) and rest == image


@pytest.mark.parametrize("other", [s * 0 + 2, s * 0, tr(A) + s, s**-1 + t, dimension_scalar("n") * s - 1])
def test_what_has_no_leading_product(other) -> None:
    assert leading_product(other) is None


def test_contradictions_and_what_cannot_be_used_are_named() -> None:
    for told, words in (
        ([equation(A, 2 * I), equation(A, 3 * I)], "contradictory assumptions"),
        ([white(o), equation(E(o, o), -I)], "contradictory assumptions"),
        ([equation(E(o, o), -2 * I)], "contradictory assumptions: .* give Σ_o = -2 I"),
        ([vanishes(tr(A) - 1), vanishes(tr(A) - 2)], "contradictory assumptions"),
        ([equation(s * I, 2 * I)], "an equation between scalars"),
        ([equation(s * A * B, A)], "its longest word has a symbolic coefficient|cannot be used as a rule"),
        ([equation(tr(A * A * A) * I, A * B)], "cannot be used as a rule"),
        ([positive_definite(o), absent(o)], "contradictory assumptions"),
    ):
        with pytest.raises(SymlamError, match=words):
            Assumptions(told)


def test_words_are_rewritten_to_smaller_ones_and_traces_too() -> None:
    known = Assumptions(equation(B * A, A * B))
    assert known.reduce(B * A * B * A) == A * A * B * B
    assert known.reduce(tr(B * A * C) - tr(A * B * C)) == 0
    twice = Assumptions(equation(A * B + B.T * A.T, 2 * I))
    assert twice.reduce(tr(A * B)) == dimension_scalar("n"), "tr(A B) stands there twice"
    idempotent = Assumptions(equation(A * A, A))
    assert idempotent.reduce(A**5) == A and idempotent.reduce(tr(A**4) * A.T * A.T) == tr(A) * A.T
    shorter = Assumptions(equation(A * B, 2 * I - C))
    assert shorter.reduce(K * A * B * K) == 2 * K * K - K * C * K or shorter.reduce(C) == 2 * I - A * B
    assert shorter.reduce(B.T * A.T + C.T) == 2 * I
    cancelled = Assumptions(equation(G * A, A * B))
    assert cancelled.reduce(G.inverse() * A * B) == A
    assert cancelled.reduce(A.T * G.T) == B.T * A.T or cancelled.reduce(B.T * A.T) == A.T * G.T


def test_symmetry_of_a_letter_is_passed_on() -> None:
    known = Assumptions(equation(S, A * B))
    assert known.reduce(A * B - B.T * A.T) == 0
    assert known.reduce(S - A * B) == 0


def test_small_pieces() -> None:
    assert word_matrix((), I.rows) == I
    assert word_matrix((R._letter_code(),), R.rows) == R
    assert word_matrix((R._letter_code() + 1,), R.rows) == R.T
    assert is_negative(-I / 3) and not is_negative(I) and not is_negative(-A) and not is_negative(-I - A)
