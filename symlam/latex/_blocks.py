"""A small document: headings, paragraphs, chains of formulas, matrices, tables, figures; and its LaTeX.

Text inside a block is a tuple of pieces ("text", words), ("math", LaTeX), ("code", words as they are) or ("cite", key).
`symlam.report` renders the same blocks as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from symlam.latex._breaking import breakable, rows, width
from symlam.latex._prose import escape

Inline = tuple[tuple[str, str], ...]


def words(text: str) -> Inline:
    """Plain words."""
    return (("text", text),)


def code(text: str) -> Inline:
    """A command or a name, as it is typed."""
    return (("code", text),)


@dataclass(frozen=True)
class Heading:
    """A heading of level 1, 2 or 3, and what links to it."""

    text: Inline
    level: int = 1
    label: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text, under a bold title where there is one."""

    text: Inline
    title: str = ""


@dataclass(frozen=True)
class Items:
    """A list of short texts."""

    items: tuple[Inline, ...]


@dataclass(frozen=True)
class Row:
    """One line of a chain: why it follows, and what stands left and right of the relation."""

    reason: Inline
    left: str
    right: str
    relation: str = "="


@dataclass(frozen=True)
class Chain:
    """A derivation; ``declarations`` are comment lines that `symlam check` reads."""

    rows: tuple[Row, ...]
    declarations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Display:
    """One formula on a line of its own that is no line of a derivation."""

    formula: str


@dataclass(frozen=True)
class Matrices:
    """Exact matrices and numbers by name (LaTeX)."""

    values: tuple[tuple[str, str | tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True)
class Table:
    """A table; ``widths`` are column widths in em, 0 for as wide as the text."""

    header: tuple[Inline, ...]
    body: tuple[tuple[Inline, ...], ...]
    widths: tuple[float, ...]
    caption: Inline = ()


@dataclass(frozen=True)
class Figure:
    """A picture (file name without suffix, and its bytes by suffix) with a caption."""

    name: str
    caption: Inline
    width: float = 1.0  # of the line
    data: dict[str, bytes] = field(compare=False, default_factory=dict)


Block = Heading | Paragraph | Items | Chain | Display | Matrices | Table | Figure


# ---- LaTeX


def latex_blocks(blocks: Iterable[Block], *, limit: float, sections: bool = True) -> str:
    """Blocks in LaTeX; a paragraph does not end before a formula or a list."""
    out = ""
    for b in blocks:
        joined = isinstance(b, Chain | Display | Matrices | Items)
        out += ("\n" if joined else "\n\n") * bool(out) + latex_block(b, limit=limit, sections=sections)
    return out


def latex_inline(text: Inline) -> str:
    """Pieces of text in LaTeX."""
    return "".join(_piece(kind, t) for kind, t in text)


def _piece(kind: str, text: str) -> str:
    if kind == "math":
        return f"${breakable(text)}$"
    if kind == "cite":
        return rf"~\cite{{{text}}}"
    if kind == "code":
        shown = (
            escape(text)
            .replace("-", "{-}")
            .replace(r"\_", r"\_\allowbreak{}")
            .replace("/", r"/\allowbreak{}")
        )
        return rf"\texttt{{{shown}}}"
    return escape(text)


def latex_block(block: Block, *, limit: float, sections: bool = True) -> str:
    """One block in LaTeX; chains are broken at ``limit`` ems."""
    if isinstance(block, Heading):
        if not sections:
            return rf"\paragraph{{{latex_inline(block.text)}}}"
        name = ("section", "subsection", "subsubsection")[block.level - 1]
        label = rf"\label{{{block.label}}}" if block.label else ""
        return rf"\{name}{{{_heading(block.text)}}}{label}"
    if isinstance(block, Paragraph):
        title = rf"\paragraph{{{escape(block.title)}}} " if block.title else ""
        return title + latex_inline(block.text)
    if isinstance(block, Items):
        inner = "\n".join(rf"  \item {latex_inline(i)}" for i in block.items)
        return f"\\begin{{itemize}}\n{inner}\n\\end{{itemize}}"
    if isinstance(block, Chain):
        return chain(block, limit)
    if isinstance(block, Display):
        # inline and centred: a display would count as a line of a derivation, and it may break at signs
        return rf"\begin{{center}}$\displaystyle {breakable(block.formula)}$\end{{center}}"
    if isinstance(block, Matrices):
        return matrices(block)
    if isinstance(block, Table):
        return _table(block)
    caption = rf"\caption{{{latex_inline(block.caption)}}}" if block.caption else ""
    return (
        "\\begin{figure}[htbp]\n\\centering\n"
        rf"\includegraphics[width={block.width:g}\linewidth,height=0.82\textheight,keepaspectratio]{{{block.name}}}"
        f"\n{caption}\n\\end{{figure}}"
    )


def _heading(text: Inline) -> str:
    # formulas in headings go to the bookmarks too, which cannot show them
    return "".join(_piece(k, t) if k != "math" else rf"\texorpdfstring{{${t}$}}{{...}}" for k, t in text)


def chain(block: Chain, limit: float) -> str:
    r"""A derivation as align*: the reason of a line stands before it.

    >>> print(chain(Chain((Row((), "x", "y"), Row(words("because"), "", "z"))), 40))
    \begin{align*}
      x &= y \\
      \intertext{because}
        &= z
    \end{align*}
    """
    out: list[str] = []
    before = ""
    for r in block.rows:
        if r.reason and not out:
            before = latex_inline(r.reason) + "\n"
        elif r.reason:
            out.append(rf"  \intertext{{{latex_inline(r.reason)}}}")
        room = limit - width(f"{r.left} {r.relation} ") - 1
        if r.left and not out:
            room = limit - max(width(x.left) for x in block.rows) - 2
        pieces = rows(r.right, max(room, 8))
        out.append(
            f"  {r.left or '  '}&{r.relation} {pieces[0]} \\\\".replace("  &", " &", 1)
            if not r.left
            else f"  {r.left} &{r.relation} {pieces[0]} \\\\"
        )
        out += [rf"    &\qquad {p} \\" for p in pieces[1:]]
    body = "\n".join(out).removesuffix(r" \\")
    head = "".join(f"{d}\n" for d in block.declarations)
    return f"{before}{head}\\begin{{align*}}\n{body}\n\\end{{align*}}"


def number(text: str) -> str:
    r"""An exact rational.

    >>> number("-3/4"), number("2")
    ('-\\tfrac{3}{4}', '2')
    """
    m = re.fullmatch(r"(-?)(\d+)/(\d+)", text)
    return rf"{m[1]}\tfrac{{{m[2]}}}{{{m[3]}}}" if m else text


def matrix(rows_of: tuple[tuple[str, ...], ...]) -> str:
    """Rows of numbers as a matrix; a 1 x 1 matrix as its number."""
    if len(rows_of) == 1 and len(rows_of[0]) == 1:
        return number(rows_of[0][0])
    inner = r" \\ ".join(" & ".join(map(number, r)) for r in rows_of)
    return rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}"


def matrices(block: Matrices) -> str:
    """Matrices side by side, as many as a line takes."""
    out = []
    for name, value in block.values:
        shown = number(value) if isinstance(value, str) else matrix(value)
        out.append(rf"$\displaystyle {name} = {shown}$")
    # not in displays: those would count as lines of a derivation
    joined = ",\\quad\n  ".join(out)
    return (
        "\\begin{center}\\setlength{\\lineskip}{6pt}\\setlength{\\lineskiplimit}{4pt}\\tolerance=9999\n  "
        f"{joined}\n\\end{{center}}"
    )


def _table(block: Table) -> str:
    columns = "".join("l" if not w else rf">{{\raggedright\arraybackslash}}p{{{w}em}}" for w in block.widths)
    lines = [r"\begin{longtable}{@{}" + columns + "@{}}"]
    if block.caption:
        lines.append(rf"\caption{{{latex_inline(block.caption)}}}\\")
    header = " & ".join(latex_inline(h) for h in block.header)
    lines += [r"\toprule", header + r" \\", r"\midrule", r"\endhead"]
    lines += [" & ".join(latex_inline(c) for c in row) + r" \\" for row in block.body]
    lines += [r"\bottomrule", r"\end{longtable}"]
    return "\n".join(lines)
