"""The exact optimum against a brute optimiser; minimisers at the minimum; what is refused."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from symlam.algebra import Dimension, E, dimension_at_most, matrix, msq, scalar, uncorrelated, vector
from symlam.algebra._exact import Instance, to_flint
from symlam.algebra._sampling import instances
from symlam.errors import SymlamError
from symlam.models import (
    acting,
    augmented_lam,
    linear_lam,
    model,
    policy_lam,
    supervised_lam,
    with_other_agents,
)
from symlam.models.letters import A, B, C, D, o, q, ε
from symlam.numerics import solve
from symlam.optimum._exact import (
    IrrationalSpectrum,
    NoClosedForm,
    affine_argmin,
    argmin,
    exact_minimum,
    exact_optimum,
    loss_at,
    minimisers,
    nullspace,
    rational_eigenvalues,
    solve_left,
)
from symlam.optimum._metrics import head_error, head_msq, llo
from symlam.optimum._problem import array_problem
from tests.objective.evaluate import Point
from tests.optimum.brute import Brute, floats

MODELS = {
    "linear": linear_lam,
    "augmented": augmented_lam,
    "policy": policy_lam,
    "other agents": lambda: with_other_agents(acting(linear_lam())),
    "supervised": lambda: supervised_lam(augmented=False),
}


def solvable(m, count: int, *, seed: int = 0, largest: int = 2, rounds: int = 6):
    """Instances with an exact optimum."""
    out = []
    for inst in instances(
        [*m.residuals, *(w for w, _ in m.loss)],
        m.assumptions,
        seed=seed,
        rounds=rounds,
        plain=rounds - 2,
        max_dim=largest,
    ):
        try:
            out.append((inst, exact_optimum(m, inst, rng=random.Random(seed))))
        except SymlamError:
            continue
        if len(out) == count:
            break
    assert len(out) == count
    return out


@pytest.mark.parametrize("name", MODELS)
def test_the_exact_minimum_is_what_a_brute_optimiser_finds(name: str) -> None:
    m = MODELS[name]()
    met = 0
    for i, (inst, best) in enumerate(solvable(m, 14, seed=3)):
        if i % 2:
            continue
        brute, exact = Brute(m, inst).minimum(seed=i), float(best.minimum)
        assert brute >= exact - 1e-7 * max(1, exact), "the brute optimiser went below the closed form"
        met += brute <= exact + 1e-4 * max(1, exact)
    assert met >= 6, "alternating least squares may hang at a saddle once, not always"


@pytest.mark.parametrize("name", MODELS)
def test_every_minimiser_has_the_minimum_by_an_evaluator_of_its_own(name: str) -> None:
    m = MODELS[name]()
    moved = 0
    for inst, best in solvable(m, 5, seed=1):
        seen = set()
        for found in minimisers(m, inst, rng=random.Random(7), count=5):
            assert found.minimum == best.minimum == loss_at(m, found.at)
            loss = sum(Point(found.at).scalar(w) * Point(found.at).mean_square(r) for w, r in m.loss)
            assert loss == best.minimum
            seen.add(str([found.at.value(p).tolist() for p in m.parameters]))
        moved += len(seen) > 1
    assert moved, "the walk visits more than one minimiser"


@pytest.mark.parametrize("name", MODELS)
def test_the_optimum_over_some_letters_is_one_and_its_directions_keep_it(name: str) -> None:
    m = MODELS[name]()
    rng = random.Random(name)
    free = lifted = 0
    for inst, _ in solvable(m, 4, seed=2):
        for group in ((*m.regression,), (*m.regression, *m.decoder), m.encoder, m.parameters[:1]):
            at = argmin(m, inst, group)
            least = loss_at(m, at)
            again = argmin(m, inst, group, rng=rng)
            assert loss_at(m, again) == least
            point, directions, slots = affine_argmin(m, inst, group)
            free += len(directions)
            assert len(point) == len(slots) == sum(inst.size(g.rows) * inst.size(g.cols) for g in group)
            for _ in range(3):
                moved = {g: [list(r) for r in at.value(g).tolist()] for g in group}
                g = rng.choice(group)
                i, j = rng.randrange(inst.size(g.rows)), rng.randrange(inst.size(g.cols))
                moved[g][i][j] += rng.choice((-1, 1))
                value = loss_at(m, inst.with_values(moved))
                assert value >= least
                lifted += value > least
    assert free
    assert lifted


def lam_on(dims: dict[str, int], change: list[list], observation: list[list] | None = None) -> Instance:
    """The linear LAM with E[(q+ε)(q+ε)'] given, ε = 0."""
    n = dims["d_o"]
    s_o = observation or [[int(i == j) for j in range(n)] for i in range(n)]
    zeros = [[0] * n for _ in range(n)]
    order = tuple(b for x in sorted((o, q, ε), key=repr) for b in x.parts)
    blocks = {"o": s_o, "q": change, "ε": zeros}
    joint = []
    for b in order:
        for i in range(n):
            joint.append([v for c in order for v in (blocks[b.name][i] if b == c else [0] * n)])
    letters = {
        m.as_letter(): to_flint([[0] * dims[m.cols.name] for _ in range(dims[m.rows.name])])
        for m in (A, B, C, D)
    }
    return Instance({Dimension(d): s for d, s in dims.items()}, letters, {}, order, to_flint(joint))


def diagonal(*values: int) -> list[list[int]]:
    return [[v if i == j else 0 for j in range(len(values))] for i, v in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "k", "least", "tie"),
    [
        ((5, 3, 2), 1, 5, False),
        ((5, 3, 2), 2, 2, False),
        ((5, 3, 2), 3, 0, False),
        ((4, 4, 1), 1, 5, True),
        ((4, 4, 1), 2, 1, False),
        ((4, 4, 4), 2, 4, True),
        ((4, 0, 0), 1, 0, False),
        ((4, 0, 0), 2, 0, False),  # a tie at zero is no tie: nothing is left
        ((0, 0, 0), 2, 0, False),
        ((5, 3), 4, 0, False),  # more latents than coordinates
        ((7,), 1, 0, False),
    ],
)
def test_known_spectra_ties_zeros_and_wide_latents(values, k, least, tie) -> None:
    m = linear_lam()
    inst = lam_on({"d_o": len(values), "d_z": k}, diagonal(*values))
    best = exact_optimum(m, inst)
    assert best.minimum == least == exact_minimum(m, inst)[0]
    assert best.spectrum == tuple(sorted(values, reverse=True))
    assert best.tie is tie
    assert best.k == k
    assert loss_at(m, best.at) == least


@pytest.mark.parametrize("k", [1, 2])
def test_singular_observations_do_not_matter(k: int) -> None:
    m = linear_lam()
    for s_o in (diagonal(0, 0, 0), diagonal(1, 0, 0), [[1, 1, 0], [1, 1, 0], [0, 0, 0]]):
        inst = lam_on({"d_o": 3, "d_z": k}, diagonal(5, 3, 2), s_o)
        best = exact_optimum(m, inst)
        assert best.minimum == (5 if k == 1 else 2)
        assert loss_at(m, best.at) == best.minimum


def test_a_rotated_spectrum_is_found_and_an_irrational_one_is_refused_not_rounded() -> None:
    m = linear_lam()
    rotated = [[Fraction(34, 25), Fraction(12, 25)], [Fraction(12, 25), Fraction(41, 25)]]  # 1 and 2
    assert exact_minimum(m, lam_on({"d_o": 2, "d_z": 1}, rotated)) == (1, (2, 1))
    golden = [[1, 1], [1, 0 + 2]]
    for f in (exact_minimum, exact_optimum):
        with pytest.raises(IrrationalSpectrum, match="irrational"):
            f(m, lam_on({"d_o": 2, "d_z": 1}, golden))


def test_weights_scale_heads_and_a_zero_weight_switches_one_off() -> None:
    m = supervised_lam(augmented=False)
    plain, seen = linear_lam(), 0
    for inst, _ in solvable(m, 6, seed=5):
        off = Instance(inst.dims, inst.matrices, {**inst.scalars, "λ": Fraction(0)}, inst.order, inst.joint)
        change = E(m.named["change"], m.named["change"])
        s = off.value(change)
        values = rational_eigenvalues(s)
        if values is None:
            continue
        flat = [v for v, n in values for _ in range(n)]
        assert exact_minimum(m, off)[0] == sum(flat[off.size(m.latent.dim) :])
        seen += 1
        minus = Instance(
            inst.dims, inst.matrices, {**inst.scalars, "λ": Fraction(-1)}, inst.order, inst.joint
        )
        with pytest.raises(SymlamError, match="the weight λ is -1"):
            exact_minimum(m, minus)
    assert seen
    assert plain.name


# No closed form, and what roles() refuses, are said; never a value.


def test_two_losses_with_different_regressors_have_no_closed_form() -> None:
    x, u, v = vector("x", "n"), vector("u", "n"), vector("v", "n")
    P, Q = matrix("P", "n", "n"), matrix("Q", "n", "n")
    L, N, M = matrix("L", "n", "k"), matrix("N", "n", "k"), matrix("M", "k", "n")
    m = model(
        "two regressors",
        loss=[(1, P * u + L * (M * x) - x), (1, Q * v + N * (M * x) - x)],
        latent=M * x,
        encoder=[M],
        decoder=[L, N],
        regression=[P, Q],
    )
    inst = next(instances([*m.residuals], m.assumptions, rounds=1, max_dim=1))
    with pytest.raises(NoClosedForm, match="different regressors"):
        exact_minimum(m, inst)
    with pytest.raises(SymlamError, match="two losses"):
        array_problem(m, inst)


def test_a_latent_that_drags_the_regressor_into_a_head_has_no_closed_form() -> None:
    """z = C (v + w): the predictor can take v out again, the head cannot."""
    v, w = vector("v", "n"), vector("w", "n")
    P, L, H = matrix("P", "n", "n"), matrix("L", "n", "k"), matrix("H", "n", "k")
    M = matrix("M", "k", "n")
    z = M * (v + w)
    m = model(
        "one mixed input",
        loss=[(1, P * v + L * z - w), (1, H * z - w)],
        latent=z,
        encoder=[M],
        decoder=[L, H],
        regression=[P],
        assume=[uncorrelated(v, w)],
    )
    refused = solved = 0
    for inst in instances([*m.residuals], m.assumptions, seed=2, rounds=4, plain=2, max_dim=1):
        both = inst.value(msq(v)) and inst.value(msq(w))
        try:
            least, _ = exact_minimum(m, inst)
        except NoClosedForm as refusal:
            assert "cannot ignore the regressor" in str(refusal)
            assert both
            refused += 1
            continue
        assert not both
        assert abs(Brute(m, inst).minimum(seed=0) - float(least)) < 1e-6
        solved += 1
    assert refused
    assert solved


def test_array_problem_is_the_same_minimum() -> None:
    for name, build in MODELS.items():
        m = build()
        for inst, best in solvable(m, 3, seed=8):
            found = solve(array_problem(m, inst))
            assert found.status == "attained"
            assert abs(float(found.minimum) - float(best.minimum)) < 1e-9 * max(1, float(best.minimum)), name


def test_array_problem_refuses_a_main_loss_of_another_weight() -> None:
    x = vector("x", "n")
    L, M = matrix("L", "n", "k"), matrix("M", "k", "n")
    m = model("doubled", loss=[(2, L * (M * x) - x)], latent=M * x, encoder=[M], decoder=[L])
    inst = next(instances([*m.residuals], m.assumptions, rounds=1, max_dim=2))
    with pytest.raises(SymlamError, match="weight 1"):
        array_problem(m, inst)
    assert exact_minimum(m, inst)[0] >= 0


# Exact linear algebra that the rest stands on.


def test_solve_left_solves_or_says_that_it_cannot() -> None:
    rng = random.Random(0)
    solved = refused = 0
    for _ in range(60):
        n, r = rng.randint(1, 3), rng.randint(1, 3)
        g = to_flint([[rng.randint(-1, 1) for _ in range(n)] for _ in range(r)])
        s = g.transpose() * g
        k = to_flint([[rng.randint(-2, 2) for _ in range(n)] for _ in range(2)])
        found = solve_left(s, k)
        both = to_flint([*s.tolist(), *k.tolist()])
        if found is None:
            refused += 1
            assert both.rank() > s.rank()
        else:
            solved += 1
            assert found * s == k
    assert solved > 10
    assert refused > 10


def test_nullspace_is_a_basis() -> None:
    rng = random.Random(1)
    for _ in range(30):
        n, m = rng.randint(1, 3), rng.randint(1, 4)
        a = to_flint([[rng.randint(-1, 1) for _ in range(m)] for _ in range(n)])
        basis = nullspace(a)
        assert len(basis) == m - a.rank()
        for x in basis:
            assert not any((a * to_flint([[v] for v in x])).entries())
        if basis:
            assert to_flint(basis).rank() == len(basis)


# Heads.


def head_model():
    z = C * o + D * (o + q)
    return z


def test_head_errors_are_those_of_numpys_least_squares() -> None:
    m = linear_lam()
    z = m.latent
    seen = 0
    for inst, _ in solvable(m, 6, seed=9):
        w = Brute(m, inst)
        code = np.hstack([w.matrix(z.parts[b], {}) for b in inst.order]) @ w.root
        for target in (q, ε, o):
            (base,) = target.parts
            start = [b.name for b in inst.order].index(base.name)
            size = inst.size(base.dim)
            t = w.root[start * size : (start + 1) * size]
            fit = np.linalg.lstsq(code.T, t.T, rcond=1e-9)[0]
            error = float(((code.T @ fit - t.T) ** 2).sum())
            assert abs(float(head_msq(inst, target, z)) - error) < 1e-8 * max(1.0, float((t**2).sum()))
            variance = float((t**2).sum())
            if variance > 1e-12:
                assert abs(float(head_error(inst, target, z)) - error / variance) < 1e-8
                seen += 1
            else:
                assert head_error(inst, target, z) == 1
    assert seen > 6


def test_llo_of_a_perfect_and_of_a_useless_latent() -> None:
    inst = lam_on({"d_o": 2, "d_z": 2}, diagonal(3, 1))
    assert llo(inst, D * q, action=q, noise=ε, observation=o) == 1, "D = 0 sees nothing"
    seeing = inst.with_values({D: diagonal(1, 1)})
    assert llo(seeing, D * q, action=q, noise=ε, observation=o) == 2
    assert llo(seeing, D * o, action=q, noise=ε, observation=o) == 0
    assert llo(seeing, D * o, action=q, noise=o, observation=o) == -1, "what is called noise is seen"
    half = inst.with_values({D: [[1, 0], [0, 0]]})
    assert llo(half, D * q, action=q, noise=ε, observation=o) == 2 - Fraction(1, 4)


def test_the_evaluators_agree_on_the_loss() -> None:
    m = supervised_lam()
    for inst, _ in solvable(m, 3, seed=11, rounds=8):
        w = Brute(m, inst)
        values = {p.as_letter(): floats(inst.value(p)) for p in m.parameters}
        got = float((w.residuals(values) ** 2).sum())
        assert abs(got - float(loss_at(m, inst))) < 1e-9 * max(1, got)
        assert inst.value(m.expand()) == loss_at(m, inst)


def test_scalars_of_a_loss_may_be_expressions() -> None:
    x = vector("x", "n")
    L, M, H = matrix("L", "n", "k"), matrix("M", "k", "n"), matrix("H", "n", "k")
    s = scalar("s")
    m = model(
        "two views",
        loss=[(1, L * (M * x) - x), (s**2, H * (M * x) - x)],
        latent=M * x,
        encoder=[M],
        decoder=[L, H],
        assume=[dimension_at_most("k", "n")],
    )
    for inst, best in solvable(m, 5):
        spectrum = rational_eigenvalues(inst.value(E(x, x)))
        flat = [v for v, n in spectrum for _ in range(n)]
        assert best.minimum == (1 + inst.scalars["s"] ** 2) * sum(flat[inst.size(M.rows) :])
        assert inst.value(msq(x)) == sum(flat)
