"""What the project's own lock does not hold yet is named under the summary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_LINES = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    return request.config.stash.setdefault(_LINES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lines := terminalreporter.config.stash.get(_LINES, []):
        terminalreporter.section("not in symlam-snapshot.json yet: make snapshot")
        terminalreporter.write_line("\n".join(lines))
