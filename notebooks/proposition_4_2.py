# %% [markdown]
# # Proposition 4.2: what is left is PCA of the change
#
# Printed: with the eigenvectors of the second moment of `q + ε` in `U`, `B = U_{d_z}` and `D = U_{d_z}'` are optimal,
# and the minimum is the sum of the eigenvalues beyond `d_z`. Below: the optimum from the engine, an exact instance with a
# tie, an optimiser that knows only the loss, and a ball that encloses the minimum.

# %%
from fractions import Fraction

from mpmath import mp

from symlam.claims import printed_lines
from symlam.models import linear_lam
from symlam.models.letters import B, D
from symlam.numerics import Problem, als, solve
from symlam.objective import derive
from symlam.optimum import reduced_rank

# %%
derivation = derive(linear_lam())
optimum = reduced_rank(derivation.objective, D, (B,))
print("min L =", optimum.minimum_text())
print(optimum.minimisers_text())
assert optimum.is_pca

# %% [markdown]
# ## A tie
# The second moment of q + ε has eigenvalues 9, 4, 4, 1 after an exact rational rotation. With d_z = 2 the second direction is
# not determined, the minimum is: 4 + 1.

# %%
rotation = [[Fraction(x, 2) for x in row] for row in ([1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1])]
spectrum = [9, 4, 4, 1]
moment = [
    [sum(rotation[i][k] * spectrum[k] * rotation[j][k] for k in range(4)) for j in range(4)] for i in range(4)
]
identity = [[Fraction(i == j) for j in range(4)] for i in range(4)]
problem = Problem(moment=moment, target=identity, inputs=identity, rank=2)
enclosed = solve(problem, tier="arb", digits=40)
print("enclosed minimum:", enclosed.minimum)
assert enclosed.minimum.contains(5)

# %% [markdown]
# Alternating least squares knows the loss only, starts anywhere, and meets the same value to 30 digits.

# %%
found = als(problem, digits=40)
print("alternating least squares:", mp.nstr(found.value, 32))
assert abs(found.value - 5) < mp.mpf(10) ** -30

# %% [markdown]
# ## The printed proof follows, Eckart-Young included
# The checker certifies the rank-constrained minimum by Ky Fan's bound.

# %%
for line in printed_lines("P4.2"):
    print(f"{line.source_line}: {line.verdict}: {line.rule}")
assert {line.verdict for line in printed_lines("P4.2")} == {"follows"}
