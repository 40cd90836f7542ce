"""`assert_optimum`: right solvers pass on every kind of scenario, wrong ones fail with the smallest example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from symlam.errors import SymlamError
from symlam.numerics import Problem, solve
from symlam.scenario import ExogenousScenario, Scenario, problem_of
from symlam.scenario.forms import build, outside_loss
from symlam.strategies import scenarios
from symlam.testing import Task, assert_optimum, task_of
from symlam.testing._count import COUNTS
from tests.profile import examples

LAM = Scenario(d_o=4, d_a=2, d_z=1, noise="iid", sigma="1/2")
FEW = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))


def pca(task: Task) -> dict[str, np.ndarray]:
    """The optimum where o and the change are uncorrelated and nothing is added: P4.2."""
    top = np.linalg.svd(task.t)[2][: task.k]
    return {"B": top.T, "G": np.hstack([np.zeros((task.k, task.u.shape[1] - top.shape[1])), top])}


def relaxed(task: Task) -> float:
    """The minimum from the samples alone, by projections: no closed form of the library."""

    def off(x):
        return x - task.v @ np.linalg.lstsq(task.v, x, rcond=None)[0] if task.v.size else x

    targets = np.hstack([task.t, *(math.sqrt(w) * h for w, h in task.heads)])
    u, t = off(task.u), off(targets)
    fitted = u @ np.linalg.lstsq(u, t, rcond=1e-10)[0]
    values = np.linalg.svd(fitted, compute_uv=False) ** 2 / len(t)
    return (t**2).sum() / len(t) - values[: task.k].sum()


@pytest.mark.parametrize(
    "scenario", [LAM, LAM.with_(d_z=4), LAM.with_(noise="none"), LAM.with_(sigma=0, sigma_a=0), Scenario(d_o=1, d_a=1, d_z=1)]
)  # fmt: skip
def test_pca_passes_where_the_paper_says_so(scenario) -> None:
    before = COUNTS["optimum"]
    assert_optimum(pca, scenario, digits=12)
    assert_optimum(lambda task: (task.t**2).sum(1).mean() - np.linalg.norm(task.t @ pca(task)["B"]) ** 2 / len(task.t), scenario, digits=12)  # fmt: skip
    assert COUNTS["optimum"] == before + 2


@given(scenarios(largest=3, features=("noise", "policy", "augmentation", "matrices", "means")))
@FEW
def test_another_closed_form_agrees_on_every_scenario_without_supervision(scenario) -> None:
    assert_optimum(relaxed, scenario, digits=5)


@given(
    scenarios(
        largest=3,
        model="exogenous",
        features=("geometry", "objective", "decoder", "representation", "policy", "penalty", "matrices"),
    )
)
@FEW
def test_another_closed_form_agrees_on_exogenous_scenarios_without_supervision(scenario) -> None:
    assert_optimum(relaxed, scenario, digits=5)


@given(scenarios(largest=3, model="exogenous"))
@FEW
def test_the_right_maps_pass_on_every_exogenous_scenario(scenario) -> None:
    problem = problem_of(scenario)
    best = solve(problem, tier="arb", digits=30)
    assert_optimum(
        lambda task: float(best.minimum if best.status == "attained" else best.upper), scenario, digits=8
    )


def test_a_wrong_solver_of_an_exogenous_scenario_fails_on_a_smaller_one() -> None:
    """PCA of the change is right for the plain objective and wrong with twins."""
    plain = ExogenousScenario(sigma_eta="1/2", F="1/3", decoder="identity")
    assert_optimum(relaxed, plain, digits=9)

    def tail(task: Task) -> float:
        return float((np.linalg.svd(task.t, compute_uv=False)[task.k :] ** 2).sum() / len(task.t))

    assert_optimum(tail, plain, digits=9)
    with pytest.raises(AssertionError, match="on a smaller scenario") as caught:
        assert_optimum(
            tail, plain.with_(objective="mixture", d_s=3, d_xi=3, d_z=3, mixture="1/3"), shrink=True
        )
    told = str(caught.value)
    assert (
        'model = "exogenous"' in told
        and "d_s = 1" in told
        and "d_xi = 1" in told
        and "these maps have loss" in told
    )


@given(scenarios(largest=3))
@FEW
def test_the_task_is_the_scenario(scenario) -> None:
    """The loss of the library's own maps, computed from samples, is the library's own exact minimum."""
    task, best = task_of(scenario), solve(problem_of(scenario))
    outside = float(outside_loss(scenario, build([scenario], exact=True)))  # fmt: skip
    # in balls: the float64 tier may take a latent that has to grow without bound for one that exists
    status = solve(problem_of(scenario), tier="arb", maps=False).status
    if status != "attained" or np.shape(best.G)[1] != task.u.shape[1]:
        return
    loss = task.loss(A=best.A, B=best.B, G=best.G, E=list(best.heads))
    assert loss == pytest.approx(float(best.minimum) + outside, rel=1e-7, abs=1e-9 * max(task.total, 1e-30))


def test_the_samples_have_mean_zero_and_the_moments_of_the_population() -> None:
    task = task_of(LAM)
    assert abs(task.u.mean(axis=0)).max() < 1e-12
    assert np.allclose(task.v.T @ task.v / len(task.v), np.eye(4))
    change = np.diag([5, 5, 1, 1]) / 4
    assert np.allclose(task.t.T @ task.t / len(task.t), change)
    assert np.allclose(
        task.u.T @ task.u / len(task.u), np.block([[np.eye(4), np.zeros((4, 4))], [np.zeros((4, 4)), change]])
    )
    assert task.heads == ()
    heads = task_of(LAM.with_(weight=3)).heads
    assert heads[0][0] == 3 and heads[0][1].shape[1] == 2


def test_a_wrong_number_fails_on_the_smallest_scenario() -> None:
    big = Scenario(
        d_o=5, d_a=3, d_z=2, noise="agents", d_b=2, sigma=3, chi="1/2", policy_rows="aligned", augment="1/3"
    )
    with pytest.raises(AssertionError) as info:
        assert_optimum(lambda task: task.total, big)
    text = str(info.value)
    assert text.startswith("the solver says that the minimum is 1; it is 0 (attained)")
    assert "scenario:\n    d_o = 1\n    d_a = 1\n    d_z = 1\n    d_b = 1\ntask" in text
    assert "E[v v'] = [1]" in text
    assert "these maps have loss 0:" in text


def test_the_smallest_scenario_keeps_what_makes_the_solver_fail() -> None:
    def ignores_the_policy(task: Task) -> dict:
        # right as long as o and the change are uncorrelated
        values = np.linalg.eigvalsh(task.t.T @ task.t / len(task.t))
        return {"minimum": values[: max(0, len(values) - task.k)].sum()}

    big = Scenario(d_o=4, d_a=2, d_z=1, noise="iid", sigma="1/3", chi="1/2", policy_rows="aligned", sigma_a=3)
    assert_optimum(ignores_the_policy, big.with_(chi=0))
    with pytest.raises(AssertionError) as info:
        assert_optimum(ignores_the_policy, big)
    text = str(info.value)
    assert "\n    chi = " in text
    assert "sigma_a" not in text.partition("scenario:")[2].partition("task")[0]
    assert "d_o = 2" in text


def test_maps_are_judged_by_their_loss() -> None:
    assert_optimum(lambda task: {**pca(task), "B": 2 * pca(task)["B"], "G": pca(task)["G"] / 2}, LAM)
    with pytest.raises(AssertionError, match=r"maps have loss 1.* it is 0"):
        assert_optimum(lambda task: {**pca(task), "B": 0 * pca(task)["B"]}, LAM)
    with pytest.raises(AssertionError, match="the minimum is -"):
        assert_optimum(lambda task: {**pca(task), "minimum": -task.total}, LAM)


def test_digits_decide() -> None:
    low = Scenario(d_o=2, d_a=1, d_z=1, noise="iid", sigma=1)
    assert_optimum(lambda task: relaxed(task) + 0.99e-4 * task.total, low, digits=4)
    with pytest.raises(AssertionError):
        assert_optimum(lambda task: relaxed(task) + 1.01e-4 * task.total, low, digits=4)
    with pytest.raises(AssertionError):
        assert_optimum(lambda task: relaxed(task) - 1.01e-4 * task.total, low, digits=4)


def test_supervision_needs_the_heads() -> None:
    scenario = Scenario(d_o=2, d_a=1, d_z=1, weight=2)

    def solver(task: Task) -> dict:
        return {**pca(task), "E": np.array([[pca(task)["B"][0, 0]]])}

    assert_optimum(solver, scenario)
    with pytest.raises(AssertionError, match="0 heads are given"):
        assert_optimum(pca, scenario)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (float("nan"), "minimum is nan"),
        ("1", "returned '1'"),
        ({"B": 1}, r"returned \['B'\]"),
        ({"B": np.ones((3, 3)), "G": np.ones((3, 3))}, "B has shape"),
        (None, "returned None"),
    ],
)
def test_an_answer_that_is_none_is_a_failure(answer, text) -> None:
    with pytest.raises(AssertionError, match=text):
        assert_optimum(lambda task: answer, LAM)


def test_an_exception_is_a_failure_with_its_cause() -> None:
    with pytest.raises(AssertionError, match="raised ZeroDivisionError") as info:
        assert_optimum(lambda task: 1 / 0, LAM)
    assert isinstance(info.value.__cause__, ZeroDivisionError)


def test_inside_hypothesis_it_does_not_shrink_by_itself() -> None:
    calls = []

    def wrong(task: Task) -> float:
        calls.append(task.k)
        return -1.0

    @given(scenarios(largest=2))
    @settings(max_examples=1, deadline=None, database=None, phases=[Phase.generate])
    def test(scenario) -> None:
        with pytest.raises(AssertionError):
            assert_optimum(wrong, scenario)

    test()
    assert len(calls) == 1


def test_a_problem_is_a_scenario_too() -> None:
    problem = Problem(moment=[[4, 0], [0, 1]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    assert_optimum(lambda task: 1, problem)
    with pytest.raises(AssertionError, match=r"E\[u u'\] = \[4 0; 0 1\]"):
        assert_optimum(lambda task: 2, problem)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: assert_optimum(pca, 3),
        lambda: assert_optimum(3, LAM),
        lambda: assert_optimum(pca, LAM, digits=0),
        lambda: assert_optimum(pca, LAM, digits=True),
        lambda: task_of("x"),
    ],
)
def test_bad_input_is_no_assertion(wrong) -> None:
    with pytest.raises(SymlamError):
        wrong()
