"""What a head on the code costs, split as in R6: distance of its mean from the target, and inconsistency across noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symlam.errors import SymlamError
from symlam.gridworld.quantiser import Quantiser
from symlam.numerics.rational import as_fraction

__all__ = ["HeadSplit", "head_split"]


@dataclass(frozen=True)
class HeadSplit:
    """``error`` = E‖K z - y‖², ``bias`` = E‖E[K z | move] - y‖², ``inconsistency`` = E‖K z - K z~‖² for another draw of the noise.

    R6 says error = bias + inconsistency / 2, for any encoder whatsoever; the three are computed apart.
    """

    error: Fraction
    bias: Fraction
    inconsistency: Fraction


def head_split(
    quantiser: Quantiser, *, head: Sequence[Sequence[object]], target: Sequence[Sequence[object]]
) -> HeadSplit:
    """Split the error of a head: ``head`` (cells x m) is K z for each cell, ``target`` (moves x m) is y for each move.

    Raises `SymlamError` for rows of the wrong number or length.

    >>> from symlam.gridworld import optimal_quantiser
    >>> q = optimal_quantiser(["1/2", "1/2"], noise=2, bits=1, codes=2)
    >>> head_split(q, head=[[0], [1]], target=[[0], [1]])
    HeadSplit(error=Fraction(1, 2), bias=Fraction(1, 4), inconsistency=Fraction(1, 2))
    """
    K = [[as_fraction(x) for x in row] for row in head]
    Y = [[as_fraction(x) for x in row] for row in target]
    moves, size = len(quantiser.probabilities), 1 << quantiser.bits
    if len(K) != len(quantiser.cells) or len(Y) != moves or len({len(row) for row in K + Y}) != 1:
        raise SymlamError(
            f"{len(K)} rows of the head and {len(Y)} targets",
            expected=f"{len(quantiser.cells)} cells and {moves} moves, all rows of one length",
        )
    code = {point: k for k, cell in enumerate(quantiser.cells) for point in cell}
    error = bias = inconsistency = Fraction(0)
    for a, p in enumerate(quantiser.probabilities):
        draws = [K[code[a, v]] for v in range(size)]
        mean = [sum(column, Fraction(0)) / size for column in zip(*draws, strict=True)]
        error += p * sum((_square(z, Y[a]) for z in draws), Fraction(0)) / size
        bias += p * _square(mean, Y[a])
        inconsistency += p * sum((_square(x, z) for x in draws for z in draws), Fraction(0)) / size**2
    return HeadSplit(error, bias, inconsistency)


def _square(x: Sequence[Fraction], y: Sequence[Fraction]) -> Fraction:
    return sum(((a - b) ** 2 for a, b in zip(x, y, strict=True)), Fraction(0))
