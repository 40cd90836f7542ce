"""Plant one fault at a time in a copy of a small development: each has to turn the audit red."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from symlam.evidence._audit import FAILED, PROVED, audit, build_directory
from symlam.evidence._audit_ledger import write_record
from symlam.evidence.formal import compiled_theories, formal_evidence

pytestmark = pytest.mark.coq

GAUSS, WITNESS, CONSEQUENCE, GATE = (
    "theories/gauss.v",
    "theories/witness.v",
    "theories/consequence.v",
    "gate/gate.v",
)


def edit(proofs: Path, file: str, old: str, new: str) -> None:
    text = (proofs / file).read_text()
    assert text.count(old) == 1, f"{old!r} is not once in {file}"
    (proofs / file).write_text(text.replace(old, new))


def append(proofs: Path, file: str, text: str) -> None:
    (proofs / file).write_text((proofs / file).read_text() + text)


def kinds(proofs: Path, **options: bool) -> tuple[str, set[str], dict[str, str]]:
    done = audit(proofs, **options)
    return done.status, {f.kind for f in done.findings}, {r.theorem.name: r.reason for r in done.theorems}


def test_the_untouched_copy_is_green(small: Path) -> None:
    done = audit(small)
    assert done.findings == []
    assert [result.status for result in done.theorems] == [PROVED] * 3
    assert done.status == PROVED
    assert done.compiled == 3
    assert audit(small).compiled == 0, "nothing changed, nothing is compiled again"


def test_full_coqchk_of_the_untouched_copy_is_green(small: Path) -> None:
    assert audit(small, full=True).status == PROVED


AXIOMS: dict[str, Callable[[Path], None]] = {
    "axiom": lambda p: append(p, GAUSS, "\nAxiom cheat : False.\n"),
    "axiom behind an attribute": lambda p: append(p, GAUSS, "\n#[local] Axiom cheat : False.\n"),
    "axiom after a comment with a quote": lambda p: append(p, GAUSS, '\n(* "*)" *) Axiom cheat : False.\n'),
    "variable outside a section": lambda p: append(p, GAUSS, "\nVariable cheat : False.\n"),
    "context outside a section": lambda p: append(p, GAUSS, "\nContext (cheat : False).\n"),
    "parameter": lambda p: append(p, GAUSS, "\nParameters (cheat : False).\n"),
    "sealed module": lambda p: append(
        p, GAUSS, "\nModule Type T. Parameter cheat : False. End T.\nDeclare Module M : T.\n"
    ),
    "Admitted": lambda p: append(p, GAUSS, "\nLemma later : 1 = 2.\nProof. Admitted.\n"),
    "admit": lambda p: append(p, GAUSS, "\nLemma later : 1 = 2.\nProof. admit. Admitted.\n"),
    "guard checking off": lambda p: append(
        p, GAUSS, "\nUnset Guard Checking.\nFixpoint loop (n : nat) : False := loop n.\nSet Guard Checking.\n"
    ),
    "bypass_check": lambda p: append(
        p, GAUSS, "\n#[bypass_check(guard)] Fixpoint loop (n : nat) : False := loop n.\n"
    ),
    "universe checking off": lambda p: append(p, GAUSS, "\nUnset Universe Checking.\n"),
}


@pytest.mark.parametrize("fault", AXIOMS)
def test_an_assumption_anywhere_is_found_in_the_text(small: Path, fault: str) -> None:
    AXIOMS[fault](small)
    write_record(small)  # the record is not what finds it
    status, found, _ = kinds(small)
    assert status == FAILED
    assert "forbidden command" in found


@pytest.mark.parametrize(
    "cheat",
    ["Axiom cheat : False.", "Lemma cheat : False. Proof. Admitted."],
    ids=["axiom", "Admitted"],
)
def test_an_assumption_is_found_by_the_kernel_where_the_text_search_is_blind(
    small: Path, cheat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(small, GAUSS, "Theorem sum_S", f"{cheat}\nTheorem sum_S")
    edit(small, GAUSS, "Proof. reflexivity. Qed.", "Proof. destruct cheat. Qed.")
    write_record(small)
    monkeypatch.setattr("symlam.evidence._audit.scan", lambda text, where: [])
    done = audit(small, coqchk=False)
    reasons = {result.theorem.name: result.reason for result in done.theorems}
    assert done.findings == [], "only Print Assumptions speaks here"
    assert "cheat : False" in reasons["sum_S"]
    assert "cheat : False" in reasons["sum_10"], "it leans on sum_S"
    assert reasons["sum_1_bounded"] == ""
    assert done.status == FAILED
    assert {finding.kind for finding in audit(small).findings} == {"coqchk"}


def test_a_weakened_theorem_is_refused_by_the_gate(small: Path) -> None:
    edit(small, CONSEQUENCE, "Theorem sum_10 : sum_to 10 = 55.", "Theorem sum_10 : 0 < sum_to 10.")
    edit(
        small,
        CONSEQUENCE,
        "Proof. rewrite sum_S. reflexivity. Qed.",
        "Proof. vm_compute. apply le_n_S, le_0_n. Qed.",
    )
    write_record(small)
    done = audit(small)
    results = {result.theorem.name: result for result in done.theorems}
    assert results["sum_10"].status == FAILED
    assert results["sum_S"].status == PROVED, "the others keep the kernel's word"
    assert done.status == FAILED


def test_a_theorem_weakened_together_with_its_gate_differs_from_the_record(small: Path) -> None:
    edit(small, CONSEQUENCE, "Theorem sum_1_bounded : bounded 1.", "Theorem sum_1_bounded : bounded 0.")
    edit(
        small,
        CONSEQUENCE,
        "destruct n as [|[|n]]; simpl; auto. inversion n_le1; inversion H0.",
        "inversion n_le1; auto.",
    )
    edit(small, GATE, "Check (sum_1_bounded : bounded 1).", "Check (sum_1_bounded : bounded 0).")
    done = audit(small)
    results = {result.theorem.name: result for result in done.theorems}
    assert results["sum_1_bounded"].reason == "its statement in gate/ is not the recorded one"
    assert done.status == FAILED
    write_record(small)
    assert audit(small).status == PROVED, "nothing but the record objected"


def test_a_definition_weakened_under_an_unchanged_statement_differs_from_the_record(small: Path) -> None:
    edit(small, GAUSS, "sum_to n <= b * b.", "sum_to n <= b * b + 100.")
    edit(
        small,
        CONSEQUENCE,
        "destruct n as [|[|n]]; simpl; auto. inversion n_le1; inversion H0.",
        "destruct n as [|[|n]]; simpl; repeat (apply le_0_n || apply le_n_S). inversion n_le1; inversion H0.",
    )
    status, found, reasons = kinds(small)
    assert status == FAILED
    assert found == {"changed definition"}
    assert all("bounded" in reason for reason in reasons.values())


@pytest.mark.parametrize("statement", ["_", "let n := _ in sum_to n = 55", "_ = 55"])
def test_a_hole_in_a_restatement_is_refused(small: Path, statement: str) -> None:
    # each of these is accepted by Check, which fills the hole in from the theorem
    edit(small, GATE, "Check (sum_10 : sum_to 10 = 55).", f"Check (sum_10 : {statement}).")
    write_record(small)
    status, _, reasons = kinds(small)
    assert status == FAILED
    assert "Cannot infer" in reasons["sum_10"]


def test_a_missing_restatement_is_red(small: Path) -> None:
    edit(small, GATE, "Check (sum_10 : sum_to 10 = 55).", "")
    write_record(small)
    status, _, reasons = kinds(small)
    assert status == FAILED
    assert reasons["sum_10"] == "restated 0 times in gate/, not once"


def test_a_name_bound_to_another_files_constant_is_red(small: Path) -> None:
    append(
        small,
        WITNESS,
        "\nTheorem sum_S (n : nat) : sum_to (S n) = S n + sum_to n.\nProof. reflexivity. Qed.\n",
    )
    write_record(small)
    status, _, reasons = kinds(small)
    assert status == FAILED
    assert reasons["sum_S"] == "the gate means Small.witness.sum_S, not a constant of theories/gauss.v"


def test_a_corrupted_certificate_is_red(small: Path) -> None:
    edit(small, WITNESS, "certificate_value : nat := 55", "certificate_value : nat := 54")
    write_record(small)
    done = audit(small)
    assert [finding.where for finding in done.findings] == [WITNESS, CONSEQUENCE]
    assert "Error" in done.findings[0].message
    assert {result.status for result in done.theorems} == {FAILED}


def test_a_failing_source_is_red_even_after_it_compiled_once(small: Path) -> None:
    assert audit(small).status == PROVED
    edit(small, GAUSS, "Proof. reflexivity. Qed.", "Proof. exact I. Qed.")
    os.utime(small / GAUSS, (1, 1))
    assert kinds(small)[0] == FAILED


def coq_made(proofs: Path) -> None:
    for command in (
        ["coq_makefile", "-f", "_CoqProject", "-o", "Makefile.coq"],
        ["make", "-s", "-f", "Makefile.coq"],
    ):
        subprocess.run(command, cwd=proofs, check=True, capture_output=True)


def test_a_stale_object_beside_its_source_is_red(small: Path) -> None:
    coq_made(small)
    assert audit(small).status == PROVED, "objects that are their sources' compilation are no fault"
    honest = (small / GAUSS).read_text()
    append(small, GAUSS, "\nLemma later : 1 = 2.\nProof. Admitted.\n")
    coq_made(small)
    (small / GAUSS).write_text(honest)
    os.utime(small / GAUSS, (1, 1))
    status, found, _ = kinds(small)
    assert status == FAILED
    assert found == {"stale .vo"}


def test_a_stale_object_in_the_build_directory_is_red_once_and_then_rebuilt(small: Path) -> None:
    assert audit(small).status == PROVED
    planted = (build_directory(small) / CONSEQUENCE).with_suffix(".vo")
    shutil.copy((build_directory(small) / WITNESS).with_suffix(".vo"), planted)
    status, found, _ = kinds(small)
    assert status == FAILED
    assert "stale .vo" in found
    assert audit(small).status == PROVED


def test_an_object_without_record_is_compiled_again(small: Path) -> None:
    assert audit(small).status == PROVED
    (build_directory(small) / "record.json").unlink()
    done = audit(small)
    assert (done.status, done.compiled) == (PROVED, 3)


@pytest.mark.parametrize("flag", ["-type-in-type", "-vos", "-impredicative-set"])
def test_a_flag_that_changes_what_is_checked_is_refused(small: Path, flag: str) -> None:
    append(small, "_CoqProject", f"-arg {flag}\n")
    assert kinds(small)[:2] == (FAILED, {"unreadable"})


def test_a_record_that_is_missing_or_broken_is_red(small: Path) -> None:
    (small / "statements.json").write_text("{}")
    assert "record" in kinds(small)[1]
    (small / "statements.json").unlink()
    assert "record" in kinds(small)[1]


def test_a_statement_that_disappears_everywhere_is_red(small: Path) -> None:
    edit(small, GATE, "Check (sum_10 : sum_to 10 = 55).", "")
    ledger = (small / "ledger.toml").read_text().split("\n\n")
    (small / "ledger.toml").write_text("\n\n".join(row for row in ledger if "sum_10" not in row))
    assert "lost statement" in kinds(small)[1]


def test_evidence_by_claim(small: Path) -> None:
    found = formal_evidence(["T1", "T2", "none"], small)
    assert [found[claim].status for claim in ("T1", "T2", "none")] == ["proved", "proved", "no theorem"]
    assert found["T1"].names == ("sum_S", "sum_10")
    assert found["T1"].roles == ("printed", "necessity")
    assert found["T1"].coq
    json.dumps(found["T1"].as_dict())
    edit(small, CONSEQUENCE, "Theorem sum_1_bounded : bounded 1.", "Theorem sum_1_bounded : bounded 0.")
    edit(
        small,
        CONSEQUENCE,
        "destruct n as [|[|n]]; simpl; auto. inversion n_le1; inversion H0.",
        "inversion n_le1; auto.",
    )
    found = formal_evidence(["T1", "T2"], small)
    assert (found["T1"].status, found["T2"].status) == ("proved", "failed")
    assert found["T2"].reason.startswith("sum_1_bounded: ")


def test_other_files_are_compiled_against_the_audits_own_build(small: Path, tmp_path: Path) -> None:
    coq_made(small)
    (small / GAUSS).with_suffix(".vo").write_bytes(b"not loaded")
    os.utime((small / GAUSS).with_suffix(".vo"), (1, 1))
    theories = compiled_theories(small)
    assert theories.errors == {}
    (tmp_path / "other.v").write_text("From Small Require Import gauss.\nCheck sum_S.\n")
    subprocess.run(["coqc", *theories.include, "other.v"], cwd=tmp_path, check=True, capture_output=True)
    edit(small, GAUSS, "Proof. reflexivity. Qed.", "Proof. exact I. Qed.")
    assert GAUSS in compiled_theories(small).errors


def test_a_source_that_does_not_end_is_stopped_and_named(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(small, WITNESS, "\nLemma slow : True. Proof. do 1000000000 idtac. exact I. Qed.\n")
    write_record(small)
    monkeypatch.setattr("symlam.evidence._audit_build._LIMIT", 2)
    done = audit(small)
    assert f"build: {WITNESS}: not compiled within 2 seconds" in [str(finding) for finding in done.findings]
