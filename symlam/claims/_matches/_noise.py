"""C1, C2, C3: no noise, i.i.d. noise, the noise of other agents."""

from __future__ import annotations

from typing import Any

from symlam.algebra import (
    E,
    dimension_at_most,
    full_column_rank,
    matrix,
    positive_definite,
    uncorrelated,
)
from symlam.claims._matches._common import EVERY, FIRST, TAIL, Derived
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._match import Match
from symlam.models import acting, linear_lam, noiseless, with_iid_noise
from symlam.models.letters import A, B, C, D, X, a, o, σ

LETTERS = (A, B, C, D)
q = X * a
THEORIES = ("linear_lam", "eigenform", "llo", "surrogate", "noise")


def c1() -> tuple[Match, ...]:
    """Rank of the moment, the value 0, the range of B, and the heads on z and on the surrogate."""
    found = Derived(noiseless(acting(linear_lam())))
    known = found.model.assumptions
    K, z = matrix("K", "d_a", "d_z"), found.model.latent
    objects = {
        "loss": found.loss,
        "moment": known.reduce(E(q, q)),
        "z": z,
        "q": q,
        "surrogate": found.model.named["prediction"] - o,
        "leak": known.reduce(E(z, o)),
        "error": MeanSquare(K * z - a),
        "X": X,
    }
    common: dict[str, Any] = {
        "claim": "C1",
        "objects": objects,
        "theories": THEORIES,
        "bound": (*LETTERS, K),
        "arguments": r"{#d_o} {#d_a} {#d_z} {o} {X} {a}",
        "unfold": ("surrogate.change",),
    }
    still = uncorrelated(o, q)
    full = (still, full_column_rank(X), positive_definite(a))
    row = (r"have hyp_r : row_free ({X})^T by rewrite /row_free mxrank_tr eqn_leq rank_leq_col.",)
    zero = r"(exists {A:} {B:} {C:} {D:}, {loss} = 0 :> R)"
    moves = r"msq {q} != 0"
    return (
        Match(
            theorem="C1_rank",
            what="the moment of the controllable change",
            conclusion=r"(\rank {moment}%R <= {#d_a})%N",
            **{**common, "arguments": r"{#d_o} {#d_a} {X} {a}"},
        ),
        Match(
            theorem="C1_min_zero",
            what="objective",
            conclusion=zero,
            under=(dimension_at_most("d_a", "d_z"),),
            **common,
        ),
        Match(
            theorem="C1_min_zero_iff",
            what="objective, the moment of the controllable change",
            conclusion=rf"{zero} <-> (\rank {{moment}}%R <= {{#d_z}})%N",
            under=(still,),
            **common,
        ),
        Match(
            theorem="C1_min_pos",
            what="objective",
            conclusion=rf"{EVERY}, 0 < {{loss}} :> R",
            under=(*full, dimension_at_most("d_z", "d_a", strict=True)),
            lines=row,
            **common,
        ),
        Match(
            theorem="C1_col",
            what="objective",
            conclusion=rf"{EVERY}, {{#d_z}} = {{#d_a}} -> {{loss}} = 0 :> R -> ({{B}}^T :=: {{X}}^T)%MS",
            under=full,
            lines=row,
            **common,
        ),
        Match(
            theorem="C1_determines_iff",
            what="objective, the error of a head for a, and E[z o'] as the engine reduces it",
            conclusion=rf"{EVERY}, {{#d_z}} = {{#d_a}} -> {{loss}} = 0 :> R -> "
            r"((exists {K:}, {error} = 0 :> R) <-> {leak} = 0)",
            under=full,
            lines=row,
            **common,
        ),
        Match(
            theorem="C1_LLO_repaired",
            what="objective, the latent, and E[z o'] as the engine reduces it",
            conclusion=rf"{EVERY}, {{loss}} = 0 :> R -> (LLO {{z}} {{q}} 0 {{o}} = 2%:R <-> {{leak}} = 0)",
            under=(still,),
            given=(moves,),
            **common,
        ),
        Match(
            theorem="C1_LLO_surrogate",
            what="objective, the surrogate ô' - o",
            conclusion=rf"{EVERY}, {{loss}} = 0 :> R -> LLO {{surrogate}} {{q}} 0 {{o}} = 2%:R",
            under=(still,),
            given=(moves,),
            **common,
        ),
    )


def c2() -> tuple[Match, ...]:
    """The eliminated objective with white noise: its value and where it is reached."""
    found = Derived(with_iid_noise(acting(linear_lam())))
    known = found.model.assumptions
    return (
        Match(
            claim="C2",
            theorem="C2_value",
            what="eliminated objective reduced under the assumptions, the moment of the controllable change",
            objects={
                "value": known.reduce(found.derivation.objective.expand()),
                "moment": known.reduce(E(q, q)),
                "s": σ**2,
            },
            conclusion=rf"(forall {{B:}} {{D:}}, {TAIL} + {{s}} * ({{#d_o}} - {{#d_z}})%N%:R <= {{value}}) /\ "
            rf"(fun {{B:}} {{D:}} => {{value}}) {FIRST} {FIRST}^T = {TAIL} + {{s}} * ({{#d_o}} - {{#d_z}})%N%:R",
            bound=(B, D),
            binders=r"({~U} : 'M[R]_{#d_o}) ({~l} : 'I_{#d_o} -> R)",
            given=(
                r"{~U}^T *m {~U} = 1%:M",
                r"(forall i, 0 <= {~l} i)",
                r"nonincreasing {~l}",
                r"{moment} = dg {~U} {~l}",
            ),
            arguments=r"{#d_o} {#d_z} {~U} {~l} ltac:(given) ltac:(given) ltac:(given) {s}",
            lines=(r"have hyp_s : 0 <= {s} by rewrite sqr_ge0.",),
            space=False,
            after=(r"rewrite -{@3} in hyp_t.",),
            theories=THEORIES,
            unfold=("iid_min", "pca", "en"),
        ),
    )
