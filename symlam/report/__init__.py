"""The whole ledger with its evidence as one document: PDF, HTML or LaTeX.

`write_report` decides every claim (or reads what was decided from the same sources before), lets the kernel
check the theorems, draws the figures, and writes the file that the suffix asks for.  See docs/latex.md.
"""

from symlam.report._write import write_report

__all__ = ["write_report"]
