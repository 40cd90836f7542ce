"""Check a file: LaTeX, Markdown with fenced LaTeX, or a Python script."""

from __future__ import annotations

from pathlib import Path

from symlam.check._minimal import minimal_assumptions
from symlam.check._report import Report
from symlam.check._run import check_text
from symlam.check._script import check_script
from symlam.check._verdict import SECONDS
from symlam.errors import SymlamError

_MARKDOWN = (".md", ".markdown", ".qmd", ".rmd")


def check_file(
    path: str | Path, *, minimal: bool = False, certify: bool = False, seconds: float = SECONDS
) -> Report:
    """Check one file.

    With ``minimal`` also look for the weakest sufficient assumptions (not for scripts), with
    ``certify`` let the Rocq kernel check every accepted line.

    Raises SymlamError for a file that cannot be read, or whose text cannot.
    """
    path = Path(path)
    if path.suffix == ".py":
        if not path.is_file():
            raise SymlamError(f"{path}: no such file")
        if minimal:
            raise SymlamError("--minimal of a Python script", expected="a .tex or .md file")
        return _certified(check_script(path), certify)
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SymlamError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise SymlamError(f"{path}: {error.strerror}") from None
    markdown = path.suffix.lower() in _MARKDOWN

    def run(drop: frozenset[str] = frozenset()) -> Report:
        return check_text(source, name=str(path), markdown=markdown, drop=drop, seconds=seconds)

    try:
        report = run()
    except SymlamError as error:
        raise SymlamError(f"{path}: {error.problem}", expected=error.expected, hint=error.hint) from None
    if minimal:
        report.minimal = minimal_assumptions(report, run)
    return _certified(report, certify)


def _certified(report: Report, wanted: bool) -> Report:
    if not report.lines:  # nothing checked must not look like everything accepted
        raise SymlamError(
            f"{report.name}: no line of a derivation in it",
            expected=r"a display (align, equation, \[ \]) with a relation, in Markdown inside a latex block; "
            "or a script with symlam.check.derivation",
        )
    if wanted:
        from symlam.check._certify import certify

        certify(report)
    return report
