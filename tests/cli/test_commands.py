"""The commands as a user reads them: predict, prove, figures, check; good answers and bad usage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from symlam.cli import cli
from symlam.errors import SymlamError
from symlam.evidence._audit import Audit, TheoremResult
from symlam.evidence._audit_ledger import Theorem
from symlam.evidence._audit_source import Finding

SMALL = ("--d-o", "6", "--d-a", "2")


def run(*words: str) -> tuple[int, str]:
    """The exit code and what was printed, errors of input included."""
    done = CliRunner().invoke(cli, words, standalone_mode=False)
    if isinstance(done.exception, SymlamError):
        return 2, str(done.exception)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return 2, done.output + str(done.exception)
    return done.return_value or 0, done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--d-z 2", ("no labels", "d_z = 2", "unique", "no closed form for this scenario")),
        ("--d-z 2 --weight 2", ("effective weight  2", "given")),
        ("--d-z 2 --label-fraction 1/10 --reduction sum", ("0.1", "label fraction (sums)")),
        ("--d-z 2 --label-fraction 1/10 --reduction mean", ("2.99999583", "(d_o/d_a) (1 - (1 - p)^128)")),
        ("--noise iid --sigma 1 --d-z 1", ("mixed, 50.0% action", "d_z > d_a, whatever sigma")),
        ("--noise agents --d-b 2 --d-z 1", ("0.5 .. 1.5", "change places at sigma = sigma_q = 1")),
        (
            "--noise agents --d-b 2 --d-z 1 --chi 1/2 --augment 1/2 --label-fraction 1/10",
            ("found by search, no closed form", "3.199998749 .. 3.799997915"),
        ),
        ("--noise iid --sigma 1/2 --d-z 2 --digits 12", ("0.200000000000", "1.73333333333")),
    ],
)
def test_predict_says_the_values_and_where_they_come_from(words: str, said: tuple[str, ...]) -> None:
    status, text = run("predict", *SMALL, *words.split())
    assert status == 0
    for part in said:
        assert part in text


def test_predict_as_json_is_the_same() -> None:
    status, text = run("predict", *SMALL, "--d-z", "1", "--noise", "iid", "--json")
    data = json.loads(text)
    assert status == 0
    assert data["loss"] == 6
    assert data["action_mse"] == 0.75


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("predict", *SMALL, "--digits", "0"), "--digits is 0; expected a positive number"),
        (("predict", "--d-o", "2", "--d-a", "3"), "orthogonal effects need 3 dimensions and d_o is 2"),
        (("figures", "-o", "x", "--steps", "0"), "--steps and --seeds have to be positive"),
        (("check", "x.tex", "--watch", "--json", "-"), "--watch prints for reading"),
        (("prove", "--full"), "symlam prove --audit --full"),
        (("snapshot", "--check", "x.tex"), "leave FILE out"),
    ],
)
def test_bad_usage_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    status, text = run(*words)
    assert status == 2
    assert said in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "words",
    [("figures", "-o", "DIR/figures"), ("write-certificate", *SMALL, "-o", "DIR/c.json", "--coq", "DIR/c.v")],
)
def test_a_place_that_cannot_be_written_is_one_sentence(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = str(tmp_path / "file")
    done = subprocess.run(
        [sys.executable, "-m", "symlam", *(word.replace("DIR", place) for word in words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("symlam: ") and place in done.stderr and done.stderr.count("\n") == 1


def test_figures_reports_and_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    def make(directory: Path, *, report, **options: object) -> list[Path]:
        asked.update(options)
        report("drawing")
        return [directory / "a.pdf", directory / "a.png"]

    monkeypatch.setattr("symlam.figures.drawing.make_figures", make)
    assert run("figures", "-o", str(tmp_path), "--train", "--steps", "7") == (0, f"2 files in {tmp_path}\n")
    assert (asked["train"], asked["steps"]) == (True, 7)


# ---- prove, with an audit that is given


def theorem(name: str, *claims: str, role: str = "claim") -> Theorem:
    return Theorem(claims=claims, name=name, file="a.v", role=role, sentence=f"{name} says this", needs={})


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch):
    def use(done: Audit) -> None:
        def audit(proofs: object, *, progress, **_: object) -> Audit:
            progress("reading sources")
            return done

        monkeypatch.setattr("symlam.evidence.formal.audit", audit)

    return use


def proved(**changes: object) -> Audit:
    done = Audit(Path("proofs"), coq="8.16")
    done.theorems = [
        TheoremResult(theorem("P4_1_first", "P4.1"), "proved", ""),
        TheoremResult(theorem("tool", role="library"), "proved", ""),
    ]
    for name, value in changes.items():
        setattr(done, name, value)
    return done


def test_prove_shows_each_theorem_and_is_good_when_all_are_proved(audited) -> None:
    audited(proved())
    status, text = run("prove")
    assert status == 0
    assert "2 of 2 theorems proved with no axiom, 0 findings; Coq 8.16" in text
    assert run("prove", "P4.1")[0] == 0
    assert "tool" not in run("prove", "P4.1")[1]


def test_prove_is_not_good_with_a_failure_a_finding_or_a_claim_without_theorem(audited) -> None:
    failed = [TheoremResult(theorem("P4_1_first", "P4.1"), "failed", "a.v does not compile")]
    audited(proved(theorems=failed))
    status, text = run("prove")
    assert status == 1
    assert "P4_1_first: a.v does not compile" in text
    audited(proved(findings=[Finding("forbidden", "a.v:3", "Admitted")]))
    status, text = run("prove")
    assert status == 1
    assert "found: " in text
    assert "Admitted" in text
    audited(proved())
    status, text = run("prove", "S2")
    assert status == 1
    assert "S2: no theorem of the ledger is about it" in text
    assert run("prove", "X99")[0] == 2


def test_prove_says_what_was_not_checked_here(audited) -> None:
    waiting = [TheoremResult(theorem("P4_1_first", "P4.1"), "not checked", "no Coq")]
    audited(proved(theorems=waiting, reason="Coq is not installed"))
    status, text = run("prove")
    assert status == 1
    assert "not checked here: Coq is not installed" in text


def test_prove_writes_json_to_a_file_or_to_the_screen_alone(audited, tmp_path: Path) -> None:
    audited(proved(findings=[Finding("forbidden", "a.v:3", "Admitted")], seconds={"sources": 0.12345}))
    status, text = run("prove", "--json", "-")
    shown = text[text.index("{") :]
    data = json.loads(shown)
    assert status == 1
    assert data["findings"] == [{"kind": "forbidden", "where": "a.v:3", "message": "Admitted"}]
    assert data["seconds"] == {"sources": 0.123}
    assert [t["name"] for t in data["theorems"]] == ["P4_1_first", "tool"]
    run("prove", "--json", str(tmp_path / "out.json"))
    assert json.loads((tmp_path / "out.json").read_text()) == data
    status, text = run("prove", "--json", str(tmp_path / "no" / "out.json"))
    assert status == 2
    assert "cannot write" in text
