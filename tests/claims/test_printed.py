"""Printed derivations beside the ledger: every clause that a line decides, and that a contradiction is seen."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from symlam.claims import claim_report, derivation_files, ledger, printed_lines
from symlam.claims._printed import PrintedLine, conflicts, printed_evidence

WITH_FILES = sorted(i for i in ledger() if derivation_files(i))


def part(name: str, verdict: str):
    return SimpleNamespace(part=SimpleNamespace(name=name), verdict=verdict)


def test_the_propositions_and_remarks_with_a_derivation_have_files() -> None:
    assert WITH_FILES == [
        "C2",
        "D1",
        "P4.1",
        "P4.2",
        "P4.3",
        "P4.3d",
        "P4.4",
        "R1",
        "R3",
        "R5",
        "R6",
        "S1",
        "S2",
        "S3",
    ]


@pytest.mark.parametrize("identifier", WITH_FILES)
def test_every_derivation_decides_clauses_that_exist_and_names_each_once_in_a_file(identifier: str) -> None:
    clauses = {p.name for p in ledger()[identifier].parts()}
    lines = printed_lines(identifier)
    decided = [(x.file, c) for x in lines for c in x.decides]
    assert decided
    assert {c for _, c in decided} <= clauses
    assert len(decided) == len(set(decided))
    assert all(x.verdict in ("follows", "fails") for x in lines)


@pytest.mark.parametrize("identifier", ["S1", "S2", "S3", "P4.1", "D1", "R1", "R3", "R6"])
def test_checker_and_ledger_agree(identifier: str) -> None:
    report = claim_report(identifier, digits=15)
    found = report["evidence"]["lines"]
    assert (found["status"], found["conflicts"]) == ("agrees", [])
    assert report["complete"]


LINE = PrintedLine("examples/X.tex", 7, "a &= b", "follows", "identity", ("X.a",))


@pytest.mark.parametrize(
    ("line", "verdict", "agrees"),
    [
        (LINE, "holds", True),
        (LINE, "holds-with-hypothesis", False),
        (LINE, "refuted", False),
        (replace(LINE, verdict="fails"), "holds", False),
        (replace(LINE, verdict="fails"), "refuted", True),
        (replace(LINE, verdict="fails"), "holds-with-hypothesis", True),
        (replace(LINE, verdict="undecided"), "holds", True),
        (replace(LINE, file="examples/X-repaired.tex"), "holds-with-hypothesis", True),
        (replace(LINE, file="examples/X-repaired.tex"), "refuted", False),
        (replace(LINE, file="examples/X-repaired.tex", verdict="fails"), "refuted", False),
        (replace(LINE, decides=("X.b",)), "holds", False),
    ],
)
def test_a_contradiction_is_said(line: PrintedLine, verdict: str, agrees: bool) -> None:
    assert (conflicts((line,), [part("X.a", verdict)]) == []) is agrees


def test_a_turned_verdict_makes_the_claim_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    import symlam.claims._printed as module

    lines = printed_lines("S1")
    turned = tuple(replace(x, verdict="fails") if x.decides else x for x in lines)
    monkeypatch.setattr(module, "printed_lines", lambda identifier: turned)
    found = printed_evidence("S1", [part("S1", "holds")])
    assert found["status"] == "disagrees"
    assert "S1: holds" in found["conflicts"][0]
    assert not claim_report("S1", digits=15)["complete"]


def test_a_claim_without_a_printed_derivation_has_no_lines() -> None:
    assert printed_evidence("M2", [])["status"] == "none"
