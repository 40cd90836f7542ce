"""`make quality` counts what it says: every module of algebra and optimum, and wording apart from meaning."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("quality", ROOT / "tools" / "quality.py")
quality = importlib.util.module_from_spec(spec)
spec.loader.exec_module(quality)


def test_every_module_of_algebra_optimum_and_evidence_is_mutated_under_tests_that_exist() -> None:
    for layer, least in (("algebra", 14), ("optimum", 6), ("evidence", 6)):
        assert sum(module.startswith(f"symlam/{layer}/") for module in quality.MUTATED) >= least
    assert set(quality.OTHERS) <= set(quality.MUTATED)
    for tests in (*quality.MUTATED.values(), quality.SYMPY_TESTS, quality.PROFILE_TESTS):
        assert all((ROOT / t).exists() for t in tests)


@pytest.mark.parametrize(
    ("before", "after", "wording"),
    [
        ('expected="one role",', "expected=None,", True),
        ('hint="merge",', 'hint="XXmergeXX",', True),
        ('raise SymlamError("a", expected="b")', 'raise SymlamError("a", )', True),
        ("if left == right:", "if left != right:", False),
        ("rest = rest - c * x", "rest = rest + c * x", False),
        ("return rows, expected", "return rows, None", False),
    ],
)
def test_wording_is_told_from_meaning(before: str, after: str, wording: bool) -> None:
    diff = f"--- a.py\n+++ a.py\n@@ -1 +1 @@\n     same\n-        {before}\n+        {after}\n"
    assert quality.is_wording(diff) is wording
    assert not quality.is_wording("--- a.py\n+++ a.py\n     same\n")
