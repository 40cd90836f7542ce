# %% [markdown]
# # Where noise drives the actions out of the latent
#
# Exact boundaries as formulas, drawn over the closed-form optimum of every cell. Nothing is trained and nothing sampled.

# %%
import matplotlib.pyplot as plt
import numpy as np

from symlam.figures import PHASES
from symlam.scenario import Scenario, predict_many, thresholds

# %% [markdown]
# ## The boundaries, derived

# %%
for name, threshold in thresholds().items():
    print(f"{name:28} action {threshold.action}   noise {threshold.noise}")
assert len(thresholds()) >= 6

# %% [markdown]
# ## Labels against noise

# %%
sigmas, weights = np.linspace(0.05, 3.95, 27), np.linspace(0.15, 11.85, 27)
cells = [
    Scenario(d_o=24, d_a=2, d_b=2, d_z=2, noise="agents", sigma=round(s, 3), weight=round(w, 3), latent="surrogate-pinv")
    for w in weights
    for s in sigmas
]
lost = np.array([p.metrics["action_mse"].low for p in predict_many(cells)]).reshape(len(weights), len(sigmas))
figure, axis = plt.subplots(figsize=(5, 3.6), layout="constrained")
mesh = axis.pcolormesh(sigmas, weights, lost, cmap="Blues", shading="nearest")
axis.plot(np.sqrt(1 + weights), weights, color="#c0392b", label=r"$\sigma_{exo} = \sigma_q \sqrt{1 + \lambda}$")
axis.set(xlabel=r"noise of other agents $\sigma_{exo}$", ylabel=r"weight of action prediction $\lambda$", xlim=(0.05, 3.95))
axis.legend(loc="lower right")
figure.colorbar(mesh, label="action error")
plt.show()

# %% [markdown]
# Every cell is on its side of the formula.

# %%
beyond = sigmas[None, :] > np.sqrt(1 + weights)[:, None]
assert np.all((lost > 0.5) == beyond)

# %% [markdown]
# ## The policy
# The more an action is determined by the observation, the less of it is left for the latent.

# %%
chis = np.linspace(0, 1, 41)
figure, axis = plt.subplots(figsize=(5, 3.2), layout="constrained")
for sigma, colour in ((0.25, "#0b5394"), (0.5, "#c0392b"), (0.75, "#3a7d44")):
    row = [
        Scenario(d_o=24, d_a=2, d_b=2, d_z=2, noise="agents", sigma=sigma, chi=round(float(c), 4), latent="surrogate-pinv")
        for c in chis
    ]
    axis.plot(chis, [p.metrics["action_mse"].low for p in predict_many(row)], color=colour, label=rf"$\sigma_{{exo}} = {sigma}$")
    axis.axvline(1 - sigma, color=colour, linestyle=":", linewidth=1)
axis.set(xlabel=r"share of the policy $\chi$", ylabel="action error")
axis.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
plt.show()

# %% [markdown]
# `symlam figures -o DIR` draws the other diagrams as well:

# %%
print([phase.name for phase in PHASES])
assert len(PHASES) == 4
