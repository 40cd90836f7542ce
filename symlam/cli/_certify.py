"""``symlam certify``: write each step of a derivation as a Coq lemma, let the kernel check it, report per step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from symlam.errors import SymlamError

if TYPE_CHECKING:
    from symlam.evidence.export import Certification


@click.command(
    epilog="""\b
Examples:
  symlam certify P4.1                    the derivations of a claim step by step, and its theorems in the
                                         engine's objects (match_...)
  symlam certify D1                      ... and the engine's counterexamples (refutes_...)
  symlam certify P4.4 -o P4_4.v          ... and keep the Coq files (P4_4.v, or P4_4_1.v, P4_4_2.v, ...)
  symlam certify examples/P4.1.tex       every accepted line of a LaTeX derivation
  symlam certify steps.py                a script that leaves `steps = [(lhs, "=", rhs, assumptions), ...]`

Exit code 0 when the kernel accepted every step in this run, 1 when one was rejected, not exported or not checked
(Coq missing), 2 for bad usage."""
)
@click.argument("source", metavar="FILE|CLAIM")
@click.option(
    "-o", "--output", metavar="FILE.v", help="Keep the Coq files (for claims and scripts of steps)."
)
@click.option("--json", "json_to", metavar="FILE", help="Write the results as JSON; - is standard output.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=300.0,
    show_default=True,
    help="Seconds of processor time for a file.",
)
def command(source: str, output: str | None, json_to: str | None, timeout: float) -> None:
    """Certify a derivation: FILE (.tex, .md or .py) or a claim of the ledger."""
    path = Path(source)
    if path.suffix in (".tex", ".md"):
        _lines(path, output, json_to)
    done = _steps(path, source, timeout)
    if done is None:
        _lines(path, output, json_to)
    if output is not None:
        _keep(output, [f.text for f in done.files] or [done.text])
    rows = [{"step": s.name, "status": s.status, "message": s.message} for s in done.steps]
    files = [round(f.seconds, 3) for f in done.files]
    data = {"source": source, "seconds": round(done.seconds, 3), "files": files, "steps": rows}
    _report(data, rows, json_to, done.accepted)


def _steps(path: Path, source: str, timeout: float) -> Certification | None:
    """The steps of a claim or of a script; None for a script in the form of `symlam check`."""
    from symlam.evidence.export import certify_script, certify_steps

    if path.suffix == ".py":
        if not path.is_file():
            raise SymlamError(f"{path} is not a file", expected="a derivation (.tex, .md, .py) or a claim id")
        try:
            return certify_script(path, timeout=timeout)
        except SymlamError as problem:
            if "leaves no steps" in problem.problem:
                return None
            raise
    from symlam.claims import claim, matches_of, refutations_of

    asked = claim(source)
    found = [*asked.derivations(), *matches_of(asked.id), *refutations_of(asked.id)]
    if not found:
        raise SymlamError(f"the claim {source} has nothing to export", hint="symlam prove " + source)
    return certify_steps(found, timeout=timeout)


def _lines(path: Path, output: str | None, json_to: str | None) -> NoReturn:
    """A derivation in the form of `symlam check`, every accepted line by the kernel."""
    from symlam.check import check_file

    if output is not None:
        raise click.UsageError("-o goes with claims and scripts of steps")
    report = check_file(path, certify=True)
    if json_to is not None:
        _write(json_to, json.dumps(report.as_dict(), indent=2, ensure_ascii=False) + "\n")
    if json_to != "-":
        click.echo(report.text())
    raise click.exceptions.Exit(report.exit_code)


def _report(data: dict[str, Any], rows: list[dict[str, str]], json_to: str | None, accepted: bool) -> None:
    if json_to is not None:
        _write(json_to, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    if json_to != "-":
        for row in rows:
            click.echo(f"{row['step']}: {row['status']}" + (f"  {row['message']}" if row["message"] else ""))
        good = sum(r["status"] == "accepted" for r in rows)
        spent = " + ".join(f"{t:.1f}" for t in data["files"]) or "0"
        files = f"{len(data['files'])} file{'s' if len(data['files']) != 1 else ''}"
        click.echo(
            f"{good} of {len(rows)} steps accepted by the kernel ({files}, {spent} s of processor time)"
        )
    raise click.exceptions.Exit(0 if accepted else 1)


def _keep(where: str, texts: list[str]) -> None:
    """One file under the name that was asked for, several under the same name with numbers."""
    if len(texts) == 1 or where == "-":
        _write(where, "\n".join(texts))
        return
    path = Path(where)
    for number, text in enumerate(texts, start=1):
        _write(str(path.with_name(f"{path.stem}_{number}{path.suffix}")), text)


def _write(where: str, text: str) -> None:
    if where == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(where).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SymlamError(f"cannot write {where}: {error.strerror}") from None
