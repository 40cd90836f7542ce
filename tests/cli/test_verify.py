"""`symlam verify`: exit codes, pure JSON, clear errors, a clean end on Ctrl-C, a light --help."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import symlam.claims
from symlam.cli import main

SYMLAM = Path(sys.executable).parent / "symlam"


def run(capsys, monkeypatch, *words: str) -> tuple[int, str, str]:
    """The command in this process, through the same `main` that the console script calls."""
    monkeypatch.setattr(sys, "argv", ["symlam", *words])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as stop:
        main()
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return stop.value.code, out.out, out.err


def test_a_decided_claim_with_evidence_is_exit_zero_and_a_table(capsys, monkeypatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "verify", "S1", "--no-formal")
    assert code == 0
    for word in ("claim", "verdict", "deriv", "counter", "agreement", "formal", "S1", "holds"):
        assert word in out


def test_claims_are_shown_once_and_in_the_order_asked(capsys, monkeypatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "verify", "s2", "S1", "S2", "--no-formal", "--json", "-")
    assert [c["id"] for c in json.loads(out)["claims"]] == ["S2", "S1"]
    assert code == 0


def test_details_show_proofs_and_counterexamples(capsys, monkeypatch) -> None:
    _, out, _ = run(capsys, monkeypatch, "verify", "S2", "--no-formal", "--details")
    for word in ("refuted", "counterexample", "left =", "right =", "α", "S2.c"):
        assert word in out


def test_missing_or_disagreeing_evidence_is_exit_one(capsys, monkeypatch) -> None:
    honest = symlam.claims.verify

    def disagreeing(*words, **options):
        found = honest(*words, **options)
        return {**found, "agrees": False}

    monkeypatch.setattr(symlam.claims, "verify", disagreeing)
    assert run(capsys, monkeypatch, "verify", "S1", "--no-formal")[0] == 1


@pytest.mark.parametrize("fault", ["open", "disagrees", "incomplete", "formal", "conflict"])
def test_what_does_not_agree(fault: str) -> None:
    from symlam.claims._verify import agrees

    good = {
        "complete": True,
        "verdict": "holds",
        "evidence": {"derivation": {"status": "derived"}, "formal": {"status": "not asked"}},
    }
    assert agrees(good)
    bad = json.loads(json.dumps(good))
    if fault == "open":
        bad["verdict"] = "open"
    elif fault in ("disagrees", "conflict"):
        bad["complete"] = False
    elif fault == "incomplete":
        bad["evidence"]["derivation"]["status"] = "incomplete"
    else:
        for status in ("failed", "not checked here", "no theorem", "disagrees"):
            bad["evidence"]["formal"]["status"] = status
            assert not agrees(bad), status
        return
    assert not agrees(bad)


def test_json_on_stdout_is_json_and_nothing_else() -> None:
    done = subprocess.run(
        [SYMLAM, "verify", "S1", "--no-formal", "--json", "-", "--digits", "20"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert done.stdout.startswith("{\n")
    assert done.stdout.endswith("}\n")
    assert report["digits"] == 20
    assert report["versions"]["schema"] == "symlam-verify/1"
    (c,) = report["claims"]
    assert {"id", "verdict", "hypotheses", "evidence", "counterexample", "parts", "assumptions"} <= set(c)
    assert set(c["evidence"]) == {"derivation", "counterexample", "lines", "agreement", "formal"}
    assert "Traceback" not in done.stderr


def test_json_to_a_file_keeps_the_table(capsys, monkeypatch, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    code, out, _ = run(capsys, monkeypatch, "verify", "S1", "--no-formal", "--json", str(target))
    assert code == 0
    assert "verdict" in out
    assert json.loads(target.read_text())["claims"][0]["id"] == "S1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["P9"], "there is no claim 'P9'"),
        (["P4.33"], "symlam verify P4.3"),
        (["S1", "nonsense"], "nonsense"),
        (["--digits", "0"], "digits"),
        (["--digits", "-5"], "digits"),
        (["--digits", "many"], "many"),
        (["--digits", "1001"], "1001"),
        (["--unknown"], "--unknown"),
    ],
)
def test_bad_usage_is_exit_two_and_one_sentence(capsys, monkeypatch, words, said) -> None:
    code, out, err = run(capsys, monkeypatch, "verify", "--no-formal", *words)
    assert code == 2
    assert said in err
    assert out == ""


@pytest.mark.parametrize("where", ["missing/report.json", "."])
def test_a_file_that_cannot_be_written_is_said_before_the_work(
    capsys, monkeypatch, tmp_path: Path, where: str
) -> None:
    def never(*words, **options):
        raise AssertionError("the claims were decided first, and their report lost")

    monkeypatch.setattr(symlam.claims, "verify", never)
    code, _, err = run(capsys, monkeypatch, "verify", "S1", "--no-formal", "--json", str(tmp_path / where))
    assert code == 2
    assert "cannot write" in err


def test_an_old_report_survives_a_run_that_fails(capsys, monkeypatch, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("{}")
    assert run(capsys, monkeypatch, "verify", "P9", "--no-formal", "--json", str(target))[0] == 2
    assert target.read_text() == "{}"


def test_help_shows_examples(capsys, monkeypatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "verify", "--help")
    assert code == 0
    for word in ("Examples", "symlam verify P4.3 D1", "--json -", "--digits", "--no-formal", "Exit code"):
        assert word in " ".join(out.split())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "sys.argv = ['symlam', '--help']\n"
        "from symlam.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'sympy', 'numpy', 'flint', 'mpmath', 'rich', 'matplotlib', 'lark', 'pyarrow', 'symlam.claims'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "verify" in done.stdout
    assert "LOADED []" in done.stdout


def children(pid: int) -> list[int]:
    try:
        return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the children from /proc")
@pytest.mark.parametrize("whole_group", [False, True], ids=["one process", "as a terminal does"])
def test_ctrl_c_is_exit_130_and_leaves_nobody_behind(whole_group: bool) -> None:
    job = subprocess.Popen(
        [SYMLAM, "verify", "P4.3", "P4.4", "--no-formal"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a run in the background of a shell hands down that Ctrl-C is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        end = time.monotonic() + 30
        while len(workers := children(job.pid)) < min(2, os.cpu_count() or 1) and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)
        workers = children(job.pid)
        assert workers
        if whole_group:
            os.killpg(job.pid, signal.SIGINT)
        else:
            os.kill(job.pid, signal.SIGINT)
        out, err = job.communicate(timeout=20)
    finally:
        if job.poll() is None:
            job.kill()
    assert job.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in out + err
    end = time.monotonic() + 5
    while any(map(alive, workers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [w for w in workers if alive(w)]
