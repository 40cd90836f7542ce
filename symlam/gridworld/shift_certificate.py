"""Certificates of the bounds under shared shifts: a code, and prices that no code gets below.

The file holds a code of the bits (its loss, counted over all pairs of frames and shifts, is the upper end), prices (pi, tau) of the
bits' quantiser and prices mu_r(b) for dark frames (the lower end). The check uses integers and rationals, and no solver;
integer arrays are numpy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from symlam.errors import SymlamError
from symlam.gridworld.certfile import read_data, world_body, world_from
from symlam.gridworld.world import GridWorld
from symlam.sealed import Sealed, opened, unbroken

__all__ = [
    "SHIFT_FORMAT",
    "ShiftCertificate",
    "certify_shifts",
    "check_shift_certificate",
    "read_shift_certificate",
]

SHIFT_FORMAT = "symlam-gridworld-shifts-1"


@dataclass(frozen=True)
class ShiftCertificate(Sealed):
    """lo <= minimum of the augmented loss of ``world`` <= hi.

    ``lit`` and ``dark`` are the code (see `symlam.gridworld.augment.bit_code`), ``bits`` the prices (pi, tau) and ``prices`` those of
    dark frames, in ten-thousandths, by the displacements of a group of actions.
    """

    world: GridWorld
    lo: Fraction
    hi: Fraction
    lit: tuple[int, ...]
    dark: tuple[tuple[int, ...], ...]
    bits: tuple[Fraction, Fraction]
    prices: Mapping[tuple[int, ...], tuple[tuple[int, ...], ...]]

    def body(self) -> dict[str, object]:
        """The fields of the file but for the digest."""
        return {
            "format": SHIFT_FORMAT,
            "world": world_body(self.world),
            "lo": str(self.lo),
            "hi": str(self.hi),
            "lit": list(self.lit),
            "dark": [list(row) for row in self.dark],
            "bits": [str(x) for x in self.bits],
            "prices": [[list(rows), [list(row) for row in p]] for rows, p in sorted(self.prices.items())],
        }


def certify_shifts(world: GridWorld) -> ShiftCertificate:
    """Write down a code and why no code is much better; checked before it is returned.

    Prices are recorded for the published size at intensity 2. Raises `SymlamError` for other worlds.

    >>> c = certify_shifts(GridWorld(walls="periodic"))
    >>> round(float(c.lo), 3), round(float(c.hi), 3)
    (2.61, 2.635)
    """
    from symlam.gridworld.augment import augmented, bit_code, upper_end
    from symlam.gridworld.quantiser import optimal_quantiser
    from symlam.gridworld.shifted import recorded

    prices = recorded(world)
    if not prices:
        raise SymlamError(
            "no prices are recorded for this world", expected="the row 'augmented', either walls"
        )
    book = bit_code(world)
    q = optimal_quantiser(["1"], noise=world.noise, bits=world.columns, codes=world.codes)
    certificate = ShiftCertificate(
        world,
        augmented(world).lo,
        upper_end(world, book),
        *book,
        (q.mu[0], q.tau),
        MappingProxyType(prices),
    )
    check_shift_certificate(certificate)
    return certificate


def check_shift_certificate(certificate: ShiftCertificate, world: GridWorld | None = None) -> None:
    """Check a certificate, for the caller's own ``world`` if one is given; returns nothing, raises `SymlamError`.

    >>> check_shift_certificate(certify_shifts(GridWorld()))
    """
    from symlam.gridworld.augment import upper_end
    from symlam.gridworld.shifted import dark_bound, lit_bound

    if world is not None and world != certificate.world:
        raise SymlamError("the certificate is for another world", expected=str(world))
    world = certificate.world
    if not world.noise:
        raise SymlamError("the world has no noise", expected="noise > 0")
    known = lit_bound(world, prices=certificate.bits)
    if known.heaviest < 1:
        raise SymlamError("the prices of the bits do not say that moves cost more than they save")
    lit = known.controllable + known.stochastic
    share = Fraction(1, 1 << world.columns)
    lo = (1 - share) * lit + share * max(lit, dark_bound(world, certificate.prices))
    if lo != certificate.lo:
        raise SymlamError(f"lo is {certificate.lo}, the prices prove {lo}")
    hi = upper_end(world, (certificate.lit, certificate.dark))
    if hi != certificate.hi:
        raise SymlamError(f"hi is {certificate.hi}, the code costs {hi}")


def read_shift_certificate(source: str | Path) -> ShiftCertificate:
    """Read a certificate file; raises `SymlamError` when it is not one or when its digest does not fit."""
    data = read_data(source, SHIFT_FORMAT)
    with opened():
        certificate = ShiftCertificate(
            world_from(data["world"]),
            Fraction(data["lo"]),
            Fraction(data["hi"]),
            _integers(data["lit"]),
            tuple(_integers(row) for row in data["dark"]),
            _pair(data["bits"]),
            MappingProxyType(
                {_integers(rows): tuple(_integers(row) for row in p) for rows, p in data["prices"]}
            ),
        )
    return unbroken(certificate, data)


def _integers(values: list[object]) -> tuple[int, ...]:
    if not all(type(x) is int and abs(x) < 10**9 for x in values):
        raise ValueError(f"{values}")
    return tuple(values)  # type: ignore[arg-type]


def _pair(values: list[str]) -> tuple[Fraction, Fraction]:
    first, second = values
    return Fraction(first), Fraction(second)
