"""The theories that exports import are built once for the tests that run coqc."""

from __future__ import annotations

import pytest

from symlam.evidence.export import build_library


@pytest.fixture(scope="session")
def library() -> None:
    """The compiled theories; a build that fails is a failure, not a skip."""
    problem = build_library()
    assert problem is None, problem
