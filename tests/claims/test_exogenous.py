"""Claims about an exogenous state: verdicts move with statements, assumptions and models; the identity for any encoder."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.algebra import E as moment
from symlam.algebra import conditional_draws, equation, matrix, msq, uncorrelated, vector
from symlam.algebra._exact import Instance, to_flint
from symlam.algebra._letter import Dimension
from symlam.algebra._random import Base
from symlam.algebra._sampling import satisfies
from symlam.claims import Part, _cross_exogenous, _exogenous, _separable, claim, decide, ledger
from symlam.claims._robust_targets import draws_model
from symlam.claims._tests import minimum_is, tail
from symlam.errors import SymlamError
from symlam.models.exogenous_letters import D, E, F, H, M, X, a, s, η, ξ
from tests.profile import examples

SECOND = ("E1", "E2", "E3", "R1", "R2", "R3", "R4", "R5", "R6", "R7")


def clause(name: str) -> Part:
    return next(p for p in claim(name.split(".")[0]).parts() if p.name == name)


def quick(part: Part, **changes: Any):
    return decide(replace(part, **changes), effort=40)


# whose words


@pytest.mark.parametrize("identifier", SECOND)
def test_what_the_project_states_is_not_attributed_to_the_paper(identifier: str) -> None:
    c = claim(identifier)
    assert c.reference == "lee2026"
    assert "this project" in f"{c.source}; {c.formulation}"
    assert c.source.startswith("arXiv 2605.20223" if identifier.startswith("E") else "this project")


def test_the_claims_of_the_first_paper_are_as_printed() -> None:
    for identifier, c in ledger().items():
        if identifier not in SECOND:
            assert (c.reference, c.formulation) == ("zhang2025", "")


# verdicts move with what is decided


def test_the_moment_of_the_innovation_needs_independent_columns() -> None:
    part = clause("R1.b")
    assert quick(part).verdict == "holds"
    assert quick(part, model=_exogenous.exogenous_lam()).verdict == "refuted"


@pytest.mark.parametrize(
    ("dropped", "verdict"),
    [((a, η), "refuted"), ((ξ, η), "refuted"), ((s, ξ), "holds")],
    ids=["a η", "ξ η", "s ξ"],
)
def test_each_zero_moment_of_r1(dropped, verdict: str) -> None:
    part = clause("R1.b")
    assert quick(part, model=part.model.without(uncorrelated(*dropped))).verdict == verdict


def test_a_flipped_sign_in_the_world_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ξ' = η - F ξ in the model and M X = X F in the proof, M o + r is not o' any more."""
    honest = _separable.World.next

    def flipped(self, *, twin=False, predicted=False):
        out = honest(self, twin=twin, predicted=predicted)
        return out if predicted else out - 2 * self.X * (self.F * (self.ξ2 if twin else self.ξ))

    part = clause("R1.b")
    monkeypatch.setattr(_separable.World, "next", flipped)
    found = quick(part)
    assert found.verdict != "holds"
    assert found.proof is None


@pytest.mark.parametrize("power", [0, 1])
def test_imperfect_pairs_count_with_the_square_of_rho(power: int) -> None:
    part = clause("R5.g")
    assert quick(part).verdict == "holds"

    def wrong(known, inst):
        values = _separable.largest_first(
            _exogenous.eigenvalues(_exogenous.second_moment(inst, _separable.W.q)),
            [
                abs(inst.scalars["ρ"]) ** power * v
                for v in _exogenous.eigenvalues(_exogenous.second_moment(inst, η))
            ],
        )
        total = _separable.innovation_moment(inst)
        trace = sum(
            (Fraction(int(total[i, i].p), int(total[i, i].q)) for i in range(total.nrows())), Fraction(0)
        )
        return trace - sum(values[: inst.size(D.rows)], Fraction(0))

    found = quick(part, test=minimum_is(wrong, "min L_X with another power of ρ"))
    assert found.verdict == "open"
    assert "proved, yet violated" in found.conflict
    assert (
        quick(part, test=minimum_is(wrong, "min L_X with another power of ρ"), prove=lambda *_: None).verdict
        == "refuted"
    )


def test_a_tail_of_another_length_is_refuted() -> None:
    part = clause("R5.a")

    def wrong(known, inst):
        from symlam.algebra import tr

        return tail(inst.value(_cross_exogenous.KEPT), inst.size(D.rows) - 1) + inst.value(
            tr(_cross_exogenous.NOISE)
        )

    assert quick(part, test=minimum_is(wrong, "another tail"), prove=lambda *_: None).verdict == "refuted"


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("R2.c", "Σ_η != 0"),
        ("R2.d", "σ_min² != τ_max²"),
        ("R2.f", "C = -D M, M the transition (z = D r)"),
        ("R5.c", "rank Σ_q >= d_z"),
        ("R6.e", "H has full column rank"),
        ("R7.c", "F = 0: ξ' = η"),
    ],
)
def test_an_added_hypothesis_is_shown_to_be_needed_and_no_other_is_added(name: str, needed: str) -> None:
    found = decide(clause(name), effort=12)
    assert found.verdict == "holds-with-hypothesis"
    assert [[h.text for h in chosen] for chosen in found.hypotheses] == [[needed]]
    assert found.necessity[needed] is not None


def test_a_proof_that_forgets_an_assumption_is_a_conflict() -> None:
    part = clause("R1.b")
    found = quick(
        part, model=_exogenous.exogenous_lam(), prove=lambda *_: part.prove(part.model, frozenset())
    )
    assert found.verdict == "open"
    assert "proved, yet violated" in found.conflict


def test_the_transition_needs_independent_columns_in_the_assumptions() -> None:
    assert _separable.read_outs(_exogenous.exogenous_lam().assumptions) is None
    for m in (
        _exogenous.separable(_exogenous.exogenous_lam()),
        _exogenous.orthogonal(_exogenous.exogenous_lam()),
    ):
        (p, q), rules = _separable.read_outs(m.assumptions)
        assert rules.reduce(p * E) == rules.reduce(q * X).__class__(p.rows, p.rows, {((), (), ()): 1})
        assert not rules.reduce(M * X - X * F)


# the identity for any encoder, on finite probability spaces

values = st.fractions(min_value=-3, max_value=3, max_denominator=3)
weights = st.integers(min_value=1, max_value=4)


@st.composite
def finite_worlds(draw):
    """Contexts c = (s, a) with weights, exogenous draws with weights given c, tables z(c, e) and y(c), a head K."""
    contexts = draw(st.integers(1, 3))
    d_z, d_y = draw(st.integers(1, 2)), draw(st.integers(1, 2))

    def point(n):
        return draw(st.lists(values, min_size=n, max_size=n))

    table = [
        (draw(weights), point(d_y), [(draw(weights), point(d_z)) for _ in range(draw(st.integers(1, 3)))])
        for _ in range(contexts)
    ]
    head = [point(d_z) for _ in range(d_y)]
    return table, head


def sizes(table, head):
    return len(head[0]), len(head)


def pairs(table):
    """(probability, y, z, z_2, E[z | c]) of two draws that are independent given c."""
    whole = sum(w for w, _, _ in table)
    for w, y, draws in table:
        inside = sum(v for v, _ in draws)
        mean = [sum(Fraction(v, inside) * z[i] for v, z in draws) for i in range(len(draws[0][1]))]
        for v, z in draws:
            for v2, z2 in draws:
                yield Fraction(w, whole) * Fraction(v, inside) * Fraction(v2, inside), y, z, z2, mean


def apply(head, z):
    return [sum((k * x for k, x in zip(row, z, strict=True)), Fraction(0)) for row in head]


def distance(x, y):
    return sum(((p - q) ** 2 for p, q in zip(x, y, strict=True)), Fraction(0))


@settings(max_examples=examples(60), deadline=None)
@given(finite_worlds())
def test_the_identity_holds_for_any_table_of_latents(world) -> None:
    """z(c, e) is an arbitrary function: the encoder may be as nonlinear as it likes."""
    table, head = world
    error = spread = bias = Fraction(0)
    for p, y, z, z2, mean in pairs(table):
        error += p * distance(apply(head, z), y)
        bias += p * distance(apply(head, mean), y)
        spread += p * distance(apply(head, z), apply(head, z2))
    assert error == bias + spread / 2
    assert spread <= 2 * error


@settings(max_examples=examples(25), deadline=None)
@given(finite_worlds())
def test_the_engines_second_moments_are_those_of_the_finite_space(world) -> None:
    """Means are kept, as second moments about zero; the assumptions of two draws hold, and both sides have these values."""
    table, head = world
    d_z, d_y = sizes(table, head)
    m, (letter, y, first, second, mean) = draws_model()
    z = conditional_draws("z", "d_z", given=[y])
    u, v = (x - z.mean for x in z.values)
    order = tuple(
        sorted(
            (Base(next(iter(x.parts)).name, next(iter(x.parts)).dim) for x in (y, z.mean, u, v)),
            key=lambda b: b.name,
        )
    )
    samples = []
    for p, yy, zz, zz2, mm in pairs(table):
        parts = {
            next(iter(y.parts)).name: yy,
            next(iter(z.mean.parts)).name: mm,
            next(iter(u.parts)).name: [x - t for x, t in zip(zz, mm, strict=True)],
            next(iter(v.parts)).name: [x - t for x, t in zip(zz2, mm, strict=True)],
        }
        samples.append((p, [x for b in order for x in parts[b.name]]))
    n = len(samples[0][1])
    joint = [[sum((p * w[i] * w[j] for p, w in samples), Fraction(0)) for j in range(n)] for i in range(n)]
    inst = Instance(
        {Dimension("d_z"): d_z, Dimension("d_y"): d_y},
        {letter.as_letter(): to_flint(head)},
        {},
        order,
        to_flint(joint),
    )
    assert satisfies(inst, m.assumptions)
    error = sum((p * distance(apply(head, zz), yy) for p, yy, zz, _, _ in pairs(table)), Fraction(0))
    spread = sum(
        (p * distance(apply(head, zz), apply(head, z2)) for p, _, zz, z2, _ in pairs(table)), Fraction(0)
    )
    assert inst.value(msq(letter * first - y)) == error
    assert inst.value(msq(letter * first - letter * second)) == spread
    assert inst.value(msq(letter * mean - y)) == error - spread / 2


@pytest.mark.parametrize("dropped", ["z_u z_v", "Σ_z_v = Σ_z_u", "y z_u"])
def test_the_identity_breaks_without_each_part_of_what_two_draws_are(dropped: str) -> None:
    part = clause("R6.a")
    gone = [x for x in part.model.assumptions if dropped in x.text]
    assert gone
    assert quick(part, model=part.model.without(gone)).verdict == "refuted"


def test_draws_are_counted() -> None:
    assert len(conditional_draws("z", "n", given=[vector("y", "m")], count=3).values) == 3
    for count in (0, 5, True, 1.0):
        with pytest.raises(SymlamError, match="draws"):
            conditional_draws("z", "n", given=[], count=count)


def test_the_read_outs_are_what_they_say() -> None:
    from symlam.algebra import left_inverses

    (p, q), equations = left_inverses(E, X)
    assert [x.text for x in equations] == ["E^+ E = I", "E^+ X = 0", "X^+ E = 0", "X^+ X = I"]
    assert (p.shape, q.shape) == (E.shape[::-1], X.shape[::-1])
    assert equation(p * E, E.T * p.T).lhs == p * E
    assert moment(H * a, H * a) == H * moment(a, a) * H.T
    with pytest.raises(SymlamError, match="rows"):
        left_inverses(E, matrix("Y", "d_z", "d_a"))
