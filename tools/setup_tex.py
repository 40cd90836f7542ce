"""See that pdflatex is there with what the report loads. Never fails: tests of the PDF say that they were skipped."""

import shutil
import subprocess

from debian import ensure

PACKAGES = ["texlive-latex-base", "texlive-latex-recommended"]
FILES = ["amsmath.sty", "booktabs.sty", "longtable.sty", "hyperref.sty", "geometry.sty"]


def works():
    """True where pdflatex runs and finds every package that documents load."""
    if shutil.which("pdflatex") is None or shutil.which("kpsewhich") is None:
        return False
    found = subprocess.run(["kpsewhich", *FILES], capture_output=True, text=True, check=False)
    return len(found.stdout.split()) == len(FILES)


if __name__ == "__main__":
    ensure(
        "tex",
        "pdflatex",
        PACKAGES,
        works,
        "LaTeX and the HTML report can be written all the same; only the PDF needs it",
    )
