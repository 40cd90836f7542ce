"""The pytest plugin, run by pytest on small projects of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from _pytest.pytester import SysModulesSnapshot

from symlam.evidence._audit_build import find_coq
from symlam.testing._count import COUNTS, DEFAULTS

pytest_plugins = "pytester"

GOOD = r"""%! dims n
%! vector x y : n
%! assume E[x y^T] = 0
\begin{align}
E\|x + y\|^2 &= E\|x\|^2 + E\|y\|^2 \\
&\ge E\|y\|^2
\end{align}
"""
BAD = GOOD.replace(r"+ E\|y\|^2 \\", r"- E\|y\|^2 \\")
CHECKS = """
import pytest
from _pytest.pytester import SysModulesSnapshot
from symlam.algebra import matrix, tr
from symlam.testing import assert_same
A = matrix("A", "n", "n")

@pytest.mark.parametrize("k", range({count}))
def test_traces(k):
    assert_same(tr(k * A), tr(k * A.T))
"""


@pytest.fixture(autouse=True)
def untouched(monkeypatch) -> Iterator[None]:
    """Runs in this process count, set defaults and load modules too: put the former back, keep the latter.

    pytester drops what its runs have imported; numpy cannot be loaded twice, and two copies of one of our modules
    in one process do not know each other's classes.
    """
    snapshot = lambda self: SysModulesSnapshot(preserve=lambda name: not name.startswith("test_"))  # noqa: E731
    monkeypatch.setattr(pytest.Pytester, "_Pytester__take_sys_modules_snapshot", snapshot)
    before, digits, certify = COUNTS.copy(), DEFAULTS.digits, DEFAULTS.certify
    yield
    COUNTS.clear()
    COUNTS.update(before)
    DEFAULTS.digits, DEFAULTS.certify = digits, certify


def text_of(result: pytest.RunResult) -> str:
    return result.stdout.str()


# ---- derivations


def test_each_line_of_a_derivation_is_a_test(pytester: pytest.Pytester) -> None:
    pytester.makefile(".deriv.tex", good=GOOD, test_more=GOOD)
    pytester.makefile(".tex", other=BAD)
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["good.deriv.tex::L5 PASSED*", "good.deriv.tex::L6 PASSED*"])
    assert "4 lines checked in 2 files" in text_of(result)


def test_a_line_that_fails_shows_its_counterexample_and_no_traceback(pytester: pytest.Pytester) -> None:
    pytester.makefile(".deriv.tex", bad=BAD)
    result = pytester.runpytest()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*bad.deriv.tex:5: fails: *", "*counterexample at n = 1*"])
    assert "Traceback" not in text_of(result)
    assert "pytest_plugin.py" not in text_of(result)


def test_one_line_can_be_named(pytester: pytest.Pytester) -> None:
    pytester.makefile(".deriv.tex", good=GOOD)
    pytester.runpytest("good.deriv.tex::L6").assert_outcomes(passed=1)


def test_two_relations_in_one_line_are_two_tests(pytester: pytest.Pytester) -> None:
    pytester.makefile(".deriv.tex", row="%! dims n\n%! vector x : n\n$$ E\\|x\\|^2 = E\\|x\\|^2 \\ge 0 $$\n")
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=2)
    assert "row.deriv.tex::L3:" in text_of(result)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("%! dims n\n", "has no line to check"),
        ("$$ x = $$", "row.deriv.tex:"),
        ("\\begin{align} a", "row.deriv.tex:"),
    ],
)
def test_a_file_that_says_nothing_is_an_error(pytester: pytest.Pytester, text: str, why: str) -> None:
    pytester.makefile(".deriv.tex", row=text)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    assert why in text_of(result)


def test_what_does_not_fit_together_fails_every_line_in_a_sentence(pytester: pytest.Pytester) -> None:
    pytester.makefile(".deriv.tex", row=GOOD.replace("x y : n", "x z : n"))
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    assert "Traceback" not in text_of(result)


@pytest.mark.coq
def test_lines_are_certified_where_that_is_asked(pytester: pytest.Pytester) -> None:
    pytester.makefile(".deriv.tex", good=GOOD)
    result = pytester.runpytest("--symlam-certify")
    result.assert_outcomes(passed=2)
    assert "certified by the kernel" in text_of(result)


def test_without_a_kernel_a_line_is_not_certified(pytester: pytest.Pytester, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    if not isinstance(find_coq(), str):
        pytest.fail("the kernel was found without a PATH")
    pytester.makefile(".deriv.tex", good=GOOD)
    assert pytester.runpytest("--symlam-certify").ret != 0


# ---- options


def test_digits_come_from_the_option_or_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from symlam.testing._count import DEFAULTS
        def test_digits():
            assert DEFAULTS.digits == 9
        """
    )
    pytester.runpytest("--symlam-digits=9").assert_outcomes(passed=1)
    pytester.runpytest().assert_outcomes(failed=1)
    pytester.makeini("[pytest]\nsymlam_digits = 9\n")
    result = pytester.runpytest()
    result.assert_outcomes(passed=1)
    assert "9 digits" in text_of(result)
    for wrong in ("99", "-1"):
        assert pytester.runpytest(f"--symlam-digits={wrong}").ret == pytest.ExitCode.USAGE_ERROR


def test_examples_are_set_for_every_property(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from hypothesis import given, strategies as st
        seen = []
        @given(st.integers())
        def test_a(n):
            seen.append(n)
        def test_b():
            assert len(seen) == 7
        """
    )
    pytester.runpytest_subprocess("--symlam-examples=7").assert_outcomes(passed=2)
    assert pytester.runpytest_subprocess("--symlam-examples=0").ret == pytest.ExitCode.USAGE_ERROR


def test_the_header_has_versions(pytester: pytest.Pytester) -> None:
    import sympy

    result = pytester.runpytest()
    assert f"symlam 0.1.0 (sympy {sympy.__version__}, python-flint " in text_of(result)


# ---- the record


def test_a_recorded_battery_may_grow_and_may_not_shrink(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=3))
    assert "symlam-checks" not in text_of(pytester.runpytest())
    result = pytester.runpytest("--symlam-record")
    assert result.ret == 0
    record = pytester.path / "symlam-checks.toml"
    assert '"test_it.py" = { identity = 3 }' in record.read_text()
    assert pytester.runpytest().ret == 0

    pytester.makepyfile(test_it=CHECKS.format(count=2))
    result = pytester.runpytest()
    assert result.ret == 1
    assert "test_it.py checks less than recorded: 2 of 3 identities" in text_of(result)

    pytester.makepyfile(test_it=CHECKS.format(count=4))
    result = pytester.runpytest()
    assert result.ret == 0
    assert "1 file checks more than recorded" in text_of(result)


def test_an_empty_parametrization_is_a_shrunk_battery(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=2))
    pytester.runpytest("--symlam-record")
    pytester.makepyfile(test_it=CHECKS.format(count=0))
    result = pytester.runpytest()
    assert result.ret == 1
    assert "0 of 2 identities (1 skipped)" in text_of(result)


def test_a_file_that_is_gone_or_renamed_is_noticed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=1), test_other="def test_a(): pass")
    pytester.makefile(".deriv.tex", good=GOOD)
    pytester.runpytest("--symlam-record")
    (pytester.path / "good.deriv.tex").unlink()
    result = pytester.runpytest()
    assert result.ret == 1
    assert "good.deriv.tex checks less than recorded: 0 of 2 lines (no test of it ran)" in text_of(result)
    assert pytester.runpytest("--symlam-record").ret == 0
    assert pytester.runpytest().ret == 0


def test_a_part_of_the_tests_is_not_compared_with_the_whole(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=3), test_other=CHECKS.format(count=1))
    pytester.runpytest("--symlam-record")
    for part, why in (
        (("-k", "test_traces and 1"), "-k was given"),
        (("test_it.py::test_traces[0]",), "single tests were named"),
        (("-x", "--maxfail=1", "-m", "not coq"), "-m was given"),
    ):
        result = pytester.runpytest(*part)
        assert result.ret == 0
        assert f"not compared with symlam-checks.toml: {why}" in text_of(result)
    # whole files are compared, also when other files are left out
    assert pytester.runpytest("test_other.py").ret == 0
    pytester.makepyfile(test_it=CHECKS.format(count=1))
    assert pytester.runpytest("test_other.py").ret == 0
    assert pytester.runpytest("test_it.py").ret == 1
    assert pytester.runpytest("--ignore=test_it.py").ret == 0


def test_nothing_is_recorded_from_a_part_or_from_failures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=2))
    result = pytester.runpytest("--symlam-record", "-k", "1")
    assert result.ret == 1
    assert "nothing recorded: -k was given" in text_of(result)
    pytester.makepyfile(test_it=CHECKS.format(count=2) + "\n\ndef test_bad():\n    assert False\n")
    assert "nothing recorded: tests failed" in text_of(pytester.runpytest("--symlam-record"))
    assert not (pytester.path / "symlam-checks.toml").exists()


def test_a_failing_file_is_not_called_shrunk_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=2))
    pytester.runpytest("--symlam-record")
    pytester.makepyfile(test_it="def test_bad():\n    assert False\n")
    result = pytester.runpytest()
    assert result.ret == 1
    assert "less than recorded" not in text_of(result)


def test_a_property_counts_its_examples_and_is_stable(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from hypothesis import given, settings, strategies as st
        from symlam.algebra import matrix, tr
        from symlam.testing import assert_same
        A = matrix("A", "n", "n")
        @given(st.integers())
        @settings(max_examples=20, deadline=None)
        def test_scale(k):
            assert_same(tr(k * A), k * tr(A))
        """
    )
    pytester.runpytest("--symlam-record")
    assert "{ identity = 20 }" in (pytester.path / "symlam-checks.toml").read_text()
    assert pytester.runpytest().ret == 0
    source = pytester.path / "test_a_property_counts_its_examples_and_is_stable.py"
    source.write_text(source.read_text().replace("max_examples=20", "max_examples=10"))
    result = pytester.runpytest()
    assert result.ret == 1
    assert "10 of 20 identities" in text_of(result)


@pytest.mark.parametrize(
    "content", ["[checks", '[checks]\n"a.py" = 3\n', '[checks]\n"a.py" = {line = "x"}\n', "\xff"]
)
def test_a_record_that_cannot_be_read_fails(pytester: pytest.Pytester, content: str) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=1))
    (pytester.path / "symlam-checks.toml").write_bytes(content.encode("latin-1"))
    result = pytester.runpytest()
    assert result.ret == 1
    assert "symlam-checks.toml cannot be read" in text_of(result)


def test_a_record_named_in_the_configuration_has_to_be_there(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CHECKS.format(count=1))
    pytester.makeini("[pytest]\nsymlam_checks = ci/checks.toml\n")
    (pytester.path / "ci").mkdir()
    result = pytester.runpytest()
    assert result.ret == 1
    assert "checks.toml is missing" in text_of(result)
    assert pytester.runpytest("--symlam-record").ret == 0
    assert pytester.runpytest().ret == 0


# ---- cost


def test_pytest_starts_without_anything_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import sys
        heavy = {"numpy", "sympy", "flint", "mpmath", "lark", "hypothesis", "symlam.check", "symlam.testing._optimum"}
        def test_loaded():
            assert "symlam.pytest_plugin" in sys.modules
            assert not heavy & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
