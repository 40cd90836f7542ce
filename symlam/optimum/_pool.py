"""Losses that share their letters, as one loss over a larger probability space.

sum_i w_i E||R v_i + L z - t_i||^2 has one decoder for several samples (v_i, t_i): it is the loss
of a sample drawn with weight w_i, so its moment is the block-diagonal matrix of the w_i E[w w^T].
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import flint

from symlam.algebra import LinearForm
from symlam.algebra._exact import Instance
from symlam.errors import SymlamError
from symlam.optimum._roles import Roles

if TYPE_CHECKING:
    from symlam.models import Model


@dataclass(frozen=True)
class PooledLoss:
    """weight E||R v + L z - t||^2 in coordinates of the pooled space; no regressors make it a head."""

    weight: Fraction
    regressors: tuple[flint.fmpq_mat, ...]
    target: flint.fmpq_mat


@dataclass(frozen=True)
class Pooled:
    """The moment of the pooled space, what the encoder sees in it, and the losses."""

    moment: flint.fmpq_mat
    inputs: tuple[flint.fmpq_mat, ...]
    losses: tuple[PooledLoss, ...]


def block_diagonal(blocks: list[flint.fmpq_mat]) -> flint.fmpq_mat:
    """The square matrix with the given square blocks."""
    size = sum(b.nrows() for b in blocks)
    out = flint.fmpq_mat(size, size)
    start = 0
    for b in blocks:
        for i in range(b.nrows()):
            for j in range(b.ncols()):
                out[start + i, start + j] = b[i, j]
        start += b.nrows()
    return out


def pool(model: Model, roles: Roles, inst: Instance) -> Pooled:
    """A model's losses on an instance.

    Raises NoClosedForm when two losses are sums of several, or a loss beside such a sum sees the latent alone where the
    sum sees another sample of it, and SymlamError for a negative weight.
    """
    from symlam.optimum._exact import NoClosedForm, coefficient, hstack

    weights = [[Fraction(inst.value(w)) for w, _, _ in loss.samples] for loss in roles.losses]
    for loss, values in zip(roles.losses, weights, strict=True):
        for (w, _, _), value in zip(loss.samples, values, strict=True):
            if value < 0:
                raise SymlamError(f"the weight {w!r} is {value} on the instance", expected="a weight >= 0")
    many = [values for values in weights if len(values) > 1]
    if len(many) > 1:
        raise NoClosedForm(f"two losses of {model.name!r} are each a sum over samples")
    spread = many[0] if many else [Fraction(1)]
    shared = next((x for x in roles.losses if x.more), roles.losses[0])
    views = [x.inputs for x in (shared, *shared.more)] if many else [shared.inputs]
    if any(x.inputs != view for x in roles.losses if x is not shared for view in views):
        raise NoClosedForm(f"the losses of {model.name!r} see different samples of the latent")
    whole = sum(spread, Fraction(0))
    if not whole:
        raise NoClosedForm(f"the shared loss of {model.name!r} has no weight on the instance")
    joint = inst.joint_moment
    moment = block_diagonal([joint * flint.fmpq(w.numerator, w.denominator) for w in spread])

    def across(forms: list[LinearForm]) -> flint.fmpq_mat:
        """The same place in every sample, side by side."""
        each = forms if len(forms) == len(spread) else forms * len(spread)
        return hstack([coefficient(inst, f, inst.order) for f in each])

    losses = []
    for loss, values in zip(roles.losses, weights, strict=True):
        places = range(len(loss.regression))
        losses.append(
            PooledLoss(
                Fraction(1) if len(values) > 1 else values[0] / whole,
                tuple(across([vs[i] for _, vs, _ in loss.samples]) for i in places),
                across([t for _, _, t in loss.samples]),
            )
        )
    seen = tuple(across([view[j] for view in views]) for j in range(len(roles.inputs)))
    return Pooled(moment, seen, tuple(losses))
