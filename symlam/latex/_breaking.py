r"""Rows of a long formula: how wide LaTeX will set it, and where it may be broken.

Widths are estimates in ems of the text font, on the safe side; rows are broken at signs, outside brackets
first, inside the outermost ones where that is not enough.
"""

from __future__ import annotations

import itertools
import re

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[\^_]\{|[\^_]|[{}]|.", re.DOTALL)
_NOTHING = {
    "\\left", "\\right", "\\mathbb", "\\mathbf", "\\mathrm", "\\mathsf", "\\mathcal", "\\boldsymbol", "\\bm",
    "\\operatorname", "\\tfrac", "\\frac", "\\displaystyle", "\\hat", "\\tilde", "\\bar", "\\text",
}  # fmt: skip
_WIDE = {"\\min": 1.9, "\\max": 1.9, "\\sum": 1.5, "\\qquad": 2.0, "\\quad": 1.0, "\\,": 0.2, "\\ ": 0.3}
_OPEN, _CLOSE = ("(", "[", "{", "\\lVert", "\\{"), (")", "]", "}", "\\rVert", "\\}")


def width(latex: str) -> float:
    r"""About how wide a formula is, in ems.

    >>> width("A") < width("A + B") < width(r"\mathbb{E}\lVert A + B \rVert^2")
    True
    """
    out, scale, stack = 0.0, 1.0, []
    small = False
    for t in _TOKEN.findall(latex):
        if t in ("^{", "_{"):
            stack.append(scale)
            scale *= 0.72
            continue
        if t in ("^", "_"):
            small = True
            continue
        if t == "{":
            stack.append(scale)
        elif t == "}":
            scale = stack.pop() if stack else 1.0
        elif t in _NOTHING or t.isspace():
            continue
        elif t in ("+", "-", "=", "<", ">", "\\le", "\\ge", "\\succ", "\\in", "\\to"):
            out += (1.35 if scale == 1 else 0.8) * scale
        elif t in ("(", ")", "[", "]", ",", ".", "'", "|") or t in ("\\lVert", "\\rVert", "\\|"):
            out += 0.48 * scale
        else:
            out += (
                _WIDE.get(t, 0.76 if t.startswith("\\") or t.isupper() else 0.6)
                * scale
                * (0.72 if small else 1)
            )
        small = False
    return out


def breakable(latex: str) -> str:
    r"""A formula inside a text: where it is long, without the stretching brackets in which no line can end, and with leave to end after /.

    >>> breakable(r"\left(A\right)")
    '\\left(A\\right)'
    """
    if width(latex) <= 15:
        return latex
    return re.sub(r"\\(left|right)(?![A-Za-z])", "", latex).replace("/", r"/\allowbreak ")


def _splits(latex: str, depth: int) -> list[int]:
    """Where a sign with a space on both sides stands inside exactly ``depth`` brackets."""
    out, level = [], 0
    norms = False
    for m in _TOKEN.finditer(latex):
        t = m[0]
        if t in _OPEN or t in ("^{", "_{"):
            level += 1
        elif t in _CLOSE:
            level -= 1
        elif t == "\\|":
            level += -1 if norms else 1
            norms = not norms
        elif (
            t in "+-"
            and level == depth
            and latex[m.start() - 1 : m.start()] == " "
            and latex[m.end() : m.end() + 1] == " "
        ):
            out.append(m.start())
    return out


def rows(latex: str, limit: float) -> list[str]:
    r"""The formula in rows no wider than ``limit`` ems where signs allow it; all but the first start with one.

    >>> rows("A + B", 100)
    ['A + B']
    >>> rows("A + B - C", 4)
    ['A + B', '- C']
    """
    out = [latex]
    for depth in range(4):
        if all(width(r) <= limit for r in out):
            return out
        # a bracket that is broken over rows cannot stretch
        plain = [r if width(r) <= limit else r.replace("\\left", "").replace("\\right", "") for r in out]
        out = [piece for r in (plain if depth else out) for piece in _fill(r, limit, depth)]
    return out


def _fill(row: str, limit: float, depth: int) -> list[str]:
    if width(row) <= limit:
        return [row]
    at = [0, *[i for i in _splits(row, depth) if i > 0], len(row)]
    pieces = [row[i:j].strip() for i, j in itertools.pairwise(at)]
    out: list[str] = []
    for p in pieces:
        if out and width(f"{out[-1]} {p}") <= limit:
            out[-1] = f"{out[-1]} {p}"
        else:
            out.append(p)
    return out
