"""`--certify`: what the kernel is asked, and what is said when it refuses or is not there."""

from __future__ import annotations

import shutil
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
    report = check_file(EXAMPLES / "P4.2.tex")
    asked = []
    monkeypatch.setattr("symlam.check._certify._ask", lambda lemmas, answers: asked.extend(lemmas) or answers)
    monkeypatch.setattr("symlam.evidence.export.missing", lambda: None)
    monkeypatch.setattr("symlam.evidence.export.build_library", lambda: None)
    certify(report)
    assert report.kernel[-1].startswith("not exported: Ky Fan")
    assert asked
    assert report.exit_code == 1


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
