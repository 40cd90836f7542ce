"""The ledger: published claims, their printed form in the engine's terms, computed verdicts."""

from symlam.claims._claim import Claim, ClaimResult, resolve
from symlam.claims._ledger import claim, ledger
from symlam.claims._matches import matched_claims, matches_of, refutations_of
from symlam.claims._part import Hypothesis, Part, PartResult, Proof, Violation, decide, hypothesis
from symlam.claims._printed import derivation_files, printed_lines
from symlam.claims._verify import add_formal, claim_report, optimum_of, verify

__all__ = [
    "Claim",
    "ClaimResult",
    "Hypothesis",
    "Part",
    "PartResult",
    "Proof",
    "Violation",
    "add_formal",
    "claim",
    "claim_report",
    "decide",
    "derivation_files",
    "hypothesis",
    "ledger",
    "matched_claims",
    "matches_of",
    "optimum_of",
    "printed_lines",
    "refutations_of",
    "resolve",
    "verify",
]
