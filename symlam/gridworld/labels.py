"""Action prediction: L + weight * E‖h_z - onehot(a)‖², a head that sees the code alone.

The head is shared by all positions, so the problem does not fall apart. Giving every position a head of its own only helps, and
turns the loss into that of a quantiser whose move a has the squared length 1 + weight * purity_a: a lower bound, plus
the part of the action that the move does not tell. Any code with its best head is an upper bound. Where positions
see the same moves (periodic walls, uniform actions) the two meet. Elsewhere prices for whole codes are a better lower bound
(`symlam.gridworld.heads`); they are searched under uniform actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations

import numpy as np

from symlam.errors import SymlamError
from symlam.gridworld.heads import HeadPrices, kinds_of, price_bound
from symlam.gridworld.label_certificate import LabelCode, blind_error, code_errors, families_of_code
from symlam.gridworld.pricing import head_prices
from symlam.gridworld.quantiser import Cell, Quantiser, situation_quantiser
from symlam.gridworld.result import optimum
from symlam.gridworld.world import ACTIONS, GridWorld
from symlam.numerics.rational import as_fraction

__all__ = ["Labelled", "labelled", "mean_reduction_weight"]

Range = tuple[Fraction, Fraction]
AHEAD = Fraction(101, 100)


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

    ``controllable`` and ``stochastic`` bound the errors of every optimum and are the ranges of all optima where ``attained``;
    ``found`` are those of ``code``, which attains ``hi``, ``head`` its error of action prediction. ``prices``, proved at the
    weight ``at``, are the reason for ``lo`` where heads of their own for each position do not reach it.
    """

    world: GridWorld
    weight: Fraction
    lo: Fraction
    hi: Fraction
    controllable: Range
    stochastic: Range
    found: tuple[Fraction, Fraction]
    head: Fraction
    attained: bool
    code: LabelCode
    prices: HeadPrices | None
    at: Fraction

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
    candidates = [_shared(world, [q.cells for q in quantisers])]
    for other in (Fraction(0), 4 * (lam + 1) * (1 + world.noise**2) * world.columns):
        candidates.append(
            _shared(world, [q.cells for q in _relaxed(world, Fraction(1), Fraction(1), other)[1]])
        )
    candidates.append(_moves_only(world))
    hi, a, n, head, code = min((a + n + lam * head, a, n, head, code) for code, (a, n, head) in candidates)
    at, prices = lam, None
    if lo < hi and world.policy == "uniform":
        # a code that tells nothing of the action is worth a proof at a larger weight: it covers all smaller ones
        blind = blind_error(world)
        for ahead in [lam * AHEAD, lam] if head == blind else [lam]:
            new = head_prices(world, ahead, families_of_code(world, code))
            bound = None if new is None else price_bound(world, ahead, new) - (ahead - lam) * blind
            if bound is not None and bound > lo:
                lo, prices, at = bound, new, ahead
            if lo == hi:
                break
    attained = lo == hi and (prices is None or at > lam)
    if attained:
        # with prices at a larger weight every optimum is one without labels
        best = quantisers if prices is None else [q for _, q in optimum(world).parts]
        controllable, stochastic = (_over(world, best, name) for name in ("controllable", "stochastic"))
    else:
        controllable = _outer(hi, lambda r: _relaxed(world, r, Fraction(1), lam)[0])
        stochastic = _outer(hi, lambda r: _relaxed(world, Fraction(1), r, lam)[0])
    return Labelled(
        world,
        lam,
        lo,
        hi,
        controllable,
        stochastic,
        (a, n),
        head,
        attained,
        code,
        prices,
        at,
    )


def _over(world: GridWorld, best: list[Quantiser], name: str) -> Range:
    """The range of an error over all optima, averaged over positions."""
    low = high = Fraction(0)
    for situation, q in zip(world.situations(), best, strict=True):
        low += situation.weight * q.ranges[name][0]
        high += situation.weight * q.ranges[name][1]
    return low, high


def priced(found: Labelled) -> tuple[HeadPrices | None, Fraction]:
    """Proved prices for what `labelled` found, and the weight of their proof; searched now if it did without."""
    if found.prices is not None:
        return found.prices, found.at
    families = families_of_code(found.world, found.code)
    return head_prices(found.world, found.weight, families), found.weight


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
    """For each kind of position: its situation and, in the order of that situation's moves, the action masses of each move."""
    names = list(ACTIONS)
    index = {p: i for i, situation in enumerate(world.situations()) for p in situation.positions}
    for kind in kinds_of(world)[0]:
        position = kind.positions[0]
        policy = world.actions(position)
        moves = world.transitions(position)
        order = sorted(moves, key=lambda q: (moves[q].probability, moves[q].uniform, moves[q].purity))
        yield (
            index[position],
            [[policy[a] if world.step(position, a) == q else Fraction(0) for a in names] for q in order],
        )


def _shared(
    world: GridWorld, partitions: list[tuple[Cell, ...]]
) -> tuple[LabelCode, tuple[Fraction, Fraction, Fraction]]:
    """One code book for the partitions of all positions: names of cells that suit a common head, and the exact errors."""
    size = 1 << (world.columns if world.noise else 0)
    k = world.codes
    kinds, _ = kinds_of(world)
    masses, cells = [], []  # per kind: cells x actions, and the cells
    for kind, (index, actions) in zip(kinds, _positions(world), strict=True):
        padded: list[Cell] = [*partitions[index], *[()] * (k - len(partitions[index]))]
        masses.append(
            [
                [kind.count * float(sum(actions[a][j] for a, _ in cell)) / size for j in range(5)]
                for cell in padded
            ]
        )
        # the moves of the situation as those of the kind
        place = [kind.actions.index(tuple(x / sum(row) for x in row)) for row in actions]
        cells.append([tuple(sorted((place[a], v) for a, v in cell)) for cell in padded])
    m = np.array(masses)
    head = np.eye(5)[[j % 5 for j in range(k)]]
    names = [tuple(range(k))] * len(masses)
    for _ in range(8):
        gain = 2 * np.einsum("pcj,kj->pck", m, head) - m.sum(2)[:, :, None] * (head**2).sum(1)
        names = [_assign(g) for g in gain]
        book = np.zeros((k, 5))
        for row, name in zip(m, names, strict=True):
            np.add.at(book, list(name), row)
        head = book / np.maximum(book.sum(1, keepdims=True), 1e-300)
    code = tuple(tuple(row[name.index(c)] for c in range(k)) for row, name in zip(cells, names, strict=True))
    return code, code_errors(world, code)


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


def _moves_only(world: GridWorld) -> tuple[LabelCode, tuple[Fraction, Fraction, Fraction]]:
    """One code for each move of each position and no noise: the limit of large weights where moves are enough."""
    size = 1 << (world.columns if world.noise else 0)
    partitions = []
    for s in world.situations():
        cells: list[list[tuple[int, int]]] = [[] for _ in range(world.codes)]
        for a in range(len(s.moves)):
            cells[min(a, world.codes - 1)] += [(a, v) for v in range(size)]
        partitions.append(tuple(tuple(cell) for cell in cells if cell))
    return _shared(world, partitions)
