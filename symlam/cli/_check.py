"""``symlam check``: decide a derivation line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symlam.errors import SymlamError

if TYPE_CHECKING:
    from symlam.check import Report


@click.command(
    epilog="""\b
Examples:
  symlam check proof.tex                 every line: follows, fails (with exact numbers), or undecided
  symlam check proof.tex --minimal       which of the stated assumptions are enough
  symlam check notes.md --json -         fenced LaTeX in Markdown; JSON on standard output
  symlam check derivation.py             the same in Python, see docs/check.md
  symlam check proof.tex --watch         again whenever the file changes
  symlam check proof.tex --certify       every accepted line once more, by the Rocq kernel

Exit code 0 when every line follows, 1 when one fails or is undecided, 2 when the input cannot be read
or does not fit together (syntax, unknown names, shapes, contradictory assumptions)."""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--json", "json_to", metavar="FILE", help="Write the report as JSON; - is standard output.")
@click.option("--minimal", is_flag=True, help="Find the weakest subsets of the stated assumptions.")
@click.option("--plot", is_flag=True, help="Print the matrices of counterexamples as arrays.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until interrupted.")
@click.option("--certify", is_flag=True, help="Let the Rocq kernel check every accepted line.")
@click.option(
    "--seconds", type=click.FloatRange(min=0.01), default=20.0, show_default=True, help="Time for one line."
)
def command(
    files: tuple[Path, ...],
    json_to: str | None,
    minimal: bool,
    plot: bool,
    watch: bool,
    certify: bool,
    seconds: float,
) -> int:
    """Decide each line of the derivations in FILE (.tex, .md or .py) under the assumptions it states."""
    if watch and json_to is not None:
        raise click.UsageError("--watch prints for reading; it does not go with --json")
    if not watch:
        return _once(files, json_to, minimal, plot, seconds, certify)
    return _watch(files, minimal, plot, seconds, certify)


def _once(
    files: tuple[Path, ...], json_to: str | None, minimal: bool, plot: bool, seconds: float, certify: bool
) -> int:
    from symlam.check import check_file

    reports = [check_file(f, minimal=minimal, seconds=seconds, certify=certify) for f in files]
    if json_to is not None:
        data = [r.as_dict() for r in reports]
        _write(
            json_to,
            json.dumps(
                data[0] if len(data) == 1 else {"schema": 1, "files": data}, indent=2, ensure_ascii=False
            ),
        )
    if json_to != "-":
        for r in reports:
            _print(r, plot)
    return max(r.exit_code for r in reports)


def _write(where: str, text: str) -> None:
    if where == "-":
        click.echo(text)
        return
    try:
        Path(where).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write {where}: {error.strerror}") from error


def _print(report: Report, plot: bool) -> None:
    colours = {"follows": "green", "FAILS": "red", "undecided": "yellow"}
    for line in report.text(matrices=plot).splitlines():
        mark = next(
            (m for m in colours if f": {m}" in line.partition(" ")[0] + line[line.find(": ") :][:12]), None
        )
        click.secho(line, fg=colours[mark] if mark and not line.startswith(" ") else None)


def _watch(files: tuple[Path, ...], minimal: bool, plot: bool, seconds: float, certify: bool) -> int:
    import time

    seen: dict[Path, int] = {}
    while True:
        for f in files:
            try:
                stamp = f.stat().st_mtime_ns
            except OSError:
                stamp = -1
            if seen.get(f) == stamp:
                continue
            seen[f] = stamp
            click.echo(f"-- {f}, {time.strftime('%H:%M:%S')}")
            try:
                _once((f,), None, minimal, plot, seconds, certify)
            except SymlamError as error:
                click.echo(f"symlam: {error}", err=True)
        time.sleep(0.3)
