"""The letters, scalars and base random vectors of the models with an exogenous state.

X is d_o x d_ξ here, the observation of the exogenous state, and E the observation of the endogenous one.

>>> from symlam.models.exogenous_letters import E, K, X, a
>>> E.shape, X.shape, K.shape, a
((d_o, d_s), (d_o, d_ξ), (d_a, d_z), a)
"""

from symlam.algebra import matrix
from symlam.models._exogenous_state import PLAIN, γ, λ, μ, ρ

s, a, ξ, η, ξ2, η2, π = PLAIN.s, PLAIN.a, PLAIN.ξ, PLAIN.η, PLAIN.ξ2, PLAIN.η2, PLAIN.π
E, X, H, F, M, Π = PLAIN.E, PLAIN.X, PLAIN.H, PLAIN.F, PLAIN.M, PLAIN.Π
A, B = matrix("A", "d_o", "d_o"), matrix("B", "d_o", "d_z")
C, D = matrix("C", "d_z", "d_o"), matrix("D", "d_z", "d_o")
K = matrix("K", "d_a", "d_z")

__all__ = [
    "Π",
    "A",
    "B",
    "C",
    "D",
    "E",
    "F",
    "H",
    "K",
    "M",
    "X",
    "a",
    "s",
    "γ",
    "η",
    "η2",
    "λ",
    "μ",
    "ξ",
    "ξ2",
    "π",
    "ρ",
]  # fmt: skip
