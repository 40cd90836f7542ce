"""A scenario as data: the linear LAM with its noise, policy, augmentation, supervision and evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from symlam.errors import SymlamError
from symlam.scenario.fields import Population, choice, matrix, number, size

__all__ = ["CHOICES", "Scenario", "effective_weight"]

CHOICES = {
    "noise": ("none", "iid", "agents"),
    "effects": ("orthogonal", "random"),
    "policy_rows": ("orthogonal", "aligned", "random"),
    "latent": ("true", "surrogate", "surrogate-pinv"),
    "eval_policy": ("train", "random"),
    "eval_noise": ("train", "none"),
    "reduction": ("mean", "sum"),
}
_MATRICES = ("X", "Y", "Pi", "cov_o", "cov_a", "cov_b", "cov_noise")
_SIZES = ("d_o", "d_a", "d_z", "d_b", "batch")
_SCALES = ("sigma", "sigma_o", "sigma_a", "augment")
_MEANS = ("mean_o", "mean_a", "mean_b")


@dataclass(frozen=True)
class Scenario(Population):
    """One population of the linear LAM: o' = o + X a + noise, a = chi Pi o + (1 - chi) pi.

    Dimensions ``d_o``, ``d_a``, ``d_z``, ``d_b``; ``noise`` "none", "iid" (sigma^2 I) or "agents" (sigma Y b);
    ``sigma_o``, ``sigma_a`` scale o and pi; ``chi`` in [0, 1] mixes a deterministic policy in; ``augment`` is
    |kappa| of P4.3. Supervision: either ``weight`` (lambda of L_a, in sums) or ``label_fraction`` with ``batch``
    and ``reduction``. ``effects``: X and Y orthonormal, and X'Y = 0 ("orthogonal") or drawn independently
    ("random", with ``seed``); ``policy_rows``: Pi has orthonormal rows, orthogonal to X and Y, or equal to X'
    ("aligned"), or drawn ("random"; the default follows ``effects``). Matrices ``X`` (d_o x d_a), ``Y``, ``Pi``,
    ``cov_o``, ``cov_a``, ``cov_b``, ``cov_noise`` override all that. ``mean_o``, ``mean_a``, ``mean_b``: numbers
    (every coordinate) or lists; ``affine_model`` gives the model biases, ``affine_heads`` the evaluation heads.
    Evaluation: ``latent`` ("true" z, "surrogate" o^' - o, "surrogate-pinv" B^+(o^' - o)); heads are fitted on the
    training distribution without augmentation and evaluated under ``eval_policy`` and ``eval_noise``.
    Raises `SymlamError` for values out of range and for effects that do not fit in d_o.

    >>> Scenario(d_z=0)
    Traceback (most recent call last):
    ...
    symlam.errors.SymlamError: d_z is 0; expected an integer >= 1
    """

    model: ClassVar[str] = "linear"
    scripted: ClassVar[bool] = True
    wanted: ClassVar[str] = "action"
    integers: ClassVar[frozenset[str]] = frozenset({*_SIZES, "seed"})
    metrics: ClassVar[tuple[str, ...]] = ("action_mse", "noise_mse", "observation_mse", "llo")

    d_o: int = 128
    d_a: int = 8
    d_z: int = 8
    noise: str = "none"
    d_b: int = 8
    sigma: Any = 1
    sigma_o: Any = 1
    sigma_a: Any = 1
    chi: Any = 0
    augment: Any = 0
    weight: Any = None
    label_fraction: Any = None
    batch: int = 128
    reduction: str = "mean"
    effects: str = "orthogonal"
    policy_rows: str | None = None
    seed: int = 0
    latent: str = "surrogate"
    eval_policy: str = "train"
    eval_noise: str = "train"
    affine_model: bool = False
    affine_heads: bool = True
    mean_o: Any = 0
    mean_a: Any = 0
    mean_b: Any = 0
    X: Any = None
    Y: Any = None
    Pi: Any = None
    cov_o: Any = None
    cov_a: Any = None
    cov_b: Any = None
    cov_noise: Any = None

    def __post_init__(self) -> None:
        for name in _SIZES:
            size(name, getattr(self, name))
        size("seed", self.seed, least=0)
        for name, allowed in CHOICES.items():
            if name != "policy_rows" or self.policy_rows is not None:
                choice(name, getattr(self, name), allowed)
        for name in (*_SCALES, "chi", "weight", "label_fraction"):
            value = getattr(self, name)
            if value is None and name in ("weight", "label_fraction"):
                continue
            exact = number(name, value)
            if exact < 0:
                raise SymlamError(f"{name} is {value}", expected="a number >= 0")
            if name in ("chi", "label_fraction") and exact > 1:
                raise SymlamError(f"{name} is {value}", expected="a number in [0, 1]")
            object.__setattr__(self, name, exact)
        if self.weight is not None and self.label_fraction is not None:
            raise SymlamError(
                "both weight and label_fraction are given",
                expected="one of them",
                hint="drop weight to derive it from the labels",
            )
        for name in ("affine_model", "affine_heads"):
            if not isinstance(getattr(self, name), bool):
                raise SymlamError(f"{name} is {getattr(self, name)!r}", expected="true or false")
        for name, length in zip(_MEANS, (self.d_o, self.d_a, self.d_b), strict=True):
            object.__setattr__(self, name, _vector(name, getattr(self, name), length))
        for name in _MATRICES:
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _given(self, name))
        if self.effects == "orthogonal" and self.X is None:
            needed = self.d_a + (self.d_b if self.noise == "agents" else 0)
            if self.chi and self.rows_of_policy == "orthogonal":
                needed += self.d_a
            if needed > self.d_o:
                raise SymlamError(
                    f"orthogonal effects need {needed} dimensions and d_o is {self.d_o}",
                    expected="d_o >= d_a (+ d_b of other agents, + d_a of the policy's rows)",
                    hint="effects = 'random', or policy_rows = 'aligned'",
                )
        if max(self.d_a, self.d_b if self.noise == "agents" else 0) > self.d_o:
            raise SymlamError(
                f"d_a or d_b exceeds d_o = {self.d_o}", expected="columns of X and Y fit in d_o"
            )

    @property
    def weight_source(self) -> str:
        """Where the effective weight comes from, in a few words."""
        if self.weight is not None:
            return "given"
        if not self.label_fraction:
            return "no labels"
        if self.reduction == "sum":
            return "label fraction (sums)"
        return f"(d_o/d_a) (1 - (1 - p)^{self.batch})"

    @property
    def rows_of_policy(self) -> str:
        """``policy_rows``, with its default filled in."""
        return self.policy_rows or self.effects

    @property
    def effective_weight(self) -> Fraction:
        """The weight lambda of L_a that the training script really uses (`effective_weight`)."""
        return effective_weight(self)


def _vector(name: str, value: Any, length: int) -> Any:
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        entries = tuple(number(name, x) for x in (value.tolist() if hasattr(value, "tolist") else value))
        if len(entries) != length:
            raise SymlamError(f"{name} has {len(entries)} entries", expected=f"{length}, or one number")
        return entries if any(entries) else Fraction(0)
    return number(name, value)


def _given(scenario: Scenario, name: str) -> Any:
    d_o, d_a, d_b = scenario.d_o, scenario.d_a, scenario.d_b
    shape = {
        "X": (d_o, d_a),
        "Y": (d_o, d_b),
        "Pi": (d_a, d_o),
        "cov_o": (d_o, d_o),
        "cov_a": (d_a, d_a),
        "cov_b": (d_b, d_b),
        "cov_noise": (d_o, d_o),
    }[name]
    return matrix(name, getattr(scenario, name), shape)


def effective_weight(scenario: Scenario) -> Fraction:
    """The lambda of L_a = E|o^' - o'|^2 + lambda E|a^ - a|^2 that a training script's reductions amount to.

    With n ~ Binomial(batch, p) labelled samples in a batch:

    - ``reduction = "sum"``: sums over coordinates and samples. The expected loss of a batch is
      batch (E|o^' - o'|^2 + p E|a^ - a|^2), so lambda = p, which is the paper's |D_a| / |D|.
    - ``reduction = "mean"``: means over coordinates; the action error is a mean over the n labelled samples and
      zero when n = 0. Given n >= 1 a mean over i.i.d. samples has the population value whatever n is, so the
      expected loss is (1/d_o) E|o^' - o'|^2 + P(n >= 1) (1/d_a) E|a^ - a|^2, and
      lambda = (d_o / d_a) (1 - (1 - p)^batch).

    >>> float(effective_weight(Scenario(label_fraction="0.01")))  # d_o = 128, d_a = 8, batch = 128
    11.579973316812662
    """
    if scenario.weight is not None:
        return scenario.weight
    if not scenario.label_fraction:
        return Fraction(0)
    p = scenario.label_fraction
    if scenario.reduction == "sum":
        return p
    return Fraction(scenario.d_o, scenario.d_a) * (1 - (1 - p) ** scenario.batch)
