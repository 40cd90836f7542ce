"""Ranges over the optimal set against members of it, made and recognised by their loss alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symlam.scenario import Scenario, enclose, predict
from symlam.scenario.forms import build, outside_loss
from symlam.scenario.grassmann import Family, Function, _on_sphere, greatest
from symlam.scenario.metrics import METRICS, combine, errors
from symlam.scenario.prediction import missing_variance
from tests.profile import examples

SMALL = {"d_o": 7, "d_a": 2, "d_b": 2}


def regress(y, x):
    """(coefficients, residual) of least squares of rows y on rows x."""
    K = y @ np.linalg.pinv(x)
    return K, y - K @ x


class Members:
    """Optimal latents z = P r~ + W o (or G u~) of one scenario, derived here from least squares and one eigenproblem."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.forms = scenario, build([scenario])
        f = self.forms
        self.v, self.u = f.v[0], f.u[0]
        self.r = f.r[0] if f.r.ndim == 3 else f.r
        self.a = f.head[0] if f.head.ndim == 3 else f.head
        self.weight = float(scenario.effective_weight)
        self.world = [{name: (x[0] if x.ndim == 3 else x) for name, x in w.items()} for w in (f.fit, f.test)]
        tau = np.concatenate([self.r, np.sqrt(self.weight) * self.a]) if self.weight else self.r
        _, u = regress(self.u, self.v)
        self.K, _ = regress(regress(tau, self.v)[1], u)
        values, vectors = np.linalg.eigh((self.K @ u) @ (self.K @ u).T)
        self.values, self.vectors = values[::-1], vectors[:, ::-1]
        k, scale = scenario.d_z, max(self.values[0], 1e-12)
        self.rank = int((self.values > 1e-9 * scale).sum())
        kth = self.values[k - 1] if k <= self.rank else 0.0
        self.first = int((self.values > kth + 1e-9 * scale).sum()) if kth else self.rank
        self.last = int((self.values > kth - 1e-9 * scale).sum()) if kth else self.rank

    def random(self, rng, *, decades: float = 1.5):
        """Maps (A, B, G) of a member, by the freedoms that the members have."""
        k, F = self.scenario.d_z, self.vectors[:, : self.first]
        T = self.vectors[:, self.first : self.last]
        turn = (
            np.linalg.qr(rng.standard_normal((T.shape[1], T.shape[1])))[0][:, : k - self.first]
            if T.size
            else T.T[:0].T
        )
        L = np.concatenate([F, T @ turn], axis=1) if T.size else F
        G = np.zeros((k, self.K.shape[1]))
        G[: L.shape[1]] = L.T @ self.K
        if not self.scenario.augment:
            n, Ru = len(self.v), regress(self.u, self.v)[0]
            # every row has a size of its own, from negligible to dominant
            W = 10 ** (decades * rng.standard_normal((k, 1))) * rng.standard_normal((k, n))
            if self.weight:
                E = np.sqrt(self.weight) ** -1 * L[len(self.r) :]
                E = np.concatenate([E, rng.standard_normal((len(self.a), k - E.shape[1]))], axis=1)
                Q = regress(self.a, self.v)[0]
                W = W + np.linalg.pinv(E, rcond=1e-9) @ (Q - E @ W)
            G = G - G @ Ru @ np.eye(n, len(self.u)) + W @ np.eye(n, len(self.u))
        if k > self.rank and not self.weight:
            size = 10 ** (decades * rng.standard_normal((k - self.rank, 1)))
            G[self.rank :] += size * rng.standard_normal(G[self.rank :].shape)
        z = G @ self.u
        both, _ = regress(self.r, np.concatenate([self.v, z]))
        A, B = both[:, : len(self.v)], both[:, len(self.v) :]
        M = rng.standard_normal((k, k))
        return A, B @ np.linalg.inv(M), M @ G

    def loss(self, A, B, G) -> float:
        error = A @ self.v + B @ (G @ self.u) - self.r
        head = regress(self.a, G @ self.u)[1] if self.weight else self.a * 0
        return (
            (error**2).sum() + self.weight * (head**2).sum() + float(outside_loss(self.scenario, self.forms))
        )

    def metrics(self, A, B, G):
        rows = []
        for world in self.world:
            o = world["o"]
            z = G @ np.concatenate([o, world["r"]])
            shown = A @ o + B @ z
            rows.append(
                {"true": z, "surrogate": shown, "surrogate-pinv": np.linalg.pinv(B, rcond=1e-9) @ shown}[
                    self.scenario.latent
                ]
            )
        fit, test = ({name: x[None] for name, x in w.items()} for w in self.world)
        three = errors(
            fit,
            test,
            missing_variance([self.scenario], self.forms),
            rows[0][None],
            rows[1][None],
            constant=None,
            affine=True,
        )
        return np.concatenate([three[0], combine(three)])


cases = st.builds(
    Scenario,
    **{name: st.just(size) for name, size in SMALL.items()},
    d_z=st.integers(1, 5),
    noise=st.sampled_from(["none", "iid", "agents"]),
    sigma=st.sampled_from([1, "1/2", 2]),
    chi=st.sampled_from([0, "1/2", 1]),
    augment=st.sampled_from([0, "1/2"]),
    weight=st.sampled_from([None, 3]),
    effects=st.sampled_from(["orthogonal", "random"]),
    latent=st.sampled_from(["true", "surrogate", "surrogate-pinv"]),
    eval_policy=st.sampled_from(["train", "random"]),
    eval_noise=st.sampled_from(["train", "none"]),
)


@settings(max_examples=examples(40), deadline=None)
@given(cases, st.integers(0, 10**6))
def test_no_optimal_member_lies_outside_the_range(scenario, seed):
    assume(not (scenario.weight and scenario.chi and scenario.augment))
    prediction, members, rng = predict(scenario), Members(scenario), np.random.default_rng(seed)
    assert {r.kind for r in prediction.metrics.values()} <= {"unique", "exact", "bracketed", "found"}
    assume(prediction.status == "attained")
    for _ in range(3):
        maps = members.random(rng, decades=0.3)
        assert members.loss(*maps) == pytest.approx(prediction.loss, abs=1e-7)
        for name, value in zip(METRICS, members.metrics(*maps), strict=True):
            told = prediction.metrics[name]
            assert told.low - 1e-5 <= value <= told.high + 1e-5, (name, told)


ENDS = [
    # a tie inside a free C, with noise, actions, or both tied; shifted evaluation; spare dimensions; heads
    {"d_z": 3, "noise": "agents", "sigma": "1/2", "latent": "true"},
    {"d_z": 3, "noise": "agents", "sigma": 2, "chi": "1/2", "latent": "true"},
    {"d_z": 3, "noise": "agents", "sigma": "1/2", "weight": 3, "latent": "true"},
    {"d_z": 1, "noise": "none", "chi": "1/2", "eval_policy": "random", "latent": "true"},
    {"d_z": 3, "noise": "iid", "sigma": "1/2", "eval_noise": "none", "latent": "true"},
    {"d_z": 1, "noise": "agents", "sigma": 1, "chi": 0, "latent": "surrogate"},
    {"d_z": 1, "noise": "none", "chi": "1/2", "latent": "surrogate", "eval_policy": "random"},
    {"d_z": 4, "noise": "none", "chi": "1/2", "latent": "true"},
]  # fmt: skip


@pytest.mark.parametrize("change", ENDS, ids=[str(i) for i in range(len(ENDS))])
def test_an_optimiser_over_members_comes_near_both_ends_and_no_further(change):
    scenario = Scenario(**{**SMALL, "d_o": 6, **change})
    prediction, members = predict(scenario), Members(scenario)
    ends = [(i, sign) for i in range(4) for sign in (1, -1)]
    # one search for each end: a random walk over the numbers that make a member, kept when it is better
    for i, sign in ends:
        if abs(prediction.metrics[METRICS[i]].high - prediction.metrics[METRICS[i]].low) < 1e-9:
            continue
        rng = np.random.default_rng([i, sign + 1])
        draws, best, size = rng.standard_normal(120), -np.inf, 1.0
        for step in range(240):
            if step < 60:
                trial = rng.standard_normal(120)
            else:
                trial = draws + size * rng.standard_normal(120) * (rng.random(120) < 0.2)
            value = sign * members.metrics(*members.random(_Tape(trial)))[i]
            if value > best:
                best, draws, size = value, trial, min(size * 1.3, 2.0)
            elif step % 5 == 4:
                size *= 0.95
        told = prediction.metrics[METRICS[i]]
        end = told.high if sign > 0 else -told.low
        assert best <= end + 1e-6
        assert best >= end - told.gap - 0.25 * (told.high - told.low), (METRICS[i], sign, told, best)


class _Tape:
    """Stands for a random generator: reads its normals off a vector, so that a search can vary them."""

    def __init__(self, numbers) -> None:
        self.numbers, self.at = numbers, 0

    def standard_normal(self, shape):
        size = int(np.prod(shape))
        out = self.numbers[self.at : self.at + size].reshape(shape)
        self.at += size
        return out


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(0, 3), st.integers(0, 2), st.booleans())
def test_bounds_hold_and_values_are_attained_in_any_family(seed, most, tied, kept, definite):
    rng, n, rows = np.random.default_rng(seed), 5, 3
    root = rng.standard_normal((n, n))
    f = Function(
        rng.standard_normal((n, rows)),
        rng.standard_normal((n, rows)),
        np.ones(rows) if definite else rng.standard_normal(rows),
        root @ root.T / n if seed % 3 else np.eye(n),
    )
    kept = min(kept, tied)
    most = min(most, kept + n - tied)
    family = Family(n, tied, kept, most, most)
    value, bound = greatest(f, family)
    assert value <= bound + 1e-9
    for _ in range(60):
        turn = np.linalg.qr(rng.standard_normal((tied, tied)))[0][:, :kept] if tied else np.zeros((0, 0))
        basis = np.zeros((n, kept + n - tied))
        basis[:tied, :kept], basis[tied:, kept:] = turn, np.eye(n - tied)
        frame = basis @ np.linalg.qr(rng.standard_normal((basis.shape[1], most)))[0]
        assert f.at(frame) <= bound + 1e-9 * max(1, abs(bound))
    if np.allclose(f.moment, np.eye(n)) and not family.bound_by_ties:
        assert value == pytest.approx(np.linalg.eigvalsh(f.linear + f.square)[::-1][:most].sum(), abs=1e-9)
        assert value == pytest.approx(bound, abs=1e-12)


def test_a_scale_that_training_does_not_show_makes_the_range_unbounded():
    # chi = 1 without noise: r is a function of o in training, so spare rows hold any multiple of r - X Pi o
    told = predict(Scenario(**SMALL, d_z=3, chi=1, augment="1/2", latent="true", eval_policy="random")).json()
    assert told["action_mse"][1] is None and told["llo"] == [None, None]


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1.0, -1.0]), st.booleans())
def test_the_bound_on_a_sphere_is_met_by_a_point_of_it(seed, sign, flat):
    rng, n = np.random.default_rng(seed), 4
    root = rng.standard_normal((n, n))
    psi = np.diag([0.0, 0.0, 2.0, 2.0]) if flat else root @ root.T
    c = rng.standard_normal(n)
    e = np.zeros(n) if flat and seed % 2 else rng.standard_normal(n)
    bound, p = _on_sphere(np.linalg.eigh(psi), c, e, sign)
    assert p @ p == pytest.approx(p @ c, abs=1e-9)
    assert sign * (p @ psi @ p - 2 * e @ p) == pytest.approx(bound, abs=1e-7 * (1 + abs(bound)))
    for _ in range(50):
        x = rng.standard_normal(n)
        q = c / 2 + x * np.linalg.norm(c) / 2 / np.linalg.norm(x)
        assert sign * (q @ psi @ q - 2 * e @ q) <= bound + 1e-9


@pytest.mark.parametrize("latent", ["true", "surrogate", "surrogate-pinv"])
@pytest.mark.parametrize("d_z", [1, 2, 3])
def test_nothing_is_enclosed_where_training_does_not_show_what_evaluation_does(latent, d_z):
    scenario = Scenario(
        d_o=6, d_a=1, d_b=1, d_z=d_z, noise="agents", chi=1, latent=latent, eval_policy="random"
    )
    rigorous = enclose(scenario, digits=20)
    assert set(rigorous.metrics.values()) == {None}
    assert rigorous.floats.metrics["action_mse"].high == np.inf
