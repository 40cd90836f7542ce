"""`--certify`: what the kernel is asked, and what is said when it refuses or is not there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symlam.check import FOLLOWS, check_file, check_text
from symlam.check._certify import certify

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NEEDS_COQ = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed: kernel not asked")


def test_without_coq_no_line_is_called_accepted(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    report = check_file(EXAMPLES / "S1.tex", certify=True)
    assert report.kernel == [None, *["not checked here: coqc is not installed"] * 3]
    assert report.exit_code == 1
    assert [x["kernel"] for x in report.as_dict()["blocks"][0]["lines"]] == report.kernel


def test_a_side_is_exported_as_it_is_written() -> None:
    from symlam.check._certify import _lemmas

    report = check_file(EXAMPLES / "S1.tex")
    (lemma,) = _lemmas(report.lines[-1], 3)
    statement = lemma.partition("Proof.")[0]
    assert "msq" in statement
    assert "B *m D" in statement
    assert r"\tr" not in statement  # nothing was expanded


def test_what_the_exporter_refuses_is_said(monkeypatch) -> None:
    from symlam.errors import SymlamError

    def refuse(obligation, under, name):
        raise SymlamError("no lemma for this")

    report = check_file(EXAMPLES / "P4.2.tex")
    monkeypatch.setattr("symlam.check._certify._low_rank", refuse)
    asked = []
    monkeypatch.setattr("symlam.check._certify._ask", lambda lemmas, answers: asked.extend(lemmas) or answers)
    monkeypatch.setattr("symlam.evidence.export.missing", lambda: None)
    monkeypatch.setattr("symlam.evidence.export.build_library", lambda: None)
    certify(report)
    assert report.kernel[-1] == "not exported: no lemma for this"
    assert asked
    assert report.exit_code == 1


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.tex")), ids=lambda p: p.stem)
def test_every_accepted_line_of_an_example_has_its_lemmas(path: Path) -> None:
    for i, line in enumerate(check_file(path).lines):
        if line.verdict.answer == FOLLOWS and line.verdict.obligations:
            assert lemmas_of_line(line, i)


@pytest.mark.parametrize("order", range(6))
def test_a_certificate_does_not_depend_on_which_letter_was_met_first(order: int) -> None:
    code = """if True:
        import itertools, random, sys
        from pathlib import Path
        from symlam.algebra import E, matrix, vector
        letters = [("A", "d_o", "d_o"), ("B", "d_o", "d_z"), ("C", "d_z", "d_o"), ("D", "d_z", "d_o"), "o", "q", "ε"]
        shuffled = random.Random(int(sys.argv[1]))
        shuffled.shuffle(letters)
        met = [vector(x, "d_o") if isinstance(x, str) else matrix(*x) for x in letters]
        pairs = list(itertools.product([x for x, y in zip(met, letters) if isinstance(y, str)], repeat=2))
        shuffled.shuffle(pairs)
        for x, y in pairs:
            E(x, y)
        from symlam.check import check_file
        from symlam.check._certify import _lemmas
        for i, line in enumerate(check_file(sys.argv[2]).lines):
            if line.verdict.obligations:
                print(len(list(_lemmas(line, i))))
    """
    done = subprocess.run(
        [sys.executable, "-c", code, str(order), str(EXAMPLES / "S2.tex")],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": str(order + 21)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.split() == ["1", "1"]


def lemmas_of_line(line, number: int) -> list[str]:
    """The lemmas of one line."""
    from symlam.check._certify import _lemmas

    return list(_lemmas(line, number))


@pytest.mark.coq
@NEEDS_COQ
def test_the_kernel_accepts_what_follows_and_refuses_what_was_tampered_with(monkeypatch) -> None:
    source = r"""
%! dims n m
%! vector x y : n
%! matrix A : m x n
%! assume E[x y^T] = 0
\begin{align}
L &= \mathbb{E}\|A(x + y)\|^2 \\
  &= \mathbb{E}\|A x\|^2 + \mathbb{E}\|A y\|^2 \\
  &\ge \mathbb{E}\|A x\|^2
\end{align}
"""
    report = check_text(source)
    certify(report)
    assert [x.verdict.answer for x in report.lines] == [FOLLOWS] * 3
    assert report.kernel[0] is None
    assert all(k.startswith("accepted") for k in report.kernel[1:]), report.kernel
    from symlam.check import _certify

    whole = _certify._lemmas

    def tampered(line, number):
        for text in whole(line, number):
            head, proof, rest = text.partition("Proof.")
            yield head.replace("msq (A *v x) + msq", "msq (A *v x) + 2%:R * msq") + proof + rest

    monkeypatch.setattr(_certify, "_lemmas", tampered)
    certify(report)
    assert report.kernel[1].startswith("rejected"), report.kernel
    assert report.exit_code == 1


LOW_RANK = EXAMPLES / "P4.2.tex"
ORDERS = r"""
%! dims n m
%! vector x : n
%! matrix A : m x n
%! matrix M : n x n
\begin{align}
S &= A \mathbb{E}[x x^T] A^T + A A^T \\
  &\ge A A^T
\end{align}
\begin{align}
L &= \mathbb{E}\|A x\|^2 + 2 \operatorname{tr}(M M^T) \\
  &\ge \operatorname{tr}(M M^T)
\end{align}
"""


def lemmas_of(report) -> list[str]:
    """Every lemma of the accepted lines of a report."""
    return [t for i, x in enumerate(report.lines) if x.verdict.obligations for t in lemmas_of_line(x, i)]


@pytest.mark.coq
@NEEDS_COQ
def test_low_rank_bounds_matrix_orders_and_frobenius_squares_are_certified() -> None:
    from symlam.evidence.export import CERTIFICATE_HEADER, check, check_each, file

    low_rank = lemmas_of(check_file(LOW_RANK))[-1]
    orders = lemmas_of(check_text(ORDERS))
    assert "dual_bound" in low_rank
    assert any("psd (" in t.partition("Proof.")[0] for t in orders)
    assert "tr (M *m (M^T))" in orders[-1]
    found = check(file(low_rank, *orders, header=CERTIFICATE_HEADER), "squares", timeout=240)
    assert found.accepted, found.message
    # a threshold without its assumption, a value that is too large, an order the wrong way round, a weight
    wrong = {
        "dropped": low_rank.replace("  0 < (mu : R) ->\n", "").replace(" hyp_8.", "."),
        "value": low_rank.replace("(\\tr (cov root_Lambda_2", "(2%:R * \\tr (cov root_Lambda_2", 1),
        "sign": low_rank.replace("- 2%:R * \\tr (B *m D", "+ 2%:R * \\tr (B *m D", 1),
        "order": orders[0].replace("psd (", "psd (- (", 1).replace(").\nProof", ")).\nProof", 1),
        "weight": orders[-1].replace("(2%:R) *", "(1%:R / 2%:R) *", 1),
    }
    everything = (low_rank, *orders)
    assert not set(wrong.values()) & set(everything), "a mutation changed nothing"
    named = {f"w_{k}": re.sub(r"^Lemma \w+", f"Lemma w_{k}", v) for k, v in wrong.items()}
    answers = check_each(CERTIFICATE_HEADER, named, timeout=240)
    assert {k: v[0] for k, v in answers.items()} == dict.fromkeys(named, False)
    assert all(error and "Syntax error" not in error for _, error in answers.values()), answers
