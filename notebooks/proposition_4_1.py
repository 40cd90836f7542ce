# %% [markdown]
# # Proposition 4.1: the forward model absorbs what the observation explains
#
# Printed (arXiv 2506.15691, Section 4.1): if the change is uncorrelated with the observation, `A = I - B (C + D)` is
# optimal and what is left of the loss is `E|(B D - I)(q + ε)|²`.

# %%
from symlam.claims import claim_report, printed_lines
from symlam.models import linear_lam
from symlam.models.letters import A
from symlam.objective import derive

# %% [markdown]
# ## The derivation, line by line
# Each line is checked by a normal form when it is made and names the assumptions that it used.

# %%
steps = derive(linear_lam()).steps
for step in steps:
    print(step)
assert steps[1].assumptions and steps[2].choice[A] is not None

# %% [markdown]
# ## The printed proof
# The LaTeX of the paper, read by the checker, which knows nothing of the ledger.

# %%
for line in printed_lines("P4.1"):
    print(f"{line.file}:{line.source_line}: {line.verdict} {' '.join(line.decides)}")
assert {line.verdict for line in printed_lines("P4.1")} == {"follows"}

# %% [markdown]
# ## Clause by clause
# The proposition holds as printed. Two things around it do not: the reason given for it (that the optimal A has full
# rank), and uniqueness, which needs E[o o'] > 0. Both come with exact data.

# %%
report = claim_report("P4.1", digits=30)
for part in report["parts"]:
    print(part["name"], part["role"], part["verdict"], "|", part["statement"])
assert report["verdict"] == "holds" and report["evidence"]["lines"]["status"] == "agrees"

# %%
remark = next(p for p in report["parts"] if p["role"] == "remark")
print("unique if", remark["hypotheses"])
print("a second optimum without it:", remark["counterexample"]["matrices"], remark["counterexample"]["moments"])
assert remark["hypotheses"] and remark["counterexample"]
