"""Every value is what its strategy promises, and what is promised to be common is common."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symlam import strategies as some
from symlam.algebra import LinearForm, Matrix, Scalar
from symlam.check import check_text
from symlam.errors import SymlamError
from symlam.models import Model
from symlam.scenario import ExogenousScenario, Scenario, problem_of
from symlam.strategies import Rows, rows
from tests.algebra.reference import flip, is_psd, mul, unit
from tests.profile import examples

FEW = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
sizes = st.integers(1, 4)


def characteristic(m) -> list[Fraction]:
    """Coefficients of det(x I - m), highest first (Faddeev and LeVerrier)."""
    n = len(m)
    out, power = [Fraction(1)], unit(n)
    for k in range(1, n + 1):
        power = mul([list(r) for r in m], power)
        c = -sum(power[i][i] for i in range(n)) / k
        out.append(c)
        power = [[x + (c if i == j else 0) for j, x in enumerate(r)] for i, r in enumerate(power)]
    return out


def with_roots(values) -> list[Fraction]:
    out = [Fraction(1)]
    for v in values:
        out = [a - v * b for a, b in zip([*out, Fraction(0)], [Fraction(0), *out], strict=True)]
    return out


@given(st.data(), sizes, sizes)
@FEW
def test_rational_matrices_keep_their_bounds(data, r, c) -> None:
    m = data.draw(some.rational_matrices((r, c), largest=2, denominator=3))
    assert m.shape == (r, c)
    assert all(abs(x) <= 2 and x.denominator <= 3 for row in m for x in row)
    assert isinstance(m, Rows)
    assert rows(repr(m)[6:-2]) == m


@given(st.data(), sizes)
@FEW
def test_orthonormal_columns_are_orthonormal_exactly(data, n) -> None:
    k = data.draw(st.integers(1, n))
    q = [list(r) for r in data.draw(some.orthonormal(n, k))]
    assert mul(flip(q), q) == unit(k)


@given(st.data(), sizes)
@FEW
def test_a_covariance_has_the_prescribed_spectrum_exactly(data, n) -> None:
    spectrum = data.draw(st.lists(st.sampled_from((0, 1, 2, Fraction(1, 3), 10**6)), min_size=n, max_size=n))
    s = data.draw(some.covariances(n, spectrum=spectrum))
    assert characteristic(s) == with_roots(spectrum)
    assert [list(r) for r in s] == flip(s)


@given(st.data(), sizes)
@FEW
def test_rank_and_ties_are_as_asked(data, n) -> None:
    rank = data.draw(st.integers(0, n))
    coefficients = characteristic(data.draw(some.covariances(n, rank=rank)))
    assert all(not c for c in coefficients[rank + 1 :])
    assert coefficients[rank]
    apart = characteristic(data.draw(some.covariances(n, rank=rank, ties=False)))[: rank + 1]
    assert not repeated(apart)
    if rank >= 2:
        assert repeated(characteristic(data.draw(some.covariances(n, rank=rank, ties=True)))[: rank + 1])


def repeated(p: list[Fraction]) -> bool:
    """Whether a polynomial has a repeated root: it shares a factor with its derivative."""
    n = len(p) - 1
    a, b = p, [c * (n - i) for i, c in enumerate(p[:-1])]
    while b and any(b):
        while b and not b[0]:
            b = b[1:]
        while len(a) >= len(b):
            f = a[0] / b[0]
            a = [x - (f * b[i] if i < len(b) else 0) for i, x in enumerate(a)][1:]
        a, b = b, a
    return len(a) > 1


def test_ties_zeros_near_ties_and_extreme_ratios_are_common() -> None:
    seen: Counter = Counter()

    @given(some.covariances(3))
    @settings(max_examples=300, database=None, derandomize=True, deadline=None)
    def look(s) -> None:
        p = characteristic(s)
        found = [v for v in VALUES for _ in range(3) if not value(p, v)]
        seen["zero"] += not p[-1]
        rank = max(i for i, c in enumerate(p) if c)
        seen["tie"] += repeated(p[: rank + 1])
        values = sorted(set(found) - {0})
        seen["near-tie"] += any(
            0 < b - a < Fraction(1, 1000) and a > Fraction(1, 10) for a, b in pairwise(values)
        )
        seen["extreme"] += bool(values) and values[-1] / values[0] >= 10**6
        seen["correlated"] += any(s[i][j] for i in range(3) for j in range(i))

    from symlam.strategies._matrices import EIGENVALUES

    VALUES = (Fraction(0), *EIGENVALUES)

    def value(p, x):
        out = Fraction(0)
        for c in p:
            out = out * x + c
        return out

    look()
    assert all(seen[k] >= least for k, least in {
        "zero": 60, "tie": 45, "near-tie": 9, "extreme": 45, "correlated": 90,
    }.items()), seen  # fmt: skip


@given(st.data(), sizes, sizes, sizes)
@FEW
def test_joint_moments_are_psd_with_the_prescribed_zeros(data, a, b, c) -> None:
    pairs = data.draw(st.lists(st.sampled_from([("x", "y"), ("y", "z"), ("z", "x")]), unique=True))
    m = data.draw(some.joint_moments({"x": a, "y": b, "z": c}, zero=pairs))
    assert is_psd([list(r) for r in m.matrix])
    assert [list(r) for r in m.matrix] == flip(m.matrix)
    for x, y in pairs:
        assert not any(v for row in m.block(x, y) for v in row)
    assert m.block("x", "z").shape == (a, c)


def test_every_block_without_a_zero_is_reached() -> None:
    from hypothesis import find

    blocks = {"x": 1, "y": 1, "z": 1}
    some_moment = some.joint_moments(blocks, zero=[("x", "y")])
    for p, q in (("x", "z"), ("y", "z")):
        assert find(some_moment, lambda m, p=p, q=q: m.block(p, q)[0][0] != 0)


def test_scenarios_reach_every_feature_and_are_solvable() -> None:
    seen: Counter = Counter()

    @given(some.scenarios(largest=3))
    @settings(max_examples=250, database=None, derandomize=True, deadline=None)
    def look(s: Scenario) -> None:
        seen[s.noise] += 1
        seen["policy"] += bool(s.chi)
        seen["augmentation"] += bool(s.augment)
        seen["labels"] += s.label_fraction is not None
        seen["weight"] += bool(s.weight)
        seen["X"] += s.X is not None
        seen["means"] += bool(s.mean_o)
        seen["surrogate"] += s.latent == "surrogate-pinv"
        assert problem_of(s).reduction.total >= 0

    look()
    assert min(seen.values()) >= 10, seen
    assert len(seen) == 10


def test_exogenous_scenarios_reach_every_feature_and_are_solvable() -> None:
    seen: Counter = Counter()

    @given(some.scenarios(largest=3, model="exogenous"))
    @settings(max_examples=250, database=None, derandomize=True, deadline=None)
    def look(s: ExogenousScenario) -> None:
        seen[s.geometry] += 1
        seen[s.objective] += 1
        seen[s.latent] += 1
        seen["identity"] += s.decoder == "identity"
        seen["gamma"] += s.gamma != 1
        seen["policy"] += bool(s.chi)
        seen["weight"] += bool(s.weight)
        seen["robust"] += bool(s.weight) and s.target_s is not None
        seen["penalty"] += bool(s.penalty)
        seen["H"] += s.H is not None
        seen["whiten"] += s.whiten
        assert problem_of(s).reduction.total >= 0

    look()
    assert min(seen.values()) >= 8, seen
    assert len(seen) == 16


@given(some.scenarios(features=("noise",)))
@FEW
def test_features_are_limits(s: Scenario) -> None:
    assert not s.chi and not s.augment and not s.effective_weight
    assert s.X is None and s.cov_o is None and not s.affine_model


@given(some.models())
@settings(FEW, max_examples=examples(300))
def test_models_expand(m: Model) -> None:
    assert m.expand().terms


@given(some.expressions(), some.expressions(kind="matrix"), some.expressions(kind="vector"))
@FEW
def test_expressions_are_of_their_kind(f, m, x) -> None:
    assert isinstance(f, Scalar)
    assert isinstance(m, Matrix)
    assert isinstance(x, LinearForm)


@given(some.derivations())
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
def test_true_derivations_are_accepted(d) -> None:
    assert check_text(d.latex).exit_code == 0, d


@given(some.mutants())
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
def test_mutants_are_not(d) -> None:
    with contextlib.suppress(SymlamError):  # assumptions that contradict each other are refused
        assert check_text(d.latex).exit_code == 1, d


def test_types_are_known_to_hypothesis() -> None:
    found: Counter = Counter()

    @given(st.from_type(Scenario), st.from_type(Model))
    @settings(max_examples=40, database=None, derandomize=True, deadline=None)
    def look(s, m) -> None:
        found[s.noise, m.name] += 1

    look()
    assert len(found) >= 8


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: some.dimensions(smallest=3, largest=2),
        lambda: some.dimensions(largest=True),
        lambda: some.rational_matrices(3),
        lambda: some.rational_matrices((0, 1)),
        lambda: some.rational_matrices((1, 1), denominator=0),
        lambda: some.orthonormal(2, 3),
        lambda: some.covariances(2, rank=3),
        lambda: some.covariances(2, rank=-1),
        lambda: some.covariances(2, rank=1, ties=True),
        lambda: some.covariances(1, ties=True),
        lambda: some.covariances(2, ties=1),
        lambda: some.covariances(2, spectrum=(1,)),
        lambda: some.covariances(2, spectrum=(1, -1)),
        lambda: some.covariances(2, spectrum=(1, 0.5)),
        lambda: some.covariances(2, spectrum=(1, 0), rank=2),
        lambda: some.covariances(2, spectrum=(1, 1), ties=False),
        lambda: some.covariances(2, spectrum=(1, 2), ties=True),
        lambda: some.joint_moments({}),
        lambda: some.joint_moments({"x": 0}),
        lambda: some.joint_moments({"x": 1}, zero=[("x", "y")]),
        lambda: some.joint_moments({"x": 1}, zero=[("x", "x")]),
        lambda: some.joint_moments({"x": 1}, definite=1),
        lambda: some.scenarios(largest=0),
        lambda: some.scenarios(features=("colour",)),
        lambda: some.scenarios(model="exogenous", features=("noise",)),
        lambda: some.scenarios(model="quadratic"),
        lambda: some.models(weaker=0),
        lambda: some.expressions(kind="number"),
        lambda: some.expressions(moments=1),
        lambda: rows("1 2; 3"),
        lambda: rows("x"),
        lambda: rows("1/0"),
        lambda: rows(3),
    ],
)  # fmt: skip
def test_what_no_value_satisfies_is_refused_at_once(wrong) -> None:
    with pytest.raises(SymlamError):
        wrong()


def test_options_are_keywords() -> None:
    for call in (lambda: some.covariances(2, 1), lambda: some.scenarios(3), lambda: some.models(True)):
        with pytest.raises(TypeError):
            call()


HEAVY = ("sympy", "numpy", "flint", "mpmath", "symlam.strategies._matrices", "symlam.algebra")


@pytest.mark.parametrize("module", ["hypothesis.strategies", "symlam.strategies"])
def test_nothing_heavy_is_loaded_before_a_strategy_is_used(module: str) -> None:
    code = f"import sys, {module}; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
