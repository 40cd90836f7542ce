"""A build of the theories that nothing but the audit writes to.

The sources are copied into a directory of their own (``build/proofs`` of the checkout) and compiled there, in
parallel and incrementally. Whatever lies compiled beside the sources is never loaded. Time stamps alone are not
trusted either: a compiled file is reused only if the source and the object are, byte for byte, those of the last
build here, under the same Coq.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from symlam.evidence._audit_ledger import PROJECT, Project
from symlam.evidence._audit_source import Finding

_PROGRAMS = ("coqc", "coqchk", "coqdep", "coq_makefile", "make")
# seconds for one file: many times what the slowest takes, so that another Coq cannot hang the audit
_LIMIT = 900
# variables by which a caller's shell or an outer make would change how coqc is called
_MEDDLING = ("COQFLAGS", "COQEXTRAFLAGS", "COQCHKFLAGS", "COQCHKEXTRAFLAGS", "COQLIBS", "COQC", "OTHERFLAGS")
_OUTER_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEFILES", "GNUMAKEFLAGS", "OPT", "VERBOSE", "TIMED")


@dataclass(frozen=True)
class Coq:
    """The Coq that was found: its version and where its libraries are."""

    version: str
    library: str


@dataclass
class Build:
    """Outcome of a build: the directory, what failed (by source), and what was found wrong."""

    directory: Path
    project: Project
    errors: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    compiled: int = 0
    seconds: float = 0.0


def environment() -> dict[str, str]:
    """The caller's environment without what would change the calls of coqc."""
    return {name: value for name, value in os.environ.items() if name not in {*_MEDDLING, *_OUTER_MAKE}}


def run(*command: str, cwd: Path, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run one program of Coq, both streams captured together."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )


def find_coq() -> Coq | str:
    """The installed Coq, or a sentence that says what is missing."""
    if missing := [program for program in _PROGRAMS if shutil.which(program) is None]:
        return f"{', '.join(missing)} not installed; `make coq` installs Rocq/Coq with MathComp or says how"
    here = Path(__file__).parent
    version = run("coqc", "--print-version", cwd=here)
    where = run("coqc", "-where", cwd=here)
    if version.returncode or where.returncode or not version.stdout.split():
        return f"coqc does not run: {_tail(version.stdout + where.stdout)}"
    return Coq(version.stdout.split()[0], where.stdout.strip())


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _tail(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no output"


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the build directory: two audits at the same time take turns."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build(proofs: Path, project: Project, coq: Coq, directory: Path, *, jobs: int | None = None) -> Build:
    """Compile the sources of ``project`` under ``directory``, which has to be locked by the caller."""
    started = time.perf_counter()
    result = Build(directory, project)
    # one reading of the sources: what is compiled is what is hashed
    sources = {file: (proofs / file).read_bytes() for file in project.sources}
    hashes = {file: _sha(data) for file, data in sources.items()}
    key = f"{coq.version} {coq.library} {' '.join([*project.include, *project.flags])}"
    record = _read_record(directory, key)
    _sync(directory, sources)
    for file in project.sources:
        compiled = directory / Path(file).with_suffix(".vo")
        if not compiled.exists():
            continue
        known = record.get(file, {})
        same = _sha(compiled.read_bytes()) == known.get("object")
        if known.get("source") == hashes[file] and same:
            continue
        if known.get("source") == hashes[file]:
            message = "the compiled file in the build directory is not the one this audit made; run again to rebuild it"
            result.findings.append(Finding("stale .vo", file, message))
        compiled.unlink()
    result.compiled = sum(
        not (directory / Path(file).with_suffix(".vo")).exists() for file in project.sources
    )
    (directory / PROJECT).write_text(
        "\n".join(
            [
                *(" ".join(library) for library in project.libraries),
                *(f"-arg {flag}" for flag in project.flags),
                *project.sources,
            ]
        )
        + "\n"
    )
    for _, place, _ in project.libraries:
        (directory / place).mkdir(parents=True, exist_ok=True)
    made = run("coq_makefile", "-f", PROJECT, "-o", "Makefile.coq", cwd=directory)
    if made.returncode:
        result.findings.append(Finding("build", PROJECT, _tail(made.stdout)))
        result.errors = dict.fromkeys(project.sources, "not compiled: coq_makefile failed")
    else:
        count = jobs or os.cpu_count() or 1
        command = ["make", "-f", "Makefile.coq", "-k", f"-j{count}"]
        if shutil.which("timeout"):
            command.append(f"TIMECMD=timeout {_LIMIT}")
        log = run(*command, cwd=directory).stdout
        (directory / "build.log").write_text(log)
        result.errors = _errors(log, project, directory)
    objects = {
        file: {
            "source": hashes[file],
            "object": _sha((directory / Path(file).with_suffix(".vo")).read_bytes()),
        }
        for file in project.sources
        if file not in result.errors
    }
    (directory / "record.json").write_text(json.dumps({"coq": key, "files": objects}, indent=1))
    if not result.errors:
        result.findings += _stale_beside_sources(proofs, project, directory, objects)
    result.seconds = time.perf_counter() - started
    return result


def _read_record(directory: Path, key: str) -> dict[str, dict[str, str]]:
    try:
        record = json.loads((directory / "record.json").read_text())
        return record["files"] if record["coq"] == key else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _sync(directory: Path, sources: dict[str, bytes]) -> None:
    for file, data in sources.items():
        target = directory / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != data:
            target.write_bytes(data)
    for old in directory.rglob("*.v"):
        if str(old.relative_to(directory)) not in sources:
            for suffix in (".v", ".vo", ".vok", ".vos", ".glob"):
                old.with_suffix(suffix).unlink(missing_ok=True)


_ERROR = re.compile(
    r'^File "(?:\./)?(?P<file>[^"]+)", line (?P<line>\d+), characters [^\n]*\n(?P<text>Error:.*?)(?=^(?:File|make|COQ)|\Z)',
    re.M | re.S,
)


def _errors(log: str, project: Project, directory: Path) -> dict[str, str]:
    """Why each source that was not compiled was not."""
    said = {
        match["file"]: f"line {match['line']}: {' '.join(match['text'].split())[:300]}"
        for match in _ERROR.finditer(log)
    }
    failed = {file for file in project.sources if not (directory / Path(file).with_suffix(".vo")).exists()}
    # an object may still be there from before although its source, or one that it needs, failed this time
    failed |= said.keys() & set(project.sources)
    needs = dependencies(directory, project)
    while more := {file for file in project.sources if file not in failed and failed & set(needs[file])}:
        failed |= more
    for file in re.findall(r"\[Makefile\.coq:\d+: (\S+)\.vo\] Error 124", log):
        said[f"{file}.v"] = f"not compiled within {_LIMIT} seconds"
    needed = "not compiled: a file that it needs failed"
    return {file: said.get(file, needed) for file in project.sources if file in failed}


def dependencies(directory: Path, project: Project) -> dict[str, list[str]]:
    """Which sources of the project each source needs, as coqdep said in this build."""
    needs: dict[str, list[str]] = {file: [] for file in project.sources}
    try:
        text = (directory / ".Makefile.coq.d").read_text()
    except OSError:
        return needs
    for line in text.splitlines():
        targets, _, sources = line.partition(":")
        words = targets.split()
        if words and words[0].endswith(".vo") and (file := str(Path(words[0]).with_suffix(".v"))) in needs:
            listed = {str(Path(word).with_suffix(".v")) for word in sources.split() if word.endswith(".vo")}
            needs[file] = [other for other in project.sources if other in listed]
    return needs


def _stale_beside_sources(
    proofs: Path, project: Project, directory: Path, objects: dict[str, dict[str, str]]
) -> list[Finding]:
    """Compiled files beside the sources that `make` would keep although they are not their sources' compilation.

    The audit does not load them, but whoever loads the theories by hand would.
    """
    found: list[Finding] = []
    if any(_sha((proofs / file).read_bytes()) != made["source"] for file, made in objects.items()):
        return found  # somebody is editing: what lies beside may be of newer sources than this build
    needs = dependencies(directory, project)

    def age(path: Path) -> float:
        return path.stat().st_mtime if path.exists() else float("inf")

    for file in project.sources:
        beside = (proofs / file).with_suffix(".vo")
        if not beside.exists():
            continue
        newest = max(
            [age(proofs / file), *(age((proofs / other).with_suffix(".vo")) for other in needs[file])]
        )
        if age(beside) >= newest and _sha(beside.read_bytes()) != objects[file]["object"]:
            message = (
                "the compiled file beside it is not its compilation; remove it with: make -C proofs clean"
            )
            found.append(Finding("stale .vo", file, message))
    return found
