"""Prices for whole codes by column generation: floats search, what is returned is rational and still has to be proved.

A column is a family of cells, one in every kind of position (`symlam.gridworld.heads`); the linear programme mixes columns so that every
point is covered and k of them are used. Its dual are the prices. New columns come from alternating between a head and the best
cells for it. Where the programme is as good as a known code, the prices are moved away from every family that is not part of an optimum, as far as
possible, and the equations of those that are hold exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symlam.gridworld.heads import (
    FLIPS,
    Head,
    HeadPrices,
    Rows,
    Shape,
    groups_of,
    kinds_of,
    proved,
    shapes_of,
)
from symlam.gridworld.world import ACTIONS, GridWorld

__all__ = ["head_prices"]

ROUNDS = 80
GRAIN = 10_000
FEW = 200
FAR = 10.0
NEAR = 0.01
MOST_CAUGHT = 200
_Margin = Callable[[float, np.ndarray], float]
CLOSE = 1e-7
_NAMES = list(ACTIONS)


@dataclass(frozen=True)
class _Column:
    """Masses of the price classes, value cost - weight phi, and the head; exact."""

    masses: tuple[Fraction, ...]
    value: Fraction
    head: Head | None


class _FastRows(Rows):
    """Long lists in float64: exact where it matters, and rounding only ever keeps a shape too many."""

    def __init__(
        self, shapes: Sequence[Shape], cost: np.ndarray | None = None, masses: np.ndarray | None = None
    ) -> None:
        super().__init__(shapes)
        self.fast = len(shapes) > FEW
        self.now = np.empty(0)
        if self.fast:
            self.cost = np.array([float(row[0]) for row in shapes]) if cost is None else cost
            self.masses = np.array([row[1:] for row in shapes], dtype=float) if masses is None else masses

    def least(self, unit: int, prices: Sequence[int]) -> int:
        if not self.fast:
            return super().least(unit, prices)
        scale = max(unit, *(abs(x) for x in prices))
        u, e = unit / scale, np.array([x / scale for x in prices])
        self.now = self.cost * u - self.masses @ e
        self.scale = scale
        self.error = 1e-12 * (float(self.cost.max()) * u + float(self.masses.max()) * len(e))
        near = np.flatnonzero(self.now <= self.now.min() + 2 * self.error)
        self.near = Rows([self.shapes[i] for i in near.tolist()])
        return self.near.least(unit, prices)

    def first(self) -> Shape:
        return self.near.first() if self.fast else super().first()

    def below(self, limit: int) -> Rows:
        if not self.fast:
            return super().below(limit)
        kept = np.flatnonzero(self.now < limit / self.scale + self.error)
        return _FastRows([self.shapes[i] for i in kept.tolist()], self.cost[kept], self.masses[kept])


class _Families:
    """Arrays of the cells of every kind, and the classes of moves whose prices agree by symmetry."""

    def __init__(self, world: GridWorld, weight: Fraction) -> None:
        self.world, self.weight, self.rate = world, weight, float(weight)
        self.kinds, unit = kinds_of(world)
        bits = world.columns if world.noise else 0
        self.points = unit << bits
        self.positions = sum(kind.count for kind in self.kinds)
        self.known: dict[tuple[tuple[int, tuple[int, ...]], ...], _Column] = {}
        self.classes = self._classes()
        self.size = 1 + max(max(row) for row in self.classes)
        self.costs: list[list[int]] = []
        self.denominators: list[int] = []
        self.cost: list[np.ndarray] = []
        self.masses: list[np.ndarray] = []
        self.order: list[list[list[int]]] = []
        for kind in self.kinds:
            shapes, denominator = shapes_of(kind.weights, bits, world.noise**2)
            self.costs.append([row[0] for row in shapes])
            self.denominators.append(denominator)
            self.cost.append(np.array([row[0] / denominator for row in shapes]) / self.points)
            self.masses.append(np.array([row[1:] for row in shapes], dtype=float) / self.points)
            self.order.append(groups_of(kind.weights))
        self.actions = [np.array([[float(x) for x in a] for a in kind.actions]) for kind in self.kinds]
        self.target = [Fraction(0)] * self.size
        for kind, row in zip(self.kinds, self.classes, strict=True):
            for c, w in zip(row, kind.weights, strict=True):
                self.target[c] += Fraction(kind.count * w, self.positions * unit)

    def _classes(self) -> list[list[int]]:
        place = {
            (kind.weights, kind.actions, i): (k, i)
            for k, kind in enumerate(self.kinds)
            for i in range(len(kind.weights))
        }
        parent = {x: x for x in place.values()}

        def root(x: tuple[int, int]) -> tuple[int, int]:
            while parent[x] != x:
                x = parent[x]
            return x

        for one, other in FLIPS:
            swap = list(range(len(_NAMES)))
            i, j = _NAMES.index(one), _NAMES.index(other)
            swap[i], swap[j] = j, i
            moved = {}
            for k, kind in enumerate(self.kinds):
                turned = [tuple(a[s] for s in swap) for a in kind.actions]
                rows = sorted(zip(kind.weights, turned, range(len(turned)), strict=True))
                kind_key = tuple(w for w, _, _ in rows), tuple(a for _, a, _ in rows)
                for new, (_, _, old) in enumerate(rows):
                    moved[k, old] = (*kind_key, new)
            counts = {(kind.weights, kind.actions): kind.count for kind in self.kinds}
            if all(counts.get(key[:2]) == self.kinds[k].count for (k, _), key in moved.items()):
                for here, key in moved.items():
                    parent[root(here)] = root(place[key])
        names: dict[tuple[int, int], int] = {}
        return [
            [names.setdefault(root((k, i)), len(names)) for i in range(len(kind.weights))]
            for k, kind in enumerate(self.kinds)
        ]

    def best(self, head: np.ndarray, mu: np.ndarray) -> list[tuple[int, list[int]]]:
        """For each kind the cheapest cell at these prices and this head: its shape and the moves in the order of its masses."""
        found = []
        for cost, masses, actions, row, order in zip(
            self.cost, self.masses, self.actions, self.classes, self.order, strict=True
        ):
            e = mu[row] + self.rate * (2 * actions @ head - head @ head)
            moves = [i for group in order for i in sorted(group, key=lambda i: -e[i])]
            found.append((int((cost - masses @ e[moves]).argmin()), moves))
        return found

    def action_mass(self, family: list[tuple[int, list[int]]]) -> np.ndarray:
        total = np.zeros(len(_NAMES))
        for kind, masses, actions, (shape, moves) in zip(
            self.kinds, self.masses, self.actions, family, strict=True
        ):
            total += kind.count / self.positions * (masses[shape] @ actions[moves])
        return total

    def column(self, family: list[tuple[int, list[int]]]) -> _Column:
        """The exact numbers of a family of shapes; searches end in the same families again and again."""
        key = tuple((shape, tuple(moves)) for shape, moves in family)
        if key not in self.known:
            self.known[key] = self._column(family)
        return self.known[key]

    def _column(self, family: list[tuple[int, list[int]]]) -> _Column:
        masses = [[Fraction(0)] * len(kind.weights) for kind in self.kinds]
        cost = Fraction(0)
        for k, (kind, (shape, moves)) in enumerate(zip(self.kinds, family, strict=True)):
            cost += Fraction(
                kind.count * self.costs[k][shape], self.denominators[k] * self.points * self.positions
            )
            for i, m in zip(moves, (self.masses[k][shape] * self.points).round(), strict=True):
                masses[k][i] = Fraction(int(m), self.points)
        return self.exact(cost, masses)

    def exact(self, cost: Fraction, masses: Sequence[Sequence[Fraction]]) -> _Column:
        """A column from its cost and the mass of each move in each kind, given the position."""
        summed, actions = [Fraction(0)] * self.size, [Fraction(0)] * len(_NAMES)
        for kind, row, classes in zip(self.kinds, masses, self.classes, strict=True):
            share = Fraction(kind.count, self.positions)
            for m, c, told in zip(row, classes, kind.actions, strict=True):
                if m:
                    summed[c] += share * m
                    actions = [x + share * m * a for x, a in zip(actions, told, strict=True)]
        total = sum(actions)
        if not total:
            return _Column(tuple(summed), cost, None)
        phi = sum((x * x for x in actions), Fraction(0)) / total
        return _Column(tuple(summed), cost - self.weight * phi, tuple(x / total for x in actions))

    def negative(
        self,
        mu: np.ndarray,
        tau: float,
        starts: Sequence[np.ndarray],
        margin: _Margin = lambda total, head: -CLOSE,
    ) -> list[_Column]:
        """Families that are less than a margin dearer than the prices, by alternating from these heads."""
        found = []
        for head in starts:
            last, family, size = np.inf, None, 0.0
            for _ in range(30):
                new = self.best(head, mu)
                mass = self.action_mass(new)
                total = mass.sum()
                value = -self.rate * (mass @ mass) / total if total else 0.0
                for kind, cost, masses, row, (shape, moves) in zip(
                    self.kinds, self.cost, self.masses, self.classes, new, strict=True
                ):
                    value += (
                        kind.count
                        / self.positions
                        * (cost[shape] - masses[shape] @ mu[[row[i] for i in moves]])
                    )
                if value > last - 1e-11:
                    break
                last, family = value, new
                if not total:
                    break
                head, size = mass / total, total
            if family is not None and last + tau < margin(size, head):
                found.append(self.column(family))
        return found


def head_prices(
    world: GridWorld,
    weight: Fraction,
    code: Sequence[tuple[Fraction, Sequence[Sequence[Fraction]]]],
    *,
    most: int = 15_000,
    seed: int = 0,
) -> HeadPrices | None:
    """Prices that prove the best bound that prices can, or None when no proof was found with ``most`` simplices.

    ``code`` is the best code that is known: for each of its codes the cost and the mass of each move in each kind. Where the programme
    attains its loss the prices prove exactly that; otherwise they prove a little less than the programme's value.
    """
    families = _Families(world, weight)
    known = [families.exact(cost, masses) for cost, masses in code]
    search = _Search(families, known, seed)
    prices = search.interior(most)
    if prices is None:
        search.converge()
        prices = search.slack(most)
    return prices


class _Search:
    def __init__(self, families: _Families, known: list[_Column], seed: int) -> None:
        self.families, self.known = families, known
        self.rng = np.random.default_rng(seed)
        self.columns: dict[tuple[tuple[Fraction, ...], Fraction], _Column] = {}
        empty = families.exact(Fraction(0), [[Fraction(0)] * len(kind.weights) for kind in families.kinds])
        self.add([empty, *known])
        for head in [np.full(5, 0.2), *np.eye(5)]:
            for level in (0.5, 1, 1.5, 2, 2.5, 3, 4, 6):
                self.add([families.column(families.best(head, np.full(families.size, float(level))))])

    def add(self, columns: list[_Column]) -> bool:
        before = len(self.columns)
        for c in columns:
            self.columns.setdefault((c.masses, c.value), c)
        return len(self.columns) > before

    def starts(self, count: int) -> list[np.ndarray]:
        return [self.rng.dirichlet([self.rng.choice([0.1, 0.3, 1.0, 3.0, 20.0])] * 5) for _ in range(count)]

    def converge(self) -> float:
        """Solve the programme; what is missing to the known code."""
        f = self.families
        right = np.array([*(float(t) for t in f.target), f.world.codes])
        loss = float(sum((c.value for c in self.known), Fraction(0)))
        y = np.append(np.full(f.size, loss + f.rate), 0.0)
        quiet, basis = 0, None
        for step in range(ROUNDS):
            columns = list(self.columns.values())
            matrix, cost = _matrix(columns)
            self.value, self.dual, used, basis = _least(matrix, cost, right, basis)
            y = self.dual if step > 25 else (y + self.dual) / 2
            heads = [
                np.array([float(x) for x in head]) for i in used if (head := columns[i].head) is not None
            ]
            new = f.negative(y[:-1], -y[-1], [*heads, *self.starts(8)])
            new += f.negative(self.dual[:-1], -self.dual[-1], self.starts(4 + 20 * quiet))
            quiet = 0 if self.add(new) else quiet + 1
            if quiet == 2 and step > 26:
                break
            if quiet == 2:
                y, quiet = self.dual, 1
        return loss - self.value

    def interior(self, most: int) -> HeadPrices | None:
        """Prices for which the columns of every optimum are tight, exactly, and all others are far from it."""
        f = self.families
        tight = list(dict.fromkeys(c for c in self.known if c.head is not None))
        for _ in range(ROUNDS):
            heads = np.array([[float(x) for x in c.head or ()] for c in tight])
            others = [c for c in self.columns.values() if c not in tight]
            far = np.array(
                [
                    0.0
                    if c.head is None
                    else float(sum(c.masses))
                    * (NEAR + ((np.array([float(x) for x in c.head]) - heads) ** 2).sum(1).min())
                    for c in others
                ]
            )
            one, one_cost = _matrix(tight)
            two, two_cost = _matrix(others)
            matrix = np.block(
                [
                    [one, -one, two, np.zeros((len(one), 1))],
                    [np.zeros((1, 2 * len(tight))), far[None], np.ones((1, 1))],  # the last bounds it so far
                ]
            )
            right = np.append(np.zeros(len(matrix) - 1), 1.0)
            value, y, used, _ = _least(matrix, np.concatenate([one_cost, -one_cost, two_cost, [FAR]]), right)
            if value < CLOSE:
                forced = [others[i - 2 * len(tight)] for i in used if 0 <= i - 2 * len(tight) < len(others)]
                forced = [c for c in forced if c.head is not None]
                if value < -1e-5 or not forced:
                    return None
                tight += forced
                continue

            def margin(
                total: float, head: np.ndarray, value: float = value, heads: np.ndarray = heads
            ) -> float:
                return value / 2 * total * float(NEAR + ((head - heads) ** 2).sum(1).min())

            if self.add(f.negative(y[:-2], -y[-2], [*heads, *self.starts(10)], margin)):
                continue
            if self.add(f.negative(y[:-2], -y[-2], self.starts(60), margin)):
                continue
            prices = self._rational(y[:-1], tight)
            if prices is None:
                return None
            caught: list[_Column] = []

            def watch(
                head: Head, y: np.ndarray = y, margin: _Margin = margin, caught: list[_Column] = caught
            ) -> bool:
                new = f.negative(y[:-2], -y[-2], [np.array([float(x) for x in head])], margin)
                caught += [c for c in new if (c.masses, c.value) not in self.columns]
                return len(caught) > MOST_CAUGHT

            if proved(f.world, f.weight, prices, most=most, watch=watch, rows=_FastRows) is not None:
                return prices
            if not self.add(caught):
                return None
        return None

    def slack(self, most: int) -> HeadPrices | None:
        """Prices of the programme's dual, and a little more for each code than it needs."""
        f = self.families
        mu = [Fraction(round(float(x) * GRAIN), GRAIN) for x in self.dual[:-1]]
        for more in (Fraction(1, 500), Fraction(1, 100)):
            tau = max(Fraction(0), Fraction(round(-float(self.dual[-1]) * GRAIN), GRAIN)) + more
            prices = self._prices(mu, tau, [])
            if proved(f.world, f.weight, prices, most=most, rows=_FastRows) is not None:
                return prices
        return None

    def _prices(self, mu: Sequence[Fraction], tau: Fraction, heads: Sequence[Head]) -> HeadPrices:
        return HeadPrices(
            tuple(tuple(mu[c] for c in row) for row in self.families.classes),
            tau,
            tuple(dict.fromkeys(heads)),
        )

    def _rational(self, y: np.ndarray, tight: list[_Column]) -> HeadPrices | None:
        """Rational prices close to ``y`` at which the tight columns are exactly tight."""
        rows = [[*c.masses, Fraction(1), c.value] for c in tight]
        pivots: list[int] = []
        done: list[list[Fraction]] = []
        for row in rows:
            for pivot, old in zip(pivots, done, strict=True):
                row = [x - row[pivot] * o for x, o in zip(row, old, strict=True)]
            if not any(row[:-1]):
                if row[-1]:
                    return None
                continue
            pivot = max(range(len(row) - 1), key=lambda i: abs(row[i]))
            row = [x / row[pivot] for x in row]
            done = [[x - old[pivot] * r for x, r in zip(old, row, strict=True)] for old in done]
            done.append(row)
            pivots.append(pivot)
        exact = [Fraction(round(float(x) * GRAIN), GRAIN) for x in y]
        for pivot, row in zip(pivots, done, strict=True):
            exact[pivot] = row[-1] - sum(
                (c * exact[i] for i, c in enumerate(row[:-1]) if i not in pivots), Fraction(0)
            )
        if exact[-1] > 0:
            return None
        return self._prices(exact[:-1], -exact[-1], [c.head for c in tight if c.head is not None])


def _matrix(columns: Sequence[_Column]) -> tuple[np.ndarray, np.ndarray]:
    matrix = np.array([[*(float(m) for m in c.masses), 1.0] for c in columns]).T
    return matrix, np.array([float(c.value) for c in columns])


def _least(
    matrix: np.ndarray, cost: np.ndarray, right: np.ndarray, basis: list[int] | None = None
) -> tuple[float, np.ndarray, list[int], list[int]]:
    """The simplex method in float64: least value, dual, the columns in use, and the basis.

    A basis to start from numbers artificial columns from -1 downwards, so that it survives more columns.
    """
    rows, count = matrix.shape
    big = 1e3 * (1 + np.abs(cost).max())
    full = np.hstack([matrix, np.eye(rows)])
    price = np.append(cost, np.full(rows, big))
    basis = [b if b >= 0 else count - 1 - b for b in (basis or range(-1, -1 - rows, -1))]
    for step in range(20_000):
        square = full[:, basis]
        dual = np.linalg.solve(square.T, price[basis])
        reduced = cost - dual @ matrix
        negative = np.flatnonzero(reduced < -1e-10)
        if not len(negative):
            break
        # after many steps Bland's rule, which does not cycle
        enter = int(reduced.argmin()) if step < 2000 else int(negative[0])
        level = np.linalg.solve(square, right)
        direction = np.linalg.solve(square, matrix[:, enter])
        usable = [i for i in range(rows) if direction[i] > 1e-10]
        if not usable:
            break
        ratios = [(max(level[i], 0.0) / direction[i], -basis[i], i) for i in usable]
        basis[min(ratios)[2]] = enter
    level = np.linalg.solve(full[:, basis], right)
    used = [b for b, x in zip(basis, level, strict=True) if b < count and x > 1e-9]
    return float(dual @ right), dual, used, [b if b < count else count - 1 - b for b in basis]
