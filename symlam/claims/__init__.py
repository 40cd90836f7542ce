"""The ledger: published claims, their printed form in the engine's terms, computed verdicts."""

from symlam.claims._claim import Claim, ClaimResult, resolve
from symlam.claims._part import Hypothesis, Part, PartResult, Proof, Violation, decide, hypothesis

__all__ = [
    "Claim",
    "ClaimResult",
    "Hypothesis",
    "Part",
    "PartResult",
    "Proof",
    "Violation",
    "decide",
    "hypothesis",
    "resolve",
]
