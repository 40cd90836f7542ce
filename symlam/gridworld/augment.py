"""Shared-shift augmentation: the encoder sees both frames under one shift, the decoder and the target are under another.

    z = e(Aug1 o, Aug1 o'),   prediction d(Aug2 o, z) of Aug2 o',   Aug a periodic shift of the whole image by at most one cell.

One code book then serves all positions and all shifts, so the problem no longer falls apart into positions. It falls apart by
the bits of o: a lit one shows the vertical shift to both sides, and only where all are dark is there anything to lose. The lower end is that
of `symlam.gridworld.shifted`; any encoder, with the conditional means as decoder, is an upper end, counted over all frames,
moves, bits and shifts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import lcm

import numpy as np

from symlam.errors import SymlamError
from symlam.gridworld.result import value_at
from symlam.gridworld.shifted import Prices, dark_bound, lit_bound, recorded
from symlam.gridworld.world import ACTIONS, GridWorld

__all__ = ["SHIFTS", "Augmented", "augmented", "bit_code", "lower_ends", "upper_end"]

SHIFTS = tuple(ACTIONS.values())
"""No shift and one cell in each direction, equally likely."""

MOST_PAIRS = 60_000
WEIGHTS = tuple(Fraction(k, 16) for k in (1, 4, 8, 12, 20, 24, 28, 32, 36, 40, 44, 64))
Range = tuple[Fraction, Fraction]
Pair = tuple[int, int]
BitCode = tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]
"""The code by the bits of o', least significant beside the square: where o has a lit bit, and per row where it has none."""


@dataclass(frozen=True)
class Augmented:
    """``lo`` <= minimum <= ``hi`` of the augmented loss; ``controllable`` and ``stochastic`` bound the errors of every optimum.

    ``found`` are the two errors of the code that attains ``hi``, on shifted frames under the training policy, and
    ``found_uniform`` those of the same encoder and decoder under uniformly random actions. ``code`` names its start.
    """

    world: GridWorld
    lo: Fraction
    hi: Fraction
    controllable: Range
    stochastic: Range
    found: tuple[Fraction, Fraction]
    found_uniform: tuple[Fraction, Fraction]
    code: str


@lru_cache(maxsize=16)
def augmented(world: GridWorld, *, steps: int = 0) -> Augmented:
    """Bound the augmented loss of ``world``; ``steps`` of alternating descent improve the codes it tries.

    Raises `SymlamError` for worlds with too many pairs of frames to count over.

    >>> a = augmented(GridWorld(noise=0, rows=2, columns=2))
    >>> a.lo, a.hi < 1
    (Fraction(0, 1), True)
    """
    if steps < 0:
        raise SymlamError(f"{steps} steps", expected="a number >= 0")
    pairs = _Pairs(world)
    best: tuple[Fraction, str, np.ndarray] | None = None
    for name, start in pairs.starts():
        codes = pairs.improve(pairs.encode(start), steps)
        loss = sum(pairs.errors(codes)[0], Fraction(0))
        if best is None or loss < best[0]:
            best = loss, name, codes
    assert best is not None
    found, found_uniform = pairs.errors(best[2])
    lo, controllable, stochastic = lower_ends(world, best[0], recorded(world))
    return Augmented(world, lo, best[0], controllable, stochastic, found, found_uniform, best[1])


def lower_ends(
    world: GridWorld, loss: Fraction, prices: Mapping[tuple[int, ...], Prices]
) -> tuple[Fraction, Range, Range]:
    """A lower bound of the loss, and ranges of the controllable and stochastic error of all codes with at most this ``loss``.

    The bound of weight * controllable + stochastic is the plain optimum or `lit_bound`, whichever is larger, and for dark
    frames that of the prices if there are any. Raises `SymlamError` when ``loss`` is below the bound.
    """
    share = Fraction(1, 1 << world.columns) if world.noise else Fraction(0)
    dark = dark_bound(world, prices) if prices else Fraction(0)

    known = lit_bound(world)

    def bound(t: Fraction) -> Fraction:
        lit = value_at(world, t)[0]
        if t <= known.heaviest:
            lit = max(lit, t * known.controllable + known.stochastic)
        return (1 - share) * lit + share * max(lit, dark if t >= 1 else t * dark)

    lo = bound(Fraction(1))
    if loss < lo:
        raise SymlamError(f"no LAM of this world has the loss {loss}", expected=f"at least {lo}")
    a_low, n_low = Fraction(0), known.stochastic
    for t in WEIGHTS:
        if t > 1:
            a_low = max(a_low, (bound(t) - loss) / (t - 1))
        else:
            n_low = max(n_low, (bound(t) - t * loss) / (1 - t))
    return lo, (a_low, loss - n_low), (n_low, loss - a_low)


def upper_end(world: GridWorld, code: BitCode) -> Fraction:
    """The augmented loss of a code of the bits, with conditional means as decoder, counted over all pairs of frames.

    Raises `SymlamError` for codes that do not fit the world.
    """
    size = 1 << world.columns
    if [len(part) for part in (code[0], *code[1])] != [size] * (world.rows + 1):
        raise SymlamError(
            "the code does not fit the world", expected=f"{world.rows + 1} lists of {size} codes"
        )
    if not all(0 <= z < world.codes for part in (code[0], *code[1]) for z in part):
        raise SymlamError("a code is not in the book", expected=f"0 to {world.codes - 1}")
    pairs = _Pairs(world)
    return sum(pairs.errors(pairs.encode(pairs.of_bits(code)))[0], Fraction(0))


def bit_code(world: GridWorld) -> BitCode:
    """A code of the bits alone: for frames o with a lit bit squares of the cube, one of them halved; for dark ones by row.

    Dark frames, in the first and last row of the square: is the first bit beside it lit (a code for each of the two rows), else is the
    second (one code for both)? Between them: are half of the bits lit? All else shares one code.
    """
    width, lit = world.columns, []
    dark: list[list[int]] = [[] for _ in range(world.rows)]
    for vertex in product((0, 1), repeat=width):
        own, *others = reversed(vertex)
        first, second, third = ([own, *others, 0, 0])[:3]
        lit.append((3 + third if first and second else 2 * first + second) % world.codes)
        first, second = ([*others, own, 0])[:2]
        for r, codes in enumerate(dark):
            if 0 < r < world.rows - 1:
                code = 1 if 2 * sum(vertex) >= width else 3
            else:
                code = (4 if r else 0) if first else 2 if second else 3
            codes.append(code % world.codes)
    return tuple(lit), tuple(map(tuple, dark))


class _Pairs:
    """All pairs (o, o') with integer weights, and the frames they become under each shift."""

    def __init__(self, world: GridWorld) -> None:
        if 5 * world.rows * world.columns * 4**world.columns > MOST_PAIRS:
            raise SymlamError("the world has too many pairs of frames", hint="fewer rows or columns")
        self.world = world
        height, width, bits = world.rows + 1, world.columns, world.columns if world.noise else 0
        self.pixels = height * width
        size = 1 << bits
        # with intensity 1 a lit bit looks like the square
        lit = 1 if world.noise == 1 else 2
        frames: dict[bytes, int] = {}

        def frame(position: Pair, vertex: int, shift: Pair) -> int:
            image = bytearray(self.pixels)
            for r, c, value in [(*position, 1)] + [
                (world.rows, j, lit) for j in range(bits) if vertex >> j & 1
            ]:
                image[self._place((r, c), shift)] = value
            return frames.setdefault(bytes(image), len(frames))

        self.height, self.width = height, width
        seen = {(p, v): [frame(p, v, s) for s in SHIFTS] for p in world.positions() for v in range(size)}
        moves = [(p, q, m) for p in world.positions() for q, m in world.transitions(p).items()]
        unit = lcm(*(m.probability.denominator for *_, m in moves))
        rows = [
            (int(m.probability * unit), int(m.uniform * 5), p, q, v, w)
            for p, q, m in moves
            for v in range(size)
            for w in range(size)
        ]
        self.weight = np.array([r[0] for r in rows], dtype=np.int64)
        self.uniform = np.array([r[1] for r in rows], dtype=np.int64)
        self.rows = [r[2:] for r in rows]
        self.y = np.array([seen[p, v] for _, _, p, _, v, _ in rows])
        both: dict[tuple[int, int], int] = {}
        self.x = np.array(
            [
                [both.setdefault((a, b), len(both)) for a, b in zip(seen[p, v], seen[q, w], strict=True)]
                for _, _, p, q, v, w in rows
            ]
        )
        self.seen, self.views = len(frames), len(both)
        # target Aug2 o': where the square is and where the lit bits are
        square = np.array([[self._place(q, s) for s in SHIFTS] for *_, q, _, _ in rows])
        self.place = square
        self.square = np.eye(self.pixels, dtype=np.int64)[square]
        row = np.array([[self._place((world.rows, j), s) for j in range(width)] for s in SHIFTS])
        self.region = np.zeros((len(SHIFTS), self.pixels), dtype=bool)
        for i, places in enumerate(row):
            self.region[i, places] = True
        self.row, self.on = row, [np.array([w >> j & 1 for *_, w in rows]) for j in range(bits)]
        self.bits = np.zeros_like(self.square)
        for j, on in enumerate(self.on):
            for i in range(len(SHIFTS)):
                self.bits[:, i, row[i, j]] = on

    def _place(self, cell: Pair, shift: Pair) -> int:
        return (cell[0] + shift[0]) % self.height * self.width + (cell[1] + shift[1]) % self.width

    def starts(self) -> Iterator[tuple[str, np.ndarray]]:
        """(name, code of each pair): the move itself, and the bits beside the square."""
        k = self.world.codes
        order = list(ACTIONS)
        move = []
        for p, q, _, _ in self.rows:
            names = [a for a in order if self.world.step(p, a) == q]
            move.append(order.index(names[0]) % k)
        yield "move", np.array(move)
        if self.world.noise:
            yield "bits", self.of_bits(bit_code(self.world))

    def of_bits(self, code: BitCode) -> np.ndarray:
        """The code of each pair by the bits of o', counted from the column of the square."""
        width, lit, dark = self.world.columns, *code
        found = []
        for (r, c), _, v, w in self.rows:
            turned = sum((w >> (c + j) % width & 1) << j for j in range(width))
            found.append(lit[turned] if v else dark[r][turned])
        return np.array(found)

    def encode(self, codes: np.ndarray) -> np.ndarray:
        """The encoder (views -> codes) that agrees best with a code of pairs."""
        votes = np.zeros((self.views, self.world.codes), dtype=np.int64)
        for i in range(len(SHIFTS)):
            np.add.at(votes, (self.x[:, i], codes), self.weight)
        return votes.argmax(1)

    def _sums(self, encoder: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Weights of (pair, code), and for (frame seen by the decoder, code) the weight and sum of targets."""
        k = self.world.codes
        share = np.zeros((len(self.rows), k), dtype=np.int64)
        for i in range(len(SHIFTS)):
            share[np.arange(len(share)), encoder[self.x[:, i]]] += 1
        mass = np.zeros((self.seen, k), dtype=np.int64)
        square = np.zeros((self.seen, k, self.pixels), dtype=np.int64)
        bits = np.zeros_like(square)
        for z in range(k):
            for i in range(len(SHIFTS)):
                parts = self._seen_sums(i, share[:, z] * self.weight)
                mass[:, z] += parts[0]
                square[:, z] += parts[1]
                bits[:, z] += parts[2]
        return share, mass, square, bits

    def _seen_sums(self, shift: int, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each frame that the decoder sees under a shift: weight, and weighted sums of the target's square and bits."""
        y, shape = self.y[:, shift], (self.seen, self.pixels)
        mass = _count(y, weight, self.seen)
        square = _count(y * self.pixels + self.place[:, shift], weight, self.seen * self.pixels).reshape(
            shape
        )
        bits = np.zeros(shape, dtype=np.int64)
        for on, places in zip(self.on, self.row[shift], strict=False):
            bits[:, places] += _count(y, weight * on, self.seen)
        return mass, square, bits

    def improve(self, encoder: np.ndarray, steps: int) -> np.ndarray:
        """Alternate decoder (means) and encoder (cheapest code) in float64; nothing of it is trusted."""
        sigma, k = float(self.world.noise), self.world.codes
        for _ in range(steps):
            _, mass, square, bits = self._sums(encoder)
            mean = (square + sigma * bits) / np.maximum(mass, 1)[:, :, None]
            norm = (mean**2).sum(2)
            cost = np.zeros((self.views, k))
            for z in range(k):
                each = np.zeros(len(self.rows))
                for i in range(len(SHIFTS)):
                    y = self.y[:, i]
                    target = self.square[:, i] + sigma * self.bits[:, i]
                    # a code that this frame never came with is predicted by zero
                    each += norm[y, z] - 2 * (mean[y, z] * target).sum(1)
                for i in range(len(SHIFTS)):
                    cost[:, z] += np.bincount(self.x[:, i], self.weight * each, self.views)
            new = np.where(cost.min(1) < cost[np.arange(self.views), encoder] - 1e-9, cost.argmin(1), encoder)
            if (new == encoder).all():
                break
            encoder = new
        return encoder

    def errors(self, encoder: np.ndarray) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        """(controllable, stochastic) errors under the training policy, and under uniform actions, in exact arithmetic."""
        share, mass, square, bits = self._sums(encoder)
        found = []
        for weight in (self.weight, self.uniform):
            total = len(SHIFTS) ** 2 * int(weight.sum())
            parts = [Fraction(0), Fraction(0)]
            for i in range(len(SHIFTS)):
                w_mass = np.zeros_like(mass)
                w_square, w_bits = np.zeros_like(square), np.zeros_like(bits)
                for z in range(self.world.codes):
                    w_mass[:, z], w_square[:, z], w_bits[:, z] = self._seen_sums(i, share[:, z] * weight)
                for part, region in enumerate((~self.region[i], self.region[i])):
                    parts[part] += self._error(mass, square, bits, w_mass, w_square, w_bits, region)
            found.append((parts[0] / total, parts[1] / total))
        return found[0], found[1]

    def _error(
        self,
        mass: np.ndarray,
        square: np.ndarray,
        bits: np.ndarray,
        w_mass: np.ndarray,
        w_square: np.ndarray,
        w_bits: np.ndarray,
        region: np.ndarray,
    ) -> Fraction:
        """sum w |c - t|^2 over the pixels of a region, c the means of training; a mean over no frames is zero."""
        sigma = self.world.noise
        one, two = sigma.denominator, sigma.numerator
        sums = (square[:, :, region] * one + bits[:, :, region] * two).astype(
            object
        )  # mean = sums / (one mass)
        seen = (w_square[:, :, region] * one + w_bits[:, :, region] * two).astype(object)
        squares = int(w_square[:, :, region].sum()) * one**2 + int(w_bits[:, :, region].sum()) * two**2
        cross, norm = (sums * seen).sum(2), (sums * sums).sum(2) * w_mass.astype(object)
        result = Fraction(squares)
        grouped: dict[int, int] = {}
        for m, c, n in zip(mass.ravel().tolist(), cross.ravel().tolist(), norm.ravel().tolist(), strict=True):
            if m:
                grouped[m] = grouped.get(m, 0) + n - 2 * m * c
        result += sum((Fraction(v, m * m) for m, v in grouped.items()), Fraction(0))
        return result / one**2


def _count(index: np.ndarray, weight: np.ndarray, size: int) -> np.ndarray:
    """Sums of integer weights by index; exact, because float64 holds every integer below 2^53."""
    assert int(weight.sum()) < 2**53
    return np.rint(np.bincount(index, weight, size)).astype(np.int64)
