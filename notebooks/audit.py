# %% [markdown]
# # The printed claims, audited
#
# Every claim of the linear LAM paper that has a printed derivation: what the line-by-line checker says of the derivation
# as printed, and the exact data on which a line fails. The whole ledger, with agreement and theorems, is `symlam verify`.

# %%
from collections import Counter

from symlam.check import check_file
from symlam.claims import claim_report, derivation_files, ledger, printed_lines

# %%
with_files = [i for i in ledger() if derivation_files(i)]
for identifier in with_files:
    printed = [x for x in printed_lines(identifier) if not x.repaired]
    count = Counter(x.verdict for x in printed)
    print(f"{identifier:6} {ledger()[identifier].title:45} {dict(count)}")
assert {i for i in with_files if any(x.verdict == "fails" for x in printed_lines(i))} == {"D1", "P4.3", "P4.4", "S3"}

# %% [markdown]
# ## Equation (8)
# The stationary A under a policy, as printed: a transposed factor. The derivative does not vanish there.

# %%
report = check_file(derivation_files("D1")[0])
wrong = next(x for x in report.lines if x.verdict.answer == "fails")
print(wrong.source)
shown = wrong.verdict.counterexample.describe()
for name in ("dimensions", "matrices", "moments", "left", "right", "also"):
    print(name, shown.get(name))
assert shown["left"] != shown["right"]

# %% [markdown]
# ## The repaired forms
# Each follows line by line under hypotheses that are all needed.

# %%
repaired = [p for i in with_files for p in derivation_files(i) if p.stem.endswith("-repaired")]
for path in repaired:
    found = check_file(path)
    print(path.name, len(found.lines), "lines, exit code", found.exit_code)
    assert found.exit_code == 0

# %% [markdown]
# ## Checker and ledger are two sources
# A claim is complete only where they agree on every clause that a line decides.

# %%
for identifier in ("S1", "S2", "D1"):
    result = claim_report(identifier, digits=20)
    print(identifier, result["verdict"], "| lines:", result["evidence"]["lines"]["status"])
    assert result["evidence"]["lines"]["status"] == "agrees"
