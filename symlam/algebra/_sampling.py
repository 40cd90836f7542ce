"""Exact rational instances that satisfy given assumptions, smallest and simplest first.

Deterministic letters are drawn first; every equation that is left is then linear in the joint
second moment, which is drawn next.  Every instance is checked against every assumption.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra._assumptions import (
    Assumptions,
    IndependentColumns,
    Order,
    Orthonormal,
    Positive,
    PositiveDefinite,
    Rank,
    ScalarEquation,
)
from symlam.algebra._draw_letters import Plan, draw_letters, plan_letters, random_matrix, random_orthogonal
from symlam.algebra._draw_moments import draw_joint, joint_system
from symlam.algebra._exact import Instance, is_psd, is_zero
from symlam.algebra._expression import SYMBOLS, Matrix
from symlam.algebra._letter import Dim, Dimension, Letter
from symlam.algebra._random import Base, LinearForm
from symlam.errors import SymlamError

_MAX_DIM = 4
_MAX_ASSIGNMENTS = 160
_SCALAR_DRAWS = 12


def _ingredients(
    expressions: Iterable[Any], assumptions: Assumptions
) -> tuple[set[Dimension], set[Letter], set[str], set[Base]]:
    dims: set[Dim] = set()
    letters: set[Letter] = set()
    symbols: set[str] = set()
    bases: set[Base] = set()

    def visit(e: Any) -> None:
        if isinstance(e, LinearForm):
            dims.add(e.dim)
            bases.update(e.parts)
            for m in e.parts.values():
                visit(m)
            return
        if isinstance(e, Matrix):
            dims.update(e.shape)
        letters.update(e.letters())
        symbols.update(e.symbols())
        dims.update(
            Dimension(SYMBOLS[i][1]) for k in e.terms for i, _ in k[0] if SYMBOLS[i][0] == "dimension"
        )

    for e in expressions:
        visit(e)
    for a in assumptions:
        for lhs, rhs in a.equations():
            visit(lhs)
            visit(rhs)
        if isinstance(a, PositiveDefinite | Rank | Positive | ScalarEquation):
            visit(a.expression)
        if isinstance(a, Rank):
            dims.update((a.low, *((a.high,) if a.high is not None else ())))
        if isinstance(a, Order):
            dims.update((a.small, a.large))
        if isinstance(a, Orthonormal | IndependentColumns):
            for b in a.blocks:
                visit(b)
    for x in letters:
        dims.update((x.rows, x.cols))
        if x.moment:
            bases.add(Base(x.moment[0], x.rows))
            bases.add(Base(x.moment[1], x.cols))
    dims.update(b.dim for b in bases)
    return {d for d in dims if isinstance(d, Dimension)}, {x for x in letters if not x.moment}, symbols, bases


def _assignments(dims: list[Dimension], assumptions: Assumptions) -> Iterator[dict[Dimension, int]]:
    """Values of the dimensions up to _MAX_DIM, smallest first, that satisfy what is assumed of sizes."""

    def allowed(values: dict[Dimension, int]) -> bool:
        """Whether no assumption about the dimensions that have a value is violated."""

        def size(d: Dim) -> int | None:
            return d if isinstance(d, int) else values.get(d)

        for a in assumptions:
            if isinstance(a, Order):
                small, large = size(a.small), size(a.large)
                if small and large and (small > large or (a.strict and small == large)):
                    return False
            elif isinstance(a, Orthonormal | IndependentColumns):
                rows = size(a.blocks[0].rows)
                if rows and sum(size(b.cols) or 1 for b in a.blocks) > rows:
                    return False
            elif isinstance(a, Rank):
                low, rows, cols = size(a.low), size(a.expression.rows), size(a.expression.cols)
                if low and ((rows and low > rows) or (cols and low > cols)):
                    return False
        return True

    def extend(values: dict[Dimension, int], cap: int) -> Iterator[dict[Dimension, int]]:
        if len(values) == len(dims):
            yield dict(values)
            return
        d = dims[len(values)]
        for n in range(1, cap + 1):
            values[d] = n
            if allowed(values):
                yield from extend(values, cap)
            del values[d]

    if not dims:
        yield {}
        return
    for cap in range(1, _MAX_DIM + 1):
        batch = itertools.islice((v for v in extend({}, cap) if max(v.values()) == cap), 4 * _MAX_ASSIGNMENTS)
        yield from sorted(batch, key=lambda v: sum(v.values()))


def _larger(dims: list[Dimension], assumptions: Assumptions) -> Iterator[dict[Dimension, int]]:
    """All dimensions equal to 5, then 6: for what vanishes on every smaller matrix.

    Not under assumptions about moments or sizes: exact joint moments of that size are slow.
    """
    stated = {x for a in assumptions for e in a.expressions() for x in e.letters()}
    bound = any(isinstance(a, Order | Orthonormal | IndependentColumns | Rank) for a in assumptions)
    if dims and not bound and not any(x.moment for x in stated):
        yield dict.fromkeys(dims, 5)
        yield dict.fromkeys(dims, 6)


def _scalars(
    rng: random.Random, dims: dict[Dimension, int], symbols: set[str], assumptions: Assumptions, size: int
) -> dict[str, Fraction]:
    top = 3 if size < 2 else 9
    positive = [a.expression for a in assumptions if isinstance(a, Positive)]
    out: dict[str, Fraction] = {}
    for _ in range(_SCALAR_DRAWS):
        for s in sorted(symbols):
            value = Fraction(rng.randint(1, top), rng.randint(1, 2 if size < 2 else 5))
            out[s] = value if rng.random() < 0.6 else -value
        for expression in positive:
            for s in expression.symbols():
                out[s] = abs(out[s])
        for a in assumptions:
            if isinstance(a, ScalarEquation) and not any(key[1] for key in a.expression.terms):
                _solve(a, out, assumptions)
        alone = Instance(dims, {}, out)
        if all(alone.value(e) > 0 for e in positive if not e.letters() and e.symbols() <= set(out)):
            break  # as 1 - ρ^2 > 0 for a correlation; else the draw is left to the check of the instance
    return out


def _solve(a: ScalarEquation, values: dict[str, Fraction], assumptions: Assumptions) -> None:
    """Change the value of one symbol so that a polynomial equation between symbols holds, where one is linear in it."""
    signs = {s for p in assumptions if isinstance(p, Positive) for s in p.expression.symbols()}
    keys = [dict(key[0]) for key in a.expression.terms]
    if any(SYMBOLS[i][0] == "dimension" for powers in keys for i in powers):
        return
    found = a.expression.symbols()
    # a name for a quotient before what is divided by
    for s in sorted(found, key=lambda s: (s in signs, sum(s in _names(k) for k in keys), s)):
        slope, rest = Fraction(0), Fraction(0)
        for powers, v in zip(keys, a.expression.terms.values(), strict=True):
            own = {SYMBOLS[i][1]: p for i, p in powers.items()}
            if own.get(s, 0) not in (0, 1):
                break
            term = Fraction(v)
            for name, p in own.items():
                term *= values[name] ** p if name != s else 1
            slope, rest = (slope + term, rest) if s in own else (slope, rest + term)
        else:
            if slope and rest:
                values[s] = -rest / slope
                return


def _names(powers: dict[int, int]) -> set[str]:
    return {SYMBOLS[i][1] for i in powers}


def satisfies(inst: Instance, assumptions: Assumptions) -> bool:
    """Whether an instance satisfies every assumption, exactly.

    An assumption that has no value on the instance (an inverse of a singular matrix) is violated.
    """
    try:
        return all(_holds(inst, a) for a in assumptions)
    except SymlamError:
        return False


def _holds(inst: Instance, a: Any) -> bool:
    if any(not is_zero(inst.value(lhs) - inst.value(rhs)) for lhs, rhs in a.equations()):
        return False
    if isinstance(a, PositiveDefinite) and not is_psd(inst.value(a.expression), strict=True):
        return False
    if isinstance(a, Rank):
        rank = inst.value(a.expression).rref()[1]
        if rank < inst.size(a.low) or (a.high is not None and rank > inst.size(a.high)):
            return False
    if isinstance(a, IndependentColumns):
        both = [inst.value(b).tolist() for b in a.blocks]
        side_by_side = flint.fmpq_mat([[x for row in rows for x in row] for rows in zip(*both, strict=True)])
        if side_by_side.rank() < side_by_side.ncols():
            return False
    if isinstance(a, ScalarEquation) and inst.value(a.expression):
        return False
    if isinstance(a, Positive) and inst.value(a.expression) <= 0:
        return False
    if isinstance(a, Order):
        small, large = inst.size(a.small), inst.size(a.large)
        if small > large or (a.strict and small == large):
            return False
    return True


def instances(
    expressions: Iterable[Any],
    assumptions: Assumptions,
    *,
    seed: int = 0,
    rounds: int = 4,
    plain: int = 0,
    max_dim: int = _MAX_DIM,
) -> Iterator[Instance]:
    """Exact instances on which the expressions have values and the assumptions hold, small first.

    ``rounds`` draws are made for every assignment of dimensions up to ``max_dim``, and some with
    larger ones at last (when ``max_dim`` is left alone).  ``plain`` of them come first with
    coordinates as uncorrelated as the assumptions let them be, which keeps numbers small and
    spectra rational.  Raises SymlamError when every assumption can be solved for and yet no
    draw satisfies them all: they contradict each other at the sizes that were tried.
    """
    expressions = list(expressions)
    dims, letters, symbols, bases = _ingredients(expressions, assumptions)
    order = sorted(bases, key=lambda b: b.name)
    plan = plan_letters(assumptions)
    made, hard = False, plan.hard
    rng = random.Random(seed)
    named = sorted(dims)
    assignments = [
        v
        for v in itertools.islice(_assignments(named, assumptions), _MAX_ASSIGNMENTS)
        if max(v.values(), default=1) <= max_dim
    ]
    draws = [(v, 0 if r < plain else 1 if r < plain + 2 else 3) for r in range(rounds) for v in assignments]
    if max_dim == _MAX_DIM:
        draws += [(v, 1) for v in _larger(named, assumptions) for _ in range(2)]
    for v, size in draws:
        try:
            inst = draw_letters(
                rng, v, letters, _scalars(rng, v, symbols, assumptions, size), assumptions, plan, size
            )
            whole = _with_moments(rng, inst, order, assumptions, plan, size)
        except _NotLinear:
            hard = True
            continue
        except SymlamError:  # singular or inconsistent on this draw
            continue
        if whole is not None and satisfies(whole, assumptions):
            made = True
            yield whole
    if not made and not hard:
        raise SymlamError(
            f"no instance satisfies {assumptions!r} at any dimension up to {_MAX_DIM}",
            hint="the assumptions contradict each other; drop one",
        )


class _NotLinear(Exception):
    """An equation is not linear in the joint second moment."""


def _with_moments(
    rng: random.Random,
    inst: Instance,
    order: list[Base],
    assumptions: Assumptions,
    plan: Plan,
    size: int,
) -> Instance | None:
    """The instance with a joint second moment, and with the letters that depend on it."""
    joint = None
    if order:
        system = joint_system(inst, order, assumptions, {x for x, _ in plan.late})
        if system is None:
            raise _NotLinear
        joint = draw_joint(rng, inst, order, system, size)
        if joint is None:
            return None
    out = Instance(inst.dims, inst.matrices, inst.scalars, tuple(order), joint)
    for x, image in plan.late:
        out.matrices[x] = out.value(image)
    return out


def has_instance(assumptions: Assumptions, expressions: Iterable[Any] = ()) -> bool | None:
    """Whether some small exact instance satisfies the assumptions; None when none was found, nor had to be."""
    try:
        return True if next(instances(expressions, assumptions), None) is not None else None
    except SymlamError:
        return False


__all__ = [
    "has_instance",
    "instances",
    "random_matrix",
    "random_orthogonal",
    "satisfies",
]
