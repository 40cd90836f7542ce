"""The cells that an optimal quantiser can have: nested down-sets of the cube, one for each move.

A point is (move a, bits b) with coordinates sqrt(l_a) e_a and sigma b. At fixed prices mu_a per unit of weight, the best
cell around a centre (y, u) holds the points with ||x - centre||^2 < mu_a, and that is A(b) + B(a) < 0 with
A(b) = sum_j sigma (sigma - 2 u_j) b_j. Flip bits so that u_j <= sigma/2 and order them by u_j: then A is monotone for
the dominance order of the cube. So the bits of one move form a down-set of that order, and the down-sets of the moves
are nested. For four bits there are 27 down-sets; every optimal cell is one of their multichains, up to symmetry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product

import numpy as np

__all__ = ["CellTable", "cell_table", "cube", "down_sets", "orbits_of"]


def cube(bits: int) -> list[tuple[int, ...]]:
    """The vertices of the cube, in the order that masks of down-sets refer to."""
    return list(product((0, 1), repeat=bits))


def _below(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    """x <= y in the dominance order: no prefix of x has more ones than that of y."""
    return all(sum(x[:i]) <= sum(y[:i]) for i in range(1, len(x) + 1))


@lru_cache
def down_sets(bits: int) -> tuple[int, ...]:
    """All down-sets of the dominance order as bit masks over `cube`, smallest first.

    >>> [len(down_sets(n)) for n in (1, 2, 3, 4)]
    [3, 5, 10, 27]
    """
    vertices = cube(bits)
    under = [sum(1 << j for j, x in enumerate(vertices) if _below(x, y)) for y in vertices]
    found, todo = {0}, [0]
    while todo:
        mask = todo.pop()
        for i in range(len(vertices)):
            grown = mask | 1 << i
            if not mask >> i & 1 and under[i] & ~grown == 0 and grown not in found:
                found.add(grown)
                todo.append(grown)
    return tuple(sorted(found, key=lambda mask: (mask.bit_count(), mask)))


@dataclass(frozen=True, eq=False)
class CellTable:
    """Candidate cells up to symmetry, N of them, with integer sums; the empty cell is among them.

    ``sets`` (N x moves) are indices of down-sets, ``masses`` (N x orbits) weights, ``total`` (N) their sum W,
    ``noise`` (N) is W sum V - sum V^2 for the summed bits V, ``squares`` (N x orbits) the sums of m_a^2. The cost of a
    cell is (sigma^2 noise + sum_o l_o (W masses_o - squares_o)) / W.
    """

    sets: np.ndarray
    masses: np.ndarray
    total: np.ndarray
    noise: np.ndarray
    squares: np.ndarray
    orbits: tuple[tuple[int, ...], ...]


def orbits_of(keys: tuple[object, ...]) -> tuple[tuple[int, ...], ...]:
    """Moves with equal keys, as groups of indices."""
    groups: dict[object, list[int]] = {}
    for i, key in enumerate(keys):
        groups.setdefault(key, []).append(i)
    return tuple(tuple(group) for group in groups.values())


@lru_cache
def cell_table(weights: tuple[int, ...], keys: tuple[int, ...], bits: int) -> CellTable:
    """Enumerate the cells for moves of these integer weights; moves are interchangeable where ``keys`` agree.

    >>> table = cell_table((1, 1, 1, 1, 1), (0, 0, 0, 0, 0), 4)
    >>> table.sets.shape[1], int(table.total.max())
    (5, 80)
    """
    moves, masks = len(weights), down_sets(bits)
    vertices = np.array(cube(bits), dtype=np.int64).reshape(1 << bits, bits)
    inside = np.array([[mask >> i & 1 for i in range(len(vertices))] for mask in masks], dtype=np.int64)
    size, sums = inside.sum(1), inside @ vertices
    smaller = [np.array([j for j, t in enumerate(masks) if t & ~s == 0]) for s in masks]
    chains = np.arange(len(masks))[:, None]
    for _ in range(moves - 1):
        fan = [smaller[last] for last in chains[:, -1]]
        chains = np.column_stack(
            [np.repeat(chains, [len(f) for f in fan], axis=0), np.concatenate(fan)[:, None]]
        )
    orbits = orbits_of(keys)
    w = np.array(weights, dtype=np.int64)
    parts: list[tuple[np.ndarray, ...]] = []
    for labels in sorted(set(permutations(keys))):
        queue = {keys[orbit[0]]: list(orbit) for orbit in orbits}
        order = [queue[label].pop(0) for label in labels]  # the move that takes each place in the chain
        sets = np.empty_like(chains)
        sets[:, order] = chains
        mass = size[sets] * w
        masses = np.column_stack([mass[:, list(o)].sum(1) for o in orbits])
        squares = np.column_stack([(mass[:, list(o)] ** 2).sum(1) for o in orbits])
        total = mass.sum(1)
        V = (sums[sets] * w[:, None]).sum(1)
        noise = total * V.sum(1) - (V**2).sum(1)
        parts.append((sets, masses, total, noise, squares))
    # cells that agree in these sums may differ in what they say of the noise, so none is left out
    columns = [np.concatenate(p) for p in zip(*parts, strict=True)]
    return CellTable(columns[0], columns[1], columns[2], columns[3], columns[4], orbits)
