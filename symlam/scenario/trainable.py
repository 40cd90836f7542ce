"""What gradient training needs to know of a batch of scenarios, whatever the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Trainable"]


@dataclass(frozen=True, eq=False)
class Trainable:
    """minimise E|A v + B z - target|^2 + weight E|E z - action|^2 + E|G spread|^2 with z = G u: rows over white base vectors, scenarios first.

    ``outside``: what is added to each loss; ``constant``: the coordinate that is always 1; ``spread``: rows on which the bare latent
    is penalised, or None.
    """

    v: np.ndarray
    u: np.ndarray
    target: np.ndarray
    action: np.ndarray
    weights: np.ndarray
    outside: np.ndarray
    constant: int | None = None
    spread: np.ndarray | None = None
