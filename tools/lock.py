"""Rewrite requirements.lock from pyproject.toml with pip-compile, every package pinned and hashed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--all-extras",
    "--strip-extras",
    # the lock names packages, not the mirrors of the machine that wrote it
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--output-file=requirements.lock",
    "pyproject.toml",
]


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        python = Path(scratch) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", scratch], check=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "pip-tools"], check=True
        )
        environment = dict(os.environ, CUSTOM_COMPILE_COMMAND="make lock")
        subprocess.run(
            [str(python), "-m", "piptools", "compile", *OPTIONS], cwd=ROOT, env=environment, check=True
        )
    print("requirements.lock is written; `make setup` installs it")


if __name__ == "__main__":
    main()
