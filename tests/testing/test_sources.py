"""`assert_same`, `assert_derivation` and `assert_claim`: what passes, and what a failure shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from symlam.algebra import Assumptions, equal, matrix, msq, scalar, tr, uncorrelated, vector
from symlam.algebra._sampling import satisfies
from symlam.errors import SymlamError
from symlam.strategies import expressions
from symlam.testing import assert_claim, assert_derivation, assert_same
from symlam.testing._count import COUNTS
from symlam.testing._same import simplified
from tests.profile import examples

x, y = vector("x", "n"), vector("y", "n")
A, G = matrix("A", "n", "n"), matrix("G", "n", "n", invertible=True)
S = matrix("S", "n", "n", symmetric=True)


def test_the_same_is_the_same() -> None:
    before = COUNTS["identity"]
    assert_same(tr(A * S), tr(S * A.T))
    assert_same(msq(x + y), msq(x) + msq(y), under=uncorrelated(x, y))
    assert_same(A, A)
    assert COUNTS["identity"] == before + 3


@pytest.mark.parametrize(
    ("left", "right", "lines"),
    [
        (tr(A), 2 * tr(A), ["  A = 1"]),
        (A * S, S * A, ["counterexample at n = 2:"]),
        (scalar("s") * tr(A), tr(A), ["  A = 1"]),
        (tr(G.inverse()), tr(G), []),
        (x, y, []),
    ],
)
def test_a_difference_is_shown_in_the_simplest_data(left, right, lines) -> None:
    with pytest.raises(AssertionError) as info:
        assert_same(left, right)
    text = str(info.value)
    assert text.startswith("not the same: ")
    for line in lines:
        assert line in text.splitlines()


def test_a_missing_assumption_shows_the_moment_that_breaks_it() -> None:
    with pytest.raises(AssertionError) as info:
        assert_same(msq(x + y), msq(x) + msq(y))
    assert "E[x y'] = " in str(info.value)
    assert "under" not in str(info.value)


def entries(found) -> int:
    return sum(
        m[i, j] != 0
        for m in found.instance.matrices.values()
        for i in range(m.nrows())
        for j in range(m.ncols())
    )


@given(expressions(), expressions())
@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_simplified_counterexample_is_one_and_no_larger(left, right) -> None:
    answer = equal(left, right)
    if answer.verdict is not False:
        return
    known = Assumptions()
    found = simplified(answer.counterexample, left, right, known)
    assert satisfies(found.instance, known)
    assert found.instance.value(left) == found.left != found.right == found.instance.value(right)
    assert entries(found) <= entries(answer.counterexample)


def test_assumptions_stay_satisfied() -> None:
    known = Assumptions(uncorrelated(x, y))
    answer = equal(msq(A * x + y), msq(x) + msq(y), under=known)
    found = simplified(answer.counterexample, msq(A * x + y), msq(x) + msq(y), known)
    assert satisfies(found.instance, known)
    assert found.left != found.right


GOOD = r"""%! dims n
%! vector x y : n
%! assume E[x y^T] = 0
\begin{align}
E\|x + y\|^2 &= E\|x\|^2 + E\|y\|^2 \\
&\ge E\|y\|^2
\end{align}
"""


def test_a_derivation_counts_its_lines_and_shows_those_that_fail(tmp_path: Path) -> None:
    file = tmp_path / "a.deriv.tex"
    file.write_text(GOOD)
    before = COUNTS["line"]
    assert_derivation(file)
    assert COUNTS["line"] == before + 2
    file.write_text(GOOD.replace("= 0", "= 0").replace(r"+ E\|y\|^2 \\", r"- E\|y\|^2 \\"))
    with pytest.raises(AssertionError) as info:
        assert_derivation(file)
    text = str(info.value)
    assert f"{file}:5: fails" in text
    assert "counterexample at n = 1" in text
    assert text.endswith(f"of 2 lines of {file} do not follow")


def test_a_file_without_lines_asserts_nothing_and_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.tex"
    file.write_text("%! dims n\n")
    with pytest.raises(SymlamError, match="no line"):
        assert_derivation(file)
    with pytest.raises(SymlamError):
        assert_derivation(tmp_path / "missing.tex")


def test_a_claim_has_its_computed_verdict() -> None:
    assert_claim("s1", "holds")
    with pytest.raises(AssertionError) as info:
        assert_claim("S2", "holds")
    assert "S2 (over-parameterisation): refuted, not holds" in str(info.value)
    assert "E[o o'] = " in str(info.value)
    for wrong in (("S1", "true"), ("S9", "holds"), ("S1", 3)):
        with pytest.raises(SymlamError):
            assert_claim(*wrong)


def test_importing_the_assertions_loads_nothing_heavy() -> None:
    code = "import sys, symlam.testing, symlam.testing._count; print({'numpy', 'sympy', 'flint', 'hypothesis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
