"""Decide a derivation line by line: follows, fails with an exact counterexample, or undecided.

`check_text` reads LaTeX with %! declarations, `derivation` and `check_steps` take the algebra's
own expressions, `check_file` takes a .tex, .md or .py file.  See docs/check.md.
"""

from symlam.check._file import check_file
from symlam.check._report import Block, Line, Report
from symlam.check._run import check_text
from symlam.check._script import Derivation, check_steps, derivation
from symlam.check._verdict import FAILS, FOLLOWS, UNDECIDED, Verdict, Violation

__all__ = [
    "FAILS",
    "FOLLOWS",
    "UNDECIDED",
    "Block",
    "Derivation",
    "Line",
    "Report",
    "Verdict",
    "Violation",
    "check_file",
    "check_steps",
    "check_text",
    "derivation",
]
