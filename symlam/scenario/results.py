"""What a prediction consists of, whatever the model: ranges of errors, directions, losses."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from symlam.scenario.fields import Population

__all__ = ["Direction", "Prediction", "Range"]


@dataclass(frozen=True)
class Range:
    """The values a metric takes over the optimal set: ``low`` = ``high`` when it is determined.

    ``kind``: "unique" (one optimum), "exact" (the infimum and supremum over all optima), "bracketed" (no optimum lies
    outside, and some come within ``gap`` of each end), "found" (no closed form of the optimum: the value at the
    point that a search found, and nothing more) or "undefined" (the target has no variance; both ends are NaN).
    """

    low: float
    high: float
    kind: str
    gap: float = 0.0

    @property
    def determined(self) -> bool:
        """Whether all values seen agree to 1e-9."""
        return abs(self.high - self.low) <= 1e-9

    def json(self) -> float | list[float | None] | None:
        """One number when determined, else [low, high]; None where undefined, and for an end that is not finite."""
        if self.kind == "undefined":
            return None
        return self.low if self.determined else [x if isfinite(x) else None for x in (self.low, self.high)]


@dataclass(frozen=True)
class Direction:
    """Directions that share one eigenvalue: how many, how many of them the latent keeps, and where they come from.

    ``action_share`` is the fraction of their variance that comes from actions (or is not exogenous); ``source`` says it in a word.
    """

    value: float
    multiplicity: int
    kept: int
    source: str
    action_share: float


@dataclass(frozen=True)
class Prediction:
    """What one scenario's optimum looks like; ``loss`` is L_a in sums, with weight ``effective_weight``.

    ``lower`` is below ``loss`` only where no closed form exists (``status`` "bounds"): the optimum is between them.
    ``status``: see `symlam.numerics.Solution`. ``metrics`` maps the names in ``scenario.metrics`` to a `Range`.
    """

    scenario: Population
    loss: float
    status: str
    effective_weight: float
    metrics: dict[str, Range]
    spectrum: tuple[Direction, ...]
    lower: float

    @property
    def loss_per_coordinate(self) -> float:
        """loss / (number of coordinates that it sums over)."""
        return self.loss / self.scenario.coordinates

    def json(self) -> dict[str, object]:
        """The mapping that ``symlam predict --json`` prints."""
        return {
            **{name: self.metrics[name].json() for name in self.scenario.metrics},
            "loss": self.loss if self.status != "bounds" else [self.lower, self.loss],
            "loss_per_coordinate": self.loss_per_coordinate
            if self.status != "bounds"
            else [self.lower / self.scenario.coordinates, self.loss_per_coordinate],
            "effective_weight": self.effective_weight,
            "latent": self.scenario.latent,
            "spectrum": [
                {"value": d.value, "multiplicity": d.multiplicity, "kept": d.kept, "source": d.source}
                for d in self.spectrum
            ],
        }
