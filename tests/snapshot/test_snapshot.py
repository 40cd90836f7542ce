"""The lock: the same mathematics written differently is no change, and every change is named."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from symlam.algebra import Matrix
from symlam.cli import cli
from symlam.errors import SymlamError
from symlam.snapshot import _formulas, _record, _terms, compare, record, to_text
from symlam.strategies import expressions
from tests.profile import examples

FEW = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return json.loads(to_text(record()))


@pytest.fixture
def changed(lock) -> Callable[[Callable[[dict[str, Any]], Any]], list[str]]:
    """The changes reported when the recorded side was another."""

    def run(edit: Callable[[dict[str, Any]], Any]) -> list[str]:
        old = copy.deepcopy(lock)
        edit(old)
        return [str(c) for c in compare(old, lock)]

    return run


def test_every_section_has_entries_and_nothing_changed(lock) -> None:
    assert {s: len(lock[s]) > 0 for s in _record.SECTIONS} == {
        s: s != "derivations" for s in _record.SECTIONS
    }
    assert compare(lock, lock) == []


@given(expressions(), expressions(kind="matrix"))
@FEW
def test_expressions_are_read_back(f, m) -> None:
    for expr in (f, m):
        shape = f"{expr.rows} x {expr.cols}" if isinstance(expr, Matrix) else ""
        assert _terms.read(_terms.written(expr), _terms.declared([expr]), shape=shape) == expr


# ---- not changes


def shuffled(old: dict[str, Any]) -> None:
    for entry in old["objectives"].values():
        for line in [entry["loss"], *(x["terms"] for x in entry["lines"])]:
            random.Random(1).shuffle(line)


def rotated(old: dict[str, Any]) -> None:
    """Each trace starts at its second factor; one term is split in two halves."""
    for entry in old["objectives"].values():
        terms = entry["loss"]
        for i, term in enumerate(terms):
            head, _, body = term.partition("tr(")
            factors = body.removesuffix(")").split(" . ")
            terms[i] = f"{head}tr({' . '.join(factors[1:] + factors[:1])})"
        coefficient, _, rest = terms[0].partition(";")
        terms[:1] = [f"{coefficient}/2;{rest}"] * 2


def factored(old: dict[str, Any]) -> None:
    for t in old["thresholds"].values():
        t["action"] = f"(Mul (Rational 2) (Mul (Rational 1/2) {t['action']}))"


def spaced(old: dict[str, Any]) -> None:
    old["theorems"] = {name: text.replace(" ", "\n   ") for name, text in old["theorems"].items()}


def reordered(old: dict[str, Any]) -> None:
    old["versions"] = {"sympy": "0"}
    for section in _record.SECTIONS:
        old[section] = dict(reversed(old[section].items()))


def wider(old: dict[str, Any]) -> None:
    old["optima"]["labels"]["loss"] = (
        f"[{float(old['optima']['labels']['loss'].split()[0].strip('[')):.6f} +/- 1e-5]"
    )


@pytest.mark.parametrize("edit", [shuffled, rotated, factored, spaced, reordered, wider])
def test_the_same_mathematics_written_differently_is_no_change(changed, edit) -> None:
    assert changed(edit) == []


# ---- changes


def test_a_changed_sign_is_named(changed) -> None:
    def edit(old):
        terms = old["objectives"]["linear LAM"]["loss"]
        terms[terms.index("-2; ; tr(A . o|o)")] = "2; ; tr(A . o|o)"

    assert changed(edit) == ["objectives: linear LAM: the loss: the coefficient of tr(A Σ_o) was 2 and is -2"]


def test_a_term_that_was_there_or_was_not_is_named(changed) -> None:
    def more(old):
        old["objectives"]["linear LAM"]["lines"][0]["terms"].append("1/3; dim d_o:1; tr(A)")

    def less(old):
        old["objectives"]["linear LAM"]["loss"].remove("1; ; tr(q|q)")

    assert changed(more) == ["objectives: linear LAM: line 1: the coefficient of d_o tr(A) was 1/3 and is 0"]
    assert changed(less) == ["objectives: linear LAM: the loss: the coefficient of tr(Σ_q) was 0 and is 1"]


def test_assumptions_are_compared_by_what_they_imply(changed, lock) -> None:
    def doubled(old):
        zeros = old["objectives"]["linear LAM"]["zero by assumption"]
        zeros.append({**zeros[0], "terms": [t.replace("1;", "5;", 1) for t in zeros[0]["terms"]]})

    def dropped(old):
        old["objectives"]["linear LAM"]["zero by assumption"] = []

    def added(old):
        shape = {"shape": "d_o x d_o", "terms": ["1; ; word(q|ε)"]}
        old["objectives"]["linear LAM"]["zero by assumption"].append(shape)

    assert changed(doubled) == []
    assert any("newly assumed: Σ_{o,q} + Σ_{o,ε} = 0" in c for c in changed(dropped))
    assert any("no longer assumed: Σ_{q,ε} = 0" in c for c in changed(added))


def test_lines_relations_and_choices_are_compared(changed) -> None:
    def relation(old):
        old["objectives"]["linear LAM"]["lines"][-1]["relation"] = ">="

    def line(old):
        old["objectives"]["linear LAM"]["lines"].pop()

    def choice(old):
        old["objectives"]["linear LAM"]["choices"][0]["terms"].pop()

    def letter(old):
        old["objectives"]["linear LAM"]["choices"][0]["letter"] = "Q"

    assert "the relation is 'min' instead of '>='" in changed(relation)[0]
    assert "lines instead of" in changed(line)[0]
    assert "the choice of A" in changed(choice)[0]
    assert len(changed(letter)) == 2


def test_another_shape_of_a_letter_is_a_change(changed) -> None:
    def edit(old):
        old["objectives"]["linear LAM"]["names"]["A"] = "matrix d_o x d_z"

    assert changed(edit)[0].startswith("objectives: linear LAM: cannot be compared: ")


def test_numbers_have_to_meet(changed, lock) -> None:
    name = "other agents, stronger"
    middle, radius = lock["optima"][name]["loss"].strip("[]").split(" +/- ")

    def edit(old):
        digits = middle[:-6] + ("1" if middle[-6] != "1" else "2") + middle[-5:]
        old["optima"][name]["loss"] = f"[{digits} +/- {radius}]"

    def spectrum(old):
        old["optima"][name]["spectrum"][0] = "7"

    def metric(old):
        metrics = old["optima"][name]["metrics"]
        metrics[next(k for k, v in metrics.items() if isinstance(v, str))] = "17"

    def status(old):
        old["optima"][name]["status"] = "bounds"

    def other(old):
        old["optima"][name]["scenario"] += "\n"

    assert [c.partition(" was ")[0] for c in changed(edit)] == [f"optima: {name}: the minimum"]
    assert "the spectrum was 7" in changed(spectrum)[0]
    assert "was 17" in changed(metric)[0]
    assert "was bounds and is attained" in changed(status)[0]
    assert "another one" in changed(other)[0]


def test_thresholds_are_compared_as_formulas(changed) -> None:
    def edit(old):
        old["thresholds"]["agents + lambda"]["sigma"] = "(Symbol sigma_q positive)"

    def gone(old):
        old["thresholds"]["agents"]["sigma"] = None

    def condition(old):
        enters = old["thresholds"]["agents"]["enters"]
        old["thresholds"]["agents"]["enters"] = enters.replace("Gt", "Ge")

    assert changed(edit) == ["thresholds: agents + lambda: sigma was sigma_q and is sigma_q*sqrt(lambda + 1)"]
    assert "sigma was None" in changed(gone)[0]
    assert "enters was" in changed(condition)[0]


def test_a_recorded_certificate_is_checked_again(changed) -> None:
    def edit(old):
        data = old["certificates"]["i.i.d. noise"]
        data["t"] = str(int(data["t"]) + 1)
        body = {k: v for k, v in data.items() if k != "sha256"}
        from symlam.sealed import digest

        data["sha256"] = digest(body)

    def digest(old):
        old["certificates"]["i.i.d. noise"]["sha256"] = "0" * 64

    assert "is no longer one" in changed(edit)[0]
    assert len(changed(digest)) == 1


def test_statements_entries_and_missing_proofs(changed, lock) -> None:
    name = next(iter(lock["theorems"]))

    def weaker(old):
        old["theorems"][name] += " -> True"

    def gone(old):
        del old["theorems"][name]
        old["optima"]["mine"] = {}

    assert "says something else" in changed(weaker)[0]
    assert sorted(changed(gone)) == ["optima: mine: is gone", f"theorems: {name}: is new"]
    without = {**lock, "theorems": {}}
    assert [str(c) for c in compare(lock, without)] == [
        "theorems: all: not compared: there are no proofs here"
    ]


# ---- formulas


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        ("(x + 1)**2", "x**2 + 2*x + 1", True),
        ("sqrt(x**2*(y + 1))", "x*sqrt(y + 1)", True),
        ("x", "-x", False),
        ("x > y", "x > y", True),
        ("x > y", "y > x", False),
        ("x > y", "x >= y", False),
        ("x > (y + 1)**2", "x > y**2 + 2*y + 1", True),
    ],
)
def test_formulas_are_the_same_when_they_are_equal(a, b, equal) -> None:
    names = {n: sp.Symbol(n, positive=True) for n in "xy"}
    left, right = (_formulas.read(_formulas.written(sp.sympify(t, locals=names))) for t in (a, b))
    assert left == sp.sympify(a, locals=names)
    assert _formulas.same(left, right) is equal
    assert not _formulas.same(left, sp.true)


@pytest.mark.parametrize(
    "text", ["", "(", "(Add)", "(Symbol)", "(Rational x)", "(Rational 1/0)", "(Foo (Rational 1))", "(Add (Rational 1)", "(Rational 1) 2", 3]
)  # fmt: skip
def test_what_is_no_formula_is_refused(text) -> None:
    with pytest.raises(SymlamError):
        _formulas.read(text)


@pytest.mark.parametrize(
    "term", ["1", "x; ; tr(A)", "1; λ; tr(A)", "1; ; tr(Z)", "1; ; tr(A", "1; ; det(A)", "1; ; tr(A|B|C)", "1; ; tr(o|A)"]
)  # fmt: skip
def test_what_is_no_term_is_refused(term) -> None:
    with pytest.raises(SymlamError):
        _terms.read([term], {"A": "matrix n x n", "o": "vector n"})


# ---- the command


def test_the_command_writes_checks_and_names_changes(tmp_path, monkeypatch, lock) -> None:
    monkeypatch.setattr(_record, "record", lambda files=(): pytest.fail("not this one"))
    monkeypatch.setattr("symlam.snapshot.record", lambda files=(): {**copy.deepcopy(lock), "derivations": {str(f): _record.verdicts(f) for f in files}})  # fmt: skip
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "mine.tex"
    source.write_text("%! dims n\n%! vector x : n\n$$ E\\|2 x\\|^2 = 4 E\\|x\\|^2 $$\n")
    run = CliRunner().invoke

    def code(*args: str) -> tuple[int, str]:
        done = run(cli, ["snapshot", *args], standalone_mode=False)
        return done.return_value, done.output

    assert code("mine.tex")[0] == 0
    assert code("--check") == (0, f"symlam-snapshot.json: {sum(len(lock[s]) for s in _record.SECTIONS) + 1} entries, none changed\n")  # fmt: skip
    source.write_text(source.read_text().replace("= 4", "= 2"))
    status, text = code("--check")
    assert status == 1
    assert "derivations: mine.tex: line 1: fails instead of follows" in text
    assert "entries, 1 changes" in text
    recorded = json.loads((tmp_path / "symlam-snapshot.json").read_text())
    del recorded["optima"]["policy"], recorded["derivations"]["mine.tex"]
    (tmp_path / "symlam-snapshot.json").write_text(json.dumps(recorded))
    status, text = code("--check")
    assert (status, text.splitlines()[0]) == (0, "optima: policy: is new")
    assert text.endswith("none changed, 1 new ones not recorded yet\n")


@pytest.mark.parametrize("content", [None, "x", "{}", '{"format": "symlam snapshot 1"}', "\xff"])
def test_a_lock_that_cannot_be_read_is_bad_input(tmp_path, content) -> None:
    from symlam.snapshot import read_snapshot

    path = tmp_path / "lock.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(SymlamError):
        read_snapshot(path)


def test_an_entry_that_is_broken_is_bad_input(lock) -> None:
    for edit in (
        lambda old: old["optima"]["labels"].pop("loss"),
        lambda old: old["optima"]["labels"].update(loss="much"),
        lambda old: old["objectives"]["linear LAM"].update(loss=3),
    ):
        old = copy.deepcopy(lock)
        edit(old)
        with pytest.raises(SymlamError, match="cannot be read"):
            compare(old, lock)
