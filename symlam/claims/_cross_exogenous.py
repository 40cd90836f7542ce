"""R5: reconstruction across exogenous states, its mixture with plain reconstruction, and imperfect pairs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symlam.algebra import E as moment
from symlam.algebra import (
    Matrix,
    dimension_at_most,
    dimension_scalar,
    equation,
    identity,
    matrix,
    msq,
    positive_definite,
    rank_at_least,
    substitute,
    tr,
    vector,
    zero,
)
from symlam.algebra._exact import Instance, fraction, trace
from symlam.claims._acting import across
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, assumes, cites, hypothesis, joined, proves
from symlam.claims._separable import (
    OURS,
    OWN,
    W,
    chain_proof,
    innovation_moment,
    invariance,
    largest_first,
    no_leak,
    read_outs,
    sigma_min,
    skip_unless,
    tau_max,
    transition_proof,
)
from symlam.claims._tests import (
    Row,
    eigenvalues,
    every_minimiser,
    every_minimiser_by,
    minimum_is,
    minimum_over,
    predictor,
    second_moment,
    tail,
)
from symlam.models import (
    cross_exogenous_lam,
    imperfect_pairs,
    mixture_lam,
    model,
    orthogonal,
    separable,
    with_policy,
)
from symlam.models._model import Model
from symlam.models.exogenous_letters import Π, A, B, C, D, E, F, H, M, X, η, η2, λ, ξ, π, ρ
from symlam.objective import Derivation, derive
from symlam.optimum import reduced_rank
from symlam.optimum._consequences import Facts

I = identity("d_o")
r, twin = W.innovation(), W.innovation(twin=True)
S_q, S_η = moment(W.q, W.q), moment(η, η)
KEPT, NOISE = E * S_q * E.T, X * S_η * X.T


def restated_chain(known: Model, restated: Model) -> Derivation:
    """The derivation of a model with the transition M."""
    return derive(known, restated=replace(restated, assumptions=known.assumptions.plus(W.transition())))


def explained(
    known: Model, restated: Model, regression: Callable[[Matrix, Matrix], Matrix], kept: Matrix
) -> Proof | None:
    """The reduced-rank regression that is left explains the given moment: Y Σ_x Y' with Y checked."""
    found = read_outs(known.assumptions)
    if found is None:
        return None
    (p, q), rules = found
    chain = restated_chain(known, restated)
    y = regression(p, q)
    optimum = reduced_rank(chain.objective, chain.encoder[-1], chain.decoder, under=rules, predictor=y)
    if optimum.explained is None or rules.reduce(optimum.explained - kept):
        return None
    (target,) = optimum.targets
    gap = moment(target.target, optimum.input) - y * moment(optimum.input, optimum.input)
    return joined(
        transition_proof(known.assumptions),
        chain_proof(chain),
        proves(rules, gap, 0 * gap, f"Y = {y!r} is the regression of the target on x = r: Y Σ_x = E[t x']"),
        cites(f"Eckart-Young: the minimum is {optimum.minimum_text()}"),
    )


def _r5() -> tuple[Part, ...]:
    m = separable(cross_exogenous_lam())
    predicted = cross_exogenous_lam(predicted=True)
    definite = m.assume(positive_definite(ξ), positive_definite(η))
    narrow = definite.assume(dimension_at_most("d_z", "d_a"))
    RANKED = hypothesis("rank Σ_q >= d_z", rank_at_least(W.q, "d_z"))

    def value(known: Model, inst: Instance) -> Fraction:
        return tail(inst.value(KEPT), inst.size(D.rows)) + inst.value(tr(NOISE))

    def prove_value(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            explained(known, predicted, lambda p, q: E * p, KEPT),
            proves(
                known.assumptions, msq(twin), tr(KEPT) + tr(NOISE), "E||t||^2 = tr(E Σ_q E') + tr(X Σ_η X')"
            ),
        )

    def facts(known: Model, *, injective: bool) -> tuple[Facts, Proof] | None:
        """What vanishes at every minimiser: the squares of the derivation, and B D X Σ_η."""
        base = prove_value(known, frozenset())
        chain = restated_chain(known, predicted)
        last = chain.objective.terms[0].form
        split = proves(
            chain.assumptions,
            msq(last),
            msq((B * D - I) * E * W.q) + msq(B * D * X * η) + msq(X * η2),
            "what is left is E||(B D - I) E q||^2 + E||B D X η||^2 + E||X η_2||^2",
        )
        argued = cites(
            "the first of these is at least the tail of E Σ_q E', and B D = U U' E E^+ reaches that with B D X = 0: "
            "at every minimiser B D X Σ_η = 0"
        )
        proof = joined(base, split, argued)
        if proof is None:
            return None
        rules = chain.assumptions
        squares = [rules.reduce(c) for c in chain.steps[-1].condition]
        found = Facts(
            [*squares, B * D * X * S_η],
            rules.definite_letters(),
            [x.as_letter() for x in (E, X, *((B,) if injective else ()))],
        )
        return found, proof

    def prove_silent(*goals: Matrix, injective: bool = False) -> Any:
        def prove(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
            if injective and RANKED not in picked:
                return None
            found = facts(known, injective=injective)
            if found is None:
                return None
            zeros, proof = found
            front = D if injective else B * D
            if not zeros.imply(front * X):
                return None
            through = known.assumptions.plus(W.transition()).reduce(front * X * F)  # D X F = D M X = 0
            more = Facts([*zeros.zero, through], zeros.definite, zeros.injective)
            if not all(more.imply(g) for g in goals):
                return None
            rank = (
                cites("λ_{d_z}(E Σ_q E') > 0: an optimal B D has rank d_z, so B is injective")
                if injective
                else Proof(())
            )
            definite_ = assumes(known.assumptions, positive_definite(ξ), positive_definite(η))
            return joined(proof, definite_, rank, Proof(tuple(zeros.log)))

        return prove

    # whitened target, for any two views x and y
    V, D1 = matrix("V", "d_w", "d_y"), matrix("D", "d_z", "d_x")
    B1 = matrix("B", "d_w", "d_z")
    x, y = vector("x", "d_x"), vector("y", "d_y")
    white = model(
        "reduced-rank regression of a whitened target",
        loss=[(1, B1 * (D1 * x) - V * y)],
        latent=D1 * x,
        encoder=[D1],
        decoder=[B1],
        assume=[equation(V * moment(y, y) * V.T, identity("d_w")), dimension_at_most("d_z", "d_w")],
        source=OWN,
    )
    ALL = hypothesis(
        "d_w = rank Σ_y (V whitens all of y)",
        test=lambda inst: second_moment(inst, y).rank() == inst.size(V.rows),
    )

    def canonical(known: Model, inst: Instance) -> Fraction:
        """d_w - the k largest squared canonical correlations of x and y."""
        there = predictor(inst, y, x) * predictor(inst, x, y)
        return Fraction(inst.size(V.rows)) - sum(eigenvalues(there)[: inst.size(D1.rows)], Fraction(0))

    def prove_canonical(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        if ALL not in picked:
            return None
        aim = matrix("V", "d_w", "d_o")
        chain = derive(
            cross_exogenous_lam(target=aim), restated=cross_exogenous_lam(target=aim, predicted=True)
        )
        left = reduced_rank(chain.objective, chain.encoder[-1], chain.decoder)
        if left.input != r or left.targets[0].target != aim * twin:
            return None
        return joined(
            Proof(tuple(map(repr, chain.steps))),
            cites("read x = r and y = r_2, the innovations of the sample and of its twin"),
            proves(known.assumptions, msq(V * y), dimension_scalar("d_w"), "E||V y||^2 = tr I = d_w"),
            cites(
                "reduced-rank regression: the value is d_w less the d_z largest eigenvalues of V Σ_{y,x} Σ_x^+ Σ_{x,y} V';",
                "V Σ_y V' = I with d_w = rank Σ_y: V'V is a generalised inverse of Σ_y, so these are the eigenvalues of "
                "Σ_y^+ Σ_{y,x} Σ_x^+ Σ_{x,y}, the squared canonical correlations",
            ),
        )

    # mixture
    mixed, square_mix = orthogonal(mixture_lam()), orthogonal(mixture_lam(latent="d_a"))

    def total(inst: Instance) -> Fraction:
        return fraction(trace(innovation_moment(inst)))

    def gains(inst: Instance, first: Fraction, second: Fraction) -> list[Fraction]:
        return largest_first(
            [first * v for v in eigenvalues(second_moment(inst, W.q))],
            [second * v for v in eigenvalues(second_moment(inst, η))],
        )

    def mixture_value(known: Model, inst: Instance) -> Fraction:
        w = 1 + inst.scalars["λ"]
        return w * total(inst) - sum(gains(inst, w, 1 / w)[: inst.size(D.rows)], Fraction(0))

    def prove_mixture(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        found = read_outs(known.assumptions)
        if found is None:
            return None
        (p, q), rules = found
        restated = mixture_lam(predicted=True, latent=known.latent.dim)
        chain = restated_chain(known, restated)
        b, d = chain.decoder[0], chain.encoder[-1]
        target = r + λ * twin  # what the shared decoder aims at, times 1 + λ
        pooled = msq((1 + λ) * (b * d * r) - target) + (1 + λ) * (msq(r) + λ * msq(twin)) - msq(target)
        y = (1 + λ) * (E * p) + X * q
        gap = moment(target, r) - y * moment(r, r)
        kept = (1 + λ) ** 2 * KEPT + NOISE
        return joined(
            transition_proof(known.assumptions),
            chain_proof(chain),
            proves(
                chain.assumptions,
                (1 + λ) * chain.objective.expand(),
                pooled,
                "(1 + λ)(L + λ L_X) = E||(1 + λ) B D r - t||^2 + (1 + λ)(E||r||^2 + λ E||r_2||^2) - E||t||^2, t = r + λ r_2",
            ),
            proves(rules, gap, 0 * gap, f"Y = {y!r} is the regression of t on r"),
            proves(rules, y * moment(r, r) * y.T, kept, "Y Σ_r Y' = (1 + λ)² E Σ_q E' + X Σ_η X'"),
            proves(rules, msq(twin), msq(r), "E||r_2||^2 = E||r||^2"),
            invariance(known.assumptions, S_η),
            cites("(1 + λ)(L + λ L_X) has the gains (1 + λ)² σ² and τ²; divide by 1 + λ (Eckart-Young)"),
        )

    def quiet(model_: Model, share: Callable[[Instance], Fraction]) -> Any:
        d = model_.encoder[1]

        def test(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
            skip_unless(sigma_min(inst) > share(inst) * tau_max(inst))
            yield from every_minimiser_by(no_leak(d), count=3)(known, inst, rng)

        return test

    def gap_at(base: Callable[[Model], Proof | None], what: str) -> Any:
        def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
            return joined(
                base(known),
                cites(
                    f"{what}: a gap at d_z = d_a, so B D Σ_r = U U' Y Σ_r at every minimiser, U U' onto the range of E Σ_q E', and B is injective"
                ),
                proves(known.assumptions, KEPT * X, zero("d_o", "d_ξ"), "(E Σ_q E') X = 0, so D X Σ_η = 0"),
            )

        return prove

    # imperfect pairs
    pairs, square_pairs = (orthogonal(imperfect_pairs(cross_exogenous_lam(latent=k))) for k in ("d_z", "d_a"))

    def pairs_value(known: Model, inst: Instance) -> Fraction:
        kept = gains(inst, Fraction(1), inst.scalars["ρ"] ** 2)
        return total(inst) - sum(kept[: inst.size(D.rows)], Fraction(0))

    def prove_pairs(known: Model) -> Proof | None:
        return joined(
            explained(
                known,
                imperfect_pairs(cross_exogenous_lam(predicted=True, latent=known.latent.dim)),
                lambda p, q: E * p + ρ * X * q,
                KEPT + ρ**2 * NOISE,
            ),
            invariance(known.assumptions, ρ**2 * S_η),
        )

    return (
        Part(
            "R5.a",
            "under SEP min L_X = sum over i > d_z of λ_i(E Σ_q E') + tr(X Σ_η X')",
            m,
            minimum_is(value, "min L_X against the tail of E Σ_q E' plus tr(X Σ_η X')"),
            prove_value,
        ),
        Part(
            "R5.b",
            "Cov(ξ, ξ') > 0 (that is Σ_ξ > 0 and Σ_η > 0): every minimiser has B C X = 0 and B D X = 0",
            definite,
            every_minimiser(
                (B * C * X, "B C X at a minimiser"), (B * D * X, "B D X at a minimiser"), count=3
            ),
            prove_silent(B * C * X, B * D * X),
        ),
        Part(
            "R5.c",
            "Cov(ξ, ξ') > 0 and d_z <= d_a: every minimiser has C X = 0 and D X = 0",
            narrow,
            every_minimiser((C * X, "C X at a minimiser"), (D * X, "D X at a minimiser"), count=3),
            prove_silent(C * X, D * X, injective=True),
            (RANKED,),
            drops=False,
        ),
        Part(
            "R5.d",
            "whitened target, E[(V y)(V y)'] = I: CCA of x and y, min E||B D x - V y||^2 = d_w - sum over i <= d_z of ρ_i²",
            white,
            minimum_is(canonical, "min against d_w less the largest squared canonical correlations"),
            prove_canonical,
            (ALL,),
        ),
        Part(
            "R5.e",
            "mixture L + λ L_X, orthogonal: min = (1 + λ) tr Σ_r less the d_z largest of {(1 + λ) σ_i²} and {τ_j²/(1 + λ)}",
            mixed,
            minimum_is(mixture_value, "min (L + λ L_X) against (1 + λ) tr Σ_r less the largest gains"),
            prove_mixture,
            drops=False,
        ),
        Part(
            "R5.f",
            "mixture, d_z = d_a and (1 + λ)² σ_min² > τ_max²: no leak, D X Σ_η = 0 at every minimiser",
            square_mix,
            quiet(square_mix, lambda inst: 1 / (1 + inst.scalars["λ"]) ** 2),
            gap_at(lambda known: prove_mixture(known, frozenset()), "(1 + λ)² σ_min² > τ_max²"),
            role="remark",
        ),
        Part(
            "R5.g",
            "corr(η, η_2) = ρ, orthogonal: min L_X = tr Σ_r less the d_z largest of {σ_i²} and {ρ² τ_j²}",
            pairs,
            minimum_is(pairs_value, "min L_X against tr Σ_r less the largest gains"),
            lambda known, _: prove_pairs(known),
            shape=(ρ * I,),
            drops=False,
        ),
        Part(
            "R5.h",
            "corr(η, η_2) = ρ, d_z = d_a and ρ² τ_max² < σ_min²: no leak, D X Σ_η = 0 at every minimiser",
            square_pairs,
            quiet(square_pairs, lambda inst: inst.scalars["ρ"] ** 2),
            gap_at(prove_pairs, "σ_min² > ρ² τ_max²"),
            role="remark",
            shape=(ρ * I,),
        ),
        _policy(),
        _eliminated(),
        *across(),
    )


def _eliminated() -> Part:
    """What the elimination of A and C leaves, for every B and D."""
    m = separable(cross_exogenous_lam())
    left = msq((B * D - I) * E * W.q) + msq(B * D * X * η) + msq(X * η2)

    def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        chain = restated_chain(known, cross_exogenous_lam(predicted=True))
        return joined(
            transition_proof(known.assumptions),
            chain_proof(chain),
            proves(
                chain.assumptions,
                chain.objective.expand(),
                left,
                "what is left splits, as E[a η'] = 0 and E[η η_2'] = 0",
            ),
        )

    return Part(
        "R5.j",
        "under SEP, for all B, D: min over A, C of L_X = E||(B D - I) E q||^2 + E||B D X η||^2 + E||X η_2||^2",
        m,
        minimum_over((A, C), left, "min over A, C of L_X against the three squares"),
        prove,
        role="remark",
    )


def _policy() -> Part:
    """a = Π o + π: the twin's decoder does not know the exogenous state that the action followed."""
    m = with_policy(separable(cross_exogenous_lam()))
    u = Π * X * ξ + π  # the part of the action that the twin does not show
    driven = E * (H * u)

    def value(known: Model, inst: Instance) -> Fraction:
        return tail(second_moment(inst, driven), inst.size(D.rows)) + inst.value(tr(NOISE))

    def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        found = read_outs(known.assumptions)
        if found is None:
            return None
        (p, q), rules = found
        seen = M + E * H * Π * E * p
        at = substitute(known.expand(), {A: seen, C: -D * seen})
        return joined(
            transition_proof(separable(cross_exogenous_lam()).assumptions),
            proves(
                rules,
                at,
                msq((B * D - I) * driven + B * D * X * η - X * η2),
                "at A = M + E H Π E E^+, C = -D A: L_X = E||(B D - I) E H u + B D X η - X η_2||^2, u = Π X ξ + π",
            ),
            proves(
                rules,
                moment(driven, W.observation(twin=True)),
                0 * moment(driven, driven),
                "E[u õ'] = 0: the twin shows nothing of u",
            ),
            cites(
                "no encoder knows more of the target than E H u, and X η_2 stays: the minimum is the tail of the spectrum of "
                "E H u plus tr(X Σ_η X'), reached at B D = U U' E E^+"
            ),
        )

    return Part(
        "R5.i",
        "with a policy a = Π o + π: min L_X = sum over i > d_z of λ_i of the moment of E H (Π X ξ + π), plus tr(X Σ_η X')",
        m,
        minimum_is(value, "min L_X against the tail of E H (Π X ξ + π) plus tr(X Σ_η X')"),
        prove,
        role="remark",
    )


CLAIMS = (
    Claim(
        "R5",
        "cross-exogenous reconstruction",
        "Decoder on a twin: min L_X = Σ_{i>d_z} λ_i(E Σ_q Eᵀ) + tr(X Σ_η Xᵀ) under SEP; every minimiser has BCX = BDX = 0 if Cov(ξ, ξ') ≻ 0, and "
        "CX = DX = 0 if d_z ≤ d_a. Whitened target: CCA, d − Σ_{i≤d_z} ρ_i². Mixture L + λ L_X, orthogonal: the top of {(1+λ)σ²} ∪ {τ²/(1+λ)}. "
        "corr(η, η₂) = ρ: the top of {σ²} ∪ {ρ²τ²}",
        OWN,
        _r5,
        lambda: (
            derive(cross_exogenous_lam(), restated=cross_exogenous_lam(predicted=True)),
            derive(mixture_lam(), restated=mixture_lam(predicted=True)),
        ),
        lambda: (
            separable(cross_exogenous_lam()),
            orthogonal(mixture_lam()),
            orthogonal(imperfect_pairs(cross_exogenous_lam())),
            separable(with_policy(mixture_lam())),
        ),
        **OURS,
    ),
)
