"""One head for all positions: prices for whole codes, and the proof that they hold, in integers.

The loss is sum_p s_p cost_p + weight (1 - sum_c phi(M_c)), where M_c in R^5 is the mass of each action under code c, over all
positions p, and phi(M) = ||M||^2 / sum(M). So it is a sum over codes, and a code is one cell in every position. If

    V(C) = sum_p s_p (cost(C_p) - prices in C_p) - weight phi(M(C)) + tau >= 0     for all families C of cells C_p,

then k codes lose at least weight + sum_p s_p (all prices of p) - k tau, whatever their names are in each position.

*Why chains are enough.* phi(M) = max over h of 2 h.M - |h|^2 sum(M), at h = M / sum(M). With the head h of C held fixed, V falls apart into
positions, each with new prices for its moves; there the best cells are chains of down-sets (`symlam.gridworld.cells`), and choosing
their own best head lowers V once more.

*Why finitely many prices are enough.* On a simplex S of heads with corners v_i let rho in R^5 solve rho.v_i = |v_i|^2. For M in the cone over S
convexity gives phi(M) <= rho.M, and with rho.M in place of phi the positions fall apart again. So a sum of minima, one for each
position, bounds V for all families whose head lies in S. Where it is negative S is cut in two, and only those cells go on that can
still be part of a negative family. Corners of simplices are put on the heads of the best code, where V = 0 exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations, product
from math import lcm

from symlam.errors import SymlamError
from symlam.gridworld.world import ACTIONS, GridWorld

__all__ = ["FLIPS", "HeadPrices", "Kind", "kinds_of", "price_bound", "proved", "shapes_of", "usable_flips"]

Vector = tuple[Fraction, ...]
Head = tuple[Fraction, ...]
Shape = tuple[int, ...]  # cost over a common denominator, then the masses of the moves

_NAMES = list(ACTIONS)
LOOK = 25
FLIPS = (("up", "down"), ("left", "right"))
"""Reflections of the grid that may leave a world as it is."""


@dataclass(frozen=True)
class Kind:
    """Positions that see the same moves with the same actions: ``count`` of them; per move its integer weight and P(action | move)."""

    count: int
    weights: tuple[int, ...]
    actions: tuple[Vector, ...]
    positions: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class HeadPrices:
    """``mu`` per kind and move (per unit of probability given the position), ``tau`` per code, and heads on which V may vanish."""

    mu: tuple[Vector, ...]
    tau: Fraction
    heads: tuple[Head, ...]


@lru_cache(maxsize=64)
def kinds_of(world: GridWorld) -> tuple[tuple[Kind, ...], int]:
    """The kinds of positions and the unit: a move of weight w has probability w / unit.

    >>> kinds, unit = kinds_of(GridWorld())
    >>> [(kind.count, kind.weights) for kind in kinds][:3], unit
    ([(1, (1, 1, 3)), (2, (1, 1, 1, 2)), (1, (1, 1, 3))], 5)
    """
    found: dict[tuple[tuple[Fraction, Vector], ...], list[tuple[int, int]]] = {}
    for position in world.positions():
        shares: dict[tuple[int, int], list[Fraction]] = {}
        for i, (action, probability) in enumerate(world.actions(position).items()):
            if probability:
                row = shares.setdefault(world.step(position, action), [Fraction(0)] * len(_NAMES))
                row[i] += probability
        moves = sorted((sum(row, Fraction(0)), tuple(x / sum(row) for x in row)) for row in shares.values())
        found.setdefault(tuple(moves), []).append(position)
    unit = lcm(*(p.denominator for moves in found for p, _ in moves))
    kinds = tuple(
        Kind(len(where), tuple(int(p * unit) for p, _ in moves), tuple(a for _, a in moves), tuple(where))
        for moves, where in found.items()
    )
    return kinds, unit


def usable_flips(world: GridWorld, mu: Sequence[Vector]) -> tuple[tuple[str, str], ...]:
    """The reflections under which the kinds and their prices stay as they are."""
    kinds, _ = kinds_of(world)

    def key(kind: Kind, prices: Vector, order: Sequence[int]) -> object:
        turned = [tuple(a[i] for i in order) for a in kind.actions]
        return kind.count, tuple(sorted(zip(kind.weights, turned, prices, strict=True)))

    plain = list(range(len(_NAMES)))
    as_is = sorted((key(k, m, plain) for k, m in zip(kinds, mu, strict=True)), key=repr)
    usable = []
    for one, other in FLIPS:
        order = list(plain)
        i, j = _NAMES.index(one), _NAMES.index(other)
        order[i], order[j] = j, i
        if sorted((key(k, m, order) for k, m in zip(kinds, mu, strict=True)), key=repr) == as_is:
            usable.append((one, other))
    return tuple(usable)


# --- cells


def _down_sets(bits: int) -> list[tuple[int, tuple[int, ...], frozenset[tuple[int, ...]]]]:
    """(size, summed bits, set) of every down-set of the dominance order of the cube."""
    vertices = list(product((0, 1), repeat=bits))
    prefix = {v: tuple(sum(v[: i + 1]) for i in range(bits)) for v in vertices}
    below = {
        v: {u for u in vertices if all(x <= y for x, y in zip(prefix[u], prefix[v], strict=True))}
        for v in vertices
    }
    sets: set[frozenset[tuple[int, ...]]] = {frozenset()}
    for v in sorted(vertices, key=lambda v: (sum(prefix[v]), v)):
        sets |= {s | {v} for s in sets if below[v] - {v} <= s}
    ordered = sorted(sets, key=lambda s: (len(s), sorted(s)))
    return [(len(s), tuple(sum(v[j] for v in s) for j in range(bits)), s) for s in ordered]


def groups_of(weights: tuple[int, ...]) -> list[list[int]]:
    """Moves of equal weight, which a cell does not tell apart."""
    groups: dict[int, list[int]] = {}
    for i, w in enumerate(weights):
        groups.setdefault(w, []).append(i)
    return list(groups.values())


@lru_cache(maxsize=32)
def shapes_of(weights: tuple[int, ...], bits: int, noise: Fraction) -> tuple[tuple[Shape, ...], int]:
    """The cheapest cell for every possible tuple of masses, and the denominator of the costs.

    Masses are in points times weights, ordered by `groups_of` and descending within a group: a shape stands for all ways to give its masses
    to moves of the same weight. ``noise`` is the squared intensity. Costs are in the same unit as the masses.

    >>> shapes, unit = shapes_of((1, 1), 1, Fraction(1))
    >>> sorted(masses for _, *masses in shapes)
    [[0, 0], [1, 0], [1, 1], [2, 0], [2, 1], [2, 2]]
    """
    sets = _down_sets(bits)
    inside = [[j for j in range(i + 1) if sets[j][2] <= sets[i][2]] for i in range(len(sets))]
    groups = groups_of(weights)
    heaviness = [weights[g[0]] for g in groups]
    labels = [g for g, members in enumerate(groups) for _ in members]
    least: dict[tuple[int, ...], tuple[int, int]] = {}  # masses: cost times total, total
    scale = noise.denominator

    def extend(
        order: tuple[int, ...], place: int, last: int, parts: list[list[int]], lit: tuple[int, ...]
    ) -> None:
        if place == len(order):
            masses = tuple(m for part in parts for m in part)
            total = sum(masses)
            cost = scale * (total * total - sum(m * m for m in masses))
            cost += noise.numerator * (total * sum(lit) - sum(x * x for x in lit))
            if masses not in least or cost < least[masses][0]:
                least[masses] = cost, total
            return
        g = order[place]
        for i in inside[last]:
            size, ones, _ = sets[i]
            parts[g].append(heaviness[g] * size)
            extend(
                order,
                place + 1,
                i,
                parts,
                tuple(x + heaviness[g] * o for x, o in zip(lit, ones, strict=True)),
            )
            parts[g].pop()

    for order in sorted(set(permutations(labels))):
        extend(order, 0, len(sets) - 1, [[] for _ in groups], (0,) * bits)
    common = lcm(*(total or 1 for _, total in least.values()))
    shapes = tuple((cost * (common // (total or 1)), *masses) for masses, (cost, total) in least.items())
    return shapes, common * scale


_VALUES: dict[int, Callable[[Sequence[Shape], int, Sequence[int]], list[int]]] = {
    1: lambda rows, u, e: [c * u - a * e[0] for c, a in rows],
    2: lambda rows, u, e: [c * u - a * e[0] - b * e[1] for c, a, b in rows],
    3: lambda rows, u, e: [c * u - a * e[0] - b * e[1] - d * e[2] for c, a, b, d in rows],
    4: lambda rows, u, e: [c * u - a * e[0] - b * e[1] - d * e[2] - f * e[3] for c, a, b, d, f in rows],
    5: lambda rows, u, e: [
        c * u - a * e[0] - b * e[1] - d * e[2] - f * e[3] - g * e[4] for c, a, b, d, f, g in rows
    ],
}  # written out by number of moves: this is where a check spends its time


class Rows:
    """The shapes of one kind that are still in question, with integer values; shapes and prices in the same order."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.shapes = shapes
        self.values: list[int] = []

    def least(self, unit: int, prices: Sequence[int]) -> int:
        """The smallest cost times unit less prices."""
        self.values = _VALUES[len(prices)](self.shapes, unit, prices)
        return min(self.values)

    def first(self) -> Shape:
        """The shape of the least value, as last asked for."""
        return self.shapes[self.values.index(min(self.values))]

    def below(self, limit: int) -> Rows:
        """At least the shapes whose value, as last asked for, is below the limit."""
        return type(self)([row for row, x in zip(self.shapes, self.values, strict=True) if x < limit])


# --- simplices of heads


@dataclass(frozen=True)
class _Simplex:
    """Five heads with integer coordinates over one denominator."""

    corners: tuple[tuple[int, ...], ...]
    unit: int

    def secant(self) -> tuple[list[int], int]:
        """rho with rho.v_i = |v_i|^2 at every corner, as integers over a positive denominator."""
        n = len(self.corners)
        rows = [[*corner, sum(x * x for x in corner)] for corner in self.corners]
        last = 1
        for k in range(n):  # elimination without fractions (Bareiss), to the diagonal
            pivot = next(i for i in range(k, n) if rows[i][k])
            rows[k], rows[pivot] = rows[pivot], rows[k]
            head = rows[k]
            for i in range(n):
                if i != k:
                    factor = rows[i][k]
                    rows[i] = [(head[k] * x - factor * y) // last for x, y in zip(rows[i], head, strict=True)]
            last = head[k]
        # every diagonal entry is the determinant now, or would be if it were not divided further
        rho = [Fraction(rows[k][n], rows[k][k]) for k in range(n)]
        common = lcm(*(x.denominator for x in rho))
        return [int(x * common) for x in rho], common * self.unit

    def halves(self) -> tuple[_Simplex, _Simplex]:
        """Cut at the middle of the longest edge."""
        corners, n = self.corners, len(self.corners)
        _, i, j = max(
            (sum((x - y) ** 2 for x, y in zip(corners[i], corners[j], strict=True)), -i, -j)
            for i in range(n)
            for j in range(i)
        )
        i, j, unit = -i, -j, self.unit
        middle = tuple(x + y for x, y in zip(corners[i], corners[j], strict=True))
        if any(x % 2 for x in middle):
            corners, unit = tuple(tuple(2 * x for x in c) for c in corners), 2 * unit
        else:
            middle = tuple(x // 2 for x in middle)
        left, right = list(corners), list(corners)
        left[i], right[j] = middle, middle
        return _Simplex(tuple(left), unit), _Simplex(tuple(right), unit)

    def star(self, head: Head) -> list[_Simplex]:
        """Cut so that ``head`` becomes a corner, if it lies inside."""
        weights = _solve(
            [[Fraction(x) for x in column] for column in zip(*self.corners, strict=True)],
            [h * self.unit for h in head],
        )
        if min(weights) < 0 or max(weights) == 1:
            return [self]
        grow = lcm(*(h.denominator for h in head))
        corners = [tuple(x * grow for x in c) for c in self.corners]
        point = tuple(int(h * self.unit * grow) for h in head)
        return [
            _Simplex(tuple(point if i == k else c for i, c in enumerate(corners)), self.unit * grow)
            for k, w in enumerate(weights)
            if w
        ]


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    rows = [[*row, r] for row, r in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = next(i for i in range(k, len(rows)) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(len(rows)):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def _domain(flips: Sequence[tuple[str, str]]) -> _Simplex:
    """All heads with h_first >= h_second for each flip: up to those reflections, every head."""
    corners = []
    halved = {second: first for first, second in flips}
    for name in _NAMES:
        corner = [0] * len(_NAMES)
        corner[_NAMES.index(name)] += 1
        corner[_NAMES.index(halved.get(name, name))] += 1
        corners.append(tuple(corner))
    return _Simplex(tuple(corners), 2)


def folded(head: Head, flips: Sequence[tuple[str, str]]) -> Head:
    """The image of a head in the domain that the proof looks at."""
    h = list(head)
    for first, second in flips:
        i, j = _NAMES.index(first), _NAMES.index(second)
        h[i], h[j] = max(h[i], h[j]), min(h[i], h[j])
    return tuple(h)


# --- the proof


def price_bound(world: GridWorld, weight: Fraction, prices: HeadPrices) -> Fraction:
    """What valid prices prove: no code with ``world.codes`` codes has a smaller loss."""
    kinds, unit = kinds_of(world)
    positions = sum(kind.count for kind in kinds)
    total = sum(
        (
            kind.count * sum((w * m for w, m in zip(kind.weights, mu, strict=True)), Fraction(0))
            for kind, mu in zip(kinds, prices.mu, strict=True)
        ),
        Fraction(0),
    )
    return weight + total / (unit * positions) - world.codes * prices.tau


def proved(
    world: GridWorld,
    weight: Fraction,
    prices: HeadPrices,
    *,
    most: int = 100_000,
    watch: Callable[[Head], bool] | None = None,
    rows: Callable[[Sequence[Shape]], Rows] = Rows,
) -> int | None:
    """The number of simplices that prove the prices; None when they are wrong or ``most`` do not prove them. Integers throughout.

    ``rows`` may look at shapes in another way, as long as least values are exact and none below a limit is lost. ``watch`` sees the middle of a simplex now and then and may end a search that is hopeless by returning True.
    Raises `SymlamError` for prices of another shape, a negative ``tau`` or heads that are none.
    """
    kinds, unit = kinds_of(world)
    if len(prices.mu) != len(kinds) or any(
        len(m) != len(k.weights) for m, k in zip(prices.mu, kinds, strict=True)
    ):
        raise SymlamError("the prices are not one for each move of each kind of position")
    if prices.tau < 0:
        raise SymlamError("the price of a code is negative", expected="tau >= 0")
    if any(len(h) != len(_NAMES) or min(h) < 0 or sum(h) != 1 for h in prices.heads):
        raise SymlamError("a head is not a distribution over the actions")
    bits = world.columns if world.noise else 0
    tables = [shapes_of(kind.weights, bits, world.noise**2) for kind in kinds]
    common = lcm(*(denominator for _, denominator in tables))
    whole = lcm(
        prices.tau.denominator,
        *(m.denominator for mu in prices.mu for m in mu),
        *((weight * a).denominator for kind in kinds for move in kind.actions for a in move),
    )
    mu = [[int(m * whole) for m in row] for row in prices.mu]
    reward = [[[int(weight * a * whole) for a in move] for move in kind.actions] for kind in kinds]
    # V times positions, points, and all denominators
    tau = int(prices.tau * whole) * sum(kind.count for kind in kinds) * (unit << bits) * common
    groups = [groups_of(kind.weights) for kind in kinds]
    flips = usable_flips(world, prices.mu)
    simplices = [_domain(flips)]
    for head in dict.fromkeys(folded(h, flips) for h in prices.heads):
        simplices = [part for simplex in simplices for part in simplex.star(head)]
    factor = [common // denominator for _, denominator in tables]
    alive = [
        rows(shapes if f == 1 else [(row[0] * f, *row[1:]) for row in shapes])
        for (shapes, _), f in zip(tables, factor, strict=True)
    ]
    stack = [(simplex, alive) for simplex in simplices]
    seen = 0
    while stack:
        if seen == most:
            return None
        seen += 1
        simplex, lists = stack.pop()
        rho, below = simplex.secant()
        least, orders = [], []
        for shapes, m, r, g in zip(lists, mu, reward, groups, strict=True):
            e = [
                common * (x * below + sum(a * b for a, b in zip(y, rho, strict=True)))
                for x, y in zip(m, r, strict=True)
            ]
            orders.append([i for part in g for i in sorted(part, key=lambda i: -e[i])])
            least.append(shapes.least(whole * below, [e[i] for i in orders[-1]]))
        total = tau * below + sum(kind.count * x for kind, x in zip(kinds, least, strict=True))
        if total >= 0:
            continue
        if seen % LOOK == 0:  # the family itself may be a counterexample, whatever the simplex
            mass = [Fraction(0)] * len(_NAMES)
            for kind, shapes, order in zip(kinds, lists, orders, strict=True):
                for i, part in zip(order, shapes.first()[1:], strict=True):
                    mass = [x + kind.count * part * a for x, a in zip(mass, kind.actions[i], strict=True)]
            size = sum(mass)
            if size:
                told = sum((x * r for x, r in zip(mass, rho, strict=True)), Fraction(0)) / below
                told -= sum((x * x for x in mass), Fraction(0)) / size
                if Fraction(total, whole * common * below) + weight * told < 0:
                    return None
                if watch is not None and watch(tuple(x / size for x in mass)):
                    return None
        # count x < count low - total, in integers: x < low - total / count, rounded up
        left = [
            shapes.below(low - total // kind.count)
            for kind, shapes, low in zip(kinds, lists, least, strict=True)
        ]
        stack += [(half, left) for half in simplex.halves()]
    return seen
