"""The derived model and the scenario of the same environment have the same minimum, on the engine's own instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symlam.algebra import E as moment
from symlam.algebra import dimension_at_most, equation, matrix
from symlam.algebra._exact import Instance, rows_of
from symlam.algebra._sampling import instances
from symlam.models import (
    Model,
    action_supervised_lam,
    consistency_lam,
    cross_exogenous_lam,
    exogenous_lam,
    imperfect_pairs,
    mixture_lam,
    model,
    orthogonal,
    separable,
    with_policy,
)
from symlam.models.exogenous_letters import Π, E, F, H, K, X, η2, ξ, π, ρ
from symlam.numerics import solve
from symlam.objective import derive
from symlam.optimum._exact import IrrationalSpectrum, exact_minimum
from symlam.optimum._problem import array_problem
from symlam.scenario import ExogenousScenario, predict

W = matrix("W", "d_w", "d_o")

# how the engine states a model, and the fields of a scenario that say the same
MODELS: dict[str, tuple[Callable[[], Model], dict[str, Any]]] = {
    "not separable": (exogenous_lam, {}),
    "separable": (lambda: separable(exogenous_lam()), {}),
    "orthogonal": (lambda: orthogonal(exogenous_lam()), {}),
    "A = I": (lambda: exogenous_lam(free=False), {"decoder": "identity"}),
    "representation": (lambda: exogenous_lam(seen=W), {"W": W}),
    "policy": (lambda: with_policy(exogenous_lam()), {"chi": "1/2"}),
    "cross": (lambda: separable(cross_exogenous_lam()), {"objective": "cross"}),
    "imperfect pairs": (
        lambda: separable(imperfect_pairs(cross_exogenous_lam())),
        {"objective": "cross", "rho": "ρ", "rho_xi": 0},
    ),
    "mixture": (lambda: separable(mixture_lam()), {"objective": "mixture", "mixture": "λ"}),
    "supervision": (lambda: separable(action_supervised_lam()), {"weight": "λ"}),
    "penalty": (lambda: separable(consistency_lam(decoded=True)), {"penalty": "μ"}),
    "A = I, policy": (lambda: with_policy(exogenous_lam(free=False)), {"decoder": "identity", "chi": "1/2"}),
    "representation, policy": (lambda: with_policy(exogenous_lam(seen=W)), {"W": W, "chi": "1/2"}),
    "cross, policy": (
        lambda: with_policy(separable(cross_exogenous_lam())),
        {"objective": "cross", "chi": "1/2"},
    ),
    "imperfect pairs, policy": (
        lambda: with_policy(separable(imperfect_pairs(cross_exogenous_lam()))),
        {"objective": "cross", "rho": "ρ", "rho_xi": 0, "chi": "1/2"},
    ),
    "mixture, policy": (
        lambda: with_policy(separable(mixture_lam())),
        {"objective": "mixture", "mixture": "λ", "chi": "1/2"},
    ),
    "mixture of imperfect pairs, policy": (
        lambda: with_policy(separable(imperfect_pairs(mixture_lam()))),
        {"objective": "mixture", "mixture": "λ", "rho": "ρ", "rho_xi": 0, "chi": "1/2"},
    ),
    # the scenario's twin is drawn given (s, a): with a policy that reads ξ it is another one
    "penalty, policy that reads s": (
        lambda: with_policy(separable(consistency_lam(decoded=True))).assume(equation(Π * X, 0)),
        {"penalty": "μ", "chi": "1/2"},
    ),
}


def matrix_of(inst: Instance, letter: Any) -> list[list[Any]]:
    return [list(map(str, row)) for row in rows_of(inst.value(letter))]


def moment_of(inst: Instance, name: str, factor: int = 1) -> list[list[Any]]:
    return [[str(factor * x) for x in row] for row in rows_of(inst.moment(name, name))]


def scenario_of(m: Model, inst: Instance, said: dict[str, Any]) -> ExogenousScenario:
    """The scenario with the letters, moments and scalars of an instance."""
    given = {k: matrix_of(inst, v) if v is W else str(inst.scalars.get(v, v)) for k, v in said.items()}
    given |= {k: said[k] for k in ("decoder", "objective", "whiten") if k in said}
    noise = "a"
    if "chi" in said:
        # a = Π o + π there, (Π̃ o + π̃) / 2 here
        noise = "π"
        given["Pi"] = [[str(2 * x) for x in row] for row in rows_of(inst.value(Π))]
    return ExogenousScenario(
        d_s=inst.size(E.shape[1]),
        d_a=inst.size(H.shape[1]),
        d_xi=inst.size(X.shape[1]),
        d_o=inst.size(E.shape[0]),
        d_z=inst.size(m.latent.dim),
        geometry="separable",
        E=matrix_of(inst, E),
        X=matrix_of(inst, X),
        H=matrix_of(inst, H),
        F=matrix_of(inst, F),
        cov_s=moment_of(inst, "s"),
        cov_a=moment_of(inst, noise, 4 if noise == "π" else 1),
        cov_xi=moment_of(inst, "ξ"),
        cov_eta=moment_of(inst, "η"),
        **given,
    )


@pytest.mark.parametrize("name", MODELS)
def test_the_minimum_is_the_same(name: str) -> None:
    stated, said = MODELS[name]
    m = stated()
    agree(m, m, said)


def agree(m: Model, solved: Model, said: dict[str, Any]) -> None:
    """The minimum of a model on instances of another one, and what the scenario with their fields predicts."""
    met: set[float] = set()
    sampled = instances(
        [*m.residuals, *(w for w, _ in m.loss)], m.assumptions, seed=11, rounds=30, plain=10, max_dim=3
    )
    for inst in sampled:
        try:
            least = float(exact_minimum(solved, inst)[0])
        except IrrationalSpectrum:
            least = float(solve(array_problem(solved, inst)).minimum)
        found = predict(scenario_of(m, inst, said)).loss
        assert np.isclose(found, least, rtol=1e-9, atol=1e-9), (found, least)
        met.add(round(least, 6))
        if len(met) == 8:
            break
    assert len(met) == 8, met


def test_supervision_with_a_policy_has_the_infimum_of_what_the_derivation_leaves() -> None:
    m, restated = (
        separable(with_policy(action_supervised_lam(predicted=there))).assume(dimension_at_most("d_a", "d_z"))
        for there in (False, True)
    )
    chain = derive(m, restated=restated, onto=(K,))
    D = m.encoder[1]
    r = E * (H * π) + X * m.named["η"]
    left = model(
        "what is left",
        loss=[(t.weight, t.form) for t in chain.objective.terms],
        latent=D * r,
        encoder=[D],
        decoder=m.decoder,
        assume=m.assumptions,
    )
    agree(m, left, {"weight": "λ", "chi": "1/2"})


def test_a_whitened_target_with_a_policy_is_partial_cca() -> None:
    """d less the largest squared canonical correlations of (X ξ, E H π + X η) and E H (Π X ξ + π) + X η_2."""
    m = with_policy(separable(imperfect_pairs(cross_exogenous_lam())))
    seen = (X * ξ, E * (H * π) + X * m.named["η"])
    target = E * (H * (Π * X * ξ + π)) + X * η2
    met: set[float] = set()
    for inst in instances([*m.residuals, ρ * X], m.assumptions, seed=5, rounds=20, plain=10, max_dim=3):
        said = {"objective": "cross", "rho": "ρ", "rho_xi": 0, "whiten": True, "chi": "1/2"}

        def value(x: Any, y: Any, inst: Instance = inst) -> np.ndarray:
            return np.array(
                [[float(v.p) / float(v.q) for v in row] for row in inst.value(moment(x, y)).tolist()]
            )

        inputs = np.block([[value(x, y) for y in seen] for x in seen])
        across = np.hstack([value(target, x) for x in seen])
        own = value(target, target)
        rank = np.linalg.matrix_rank(own, tol=1e-9)
        if not rank:
            continue
        both = np.linalg.pinv(own, rcond=1e-11) @ across @ np.linalg.pinv(inputs, rcond=1e-11) @ across.T
        correlations = np.sort(np.linalg.eigvals(both).real)[::-1][: inst.size(m.latent.dim)]
        least = rank - correlations.sum()
        found = predict(scenario_of(m, inst, said)).loss
        assert np.isclose(found, least, rtol=1e-8, atol=1e-8), (found, least)
        met.add(round(least, 6))
        if len(met) == 6:
            break
    assert len(met) == 6, met
