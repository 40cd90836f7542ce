"""C1-C3: no noise, i.i.d. noise, and the noise of other agents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import (
    Assumptions,
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
    rank_at_least,
    scalar,
    tr,
    uncorrelated,
    white,
)
from symlam.algebra._exact import Instance, eye, fraction, trace
from symlam.algebra._letter import LETTERS
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, assumes, cites, hypothesis, joined, proves
from symlam.claims._pca import SOURCE, pca_value
from symlam.claims._tests import (
    every_minimiser_by,
    is_identity,
    minimum_is,
    second_moment,
    tail,
)
from symlam.models import acting, linear_lam, noiseless, with_iid_noise, with_other_agents
from symlam.models._model import Model
from symlam.models.letters import B, C, D, X, Y, a, b, o, ε, σ
from symlam.objective import derive
from symlam.optimum import reduced_rank
from symlam.optimum._consequences import Facts
from symlam.optimum._exact import exact_minimum, minimisers, solve_left
from symlam.optimum._metrics import head_msq, llo

I = identity("d_o")
q = X * a

AT_LEAST = dimension_at_most("d_a", "d_z")
AT_MOST = dimension_at_most("d_z", "d_a")
FULL = hypothesis("X has full column rank", full_column_rank(X))
DEFINITE = hypothesis("Σ_a > 0", positive_definite(a))
MOVES = hypothesis("Σ_q != 0", test=lambda inst: any(second_moment(inst, q).entries()))


def _centred(m: Model) -> Model:
    """Only encoders with C = -D (what augmentation enforces): z = D(q + ε)."""
    return replace(m.substitute({C: -D}, name=f"{m.name}, C = -D"), encoder=(D,))


CENTRED = hypothesis("C + D = 0", restrict=_centred)


def _starts_with(m: Any, letter: Any) -> bool:
    """Whether every word of a matrix expression starts with the letter."""
    x = letter.as_letter()
    return all(k[2] and LETTERS[k[2][0] >> 2] == x and not k[2][0] & 3 for k in m.terms)


def _pca_of_change(known: Model) -> Proof | None:
    """The derivation that leaves E||(B D - I) x||^2, x the change, for B and D."""
    chain = derive(known, eliminate=known.regression)
    optimum = reduced_rank(chain.objective, D, (B,))
    return Proof(tuple(map(repr, chain.steps)), chain.used) if optimum.is_pca else None


def _rank_proof(known: Model) -> Proof | None:
    moment = known.assumptions.reduce(E(known.named["change"], known.named["change"]))
    if not _starts_with(moment, X):
        return None
    return replace(cites("so its rank is at most d_a"), lines=(f"Σ_q = {moment!r} = X M",))


def _residual_vanishes(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
    """min L = 0: the PCA tail beyond d_z >= d_a of a moment of rank at most d_a."""
    chain = derive(known, eliminate=known.regression)
    optimum = reduced_rank(chain.objective, D, (B,), under=known.assumptions)
    if not optimum.is_pca or AT_LEAST not in known.assumptions.items:
        return None
    return joined(
        _rank_proof(known),
        Proof(
            (*map(repr, chain.steps), f"{optimum.minimum_text()} = 0 since d_z >= d_a >= rank"), chain.used
        ),
    )


def _reproduces(known: Model, chosen: frozenset[Hypothesis]) -> tuple[Facts, Proof] | None:
    """At an optimum of value 0: (B D - I) Σ_q = 0, hence B D X = X with Σ_a > 0."""
    zero_loss = _residual_vanishes(known, chosen)
    if zero_loss is None:
        return None
    definite = [E(a, a).as_letter()] if DEFINITE in chosen else []
    facts = Facts([(B * D - I) * X * E(a, a)], definite=definite)
    return facts, replace(
        zero_loss,
        lines=(*zero_loss.lines, *facts.log),
        cited=(*zero_loss.cited, "at an optimum E||(B D - I) X a||^2 = 0, so (B D - I) X Σ_a = 0"),
    )


def _c1() -> tuple[Part, ...]:
    m = noiseless(acting(linear_lam()))
    enough = m.assume(AT_LEAST)
    equal_dims = enough.assume(dimension_at_most("d_z", "d_a"))
    few = m.assume(dimension_at_most("d_z", "d_a", strict=True))
    z = m.latent

    def rank_at_most(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        rank = second_moment(inst, q).rank()
        yield inst, max(rank, inst.size(X.cols)), inst.size(X.cols), "rank Σ_q against d_a"

    def maximal(form: Any) -> Any:
        def check(known: Any, at: Instance) -> Iterator[tuple[Any, ...]]:
            target = form(known)
            value = llo(at, target, action=q, noise=0 * o, observation=o)
            yield value, Fraction(2), "LLO at an optimum against its maximum 2"

        return check

    def prove_llo(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if MOVES not in chosen or CENTRED not in chosen:
            return None
        base = _residual_vanishes(known, chosen)
        # z = D q: then B z = q in mean square (error of q is 0), and E[o z'] = E[o q'] D' = 0
        return joined(
            base,
            proves(known.assumptions, E(known.latent - D * q, known.latent - D * q), 0 * E(z, z), "z = D q"),
            proves(known.assumptions, E(o, known.latent), 0 * E(o, z), "E[o z'] = 0: the error of o is 1"),
            Proof(
                ("B z = q in mean square: the error of q is 0; ε has no variance, so its term counts as 1",)
            ),
        )

    def prove_surrogate(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if MOVES not in chosen:
            return None
        base = _residual_vanishes(known, chosen)
        return joined(
            base,
            proves(known.assumptions, msq(known.named["o'"] - o - q), 0 * tr(I), "ô' = o' gives ô' - o = q"),
            proves(known.assumptions, E(o, q), 0 * E(o, q), "E[o q'] = 0: the error of o is 1"),
        )

    def same_range(known: Any, at: Instance) -> Iterator[tuple[Any, ...]]:
        x, w = at.value(X), at.value(B)
        both = flint.fmpq_mat([r + t for r, t in zip(w.tolist(), x.tolist(), strict=True)])
        yield (w.rank(), x.rank()), (both.rank(), both.rank()), "ranks of B and X against the rank of [B X]"

    def prove_range(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        found = _reproduces(known, chosen)
        if found is None or FULL not in chosen or not found[0].imply(B * D * X - X):
            return None
        return joined(
            found[1],
            assumes(known.assumptions, AT_MOST),
            Proof(("B D X = X: range X is in range B; rank X = d_a = d_z, so the ranges are equal",)),
        )

    def determines(known: Any, at: Instance) -> Iterator[tuple[Any, ...]]:
        yield head_msq(at, a, known.latent), Fraction(0), "E||a predicted from z - a||^2 against 0"

    def prove_determines(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if CENTRED not in chosen or FULL not in chosen:
            return None
        found = _reproduces(known, chosen)
        if found is None or not found[0].imply((B * D * X - X) * E(a, a)):
            return None
        left = matrix("X^+", "d_a", "d_o")
        rules = known.assumptions.plus(equation(left * X, identity("d_a")))
        # K = X^+ B: E||K z - a||^2 = tr(X^+ (B D X - X) Σ_a (...)' X^+') = 0 by the fact above
        error = rules.reduce(msq(left * B * known.latent - a))
        fact = rules.reduce(msq(left * ((B * D * X - X) * a)))
        if error != fact:
            return None
        return joined(found[1], Proof(("E||X^+ B z - a||^2 = E||X^+ (B D X - X) a||^2 = 0",)))

    def positive_minimum(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        yield inst, exact_minimum(known, inst)[0] > 0, True, "min L > 0"

    def prove_positive(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if not {FULL, DEFINITE} <= chosen:
            return None
        chain = derive(known, eliminate=known.regression)
        optimum = reduced_rank(chain.objective, D, (B,), under=known.assumptions)
        if not optimum.is_pca:
            return None
        return joined(
            Proof(tuple(map(repr, chain.steps)), chain.used),
            assumes(known.assumptions, dimension_at_most("d_z", "d_a", strict=True)),
            cites("rank Σ_q = rank X Σ_a X' = d_a > d_z, so λ_{d_z+1} > 0 (Eckart-Young)"),
        )

    def captured(known: Any, inst: Instance) -> Fraction:
        return tail(second_moment(inst, q), inst.size(D.rows))

    return (
        Part(
            "C1.a",
            "Σ_{q+ε} has at most d_a non-zero eigenvalues",
            m,
            rank_at_most,
            lambda k, _: _rank_proof(k),
        ),
        Part(
            "C1.b",
            "d_z >= d_a gives min L = 0",
            enough,
            minimum_is(lambda known, inst: Fraction(0), "min L against 0"),
            _residual_vanishes,
        ),
        Part(
            "C1.c",
            "d_z >= d_a: LLO of z is maximal at every optimum",
            enough,
            every_minimiser_by(maximal(lambda known: known.latent)),
            prove_llo,
            (CENTRED, MOVES),
        ),
        Part(
            "C1.d",
            "d_z >= d_a: LLO of the surrogate ô' - o is maximal at every optimum",
            enough,
            every_minimiser_by(maximal(lambda known: known.named["prediction"] - o)),
            prove_surrogate,
            (MOVES,),
            role="remark",
        ),
        Part(
            "C1.e",
            "d_z = d_a: col B = col X at every optimum",
            equal_dims,
            every_minimiser_by(same_range),
            prove_range,
            (FULL, DEFINITE),
        ),
        Part(
            "C1.f",
            "d_z = d_a: z determines a at every optimum",
            equal_dims,
            every_minimiser_by(determines),
            prove_determines,
            (CENTRED, FULL),
        ),
        Part("C1.g", "d_z < d_a gives min L > 0", few, positive_minimum, prove_positive, (FULL, DEFINITE)),
        Part(
            "C1.h",
            "d_z < d_a: the first d_z principal components of q are captured, min L is the rest",
            few,
            minimum_is(captured, "min L against the tail of the spectrum of Σ_q"),
            pca_value(few, E(q, q), "x = q"),
        ),
    )


def _c2() -> tuple[Part, ...]:
    m = with_iid_noise(acting(linear_lam())).assume(positive(σ))
    change = q + ε
    quiet = noiseless(acting(linear_lam()))

    def noise_free_value(known: Any, at: Instance) -> Fraction:
        """The noise-free loss at the B and D of an instance, A best."""
        return at.value(msq((B * D - I) * q))

    def stays(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        best = tail(second_moment(inst, q), inst.size(D.rows))
        for found in minimisers(known, inst, rng=rng, count=3):
            yield (
                found.at,
                noise_free_value(known, found.at),
                best,
                "noise-free loss of an optimum with noise against the noise-free minimum",
            )

    def keeps(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        best = exact_minimum(known, inst)[0]
        for found in minimisers(quiet, inst, rng=rng, count=4):
            yield (
                found.at,
                best_given_b(known, found.at),
                best,
                "best loss with noise for the B of a noise-free optimum against the minimum with noise",
            )

    def best_given_b(known: Any, at: Instance) -> Fraction:
        """min over A, C, D for a given B: what is outside the range of B."""
        s = second_moment(at, change)
        w = at.value(B)
        gram = w.transpose() * w
        onto = solve_left(gram, w)
        projector = onto * w.transpose()
        return fraction(trace((eye(s.nrows()) - projector) * s))

    def shifted(known: Any, inst: Instance) -> Fraction:
        n, k = inst.size(I.rows), inst.size(D.rows)
        return tail(second_moment(inst, q), k) + (n - k) * inst.scalars["σ"] ** 2

    P = matrix("P", "d_o", "d_o", symmetric=True)

    def prove_stays(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        sq = known.assumptions.reduce(E(change, change) - E(q, q))
        if sq != σ**2 * I:
            return None
        projector = Assumptions(equation(P * P, P))
        s = matrix("S", "d_o", "d_o", symmetric=True)
        return joined(
            _pca_of_change(known),
            assumes(known.assumptions, positive(σ), dimension_at_most("d_z", "d_o")),
            proves(
                known.assumptions,
                E(change, change),
                E(q, q) + σ**2 * I,
                "Σ_{q+ε} = Σ_q + σ² I: same eigenvectors",
            ),
            proves(
                projector,
                tr((P - I) * (s + σ**2 * I) * (P - I)),
                tr((I - P) * s) + σ**2 * (tr(I) - tr(P)),
                "the loss of a projector P of rank d_z moves by σ² (d_o - d_z), whatever P: same best projectors",
            ),
            cites("Σ_{q+ε} > 0, so every optimum has B D = P with P a best projector for Σ_q"),
        )

    RANKED = hypothesis("rank Σ_q >= d_z", rank_at_least(q, "d_z"))

    def prove_keeps(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        base = prove_stays(known, chosen)
        if RANKED not in chosen:
            return None
        return joined(
            base,
            cites(
                "noise-free: B D Σ_q = P Σ_q of rank d_z, so range B = range P, P best for Σ_q and for Σ_{q+ε}"
            ),
        )

    return (
        Part(
            "C2.a",
            "eigenvectors do not change, every eigenvalue grows by σ²: Σ_{q+ε} = Σ_q + σ² I",
            m,
            is_identity(E(change, change), E(q, q) + σ**2 * I, "Σ_{q+ε} against Σ_q + σ² I"),
            lambda known, _: proves(
                known.assumptions, E(change, change), E(q, q) + σ**2 * I, "E[q ε'] = 0 and E[ε ε'] = σ² I"
            ),
        ),
        Part(
            "C2.b",
            "the loss grows by (d_o - d_z) σ²",
            m,
            minimum_is(shifted, "min L against the noise-free minimum plus (d_o - d_z) σ²"),
            prove_stays,
        ),
        Part("C2.c", "every optimum with noise is optimal without", m, stays, prove_stays),
        Part(
            "C2.d",
            "B (its column space) does not change: that of a noise-free optimum is optimal with noise",
            m,
            keeps,
            prove_keeps,
            (RANKED,),
        ),
    )


def _c3() -> tuple[Part, ...]:
    s_q, s_e = scalar("σ_q"), scalar("σ_exo")
    general = with_other_agents(acting(linear_lam()))
    change = q + Y * b
    isotropic = general.assume(
        orthonormal(X),
        orthonormal(Y),
        white(a, s_q**2),
        white(b, s_e**2),
        uncorrelated(a, b),
        uncorrelated(o, a),
        uncorrelated(o, b),
        positive(s_q),
        positive(s_e),
    )
    ORTHOGONAL = hypothesis("X'Y = 0", orthonormal(X, Y))
    action_first = isotropic.assume(positive(s_q - s_e), AT_LEAST, dimension_at_most("d_z", "d_a"))
    noise_first = isotropic.assume(positive(s_e - s_q))

    def value(known: Any, inst: Instance) -> Fraction:
        return tail(second_moment(inst, change), inst.size(D.rows))

    def prove_action(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if ORTHOGONAL not in chosen:
            return None
        s = E(change, change)
        chain = derive(known, eliminate=known.regression)
        k = known.assumptions
        return joined(
            Proof(tuple(map(repr, chain.steps)), chain.used),
            proves(k, s * X, X * s_q**2, "Σ X = σ_q² X"),
            proves(k, s * Y, Y * s_e**2, "Σ Y = σ_exo² Y"),
            proves(k, s * (I - X * X.T - Y * Y.T), 0 * s, "Σ vanishes on the rest"),
            assumes(k, positive(s_q - s_e), AT_LEAST, AT_MOST),
            cites("σ_q > σ_exo: a gap at d_z = d_a, so B D Σ = X X' Σ at every optimum"),
            # B D Σ = X X' Σ multiplied by X and by Y
            proves(k, X * X.T * s * X, X * s_q**2, "B D X σ_q² = X σ_q²: B D q = q"),
            proves(k, X * X.T * s * Y, 0 * Y, "B D Y σ_exo² = 0: and B is injective, so D ε = 0"),
        )

    def no_noise(known: Any, at: Instance) -> Iterator[tuple[Any, ...]]:
        kept = at.value((B * D) * X - X)
        yield kept, flint.fmpq_mat(kept.nrows(), kept.ncols()), "B D X - X at an optimum"
        noise = at.value(D * Y)
        yield noise, flint.fmpq_mat(noise.nrows(), noise.ncols()), "D Y at an optimum"

    def best_size(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        """LLO of D(q + ε) as a function of d_z: at most 2, and 2 only at d_a."""
        centred = _centred(known)
        for found in minimisers(centred, inst, rng=rng, count=2):
            score = llo(found.at, centred.latent, action=q, noise=Y * b, observation=o)
            right = inst.size(D.rows) == inst.size(X.cols)
            yield found.at, score == 2, right, "LLO = 2 against d_z = d_a"

    def prove_best(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if ORTHOGONAL not in chosen:
            return None
        s = E(change, change)
        k = known.assumptions
        return joined(
            _pca_of_change(known),
            assumes(k, positive(s_q - s_e)),
            proves(k, s * X, X * s_q**2, "Σ X = σ_q² X"),
            proves(k, s * Y, Y * s_e**2, "Σ Y = σ_exo² Y"),
            cites(
                "kept directions are columns of X first, then of Y: action error 1 - min(d_z, d_a)/d_a,",
                "noise error 1 - max(0, d_z - d_a)/d_b: LLO = 1 + d_z/d_a up to d_a, 2 - (d_z - d_a)/d_b after",
            ),
        )

    def excluded(known: Any, at: Instance) -> Iterator[tuple[Any, ...]]:
        yield any(at.value(D * Y).entries()), True, "D Y != 0 at an optimum"

    def prove_noise(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        """tr(P Σ) <= k σ_q² when P Y = 0, and the best projector does better."""
        s = E(change, change)
        k = known.assumptions
        # D Y = 0 makes B D Σ = B D X X' σ_q²; an optimum has B D Σ = P Σ, so P Y σ_exo² = P (X X'Y) σ_q² - ...
        return joined(
            _pca_of_change(known),
            assumes(k, positive(s_e - s_q)),
            proves(k, s, X * X.T * s_q**2 + Y * Y.T * s_e**2, "Σ = σ_q² X X' + σ_exo² Y Y'"),
            proves(
                k,
                tr(Y.T * s * Y),
                s_e**2 * tr(Y.T * Y) + s_q**2 * tr(Y.T * X * X.T * Y),
                "u'Σu >= σ_exo² for a unit u in range Y; u'Σu <= σ_q² < σ_exo² for a unit u orthogonal to it",
            ),
            cites(
                "if D Y = 0 then Σ P = (B D Σ)' = σ_q² X X'D'B' and the kept space P is orthogonal to Y "
                "(Σ P = P Σ, P on positive eigenvalues: λ u = Σ u with Y'u = 0 forces λ <= σ_q²),",
                "but then a unit vector of range Y outside P has u'Σu >= σ_exo² > σ_q²: P was not on the largest eigenvalues",
            ),
        )

    projectors = (X * X.T, Y * Y.T)
    OBLIQUE = hypothesis(
        "X X' and Y Y' do not commute (ranges neither orthogonal nor nested)",
        test=lambda inst: any(
            inst.value(projectors[0] * projectors[1] - projectors[1] * projectors[0]).entries()
        ),
    )

    def affected(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        """The noise-free optimum keeps range X; with noise a kept space must be invariant under Σ."""
        if not any(inst.value(X.T * Y).entries()):
            return
        s, p = second_moment(inst, change), inst.value(projectors[0])
        yield (
            inst,
            any((p * s - s * p).entries()),
            True,
            "range X is not invariant under Σ_{q+ε}, so B must change",
        )

    def prove_affected(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if OBLIQUE not in chosen:
            return None
        s, p, r = E(change, change), *projectors
        return proves(
            known.assumptions,
            p * s - s * p,
            (p * r - r * p) * s_e**2,
            "[X X', Σ] = σ_exo² [X X', Y Y'] != 0: the range of X is no eigenspace of Σ any more",
        )

    return (
        Part(
            "C3.a",
            "the latent takes the directions of largest variance of q + ε, whether from a or from b",
            general,
            minimum_is(value, "min L against the tail of the spectrum of Σ_{q+ε}"),
            pca_value(general, E(change, change), "x = X a + Y b"),
        ),
        Part(
            "C3.b",
            "σ_q > σ_exo, d_z = d_a: the action comes first, B D q = q and D ε = 0",
            action_first,
            every_minimiser_by(no_noise, count=2),
            prove_action,
            (ORTHOGONAL,),
        ),
        Part(
            "C3.c",
            "σ_q > σ_exo: d_z = d_a is best, LLO = 2 exactly there (C = -D)",
            isotropic.assume(positive(s_q - s_e)),
            best_size,
            prove_best,
            (ORTHOGONAL,),
        ),
        Part(
            "C3.d",
            "σ_q < σ_exo: no d_z excludes the noise",
            noise_first,
            every_minimiser_by(excluded, count=2),
            prove_noise,
        ),
        Part(
            "C3.e",
            "if columns of Y are not orthogonal to those of X, B is affected by the noise (d_z = d_a)",
            isotropic.assume(AT_LEAST, dimension_at_most("d_z", "d_a")),
            affected,
            prove_affected,
            (OBLIQUE,),
        ),
    )


CLAIMS = (
    Claim(
        "C1",
        "no noise",
        "ε = 0: rank Σ_{q+ε} ≤ d_a; d_z ≥ d_a gives min L = 0 and maximal LLO; d_z = d_a gives col B = col X and z determines a; d_z < d_a gives min L > 0 and the first d_z components of q",
        f"{SOURCE}, Section 4.1, no noise",
        _c1,
        lambda: (derive(noiseless(acting(linear_lam()))),),
        lambda: (noiseless(acting(linear_lam())),),
    ),
    Claim(
        "C2",
        "i.i.d. noise",
        "E[εεᵀ] = σ² I, independent of q: eigenvectors, hence B and the meaning of z, do not change; eigenvalues and loss grow",
        f"{SOURCE}, Section 4.1, i.i.d. noise",
        _c2,
        lambda: (derive(with_iid_noise(acting(linear_lam()))),),
        lambda: (with_iid_noise(acting(linear_lam())),),
    ),
    Claim(
        "C3",
        "noise of other agents",
        "ε = Y b: the largest variances are kept; σ_q > σ_exo: the action first, d_z = d_a best; σ_q < σ_exo: the noise first, no d_z excludes it; non-orthogonal Y affects B",
        f"{SOURCE}, Section 4.1, other agents",
        _c3,
        lambda: (derive(with_other_agents(acting(linear_lam()))),),
        lambda: (with_other_agents(acting(linear_lam())),),
    ),
)
