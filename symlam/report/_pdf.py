"""The LaTeX of the report, and its PDF by pdflatex; the same input gives the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from symlam.errors import SymlamError
from symlam.latex._blocks import Block, Figure, latex_blocks
from symlam.latex._document import bibliography
from symlam.latex._prose import escape

LIMIT = 41.0  # em of a line
_PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb}
\usepackage[a4paper,margin=26mm]{geometry}
\usepackage{array,booktabs,longtable,graphicx}
\usepackage[hidelinks]{hyperref}
% no dates, no identifiers: the same input gives the same bytes
\pdfinfoomitdate=1
\pdftrailerid{}
\pdfsuppressptexinfo=-1
\setlength{\emergencystretch}{5em}
\setlength{\LTleft}{0pt}
\allowdisplaybreaks
"""


def source(blocks: list[Block], title: str, *, pictures: str = "") -> str:
    """The report as LaTeX; ``pictures`` is the directory of the figures, relative to the file."""
    path = f"\\graphicspath{{{{{pictures}/}}}}\n" if pictures else ""
    body = latex_blocks(blocks, limit=LIMIT)
    return (
        f"{_PREAMBLE}{path}\\title{{{escape(title)}}}\n\\author{{symlam}}\n\\date{{}}\n\\begin{{document}}\n\\maketitle\n\n"
        f"{body}\n\n{bibliography(body)}\\end{{document}}\n"
    )


def write_figures(blocks: list[Block], directory: Path) -> None:
    """The figures as PDF files."""
    directory.mkdir(parents=True, exist_ok=True)
    for b in blocks:
        if isinstance(b, Figure):
            (directory / f"{b.name}.pdf").write_bytes(b.data["pdf"])


def find_pdflatex() -> str:
    """The program; SymlamError that says how to get it, and that HTML needs none."""
    found = shutil.which("pdflatex")
    if found is None:
        raise SymlamError(
            "pdflatex is not installed, so there is no PDF",
            expected="a .html or .tex file without it",
            hint="make tex, or: apt-get install texlive-latex-base texlive-latex-recommended",
        )
    return found


def compiled(text: str, blocks: list[Block]) -> tuple[bytes, str]:
    """The PDF of a LaTeX text and the last log; SymlamError with LaTeX's own words where it fails."""
    program = find_pdflatex()
    with tempfile.TemporaryDirectory(prefix="symlam-report-") as scratch:
        place = Path(scratch)
        write_figures(blocks, place)
        (place / "report.tex").write_text(text, encoding="utf-8")
        environment = {**os.environ, "FORCE_SOURCE_DATE": "1", "max_print_line": "2000"}
        environment.setdefault("SOURCE_DATE_EPOCH", "0")
        log = ""
        for _ in range(4):  # widths of long tables and references settle in two or three
            done = subprocess.run(
                [program, "-interaction=nonstopmode", "-halt-on-error", "report.tex"],
                cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300,
            )  # fmt: skip
            file = place / "report.log"
            log = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
            if done.returncode:
                said = re.search(r"^! .*(?:\n.*){0,3}", log, re.MULTILINE)
                raise SymlamError(
                    "pdflatex failed: " + (" ".join(said[0].split()) if said else "no log"),
                    hint="make tex installs the packages it needs; .html needs none",
                )
            if "Rerun" not in log and "Table widths have changed" not in log:
                break
        return (place / "report.pdf").read_bytes(), log
