"""Scenarios: what is predicted against hand results, enclosures, optimisers and sampled populations."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from symlam.cli import cli
from symlam.errors import SymlamError
from symlam.numerics import als
from symlam.scenario import (
    Scenario,
    enclose,
    optimal_maps,
    predict,
    predict_many,
    problem_of,
    read_scenario,
    train,
)
from symlam.scenario.boundaries import SYMBOLS, threshold_of, thresholds
from symlam.scenario.forms import build, outside_loss
from symlam.scenario.metrics import METRICS, combine, errors
from tests.profile import examples

SMALL = {"d_o": 10, "d_a": 2, "d_b": 2}


def low(prediction, name="action_mse"):
    return prediction.metrics[name].low


def high(prediction, name="action_mse"):
    return prediction.metrics[name].high


scenarios = st.builds(
    Scenario,
    d_o=st.just(8),
    d_a=st.integers(1, 2),
    d_b=st.integers(1, 2),
    d_z=st.integers(1, 4),
    noise=st.sampled_from(["none", "iid", "agents"]),
    sigma=st.sampled_from([0, Fraction(1, 2), 1, 2]),
    chi=st.sampled_from([0, Fraction(1, 3), 1]),
    augment=st.sampled_from([0, Fraction(1, 2)]),
    effects=st.sampled_from(["orthogonal", "random"]),
    seed=st.integers(0, 3),
    latent=st.sampled_from(["true", "surrogate", "surrogate-pinv"]),
    eval_policy=st.sampled_from(["train", "random"]),
    eval_noise=st.sampled_from(["train", "none"]),
)


# --- definition -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"d_z": 0}, "d_z is 0"), ({"d_a": 1.5}, "d_a"), ({"label_fraction": 1.1}, r"\[0, 1\]"), ({"chi": -1}, "chi"),
        ({"sigma": float("nan")}, "finite"), ({"noise": "loud"}, "none or iid"), ({"weight": -1}, "weight"),
        ({"weight": 1, "label_fraction": 0.5}, "both"), ({"d_o": 9}, "orthogonal effects need"),
        ({"cov_o": [[1, 2], [2, 1]], "d_o": 2, "d_a": 1}, "positive semidefinite"), ({"X": [[1, 2]]}, "128 x 8"),
        ({"mean_a": [1, 2]}, "8, or one number"), ({"affine_heads": "yes"}, "true or false"),
    ],
)  # fmt: skip
def test_bad_scenarios_get_one_clear_error(change, words):
    with pytest.raises(SymlamError, match=words):
        Scenario(**{"noise": "agents", **change})


@given(scenarios)
def test_toml_goes_round(scenario):
    import tomllib

    assert Scenario.from_mapping(tomllib.loads(scenario.to_toml())) == scenario


def test_files_that_are_not_scenarios(tmp_path):
    for name, text, words in (("a.toml", "x = [", "TOML"), ("b.toml", "d_q = 1", "no field d_q")):
        (tmp_path / name).write_text(text)
        with pytest.raises(SymlamError, match=words):
            read_scenario(tmp_path / name)
    with pytest.raises(SymlamError, match="cannot read"):
        read_scenario(tmp_path / "absent.toml")


def test_random_effects_are_exactly_orthonormal():
    from symlam.scenario.geometry import effect_matrices

    X, Y, Pi, s = effect_matrices(128, 8, 8, "random", "random", 4)
    for M in (X, Y, Pi.T):
        assert np.array_equal(
            M.T @ M, np.array([[Fraction(int(i == j)) for j in range(8)] for i in range(8)])
        )
    cosines = (X.T @ Y).astype(float)
    # entries of X'Y for independent frames in R^128 have variance 1 / 128
    assert 0.5 < 128 * np.mean(cosines**2) < 1.6
    assert s == 24 and effect_matrices(128, 8, 8, "random", "random", 4)[1] is Y


# --- effective weight -------------------------------------------------------------------------------------------


def test_effective_weight_of_reductions_against_a_simulated_script():
    rng = np.random.default_rng(0)
    c = Scenario(d_o=16, d_a=2, d_b=2, label_fraction="0.03", batch=32)
    labelled = rng.random((40000, c.batch)) < 0.03
    error_a, error_o = 0.7, 3.1  # any population values: the script's averages are linear in them
    count = labelled.sum(1)
    script = error_o / c.d_o + np.where(count > 0, error_a / c.d_a, 0.0)
    ours = (error_o + float(c.effective_weight) * error_a) / c.d_o
    assert script.mean() == pytest.approx(ours, rel=2e-3)
    assert c.with_(reduction="sum").effective_weight == Fraction(3, 100)
    assert c.with_(label_fraction=0).effective_weight == 0
    assert c.with_(label_fraction=1).effective_weight == 8
    assert c.with_(label_fraction=None, weight="1/7").effective_weight == Fraction(1, 7)


# --- prediction -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("d_z", "loss", "error"), [(1, 7, 7 / 8), (4, 4, 0.5), (8, 0, 0), (16, 0, 0)])
def test_c1_no_noise(d_z, loss, error):
    p = predict(Scenario(d_z=d_z))
    assert p.loss == pytest.approx(loss, abs=1e-12)
    assert (low(p), high(p)) == pytest.approx((error, error), abs=1e-12)
    assert low(p, "llo") == pytest.approx(2 - error)


@pytest.mark.parametrize("sigma", [0.1, 0.5, 1.5])
def test_c2_iid_noise_moves_eigenvalues_and_not_directions(sigma):
    p = predict(Scenario(noise="iid", sigma=sigma, d_z=8))
    assert p.loss == pytest.approx(120 * sigma**2)
    assert low(p) == pytest.approx(sigma**2 / (1 + sigma**2))
    quiet = predict(Scenario(noise="iid", sigma=sigma, d_z=8, eval_noise="none"))
    assert low(quiet) == pytest.approx((sigma**2 / (1 + sigma**2)) ** 2)
    assert low(quiet, "noise_mse") == 1
    assert [(d.kept, d.multiplicity) for d in p.spectrum] == [(8, 8), (0, 120)]


def test_c3_the_larger_variance_comes_first():
    first, last = predict_many([Scenario(noise="agents", sigma=s) for s in (0.5, 2)])
    assert low(first) == pytest.approx(0) and low(first, "noise_mse") == pytest.approx(1)
    assert low(last) == pytest.approx(1) and low(last, "noise_mse") == pytest.approx(0)
    tied = predict(Scenario(noise="agents", sigma=1))
    assert tied.metrics["action_mse"].kind == "exact"
    assert (low(tied), high(tied)) == pytest.approx((0, 1))
    # the joint range of LLO is narrower than what the separate ranges allow
    assert (low(tied, "llo"), high(tied, "llo")) == pytest.approx((0, 2))


def test_the_true_latent_is_not_identified_without_augmentation():
    free, fixed = predict(Scenario(latent="true")), predict(Scenario(latent="true", augment=0.1))
    assert (low(free), high(free)) == pytest.approx((0, 1))
    assert low(free, "observation_mse") == pytest.approx(1 - 8 / 128)
    assert fixed.metrics["action_mse"].kind == "unique" and low(fixed) == pytest.approx(0)


def test_free_c_attains_what_the_range_says():
    c = Scenario(**SMALL, d_z=2, noise="agents", sigma="1/2", latent="true")
    stated = predict(c)
    forms = build([c])
    rng, seen = np.random.default_rng(0), []
    D = np.zeros((2, forms.size))
    D[0, 0] = D[1, 1] = 1.0
    missing = np.array([[0.0, 0.0, forms.outside]])
    for scale in 10.0 ** np.arange(-4, 5):
        W = rng.standard_normal((1, 2, forms.size)) * scale
        z = D @ forms.fit["r"] + W @ forms.fit["o"]
        three = errors(forms.fit, forms.fit, missing, z, z, constant=None, affine=True)
        seen.append([*three[0], combine(three)[0]])
    seen = np.array(seen)
    for i, name in enumerate(METRICS):
        assert seen[:, i].min() >= low(stated, name) - 1e-9 and seen[:, i].max() <= high(stated, name) + 1e-9
    assert seen[:, 0].min() < low(stated) + 1e-3 and seen[:, 0].max() > high(stated) - 1e-3


def test_tied_ranges_hold_for_rotated_optima():
    c = Scenario(**SMALL, d_z=2, noise="agents", sigma=1, effects="random", seed=1)
    stated, forms, rng = predict(c.with_(effects="orthogonal")), build([c.with_(effects="orthogonal")]), None
    rng = np.random.default_rng(2)
    missing = np.array([[0.0, 0.0, forms.outside]])
    for _ in range(50):
        frame = np.linalg.qr(rng.standard_normal((4, 2)))[0]
        z = frame.T @ forms.fit["r"][0, :4]
        three = errors(forms.fit, forms.fit, missing, z[None], z[None], constant=None, affine=True)
        for i, name in enumerate(METRICS):
            value = [*three[0], combine(three)[0]][i]
            assert low(stated, name) - 1e-9 <= value <= high(stated, name) + 1e-9


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(scenarios, min_size=1, max_size=6))
def test_a_batch_equals_single_predictions(many):
    for scenario, together in zip(many, predict_many(many), strict=True):
        alone = predict(scenario)
        assert together.loss == pytest.approx(alone.loss, abs=1e-9)
        for name in METRICS:
            if {together.metrics[name].kind, alone.metrics[name].kind} <= {"unique", "exact"}:
                assert together.metrics[name].low == pytest.approx(alone.metrics[name].low, abs=1e-7)
                assert together.metrics[name].high == pytest.approx(alone.metrics[name].high, abs=1e-7)
            assert together.metrics[name].low <= together.metrics[name].high + 1e-9


@settings(max_examples=examples(12), deadline=None)
@given(scenarios)
def test_enclosures_contain_float64(scenario):
    rigorous = enclose(scenario, digits=25)
    floats = rigorous.floats
    assert float(abs(rigorous.values["loss"] - floats.loss).lower()) <= 1e-9
    for name in METRICS:
        if isinstance(rigorous.values.get(name), tuple):
            for end, stated in zip(
                rigorous.values[name], (low(floats, name), high(floats, name)), strict=True
            ):
                assert abs(float(end.mid()) - stated) <= 1e-7 and float(end.rad()) < 1e-18
        elif rigorous.metrics[name] is not None:
            assert floats.metrics[name].determined
            assert abs(float(rigorous.values[name].mid()) - low(floats, name)) <= 1e-7
            assert float(rigorous.values[name].rad()) < 1e-20


@pytest.mark.parametrize(
    "change",
    [
        {"d_z": 1, "sigma": "1/2", "latent": "true"}, {"d_z": 1, "sigma": 1, "latent": "true", "chi": "1/3"},
        {"d_z": 3, "sigma": 2, "chi": "1/3", "latent": "surrogate-pinv"},
        {"d_z": 1, "sigma": 2, "chi": "1/3", "augment": "1/2", "latent": "surrogate-pinv"},
    ],
)  # fmt: skip
def test_ties_are_enclosed_with_a_free_c_and_with_a_policy_seen_through_b(change):
    rigorous = enclose(Scenario(**SMALL, noise="agents", **change), digits=25)
    for name in METRICS:
        assert rigorous.metrics[name] is not None and rigorous.floats.metrics[name].kind == "exact"
        found = rigorous.values[name]
        ends = found if isinstance(found, tuple) else (found, found)
        for end, stated in zip(ends, (low(rigorous.floats, name), high(rigorous.floats, name)), strict=True):
            assert abs(float(end.mid()) - stated) <= 1e-9 and float(end.rad()) < 1e-18


def test_the_invariant_subspace_is_held_by_balls_around_rough_vectors(monkeypatch):
    from flint import arb, arb_mat

    from symlam.numerics import balls

    rough = np.eye(3) + 1e-5 * np.random.default_rng(0).standard_normal((3, 3))
    monkeypatch.setattr(balls, "refine", lambda N: arb_mat(3, 3, [float(x) for x in rough.ravel()]))
    U = balls.invariant_subspace(arb_mat(3, 3, [3, 0, 0, 0, 2, 0, 0, 0, 1]), 1)
    # the true vector is e_1: some multiple of the balls' vector
    first = U[0, 0]
    assert (U[1, 0] / first).contains(0) and (U[2, 0] / first).contains(0)
    assert 0 < float(U[1, 0].rad()) < 1e-3
    assert balls.invariant_subspace(arb_mat(3, 3, [2, 0, 0, 0, 2, 0, 0, 0, arb(1)]), 1) is None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"noise": "agents", "sigma": 1}, {"action_mse": (0, 1), "llo": (0, 2)}),
        ({"d_z": 1}, {"action_mse": (0.5, 0.5), "llo": (1.5, 1.5)}),
        ({"noise": "iid", "sigma": 1, "latent": "true"}, {"action_mse": (0.5, 1), "observation_mse": (0.8, 1)}),
        ({"noise": "agents", "sigma": 1, "augment": 1, "latent": "true", "d_z": 3}, {"action_mse": (0, 0.5)}),
    ],
)  # fmt: skip
def test_ranges_are_enclosed(options, expected):
    rigorous = enclose(Scenario(**{**SMALL, "d_z": 2, **options}), digits=30)
    for name, ends in expected.items():
        for end, stated in zip(rigorous.values[name], ends, strict=True):
            assert abs(end - stated) < 1e-14 and float(end.rad()) < 1e-24
    json.dumps(rigorous.json())


@settings(max_examples=examples(6), deadline=None)
@given(scenarios)
def test_alternating_least_squares_agrees(scenario):
    closed = predict(scenario)
    found = als(problem_of(scenario), digits=8, sweeps=25)
    value = float(found.value) + float(outside_loss(scenario, build([scenario], exact=True)))
    assert value >= closed.loss - 1e-7
    if found.iterations < 25:
        assert value == pytest.approx(closed.loss, abs=1e-5)


def test_means_matter_to_linear_heads_only():
    c = Scenario(**SMALL, d_z=2, noise="agents", sigma="1/2", mean_a=2, affine_model=True)
    centred, affine = predict(Scenario(**SMALL, d_z=2, noise="agents", sigma="1/2")), predict(c)
    assert affine.loss == pytest.approx(centred.loss)
    assert low(affine) == pytest.approx(low(centred), abs=1e-9)
    linear = predict(c.with_(affine_model=False, mean_a=2, mean_b=3))
    # without biases the model spends its dimensions on second moments, means included
    assert linear.loss > affine.loss + 1e-6 or linear.spectrum[0].value > affine.spectrum[0].value + 1
    assert enclose(c, digits=20).status == "attained"


def test_heads_without_bias_pay_for_means():
    base = Scenario(d_o=4, d_a=1, d_z=1, noise="iid", sigma=1, mean_a=2)
    # q has second moment 5 and variance 1; z = q + noise has second moment 6 and variance 2
    assert low(predict(base.with_(affine_heads=False))) == pytest.approx(5 * 1 / 6)
    assert low(predict(base)) == pytest.approx(1 / 2)
    assert [d.value for d in predict(base).spectrum] == pytest.approx([6, 1])
    assert [d.value for d in predict(base.with_(affine_model=True)).spectrum] == pytest.approx([2, 1])
    exact = enclose(base.with_(affine_heads=False), digits=20)
    assert exact.values["action_mse"].contains(0) is False and abs(exact.values["action_mse"] * 6 - 5) < 1e-12


def test_a_supervised_head_ties_the_true_latent_to_the_innovation():
    c = Scenario(**SMALL, noise="agents", sigma=2, weight=5, latent="true", d_z=2)
    # E is square and E W = 0 for the part W of z along o: nothing of C is free
    pinned = predict(c)
    assert (low(pinned), high(pinned)) == pytest.approx((0, 0), abs=1e-9)
    assert (low(pinned, "observation_mse"), high(pinned, "observation_mse")) == pytest.approx((1, 1))
    spare = predict(c.with_(d_z=3, sigma="1/2", noise="iid"))
    assert high(spare) < 0.21 and low(spare, "observation_mse") < 1
    unsupervised = predict(c.with_(weight=None, sigma="1/2"))
    assert high(unsupervised) == pytest.approx(1)


def test_supervision_with_a_policy_is_labelled_honestly():
    base = Scenario(**SMALL, d_z=2, noise="agents", sigma=2, chi="1/2", policy_rows="aligned")
    assert predict(base.with_(weight=200)).status == "attained"
    infimum = predict(base.with_(weight=1))
    assert infimum.status == "infimum"
    searched = predict(base.with_(weight=1, augment="1/2"))
    assert searched.status == "bounds" and searched.lower < searched.loss
    assert searched.json()["loss"] == [searched.lower, searched.loss]
    # fewer latent dimensions than actions: the relaxed value is a lower bound only
    few = predict(base.with_(weight=5, d_z=1))
    assert few.status == "bounds" and few.lower <= few.loss <= few.lower + 2.5 + 1e-6
    # without noise and with a deterministic policy one latent dimension tells one of two actions: 1 is left
    assert predict(Scenario(d_o=8, d_a=2, d_z=1, chi=1, weight=1)).loss == pytest.approx(1, abs=1e-6)
    assert infimum.json()["loss"] == infimum.lower == infimum.loss


def test_dense_moments_agree_with_the_structured_route():
    c = Scenario(**SMALL, d_z=2, noise="agents", sigma="3/2", chi="1/3", weight="1/2")
    forms = build([c], exact=True)
    from symlam.scenario.geometry import effect_matrices

    X, Y, Pi, s = effect_matrices(10, 2, 2, "orthogonal", "orthogonal", 0)

    def pad(M):
        return [[M[i, j] if i < s else 0 for j in range(M.shape[1])] for i in range(10)]

    Pi = [list(row) for row in zip(*pad(Pi.T), strict=True)]
    dense = predict(c.with_(X=pad(X), Y=pad(Y), Pi=Pi))
    assert forms.outside > 0 and dense.loss == pytest.approx(predict(c).loss)
    for name in METRICS:
        assert low(dense, name) == pytest.approx(low(predict(c), name), abs=1e-9)


@settings(max_examples=examples(25), deadline=None)
@given(scenarios, st.sampled_from([None, 1, 40]))
def test_the_optimal_maps_attain_the_loss(scenario, weight):
    c = scenario.with_(weight=weight)
    maps, stated = optimal_maps(c), predict(c)
    # second moments of (o, pi, e) in full size, independent of the code that made the prediction
    chi, noise = float(c.chi), float(c.sigma)
    d = c.d_o
    Pi = maps.Pi if c.chi else np.zeros((c.d_a, d))
    a = np.hstack([chi * Pi, (1 - chi) * np.eye(c.d_a), np.zeros((c.d_a, d + 2 * d))])
    o = np.hstack([np.eye(d), np.zeros((d, c.d_a + 3 * d))])
    e = np.zeros((d, a.shape[1]))
    at = d + c.d_a
    if c.noise == "iid":
        e[:, at : at + d] = noise * np.eye(d)
    if c.noise == "agents":
        e[:, at : at + c.d_b] = noise * maps.Y
    kappa = float(c.augment)
    k1, k2 = np.zeros_like(e), np.zeros_like(e)
    k1[:, at + d : at + 2 * d] = k2[:, at + 2 * d :] = kappa * np.eye(d)
    nxt = o + maps.X @ a + e
    z = maps.C @ (o + k1) + maps.D @ (nxt + k1)
    loss = ((maps.A @ (o + k2) + maps.B @ z - nxt - k2) ** 2).sum()
    if weight:
        loss += weight * ((maps.E @ z - a) ** 2).sum()
    if maps.status == "attained":
        assert loss == pytest.approx(stated.loss, abs=1e-7)
    else:
        assert loss >= stated.lower - 1e-6


# --- thresholds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"weight": "5/4"}, {"chi": "1/4"}, {"chi": "1/4", "augment": "1/2"}, {"augment": "1/3", "weight": 3},
     {"sigma_a": "3/2"}],
    ids=str,
)  # fmt: skip
def test_thresholds_hold_on_both_sides_by_enclosure(options):
    c = Scenario(**SMALL, d_z=2, noise="agents", policy_rows="orthogonal", latent="surrogate-pinv", **options)
    _, sigma = threshold_of(c)
    exact = Fraction(sigma).limit_denominator(10**15)
    step = Fraction(1, 10**9)
    below = enclose(c.with_(sigma=exact - step), digits=30).values["noise_mse"]
    above = enclose(c.with_(sigma=exact + step), digits=30).values["noise_mse"]
    assert below.contains(1) and float(below.rad()) < 1e-15
    assert above < 1e-6


def test_thresholds_are_derived_for_every_regime():
    found = thresholds()
    assert len(found) == 14
    s = SYMBOLS
    assert found["agents + chi + augment"].action.subs(s["chi"], 0) == s["sigma_q"] ** 2
    # more supervision never lets noise in earlier; a policy does
    assert found["agents + lambda"].sigma.subs(s["lam"], 0) == s["sigma_q"]
    assert found["iid + lambda"].sigma is None
    assert threshold_of(Scenario(noise="agents", effects="random")) is None


def test_p44s_one_percent_of_labels():
    base = Scenario(noise="agents", sigma=2, augment=0.1, latent="true", label_fraction="0.01")
    script, paper = predict(base), predict(base.with_(reduction="sum"))
    assert low(script) == pytest.approx(0) and low(script, "noise_mse") == pytest.approx(1)
    assert high(paper) == pytest.approx(1)  # with lambda = |D_a| / |D| = 0.01 the noise stays


# --- training ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["adam", "flow"])
def test_training_reaches_the_closed_form_and_stops_on_the_certified_gap(method):
    many = [
        Scenario(**SMALL, d_z=2, noise="agents", sigma=s, weight=2, augment="1/2", latent="true")
        for s in (0.5, 3)
    ]
    result = train(many, method=method, seeds=2, steps=3000, tolerance=1e-5)
    assert result.converged.all() and result.steps < 3000
    assert (result.gap > -1e-9).all()
    for scenario, trained in zip(many, result.metric("action_mse"), strict=True):
        assert trained == pytest.approx(low(predict(scenario)), abs=1e-2)


def test_gradients_are_those_of_the_loss():
    from symlam.scenario.training import _Model

    c = Scenario(
        d_o=5, d_a=1, d_b=1, d_z=1, noise="agents", effects="random", weight=2, augment="1/3", chi="1/4"
    )
    model = _Model([c], 1)
    slope = model.gradient(model.maps)
    rng = np.random.default_rng(0)
    for name, value in model.maps.items():
        way = rng.standard_normal(value.shape)
        h = 1e-5
        up = model.loss({**model.maps, name: value + h * way})
        down = model.loss({**model.maps, name: value - h * way})
        assert (up - down)[0] / (2 * h) == pytest.approx((slope[name] * way).sum(), rel=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_sampled_gradients_average_to_the_population_gradient(reduction):
    from symlam.scenario.training import _Model

    c = Scenario(
        d_o=4, d_a=1, d_b=1, d_z=1, noise="agents", label_fraction="0.1", batch=16, reduction=reduction
    )
    model = _Model([c], 400)
    model.maps = {name: np.repeat(x[:1], 400, axis=0) for name, x in model.maps.items()}
    exact = model.gradient(model.maps)
    sampled = [model.sampled_gradient(model.maps) for _ in range(40)]
    for name in exact:
        draws = np.stack([g[name] for g in sampled]).reshape(-1, *exact[name].shape[1:])
        error = np.abs(draws.mean(0) - exact[name][0]) / (draws.std(0) / math.sqrt(len(draws)) + 1e-12)
        assert error.max() < 5


def test_training_refuses_mixed_structures():
    with pytest.raises(SymlamError, match="structure"):
        train([Scenario(), Scenario(noise="iid")])


# --- command line -----------------------------------------------------------------------------------------------

KEYS = {"action_mse", "noise_mse", "observation_mse", "llo", "loss", "loss_per_coordinate", "effective_weight",
        "latent", "spectrum"}  # fmt: skip


@pytest.mark.parametrize("extra", [[], ["--digits", "30"], ["--enclose"]])
def test_predict_json_has_exactly_the_stated_keys(extra):
    out = CliRunner().invoke(cli, ["predict", "--d-z", "4", "--noise", "iid", "--json", *extra])
    assert out.exit_code == 0, out.output
    data = json.loads(out.output)
    assert set(data) == KEYS
    assert float(str(data["action_mse"]).strip("[").split(" ")[0]) == pytest.approx(0.75)


def test_predict_reads_toml_and_options_override_it(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('noise = "agents"\nsigma = 2\nlabel_fraction = 0.01\n')
    run = CliRunner()
    told = json.loads(run.invoke(cli, ["predict", str(path), "--json"]).output)
    assert told["effective_weight"] == pytest.approx(16 * (1 - 0.99**128))
    again = json.loads(run.invoke(cli, ["predict", str(path), "--weight", "3/2", "--json"]).output)
    assert again["effective_weight"] == 1.5
    text = run.invoke(cli, ["predict", str(path)]).output
    assert "change places at sigma" in text and "3.54" in text  # sqrt(1 + 11.58)


def test_sweep_resumes_and_loses_nothing(tmp_path):
    from symlam.scenario import sweep
    from symlam.scenario.sweeping import grid

    points, path, seen = grid(["sigma=0:1:5", "d_z=1:4:4"]), tmp_path / "out.csv", []

    def stop(done, total):
        seen.append(done)
        if done >= 8:
            raise KeyboardInterrupt

    base = Scenario(noise="agents")
    with pytest.raises(KeyboardInterrupt):
        sweep(base, points, path, processes=False, chunk=4, progress=stop)
    assert not path.exists()
    assert sweep(base, points, path, processes=False, chunk=4) == 12
    lines = path.read_text().splitlines()
    assert len(lines) == 21 and list(tmp_path.iterdir()) == [path]
    whole = tmp_path / "whole.parquet"
    assert sweep(base, points, whole, processes=False) == 20
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(whole).to_pylist()
    assert [f"{row['action_mse_low']}" for row in table] == [line.split(",")[2] for line in lines[1:]]


def test_sweep_on_a_process_pool_and_on_dask(tmp_path):
    (tmp_path / "s.toml").write_text('noise = "agents"\n')
    run, outputs = CliRunner(), []
    for extra in (["--jobs", "2"], ["--dask", "local"], ["--jobs", "1"]):
        target = tmp_path / f"{extra[1]}.csv"
        out = run.invoke(
            cli,
            [
                "sweep",
                str(tmp_path / "s.toml"),
                "--over",
                "sigma=0:2:6",
                "--chunk",
                "2",
                "-o",
                str(target),
                *extra,
            ],
        )
        assert out.exit_code == 0, out.output
        outputs.append(target.read_text())
    assert len(set(outputs)) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--over", "sigma"], "NAME=A:B:N"), (["--over", "d_z=1:2:3"], "integers"), (["--over", "foo=1:2:3"], "no field"),
     (["--over", "d_z=0:2:3"], "d_z is 0")],
)  # fmt: skip
def test_bad_sweeps(tmp_path, arguments, words):
    (tmp_path / "s.toml").write_text("")
    with pytest.raises(SymlamError, match=words):
        CliRunner().invoke(
            cli,
            ["sweep", str(tmp_path / "s.toml"), *arguments, "-o", str(tmp_path / "x.csv")],
            catch_exceptions=False,
        )


def test_digits_are_digits():
    with mp.workdps(60):
        value = enclose(Scenario(**SMALL, d_z=2, noise="iid", sigma="1/3"), digits=40, tier="mpmath")
        assert value.metrics["action_mse"] == "0." + "1" + "0" * 39
        assert value.loss.startswith("0.88888888888888888888888888888888888888")


# --- documentation ----------------------------------------------------------------------------------------------


def _block(language: str) -> str:
    text = (Path(__file__).parents[2] / "docs" / "numerics.md").read_text(encoding="utf-8")
    return text.split(f"```{language}\n")[1].split("```")[0]


def test_the_documented_file_is_a_scenario(tmp_path):
    (tmp_path / "s.toml").write_text(_block("toml"))
    scenario = read_scenario(tmp_path / "s.toml")
    assert scenario == Scenario(noise="agents", sigma=2, augment="0.1", label_fraction="0.01", latent="true")


def test_the_documented_code_runs():
    subprocess.run([sys.executable, "-W", "error", "-c", _block("python")], check=True)


def test_the_documented_thresholds_are_the_derived_ones():
    text = (Path(__file__).parents[2] / "docs" / "numerics.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1:4] for line in text.split("## Thresholds")[1].splitlines() if line.startswith("| ")
    ][1:]
    names = {"lambda": sp.Symbol("lam"), **{str(x): x for x in SYMBOLS.values()}, "kappa": SYMBOLS["kappa"]}
    checked = 0
    for regime, action, noise in rows:
        options = [part.strip() for part in regime.split(",")]
        found = thresholds()[" + ".join({"kappa": "augment"}.get(x, x) for x in options)]
        for shown, derived in ((action, found.action), (noise, found.noise)):
            shown = (
                shown.replace("^", "**")
                .replace("lambda", "lam")
                .replace(") ", ")*")
                .replace(" sigma", "*sigma")
            )
            shown = (
                shown.replace("+*", "+ ")
                .replace("/*", "/ ")
                .replace(" kappa**2*", "*kappa**2*")
                .replace(" (1", "*(1")
            )
            value = sp.sympify(shown.strip(" *"), locals={**names, "lam": SYMBOLS["lam"]})
            assert sp.simplify(value - derived) == 0
        checked += 1
    assert checked == 6


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: enclose(s, digits=True), "digits is True"), (lambda s: enclose("s"), "not a Scenario"),
        (lambda s: predict({"d_z": 2}), "not a Scenario"), (lambda s: train(s, steps=True), "steps is True"),
        (lambda s: train(s, seeds=1.5), "seeds is 1.5"), (lambda s: train(s, learning_rate=float("nan")), "learning_rate"),
        (lambda s: train(s, tolerance=-1), "tolerance"),
    ],
)  # fmt: skip
def test_bad_arguments_get_one_clear_error(call, words):
    with pytest.raises(SymlamError, match=words):
        call(Scenario(**SMALL, d_z=2))
