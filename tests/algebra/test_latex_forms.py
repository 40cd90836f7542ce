"""How names, factors, coefficients and sums are written, in text and in each notation, as one writes them by hand."""

from __future__ import annotations

import pytest

from symlam.algebra import E, Notation, dimension_scalar, identity, latex, matrix, scalar, tr, vector
from symlam.algebra._expression import Matrix, Scalar
from symlam.algebra._letter import intern
from symlam.algebra._print import display_word, latex_name, raised, sorted_terms, style_of
from symlam.errors import SymlamError

A, B = matrix("A", "n", "n"), matrix("B", "n", "n")
S, G = matrix("S", "n", "n", symmetric=True), matrix("G", "n", "n", invertible=True)
o, q, e = vector("o", "n"), vector("q", "n"), vector("e", "n")
s, t = scalar("s"), scalar("t")


@pytest.mark.parametrize(
    ("make", "notation", "text", "tex"),
    [
        (lambda: E(o, q).T, Notation(moments="expectation"), "Σ_{o,q}'", r"\mathbb{E}[q o^{\top}]"),
        (lambda: E(o, q), Notation(moments="expectation", transpose="T"), "Σ_{o,q}", r"\mathbb{E}[o q^{T}]"),
        (
            lambda: E(o, o).inverse(),
            Notation(moments="expectation"),
            "Σ_o^-1",
            r"\mathbb{E}[o o^{\top}]^{-1}",
        ),
        (
            lambda: E(q, o),
            Notation(moments="expectation", expectation_brackets=r"\{", expectation="E"),
            "Σ_{o,q}'",
            r"E\{q o^{\top}\}",
        ),
        (lambda: E(o, q).T, Notation(symbols={"Σ_{o,q}": "C"}), "Σ_{o,q}'", r"C^{\top}"),
        (lambda: E(o, o), Notation(symbols={"Σ_o": "K"}), "Σ_o", r"K"),
        (lambda: E(o, o), Notation(moment_symbol="C", vectors="bold"), "Σ_o", r"C_{\mathbf{o}}"),
        (lambda: E(o, q), Notation(vectors="bold", symbols={"o": "x"}), "Σ_{o,q}", r"\Sigma_{x,\mathbf{q}}"),
        (lambda: A * o, Notation(matrices="bold", vectors="bold"), "A o", r"\mathbf{A} \mathbf{o}"),
        (
            lambda: A.T * A,
            Notation(matrices="bold", transpose=r"\intercal"),
            "A' A",
            r"\mathbf{A}^{\intercal} \mathbf{A}",
        ),
        (
            lambda: tr(A * B),
            Notation(trace=r"\mathrm{tr}", brackets="left-right"),
            "tr(A B)",
            r"\mathrm{tr}\left(A B\right)",
        ),
        (lambda: A * A * A * B, Notation(), "A A A B", r"A^{3} B"),
        (lambda: A.T * A.T, Notation(), "A' A'", r"A^{\top} A^{\top}"),
        (lambda: S * S * B, Notation(), "S S B", r"S^{2} B"),
        (lambda: G.inverse() * G.inverse(), Notation(), "G^-1 G^-1", r"G^{-1} G^{-1}"),
        (lambda: s**2 / 3 * A, Notation(), "1/3 s^2 A", r"\tfrac{1}{3} s^{2} A"),
        (lambda: s**-1 * A * 2 / 3, Notation(), "2/3 s^-1 A", r"\frac{2}{3 s} A"),
        (lambda: A / (t**2), Notation(), "t^-2 A", r"\frac{1}{t^{2}} A"),
        (
            lambda: s / t / 2 * identity("n"),
            Notation(identity=r"\mathbf{I}"),
            "1/2 s t^-1 I",
            r"\frac{s}{2 t} \mathbf{I}",
        ),
        (lambda: s / t, Notation(), "s t^-1", r"\frac{s}{t}"),
        (lambda: 3 * s / t, Notation(), "3 s t^-1", r"\frac{3 s}{t}"),
        (lambda: s * 0 + 3, Notation(), "3", r"3"),
        (lambda: s * 0, Notation(), "0", r"0"),
        (lambda: -s, Notation(), "-s", r"-s"),
        (lambda: s * 0 + 1, Notation(), "1", r"1"),
        (lambda: s * 0 - 5, Notation(), "-5", r"-5"),
        (lambda: tr(A) * s * 2, Notation(), "2 s tr(A)", r"2 s \operatorname{tr}(A)"),
        (lambda: (A + B) * o, Notation(), "(A + B) o", r"(A + B) o"),
        (lambda: (A + B) * o, Notation(brackets="left-right"), "(A + B) o", r"\left(A + B\right) o"),
        (lambda: A * (o + q) - B * e * 2, Notation(), "-2 B e + A (o + q)", r"-2 B e + A (o + q)"),
        (lambda: -A * (o + q), Notation(), "-A (o + q)", r"-A (o + q)"),
        (lambda: -(o + q), Notation(), "-(o + q)", r"-(o + q)"),
        (lambda: 2 * (o - q), Notation(), "2 (o - q)", r"2 (o - q)"),
        (lambda: -o, Notation(), "-o", r"-o"),
        (lambda: o * 0, Notation(), "0", r"0"),
        (lambda: s * o, Notation(), "s o", r"s o"),
        (lambda: (s + 1) * o, Notation(), "(I + s I) o", r"(I + s I) o"),
        (lambda: (A - identity("n")) * o + 2 * q, Notation(), "(-I + A) o + 2 q", r"(A - I) o + 2 q"),
        (
            lambda: tr(B) + tr(A * S * A.T) - 2 * tr(A * S) + 4,
            Notation(),
            "4 + tr(B) - 2 tr(A S) + tr(A S A')",
            r"\operatorname{tr}(A S A^{\top}) - 2 \operatorname{tr}(A S) + \operatorname{tr}(B) + 4",
        ),
        (
            lambda: -tr(A * A.T) + tr(B),
            Notation(),
            "tr(B) - tr(A A')",
            r"\operatorname{tr}(B) - \operatorname{tr}(A A^{\top})",
        ),
        (
            lambda: -tr(A) - tr(B),
            Notation(),
            "-tr(A) - tr(B)",
            r"-\operatorname{tr}(A) - \operatorname{tr}(B)",
        ),
        (lambda: A * B - B + identity("n") * 2, Notation(), "2 I - B + A B", r"A B - B + 2 I"),
        (lambda: identity("n") - A * B + B, Notation(), "I + B - A B", r"B - A B + I"),
        (lambda: tr(B) * tr(A), Notation(), "tr(A) tr(B)", r"\operatorname{tr}(A) \operatorname{tr}(B)"),
        (lambda: dimension_scalar("d_o") * 2, Notation(), "2 d_o", r"2 d_{o}"),
        (lambda: tr(identity("n")) * s, Notation(symbols={"n": "m", "s": r"\beta"}), "n s", r"m \beta"),
        (lambda: s**-2 * t * tr(A), Notation(), "s^-2 t tr(A)", r"\frac{t}{s^{2}} \operatorname{tr}(A)"),
    ],
)
def test_forms(make, notation: Notation, text: str, tex: str) -> None:
    assert repr(make()) == text
    assert latex(make(), notation=notation) == tex
    if notation == Notation():
        assert latex(make()) == tex


@pytest.mark.parametrize(
    ("name", "tex", "bold"),
    [
        ("Σ_{o,q}", r"\Sigma_{o,q}", r"\boldsymbol{\Sigma}_{o,q}"),
        ("d_o", "d_{o}", r"\mathbf{d}_{o}"),
        ("λ", r"\lambda", r"\boldsymbol{\lambda}"),
        ("lambda", r"\lambda", r"\boldsymbol{\lambda}"),
        ("o''", "o''", r"\mathbf{o}''"),
        ("A^{{1}}_2", "A^{(1)}_{2}", r"\mathbf{A}^{(1)}_{2}"),
        ("x^{{k}}'", "x^{(k)}'", r"\mathbf{x}^{(k)}'"),
        ("A^+", "A^+", r"\mathbf{A}^+"),
        ("P^{*}", "P^{*}", r"\mathbf{P}^{*}"),
        ("hat{x}_t", r"\hat{x}_{t}", r"\boldsymbol{\hat{x}}_{t}"),
        ("tilde{κ}_{1,ab}", r"\tilde{\kappa}_{1,ab}", r"\boldsymbol{\tilde{\kappa}}_{1,ab}"),
        ("V_⊥", r"V_{\perp}", r"\mathbf{V}_{\perp}"),
        ("V⊥,", r"V\perp,", r"\boldsymbol{V\perp,}"),
        ("αβ", r"\alpha \beta", r"\boldsymbol{\alpha \beta}"),
        ("αb", r"\alpha b", r"\boldsymbol{\alpha b}"),
        ("epsilon_3'", r"\epsilon_{3'}", r"\boldsymbol{\epsilon}_{3'}"),
        ("Sigma_{o,lambda}", r"\Sigma_{o,\lambda}", r"\boldsymbol{\Sigma}_{o,\lambda}"),
        ("κ'_1", r"\kappa'_{1}", r"\boldsymbol{\kappa}'_{1}"),
        ("x_", "x", r"\mathbf{x}"),
        ("f{α}", r"f{\alpha}", r"\boldsymbol{f{\alpha}}"),
        ("α,β", r"\alpha,\beta", r"\boldsymbol{\alpha,\beta}"),
        ("α'b", r"\alpha'b", r"\boldsymbol{\alpha'b}"),
    ],
)
def test_names_of_the_algebra_in_latex(name: str, tex: str, bold: str) -> None:
    assert (latex_name(name), latex_name(name, bold=True)) == (tex, bold)


@pytest.mark.parametrize(
    ("notation", "tex"),
    [
        (Notation(), r"\mathbb{E}\lVert x \rVert^2"),
        (Notation(expectation="E"), r"E \lVert x \rVert^2"),
        (Notation(norm=r"\|", norm_index="2"), r"\mathbb{E}\| x \|_2^2"),
        (Notation(brackets="left-right", norm_index="2"), r"\mathbb{E}\left\lVert x \right\rVert_2^2"),
        (Notation(expectation_brackets="["), r"\mathbb{E}[\lVert x \rVert^2]"),
        (
            Notation(expectation_brackets=r"\{", norm=r"\|", brackets="left-right"),
            r"\mathbb{E}\{\left\| x \right\|^2\}",
        ),
    ],
)
def test_mean_squares_in_each_notation(notation: Notation, tex: str) -> None:
    assert style_of(notation).mean_square("x") == tex


@pytest.mark.parametrize(
    ("base", "exponent", "tex"),
    [
        ("A", "", "A"),
        ("A", "2", "A^{2}"),
        ("o'", "2", "{o'}^{2}"),
        ("A^{+}", r"\top", r"{A^{+}}^{\top}"),
        (r"\Sigma_{o'}", "-1", r"\Sigma_{o'}^{-1}"),
        (r"\mathbb{E}[o q^{\top}]", "-1", r"\mathbb{E}[o q^{\top}]^{-1}"),
        (r"x_{a}^{b}", "-1", r"{x_{a}^{b}}^{-1}"),
    ],
)
def test_exponents_get_braces_where_the_base_has_one(base: str, exponent: str, tex: str) -> None:
    assert raised(base, exponent) == tex


def test_squares_come_first_then_longer_terms_and_constants_last() -> None:
    tex = latex(tr(A) + 2 + tr(B) * tr(S) + s + tr(B * S * B.T))
    assert tex.replace(r"\operatorname{tr}", "tr") == r"tr(B S B^{\top}) + tr(B) tr(S) + tr(A) + 2 + s"
    assert latex(A * B + A + identity("n")) == "A + A B + I"


def test_kinds_of_names_have_their_own_style() -> None:
    style = style_of(Notation(vectors="bold", matrices="bold", symbols={"o": r"\xi"}))
    kinds = ("matrix", "vector", "scalar", "dimension")
    assert [style.name("A", kind) for kind in kinds] == [r"\mathbf{A}", r"\mathbf{A}", "A", "A"]
    assert {style.name("o", kind) for kind in kinds} == {r"\xi"}
    assert style_of(None) is style_of(None)
    assert style_of(None).notation == Notation()


@pytest.mark.parametrize("wrong", ["bold", {"vectors": "bold"}, 3])
def test_a_notation_is_a_notation(wrong) -> None:
    with pytest.raises(SymlamError, match="notation "):
        style_of(wrong)
    with pytest.raises(SymlamError, match="is not an expression"):
        latex(wrong)


def test_a_trace_begins_with_a_factor_that_is_not_transposed() -> None:
    a, b = (intern(x.as_letter()) for x in (A, B))
    assert display_word((a + 1, b)) == (a, b + 1)
    assert display_word((b + 1, a + 1)) == (a, b)
    assert display_word((b, b, a)) == (a, b, b)


def test_terms_are_sorted_by_degree_then_by_name() -> None:
    scalars: Scalar = tr(B) * tr(A) + tr(A * B * A) + tr(B) + s + 3 + t * tr(B) + tr(A * A)
    shown = [repr(Scalar({key: v})) for key, v in sorted_terms(scalars)]
    assert shown == ["3", "s", "tr(B)", "t tr(B)", "tr(A) tr(B)", "tr(A A)", "tr(A A B)"]
    m: Matrix = B + A + A * B + tr(A) * B + s * A + identity("n")
    assert repr(m) == "I + A + s A + B + A B + tr(A) B"
