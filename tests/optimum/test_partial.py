"""Regressors that the encoder does not see, weighted heads, ties: where a wrong projection or a lost orthogonality shows."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from symlam.algebra import Dimension, matrix, scalar, vector
from symlam.algebra._exact import Instance, fraction, to_flint
from symlam.algebra._sampling import instances
from symlam.errors import SymlamError
from symlam.models import Model, model
from symlam.optimum._exact import _metric, argmin, exact_minimum, exact_optimum, loss_at, minimisers
from tests.optimum.brute import Brute

x, u, v, t = vector("x", "n"), vector("u", "n"), vector("v", "n"), vector("t", "n")
P, L, M, H = matrix("P", "n", "n"), matrix("L", "n", "k"), matrix("M", "k", "n"), matrix("H", "n", "k")
M2, M3 = matrix("M2", "k", "n"), matrix("M3", "k", "n")


def partial() -> Model:
    """min E||P v + L M u - t||^2: v is correlated with u, and no part of it."""
    z = M * u
    return model("partial", loss=[(1, P * v + L * z - t)], latent=z, encoder=[M], decoder=[L], regression=[P])


def test_what_the_regressor_explains_of_the_inputs_is_taken_out_of_them() -> None:
    m = partial()
    seen = correlated = 0
    for i, inst in enumerate(instances([*m.residuals], m.assumptions, seed=4, rounds=8, plain=4, max_dim=2)):
        try:
            best = exact_optimum(m, inst)
        except SymlamError:
            continue
        assert loss_at(m, best.at) == best.minimum == exact_minimum(m, inst)[0]
        brute = Brute(m, inst).minimum(seed=i)
        assert brute >= float(best.minimum) - 1e-7
        seen += brute <= float(best.minimum) + 1e-5
        correlated += any(inst.moment("u", "v").entries()) and any(inst.moment("u", "t").entries())
        if seen > 12 and correlated > 4:
            break
    assert seen > 6
    assert correlated > 2


def three_inputs() -> Model:
    z = M * x + M2 * u + M3 * v
    return model("three inputs", loss=[(1, L * z - t)], latent=z, encoder=[M, M2, M3], decoder=[L])


def weighted() -> Model:
    z = M * x
    s = scalar("s")
    return model("weighted", loss=[(1, L * z - x), (s**2, H * z - t)], latent=z, encoder=[M], decoder=[L, H])


def on(m: Model, sizes: dict[str, int], joint: list[list[int]], **scalars: Fraction) -> Instance:
    """The model on second moments that are written down; bases in the order of their names."""
    order = tuple(sorted({b for f in m.residuals for b in f.parts}, key=lambda b: b.name))
    dims = {Dimension(d): n for d, n in sizes.items()}
    zeros = {
        p.as_letter(): to_flint([[0] * sizes[p.cols.name] for _ in range(sizes[p.rows.name])])
        for p in m.parameters
    }
    return Instance(dims, zeros, scalars, order, to_flint(joint))


def test_each_of_three_inputs_gets_its_own_columns() -> None:
    m = three_inputs()
    # t = u1 - 2 v1 + 3 x1 and x, u, v white: n = 1
    joint = [[14, 1, -2, 3], [1, 1, 0, 0], [-2, 0, 1, 0], [3, 0, 0, 1]]
    best = exact_optimum(m, on(m, {"n": 1, "k": 1}, joint))
    assert best.minimum == 0 == loss_at(m, best.at)
    a, b, c = (best.at.value(letter)[0, 0] for letter in (M, M2, M3))  # of x, u, v
    assert (a / b, c / b) == (3, -2)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_every_kept_direction_adds_its_eigenvalue_also_inside_a_tie(k: int, seed: int) -> None:
    """Eigenvectors of one eigenvalue come out oblique: kept ones have to be made orthogonal, in the weighted product."""
    m = weighted()
    n = 3
    eye = [[int(i == j) for j in range(n)] for i in range(n)]
    # t = R x with R a reflection: the operator N W is a multiple of a projector, three times the same eigenvalue
    r = [
        [Fraction(1, 3), Fraction(-2, 3), Fraction(-2, 3)],
        [Fraction(-2, 3), Fraction(1, 3), Fraction(-2, 3)],
    ]
    r.append([Fraction(-2, 3), Fraction(-2, 3), Fraction(1, 3)])
    joint = [[*eye[i], *r[i]] for i in range(n)] + [[*(r[j][i] for j in range(n)), *eye[i]] for i in range(n)]
    inst = on(m, {"n": n, "k": k}, joint, s=Fraction(2))
    best = exact_optimum(m, inst, rng=random.Random(seed))
    assert best.spectrum[:3] == (5, 5, 5)
    assert best.minimum == 5 * (n - k) == loss_at(m, best.at)
    assert best.tie is (k < 3)
    assert best.at.value(L).rank() == k


def test_more_latents_than_directions_leave_rows_over() -> None:
    m = weighted()
    inst = on(m, {"n": 1, "k": 3}, [[4, 2], [2, 1]], s=Fraction(1, 2))
    best = exact_optimum(m, inst)
    assert best.minimum == 0 == loss_at(m, best.at)
    assert best.at.value(M).rank() == 1


def test_weights_enter_the_metric_of_the_residuals_as_factors() -> None:
    joint = to_flint([[2, 1], [1, 3]])
    block = _metric([(Fraction(3), 1), (Fraction(1, 2), 1)], joint)
    assert block.tolist() == to_flint([[6, 3, 0, 0], [3, 9, 0, 0], [0, 0, 1, Fraction(1, 2)], [0, 0, Fraction(1, 2), Fraction(3, 2)]]).tolist()  # fmt: skip
    m = weighted()
    inst = on(m, {"n": 1, "k": 1}, [[1, 0], [0, 1]], s=Fraction(3)).with_values({M: [[1]], H: [[7]]})
    at = argmin(m, inst, (L, H))
    assert (at.value(L)[0, 0], at.value(H)[0, 0]) == (1, 0)
    # with one decoder for both targets the weight decides: E||L x - x||^2 + 9 E||L x - 2 x||^2
    z = M * x
    one = model("one decoder", loss=[(1, L * z - x), (9, L * z - 2 * x)], latent=z, encoder=[M], decoder=[L])
    shared = on(one, {"n": 1, "k": 1}, [[1]]).with_values({M: [[1]]})
    assert fraction(argmin(one, shared, (L,)).value(L)[0, 0]) == Fraction(19, 10)


def test_a_walk_yields_as_many_minimisers_as_asked_each_complete_and_one_different_by_basis() -> None:
    m = weighted()
    joint = [[2, 0, 1, 0], [0, 1, 0, 0], [1, 0, 3, 0], [0, 0, 0, 1]]
    inst = on(m, {"n": 2, "k": 2}, joint, s=Fraction(1))
    try:
        start = exact_optimum(m, inst, rng=random.Random(5))
    except SymlamError:
        pytest.fail("the spectrum is rational here")
    found = list(minimisers(m, inst, rng=random.Random(5)))
    assert len(found) == 7
    assert len(list(minimisers(m, inst, rng=random.Random(5), count=3))) == 4
    for one in found:
        assert (one.minimum, one.spectrum, one.k) == (start.minimum, start.spectrum, 2)
        assert loss_at(m, one.at) == start.minimum
    assert found[0].at.value(M) == start.at.value(M), "the walk starts where its generator says"
    assert len({str(one.at.value(M).tolist()) for one in found}) > 1
    again = [one.at.value(M).tolist() for one in minimisers(m, inst, rng=random.Random(5))]
    assert again == [one.at.value(M).tolist() for one in found]


def test_free_directions_are_used_when_a_generator_is_given_and_only_then() -> None:
    m = weighted()
    inst = on(m, {"n": 1, "k": 2}, [[1, 1], [1, 1]], s=Fraction(1)).with_values({M: [[1], [1]]})
    plain = argmin(m, inst, (L,))
    assert plain.value(L).tolist() == argmin(m, inst, (L,)).value(L).tolist()
    drawn = {str(argmin(m, inst, (L,), rng=random.Random(i)).value(L).tolist()) for i in range(12)}
    assert len(drawn) > 2
    for i in range(12):
        assert loss_at(m, argmin(m, inst, (L,), rng=random.Random(i))) == loss_at(m, plain)


def test_inside_a_tie_the_generator_chooses_the_start() -> None:
    m = weighted()
    n = 3
    eye = [[int(i == j) for j in range(n)] for i in range(n)]
    inst = on(m, {"n": n, "k": 1}, [[*eye[i], *eye[i]] for i in range(n)] * 2, s=Fraction(2))
    starts = {str(next(minimisers(m, inst, rng=random.Random(i))).at.value(M).tolist()) for i in range(12)}
    assert len(starts) > 1


def test_the_walk_re_chooses_letters_that_the_loss_leaves_free() -> None:
    m = partial()
    # t and u are equal, v vanishes: P is free
    inst = on(m, {"n": 1, "k": 1}, [[1, 1, 0], [1, 1, 0], [0, 0, 0]])
    found = list(minimisers(m, inst, rng=random.Random(3), count=12))
    assert all(one.minimum == 0 == loss_at(m, one.at) for one in found)
    assert len({str(one.at.value(P).tolist()) for one in found}) > 2
    assert len({str(one.at.value(M).tolist()) for one in found}) > 1
