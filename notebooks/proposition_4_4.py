# %% [markdown]
# # Proposition 4.4: how many action labels keep the noise out
#
# Printed: with a head that predicts the action, the optimum has `D ε = 0`. What the head's weight λ must be is left open.
# Here is the exact threshold, as a formula, checked by enclosures on both sides.

# %%
from fractions import Fraction

from symlam.claims import printed_lines
from symlam.scenario import Scenario, effective_weight, enclose, predict, thresholds

# %%
threshold = thresholds()["agents + lambda"]
print("an action direction has eigenvalue", threshold.action, "and a noise direction", threshold.noise)
print("noise enters when sigma_exo exceeds", threshold.sigma)

# %% [markdown]
# With σ_q = 1 and σ_exo = 2 the change-over is at 1 + λ = 4. Just below it the latent holds noise, just above it the
# action; the enclosures are rigorous.

# %%
for weight in (Fraction(299, 100), Fraction(301, 100)):
    scenario = Scenario(d_o=12, d_a=2, d_b=2, d_z=2, noise="agents", sigma=2, weight=weight, augment=Fraction(1, 10))
    kept = [(d.source, d.kept) for d in predict(scenario).spectrum if d.kept]
    enclosed = enclose(scenario, digits=30)
    print(f"lambda = {float(weight)}: kept {kept}, loss {enclosed.loss}")
    assert kept == [("noise" if weight < 3 else "action", 2)]

# %% [markdown]
# ## "One per cent of labels suffices"
# It does, but not because λ = 0.01: a script that averages over the labelled samples of a batch has a far larger weight.

# %%
scripts = Scenario(noise="agents", sigma=2, label_fraction="1/100", batch=128, reduction="mean")
sums = Scenario(noise="agents", sigma=2, label_fraction="1/100", batch=128, reduction="sum")
print("effective weight with means:", float(effective_weight(scripts)), " with sums:", float(effective_weight(sums)))
assert effective_weight(scripts) > 3 > effective_weight(sums)

# %% [markdown]
# ## The printed proof
# The printed choice does not reach the printed value without more hypotheses, and the printed value is no minimum.

# %%
for line in printed_lines("P4.4"):
    print(f"{line.file}:{line.source_line}: {line.verdict} {' '.join(line.decides)}")
assert {c for x in printed_lines("P4.4") if x.verdict == "fails" for c in x.decides} == {"P4.4.a", "P4.4.b"}
