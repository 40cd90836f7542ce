"""Build the proofs where Coq is there, run the tests under coverage, and end with pytest's own last line.

python tools/run_tests.py                 everything; fails below 95 % of lines and branches
python tools/run_tests.py tests/algebra   some of it, without coverage: arguments go to pytest
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DATA = ROOT / "build" / "quality" / "coverage"
# percent of lines and branches below which a run fails
LEAST = 95
# programs without which tests are skipped that reach many lines: coverage is not judged then
TOOLS = ("coqc", "pdflatex", "chromium")


def main() -> int:
    if shutil.which("coqc") and (ROOT / "proofs" / "ledger.toml").exists():
        # a failing build is reported here and judged by the tests
        subprocess.run([str(BIN / "symlam"), "prove"], cwd=ROOT, check=False)
    if sys.argv[1:]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", *sys.argv[1:]], cwd=ROOT, check=False
        ).returncode
    return measured()


def measured(*paths: str, least: float = LEAST) -> int:
    """Tests (all, or those in ``paths``) under coverage; the table goes to a file, the total and pytest's summary to the screen."""
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    os.environ["COVERAGE_FILE"] = str(DATA / "data")  # for the processes that the tests start too
    # a fixed seed: the same commit passes or fails every time; `make quality STEP=profiles` draws anew
    tests, last = told([*coverage("run"), "-m", "pytest", "--hypothesis-profile=ci", *paths])
    subprocess.run([*coverage("combine"), "--quiet"], cwd=ROOT, check=False)
    with (DATA / "report.txt").open("w") as table:
        shown = [*coverage("report"), "--sort=cover", "--show-missing"]
        subprocess.run(shown, cwd=ROOT, check=False, stdout=table)
    total = subprocess.run(
        [*coverage("report"), "--format=total", "--precision=1"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    ).stdout.strip()
    enough = total.replace(".", "").isdigit() and float(total) >= least
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    print(
        f"coverage of lines and branches: {total} % (at least {least}), file by file in {DATA.relative_to(ROOT)}/report.txt"
    )
    if missing:
        print(f"the coverage is not judged without {', '.join(missing)}")
    elif not enough:
        print(f"NOT GOOD: coverage below {least} %")
    print(last, flush=True)
    return tests or int(not missing and not enough)


def coverage(command: str) -> list[str]:
    return [sys.executable, "-m", "coverage", command]


def told(command: list[str]) -> tuple[int, str]:
    """Run and show as it comes; the exit code and the last line."""
    last = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.rstrip() or last
    return process.returncode, last


if __name__ == "__main__":
    sys.exit(main())
