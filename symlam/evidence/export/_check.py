"""Running coqc on an exported file: accepted, rejected with the message, or not checked here."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from symlam.errors import SymlamError

ACCEPTED, REJECTED, UNCHECKED = "accepted", "rejected", "not checked here"
CLOSED = "Closed under the global context"
_NAME = re.compile(
    r"\b(?:Lemma|Theorem|Fact|Remark|Corollary|Proposition|Example|Definition|Let|Fixpoint)\s+([A-Za-z][\w']*)"
)
_FORBIDDEN = re.compile(
    r"\b(?:Axioms?|Parameters?|Conjecture|Hypothes[ie]s|Admitted|admit|give_up|Unset\s+Guard|bypass_check|Load|Redirect)\b"
)
# the libraries' own warnings; anything else is an error
_WARNINGS = (
    "-notation-overridden,-ambiguous-paths,-redundant-canonical-projection,-projection-no-head-constant"
)


@dataclass(frozen=True)
class CheckResult:
    """What coqc said of one file in this run.

    ``status`` is "accepted" (every lemma, each closed under the global context), "rejected" or
    "not checked here"; ``message`` is coqc's, or the reason; ``lemmas`` are those whose
    `Print Assumptions` was read and closed.
    """

    name: str
    status: str
    message: str
    lemmas: tuple[str, ...]
    seconds: float
    coq: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the kernel accepted every lemma in this run, with no axiom."""
        return self.status == ACCEPTED


def proofs_directory() -> Path | None:
    """The directory proofs/ of the checkout this package runs from, None outside one."""
    for parent in Path(__file__).resolve().parents:
        if (parent / "proofs" / "theories" / "export_tactics.v").is_file():
            return parent / "proofs"
    return None


def missing() -> str | None:
    """Why nothing can be checked here, None when it can."""
    if shutil.which("coqc") is None:
        return "coqc is not installed"
    if proofs_directory() is None:
        return "proofs/ is not there"
    return None


@cache
def _library() -> tuple[tuple[str, ...], str | None]:
    """The -Q words of the audit's build of the theories, brought up to date once per process, and what failed."""
    from symlam.evidence.formal import compiled_theories

    built = compiled_theories()
    if isinstance(built, str):
        return (), built
    broken = "; ".join(f"{where}: {message}" for where, message in built.errors.items())
    return tuple(built.include), broken or None


def build_library() -> str | None:
    """Bring the compiled theories up to date; the error of a failed build, else None.

    The build is the audit's: keyed by the hashes of the sources, so a stale compiled file is never read.
    """
    return _library()[1]


def check(text: str, name: str = "export", *, timeout: float = 120) -> CheckResult:
    """Run coqc on a file's text against proofs/, in a directory of its own.

    Every lemma is followed by `Print Assumptions` (appended here, whatever the text says), and
    each must answer "Closed under the global context".  Raises SymlamError for a name that is
    not an identifier or a timeout that is not positive.
    """
    if not re.fullmatch(r"[A-Za-z]\w*", name):
        raise SymlamError(f"{name!r} cannot name a Coq file", expected="a letter, then letters, digits or _")
    if not timeout > 0:
        raise SymlamError(f"timeout {timeout!r}", expected="a positive number of seconds")
    why = missing() or build_library()
    if why is not None:
        return CheckResult(name, UNCHECKED, why, (), 0.0)
    lemmas = tuple(_NAME.findall(_without_comments(text)))
    if not lemmas:
        return CheckResult(name, REJECTED, "the file states no lemma", (), 0.0)
    found = _FORBIDDEN.search(_without_comments(text))
    if found:
        return CheckResult(name, REJECTED, f"the file says {found.group(0)}", (), 0.0)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="symlam-") as folder:
        path = Path(folder) / f"{name}.v"
        audit = "".join(f"Print Assumptions {lemma}.\n" for lemma in lemmas)
        path.write_text(f"{text}\n{audit}", encoding="utf-8")
        command = [
            "coqc",
            "-q",
            *_library()[0],
            "-w",
            _WARNINGS,
            path.name,
        ]
        try:
            run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return CheckResult(name, REJECTED, f"no answer within {timeout} s", (), time.monotonic() - start)
    seconds = time.monotonic() - start
    if run.returncode:
        return CheckResult(name, REJECTED, run.stderr.strip() or run.stdout.strip(), (), seconds)
    closed = sum(line.strip() == CLOSED for line in run.stdout.splitlines())
    if closed != len(lemmas):
        return CheckResult(
            name, REJECTED, f"{closed} of {len(lemmas)} closed: {run.stdout.strip()}", (), seconds
        )
    return CheckResult(name, ACCEPTED, "", lemmas, seconds, version())


def check_each(
    header: str, lemmas: Mapping[str, str], *, timeout: float = 120
) -> dict[str, tuple[bool, str]]:
    """Which of several lemmas a Coq session takes: name -> (whether it was defined, the first error).

    One session for all, so a rejected lemma does not hide the others.  It finds the step that
    fails; the word "accepted" still comes from `check` alone, which compiles and reads
    `Print Assumptions`.  Raises SymlamError where nothing can be checked.
    """
    why = missing()
    if why is not None:
        raise SymlamError(f"no lemma can be checked here: {why}")
    text = header
    for name, lemma in lemmas.items():
        text += f'\nGoal True. idtac "<<{name}>>". Abort.\n{lemma}\nAbort All.\nAbout {name}.\n'
    command = ["coqtop", "-q", *_library()[0], "-w", _WARNINGS]
    with tempfile.TemporaryDirectory(prefix="symlam-") as folder:
        try:
            run = subprocess.run(
                command,
                cwd=folder,
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            return dict.fromkeys(lemmas, (False, f"no answer within {timeout} s"))
    out = {}
    parts = re.split(r"<<([\w']+)>>\n", run.stdout)
    answers = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name in lemmas:
        answer = answers.get(name, "")
        defined = (
            re.search(rf"^Expands to: Constant Top\.{re.escape(name)}$", answer, re.MULTILINE) is not None
        )
        error = re.search(r"^Error:(.*?)(?=^\S+ < |\Z)", answer, re.MULTILINE | re.DOTALL)
        out[name] = (defined, "" if defined or error is None else error.group(1).strip())
    return out


def version() -> str:
    """The version of coqc, as it says itself."""
    run = subprocess.run(["coqc", "-print-version"], capture_output=True, text=True, timeout=30)
    return run.stdout.split()[0] if run.stdout.split() else "unknown"


def _without_comments(text: str) -> str:
    out, depth, i = [], 0, 0
    while i < len(text):
        if text.startswith("(*", i):
            depth, i = depth + 1, i + 2
        elif depth and text.startswith("*)", i):
            depth, i = depth - 1, i + 2
        else:
            if not depth:
                out.append(text[i])
            i += 1
    return "".join(out)
