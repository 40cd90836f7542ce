"""``symlam check-certificate``: check a certificate file with integers only."""

from __future__ import annotations

from pathlib import Path

import click

from symlam.errors import SymlamError

EPILOG = """\b
Examples:
  symlam check-certificate minimum.json
  symlam check-certificate minimum.json --scenario scenario.toml
Exit code 0: everything holds; 1: the certificate is wrong; 2: the file is not a certificate."""


@click.command(epilog=EPILOG)
@click.argument("certificate", type=click.Path(path_type=Path))
@click.option("--scenario", type=click.Path(path_type=Path), help="Check it for this scenario, derived anew.")
@click.pass_context
def command(context: click.Context, certificate: Path, scenario: Path | None) -> None:
    """Check that a certificate proves what it says: integer arithmetic, no solver, no floating point.

    Without --scenario, the problem in the file is the problem proved; with it, the problem is derived from
    the scenario and has to be the same.
    """
    from symlam.certificates import check_certificate, read_certificate
    from symlam.cli._write_certificate import describe

    try:
        read = read_certificate(certificate)
        if scenario is None:
            check_certificate(read)
        else:
            from symlam.scenario import read_scenario

            check_certificate(read, read_scenario(scenario))
    except SymlamError as error:
        unreadable = any(words in str(error) for words in ("cannot read", "not JSON", "not a certificate"))
        click.echo(f"symlam: {error}", err=True)
        context.exit(2 if unreadable else 1)
    problem = read.problem
    click.echo(
        f"holds: {describe(read)} (rank {problem.rank}, {len(problem.target.num)} target coordinates, "
        f"{len(problem.heads)} heads)"
    )
