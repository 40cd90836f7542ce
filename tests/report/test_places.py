"""Where results are kept, what a picture is, and files that cannot be written."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

from symlam.errors import SymlamError
from symlam.report import _cache, _write


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package as if it were installed in a directory without a checkout."""
    monkeypatch.setattr(_cache, "__file__", str(tmp_path / "site" / "symlam" / "report" / "_cache.py"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "site").mkdir()
    return tmp_path


def test_a_checkout_keeps_results_in_build_and_others_in_the_users_cache(elsewhere: Path) -> None:
    assert _cache.directory() == elsewhere / "cache" / "symlam" / "report"
    (elsewhere / "site" / "pyproject.toml").touch()
    assert _cache.directory() == elsewhere / "site" / "build" / "report"


def test_where_nothing_can_be_written_nothing_is_kept(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / "cache").write_text("a file where the directory should be")
    assert _cache.directory() is None
    runs = []
    for _ in range(2):
        assert _cache.remembered("x", lambda: runs.append(1) or {"a": 1}) == {"a": 1}
    assert len(runs) == 2
    (elsewhere / "site" / "pyproject.toml").touch()
    (elsewhere / "site" / "build").write_text("")
    assert _cache.directory() is None
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(elsewhere / "home"))
    assert _cache.directory() == elsewhere / "home" / ".cache" / "symlam" / "report"


def test_a_package_that_is_missing_is_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _cache.key("x")
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "matplotlib":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert _cache.key("x") != before


def test_pictures_are_kept_by_name_and_kind(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def make_figures(directory: str) -> list[Path]:
        drawn.append(directory)
        files = [Path(directory) / name for name in ("a.pdf", "a.png", "b.png", "a.csv")]
        for file in files:
            file.write_bytes(file.name.encode() + b"\xff")
        return files

    monkeypatch.setattr("symlam.figures.make_figures", make_figures)
    expected = {"a": {"pdf": b"a.pdf\xff", "png": b"a.png\xff"}, "b": {"png": b"b.png\xff"}}
    assert _write.figures() == expected == _write.figures()
    assert len(drawn) == 1
    assert _write.figures(fresh=True) == expected
    assert len(drawn) == 2
    assert not Path(drawn[0]).exists()


def test_a_path_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    for use in (_write._writable, lambda path: _write._save(path, b"x")):
        with pytest.raises(SymlamError, match="cannot write"):
            use(tmp_path / "no" / "report.html")
    _write._writable(tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "old.html").write_text("old")
    _write._writable(tmp_path / "old.html")
    assert (tmp_path / "old.html").read_text() == "old"
