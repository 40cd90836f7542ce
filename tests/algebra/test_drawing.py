"""What is drawn: orthogonal matrices, solutions of linear equations, joint moments on an affine space."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import flint
import pytest

from symlam.algebra import (
    Assumptions,
    E,
    dimension_scalar,
    equation,
    identity,
    independent_columns,
    left_inverses,
    matrix,
    orthonormal,
    scalar,
    tr,
    uncorrelated,
    vector,
)
from symlam.algebra._assumptions import ScalarEquation
from symlam.algebra._draw_letters import (
    _affine,
    _in_every_word,
    _linear_in,
    _solve_for,
    draw_letters,
    plan_letters,
    random_matrix,
    random_orthogonal,
)
from symlam.algebra._draw_moments import _forced_kernel, _nearest, _one_source_each, draw_joint, joint_system
from symlam.algebra._exact import Instance, eye, is_psd, is_zero
from symlam.algebra._letter import Dimension
from symlam.algebra._random import bases
from symlam.errors import SymlamError

n, m = Dimension("n"), Dimension("m")
A, B, C = (matrix(name, "n", "n") for name in "ABC")
R = matrix("R", "n", "m")
S = matrix("S", "n", "n", symmetric=True)
G = matrix("G", "n", "n", invertible=True)
x, y = vector("x", "n"), vector("y", "m")
s = scalar("s")


def test_small_integers_are_drawn_to_both_ends() -> None:
    drawn = [random_matrix(Random(seed), 2, 3, 2) for seed in range(40)]
    assert {(d.nrows(), d.ncols()) for d in drawn} == {(2, 3)}
    assert {int(v.p) for d in drawn for v in d.entries()} == {-2, -1, 0, 1, 2}


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_orthogonal_matrices_are_orthogonal_and_of_every_kind(size: int) -> None:
    fancy = [random_orthogonal(Random(seed), size) for seed in range(30)]
    plain = [random_orthogonal(Random(seed), size, plain=True) for seed in range(30)]
    for q in fancy + plain:
        assert q * q.transpose() == eye(size)
    assert {abs(v) for q in plain for v in q.entries()} <= {0, 1}
    assert {int(v.p) for q in plain for v in q.entries()} >= {-1, 1}, "both signs"
    assert len({str(q) for q in plain}) > size, "not always the same permutation"
    assert any(v.q != 1 for q in fancy for v in q.entries()) is (size > 2)
    if size > 2:
        assert any(all(q.entries()) for q in fancy), "every pair of coordinates is turned"


def test_a_linear_system_is_solved_by_a_point_and_a_basis_or_by_nothing() -> None:
    rng, kinds = Random(4), Counter()
    for _ in range(600):
        count, equations = rng.randint(1, 5), rng.randint(0, 5)
        few = rng.choice((1, 2, 5))
        rows = [[flint.fmpq(0)] * count for _ in range(equations)]
        for row in rows:
            for j in rng.sample(range(count), min(count, rng.randint(0, few))):
                row[j] = flint.fmpq(rng.choice((-2, -1, 1, 3)), rng.choice((1, 2)))
        right = [flint.fmpq(rng.choice((0, 0, 1, -2))) for _ in rows]
        if rng.random() < 0.5:  # one that has a solution
            at = [flint.fmpq(rng.randint(-2, 2)) for _ in range(count)]
            right = [sum((a * b for a, b in zip(row, at, strict=True)), flint.fmpq(0)) for row in rows]
        a = flint.fmpq_mat(rows) if rows else flint.fmpq_mat(0, count)
        both = flint.fmpq_mat([[*row, v] for row, v in zip(rows, right, strict=True)]) if rows else a
        found = _affine(rows, right, count)
        kinds[found is None] += 1
        assert (found is None) == (both.rank() > a.rank())
        if found is None:
            continue
        point, basis = found
        assert (a * flint.fmpq_mat([[v] for v in point])).entries() == right
        assert len(basis) == count - a.rank()
        for z in basis:
            assert not any((a * flint.fmpq_mat([[v] for v in z])).entries())
        assert not basis or flint.fmpq_mat(basis).rank() == len(basis)
    assert min(kinds.values()) > 100


@pytest.mark.parametrize(
    ("expression", "linear", "everywhere"),
    [
        (A * B + B * A.T, True, True),
        (A * B + C, True, False),
        (A * B + identity("n"), True, False),
        (tr(A) * B + A, True, False),
        (A.T * A, False, True),
        (tr(A) * A, False, True),
        (tr(A * B * A) * B, False, False),
        (A * A, False, True),
        (B * C, True, False),
    ],
)
def test_in_which_letters_an_equation_is_linear(expression, linear: bool, everywhere: bool) -> None:
    assert _linear_in(expression, A.as_letter()) is linear
    assert _in_every_word(expression, A.as_letter()) is everywhere
    assert not _linear_in(G.inverse() * B + A, G.as_letter())
    assert _linear_in(G * B + A, G.as_letter())


def test_the_plan_takes_formulas_first_and_solves_the_rest_one_letter_at_a_time() -> None:
    formula = plan_letters(Assumptions(equation(A, B * C)))
    assert formula.formulas == ((A.as_letter(), B * C),)
    assert (formula.steps, formula.late, formula.hard) == ((), (), False)
    late = plan_letters(Assumptions(equation(A, E(x, x) * C)))
    assert late.late == ((A.as_letter(), E(x, x) * C),)
    assert (late.steps, late.formulas, late.hard) == ((), (), False)
    hard = plan_letters(Assumptions(equation(A * A, identity("n"))))
    assert (hard.steps, hard.hard) == ((), True)
    chained = plan_letters(Assumptions(equation(A * B, C * A), equation(B * C, C * B)))
    assert not chained.hard
    seen = [letter for letter, _ in chained.steps]
    assert len(set(seen)) == len(seen)
    assert sum(len(equations) for _, equations in chained.steps) == 2
    for place, (letter, equations) in enumerate(chained.steps):
        for e in equations:
            assert letter in e.letters() and _linear_in(e, letter)
            assert not e.letters() & set(seen[place + 1 :]), "what is solved later is not needed before"
    half = plan_letters(Assumptions(equation(A * A, B * B), equation(C * R, R)))
    assert half.hard and [letter for letter, _ in half.steps] == [C.as_letter()]
    kept = plan_letters(Assumptions(orthonormal(R), equation(C * R, 2 * R)))
    assert [letter for letter, _ in kept.steps] == [C.as_letter()], "an orthonormal letter is not solved for"
    moments = plan_letters(Assumptions(equation(E(x, x) * A, A * E(x, x))))
    assert (moments.steps, moments.formulas, moments.late, moments.hard) == ((), (), (), False)


def vanishes(expression) -> ScalarEquation:
    return ScalarEquation(f"{expression} = 0", expression)


def test_a_letter_that_is_in_every_word_or_has_independent_columns_is_solved_for_last() -> None:
    (inverse,), equations = left_inverses(R)
    plan = plan_letters(Assumptions(independent_columns(R), *equations))
    assert [letter for letter, _ in plan.steps] == [inverse.as_letter()]
    commutes = plan_letters(Assumptions(equation(A * B, B * C)))
    assert commutes.steps[0][0] in (A.as_letter(), C.as_letter()), "solved for B it would be 0"
    shared = plan_letters(Assumptions(equation(A * R, B * R), equation(A * C, C * G)))
    assert len(shared.steps) == 1 and shared.steps[0][0] == A.as_letter(), "the letter of most equations"


def start(**values: list[list[int]]) -> Instance:
    letters = {"A": A, "B": B, "C": C, "R": R, "S": S, "G": G}
    return Instance({n: 2, m: 1}).with_values({letters[name]: v for name, v in values.items()})


def test_a_letter_gets_a_random_value_at_which_its_equations_hold() -> None:
    fixed = start(A=[[1, 2], [0, 1]])
    commutes = (A * B - B * A,)
    values = set()
    for seed in range(12):
        _solve_for(Random(seed), fixed, B.as_letter(), commutes)
        assert is_zero(fixed.value(commutes[0]))
        values.add(str(fixed.value(B)))
    assert len(values) > 4
    symmetric = (A * S - S * A.T,)
    for seed in range(12):
        _solve_for(Random(seed), fixed, S.as_letter(), symmetric)
        assert is_zero(fixed.value(symmetric[0]))
        assert fixed.value(S) == fixed.value(S).transpose()
        values.add(str(fixed.value(S)))
    assert any(fixed.value(S).entries()) or len(values) > 8
    swapped, free = start(A=[[0, 1], [1, 0]]), set()
    for seed in range(12):
        _solve_for(Random(seed), swapped, S.as_letter(), (A * S - S * A,))
        found = swapped.value(S)
        assert found[0, 0] == found[1, 1] and found[0, 1] == found[1, 0]
        free.add((str(found[0, 0]), str(found[0, 1])))
    assert len({a for a, _ in free}) > 2 < len({b for _, b in free}), "both entries are free"
    affine = (A * B - B * A - 2 * B + 3 * identity("n"),)
    _solve_for(Random(0), fixed, B.as_letter(), affine)
    assert is_zero(fixed.value(affine[0]))
    invertible = (A * G - G * A,)
    for seed in range(12):
        _solve_for(Random(seed), fixed, G.as_letter(), invertible)
        assert is_zero(fixed.value(invertible[0])) and fixed.value(G).det()
    with pytest.raises(SymlamError, match="G came out singular"):
        _solve_for(Random(0), start(A=[[1, 0], [0, 0]]), G.as_letter(), (A * G - G,))
    with pytest.raises(SymlamError, match="no value of B satisfies"):
        _solve_for(Random(0), start(A=[[1, 0], [0, 0]]), B.as_letter(), (A * B - identity("n"),))


def test_letters_are_drawn_with_what_is_said_of_them() -> None:
    F = matrix("F", "n", "n")
    known = Assumptions(orthonormal(R), equation(F, A * B), equation(C * R, 2 * R))
    plan = plan_letters(known)
    letters = {letter.as_letter() for letter in (A, B, C, F, R, S, G)}
    for size in (0, 1, 2, 3):
        seen = []
        for seed in range(15):
            inst = draw_letters(Random(seed), {n: 3, m: 2}, letters, {"s": Fraction(2)}, known, plan, size)
            assert set(inst.matrices) == letters and inst.scalars == {"s": 2}
            assert inst.value(R.T * R) == eye(2)
            assert is_zero(inst.value(C * R - 2 * R)) and is_zero(inst.value(F - A * B))
            assert inst.value(S) == inst.value(S).transpose() and inst.value(G).det()
            assert max(abs(v) for v in inst.value(A).entries()) <= max(size, 1)
            assert all(v.q == 1 for v in inst.value(R).entries()) or size > 1
            seen.append(inst)
        for letter in (A, S, G, C, R):
            assert len({str(inst.value(letter)) for inst in seen}) > 3
        assert any(v.q != 1 for inst in seen for v in inst.value(R).entries()) is (size > 1)
    again = [draw_letters(Random(7), {n: 3, m: 2}, letters, {}, known, plan, 3).matrices for _ in range(2)]
    assert again[0] == again[1]


ORDER = bases([x, y])
VALUES = {A: [[1, 2], [0, -1]], B: [[0, 1], [3, 1]], C: [[1, 1], [2, 5]], R: [[2], [-1]]}


def with_joint(joint: flint.fmpq_mat | None) -> Instance:
    inst = Instance(
        {n: 2, m: 1}, {k.as_letter(): flint.fmpq_mat(v) for k, v in VALUES.items()}, {"s": Fraction(3, 2)}
    )
    return Instance(inst.dims, inst.matrices, inst.scalars, tuple(ORDER), joint)


PAIRS = [(i, j) for i in range(3) for j in range(i, 3)]


@pytest.mark.parametrize(
    "equations",
    [
        [equation(A * E(x, y), s * R)],
        [equation(E(y, x) * A * R, tr(A) * E(y, y))],
        [equation(A * E(x, x) * B, 2 * E(x, x) - C)],
        [equation(R * E(y, x) * B + E(x, x), A)],
        [vanishes(tr(A * E(x, x) * B) - s**2 - dimension_scalar("n"))],
        [vanishes(tr(B) * tr(E(y, x) * R) - tr(E(y, y)) * s - tr(C))],
        [vanishes(tr(R.T * A * E(x, y))), *uncorrelated(x, y)],
        [equation(A * B, C), equation(E(x, x), identity("n"))],
    ],
)
def test_rows_are_the_equations_entry_by_entry(equations) -> None:
    known = Assumptions()
    known.items = tuple(equations)  # as they stand, not solved for a letter
    system = joint_system(with_joint(None), ORDER, known, set())
    assert system is not None
    rng = Random(2)
    for _ in range(5):
        g = random_matrix(rng, 3, 3, 3)
        joint = g * g.transpose()
        inst = with_joint(joint)
        flat = [joint[i, j] for i, j in PAIRS]
        left = [
            sum((a * b for a, b in zip(row, flat, strict=True)), -v) for row, v in zip(*system, strict=True)
        ]
        expected: list[Fraction] = []
        for a in equations:
            if hasattr(a, "expression"):
                expected.append(inst.value(a.expression))
            for lhs, rhs in a.equations():
                if any(letter.moment for letter in (lhs - rhs).letters()):
                    expected += inst.value(lhs - rhs).entries()
        assert Counter(str(v) for v in left if v) == Counter(str(v) for v in expected if v)


@pytest.mark.parametrize(
    "told",
    [
        equation(E(x, x) * A * E(x, x), B),
        equation(E(x, x).inverse() * A, B),
        equation(tr(E(x, x)) * A, B),
        vanishes(tr(E(x, x) * A * E(x, x)) - 1),
        vanishes(tr(E(x, x).inverse() * A) - 1),
        vanishes(tr(E(x, x)) * tr(E(y, y)) - 1),
    ],
)
def test_what_is_not_linear_in_the_moments_is_no_system(told) -> None:
    known = Assumptions()
    known.items = (told,)
    assert joint_system(with_joint(None), ORDER, known, set()) is None


def test_letters_that_are_drawn_later_put_no_row() -> None:
    known = Assumptions()
    known.items = (equation(A * E(x, x), B),)
    assert joint_system(with_joint(None), ORDER, known, {A.as_letter()}) == ([], [])


def row(**entries: int) -> list[flint.fmpq]:
    return [flint.fmpq(entries.get(f"j{i}{j}", 0)) for i, j in PAIRS]


def forced(given: list[flint.fmpq], right: int = 0) -> flint.fmpq_mat:
    found = _forced_kernel([given], [flint.fmpq(right)], PAIRS, {p: i for i, p in enumerate(PAIRS)}, 3)
    return flint.fmpq_mat(found) if found else flint.fmpq_mat(0, 6)


def test_where_a_semidefinite_matrix_meets_the_joint_in_zero_their_product_vanishes() -> None:
    assert forced(row(j00=1)).rank() == forced(row(j00=-2)).rank() == 3, "J e_0 = 0"
    assert forced(row(j00=1, j11=3)).rank() == 5
    assert forced(row(j00=1, j11=1, j22=1)).rank() == 6
    for entries in (
        {"j00": 1, "j01": 2, "j11": 1},
        {"j00": -1, "j02": 2, "j22": -1},
        {"j00": 4, "j01": -4, "j11": 1},
    ):
        found = forced(row(**entries))
        assert found.rank() == 3
        (a, b) = sorted({int(k[1]) for k in entries} | {int(k[2]) for k in entries})
        weight = {a: 1 if abs(entries[f"j{a}{a}"]) == 1 else 2, b: 1}
        sign = 1 if entries[f"j{a}{b}"] * entries[f"j{a}{a}"] > 0 else -1
        for j in range(3):
            zero = [flint.fmpq(0)] * 6
            for i, w in ((a, weight[a]), (b, sign * weight[b])):
                zero[PAIRS.index((min(i, j), max(i, j)))] += w
            assert flint.fmpq_mat([*found.table(), zero]).rank() == 3, "the kernel says exactly this"
    for no in ({"j01": 1}, {"j00": 1, "j11": -1}, {"j00": 1, "j01": 3, "j11": 1}, {"j00": 1, "j01": 1}, {}):
        assert forced(row(**no)).nrows() == 0
    assert forced(row(j00=1), 1).nrows() == 0


def test_a_row_that_forces_nothing_hides_no_row_that_does() -> None:
    index = {p: i for i, p in enumerate(PAIRS)}
    rows = [row(j01=1), row(j00=1, j11=-1), row(j22=1)]
    for order in (rows, rows[::-1]):
        found = _forced_kernel(order, [flint.fmpq(0)] * 3, PAIRS, index, 3)
        assert flint.fmpq_mat(found).rank() == 3
    right = [flint.fmpq(1), flint.fmpq(0)]
    assert flint.fmpq_mat(_forced_kernel([row(j00=1), row(j22=1)], right, PAIRS, index, 3)).rank() == 3


def test_now_and_then_coordinates_vanish_or_coincide() -> None:
    inst = Instance({n: 2, m: 1})
    drawn = [draw_joint(Random(seed), inst, ORDER, ([], []), 3) for seed in range(120)]
    tables = [joint.tolist() for joint in drawn if joint is not None]
    assert len(tables) == 120
    vanish = [any(not any(line) for line in table) for table in tables]
    coincide = [any(a == b and any(a) for a, b in ((t[0], t[1]), (t[0], t[2]), (t[1], t[2]))) for t in tables]
    opposite = [
        any(any(a) and a == [-v for v in b] for a, b in ((t[0], t[1]), (t[0], t[2]), (t[1], t[2])))
        for t in tables
    ]
    assert sum(vanish) > 8 and sum(coincide) > 4
    assert 2 * sum(opposite) < sum(coincide), "opposite by chance alone"
    assert sum(flint.fmpq_mat(table).rank() == 3 for table in tables) > 60, "most have full rank"


def test_what_is_drawn_is_left_alone_where_it_is_on_the_space_and_moved_into_the_cone_where_not() -> None:
    inst = Instance({n: 2, m: 1})
    apart = joint_system(inst, ORDER, Assumptions(uncorrelated(x, y)), set())
    assert apart is not None
    plain = [draw_joint(Random(seed), inst, ORDER, apart, 0) for seed in range(60)]
    squares = [all(joint[i, i] in (0, 1, 4, 9) for i in range(3)) for joint in plain if joint is not None]
    assert sum(squares) > 30, "multiples of independent sources are a solution as they are"
    correlated = [
        draw_joint(Random(seed), inst, ORDER, ([row(j01=1)], [flint.fmpq(4)]), 1) for seed in range(60)
    ]
    found = [joint for joint in correlated if joint is not None]
    assert len(found) > 30, "more variance makes room for a covariance"
    assert all(is_psd(joint) and joint[0, 1] == 4 for joint in found)


def test_the_nearest_point_is_on_the_space_and_nearer_than_others() -> None:
    rng = Random(6)
    for _ in range(30):
        a = random_matrix(rng, 2, 4, 3)
        if a.rank() < 2:
            continue
        target = [flint.fmpq(rng.randint(-4, 4)) for _ in range(4)]
        b = flint.fmpq_mat([[rng.randint(-3, 3)] for _ in range(2)])
        found = _nearest(target, a, b)
        at = flint.fmpq_mat([[v] for v in found])
        assert a * at == b
        off = flint.fmpq_mat([[v - t for v, t in zip(found, target, strict=True)]])
        assert flint.fmpq_mat([*a.table(), *off.table()]).rank() == 2, (
            "the way there is orthogonal to the space"
        )


def test_coordinates_with_one_source_each_are_multiples_or_uncorrelated() -> None:
    diagonal, shared, gains = 0, 0, set()
    for seed in range(80):
        joint = _one_source_each(Random(seed), 4)
        assert is_psd(joint) and joint == joint.transpose()
        for i in range(4):
            gains.add(int(joint[i, i].p))
            for j in range(4):
                assert joint[i, j] ** 2 in (0, joint[i, i] * joint[j, j])
        own = all(not joint[i, j] for i in range(4) for j in range(i))
        diagonal, shared = diagonal + own, shared + (not own)
    assert min(diagonal, shared) > 15
    assert gains == {0, 1, 4, 9}


def test_a_joint_moment_is_semidefinite_and_on_the_space() -> None:
    known = Assumptions(uncorrelated(x, y))
    inst = Instance({n: 2, m: 1})
    index = {p: i for i, p in enumerate(PAIRS)}
    trace_is_one = row(j00=1, j11=1, j22=1), flint.fmpq(1)
    apart = joint_system(inst, ORDER, known, set())
    assert apart is not None and len(apart[0]) == 2
    singular = 0
    for seed in range(40):
        for size in (0, 1, 3):
            joint = draw_joint(
                Random(seed), inst, ORDER, ([*apart[0], trace_is_one[0]], [*apart[1], trace_is_one[1]]), size
            )
            if joint is None:
                continue  # some coordinates were asked to vanish that cannot
            assert is_psd(joint) and not joint[0, 2] and not joint[1, 2]
            assert sum((joint[i, i] for i in range(3)), flint.fmpq(0)) == 1
            singular += joint.rank() < 3
    assert 10 < singular < 110
    gone = draw_joint(Random(1), inst, ORDER, ([row(j00=1)], [flint.fmpq(0)]), 3)
    assert gone is not None and not any(gone[0, j] for j in range(3)), (
        "a vector without variance has no covariance"
    )
    assert draw_joint(Random(1), inst, ORDER, ([row(j00=1)], [flint.fmpq(-1)]), 3) is None
    assert draw_joint(Random(1), inst, ORDER, ([row()], [flint.fmpq(1)]), 3) is None
    free = [draw_joint(Random(seed), inst, ORDER, ([], []), 2) for seed in range(30)]
    assert {j.rank() for j in free} >= {1, 2, 3} and all(map(is_psd, free))
    assert len(index) == 6
