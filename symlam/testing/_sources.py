"""Derivations in files and claims of the ledger, asserted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from symlam.errors import SymlamError
from symlam.testing._count import DEFAULTS, checked

if TYPE_CHECKING:
    from symlam.check import Line, Report

VERDICTS = ("holds", "holds-with-hypothesis", "refuted", "open")


def assert_derivation(file: str | Path, *, certify: bool | None = None) -> None:
    """Assert that every line of a derivation (.tex, .md, .py) follows; with ``certify`` that the kernel accepts each.

    Fails with the lines that do not, each with its exact counterexample. Raises SymlamError for a file that cannot
    be read, and for one without a line to check: nothing would be asserted.
    """
    from symlam.check import check_file

    report = check_file(file, certify=DEFAULTS.certify if certify is None else certify)
    if not report.lines:
        raise SymlamError(f"{file} has no line to check", expected=r"a display with =, \\le or \\ge")
    bad = [text for i in range(len(report.lines)) if (text := trouble(report, i)) is not None]
    for _ in report.lines:
        checked("line")
    if bad:
        raise AssertionError(
            "\n".join([*bad, f"{len(bad)} of {len(report.lines)} lines of {file} do not follow"])
        )


def trouble(report: Report, i: int) -> str | None:
    """What is wrong with a line of a report; None when it follows (and the kernel, where asked, accepted it)."""
    from symlam.check import FOLLOWS
    from symlam.check._report import show_counterexample

    line: Line = report.lines[i]
    v = line.verdict
    kernel = report.kernel[i] if report.kernel is not None else None
    if v.answer == FOLLOWS and (kernel is None or kernel.startswith("accepted")):
        return None
    out = [f"{report.name}:{line.source_line}: {v.answer}: {line.source}", f"    {v.rule}"]
    if v.answer == FOLLOWS:
        out.append(f"    kernel: {kernel}")
    if v.note:
        out.append(f"    {v.note}")
    if v.counterexample is not None:
        out += [
            f"    {t}" for t in show_counterexample(v.counterexample.describe(), line.relation, matrices=True)
        ]
    return "\n".join(out)


def assert_claim(identifier: str, verdict: str) -> None:
    """Assert the verdict of a claim of the ledger, computed now: "holds", "holds-with-hypothesis", "refuted", "open".

    Fails with the verdict, the clauses behind it and the exact counterexample to the printed form. Raises SymlamError for
    an unknown claim or verdict.

    >>> assert_claim("S1", "holds")
    """
    from symlam.check._report import show_counterexample
    from symlam.claims import claim, resolve

    wanted = verdict.replace(" ", "-") if isinstance(verdict, str) else verdict
    if wanted not in VERDICTS:
        raise SymlamError(f"there is no verdict {verdict!r}", expected=" or ".join(VERDICTS))
    found = resolve(claim(identifier), drop_assumptions=False)
    checked("claim")
    if found.verdict == wanted:
        return
    lines = [f"claim {found.claim.id} ({found.claim.title}): {found.verdict}, not {wanted}"]
    lines += [f"    {p.verdict}: {p.part.statement}" for p in found.parts if p.part.role == "claim"]
    lines += [f"    needs {h}" for h in found.hypotheses]
    if found.counterexample is not None:
        lines += [
            f"    {t}" for t in show_counterexample(found.counterexample.describe(), "=", matrices=True)
        ]
    raise AssertionError("\n".join(lines))
