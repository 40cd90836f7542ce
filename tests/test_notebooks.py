"""The notebooks: each runs with its assertions, and is stored beside its script with outputs and pictures."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "notebooks").glob("*.py"))
WANTED = {
    "tour", "proposition_4_1", "proposition_4_2", "proposition_4_3", "proposition_4_4", "audit", "phase_diagrams",
    "check_your_own", "my_data", "exogenous_state", "gridworld",
}  # fmt: skip


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_notebooks", ROOT / "tools" / "build_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(script: Path) -> Any:
    return nbformat.read(script.with_suffix(".ipynb"), as_version=4)


def code(book: Any) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


def kinds(book: Any) -> list[list[str]]:
    """What each code cell put out, by kind: text may depend on the machine, kinds must not."""
    return [
        sorted({kind for x in cell.outputs for kind in (x.get("data") or {x["output_type"]: 0})})
        for cell in book.cells
        if cell.cell_type == "code"
    ]


def test_there_is_a_notebook_for_every_subject_and_each_is_paired() -> None:
    assert {p.stem for p in SCRIPTS} == WANTED
    assert {p.stem for p in (ROOT / "notebooks").glob("*.ipynb")} == WANTED


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_a_notebook_has_assertions_and_its_pair_the_same_cells(script: Path, builder: ModuleType) -> None:
    assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(script.read_text())))
    fresh, kept = builder.notebook(script), stored(script)
    nbformat.validate(kept)
    assert [c.source for c in fresh.cells] == [c.source for c in kept.cells], "run make notebooks"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_a_notebook_runs_and_its_outputs_are_stored(script: Path, builder: ModuleType) -> None:
    fresh, kept = builder.executed(script), stored(script)
    assert kinds(fresh) == kinds(kept)
    text = "".join(x.get("text", "") for c in kept.cells for x in c.get("outputs", []))
    assert text
    assert "Traceback" not in text
    pictures = sum(source.count("plt.show()") for source in code(kept))
    assert sum(kind.count("image/png") for kind in kinds(kept)) == pictures


def test_a_false_assertion_in_a_notebook_is_seen(tmp_path: Path, builder: ModuleType) -> None:
    from nbclient.exceptions import CellExecutionError

    script = tmp_path / "wrong.py"
    script.write_text("# %%\nprint(1)\n\n# %%\nassert 1 == 2\n")
    with pytest.raises(CellExecutionError, match="AssertionError"):
        builder.executed(script, seconds=120)
