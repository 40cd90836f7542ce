"""E1-E3: what the second paper claims in words, decided through precise statements of this project.

Lee, Cho, Zhao, Lee, *Why Latent Actions Fail, and How to Prevent It*, NeurIPS 2026, arXiv 2605.20223.
"""

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
    msq,
    positive,
    rank_at_least,
    scalar,
    tr,
    zero,
)
from symlam.algebra import E as moment
from symlam.algebra._exact import Instance
from symlam.claims._claim import Claim
from symlam.claims._cross_exogenous import _r5, restated_chain
from symlam.claims._exogenous import FOUND, pca_of_innovation
from symlam.claims._part import Hypothesis, Part, Proof, cites, hypothesis, joined, proves
from symlam.claims._robust_targets import _r6, identity_parts
from symlam.claims._separable import (
    PAPER,
    W,
    centred,
    chain_proof,
    invariance,
    noisy,
    seen_moment,
    skip_unless,
    tau_max,
    transition_proof,
)
from symlam.claims._tests import Row, eigenvalues, every_minimiser_by, second_moment
from symlam.models import cross_exogenous_lam, exogenous_lam, orthogonal, separable, twin_latent
from symlam.models._model import Model
from symlam.models.exogenous_letters import A, B, C, D, E, F, M, X, γ, η, η2, ξ
from symlam.objective import derive
from symlam.optimum._exact import exact_minimum, loss_at, minimisers

S_q, S_η, S_ξ = moment(W.q, W.q), moment(η, η), moment(ξ, ξ)
o, r = W.observation(), W.innovation()
DECIDED: dict[str, Any] = {
    "reference": "lee2026",
    "formulation": "the paper's claim in words; decided through the statements below, which are this project's",
}


def _e1() -> tuple[Part, ...]:
    m = orthogonal(exogenous_lam())

    def crowded(inst: Instance) -> bool:
        """Fewer than d_z of the σ_i² reach τ_max²: an exogenous direction is among the kept ones."""
        top = tau_max(inst)
        return sum(v >= top for v in eigenvalues(second_moment(inst, W.q))) < inst.size(D.rows)

    CROWDED = hypothesis(
        "fewer than d_z of the σ_i² are >= τ_max² (always so for d_z > rank Σ_q)", test=crowded
    )
    SEEN = hypothesis("X Σ_ξ != 0", test=lambda inst: any(inst.value(X * S_ξ).entries()))
    CENTRED = hypothesis("C = -D M, M the transition (z = D r)", restrict=centred)

    def leaks(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(noisy(inst))
        for found in minimisers(known, inst, rng=rng, count=3):
            yield found.at, any(found.at.value(D * X * S_η).entries()), True, "D X Σ_η != 0 at a minimiser"

    def prove_leaks(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if CROWDED not in chosen:
            return None
        return joined(
            pca_of_innovation(known, exogenous_lam(predicted=True), FOUND),
            invariance(known.assumptions, S_η),
            cites(
                "the d_z largest values include an exogenous one, however ties are resolved: B D X Σ_η = P X Σ_η != 0"
            ),
        )

    def sensitive(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        """A minimiser moved along W of R3 until z depends on ξ, its loss unchanged."""
        least = exact_minimum(known, inst)[0]
        for found in minimisers(known, inst, rng=rng, count=1):
            for row in inst.value(X * S_ξ).transpose().tolist():
                for sign in (0, 1, -1):
                    moves = flint.fmpq_mat([[x * sign for x in row]] * inst.size(D.rows))
                    at = found.at.with_values(
                        {C: found.at.value(C) + moves, A: found.at.value(A) - found.at.value(B) * moves}
                    )
                    if loss_at(known, at) == least and any(at.value((C * X + D * X * F) * S_ξ).entries()):
                        yield at, True, True, "E[z ξ'] != 0 at a minimiser"
                        return
            yield found.at, False, True, "E[z ξ'] != 0 at a minimiser"
            return

    def prove_sensitive(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if SEEN not in chosen:
            return None
        from symlam.algebra import substitute

        N = matrix("W", "d_z", "d_o")
        moved = substitute(known.expand(), {C: C + N, A: A - B * N})
        return joined(
            proves(known.assumptions, moved, known.expand(), "L(A - B W, B, C + W, D) = L(A, B, C, D)"),
            proves(
                known.assumptions,
                moment((C + N) * o + D * W.next(), ξ),
                (C * X + D * X * F) * S_ξ + N * X * S_ξ,
                "E[z ξ'] moves by W X Σ_ξ, which is not 0 for some W",
            ),
        )

    def silent(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
        value = at.value(moment(known.latent, ξ))
        yield any(value.entries()), True, "E[z ξ'] != 0 at a minimiser"

    return (
        Part(
            "E1.a",
            "future leakage: with Σ_η != 0 every minimiser of the reconstruction loss has D X Σ_η != 0 (orthogonal case)",
            m,
            leaks,
            prove_leaks,
            (CROWDED,),
        ),
        Part(
            "E1.b",
            "sensitivity to the current exogenous state: some minimiser has E[z ξ'] != 0, at no cost (A free)",
            exogenous_lam(),
            sensitive,
            prove_sensitive,
            (SEEN,),
            drops=False,
        ),
        Part(
            "E1.c",
            "every minimiser has E[z ξ'] != 0 when Σ_ξ != 0",
            replace(m, assumptions=m.assumptions),
            lambda known, inst, rng: _when_moving(known, inst, rng, silent),
            lambda known, _: None,
            role="remark",
        ),
        Part(
            "E1.d",
            "for the encoders z = D r of the innovation no minimiser has E[z ξ'] != 0",
            m,
            every_minimiser_by(_uncorrelated, count=3),
            lambda known, chosen: (
                proves(
                    known.assumptions, moment(known.latent, ξ), zero("d_z", "d_ξ"), "z = D r and E[r ξ'] = 0"
                )
                if CENTRED in chosen
                else None
            ),
            (CENTRED,),
            role="remark",
        ),
        _with_identity(),
    )


def _with_identity() -> Part:
    """A = I: nothing takes the current exogenous state away from the latent."""
    m = separable(exogenous_lam(free=False))
    step = W.next() - o
    moves = X * (F - identity("d_ξ")) * S_ξ

    def depends(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(
            second_moment(inst, step).rank() <= inst.size(D.rows) and any(inst.value(moves).entries())
        )
        for found in minimisers(known, inst, rng=rng, count=3):
            yield (
                found.at,
                any(found.at.value(moment(known.latent, ξ)).entries()),
                True,
                "E[z ξ'] != 0 at a minimiser",
            )

    def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        return joined(
            cites("d_z >= rank Σ_{o'-o}: the minimum is 0 (R1), so B z = o' - o at every minimiser"),
            proves(known.assumptions, moment(step, ξ), moves, "B E[z ξ'] = E[(o' - o) ξ'] = X (F - I) Σ_ξ"),
        )

    return Part(
        "E1.e",
        "with A = I, X (F - I) Σ_ξ != 0 and d_z >= rank Σ_{o'-o}: every minimiser has E[z ξ'] != 0",
        m,
        depends,
        prove,
        role="remark",
    )


def _when_moving(known: Model, inst: Instance, rng: random.Random, check: Any) -> Iterator[Row]:
    skip_unless(any(second_moment(inst, ξ).entries()))
    yield from every_minimiser_by(check, count=4)(known, inst, rng)


def _uncorrelated(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
    value = at.value(moment(known.latent, ξ))
    yield value, flint.fmpq_mat(value.nrows(), value.ncols()), "E[z ξ'] at a minimiser"


def _e2() -> tuple[Part, ...]:
    m = orthogonal(exogenous_lam())
    S = matrix("W", "d_o", "d_o")
    focused = orthogonal(exogenous_lam(seen=S)).assume(
        equation(S, identity("d_o") + (γ - 1) * X * X.T), positive(γ)
    )
    narrow = focused.assume(dimension_at_most("d_z", "d_a"))
    wide = focused.assume(dimension_at_most("d_a", "d_z", strict=True))
    RANKED = hypothesis("rank Σ_q >= d_z", rank_at_least(W.q, "d_z"))

    def kept(inst: Instance, share: Fraction, *, most: bool) -> Fraction:
        """The exogenous variance tr(P X Σ_η X') among the d_z largest of {σ²} and {γ²τ²}; extreme over ties."""
        values = [(v, Fraction(0)) for v in eigenvalues(second_moment(inst, W.q))]
        values += [(share**2 * v, v) for v in eigenvalues(second_moment(inst, η))]
        values.sort(key=lambda x: (x[0], x[1] if most else -x[1]), reverse=True)
        return sum((v for _, v in values[: inst.size(D.rows)]), Fraction(0))

    def mitigates(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        for low, high in (
            (Fraction(0), Fraction(1, 2)),
            (Fraction(1, 3), Fraction(1)),
            (Fraction(1), Fraction(2)),
        ):
            before, after = kept(inst, high, most=False), kept(inst, low, most=True)
            yield (
                inst,
                after <= before,
                True,
                f"exogenous variance kept: {after} at γ = {low}, {before} at γ = {high}",
            )

    s1, s2 = scalar("s_1"), scalar("s_2")
    P1, P2, N, T = (matrix(n, "d_o", "d_o", symmetric=True) for n in ("P_1", "P_2", "S", "N"))

    def prove_mitigates(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        gaps = tr((P1 - P2) * (N * s1 + T)) + tr((P2 - P1) * (N * s2 + T))
        return joined(
            pca_of_innovation(known, exogenous_lam(predicted=True), FOUND),
            cites("on the representation the moment is N + γ² S with N = E Σ_q E', S = X Σ_η X' (R4)"),
            cites("P_i is best for s_i S + N, s_i = γ_i²: both gaps below are >= 0"),
            proves(
                Assumptions(),
                gaps,
                (s1 - s2) * tr((P1 - P2) * N),
                "tr((P_1-P_2)(s_1 S+N)) + tr((P_2-P_1)(s_2 S+N)) = (s_1 - s_2) tr((P_1 - P_2) S) >= 0",
            ),
        )

    def at_scale(inst: Instance, value: Fraction) -> Instance:
        out = replace(inst, scalars={**inst.scalars, "γ": value})
        return out.with_values({S: out.value(identity("d_o") + (γ - 1) * X * X.T).tolist()})

    def small_enough(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        """At a γ whose square is below λ_{d_z}(Σ_q)/τ_max²; at 1/1000 where there is none."""
        values = eigenvalues(second_moment(inst, W.q))
        last = values[inst.size(D.rows) - 1] if inst.size(D.rows) <= len(values) else Fraction(0)
        scale = Fraction(1, 1000)
        while last and scale**2 * tau_max(inst) >= last:
            scale /= 2
        there = at_scale(inst, scale)
        for found in minimisers(known, there, rng=rng, count=3):
            value = found.at.value(D * S * X * S_η)
            yield (
                found.at,
                value,
                flint.fmpq_mat(value.nrows(), value.ncols()),
                f"D W X Σ_η at a minimiser, γ = {scale}",
            )

    def prove_small(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if RANKED not in chosen:
            return None
        k = known.assumptions
        return joined(
            transition_proof(k),
            seen_moment(k, S),
            invariance(k, γ**2 * S_η),
            cites("γ² τ_max² < λ_{d_z}(Σ_q): the kept d_z directions are endogenous and B is injective (R4)"),
        )

    def always(known: Model, inst: Instance, rng: random.Random) -> Iterator[Row]:
        skip_unless(noisy(inst))
        for found in minimisers(known, inst, rng=rng, count=2):
            yield (
                found.at,
                any(found.at.value(D * S * X * S_η).entries()),
                True,
                "D W X Σ_η != 0 at a minimiser",
            )

    def prove_always(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        k = known.assumptions
        return joined(
            transition_proof(k),
            seen_moment(k, S),
            cites("γ > 0 and d_z > d_a >= rank Σ_q: the rank argument of R2 with γ X for X"),
        )

    return (
        Part(
            "E2.a",
            "mitigates: the exogenous variance that is kept does not grow as γ falls",
            m,
            mitigates,
            prove_mitigates,
            drops=False,
        ),
        Part(
            "E2.b",
            "d_z <= d_a: for every γ > 0 that is small enough no minimiser leaks, D W X Σ_η = 0",
            narrow,
            small_enough,
            prove_small,
            (RANKED,),
            drops=False,
        ),
        Part(
            "E2.c",
            "d_z > d_a and Σ_η != 0: every minimiser leaks, for every γ > 0",
            wide,
            always,
            prove_always,
            role="remark",
        ),
    )


def _e3() -> tuple[Part, ...]:
    m = separable(cross_exogenous_lam())
    RANKED = hypothesis("rank Σ_q >= d_z", rank_at_least(W.q, "d_z"))
    gap = m.latent - twin_latent(m)

    def prediction(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
        yield at.value(msq(B * gap)), Fraction(0), "E||B z - B z_2||^2 at a minimiser"

    def latent(known: Model, at: Instance) -> Iterator[tuple[Any, ...]]:
        yield at.value(msq(gap)), Fraction(0), "E||z - z_2||^2 at a minimiser"

    def prove(known: Model, front: Any, injective: bool) -> Proof | None:
        chain = restated_chain(known, cross_exogenous_lam(predicted=True))
        rules = chain.assumptions
        still = (C + D * M) * X
        words = 2 * msq(front * (still * ξ)) + 2 * msq(front * (D * X * η))
        left = chain.objective.terms[0].form
        return joined(
            transition_proof(known.assumptions),
            chain_proof(chain),
            proves(
                rules,
                msq(front * gap),
                words,
                "z - z_2 = (C + D M) X (ξ - ξ_2) + D X (η - η_2), uncorrelated parts of equal moments",
            ),
            proves(
                rules,
                msq(left),
                msq((B * D - identity("d_o")) * E * W.q) + msq(B * D * X * η) + msq(X * η2),
                "what is left is E||(B D - I) E q||^2 + E||B D X η||^2 + E||X η_2||^2 (R5)",
            ),
            cites(
                "at every minimiser B (C + D M) X Σ_ξ = 0 (a square of the derivation) and B D X Σ_η = 0 (R5), and the twin has "
                "the same moments" + (": B is injective, as λ_{d_z}(E Σ_q E') > 0" if injective else "")
            ),
        )

    one = identity("d_z")
    bound = replace(identity_parts()[1], name="E3.a", drops=False)
    supervised = next(p for p in _r6() if p.name == "R6.e")
    whitened = next(p for p in _r5() if p.name == "R5.d")
    return (
        replace(
            bound,
            statement="a target that does not depend on the exogenous state, any encoder: E||K z - K z_2||^2 <= 2 E||K z - y||^2",
        ),
        Part(
            "E3.b",
            "reconstruction across exogenous states: at every minimiser the prediction is consistent, E||B z - B z_2||^2 = 0",
            m,
            every_minimiser_by(prediction, count=3),
            lambda known, _: prove(known, B, False),
        ),
        Part(
            "E3.c",
            "and so is the latent: E||z - z_2||^2 = 0",
            m,
            every_minimiser_by(latent, count=3),
            lambda known, chosen: prove(known, one, True) if RANKED in chosen else None,
            (RANKED,),
            drops=False,
        ),
        replace(
            supervised, name="E3.d", statement=f"action supervision: {supervised.statement}", drops=False
        ),
        replace(whitened, name="E3.e", statement=f"equivalent to CCA: {whitened.statement}", drops=False),
    )


CLAIMS = (
    Claim(
        "E1",
        "reconstruction encodes the exogenous state",
        "With the exogenous state modelled explicitly, minimising the reconstruction objective gives latents that encode exogenous information from the "
        "future observation, and depend on the current exogenous state",
        PAPER,
        _e1,
        lambda: (derive(exogenous_lam(), restated=exogenous_lam(predicted=True)),),
        **DECIDED,
    ),
    Claim(
        "E2",
        "an endogenous representation mitigates it",
        "Learning in a representation space that focuses on endogenous components mitigates it",
        PAPER,
        _e2,
        **DECIDED,
    ),
    Claim(
        "E3",
        "auxiliary objectives make latents consistent",
        "Action supervision, targets that do not depend on the exogenous state, and reconstruction across exogenous states (equivalent to CCA) provably make "
        "latents consistent across exogenous states",
        PAPER,
        _e3,
        lambda: (derive(cross_exogenous_lam(), restated=cross_exogenous_lam(predicted=True)),),
        **DECIDED,
    ),
)
