"""R6, R7: robust targets and action supervision, and what the remedies cannot do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import E as moment
from symlam.algebra import (
    conditional_draws,
    dimension_at_most,
    equation,
    full_column_rank,
    identity,
    matrix,
    msq,
    orthonormal,
    positive,
    scalar,
    substitute,
    vector,
    white,
    zero,
)
from symlam.algebra._exact import Instance, fraction, trace
from symlam.claims._acting import penalised, supervised
from symlam.claims._claim import Claim
from symlam.claims._cross_exogenous import restated_chain
from symlam.claims._part import Hypothesis, Part, Proof, assumes, cites, hypothesis, joined, proves
from symlam.claims._separable import (
    OURS,
    OWN,
    W,
    chain_proof,
    largest_first,
    leaking_minimiser,
    no_leak,
    noisy,
    sigma_min,
    skip_unless,
    tau_max,
    transition_proof,
)
from symlam.claims._tests import (
    Row,
    eigenvalues,
    every_minimiser_by,
    is_identity,
    minimum_is,
    second_moment,
)
from symlam.models import (
    action_supervised_lam,
    additive_world,
    consistency_lam,
    exogenous_lam,
    model,
    orthogonal,
    separable,
    twin_latent,
)
from symlam.models._model import Model
from symlam.models.exogenous_letters import B, C, D, E, F, H, X, a, η, λ, μ
from symlam.objective import derive
from symlam.optimum import reduced_rank
from symlam.optimum._exact import minimisers, solve_left
from symlam.optimum._metrics import head_error

r = W.innovation()
S_a, S_η = moment(a, a), moment(η, η)
I_a = identity("d_a")
INJECTIVE = hypothesis("H has full column rank", full_column_rank(H))


# ---- the identity for any encoder


def draws_model() -> tuple[Model, Any]:
    """A head K on two draws z, z_2 given (s, a); y is a function of (s, a)."""
    y = vector("y", "d_y")
    z = conditional_draws("z", "d_z", given=[y])
    head = matrix("K", "d_y", "d_z")
    first, second = z.values
    m = model(
        "a head on any latent, two draws given (s, a)",
        loss=[(1, head * first - y)],
        latent=first,
        encoder=[],
        decoder=[head],
        assume=z.assumptions,
        named={"z": first, "z_2": second, "E[z | s, a]": z.mean, "y": y},
        source=OWN,
    )
    return m, (head, y, first, second, z.mean)


def identity_parts() -> tuple[Part, Part]:
    """R6.a and R6.b: the identity and the bound."""
    m, (head, y, first, second, mean) = draws_model()
    loss, apart = msq(head * first - y), msq(head * first - head * second)
    sides = msq(head * mean - y) + apart * Fraction(1, 2)

    def bounded(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        left, right = inst.value(apart), 2 * inst.value(loss)
        yield inst, left <= right, True, f"E||K z - K z_2||^2 = {left} <= 2 E||K z - y||^2 = {right}"

    return (
        Part(
            "R6.a",
            "any encoder, any head: E||K z - y||^2 = E||K E[z | s,a] - y||^2 + 1/2 E||K z - K z_2||^2",
            m,
            is_identity(loss, sides, "E||K z - y||^2 against the two parts"),
            lambda known, _: proves(
                known.assumptions,
                loss,
                sides,
                "z = m + u, z_2 = m + v: both sides are E||K m - y||^2 + E||K u||^2",
            ),
        ),
        Part(
            "R6.b",
            "E||K z - K z_2||^2 <= 2 E||K z - y||^2",
            m,
            bounded,
            lambda known, _: proves(
                known.assumptions,
                2 * loss - apart,
                2 * msq(head * mean - y),
                "2 E||K z - y||^2 - E||K z - K z_2||^2 = 2 E||K m - y||^2 >= 0",
            ),
        ),
    )


# ---- action supervision


def gain(inst: Instance) -> flint.fmpq_mat:
    """Σ_r^+ (Σ_r Σ_r + λ Σ_{r,a} Σ_{a,r}): its eigenvalues are what a latent direction is worth."""
    s, cross = second_moment(inst, r), inst.value(moment(r, a))
    w = inst.scalars["λ"]
    both = s * s + cross * cross.transpose() * flint.fmpq(w.numerator, w.denominator)
    found = solve_left(s, both)  # G s = both, both in the range of s
    return found if found is not None else s


def _actions(inst: Instance, add: Fraction) -> list[Fraction]:
    """σ_i² + λ for the d_a actions, σ_i² the largest eigenvalues of Σ_q (0 where there are fewer)."""
    count = inst.size(a.dim)
    values = eigenvalues(second_moment(inst, W.q))[:count]
    return [v + add for v in values + [Fraction(0)] * (count - len(values))]


def supervised_chain(known: Model) -> Proof | None:
    """The derivation ends in the reduced-rank regression of [r; √λ a] on r."""
    start = transition_proof(known.assumptions)
    chain = restated_chain(known, action_supervised_lam(predicted=True, latent=known.latent.dim))
    left = reduced_rank(chain.objective, chain.encoder[-1], chain.decoder)
    if left.input != r or [(t.weight, t.target) for t in left.targets] != [(1, r), (λ, a)]:
        return None
    return joined(
        start,
        chain_proof(chain),
        cites("two decoders of one latent D r: the reduced-rank regression of [r; √λ a] on r"),
    )


def spectral_lines(known: Model) -> Proof | None:
    """Orthogonal, white actions: gains σ_i² + λ along H, and τ_j²."""
    k = known.assumptions
    back = matrix("H^+", "d_a", "d_s")
    rules = k.plus(equation(back * H * H.T, H.T))
    total = moment(r, r)
    y = back * E.T
    return joined(
        proves(rules, y * total, moment(a, r), "H^+ H H' = H': E[a r'] = H^+ E' Σ_r"),
        proves(rules, total, E * H * H.T * E.T + X * S_η * X.T, "block 11: Σ_r = E H H' E' + X Σ_η X'"),
        proves(rules, total * y.T, E * H, "block 12: Σ_r (H^+ E')' = E H"),
        proves(
            k, (E * H).T * X * S_η, zero("d_a", "d_ξ"), "(E H)' X = 0: actions and distractors keep apart"
        ),
        proves(k, (E * H).T * (E * H) + λ * I_a, H.T * H + λ * I_a, "K = [E H; √λ I]: K'K = H'H + λ I"),
    )


def _r6() -> tuple[Part, ...]:
    sep = separable(action_supervised_lam())
    orth = orthogonal(action_supervised_lam()).assume(white(a))
    square = orthogonal(action_supervised_lam(latent="d_a")).assume(white(a))
    Ds = square.encoder[1]

    def stacked(known: Model, inst: Instance) -> Fraction:
        total = inst.value(msq(r)) + inst.scalars["λ"] * inst.value(msq(a))
        return total - sum(eigenvalues(gain(inst))[: inst.size(D.rows)], Fraction(0))

    def merged(known: Model, inst: Instance) -> Fraction:
        w = inst.scalars["λ"]
        total = fraction(trace(second_moment(inst, r))) + w * inst.size(a.dim)
        kept = largest_first(_actions(inst, w), eigenvalues(second_moment(inst, η)))
        return total - sum(kept[: inst.size(D.rows)], Fraction(0))

    def prove_merged(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        if INJECTIVE not in picked:
            return None
        return joined(
            supervised_chain(known),
            spectral_lines(known),
            cites("H injective: H^+ H = I, every action is worth σ_i² + λ, every distractor τ_j²"),
        )

    def quiet(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(inst.scalars["λ"] > tau_max(inst) - sigma_min(inst))
        yield from every_minimiser_by(no_leak(Ds), count=3)(known, inst, rng)

    def prove_quiet(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            prove_merged(known, picked),
            cites(
                "σ_min² + λ > τ_max²: a gap at d_z = d_a; the kept space is the range of K, [B; √λ K] D X Σ_η = 0, and [B; √λ K] is injective"
            ),
            assumes(known.assumptions, positive(λ)),
        )

    def leaks(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(inst.scalars["λ"] <= tau_max(inst) - sigma_min(inst))
        centre = inst.value(E * E.T + X * F * X.T)
        at = leaking_minimiser(known, inst, gain(inst).transpose(), inst.value(X * S_η), centre=centre)
        yield (
            at,
            any(at.value(Ds * X * S_η).entries()),
            True,
            "D X Σ_η != 0 at the minimiser that prefers exogenous directions",
        )

    def prove_leaks(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            supervised_chain(known),
            spectral_lines(known),
            assumes(known.assumptions, positive(λ)),
            cites(
                "an action direction is worth at most σ_i² + λ and there are at most d_a; τ_max² >= σ_min² + λ > 0 is among the "
                "d_z = d_a largest by choice at a tie: the kept space has an exogenous direction"
            ),
        )

    return (
        *identity_parts(),
        Part(
            "R6.c",
            "L + λ E||K z - a||^2 is a reduced-rank regression of [r; √λ a] on r: min = E||r||^2 + λ E||a||^2 less the d_z "
            "largest eigenvalues of Σ_r^+ (Σ_r² + λ Σ_{r,a} Σ_{a,r})",
            sep,
            minimum_is(stacked, "min of the supervised loss against the stacked regression"),
            lambda known, _: supervised_chain(known),
        ),
        Part(
            "R6.d",
            "orthogonal, white actions: min = tr Σ_r + λ d_a less the d_z largest of {σ_i² + λ, i <= d_a} and {τ_j²}",
            orth,
            minimum_is(merged, "min of the supervised loss against all but the largest of both spectra"),
            prove_merged,
            (INJECTIVE,),
            drops=False,
        ),
        Part(
            "R6.e",
            "d_z = d_a and λ > τ_max² - σ_min²: no leak, D X Σ_η = 0 at every minimiser",
            square,
            quiet,
            prove_quiet,
            (INJECTIVE,),
        ),
        Part(
            "R6.f",
            "d_z = d_a and λ <= τ_max² - σ_min²: a leak at some minimiser",
            square,
            leaks,
            prove_leaks,
            drops=False,
        ),
        *supervised(),
    )


# ---- R7


def _r7() -> tuple[Part, ...]:
    wide = orthogonal(action_supervised_lam()).assume(dimension_at_most("d_a", "d_z", strict=True))

    def always(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(noisy(inst))
        for found in minimisers(known, inst, rng=rng, count=3):
            yield found.at, any(found.at.value(D * X * S_η).entries()), True, "D X Σ_η != 0 at a minimiser"

    def prove_always(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            supervised_chain(known),
            assumes(known.assumptions, dimension_at_most("d_a", "d_z", strict=True)),
            proves(known.assumptions, moment(r, r) * X, X * S_η, "Σ_r X = X Σ_η"),
            cites(
                "the kept map has rank min(d_z, rank Σ_r) > rank Σ_q, as d_z > d_a and rank Σ_r = rank Σ_q + rank Σ_η;",
                "D X Σ_η = 0 would leave D Σ_r = D E Σ_q E' of rank at most rank Σ_q, whatever λ is",
            ),
        )

    # the bare penalty
    bare = consistency_lam()
    c = scalar("c")
    apart = msq(bare.latent - twin_latent(bare))
    scaled = substitute(bare.expand(), {C: c * C, D: c * D})
    plain = substitute(exogenous_lam().expand(), {B: c * B}) + μ * c**2 * apart

    return (
        Part(
            "R7.a",
            "d_z > d_a and Σ_η != 0: with action supervision every minimiser leaks, for every λ",
            wide,
            always,
            prove_always,
        ),
        Part(
            "R7.b",
            "a bare penalty is vacuous: L + μ E||z - z_2||^2 at (A, B, c C, c D) is L at (A, c B, C, D) plus μ c² E||z - z_2||^2, "
            "so its infimum is min L for every μ (c -> 0)",
            bare,
            is_identity(
                scaled,
                plain,
                "the bare loss at (A, B, c C, c D) against L at (A, c B, C, D) plus μ c² E||z - z_2||^2",
            ),
            lambda known, _: joined(
                proves(
                    known.assumptions,
                    scaled,
                    plain,
                    "z scales with c, B undoes it in L and not in the penalty",
                ),
                cites(
                    "at a minimiser of L with B/c for B, c -> 0: the value tends to min L, and no value is below it"
                ),
            ),
            shape=(c * C,),
            drops=False,
        ),
        *_floor(),
        *penalised(),
    )


def _floor() -> tuple[Part, ...]:
    """o = s + ξ, everything isotropic; θ = σ_s²/(σ_s² + σ_ξ²), t = σ_s² + σ_ξ², v = σ_q²."""
    w = additive_world()
    θ, t, v, f, u = (scalar(name) for name in ("θ", "t", "v", "f", "u"))
    one = identity("d_o")

    def isotropic(noise: Any) -> Model:
        """The additive world with white states and Σ_η = noise I."""
        return exogenous_lam(w).assume(
            white(w.s, θ * t),
            white(w.ξ, (1 - θ) * t),
            white(w.η, noise),
            white(w.a, v),
            orthonormal(w.H),
            positive(θ),
            positive(1 - θ),
            positive(t),
            positive(v),
            dimension_at_most("d_a", "d_z"),
        )

    m = isotropic((1 - θ) * t)
    general = isotropic(u).assume(positive(u), equation(w.F, f * one))
    n, n_general = (1 - θ**2) * t, u + (1 - f) ** 2 * θ * (1 - θ) * t
    o, o_next = m.named["o"], m.named["o'"]
    QUIET = hypothesis("F = 0: ξ' = η", equation(w.F, 0))

    def floor(inst: Instance, noise: Any) -> Fraction:
        return inst.value(noise) / (inst.scalars["v"] + inst.value(noise))

    def at_least(noise: Any) -> Any:
        def test(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
            c, d = known.encoder
            for centred_ in (False, False, True):
                rows = {
                    x: [
                        [rng.randint(-2, 2) for _ in range(inst.size(x.cols))]
                        for _ in range(inst.size(x.rows))
                    ]
                    for x in (c, d)
                }
                if centred_:
                    rows[c] = [[-x for x in row] for row in rows[d]]
                at = inst.with_values(rows)
                error, least = head_error(at, w.a, known.latent), floor(inst, noise)
                yield at, error >= least, True, f"action NMSE {error} >= {least}"

        return test

    def lines(known: Model, best: Any, noise: Any, what: str) -> Proof | None:
        """r = o' - best o is the innovation, with the moment σ_q² H H' + noise I."""
        k, rest = known.assumptions, o_next - best * o
        kept = v * w.H * w.H.T + noise * one
        return joined(
            proves(k, moment(o, rest), zero("d_o", "d_o"), f"r = o' - ({best!r}) o has E[o r'] = 0"),
            proves(k, moment(w.a, o), zero("d_a", "d_o"), "E[a o'] = 0"),
            proves(k, moment(w.a, rest), v * w.H.T, "E[a r'] = σ_q² H'"),
            proves(k, moment(rest, rest), kept, f"Σ_r = σ_q² H H' + N I, N = {what}"),
            proves(k, kept * w.H, (v + noise) * w.H, "Σ_r H = (σ_q² + N) H"),
        )

    def prove_floor(best: Any, noise: Any, what: str, needed: tuple[Hypothesis, ...]) -> Any:
        def prove(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
            if not set(needed) <= picked:
                return None
            return joined(
                lines(known, best, noise, what),
                assumes(known.assumptions, positive(v), positive(t), positive(θ), positive(1 - θ)),
                cites(
                    "the best linear estimate of a from (o, o') is σ_q²/(σ_q² + N) H' r, with error N/(σ_q² + N); z sees no more"
                ),
            )

        return prove

    def reached(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
        yield (
            head_error(at, w.a, known.latent),
            floor(at, n),
            "action NMSE at a minimiser against N/(σ_q² + N)",
        )

    def centred(known: Model) -> Model:
        c, d = known.encoder
        return replace(known.substitute({c: -θ * d}, name=f"{known.name}, C = -θ D"), encoder=(d,))

    CENTRED = hypothesis("C = -θ D, θ = σ_s²/(σ_s² + σ_ξ²) (z = D r)", restrict=centred)
    printed = "σ_ξ² + σ_s² σ_ξ²/(σ_s² + σ_ξ²)"

    def prove_reached(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        if not {CENTRED, QUIET} <= picked:
            return None
        return joined(
            lines(known, θ, n, f"{printed} = (1 - θ²) t"),
            assumes(known.assumptions, positive(v), dimension_at_most("d_a", "d_z")),
            cites(
                "PCA of r: σ_q² + N > N, so the d_z >= d_a kept directions contain the range of H, and z = D r gives H' r by a linear map"
            ),
        )

    return (
        Part(
            "R7.c",
            f"isotropic additive case: the action NMSE of every linear latent is at least N/(σ_q² + N), N = {printed}",
            m,
            at_least(n),
            prove_floor(θ, n, f"{printed} = (1 - θ²) t", (QUIET,)),
            (QUIET,),
            drops=False,
        ),
        Part(
            "R7.d",
            "the floor is reached by PCA: every minimiser of L with d_z >= d_a has action NMSE N/(σ_q² + N)",
            m,
            every_minimiser_by(reached, count=3),
            prove_reached,
            (QUIET, CENTRED),
            drops=False,
        ),
        Part(
            "R7.e",
            "F = f I, Σ_η = σ_η² I: the floor has N = σ_η² + (1 - f)² σ_s² σ_ξ²/(σ_s² + σ_ξ²)",
            general,
            at_least(n_general),
            prove_floor(θ + f - f * θ, n_general, "σ_η² + (1 - f)² σ_s² σ_ξ²/(σ_s² + σ_ξ²)", ()),
            role="repair",
            drops=False,
        ),
    )


CLAIMS = (
    Claim(
        "R6",
        "robust targets and action supervision",
        "y a function of (s, a), z and z₂ two draws given (s, a): E‖Kz − y‖² = E‖E[Kz | s, a] − y‖² + ½ E‖Kz − Kz₂‖² for any encoder and head, hence "
        "E‖Kz − Kz₂‖² ≤ 2 E‖Kz − y‖². L + λ E‖Kz − a‖² regresses [r; √λ a] on r; orthogonal, white actions: the top of {σ² + λ} ∪ {τ²}; "
        "d_z = d_a: leak-free iff λ > τ_max² − σ_min²",
        OWN,
        _r6,
        lambda: (derive(action_supervised_lam(), restated=action_supervised_lam(predicted=True)),),
        lambda: (separable(action_supervised_lam()),),
        **OURS,
    ),
    Claim(
        "R7",
        "limits of the remedies",
        "With d_z > d_a action supervision leaves spare dimensions that leak, for every λ; a bare penalty E‖z − z₂‖² is vacuous without a constraint on "
        "scale; isotropic additive case: action NMSE has the floor N/(σ_q² + N), N = σ_ξ² + σ_s²σ_ξ²/(σ_s² + σ_ξ²), reached by PCA",
        OWN,
        _r7,
        lambda: (
            derive(consistency_lam(decoded=True), restated=consistency_lam(decoded=True, predicted=True)),
        ),
        lambda: (separable(consistency_lam(decoded=True)),),
        **OURS,
    ),
)
