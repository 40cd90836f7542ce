"""Linear forms in random vectors: coefficients, substitution and grouping, written out by hand."""

from __future__ import annotations

import pytest

from symlam.algebra import E, identity, matrix, scalar, vector, zero
from symlam.algebra._random import bases, group_by_coefficient
from symlam.errors import SymlamError

o, q, e, x, y = vector("o", "n"), vector("q", "n"), vector("e", "n"), vector("x", "m"), vector("y", "k")
A, B, M = matrix("A", "n", "m"), matrix("B", "n", "m"), matrix("M", "n", "n")
s = scalar("s")


def test_coefficients_are_read_off_and_zero_elsewhere():
    form = A * x - 2 * o
    assert form.coefficient(x) == A
    assert form.coefficient(o) == -2 * identity("n")
    assert form.coefficient(y) == zero("n", "k")
    with pytest.raises(SymlamError, match="not a base random vector"):
        form.coefficient(o + q)


def test_letters_and_vectors_are_replaced_at_once():
    form = A * x + M * o - q
    assert form.substitute({A: B}) == B * x + M * o - q
    assert form.substitute({o: A * x}) == (A + M * A) * x - q
    assert form.substitute({o: q, q: o}) == A * x + M * q - o
    assert form.substitute({M: M * M, o: e + o, s: 2}) == A * x + M * M * (e + o) - q
    assert (s * o).substitute({s: 3}) == 3 * o
    assert form.substitute({A: zero("n", "m"), M: zero("n", "n"), q: 0 * q}).dim == o.dim
    with pytest.raises(SymlamError, match="cannot put"):
        form.substitute({o: x})


def test_sharing_a_coefficient_up_to_sign_is_one_group():
    assert group_by_coefficient(M * (q - e) + o) == [(M, q - e), (identity("n"), o)]
    assert group_by_coefficient(M * q + M * e - o) == [(M, q + e), (-identity("n"), o)]
    assert group_by_coefficient(0 * q) == []
    for form in (M * (q - e) + A * x, o - q, 2 * o - 2 * e - 2 * q):
        groups = group_by_coefficient(form)
        assert len(groups) == (2 if x in [v for _, v in groups] else 1)
        assert sum((m * v for m, v in groups), 0 * o) == form
        assert all(v.dim == m.cols for m, v in groups)


def test_scalars_and_zero_act_on_both_sides():
    assert 2 * o == o * 2 == o + o and s * o == o * s
    assert o + 0 == 0 + o == o - 0 == o and 0 - o == -o
    assert o - o == 0 * o and not (o - o) and (o - o).dim == o.dim
    assert E(o - q, o) == E(o, o) - E(q, o) and E(x, o) == E(o, x).T
    assert o != x and (o - o) != (x - x) and o.__eq__(1) is NotImplemented
    assert hash(o + q) == hash(q + o) and [b.name for b in bases([o + q, x, q - e])] == ["e", "o", "q", "x"]


@pytest.mark.parametrize(
    ("form", "base"), [(o, True), (-o, False), (M * o, False), (o + q, False), (o - o, False)]
)
def test_a_base_vector_stands_alone_with_the_identity(form, base):
    assert form.is_base() is base
