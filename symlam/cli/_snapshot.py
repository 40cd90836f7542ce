"""``symlam snapshot``: what is derived, as a lock file, and what changed since."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  symlam snapshot                        write symlam-snapshot.json
  symlam snapshot proofs/*.tex           the verdicts of these derivations too
  symlam snapshot --check                what changed mathematically since, e.g. after an upgrade of SymPy

Exit code 0 when written or when nothing that is recorded changed (new entries are named, and break nothing), 1 when
something did, 2 when the lock or a file cannot be read."""
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "-o", "--output", default="symlam-snapshot.json", show_default=True, type=click.Path(path_type=Path),
    help="The lock file.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Compare with the lock instead of writing it.")
def command(files: tuple[Path, ...], output: Path, check: bool) -> int:
    """Record the derived objectives, optima, thresholds, certificates and theorem statements, or compare with a record."""
    from symlam.snapshot import compare, read_snapshot, record, to_text
    from symlam.snapshot._record import SECTIONS

    if check:
        if files:
            raise click.UsageError("--check reads the files that the lock names; leave FILE out")
        old = read_snapshot(output)
        changes = compare(old, record(old["derivations"]))
        for change in changes:
            click.echo(str(change))
        count = sum(len(old[section]) for section in SECTIONS)
        new_entries = sum(change.is_new for change in changes)
        different = len(changes) - new_entries
        said = f"{different} changes" if different else "none changed"
        more = f", {new_entries} new ones not recorded yet" if new_entries else ""
        click.echo(f"{output}: {count} entries, {said}{more}")
        return 1 if different else 0
    new = record(files)
    try:
        output.write_text(to_text(new), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write {output}: {error.strerror}") from error
    click.echo(f"{output}: " + ", ".join(f"{len(new[s])} {s}" for s in SECTIONS if new[s]))
    return 0
