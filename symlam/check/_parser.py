"""From text to trees: tokens, rows, statements; errors with line, column and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symlam.errors import SymlamError

MAX_TOKENS = 4000  # in one statement
MAX_DEPTH = 60  # of brackets
_RELATIONS = ("EQUAL", "AT_MOST", "AT_LEAST", "MEMBER")
_WORDS = {
    "NUMBER": "a number", "NAME": "a name", "EXPECTATION": r"\mathbb{E}", "TRACE": r"\operatorname{tr}",
    "GRADIENT": r"\nabla", "PARTIAL": r"\partial", "ARG_MIN": r"\arg\min", "MIN": r"\min",
    "FUNCTION": None, "FRACTION": r"\frac", "LNORM": r"\lVert", "RNORM": r"\rVert", "LBRACE": r"\{", "RBRACE": r"\}",
    "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "COMMA": ",",
    "SIGN": "+ or -", "OPERATOR": r"\cdot or /", "EQUAL": "=", "AT_MOST": r"\le", "AT_LEAST": r"\ge",
    "LESS": "<", "GREATER": ">", "MEMBER": r"\in", "TRANSPOSE": r"^\top", "INVERSE": "^{-1}",
    "INVERSE_TRANSPOSE": None, "POWER": "^2", "SUB": "a subscript", "SUP": None, "$END": "the end of the line",
    "AMP": None, "ROW": None, "STOP": None, "BAR_NORM": r"\|",
    "INTEGER": "a positive integer", "FLAG": "symmetric or invertible", "FORMULA": "a formula", "LABEL": "a label",
    "DIMS": "dims", "VECTOR": "vector", "MATRIX": "matrix", "SCALAR": "scalar", "LET": "let", "MOMENT": "moment",
    "ASSUME": "assume", "USE": "use", "LAYOUT": "numerator or denominator", "COLON": ":",
    "X": "x",
}  # fmt: skip
_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE", "{": "}", "LNORM": "RNORM"}


class ReadError(SymlamError):
    """Text that cannot be read; carries ``line`` and ``column``."""

    def __init__(
        self, problem: str, *, line: int, column: int, expected: Any = None, hint: Any = None
    ) -> None:
        super().__init__(f"line {line}, column {column}: {problem}", expected=expected, hint=hint)
        self.line, self.column = line, column


@dataclass(frozen=True)
class Statement:
    """One statement of a display: its tree, the line and column of each side, and where the text of each stands."""

    tree: Any
    sides: tuple[tuple[int, int], ...]
    end_offset: int
    spans: tuple[tuple[int, int], ...] = ()


@lru_cache(maxsize=1)
def _formulas() -> Any:
    from lark import Lark

    out = Lark.open(
        "grammar.lark", rel_to=__file__, parser="lalr", lexer="basic", maybe_placeholders=False,
        start=["statement", "assumption", "expression", "names", "marks"],
    )  # fmt: skip
    _terminal_names(out)
    return out


@lru_cache(maxsize=1)
def _declarations() -> Any:
    from lark import Lark

    out = Lark.open(
        "declarations.lark", rel_to=__file__, parser="lalr", lexer="contextual", start="declaration"
    )
    _terminal_names(out)
    return out


def _expected(names: Any) -> str:
    words = [_WORDS.get(n, n.lower().strip("_")) for n in sorted(names)]
    return ", ".join(dict.fromkeys(w for w in words if w)) or "the end of the line"


def _terminal_names(parser: Any) -> None:
    for t in parser.terminals:
        if t.pattern.type == "str" and t.name not in _WORDS:
            _WORDS[t.name] = t.pattern.value


class Place:
    """Where a piece of text stands in the file, to turn its positions into positions of the file."""

    def __init__(self, line: int, column: int) -> None:
        self.line, self.column = line, column

    def of(self, line: int, column: int) -> tuple[int, int]:
        """Line and column in the file."""
        return self.line + line - 1, column + (self.column - 1 if line == 1 else 0)


def tokens(text: str, place: Place) -> list[Any]:
    """The tokens of a formula text; ReadError for a symbol that is none."""
    from lark.exceptions import UnexpectedCharacters

    parser = _formulas()
    try:
        # the lexer of an interactive parse is kept; Lark.lex would build a new one each time
        machine = parser.parse_interactive(text, start="marks")
        return list(machine.lexer_thread.lex(machine.parser_state))
    except UnexpectedCharacters as error:
        line, column = place.of(error.line, error.column)
        rest = text[error.pos_in_stream :]
        shown = rest[:1]
        if shown == "\\":
            command = re.match(r"\\([A-Za-z]+|.)?", rest, re.DOTALL)
            assert command is not None, "the rest starts with a backslash"
            shown = command[0]
        raise ReadError(
            f"{shown!r} is no symbol of the grammar",
            line=line,
            column=column,
            expected="a letter, a Greek letter, a number, brackets, + - = or a command such as \\mathbb{E}, "
            "\\lVert, \\operatorname{tr}, \\frac, \\nabla, \\min",
            hint="words belong in \\text{...}" if shown.startswith("\\") else None,
        ) from None


def _norms(items: list[Any], place: Place) -> list[Any]:
    """Bare \\| as opening or closing bars, by what stands before."""
    from lark import Token

    out: list[Any] = []
    depth = 0
    for t in items:
        if t.type == "BAR_NORM":
            opens = "left" in t or "l\\" in t or (depth == 0 and "right" not in t)
            depth += 1 if opens else -1
            t = Token.new_borrow_pos("LNORM" if opens else "RNORM", t, t)
        out.append(t)
    return out


def _check_depth(items: list[Any], place: Place) -> None:
    depth = 0
    for t in items:
        if t.type in ("LPAR", "LSQB", "LBRACE", "LNORM") or t == "{":
            depth += 1
        elif t.type in ("RPAR", "RSQB", "RBRACE", "RNORM") or t == "}":
            depth -= 1
        if depth > MAX_DEPTH:
            line, column = place.of(t.line, t.column)
            raise ReadError(f"brackets nested deeper than {MAX_DEPTH}", line=line, column=column)


def _parse(items: list[Any], start: str, place: Place, end: tuple[int, int]) -> Any:
    """Feed tokens to the parser; ReadError with what it expected."""
    from lark.exceptions import UnexpectedToken

    if len(items) > MAX_TOKENS:
        line, column = place.of(items[0].line, items[0].column)
        raise ReadError(
            f"a statement of {len(items)} symbols", line=line, column=column, expected=f"{MAX_TOKENS} at most"
        )
    _check_depth(items, place)
    machine = _formulas().parse_interactive(start=start)
    at = None
    try:
        for t in items:
            at = t
            machine.feed_token(t)
        at = None
        return machine.feed_eof(items[-1] if items else None)
    except UnexpectedToken as error:
        accepts = {n for n in error.expected if n in machine.accepts()} or error.expected
        if at is None:
            line, column = end
            raise ReadError(
                "the formula ends too early", line=line, column=column, expected=_expected(accepts)
            ) from None
        line, column = place.of(at.line, at.column)
        raise ReadError(
            f"unexpected {str(at)!r}", line=line, column=column, expected=_expected(accepts)
        ) from None


def _end_of(items: list[Any], place: Place) -> tuple[int, int]:
    if not items:
        return place.line, place.column
    return place.of(items[-1].end_line, items[-1].end_column)


def parse(text: str, start: str, place: Place) -> Any:
    """Parse one formula: ``start`` is statement, assumption, expression or names."""
    items = [t for t in _norms(tokens(text, place), place) if t.type not in ("AMP", "ROW")]
    while items and items[-1].type in ("STOP", "COMMA"):
        items.pop()
    tree = _parse(items, start, place, _end_of(items, place))
    return tree.children[0] if start == "expression" else tree


def statements(text: str, place: Place) -> Iterator[Statement]:
    """The statements of a display: a row that starts with a relation or a sign continues the one before."""
    rows: list[list[Any]] = [[]]
    for t in _norms(tokens(text, place), place):
        if t.type == "ROW":
            rows.append([])
        elif t.type != "AMP":
            rows[-1].append(t)
    groups: list[list[Any]] = []
    for row in rows:
        while row and row[-1].type in ("STOP", "COMMA"):
            row.pop()
        if not row:
            continue
        relation = _has_relation(row)
        if groups and (row[0].type in (*_RELATIONS, "SIGN", "OPERATOR") or not relation or _open(groups[-1])):
            groups[-1].extend(row)
        else:
            groups.append(row)
    for items in groups:
        end = _end_of(items, place)
        tree = _parse(items, "statement", place, end)
        yield Statement(tree, tuple(_side_positions(items, place)), items[-1].end_pos, tuple(_spans(items)))


def _depths(items: list[Any]) -> Iterator[tuple[Any, int]]:
    depth = 0
    for t in items:
        if t.type in ("LPAR", "LSQB", "LBRACE", "LNORM") or t == "{":
            depth += 1
        elif t.type in ("RPAR", "RSQB", "RBRACE", "RNORM") or t == "}":
            depth -= 1
        yield t, depth


def _open(items: list[Any]) -> bool:
    return bool(items) and list(_depths(items))[-1][1] > 0


def _has_relation(row: list[Any]) -> bool:
    return any(t.type in _RELATIONS for t, depth in _depths(row) if depth <= 0)


def _side_positions(items: list[Any], place: Place) -> Iterator[tuple[int, int]]:
    yield place.of(items[0].line, items[0].column)
    for t, depth in _depths(items):
        if t.type in _RELATIONS and depth == 0:
            yield place.of(t.line, t.column)


def _spans(items: list[Any]) -> Iterator[tuple[int, int]]:
    side: list[Any] = []
    for t, depth in _depths(items):
        if t.type in _RELATIONS and depth == 0:
            yield (side[0].start_pos, side[-1].end_pos) if side else (t.start_pos, t.start_pos)
            side = []
        else:
            side.append(t)
    yield (side[0].start_pos, side[-1].end_pos) if side else (items[-1].end_pos, items[-1].end_pos)


def declaration(text: str, place: Place) -> Any:
    """The tree of a declaration (without %!)."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

    parser = _declarations()
    try:
        return parser.parse(text)
    except (UnexpectedCharacters, UnexpectedToken, UnexpectedEOF, VisitError) as error:
        expected = (
            getattr(error, "accepts", None)
            or getattr(error, "allowed", None)
            or getattr(error, "expected", ())
        )
        token = getattr(error, "token", None)
        if token is not None and token.type == "$END":
            column = place.column + len(text.rstrip())
            raise ReadError(
                "the declaration ends too early", line=place.line, column=column, expected=_expected(expected)
            ) from None
        column = getattr(error, "column", 1)
        column = column if isinstance(column, int) and column > 0 else 1
        shown = text[column - 1 :].split()[:1]
        raise ReadError(
            f"cannot read the declaration at {shown[0] if shown else 'its end'!r}",
            line=place.line,
            column=place.column + column - 1,
            expected=_expected(expected or ()),
        ) from None
