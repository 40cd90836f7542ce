"""R5: the value of reconstruction across exogenous states, for pairs that may be imperfect."""

from __future__ import annotations

from typing import Any

from symlam.algebra import E as moment
from symlam.algebra import tr
from symlam.claims._matches._common import EVERY, OPTIMAL, SORTED, SPECTRUM, TAIL, Derived
from symlam.claims._matches._exogenous import (
    LETTERS,
    OPEN,
    REPLACED,
    SEPARABLE,
    SOURCES,
    WORLD,
)
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._match import Match
from symlam.models import cross_exogenous_lam, imperfect_pairs
from symlam.models._model import Model
from symlam.models.exogenous_letters import B, C, D, E, F, H, X, a, η, η2, ξ, ξ2, ρ

TWIN = "have hyp_z : exo_sources {s} {a} {ξ_2} {η_2} by rewrite /exo_sources; repeat split; given."
BOTH = (
    "have hyp_p : twin_sources {ρ} {s} ({H} *v {a}) {ξ} {η} {ξ_2} {η_2} by split; "
    "[exact: (exo_sources_act {H} hyp_s)|exact: (exo_sources_act {H} hyp_z)|split; given|given|given]."
)


# perfect pairs: the same without a correlation
PERFECT = BOTH.replace("{ρ}", "0")
SPREAD = "({~m} : nat) ({~U} : 'M[R]_({#d_o}, {~m})) ({~l} : 'I_{~m} -> R) ({~i} : 'I_{~m})"
PERFECT_GIVEN = (
    SEPARABLE,
    r"{~U}^T *m {~U} = 1%:M",
    "{kept} = dg {~U} {~l}",
    r"nonincreasing {~l}",
    "{#d_z} = {~i}.+1 :> nat",
)
BOTH_STATES = "(col_mx {ξ} ({F} *v {ξ} + {η}))"
DEFINITE = f"pd (cov {BOTH_STATES} {BOTH_STATES})"


def r5() -> tuple[Match, ...]:
    """The value, and what perfect pairs keep out of prediction and latent."""
    return (*_value(), *_perfect())


def _common(m: Model, rule: str) -> dict[str, Any]:
    """What the matches about the optima of L_X share."""
    found = Derived(m, eliminate=())
    return {
        "claim": "R5",
        "theories": ("linear_lam", "eigenform", "exogenous_state", "cross_exogenous"),
        "under": m.assumptions.items,
        "letters": WORLD,
        "bound": LETTERS,
        "unfold": (*OPEN, "loss_cross", "exo_part"),
        "lines": (SOURCES, TWIN, rule, REPLACED),
        "objects": {
            "loss": found.loss,
            "kept": E * H * moment(a, a) * H.T * E.T,
            "decoded": MeanSquare(B * ((C * X + D * X * F) * ξ + D * X * η)),
            "BCX": B * C * X,
            "BDX": B * D * X,
            "CX": C * X,
            "DX": D * X,
        },
        "facts": (
            (moment(ξ2, η), 0 * moment(η, η)),
            (moment(ξ, η2), 0 * moment(η, η)),
        ),
    }


def _perfect() -> tuple[Match, ...]:
    common = _common(cross_exogenous_lam(), PERFECT)
    common["facts"] = (*common["facts"], (moment(η2, η), 0 * moment(η, η)), (moment(ξ, ξ2), 0 * moment(ξ, ξ)))
    every = rf"{EVERY}, {OPTIMAL} -> "
    here = (
        r"{#d_o} {#d_s} {#d_ξ} {~m} {E} {X} {F} {s} ({H} *v {a}) {ξ} {η} {ξ_2} {η_2} "
        "hyp_p {@0} {=3} {~U} {~l} {~i}"
    )
    common |= {"binders": SPREAD, "arguments": here, "given": PERFECT_GIVEN}
    wide = {**common, "given": (*PERFECT_GIVEN, DEFINITE)}
    return (
        Match(
            theorem="R5_consistent",
            what="objective of the twin, what the prediction has of the exogenous state",
            conclusion=every + "{decoded} = 0",
            **common,
        ),
        Match(
            theorem="R5_kills",
            what="objective of the twin, B C X and B D X",
            conclusion=every + r"{BCX} = 0 /\ {BDX} = 0",
            **wide,
        ),
        Match(
            theorem="R5_latent",
            what="objective of the twin, C X and D X",
            conclusion=rf"{EVERY}, 0 < {{~l}} {{~i}} -> {OPTIMAL} -> {{CX}} = 0 /\ {{DX}} = 0",
            **wide,
        ),
    )


def _value() -> tuple[Match, ...]:
    """The kept moment of the engine's regression, and what no decoder explains."""
    m = imperfect_pairs(cross_exogenous_lam())
    found = Derived(m, eliminate=())
    noise = X * moment(η, η) * X.T
    return (
        Match(
            claim="R5",
            theorem="R5_value",
            what="objective of the twin, explained moment, what is left to the twin's innovation",
            theories=("linear_lam", "eigenform", "exogenous_state", "cross_exogenous"),
            objects={
                "loss": found.loss,
                "moment": E * H * moment(a, a) * H.T * E.T + ρ**2 * noise,
                "rest": (1 - ρ**2) * tr(noise),
                "ρ": ρ,
            },
            under=m.assumptions.items,
            letters=WORLD,
            bound=LETTERS,
            binders=SPECTRUM,
            given=(SEPARABLE, *SORTED),
            facts=(
                (moment(η2, η), ρ * moment(η, η)),
                (moment(ξ2, η), 0 * moment(η, η)),
                (moment(ξ, η2), 0 * moment(η, η)),
            ),
            lines=(SOURCES, TWIN, BOTH),
            arguments=r"{#d_o} {#d_s} {#d_ξ} {#d_z} {ρ} {E} {X} {F} {s} ({H} *v {a}) {ξ} {η} {ξ_2} {η_2} {~U} {~l} hyp_p",
            conclusion=rf"(forall {{A:}} {{B:}} {{C:}} {{D:}}, {TAIL} + {{rest}} <= {{loss}}) /\ "
            rf"(exists {{A:}} {{B:}} {{C:}} {{D:}}, {{loss}} = {TAIL} + {{rest}})",
            unfold=(*OPEN, "loss_cross"),
        ),
    )
