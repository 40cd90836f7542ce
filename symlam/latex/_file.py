"""A checked derivation as blocks: its own lines in the chosen notation, verdict and reason of each, counterexamples.

Lines of LaTeX keep the writer's form: only names, transposes and the expectation are rewritten, symbol by
symbol.  Lines of a script are printed as its expressions stand in the source.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from symlam.algebra import LinearForm, Matrix, Notation, Scalar, latex
from symlam.algebra._print import raised
from symlam.check._names import starred
from symlam.errors import SymlamError
from symlam.latex._blocks import Block, Chain, Heading, Inline, Paragraph, Row, code, words
from symlam.latex._claim import data_of
from symlam.latex._names import Names
from symlam.latex._prose import Prose
from symlam.latex._python import PythonWriter

_MARKS = {"follows": "", "fails": "This line fails: ", "undecided": "This line was not decided: "}
_SIGNS = {"=": "=", ">=": r"\ge", "<=": r"\le", "in": r"\in"}


def file_blocks(path: Path, notation: Notation) -> list[Block]:
    """The blocks of a file; SymlamError where `symlam check` cannot read it."""
    from symlam.check import check_file

    report = check_file(path)
    if path.suffix == ".py":
        return _script(report, path, notation)
    source = path.read_text(encoding="utf-8")
    return _latex(report, path, source, notation)


def _title(path: Path) -> Heading:
    return Heading((("text", "A derivation, line by line: "), *code(path.name)))


def _summary(report: Any) -> Paragraph:
    counts = ", ".join(f"{n} {a}" for a in ("follows", "fails", "undecided") if (n := report.count(a)))
    return Paragraph(words(f"Lines: {counts or 'none'}. Each was decided by symlam check."), "Verdicts.")


def _evidence(lines: list[Any], prose: Prose) -> list[Block]:
    out: list[Block] = []
    for i, x in lines:
        if x.verdict.counterexample is not None:
            out.append(
                Paragraph(words(f"Line {i}: exact data that satisfy the assumptions."), "Counterexample.")
            )
            out.append(data_of(x.verdict.counterexample.describe(), prose))
    return out


# ---- LaTeX and Markdown


def _latex(report: Any, path: Path, source: str, notation: Notation) -> list[Block]:
    from symlam.check._source import Declaration, read

    declarations = [
        d.text.strip() for d in read(source, markdown=path.suffix != ".tex") if isinstance(d, Declaration)
    ]
    rewrite = Rewriter(report, declarations, notation)
    out: list[Block] = [_title(path), _summary(report)]
    given = [rewrite.declaration(d) for d in declarations]
    stated = [d.removeprefix("assume").strip() for d in given if d.startswith("assume")]
    if stated:
        out.append(Paragraph(tuple(p for i, t in enumerate(stated) for p in _stated(t, i)), "Assumptions."))
    number = 0
    marked: list[tuple[int, Any]] = []
    first = tuple(f"%! {d}" for d in given)
    for block in report.blocks:
        rows: list[Any] = []
        for x in block.lines:
            number += 1
            marked.append((number, x))
            left, right = rewrite.sides(x)
            rows.append(
                Row(_reason(x, rewrite), "" if rows and not left else left, right, _SIGNS[x.relation])
            )
        if rows:
            out.append(Chain(tuple(rows), first))
            first = ()
    return [*out, *_evidence(marked, rewrite.prose)]


def _stated(text: str, index: int) -> Inline:
    m = re.match(r"(independent|uncorrelated|mean|rank|orthonormal)\s+(.*)", text)
    lead = ("; " if index else "") + (f"{m[1]} " if m else "")
    return (("text", lead), ("math", m[2] if m else text.replace(">=", r"\ge").replace("<=", r"\le")))


def _reason(x: Any, rewrite: Rewriter) -> Inline:
    v = x.verdict
    if v.answer != "follows":
        return words(_MARKS[v.answer] + v.rule.split(":")[0] + ",")
    if v.rule.startswith("definition"):
        return ()
    used: list[tuple[str, str]] = []
    for t in v.assumptions:
        used += [("text", ", " if used else ""), *_stated(rewrite.text(t), 0)]
    return (
        *rewrite.prose.inline(v.rule.split(":")[0]),
        *((*words(", as "), *used) if used else ()),
        *words(","),
    )


class Rewriter:
    """Rewrites names, transposes and expectations of a LaTeX derivation in a notation."""

    def __init__(self, report: Any, declarations: list[str], notation: Notation) -> None:
        from symlam.algebra._print import Latex
        from symlam.check._names import key, plain

        self.notation, self.style = notation, Latex(notation)
        self.kinds: dict[str, str] = {}
        for d in declarations:
            self._declared(d)
        self._key, self._plain = key, plain
        self._check()
        self.prose = Prose(notation, {plain(k): v for k, v in self.kinds.items()})

    def _declared(self, text: str) -> None:
        from symlam.check._names import key
        from symlam.check._parser import Place, parse

        word, _, rest = text.partition(" ")
        kind = {
            "dims": "dimension",
            "vector": "vector",
            "matrix": "matrix",
            "scalar": "scalar",
            "positive": "scalar",
        }.get(word)
        if word in ("let", "moment"):
            kind, rest = "formula", rest.partition("=")[0]
        if kind is None:
            return
        rest = rest.removeprefix("scalar ").partition(":")[0]
        for t in parse(rest, "names", Place(1, 1)).children:
            if getattr(t, "type", "") == "NAME":
                self.kinds[key(str(t))] = kind

    def _check(self) -> None:
        from symlam.latex._names import check_symbol

        taken: dict[str, str] = {}
        for k in self.kinds:
            name = self._plain(k)
            own = self.notation.symbols.get(name)
            if own is not None:
                check_symbol(name, own)
            shown = self._key(own or k)
            if shown in taken:
                raise SymlamError(
                    f"the notation writes {taken[shown]} and {name} both as {own or k}",
                    expected="a symbol of its own for every name",
                )
            taken[shown] = name

    def name(self, token: str) -> str:
        """One name as the notation writes it: its own symbol, bold where vectors or matrices are, else unchanged."""
        k = self._key(token)
        base = starred(k)
        if base is not None and self.kinds.get(base):
            shown = self.name(base)
            if "^" in shown:
                raise SymlamError(
                    f"the notation writes {self._plain(base)} as {shown}, of which {token} would be a second superscript",
                    expected="a symbol without a superscript",
                )
            return rf"{shown}^{{\star}}" if shown != base else token
        own = self.notation.symbols.get(self._plain(k))
        if own is not None:
            return own
        kind = self.kinds.get(k, "")
        bold = {"vector": self.notation.vectors, "matrix": self.notation.matrices}.get(kind) == "bold"
        return self.style.name(self._plain(k), kind) if bold else token

    def text(self, source: str) -> str:
        """A piece of a formula, everything but names, transposes and expectations as it was."""
        from symlam.check._parser import Place, ReadError, tokens

        try:
            found = tokens(source, Place(1, 1))
        except ReadError:
            return source
        out, at = [], 0
        for t in found:
            out.append(source[at : t.start_pos])
            new = str(t)
            if t.type == "NAME":
                new = self.name(new)
            elif t.type == "TRANSPOSE":
                new = f"^{{{self.notation.transpose}}}"
            elif t.type == "EXPECTATION":
                new = self.notation.expectation
            elif t.type in ("AMP", "ROW"):
                new = ""
            elif t.type in ("SUB", "SUP"):  # the letters under \min and \nabla
                new = re.sub(r"\\?[A-Za-z](?:_\w|_\{[^{}]*\})?", lambda m: self.name(m[0]), new)
            if (
                out
                and out[-1] == ""
                and len(out) > 1
                and new[:1].isalpha()
                and re.search(r"\\[A-Za-z]+$", out[-2])
            ):
                new = f" {new}"
            out.append(new)
            at = t.end_pos
        return "".join([*out, source[at:]])

    def declaration(self, text: str) -> str:
        """The text after %! in the notation."""
        word, space, rest = text.partition(" ")
        if word == "positive":
            return f"{word} scalar {self.text(rest.removeprefix('scalar').strip())}"
        if word in ("dims", "scalar"):
            return word + space + self.text(rest)
        if word in ("vector", "matrix"):
            names, _, sizes = rest.partition(":")
            return f"{word} {self.text(names).strip()} :{sizes}"
        if word in ("let", "moment", "assume"):
            m = re.match(
                r"(\s*(?:independent|uncorrelated|mean|rank|orthonormal)(?![A-Za-z]))(.*)", rest, re.DOTALL
            )
            return word + space + (m[1] + self.text(m[2]) if m else self.text(rest))
        return text

    def sides(self, line: Any) -> tuple[str, str]:
        """Left and right of the relation of a line, in the notation."""
        left, right = (self.text(_tidy(side)) for side in line.sides)
        return " ".join(left.split()), " ".join(right.split())


def _tidy(source: str) -> str:
    """Without labels, words and stretching brackets, which may lose their partner."""
    out = re.sub(
        r"\\(?:label|tag|text|intertext)\*?\s*\{[^{}]*\}|\\(?:notag|nonumber|quad|qquad)(?![A-Za-z])",
        "",
        source,
    )
    return re.sub(r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])\s*", "", out)


# ---- scripts


def _script(report: Any, path: Path, notation: Notation) -> list[Block]:
    names = Names()
    for x in report.lines:
        for v in x.shown:
            if isinstance(v, Matrix | Scalar | LinearForm):
                names.add(v)
    for a in report.given:
        names.add(a)
    names.check(notation)
    prose = Prose(notation, names.kinds())
    out: list[Block] = [_title(path), _summary(report)]
    if report.given:
        pieces: list[tuple[str, str]] = []
        for a in report.given:
            pieces += [("text", ", " if pieces else ""), *prose.inline(a.text)]
        out.append(Paragraph((*pieces, ("text", ".")), "Assumptions."))
    number = 0
    marked: list[tuple[int, Any]] = []
    writer = PythonWriter(path.read_text(encoding="utf-8"), notation)
    for block in report.blocks:
        rows: list[Any] = []
        for x in block.lines:
            number += 1
            marked.append((number, x))
            for left, right in _printed(x, writer, first=not rows):
                rows.append(Row(_script_reason(x, prose), left, right, _SIGNS[x.relation]))
        out.append(Chain(tuple(rows)))
    return [*out, *_evidence(marked, prose)]


def _script_reason(x: Any, prose: Prose) -> Inline:
    v = x.verdict
    if v.answer != "follows":
        return words(_MARKS[v.answer] + v.rule.split(":")[0] + ",")
    if v.rule in ("the first line",):
        return ()
    used: list[tuple[str, str]] = []
    for t in v.assumptions:
        used += [("text", ", " if used else ""), *prose.inline(t)]
    return (*prose.inline(v.rule.split(":")[0]), *((*words(", as "), *used) if used else ()), *words(","))


def _printed(x: Any, writer: PythonWriter, *, first: bool) -> list[tuple[str, str]]:
    """Left and right side of a line of a script."""
    loss = r"\mathcal{L}"
    kind, *parts = x.shown

    def show(v: Any) -> str:
        return writer.written(x.source_line, v, x.scope) or latex(v, notation=writer.notation)

    if kind == "gradient":
        return [(rf"\nabla_{{{show(parts[0])}}} {loss}", show(parts[1]))]
    if kind == "minimiser":
        return [(raised(show(k), r"\star"), show(v)) for k, v in zip(parts[0::2], parts[1::2], strict=True)]
    if kind == "minimum":
        return [(rf"\min_{{{', '.join(map(show, parts[:-1]))}}} {loss}", show(parts[-1]))]
    return [(loss if first else "", show(parts[0]))]
