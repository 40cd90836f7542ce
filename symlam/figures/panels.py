"""The six panels of Fig. 3 and Fig. 4 as lists of scenarios (Zhang et al. 2025, simulation set-up)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symlam.scenario import Scenario

__all__ = ["PANELS", "Panel", "panel_points"]


@dataclass(frozen=True)
class Panel:
    """One panel: ``x`` and ``series`` are the swept quantities, ``cells`` maps (series value, x value) to scenarios.

    ``heat`` names the metric of a heat map; lines of action and noise errors are drawn where it is None.
    """

    name: str
    title: str
    x: tuple[str, str]
    series: tuple[str, str]
    cells: tuple[tuple[object, object, Scenario], ...]
    heat: str | None

    @property
    def scenarios(self) -> list[Scenario]:
        """The scenarios in the order of ``cells``."""
        return [scenario for _, _, scenario in self.cells]


def _grid(
    name: str,
    title: str,
    x: Any,
    xs: Sequence[Any],
    series: Any,
    values: Sequence[Any],
    make: Any,
    heat: Any = None,
) -> Panel:
    cells = tuple((value, at, make(value, at)) for value in values for at in xs)
    return Panel(name, title, x, series, cells, heat)


def _decimals(count: int) -> list[float]:
    return [i / 10 for i in range(count)]


def _fig3() -> list[Panel]:
    return [
        _grid(
            "fig3-left",
            "No noise",
            ("d_z", "latent dimension $d_z$"),
            range(1, 17),
            ("d_a", "action dimension $d_a$"),
            range(2, 17, 2),
            lambda d_a, d_z: Scenario(d_a=d_a, d_z=d_z),
            "action_mse",
        ),
        _grid(
            # trained with noise, evaluated on inputs without it
            "fig3-middle",
            "I.i.d. noise, noise-free evaluation",
            ("sigma", r"noise $\sigma$"),
            _decimals(16),
            ("d_z", "latent dimension $d_z$"),
            range(2, 17, 2),
            lambda d_z, sigma: Scenario(d_z=d_z, noise="iid", sigma=sigma, eval_noise="none"),
            "action_mse",
        ),
        _grid(
            "fig3-right",
            "Other agents",
            ("d_z", "latent dimension $d_z$"),
            range(2, 17),
            ("sigma", r"$\sigma_{exo}$"),
            [0.5, 2],
            lambda sigma, d_z: Scenario(d_z=d_z, noise="agents", sigma=sigma),
        ),
    ]


def _fig4() -> list[Panel]:
    return [
        _grid(
            # trained under the policy, evaluated under random actions
            "fig4-left",
            "Policy, random actions in evaluation",
            ("chi", r"policy share $\chi$"),
            _decimals(11),
            ("d_z", "latent dimension $d_z$"),
            range(2, 17),
            lambda d_z, chi: Scenario(d_z=d_z, chi=chi, eval_policy="random"),
            "action_mse",
        ),
        _grid(
            "fig4-middle",
            "Augmentation, true latent",
            ("sigma", r"noise $\sigma$"),
            [0, 0.1, 0.5, 1],
            ("augment", r"$|\kappa|$"),
            [0, 0.01, 0.1, 0.5],
            lambda kappa, sigma: Scenario(noise="iid", sigma=sigma, augment=kappa, latent="true"),
        ),
        _grid(
            "fig4-right",
            r"Action labels, $|\kappa| = 0.1$, true latent",
            ("label_fraction", "labelled fraction $p$"),
            [0, 0.01, 0.05, 0.1],
            ("sigma", r"$\sigma_{exo}$"),
            [0.5, 1, 2],
            lambda sigma, p: Scenario(
                noise="agents", sigma=sigma, augment=0.1, label_fraction=p, latent="true"
            ),
        ),
    ]


PANELS: tuple[Panel, ...] = (*_fig3(), *_fig4())


def panel_points(panels: Sequence[Panel] = PANELS) -> list[dict[str, object]]:
    """Every point of the panels, from closed forms in one call: a row for each cell with the range of each error.

    >>> rows = panel_points(PANELS[2:3])
    >>> len(rows), rows[-1]["panel"], rows[-1]["action_mse_low"]
    (30, 'fig3-right', 0.0)
    """
    from symlam.scenario.metrics import METRICS
    from symlam.scenario.prediction import predict_many

    predictions = iter(predict_many([scenario for panel in panels for scenario in panel.scenarios]))
    rows = []
    for panel in panels:
        for value, at, scenario in panel.cells:
            prediction = next(predictions)
            row: dict[str, object] = {"panel": panel.name, panel.series[0]: value, panel.x[0]: at}
            for name in METRICS:
                row[f"{name}_low"], row[f"{name}_high"] = (
                    round(prediction.metrics[name].low, 12) + 0.0,
                    round(prediction.metrics[name].high, 12) + 0.0,
                )
            row["kind"] = prediction.metrics["llo"].kind
            row["loss"] = prediction.loss
            row["effective_weight"] = prediction.effective_weight
            row["d_z"] = scenario.d_z
            rows.append(row)
    return rows
