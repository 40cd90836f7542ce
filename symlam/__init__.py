"""symlam: symbolic analysis of linear latent action models, with evidence.

The subpackages are imported when they are first used:

- `symlam.algebra`: matrices, random vectors, second moments, assumptions, `equal`;
- `symlam.models`: the models as definitions, and `model` to state one's own;
- `symlam.objective`, `symlam.optimum`: derivations, reduced-rank optima;
- `symlam.claims`: the ledger and `verify`.

>>> import symlam
>>> derivation = symlam.derive(symlam.models.linear_lam())
>>> derivation.steps[-1]
min over A E||(-I + B D) (q + ε)||^2  (A = I - B C - B D makes the square vanish)
"""

from __future__ import annotations

import importlib
from typing import Any

from symlam.errors import SymlamError

__version__ = "0.1.0"

_SUBPACKAGES = ("algebra", "claims", "models", "objective", "optimum")
_NAMES = {
    "derive": "symlam.objective",
    "equal": "symlam.algebra",
    "model": "symlam.models",
    "reduced_rank": "symlam.optimum",
    "verify": "symlam.claims",
}

__all__ = ["SymlamError", "__version__", *_SUBPACKAGES, *_NAMES]


def __getattr__(name: str) -> Any:
    if name in _SUBPACKAGES:
        return importlib.import_module(f"symlam.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'symlam' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
