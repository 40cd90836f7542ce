"""Assertions for tests of derivations, solvers and claims; each fails with data that a reader can follow.

>>> from symlam.scenario import Scenario
>>> from symlam.testing import assert_optimum
>>> def constant(task):  # a model that has learned nothing
...     return {"minimum": (task.t**2).sum(1).mean()}
>>> assert_optimum(constant, Scenario(d_o=2, d_a=1, d_z=1, sigma_a=0))
>>> assert_optimum(constant, Scenario(d_o=2, d_a=1, d_z=1))  # doctest: +ELLIPSIS
Traceback (most recent call last):
...
AssertionError: the solver says that the minimum is 1; it is 0 (attained)
...

Importing this loads nothing heavy. docs/testing.md.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symlam.testing._optimum import assert_optimum
    from symlam.testing._same import assert_same
    from symlam.testing._sources import assert_claim, assert_derivation
    from symlam.testing._task import Task, task_of

__all__ = ["Task", "assert_claim", "assert_derivation", "assert_optimum", "assert_same", "task_of"]

_LAZY = {
    "Task": "_task",
    "task_of": "_task",
    "assert_optimum": "_optimum",
    "assert_same": "_same",
    "assert_claim": "_sources",
    "assert_derivation": "_sources",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"symlam.testing.{_LAZY[name]}"), name)
