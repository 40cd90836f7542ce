"""Tests marked ``coq`` or ``tex`` are skipped, with the reason, where Rocq/Coq or LaTeX is missing."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import HealthCheck, settings

from symlam.evidence._audit_build import find_coq

# chosen with --hypothesis-profile; tests that state a number of examples scale it (tests/profile.py)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(
    "nightly", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

NOT_IN_THE_LOCK = "not in the lock"  # a property that tests/snapshot sets


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("coq")]
    found = find_coq() if marked else None
    if isinstance(found, str):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=found))
    if shutil.which("pdflatex") is None:
        for item in items:
            if item.get_closest_marker("tex"):
                item.add_marker(
                    pytest.mark.skip(reason="pdflatex not installed; `make tex` installs it or says how")
                )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # with pytest-xdist only this conftest is loaded where the summary is written
    reports = [r for found in terminalreporter.stats.values() for r in found]
    told = (getattr(r, "user_properties", ()) for r in reports if getattr(r, "when", "") == "call")
    lines = [str(text) for properties in told for name, text in properties if name == NOT_IN_THE_LOCK]
    if lines:
        terminalreporter.section("not in symlam-snapshot.json yet: make snapshot")
        terminalreporter.write_line("\n".join(lines))
