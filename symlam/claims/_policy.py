"""D1: a policy that depends on the observation; the stationary A, and what is left for the latent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symlam.algebra import E, gradient, identity, msq, positive_definite, substitute, zero
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, proves
from symlam.claims._pca import SOURCE, pca_value
from symlam.claims._tests import is_identity, minimum_is, second_moment, tail
from symlam.models import correlated_lam, policy_lam
from symlam.models._model import Model
from symlam.models.letters import A, B, C, D, X, Π_d, o, q, ε, π_s
from symlam.objective import derive
from symlam.optimum import reduced_rank

I = identity("d_o")


def printed_a() -> Any:
    """Equation (8) as printed."""
    s = E(o, o)
    return I - (B * C + B * D) - s * Π_d.T * X.T * (B * D - I).T * s.inverse()


def _d1() -> tuple[Part, ...]:
    m = policy_lam().assume(positive_definite(o))
    left = X * π_s + ε  # what the observation does not predict
    # the repaired A is what the derivation finds, not a formula typed in
    best = derive(policy_lam(), eliminate=(A,)).steps[-1].choice[A]
    grad = gradient(m.expand(), A)

    def at(value: Any) -> Any:
        return substitute(grad, {A: value})

    def stationary(value: Any, what: Any) -> Any:
        return Part(
            what,
            f"dL/dA = 0 at A = {value!r}",
            m,
            is_identity(at(value), zero("d_o", "d_o"), "dL/dA at the A of the clause against 0"),
            lambda known, _: proves(
                known.assumptions, at(value), zero("d_o", "d_o"), "dL/dA vanishes in normal form"
            ),
            role="claim" if what == "D1.a" else "repair",
        )

    def better(known: Model, inst: Any, rng: Any) -> Iterator[tuple[Any, ...]]:
        yield (
            inst,
            inst.value(substitute(m.expand(), {A: printed_a()})),
            inst.value(substitute(m.expand(), {A: best})),
            "L at the printed A against L at the repaired A",
        )

    def absorbed(known: Model, inst: Any, rng: Any) -> Iterator[tuple[Any, ...]]:
        yield (
            inst,
            inst.value(substitute(m.expand(), {A: best})),
            inst.value(msq((B * D - I) * left)),
            "L at the repaired A against E||(B D - I)(X π_s + ε)||^2",
        )

    def tail_of_rest(known: Model, inst: Any) -> Any:
        return tail(second_moment(inst, left), inst.size(D.rows))

    general = correlated_lam().assume(positive_definite(o))
    change = q + ε
    innovation = change - E(change, o) * E(o, o).inverse() * o

    def prove_innovation(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        chain = derive(known, eliminate=known.regression)
        optimum = reduced_rank(chain.objective, D, (B,), under=known.assumptions)
        if not optimum.is_pca or known.assumptions.reduce(
            E(optimum.input - innovation, optimum.input - innovation)
        ):
            return None
        return Proof(
            tuple(map(repr, chain.steps)),
            chain.used,
            (f"Eckart-Young: the minimum is {optimum.minimum_text()}",),
        )

    def prove_absorbed(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        chain = derive(known, eliminate=known.regression)
        if known.assumptions.reduce(chain.objective.expand() - msq((B * D - I) * left)):
            return None
        return Proof(tuple(map(repr, chain.steps)), chain.used)

    return (
        stationary(printed_a(), "D1.a"),
        Part(
            "D1.b",
            "the FDM absorbs the deterministic part: min over A leaves E||(B D - I)(X π_s + ε)||^2",
            policy_lam(),
            absorbed,
            prove_absorbed,
        ),
        Part(
            "D1.c",
            "the latent does PCA of X π_s + ε: min L = sum over i > d_z of λ_i(Σ_{X π_s + ε})",
            policy_lam(),
            minimum_is(tail_of_rest, "min L against the tail of the spectrum of X π_s + ε"),
            pca_value(policy_lam(), E(left, left), "what the observation does not predict is X π_s + ε"),
        ),
        Part(
            "D1.d",
            "the printed A is optimal",
            m,
            better,
            lambda known, _: proves(
                known.assumptions,
                substitute(known.expand(), {A: printed_a()}),
                substitute(known.expand(), {A: best}),
                "the two losses agree",
            ),
            role="remark",
        ),
        stationary(best, "D1.e"),
        Part(
            "D1.f",
            "any E[o (q + ε)'], Σ_o > 0: min L is the tail of the spectrum of the innovation q + ε - E[(q+ε) o'] Σ_o^-1 o",
            general,
            minimum_is(
                lambda known, inst: tail(second_moment(inst, innovation), inst.size(D.rows)),
                "min L against the tail of the spectrum of the innovation",
            ),
            prove_innovation,
            role="repair",
        ),
    )


def _derivations() -> Any:
    return (
        derive(policy_lam(), eliminate=(A,)),
        derive(correlated_lam().assume(positive_definite(o)), eliminate=(A,)),
    )


CLAIMS = (
    Claim(
        "D1",
        "a policy that depends on o",
        "a = Π_d o + π_s: A = I − (BC + BD) − Σ_o Π_dᵀ Xᵀ (BD − I)ᵀ Σ_o⁻¹; the FDM absorbs the deterministic part of the policy",
        f"{SOURCE}, equation (8)",
        _d1,
        _derivations,
        lambda: (policy_lam(),),
    ),
)
