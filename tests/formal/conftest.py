"""The real proofs are audited once; the small development is copied for each test that damages it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from symlam.evidence._audit import Audit, audit, find_proofs
from symlam.evidence._audit_build import find_coq

SMALL = Path(__file__).parent / "small"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    found = find_coq()
    if isinstance(found, str):
        for item in items:
            if item.get_closest_marker("coq"):
                item.add_marker(pytest.mark.skip(reason=found))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small development, free to be damaged."""
    return Path(shutil.copytree(SMALL, tmp_path / "checkout" / "proofs"))


@pytest.fixture(scope="session")
def real_audit() -> Audit:
    """The audit of this checkout's proofs, run once."""
    proofs = find_proofs()
    assert proofs is not None, "the tests run from a checkout, which has proofs/"
    return audit(proofs)
