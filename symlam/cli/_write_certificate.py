"""``symlam write-certificate``: write an exact rational certificate of a scenario's minimum."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from symlam.cli._scenario_options import scenario_from, scenario_options

EPILOG = """\b
Examples:
  symlam write-certificate --noise agents --sigma 2 --effects random -o minimum.json
  symlam write-certificate --d-o 6 --d-a 2 --d-b 2 --d-z 2 --noise agents --gap 1e-12 -o small.json --coq small.v
  symlam write-certificate --d-o 4 --d-a 1 --d-z 1 --noise iid --weight 9/4 -o heads.json --coq heads.v"""


@click.command(epilog=EPILOG)
@scenario_options
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The JSON file to write."
)
@click.option("--gap", default="1e-40", show_default=True, help="Largest hi - lo.")
@click.option(
    "--coq", "coq", type=click.Path(path_type=Path), help="Also write a Coq file for the kernel (small d)."
)
def command(scenario: Path | None, output: Path, gap: str, coq: Path | None, **options: object) -> None:
    """Prove with integers that the minimum of L_a in a scenario lies in [lo, hi], and write the proof down.

    Whoever gets the file can check it with `symlam check-certificate`, which uses no solver.
    """
    from symlam.certificates import certify, to_coq

    certificate = certify(scenario_from(scenario, options), gap=gap)
    certificate.write(output)
    if coq is not None:
        coq.write_text(to_coq(certificate), encoding="utf-8")
    click.echo(describe(certificate))
    click.echo(f"written to {output}" + (f" and {coq}" if coq else ""))


def describe(certificate: Any) -> str:
    """One sentence: which value lies where."""
    what = "the infimum (which need not be attained)" if certificate.infimum else "the minimum"
    return f"{what} lies in [{_decimal(certificate.lo)}, that + {_short(certificate.gap)}]"


def _decimal(value: Any) -> str:
    """A decimal expansion, rounded down, to 45 places."""
    scaled = value.numerator * 10**45 // value.denominator
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(46, "0")
    return f"{sign}{digits[:-45]}.{digits[-45:]}"


def _short(value: Any) -> str:
    return f"{value.numerator / value.denominator:.2e}" if value else "0"
