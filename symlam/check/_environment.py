"""What the declarations of a derivation say: names, assumptions, results that may be cited."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from symlam.algebra import (
    Assumption,
    Assumptions,
    Dimension,
    E,
    LinearForm,
    Matrix,
    Scalar,
    matrix,
    positive,
    scalar,
    vector,
    white,
    zero,
)
from symlam.algebra._assumptions import Equation
from symlam.algebra._expression import constant
from symlam.check._names import key, plain, starred, unstyled
from symlam.check._values import ONE, Multiple
from symlam.errors import SymlamError

# E[1 1] = 1, for expectations of single vectors; holds by definition, so it is never reported
_UNIT = white(ONE)


@dataclass
class Result:
    """A labelled line: its statement as assumptions, and whether it was accepted."""

    label: str
    assumptions: tuple[Assumption, ...]
    verdict: str
    at_least: tuple[Scalar, ...] = ()


@dataclass
class Environment:
    """Names and assumptions; grows as a file is read."""

    values: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    assumptions: list[Assumption] = field(default_factory=list)
    parameters: dict[str, list[Matrix]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    bounds: list[tuple[Scalar, Assumption]] = field(default_factory=list)
    objective: str | None = None
    numerator_layout: bool = False
    uses_mean: bool = False
    roots: int = 0  # vectors that stand for semidefinite matrices
    vanishing: list[tuple[str, LinearForm]] = field(default_factory=list)  # vectors assumed to be 0

    # ---- names

    def find(self, name: str) -> str | None:
        """The key under which a name is known, None when it is not."""
        k = key(name)
        if k in self.values:
            return k
        return unstyled(k) if unstyled(k) in self.values else None

    def bind(self, name: str, value: Any, kind: str) -> None:
        """Enter a name; SymlamError when it is taken."""
        k = key(name)
        if k in self.values:
            raise SymlamError(
                f"{name} is declared twice: it is already a {self.kinds[k]}", hint="another name"
            )
        self.values[k], self.kinds[k] = value, kind

    def engine_name(self, name: str) -> str:
        """A name for the algebra that nothing else has."""
        out = plain(key(name))
        taken = {plain(k) for k in self.values}
        while out in taken:
            out += "~"
        return out

    def value(self, name: str) -> Any:
        """What a name stands for; SymlamError when it stands for nothing."""
        k = self.find(name)
        if k is not None:
            return self.values[k]
        if unstyled(key(name)) == "I":
            return Multiple(constant(1))
        sized = self._identity(name)
        if sized is not None:
            return sized
        base = starred(key(name))
        raise SymlamError(
            f"{name} is not declared",
            expected="a name from %! vector, matrix, scalar, let or moment, or an earlier line",
            hint=f"state {name} = ... first" if base else self._near(name),
        )

    def _identity(self, name: str) -> Any:
        from symlam.algebra import identity

        k = key(name)
        if k[:2] in ("I_", "0_", "O_") and k[:1] == "I":
            inner = k[2:].removeprefix("{").removesuffix("}")
            if inner.isdigit() and int(inner) > 0:
                return identity(int(inner))
            for candidate in (inner, inner.replace(" ", "")):
                if self.kinds.get(candidate) == "dimension":
                    return identity(self.values[candidate])
        return None

    def _near(self, name: str) -> str | None:
        import difflib

        near = difflib.get_close_matches(key(name), list(self.values), n=1, cutoff=0.5)
        return f"{near[0]}, which is declared" if near else None

    def is_letter(self, name: str) -> bool:
        """Whether the name is a declared matrix."""
        k = self.find(name)
        return k is not None and self.kinds[k] == "matrix"

    # ---- declarations

    def dimension(self, name: str) -> None:
        """dims d_o."""
        self.bind(name, Dimension(self.engine_name(name)), "dimension")

    def size(self, text: str) -> Any:
        """A declared dimension or a positive integer."""
        if text.isdigit():
            return int(text)
        k = self.find(text)
        if k is None or self.kinds[k] != "dimension":
            raise SymlamError(
                f"{text} is not a dimension", expected="a name from %! dims, or a positive integer"
            )
        return self.values[k]

    def add_vector(self, name: str, size: str) -> None:
        """vector o : d_o."""
        self.bind(name, vector(self.engine_name(name), self.size(size)), "vector")

    def add_matrix(self, name: str, rows: str, cols: str, flags: set[str]) -> None:
        """matrix A : d_o x d_z, symmetric or invertible."""
        m = matrix(
            self.engine_name(name), self.size(rows), self.size(cols),
            symmetric="symmetric" in flags, invertible="invertible" in flags,
        )  # fmt: skip
        self.bind(name, m, "matrix")

    def add_scalar(self, name: str, *, is_positive: bool) -> None:
        r"""Scalar \lambda, or positive scalar \lambda."""
        s = scalar(self.engine_name(name))
        self.bind(name, s, "scalar")
        if is_positive:
            self.assume(positive(s))

    def assume(self, *items: Assumption) -> None:
        """Enter assumptions, once each."""
        for a in items:
            if a not in self.assumptions:
                self.assumptions.append(a)

    # ---- what lines are decided under

    def known(self, means: Any = ()) -> Assumptions:
        """The assumptions so far (with those on means where E[x] occurs); SymlamError for a contradiction."""
        items = [*self.assumptions, *(means if self.uses_mean else ()), *self.hidden()]
        out = Assumptions(items)
        for a in self.consequences():
            try:
                out = Assumptions([*out, a])
            except SymlamError as error:
                if "contradictory" in error.problem:
                    raise
                # an equation that cannot serve as a rule: one consequence less is used
        return out

    def consequences(self) -> list[Assumption]:
        """E[d w^T] = 0 for a vector d that is assumed to be 0 and every other vector w."""
        others = [v for k, v in self.values.items() if self.kinds[k] == "vector"]
        if self.uses_mean:
            others.append(ONE)
        return [
            Equation(text, m, zero(m.rows, m.cols))
            for text, d in self.vanishing
            for w in others
            if (m := E(d, w)) and m != E(d, d)
        ]

    def hidden(self) -> tuple[Assumption, ...]:
        """What holds by definition and is not reported."""
        return (_UNIT,) if self.uses_mean else ()


def inconsistency(known: Assumptions) -> str:
    """Why nothing can be checked under the assumptions; empty where some small exact data satisfy them.

    Remembered, for files that are checked again.
    """
    found = _consistent(known.items) if len(known) else True
    if found:
        return ""
    if found is False:
        return "contradictory assumptions: no exact data of any dimension up to 4 satisfy"
    return "no exact data were found, so that nothing can be refuted, which satisfy"


@lru_cache(maxsize=256)
def _consistent(items: tuple[Assumption, ...]) -> bool | None:
    from symlam.algebra._sampling import has_instance

    return has_instance(Assumptions(items))


def reported(used: Any) -> tuple[str, ...]:
    """Assumptions as text, without what holds by definition."""
    return tuple(sorted({a.text for a in used if a != _UNIT}))
