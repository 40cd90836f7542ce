"""What the kernel says in this run: the gate compiled by coqc, and the compiled modules re-checked by coqchk.

Each restatement ``Check (name : statement).`` of the gate becomes two definitions: the statement by itself, so that
nothing in it is filled in from the theorem, and ``k : statement := @name``, which, unlike Check, accepts no hole.
``Print Assumptions`` of all the k together then covers the theorems and everything their statements mention.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from symlam.evidence._audit_build import Build, run
from symlam.evidence._audit_ledger import Gate, Restatement
from symlam.evidence._audit_source import Finding

CLOSED = "Closed under the global context"
_PLACE = re.compile(r'^File "[^"]*", line (\d+), characters [^\n]*\n(.*)\Z', re.M | re.S)
_EXPANDS = re.compile(r"Expands\s+to:\s+Constant\s+(\S+)")


@dataclass(frozen=True)
class Answer:
    """The kernel's answer on one restatement: accepted or not, its words, and the constant that was meant."""

    accepted: bool
    words: str
    constant: str = ""


def ask_gate(gate: Gate, wanted: set[str], build: Build) -> dict[str, Answer]:
    """Compile the restatements of ``wanted`` theorems of one gate file; one answer for each of them."""
    asked = [entry for entry in gate.restatements if entry.name in wanted]
    answers: dict[str, Answer] = {}
    with tempfile.TemporaryDirectory(prefix="symlam-gate-") as scratch:
        while asked:
            for old in Path(scratch).iterdir():
                old.unlink()
            # what a tuple of all of them rests on covers each; only where that is not nothing are they asked one by one
            code, output, lines = _compile(gate, asked, build, Path(scratch), together=True)
            if code == 0 and _read(Path(scratch) / "all_assumptions.out") != CLOSED:
                code, output, lines = _compile(gate, asked, build, Path(scratch), together=False)
            if code == 0:
                for number, entry in enumerate(asked):
                    answers[entry.name] = _answer(Path(scratch), number)
                break
            # a refused restatement must not hide what the kernel says of the others
            refused, words = _refused(output, asked, lines)
            if refused is None:
                answers.update({entry.name: Answer(False, words) for entry in asked})
                break
            answers[refused.name] = Answer(False, words)
            asked = [entry for entry in asked if entry is not refused]
    return answers


def _compile(
    gate: Gate, asked: list[Restatement], build: Build, scratch: Path, *, together: bool
) -> tuple[int, str, dict[int, Restatement]]:
    lines = [f"{text}." for text in gate.preamble]
    owner: dict[int, Restatement] = {}
    for number, entry in enumerate(asked):
        for text in (
            f"Definition symlam_statement_{number} : Type := {entry.statement}.",
            f"Definition symlam_gate_{number} : symlam_statement_{number} := @{entry.name}.",
            f'Redirect "{number}_about" About {entry.name}.',
            *(
                ()
                if together
                else (f'Redirect "{number}_assumptions" Print Assumptions symlam_gate_{number}.',)
            ),
        ):
            lines.append(text)
            owner[len(lines)] = entry
    if together:
        names = ", ".join(f"symlam_gate_{number}" for number in range(len(asked)))
        lines.append(f"Definition symlam_gate_all := ({names}).")
        lines.append('Redirect "all_assumptions" Print Assumptions symlam_gate_all.')
    (scratch / "audit_gate.v").write_text("\n".join(lines) + "\n", encoding="utf-8")
    include = []
    for option, place, logical in build.project.libraries:
        include += [option, str((build.directory / place).resolve()), logical]
    done = run("coqc", *include, *build.project.flags, "audit_gate.v", cwd=scratch)
    return done.returncode, done.stdout, owner


def _refused(
    output: str, asked: list[Restatement], owner: dict[int, Restatement]
) -> tuple[Restatement | None, str]:
    errors = [match for match in _PLACE.finditer(output) if "Error" in match[2]]
    if not errors:
        return None, "coqc failed on the gate: " + " ".join(output.split())[-300:]
    match = errors[-1]
    words = " ".join(match[2].split())[:300]
    entry = owner.get(int(match[1]))
    return (entry, words) if entry in asked else (None, words)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _answer(scratch: Path, number: int) -> Answer:
    alone = scratch / f"{number}_assumptions.out"
    assumptions = _read(alone if alone.exists() else scratch / "all_assumptions.out")
    about = _read(scratch / f"{number}_about.out")
    meant = _EXPANDS.search(about)
    return Answer(assumptions == CLOSED, " ".join(assumptions.split())[:300], meant[1] if meant else "")


_UNSAFE = ("relying on type-in-type", "relying on unsafe (co)fixpoints", "whose positivity is assumed")


def recheck(build: Build, *, full: bool = False) -> list[Finding]:
    """Re-check the compiled modules with coqchk; with ``full``, everything they load as well.

    Sealed modules of the libraries show as axioms there, so only assumptions of the project itself count.
    """
    modules = [build.project.module(file) for file in build.project.sources]
    asked = modules if full else [word for module in modules for word in ("-norec", module)]
    command = ["coqchk", "-silent", "-o", "-bytecode-compiler", "yes", *build.project.include, *asked]
    done = run(*command, cwd=build.directory)
    if done.returncode or "CONTEXT SUMMARY" not in done.stdout:
        return [Finding("coqchk", "proofs", " ".join(done.stdout.split())[-300:] or "no output")]
    return _read_summary(done.stdout, modules)


def _read_summary(text: str, modules: list[str]) -> list[Finding]:
    found = []
    sections = re.split(r"^\* ", text.partition("CONTEXT SUMMARY")[2], flags=re.M)[1:]
    seen = set()
    for section in sections:
        title, _, body = section.partition(":")
        words = body.split()
        if title.strip() == "Axioms":
            seen.add("Axioms")
            own = [word for word in words if any(word.startswith(module + ".") for module in modules)]
            found += [Finding("coqchk", word, "assumed, not proved") for word in own]
        for unsafe in _UNSAFE:
            if unsafe in title:
                seen.add(unsafe)
                if words != ["<none>"]:
                    found.append(Finding("coqchk", title.strip(), " ".join(words)[:200]))
    if len(seen) != 1 + len(_UNSAFE):
        found.append(
            Finding("coqchk", "proofs", "its summary could not be read: " + " ".join(text.split())[:200])
        )
    return found
