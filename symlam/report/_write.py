"""Gather, render, write."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from symlam.algebra import Notation
from symlam.errors import SymlamError
from symlam.report import _cache

SUFFIXES = (".pdf", ".html", ".tex")


def write_report(
    path: str | Path,
    *,
    claims: Iterable[str] = (),
    formal: bool = True,
    drawings: bool = True,
    digits: int = 50,
    notation: Notation | None = None,
    fresh: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> bool:
    """Write the report to ``path`` (.pdf, .html or .tex) and say whether every claim is decided and agrees.

    ``claims`` are ids, all when none is given; ``drawings=False`` leaves the figures out.
    Claims and figures come from the cache where they were computed from exactly these sources; ``fresh`` computes
    them again.  Theorems are checked by the kernel in this run, or with ``formal=False`` not at all.  Raises
    SymlamError for another suffix, a file that cannot be written, and a PDF without pdflatex.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise SymlamError(
            f"cannot write a report as {path.name!r}", expected="a name that ends in " + ", ".join(SUFFIXES)
        )
    if path.suffix.lower() == ".pdf":
        from symlam.report._pdf import find_pdflatex

        find_pdflatex()
    from symlam.claims import claim

    claims = [claim(i).id for i in claims]
    _writable(path)
    data = gather(claims, formal=formal, digits=digits, fresh=fresh, progress=progress)
    progress("figures")
    pictures = figures(fresh=fresh) if drawings else {}
    progress(f"writing {path.name}")
    _render(path, data, pictures, notation or Notation())
    return bool(data["agrees"])


def gather(
    claims: Iterable[str] = (),
    *,
    formal: bool,
    digits: int,
    fresh: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """The report of `symlam.claims.verify`: verdicts from the cache, theorems from this run's kernel."""
    from symlam.claims import add_formal, verify

    wanted = list(claims)
    data = _cache.remembered(
        _cache.key("claims", digits=digits, claims=wanted),
        lambda: verify(
            wanted, digits=digits, formal=False, progress=lambda i, state: progress(f"{i}: {state}")
        ),
        fresh=fresh,
    )
    if formal:
        add_formal(data, progress=lambda i, state: progress(f"{i}: {state}"))
    else:
        from symlam.latex._claim import unchecked_theorems

        for c in data["claims"]:
            c["evidence"]["formal"] = unchecked_theorems(c["id"])
    return data


def figures(*, fresh: bool = False) -> dict[str, dict[str, bytes]]:
    """The pictures by name and suffix (pdf, png)."""

    def draw() -> dict[str, Any]:
        from symlam.figures import make_figures

        with tempfile.TemporaryDirectory(prefix="symlam-figures-") as scratch:
            drawn = [p for p in make_figures(scratch) if p.suffix in (".pdf", ".png")]
            return {f"{p.stem}{p.suffix}": base64.b64encode(p.read_bytes()).decode() for p in sorted(drawn)}

    out: dict[str, dict[str, bytes]] = {}
    for name, text in _cache.remembered(_cache.key("figures"), draw, fresh=fresh).items():
        stem, _, suffix = name.rpartition(".")
        out.setdefault(stem, {})[suffix] = base64.b64decode(text)
    return out


def _render(
    path: Path, data: dict[str, Any], pictures: dict[str, dict[str, bytes]], notation: Notation
) -> None:
    from symlam.report._content import TITLE, content

    blocks = content(data, pictures, notation, digest=_cache.source_digest())
    suffix = path.suffix.lower()
    if suffix == ".html":
        from symlam.report._html import page

        _save(path, page(blocks, TITLE).encode())
        return
    from symlam.report import _pdf

    if suffix == ".pdf":
        pdf, _ = _pdf.compiled(_pdf.source(blocks, TITLE), blocks)
        _save(path, pdf)
        return
    beside = path.with_name(f"{path.stem}-figures")
    try:
        _pdf.write_figures(blocks, beside)
    except OSError as error:
        raise SymlamError(f"cannot write {beside}: {error.strerror}") from None
    _save(path, _pdf.source(blocks, TITLE, pictures=beside.name).encode())


def _writable(path: Path) -> None:
    try:
        with path.open("ab"):
            pass
        if path.stat().st_size == 0:
            path.unlink()
    except OSError as error:
        raise SymlamError(
            f"cannot write {path}: {error.strerror}", hint="a path in a directory that exists"
        ) from None


def _save(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise SymlamError(
            f"cannot write {path}: {error.strerror}", hint="a path in a directory that exists"
        ) from None
