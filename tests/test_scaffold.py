"""The ways in: set-up scripts, lock, Makefile, command line."""

from __future__ import annotations

import importlib.util
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
SYMLAM = Path(sys.executable).parent / "symlam"


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "tools")  # as when the script is run
        spec.loader.exec_module(module)
    return module


def symlam(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SYMLAM), *words], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


# The lock


def pinned(name: str) -> dict[str, str]:
    """The pins of a lock; every one must have hashes."""
    lock = (ROOT / name).read_text()
    pins = re.findall(r"^([a-z0-9-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock, re.M)
    assert len(pins) == len(re.findall(r"^[a-z0-9-]+==", lock, re.M)), "a pin without hashes"
    assert not re.search(r"^-", lock, re.M), "an option line would tie the lock to one machine"
    return {package: version for package, version, _ in pins}


def names(words: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9-]+", word).group().lower() for word in words}


def test_the_locks_pin_and_hash_every_requirement_and_name_no_mirror() -> None:
    lock = tool("lock")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lean = names([*project["dependencies"], *(word for extra in lock.LEAN for word in extras[extra])])
    everything = lean | names([word for extra in lock.FULL for word in extras[extra]])
    assert set(extras) - set(lock.FULL) == {"nonlinear"}
    small, large = pinned("requirements.lock"), pinned("requirements-all.lock")
    assert lean <= set(small)
    assert everything <= set(large)
    assert "torch" not in large
    assert small.items() <= large.items(), "the larger lock contains the smaller, version by version"


# The environment


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ModuleType]:
    setup = tool("setup_venv")
    (tmp_path / "tools").mkdir()
    for name in (*setup.LOCKS, "pyproject.toml", "tools/setup_venv.py"):
        (tmp_path / name).write_text("as first written")
    for name, path in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv/stamp",
        "VENV_PYTHON": tmp_path / ".venv/bin/python",
    }.items():
        monkeypatch.setattr(setup, name, path)
    monkeypatch.setattr(sys, "argv", ["setup_venv.py"])
    return tmp_path, setup


def test_setup_does_nothing_the_second_time_and_again_after_the_lock_changed(
    checkout: tuple[Path, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, setup = checkout
    commands: list[list[str]] = []

    def pretend(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        commands.append([str(word) for word in command])
        if "-e" in command:
            (root / ".venv/bin").mkdir(parents=True, exist_ok=True)
            (root / ".venv/bin/symlam").write_text(f"#!{root}/.venv/bin/python")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(setup.subprocess, "run", pretend)
    setup.main()
    assert any("--require-hashes" in command for command in commands)
    commands.clear()
    setup.main()
    assert commands == []
    (root / "requirements.lock").write_text("changed")
    setup.main()
    assert any("--require-hashes" in command for command in commands)


def test_setup_grows_to_the_larger_lock_when_asked_and_never_shrinks(
    checkout: tuple[Path, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, setup = checkout
    installed: list[str] = []

    def pretend(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        installed.extend(Path(word).name for word in map(str, command) if word.endswith(".lock"))
        if "-e" in command:
            (root / ".venv/bin").mkdir(parents=True, exist_ok=True)
            (root / ".venv/bin/symlam").write_text(f"#!{root}/.venv/bin/python")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(setup.subprocess, "run", pretend)
    for words, wanted in [([], ["requirements.lock"]), (["--all"], ["requirements-all.lock"]), ([], [])]:
        installed.clear()
        monkeypatch.setattr(sys, "argv", ["setup_venv.py", *words])
        setup.main()
        assert installed == wanted
    (root / "pyproject.toml").write_text("changed")
    setup.main()
    assert installed == ["requirements-all.lock"]


def test_a_program_that_is_not_there_does_not_run(checkout: tuple[Path, ModuleType]) -> None:
    root, setup = checkout
    assert not setup.runs(str(root / ".venv/bin/python"), "--version")
    assert setup.runs(sys.executable, "--version")


def test_a_failing_installation_is_one_sentence_and_leaves_no_stamp(
    checkout: tuple[Path, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, setup = checkout

    def refuse(
        command: list[str], *, check: bool = False, **options: object
    ) -> subprocess.CompletedProcess[str]:
        if check:
            raise subprocess.CalledProcessError(1, command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(setup.subprocess, "run", refuse)
    with pytest.raises(SystemExit, match="setup: this command failed"):
        setup.main()
    assert not (root / ".venv/stamp").exists()


def test_an_old_python_gets_one_sentence(
    checkout: tuple[Path, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, setup = checkout
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"symlam needs Python 3\.11 or newer, and .* is 3\.9"):
        setup.main()


# Coq


@pytest.fixture
def no_coq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ModuleType]:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path, tool("setup_coq")


def apt_that_fails(place: Path) -> None:
    apt = place / "apt-get"
    apt.write_text("#!/bin/sh\necho E: no network >&2\nexit 100\n")
    apt.chmod(0o755)


def test_without_apt_the_absence_is_said(
    no_coq: tuple[Path, ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    no_coq[1].main()
    assert "not checked here" in capsys.readouterr().out


def test_a_user_is_told_the_one_command(
    no_coq: tuple[Path, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place, setup = no_coq
    apt_that_fails(place)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    setup.main()
    said = capsys.readouterr().out
    assert "sudo apt-get install --no-install-recommends coq " in said
    assert "failed" not in said, "apt is not tried"


def test_an_apt_that_fails_is_said_and_is_no_error(
    no_coq: tuple[Path, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place, setup = no_coq
    apt_that_fails(place)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    setup.main()
    said = capsys.readouterr().out
    assert "apt-get install" in said and "E: no network" in said and "not checked here" in said


# Makefile, continuous integration, changelog


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    assert re.search(r"^exec make .*\btest$", script.read_text(), re.M)


@pytest.mark.parametrize("target", ["verify", "test", "prove", "audit", "lock", "bench", "clean"])
def test_the_makefile_has_and_explains_each_target(target: str) -> None:
    said = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^make {target}\s+\S", said, re.M)
    subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=True)


def test_changelog_fragments_are_named_for_their_section() -> None:
    names = [path.name for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]
    assert [
        name for name in names if not re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md", name)
    ] == []


# Command line


def test_help_and_version() -> None:
    done = symlam("--help")
    assert done.returncode == 0
    assert "verify" in done.stdout and "prove" in done.stdout
    assert symlam("--version").returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["prove", "--no-such-option"],
        ["prove", "--full"],
        ["prove", "--jobs", "0"],
        ["prove", "--proofs", "no/such/directory"],
        ["prove", "P4.7"],
    ],
)
def test_bad_usage_is_exit_2_without_traceback(words: list[str]) -> None:
    done = symlam(*words)
    assert done.returncode == 2
    assert re.search(r"^(Error|symlam): ", done.stderr, re.M)
    assert "Traceback" not in done.stdout + done.stderr


def test_prove_without_coq_says_so_and_claims_nothing(tmp_path: Path) -> None:
    small = ROOT / "tests" / "formal" / "small"
    done = symlam("prove", "--proofs", str(small), PATH=str(tmp_path))
    assert done.returncode == 1
    assert "not checked here" in done.stdout
    assert "make coq" in done.stdout
    assert not re.search(r"\bproved\b", done.stdout)
    assert "Traceback" not in done.stderr


def test_prove_of_a_directory_without_proofs_is_exit_1(tmp_path: Path) -> None:
    done = symlam("prove", "--proofs", str(tmp_path))
    assert done.returncode == 1
    assert "not checked here: no _CoqProject" in done.stdout


# Programs from Debian's packages


@pytest.mark.parametrize(
    ("apt", "user", "words"),
    [
        (None, 0, "nor apt-get"),
        ("/usr/bin/apt-get", 1000, "sudo apt-get install"),
        ("/usr/bin/apt-get", 0, "could not install"),
    ],
)
def test_a_missing_program_is_one_command_and_no_failure(
    apt: str | None,
    user: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    debian = tool("debian")
    monkeypatch.setattr(debian.shutil, "which", lambda name: apt)
    monkeypatch.setattr(debian.os, "geteuid", lambda: user)
    monkeypatch.setattr(
        debian.subprocess,
        "run",
        lambda command, **options: subprocess.CompletedProcess(command, 1, "", "no network"),
    )
    debian.ensure("x", "program", ["package"], lambda: False, "what is left works")
    said = capsys.readouterr().out
    assert words in said
    assert "what is left works" in said
    debian.ensure("x", "program", ["package"], lambda: True, "")
    assert capsys.readouterr().out == ""
