"""The scenario options that several commands share: a TOML file, and options that override it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from symlam.errors import SymlamError
from symlam.scenario.definition import CHOICES
from symlam.scenario.exogenous import CHOICES as EXOGENOUS
from symlam.scenario.fields import Population
from symlam.scenario.models import MODELS, read_scenario

__all__ = ["scenario_from", "scenario_options"]


def _of(*choices: tuple[str, ...]) -> click.Choice[str]:
    """The words that a field takes in one model or another; the scenario says which fit."""
    return click.Choice(list(dict.fromkeys(word for words in choices for word in words)))


# a flag, perhaps with the field it sets, and what click needs to know
_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "--model",
        {"type": click.Choice(list(MODELS)), "help": "The linear LAM, or with an exogenous state [linear]."},
    ),
    ("--d-o", {"type": int, "help": "Dimension of observations [128; exogenous: what the geometry takes]."}),
    ("--d-a", {"type": int, "help": "Dimension of actions [8; exogenous: 2]."}),
    ("--d-z", {"type": int, "help": "Dimension of the latent [8; exogenous: 2]."}),
    ("--d-b", {"type": int, "help": "Dimension of the other agents' actions [8]."}),
    ("--noise", {"type": click.Choice(CHOICES["noise"]), "help": "Exogenous noise [none]."}),
    ("--sigma", {"help": "Scale of the noise [1]."}),
    ("--sigma-o", {"help": "Scale of observations [1]."}),
    ("--sigma-a", {"help": "Scale of actions [1]."}),
    ("--chi", {"help": "Share of the deterministic policy, in [0, 1] [0]."}),
    ("--augment", {"help": "Scale |kappa| of the augmentation [0]."}),
    ("--weight", {"help": "Weight lambda of action prediction in L_a, in sums."}),
    (
        "--label-fraction",
        {"help": "Fraction of labelled samples; lambda follows from --batch and --reduction."},
    ),
    ("--batch", {"type": int, "help": "Batch size [128]."}),
    ("--reduction", {"type": click.Choice(CHOICES["reduction"]), "help": "How the script averages [mean]."}),
    ("--effects", {"type": click.Choice(CHOICES["effects"]), "help": "X'Y = 0, or drawn [orthogonal]."}),
    (
        "--policy-rows",
        {
            "type": _of(CHOICES["policy_rows"], EXOGENOUS["policy_rows"]),
            "help": "Rows of Pi [as --effects; endogenous].",
        },
    ),
    ("--seed", {"type": int, "help": "Seed of drawn effects [0]."}),
    (
        "--latent",
        {
            "type": _of(CHOICES["latent"], EXOGENOUS["latent"]),
            "help": "What the heads see [surrogate; minimal].",
        },
    ),
    (
        "--eval-policy",
        {"type": click.Choice(CHOICES["eval_policy"]), "help": "Actions in evaluation [train]."},
    ),
    ("--eval-noise", {"type": click.Choice(CHOICES["eval_noise"]), "help": "Noise in evaluation [train]."}),
    ("--affine-model/--linear-model", {"default": None, "help": "Biases in the model [linear]."}),
    ("--affine-heads/--linear-heads", {"default": None, "help": "Biases in evaluation heads [affine]."}),
    ("--mean-o", {"help": "Mean of every coordinate of o [0]."}),
    ("--mean-a", {"help": "Mean of every coordinate of a [0]."}),
    ("--mean-b", {"help": "Mean of every coordinate of b [0]."}),
    ("--d-s", {"type": int, "help": "Exogenous model: dimension of the endogenous state [4]."}),
    ("--d-xi", {"type": int, "help": "Dimension of the exogenous state [2]."}),
    ("--geometry", {"type": click.Choice(EXOGENOUS["geometry"]), "help": "Where E and X lie [orthogonal]."}),
    ("--F", {"help": "xi' = F xi + eta, F a number times I [1/2]."}),
    ("--sigma-s", {"help": "Scale of s [1]."}),
    ("--sigma-eta", {"help": "Scale of the innovation eta [1]."}),
    ("--sigma-xi", {"help": "Scale of xi [stationary]."}),
    ("--distractor", {"help": "Correlation of actions with eta [0]."}),
    (
        "--objective",
        {"type": click.Choice(EXOGENOUS["objective"]), "help": "Whose next observation is decoded [self]."},
    ),
    ("--mixture", {"help": "Weight of the cross-exogenous loss in a mixture [1]."}),
    ("--rho", {"help": "Correlation of eta with the twin's [0]."}),
    ("--rho-xi", {"help": "Correlation of xi with the twin's [as --rho]."}),
    (
        "--twin",
        {"type": click.Choice(EXOGENOUS["twin"]), "help": "The twin's law under a policy [independent]."},
    ),
    ("--decoder", {"type": click.Choice(EXOGENOUS["decoder"]), "help": "A free, or A = I [free]."}),
    ("--gamma", {"help": "Scale of exogenous directions in the representation [1]."}),
    (
        "--whiten/--plain-target",
        {"default": None, "help": "Errors in the metric that whitens the target [plain]."},
    ),
    ("--penalty", {"help": "Weight mu of E|B (z - z~)|^2 [0]."}),
    (
        "--penalty-on",
        {
            "type": click.Choice(EXOGENOUS["penalty_on"]),
            "help": "What is penalised: B (z - z~) or z - z~ [decoded].",
        },
    ),
)


def scenario_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the scenario argument and options to a click command."""
    for flag, settings in reversed(_OPTIONS):
        # click would make the field of --F lower case
        names = (flag, "F") if flag == "--F" else (flag,)
        command = click.option(*names, **settings)(command)
    return click.argument(
        "scenario", required=False, metavar="[SCENARIO.toml]", type=click.Path(path_type=Path)
    )(command)


def scenario_from(path: Path | None, options: dict[str, object]) -> Population:
    """The scenario of a TOML file (or the defaults) with the given options over it."""
    given = {name: value for name, value in options.items() if value is not None}
    model = given.pop("model", None)
    base = read_scenario(path) if path is not None else MODELS[str(model or "linear")]()
    if model not in (None, base.model):
        raise SymlamError(f"--model is {model} and {path} is of the {base.model} model", hint="drop --model")
    if base.model == "linear":
        if "weight" in given and "label_fraction" not in given:
            given["label_fraction"] = None
        if "label_fraction" in given and "weight" not in given:
            given["weight"] = None
    return base.with_(**given)
