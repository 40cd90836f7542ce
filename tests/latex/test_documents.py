"""`symlam latex`: every document is read back by `symlam check`, in any notation, and compiles without an overfull line."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symlam.algebra import LinearForm, Matrix, Notation, Scalar
from symlam.check import check_file, check_text
from symlam.claims import claim, ledger
from symlam.claims._verify import _derivation
from symlam.cli import main
from symlam.errors import SymlamError
from symlam.latex import latex_of_claim, latex_of_file, load_notation
from symlam.latex._blocks import Chain, latex_block
from symlam.latex._breaking import rows, width
from symlam.latex._claim import ClaimWriter
from symlam.latex._names import Names
from symlam.latex._prose import Prose
from symlam.latex._python import PythonWriter
from tests.latex.reading import read_back

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = Notation(
    symbols={"ε": r"\xi", "A": r"W_{1}", "d_o": "n", "Π_d": r"\hat{\pi}"},
    vectors="bold",
    transpose="T",
    expectation=r"\operatorname{E}",
    expectation_brackets="[",
    norm=r"\|",
    norm_index="2",
    moments="expectation",
)


def writer(identifier: str, notation: Notation) -> ClaimWriter:
    """A writer of what needs no decision: the derivations."""
    c = claim(identifier)
    report = {"evidence": {"derivation": {"derivations": [_derivation(d) for d in c.derivations()]}}}
    return ClaimWriter(c, report, notation)


@pytest.mark.parametrize("notation", [Notation(), OWN], ids=["paper", "own"])
@pytest.mark.parametrize("identifier", [i for i, c in ledger().items() if c.derivations()])
def test_every_derivation_of_the_ledger_is_accepted_by_symlam_check(identifier, notation):
    w = writer(identifier, notation)
    blocks = [b for d in w.derivations for b in w.derivation(d)]
    report = check_text("\n".join(latex_block(b, limit=30) for b in blocks))
    assert [x.verdict.answer for x in report.lines] == ["follows"] * len(report.lines)
    assert len(report.lines) == sum(len(d.steps) for d in w.derivations)
    assert len(report.stated) >= max(len(d.assumptions) for d in w.derivations)


def test_a_wrong_line_in_a_document_is_seen_by_symlam_check():
    w = writer("P4.1", Notation())
    text = "\n".join(latex_block(b, limit=30) for b in w.derivation(w.derivations[0]))
    assert check_text(text).exit_code == 0
    assert check_text(text.replace("(B D - I)", "(B D + I)", 1)).exit_code == 1
    assert check_text(re.sub(r"%! assume .*E.*\n", "", text)).exit_code == 1


def test_a_claim_is_written_with_statement_verdict_counterexample_and_unchecked_theorems(tmp_path):
    text = latex_of_claim("D1")
    for part in (
        "Statement",
        "Verdict",
        r"\begin{align*}",
        r"\min_{A}",
        "Optimum",
        "Counterexample",
        "pmatrix",
        "2506.15691",
        r"\cite{zhang2025}",
    ):
        assert part in text, part
    assert "not checked in this run" in text and "proved" not in text
    assert "As printed, the claim is refuted." in text
    file = tmp_path / "claim.tex"
    file.write_text(text)
    assert check_file(file).exit_code == 0


def test_proved_is_said_only_of_theorems_that_the_kernel_accepted():
    c = claim("S1")
    base = {"role": "printed", "file": "theories/objective.v", "sentence": "It holds."}
    theorems = [
        {**base, "name": "one", "status": "proved"},
        {**base, "name": "two", "status": "failed"},
        {**base, "name": "three", "status": "not asked"},
    ]
    w = ClaimWriter(c, {"evidence": {"formal": {"theorems": theorems}}}, Notation())
    text = "".join(latex_block(b, limit=40) for b in w.theorems())
    assert [re.search(rf"{{{n}}}.*?\((.*?)\)", text)[1] for n in ("one", "two", "three")] == [
        "printed; proved", "printed; failed", "printed; not checked in this run",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["P4.1.tex", "P4.3.tex", "S2.tex", "D1.tex"])
def test_a_file_keeps_its_verdicts_in_another_notation(tmp_path, name):
    before = check_file(ROOT / "examples" / name)
    own = Notation(symbols={"A": "W", "o": r"\mathbf{s}"}, transpose="T", expectation=r"\mathrm{E}")
    file = tmp_path / name
    file.write_text(latex_of_file(ROOT / "examples" / name, notation=own))
    after = check_file(file)
    assert [x.verdict.answer for x in after.lines] == [x.verdict.answer for x in before.lines]
    shown = "\n".join(re.findall(r"\\begin\{align\*\}.*?\\end\{align\*\}", file.read_text(), re.DOTALL))
    assert "W" in shown and r"\mathbf{s}" in shown and r"\mathbb" not in shown and r"\top" not in shown


def test_a_script_is_printed_from_its_expressions():
    text = latex_of_file(ROOT / "examples" / "P4_1.py")
    for line in (
        r"\mathcal{L} &= \mathbb{E}\lVert A o + B (",
        r"&= \mathbb{E}\lVert (A + B C + B D - I) o + (B D - I) (q + \varepsilon) \rVert^2",
        r"&\ge \mathbb{E}\lVert (B D - I) (q + \varepsilon) \rVert^2",
        r"\nabla_{A} \mathcal{L} &= 2 (A + B C + B D - I) \mathbb{E}[o o^{\top}]",
        r"A^{\star} &= I - B (C + D)",
        r"\min_{A} \mathcal{L} &= \mathbb{E}\lVert (B D - I) (q + \varepsilon) \rVert^2",
    ):
        assert line in text, line


SCRIPT = """
from fractions import Fraction
from symlam.algebra import E, identity, matrix, msq, scalar, tr, vector
from symlam.check import derivation

o, q, s = vector("o", "n"), vector("q", "n"), scalar("s")
A, G, I = matrix("A", "n", "n"), matrix("G", "n", "n", invertible=True), identity("n")
M, half = A + G, Fraction(1, 2)

def twice(x):
    return 2 * x

with derivation("forms") as step:
    step(msq(A * (o - (q - o)) - G.inverse().T * o) / s - 3 * tr((A + I) ** 2 * M.T))
    step("=", twice(msq(o)) - msq(o))
with derivation("more") as step:
    step(-(s - 1) * tr(E(A * o, o + q) @ A.T) + half * s**2)
"""


@pytest.mark.parametrize("notation", [Notation(), OWN], ids=["paper", "own"])
def test_what_a_script_says_is_read_back_as_its_value(tmp_path, notation):
    file = tmp_path / "forms.py"
    file.write_text(SCRIPT)
    report = check_file(file)
    writer_of = PythonWriter(SCRIPT, notation)
    shown = []
    for x in report.lines:
        value = x.shown[1]
        shown.append(writer_of.written(x.source_line, value, x.scope))
        if shown[-1] is not None:
            names = Names().add(
                value, *(v for v in x.scope.values() if isinstance(v, Matrix | LinearForm | Scalar))
            )
            assert read_back(shown[-1], names, notation, like=value) == value
    # a fraction of the script's own has no written form: that line is printed by value
    assert [s is None for s in shown] == [False, False, True]


# ---- notation


@pytest.mark.parametrize(
    ("symbols", "said"),
    [
        ({"A": "B"}, "A and B both as B"),
        ({"ε": "o"}, "both as o"),
        ({"A": "I"}, "the identity and A both as I"),
        ({"A": "W W"}, "is not one symbol"),
        ({"A": "W + 1"}, "is not one symbol"),
        ({"A": r"\frac{1}{2}"}, "is not one symbol"),
    ],
)
def test_two_names_never_share_a_symbol(symbols, said):
    with pytest.raises(SymlamError, match=re.escape(said)):
        ClaimWriter(claim("P4.1"), {}, Notation(symbols=symbols))


def test_a_plain_e_for_the_expectation_clashes_with_the_head():
    ClaimWriter(claim("P4.1"), {}, Notation(expectation="E"))
    with pytest.raises(SymlamError, match="the expectation and E both as E"):
        ClaimWriter(claim("P4.4"), {}, Notation(expectation="E"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vectors = 'fat'", "vectors = 'fat'"),
        ("colour = 'red'", "unknown key 'colour'"),
        ("[symbols]\nA = 3", "symbols = "),
        ("vectors = ", "is not TOML"),
    ],
)
def test_a_bad_notation_file_is_said_in_a_sentence(tmp_path, text, said):
    file = tmp_path / "notation.toml"
    file.write_text(text)
    with pytest.raises(SymlamError, match=re.escape(said)):
        load_notation(file)


def test_a_notation_file_is_read(tmp_path):
    file = tmp_path / "notation.toml"
    file.write_text("vectors = 'bold'\ntranspose = 'T'\n[symbols]\nA = '\\mathbf{W}'\n\"ε\" = '\\xi'\n")
    assert load_notation(file) == Notation(
        vectors="bold", transpose="T", symbols={"A": r"\mathbf{W}", "ε": r"\xi"}
    )


# ---- words and rows


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("at every optimum C + D = 0", r"at every optimum $C + D = 0$"),
        (
            "If E[o (q+ε)ᵀ] = 0, then z = D q",
            r"If $\mathbb{E}[o (q+\varepsilon)^{\top}] = 0$, then $z = D q$",
        ),
        ("L = E‖ô' − o‖²", r"$\mathcal{L} = \mathbb{E}\lVert \hat{o}' - o\rVert^2$"),
        ("a policy that depends on o", "a policy that depends on $o$"),
        ("z determines a at every optimum", "$z$ determines $a$ at every optimum"),
        ("1 % of labels", r"1 \% of labels"),
        ("E[k1 k1^T] and C + D <> 0", r"$\mathbb{E}[k_{1} k_{1}^{\top}]$ and $C + D \ne 0$"),
        ("below s (1 + lambda)", r"below $s (1 + \lambda)$"),
        ("A = I (B is not square)", "$A = I$ ($B$ is not square)"),
    ],
)
def test_words_stay_words_and_formulas_become_latex(text, latex):
    kinds = {**dict.fromkeys("ABCDI", "matrix"), **dict.fromkeys("oqεaz", "vector")}
    assert Prose(Notation(), kinds).latex(text) == latex


def test_rows_keep_every_symbol_and_fit():
    text = r"\mathbb{E}\lVert (A + B C) o + (B D - I) (q + \varepsilon) \rVert^2 + \operatorname{tr}(A B)"
    out = rows(text, 14)
    assert len(out) > 2 and all(width(r) <= 14 for r in out)
    assert "".join(" ".join(out).split()) == "".join(text.split())


def test_the_reason_of_a_first_line_stands_before_the_display():
    from symlam.latex._blocks import Row, words

    text = latex_block(Chain((Row(words("This line fails"), "x", "y"),)), limit=30)
    assert text.startswith("This line fails\n\\begin{align*}")


# ---- the command


def run(capsys, monkeypatch, *said: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["symlam", "latex", *said])
    with pytest.raises(SystemExit) as stop:
        main()
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return stop.value.code, out.out, out.err


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["P9"], "there is no claim 'P9'"),
        (["nowhere.tex"], "No such file"),
        (["S1", "-o", "no/such/directory/out.tex"], "cannot write"),
        (["S1", "--notation", "nowhere.toml"], "cannot read nowhere.toml"),
        (["S1", "--style", "fancy"], "Invalid value for '--style'"),
        (["examples/P4.1.tex", "--formal"], "--formal with a file"),
    ],
)
def test_bad_input_is_exit_two_and_one_sentence(capsys, monkeypatch, said, why):
    code, out, err = run(capsys, monkeypatch, *said)
    assert code == 2 and why in err and not out


def test_the_command_writes_to_standard_output_and_to_files(capsys, monkeypatch, tmp_path):
    code, out, _ = run(capsys, monkeypatch, "s1", "--style", "bare")
    assert code == 0 and r"\documentclass" not in out and r"\cite" not in out and r"\begin{align*}" in out
    code, nothing, _ = run(capsys, monkeypatch, "s1", "--style", "bare", "-o", str(tmp_path / "s1.tex"))
    assert code == 0 and not nothing and (tmp_path / "s1.tex").read_text() == out


# ---- LaTeX itself


@pytest.mark.tex
@pytest.mark.parametrize(("what", "style"), [("P4.1", "article"), ("D1", "neurips"), ("P4.2", "bare")])
def test_documents_compile_with_no_line_overfull(tmp_path, what, style):
    text = latex_of_claim(
        what, style=style, notation=Notation(vectors="bold") if style == "article" else None
    )
    if style == "bare":
        text = (
            "\\documentclass{article}\\usepackage{amsmath,amssymb}\\begin{document}\n"
            + text
            + "\\end{document}\n"
        )
    assert compile_log(tmp_path, text) == []


@pytest.mark.tex
def test_the_log_shows_what_is_overfull(tmp_path):
    wide = r"\documentclass{article}\begin{document}\noindent\hbox to 2\textwidth{x\hfill x}\end{document}"
    assert any("Overfull" in line for line in compile_log(tmp_path, wide))


def compile_log(directory: Path, text: str) -> list[str]:
    """What LaTeX complains of: errors, overfull boxes, undefined references."""
    (directory / "x.tex").write_text(text, encoding="utf-8")
    pdflatex = shutil.which("pdflatex")
    for _ in range(2):
        subprocess.run(
            [pdflatex, "-interaction=nonstopmode", "x.tex"],
            cwd=directory,
            capture_output=True,
            check=False,
            timeout=120,
        )
    assert (directory / "x.pdf").exists(), (directory / "x.log").read_text(errors="replace")[-2000:]
    log = (directory / "x.log").read_text(errors="replace")
    return [
        line for line in log.splitlines() if re.match(r"!|Overfull|LaTeX Warning: (Reference|Citation)", line)
    ]


@pytest.mark.tex
def test_long_formulas_in_a_text_end_lines_where_they_may(tmp_path):
    from symlam.latex._blocks import Paragraph

    long = " + ".join(rf"\Sigma_{{{i}}}" for i in range(30))
    texts = [rf"\lambda \left({long}\right)", "/".join(rf"\det \Sigma_{{{i}}}" for i in range(30))]
    body = "\n\n".join(latex_block(Paragraph((("text", "So "), ("math", t))), limit=40) for t in texts)
    head = "\\documentclass{article}\\usepackage{amsmath}\\emergencystretch=4em"
    assert compile_log(tmp_path, f"{head}\\begin{{document}}\n{body}\n\\end{{document}}\n") == []


def test_a_conditional_moment_stays_a_symbol():
    kinds = {"x": "vector", "y": "vector"}
    assert (
        Prose(Notation(moments="expectation"), kinds).latex("tr Σ_{y|x}")
        == r"$\operatorname{tr} \Sigma_{y|x}$"
    )
    assert (
        Prose(Notation(moments="expectation"), kinds).latex("tr Σ_x")
        == r"$\operatorname{tr} \mathbb{E}[x x^{\top}]$"
    )
