"""The models that a scenario can be of: how each is read, and which module knows its forms and its errors."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from symlam.errors import SymlamError
from symlam.scenario.definition import Scenario
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.fields import Population

if TYPE_CHECKING:
    from symlam.numerics import Problem

__all__ = [
    "MODELS",
    "exact_problem",
    "from_mapping",
    "knowledge",
    "optimal_maps",
    "problem_of",
    "read_scenario",
]

#: scenario types by the name of their model
MODELS: dict[str, type[Population]] = {kind.model: kind for kind in (Scenario, ExogenousScenario)}

# part: what it has to define
_PARTS = {
    "forms": {"linear": "forms", "exogenous": "exogenous_forms"},
    "boundaries": {"linear": "boundaries", "exogenous": "exogenous_boundaries"},
    "balls": {"linear": "linear_balls", "exogenous": "exogenous_balls"},
    "maps": {"linear": "optimum", "exogenous": "exogenous_maps"},
    "prediction": {"linear": "prediction", "exogenous": "exogenous_prediction"},
}


def knowledge(scenario: Population, part: str) -> ModuleType:
    """The module that knows one part ("forms", "prediction", "balls", "maps" or "boundaries") of a scenario's model; raises `SymlamError` for no scenario.

    "forms" has ``structure``, ``exact_problem`` and ``training_forms``, "prediction" has ``predict_group`` and ``trained_errors``, "balls" ``metrics_in_balls``,
    "maps" ``optimal_maps``, "boundaries" ``describe``.
    """
    if not isinstance(scenario, Population):
        raise SymlamError(f"{type(scenario).__name__} is not a Scenario", hint="Scenario(...) makes one")
    return importlib.import_module(f"symlam.scenario.{_PARTS[part][scenario.model]}")


def exact_problem(scenario: Population) -> tuple[Problem, Fraction]:
    """The scenario's exact `Problem`, and what has to be added to its minimum to give the scenario's loss."""
    return knowledge(scenario, "forms").exact_problem(scenario)


def optimal_maps(scenario: Population) -> Any:
    """One minimiser of a scenario in the coordinates of o and o': `Maps`, or `ExogenousMaps` where there is an exogenous state.

    Of all optimal encoders it is the one with the smallest part along what the optimum leaves undetermined, as far as heads allow.

    >>> maps = optimal_maps(ExogenousScenario(d_s=1, d_a=1, d_xi=1, d_z=1, sigma_eta="1/2"))
    >>> (maps.B @ maps.D).round(12).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    return knowledge(scenario, "maps").optimal_maps(scenario)


def problem_of(scenario: Population) -> Problem:
    """The scenario's exact `Problem`.

    >>> problem_of(Scenario(d_o=4, d_a=1, d_z=1, noise="iid", sigma="1/2")).reduction.total
    Fraction(7, 4)
    """
    return exact_problem(scenario)[0]


def from_mapping(data: Mapping[str, object]) -> Population:
    """The scenario of a mapping; its "model" says which kind ("linear" where there is none)."""
    name = data.get("model", "linear")
    if not isinstance(name, str) or name not in MODELS:
        raise SymlamError(f"model is {name!r}", expected=" or ".join(MODELS))
    return MODELS[name].from_mapping(data)


def read_scenario(path: str | Path) -> Population:
    """Read a scenario from a TOML file; raises `SymlamError` when the file is missing or not a scenario."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SymlamError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SymlamError(
            f"{path} is not TOML: {error}", hint="symlam predict --help shows the fields"
        ) from None
    return from_mapping(data)
