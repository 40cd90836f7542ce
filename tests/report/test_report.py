"""`symlam report`: honest evidence, nothing overfull, the same bytes twice, HTML that needs no network."""

from __future__ import annotations

import hashlib
import html.parser
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from symlam.algebra import Notation
from symlam.cli import main
from symlam.errors import SymlamError
from symlam.report import _cache, _content, _html, _pdf, _write, write_report
from tests.browser import CHROMIUM, look

CLAIMS = ("S1", "P4.1", "D1")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, place):
    monkeypatch.setattr(_cache, "directory", lambda: place)


@pytest.fixture(scope="module")
def data(place) -> dict:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_cache, "directory", lambda: place)
        return _write.gather(CLAIMS, formal=False, digits=15)


@pytest.fixture(scope="module")
def blocks(data) -> list:
    return _content.content(data, {"fig3": picture()}, Notation(), digest=_cache.source_digest())


def picture() -> dict[str, bytes]:
    import io

    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    out = {}
    sheet, axis = plt.subplots(figsize=(3, 2))
    axis.plot([0, 1])
    for suffix in ("pdf", "png"):
        file = io.BytesIO()
        sheet.savefig(file, format=suffix, metadata={"CreationDate": None} if suffix == "pdf" else None)
        out[suffix] = file.getvalue()
    plt.close(sheet)
    return out


# ---- evidence


def test_without_the_kernel_nothing_is_called_proved(data, blocks):
    assert all(
        t["status"] == "not asked" for c in data["claims"] for t in c["evidence"]["formal"]["theorems"]
    )
    text = re.sub(r"Theorems: proved means.*?did not\.", "", _pdf.source(blocks, "x"))
    assert "not checked in this run" in text and "proved" not in text


def test_every_claim_has_verdict_evidence_and_commands(data, blocks):
    text = _pdf.source(blocks, "x")
    for c in data["claims"]:
        assert f"label{{claim:{c['id']}}}" in text
        assert rf"symlam verify {c['id']}" in text.replace("{-}", "-")
    for part in (
        r"\toprule",
        r"\begin{align*}",
        "15 digits" if False else "digits",
        "Counterexample",
        "pmatrix",
        "Versions",
    ):
        assert part in text, part
    assert data["versions"]["sympy"] in text and _cache.source_digest()[:32] in text
    assert "As printed, the claim is refuted." in text


def test_the_kernels_word_is_asked_for_in_every_run(monkeypatch, data):
    import symlam.claims

    asked = []
    monkeypatch.setattr(
        symlam.claims, "add_formal", lambda report, progress: asked.append(len(report["claims"]))
    )
    for _ in range(2):
        _write.gather(CLAIMS, formal=True, digits=15)
    assert asked == [3, 3]
    for file in _cache.directory().iterdir():
        stored = json.loads(json.loads(file.read_text())["text"])
        assert all(c["evidence"]["formal"]["status"] == "not asked" for c in stored.get("claims", []))


# ---- cache


def test_a_result_is_computed_once_and_damage_is_noticed(place):
    runs = []

    def compute():
        runs.append(1)
        return {"value": [1, 2]}

    name = _cache.key("thing", option=1)
    assert [_cache.remembered(name, compute) for _ in range(3)] == [{"value": [1, 2]}] * 3 and len(runs) == 1
    assert _cache.remembered(name, compute, fresh=True) == {"value": [1, 2]} and len(runs) == 2
    file = place / f"{name}.json"
    file.write_text(file.read_text().replace("[1, 2]", "[1, 3]"))
    assert _cache.remembered(name, compute) == {"value": [1, 2]} and len(runs) == 3
    file.write_text("{")
    assert _cache.remembered(name, compute) == {"value": [1, 2]} and len(runs) == 4


def test_another_source_or_option_is_another_key(tmp_path, monkeypatch):
    package = tmp_path / "package"
    package.mkdir()
    (package / "a.py").write_text("x = 1\n")
    before = _cache.source_digest(package)
    (package / "a.py").write_text("x = 2\n")
    after = _cache.source_digest(package)
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "S1.tex").write_text("x")
    assert len({before, after, _cache.source_digest(package)}) == 3
    assert _cache.key("claims", digits=50) != _cache.key("claims", digits=51)
    here = _cache.key("claims", digits=50)
    monkeypatch.setattr(_cache, "source_digest", lambda: "other")
    assert _cache.key("claims", digits=50) != here


# ---- HTML


class Seen(html.parser.HTMLParser):
    void = ("meta", "link", "img", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag, attrs):
        if tag not in self.void:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and not value.startswith(("data:", "#")):
                self.fetched.append(value)
            if name == "id":
                self.ids.add(value)
            if name == "href" and value.startswith("#"):
                self.links.add(value[1:])

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_html_is_whole_and_fetches_nothing(blocks):
    page = _html.page(blocks, "A title & more")
    seen = Seen()
    seen.feed(page)
    assert seen.open == [] and seen.fetched == [] and seen.links and seen.links <= seen.ids
    assert "<script" not in page and "@import" not in page and "url(" not in page
    assert set(re.findall(r"https?://[^\"' <]+", page)) == {"http://www.w3.org/1998/Math/MathML"}
    assert "A title &amp; more" in page and "data:image/png;base64," in page


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_shows_the_report_without_a_complaint(blocks, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(_html.page(blocks, "Report"), encoding="utf-8")
    said, shown = look(file, tmp_path)
    assert said == []
    assert len(shown) > 20_000


def test_formulas_are_mathml_and_no_latex_is_left(blocks):
    page = _html.page(blocks, "x")
    formulas = re.findall(r"<math .*?</math>", page, re.DOTALL)
    assert len(formulas) > 150
    for f in formulas:
        assert len(ElementTree.fromstring(f)) and "\\" not in f
    words = re.sub(r"<(math|style|code).*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\\[a-z]+|\$", re.sub(r"<[^>]*>", "", words))


@pytest.mark.parametrize(
    ("latex", "tags"),
    [
        (r"\mathbb{E}\lVert A o \rVert^2", ["msup"]),
        (r"\begin{pmatrix} 1 & -\tfrac{1}{2} \\ 0 & 1 \end{pmatrix}", ["mtable", "mtr", "mfrac"]),
        (r"{X^{+}}^{\top} \hat{o}'", ["msup", "mover"]),
        (r"\sum_{i > d_{z}} \lambda_i(\Sigma_{o})", ["msub", 'mi mathvariant="normal">&#x003A3;']),
    ],
)
def test_what_the_report_needs_has_mathml(latex, tags):
    text = _html.mathml(latex)
    assert all(f"<{t}" in text for t in tags), text


# ---- PDF


@pytest.mark.tex
def test_the_pdf_has_no_overfull_line_and_the_same_bytes_twice(blocks, data):
    text = _pdf.source(blocks, _content.TITLE)
    first, log = _pdf.compiled(text, blocks)
    again = _content.content(data, {"fig3": picture()}, Notation(), digest=_cache.source_digest())
    second, _ = _pdf.compiled(_pdf.source(again, _content.TITLE), again)
    assert first.startswith(b"%PDF") and hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    assert [x for x in log.splitlines() if re.match(r"Overfull|LaTeX Warning: (Ref|Cit)", x)] == []


@pytest.mark.tex
def test_what_latex_refuses_is_said_in_its_words(blocks):
    with pytest.raises(SymlamError, match="pdflatex failed: ! Undefined control sequence"):
        _pdf.compiled(r"\documentclass{article}\begin{document}\nosuchcommand\end{document}", [])


def test_without_pdflatex_the_message_says_how(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SymlamError) as error:
        write_report(tmp_path / "report.pdf")
    assert "html" in str(error.value) and "make tex" in str(error.value)


# ---- the command


def run(capsys, monkeypatch, *said: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["symlam", "report", *said])
    with pytest.raises(SystemExit) as stop:
        main()
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return stop.value.code, out.out, out.err


@pytest.mark.parametrize("suffix", ["html", "tex"])
def test_the_command_writes_the_same_bytes_twice(capsys, monkeypatch, tmp_path, data, suffix):
    found = []
    for name in ("one", "two"):
        file = tmp_path / name / f"report.{suffix}"
        file.parent.mkdir()
        code, out, _ = run(
            capsys, monkeypatch, *CLAIMS, "-o", str(file), "--no-formal", "--no-figures", "--digits", "15"
        )
        assert code == (0 if data["agrees"] else 1) and "written" in out
        found.append(file.read_bytes())
    assert found[0] == found[1] and b"D1" in found[0]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["-o", "report.doc"], "cannot write a report as 'report.doc'"),
        (["-o", "no/such/directory/report.html"], "cannot write"),
        (["P9", "-o", "report.html"], "there is no claim 'P9'"),
        ([], "Missing option '-o'"),
    ],
)
def test_bad_input_is_exit_two_and_one_sentence(capsys, monkeypatch, tmp_path, said, why):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, monkeypatch, *said)
    assert code == 2 and why in err and not out
    assert list(tmp_path.iterdir()) == []
