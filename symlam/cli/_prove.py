"""``symlam prove``: compile the theorems and show what the kernel accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from symlam.evidence.formal import Audit

SCHEMA = 1


@click.command(
    epilog="""\b
Examples:
  symlam prove                       compile what changed, let coqc read the gate
  symlam prove --audit               ... and re-check the compiled modules with coqchk
  symlam prove P4.1 C1 --json -      two claims, as JSON on standard output

Exit code 0 when every theorem asked for is proved and nothing was found wrong, 1 when one is not or Coq is missing,
2 for bad usage."""
)
@click.argument("claims", nargs=-1, metavar="[CLAIM]...")
@click.option(
    "--audit", "with_coqchk", is_flag=True, help="Also re-check the project's modules with coqchk -norec."
)
@click.option("--full", is_flag=True, help="With --audit: coqchk every module, MathComp included (minutes).")
@click.option("--json", "json_to", metavar="FILE", help="Write the result as JSON; - is standard output.")
@click.option(
    "--proofs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another proofs directory than the one of this checkout.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Files compiled at a time (default: all cores).")
def command(
    claims: tuple[str, ...],
    with_coqchk: bool,
    full: bool,
    json_to: str | None,
    proofs: Path | None,
    jobs: int | None,
) -> int:
    """Build and audit the Rocq/Coq theorems, of all claims or of each CLAIM.

    The sources are compiled in a directory of their own, searched for axioms and for switched-off checks, and compared
    with the recorded statements; the gate re-states every theorem, and `Print Assumptions` has to answer "Closed under
    the global context" for each.
    """
    from symlam.evidence.formal import PROVED, audit

    if full and not with_coqchk:
        raise click.UsageError("--full is for the audit: symlam prove --audit --full")

    def progress(message: str) -> None:
        click.echo(f"prove: {message}", err=True)

    done = audit(proofs, coqchk=with_coqchk, full=full, jobs=jobs, progress=progress)
    asked = [_resolve(claim, done) for claim in claims]
    shown = [result for result in done.theorems if not asked or set(asked) & set(result.theorem.claims)]
    if json_to is not None:
        _write(json_to, json.dumps(as_dict(done, shown), indent=2, ensure_ascii=False))
    if json_to != "-":
        _print(done, shown)
        for claim in asked:
            if not any(claim in result.theorem.claims for result in shown):
                click.echo(f"{claim}: no theorem of the ledger is about it")
    good = shown and not done.findings and all(result.status == PROVED for result in shown)
    good = good and set(asked) <= {claim for result in shown for claim in result.theorem.claims}
    return 0 if good else 1


def _resolve(claim: str, done: Audit) -> str:
    """The id of a claim as the ledgers write it; SymlamError where neither knows it."""
    if any(claim in result.theorem.claims for result in done.theorems):
        return claim
    from symlam.claims import claim as known

    return known(claim).id


def as_dict(done: Audit, shown: list[Any]) -> dict[str, object]:
    """The result as plain data (schema 1): status, coq, findings, theorems, seconds."""
    from symlam.evidence.formal import theorem_as_dict

    return {
        "schema": SCHEMA,
        "status": done.status,
        "reason": done.reason,
        "coq": done.coq,
        "compiled": done.compiled,
        "findings": [{"kind": f.kind, "where": f.where, "message": f.message} for f in done.findings],
        "theorems": [theorem_as_dict(result) for result in shown],
        "seconds": {name: round(value, 3) for name, value in done.seconds.items()},
    }


def _write(where: str, text: str) -> None:
    if where == "-":
        click.echo(text)
        return
    try:
        Path(where).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write {where}: {error.strerror}") from error


def _print(done: Audit, shown: list[Any]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from symlam.evidence.formal import ELSEWHERE

    console = Console(highlight=False)
    colours = {"proved": "green", "failed": "red"}
    for result in shown:
        theorem = result.theorem
        # two lines a theorem: a column of sentences would be a few letters wide beside these names
        console.print(
            Text.assemble(
                (f"{result.status:<8}", colours.get(result.status, "yellow")),
                (theorem.name, "bold"),
                f"  {', '.join(theorem.claims) or '-'}  {theorem.role}",
            ),
            soft_wrap=True,
        )
        console.print(Padding(Text(theorem.sentence), (0, 0, 0, 8)))
    for result in shown:
        if result.reason and not done.reason and not result.reason.startswith(ELSEWHERE):
            console.print(Text(f"{result.theorem.name}: {result.reason}", style="red"), soft_wrap=True)
    for finding in done.findings:
        console.print(Text(f"found: {finding}", style="red"), soft_wrap=True)
    proved = sum(result.status == "proved" for result in shown)
    spent = ", ".join(f"{name} {value:.1f} s" for name, value in done.seconds.items())
    if done.reason:
        console.print(Text(f"not checked here: {done.reason}", style="yellow"), soft_wrap=True)
    else:
        console.print(
            f"{proved} of {len(shown)} theorems proved with no axiom, {len(done.findings)} findings; "
            f"Coq {done.coq}, {done.compiled} files compiled ({spent})",
            soft_wrap=True,
        )
