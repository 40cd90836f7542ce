"""The documentation site: built without a network, every link leads somewhere, formulas are MathML, browsers are content."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser import CHROMIUM, look

ROOT = Path(__file__).resolve().parents[2]


class Page(HTMLParser):
    """Links, what is loaded, anchors, and formulas of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.formulas = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {k: v or "" for k, v in attrs}
        self.anchors |= {named[k] for k in ("id", "name") if named.get(k)}
        self.formulas += tag == "math"
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag in ("img", "script", "source", "iframe") and named.get("src"):
            self.loaded.append(named["src"])
        if tag == "link" and named.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(named["href"])


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    builder = load("build_site")
    builder.build(folder / "html", scratch=folder / "work")  # Sphinx warnings are errors
    builder.add_certificates(folder / "html")
    builder.add_proofs(folder / "html", wanted=False)
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {p: Page(p.read_text(encoding="utf-8")) for p in site.rglob("*.html")}


def broken(pages: dict[Path, Page], site: Path) -> list[str]:
    """Local links and assets that lead nowhere; anchors into the proofs are checked where those are built."""
    out = []
    for path, page in pages.items():
        for target in (*page.links, *page.loaded):
            parts = urlsplit(target)
            if parts.scheme or target.startswith("//"):
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file():
                out.append(f"{path.name}: {target}")
            elif parts.fragment and file.suffix == ".html" and file.parent != site / "proofs":
                known = pages.get(file)
                if known and unquote(parts.fragment) not in known.anchors:
                    out.append(f"{path.name}: {target}")
    return out


def test_every_link_of_the_site_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    assert len(pages) > 40
    assert broken(pages, site) == []


def test_a_broken_link_would_be_seen(site: Path) -> None:
    page = Page('<a href="nowhere.html">x</a><img src="pictures/none.png"><a href="#none">y</a>')
    assert len(broken({site / "index.html": page}, site)) == 3


def test_nothing_is_loaded_from_the_network(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        assert not [x for x in page.loaded if urlsplit(x).scheme or x.startswith("//")], path


def test_every_claim_has_its_derivation_theorems_and_formulas(site: Path, pages: dict[Path, Page]) -> None:
    from symlam.claims import ledger

    text = (site / "claims.html").read_text(encoding="utf-8")
    for identifier, claim in ledger().items():
        assert f"{identifier}: {claim.title}".replace("'", "’") in text.replace("'", "’")
    assert pages[site / "claims.html"].formulas >= 10
    assert text.count("proofs/index.html#") > 100
    assert "<mi>&amp;</mi>" not in text
    assert "<mi>&</mi>" not in text


def test_every_certificate_of_the_site_holds_and_belongs_to_its_scenario(site: Path) -> None:
    from symlam.certificates import check_certificate, read_certificate
    from symlam.errors import SymlamError

    found = {p.stem: read_certificate(p) for p in (site / "certificates").glob("*.json")}
    assert {"P4.2", "P4.3", "P4.4", "C1", "C2", "C3", "D1"} <= set(found)
    for certificate in found.values():
        check_certificate(certificate)
    with pytest.raises(SymlamError):
        check_certificate(replace(found["P4.2"], t=found["P4.2"].t + 1))


def test_every_command_and_public_name_is_described(site: Path, pages: dict[Path, Page]) -> None:
    import symlam.scenario

    commands = (site / "commands.html").read_text(encoding="utf-8")
    for name in (
        "verify",
        "check",
        "certify",
        "predict",
        "sweep",
        "figures",
        "prove",
        "write-certificate",
        "latex",
        "report",
    ):
        assert f"symlam {name}" in commands
    described = pages[site / "api" / "symlam.scenario.html"].anchors
    assert {f"symlam.scenario.{name}" for name in symlam.scenario.__all__} <= described


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(
    "name", ["index.html", "claims.html", "notebooks/tour.html", "api/symlam.algebra.html", "audit.html"]
)
def test_a_browser_shows_the_page_without_a_complaint(site: Path, tmp_path: Path, name: str) -> None:
    said, picture = look(site / name, tmp_path)
    assert said == []
    assert len(picture) > 20_000


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_page_that_complains_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>x</title><script>console.error('broken')</script>")
    said, _ = look(page, tmp_path)
    assert any("broken" in line for line in said)
