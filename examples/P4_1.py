"""Proposition 4.1 (linear LAM is PCA) as a script: ``symlam check examples/P4_1.py``."""

from symlam.algebra import E, identity, matrix, msq, positive_definite, uncorrelated, vector
from symlam.check import derivation

o, q, ε = vector("o", "d_o"), vector("q", "d_o"), vector("ε", "d_o")
A, B = matrix("A", "d_o", "d_o"), matrix("B", "d_o", "d_z")
C, D = matrix("C", "d_z", "d_o"), matrix("D", "d_z", "d_o")
I = identity("d_o")

o_next = o + q + ε
z = C * o + D * o_next

with derivation("Proposition 4.1", given=[uncorrelated(o, q + ε), positive_definite(o)]) as step:
    step(msq(A * o + B * z - o_next))
    step("=", msq((A + B * C + B * D - I) * o + (B * D - I) * (q + ε)))
    step("=", msq((A + B * C + B * D - I) * o) + msq((B * D - I) * (q + ε)))
    step(">=", msq((B * D - I) * (q + ε)))
    step.gradient(A, 2 * (A + B * C + B * D - I) * E(o, o))
    step.minimiser({A: I - B * (C + D)}, only=True)
    step.minimum([A], msq((B * D - I) * (q + ε)))
