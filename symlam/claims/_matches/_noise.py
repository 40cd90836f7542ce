"""C1, C2, C3: no noise, i.i.d. noise, the noise of other agents."""

from __future__ import annotations

from typing import Any

from symlam.algebra import (
    E,
    dimension_at_most,
    equation,
    full_column_rank,
    identity,
    matrix,
    msq,
    orthonormal,
    positive,
    positive_definite,
    tr,
    uncorrelated,
    vector,
    white,
)
from symlam.claims._matches._common import EVERY, FIRST, OPTIMAL, SORTED, SPECTRUM, TAIL, Derived
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._match import Match
from symlam.models import acting, linear_lam, noiseless, with_iid_noise, with_other_agents
from symlam.models.letters import A, B, C, D, X, Y, a, b, o, ε, σ
from symlam.models.letters import q as action

LETTERS = (A, B, C, D)
q = X * a
I = identity("d_o")
# a hypothesis of the theorem that comes before its last arguments
GIVEN = " ltac:(given)"
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
    """White noise: the minimum, where it is reached, and the heads on the latent of the optimum."""
    found = Derived(with_iid_noise(acting(linear_lam())))
    known = found.model.assumptions
    (condition,) = found.conditions
    value = rf"{TAIL} + {{s}} * ({{#d_o}} - {{#d_z}})%N%:R"
    common: dict[str, Any] = {
        "claim": "C2",
        "objects": {
            "loss": found.loss,
            "value": known.reduce(found.derivation.objective.expand()),
            "moment": known.reduce(E(q, q)),
            "condition": condition,
            "outside": msq((B * D - I) * q),
            "missed": tr((B * D - I) * (B * D - I).T),
            "z": found.model.latent,
            "q": q,
            "s": σ**2,
        },
        "theories": THEORIES,
        "unfold": ("iid_min", "Aeff", "pca", "en"),
    }
    least: dict[str, Any] = {
        **common,
        "bound": LETTERS,
        "binders": SPECTRUM,
        "given": SORTED,
        "under": (white(ε, σ**2), uncorrelated(q, ε), uncorrelated(o, q), uncorrelated(o, ε), positive(σ)),
        "arguments": r"{#d_o} {#d_z} {o} {q} {ε} {~U} {~l} {s}",
        "lines": (r"have hyp_s : 0 < {s} by postrict.",),
    }
    # the first d_a eigenvalues of Σ_q are v, the others 0
    read: dict[str, Any] = {
        **common,
        "binders": r"({~U} : 'M[R]_{#d_o}) ({~v} : R)",
        "given": (
            r"{~U}^T *m {~U} = 1%:M",
            r"({#d_a} <= {#d_z})%N",
            r"{moment} = dg {~U} (fun i : 'I_{#d_o} => if (i < {#d_a})%N then {~v} else 0)",
            r"{s} != 0 :> R",
            r"(0 < {#d_a})%N",
            r"({#d_a} <= {#d_o})%N",
            r"(0 < {#d_o})%N",
        ),
        "bound": (C, D),
        "under": (white(ε, σ**2), uncorrelated(q, ε)),
        "arguments": r"{#d_o} {#d_a} {#d_z} {o} {q} {ε} {~U} {~v} {s}",
    }
    there = rf"(- {FIRST}^T) {FIRST}^T"
    kept = r"({#d_a}%:R * ({~v} / ({~v} + {s})) + ({#d_o} - {#d_z})%N%:R) / {#d_o}%:R"
    return (
        Match(
            theorem="C2_value",
            what="eliminated objective reduced under the assumptions, the moment of the controllable change",
            conclusion=rf"(forall {{B:}} {{D:}}, {value} <= {{value}}) /\ "
            rf"(fun {{B:}} {{D:}} => {{value}}) {FIRST} {FIRST}^T = {value}",
            bound=(B, D),
            binders=SPECTRUM,
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
            **common,
        ),
        Match(
            theorem="C2_loss_min",
            what="objective, the moment of the controllable change",
            conclusion=rf"{EVERY}, {value} <= {{loss}}",
            **least,
        ),
        Match(
            theorem="C2_loss_min_iff",
            what="objective, condition of equality, what B D loses of the change and of the space",
            conclusion=rf"{EVERY}, {{loss}} = {value} <-> [/\ {{condition}} = 0, "
            rf"{{outside}} = {TAIL} & {{missed}} = ({{#d_o}} - {{#d_z}})%N%:R]",
            **least,
        ),
        Match(
            theorem="C2_action_error",
            what="the latent with C = -D, σ²",
            conclusion=rf"(fun {{C:}} {{D:}} => nerr {{z}} {{q}}) {there} = {{s}} / ({{~v}} + {{s}})",
            **{**read, "given": (*read["given"], r"{~v} + {s} != 0 :> R")},
        ),
        Match(
            theorem="C2_noise_error",
            what="the latent with C = -D, σ²",
            conclusion=rf"(fun {{C:}} {{D:}} => nerr {{z}} {{ε}}) {there} = {kept}",
            **read,
        ),
        Match(
            theorem="C2_LLO",
            what="the latent with C = -D, σ²",
            conclusion=rf"(fun {{C:}} {{D:}} => LLO {{z}} {{q}} {{ε}} {{o}}) {there} = "
            rf"1 - {{s}} / ({{~v}} + {{s}}) + {kept}",
            **{**read, "under": (*read["under"], uncorrelated(o, q), uncorrelated(o, ε))},
        ),
    )


def c3() -> tuple[Match, ...]:
    """The noise Y b of other agents: what comes first, the score, and what Y does to B."""
    found = Derived(with_other_agents(acting(linear_lam())))
    e = Y * b
    # d_z = d_a, said by the shapes
    wide, u = matrix("X", "d_o", "d_z"), vector("a", "d_z")
    square = Derived(with_other_agents(linear_lam().substitute({action: wide * u})))
    (condition,) = found.conditions
    scores = {"z": found.model.latent, "q": q, "e": e}
    common: dict[str, Any] = {
        "claim": "C3",
        "theories": THEORIES,
        "objects": {
            "loss": found.loss,
            "best": found.choice[A],
            "noise": MeanSquare(e),
            "condition": condition,
            "kept": B * D * X,
            "heard": D * E(e, e),
            "leak": (C + D) * E(o, o),
            "X": X,
            "mixed": (I - X * X.T) * E(e, e) * X,
            **scores,
        },
        "bound": LETTERS,
    }
    apart = (orthonormal(X), equation(X.T * Y, 0), uncorrelated(a, b), uncorrelated(o, a), uncorrelated(o, b))
    still = (E(o, e), 0)
    # d_z = d_a; the variance of the action is at least c, that of the noise at most t
    first: dict[str, Any] = {
        **common,
        "under": apart,
        "binders": r"({~c} {~t} : R)",
        "facts": ((E(a, e), 0), still, (X.T * E(e, e), 0)),
        "lines": ("subst {#d_z}.",),
        "arguments": r"{#d_o} {#d_a} {o} {e} {X} {a} {~c} {~t}",
    }
    sizes = (
        r"{#d_z} = {#d_a}",
        r"psd (cov {a} {a} - {~c}%:M)",
        r"psd ({~t}%:M - cov {e} {e})",
    )
    spectral: dict[str, Any] = {
        **common,
        "bound": (C, D),
        "binders": r"({~U} : 'M[R]_{#d_o}) ({~l} {~m} : 'I_{#d_o} -> R)",
    }
    score = rf"(fun {{C:}} {{D:}} => LLO {{z}} {{q}} {{e}} {{o}}) (- {FIRST}^T) {FIRST}^T"
    return (
        Match(
            theorem="C3_action_first_min",
            what="objective, E||Y b||^2",
            conclusion=rf"{EVERY}, {{noise}} <= {{loss}} :> R",
            given=(*sizes, r"{~t} <= {~c}"),
            **first,
        ),
        Match(
            theorem="C3_action_first_attained",
            what="objective, choice of A, E||Y b||^2",
            conclusion=r"forall {C:}, (fun {B:} {D:} => (fun {A:} => {loss}) {best}) {X} {X}^T = {noise} :> R",
            **{
                **common,
                "objects": {
                    "loss": square.loss,
                    "best": square.choice[A],
                    "noise": MeanSquare(e),
                    "e": e,
                    "X": wide,
                },
                "under": (orthonormal(wide), equation(wide.T * Y, 0)),
                "facts": ((wide.T * E(e, e), 0),),
                "arguments": r"{#d_o} {#d_z} {o} {e} {X} {a}",
            },
        ),
        Match(
            theorem="C3_action_first",
            what="objective, condition of equality, B D X and D Σ_ε at an optimum",
            conclusion=rf"{EVERY}, {OPTIMAL} -> [/\ {{condition}} = 0, {{kept}} = {{X}} & {{heard}} = 0]",
            given=(*sizes, r"{~t} < {~c}"),
            unfold=("Aeff",),
            **first,
        ),
        Match(
            theorem="C3_action_first_LLO",
            what="objective, the latent, E[z o'] at an optimum",
            conclusion=rf"{EVERY}, msq {{q}} != 0 -> {OPTIMAL} -> "
            r"(LLO {z} {q} {e} {o} = 2%:R <-> {leak} = 0)",
            given=(*sizes, r"{~t} < {~c}"),
            **first,
        ),
        Match(
            theorem="C3_best_dz",
            what="the latent with C = -D, the action's part and the noise's",
            conclusion=rf"{score} = 2%:R <-> {{#d_z}} = {{#d_a}}",
            under=(uncorrelated(q, b), uncorrelated(o, q)),
            facts=((E(q, e), 0),),
            given=(
                r"{~U}^T *m {~U} = 1%:M",
                r"cov {q} {q} = dg {~U} {~l}",
                r"cov {e} {e} = dg {~U} {~m}",
                r"(0 < {#d_a})%N",
                r"(0 < {#d_b})%N",
                r"({#d_a} + {#d_b} <= {#d_o})%N",
                r"(forall i : 'I_{#d_o}, ({~l} i != 0) = (i < {#d_a})%N)",
                r"(forall i : 'I_{#d_o}, ({~m} i != 0) = ({#d_a} <= i < {#d_a} + {#d_b})%N)",
            ),
            arguments=r"{#d_o} {#d_z} {#d_a} {#d_b} {o} {q} {e} {~U} {~l} {~m}",
            **spectral,
        ),
        Match(
            theorem="C3_noise_first_score",
            what="the latent with C = -D, the action's part and the noise's",
            conclusion=rf"{score} <> 2%:R",
            given=(
                r"{~U}^T *m {~U} = 1%:M",
                r"cov {e} {e} = dg {~U} {~m}",
                r"({~i} < {#d_z})%N",
                r"{~m} {~i} != 0",
            ),
            arguments=r"{#d_o} {#d_z} {o} {q} {e} {~U} {~m} {~i}",
            **{
                **spectral,
                "binders": r"({~U} : 'M[R]_{#d_o}) ({~m} : 'I_{#d_o} -> R) ({~i} : 'I_{#d_o})",
            },
        ),
        Match(
            theorem="C3_noise_not_excluded",
            what="objective, the moments of the action's part and of the noise, D Σ_ε",
            conclusion=rf"{EVERY}, {OPTIMAL} -> {{heard}} != 0",
            under=(uncorrelated(a, b), uncorrelated(o, b)),
            facts=((E(q, e), 0), still),
            binders=r"({~t} : R) ({~y} : 'rV[R]_{#d_o})",
            given=(
                r"psd ({~t}%:M - cov {q} {q})",
                r"{~t} * ({~y} *m {~y}^T) 0 0 < ({~y} *m cov {e} {e} *m {~y}^T) 0 0",
                r"(0 < {#d_z})%N",
            ),
            arguments=r"{#d_o} {#d_z} {o} {q} {e} {~t}" + GIVEN * 3 + " {~y}",
            **common,
        ),
        Match(
            theorem="C3_nonorth_affected",
            what="objective, (I - X X') Σ_ε X",
            conclusion=rf"{EVERY}, {OPTIMAL} -> ({{B}}^T :=: {{X}}^T)%MS -> {{mixed}} = 0",
            under=(orthonormal(X), uncorrelated(a, b), uncorrelated(o, b)),
            facts=((E(a, e), 0), still),
            given=(r"{#d_z} = {#d_a}",),
            lines=("subst {#d_z}.",),
            arguments=r"{#d_o} {#d_a} {o} {e} {X} {a}",
            over="rcfType",
            **common,
        ),
    )
