"""The three texts that the audit compares: the ledger of theorems, the gate, and the record of statements.

* ``proofs/ledger.toml`` names each theorem, the claims it is about, its file and its role;
* ``proofs/gate/*.v`` states each theorem once more (``Check (name : statement).``);
* ``proofs/statements.json`` records those statements, and every definition that gives them their meaning. It is
  rewritten by ``make statements`` only, so that a statement or a definition never changes without a visible diff.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symlam.errors import SymlamError
from symlam.evidence._audit_needs import why_not
from symlam.evidence._audit_source import Finding, declared, head, sentences, vocabulary

ROLES = ("printed", "negation", "repaired", "necessity", "library")
LEDGER, RECORD, PROJECT, GATE = "ledger.toml", "statements.json", "_CoqProject", "gate"


@dataclass(frozen=True)
class Theorem:
    """One row of the ledger: a theorem, what it says, which claims it is about, and why it has its hypotheses."""

    name: str
    claims: tuple[str, ...]
    file: str
    role: str
    sentence: str
    needs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Restatement:
    """One ``Check (name : statement).`` of a gate file."""

    name: str
    statement: str
    where: str


@dataclass(frozen=True)
class Gate:
    """A gate file: its restatements in order, and the sentences around them (imports, scopes, notations)."""

    file: str
    preamble: tuple[str, ...]
    restatements: tuple[Restatement, ...]


@dataclass(frozen=True)
class Project:
    """What _CoqProject says: the sources, the logical name of each directory, the flags for coqc."""

    sources: tuple[str, ...]
    libraries: tuple[tuple[str, str, str], ...]
    flags: tuple[str, ...]

    def module(self, file: str) -> str:
        """Logical name of the module compiled from ``file``."""
        for _, directory, logical in self.libraries:
            path = Path(file).with_suffix("")
            if path.is_relative_to(directory):
                parts = path.relative_to(directory).parts
                return ".".join([*([logical] if logical else []), *parts])
        return ".".join(Path(file).with_suffix("").parts)

    @property
    def include(self) -> list[str]:
        """The -Q/-R options, as words of a command line."""
        return [word for library in self.libraries for word in library]


def read_text(path: Path) -> str:
    """The text of a file of proofs/, or a SymlamError that names it."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SymlamError(
            f"cannot read {path}: {error}", expected="a file of the proofs directory"
        ) from error


def read_ledger(proofs: Path) -> list[Theorem]:
    """The theorems of ledger.toml, in its order.

    Raises SymlamError where the file cannot be read or a row is not complete.
    """
    path = proofs / LEDGER
    try:
        data = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise SymlamError(f"{path} is not TOML: {error}") from error
    rows = data.get("theorem", [])
    if not isinstance(rows, list) or not rows:
        raise SymlamError(
            f"{path} names no theorem", expected="tables [[theorem]] with name, claims, file, role, sentence"
        )
    theorems = [_theorem(row, path) for row in rows]
    names = [theorem.name for theorem in theorems]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SymlamError(f"{path} names {', '.join(twice)} twice", expected="one table for each theorem")
    return theorems


def _theorem(row: object, path: Path) -> Theorem:
    if not isinstance(row, dict):
        raise SymlamError(f"{path}: a theorem is {row!r}", expected="a table")
    claims = row.get("claims", [row["claim"]] if "claim" in row else [])
    fields: dict[str, Any] = {key: row.get(key) for key in ("name", "file", "role", "sentence")}
    if missing := [key for key, value in fields.items() if not isinstance(value, str) or not value.strip()]:
        raise SymlamError(f"{path}: theorem {row.get('name', '?')} lacks {', '.join(missing)}")
    if fields["role"] not in ROLES:
        raise SymlamError(
            f"{path}: role of {fields['name']} is {fields['role']!r}", expected=" or ".join(ROLES)
        )
    if not isinstance(claims, list) or not all(isinstance(claim, str) for claim in claims):
        raise SymlamError(
            f"{path}: claims of {fields['name']} are {claims!r}", expected="a list of claim ids"
        )
    if not claims and fields["role"] != "library":
        raise SymlamError(f"{path}: {fields['name']} has no claim", expected="claims, or the role library")
    needs = row.get("needs", {})
    if not isinstance(needs, dict) or not all(isinstance(word, str) for word in needs.values()):
        raise SymlamError(f"{path}: needs of {fields['name']} is {needs!r}", expected="hypothesis = theorem")
    return Theorem(claims=tuple(claims), needs=needs, **fields)


_CHECK = re.compile(r"\ACheck\s*\(\s*@?(?P<name>[A-Za-z_][\w'.]*)\s*:(?P<statement>.*)\)\s*\Z", re.DOTALL)


def read_gates(proofs: Path) -> list[Gate]:
    """Every gate file, parsed. Raises SymlamError for a ``Check`` that does not restate a theorem."""
    gates = []
    for path in sorted((proofs / GATE).glob("*.v")):
        preamble: list[str] = []
        restated: list[Restatement] = []
        file = f"{GATE}/{path.name}"
        for sentence in sentences(read_text(path)):
            word = head(sentence.text)
            if word == "Print" and sentence.normal.startswith("Print Assumptions "):
                continue
            if word == "Check":
                match = _CHECK.match(sentence.text)
                if match is None:
                    raise SymlamError(
                        f"{file}:{sentence.line}: {sentence.normal[:60]}",
                        expected="Check (name : statement).",
                    )
                statement = " ".join(match["statement"].split())
                restated.append(Restatement(match["name"], statement, f"{file}:{sentence.line}"))
            else:
                preamble.append(sentence.normal)
        gates.append(Gate(file, tuple(preamble), tuple(restated)))
    return gates


def read_project(proofs: Path) -> Project:
    """The sources, libraries and flags of _CoqProject.

    Raises SymlamError for anything but sources, -Q, -R and warning flags: another flag could change what is checked.
    """
    words = [word for line in read_text(proofs / PROJECT).splitlines() for word in line.split("#")[0].split()]
    sources: list[str] = []
    libraries: list[tuple[str, str, str]] = []
    flags: list[str] = []
    while words:
        word = words.pop(0)
        if word in ("-Q", "-R") and len(words) >= 2:
            libraries.append((word, words.pop(0), words.pop(0)))
        elif word == "-arg" and words:
            flags.append(words.pop(0).strip("'\""))
        elif word.endswith(".v"):
            sources.append(word)
        else:
            raise SymlamError(f"{PROJECT}: {word}", expected="-Q, -R, -arg -w with its value, or a .v file")
    if flags[0::2] != ["-w"] * (len(flags) // 2) or len(flags) % 2:
        raise SymlamError(f"{PROJECT}: flags {' '.join(flags)}", expected="only -arg -w and its value")
    for path in [*sources, *(directory for _, directory, _ in libraries)]:
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise SymlamError(f"{PROJECT}: {path}", expected="a path inside proofs/")
    return Project(tuple(dict.fromkeys(sources)), tuple(libraries), tuple(flags))


def compare_ledger_and_gates(
    theorems: list[Theorem], gates: list[Gate], project: Project, proofs: Path
) -> dict[str, str]:
    """Why a theorem of the ledger cannot be checked, by name.

    It is not restated once, not stated in its file, or, for a repaired form, a hypothesis of it is not accounted for.
    """
    restated = [entry.name for gate in gates for entry in gate.restatements]
    statements = {entry.name: entry.statement for gate in gates for entry in gate.restatements}
    names = {theorem.name for theorem in theorems}
    here = {
        file: declared(read_text(proofs / file))
        for file in sorted({theorem.file for theorem in theorems} & set(project.sources))
    }
    reasons: dict[str, str] = {}
    for theorem in theorems:
        count = restated.count(theorem.name)
        if count != 1:
            reasons[theorem.name] = f"restated {count} times in {GATE}/, not once"
        elif theorem.file not in project.sources:
            reasons[theorem.name] = f"{theorem.file} is not among the sources of {PROJECT}"
        elif theorem.name.rpartition(".")[2] not in here[theorem.file]:
            reasons[theorem.name] = f"{theorem.file} does not state it"
        elif theorem.role == "repaired" and (
            why := why_not(theorem.needs, statements[theorem.name], names - {theorem.name})
        ):
            reasons[theorem.name] = why
    return reasons


def current_record(proofs: Path, project: Project, gates: list[Gate]) -> dict[str, dict[str, Any]]:
    """What statements.json has to hold for the sources as they are."""
    files = {file: vocabulary(read_text(proofs / file)) for file in project.sources}
    files.update({gate.file: list(gate.preamble) for gate in gates})
    statements = {entry.name: entry.statement for gate in gates for entry in gate.restatements}
    return {"statements": statements, "definitions": files}


def write_record(proofs: Path) -> Path:
    """Write statements.json from the sources as they are, and return its path."""
    record = current_record(proofs, read_project(proofs), read_gates(proofs))
    path = proofs / RECORD
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return path


def compare_record(proofs: Path, project: Project, gates: list[Gate]) -> tuple[list[Finding], dict[str, str]]:
    """Findings about definitions, and reasons by theorem, where the sources differ from the record."""
    path = proofs / RECORD
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        statements, definitions = dict(recorded["statements"]), dict(recorded["definitions"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"no readable record of statements ({type(error).__name__}); write it with: make statements"
        return [Finding("record", RECORD, message)], {}
    now = current_record(proofs, project, gates)
    findings = []
    for file in sorted(definitions.keys() | now["definitions"].keys()):
        old, new = definitions.get(file), now["definitions"].get(file)
        if old != new:
            findings.append(Finding("changed definition", file, _difference(old, new)))
    reasons = {}
    for name, statement in now["statements"].items():
        if name not in statements:
            reasons[name] = f"its statement is not recorded in {RECORD}"
        elif statements[name] != statement:
            reasons[name] = f"its statement in {GATE}/ is not the recorded one"
    for name in sorted(statements.keys() - now["statements"].keys()):
        findings.append(Finding("lost statement", name, f"recorded in {RECORD}, restated nowhere"))
    return findings, reasons


def _difference(old: list[str] | None, new: list[str] | None) -> str:
    if old is None or new is None:
        return f"file {'added' if old is None else 'removed'} since the record"
    gone = next((text for text in old if text not in new), None)
    come = next((text for text in new if text not in old), None)
    if gone is None and come is None:
        return "sentences in another order or number than recorded"
    parts = [f"recorded: {gone[:100]}" if gone else "", f"now: {come[:100]}" if come else ""]
    return "; ".join(part for part in parts if part)
