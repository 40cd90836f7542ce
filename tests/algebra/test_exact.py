"""Exact values on an instance: numbers, shapes, what is said of an instance, what is refused."""

from __future__ import annotations

import json
from fractions import Fraction

import flint
import pytest

from symlam.algebra import E, dimension_scalar, identity, matrix, scalar, tr, vector
from symlam.algebra._exact import Instance, eye, fraction, is_psd, is_zero, rows_of, to_flint, trace
from symlam.algebra._letter import Dimension
from symlam.algebra._random import bases
from symlam.errors import SymlamError

n, m = Dimension("n"), Dimension("m")
A, G, B = matrix("A", "n", "m"), matrix("G", "n", "n", invertible=True), matrix("B", "n", "n")
x, y, z = vector("x", "n"), vector("y", "m"), vector("z", "m")
JOINT = [[4, 1, 0], [1, 3, 2], [0, 2, 5]]


def instance() -> Instance:
    return Instance(
        {n: 2, m: 1},
        {A.as_letter(): to_flint([[1], [Fraction(1, 2)]]), G.as_letter(): to_flint([[1, 2], [0, 4]])},
        {"s": Fraction(-2, 3)},
        tuple(bases([x, y])),
        to_flint(JOINT),
    )


def test_numbers_become_exact_rationals_and_come_back() -> None:
    rows = [[1, Fraction(-1, 2)], [flint.fmpz(3), flint.fmpq(2, 5)], [0, "2/3"]]
    assert rows_of(to_flint(rows)) == (
        (1, Fraction(-1, 2)),
        (3, Fraction(2, 5)),
        (0, Fraction(2, 3)),
    )
    assert all(type(v) is Fraction for row in rows_of(to_flint(rows)) for v in row)
    given = flint.fmpq_mat([[1]])
    assert to_flint(given) is given
    assert fraction(flint.fmpq(-3, 6)) == Fraction(-1, 2)
    assert rows_of(eye(2)) == ((1, 0), (0, 1))
    assert trace(to_flint([[1, 9], [9, Fraction(1, 2)]])) == flint.fmpq(3, 2)
    assert is_zero(to_flint([[0, 0]])) and not is_zero(to_flint([[0, 1]]))


@pytest.mark.parametrize("rows", [[], [[1, 2], [3]], [[1], [2, 3]]])
def test_rows_of_another_length_are_refused(rows) -> None:
    with pytest.raises(SymlamError, match="rows of one length"):
        to_flint(rows)


@pytest.mark.parametrize("entry", [0.5, True, 1.0])
def test_what_is_no_exact_number_is_refused(entry) -> None:
    with pytest.raises(SymlamError, match="is not an exact rational"):
        to_flint([[entry]])


@pytest.mark.parametrize(
    ("rows", "semidefinite", "definite"),
    [
        ([[0]], True, False),
        ([[-1]], False, False),
        ([[2, 1], [1, 1]], True, True),
        ([[1, 1], [1, 1]], True, False),
        ([[0, 1], [1, 5]], False, False),
        ([[0, 0], [0, 5]], True, False),
        ([[1, 2], [2, 3]], False, False),
        ([[1, 0, 1], [0, 0, 0], [1, 0, 1]], True, False),
        ([[1, 0, 1], [0, 0, 0], [1, 0, 0]], False, False),
        ([[2, 1, 1], [1, 2, 1], [1, 1, 2]], True, True),
        ([[2, -2, 0], [-2, 2, 1], [0, 1, 9]], False, False),
    ],
)
def test_semidefinite_by_hand(rows, semidefinite: bool, definite: bool) -> None:
    assert (is_psd(to_flint(rows)), is_psd(to_flint(rows), strict=True)) == (semidefinite, definite)


def test_values_by_hand() -> None:
    inst, s = instance(), scalar("s")
    assert inst.size(n) == 2 and inst.size(7) == 7
    assert rows_of(inst.moment("x", "y")) == ((0,), (2,))
    assert rows_of(inst.value(E(y, x))) == ((0, 2),)
    assert rows_of(inst.value(E(x, x))) == ((4, 1), (1, 3))
    assert rows_of(inst.value(E(y, y))) == ((5,),)
    assert rows_of(inst.value(G.inverse())) == ((1, Fraction(-1, 2)), (0, Fraction(1, 4)))
    assert rows_of(inst.value(G.T.inverse() * 2 + identity("n"))) == ((3, 0), (-1, Fraction(3, 2)))
    assert inst.value(tr(G * E(x, x)) / 2) == Fraction(18, 2)
    assert inst.value(s**-2 * tr(A * A.T) * dimension_scalar("n")) == Fraction(9, 4) * Fraction(5, 4) * 2
    assert inst.value(tr(G) * tr(G.inverse()) - s) == 5 * Fraction(5, 4) + Fraction(2, 3)
    assert type(inst.value(s * 0)) is Fraction
    assert rows_of(inst.value(A * 0)) == ((0,), (0,))
    assert rows_of(inst.value(tr(G) * identity("m"))) == ((5,),)
    assert inst.joint_moment == to_flint(JOINT)
    assert Instance({n: 2}, {}, {"s": Fraction(0)}).value(s**2 + 1) == 1


def test_other_values_leave_the_instance_as_it_was() -> None:
    inst = instance()
    other = inst.with_values({A: [[7], [8]]})
    assert rows_of(other.value(A)) == ((7,), (8,)) and rows_of(inst.value(A)) == ((1,), (Fraction(1, 2),))
    assert (other.dims, other.scalars, other.order, other.joint) == (
        inst.dims,
        inst.scalars,
        inst.order,
        inst.joint,
    )
    assert other.value(G) == inst.value(G)
    with pytest.raises(SymlamError, match=r"A is given as 1 x 2(.|\n)*2 x 1"):
        inst.with_values({A: [[1, 2]]})


def test_an_instance_is_described_with_every_number_exact() -> None:
    told = instance().describe()
    assert told == {
        "dimensions": {"m": 1, "n": 2},
        "scalars": {"s": "-2/3"},
        "matrices": {"A": [["1"], ["1/2"]], "G": [["1", "2"], ["0", "4"]]},
        "moments": {
            "E[x x']": [["4", "1"], ["1", "3"]],
            "E[x y']": [["0"], ["2"]],
            "E[y y']": [["5"]],
        },
    }
    assert [list(part) for part in told.values()] == [
        ["m", "n"],
        ["s"],
        ["A", "G"],
        ["E[x x']", "E[x y']", "E[y y']"],
    ]
    json.dumps(told)
    apart = Instance({n: 1, m: 1}, {}, {}, tuple(bases([x, y])), to_flint([[0, 0], [0, 2]])).describe()
    assert apart["moments"] == {"E[x x']": [["0"]], "E[y y']": [["2"]]}, "what is uncorrelated is left out"


@pytest.mark.parametrize(
    ("joint", "words"),
    [
        ([[1, 2], [3, 4]], "the joint second moment is 2 x 2(.|\n)*3 x 3 for x, y"),
        ([[1, 0, 0], [0, 1, 0]], "the joint second moment is 2 x 3"),
        ([[1, 0, 0], [0, 1, 0], [0, 1, 0]], "not positive semidefinite"),
        ([[1, 0, 0], [0, -1, 0], [0, 0, 1]], "not positive semidefinite"),
        ([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], "is 3 x 4"),
    ],
)
def test_a_joint_moment_that_is_none_is_refused(joint, words: str) -> None:
    with pytest.raises(SymlamError, match=words):
        Instance({n: 2, m: 1}, {}, {}, tuple(bases([x, y])), to_flint(joint))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (matrix("K", "k", "k"), "no value to the dimension k"),
        (dimension_scalar("k") + 1, "no value to the dimension k"),
        (B, "no value to B"),
        (E(x, z), "no moment to z"),
        (scalar("t"), "no value to the scalar t"),
        ("A", "has no value on an instance"),
    ],
)
def test_what_an_instance_lacks_is_named(expression, words: str) -> None:
    with pytest.raises(SymlamError, match=words):
        instance().value(expression)


def test_what_has_no_inverse_on_an_instance_is_named() -> None:
    zero = Instance({n: 2, m: 1}, {G.as_letter(): to_flint([[1, 2], [2, 4]])}, {"s": Fraction(0)})
    with pytest.raises(SymlamError, match="G is singular on the instance"):
        zero.value(G.inverse())
    with pytest.raises(SymlamError, match=r"s = 0 on the instance, but s\^-2 is needed"):
        zero.value(scalar("s") ** -2)
    with pytest.raises(SymlamError, match="gives no second moments"):
        _ = zero.joint_moment
