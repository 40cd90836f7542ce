"""The optimal quantiser of (move, bits) into K cells: value, proof, partition, and the range of what it keeps.

Points are (a, b) with weight w_a / 2^n, coordinates sqrt(l_a) e_a for the move and sigma b for n bits; a cell is
reconstructed by its mean. The lower bound is the linear programme over cells; the upper bound is a partition. Where the
two meet the partition is optimal, and every optimal partition consists of cells that are tight in the programme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations, product
from math import lcm, log2
from typing import Any

import numpy as np

from symlam.errors import SymlamError
from symlam.gridworld.branches import Branch, Leaf, branched
from symlam.gridworld.cells import CellTable, cell_table, cube, down_sets
from symlam.gridworld.linear import cost_range, solve, tight_cells
from symlam.gridworld.world import GridWorld, Situation
from symlam.numerics.rational import as_fraction

__all__ = ["Cell", "Quantiser", "cost_of", "measures", "optimal_quantiser"]

MOST_IMAGES = 400_000
MOST_TIGHT = 3000

Cell = tuple[tuple[int, int], ...]  # points (move, index of the vertex in `cube`)
Range = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Quantiser:
    """What K codes can do for one situation; all numbers are per unit of probability.

    ``lo`` <= minimum <= ``hi``, equal when ``exact``; ``cells`` attain ``hi``. ``ranges`` holds, for each name of
    `measures`, the least and greatest value over all optima (only of ``cells`` when not ``exact``). ``mu`` (one per
    move, per unit of weight) and ``tau`` prove ``lo``; ``relaxed`` are the controllable and stochastic errors of the mixture
    of cells that costs ``lo``. Where these prices do not reach the minimum, ``branches`` hold one proof for each answer to the question
    which moves have a cell with the greater part of their points, and ``lo`` is the least of them.
    """

    probabilities: tuple[Fraction, ...]
    lengths: tuple[Fraction, ...]
    noise: Fraction
    bits: int
    codes: int
    lo: Fraction
    hi: Fraction
    cells: tuple[Cell, ...]
    mu: tuple[Fraction, ...]
    tau: Fraction
    ranges: dict[str, Range]
    relaxed: Range
    branches: tuple[Branch, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the partition is proved optimal."""
        return self.lo == self.hi


def optimal_quantiser(
    probabilities: Sequence[object],
    *,
    noise: object = 1,
    bits: int = 4,
    codes: int = 5,
    lengths: Sequence[object] | None = None,
    uniform: Sequence[object] | None = None,
) -> Quantiser:
    """Quantise (move, ``bits`` fair bits times ``noise``) into ``codes`` cells with least squared error.

    ``probabilities`` of the moves sum to 1; ``lengths`` are the squared lengths of their coordinates (default 1);
    ``uniform`` are the probabilities under which the code is evaluated beside its own. Raises `SymlamError`.

    >>> q = optimal_quantiser(["1/5"] * 5, noise=2)
    >>> q.exact, q.hi, q.ranges["controllable"], q.ranges["stochastic"][0] / 4
    (True, Fraction(51, 20), (Fraction(4, 5), Fraction(4, 5)), Fraction(7, 16))
    """
    p = tuple(as_fraction(x) for x in probabilities)
    l = tuple(as_fraction(x) for x in (lengths if lengths is not None else [1] * len(p)))
    u = tuple(as_fraction(x) for x in (uniform if uniform is not None else p))
    sigma = as_fraction(noise)
    if not 1 <= len(p) <= 5 or len(l) != len(p) or len(u) != len(p):
        raise SymlamError(
            f"{len(p)} moves, {len(l)} lengths, {len(u)} probabilities to evaluate with",
            expected="1 to 5 of each",
        )
    if any(x <= 0 for x in p) or sum(p) != 1 or any(x < 0 for x in u) or sum(u) != 1:
        raise SymlamError(
            "probabilities are not positive with sum 1", hint="leave out moves that never occur"
        )
    if any(x <= 0 for x in l) or sigma < 0:
        raise SymlamError("a length or the noise is negative", expected="lengths > 0 and noise >= 0")
    if not isinstance(bits, int) or not 0 <= bits <= 4 or not isinstance(codes, int) or codes < 1:
        raise SymlamError(f"{bits} bits and {codes} codes", expected="0 to 4 bits and at least one code")
    return _optimal(p, l, u, sigma, bits if sigma else 0, codes)


def situation_quantiser(world: GridWorld, situation: Situation, lengths: Sequence[Fraction]) -> Quantiser:
    """`optimal_quantiser` of one situation of a world, evaluated under uniform actions where the training policy takes them all."""
    uniform = [m.uniform for m in situation.moves]
    return optimal_quantiser(
        [m.probability for m in situation.moves],
        noise=world.noise,
        bits=world.columns,
        codes=world.codes,
        lengths=lengths,
        uniform=uniform if sum(uniform) == 1 else None,
    )


@lru_cache(maxsize=512)
def _optimal(
    p: tuple[Fraction, ...],
    l: tuple[Fraction, ...],
    u: tuple[Fraction, ...],
    sigma: Fraction,
    bits: int,
    codes: int,
) -> Quantiser:
    unit = lcm(*(x.denominator for x in p))
    weights = tuple(int(x * unit) for x in p)
    labels: dict[object, int] = {}
    keys = tuple(labels.setdefault(key, len(labels)) for key in zip(weights, l, u, strict=True))
    table = cell_table(weights, keys, bits)
    totals = tuple(sum(weights[a] for a in orbit) << bits for orbit in table.orbits)
    orbit_lengths = tuple(l[orbit[0]] for orbit in table.orbits)
    noise, scale = sigma * sigma, unit << bits
    optimum = solve(table, totals, codes, noise, orbit_lengths)
    cost = cost_of(weights, l, noise, bits)
    # at a positive price of cells, a partition of tight cells into fewer than K of them is not optimal
    least = codes if optimum.tau > 0 else 1
    amounts = [-(-x.numerator // x.denominator) for x in optimum.x]
    cells = _cover(table, optimum.columns, bits, codes, least, amounts)
    tight = tight_cells(table, noise, orbit_lengths, optimum)
    if cells is None and len(tight) <= MOST_TIGHT:
        cells = _cover(table, tuple(int(c) for c in tight), bits, codes, least, None)
    if cells is None:
        cells = _descent(p, l, float(noise), bits, codes)
    hi = sum(map(cost, cells), Fraction(0))
    functions = measures(weights, l, u, noise, bits)
    if hi > optimum.value:
        leaves = branched(weights, keys, bits, codes, noise, l)
        if leaves:
            return _from_branches(p, l, sigma, bits, codes, hi, cells, leaves, functions, scale)
    ranges = {}
    for name, f in functions.items():
        if hi == optimum.value and len(tight) <= MOST_TIGHT:
            values = [f(_points(table.sets[c], bits)) for c in tight]
            low, high = cost_range(table, totals, codes, tight, values)
        else:
            low = high = sum(map(f, cells), Fraction(0))
        ranges[name] = (low / scale, high / scale)
    relaxed = [
        sum(
            (
                x * functions[name](_points(table.sets[c], bits))
                for c, x in zip(optimum.columns, optimum.x, strict=True)
            ),
            Fraction(0),
        )
        / scale
        for name in ("controllable", "stochastic")
    ]
    mu = {a: m for orbit, m in zip(table.orbits, optimum.mu, strict=True) for a in orbit}
    return Quantiser(
        p, l, sigma, bits, codes, optimum.value / scale, hi / scale, cells,
        tuple(mu[a] for a in range(len(p))), optimum.tau / scale, ranges, (relaxed[0], relaxed[1]),
    )  # fmt: skip


def _from_branches(
    p: tuple[Fraction, ...],
    l: tuple[Fraction, ...],
    sigma: Fraction,
    bits: int,
    codes: int,
    hi: Fraction,
    cells: tuple[Cell, ...],
    leaves: list[Leaf],
    functions: dict[str, Callable[[Cell], Fraction]],
    scale: int,
) -> Quantiser:
    """What the least of the branches proves; optima are in the branches that attain the upper bound."""
    least = min(leaves, key=lambda leaf: leaf.optimum.value)
    lo = least.optimum.value
    ranges = {}
    for name, f in functions.items():
        low = high = sum(map(f, cells), Fraction(0))
        for leaf in leaves if lo == hi else []:
            if leaf.optimum.value == hi:
                tight = leaf.tight()
                ends = leaf.range(tight, [f(_points(leaf.table.sets[c], bits)) for c in tight])
                low, high = min(low, ends[0]), max(high, ends[1])
        ranges[name] = (low / scale, high / scale)
    relaxed = [
        sum(
            (
                x * functions[name](_points(least.table.sets[c], bits))
                for c, x in zip(least.optimum.columns, least.optimum.x, strict=True)
            ),
            Fraction(0),
        )
        / scale
        for name in ("controllable", "stochastic")
    ]
    proof = least.branch(scale)
    return Quantiser(
        p, l, sigma, bits, codes, lo / scale, hi / scale, cells, proof.mu, proof.tau, ranges,
        (relaxed[0], relaxed[1]), tuple(leaf.branch(scale) for leaf in leaves),
    )  # fmt: skip


def _points(sets: np.ndarray, bits: int) -> Cell:
    masks = down_sets(bits)
    return tuple((a, v) for a, s in enumerate(sets) for v in range(1 << bits) if masks[s] >> v & 1)


def cost_of(
    weights: Sequence[Any], lengths: Sequence[Fraction], noise: Fraction, bits: int
) -> Callable[[Cell], Fraction]:
    """The cost of a cell as a function: weighted squared distances of its points to their mean."""
    parts = measures(weights, lengths, lengths, noise, bits)  # the third is for names that are not used here
    controllable, stochastic = parts["scaled"], parts["stochastic"]
    return lambda cell: controllable(cell) + stochastic(cell)


def measures(
    weights: Sequence[Any],
    lengths: Sequence[Fraction],
    uniform: Sequence[Fraction],
    noise: Fraction,
    bits: int,
) -> dict[str, Callable[[Cell], Fraction]]:
    """What a cell adds to each quantity of a quantiser, for points of weight ``weights[a]``.

    ``controllable`` and ``stochastic`` are the squared errors of the move (unit length) and of the bits, and ``scaled`` that of the
    move with its lengths; the names with ``_uniform`` are the same reconstruction under other probabilities. ``agreement`` is the
    probability that two draws of the bits with the same move get the same code. ``code_bits`` = H(z | o) and
    ``leak_bits`` = H(z | o, move) in bits, as floats made rational; the difference is what the code says of the move.
    """
    vertices, total = cube(bits), sum(weights)
    other = [x * total for x in uniform]

    def sums(cell: Cell) -> tuple[dict[int, int], int, list[Fraction]]:
        counts: dict[int, int] = {}
        for a, _ in cell:
            counts[a] = counts.get(a, 0) + 1
        mass = sum(weights[a] * c for a, c in counts.items())
        mean = [Fraction(sum(weights[a] * vertices[v][j] for a, v in cell), mass) for j in range(bits)]
        return counts, mass, mean

    def move_error(cell: Cell, point_weights: Sequence[Any], squares: Sequence[Fraction]) -> Fraction:
        if not cell:
            return Fraction(0)
        counts, mass, _ = sums(cell)
        share = {a: Fraction(weights[a] * c, mass) for a, c in counts.items()}
        norm = sum((squares[a] * s * s for a, s in share.items()), Fraction(0))
        return sum(
            (
                point_weights[a] * c * (squares[a] - 2 * squares[a] * share[a] + norm)
                for a, c in counts.items()
            ),
            Fraction(0),
        )

    def bit_error(cell: Cell, point_weights: Sequence[Any]) -> Fraction:
        if not cell:
            return Fraction(0)
        mean = sums(cell)[2]
        distances = {
            v: sum(((vertices[v][j] - m) ** 2 for j, m in enumerate(mean)), Fraction(0)) for _, v in cell
        }
        return noise * sum((point_weights[a] * distances[v] for a, v in cell), Fraction(0))

    def agreement(cell: Cell) -> Fraction:
        counts = sums(cell)[0] if cell else {}
        return sum((Fraction(weights[a] * c * c, 1 << bits) for a, c in counts.items()), Fraction(0))

    def code_bits(cell: Cell) -> Fraction:
        return Fraction(_entropy(sums(cell)[1], total << bits)) if cell else Fraction(0)

    def leak_bits(cell: Cell) -> Fraction:
        counts = sums(cell)[0] if cell else {}
        return Fraction(sum(weights[a] * _entropy(c, 1 << bits) for a, c in counts.items()))

    ones = [Fraction(1)] * len(weights)
    return {
        "controllable": lambda cell: move_error(cell, weights, ones),
        "stochastic": lambda cell: bit_error(cell, weights),
        "scaled": lambda cell: move_error(cell, weights, lengths),
        "controllable_uniform": lambda cell: move_error(cell, other, ones),
        "stochastic_uniform": lambda cell: bit_error(cell, other),
        "agreement": agreement,
        "code_bits": code_bits,
        "leak_bits": leak_bits,
    }


def _entropy(part: int, whole: int) -> float:
    """-p log2 p times the whole."""
    return -part * log2(part / whole)


@lru_cache
def _turned(mask: int, bits: int) -> tuple[int, ...]:
    """A set of vertices under every symmetry of the cube, in a fixed order of the symmetries."""
    vertices = cube(bits)
    index = {v: i for i, v in enumerate(vertices)}
    found = []
    for order in permutations(range(bits)):
        for flip in product((0, 1), repeat=bits):
            to = [index[tuple(v[j] ^ f for j, f in zip(order, flip, strict=True))] for v in vertices]
            found.append(sum(1 << to[v] for v in range(len(to)) if mask >> v & 1))
    return tuple(found)


def _images(table: CellTable, column: int, bits: int) -> list[int]:
    """All cells that look the same, as masks over points move * 2^bits + vertex."""
    masks, size = down_sets(bits), 1 << bits
    moved = set(zip(*(_turned(masks[s], bits) for s in table.sets[column]), strict=True))
    found = set()
    for places in product(*(permutations(orbit) for orbit in table.orbits)):
        target = {
            a: b
            for orbit, place in zip(table.orbits, places, strict=True)
            for a, b in zip(orbit, place, strict=True)
        }
        for image in moved:
            found.add(sum(image[a] << size * b for a, b in target.items()))
    return sorted(found)


def _cover(
    table: CellTable,
    columns: tuple[int, ...],
    bits: int,
    codes: int,
    least: int,
    amounts: list[int] | None,
) -> tuple[Cell, ...] | None:
    """A partition of all points into ``least`` to ``codes`` images of the given cells, by search; None if not found."""
    moves, size = table.sets.shape[1], 1 << bits
    everything = (1 << moves * size) - 1
    kinds = [c for c in columns if table.total[c]]
    images, count = [], 0
    for c in kinds:
        images.append(_images(table, c, bits))
        count += len(images[-1])
        if count > MOST_IMAGES:
            return None
    holding: list[list[tuple[int, int]]] = [[] for _ in range(moves * size)]
    for kind, masks in enumerate(images):
        for mask in masks:
            holding[(mask & -mask).bit_length() - 1].append((kind, mask))
    left = (
        [codes] * len(kinds)
        if amounts is None
        else [a for a, c in zip(amounts, columns, strict=True) if table.total[c]]
    )
    budget = [MOST_IMAGES]

    def search(free: int, cells: list[int]) -> list[int] | None:
        if not free or len(cells) == codes:
            return cells if not free and len(cells) >= least else None
        # the lowest free point is the lowest point of the cell that holds it
        for kind, mask in holding[(free & -free).bit_length() - 1]:
            budget[0] -= 1
            if budget[0] < 0:
                return None
            if left[kind] and mask & ~free == 0:
                left[kind] -= 1
                found = search(free & ~mask, [*cells, mask])
                left[kind] += 1
                if found is not None:
                    return found
        return None

    found = search(everything, [])
    if found is None:
        return None
    return tuple(tuple((i // size, i % size) for i in range(moves * size) if mask >> i & 1) for mask in found)


def _descent(
    p: tuple[Fraction, ...], l: tuple[Fraction, ...], noise: float, bits: int, codes: int
) -> tuple[Cell, ...]:
    """A good partition without proof: Lloyd's iteration in float64 from many starts."""
    rng, size = np.random.default_rng(0), 1 << bits
    vertices = np.array(cube(bits), dtype=float).reshape(size, bits)
    x = np.array(
        [
            np.concatenate([np.sqrt(float(l[a])) * np.eye(len(p))[a], np.sqrt(noise) * v])
            for a in range(len(p))
            for v in vertices
        ]
    )
    w = np.repeat([float(q) for q in p], size)
    codes = min(codes, len(x))
    best, labels = np.inf, np.zeros(len(x), dtype=int)
    for _ in range(300):
        centres, last = (
            x[rng.choice(len(x), codes, replace=False)] + 0.01 * rng.normal(size=(codes, x.shape[1])),
            None,
        )
        for _ in range(100):
            distance = ((x[:, None] - centres) ** 2).sum(2)
            z = distance.argmin(1)
            if last is not None and (z == last).all():
                break
            last = z
            for k in range(codes):
                if (z == k).any():
                    centres[k] = np.average(x[z == k], axis=0, weights=w[z == k])
        value = float((w * distance.min(1)).sum())
        if value < best - 1e-12:
            best, labels = value, z
    return tuple(
        tuple((i // size, i % size) for i in np.flatnonzero(labels == k).tolist())
        for k in range(codes)
        if (labels == k).any()
    )
