"""Optimisers that know the loss and nothing else: alternating least squares and damped Newton.

They start at random and never form the closed form's eigenproblem; agreement with it is evidence.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from mpmath import mp

from symlam.numerics.arguments import positive_integer
from symlam.numerics.precise import mpf, mpmatrix, pseudo_inverse
from symlam.numerics.problem import Problem

__all__ = ["Found", "als", "descend_float64", "loss", "newton"]


@dataclass(frozen=True, eq=False)
class Found:
    """A point found by an optimiser: ``value`` = loss(A, B, G, E) and the ``iterations`` it took."""

    value: Any
    A: Any
    B: Any
    G: Any
    E: Any
    iterations: int


class _Moments:
    """Second moments of (v, u, t) and (u, heads), in whatever arithmetic ``convert`` produces."""

    def __init__(self, problem: Problem, convert: Any, pinv: Any, root: Any) -> None:
        S, V, U, T = problem.moment, problem.regressors, problem.inputs, problem.target
        self.heads = [head for head in problem.heads if head.weight]
        self.weights = [head.weight for head in self.heads for _ in head.target.num]
        self.vv, self.uv, self.tv = convert(V @ S @ V.T), convert(U @ S @ V.T), convert(T @ S @ V.T)
        self.uu, self.tu, self.tt = convert(U @ S @ U.T), convert(T @ S @ U.T), convert(T @ S @ T.T)
        # a target with weights is one without, in coordinates times their roots
        self.roots = [root(x) for x in problem.weights]
        self.tv, self.tu = self.scaled(self.tv), self.scaled(self.tu)
        self.tt = self.scaled(self.scaled(self.tt).T)
        H = None
        for head in self.heads:
            H = head.target if H is None else H.stack(head.target)
        self.hu: Any = convert(H @ S @ U.T) if H else None
        self.hh = list((H @ S @ H.T).fractions()) if H else []
        self.has_v = bool(V.num)
        self.p, self.du, self.dv, self.ph = len(T.num), len(U.num), len(V.num), len(H.num) if H else 0
        if self.has_v:
            on_v = pinv(self.vv)
            self.uu_r = self.uu - self.uv @ on_v @ self.uv.T
            self.tu_r = self.tu - self.tv @ on_v @ self.uv.T
            self.on_v = on_v
        else:
            self.uu_r, self.tu_r = self.uu, self.tu

    def scaled(self, M: Any, power: int = 1) -> Any:
        """The rows of M, one for each coordinate of the target, times these powers of the roots of the weights."""
        if not self.roots:
            return M
        M = M.copy()
        for i, x in enumerate(self.roots):
            M[i, :] = M[i, :] * x**power
        return M


def _root(value: Any) -> Any:
    return mp.sqrt(mpf(value))


def _trace(M: Any) -> Any:
    total = M[0, 0] * 0
    for i in range(min(M.rows, M.cols) if hasattr(M, "rows") else min(M.shape)):
        total = total + M[i, i]
    return total


def _loss(moments: _Moments, A: Any, B: Any, G: Any, E: Any, number: Any) -> Any:
    K = B @ G
    value = _trace(moments.tt) - 2 * _trace(K @ moments.tu.T) + _trace(K @ moments.uu @ K.T)
    if moments.has_v:
        value = value + _trace(A @ moments.vv @ A.T) - 2 * _trace(A @ moments.tv.T)
        value = value + 2 * _trace(K @ moments.uv @ A.T)
    if moments.ph:
        H = E @ G
        cross, square = H @ moments.hu.T, H @ moments.uu @ H.T
        for i, weight in enumerate(moments.weights):
            value = value + number(weight) * (number(moments.hh[i][i]) - 2 * cross[i, i] + square[i, i])
    return value


def loss(problem: Problem, A: Any, B: Any, G: Any, E: Any) -> Any:
    """The loss at (A, B, G, E) in mpmath; E stacks the heads of positive weight (p_h x k).

    >>> p = Problem(moment=[[2, 0], [0, 1]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> loss(p, mp.matrix(2, 0), mp.matrix([[1], [0]]), mp.matrix([[1, 0]]), mp.matrix(0, 1))
    mpf('1.0')
    """
    moments = _Moments(problem, mpmatrix, pseudo_inverse, _root)
    return _loss(moments, moments.scaled(A), moments.scaled(B), G, E, mpf)


def _regress(moments: _Moments, G: Any, pinv: Any) -> Any:
    """Best A, B, E for given G (exact block minimisation)."""
    latent = pinv(G @ moments.uu_r @ G.T)
    B = moments.tu_r @ G.T @ latent
    A = (moments.tv - B @ G @ moments.uv) @ moments.on_v if moments.has_v else moments.tu[:, :0]
    E = moments.hu @ G.T @ pinv(G @ moments.uu @ G.T) if moments.ph else None
    return A, B, E


def _alternate(
    moments: _Moments, G: Any, pinv: Any, number: Any, sweeps: int, tolerance: float, kron_solve: Any
) -> Any:
    A, B, E = _regress(moments, G, pinv)
    value = _loss(moments, A, B, G, E, number)
    free = pinv(moments.uu_r)
    for sweep in range(1, sweeps + 1):
        G = kron_solve(moments, B, E) if moments.ph else pinv(B.T @ B) @ B.T @ moments.tu_r @ free
        A, B, E = _regress(moments, G, pinv)
        new = _loss(moments, A, B, G, E, number)
        if abs(value - new) <= tolerance * abs(value) and sweep > 3:
            value = new
            break
        value = new
    return value, A, B, G, E, sweep


def als(
    problem: Problem, *, digits: int = 50, seed: int = 0, sweeps: int = 5000, start: object | None = None
) -> Found:
    """Alternating least squares in mpmath from a random start, until the loss moves less than 10^-digits.

    Given G the other maps are regressions; given B and the heads, (A, G) is one linear system. Raises
    `SymlamError` when ``digits`` or ``sweeps`` is not a positive integer.

    >>> p = Problem(moment=[[4, 0], [0, 1]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> mp.nstr(als(p, digits=30).value, 20)
    '1.0'
    """
    positive_integer("digits", digits)
    positive_integer("sweeps", sweeps)
    with mp.workdps(2 * digits + 20):
        moments = _Moments(problem, mpmatrix, pseudo_inverse, _root)
        G = start if start is not None else _random(problem.rank, moments.du, random.Random(seed))
        value, A, B, G, E, count = _alternate(
            moments, G, pseudo_inverse, mpf, sweeps, mp.mpf(10) ** (-digits - 5), _kron_mpmath
        )
        A, B = moments.scaled(A, -1), moments.scaled(B, -1)
        return Found(value, A, B, G, E if E is not None else mp.matrix(0, problem.rank), count)


def _random(rows: Any, cols: Any, generator: Any) -> Any:
    out = mp.matrix(rows, cols)
    for i in range(rows):
        for j in range(cols):
            out[i, j] = mp.mpf(generator.gauss(0, 1))
    return out


def _kron_mpmath(moments: _Moments, B: Any, E: Any) -> Any:
    """Solve B'B G uu~ + E'DE G uu = B'tu~ + E'D hu for G (vectorised normal equations)."""
    k, du = B.cols, moments.du
    weighted = E.copy()
    for i, weight in enumerate(moments.weights):
        for j in range(k):
            weighted[i, j] = weighted[i, j] * mpf(weight)
    left, right = B.T @ B, weighted.T @ E
    goal = B.T @ moments.tu_r + weighted.T @ moments.hu
    system, rhs = mp.matrix(k * du, k * du), mp.matrix(k * du, 1)
    for a in range(k):
        for i in range(du):
            rhs[a * du + i] = goal[a, i]
            for b in range(k):
                for j in range(du):
                    system[a * du + i, b * du + j] = (
                        left[a, b] * moments.uu_r[j, i] + right[a, b] * moments.uu[j, i]
                    )
    solution = pseudo_inverse(system) @ rhs
    G = mp.matrix(k, du)
    for a in range(k):
        for i in range(du):
            G[a, i] = solution[a * du + i]
    return G


def descend_float64(problem: Problem, G: Any, *, sweeps: int = 1500) -> Any:
    """Alternating least squares in float64 from G and from random starts; a feasible value, not a certified minimum."""
    import numpy as np

    def convert(matrix: Any) -> Any:
        return np.array(matrix.floats()).reshape(matrix.shape)

    def pinv(M: Any) -> Any:
        return np.linalg.pinv(M, rcond=1e-12, hermitian=True)

    def kron(moments: _Moments, B: Any, E: Any) -> Any:
        D = np.array([float(weight) for weight in moments.weights])
        left, right = B.T @ B, (E.T * D) @ E
        goal = B.T @ moments.tu_r + (E.T * D) @ moments.hu
        system = np.kron(left, moments.uu_r.T) + np.kron(right, moments.uu.T)
        return np.linalg.lstsq(system, goal.ravel(), rcond=1e-12)[0].reshape(G.shape)

    moments = _Moments(problem, convert, pinv, lambda x: float(x) ** 0.5)
    rng = np.random.default_rng(0)
    found = []
    # the given start may be a saddle (zero rows stay zero), so two random ones are tried as well
    for start in (G, *(rng.standard_normal(G.shape) for _ in range(2))):
        found.append(_alternate(moments, start, pinv, float, sweeps, 1e-14, kron))
    value, A, B, G, E, _ = min(found, key=lambda one: one[0])
    A, B = moments.scaled(A, -1), moments.scaled(B, -1)
    return float(value), (A, B, G, E if E is not None else np.zeros((0, problem.rank)))


def newton(problem: Problem, *, digits: int = 50, seed: int = 0, steps: int = 300) -> Found:
    """Damped Newton in mpmath on all entries of (A, B, G, E) from a random start.

    Gradient and Hessian are those of the quartic loss, taken entry by entry; the damping (Levenberg-Marquardt)
    keeps the gauge directions, along which the loss is flat, from blowing up. For small problems.

    >>> p = Problem(moment=[[4, 0], [0, 1]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> mp.nstr(newton(p, digits=30).value, 20)
    '1.0'
    """
    positive_integer("digits", digits)
    positive_integer("steps", steps)
    with mp.workdps(digits + 30):
        moments = _Moments(problem, mpmatrix, pseudo_inverse, _root)
        k, generator = problem.rank, random.Random(seed)
        shapes = [(moments.p, moments.dv), (moments.p, k), (k, moments.du), (moments.ph, k)]
        sizes = [a * b for a, b in shapes]
        n = sum(sizes)
        x = [mp.mpf(generator.gauss(0, 1)) for _ in range(n)]

        def unpack(x: Any) -> Any:
            out, start = [], 0
            for (rows, cols), size in zip(shapes, sizes, strict=True):
                M = mp.matrix(rows, cols)
                for i in range(rows):
                    for j in range(cols):
                        M[i, j] = x[start + i * cols + j]
                out.append(M)
                start += size
            return out

        D = [mpf(weight) for weight in moments.weights]

        def gradient(x: Any) -> Any:
            A, B, G, E = unpack(x)
            K = B @ G
            # d/dK of the reconstruction part, half of it
            slope = K @ moments.uu - moments.tu
            grad = []
            if moments.has_v:
                slope = slope + A @ moments.uv.T
                grad += list(A @ moments.vv - moments.tv + K @ moments.uv)
            grad += list(slope @ G.T)
            towards_G = B.T @ slope
            towards_E = []
            if moments.ph:
                error = E @ G @ moments.uu - moments.hu
                for i in range(moments.ph):
                    for j in range(moments.du):
                        error[i, j] *= D[i]
                towards_G = towards_G + E.T @ error
                towards_E = list(error @ G.T)
            return [2 * g for g in grad + list(towards_G) + towards_E]

        def value(x: Any) -> Any:
            A, B, G, E = unpack(x)
            return _loss(moments, A, B, G, E, mpf)

        current, damping, count = value(x), mp.mpf(1), 0
        ceiling = mp.mpf(10) ** mp.dps
        grad = gradient(x)
        for count in range(1, steps + 1):  # noqa: B007 (reported when the loop ends)
            size = max(abs(g) for g in grad)
            if size <= mp.mpf(10) ** (-digits // 2 - 8) * (1 + abs(current)):
                break
            hessian = _hessian(gradient, x, grad)
            while True:
                shifted = hessian.copy()
                for i in range(n):
                    shifted[i, i] += damping
                accepted = False
                try:
                    step = mp.cholesky_solve(shifted, mp.matrix([-g for g in grad]))
                    trial = [a + b for a, b in zip(x, step, strict=True)]
                    new = value(trial)
                    accepted = new <= current
                except ValueError:
                    pass
                if accepted or damping > ceiling:
                    break
                damping *= 8
            if not accepted:
                # no step lowers the loss at this precision: this is as far as descent gets
                break
            x, current = trial, new
            grad = gradient(x)
            damping = min(damping / 10, max(abs(g) for g in grad))
        A, B, G, E = unpack(x)
        return Found(current, moments.scaled(A, -1), moments.scaled(B, -1), G, E, count)


def _hessian(gradient: Any, x: Any, base: Any) -> Any:
    """Hessian columns from differences of the exact gradient (a cubic): central, so the error is O(h^2)."""
    n, h = len(x), mp.mpf(10) ** (-mp.dps // 3)
    H = mp.matrix(n, n)
    for j in range(n):
        up, down = list(x), list(x)
        up[j] += h
        down[j] -= h
        for i, (a, b) in enumerate(zip(gradient(up), gradient(down), strict=True)):
            H[i, j] = (a - b) / (2 * h)
    return (H + H.T) / 2
