"""The whole audit with programs that say what a test tells them: what they are asked, and what is made of answers."""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symlam.errors import SymlamError
from symlam.evidence._audit import FAILED, PROVED, UNCHECKED, Audit, audit, build_directory
from symlam.evidence._audit_build import Build
from symlam.evidence._audit_kernel import recheck
from symlam.evidence._audit_ledger import read_project, write_record
from symlam.evidence.formal import CompiledTheories, compiled_theories, formal_evidence

HOME = {"sum_S": "gauss", "sum_10": "consequence", "sum_1_bounded": "consequence"}
SOURCES = ["theories/gauss.v", "theories/witness.v", "theories/consequence.v"]
Says = Callable[..., None]


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Puts the fake programs first on the PATH; called with what they are to say from then on."""
    place = tmp_path / "fake"
    place.mkdir()
    program = Path(__file__).with_name("fake_coq.py")
    for name in ("coqc", "coqchk", "coqdep", "coq_makefile", "make"):
        (place / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{program}" {name} "$@"\n')
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_COQ", str(place))

    def tell(**words: Any) -> None:
        (place / "says.json").write_text(
            json.dumps({"home": HOME, **{k.replace("_", " "): v for k, v in words.items()}})
        )
        (place / "asked").write_text("")

    tell()
    return tell


def asked(program: str) -> list[list[str]]:
    rows = (Path(os.environ["FAKE_COQ"]) / "asked").read_text().splitlines()
    return [words[1:] for words in map(json.loads, rows) if words[0] == program]


def reasons(done: Audit) -> dict[str, str]:
    return {result.theorem.name: result.reason for result in done.theorems}


def test_what_the_programs_are_asked_when_all_is_well(small: Path, says: Says) -> None:
    told: list[str] = []
    done = audit(small, jobs=3, progress=told.append)
    assert done.findings == [] and set(reasons(done).values()) == {""}
    assert (done.status, done.reason, done.coq, done.compiled, done.proofs) == (
        PROVED,
        "",
        "8.16.1",
        3,
        small,
    )
    assert set(done.seconds) == {"sources", "build", "gate", "coqchk"}
    assert all(0 < seconds < 60 for seconds in done.seconds.values())
    assert told == [
        "reading sources",
        "compiling 3 files (those that changed)",
        "asking the kernel about 3 theorems and re-checking with coqchk",
    ]
    directory = build_directory(small)
    assert (directory / "_CoqProject").read_text().split() == [
        "-Q",
        "theories",
        "Small",
        "-arg",
        "-w",
        "-arg",
        "-all",
        *SOURCES,
    ]
    assert asked("coq_makefile") == [["-f", "_CoqProject", "-o", "Makefile.coq"]]
    assert asked("make") == [["-f", "Makefile.coq", "-k", "-j3", "TIMECMD=timeout 900"]]
    assert "COQC theories/gauss.v" in (directory / "build.log").read_text()
    modules = ["Small.gauss", "Small.witness", "Small.consequence"]
    checked = [word for module in modules for word in ("-norec", module)]
    assert asked("coqchk") == [
        ["-silent", "-o", "-bytecode-compiler", "yes", "-Q", "theories", "Small", *checked]
    ]
    theories = str((directory / "theories").resolve())
    assert asked("coqc")[-1] == ["-Q", theories, "Small", "-w", "-all", "audit_gate.v"]
    assert (Path(os.environ["FAKE_COQ"]) / "gate.v").read_text().splitlines() == [
        "From Small Require Import gauss witness consequence.",
        "Definition symlam_statement_0 : Type := forall n : nat, sum_to (S n) = S n + sum_to n.",
        "Definition symlam_gate_0 : symlam_statement_0 := @sum_S.",
        'Redirect "0_about" About sum_S.',
        "Definition symlam_statement_1 : Type := sum_to 10 = 55.",
        "Definition symlam_gate_1 : symlam_statement_1 := @sum_10.",
        'Redirect "1_about" About sum_10.',
        "Definition symlam_statement_2 : Type := bounded 1.",
        "Definition symlam_gate_2 : symlam_statement_2 := @sum_1_bounded.",
        'Redirect "2_about" About sum_1_bounded.',
        "Definition symlam_gate_all := (symlam_gate_0, symlam_gate_1, symlam_gate_2).",
        'Redirect "all_assumptions" Print Assumptions symlam_gate_all.',
    ]


def test_theorems_may_be_restated_in_several_gates(
    small: Path, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = small / "gate" / "gate.v"
    rows = gate.read_text().splitlines()
    (small / "gate" / "other.v").write_text("\n".join([rows[0], *(row for row in rows if "sum_10" in row)]))
    gate.write_text("\n".join(row for row in rows if "sum_10" not in row))
    write_record(small)
    done = audit(small, jobs=1)
    assert (done.status, set(reasons(done).values())) == (PROVED, {""})
    monkeypatch.setattr("symlam.evidence._audit.find_proofs", lambda: small)
    assert (audit().proofs, audit().status) == (small, PROVED), "by default the proofs of the checkout"


def test_an_audit_says_of_which_proofs_it_is(small: Path, says: Says) -> None:
    (small / "ledger.toml").write_text("[[theorem]\n")
    done = audit(str(small))  # type: ignore[arg-type]
    (found,) = done.findings
    assert (done.proofs, found.kind, found.where) == (small, "unreadable", "proofs")
    assert "ledger.toml is not TOML" in found.message
    for file in ("ledger.toml", "_CoqProject"):
        (small / file).unlink()
        assert (audit(small).proofs, audit(small).reason) == (small, f"no {file} in proofs/")


def test_gates_and_answers_are_utf_8_in_every_locale(small: Path, says: Says) -> None:
    gate = small / "gate" / "gate.v"
    gate.write_text('Notation "a ≡ b" := (a = b) (at level 70).\n' + gate.read_text(), encoding="utf-8")
    write_record(small)
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        done = audit(small)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    assert (done.status, done.findings) == (PROVED, [])
    assert "≡" in (Path(os.environ["FAKE_COQ"]) / "gate.v").read_text(encoding="utf-8")


def test_what_expands_to_nothing_is_another_name(small: Path, says: Says) -> None:
    says(means={"sum_S": ""})
    assert reasons(audit(small))["sum_S"] == "the gate means another name, not a constant of theories/gauss.v"


def test_the_projects_modules_alone_are_rechecked_unless_all_is_asked_for(small: Path, says: Says) -> None:
    built = Build(small, read_project(small))
    assert recheck(built) == []
    assert recheck(built, full=True) == []
    few, all_of_them = asked("coqchk")
    assert [word for word in few if word != "-norec"] == all_of_them
    assert few.count("-norec") == 3


def test_coqchk_is_asked_as_much_as_one_wants(small: Path, says: Says) -> None:
    told: list[str] = []
    assert audit(small, coqchk=False, progress=told.append).status == PROVED
    assert asked("coqchk") == [] and told[-1] == "asking the kernel about 3 theorems"
    assert audit(small, coqchk=False, full=True, progress=told.append).status == PROVED
    assert asked("coqchk")[0][-3:] == ["Small.gauss", "Small.witness", "Small.consequence"]
    assert told[-1].endswith(" and re-checking with coqchk, libraries included")
    assert "-norec" not in asked("coqchk")[0]
    assert asked("make")[0][3] == f"-j{os.cpu_count()}"


def test_an_assumption_is_found_theorem_by_theorem(small: Path, says: Says) -> None:
    says(assumes=["sum_10"])
    done = audit(small)
    assert reasons(done) == {"sum_S": "", "sum_10": "Axioms: cheat : False", "sum_1_bounded": ""}
    assert [r.status for r in done.theorems] == [PROVED, FAILED, PROVED]
    assert (done.status, done.findings) == (FAILED, [])
    gate = (Path(os.environ["FAKE_COQ"]) / "gate.v").read_text()
    assert 'Redirect "1_assumptions" Print Assumptions symlam_gate_1.' in gate
    assert "symlam_gate_all" not in gate
    assert len(asked("coqc")) == 4, "version and library, all together, one by one"


def test_a_refused_restatement_does_not_hide_the_others(small: Path, says: Says) -> None:
    says(refuses=["sum_S", "sum_1_bounded"])
    done = audit(small)
    assert reasons(done) == {
        "sum_S": 'Error: The term "sum_S" is wrong.',
        "sum_10": "",
        "sum_1_bounded": 'Error: The term "sum_1_bounded" is wrong.',
    }
    says(refuses=["sum_10"], assumes=["sum_S"])
    assert reasons(audit(small)) == {
        "sum_S": "Axioms: cheat : False",
        "sum_10": 'Error: The term "sum_10" is wrong.',
        "sum_1_bounded": "",
    }


def test_a_kernel_that_says_nothing_of_use_proves_nothing(small: Path, says: Says) -> None:
    says(broken=True)
    done = audit(small)
    assert set(reasons(done).values()) == {"coqc failed on the gate: Fatal error."}
    assert done.status == FAILED


def test_a_constant_of_another_file_is_told(small: Path, says: Says) -> None:
    says(means={"sum_S": "Small.witness.sum_S", "sum_10": "Other.consequence.sum_10"})
    assert reasons(audit(small)) == {
        "sum_S": "the gate means Small.witness.sum_S, not a constant of theories/gauss.v",
        "sum_10": "the gate means Other.consequence.sum_10, not a constant of theories/consequence.v",
        "sum_1_bounded": "",
    }


@pytest.mark.parametrize(
    ("words", "where", "message"),
    [
        ({"axioms": "Small.gauss.cheat"}, "Small.gauss.cheat", "assumed, not proved"),
        ({"coqchk_code": 1}, "proofs", "checked CONTEXT SUMMARY"),
        ({"coqchk": "a\n fatal  error"}, "proofs", "a fatal error"),
        ({"coqchk": ""}, "proofs", "no output"),
    ],
)
def test_what_coqchk_finds_turns_every_theorem_red(
    small: Path, says: Says, words: dict, where: str, message: str
) -> None:
    says(**words)
    done = audit(small)
    (found,) = done.findings
    assert (found.kind, found.where) == ("coqchk", where)
    assert found.message.startswith(message)
    assert done.status == FAILED
    assert set(reasons(done).values()) == {f"the audit found: {found}"}


def test_only_what_changed_is_compiled_again(small: Path, says: Says) -> None:
    assert audit(small).compiled == 3
    assert audit(small).compiled == 0
    witness = small / SOURCES[1]
    witness.write_text(witness.read_text() + "\nLemma more : True. Proof. exact I. Qed.\n")
    assert (audit(small).compiled, audit(small).compiled) == (1, 0)
    directory = build_directory(small)
    record = json.loads((directory / "record.json").read_text())
    assert record["coq"] == "8.16.1 /fake/lib -Q theories Small -w -all"
    assert set(record["files"]) == set(SOURCES)
    (directory / "record.json").write_text(json.dumps({**record, "coq": "of another Coq"}))
    done = audit(small)
    assert (done.compiled, done.status) == (3, PROVED)
    (directory / "record.json").unlink()
    assert audit(small).compiled == 3


def test_an_object_that_the_audit_did_not_make_is_told_once(small: Path, says: Says) -> None:
    audit(small)
    planted = (build_directory(small) / SOURCES[0]).with_suffix(".vo")
    planted.write_text("planted")
    done = audit(small)
    assert [(f.kind, f.where) for f in done.findings] == [("stale .vo", SOURCES[0])]
    assert "not the one this audit made; run again" in done.findings[0].message
    assert done.findings[0].message.startswith("the compiled file in the build directory is not the one")
    assert done.findings[0].message.endswith("run again to rebuild it")
    assert (done.status, done.compiled) == (FAILED, 1)
    assert planted.read_text() != "planted"
    assert audit(small).status == PROVED
    planted.write_text("planted")
    (small / SOURCES[0]).write_text((small / SOURCES[0]).read_text() + "\n")
    done = audit(small)
    assert (done.status, done.findings) == (PROVED, []), "its source changed, so it is compiled again anyway"


def test_a_source_that_fails_is_named_and_coqchk_is_not_asked(small: Path, says: Says) -> None:
    says(fails={SOURCES[2]: "No  such goal."})
    told: list[str] = []
    done = audit(small, progress=told.append)
    assert [str(f) for f in done.findings] == [f"build: {SOURCES[2]}: line 3: Error: No such goal."]
    assert asked("coqchk") == [] and told[-1] == "asking the kernel about 3 theorems"
    assert {r.status for r in done.theorems} == {FAILED}
    record = json.loads((build_directory(small) / "record.json").read_text())
    assert set(record["files"]) == set(SOURCES[:2])
    assert compiled_theories(small) == CompiledTheories(
        ("-Q", str((build_directory(small) / "theories").resolve()), "Small", "-w", "-all"),
        {SOURCES[2]: "line 3: Error: No such goal."},
        "8.16.1",
    )


def test_a_library_that_is_missing_is_no_failure(small: Path, says: Says) -> None:
    says(fails={SOURCES[0]: "Unable to locate library all_ssreflect with prefix mathcomp."})
    done = audit(small)
    assert done.status == UNCHECKED and done.findings == []
    assert done.reason.startswith("MathComp is not installed")
    assert {(r.status, r.reason) for r in done.theorems} == {(UNCHECKED, done.reason)}


def test_no_makefile_is_a_finding(small: Path, says: Says) -> None:
    says(no_makefile=True)
    done = audit(small)
    failed = "not compiled: coq_makefile failed"
    assert [str(f) for f in done.findings] == [
        "build: _CoqProject: Usage:",
        *(f"build: {file}: {failed}" for file in SOURCES),
    ]
    assert (done.status, asked("make"), asked("coqchk")) == (FAILED, [], [])
    assert json.loads((build_directory(small) / "record.json").read_text())["files"] == {}
    says()
    assert audit(small).status == PROVED


def test_what_is_wrong_in_the_texts_is_told_beside_what_the_kernel_says(small: Path, says: Says) -> None:
    gauss = small / SOURCES[0]
    gauss.write_text(gauss.read_text() + "\nAxiom cheat : False.\n")
    done = audit(small)
    kinds = [(f.kind, f.where) for f in done.findings]
    lines = len(gauss.read_text().splitlines())
    assert kinds == [("forbidden command", f"{SOURCES[0]}:{lines}"), ("changed definition", SOURCES[0])]
    write_record(small)
    assert [f.kind for f in audit(small).findings] == ["forbidden command"]


def test_a_restatement_of_no_theorem_of_the_ledger_is_a_finding(small: Path, says: Says) -> None:
    gate = small / "gate" / "gate.v"
    gate.write_text(gate.read_text() + "Check (stranger : True).\n")
    write_record(small)
    done = audit(small)
    assert [str(f) for f in done.findings] == [
        f"gate: gate/gate.v:{len(gate.read_text().splitlines())}: stranger is not in ledger.toml"
    ]
    assert "stranger" not in (Path(os.environ["FAKE_COQ"]) / "gate.v").read_text()
    gate.write_text(
        gate.read_text()
        .replace("Check (sum_10 : sum_to 10 = 55).", "")
        .replace("Check (stranger : True).", "")
    )
    write_record(small)
    done = audit(small)
    assert reasons(done) == {
        "sum_S": "",
        "sum_10": "restated 0 times in gate/, not once",
        "sum_1_bounded": "",
    }
    gate.write_text("Locate nat. Axiom a : False.")
    write_record(small)
    assert "forbidden command: gate/gate.v:1: Axiom assumes what it states" in [
        str(f) for f in audit(small).findings
    ]


def test_a_statement_that_is_not_the_recorded_one_is_told_where_the_kernel_accepts(
    small: Path, says: Says
) -> None:
    record = json.loads((small / "statements.json").read_text())
    record["statements"]["sum_10"] = "sum_to 10 = 54"
    (small / "statements.json").write_text(json.dumps(record))
    done = audit(small)
    assert reasons(done)["sum_10"] == "its statement in gate/ is not the recorded one"
    assert [r.status for r in done.theorems] == [PROVED, FAILED, PROVED]
    says(refuses=["sum_10"])
    assert reasons(audit(small))["sum_10"] == 'Error: The term "sum_10" is wrong.', (
        "the kernel's word comes first"
    )


def test_a_source_that_cannot_be_read_is_a_finding(small: Path, says: Says) -> None:
    (small / SOURCES[1]).unlink()
    done = audit(small)
    (found,) = done.findings
    assert (found.kind, found.where) == ("unreadable", "proofs") and SOURCES[1] in found.message
    assert {(r.status, r.reason) for r in done.theorems} == {(FAILED, found.message)}
    (small / "ledger.toml").write_text("")
    done = audit(small)
    assert [f.kind for f in done.findings] == ["unreadable"] and done.theorems == []
    assert done.status == FAILED


def test_evidence_by_claim_is_of_one_audit(small: Path, says: Says) -> None:
    says(assumes=["sum_1_bounded"])
    told: list[str] = []
    found = formal_evidence(["T1", "T2"], str(small), jobs=2, progress=told.append)
    assert {claim: e.status for claim, e in found.items()} == {"T1": PROVED, "T2": FAILED}
    assert found["T2"].reason == "sum_1_bounded: Axioms: cheat : False"
    assert found["T1"].coq == "8.16.1" and found["T1"].seconds == found["T2"].seconds > 0
    assert len(asked("make")) == 1 and asked("make")[0][3] == "-j2" and len(told) == 3
    with pytest.raises(SymlamError, match="claim ids are"):
        formal_evidence("T1", small)


def test_theories_are_built_for_others_and_what_is_stale_is_told(small: Path, says: Says) -> None:
    words = ("-Q", str((build_directory(small) / "theories").resolve()), "Small", "-w", "-all")
    assert compiled_theories(small, jobs=2) == CompiledTheories(words, {}, "8.16.1")
    assert asked("make")[0][3] == "-j2"
    (build_directory(small) / SOURCES[0]).with_suffix(".vo").write_text("planted")
    found = compiled_theories(str(small))
    assert isinstance(found, CompiledTheories)
    assert found.errors.keys() == {SOURCES[0]} and "run again" in found.errors[SOURCES[0]]
