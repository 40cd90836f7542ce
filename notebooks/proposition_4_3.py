# %% [markdown]
# # Proposition 4.3: what data augmentation settles
#
# Printed: with a shared shift κ₁ of both frames in the encoder and κ₂ in the forward model, the optimum has `A = I` and
# `C + D = 0`. The value is right; that *every* optimum looks so needs more than what is printed.

# %%
from symlam.check import check_text
from symlam.claims import derivation_files, printed_lines
from symlam.models import augmented_lam
from symlam.objective import derive

# %%
for step in derive(augmented_lam()).steps:
    print(step)

# %% [markdown]
# ## The printed proof
# One line does not follow. The checker shows another minimiser, in exact numbers.

# %%
failing = [x for x in printed_lines("P4.3") if x.verdict != "follows"]
for line in failing:
    print(f"{line.file}:{line.source_line}: {line.verdict}: {line.source}")
assert [x.decides for x in failing] == [("P4.3.a", "P4.3.b")]

# %%
printed, repaired = derivation_files("P4.3")
print(check_text(printed.read_text(), name=printed.name).text(matrices=True)[-900:])

# %% [markdown]
# ## The repaired form
# With E[κ₂ κ₂'] > 0 the A is settled, and every line follows. Take the hypothesis away and it does not.

# %%
source = repaired.read_text()
assert check_text(source).exit_code == 0
weaker = source.replace(r"%! assume E[\kappa_2 \kappa_2^T] > 0", "")
assert weaker != source and check_text(weaker).exit_code == 1
print(repaired.name, "follows; without the definite augmentation it does not")
