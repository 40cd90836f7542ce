"""Branching where prices alone do not reach the minimum: which moves have a cell with the greater part of their points?

A partition answers that for every move, and at most one cell can hold more than half of the points of a move. In each branch the
programme of `symlam.gridworld.linear` is solved over the cells that fit the answer, and for each move with such a cell there is one more equation:
exactly one cell holds the greater part of it. Its dual is a price pi for being that cell. The family of cells stays: with the number of points
of each move in a cell given, the cheapest are the first ones of one order, so that chains of down-sets are enough at any price that depends
on those numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations, product
from math import comb

import numpy as np

from symlam.gridworld.cells import CellTable, cell_table, down_sets
from symlam.gridworld.linear import LinearOptimum, cost_range, solve, tight_cells

__all__ = ["Branch", "Leaf", "branched"]

MOST_CELLS = 60_000


@dataclass(frozen=True)
class Branch:
    """A proof for one answer: ``major`` says which moves have such a cell, ``pi`` what being it is worth, beside ``mu`` and ``tau``."""

    major: tuple[bool, ...]
    mu: tuple[Fraction, ...]
    tau: Fraction
    pi: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One branch solved: cells with a column for each equation, those that fit, and the optimum."""

    major: tuple[bool, ...]
    table: CellTable
    totals: tuple[int, ...]
    codes: int
    noise: Fraction
    lengths: tuple[Fraction, ...]
    allowed: np.ndarray
    optimum: LinearOptimum

    def tight(self) -> np.ndarray:
        """The cells of all partitions of this branch that cost no more than its bound, up to symmetry."""
        tight = tight_cells(self.table, self.noise, self.lengths, self.optimum)
        return np.intersect1d(tight, self.allowed)

    def range(self, cells: np.ndarray, values: list[Fraction]) -> tuple[Fraction, Fraction]:
        """Least and greatest sum of ``values`` over the mixtures of ``cells``."""
        return cost_range(self.table, self.totals, self.codes, cells, values)

    def branch(self, scale: int) -> Branch:
        """The proof per unit of probability."""
        count = len(self.table.orbits)
        mu = {a: m for orbit, m in zip(self.table.orbits, self.optimum.mu, strict=False) for a in orbit}
        pi = {a: Fraction(0) for a in mu}
        extra = iter(self.optimum.mu[count:])
        for orbit in self.table.orbits:
            if self.major[orbit[0]]:
                price = next(extra) / scale
                pi |= dict.fromkeys(orbit, price)
        order = sorted(mu)
        return Branch(
            self.major, tuple(mu[a] for a in order), self.optimum.tau / scale, tuple(pi[a] for a in order)
        )


def branched(
    weights: tuple[int, ...],
    keys: tuple[int, ...],
    bits: int,
    codes: int,
    noise: Fraction,
    lengths: tuple[Fraction, ...],
) -> list[Leaf]:
    """All branches, or none where there are too many cells; moves are interchangeable where ``keys`` agree."""
    if not bits or codes < 2:  # with two codes and more every branch can be covered, and has prices
        return []
    chains = comb(len(down_sets(bits)) + len(weights) - 1, len(weights))  # at most
    answers = {
        major: tuple(2 * key + x for key, x in zip(keys, major, strict=True)) for major in _answers(keys)
    }
    if any(chains * len(set(permutations(split))) > MOST_CELLS for split in answers.values()):
        return []
    size, leaves = 1 << bits, []
    sizes = np.array([mask.bit_count() for mask in down_sets(bits)])
    for major, split in answers.items():
        plain = cell_table(weights, split, bits)
        most = 2 * sizes[plain.sets] > size
        allowed = np.flatnonzero(~most[:, ~np.array(major)].any(1))
        asked = [orbit for orbit in plain.orbits if major[orbit[0]]]
        masses = np.column_stack([plain.masses, *(most[:, list(orbit)].sum(1) for orbit in asked)])
        table = replace(plain, masses=masses)
        totals = tuple(sum(weights[a] for a in orbit) << bits for orbit in plain.orbits)
        totals += tuple(len(orbit) for orbit in asked)
        of_orbits = tuple(lengths[orbit[0]] for orbit in plain.orbits)
        optimum = solve(table, totals, codes, noise, of_orbits, allowed=allowed)
        leaves.append(Leaf(major, table, totals, codes, noise, of_orbits, allowed, optimum))
    return leaves


def _answers(keys: tuple[int, ...]) -> list[tuple[bool, ...]]:
    """One answer of each symmetry class: among moves with equal keys those that have such a cell come first."""
    found = []
    for answer in product((True, False), repeat=len(keys)):
        if all(
            x >= y for i, x in enumerate(answer) for j, y in enumerate(answer) if i < j and keys[i] == keys[j]
        ):
            found.append(answer)
    return found
