"""Where X, Y and Pi lie relative to each other, exactly, in as few dimensions as it takes.

Only the relative position of the column spaces matters, so the columns of X become the first d_a unit vectors and
everything lives in their joint span; the rest of R^{d_o} is isotropic.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["effect_matrices"]

GRID = 2**12


@lru_cache(maxsize=256)
def effect_matrices(d_o: int, d_a: int, d_b: int, policy: str | None, effects: str, seed: int) -> Any:
    """X (s x d_a), Y (s x d_b), Pi (d_a x s) as object arrays of Fraction, and s, the dimension of their span.

    d_b = 0 leaves Y empty; ``policy`` None leaves Pi empty, else it is "orthogonal", "aligned" or "random". Drawn
    matrices are products of Householder reflections with vectors on a grid: exactly orthonormal and rational.
    """
    rng = np.random.default_rng(seed)
    drawn_y, drawn_p = effects == "random" and d_b > 0, policy == "random"
    s = min(d_o, d_a + d_b + (d_a if policy in ("orthogonal", "random") else 0))
    X = _units(s, range(d_a))
    if drawn_y or drawn_p:
        # the drawn directions in R^{d_o}, rotated so that X comes first and the rest is triangular
        wide = [rng.standard_normal((d_o, n)) for n, drawn in ((d_b, drawn_y), (d_a, drawn_p)) if drawn]
        frames = [np.linalg.qr(block)[0] for block in wide]
        joint = np.concatenate(frames, axis=1)
        low = joint[d_a:]
        if low.shape[0]:
            triangle: Any = np.linalg.qr(low, mode="r")
            low = triangle
        top = np.concatenate([joint[:d_a], low])
        top = np.concatenate([top, np.zeros((max(0, s - len(top)), top.shape[1]))])[:s]
        blocks, start = [], 0
        for frame in frames:
            blocks.append(_exactly_orthonormal(top[:, start : start + frame.shape[1]]))
            start += frame.shape[1]
    else:
        blocks = []
    Y = blocks.pop(0) if drawn_y else _units(s, range(d_a, d_a + d_b))
    if policy is None:
        Pi = np.zeros((0, s), dtype=object)
    elif policy == "aligned":
        Pi = X.T
    elif drawn_p:
        Pi = blocks.pop(0).T
    else:
        Pi = _units(s, range(s - d_a, s)).T
    return X, Y, Pi, s


def _units(s: int, index: Any) -> np.ndarray:
    out = np.full((s, len(index)), Fraction(0), dtype=object)
    for column, row in enumerate(index):
        out[row, column] = Fraction(1)
    return out


def _exactly_orthonormal(frame: np.ndarray) -> np.ndarray:
    """A rational matrix with exactly orthonormal columns close to ``frame`` (s x n, orthonormal)."""
    s, n = frame.shape
    work, vectors, signs = frame.copy(), [], []
    for j in range(n):
        x = work[j:, j]
        sign = 1.0 if x[0] >= 0 else -1.0
        v = np.zeros(s)
        v[j:] = x
        v[j] += sign * np.linalg.norm(x)
        grid = np.rint(v / max(np.abs(v).max(), 1e-300) * GRID)
        vectors.append([int(y) for y in grid])
        signs.append(int(-sign))
        work = work - 2 * np.outer(grid, grid @ work) / (grid @ grid)
    out = _units(s, range(n)) * np.array(signs, dtype=object)
    for entries in reversed(vectors):
        w: np.ndarray = np.array([Fraction(x) for x in entries], dtype=object)
        out = out - np.outer(w, w @ out) * (2 / (w @ w))
    return out
