"""``symlam predict``: the optimum of one scenario and its errors."""

from __future__ import annotations

import json as json_module
from math import isfinite
from pathlib import Path
from typing import Any

import click

from symlam.cli._scenario_options import scenario_from, scenario_options
from symlam.errors import SymlamError

EPILOG = """\b
Examples:
  symlam predict --d-z 4
  symlam predict --noise agents --sigma 2 --augment 0.1 --label-fraction 0.01 --latent true
  symlam predict --noise agents --sigma 2 --effects random --enclose --digits 50
  symlam predict scenario.toml --json"""


@click.command(epilog=EPILOG)
@scenario_options
@click.option("--digits", type=int, help="N digits of mpmath (with --enclose: of the balls).")
@click.option("--enclose", is_flag=True, help="Rigorous balls from Arb, 50 digits unless said otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; ranges are [low, high].")
def command(
    scenario: Path | None, digits: int | None, enclose: bool, as_json: bool, **options: object
) -> None:
    """Print what a linear LAM learns in one scenario: exact population values, no sampling, no training.

    The scenario is given by options, or by a TOML file (fields named as the options, with underscores) that
    options override. Errors are divided by the variance of their target; where the optimum is not unique, the
    range over all optima is printed.
    """
    chosen = scenario_from(scenario, options)
    if digits is not None and digits < 1:
        raise SymlamError(f"--digits is {digits}", expected="a positive number")
    if enclose or digits is not None:
        from symlam.scenario.enclosure import enclose as enclosed

        result: Any = enclosed(chosen, digits=digits or 50, tier="arb" if enclose else "mpmath")
        floats = result.floats
    else:
        from symlam.scenario.prediction import predict

        result = floats = predict(chosen)
    if as_json:
        click.echo(json_module.dumps(result.json(), indent=2))
        return
    _print(chosen, result, floats)


def _print(chosen: Any, result: Any, floats: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from symlam.scenario.metrics import METRICS

    data = result.json()
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("quantity")
    table.add_column("value", overflow="fold")
    table.add_column("kind")
    for name in METRICS:
        kind = floats.metrics[name].kind
        gap = floats.metrics[name].gap
        if kind == "bracketed":
            kind = f"ends attained within {gap:.2g}" if isfinite(gap) else "training does not determine it"
        if result is not floats and result.metrics[name] is None:
            kind += ", float64"
        table.add_row(name, _value(data[name]), kind)
    status = {
        "attained": "minimum",
        "infimum": "infimum, need not be attained",
        "bounds": "found by search, no closed form",
    }[floats.status]
    table.add_row("loss", _value(data["loss"]), status)
    table.add_row("loss / d_o", _value(data["loss_per_coordinate"]), "")
    table.add_row("effective weight", _value(data["effective_weight"]), _weight_source(chosen))
    table.add_row("latent", chosen.latent, f"d_z = {chosen.d_z}")
    console.print(table)
    spectrum = Table(box=None, pad_edge=False, title="spectrum", title_justify="left")
    for heading in ("eigenvalue", "directions", "kept", "source"):
        spectrum.add_column(heading, overflow="fold")
    for row, direction in zip(data["spectrum"], floats.spectrum, strict=True):
        source = row["source"]
        if source == "mixed":
            source = f"mixed, {direction.action_share:.1%} action"
        spectrum.add_row(_value(row["value"]), str(row["multiplicity"]), str(row["kept"]), source)
    console.print(spectrum)
    console.print(_threshold(chosen), soft_wrap=True)


def _value(value: object) -> str:
    if isinstance(value, list):
        return " .. ".join("unbounded" if x is None else _value(x) for x in value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _weight_source(chosen: Any) -> str:
    if chosen.weight is not None:
        return "given"
    if not chosen.label_fraction:
        return "no labels"
    if chosen.reduction == "sum":
        return "label fraction (sums)"
    return f"(d_o/d_a) (1 - (1 - p)^{chosen.batch})"


def _threshold(chosen: Any) -> str:
    from symlam.scenario.boundaries import threshold_of

    found = threshold_of(chosen)
    if found is None:
        return "threshold: no closed form for this scenario (see the spectrum)"
    threshold, sigma = found
    if sigma is None:
        return f"threshold: directions of noise alone are kept iff {threshold.enters}, whatever sigma"
    return f"threshold: actions and noise change places at sigma = {threshold.sigma} = {sigma:.6g}"
