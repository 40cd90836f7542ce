"""To and from SymPy: MatrixSymbol, MatMul, MatAdd, Transpose, Inverse, Trace, Identity, ZeroMatrix.

SymPy is imported here only.  A round trip gives the same normal form back; symmetric and
invertible letters need to be named in ``letters``, since SymPy's MatrixSymbol does not carry that.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symlam.algebra._expression import (
    SYMBOLS,
    Key,
    Matrix,
    Scalar,
    constant,
    dimension_scalar,
    identity,
    matrix,
    scalar,
    tr,
    zero,
)
from symlam.algebra._letter import LETTERS, Dim, Dimension, check_dimension
from symlam.errors import SymlamError


def _dim_to_sympy(dim: Dim) -> Any:
    import sympy

    return sympy.Integer(dim) if isinstance(dim, int) else sympy.Symbol(dim.name, integer=True, positive=True)


def to_sympy(expr: Scalar | Matrix) -> Any:
    """The expression in SymPy's own classes.

    >>> from symlam.algebra import matrix, tr
    >>> A = matrix("A", "n", "m")
    >>> to_sympy(2 * tr(A * A.T))
    2*Trace(A*A.T)
    """
    import sympy

    if not isinstance(expr, Scalar | Matrix):
        raise SymlamError(f"{expr!r} has no form in SymPy", expected="a scalar or matrix expression")

    def factor(code: int) -> Any:
        x = LETTERS[code >> 2]
        m = sympy.MatrixSymbol(x.name, _dim_to_sympy(x.rows), _dim_to_sympy(x.cols))
        if code & 2:
            m = sympy.Inverse(m)
        return sympy.Transpose(m) if code & 1 else m

    def coefficient(key: Key, v: Any) -> Any:
        v = Fraction(v)
        out = sympy.Rational(v.numerator, v.denominator)
        for index, e in key[0]:
            kind, name = SYMBOLS[index]
            out *= (
                _dim_to_sympy(Dimension(name)) if kind == "dimension" else sympy.Symbol(name, real=True)
            ) ** e
        for t in key[1]:
            out *= sympy.Trace(sympy.MatMul(*map(factor, t)) if len(t) > 1 else factor(t[0]))
        return out

    if isinstance(expr, Scalar):
        return sympy.Add(*(coefficient(k, v) for k, v in expr.terms.items()))
    n, m = _dim_to_sympy(expr.rows), _dim_to_sympy(expr.cols)
    if not expr.terms:
        return sympy.ZeroMatrix(n, m)
    parts = []
    for k, v in expr.terms.items():
        c = coefficient(k, v)
        word = [factor(f) for f in k[2]] or [sympy.Identity(n)]
        parts.append(sympy.MatMul(*([] if c == 1 else [c]), *word) if c != 1 or len(word) > 1 else word[0])
    return sympy.MatAdd(*parts) if len(parts) > 1 else parts[0]


def from_sympy(expr: Any, *, letters: Mapping[str, Matrix] | None = None) -> Scalar | Matrix:
    """The normal form of a SymPy expression.

    ``letters`` maps names of MatrixSymbols to letters of this algebra (for symmetric or
    invertible ones, or second moments).  Raises SymlamError for what is outside the algebra.

    >>> import sympy
    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> A, B = sympy.MatrixSymbol("A", n, n), sympy.MatrixSymbol("B", n, n)
    >>> from_sympy(sympy.Trace(A * B) - sympy.Trace(B * A))
    0
    """
    import sympy
    from sympy.matrices.expressions.matexpr import MatrixExpr

    known = dict(letters or {})
    try:
        expr = sympy.sympify(expr, strict=True)  # strict: text is refused, not evaluated
    except sympy.SympifyError:
        raise SymlamError(f"{expr!r} is not a SymPy expression") from None
    shaped = sympy.MatrixSymbol, sympy.Identity, sympy.ZeroMatrix
    # a symbol is a dimension when some matrix has it as one, or when it is declared an integer
    dims = {d for m in sympy.preorder_traversal(expr) if isinstance(m, shaped) for d in m.shape}

    def dim(d: Any) -> Dim:
        if d.is_Integer:
            return check_dimension(int(d))
        if d.is_Symbol:
            return Dimension(d.name)
        raise SymlamError(f"{d} is not a dimension that symlam can use", expected="a symbol or an integer")

    def mat(e: Any) -> Matrix:
        if isinstance(e, sympy.MatrixSymbol):
            made = known.get(e.name)
            made = matrix(e.name, dim(e.rows), dim(e.cols)) if made is None else made
            if made.shape != (dim(e.rows), dim(e.cols)):
                raise SymlamError(
                    f"{e.name} is {e.rows} x {e.cols} in SymPy, {made.rows} x {made.cols} in letters"
                )
            return made
        if isinstance(e, sympy.Identity):
            return identity(dim(e.rows))
        if isinstance(e, sympy.ZeroMatrix):
            return zero(dim(e.rows), dim(e.cols))
        if isinstance(e, sympy.Transpose):
            return mat(e.arg).T
        if isinstance(e, sympy.Inverse):
            return mat(e.arg).inverse()
        if isinstance(e, sympy.MatPow) and e.exp.is_Integer:
            return mat(e.base) ** int(e.exp)
        if isinstance(e, sympy.MatAdd):
            first, *others = [mat(a) for a in e.args]
            for o in others:
                first = first + o
            return first
        if isinstance(e, sympy.MatMul):
            c = constant(1)
            out: Matrix | None = None
            for a in e.args:
                if isinstance(a, MatrixExpr):
                    out = mat(a) if out is None else out * mat(a)
                else:
                    c = c * num(a)
            assert out is not None, "a product that is a matrix has a matrix among its factors"
            return out * c
        raise SymlamError(
            f"{type(e).__name__} {e} is outside the algebra", expected="sums and products of matrices"
        )

    def num(e: Any) -> Scalar:
        if e.is_Rational:
            return constant(Fraction(int(e.p), int(e.q)))
        if isinstance(e, sympy.Trace):
            return tr(mat(e.arg))
        if e.is_Symbol:
            return dimension_scalar(e.name) if e in dims or e.is_integer else scalar(e.name)
        if e.is_Add:
            out = constant(0)
            for a in e.args:
                out = out + num(a)
            return out
        if e.is_Mul:
            out = constant(1)
            for a in e.args:
                out = out * num(a)
            return out
        if e.is_Pow and e.exp.is_Integer:
            return num(e.base) ** int(e.exp)
        raise SymlamError(f"{type(e).__name__} {e} is outside the algebra", expected="polynomials and traces")

    if isinstance(expr, MatrixExpr):
        return mat(expr)
    return num(expr)
