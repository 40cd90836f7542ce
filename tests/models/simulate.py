"""The paper's formulas on finitely many integer samples, in numpy, without the engine.

A mean over N samples is a second moment, exactly: what the simulation computes per sample and
averages must be what an expression is worth on the instance whose joint moment is that of the samples.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from symlam.algebra import Dimension
from symlam.algebra._exact import Instance
from symlam.algebra._sampling import _ingredients

SAMPLES = 5


class Samples:
    """Integer values for every dimension, letter and scalar of a model, and N samples of its vectors."""

    def __init__(self, model, sizes: dict[str, int], seed: int) -> None:
        rng = np.random.default_rng(seed)
        dims, letters, symbols, bases = _ingredients(
            [*model.residuals, *model.named.values(), *(w for w, _ in model.loss)], model.assumptions
        )
        assert {d.name for d in dims} <= set(sizes)
        self.sizes = sizes
        self.matrices = {x: rng.integers(-2, 3, (self.size(x.rows), self.size(x.cols))) for x in letters}
        self.scalars = {s: int(rng.integers(1, 4)) for s in sorted(symbols)}
        self.order = tuple(sorted(bases, key=lambda b: b.name))
        self.vectors = {b.name: rng.integers(-3, 4, (self.size(b.dim), SAMPLES)) for b in self.order}

    def size(self, dim) -> int:
        return dim if isinstance(dim, int) else self.sizes[dim.name]

    def __getitem__(self, name: str) -> np.ndarray:
        """A vector's samples (one per column) or a matrix, by name."""
        if name in self.vectors:
            return self.vectors[name]
        (found,) = (m for x, m in self.matrices.items() if x.name == name)
        return found

    @property
    def instance(self) -> Instance:
        w = np.vstack([self.vectors[b.name] for b in self.order])
        joint = [[Fraction(int(x), SAMPLES) for x in row] for row in w @ w.T]
        from symlam.algebra._exact import to_flint

        return Instance(
            {Dimension(d): n for d, n in self.sizes.items()},
            {x: to_flint([[int(v) for v in row] for row in m]) for x, m in self.matrices.items()},
            {s: Fraction(v) for s, v in self.scalars.items()},
            self.order,
            to_flint(joint),
        )


def mean_square(residual: np.ndarray) -> Fraction:
    """The average over samples of the squared length."""
    return Fraction(int((residual**2).sum()), SAMPLES)
