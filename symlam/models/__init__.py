"""Models as data: definitions of a few lines that read like the paper's."""

from symlam.models._linear_lam import (
    acting,
    augmented_lam,
    correlated_lam,
    linear_lam,
    noiseless,
    policy_lam,
    policy_sweep_lam,
    supervised_lam,
    with_iid_noise,
    with_other_agents,
)
from symlam.models._model import Model, model

__all__ = [
    "Model",
    "acting",
    "augmented_lam",
    "correlated_lam",
    "linear_lam",
    "model",
    "noiseless",
    "policy_lam",
    "policy_sweep_lam",
    "supervised_lam",
    "with_iid_noise",
    "with_other_agents",
]
