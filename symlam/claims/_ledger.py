"""The ledger: every claim by id, in the paper's order."""

from __future__ import annotations

import difflib
import importlib
from functools import cache

from symlam.claims._claim import Claim
from symlam.errors import SymlamError

_MODULES = (
    "_pca", "_augmentation", "_supervision", "_policy", "_noise", "_measures",
    "_exogenous", "_cross_exogenous", "_robust_targets", "_latent_failure",
)  # fmt: skip
ORDER = (
    "S1", "P4.1", "P4.2", "S2", "S3", "M1", "M2", "C1", "C2", "C3", "D1", "D2", "P4.3", "P4.3d", "P4.4", "P4.4s",
    "E1", "E2", "E3", "R1", "R2", "R3", "R4", "R5", "R6", "R7",
)  # fmt: skip


@cache
def ledger() -> dict[str, Claim]:
    """All claims by id.

    >>> list(ledger())[:4]
    ['S1', 'P4.1', 'P4.2', 'S2']
    """
    found = {c.id: c for m in _MODULES for c in importlib.import_module(f"symlam.claims.{m}").CLAIMS}
    return {i: found[i] for i in ORDER}


def claim(identifier: str) -> Claim:
    """One claim by id (case and a missing dot do not matter); SymlamError when there is none.

    >>> claim("p4.1").title
    'linear LAM is PCA'
    """
    known = ledger()
    folded = {i.lower().replace(".", ""): i for i in known}
    key = str(identifier).lower().replace(".", "")
    if key not in folded:
        near = difflib.get_close_matches(key, folded, n=1, cutoff=0.4)
        hint = f"symlam verify {folded[near[0]]}" if near else "symlam verify"
        raise SymlamError(
            f"there is no claim {identifier!r}", expected="one of " + ", ".join(known), hint=hint
        )
    return known[folded[key]]
