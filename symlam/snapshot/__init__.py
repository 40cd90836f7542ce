"""What the library derives, as a lock file; and whether a later derivation is mathematically the same.

See docs/testing.md; the command is ``symlam snapshot``.
"""

from symlam.snapshot._compare import Change, compare
from symlam.snapshot._record import read_snapshot, record, to_text

__all__ = ["Change", "compare", "read_snapshot", "record", "to_text"]
