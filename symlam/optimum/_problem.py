"""A model on an exact instance as an array problem for the numerics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symlam.algebra._exact import Instance, rows_of
from symlam.errors import SymlamError
from symlam.optimum._exact import vstack
from symlam.optimum._pool import pool
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
    pooled = pool(model, r, inst)
    main = next((x for x in pooled.losses if x.regressors), pooled.losses[0])
    if main.weight != 1:
        raise SymlamError(f"the main loss of {model.name!r} has weight {main.weight}", expected="weight 1")
    heads = []
    for x in pooled.losses:
        if x is main:
            continue
        if x.regressors:
            raise SymlamError(f"two losses of {model.name!r} have regressors", expected="one")
        heads.append(Head(x.weight, rows_of(x.target)))
    return Problem(
        rows_of(pooled.moment),
        rows_of(main.target),
        rows_of(vstack(list(pooled.inputs))),
        inst.size(model.latent.dim),
        rows_of(vstack(list(main.regressors))),
        tuple(heads),
    )
