"""How the audit reads Coq sources and its own three files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from symlam.errors import SymlamError
from symlam.evidence._audit import UNCHECKED, Audit, audit
from symlam.evidence._audit_ledger import read_gates, read_ledger, read_project
from symlam.evidence._audit_source import declared, head, scan, sentences, strip_comments, vocabulary
from symlam.evidence.formal import evidence_of, formal_evidence


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a (* b *) c", "a         c"),
        ("(* (* *) Axiom x : False. *)", " " * 28),
        ('(* "*)" *) b', " " * 11 + "b"),
        ('x "(* " y', 'x "(* " y'),
        ('"a "" (* b" c', '"a "" (* b" c'),
        ("(* one\ntwo *) x", "      \n       x"),
    ],
)
def test_comments(text: str, left: str) -> None:
    assert strip_comments(text) == left


def test_sentences_keep_lines_and_split_only_at_dots_before_white_space() -> None:
    text = 'Lemma a :\n  Foo.bar = "x. y".\nProof.\n- by [].\n- { done. }\nQed.\nNotation "[ x ; .. ; y ]" := x.\n'
    assert [(s.line, s.normal) for s in sentences(text)] == [
        (1, 'Lemma a : Foo.bar = "x. y"'),
        (3, "Proof"),
        (4, "by []"),
        (5, "done"),
        (6, "Qed"),
        (7, 'Notation "[ x ; .. ; y ]" := x'),
    ]


def test_two_dots_end_nothing_three_and_the_end_of_the_text_do() -> None:
    text = "Notation f := (cons a .. (cons b nil) ..) .\nProof with auto.\nsplit...\nby []..\n  left.\n\n Qed"
    assert [(s.line, s.text) for s in sentences(text)] == [
        (1, "Notation f := (cons a .. (cons b nil) ..)"),
        (2, "Proof with auto"),
        (3, "split"),
        (4, "by []..\n  left"),
        (7, "Qed"),
    ]
    assert sentences(" \n. + . ") == []
    assert [s.text for s in sentences('"a. b". c')] == ['"a. b"', "c"]
    assert [s.normal for s in sentences('Check "a. b. ". {| x := 1 |}. { - + a.b. }')] == [
        'Check "a. b. "',
        "{| x := 1 |}",
        "a.b",
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Lemma a : b", "Lemma"),
        ("#[local] Program Definition a", "Definition"),
        ("Time Timeout 10 Global Polymorphic Cumulative Fail Succeed Axiom a", "Axiom"),
        ('Redirect "a b" Print nat', "Print"),
        ("Monomorphic NonCumulative Private Inductive a", "Inductive"),
        ("-1", ""),
    ],
)
def test_the_command_word_stands_after_attributes_and_modifiers(text: str, word: str) -> None:
    assert head(text) == word


def test_what_a_source_declares() -> None:
    text = """
    Theorem a : True. Proof. exact I. Qed. (* Lemma no : True. *)
    #[local] Lemma b' (x : nat) : True. Admitted. Instance c : T := {}. Let d := 1.
    Fact e : True. Remark f : True. Corollary g : True. Proposition h : True. Property i : True. Example j : True.
    Definition k_1 := "Lemma no2 : x". Fixpoint l (n : nat) := n. Notation m := k_1. Check a.
    """
    assert declared(text) == {*"acdefghijl", "b'", "k_1", "no2"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Axiom a : False.", "Axiom assumes what it states"),
        ("Lemma a : T. Proof. Admitted.", "Admitted closes a proof that is not there"),
        ("Admit Obligations.", "Admit closes obligations that are not proved"),
        ("Declare  Instance a : T.", "Declare Instance brings in what the sources do not define"),
        ("Variable a : False.", "Variable outside a section assumes what it states"),
        ("Section A. Module M. Context (a : T).", "Context outside a section assumes what it states"),
        ("Unset Guard\n\n Checking.", "Guard Checking changes what the kernel checks"),
        ("Lemma a : T. Proof. admit.", "admit leaves a goal unproved"),
        ("Set Flags -type-in-type.", "-type-in-type switches a check of the kernel off"),
    ],
)
def test_a_forbidden_command_is_named_with_its_line_and_its_reason(text: str, says: str) -> None:
    assert [str(found) for found in scan(f"(* one\ntwo *)\n{text}", "a/x.v")] == [
        f"forbidden command: a/x.v:3: {says}"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Axiom a : False.",
        "Axioms (a : False) (b : False).",
        "Local Axiom a : False.",
        '#[local, deprecated(note="x")] Axiom a : False.',
        "Time Axiom a : False.",
        "Timeout 10 Axiom a : False.",
        "Parameter a : False.",
        "Conjecture a : False.",
        "Hypothesis a : False.",
        "Hypotheses (a : False).",
        "Section S. End S. Variable a : False.",
        "Module M. Variable a : False. End M.",
        "Context {a : False}.",
        "Lemma a : False. Proof. Admitted.",
        "Lemma a : False. Proof. by admit. Qed.",
        "Lemma a : False. Proof. give_up. Qed.",
        "Admit Obligations.",
        "Unset Guard Checking.",
        "Unset  Positivity\nChecking.",
        "#[local] Unset Universe Checking.",
        "Set Definitional UIP.",
        "#[bypass_check(guard)] Definition a := 1.",
        'Declare ML Module "x".',
        "Declare Module M : T.",
        "Declare Instance a : T.",
        'Load "x".',
        "Drop.",
        "Primitive add := #int63_add.",
        "Rewrite Rule r := a => b.",
        "Lemma a : T. Proof. native_compute. Qed.",
        'Redirect "x" Print nat.',
        '(* " *) " *) Axiom a : False.',
    ],
)
def test_forbidden(text: str) -> None:
    assert scan(text, "x.v")


@pytest.mark.parametrize(
    "text",
    [
        "(* Axiom a : False. (* Admitted. *) *)",
        'Notation "Axiom a ." := 1.',
        "Section S. Variable a : nat. Hypothesis a_gt0 : 0 < a. Context (b : nat). End S.",
        "Module M. Section S. Variable a : nat. End S. End M.",
        "Lemma admitted_mass : True. Proof. exact I. Qed.",
        "Definition Parameter_count := 1.",
        "Module N := M. Section S. Variable a : nat. End S.",
        'Set Warnings "-notation-overridden".',
        "Declare Scope my_scope.",
        "Section S. Module N := M. Variable a : nat. End S.",
        "Section S. Section T. End T. Variable a : nat. End S.",
        'Definition a := "Unset Guard Checking. ""Declare Module -type-in-type admit".',
    ],
)
def test_allowed(text: str) -> None:
    assert scan(text, "x.v") == []


def test_vocabulary_is_everything_but_lemmas_and_their_proofs() -> None:
    text = """
    Section S. Variable n : nat.
    Lemma a : n = n. Proof. by []. Qed.
    Definition d : nat. Proof. exact n. Defined.
    Theorem b : True. Proof (I).
    Notation N := d. (* a comment *)
    #[local] Lemma c : True. Proof using n. exact I. Qed.
    End S.
    """
    assert vocabulary(text) == [
        "Section S",
        "Variable n : nat",
        "Definition d : nat",
        "Proof",
        "exact n",
        "Defined",
        "Notation N := d",
        "End S",
    ]


@pytest.mark.parametrize("closed", ["Qed", "Defined", "Admitted", "Abort", "Save a", "Save"])
@pytest.mark.parametrize("begun", ["Proof.", "Proof using x.", "Proof with auto.", "Proof using.", ""])
def test_a_proof_ends_where_coq_ends_it(begun: str, closed: str) -> None:
    text = f"Lemma a : True. {begun} exact I. {closed}. Definition b := 1. Goal True. Proof I. Definition c := 2."
    assert vocabulary(text) == ["Definition b := 1", "Definition c := 2"]


SMALL = Path(__file__).parent / "small"


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("ledger.toml", "[[theorem]", "not TOML"),
        ("ledger.toml", "", "names no theorem"),
        ("ledger.toml", "theorem = [1]", "a theorem is 1"),
        ("ledger.toml", "[[theorem]]\nname = 'a'\nfile = 'f'\nrole = 'printed'", "lacks sentence"),
        (
            "ledger.toml",
            "[[theorem]]\nname='a'\nfile='f'\nrole='proof'\nsentence='s'\nclaims=['c']",
            "role of a",
        ),
        ("ledger.toml", "[[theorem]]\nname='a'\nfile='f'\nrole='printed'\nsentence='s'", "a has no claim"),
        (
            "ledger.toml",
            "[[theorem]]\nname='a'\nfile='f'\nrole='printed'\nsentence='s'\nclaims='c'",
            "claims of a",
        ),
        (
            "ledger.toml",
            "[[theorem]]\nname='a'\nfile='f'\nrole='library'\nsentence='s'\n" * 2,
            "names a twice",
        ),
        ("gate/gate.v", "Check sum_10.", "expected Check"),
        ("_CoqProject", "-R /somewhere Else", "a path inside proofs/"),
        ("_CoqProject", "-Q theories Small\n../outside.v", "a path inside proofs/"),
        ("_CoqProject", "-arg -type-in-type", "only -arg -w"),
        ("_CoqProject", "-async-proofs on", "-Q, -R"),
    ],
)
def test_a_file_that_does_not_fit_is_named(tmp_path: Path, file: str, text: str, says: str) -> None:
    proofs = Path(shutil.copytree(SMALL, tmp_path / "proofs"))
    (proofs / file).write_text(text)
    with pytest.raises(SymlamError, match=says):
        (read_ledger(proofs), read_gates(proofs), read_project(proofs))
    done = audit(proofs)
    assert done.status == "failed"
    assert evidence_of(done, ["T1"])["T1"].status == "failed"


def test_without_coq_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = formal_evidence(["T1", "other"], SMALL)
    assert {evidence.status for evidence in found.values()} == {UNCHECKED}
    assert "not installed" in found["T1"].reason
    assert found["T1"].names == ("sum_S", "sum_10")


def test_outside_a_checkout_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symlam.evidence._audit.find_proofs", lambda: None)
    assert formal_evidence(["T1"])["T1"].status == UNCHECKED


def test_an_audit_without_theorems_is_not_proved() -> None:
    assert Audit(SMALL).status == "failed"


@pytest.mark.parametrize("claims", ["P4.1", [1]])
def test_claim_ids_are_a_list_of_strings(claims: object) -> None:
    with pytest.raises(SymlamError, match="a list of strings"):
        formal_evidence(claims, SMALL)


@pytest.mark.coq
def test_a_coq_without_mathcomp_is_not_checked_here(tmp_path: Path) -> None:
    # a library directory of that name that does not hold what is asked for
    proofs = Path(shutil.copytree(SMALL, tmp_path / "checkout" / "proofs"))
    gauss = proofs / "theories" / "gauss.v"
    gauss.write_text("From mathcomp Require Import not_there_at_all.\n" + gauss.read_text())
    done = audit(proofs)
    assert done.status == UNCHECKED
    assert done.reason.startswith("MathComp is not installed")
