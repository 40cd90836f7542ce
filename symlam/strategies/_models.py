"""Models of the library, their variants, and variants with an assumption dropped."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hypothesis import strategies as st

from symlam import models as library
from symlam.errors import SymlamError
from symlam.models import Model

BASES: tuple[Callable[[], Model], ...] = (
    library.linear_lam,
    lambda: library.acting(library.linear_lam()),
    library.correlated_lam,
    library.policy_lam,
    library.policy_sweep_lam,
    library.augmented_lam,
    library.supervised_lam,
    lambda: library.supervised_lam(augmented=False),
)
# what can be done to a model that speaks of q and of base noise
CHANGES: tuple[Callable[[Model], Model], ...] = (
    library.noiseless,
    library.with_iid_noise,
    library.with_other_agents,
)


def models(*, weaker: bool = True) -> st.SearchStrategy[Model]:
    """Models of `symlam.models` with their noise variants; with ``weaker`` also with assumptions dropped.

    Shrinks to the plain linear LAM.

    >>> from hypothesis import find
    >>> find(models(), lambda m: "other agents" in m.name).name
    'linear LAM, other agents'
    """
    if not isinstance(weaker, bool):
        raise SymlamError(f"weaker is {weaker!r}", expected="True or False")
    return _models(weaker)


@cache
def _variants(base: Callable[[], Model]) -> tuple[Model, ...]:
    """A model, then each of its noise variants that the engine can state."""
    out = [base()]
    for change in CHANGES:
        try:
            out.append(change(out[0]))
        except SymlamError:
            continue  # a condition that is no rule for the normal form: not a model of the library
    return tuple(out)


@st.composite
def _models(draw: st.DrawFn, weaker: bool) -> Model:
    model = draw(st.sampled_from(_variants(draw(st.sampled_from(BASES)))))
    if weaker and draw(st.booleans()):
        stated = tuple(model.assumptions)
        dropped = draw(st.lists(st.integers(0, len(stated) - 1), max_size=2, unique=True))
        try:
            model = model.without(*(stated[i] for i in dropped))
        except SymlamError:
            return model  # what is left is no rule for the normal form without what was dropped
    return model


st.register_type_strategy(Model, lambda _: models())
