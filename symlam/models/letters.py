"""The letters, scalars and base random vectors of the library's models, under the paper's names.

>>> from symlam.models.letters import A, B, D, o
>>> A.shape, D.shape, o
((d_o, d_o), (d_z, d_o), o)
"""

from symlam.models._linear_lam import (
    A,
    B,
    C,
    D,
    E_head,
    X,
    Y,
    Π_d,
    a,
    b,
    o,
    q,
    ε,
    κ1,
    κ2,
    λ,
    π_s,
    σ,
    χ,
)

__all__ = [
    "A",
    "B",
    "C",
    "D",
    "E_head",
    "X",
    "Y",
    "Π_d",
    "a",
    "b",
    "o",
    "q",
    "ε",
    "κ1",
    "κ2",
    "λ",
    "π_s",
    "σ",
    "χ",
]
