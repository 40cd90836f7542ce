"""The report of a check: plain data, text and JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from symlam.check._verdict import FAILS, FOLLOWS, UNDECIDED, Verdict

SCHEMA = 1


@dataclass(frozen=True)
class Line:
    """One relation: where it stands, what it says, and its verdict."""

    source_line: int
    column: int
    relation: str
    source: str
    verdict: Verdict
    decides: tuple[str, ...] = ()  # clauses of a claim that stand or fall with this line
    left: Any = field(default=None, compare=False, repr=False)
    right: Any = field(default=None, compare=False, repr=False)
    as_written: Any = field(default=None, compare=False, repr=False)  # () -> both sides, not multiplied out
    # for symlam.latex: both sides as they stand in the source (left is empty where the line continues a chain),
    # or the expressions of a script
    sides: tuple[str, str] = field(default=("", ""), compare=False, repr=False)
    shown: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    scope: Any = field(default=None, compare=False, repr=False)  # the variables of a script at the line

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        v = self.verdict
        return {
            "source_line": self.source_line,
            "column": self.column,
            "relation": self.relation,
            "source": self.source,
            "verdict": v.answer,
            "rule": v.rule,
            "assumptions": list(v.assumptions),
            "squares": list(v.squares),
            "note": v.note,
            "unique": v.unique,
            "decides": list(self.decides),
            "counterexample": None if v.counterexample is None else v.counterexample.describe(),
        }


@dataclass
class Block:
    """The lines of one display."""

    source_line: int
    lines: list[Line] = field(default_factory=list)


@dataclass
class Report:
    """All blocks of a file, the assumptions that no accepted line used, and notes."""

    name: str
    blocks: list[Block] = field(default_factory=list)
    stated: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    given: tuple[Any, ...] = ()  # the assumptions of a script
    minimal: list[tuple[str, ...]] | None = None
    kernel: list[str | None] | None = None  # for each line, with --certify

    @property
    def lines(self) -> list[Line]:
        """All lines, in order."""
        return [x for b in self.blocks for x in b.lines]

    def count(self, answer: str) -> int:
        """How many lines have this verdict."""
        return sum(x.verdict.answer == answer for x in self.lines)

    @property
    def unused(self) -> tuple[str, ...]:
        """Stated assumptions that no accepted line used."""
        used = {t for x in self.lines if x.verdict.answer == FOLLOWS for t in x.verdict.assumptions}
        return tuple(t for t in self.stated if t not in used)

    @property
    def exit_code(self) -> int:
        """0 when every line follows (and the kernel accepted each, where it was asked), 1 otherwise."""
        follows = all(x.verdict.answer == FOLLOWS for x in self.lines)
        certified = all(k is None or k.startswith("accepted") for k in self.kernel or ())
        return 0 if follows and certified else 1

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; see docs/check.md for the meaning of every field."""
        kernel = dict(zip(map(id, self.lines), self.kernel or (), strict=False))
        return {
            "schema": SCHEMA,
            "file": self.name,
            "blocks": [
                {
                    "source_line": b.source_line,
                    "lines": [{**x.as_dict(), "kernel": kernel.get(id(x))} for x in b.lines],
                }
                for b in self.blocks
            ],
            "unused_assumptions": list(self.unused),
            "minimal_assumptions": None if self.minimal is None else [list(m) for m in self.minimal],
            "notes": list(self.notes),
            "exit_code": self.exit_code,
        }

    def text(self, *, matrices: bool = False) -> str:
        """The report to read; ``matrices`` writes counterexamples as arrays instead of one line each."""
        out = []
        marks = {FOLLOWS: "follows  ", FAILS: "FAILS    ", UNDECIDED: "undecided"}
        for i, x in enumerate(self.lines):
            v = x.verdict
            out.append(f"{self.name}:{x.source_line}: {marks[v.answer]} {x.source}")
            out.append(f"    {v.rule}")
            if v.assumptions:
                out.append(f"    using {'; '.join(v.assumptions)}")
            if v.note:
                out.append(f"    {v.note}")
            if self.kernel is not None and self.kernel[i] is not None:
                out.append(f"    kernel: {self.kernel[i]}")
            if v.counterexample is not None:
                out.extend(
                    f"    {t}"
                    for t in show_counterexample(v.counterexample.describe(), x.relation, matrices=matrices)
                )
        if self.unused:
            out.append(f"not used by any accepted line: {'; '.join(self.unused)}")
        for m in self.minimal or ():
            out.append(
                f"enough for every accepted line, and none can be dropped: {'; '.join(m) or '(no assumption)'}"
            )
        out.extend(f"note: {n}" for n in self.notes)
        counts = ", ".join(f"{n} {a}" for a in (FOLLOWS, FAILS, UNDECIDED) if (n := self.count(a)))
        out.append(f"{self.name}: {counts or 'no line to check'}")
        return "\n".join(out)


def show_counterexample(data: dict[str, Any], relation: str, *, matrices: bool = False) -> Iterable[str]:
    """A counterexample in a few lines, or with every matrix as an array."""
    sizes = ", ".join(f"{k} = {v}" for k, v in data["dimensions"].items())
    yield f"counterexample{f' at {sizes}' if sizes else ''}:"
    for name, value in {**data["scalars"], **data["matrices"], **data["moments"]}.items():
        yield from _named(name, value, matrices)
    if data.get("what"):
        yield f"  {data['what']}:"
    yield from _named("left", data["left"], matrices)
    yield from _named("right", data["right"], matrices)
    for name, value in data.get("also", {}).items():
        yield from _named(name, value, matrices)


def _named(name: str, value: Any, matrices: bool) -> Iterable[str]:
    if isinstance(value, str):
        yield f"  {name} = {value}"
    elif not matrices or (len(value) == 1 and len(value[0]) == 1):
        yield f"  {name} = " + (
            "; ".join(" ".join(row) for row in value) if len(value) > 1 or len(value[0]) > 1 else value[0][0]
        )
    else:
        width = [max(len(r[j]) for r in value) for j in range(len(value[0]))]
        middle = (len(value) - 1) // 2
        for i, row in enumerate(value):
            lead = f"  {name} = " if i == middle else " " * (len(name) + 5)
            yield lead + "[ " + "  ".join(x.rjust(w) for x, w in zip(row, width, strict=True)) + " ]"
