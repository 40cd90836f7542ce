"""What scenarios of every model share: exact fields, copies, mappings, TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Self

from symlam.errors import SymlamError
from symlam.numerics import as_fraction

__all__ = ["Entries", "Population", "check_psd", "choice", "matrix", "number", "size"]


class Population:
    """A scenario as data: a frozen dataclass whose fields all have defaults and are exact rationals, sizes, choices or matrices.

    ``model`` names the model in files and options; ``integers`` the fields that are whole numbers; ``metrics`` the
    errors that `symlam.scenario.predict` gives for it.
    """

    model: ClassVar[str]
    integers: ClassVar[frozenset[str]]
    metrics: ClassVar[tuple[str, ...]]

    @property
    def effective_weight(self) -> Fraction:
        """The weight of the head in the loss, in sums."""
        raise SymlamError(f"{type(self).__name__} does not say what its head weighs")

    #: whether a training script with batches, labels and reductions is part of the scenario
    scripted: ClassVar[bool] = False
    #: what a direction's variance should come from
    wanted: ClassVar[str]
    #: every scenario has a latent, of some dimension, that heads see in some way
    d_z: int
    latent: str
    seed: int

    @property
    def weight_source(self) -> str:
        """Where the head's weight comes from, in a few words."""
        return "given" if self.supervised else "no labels"

    @property
    def coordinates(self) -> int:
        """How many coordinates the loss sums over."""
        return self.d_o  # type: ignore[attr-defined]

    @property
    def vanishing(self) -> bool:
        """Whether the loss has a term that the limit of ever smaller latents takes away, and no latent does."""
        return False

    @property
    def supervised(self) -> bool:
        """Whether a head is trained together with the latent."""
        return bool(self.effective_weight)

    def with_(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        known = [f.name for f in fields(self)]  # type: ignore[arg-type]
        unknown = set(changes) - set(known)
        if unknown:
            raise SymlamError(
                f"a scenario has no field {', '.join(sorted(unknown))}", expected=", ".join(known)
            )
        return replace(self, **changes)  # type: ignore[type-var]

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> Self:
        """Build from a mapping (a parsed TOML file); unknown names are refused."""
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        data = {name: value for name, value in data.items() if (name, value) != ("model", cls.model)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise SymlamError(
                f"a scenario has no field {', '.join(unknown)}", expected=", ".join(sorted(known))
            )
        return cls(**data)

    def to_toml(self) -> str:
        """The scenario as TOML text; only what differs from the defaults.

        >>> from symlam.scenario import Scenario
        >>> print(Scenario(noise="agents", sigma="1/2").to_toml())
        noise = "agents"
        sigma = "1/2"
        <BLANKLINE>
        """
        default, lines = type(self)(), [] if self.model == "linear" else [f'model = "{self.model}"\n']
        for f in fields(self):  # type: ignore[arg-type]
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


def size(name: str, value: object, *, least: int = 1) -> int:
    """A whole number >= ``least``; raises `SymlamError` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SymlamError(f"{name} is {value!r}", expected=f"an integer >= {least}")
    return value


def choice(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """One of some words; raises `SymlamError` for anything else."""
    if value not in allowed:
        raise SymlamError(f"{name} is {value!r}", expected=" or ".join(allowed))
    return value


def number(name: str, value: object) -> Fraction:
    """A finite number, exactly: 0.1 means one tenth, not the nearest dyadic rational."""
    try:
        return as_fraction(repr(float(value)) if isinstance(value, float) else value)
    except SymlamError:
        raise SymlamError(f"{name} is {value!r}", expected="a finite number") from None


def matrix(name: str, value: Any, shape: tuple[int, int]) -> Entries:
    """Rows of Fractions of this shape; a name that starts with "cov" has to be positive semidefinite."""
    checked = isinstance(value, Entries)
    value = value.tolist() if hasattr(value, "tolist") else value
    try:
        rows = value if checked else Entries(tuple(number(name, x) for x in row) for row in value)
    except TypeError:
        raise SymlamError(f"{name} is not a matrix", expected="a list of rows") from None
    if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
        raise SymlamError(
            f"{name} is {len(rows)} x {len(rows[0]) if rows else 0}", expected=f"{shape[0]} x {shape[1]}"
        )
    if name.startswith("cov") and not checked:
        check_psd(name, rows)
    return rows


def check_psd(name: str, rows: Any) -> None:
    """Raise `SymlamError` unless a matrix is positive semidefinite, exactly."""
    from symlam.numerics.rational import RationalMatrix, eliminate

    exact = RationalMatrix.of(rows)
    eliminate(exact, RationalMatrix(tuple(() for _ in rows), 1, 0), what=name)


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
