"""Several draws of a random vector given some others, as second moments.

z = m + u with m = E[z | c] for conditioning variables c: u is uncorrelated with m and with every
function of c, and two draws that are independent given c have uncorrelated u, u_2 of one moment.
Nothing is assumed of how z depends on anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symlam.algebra._assumptions import Assumption, equation, uncorrelated
from symlam.algebra._letter import Dim
from symlam.algebra._random import E, LinearForm, vector
from symlam.errors import SymlamError


@dataclass(frozen=True)
class Draws:
    """The conditional mean, the draws around it, and what is assumed of them."""

    mean: LinearForm
    values: tuple[LinearForm, ...]
    assumptions: tuple[Assumption, ...]


def conditional_draws(name: str, dim: Dim | str, *, given: Sequence[LinearForm], count: int = 2) -> Draws:
    """``count`` draws of a random vector that are independent given c; ``given`` are functions of c.

    The base vectors are NAME_m (the conditional mean) and NAME_u, NAME_v, ... (what a draw adds to it).
    Raises SymlamError unless count is from 1 to 4.

    >>> y = vector("y", "n")
    >>> z = conditional_draws("z", "n", given=[y])
    >>> z.values
    (z_m + z_u, z_m + z_v)
    >>> z.assumptions
    (E[z_m z_u'] = 0, E[z_m z_v'] = 0, E[y z_u'] = 0, E[y z_v'] = 0, E[z_u z_v'] = 0, Σ_z_v = Σ_z_u)
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 4:
        raise SymlamError(f"{count!r} draws", expected="from 1 to 4")
    mean = vector(f"{name}_m", dim)
    around = [vector(f"{name}_{letter}", dim) for letter in "uvwx"[:count]]
    first, *others = around
    apart = [uncorrelated(x, u)[0] for x in (mean, *given) for u in around]
    apart += uncorrelated(*around) if others else ()
    same = [equation(E(u, u), E(first, first)) for u in others]
    return Draws(mean, tuple(mean + u for u in around), (*apart, *same))


__all__ = ["Draws", "conditional_draws"]
