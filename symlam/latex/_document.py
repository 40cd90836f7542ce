r"""Documents: the preamble of a style around blocks.

``article`` and ``neurips`` compile on their own; ``bare`` is for \input into a paper that loads amsmath and amssymb.
``neurips`` uses neurips_2025.sty where LaTeX finds it, else the same text width.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symlam.errors import SymlamError
from symlam.latex._blocks import Block, Chain, latex_blocks
from symlam.latex._prose import escape

SOURCES = {
    "zhang2025": "C. Zhang, T. Pearce, P. Zhang, K. Wang, X. Chen, W. Shen, L. Zhao, J. Bian. "
    r"\emph{What Do Latent Action Models Actually Learn?} NeurIPS 2025, arXiv 2506.15691.",
    "lee2026": "Lee, Cho, Zhao, Lee. "
    r"\emph{Why Latent Actions Fail, and How to Prevent It.} NeurIPS 2026, arXiv 2605.20223.",
}
_CORE = r"""\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb}
\setlength{\emergencystretch}{4em}
\providecommand{\texorpdfstring}[2]{#1}
"""


@dataclass(frozen=True)
class _Style:
    preamble: str
    limit: float  # em of a line
    whole: bool


STYLES = {
    "article": _Style(
        "\\documentclass{article}\n" + _CORE + "\\usepackage[a4paper,margin=28mm]{geometry}\n", 40.0, True
    ),
    "neurips": _Style(
        "\\documentclass{article}\n"
        + _CORE
        + "% the official style where it is installed; the same measure where it is not\n"
        "\\IfFileExists{neurips_2025.sty}{\\usepackage[preprint]{neurips_2025}}%\n"
        "  {\\usepackage[letterpaper,textwidth=5.5in,textheight=9in]{geometry}}\n",
        36.5,
        True,
    ),
    "bare": _Style("% needs \\usepackage{amsmath,amssymb}\n", 31.0, False),
}


def check_style(style: str) -> None:
    """SymlamError for an unknown style."""
    if style not in STYLES:
        raise SymlamError(f"style {style!r}", expected="one of " + ", ".join(STYLES))


def document(blocks: Iterable[Block], *, style: str = "article", title: str = "") -> str:
    """Blocks as a document in a style; raises SymlamError for an unknown one."""
    check_style(style)
    s = STYLES[style]
    body = latex_blocks(blocks, limit=s.limit, sections=s.whole)
    head = "% Written by symlam. Its derivations can be checked line by line: symlam check THIS-FILE\n"
    if not s.whole:
        plain = body  # the paper has a bibliography of its own
        for key in SOURCES:
            plain = plain.replace(rf"~\cite{{{key}}}", "")
        return f"{head}{s.preamble}\\begingroup\\emergencystretch=4em\n\n{plain}\n\n\\endgroup\n"
    top = f"\\title{{{escape(title)}}}\n\\author{{}}\n\\date{{}}\n" if title else ""
    return (
        f"{head}{s.preamble}{top}\\begin{{document}}\n"
        + ("\\maketitle\n" if title else "")
        + f"\n{body}\n\n"
        + bibliography(body)
        + "\\end{document}\n"
    )


def bibliography(body: str) -> str:
    """The sources that a text cites, as an environment; "" when it cites none."""
    cited = [key for key in SOURCES if f"\\cite{{{key}}}" in body]
    items = "".join(f"\\bibitem{{{key}}} {SOURCES[key]}\n" for key in cited)
    return f"\\begin{{thebibliography}}{{1}}\n{items}\\end{{thebibliography}}\n" if cited else ""


def declared(blocks: Iterable[Block]) -> list[str]:
    """The %! lines of all derivations."""
    return [d for b in blocks if isinstance(b, Chain) for d in b.declarations]
