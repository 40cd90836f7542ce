"""`make quality` counts what it says, and the page on mutants tells what was measured and of which text."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from tests.profile import examples

ROOT = Path(__file__).resolve().parent.parent


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


quality, mutation = _tool("quality"), _tool("mutation")


def test_the_nightly_profile_draws_ten_times_as_many_examples() -> None:
    before = settings.get_current_profile_name()
    try:
        settings.load_profile("nightly")
        assert examples(25) == 250
        settings.load_profile("ci")
        assert examples(25) == 25
    finally:
        settings.load_profile(before)


def test_every_module_of_algebra_optimum_and_evidence_is_mutated_under_tests_that_exist() -> None:
    for layer, least in (("algebra", 14), ("optimum", 6), ("evidence", 6)):
        assert sum(module.startswith(f"symlam/{layer}/") for module in mutation.MUTATED) >= least
    assert set(mutation.OTHERS) <= set(mutation.MUTATED)
    for tests in (*mutation.MUTATED.values(), quality.SYMPY_TESTS):
        assert all((ROOT / t).exists() for t in tests)


@pytest.mark.parametrize(
    ("before", "after", "wording"),
    [
        ('expected="one role",', "expected=None,", True),
        ('hint="merge",', 'hint="XXmergeXX",', True),
        ('raise SymlamError("a", expected="b")', 'raise SymlamError("a", )', True),
        ('assert g is not None, "why"', 'assert g is not None, "XXwhyXX"', True),
        ('assert g is not None, "why"', 'assert g is None, "why"', False),
        ('raise NoClosedForm(f"a {b}")', "raise NoClosedForm(None)", True),
        ('raise NoClosedForm(f"a {b}")', 'raise Other(f"a {b}")', False),
        ("for a, b in zip(x, y, strict=True):", "for a, b in zip(x, y, ):", True),
        (
            "return [a - b for a, b in zip(x, y, strict=True)]",
            "return [a - b for a, b in zip(x, y, strict=None)]",
            True,
        ),
        (
            "return [a - b for a, b in zip(x, y, strict=True)]",
            "return [a + b for a, b in zip(x, y, strict=True)]",
            False,
        ),
        ("for a, b in zip(x, y, strict=True):", "for a, b in zip(x, strict=True):", False),
        ("if left == right:", "if left != right:", False),
        ("rest = rest - c * x", "rest = rest + c * x", False),
        ("return rows, expected", "return rows, None", False),
    ],
)
def test_wording_is_told_from_meaning(before: str, after: str, wording: bool) -> None:
    diff = f"--- a.py\n+++ a.py\n@@ -1 +1 @@\n     same\n-        {before}\n+        {after}\n"
    assert mutation.is_wording(diff) is wording
    assert not mutation.is_wording("--- a.py\n+++ a.py\n     same\n")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('"""Other words."""\n\n\ndef f(x: float) -> int:\n    # a comment\n    return x - 1\n', True),
        ("def f(x):\n    return x + 1\n", False),
        ("def f(x, y=0):\n    return x - 1\n", False),
    ],
    ids=["words", "sign", "argument"],
)
def test_a_module_changes_when_what_it_does_changes(tmp_path: Path, text: str, same: bool) -> None:
    before, after = tmp_path / "a.py", tmp_path / "b.py"
    before.write_text('"""Words."""\n\n\ndef f(x):\n    """More."""\n    return x - 1\n')
    after.write_text(text)
    assert (mutation.normal_digest(before) == mutation.normal_digest(after)) is same


@pytest.mark.parametrize(
    ("text", "tests", "same"),
    [
        ("x = 1", "a = 1\nnew = 3\nb = 2\n", True),
        ("x = 1", "a = 1\n", False),
        ("x = 1", "b = 2\na = 1\n", False),
        ("x = 2", "a = 1\nb = 2\n", False),
    ],
)
def test_what_was_killed_stays_so_when_tests_gain_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, tests: str, same: bool
) -> None:
    monkeypatch.setattr(mutation, "ROOT", tmp_path / "now")
    monkeypatch.setattr(mutation, "MUTATED", {"m.py": ("t",)})
    for place, module, lines in (("before", "x = 1", "a = 1\nb = 2\n"), ("now", text, tests)):
        (tmp_path / place / "t").mkdir(parents=True)
        (tmp_path / place / "m.py").write_text(module)
        (tmp_path / place / "t" / "test_a.py").write_text(lines)
    (tmp_path / "now" / "t" / "test_more.py").write_text("more")
    assert mutation._only_more_tests(tmp_path / "before", "m.py") is same
    meta = tmp_path / "m.py.meta"
    meta.write_text(json.dumps({"exit_code_by_key": {"a": 1, "b": 0, "c": 33, "d": None}}))
    mutation._forget_survivors(meta)
    assert json.loads(meta.read_text()) == {"exit_code_by_key": {"a": 1, "b": None, "c": None, "d": None}}


def test_the_page_on_mutants_is_what_was_measured() -> None:
    assert mutation.PAGE.read_text() == mutation.page(), "python tools/mutation.py --write"


def test_every_survivor_is_explained_and_enough_are_killed() -> None:
    for module, found in mutation.recorded().items():
        assert module in mutation.MUTATED
        assert found["run"] >= min(found["mutants"], 60), module
        assert all(survivor["why"] for survivor in found["survivors"]), module
        assert mutation.score(found) >= mutation.KILLED, module


def test_a_record_of_another_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "symlam/optimum/_roles.py"
    found = {
        "sha256": mutation.normal_digest(ROOT / module),
        "mutants": 9,
        "run": 3,
        "timeouts": 0,
        "words": 1,
    }
    found["survivors"] = [{"function": "f", "diff": ["- a", "+ b"], "why": ""}]
    record = tmp_path / "mutation.json"
    monkeypatch.setattr(mutation, "RECORD", record)
    record.write_text(json.dumps({module: found}))
    now = mutation.page()
    assert f"| {module} | 3 of 9, an estimate | 1 | 1 | 0 | 50.0 % |" in now
    assert "Not explained." in now
    record.write_text(json.dumps({module: {**found, "sha256": "0"}}))
    assert f"| {module} | 3 of 9, an estimate (an earlier text of the module)" in mutation.page()
    known = mutation.with_reasons(
        found["survivors"], [{"function": "f", "diff": ["- a", "+ b"], "why": "equal"}]
    )
    assert known[0]["why"] == "equal"
    assert (
        mutation.with_reasons(
            found["survivors"], [{"function": "g", "diff": ["- a", "+ b"], "why": "equal"}]
        )[0]["why"]
        == ""
    )


@pytest.mark.parametrize(
    ("summary", "tests", "total", "missing", "code"),
    [
        ("9 passed in 1 s", 0, "95.0", "", 0),
        ("9 passed in 1 s", 0, "94.9", "", 1),
        ("9 passed in 1 s", 0, "", "", 1),
        ("8 passed, 1 skipped in 1 s", 0, "60.0", "", 1),
        ("8 passed, 1 skipped in 1 s", 0, "60.0", "coqc", 0),
        ("1 failed, 8 passed in 1 s", 1, "99.0", "", 1),
    ],
)
def test_coverage_is_judged_where_no_tool_is_missing_and_the_summary_comes_last(
    tmp_path: Path, monkeypatch, capfd, summary: str, tests: int, total: str, missing: str, code: int
) -> None:
    run_tests = _tool("run_tests")
    monkeypatch.setattr(run_tests.shutil, "which", lambda tool: None if tool == missing else f"/bin/{tool}")
    script = tmp_path / "coverage.py"
    script.write_text(
        "import sys\n"
        f"if 'run' in sys.argv: print('1 + 1'); print({summary!r}); sys.exit({tests})\n"
        f"if '--format=total' in sys.argv: print({total!r})\n"
    )
    monkeypatch.setattr(run_tests, "DATA", tmp_path / "build" / "data")
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    monkeypatch.setattr(run_tests, "coverage", lambda command: [sys.executable, str(script), command])
    monkeypatch.setenv("COVERAGE_FILE", "")
    assert run_tests.measured() == code
    out = capfd.readouterr().out.splitlines()
    assert out[0] == "1 + 1"
    assert out[-1] == summary
    assert any("NOT GOOD" in line for line in out) is (code == 1 and tests == 0)
    assert any(f"without {missing}" in line for line in out) is bool(missing)
