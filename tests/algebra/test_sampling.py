"""Which instances are drawn: every size in its turn, every value on the right side of what is assumed."""

from __future__ import annotations

import itertools
from fractions import Fraction
from random import Random

import pytest

from symlam.algebra import (
    Assumptions,
    E,
    dimension_at_most,
    dimension_scalar,
    equation,
    full_column_rank,
    identity,
    independent_columns,
    matrix,
    orthonormal,
    positive,
    positive_definite,
    rank_at_least,
    scalar,
    tr,
    vector,
)
from symlam.algebra._assumptions import Rank, ScalarEquation
from symlam.algebra._exact import Instance, is_psd, to_flint
from symlam.algebra._letter import Dimension
from symlam.algebra._random import Base, bases
from symlam.algebra._sampling import (
    _assignments,
    _ingredients,
    _larger,
    _scalars,
    _solve,
    has_instance,
    instances,
    satisfies,
)
from symlam.errors import SymlamError

n, m, k = Dimension("n"), Dimension("m"), Dimension("k")
A, B, R, T = matrix("A", "n", "n"), matrix("B", "n", "m"), matrix("R", "n", "m"), matrix("T", "n", "k")
x, y = vector("x", "n"), vector("y", "m")
K = matrix("K", "n", "n")
s, t, u = scalar("s"), scalar("t"), scalar("u")


def vanishes(expression) -> ScalarEquation:
    return ScalarEquation(f"{expression} = 0", expression)


def test_ingredients_are_what_expressions_and_assumptions_speak_of() -> None:
    found = _ingredients([B * y, tr(A) * s, identity("k")], Assumptions())
    assert found == ({n, m, k}, {A.as_letter(), B.as_letter()}, {"s"}, {Base("y", m)})
    assert _ingredients([E(x, y)], Assumptions()) == ({n, m}, set(), set(), {Base("x", n), Base("y", m)})
    assert _ingredients([dimension_scalar("k") * s], Assumptions())[0] == {k}
    for told, expected in (
        (equation(A, B * B.T), ({n, m}, {A.as_letter(), B.as_letter()}, set(), set())),
        (positive_definite(x), ({n}, set(), set(), {Base("x", n)})),
        (positive(s + t), (set(), set(), {"s", "t"}, set())),
        (vanishes(s * tr(A)), ({n}, {A.as_letter()}, {"s"}, set())),
        (rank_at_least(A, "k"), ({n, k}, {A.as_letter()}, set(), set())),
        (dimension_at_most("k", "m"), ({k, m}, set(), set(), set())),
        (orthonormal(R, T), ({n, m, k}, {R.as_letter(), T.as_letter()}, set(), set())),
        (independent_columns(R, T), ({n, m, k}, {R.as_letter(), T.as_letter()}, set(), set())),
    ):
        assert _ingredients([], Assumptions(told)) == expected, told
    bounded = Rank("rank", A, 1, k)
    assert _ingredients([], Assumptions(bounded))[0] == {n, k}


def sizes(assumptions: list, *dims: Dimension) -> set[tuple[int, ...]]:
    return {tuple(v[d] for d in dims) for v in _assignments(list(dims), Assumptions(assumptions))}


UP_TO_4 = set(itertools.product(range(1, 5), repeat=2))


@pytest.mark.parametrize(
    ("told", "dims", "good"),
    [
        ([], (n, m), lambda a, b: True),
        ([dimension_at_most("n", "m")], (n, m), lambda a, b: a <= b),
        ([dimension_at_most("m", "n", strict=True)], (n, m), lambda a, b: b < a),
        ([dimension_at_most("n", 2)], (n, m), lambda a, b: a <= 2),
        ([dimension_at_most(3, "m", strict=True)], (n, m), lambda a, b: b > 3),
        ([orthonormal(R)], (n, m), lambda a, b: b <= a),
        ([orthonormal(R)], (m, n), lambda a, b: a <= b),
        ([orthonormal(R, T)], (n, m), lambda a, b: b + 1 <= a),
        ([independent_columns(R)], (m, n), lambda a, b: a <= b),
        ([full_column_rank(R)], (n, m), lambda a, b: b <= a),
        ([rank_at_least(B, 2)], (n, m), lambda a, b: min(a, b) >= 2),
    ],
)
def test_sizes_are_all_that_what_is_assumed_lets_be(told, dims, good) -> None:
    assert sizes(told, *dims) == {v for v in UP_TO_4 if good(*v)}


def test_small_sizes_come_first() -> None:
    order = [max(v.values()) for v in _assignments([n, m, k], Assumptions())]
    assert order == sorted(order) and len(order) == 4**3
    caps = [
        [sum(v.values()) for v in _assignments([n, m], Assumptions()) if max(v.values()) == cap]
        for cap in (2, 3)
    ]
    assert all(totals == sorted(totals) for totals in caps)
    assert list(_assignments([], Assumptions())) == [{}]


def test_sizes_five_and_six_are_tried_where_nothing_is_said_of_sizes_or_moments() -> None:
    assert list(_larger([n, m], Assumptions(equation(A * A, A)))) == [{n: 5, m: 5}, {n: 6, m: 6}]
    assert list(_larger([], Assumptions())) == []
    for told in (
        dimension_at_most("n", "m"),
        orthonormal(R),
        independent_columns(R),
        full_column_rank(R),
        equation(E(x, x), identity("n")),
        positive_definite(x),
    ):
        assert list(_larger([n, m], Assumptions(told))) == []
    seen = [inst.size(n) for inst in instances([A], Assumptions(), rounds=1)]
    assert seen == [1, 2, 3, 4, 5, 5, 6, 6]
    assert [inst.size(n) for inst in instances([A], Assumptions(), rounds=2, max_dim=3)] == [1, 2, 3] * 2


def test_scalars_are_drawn_of_both_signs_and_positive_where_assumed() -> None:
    drawn = [
        _scalars(Random(seed), {}, {"s", "t"}, Assumptions(positive(s)), size)
        for seed in range(60)
        for size in (1, 3)
    ]
    assert all(v["s"] > 0 for v in drawn) and {v["t"] > 0 for v in drawn} == {True, False}
    assert {v["t"] for v in drawn[0::2]} >= {Fraction(1, 2), -1, 3, Fraction(3, 2)}
    assert all(abs(v["t"]) <= 3 and v["t"].denominator <= 2 for v in drawn[0::2])
    assert any(abs(v["t"]) > 3 for v in drawn[1::2]) and any(v["t"].denominator > 2 for v in drawn[1::2])
    assert all(0 < abs(v["t"]) <= 9 for v in drawn)
    apart = [_scalars(Random(seed), {}, {"s"}, Assumptions(positive(1 - s**2)), 3)["s"] for seed in range(40)]
    assert sum(abs(v) < 1 for v in apart) > 35, "drawn again until a correlation is one"


@pytest.mark.parametrize(
    "told",
    [
        vanishes(s - 2 * t),
        vanishes(s * t + u - 3),
        vanishes(s * t**2 - u**2),
        vanishes(s**2 * t - 1),
        vanishes(s * t - 1 - t),
    ],
)
def test_an_equation_between_scalars_is_solved_for_one_in_which_it_is_linear(told) -> None:
    for seed in range(10):
        values = _scalars(Random(seed), {}, {"s", "t", "u"}, Assumptions(told), 3)
        assert Instance({}, {}, values).value(told.expression) == 0


def test_what_is_positive_may_speak_of_a_dimension() -> None:
    known = Assumptions(positive(dimension_scalar("n") - s), positive(s - 1))
    found = list(instances([identity("n")], known))
    assert found and {inst.size(n) for inst in found} == {2, 3, 4, 5, 6}
    assert all(1 < inst.scalars["s"] < inst.size(n) for inst in found)
    assert has_instance(Assumptions(positive(dimension_scalar("n") - 1)), [identity("n")]) is True


def test_what_is_positive_is_solved_for_last() -> None:
    values = {"s": Fraction(2), "t": Fraction(3)}
    _solve(vanishes(s - t), values, Assumptions(positive(s)))
    assert values == {"s": 2, "t": 2}
    _solve(vanishes(s + 5 * t), values, Assumptions(positive(t)))
    assert values == {"s": -10, "t": 2}
    for left_alone in (vanishes(s**2 - t**2), vanishes(s * t), vanishes(s - dimension_scalar("n"))):
        before = dict(values)
        _solve(left_alone, values, Assumptions())
        assert values == before


def at(**values) -> Instance:
    letters = {"A": A, "B": B, "R": R, "T": T}
    scalars = {name: Fraction(v) for name, v in values.items() if name not in letters}
    base = Instance({n: 2, m: 1, k: 1}, {}, scalars, tuple(bases([x])), to_flint([[1, 1], [1, 1]]))
    return base.with_values({letters[name]: v for name, v in values.items() if name in letters})


@pytest.mark.parametrize(
    ("told", "good", "bad"),
    [
        (equation(A, A.T), {"A": [[1, 2], [2, 0]]}, {"A": [[1, 2], [3, 0]]}),
        (positive_definite(matrix("A", "n", "n") + A.T), {"A": [[1, 0], [0, 1]]}, {"A": [[1, 0], [0, 0]]}),
        (rank_at_least(A, 2), {"A": [[1, 2], [3, 4]]}, {"A": [[1, 2], [2, 4]]}),
        (Rank("r", A, 1, 1), {"A": [[1, 2], [2, 4]]}, {"A": [[1, 2], [3, 4]]}),
        (Rank("r", A, 0, 1), {"A": [[0, 0], [0, 0]]}, {"A": [[1, 2], [3, 4]]}),
        (independent_columns(R, T), {"R": [[1], [0]], "T": [[1], [1]]}, {"R": [[1], [2]], "T": [[2], [4]]}),
        (orthonormal(R), {"R": [[1], [0]]}, {"R": [[1], [1]]}),
        (vanishes(s - t), {"s": 2, "t": 2}, {"s": 2, "t": 3}),
        (positive(s), {"s": 1}, {"s": 0}),
        (positive(s), {"s": 1}, {"s": -1}),
        (dimension_at_most("m", "n", strict=True), {}, None),
        (dimension_at_most("m", "k"), {}, None),
        (equation(A.T * A, E(x, x)), {"A": [[1, 1], [0, 0]]}, {"A": [[1, 0], [0, 1]]}),
    ],
)
def test_an_instance_satisfies_what_holds_on_it(told, good, bad) -> None:
    assert satisfies(at(**good), Assumptions(told))
    if bad is not None:
        assert not satisfies(at(**bad), Assumptions(told))


def test_what_has_no_value_and_sizes_that_do_not_fit_are_violations() -> None:
    assert not satisfies(at(), Assumptions(dimension_at_most("n", "m")))
    assert not satisfies(at(), Assumptions(dimension_at_most("m", "k", strict=True)))
    assert not satisfies(at(), Assumptions(positive(s)))
    assert not satisfies(at(), Assumptions(positive_definite(x))), "its moment is singular"
    assert satisfies(at(), Assumptions())
    both = Assumptions(dimension_at_most("m", "n"), dimension_at_most("n", "k"))
    assert not satisfies(at(), both), "every assumption has to hold"


def test_letters_given_by_moments_have_their_value_from_them() -> None:
    found = list(instances([], Assumptions(equation(A, E(x, x) * K - E(x, y) * B.T))))
    assert len(found) > 40
    for inst in found:
        assert inst.value(A) == inst.value(E(x, x) * K - E(x, y) * B.T)


def test_a_draw_that_fails_ends_nothing() -> None:
    one = Assumptions(equation(A * A.T * matrix("C", "n", "n"), identity("n")))
    counts = [len(list(instances([], one, rounds=8, max_dim=1, seed=seed))) for seed in range(10)]
    assert 30 < sum(counts) < 80, "some fail, and others come after them"


def test_four_rounds_are_drawn_of_at_most_so_many_sizes() -> None:
    assert [inst.size(n) for inst in instances([A], Assumptions(), max_dim=2)] == [1, 2] * 4
    four = [identity(d) for d in ("n", "m", "k", "l")]
    found = list(instances(four, Assumptions(), rounds=1))
    assert len(found) == 160 + 4, "of 256 sizes up to 4, and both larger ones twice"


def test_numbers_grow_from_round_to_round() -> None:
    def largest(plain: int) -> list[int]:
        streams = [
            list(instances([A], Assumptions(), rounds=5, plain=plain, max_dim=2, seed=seed))
            for seed in range(8)
        ]
        return [
            max(int(abs(v).p) for found in streams for v in found[2 * r + 1].value(A).entries())
            for r in range(5)
        ]

    assert largest(0) == [1, 1, 3, 3, 3]
    assert largest(1) == [1, 1, 1, 3, 3]
    usual, none = ([str(i) for i in instances([A, E(x, x)], Assumptions(), **o)] for o in ({}, {"plain": 0}))
    assert usual == none
    large = [inst for inst in instances([A], Assumptions(), rounds=1) if inst.size(n) > 4]
    assert {abs(v) for inst in large for v in inst.value(A).entries()} == {0, 1}


def test_plain_draws_come_first() -> None:
    found = list(instances([E(x, x), A], Assumptions(), rounds=6, plain=2, max_dim=2))
    assert [inst.size(n) for inst in found] == [1, 2] * 6
    first, later = found[:4], found[4:]
    for inst in first:
        moment = inst.value(E(x, x))
        squared = [
            moment[i, j] ** 2 in (0, moment[i, i] * moment[j, j])
            for i in range(moment.nrows())
            for j in range(moment.nrows())
        ]
        assert all(squared), "coordinates are multiples of one source, or uncorrelated"
    assert max(abs(v) for inst in found[:8] for v in inst.value(A).entries()) == 1
    assert max(abs(v) for inst in later[4:] for v in inst.value(A).entries()) > 1
    assert all(is_psd(inst.value(E(x, x))) for inst in found)


def test_contradictions_are_told_where_everything_could_be_solved_for() -> None:
    impossible = Assumptions(orthonormal(R), dimension_at_most("n", "m", strict=True))
    with pytest.raises(SymlamError, match=r"no instance satisfies .* at any dimension up to 4"):
        list(instances([], impossible))
    assert has_instance(impossible) is False
    assert has_instance(Assumptions(orthonormal(R))) is True
    rootless = Assumptions(equation(A * A, -identity("n")), dimension_at_most("n", 1))
    negative = Assumptions(equation(E(x, x) * E(x, x), -identity("n")))
    assert has_instance(negative) is None, "not linear in the moments"
    assert has_instance(rootless) is None, "not linear: left to chance, and chance finds nothing"


def test_the_same_seed_draws_the_same_and_another_another() -> None:
    def drawn(seed: int) -> list[str]:
        return [
            str(inst.describe()) for inst in instances([E(x, y), A, s], Assumptions(), seed=seed, rounds=1)
        ]

    assert drawn(1) == drawn(1) != drawn(2)
