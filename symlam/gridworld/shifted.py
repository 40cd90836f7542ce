"""Lower bounds of the augmented loss: what no encoder and no decoder can save when the decoder does not know its shift.

A frame with a lit bit shows its vertical shift. Tell the encoder what the decoder sees then: what is left is a plain quantiser
whose moves have the probabilities that the decoder gives them, and keeping nothing of the move is best (`lit_bound`).

In a frame without a lit bit ("dark") the decoder does not know in which row the bits of the next frame will be. There
(`dark_bound`) the encoder is told everything, and both sides the column and which of a few groups of actions was taken.
Given the group the moves are equally likely, whatever the row and the column, or there is just one. Per group, prices mu_r(b) for the points (row r of the square, bits b) and tau prove a bound once

    F(w) - sum_r g D_r^2 / N_r - sum_{r,b} mu_r(b) w_r(b) + 2 tau >= 0        for all w_r(b) in {0, 1, 2}.

F(w) is the squared error of the points with multiplicities w over the decoder's views, w the sum of two sets of bits that go
with two moves, N_r and D_r how many points and how many odd ones there are in row r, g = (m - 1) / m for m equally
likely moves in the group. That is enough: the error of the bits is concave in the cell, so it is at least the mean over pairs of
moves; what the cell tells of the move is sum_i (mass_i - mean)^2 over the mass, for each row at most the mean over the pairs of g D^2 / 2N.
At fixed N the condition falls apart into rows. Every w is looked at, in integers, divisions rounded against the bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations, product
from math import comb, floor

import numpy as np

from symlam.errors import SymlamError
from symlam.gridworld.cells import cube, down_sets
from symlam.gridworld.quantiser import optimal_quantiser
from symlam.gridworld.world import ACTIONS, GridWorld

__all__ = [
    "RECORDED",
    "Lit",
    "Prices",
    "Step",
    "dark_bound",
    "dark_steps",
    "lit_bound",
    "price_bound",
    "recorded",
]

SCALE = 10**9
UNIT = 10**4
HEAVIEST = Fraction(8)
MOST_COUNTS = 40_000
MOST_NOISE = 100
MOST_PRICE = 10**8
Prices = tuple[tuple[int, ...], ...]
"""Per row of the square, 10^4 times the price of a point, by the bit in the square's column and the number of other lit bits."""


RECORDED: dict[tuple[int, ...], Prices] = {
    (0, 0, 0): (
        (22569, 40391, 52710, 48873, 40390, 52711, 48872, 36139),
        (24556, 43598, 53323, 55312, 48007, 56945, 43657, 34286),
        (22569, 40391, 52710, 48873, 40390, 52711, 48872, 36139),
    ),
    (0, 3, 3): (
        (31267, 46221, 53165, 37951, 31046, 46221, 50891, 41968),
        (25666, 44496, 52922, 53539, 47140, 56760, 43217, 34286),
        (21893, 39996, 52807, 48384, 39997, 52808, 48381, 37794),
    ),
    (2, 3, 3): (
        (28996, 45461, 51116, 43218, 27006, 45461, 54248, 37940),
        (24246, 45560, 55592, 36028, 33827, 52894, 51454, 37306),
        (27398, 42181, 53616, 48607, 42181, 53616, 48606, 37033),
    ),
}
"""Prices for the published size at intensity 2: sideways, and up with either kind of walls. Found by cutting planes in
float64, once; nothing rests on how, as the bound that they prove is computed anew wherever they are used."""


def recorded(world: GridWorld) -> dict[tuple[int, ...], Prices]:
    """The recorded prices, where they are for this world; nothing otherwise.

    >>> len(recorded(GridWorld())), recorded(GridWorld(noise=1))
    (2, {})
    """
    size = world.rows, world.columns, world.codes
    if size != (3, 4, 5) or world.noise != 2 or world.policy != "uniform":
        return {}
    steps = {s.rows for s in dark_steps(world)}
    return {rows: prices for rows, prices in RECORDED.items() if rows in steps}


@dataclass(frozen=True)
class Lit:
    """Errors of the best code when the vertical shift is known: least for weight * controllable + stochastic up to ``heaviest``."""

    controllable: Fraction
    stochastic: Fraction
    heaviest: Fraction


@lru_cache(maxsize=64)
def lit_bound(world: GridWorld, *, prices: tuple[Fraction, Fraction] | None = None) -> Lit:
    """What no code saves when the vertical shift is known, as it is where o has a lit bit; a lower bound for all frames.

    ``prices`` (pi, tau) of a point and of a code prove the stochastic error pi - K tau of the bits' quantiser, found here by default.
    With them, let a cell have the sets of bits S_d for the moves d, with masses x_d. What it costs beyond its prices, times its
    mass, is a quadratic form sum p_d p_e B(S_d, S_e), and what it says of the move is
    sum_{d<e} p_d p_e (p_d + p_e - sum p^2) (x_d - x_e)^2: it is enough to look at pairs of nested down-sets.
    Raises `SymlamError` for prices that prove nothing.

    >>> lit_bound(GridWorld(walls="periodic"))
    Lit(controllable=Fraction(4, 5), stochastic=Fraction(7, 4), heaviest=Fraction(45, 16))
    """
    posterior: dict[tuple[int, int, int], Counter[tuple[int, int]]] = {}
    for r, c in world.positions():
        for dr, dc in ACTIONS.values():
            seen = posterior.setdefault((dr, r, (c + dc) % world.columns), Counter())
            for (q_r, q_c), move in world.transitions((r, c)).items():
                seen[q_r - r, (q_c - c) % world.columns] += move.probability  # type: ignore[assignment]
    controllable = Fraction(0)
    kinds: set[tuple[Fraction, Fraction, Fraction]] = set()
    for counts in posterior.values():
        total = Fraction(sum(counts.values()))
        shares = [Fraction(x) / total for x in counts.values()]
        controllable += total * (1 - sum((s * s for s in shares), Fraction(0)))
        kinds |= pair_terms(shares)
    bits = world.columns if world.noise else 0
    if prices is None:
        best = optimal_quantiser(["1"], noise=world.noise, bits=bits, codes=world.codes)
        prices = best.mu[0], best.tau
    heaviest = heaviest_weight(bits, world.noise**2, *prices, kinds)
    frames = world.rows * world.columns * len(ACTIONS)
    return Lit(controllable / frames, prices[0] - world.codes * prices[1], heaviest)


def pair_terms(shares: list[Fraction]) -> set[tuple[Fraction, Fraction, Fraction]]:
    """(p + q - sum p^2, p/(1-p), q/(1-q)) for each two moves of these probabilities, in both orders."""
    alone = sum((s * s for s in shares), Fraction(0))
    return {(p + q - alone, p / (1 - p), q / (1 - q)) for p, q in permutations(shares, 2)}


def heaviest_weight(
    bits: int,
    noise: Fraction,
    price: Fraction,
    tau: Fraction,
    kinds: set[tuple[Fraction, Fraction, Fraction]],
) -> Fraction:
    """The largest t with 2 B(S, T) + f B(S, S) + g B(T, T) >= t gain (x - y)^2 for nested S in T, all (gain, f, g) in ``kinds``.

    f = p / (1 - p) shares out the diagonal p^2 B(S, S) among the pairs of a move of probability p.
    """
    vertices, sums = cube(bits), []
    for mask in down_sets(bits):
        inside = [v for i, v in enumerate(vertices) if mask >> i & 1]
        lit = [Fraction(sum(v[j] for v in inside), 1 << bits) for j in range(bits)]
        sums.append((mask, Fraction(len(inside), 1 << bits), lit))

    def form(x: Fraction, u: list[Fraction], y: Fraction, v: list[Fraction]) -> Fraction:
        spread = (x * sum(v) + y * sum(u)) / 2 - sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))
        return noise * spread - price * x * y + tau * (x + y) / 2

    alone = [form(x, u, x, u) for _, x, u in sums]
    if tau < 0 or min(alone) < 0:
        raise SymlamError("a set of bits is cheaper than its prices", expected="cost(C) >= prices in C - tau")
    heaviest = HEAVIEST
    for (small, x, u), b in zip(sums, alone, strict=True):
        for (large, y, v), c in zip(sums, alone, strict=True):
            if small & ~large or x == y:
                continue
            both, apart = 2 * form(x, u, y, v), (x - y) ** 2
            for gain, f, g in kinds:
                value = both + f * b + g * c
                if gain > 0:
                    heaviest = min(heaviest, value / (gain * apart))
                elif value < 0:
                    return Fraction(-1)
    return heaviest


@dataclass(frozen=True)
class Step:
    """A group of actions: its probability, how many displacements it has, and, if one, by how many rows it moves from each row."""

    share: Fraction
    moves: int
    rows: tuple[int, ...]


def dark_steps(world: GridWorld) -> tuple[Step, ...]:
    """The groups of actions that both sides are told, averaged over columns; the sideways ones that are equally likely stay together.

    >>> [(str(s.share), s.moves, s.rows) for s in dark_steps(GridWorld(walls="periodic"))]
    [('1/5', 1, (1, 1, 2)), ('1/5', 1, (2, 3, 3)), ('3/5', 3, (0, 0, 0))]
    """
    if world.policy != "uniform":
        raise SymlamError(f"the policy is {world.policy}", expected="uniform actions")
    shares: Counter[tuple[int, tuple[int, ...]]] = Counter()
    for c in range(world.columns):
        ends = {a: [world.step((r, c), a) for r in range(world.rows)] for a in ACTIONS}
        aside: set[int] = set()
        for a in ("stay", "left", "right"):
            to = ends[a][0][1]
            if to in aside:
                shares[1, (0,) * world.rows] += 1
            aside.add(to)
        shares[len(aside), (0,) * world.rows] += len(aside)
        for a in ("up", "down"):
            shares[1, tuple((q[0] - r) % (world.rows + 1) for r, q in enumerate(ends[a]))] += 1
    whole = world.columns * len(ACTIONS)
    return tuple(Step(Fraction(n, whole), m, rows) for (m, rows), n in sorted(shares.items()))


def dark_bound(world: GridWorld, prices: Mapping[tuple[int, ...], Prices]) -> Fraction:
    """A lower bound of the loss per dark frame, for any prices; good ones make it a good bound.

    ``prices`` has one entry for the sideways group and one for each other one or its mirror image, by ``Step.rows``. Raises
    `SymlamError` when one is missing or does not fit.

    >>> 0 < dark_bound(GridWorld(rows=1, columns=1, codes=1), {(0,): ((14000, 14000),)}) < 2
    True
    """
    found, steps = Fraction(0), dark_steps(world)
    for step in steps:
        rows, moves = step.rows, step.moves
        if not any(rows):  # one check for all: more moves only make it harder
            moves = max(s.moves for s in steps if s.rows == rows)
        if rows not in prices:
            rows = tuple(-d % (world.rows + 1) for d in reversed(rows))
        if rows not in prices:
            raise SymlamError(f"no prices for the displacements {step.rows}")
        found += step.share * (price_bound(world, prices[rows], rows, moves) + 1 - Fraction(1, step.moves))
    return found


@lru_cache(maxsize=64)
def price_bound(world: GridWorld, prices: Prices, rows: tuple[int, ...], moves: int) -> Fraction:
    """What the prices prove for a group of so many moves, without the variance 1 - 1/m of its own displacements.

    ``rows`` says by how many rows the square moves from each row.

    Raises `SymlamError` when there is not one price for each row and kind of point.
    """
    height, width, noise = world.rows, world.columns, world.noise
    if [len(row) for row in prices] != [2 * width] * height or any(
        abs(p) >= MOST_PRICE for row in prices for p in row
    ):
        raise SymlamError(
            "the prices do not fit the world",
            expected=f"{height} rows of {2 * width} integers below {MOST_PRICE} in size",
        )
    top = (2 << width) + 1
    if top**height > MOST_COUNTS or noise > MOST_NOISE:
        raise SymlamError(
            "the world is too large to look at every set", expected="at most 3 x 4 cells and noise up to 100"
        )
    options = _options(width)
    counts = options.layers.sum(1)
    # the price and the squares of a point, rounded down, by its kind
    kinds = [(own, k) for own in (0, 1) for k in range(width)]
    lit = [sum(kind) for kind in kinds]
    views = [
        [sum((r + dr) % (height + 1) == R for dr, _ in ACTIONS.values()) for r in range(height)]
        for R in range(height + 1)
    ]
    grid = np.indices((top,) * height, dtype=np.int64)
    least = np.zeros((top,) * height, dtype=np.int64)
    quad = [np.zeros_like(least) for _ in range(height)]
    own_one, own_two = (
        [np.zeros_like(least) for _ in range(height)],
        [np.zeros_like(least) for _ in range(height)],
    )
    for R, seen in enumerate(views):
        mass = sum(n * grid[r] for r, n in enumerate(seen))
        here = [r for r in range(height) if seen[r]]
        landing = {
            i: sum(
                (seen[r] * grid[r] for r in here if (R + rows[r]) % (height + 1) == i), np.zeros_like(least)
            )
            for i in range(height + 1)
        }
        if not any(rows):  # in a row of its own, the same for all rows: nothing but the variance
            landing = {i: np.zeros_like(least) for i in landing}
        for moved in landing.values():
            least -= _over(Fraction(1, 5), moved * moved, mass)
        for r in here:
            moved = landing[(height + R - r) % (height + 1)]
            quad[r] += _over(noise**2 * seen[r] ** 2 / 5, 1, mass)
            own_one[r] += _over(2 * noise * seen[r] / 5, moved, mass)
            own_two[r] += _over(noise**2 * seen[r] ** 2 / 5, 1, mass)
    # |D|^2 = 1 for a displacement that is known
    square = 1 if any(rows) else 0
    gain = Fraction(moves - 1, moves)
    for r in range(height):
        each = [
            floor(SCALE * (noise**2 * l + square - Fraction(p, UNIT)))
            for l, p in zip(lit, prices[r], strict=True)
        ]
        linear = options.layers @ np.array(each, dtype=np.int64)
        linear -= _over(gain, options.odd**2, counts)
        for n, chosen in enumerate(_best(options, counts, linear, top)):
            part = tuple(slice(None) if q != r else n for q in range(height))
            e, q2 = options.own[chosen], options.squares[chosen]
            a, b, c = (x[part].ravel()[:, None] for x in (quad[r], own_one[r], own_two[r]))
            value = (linear[chosen] - a * q2 - b * e - c * e * e).min(1)
            least[part] += value.reshape(least[part].shape)
    tau = max(Fraction(0), Fraction(-int(least.min()), 2 * SCALE))
    multiplicity = [comb(width - 1, k) for _, k in kinds]
    total = sum(
        (m * Fraction(p, UNIT) for row in prices for m, p in zip(multiplicity, row, strict=True)), Fraction(0)
    )
    return (total - world.codes * tau) / (height << width)


def _over(factor: Fraction, numerator: np.ndarray | int, mass: np.ndarray) -> np.ndarray:
    """factor * numerator / mass times the scale, rounded up; nothing where there is no mass."""
    above, below = np.asarray(numerator, dtype=np.int64), np.maximum(mass, 1) * factor.denominator
    if SCALE * factor.numerator * int(above.max()) >= 2**62:
        raise SymlamError("the noise is too fine a number for 64-bit integers", expected="a simple fraction")
    top = above * (SCALE * factor.numerator)
    return np.where(mass > 0, -(-top // below), 0)


@dataclass(frozen=True, eq=False)
class _Options:
    """Multiplicities w in {0, 1, 2} of the points of one row, up to what matters: points by kind, odd ones, and squares.

    ``layers`` (n x kinds) counts points, ``odd`` those with w = 1, ``own`` is sum w b_0, and ``squares`` the
    largest possible sum over the other bits of (sum w b_j)^2.
    """

    layers: np.ndarray
    odd: np.ndarray
    own: np.ndarray
    squares: np.ndarray


@lru_cache
def _options(width: int) -> _Options:
    others = width - 1
    vertices = np.array(cube(others), dtype=np.int64).reshape(1 << others, others)
    level = vertices.sum(1)
    w = np.array(list(product(range(3), repeat=1 << others)), dtype=np.int64)
    layers = np.stack([w[:, level == k].sum(1) for k in range(width)], 1)
    half = np.unique(np.column_stack([layers, (w == 1).sum(1), w @ vertices]), axis=0)
    radix = [2 * comb(others, k) + 1 for k in range(width)]
    code = np.zeros(len(half), dtype=np.int64)
    for k in range(width):
        code = code * radix[k] + half[:, k]
    size, odds = int(np.prod(radix)), (2 << others) + 1
    best = np.full(size * size * odds, -1, dtype=np.int64)
    # the other bits may be renamed, so that one half has them in order
    first = half[(np.diff(half[:, width + 1 :], axis=1) <= 0).all(1)]
    for row, own in zip(first, code[(np.diff(half[:, width + 1 :], axis=1) <= 0).all(1)], strict=True):
        index = (own * size + code) * odds + row[width] + half[:, width]
        np.maximum.at(best, index, ((half[:, width + 1 :] + row[width + 1 :]) ** 2).sum(1))
    index = np.flatnonzero(best >= 0)
    pair, odd = index // odds, index % odds
    columns = []
    for part in (pair // size, pair % size):
        digits = []
        for base in reversed(radix):
            digits.append(part % base)
            part = part // base
        columns += digits[::-1]
    found = np.stack(columns, 1)
    return _Options(found, odd, found[:, width:].sum(1), best[index])


def _best(options: _Options, counts: np.ndarray, linear: np.ndarray, top: int) -> list[np.ndarray]:
    """For each number of points, the options that no other one with as many of them and as many own bits beats."""
    key = counts * top + options.own
    order = np.lexsort((-options.squares, linear, key))
    # within a key the linear part grows, so an option is of use only with more squares than all before it
    wide = int(options.squares.max()) + 1
    ranked = key[order] * wide + options.squares[order]
    keep = np.ones(len(order), dtype=bool)
    keep[1:] = ranked[1:] > np.maximum.accumulate(ranked)[:-1]
    chosen = order[keep]
    return [chosen[counts[chosen] == n] for n in range(top)]
