"""``symlam gridworld``: the best possible nonlinear LAM of the 4x4 grid world, beside the published table."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Any

import click

from symlam.errors import SymlamError

EPILOG = """\b
Examples:
  symlam gridworld
  symlam gridworld --row high --row labelled --walls periodic --json
  symlam gridworld --noise 3/2 --policy snake
  symlam gridworld --row low --certificate low.json
  symlam gridworld --row augmented --walls periodic --certificate shifts.json
  symlam gridworld --check low.json
  symlam gridworld --figure grid.png
  symlam gridworld --train --row none --row high --steps 4000 --seed 0 --seed 1"""


@click.command(epilog=EPILOG)
@click.option("--row", "rows", multiple=True, metavar="NAME", help="Row of the table; may be repeated.")
@click.option("--walls", type=click.Choice(["clip", "periodic"]), default="clip", show_default=True)
@click.option(
    "--noise", help="Intensity of the noise, a rational: one world of your own instead of the table."
)
@click.option("--policy", type=click.Choice(["uniform", "snake"]), help="Policy of a world of your own.")
@click.option("--codes", type=int, help="Size of the code book of a world of your own [5].")
@click.option("--label-weight", help="Weight of the label term of the row 'labelled'.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: exact numbers as strings, ranges as [low, high]."
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the proof of optimality here.",
)
@click.option(
    "--check", type=click.Path(path_type=Path, dir_okay=False), help="Check such a file, integers only."
)
@click.option(
    "--figure",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the frontier and the optimum (PNG or PDF).",
)
@click.option(
    "--train", is_flag=True, help="Train a small CNN with a VQ bottleneck instead (needs symlam[nonlinear])."
)
@click.option("--steps", default=2000, show_default=True, help="Training steps.")
@click.option("--seed", "seeds", type=int, multiple=True, help="Seed of a training run; may be repeated [0].")
def command(
    rows: tuple[str, ...],
    walls: str,
    noise: str | None,
    policy: str | None,
    codes: int | None,
    label_weight: str | None,
    as_json: bool,
    certificate: Path | None,
    check: Path | None,
    figure: Path | None,
    train: bool,
    steps: int,
    seeds: tuple[int, ...],
) -> None:
    """Print what an optimal LAM with five codes does on the grid world: exact numbers, no sampling, no training.

    Losses are squared errors of the two parts of the image over the variance of that part of the next frame given this one,
    under uniformly random actions; ranges are over all optima.
    """
    own = noise is not None or policy is not None or codes is not None
    if own and rows:
        raise SymlamError("--row and a world of your own exclude each other")
    if check is not None:
        _check(check)
        return
    if figure is not None:
        from symlam.figures.gridworld import draw_gridworld

        click.echo(draw_gridworld(figure, walls=walls))
        return
    if train:
        if own:
            raise SymlamError("--train is for rows of the table", hint="--row NAME")
        _train(rows, walls, steps, seeds or (0,), as_json)
        return
    if own:
        from symlam.gridworld import GridWorld

        worlds = [GridWorld(noise or 2, policy or "uniform", walls, 5 if codes is None else codes)]  # type: ignore[arg-type]
    elif certificate is not None:
        from symlam.gridworld.rows import world_of

        if len(rows) != 1:
            raise SymlamError("a certificate is for one world", expected="one --row, or a world of your own")
        worlds = [world_of(rows[0], walls=walls)]
    if certificate is not None:
        from symlam.gridworld import certify_grid, certify_labels, certify_shifts, mean_reduction_weight

        proof: Any
        if rows == ("labelled",):
            proof = certify_labels(worlds[0], weight=label_weight or mean_reduction_weight(worlds[0]))
        elif rows == ("augmented",):
            proof = certify_shifts(worlds[0])
        else:
            proof = certify_grid(worlds[0])
        proof.write(certificate)
        click.echo(f"{certificate}: {_bounds(proof.lo, proof.hi)}")
        return
    if own:
        _own(worlds[0], as_json)
        return
    _rows(rows, walls, label_weight, as_json)


def _check(path: Path) -> None:
    from symlam.gridworld.certfile import format_of
    from symlam.gridworld.certificate import FORMAT, check_grid_certificate, read_grid_certificate
    from symlam.gridworld.label_certificate import (
        LABEL_FORMAT,
        check_label_certificate,
        read_label_certificate,
    )
    from symlam.gridworld.shift_certificate import (
        SHIFT_FORMAT,
        check_shift_certificate,
        read_shift_certificate,
    )

    proof: Any
    extra = ""
    found = format_of(path, FORMAT, LABEL_FORMAT, SHIFT_FORMAT)
    if found == FORMAT:
        proof = read_grid_certificate(path)
        check_grid_certificate(proof)
    elif found == LABEL_FORMAT:
        proof = read_label_certificate(path)
        check_label_certificate(proof)
        extra = f", label weight {proof.weight}"
    else:
        proof = read_shift_certificate(path)
        check_shift_certificate(proof)
        extra = ", shared shifts"
    world = proof.world
    click.echo(
        f"valid: noise {world.noise}, {world.policy}, {world.walls}, {world.codes} codes{extra}: "
        f"{_bounds(proof.lo, proof.hi)}"
    )


def _bounds(lo: Any, hi: Any) -> str:
    if lo == hi:
        return f"minimum = {lo}"
    numbers = "" if len(f"{lo}{hi}") < 30 else f" ({float(lo):.6f} .. {float(hi):.6f})"
    return f"{lo} <= minimum <= {hi}{numbers}"


def _own(world: Any, as_json: bool) -> None:
    from symlam.gridworld import frontier, optimum

    result, corners = optimum(world), frontier(world)
    if as_json:
        click.echo(json_module.dumps({**result.json(), "frontier": [c.json() for c in corners]}, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    console, grid = Console(highlight=False), Table(box=None, pad_edge=False)
    for heading in ("quantity", "value", "over its variance given o"):
        grid.add_column(heading, overflow="fold")
    grid.add_row("minimum", _range((result.lo, result.hi)), "")
    variances = result.variances()
    for name, variance in zip(("controllable", "stochastic"), variances, strict=True):
        for key, title in ((name, name), (f"{name}_uniform", f"{name}, uniform actions")):
            value = getattr(result, key)
            over = _range((value[0] / variance, value[1] / variance)) if variance and key != name else ""
            grid.add_row(title, _range(value), over)
    grid.add_row("same code for two draws of the noise", _range(result.agreement), "")
    grid.add_row(
        "code says of the move / of the noise", f"{result.action_bits:.4g} / {result.leak_bits:.4g} bits", ""
    )
    console.print(grid)
    corner_table = Table(box=None, pad_edge=False, title="frontier of all codes", title_justify="left")
    for heading in ("controllable", "stochastic", "from weight", "attained"):
        corner_table.add_column(heading)
    for c in corners:
        weight = "" if c.weight is None else f"<= {float(c.weight):.6g}"
        corner_table.add_row(str(c.controllable), str(c.stochastic), weight, "yes" if c.attained else "bound")
    console.print(corner_table)


def _rows(rows: tuple[str, ...], walls: str, label_weight: str | None, as_json: bool) -> None:
    from symlam.gridworld.rows import ROWS, table, world_of

    for name in rows:
        world_of(name)
    from rich.console import Console

    found = []
    with Console(stderr=True).status("rows") as status:
        for name in rows or tuple(ROWS):
            status.update(f"row {name}")
            found += table(walls=walls, rows=(name,), weight=label_weight)
    if as_json:
        click.echo(json_module.dumps([row.json() for row in found], indent=2))
        return
    from rich.table import Table

    grid = Table(box=None, pad_edge=False)
    for heading in ("row", "minimum of its loss", "controllable", "published", "stochastic", "published"):
        grid.add_column(heading, overflow="fold")
    for row in found:
        c, s = row.published
        outer = "" if row.attained or not row.exact else " (bounds)"
        grid.add_row(
            row.name,
            _range((row.lo, row.hi)) + ("" if row.exact else " (bounds)"),
            _range(row.controllable) + outer,
            f"{c[0]:.3f} ± {c[1]:.3f}",
            "-" if row.stochastic is None else _range(row.stochastic) + outer,
            "-" if s is None else f"{s[0]:.3f} ± {s[1]:.3f}",
        )
    Console(highlight=False).print(grid)


def _train(rows: tuple[str, ...], walls: str, steps: int, seeds: tuple[int, ...], as_json: bool) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from symlam.gridworld.rows import ROWS, table, world_of
    from symlam.gridworld.training import train_lam

    for name in rows:
        world_of(name)
    finished: list[Any] = []
    stopped = False
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for name in rows or tuple(ROWS):
            for seed in seeds:
                bar = progress.add_task(f"{name}, seed {seed}", total=steps)
                try:
                    run = train_lam(
                        name, walls=walls, steps=steps, seed=seed,
                        report=lambda step, loss, bar=bar: progress.update(bar, completed=step),  # type: ignore[misc]
                    )  # fmt: skip
                except KeyboardInterrupt:
                    stopped = True
                    break
                finished.append(run)
                progress.remove_task(bar)
            if stopped:
                break
    if as_json:
        click.echo(json_module.dumps([run.json() for run in finished], indent=2))
    else:
        from rich.table import Table

        grid = Table(box=None, pad_edge=False)
        for heading in (
            "row",
            "seed",
            "steps",
            "codes",
            "loss",
            "its code's",
            "optimum",
            "controllable",
            "stochastic",
        ):
            grid.add_column(heading)
        best = (
            {
                row.name: row
                for row in table(walls=walls, rows=tuple(dict.fromkeys(run.row for run in finished)))
            }
            if finished
            else {}
        )
        for run in finished:
            row = best[run.row]
            noise = "-" if run.stochastic is None else f"{run.stochastic:.3f}"
            grid.add_row(
                run.row, str(run.seed), str(run.steps), str(run.codes), f"{run.loss:.4f}", f"{run.code_loss:.4f}",
                _range((row.result.lo, row.result.hi)), f"{run.controllable:.3f}", noise,
            )  # fmt: skip
        Console(highlight=False).print(grid)
    if stopped:
        raise KeyboardInterrupt


def _range(pair: Any) -> str:
    low, high = (f"{float(x):.4g}" for x in pair)
    return low if pair[0] == pair[1] else f"{low} .. {high}"
