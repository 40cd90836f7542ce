"""A linear programme over cells in exact rational arithmetic: how little K cells can cost.

    minimise sum_C cost(C) x_C   over x >= 0   with   sum_C masses(C) x_C = T,   sum_C x_C = K.

Every partition into at most K cells is a point of it (the empty cell counts too), so its value bounds all of them from
below. The dual prices (mu, tau) with cost(C) - mu.masses(C) + tau >= 0 for all cells prove the bound T.mu - K tau. Floats
choose the columns that enter; the prices, the basis and the last pass over all cells are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from symlam.gridworld.cells import CellTable

__all__ = ["LinearOptimum", "cost_range", "solve", "tight_cells"]

MOST_STEPS = 2000


@dataclass(frozen=True)
class LinearOptimum:
    """``value`` with its proof: prices ``mu`` (one per orbit) and ``tau``, and the cells of ``columns`` in amounts ``x``."""

    value: Fraction
    mu: tuple[Fraction, ...]
    tau: Fraction
    columns: tuple[int, ...]
    x: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class _Costs:
    """cost(C) W = noise_weight * noise + sum_o lengths_o (W masses_o - squares_o), all integers over ``unit``."""

    table: CellTable
    unit: int
    numerators: np.ndarray  # integers: cost * W * unit

    def exact(self, column: int) -> Fraction:
        return Fraction(int(self.numerators[column]), self.unit * max(1, int(self.table.total[column])))


def _costs(table: CellTable, noise: Fraction, lengths: tuple[Fraction, ...]) -> _Costs:
    unit = lcm(noise.denominator, *(l.denominator for l in lengths))
    # numbers that are too fine for 64 bits are Python's
    largest = (
        int(noise * unit) * int(table.noise.max())
        + sum(int(l * unit) for l in lengths) * int(table.total.max()) ** 2
    )
    kind = object if largest >= 2**62 else np.int64
    numerators = _int(noise * unit) * table.noise.astype(kind)
    for o, length in enumerate(lengths):
        numerators = numerators + _int(length * unit) * (
            table.total * table.masses[:, o] - table.squares[:, o]
        ).astype(kind)
    return _Costs(table, unit, numerators)


def _int(value: Fraction) -> int:
    assert value.denominator == 1
    return value.numerator


def solve(
    table: CellTable,
    totals: tuple[int, ...],
    codes: int,
    noise: Fraction,
    lengths: tuple[Fraction, ...],
    *,
    allowed: np.ndarray | None = None,
) -> LinearOptimum:
    """The exact optimum for noise weight sigma^2 and one squared length of the moves per orbit.

    ``allowed`` are the indices of the cells that may be used, all by default. Columns of ``table.masses`` beyond the orbits are further
    equations, with right sides in ``totals``.

    >>> from symlam.gridworld.cells import cell_table
    >>> table = cell_table((1,) * 5, (0,) * 5, 4)
    >>> solve(table, (80,), 5, Fraction(1), (Fraction(1),)).value
    Fraction(80, 1)
    """
    cells = np.arange(len(table.total)) if allowed is None else allowed
    return _simplex(table, _costs(table, noise, lengths), totals, codes, cells)


def tight_cells(
    table: CellTable, noise: Fraction, lengths: tuple[Fraction, ...], optimum: LinearOptimum
) -> np.ndarray:
    """The cells whose reduced cost is zero: all cells of all optimal partitions are among them, up to symmetry."""
    slack = reduced_costs(table, _costs(table, noise, lengths), [*optimum.mu, -optimum.tau])
    return np.flatnonzero(slack == 0)


def cost_range(
    table: CellTable, totals: tuple[int, ...], codes: int, cells: np.ndarray, values: list[Fraction]
) -> tuple[Fraction, Fraction]:
    """Least and greatest sum of ``values`` (one per cell in ``cells``) over the mixtures of those cells."""
    few = CellTable(
        table.sets[cells],
        table.masses[cells],
        table.total[cells],
        table.noise[cells],
        table.squares[cells],
        table.orbits,
    )
    unit = lcm(*(v.denominator for v in values))
    scaled = [_int(v * unit) * max(1, int(w)) for v, w in zip(values, few.total, strict=True)]
    ends = []
    for sign in (1, -1):
        numerators = np.array([sign * x for x in scaled], dtype=object)
        ends.append(
            sign * _simplex(few, _Costs(few, unit, numerators), totals, codes, np.arange(len(cells))).value
        )
    return ends[0], ends[1]


def _simplex(
    table: CellTable, costs: _Costs, totals: tuple[int, ...], codes: int, allowed: np.ndarray
) -> LinearOptimum:
    rows = len(totals) + 1
    right = [Fraction(t) for t in totals] + [Fraction(codes)]
    masses = table.masses[allowed].astype(float)
    weight = np.maximum(table.total[allowed], 1).astype(float) * costs.unit
    price = costs.numerators[allowed].astype(float) / weight

    def column(c: int) -> list[Fraction]:
        if c < 0:  # an artificial column of phase one
            return [Fraction(int(i == -1 - c)) for i in range(rows)]
        return [*(Fraction(int(m)) for m in table.masses[c]), Fraction(1)]

    # phase one: artificial columns cost 1, all others nothing; phase two: the real costs
    basis, inverse = (
        [-1 - i for i in range(rows)],
        [[Fraction(int(i == j)) for j in range(rows)] for i in range(rows)],
    )
    x = list(right)
    for phase in (1, 2):
        for step in range(MOST_STEPS):
            cost = [
                Fraction(int(c < 0)) if phase == 1 else (costs.exact(c) if c >= 0 else Fraction(0))
                for c in basis
            ]
            dual = [sum((cost[i] * inverse[i][j] for i in range(rows)), Fraction(0)) for j in range(rows)]
            base = np.zeros(len(allowed)) if phase == 1 else price
            reduced = base - masses @ np.array([float(d) for d in dual[:-1]]) - float(dual[-1])
            entering = _choose(reduced, step)
            if entering is None:
                entering = _exactly_negative(table, costs, allowed, dual, phase)
                if entering is None:
                    break
            enter = int(allowed[entering])
            new = column(enter)
            direction = [sum((inverse[i][j] * new[j] for j in range(rows)), Fraction(0)) for i in range(rows)]
            leaving = _ratio(x, direction, basis)
            theta = x[leaving] / direction[leaving]
            x = [xi - theta * d for xi, d in zip(x, direction, strict=True)]
            x[leaving] = theta
            pivot = [v / direction[leaving] for v in inverse[leaving]]
            inverse = [
                pivot
                if i == leaving
                else [v - direction[i] * p for v, p in zip(inverse[i], pivot, strict=True)]
                for i in range(rows)
            ]
            basis[leaving] = enter
        else:
            raise AssertionError("the simplex method did not end")
    value = sum((c * r for c, r in zip(dual, right, strict=True)), Fraction(0))
    used = [(c, xi) for c, xi in zip(basis, x, strict=True) if c >= 0 and xi]
    return LinearOptimum(
        value, tuple(dual[:-1]), -dual[-1], tuple(c for c, _ in used), tuple(xi for _, xi in used)
    )


def _choose(reduced: np.ndarray, step: int) -> int | None:
    if step < MOST_STEPS // 2:
        best = int(reduced.argmin())
        return best if reduced[best] < -1e-9 else None
    negative = np.flatnonzero(reduced < -1e-9)  # Bland's rule, which cannot cycle
    return int(negative[0]) if len(negative) else None


def _ratio(x: list[Fraction], direction: list[Fraction], basis: list[int]) -> int:
    # an artificial column left in the basis at level zero goes first, whatever the sign: it must not come back
    rows = [
        (x[i] / direction[i], basis[i], i)
        for i in range(len(x))
        if direction[i] > 0 or (direction[i] and basis[i] < 0 and not x[i])
    ]
    return min(rows)[2]


def _exactly_negative(
    table: CellTable, costs: _Costs, allowed: np.ndarray, dual: list[Fraction], phase: int
) -> int | None:
    """A cell with negative reduced cost in exact integers, if there is one."""
    slack = reduced_costs(table, costs, dual, phase=phase)[allowed]
    worst = int(slack.argmin())
    return worst if slack[worst] < 0 else None


def reduced_costs(table: CellTable, costs: _Costs, dual: list[Fraction], *, phase: int = 2) -> np.ndarray:
    """(cost(C) - mu.masses(C) - last dual) * W in exact integers, up to one positive factor; W counts as 1 when empty."""
    unit = lcm(costs.unit, *(d.denominator for d in dual))
    whole = [_int(d * unit) for d in dual]
    total = np.maximum(table.total, 1)
    terms = [int(np.abs(costs.numerators).max()) * (unit // costs.unit)] if phase == 2 else []
    top = int(total.max())
    terms += [abs(m) * top * top for m in whole]
    wide = sum(int(t) for t in terms) >= 2**62
    kind = object if wide else np.int64
    slack = np.zeros(len(total), dtype=kind)
    if phase == 2:
        slack = slack + costs.numerators.astype(kind) * (unit // costs.unit)
    prices = sum(table.masses[:, o].astype(kind) * whole[o] for o in range(len(whole) - 1)) + whole[-1]
    return slack - total.astype(kind) * prices
