"""Assumptions as formulas, one of each kind."""

from __future__ import annotations

import pytest

from symlam.algebra import (
    dimension_at_most,
    equation,
    full_column_rank,
    matrix,
    orthonormal,
    positive,
    positive_definite,
    rank_at_least,
    scalar,
    tr,
    uncorrelated,
    vector,
)
from symlam.errors import SymlamError
from symlam.objective._derivation import assumption_latex

A, B = matrix("A", "n", "k"), matrix("B", "n", "n")
o = vector("o", "n")


@pytest.mark.parametrize(
    ("assumption", "formula"),
    [
        (equation(B, B.T), "B = B^{\\top}"),
        (uncorrelated(o, vector("q", "n"))[0], r"\Sigma_{o,q} = 0"),
        (positive_definite(o), r"\Sigma_{o} \succ 0"),
        (positive(scalar("lambda")), r"\lambda > 0"),
        (rank_at_least(o, "k"), r"\operatorname{rank}(\Sigma_{o}) \ge k"),
        (full_column_rank(A), r"\operatorname{rank}(A) \ge k"),
        (orthonormal(A), r"A^{\top} A = I"),
        (dimension_at_most("k", "n"), r"k \le n"),
        (dimension_at_most("k", "n", strict=True), "k < n"),
    ],
)
def test_an_assumption_reads(assumption, formula: str) -> None:
    assert assumption_latex(assumption) == formula


def test_an_equation_between_scalars_reads_and_nothing_else_does() -> None:
    from symlam.algebra._assumptions import ScalarEquation

    assert assumption_latex(ScalarEquation("tr B = 1", tr(B) - 1)).endswith("= 0")

    class Other:
        def equations(self) -> tuple:
            return ()

    with pytest.raises(SymlamError, match="no form in LaTeX"):
        assumption_latex(Other())
