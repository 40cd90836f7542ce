"""D1, D2: the correlated policy and its sweep."""

from __future__ import annotations

from typing import Any

from symlam.algebra import E, identity, matrix, msq, positive_definite, scalar, substitute, uncorrelated
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
from symlam.claims._policy import printed_a
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._match import Match
from symlam.models import policy_lam, policy_sweep_lam
from symlam.models.letters import A, B, C, D, X, Π_d, o, ε, π_s, χ
from symlam.objective import derive
from symlam.optimum import reduced_rank

LETTERS = (A, B, C, D)
# a hypothesis of the theorem that comes before its last arguments
GIVEN = " ltac:(given)"
HERE = r"{#d_o} {#d_z} {#d_a} {X} {Π_d} {o} {ε} {π_s}"


def d1() -> tuple[Match, ...]:
    """Elimination of A, the optimum, and equation (8) as printed."""
    found = Derived(policy_lam(), eliminate=(A,))
    optimum = reduced_rank(derive(policy_lam(), eliminate=(A,)).objective, D, (B,))
    (condition,) = found.conditions
    objects: dict[str, Any] = {
        "loss": found.loss,
        "value": found.value,
        "best": found.choice[A],
        "condition": condition,
        "moment": found.moment(optimum.input),
        "full": E(optimum.input, optimum.input),
        "X": X,
        "Π_d": Π_d,
    }
    common: dict[str, Any] = {
        "claim": "D1",
        "objects": objects,
        "under": found.used,
        "bound": LETTERS,
        "theories": ("linear_lam", "eigenform", "policy"),
        "unfold": ("D1_A", "D1_printed_A"),
    }
    spectral: dict[str, Any] = {
        **common,
        "under": policy_lam().assumptions.items,
        "arguments": HERE + GIVEN * 2 + " {~U} {~l}",
        "binders": SPECTRUM,
        "given": SORTED,
        "facts": ((E(optimum.input, optimum.input), found.moment(optimum.input)),),
        "lines": ("have hyp_m := etrans {=0} {@1}.",),
    }
    bare: dict[str, Any] = {**common, "arguments": HERE}
    least = r"(forall (A' : 'M[R]_{#d_o}), {loss} <= (fun {A:} => {loss}) A')"
    there = r"(fun {B:} {D:} => (fun {A:} => {loss}) {best})"
    return (
        Match(
            theorem="D1_reduced",
            what="objective, eliminated objective, choice of A",
            conclusion=rf"({EVERY}, ({{value}} : R) <= {{loss}}) /\ "
            r"(forall {B:} {C:} {D:}, (fun {A:} => {loss}) {best} = {value} :> R)",
            **bare,
        ),
        Match(
            theorem="D1_A_iff",
            what="objective, condition of equality",
            conclusion=rf"{EVERY}, {least} <-> {{condition}} = 0",
            **bare,
        ),
        Match(
            theorem="D1_A_pd_iff",
            what="objective, choice of A",
            conclusion=rf"{EVERY}, pd (cov {{o}} {{o}}) -> ({least} <-> {{A}} = {{best}})",
            **bare,
        ),
        Match(
            theorem="D1_printed_iff",
            what="objective, equation (8) as printed, choice of A",
            conclusion=r"forall {B:} {C:} {D:}, "
            r"((forall (A' : 'M[R]_{#d_o}), (fun {A:} => {loss}) {printed} <= (fun {A:} => {loss}) A') <-> "
            r"{last} = {wanted})",
            **{
                **bare,
                "under": {*found.used, positive_definite(o)},
                "objects": {
                    **objects,
                    "printed": printed_a(),
                    "last": base() - printed_a(),
                    "wanted": base() - found.choice[A],
                },
            },
        ),
        Match(
            theorem="D1_repaired",
            what="objective, moment of the optimum, choice of A",
            conclusion=rf"({EVERY}, {TAIL} <= {{loss}}) /\ (forall {{C:}}, {there} {FIRST} {FIRST}^T = {TAIL})",
            **spectral,
        ),
        Match(
            theorem="D1_min_iff",
            what="objective, moment, condition of equality",
            conclusion=rf"{EVERY}, {{loss}} = {TAIL} <-> {{condition}} = 0 /\ "
            rf"{PRINCIPAL.replace('moment', 'full')}",
            **spectral,
        ),
    )


def base() -> Any:
    """I - B(C + D), from which both forms of A subtract."""
    return identity("d_o") - B * (C + D)


def d2() -> tuple[Match, ...]:
    """The least loss along the sweep, and the random part of the action that the latent leaves."""
    found = Derived(policy_sweep_lam())
    common: dict[str, Any] = {
        "claim": "D2",
        "theories": ("linear_lam", "policy_sweep"),
        "bound": LETTERS,
        "unfold": ("policy_sweep.left", "noise_left", "pca", "en", "sweep", "action"),
        "under": found.model.assumptions.items,
    }
    return (
        Match(
            theorem="D2_loss",
            what="objective, choice of A, eliminated objective reduced under the assumptions",
            objects={
                "loss": found.loss,
                "value": found.model.assumptions.reduce(found.derivation.objective.expand()),
                "X": X,
                "Π_d": Π_d,
                "χ": χ,
            },
            conclusion=r"forall {B:} {C:} {D:}, (forall {A:}, ({value} : R) <= {loss}) /\ "
            r"(exists {A:}, {loss} = {value} :> R)",
            facts=((E(π_s, ε), 0),),
            arguments=HERE + GIVEN * 3 + " {χ}",
            **common,
        ),
        *_along(found, common),
    )


def _along(found: Derived, common: dict[str, Any]) -> tuple[Match, ...]:
    """What the optimal latent leaves at two stages χ < χ' of the sweep, and at χ = 1."""
    later = scalar("χ'")
    primed = {x: matrix(f"{x.as_letter().name}'", *x.shape) for x in LETTERS}
    (residual,) = found.model.residuals
    loss = MeanSquare(residual)
    moved = MeanSquare(residual.substitute({χ: later}).substitute(primed))
    known = found.model.assumptions
    # the parts of the eliminated objective that π_s and ε leave
    left, noise = (known.reduce(msq((B * D - identity("d_o")) * x)) for x in (X * π_s, ε))
    objects = {
        "loss": loss,
        "later": moved,
        "left": left,
        "left'": substitute(left, primed),
        "noise": noise,
        "noise'": substitute(noise, primed),
        "X": X,
        "Π_d": Π_d,
        "χ": χ,
        "χ'": later,
    }
    after = r"optimal (fun {A':} {B':} {C':} {D':} => {later}) {A'} {B'} {C'} {D'}"
    letters = r"forall {A:} {A':} {B:} {B':} {C:} {D:} {C':} {D':}"
    every: dict[str, Any] = {
        **common,
        "objects": objects,
        "bound": (*LETTERS, *primed.values()),
        "given": (r"{χ} < {χ'}", r"{χ'} <= 1"),
        "facts": ((E(π_s, ε), 0),),
        "arguments": HERE + GIVEN + " {χ} {χ'}",
    }
    return (
        Match(
            theorem="D2_monotone",
            what="objectives at χ and χ', the part of π_s that is left",
            conclusion=rf"{letters}, {OPTIMAL} -> {after} -> {{left}} <= {{left'}} :> R",
            **{**every, "under": (uncorrelated(o, π_s), uncorrelated(π_s, ε))},
        ),
        Match(
            theorem="D2_noise_monotone",
            what="objectives at χ and χ', the part of ε that is left",
            conclusion=rf"{letters}, {OPTIMAL} -> {after} -> {{noise'}} <= {{noise}} :> R",
            **{**every, "under": (uncorrelated(o, ε), uncorrelated(π_s, ε))},
        ),
        Match(
            theorem="D2_deterministic",
            what="objective at χ = 1, the part of ε that is left",
            conclusion=rf"{EVERY}, {OPTIMAL.replace('loss', 'last')} -> "
            r"forall {B':} {D':}, {noise} <= {noise'} :> R",
            **{
                **every,
                "objects": {
                    "last": MeanSquare(residual.substitute({χ: 1})),
                    "random": π_s,
                    "noise": noise,
                    "noise'": objects["noise'"],
                    "X": X,
                    "Π_d": Π_d,
                },
                "under": uncorrelated(o, ε),
                "given": (),
                "facts": (),
                "arguments": HERE,
            },
        ),
    )
