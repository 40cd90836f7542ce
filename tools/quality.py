"""The slow checks of `make quality`: types, coverage, two SymPy versions, two Hypothesis profiles, mutation testing.

python tools/quality.py                          everything (hours on two cores)
python tools/quality.py types coverage           some of it
python tools/quality.py mutation symlam/optimum/_roles.py    one module; run again to go on where it stopped
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "quality"
BIN = Path(sys.executable).parent

COVERAGE = 95.0
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
PROFILE_TESTS = ("tests/algebra", "tests/strategies", "tests/testing", "tests/optimum", "tests/numerics")

KILLED = 95.0
# layer -> the tests that are to notice a change in one of its modules; a module may have others
LAYERS = {"algebra": "tests/algebra", "optimum": "tests/optimum", "evidence": "tests/formal"}
OTHERS = {"symlam/evidence/agreement.py": ("tests/claims/test_agreement.py",)}
MUTATED: dict[str, tuple[str, ...]] = {
    name: OTHERS.get(name, (tests,))
    for layer, tests in LAYERS.items()
    for path in sorted((ROOT / "symlam" / layer).glob("*.py"))
    if path.name != "__init__.py"
    for name in [str(path.relative_to(ROOT))]
}


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
    BUILD.mkdir(parents=True, exist_ok=True)
    data = f"--data-file={BUILD / 'coverage'}"
    tests = run(str(BIN / "coverage"), "run", data, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths)
    least = 0 if paths else COVERAGE
    report = run(
        str(BIN / "coverage"), "report", data, "--skip-covered", "--sort=cover", f"--fail-under={least}"
    )
    return tests == 0 and report == 0


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
        good &= pytest(f"--hypothesis-profile={profile}", *(paths or PROFILE_TESTS)) == 0
    return good


# ---- mutation


def mutation(paths: list[str]) -> bool:
    """Mutants of each module that its tests notice; a module that was begun is continued."""
    unknown = [p for p in paths if p not in MUTATED]
    if unknown:
        sys.exit(f"no tests are listed for {', '.join(unknown)}; there are {', '.join(MUTATED)}")
    good = True
    for module in paths or MUTATED:  # all of them, also after one that is not good
        good &= _mutate(module)
    return good


def _mutate(module: str) -> bool:
    place = BUILD / "mutation" / module.removeprefix("symlam/").removesuffix(".py").replace("/", ".")
    place.mkdir(parents=True, exist_ok=True)
    stamp, digest = place / "sha256", _digest(module)
    if stamp.exists() and stamp.read_text() != digest:
        shutil.rmtree(place / "mutants", ignore_errors=True)  # results of another text or of other tests
    for name in ("symlam", "tests", "proofs"):
        shutil.rmtree(place / name, ignore_errors=True)
        shutil.copytree(
            ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.vo*", "*.glob", ".*")
        )
    settings = (
        "\n[tool.mutmut]\n"
        f'source_paths = ["symlam"]\nonly_mutate = ["{module}"]\nalso_copy = ["proofs"]\n'
        f"pytest_add_cli_args_test_selection = {list(MUTATED[module])}\n"
        'pytest_add_cli_args = ["-q", "-p", "no:cacheprovider"]\nuse_git_change_detection = false\n'
    ).replace("'", '"')
    (place / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + settings)
    stamp.write_text(digest)
    mutmut = str(BIN / "mutmut")
    with (place / "mutmut.log").open("w") as log:
        print(f"$ mutmut run  ({module}, log in {place.relative_to(ROOT)}/mutmut.log)", flush=True)
        done = subprocess.run([mutmut, "run"], cwd=place, stdout=log, stderr=subprocess.STDOUT, check=False)
    listed = subprocess.run(
        [mutmut, "results", "--all", "true"], cwd=place, capture_output=True, text=True, check=False
    ).stdout
    status = dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", listed, flags=re.M))
    if not status or any(s == "not checked" for s in status.values()):
        print(f"{module}: stopped (exit {done.returncode}); run again to go on")
        return False
    survived = [name for name, s in status.items() if s not in ("killed", "timeout", "caught by type check")]
    wording, other = [], []
    for name in survived:
        shown = subprocess.run(
            [mutmut, "show", name], cwd=place, capture_output=True, text=True, check=False
        ).stdout
        (wording if is_wording(shown) else other).append((name, shown))
    counted = len(status) - len(wording)
    score = 100 * (counted - len(other)) / counted if counted else 100.0
    raw = 100 * (len(status) - len(survived)) / len(status)
    print(
        f"{module}: {len(status)} mutants, {len(survived)} survived ({raw:.1f} % killed); {len(wording)} of these change "
        f"only words of an error message; of the other {counted}, {score:.1f} % killed"
    )
    for name, shown in other:
        changed = [line for line in shown.splitlines() if re.match(r"[-+](?![-+])", line)]
        print(f"  {name.rpartition('.')[2]}\n    " + "\n    ".join(changed))
    return score >= KILLED


def _digest(module: str) -> str:
    """Of a module and of the tests that are to notice its mutants."""
    out = hashlib.sha256((ROOT / module).read_bytes())
    for place in MUTATED[module]:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            out.update(file.read_bytes())
    return out.hexdigest()


def is_wording(diff: str) -> bool:
    """Whether a mutant only changes what an error expects, hints at or says in words."""
    changed = [line[1:].strip() for line in diff.splitlines() if re.match(r"[-+](?![-+])", line)]
    texts = [line for line in changed if line not in (")", "),")]
    return bool(texts) and all(
        re.match(r"(expected|hint)=|f?[rb]?[\"']|raise SymlamError\(|$", line) is not None for line in texts
    )


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
