"""R6, R7: the identity of two draws and the bound that follows; spare dimensions under action supervision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symlam.algebra import E as moment
from symlam.algebra import dimension_at_most, msq, scalar, tr
from symlam.claims._matches._common import Derived
from symlam.claims._matches._exogenous import LETTERS, OPEN, SEPARABLE, SOURCES, WORLD, used_for
from symlam.claims._robust_targets import draws_model
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._match import Match
from symlam.models import action_supervised_lam, exogenous_lam
from symlam.models.exogenous_letters import K, X, η

SUPERVISED = ("linear_lam", "eigenform", "exogenous_state", "action_prediction", "supervised_exogenous")
BEST = (
    "(forall A' B' C' D' K', (fun {A:} {B:} {C:} {D:} {K:} => {loss}) {A} {B} {C} {D} {K} <= "
    "(fun {A:} {B:} {C:} {D:} {K:} => {loss}) A' B' C' D' K')"
)
FIRST_DRAW, SECOND_DRAW = "({K} *v ({z_m} + {z_u}))", "({K} *v ({z_m} + {z_v}))"


def r6() -> tuple[Match, Match]:
    """Both sides of the identity and of the bound, for a conditional expectation of the library."""
    m, (head, y, first, second, mean) = draws_model()
    u, v = first - mean, second - mean
    common: dict[str, Any] = {
        "claim": "R6",
        "theories": ("linear_lam", "eigenform", "robust_target"),
        "objects": {
            "loss": MeanSquare(head * first - y),
            "bias": MeanSquare(head * mean - y),
            "spread": MeanSquare(head * first - head * second),
        },
        "under": used_for(m.assumptions, msq(head * v) - msq(head * u), moment(u, v)),
        "letters": (head,),
        "binders": "({~P} : V -> V)",
        # what the conditional expectation P is to the engine's vectors: m = E[z | c], y a function of c
        "given": (
            "cond_exp {~P}",
            "cexp {~P} {y} = {y}",
            f"cexp {{~P}} {FIRST_DRAW} = {{K}} *v {{z_m}}",
            f"cexp {{~P}} {SECOND_DRAW} = {{K}} *v {{z_m}}",
        ),
        "facts": (
            (msq(head * v), msq(head * u)),
            (tr(moment(head * u, head * v)), 0 * msq(y)),
        ),
        "lines": (
            f"have hyp_w : {FIRST_DRAW} - cexp {{~P}} {FIRST_DRAW} = {{K}} *v {{z_u}} by rewrite {{@2}}; mxring.",
            f"have hyp_v : {SECOND_DRAW} - cexp {{~P}} {SECOND_DRAW} = {{K}} *v {{z_v}} by rewrite {{@3}}; mxring.",
            f"have hyp_s : msq ({SECOND_DRAW} - cexp {{~P}} {SECOND_DRAW}) = msq ({FIRST_DRAW} - cexp {{~P}} {FIRST_DRAW}).",
            "  by rewrite hyp_w hyp_v; refine (etrans _ (etrans {=0} _)); mxring.",
            f"have hyp_c : \\tr (cov ({FIRST_DRAW} - cexp {{~P}} {FIRST_DRAW}) ({SECOND_DRAW} - cexp {{~P}} {SECOND_DRAW})) = 0.",
            "  by rewrite hyp_w hyp_v; refine (etrans _ {=1}); mxring.",
        ),
        "arguments": f"{{~P}} {{@0}} {{#d_y}} {{y}} {FIRST_DRAW} {SECOND_DRAW} "
        "{@1} (etrans {@3} (esym {@2})) hyp_s hyp_c",
    }
    return (
        Match(
            theorem="R6_identity",
            what="error of a head, error of its conditional mean, spread of two draws",
            conclusion="{loss} = {bias} + 2%:R^-1 * {spread}",
            after=("rewrite {@2} in hyp_t.",),
            **common,
        ),
        Match(
            theorem="R6_bound",
            what="spread of two draws, error of a head",
            conclusion="{spread} <= 2%:R * {loss}",
            **common,
        ),
    )


def e3() -> tuple[Match, ...]:
    """A head without error is the same for both draws; the error of a supervised head at every minimiser."""
    (_, bound) = r6()
    m, μ = action_supervised_lam(latent="d_a"), scalar("μ")
    (_, head) = m.loss[1]
    found = Derived(replace(m, loss=(m.loss[0], (μ**2, head))), eliminate=())
    letters = m.parameters
    return (
        replace(
            bound,
            claim="E3",
            theorem="E3_exact",
            what="error of a head, spread of two draws",
            conclusion="{loss} = 0 -> {spread} = 0",
        ),
        Match(
            claim="E3",
            theorem="E3_supervised",
            what="supervised objective, error of the head, what is left of the exogenous innovation",
            theories=SUPERVISED,
            objects={"loss": found.loss, "error": MeanSquare(head), "noise": MeanSquare(X * η), "μ": μ},
            under=exogenous_lam().assumptions.without(dimension_at_most("d_z", "d_o")).items,
            letters=WORLD,
            bound=letters,
            given=(SEPARABLE, "row_free ({H})^T", "{μ} != 0"),
            lines=(SOURCES,),
            arguments="{#d_o} {#d_s} {#d_a} {#d_ξ} {E} {X} {H} {F} {s} {a} {ξ} {η} {μ}",
            conclusion=rf"forall {{A:}} {{B:}} {{C:}} {{D:}} {{K:}}, {BEST} -> {{error}} <= {{noise}} / {{μ}} ^+ 2",
            unfold=(*OPEN, "loss_act", "act_optimal"),
        ),
    )


def r7() -> tuple[Match, ...]:
    """With a spare dimension every minimiser of the supervised loss leaks, whatever the weight μ²."""
    m, μ = action_supervised_lam(), scalar("μ")
    (_, head) = m.loss[1]
    found = Derived(replace(m, loss=(m.loss[0], (μ**2, head))), eliminate=())
    return (
        Match(
            claim="R7",
            theorem="R7_spare_leaks",
            what="supervised objective, and the moment of latent and innovation",
            theories=SUPERVISED,
            objects={"loss": found.loss, "leak": moment(m.latent, η), "μ": μ},
            under=exogenous_lam().assumptions.items,
            letters=WORLD,
            bound=(*LETTERS, K),
            given=(SEPARABLE, "{μ} != 0", "({#d_a} < {#d_z})%N", "cov {η} {η} != 0"),
            lines=(SOURCES,),
            arguments="{#d_o} {#d_s} {#d_a} {#d_ξ} {#d_z} {E} {X} {H} {F} {s} {a} {ξ} {η} {μ}",
            conclusion=rf"forall {{A:}} {{B:}} {{C:}} {{D:}} {{K:}}, {BEST} -> {{leak}} != 0",
            unfold=(*OPEN, "loss_act", "act_optimal"),
        ),
    )
