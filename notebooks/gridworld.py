# %% [markdown]
# # The grid world: what five codes can do
#
# The best possible nonlinear LAM of the 4x4 grid world, exactly, beside the published table of the linear LAM paper.
# Nothing is trained and nothing sampled; docs/gridworld.md says why the optimum can be proved.

# %%
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

from symlam.gridworld import (
    ROWS,
    GridWorld,
    certify_grid,
    check_grid_certificate,
    frontier,
    labelled,
    optimum,
    table,
)

# %% [markdown]
# ## The rows without augmentation

# %%
for row in table(rows=("none", "low", "high", "correlated")):
    noise = "-" if row.stochastic is None else f"{float(row.stochastic[0]):.4f}"
    print(
        f"{row.title:50} minimum {row.hi!s:12} controllable {float(row.controllable[0]):.4f}  stochastic {noise}"
    )
    assert row.exact

# %% [markdown]
# ## Small noise: the moves. Large noise: nothing but the noise.
# One frontier serves all intensities; each corner is the optimum of an interval.

# %%
world = GridWorld(noise=1)
given, variance = optimum(world).variances()
corners = frontier(world)
edges = [0.0, *(float(1 / c.weight) ** 0.5 for c in corners[1:]), 2.3]
figure, axis = plt.subplots(figsize=(5, 3.2), layout="constrained")
for name, colour in (("controllable", "#0b5394"), ("stochastic", "#c0392b")):
    values = [float(getattr(c, name) / (given if name == "controllable" else variance)) for c in corners]
    axis.stairs(values, edges, baseline=None, color=colour, label=name)
axis.set(xlabel="intensity of the noise", ylabel="loss over variance", ylim=(-0.05, 1.1))
axis.legend(loc="lower left", bbox_to_anchor=(0, 0.3))
plt.show()
assert corners[0].controllable == 0 and corners[-1].controllable == given

# %% [markdown]
# ## The proof of a row
# Prices for the lower bound, cells for the upper; the checker knows neither numpy nor the solver.

# %%
proof = certify_grid(GridWorld(noise=2))
check_grid_certificate(proof, GridWorld(noise=2))
print(proof.lo, "=", proof.hi, "| cells of the inner positions:", [len(c) for c in proof.proofs[0].cells])
assert proof.optimal

# %% [markdown]
# ## Labels
# With periodic walls the supervised loss is exact: above the weight 29/16 the optimum is the moves and nothing else.

# %%
weights = [Fraction(k, 16) for k in range(0, 49, 4)]
found = [labelled(GridWorld(walls="periodic"), weight=w) for w in weights]
for w, f in zip(weights, found, strict=True):
    print(
        f"weight {float(w):5.2f}  controllable {[str(x) for x in f.controllable]}  stochastic {[str(x) for x in f.stochastic]}"
    )
assert all(f.exact for f in found)
assert np.all(
    [(f.controllable[1] == 0) == (w > Fraction(29, 16)) for w, f in zip(weights, found, strict=True)]
)

# %% [markdown]
# ## Published points
# All of them lie above the frontier of all codes, and none lies on it.

# %%
for name in ("low", "high", "augmented", "labelled"):
    (c, _), noise = ROWS[name][2]
    above = all(
        float(k.weight * given) * c + noise[0] >= float(k.weight * k.controllable + k.stochastic)
        for k in corners[1:]
    )
    print(
        f"{name:10} controllable {c:.3f}, stochastic {noise[0]:.3f}: {'above the frontier' if above else 'below it'}"
    )
    assert above
