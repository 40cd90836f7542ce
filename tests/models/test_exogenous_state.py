"""The models with an exogenous state are what a simulation of the dynamics gives, in both forms, and break when broken."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from symlam.algebra import E as moment
from symlam.algebra import equation, matrix, uncorrelated
from symlam.algebra._sampling import instances
from symlam.errors import SymlamError
from symlam.models import (
    action_supervised_lam,
    additive_world,
    consistency_lam,
    cross_exogenous_lam,
    exogenous_lam,
    imperfect_pairs,
    mixture_lam,
    orthogonal,
    robust_target_lam,
    separable,
    twin_latent,
    with_policy,
    world,
)
from symlam.models.exogenous_letters import D, E, F, H, M, X, a, s, η, η2, ξ, ξ2
from symlam.objective import derive
from symlam.optimum import reduced_rank, roles
from symlam.optimum._exact import exact_minimum, loss_at, minimisers
from tests.models.simulate import Samples, mean_square
from tests.optimum.brute import Brute

SIZES = {"d_o": 4, "d_z": 2, "d_a": 2, "d_s": 2, "d_ξ": 1, "d_w": 3, "d_y": 2}


def rollout(v: Samples, *, twin: bool = False, action=None):
    """One step of the environment: o, o', a, from the states, sample by sample."""
    a_ = v["a"] if action is None else action
    state, noise = (v["ξ_2"], v["η_2"]) if twin else (v["ξ"], v["η"])
    o = v["E"] @ v["s"] + v["X"] @ state
    o_next = v["E"] @ (v["s"] + v["H"] @ a_) + v["X"] @ (v["F"] @ state + noise)
    return o, o_next, a_


def encode(v: Samples, o, o_next):
    return v["C"] @ o + v["D"] @ o_next


def plain(v: Samples) -> Fraction:
    o, o_next, _ = rollout(v)
    return mean_square(v["A"] @ o + v["B"] @ encode(v, o, o_next) - o_next)


def fixed(v: Samples) -> Fraction:
    o, o_next, _ = rollout(v)
    return mean_square(o + v["B"] @ encode(v, o, o_next) - o_next)


def crossed(v: Samples) -> Fraction:
    z = encode(v, *rollout(v)[:2])
    o, o_next, _ = rollout(v, twin=True)
    return mean_square(v["A"] @ o + v["B"] @ z - o_next)


def whitened(v: Samples) -> Fraction:
    z = encode(v, *rollout(v)[:2])
    o, o_next, _ = rollout(v, twin=True)
    return mean_square(v["A"] @ o + v["B"] @ z - v["V"] @ o_next)


def represented(v: Samples) -> Fraction:
    o, o_next = (v["W"] @ x for x in rollout(v)[:2])
    return mean_square(v["A"] @ o + v["B"] @ encode(v, o, o_next) - o_next)


def supervised(v: Samples) -> Fraction:
    z = encode(v, *rollout(v)[:2])
    return plain(v) + v.scalars["λ"] * mean_square(v["K"] @ z - v["a"])


def robust(v: Samples) -> Fraction:
    z = encode(v, *rollout(v)[:2])
    return plain(v) + v.scalars["λ"] * mean_square(v["K"] @ z - v["R"] @ v["H"] @ v["a"])


def penalised(v: Samples) -> Fraction:
    z, z2 = encode(v, *rollout(v)[:2]), encode(v, *rollout(v, twin=True)[:2])
    return plain(v) + v.scalars["μ"] * mean_square(z - z2)


def policy(v: Samples) -> Fraction:
    o = v["E"] @ v["s"] + v["X"] @ v["ξ"]
    o, o_next, _ = rollout(v, action=v["Π"] @ o + v["π"])
    return mean_square(v["A"] @ o + v["B"] @ encode(v, o, o_next) - o_next)


def acted(v: Samples) -> Samples:
    """The samples with the action that the policy takes; a twin has the same action."""
    v.vectors["a"] = v["Π"] @ (v["E"] @ v["s"] + v["X"] @ v["ξ"]) + v["π"]
    return v


SIMULATIONS = {
    "plain": (exogenous_lam, plain),
    "A = I": (lambda: exogenous_lam(free=False), fixed),
    "representation": (lambda: exogenous_lam(seen=matrix("W", "d_w", "d_o")), represented),
    "cross": (cross_exogenous_lam, crossed),
    "whitened target": (lambda: cross_exogenous_lam(target=matrix("V", "d_w", "d_o")), whitened),
    "mixture": (mixture_lam, lambda v: plain(v) + v.scalars["λ"] * crossed(v)),
    "supervised": (action_supervised_lam, supervised),
    "robust target": (robust_target_lam, robust),
    "penalty": (consistency_lam, penalised),
    "policy": (lambda: with_policy(exogenous_lam()), policy),
    "policy and cross": (lambda: with_policy(cross_exogenous_lam()), lambda v: crossed(acted(v))),
    "policy and mixture": (
        lambda: with_policy(mixture_lam()),
        lambda v: plain(acted(v)) + v.scalars["λ"] * crossed(acted(v)),
    ),
    "policy and supervision": (
        lambda: with_policy(action_supervised_lam()),
        lambda v: supervised(acted(v)),
    ),
    "policy and representation": (
        lambda: with_policy(exogenous_lam(seen=matrix("W", "d_w", "d_o"))),
        lambda v: represented(acted(v)),
    ),
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_loss_is_that_of_the_simulated_environment(name: str, seed: int) -> None:
    build, simulate = SIMULATIONS[name]
    m = build()
    sizes = {**SIZES, "d_o": 4}
    samples = Samples(m, sizes, seed)
    assert loss_at(m, samples.instance) == simulate(samples)


def test_a_flipped_sign_in_the_model_is_seen() -> None:
    """The same comparison turns red when ξ' = F ξ - η, or when the decoder of the cross model sees o."""
    m = exogenous_lam()
    wrong = m.substitute({η: -η})
    samples = Samples(m, SIZES, 0)
    assert loss_at(m, samples.instance) == plain(samples) != loss_at(wrong, samples.instance)
    crossing = cross_exogenous_lam()
    samples = Samples(crossing, SIZES, 0)
    own = crossing.substitute({ξ2: ξ})
    assert loss_at(crossing, samples.instance) == crossed(samples) != loss_at(own, samples.instance)


PREDICTED = {
    "plain": exogenous_lam,
    "cross": cross_exogenous_lam,
    "mixture": mixture_lam,
    "supervised": action_supervised_lam,
    "robust target": robust_target_lam,
    "policy": lambda **options: with_policy(exogenous_lam(**options)),
}


@pytest.mark.parametrize("name", PREDICTED)
def test_both_forms_of_a_model_agree_and_lead_to_the_innovation(name: str) -> None:
    build = PREDICTED[name]
    chain = derive(build(), restated=build(predicted=True))
    assert [x.rule for x in chain.steps][:2] == ["definition", "the residual in other words"]
    assert {x.text for x in chain.steps[1].used} == {"M E = E", "M X = X F"}
    assert chain.steps[-1].relation == "min"
    left = chain.objective.letters()
    assert not left & {m.as_letter() for m in (chain.regression[0], chain.encoder[0], M)}
    if name != "mixture":  # its two terms share a decoder
        assert reduced_rank(chain.objective, chain.encoder[-1], chain.decoder).k is not None


def test_a_wrong_transition_is_refused() -> None:
    wrong = exogenous_lam(predicted=True).substitute({F: -F})
    with pytest.raises(SymlamError, match="does not restate"):
        derive(exogenous_lam(), restated=wrong)
    weaker = replace(
        exogenous_lam(predicted=True),
        assumptions=exogenous_lam(predicted=True).assumptions.without(equation(M * E, E)),
    )
    with pytest.raises(SymlamError, match="does not restate"):
        derive(exogenous_lam(), restated=weaker)


def test_without_a_zero_moment_the_squares_do_not_split() -> None:
    m = exogenous_lam(predicted=True)
    chain = derive(replace(m, assumptions=m.assumptions.without(uncorrelated(s, a))), eliminate=())
    assert len(chain.steps) == 1


@pytest.mark.parametrize("wrap", [separable, orthogonal], ids=["separable", "orthogonal"])
def test_separable_instances_have_independent_columns(wrap) -> None:
    m = wrap(exogenous_lam())
    found = list(instances([*m.residuals], m.assumptions, rounds=2, plain=1, max_dim=3))
    assert found
    for inst in found:
        both = np.hstack(
            [
                np.array(
                    [[float(Fraction(int(x.p), int(x.q))) for x in row] for row in inst.value(b).tolist()]
                )
                for b in (E, X)
            ]
        )
        assert np.linalg.matrix_rank(both) == both.shape[1]


def test_pairs_are_imperfect_in_the_innovation_alone() -> None:
    m = imperfect_pairs(cross_exogenous_lam())
    known = m.assumptions
    from symlam.models.exogenous_letters import ρ

    assert not known.reduce(moment(η, η2) - ρ * moment(η, η))
    assert not known.reduce(moment(ξ, ξ2))
    with pytest.raises(SymlamError, match="no twin"):
        imperfect_pairs(exogenous_lam())


def test_the_additive_world_adds() -> None:
    w = additive_world()
    assert w.observation() == w.s + w.ξ
    assert exogenous_lam(w).named["o'"] == w.s + w.q + w.F * w.ξ + w.η


def test_numbers_are_dimensions_too() -> None:
    w = world(d_s=1, d_a=1, d_ξ=2)
    m = exogenous_lam(w, latent=1)
    assert (w.E.shape[1], w.X.shape[1], m.latent.dim) == (1, 2, 1)


def test_the_twin_shares_what_is_endogenous() -> None:
    m = exogenous_lam()
    gap = m.latent - twin_latent(m)
    assert not {b.name for b in gap.parts} & {"s", "a"}
    assert gap.substitute({ξ2: ξ, η2: η}) == 0 * gap


def test_a_policy_changes_what_is_assumed_of_the_action_alone() -> None:
    m = with_policy(exogenous_lam())
    texts = {x.text for x in m.assumptions}
    assert "E[s ξ'] = 0" in texts
    assert "E[ξ π'] = 0" in texts
    assert not any(" a'" in x or "[a " in x for x in texts)
    assert m.assumptions.reduce(moment(m.named["q"], m.named["o"]))


# losses that share their letters


@pytest.mark.parametrize(
    "build",
    [
        lambda: mixture_lam(),
        lambda: orthogonal(mixture_lam()),
        lambda: with_policy(mixture_lam()),
        lambda: imperfect_pairs(mixture_lam()),
        lambda: cross_exogenous_lam(),
        lambda: with_policy(cross_exogenous_lam()),
        lambda: consistency_lam(decoded=True),
        lambda: with_policy(consistency_lam(decoded=True)),
    ],
    ids=[
        "mixture",
        "orthogonal mixture",
        "policy and mixture",
        "imperfect mixture",
        "cross",
        "policy and cross",
        "penalty",
        "policy and penalty",
    ],
)
def test_the_exact_minimum_is_met_by_an_optimiser_that_knows_the_residuals_alone(build) -> None:
    m, met = build(), 0
    for n, inst in enumerate(
        instances([*m.residuals, *(w for w, _ in m.loss)], m.assumptions, rounds=2, plain=1, max_dim=2)
    ):
        try:
            least, _ = exact_minimum(m, inst)
        except SymlamError:
            continue
        found = Brute(m, inst).minimum(seed=n)
        assert found == pytest.approx(float(least), abs=1e-5 * max(1.0, float(least)))
        met += 1
        if met == 5:
            break
    assert met == 5


def test_residuals_with_the_same_letters_are_one_loss_over_two_samples() -> None:
    (loss,) = roles(mixture_lam()).losses
    assert len(loss.samples) == 2
    assert len(roles(action_supervised_lam()).losses) == 2


def test_a_mixture_is_no_sum_of_minima() -> None:
    """One decoder for both samples: the minimum is above the sum of the two minima on some instance."""
    import random

    m, above = orthogonal(mixture_lam()), False
    alone, cross = orthogonal(exogenous_lam()), orthogonal(cross_exogenous_lam())
    for inst in instances(
        [*m.residuals, *(w for w, _ in m.loss)], m.assumptions, rounds=3, plain=3, max_dim=2
    ):
        try:
            whole = exact_minimum(m, inst)[0]
            parts = exact_minimum(alone, inst)[0] + inst.scalars["λ"] * exact_minimum(cross, inst)[0]
        except SymlamError:
            continue
        assert whole >= parts
        above = above or whole > parts
        for found in minimisers(m, inst, rng=random.Random(0), count=2):
            assert loss_at(m, found.at) == whole
    assert above


def test_the_regression_of_the_target_is_checked() -> None:
    from symlam.algebra import left_inverses

    chain = derive(cross_exogenous_lam(), restated=cross_exogenous_lam(predicted=True))
    (p, q), equations = left_inverses(E, X)
    rules = chain.assumptions.plus(equations)
    found = reduced_rank(chain.objective, D, chain.decoder, under=rules, predictor=E * p)
    assert found.explained == E * H * moment(a, a) * H.T * E.T
    assert "λ_i(E H Σ_a H' E')" in found.minimum_text()
    for wrong in (X * q, E * p + X * q, 2 * (E * p)):
        with pytest.raises(SymlamError, match="not the regression"):
            reduced_rank(chain.objective, D, chain.decoder, under=rules, predictor=wrong)
