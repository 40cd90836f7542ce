"""``symlam report``: the whole ledger with its evidence as one document."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  symlam report -o report.pdf               needs pdflatex (make tex)
  symlam report -o report.html              one file, formulas as MathML, no network
  symlam report -o report.tex --no-formal   without asking the kernel about the theorems

Exit code 0 when every claim is decided and its evidence agrees, 1 when some is missing or disagrees (the report says
which, and is written all the same), 2 for bad usage."""
)
@click.argument("claims", nargs=-1, metavar="[CLAIM...]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help=".pdf, .html or .tex",
)
@click.option(
    "--no-formal", is_flag=True, help="Leave the kernel out; theorems read 'not checked in this run'."
)
@click.option("--no-figures", is_flag=True, help="Leave the figures out.")
@click.option(
    "--digits", type=click.IntRange(1, 1000), default=50, show_default=True, help="Digits that must agree."
)
@click.option(
    "--notation", type=click.Path(path_type=Path), metavar="TOML", help="Own symbols; see docs/latex.md."
)
@click.option("--fresh", is_flag=True, help="Compute again what was computed from these sources before.")
def command(
    claims: tuple[str, ...],
    output: Path,
    no_formal: bool,
    no_figures: bool,
    digits: int,
    notation: Path | None,
    fresh: bool,
) -> None:
    """Write CLAIMS (all when none is named) with verdicts, derivations, counterexamples, figures and versions.

    One document, PDF, HTML or LaTeX, that also says how to reproduce each line.
    """
    # the figures solve thousands of small matrices; has to be said before numpy loads
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from rich.console import Console

    from symlam.latex import load_notation
    from symlam.report import write_report

    chosen = load_notation(notation) if notation is not None else None
    console = Console(stderr=True)
    with console.status("report") as status:
        agrees = write_report(
            output,
            claims=claims,
            drawings=not no_figures,
            formal=not no_formal,
            digits=digits,
            notation=chosen,
            fresh=fresh,
            progress=lambda text: status.update(text),
        )
    click.echo(f"{output} written")
    raise click.exceptions.Exit(0 if agrees else 1)
