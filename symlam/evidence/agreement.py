"""Agreement: the closed form against an optimiser that does not know it, to N digits.

For exact rational instances of a model (ties, zeros and singular moments included) three
numbers have to meet: the closed form at N digits, its Arb enclosure, and the loss reached by
alternating least squares from random starts.  No feasible point, the optimiser's or random
rational ones, may lie below the closed form.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symlam.algebra._exact import Instance
from symlam.errors import SymlamError
from symlam.numerics.arguments import positive_integer

if TYPE_CHECKING:
    from symlam.models import Model

KINDS = ("regular", "tied", "rank-deficient", "nothing to lose")


@dataclass(frozen=True)
class Meeting:
    """One instance: the closed form, the digits to which the optimiser met it, and the lowest random point."""

    kind: str
    dimensions: dict[str, int]
    closed_form: str
    enclosure: tuple[str, str]
    digits: int
    lowest_excess: str
    agrees: bool


@dataclass(frozen=True)
class Agreement:
    """All meetings of a claim; ``agrees`` when every one does and every kind that was found is there."""

    digits: int
    meetings: tuple[Meeting, ...] = field(default=())

    @property
    def agrees(self) -> bool:
        """Whether there is evidence, and all of it agrees."""
        return bool(self.meetings) and all(m.agrees for m in self.meetings)

    @property
    def reached(self) -> int:
        """The fewest digits to which an optimiser met the closed form."""
        return min((m.digits for m in self.meetings), default=0)


def _candidates(model: Model, seed: int) -> Iterator[tuple[str, Instance]]:
    """Instances with a spectrum that alternating least squares can follow: a tie, or a clear gap."""
    from symlam.algebra._sampling import instances
    from symlam.optimum._exact import NoClosedForm, exact_minimum

    for rounds, plain in ((3, 3), (4, 0)):
        try:
            stream = instances(
                [*model.residuals, *(w for w, _ in model.loss)],
                model.assumptions,
                seed=seed,
                rounds=rounds,
                plain=plain,
                max_dim=3,
            )
            for inst in stream:
                try:
                    minimum, exact = exact_minimum(model, inst)
                    spectrum: Sequence[float | Fraction] = exact
                except NoClosedForm:
                    continue
                except SymlamError:  # irrational: gaps are judged in floating point, values are not
                    spectrum, minimum = _float_spectrum(model, inst), Fraction(1)
                k = inst.size(model.latent.dim)
                kept = spectrum[k - 1] if k <= len(spectrum) else 0
                dropped = spectrum[k] if k < len(spectrum) else 0
                if dropped and kept != dropped and kept < Fraction(3, 2) * dropped:
                    continue  # alternating least squares converges like dropped/kept
                if minimum == 0:
                    kind = KINDS[3]
                elif dropped and kept == dropped:
                    kind = KINDS[1]
                elif inst.joint_moment.rank() < inst.joint_moment.nrows():
                    kind = KINDS[2]
                else:
                    kind = KINDS[0]
                yield kind, inst
        except SymlamError:
            continue


def _float_spectrum(model: Model, inst: Instance) -> list[float]:
    from symlam.numerics import solve
    from symlam.optimum._problem import array_problem

    return [float(x) for x in solve(array_problem(model, inst)).spectrum]


def choose(model: Model, *, seed: int = 0, per_kind: int = 1, limit: int = 400) -> list[tuple[str, Instance]]:
    """A few instances of every kind that the model has."""
    found: dict[str, list[Instance]] = {k: [] for k in KINDS}
    for tried, (kind, inst) in enumerate(_candidates(model, seed)):
        if len(found[kind]) < per_kind and inst.size(model.latent.dim) * max(inst.dims.values()) > 1:
            found[kind].append(inst)
        if tried >= limit or all(len(v) >= per_kind for v in found.values()):
            break
    return [(k, i) for k, v in found.items() for i in v]


def meet(model: Model, inst: Instance, kind: str, *, digits: int, seed: int = 0) -> Meeting:
    """Compare closed form, enclosure, optimiser and random feasible points on one instance."""
    import mpmath

    from symlam.numerics import als, solve
    from symlam.optimum._exact import loss_at
    from symlam.optimum._problem import array_problem

    problem = array_problem(model, inst)
    guard = digits + 12
    with mpmath.workdps(guard + 10):
        closed = solve(problem, tier="mpmath", digits=guard)
        ball = solve(problem, tier="arb", digits=guard)
        found = als(problem, digits=guard, seed=seed)
        value = mpmath.mpf(closed.minimum)
        scale = max(mpmath.mpf(1), abs(value))
        gap = abs(found.value - value) / scale
        met = guard if gap == 0 else min(guard, int(-mpmath.log10(gap)))
        low, high = _bounds(ball, guard + 10)
        enclosed = low - mpmath.mpf(10) ** -guard * scale <= value <= high + mpmath.mpf(10) ** -guard * scale
        # random rational points, evaluated exactly, and the optimiser's own point
        rng = random.Random(seed)
        excess = (found.value - value) / scale
        for _ in range(8):
            at = inst.with_values(
                {
                    m: [
                        [Fraction(rng.randint(-6, 6), 4) for _ in range(inst.size(m.cols))]
                        for _ in range(inst.size(m.rows))
                    ]
                    for m in model.parameters
                }
            )
            loss = loss_at(model, at)
            excess = min(excess, mpmath.mpf(loss.numerator) / loss.denominator - value)
        agrees = bool(met >= digits and enclosed and excess >= -(mpmath.mpf(10) ** -digits))
        return Meeting(
            kind,
            {d.name: n for d, n in sorted(inst.dims.items())},
            mpmath.nstr(value, digits),
            (mpmath.nstr(low, digits), mpmath.nstr(high, digits)),
            met,
            mpmath.nstr(excess, 5),
            agrees and closed.status == "attained",
        )


def _bounds(ball: Any, digits: int) -> tuple[Any, Any]:
    """The ends of an enclosure, rounded outwards at so many digits."""
    import flint
    import mpmath

    with flint.ctx.workdps(digits):
        low, high = ball.lower.lower().man_exp(), ball.upper.upper().man_exp()
    return mpmath.mpf((int(low[0]), int(low[1]))), mpmath.mpf((int(high[0]), int(high[1])))


def agreement(models: Iterable[Model], *, digits: int = 50, seed: int = 0, per_kind: int = 1) -> Agreement:
    """Let closed forms and an independent optimiser meet on exact instances of some models.

    >>> from symlam.models import linear_lam
    >>> agreement([linear_lam()], digits=20).agrees
    True
    """
    positive_integer("digits", digits)
    meetings = []
    for m in models:
        for i, (kind, inst) in enumerate(choose(m, seed=seed, per_kind=per_kind)):
            meetings.append(meet(m, inst, kind, digits=digits, seed=seed + i))
    return Agreement(digits, tuple(meetings))
