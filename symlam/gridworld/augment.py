"""Shared-shift augmentation: the encoder sees both frames under one shift, the decoder and the target are under another.

    z = e(Aug1 o, Aug1 o'),   prediction d(Aug2 o, z) of Aug2 o',   Aug a periodic shift of the whole image by at most one cell.

One code book then serves all positions and all shifts, so the problem no longer falls apart into positions. Two ends are
exact: whoever tells both sides the two shifts turns it into the plain problem, whose minimum is a lower bound; and
any encoder, with the conditional means as decoder, is an upper bound, counted over all frames, moves, bits and shifts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm

import numpy as np

from symlam.errors import SymlamError
from symlam.gridworld.result import optimum, outer_ranges
from symlam.gridworld.world import ACTIONS, GridWorld

__all__ = ["SHIFTS", "Augmented", "augmented"]

SHIFTS = tuple(ACTIONS.values())
"""No shift and one cell in each direction, equally likely."""

MOST_PAIRS = 60_000
Range = tuple[Fraction, Fraction]
Pair = tuple[int, int]


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
def augmented(world: GridWorld, *, steps: int = 60) -> Augmented:
    """Bound the augmented loss of ``world``; ``steps`` of alternating descent improve the codes it tries.

    Raises `SymlamError` for worlds with too many pairs of frames to count over.

    >>> a = augmented(GridWorld(noise=0, rows=2, columns=2))
    >>> a.lo, a.hi < 1
    (Fraction(0, 1), True)
    """
    if steps < 0:
        raise SymlamError(f"{steps} steps", expected="a number >= 0")
    if 5 * world.rows * world.columns * 4**world.columns > MOST_PAIRS:
        raise SymlamError("the world has too many pairs of frames", hint="fewer rows or columns")
    pairs = _Pairs(world)
    best: tuple[Fraction, str, np.ndarray] | None = None
    for name, start in pairs.starts():
        codes = pairs.improve(pairs.encode(start), steps)
        loss = sum(pairs.errors(codes)[0], Fraction(0))
        if best is None or loss < best[0]:
            best = loss, name, codes
    assert best is not None
    found, found_uniform = pairs.errors(best[2])
    controllable, stochastic = outer_ranges(world, best[0])
    return Augmented(
        world, optimum(world).lo, best[0], controllable, stochastic, found, found_uniform, best[1]
    )


class _Pairs:
    """All pairs (o, o') with integer weights, and the frames they become under each shift."""

    def __init__(self, world: GridWorld) -> None:
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
        """(name, code of each pair): the move itself, the bits beside the square, and random codes."""
        k = self.world.codes
        order = list(ACTIONS)
        move = []
        for p, q, _, _ in self.rows:
            names = [a for a in order if self.world.step(p, a) == q]
            move.append(order.index(names[0]) % k)
        yield "move", np.array(move)
        if self.world.noise:
            yield "bits", np.array([self._beside(p, w, k) for p, _, _, w in self.rows])
            yield "flips", np.array([self._beside(p, v ^ w, k) for p, _, v, w in self.rows])
        yield "random", np.random.default_rng(0).integers(k, size=len(self.rows))

    def _beside(self, position: Pair, vertex: int, k: int) -> int:
        """A cell of the cube of bits, counted from the column of the square: squares of it, one of them halved."""
        width = self.world.columns
        turned = [vertex >> (position[1] + j) % width & 1 for j in range(width)]
        first, second, third = ([*turned, 0, 0, 0])[:3]
        if first and second:
            return (3 + third) % k
        return (2 * first + second) % k

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
