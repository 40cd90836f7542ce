# %% [markdown]
# # What would a LAM learn on my data?
#
# A linear LAM sees second moments only. Estimate them from frames and (if there are any) actions, hand them over, and read what the
# optimum would be: which directions the latent keeps, how well actions can be read from it, how many labels would help.

# %%
from fractions import Fraction

import numpy as np

from symlam.scenario import Scenario, enclose, predict, predict_many

# %% [markdown]
# ## Data
# Here made up: frames of 10 coordinates, 2 actions, and a second agent that moves 1.5 times as much. The actions follow the
# observation a little.

# %%
rng = np.random.default_rng(0)
n, d_o, d_a, d_b = 4000, 10, 2, 2
X = np.linalg.qr(rng.normal(size=(d_o, d_a)))[0]
Y = np.linalg.qr(np.hstack([X, rng.normal(size=(d_o, d_b))]))[0][:, d_a:]
o = rng.normal(size=(n, d_o))
a = 0.3 * o[:, :d_a] + rng.normal(size=(n, d_a))
b = 1.5 * rng.normal(size=(n, d_b))
change = a @ X.T + b @ Y.T

# %% [markdown]
# ## Second moments
# The effect of actions and the policy by least squares; what they leave is the noise. Rounded to rationals, so that everything
# after this line is exact.


# %%
def exact(matrix: np.ndarray) -> list[list[Fraction]]:
    return [[Fraction(round(float(v) * 10**6), 10**6) for v in row] for row in np.atleast_2d(matrix)]


effect = np.linalg.lstsq(a, change, rcond=None)[0].T
noise = change - a @ effect.T
policy = np.linalg.lstsq(o, a, rcond=None)[0].T
innovation = a - o @ policy.T


def moment(v: np.ndarray) -> list[list[Fraction]]:
    m = v.T @ v / len(v)
    return exact((m + m.T) / 2 + 1e-5 * np.eye(v.shape[1]))  # rounding must not break semidefiniteness


data = {
    "d_o": d_o, "d_a": d_a, "d_z": d_a, "noise": "iid", "chi": Fraction(1, 2), "X": exact(effect),
    "Pi": exact(2 * policy), "cov_o": moment(o), "cov_a": moment(2 * innovation), "cov_noise": moment(noise),
}  # fmt: skip

# %% [markdown]
# ## Prediction

# %%
alone = predict(Scenario(**data, latent="surrogate-pinv"))
for direction in alone.spectrum:
    if direction.kept:
        print(f"kept: eigenvalue {direction.value:.3f}, {direction.source}, share of the actions {direction.action_share:.3f}")
print("action error", round(alone.metrics["action_mse"].low, 3), " loss", round(alone.loss, 3))
assert alone.metrics["action_mse"].low > 0.9

# %% [markdown]
# The latent would follow the second agent. How much weight on action labels turns it around?

# %%
weights = [Fraction(k, 4) for k in range(0, 17)]
errors = [p.metrics["action_mse"].low for p in predict_many([Scenario(**data, weight=w, latent="surrogate-pinv") for w in weights])]
turn = next(w for w, error in zip(weights, errors, strict=True) if error < 0.1)
print("weights", [float(w) for w in weights])
print("errors ", [round(e, 3) for e in errors])
print("labels help from a weight of about", float(turn))
assert errors[0] > 0.9 > 0.1 > errors[-1]

# %% [markdown]
# ## Rigorous numbers
# The same loss as a ball that contains the true minimum for these moments.

# %%
enclosed = enclose(Scenario(**data, weight=turn), digits=25)
print(enclosed.loss)
assert abs(float(enclosed.loss.split()[0].strip("[")) - predict(Scenario(**data, weight=turn)).loss) < 1e-6
