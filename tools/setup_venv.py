"""Build .venv at the project's root from a lock; do nothing when it is already so.

requirements.lock is enough to use symlam; `--all` installs requirements-all.lock, which contains it and adds what
the tests, the documentation and the quality checks need.

Runs under any Python 3, before anything is installed, so it uses the standard library alone. Debian's python3
lacks ensurepip, hence a venv without pip, filled by the system's pip (``pip --python``, pip >= 22.3).
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "symlam-setup.sha256"
VENV_PYTHON = VENV / "bin" / "python"
# from the smaller to the larger, which contains it
LOCKS = ("requirements.lock", "requirements-all.lock")
# settings of the caller's shell that would send packages elsewhere
REDIRECTIONS = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")


def fail(message):
    sys.exit("setup: " + message)


def version(parts):
    return ".".join(str(part) for part in sys.version_info[:parts])


def clean_environment():
    kept = {name: value for name, value in os.environ.items() if name not in REDIRECTIONS}
    kept.setdefault("PIP_ROOT_USER_ACTION", "ignore")
    return kept


def fingerprint():
    """What the environment was made from: lock, metadata, interpreter, and the place (scripts hold absolute paths)."""
    digest = hashlib.sha256()
    for name in (*LOCKS, "pyproject.toml", "tools/setup_venv.py"):
        digest.update((ROOT / name).read_bytes())
    digest.update(repr((sys.version_info[:3], str(ROOT))).encode())
    return digest.hexdigest()


def runs(*command):
    try:
        done = subprocess.run(command, env=clean_environment(), capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def make_venv():
    """Return the command that installs into .venv, after creating .venv where it is missing or broken."""
    same_python = runs(
        str(VENV_PYTHON), "-c", f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    )
    # scripts name their interpreter by absolute path: a checkout that was moved needs them written again
    moved = f"{VENV}/bin/" not in read(VENV / "bin" / "symlam", default=f"{VENV}/bin/")
    wants = ["--clear"] if moved or not same_python else []
    has_option = runs(sys.executable, "-m", "pip", "--python", sys.executable, "--version")
    has_ensurepip = runs(sys.executable, "-c", "import ensurepip")
    if has_option:
        create, pip = ["--without-pip"], [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]
    elif has_ensurepip:
        create, pip = [], [str(VENV_PYTHON), "-m", "pip"]
        if not runs(*pip, "--version"):
            wants = ["--clear"]
    else:
        fail(
            f"neither pip >= 22.3 nor ensurepip was found for {sys.executable}; on Debian run: apt install python3-pip"
        )
    if wants:
        print(f"setup: creating .venv with Python {version(3)}", flush=True)
        subprocess.run(
            [sys.executable, "-m", "venv", *create, *wants, str(VENV)], env=clean_environment(), check=True
        )
    return pip


def read(path, default):
    try:
        return path.read_text()
    except OSError:
        return default


def main():
    # old interpreters get this far and no further
    if sys.version_info < (3, 11):  # noqa: UP036
        fail(
            f"symlam needs Python 3.11 or newer, and {sys.executable} is {version(2)}; "
            "choose another with: make PYTHON=python3.12 ..."
        )
    if sys.argv[1:] not in ([], ["--all"]):
        fail("usage: setup_venv.py [--all]")
    name = LOCKS[len(sys.argv) - 1]
    wanted = fingerprint()
    stamped, _, installed = read(STAMP, default="").partition(" ")
    # a change of the locks keeps .venv as large as it was
    lock_name = max(name, installed, key=lambda known: LOCKS.index(known) if known in LOCKS else -1)
    if (stamped, installed) == (wanted, lock_name) and (VENV / "bin" / "symlam").exists():
        return
    try:
        pip = make_venv()
        print(f"setup: installing {lock_name} into .venv", flush=True)
        quiet = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
        lock = ["--require-hashes", "-r", str(ROOT / lock_name)]
        own = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
        environment = clean_environment()
        # the build backend of the editable install is in the lock and is started from .venv
        environment["PATH"] = str(VENV / "bin") + os.pathsep + environment.get("PATH", os.defpath)
        for arguments in (lock, own):
            subprocess.run(pip + quiet + arguments, env=environment, check=True, cwd=ROOT)
    except subprocess.CalledProcessError as error:
        fail("this command failed (see above): " + " ".join(str(word) for word in error.cmd))
    STAMP.write_text(f"{wanted} {lock_name}")


if __name__ == "__main__":
    main()
