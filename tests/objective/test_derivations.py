"""Every line of every derivation, re-checked on exact data; a step that does not follow is refused."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import E, identity, matrix, msq, positive, positive_definite, scalar, tr, vector
from symlam.algebra._sampling import instances
from symlam.claims import ledger
from symlam.errors import SymlamError
from symlam.models import augmented_lam, correlated_lam, linear_lam, model, policy_lam
from symlam.models.letters import A, B, C, D, o, q, ε
from symlam.objective import Derivation, Objective, Step, Term, collect, derive, split_by_correlation
from tests.objective.evaluate import Point, rows
from tests.profile import examples

I = identity("d_o")
CHAINS = [(i, n) for i, c in ledger().items() for n in range(len(c.derivations()))]


def some_instances(chain: Derivation, count: int, seed: int = 0):
    lines = [t.form for s in chain.steps for t in s.objective.terms]
    rest = [s.objective.rest for s in chain.steps]
    values = [m for s in chain.steps for m in s.choice.values()]
    out = []
    for inst in instances(
        [*lines, *rest, *values], chain.assumptions, seed=seed, rounds=40, plain=2, max_dim=2
    ):
        if max(inst.dims.values()) == 2:
            out.append(inst)
        if len(out) == count:
            break
    assert len(out) == count
    return out


def random_rows(rng: random.Random, n: int, m: int):
    return [[Fraction(rng.randint(-4, 4), rng.choice((1, 2))) for _ in range(m)] for _ in range(n)]


@pytest.mark.parametrize(("claim", "n"), CHAINS)
def test_every_step_of_the_ledger_follows_on_exact_data(claim: str, n: int) -> None:
    chain = ledger()[claim].derivations()[n]
    rng = random.Random(f"{claim}{n}")
    assert chain.steps[0].rule == "definition"
    for inst in some_instances(chain, 5):
        for before, after in zip(chain.steps, chain.steps[1:], strict=False):
            here = Point(inst)
            if after.relation == "=":
                assert here.objective(before.objective) == here.objective(after.objective)
                continue
            assert after.relation == "min"
            least = here.objective(after.objective)
            shapes = {m.as_letter(): m for m in after.eliminated}
            assert not set(shapes) & after.objective.letters()
            for _ in range(3):
                other = Point(
                    inst, {x: random_rows(rng, here.size(x.rows), here.size(x.cols)) for x in shapes}
                )
                assert other.objective(before.objective) >= least
            at_choice = {}
            for m, value in after.choice.items():
                # a choice may use letters that are chosen as well: in their order, last first
                at_choice[m.as_letter()] = Point(inst, at_choice).matrix(value)
            assert set(after.choice) == set(after.eliminated)
            assert not {x for v in after.choice.values() for x in v.letters()} & set(shapes)
            assert Point(inst, at_choice).objective(before.objective) == least


def test_the_ledger_has_derivations_with_both_kinds_of_step() -> None:
    relations = {s.relation for i, n in CHAINS for s in ledger()[i].derivations()[n].steps}
    assert relations == {"=", "min"}
    assert {i for i, _ in CHAINS} >= {"S1", "P4.1", "P4.2", "P4.3", "P4.4", "D1", "C1", "C2", "C3"}


def test_a_minimum_is_reached_only_where_the_condition_vanishes() -> None:
    """Equality iff the stated matrices vanish: tried at minimisers and off them, singular moments included."""
    chain = derive(augmented_lam())
    step, before = chain.steps[-1], chain.steps[-2]
    rng = random.Random(1)
    met = missed = 0
    for inst in some_instances(chain, 12, seed=4):
        least = Point(inst).objective(step.objective)
        for _ in range(6):
            near = {m.as_letter(): Point(inst).matrix(v) for m, v in step.choice.items()}
            for x in near:
                if rng.random() < 0.5:
                    i, j = rng.randrange(len(near[x])), rng.randrange(len(near[x][0]))
                    near[x] = [list(r) for r in near[x]]
                    near[x][i][j] += rng.choice((-1, 1))
            at = Point(inst, near)
            equal = at.objective(before.objective) == least
            zero = not any(v for c in step.condition for r in at.matrix(c) for v in r)
            assert equal == zero
            met, missed = met + equal, missed + (not equal)
    assert met > 10
    assert missed > 10


# A step that does not follow is refused.


def changed(line: Objective, i: int, how: str) -> Objective:
    """One wrong line: a sign inside a form, a lost or doubled term, another weight, an extra rest."""
    terms = list(line.terms)
    t = terms[i]
    if how == "lost term":
        del terms[i]
    elif how == "doubled":
        terms[i] = Term(t.weight * 2, t.form)
    elif how == "sign":
        base = sorted(t.form.parts, key=lambda b: b.name)[0]
        m = t.form.parts[base]
        terms[i] = Term(t.weight, t.form - 2 * (m * piece(base)))
    elif how == "lost word":
        base = max(t.form.parts, key=lambda b: (len(t.form.parts[b].terms), b.name))
        m = t.form.parts[base]
        k, v = next(iter(m.terms.items()))
        lost = type(m)(m.rows, m.cols, {k: v})
        terms[i] = Term(t.weight, t.form - lost * piece(base))
    elif how == "extra":
        return Objective(line.terms, line.rest + tr(E(o, o)))
    return Objective(tuple(terms), line.rest)


def piece(base):
    return vector(base.name, base.dim)


WRONG = ("lost term", "doubled", "sign", "lost word", "extra")


@pytest.mark.parametrize("how", WRONG)
@pytest.mark.parametrize("build", [linear_lam, augmented_lam, policy_lam])
def test_a_corrupted_rewrite_is_refused_with_two_values(build, how: str) -> None:
    m = build()
    chain = derive(m)
    split = next(s for s in chain.steps if s.rule == "zero correlation").objective
    fresh = Derivation(m.name, m.assumptions, [chain.steps[0]])
    refused = 0
    for i in range(len(split.terms)):
        bad = changed(split, i, how)
        if m.assumptions.reduce(bad.expand() - split.expand()) == 0:
            continue  # flipping the sign of a whole form changes nothing
        refused += 1
        with pytest.raises(SymlamError) as caught:
            fresh.rewrite(bad, "a guess")
        assert "does not follow" in str(caught.value)
        assert "left" in str(caught.value)
    assert len(fresh.steps) == 1
    assert refused or how == "sign"
    fresh.rewrite(split, "zero correlation")
    assert len(fresh.steps) == 2


def test_signs_between_parts_matter() -> None:
    m = correlated_lam()
    fresh = Derivation(m.name, m.assumptions, [Step("=", Objective.of(m), "definition")])
    inside = A + B * C + B * D - I
    fresh.rewrite(Objective((Term(msq(o) * 0 + 1, inside * o + (B * D - I) * (q + ε)),)), "collect")
    with pytest.raises(SymlamError):
        fresh.rewrite(Objective((Term(msq(o) * 0 + 1, inside * o - (B * D - I) * (q + ε)),)), "collect")


@pytest.mark.parametrize("build", [linear_lam, augmented_lam, policy_lam])
def test_every_assumption_that_a_split_uses_is_needed_for_it(build) -> None:
    m = build()
    chain = derive(m)
    step = next(s for s in chain.steps if s.rule == "zero correlation")
    assert step.used
    for a in m.assumptions:
        weaker = m.without(a)
        fresh = Derivation(m.name, weaker.assumptions, [chain.steps[0]])
        if a in step.used:
            with pytest.raises(SymlamError):
                fresh.rewrite(step.objective, step.rule)
            assert split_by_correlation(chain.steps[0].objective, m.parameters, weaker.assumptions) != (
                step.objective
            )
        else:
            fresh.rewrite(step.objective, step.rule)
            assert fresh.steps[-1].used == step.used


def lines() -> tuple[Derivation, Objective, Objective]:
    chain = derive(linear_lam())
    start = Derivation("again", chain.assumptions, list(chain.steps[:2]))
    return start, chain.steps[1].objective, chain.steps[2].objective


def test_minimise_refuses_a_choice_that_does_not_reach_the_line() -> None:
    start, _, end = lines()
    with pytest.raises(SymlamError, match="does not give"):
        start.minimise((A,), {A: I - B * C + B * D}, end, "wrong sign", ())
    start.minimise((A,), {A: I - B * C - B * D}, end, "right", ())


def test_minimise_refuses_a_line_that_still_has_the_letter() -> None:
    start, split, _ = lines()
    with pytest.raises(SymlamError, match="still occurs"):
        start.minimise((A,), {A: A}, split, "nothing happened", ())


def test_minimise_refuses_what_is_no_sum_of_squares() -> None:
    """The value at some choice is an upper bound of the minimum, not the minimum."""
    start, split, _ = lines()
    worse = split.substitute({A: -B * C - B * D})  # A + BC + BD - I = -I: reached, and not least
    with pytest.raises(SymlamError, match="plus squares"):
        start.minimise((A,), {A: -B * C - B * D}, worse, "a bad choice", ())


def test_a_square_of_negative_or_unknown_weight_is_no_minimum() -> None:
    x, y = vector("x", "n"), vector("y", "n")
    P, L, M = matrix("P", "m", "n"), matrix("L", "n", "k"), matrix("M", "k", "n")
    μ = scalar("mu")

    def fit(weight, *assume):
        return derive(
            model(
                "weighted",
                loss=[(weight, P * (x - y)), (1, L * (M * x) - y)],
                latent=M * x,
                encoder=[M],
                decoder=[L],
                regression=[P],
                assume=assume,
            )
        )

    for weight in (-1, Fraction(-1, 2), μ, -(μ**2), μ * μ * μ, μ - 1):
        with pytest.raises(SymlamError, match="may be negative"):
            fit(weight)
    for weight, assume in ((2, ()), (μ, (positive(μ),)), (μ**2, ()), (μ - 1, (positive(μ - 1),))):
        chain = fit(weight, *assume)
        assert chain.steps[-1].eliminated == (P,)
        assert [t.weight for t in chain.objective.terms] == [1]
        assert set(assume) <= chain.used


def test_completing_the_square_states_that_the_inverse_needs_a_definite_moment() -> None:
    with pytest.raises(SymlamError, match="positive_definite"):
        derive(correlated_lam(), eliminate=(A,))
    chain = derive(correlated_lam().assume(positive_definite(o)), eliminate=(A,))
    assert "Σ_o > 0" in chain.steps[-1].assumptions


def test_squares_that_cannot_vanish_together_are_not_dropped() -> None:
    """One letter in two squares with different zeros: neither may be dropped."""
    x, y = vector("x", "n"), vector("y", "n")
    P, L, M = matrix("P", "n", "n"), matrix("L", "n", "k"), matrix("M", "k", "n")
    one = identity("n")
    m = model(
        "tug of war",
        loss=[(1, (P - one) * x), (1, (P + one) * y), (1, L * (M * x) - x)],
        latent=M * x,
        encoder=[M],
        decoder=[L],
        regression=[P],
    )
    try:
        chain = derive(m)
    except SymlamError:
        return
    assert P not in chain.steps[-1].eliminated


# Collecting, and reading a derivation.


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(-2, 2)), min_size=1, max_size=6))
def test_collected_pieces_sum_to_the_form(recipe) -> None:
    n = "n"
    P, Q, X = matrix("P", n, n), matrix("Q", n, n), matrix("X", n, n)
    χ = scalar("chi")
    heads = (identity(n), P, Q * P, P - identity(n), (P - Q) * X, (1 - χ) * (P - identity(n)))
    bases = [vector(v, n) for v in ("u", "v", "w")]
    form = 0 * bases[0]
    for h, b, c in recipe:
        form = form + c * (heads[h] * bases[b])
    total = 0 * bases[0]
    for m, v in collect(form):
        total = total + m * v
    assert not (total - form)


def test_a_derivation_reads_as_latex_with_balanced_braces() -> None:
    for i, n in CHAINS:
        text = ledger()[i].derivations()[n].latex()
        assert text.count("{") == text.count("}")
        steps = ledger()[i].derivations()[n].steps
        assert text.startswith("\\begin{align*}") and text.isascii()
        assert text.count("&") == len(steps) + sum(bool(s.choice or s.used) for s in steps)


def test_steps_are_values() -> None:
    step = derive(linear_lam()).steps[-1]
    assert replace(step, rule="other").rule == "other"
    assert "min over A" in repr(step)


def test_rows_of_the_evaluator_are_exact() -> None:
    """The second evaluator agrees with the engine's on whole objectives (they share no arithmetic)."""
    m = policy_lam().assume(positive_definite(o))
    for inst in some_instances(derive(m), 4):
        line = Objective.of(m)
        assert Point(inst).objective(line) == inst.value(line.expand())
        assert rows(inst.value(C)) == Point(inst).matrix(C)
        assert rows(inst.value(E(o, o).inverse() * D.T)) == Point(inst).matrix(E(o, o).inverse() * D.T)
