# %% [markdown]
# # A tour of symlam
#
# Fifteen minutes: state a model, derive its objective, ask whether a published step is right, see the counterexample, check
# a derivation in LaTeX, let the kernel prove a step, predict what is learned, plot it.
# Paired with a notebook by jupytext; it also runs as a plain script.

# %%
from symlam.algebra import (
    E,
    equal,
    gradient,
    identity,
    msq,
    positive_definite,
    substitute,
    uncorrelated,
    zero,
)
from symlam.claims import claim, resolve
from symlam.models import linear_lam, policy_lam
from symlam.models.letters import A, B, C, D, X, Π_d, o, q, ε
from symlam.objective import derive
from symlam.optimum import reduced_rank

# %% [markdown]
# ## The model and its derivation
# The linear LAM of arXiv 2506.15691: o' = o + q + ε, z = C o + D o', ô' = A o + B z.

# %%
lam = linear_lam()
derivation = derive(lam)
for step in derivation.steps:
    print(step)
assert [s.relation for s in derivation.steps] == ["=", "=", "min"]

# %% [markdown]
# What is left is PCA of the change.

# %%
optimum = reduced_rank(derivation.objective, D, (B,), under=lam.assumptions)
print(optimum.minimum_text())
print(optimum.minimisers_text())
assert optimum.is_pca

# %% [markdown]
# ## Is a step right?
# With the assumption, yes; without it, an exact counterexample.

# %%
I = identity("d_o")
split = msq((A + B * C + B * D - I) * o) + msq((B * D - I) * (q + ε))
assert equal(lam.expand(), split, under=lam.assumptions)
answer = equal(lam.expand(), split)
assert answer.verdict is False
print(answer.counterexample.describe())

# %% [markdown]
# ## A published formula under test
# Equation (8): the stationary A for a policy a = Π_d o + π_s, as printed and as derived.

# %%
policy = policy_lam().assume(positive_definite(o))
slope = gradient(policy.expand(), A)
s_o = E(o, o)
printed = I - (B * C + B * D) - s_o * Π_d.T * X.T * (B * D - I).T * s_o.inverse()
derived = derive(policy_lam(), eliminate=(A,)).steps[-1].choice[A]
at_printed = equal(substitute(slope, {A: printed}), zero("d_o", "d_o"), under=policy.assumptions)
at_derived = equal(substitute(slope, {A: derived}), zero("d_o", "d_o"), under=policy.assumptions)
print("printed:", at_printed.verdict, " derived:", at_derived.verdict, " A =", derived)
assert at_printed.verdict is False and at_derived

# %% [markdown]
# ## A claim of the ledger
# Its verdict is computed when asked, with the hypotheses that the printed form lacks.

# %%
result = resolve(claim("S2"))
for part in result.parts:
    print(part.part.name, part.part.role, part.verdict, "-", part.part.statement)
assert result.verdict == "refuted" and result.counterexample is not None

# %% [markdown]
# ## A model of one's own
# A second camera adds nothing new: any linear maps of base random vectors will do.

# %%
from symlam.algebra import matrix, vector  # noqa: E402
from symlam.models import model  # noqa: E402

x, y = vector("x", "n"), vector("y", "n")
F, G, H = matrix("F", "n", "n"), matrix("G", "n", "k"), matrix("H", "k", "n")
two_step = model(
    "two steps at once",
    loss=[(1, F * x + G * (H * (x + y)) - (x + y))],
    latent=H * (x + y),
    encoder=[H],
    decoder=[G],
    regression=[F],
    assume=[uncorrelated(x, y)],
)
chain = derive(two_step, eliminate=(F,))
print(chain.steps[-1])
assert not chain.assumptions.reduce(chain.objective.expand() - msq((G * H - identity("n")) * y))

# %% [markdown]
# ## A derivation in LaTeX
# The printed proof of P4.1, line by line.

# %%
from symlam.check import check_file  # noqa: E402
from symlam.claims import derivation_files  # noqa: E402

report = check_file(derivation_files("P4.1")[0])
for line in report.lines:
    print(line.verdict.answer, "|", line.source, "|", line.verdict.rule)
assert report.exit_code == 0

# %% [markdown]
# ## What "proved" means
# The engine writes the step as a statement in Coq, from its own objects, and the kernel reads it. Nothing is called accepted unless
# that run of the kernel said so.

# %%
from symlam.evidence.export import check, export_identity, file, mean_square  # noqa: E402

residual = (A + B * C + B * D - I) * o + (B * D - I) * (q + ε)
lemma = export_identity(mean_square(residual), split, under=lam.assumptions)
answer = check(file(lemma))
print(answer.status)
assert answer.status in ("accepted", "not checked here")

# %% [markdown]
# ## What a LAM learns
# Exact population values, no training: noise of other agents against the weight of action prediction.

# %%
import matplotlib.pyplot as plt  # noqa: E402

from symlam.scenario import Scenario, predict_many  # noqa: E402

sigmas = [k / 10 for k in range(1, 40)]
figure, axis = plt.subplots(figsize=(5, 3.2), layout="constrained")
for weight, colour in ((0, "#0b5394"), (3, "#c0392b"), (8, "#3a7d44")):
    row = [Scenario(noise="agents", sigma=s, weight=weight, latent="surrogate-pinv") for s in sigmas]
    errors = [p.metrics["action_mse"].low for p in predict_many(row)]
    axis.plot(sigmas, errors, color=colour, label=rf"$\lambda = {weight}$")
    threshold = (1 + weight) ** 0.5
    assert all((e > 0.5) == (s > threshold) for s, e in zip(sigmas, errors, strict=True) if abs(s - threshold) > 1e-9)
axis.set(xlabel=r"noise of other agents $\sigma_{exo}$", ylabel="action error")
axis.legend()
plt.show()
