"""R1, R2, R3: the innovation, its principal directions, what leaks, and what A leaves free."""

from __future__ import annotations

from typing import Any

from symlam.algebra import Assumption, Assumptions, matrix
from symlam.algebra import E as moment
from symlam.claims._matches._common import EVERY, FIRST, OPTIMAL, SORTED, SPECTRUM, TAIL, Derived
from symlam.evidence.export._match import Match
from symlam.models import exogenous_lam
from symlam.models._exogenous_state import PLAIN
from symlam.models._model import Model
from symlam.models.exogenous_letters import A, B, C, D, E, F, H, X, γ, η

LETTERS = (A, B, C, D)
WORLD = (E, X, F, H)
# the hypotheses of the library on s, a, ξ, η, from the engine's pairwise ones, and for q = H a
SOURCES = "have hyp_s : exo_sources {s} {a} {ξ} {η} by rewrite /exo_sources; repeat split; given."
CHANGE = "(exo_change {E} {X} {F} ({H} *v {a}) {ξ} {η})"
SEEN = "(exo_obs {E} {X} {s} {ξ})"
REGRESSED = f"have [G hyp_g] := regression {CHANGE} {SEEN}."
HERE = r"{#d_o} {#d_s} {#d_ξ} {E} {X} {F} {s} ({H} *v {a}) {ξ} {η} (exo_sources_act {H} hyp_s)"
OPEN = ("exo_obs", "exo_change")
SEPARABLE = "separable {E} {X}"


def used_for(known: Assumptions, *expressions: Any) -> tuple[Assumption, ...]:
    """The assumptions that reduce some expressions, in their own order."""
    used = {a for e in expressions for a in known.reduce_with_sources(e)[1]}
    return tuple(a for a in known if a in used)


# at the latent dimension i + 1, with the (i + 1)-th eigenvalue of Σ_q as the threshold
INDEX = "({~U} : 'M[R]_{#d_s}) ({~l} : 'I_{#d_s} -> R) ({~i} : 'I_{#d_s})"
AT_INDEX = (
    "orthonormal {E} {X}",
    r"{~U}^T *m {~U} = 1%:M",
    "{change} = dg {~U} {~l}",
    r"nonincreasing {~l}",
    "{#d_z} = {~i}.+1 :> nat",
)
REPLACED = "subst {#d_z}."
GIVEN = " ltac:(given)"


def _exogenous(**changes: Any) -> dict[str, Any]:
    """What the matches about the plain model share."""
    m = exogenous_lam()
    return {
        "theories": ("linear_lam", "eigenform", "exogenous_state"),
        "under": m.assumptions.items,
        "letters": WORLD,
        "bound": LETTERS,
        "unfold": OPEN,
        **changes,
    }


def r1() -> tuple[Match, ...]:
    """The moment of the innovation and the value of the minimum; PCA of o' - o with A = I."""
    m, fixed = exogenous_lam(), exogenous_lam(free=False)
    found, with_identity = Derived(m, eliminate=()), Derived(fixed, eliminate=())
    step = PLAIN.next() - PLAIN.observation()
    return (
        Match(
            claim="R1",
            theorem="R1_value",
            what="objective, moment of the innovation as the engine reduces it",
            objects={"loss": found.loss, "moment": found.moment(PLAIN.innovation())},
            binders=SPECTRUM,
            given=(SEPARABLE, *SORTED),
            lines=(SOURCES, REGRESSED),
            arguments=HERE + " G hyp_g {#d_z} {~U} {~l}",
            conclusion=rf"(forall {{A:}} {{B:}} {{C:}} {{D:}}, {TAIL} <= {{loss}}) /\ "
            rf"(exists {{A:}} {{B:}} {{C:}} {{D:}}, {{loss}} = {TAIL})",
            **_exogenous(),
        ),
        Match(
            claim="R1",
            theorem="R1_identity",
            what="objective with A = I, moment of o' - o as the engine reduces it",
            objects={"loss": with_identity.loss, "moment": with_identity.moment(step)},
            facts=((moment(step, step), with_identity.moment(step)),),
            binders=SPECTRUM,
            given=SORTED,
            lines=("have hyp_m := etrans {=0} {@1}.",),
            arguments=f"{{#d_o}} {{#d_z}} {SEEN} {CHANGE} {{~U}} {{~l}}",
            conclusion=rf"(forall {{B:}} {{C:}} {{D:}}, {TAIL} <= {{loss}}) /\ "
            rf"(fun {{B:}} {{C:}} {{D:}} => {{loss}}) {FIRST} (- {FIRST}^T) {FIRST}^T = {TAIL}",
            **_exogenous(under=used_for(fixed.assumptions, moment(step, step)), bound=(B, C, D)),
        ),
    )


def r2() -> tuple[Match, ...]:
    """A spare dimension leaks at every minimiser."""
    m = exogenous_lam()
    found = Derived(m, eliminate=())
    return (
        Match(
            claim="R2",
            theorem="R2_spare_leaks",
            what="objective, and the moment of latent and innovation",
            objects={"loss": found.loss, "leak": moment(m.latent, η)},
            given=(SEPARABLE, r"(\rank (cov ({H} *v {a}) ({H} *v {a})) < {#d_z})%N", "cov {η} {η} != 0"),
            lines=(SOURCES,),
            arguments=r"{#d_o} {#d_s} {#d_ξ} {#d_z} {E} {X} {F} {s} ({H} *v {a}) {ξ} {η} (exo_sources_act {H} hyp_s)",
            conclusion=rf"forall {{A:}} {{B:}} {{C:}} {{D:}}, {OPTIMAL} -> {{leak}} != 0",
            **_exogenous(theories=("linear_lam", "eigenform", "exogenous_state", "leakage")),
        ),
    )


def _at_index(claim: str, found: Derived, m: Model, **more: Any) -> dict[str, Any]:
    """What the thresholds share: the latent has the dimension of an index of the spectrum of Σ_q, and one more."""
    objects = {
        "loss": found.loss,
        "leak": moment(m.latent, η),
        "change": found.moment(PLAIN.q),
        **more.pop("objects", {}),
    }
    return {
        **_exogenous(theories=("linear_lam", "eigenform", "exogenous_state", "leakage")),
        "claim": claim,
        "what": "objective, moment of latent and innovation, moment of the change",
        "objects": objects,
        "binders": INDEX,
        "given": AT_INDEX,
        "lines": (SOURCES, REPLACED),
        "arguments": HERE + " {@0} {~U} {~l} {~i}",
        "over": "rcfType",
        **more,
    }


def e1() -> tuple[Match, ...]:
    """Where an exogenous direction is worth more than the last kept endogenous one, every minimiser leaks."""
    m = exogenous_lam()
    return (
        Match(
            theorem="E1_leakage",
            conclusion=rf"{EVERY}, ~ psd (({{~l}} {{~i}})%:M - cov {{η}} {{η}}) -> {OPTIMAL} -> {{leak}} <> 0",
            **_at_index("E1", Derived(m, eliminate=()), m),
        ),
    )


def r4() -> tuple[Match, ...]:
    """The threshold on a representation W, where W is E E' + γ X X'."""
    W = matrix("W", "d_o", "d_o")
    m = exogenous_lam(seen=W)
    found = Derived(m, eliminate=())
    common = _at_index(
        "R4",
        found,
        m,
        objects={"γ": γ, "scaled": E * E.T + γ * (X * X.T)},
        letters=(*WORLD, W),
        bound=(*m.regression, *m.decoder, *m.encoder),
    )
    return (
        Match(
            theorem="R4_leak_free",
            conclusion=rf"{EVERY}, psd ({{~t}}%:M - cov {{η}} {{η}}) -> {{γ}} ^+ 2 * {{~t}} < {{~l}} {{~i}} -> "
            rf"{OPTIMAL} -> {{leak}} = 0",
            **{
                **common,
                "binders": INDEX + " ({~t} : R)",
                "given": (*AT_INDEX, "{W} = {scaled}"),
                "arguments": HERE + " {@0} {~U} {~l} {~i}" + GIVEN * 3 + " {γ} {~t}",
                # the theorem writes W out: with the letter its words are a tenth as many
                "after": (r"match goal with h : {W} = _ |- _ => rewrite -!h in hyp_t end.",),
            },
        ),
    )


def r3() -> tuple[Match, ...]:
    """A and C move together, to any part of o in the latent."""
    m = exogenous_lam()
    found = Derived(m, eliminate=())
    G, W = matrix("G", "d_o", "d_o"), matrix("W", "d_z", "d_o")
    o, o_next = PLAIN.observation(), PLAIN.next()
    return (
        Match(
            claim="R3",
            theorem="R3_C_free",
            what="objective, latent, and D (o' - o - G o) + W o",
            objects={
                "loss": found.loss,
                "z": m.latent,
                "goal": D * (o_next - o - G * o) + W * o,
                "G": G,
                "W": W,
            },
            arguments=f"{{#d_o}} {{#d_z}} {SEEN} {CHANGE} {{G}} {{A}} {{B}} {{C}} {{D}} {{W}}",
            conclusion=r"exists (A' : 'M[R]_({#d_o}, {#d_o})) (C' : 'M[R]_({#d_z}, {#d_o})), "
            r"(fun {A:} {C:} => {loss}) A' C' = {loss} /\ (fun {C:} => {z}) C' = {goal}",
            **_exogenous(under=(), letters=(*WORLD, *LETTERS), bound=()),
        ),
    )
