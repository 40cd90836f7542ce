"""symlam-snapshot.json, the project's own lock: what is derived today is mathematically what was recorded."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from symlam.snapshot import compare, read_snapshot, record, to_text

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "symlam-snapshot.json"


@pytest.fixture(scope="module")
def old() -> dict[str, Any]:
    return read_snapshot(LOCK)


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    here = record(sorted((ROOT / "examples").glob("*.tex")))
    here["derivations"] = {str(Path(name).relative_to(ROOT)): v for name, v in here["derivations"].items()}
    return json.loads(to_text(here))


def test_nothing_that_was_recorded_changed(old, now, tell) -> None:
    changes = compare(old, now)
    # additions break nothing that is recorded, and are guarded from the next `make snapshot` on
    for change in changes:
        if change.is_new:
            tell(str(change))
    assert [str(change) for change in changes if not change.is_new] == [], "if that is meant: make snapshot"


def test_the_lock_covers_the_models_the_thresholds_and_the_examples(old) -> None:
    assert len(old["objectives"]) >= 13
    assert len(old["optima"]) >= 9
    assert len(old["thresholds"]) >= 14
    assert len(old["theorems"]) >= 230
    assert len(old["derivations"]) >= 16


def test_changed_mathematics_is_told_and_changed_text_is_not(old, now) -> None:
    same = copy.deepcopy(old)
    name = next(iter(same["objectives"]))
    same["objectives"][name]["loss"].reverse()
    theorem = next(iter(same["theorems"]))
    same["theorems"][theorem] = same["theorems"][theorem].replace(" ", "\n  ")
    same["versions"]["sympy"] = "0.7"
    assert [c for c in compare(same, now) if not c.is_new] == []
    other = copy.deepcopy(old)
    term = other["objectives"][name]["loss"][0]
    other["objectives"][name]["loss"][0] = term.removeprefix("-") if term.startswith("-") else "-" + term
    other["derivations"]["examples/P4.1.tex"][0] = "fails"
    told = [str(c) for c in compare(other, now) if not c.is_new]
    assert [t.split(":")[0] for t in told] == ["objectives", "derivations"]
