"""Certificates of the supervised loss: one head for all positions, checked with integers, without numpy or solver.

The file holds a code (for each kind of position the cell of each of its names), whose loss is ``hi``, and prices that are proved at the weight
``at`` >= ``weight``. A head that knows nothing has the error B = 1 - |mean action|^2, so the best head of any code has at most that, and

    L + weight head >= (L + at head) - (at - weight) B.

So ``lo`` is what the prices prove less (at - weight) B. Where lo = hi and at > weight every optimum for ``weight`` has head error B: it is
an optimum without labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path

from symlam.errors import SymlamError
from symlam.gridworld.certfile import read_data, world_body, world_from
from symlam.gridworld.heads import HeadPrices, Kind, kinds_of, price_bound, proved
from symlam.gridworld.world import GridWorld
from symlam.sealed import Sealed, opened, unbroken

__all__ = [
    "LABEL_FORMAT",
    "LabelCertificate",
    "LabelCode",
    "blind_error",
    "certify_labels",
    "check_label_certificate",
    "code_errors",
    "families_of_code",
    "read_label_certificate",
]

LABEL_FORMAT = "symlam-gridworld-labels-1"

Cell = tuple[tuple[int, int], ...]  # points (move, number of the vertex, its bits as binary digits)
LabelCode = tuple[tuple[Cell, ...], ...]
"""For each kind of position and each code its cell, in the order of `kinds_of`."""


@dataclass(frozen=True)
class LabelCertificate(Sealed):
    """lo <= minimum of the supervised loss of ``world`` <= hi, at the ``weight`` of the labels."""

    world: GridWorld
    weight: Fraction
    at: Fraction
    lo: Fraction
    hi: Fraction
    prices: HeadPrices
    code: LabelCode

    @property
    def optimal(self) -> bool:
        """Whether the two ends meet."""
        return self.lo == self.hi

    def body(self) -> dict[str, object]:
        """Everything but the digest, as plain data."""
        return {
            "format": LABEL_FORMAT,
            "world": world_body(self.world),
            "weight": str(self.weight),
            "at": str(self.at),
            "lo": str(self.lo),
            "hi": str(self.hi),
            "mu": [[str(x) for x in row] for row in self.prices.mu],
            "tau": str(self.prices.tau),
            "heads": [[str(x) for x in head] for head in self.prices.heads],
            "code": [[[list(point) for point in cell] for cell in cells] for cells in self.code],
        }


def certify_labels(world: GridWorld, *, weight: object) -> LabelCertificate:
    """Solve the supervised loss of a world and write down the proof; it is checked before it is returned.

    Raises `SymlamError` where no prices were found.

    >>> tiny = GridWorld(noise="3/2", rows=2, columns=1, codes=2)
    >>> certify_labels(tiny, weight="1/2").optimal
    True
    """
    from symlam.gridworld.labels import labelled, priced

    found = labelled(world, weight=weight)
    prices, at = priced(found)
    if prices is None:
        raise SymlamError("no prices prove a bound for this world and weight")
    lo = price_bound(world, at, prices) - (at - found.weight) * blind_error(world)
    certificate = LabelCertificate(world, found.weight, at, lo, found.hi, prices, found.code)
    _check_code(certificate)
    return certificate


def read_label_certificate(source: str | Path) -> LabelCertificate:
    """Read a certificate file; raises `SymlamError` when it is not one or when its digest does not fit."""
    data = read_data(source, LABEL_FORMAT)
    with opened():
        prices = HeadPrices(
            tuple(tuple(Fraction(x) for x in row) for row in data["mu"]),
            Fraction(data["tau"]),
            tuple(tuple(Fraction(x) for x in head) for head in data["heads"]),
        )
        code = tuple(
            tuple(tuple((int(a), int(v)) for a, v in cell) for cell in cells) for cells in data["code"]
        )
        numbers = [Fraction(data[name]) for name in ("weight", "at", "lo", "hi")]
        certificate = LabelCertificate(
            world_from(data["world"]), numbers[0], numbers[1], numbers[2], numbers[3], prices, code
        )
    return unbroken(certificate, data)


def check_label_certificate(certificate: LabelCertificate, world: GridWorld | None = None) -> None:
    """Check a certificate, for the caller's own ``world`` if one is given; returns nothing, raises `SymlamError`.

    >>> tiny = GridWorld(noise="3/2", rows=2, columns=1, codes=2)
    >>> check_label_certificate(certify_labels(tiny, weight="1/2"))
    """
    if world is not None and world != certificate.world:
        raise SymlamError("the certificate is for another world", expected=str(world))
    _check_code(certificate)
    if proved(certificate.world, certificate.at, certificate.prices) is None:
        raise SymlamError(
            "the prices are not proved: some family of cells may be cheaper",
            expected="cost - prices - weight phi + tau >= 0",
        )


def _check_code(certificate: LabelCertificate) -> None:
    """The two ends are those of the code and of the prices; whether the prices hold is another matter."""
    world = certificate.world
    if not 0 <= certificate.weight <= certificate.at:
        raise SymlamError(f"weights {certificate.weight} and {certificate.at}", expected="0 <= weight <= at")
    a, n, head = code_errors(world, certificate.code)
    hi = a + n + certificate.weight * head
    if hi != certificate.hi:
        raise SymlamError(f"hi is {certificate.hi}, the code loses {hi}")
    if [len(row) for row in certificate.prices.mu] != [len(kind.weights) for kind in kinds_of(world)[0]]:
        raise SymlamError("the prices are not one for each move of each kind of position")
    lo = price_bound(world, certificate.at, certificate.prices)
    lo -= (certificate.at - certificate.weight) * blind_error(world)
    if lo != certificate.lo:
        raise SymlamError(f"lo is {certificate.lo}, the prices prove {lo}")


def blind_error(world: GridWorld) -> Fraction:
    """The error of the best head that knows nothing, 1 - |mean action|^2."""
    kinds, unit = kinds_of(world)
    mean = [Fraction(0)] * 5
    for kind in kinds:
        for w, told in zip(kind.weights, kind.actions, strict=True):
            share = Fraction(kind.count * w, unit * sum(k.count for k in kinds))
            mean = [x + share * a for x, a in zip(mean, told, strict=True)]
    return 1 - sum((x * x for x in mean), Fraction(0))


def code_errors(world: GridWorld, code: LabelCode) -> tuple[Fraction, Fraction, Fraction]:
    """Controllable and stochastic error of a code and the error of its best head; raises `SymlamError` if it is no code."""
    kinds, _ = kinds_of(world)
    bits = world.columns if world.noise else 0
    if len(code) != len(kinds):
        raise SymlamError(f"cells for {len(code)} kinds of positions", expected=str(len(kinds)))
    a = n = Fraction(0)
    actions = [[Fraction(0)] * 5 for _ in range(world.codes)]
    for kind, cells in zip(kinds, code, strict=True):
        points = [point for cell in cells for point in cell]
        everything = set(product(range(len(kind.weights)), range(1 << bits)))
        if len(cells) != world.codes or len(points) != len(everything) or set(points) != everything:
            raise SymlamError(
                "the cells are not a partition of the points", expected="each point under one code"
            )
        for name, cell in enumerate(cells):
            masses, one, two = _cell(world, kind, cell, bits)
            share = Fraction(kind.count, world.rows * world.columns)
            a, n = a + share * one, n + share * two
            for m, told in zip(masses, kind.actions, strict=True):
                actions[name] = [x + share * m * t for x, t in zip(actions[name], told, strict=True)]
    head = 1 - sum(
        (sum((x * x for x in row), Fraction(0)) / sum(row) for row in actions if sum(row)), Fraction(0)
    )
    return a, n, head


def families_of_code(world: GridWorld, code: LabelCode) -> list[tuple[Fraction, list[list[Fraction]]]]:
    """For each code its cost and the mass of each move in each kind of position, given the position."""
    kinds, _ = kinds_of(world)
    bits = world.columns if world.noise else 0
    found = []
    for name in range(world.codes):
        cost, rows = Fraction(0), []
        for kind, cells in zip(kinds, code, strict=True):
            masses, one, two = _cell(world, kind, cells[name], bits)
            cost += Fraction(kind.count, world.rows * world.columns) * (one + two)
            rows.append(masses)
        found.append((cost, rows))
    return found


def _cell(
    world: GridWorld, kind: Kind, cell: Sequence[tuple[int, int]], bits: int
) -> tuple[list[Fraction], Fraction, Fraction]:
    """The mass of each move in a cell and its two squared errors, given the position."""
    _, unit = kinds_of(world)
    masses, lit = [Fraction(0)] * len(kind.weights), [Fraction(0)] * bits
    for i, vertex in cell:
        p = Fraction(kind.weights[i], unit << bits)
        masses[i] += p
        for j in range(bits):
            if vertex >> (bits - 1 - j) & 1:
                lit[j] += p
    total = sum(masses)
    if not total:
        return masses, Fraction(0), Fraction(0)
    one = total - sum((m * m for m in masses), Fraction(0)) / total
    two = world.noise**2 * sum((x * (total - x) for x in lit), Fraction(0)) / total
    return masses, one, two
