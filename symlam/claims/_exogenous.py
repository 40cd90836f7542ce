"""R1-R4: what a LAM learns with an exogenous state, and on an endogenous-focused representation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import (
    Assumptions,
    dimension_at_most,
    equation,
    identity,
    matrix,
    positive,
    scalar,
    substitute,
    uncorrelated,
    zero,
)
from symlam.algebra import E as moment
from symlam.algebra._exact import Instance
from symlam.claims._acting import represented, with_identity
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, assumes, cites, hypothesis, joined, proves
from symlam.claims._separable import (
    NOISY,
    OURS,
    OWN,
    W,
    centred,
    chain_proof,
    innovation_moment,
    innovation_pca,
    invariance,
    largest_first,
    leaking_minimiser,
    no_leak,
    noisy,
    read_outs,
    rest_after,
    seen_moment,
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
    tail,
)
from symlam.models import exogenous_lam, orthogonal, separable, with_policy, world
from symlam.models._model import Model
from symlam.models.exogenous_letters import A, B, C, D, E, F, H, M, X, γ, η, ξ, π
from symlam.objective import derive
from symlam.optimum import reduced_rank
from symlam.optimum._exact import minimisers, solve_left

I = identity("d_o")
r = W.innovation()
o = W.observation()
S_q, S_η, S_ξ = moment(W.q, W.q), moment(η, η), moment(ξ, ξ)
FOUND = E * S_q * E.T + X * S_η * X.T  # the moment of the innovation
ONE = identity("d_ξ")


def pca_of_innovation(known: Model, restated: Model, kept: Any) -> Proof | None:
    """The derivation with M, ending in PCA of a vector whose moment is the given one."""
    existence = transition_proof(known.assumptions)
    if existence is None:
        return None
    chain = derive(known, restated=replace(restated, assumptions=known.assumptions.plus(W.transition())))
    optimum = reduced_rank(chain.objective, chain.encoder[-1], chain.decoder, under=chain.assumptions)
    if not optimum.is_pca or chain.assumptions.reduce(optimum.moment - kept):
        return None
    return joined(
        existence, chain_proof(chain), cites(f"Eckart-Young: the minimum is {optimum.minimum_text()}")
    )


def plain_chain(known: Model, latent: Any) -> Proof | None:
    """The derivation for o itself under the assumptions of another model of the same world."""
    plain = exogenous_lam(predicted=True, latent=latent)
    chain = derive(replace(plain, assumptions=known.assumptions.plus(W.transition())))
    optimum = reduced_rank(chain.objective, chain.encoder[-1], chain.decoder, under=chain.assumptions)
    return chain_proof(chain) if optimum.is_pca else None


def spanned(known: Model, target: Any, inputs: dict[Any, Any]) -> Proof | None:
    """The target is a combination Y u of what the encoder sees: rank-k maps of u reach its PCA tail, no less."""
    from symlam.optimum import roles

    found = roles(known)
    seen = dict(found.inputs)
    (loss,) = found.losses
    if loss.regression or loss.more:
        return None
    total = sum(
        (m * seen[c] for c, m in list(inputs.items())[1:]),
        next(iter(inputs.values())) * seen[next(iter(inputs))],
    )
    return joined(
        proves(
            known.assumptions,
            moment(loss.target - total, loss.target - total),
            zero(target.dim, target.dim),
            "the target o' - o is a combination of what the encoder sees",
        ),
        cites("B [C D] is any map of rank d_z: Eckart-Young leaves the tail of the target's spectrum"),
    )


# ---- R1


def _r1() -> tuple[Part, ...]:
    general = exogenous_lam()
    sep = separable(general)

    def prove_general(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return innovation_pca(
            "d_o",
            "normal equations: o' = P o + r with E[o r'] = 0, P o the best linear prediction, whatever the moments",
        )

    def same_moment(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        yield (
            inst,
            innovation_moment(inst),
            inst.value(FOUND),
            "Σ_r of the best prediction against E Σ_q E' + X Σ_η X'",
        )

    def prove_moment(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        start = transition_proof(known.assumptions)
        return joined(
            start,
            proves(known.assumptions, moment(r, r), FOUND, "Σ_r = E Σ_q E' + X Σ_η X', as E[a η'] = 0"),
        )

    fixed = exogenous_lam(free=False)
    step = W.next() - o

    acting = with_policy(sep)
    driven = E * (H * π) + X * η

    def prove_policy(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        found = read_outs(known.assumptions)
        if found is None:
            return None
        restated = with_policy(exogenous_lam(predicted=True))
        chain = derive(known, restated=replace(restated, assumptions=known.assumptions.plus(W.transition())))
        optimum = reduced_rank(chain.objective, D, (B,), under=chain.assumptions)
        if not optimum.is_pca or chain.assumptions.reduce(optimum.moment - moment(driven, driven)):
            return None
        separates = transition_proof(sep.assumptions)
        return joined(
            Proof((), separates.used & frozenset(known.assumptions) if separates else frozenset()),
            chain_proof(chain),
            cites(f"Eckart-Young: the minimum is {optimum.minimum_text()}"),
        )

    return (
        Part(
            "R1.a",
            "min L = sum over i > d_z of λ_i(Σ_r), r = o' - (best linear prediction of o' from o)",
            general,
            minimum_is(
                lambda known, inst: tail(innovation_moment(inst), inst.size(D.rows)),
                "min L against the tail of the spectrum of the innovation",
            ),
            prove_general,
        ),
        Part("R1.b", "under SEP Σ_r = E Σ_q E' + X Σ_η X'", sep, same_moment, prove_moment),
        Part(
            "R1.c",
            "under SEP min L = sum over i > d_z of λ_i(E Σ_q E' + X Σ_η X')",
            sep,
            minimum_is(
                lambda known, inst: tail(inst.value(FOUND), inst.size(D.rows)),
                "min L against the tail of the spectrum of E Σ_q E' + X Σ_η X'",
            ),
            lambda known, _: pca_of_innovation(known, exogenous_lam(predicted=True), FOUND),
        ),
        Part(
            "R1.d",
            "with A = I: min L = sum over i > d_z of λ_i(Σ_{o'-o})",
            fixed,
            minimum_is(
                lambda known, inst: tail(second_moment(inst, step), inst.size(D.rows)),
                "min L with A = I against the tail of the spectrum of o' - o",
            ),
            lambda known, _: spanned(known, step, {known.encoder[0]: -I, known.encoder[1]: I}),
        ),
        Part(
            "R1.e",
            "under SEP, with a policy a = Π o + π: min L = sum over i > d_z of λ_i(E H Σ_π H' E' + X Σ_η X')",
            acting,
            minimum_is(
                lambda known, inst: tail(second_moment(inst, driven), inst.size(D.rows)),
                "min L against the tail of the spectrum of E H π + X η",
            ),
            prove_policy,
            role="remark",
        ),
        with_identity(),
    )


# ---- R2


def _gap_proof(known: Model, restated: Model, gain: Any, through: Any) -> Proof | None:
    """k = d_a and a gap: B D Σ keeps the endogenous part alone at every minimiser, and B is injective."""
    start = pca_of_innovation(known, restated, E * S_q * E.T + X * gain * X.T)
    if start is None:
        return None
    kept = E * S_q * E.T
    return joined(
        start,
        invariance(known.assumptions, gain),
        cites(
            "σ_min² > τ_max²: a gap at d_z = d_a, so B D Σ = E Σ_q E' at every minimiser (Ky Fan);",
            "its rank is d_a = d_z, so B is injective",
        ),
        proves(
            known.assumptions,
            kept * X,
            zero("d_o", "d_ξ"),
            f"(E Σ_q E') X = 0, so B {through} = 0 and {through} = 0",
        ),
    )


def _merged(inst: Instance, gain: flint.fmpq_mat) -> Fraction:
    """The sum of all but the k largest of {σ²} and the spectrum of the exogenous part."""
    return rest_after(
        largest_first(eigenvalues(second_moment(inst, W.q)), eigenvalues(gain)), inst.size(D.rows)
    )


def _r2() -> tuple[Part, ...]:
    m = orthogonal(exogenous_lam())
    square = orthogonal(exogenous_lam(latent="d_a"))
    Ds = square.encoder[1]
    wide = m.assume(dimension_at_most("d_a", "d_z", strict=True))
    fixed = orthogonal(exogenous_lam(free=False))
    moved = (F - ONE) * S_ξ * (F - ONE).T + S_η

    def quiet(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(sigma_min(inst) > tau_max(inst))
        yield from every_minimiser_by(no_leak(Ds), count=3)(known, inst, rng)

    def leaks_somewhere(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(sigma_min(inst) <= tau_max(inst))
        at = leaking_minimiser(known, inst, innovation_moment(inst), inst.value(X * S_η))
        yield (
            at,
            any(at.value(Ds * X * S_η).entries()),
            True,
            "D X Σ_η != 0 at the minimiser that prefers exogenous directions",
        )

    def leaks_everywhere(strict: bool) -> Any:
        def test(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
            low, high = sigma_min(inst), tau_max(inst)
            skip_unless((low < high) if strict else (low <= high and high > 0))
            for found in minimisers(known, inst, rng=rng, count=4):
                yield (
                    found.at,
                    any(found.at.value(Ds * X * S_η).entries()),
                    True,
                    "D X Σ_η != 0 at a minimiser",
                )

        return test

    def always(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(noisy(inst))
        for found in minimisers(known, inst, rng=rng, count=3):
            yield found.at, any(found.at.value(D * X * S_η).entries()), True, "D X Σ_η != 0 at a minimiser"

    APART = hypothesis("σ_min² != τ_max²", test=lambda inst: sigma_min(inst) != tau_max(inst))

    def prove_everywhere(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if APART not in chosen:
            return None
        return prove_leak(known, chosen)

    def prove_leak(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            pca_of_innovation(known, exogenous_lam(predicted=True, latent="d_a"), FOUND),
            invariance(known.assumptions, S_η),
            cites(
                "τ_max² > σ_min²: d_z = d_a largest values include an exogenous one, so P X Σ_η != 0 for the kept P;",
                "at a tie some choice of P keeps it; B D Σ = P Σ and Σ X = X Σ_η give B D X Σ_η = P X Σ_η != 0",
            ),
        )

    def prove_somewhere(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        return prove_leak(known, chosen) if NOISY in chosen else None

    def prove_always(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            pca_of_innovation(known, exogenous_lam(predicted=True), FOUND),
            assumes(known.assumptions, dimension_at_most("d_a", "d_z", strict=True)),
            proves(known.assumptions, FOUND * X, X * S_η, "Σ X = X Σ_η, so B D X Σ_η = P X Σ_η"),
            cites(
                "were P X Σ_η = 0, P Σ = P E Σ_q E' would have rank at most rank Σ_q <= d_a < d_z; but it has rank "
                "min(d_z, rank Σ_q + rank Σ_η) > rank Σ_q"
            ),
        )

    def no_current(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
        value = at.value(
            (known.encoder[0] * X + D * X * F) * S_ξ if len(known.encoder) == 2 else moment(known.latent, ξ)
        )
        yield value, flint.fmpq_mat(value.nrows(), value.ncols()), "E[z ξ'] at a minimiser"

    CENTRED = hypothesis("C = -D M, M the transition (z = D r)", restrict=centred)

    def prove_current(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if CENTRED not in chosen:
            return None
        return proves(
            known.assumptions,
            moment(known.latent, ξ),
            zero("d_z", "d_ξ"),
            "z = D (o' - M o) = D r and E[r ξ'] = 0",
        )

    def prove_fixed(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        step = W.next() - o
        return joined(
            spanned(known, step, {known.encoder[0]: -I, known.encoder[1]: I}),
            proves(
                known.assumptions,
                moment(step, step),
                E * S_q * E.T + X * moved * X.T,
                "Σ_{o'-o} = E Σ_q E' + X ((F - I) Σ_ξ (F - I)' + Σ_η) X'",
            ),
            invariance(known.assumptions, moved),
        )

    return (
        Part(
            "R2.a",
            "orthogonal: min L is what the d_z largest of {σ_i²} and {τ_j²} leave",
            m,
            minimum_is(
                lambda known, inst: _merged(inst, second_moment(inst, η)),
                "min L against all but the largest of both spectra",
            ),
            lambda known, _: joined(
                pca_of_innovation(known, exogenous_lam(predicted=True), FOUND),
                invariance(known.assumptions, S_η),
            ),
        ),
        Part(
            "R2.b",
            "d_z = d_a and σ_min² > τ_max²: no leak, D X Σ_η = 0 at every minimiser",
            square,
            quiet,
            lambda known, _: _gap_proof(known, exogenous_lam(predicted=True, latent="d_a"), S_η, "D X Σ_η"),
        ),
        Part(
            "R2.c",
            "d_z = d_a and σ_min² <= τ_max²: a leak, D X Σ_η != 0 at some minimiser",
            square,
            leaks_somewhere,
            prove_somewhere,
            (NOISY,),
        ),
        Part(
            "R2.d",
            "d_z = d_a, Σ_η != 0 and σ_min² <= τ_max²: a leak at every minimiser",
            square,
            leaks_everywhere(False),
            prove_everywhere,
            (APART,),
            role="remark",
        ),
        Part("R2.e", "d_z > d_a and Σ_η != 0: a leak at every minimiser", wide, always, prove_always),
        Part(
            "R2.f",
            "with A free only the innovation η leaks: E[z ξ'] = 0 at every minimiser",
            m,
            every_minimiser_by(no_current, count=3),
            prove_current,
            (CENTRED,),
        ),
        Part(
            "R2.g",
            "with A = I also (F - I) ξ leaks: min L is what the d_z largest of {σ_i²} and the spectrum of (F - I) Σ_ξ (F - I)' + Σ_η leave",
            fixed,
            minimum_is(
                lambda known, inst: _merged(inst, inst.value(moved)),
                "min L with A = I against all but the largest of both spectra",
            ),
            prove_fixed,
        ),
        _angle(),
    )


def _angle() -> Part:
    """One action direction and one distractor that are correlated."""
    w = world(d_s=1, d_a=1, d_ξ=1)
    line = orthogonal(exogenous_lam(w, latent=1).without(uncorrelated(w.a, w.η)), w)
    (b,) = line.decoder
    endogenous, exogenous, both = moment(w.q, w.q), moment(w.η, w.η), moment(w.q, w.η)

    def angle(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
        x, y, var, dis, cov = (at.value(m)[0, 0] for m in (w.E.T * b, w.X.T * b, endogenous, exogenous, both))
        yield (
            2 * x * y * (var - dis),
            2 * cov * (x * x - y * y),
            "2 x y (σ² - τ²) against 2 ρστ (x² - y²), B = x E + y X",
        )
        yield (
            (x * x - y * y) * (var - dis) >= 0 and x * y * cov >= 0,
            True,
            "2θ lies in the quadrant of (σ² - τ², 2ρστ)",
        )

    def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        found = read_outs(known.assumptions, w)
        if found is None:
            return None
        kept = w.innovation()
        x, y, var, dis, cov = (scalar(n) for n in ("x", "y", "σ_2", "τ_2", "c"))
        return joined(
            transition_free(known, w),
            proves(
                known.assumptions,
                w.E.T * moment(kept, kept) * w.E,
                endogenous,
                "in the coordinates (E, X) Σ_r is [[σ², ρστ], [ρστ, τ²]]: E'Σ_r E = σ²",
            ),
            proves(known.assumptions, w.E.T * moment(kept, kept) * w.X, both, "E'Σ_r X = ρστ"),
            proves(known.assumptions, w.X.T * moment(kept, kept) * w.X, exogenous, "X'Σ_r X = τ²"),
            proves(
                Assumptions(),
                y * (var * x + cov * y) - x * (cov * x + dis * y),
                x * y * (var - dis) - cov * (x * x - y * y),
                "an eigenvector (x, y) has x y (σ² - τ²) = ρστ (x² - y²), which is tan 2θ = 2ρστ/(σ² - τ²)",
            ),
            cites("of the two eigenvectors the larger value has 2θ in the quadrant of (σ² - τ², 2ρστ)"),
        )

    return Part(
        "R2.h",
        "one action and one distractor direction, correlated: the kept direction x E + y X has "
        "tan 2θ = 2ρστ/(σ² - τ²), with 2θ in the quadrant of (σ² - τ², 2ρστ)",
        line,
        every_minimiser_by(angle, count=3),
        prove,
    )


def transition_free(known: Model, w: Any) -> Proof | None:
    """The derivation to PCA of the innovation in a world of its own, no zero moment of a and η assumed."""
    restated = exogenous_lam(w, predicted=True, latent=known.latent.dim)
    rules = known.assumptions.plus(w.transition())
    chain = derive(known, restated=replace(restated, assumptions=rules))
    optimum = reduced_rank(chain.objective, chain.encoder[-1], chain.decoder, under=chain.assumptions)
    return chain_proof(chain) if optimum.is_pca else None


# ---- R3


def _r3() -> tuple[Part, ...]:
    m = exogenous_lam()
    N = matrix("W", "d_z", "d_o")
    loss = m.expand()
    moved = substitute(loss, {C: C + N, A: A - B * N})
    sep = separable(exogenous_lam()).assume(W.transition())
    chosen = {C: N - D * M, A: M - B * N}
    left = substitute(sep.expand(), chosen)
    from symlam.algebra import msq

    reduced = msq((B * D - I) * r)
    fixed = exogenous_lam(free=False)

    def together(inst: Instance) -> bool:
        both = [second_moment(inst, x) for x in (o,)]
        u = [o, W.next()]
        blocks = [[inst.value(moment(x, y)).tolist() for y in u] for x in u]
        rows = [[*p, *q] for x in blocks for p, q in zip(*x, strict=True)]
        return bool(both) and flint.fmpq_mat(rows).rank() == len(rows)

    FULL = hypothesis("E[(o, o')(o, o')'] > 0", test=together)

    def identified(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
        c, d = known.encoder
        value = at.value(known.decoder[0] * (c + d))
        yield value, flint.fmpq_mat(value.nrows(), value.ncols()), "B (C + D) at a minimiser with A = I"

    def prove_identified(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        if FULL not in picked:
            return None
        return joined(
            spanned(known, W.next() - o, {known.encoder[0]: -I, known.encoder[1]: I}),
            cites(
                "at every minimiser B z = P (o' - o), P on the largest eigenvalues (Ky Fan); (o, o') definite: "
                "equal forms have equal coefficients, B C = -P and B D = P"
            ),
        )

    return (
        Part(
            "R3.a",
            "L(A - B W, B, C + W, D) = L(A, B, C, D) for every W: with A free C is not identified",
            m,
            is_identity(moved, loss, "L at (A - B W, B, C + W, D) against L at (A, B, C, D)"),
            lambda known, _: proves(known.assumptions, moved, loss, "B W o cancels"),
            shape=(C + N,),
        ),
        Part(
            "R3.b",
            "any W in z = D r + W o has the same loss: with A = M - B W it is E||(B D - I) r||^2",
            sep,
            is_identity(left, reduced, "L at C = W - D M, A = M - B W against E||(B D - I) r||^2"),
            lambda known, _: proves(known.assumptions, left, reduced, "o' = M o + r: W o and M o cancel"),
            shape=(C + N,),
        ),
        Part(
            "R3.c",
            "with A = I C is identified with D: B (C + D) = 0 at every minimiser",
            fixed,
            every_minimiser_by(identified, count=3),
            prove_identified,
            (FULL,),
            role="remark",
        ),
    )


# ---- R4


def _r4() -> tuple[Part, ...]:
    S, narrow = matrix("W", "d_o", "d_o"), matrix("W", "d_w", "d_o")
    general = separable(exogenous_lam(seen=narrow))
    scaling = equation(S, I + (γ - 1) * X * X.T)

    def focused(latent: str) -> Model:
        return orthogonal(exogenous_lam(seen=S, latent=latent)).assume(scaling, positive(γ))

    m, square = focused("d_z"), focused("d_a")
    Ds = square.encoder[1]

    def closed(inst: Instance) -> bool:
        """Some N has N W E = W E and N W X = W X F."""
        before = [inst.value(narrow * E).tolist(), inst.value(narrow * X).tolist()]
        after = [inst.value(narrow * E).tolist(), inst.value(narrow * X * F).tolist()]
        both = [flint.fmpq_mat([[*p, *q] for p, q in zip(*x, strict=True)]) for x in (before, after)]
        gram = both[0] * both[0].transpose()
        n = solve_left(gram, both[1] * both[0].transpose())
        return n is not None and n * both[0] == both[1]

    def same_moment(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        found = innovation_moment(inst, seen=narrow)
        yield (
            inst,
            found,
            inst.value(narrow * FOUND * narrow.T),
            "the moment of the innovation of W o' against W Σ_r W'",
        )

    CLOSED = hypothesis("some N has N W E = W E and N W X = W X F", test=closed)

    def prove_general(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        if CLOSED not in picked:
            return None
        N = matrix("N", "d_w", "d_w")
        rules = known.assumptions.plus(
            equation(N * narrow * E, narrow * E), equation(N * narrow * X, narrow * X * F)
        )
        gap = narrow * W.next() - N * (narrow * o) - narrow * r
        return joined(
            proves(rules, moment(gap, gap), 0 * moment(gap, gap), "W o' = N W o + W r"),
            proves(
                rules,
                moment(narrow * o, narrow * r),
                0 * moment(gap, gap),
                "E[W o (W r)'] = 0: N W o predicts best",
            ),
            proves(
                known.assumptions,
                moment(narrow * r, narrow * r),
                narrow * FOUND * narrow.T,
                "its moment is W Σ_r W'",
            ),
            cites("R1 for W o and W o': min L is the tail of the spectrum of that moment"),
        )

    def quiet(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(inst.scalars["γ"] ** 2 * tau_max(inst) < sigma_min(inst))
        yield from every_minimiser_by(no_leak(Ds, S), count=3)(known, inst, rng)

    def leaks(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(inst.scalars["γ"] ** 2 * tau_max(inst) >= sigma_min(inst))
        at = leaking_minimiser(known, inst, inst.value(S * FOUND * S.T), inst.value(S * X * S_η))
        yield (
            at,
            any(at.value(Ds * S * X * S_η).entries()),
            True,
            "D W X Σ_η != 0 at the minimiser that prefers exogenous directions",
        )

    def scaled(known: Model) -> Proof | None:
        """W E = E and W X = γ X, and the model on W is the model with γ X for X."""
        k = known.assumptions
        return joined(
            transition_proof(k),
            proves(k, S * E, E, "W E = E"),
            proves(k, S * X, γ * X, "W X = γ X: W o = E s + γ X ξ, with the same transition M"),
            plain_chain(known, known.latent.dim),
            cites("read γ X for X: M (γ X) = (γ X) F"),
            seen_moment(k, S),
            invariance(k, γ**2 * S_η),
        )

    def prove_quiet(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            scaled(known),
            cites(
                "σ_min² > γ² τ_max²: a gap at d_z = d_a, so B D Σ_{W r} = E Σ_q E' at every minimiser (Ky Fan), B injective"
            ),
            proves(
                known.assumptions, E * S_q * E.T * X, zero("d_o", "d_ξ"), "(E Σ_q E') X = 0, so D W X Σ_η = 0"
            ),
            assumes(known.assumptions, positive(γ)),
        )

    def prove_leaks(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        if NOISY not in picked:
            return None
        return joined(
            scaled(known),
            assumes(known.assumptions, positive(γ)),
            cites(
                "the largest γ² τ_max² > 0 is among the d_z = d_a largest, by choice at a tie: the kept P has P X Σ_η != 0"
            ),
        )

    return (
        Part(
            "R4.a",
            "on a representation W, under SEP, learning is PCA of W r: what W o does not predict of W o' has the moment W Σ_r W'",
            general,
            same_moment,
            prove_general,
            (CLOSED,),
        ),
        Part(
            "R4.b",
            "orthogonal, W E = E, W X = γ X: min L is what the d_z largest of {σ_i²} and {γ² τ_j²} leave",
            m,
            minimum_is(
                lambda known, inst: _merged(
                    inst, second_moment(inst, η) * flint.fmpq(*(inst.scalars["γ"] ** 2).as_integer_ratio())
                ),
                "min L against all but the largest of {σ²} and {γ²τ²}",
            ),
            lambda known, _: scaled(known),
        ),
        Part(
            "R4.c",
            "d_z = d_a and γ < σ_min/τ_max: no leak, D W X Σ_η = 0 at every minimiser",
            square,
            quiet,
            prove_quiet,
        ),
        Part(
            "R4.d",
            "d_z = d_a and γ >= σ_min/τ_max: a leak at some minimiser",
            square,
            leaks,
            prove_leaks,
            (NOISY,),
        ),
        *represented(),
    )


CLAIMS = (
    Claim(
        "R1",
        "reconstruction is PCA of the innovation",
        "min L = Σ_{i>d_z} λ_i(Σ_r), r the innovation; under SEP Σ_r = E Σ_q Eᵀ + X Σ_η Xᵀ. With A = I it is PCA of o' − o",
        OWN,
        _r1,
        lambda: (
            derive(exogenous_lam(), restated=exogenous_lam(predicted=True)),
            derive(with_policy(exogenous_lam()), restated=with_policy(exogenous_lam(predicted=True))),
        ),
        lambda: (separable(exogenous_lam()), exogenous_lam(free=False)),
        **OURS,
    ),
    Claim(
        "R2",
        "what leaks",
        "Orthogonal: z keeps the d_z largest of {σ_i²} ∪ {τ_j²}; at d_z = d_a no leak iff σ_min² > τ_max²; for d_z > d_a always a leak when Σ_η ≠ 0. "
        "With A free only η leaks, with A = I also (F − I) ξ. One correlated distractor: tan 2θ = 2ρστ/(σ² − τ²)",
        OWN,
        _r2,
        lambda: (derive(exogenous_lam(), restated=exogenous_lam(predicted=True)),),
        lambda: (orthogonal(exogenous_lam()),),
        **OURS,
    ),
    Claim(
        "R3",
        "C is not identified",
        "With A free any W in z = D r + W o has the same loss",
        OWN,
        _r3,
        **OURS,
    ),
    Claim(
        "R4",
        "an endogenous-focused representation",
        "On W o the LAM is PCA of W r; orthogonal, W scaling the exogenous directions by γ, d_z = d_a: leak-free iff γ < σ_min/τ_max",
        OWN,
        _r4,
        lambda: (),
        lambda: (orthogonal(exogenous_lam(seen=matrix("W", "d_o", "d_o"))),),
        **OURS,
    ),
)
