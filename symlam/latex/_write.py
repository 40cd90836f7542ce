"""Whole documents from a claim or from a derivation in a file."""

from __future__ import annotations

from pathlib import Path

from symlam.algebra import Notation
from symlam.latex._document import document


def latex_of_claim(
    identifier: str, *, notation: Notation | None = None, style: str = "article", formal: bool = False
) -> str:
    r"""A claim of the ledger, decided now, as LaTeX: statement, derivation, optimum, counterexample, theorems.

    With ``formal`` the kernel checks the theorems in this run; without, they are named as not checked.
    Raises SymlamError for an unknown claim or style, and for a notation in which two names look alike.

    >>> print(latex_of_claim("S1", style="bare").splitlines()[1])
    % needs \usepackage{amsmath,amssymb}
    """
    from symlam.claims import claim, claim_report
    from symlam.latex._claim import ClaimWriter, unchecked_theorems
    from symlam.latex._document import check_style

    check_style(style)
    c = claim(identifier)
    notation = notation or Notation()
    report = claim_report(c.id, agreement=False)
    report["evidence"]["formal"] = unchecked_theorems(c.id)
    if formal:
        from symlam.evidence.formal import formal_evidence

        report["evidence"]["formal"] = formal_evidence([c.id])[c.id].as_dict()
    writer = ClaimWriter(c, report, notation)
    return document(writer.blocks(), style=style)


def latex_of_file(path: str | Path, *, notation: Notation | None = None, style: str = "article") -> str:
    """The derivation in a .tex, .md or .py file as LaTeX: every line with its verdict and the reason.

    Raises SymlamError for a file that `symlam check` cannot read, and for a clash of notation.
    """
    from symlam.latex._document import check_style
    from symlam.latex._file import file_blocks

    check_style(style)
    return document(file_blocks(Path(path), notation or Notation()), style=style)
