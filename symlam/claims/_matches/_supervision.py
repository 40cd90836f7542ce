"""P4.4: action prediction, its reduction to B, D, E, the optimum without noise and the threshold."""

from __future__ import annotations

from typing import Any

from symlam.algebra import (
    Assumptions,
    E,
    Scalar,
    equation,
    full_column_rank,
    identity,
    matrix,
    orthonormal,
    scalar,
    substitute,
    tr,
    uncorrelated,
    white,
)
from symlam.algebra._assumptions import Positive
from symlam.claims._matches._common import Derived
from symlam.evidence.export import MeanSquare, Sum, With
from symlam.evidence.export._match import Match
from symlam.models import supervised_lam
from symlam.models.letters import X, a, o, ε, κ1, κ2, λ

μ = scalar("μ")
S_e = E(ε, ε)
THEORIES = ("linear_lam", "data_augmentation", "action_prediction", "prop_4_4")
UNFOLD = ("loss_sup", "loss_aug", "loss_full")
ACTS = r"{#d_o} {#d_a} {X} {a} {ε} {μ}"


def squared(term: Sum) -> Sum:
    """The objective with λ = μ^2, as proofs/ writes the weight."""
    return Sum(tuple((substitute(w, {λ: μ**2}) if isinstance(w, Scalar) else w, t) for w, t in term.terms))


def p44() -> tuple[Match, ...]:
    """The reduction, the printed choice, and what is optimal below and above the threshold."""
    return (*_reduction(), _printed_choice(), *_optimum(), *_threshold())


def p44s() -> tuple[Match, ...]:
    """Where the noise takes the latent at a finite weight: in general, and for white actions."""
    return (_enters(), _white())


def _reduction() -> tuple[Match, ...]:
    found = Derived(supervised_lam())
    m = found.model
    change = X * a + ε
    A, (B, head), (C, D) = m.regression[0], m.decoder, m.encoder
    common: dict[str, Any] = {
        "claim": "P4.4",
        "objects": {
            "loss": squared(found.loss),
            "value": squared(found.value),
            "A*": found.choice[A],
            "C*": found.choice[C],
            "X": X,
            "μ": μ,
        },
        "under": frozenset(x for x in found.used if not isinstance(x, Positive)),
        "bound": (A, B, C, D, head),
        "theories": THEORIES,
        "unfold": UNFOLD,
        "arguments": r"{#d_o} {#d_z} {#d_a} {o} ({X} *v {a} + {ε}) {κ_1} {κ_2} {a} {μ}",
        "facts": ((E(o, change), 0), (E(change, κ1), 0), (E(change, κ2), 0), (E(κ1, a), 0)),
    }
    return (
        Match(
            theorem="prop_4_4_full_ge",
            what="objective, eliminated objective",
            conclusion=r"forall {A:} {B:} {C:} {D:} {E:}, ({value} : R) <= {loss}",
            **common,
        ),
        Match(
            theorem="prop_4_4_full_eq",
            what="objective, eliminated objective, choices of A and C",
            conclusion=r"forall {B:} {D:} {E:}, (fun {A:} {C:} => {loss}) {A*} {C*} = {value} :> R",
            **common,
        ),
    )


EVERY = r"forall {B:} {D:} {E:}"
LEAST = r"(forall {B:} {D:} {E:}, ({noise} : R) <= {value})"
OPTIMAL = (
    r"(forall (B' : 'M[R]_({{#d_o}}, {latent})) (D' : 'M[R]_({latent}, {{#d_o}})) (E' : 'M[R]_({{#d_a}}, {latent})),"
    r" {{value}} <= (fun {{B:}} {{D:}} {{E:}} => {{value}}) B' D' E')"
)
QUIET = r"[/\ {heard} = 0, {kept} = {X} & {read} = 1%:M]"
ROWS = r"have hyp_r : row_free ({X})^T by rewrite /row_free mxrank_tr eqn_leq rank_leq_col."


def _square() -> tuple[Derived, tuple[Any, ...]]:
    """The model with d_z = d_a and its letters B, D, E."""
    found = Derived(supervised_lam(augmented=False, latent="d_a"))
    return found, (found.model.decoder[0], found.model.encoder[1], found.model.decoder[1])


def _printed_choice() -> Match:
    found, (B, D, head) = _square()
    U, S, V = (
        matrix("U", "d_o", "d_a"),
        matrix("S", "d_a", "d_a", symmetric=True, invertible=True),
        matrix("V", "d_a", "d_a"),
    )
    choice = ((B, U), (D, U.T), (head, V * S.inverse()))
    value = squared(found.value)
    return Match(
        claim="P4.4",
        theorem="prop_4_4_printed_choice",
        what="the eliminated objective at X = U S V' and the printed D, B, E",
        objects={
            "value": With(((X, U * S * V.T), *choice), value),
            "noise": MeanSquare(ε),
            "U": U,
            "S": S,
            "V": V,
            "μ": μ,
        },
        conclusion=r"{value} = {noise} :> R",
        under=(orthonormal(U), orthonormal(V), equation(U.T * S_e, 0)),
        arguments=r"{#d_o} {#d_a} {U} {S} {V} {a} {ε} {μ}",
        lines=(r"have hyp_o : {V} *m ({V})^T = 1%:M by apply: mulmx1C; given.",),
        theories=THEORIES,
        unfold=UNFOLD,
    )


def _optimum() -> tuple[Match, ...]:
    found, (B, D, head) = _square()
    value = squared(found.value)
    ((_, action),) = value.terms[1:]
    common: dict[str, Any] = {
        "claim": "P4.4",
        "objects": {
            "value": value,
            "noise": MeanSquare(ε),
            "action": action,
            "heard": D * S_e,
            "kept": B * D * X,
            "read": head * D * X,
            "X": X,
            "μ": μ,
        },
        "under": (uncorrelated(a, ε), equation(X.T * S_e, 0), full_column_rank(X)),
        "bound": (B, D, head),
        "theories": THEORIES,
        "unfold": UNFOLD,
        "lines": (ROWS,),
    }
    between = (
        r"{μ} != 0",
        r"0 <= {~t}",
        r"psd ({~t}%:M - cov {ε} {ε})",
        r"psd (cov {a} {a} - {~c}%:M)",
    )
    every, least, optimal = EVERY, LEAST, OPTIMAL.format(latent="{#d_a}")
    return (
        Match(
            theorem="prop_4_4_repaired",
            what="eliminated objective, its optimum E||ε||^2",
            conclusion=rf"{least} /\ "
            r"(fun {B:} {D:} {E:} => {value}) {X} (invmx ({X}^T *m {X}) *m {X}^T) 1%:M = {noise} :> R",
            given=(*between, r"{~t} <= {μ} ^+ 2 * {~c}"),
            binders=r"({~t} {~c} : R)",
            arguments=ACTS + r" {~t} {~c}",
            **common,
        ),
        Match(
            theorem="prop_4_4_noise_free",
            what="eliminated objective, and D Σ_ε = 0, B D X = X, E D X = I at its minimisers",
            conclusion=rf"{every}, {optimal} -> {QUIET}",
            given=(*between, r"{~t} < {μ} ^+ 2 * {~c}"),
            binders=r"({~t} {~c} : R)",
            arguments=ACTS + r" {~t} {~c}",
            **common,
        ),
        Match(
            theorem="noise_free_ge",
            what="eliminated objective of latents without noise",
            conclusion=rf"{every}, {{heard}} = 0 -> ({{noise}} : R) <= {{value}}",
            arguments=r"{#d_o} {#d_a} {#d_a} {X} {a} {ε} {μ}",
            **common,
        ),
        Match(
            theorem="prop_4_4_limit",
            what="eliminated objective, its action error",
            conclusion=rf"{every}, {optimal} -> {{action}} <= {{noise}} / {{μ}} ^+ 2",
            given=(r"{μ} != 0",),
            arguments=ACTS,
            **{**common, "under": (equation(X.T * S_e, 0), full_column_rank(X))},
        ),
    )


def _threshold() -> tuple[Match, ...]:
    """The exact threshold over a real closed field, from both sides: t (X'X + λ I)^-1 against Σ_a."""
    found, (B, D, head) = _square()
    common: dict[str, Any] = {
        "claim": "P4.4",
        "objects": {
            "value": squared(found.value),
            "noise": MeanSquare(ε),
            "heard": D * S_e,
            "kept": B * D * X,
            "read": head * D * X,
            "gram": X.T * X + identity("d_a") * μ**2,
            "X": X,
            "μ": μ,
        },
        "under": (uncorrelated(a, ε), equation(X.T * S_e, 0), full_column_rank(X)),
        "bound": (B, D, head),
        "theories": THEORIES,
        "unfold": UNFOLD,
        "over": "rcfType",
    }
    # an inverse is an atom: what is inverted is shown to be the theorem's first
    same = r"have hyp_g : {gram} = ({X})^T *m {X} + ({μ} ^+ 2)%:M by mxring."
    optimal = OPTIMAL.format(latent="{#d_a}")
    slack = r"(cov {a} {a} - {~t} *: invmx {gram})"
    given = ltac(3)
    return (
        Match(
            theorem="prop_4_4_threshold_iff",
            what="eliminated objective, its optimum E||ε||^2, X'X + λ I",
            conclusion=rf"{LEAST} <-> exists {{~t}} : R, [/\ 0 <= {{~t}}, psd ({{~t}}%:M - cov {{ε}} {{ε}}) & psd {slack}]",
            arguments=ACTS,
            lines=(ROWS, same, r"rewrite hyp_g."),
            **common,
        ),
        Match(
            theorem="prop_4_4_noise_leaves",
            what="eliminated objective, X'X + λ I, and D Σ_ε = 0, B D X = X, E D X = I at its minimisers",
            conclusion=rf"{EVERY}, {optimal} -> {QUIET}",
            given=(r"{μ} != 0", r"psd ({~t}%:M - cov {ε} {ε})", rf"pd {slack}"),
            binders=r"({~t} : R)",
            arguments=ACTS + given + r" {~t}",
            lines=(ROWS, same, r"rewrite hyp_g in {@2}."),
            **common,
        ),
        Match(
            theorem="prop_4_4_noise_tie",
            what="eliminated objective, X'X + λ I, a minimiser with D Σ_ε != 0",
            conclusion=rf"exists {{B:}} {{D:}} {{E:}}, {optimal} /\ {{heard}} <> 0",
            given=(
                r"{μ} != 0",
                r"0 < {~t}",
                r"psd ({~t}%:M - cov {ε} {ε})",
                rf"psd {slack}",
                r"{~v} != 0",
                rf"{{~v}} *m {slack} = 0",
                r"{~w} != 0",
                r"{~w} *m cov {ε} {ε} = {~t} *: {~w}",
            ),
            binders=r"({~t} : R) ({~v} : 'rV[R]_{#d_a}) ({~w} : 'rV[R]_{#d_o})",
            arguments=ACTS + given + r" {~t} {~v} {~w}",
            lines=(ROWS, same, r"rewrite hyp_g in {@3} {@5}."),
            **common,
        ),
    )


def ltac(count: int) -> str:
    """Hypotheses of a theorem that come before its last arguments."""
    return " ltac:(given)" * count


def _enters() -> Match:
    found = Derived(supervised_lam(augmented=False))
    B, D, head = found.model.decoder[0], found.model.encoder[1], found.model.decoder[1]
    return Match(
        claim="P4.4s",
        theorem="prop_4_4_noise_enters",
        what="eliminated objective, E||ε||^2, D Σ_ε",
        objects={
            "value": squared(found.value),
            "noise": MeanSquare(ε),
            "heard": D * S_e,
            "X": X,
            "μ": μ,
        },
        conclusion=rf"~ {LEAST} -> {EVERY}, {OPTIMAL.format(latent='{#d_z}')} -> {{heard}} <> 0",
        under=(uncorrelated(a, ε),),
        bound=(B, D, head),
        theories=THEORIES,
        unfold=UNFOLD,
        arguments=r"{#d_o} {#d_a} {#d_z} {X} {a} {ε} {μ}",
    )


def _white() -> Match:
    found, (B, D, head) = _square()
    s = scalar("s")
    known = Assumptions(orthonormal(X), white(a, s))
    scaled = known.reduce(E(a, a) * (X.T * X + identity("d_a") * μ**2))
    return Match(
        claim="P4.4s",
        theorem="prop_4_4_threshold_white",
        what="eliminated objective, E||ε||^2, Σ_a (X'X + λ I) as the engine reduces it",
        objects={
            "value": squared(found.value),
            "noise": MeanSquare(ε),
            "bound": tr(scaled) / tr(identity("d_a")),
            "s": s,
            "X": X,
            "μ": μ,
        },
        conclusion=rf"{LEAST} <-> psd ({{bound}}%:M - cov {{ε}} {{ε}})",
        under=(orthonormal(X), white(a, s), uncorrelated(a, ε), equation(X.T * S_e, 0)),
        given=(r"(0 < {#d_a})%N",),
        bound=(B, D, head),
        theories=THEORIES,
        unfold=UNFOLD,
        arguments=ACTS + ltac(2) + r" {s}",
        over="rcfType",
    )
