"""The derived model and the scenario of the same environment have the same minimum, on the engine's own instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symlam.algebra import matrix
from symlam.algebra._exact import Instance, rows_of
from symlam.algebra._sampling import instances
from symlam.models import (
    Model,
    action_supervised_lam,
    cross_exogenous_lam,
    exogenous_lam,
    imperfect_pairs,
    mixture_lam,
    orthogonal,
    separable,
    with_policy,
)
from symlam.models.exogenous_letters import Π, E, F, H, X
from symlam.numerics import solve
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
}


def matrix_of(inst: Instance, letter: Any) -> list[list[Any]]:
    return [list(map(str, row)) for row in rows_of(inst.value(letter))]


def moment_of(inst: Instance, name: str, factor: int = 1) -> list[list[Any]]:
    return [[str(factor * x) for x in row] for row in rows_of(inst.moment(name, name))]


def scenario_of(m: Model, inst: Instance, said: dict[str, Any]) -> ExogenousScenario:
    """The scenario with the letters, moments and scalars of an instance."""
    given = {k: matrix_of(inst, v) if v is W else str(inst.scalars.get(v, v)) for k, v in said.items()}
    given |= {k: said[k] for k in ("decoder", "objective") if k in said}
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
    met: set[float] = set()
    sampled = instances(
        [*m.residuals, *(w for w, _ in m.loss)], m.assumptions, seed=11, rounds=30, plain=10, max_dim=3
    )
    for inst in sampled:
        try:
            least = float(exact_minimum(m, inst)[0])
        except IrrationalSpectrum:
            least = float(solve(array_problem(m, inst)).minimum)
        found = predict(scenario_of(m, inst, said)).loss
        assert np.isclose(found, least, rtol=1e-9, atol=1e-9), (found, least)
        met.add(round(least, 6))
        if len(met) == 8:
            break
    assert len(met) == 8, met
