"""LaTeX of claims and derivations, in the notation of the reader's paper.

`latex_of_claim` and `latex_of_file` give whole documents; single objects have `_repr_latex_`, and
`symlam.algebra.latex` prints expressions.  See docs/latex.md.
"""

from symlam.algebra import Notation, latex
from symlam.latex._document import STYLES
from symlam.latex._toml import load_notation
from symlam.latex._write import latex_of_claim, latex_of_file

__all__ = ["STYLES", "Notation", "latex", "latex_of_claim", "latex_of_file", "load_notation"]
