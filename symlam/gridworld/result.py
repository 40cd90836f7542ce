"""The best possible LAM of a grid world: its loss, what it keeps of the move and of the noise, and what its code leaks.

The decoder sees o and the code, the encoder o and o', so that each position of the square is a quantiser of its own;
the world's numbers are averages over positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symlam.errors import SymlamError
from symlam.gridworld.quantiser import Quantiser, situation_quantiser
from symlam.gridworld.world import GridWorld, Situation
from symlam.numerics.rational import as_fraction

__all__ = ["Corner", "GridResult", "frontier", "optimum", "outer_ranges", "value_at"]

Range = tuple[Fraction, Fraction]
_Point = tuple[Fraction, Fraction, Fraction, bool]


@dataclass(frozen=True)
class GridResult:
    """What an optimal LAM of ``world`` does; every field is exact, ranges are over all optima.

    ``lo`` <= minimum of the loss <= ``hi``. ``controllable`` and ``stochastic`` are squared errors of the two parts of
    the image, under the training policy; the same names with ``_uniform`` are the errors of that code and
    decoder under uniformly random actions. ``agreement`` is the probability that two draws of the noise with the
    same frame and move get the same code. ``code_bits`` = H(z | o) = ``action_bits`` + ``leak_bits``, where
    ``leak_bits`` = I(z; next noise | o, move) and ``action_bits`` = I(z; move | o), in bits (floats).
    """

    world: GridWorld
    lo: Fraction
    hi: Fraction
    controllable: Range
    stochastic: Range
    controllable_uniform: Range
    stochastic_uniform: Range
    agreement: Range
    code_bits: float
    leak_bits: float
    action_bits: float
    parts: tuple[tuple[Situation, Quantiser], ...]

    @property
    def exact(self) -> bool:
        """Whether the minimum is proved."""
        return self.lo == self.hi

    def json(self) -> dict[str, object]:
        """Plain data: exact numbers as strings, ranges as [low, high], bits as floats."""
        ranges = ("controllable", "stochastic", "controllable_uniform", "stochastic_uniform", "agreement")
        return {
            "noise": str(self.world.noise),
            "policy": self.world.policy,
            "walls": self.world.walls,
            "codes": self.world.codes,
            "minimum": [str(self.lo), str(self.hi)],
            "exact": self.exact,
            **{name: [str(x) for x in getattr(self, name)] for name in ranges},
            "variances": [str(x) for x in self.variances()],
            "code_bits": self.code_bits,
            "leak_bits": self.leak_bits,
            "action_bits": self.action_bits,
        }

    def variances(self, *, marginal: bool = False) -> tuple[Fraction, Fraction]:
        """Variances of the two parts of o' under uniform actions: given o, or over the whole data set.

        >>> optimum(GridWorld()).variances(), optimum(GridWorld()).variances(marginal=True)[0]
        ((Fraction(17, 25), Fraction(4, 1)), Fraction(11, 12))
        """
        noise = self.world.noise**2 * self.world.columns / 4
        if marginal:
            return 1 - Fraction(1, self.world.rows * self.world.columns), noise
        given = sum((s.weight * (1 - sum(m.uniform**2 for m in s.moves)) for s, _ in self.parts), Fraction(0))
        return given, noise

    def ratios(self, *, marginal: bool = False) -> tuple[Range | None, Range | None]:
        """Controllable and stochastic loss under uniform actions over the variance of their part; None without variance."""
        found: list[Range | None] = []
        for (low, high), variance in zip(
            (self.controllable_uniform, self.stochastic_uniform),
            self.variances(marginal=marginal),
            strict=True,
        ):
            found.append((low / variance, high / variance) if variance else None)
        return found[0], found[1]


def optimum(world: GridWorld, *, weight: object = 1) -> GridResult:
    """Solve a grid world exactly; ``weight`` > 0 multiplies the controllable part of the loss.

    Raises `SymlamError` for a weight that is not a positive rational.

    >>> r = optimum(GridWorld(noise=1))
    >>> r.exact, r.controllable[0], r.stochastic[1] < 1
    (True, Fraction(0, 1), True)
    """
    t = _rational(weight)
    parts = []
    for s in world.situations():
        q = situation_quantiser(world, s, [t] * len(s.moves))
        parts.append((s, q))

    def mean(name: str, end: int) -> Fraction:
        return sum((s.weight * q.ranges[name][end] for s, q in parts), Fraction(0))

    def both(name: str) -> Range:
        return mean(name, 0), mean(name, 1)

    code, leak = float(mean("code_bits", 0)), float(mean("leak_bits", 0))
    return GridResult(
        world,
        sum((s.weight * q.lo for s, q in parts), Fraction(0)),
        sum((s.weight * q.hi for s, q in parts), Fraction(0)),
        both("controllable"),
        both("stochastic"),
        both("controllable_uniform"),
        both("stochastic_uniform"),
        both("agreement"),
        code,
        leak,
        code - leak,
        tuple(parts),
    )


def value_at(world: GridWorld, weight: object) -> tuple[Fraction, Fraction, Fraction, bool]:
    """A proved lower bound of weight * controllable + stochastic over all codes, its two parts, and whether a code attains it."""
    r = optimum(world, weight=weight)
    a, n = (sum((s.weight * q.relaxed[i] for s, q in r.parts), Fraction(0)) for i in (0, 1))
    return r.lo, a, n, r.exact


@dataclass(frozen=True)
class Corner:
    """A corner of the frontier: the two errors, the ``weight`` at which it takes over, and whether a code attains it."""

    controllable: Fraction
    stochastic: Fraction
    weight: Fraction | None
    attained: bool

    def json(self) -> dict[str, object]:
        """Plain data, numbers as strings."""
        return {
            "controllable": str(self.controllable),
            "stochastic": str(self.stochastic),
            "weight": None if self.weight is None else str(self.weight),
            "attained": self.attained,
        }


def frontier(world: GridWorld) -> list[Corner]:
    """The corners of a convex polygon that no LAM of this world gets below, from the most controllable one on.

    Errors are those of the training policy, not divided by a variance. ``weight`` is the weight of the controllable part at
    which the corner takes over from the one before it (None for the first).

    >>> for c in frontier(GridWorld(noise=2, walls="periodic")):
    ...     print(c.controllable, c.stochastic, c.weight, c.attained)
    0 4 None True
    4/5 7/4 45/16 True
    """
    if not world.noise:
        _, a, n, attained = value_at(world, 1)
        return [Corner(a, n, None, attained)]
    heavy = 4000 * world.columns * world.noise**2
    first, last = value_at(world, heavy), value_at(world, world.noise**2 / 4000)
    corners = [first]

    def between(left: _Point, right: _Point) -> None:
        if left[1:3] == right[1:3]:
            return
        t = (left[2] - right[2]) / (right[1] - left[1])
        middle = value_at(world, t)
        if middle[0] < t * left[1] + left[2]:
            between(left, middle)
            between(middle, right)
        else:
            corners.append(right)

    between(first, last)
    weights = [None] + [(l[2] - r[2]) / (r[1] - l[1]) for l, r in pairwise(corners)]
    return [Corner(a, n, t, attained) for (_, a, n, attained), t in zip(corners, weights, strict=True)]


def outer_ranges(world: GridWorld, loss: Fraction) -> tuple[Range, Range]:
    """Bounds of the controllable and the stochastic error of every LAM whose loss is at most ``loss``.

    They hold under the training policy, whatever the encoder and the decoder are, as long as the decoder knows no more than o
    and one of ``world.codes`` codes. Raises `SymlamError` when the loss is below the minimum.
    """
    if loss < optimum(world).lo:
        raise SymlamError(f"no LAM of this world has the loss {loss}", expected="at least the minimum")
    a_low = n_low = Fraction(0)
    for t in (Fraction(k, 4) for k in (1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 16, 24, 64)):
        low = value_at(world, t)[0]
        if t > 1:
            a_low = max(a_low, (low - loss) / (t - 1))
        else:
            n_low = max(n_low, (low - t * loss) / (1 - t))
    return (a_low, loss - n_low), (n_low, loss - a_low)


def _rational(value: object) -> Fraction:
    t = as_fraction(value)
    if t <= 0:
        raise SymlamError(f"the weight is {t}", expected="a rational number > 0")
    return t
