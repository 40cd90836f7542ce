"""Certification: one answer per step, honest where nothing was checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symlam.evidence.export._check as checking
from symlam.algebra import matrix, msq, positive, scalar, tr, uncorrelated, vector
from symlam.errors import SymlamError
from symlam.evidence.export import (
    ACCEPTED,
    NOT_EXPORTED,
    REJECTED,
    UNCHECKED,
    UNDECIDED,
    ClaimedStep,
    certify_script,
    certify_steps,
    check,
    check_each,
    export_identity,
    mean_square,
)
from symlam.models import linear_lam
from symlam.objective import derive

A, x, y, λ = matrix("A", "n", "n"), vector("x", "n"), vector("y", "n"), scalar("λ")

SCRIPT = """
from symlam.algebra import matrix, msq, uncorrelated, vector
from symlam.evidence.export import mean_square
A, x, y = matrix("A", "n", "n"), vector("x", "n"), vector("y", "n")
steps = [
    (mean_square(A * x + y), "=", msq(A * x) + msq(y), uncorrelated(x, y)),
    (mean_square(A * x + y), "=", msq(A * x) + msq(y)),
    (msq(y), "<=", msq(A * x) + msq(y), (), [(1, A * x)]),
]
"""


@pytest.mark.coq
def test_a_script_is_certified_step_by_step(library: None, tmp_path: Path) -> None:
    path = tmp_path / "derivation.py"
    path.write_text(SCRIPT, encoding="utf-8")
    result = certify_script(path)
    assert [s.status for s in result.steps] == [ACCEPTED, NOT_EXPORTED, ACCEPTED]
    assert "does not follow" in result.steps[1].message
    assert not result.accepted


@pytest.mark.coq
def test_a_step_that_coq_rejects_does_not_hide_the_others(
    library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = ClaimedStep(tr(A), "=", tr(A.T))

    class False_(ClaimedStep):
        def export(self, name: str) -> str:
            return export_identity(tr(A), tr(A), name=name).replace("= \\tr (A)", "= \\tr (A *m A)")

    result = certify_steps([true, False_(tr(A), "=", tr(A * A)), true])
    assert [s.status for s in result.steps] == [ACCEPTED, REJECTED, ACCEPTED]
    assert "unify" in result.steps[1].message


@pytest.mark.coq
def test_a_derivation_of_the_engine(library: None) -> None:
    result = certify_steps([derive(linear_lam())])
    assert result.accepted
    assert [s.name for s in result.steps] == ["step_1_1", "step_1_2"]


@pytest.mark.coq
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Lemma a : True. Proof. exact I.", "not found"),
        ("Lemma a : False. Proof. Admitted.", "Admitted"),
        ("Axiom e : False. Lemma a : False. Proof. exact e. Qed.", "Axiom"),
        ("Parameters (e : False). Lemma a : False. Proof. exact e. Qed.", "Parameters"),
        ("Module Type T. End T.", "no lemma"),
        ("(* Admitted *) Lemma a : False. Proof. exact I. Qed.", "False"),
    ],
)
def test_what_is_not_a_proof_is_rejected(text: str, message: str) -> None:
    result = check(text, "bad")
    assert result.status == REJECTED
    assert re.search(message, result.message), result.message


@pytest.mark.coq
def test_an_axiom_under_another_word_is_seen_by_print_assumptions() -> None:
    text = "Section S. Variable e : False. End S.\nDeclare Module T : Coq.Init.Datatypes.\nLemma a : True. Proof. exact I. Qed."
    assert check(text, "other").status == REJECTED
    used = (
        "From Coq Require Import Classical.\nLemma a (P : Prop) : P \\/ ~ P. Proof. exact (classic P). Qed."
    )
    result = check(used, "used")
    assert result.status == REJECTED
    assert "not closed: Axioms:" in result.message
    beside = check("Lemma b : True. Proof. exact I. Qed.\n" + used, "beside")
    assert beside.status == REJECTED  # one lemma with an axiom, asked together with one without


@pytest.mark.coq
def test_a_limit_is_no_rejection(library: None) -> None:
    slow = "Lemma {} : True. Proof. do 2000000000 idtac. exact I. Qed."
    result = check(slow.format("a"), "slow", timeout=1)
    assert (result.status, result.message) == (UNDECIDED, "no answer within 1 s of processor time")
    assert not result.accepted
    good = "Lemma good : True. Proof. exact I. Qed."
    bad = "Lemma bad : False. Proof. exact I. Qed."
    lemmas = {"good": good, "bad": bad, "slow": slow.format("slow"), "late": good.replace("good", "late")}
    answers = check_each("", lemmas, timeout=1)
    assert [answers[n][0] for n in lemmas] == [True, False, None, None]
    assert "processor time" in answers["slow"][1]
    assert check("Lemma a : True. Proof. exact I. Qed.", "quick", timeout=1).accepted


@pytest.mark.coq
def test_a_process_that_was_ended_gives_no_verdict(library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_PATIENCE", 1)  # seconds of waiting, here as few as of work
    slow = checking._run(["sleep", "30"], "/", 1)
    assert slow.stuck == "no answer: sleep was ended by SIGKILL"
    failed = checking._run(["sh", "-c", "echo Error: Stack overflow.; exit 1"], "/", 5)
    assert failed.stuck == "no answer: Stack overflow"


@pytest.mark.coq
def test_a_slow_step_is_undecided_and_hides_none_before_it(
    library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(ClaimedStep):
        def export(self, name: str) -> str:
            return f"Lemma {name} : True. Proof. do 2000000000 idtac. exact I. Qed."

    true = ClaimedStep(tr(A), "=", tr(A.T))
    result = certify_steps([true, Slow(tr(A), "=", tr(A))], timeout=6)
    assert [s.status for s in result.steps] == [ACCEPTED, UNDECIDED]
    assert not result.accepted


def test_a_step_of_a_derivation_that_cannot_be_stated_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> str:
        raise SymlamError("no such square")

    monkeypatch.setattr("symlam.evidence.export._derivation._minimum", refuse)
    monkeypatch.setattr("symlam.evidence.export._certify.missing", lambda: "coqc is not installed")
    result = certify_steps([derive(linear_lam())])
    assert [s.status for s in result.steps] == [UNCHECKED, NOT_EXPORTED]
    assert result.steps[1].message == "no such square"


@pytest.mark.coq
def test_many_steps_are_checked_in_several_files(library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symlam.evidence.export._certify._LENGTH", 1000)
    result = certify_steps([derive(linear_lam()), ClaimedStep(tr(A), "=", tr(A.T))])
    assert result.accepted
    assert len(result.files) == 3
    assert [s.name for s in result.steps] == ["step_1_1", "step_1_2", "step_2"]
    written = "".join(f.text for f in result.files)
    assert all(written.count(f"Lemma {s.name} ") == 1 for s in result.steps)


def test_without_coq_nothing_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking.shutil, "which", lambda _: None)
    result = check("Lemma a : True. Proof. exact I. Qed.", "a")
    assert result.status == UNCHECKED
    assert not result.accepted
    steps = certify_steps([(mean_square(A * x), "=", msq(A * x))])
    assert [s.status for s in steps.steps] == [UNCHECKED]
    assert not steps.accepted
    assert not certify_steps([]).accepted


@pytest.mark.parametrize(
    ("content", "message"),
    [("x = 1\n", "leaves no steps"), ("1 / 0\n", "ZeroDivisionError"), ("steps = []\n", "leaves no steps")],
)
def test_scripts_that_give_nothing(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "d.py"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SymlamError, match=message):
        certify_script(path)


def test_arguments_are_checked(tmp_path: Path) -> None:
    with pytest.raises(SymlamError, match="not a file"):
        certify_script(tmp_path / "missing.py")
    with pytest.raises(SymlamError, match="cannot name"):
        check("", "a b")
    with pytest.raises(SymlamError, match="positive number"):
        check("", "a", timeout=0)
    with pytest.raises(SymlamError, match="relation"):
        ClaimedStep(tr(A), "~", tr(A)).export("a")
    with pytest.raises(SymlamError, match="without squares"):
        ClaimedStep(tr(A), "<=", tr(A)).export("a")
    wrong = ClaimedStep(msq(y), "<=", msq(y) + λ * msq(x), positive(λ), ((1, x),))
    with pytest.raises(SymlamError, match="does not follow"):
        wrong.export("a")
    assert uncorrelated(x, y)
