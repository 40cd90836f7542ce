"""The slow checks of `make quality`: types, coverage, two SymPy versions, two Hypothesis profiles, mutation testing.

python tools/quality.py                          everything (hours on two cores)
python tools/quality.py types coverage           some of it
python tools/quality.py mutation symlam/optimum/_roles.py    one module; run again to go on where it stopped
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "quality"
BIN = Path(sys.executable).parent

SYMPY = ("1.13.3", "1.14.0")
# tests that run with another SymPy: everything that uses it, without the kernel and the slow corpora
SYMPY_TESTS = (
    "tests/algebra",
    "tests/objective",
    "tests/models",
    "tests/optimum",
    "tests/scenario",
    "tests/snapshot",
)
PROFILES = ("ci", "nightly")


def run(*command: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> int:
    """Run and show; the exit code."""
    import os

    print("$", " ".join(command), flush=True)
    return subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, check=False).returncode


def pytest(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Run tests without doctests of everything else."""
    return run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, env=env)


def types(_: list[str]) -> bool:
    """mypy, strict, on what pyproject.toml lists."""
    return run(str(BIN / "mypy")) == 0


def coverage(paths: list[str]) -> bool:
    """Lines and branches of symlam/ that the tests (or those in ``paths``) reach."""
    import run_tests  # beside this script

    return run_tests.measured(*paths, least=0 if paths else run_tests.LEAST) == 0


def sympy(paths: list[str]) -> bool:
    """The tests under each SymPy version that pyproject.toml allows."""
    good = True
    for version in SYMPY:
        place = BUILD / f"sympy-{version}"
        if not (place / "sympy").is_dir():
            pip = (
                [sys.executable, "-m", "pip"]
                if _has_pip()
                else ["python3", "-m", "pip", "--python", sys.executable]
            )
            install = (*pip, "install", "--quiet", "--no-deps", "--target", str(place), f"sympy=={version}")
            if run(*install):
                return False
        env = {"PYTHONPATH": str(place)}
        check = f"import sympy; assert sympy.__version__ == {version!r}, sympy.__version__"
        good &= run(sys.executable, "-c", check, env=env) == 0
        good &= pytest(*(paths or SYMPY_TESTS), env=env) == 0
    return good


def _has_pip() -> bool:
    return (
        subprocess.run(
            [sys.executable, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
        == 0
    )


def profiles(paths: list[str]) -> bool:
    """Property tests under each Hypothesis profile of tests/conftest.py."""
    good = True
    for profile in PROFILES:
        # the profile changes nothing for tests that draw nothing
        good &= pytest(f"--hypothesis-profile={profile}", "-m", "hypothesis", *(paths or ("tests",))) == 0
    return good


def mutation(paths: list[str]) -> bool:
    """Mutants of each module that its tests notice; a module that was begun is continued."""
    return run(sys.executable, str(ROOT / "tools" / "mutation.py"), *paths) == 0


STEPS = {"types": types, "coverage": coverage, "sympy": sympy, "profiles": profiles, "mutation": mutation}


def main() -> int:
    """Run the steps that are named, or all; paths after a single step limit it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "words", nargs="*", metavar="STEP | PATH", help=f"{', '.join(STEPS)}; paths limit a single step"
    )
    words = parser.parse_args().words
    steps = [w for w in words if w in STEPS] or list(STEPS)
    paths = [w for w in words if w not in STEPS]
    if paths and len([w for w in words if w in STEPS]) != 1:
        parser.error("paths go with one step")
    results = {}
    for step in steps:
        print(f"== {step}", flush=True)
        results[step] = STEPS[step](paths)
    print("\n".join(f"{step}: {'good' if good else 'NOT GOOD'}" for step, good in results.items()))
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
