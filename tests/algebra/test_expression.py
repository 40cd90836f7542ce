"""Arithmetic of expressions where a slip would change no printed form: zero, hashes, symbols, substitution."""

from __future__ import annotations

import pytest

from symlam.algebra import matrix, scalar, substitute, tr, zero
from symlam.algebra._expression import SYMBOLS
from symlam.errors import SymlamError

A, B = matrix("A", "n", "n"), matrix("B", "n", "n")


def test_new_symbols_differ_from_each_other():
    new = [f"s{len(SYMBOLS)}", f"t{len(SYMBOLS)}"]  # never used, however often this runs in one process
    s, t = map(scalar, new)
    assert s != t and s * t != s * s and (s * t).symbols() == set(new)
    assert scalar(new[0]) == s


def test_a_zero_matrix_equals_the_number_zero_and_no_other():
    assert zero("n", "m") == 0 and A != 0 and A - A == 0
    assert zero("n", "m") != 5 and zero("n", "m") != 0.0 and zero("n", "m") != zero("m", "n")


def test_hashes_of_scalars_follow_equality_and_tell_traces_apart():
    assert hash(tr(A * B)) == hash(tr(B * A)) and hash(tr(A) - tr(A) + 3) == hash(3)
    assert len({hash(f) for f in (tr(A), tr(B), tr(A * B), tr(A) + 1)}) == 4


def test_scalars_are_replaced_in_coefficients_and_with_letters_at_once():
    s, t = scalar("s"), scalar("t")
    assert substitute(s * tr(A) + s**2 * t, {s: 2}) == 2 * tr(A) + 4 * t
    assert substitute(s * A + tr(A) * B, {s: t - 1, A: B}) == (t - 1) * B + tr(B) * B
    assert substitute(s * t**2, {s: t, t: s}) == t * s**2
    with pytest.raises(SymlamError, match="not a single scalar symbol"):
        substitute(s * A, {2 * s: t})
