"""Every definition is worth what a simulation of the paper's formulas gives; assumptions say what they say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symlam.algebra import E, matrix, msq, vector
from symlam.algebra._exact import is_zero
from symlam.algebra._sampling import instances
from symlam.errors import SymlamError
from symlam.models import (
    acting,
    augmented_lam,
    correlated_lam,
    linear_lam,
    model,
    noiseless,
    policy_lam,
    policy_sweep_lam,
    supervised_lam,
    with_iid_noise,
    with_other_agents,
)
from tests.models.simulate import Samples, mean_square

SIZES = {"d_o": 3, "d_z": 2, "d_a": 2, "d_b": 1}


def plain(s: Samples, o, q, ε) -> Fraction:
    o_next = o + q + ε
    z = s["C"] @ o + s["D"] @ o_next
    return mean_square(s["A"] @ o + s["B"] @ z - o_next)


def augmented(s: Samples, o, q, ε, κ1, κ2) -> tuple[Fraction, np.ndarray]:
    o_next = o + q + ε
    z = s["C"] @ (o + κ1) + s["D"] @ (o_next + κ1)
    return mean_square(s["A"] @ (o + κ2) + s["B"] @ z - (o_next + κ2)), z


def supervised(s: Samples, κ1, κ2) -> Fraction:
    loss, z = augmented(s, s["o"], s["X"] @ s["a"], s["ε"], κ1, κ2)
    return loss + s.scalars["λ"] * mean_square(s["E"] @ z - s["a"])


def sweep(s: Samples) -> np.ndarray:
    χ = s.scalars["χ"]
    return s["X"] @ (χ * s["Π_d"] @ s["o"] + (1 - χ) * s["π_s"])


SIMULATIONS = {
    "linear": (linear_lam, lambda s: plain(s, s["o"], s["q"], s["ε"])),
    "correlated": (correlated_lam, lambda s: plain(s, s["o"], s["q"], s["ε"])),
    "acting": (lambda: acting(linear_lam()), lambda s: plain(s, s["o"], s["X"] @ s["a"], s["ε"])),
    "no noise": (lambda: noiseless(linear_lam()), lambda s: plain(s, s["o"], s["q"], 0 * s["q"])),
    "iid noise": (
        lambda: with_iid_noise(acting(linear_lam())),
        lambda s: plain(s, s["o"], s["X"] @ s["a"], s["ε"]),
    ),
    "other agents": (
        lambda: with_other_agents(acting(linear_lam())),
        lambda s: plain(s, s["o"], s["X"] @ s["a"], s["Y"] @ s["b"]),
    ),
    "policy": (
        policy_lam,
        lambda s: plain(s, s["o"], s["X"] @ (s["Π_d"] @ s["o"] + s["π_s"]), s["ε"]),
    ),
    "policy sweep": (policy_sweep_lam, lambda s: plain(s, s["o"], sweep(s), s["ε"])),
    "augmented": (
        augmented_lam,
        lambda s: augmented(s, s["o"], s["q"], s["ε"], s["κ_1"], s["κ_2"])[0],
    ),
    "supervised": (supervised_lam, lambda s: supervised(s, s["κ_1"], s["κ_2"])),
    "supervised, not augmented": (
        lambda: supervised_lam(augmented=False),
        lambda s: supervised(s, 0 * s["o"], 0 * s["o"]),
    ),
}


@pytest.mark.parametrize("name", SIMULATIONS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_loss_is_that_of_the_simulation(name: str, seed: int) -> None:
    build, simulate = SIMULATIONS[name]
    m = build()
    s = Samples(m, SIZES, seed)
    assert s.instance.value(m.expand()) == simulate(s) > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_latent_with_equal_dimensions_is_a_supervised_model_too(seed: int) -> None:
    m = supervised_lam(latent="d_a")
    s = Samples(m, SIZES, seed)
    assert s.instance.value(m.expand()) == supervised(s, s["κ_1"], s["κ_2"])


@pytest.mark.parametrize("name", SIMULATIONS)
def test_named_forms_are_what_their_names_say(name: str) -> None:
    m = SIMULATIONS[name][0]()
    inst = Samples(m, SIZES, 4).instance
    named = m.named
    assert inst.value(msq(named["o'"] - named["o"] - named["change"])) == 0
    assert inst.value(msq(named["change"] - named["q"] - named["ε"])) == 0
    assert inst.value(msq(named["o"])) > 0


# What the assumptions say, read off the joint moment of instances that satisfy them.


def few(m, count: int = 6):
    stream = instances([*m.residuals, *m.named.values()], m.assumptions, seed=5, rounds=2, max_dim=2)
    return [inst for _, inst in zip(range(count), stream, strict=False)]


def uncorrelated_on(inst, x, y) -> bool:
    return is_zero(inst.value(E(x, y)))


@pytest.mark.parametrize(
    ("build", "pairs"),
    [
        (linear_lam, [("o", "change")]),
        (lambda: noiseless(acting(linear_lam())), [("o", "q")]),
        (lambda: with_iid_noise(acting(linear_lam())), [("o", "change"), ("q", "ε")]),
        (lambda: with_other_agents(acting(linear_lam())), [("o", "change"), ("q", "ε")]),
        (supervised_lam, [("o", "change")]),
        (policy_lam, [("o", "ε")]),
        (policy_sweep_lam, [("o", "ε")]),
    ],
)
def test_stated_zero_moments_vanish_on_every_instance(build, pairs) -> None:
    m = build()
    found = few(m)
    assert len(found) == 6
    for inst in found:
        for x, y in pairs:
            assert uncorrelated_on(inst, m.named[x], m.named[y])


def test_with_a_policy_the_observation_and_the_change_do_correlate() -> None:
    m = policy_lam()
    assert not all(uncorrelated_on(inst, m.named["o"], m.named["q"]) for inst in few(m, 12))


def test_iid_noise_is_white() -> None:
    m = with_iid_noise(acting(linear_lam()))
    for inst in few(m):
        s, σ = inst.value(E(m.named["ε"], m.named["ε"])), inst.scalars["σ"]
        for i in range(s.nrows()):
            for j in range(s.ncols()):
                assert Fraction(int(s[i, j].p), int(s[i, j].q)) == (σ**2 if i == j else 0)


def test_the_printed_condition_of_p44_is_one_number_and_not_a_matrix() -> None:
    """E[q' ε] = 0 leaves room for E[a ε'] != 0."""
    m = supervised_lam(augmented=False)
    found = few(m, 40)
    assert all(
        sum((inst.value(E(m.named["q"], m.named["ε"]))[i, i] for i in range(inst.size(m.named["q"].dim))), 0)
        == 0
        for inst in found
    )
    assert not all(uncorrelated_on(inst, m.named["a"], m.named["ε"]) for inst in found)


def test_dropping_and_adding_assumptions_is_exact() -> None:
    m = linear_lam()
    assert len(correlated_lam().assumptions) == len(m.assumptions) - 1
    assert "E[o (q + ε)'] = 0" not in [a.text for a in correlated_lam().assumptions]
    assert m.without(*m.assumptions).assumptions.items == ()


# What a definition is refused for.

y, x = vector("y", "m"), vector("x", "n")
B, D = matrix("B", "m", "k"), matrix("D", "k", "n")
GOOD = {"loss": [(1, B * (D * x) - y)], "latent": D * x, "encoder": [D], "decoder": [B]}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"loss": []}, "no loss"),
        ({"loss": [B * (D * x) - y]}, "pair"),
        ({"loss": [(1, B * D)]}, "pair"),
        ({"loss": [(0.5, B * (D * x) - y)]}, "0.5 is a float"),
        ({"loss": [("λ", B * (D * x) - y)]}, "the weight 'λ'"),
        ({"loss": [(None, B * (D * x) - y)]}, "the weight None"),
        ({"latent": D}, "latent"),
        ({"encoder": [matrix("F", "k", "n")]}, "occurs in no residual"),
        ({"regression": [matrix("F", "k", "n")]}, "regression letter"),
        ({"assume": ["x is white"]}, "not an assumption"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_in_a_sentence(change, word) -> None:
    assert model("fine", **GOOD).parameters == (B, D)
    with pytest.raises(SymlamError) as caught:
        model("odd", **{**GOOD, **change})
    assert word in str(caught.value)


def test_wrong_shapes_are_refused_with_both_shapes() -> None:
    with pytest.raises(SymlamError) as caught:
        model("odd", loss=[(1, B * (D * y) - y)], latent=D * y, encoder=[D], decoder=[B])
    assert "n" in str(caught.value) and "m" in str(caught.value)
