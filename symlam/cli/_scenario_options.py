"""The scenario options that several commands share: a TOML file, and options that override it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from symlam.scenario.definition import CHOICES, Scenario, read_scenario

__all__ = ["scenario_from", "scenario_options"]

_OPTIONS = (
    ("--d-o", {"type": int, "help": "Dimension of observations [128]."}),
    ("--d-a", {"type": int, "help": "Dimension of actions [8]."}),
    ("--d-z", {"type": int, "help": "Dimension of the latent [8]."}),
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
    ("--policy-rows", {"type": click.Choice(CHOICES["policy_rows"]), "help": "Rows of Pi [as --effects]."}),
    ("--seed", {"type": int, "help": "Seed of drawn effects [0]."}),
    ("--latent", {"type": click.Choice(CHOICES["latent"]), "help": "What the heads see [surrogate]."}),
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
)


def scenario_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the scenario argument and options to a click command."""
    for flag, settings in reversed(_OPTIONS):
        command = click.option(flag, **settings)(command)
    return click.argument(
        "scenario", required=False, metavar="[SCENARIO.toml]", type=click.Path(path_type=Path)
    )(command)


def scenario_from(path: Path | None, options: dict[str, object]) -> Scenario:
    """The scenario of a TOML file (or the defaults) with the given options over it."""
    base = read_scenario(path) if path is not None else Scenario()
    given = {name: value for name, value in options.items() if value is not None}
    if "weight" in given and "label_fraction" not in given:
        given["label_fraction"] = None
    if "label_fraction" in given and "weight" not in given:
        given["weight"] = None
    return base.with_(**given)
