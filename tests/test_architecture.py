"""The layers: lower modules import nothing higher, and the faces stay lazy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("sympy", "numpy", "mpmath", "flint", "matplotlib", "rich", "pyarrow", "distributed")


def contracts(config: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    return subprocess.run(
        [*command, "--config", str(config), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_of_importlinter_is_kept() -> None:
    done = contracts(ROOT / ".importlinter")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kept, 0 broken" in done.stdout


def test_a_broken_contract_is_seen(tmp_path: Path) -> None:
    text = (ROOT / ".importlinter").read_text()
    # errors is imported by everybody: with errors on top, the layers cannot be kept
    lines = text.replace("    errors\n", "").replace("    (cli)\n", "    errors\n    (cli)\n")
    config = tmp_path / "upside_down.ini"
    config.write_text(lines)
    done = contracts(config)
    assert done.returncode == 1
    assert "1 kept, 1 broken" in done.stdout


@pytest.mark.parametrize("module", ["symlam", "symlam.errors", "symlam.cli"])
def test_importing_the_package_or_its_command_line_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
