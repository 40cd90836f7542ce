"""The documentation site in build/site: pages of docs/, notebooks, commands, modules, claims, and the proofs.

`python tools/build_site.py [--no-proofs]`; without the proofs the links to theorems lead to a page that says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "tools" / "site"
sys.path.insert(0, str(SITE))


def sources(target: Path) -> Path:
    """Write the sources of the site into an empty directory."""
    import pages

    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(ROOT / "docs", target)
    pictures = target / "notebooks" / "pictures"
    pictures.mkdir(parents=True)
    books = sorted((ROOT / "notebooks").glob("*.ipynb"), key=lambda p: (p.stem != "tour", p.stem))
    for path in books:
        (target / "notebooks" / f"{path.stem}.md").write_text(
            pages.notebook_page(path, pictures), encoding="utf-8"
        )
    listed = "\n".join(path.stem for path in books)
    (target / "notebooks" / "index.md").write_text(
        f"# Notebooks\n\nExecuted in the tests; the files are in notebooks/.\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n",
        encoding="utf-8",
    )
    written = {
        "claims.md": pages.claims_page(),
        "commands.md": pages.commands_page(),
        **pages.modules_pages(),
    }
    for name, text in written.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return target


def build(target: Path, *, scratch: Path) -> None:
    """Run Sphinx; warnings are errors. Raises subprocess.CalledProcessError."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-E",
        "-b",
        "html",
        "-c",
        str(SITE),
    ]
    subprocess.run(
        [*command, "-d", str(scratch / "doctrees"), str(sources(scratch / "pages")), str(target)], check=True
    )


def add_certificates(target: Path) -> None:
    """The certificates that the page of claims links to."""
    import pages

    pages.certificates(target / "certificates")


def add_proofs(target: Path, *, wanted: bool) -> None:
    """The HTML of the proofs beside the site, or a page that says that they were not built."""
    proofs = target / "proofs"
    if wanted:
        subprocess.run([sys.executable, str(ROOT / "tools" / "build_docs.py")], check=True)
        shutil.copytree(ROOT / "build" / "docs", proofs, dirs_exist_ok=True)
        return
    proofs.mkdir(parents=True, exist_ok=True)
    (proofs / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><title>Proofs</title><p>The pages of the proofs were not built here; "
        "<code>make docs</code> builds them where Rocq/Coq is installed. The statements are in proofs/gate.</p>\n",
        encoding="utf-8",
    )


def main() -> int:
    """Build build/site."""
    target = ROOT / "build" / "site"
    if target.exists():
        shutil.rmtree(target)
    build(target, scratch=ROOT / "build" / "site-work")
    add_certificates(target)
    add_proofs(target, wanted="--no-proofs" not in sys.argv and shutil.which("coqc") is not None)
    print(f"docs: {(target / 'index.html').relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
