"""S1, S2, S3, P4.1, P4.2: the objective, its redundancy, PCA and its optimum."""

from __future__ import annotations

from typing import Any

from symlam.algebra import E, equation, identity, matrix, scalar
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
from symlam.evidence.export import MeanSquare, With
from symlam.evidence.export._match import Match
from symlam.evidence.export._terms import Defined
from symlam.models import correlated_lam, linear_lam
from symlam.models.letters import A, B, C, D, o, q, ε
from symlam.objective import derive
from symlam.optimum import reduced_rank

LETTERS = (A, B, C, D)
I = identity("d_o")
change = q + ε


def s1() -> tuple[Match, ...]:
    """The residual that the engine collects, against the definition of the loss."""
    found = Derived(correlated_lam(), eliminate=())
    return (
        Match(
            "S1",
            "S1",
            ("linear_lam", "objective"),
            "the objective as the engine collects it",
            {"library": Defined("loss", (o, change, *LETTERS), found.model.expand()), "loss": found.loss},
            r"{library} = {loss}",
            r"{#d_o} {#d_z} {o} {q} {ε} {A} {B} {C} {D}",
            letters=LETTERS,
        ),
    )


def s2() -> tuple[Match, ...]:
    """The redundancy of C, the reachable case, and when it is reachable."""
    found = Derived(correlated_lam(), eliminate=())
    N, α = matrix("N", "d_z", "d_o"), scalar("α")
    best, shifted = I - B * (C + D), I - B * (C + N + D)
    goal = change + α * o
    z = found.model.latent
    return (
        Match(
            "S2",
            "S2_repaired",
            ("linear_lam", "objective"),
            "the objective at C + N with its own A, and at C",
            {
                "moved": With(((A, shifted), (C, C + N)), found.loss),
                "kept": With(((A, best),), found.loss),
                "best": best,
                "N": N,
            },
            r"{moved} = {kept}",
            r"{#d_o} {#d_z} {o} ({q} + {ε}) {best} {B} {C} {D} {N}",
            letters=(B, C, D),
        ),
        Match(
            "S2",
            "S2_conditional",
            ("linear_lam", "objective"),
            "B z, the goal q + ε + α o, and the objective at A = (1 - α) I",
            {"Bz": B * z, "goal": goal, "loss": With(((A, (1 - α) * I),), found.loss), "α": α},
            r"{Bz} = {goal} -> {loss} = 0",
            r"{#d_o} {#d_z} {o} {q} {ε} {B} {C} {D} {α}",
            letters=(B, C, D),
        ),
        Match(
            "S2",
            "S2_exact_iff",
            ("linear_lam", "objective"),
            "the residual B z - (q + ε + α o) and the goal's second moment",
            {"error": MeanSquare(B * z - goal), "moment": E(goal, goal), "α": α},
            r"(exists {B:} {C:} {D:}, {error} = 0) <-> (\rank {moment}%R <= {#d_z})%N",
            r"{#d_o} {#d_z} {o} {q} {ε} {α}",
            bound=(B, C, D),
        ),
    )


def s3() -> tuple[Match, ...]:
    """The surrogate latent."""
    m = correlated_lam()
    gap = (m.named["prediction"] - o).substitute({A: I})
    left = matrix("B^+", "d_z", "d_o")
    return (
        Match(
            "S3",
            "S3_as_printed",
            ("linear_lam", "surrogate"),
            "B^+ (ô' - o) at A = I, and the latent",
            {"surrogate": left * gap, "z": m.latent, "left": left},
            r"{surrogate} = {z}",
            r"{#d_o} {#d_z} {o} ({q} + {ε}) {B} {C} {D} {left}",
            under=(equation(left * B, identity("d_z")),),
            letters=(B, C, D),
            unfold=("surrogate.change",),
        ),
    )


def p41() -> tuple[Match, ...]:
    """The elimination of A: value, choice, and all minimisers."""
    found = Derived(linear_lam())
    (condition,) = found.conditions
    objects: dict[str, Any] = {
        "loss": found.loss,
        "value": found.value,
        "best": found.choice[A],
        "condition": condition,
    }
    common: dict[str, Any] = {
        "under": found.used,
        "bound": LETTERS,
        "theories": ("linear_lam", "prop_4_1"),
        "arguments": r"{#d_o} {#d_z} {o} {q} {ε}",
    }
    reduced = r"(forall {B:} {D:}, {value0} <= {value})".replace("{value0}", "{~v}")
    # the value at the minimiser, outside of the inner quantifiers of the same letters
    least = r"(let {~v} := {value} in " + reduced + ")"
    return (
        Match(
            claim="P4.1",
            theorem="prop_4_1",
            what="objective, eliminated objective, choice of A",
            objects=objects,
            conclusion=rf"({EVERY}, ({{value}} : R) <= {{loss}}) /\ "
            r"(forall {B:} {C:} {D:}, (fun {A:} => {loss}) {best} = {value} :> R)",
            **common,
        ),
        Match(
            claim="P4.1",
            theorem="prop_4_1_min_iff",
            what="objective, eliminated objective, condition of equality",
            objects=objects,
            conclusion=rf"{EVERY}, {OPTIMAL} <-> {least} /\ {{condition}} = 0",
            **common,
        ),
        Match(
            claim="P4.1",
            theorem="prop_4_1_min_pd_iff",
            what="objective, eliminated objective, choice of A",
            objects=objects,
            conclusion=rf"{EVERY}, pd (cov {{o}} {{o}}) -> ({OPTIMAL} <-> {least} /\ {{A}} = {{best}})",
            **common,
        ),
    )


def p42() -> tuple[Match, ...]:
    """The optimum: value, moment, choice, all minimisers, uniqueness."""
    found = Derived(linear_lam())
    optimum = reduced_rank(derive(linear_lam()).objective, D, (B,))
    (condition,) = found.conditions
    objects: dict[str, Any] = {
        "loss": found.loss,
        "best": found.choice[A],
        "condition": condition,
        "moment": E(optimum.input, optimum.input),
    }
    common: dict[str, Any] = {
        "objects": objects,
        "under": found.used,
        "bound": LETTERS,
        "theories": ("linear_lam", "eigenform", "prop_4_2"),
        "arguments": r"{#d_o} {#d_z} {o} {q} {ε} {~U} {~l}",
        "binders": SPECTRUM,
        "given": SORTED,
    }
    there = r"(fun {B:} {D:} => (fun {A:} => {loss}) {best})"
    gap = r"(forall i j : 'I_{#d_o}, (i < {#d_z})%N -> ({#d_z} <= j)%N -> {~l} j < {~l} i)"
    return (
        Match(
            claim="P4.2",
            theorem="prop_4_2",
            what="objective, moment of the reduced-rank optimum, choice of A",
            conclusion=rf"({EVERY}, {TAIL} <= {{loss}}) /\ (forall {{C:}}, {there} {FIRST} {FIRST}^T = {TAIL})",
            **common,
        ),
        Match(
            claim="P4.2",
            theorem="prop_4_2_min_iff",
            what="objective, moment, condition of equality",
            conclusion=rf"{EVERY}, {{loss}} = {TAIL} <-> {{condition}} = 0 /\ {PRINCIPAL}",
            **common,
        ),
        Match(
            claim="P4.2",
            theorem="prop_4_2_uniq",
            what="objective, moment",
            conclusion=rf"{EVERY}, {gap} -> {{loss}} = {TAIL} -> "
            rf"{{B}} *m {{D}} *m {{moment}} = {FIRST} *m {FIRST}^T *m {{moment}}",
            **common,
        ),
    )
