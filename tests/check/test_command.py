"""The command, the report as text and JSON, scripts, `--minimal`, `--watch`, labels and declarations."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from symlam.algebra import matrix, msq, tr, uncorrelated, vector
from symlam.check import check_steps, check_text, derivation
from symlam.cli._check import command
from symlam.errors import SymlamError

GOOD = r"""
%! dims n m
%! vector x y : n
%! matrix A : m x n
%! assume E[x y^T] = 0
%! assume E[x x^T] > 0
\begin{align}
L &= \mathbb{E}\|A(x + y)\|^2 \\
  &= \mathbb{E}\|A x\|^2 + \mathbb{E}\|A y\|^2 \label{eq:sum}
\end{align}
"""
BAD = GOOD.replace(r"+ \mathbb{E}\|A y\|^2 \label", r"+ 2 \mathbb{E}\|A y\|^2 \label")


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "from symlam.cli import main; main()", "check", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in {
        "good.tex": GOOD, "bad.tex": BAD, "syntax.tex": GOOD.replace("A x", "A x +"),
        "shapes.tex": GOOD.replace("A y", "y A"), "unknown.tex": GOOD.replace("A y", "W y"),
        "contradiction.tex": GOOD.replace("> 0", "= -I"), "open.tex": GOOD + "\n\\[ \\log L = 0 \\]",
        "empty.tex": "", "prose.md": "# No derivation\n", "declared.tex": GOOD.split("\\begin")[0],
        "nothing.py": "x = 1\n", "decides.tex": GOOD + "%! decides X.a\n",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("good.tex", 0, "2 follows"),
        ("bad.tex", 1, "FAILS"),
        ("open.tex", 1, "undecided"),
        ("empty.tex", 2, "no line of a derivation"),
        ("prose.md", 2, "no line of a derivation"),
        ("declared.tex", 2, "no line of a derivation"),
        ("nothing.py", 2, "no line of a derivation"),
        ("decides.tex", 2, "no line follows"),
        ("syntax.tex", 2, "expected"),
        ("shapes.tex", 2, "cannot multiply"),
        ("unknown.tex", 2, "W is not declared"),
        ("contradiction.tex", 2, "contradictory"),
        ("missing.tex", 2, "No such file"),
    ],
)
def test_exit_codes(files: Path, name: str, code: int, words: str) -> None:
    found, output = run(str(files / name))
    assert found == code, output
    assert words in output
    if code == 2 and name != "missing.tex":
        assert "line " in output


def test_several_files_have_the_worst_exit_code(files: Path) -> None:
    result = CliRunner().invoke(
        command, [str(files / "good.tex"), str(files / "bad.tex")], standalone_mode=False
    )
    assert result.return_value == 1


def test_the_json_says_what_the_documentation_promises(files: Path) -> None:
    result = CliRunner().invoke(command, [str(files / "bad.tex"), "--json", "-"], standalone_mode=False)
    data = json.loads(result.output)
    assert set(data) == {
        "schema", "file", "blocks", "unused_assumptions", "minimal_assumptions", "notes", "exit_code",
    }  # fmt: skip
    first, second = data["blocks"][0]["lines"]
    for line in (first, second):
        assert {"source_line", "relation", "verdict", "rule", "assumptions", "counterexample"} <= set(line)
    assert (first["verdict"], second["verdict"], second["source_line"]) == ("follows", "fails", 9)
    counterexample = second["counterexample"]
    assert counterexample["left"] != counterexample["right"]
    assert set(counterexample["dimensions"]) == {"n", "m"}
    assert "A" in counterexample["matrices"]
    text = Path(__file__).resolve().parents[2].joinpath("docs", "check.md").read_text(encoding="utf-8")
    for field in (*data, *second, *counterexample):
        assert f"`{field}`" in text, field


def test_json_to_a_file_and_text_beside_it(files: Path) -> None:
    target = files / "out.json"
    result = CliRunner().invoke(
        command, [str(files / "good.tex"), "--json", str(target)], standalone_mode=False
    )
    assert result.return_value == 0
    assert "follows" in result.output
    assert json.loads(target.read_text())["exit_code"] == 0


def test_counterexamples_as_arrays(files: Path) -> None:
    report = check_text(
        GOOD.replace("%! assume E[x y^T] = 0", "").replace("x y : n", "x y : 2").replace("m x n", "m x 2")
    )
    assert report.lines[1].verdict.answer == "fails"
    flat, arrays = report.text(), report.text(matrices=True)
    assert "[ " not in flat
    assert "[ " in arrays
    assert arrays.count("\n") > flat.count("\n")


def test_the_counterexample_can_be_recomputed_from_its_text() -> None:
    from fractions import Fraction as F

    data = (
        check_text(BAD.replace(" : n", " : 1").replace("m x n", "1 x 1"))
        .lines[1]
        .verdict.counterexample.describe()
    )
    a, x, y = (
        F(data["matrices"]["A"][0][0]), F(data["moments"]["E[x x']"][0][0]), F(data["moments"]["E[y y']"][0][0]),
    )  # fmt: skip
    assert (F(data["left"]), F(data["right"])) == (a * a * (x + y), a * a * (x + 2 * y))


def test_unused_and_minimal_assumptions(files: Path) -> None:
    from symlam.check import check_file

    report = check_file(files / "good.tex", minimal=True)
    assert report.unused == ("E[x x^T] > 0",)
    assert report.minimal == [("E[x y^T] = 0",)]


def test_every_minimal_set_is_found(tmp_path: Path) -> None:
    # either assumption alone is enough
    source = r"""
%! dims n
%! vector x y : n
%! matrix A : n x n
%! assume E[x y^T] = 0
%! assume A = 0
\[ \mathbb{E}[x^\top A y] = 0 \]
"""
    path = tmp_path / "two.tex"
    path.write_text(source)
    from symlam.check import check_file

    found = check_file(path, minimal=True).minimal
    assert found
    for kept in found:
        assert len(kept) == 1


def test_watch_checks_again_when_the_file_changes(files: Path) -> None:
    path = files / "good.tex"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", "from symlam.cli import main; main()", "check", str(path), "--watch"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        # a run in the background of a shell hands down that Ctrl-C is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    seen = ""
    try:
        while "2 follows" not in seen:
            seen += process.stdout.readline()
        path.write_text(BAD, encoding="utf-8")
        deadline = time.monotonic() + 30
        while "1 fails" not in seen and time.monotonic() < deadline:
            seen += process.stdout.readline()
    finally:
        process.send_signal(signal.SIGINT)
        seen += process.communicate(timeout=20)[0]
    assert "1 fails" in seen
    assert "interrupted" in seen
    assert process.returncode == 130


# ---- scripts


SCRIPT = """
from symlam.algebra import msq, uncorrelated, vector
from symlam.check import derivation
x, y = vector("x", "n"), vector("y", "n")
with derivation("a sum", given=uncorrelated(x, y)) as step:
    step(msq(x + y))
    step("=", msq(x) + msq(y))
    step(">=", {last})
"""


def test_a_script_is_checked_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sum.py"
    path.write_text(SCRIPT.format(last="msq(y)"))
    code, output = run(str(path))
    assert code == 0, output
    assert 'sum.py:8: follows   step(">=", msq(y))' in output
    path.write_text(SCRIPT.format(last="2 * msq(y)"))
    assert run(str(path))[0] == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("x = 1", "no line of a derivation"),
        ("1 / 0", "line 1: ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
        (SCRIPT.format(last="x"), "line 8"),
        (SCRIPT.format(last="'y'"), "no expression"),
    ],
)
def test_scripts_that_do_not_fit_are_input_errors(tmp_path: Path, body: str, words: str) -> None:
    path = tmp_path / "bad.py"
    path.write_text(body)
    code, output = run(str(path))
    assert code == 2
    assert words in output


def test_lists_of_steps_and_the_questions_of_a_derivation() -> None:
    x, y, A = vector("x", "n"), vector("y", "m"), matrix("A", "m", "n")
    assert (
        check_steps([msq(A * x), ("=", tr(A.T * A * (0 * tr(A * A.T)) * 1) * 0 + msq(A * x))]).exit_code == 0
    )
    with derivation("regression", given=uncorrelated(x, y)) as step:
        step(msq(A * x - y))
        assert step.minimiser({A: 0 * A}).answer == "follows"
        assert step.minimiser({A: 0 * A}, only=True).answer == "fails"
        assert step.minimum([A], msq(y)).answer == "follows"
        assert step.minimum([A], 2 * msq(y)).answer == "fails"
        assert step.gradient(A, 2 * A * 0).answer == "fails"
    with pytest.raises(SymlamError, match="first line"):
        derivation("empty").minimum([A], msq(y))
    with pytest.raises(SymlamError, match="step"):
        derivation("empty")("~", msq(y))


# ---- labels and further declarations


def test_a_bound_can_be_cited_by_its_label(answers) -> None:
    split = r"\mathbb{E}\|o\|^2 &\ge 2\,\mathbb{E}[o^\top q] - \mathbb{E}\|q\|^2 \label{eq:young} \\"
    assert answers(split + r"\mathbb{E}\|o\|^2 &\ge 0") == ["follows", "follows"]


def test_cited_results_are_used_and_named() -> None:
    head = "%! dims n\n%! vector x y : n\n%! scalar c\n"
    first = r"\[ c^2 \ge 0 \label{eq:c} \]" + "\n%! use eq:c\n" + r"\[ c^2 + 1 \ge 1 \]"
    assert check_text(head + first).exit_code == 0
    wrong = r"\[ \mathbb{E}\|x\|^2 = \mathbb{E}\|y\|^2 \label{eq:w} \]" + "\n%! use eq:w\n"
    report = check_text(head + wrong + r"\[ 2\,\mathbb{E}\|x\|^2 = 2\,\mathbb{E}\|y\|^2 \]")
    assert [x.verdict.answer for x in report.lines] == ["fails", "fails"]
    assert "not accepted" in report.notes[0]


@pytest.mark.parametrize(
    ("declared", "line", "answer"),
    [
        ("assume mean x = 0", r"\mathbb{E}[x] &= 0", "follows"),
        ("", r"\mathbb{E}[x] &= 0", "fails"),
        ("assume independent x, y", r"\mathbb{E}[x y^\top] &= 0", "follows"),
        ("assume independent x, y", r"\mathbb{E}[x] &= \mathbb{E}[y]", "follows"),
        ("assume uncorrelated x, y", r"\mathbb{E}[x] &= \mathbb{E}[y]", "fails"),
        ("", r"\mathbb{E}\|x - \mathbb{E}[x]\|^2 &= \mathbb{E}\|x\|^2 - \|\mathbb{E}[x]\|^2", "follows"),
        ("", r"\mathbb{E}\|x - \mathbb{E}[x]\|^2 &= \mathbb{E}\|x\|^2", "fails"),
        ("assume S >= 0", r"\operatorname{tr}(M S M^\top) &\ge 0", "follows"),
        ("", r"\operatorname{tr}(M S M^\top) &\ge 0", "fails"),
        ("assume S > 0", r"S S^{-1} &= I", "follows"),
        ("assume 2 I >= M M^T >= I", r"\operatorname{tr}(M^\top M) &\ge n", "follows"),
        ("assume 2 I >= M M^T >= I", r"\operatorname{tr}(M^\top M) &\le 2 n", "follows"),
        ("assume 2 I >= M M^T >= I", r"\operatorname{tr}(M^\top M) &\le n", "fails"),
        ("", r"S S^{-1} &= I", "undecided"),
        (r"assume c > 0", r"c\,\mathbb{E}\|x\|^2 &\ge 0", "follows"),
        (r"assume c >= 0", r"c\,\mathbb{E}\|x\|^2 &\ge 0", "follows"),
        ("", r"c\,\mathbb{E}\|x\|^2 &\ge 0", "fails"),
        ("assume E[x x^T] = c I", r"\mathbb{E}\|x\|^2 &= c n", "follows"),
        ("assume x = M y", r"\mathbb{E}[x y^\top] &= M \mathbb{E}[y y^\top]", "follows"),
        ("assume M^T M = I", r"\mathbb{E}\|M x\|^2 &= \mathbb{E}\|x\|^2", "follows"),
        ("assume orthonormal M", r"\mathbb{E}\|M x\|^2 &= \mathbb{E}\|x\|^2", "follows"),
        ("assume rank M >= 2", r"\operatorname{tr}(M^\top M) &= 0", "fails"),
        ("assume E[x^T y] = 0", r"\mathbb{E}\|x + y\|^2 &= \mathbb{E}\|x\|^2 + \mathbb{E}\|y\|^2", "follows"),
        ("assume E[x^T y] = 0", r"\mathbb{E}[x y^\top] &= 0", "fails"),
        ("assume E[x x^T] >= 0", r"\mathbb{E}\|x\|^2 &\ge 0", "follows"),
    ],
)
def test_assumptions(declared: str, line: str, answer: str) -> None:
    source = "%! dims n\n%! vector x y : n\n%! matrix M : n x n\n%! matrix S : n x n symmetric\n%! scalar c\n"
    report = check_text(f"{source}%! {declared}\n\\begin{{align}}\n{line}\n\\end{{align}}")
    assert report.lines[0].verdict.answer == answer, report.text()


def test_the_clauses_that_a_line_decides_are_reported_with_it() -> None:
    named = GOOD.replace("\n  &=", "\n%! decides X.a X.b\n  &=")
    lines = [x for b in check_text(named).as_dict()["blocks"] for x in b["lines"]]
    assert [x["decides"] for x in lines] == [[], ["X.a", "X.b"]]
    first = GOOD.replace("\\begin", "%! decides X.c\n\\begin")
    assert [x.decides for x in check_text(first).lines] == [("X.c",), ()]
