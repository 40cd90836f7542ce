"""The rows of the published table (arXiv 2506.15691, Section 5, Table 1) beside what an optimal LAM would do."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symlam.errors import SymlamError
from symlam.gridworld.augment import augmented
from symlam.gridworld.labels import labelled, mean_reduction_weight
from symlam.gridworld.result import GridResult, optimum
from symlam.gridworld.world import GridWorld
from symlam.numerics.rational import as_fraction

__all__ = ["ROWS", "Row", "table", "world_of"]

Range = tuple[Fraction, Fraction]
_HIGH = Fraction(2)

ROWS: dict[str, tuple[str, dict[str, object], tuple[tuple[float, float], tuple[float, float] | None]]] = {
    "none": ("no noise", {"noise": Fraction(0)}, ((0.624, 0.087), None)),
    "low": ("noise of intensity 1", {"noise": Fraction(1)}, ((0.781, 0.079), (0.739, 0.047))),
    "high": ("noise of intensity 2", {"noise": _HIGH}, ((1.046, 0.017), (0.607, 0.021))),
    "correlated": (
        "high noise, 95 % of the actions follow the snake",
        {"noise": _HIGH, "policy": "snake"},
        ((1.997, 0.022), (0.599, 0.036)),
    ),
    "augmented": ("high noise, shared shifts", {"noise": _HIGH}, ((0.415, 0.020), (0.898, 0.049))),
    "labelled": ("high noise, 1 % of the actions known", {"noise": _HIGH}, ((0.295, 0.011), (0.986, 0.002))),
}
"""Name of a row: what it is, its world, published (mean, deviation) of the controllable and the stochastic loss."""


@dataclass(frozen=True)
class Row:
    """One row: the minimum of its training loss in [lo, hi] and what every optimum does, over the variances.

    ``controllable`` and ``stochastic`` are squared errors under uniformly random actions over the variance of that part of o' given o;
    ``controllable_marginal`` divides by the variance over the whole data set. Ranges hold for all optima; where not ``attained``
    they are bounds and may be too wide. The row ``augmented`` is evaluated as it is trained, over all shifts. ``stochastic`` is None where there is no noise.
    """

    name: str
    title: str
    world: GridWorld
    lo: Fraction
    hi: Fraction
    controllable: Range
    controllable_marginal: Range
    stochastic: Range | None
    published: tuple[tuple[float, float], tuple[float, float] | None]
    result: GridResult
    weight: Fraction | None = None
    attained: bool = True

    @property
    def exact(self) -> bool:
        """Whether the minimum is proved."""
        return self.lo == self.hi

    def verdicts(self) -> tuple[str | None, str | None]:
        """Where the published means lie, by two of their deviations: within, above or below the range of the optima."""
        found: list[str | None] = []
        for ours, theirs in zip((self.controllable, self.stochastic), self.published, strict=True):
            if ours is None or theirs is None:
                found.append(None)
                continue
            low, high = theirs[0] - 2 * theirs[1], theirs[0] + 2 * theirs[1]
            found.append("above" if low > ours[1] else "below" if high < ours[0] else "within")
        return found[0], found[1]

    def json(self) -> dict[str, object]:
        """Plain data: exact numbers as strings, ranges as [low, high], published numbers as floats."""

        def both(pair: Range | None) -> list[str] | None:
            return None if pair is None else [str(x) for x in pair]

        return {
            "row": self.name,
            "title": self.title,
            "noise": str(self.world.noise),
            "policy": self.world.policy,
            "walls": self.world.walls,
            "codes": self.world.codes,
            "weight": None if self.weight is None else str(self.weight),
            "minimum": [str(self.lo), str(self.hi)],
            "exact": self.exact,
            "ranges_attained": self.attained,
            "controllable": both(self.controllable),
            "controllable_marginal": both(self.controllable_marginal),
            "stochastic": both(self.stochastic),
            "published": {"controllable": self.published[0], "stochastic": self.published[1]},
            "published_is": dict(zip(("controllable", "stochastic"), self.verdicts(), strict=True)),
        }


def world_of(name: str, *, walls: str = "clip") -> GridWorld:
    """The world of a row; raises `SymlamError` for names that are not in `ROWS`.

    >>> world_of("correlated").policy
    'snake'
    """
    if name not in ROWS:
        raise SymlamError(f"no row {name!r}", expected=", ".join(ROWS))
    return GridWorld(walls=walls, **ROWS[name][1])  # type: ignore[arg-type]


def table(*, walls: str = "clip", rows: tuple[str, ...] | None = None, weight: object = None) -> list[Row]:
    """Solve the rows (all of them by default); ``weight`` is that of the labels, see `mean_reduction_weight`.

    >>> [(r.name, r.exact, str(r.hi), r.verdicts()) for r in table(rows=("none", "high"))]
    [('none', True, '0', ('above', None)), ('high', True, '243/100', ('above', 'above'))]
    """
    return [_row(name, walls, weight) for name in (rows or tuple(ROWS))]


def _row(name: str, walls: str, weight: object) -> Row:
    world = world_of(name, walls=walls)
    title, _, published = ROWS[name]
    plain = optimum(world)
    given, noise = plain.variances()
    marginal = plain.variances(marginal=True)[0]
    used = None
    attained = plain.exact
    if name == "augmented":
        shifted = augmented(world)
        lo, hi, controllable, stochastic = shifted.lo, shifted.hi, shifted.controllable, shifted.stochastic
        attained = False
    elif name == "labelled":
        used = mean_reduction_weight(world) if weight is None else as_fraction(weight)
        known = labelled(world, weight=used)
        lo, hi, controllable, stochastic = known.lo, known.hi, known.controllable, known.stochastic
        attained = known.attained
    else:
        lo, hi = plain.lo, plain.hi
        controllable, stochastic = plain.controllable_uniform, plain.stochastic_uniform
    return Row(
        name,
        title,
        world,
        lo,
        hi,
        (controllable[0] / given, controllable[1] / given),
        (controllable[0] / marginal, controllable[1] / marginal),
        (stochastic[0] / noise, stochastic[1] / noise) if noise else None,
        published,
        plain,
        used,
        attained,
    )
