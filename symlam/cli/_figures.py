"""``symlam figures``: the paper's panels and the phase diagrams."""

from __future__ import annotations

import os
from pathlib import Path

import click

from symlam.errors import SymlamError

EPILOG = """\b
Examples:
  symlam figures -o figures
  symlam figures -o figures --model exogenous
  symlam figures -o figures --train --steps 3000"""


@click.command(epilog=EPILOG)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="Directory."
)
@click.option("--train", is_flag=True, help="Add points trained with Adam to panels and curves (minutes).")
@click.option("--steps", default=1500, show_default=True, help="Training steps.")
@click.option("--seeds", default=2, show_default=True, help="Seeds of each trained point.")
@click.option(
    "--model", type=click.Choice(["linear", "exogenous"]), help="Only the figures of one model [both]."
)
def command(output: Path, train: bool, steps: int, seeds: int, model: str | None) -> None:
    """Draw the six panels of Fig. 3 and Fig. 4, curves for the claims about an exogenous state, and phase diagrams of both: PDF, PNG and CSV.

    Everything is computed from closed forms; where an error is not determined by the optimum (the true latent
    without augmentation), the band between its extremes is drawn.
    """
    if steps < 1 or seeds < 1:
        raise SymlamError("--steps and --seeds have to be positive")
    # thousands of small matrices: one BLAS thread is fastest; has to be said before numpy loads
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from rich.console import Console

    from symlam.figures.drawing import make_figures

    console = Console(stderr=True)
    with console.status("figures") as status:
        paths = make_figures(
            output,
            train=train,
            steps=steps,
            seeds=seeds,
            report=lambda text: status.update(text),
            **({"models": (model,)} if model else {}),
        )
    click.echo(f"{len(paths)} files in {output}")
