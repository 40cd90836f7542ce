"""Shared pieces of the tests of `symlam.check`."""

from __future__ import annotations

import pytest

DECLARATIONS = r"""
%! dims d_o d_z d_a
%! vector o q \epsilon : d_o
%! vector a : d_a
%! matrix A : d_o x d_o
%! matrix B : d_o x d_z
%! matrix C D : d_z x d_o
%! matrix X : d_o x d_a
%! scalar \lambda
%! let o' = o + q + \epsilon
%! moment \Sigma_o = E[o o^T]
"""


@pytest.fixture
def check():
    """Check rows of an align block under the common declarations and further ones."""
    from symlam.check import check_text

    def run(rows: str, *more: str, plain: bool = False, **options):
        head = "" if plain else DECLARATIONS
        lines = "".join(f"%! {m}\n" for m in more)
        return check_text(f"{head}{lines}\\begin{{align}}\n{rows}\n\\end{{align}}", **options)

    return run


@pytest.fixture
def answers(check):
    """The verdicts of the lines."""

    def run(rows: str, *more: str, **options) -> list[str]:
        return [x.verdict.answer for x in check(rows, *more, **options).lines]

    return run
