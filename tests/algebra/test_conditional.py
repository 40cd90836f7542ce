"""Draws given c: one conditional mean, one moment, and nothing in common but the mean and what c tells."""

from __future__ import annotations

import itertools

import pytest

from symlam.algebra import E, conditional_draws, equal, matrix, msq, vector
from symlam.errors import SymlamError


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_draws_are_the_mean_and_what_each_adds(count: int) -> None:
    y, w, head = vector("y", "m"), vector("w", "m"), matrix("K", "n", "m")
    z = conditional_draws("z", "n", given=[y, head * w], count=count)
    known = z.assumptions
    names = ["z_u", "z_v", "z_w", "z_x"][:count]
    assert z.values == tuple(z.mean + vector(name, "n") for name in names)
    assert z.mean == vector("z_m", "n")
    for draw in z.values:
        assert equal(E(draw, y), E(z.mean, y), under=known)
        assert equal(E(draw, head * w), E(z.mean, head * w), under=known)
        assert equal(E(draw, draw), E(z.values[0], z.values[0]), under=known)
        assert equal(msq(draw), msq(z.mean) + msq(draw - z.mean), under=known)
        assert equal(E(draw, draw), E(z.mean, z.mean), under=known).verdict is False
        assert equal(E(draw, w), E(z.mean, w), under=known).verdict is False, "w itself is not given, K w is"
    for first, second in itertools.combinations(z.values, 2):
        assert equal(E(first, second), E(z.mean, z.mean), under=known)


def test_two_draws_are_what_is_drawn_unless_a_number_is_asked_for() -> None:
    assert len(conditional_draws("z", "n", given=[]).values) == 2


@pytest.mark.parametrize("count", [0, 5, -1, True, 2.0, "2"])
def test_from_one_to_four_draws(count: object) -> None:
    with pytest.raises(SymlamError, match="draws"):
        conditional_draws("z", "n", given=[], count=count)
