"""The printed derivations of a claim: files that `symlam check` decides line by line, set beside its clauses.

A file says with `%! decides CLAUSE` which clauses of the ledger stand or fall with the next line.  The checker reads
the LaTeX and knows nothing of the ledger; where it and the ledger disagree, the claim is not complete.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from symlam.claims._part import HOLDS, HYPOTHESIS, REFUTED, PartResult
from symlam.errors import SymlamError

_REPAIRED = "-repaired"


@dataclass(frozen=True)
class PrintedLine:
    """One line of a derivation file with the checker's verdict."""

    file: str
    source_line: int
    source: str
    verdict: str
    rule: str
    decides: tuple[str, ...]

    @property
    def repaired(self) -> bool:
        """Whether the file adds hypotheses to what is printed."""
        return Path(self.file).stem.endswith(_REPAIRED)


def _directory() -> Path:
    package = Path(__file__).resolve().parent
    places = (package / "examples", package.parents[1] / "examples")
    for place in places:
        if place.is_dir():
            return place
    raise SymlamError(f"the printed derivations are missing: neither {places[0]} nor {places[1]} is there")


def derivation_files(identifier: str) -> list[Path]:
    """The derivation files of a claim, printed form first.

    >>> [p.name for p in derivation_files("P4.1")]
    ['P4.1.tex', 'P4.1-repaired.tex']
    """
    found = [p for p in _directory().glob("*.tex") if p.stem.split("-")[0] == identifier]
    return sorted(found, key=lambda p: (p.stem.endswith(_REPAIRED), p.stem))


@cache
def printed_lines(identifier: str) -> tuple[PrintedLine, ...]:
    """Every line of the derivation files of a claim, decided now.

    Raises SymlamError for a file that cannot be read.

    >>> {x.verdict for x in printed_lines("S1")}
    {'follows'}
    """
    from symlam.check import check_file

    return tuple(
        PrintedLine(
            f"examples/{path.name}", x.source_line, x.source, x.verdict.answer, x.verdict.rule, x.decides
        )
        for path in derivation_files(identifier)
        for x in check_file(path).lines
    )


# the verdicts that a clause may have, given what the checker says of its line in the printed form:
# a printed line that follows needs no hypothesis, and one that fails cannot hold as it stands
_PRINTED = {"follows": {HOLDS}, "fails": {HYPOTHESIS, REFUTED}}
# and in a repaired form, which has the hypotheses added
_REPAIR = {"follows": {HOLDS, HYPOTHESIS}}


def conflicts(lines: tuple[PrintedLine, ...], parts: list[PartResult]) -> list[str]:
    """Where the checker's verdicts and those of the clauses contradict each other, in words."""
    verdicts = {p.part.name: p.verdict for p in parts}
    out = []
    for x in lines:
        place = f"{x.file}:{x.source_line}"
        if x.repaired and x.verdict != "follows":
            out.append(f"{place} of a repaired derivation: {x.verdict}")
        for clause in x.decides:
            if clause not in verdicts:
                out.append(f"{place} decides {clause}, which is no clause of this claim")
                continue
            allowed = (_REPAIR if x.repaired else _PRINTED).get(x.verdict)
            if allowed is not None and verdicts[clause] not in allowed:
                out.append(f"{place}: {x.verdict}, but {clause}: {verdicts[clause]}")
    return out


def printed_evidence(identifier: str, parts: list[PartResult]) -> dict[str, Any]:
    """The report's `lines`: status, conflicts, and every line with its verdict, as plain data."""
    lines = printed_lines(identifier)
    against = conflicts(lines, parts)
    decided = any(x.decides and x.verdict != "undecided" for x in lines)
    status = "disagrees" if against else "agrees" if decided else "undecided" if lines else "none"
    return {"status": status, "conflicts": against, "lines": [asdict(x) for x in lines]}
