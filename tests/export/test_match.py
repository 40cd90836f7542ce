"""The theorems of proofs/ in the engine's objects: all accepted, and every mutated object rejected.

The matches as `symlam verify` checks them; two sessions for all mutants.  A mutant puts another expression in the place of one of
the engine's objects (sign, coefficient, transpose, letter), or leaves out an assumption, and keeps the proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from symlam.algebra import LinearForm, Matrix, Scalar, matrix, tr
from symlam.algebra._letter import LETTERS, TRANSPOSE
from symlam.claims import matched_claims, matches_of
from symlam.errors import SymlamError
from symlam.evidence.export import (
    ACCEPTED,
    REJECTED,
    UNCHECKED,
    MeanSquare,
    Product,
    Sum,
    With,
    certify_steps,
    check_each,
    normal,
)
from symlam.evidence.export._match import Match, export_match, header
from symlam.evidence.export._statement import flat
from symlam.evidence.export._terms import Defined

KINDS = ("sign", "coefficient", "transpose", "letter")


def every() -> list[Match]:
    """All matches of all claims."""
    return [m for claim in matched_claims() for m in matches_of(claim)]


# ---- mutations


def word(w: tuple) -> Matrix:
    return Matrix(_rows(w[0]), _rows(w[-1] ^ 1), {((), (), w): 1})


def _rows(factor: int) -> Any:
    x = LETTERS[factor >> 2]
    return x.cols if bool(factor & 1) != bool(factor & 2) else x.rows


def changed(e: Scalar | Matrix, kind: str) -> Iterator[Any]:
    """The expression with one of its terms changed."""
    for key, v in sorted(e.terms.items(), key=lambda kv: (-len(kv[0][1]), str(kv[0]))):
        rest = e - e._like({key: v})
        if kind == "sign" and len(e.terms) > 1:
            yield rest + e._like({key: -v})
        elif kind == "coefficient":
            yield rest + e._like({key: 3 * v})
        elif kind in ("transpose", "letter"):
            place = key[2] if isinstance(e, Matrix) else key[1][0] if len(key[1]) == 1 else ()
            for i, f in enumerate(place):
                x = LETTERS[f >> 2]
                if kind == "transpose" and (x.rows != x.cols or TRANSPOSE[f] == f or f & 2):
                    continue
                if kind == "letter" and (x.moment is not None or f & 2 or x.invertible):
                    continue
                put = (
                    TRANSPOSE[f]
                    if kind == "transpose"
                    else matrix("Q", x.rows, x.cols)._letter_code() | f & 1
                )
                new = (*place[:i], put, *place[i + 1 :])
                scale = Scalar({(key[0], key[1] if isinstance(e, Matrix) else ()): v})
                yield rest + (word(new) if isinstance(e, Matrix) else tr(word(new))) * scale


def mutants_of(term: Any, kind: str) -> Iterator[Any]:
    """The term with one of its expressions changed."""
    if isinstance(term, Scalar | Matrix):
        yield from changed(term, kind)
    elif isinstance(term, LinearForm):
        for b, m in term.parts.items():
            for other in changed(m, kind):
                yield LinearForm(term.dim, {**term.parts, b: other})
    elif isinstance(term, MeanSquare):
        yield from (MeanSquare(f) for f in mutants_of(term.form, kind))
    elif isinstance(term, Product):
        for i, f in enumerate(term.factors):
            yield from (Product((*term.factors[:i], g, *term.factors[i + 1 :])) for g in mutants_of(f, kind))
    elif isinstance(term, Sum):
        for i, (w, t) in enumerate(term.terms):
            yield from (Sum((*term.terms[:i], (w, g), *term.terms[i + 1 :])) for g in mutants_of(t, kind))
    elif isinstance(term, With):
        (a, value), *more = term.choice
        yield from (With(((a, g), *more), term.body) for g in mutants_of(value, kind))
    elif not isinstance(term, Defined):
        raise SymlamError(f"no mutation of {term!r}")


def mutants() -> dict[str, Match]:
    """For every object that a statement shows one mutant, the kinds in turn."""
    out: dict[str, Match] = {}
    turn = 0
    for m in every():
        shown = " ".join((m.conclusion, *m.given))
        for name, term in m.objects.items():
            single = (
                isinstance(term, Matrix | Scalar)
                and len(term.terms) == 1
                and name in shown.split("forall")[0]
            )
            if (
                f"{{{name}}}" not in shown
                or isinstance(term, Defined)
                or name in ("X", "μ", "α", "q")
                or single
            ):
                continue
            found = None
            for k in range(len(KINDS)):
                kind = KINDS[(turn + k) % len(KINDS)]
                found = next((g for g in mutants_of(term, kind) if _differs(term, g, m.under)), None)
                if found is not None:
                    out[f"{m.theorem}_{name.replace('*', '')}_{kind}"] = m.with_objects(**{name: found})
                    turn += k + 1
                    break
            assert found is not None, f"{m.theorem}: no mutation of {name}"
    return out


def _differs(term: Any, other: Any, under: Any) -> bool:
    from symlam.algebra import Assumptions

    difference = normal(other) - normal(term)
    if isinstance(difference, LinearForm):
        return bool(difference)
    return bool(Assumptions(flat(under)).reduce(difference))


def lemma(name: str, m: Match) -> str:
    return re.sub(r"^Lemma \w+", f"Lemma {name}", export_match(m), count=1)


def without_assumption(name: str, m: Match) -> str | None:
    """The statement without its first equation, with the proof of the whole."""
    text = lemma(name, m)
    found = re.search(r"\n  [^\n]*= \(0 : [^\n]*\) ->", text) or re.search(r"\n  \{?psd[^\n]* ->", text)
    if found is None or "move=> hyp_0" not in text:
        return None
    before = text[: found.start()].count(" ->\n") + text[: found.start()].endswith(" ->")
    shorter = text[: found.start()] + text[found.end() :]
    return re.sub(rf"(move=>[^.]*?) hyp_{before}\b", r"\1", shorter, count=1).replace("move=>.", "idtac.")


# ---- without Coq


def test_names_are_different() -> None:
    names = [m.name for m in every()]
    assert len(set(names)) == len(names)


def test_every_theorem_is_in_the_ledger_under_its_claim() -> None:
    import tomllib
    from pathlib import Path

    ledger = Path(__file__).parents[2] / "proofs" / "ledger.toml"
    known = {t["name"]: t["claims"] for t in tomllib.loads(ledger.read_text(encoding="utf-8"))["theorem"]}
    for m in every():
        assert m.claim in known[m.theorem], m.theorem


def test_a_statement_shows_its_objects_and_no_object_is_only_named() -> None:
    for m in every():
        shown = " ".join((m.conclusion, *m.given, *m.lines, *m.after, m.arguments, m.binders))
        common = {"X", "μ", "α", "C*", "A*"}
        assert any(f"{{{name}}}" in shown for name in m.objects if name not in common), m.theorem


def test_an_object_that_a_match_does_not_have_is_refused() -> None:
    with pytest.raises(SymlamError, match="no object"):
        matches_of("P4.1")[0].with_objects(vlaue=matrix("Q", "n", "n"))


def test_mutations_of_every_kind_occur() -> None:
    kinds = {name.rpartition("_")[2] for name in mutants()}
    assert kinds == set(KINDS)


# ---- with Coq


@pytest.mark.coq
@pytest.mark.usefixtures("library")
def test_the_kernel_accepts_every_match() -> None:
    found = every()
    result = certify_steps(found, timeout=300)
    assert result.accepted, [s.message for s in result.steps if s.message]
    assert [s.name for s in result.steps] == [m.name for m in found]
    # the files that `symlam verify` and `symlam certify` check
    assert len(result.files) > 1


@pytest.mark.coq
@pytest.mark.usefixtures("library")
def test_the_kernel_rejects_every_mutant() -> None:
    lemmas = {f"m_{n}": lemma(f"m_{n}", m) for n, m in mutants().items()}
    for m in every():
        dropped = without_assumption(f"d_{m.theorem}", m)
        if dropped is not None:
            lemmas[f"d_{m.theorem}"] = dropped
    control = matches_of("P4.1")[0]
    first, last = lemma("control_first", control), lemma("control_last", control)
    top = header(every())

    def session(names: list[str]) -> dict[str, Any]:
        asked = {"control_first": first, **{n: lemmas[n] for n in names}, "control_last": last}
        return check_each(top, asked, timeout=900)

    names = list(lemmas)
    with ThreadPoolExecutor(2) as pool:
        for answers in pool.map(session, (names[::2], names[1::2])):
            assert answers.pop("control_first") == answers.pop("control_last") == (True, "")
            assert {n for n, (defined, _) in answers.items() if defined is not False} == set()
            assert all(error and "Syntax error" not in error for _, error in answers.values())


@pytest.mark.coq
@pytest.mark.usefixtures("library")
def test_a_rejected_match_is_said_and_hides_no_other() -> None:
    good, *_, other = matches_of("P4.1")
    wrong = good.with_objects(best=3 * good.objects["best"])
    result = certify_steps([wrong, other])
    assert [s.status for s in result.steps] == [REJECTED, ACCEPTED]
    assert result.steps[0].message


def test_a_match_without_coq_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symlam.evidence.export._certify.missing", lambda: "coqc is not installed")
    result = certify_steps(matches_of("S1"))
    assert [s.status for s in result.steps] == [UNCHECKED]
