"""The trusted part: identifiers and statements, without Coq."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import symlam.evidence.export as export
from symlam.algebra import (
    E,
    LinearForm,
    dimension_scalar,
    identity,
    matrix,
    rank_at_least,
    scalar,
    tr,
    vector,
    zero,
)
from symlam.errors import SymlamError
from symlam.evidence.export import Product, Sum, Trace, Transposed, With, mean_square
from symlam.evidence.export._names import Names, spell
from symlam.evidence.export._print import Printer

A, B = matrix("A", "n", "n"), matrix("B", "n", "m")
K = matrix("K", "n", "n", symmetric=True, invertible=True)
M = matrix("M", "n", "n", invertible=True)
s = scalar("s")
x, y = vector("x", "n"), vector("y", "m")


def show(term: object) -> str:
    return Printer(Names()).term(term)


def test_identifiers_differ_when_names_differ() -> None:
    names = Names()
    given = [
        "A",
        "A_",
        "A'",
        "Σ_{o,q}",
        "Σ_o,q",
        "Sigma_o_q",
        "in",
        "in_",
        "o'",
        "κ_1",
        "κ1",
        "x1",
        "x",
        "E",
        "E_",
    ]
    made = [names("letter", n) for n in given]
    assert len(set(made)) == len(given)
    assert [names("letter", n) for n in given] == made


def test_one_name_in_two_roles_gets_two_identifiers() -> None:
    names = Names()
    assert len({names(kind, "a") for kind in ("letter", "vector", "scalar", "dimension")}) == 4


@pytest.mark.parametrize(
    "name", ["in", "fun", "Type", "forall", "cov", "msq", "R", "V", "I", "O", "S", "E", "zR"]
)
def test_reserved_names_are_not_used(name: str) -> None:
    assert spell(name) == f"{name}_"


def test_hypothesis_names_of_the_proof_are_not_taken() -> None:
    assert not spell("hyp_0").endswith("hyp_0")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (0 * s, "0"),
        (s * 0 + 7, "7%:R"),
        (2**70 * s, "zR R 1180591620717411303424 * s"),
        (-(2**70) * s, "- (zR R 1180591620717411303424 * s)"),
        (Fraction(-2, 3) * s, "- ((2%:R / 3%:R) * s)"),
        (Fraction(2**70, 3) * s, "(zR R 1180591620717411303424 / 3%:R) * s"),
        (s**-2, "s^-1 ^+ 2"),
        (s**3 - 1, "- (1) + s ^+ 3"),
        (dimension_scalar("n") * 2, "2%:R * n%:R"),
        (identity("n"), "(1%:M : 'M[R]_n)"),
        (identity(1), "(1%:M : 'M[R]_1)"),
        (zero("n", 2), "(0 : 'M[R]_(n, 2))"),
        (A * B, "A *m B"),
        (-A, "- (A)"),
        (A.T * s / 2, "(1 / 2%:R * s) *: (A^T)"),
        (K.inverse() * A, "invmx K *m A"),
        (M.inverse().T, "(invmx M)^T"),
        (E(x, y), "cov x y"),
        (E(y, x), "(cov x y)^T"),
        (E(x, x).inverse(), "invmx (cov x x)"),
        (tr(A * B * B.T), "\\tr (A *m B *m B^T)"),
        (tr(A) * A, "(\\tr (A)) *: A"),
        (B * y + x, "B *v y + x"),
        (LinearForm(B.rows, {}), "(0 : 'cV[V]_n)"),
        (mean_square(B * y - x), "msq (B *v y + (- ((1%:M : 'M[R]_n))) *v x)"),
        (Trace(Product((A - B * B.T, Transposed(A)))), "\\tr ((A - B *m B^T) *m (A^T))"),
        (Product((B, y)), "B *v y"),
        (Product((A, B, y)), "(A *m B) *v y"),
        (Sum(()), "0"),
        (Sum(((s, mean_square(x)), (1, tr(A)))), "s * (msq (x)) + (\\tr (A))"),
        (With(((A, A * A),), tr(A)), "(fun (A : 'M[R]_(n, n)) => \\tr (A)) (A *m A)"),
    ],
)
def test_terms_as_coq(term: object, text: str) -> None:
    assert show(term) == text.replace("(1 / 2%:R * s)", "((1%:R / 2%:R) * s)")


def test_deep_product_keeps_every_factor() -> None:
    deep = A
    for _ in range(60):
        deep = deep * A
    assert show(deep).split(" *m ") == ["A"] * 61


def test_equal_names_of_different_shape_stay_apart() -> None:
    p = Printer(Names())
    assert p.matrix(matrix("Z", 2, 2)) != p.matrix(matrix("Z", 3, 3))


def test_the_rank_of_a_sum_is_not_that_of_a_sum_of_row_spaces() -> None:
    under = rank_at_least(x + A * x, "n")
    text = export.export_identity(tr(A), tr(A), under=under)
    assert text.count("\\rank (") == text.count(")%R)%N") == 1


def test_a_vector_of_two_dimensions_is_refused() -> None:
    with pytest.raises(SymlamError, match="two random vectors"):
        export.export_identity(mean_square(vector("x", "n")), tr(E(vector("x", "m"), vector("x", "m"))))


def test_what_is_no_expression_is_refused() -> None:
    with pytest.raises(SymlamError, match="cannot be exported"):
        export.export_identity("A", "A")


def test_a_false_equation_is_refused_before_coq() -> None:
    with pytest.raises(SymlamError, match="does not follow"):
        export.export_identity(mean_square(x + A * x), mean_square(x).form and tr(E(x, x)))


def test_the_trusted_printer_is_short() -> None:
    folder = Path(export.__file__).parent
    lines = [
        line
        for line in (folder / "_print.py").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith(("#", '"""', "from ", "import "))
    ]
    assert len(lines) < 100
