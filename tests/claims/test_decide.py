"""Verdicts are computed: change the statement, the proof or the data, and they change."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from symlam.algebra import E, identity, msq, positive_definite, tr, vector
from symlam.claims import (
    Claim,
    Part,
    PartResult,
    Proof,
    _pca,
    _policy,
    claim,
    decide,
    hypothesis,
    ledger,
    resolve,
)
from symlam.claims._part import proves, search
from symlam.claims._tests import (
    every_minimiser,
    is_identity,
    minimum_is,
    second_moment,
    tail,
)
from symlam.errors import SymlamError
from symlam.models import linear_lam, policy_lam
from symlam.models.letters import A, B, C, D, X, Π_d, o, q, ε
from symlam.objective import derive
from symlam.optimum._consequences import Facts

I = identity("d_o")
change = q + ε


def clause(claim_id: str, name: str) -> Part:
    return next(p for p in ledger()[claim_id].parts() if p.name == name)


def with_(part: Part, **changes: Any) -> Part:
    return Part(**{**vars(part), **changes})


def quick(part: Part, **options: Any):
    return decide(part, effort=6, **options)


# Perturbed statements.


def test_d1_with_the_repaired_formula_holds_and_as_printed_is_refuted(monkeypatch) -> None:
    repaired = I - B * C - B * D - (B * D - I) * X * Π_d
    printed = _policy.printed_a()

    def verdict(form):
        monkeypatch.setattr(_policy, "printed_a", lambda: form)
        part = next(p for p in _policy._d1() if p.name == "D1.a")
        return quick(part).verdict

    assert verdict(repaired) == "holds"
    assert verdict(printed) == "refuted"
    assert verdict(repaired + B * C) == "refuted"
    assert verdict(I - B * C - B * D + (B * D - I) * X * Π_d) == "refuted"


def test_the_objective_with_a_wrong_sign_is_refuted(monkeypatch) -> None:
    def verdict(effective):
        monkeypatch.setattr(_pca, "effective", effective)
        return quick(_pca._s1()[0]).verdict, quick(_pca._p41()[0]).verdict

    assert verdict(A + B * C + B * D - I) == ("holds", "holds")
    assert verdict(A + B * C - B * D - I) == ("refuted", "refuted")
    assert verdict(A + B * C + B * D) == ("refuted", "refuted")
    assert verdict(A + B * C + B * D - 2 * I) == ("refuted", "refuted")


def test_p41_without_its_assumption_is_refuted() -> None:
    part = clause("P4.1", "P4.1.a")
    bare = with_(part, model=part.model.without(*part.model.assumptions))
    found = quick(bare)
    assert found.verdict == "refuted"
    assert found.counterexample.left != found.counterexample.right


@pytest.mark.parametrize("shift", [1, -1])
def test_p42_with_another_tail_is_refuted_or_a_conflict_never_true(shift: int) -> None:
    part = clause("P4.2", "P4.2.a")

    def other(known, inst):
        s = second_moment(inst, change)
        return tail(s, max(0, inst.size(D.rows) + shift))

    wrong = with_(part, test=minimum_is(other, "min L against another tail"), prove=lambda known, _: None)
    assert quick(wrong).verdict == "refuted"
    lying = with_(part, test=minimum_is(other, "min L against another tail"))
    found = quick(lying)
    assert found.verdict == "open"
    assert "proved, yet violated" in found.conflict
    assert not found.complete


def test_a_true_clause_without_a_proof_stays_open() -> None:
    for name, broken in (
        ("no proof", lambda known, _: None),
        ("a proof that fails", lambda known, _: (_ for _ in ()).throw(SymlamError("stuck"))),
        (
            "a wrong line",
            lambda known, _: proves(known.assumptions, msq(o), 2 * msq(o), "E||o||^2 = 2 E||o||^2"),
        ),
    ):
        found = quick(with_(clause("P4.1", "P4.1.c"), prove=broken))
        assert found.verdict == "open", name
        assert found.proof is None
        assert not found.counterexample


def test_a_proof_that_needs_a_hypothesis_which_the_clause_does_not_need_is_not_complete() -> None:
    """True anyway: the hypothesis cannot be shown to be needed, and the report says so."""
    part = clause("P4.1", "P4.1.c")
    h = hypothesis("Σ_o > 0", positive_definite(o))
    found = quick(
        with_(
            part, candidates=(h,), prove=lambda known, chosen: Proof(("believe me",)) if h in chosen else None
        )
    )
    assert found.verdict == "holds-with-hypothesis"
    assert found.necessity == {"Σ_o > 0": None}
    assert "no counterexample without the hypotheses" in found.conflict
    assert not found.complete


def test_a_hypothesis_that_is_not_enough_is_a_conflict() -> None:
    """C + D = 0 at every optimum does not follow from Σ_o > 0; a proof that says so is caught."""
    h = hypothesis("Σ_o > 0", positive_definite(o))
    part = Part(
        "lie.a",
        "at every optimum C + D = 0",
        linear_lam(),
        every_minimiser((C + D, "C + D at a minimiser")),
        lambda known, chosen: Proof(("believe me",)) if h in chosen else None,
        (h,),
    )
    found = quick(part)
    assert "yet violated" in found.conflict
    assert not found.complete


def test_contradictory_hypotheses_make_no_repaired_form() -> None:
    silent = hypothesis("Σ_{q+ε} = 0 and Σ_{q+ε} > 0", *zero_and_definite())
    part = with_(
        clause("P4.1", "P4.1.e"),
        candidates=(silent,),
        prove=lambda known, chosen: Proof(("ex falso",)) if silent in chosen else None,
    )
    found = quick(part)
    assert found.verdict != "holds"
    assert found.conflict or found.verdict == "refuted"
    assert not found.complete or found.verdict == "refuted"


def zero_and_definite():
    from symlam.algebra import equation

    return (equation(E(change, change), 0), positive_definite(q), positive_definite(change))


def test_a_statement_about_nothing_is_not_true() -> None:
    """Printed assumptions that no instance satisfies: proved or not, nothing was said."""
    x = vector("x", "n")
    from symlam.algebra import dimension_at_most, matrix
    from symlam.models import model

    L, M = matrix("L", "n", "k"), matrix("M", "k", "n")
    empty = model(
        "sizes that exclude each other",
        loss=[(1, L * (M * x) - x)],
        latent=M * x,
        encoder=[M],
        decoder=[L],
        assume=[dimension_at_most("k", "n", strict=True), dimension_at_most("n", "k")],
    )
    part = Part(
        "empty.a",
        "L = 2 L",
        empty,
        is_identity(empty.expand(), 2 * empty.expand(), "L against 2 L"),
        lambda known, _: Proof(("vacuously",)),
    )
    found = quick(part)
    assert found.checked == 0
    assert not found.complete
    assert found.verdict == "open"
    assert "no instance" in found.conflict


def test_unknown_is_said_when_neither_is_found() -> None:
    part = Part(
        "hard.a",
        "E||o||^2 = E||o||^2, with no proof offered",
        linear_lam(),
        is_identity(msq(o), msq(o), "the same"),
        lambda known, _: None,
    )
    found = quick(part)
    assert found.verdict == "open"
    assert found.checked == 6


def test_a_claim_without_clauses_is_open() -> None:
    empty = Claim("Z", "nothing", "nothing is stated", "nowhere")
    found = resolve(empty)
    assert found.verdict == "open"
    assert not found.complete
    assert found.counterexample is None


def test_one_refuted_clause_decides_a_claim_and_remarks_do_not() -> None:
    good, bad = clause("P4.1", "P4.1.a"), with_(clause("P4.1", "P4.1.a"), name="bad", prove=lambda k, _: None)
    bad = with_(bad, test=is_identity(msq(o), 1 + msq(o), "x against x + 1"))

    def verdict(*parts):
        return resolve(Claim("Z", "", "", "", lambda: parts), effort=4, drop_assumptions=False).verdict

    assert verdict(good) == "holds"
    assert verdict(good, bad) == "refuted"
    conditional = clause("P4.1", "P4.1.e")
    conditional = with_(conditional, role="claim")
    unknown = with_(good, prove=lambda k, _: None)
    assert verdict(good, conditional) == "holds-with-hypothesis"
    assert verdict(bad, good, conditional) == "refuted"
    assert verdict(conditional, unknown, bad) == "open"
    for role in ("remark", "reason", "repair"):
        assert verdict(good, with_(bad, role=role)) == "holds"
    assert verdict(with_(good, role="remark")) == "open"


# Dropped assumptions.


def test_a_dropped_assumption_is_needed_unnecessary_or_undecided() -> None:
    found = resolve(claim("P4.1"), effort=8)
    uses = {u.text: u for u in found.assumptions}
    printed = "E[o (q + ε)'] = 0"
    assert uses[printed].needed is True
    assert uses[printed].counterexample.left != uses[printed].counterexample.right
    spare = policy_lam()
    part = Part(
        "spare.a",
        "the objective expands",
        spare,
        is_identity(spare.expand(), spare.expand(), "L against itself"),
        lambda known, _: proves(known.assumptions, known.expand(), spare.expand(), "the same"),
    )
    found = resolve(Claim("Z", "", "", "", lambda: (part,)), effort=4)
    assert {u.needed for u in found.assumptions} == {False}
    stubborn = with_(
        part,
        prove=lambda known, _: (
            Proof(("all of them",)) if len(known.assumptions) == len(spare.assumptions) else None
        ),
    )
    found = resolve(Claim("Z", "", "", "", lambda: (stubborn,)), effort=4)
    assert {u.needed for u in found.assumptions} == {None}


def test_a_proof_that_does_not_notice_a_lost_assumption_is_a_conflict() -> None:
    part = with_(clause("P4.1", "P4.1.a"), prove=lambda known, _: Proof(("believe me",)))
    assert quick(part).verdict == "holds", "true as printed, so nothing contradicts the proof yet"
    found = resolve(Claim("Z", "", "", "", lambda: (part,)), effort=6)
    (use,) = found.assumptions
    assert use.needed is True
    assert "proved without E[o (q + ε)'] = 0, yet violated" in found.parts[0].conflict
    assert not found.complete


@pytest.mark.parametrize(
    ("claim_id", "name", "lost"),
    [
        ("C1", "C1.e", "d_z <= d_a"),
        ("C1", "C1.g", "d_z < d_a"),
        ("C2", "C2.b", "d_z <= d_o"),
        ("C2", "C2.c", "Σ_{o,ε} + Σ_{a,o}' X' = 0"),
        ("C2", "C2.d", "Σ_{o,ε} + Σ_{a,o}' X' = 0"),
        ("C3", "C3.b", "-σ_exo + σ_q > 0"),
        ("C3", "C3.b", "d_z <= d_a"),
        ("C3", "C3.c", "-σ_exo + σ_q > 0"),
        ("C3", "C3.d", "σ_exo - σ_q > 0"),
        ("P4.4", "P4.4.b", "E[o a'] = 0"),
        ("P4.4", "P4.4.b", "d_a <= d_z"),
        ("P4.4", "P4.4.c", "d_a <= d_z"),
        ("P4.4", "P4.4.d", "d_a <= d_z"),
        ("P4.4s", "P4.4s", "d_z <= d_a"),
        ("P4.4", "P4.4.d", "E[ε κ_1'] = 0"),
    ],
)
def test_proofs_notice_the_loss_of_what_their_clause_needs(claim_id: str, name: str, lost: str) -> None:
    """Each of these has a counterexample once the condition is gone."""
    from symlam.claims._part import restricted

    part = clause(claim_id, name)
    (gone,) = (a for a in part.model.assumptions if a.text == lost)
    everything = frozenset(part.candidates)

    def proof(model):
        try:
            return part.prove(restricted(model, part.candidates), everything)
        except SymlamError:
            return None

    assert proof(part.model) is not None
    assert gone in proof(part.model).used
    assert proof(part.model.without(gone)) is None


def test_a_limit_of_optima_needs_what_keeps_o_apart() -> None:
    """P4.4.c: with E[o a'] != 0 the predictor may answer from o, with E[o ε'] != 0 the latent may cancel ε."""
    part = clause("P4.4", "P4.4.c")
    chosen = frozenset(part.candidates)
    from symlam.claims._part import restricted

    full = restricted(part.model, part.candidates)
    proof = part.prove(full, chosen)
    assert proof is not None
    for text in ("E[o a'] = 0", "E[o ε'] = 0"):
        (a,) = (x for x in full.assumptions if x.text == text)
        assert a in proof.used, text
        assert part.prove(full.without(a), chosen) is None, text


# Determinism.

CHEAP = ("S1", "P4.1", "S2", "D1")


@pytest.mark.parametrize("identifier", CHEAP)
def test_one_seed_one_report_and_every_seed_one_verdict(identifier: str) -> None:
    def summary(seed: int):
        found = resolve(claim(identifier), effort=5 if identifier == "D1" else 16, seed=seed)
        shown = [
            (p.part.name, p.verdict, p.counterexample.describe() if p.counterexample else None, p.checked)
            for p in found.parts
        ]
        return found.verdict, shown, [(u.text, u.needed) for u in found.assumptions]

    first = summary(0)
    assert summary(0) == first
    for seed in (1, 2):
        other = summary(seed)
        assert other[0] == first[0]
        assert [x[:2] for x in other[1]] == [x[:2] for x in first[1]]


def test_search_finds_nothing_where_the_clause_is_true_and_says_how_much_it_tried() -> None:
    violation, tried = search(clause("S1", "S1"), (), effort=9, seed=4)
    assert violation is None
    assert tried == 9


def test_facts_of_the_derivation_not_wishes_decide_uniqueness() -> None:
    chain = derive(linear_lam(), eliminate=(A,))
    assert not Facts(chain.steps[-1].condition).imply(A - I + B * (C + D))
    assert Facts(chain.steps[-1].condition, [E(o, o).as_letter()]).imply(A - I + B * (C + D))


def test_an_unknown_claim_is_refused_with_a_suggestion() -> None:
    for word, near in (
        ("P43", None),
        ("p4.3", None),
        ("P9.9", "one of"),
        ("P4.33", "symlam verify P4.3"),
        ("", "one of"),
    ):
        if near is None:
            assert claim(word).id == "P4.3"
            continue
        with pytest.raises(SymlamError, match=near):
            claim(word)


def test_values_that_are_compared_are_exact() -> None:
    found = quick(
        with_(clause("P4.1", "P4.1.a"), test=is_identity(msq(o), msq(o) + Fraction(1, 10**40) * tr(I), "x"))
    )
    assert found.counterexample is not None
    assert isinstance(found.counterexample.left, Fraction)
    assert 0 < found.counterexample.right - found.counterexample.left < Fraction(1, 10**38)


def test_a_result_is_complete_only_with_instances_no_conflict_and_every_hypothesis_shown_to_be_needed() -> (
    None
):
    part = clause("P4.1", "P4.1.a")
    shown = search(with_(part, model=part.model.without(*part.model.assumptions)), (), effort=4, seed=0)[0]
    assert shown is not None
    full = PartResult(part, "holds-with-hypothesis", necessity={"h": shown}, checked=3)
    assert full.complete
    assert not PartResult(
        part, "holds-with-hypothesis", necessity={"h": shown, "g": None}, checked=3
    ).complete
    assert not PartResult(part, "holds", checked=3, conflict="x").complete
    assert not PartResult(part, "holds", checked=0).complete
