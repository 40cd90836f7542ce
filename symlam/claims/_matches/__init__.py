"""Which objects of the engine stand in which theorem of proofs/, claim by claim.

Every entry is written as a lemma and checked by the kernel (`symlam certify CLAIM`); see docs/export.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symlam.evidence.export._instance import Refutation
    from symlam.evidence.export._match import Match

# claim -> module and function
_TABLE = {
    "S1": ("_pca", "s1"),
    "S2": ("_pca", "s2"),
    "S3": ("_pca", "s3"),
    "P4.1": ("_pca", "p41"),
    "P4.2": ("_pca", "p42"),
    "P4.3": ("_augmentation", "p43"),
    "P4.3d": ("_augmentation", "p43d"),
    "P4.4": ("_supervision", "p44"),
    "P4.4s": ("_supervision", "p44s"),
    "M1": ("_measures", "m1"),
    "M2": ("_measures", "m2"),
    "C1": ("_noise", "c1"),
    "C2": ("_noise", "c2"),
    "C3": ("_noise", "c3"),
    "D1": ("_policy", "d1"),
    "D2": ("_policy", "d2"),
    "E1": ("_exogenous", "e1"),
    "E3": ("_robust_targets", "e3"),
    "R1": ("_exogenous", "r1"),
    "R2": ("_exogenous", "r2"),
    "R3": ("_exogenous", "r3"),
    "R4": ("_exogenous", "r4"),
    "R5": ("_cross_exogenous", "r5"),
    "R6": ("_robust_targets", "r6"),
    "R7": ("_robust_targets", "r7"),
}
# claims with a printed clause that is false, and an instance of the engine's to be confirmed
_REFUTED = {"S2": "s2", "D1": "d1", "D2": "d2", "C1": "c1"}


def matched_claims() -> tuple[str, ...]:
    """The claims that have a match.

    >>> matched_claims()[:3]
    ('S1', 'S2', 'S3')
    """
    return tuple(_TABLE)


def matches_of(claim: str) -> tuple[Match, ...]:
    """The matches of a claim, in the order of its text; none for a claim without.

    >>> [m.theorem for m in matches_of("P4.1")]
    ['prop_4_1', 'prop_4_1_min_iff', 'prop_4_1_min_pd_iff']
    """
    if claim not in _TABLE:
        return ()
    module, function = _TABLE[claim]
    return getattr(import_module(f"{__name__}.{module}"), function)()


def refutations_of(claim: str) -> tuple[Refutation, ...]:
    """The engine's counterexamples to printed clauses of a claim, for the kernel to confirm.

    >>> [r.clause for r in refutations_of("D1")]
    ['D1.a', 'D1.d']
    """
    if claim not in _REFUTED:
        return ()
    return getattr(import_module(f"{__name__}._refuted"), _REFUTED[claim])()


__all__ = ["matched_claims", "matches_of", "refutations_of"]
