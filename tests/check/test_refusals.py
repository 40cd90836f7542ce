"""What a formula cannot mean is said in words, at its place; what leaves the fragment is undecided, and says why."""

from __future__ import annotations

import pytest

from symlam.check import check_text
from symlam.errors import SymlamError

HEAD = r"""%! dims n k
%! vector x : n
%! vector y : n
%! matrix A : n x n
%! matrix B : n x k
%! matrix S : n x n symmetric
%! matrix V : n x n invertible
%! scalar s
%! positive scalar p
%! assume E[x x^T] > 0
"""
L = r"L &= E\|A x - y\|^2 \\ "


def lines(body: str) -> list:
    return check_text(f"{HEAD}\\begin{{align}}\n{body}\n\\end{{align}}\n").lines


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (L + r"L &= L \label{a} \\ L &= L \label{a}", "the label a is given twice"),
        (L + r"A^\star &= \arg\min L", r"expected \arg\min_A L = ... as a line of its own"),
        (L + r"A^\star &= \min_A L", r"a minimiser equal to a minimum; expected \arg\min"),
        (L + r"A^\star &= \arg\min_A L = \min_A L", "a minimiser equal to a minimum"),
        (L + r"A^\star &= (A, A)", "1 letters, 2 values"),
        (L + r"A^\star &\le A", "<= after a minimiser"),
        (L + r"\min_A L &= A", "a minimum against a matrix of shape n x n"),
        (L + r"L &\in \arg\min_A L", "the left side is a matrix of shape n x n, the right side a scalar"),
        (L + r"A &\in L", r"\in between values; expected X \in \arg\min_A L"),
        (r"\nabla s &= 0", r"\nabla without a letter"),
        (r"\nabla_{A, V} \operatorname{tr}(A) &= 0", r"\nabla in 2 letters"),
        (r"f(A) &= \operatorname{tr}(A) \\ f(A, A) &= 0", "f takes 1 arguments, 2 are given"),
        (r"\nabla_A^2 \operatorname{tr}(A) &= 0", "expected brackets"),
        (r"E[x]_1 &= 0", "a subscript _1 on an expression"),
        (r"A ! &= A", "'!' is no symbol of the grammar"),
        (r"A^\star &= A \\ A &= A", "no scalar was defined before it"),
        (r"\nabla_x s &= 0", "x is a random vector of dimension n; expected a declared matrix"),
        (r"\nabla_A A &= 0", "the gradient of a matrix of shape n x n"),
        (r"\frac{\partial}{\partial A} &= 0", "a derivative of nothing"),
        (r"\nabla_A / A &= 0", "unexpected /; expected an expression before it"),
        (r"\frac{\partial}{\partial A} \cdot A &= 0", r"unexpected \cdot"),
        (r"A_{1}^{2}_{3} &= A", "A_{1} is not declared"),
        (r"(A)_1 &= A", "a subscript _1 on an expression"),
        (r"\frac1s &= s", r"\frac followed by 1"),
        (r"E(x)^2 &= 0", "E(...)^n may mean two things"),
        (r"E[x] A &= A", "shapes do not agree"),
        (r"(A B)^{-1} &= A", "the inverse of (A B), shape n x k; expected a square matrix"),
        (r"A / B &= A", "cannot divide by a matrix of shape n x k"),
        (r"\min_s s^2 &= 0", r"expected \min over matrices declared"),
        (r"\arg\min_S E\|S x - y\|^2 &= E[y x^T] E[x x^T]^{-1}", "for the symmetric S (n x n)"),
    ],
)
def test_no_meaning(body: str, words: str) -> None:
    with pytest.raises(SymlamError) as refused:
        lines(body)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (r"A^{x} &= A", "the superscript ^{x}"),
        (r"s^{40} &= s", "only powers up to 12 are expanded"),
        (r"E[\|x\|^2 \|x\|^2] &= 1", "moments above the second"),
        (r"E_y[x] &= 0", "over part of the randomness"),
    ],
)
def test_outside_the_fragment(body: str, words: str) -> None:
    (line,) = lines(body)
    assert line.verdict.answer == "undecided"
    assert words in line.verdict.rule


@pytest.mark.parametrize(
    ("body", "answer", "words"),
    [
        (
            r"\frac{\partial}{\partial s} (s^3 \operatorname{tr}(A) + s) &= 3 s^2 \operatorname{tr}(A) + 1",
            "follows",
            "identity",
        ),
        (r"\frac{\partial}{\partial p} (p s + p^{-1} s) &= s - s / p^2", "follows", "identity"),
        (r"\frac{\partial s^2}{\partial s} &= 3 s", "fails", "differ"),
        (r"f(A) &= \operatorname{tr}(A) \\ f(V) &= \operatorname{tr}(V)", "follows", "identity"),
        (r"L &= s^{40} \\ L + 1 &= 1", "undecided", "L was left undecided"),
        (r"s / (s + 1) &= 1", "fails", ""),
        (r"m &= \min_A E\|A x - y\|^2 \\ m &\le E\|y\|^2", "follows", "sum of squares"),
        (r"\frac12 s &= s / 2", "follows", "identity"),
        (r"s / 2 / p &= s / (2 p)", "follows", "identity"),
        (r"\min_A E\|A x - y\|^2 &\ge \min_A E\|A x - y\|^2", "follows", "equality"),
        (r"\min_{A} \operatorname{tr}(A^3) &= 0", "fails", "smaller value"),
        (r"\arg\min_A E\|A x - y\|^2 &= E[y x^T] E[x x^T]^{-1}", "follows", "the only minimiser"),
        (r"\min_V E\|V x - y\|^2 &= 0", "fails", "completing the square"),
        (r"p^2 + s^2 &\ge 2 p s", "follows", "(p - s)^2"),
        (r"E\|x + y\|^2 &\le 2 E\|x\|^2 + 2 E\|y\|^2", "follows", "E||x - y||^2"),
        (r"\operatorname{tr}(A A^T) &\ge -1", "follows", "(1)^2"),
        (r"(2 + p) E\|x\|^2 &\ge 2 E\|x\|^2", "follows", "p E||x||^2"),
        (r"(2 - p) E\|x\|^2 &\ge 2 E\|x\|^2", "fails", ""),
    ],
)
def test_verdicts(body: str, answer: str, words: str) -> None:
    verdict = lines(body)[-1].verdict
    assert verdict.answer == answer
    assert words in verdict.rule


@pytest.mark.parametrize(
    ("body", "answer", "words", "note"),
    [
        (r"\arg\min_A \operatorname{tr}(A A) &= 0", "fails", "no minimum in A", ""),
        (
            r"\arg\min_A (\operatorname{tr}(A A^T)^2 - \operatorname{tr}(A A^T)) &= 0",
            "fails",
            "no minimum",
            "",
        ),
        (r"\arg\min_A (\operatorname{tr}(A A^T)^2) &= 0", "undecided", "no certificate of a minimum", ""),
        (
            r"\arg\min_A (\operatorname{tr}(A A^T) + \operatorname{tr}(A)) &= -I/2",
            "follows",
            "the only minimiser",
            "unique: the form is definite by itself",
        ),
        (r"\arg\min_A E\|B^T A x\|^2 &= 0", "fails", "not the only one", "unique exactly when B B' > 0"),
        (r"\arg\min_A (s - s) &= 0", "fails", "not the only one", ""),
        (
            r"\arg\min_S \operatorname{tr}(S S) &= 0",
            "undecided",
            "the only one",
            "all minimisers: the points",
        ),
        (
            r"\arg\min_{A, V} (\operatorname{tr}(A A^T) + \operatorname{tr}(V V^T)) &= (0, 0)",
            "undecided",
            "the only one",
            "all minimisers: the points where",
        ),
        (r"\arg\min_A E\|A y - x\|^2 &= E[x y^T] E[y y^T]^{-1}", "undecided", "assume that it is > 0", ""),
        (r"E\|A x\|^2 &\ge 2 E\|x\|^2", "fails", "negative value", ""),
        (r"p \operatorname{tr}(A B B^T A^T) &\ge 0", "follows", "sum of squares", ""),
        (r"\operatorname{tr}(A^T V^{-1} A) &\ge 0", "fails", "negative value", ""),
        (r"E\|y\|^2 &\ge \min_A E\|A x - y\|^2", "follows", "sum of squares", ""),
        (r"\min_A E\|A x - y\|^2 &\le E\|y\|^2", "follows", "sum of squares", ""),
        (r"\min_A \operatorname{tr}(A A^T) &= \min_B \operatorname{tr}(B B^T)", "follows", "", ""),
        (
            r"\min_A \operatorname{tr}(A) &= \min_B \operatorname{tr}(B B^T)",
            "undecided",
            "does not reach",
            "",
        ),
    ],
)
def test_minima_and_what_is_said_of_their_uniqueness(body: str, answer: str, words: str, note: str) -> None:
    verdict = lines(body)[-1].verdict
    assert (verdict.answer, words in verdict.rule) == (answer, True)
    assert note in verdict.note
    if not note:
        assert verdict.note == ""


@pytest.mark.parametrize(
    ("found", "words"), [(None, "no exact data were found"), (False, "contradictory assumptions"), (True, "")]
)
def test_assumptions_are_called_contradictory_only_where_they_are(monkeypatch, found, words: str) -> None:
    from symlam.check import _environment

    monkeypatch.setattr(_environment, "_consistent", lambda items: found)
    if not words:
        assert lines("A &= A")[0].verdict.answer == "follows"
        return
    with pytest.raises(SymlamError) as refused:
        lines("A &= A")
    assert str(refused.value).startswith(words) or words in str(refused.value)
    assert ("contradictory" in str(refused.value)) is (found is False)


def test_a_search_that_has_to_find_data_and_does_not_is_a_contradiction() -> None:
    from symlam.algebra import Assumptions, E, equation, identity, matrix, positive_definite, vector
    from symlam.algebra._sampling import has_instance

    x, y = vector("x", "n"), vector("y", "n")
    assert has_instance(Assumptions([equation(E(x, x), -E(y, y)), positive_definite(x)])) is False
    A = matrix("A", 3, 3)  # A^2 = 2 I has no rational solution of odd size, and is not linear in A
    assert has_instance(Assumptions([equation(A * A, 2 * identity(3))])) is None


def test_a_minimum_under_a_constraint_is_left_alone() -> None:
    head = "%! dims n\n%! vector x : n\n%! matrix A : n x n\n%! matrix G : n x n\n%! assume G A = A G\n"
    (line,) = check_text(f"{head}$$ \\arg\\min_A \\operatorname{{tr}}(A A^T) = 0 $$\n").lines
    assert line.verdict.answer == "undecided"
    assert "under the constraint" in line.verdict.rule
