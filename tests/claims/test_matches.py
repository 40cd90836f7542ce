"""What the formal column says when the kernel accepts, rejects or does not answer on the engine's objects."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from symlam.claims import matches_of, refutations_of
from symlam.claims._verify import _add_matches


def formal(monkeypatch: pytest.MonkeyPatch, claim: str, status: str) -> dict[str, Any]:
    """The formal column of a proved claim when the kernel says ``status`` of the first statement."""

    def answer(steps: list[Any], **options: Any) -> Any:
        said = ["accepted"] * len(steps)
        said[0] = status
        return SimpleNamespace(
            steps=[
                SimpleNamespace(name=m.name, status=s, message="") for m, s in zip(steps, said, strict=True)
            ]
        )

    monkeypatch.setattr("symlam.evidence.export.certify_steps", answer)
    reports = [{"id": claim, "evidence": {"formal": {"status": "proved"}}}]
    _add_matches(reports, lambda *_: None)
    return reports[0]["evidence"]["formal"]


@pytest.mark.parametrize(
    ("status", "match", "column"),
    [
        ("accepted", "accepted", "proved"),
        ("rejected", "rejected", "disagrees"),
        ("not exported", "rejected", "disagrees"),
        ("undecided", "undecided", "incomplete"),
        ("not checked here", "not checked here", "proved"),
    ],
)
def test_the_answer_on_one_statement(
    monkeypatch: pytest.MonkeyPatch, status: str, match: str, column: str
) -> None:
    found = formal(monkeypatch, "D1", status)
    assert (found["match"]["status"], found["status"]) == (match, column)


def test_matches_and_counterexamples_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = formal(monkeypatch, "D1", "accepted")["match"]["theorems"]
    kinds = [row["kind"] for row in rows]
    assert kinds == ["match"] * len(matches_of("D1")) + ["counterexample"] * len(refutations_of("D1"))
    assert {row["theorem"] for row in rows if row["kind"] == "counterexample"} == {"D1_as_printed_false"}
