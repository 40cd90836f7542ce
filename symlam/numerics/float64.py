"""The float64 tier: batched partial reduced-rank regression on stacks of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symlam.errors import SymlamError

__all__ = ["ArraySolution", "pseudo_inverse_psd", "solve_arrays"]

# eigenvalues closer than this, relative to the largest, count as tied (and as zero) in float64
TIE = 1e-10
# variance below this, relative to that of the targets before anything is projected out, is rounding
NOISE = 1e-13


@dataclass(frozen=True, eq=False)
class ArraySolution:
    """Batched minimisers; a leading axis b runs over problems.

    ``relaxed`` (b): the minimum, the heads' dependence on v left aside; ``spectrum`` (b, q), descending;
    ``vectors`` (b, q, q): eigenvectors in columns; ``first``, ``last`` (b): the eigenvalues first..last-1
    equal the k-th (so the optimum is unique up to gauge iff last == k); ``B`` (b, p, q) and ``E`` (b, q - p, q)
    hold the decoder and head columns of *all* directions, ``G`` (b, q, d_u) the encoder rows: a minimiser
    keeps the first k. ``predictor`` (b, q, d_u): least squares of tau~ on u~. ``on_v`` = (inputs, targets).
    """

    relaxed: np.ndarray
    spectrum: np.ndarray
    vectors: np.ndarray
    first: np.ndarray
    last: np.ndarray
    B: np.ndarray
    E: np.ndarray
    G: np.ndarray
    predictor: np.ndarray
    on_v: tuple[np.ndarray, np.ndarray]


def pseudo_inverse_psd(
    S: np.ndarray, *, relative: float = TIE, floor: np.ndarray | float = 0.0
) -> np.ndarray:
    """Moore-Penrose inverse of stacked PSD matrices (..., n, n), by eigh.

    Eigenvalues below ``relative`` times the largest, or below ``floor`` (a number for each matrix), count as 0.
    """
    if S.shape[-1] == 0:
        return S
    values, vectors = np.linalg.eigh(S)
    keep = values > np.maximum(
        relative * values[..., -1:], np.maximum(np.asarray(floor)[..., None], np.finfo(float).tiny)
    )
    inverse = np.where(keep, 1 / np.where(keep, values, 1.0), 0.0)
    return (vectors * inverse[..., None, :]) @ np.swapaxes(vectors, -1, -2)


def _select(S: np.ndarray | None, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """rows S columns' for stacks (S = None is the identity); plain indexing when both only pick coordinates (the dense, large case)."""
    if S is None:
        return rows @ np.swapaxes(columns, -1, -2)
    if S.ndim == 2 or len(S) == 1:
        left, right = _picks(rows), _picks(columns)
        if left is not None and right is not None:
            return S[..., left[:, None], right[None, :]]
    return rows @ S @ np.swapaxes(columns, -1, -2)


def _picks(rows: np.ndarray) -> np.ndarray | None:
    flat = rows.reshape(-1, rows.shape[-1]) if rows.ndim == 2 or len(rows) == 1 else None
    if flat is None or flat.shape[0] == 0 or np.count_nonzero(flat) != flat.shape[0]:
        return None
    index = flat.argmax(axis=1)
    return index if np.all(flat[np.arange(len(index)), index] == 1) else None


def _same_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """For each row of a, its place among the rows of b (in every member of the stack), or None."""
    if a.shape[-2] > b.shape[-2]:
        return None
    if np.array_equal(a, b[..., : a.shape[-2], :]):
        return np.arange(a.shape[-2])
    offset = b.shape[-2] - a.shape[-2]
    if np.array_equal(a, b[..., offset:, :]):
        return np.arange(offset, b.shape[-2])
    return None


def _solve_psd(S: np.ndarray, R: np.ndarray, floor: np.ndarray | float = 0.0) -> np.ndarray:
    """S^+ R for stacked PSD S; Cholesky decides whether the plain solve is safe. ``floor``: what counts as 0."""
    if S.shape[-1] == 0:
        return R
    try:
        pivots = np.diagonal(np.linalg.cholesky(S), axis1=-2, axis2=-1)
        least = pivots.min(axis=-1)
        if np.all(least > 1e-4 * pivots.max(axis=-1)) and np.all(least**2 > floor):
            return np.linalg.solve(S, R)
    except np.linalg.LinAlgError:
        pass
    return pseudo_inverse_psd(S, floor=floor) @ R


def solve_arrays(
    moment: np.ndarray | None,
    target: np.ndarray,
    inputs: np.ndarray,
    rank: int | np.ndarray,
    *,
    regressors: np.ndarray | None = None,
    heads: Sequence[tuple[float | np.ndarray, np.ndarray]] = (),
) -> ArraySolution:
    """Solve a stack of partial reduced-rank regressions in one batched call.

    Shapes: moment (b, m, m), target (b, p, m), inputs (b, d_u, m), regressors (b, d_v, m), each head
    (weight (b,), target (b, p_h, m)), rank (b,); moment None is the identity (a white base). Arrays without the leading axis are one problem.
    Raises `SymlamError` for NaN, a moment that is not PSD, or a rank below 1.

    >>> out = solve_arrays(np.diag([4.0, 1.0]), np.eye(2), np.eye(2), 1)
    >>> float(out.relaxed[0]), out.spectrum[0].tolist()
    (1.0, [4.0, 1.0])
    """
    T, U = _stacked(target), _stacked(inputs)
    S = None if moment is None else _stacked(moment)
    m = T.shape[-1]
    V = _stacked(regressors) if regressors is not None else np.zeros((1, 0, m))
    batch = max(len(x) for x in (S, T, U, V) if x is not None)
    ranks = np.broadcast_to(np.asarray(rank), (batch,))
    if not all(np.all(np.isfinite(x)) for x in (S, T, U, V) if x is not None):
        raise SymlamError("a moment or a linear form holds NaN or infinity", expected="finite numbers")
    if np.any(ranks < 1):
        raise SymlamError("a latent dimension is below 1", expected="k >= 1")
    if S is not None and np.any(np.diagonal(S, axis1=-2, axis2=-1) < 0):
        raise SymlamError("the moment matrix has a negative diagonal", expected="a PSD matrix")
    p = T.shape[-2]
    taus, scales = [np.broadcast_to(T, (batch, p, m)) if len(heads) else T], [np.ones((batch, p))]
    for weight, rows in heads:
        rows = _stacked(rows)
        taus.append(np.broadcast_to(rows, (batch, rows.shape[-2], m)))
        scales.append(
            np.sqrt(np.broadcast_to(np.asarray(weight, float), (batch,)))[:, None] * np.ones(rows.shape[-2])
        )
    tau = np.concatenate(taus, axis=-2) if len(heads) else T
    scale = np.concatenate(scales, axis=-1)

    du, dv, q = U.shape[-2], V.shape[-2], tau.shape[-2]
    # rows of u that are rows of v have no residual; when t is among u, t~ is predicted without error
    live = np.arange(du)
    if dv and _same_rows(V, U) is not None:
        live = np.setdiff1d(live, _same_rows(V, U))
    inside = _same_rows(tau, U[:, live]) if not len(heads) else None
    u = U[:, live] if len(live) < du else U
    Suu = _select(S, u, u)
    Stu = Suu[..., inside, :] if inside is not None else _select(S, tau, u)
    Stt = Suu[..., inside[:, None], inside] if inside is not None else _select(S, tau, tau)
    # residuals that cancel leave rounding noise of this size, which is not variance
    noise = NOISE * (np.diagonal(Stt, axis1=-2, axis2=-1) * scale**2).max(-1)
    input_noise = NOISE * np.diagonal(Suu, axis1=-2, axis2=-1).max(-1, initial=0.0)
    if dv:
        Svv = _select(S, V, V)
        both = (
            u
            if inside is not None
            else np.concatenate(
                [np.broadcast_to(u, (batch, *u.shape[1:])), np.broadcast_to(tau, (batch, *tau.shape[1:]))],
                axis=-2,
            )
        )
        Svb = _select(S, V, both)
        maps = _solve_psd(Svv, Svb)
        Svu, Ru = Svb[..., : len(live)], maps[..., : len(live)]
        Svt = Svu[..., inside] if inside is not None else Svb[..., len(live) :]
        Rt = Ru[..., inside] if inside is not None else maps[..., len(live) :]
        Suu = Suu - np.swapaxes(Svu, -1, -2) @ Ru
        Stu = Suu[..., inside, :] if inside is not None else Stu - np.swapaxes(Svt, -1, -2) @ Ru
        Stt = Suu[..., inside[:, None], inside] if inside is not None else Stt - np.swapaxes(Svt, -1, -2) @ Rt
        Ru_all = np.zeros((batch, du, dv))
        Ru_all[:, live] = np.swapaxes(Ru, -1, -2)
        dropped = np.setdiff1d(np.arange(du), live)
        if len(dropped):
            Ru_all[:, dropped] = np.eye(dv)
        on_v = (Ru_all, np.broadcast_to(np.swapaxes(Rt, -1, -2), (batch, q, dv)))
    else:
        on_v = (np.zeros((batch, du, 0)), np.zeros((batch, q, 0)))
    predictor = np.zeros((batch, q, du))
    if inside is not None:
        predictor[:, np.arange(q), live[inside]] = 1.0
        N = Stt
    else:
        W = np.swapaxes(_solve_psd(Suu, np.swapaxes(Stu, -1, -2), input_noise), -1, -2)
        predictor[:, :, live] = W
        N = W @ np.swapaxes(Stu, -1, -2)
        N = (N + np.swapaxes(N, -1, -2)) / 2 * (scale[:, :, None] * scale[:, None, :])
    N = np.broadcast_to(N, (batch, q, q))
    total = (np.diagonal(Stt, axis1=-2, axis2=-1) * scale**2).sum(-1)
    values, vectors = np.linalg.eigh(N)
    values, vectors = values[:, ::-1], vectors[:, :, ::-1]
    if np.any(values[:, -1] < -1e-7 * values[:, 0] - noise):
        raise SymlamError(
            "the moment matrix is not positive semidefinite",
            expected="x' S x >= 0 for every x",
            hint="check signs and that cross-moments fit the variances",
        )
    values = np.where(values > noise[:, None], values, 0.0)
    index = np.arange(q)
    kept = index[None, :] < ranks[:, None]
    relaxed = np.maximum(total - (values * kept).sum(-1), 0.0)
    kth = np.where(ranks <= q, np.take_along_axis(values, np.minimum(ranks, q)[:, None] - 1, 1)[:, 0], 0.0)
    slack = TIE * values[:, 0]
    first = (values > (kth + slack)[:, None]).sum(-1)
    last = (values >= (kth - slack)[:, None]).sum(-1)
    rows = np.swapaxes(vectors, -1, -2)
    if inside is not None and np.array_equal(inside, np.arange(q)):
        # predictor is [0 I]: placing columns is free, a product of size n^3 is not
        G = np.zeros((batch, q, du))
        G[:, :, live] = rows
    else:
        G = rows @ (predictor * scale[:, :, None])
    safe = np.where(scale > 0, scale, 1.0)
    decoders = vectors / safe[:, :, None]
    return ArraySolution(
        relaxed, values, vectors, first, last, decoders[:, :p], decoders[:, p:], G, predictor, on_v
    )


def _stacked(array: object) -> np.ndarray:
    array = np.asarray(array, dtype=float)
    if array.ndim not in (2, 3):
        raise SymlamError(
            f"an array has {array.ndim} axes", expected="(rows, columns) or (batch, rows, columns)"
        )
    return array if array.ndim == 3 else array[None]
