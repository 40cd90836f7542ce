"""A scenario as data: the linear LAM with its noise, policy, augmentation, supervision and evaluation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from symlam.errors import SymlamError
from symlam.numerics import as_fraction

__all__ = ["CHOICES", "Scenario", "effective_weight", "read_scenario"]

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
class Scenario:
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
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise SymlamError(f"{name} is {value!r}", expected="an integer >= 1")
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            raise SymlamError(f"seed is {self.seed!r}", expected="an integer >= 0")
        for name, allowed in CHOICES.items():
            value = getattr(self, name)
            if value not in allowed and not (name == "policy_rows" and value is None):
                raise SymlamError(f"{name} is {value!r}", expected=" or ".join(allowed))
        for name in (*_SCALES, "chi", "weight", "label_fraction"):
            value = getattr(self, name)
            if value is None and name in ("weight", "label_fraction"):
                continue
            number = _number(name, value)
            if number < 0:
                raise SymlamError(f"{name} is {value}", expected="a number >= 0")
            if name in ("chi", "label_fraction") and number > 1:
                raise SymlamError(f"{name} is {value}", expected="a number in [0, 1]")
            object.__setattr__(self, name, number)
        if self.weight is not None and self.label_fraction is not None:
            raise SymlamError(
                "both weight and label_fraction are given",
                expected="one of them",
                hint="drop weight to derive it from the labels",
            )
        for name in ("affine_model", "affine_heads"):
            if not isinstance(getattr(self, name), bool):
                raise SymlamError(f"{name} is {getattr(self, name)!r}", expected="true or false")
        for name, size in zip(_MEANS, (self.d_o, self.d_a, self.d_b), strict=True):
            object.__setattr__(self, name, _vector(name, getattr(self, name), size))
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
    def rows_of_policy(self) -> str:
        """``policy_rows``, with its default filled in."""
        return self.policy_rows or self.effects

    @property
    def effective_weight(self) -> Fraction:
        """The weight lambda of L_a that the training script really uses (`effective_weight`)."""
        return effective_weight(self)

    def with_(self, **changes: Any) -> Scenario:
        """A copy with some fields changed."""
        unknown = set(changes) - {f.name for f in fields(self)}
        if unknown:
            raise SymlamError(
                f"a scenario has no field {', '.join(sorted(unknown))}",
                expected=", ".join(f.name for f in fields(self)),
            )
        return replace(self, **changes)

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> Scenario:
        """Build from a mapping (a parsed TOML file); unknown names are refused."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise SymlamError(
                f"a scenario has no field {', '.join(unknown)}", expected=", ".join(sorted(known))
            )
        return cls(**data)  # type: ignore[arg-type]

    def to_toml(self) -> str:
        """The scenario as TOML text; only what differs from the defaults.

        >>> print(Scenario(noise="agents", sigma="1/2").to_toml())
        noise = "agents"
        sigma = "1/2"
        <BLANKLINE>
        """
        default, lines = Scenario(), []
        for f in fields(self):
            value = getattr(self, f.name)
            if value is not None and value != getattr(default, f.name):
                lines.append(f"{f.name} = {_toml(value)}\n")
        return "".join(lines)


class Entries(tuple[Any, ...]):
    """Rows of Fractions that know their hash and their float64 form, both computed once."""

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def floats(self) -> Any:
        """The entries as a float64 array."""
        import numpy as np

        return np.array([[float(x) for x in row] for row in self])

    @cached_property
    def root(self) -> Any:
        """A float64 R with R R' equal to this covariance."""
        import numpy as np

        values, vectors = np.linalg.eigh(self.floats)
        return vectors * np.sqrt(np.maximum(values, 0.0))


def _number(name: str, value: object) -> Fraction:
    try:
        # 0.1 in a file or on a command line means one tenth, not the nearest dyadic rational
        return as_fraction(repr(float(value)) if isinstance(value, float) else value)
    except SymlamError:
        raise SymlamError(f"{name} is {value!r}", expected="a finite number") from None


def _vector(name: str, value: Any, size: int) -> Any:
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        entries = tuple(_number(name, x) for x in (value.tolist() if hasattr(value, "tolist") else value))
        if len(entries) != size:
            raise SymlamError(f"{name} has {len(entries)} entries", expected=f"{size}, or one number")
        return entries if any(entries) else Fraction(0)
    return _number(name, value)


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
    value = getattr(scenario, name)
    checked = isinstance(value, Entries)
    value = value.tolist() if hasattr(value, "tolist") else value
    try:
        rows = value if checked else Entries(tuple(_number(name, x) for x in row) for row in value)
    except TypeError:
        raise SymlamError(f"{name} is not a matrix", expected="a list of rows") from None
    if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
        raise SymlamError(
            f"{name} is {len(rows)} x {len(rows[0]) if rows else 0}", expected=f"{shape[0]} x {shape[1]}"
        )
    if name.startswith("cov") and not checked:
        _check_psd(name, rows)
    return rows


def _check_psd(name: str, rows: Any) -> None:
    from symlam.numerics.rational import RationalMatrix, eliminate

    matrix = RationalMatrix.of(rows)
    eliminate(matrix, RationalMatrix(tuple(() for _ in rows), 1, 0), what=name)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction):
        return str(value) if value.denominator == 1 else f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(x) for x in value) + "]"
    return f'"{value}"'


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a TOML file; raises `SymlamError` when the file is missing or not a scenario."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SymlamError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SymlamError(
            f"{path} is not TOML: {error}", hint="symlam predict --help shows the fields"
        ) from None
    return Scenario.from_mapping(data)


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
