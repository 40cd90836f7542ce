"""Extremes of the error of least-squares heads over a family of latents, with an upper bound that is proved.

In coordinates that are orthonormal on the training distribution a latent is a projector P, and every error is
f(P) = sum_i w_i (p_i' Psi p_i - 2 e_i' p_i) + constant with p_i = P c_i: one term for each coordinate of a target, c_i its
covariance with the coordinates in training, e_i in evaluation, Psi the moment of the coordinates in evaluation.

A `Family` is the set of P whose range has a dimension between ``least`` and ``most`` and meets the tied coordinates (the first
``tied``) in at most ``kept`` dimensions. `greatest` returns a value that a member attains and a bound that none exceeds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Family", "Function", "greatest"]

# what float64 leaves of a zero, relative to the scale of a matrix
_ROUNDING = 1e-11
_ASCENTS = 80
_TANGENTS = 60
_CLOSE = 1e-10


@dataclass(frozen=True)
class Family:
    """Projectors on R^n with ``least`` <= rank <= ``most`` whose component along the first ``tied`` axes has rank <= ``kept``.

    ``apart``: the range is a sum of a kept-dimensional subspace of the tied axes and one of the others.
    """

    size: int
    tied: int
    kept: int
    least: int
    most: int
    apart: bool = False

    @property
    def bound_by_ties(self) -> bool:
        """Whether the condition on the tied axes excludes anything."""
        return self.tied > self.kept and self.most > self.kept


@dataclass(frozen=True, eq=False)
class Function:
    """f(P) = sum_i w_i (p_i' Psi p_i - 2 e_i' p_i), p_i = P c_i; c and e are n x rows, w has one weight for each row."""

    c: np.ndarray
    e: np.ndarray
    w: np.ndarray
    moment: np.ndarray

    @property
    def linear(self) -> np.ndarray:
        """The symmetric M of f(P) = tr P M + tr P Psi P C."""
        cross = (self.c * self.w) @ self.e.T
        return -(cross + cross.T)

    @property
    def square(self) -> np.ndarray:
        """The symmetric C."""
        return (self.c * self.w) @ self.c.T

    def negative(self) -> Function:
        """-f."""
        return Function(self.c, self.e, -self.w, self.moment)

    def at(self, frame: np.ndarray) -> float:
        """f at the projector on the columns of an orthonormal frame."""
        p = frame @ (frame.T @ self.c)
        return float((self.w * ((p * (self.moment @ p)).sum(0) - 2 * (self.e * p).sum(0))).sum())


def greatest(f: Function, family: Family) -> tuple[float, float]:
    """(a value of f that some member attains, a bound on f over the family); equal where a closed form exists."""
    if not family.size:
        return 0.0, 0.0
    psi = _multiple(f.moment)
    square = f.square
    gamma = _multiple(square)
    if psi is not None or gamma is not None:
        # P Psi P = psi P, or tr P Psi P = tr P Psi: the function is linear in P
        kernel = f.linear + (psi * square if psi is not None else gamma * f.moment)
        value, bound, _ = _schubert(kernel, family)
        return value, bound
    low, high = np.linalg.eigvalsh(f.moment)[[0, -1]]
    values, vectors = np.linalg.eigh(square)
    plus, minus = ((vectors * np.maximum(sign * values, 0)) @ vectors.T for sign in (1, -1))
    _, bound, start = _schubert(f.linear + high * plus - low * minus, family)
    starts = [start, _of_rows(f, family)]
    starts += [_schubert(f.linear + at * square, family)[2] for at in (low, (low + high) / 2, high)]
    value = max(_ascend(f, family, frame) for frame in starts if frame is not None)
    sharpers: tuple[Callable[[], float], ...] = (
        lambda: _envelope(f, family, (low, high), (values[0], values[-1])),
        lambda: _by_rows(f, family),
        lambda: _tangent(f.linear + high * plus, minus, f.moment, family),
    )
    for sharper in sharpers:
        if bound - value > _CLOSE:
            bound = min(bound, sharper())
    return value, max(bound, value)


def _envelope(f: Function, family: Family, psi: tuple[float, float], gamma: tuple[float, float]) -> float:
    """In a frame x_1, ... of the range that diagonalises P Psi P, f is the sum of (x' Psi x)(x' C x) + x' M x over the frame.

    McCormick's two planes above the product of two bounded numbers, and every mixture of the planes, are quadratic in x.
    """
    eye = np.eye(family.size)
    planes = [
        f.linear + psi[i] * f.square + gamma[1 - i] * f.moment - psi[i] * gamma[1 - i] * eye for i in (1, 0)
    ]

    def bound(share: float) -> float:
        return _schubert(planes[0] + share * (planes[1] - planes[0]), family)[1]

    low, high, ratio = 0.0, 1.0, (np.sqrt(5) - 1) / 2
    inner = [high - ratio, low + ratio]
    values = [bound(x) for x in inner]
    best = min(bound(0.0), bound(1.0), *values)
    for _ in range(12):
        if values[0] <= values[1]:
            high, inner, values = inner[1], [0.0, inner[0]], [0.0, values[0]]
            inner[0] = high - ratio * (high - low)
            values[0] = bound(inner[0])
        else:
            low, inner, values = inner[0], [inner[1], 0.0], [values[1], 0.0]
            inner[1] = low + ratio * (high - low)
            values[1] = bound(inner[1])
        best = min(best, *values)
    return best


def _multiple(matrix: np.ndarray) -> float | None:
    """The number that the matrix is a multiple of the identity by, or None."""
    number = float(np.trace(matrix)) / len(matrix)
    scale = max(np.abs(matrix).max(), 1e-300)
    return (
        number if np.abs(matrix - number * np.eye(len(matrix))).max() <= _ROUNDING * max(scale, 1.0) else None
    )


def _top(kernel: np.ndarray, least: int, most: int) -> tuple[float, np.ndarray]:
    """Ky Fan: the greatest trace over projectors of rank least..most, and a frame that has it."""
    values, vectors = np.linalg.eigh(kernel)
    values, vectors = values[::-1], vectors[:, ::-1]
    count = min(max(least, int((values[:most] > 0).sum())), len(values))
    return float(values[:count].sum()), vectors[:, :count]


def _schubert(kernel: np.ndarray, family: Family) -> tuple[float, float, np.ndarray]:
    """The greatest tr P K over the family: attained value, bound, and the frame that attains it."""
    n, t, c = family.size, family.tied, family.kept
    T, U = slice(0, t), slice(t, n)
    scale = max(np.abs(kernel).max(), 1e-300)
    if family.apart:
        first, a = _top(kernel[T, T], min(c, t), min(c, t))
        second, b = _top(kernel[U, U], family.least - min(c, t), family.most - min(c, t))
        return first + second, first + second, _beside(a, b)
    if not family.bound_by_ties:
        value, frame = _top(kernel, min(family.least, n), min(family.most, n))
        return value, value, frame
    if t == n:
        value, frame = _top(kernel, min(family.least, c), min(family.most, c))
        return value, value, frame
    if np.abs(kernel[T, U]).max() <= _ROUNDING * scale:
        return _split(kernel, family)
    if _invariant(kernel, t, scale):
        value, frame = _given(kernel, family, np.eye(t)[:, :c])
        return value, value, frame
    bound = -np.inf
    everything, inside = np.linalg.eigvalsh(kernel)[::-1], np.linalg.eigvalsh(kernel[U, U])[::-1]
    for d in range(family.least, min(family.most, c + n - t) + 1):
        # d dimensions, of which at least d - c lie across the ties
        bound = max(
            bound,
            min(everything[:d].sum(), inside[: max(d - c, 0)].sum() + everything[: min(c, d)].sum()),
        )
    found = []
    _, vectors = np.linalg.eigh(kernel[T, T])
    free = _top(kernel, family.least, min(family.most, n))[1]
    for turn in (vectors[:, ::-1][:, :c], vectors[:, :c], _span(free[T], c)):
        for _ in range(6):
            found.append(_given(kernel, family, turn))
            # the gradient of the Ky Fan sum along the ties
            P = found[-1][1] @ found[-1][1].T
            turn = _span((kernel @ P)[T], c)
    value, where = max(found, key=lambda one: one[0])
    return value, max(float(bound), value), where


def _beside(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    out = np.zeros((len(a) + len(b), a.shape[1] + b.shape[1]))
    out[: len(a), : a.shape[1]], out[len(a) :, a.shape[1] :] = a, b
    return out


def _span(rows: np.ndarray, count: int) -> np.ndarray:
    return np.linalg.svd(rows, full_matrices=True)[0][:, :count]


def _given(kernel: Any, family: Family, turn: np.ndarray) -> tuple[float, np.ndarray]:
    """The greatest trace where the tied part lies in the columns of ``turn``."""
    t, n = family.tied, family.size
    basis = _beside(turn, np.eye(n - t))
    value, frame = _top(basis.T @ kernel @ basis, family.least, min(family.most, basis.shape[1]))
    return value, basis @ frame


def _split(kernel: Any, family: Family) -> tuple[float, float, np.ndarray]:
    """Nothing couples the ties to the rest, so P may be pinched to blocks: best numbers of leading eigenvectors of each."""
    t, c, rest = family.tied, family.kept, family.size - family.tied
    first, a = (x[..., ::-1] for x in np.linalg.eigh(kernel[:t, :t]))
    second, b = (x[..., ::-1] for x in np.linalg.eigh(kernel[t:, t:]))
    one, two = np.concatenate([[0.0], np.cumsum(first)]), np.concatenate([[0.0], np.cumsum(second)])
    sums = [
        (one[j] + two[i], j, i)
        for j in range(min(c, t) + 1)
        for i in range(max(family.least - j, 0), min(family.most - j, rest) + 1)
    ]
    value, j, i = max(sums)
    return float(value), float(value), _beside(a[:, :j], b[:, :i])


def _invariant(kernel: Any, t: int, scale: float) -> bool:
    """Whether K restricted to T' + U has the same spectrum for every T' of one dimension.

    The Schur complement K_TT - K_TU (K_UU - z)^-1 K_UT is then a multiple of the identity for every z, which is to say
    that K_TT and K_TU E K_UT are, for every eigenprojector E of K_UU.
    """
    if not _near_multiple(kernel[:t, :t], scale):
        return False
    values, vectors = np.linalg.eigh(kernel[t:, t:])
    cross = kernel[:t, t:] @ vectors
    edges = [0, *(np.flatnonzero(np.diff(values) > 1e-9 * scale) + 1), len(values)]
    return all(
        _near_multiple(cross[:, a:b] @ cross[:, a:b].T, scale**2) for a, b in itertools.pairwise(edges)
    )


def _near_multiple(matrix: Any, scale: float) -> bool:
    mean = np.trace(matrix) / len(matrix)
    return bool(np.abs(matrix - mean * np.eye(len(matrix))).max() <= _ROUNDING * scale)


# --- evaluation under another distribution: f is quadratic in P ---------------------------------------------------


def _on_sphere(psi: Any, c: Any, e: Any, sign: float) -> tuple[float, np.ndarray]:
    """Upper bound of sign (p' Psi p - 2 e' p) over the sphere |p|^2 = p' c, and a point of the sphere near it.

    With p = c/2 + x this is a trust-region problem; its Lagrange dual is a bound for every multiplier, and has no gap at the best.
    """
    values, vectors = psi
    q = sign * values
    half = vectors.T @ c / 2
    slope = q * half - sign * (vectors.T @ e)
    base = float(half @ (q * half) - 2 * sign * (half @ (vectors.T @ e)))
    radius = float(half @ half)
    if radius <= 1e-300:
        return 0.0, np.zeros_like(c)
    peak = q.max()
    # wide enough to move the multiplier off the leading eigenvalue in float64
    width = max(float(np.linalg.norm(slope)) / np.sqrt(radius), 1e-14 * abs(peak), 1e-300)
    low, high = peak, peak + 2 * width
    for _ in range(64):
        middle = (low + high) / 2
        gap = middle - q
        if (
            np.any((gap <= 0) & (np.abs(slope) > 0))
            or ((slope / np.maximum(gap, 1e-150)) ** 2).sum() > radius
        ):
            low = middle
        else:
            high = middle
    gap = np.maximum(high - q, 1e-300)
    inner = np.where(np.abs(slope) > 0, slope / gap, 0.0)
    bound = base + high * radius + float((slope * inner).sum())
    rest = radius - float(inner @ inner)
    if rest > 1e-12 * radius:
        # the multiplier sits on the leading eigenvalue, whose eigenvector fills the sphere up
        inner[int(q.argmax())] += np.sqrt(rest)
    inner *= np.sqrt(radius / max(float(inner @ inner), 1e-300))
    return bound, vectors @ (half + inner)


def _by_rows(f: Function, family: Family) -> float:
    """Each p_i lies on a sphere, whatever the others do; where all rows are alike, only as many as the rank can move."""
    psi = np.linalg.eigh(f.moment)
    found = [
        (_on_sphere(psi, c, e, np.sign(w))[0] * abs(w) if w else 0.0)
        for c, e, w in zip(f.c.T, f.e.T, f.w, strict=True)
    ]
    total = sum(max(x, 0.0) for x in found)
    live = int((np.abs(f.c).max(0) > 1e-12).sum())
    # where every c_i is tied, the p_i span no more than P leaves of the ties
    inside = family.bound_by_ties and np.abs(f.c[family.tied :]).max(initial=0.0) <= 1e-12
    moving = family.kept if inside else family.most
    if live > moving and _alike(f, psi):
        return max(found) * moving
    return total


def _tangent(linear: Any, minus: Any, psi: Any, family: Family) -> float:
    """Bound tr P A - tr P Psi P B, concave for B >= 0, by its tangent planes: any Q gives one, Frank and Wolfe's steps find a good Q."""
    Q = np.eye(family.size) * (min(family.most, family.size) / family.size)
    best = np.inf
    for _ in range(_TANGENTS):
        square = psi @ Q @ minus
        slope = linear - square - square.T
        _, bound, frame = _schubert(slope, family)
        best = min(best, bound + float((Q * square).sum()))
        step = frame @ frame.T - Q
        rise = float((step * slope).sum())
        curve = float((step * (psi @ step @ minus)).sum())
        if rise <= 1e-11 * max(1.0, abs(best)):
            break
        Q = Q + step * (min(1.0, rise / (2 * curve)) if curve > 0 else 1.0)
    return best


def _alike(f: Function, psi: Any) -> bool:
    """Whether turning the rows into each other changes no bound: all their Gram matrices are multiples of one identity."""
    if np.ptp(f.w) > _ROUNDING * np.abs(f.w).max():
        return False
    rows = np.abs(f.c).max(0) > 1e-12
    c, e = psi[1].T @ f.c[:, rows], psi[1].T @ f.e[:, rows]
    scale = max((c**2).sum(), (e**2).sum())
    edges = [0, *(np.flatnonzero(np.diff(psi[0]) > 1e-9 * max(psi[0][-1], 1e-300)) + 1), len(psi[0])]
    return all(
        _near_multiple(x[a:b].T @ y[a:b] + y[a:b].T @ x[a:b], scale)
        for a, b in itertools.pairwise(edges)
        for x, y in ((c, c), (c, e), (e, e))
    )


def _of_rows(f: Function, family: Family) -> np.ndarray | None:
    """A frame that holds the best p_i of as many rows as fit; filled up with directions that change no p_i where there are some."""
    if family.apart or not family.most:
        return None
    psi, t = np.linalg.eigh(f.moment), family.tied
    found = [
        (*_on_sphere(psi, c, e, np.sign(w)), abs(w)) for c, e, w in zip(f.c.T, f.e.T, f.w, strict=True) if w
    ]
    chosen = np.zeros((family.size, 0))
    for bound, point, weight in sorted(found, key=lambda x: -x[0] * x[2]):
        more = np.concatenate([chosen, point[:, None]], axis=1)
        fits = np.linalg.matrix_rank(more[:t], tol=1e-9) <= family.kept if family.bound_by_ties else True
        if bound * weight > 0 and fits and more.shape[1] <= family.most:
            chosen = more
    frame = np.linalg.qr(chosen)[0]
    lack = family.least - frame.shape[1]
    if lack <= 0:
        return frame
    taken = np.eye(family.size)[:, :t] if family.bound_by_ties else frame[:, :0]
    for rest in (np.concatenate([frame, f.c, f.e, taken], axis=1), np.concatenate([frame, taken], axis=1)):
        left, values, _ = np.linalg.svd(rest, full_matrices=True)
        spare = left[:, int((values > 1e-9 * max(values.max(initial=0.0), 1e-300)).sum()) :]
        if spare.shape[1] >= lack:
            return np.concatenate([frame, spare[:, :lack]], axis=1)
    return None


def _ascend(f: Function, family: Family, frame: np.ndarray) -> float:
    """Raise f by the linear function below it at each point, at fixed rank; every value is attained."""
    M, C, psi = f.linear, f.square, f.moment
    values = np.linalg.eigvalsh(C)
    # f is convex where C is positive semidefinite; else a proximal term keeps the steps monotone
    prox = (
        0.0
        if values[0] >= -1e-12 * max(values[-1], 1e-300)
        else 2 * np.linalg.norm(psi, 2) * np.abs(values).max()
    )
    best = f.at(frame)
    here = Family(family.size, family.tied, family.kept, frame.shape[1], frame.shape[1], family.apart)
    for _ in range(_ASCENTS):
        P = frame @ frame.T
        slope = psi @ P @ C
        trial = _schubert(M + slope + slope.T + prox * P, here)[2]
        value = f.at(trial)
        if value <= best + 1e-13 * max(1.0, abs(best)):
            break
        best, frame = value, trial
    return best
