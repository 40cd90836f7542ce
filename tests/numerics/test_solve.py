"""The three tiers against each other, against optimisers that know only the loss, and against hand cases."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from symlam.errors import SymlamError
from symlam.evidence.agreement import agreement
from symlam.numerics import Head, Problem, als, balls, loss, newton, solve, solve_arrays
from tests.profile import examples

_ENTRIES = st.sampled_from([Fraction(n, d) for n in (-2, -1, 0, 1, 2, 3) for d in (1, 2)])


def _matrix(rows: int, cols: int):
    return st.lists(st.lists(_ENTRIES, min_size=cols, max_size=cols), min_size=rows, max_size=rows)


@st.composite
def problems(draw, *, heads: bool = False) -> Problem:
    """General problems: any linear forms, a moment F F' of any rank, so that ties and zeros occur."""
    m = draw(st.integers(2, 5))
    factor = draw(_matrix(m, draw(st.integers(1, m))))
    moment = [[sum(a * b for a, b in zip(x, y, strict=True)) for y in factor] for x in factor]
    rows = [draw(_matrix(draw(st.integers(1, 3)), m)) for _ in range(3)]
    chosen = [Head(draw(st.sampled_from([1, 2, Fraction(1, 3)])), draw(_matrix(1, m)))] if heads else []
    return Problem(
        moment=moment,
        target=rows[0],
        inputs=rows[1],
        regressors=rows[2] if draw(st.booleans()) else [],
        rank=draw(st.integers(1, 3)),
        heads=chosen,
    )


@st.composite
def lam_problems(draw, *, supervised: bool, correlated: bool) -> Problem:
    """Linear LAM with d_o = 2: w = (o, pi, e), o' = o + r, r = F o + X pi + Y e, head a = f o + pi."""
    X, Y = draw(_matrix(2, 1)), draw(_matrix(2, 1))
    zero = [[Fraction(0)] * 2]
    policy = draw(_matrix(1, 2)) if correlated else zero
    scale = draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)]))
    o = [[1, 0, 0, 0], [0, 1, 0, 0]]
    a = [[*policy[0], 1, 0]]
    r = [[x[0] * f for f in a[0][:3]] + [scale * y[0]] for x, y in zip(X, Y, strict=True)]
    nxt = [[p + q for p, q in zip(x, y, strict=True)] for x, y in zip(o, r, strict=True)]
    identity = [[int(i == j) for j in range(4)] for i in range(4)]
    heads = [Head(draw(st.sampled_from([Fraction(1, 2), 1, 5])), a)] if supervised else []
    return Problem(
        moment=identity, target=nxt, inputs=o + nxt, regressors=o, rank=draw(st.integers(1, 2)), heads=heads
    )


QUICK = settings(max_examples=examples(25), deadline=None)


def stacked_heads(solution, problem, k):
    rows = [head for head, given in zip(solution.heads, problem.heads, strict=True) if given.weight]
    E = mp.matrix(sum(h.rows for h in rows), k)
    at = 0
    for h in rows:
        for i in range(h.rows):
            for j in range(k):
                E[at, j] = h[i, j]
            at += 1
    return E


@QUICK
@given(problems())
def test_tiers_agree_and_the_ball_contains_the_value(problem):
    fast, precise, rigorous = (solve(problem, tier=t, digits=40) for t in ("float64", "mpmath", "arb"))
    scale = 1 + float(problem.reduction.total)
    assert abs(fast.minimum - float(precise.minimum)) <= 1e-9 * scale
    with mp.workdps(60):
        ball = rigorous.minimum
        text = mp.nstr(precise.minimum, 55)
    before = ctx.prec
    ctx.prec = 200
    try:
        assert abs(ball - arb(text)).lower() <= 1e-38 * scale
        assert float(ball.rad()) <= 1e-38 * scale
    finally:
        ctx.prec = before


@QUICK
@given(problems())
def test_the_returned_maps_attain_the_minimum(problem):
    solution = solve(problem, tier="mpmath", digits=30)
    with mp.workdps(45):
        value = loss(problem, solution.A, solution.B, solution.G, mp.matrix(0, problem.rank))
        assert abs(value - solution.minimum) <= mp.mpf(10) ** -25 * (1 + abs(solution.minimum))


@QUICK
@given(problems(heads=True))
def test_no_random_point_beats_the_lower_bound(problem):
    solution = solve(problem)
    rng = random.Random(1)

    def draw(rows, cols):
        out = mp.matrix(rows, cols)
        for i in range(rows):
            for j in range(cols):
                out[i, j] = rng.gauss(0, 1)
        return out

    p, k = len(problem.target.num), problem.rank
    for _ in range(5):
        value = loss(
            problem,
            draw(p, len(problem.regressors.num)),
            draw(p, k),
            draw(k, len(problem.inputs.num)),
            draw(1, k),
        )
        assert value >= solution.lower - 1e-9 * (1 + abs(solution.lower))


@settings(max_examples=examples(8), deadline=None)
@given(problems())
def test_alternating_least_squares_finds_the_closed_form(problem):
    closed = solve(problem, tier="mpmath", digits=50)
    found = als(problem, digits=30, sweeps=400)
    with mp.workdps(60):
        gap = found.value - closed.minimum
        assert gap >= -(mp.mpf(10) ** -40) * (1 + abs(closed.minimum))
        if found.iterations < 400:
            assert gap <= mp.mpf(10) ** -24 * (1 + abs(closed.minimum))


@settings(max_examples=examples(5), deadline=None)
@given(lam_problems(supervised=True, correlated=False))
def test_supervised_closed_form_against_newton(problem):
    closed = solve(problem, tier="mpmath", digits=50)
    assert closed.status == "attained"
    best = min((newton(problem, digits=30, seed=seed, steps=30).value for seed in (0, 1)), key=abs)
    with mp.workdps(60):
        E = stacked_heads(closed, problem, problem.rank)
        assert abs(loss(problem, closed.A, closed.B, closed.G, E) - closed.minimum) <= mp.mpf(10) ** -40
        assert best >= closed.minimum - mp.mpf(10) ** -25


@settings(max_examples=examples(8), deadline=None)
@given(lam_problems(supervised=True, correlated=True))
def test_supervision_with_a_policy_never_claims_too_much(problem):
    solution = solve(problem, tier="mpmath", digits=30)
    assert solution.status in ("attained", "infimum")
    found = als(problem, digits=12, sweeps=60)
    with mp.workdps(40):
        assert found.value >= solution.minimum - mp.mpf(10) ** -20
        E = stacked_heads(solution, problem, problem.rank)
        here = loss(problem, solution.A, solution.B, solution.G, E)
        if solution.status == "attained":
            assert abs(here - solution.minimum) <= mp.mpf(10) ** -12


INFIMUM = {
    "moment": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 4]],
    "target": [["3/2", 0, 1, 0], [0, 1, 0, 1]],
    "inputs": [[1, 0, 0, 0], [0, 1, 0, 0], ["3/2", 0, 1, 0], [0, 1, 0, 1]],
    "regressors": [[1, 0, 0, 0], [0, 1, 0, 0]],
}


def test_an_infimum_is_approached_and_not_reached():
    problem = Problem(**INFIMUM, rank=1, heads=[Head(2, [["1/2", 0, 1, 0]])])
    solution = solve(problem, tier="mpmath", digits=20)
    assert solution.status == "infimum" and solution.minimum == 3
    few, many = (als(problem, digits=15, sweeps=n).value for n in (40, 600))
    assert 3 < many < few
    assert many - 3 < 3e-3


def test_newton_reaches_fifty_digits():
    problem = Problem(**INFIMUM, rank=1, heads=[Head(5, [["1/2", 0, 1, 0]])])
    closed, found = solve(problem, tier="mpmath", digits=50), newton(problem, digits=50)
    with mp.workdps(70):
        assert closed.status == "attained"
        assert abs(found.value - closed.minimum) < mp.mpf(10) ** -50


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_ties_and_rank_deficiency(k):
    problem = Problem(
        moment=np.diag([3, 3, 1, 0]).tolist(),
        target=np.eye(4, dtype=int).tolist(),
        inputs=np.eye(4, dtype=int).tolist(),
        rank=k,
    )
    for tier in ("float64", "mpmath", "arb"):
        solution = solve(problem, tier=tier)
        assert float(solution.minimum) == pytest.approx([4, 1, 0, 0, 0][k - 1], abs=1e-12)
        assert solution.unique == (k != 1)
    assert solve(problem).tie == {1: (0, 2), 2: (0, 2), 3: (2, 3), 4: (3, 4), 5: (3, 4)}[k]


def test_nearly_tied_eigenvalues_are_enclosed_tightly():
    before = ctx.prec
    ctx.prec = 230
    try:
        gap = arb(2) ** -80
        S = arb_mat(3, 3, [arb(2) + gap, gap, 0, gap, arb(2), gap, 0, gap, arb(1)])
        spectrum, _ = balls.enclose(S)
        assert all(float(x.rad()) < 1e-55 for x in spectrum)
        trace = spectrum[0] + spectrum[1] + spectrum[2]
        assert trace.overlaps(arb(5) + gap)
        product = spectrum[0] * spectrum[1] * spectrum[2]
        assert product.overlaps(S.det())
        assert not spectrum[0].overlaps(spectrum[1])
    finally:
        ctx.prec = before


def test_batches_equal_single_solves():
    rng = np.random.default_rng(3)
    F = rng.standard_normal((4, 7, 7))
    S = F @ F.transpose(0, 2, 1)
    T, U, V = (rng.standard_normal((4, n, 7)) for n in (3, 4, 2))
    heads = [(np.array([1.0, 2, 3, 4]), rng.standard_normal((4, 2, 7)))]
    k = np.array([1, 2, 2, 3])
    together = solve_arrays(S, T, U, k, regressors=V, heads=heads)
    for i in range(4):
        alone = solve_arrays(
            S[i], T[i], U[i], int(k[i]), regressors=V[i], heads=[(heads[0][0][i], heads[0][1][i])]
        )
        assert together.relaxed[i] == pytest.approx(alone.relaxed[0])
        assert together.spectrum[i] == pytest.approx(alone.spectrum[0])


def test_the_dense_shortcut_equals_the_general_route():
    rng = np.random.default_rng(0)
    F = rng.standard_normal((12, 12))
    S = F @ F.T
    V, T, U = np.eye(12)[:6], np.eye(12)[6:], np.eye(12)
    quick = solve_arrays(S, T, U, 2, regressors=V)
    turn = np.kron(np.eye(2), np.linalg.qr(rng.standard_normal((6, 6)))[0])
    slow = solve_arrays(S, T, turn @ U, 2, regressors=V)
    assert quick.relaxed == pytest.approx(slow.relaxed)
    assert quick.spectrum == pytest.approx(slow.spectrum)
    G, B = quick.G[0, :2], quick.B[0, :, :2]
    A = quick.on_v[1][0] - B @ G @ quick.on_v[0][0]
    E = A @ V + B @ G @ U - T
    assert np.trace(E @ S @ E.T) == pytest.approx(quick.relaxed[0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"moment": [[1, 2], [2, 1]]}, "positive semidefinite"),
        ({"moment": [[1, 2], [0, 1]]}, "symmetric"),
        ({"moment": [[float("nan"), 0], [0, 1]]}, "finite"),
        ({"rank": 0}, "k >= 1"),
        ({"target": [[1, 0, 0]]}, "columns"),
        ({"heads": [Head(-1, [[1, 0]])]}, "weight"),
    ],
)
def test_bad_input_gets_one_clear_error(change, words):
    good = {"moment": [[1, 0], [0, 1]], "target": [[1, 0]], "inputs": [[0, 1]], "rank": 1}
    with pytest.raises(SymlamError, match=words):
        solve(Problem(**{**good, **change}))


def test_unknown_tier():
    with pytest.raises(SymlamError, match="float64"):
        solve(Problem(moment=[[1]], target=[[1]], inputs=[[1]], rank=1), tier="quad")


def test_cancelled_residuals_are_not_variance():
    """t and u are functions of v: nothing is left, whatever rounding says."""
    ones, other = [[-2] * 5], [[-2] * 5, [-2, -2, -2, -2, "-1/2"]]
    problem = Problem(
        moment=[[4] * 5] * 5, target=ones, inputs=ones * 3, regressors=other, rank=1, heads=[Head(1, ones)]
    )
    assert solve(problem).minimum == 0 and solve(problem).spectrum == [0, 0]


@pytest.mark.parametrize("turn", [1e-3, 1e-6])
def test_poor_eigenvectors_give_wide_balls_that_still_hold(turn):
    """The enclosure is rigorous for any V that is nearly orthonormal, eigenvectors or not."""
    rng = np.random.default_rng(0)
    rough = np.eye(4) + turn * rng.standard_normal((4, 4))
    S = arb_mat(4, 4, [int(x) for x in np.diag([5, 3, 3, 0]).ravel()])
    spectrum, _ = balls.enclose(S, arb_mat(4, 4, [float(x) for x in rough.ravel()]))
    for ball, value in zip(spectrum, (5, 3, 3, 0), strict=True):
        assert ball.contains(value)
        assert turn / 100 < float(ball.rad()) < 100 * turn
    # a rotation is exactly orthonormal up to rounding: only the off-diagonal part tells that it is no eigenbasis
    c, s = np.cos(turn), np.sin(turn)
    rotated, _ = balls.enclose(arb_mat(2, 2, [2, 0, 0, 1]), arb_mat(2, 2, [float(x) for x in (c, -s, s, c)]))
    assert rotated[0].contains(2) and rotated[1].contains(1)


def test_coarse_vectors_are_refused():
    with pytest.raises(SymlamError, match="orthonormal"):
        balls.enclose(arb_mat(2, 2, [2, 0, 0, 1]), arb_mat(2, 2, [1, 1, 0, 1]))


def test_inputs_that_v_explains_carry_nothing():
    """Residuals of u are rounding noise here; dividing by it must not make variance."""
    factor = [[8, 6, 10, -8, -16], [6, 5, 6, -5, -14], [10, 6, 17, -13, -14], [-8, -5, -13, 10, 12],
              [-16, -14, -14, 12, 40]]  # fmt: skip
    problem = Problem(
        moment=factor,
        target=[[-2] * 5] * 3,
        inputs=[[-4, -4, -2, -1, -2], [-4, -4, -4, -4, -2], [-4, -4, -4, 0, 0]],
        regressors=[[-4, -4, 0, 0, -1], [3, 6, 2, 0, -2], [-2, 0, -4, -4, 0]],
        rank=1,
        heads=[Head(1, [[-2] * 5])],
    )
    exact = solve(problem, tier="mpmath", digits=30)
    assert solve(problem).lower == pytest.approx(float(exact.lower), abs=1e-9)


def test_large_moments_are_proved_definite_by_cholesky_or_refused():
    rng = np.random.default_rng(0)
    F = rng.integers(-9, 10, (50, 60))
    eye = np.eye(50, dtype=int).tolist()
    S = F @ F.T
    problem = Problem(moment=S.tolist(), target=eye, inputs=eye, rank=3)
    ball = solve(problem, tier="arb", digits=20, maps=False).minimum
    assert problem.__dict__["proved_psd"] and float(ball.mid()) == pytest.approx(
        np.linalg.eigvalsh(S)[:-3].sum()
    )
    bad = S - 2 * np.eye(50, dtype=int) * int(np.linalg.eigvalsh(S)[0] + 1)
    for tier in ("float64", "arb"):
        with pytest.raises(SymlamError, match="positive semidefinite"):
            solve(Problem(moment=bad.tolist(), target=eye, inputs=eye, rank=3), tier=tier)


def _coupled(second):
    """v = o; t = o + (r_1, r_2), a head that sees second r_2 beside r_1 and what o says of it: E W = Q needs both rows of E."""
    eye = np.eye(4, dtype=int)
    o, r = eye[:2], eye[2:]
    head = [[1, 0, 1, 0], [0, 1, 0, second]]
    return Problem(
        moment=np.diag([1, 1, 2, 1]).tolist(),
        target=r.tolist(),
        inputs=np.concatenate([o, r]).tolist(),
        regressors=o.tolist(),
        rank=2,
        heads=[Head(1, head)],
    )


def test_attained_is_proved_or_withheld_in_the_arb_tier():
    assert _coupled(1).reduction.decoupled is None
    assert solve(_coupled(1), tier="arb").status == "attained"
    # a head that does not see the second direction at all: o's part needs it, so the infimum is not attained
    assert solve(_coupled(0), tier="arb").status == "infimum"
    # a loading that two digits cannot tell from 0 is not called attained there, and is at 150
    faint = _coupled(Fraction(1, 10**22))
    assert solve(faint, tier="arb", digits=2).status == "infimum"
    assert solve(_coupled(Fraction(1, 10**22)), tier="arb", digits=150).status == "attained"


@pytest.mark.parametrize("digits", [True, 0, -1, 2.0, "50", None])
def test_digits_are_a_positive_integer(digits):
    problem = _coupled(1)
    for call in (
        lambda: solve(problem, tier="arb", digits=digits),
        lambda: als(problem, digits=digits),
        lambda: newton(problem, digits=digits),
        lambda: agreement([], digits=digits),
    ):
        with pytest.raises(SymlamError, match="digits is"):
            call()


def test_weights_of_the_target_are_scales_of_its_coordinates():
    """A target with weights is one without, in coordinates times their roots; every tier and optimiser knows it."""
    moment = [[3, 1, 0, 1], [1, 2, 1, 0], [0, 1, 4, 1], [1, 0, 1, 2]]
    eye = [[int(i == j) for j in range(4)] for i in range(4)]
    head = Head(Fraction(9, 4), [[1, 1, 0, 1]])

    def problem(scaled, k):
        target = [[3, 0, 0, 0], [0, Fraction(1, 2), 0, 0], [0, 0, 1, 0]] if scaled else eye[:3]
        weights = [] if scaled else [9, Fraction(1, 4), 1]
        return Problem(
            moment=moment,
            target=target,
            inputs=eye[1:],
            rank=k,
            regressors=eye[3:],
            heads=[head],
            weights=weights,
        )

    for k in (1, 2):
        weighted, plain = problem(False, k), problem(True, k)
        expected = float(solve(plain).minimum)
        for tier in ("float64", "mpmath", "arb"):
            found = solve(weighted, tier=tier, digits=20)
            assert float(found.minimum) == pytest.approx(expected)
        exact = solve(weighted, tier="mpmath", digits=20)
        assert float(loss(weighted, exact.A, exact.B, exact.G, exact.heads[0])) == pytest.approx(expected)
        floats = solve(weighted)
        A, B, G, E = (
            mp.matrix(np.asarray(M).tolist()) for M in (floats.A, floats.B, floats.G, floats.heads[0])
        )
        assert float(loss(weighted, A, B, G, E)) == pytest.approx(expected)
    for optimiser in (als, newton):
        found = optimiser(weighted, digits=12)
        assert float(found.value) == pytest.approx(expected, abs=1e-8)
        assert float(loss(weighted, found.A, found.B, found.G, found.E)) == pytest.approx(expected, abs=1e-8)
    for wrong in ([1], [1, 0, 1], [1, -1, 1]):
        with pytest.raises(SymlamError, match="weights of the target"):
            Problem(moment=moment, target=eye[:3], inputs=eye, rank=1, weights=wrong)


@pytest.mark.parametrize("tier", ["float64", "mpmath"])
def test_heads_that_show_nothing_do_not_follow_what_v_explains(tier):
    """y depends on v alone and no kept direction shows it: the value is approached with heads that vanish, and not attained.

    Rounding in the heads' columns is no head; and a dimension that predicts nothing may carry y itself.
    """
    # w = (s, q, n): v = s, u = (s, q / 3 + n), t = q / 3 + n seen through irrational eigenvectors, y = s
    moment = [[1, 0, 0], [0, 2, 1], [0, 1, 3]]
    rows = [[0, Fraction(1, 3), 1], [0, 1, Fraction(-1, 7)]]

    def problem(k):
        return Problem(
            moment=moment,
            target=rows,
            inputs=[[1, 0, 0], *rows],
            rank=k,
            regressors=[[1, 0, 0]],
            heads=[Head(3, [[1, 0, 0]])],
        )

    assert solve(problem(2), tier=tier, digits=20).status == "infimum"
    spare = solve(problem(3), tier=tier, digits=20)
    assert spare.status == "attained" and float(spare.minimum) == pytest.approx(0, abs=1e-12)
    A, B, G, E = (
        mp.matrix(M.tolist()) if hasattr(M, "tolist") else M
        for M in (spare.A, spare.B, spare.G, spare.heads[0])
    )
    assert float(loss(problem(3), A, B, G, E)) == pytest.approx(0, abs=1e-9)
