"""The theorems of this checkout: audited once per run, every one of them proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from symlam.evidence._audit import Audit, find_proofs
from symlam.evidence._audit_ledger import (
    LEDGER,
    PROJECT,
    compare_ledger_and_gates,
    compare_record,
    read_gates,
    read_ledger,
    read_project,
)
from symlam.evidence._audit_source import scan
from symlam.evidence.formal import NO_THEOREM, PROVED, evidence_of


@pytest.fixture(scope="module")
def proofs() -> Path:
    found = find_proofs()
    assert found is not None and (found / LEDGER).is_file()
    return found


def test_ledger_gate_and_project_fit_together(proofs: Path) -> None:
    theorems, gates, project = read_ledger(proofs), read_gates(proofs), read_project(proofs)
    assert compare_ledger_and_gates(theorems, gates, project, proofs) == {}
    restated = {entry.name for gate in gates for entry in gate.restatements}
    assert restated == {theorem.name for theorem in theorems}


def test_statements_and_definitions_are_the_recorded_ones(proofs: Path) -> None:
    findings, reasons = compare_record(proofs, read_project(proofs), read_gates(proofs))
    assert ([str(finding) for finding in findings], reasons) == ([], {}), "on purpose? then: make statements"


def test_no_source_holds_a_forbidden_command(proofs: Path) -> None:
    sources = sorted(proofs.rglob("*.v"))
    assert {str(path.relative_to(proofs)) for path in sources} >= set(read_project(proofs).sources)
    found = [str(f) for path in sources for f in scan(path.read_text(), str(path.relative_to(proofs)))]
    assert found == []


def test_every_theory_is_built(proofs: Path) -> None:
    written = {str(path.relative_to(proofs)) for path in (proofs / "theories").glob("*.v")}
    assert written == set(read_project(proofs).sources), f"files that {PROJECT} does not name are not checked"


@pytest.mark.coq
def test_every_theorem_is_proved_without_axioms(real_audit: Audit) -> None:
    assert real_audit.reason == ""
    assert [str(finding) for finding in real_audit.findings] == []
    assert {r.theorem.name: r.reason for r in real_audit.theorems if r.status != PROVED} == {}
    assert real_audit.status == PROVED


@pytest.mark.coq
def test_evidence_of_the_claims_names_theorems(real_audit: Audit) -> None:
    claims = {claim for result in real_audit.theorems for claim in result.theorem.claims}
    found = evidence_of(real_audit, [*claims, "no such claim"])
    assert {claim for claim in found if found[claim].status == PROVED and found[claim].names} == claims
    assert found["no such claim"].status == NO_THEOREM
