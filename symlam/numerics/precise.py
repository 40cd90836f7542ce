"""The mpmath tier: the same closed form to N digits, from the exact reduction."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpmath import mp

from symlam.numerics.problem import Reduction
from symlam.numerics.rational import RationalMatrix

__all__ = ["eigen", "mpf", "mpmatrix", "pseudo_inverse"]


def mpf(value: Fraction) -> Any:
    """A `Fraction` as an mpf at the working precision."""
    return mp.mpf(value.numerator) / value.denominator


def mpmatrix(matrix: RationalMatrix) -> Any:
    """A rational matrix as an mpmath matrix at the working precision."""
    out = mp.matrix(*matrix.shape)
    for i, row in enumerate(matrix.num):
        for j, x in enumerate(row):
            out[i, j] = mp.mpf(x) / matrix.den
    return out


def weighted(reduction: Reduction) -> Any:
    """D^(1/2) M D^(1/2) of a reduction (q x q)."""
    roots = [mp.sqrt(mpf(weight)) for weight in reduction.weights]
    N = mpmatrix(reduction.explained)
    for i in range(N.rows):
        for j in range(N.cols):
            N[i, j] *= roots[i] * roots[j]
    return N


def eigen(S: Any) -> Any:
    """Eigenvalues (descending) and orthonormal eigenvectors (columns) of a symmetric mpmath matrix."""
    values, vectors = mp.eigsy(S)
    n = S.rows
    order = sorted(range(n), key=lambda i: -values[i])
    out = mp.matrix(n, n)
    for j, i in enumerate(order):
        for row in range(n):
            out[row, j] = vectors[row, i]
    return [values[i] for i in order], out


def pseudo_inverse(A: Any) -> Any:
    """Moore-Penrose inverse of an mpmath matrix (r x c), by the eigenvalues of the smaller Gram matrix."""
    if A.rows == 0 or A.cols == 0:
        return mp.matrix(A.cols, A.rows)
    wide = A.cols >= A.rows
    gram = A * A.T if wide else A.T * A
    values, vectors = eigen(gram)
    middle = mp.matrix(gram.rows, gram.rows)
    # a Gram matrix squares the condition: half of the working digits are noise
    cut = values[0] * mp.mpf(10) ** (-mp.dps // 2 - 3) if values else 0
    for i, value in enumerate(values):
        if value > cut and value > 0:
            middle[i, i] = 1 / value
    inverse = vectors * middle * vectors.T
    return A.T * inverse if wide else inverse * A.T
