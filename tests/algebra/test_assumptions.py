"""What the constructors of assumptions state, word by word and equation by equation."""

from __future__ import annotations

import pytest

from symlam.algebra import E, identity, matrix, scalar, tr, vector, zero
from symlam.algebra._assumptions import (
    Assumptions,
    absent,
    dimension_at_most,
    equation,
    flatten,
    full_column_rank,
    independent_columns,
    left_inverses,
    orthogonal_in_mean,
    orthonormal,
    positive,
    positive_definite,
    rank_at_least,
    uncorrelated,
    white,
)
from symlam.errors import SymlamError

o, q, e, x = vector("o", "n"), vector("q", "n"), vector("e", "n"), vector("x", "m")
A, B, M, S = matrix("A", "n", "m"), matrix("B", "n", "k"), matrix("M", "n", "n"), matrix("S", "n", "n")
P = matrix("P", "n", "n", symmetric=True)


def test_equations_are_told_and_stated():
    assert str(equation(A, 0)) == "A = 0" and equation(A, 0).equations() == ((A, zero("n", "m")),)
    assert equation(M, S).equations() == ((M, S),)
    for bad in (
        lambda: equation(A, M),
        lambda: equation(A, 1),
        lambda: equation(o, 0),
        lambda: equation(M, o),
    ):
        with pytest.raises(SymlamError):
            bad()


def test_every_pair_is_uncorrelated():
    found = uncorrelated(o, q + e, x)
    assert [str(a) for a in found] == ["E[o (e + q)'] = 0", "E[o x'] = 0", "E[(e + q) x'] = 0"]
    assert found[0].equations() == ((E(o, q + e), zero("n", "n")),)
    assert found[2].equations() == ((E(q + e, x), zero("n", "m")),)
    assert len(uncorrelated(o, q)) == 1
    with pytest.raises(SymlamError, match="one random vector"):
        uncorrelated(o)


def test_moments_that_vanish_or_are_white():
    assert str(orthogonal_in_mean(q + e, o)) == "E[(e + q)' o] = 0"
    assert orthogonal_in_mean(q, e).expression == tr(E(q, e))
    assert white(o).equations() == ((E(o, o), identity("n")),)
    assert white(o, scalar("s")).equations() == ((E(o, o), scalar("s") * identity("n")),)
    assert str(white(o, 2)) == "E[o o'] = 2 I"
    (gone,) = absent(o)
    assert str(gone) == "o = 0" and gone.equations() == ((E(o, o), zero("n", "n")),)
    for bad in (lambda: absent(o + q), lambda: absent(A), lambda: white(o, M)):
        with pytest.raises(SymlamError):
            bad()


def test_ranks_orders_and_signs():
    assert (positive_definite(o).expression, str(positive_definite(P))) == (E(o, o), "P > 0")
    assert positive_definite(o).expressions() == (E(o, o),) and len(equation(A, 0).expressions()) == 2
    low = rank_at_least(A, "r")
    assert (low.expression, str(low.low), low.high, str(low)) == (A, "r", None, "rank(A) >= r")
    assert rank_at_least(o, 2).expression == E(o, o)
    assert (full_column_rank(A).low, str(full_column_rank(A))) == (A.cols, "A has full column rank")
    assert str(positive(scalar("s"))) == "s > 0" and positive(scalar("s")).expression == scalar("s")
    assert str(dimension_at_most("k", "n")) == "k <= n" and not dimension_at_most("k", "n").strict
    order = dimension_at_most("k", "n", strict=True)
    assert (str(order), str(order.small), str(order.large), order.strict) == ("k < n", "k", "n", True)
    for bad in (lambda: positive_definite(M), lambda: positive_definite(A), lambda: positive(3)):
        with pytest.raises(SymlamError):
            bad()


def test_blocks_of_columns():
    assert orthonormal(A).equations() == ((A.T * A, identity("m")),)
    two = orthonormal(A, B)
    assert str(two) == "[A B] has orthonormal columns" and str(orthonormal(A)) == "A has orthonormal columns"
    assert two.equations() == ((A.T * A, identity("m")), (A.T * B, zero("m", "k")), (B.T * B, identity("k")))
    assert orthonormal(M).equations() == ((M.T * M, identity("n")), (M * M.T, identity("n")))
    free = independent_columns(A, B)
    assert str(free) == "rank [A B] = m + k" and free.expressions() == (A, B) and free.equations() == ()
    letters, found = left_inverses(A, B)
    assert [p.shape for p in letters] == [A.T.shape, B.T.shape]
    assert [a.equations()[0] for a in found] == [
        (letters[0] * A, identity("m")),
        (letters[0] * B, zero("m", "k")),
        (letters[1] * A, zero("k", "m")),
        (letters[1] * B, identity("k")),
    ]
    for bad in (orthonormal, independent_columns, lambda: orthonormal(A, matrix("C", "m", "n"))):
        with pytest.raises(SymlamError):
            bad()


def test_sets_of_assumptions():
    a, b = equation(M, 0), positive_definite(o)
    assert flatten([a, [b, (a,)]]) == (a, b) and flatten(a) == (a,) and flatten(Assumptions(a, b)) == (a, b)
    both = Assumptions(a, b)
    assert list(both) == [a, b] and len(both) == 2 and repr(both) == "{M = 0, Σ_o > 0}"
    assert list(both.without(a)) == [b] and list(both.without([a], b)) == []
    assert list(Assumptions(a).plus(b, [a])) == [a, b]
    assert both.definite_letters() == {E(o, o).as_letter()}
    for bad in ("text", 3):
        with pytest.raises(SymlamError, match="not an assumption"):
            flatten(bad)


def test_what_is_reduced_names_what_was_used():
    gone, none = absent(q), equation(M, 0)
    known = Assumptions(gone, none)
    assert known.reduce_with_sources(A * x + M * o + q) == (A * x, frozenset((*gone, none)))
    assert known.reduce(tr(M) + 1) == 1 and known.reduce_with_sources(A) == (A, frozenset())
    with pytest.raises(SymlamError, match="not an expression"):
        known.reduce(3)
    with pytest.raises(SymlamError, match="contradictory"):
        Assumptions(absent(o), positive_definite(o))


def test_an_inverse_needs_an_assumption_and_names_it():
    known = Assumptions(positive_definite(o), positive_definite(q), equation(M, 0))
    used = frozenset([positive_definite(o)])
    assert known.check_inverses(E(o, o).inverse(), E(q, q)) == used
    assert known.check_inverses(tr(E(o, o).inverse()) * M) == used
    assert known.check_inverses(E(o, o).inverse() * e) == used
    assert known.check_inverses(matrix("G", "n", "n", invertible=True).inverse()) == frozenset()
    with pytest.raises(SymlamError, match="inverse of Σ_e, Σ_x is used"):
        known.check_inverses(E(x, x).inverse(), E(e, e).inverse(), E(o, o).inverse())
