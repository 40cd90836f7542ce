"""Action prediction: L + weight * E‖h_z - onehot(a)‖², a head that sees the code alone.

The head is shared by all positions, so the problem does not fall apart. Giving every position a head of its own only helps, and
turns the loss into that of a quantiser whose move a has the squared length 1 + weight * purity_a: a lower bound, plus
the part of the action that the move does not tell. Any code with its best head is an upper bound. Where positions
see the same moves (periodic walls, uniform actions) the two meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations

import numpy as np

from symlam.errors import SymlamError
from symlam.gridworld.quantiser import Cell, Quantiser, measures, situation_quantiser
from symlam.gridworld.world import ACTIONS, GridWorld
from symlam.numerics.rational import as_fraction

__all__ = ["Labelled", "labelled", "mean_reduction_weight"]

Range = tuple[Fraction, Fraction]
Found = tuple[Fraction, Fraction, Fraction, Fraction]  # loss, controllable, stochastic, head


def mean_reduction_weight(
    world: GridWorld, *, fraction: object = Fraction(1, 100), batch: int = 128
) -> Fraction:
    """The weight that a label fraction amounts to when a script averages over pixels, actions and labelled samples.

    (pixels / 5) (1 - (1 - p)^batch), because the label term of a batch is there whenever it holds a label at all;
    with sums in place of means the weight is the fraction itself. Rounded to three decimals.

    >>> mean_reduction_weight(GridWorld())
    Fraction(579, 250)
    """
    p = as_fraction(fraction)
    if not 0 <= p <= 1 or batch < 1:
        raise SymlamError(f"label fraction {p}, batch {batch}", expected="a probability and a number >= 1")
    pixels = (world.rows + 1) * world.columns
    return round(Fraction(pixels, len(ACTIONS)) * (1 - (1 - p) ** batch), 3)


@dataclass(frozen=True)
class Labelled:
    """``lo`` <= minimum <= ``hi`` of the supervised loss; errors under the training policy.

    ``controllable`` and ``stochastic`` bound the errors of every optimum, ``found`` are those of the code that attains ``hi``,
    ``head`` its error of action prediction.
    """

    world: GridWorld
    weight: Fraction
    lo: Fraction
    hi: Fraction
    controllable: Range
    stochastic: Range
    found: tuple[Fraction, Fraction]
    head: Fraction

    @property
    def exact(self) -> bool:
        """Whether the minimum is proved."""
        return self.lo == self.hi


def labelled(world: GridWorld, *, weight: object) -> Labelled:
    """Bound the optimum of the supervised loss; raises `SymlamError` for a weight that is negative.

    >>> a = labelled(GridWorld(walls="periodic"), weight=2)
    >>> a.exact, a.found, a.head
    (True, (Fraction(0, 1), Fraction(4, 1)), Fraction(0, 1))
    """
    lam = as_fraction(weight)
    if lam < 0:
        raise SymlamError(f"the weight is {lam}", expected="a number >= 0")
    return _labelled(world, lam)


@lru_cache(maxsize=32)
def _labelled(world: GridWorld, lam: Fraction) -> Labelled:
    lo, quantisers = _relaxed(world, Fraction(1), Fraction(1), lam)
    candidates = [_shared(world, lam, [q.cells for q in quantisers])]
    for other in (Fraction(0), 4 * (lam + 1) * (1 + world.noise**2) * world.columns):
        candidates.append(
            _shared(world, lam, [q.cells for q in _relaxed(world, Fraction(1), Fraction(1), other)[1]])
        )
    candidates.append(_moves_only(world, lam))
    hi, a, n, head = min(candidates)
    if lo == hi:
        situations = world.situations()
        controllable, stochastic = (
            tuple(sum((s.weight * q.ranges[name][end] for s, q in zip(situations, quantisers, strict=True)), Fraction(0)) for end in (0, 1))
            for name in ("controllable", "stochastic")
        )  # fmt: skip
    else:
        controllable = _outer(hi, lambda r: _relaxed(world, r, Fraction(1), lam)[0])
        stochastic = _outer(hi, lambda r: _relaxed(world, Fraction(1), r, lam)[0])
    return Labelled(world, lam, lo, hi, controllable, stochastic, (a, n), head)  # type: ignore[arg-type]


def _outer(hi: Fraction, bound: Callable[[Fraction], Fraction]) -> Range:
    """r part + rest >= bound(r) for every code, and part + rest <= hi."""
    low, high = Fraction(0), hi
    for r in (
        Fraction(1, 4),
        Fraction(1, 2),
        Fraction(3, 4),
        Fraction(5, 4),
        Fraction(3, 2),
        Fraction(2),
        Fraction(4),
    ):
        if r > 1:
            low = max(low, (bound(r) - hi) / (r - 1))
        else:
            high = min(high, (hi - bound(r)) / (1 - r))
    return low, high


def _relaxed(
    world: GridWorld, scale: Fraction, noise: Fraction, lam: Fraction
) -> tuple[Fraction, list[Quantiser]]:
    """A head for each position: the proved bound of scale * controllable + noise * stochastic + lam * head."""
    total, found = Fraction(0), []
    for s in world.situations():
        # lengths over the noise factor, so that the intensity stays rational
        q = situation_quantiser(world, s, [(scale + lam * m.purity) / noise for m in s.moves])
        untold = 1 - sum((m.probability * m.purity for m in s.moves), Fraction(0))
        total += s.weight * (noise * q.lo + lam * untold)
        found.append(q)
    return total, found


def _positions(world: GridWorld) -> Iterator[tuple[int, list[list[Fraction]]]]:
    """For each position: its situation and, in the order of that situation's moves, the action masses of each move."""
    names = list(ACTIONS)
    for index, situation in enumerate(world.situations()):
        for position in situation.positions:
            policy = world.actions(position)
            moves = world.transitions(position)
            order = sorted(moves, key=lambda q: (moves[q].probability, moves[q].uniform, moves[q].purity))
            yield (
                index,
                [[policy[a] if world.step(position, a) == q else Fraction(0) for a in names] for q in order],
            )


def _shared(world: GridWorld, lam: Fraction, partitions: list[tuple[Cell, ...]]) -> Found:
    """One code book for the partitions of all positions: names of cells that suit a common head, then the exact loss."""
    size = 1 << (world.columns if world.noise else 0)
    k = world.codes
    masses = []  # per position: cells x actions
    for index, actions in _positions(world):
        padded: list[Cell] = [*partitions[index], *[()] * (k - len(partitions[index]))]
        masses.append(
            [[sum((actions[a][j] for a, _ in cell), Fraction(0)) / size for j in range(5)] for cell in padded]
        )
    m = np.array([[[float(x) for x in cell] for cell in cells] for cells in masses])
    head = np.eye(5)[[j % 5 for j in range(k)]]
    names = [tuple(range(k))] * len(masses)
    for _ in range(8):
        gain = 2 * np.einsum("pcj,kj->pck", m, head) - m.sum(2)[:, :, None] * (head**2).sum(1)
        names = [_assign(g) for g in gain]
        book = np.zeros((k, 5))
        for cells, name in zip(m, names, strict=True):
            np.add.at(book, list(name), cells)
        head = book / np.maximum(book.sum(1, keepdims=True), 1e-300)
    exact = [[Fraction(0)] * 5 for _ in range(k)]
    for cells, name in zip(masses, names, strict=True):
        for cell, code in zip(cells, name, strict=True):
            exact[code] = [x + y for x, y in zip(exact[code], cell, strict=True)]
    share = Fraction(1, len(masses))
    error = 1 - share * sum(
        (sum((x * x for x in row), Fraction(0)) / sum(row) for row in exact if sum(row)), Fraction(0)
    )
    a = n = Fraction(0)
    for situation, partition in zip(world.situations(), partitions, strict=True):
        p = [x.probability for x in situation.moves]
        f = _errors(tuple(p), world.noise, size)
        a += situation.weight * sum((f[0](cell) for cell in partition), Fraction(0)) / size
        n += situation.weight * sum((f[1](cell) for cell in partition), Fraction(0)) / size
    return a + n + lam * error, a, n, error


def _errors(
    p: tuple[Fraction, ...], noise: Fraction, size: int
) -> tuple[Callable[[Cell], Fraction], Callable[[Cell], Fraction]]:
    functions = measures(p, [Fraction(1)] * len(p), p, noise**2, size.bit_length() - 1)
    return functions["controllable"], functions["stochastic"]


def _assign(gain: np.ndarray) -> tuple[int, ...]:
    """The best one-to-one names of cells; beyond six codes, greedily."""
    k = len(gain)
    if k <= 6:
        return max(permutations(range(k)), key=lambda name: sum(gain[c, name[c]] for c in range(k)))
    left, name = set(range(k)), []
    for c in range(k):
        best = max(left, key=lambda j: gain[c, j])
        left.remove(best)
        name.append(best)
    return tuple(name)


def _moves_only(world: GridWorld, lam: Fraction) -> Found:
    """One code for each move of each position and no noise: the limit of large weights where moves are enough."""
    size = 1 << (world.columns if world.noise else 0)
    partitions = []
    for s in world.situations():
        cells: list[list[tuple[int, int]]] = [[] for _ in range(world.codes)]
        for a in range(len(s.moves)):
            cells[min(a, world.codes - 1)] += [(a, v) for v in range(size)]
        partitions.append(tuple(tuple(cell) for cell in cells if cell))
    return _shared(world, lam, partitions)
