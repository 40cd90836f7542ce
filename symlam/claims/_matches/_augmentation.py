"""P4.3, P4.3d: the optimum with augmentation, and the penalty that it adds."""

from __future__ import annotations

from typing import Any

from symlam.algebra import E, identity, uncorrelated
from symlam.claims._matches._common import (
    EVERY,
    FIRST,
    OPTIMAL,
    PRINCIPAL,
    SORTED,
    SPECTRUM,
    TAIL,
    Derived,
)
from symlam.evidence.export._match import Match
from symlam.models import augmented_lam, correlated_lam
from symlam.models.letters import A, B, C, D, o, q, ε, κ1, κ2
from symlam.objective import derive
from symlam.optimum import reduced_rank

LETTERS = (A, B, C, D)
change = q + ε
THEORIES = ("linear_lam", "data_augmentation", "eigenform", "prop_4_3", "prop_4_3d")


def p43() -> tuple[Match, ...]:
    """The optimum: value at the engine's choices, its three conditions, and A, C at every optimum."""
    found = Derived(augmented_lam())
    optimum = reduced_rank(derive(augmented_lam()).objective, D, (B,))
    conditions = dict(zip(("first", "third", "second"), found.conditions, strict=True))
    objects: dict[str, Any] = {
        "loss": found.loss,
        "A*": found.choice[A],
        "C*": found.choice[C],
        "offset": C - found.choice[C],
        "moment": E(optimum.input, optimum.input),
        **conditions,
    }
    common: dict[str, Any] = {
        "objects": objects,
        "under": found.used,
        "bound": LETTERS,
        "theories": THEORIES,
        "arguments": r"{#d_o} {#d_z} {o} {q} {ε} {κ_1} {κ_2} {~U} {~l}",
        "binders": SPECTRUM,
        "given": SORTED,
        "facts": ((E(change, κ1), 0), (E(change, κ2), 0)),
        "unfold": ("loss_aug", "Aeff"),
    }
    return (
        Match(
            claim="P4.3",
            theorem="prop_4_3_min",
            what="objective, choices of A and C, moment",
            conclusion=rf"({EVERY}, {TAIL} <= {{loss}}) /\ "
            r"(fun {B:} {D:} => (fun {A:} {C:} => {loss}) {A*} {C*}) " + rf"{FIRST} {FIRST}^T = {TAIL}",
            **common,
        ),
        Match(
            claim="P4.3",
            theorem="prop_4_3_min_iff",
            what="objective, the three conditions of equality, moment",
            conclusion=rf"{EVERY}, {OPTIMAL} <-> [/\ {{first}} = 0, {{second}} = 0, {{third}} = 0 & {PRINCIPAL}]",
            **common,
        ),
        Match(
            claim="P4.3",
            theorem="prop_4_3_repaired",
            what="objective, the choices of A and C at every optimum, moment",
            conclusion=rf"{EVERY}, ({{#d_z}} <= {{#d_o}})%N -> "
            r"(forall i : 'I_{#d_o}, (i < {#d_z})%N -> 0 < {~l} i) -> "
            rf"({OPTIMAL} <-> [/\ {{A}} = {{A*}}, {{offset}} = 0 & {PRINCIPAL}])",
            given=(*SORTED, r"two_of_three {o} {κ_1} {κ_2}"),
            **{k: v for k, v in common.items() if k != "given"},
        ),
        Match(
            claim="P4.3",
            theorem="prop_4_3_latent",
            what="the latent with augmentation",
            objects={"z": found.model.latent, "kept": D * change, "offset": C - found.choice[C]},
            conclusion=r"forall {C:} {D:}, {offset} = 0 -> {z} = {kept}",
            arguments=r"{#d_o} {#d_z} {o} {q} {ε} {κ_1}",
            bound=(C, D),
            theories=THEORIES,
        ),
    )


def p43d() -> tuple[Match, ...]:
    """With E[o (q + ε)'] free: the augmented objective is the plain one and what the engine finds to be their difference."""
    model = augmented_lam().without(*uncorrelated(o, change))
    plain, full = Derived(correlated_lam(), eliminate=()), Derived(model, eliminate=())
    penalty = model.assumptions.reduce(full.model.expand() - plain.model.expand())
    return (
        Match(
            claim="P4.3d",
            theorem="P4_3d_penalty",
            what="the objective with and without augmentation, and the penalties",
            objects={
                "full": full.loss,
                "plain": plain.loss,
                "penalty": penalty,
                "C*": -D,
                "I": identity("d_o"),
            },
            conclusion=r"forall {A:} {B:} {C:} {D:}, {full} = {plain} + {penalty} :> R /\ "
            r"(fun {A:} {C:} => {penalty}) {I} {C*} = 0 :> R",
            under=model.assumptions.items,
            bound=LETTERS,
            theories=THEORIES,
            arguments=r"{#d_o} {#d_z} {o} ({q} + {ε}) {κ_1} {κ_2}",
            facts=((E(change, κ1), 0), (E(change, κ2), 0)),
            unfold=("loss_aug", "aug_penalty", "en"),
        ),
    )
