"""Record the statements and definitions of proofs/ in proofs/statements.json, for the audit to compare with.

Run it after changing a definition or a statement on purpose, and review the diff of the record: it shows what the
theorems now say.
"""

from pathlib import Path

from symlam.evidence._audit_ledger import write_record

if __name__ == "__main__":
    print(f"written: {write_record(Path(__file__).resolve().parent.parent / 'proofs').name}")
