"""The parts of the build and of the kernel's answers that need no Coq: environment, logs, dependencies, summaries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symlam.evidence import _audit_build
from symlam.evidence._audit import (
    FAILED,
    PROVED,
    UNCHECKED,
    Audit,
    TheoremResult,
    _judge,
    _missing_library,
    audit,
    build_directory,
    find_proofs,
)
from symlam.evidence._audit_build import (
    Build,
    Coq,
    _errors,
    _read_record,
    _stale_beside_sources,
    _sync,
    _tail,
    dependencies,
    environment,
    find_coq,
    locked,
    run,
)
from symlam.evidence._audit_kernel import Answer, _read_summary, _refused
from symlam.evidence._audit_ledger import Project, Restatement, Theorem
from symlam.evidence._audit_source import Finding
from symlam.evidence.formal import (
    FormalEvidence,
    compiled_theories,
    evidence_of,
    formal_evidence,
    theorem_as_dict,
)

PROJECT = Project(("t/a.v", "t/b.v", "t/c.v"), (("-Q", "t", "T"),), ("-w", "-all"))
THEOREM = Theorem("M.one", ("T1", "T2"), "t/a.v", "repaired", "One is one.")


def programs(place: Path, **said: tuple[str, int]) -> str:
    """A PATH that holds nothing but programs that say one thing and end with a code."""
    place.mkdir()
    for name, (words, code) in said.items():
        (place / name).write_text(f'#!/bin/sh\necho "{words}"\nexit {code}\n')
        (place / name).chmod(0o755)
    return str(place)


GOOD = ("", 0)


def test_coq_is_found_with_its_version_and_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {"coqchk": GOOD, "coqdep": GOOD, "coq_makefile": GOOD}
    script = '#!/bin/sh\nif [ "$1" = -where ]; then echo " /lib/coq "; else echo "8.16.1 4.14"; fi\n'
    place = tmp_path / "a"
    monkeypatch.setenv("PATH", programs(place, make=GOOD, coqc=GOOD, **others))
    (place / "coqc").write_text(script)
    assert find_coq() == Coq("8.16.1", "/lib/coq")
    (place / "make").unlink()
    (place / "coqdep").unlink()
    assert str(find_coq()).startswith("coqdep, make not installed; `make coq`")


@pytest.mark.parametrize(
    ("words", "code", "says"), [("1\nbroken", 1, "broken"), ("", 0, "no output"), ("x", 2, "x")]
)
def test_a_coq_that_does_not_run_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: int, says: str
) -> None:
    names = ("coqchk", "coqdep", "coq_makefile", "make")
    path = programs(tmp_path / "a", coqc=(words, code), **dict.fromkeys(names, GOOD))
    monkeypatch.setenv("PATH", path)
    assert find_coq() == f"coqc does not run: {says}"


def test_programs_run_in_their_place_with_both_streams_and_nothing_to_read(tmp_path: Path) -> None:
    script = "import os, sys; print(os.getcwd()); print(repr(sys.stdin.read()), file=sys.stderr); sys.exit(3)"
    done = run(sys.executable, "-c", script, cwd=tmp_path)
    assert (sorted(done.stdout.split()), done.returncode) == (sorted([str(tmp_path), "''"]), 3)
    assert "\ufffd" in run(sys.executable, "-c", "import os; os.write(1, b'\\xff')", cwd=tmp_path).stdout
    with pytest.raises(subprocess.TimeoutExpired):
        run(sys.executable, "-c", "import time; time.sleep(20)", cwd=tmp_path, timeout=0.1)


def test_what_would_change_the_calls_of_coqc_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddling = ("COQFLAGS", "COQEXTRAFLAGS", "COQLIBS", "MAKEFLAGS", "MAKEFILES", "OTHERFLAGS", "VERBOSE")
    for name in (*meddling, "HARMLESS"):
        monkeypatch.setenv(name, "x")
    assert set(os.environ) - set(environment()) >= set(meddling)
    assert environment()["HARMLESS"] == "x"
    assert run("sh", "-c", "echo $COQFLAGS $HARMLESS", cwd=tmp_path).stdout == "x\n"


def test_the_last_line_of_what_was_said() -> None:
    assert [_tail("a\nb\n\n"), _tail(" \n"), _tail("a")] == ["b", "no output", "a"]


def test_two_who_lock_a_directory_take_turns(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b"
    script = f"import fcntl; fcntl.flock(open({str(place / '.lock')!r}), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    command = [sys.executable, "-c", script]
    with locked(place):
        assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"files": {}}', '{"coq": "k"}', '{"coq": "other", "files": {"a": {}}}', None]
)
def test_a_record_of_another_build_counts_for_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "record.json").write_text(text)
    assert _read_record(tmp_path, "k") == {}


def test_the_record_of_this_build_is_read(tmp_path: Path) -> None:
    files = {"a.v": {"source": "1", "object": "2"}}
    (tmp_path / "record.json").write_text(json.dumps({"coq": "k", "files": files}))
    assert _read_record(tmp_path, "k") == files


def test_sources_are_copied_where_they_differ_and_strangers_go(tmp_path: Path) -> None:
    _sync(tmp_path, {"t/a.v": b"a", "t/deep/er/b.v": b"b"})
    os.utime(tmp_path / "t/a.v", (1, 1))
    for suffix in ("v", "vo", "vok", "vos", "glob", "aux"):
        (tmp_path / f"t/old.{suffix}").write_text("")
    (tmp_path / "t/a.vo").write_text("")
    _sync(tmp_path, {"t/a.v": b"a", "t/deep/er/b.v": b"c"})
    assert (tmp_path / "t/a.v").stat().st_mtime == 1, "what did not change is not written again"
    assert (tmp_path / "t/deep/er/b.v").read_bytes() == b"c"
    assert {path.name for path in (tmp_path / "t").iterdir()} == {"a.v", "a.vo", "deep", "old.aux"}


def objects(place: Path, *files: str) -> None:
    (place / "t").mkdir(exist_ok=True)
    for file in files:
        (place / file).with_suffix(".vo").write_text(file)


def test_dependencies_are_those_that_coqdep_wrote(tmp_path: Path) -> None:
    assert dependencies(tmp_path, PROJECT) == {"t/a.v": [], "t/b.v": [], "t/c.v": []}
    (tmp_path / ".Makefile.coq.d").write_text(
        "t/a.vo t/a.glob t/a.v.beautified: t/a.v\n"
        "t/c.vo t/c.glob: t/c.v t/b.vo t/a.vo /lib/x.vo\n"
        "t/c.vos t/c.vok: t/c.v t/a.vos\n\n: x.vo\nt/z.vo: t/a.vo\n"
    )
    assert dependencies(tmp_path, PROJECT) == {"t/a.v": [], "t/b.v": [], "t/c.v": ["t/a.v", "t/b.v"]}


def test_why_a_source_was_not_compiled(tmp_path: Path) -> None:
    objects(tmp_path, "t/c.v")
    (tmp_path / ".Makefile.coq.d").write_text("t/c.vo: t/c.v t/b.vo\n")
    log = (
        'COQC t/a.v\nFile "./t/a.v", line 7, characters 0-1:\nWarning: old.\n'
        'File "./t/a.v", line 9, characters 0-12:\nError: No   such\n goal.\n\nmake[1]: *** [x] Error 1\n'
        "make: *** [Makefile.coq:814: t/b.vo] Error 124\nmake: *** [Makefile.coq:9: t/other.vo] Error 1\n"
    )
    assert _errors(log, PROJECT, tmp_path) == {
        "t/a.v": "line 9: Error: No such goal.",
        "t/b.v": "not compiled within 900 seconds",
        "t/c.v": "not compiled: a file that it needs failed",
    }
    objects(tmp_path, "t/a.v", "t/b.v")
    assert _errors("", PROJECT, tmp_path) == {}
    long = f'File "t/b.v", line 1, characters 0-1:\nError: {"x" * 400}'
    found = _errors(long, PROJECT, tmp_path)
    assert found.keys() == {"t/b.v", "t/c.v"}, "an object from before does not count"
    assert len(found["t/b.v"]) == len("line 1: ") + 300


def test_an_object_beside_its_source_is_stale_when_make_would_keep_it(tmp_path: Path) -> None:
    proofs, directory = tmp_path / "proofs", tmp_path / "build"
    directory.mkdir()
    (directory / ".Makefile.coq.d").write_text("t/b.vo: t/b.v t/a.vo\n")
    objects(proofs.parent / "proofs" if proofs.mkdir() is None else proofs, *PROJECT.sources)
    made = {}
    for file in PROJECT.sources:
        (proofs / file).write_text(f"source of {file}")
        digest = _audit_build._sha
        made[file] = {"source": digest((proofs / file).read_bytes()), "object": digest(file.encode())}
    times = {"t/a.v": 10, "t/a.vo": 20, "t/b.v": 10, "t/b.vo": 30, "t/c.v": 10, "t/c.vo": 20}

    def stale(**changes: int) -> list[str]:
        for file, seconds in {
            **times,
            **{k.replace("_", "/", 1).replace("_", "."): v for k, v in changes.items()},
        }.items():
            os.utime(proofs / file, (seconds, seconds))
        found = _stale_beside_sources(proofs, PROJECT, directory, made)
        assert all(f.kind == "stale .vo" and "make -C proofs clean" in f.message for f in found)
        return [f.where for f in found]

    assert stale() == []
    for file in ("t/b.vo", "t/c.vo"):
        (proofs / file).write_text("of another time")
    assert stale() == ["t/b.v", "t/c.v"]
    assert stale(t_c_v=20) == ["t/b.v", "t/c.v"]
    assert stale(t_c_v=21) == ["t/b.v"], "make would compile c again"
    assert stale(t_a_vo=30) == ["t/b.v", "t/c.v"]
    assert stale(t_a_vo=31) == ["t/c.v"], "make would compile b again, since a is newer"
    (proofs / "t/a.vo").unlink()
    del times["t/a.vo"]
    assert stale() == ["t/c.v"], "make would compile a, and then b"
    (proofs / "t/a.v").write_text("somebody is editing")
    assert stale() == []


def summary(**changes: str) -> str:
    parts = {
        "Theory": "Set is predicative",
        "Axioms": "<none>",
        "Constants/Inductives relying on type-in-type": "<none>",
        "Constants/Inductives relying on unsafe (co)fixpoints": "<none>",
        "Inductives whose positivity is assumed": "<none>",
    }
    parts |= {next(key for key in parts if word in key): text for word, text in changes.items()}
    return "checked\n\nCONTEXT SUMMARY\n===============\n\n" + "".join(
        f"* {k}: {v}\n  \n" for k, v in parts.items()
    )


def test_the_summary_of_coqchk_names_the_projects_own_assumptions() -> None:
    modules = ["T.a", "T.b"]
    assert _read_summary(summary(), modules) == []
    assert _read_summary(summary(Axioms="mathcomp.x.y\n    T.ab.z"), modules) == [], (
        "sealed modules of libraries"
    )
    assert _read_summary(summary(Axioms="T.b.cheat\n    m.x T.a.lie"), modules) == [
        Finding("coqchk", "T.b.cheat", "assumed, not proved"),
        Finding("coqchk", "T.a.lie", "assumed, not proved"),
    ]
    for word, title in (
        ("type", "Constants/Inductives relying on type-in-type"),
        ("unsafe", "Constants/Inductives relying on unsafe (co)fixpoints"),
        ("positivity", "Inductives whose positivity is assumed"),
    ):
        words = f"T.a.loop  m.{'x' * 300}"
        (found,) = _read_summary(summary(**{word: words}), modules)
        assert (found.kind, found.where) == ("coqchk", title)
        assert found.message == words.replace("  ", " ")[:200]


@pytest.mark.parametrize("lacking", ["Axioms", "type-in-type", "fixpoints", "positivity"])
def test_a_summary_that_lacks_a_line_is_not_read_as_good(lacking: str) -> None:
    text = "\n".join(line for line in summary().splitlines() if lacking not in line)
    (found,) = _read_summary(text, ["T.a"])
    assert (found.kind, found.where) == ("coqchk", "proofs")
    assert found.message.startswith("its summary could not be read: checked CONTEXT SUMMARY")


def test_the_refused_restatement_is_the_one_that_owns_the_line() -> None:
    one, two = Restatement("one", "T", "g:1"), Restatement("two", "T", "g:2")
    owner = {4: one, 5: one, 6: two}
    words = 'File "./g.v", line 6, characters 2-3:\nError:\nThe  term is wrong.\n'
    assert _refused(words, [one, two], owner) == (two, "Error: The term is wrong.")
    warned = 'File "./g.v", line 4, characters 2-3:\nWarning: old.\n' + words
    assert _refused(warned, [one, two], owner)[0] in (two, one)
    assert _refused(words, [one], owner) == (None, "Error: The term is wrong.")
    assert _refused(words.replace("6", "1"), [one, two], owner) == (None, "Error: The term is wrong.")
    refused, said = _refused("a\n b" + "x" * 400, [one], owner)
    assert refused is None and said == "coqc failed on the gate: " + "x" * 300


def test_a_theorem_is_proved_by_an_accepted_answer_about_its_own_constant() -> None:
    def judged(answer: Answer | None) -> str:
        return _judge(THEOREM, answer, PROJECT)

    assert judged(Answer(True, "", "T.a.M.one")) == ""
    assert judged(None) == "the kernel was not asked: no restatement in gate/"
    assert judged(Answer(False, "said so", "T.a.M.one")) == "said so"
    assert judged(Answer(True, "", "T.ab.one")) == "the gate means T.ab.one, not a constant of t/a.v"
    assert judged(Answer(True, "")) == "the gate means another name, not a constant of t/a.v"


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("Error: Unable to locate library all_ssreflect with prefix mathcomp.", True),
        ("Error: Cannot find a physical path bound to logical path matching suffix mathcomp.", True),
        ("Error: Unable to locate library gauss.", False),
        ("Error: mathcomp is fine.", False),
    ],
)
def test_a_coq_without_mathcomp_is_told_from_an_error(tmp_path: Path, words: str, missing: bool) -> None:
    built = Build(tmp_path, PROJECT, errors={"t/a.v": "line 1", "t/b.v": words})
    assert _missing_library(built).startswith("MathComp is not installed") is missing
    assert missing or _missing_library(built) == ""


def test_an_audit_is_proved_when_nothing_at_all_is_wrong(tmp_path: Path) -> None:
    good, bad = TheoremResult(THEOREM, PROVED), TheoremResult(THEOREM, FAILED, "why")
    assert Audit(tmp_path, [good]).status == PROVED
    assert Audit(tmp_path, [good, bad]).status == FAILED
    assert Audit(tmp_path, [good], [Finding("a", "b", "c")]).status == FAILED
    assert Audit(tmp_path, []).status == FAILED
    assert Audit(tmp_path, [good], reason="no Coq").status == UNCHECKED


def test_what_cannot_be_audited_says_why(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = audit(small)
    assert (done.status, done.proofs, len(done.theorems)) == (UNCHECKED, small, 3)
    assert {(r.status, r.reason) for r in done.theorems} == {(UNCHECKED, done.reason)}
    (small / "ledger.toml").unlink()
    assert audit(small).reason == "no ledger.toml in proofs/"
    assert compiled_theories(small) == done.reason
    (small / "_CoqProject").unlink()
    assert audit(small).reason == "no _CoqProject in proofs/" == compiled_theories(small)
    monkeypatch.setattr("symlam.evidence._audit.find_proofs", lambda: None)
    monkeypatch.setattr("symlam.evidence.formal.find_proofs", lambda: None)
    assert (
        audit().reason
        == compiled_theories()
        == "no proofs directory: the package does not run from a checkout"
    )


def test_the_proofs_of_this_checkout_are_beside_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_proofs() == Path(_audit_build.__file__).resolve().parents[2] / "proofs"
    monkeypatch.setattr("symlam.evidence._audit.PROJECT", "not there")
    assert find_proofs() is None


def test_the_build_is_beside_the_proofs_or_where_one_can_write(tmp_path: Path) -> None:
    proofs = tmp_path / "proofs"
    assert build_directory(proofs) == tmp_path / "build" / "proofs"
    assert build_directory(proofs).is_dir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "build").write_text("a file in the way")
    scratch = build_directory(tmp_path / "a" / "proofs")
    assert scratch.is_dir() and scratch.name.startswith("symlam-proofs-")
    scratch.rmdir()


def test_evidence_is_sorted_by_claim(tmp_path: Path) -> None:
    two = Theorem("two", ("T2",), "t/b.v", "printed", "Two.")
    done = Audit(
        tmp_path,
        [TheoremResult(THEOREM, PROVED), TheoremResult(two, FAILED, "why")],
        coq="8.16",
        seconds={"a": 1.5, "b": 2.0004},
    )
    found = evidence_of(done, ["T1", "T2", "T3"])
    assert {claim: (e.claim, e.status, e.reason) for claim, e in found.items()} == {
        "T1": ("T1", PROVED, ""),
        "T2": ("T2", FAILED, "two: why"),
        "T3": ("T3", "no theorem", "no theorem of the ledger is about it"),
    }
    both = found["T2"]
    assert (both.names, both.roles, both.sentence) == (
        ("M.one", "two"),
        ("repaired", "printed"),
        "One is one. Two.",
    )
    assert found["T1"].as_dict() == {
        "status": PROVED,
        "reason": "",
        "coq": "8.16",
        "seconds": 3.5,
        "theorems": [
            {
                "name": "M.one",
                "claims": ["T1", "T2"],
                "file": "t/a.v",
                "role": "repaired",
                "sentence": "One is one.",
                "status": PROVED,
                "reason": "",
            }
        ],
    }
    assert theorem_as_dict(done.theorems[1])["reason"] == "why"
    assert both.as_dict()["seconds"] == 3.5
    assert FormalEvidence("T", PROVED, (), "", "", 0.12345).as_dict()["seconds"] == 0.123
    unread = evidence_of(Audit(tmp_path, findings=[Finding("unreadable", "proofs", "x")]), ["T1"])["T1"]
    assert (unread.status, unread.reason) == (FAILED, "unreadable: proofs: x")
    nothing = evidence_of(Audit(tmp_path), ["T1"])["T1"]
    assert nothing.status == "no theorem"
    beside = Audit(tmp_path, [TheoremResult(THEOREM, FAILED, "why")], [Finding("build", "t/a.v", "x")])
    assert evidence_of(beside, ["T3"])["T3"].status == "no theorem"
    unasked = evidence_of(Audit(tmp_path, [TheoremResult(THEOREM, UNCHECKED)], reason="no Coq"), ["T1", "T3"])
    assert {(e.status, e.reason) for e in unasked.values()} == {(UNCHECKED, "no Coq")}
    assert unasked["T1"].names == ("M.one",)


@pytest.mark.parametrize("claims", ["T1", [1], ["T1", None]])
def test_claims_are_given_as_strings(claims: object, small: Path) -> None:
    with pytest.raises(Exception, match="claim ids are"):
        formal_evidence(claims, small)  # type: ignore[arg-type]
