"""Errors of least-squares heads on a latent, and their ranges over a set of optimal latents (M2).

Rows over a white base vector are vectors of L^2: a latent is the span Z of its rows, and the share of a target y that
heads on Z explain is tr(P_Z y'y) / Var y. Over all Z with fixed <= Z <= fixed + candidates of a given dimension this is
a trace over a Grassmannian, so its extremes are sums of extreme eigenvalues (Ky Fan).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symlam.numerics.float64 import pseudo_inverse_psd
from symlam.scenario.definition import Scenario

__all__ = ["METRICS", "SIGNS", "combine", "errors", "ranges"]

METRICS = Scenario.metrics
_TARGETS = ("q", "eps", "o")
SIGNS = (-1.0, 1.0, 1.0)  # LLO = - action + noise + observation


def errors(
    fit: Any,
    test: Any,
    missing: Any,
    latent_fit: Any,
    latent_test: Any,
    *,
    constant: Any,
    affine: Any,
    floor: Any = 1e-10,
) -> Any:
    """Normalised errors (b, 3) of q, eps, o: heads fitted on ``fit`` rows, evaluated on ``test`` rows.

    ``latent_fit``, ``latent_test``: (b, k, m); ``missing`` (b, 3): variance outside the kept coordinates, which no
    latent explains. A target without variance counts as 1. Directions of the latent with less than ``floor`` of its
    largest variance count as absent.
    """
    if affine and constant is not None:
        latent_fit, latent_test = (_with_constant(rows, constant) for rows in (latent_fit, latent_test))
    gram = pseudo_inverse_psd(latent_fit @ np.swapaxes(latent_fit, -1, -2), relative=floor)
    out = np.empty((len(latent_fit), 3))
    for i, name in enumerate(_TARGETS):
        head = fit[name] @ np.swapaxes(latent_fit, -1, -2) @ gram
        error = test[name] - head @ latent_test
        out[:, i] = _ratio(
            (error**2).sum((-1, -2)) + missing[:, i], _variance(test[name], constant) + missing[:, i]
        )
    return out


def _with_constant(rows: Any, constant: Any) -> Any:
    one = np.zeros((*rows.shape[:-2], 1, rows.shape[-1]))
    one[..., constant] = 1.0
    return np.concatenate([rows, one], axis=-2)


def _variance(rows: Any, constant: Any) -> Any:
    total = (rows**2).sum((-1, -2))
    return total if constant is None else total - (rows[..., constant] ** 2).sum(-1)


def _ratio(error: Any, variance: Any) -> Any:
    return np.where(variance > 0, error / np.where(variance > 0, variance, 1.0), 1.0)


def combine(three: Any) -> Any:
    """LLO from the three errors (..., 3)."""
    return three @ np.array(SIGNS)


def ranges(
    fit: Any, missing: Any, fixed: Any, candidates: Any, count: Any, up_to: Any, *, constant: Any, affine: Any
) -> Any:
    """Least and greatest value of each metric (b, 4, 2) over latents between ``fixed`` and fixed + candidates.

    ``count`` (b): how many candidate dimensions the latent takes, exactly or at most (``up_to``, b). Training and
    evaluation distribution are the same here.
    """
    targets = [fit[name] for name in _TARGETS]
    if affine and constant is not None:
        # heads that know the constant see centred variables only
        keep = np.arange(fixed.shape[-1]) != constant
        fixed, candidates, targets = fixed[..., keep], candidates[..., keep], [y[..., keep] for y in targets]
        variances = [(y**2).sum((-1, -2)) for y in targets]
    else:
        variances = [_variance(y, constant) for y in targets]
    gram = pseudo_inverse_psd(fixed @ np.swapaxes(fixed, -1, -2))
    candidates = candidates - (candidates @ np.swapaxes(fixed, -1, -2)) @ (gram @ fixed)
    values, vectors = np.linalg.eigh(candidates @ np.swapaxes(candidates, -1, -2))
    scale = np.maximum(values[..., -1:], np.finfo(float).tiny)
    live = values > 1e-10 * scale
    basis = np.swapaxes(vectors, -1, -2) @ candidates
    basis = basis * np.where(live, 1 / np.sqrt(np.where(live, values, 1.0)), 0.0)[..., None]
    # eigh sorts upwards, so the live directions of every member are among the last ones
    width = max(int(live.sum(-1).max(initial=0)), 1)
    basis, live = basis[:, -width:], live[:, -width:]
    count = np.minimum(count, live.sum(-1))
    base, kernels = np.empty((len(fixed), 3)), []
    for i, (y, variance) in enumerate(zip(targets, variances, strict=True)):
        total = variance + missing[:, i]
        cross = fixed @ np.swapaxes(y, -1, -2)
        base[:, i] = _ratio(
            (y**2).sum((-1, -2)) + missing[:, i] - ((gram @ cross) * cross).sum((-1, -2)), total
        )
        cross = basis @ np.swapaxes(y, -1, -2)
        kernels.append(_ratio((cross @ np.swapaxes(cross, -1, -2)).T, total).T * (total > 0)[:, None, None])
    kernels.append(sum(w * kernel for w, kernel in zip(SIGNS, kernels, strict=True)))
    base = np.concatenate([base, combine(base)[:, None]], axis=1)
    out = np.empty((len(fixed), 4, 2))
    for i, kernel in enumerate(kernels):
        low, high = _extremes(kernel, live, count, up_to)
        out[:, i, 0], out[:, i, 1] = base[:, i] - high, base[:, i] - low
    return out


def _extremes(kernel: Any, live: Any, count: Any, up_to: Any) -> Any:
    """Least and greatest tr(P K) over projectors of rank ``count`` (or at most that) on the live coordinates."""
    far = 4.0 * (1.0 + np.abs(kernel).sum((-1, -2)))
    index = np.arange(kernel.shape[-1])
    chosen = index[None, :] < count[:, None]
    diagonal = np.where(live, 0.0, 1.0) * far[:, None]
    lowest = np.linalg.eigvalsh(kernel + diagonal[:, :, None] * np.eye(kernel.shape[-1]))
    highest = np.linalg.eigvalsh(kernel - diagonal[:, :, None] * np.eye(kernel.shape[-1]))[:, ::-1]
    lowest = np.where(up_to[:, None], np.minimum(lowest, 0.0), lowest)
    highest = np.where(up_to[:, None], np.maximum(highest, 0.0), highest)
    return (lowest * chosen).sum(-1), (highest * chosen).sum(-1)
