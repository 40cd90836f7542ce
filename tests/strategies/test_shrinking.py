"""What the strategies shrink to: the smallest thing with the property, in a form that can be read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, settings

from symlam import strategies as some

QUICK = settings(max_examples=400, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def smallest(strategy: Any, has: Any) -> Any:
    return find(strategy, has, settings=QUICK)


@pytest.mark.parametrize(
    ("strategy", "has", "text"),
    [
        (some.dimensions(largest=9), lambda n: n >= 4, "4"),
        (some.rational_matrices((2, 2)), lambda m: True, 'rows("0 0; 0 0")'),
        (some.rational_matrices((1, 2)), lambda m: m[0][0] > m[0][1], 'rows("1 0")'),
        (some.orthonormal(3, 2), lambda q: True, 'rows("1 0; 0 1; 0 0")'),
        (some.covariances(2), lambda s: True, 'rows("0 0; 0 0")'),
        (some.covariances(2), lambda s: s[0][0] > 1, 'rows("2 0; 0 0")'),
        (some.covariances(3, rank=2), lambda s: True, 'rows("1 0 0; 0 1 0; 0 0 0")'),
        (some.covariances(2, spectrum=(0, 3)), lambda s: True, 'rows("3 0; 0 0")'),
        (some.covariances(2, ties=False, rank=2), lambda s: True, 'rows("2 0; 0 1")'),
        (
            some.joint_moments({"o": 1, "q": 1}),
            lambda m: m.block("o", "q")[0][0] != 0,
            "JointMoment((('o', 1), ('q', 1)), rows(\"1 1; 1 1\"))",
        ),
        (
            some.joint_moments({"o": 1, "q": 1}, definite=True),
            lambda m: True,
            "JointMoment((('o', 1), ('q', 1)), rows(\"1 0; 0 1\"))",
        ),
        (some.expressions(kind="vector"), lambda x: bool(x.parts), "y"),
    ],
)
def test_it_is_small_and_readable(strategy, has, text) -> None:
    assert repr(smallest(strategy, has)) == text


def test_a_covariance_with_correlation_has_one_mirror_and_small_numbers() -> None:
    found = smallest(some.covariances(2, rank=1), lambda s: s[0][1] != 0)
    assert max(x.denominator for row in found for x in row) <= 25
    assert found[0][0] + found[1][1] == 1  # the eigenvalues are 1 and 0


def test_an_orthonormal_frame_without_zeros_is_a_textbook_one() -> None:
    found = smallest(some.orthonormal(2, 1), lambda q: 0 < abs(q[0][0]) < 1)
    assert sorted(abs(x) * 5 for row in found for x in row) == [3, 4]


def test_a_scenario_loses_what_does_not_matter() -> None:
    found = smallest(some.scenarios(), lambda s: s.noise == "agents")
    assert found.to_toml() == 'd_o = 1\nd_a = 1\nd_z = 1\nnoise = "agents"\nd_b = 1\neffects = "random"\n'
    assert smallest(some.scenarios(), lambda s: True).to_toml() == "d_o = 1\nd_a = 1\nd_z = 1\nd_b = 1\n"


def test_an_exogenous_scenario_loses_what_does_not_matter() -> None:
    drawn = some.scenarios(model="exogenous")
    sizes = 'model = "exogenous"\nd_s = 1\nd_a = 1\nd_xi = 1\nd_z = 1\n'
    assert smallest(drawn, lambda s: True).to_toml() == sizes
    assert smallest(drawn, lambda s: s.objective == "mixture").to_toml() == sizes + 'objective = "mixture"\n'


def test_an_expression_keeps_one_letter() -> None:
    found = smallest(some.expressions(), lambda f: bool(f.letters()))
    assert len(found.terms) == 1
    assert len(found.letters()) == 1


def test_a_model_shrinks_to_the_plain_one() -> None:
    assert smallest(some.models(), lambda m: True).name == "linear LAM"
    assert len(smallest(some.models(), lambda m: len(m.assumptions) <= 2).assumptions) == 2


def test_a_derivation_shrinks_to_one_short_line() -> None:
    found = smallest(some.derivations(), lambda d: d.kind == "expansion")
    formula = found.latex.partition("\\begin{align}")[2]
    assert len(formula) < 110, found
    assert found.latex.count("matrix") <= 2


def test_a_mutant_says_what_was_changed() -> None:
    found = find(some.mutants(), lambda d: True, settings=settings(QUICK, phases=[Phase.generate]))
    assert found.mutation
    assert repr(found).startswith(f"{found.kind}, mutated: {found.mutation}\n%! dims")
