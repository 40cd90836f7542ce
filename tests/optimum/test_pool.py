"""Losses that share letters are one loss on the pooled space: the same number at every value of the letters."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import flint
import pytest

from symlam.algebra import Dimension, matrix, scalar, vector
from symlam.algebra._draw_letters import random_matrix
from symlam.algebra._exact import Instance, fraction, to_flint, trace
from symlam.algebra._random import bases
from symlam.errors import SymlamError
from symlam.models import Model, model
from symlam.optimum._exact import NoClosedForm, coefficient, loss_at
from symlam.optimum._pool import block_diagonal, pool
from symlam.optimum._roles import roles

n, k = Dimension("n"), Dimension("k")
x, y, z = (vector(name, "n") for name in "xyz")
R, Q, L, H, C, D, A = (
    matrix("R", "n", "n"),
    matrix("Q", "n", "n"),
    matrix("L", "n", "k"),
    matrix("H", "n", "k"),
    matrix("C", "k", "n"),
    matrix("D", "k", "n"),
    matrix("A", "n", "n"),
)
s, t = scalar("s"), scalar("t")
Z = C * x + D * (y + A * x)


def asked(*loss, regression=(), decoder=(L,)) -> Model:
    return model(
        "asked", loss=list(loss), latent=Z, encoder=[C, D], regression=list(regression), decoder=list(decoder)
    )


ONE = asked((1, R * x + L * Z - y), regression=[R])
TWO = asked((s, R * x + Q * z + L * Z - y), (t, H * Z - z), regression=[R, Q], decoder=[L, H])
SHARED = asked(
    (s, R * x + L * Z - y), (t, R * y + L * Z - A * z), (1, R * (x + z) + L * Z - x), regression=[R]
)
ANOTHER = C * y + D * (z + A * y)  # another sample of the latent
TWINS = asked((s, R * x + L * Z - y), (t, R * y + L * ANOTHER - z), regression=[R])
BOTH = asked((s, R * x + L * Z - y), (t, R * y + L * Z - z), (3, H * Z - z), regression=[R], decoder=[L, H])


def instance(seed: int, *, s: int = 2, t: int = 3) -> Instance:
    rng = Random(seed)
    letters = (R, Q, L, H, C, D, A)
    g = random_matrix(rng, 6, 6, 2)
    inst = Instance(
        {n: 2, k: 1}, {}, {"s": Fraction(s, 2), "t": Fraction(t)}, tuple(bases([x, y, z])), g * g.transpose()
    )
    sizes = {m: (inst.size(m.rows), inst.size(m.cols)) for m in letters}
    return inst.with_values({m: random_matrix(rng, *sizes[m], 3) for m in letters})


def side_by_side(blocks: list[flint.fmpq_mat]) -> flint.fmpq_mat:
    return flint.fmpq_mat([[v for b in blocks for v in b.tolist()[i]] for i in range(blocks[0].nrows())])


def whole(told: Model, inst: Instance) -> Fraction:
    """The pooled losses at the letters' values, from what `pool` gives alone."""
    found, out = roles(told), Fraction(0)
    pooled = pool(told, found, inst)
    assert len(pooled.losses) == len(found.losses) and len(pooled.inputs) == 2
    latent = inst.value(C) * pooled.inputs[0] + inst.value(D) * pooled.inputs[1]
    for loss, part in zip(found.losses, pooled.losses, strict=True):
        residual = inst.value(loss.decoder) * latent - part.target
        assert len(part.regressors) == len(loss.regression)
        for (letter, _), v in zip(loss.regression, part.regressors, strict=True):
            residual += inst.value(letter) * v
        out += part.weight * fraction(trace(residual * pooled.moment * residual.transpose()))
    return out


@pytest.mark.parametrize(
    "told", [ONE, TWO, SHARED, BOTH, TWINS], ids=["one", "two", "shared", "both", "twins"]
)
def test_the_pooled_loss_is_the_models_loss(told: Model) -> None:
    for seed in range(6):
        inst = instance(seed, s=1 + seed)  # halves too
        assert whole(told, inst) == loss_at(told, inst)


def test_a_single_loss_keeps_its_own_space() -> None:
    inst = instance(1)
    pooled = pool(TWO, roles(TWO), inst)
    assert pooled.moment == inst.joint_moment
    assert [loss.weight for loss in pooled.losses] == [1, 3]
    assert pooled.inputs == tuple(coefficient(inst, form, inst.order) for form in (x, y + A * x))


def test_samples_have_their_weights_in_the_moment() -> None:
    inst = instance(2)
    pooled = pool(BOTH, roles(BOTH), inst)
    j = inst.joint_moment
    assert pooled.moment == block_diagonal([j, j * 3])
    assert [loss.weight for loss in pooled.losses] == [1, Fraction(3, 4)], (
        "a loss that is not shared: 3 / (1 + 3)"
    )
    assert pooled.losses[1].target == side_by_side([coefficient(inst, z, inst.order)] * 2)
    without = pool(BOTH, roles(BOTH), instance(2, t=0))
    assert without.moment == block_diagonal([j, j * 0])


def test_blocks_stand_on_the_diagonal() -> None:
    found = block_diagonal(
        [to_flint([[1, 2], [3, 4]]), to_flint([[5]]), to_flint([[6, 7], [8, Fraction(1, 9)]])]
    )
    assert found == to_flint([
        [1, 2, 0, 0, 0],
        [3, 4, 0, 0, 0],
        [0, 0, 5, 0, 0],
        [0, 0, 0, 6, 7],
        [0, 0, 0, 8, Fraction(1, 9)],
    ])  # fmt: skip


def test_what_cannot_be_pooled_is_refused() -> None:
    with pytest.raises(SymlamError, match="the weight s is -1 on the instance"):
        pool(SHARED, roles(SHARED), instance(0, s=-2))
    with pytest.raises(SymlamError, match="the weight t is -1 on the instance"):
        pool(BOTH, roles(BOTH), instance(0, t=-1))
    nothing = asked((s, R * x + L * Z - y), (t, R * y + L * Z - z), regression=[R])
    with pytest.raises(NoClosedForm, match="the shared loss of 'asked' has no weight"):
        pool(nothing, roles(nothing), instance(0, s=0, t=0))
    twice = asked((1, L * Z - y), (1, L * Z - x), (1, H * Z - z), (1, H * Z - y), decoder=[L, H])
    with pytest.raises(NoClosedForm, match="two losses of 'asked' are each a sum over samples"):
        pool(twice, roles(twice), instance(0))
    beside = asked(
        (s, R * x + L * Z - y),
        (t, R * y + L * ANOTHER - z),
        (1, H * Z - z),
        regression=[R],
        decoder=[L, H],
    )
    with pytest.raises(NoClosedForm, match="see different samples of the latent"):
        pool(beside, roles(beside), instance(0))
