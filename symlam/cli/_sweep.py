"""``symlam sweep``: predict over a grid of scenarios, resumable, on any executor."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click

from symlam.errors import SymlamError

EPILOG = """\b
Examples:
  symlam sweep scenario.toml --over sigma=0:2:21 --over d_z=1:16:16 -o sweep.csv
  symlam sweep scenario.toml --over chi=0:1:101 -o sweep.parquet --jobs 4
  symlam sweep scenario.toml --over sigma=0:2:201 -o sweep.csv --dask tcp://scheduler:8786
  symlam sweep exogenous.toml --over sigma_eta=0:2:41 --over gamma=0:1:21 -o focus.csv
  symlam sweep exogenous.toml --over objective=self,cross,mixture --over rho=0,1/3,2/3 -o pairs.csv
Finished chunks are kept beside the output (OUTPUT.parts) until all are there; the same command goes on from them."""


@click.command(epilog=EPILOG)
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="NAME=A:B:N|NAME=V,...",
    help="A swept field: N values from A to B, or those listed (numbers, fractions such as 3/2, words). May be repeated.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="A .csv or .parquet file."
)
@click.option("--jobs", type=int, help="Processes [one for each core]; 1 works in this process.")
@click.option(
    "--chunk", type=click.IntRange(min=1), default=500, show_default=True, help="Scenarios at a time."
)
@click.option("--dask", metavar="ADDRESS", help="Work on a dask.distributed cluster ('local' starts one).")
def command(
    scenario: Path, over: tuple[str, ...], output: Path, jobs: int | None, chunk: int, dask: str | None
) -> None:
    """Predict a scenario over a grid of its fields; one row for each point, with the range of each error."""
    # thousands of small matrices: one BLAS thread in each process is fastest; has to be said before numpy loads
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from symlam.scenario.models import read_scenario
    from symlam.scenario.sweeping import grid, sweep

    if jobs is not None and jobs < 1:
        raise SymlamError(f"--jobs is {jobs}", expected="an integer >= 1")
    base, points = read_scenario(scenario), grid(over)
    columns = TextColumn("sweep"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("sweep", total=len(points))

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done)

        settings: dict[str, Any] = {"chunk": chunk, "progress": progress}
        if dask is not None:
            with _dask(dask) as client:
                new = sweep(base, points, output, executor=client.get_executor(), **settings)
        elif jobs is not None and jobs > 1:
            with ProcessPoolExecutor(jobs) as pool:
                new = sweep(base, points, output, executor=pool, **settings)
        else:
            new = sweep(base, points, output, processes=jobs != 1, **settings)
    click.echo(f"{len(points)} points in {output} ({new} computed now)")


def _dask(address: str) -> Any:
    try:
        from dask.distributed import Client
    except ImportError:
        raise SymlamError("dask.distributed is not installed", hint="pip install 'symlam[dask]'") from None
    settings: dict[str, Any] = {"processes": False, "dashboard_address": None}
    client: Any = Client
    return client(**settings) if address == "local" else client(address)
