# %% [markdown]
# # Check your own derivation
#
# Write the derivation as LaTeX with a few declarations in comments, or as a Python script. Every line is decided: it
# follows, with the assumptions used, or it fails, with exact numbers.

# %%
from symlam.algebra import matrix, msq, uncorrelated, vector
from symlam.check import check_text, derivation

# %%
source = r"""
%! dims n k
%! vector x e : n
%! matrix W : k x n
%! matrix V : n x k
%! let y = x + e
%! assume E[x e^T] = 0
\begin{align}
  L(V, W) &= \mathbb{E} \lVert V W y - x \rVert_2^2 \\
          &= \mathbb{E} \lVert (V W - I) x \rVert_2^2 + \mathbb{E} \lVert V W e \rVert_2^2 \\
          &\ge \mathbb{E} \lVert (V W - I) x \rVert_2^2 \\
  \nabla_V L &= 2 (V W - I) \, \mathbb{E}[x x^\top] W^\top + 2 V W \, \mathbb{E}[e e^\top] W^\top
\end{align}
"""
report = check_text(source, name="denoising autoencoder")
print(report.text())
assert report.exit_code == 0

# %% [markdown]
# ## A slip
# Without the assumption the second line is false. The numbers below satisfy everything that is stated, and the two sides
# differ on them.

# %%
slip = check_text(source.replace("%! assume E[x e^T] = 0\n", ""), name="the same without the assumption")
print(slip.text(matrices=True))
assert [x.verdict.answer for x in slip.lines][1] == "fails"

# %% [markdown]
# ## Which assumptions are enough?
# `symlam check --minimal FILE` finds the weakest subsets. Here a stronger assumption than needed was stated.

# %%
from pathlib import Path  # noqa: E402
from tempfile import TemporaryDirectory  # noqa: E402

from symlam.check import check_file  # noqa: E402

with TemporaryDirectory() as folder:
    path = Path(folder) / "strong.tex"
    path.write_text(source.replace("%! assume E[x e^T] = 0", "%! assume independent x, e\n%! assume E[e e^T] > 0"))
    strong = check_file(path, minimal=True)
print("unused:", strong.unused, " enough:", strong.minimal)
assert strong.minimal == [("independent x, e",)]

# %% [markdown]
# ## The same in Python

# %%
x, e = vector("x", "n"), vector("e", "n")
V, W = matrix("V", "n", "k"), matrix("W", "k", "n")
with derivation("denoising autoencoder", given=uncorrelated(x, e)) as step:
    step(msq(V * W * (x + e) - x))
    step("=", msq(V * W * x - x) + msq(V * W * e))
    step(">=", msq(V * W * e))
print(step.report.text())
assert step.report.exit_code == 0
