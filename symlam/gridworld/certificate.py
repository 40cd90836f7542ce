"""Certificates of the optimal codes of a grid world, and a checker that is integer arithmetic without numpy or solver.

For each situation the file holds a partition (its cost is the upper end) and prices mu_a, tau. The lower end is
sum_a mu_a w_a - K tau, and is valid when cost(C) >= sum over the points of C of mu_a - tau for every set C of points. The checker
runs through all chains of down-sets of the dominance order, in every order of the moves that the data distinguish;
`symlam.gridworld.cells` says why no other set can be worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from math import lcm
from pathlib import Path

from symlam.errors import SymlamError
from symlam.gridworld.certfile import Certificate, load, opened, sealed, world_body, world_from
from symlam.gridworld.world import GridWorld
from symlam.numerics.rational import as_fraction

__all__ = ["FORMAT", "GridCertificate", "certify_grid", "check_grid_certificate", "read_grid_certificate"]

FORMAT = "symlam-gridworld-1"

Vertex = tuple[int, ...]
Cell = tuple[tuple[int, int], ...]  # points (move, number of the vertex, its bits as binary digits)
Sums = tuple[int, int, tuple[int, ...], int]


@dataclass(frozen=True)
class SituationProof:
    """One situation: prices per unit of weight of each move, the price of a cell, and cells of points (move, vertex)."""

    mu: tuple[Fraction, ...]
    tau: Fraction
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class GridCertificate(Certificate):
    """lo <= minimum of weight * controllable + stochastic <= hi for every LAM of ``world``, with one proof per situation."""

    world: GridWorld
    weight: Fraction
    lo: Fraction
    hi: Fraction
    proofs: tuple[SituationProof, ...]

    @property
    def optimal(self) -> bool:
        """Whether the two ends meet."""
        return self.lo == self.hi

    def body(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "world": world_body(self.world),
            "weight": str(self.weight),
            "lo": str(self.lo),
            "hi": str(self.hi),
            "situations": [
                {
                    "mu": [str(x) for x in proof.mu],
                    "tau": str(proof.tau),
                    "cells": [[list(point) for point in cell] for cell in proof.cells],
                }
                for proof in self.proofs
            ],
        }


def certify_grid(world: GridWorld, *, weight: object = 1) -> GridCertificate:
    """Solve a world and write down why the solution is optimal; the certificate is checked before it is returned.

    >>> certify_grid(GridWorld(noise=2)).hi
    Fraction(243, 100)
    """
    from symlam.gridworld.result import optimum

    r = optimum(world, weight=weight)
    # prices of the solver are per unit of weight, cells counted in weights w_a; here everything is in probabilities
    proofs = tuple(SituationProof(q.mu, q.tau, q.cells) for _, q in r.parts)
    certificate = GridCertificate(world, as_fraction(weight), r.lo, r.hi, proofs)
    check_grid_certificate(certificate)
    return certificate


def read_grid_certificate(source: str | Path) -> GridCertificate:
    """Read a certificate file; raises `SymlamError` when it is not one or when its digest does not fit."""
    data = load(source, FORMAT)
    with opened():
        proofs = tuple(
            SituationProof(
                tuple(Fraction(x) for x in s["mu"]),
                Fraction(s["tau"]),
                tuple(tuple((int(a), int(v)) for a, v in cell) for cell in s["cells"]),
            )
            for s in data["situations"]
        )
        certificate = GridCertificate(
            world_from(data["world"]),
            Fraction(data["weight"]),
            Fraction(data["lo"]),
            Fraction(data["hi"]),
            proofs,
        )
    return sealed(certificate, data)


def check_grid_certificate(certificate: GridCertificate, world: GridWorld | None = None) -> None:
    """Check a certificate, for the caller's own ``world`` if one is given; returns nothing, raises `SymlamError`.

    >>> check_grid_certificate(certify_grid(GridWorld(noise=1)))
    """
    if world is not None and world != certificate.world:
        raise SymlamError("the certificate is for another world", expected=str(world))
    world, t = certificate.world, certificate.weight
    if t <= 0:
        raise SymlamError(f"the weight is {t}", expected="a number > 0")
    situations = world.situations()
    if len(situations) != len(certificate.proofs):
        raise SymlamError(f"{len(certificate.proofs)} proofs for {len(situations)} situations")
    lo = hi = Fraction(0)
    bits, noise = (world.columns if world.noise else 0), world.noise**2
    for situation, proof in zip(situations, certificate.proofs, strict=True):
        w = [m.probability for m in situation.moves]
        _check_partition(proof.cells, len(w), 1 << bits, world.codes)
        hi += situation.weight * sum((_cost(cell, w, t, noise, bits) for cell in proof.cells), Fraction(0))
        if len(proof.mu) != len(w):
            raise SymlamError(f"{len(proof.mu)} prices for {len(w)} moves")
        if proof.tau < 0:
            raise SymlamError("the price of a cell is negative", expected="tau >= 0")
        _check_prices(w, proof, t, noise, bits)
        prices = sum((p * m for p, m in zip(w, proof.mu, strict=True)), Fraction(0))
        lo += situation.weight * (prices - world.codes * proof.tau)
    if lo != certificate.lo:
        raise SymlamError(f"lo is {certificate.lo}, the prices prove {lo}")
    if hi != certificate.hi:
        raise SymlamError(f"hi is {certificate.hi}, the partitions cost {hi}")


def _check_partition(cells: tuple[Cell, ...], moves: int, size: int, codes: int) -> None:
    if len(cells) > codes:
        raise SymlamError(f"{len(cells)} cells for {codes} codes")
    points = [point for cell in cells for point in cell]
    if len(points) != len(set(points)) or set(points) != set(product(range(moves), range(size))):
        raise SymlamError("the cells are not a partition of the points", expected="each point in one cell")


def _cost(cell: Cell, w: list[Fraction], t: Fraction, noise: Fraction, bits: int) -> Fraction:
    """Weighted squared distances to the mean, written out coordinate by coordinate."""
    if not cell:
        return Fraction(0)
    share = [Fraction(0)] * len(w)
    ones = [Fraction(0)] * bits
    total = Fraction(0)
    for a, v in cell:
        p = w[a] / (1 << bits)
        total += p
        share[a] += p
        for j in range(bits):
            if v >> (bits - 1 - j) & 1:
                ones[j] += p
    controllable = sum((m * (total - m) for m in share), Fraction(0)) / total
    stochastic = sum((m * (total - m) for m in ones), Fraction(0)) / total
    return t * controllable + noise * stochastic


def _down_sets(bits: int) -> list[frozenset[Vertex]]:
    """Every down-set of the dominance order of the cube, small ones first."""
    vertices = list(product((0, 1), repeat=bits))
    prefix = {v: tuple(sum(v[: i + 1]) for i in range(bits)) for v in vertices}
    below = {
        v: frozenset(u for u in vertices if all(x <= y for x, y in zip(prefix[u], prefix[v], strict=True)))
        for v in vertices
    }
    sets: set[frozenset[Vertex]] = {frozenset()}
    for v in sorted(
        vertices, key=lambda v: (sum(prefix[v]), v)
    ):  # a linear extension: below[v] has come before
        sets |= {s | {v} for s in sets if below[v] - {v} <= s}
    return sorted(sets, key=lambda s: (len(s), sorted(s)))


def _check_prices(w: list[Fraction], proof: SituationProof, t: Fraction, noise: Fraction, bits: int) -> None:
    """cost(C) + tau >= sum of the prices in C, times W and a common denominator, over all chains."""
    sets = _down_sets(bits)
    ones = [tuple(sum(v[j] for v in s) for j in range(bits)) for s in sets]
    sizes = [len(s) for s in sets]
    inside = [[j for j in range(i + 1) if sets[j] <= sets[i]] for i in range(len(sets))]
    scale = lcm(*(x.denominator for x in w)) << bits
    whole = [int(x * scale) >> bits for x in w]  # weight of one point of each move
    unit = lcm(t.denominator, noise.denominator, proof.tau.denominator, *(m.denominator for m in proof.mu))
    T, N, tau = int(t * unit), int(noise * unit), int(proof.tau * unit) * scale
    mu = [int(m * unit) for m in proof.mu]
    kinds: dict[tuple[int, int], list[int]] = {}
    for a, key in enumerate(zip(whole, mu, strict=True)):
        kinds.setdefault(key, []).append(a)
    labels = [key for key, moves in kinds.items() for _ in moves]
    for order in sorted(set(permutations(labels))):
        for total, squares, sums, price in _chains(order, sets, sizes, ones, inside, bits):
            # W (cost + tau - prices), all integers
            slack = T * (total * total - squares) + N * (total * sum(sums) - sum(x * x for x in sums))
            if slack + total * (tau - price) < 0:
                raise SymlamError(
                    "a cell is cheaper than its prices", expected="cost(C) >= prices in C - tau"
                )


def _chains(
    order: tuple[tuple[int, int], ...],
    sets: list[frozenset[Vertex]],
    sizes: list[int],
    ones: list[tuple[int, ...]],
    inside: list[list[int]],
    bits: int,
) -> Iterator[Sums]:
    """(W, sum of squared masses, summed bits, prices) of every non-empty chain of down-sets, largest first."""

    def extend(place: int, last: int, sums: Sums) -> Iterator[Sums]:
        total, squares, lit, price = sums
        if place == len(order):
            if total:
                yield sums
            return
        weight, mu = order[place]
        for i in inside[last]:
            mass = weight * sizes[i]
            summed = tuple(s + weight * o for s, o in zip(lit, ones[i], strict=True))
            yield from extend(place + 1, i, (total + mass, squares + mass * mass, summed, price + mu * mass))

    yield from extend(0, len(sets) - 1, (0, 0, (0,) * bits, 0))
