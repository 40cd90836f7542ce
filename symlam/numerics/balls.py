"""The Arb tier: rigorous enclosures of the spectrum, ties and zero eigenvalues included.

`acb_mat.eig` refuses repeated and rank-deficient spectra, which are the central cases here. So approximate
eigenvectors V come from a fast solver, are refined without rigour, and only then is everything enclosed:
the eigenvalues of W = V' S V lie within Weyl's distance of its diagonal, and Ostrowski's theorem divides by the
spectrum of V' V, which is within a tiny ball of 1.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpz

from symlam.errors import SymlamError
from symlam.numerics.problem import Reduction
from symlam.numerics.rational import RationalMatrix

__all__ = [
    "ball",
    "bits",
    "cholesky",
    "columns",
    "enclose",
    "invariant_subspace",
    "matrix_of_balls",
    "off_diagonal_norm",
    "refine",
    "weighted",
]


def bits(digits: int) -> int:
    """Working precision for ``digits`` correct digits, with guard bits."""
    return int(digits * 3.33) + 64


def ball(value: Any) -> arb:
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


def refine(S: arb_mat, *, rounds: int = 60) -> arb_mat:
    """Approximate orthonormal eigenvectors (columns) of S at the working precision; nothing here is rigorous.

    Newton steps on "V' V = I and V' S V is diagonal" (Ogita and Aishima 2018), at a precision that grows with what is known.
    Eigenvalues that the present coupling cannot tell apart form a group, which is only made orthonormal, and is diagonalised in
    float64 after shifting and scaling; a tie ends as a group whose block is diagonal, so nothing divides by a vanishing gap.
    """
    n = S.nrows()
    S = _mid(S)
    full, scale = ctx.prec, max((abs(float(x)) for x in S.entries()), default=0.0)
    eye = arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    if scale == 0.0:
        return eye
    _, start = np.linalg.eigh(_floats(S, arb(0), arb(scale), list(range(n))))
    V = arb_mat(n, n, [float(x) for x in start[:, ::-1].ravel()])
    target, known = 2.0 ** (16 - full), 48.0
    try:
        for _ in range(rounds):
            ctx.prec = min(full, int(2 * known) + 8)
            here = _mid(S * arb(1))
            R = _mid(eye - V.transpose() * V)
            for _ in range(8):
                # what is first order in R below has to be exact to the precision
                if _largest(R) <= 2.0 ** (8 - ctx.prec // 2):
                    break
                V = _mid(V + V * R * arb(0.5))
                R = _mid(eye - V.transpose() * V)
            W = _mid(V.transpose() * (here * V))
            values = [W[i, i] for i in range(n)]
            # off the diagonal: what V' S V would be with V made orthonormal, to first order; symmetric to the last bit,
            # because a small gap would blow an asymmetry up
            couple = [[arb(0)] * n for _ in range(n)]
            for i in range(n):
                for j in range(i):
                    couple[i][j] = couple[j][i] = (W[i, j] + (values[i] + values[j]) * R[i, j] / 2).mid()
            spread = max(
                sum(abs(float(x)) for j, x in enumerate(row) if j != i) for i, row in enumerate(couple)
            )
            defect = _largest(R)
            if ctx.prec == full and spread <= target * scale * n and defect <= target:
                break
            known = max(known, -math.log2(max(spread / scale, 2.0**-full)))
            # below this, differences and couplings are rounding
            noise = 2.0 ** (20 - ctx.prec) * scale
            groups = _groups(values, 16 * spread + noise)
            V = _mid(V + V * _step(values, couple, R, groups))
            for group in groups:
                if len(group) > 1 and any(
                    abs(float(couple[i][j])) > noise for i in group for j in group if i != j
                ):
                    V = _turned(V, couple, values, R, group)
    finally:
        ctx.prec = full
    final = _mid(V.transpose() * (S * V))
    order = sorted(range(n), key=lambda i: -float(final[i, i]))
    return arb_mat(n, n, [V[i, j] for i in range(n) for j in order])


def _largest(matrix: arb_mat) -> float:
    return max(abs(float(x)) for x in matrix.entries())


def _groups(values: list[arb], least: float) -> list[list[int]]:
    """Indices by descending value, apart where they differ by more than ``least``."""
    order = sorted(range(len(values)), key=lambda i: -float(values[i]))
    groups = [[order[0]]]
    for previous, i in itertools.pairwise(order):
        if float((values[previous] - values[i]).mid()) <= least:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _step(values: Any, couple: Any, R: arb_mat, groups: Any) -> arb_mat:
    """The Newton step E of V <- V + V E: half of the defect of orthonormality, and the rotation between groups."""
    n, label = len(values), {i: g for g, group in enumerate(groups) for i in group}
    E = _mid(R * arb(0.5))
    for i in range(n):
        for j in range(i):
            if label[i] != label[j]:
                x = (couple[i][j] / (values[j] - values[i])).mid()
                E[i, j], E[j, i] = (E[i, j] + x).mid(), (E[j, i] - x).mid()
    return E


def _turned(V: arb_mat, couple: Any, values: Any, R: arb_mat, group: list[int]) -> arb_mat:
    """V with the columns of one group rotated to diagonalise its block."""
    n, size = V.nrows(), len(group)
    shift = (sum((values[i] for i in group), arb(0)) / size).mid()
    block = [
        [(couple[i][j] if i != j else values[i] * (1 + R[i, i]) - shift).mid() for j in group] for i in group
    ]
    largest = max(abs(float(x)) for row in block for x in row)
    if largest == 0.0:
        return V
    _, turn = np.linalg.eigh(np.array([[float((x / arb(largest)).mid()) for x in row] for row in block]))
    columns = arb_mat(n, size, [V[i, j] for i in range(n) for j in group])
    turned = _mid(columns * arb_mat(size, size, [float(x) for x in turn[:, ::-1].ravel()]))
    place = {j: c for c, j in enumerate(group)}
    return arb_mat(n, n, [turned[i, place[j]] if j in place else V[i, j] for i in range(n) for j in range(n)])


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


def columns(matrix: arb_mat, start: int, stop: int) -> arb_mat:
    """Columns start..stop - 1 of a matrix of balls."""
    rows = matrix.nrows()
    return arb_mat(rows, stop - start, [matrix[i, j] for i in range(rows) for j in range(start, stop)])


def _norm(matrix: arb_mat, rows: Any, columns: Any, *, diagonal: bool = True) -> arb:
    total = arb(0)
    for i in rows:
        for j in columns:
            if diagonal or i != j:
                total += abs(matrix[i, j]).upper() ** 2
    return total.upper().sqrt().upper()


def invariant_subspace(N: arb_mat, k: int) -> arb_mat | None:
    """Balls around a basis (columns) of the span of the k leading eigenvectors of N; None without a proved gap."""
    n = N.nrows()
    V = refine(N)
    W = V.inv() * N * V
    top, rest = range(k), range(k, n)
    if not rest:
        return V
    low = [W[i, i].lower() for i in top]
    high = [W[i, i].upper() for i in rest]
    gap = min(low, key=lambda x: float(x)) - max(high, key=lambda x: float(x))
    spill = _norm(W, top, top, diagonal=False) + _norm(W, rest, rest, diagonal=False)
    down, up = _norm(W, rest, top), _norm(W, top, rest)
    sep = gap - spill
    if not (sep > 0 and 16 * down * up < sep * sep and 8 * (spill + up + down) < gap):
        return None
    radius = (2 * down / sep).upper()
    X = arb_mat(n - k, k, [arb(0, radius)] * ((n - k) * k))
    return columns(V, 0, k) + columns(V, k, n) * X
