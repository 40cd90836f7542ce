"""Array kernel: partial reduced-rank regression in float64, N digits and rigorous balls.

`Problem` is pure Python; the tiers load numpy, mpmath or python-flint when they are first used.

>>> from symlam.numerics import Problem, solve
>>> problem = Problem(moment=[[4, 0], [0, 1]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
>>> float(solve(problem).minimum)
1.0
"""

from __future__ import annotations

import importlib
from typing import Any

from symlam.numerics.problem import Head, Problem, Reduction
from symlam.numerics.rational import RationalMatrix, as_fraction

__all__ = [
    "Head",
    "Problem",
    "RationalMatrix",
    "Reduction",
    "Solution",
    "als",
    "as_fraction",
    "loss",
    "newton",
    "solve",
    "solve_arrays",
]

_LAZY = {
    "Solution": "symlam.numerics.solution",
    "solve": "symlam.numerics.solution",
    "solve_arrays": "symlam.numerics.float64",
    "als": "symlam.numerics.optimisers",
    "newton": "symlam.numerics.optimisers",
    "loss": "symlam.numerics.optimisers",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
