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
  symlam predict --model exogenous --d-s 4 --d-a 2 --d-xi 3 --sigma-eta 2 --objective mixture --mixture 1.5
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

    --model exogenous is the model with an exogenous state, whose options start at --d-s.

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

    from symlam.scenario.models import knowledge

    data = result.json()
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("quantity")
    table.add_column("value", overflow="fold")
    table.add_column("kind")
    for name in chosen.metrics:
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
    table.add_row(f"loss / {chosen.coordinates}", _value(data["loss_per_coordinate"]), "")
    table.add_row("effective weight", _value(data["effective_weight"]), chosen.weight_source)
    table.add_row("latent", chosen.latent, f"d_z = {chosen.d_z}")
    console.print(table)
    spectrum = Table(box=None, pad_edge=False, title="spectrum", title_justify="left")
    for heading in ("eigenvalue", "directions", "kept", "source"):
        spectrum.add_column(heading, overflow="fold")
    for row, direction in zip(data["spectrum"], floats.spectrum, strict=True):
        source = row["source"]
        if source == "mixed":
            source = f"mixed, {direction.action_share:.1%} {chosen.wanted}"
        spectrum.add_row(_value(row["value"]), str(row["multiplicity"]), str(row["kept"]), source)
    console.print(spectrum)
    console.print(knowledge(chosen, "boundaries").describe(chosen), soft_wrap=True)


def _value(value: object) -> str:
    if value is None:
        return "undefined"
    if isinstance(value, list):
        return " .. ".join("unbounded" if x is None else _value(x) for x in value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)
