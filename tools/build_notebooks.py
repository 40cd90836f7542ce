"""Execute notebooks/*.py and write each beside itself as .ipynb with its outputs, pictures included.

The scripts are the sources (jupytext, percent format). Written again without change when nothing changed: no times,
no random cell names.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook(script: Path) -> Any:
    """The notebook of a percent script, not executed."""
    book = jupytext.read(script)
    book.metadata = nbformat.from_dict(
        {
            "jupytext": {"formats": "ipynb,py:percent"},
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
        cell["metadata"] = nbformat.from_dict({})
    return book


def executed(script: Path, *, seconds: int = 900) -> Any:
    """The notebook with its outputs; nbclient.exceptions.CellExecutionError when a cell fails."""
    book = notebook(script)
    client = NotebookClient(
        book, timeout=seconds, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(script.parent)}},
    )  # fmt: skip
    client.execute()
    # what language the kernel said it was, down to its patch version, is no part of the notebook
    book.metadata["language_info"] = nbformat.from_dict({"name": "python"})
    return book


def main() -> int:
    """Write the notebooks named on the command line, or all."""
    wanted = [NOTEBOOKS / f"{name}.py" for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.py"))
    for script in wanted:
        print(f"notebooks: {script.stem}", file=sys.stderr, flush=True)
        nbformat.write(executed(script), script.with_suffix(".ipynb"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
