"""`equal`: its yes is true on exact data, its no carries data that another program re-checks, its silence is rare."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import (
    Assumptions,
    E,
    absent,
    dimension_at_most,
    dimension_scalar,
    equal,
    equation,
    full_column_rank,
    identity,
    matrix,
    msq,
    orthonormal,
    positive,
    positive_definite,
    rank_at_least,
    scalar,
    total,
    tr,
    uncorrelated,
    vector,
    white,
    zero,
)
from symlam.algebra._sampling import has_instance, instances
from symlam.errors import SymlamError
from symlam.strategies import trees as some
from symlam.strategies.trees import build
from tests.algebra import draw
from tests.algebra.reference import (
    Data,
    add,
    data_of,
    determinant,
    flip,
    is_psd,
    mul,
    nought,
    scale,
    unit,
    value,
    value_of_terms,
)
from tests.profile import examples

x, y, z = vector("x", "n"), vector("y", "m"), vector("z", "n")
A_nm, A_nn, S_n, A_kn = (matrix("A_nm", "n", "m"), matrix("A_nn", "n", "n"),
                         matrix("S_n", "n", "n", symmetric=True), matrix("A_kn", "k", "n"))  # fmt: skip
s, t = scalar("s"), scalar("t")


def complete(data: Data) -> Data:
    """The data with values for what the normal forms do not need, so that whole trees have a value."""
    sizes = {d: data.sizes.get(d, 1) for d in some.DIMS}
    spare = draw.random_data(Random(1), sizes)
    total_size = sum(sizes[d] for _, d in some.VECTORS)
    known = [name for name, _ in data.vectors]
    pick = nought(total_size, 0)
    rows = []
    for name, d in some.VECTORS:
        rows += data.selector(name) if name in known else nought(sizes[d], len(data.joint))
    pick = rows
    joint = mul(mul(pick, data.joint), flip(pick)) if data.joint else nought(total_size, total_size)
    return Data(sizes, spare.letters | data.letters, spare.scalars | data.scalars, some.VECTORS, joint)


def check_counterexample(answer, left, right, holds=()) -> Data:
    """Re-check a no from its description alone: moments are moments, assumptions hold, values differ."""
    data = data_of(answer.counterexample.instance)
    assert not data.joint or (data.joint == flip(data.joint) and is_psd(data.joint))
    for name, m in data.letters.items():
        if name[0] in "STP" and len(m) == len(m[0]):
            assert m == flip(m)
        if name[0] in "GHP":
            assert determinant(m)
    for h in holds:
        assert h(data), "the counterexample violates an assumption"
    a, b = value_of_terms(left, data), value_of_terms(right, data)
    assert a != b
    shown = answer.counterexample.describe()
    if isinstance(a, Fraction):
        assert (Fraction(shown["left"]), Fraction(shown["right"])) == (a, b)
    else:
        assert [[Fraction(v) for v in r] for r in shown["left"]] == a
    return data


# ---- without assumptions: equal exactly when the normal forms agree


@given(some.scalars(), some.scalars())
@settings(max_examples=examples(120), deadline=None)
def test_two_scalars_are_equal_or_a_counterexample_shows_otherwise(one, two):
    left, right = build(one), build(two)
    answer = equal(left, right)
    if left == right:
        assert answer.verdict is True
        return
    assert answer.verdict is False, "normal forms that differ have a counterexample"
    data = complete(check_counterexample(answer, left, right))
    assert value(one, data) != value(two, data)


@given(some.matrices("n", "m"), some.matrices("n", "m"))
@settings(max_examples=examples(60), deadline=None)
def test_two_matrices_are_equal_or_a_counterexample_shows_otherwise(one, two):
    left, right = build(one), build(two)
    answer = equal(left, right)
    assert answer.verdict is (left == right)
    if answer.verdict is False:
        data = complete(check_counterexample(answer, left, right))
        assert value(one, data) != value(two, data)


@given(some.scalars(), st.integers(0, 2**32))
@settings(max_examples=examples(60), deadline=None)
def test_one_changed_term_is_noticed(tree, seed):
    """Near misses: one coefficient, one transposition or one letter changed."""
    rng = Random(seed)
    left = build(tree)
    a, b = rng.sample(
        [A_nn, A_nn.T, S_n, matrix("B_nn", "n", "n"), matrix("G_n", "n", "n", invertible=True)], 2
    )
    w = identity("n")
    for _ in range(rng.randint(1, 4)):
        w = w * rng.choice([A_nn, A_nn.T, S_n])
    right = left + tr(w * a) - tr(w * b)
    answer = equal(left, right)
    assert answer.verdict is (tr(w * a) == tr(w * b))
    if answer.verdict is False:
        check_counterexample(answer, left, right)


def trace_identity(letters):
    """sum over permutations of sign x product of traces over cycles: zero on matrices smaller than their number."""
    k = len(letters)
    terms = []
    for p in itertools.permutations(range(k)):
        seen, term, sign = set(), 1, 1
        for i in range(k):
            if i in seen:
                continue
            word, j, length = identity("n"), i, 0
            while j not in seen:
                seen.add(j)
                word, j, length = word * letters[j], p[j], length + 1
            term, sign = tr(word) * term, sign * (-1) ** (length - 1)
        terms.append(sign * term)
    return total(terms)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_identities_of_small_matrices_are_told_from_identities(k):
    """Fundamental trace identities (Procesi 1976) hold below size k and fail at k: found at size k."""
    f = trace_identity([matrix(f"M{i}", "n", "n") for i in range(k)])
    answer = equal(f, 0)
    assert answer.verdict is False
    data = check_counterexample(answer, f, f * 0)
    assert data.sizes["n"] >= k


def test_the_standard_identity_holds_for_two_by_two_matrices_only():
    """Amitsur and Levitzki 1950."""
    letters = [matrix(f"M{i}", "n", "n") for i in range(4)]
    terms = []
    for p in itertools.permutations(range(4)):
        sign = 1
        for i, j in itertools.combinations(range(4), 2):
            sign *= -1 if p[i] > p[j] else 1
        terms.append(sign * letters[p[0]] * letters[p[1]] * letters[p[2]] * letters[p[3]])
    answer = equal(total(terms), 0)
    assert answer.verdict is False and answer.counterexample.instance.describe()["dimensions"]["n"] >= 3


@pytest.mark.parametrize(("size", "independent"), [(1, False), (3, True)])
def test_reduced_words_with_inverses_are_independent_on_large_matrices(size, independent):
    """The theorem of docs/decidability.md on all traces of up to three factors: the rank of their values."""
    from symlam.algebra._exact import to_flint

    G = matrix("G", "n", "n", invertible=True)
    P = matrix("P", "n", "n", symmetric=True, invertible=True)
    factors = [G, G.T, G.inverse(), G.T.inverse(), P, P.inverse()]
    words = [w for k in (1, 2, 3) for w in itertools.product(factors, repeat=k)]
    traces = {tr(w[0] if len(w) == 1 else w[0] * w[1] * (w[2] if len(w) > 2 else 1)) for w in words}
    traces = sorted((f for f in traces if f.letters()), key=repr)
    assert len(traces) == 43, "the classes under rotation, transposition and cancellation"
    rng = Random(3)
    table = []
    while len(table) < len(traces) + 3:
        g = [[Fraction(rng.randint(-3, 3)) for _ in range(size)] for _ in range(size)]
        p = add(flip(g), [[Fraction(rng.randint(-3, 3)) for _ in range(size)] for _ in range(size)])
        p = add(p, flip(p))
        if determinant(g) and determinant(p):
            data = Data({"n": size}, {"G": g, "P": p})
            table.append([value_of_terms(f, data) for f in traces])
    assert (to_flint(table).rref()[1] == len(traces)) is independent


def test_what_is_true_at_fixed_sizes_only_stays_undecided():
    """Concrete dimensions are outside the fragment: no counterexample, and no yes."""
    a, b = matrix("a", 1, 1), matrix("b", 1, 1)
    answer = equal(a * b, b * a)
    assert answer.verdict is None and not answer and "outside the fragment" in answer.reason
    m = matrix("M", 2, 2)
    cayley = m * m - tr(m) * m + (tr(m) ** 2 - tr(m * m)) / 2 * identity(2)
    assert equal(cayley, 0).verdict is None
    n = matrix("M", "n", "n")
    assert equal(n * n - tr(n) * n + (tr(n) ** 2 - tr(n * n)) / 2 * identity("n"), 0).verdict is False
    assert equal(tr(identity(2)), 2).verdict is True
    assert equal(dimension_scalar("n"), 2).verdict is False


def test_numbers_on_either_side():
    assert equal(3, 4).counterexample.left == 3
    assert equal(0, tr(A_nn)).counterexample.left == 0
    assert equal(tr(A_nn) * 0 + Fraction(1, 2), Fraction(1, 2)).verdict is True
    assert equal(0, A_nn - A_nn).verdict is True and equal(x - x, 0).verdict is True
    assert equal(s * s, 4).verdict is False


# ---- under assumptions, each with an independent reading of what it says


def _zero(rows) -> bool:
    return not any(map(any, rows))


def _minus(a, b):
    return add(a, scale(Fraction(-1), b))


def _sigma(data, name, other=None):
    return data.moment(name, other or name)


STATED = {
    "x, y uncorrelated": (uncorrelated(x, y), lambda d: _zero(_sigma(d, "x", "y"))),
    "x, z uncorrelated": (uncorrelated(x, z), lambda d: _zero(_sigma(d, "x", "z"))),
    "z orthogonal to x + A y": (
        uncorrelated(z, x + A_nm * y),
        lambda d: _zero(add(_sigma(d, "z", "x"), mul(_sigma(d, "z", "y"), flip(d.letters["A_nm"])))),
    ),
    "y white": (white(y, s**2), lambda d: _sigma(d, "y") == scale(d.scalars["s"] ** 2, unit(d.sizes["m"]))),
    "y unit": (white(y), lambda d: _sigma(d, "y") == unit(d.sizes["m"])),
    "z absent": (absent(z), lambda d: _zero(_sigma(d, "z"))),
    "x like z": (equation(E(x, x), E(z, z)), lambda d: _sigma(d, "x") == _sigma(d, "z")),
    "x definite": (positive_definite(x), lambda d: determinant(_sigma(d, "x")) > 0),
    "A orthonormal": (
        orthonormal(A_nm),
        lambda d: mul(flip(d.letters["A_nm"]), d.letters["A_nm"]) == unit(d.sizes["m"]),
    ),
    "A B commute": (
        equation(A_nn * S_n, S_n * A_nn),
        lambda d: mul(d.letters["A_nn"], d.letters["S_n"]) == mul(d.letters["S_n"], d.letters["A_nn"]),
    ),
    "k <= n": (dimension_at_most("k", "n"), lambda d: d.sizes["k"] <= d.sizes["n"]),
    "s > 0": (positive(s), lambda d: d.scalars["s"] > 0),
    "A_kn = 2 A_kn-free": (equation(A_kn, 2 * matrix("B_kn", "k", "n")), lambda d: d.letters["A_kn"] == scale(2, d.letters["B_kn"])),
}  # fmt: skip
CLASH = [{"x like z", "z absent", "x definite"}, {"y white", "y unit"}, {"x like z", "z absent"}]
LINEAR = ["x, y uncorrelated", "x, z uncorrelated", "y white", "z absent", "x definite", "k <= n", "s > 0", "A_kn = 2 A_kn-free"]  # fmt: skip


def stated(names) -> tuple[list, list]:
    return [STATED[n][0] for n in names], [STATED[n][1] for n in names]


def subsets(of):
    return st.lists(st.sampled_from(sorted(of)), min_size=1, max_size=3, unique=True).filter(
        lambda names: not any(c <= set(names) for c in CLASH)
    )


def mentions(holds, data) -> list:
    """The readings that can be evaluated: data hold only what the expressions and assumptions mention."""
    return [h for h in holds if _evaluable(h, data)]


def _evaluable(h, data) -> bool:
    try:
        h(data)
    except KeyError:
        return False
    return True


@given(subsets(STATED), some.scalars(depth=1), some.scalars(depth=1))
@settings(max_examples=examples(80), deadline=None)
def test_answers_under_assumptions_are_right(names, one, two):
    """A no satisfies the assumptions; a yes holds on exact data that satisfy them."""
    assumed, holds = stated(names)
    left, right = build(one), build(two)
    answer = equal(left, right, under=assumed)
    if answer.verdict is False:
        data = data_of(answer.counterexample.instance)
        check_counterexample(answer, left, right, mentions(holds, data))
        assert len(mentions(holds, data)) == len(holds), "assumptions are part of the data"
    if answer.verdict is True:
        for inst in itertools.islice(instances([left, right], Assumptions(assumed), rounds=1), 6):
            data = data_of(inst)
            assert all(h(data) for h in mentions(holds, data))
            assert value_of_terms(left, data) == value_of_terms(right, data)


@given(subsets(LINEAR), st.tuples(some.vectors("n"), some.vectors("n")))
@settings(max_examples=examples(80), deadline=None)
def test_assumptions_linear_in_moments_are_always_decided(names, forms):
    """The completeness claim of docs/decidability.md, on objectives: no answer is None."""
    assumed, holds = stated(names)
    u, v = map(build, forms)
    for left, right in ((msq(u + v), msq(u) + msq(v)), (msq(u), msq(v)), (E(u, v), E(v, u))):
        answer = equal(left, right, under=assumed)
        assert answer.verdict is not None
        if answer.verdict is False:
            check_counterexample(answer, left, right, holds)
        else:
            used = equal(left, right, under=answer.used)
            assert used.verdict is True


@given(
    st.permutations(["x, y uncorrelated", "z orthogonal to x + A y", "y white", "A orthonormal"]), st.data()
)
@settings(max_examples=examples(30), deadline=None)
def test_the_order_of_assumptions_changes_no_answer(order, draw):
    u, v = (build(draw.draw(some.vectors("n"))) for _ in range(2))
    straight, _ = stated(sorted(order))
    mixed, _ = stated(order)
    for left, right in ((msq(u + v), msq(u) + msq(v)), (msq(u), Assumptions(straight).reduce(msq(u)))):
        one, two = equal(left, right, under=straight), equal(left, right, under=mixed)
        assert one.verdict is two.verdict is not None


def test_a_yes_names_assumptions_that_suffice_and_a_dropped_one_gives_a_no():
    A, B = matrix("A", "d", "n"), matrix("B", "d", "m")
    (cross,) = uncorrelated(x, y)
    known = Assumptions(cross, white(z), positive(s))
    answer = equal(msq(A * x + B * y), msq(A * x) + msq(B * y), under=known)
    assert answer.verdict is True and answer.used == {cross}
    no = equal(msq(A * x + B * y), msq(A * x) + msq(B * y), under=known.without(cross))
    data = check_counterexample(no, msq(A * x + B * y), msq(A * x) + msq(B * y))
    assert not _zero(_sigma(data, "x", "y"))


# ---- equality in mean square is not equality of coefficients


def test_random_vectors_are_equal_in_mean_square():
    X = matrix("X", "n", "k")
    kernel = equation(X.T * E(x, x), 0)
    assert X.T * x != x * 0 and equal(X.T * x, 0, under=kernel).verdict is True
    assert equal(X.T * x, 0).verdict is False
    same = [equation(E(x, z), E(x, x)), equation(E(z, z), E(x, x))]
    assert x != z and equal(x, z, under=same).verdict is True
    assert equal(x, z, under=same).used == set(same)
    assert equal(x, z, under=same[:1]).verdict is False
    assert equal(x, -z, under=same).verdict is False
    assert equal(x + z, z + x).verdict is True


def test_uncorrelated_with_itself_means_absent():
    assert equal(x, 0, under=uncorrelated(x, x)).verdict is True
    assert equal(E(x, y), E(x, y) * 0, under=uncorrelated(x, x)).verdict is True


# ---- inverses


def test_an_inverse_of_a_moment_needs_its_assumption():
    f = tr(A_nn * E(x, x).inverse())
    with pytest.raises(SymlamError, match="positive_definite"):
        equal(f, 0)
    assert equal(f, 0, under=positive_definite(x)).verdict is False
    assert equal(f, f, under=positive_definite(x)).used == {positive_definite(x)}
    with pytest.raises(SymlamError, match="positive_definite"):
        equal(f, 0, under=positive_definite(E(x, x) + E(z, z)))  # says nothing of the letter itself


def test_definiteness_of_an_expression_restricts_the_data():
    """A sum may be definite while its terms are singular: the counterexample uses that."""
    known = [positive_definite(E(x, x) + E(z, z)), equation(matrix("K", "n", "n") * E(x, x), 0)]
    answer = equal(matrix("K", "n", "n"), matrix("K", "n", "n") * 0, under=known)
    assert answer.verdict is False
    data = data_of(answer.counterexample.instance)
    assert determinant(_sigma(data, "x")) == 0 < determinant(add(_sigma(data, "x"), _sigma(data, "z")))
    definite = [positive_definite(x), known[1]]
    assert equal(matrix("K", "n", "n"), 0, under=definite).verdict is True


def test_transposes_inside_inverses():
    G = matrix("G", "n", "n", invertible=True)
    assert equal((G * G.T).inverse(), G.T.inverse() * G.inverse()).verdict is True
    answer = equal((G * G.T).inverse(), G.inverse() * G.T.inverse())
    assert answer.verdict is False
    check_counterexample(answer, (G * G.T).inverse(), G.inverse() * G.T.inverse())


# ---- instances


@pytest.mark.parametrize("name", STATED)
def test_instances_satisfy_what_is_stated(name):
    assumed, holds = STATED[name]
    probe = [msq(x + A_nm * y + z), tr(A_nn * S_n), s * tr(A_kn * A_kn.T)]
    found = list(itertools.islice(instances(probe, Assumptions(assumed), rounds=2), 40))
    assert len(found) >= 10
    for inst in found:
        data = data_of(inst)
        assert holds(data) and is_psd(data.joint) and data.joint == flip(data.joint)


def test_instances_are_sometimes_singular_and_sometimes_not():
    ranks = set()
    for inst in instances([msq(x)], Assumptions(dimension_at_most(2, "n")), rounds=3):
        ranks.add(determinant(data_of(inst).moment("x", "x")) == 0)
    assert ranks == {True, False}


def test_rank_and_size_assumptions_hold_on_the_instances():
    X = matrix("X", "n", "k")
    known = Assumptions(full_column_rank(X), rank_at_least(x, "k"), dimension_at_most("k", "n", strict=True))
    count = 0
    for inst in instances([msq(X.T * x)], known, rounds=2):
        data = data_of(inst)
        assert data.sizes["k"] < data.sizes["n"]
        assert determinant(mul(flip(data.letters["X"]), data.letters["X"]))
        count += 1
    assert count >= 5


def test_letters_defined_by_moments_get_their_value_from_the_moments():
    K = matrix("K", "n", "m")
    known = Assumptions(equation(K, E(x, y) * 3), equation(matrix("L", "n", "n"), K * K.T))
    for inst in itertools.islice(instances([tr(K * K.T)], known), 10):
        data = data_of(inst)
        assert data.letters["K"] == scale(3, data.moment("x", "y"))
        assert data.letters["L"] == mul(data.letters["K"], flip(data.letters["K"]))


def test_degenerate_moments_are_drawn_on_their_face():
    """E||x - A y||^2 = 0 forces E[z x^T] = E[z y^T] A^T, which no equation states."""
    d = x - A_nm * y
    known = Assumptions(equation(E(d, d), 0))
    found = list(itertools.islice(instances([msq(z), msq(x)], known), 10))
    assert found
    for inst in found:
        data = data_of(inst)
        assert data.moment("z", "x") == mul(data.moment("z", "y"), flip(data.letters["A_nm"]))
    assert any(not _zero(data_of(i).moment("z", "x")) for i in found)


def test_what_cannot_be_drawn_is_undecided_not_contradictory():
    A = matrix("A", "n", "n")
    answer = equal(tr(A), 1, under=[equation(A, A.T), equation(A * A * A, 2 * identity("n"))])
    assert answer.verdict is None and "no exact instance" in answer.reason
    assert answer.reason == (
        "the normal forms differ, and no exact instance of the assumptions could be drawn; outside the fragment"
    )


def test_has_instance_tells_the_impossible():
    assert has_instance(Assumptions(white(x), uncorrelated(x, z)))
    assert not has_instance(
        Assumptions(dimension_at_most("n", "m", strict=True), dimension_at_most("m", "n", strict=True))
    )
    assert not has_instance(Assumptions(equation(E(x, x), -E(z, z)), positive_definite(x)))


def test_an_instance_refuses_what_is_no_moment():
    from symlam.algebra._exact import Instance, to_flint

    inst = next(iter(instances([msq(x)], Assumptions())))
    with pytest.raises(SymlamError, match="positive semidefinite"):
        replace(inst, dims={next(iter(inst.dims)): 2}, joint=to_flint([[1, 2], [2, 1]]), _offsets={})
    with pytest.raises(SymlamError, match="expected 2 x 2"):
        replace(inst, dims={next(iter(inst.dims)): 2}, joint=to_flint([[1]]), _offsets={})
    with pytest.raises(SymlamError, match="exact rational"):
        to_flint([[0.5]])
    with pytest.raises(SymlamError, match="one length"):
        to_flint([[1, 2], [3]])
    with pytest.raises(SymlamError, match="no value"):
        inst.value(tr(A_nn))
    with pytest.raises(SymlamError, match="expected"):
        Instance(inst.dims).with_values({matrix("Q", 2, 2): [[1]]})


def test_many_dimensions_are_searched_without_listing_all_of_them():
    word = matrix("M0", "d0", "d1")
    for i in range(1, 9):
        word = word * matrix(f"M{i}", f"d{i}", f"d{i + 1}")
    known = [dimension_at_most(f"d{i}", f"d{i + 1}") for i in range(9)]
    answer = equal(tr(word * word.T), 0, under=known)
    assert answer.verdict is False
    sizes = answer.counterexample.describe()["dimensions"]
    assert all(sizes[f"d{i}"] <= sizes[f"d{i + 1}"] for i in range(9))


def test_the_exact_test_of_semidefiniteness_agrees_with_the_reference():
    """Zero pivots included: entries are small, so that many matrices are singular."""
    from symlam.algebra import _exact

    rng = Random(11)
    for _ in range(400):
        m = [[Fraction(rng.randint(-1, 1)) for _ in range(3)] for _ in range(3)]
        m = mul(m, flip(m)) if rng.random() < 0.4 else add(m, flip(m))
        assert _exact.is_psd(_exact.to_flint(m)) is is_psd(m)
        assert _exact.is_psd(_exact.to_flint(m), strict=True) is (is_psd(m) and determinant(m) != 0)


def test_equations_that_say_nothing_of_the_moments_leave_them_free() -> None:
    """Rows that are 0 = 0 once stopped the drawing of joint moments."""
    import flint

    from symlam.algebra import Dimension
    from symlam.algebra._draw_moments import draw_joint
    from symlam.algebra._exact import Instance
    from symlam.algebra._random import bases

    inst = Instance({Dimension("n"): 2})
    order = bases([vector("x", "n")])
    for row, right, possible in (([0, 0, 0], 0, True), ([0, 0, 0], 1, False), ([1, 0, 0], 4, True)):
        system = ([[flint.fmpq(v) for v in row]], [flint.fmpq(right)])
        joint = draw_joint(Random(1), inst, order, system, 0)
        assert (joint is not None) is possible
        if row[0]:
            assert joint[0, 0] == 4


def test_random_vectors_that_differ_have_a_positive_mean_square_where_zero_was_claimed() -> None:
    answer = equal(x, 2 * z)
    assert answer.verdict is False
    assert answer.counterexample.right == 0 < answer.counterexample.left


def test_a_seed_fixes_the_counterexample() -> None:
    for pair in ((A_nm, 2 * A_nm), (x, 2 * z), (s * tr(S_n), t)):
        first, again = (equal(*pair, seed=5).counterexample.describe() for _ in range(2))
        assert first == again
    drawn = {str(equal(tr(S_n) * s, t, seed=seed).counterexample.describe()) for seed in range(8)}
    assert len(drawn) > 1, "another seed, other data"


def test_silence_says_on_how_many_instances_the_values_agreed() -> None:
    a = matrix("a", 1, 1)
    difference = a * a.T - a * a
    answer = equal(difference, 0)
    assert answer.verdict is None
    tried = sum(1 for _ in instances([difference, zero(1, 1)], Assumptions(), rounds=6, seed=0))
    assert answer.reason == (
        f"the normal forms differ, yet the values agreed on {tried} exact instances; outside the fragment"
    )
