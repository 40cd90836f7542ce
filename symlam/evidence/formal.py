"""Formal evidence: theorems about a claim that the kernel of Rocq/Coq accepted in this run, with no axiom.

The only source of the status ``proved`` is the output of coqc (and coqchk) in the audit made by the same call; a
compiled file from another time, a matching name or a comment never counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from symlam.errors import SymlamError
from symlam.evidence._audit import (
    ELSEWHERE,
    FAILED,
    PROVED,
    UNCHECKED,
    Audit,
    TheoremResult,
    audit,
    build_directory,
    find_proofs,
)
from symlam.evidence._audit_build import build, find_coq, locked
from symlam.evidence._audit_ledger import PROJECT, read_project

NO_THEOREM = "no theorem"

__all__ = [
    "ELSEWHERE",
    "FAILED",
    "NO_THEOREM",
    "PROVED",
    "UNCHECKED",
    "Audit",
    "CompiledTheories",
    "FormalEvidence",
    "TheoremResult",
    "audit",
    "compiled_theories",
    "evidence_of",
    "formal_evidence",
    "theorem_as_dict",
]


@dataclass(frozen=True)
class FormalEvidence:
    """What the kernel says about one claim.

    ``status`` is ``proved`` (every theorem of the claim was accepted, closed under the global context, and nothing in
    the audit was red), ``failed``, ``not checked here`` or ``no theorem``; ``reason`` says why where it is not proved.
    """

    claim: str
    status: str
    theorems: tuple[TheoremResult, ...]
    reason: str
    coq: str
    seconds: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the theorems about the claim, in the ledger's order."""
        return tuple(result.theorem.name for result in self.theorems)

    @property
    def roles(self) -> tuple[str, ...]:
        """Their roles, in the same order: printed, negation, repaired, necessity or library."""
        return tuple(result.theorem.role for result in self.theorems)

    @property
    def sentence(self) -> str:
        """What the theorems say, one sentence each."""
        return " ".join(result.theorem.sentence for result in self.theorems)

    def as_dict(self) -> dict[str, object]:
        """The evidence as plain data, for JSON."""
        return {
            "status": self.status,
            "reason": self.reason,
            "coq": self.coq,
            "seconds": round(self.seconds, 3),
            "theorems": [theorem_as_dict(result) for result in self.theorems],
        }


def theorem_as_dict(result: TheoremResult) -> dict[str, object]:
    """One theorem of the ledger and its status as plain data."""
    theorem = result.theorem
    return {
        "name": theorem.name,
        "claims": list(theorem.claims),
        "file": theorem.file,
        "role": theorem.role,
        "sentence": theorem.sentence,
        "status": result.status,
        "reason": result.reason,
    }


def formal_evidence(
    claim_ids: Iterable[str],
    proofs_dir: str | Path | None = None,
    *,
    jobs: int | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> dict[str, FormalEvidence]:
    """Audit proofs/ once and say, for each claim, what the kernel accepted about it.

    ``proofs_dir`` defaults to the proofs of the checkout this package runs from; without one, or without Coq, every
    claim is ``not checked here``. Raises SymlamError for claim ids that are not strings.

    >>> formal_evidence(["P4.1"], "a/directory/without/proofs")["P4.1"].status
    'not checked here'
    """
    claims = list(claim_ids)
    if isinstance(claim_ids, str) or not all(isinstance(claim, str) for claim in claims):
        raise SymlamError(f"claim ids are {claim_ids!r}", expected="a list of strings such as ['P4.1']")
    done = audit(None if proofs_dir is None else Path(proofs_dir), jobs=jobs, progress=progress)
    return evidence_of(done, claims)


@dataclass(frozen=True)
class CompiledTheories:
    """The theories as the audit compiles them: the words for coqc's command line, and what failed, by source."""

    include: tuple[str, ...]
    errors: dict[str, str]
    coq: str


def compiled_theories(
    proofs_dir: str | Path | None = None, *, jobs: int | None = None
) -> CompiledTheories | str:
    """Bring the audit's own build of the theories up to date, for files that are checked against them.

    Returns the -Q words for coqc with absolute paths, or a sentence that says why there is no build here. Raises
    SymlamError where _CoqProject cannot be read.

    >>> compiled_theories("a/directory/without/proofs")
    'no _CoqProject in proofs/'
    """
    proofs = find_proofs() if proofs_dir is None else Path(proofs_dir)
    if proofs is None:
        return "no proofs directory: the package does not run from a checkout"
    if not (proofs / PROJECT).is_file():
        return f"no {PROJECT} in {proofs.name}/"
    coq = find_coq()
    if isinstance(coq, str):
        return coq
    project = read_project(proofs)
    directory = build_directory(proofs)
    with locked(directory):
        built = build(proofs, project, coq, directory, jobs=jobs)
    words: list[str] = []
    for option, place, logical in project.libraries:
        words += [option, str((directory / place).resolve()), logical]
    stale = {finding.where: finding.message for finding in built.findings}
    return CompiledTheories((*words, *project.flags), {**stale, **built.errors}, coq.version)


def evidence_of(done: Audit, claims: Iterable[str]) -> dict[str, FormalEvidence]:
    """Sort the results of one audit by claim."""
    seconds = sum(done.seconds.values())
    found = {}
    for claim in claims:
        about = tuple(result for result in done.theorems if claim in result.theorem.claims)
        if done.reason:
            status, reason = UNCHECKED, done.reason
        elif not about and done.findings and not done.theorems:
            status, reason = FAILED, str(done.findings[0])
        elif not about:
            status, reason = NO_THEOREM, "no theorem of the ledger is about it"
        else:
            reason = next((f"{r.theorem.name}: {r.reason}" for r in about if r.status != PROVED), "")
            status = FAILED if reason else PROVED
        found[claim] = FormalEvidence(claim, status, about, reason, done.coq, seconds)
    return found
