"""Rewrite the two locks from pyproject.toml with pip-compile, every package pinned and hashed.

requirements.lock is what symlam and its ordinary tests need; requirements-all.lock adds the extras `docs` and
`quality` and agrees with the first on every package that both name. Run it under the oldest Python that is
supported, Debian 12's 3.11.2: a newer one may choose packages that the older refuses.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--strip-extras",
    # the lock names packages, not the mirrors of the machine that wrote it
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "pyproject.toml",
]
LEAN = ("figures", "sweep", "dask", "testing", "dev")
FULL = (
    *LEAN,
    "docs",
    "quality",
)  # `nonlinear` is in neither: nothing but `symlam gridworld --train` needs PyTorch
LOCKS = {
    "requirements.lock": [f"--extra={extra}" for extra in LEAN],
    "requirements-all.lock": [f"--extra={extra}" for extra in FULL],
}


def main() -> None:
    if sys.version_info[:3] > (3, 11, 2):
        print(
            f"lock: this is Python {sys.version.split()[0]}; on Debian 12, 3.11.2, it would choose what runs there too"
        )
    with tempfile.TemporaryDirectory() as scratch:
        python = Path(scratch) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", scratch], check=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "pip-tools"], check=True
        )
        environment = dict(os.environ, CUSTOM_COMPILE_COMMAND="make lock")
        for lock, extras in LOCKS.items():
            if lock != "requirements.lock":
                # pins found in the output file are kept: both locks name the same versions
                shutil.copyfile(ROOT / "requirements.lock", ROOT / lock)
            command = [str(python), "-m", "piptools", "compile", f"--output-file={lock}", *extras, *OPTIONS]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
    print(f"{' and '.join(LOCKS)} are written; `make setup` installs the first, `make test` the second")


if __name__ == "__main__":
    main()
