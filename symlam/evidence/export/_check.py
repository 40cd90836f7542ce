"""Running coqc on exported files: accepted, rejected with the message, undecided, or not checked here."""

from __future__ import annotations

import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from symlam.errors import SymlamError

ACCEPTED, REJECTED, UNDECIDED, UNCHECKED = "accepted", "rejected", "undecided", "not checked here"
CLOSED = "Closed under the global context"
# what the appended lines of a file define, and where their answer goes
_ALL = "symlam_all"
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


# seconds of waiting for each second of processor time that is allowed, so that a busy machine changes no answer
_PATIENCE = 20
_TICK = 0.02
# the process ends without an answer of the kernel: no memory left, or no stack
_STUCK = re.compile(r"^(?:Error:\s*)?(Out of memory|Stack overflow)", re.M)


@dataclass(frozen=True)
class CheckResult:
    """What coqc said of one file in this run.

    ``status`` is "accepted" (every lemma, each closed under the global context), "rejected",
    "undecided" (coqc gave no answer within the limit) or "not checked here"; ``message`` is coqc's,
    or the reason; ``lemmas`` are those that `Print Assumptions` covered; ``seconds`` is processor time.
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


@dataclass(frozen=True)
class _Run:
    """A finished process: what it said, its processor time, and why it gave no answer (empty when it did)."""

    code: int
    out: str
    seconds: float
    stuck: str


def _run(command: list[str], folder: str, limit: float, text: str = "") -> _Run:
    """Run a program of Coq on ``text`` as its input, both streams together, for some seconds of processor time."""
    # a shell sets the limit: a hook before exec is not safe beside threads
    bounded = ["sh", "-c", f'ulimit -St {max(1, math.ceil(limit))}; exec "$@"', "sh", *command]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said,
        tempfile.TemporaryFile("w+", encoding="utf-8") as given,
    ):
        given.write(text)
        given.seek(0)
        process = subprocess.Popen(bounded, cwd=folder, stdin=given, stdout=said, stderr=subprocess.STDOUT)
        end = time.monotonic() + limit * _PATIENCE
        try:
            done = 0
            while not done:
                done, status, usage = os.wait4(process.pid, os.WNOHANG)
                if not done and time.monotonic() > end:
                    os.kill(process.pid, signal.SIGKILL)
                if not done:
                    time.sleep(_TICK)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = code = os.waitstatus_to_exitcode(status)
        said.seek(0)
        out = said.read()
    stuck = ""
    if code == -signal.SIGXCPU:
        stuck = f"no answer within {limit:g} s of processor time"
    elif code < 0:
        stuck = f"no answer: {command[0]} was ended by {signal.Signals(-code).name}"
    elif code and (found := _STUCK.search(out)):
        stuck = f"no answer: {found.group(1)}"
    return _Run(code, out, usage.ru_utime + usage.ru_stime, stuck)


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

    What all lemmas rest on is asked once, of a tuple of them (appended here, whatever the text
    says), and the answer must be "Closed under the global context".  Raises SymlamError for a
    name that is not an identifier or a timeout, in seconds of processor time, that is not positive.
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
    every = ", ".join(f"@{lemma}" for lemma in lemmas)
    audit = f'Definition {_ALL} := ({every}).\nRedirect "{_ALL}" Print Assumptions {_ALL}.\n'
    with tempfile.TemporaryDirectory(prefix="symlam-") as folder:
        path = Path(folder) / f"{name}.v"
        path.write_text(f"{text}\n{audit}", encoding="utf-8")
        run = _run(["coqc", "-q", *_library()[0], "-w", _WARNINGS, path.name], folder, timeout)
        answer = Path(folder) / f"{_ALL}.out"
        rests = answer.read_text(encoding="utf-8").strip() if answer.is_file() else "no answer"
    if run.stuck:
        return CheckResult(name, UNDECIDED, run.stuck, (), run.seconds)
    if run.code:
        return CheckResult(name, REJECTED, run.out.strip(), (), run.seconds)
    if rests != CLOSED:
        return CheckResult(name, REJECTED, f"the file is not closed: {rests}", (), run.seconds)
    return CheckResult(name, ACCEPTED, "", lemmas, run.seconds, version())


def check_all(texts: Mapping[str, str], *, timeout: float = 120) -> dict[str, CheckResult]:
    """`check` of several files, as many at a time as there are processors; the answers in the order of the files."""
    if not texts:
        return {}
    build_library()  # once, before the files ask for it together
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        asked = {name: pool.submit(check, text, name, timeout=timeout) for name, text in texts.items()}
    return {name: future.result() for name, future in asked.items()}


def check_each(
    header: str, lemmas: Mapping[str, str], *, timeout: float = 120
) -> dict[str, tuple[bool | None, str]]:
    """Which of several lemmas a Coq session takes: name -> (whether it was defined, the first error).

    One session for all, so a rejected lemma does not hide the others.  It finds the step that
    fails; the word "accepted" still comes from `check` alone, which compiles and reads
    `Print Assumptions`.  None, and why, for those that the session did not come to within
    ``timeout`` seconds of processor time.  Raises SymlamError where nothing can be checked.
    """
    why = missing()
    if why is not None:
        raise SymlamError(f"no lemma can be checked here: {why}")
    text = header
    for name, lemma in lemmas.items():
        text += f'\nGoal True. idtac "<<{name}>>". Abort.\n{lemma}\nAbort All.\nAbout {name}.\n'
    with tempfile.TemporaryDirectory(prefix="symlam-") as folder:
        run = _run(["coqtop", "-q", *_library()[0], "-w", _WARNINGS], folder, timeout, text)
    out: dict[str, tuple[bool | None, str]] = {}
    parts = re.split(r"<<([\w']+)>>\n", run.out)
    answers = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name in lemmas:
        answer = answers.get(name, "")
        defined = (
            re.search(rf"^Expands to: Constant Top\.{re.escape(name)}$", answer, re.MULTILINE) is not None
        )
        error = re.search(r"^Error:(.*?)(?=^\S+ < |\Z)", answer, re.MULTILINE | re.DOTALL)
        if run.stuck and not defined and error is None:
            out[name] = (None, run.stuck)
        else:
            out[name] = (defined, "" if defined or error is None else error.group(1).strip())
    return out


@cache
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
