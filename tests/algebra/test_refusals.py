"""Random vectors and SymPy: what has no meaning is refused, zero and unknown operands behave as Python expects."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from symlam.algebra import E, Matrix, Scalar, from_sympy, identity, matrix, scalar, to_sympy, tr, vector, zero
from symlam.errors import SymlamError

x, y, z = vector("x", "n"), vector("y", "n"), vector("z", "k")
A, B = matrix("A", "n", "n"), matrix("B", "k", "n")
s = scalar("s")
n = sp.Symbol("n", integer=True, positive=True)
M, N = sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("N", 2, 3)


def test_sums_of_random_vectors_start_from_zero() -> None:
    assert sum([x, y, x]) == 2 * x + y
    assert x - 0 == x == 0 + x
    assert 0 - x == -x
    assert x.map(lambda m: 3 * m) == 3 * x
    assert repr(x - y) == "x - y"


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (lambda: x + z, "dimensions do not agree in (x) + (z): n against k"),
        (lambda: x - z, "dimensions do not agree in (x) - (z)"),
        (lambda: x + A, "cannot take random vector + A"),
        (lambda: x - s, "cannot take random vector - s"),
        (lambda: x + 1, "cannot take random vector + 1"),
        (lambda: B.T * x, "shapes do not agree"),
        (lambda: x * y, "write E(x, y)"),
        (lambda: E(x, A), "A is not a random vector"),
        (lambda: x.substitute({y: z, x: z}), "cannot put (z) for x"),
        (lambda: (A * x).as_base(), ""),
        (lambda: to_sympy(x), "has no form in SymPy"),
        (lambda: from_sympy("x + 1"), "is not a SymPy expression"),
        (lambda: from_sympy(sp.MatrixSymbol("A", n + 1, n)), "is not a dimension that symlam can use"),
        (lambda: from_sympy(N, letters={"N": A}), "N is 2 x 3 in SymPy, n x n in letters"),
        (lambda: from_sympy(sp.HadamardProduct(M, M, evaluate=False)), "is outside the algebra"),
        (lambda: from_sympy(sp.sin(sp.Symbol("t"))), "is outside the algebra"),
    ],
)
def test_what_has_no_meaning_is_refused_in_words(operation: Any, words: str) -> None:
    with pytest.raises(SymlamError) as refused:
        operation()
    assert words in str(refused.value)


class Other:
    """Answers to every operator with its name."""

    def __radd__(self, _: object) -> str:
        return "added"

    def __rsub__(self, _: object) -> str:
        return "subtracted"

    def __rmul__(self, _: object) -> str:
        return "multiplied"

    def __rtruediv__(self, _: object) -> str:
        return "divided"


@pytest.mark.parametrize("one", [A, s, x], ids=["matrix", "scalar", "vector"])
def test_unknown_operands_get_their_turn(one: Any) -> None:
    assert one + Other() == "added"
    assert one - Other() == "subtracted"
    assert (one == Other()) is False
    if one is not x:
        assert one * Other() == "multiplied"
    if one is s:
        assert one / Other() == "divided"
    with pytest.raises(TypeError):
        Other() * one


@pytest.mark.parametrize(
    ("expression", "form"),
    [
        (sp.ZeroMatrix(n, 3), zero("n", 3)),
        (sp.Identity(n), identity("n")),
        (M**3, A * A * A),
        (2 * M - M.T * sp.Symbol("s"), 2 * A - A.T * s),
        (sp.Trace(M.T * M) / 2, tr(A.T * A) / 2),
    ],
)
def test_sympy_reads_back(expression: Any, form: Scalar | Matrix) -> None:
    read = from_sympy(expression)
    assert read == form
    assert from_sympy(to_sympy(read)) == form


def test_an_instance_says_what_it_lacks() -> None:
    import flint

    from symlam.algebra import Dimension, dimension_scalar
    from symlam.algebra._exact import Instance
    from symlam.algebra._random import bases

    m = flint.fmpq_mat([[1, 2], [3, 4]])
    inst = Instance({Dimension("n"): 2}, {A.as_letter(): m}, {"s": 0}, tuple(bases([x])), flint.fmpq_mat([[2, 0], [0, 5]]))  # fmt: skip
    assert inst.value(E(x, x)) == inst.joint
    assert inst.value(dimension_scalar("n") * 3) == 6
    for expression, words in (
        (B, "no value to the dimension k"),
        (E(x, y), "no moment to y"),
        (matrix("C", "n", "n"), "no value to C"),
        (scalar("t") * A, "no value to the scalar t"),
        (s**-1 * A, "s = 0 on the instance, but s^-1 is needed"),
        (3, "3 has no value on an instance"),
        (x, "x has no value on an instance"),
    ):
        with pytest.raises(SymlamError, match="instance") as refused:
            inst.value(expression)
        assert words in str(refused.value).replace("gives no value to B", "")
    with pytest.raises(SymlamError, match="A is given as 1 x 1"):
        inst.with_values({A: [[1]]})
    with pytest.raises(SymlamError, match="gives no second moments"):
        _ = Instance({Dimension("n"): 2}).joint_moment
    with pytest.raises(SymlamError, match="singular on the instance"):
        V = matrix("V", "n", "n", invertible=True)
        inst.with_values({V: [[1, 1], [1, 1]]}).value(V.inverse())
    with pytest.raises(SymlamError, match="not positive semidefinite"):
        Instance({Dimension("n"): 2}, {}, {}, tuple(bases([x])), m)
    with pytest.raises(SymlamError, match="is 1 x 1"):
        Instance({Dimension("n"): 2}, {}, {}, tuple(bases([x])), flint.fmpq_mat([[1]]))


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (lambda: s**0.5, "exponent 0.5 of a scalar"),
        (lambda: (s + 1) ** -1, "is not a product of scalar symbols"),
        (lambda: s / 0, "by zero"),
        (lambda: s + 0.5, "0.5 is a float"),
        (lambda: s + A, "cannot take scalar + matrix"),
        (lambda: A + s, "cannot take matrix + scalar"),
        (lambda: A + B, "shapes do not agree"),
        (lambda: A / A, "multiply by other.inverse()"),
        (lambda: A**0.5, "power 0.5"),
        (lambda: B.inverse(), "expected a square matrix"),
        (lambda: tr(3), "the trace of 3"),
    ],
)
def test_arithmetic_refuses(operation: Any, words: str) -> None:
    with pytest.raises(SymlamError) as refused:
        operation()
    assert words in str(refused.value)


def test_numbers_of_sympy_and_python_are_taken_exactly() -> None:
    assert s * sp.Rational(1, 2) == s / 2
    assert A + 0 == A == +A
    assert 2 / s == 2 * s**-1
    assert (s == A) is False
