"""The N-digit and the enclosed prediction of one scenario.

Loss and spectrum come from the mpmath or Arb tier, and the errors in balls from the model ("balls" in `symlam.scenario.models`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

from flint import arb, ctx

from symlam.errors import SymlamError
from symlam.numerics import balls, solve
from symlam.numerics.arguments import positive_integer
from symlam.scenario.fields import Population
from symlam.scenario.models import exact_problem, knowledge
from symlam.scenario.prediction import predict
from symlam.scenario.results import Prediction

__all__ = ["Enclosure", "enclose"]


@dataclass(frozen=True)
class Enclosure:
    """Loss, spectrum and metrics of a scenario as strings of N digits, or as balls ``[mid +/- radius]``.

    A metric is a pair where it has a range over the optimal set (a tie is what the balls cannot tell apart), and None
    where nothing is proved beyond float64: ``floats`` holds the float64 `Prediction` with its ranges. ``values``
    keeps the balls (arb, or pairs of them) by name, loss included.
    """

    scenario: Population
    tier: str
    digits: int
    status: str
    loss: str
    spectrum: tuple[str, ...]
    metrics: dict[str, str | list[str] | None]
    effective_weight: str
    floats: Prediction
    values: dict[str, object]

    def json(self) -> dict[str, object]:
        """The mapping that ``symlam predict --json`` prints; numbers that are proved or N digits are strings."""
        out: dict[str, Any] = self.floats.json()
        for name in self.scenario.metrics:
            if self.metrics[name] is not None:
                out[name] = self.metrics[name]
        out["loss"] = self.loss
        out["loss_per_coordinate"] = self.values["loss_per_coordinate"]
        out["effective_weight"] = self.effective_weight
        out["spectrum"] = [
            {**direction, "value": value}
            for direction, value in zip(out["spectrum"], _distinct(self.floats, self.spectrum), strict=True)
        ]
        return out


def _distinct(floats: Prediction, spectrum: tuple[str, ...]) -> list[str]:
    """One printed eigenvalue for each group of the float64 spectrum."""
    out, at = [], 0
    for direction in floats.spectrum:
        out.append(spectrum[at] if at < len(spectrum) and direction.value else "0")
        at += direction.multiplicity
    return out


def enclose(scenario: Population, *, digits: int = 50, tier: str = "arb") -> Enclosure:
    """Predict with N digits (tier "mpmath") or with rigorous balls (tier "arb").

    >>> from symlam.scenario import Scenario
    >>> e = enclose(Scenario(d_o=8, d_a=2, d_z=2, noise="agents", d_b=2, sigma=2, effects="random"), digits=20)
    >>> print(e.status, e.loss)
    attained [1.9204306850651930144 +/- 7.65e-21]
    """
    if tier not in ("mpmath", "arb"):
        raise SymlamError(f"unknown tier {tier!r}", expected="mpmath or arb")
    positive_integer("digits", digits)
    model = knowledge(scenario, "balls")
    floats = predict(scenario)
    problem, offset = exact_problem(scenario)
    solution = solve(problem, tier=tier, digits=digits, maps=False)
    before = ctx.prec
    ctx.prec = balls.bits(digits)
    try:
        outside = balls.ball(offset)
        # where evaluation shows what training does not, no ball holds the errors
        bounded = all(isfinite(x.gap) for x in floats.metrics.values())
        found = model.metrics_in_balls(scenario, problem) if bounded and solution.status != "bounds" else {}
        weight = balls.ball(scenario.effective_weight)
        if tier == "arb":
            loss = solution.minimum + outside
            spectrum = tuple(_shown(x, digits, tier) for x in solution.spectrum)
        else:
            from mpmath import mp

            with mp.workdps(digits + 15):
                # the mpmath value itself, at its own precision, plus an exact rational
                loss = arb(mp.nstr(solution.minimum, digits + 10, strip_zeros=False)).mid() + outside
                spectrum = tuple(
                    _shown(arb(mp.nstr(x, digits + 10)).mid(), digits, tier) for x in solution.spectrum
                )
        metrics = {name: _told(found.get(name), digits, tier) for name in scenario.metrics}
        values = {
            "loss": loss,
            "loss_per_coordinate": _shown(loss / scenario.coordinates, digits, tier),
            **found,
        }
        status = "infimum" if scenario.vanishing and solution.status == "attained" else solution.status
        return Enclosure(
            scenario,
            tier,
            digits,
            status,
            _shown(loss, digits, tier),
            spectrum,
            metrics,
            _shown(weight, digits, tier),
            floats,
            values,
        )
    finally:
        ctx.prec = before


def _told(value: Any, digits: int, tier: str) -> Any:
    if not isinstance(value, tuple):
        return None if value is None else _shown(value, digits, tier)
    if value[0].overlaps(value[1]):
        return _shown(value[0].union(value[1]), digits, tier)
    return [_shown(x, digits, tier) for x in value]


def _shown(x: arb, digits: int, tier: str) -> str:
    if tier == "arb":
        return x.str(digits)
    text = x.mid().str(digits, radius=False)
    # noise far below the asked digits is printed as the zero that it stands for
    return "0" if abs(float(x)) < 10.0 ** (-digits) else text
