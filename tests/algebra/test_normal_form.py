"""The normal form has the value of what was written: against a second implementation and against SymPy."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import E, LinearForm, dot, from_sympy, identity, matrix, msq, scalar, to_sympy, tr, vector
from symlam.algebra._letter import Dimension, Letter, canonical_trace, intern, transpose
from symlam.strategies import trees as some
from symlam.strategies.trees import build
from tests.algebra import draw
from tests.algebra.reference import add, flip, mul, value, value_of_terms
from tests.profile import examples


@given(some.scalars(), draw.data())
@settings(max_examples=examples(250), deadline=None)
def test_a_scalar_has_the_value_of_its_definition(tree, data):
    assert value_of_terms(build(tree), data) == value(tree, data)


@given(some.matrices(), draw.data())
@settings(max_examples=examples(200), deadline=None)
def test_a_matrix_has_the_value_of_its_definition(tree, data):
    assert value_of_terms(build(tree), data) == value(tree, data)


@given(some.dims.flatmap(some.vectors), draw.data())
@settings(max_examples=examples(80), deadline=None)
def test_the_second_moment_of_a_form_has_the_value_of_its_definition(tree, data):
    form = build(tree)
    v = value(tree, data)
    second = mul(mul(v, data.joint), flip(v))
    assert value_of_terms(E(form, form), data) == second
    assert value_of_terms(msq(form), data) == sum(second[i][i] for i in range(len(second)))


@given(some.scalars(), draw.data())
@settings(max_examples=examples(60), deadline=None)
def test_the_exact_evaluator_agrees_with_the_reference(tree, data):
    """The engine's own evaluator of instances, which counterexamples rest on."""
    from symlam.algebra._exact import Instance, to_flint
    from symlam.algebra._random import Base

    expr = build(tree)
    inst = Instance(
        {Dimension(d): n for d, n in data.sizes.items()},
        {x: to_flint(data.letters[x.name]) for x in expr.letters() if not x.moment},
        data.scalars,
        tuple(Base(name, Dimension(d)) for name, d in data.vectors),
        to_flint(data.joint),
    )
    assert inst.value(expr) == value(tree, data)


# ---- element by element in SymPy: small explicit matrices with symbols as entries


def explicit(name: str, r: int, c: int, *, symmetric: bool = False) -> sympy.Matrix:
    return sympy.Matrix(
        r, c, lambda i, j: sympy.Symbol(f"{name}_{min(i, j)}{max(i, j)}" if symmetric else f"{name}_{i}{j}")
    )


@given(st.integers(0, 2**32))
@settings(max_examples=examples(60), deadline=None)
def test_traces_agree_with_sympy_element_by_element(seed):
    rng = random.Random(seed)
    sizes = {"n": 2, "m": rng.choice((1, 2))}
    ours, theirs = tr(identity("n")) * 0, sympy.Integer(0)
    for _ in range(rng.randint(1, 3)):
        c = rng.choice((1, -2, Fraction(1, 2)))
        term, other = c, sympy.Rational(c)
        for _ in range(rng.randint(1, 2)):
            start = at = rng.choice("nm")
            word, grid = identity(start), sympy.eye(sizes[start])
            for step in range(rng.randint(1, 3), -1, -1):
                to = rng.choice("nm") if step else start
                kind = rng.choice(("plain", "transposed", "symmetric"))
                if kind == "symmetric" and to == at:
                    f, g = (
                        matrix("S" + at, at, at, symmetric=True),
                        explicit("S", sizes[at], sizes[at], symmetric=True),
                    )
                    g = g.subs({x: sympy.Symbol(x.name + at) for x in g.free_symbols})
                elif kind == "transposed":
                    f, g = matrix("A" + to + at, to, at).T, explicit("A" + to + at, sizes[to], sizes[at]).T
                else:
                    f, g = matrix("A" + at + to, at, to), explicit("A" + at + to, sizes[at], sizes[to])
                word, grid, at = word * f, grid * g, to
            term, other = tr(word) * term, other * grid.trace()
        ours, theirs = ours + term, theirs + other
    back = sympy.Integer(0)
    for (_, traces), v in ours.terms.items():
        term = sympy.Rational(Fraction(v).numerator, Fraction(v).denominator)
        for t in traces:
            term *= elementwise(t, sizes).trace()
        back += term
    back = back.subs({sympy.Symbol(d): n for d, n in sizes.items()})
    # traces of the identity cannot arise here, all words have letters
    assert sympy.expand(back - theirs) == 0


def elementwise(word, sizes) -> sympy.Matrix:
    from symlam.algebra._letter import is_transposed, letter_of

    out = None
    for f in word:
        x = letter_of(f)
        r, c = sizes[str(x.rows)], sizes[str(x.cols)]
        if x.symmetric:
            m = explicit("S", r, c, symmetric=True)
            m = m.subs({y: sympy.Symbol(y.name + str(x.rows)) for y in m.free_symbols})
        else:
            m = explicit(x.name, r, c)
        m = m.T if is_transposed(f) else m
        out = m if out is None else out * m
    return out


# ---- known traps, and what SymPy gets wrong


def test_cyclic_words_are_one():
    A, B, C = matrix("A", "n", "m"), matrix("B", "m", "k"), matrix("C", "k", "n")
    assert tr(A * B * C) - tr(B * C * A) == 0
    assert tr(A * B * C) == tr(C.T * B.T * A.T)
    assert tr(A * B * C) != tr(A * matrix("B", "m", "k") * matrix("D", "k", "n"))


def test_words_that_only_look_alike_differ():
    A, B = matrix("A", "n", "n"), matrix("B", "n", "n")
    assert tr(A * A * B * B) != tr(A * B * A * B)
    assert tr(A * A * B.T) != tr(A * A * B)
    assert tr(A * B * A.T * B.T) != tr(A * B * B.T * A.T)
    assert A * B != B * A
    assert tr(A) * tr(B) != tr(A * B)


def test_a_symmetric_letter_is_its_transpose_and_a_cross_moment_is_not():
    S = matrix("S", "n", "n", symmetric=True)
    x, z = vector("x", "n"), vector("z", "n")
    assert S.T == S and E(x, x) == E(x, x).T
    assert E(z, x) == E(x, z).T and E(x, z) != E(z, x)
    assert tr(E(x, z)) == tr(E(z, x))


def test_the_covariance_of_a_form_is_symmetric_where_sympy_breaks_symmetry():
    A, B = matrix("A", "n", "n"), matrix("B", "n", "n")
    form = A * vector("o", "n") + B * vector("q", "n")
    assert E(form, form) == E(form, form).T
    assert len(E(form, form).terms) == 4


def test_inverses_cancel_with_their_letter_only():
    G = matrix("G", "n", "n", invertible=True)
    S = matrix("S", "n", "n", symmetric=True, invertible=True)
    assert G * G.inverse() == identity("n") == G.T * G.T.inverse()
    assert G.T.inverse() == G.inverse().T
    assert (2 * scalar("s") * G).inverse() * G == identity("n") / (2 * scalar("s"))
    assert G.T * G.inverse() != identity("n")
    assert S.inverse() == S.inverse().T
    assert (G * S * G.T).inverse() == G.inverse().T * S.inverse() * G.inverse()
    assert tr(G * S * G.inverse()) == tr(S)
    assert tr(G * S * G.T.inverse()) != tr(S)
    assert G**-2 * G**3 == G and identity("n") == G**0


def test_the_trace_of_the_identity_is_the_dimension():
    assert tr(identity("n")) ** 2 - tr(identity("n")) * tr(identity("m")) != 0
    assert tr(identity(4)) == 4
    assert dot(vector("x", "n"), identity("n"), vector("x", "n")) == msq(vector("x", "n"))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 39), st.booleans())
@settings(max_examples=examples(300), deadline=None)
def test_the_representative_of_a_trace_is_least_and_unique(choice, turn, flipped):
    """Long words take another path (Booth's algorithm): compare with all rotations."""
    letters = [
        intern(Letter("A", Dimension("n"), Dimension("n"))),
        intern(Letter("B", Dimension("n"), Dimension("n"))),
        intern(Letter("S", Dimension("n"), Dimension("n"), symmetric=True)),
    ]
    word = tuple((*letters, letters[0] + 1)[i] for i in choice)
    rotations = [w[i:] + w[:i] for w in (word, transpose(word)) for i in range(len(word))]
    assert canonical_trace(word) == min(rotations)
    k = turn % len(word)
    again = word[k:] + word[:k]
    assert canonical_trace(transpose(again) if flipped else again) == canonical_trace(word)


# ---- SymPy and back


@given(some.scalars(moments=False))
@settings(max_examples=examples(80), deadline=None)
def test_the_round_trip_through_sympy_gives_the_same_scalar(tree):
    expr = build(tree)
    assert from_sympy(to_sympy(expr), letters=letters_of(expr)) == expr


@given(some.matrices(moments=True))
@settings(max_examples=examples(60), deadline=None)
def test_the_round_trip_through_sympy_gives_the_same_matrix(tree):
    expr = build(tree)
    assert from_sympy(to_sympy(expr), letters=letters_of(expr)) == expr


def letters_of(expr):
    from symlam.algebra._expression import from_letter

    return {x.name: from_letter(x) for x in expr.letters()}


def test_a_symbol_is_a_dimension_wherever_it_stands():
    n = sympy.Symbol("n")
    A = sympy.MatrixSymbol("A", n, n)
    assert from_sympy(n * sympy.Trace(A)) == tr(identity("n")) * tr(matrix("A", "n", "n"))
    assert from_sympy(sympy.Trace(A) * sympy.Symbol("c")) == scalar("c") * tr(matrix("A", "n", "n"))


@pytest.mark.parametrize("text", ["A*B", "__import__('os').getcwd()"])
def test_text_is_not_evaluated(text):
    from symlam.errors import SymlamError

    with pytest.raises(SymlamError, match="not a SymPy expression"):
        from_sympy(text)


# ---- the algebra's laws


@given(some.matrices("n", "m"), some.matrices("m", "k"), some.matrices("k", "n"))
@settings(max_examples=examples(60), deadline=None)
def test_laws_of_products_and_transposes(a, b, c):
    a, b, c = build(a), build(b), build(c)
    assert (a * b) * c == a * (b * c)
    assert (a * b).T == b.T * a.T
    assert tr(a * b * c) == tr(c * a * b) == tr((a * b * c).T)
    assert a * (b + b) - 2 * (a * b) == 0
    assert hash(a + a) == hash(2 * a)


@given(some.dims.flatmap(lambda d: st.tuples(some.vectors(d), some.vectors(d))))
@settings(max_examples=examples(60), deadline=None)
def test_mean_squares_polarise(pair):
    x, y = map(build, pair)
    assert isinstance(x, LinearForm)
    assert msq(x + y) - msq(x - y) == 4 * tr(E(x, y))
    assert E(y, x) == E(x, y).T


def test_reference_arithmetic_is_itself_right():
    """The second implementation against values worked out by hand."""
    from tests.algebra.reference import all_minors_nonnegative, determinant, inverse, is_psd, trace

    a = [[Fraction(1), Fraction(2)], [Fraction(3), Fraction(5)]]
    assert inverse(a) == [[-5, 2], [3, -1]] and determinant(a) == -1
    assert mul(a, a) == [[7, 12], [18, 31]] and trace(a) == 6 and add(a, flip(a)) == [[2, 5], [5, 10]]
    assert is_psd([[1, 1], [1, 1]]) and not is_psd([[1, 2], [2, 1]])
    rng = random.Random(5)
    seen = set()
    for _ in range(300):
        m = [[Fraction(rng.randint(-1, 2)) for _ in range(3)] for _ in range(3)]
        m = (
            [[m[i][j] + m[j][i] for j in range(3)] for i in range(3)]
            if rng.random() < 0.6
            else mul(m, flip(m))
        )
        assert is_psd(m) is all_minors_nonnegative(m)
        seen.add((is_psd(m), determinant(m) == 0))
    assert len(seen) == 4
