"""The engine's counterexamples to printed clauses: confirmed by the kernel, and every mutant rejected."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from symlam.claims import claim, refutations_of, resolve
from symlam.claims._matches._refuted import found
from symlam.errors import SymlamError
from symlam.evidence.export import certify_steps, check_each, export_counterexample
from symlam.evidence.export._instance import Refutation
from symlam.evidence.export._match import header

CLAIMS = ("S2", "D1", "D2", "C1")


def every() -> list[Refutation]:
    return [r for c in CLAIMS for r in refutations_of(c)]


def changed(text: str, old: str, new: str) -> str:
    """The statement with the last ``old`` replaced, and the proof as it was."""
    statement, proof = text.split("Proof.\n")
    assert old in statement
    head, _, tail = statement.rpartition(old)
    return f"{head}{new}{tail}Proof.\n{proof}"


def mutants() -> dict[str, str]:
    """Data, values, order, an assumption, the clause itself: one of each changed."""
    lemmas = {r.clause: r.lemma(r.name) for r in every()}
    s2, slope, larger = lemmas["S2.a"], lemmas["D1.a"], lemmas["D1.d"]
    score, head, share = lemmas["C1.c"], lemmas["C1.f"], lemmas["D2.a"]
    value = re.findall(r"= (qR R \(Qmake [^)]*\)) /\\", larger)[-2]
    return {
        # with d_z = d_o the goal can be reached
        "enough_room": s2.replace("'M[R]_(2, 1)", "'M[R]_(2, 2)").replace("'M[R]_(1, 2)", "'M[R]_(2, 2)"),
        "other_goal": changed(s2, "(- ((1%:M : 'M[R]_2)) + B *m D) *v q", "(1%:M + B *m D) *v q"),
        "reached": changed(s2, "<> 0", "= 0"),
        "definite": changed(s2, "pd (", "pd (- "),
        "variable": changed(s2, "alpha = qR R (Qmake 1 1)", "alpha = qR R (Qmake 2 1)"),
        "stationary": changed(slope, "<>", "="),
        "gradient": changed(slope, "Qmake (-", "Qmake (-7"),
        "moment": changed(slope, "cov o o = qmx R 2 2 [:: [:: Qmake ", "cov o o = qmx R 2 2 [:: [:: Qmake 7"),
        "order": changed(larger, ": R) < ", ": R) > "),
        "value": changed(larger, value, "qR R (Qmake 12345 1)"),
        "score": changed(score, "qR R (Qmake 2 5) /\\", "qR R (Qmake 3 5) /\\"),
        "maximal": changed(score, "<> 2%:R", "= 2%:R"),
        "no_optimum": changed(score, "- (X) + B *m D *m X", "X + B *m D *m X"),
        "latent": changed(score, "(D *m X) *v a)", "(0 *: X) *v a)"),
        "head": changed(head, "= qR R (Qmake 1 1) /\\", "= qR R (Qmake 1 2) /\\"),
        "share": changed(share, "= qR R (Qmake 16 21) /\\", "= qR R (Qmake 1 3) /\\"),
        "grows": changed(
            share, "qR R (Qmake 1 2) < qR R (Qmake 16 21)", "qR R (Qmake 16 21) < qR R (Qmake 1 2)"
        ),
        "action": changed(share, "(Pi_d *v o)", "(- Pi_d *v o + pi_s)"),
        "stage": changed(share, "B *m D *m X *m Pi_d) *v o + (- ((1%:M", "X *m Pi_d) *v o + (((1%:M"),
        "uncorrelated": changed(larger, "cov o pi_s = (0 :", "cov o o = (0 :"),
        "letter": changed(larger, "Pi_d = qmx R 1 2 [:: [:: Qmake ", "Pi_d = qmx R 1 2 [:: [:: Qmake 9"),
    }


def test_the_theorems_are_negations_of_the_same_claim() -> None:
    ledger = Path(__file__).parents[2] / "proofs" / "ledger.toml"
    known = {t["name"]: t for t in tomllib.loads(ledger.read_text(encoding="utf-8"))["theorem"]}
    for r in every():
        assert known[r.theorem]["role"] == "negation"
        assert r.claim in known[r.theorem]["claims"]
        assert r.clause in [p.name for p in claim(r.claim).parts()]


def test_the_data_are_those_of_the_ledger() -> None:
    for r in every():
        _, shown = found(r.claim, r.clause)
        decided = next(p for p in resolve(claim(r.claim)).parts if p.part.name == r.clause)
        assert shown.describe() == decided.counterexample.describe()


def test_a_clause_that_holds_has_no_counterexample() -> None:
    with pytest.raises(SymlamError, match="no counterexample"):
        found("S1", "S1")


def test_a_larger_value_must_be_larger() -> None:
    from symlam.algebra import equal, msq, vector

    x = vector("x", "n")
    instance = equal(msq(x), 2 * msq(x)).counterexample.instance
    assert "<" in export_counterexample(2 * msq(x), msq(x), instance, larger=True)
    with pytest.raises(SymlamError, match="a larger value on the left"):
        export_counterexample(msq(x), 2 * msq(x), instance, larger=True)


@pytest.mark.coq
@pytest.mark.usefixtures("library")
def test_the_kernel_confirms_every_counterexample() -> None:
    result = certify_steps(every())
    assert result.accepted, [s.message for s in result.steps if s.message]
    assert [s.name for s in result.steps] == [
        f"refutes_{c}" for c in ("S2_a", "D1_a", "D1_d", "D2_a", "C1_c", "C1_f")
    ]


@pytest.mark.coq
@pytest.mark.usefixtures("library")
def test_the_kernel_rejects_every_mutant() -> None:
    control = refutations_of("S2")[0].lemma("control")
    lemmas = {n: re.sub(r"^Lemma \w+", f"Lemma m_{n}", text) for n, text in mutants().items()}
    named = {f"m_{n}": text for n, text in lemmas.items()}
    answers = check_each(header(every()), {**named, "control": control}, timeout=240)
    assert answers.pop("control") == (True, "")
    assert {n: defined for n, (defined, _) in answers.items()} == dict.fromkeys(named, False)
    assert all(error and "Syntax error" not in error for _, error in answers.values()), answers
