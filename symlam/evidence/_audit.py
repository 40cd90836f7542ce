"""The audit of proofs/: everything that has to be true before a theorem is called proved.

In order: the ledger, the gate and _CoqProject are read; the sources are searched for forbidden commands and compared
with the record of statements and definitions; they are compiled in a directory of their own; coqc compiles the gate
and its ``Print Assumptions`` output is read theorem by theorem; coqchk re-checks the compiled modules.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symlam.errors import SymlamError
from symlam.evidence._audit_build import Build, Coq, build, find_coq, locked
from symlam.evidence._audit_kernel import Answer, ask_gate, recheck
from symlam.evidence._audit_ledger import (
    GATE,
    LEDGER,
    PROJECT,
    Gate,
    Project,
    Theorem,
    compare_ledger_and_gates,
    compare_record,
    read_gates,
    read_ledger,
    read_project,
    read_text,
)
from symlam.evidence._audit_source import Finding, scan

PROVED, FAILED, UNCHECKED = "proved", "failed", "not checked here"
ELSEWHERE = "the audit found: "


@dataclass(frozen=True)
class TheoremResult:
    """A theorem of the ledger with this run's status, and the reason where it is not proved."""

    theorem: Theorem
    status: str
    reason: str = ""


@dataclass
class Audit:
    """Outcome of one audit. ``status`` is proved only where nothing at all was found wrong."""

    proofs: Path | None
    theorems: list[TheoremResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    coq: str = ""
    reason: str = ""
    compiled: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """proved, failed, or not checked here."""
        if self.reason:
            return UNCHECKED
        good = (
            not self.findings and self.theorems and all(result.status == PROVED for result in self.theorems)
        )
        return PROVED if good else FAILED


def find_proofs() -> Path | None:
    """The proofs directory of the checkout that this package runs from, if it runs from one."""
    proofs = Path(__file__).resolve().parents[2] / "proofs"
    return proofs if (proofs / PROJECT).is_file() else None


def build_directory(proofs: Path) -> Path:
    """Where the audit compiles: build/proofs beside proofs/, or a scratch place if that cannot be written."""
    beside = proofs.parent / "build" / "proofs"
    try:
        beside.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="symlam-proofs-"))
    return beside if os.access(beside, os.W_OK) else Path(tempfile.mkdtemp(prefix="symlam-proofs-"))


def audit(
    proofs: Path | None = None,
    *,
    coqchk: bool = True,
    full: bool = False,
    jobs: int | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> Audit:
    """Audit a proofs directory; by default the one of this checkout.

    ``coqchk`` re-checks the project's compiled modules, ``full`` also every library module they load. What is found
    wrong is in the result; a theorem is proved only on this run's output of the kernel.
    """
    proofs = proofs if proofs is not None else find_proofs()
    if proofs is None:
        return Audit(None, reason="no proofs directory: the package does not run from a checkout")
    proofs = Path(proofs)
    if not (proofs / PROJECT).is_file():
        return Audit(proofs, reason=f"no {PROJECT} in {proofs.name}/")
    if not (proofs / LEDGER).is_file():
        return Audit(proofs, reason=f"no {LEDGER} in {proofs.name}/")
    try:
        theorems, gates, project = read_ledger(proofs), read_gates(proofs), read_project(proofs)
        reasons = compare_ledger_and_gates(theorems, gates, project, proofs)
    except SymlamError as error:
        return Audit(proofs, findings=[Finding("unreadable", proofs.name, str(error))])
    coq = find_coq()
    if isinstance(coq, str):
        return Audit(proofs, [TheoremResult(theorem, UNCHECKED, coq) for theorem in theorems], reason=coq)
    result = Audit(proofs, coq=coq.version)
    try:
        _run(result, proofs, theorems, gates, project, coq, reasons, coqchk or full, full, jobs, progress)
    except SymlamError as error:
        result.findings.append(Finding("unreadable", proofs.name, str(error)))
        result.theorems = [TheoremResult(theorem, FAILED, str(error)) for theorem in theorems]
    return result


def _run(
    result: Audit,
    proofs: Path,
    theorems: list[Theorem],
    gates: list[Gate],
    project: Project,
    coq: Coq,
    reasons: dict[str, str],
    coqchk: bool,
    full: bool,
    jobs: int | None,
    progress: Callable[[str], None],
) -> None:
    progress("reading sources")
    started = time.perf_counter()
    for file in [*project.sources, *(gate.file for gate in gates)]:
        result.findings += scan(read_text(proofs / file), file)
    changed, statement_reasons = compare_record(proofs, project, gates)
    result.findings += changed
    ledger = {theorem.name for theorem in theorems}
    for gate in gates:
        result.findings += [
            Finding("gate", entry.where, f"{entry.name} is not in {LEDGER}")
            for entry in gate.restatements
            if entry.name not in ledger
        ]
    result.seconds["sources"] = time.perf_counter() - started
    directory = build_directory(proofs)
    with locked(directory):
        progress(f"compiling {len(project.sources)} files (those that changed)")
        built = build(proofs, project, coq, directory, jobs=jobs)
        if lacking := _missing_library(built):
            result.reason = lacking
            result.theorems = [TheoremResult(theorem, UNCHECKED, lacking) for theorem in theorems]
            return
        result.findings += built.findings
        result.findings += [Finding("build", file, words) for file, words in built.errors.items()]
        result.compiled = built.compiled
        result.seconds["build"] = built.seconds
        libraries = ", libraries included" if full else ""
        also = f" and re-checking with coqchk{libraries}" if coqchk and not built.errors else ""
        progress(f"asking the kernel about {len(theorems)} theorems{also}")
        answers: dict[str, Answer] = {}
        with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
            # coqchk takes longest, so it starts first
            checked = pool.submit(_timed, recheck, built, full=full) if also else None
            asked = [pool.submit(_timed, ask_gate, gate, ledger - reasons.keys(), built) for gate in gates]
            for future in asked:
                found, spent = future.result()
                answers |= found
                result.seconds["gate"] = result.seconds.get("gate", 0.0) + spent
            if checked is not None:
                found, result.seconds["coqchk"] = checked.result()
                result.findings += found
    for theorem in theorems:
        reason = reasons.get(theorem.name) or _judge(theorem, answers.get(theorem.name), project)
        reason = reason or statement_reasons.get(theorem.name, "")
        result.theorems.append(TheoremResult(theorem, FAILED if reason else PROVED, reason))
    if result.findings:
        # whatever is wrong anywhere could be what a theorem leans on
        first = f"{ELSEWHERE}{result.findings[0]}"
        result.theorems = [
            TheoremResult(done.theorem, FAILED, done.reason or first) for done in result.theorems
        ]


def _timed(work: Callable[..., Any], *arguments: object, **options: object) -> tuple[Any, float]:
    started = time.perf_counter()
    found = work(*arguments, **options)
    return found, time.perf_counter() - started


def _missing_library(built: Build) -> str:
    """The sentence for a Coq without MathComp; empty where the libraries are there."""
    for words in built.errors.values():
        if re.search(r"(Unable to locate library|Cannot find a physical path).*\bmathcomp\b", words):
            return "MathComp is not installed; `make coq` installs it or says how"
    return ""


def _judge(theorem: Theorem, answer: Answer | None, project: Project) -> str:
    """Why the kernel's answer does not prove this row of the ledger; empty where it does."""
    if answer is None:
        return f"the kernel was not asked: no restatement in {GATE}/"
    if not answer.accepted:
        return answer.words
    expected = project.module(theorem.file) + "."
    if not answer.constant.startswith(expected):
        return f"the gate means {answer.constant or 'another name'}, not a constant of {theorem.file}"
    return ""


__all__ = ["Audit", "Build", "TheoremResult", "audit", "build_directory", "find_proofs"]
