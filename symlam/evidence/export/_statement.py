"""Lemma statements: binders, hypotheses, conclusion.  Trusted together with `_print` and `_names`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from symlam.algebra import Assumptions, Dimension, LinearForm, Matrix, Scalar
from symlam.algebra._assumptions import (
    Assumption,
    Order,
    Positive,
    PositiveDefinite,
    Rank,
    ScalarEquation,
)
from symlam.algebra._expression import SYMBOLS
from symlam.algebra._letter import Letter
from symlam.errors import SymlamError
from symlam.evidence.export._names import Names
from symlam.evidence.export._print import Printer
from symlam.evidence.export._terms import parts


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis: what kind, the engine's objects it states, and how it is written."""

    kind: str
    data: tuple[Any, ...]
    text: str


@dataclass
class Statement:
    """A lemma: name, binders, hypotheses and conclusion, all as text; ``printer`` knows the identifiers."""

    name: str
    binders: str
    hypotheses: tuple[Hypothesis, ...]
    conclusion: str
    printer: Printer
    vectors: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The statement without its proof."""
        lines = [f"Lemma {self.name} {self.binders} :"]
        lines += [f"  {h.text} ->" for h in self.hypotheses]
        return "\n".join([*lines, f"  {self.conclusion}."])


def expressions_of(a: Assumption) -> list[Any]:
    """The engine's expressions in an assumption."""
    out: list[Any] = [e for pair in a.equations() for e in pair]
    if isinstance(a, ScalarEquation | PositiveDefinite | Positive | Rank):
        out.append(a.expression)
    return out


def hypotheses_of(a: Assumption, p: Printer) -> list[Hypothesis]:
    """An assumption as hypotheses, one for each equation that it states."""
    eqs = [Hypothesis("equation", (x, y), f"{p.matrix(x)} = {p.matrix(y)}") for x, y in a.equations()]
    if eqs:
        return eqs
    if isinstance(a, ScalarEquation):
        return [Hypothesis("scalar", (a.expression,), f"{p.scalar(a.expression)} = 0 :> R")]
    if isinstance(a, PositiveDefinite):
        return [Hypothesis("definite", (a.expression,), f"pd ({p.matrix(a.expression)})")]
    if isinstance(a, Positive):
        return [Hypothesis("positive", (a.expression,), f"0 < ({p.scalar(a.expression)} : R)")]
    if isinstance(a, Order):
        sign = "<" if a.strict else "<="
        return [Hypothesis("order", (), f"({p.dim(a.small)} {sign} {p.dim(a.large)})%N")]
    if isinstance(a, Rank):
        rank = f"\\rank ({p.matrix(a.expression)})%R"  # its own scope would read + as the sum of row spaces
        out = [Hypothesis("rank", (), f"({p.dim(a.low)} <= {rank})%N")]
        if a.high is not None:
            out.append(Hypothesis("rank", (), f"({rank} <= {p.dim(a.high)})%N"))
        return out
    raise SymlamError(
        f"the assumption {a!r} cannot be exported", expected="an equation, definiteness, rank or order"
    )


@dataclass
class Ingredients:
    """What occurs in some expressions and assumptions, in the order in which it is written."""

    dims: set[Dimension | int] = field(default_factory=set)
    letters: set[Letter] = field(default_factory=set)
    vectors: dict[str, Any] = field(default_factory=dict)
    scalars: set[str] = field(default_factory=set)
    inverted: set[int] = field(default_factory=set)

    def visit(self, e: Any) -> None:
        """Add what occurs in one expression."""
        if isinstance(e, LinearForm):
            self.dims.add(e.dim)
            for b, m in e.parts.items():
                self._vector(b.name, b.dim)
                self.visit(m)
            return
        if isinstance(e, Matrix):
            self.dims.update(e.shape)
        for x in e.letters():
            self.dims.update((x.rows, x.cols))
            if x.moment is None:
                self.letters.add(x)
            else:
                self._vector(x.moment[0], x.rows)
                self._vector(x.moment[1], x.cols)
        self.scalars.update(e.symbols())
        for key in e.terms:
            self.dims.update(Dimension(SYMBOLS[i][1]) for i, _ in key[0] if SYMBOLS[i][0] == "dimension")
            self.inverted.update(i for i, power in key[0] if power < 0)

    def _vector(self, name: str, dim: Any) -> None:
        self.dims.add(dim)
        if self.vectors.setdefault(name, dim) != dim:
            raise SymlamError(f"two random vectors {name}, of dimensions {self.vectors[name]} and {dim}")

    @property
    def ordered(self) -> list[Letter]:
        """The letters, sorted by name and shape."""
        return sorted(
            self.letters, key=lambda x: (x.name, str(x.rows), str(x.cols), x.symmetric, x.invertible)
        )


def ingredients(terms: Iterable[Any], under: Iterable[Assumption]) -> Ingredients:
    """What occurs in terms and assumptions."""
    out = Ingredients()
    for t in terms:
        for e in parts(t):
            out.visit(e)
    for a in under:
        for e in expressions_of(a):
            out.visit(e)
        if isinstance(a, Order):
            out.dims.update((a.small, a.large))
        if isinstance(a, Rank):
            out.dims.update(d for d in (a.low, a.high) if d is not None)
    return out


def hypotheses(
    found: Ingredients, letters: Iterable[Letter], under: Sequence[Assumption], p: Printer
) -> tuple[Hypothesis, ...]:
    """What is declared of the letters, the scalars that are divided by, and the assumptions, in this order."""
    hyps = []
    for x in letters:
        s = p.names("letter", x, x.name)
        if x.symmetric:
            hyps.append(Hypothesis("symmetric", (x,), f"{s}^T = {s}"))
        if x.invertible:
            hyps.append(Hypothesis("invertible", (x,), f"{s} \\in unitmx"))
    positive = [a.expression for a in under if isinstance(a, Positive)]
    for i in sorted(found.inverted, key=lambda i: SYMBOLS[i]):
        if Scalar({(((i, 1),), ()): 1}) not in positive:
            hyps.append(Hypothesis("nonzero", (i,), f"({p.symbol(i, 1)} : R) != 0"))
    for a in under:
        hyps += hypotheses_of(a, p)
    return tuple(hyps)


def state(
    name: str, terms: Sequence[Any], conclude: Any, under: Iterable[Assumption], bound: Iterable[Matrix] = ()
) -> Statement:
    """The lemma with conclusion ``conclude(printer)`` about ``terms`` under assumptions.

    ``bound`` are letters that the conclusion quantifies itself.
    """
    under = tuple(under)
    found = ingredients(terms, under)
    p = Printer(Names())
    binders = "(R : realFieldType) (V : l2space R)"
    for d in sorted({d for d in found.dims if isinstance(d, Dimension)}):
        binders += f" ({p.dim(d)} : nat)"
    for s in sorted(found.scalars):
        binders += f" ({p.names('scalar', s)} : R)"
    taken = {a.as_letter() for a in bound}
    letters = [x for x in found.ordered if x not in taken]
    for x in letters:
        binders += f" ({p.names('letter', x, x.name)} : 'M[R]_({p.dim(x.rows)}, {p.dim(x.cols)}))"
    for v, d in sorted(found.vectors.items()):
        binders += f" ({p.names('vector', v)} : 'cV[V]_{p.dim(d)})"
    hyps = hypotheses(found, letters, under, p)
    return Statement(name, binders, hyps, conclude(p), p, found.vectors)


def flat(under: Any) -> tuple[Assumption, ...]:
    """Assumptions in any of the forms that the engine takes, as a tuple."""
    if isinstance(under, Assumptions):
        return under.items
    if isinstance(under, set | frozenset):  # no order of its own
        under = sorted(under, key=lambda a: a.text)
    return Assumptions(under).items


__all__ = [
    "Hypothesis",
    "Ingredients",
    "Statement",
    "expressions_of",
    "flat",
    "hypotheses",
    "hypotheses_of",
    "ingredients",
    "state",
]
