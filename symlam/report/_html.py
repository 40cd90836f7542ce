"""Blocks as one HTML file: MathML, pictures and style inside, nothing fetched from anywhere."""

from __future__ import annotations

import base64
import html
import re
from functools import lru_cache
from typing import Any

from symlam.errors import SymlamError
from symlam.latex._blocks import (
    Block,
    Chain,
    Display,
    Figure,
    Heading,
    Inline,
    Items,
    Matrices,
    Paragraph,
    Table,
    matrix,
    number,
)
from symlam.latex._breaking import rows

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.35rem; margin-top: 2.4rem; border-bottom: 1px solid #ccc; }
h3 { font-size: 1.12rem; margin-top: 2.2rem; } code { font-size: 0.92em; overflow-wrap: anywhere; }
nav { font-size: 0.92rem; } nav a { margin-right: 0.7rem; white-space: nowrap; } p, li { overflow-wrap: break-word; }
.wide { overflow-x: auto; } table.data { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; margin: 1rem 0; }
table.data th { text-align: left; border-bottom: 1px solid; font-weight: 600; } table.data td, table.data th { padding: 0.2rem 0.7rem 0.2rem 0; vertical-align: top; }
table.data caption { text-align: left; padding-bottom: 0.3rem; } table.chain { margin: 0.8rem 0 0.8rem 1rem; border-spacing: 0.3rem 0.25rem; }
table.chain td { vertical-align: baseline; } table.chain math { display: math; }
table.chain td.left { text-align: right; white-space: nowrap; } .reason { color: #444; }
.matrices { display: flex; flex-wrap: wrap; gap: 0.7rem 1.5rem; align-items: center; margin: 0.6rem 0 0.6rem 1rem; }
.display { text-align: center; margin: 0.7rem 0; overflow-x: auto; } figure { margin: 1.4rem 0; } figure img { max-width: 100%; } figcaption { color: #444; }
"""


# upright, as LaTeX sets them
_CAPITAL_GREEK = re.compile(r"<mi>(&#x003(?:9[1-9A-F]|A[0-9]);)</mi>")


@lru_cache(maxsize=1 << 14)
def mathml(latex: str, *, display: bool = False) -> str:
    """A formula as MathML; SymlamError where latex2mathml is missing."""
    try:
        from latex2mathml.converter import convert
    except ImportError:
        raise SymlamError(
            "latex2mathml is not installed, so there are no formulas for HTML",
            hint="pip install 'symlam[docs]'",
        ) from None
    # bars that stretch would stand lower where they carry an exponent
    latex = latex.replace(r"\lVert", r"\|").replace(r"\rVert", r"\|")
    out = convert(latex, display="block" if display else "inline")
    return _CAPITAL_GREEK.sub(r'<mi mathvariant="normal">\1</mi>', out)


def inline(text: Inline) -> str:
    """Pieces of text."""
    out = []
    for kind, t in text:
        if kind == "math":
            # long formulas in pieces, so that a line can end between them
            out.append(" ".join(mathml(r) for r in rows(t, 30)))
        elif kind == "code":
            out.append(f"<code>{html.escape(t)}</code>")
        elif kind == "text":
            out.append(html.escape(t))
    return "".join(out)


def block(b: Block) -> str:
    """One block."""
    if isinstance(b, Heading):
        where = f' id="{html.escape(b.label)}"' if b.label else ""
        return f"<h{b.level + 1}{where}>{inline(b.text)}</h{b.level + 1}>"
    if isinstance(b, Paragraph):
        title = f"<strong>{html.escape(b.title)}</strong> " if b.title else ""
        return f"<p>{title}{inline(b.text)}</p>"
    if isinstance(b, Items):
        return "<ul>" + "".join(f"<li>{inline(i)}</li>" for i in b.items) + "</ul>"
    if isinstance(b, Chain):
        return _chain(b)
    if isinstance(b, Display):
        return f'<div class="display">{mathml(b.formula, display=True)}</div>'
    if isinstance(b, Matrices):
        shown = (f"{n} = {number(v) if isinstance(v, str) else matrix(v)}" for n, v in b.values)
        return '<div class="matrices">' + "".join(f"<span>{mathml(s)}</span>" for s in shown) + "</div>"
    if isinstance(b, Table):
        return _table(b)
    return _figure(b)


def _chain(b: Chain) -> str:
    out = []
    for r in b.rows:
        if "".join(t for _, t in r.reason).strip():
            out.append(f'<tr><td colspan="3" class="reason">{inline(r.reason)}</td></tr>')
        left = mathml(r.left, display=True) if r.left else ""
        pieces = [mathml(p, display=True) for p in rows(r.right, 46)]
        out.append(f'<tr><td class="left">{left}</td><td>{mathml(r.relation)}</td><td>{pieces[0]}</td></tr>')
        out += [f"<tr><td></td><td></td><td>{p}</td></tr>" for p in pieces[1:]]
    return '<div class="wide"><table class="chain">' + "".join(out) + "</table></div>"


def _table(b: Table) -> str:
    caption = f"<caption>{inline(b.caption)}</caption>" if b.caption else ""
    head = "".join(f"<th>{inline(h)}</th>" for h in b.header)
    body = "".join("<tr>" + "".join(f"<td>{inline(c)}</td>" for c in row) + "</tr>" for row in b.body)
    return f'<div class="wide"><table class="data">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _figure(b: Figure) -> str:
    data = base64.b64encode(b.data["png"]).decode()
    words = html.escape("".join(t for _, t in b.caption))
    return f'<figure><img alt="{words}" src="data:image/png;base64,{data}"><figcaption>{inline(b.caption)}</figcaption></figure>'


def page(blocks: list[Block], title: str) -> str:
    """The whole file."""
    links: list[Any] = [b for b in blocks if isinstance(b, Heading) and b.label]
    nav = " ".join(
        f'<a href="#{html.escape(h.label)}">{html.escape(h.label.partition(":")[2])}</a>' for h in links
    )
    body = "\n".join(map(block, blocks))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        f"<h1>{html.escape(title)}</h1>\n<nav>{nav}</nav>\n{body}\n</body>\n</html>\n"
    )
