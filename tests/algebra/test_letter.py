"""Letters, factors and words: names, the table of letters, and the least word of a trace against trying them all."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import _letter
from symlam.algebra._letter import (
    COLS,
    LETTERS,
    ROWS,
    TRANSPOSE,
    Dimension,
    Letter,
    canonical_trace,
    check_dimension,
    check_name,
    intern,
    is_inverse,
    is_transposed,
    join,
    letter_of,
    transpose,
)
from symlam.errors import SymlamError


def new_name() -> str:
    """A name that no letter has yet, so that entering it does something."""
    taken = {letter.name for letter in LETTERS}
    return next(name for name in (f"fresh_{i}" for i in itertools.count()) if name not in taken)


@pytest.mark.parametrize(
    "name", ["A", "d_o", "o'", "Sigma_o", "Σ_{o,q}", "A^{+}", "ξ", "A b", "C\\D", "o~", "A^*", "q⊥"]
)
def test_names(name: str) -> None:
    assert check_name(name, "matrix") is name
    assert repr(Dimension(name)) == name


@pytest.mark.parametrize("name", ["", "1A", "A ", " A", "A-B", "A  B", "A;", "'A", 3, None, "A\n"])
def test_what_is_no_name(name: object) -> None:
    with pytest.raises(SymlamError, match="cannot name a scalar"):
        check_name(name, "scalar")
    with pytest.raises(SymlamError, match="cannot name a dimension"):
        Dimension(name)  # type: ignore[arg-type]


def test_dimensions() -> None:
    assert check_dimension("n") == Dimension("n") == check_dimension(Dimension("n"))
    assert [check_dimension(i) for i in (1, 2, 7)] == [1, 2, 7]
    for wrong in (0, -1, True, 1.0, None, Dimension):
        with pytest.raises(SymlamError, match="is not a dimension"):
            check_dimension(wrong)


def test_a_second_moment_is_of_one_vector_with_itself() -> None:
    moments = [("o", "o"), ("o", "q"), None]
    assert [Letter("S", 2, 2, moment=m).is_second_moment for m in moments] == [True, False, False]
    assert repr(Letter("S", Dimension("n"), 2)) == "S (n x 2)"


def test_a_letter_is_entered_once_with_four_factors() -> None:
    n, m = Dimension("n"), Dimension("m")
    before = len(LETTERS)
    plain = intern(Letter(new_name(), n, m))
    square = intern(Letter(new_name(), n, n, symmetric=True, invertible=True))
    assert (plain, square, len(LETTERS)) == (4 * before, 4 * before + 4, before + 2)
    assert intern(LETTERS[-1]) == square and len(LETTERS) == before + 2
    assert [letter_of(plain + i) for i in range(4)] == [LETTERS[-2]] * 4
    assert [(is_transposed(plain + i), is_inverse(plain + i)) for i in range(4)] == [
        (False, False),
        (True, False),
        (False, True),
        (True, True),
    ]
    assert TRANSPOSE[plain:] == [
        plain + 1,
        plain,
        plain + 3,
        plain + 2,
        square,
        square,
        square + 2,
        square + 2,
    ]
    assert ROWS[plain:] == [n, m, m, n] + [n] * 4
    assert COLS[plain:] == [m, n, n, m] + [n] * 4
    assert len(TRANSPOSE) == len(ROWS) == len(COLS) == 4 * len(LETTERS)


@pytest.mark.parametrize("kind", ["symmetric", "invertible"])
def test_only_a_square_letter_is_symmetric_or_invertible(kind: str) -> None:
    name, before = new_name(), len(LETTERS)
    with pytest.raises(SymlamError, match=f"{name} .* cannot be {kind}"):
        intern(Letter(name, 2, 3, **{kind: True}))
    with pytest.raises(SymlamError, match="'1A' cannot name a matrix"):
        intern(Letter("1A", 2, 2))
    assert len(LETTERS) == len(ROWS) // 4 == before, "what is refused is not entered"


def factors(count: int = 3) -> list[int]:
    """Factors of two plain letters and a symmetric one, inverted and transposed too."""
    square = {"invertible": True}
    codes = [intern(Letter(f"L{i}", 2, 2, symmetric=i == 2, **square)) for i in range(count)]
    return [code + i for code in codes for i in range(4) if TRANSPOSE[code] != code or not i & 1]


words = st.lists(st.sampled_from(factors()), max_size=20).map(tuple)


def reduced(word: tuple[int, ...]) -> tuple[int, ...]:
    out: list[int] = []
    for f in word:
        if out and out[-1] ^ f == 2:
            out.pop()
        else:
            out.append(f)
    return tuple(out)


@given(words, words)
@settings(max_examples=200, deadline=None)
def test_joining_reduced_words_is_reducing_the_joined_word(left, right):
    left, right = reduced(left), reduced(right)
    assert join(left, right) == reduced(left + right)
    undo = tuple(f ^ 2 for f in reversed(left))
    assert join(left, undo) == () == join(undo, left)
    assert join(join(left, right), tuple(f ^ 2 for f in reversed(right))) == left
    assert join(left, ()) == left == join((), left)


@given(words, words)
@settings(max_examples=100, deadline=None)
def test_transposing_turns_a_product_round(left, right):
    assert transpose(left + right) == transpose(right) + transpose(left)
    assert transpose(transpose(left)) == left


def rotations(word):
    return [word[i:] + word[:i] for i in range(len(word))] or [word]


def least(word):
    """By trying all rotations, after cancelling what meets round the corner."""
    while len(word) >= 2 and word[-1] ^ word[0] == 2:
        word = word[1:-1]
    return min(rotations(word) + rotations(transpose(word)))


@given(words)
@settings(max_examples=300, deadline=None)
def test_the_least_word_of_a_trace_is_the_least_of_all(word):
    word = reduced(word)
    assert canonical_trace(word) == least(word)
    for other in (*rotations(word), transpose(word)):
        assert canonical_trace(reduced(other)) == canonical_trace(word)


def test_a_trace_of_factors_that_cancel_is_the_trace_of_the_identity() -> None:
    f, g, *_ = factors()
    assert canonical_trace(()) == canonical_trace((f, f ^ 2)) == canonical_trace((f, g, g ^ 2, f ^ 2)) == ()


def test_long_periodic_words_are_rotated_to_their_least() -> None:
    """Two letters and many repetitions: where the linear algorithm has to fall back most."""
    rng = Random(3)
    a, b, *_ = factors()
    for size in (1, 2, 11, 12, 13, 14, 24, 40):
        for _ in range(60):
            period = [rng.choice((a, b)) for _ in range(rng.randint(1, max(1, size // 2)))]
            word = tuple((period * size)[:size])
            if rng.random() < 0.5:
                i = rng.randrange(size)
                word = (*word[:i], rng.choice((a, b)), *word[i + 1 :])
            assert _letter._least_rotation(word) == min(rotations(word))
