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
from symlam.gridworld.certfile import read_data, world_body, world_from
from symlam.gridworld.world import GridWorld
from symlam.numerics.rational import as_fraction
from symlam.sealed import Sealed, opened, unbroken

__all__ = ["FORMAT", "GridCertificate", "certify_grid", "check_grid_certificate", "read_grid_certificate"]

FORMAT = "symlam-gridworld-1"

Vertex = tuple[int, ...]
Cell = tuple[tuple[int, int], ...]  # points (move, number of the vertex, its bits as binary digits)
Sums = tuple[int, int, tuple[int, ...], int, int]
Label = tuple[
    int, int, int, bool
]  # of a move: weight, mu, pi, whether it may have the greater part in one cell


@dataclass(frozen=True)
class BranchProof:
    """Prices for the partitions in which the moves of ``major``, and no others, have a cell with more than half of their points.

    ``pi`` is what a cell gets for being that of a move.
    """

    major: tuple[bool, ...]
    mu: tuple[Fraction, ...]
    tau: Fraction
    pi: tuple[Fraction, ...]


@dataclass(frozen=True)
class SituationProof:
    """One situation: prices per unit of weight of each move, the price of a cell, and cells of points (move, vertex).

    Where there are ``branches`` they are the proof, and ``mu`` and ``tau`` are those of the least of them.
    """

    mu: tuple[Fraction, ...]
    tau: Fraction
    cells: tuple[Cell, ...]
    branches: tuple[BranchProof, ...] = ()


@dataclass(frozen=True)
class GridCertificate(Sealed):
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
                    **({"branches": [_branch_body(b) for b in proof.branches]} if proof.branches else {}),
                }
                for proof in self.proofs
            ],
        }


def _branch_body(branch: BranchProof) -> dict[str, object]:
    return {
        "major": list(branch.major),
        "mu": [str(x) for x in branch.mu],
        "tau": str(branch.tau),
        "pi": [str(x) for x in branch.pi],
    }


def certify_grid(world: GridWorld, *, weight: object = 1) -> GridCertificate:
    """Solve a world and write down why the solution is optimal; the certificate is checked before it is returned.

    >>> certify_grid(GridWorld(noise=2)).hi
    Fraction(243, 100)
    """
    from symlam.gridworld.result import optimum

    r = optimum(world, weight=weight)
    # prices of the solver are per unit of weight, cells counted in weights w_a; here everything is in probabilities
    proofs = tuple(
        SituationProof(
            q.mu, q.tau, q.cells, tuple(BranchProof(b.major, b.mu, b.tau, b.pi) for b in q.branches)
        )
        for _, q in r.parts
    )
    certificate = GridCertificate(world, as_fraction(weight), r.lo, r.hi, proofs)
    check_grid_certificate(certificate)
    return certificate


def read_grid_certificate(source: str | Path) -> GridCertificate:
    """Read a certificate file; raises `SymlamError` when it is not one or when its digest does not fit."""
    data = read_data(source, FORMAT)
    with opened():
        proofs = tuple(
            SituationProof(
                tuple(Fraction(x) for x in s["mu"]),
                Fraction(s["tau"]),
                tuple(tuple((int(a), int(v)) for a, v in cell) for cell in s["cells"]),
                tuple(
                    BranchProof(
                        tuple(bool(x) for x in b["major"]),
                        tuple(Fraction(x) for x in b["mu"]),
                        Fraction(b["tau"]),
                        tuple(Fraction(x) for x in b["pi"]),
                    )
                    for b in s.get("branches", [])
                ),
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
    return unbroken(certificate, data)


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
        if proof.branches:
            bound = _check_branches(w, proof.branches, world.codes, t, noise, bits)
        else:
            never = (False,) * len(w)
            plain = BranchProof(never, proof.mu, proof.tau, (Fraction(0),) * len(w))
            bound = _check_prices(w, plain, world.codes, t, noise, bits, every=True)
        lo += situation.weight * bound
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


def _check_branches(
    w: list[Fraction],
    branches: tuple[BranchProof, ...],
    codes: int,
    t: Fraction,
    noise: Fraction,
    bits: int,
) -> Fraction:
    """The least of the branches, which must be there for every answer, up to moves of the same weight."""

    def sort(major: tuple[bool, ...]) -> tuple[tuple[Fraction, bool], ...]:
        return tuple(sorted(zip(w, major, strict=True)))

    if any(len(b.major) != len(w) or len(b.pi) != len(w) for b in branches):
        raise SymlamError(f"a branch is not about {len(w)} moves")
    if {sort(b.major) for b in branches} != {sort(x) for x in product((False, True), repeat=len(w))}:
        raise SymlamError("a branch is missing", expected="one for every set of moves")
    return min(_check_prices(w, b, codes, t, noise, bits, every=False) for b in branches)


def _check_prices(
    w: list[Fraction],
    proof: BranchProof,
    codes: int,
    t: Fraction,
    noise: Fraction,
    bits: int,
    *,
    every: bool,
) -> Fraction:
    """What prices prove, after cost(C) + tau >= sum of the prices in C, times W and a common denominator, over all chains.

    In a branch (not ``every``) cells with more than half of the points of a move count only if that move is in ``major``, and have its pi.
    """
    if len(proof.mu) != len(w):
        raise SymlamError(f"{len(proof.mu)} prices for {len(w)} moves")
    if proof.tau < 0:
        raise SymlamError("the price of a cell is negative", expected="tau >= 0")
    sets = _down_sets(bits)
    ones = [tuple(sum(v[j] for v in s) for j in range(bits)) for s in sets]
    sizes = [len(s) for s in sets]
    inside = [[j for j in range(i + 1) if sets[j] <= sets[i]] for i in range(len(sets))]
    scale = lcm(*(x.denominator for x in w)) << bits
    whole = [int(x * scale) >> bits for x in w]  # weight of one point of each move
    numbers = [t, noise, proof.tau, *proof.mu, *proof.pi]
    unit = lcm(*(x.denominator for x in numbers))
    T, N, tau = int(t * unit), int(noise * unit), int(proof.tau * unit) * scale
    kinds: dict[Label, int] = {}
    for weight, m, x, major in zip(whole, proof.mu, proof.pi, proof.major, strict=True):
        label = weight, int(m * unit), int(x * unit) * scale, every or major
        kinds[label] = kinds.get(label, 0) + 1
    labels = [label for label, count in kinds.items() for _ in range(count)]
    half = None if every else 1 << bits
    for order in sorted(set(permutations(labels))):
        for total, squares, sums, price, extra in _chains(order, sets, sizes, ones, inside, bits, half):
            # W (cost + tau - prices), all integers
            slack = T * (total * total - squares) + N * (total * sum(sums) - sum(x * x for x in sums))
            if slack + total * (tau - price - extra) < 0:
                raise SymlamError(
                    "a cell is cheaper than its prices", expected="cost(C) >= prices in C - tau"
                )
    bound = sum((p * m for p, m in zip(w, proof.mu, strict=True)), Fraction(0)) - codes * proof.tau
    return bound + sum((x for x, major in zip(proof.pi, proof.major, strict=True) if major), Fraction(0))


def _chains(
    order: tuple[Label, ...],
    sets: list[frozenset[Vertex]],
    sizes: list[int],
    ones: list[tuple[int, ...]],
    inside: list[list[int]],
    bits: int,
    size: int | None,
) -> Iterator[Sums]:
    """(W, sum of squared masses, summed bits, prices, prices pi) of every non-empty chain of down-sets, largest first."""

    def extend(place: int, last: int, sums: Sums) -> Iterator[Sums]:
        total, squares, lit, price, extra = sums
        if place == len(order):
            if total:
                yield sums
            return
        weight, mu, pi, major = order[place]
        for i in inside[last]:
            most = size is not None and 2 * sizes[i] > size
            if most and not major:
                continue
            mass = weight * sizes[i]
            summed = tuple(s + weight * o for s, o in zip(lit, ones[i], strict=True))
            new = total + mass, squares + mass * mass, summed, price + mu * mass, extra + (pi if most else 0)
            yield from extend(place + 1, i, new)

    yield from extend(0, len(sets) - 1, (0, 0, (0,) * bits, 0, 0))
