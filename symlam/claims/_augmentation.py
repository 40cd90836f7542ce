"""P4.3: what data augmentation forces, and exactly when."""

from __future__ import annotations

from typing import Any

from symlam.algebra import E, identity, msq, positive_definite, rank_at_least, uncorrelated
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, hypothesis, proves
from symlam.claims._pca import SOURCE, change, pca_value
from symlam.claims._tests import every_minimiser, is_identity, minimum_is, second_moment, tail
from symlam.models import augmented_lam, correlated_lam
from symlam.models._model import Model
from symlam.models.letters import A, B, C, D, o, κ1, κ2
from symlam.objective import derive
from symlam.optimum._consequences import Facts

I = identity("d_o")
RANK = hypothesis("rank Σ_{q+ε} >= d_z", rank_at_least(change, "d_z"))
PD_1 = hypothesis("E[κ_1 κ_1'] > 0", positive_definite(κ1))
PD_2 = hypothesis("E[κ_2 κ_2'] > 0", positive_definite(κ2))
PD_O = hypothesis("E[o o'] > 0", positive_definite(o))


def _consequences(known: Model, chosen: frozenset[Hypothesis]) -> tuple[Facts, Proof]:
    """What holds at every minimiser: each square vanishes, and B is injective when the rank suffices."""
    chain = derive(known)
    injective = []
    cited: tuple[str, ...] = ()
    if RANK in chosen:
        # every optimal B D keeps d_z positive eigenvalues, so rank(B D) = d_z (theorem of proofs/: pca_opt_rank)
        injective.append(B.as_letter())
        cited += ("λ_{d_z} > 0, so an optimal B D has rank d_z and B has full column rank (Eckart-Young)",)
    facts = Facts(chain.steps[-1].condition, known.assumptions.definite_letters(), injective)
    return facts, Proof((*map(repr, chain.steps), *facts.log), chain.used, cited)


def _proves_goal(*goals: Any) -> Any:
    def prove(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        facts, proof = _consequences(known, chosen)
        return proof if all(facts.imply(g) for g in goals) else None

    return prove


def _p43() -> tuple[Part, ...]:
    m = augmented_lam()
    z = m.latent
    conditions = (RANK, PD_1, PD_2, PD_O)

    def value(known: Model, inst: Any) -> Any:
        return tail(second_moment(inst, change), inst.size(D.rows))

    return (
        Part(
            "P4.3.a",
            "at every optimum A = I",
            m,
            every_minimiser((A - I, "A - I at a minimiser")),
            _proves_goal(A - I),
            conditions[1:],
        ),
        Part(
            "P4.3.b",
            "at every optimum C + D = 0",
            m,
            every_minimiser((C + D, "C + D at a minimiser")),
            _proves_goal(C + D),
            conditions,
        ),
        Part(
            "P4.3.c",
            "if C + D = 0, then z = D(q + ε)",
            m,
            is_identity(z.substitute({C: -D}), D * change, "z at C = -D against D(q + ε)"),
            lambda known, _: proves(
                known.assumptions,
                E(z.substitute({C: -D}) - D * change, z.substitute({C: -D}) - D * change),
                0 * E(z, z),
                "o and κ_1 cancel in C(o + κ_1) + D(o' + κ_1)",
            ),
        ),
        Part(
            "P4.3.d",
            "the minimum stays sum over i > d_z of λ_i(Σ_{q+ε})",
            m,
            minimum_is(value, "min L against the tail of the spectrum"),
            pca_value(m, E(change, change), "the three other squares vanish at A = I, C = -D"),
            role="remark",
        ),
        Part(
            "P4.3.e",
            "at every optimum B(C + D) = 0",
            m,
            every_minimiser((B * (C + D), "B(C + D) at a minimiser")),
            _proves_goal(B * (C + D)),
            conditions[1:],
            role="remark",
        ),
    )


def _p43d() -> tuple[Part, ...]:
    # E[o (q+ε)'] is free here; the augmentations stay uncorrelated with everything
    m = augmented_lam().without(*uncorrelated(o, change))
    penalties = msq((A - I) * κ2) + msq(B * (C + D) * κ1)
    plain = correlated_lam().expand()
    conditions = (PD_1, PD_2, PD_O, RANK, hypothesis("E[o (q + ε)'] = 0", uncorrelated(o, change)))
    return (
        Part(
            "P4.3d.a",
            "augmentation adds E||(A - I) κ_2||^2 + E||B(C + D) κ_1||^2 to L, whatever E[o (q + ε)'] is",
            m,
            is_identity(m.expand(), plain + penalties, "L with augmentation against L plus both penalties"),
            lambda known, _: proves(
                known.assumptions,
                known.expand(),
                plain + penalties,
                "κ_1, κ_2 uncorrelated with all else: two squares that vanish at A = I, C = -D",
            ),
        ),
        Part(
            "P4.3d.b",
            "the encouragement wins: every optimum has A = I and C + D = 0",
            m,
            every_minimiser((A - I, "A - I at a minimiser"), (C + D, "C + D at a minimiser")),
            lambda known, chosen: _correlated(known, chosen, conditions[-1]),
            conditions,
            role="remark",
        ),
    )


def _correlated(known: Model, chosen: frozenset[Hypothesis], zero: Hypothesis) -> Proof | None:
    if zero not in chosen:
        return None
    return _proves_goal(A - I, C + D)(known, chosen)


CLAIMS = (
    Claim(
        "P4.3",
        "data augmentation",
        "With Aug₁, Aug₂ and E[o (q+ε)ᵀ] = 0, optimising gives A = I and C + D = 0, hence z = D(q + ε)",
        f"{SOURCE}, Proposition 4.3",
        _p43,
        lambda: (derive(augmented_lam()),),
        lambda: (augmented_lam(),),
    ),
    Claim(
        "P4.3d",
        "augmentation with a correlated policy",
        "With E[o (q+ε)ᵀ] ≠ 0 there is still encouragement towards A = I, C = −D",
        f"{SOURCE}, Section 4.3, discussion",
        _p43d,
    ),
)
