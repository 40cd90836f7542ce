"""R1, R4-R7 with a policy a = Π o + π, and the minimum of a penalty on what is decoded.

Where the policy reads the exogenous state, q = H a is correlated with what the encoder sees of it.  The
derivation is that of the model without policy; what o does not show of the action is π where the decoder
sees o, and u = Π X ξ + π where it sees the twin.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import (
    Assumption,
    Matrix,
    Scalar,
    dimension_at_most,
    equation,
    identity,
    left_inverses,
    matrix,
    msq,
    tr,
    zero,
)
from symlam.algebra import E as moment
from symlam.algebra._assumptions import IndependentColumns, Orthonormal
from symlam.algebra._exact import Instance, fraction, trace
from symlam.claims._part import Hypothesis, Part, Proof, Test, assumes, cites, hypothesis, joined, proves
from symlam.claims._separable import W, chain_proof, innovation_pca, no_leak, sigma_min, skip_unless, tau_max
from symlam.claims._tests import (
    Row,
    every_minimiser_by,
    predictor,
    second_moment,
)
from symlam.models import (
    action_supervised_lam,
    consistency_lam,
    cross_exogenous_lam,
    exogenous_lam,
    imperfect_pairs,
    mixture_lam,
    model,
    orthogonal,
    robust_target_lam,
    separable,
    with_policy,
)
from symlam.models._model import Model
from symlam.models.exogenous_letters import Π, B, C, D, E, F, H, M, X, η, λ, μ, ξ, π, ρ
from symlam.objective import Derivation, derive, inverse_of
from symlam.optimum import pooled_regression, reduced_rank
from symlam.optimum._exact import argmin, coefficient, exact_optimum, loss_at, regression, solve_left

I = identity("d_o")
ω, SHARE = inverse_of(1 + λ)
ν, HALF = inverse_of(1 + 2 * μ, name="ν")
(P, Q), READ = left_inverses(E, X)
G = M + E * H * Π  # what o predicts of o'
u = Π * X * ξ + π  # what the twin does not show of the action
r = E * (H * π) + X * η
S_η, S_ξ = moment(η, η), moment(ξ, ξ)
ACTED, NOISE = E * H * moment(π, π) * H.T * E.T, X * S_η * X.T
READ_OFF = E * H * Π * X * S_ξ * X.T * Π.T * H.T * E.T  # what the policy reads off the exogenous state


def acting_chain(
    known: Model, restated: Model, *, onto: tuple[Matrix, ...] = ()
) -> tuple[Derivation, Proof] | None:
    """The derivation with the transition M, and why M, E^+ and X^+ exist; None where nothing says so."""
    separates = frozenset(
        a
        for a in known.assumptions
        if isinstance(a, IndependentColumns | Orthonormal) and {E, X} <= set(a.blocks)
    )
    if not separates:
        return None
    rules = known.assumptions.plus(W.transition())
    chain = derive(known, restated=replace(restated, assumptions=rules), onto=onto)
    exists = cites(
        "[E X] has independent columns: E^+, X^+ exist, and M = E E^+ + X F X^+ has M E = E, M X = X F"
    )
    proof = joined(Proof((), separates), exists, chain_proof(chain))
    return None if proof is None else (chain, proof)


def _spectral(
    known: Model,
    restated: Model,
    predictor_: tuple[Matrix, ...],
    *,
    kept: Matrix,
    rest: Scalar,
    named: tuple[Assumption, ...] = (),
) -> Proof | None:
    """The regression that is left has the given predictor, explained moment and E||t||^2."""
    found = acting_chain(known, restated)
    if found is None:
        return None
    chain, proof = found
    rules = chain.assumptions.plus(READ, named)
    encoders = tuple(c for c in known.encoder if c.as_letter() in chain.objective.letters())
    optimum = pooled_regression(
        chain.objective, encoders, known.decoder[0], predictor=predictor_[-len(encoders) :], under=rules
    )
    if rules.reduce(optimum.explained - kept) or rules.reduce(optimum.rest - rest):
        return None
    shown = ", ".join(f"Y_{c!r} = {y!r}" for c, y in zip(encoders, optimum.predictor, strict=True))
    return joined(
        proof,
        Proof((f"{shown} is the regression of the target on what the encoder sees",)),
        cites(f"Eckart-Young: the minimum is {optimum.minimum_text()}"),
    )


def _through(y: Matrix, first: Matrix) -> tuple[Matrix, Matrix]:
    """Y_C and Y_D of a latent C o + D o' = (C + D G) o + D r that is worth ``first`` o and y r."""
    return first - y * G, y


def regression_is(value: Callable[[Model, Instance], tuple[flint.fmpq_mat, Fraction]], what: str) -> Test:
    """The regression of a model has the given E||t||^2 and, up to zeros, the spectrum of the given moment.

    Characteristic polynomials are compared, which are exact where the spectrum is irrational; the minimum is
    E||t||^2 less the d_z largest eigenvalues.
    """

    def test(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        kept, total = value(known, inst)
        found = regression(known, inst)
        yield inst, found.total, total, f"E||t||^2 of {what}"
        yield inst, _without_zeros(found.operator), _without_zeros(kept), f"the spectrum of {what}"

    return test


def _without_zeros(m: flint.fmpq_mat) -> list[Fraction]:
    """The characteristic polynomial, highest coefficient first, divided by as many x as go."""
    out = [fraction(c) for c in reversed(m.charpoly().coeffs())]
    while out and not out[-1]:
        out.pop()
    return out


# ---- R1 and R4


def with_identity() -> Part:
    """A = I: o' - o as it is."""
    m = with_policy(separable(exogenous_lam(free=False)))
    step = (G - I) * W.observation() + r

    def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        restated = with_policy(exogenous_lam(free=False, predicted=True))
        return _spectral(known, restated, (-I, I), kept=moment(step, step), rest=msq(step))

    return Part(
        "R1.f",
        "under SEP, with a policy and A = I: min L = sum over i > d_z of λ_i of the moment of (M + E H Π - I) o + E H π + X η",
        m,
        regression_is(
            lambda known, inst: _all_of(second_moment(inst, known.named["o'"] - known.named["o"])),
            "L with A = I, against o' - o",
        ),
        prove,
        role="remark",
    )


def _all_of(kept: flint.fmpq_mat) -> tuple[flint.fmpq_mat, Fraction]:
    """A moment of which the latent keeps a part, and nothing beside it."""
    return kept, fraction(trace(kept))


def represented() -> tuple[Part, Part]:
    """On a representation W the innovation is that of W o', with a policy too."""
    seen = matrix("W", "d_w", "d_o")
    m = with_policy(separable(exogenous_lam(seen=seen)))

    def innovation(known: Model, inst: Instance) -> flint.fmpq_mat:
        o, after = seen * known.named["o"], seen * known.named["o'"]
        gap = coefficient(inst, after, inst.order) - predictor(inst, after, o) * coefficient(
            inst, o, inst.order
        )
        return gap * inst.joint_moment * gap.transpose()

    def closed(inst: Instance) -> bool:
        """Some N has N W E = W G E and N W X = W G X, G = M + E H Π."""
        before = [inst.value(seen * E).tolist(), inst.value(seen * X).tolist()]
        moved = inst.value(seen * E * H * Π * E + seen * E), inst.value(seen * E * H * Π * X + seen * X * F)
        both = [
            flint.fmpq_mat([[*p, *q] for p, q in zip(*x, strict=True)])
            for x in (before, [y.tolist() for y in moved])
        ]
        gram = both[0] * both[0].transpose()
        n = solve_left(gram, both[1] * both[0].transpose())
        return n is not None and n * both[0] == both[1]

    CLOSED = hypothesis("some N has N W o = W (M + E H Π) o", test=closed)

    def prove_any(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return innovation_pca(
            "d_w",
            "normal equations: W o' = P W o + r with E[W o r'] = 0, whatever the moments and the policy",
        )

    def same(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        yield (
            inst,
            innovation(known, inst),
            inst.value(seen * (ACTED + NOISE) * seen.T),
            "the moment of the innovation of W o' against W Σ_r W'",
        )

    def prove_same(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        if CLOSED not in picked:
            return None
        N = matrix("N", "d_w", "d_w")
        rules = known.assumptions.plus(
            equation(N * seen * E, seen * E + seen * E * H * Π * E),
            equation(N * seen * X, seen * X * F + seen * E * H * Π * X),
        )
        o, after = known.named["o"], known.named["o'"]
        gap = seen * after - N * (seen * o) - seen * r
        return joined(
            proves(rules, moment(gap, gap), 0 * moment(gap, gap), "W o' = N W o + W r with r = E H π + X η"),
            proves(
                rules,
                moment(seen * o, seen * r),
                0 * moment(gap, gap),
                "E[W o (W r)'] = 0: N W o predicts best",
            ),
            proves(
                rules, moment(seen * r, seen * r), seen * (ACTED + NOISE) * seen.T, "its moment is W Σ_r W'"
            ),
        )

    return (
        Part(
            "R4.e",
            "on a representation W, with a policy: min L = sum over i > d_z of λ_i of the moment of what W o does not predict of W o'",
            m,
            regression_is(
                lambda known, inst: _all_of(innovation(known, inst)), "L, against the innovation of W o'"
            ),
            prove_any,
            role="remark",
        ),
        Part(
            "R4.f",
            "under SEP, with a policy: that moment is W (E H Σ_π H' E' + X Σ_η X') W'",
            m,
            same,
            prove_same,
            (CLOSED,),
            role="remark",
            drops=False,
        ),
    )


# ---- R5


def across() -> tuple[Part, ...]:
    """Pairs that may be imperfect, a target V o', and the mixture."""
    pairs = with_policy(separable(imperfect_pairs(cross_exogenous_lam())))
    V = matrix("V", "d_w", "d_o")
    aimed = with_policy(separable(cross_exogenous_lam(target=V)))
    mixed = with_policy(separable(mixture_lam()))
    driven = E * (H * u)

    def pairs_value(known: Model, inst: Instance) -> tuple[flint.fmpq_mat, Fraction]:
        noise, acted = inst.value(NOISE), second_moment(inst, driven)
        return acted + noise * _q(inst.scalars["ρ"] ** 2), fraction(trace(acted + noise))

    def prove_pairs(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return _spectral(
            known,
            with_policy(imperfect_pairs(cross_exogenous_lam(predicted=True))),
            _through(E * P + ρ * X * Q, E * H * Π),
            kept=ACTED + READ_OFF + ρ**2 * NOISE,
            rest=tr(ACTED) + tr(READ_OFF) + tr(NOISE),
        )

    def aimed_value(known: Model, inst: Instance) -> tuple[flint.fmpq_mat, Fraction]:
        kept = second_moment(inst, V * driven)
        return kept, fraction(trace(kept)) + inst.value(tr(V * NOISE * V.T))

    def prove_aimed(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return _spectral(
            known,
            with_policy(cross_exogenous_lam(target=V, predicted=True)),
            _through(V * E * P, V * E * H * Π),
            kept=V * (ACTED + READ_OFF) * V.T,
            rest=tr(V * (ACTED + READ_OFF + NOISE) * V.T),
        )

    def mixed_value(known: Model, inst: Instance) -> tuple[flint.fmpq_mat, Fraction]:
        w = 1 + inst.scalars["λ"]
        acted, noise, read = (inst.value(x) for x in (ACTED, NOISE, READ_OFF))
        kept = acted * _q(w) + read * _q(w - 1 / w) + noise * _q(1 / w)
        return kept, w * fraction(trace(acted + noise)) + (w - 1 / w) * fraction(trace(read))

    def prove_mixed(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return _spectral(
            known,
            with_policy(mixture_lam(predicted=True)),
            _through(E * P + ω * X * Q, E * H * Π),
            kept=(1 + λ) * ACTED + (1 + λ - ω) * READ_OFF + ω * NOISE,
            rest=(1 + λ) * tr(ACTED + NOISE) + (1 + λ - ω) * tr(READ_OFF),
            named=SHARE,
        )

    return (
        Part(
            "R5.k",
            "with a policy, corr(η, η_2) = ρ: min L_X = sum over i > d_z of λ_i of the moment of E H (Π X ξ + π) plus ρ² X Σ_η X', "
            "plus (1 - ρ²) tr(X Σ_η X')",
            pairs,
            regression_is(pairs_value, "L_X, against the kept moment"),
            prove_pairs,
            role="remark",
            drops=False,
        ),
        Part(
            "R5.l",
            "with a policy, target V o' (V may whiten): min L_X = sum over i > d_z of λ_i of the moment of V E H (Π X ξ + π), "
            "plus tr(V X Σ_η X' V')",
            aimed,
            regression_is(aimed_value, "L_X, against V E H (Π X ξ + π)"),
            prove_aimed,
            role="remark",
            drops=False,
        ),
        Part(
            "R5.m",
            "with a policy, mixture L + λ L_X: min = (1 + λ) tr Σ_r + (1 + λ - 1/(1 + λ)) tr R less the d_z largest eigenvalues of "
            "(1 + λ) E H Σ_π H' E' + (1 + λ - 1/(1 + λ)) R + X Σ_η X'/(1 + λ), R = E H Π X Σ_ξ (E H Π X)', r = E H π + X η",
            mixed,
            regression_is(mixed_value, "L + λ L_X, against the kept moment"),
            prove_mixed,
            role="remark",
            drops=False,
        ),
    )


def _q(x: Fraction) -> flint.fmpq:
    return flint.fmpq(x.numerator, x.denominator)


# ---- R6


def supervised() -> tuple[Part, Part]:
    """A head for the action, or for R q, whose target o predicts in part."""
    R = matrix("R", "d_y", "d_s")
    action = with_policy(separable(action_supervised_lam())).assume(dimension_at_most("d_a", "d_z"))
    robust = with_policy(separable(robust_target_lam())).assume(dimension_at_most("d_y", "d_z"))
    return (
        _supervised(
            "R6.g",
            "with a policy and d_z >= d_a: inf (L + λ E||K z - a||^2) is the minimum of E||B D r - r||^2 + λ E||K D r - π||^2, "
            "r = E H π + X η; it is reached where a minimiser of that has K of independent rows",
            action,
            with_policy(action_supervised_lam(predicted=True)),
            1 * π,
            Π,
        ),
        _supervised(
            "R6.h",
            "with a policy and d_z >= d_y: inf (L + λ E||K z - R q||^2) is the minimum of E||B D r - r||^2 + λ E||K D r - R H π||^2",
            robust,
            with_policy(robust_target_lam(predicted=True)),
            R * (H * π),
            R * H * Π,
        ),
    )


def _supervised(name: str, statement: str, m: Model, restated: Model, target: Any, seen: Matrix) -> Part:
    """The infimum, for a head whose target is ``seen`` o + ``target``."""
    head = m.decoder[-1]

    left = model(
        "what the elimination of A and C leaves",
        loss=[(1, B * (D * r) - r), (λ, head * (D * r) - target)],
        latent=D * r,
        encoder=[D],
        decoder=[B, head],
        assume=m.assumptions,
    )

    def test(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        at = inst.with_values({x: _random(inst, x, rng) for x in (*known.encoder, *known.decoder)})
        least = exact_optimum(left, inst).minimum
        found = loss_at(known, argmin(known, at, (*known.regression, *known.decoder)))
        yield at, found >= least, True, f"the loss {found} of a latent against the infimum {least}"
        # at a minimiser of what is left, K moved by ε N to independent rows: the loss is ε² λ E||N D r||² above
        best = exact_optimum(left, inst).at
        rows, cols = inst.size(head.rows), inst.size(head.cols)
        for _ in range(8):
            step = flint.fmpq_mat([[rng.randint(-2, 2) for _ in range(cols)] for _ in range(rows)])
            for ε in (Fraction(1, 2), Fraction(1, 64)):
                moved = best.value(head) + step * _q(ε)
                if moved.rank() < rows:
                    break
                back = moved.transpose() * (moved * moved.transpose()).inv()
                there = best.with_values({head: moved.tolist()})
                c = back * there.value(seen) - there.value(D) * _predicted(known, there)
                there = there.with_values({C: c.tolist()})
                there = argmin(known, there, known.regression)
                over = inst.value(λ) * _size(there, step, D * r)
                yield (
                    there,
                    loss_at(known, there),
                    least + ε**2 * over,
                    f"the loss at K + {ε} N against the infimum plus ε² λ E||N D r||²",
                )
            else:
                return

    def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        found = acting_chain(known, restated, onto=(head,))
        if found is None:
            return None
        chain, proof = found
        rules = chain.assumptions
        optimum = reduced_rank(chain.objective, D, chain.decoder, under=rules)
        if optimum.input != r or [(t.weight, t.target) for t in optimum.targets] != [(1, r), (λ, target)]:
            return None
        return joined(
            proof,
            assumes(known.assumptions, dimension_at_most(head.rows, head.cols)),
            cites(
                "for every K the squares that contain A and C are >= 0, so no loss is below the minimum of what is left;",
                "d_z is at least the number of rows of K: K + ε N has independent rows for almost every N, and ε -> 0 gives the infimum",
            ),
        )

    return Part(name, statement, m, test, prove, role="remark", drops=False)


def _predicted(known: Model, inst: Instance) -> flint.fmpq_mat:
    """G with G o the best linear prediction of o' from o."""
    return predictor(inst, known.named["o'"], known.named["o"])


def _random(inst: Instance, x: Matrix, rng: random.Random) -> list[list[int]]:
    return [[rng.randint(-2, 2) for _ in range(inst.size(x.cols))] for _ in range(inst.size(x.rows))]


def _size(inst: Instance, step: flint.fmpq_mat, form: Any) -> Fraction:
    """E||N x||^2."""
    rows = step * coefficient(inst, form, inst.order)
    return fraction(trace(rows * inst.joint_moment * rows.transpose()))


# ---- R7


def penalised() -> tuple[Part, ...]:
    """μ E||B (z - z_2)||^2: its minimum, when nothing leaks, and with a policy."""
    m = separable(consistency_lam(decoded=True))
    square = orthogonal(consistency_lam(decoded=True, latent="d_a"))
    acting = with_policy(m)

    def value(kept: Matrix) -> Callable[[Model, Instance], tuple[flint.fmpq_mat, Fraction]]:
        def at(known: Model, inst: Instance) -> tuple[flint.fmpq_mat, Fraction]:
            acted, noise = inst.value(kept), inst.value(NOISE)
            share = 1 / (1 + 2 * inst.scalars["μ"])
            return acted + noise * _q(share), fraction(trace(acted + noise))

        return at

    def prove(kept: Matrix, policy: bool) -> Any:
        def prove_(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
            restated = consistency_lam(decoded=True, predicted=True, latent=known.latent.dim)
            return _spectral(
                known,
                with_policy(restated) if policy else restated,
                (E * P + ν * X * Q,),
                kept=kept + ν * NOISE,
                rest=tr(kept) + tr(NOISE),
                named=HALF,
            )

        return prove_

    S_q = E * moment(W.q, W.q) * E.T
    d = square.encoder[1]

    def quiet(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless((1 + 2 * inst.scalars["μ"]) * sigma_min(inst) > tau_max(inst))
        yield from every_minimiser_by(no_leak(d), count=3)(known, inst, rng)

    def prove_quiet(known: Model, picked: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            prove(S_q, False)(known, picked),
            cites(
                "(1 + 2 μ) σ_min² > τ_max²: a gap at d_z = d_a, so B D Σ = U U' E Σ_q E' at every minimiser, Σ the moment of the "
                "pooled input, and B is injective"
            ),
            proves(known.assumptions, S_q * X, zero("d_o", "d_ξ"), "(E Σ_q E') X = 0, so D X Σ_η = 0"),
        )

    return (
        Part(
            "R7.f",
            "under SEP, penalty on what is decoded: min (L + μ E||B (z - z_2)||^2) = tr Σ_r less the d_z largest eigenvalues of "
            "E Σ_q E' + X Σ_η X'/(1 + 2 μ)",
            m,
            regression_is(value(S_q), "the penalised loss, against the kept moment"),
            prove(S_q, False),
            role="remark",
        ),
        Part(
            "R7.g",
            "orthogonal, d_z = d_a and μ > (τ_max²/σ_min² - 1)/2: no leak, D X Σ_η = 0 at every minimiser of L + μ E||B (z - z_2)||^2",
            square,
            quiet,
            prove_quiet,
            role="remark",
        ),
        Part(
            "R7.h",
            "with a policy: min (L + μ E||B (z - z_2)||^2) = tr Σ_r less the d_z largest eigenvalues of "
            "E H Σ_π H' E' + X Σ_η X'/(1 + 2 μ), r = E H π + X η",
            acting,
            regression_is(value(ACTED), "the penalised loss, against the kept moment"),
            prove(ACTED, True),
            role="remark",
            drops=False,
        ),
    )
