"""The real proofs are audited once; the small development is copied for each test that damages it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from symlam.evidence._audit import Audit, audit, find_proofs

SMALL = Path(__file__).parent / "small"


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
