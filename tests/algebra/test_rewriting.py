"""Assumptions as rules: they end, they are sound, their order does not matter, and what they used is said."""

from __future__ import annotations

import itertools
import signal
from contextlib import contextmanager
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import (
    Assumptions,
    E,
    absent,
    dimension_scalar,
    equal,
    equation,
    full_column_rank,
    identity,
    latex,
    matrix,
    msq,
    orthonormal,
    positive,
    positive_definite,
    scalar,
    substitute,
    total,
    tr,
    uncorrelated,
    vector,
    white,
    zero,
)
from symlam.algebra._assumptions import ScalarEquation
from symlam.algebra._expression import Matrix
from symlam.errors import SymlamError
from tests.algebra.reference import Data, add, scale, unit, value_of_terms
from tests.profile import examples

n = "n"
A, B, C = (matrix(a, n, n) for a in "ABC")
I = identity(n)
F = matrix("F", n, n, symmetric=True, invertible=True)
G = matrix("G", n, n, invertible=True)
X, Y = matrix("X", n, "k"), matrix("Y", n, "l")
o, q, e = vector("o", n), vector("q", n), vector("e", n)
s = scalar("s")


@contextmanager
def within(seconds: float):
    """Fail instead of hanging; processor time, so that a busy machine is no failure."""

    def late(*_):
        raise AssertionError(f"not finished within {seconds} s")

    old = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


# ---- single rules


@pytest.mark.parametrize(
    ("assumed", "lhs", "rhs"),
    [
        (uncorrelated(o, q + e), E(o, q), -E(o, e)),
        (uncorrelated(o, q + e), msq(A * o + B * (q + e)), msq(A * o) + msq(B * (q + e))),
        (white(e, s**2), msq(A * e), s**2 * tr(A * A.T)),
        ((white(e, s**2), positive_definite(e)), E(e, e).inverse(), I / s**2),
        (absent(e), msq(A * o + e), msq(A * o)),
        (absent(e), E(o, e), zero(n, n)),
        (absent(e), A * e + o, o),
        (orthonormal(X), X.T * X, identity("k")),
        (orthonormal(X, Y), X.T * Y, zero("k", "l")),
        (orthonormal(X, Y), msq(X * vector("a", "k") + Y * vector("b", "l")),
         msq(vector("a", "k")) + msq(vector("b", "l"))),
        (orthonormal(A), A * A.T, I),
        (equation(X.T * E(o, o), 0), X.T * E(o, o) * B, zero("k", n)),
        (equation(X.T * E(o, o), 0), msq(X.T * o), 0),
        (equation(C, -B), A * C + A * B, zero(n, n)),
        (equation(C, B.T), C.T, B),
        (equation(F, A.T * A + s * I), F.inverse() * (A.T * A + s * I), I),
        (equation(F, A.T * A), tr(F.inverse() * A.T * A), tr(I)),
        (equation(A * B, B * A), tr(A * B * A * B), tr(A * A * B * B)),
        (equation(A * B, B * A), A.T * B.T * A.T, B.T * A.T * A.T),
        (equation(A * B, -B * A), tr(A * B), 0),
        (equation(A * B.T, B * A.T), tr(A * B.T * C), tr(C * B * A.T)),
        (equation(A * A, A), tr(A**5), tr(A)),
        (equation(A * A, tr(A) * A), tr(A * A * A), tr(A) ** 3),
        (equation(A, A + B), B, zero(n, n)),
        (equation(A * B, A), A * B * B, A),
        ((equation(A, B), equation(B, A)), A, B),
        ((equation(A, B * C), equation(B, C * C)), A, C * C * C),
        ((equation(A * B, I), equation(C * A, I)), C, B),
        (equation(X.T * F, 0), X, zero(n, "k")),
        ((equation(X.T * E(o, o), 0), positive_definite(o)), X, zero(n, "k")),
        (equation(E(o, o), E(q, q) + E(e, e)), msq(o) - msq(q), msq(e)),
        ((equation(E(o, o), E(q, q) + E(e, e)), positive_definite(o)),
         E(o, o).inverse() * E(q, q) + E(o, o).inverse() * E(e, e), I),
        (equation(E(o, q), A * E(q, q)), tr(E(q, o)), tr(A * E(q, q))),
    ],
    ids=lambda x: None,
)  # fmt: skip
def test_what_follows_is_seen(assumed, lhs, rhs):
    with within(10):
        answer = equal(lhs, rhs, under=assumed)
    assert answer.verdict is True
    for a in answer.used:
        assert a in Assumptions(assumed).items
    assert equal(lhs, rhs, under=answer.used).verdict is True, "what was not used is not needed"


def test_every_used_assumption_is_needed_and_an_unused_one_is_not_named():
    known = Assumptions(uncorrelated(o, q), uncorrelated(o, e), white(e, s**2), absent(vector("w", n)))
    lhs, rhs = msq(A * o + q + e), msq(A * o) + msq(q) + s**2 * tr(I) + 2 * tr(E(q, e))
    answer = equal(lhs, rhs, under=known)
    assert answer.verdict is True
    assert {repr(a) for a in answer.used} == {"E[o q'] = 0", "E[o e'] = 0", "E[e e'] = s^2 I"}
    for a in answer.used:
        dropped = equal(lhs, rhs, under=known.without(a))
        assert dropped.verdict is False and dropped.counterexample is not None
    for a in set(known) - answer.used:
        assert equal(lhs, rhs, under=known.without(a)).used == answer.used


def test_assumptions_used_through_other_rules_are_named():
    """Through a chain of definitions, an inverse, an absent vector, an overlap of two rules."""
    one, two, three = equation(A, B), equation(B, C * C), equation(C * C, 0)
    assert equal(A, zero(n, n), under=(one, two, three)).used == {one, two, three}
    left, right = equation(A * B, I), equation(C * A, I)
    assert equal(C, B, under=(left, right)).used == {left, right}
    pd = positive_definite(o)
    assert equal(A * E(o, o).inverse(), A * E(o, o).inverse(), under=pd).used == {pd}
    (gone,) = absent(e)
    assert equal(E(o, e), zero(n, n), under=gone).used == {gone}
    wh = white(e, 2)
    assert equal(E(e, e).inverse(), I / 2, under=(wh, positive_definite(e))).used == {
        wh,
        positive_definite(e),
    }


def test_without_takes_what_uncorrelated_gives():
    known = Assumptions(uncorrelated(o, q, e), white(o))
    assert len(known) == 4
    assert known.without(uncorrelated(o, q, e)).items == (white(o),)
    assert len(known.plus(white(o), white(e))) == 5


# ---- rewriting ends


def test_a_long_trace_with_a_thousand_terms_is_rewritten_in_seconds():
    known = Assumptions(
        [
            equation(I - A.T * G.inverse(), -B - B.T),
            equation(F, -G * A),
            equation(2 * A - A.T * G.inverse(), C * C),
        ]
    )
    with within(20):
        assert len(known.reduce(tr(A.T * A * A.T * F * A.T)).terms) > 100


def test_what_waits_is_left_when_no_more_is_derived():
    with within(3):  # two, and nothing of the hundreds of overlaps that wait when the third is entered
        Assumptions([equation(A - A.T * F, 2 * I), equation(A * F + G.inverse() * F, I)])


SQUARE = st.sampled_from([A, B, A.T, B.T, C, I, G, F, G.inverse()])


@st.composite
def word_equations(draw):
    """Equations between random words: most are no system anyone would write, all must end."""

    def side() -> Matrix:
        out = zero(n, n)
        for _ in range(draw(st.integers(1, 2))):
            word = I
            for _ in range(draw(st.integers(0, 3))):
                word = word * draw(SQUARE)
            if draw(st.integers(0, 4)) == 0:
                word = word * tr(draw(SQUARE))
            out = out + draw(st.sampled_from([1, -1, 2])) * word
        return out

    return [equation(side(), side()) for _ in range(draw(st.integers(1, 3)))]


@given(word_equations(), st.lists(SQUARE, min_size=1, max_size=6))
@settings(max_examples=examples(120), deadline=None)
def test_no_set_of_equations_hangs(equations, factors):
    word = I
    for f in factors:
        word = word * f
    with within(20):
        try:
            known = Assumptions(equations)
            once = known.reduce(word)
            known.reduce(tr(A) * tr(word))  # two long traces may have some hundred thousand products of terms
        except SymlamError:
            return
        assert known.reduce(once) == once, "a normal form is reduced"


@pytest.mark.parametrize(
    "equations",
    [
        [equation(A * B, B * A), equation(B * C, C * B), equation(A * C, C * A)],
        [equation(A * B, A * A), equation(B * A, B * B)],
        [equation(A * B * A, B), equation(B * A * B, A)],
        [equation(A * B, B.T * A.T)],
        [equation(A, B.T), equation(B, A.T)],
        [equation(A, B + C), equation(B, C + A), equation(C, A + B)],
        [equation(A * B, C), equation(B * C, A), equation(C * A, B)],
        [equation(A * B + s * A * B, C * C)],
        [equation(A * B, tr(A * B * A * B) * I)],
        [equation(A, tr(A * A) * A)],
        [equation(G * A, A * G + B)],
        [equation(G * A * G, B), equation(G.inverse() * B, A * A)],
        [equation(F, A + A.T), equation(A * F, F * A)],
        # these go round for ever without a bound on what is derived
        [
            equation(G * G + tr(F) * B.T, G.inverse() * C * G.inverse()),
            equation(2 * A.T + 2 * B, I + G**-2),
            equation(G**-3, 2 * I + 2 * A * A),
        ],
        [
            equation(C * G * G, G.inverse() + G * C),
            equation(C * A.T + tr(I) * B * B * F, 2 * tr(I) * I - F * B.T * G.inverse()),
            equation(F, -G),
        ],
    ],
    ids=repr,
)
def test_rules_that_feed_each_other_end(equations):
    with within(20):
        try:
            known = Assumptions(equations)
        except SymlamError as refused:
            assert "cannot be used as a rule" in str(refused)
            return
        for word in (A * B * A * B * A, C * A * B * C, tr(A * B * C * A.T * B.T), G * A * G * A * G):
            assert known.reduce(known.reduce(word)) == known.reduce(word)


# ---- rules are sound: on matrices that satisfy the equations, reducing changes no value


def _diagonal(*d):
    return [[Fraction(x if i == j else 0) for j in range(len(d))] for i, x in enumerate(d)]


FAMILIES = {
    "commuting": (
        {"A": [[1, 2], [2, 1]], "B": [[3, -1], [-1, 3]], "C": [[0, 1], [1, 0]]},
        [A * B - B * A, B * C - C * B, A * C - C * A, A - A.T, A * B.T - B * A.T, C * C - I, A - I - 2 * C],
    ),
    "anticommuting": (
        {"A": [[0, 1], [1, 0]], "B": [[1, 0], [0, -1]], "C": [[0, -1], [1, 0]]},
        [A * B + B * A, A * A - I, A * B - C, C + C.T, C * C + I, B * B - A * A],
    ),
    "projectors": (
        {"A": [[1, 0], [0, 0]], "B": [[0, 0], [0, 1]], "C": [[1, 1], [0, 0]]},
        [A * A - A, A * B, B * A, A + B - I, C * C - C, A * C - C, C * A - A, A * A.T - A],
    ),
    "nilpotent": (
        {"A": [[0, 1, 2], [0, 0, 3], [0, 0, 0]], "B": [[0, 0, 1], [0, 0, 0], [0, 0, 0]], "C": _diagonal(1, 1, 0)},
        [A * A - 3 * B, A * B, B * A, A**3, B * B, C * C - C, B.T * B.T],
    ),
    "rank one": (
        {"A": [[2, 4], [1, 2]], "B": [[1, 0], [0, 1]], "C": [[1, 2], [3, 4]]},
        [A * A - tr(A) * A, A * C * A - tr(A * C) * A, B - I, A * B - A, A * A - 4 * A],
    ),
    "inverse": (
        {"A": [[1, 2], [0, 1]], "B": [[1, -2], [0, 1]], "C": [[5, 12], [2, 5]], "F": [[2, 2], [2, 6]], "G": [[1, 2], [0, 1]]},
        [A * B - I, B * A - I, F - A.T * A - I, G - A, G.inverse() - B, A * G - G * A, F * G - G * F + G * F - F * A],
    ),
}  # fmt: skip


def _instance(name: str) -> Data:
    letters = {k: [[Fraction(x) for x in r] for r in m] for k, m in FAMILIES[name][0].items()}
    size = len(letters["A"])
    letters.setdefault("F", _diagonal(*range(1, size + 1)))
    letters.setdefault("G", add(scale(Fraction(2), unit(size)), letters["C"]))
    return Data({"n": size}, letters, {"s": Fraction(1)})


@pytest.mark.parametrize("name", FAMILIES)
def test_the_families_satisfy_their_equations(name):
    for e_ in FAMILIES[name][1]:
        assert not any(map(any, value_of_terms(e_, _instance(name)))), e_


@given(st.sampled_from(sorted(FAMILIES)), st.integers(0, 2**32))
@settings(max_examples=examples(200), deadline=None)
def test_reducing_changes_no_value_where_the_equations_hold(name, seed):
    rng = Random(seed)
    data = _instance(name)
    chosen = rng.sample(FAMILIES[name][1], rng.randint(1, 4))
    assumed = [equation(x, 0) for x in chosen]
    pool = [A, B, C, A.T, B.T, C.T, F, G, G.inverse()]

    def word() -> Matrix:
        out = I
        for _ in range(rng.randint(1, 6)):
            out = out * rng.choice(pool)
        return out

    expr = tr(word()) * tr(word()) + 2 * tr(word()) if rng.random() < 0.6 else word() * tr(word()) - word()
    with within(20):
        try:
            known = Assumptions(assumed)
        except SymlamError as refused:
            assert "contradictory" not in str(refused), "they hold together on the data"
            return
        reduced, used = known.reduce_with_sources(expr)
    assert value_of_terms(reduced, data) == value_of_terms(expr, data)
    assert used <= set(known)
    assert equal(expr, reduced, under=[a for a in known if a in used]).verdict is not False, (
        "what was used suffices"
    )
    if reduced != expr:
        assert used


# ---- the order of assumptions does not matter

SETS = [
    [*uncorrelated(o, q + e), *uncorrelated(q, e), white(e, s), equation(E(o, o), E(q, q) + E(e, e))],
    [equation(E(o, q), A * E(q, q)), equation(E(q, q), E(e, e)), white(e, 2), equation(B, A.T)],
    [equation(A * B, I), equation(C * A, I), equation(G, A)],
    [equation(A * B, B * A), equation(A * A, I), equation(B * B, B), equation(C, A * B)],
    [equation(X.T * E(o, o), 0), positive_definite(o), equation(A, X * X.T)],
    [orthonormal(X, Y), equation(A, X * X.T + Y * Y.T), equation(B, I - A)],
    [equation(F, A.T * A + s * I), equation(A * B, I), equation(C, F * B)],
    [*absent(e), *uncorrelated(o, q), equation(E(q, q), E(e, e) + A * A.T), equation(A, B)],
    [equation(E(o, q) + E(q, e), A), equation(E(o, q) - E(q, e), B), equation(E(o, e), E(o, q))],
]
PROBES = [A * B * C, A * A * B, tr(A * B * A * B), tr(C * C * A), msq(A * o + B * q + e), E(o + q, q + e),
          X.T * A * X, tr(F.inverse() * A.T * A), G * B * A, tr(A) * tr(B * C), A * E(o, o) * B.T]  # fmt: skip


@pytest.mark.parametrize("assumed", SETS, ids=repr)
def test_the_order_of_assumptions_changes_no_normal_form(assumed):
    forms = []
    with within(60):
        for order in itertools.permutations(assumed):
            known = Assumptions(order)
            forms.append([known.reduce(p) for p in PROBES])
    assert all(f == forms[0] for f in forms)


# ---- contradictions and bad input


@pytest.mark.parametrize(
    "assumed",
    [
        [white(e, 1), white(e, 2)],
        [white(e, 1), *absent(e)],
        [white(e, -1)],
        [positive_definite(e), *absent(e)],
        [positive_definite(e), equation(E(e, e), -3 * I)],
        [positive_definite(A.T * A), equation(A, 0)],
        [equation(F, 0)],
        [equation(F * G, 0)],
        [equation(A, I), equation(A, 2 * I)],
        [equation(A * B, I), equation(A, 0)],
        [orthonormal(X), equation(X, 0)],
        [equation(A, B), equation(B, C), equation(A - C, I)],
        [equation(A * B, I), equation(B * C, 0), equation(C, I)],
        [orthonormal(X, Y), equation(X.T * Y, matrix("Z", "k", "l")), equation(matrix("Z", "k", "l") * Y.T * Y * 2, matrix("Z", "k", "l") + matrix("W", "k", "l")), equation(X.T * X, 2 * identity("k"))],
    ],
    ids=repr,
)  # fmt: skip
def test_contradictions_are_named(assumed):
    for order in itertools.permutations(assumed):
        with within(20), pytest.raises(SymlamError, match="contradictory assumptions") as refused:
            Assumptions(order)
        assert any(repr(a) in str(refused.value) for a in assumed)


@pytest.mark.parametrize(
    "assumed",
    [
        [positive(s), positive(-s)],
        [equation(E(o, o), -E(q, q)), positive_definite(q)],
        [
            equation(E(o, o), E(q, q) - 4 * E(e, e)),
            equation(E(o, o), E(e, e)),
            *absent(q),
            positive_definite(e),
        ],
    ],
    ids=repr,
)
def test_contradictions_that_only_data_show_are_refused_when_data_are_sought(assumed):
    with within(60), pytest.raises(SymlamError, match="contradict"):
        answer = equal(tr(A), msq(o) + tr(B), under=assumed)
        assert answer.verdict is not None, answer
        raise AssertionError(answer)


def test_an_equation_between_scalars_is_refused_as_such():
    with pytest.raises(SymlamError, match="between scalars"):
        Assumptions(white(e, s), white(e, scalar("t")))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: equation(A, X), ["n x n", "n x k", "A", "X"]),
        (lambda: A + X, ["n x n", "n x k", "(A) + (X)"]),
        (lambda: X * A, ["n x k", "n x n", "(X) * (A)"]),
        (lambda: X * o, ["n x k", "dimension n", "(X) * (o)"]),
        (lambda: tr(X), ["n x k", "X", "square"]),
        (lambda: o + vector("a", "k"), ["(o) + (a)", "n against k"]),
        (lambda: E(o, A), ["not a random vector"]),
        (lambda: A + 1, ["scalar", "identity"]),
        (lambda: tr(A) + A, ["scalar", "matrix"]),
        (lambda: A * 0.5, ["0.5", "float"]),
        (lambda: tr(A) + 0.1, ["0.1", "float"]),
        (lambda: A / 0.5, ["0.5", "float"]),
        (lambda: white(o, 0.25), ["0.25", "float"]),
        (lambda: A / 0, ["zero"]),
        (lambda: tr(A) / 0, ["zero"]),
        (lambda: A / B, ["inverse"]),
        (lambda: A.inverse(), ["not declared invertible", "A"]),
        (lambda: (F + G).inverse(), ["sum", "F", "G"]),
        (lambda: X.inverse(), ["n x k", "square"]),
        (lambda: (F * tr(A)).inverse(), ["trace"]),
        (lambda: F**0.5, ["0.5"]),
        (lambda: 1 / (1 + s), ["1 + s", "not a product of scalar symbols"]),
        (lambda: identity(0), ["0", "positive integer"]),
        (lambda: identity(-3), ["-3", "positive integer"]),
        (lambda: identity(True), ["True"]),
        (lambda: matrix("A", "n", 2.0), ["2.0"]),
        (lambda: matrix("", "n", "n"), ["''", "name"]),
        (lambda: matrix("2A", "n", "n"), ["'2A'"]),
        (lambda: matrix("A B;", "n", "n"), ["'A B;'"]),
        (lambda: matrix(7, "n", "n"), ["7"]),
        (lambda: matrix(["A"], "n", "n"), ["['A']"]),
        (lambda: vector("", "n"), ["''"]),
        (lambda: scalar("1x"), ["'1x'"]),
        (lambda: matrix("A", "n", "k", symmetric=True), ["symmetric", "n x k"]),
        (lambda: matrix("A", "n", "k", invertible=True), ["invertible", "n x k"]),
        (lambda: uncorrelated(o), ["two or more"]),
        (lambda: positive_definite(A), ["not symmetric"]),
        (lambda: positive(A), ["scalar"]),
        (lambda: orthonormal(X, matrix("Z", "k", "k")), ["rows"]),
        (lambda: orthonormal(2 * X), ["letter"]),
        (lambda: absent(o + q), ["base random vector"]),
        (lambda: absent(A), ["base random vector"]),
        (lambda: equation(o, A * q), ["random vector"]),
        (lambda: Assumptions("o = 0"), ["not an assumption"]),
        (lambda: Assumptions([None]), ["not an assumption"]),
        (lambda: Assumptions(white(o)).reduce(3), ["3"]),
        (lambda: equal(A, "A"), ["'A'"]),
        (lambda: equal(A, X), ["n x n", "n x k"]),
        (lambda: equal(tr(A), 0.5), ["float"]),
        (lambda: equal(E(o, o).inverse() * A, A), ["Σ_o", "positive_definite"]),
        (lambda: equal(msq(E(o, o).inverse() * q), 1, under=white(o, s)), ["positive_definite"]),
        (lambda: E(vector("o", 3), o), ["o", "3", "n"]),
        (lambda: equal(tr(A), tr(matrix("A", "m", "m"))), ["A", "n x n", "m x m"]),
        (lambda: equal(tr(A), tr(matrix("A", n, n, symmetric=True))), ["A", "symmetric"]),
        (lambda: equal(tr(E(o, o)), tr(matrix("Σ_o", n, n))), ["Σ_o", "second moment"]),
        (lambda: Assumptions(equation(A, B), equation(matrix("A", "m", "m"), 0)), ["A", "m x m"]),
        (lambda: Assumptions(equation(A * B, tr(A * B * A) * C * C + A * A)), ["cannot be used as a rule"]),
        (lambda: white(o, A), ["variance", "matrix"]),
        (lambda: orthonormal(), ["one matrix letter"]),
        (lambda: full_column_rank("X"), ["'X'"]),
        (lambda: latex("A"), ["'A'", "not an expression"]),
        (lambda: substitute(tr(I), {dimension_scalar("n"): 3}), ["dimension n"]),
        (lambda: substitute(tr(A), {tr(A): 3}), ["single scalar symbol"]),
        (lambda: substitute(tr(A), {s: 0.5}), ["0.5", "float"]),
        (lambda: substitute(3, {s: 1}), ["3", "not an expression"]),
        (lambda: total([A, "A"]), ["'A'"]),
        (lambda: total([A, X]), ["n x n", "n x k"]),
        (lambda: vector("o", "n") * A, ["linear form"]),
        (lambda: Assumptions(equation(s * A * B, A * A)), ["symbolic coefficient"]),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_error(call, words):
    with pytest.raises(SymlamError) as refused:
        call()
    for w in words:
        assert w in str(refused.value)


def test_an_equation_between_scalar_symbols_is_a_rule():
    r, t = scalar("r"), scalar("t")
    known = Assumptions(ScalarEquation("r (1 + t) = 1", r * (1 + t) - 1), positive(t))
    assert known.reduce(r * t * A + r * A) == A
    assert known.reduce(r**2 * t**2 * tr(A)) == (1 - 2 * r + r**2) * tr(A)
    assert equal(r * t * tr(A), tr(A) - r * tr(A.T), under=known).verdict is True
    wrong = equal(r * t * tr(A), tr(A) + r * tr(A), under=known)
    assert wrong.verdict is False
    values = wrong.counterexample.instance.scalars
    assert values["r"] * (1 + values["t"]) == 1
    with pytest.raises(SymlamError, match="contradictory"):
        Assumptions(ScalarEquation("t = -1", t + 1), ScalarEquation("r (1 + t) = 1", r * (1 + t) - 1))
