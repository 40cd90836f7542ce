"""The Arb tier: rigorous enclosures of the spectrum, ties and zero eigenvalues included.

`acb_mat.eig` refuses repeated and rank-deficient spectra, which are the central cases here. So approximate
eigenvectors V come from a fast solver, are refined without rigour, and only then is everything enclosed:
the eigenvalues of W = V' S V lie within Weyl's distance of its diagonal, and Ostrowski's theorem divides by the
spectrum of V' V, which is within a tiny ball of 1.
"""

from __future__ import annotations

import itertools

import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpz

from symlam.errors import SymlamError
from symlam.numerics.problem import Reduction
from symlam.numerics.rational import RationalMatrix

__all__ = [
    "ball",
    "bits",
    "cholesky",
    "enclose",
    "matrix_of_balls",
    "off_diagonal_norm",
    "refine",
    "weighted",
]


def bits(digits: int) -> int:
    """Working precision for ``digits`` correct digits, with guard bits."""
    return int(digits * 3.33) + 64


def ball(value) -> arb:
    """The ball of a `Fraction` (never a gmpy2 integer, which python-flint rejects)."""
    return arb(fmpq(fmpz(int(value.numerator)), fmpz(int(value.denominator))))


def matrix_of_balls(matrix: RationalMatrix) -> arb_mat:
    """A rational matrix as a matrix of balls at the working precision."""
    rows, cols = matrix.shape
    den = arb(fmpz(matrix.den))
    return arb_mat(rows, cols, [arb(fmpz(x)) / den for row in matrix.num for x in row])


def weighted(reduction: Reduction) -> arb_mat:
    """Enclosure of D^(1/2) M D^(1/2) (q x q)."""
    roots = [ball(weight).sqrt() for weight in reduction.weights]
    M = matrix_of_balls(reduction.explained)
    n = M.nrows()
    return arb_mat(n, n, [M[i, j] * roots[i] * roots[j] for i in range(n) for j in range(n)])


def _mid(matrix: arb_mat) -> arb_mat:
    return matrix.mid()


def _floats(matrix: arb_mat, shift: arb, scale: arb, index: list[int]) -> np.ndarray:
    return np.array(
        [
            [float(((matrix[i, j] - shift if i == j else matrix[i, j]) / scale).mid()) for j in index]
            for i in index
        ]
    )


def refine(S: arb_mat, *, rounds: int = 40) -> arb_mat:
    """Approximate orthonormal eigenvectors (columns) of S at the working precision; nothing here is rigorous.

    Each round diagonalises, in float64 and after shifting and scaling, every group of eigenvalues that float64
    could not tell apart so far, and removes the coupling between groups to first order. Ties stay in one
    group whose block is already diagonal, so nothing divides by a vanishing gap.
    """
    n = S.nrows()
    S = _mid(S)
    target = arb(2) ** (-ctx.prec + 16)
    scale = max((abs(float(S[i, j])) for i in range(n) for j in range(n)), default=0.0)
    eye = arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    if scale == 0.0:
        return eye
    _, start = np.linalg.eigh(_floats(S, arb(0), arb(scale), list(range(n))))
    V = arb_mat(n, n, [float(x) for x in start[:, ::-1].ravel()])
    for _ in range(rounds):
        for _ in range(8):
            defect = _mid(V.transpose() * V - eye)
            if float(_largest(defect)) < float(target):
                break
            V = _mid(V - V * defect * arb(0.5))
        W = _mid(V.transpose() * S * V)
        off = off_diagonal_norm(W)
        if float(off.mid()) <= float(target) * scale * n:
            break
        values = [W[i, i] for i in range(n)]
        order = sorted(range(n), key=lambda i: -float(values[i]))
        spread = float(off.mid())
        groups, current = [], [order[0]]
        for previous, i in itertools.pairwise(order):
            # eigenvalues closer than the present coupling cannot be told apart to first order
            if float((values[previous] - values[i]).mid()) <= 16 * spread:
                current.append(i)
            else:
                groups.append(current)
                current = [i]
        groups.append(current)
        rotation = [[arb(int(i == j)) for j in range(n)] for i in range(n)]
        label = [0] * n
        for g, group in enumerate(groups):
            for i in group:
                label[i] = g
        for i in range(n):
            for j in range(n):
                if label[i] != label[j]:
                    rotation[i][j] = (W[i, j] / (values[j] - values[i])).mid()
        V = _mid(V * arb_mat(rotation))
        if any(len(group) > 1 for group in groups):
            for group in groups:
                if len(group) == 1:
                    continue
                shift = (sum((values[i] for i in group), arb(0)) / len(group)).mid()
                size = max(
                    abs(float((W[i, j] - shift if i == j else W[i, j]).mid())) for i in group for j in group
                )
                if size == 0.0:
                    continue
                _, turn = np.linalg.eigh(_floats(W, shift, arb(size), group))
                block = arb_mat(n, n, [V[i, j] for i in range(n) for j in range(n)])
                turn_balls = arb_mat(len(group), len(group), [float(x) for x in turn[:, ::-1].ravel()])
                picked = arb_mat(n, len(group), [V[i, j] for i in range(n) for j in group])
                turned = _mid(picked * turn_balls)
                for c, j in enumerate(group):
                    for i in range(n):
                        block[i, j] = turned[i, c]
                V = block
    final = _mid(V.transpose() * S * V)
    order = sorted(range(n), key=lambda i: -float(final[i, i]))
    return arb_mat(n, n, [V[i, j] for i in range(n) for j in order])


def _largest(matrix: arb_mat) -> arb:
    best = arb(0)
    for x in matrix.entries():
        magnitude = abs(x).upper()
        if float(magnitude) > float(best):
            best = magnitude
    return best


def off_diagonal_norm(W: arb_mat) -> arb:
    """Upper bound on the spectral norm of W without its diagonal: its largest absolute row sum."""
    n, best = W.nrows(), arb(0)
    for i in range(n):
        total = arb(0)
        for j in range(n):
            if i != j:
                total += abs(W[i, j]).upper()
        total = total.upper()
        if total > best:
            best = total
    return best


def enclose(S: arb_mat, V: arb_mat | None = None) -> tuple[list[arb], arb_mat]:
    """Balls around all eigenvalues of every symmetric matrix in S, descending, with the vectors used.

    Raises `SymlamError` when V is too far from orthonormal to say anything.
    """
    V = refine(S) if V is None else V
    n = S.nrows()
    W = V.transpose() * S * V
    gram = V.transpose() * V
    defect = off_diagonal_norm(gram)
    for i in range(n):
        gap = abs(gram[i, i] - 1).upper()
        if gap > defect:
            defect = gap
    defect = (defect + off_diagonal_norm(gram)).upper()
    if not defect < arb(0.5):
        raise SymlamError("the approximate eigenvectors are not orthonormal", hint="more digits")
    theta = arb(1) + arb(0, defect)
    radius = arb(0, off_diagonal_norm(W).upper())
    diagonal = sorted((W[i, i] for i in range(n)), key=lambda x: -float(x.mid()))
    # sorting by midpoints pairs Weyl's ordered eigenvalues with ordered diagonal entries up to the balls' radii
    widest = max((x.rad() for x in diagonal), key=float, default=arb(0))
    return [(x.mid() + arb(0, widest) + radius) / theta for x in diagonal], V


def cholesky(S: arb_mat) -> arb_mat | None:
    """Lower triangular L with L L' = S in balls; None where S is not certainly positive definite."""
    n = S.nrows()
    L = [[arb(0)] * n for _ in range(n)]
    for i in range(n):
        row = L[i]
        for j in range(i + 1):
            other, value = L[j], S[i, j]
            for m in range(j):
                value -= row[m] * other[m]
            if i != j:
                row[j] = value / other[j]
            elif value > 0:
                row[i] = value.sqrt()
            else:
                return None
    return arb_mat(L)
