"""symlam verify: decide the claims of the ledger and show the evidence."""

from __future__ import annotations

import json
import sys
from typing import Any

import click


@click.command(
    epilog="Examples:  symlam verify  |  symlam verify P4.3 D1  |  symlam verify --digits 80 --no-formal  |  "
    "symlam verify C3 --json report.json  |  symlam verify --json - > report.json"
)
@click.argument("claims", nargs=-1, metavar="[CLAIM...]")
@click.option(
    "--digits", type=click.IntRange(1, 1000), default=50, show_default=True, help="Digits that must agree."
)
@click.option(
    "--json", "target", metavar="FILE|-", help="Write the report as JSON to a file, or - for standard output."
)
@click.option("--no-formal", is_flag=True, help="Leave the theorems of proofs/ out.")
@click.option("--details", is_flag=True, help="Also print clauses, proofs and counterexamples.")
def command(claims: tuple[str, ...], digits: int, target: str | None, no_formal: bool, details: bool) -> None:
    """Decide claims (all when none is named): verdict, derivation, counterexample, agreement, theorem.

    Exit code 0 when every asked claim is decided and all its evidence agrees, 1 when some evidence
    is missing or disagrees, 2 for bad usage.
    """
    from rich.console import Console

    from symlam.claims import verify

    log = Console(stderr=True)
    to_stdout = target == "-"
    if target is not None and not to_stdout:
        _write(target, "", mode="a")  # an unwritable file is said before the work; an old report stays
    with log.status("deciding ...") as status:

        def progress(identifier: str, state: str) -> None:
            status.update(f"{identifier}: {state}")
            if log.is_terminal is False and identifier == "proofs":
                log.print(f"{identifier}: {state}", highlight=False)

        report = verify(claims, digits=digits, formal=not no_formal, progress=progress)
    if target is not None:
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        if to_stdout:
            sys.stdout.write(text)
        else:
            _write(target, text)
    if not to_stdout:
        _show(report, details)
    raise click.exceptions.Exit(0 if report["agrees"] else 1)


def _write(target: str, text: str, *, mode: str = "w") -> None:
    from symlam.errors import SymlamError

    try:
        with open(target, mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SymlamError(
            f"cannot write {target}: {error.strerror}", hint="a path in a directory that exists"
        ) from None


# a long verdict in a narrow column; what it needs is said below the table
_SHORT = {"holds-with-hypothesis": "holds if ..."}
_BRIEF = {"not applicable": "-", "derived": "yes", "not searched": "-", "none": "-"}
_COLOUR = {"holds": "green", "holds-with-hypothesis": "yellow", "refuted": "red", "open": "dim"}


def _show(report: dict[str, Any], details: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    out = Console(highlight=False)
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("claim", no_wrap=True)
    table.add_column("statement", overflow="fold", min_width=12)
    for name in ("verdict", "derived", "lines", "counter-example", "agreement", "formal"):
        table.add_column(name, overflow="fold")
    table.add_column("time", no_wrap=True, justify="right")
    for c in report["claims"]:
        e = c["evidence"]
        numbers = e["agreement"]
        agreement = (
            f"{numbers['digits']} digits"
            if numbers["status"] == "agrees"
            else _BRIEF.get(numbers["status"], numbers["status"])
        )
        example = e["counterexample"]["status"]
        if example == "none found":
            example = f"none of {e['counterexample']['instances']}"
        table.add_row(
            c["id"],
            c["title"],
            f"[{_COLOUR[c['verdict']]}]{_SHORT.get(c['verdict'], c['verdict'])}[/]"
            + ("" if c["complete"] or c["verdict"] == "open" else " (!)"),
            _BRIEF.get(e["derivation"]["status"], e["derivation"]["status"]),
            _lines(e["lines"]),
            _BRIEF.get(example, example),
            agreement,
            _formal(e["formal"]),
            f"{c['seconds']:.1f}s",
        )
    out.print(table)
    for c in report["claims"]:
        _notes(out, c, details)
    v = report["versions"]
    out.print(", ".join(f"{k} {v[k]}" for k in v if k != "schema"), style="dim")


def _lines(printed: dict[str, Any]) -> str:
    """How many lines of the printed derivation follow."""
    lines = [x for x in printed["lines"] if "-repaired" not in x["file"]]
    if not lines:
        return "-"
    count = f"{sum(x['verdict'] == 'follows' for x in lines)} of {len(lines)}"
    return count + (" (!)" if printed["status"] == "disagrees" else "")


def _formal(formal: dict[str, Any]) -> str:
    if formal["status"] == "proved":
        rows = [m for m in formal.get("match", {}).get("theorems", ()) if m["status"] == "accepted"]
        matched = sum(m["kind"] == "match" for m in rows)
        return f"proved ({len(formal['theorems'])}" + (f", {matched} matched)" if matched else ")")
    return formal["status"]


# the role of the theorems that say what a verdict says
_SAYS = {"holds": "printed", "holds-with-hypothesis": "repaired", "refuted": "negation"}


def _theorems(c: dict[str, Any], details: bool) -> str:
    """The theorems that the kernel accepted in this run: those of the verdict's role, or all with their roles."""
    found = c["evidence"]["formal"]["theorems"]
    main = [t["name"] for t in found if t["role"] == _SAYS.get(c["verdict"])]
    if details or not main:
        return ", ".join(f"{t['name']} ({t['role']})" for t in found)
    more = len(found) - len(main[:3])
    return ", ".join(main[:3]) + (f" and {more} more" if more else "")


def _notes(out: Any, c: dict[str, Any], details: bool) -> None:
    from rich.markup import escape

    lines = []
    for p in c["parts"]:
        if p["role"] == "claim" and p["hypotheses"]:
            sets = "; or if ".join(" and ".join(s) for s in p["hypotheses"])
            lines.append(f"{p['name']}: {p['statement']}: holds if {sets}")
            lines.append(
                f"    without: exact counterexample ({(p['counterexample'] or {}).get('what', 'none found')})"
            )
        if p["conflict"]:
            lines.append(f"{p['name']}: {p['conflict']}")
        missing = [h for h, v in p["needed"].items() if v is None]
        if missing:
            lines.append(f"{p['name']}: not shown to be needed: {', '.join(missing)}")
        if p["role"] == "claim" and p["verdict"] == "refuted":
            lines.append(f"{p['name']} refuted: {p['statement']}")
        if p["role"] == "reason" and p["verdict"] == "refuted":
            lines.append(
                f"{p['name']}: {p['statement']}: that argument fails, the conclusion does not rest on it"
            )
        if p["role"] == "repair":
            lines.append(f"repaired form ({p['verdict']}): {p['statement']}")
    for x in c["evidence"]["lines"]["lines"]:
        if x["verdict"] != "follows":
            about = f" ({', '.join(x['decides'])})" if x["decides"] else ""
            lines.append(f"{x['file']}:{x['source_line']} {x['verdict']}{about}: {x['rule']}")
    lines.extend(f"conflict: {text}" for text in c["evidence"]["lines"]["conflicts"])
    if c["open_because"]:
        lines.append(c["open_because"])
    formal = c["evidence"]["formal"]
    if formal["status"] not in ("proved", "not asked"):
        lines.append(f"formal: {formal['status']}: {formal.get('reason', '')}")
    elif formal["status"] == "proved":
        lines.append(f"proved: {_theorems(c, details)}")
    for m in formal.get("match", {}).get("theorems", ()):
        if m["status"] != "accepted":
            lines.append(f"{m['kind']}: {m['theorem']}: {m['status']} {m['message']}".rstrip())
        elif details and m["kind"] == "counterexample":
            lines.append(f"confirmed by the kernel: {m['objects']}")
        elif details:
            lines.append(f"matched by {m['theorem']} (kernel): {m['objects']}")
    if lines or details:
        out.print(f"[bold]{c['id']}[/] {escape(c['statement'])}")
        if c["formulation"]:
            out.print(f"    \\[{escape(c['source'])}: {escape(c['formulation'])}]", style="dim")
    for line in lines:
        out.print("    " + escape(line))
    if not details:
        return
    for p in c["parts"]:
        out.print(
            f"  [bold]{p['name']}[/] \\[{p['role']}] {escape(p['statement'])}: [{_COLOUR[p['verdict']]}]{p['verdict']}[/]"
        )
        for line in p["checked"]:
            out.print("      " + escape(line))
        for line in p["cited"]:
            out.print("      cited: " + escape(line))
        if p["counterexample"]:
            _matrices(out, p["counterexample"])


def _matrices(out: Any, example: dict[str, Any]) -> None:
    from rich.markup import escape

    out.print(f"      counterexample: {escape(example['what'])}")
    sizes = ", ".join(f"{k} = {v}" for k, v in {**example["dimensions"], **example["scalars"]}.items())
    out.print(f"        {escape(sizes)}")
    for name, rows in {**example["matrices"], **example["moments"]}.items():
        shown = "; ".join(" ".join(r) for r in rows)
        out.print(f"        {escape(name)} = {escape('[' + shown + ']')}")

    def value(v: object) -> str:
        return "[" + "; ".join(" ".join(r) for r in v) + "]" if isinstance(v, list) else str(v)

    out.print(f"        left = {escape(value(example['left']))}, right = {escape(value(example['right']))}")
