"""What the kernel says enters a report and decides its exit code: every answer of the audit and of the matches, given."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import symlam.claims
from symlam.cli import main
from symlam.evidence._audit import TheoremResult
from symlam.evidence._audit_ledger import Theorem
from symlam.evidence.export import ACCEPTED, REJECTED, UNCHECKED, UNDECIDED
from symlam.evidence.formal import FormalEvidence

CLAIM = "S2"  # printed form refuted, with a repair


def evidence(status: str, *roles: str, reason: str = "") -> FormalEvidence:
    theorems = tuple(
        TheoremResult(
            Theorem(name=f"S2_{role}", claims=(CLAIM,), file="s.v", role=role, sentence=f"{role}.", needs={}),
            "proved",
        )
        for role in roles
    )
    return FormalEvidence(CLAIM, status, theorems, reason, "8.16", 1.0)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch):
    """Answer for the audit and for every match."""

    def answer(found: FormalEvidence, match: str, message: str = "") -> None:
        monkeypatch.setattr(
            "symlam.evidence.formal.formal_evidence", lambda ids, progress: dict.fromkeys(ids, found)
        )
        monkeypatch.setattr(
            "symlam.evidence.export.certify_steps",
            lambda steps, timeout: SimpleNamespace(
                steps=[SimpleNamespace(name=s.name, status=match, message=message) for s in steps]
            ),
        )

    return answer


def verdict_needs() -> set[str]:
    from symlam.claims._verify import _ROLES

    return _ROLES[symlam.claims.verify([CLAIM], formal=False)["claims"][0]["verdict"]]


def test_every_answer_decides_what_the_report_says(kernel) -> None:
    roles = verdict_needs()
    assert roles
    cases = [
        (evidence("proved", *roles), ACCEPTED, "proved", True),
        (evidence("proved", *roles), UNCHECKED, "proved", True),
        (evidence("proved", *roles), UNDECIDED, "incomplete", False),
        (evidence("proved", *roles), REJECTED, "disagrees", False),
        (evidence("proved", "library"), ACCEPTED, "disagrees", False),
        (evidence("failed", *roles, reason="S2_x: no"), ACCEPTED, "failed", False),
        (evidence("not checked here", reason="no Coq"), UNCHECKED, "not checked here", False),
    ]
    for found, match, status, agreed in cases:
        kernel(found, match)
        report = symlam.claims.verify([CLAIM])
        (one,) = report["claims"]
        assert one["evidence"]["formal"]["status"] == status
        assert report["agrees"] is agreed
        assert one["evidence"]["formal"]["match"]["status"] == match


def test_formal_evidence_can_be_added_later(kernel) -> None:
    kernel(evidence("proved", *verdict_needs()), ACCEPTED)
    report = symlam.claims.verify([CLAIM], formal=False)
    assert report["claims"][0]["evidence"]["formal"]["status"] == "not asked"
    told: list[tuple[str, str]] = []
    symlam.claims.add_formal(report, progress=lambda *words: told.append(words))
    assert report["claims"][0]["evidence"]["formal"]["status"] == "proved"
    assert report["agrees"] is True
    assert any(state == "proofs" for state, _ in told)


@pytest.mark.parametrize(
    ("match", "message", "code", "said"),
    [
        (ACCEPTED, "", 0, ("proved (", "matched by", "(kernel)")),
        (REJECTED, "no such object", 1, ("formal: disagrees", ": rejected no such object")),
        (UNDECIDED, "time", 1, ("formal: incomplete", ": undecided time")),
    ],
)
def test_the_command_tells_it(kernel, capsys, monkeypatch, match, message, code, said) -> None:
    kernel(evidence("proved", *verdict_needs()), match, message)
    monkeypatch.setattr(sys, "argv", ["symlam", "verify", CLAIM, "--details"])
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit) as stop:
        main()
    out = capsys.readouterr().out
    for part in said:
        assert part in out
    assert stop.value.code == code


def test_the_sentences_of_a_claim_are_those_of_its_theorems() -> None:
    found = evidence("proved", "negation", "repaired")
    assert found.names == ("S2_negation", "S2_repaired")
    assert found.roles == ("negation", "repaired")
    assert found.sentence == "negation. repaired."
    assert [t["role"] for t in found.as_dict()["theorems"]] == ["negation", "repaired"]


def test_outside_a_checkout_the_column_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from symlam.evidence import formal

    monkeypatch.setattr("symlam.evidence._audit.find_proofs", lambda: None)
    monkeypatch.setattr(formal, "find_proofs", lambda: None, raising=False)
    found = formal.formal_evidence([CLAIM])[CLAIM]
    assert found.status == "not checked here"
    assert "no proofs directory" in found.reason


@pytest.mark.parametrize(
    ("claim", "roles", "status"),
    [
        ("R3", ("printed",), "proved"),
        ("R3", ("repaired",), "disagrees"),
        ("E2", ("printed",), "proved"),
        ("E2", ("repaired", "library"), "proved"),
        ("E2", ("library",), "disagrees"),
    ],
)
def test_an_own_statement_needs_a_theorem_of_the_form_that_holds(kernel, claim, roles, status) -> None:
    """R3 holds as it stands, E2 with a hypothesis; neither is in print, so nothing has to be negated."""
    kernel(evidence("proved", *roles), ACCEPTED)
    (one,) = symlam.claims.verify([claim], digits=15)["claims"]
    assert one["evidence"]["formal"]["status"] == status
    if status == "disagrees":
        assert "printed" in one["evidence"]["formal"]["reason"]
