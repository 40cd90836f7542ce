"""The HTML of the proofs: every theorem beside its claim, links that lead somewhere, the right arrows."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.coq

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "build_docs.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_docs", SCRIPT)
    docs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(docs)
    return docs


def test_the_page_names_links_and_relates_every_theorem(small: Path, tmp_path: Path) -> None:
    docs = load()
    done = docs.build_docs(small, tmp_path / "docs")
    text = (tmp_path / "docs" / "index.html").read_text()
    assert done.status == "proved"
    for result in done.theorems:
        assert f'id="{result.theorem.name}"' in text
    for page, anchor in re.findall(r'href="(theories/[^"#]+)#([^"]+)"', text):
        assert re.search(rf'(?:id|name)="{anchor}"', (tmp_path / "docs" / page).read_text())
    graph = docs.uses(
        small.parent / "build" / "proofs", docs.read_project(small), ["sum_S", "sum_10", "sum_1_bounded"]
    )
    assert graph == {"sum_S": set(), "sum_10": {"sum_S"}, "sum_1_bounded": set()}
    arrows = set(re.findall(r'<path data-from="([^"]+)" data-to="([^"]+)"', text))
    assert arrows == {("sum_10", "sum_S"), ("consequence", "witness"), ("witness", "gauss")}


def test_a_picture_has_no_arrow_that_a_longer_way_makes_superfluous() -> None:
    docs = load()
    graph = {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": {"c", "a"}}
    assert docs.thinned(graph) == {"a": set(), "b": {"a"}, "c": {"b"}, "d": {"c"}}
    assert docs.around(["d", "e"], graph) == {"c": set(), "a": set(), "d": {"c", "a"}}
    assert docs.around(["e"], graph) == {}
