"""The inference by cancelling (Facts): nothing that it says may be false on data that satisfy its premises.

Soundness is attacked from the data: exact matrices with much structure are drawn first, then every
expression of a pool that vanishes on them is a candidate premise, and every letter that *is* definite
or injective there may be declared so.  All that follows must vanish on the same data.
"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from symlam.algebra import Dimension, E, Matrix, identity, matrix, scalar, vector, zero
from symlam.algebra._exact import Instance, is_psd, is_zero, to_flint
from symlam.optimum._consequences import Facts

G, H = matrix("G", "n", "n"), matrix("H", "n", "n")
F, K = matrix("F", "n", "k"), matrix("K", "k", "n")
M = matrix("M", "k", "k")
V = matrix("V", "n", "n", invertible=True)
x, y = vector("x", "n"), vector("y", "k")
S, R, Q = E(x, x), E(y, y), E(x, y)
In, Ik = identity("n"), identity("k")
μ = scalar("mu")

LETTERS = (G, H, F, K, M, S, R, Q)


def words(rows: str, cols: str, most: int) -> list[Matrix]:
    """All products of the letters and their transposes of one shape, up to a length."""
    factors = [f for m in (*LETTERS, V) for f in (m, m.T)]
    out, layer = [], [identity(rows)]
    for _ in range(most):
        layer = [w * f for w in layer for f in factors if w.cols == f.rows]
        out += layer
    return [w for w in dict.fromkeys(out) if w.shape == (Dimension(rows), Dimension(cols))]


POOL = {(r, c): words(r, c, 2) for r in "nk" for c in "nk"}


def structured(rng: random.Random, n: int, m: int) -> list[list[int]]:
    """A small matrix that often has zeros, equal rows, or orthogonal columns."""
    kind = rng.random()
    if kind < 0.35:  # a partial permutation
        out = [[0] * m for _ in range(n)]
        for i, j in zip(rng.sample(range(n), min(n, m)), rng.sample(range(m), min(n, m)), strict=True):
            out[i][j] = rng.choice((1, 1, 1, -1, 0))
        return out
    if kind < 0.5:
        return [[0] * m for _ in range(n)]
    if kind < 0.7:
        u, v = [rng.choice((0, 1, 1)) for _ in range(n)], [rng.choice((0, 1, -1)) for _ in range(m)]
        return [[a * b for b in v] for a in u]
    return [[rng.choice((0, 1, -1)) for _ in range(m)] for _ in range(n)]


def draw(rng: random.Random) -> Instance:
    n, k = rng.choice(((2, 1), (2, 2), (1, 1), (1, 2), (3, 1)))
    size = {"n": n, "k": k}
    matrices = {
        m.as_letter(): to_flint(structured(rng, size[m.rows.name], size[m.cols.name]))
        for m in (G, H, F, K, M)
    }
    while True:
        v = to_flint(structured(rng, n, n))
        if v.det():
            break
    matrices[V.as_letter()] = v
    g = to_flint(structured(rng, n + k, n + k))
    return Instance(
        {Dimension(d): s for d, s in size.items()},
        matrices,
        {"mu": Fraction(rng.choice((1, 2, -3)))},
        tuple(b for f in (x, y) for b in f.parts),
        g * g.transpose(),
    )


def premises(inst: Instance, rng: random.Random) -> tuple[list[Matrix], list, list]:
    """Some facts of the data: expressions that vanish, letters that are definite or injective."""
    true = []
    for shape, pool in POOL.items():
        some = rng.sample(pool, min(len(pool), 24))
        by_value: dict = {}
        for w in some:
            value = inst.value(w)
            if is_zero(value):
                true.append(w)
            by_value.setdefault(str(value.tolist()), []).append(w)
            if shape[0] == shape[1] and is_zero(value - inst.value(identity(shape[0]))):
                true.append(w - identity(shape[0]))
        for same in by_value.values():
            true += [a - b for a, b in itertools.pairwise(same)]
    true = [t for t in true if t]
    rng.shuffle(true)
    definite = [m.as_letter() for m in (S, R) if is_psd(inst.value(m), strict=True)]
    injective = [m.as_letter() for m in (G, F, K, M, Q) if inst.value(m).rank() == inst.size(m.cols)]
    return true[: rng.choice((2, 4, 8))], definite, injective


@pytest.mark.parametrize("seed", range(8))
def test_every_consequence_of_true_premises_is_true(seed: int) -> None:
    rng = random.Random(seed)
    new = cancelled = learnt = 0
    for _ in range(60):
        inst = draw(rng)
        zeros, definite, injective = premises(inst, rng)
        facts = Facts(list(zeros), definite, injective)
        for m in facts.zero:
            assert is_zero(inst.value(m)), (zeros, facts.log, m)
        for letter in facts.definite - set(definite):
            value = inst.letter(letter)
            assert value.nrows() == value.ncols() == value.rank(), (zeros, facts.log, letter)
        for letter in facts.injective:
            assert inst.letter(letter).rank() == inst.size(letter.cols), (zeros, facts.log, letter)
        new += len(facts.zero) > len(zeros)
        cancelled += any("cancelled" in line for line in facts.log)
        learnt += any("invertible" in line for line in facts.log)
        for _ in range(6):  # goals of the pool that are said to follow
            pool = POOL[rng.choice(list(POOL))]
            goal = rng.choice(pool) + rng.choice((0, 1, -1)) * rng.choice(pool)
            if facts.imply(goal):
                assert is_zero(inst.value(goal))
    assert new > 20
    assert cancelled > 5
    assert learnt > 0


# The rules, one by one, with what must not be said.


def implies(goal: Matrix, *zeros: Matrix, definite=(), injective=()) -> bool:
    return Facts(list(zeros), [m.as_letter() for m in definite], [m.as_letter() for m in injective]).imply(
        goal
    )


def test_definite_factors_cancel_on_both_sides() -> None:
    assert implies(K, K * S, definite=[S])
    assert implies(F, S * F, definite=[S])
    assert implies(K, K * S.inverse(), definite=[S])
    assert not implies(K, K * S)
    assert not implies(K, K * S, definite=[R])


def test_injective_factors_cancel_on_the_left_only_and_transposed_on_the_right_only() -> None:
    assert implies(M, F * M, injective=[F])  # F M = 0, F injective
    assert implies(M, M * F.T, injective=[F])  # M F' = 0
    assert not implies(G, G * F, injective=[F])  # range F may be small
    assert not implies(G, F.T * G, injective=[F])
    assert not implies(M, F * M)


def test_invertible_letters_cancel_everywhere() -> None:
    for w in (V, V.T, V.inverse(), V.inverse().T):
        assert implies(G, G * w)
        assert implies(G, w * G)
    assert not implies(G, G * H)


def test_a_right_inverse_makes_a_square_letter_invertible_and_no_other() -> None:
    assert implies(H, G * H, G * K.T * F.T - In) is True
    assert implies(H, H * G, G * K.T * F.T - In) is True
    assert implies(F, G * F, 3 * (In - G * H)) is True
    # F K = I with F n x k: F is onto, K is injective; F is not injective unless n = k
    assert not implies(M, F * M, F * K - In)
    assert not implies(K.T, K.T * R, K * F - Ik)
    # W = I says something of the outer letters alone
    assert not implies(M, M * R, K * G * F - Ik)
    # the middle letter of F M K = I is n x n only when it says so
    assert not implies(R, M * R, F * M * K - In)


def test_other_equations_make_nothing_invertible() -> None:
    assert not implies(F, G * F, G * H + H - In)
    assert not implies(F, G * F, G * H)
    assert not implies(F, G * F, G * H - G)


def test_one_common_factor_of_all_words_is_needed() -> None:
    assert implies(F + H * F, F * R + H * F * R, definite=[R])
    assert not implies(F + Q, F * R + Q, definite=[R])
    assert not implies(G, G * S - In, definite=[S])  # G S = I: nothing vanishes
    assert implies(G * S - In, G * S - In)


def test_sums_and_transposes_of_facts_follow_and_products_do_not() -> None:
    assert implies(G - H, G + F * K, H + F * K)
    assert implies(G.T, G)
    assert implies(2 * G - 3 * H.T, G, H)
    assert not implies(G * H, G - H)
    assert not implies(G + H, G), "half of a goal is not the goal"
    assert not implies(G + H + F * K, G + H)
    assert not implies(μ * G, H)
    assert not implies(G, μ * G), "mu may be 0"


def test_zero_follows_from_nothing_and_nothing_else_does() -> None:
    assert implies(zero("n", "n"))
    assert not implies(In)
    assert not implies(G)
    assert implies(In, In), "a contradiction implies itself and not everything"
    assert not implies(G, H - H)


def test_elimination_is_complete_on_linear_combinations() -> None:
    """Random invertible combinations of three facts give each of them back."""
    rng = random.Random(0)
    base = [G, H, F * K]
    for _ in range(20):
        rows = [[rng.randint(-2, 2) for _ in range(3)] for _ in range(3)]
        mixed = [sum((c * b for c, b in zip(r, base, strict=True)), zero("n", "n")) for r in rows]
        singular = to_flint(rows).det() == 0
        facts = Facts.__new__(Facts)  # elimination alone, without closing under cancelling
        facts.zero = [m for m in mixed if m]
        assert all(facts.imply(b) for b in base) is not singular


def test_the_log_says_every_step() -> None:
    facts = Facts([F * M * R], definite=[R.as_letter()], injective=[F.as_letter()])
    assert facts.imply(M)
    assert len(facts.log) >= 2
    assert any("Σ_y on the right is cancelled" in line for line in facts.log)
    assert any("F on the left is cancelled" in line for line in facts.log)


def test_no_fact_is_taken_in_twice_nor_with_the_other_sign_nor_when_it_is_zero() -> None:
    assert Facts([G - H, H - G, G - H, G - G]).zero == [G - H]
    assert Facts([G * S, -G], definite=[S.as_letter()]).zero == [G * S, -G]


def test_facts_are_combined_by_sum_and_difference_up_to_eight_terms() -> None:
    others = [G * H, H * G, G.T * H, G * H.T, H.T * G, G * G, H * H]
    many = sum(others, zero("n", "n"))
    for sign in (1, -1):
        facts = Facts([many + H * S, sign * many], definite=[S.as_letter()])
        assert H in facts.zero
        assert any(line.startswith("H Σ_x = 0 from") for line in facts.log)
    longer = many + G.T * G
    assert H not in Facts([longer + H * S, longer], definite=[S.as_letter()]).zero, "nine terms"
    assert H not in Facts([many + H * S, many + G * S], definite=[S.as_letter()]).zero


def test_facts_of_other_shapes_do_not_stop_the_combining() -> None:
    assert implies(H, G + H * S, F * M, G, definite=[S])
    assert implies(M, R + M * R + R * R, K * F, R + R * R, definite=[R])


def test_a_scaled_right_inverse_teaches_as_much() -> None:
    assert implies(F, G * F, 2 * G * H - 3 * In)
    assert implies(F, G * F, μ * G * H - In), "mu G H = I leaves mu no way to be 0"
    assert not implies(F, G * F, G * H - μ * In), "mu may be 0"
    assert not implies(F, G * F, μ * In - In, G)


def test_what_is_learnt_is_used_on_facts_that_came_before() -> None:
    facts = Facts([G * F * M, F * M * R, G * H - In], definite=[R.as_letter()])
    assert F * M in facts.zero
    assert {G.as_letter(), H.as_letter()} <= facts.injective & facts.definite
    assert sum("is invertible" in line for line in facts.log) == 2


def test_premises_are_not_in_the_log() -> None:
    assert Facts([G, F * K]).log == []
