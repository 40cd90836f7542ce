"""ruff and pytest's strictness, as pyproject.toml configures them; and that each of them notices what it is for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECKED = ("symlam", "tests", "tools", "benchmarks")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_ruff_has_nothing_to_say() -> None:
    done = run("ruff", "check", "--no-cache", "--output-format=concise", *CHECKED)
    assert done.returncode == 0, done.stdout
    done = run("ruff", "format", "--no-cache", "--check", *CHECKED)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("import os\n", "F401"),
        ("def f(x=[]):\n    return x\n", "B006"),
        ("import sys\nimport os\n\nprint(os, sys)\n", "I001"),
        ("def f(a, b):\n    if a:\n        if b:\n            print()\n", "SIM102"),
        ("x = list([i for i in (1, 2)])\n", "C4"),
    ],
)
def test_ruff_notices(tmp_path: Path, text: str, rule: str) -> None:
    (tmp_path / "bad.py").write_text(text)
    configured = ("--config", str(ROOT / "pyproject.toml"), "--no-cache", "--output-format=concise")
    done = run("ruff", "check", *configured, str(tmp_path / "bad.py"))
    assert done.returncode == 1
    assert rule in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "import warnings\n\n\ndef test():\n    warnings.warn('old', DeprecationWarning, stacklevel=1)\n",
        "def test():\n    open(__file__)\n",
        "import pytest\n\n\n@pytest.mark.nobody\ndef test():\n    pass\n",
        "import pytest\n\n\n@pytest.mark.xfail\ndef test():\n    pass\n",
    ],
    ids=["warning", "unclosed file", "unknown marker", "unexpected pass"],
)
def test_pytest_is_strict(tmp_path: Path, text: str) -> None:
    file = tmp_path / "test_one.py"
    file.write_text(text)
    configured = (
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(tmp_path),
        "-q",
        "-p",
        "no:cacheprovider",
    )
    assert run("pytest", *configured, str(file)).returncode != 0
    file.write_text("def test():\n    pass\n")
    assert run("pytest", *configured, str(file)).returncode == 0
