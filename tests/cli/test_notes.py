"""The notes under the table of `symlam verify`, one of each kind."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from symlam.cli._verify import _formal, _lines, _notes


def part(**changes: Any) -> dict[str, Any]:
    plain = {
        "name": "X.a", "role": "claim", "statement": "A = B", "verdict": "holds", "hypotheses": [], "counterexample": None,
        "conflict": "", "needed": {}, "checked": ["A = B because"], "cited": ["somebody"],
    }  # fmt: skip
    return {**plain, **changes}


def claim(*parts: dict[str, Any], lines: tuple = (), conflicts: tuple = (), **changes: Any) -> dict[str, Any]:
    plain = {
        "id": "X", "statement": "the claim", "formulation": "", "source": "", "parts": list(parts), "open_because": "",
        "evidence": {"lines": {"lines": list(lines), "conflicts": list(conflicts)}, "formal": {"status": "not asked"}},
    }  # fmt: skip
    return {**plain, **changes}


def told(c: dict[str, Any], *, details: bool = False) -> str:
    out = Console(file=io.StringIO(), width=300)
    _notes(out, c, details)
    return out.file.getvalue()


@pytest.mark.parametrize(
    ("c", "said"),
    [
        (
            claim(part(hypotheses=[["h1", "h2"], ["h3"]])),
            "X.a: A = B: holds if h1 and h2; or if h3\n        without: exact counterexample (none found)",
        ),
        (claim(part(conflict="two answers")), "X.a: two answers"),
        (claim(part(needed={"h": None, "g": {"what": "x"}})), "X.a: not shown to be needed: h\n"),
        (claim(part(verdict="refuted")), "X.a refuted: A = B"),
        (claim(part(role="reason", verdict="refuted")), "that argument fails, the conclusion does not rest on it"),
        (claim(part(role="repair", verdict="holds")), "repaired form (holds): A = B"),
        (
            claim(lines=({"verdict": "fails", "decides": ["X.a"], "file": "X.tex", "source_line": 3, "rule": "no"},)),
            "X.tex:3 fails (X.a): no",
        ),
        (claim(lines=({"verdict": "undecided", "decides": [], "file": "X.tex", "source_line": 3, "rule": "?"},)), "X.tex:3 undecided: ?"),
        (claim(conflicts=("ledger says yes",)), "conflict: ledger says yes"),
        (claim(open_because="nobody knows"), "nobody knows"),
        (claim(open_because="x", formulation="ours", source="this project"), "[this project: ours]"),
    ],
)  # fmt: skip
def test_a_note(c: dict[str, Any], said: str) -> None:
    assert said in told(c)


def test_a_claim_without_notes_is_silent_until_details_are_asked_for() -> None:
    assert told(claim(part())) == ""
    shown = told(claim(part()), details=True)
    assert "A = B because" in shown
    assert "cited: somebody" in shown


def test_cells() -> None:
    follows = {"verdict": "follows", "file": "X.tex"}
    lines = [follows, {**follows, "verdict": "fails"}, {**follows, "file": "X-repaired.tex"}]
    assert _lines({"lines": lines, "status": "agrees"}) == "1 of 2"
    assert _lines({"lines": lines, "status": "disagrees"}) == "1 of 2 (!)"
    assert _lines({"lines": [], "status": "agrees"}) == "-"
    assert _formal({"status": "failed"}) == "failed"
    assert _formal({"status": "proved", "theorems": [1, 2]}) == "proved (2)"
    rows = [("accepted", "match"), ("accepted", "counterexample"), ("undecided", "match")]
    match = {"theorems": [{"status": status, "kind": kind} for status, kind in rows]}
    assert _formal({"status": "proved", "theorems": [1, 2], "match": match}) == "proved (2, 1 matched)"


def proved(verdict: str, *theorems: tuple[str, str], match: tuple = ()) -> dict[str, Any]:
    """A claim whose theorems the kernel accepted, each a name and a role."""
    found = [{"name": name, "role": role} for name, role in theorems]
    formal = {"status": "proved", "theorems": found, "match": {"theorems": list(match)}}
    evidence = {"lines": {"lines": [], "conflicts": []}, "formal": formal}
    return claim(part(), verdict=verdict, evidence=evidence)


def test_the_theorems_that_say_what_the_verdict_says_are_named() -> None:
    roles = [("a", "printed"), ("b", "negation"), ("c", "repaired"), ("d", "negation")]
    assert "proved: a and 3 more\n" in told(proved("holds", *roles))
    assert "proved: b, d and 2 more\n" in told(proved("refuted", *roles))
    assert "proved: c and 3 more\n" in told(proved("holds-with-hypothesis", *roles))
    assert "proved: a (printed), b (negation)" in told(proved("holds", *roles), details=True)
    # no theorem of the role that the verdict needs: all are named, with what they are
    assert "proved: c (repaired)\n" in told(proved("refuted", ("c", "repaired")))
    many = [(name, "printed") for name in "abcde"]
    assert "proved: a, b, c and 2 more\n" in told(proved("holds", *many))
    assert "proved: a\n" in told(proved("holds", ("a", "printed")))


def test_what_the_kernel_said_of_the_engines_objects() -> None:
    row = {"theorem": "t", "objects": "its data", "status": "accepted", "message": ""}
    rows = ({**row, "kind": "match"}, {**row, "kind": "counterexample"})
    shown = told(proved("holds", ("t", "printed"), match=rows), details=True)
    assert "matched by t (kernel): its data" in shown
    assert "confirmed by the kernel: its data" in shown
    late = {**row, "kind": "counterexample", "status": "undecided", "message": "no answer"}
    assert "counterexample: t: undecided no answer" in told(proved("holds", ("t", "printed"), match=(late,)))
