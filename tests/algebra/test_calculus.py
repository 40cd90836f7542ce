"""Gradients, Hessian forms and completed squares, against exact arithmetic that knows no rule of calculus."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import (
    E,
    complete_square,
    degree,
    directional,
    gradient,
    hessian_form,
    identity,
    matrix,
    msq,
    scalar,
    substitute,
    total,
    tr,
    vector,
    zero,
)
from symlam.errors import SymlamError
from symlam.strategies import trees as some
from symlam.strategies.trees import build
from tests.algebra import draw
from tests.algebra.reference import add, flip, is_psd, mul, scale, trace, value, value_of_terms
from tests.profile import examples


class Jet:
    """A power series in t, cut after t^2: arithmetic gives both derivatives and uses no rule for them."""

    def __init__(self, *c):
        self.c = tuple(map(Fraction, (*c, 0, 0)[:3]))

    @staticmethod
    def of(x):
        return x if isinstance(x, Jet) else Jet(x)

    def __add__(self, other):
        return Jet(*(a + b for a, b in zip(self.c, Jet.of(other).c, strict=True)))

    __radd__ = __add__

    def __neg__(self):
        return Jet(*(-a for a in self.c))

    def __sub__(self, other):
        return self + -Jet.of(other)

    def __rsub__(self, other):
        return Jet.of(other) - self

    def __mul__(self, other):
        a, b = self.c, Jet.of(other).c
        return Jet(a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[0] * b[2] + a[1] * b[1] + a[2] * b[0])

    __rmul__ = __mul__

    def __truediv__(self, other):
        b = Jet.of(other).c
        q0 = self.c[0] / b[0]
        q1 = (self.c[1] - q0 * b[1]) / b[0]
        return Jet(q0, q1, (self.c[2] - q0 * b[2] - q1 * b[1]) / b[0])

    def __rtruediv__(self, other):
        return Jet.of(other) / self

    def __pow__(self, n):
        out = Jet(1)
        for _ in range(n):
            out = out * self
        return out

    def __bool__(self):
        return bool(self.c[0])


def letter(name: str):
    kind, shape = name.split("_")
    if kind in "AB":
        return matrix(name, shape[0], shape[1])
    return matrix(name, shape, shape, symmetric=kind in "STP", invertible=kind in "GHP")


def direction(name: str, data, seed: int):
    rng = Random(seed)
    m = data.letters[name]
    h = [[Fraction(rng.randint(-2, 2)) for _ in m[0]] for _ in m]
    return add(h, flip(h)) if name[0] in "STP" else h


def along(tree, name: str, h, data) -> Jet:
    """f(A + t H) as a series in t."""
    kept = data.letters[name]
    data.letters[name] = [
        [Jet(x, y) for x, y in zip(r, s, strict=True)] for r, s in zip(kept, h, strict=True)
    ]
    try:
        return Jet.of(value(tree, data))
    finally:
        data.letters[name] = kept


def one_of(f, among, seed: int) -> str:
    """A letter that occurs in f when there is one, so that no derivative is zero for want of it."""
    present = sorted({x.name for x in f.letters()} & set(among))
    return (present or among)[seed % len(present or among)]


ALL = [f"{a}_{r}{c}" for a in "AB" for r in some.DIMS for c in some.DIMS]
ALL += [f"{a}_{n}" for a in "STGHP" for n in some.DIMS]


@given(some.scalars(), draw.data(), st.integers(0, 2**16))
@settings(max_examples=examples(250), deadline=None)
def test_the_gradient_gives_the_directional_derivative(tree, data, seed):
    f = build(tree)
    name = one_of(f, ALL, seed)
    h = direction(name, data, seed)
    g = value_of_terms(gradient(f, letter(name)), data)
    assert trace(mul(flip(g), h)) == along(tree, name, h, data).c[1]
    if name[0] in "STP":
        assert g == flip(g), "the gradient lies in the space of symmetric matrices"


@given(some.scalars(), draw.data(), st.integers(0, 2**16))
@settings(max_examples=examples(150), deadline=None)
def test_the_hessian_form_is_the_second_derivative(tree, data, seed):
    f = build(tree)
    name = one_of(f, [a for a in ALL if a[0] in "ABST"], seed)
    h = direction(name, data, seed)
    form = hessian_form(f, letter(name))
    data.letters[f"H_{name}"] = h
    assert value_of_terms(form, data) == 2 * along(tree, name, h, data).c[2]


@st.composite
def linear_residuals(draw):
    """W A V x + W A^T V y + (a form without A): linear in the letter A of shape n x m."""
    out = draw(some.vectors("k"))
    for turned in draw(st.lists(st.booleans(), min_size=1, max_size=2)):
        a = ("letter", "C_nm", "n", "m", False, False)
        rows, cols = ("m", "n") if turned else ("n", "m")
        inside = ("apply", ("T", a) if turned else a, draw(some.vectors(cols, depth=0)))
        out = ("vadd", out, ("apply", draw(some.words("k", rows, length=2, moments=False)), inside))
    return out


@given(linear_residuals(), draw.data(), st.integers(0, 2**16))
@settings(max_examples=examples(100), deadline=None)
def test_finite_differences_of_quadratics_are_exact(tree, data, seed):
    f = msq(build(tree))
    name, x = "C_nm", matrix("C_nm", "n", "m")
    data.letters[name] = data.letters["A_nm"]
    assert degree(f, x) <= 2
    h, at = direction(name, data, seed), data.letters[name]

    def f_at(step):
        data.letters[name] = add(at, scale(Fraction(step), h))
        return value(("msq", tree), data)

    up, here, down = f_at(1), f_at(0), f_at(-1)
    data.letters[name] = at
    g = value_of_terms(gradient(f, x), data)
    assert trace(mul(flip(g), h)) == (up - down) / 2
    data.letters[f"H_{name}"] = h
    assert value_of_terms(hessian_form(f, x), data) == up - 2 * here + down


def test_the_gradient_of_a_sum_of_two_traces_is_the_sum_where_sympy_gives_zero():
    A, B, C = (matrix(a, "n", "n") for a in "ABC")
    assert gradient(tr(A * B) + tr(A * C), A) == B.T + C.T
    assert gradient(tr(A * B) * tr(A * C), A) == B.T * tr(A * C) + C.T * tr(A * B)
    assert gradient(tr(A) ** 3, A) == 3 * tr(A) ** 2 * identity("n")
    assert gradient(tr(A * A.T), A) == 2 * A
    assert gradient(tr(A * A), A) == 2 * A.T


def test_the_gradient_of_an_inverse_has_its_sign_and_its_transposes():
    G, M = matrix("G", "n", "n", invertible=True), matrix("M", "n", "n")
    assert gradient(tr(G.inverse() * M), G) == -(G.inverse() * M * G.inverse()).T
    assert gradient(tr(G.T.inverse() * M), G) == -(G.T.inverse() * M * G.T.inverse())


def test_the_gradient_of_a_symmetric_letter_is_the_symmetric_part():
    S, M = matrix("S", "n", "n", symmetric=True), matrix("M", "n", "n")
    assert gradient(tr(M * S), S) == (M + M.T) / 2
    assert gradient(tr(M * matrix("R", "n", "n")), matrix("R", "n", "n")) == M.T


def test_degree_counts_both_orientations():
    A, B = matrix("A", "n", "m"), matrix("B", "m", "n")
    assert degree(tr(A * A.T) * tr(A * B) + 1, A) == 3
    assert degree(tr(B * B.T), A) == 0


# ---- completing the square

O, Q = vector("o", "n"), vector("q", "m")
N0 = [matrix("K", "n", "m"), 2 * matrix("L", "n", "m") - matrix("K", "n", "m"), zero("n", "m"),
      matrix("V", "n", "n") * matrix("K", "n", "m"), matrix("R", "m", "n").T * scalar("s")]  # fmt: skip
LEFTS = [identity("n"), 3 * identity("n"), matrix("W", "k", "n").T * matrix("W", "k", "n"),
         matrix("P", "n", "n", symmetric=True, invertible=True), E(O, O) + identity("n")]  # fmt: skip
RIGHTS = [E(Q, Q), identity("m"), E(Q, Q) / 2, matrix("Z", "m", "m", symmetric=True),
          E(Q, Q) + matrix("X", "m", "k") * matrix("X", "m", "k").T, E(Q, Q) * scalar("t") ** 2]  # fmt: skip


@pytest.mark.parametrize("left", LEFTS)
@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("n", N0)
def test_a_square_is_found_again_without_inverting_anything(left, right, n):
    """f = tr(P (A - N) S (A - N)^T) + rest, expanded: the same square comes back, S singular or not."""
    A = matrix("A", "n", "m")
    rest = tr(E(O, O)) - 7
    f = tr(left * (A - n) * right * (A - n).T) + rest
    sq = complete_square(f, A)
    assert sq.square + sq.rest == f
    assert sq.rest == rest and sq.centre == n
    assert gradient(f, A) == 2 * sq.left * (A - sq.centre) * sq.right == 2 * sq.condition
    assert substitute(f, {A: n}) == rest


@given(
    st.integers(0, 2**32),
    st.sampled_from(RIGHTS[:3] + RIGHTS[4:5]),
    st.sampled_from(LEFTS[:3]),
    st.sampled_from(N0),
)
@settings(max_examples=examples(60), deadline=None)
def test_the_centre_is_a_minimiser_on_exact_data(seed, right, left, n):
    """On random data with singular moments no point is below the rest, and the centre attains it."""
    from tests.algebra.reference import Data

    rng = Random(seed)
    sizes = {"n": rng.randint(1, 2), "m": rng.randint(1, 3), "k": rng.randint(1, 2)}

    def rows(r, c):
        return [[Fraction(rng.randint(-2, 2)) for _ in range(c)] for _ in range(r)]

    shapes = {"K": "nm", "L": "nm", "V": "nn", "R": "mn", "W": "kn", "X": "mk", "A": "nm"}
    letters = {a: rows(sizes[s[0]], sizes[s[1]]) for a, s in shapes.items()}
    g = rows(sizes["n"] + sizes["m"], rng.randint(1, 2))  # rank one or two: often singular
    data = Data(
        sizes, letters, {"s": Fraction(2), "t": Fraction(1, 2)}, (("o", "n"), ("q", "m")), mul(g, flip(g))
    )
    A = matrix("A", "n", "m")
    f = tr(left * (A - n) * right * (A - n).T) + tr(E(O, O))
    sq = complete_square(f, A)
    lowest = value_of_terms(sq.rest, data)
    assert is_psd(value_of_terms(sq.left, data)) and is_psd(value_of_terms(sq.right, data))
    here = value_of_terms(f, data)
    assert here >= lowest
    condition = value_of_terms(sq.condition, data)
    assert (here == lowest) == (not any(map(any, condition))), "equality exactly where the condition vanishes"
    data.letters["A"] = value_of_terms(sq.centre, data)
    assert value_of_terms(f, data) == lowest


def test_what_is_not_divisible_needs_the_inverse():
    A, K = matrix("A", "n", "n"), matrix("K", "n", "n")
    x = vector("x", "n")
    sq = complete_square(msq(A * x) - 2 * tr(K.T * A), A)
    assert sq.centre == K * E(x, x).inverse()
    assert sq.rest == -tr(K * E(x, x).inverse() * K.T)
    S = matrix("S", "n", "n", symmetric=True)
    with pytest.raises(SymlamError, match="not declared invertible"):
        complete_square(tr(A * S * A.T) - 2 * tr(K.T * A), A)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda A, P, S: tr(P * A), "not quadratic"),
        (lambda A, P, S: tr(A * P * A), "A once plain and once transposed"),
        (lambda A, P, S: tr(A) ** 2, "two factors"),
        (lambda A, P, S: tr(A * A.T * A * A.T), "degree 4"),
        (lambda A, P, S: tr(P * A * S * A.T), "not of the form"),  # neither P nor S symmetric
        (lambda A, P, S: tr(P * P.T * A * A.T) + tr(A * S * S.T * A.T), "not of the form"),
    ],
)
def test_what_is_no_square_is_refused(f, message):
    A, P, S = (matrix(a, "n", "n") for a in "APS")
    with pytest.raises(SymlamError, match=message):
        complete_square(f(A, P, S), A)


def test_antisymmetric_factors_cancel_or_are_refused():
    """tr(P A S A^T) with P, S not symmetric is no square of symmetric parts, but with its mate it is."""
    A, P, S = (matrix(a, "n", "n") for a in "APS")
    both = tr(P * A * S * A.T) + tr(P.T * A * S * A.T)
    sq = complete_square(both, A)
    assert sq.square == both and sq.left == sq.left.T and sq.right == sq.right.T


@pytest.mark.parametrize("turn", [lambda P: P, lambda P: P.T])
def test_one_factor_without_symmetry_gives_its_symmetric_part(turn):
    """tr(P A S A^T) with S symmetric depends on P + P^T alone, and a Square has symmetric factors."""
    A, P, S = matrix("A", "n", "m"), matrix("P", "n", "n"), matrix("S", "m", "m", symmetric=True)
    sq = complete_square(tr(turn(P) * A * S * A.T), A)
    assert (sq.left, sq.right) == ((P + P.T) / 2, S)
    A, P, S = matrix("A", "n", "m"), matrix("P", "m", "m"), matrix("S", "n", "n", symmetric=True)
    sq = complete_square(tr(S * A * turn(P) * A.T), A)
    assert (sq.left, sq.right) == (S, (P + P.T) / 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda A, f: gradient(A, A),
        lambda A, f: gradient(1, A),
        lambda A, f: gradient(f, f),
        lambda A, f: gradient(f, 2 * A),
        lambda A, f: gradient(f, A.T),
        lambda A, f: degree(A, A),
        lambda A, f: directional(f, A, matrix("B", "n", "k")),
        lambda A, f: directional(f, A, vector("x", "n")),
        lambda A, f: hessian_form(f, A, matrix("B", "m", "n")),
        lambda A, f: hessian_form(tr(A * matrix("G", "m", "n")), matrix("G", "m", "n"), A),
        lambda A, f: complete_square(f, "A"),
        lambda A, f: complete_square(f, matrix("S", "n", "n", symmetric=True)),
    ],
)
def test_bad_input_is_one_clear_error(call):
    A = matrix("A", "n", "m")
    with pytest.raises(SymlamError):
        call(A, tr(A * A.T))


def test_symmetric_letters_take_symmetric_directions_only():
    S = matrix("S", "n", "n", symmetric=True)
    with pytest.raises(SymlamError, match="symmetric"):
        directional(tr(S * S), S, matrix("B", "n", "n"))
    G = matrix("G", "n", "n", invertible=True)
    with pytest.raises(SymlamError, match="polynomial"):
        hessian_form(tr(G.inverse()), G)


# ---- substitution


@given(some.scalars(), draw.data(), st.sampled_from(["A_nm", "B_nn", "A_nn"]), st.data())
@settings(max_examples=examples(100), deadline=None)
def test_substitution_commutes_with_evaluation(tree, data, name, draw):
    shape = name.split("_")[1]
    image = draw.draw(some.matrices(shape[0], shape[1], terms=2))
    f = substitute(build(tree), {letter(name): build(image)})
    new = value(image, data)
    assert value_of_terms(f, data) == value(tree, _with(data, name, new))


def _with(data, name, new):
    from dataclasses import replace

    return replace(data, letters={**data.letters, name: new})


@given(some.matrices("n", "m"), some.matrices("m", "k"), some.matrices("n", "m", terms=2))
@settings(max_examples=examples(50), deadline=None)
def test_substitution_is_a_homomorphism(a, b, image):
    a, b, image = map(build, (a, b, image))
    to = {letter("A_nm"): image, scalar("s"): scalar("t") - 2}

    def sub(e):
        return substitute(e, to)

    assert sub(a * b) == sub(a) * sub(b)
    assert sub(a.T) == sub(a).T
    assert sub(tr(a * a.T)) == tr(sub(a) * sub(a).T)
    assert sub(a + image) == sub(a) + sub(image)


def test_substitution_follows_inverses_and_swaps_at_once():
    G, H = (matrix(a, "n", "n", invertible=True) for a in "GH")
    assert (
        substitute(G.inverse() * G.T.inverse(), {G: 2 * G * H})
        == (2 * G * H).inverse() * (2 * G * H).inverse().T
    )
    assert substitute(G * H, {G: H, H: G}) == H * G
    with pytest.raises(SymlamError, match="not a word"):
        substitute(G.inverse(), {G: G + H})
    with pytest.raises(SymlamError, match="same shape"):
        substitute(G, {G: matrix("B", "n", "m")})
    with pytest.raises(SymlamError, match="symmetric"):
        substitute(matrix("S", "n", "n", symmetric=True), {matrix("S", "n", "n", symmetric=True): G})


def test_total_adds_everything_and_its_start():
    A = matrix("A", "n", "n")
    assert total([tr(A), 1, tr(A)], tr(A) - 1) == 3 * tr(A)
    assert total([A, A]) == 2 * A
    assert total([]) == 0
