"""To SymPy and back, piece by piece: shapes, factors, coefficients, and what is not read."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from symlam.algebra import (
    E,
    dimension_scalar,
    from_sympy,
    identity,
    matrix,
    scalar,
    to_sympy,
    tr,
    vector,
    zero,
)
from symlam.errors import SymlamError

n, m = (sp.Symbol(name, integer=True, positive=True) for name in "nm")
t = sp.Symbol("t", real=True)
A, B, C = matrix("A", "n", "m"), matrix("B", "m", "n"), matrix("C", "n", "n")
G = matrix("G", "n", "n", invertible=True)
MA, MB, MC, MG = (
    sp.MatrixSymbol("A", n, m),
    sp.MatrixSymbol("B", m, n),
    sp.MatrixSymbol("C", n, n),
    sp.MatrixSymbol("G", n, n),
)
s = scalar("t")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (A, MA),
        (A.T, sp.Transpose(MA)),
        (A * B, sp.MatMul(MA, MB)),
        (2 * A, sp.MatMul(sp.Integer(2), MA)),
        (A / 3 * s, sp.MatMul(t / 3, MA)),
        (identity("n"), sp.Identity(n)),
        (identity("n") * s, sp.MatMul(t, sp.Identity(n))),
        (zero("n", 3), sp.ZeroMatrix(n, 3)),
        (G.inverse(), sp.Inverse(MG)),
        (G.T.inverse(), sp.Transpose(sp.Inverse(MG))),
        (tr(C), sp.Trace(MC)),
        (tr(A * B), sp.Trace(sp.MatMul(MA, MB))),
        (tr(C) * tr(A * B) * s**-2 / 2, sp.Trace(MC) * sp.Trace(sp.MatMul(MA, MB)) / (2 * t**2)),
        (dimension_scalar("n") * s + 1, n * t + 1),
        (s * 0, sp.Integer(0)),
        (s * 0 - 3, sp.Integer(-3)),
        (E(vector("x", "n"), vector("y", "m")), sp.MatrixSymbol("Σ_{x,y}", n, m)),
    ],
)
def test_an_expression_has_its_form_in_sympy(ours, theirs) -> None:
    assert to_sympy(ours) == theirs
    letters = {"G": G, "Σ_{x,y}": E(vector("x", "n"), vector("y", "m"))}
    assert from_sympy(theirs, letters=letters) == ours


def test_a_sum_of_matrices_is_a_sum_of_its_terms() -> None:
    told = to_sympy(A * B - 2 * C + tr(C) * identity("n"))
    assert isinstance(told, sp.MatAdd)
    assert set(told.args) == {MA * MB, -2 * MC, sp.MatMul(sp.Trace(MC), sp.Identity(n))}
    assert from_sympy(told) == A * B - 2 * C + tr(C) * identity("n")
    assert told.shape == (n, n)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (MA * MB * MC - MC.T, A * B * C - C.T),
        (MC**3, C * C * C),
        (MG**-2, G.inverse() * G.inverse()),
        (sp.Rational(-2, 3) * t * MA, Fraction(-2, 3) * s * A),
        ((t + 1) * MC, (s + 1) * C),
        (sp.MatMul(2, t, MA, MB, evaluate=False), 2 * s * A * B),
        ((t + 2) ** 2 - 1 / t, (s + 2) ** 2 - s**-1),
        (sp.Trace(MC + MC.T) * t**3, 2 * tr(C) * s**3),
        (sp.Integer(4), s * 0 + 4),
        (
            sp.Trace(MC) * n * sp.Symbol("k", integer=True),
            tr(C) * dimension_scalar("n") * dimension_scalar("k"),
        ),
        (sp.Symbol("n") * sp.Symbol("c"), scalar("n") * scalar("c")),
        (sp.MatrixSymbol("D", 2, 3), matrix("D", 2, 3)),
        (sp.Identity(3), identity(3)),
        (sp.ZeroMatrix(2, n), zero(2, "n")),
    ],
)
def test_sympys_own_ways_of_writing_are_read(theirs, ours) -> None:
    assert from_sympy(theirs, letters={"G": G}) == ours


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ("A * B", "is not a SymPy expression"),
        (sp.sin(t), "sin sin.t. is outside the algebra"),
        (sp.sqrt(t), "is outside the algebra"),
        (MC ** sp.Symbol("p", integer=True), "is outside the algebra"),
        (sp.MatrixSymbol("A", n * m, n), "is not a dimension that symlam can use"),
        (sp.HadamardProduct(MC, MC.T, evaluate=False), "HadamardProduct .* is outside the algebra"),
        (sp.MatrixSymbol("G", n, m), "G is n x m in SymPy, n x n in letters"),
        (sp.Trace(MC) * sp.exp(t), "is outside the algebra"),
    ],
)
def test_what_is_outside_the_algebra_is_refused(theirs, words: str) -> None:
    with pytest.raises(SymlamError, match=words):
        from_sympy(theirs, letters={"G": G})


def test_only_scalars_and_matrices_have_a_form_in_sympy() -> None:
    for other in (vector("x", "n"), 3, "A"):
        with pytest.raises(SymlamError, match="has no form in SymPy"):
            to_sympy(other)
