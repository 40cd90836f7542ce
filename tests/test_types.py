"""mypy, strict, over the package: pyproject.toml says which files and why something is looser there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytest.importorskip("mypy", reason="mypy comes with the extra `quality`: make everything")


def _mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--no-error-summary", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_types_agree() -> None:
    done = _mypy()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "def f(x): return x",
        "from symlam.algebra import matrix\nx: int = matrix('A', 'n', 'n')",
        "x: list = []",
    ],
    ids=["untyped", "wrong", "bare"],
)
def test_what_is_wrong_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / "wrong.py").write_text(line + "\n")
    done = _mypy(str(tmp_path / "wrong.py"))
    assert done.returncode == 1
    assert "wrong.py" in done.stdout
