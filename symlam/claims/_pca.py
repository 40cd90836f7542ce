"""S1, S2, P4.1, P4.2: the objective of the linear LAM, its split, and PCA."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symlam.algebra import (
    E,
    dimension_at_most,
    equation,
    identity,
    matrix,
    msq,
    orthonormal,
    positive,
    positive_definite,
    scalar,
    substitute,
    tr,
    uncorrelated,
    vector,
)
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, hypothesis, proves
from symlam.claims._tests import (
    eigenvalues,
    is_identity,
    minimum_is,
    minimum_over,
    second_moment,
    tail,
)
from symlam.models import correlated_lam, linear_lam
from symlam.models._model import Model, model
from symlam.models.letters import A, B, C, D, o, q, ε
from symlam.objective import derive
from symlam.optimum import reduced_rank
from symlam.optimum._consequences import Facts
from symlam.optimum._exact import exact_minimum

SOURCE = "arXiv 2506.15691"
I = identity("d_o")
change = q + ε
effective = A + B * C + B * D - I


def _s1() -> tuple[Part, ...]:
    m = correlated_lam()
    printed = msq(effective * o + (B * D - I) * change)
    return (
        Part(
            "S1",
            "L = E||(A + B C + B D - I) o + (B D - I)(q + ε)||^2",
            m,
            is_identity(m.expand(), printed, "L against the printed form"),
            lambda known, _: proves(
                known.assumptions, known.expand(), printed, "both sides expand to the same normal form"
            ),
        ),
    )


def pca_value(m: Model, rrr_moment: Any, what: str) -> Any:
    """The proof that min L is a PCA tail: the derivation ends in a one-target regression of x on x."""

    def prove(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        chain = derive(known)
        optimum = reduced_rank(chain.objective, known.encoder[-1], known.decoder, under=known.assumptions)
        if not optimum.is_pca or known.assumptions.reduce(optimum.moment - rrr_moment):
            return None
        return Proof(
            (*map(repr, chain.steps), f"Eckart-Young: the minimum is {optimum.minimum_text()}", what),
            chain.used,
        )

    return prove


def _s2() -> tuple[Part, ...]:
    α = scalar("α")
    # the setting of the paper: d_z < d_o and a full-rank observation
    setting = (
        uncorrelated(o, change),
        positive_definite(o),
        dimension_at_most("d_z", "d_o", strict=True),
        positive(α),
    )
    base = linear_lam()
    goal = model(
        "reach q + ε + α o through the latent",
        loss=[(1, B * base.latent - (change + α * o))],
        latent=base.latent,
        encoder=[C, D],
        decoder=[B],
        assume=setting,
        named={"goal": change + α * o},
        source=SOURCE,
    )

    def prove_reachable(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        # E[g g^T] has rank d_o when it dominates a definite matrix, more than a latent can carry
        return None

    def exact(known: Any, inst: Any, rng: Any) -> Iterator[tuple[Any, ...]]:
        yield inst, exact_minimum(known, inst)[0], Fraction(0), "min E||B z - (q + ε + α o)||^2 against 0"

    extra = matrix("N", "d_z", "d_o")
    shifted = {C: C + extra, A: I - B * (C + extra + D)}
    loss = base.expand()
    return (
        Part(
            "S2.a",
            "for every α some (B, C, D) has B(C o + D o') = (q + ε) + α o, whence A = (1 - α) I reconstructs o'",
            goal,
            exact,
            prove_reachable,
        ),
        Part(
            "S2.b",
            "if B z = (q + ε) + α o, then A = (1 - α) I gives ô' = o'",
            base,
            is_identity((1 - α) * o + (change + α * o), o + change, "ô' against o'"),
            lambda known, _: proves(
                known.assumptions, msq((1 - α) * o + (change + α * o) - (o + change)), tr(0 * I), "o cancels"
            ),
        ),
        Part(
            "S2.c",
            "the optimum is not unique: L does not depend on C when A = I - B(C + D)",
            base,
            is_identity(
                substitute(loss, shifted), substitute(loss, {A: I - B * (C + D)}), "L at C + N against L at C"
            ),
            lambda known, _: proves(
                known.assumptions,
                substitute(loss, shifted),
                substitute(loss, {A: I - B * (C + D)}),
                "L(I - B(C + N + D), B, C + N, D) = L(I - B(C + D), B, C, D) for every N",
            ),
            role="repair",
            shape=(C + extra,),
        ),
    )


def _p41() -> tuple[Part, ...]:
    m = linear_lam()
    reduced = msq((B * D - I) * change)
    split = msq(effective * o) + reduced
    best = I - B * (C + D)

    def prove_minimum(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        chain = derive(known, eliminate=known.regression)
        if known.assumptions.reduce(chain.objective.expand() - reduced):
            return None
        return Proof(tuple(map(repr, chain.steps)), chain.used)

    def prove_unique(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        chain = derive(known, eliminate=known.regression)
        facts = Facts(chain.steps[-1].condition, known.assumptions.definite_letters())
        if not facts.imply(A - best):
            return None
        return Proof((*map(repr, chain.steps), *facts.log), chain.used)

    def full_rank(known: Any, inst: Any, rng: Any) -> Iterator[tuple[Any, ...]]:
        yield inst, inst.value(best).rank(), inst.size(best.rows), "rank of A = I - B(C + D) against d_o"

    return (
        Part(
            "P4.1.a",
            "the cross term vanishes: L = E||(A + B C + B D - I) o||^2 + E||(B D - I)(q + ε)||^2",
            m,
            is_identity(m.expand(), split, "L against the split form"),
            lambda known, _: proves(
                known.assumptions, known.expand(), split, "normal forms agree when E[o (q + ε)'] = 0"
            ),
        ),
        Part(
            "P4.1.b",
            "for all B, C, D: min over A of L is E||(B D - I)(q + ε)||^2",
            m,
            minimum_over((A,), reduced, "min over A of L against E||(B D - I)(q + ε)||^2"),
            prove_minimum,
        ),
        Part(
            "P4.1.c",
            "A = I - B(C + D) is an optimal A",
            m,
            is_identity(
                substitute(m.expand(), {A: best}), reduced, "L at A = I - B(C + D) against the minimum"
            ),
            lambda known, _: proves(
                known.assumptions,
                substitute(known.expand(), {A: best}),
                reduced,
                "substitution gives the minimum",
            ),
        ),
        Part(
            "P4.1.d",
            "the printed reason: the optimal A has full rank d_o",
            m,
            full_rank,
            lambda known, _: None,
            role="reason",
        ),
        Part(
            "P4.1.e",
            "A = I - B(C + D) is the only optimal A",
            m,
            minimum_unique,
            prove_unique,
            (hypothesis("Σ_o > 0", positive_definite(o)),),
            role="remark",
        ),
    )


def minimum_unique(known: Any, inst: Any, rng: Any) -> Iterator[tuple[Any, ...]]:
    """A second minimiser over A, when there is one, differs from I - B(C + D)."""
    import flint

    from symlam.optimum._exact import argmin

    for _ in range(3):
        at = argmin(known, inst, (A,), rng=rng)
        value = at.value(A - I + B * (C + D))
        yield (
            at,
            value,
            flint.fmpq_mat(value.nrows(), value.ncols()),
            "A - I + B(C + D) at a minimiser over A",
        )


def _p42() -> tuple[Part, ...]:
    m = linear_lam()
    U, W = matrix("U_k", "d_o", "d_z"), matrix("U_r", "d_o", "d_r")
    top, low = (
        matrix("Λ_k", "d_z", "d_z", symmetric=True),
        matrix("Λ_r", "d_r", "d_r", symmetric=True),
    )
    # x itself as base vector: with Σ_x = U Λ U^T the printed choice is substituted in the loss
    x = vector("x", "d_o")
    spectral = model(
        "linear LAM, Σ_x = U Λ U^T",
        loss=[(1, effective * o + (B * D - I) * x)],
        latent=C * o + D * (o + x),
        encoder=[C, D],
        decoder=[B],
        regression=[A],
        assume=[
            uncorrelated(o, x),
            orthonormal(U, W),
            equation(E(x, x), U * top * U.T + W * low * W.T),
        ],
        source=SOURCE,
    )
    choice = {A: I - U * (C + U.T), B: U, D: U.T}
    at_choice = substitute(spectral.expand(), choice)
    rest = tr(low)

    def value(known: Any, inst: Any) -> Fraction:
        return tail(second_moment(inst, change), inst.size(D.rows))

    def only_top(known: Any, inst: Any, rng: Any) -> Iterator[tuple[Any, ...]]:
        from symlam.optimum._exact import minimisers

        s = second_moment(inst, change)
        k = inst.size(D.rows)
        values = eigenvalues(s)
        if 0 < k < len(values) and values[k - 1] == values[k] != 0:
            maps = {str((f.at.value(B * D) * s).tolist()) for f in minimisers(known, inst, rng=rng, count=6)}
            maps |= {str((f.at.value(B * D) * s).tolist()) for f in _reordered(known, inst)}
            yield inst, len(maps), 1, "number of different maps B D on q + ε among minimisers"

    return (
        Part(
            "P4.2.a",
            "min L = sum over i > d_z of λ_i(Σ_{q+ε})",
            m,
            minimum_is(value, "min L against the tail of the spectrum"),
            pca_value(m, E(change, change), "x = q + ε"),
        ),
        Part(
            "P4.2.b",
            "B = U_{d_z}, D = U_{d_z}^T (with A = I - B(C + D)) reaches it, for every C",
            spectral,
            is_identity(at_choice, rest, "L at the printed choice against the tail"),
            lambda known, _: proves(
                known.assumptions, at_choice, rest, "with Σ_x = U Λ U' and U'U = I the loss reduces to tr Λ_r"
            ),
            shape=(U, W, top, low),
        ),
        Part(
            "P4.2.c",
            "the map B D on q + ε is the same for all minimisers",
            m,
            only_top,
            prove_gap,
            (hypothesis("λ_{d_z} > λ_{d_z+1} or λ_{d_z} = 0", test=no_tie),),
            role="remark",
        ),
    )


def _reordered(known: Any, inst: Any) -> Iterator[Any]:
    import random

    from symlam.optimum._exact import exact_optimum

    for seed in range(4):
        yield exact_optimum(known, inst, rng=random.Random(seed))


def no_tie(inst: Any) -> bool:
    """λ_k > λ_{k+1}, or λ_k = 0: the top-k part of Σ_x is determined."""
    values = eigenvalues(second_moment(inst, change))
    k = inst.size(D.rows)
    return not (0 < k < len(values)) or values[k - 1] != values[k] or values[k - 1] == 0


def prove_gap(known: Any, chosen: frozenset[Hypothesis]) -> Proof | None:
    """Ky Fan with a gap: the excess of a projector P over the top one is strictly positive."""
    if not chosen:
        return None
    # P, T projectors of one trace, T commuting with S = T S T + (I-T) S (I-T):
    # tr((T - P) S) = tr((I - P) T (S - t) T) + tr(P (I-T)(t - S)(I-T)) for tr P = tr T.
    n = "d_o"
    P, T, S = (matrix(x, n, n, symmetric=True) for x in ("P", "T", "S"))
    t = scalar("t")
    from symlam.algebra import Assumptions

    rules = Assumptions(equation(P * P, P), equation(T * T, T), equation(T * S, S * T))
    one = identity(n)
    excess = tr((T - P) * S)
    squares = tr((one - P) * T * (S - t * one) * T) + tr(P * (one - T) * (t * one - S) * (one - T))
    balance = t * (tr(T) - tr(P))
    return proves(
        rules,
        excess,
        squares + balance,
        "tr((T - P) S) = tr((I-P) T (S-t) T) + tr(P (I-T)(t-S)(I-T)) + t(tr T - tr P)",
    )


CLAIMS = (
    Claim(
        "S1",
        "the objective",
        "L = E‖(A + BC + BD − I) o + (BD − I)(q + ε)‖²",
        f"{SOURCE}, Section 3",
        _s1,
        lambda: (derive(correlated_lam(), eliminate=()),),
    ),
    Claim(
        "S2",
        "over-parameterisation",
        "For every α the choice B(C o + D o') = (q + ε) + α o, A = (1 − α) I reconstructs o' exactly, so the optimum is not unique",
        f"{SOURCE}, Section 3",
        _s2,
    ),
    Claim(
        "P4.1",
        "linear LAM is PCA",
        "If E[o (q+ε)ᵀ] = 0, training is equivalent to min over B, D of E‖(BD − I)(q + ε)‖²; A = I − B(C + D)",
        f"{SOURCE}, Proposition 4.1",
        _p41,
        lambda: (derive(linear_lam()),),
        lambda: (linear_lam(),),
    ),
    Claim(
        "P4.2",
        "the optimum is the top of the spectrum",
        "With Σ_{q+ε} = U Λ Uᵀ, L is minimised at B = U_{d_z}, D = U_{d_z}ᵀ and min L = Σ_{i>d_z} λ_i",
        f"{SOURCE}, Proposition 4.2",
        _p42,
        lambda: (derive(linear_lam()),),
        lambda: (linear_lam(),),
    ),
)
