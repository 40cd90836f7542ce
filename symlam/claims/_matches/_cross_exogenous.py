"""R5: the value of reconstruction across exogenous states, for pairs that may be imperfect."""

from __future__ import annotations

from symlam.algebra import E as moment
from symlam.algebra import tr
from symlam.claims._matches._common import SORTED, SPECTRUM, TAIL, Derived
from symlam.claims._matches._exogenous import LETTERS, OPEN, SEPARABLE, SOURCES, WORLD
from symlam.evidence.export._match import Match
from symlam.models import cross_exogenous_lam, imperfect_pairs
from symlam.models.exogenous_letters import E, H, X, a, η, η2, ξ, ξ2, ρ

TWIN = "have hyp_z : exo_sources {s} {a} {ξ_2} {η_2} by rewrite /exo_sources; repeat split; given."
BOTH = (
    "have hyp_p : twin_sources {ρ} {s} ({H} *v {a}) {ξ} {η} {ξ_2} {η_2} by split; "
    "[exact: (exo_sources_act {H} hyp_s)|exact: (exo_sources_act {H} hyp_z)|split; given|given|given]."
)


def r5() -> tuple[Match, ...]:
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
