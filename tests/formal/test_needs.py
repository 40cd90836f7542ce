"""Every hypothesis of a repaired theorem is accounted for, word for word as the gate states it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symlam.evidence._audit import find_proofs
from symlam.evidence._audit_ledger import compare_ledger_and_gates, read_gates, read_ledger, read_project
from symlam.evidence._audit_needs import WORDS, hypotheses, why_not


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("forall a : R, a = a", []),
        ("forall a, 0 < a -> 1 < a -> a <> 0", ["0 < a", "1 < a"]),
        ("forall a, (forall b, 0 < b -> b < a) -> a <> 0", ["forall b, 0 < b -> b < a"]),
        ("forall a, 0 < a -> a = 1 <-> 1 = a", ["0 < a"]),
        ("forall a, 0 < a -> (a = 1 -> b) /\\ c", ["0 < a"]),
        ("forall (f : nat -> nat) n, let g := f in forall m, n = m -> g n = f m", ["n = m"]),
        ("forall n, n = 0 -> exists m, m = n -> m = 0", ["n = 0"]),
        ("forall n, (n = 0 -> n < 1)", ["n = 0"]),
        ("0 < a", []),
        ("0 < a->a = 1 ->b = a", ["0 < a", "a = 1"]),
        ("(0 < a) -> (a < 1) \\/ b -> (b = 1)", ["0 < a", "(a < 1) \\/ b"]),
        ("(a = b) = (0 < a -> c)", []),
        ("f (0 < a -> b)", []),
        ("(0 < a -> b) c", []),
        (
            "forall a : R, {b : nat | a = 1 -> b = 0} -> [a -> b] -> c",
            ["{b : nat | a = 1 -> b = 0}", "[a -> b]"],
        ),
    ],
)
def test_hypotheses_are_what_stands_before_an_outermost_arrow(statement: str, expected: list[str]) -> None:
    assert hypotheses(statement) == expected


def test_a_hypothesis_without_a_reason_a_stranger_and_an_unknown_name_are_refused() -> None:
    statement = "forall a b : R, 0 < a -> a < b -> 0 < b"
    assert why_not({"0 < a": "t1", "a < b": "subject"}, statement, {"t1"}) == ""
    assert "a < b" in why_not({"0 < a": "t1"}, statement, {"t1"})
    assert "b < a" in why_not({"0 < a": "t1", "a < b": "t1", "b < a": "t1"}, statement, {"t1"})
    assert "t2" in why_not({"0 < a": "t2", "a < b": "t1"}, statement, {"t1"})


def test_taking_one_reason_from_any_repaired_theorem_is_noticed() -> None:
    proofs = find_proofs()
    assert proofs is not None
    theorems, gates, project = read_ledger(proofs), read_gates(proofs), read_project(proofs)
    assert compare_ledger_and_gates(theorems, gates, project, proofs) == {}
    shorn = [replace(t, needs=dict(list(t.needs.items())[1:])) for t in theorems]
    with_needs = {t.name for t in theorems if t.needs}
    assert len(with_needs) > 50
    assert compare_ledger_and_gates(shorn, gates, project, proofs).keys() == with_needs


def test_most_hypotheses_are_shown_to_be_needed_by_a_theorem() -> None:
    proofs = find_proofs()
    assert proofs is not None
    theorems = {theorem.name: theorem for theorem in read_ledger(proofs)}
    named = [word for theorem in theorems.values() for word in theorem.needs.values() if word not in WORDS]
    assert len(named) > 200
    assert {theorems[name].role for name in named} <= {"necessity", "negation", "repaired", "printed"}
