"""Scenarios with an exogenous state: losses and errors against their definitions, hand results, thresholds, both tiers."""

from __future__ import annotations

import json
import random
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from symlam.cli import cli
from symlam.errors import SymlamError
from symlam.numerics import als, newton, solve
from symlam.scenario import (
    ExogenousScenario,
    enclose,
    optimal_maps,
    predict,
    predict_many,
    problem_of,
    read_scenario,
    train,
)
from symlam.scenario.exogenous_balls import undetermined
from symlam.scenario.exogenous_boundaries import leak_of
from symlam.scenario.exogenous_forms import stationary
from symlam.scenario.fields import Entries

sys.path.insert(0, str(Path(__file__).parent))
from population import errors, loss

METRICS = ExogenousScenario.metrics


def low(prediction, name):
    return prediction.metrics[name].low


def high(prediction, name):
    return prediction.metrics[name].high


def drawn(number: int, *, supervised: bool = True) -> ExogenousScenario:
    """A scenario with everything combined, from a seed."""
    rng = random.Random(number)
    fields: dict[str, object] = {
        "d_s": rng.choice((2, 3)), "d_a": rng.choice((1, 2)), "d_xi": rng.choice((1, 2, 3)), "d_z": rng.choice((1, 2, 3, 4)),
        "geometry": rng.choice(("orthogonal", "separable")), "seed": rng.randrange(3), "F": rng.choice((0, "1/2", "-1/3")),
        "sigma_eta": rng.choice(("1/2", "6/5", 2)), "chi": rng.choice((0, 0, "1/2")), "decoder": rng.choice(("free", "identity")),
        "objective": rng.choice(("self", "cross", "mixture")), "mixture": rng.choice((1, 3)), "rho": rng.choice((0, "1/2")),
        "rho_xi": rng.choice((None, "1/4")), "twin": rng.choice(("independent", "conditional")), "gamma": rng.choice((1, "1/2")), "latent": rng.choice(("minimal", "true")),
    }  # fmt: skip
    if supervised and rng.random() < 0.4:
        fields["weight"] = rng.choice((1, 3))
        if rng.random() < 0.5:
            fields["target_s"] = [
                [rng.choice((0, 1, -2)) for _ in range(fields["d_s"])] for _ in range(rng.choice((1, 2)))
            ]
    elif rng.random() < 0.5:
        fields["penalty"] = rng.choice(("1/2", 2))
    if rng.random() < 0.2:
        fields["distractor"] = "1/2"
    if rng.random() < 0.2:
        fields |= {"geometry": "additive", "d_xi": fields["d_s"], "gamma": 1}
    return ExogenousScenario(**fields)


def maps(c, found):
    """A, B, C, D, K of a solution, in the paper's coordinates (o, o')."""
    A, B, G = (np.asarray(M) for M in (found.A, found.B, found.G))
    n = B.shape[0]
    A = np.eye(n) + A if A.shape[1] else np.eye(n)
    return A, B, G[:, :n] - G[:, n:], G[:, n:], np.asarray(found.heads[0]) if found.heads else None


# --- definition -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"d_xi": 0}, "d_xi is 0"), ({"rho": "3/2"}, r"\[-1, 1\]"), ({"chi": 2}, r"\[0, 1\]"), ({"F": 1}, "stationary"),
        ({"F": [[2, 0], [0, 0]]}, "stationary"), ({"geometry": "additive"}, "d_s is 4"), ({"d_o": 5}, "at least 6"),
        ({"geometry": "additive", "d_xi": 4, "gamma": "1/2"}, "overlap"), ({"weight": 1, "penalty": 1}, "no reduced-rank"),
        ({"W": [[1]]}, "1 x 6"), ({"cov_eta": [[1, 2], [2, 1]]}, "positive semidefinite"), ({"d_a": 5}, "d_a <= d_s"),
        ({"gamma": 2, "W": np.eye(6)}, "both W"), ({"distractor": 2}, "positive semidefinite"), ({"decoder": "loose"}, "free or"),
        ({"target_s": [[1, 0, 0, 0]], "target_a": [[1, 0], [0, 1]]}, "1 rows"), ({"sigma": 1}, "no field sigma"),
    ],
)  # fmt: skip
def test_bad_scenarios_get_one_clear_error(change, words):
    with pytest.raises(SymlamError, match=words):
        ExogenousScenario.from_mapping(change)


@pytest.mark.parametrize("number", range(12))
def test_toml_goes_round(number, tmp_path):
    c = drawn(number)
    (tmp_path / "s.toml").write_text(c.to_toml())
    assert read_scenario(tmp_path / "s.toml") == c


def test_xi_is_stationary_unless_told_otherwise():
    F = [[Fraction(1, 2), Fraction(1)], [Fraction(0), Fraction(1, 3)]]
    noise = [[Fraction(2), Fraction(1)], [Fraction(1), Fraction(3)]]
    S = np.array(stationary(Entries(map(tuple, F)), Entries(map(tuple, noise))), dtype=object)
    assert np.array_equal(np.array(F) @ S @ np.array(F).T + np.array(noise), S)
    assert ExogenousScenario(F=1, sigma_xi=2).cov_of_xi[0][0] == 4
    assert ExogenousScenario(F=F, cov_eta=noise, sigma_eta=2).cov_of_xi[0][0] == 4 * S[0, 0]


# --- the loss and the errors are those of the definition --------------------------------------------------------


@pytest.mark.parametrize("number", [*range(40), 1096, 1149, 1180, 1216, 1260, 1366])
def test_closed_forms_attain_their_loss_by_definition(number):
    c = drawn(number)
    stated, found = predict(c), solve(problem_of(c))
    assert stated.status == found.status
    assert stated.lower == pytest.approx(float(found.lower), abs=1e-9)
    if found.status != "infimum":
        A, B, C, D, K = maps(c, found)
        assert loss(c, A, B, C, D, K) == pytest.approx(stated.loss, rel=1e-7, abs=1e-7)
        if found.status == "attained":
            measured = errors(c, C, D)
            for name, value in zip(METRICS, measured, strict=True):
                # these maps are optimal, so every range over all optima holds their errors
                over = predict(c.with_(latent="true")).metrics[name]
                assert over.low - 1e-6 <= value <= over.high + 1e-6, name


@pytest.mark.parametrize("number", range(40, 52))
def test_no_other_maps_do_better(number):
    c = drawn(number)
    stated = predict(c)
    n = c.coordinates
    rng = np.random.default_rng(number)
    found = solve(problem_of(c))
    best = maps(c, found)
    for scale in (1e-3, 1e-1, 1.0):
        moved = [None if M is None else M + scale * rng.standard_normal(M.shape) for M in best]
        if c.decoder == "identity":
            moved[0] = np.eye(n)
        assert loss(c, *moved) >= stated.lower - 1e-9


@pytest.mark.parametrize("number", [3, 11, 14, 18, 23])
def test_alternating_least_squares_agrees(number):
    c = drawn(number, supervised=False)
    found = als(problem_of(c), digits=8, sweeps=60)
    assert float(found.value) >= predict(c).loss - 1e-7
    assert float(found.value) == pytest.approx(predict(c).loss, rel=1e-3)


def test_newton_agrees_on_a_mixture():
    c = ExogenousScenario(d_s=1, d_a=1, d_xi=1, d_z=1, objective="mixture", rho="1/3", sigma_eta="3/2")
    assert float(newton(problem_of(c), digits=12).value) == pytest.approx(predict(c).loss, abs=1e-9)


@pytest.mark.parametrize("number", [n for n in range(60, 75) if n != 61])  # 61 is tied
def test_the_minimal_latent_by_its_definition(number):
    """Of all optimal latents it has the least variance; its errors are those of the definition."""
    c = drawn(number, supervised=False).with_(latent="minimal", penalty=0)
    stated = predict(c)
    assert {stated.metrics[name].kind for name in METRICS} == {"unique"}
    found = solve(problem_of(c))
    _, B, C, D, _ = maps(c, found)
    from population import Population

    here = Population(c)
    z = C @ here.o + D @ here.o1
    # what an optimum may add to z without a change of the loss: f = n u with n u~ = 0
    null = np.array(problem_of(c.with_(weight=1)).reduction.null.floats())
    if len(null) and c.decoder == "free":
        n = c.coordinates
        null = null.reshape(len(null), 2 * n)
        f = null[:, :n] @ here.o + null[:, n:] @ (here.o1 - here.o)
        shift = z @ np.linalg.pinv(f, rcond=1e-9) @ null
        C, D = C - shift[:, :n] + shift[:, n:], D - shift[:, n:]
    if all(d.value > 0 for d in stated.spectrum if d.kept):
        for name, value in zip(METRICS, errors(c, C, D), strict=True):
            assert low(stated, name) == pytest.approx(value, abs=1e-7), name


def test_a_batch_equals_single_predictions():
    base = ExogenousScenario(objective="mixture", geometry="separable", rho="1/4")
    many = [
        base.with_(sigma_eta=Fraction(i, 3), gamma=Fraction(j, 2), d_z=j)
        for i in range(1, 4)
        for j in range(1, 4)
    ]
    for c, together in zip(many, predict_many(many), strict=True):
        alone = predict(c)
        assert together.loss == pytest.approx(alone.loss)
        for name in METRICS:
            assert low(together, name) == pytest.approx(low(alone, name), abs=1e-9)


# --- claims by hand ---------------------------------------------------------------------------------------------


def test_r1_pca_of_the_innovation_and_where_its_printed_moment_fails():
    c = ExogenousScenario(geometry="separable", cov_eta=[[2, 1], [1, 2]], d_z=1, seed=2)
    E, X = (
        np.array(M, dtype=float)
        for M in __import__("symlam.scenario.exogenous_forms", fromlist=["x"]).observation_matrices(c)
    )
    S = E[:, :2] @ E[:, :2].T + X @ c.cov_eta.floats @ X.T
    assert predict(c).loss == pytest.approx(np.linalg.eigvalsh(S)[:-1].sum())
    # not separable: the decoder cannot tell s from xi, and the innovation holds more than q + eta
    added = ExogenousScenario(d_s=1, d_a=1, d_xi=1, d_z=1, geometry="additive", F=0)
    assert predict(added).spectrum[0].value == pytest.approx(5 / 2)


@pytest.mark.parametrize(("tau", "leak"), [("999/1000", 0), ("1001/1000", 1)])
def test_r2_the_larger_variance_comes_first(tau, leak):
    p = predict(ExogenousScenario(sigma_eta=tau))
    assert low(p, "future_leakage") == pytest.approx(leak, abs=1e-12)
    assert low(p, "action_nmse") == pytest.approx(leak, abs=1e-12)
    # with dimensions to spare it leaks however small eta is
    spare = predict(ExogenousScenario(sigma_eta="1/1000", d_z=3))
    assert low(spare, "future_leakage") == pytest.approx(1 / 3)


def test_r2_current_state_leaks_where_a_is_the_identity():
    free, fixed = (predict(ExogenousScenario(decoder=d, sigma_eta=2, F="1/4")) for d in ("free", "identity"))
    assert low(free, "exogenous_nmse") == 1 and low(free, "noise_sensitivity") == pytest.approx(
        low(free, "future_leakage")
    )
    # (F - 1) xi has the share (3/4)^2 (16/15) / (that + 1) of the change
    share = Fraction(9, 16) * Fraction(16, 15) / (Fraction(9, 16) * Fraction(16, 15) + 1)
    assert low(fixed, "exogenous_nmse") == pytest.approx(float(1 - share))
    assert low(fixed, "future_leakage") == pytest.approx(float(1 - share))
    assert low(fixed, "noise_sensitivity") == pytest.approx(1)
    assert fixed.metrics["action_nmse"].kind == "unique"
    assert (
        predict(ExogenousScenario(decoder="identity", latent="true", sigma_eta="1/2", F="1/4"))
        .metrics["action_nmse"]
        .kind
        == "unique"
    )


def test_r2_a_correlated_distractor_turns_the_direction():
    sigma, tau, rho = 2.0, 1.0, 0.5
    c = ExogenousScenario(d_s=1, d_a=1, d_xi=1, d_z=1, sigma_a=2, sigma_eta=1, distractor="1/2")
    theta = np.arctan2(2 * rho * sigma * tau, sigma**2 - tau**2) / 2
    # z is the projection of (q, eta) on (cos, sin)
    var = np.cos(theta) ** 2 * sigma**2 + np.sin(theta) ** 2 * tau**2 + np.sin(2 * theta) * rho * sigma * tau
    cov = np.cos(theta) * sigma**2 + np.sin(theta) * rho * sigma * tau
    assert predict(c).spectrum[0].value == pytest.approx(var)
    assert low(predict(c), "action_nmse") == pytest.approx(1 - cov**2 / var / sigma**2)


def test_r3_c_is_free_where_a_is():
    p = predict(ExogenousScenario(sigma_eta="1/2", latent="true"))
    assert (low(p, "action_nmse"), high(p, "action_nmse")) == pytest.approx((0, 1))
    assert (low(p, "exogenous_nmse"), high(p, "exogenous_nmse")) == pytest.approx((0, 1))
    # W o reads o only, and the future never
    assert high(p, "future_leakage") == pytest.approx(0)


def test_r5_cross_exogenous_reconstruction_does_not_leak():
    c = ExogenousScenario(objective="cross", sigma_eta=9, geometry="separable", latent="true", d_xi=3, seed=1)
    p = predict(c)
    assert p.loss == pytest.approx(3 * 81)
    for name in ("future_leakage", "noise_sensitivity", "consistency"):
        assert p.metrics[name].kind == "exact" and high(p, name) == pytest.approx(0, abs=1e-9)
    # a dimension more than actions, and nothing says what it holds
    spare = predict(c.with_(d_z=3))
    assert high(spare, "future_leakage") == pytest.approx(1 / 3) and low(
        spare, "future_leakage"
    ) == pytest.approx(0, abs=1e-12)


def test_r5_with_a_policy_that_reads_the_exogenous_state():
    """An independent twin leaves all of E H (Pi X xi + pi) to the latent; one given (s, a) shares what a says of xi."""
    c = ExogenousScenario(
        d_s=2, d_a=1, d_xi=1, d_z=1, objective="cross", chi="1/2", policy_rows="exogenous", d_o=3, sigma_eta=2
    )
    # q = xi / 2 + pi / 2, of variance (16/3 + 1) / 4, and s is known: nothing else is explained
    p = predict(c)
    assert p.spectrum[0].value == pytest.approx((16 / 3 + 1) / 4) and p.loss == pytest.approx(4)
    other = predict(c.with_(twin="conditional"))
    assert other.spectrum[0].value < p.spectrum[0].value - 0.1


def test_r5_a_whitened_target_is_canonical_correlation():
    c = ExogenousScenario(
        objective="cross", geometry="separable", rho="1/2", sigma_eta=2, d_xi=3, d_s=3, whiten=True, seed=1
    )
    p = predict(c)
    # canonical correlations of the twins' changes, beyond what the decoder sees: 1 twice, 1/2 three times
    assert [(round(d.value, 9), d.multiplicity) for d in p.spectrum] == [(1, 2), (0.25, 3), (0, 1)]
    for tier in ("float64", "mpmath", "arb"):
        assert float(solve(problem_of(c), tier=tier, digits=20).minimum) == pytest.approx(3)
    assert predict(c.with_(d_z=4)).loss == pytest.approx(5 - 2.5)
    from population import Population

    here = Population(c)
    left = here.twin1 - here.twin1 @ np.linalg.pinv(here.twin, rcond=1e-9) @ here.twin
    both = np.concatenate([here.o, here.o1])
    both = both - both @ np.linalg.pinv(here.twin, rcond=1e-9) @ here.twin
    frames = [np.linalg.svd(x)[2][: np.linalg.matrix_rank(x, tol=1e-8)] for x in (left, both)]
    canonical = np.linalg.svd(frames[0] @ frames[1].T, compute_uv=False)
    assert sorted(canonical)[::-1][:5] == pytest.approx([1, 1, 0.5, 0.5, 0.5])


@pytest.mark.parametrize(("weight", "leak"), [("1999/1000", 1), ("2001/1000", 0)])
def test_r5_a_mixture_has_its_threshold(weight, leak):
    p = predict(ExogenousScenario(objective="mixture", sigma_eta=3, mixture=weight))
    assert low(p, "future_leakage") == pytest.approx(leak, abs=1e-9)


def test_r6_the_identity_of_robust_targets():
    """E|Kz - y|^2 = E|E[Kz | s, a] - y|^2 + E|Kz - Kz~|^2 / 2 on latents of every kind."""
    from population import Population

    for number in range(100, 110):
        c = drawn(number)
        here, rng = Population(c, perfect=True), np.random.default_rng(number)
        n = c.coordinates
        C, D = rng.standard_normal((2, c.d_z, n))
        K = rng.standard_normal((2, c.d_z))
        z, other = C @ here.o + D @ here.o1, C @ here.twin + D @ here.twin1
        given = np.concatenate([here.s, here.a])
        y = rng.standard_normal((2, len(given))) @ given
        expected = K @ z @ np.linalg.pinv(given, rcond=1e-9) @ given
        right = here.mean(expected - y) + here.mean(K @ (z - other)) / 2
        assert here.mean(K @ z - y) == pytest.approx(right)


@pytest.mark.parametrize(("weight", "leak"), [("2999/1000", 1), ("3001/1000", 0)])
def test_r6_supervision_has_its_threshold(weight, leak):
    p = predict(ExogenousScenario(sigma_eta=2, weight=weight))
    assert low(p, "future_leakage") == pytest.approx(leak, abs=1e-9)
    value = 1 + float(Fraction(weight))
    assert p.loss == pytest.approx(8 + 2 * value - 2 * max(4, value))


def test_r7_limits_of_the_remedies():
    for weight in (1, 100, 10**6):
        assert low(
            predict(ExogenousScenario(sigma_eta="1/4", weight=weight, d_z=3)), "future_leakage"
        ) == pytest.approx(1 / 3)
    # a penalty on the bare latent costs nothing in the limit of small z; on what is decoded it does
    plain = predict(ExogenousScenario(sigma_eta=2))
    bare = predict(ExogenousScenario(sigma_eta=2, penalty=50, penalty_on="latent"))
    assert (bare.loss, bare.status) == (plain.loss, "infimum")
    assert low(bare, "future_leakage") == 1
    assert low(predict(ExogenousScenario(sigma_eta=2, penalty=50)), "future_leakage") == pytest.approx(
        0, abs=1e-12
    )
    floor = ExogenousScenario(
        d_s=3, d_a=3, d_xi=3, d_z=3, geometry="additive", F=0, sigma_s=2, sigma_eta="1/2"
    )
    noise = 0.25 + 4 * 0.25 / 4.25
    assert low(predict(floor), "action_nmse") == pytest.approx(noise / (1 + noise))
    # some optima are worse: those that add a multiple of o
    over = predict(floor.with_(latent="true")).metrics["action_nmse"]
    assert (over.low, over.high) == pytest.approx((noise / (1 + noise), 1))
    # and with an exogenous state that never moves there is no floor
    still = floor.with_(F=1, sigma_xi=1, sigma_eta=0)
    assert low(predict(still), "action_nmse") == pytest.approx(0, abs=1e-12)


def test_targets_without_variance_have_undefined_errors():
    p = predict(ExogenousScenario(sigma_eta=0, sigma_xi=1, F=1))
    assert p.metrics["innovation_nmse"].kind == "undefined" and p.json()["innovation_nmse"] is None
    assert low(p, "future_leakage") == 0
    ranged = predict(ExogenousScenario(sigma_eta=0, sigma_xi=1, F=1, latent="true"))
    assert ranged.json()["innovation_nmse"] is None and high(ranged, "future_leakage") == 0
    json.dumps(ranged.json())


# --- thresholds -------------------------------------------------------------------------------------------------


SHIFTS = [
    {"sigma_eta": 3}, {"sigma_eta": 3, "weight": 2}, {"sigma_eta": 3, "objective": "mixture"},
    {"sigma_eta": 3, "objective": "mixture", "rho": "1/4"}, {"sigma_eta": 4, "objective": "cross", "rho": "1/5"},
    {"sigma_eta": 3, "penalty": "1/2"}, {"sigma_eta": 2, "objective": "mixture", "penalty": "1/9", "rho": "1/8"},
    {"sigma_eta": 3, "weight": 2, "objective": "mixture", "rho": "1/4", "mixture": "1/3"}, {"decoder": "identity", "F": "1/4"},
    {"H": [[2, 0], [1, 1], [0, 1], [0, 0]], "cov_a": [[2, 1], [1, 2]], "cov_eta": [[3, 1], [1, 2]], "d_z": 1},
    {"sigma_eta": 2, "gamma": "3/4", "weight": "1/2", "sigma_a": "3/2"},
    {"decoder": "identity", "objective": "mixture", "rho": "1/3", "F": "-1/2", "sigma_eta": 2},
]  # fmt: skip


@pytest.mark.parametrize("options", SHIFTS, ids=lambda x: "-".join(x))
def test_every_threshold_is_tight_from_both_sides(options):
    base = ExogenousScenario(**options)
    found = leak_of(base)
    checked = 0
    for name, (_, at) in found.thresholds.items():
        if at is None or not at > 0:
            continue
        middle = Fraction(float(at.mid())).limit_denominator(10**9)
        below, above = (middle * (1 - Fraction(1, 10**5)), middle * (1 + Fraction(1, 10**5)))
        if name == "rho" and above > 1:
            continue
        told = []
        for value in (below, above):
            c = base.with_(**{name: value})
            leak = low(predict(c), "future_leakage")
            assert (leak_of(c).every, leak > 1e-6) in ((True, False), (False, True))
            told.append(leak > 1e-6)
        # remedies help above, noise hurts above
        assert told == ([True, False] if name in ("mixture", "weight", "penalty") else [False, True]), name
        checked += 1
    assert checked >= 2


def test_at_a_tie_some_optima_leak_and_some_do_not():
    for options in (
        {}, {"sigma_eta": 2, "gamma": "1/2"}, {"sigma_eta": 2, "weight": 3}, {"sigma_eta": 2, "objective": "mixture"},
        {"sigma_eta": 2, "objective": "cross", "rho": "1/2"}, {"sigma_eta": 2, "penalty": "3/2"},
    ):  # fmt: skip
        c = ExogenousScenario(**options)
        found, p = leak_of(c), predict(c)
        assert (found.every, found.some) == (False, True)
        assert p.metrics["future_leakage"].kind == "exact"
        assert (low(p, "future_leakage"), high(p, "future_leakage")) == pytest.approx((0, 1), abs=1e-9)


@pytest.mark.parametrize("options", SHIFTS, ids=lambda x: "-".join(x))
def test_levels_are_the_eigenvalues(options):
    c = ExogenousScenario(**options)
    found, p = leak_of(c), predict(c.with_(d_z=1))
    values = [d.value for d in p.spectrum]
    assert min(abs(x - float(found.exogenous)) for x in values) < 1e-9
    assert min(abs(x - float(found.endogenous)) for x in values) < 1e-9
    assert values[0] == pytest.approx(max(float(found.exogenous), float(leak_of(c.with_(d_z=1)).endogenous)))


def test_levels_are_withheld_where_blocks_couple():
    for options in ({"geometry": "separable"}, {"chi": "1/2"}, {"distractor": "1/2"}, {"whiten": True}):
        assert leak_of(ExogenousScenario(**options)) is None
    assert leak_of(ExogenousScenario(weight=1, cov_a=[[2, 1], [1, 2]])) is None
    assert leak_of(ExogenousScenario(d_z=3)).every is False
    assert leak_of(ExogenousScenario(d_z=3, sigma_eta=0)).every is True


# --- command line -----------------------------------------------------------------------------------------------


def test_predict_and_sweep_on_the_command_line(tmp_path):
    options = ["--model", "exogenous", "--d-s", "4", "--d-a", "2", "--d-xi", "3", "--sigma-eta", "2"]
    shown = CliRunner().invoke(cli, ["predict", *options, "--objective", "mixture"])
    assert (
        shown.exit_code == 0
        and "threshold (R5): mixture" in shown.output
        and "some optima leak" in shown.output
    )
    printed = json.loads(CliRunner().invoke(cli, ["predict", *options, "--json"]).output)
    assert (
        printed["loss"] == 6
        and printed["future_leakage"] == 1
        and printed["spectrum"][0]["source"] == "exogenous"
    )
    (tmp_path / "s.toml").write_text(ExogenousScenario(d_xi=3).to_toml())
    out = tmp_path / "out.csv"
    swept = CliRunner().invoke(
        cli,
        [
            "sweep",
            str(tmp_path / "s.toml"),
            "--over",
            "sigma_eta=0:2:3",
            "--over",
            "d_z=1:2:2",
            "-o",
            str(out),
            "--jobs",
            "1",
        ],
    )
    assert swept.exit_code == 0, swept.output
    rows = out.read_text().splitlines()
    assert rows[0].startswith("sigma_eta,d_z,action_nmse_low") and len(rows) == 7
    wrong = CliRunner().invoke(cli, ["predict", *options, "--sigma", "2"])
    assert "no field sigma" in str(wrong.exception)
    wrong = CliRunner().invoke(cli, ["predict", str(tmp_path / "s.toml"), "--model", "linear"])
    assert "drop --model" in str(wrong.exception)


# --- the other tiers, certificates, training --------------------------------------------------------------------


@pytest.mark.parametrize("number", range(200, 214))
def test_enclosures_contain_float64(number):
    rigorous = enclose(drawn(number), digits=25)
    floats = rigorous.floats
    assert rigorous.status == floats.status or {rigorous.status, floats.status} == {"attained", "infimum"}
    if rigorous.status != "bounds":
        assert abs(float(rigorous.values["loss"]) - floats.loss) <= 1e-9 * (1 + floats.loss)
    for name in METRICS:
        told = rigorous.values.get(name)
        if told is None:
            continue
        ends = told if isinstance(told, tuple) else (told, told)
        for end, stated in zip(ends, (low(floats, name), high(floats, name)), strict=True):
            assert abs(float(end.mid()) - stated) <= 1e-7 and float(end.rad()) < 1e-15


def test_what_is_enclosed():
    """The errors of the minimal latent where it is unique, ranges where it is tied or C is free."""
    unique = enclose(ExogenousScenario(geometry="separable", objective="mixture", rho="1/3"), digits=30)
    assert all(unique.metrics[name] is not None for name in METRICS)
    tied = enclose(ExogenousScenario(), digits=30)
    assert (
        tied.metrics["future_leakage"] == ["0", "1.00000000000000000000000000000"]
        and tied.metrics["consistency"] is None
    )
    free = enclose(ExogenousScenario(latent="true", sigma_eta="1/2"), digits=30)
    assert float(free.values["action_nmse"][1]) == 1 and float(free.values["future_leakage"][1]) == 0
    json.dumps(tied.json())
    bare = enclose(ExogenousScenario(penalty=1, penalty_on="latent"), digits=20)
    assert bare.status == "infimum" and bare.loss == "2.0000000000000000000"
    digits = enclose(ExogenousScenario(sigma_eta="1/3"), digits=30, tier="mpmath")
    assert digits.loss.startswith("0.2222222222222222222222222222")


@pytest.mark.parametrize(
    "options",
    [
        {"objective": "mixture", "rho": "1/3"}, {"objective": "cross", "whiten": True, "rho": "1/2", "d_xi": 3},
        {"decoder": "identity", "chi": "1/3"}, {"weight": 3}, {"penalty": 2, "geometry": "additive", "d_s": 2, "F": 0},
        {"gamma": "1/2", "distractor": "1/2"},
    ],
    ids=lambda x: "-".join(x),
)  # fmt: skip
def test_certificates_go_round(options, tmp_path):
    c = ExogenousScenario(**{"d_s": 3, "geometry": "separable", **options})
    (tmp_path / "s.toml").write_text(c.to_toml())
    run, where = CliRunner(), str(tmp_path / "c.json")
    written = run.invoke(cli, ["write-certificate", str(tmp_path / "s.toml"), "-o", where, "--gap", "1e-20"])
    assert written.exit_code == 0, written.output
    checked = run.invoke(cli, ["check-certificate", where, "--scenario", str(tmp_path / "s.toml")])
    assert checked.exit_code == 0 and checked.output.startswith("holds")
    alone = run.invoke(cli, ["check-certificate", where])
    assert alone.exit_code == 0 and alone.output.startswith("holds")
    lo = float(Fraction(json.loads(Path(where).read_text())["lo"]))
    assert lo == pytest.approx(predict(c).loss, abs=1e-12)
    (tmp_path / "other.toml").write_text(c.with_(sigma_eta="4/3").to_toml())
    wrong = run.invoke(cli, ["check-certificate", where, "--scenario", str(tmp_path / "other.toml")])
    assert wrong.exit_code == 1 and "another problem" in wrong.output


VARIANTS = [
    {}, {"decoder": "identity"}, {"geometry": "additive", "d_xi": 2}, {"objective": "cross"}, {"objective": "mixture", "rho": "1/3"},
    {"objective": "cross", "whiten": True, "rho": "1/2"}, {"gamma": "1/3"}, {"weight": 3}, {"penalty": 2}, {"chi": "1/2"},
    {"weight": 2, "target_s": [[1, 0]], "target_a": [[2]]}, {"objective": "mixture", "weight": 1}, {"distractor": "1/2"},
]  # fmt: skip


@pytest.mark.parametrize("options", VARIANTS, ids=lambda x: "-".join(x) or "plain")
def test_training_reaches_the_closed_form(options):
    """Adam, which knows the loss only, ends within a millionth of the enclosed optimum, and its maps have that loss by definition."""
    c = ExogenousScenario(
        **{"d_s": 2, "d_a": 1, "d_xi": 2, "d_z": 1, "geometry": "separable", "sigma_eta": "6/5", **options}
    )
    run = train(c, seeds=3, steps=3000, learning_rate=0.03, tolerance=1e-6)
    best = int(run.loss[0].argmin())
    assert run.gap.min() >= -1e-12 and run.gap.min() <= 2e-6 * max(1.0, run.lower[0])
    A, B, G, E = (run.maps[name][best] for name in "ABGE")
    n = c.coordinates
    if not c.whiten:
        A = A if c.decoder == "free" else np.eye(n)
        told = loss(c, A, B, G[:, :n], G[:, n:], E if c.supervised else None)
        assert told == pytest.approx(run.loss[0, best], rel=1e-9)
    # what training finds is one of the optima
    over = predict(c.with_(latent="true"))
    for name, value in zip(METRICS, errors(c, G[:, :n], G[:, n:]), strict=True):
        assert low(over, name) - 0.02 <= value <= high(over, name) + 0.02, name
        assert run.metric(name)[0, best] == pytest.approx(value, abs=1e-6)


def test_training_makes_a_bare_penalty_vanish():
    """R7: the latent shrinks, the decoder grows, and the loss goes to that without a penalty."""
    c = ExogenousScenario(d_s=1, d_a=1, d_xi=1, d_z=1, sigma_eta=2, penalty=1, penalty_on="latent")
    run = train(c, steps=6000, learning_rate=0.02, tolerance=1e-3)
    plain = predict(c.with_(penalty=0))
    assert plain.loss < run.loss[0, 0] <= plain.loss + 0.1
    assert np.abs(run.maps["G"]).max() < 0.2 * np.abs(run.maps["B"]).max()
    with pytest.raises(SymlamError, match="no script"):
        train(c, samples=True)


# --- ranges over all optima -------------------------------------------------------------------------------------


def members(c, count: int, rng):
    """Encoders (C, D) of other optima: ties turned, what the objective leaves undetermined added, spare rows drawn."""
    found, n = solve(problem_of(c)), c.coordinates
    G = np.asarray(found.G)
    first, last = found.tie
    rank = sum(x > 1e-9 * found.spectrum[0] for x in found.spectrum)
    wide = solve(problem_of(c.with_(d_z=max(last, c.d_z))))
    every = np.asarray(wide.G)
    null = undetermined(problem_of(c)).astype(float)
    for i in range(count):
        rows = G.copy()
        if rank >= c.d_z and last > c.d_z:
            turn = np.linalg.qr(rng.standard_normal((last - first, last - first)))[0]
            rows[first:] = turn[: c.d_z - first] @ every[first:last]
        rows[rank:] = 0.0
        size = 10.0 ** rng.integers(-3, 4)
        if len(null) and i % 4:
            # along some directions of each, so that limits are approached too
            rows += (
                size
                * rng.standard_normal((len(rows), 1 + i % 2))
                @ rng.standard_normal((1 + i % 2, len(null)))
                @ null
            )
        spare = c.d_z - min(rank, c.d_z)
        if spare:
            rows[c.d_z - spare :] = size * rng.standard_normal((spare, rows.shape[1]))
        yield rows[:, :n] - rows[:, n:], rows[:, n:]


RANGED = [
    {"sigma_eta": "1/2"}, {"sigma_eta": 2, "geometry": "separable"}, {}, {"objective": "cross", "d_z": 3, "sigma_eta": 2},
    {"objective": "cross", "geometry": "separable", "d_xi": 2}, {"objective": "mixture", "sigma_eta": 2},
    {"decoder": "identity", "d_z": 5}, {"geometry": "additive", "d_s": 2, "d_z": 2, "F": 0, "sigma_s": 2},
    {"objective": "cross", "decoder": "identity", "d_z": 4}, {"penalty": 1, "d_z": 5},
]  # fmt: skip


@pytest.mark.parametrize("options", RANGED, ids=lambda x: "-".join(x) or "plain")
def test_ranges_hold_every_optimum_and_are_approached(options):
    c = ExogenousScenario(**{"d_s": 2, "d_a": 2, "d_xi": 2, "latent": "true", **options})
    stated, rng, seen = predict(c), np.random.default_rng(0), []
    for C, D in members(c, 120, rng):
        if len(seen) < 6:
            # they are optima: some decoder attains the loss with them
            assert least(c, C, D) == pytest.approx(stated.loss, rel=1e-6)
        seen.append([np.nan if x is None else x for x in errors(c, C, D)])
    seen = np.array(seen)
    for i, name in enumerate(METRICS):
        ends = stated.metrics[name]
        assert seen[:, i].min() >= ends.low - 1e-5 and seen[:, i].max() <= ends.high + 1e-5, name
        # random members come a good part of the way to both ends
        if ends.high - ends.low > 0.2 and name != "consistency":
            assert np.ptp(seen[:, i]) > 0.25 * (ends.high - ends.low), name


def least(c, C, D):
    """The least loss over A and B with this encoder, by least squares on samples."""
    from population import Population

    here = Population(c)
    z = C @ here.o + D @ here.o1
    z = z / np.sqrt((z**2).mean(axis=1, keepdims=True) + 1e-300)
    parts = []
    if c.objective != "cross":
        parts.append((1.0, here.o, z, here.o1))
    if c.objective != "self":
        parts.append((1.0 if c.objective == "cross" else float(c.mixture), here.twin, z, here.twin1))
    if c.penalty:
        perfect = Population(c, perfect=True)
        gap = C @ (perfect.o - perfect.twin) + D @ (perfect.o1 - perfect.twin1)
        gap = gap / np.sqrt(((C @ here.o + D @ here.o1) ** 2).mean(axis=1, keepdims=True))
        parts.append((float(c.penalty), 0 * perfect.o, gap, 0 * perfect.o))
    free = c.decoder == "free"
    x = np.concatenate(
        [np.sqrt(w / v.shape[1]) * (np.concatenate([v, y]) if free else y) for w, v, y, _ in parts], axis=1
    )
    t = np.concatenate([np.sqrt(w / v.shape[1]) * (t if free else t - v) for w, v, _, t in parts], axis=1)
    return float(((t - t @ np.linalg.pinv(x, rcond=1e-9) @ x) ** 2).sum())


@pytest.mark.parametrize("number", [1149, 1180, 1216])
@pytest.mark.parametrize("tier", ["float64", "mpmath", "arb"])
def test_rounding_is_no_head(number, tier):
    """y is explained by the decoder's own input and no kept direction shows it: heads that are rounding do not attain anything."""
    c = drawn(number)
    status = predict(c).status
    assert status in ("infimum", "bounds")
    assert solve(problem_of(c), tier=tier, digits=20).status == status


@pytest.mark.parametrize("number", range(300, 312))
def test_optimal_maps_attain_the_loss_with_the_minimal_latent(number):
    c = drawn(number)
    found, stated = optimal_maps(c), predict(c.with_(latent="minimal"))
    assert found.status == stated.status
    if found.status == "attained":
        assert loss(c, found.A, found.B, found.C, found.D, found.K) == pytest.approx(
            stated.loss, rel=1e-7, abs=1e-7
        )
        kept = sum(d.kept for d in stated.spectrum if d.value > 0)
        for name, value in zip(METRICS, errors(c, found.C, found.D), strict=True):
            if kept == c.d_z and stated.metrics[name].kind == "unique":
                assert low(stated, name) == pytest.approx(value, abs=1e-6), name
