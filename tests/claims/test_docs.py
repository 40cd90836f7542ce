"""docs/verify-json.md names every key of a report, and no key that no report has."""

from __future__ import annotations

import re
from pathlib import Path

from symlam.evidence.formal import theorem_as_dict

DOC = Path(__file__).resolve().parents[2] / "docs" / "verify-json.md"
# objects whose keys are names of the instance, not of the schema
DATA = {"dimensions", "scalars", "matrices", "moments", "needed", "choice"}
# of --formal runs, which need Coq: from their source
FORMAL = {"reason", "coq", "name", "claims", "file", "role", "sentence", "status"}


def keys(value, *, data: bool = False) -> set[str]:
    if isinstance(value, list):
        return set().union(*(keys(v) for v in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    out = set() if data else set(value)
    for k, v in value.items():
        out |= keys(v, data=k in DATA and not data)
    return out


def documented() -> set[str]:
    """Whatever stands in backticks."""
    return set(re.findall(r"`([\w-]+)`", DOC.read_text()))


def test_every_key_of_a_report_is_documented(report) -> None:
    assert keys(report) - documented() == set()


def test_every_documented_key_is_in_a_report(report) -> None:
    first = {
        w
        for line in DOC.read_text().splitlines()
        if line.startswith("| `")
        for w in re.findall(r"`([\w-]+)`", line.split("|")[1])
    }
    assert len(first) > 40
    assert first - keys(report) - FORMAL == set()


def test_the_schema_and_every_status_are_documented(report) -> None:
    text = DOC.read_text()
    assert report["versions"]["schema"] in text
    for c in report["claims"]:
        for source in c["evidence"].values():
            assert f'"{source["status"]}"' in text
        for p in c["parts"]:
            assert f'"{p["role"]}"' in text
            assert f'"{p["verdict"]}"' in text


def test_keys_of_theorems_are_documented() -> None:
    from symlam.evidence.formal import FormalEvidence

    empty = FormalEvidence("S1", "no theorem", (), "", "", 0.0).as_dict()
    assert set(empty) <= documented()
    assert theorem_as_dict.__doc__
