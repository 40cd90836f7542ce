"""Whatever the printer emits, the project's own reader reads back as the same object, in every notation."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import E, LinearForm, Notation, Scalar, gradient, latex, matrix, msq, scalar, tr, vector
from symlam.algebra._notation import CHOICES
from symlam.algebra._print import Latex
from symlam.latex._breaking import rows
from symlam.latex._names import Names
from symlam.objective import Objective, Term
from symlam.strategies import trees as strategies
from symlam.strategies.trees import build
from tests.latex.reading import read_back
from tests.profile import examples

SYMBOLS = {
    "A_nm": r"W^{(1)}", "x": r"\hat{x}", "G_n": r"\mathcal{G}", "s": r"\beta", "n": r"d_{\mathrm{out}}", "y": r"y'",
    "S_n": r"\bar{S}_{k}", "Σ_x": r"\Lambda",
}  # fmt: skip
notations = st.builds(
    Notation,
    symbols=st.sampled_from([{}, SYMBOLS]),
    moment_symbol=st.sampled_from([r"\Sigma", "C"]),
    **{name: st.sampled_from(offered) for name, offered in CHOICES.items()},
)
expressions = st.one_of(
    strategies.matrices(), strategies.scalars(), strategies.vectors("n"), strategies.vectors("m")
).map(build)


def differs(expression, notation: Notation) -> str:
    """Empty when the printed formula reads back as the expression, else the formula."""
    names = Names().add(expression)
    names.check(notation)
    shown = latex(expression, notation=notation)
    joined = " ".join(rows(shown, 12.0))  # broken over rows it is the same formula
    for text in (shown, joined):
        if read_back(text, names, notation, like=expression) != expression:
            return text
    return ""


@given(expressions, notations)
@settings(max_examples=examples(150), deadline=None)
def test_every_formula_reads_back_as_what_was_printed(expression, notation):
    assert not differs(expression, notation)


@given(strategies.scalars(), notations)
@settings(max_examples=examples(100), deadline=None)
def test_gradients_read_back(tree, notation):
    loss = build(tree)
    for letter in sorted(loss.letters(), key=repr)[:2]:
        if letter.moment is None and not letter.symmetric and not letter.invertible:
            assert not differs(gradient(loss, matrix(letter.name, letter.rows, letter.cols)), notation)


terms = st.builds(
    lambda w, f: Term(w, f),
    st.sampled_from(
        [
            scalar("s") * 0 + 1,
            scalar("s"),
            scalar("s") * Fraction(2, 3),
            2 * scalar("t") ** 2,
            scalar("s") + 1,
        ]
    ),
    strategies.vectors("n", depth=2).map(build),
)


@given(st.lists(terms, min_size=1, max_size=3), strategies.scalars(depth=1).map(build), notations)
@settings(max_examples=examples(100), deadline=None)
def test_objectives_with_unexpanded_squares_read_back(parts, rest, notation):
    objective = Objective(tuple(parts), rest)
    names = Names().add(rest, *(t.form for t in parts), *(t.weight for t in parts))
    shown = objective.latex(notation)
    assert read_back(shown, names, notation, like=rest) == objective.expand()


SAMPLES = [
    lambda: (matrix("A", "n", "n") + matrix("B", "n", "n")) * vector("o", "n") - vector("q", "n"),
    lambda: tr(matrix("A", "n", "n").T * matrix("B", "n", "n") * matrix("A", "n", "n")) * Fraction(-3, 2),
    lambda: E(vector("q", "n"), vector("o", "n")) * matrix("G", "n", "n", invertible=True).inverse(),
    lambda: msq(matrix("A", "n", "n") * vector("o", "n") - vector("q", "n")) / scalar("s"),
    lambda: matrix("o'", "n", "n").T * 2 - matrix("A", "n", "n") ** 3,
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_read_back(sample):
    assert not differs(sample(), Notation())


MUTANTS = {
    "brackets left out": ("group", lambda self, inner: inner),
    "transposes and inverses left out": ("factor", lambda self, code: self.name(Latex.factor.__globals__["LETTERS"][code >> 2].name, "matrix")),
    "denominators left out": ("coefficient", lambda self, size, scalars, alone: [str(Fraction(size).numerator)]),
    "traces left out": ("trace", lambda self, inner: f"({inner})"),
    "powers shortened": ("word", lambda self, word: [self.factor(f) for f in dict.fromkeys(word)]),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_printer_is_seen(monkeypatch, mutant):
    method, wrong = MUTANTS[mutant]
    monkeypatch.setattr(Latex, method, wrong)

    def goes_red(expression) -> bool:
        try:
            return bool(differs(expression, Notation()))
        except Exception:  # what cannot even be read is seen too
            return True

    assert any(goes_red(s()) for s in SAMPLES)


def test_signs_of_a_sum_are_seen_by_the_reader(monkeypatch):
    import symlam.algebra._print as printer

    real = printer._term
    monkeypatch.setattr(printer, "_term", lambda key, value, style: ("+", real(key, value, style)[1]))
    assert differs(SAMPLES[0](), Notation())


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (
            lambda: Objective((Term(scalar("λ") * 0 + 1, _residual()),)),
            r"\mathbb{E}\lVert (A + B C - I) o \rVert^2",
        ),
        (lambda: msq(_residual()), None),
    ],
)
def test_the_order_is_the_papers(make, shown):
    text = make().latex() if shown else latex(make())
    if shown:
        assert text == shown
    else:  # squares first, the constant term last
        assert text.startswith(
            r"\operatorname{tr}(B C \Sigma_{o} C^{\top} B^{\top}) + \operatorname{tr}(A \Sigma_{o} A^{\top})"
        )
        assert text.count(r"\operatorname{tr}") == 6


def _residual() -> LinearForm:
    A, B, C, o = matrix("A", "n", "n"), matrix("B", "n", "m"), matrix("C", "m", "n"), vector("o", "n")
    return (A + B * C) * o - o


def test_what_shows_itself_in_a_notebook_is_latex():
    from symlam.claims import claim
    from symlam.models import linear_lam
    from symlam.objective import derive

    d = derive(linear_lam())
    shown = [
        tr(matrix("A", "n", "n")),
        matrix("A", "n", "n"),
        vector("o", "n"),
        d,
        d.objective,
        linear_lam(),
        claim("P4.2"),
    ]
    for x in shown:
        text = x._repr_latex_()
        assert re.fullmatch(r"\$.*\$|\\begin\{align\*\}.*\\end\{align\*\}", text, re.DOTALL), text
        assert text.count("{") == text.count("}")
    assert isinstance(d.objective.expand(), Scalar)
