"""The grid world and, for each position of the square, what the next observation can be.

The top ``rows`` x ``columns`` cells hold a square of intensity 1 that moves by up, down, left, right or stay. The row
below them is fresh noise in every frame: Bernoulli(1/2) bits times an intensity. So the next observation, given this
one, is a pair (next position, ``columns`` bits), the two independent of each other and the bits independent of all
else; only the distribution of the next position depends on where the square is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from symlam.errors import SymlamError
from symlam.numerics.rational import as_fraction

__all__ = ["ACTIONS", "GridWorld", "Move", "Situation"]

ACTIONS = {"stay": (0, 0), "up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
MOST_COLUMNS = 4


@dataclass(frozen=True)
class Move:
    """One next position: its probability in training, under uniformly random actions, and what it says of the action.

    ``purity`` is sum_a P(a | this move)^2, in training: 1 where the move tells the action.
    """

    probability: Fraction
    uniform: Fraction
    purity: Fraction


@dataclass(frozen=True)
class Situation:
    """Positions that differ in nothing but names: how often they occur and the moves that start there."""

    weight: Fraction
    positions: tuple[tuple[int, int], ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class GridWorld:
    """A square that moves on ``rows`` x ``columns`` cells above a row of Bernoulli(1/2) noise times ``noise``.

    ``policy`` is ``"uniform"``, or ``"snake"``: with probability ``follow`` the next step of one closed path through
    all cells, else a uniform action. ``walls`` say what a step out of the grid does: ``"clip"`` stays where it was,
    ``"periodic"`` comes back at the other side. ``codes`` is the size of the code book. Every policy here leaves the
    position uniformly distributed. Raises `SymlamError` for anything else.

    >>> [(str(s.weight), [str(m.probability) for m in s.moves]) for s in GridWorld().situations()]
    [('1/6', ['1/5', '1/5', '1/5', '1/5', '1/5']), ('1/2', ['1/5', '1/5', '1/5', '2/5']), ('1/3', ['1/5', '1/5', '3/5'])]
    """

    noise: Fraction = Fraction(2)
    policy: str = "uniform"
    walls: str = "clip"
    codes: int = 5
    rows: int = 3
    columns: int = 4
    follow: Fraction = Fraction(95, 100)

    def __post_init__(self) -> None:
        for name in ("noise", "follow"):
            object.__setattr__(self, name, as_fraction(getattr(self, name)))
        if self.noise < 0:
            raise SymlamError(f"the noise intensity is {self.noise}", expected="a number >= 0")
        if not 0 <= self.follow <= 1:
            raise SymlamError(f"follow is {self.follow}", expected="a probability")
        if self.policy not in ("uniform", "snake"):
            raise SymlamError(f"no policy {self.policy!r}", expected="uniform or snake")
        if self.walls not in ("clip", "periodic"):
            raise SymlamError(f"no walls {self.walls!r}", expected="clip or periodic")
        for name, most in (("codes", 80), ("rows", 64), ("columns", MOST_COLUMNS)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
                raise SymlamError(f"{name} is {value!r}", expected=f"an integer from 1 to {most}")
        if self.policy == "snake" and (self.rows < 2 or self.columns % 2):
            raise SymlamError(
                f"no snake on {self.rows} x {self.columns} cells",
                expected="at least two rows and an even number of columns, so that the path closes",
            )

    def positions(self) -> list[tuple[int, int]]:
        """All cells of the square, row by row."""
        return [(r, c) for r in range(self.rows) for c in range(self.columns)]

    def step(self, position: tuple[int, int], action: str) -> tuple[int, int]:
        """Where the square is after an action.

        >>> GridWorld().step((0, 0), "up"), GridWorld(walls="periodic").step((0, 0), "up")
        ((0, 0), (2, 0))
        """
        (r, c), (dr, dc) = position, ACTIONS[action]
        if self.walls == "periodic":
            return (r + dr) % self.rows, (c + dc) % self.columns
        if 0 <= r + dr < self.rows and 0 <= c + dc < self.columns:
            return r + dr, c + dc
        return position

    def snake(self, position: tuple[int, int]) -> str:
        """The action of the fixed path: along the first row, then down and up the columns and back to the start."""
        r, c = position
        if r == 0:
            return "right" if c < self.columns - 1 else "down"
        if c % 2:
            return "down" if r < self.rows - 1 else "left"
        if r > 1:
            return "up"
        return "left" if c else "up"

    def actions(self, position: tuple[int, int]) -> dict[str, Fraction]:
        """The policy's probabilities in training."""
        if self.policy == "uniform":
            return {a: Fraction(1, 5) for a in ACTIONS}
        rest = (1 - self.follow) / 5
        return {a: rest + (self.follow if a == self.snake(position) else 0) for a in ACTIONS}

    def transitions(self, position: tuple[int, int]) -> dict[tuple[int, int], Move]:
        """The next positions and their moves, without those that never occur."""
        trained: dict[tuple[int, int], list[Fraction]] = {}
        uniform: Counter[tuple[int, int]] = Counter()
        for action, probability in self.actions(position).items():
            target = self.step(position, action)
            trained.setdefault(target, []).append(probability)
            uniform[target] += 1
        moves = {}
        for target, parts in trained.items():
            total = sum(parts, Fraction(0))
            if total:
                purity = sum((p * p for p in parts), Fraction(0)) / total**2
                moves[target] = Move(total, Fraction(uniform[target], 5), purity)
        return moves

    def situations(self) -> list[Situation]:
        """Positions grouped by the multiset of their moves, those with most moves first."""
        groups: dict[tuple[Move, ...], list[tuple[int, int]]] = {}
        for position in self.positions():
            moves = tuple(sorted(self.transitions(position).values(), key=_key))
            groups.setdefault(moves, []).append(position)
        share = Fraction(1, self.rows * self.columns)
        found = [Situation(len(where) * share, tuple(where), moves) for moves, where in groups.items()]
        return sorted(found, key=lambda s: (-len(s.moves), [_key(m) for m in s.moves]))


def _key(move: Move) -> tuple[Fraction, Fraction, Fraction]:
    return move.probability, move.uniform, move.purity
