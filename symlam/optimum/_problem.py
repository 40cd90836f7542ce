"""A model on an exact instance as an array problem for the numerics."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symlam.algebra._exact import Instance, rows_of
from symlam.errors import SymlamError
from symlam.optimum._exact import coefficient, vstack
from symlam.optimum._roles import roles

if TYPE_CHECKING:
    from symlam.models import Model


def array_problem(model: Model, inst: Instance) -> Any:
    """The partial reduced-rank regression of a model on an instance, as `symlam.numerics.Problem`.

    The first loss with regressors is the main one (the first loss when none has any); the others
    are heads, which see the latent alone.  Raises SymlamError when two losses have regressors or
    the main weight is not 1.
    """
    from symlam.numerics import Head, Problem

    r = roles(model)
    order = inst.order
    main = next((x for x in r.losses if x.regression), r.losses[0])
    if inst.value(main.weight) != 1:
        raise SymlamError(f"the main loss of {model.name!r} has weight {main.weight!r}", expected="weight 1")
    heads = []
    for x in r.losses:
        if x is main:
            continue
        if x.regression:
            raise SymlamError(f"two losses of {model.name!r} have regressors", expected="one")
        heads.append(Head(Fraction(inst.value(x.weight)), rows_of(coefficient(inst, x.target, order))))
    regressors = [coefficient(inst, v, order) for _, v in main.regression]
    return Problem(
        rows_of(inst.joint_moment),
        rows_of(coefficient(inst, main.target, order)),
        rows_of(vstack([coefficient(inst, x, order) for _, x in r.inputs])),
        inst.size(model.latent.dim),
        rows_of(vstack(regressors)),
        tuple(heads),
    )
