"""The parts of a file that matter: declarations, and rows of displayed mathematics, with their positions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symlam.errors import SymlamError

MAX_SIZE = 1_000_000  # characters
_ENVIRONMENTS = ("align", "equation", "gather", "multline", "eqnarray", "alignat", "flalign", "displaymath")
_OPEN = re.compile(
    r"\\begin\s*\{(?P<name>(?:"
    + "|".join(_ENVIRONMENTS)
    + r")\*?)\}(?:\{\d+\})?|(?P<bracket>(?<!\\)\\\[)|(?P<dollars>\$\$)"
)
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)[ \t]*\{?[ \t]*\.?(\w*)", re.MULTILINE)
_INNER = re.compile(r"\\(?:begin|end)\s*\{(?:aligned|split|gathered|alignedat)\}(?:\{\d+\})?(?:\[[a-z]\])?")
_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_DECLARATION = re.compile(r"%!(?P<text>[^\n]*)")


@dataclass(frozen=True)
class Declaration:
    """The text after %! and where it starts in the source."""

    text: str
    offset: int


@dataclass(frozen=True)
class Display:
    """The inside of one displayed environment, and where it starts in the source."""

    text: str
    offset: int
    labels: tuple[tuple[int, str], ...]


def position(source: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    return source.count("\n", 0, offset) + 1, offset - (source.rfind("\n", 0, offset) + 1) + 1


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _comments(text: str) -> str:
    """Blank out comments that are no declarations, so that nothing inside them counts."""
    return re.sub(r"(?<!\\)((?:\\\\)*)%(?!!)[^\n]*", lambda m: m[1] + " " * (len(m[0]) - len(m[1])), text)


def _fenced(source: str) -> str:
    """Only the fenced blocks of a Markdown file, everything else blanked out."""
    out, at = [], 0
    fences = list(_FENCE.finditer(source))
    i = 0
    while i < len(fences):
        begin = fences[i]
        end = next((f for f in fences[i + 1 :] if f[1][:3] == begin[1][:3] and not f[2]), None)
        if end is None:
            line, _ = position(source, begin.start())
            raise SymlamError(f"line {line}: the fenced block is not closed", expected=begin[1])
        start = source.find("\n", begin.end())
        if begin[2].lower() in ("latex", "tex", "symlam", "math"):
            out.append(_blank(source[at:start]))
            out.append(source[start : end.start()])
            at = end.start()
        i = fences.index(end) + 1
    out.append(_blank(source[at:]))
    return "".join(out)


def read(source: str, *, markdown: bool = False) -> list[Declaration | Display]:
    r"""Declarations and displays in the order in which they stand.

    Raises SymlamError for an environment or a fenced block that is not closed.

    >>> [type(p).__name__ for p in read("%! dims n\n\\begin{align} x &= y \\end{align}")]
    ['Declaration', 'Display']
    """
    if len(source) > MAX_SIZE:
        raise SymlamError(f"the file has {len(source)} characters", expected=f"{MAX_SIZE} at most")
    if "\r" in source:
        source = source.replace("\r\n", " \n").replace("\r", "\n")
    text = _comments(_fenced(source) if markdown else source)
    out: list[Declaration | Display] = []
    for found in _DECLARATION.finditer(text):
        out.append(Declaration(found["text"], found.start("text")))
    hidden = _DECLARATION.sub(lambda m: " " * len(m[0]), text)
    at = 0
    while (m := _OPEN.search(hidden, at)) is not None:
        close = rf"\end{{{m['name']}}}" if m["name"] else r"\]" if m["bracket"] else "$$"
        end = hidden.find(close, m.end())
        if end < 0:
            line, column = position(source, m.start())
            raise SymlamError(f"line {line}, column {column}: {m[0]} is not closed", expected=close)
        inside = _INNER.sub(lambda k: " " * len(k[0]), hidden[m.end() : end])
        labels = tuple((m.end() + k.start(), k[1].strip()) for k in _LABEL.finditer(inside))
        out.append(Display(inside, m.end(), labels))
        at = end + len(close)
    return sorted(out, key=lambda p: p.offset)
