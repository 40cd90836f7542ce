"""Reading: the grammar, names, displays, Markdown, and errors that say where and what was expected."""

from __future__ import annotations

import pytest

from symlam.check import check_text
from symlam.check._names import key, plain, starred, unstyled
from symlam.errors import SymlamError

# one formula in many spellings; each must equal the plain one
SPELLINGS = [
    r"\mathbb{E} \lVert A o \rVert_2^2",
    r"\mathbb{E} \left\lVert A o \right\rVert^2",
    r"\mathbb{E} \| A o \|_2^2",
    r"\mathbb{E}\left\| A o \right\|^{2}",
    r"\mathbb{E}\bigl\| Ao \bigr\|_{2}^{2}",
    r"E[\lVert Ao \rVert^2]",
    r"E(\lVert Ao \rVert^2)",
    r"\mathbb E\left[ (A o)^\top (A o) \right]",
    r"\mathbb{E}\, o^T A^{\top} A o",
    r"\mathbb{E} (Ao)^T (Ao)",
    r"\operatorname{E}\{ o^{T} A^\intercal A\, o \}",
    r"\operatorname{tr}(A E[o o^T] A^\top)",
    r"\mathrm{tr}\, A \mathbb{E}[o o^{\mathsf{T}}] A^\mathrm{T}",
    r"\operatorname{tr}\left( A^\top A \Sigma_o \right)",
    r"\operatorname{tr}(\Sigma_{o} A^T A)",
    r"\frac{1}{2} \operatorname{tr}(2 A \Sigma_o A^T)",
    r"\tfrac12 \cdot 2 \operatorname{tr}(A \Sigma_o A^T)",
    r"0.5 \times 2\operatorname{tr}(A \Sigma_o A^T)",
    r"\frac{\lambda}{\lambda} \operatorname{tr}(A \Sigma_o A^T)",
    r"\operatorname{tr}(A I \Sigma_o A^T I)",
    r"\operatorname{tr}(A I_{d_o} \Sigma_o A^T)",
    "\\operatorname{tr}({A} {\\Sigma_o} {A}^\\top) % a comment\n",
    r"\text{by (3)} \; \operatorname{tr}(A \Sigma_o A^T) \quad \text{say} \notag",
    r"\operatorname{tr}(\mathbf{A} \Sigma_o \bm{A}^T)",
]


@pytest.mark.parametrize("formula", SPELLINGS)
def test_every_spelling_of_one_formula_is_read_the_same(answers, formula: str) -> None:
    assert answers(rf"{formula} &= \operatorname{{tr}}(A \Sigma_o A^\top)") == ["follows"]


@pytest.mark.parametrize("formula", SPELLINGS)
def test_and_differs_from_another_formula(answers, formula: str) -> None:
    assert answers(rf"{formula} &= \operatorname{{tr}}(A \Sigma_o A)") == ["fails"]


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        (r"\Sigma_{o}", r"\Sigma_o"),
        (r"\hat o'", r"\hat{o}'"),
        (r"\hat{o}^{\prime}", r"\hat{o}'"),
        (r"A^{\star}", "A^*"),
        (r"X_{ 1 }", "X_1"),
        (r"\Sigma_{q+\epsilon}", r"\Sigma_{q+\epsilon}"),
    ],
)
def test_names_have_one_key(spelled: str, expected: str) -> None:
    assert key(spelled) == expected


def test_names_in_bold_and_names_of_the_algebra() -> None:
    assert unstyled(key(r"\mathbf{A}_1")) == "A_1"
    assert starred(key(r"B^{*}")) == "B"
    assert plain(r"\hat{\epsilon}") == "hat{ε}"


def test_names_that_look_alike_stay_apart(answers) -> None:
    rows = r"\mathbb{E}\|x_1\|^2 &= \mathbb{E}\|x_2\|^2 \\ \mathbb{E}\|\epsilon\|^2 &= \mathbb{E}\|\varepsilon\|^2"
    declared = ("dims n", r"vector x_1 x_2 \epsilon \varepsilon : n")
    assert answers(rows, *declared, plain=True) == ["fails", "fails"]


def test_rows_that_start_with_a_sign_or_inside_brackets_continue_the_row_before(answers) -> None:
    rows = r"""
    L &= \mathbb{E}\|o\|^2 \\
      &\quad + \mathbb{E}\|q\|^2 \\
      &= \operatorname{tr}\bigl( \Sigma_o \\
      &\qquad + E[q q^T] \bigr) \\
    M &= 2 L"""
    report_lines = answers(rows)
    assert report_lines == ["follows", "follows", "follows"]


def test_every_display_of_a_file_is_read_and_names_carry_over() -> None:
    report = check_text(
        r"""
        %! dims n
        %! vector x : n
        \begin{equation} L = \mathbb{E}\|2x\|^2 \end{equation}
        Words, and \( inline \) mathematics, are not read: $x = 0$.
        \[ L = 4\,\mathbb{E}\|x\|^2 \]
        $$ L = 5\,\mathbb{E}\|x\|^2 $$
        \begin{gather*} L \ge 3\,\mathbb{E}\|x\|^2 \\ L \le 3\,\mathbb{E}\|x\|^2 \end{gather*}
        % \begin{align} L = 7 \end{align}
        """
    )
    assert [x.verdict.answer for x in report.lines] == ["follows", "follows", "fails", "follows", "fails"]
    assert [b.source_line for b in report.blocks] == [4, 6, 7, 8]


def test_fenced_blocks_of_markdown_are_read_and_the_rest_is_not() -> None:
    source = "# Notes\n\n\\begin{align} nonsense }} \\end{align}\n\n```latex\n%! dims n\n%! vector x : n\n```\n\nmore\n\n"
    source += "~~~tex\n\\[ E\\|x\\|^2 \\ge 0 \\]\n~~~\n\n```python\n%! oops\n```\n"
    report = check_text(source, markdown=True)
    assert [(x.source_line, x.verdict.answer) for x in report.lines] == [(13, "follows")]
    with pytest.raises(SymlamError, match="not closed"):
        check_text("```latex\n%! dims n\n", markdown=True)


@pytest.mark.parametrize(
    ("rows", "line", "column", "words"),
    [
        (r"L &= A o +", 12, 11, ["ends too early", "a name"]),
        (r"L &= (A o", 12, 10, ["ends too early", ")"]),
        (r"L &= A o ) + o", 12, 10, ["unexpected ')'", "="]),
        (r"L &= \foo o", 12, 6, [r"\\foo", "text"]),
        ("L &= o \\\\\n &= o # q", 13, 7, ["'#'"]),
        (r"L &= \frac{A}{", 12, 15, ["ends too early"]),
        (r"L &= W o", 12, 6, ["W is not declared"]),
        (r"L &= A + B", 12, 10, ["d_o x d_o", "d_o x d_z"]),
        (r"L &= B A o", 12, 8, ["d_o x d_z", "d_o x d_o"]),
        (r"L &= \mathbb{E}\|o\|^2 \\ &= A", 12, 28, ["a scalar", "a matrix"]),
        (r"L &= o + a", 12, 10, ["dimension d_o", "dimension d_a"]),
        (r"A + B C", 12, 1, ["without a relation"]),
        (r"L &= o o", 12, 8, ["transpose"]),
        (r"L &= \operatorname{tr}(I)", 12, 6, ["size cannot be inferred"]),
        (r"L &= A + \nabla_W L", 12, 19, ["L is not declared"]),
        (r"L &= {} o", 12, 7, ["unexpected '}'"]),
        (r"A^\star &= I", 12, 1, ["no scalar was defined"]),
        (r"(A, B) &= I", 12, 9, ["a list of values"]),
    ],
)
def test_errors_say_where_and_what(check, rows: str, line: int, column: int, words: list[str]) -> None:
    with pytest.raises(SymlamError) as caught:
        # the first of the ten declarations stands on line 2, the align block opens on line 12
        check(rows)
    error = caught.value
    text = str(error)
    for w in words:
        assert w in text
    assert (error.line, error.column) == (line + 1, column), text


@pytest.mark.parametrize(
    ("declaration", "words"),
    [
        ("vector o", "ends too early"),
        ("vektor o : n", "'vektor'"),
        ("matrix A : n x", "ends too early"),
        ("matrix A : n x 0", "cannot read"),
        ("matrix A : n x m", "m is not a dimension"),
        ("vector o : n\n%! vector o : n", "declared twice"),
        ("matrix S : n x 2 symmetric", "cannot be symmetric"),
        ("let y = ", "ends too early"),
        ("let y + 2", "NAME = formula"),
        ("moment y = x", "second moment"),
        ("assume E[x w^T] = 0", "w is not declared"),
        ("assume x > 0", "a random vector"),
        ("assume E[x x^T] = n", "two of one kind"),
        ("assume rank M >= 1.5", "1.5"),
        ("assume independent x", "two or more"),
        ("assume E[x x^T] = 0\n%! assume E[x x^T] > 0", "contradictory"),
        ("assume E[x x^T] = -I", "contradictory"),
        ("assume E[x x^T] = 2 I\n%! assume E[x x^T] = 3 I", "contradictory"),
        ("use eq:none", "no earlier line"),
        ("assume log(x) = 0", "not declared"),
        (r"assume \log x = 0", r"\log"),
    ],
)
def test_declarations_that_do_not_fit_are_refused_with_a_position(declaration: str, words: str) -> None:
    with pytest.raises(SymlamError) as caught:
        check_text("%! dims n\n%! vector x : n\n%! matrix M : n x n\n%! " + declaration)
    assert words in str(caught.value)
    assert caught.value.line >= 4


def test_contradictions_that_only_data_show_are_refused() -> None:
    # each is consistent alone; together x y' = I needs Σ_x >= I > 1/2 I
    with pytest.raises(SymlamError, match="contradictory"):
        check_text(
            "%! dims n\n%! vector x y : n\n%! assume E[x y^T] = I\n%! assume E[y y^T] = I\n"
            r"%! assume E[x x^T] = \frac12 I"
        )


@pytest.mark.parametrize("depth", [70, 5000])
def test_deep_brackets_are_refused(check, depth: int) -> None:
    with pytest.raises(SymlamError, match=r"nested deeper|symbols"):
        check("L &= " + "(" * depth + "o" + ")" * depth)


def test_long_statements_and_large_files_are_refused(check) -> None:
    with pytest.raises(SymlamError, match="symbols"):
        check("L &= o" + " + o" * 5000)
    with pytest.raises(SymlamError, match="characters"):
        check_text("x" * 1_000_001)


def test_powers_that_would_explode_are_left_undecided(check) -> None:
    verdict = check(r"((A + I)^{12} + A^\top)^{12} &= A").lines[0].verdict
    assert verdict.answer == "undecided"
    assert "words" in verdict.rule


def test_a_line_that_takes_too_long_is_left_undecided(check) -> None:
    verdict = check(r"\operatorname{tr}((A + B C + B D)^8) &= 0", seconds=0.01).lines[0].verdict
    assert verdict.answer == "undecided"
    assert "within" in verdict.rule
