"""One run of the whole ledger, shared by every test that reads a report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symlam.claims import verify


@pytest.fixture(scope="session")
def report() -> dict[str, Any]:
    """The report of `verify(formal=False)`, through its own text."""
    return json.loads(json.dumps(verify(formal=False, digits=50)))
