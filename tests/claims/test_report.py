"""The report of a whole run: its shape, its counterexamples re-checked, what dropping assumptions does."""

from __future__ import annotations

import dataclasses
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symlam.algebra import E
from symlam.claims import ledger
from symlam.claims._claim import Claim
from symlam.claims._part import Part, restricted
from symlam.models.letters import A, B, C, D, a, o, ε
from symlam.optimum._exact import loss_at
from tests.algebra.reference import add, flip, inverse, mul, scale, trace, unit
from tests.claims.rebuild import fractions, rank, rebuild, violated
from tests.objective.evaluate import Point
from tests.optimum.brute import Brute

VERDICTS = {"holds", "holds-with-hypothesis", "refuted", "open"}
MUST_BE_DECIDED = {"S1", "S2", "P4.1", "P4.2", "P4.3", "P4.4", "D1", "C1", "C2", "C3"}
SECOND_PAPER = {"E1", "E2", "E3", "R1", "R2", "R3", "R4", "R5", "R6", "R7"}


def by_id(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {c["id"]: c for c in report["claims"]}


def parts_of(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {p["name"]: p for c in report["claims"] for p in c["parts"]}


def part(name: str) -> Part:
    return next(p for c in ledger().values() for p in c.parts() if p.name == name)


# The shape.


def test_every_claim_of_the_paper_is_there_in_its_order(report) -> None:
    assert [c["id"] for c in report["claims"]] == list(ledger())
    assert set(by_id(report)) >= {
        "S1", "S2", "S3", "P4.1", "P4.2", "P4.3", "P4.3d", "P4.4", "P4.4s", "M1", "M2", "C1", "C2", "C3", "D1", "D2",
        *SECOND_PAPER,
    }  # fmt: skip


def test_the_claims_of_the_main_job_are_decided_and_their_evidence_agrees(report) -> None:
    for i in MUST_BE_DECIDED | SECOND_PAPER:
        c = by_id(report)[i]
        assert c["verdict"] in VERDICTS - {"open"}, i
        assert c["complete"], i
        assert c["evidence"]["derivation"]["status"] == "derived", i


def test_a_verdict_is_the_weakest_of_its_clauses(report) -> None:
    order = ["holds", "holds-with-hypothesis", "refuted", "open"]
    for c in report["claims"]:
        stated = [p["verdict"] for p in c["parts"] if p["role"] == "claim"]
        assert c["verdict"] == (max(stated, key=order.index) if stated else "open")
        assert {p["role"] for p in c["parts"]} <= {"claim", "reason", "remark", "repair"}


def test_each_verdict_comes_with_what_it_needs(report) -> None:
    for p in parts_of(report).values():
        assert p["instances"] > 0, f"{p['name']}: nothing satisfies its assumptions, so it says nothing"
        if p["verdict"] in ("holds", "holds-with-hypothesis"):
            assert p["checked"] or p["cited"], p["name"]
        if p["verdict"] == "holds":
            assert p["counterexample"] is None, p["name"]
            assert p["hypotheses"] == []
        if p["verdict"] in ("refuted", "holds-with-hypothesis"):
            assert p["counterexample"], p["name"]
        if p["verdict"] == "holds-with-hypothesis":
            assert p["hypotheses"], p["name"]
            assert set(p["needed"]) == {h for s in p["hypotheses"] for h in s}
            assert all(p["needed"].values()), p["name"]
        assert p["conflict"] == "", p["name"]


def test_no_two_hypothesis_sets_of_a_clause_contain_each_other(report) -> None:
    for p in parts_of(report).values():
        sets = [set(s) for s in p["hypotheses"]]
        assert not any(s < t for s in sets for t in sets)
        assert len({frozenset(s) for s in sets}) == len(sets)


def test_versions_and_schema(report) -> None:
    assert report["versions"]["schema"] == "symlam-verify/1"
    assert {"python", "symlam", "sympy", "mpmath", "numpy", "python-flint"} <= set(report["versions"])
    assert report["digits"] == 50


def test_agreement_reaches_the_asked_digits(report) -> None:
    for i in ("P4.1", "P4.2", "P4.3", "P4.4", "D1", "C1", "C2", "C3"):
        numbers = by_id(report)[i]["evidence"]["agreement"]
        assert numbers["status"] == "agrees", i
        assert numbers["digits"] >= 50, i
        kinds = {m["kind"] for m in numbers["meetings"]}
        assert kinds == {"regular", "tied", "rank-deficient", "nothing to lose"}, i


# No verdict is stored.


def test_no_field_of_a_claim_or_clause_can_hold_a_verdict() -> None:
    for kind in (Claim, Part):
        assert not {f.name for f in dataclasses.fields(kind)} & {"verdict", "decided", "answer", "expected"}
    for c in ledger().values():
        for f in dataclasses.fields(Claim):
            value = getattr(c, f.name)
            assert callable(value) or (isinstance(value, str) and value.lower() not in VERDICTS)
        for p in c.parts():
            assert p.role not in VERDICTS


def test_no_claims_module_mentions_a_verdict() -> None:
    """The words, and the constants for them, occur only where verdicts are computed and shown."""
    import ast
    from pathlib import Path

    import symlam.claims

    # _printed.py sets the verdicts of two sources side by side, for all claims alike
    places = {"_part.py", "_claim.py", "_verify.py", "_printed.py", "__init__.py"}
    for path in sorted(Path(symlam.claims.__file__).parent.glob("*.py")):
        if path.name in places:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in VERDICTS, path.name
            if isinstance(node, ast.Name | ast.Attribute):
                name = node.id if isinstance(node, ast.Name) else node.attr
                assert name not in {"HOLDS", "HYPOTHESIS", "REFUTED", "OPEN", "PartResult", "ClaimResult"}, (
                    path.name
                )


# Every counterexample, from its text.


def examples(report):
    """(part, chosen hypotheses or None when unknown, example)"""
    for p in parts_of(report).values():
        if p["counterexample"]:
            yield p["name"], (), p["counterexample"]


def test_every_counterexample_satisfies_the_printed_assumptions_and_its_values_differ(report) -> None:
    seen = 0
    for name, chosen, example in examples(report):
        clause = part(name)
        inst = rebuild(example, restricted(clause.model, chosen), *clause.shape)
        assert violated(inst, clause.model.assumptions) == [], name
        assert example["left"] != example["right"], name
        assert example["what"]
        seen += 1
    assert seen >= 12


def test_every_example_that_shows_a_hypothesis_needed_satisfies_the_other_ones_only(report) -> None:
    seen = 0
    for p in parts_of(report).values():
        clause = part(p["name"])
        known = {h.text: h for h in clause.candidates}
        for text, example in p["needed"].items():
            h = known[text]
            inst = rebuild(example, clause.model, *clause.shape)
            assert violated(inst, clause.model.assumptions) == [], (p["name"], text)
            if h.assumptions:
                assert violated(inst, h.assumptions) != [], (p["name"], text)
            if h.test is not None:
                assert not h.test(inst), (p["name"], text)
            others = next(s for s in p["hypotheses"] if text in s)
            if len([s for s in p["hypotheses"] if text in s]) == 1:
                for other in others:
                    if other != text:
                        assert violated(inst, known[other].assumptions) == [], (p["name"], text, other)
                        assert known[other].test is None or known[other].test(inst), (p["name"], text, other)
            seen += 1
    assert seen >= 12


def test_every_example_for_a_dropped_assumption_breaks_that_one_alone(report) -> None:
    seen = 0
    for c in report["claims"]:
        models = [p.model for p in ledger()[c["id"]].parts()]
        for use in c["assumptions"]:
            assert use["dropped"] in ("counterexample", "unnecessary", "undecided")
            assert (use["counterexample"] is not None) == (use["dropped"] == "counterexample")
            if use["counterexample"] is None:
                continue
            matches = []
            for p, m in zip(ledger()[c["id"]].parts(), models, strict=True):
                if use["text"] not in [x.text for x in m.assumptions]:
                    continue
                try:
                    matches.append(violated(rebuild(use["counterexample"], m, *p.shape), m.assumptions))
                except (KeyError, ValueError, IndexError):
                    continue  # a clause about another model, with letters of its own shapes
            assert [use["text"]] in matches, (c["id"], use["text"], matches)
            seen += 1
    assert seen >= 12


def test_every_printed_assumption_is_needed_or_said_to_be_unnecessary(report) -> None:
    """Undecided is only Σ_o > 0 in a clause that speaks of Σ_o^-1: without it there is no statement to break."""
    undecided = [
        (c["id"], a["text"])
        for c in report["claims"]
        if c["id"] in MUST_BE_DECIDED
        for a in c["assumptions"]
        if a["dropped"] == "undecided"
    ]
    assert set(undecided) <= {("D1", "Σ_o > 0")}
    for identifier, text in undecided:
        spoken = [
            p["statement"] for p in by_id(report)[identifier]["parts"] if p["role"] in ("claim", "repair")
        ]
        assert any(f"{text.removesuffix(' > 0')}^-1" in s for s in spoken)


def test_i_i_d_noise_needs_an_observation_that_does_not_predict_the_change(report) -> None:
    uses = {a["text"]: a["dropped"] for a in by_id(report)["C2"]["assumptions"]}
    assert uses["Σ_{o,ε} + Σ_{a,o}' X' = 0"] == "counterexample"


def test_the_policy_sweep_needs_noise_that_the_policy_does_not_know(report) -> None:
    """With ε = -π_s a more deterministic policy uncovers the random part of the action."""
    uses = {a["text"]: a["dropped"] for a in by_id(report)["D2"]["assumptions"]}
    assert uses["E[ε π_s'] = 0"] == "counterexample"
    assert "unnecessary" not in uses.values()


# Four counterexamples by hand: the paper's formulas on nested lists of Fractions.


def letters(example, *names):
    return [fractions(example["matrices"][n]) for n in names]


def moment(example, x: str, y: str, rows: int, cols: int):
    if (key := f"E[{x} {y}']") in example["moments"]:
        return fractions(example["moments"][key])
    if (key := f"E[{y} {x}']") in example["moments"]:
        return flip(fractions(example["moments"][key]))
    return [[Fraction(0)] * cols for _ in range(rows)]


def quadratic(m, s) -> Fraction:
    return trace(mul(mul(m, s), flip(m)))


def minus(a_, b_):
    return add(a_, scale(Fraction(-1), b_))


def test_d1_by_hand_the_gradient_at_the_printed_a_is_not_zero(report) -> None:
    """o' = o + X(Π o + π_s) + ε; the loss is quadratic in A, so central differences are its gradient."""
    example = parts_of(report)["D1.a"]["counterexample"]
    b, c, d, x, p = letters(example, "B", "C", "D", "X", "Π_d")
    n, k = len(b), len(x[0])
    s_o, s_p, s_e = (moment(example, v, v, m, m) for v, m in (("o", n), ("π_s", k), ("ε", n)))
    for pair, r, t in ((("o", "π_s"), n, k), (("o", "ε"), n, n), (("π_s", "ε"), k, n)):
        assert not any(v for row in moment(example, *pair, r, t) for v in row)
    one = unit(n)

    def loss(a_):
        # o' = M o + X π_s + ε, residual = (A + B C + (B D - I) M) o + (B D - I)(X π_s + ε)
        move = add(one, mul(x, p))
        rest = minus(mul(b, d), one)
        on_o = add(add(a_, mul(b, c)), mul(rest, move))
        return quadratic(on_o, s_o) + quadratic(mul(rest, x), s_p) + quadratic(rest, s_e)

    rest = minus(mul(b, d), one)
    printed = minus(
        minus(one, add(mul(b, c), mul(b, d))),
        mul(mul(mul(mul(s_o, flip(p)), flip(x)), flip(rest)), inverse(s_o)),
    )
    repaired = minus(minus(one, add(mul(b, c), mul(b, d))), mul(rest, mul(x, p)))

    def gradient(a_):
        out = []
        for i in range(n):
            row = []
            for j in range(n):
                up, down = [list(r) for r in a_], [list(r) for r in a_]
                up[i][j] += 1
                down[i][j] -= 1
                row.append((loss(up) - loss(down)) / 2)
            out.append(row)
        return out

    assert gradient(printed) == fractions(example["left"])
    assert any(v for row in gradient(printed) for v in row)
    assert not any(v for row in gradient(repaired) for v in row)
    assert loss(repaired) < loss(printed)


@pytest.mark.parametrize("name", ["P4.3.a", "P4.3.b"])
def test_p43_by_hand_a_minimiser_without_the_printed_conclusion(report, name: str) -> None:
    example = parts_of(report)[name]["counterexample"]
    a_, b, c, d = letters(example, "A", "B", "C", "D")
    n = len(a_)
    one = unit(n)
    s = {v: moment(example, v, v, n, n) for v in ("o", "q", "ε", "κ_1", "κ_2")}
    cross = moment(example, "q", "ε", n, n)
    s_x = add(add(s["q"], s["ε"]), add(cross, flip(cross)))
    x_o = add(moment(example, "q", "o", n, n), moment(example, "ε", "o", n, n))
    assert not any(v for row in x_o for v in row)

    def loss(a_, b, c, d):
        both = add(mul(b, c), mul(b, d))
        return (
            quadratic(minus(add(a_, both), one), s["o"])
            + quadratic(minus(mul(b, d), one), s_x)
            + quadratic(both, s["κ_1"])
            + quadratic(minus(a_, one), s["κ_2"])
        )

    # the printed choice with the same B, D costs the same, and no B, D does better than the spectrum allows
    least = loss(one, b, scale(Fraction(-1), d), d)
    assert loss(a_, b, c, d) == least
    tail = np.sort(np.linalg.eigvalsh(np.array(s_x, dtype=float)))[::-1][len(d) :].sum()
    assert abs(float(least) - tail) < 1e-9 * max(1.0, tail)
    shown = minus(a_, one) if name == "P4.3.a" else add(c, d)
    assert shown == fractions(example["left"])
    assert any(v for row in shown for v in row)


def test_p44_by_hand_the_minimum_is_not_the_noise(report) -> None:
    example = parts_of(report)["P4.4.b"]["counterexample"]
    clause = part("P4.4.b")
    inst = rebuild(example, clause.model)
    x = fractions(example["matrices"]["X"])
    n, k = len(x), len(x[0])
    s_e = moment(example, "ε", "ε", n, n)
    assert trace(s_e) == Fraction(example["right"])
    assert trace(mul(flip(x), moment(example, "ε", "a", n, k))) == 0, "E[q' ε] = 0 as printed"
    assert len(example["matrices"]["D"]) >= k, "d_z >= d_a as printed"
    found = Brute(clause.model, inst).minimum(seed=0, starts=3)
    assert abs(found - float(Fraction(example["left"]))) < 1e-5 * max(1.0, found)
    assert Fraction(example["left"]) != Fraction(example["right"])


def test_p44_by_hand_the_printed_choice_does_not_reach_the_noise(report) -> None:
    """L_a at A = I, B = U, C = -U', D = U', E = V S^-1, with X = U S V'."""
    example = parts_of(report)["P4.4.a"]["counterexample"]
    u, s, v = letters(example, "U", "S", "V")
    n, k = len(u), len(v)
    assert mul(flip(u), u) == unit(k)
    assert mul(flip(v), v) == unit(k)
    x = mul(mul(u, s), flip(v))
    s_a, s_e, s_ae = (
        moment(example, "a", "a", k, k),
        moment(example, "ε", "ε", n, n),
        moment(example, "a", "ε", k, n),
    )
    assert trace(mul(x, s_ae)) == 0
    weight = Fraction(example["scalars"]["λ"])
    joint = [[*r, *t] for r, t in zip(s_a, s_ae, strict=True)] + [
        [*r, *t] for r, t in zip(flip(s_ae), s_e, strict=True)
    ]
    out = minus(mul(u, flip(u)), unit(n))  # B D - I
    first = [[*r, *t] for r, t in zip(mul(out, x), out, strict=True)]
    head = mul(mul(v, inverse(s)), flip(u))  # E D
    second = [[*r, *t] for r, t in zip(minus(mul(head, x), unit(k)), head, strict=True)]
    assert quadratic(first, joint) + weight * quadratic(second, joint) == Fraction(example["left"])
    assert trace(s_e) == Fraction(example["right"]) != Fraction(example["left"])


def test_s2_by_hand_the_latent_is_too_narrow(report) -> None:
    example = parts_of(report)["S2.a"]["counterexample"]
    clause = part("S2.a")
    inst = rebuild(example, clause.model)
    n = len(fractions(example["matrices"]["B"]))
    k = len(fractions(example["matrices"]["D"]))
    α = Fraction(example["scalars"]["α"])
    s_o, s_q, s_e = (moment(example, v, v, n, n) for v in ("o", "q", "ε"))
    cross = moment(example, "q", "ε", n, n)
    goal = add(add(add(s_q, s_e), add(cross, flip(cross))), scale(α**2, s_o))  # o is uncorrelated with q + ε
    assert rank(goal) > k, "B z has rank at most d_z, the goal has more"
    tail = np.sort(np.linalg.eigvalsh(np.array(goal, dtype=float)))[::-1][k:].sum()
    assert float(Fraction(example["left"])) >= tail - 1e-9 > 0
    found = Brute(clause.model, inst).minimum(seed=1)
    assert abs(found - float(Fraction(example["left"]))) < 1e-6 * max(1.0, found)
    assert Fraction(example["right"]) == 0


def test_the_minimiser_of_a_counterexample_beats_random_points(report) -> None:
    rng = random.Random(0)
    for name in ("P4.3.a", "P4.3.b"):
        clause = part(name)
        inst = rebuild(parts_of(report)[name]["counterexample"], clause.model)
        least = loss_at(clause.model, inst)
        assert Point(inst).objective_of(clause.model) == least
        for _ in range(40):
            moved = inst.with_values(
                {
                    m: [
                        [x + Fraction(rng.choice((-1, 0, 0, 1)), 4) for x in row]
                        for row in Point(inst).matrix(m)
                    ]
                    for m in (A, B, C, D)
                }
            )
            assert loss_at(clause.model, moved) >= least


def test_moments_are_shown_with_their_values(report) -> None:
    example = parts_of(report)["P4.4.b"]["counterexample"]
    inst = rebuild(example, part("P4.4.b").model)
    for x in (o, a, ε):
        (base,) = x.parts
        assert fractions(example["moments"][f"E[{base.name} {base.name}']"]) == Point(inst).matrix(E(x, x))
