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
# order up to which a triangular system is solved as a general one; halving pays from four times that
_BLOCK = 64


@dataclass(frozen=True, eq=False)
class ArraySolution:
    """Batched minimisers; a leading axis b runs over problems.

    ``relaxed`` (b): the minimum, the heads' dependence on v left aside; ``spectrum`` (b, q), descending;
    ``vectors`` (b, q, q): eigenvectors in columns; ``first``, ``last`` (b): the eigenvalues first..last-1
    equal the k-th (so the optimum is unique up to gauge iff last == k); ``B`` (b, p, q) and ``E`` (b, q - p, q)
    hold the decoder and head columns of *all* directions, ``G`` (b, q, d_u) the encoder rows: a minimiser
    keeps the first k. ``on_v`` = (inputs, targets): their least-squares maps from v.
    """

    relaxed: np.ndarray
    spectrum: np.ndarray
    vectors: np.ndarray
    first: np.ndarray
    last: np.ndarray
    B: np.ndarray
    E: np.ndarray
    G: np.ndarray
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


class _Rows:
    """Stacked forms, and which coordinates they are where they only pick some (the dense, large case)."""

    def __init__(self, rows: np.ndarray, index: np.ndarray | None = None) -> None:
        self.rows, self.index = rows, index

    @classmethod
    def of(cls, rows: np.ndarray) -> _Rows:
        if len(rows) != 1 or not rows.shape[1] or np.count_nonzero(rows) != rows.shape[1]:
            return cls(rows)
        index = rows[0].argmax(axis=1)
        return cls(rows, index if np.all(rows[0, np.arange(len(index)), index] == 1) else None)

    def __getitem__(self, live: np.ndarray) -> _Rows:
        if len(live) == self.rows.shape[1]:
            return self
        return _Rows(self.rows[:, live], None if self.index is None else self.index[live])


def _moment(S: np.ndarray | None, a: _Rows, b: _Rows) -> np.ndarray:
    """a S b' for stacks (S = None is the identity); plain indexing where both only pick coordinates."""
    if S is None:
        return a.rows @ np.swapaxes(b.rows, -1, -2)
    if a.index is None or b.index is None:
        return a.rows @ S @ np.swapaxes(b.rows, -1, -2)
    i, j = _run(a.index), _run(b.index)
    return S[:, i, j] if i is not None and j is not None else S[:, a.index[:, None], b.index]


def _run(index: np.ndarray) -> slice | None:
    """The slice that a run of consecutive numbers is."""
    first, size = int(index[0]), len(index)
    return slice(first, first + size) if np.array_equal(index, np.arange(first, first + size)) else None


def _same_rows(a: _Rows, b: _Rows) -> np.ndarray | None:
    """For each row of a, its place among the rows of b (in every member of the stack), or None."""
    size, offset = a.rows.shape[-2], b.rows.shape[-2] - a.rows.shape[-2]
    if offset < 0:
        return None
    if a.index is not None and b.index is not None:
        at = [start for start in (0, offset) if np.array_equal(a.index, b.index[start : start + size])]
    else:
        at = [start for start in (0, offset) if np.array_equal(a.rows, b.rows[..., start : start + size, :])]
    return np.arange(at[0], at[0] + size) if at else None


def _solve_psd(
    S: np.ndarray, R: np.ndarray, floor: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray | None]:
    """S^+ R for stacked PSD S, and L^-1 R where a Cholesky factor L shows S to be well conditioned. ``floor``: what counts as 0."""
    if S.shape[-1] == 0:
        return R, None
    try:
        L = np.linalg.cholesky(S)
    except np.linalg.LinAlgError:
        return pseudo_inverse_psd(S, floor=floor) @ R, None
    pivots = np.diagonal(L, axis1=-2, axis2=-1)
    least = pivots.min(axis=-1)
    if not (np.all(least > 1e-4 * pivots.max(axis=-1)) and np.all(least**2 > floor)):
        return pseudo_inverse_psd(S, floor=floor) @ R, None
    if S.shape[-1] < 4 * _BLOCK:
        return np.linalg.solve(S, R), None
    half = _forward(L, R)
    # the upper triangle is a lower one read backwards
    back = np.swapaxes(L, -1, -2)[..., ::-1, ::-1]
    return _forward(back, half[..., ::-1, :])[..., ::-1, :], half


def _forward(L: np.ndarray, R: np.ndarray) -> np.ndarray:
    """L^-1 R for lower triangular L, by halves: matrix products do the work."""
    n = L.shape[-1]
    if n <= _BLOCK:
        return np.linalg.solve(L, R)
    h = n // 2
    out = np.empty(np.broadcast_shapes(L.shape[:-2], R.shape[:-2]) + R.shape[-2:])
    out[..., :h, :] = _forward(L[..., :h, :h], R[..., :h, :])
    out[..., h:, :] = _forward(L[..., h:, h:], R[..., h:, :] - L[..., h:, :h] @ out[..., :h, :])
    return out


def solve_arrays(
    moment: np.ndarray | None,
    target: np.ndarray,
    inputs: np.ndarray,
    rank: int | np.ndarray,
    *,
    regressors: np.ndarray | None = None,
    heads: Sequence[tuple[float | np.ndarray, np.ndarray]] = (),
    weights: np.ndarray | None = None,
) -> ArraySolution:
    """Solve a stack of partial reduced-rank regressions in one batched call.

    Shapes: moment (b, m, m), target (b, p, m), inputs (b, d_u, m), regressors (b, d_v, m), each head
    (weight (b,), target (b, p_h, m)), rank (b,), ``weights`` (p,) of the target's coordinates; moment None is the identity (a white base). Arrays without the leading axis are one problem.
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
    # a sum is finite only if every term is; the slow question is asked where it is not
    if not all(np.isfinite(x.sum()) or np.all(np.isfinite(x)) for x in (S, T, U, V) if x is not None):
        raise SymlamError("a moment or a linear form holds NaN or infinity", expected="finite numbers")
    if ranks.dtype.kind not in "iu":
        raise SymlamError("a latent dimension is not an integer", expected="k >= 1")
    if np.any(ranks < 1):
        raise SymlamError("a latent dimension is below 1", expected="k >= 1")
    if S is not None and np.any(np.diagonal(S, axis1=-2, axis2=-1) < 0):
        raise SymlamError("the moment matrix has a negative diagonal", expected="a PSD matrix")
    p = T.shape[-2]
    taus, scales = (
        [np.broadcast_to(T, (batch, p, m)) if len(heads) else T],
        [np.ones((batch, p)) if weights is None else np.broadcast_to(np.sqrt(weights), (batch, p))],
    )
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
    inputs_, regressors_, targets_ = _Rows.of(U), _Rows.of(V), _Rows.of(tau)
    same = _same_rows(regressors_, inputs_) if dv else None
    dropped = np.arange(0) if same is None else same
    live = np.setdiff1d(np.arange(du), dropped)
    plain = not len(heads) and weights is None
    inside = _same_rows(targets_, inputs_[live]) if plain else None
    if inside is None:
        # a row that is 0 in every member carries nothing: it costs no part of a decomposition
        live = live[np.any(U[:, live], axis=(0, 2))]
    u = inputs_[live]
    whole = inside is not None and np.array_equal(inside, np.arange(len(live)))

    def among(rows: np.ndarray) -> np.ndarray:
        return rows if whole else rows[..., inside, :]

    Suu = _moment(S, u, u)
    Stu = among(Suu) if inside is not None else _moment(S, targets_, u)
    Stt = (
        (Suu if whole else Suu[..., inside[:, None], inside])
        if inside is not None
        else _moment(S, targets_, targets_)
    )
    # residuals that cancel leave rounding noise of this size, which is not variance
    noise = NOISE * (np.diagonal(Stt, axis1=-2, axis2=-1) * scale**2).max(-1)
    input_noise = NOISE * np.diagonal(Suu, axis1=-2, axis2=-1).max(-1, initial=0.0)
    if dv:
        Svb = _moment(S, regressors_, u)
        if inside is None:
            Svt = np.broadcast_to(_moment(S, regressors_, targets_), (batch, dv, q))
            Svb = np.concatenate([np.broadcast_to(Svb, (batch, dv, len(live))), Svt], axis=-1)
        maps, half = _solve_psd(_moment(S, regressors_, regressors_), Svb)
        left, right = (half, half) if half is not None else (Svb, maps)
        n, Ru = len(live), maps[..., : len(live)]
        Suu = Suu - np.swapaxes(left[..., :n], -1, -2) @ right[..., :n]
        if inside is not None:
            Rt = Ru if whole else Ru[..., inside]
            Stu, Stt = among(Suu), Suu if whole else Suu[..., inside[:, None], inside]
        else:
            Rt = maps[..., n:]
            Stu = Stu - np.swapaxes(left[..., n:], -1, -2) @ right[..., :n]
            Stt = Stt - np.swapaxes(left[..., n:], -1, -2) @ right[..., n:]
        Ru_all = np.zeros((batch, du, dv))
        Ru_all[:, live] = np.swapaxes(Ru, -1, -2)
        if len(dropped):
            Ru_all[:, dropped] = np.eye(dv)
        on_v = (Ru_all, np.broadcast_to(np.swapaxes(Rt, -1, -2), (batch, q, dv)))
    else:
        on_v = (np.zeros((batch, du, 0)), np.zeros((batch, q, 0)))
    if inside is not None:
        N = Stt
    else:
        W = np.swapaxes(_solve_psd(Suu, np.swapaxes(Stu, -1, -2), input_noise)[0], -1, -2)
        N = W @ np.swapaxes(Stu, -1, -2)
        N = (N + np.swapaxes(N, -1, -2)) / 2 * (scale[:, :, None] * scale[:, None, :])
    N = np.broadcast_to(N, (batch, q, q))
    total = (np.diagonal(Stt, axis1=-2, axis2=-1) * scale**2).sum(-1)
    filled = np.flatnonzero(np.any(tau, axis=(0, 2)))
    values, vectors = _eigen(N, filled)
    if np.any(values.min(-1) < -1e-7 * values[:, 0] - noise):
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
    G = np.zeros((batch, q, du))
    if inside is not None:
        # tau~ is among u~: placing columns is free, a product of size n^3 is not
        G[:, :, live[inside]] = rows
    else:
        n, within = len(filled), np.ix_(np.arange(batch), np.arange(len(filled)), filled)
        G[:, :n, live] = rows[within] @ (W[:, filled] * scale[:, filled, None])
    safe = np.where(scale > 0, scale, 1.0)
    decoders = vectors / safe[:, :, None]
    return ArraySolution(relaxed, values, vectors, first, last, decoders[:, :p], decoders[:, p:], G, on_v)


def _eigen(N: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Descending eigenvalues and eigenvectors of stacked matrices that are 0 outside the rows and columns of ``index``."""
    if len(index) == N.shape[-1]:
        values, vectors = np.linalg.eigh(N)
        return values[:, ::-1], vectors[:, :, ::-1]
    b, q, n = len(N), N.shape[-1], len(index)
    inner, turned = np.linalg.eigh(N[:, index[:, None], index])
    values, vectors = np.zeros((b, q)), np.zeros((b, q, q))
    values[:, :n] = inner[:, ::-1]
    vectors[:, index[:, None], np.arange(n)] = turned[:, :, ::-1]
    vectors[:, np.setdiff1d(np.arange(q), index), np.arange(n, q)] = 1.0
    return values, vectors


def _stacked(array: object) -> np.ndarray:
    array = np.asarray(array, dtype=float)
    if array.ndim not in (2, 3):
        raise SymlamError(
            f"an array has {array.ndim} axes", expected="(rows, columns) or (batch, rows, columns)"
        )
    return array if array.ndim == 3 else array[None]
