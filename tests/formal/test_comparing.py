"""Ledger, gate, project and record are read as they are written, and every difference between them has its words."""

from __future__ import annotations

import json
import locale
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from symlam.errors import SymlamError
from symlam.evidence._audit_ledger import (
    Gate,
    Project,
    Restatement,
    Theorem,
    compare_ledger_and_gates,
    compare_record,
    current_record,
    read_gates,
    read_ledger,
    read_project,
    read_text,
    write_record,
)


@pytest.fixture
def plain_locale() -> Iterator[None]:
    """A locale whose files are ASCII."""
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    yield
    locale.setlocale(locale.LC_CTYPE, before)


def test_files_are_utf_8_in_every_locale(small: Path, plain_locale: None) -> None:
    theory = small / "theories" / "gauss.v"
    theory.write_bytes(theory.read_bytes() + "\nNotation Σ := sum_to.\n".encode())
    assert "Notation Σ" in read_text(theory)
    assert '"Notation Σ := sum_to"' in write_record(small).read_bytes().decode()
    assert compare_record(small, read_project(small), read_gates(small)) == ([], {})


LIBRARIES = (("-Q", "theories", "Small"), ("-R", "other/deep", ""))


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("theories/gauss.v", "Small.gauss"),
        ("theories/a/b.v", "Small.a.b"),
        ("other/deep/c.v", "c"),
        ("other/deep/d/e.v", "d.e"),
        ("other/f.v", "other.f"),
    ],
)
def test_a_module_has_the_logical_name_of_its_directory(file: str, module: str) -> None:
    project = Project((), LIBRARIES, ())
    assert project.module(file) == module
    assert project.include == ["-Q", "theories", "Small", "-R", "other/deep", ""]


def test_the_project_file_is_read_without_its_comments(small: Path) -> None:
    (small / "_CoqProject").write_text(
        "# -Q no No\n-Q theories Small # -arg -bad\n-R x Y\n-arg -w -arg '-all'\n"
        '-arg -w\n-arg "+a"\ntheories/a.v theories/b.v # theories/c.v\ntheories/a.v'
    )
    project = read_project(small)
    assert project.sources == ("theories/a.v", "theories/b.v")
    assert project.libraries == (("-Q", "theories", "Small"), ("-R", "x", "Y"))
    assert project.flags == ("-w", "-all", "-w", "+a")


@pytest.mark.parametrize(
    "text", ["-Q a", "-R", "-arg", "-arg -w", "-Q ../a B", "-Q /a B", "b/../../c.v", "d.vo"]
)
def test_a_project_that_says_something_else_is_refused(small: Path, text: str) -> None:
    (small / "_CoqProject").write_text(text)
    with pytest.raises(SymlamError, match="_CoqProject"):
        read_project(small)


def test_the_ledger_is_read_row_by_row(small: Path) -> None:
    (small / "ledger.toml").write_text(
        '[[theorem]]\nname = "M.a"\nclaim = "T1"\nfile = "f.v"\nrole = "repaired"\nsentence = "ξ"\n'
        'needs = {"0 < x" = "subject"}\n\n'
        '[[theorem]]\nname = "b"\nfile = "g.v"\nrole = "library"\nsentence = "Two."\n'
    )
    assert read_ledger(small) == [
        Theorem("M.a", ("T1",), "f.v", "repaired", "ξ", {"0 < x": "subject"}),
        Theorem("b", (), "g.v", "library", "Two."),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("name='a'\nfile='f'\nrole='printed'\nsentence=' '\nclaims=['c']", "theorem a lacks sentence"),
        ("name=1\nfile=''\nrole='printed'\nsentence='s'", "theorem 1 lacks name, file"),
        ("file='f'\nrole='library'", "theorem . lacks name, sentence"),
        ("name='a'\nfile='f'\nrole='printed'\nsentence='s'\nclaims=[1]", r"claims of a are \[1\]"),
        ("name='a'\nfile='f'\nrole='library'\nsentence='s'\nneeds=['x']", "needs of a is"),
        ("name='a'\nfile='f'\nrole='library'\nsentence='s'\nneeds={x=1}", "needs of a is"),
    ],
)
def test_a_row_that_lacks_something_is_named(small: Path, row: str, words: str) -> None:
    (small / "ledger.toml").write_text(f"[[theorem]]\n{row}\n")
    with pytest.raises(SymlamError, match=words):
        read_ledger(small)


def test_names_that_stand_twice_are_told(small: Path) -> None:
    row = "[[theorem]]\nname='{}'\nfile='f'\nrole='library'\nsentence='s'\n"
    (small / "ledger.toml").write_text("".join(row.format(name) for name in "bacab"))
    with pytest.raises(SymlamError, match="names a, b twice"):
        read_ledger(small)


def test_a_gate_is_its_restatements_and_what_stands_around_them(small: Path) -> None:
    (small / "gate" / "gate.v").unlink()
    (small / "gate" / "b.v").write_text(
        "(* a (* comment *) *)\nFrom Small Require\n  Import gauss.\nCheck (@M.a' : forall x : nat,\n   x = (x)).\n"
        "Print Assumptions M.a'. Check (b:T).\nLocal Open Scope nat_scope. Print b.\n"
    )
    (small / "gate" / "a.v").write_text("")
    assert read_gates(small) == [
        Gate("gate/a.v", (), ()),
        Gate(
            "gate/b.v",
            ("From Small Require Import gauss", "Local Open Scope nat_scope", "Print b"),
            (
                Restatement("M.a'", "forall x : nat, x = (x)", "gate/b.v:4"),
                Restatement("b", "T", "gate/b.v:6"),
            ),
        ),
    ]
    (small / "gate" / "a.v").write_text("\n\nCheck b.")
    with pytest.raises(SymlamError, match=r"gate/a\.v:3: Check b"):
        read_gates(small)


def test_a_file_that_is_not_there_or_not_text_is_named(small: Path) -> None:
    (small / "a.v").write_bytes(b"\xff\xfe\xfa")
    for file in ("a.v", "b.v"):
        with pytest.raises(SymlamError, match=f"cannot read .*{file}"):
            read_text(small / file)


def test_why_a_theorem_cannot_be_checked(small: Path) -> None:
    theorems, gates, project = read_ledger(small), read_gates(small), read_project(small)
    assert compare_ledger_and_gates(theorems, gates, project, small) == {}
    first, second, third = theorems

    def reasons(*rows: Theorem) -> dict[str, str]:
        return compare_ledger_and_gates(list(rows), gates, project, small)

    assert reasons(replace(first, name="sum_T"), second) == {"sum_T": "restated 0 times in gate/, not once"}
    assert reasons(replace(first, file="theories/not_there.v")) == {
        "sum_S": "theories/not_there.v is not among the sources of _CoqProject"
    }
    assert reasons(replace(first, file=second.file), third) == {
        "sum_S": "theories/consequence.v does not state it"
    }
    assert reasons(replace(third, needs={"0 = 0": "subject"})).keys() == {"sum_1_bounded"}
    twice = [*gates, replace(gates[0], preamble=())]
    assert compare_ledger_and_gates([second], twice, project, small) == {
        "sum_10": "restated 2 times in gate/, not once"
    }
    arrow = Gate("gate/g.v", (), (Restatement("sum_S", "0 < 1 -> True", "gate/g.v:1"),))
    row = replace(first, role="repaired", needs={"0 < 1": "sum_S"})
    for needs, good in (("sum_S", False), ("sum_10", False), ("subject", True)):
        row = replace(row, needs={"0 < 1": needs})
        assert (compare_ledger_and_gates([row], [arrow], project, small) == {}) is good, (
            "a theorem is no reason for itself"
        )
    assert compare_ledger_and_gates([replace(row, role="printed", needs={})], [arrow], project, small) == {}
    assert (
        compare_ledger_and_gates(
            [replace(first, name="M.sum_S")],
            [Gate("gate/g.v", (), (Restatement("M.sum_S", "True", "gate/g.v:1"),))],
            project,
            small,
        )
        == {}
    ), "the last part of a name is what its file states"


def test_the_record_is_written_as_it_is_kept(small: Path) -> None:
    kept = (small / "statements.json").read_text(encoding="utf-8")
    (small / "statements.json").unlink()
    assert write_record(small) == small / "statements.json"
    assert (small / "statements.json").read_text(encoding="utf-8") == kept
    record = json.loads(kept)
    assert record == current_record(small, read_project(small), read_gates(small))
    assert record["statements"]["sum_10"] == "sum_to 10 = 55"
    assert record["definitions"]["gate/gate.v"] == ["From Small Require Import gauss witness consequence"]
    assert [text.split()[1] for text in record["definitions"]["theories/gauss.v"]] == ["sum_to", "bounded"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (["a", "b"], ["a", "c"], "recorded: b; now: c"),
        (["a", "b"], ["a"], "recorded: b"),
        (["a"], ["a", "c", "d"], "now: c"),
        (["a", "b"], ["b", "a"], "sentences in another order or number than recorded"),
        (["x" * 200], ["y" * 200], "recorded: " + "x" * 100 + "; now: " + "y" * 100),
        (None, ["a"], "file added since the record"),
        (["a"], None, "file removed since the record"),
    ],
)
def test_a_definition_that_changed_is_told(
    small: Path, before: list[str] | None, after: list[str] | None, words: str
) -> None:
    project = Project((), (), ())
    gates = [] if after is None else [Gate("gate/g.v", tuple(after), ())]
    record = {"statements": {}, "definitions": {} if before is None else {"gate/g.v": before}}
    (small / "statements.json").write_text(json.dumps(record))
    findings, reasons = compare_record(small, project, gates)
    assert ([str(found) for found in findings], reasons) == ([f"changed definition: gate/g.v: {words}"], {})


def test_a_statement_that_changed_came_or_went_is_told(small: Path) -> None:
    project, gates = read_project(small), read_gates(small)
    assert compare_record(small, project, gates) == ([], {})
    record = json.loads((small / "statements.json").read_text())
    record["statements"] |= {"sum_10": "other", "z": "gone", "b": "gone"}
    del record["statements"]["sum_S"]
    (small / "statements.json").write_text(json.dumps(record))
    findings, reasons = compare_record(small, project, gates)
    assert reasons == {
        "sum_S": "its statement is not recorded in statements.json",
        "sum_10": "its statement in gate/ is not the recorded one",
    }
    assert [str(found) for found in findings] == [
        f"lost statement: {name}: recorded in statements.json, restated nowhere" for name in "bz"
    ]


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"statements": {}}', '{"statements": 1, "definitions": {}}', None]
)
def test_a_record_that_cannot_be_read_is_a_finding(small: Path, text: str | None) -> None:
    (small / "statements.json").unlink()
    if text is not None:
        (small / "statements.json").write_text(text)
    (found,), reasons = compare_record(small, read_project(small), read_gates(small))
    assert (found.kind, found.where, reasons) == ("record", "statements.json", {})
    assert "make statements" in found.message
