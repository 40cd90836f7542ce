"""Verdicts of single lines: equalities, gradients, minimisers, minima, inequalities."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symlam.check import check_text

CROSS = r"assume E[o (q + \epsilon)^T] = 0"
DEFINITE = r"assume E[o o^T] > 0"
L = r"L &= \mathbb{E} \lVert A o + B (C o + D o') - o' \rVert_2^2 \\"
SPLIT = (
    r"\mathbb{E} \lVert (A + BC + BD - I) o \rVert_2^2 + \mathbb{E} \lVert (BD - I)(q + \epsilon) \rVert_2^2"
)
REST = r"\mathbb{E} \lVert (BD - I)(q + \epsilon) \rVert_2^2"


def test_the_example_of_the_paper_follows_line_by_line(check) -> None:
    report = check(rf"{L} &= {SPLIT} \\ &\ge {REST}", CROSS, DEFINITE)
    assert [x.verdict.answer for x in report.lines] == ["follows"] * 3
    assert report.lines[1].verdict.assumptions == (CROSS.removeprefix("assume "),)
    assert report.lines[2].verdict.squares == ("E||(-I + A + B C + B D) o||^2",)
    assert report.unused == ("E[o o^T] > 0",)
    assert report.exit_code == 0


def test_a_dropped_cross_term_fails_with_exact_data(check) -> None:
    report = check(rf"{L} &= {SPLIT}")
    assert [x.verdict.answer for x in report.lines] == ["follows", "fails"]
    data = report.lines[1].verdict.counterexample.describe()
    assert data["left"] != data["right"]
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (r"\nabla_A L &= 2 (A + BC + BD - I)\Sigma_o", "follows"),
        (r"\nabla_{A} L &= (A + BC + BD - I)\Sigma_o", "fails"),
        (r"\frac{\partial L}{\partial A} &= 2 (A + BC + BD - I)\Sigma_o", "follows"),
        (r"\frac{\partial}{\partial A} L &= 2 (A + BC + BD - I)\Sigma_o", "follows"),
        (r"\frac{\partial L}{\partial A} &= 2 \Sigma_o (A + BC + BD - I)^\top", "fails"),
        (r"\nabla_C L &= 2 B^\top (A + BC + BD - I)\Sigma_o", "follows"),
        (r"A^\star &= I - B(C + D)", "follows"),
        (r"A^\star &= I + B(C + D)", "fails"),
        (r"A^\star &= I - BD", "fails"),
        (r"\arg\min_A L &= I - B(C + D)", "follows"),
        (r"A^\star = \arg\min_A L &= I - BC - BD", "follows"),
        (r"I - BC - BD &\in \arg\min_A L", "follows"),
        (rf"\min_A L &= {REST}", "follows"),
        (rf"\min_{{A, C}} L &= {REST}", "follows"),
        (r"\min_A L &= 0", "fails"),
        (rf"\min_A L &\ge {REST}", "follows"),
        (rf"\min_A L &\le {REST}", "follows"),
        (r"\min_{B, D} L &= 0", "undecided"),
        (r"(A^\star, C^\star) &= (I, -D)", "follows"),
        (r"\arg\min_{A, C} L &= (I, -D)", "fails"),
        (r"L(I - BC - BD, B, C, D) &= " + REST, "undecided"),
    ],
)
def test_lines_about_the_objective(answers, line: str, answer: str) -> None:
    if line.startswith("L("):
        answer = "follows"
        rows = L.replace("L &=", "L(A, B, C, D) &=") + line
    else:
        rows = L + line
    assert answers(rows, CROSS, DEFINITE)[-1] == answer


def test_the_condition_of_uniqueness_is_exact(check) -> None:
    line = L + r"A^\star &= I - B(C + D)"
    assert check(line, CROSS, DEFINITE).lines[-1].verdict.unique == "yes"
    free = check(line, CROSS).lines[-1].verdict
    assert (free.answer, free.unique) == ("follows", "exactly when Σ_o > 0")
    only = check(L + r"\arg\min_A L &= I - B(C + D)", CROSS).lines[-1].verdict
    assert only.answer == "fails"
    assert only.counterexample.left == only.counterexample.right  # a second minimiser
    assert only.counterexample.also


def test_the_layout_of_a_derivative_can_be_chosen(answers) -> None:
    line = L + r"\frac{\partial L}{\partial A} &= 2 \Sigma_o (A + BC + BD - I)^\top"
    assert answers(line, CROSS, "layout numerator")[-1] == "follows"
    assert answers(line, CROSS, "layout denominator")[-1] == "fails"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (r"2 \mathbb{E}\|o\|^2 + 2 \mathbb{E}\|q\|^2 &\ge \mathbb{E}\|o + q\|^2", "follows"),
        (r"\mathbb{E}\|o\|^2 + \mathbb{E}\|q\|^2 &\ge \mathbb{E}\|o + q\|^2", "fails"),
        (r"\mathbb{E}\|o + q\|^2 &\le 2 \mathbb{E}\|o\|^2 + 2 \mathbb{E}\|q\|^2", "follows"),
        (
            r"\mathbb{E}\|o\|^2 &\ge 2\operatorname{tr}(A \Sigma_o) - \operatorname{tr}(A \Sigma_o A^\top)",
            "follows",
        ),
        (
            r"\mathbb{E}\|o\|^2 &\ge 2\operatorname{tr}(A \Sigma_o) - \frac12 \operatorname{tr}(A \Sigma_o A^\top)",
            "fails",
        ),
        (r"\lVert A \rVert_F^2 &\ge 0", "follows"),
        (r"\lambda^2 - 2\lambda + 1 &\ge 0", "follows"),
        (r"\lambda^2 - 2\lambda &\ge 0", "fails"),
        (r"\mathbb{E}\|o\|^2 &\ge \|\mathbb{E}[o]\|^2", "follows"),
        (r"\|\mathbb{E}[o]\|^2 &\ge \mathbb{E}\|o\|^2", "fails"),
        (r"E[(o + q)(o + q)^T] &\le 2 E[o o^T] + 2 E[q q^T]", "follows"),
        (r"E[(o + q)(o + q)^T] &\le E[o o^T] + E[q q^T]", "fails"),
        (r"\operatorname{tr}(\Sigma_o A^\top A) &\ge 0", "follows"),
        (r"\operatorname{tr}(\Sigma_o A) &\ge 0", "fails"),
    ],
)
def test_inequalities(answers, line: str, answer: str) -> None:
    assert answers(line) == [answer]


def test_completing_the_square_certifies_with_an_inverse(check) -> None:
    line = (
        r"\operatorname{tr}(A \Sigma_o A^\top) - 2 \operatorname{tr}(E[q o^T] A^\top) "
        r"&\ge -\operatorname{tr}(E[q o^T] \Sigma_o^{-1} E[o q^T])"
    )
    assert check(line, DEFINITE).lines[0].verdict.answer == "follows"
    assert check(line).lines[0].verdict.answer == "undecided"  # nothing says that the inverse exists


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (r"\log \det \Sigma_o &= 0", r"\log"),
        (r"\mathbb{E} \lVert o \rVert &\ge 0", "not squared"),
        (r"\mathbb{E} \lVert o \rVert^4 &\ge 0", "not squared"),
        (r"\mathbb{E}_{o} \lVert o \rVert^2 &\ge 0", "part of the randomness"),
        (r"\sum_{i > d_z} \lambda_i &\ge 0", r"\sum"),
        (r"(\Sigma_o + I)^{-1} &= I", "inverse of the sum"),
        (r"o^\top o &= 1", "outside an expectation"),
    ],
)
def test_what_leaves_the_fragment_is_undecided_and_named(check, line: str, word: str) -> None:
    verdict = check(line).lines[0].verdict
    assert verdict.answer == "undecided"
    assert word in verdict.rule


def test_identities_of_random_vectors_are_decided(answers) -> None:
    rows = r"\hat{o}' &= A o + B(C o + D o') \\ &= (A + BC + BD) o + BD (q + \epsilon) \\ &= A o"
    assert answers(rows) == ["follows", "follows", "fails"]


# a minimum that is reached by the squares of a later line

TRANSITION = r"""
%! dims n k
%! vector s t x : n
%! matrix A M G Q P : n x n
%! matrix B K : n x k
%! matrix C D : k x n
%! positive scalar \lambda
%! let o = G s + Q t
%! let o' = G s + Q P t + x
%! assume uncorrelated s, t, x
%! assume M G = G
%! assume M Q = Q P
\begin{align}
 L &= \mathbb{E} \lVert A o + B (C o + D o') - o' \rVert^2 + \lambda \mathbb{E} \lVert K (C o + D o') - x \rVert^2 \\
   &= \mathbb{E} \lVert (A - M + B C + B D M) o \rVert^2 + \mathbb{E} \lVert (B D - I) x \rVert^2
      + \lambda \mathbb{E} \lVert (K C + K D M) o \rVert^2 + \lambda \mathbb{E} \lVert (K D - I) x \rVert^2 \\
 \min_{A, C} L &= VALUE
\end{align}
"""
LEFT = r"\mathbb{E} \lVert (B D - I) x \rVert^2 + \lambda \mathbb{E} \lVert (K D - I) x \rVert^2"


def test_a_minimum_is_reached_by_weighted_squares_of_the_line_before() -> None:
    last = check_text(TRANSITION.replace("VALUE", LEFT)).lines[-1].verdict
    assert last.answer == "follows"
    assert "λ E||" in last.rule
    assert any("λ" in text or "lambda" in text for text in last.assumptions)


@pytest.mark.parametrize(
    "value",
    [
        LEFT.replace(r"+ \lambda", r"+ 2 \lambda"),
        LEFT.replace("B D - I", "B D - 2 I"),
        r"\mathbb{E} \lVert (B D - I) x \rVert^2",
    ],
)
def test_another_value_of_that_minimum_does_not_follow(value: str) -> None:
    assert check_text(TRANSITION.replace("VALUE", value)).lines[-1].verdict.answer != "follows"


def test_without_the_sign_of_the_weight_the_minimum_does_not_follow() -> None:
    text = TRANSITION.replace("VALUE", LEFT).replace("%! positive scalar", "%! scalar")
    assert check_text(text).lines[-1].verdict.answer != "follows"


def test_division_by_a_sum_of_scalars(check) -> None:
    rows = (
        r"\frac{1}{1+\mu} \operatorname{tr}(A) + \frac{\mu}{1+\mu} \operatorname{tr}(A^T) &= \operatorname{tr}(A) \\"
        r"\frac{2\mu}{2+2\mu} A &= A - \frac{1}{1+\mu} A \\"
        r"\frac{\mu}{1+\mu} A &= A + \frac{1}{1+\mu} A \\"
        r"A o - \frac{1}{1+\mu} A o &= \frac{\mu}{1+\mu} A o \\"
        r"\frac{1}{1+\operatorname{tr}(A)} &= 1"
    )
    report = check(rows, r"scalar \mu")
    answers = ["follows", "follows", "fails", "follows", "undecided"]
    assert [x.verdict.answer for x in report.lines] == answers
    assert report.lines[0].verdict.assumptions == ("1 + μ != 0",)
    # the data have the value of the quotient
    scalars = report.lines[2].verdict.counterexample.describe()["scalars"]
    assert Fraction(scalars["1/(1 + μ)"]) * (1 + Fraction(scalars["μ"])) == 1
