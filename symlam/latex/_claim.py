"""A claim of the ledger as blocks: statement, hypotheses, derivation, optimum, clauses, counterexample, sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symlam.algebra import LinearForm, Notation, latex
from symlam.latex._blocks import (
    Block,
    Chain,
    Display,
    Heading,
    Inline,
    Items,
    Matrices,
    Paragraph,
    Row,
    code,
    words,
)
from symlam.latex._names import Names
from symlam.latex._prose import Prose

# names that claims use in words without a letter of a model behind them
_WORDS = {
    **dict.fromkeys("ABCDEXYUVTPSMKQNΛ", "matrix"),
    **dict.fromkeys(("o", "q", "ε", "a", "b", "z", "x", "y"), "vector"),
}
VERDICTS = {
    "holds": "holds",
    "holds-with-hypothesis": "holds under an added hypothesis",
    "refuted": "is refuted",
    "open": "is open",
}
ROLES = {
    "claim": "printed",
    "reason": "printed reason",
    "remark": "remark",
    "repair": "repaired form",
}


class ClaimWriter:
    """Writes one claim; ``report`` is what `symlam.claims.claim_report` (or ``verify``) says of it.

    ``first`` counts derivations from there, so that several claims can stand in one document.
    """

    def __init__(self, claim: Any, report: dict[str, Any], notation: Notation, *, first: int = 1) -> None:
        self.claim, self.report, self.notation = claim, report, notation
        self.derivations = claim.derivations()
        self.names = Names()
        for d in self.derivations:
            self.names.add(*d.assumptions)
            for s in d.steps:
                self.names.add(*(t.form for t in s.objective.terms), *(t.weight for t in s.objective.terms))
                self.names.add(s.objective.rest, *s.choice, *s.choice.values(), *s.eliminated)
        kinds = dict(_WORDS)
        for p in claim.parts():
            self._add_model(p.model, kinds)
        kinds |= self.names.kinds()
        self.names.check(notation)
        self.prose = Prose(notation, kinds)
        self._declared: set[str] = set()
        self._number = first - 1

    @staticmethod
    def _add_model(model: Any, kinds: dict[str, str]) -> None:
        found = Names()
        found.add(*(r for r in getattr(model, "residuals", ())), *getattr(model, "assumptions", ()))
        kinds |= {n: k for n, k in found.kinds().items() if n not in kinds}

    # ---- blocks

    def blocks(self, *, level: int = 1) -> list[Block]:
        """Everything about the claim, under a heading of this level."""
        out: list[Block] = [self.heading(level), *self.statement()]
        for d in self.derivations:
            out += self.derivation(d)
        return [*out, *self.clauses(), *self.counterexamples(), *self.theorems()]

    def heading(self, level: int) -> Heading:
        """Id and title."""
        title = (*words(f"{self.claim.id}: "), *self.prose.inline(self.claim.title))
        return Heading(title, level, f"claim:{self.claim.id}")

    def statement(self) -> list[Block]:
        """The claim as printed, and the verdict."""
        r = self.report
        verdict: list[tuple[str, str]] = [
            ("text", f"As {'stated' if r['formulation'] else 'printed'}, the claim {VERDICTS[r['verdict']]}.")
        ]
        if r["open_because"]:
            verdict += [("text", " "), *self.prose.inline(r["open_because"])]
        added = self._added()
        out: list[Block] = [
            Paragraph(
                (
                    *self.prose.inline(r["statement"]),
                    ("text", f" ({r['source']}"),
                    ("cite", self.claim.reference),
                    ("text", ")."),
                    *self._formulation(),
                ),
                "Statement.",
            ),
            Paragraph(tuple(verdict), "Verdict."),
        ]
        return [*out, Items(tuple(added))] if added else out

    def _formulation(self) -> Inline:
        """Whose words the clauses are, as a sentence, where they are not the source's own."""
        said = self.report["formulation"]
        return (("text", " "), *self.prose.inline(f"{_capital(said)}.")) if said else ()

    def _added(self) -> list[Inline]:
        out = []
        for p in self.report["parts"]:
            if p["role"] == "claim" and p["hypotheses"]:
                sets: list[tuple[str, str]] = []
                for s in p["hypotheses"]:
                    sets += [("text", "; or if " if sets else "")]
                    for i, h in enumerate(s):
                        sets += [("text", " and " if i else ""), *self.prose.inline(h)]
                out.append((*self._clause(p), ("text", " holds if "), *sets, ("text", ".")))
            elif p["role"] == "claim" and p["verdict"] == "refuted":
                out.append((*self._clause(p), ("text", " is refuted.")))
        return out

    def _clause(self, p: dict[str, Any]) -> Inline:
        return (("text", f"{p['name']}: "), *self.prose.inline(p["statement"]))

    def derivation(self, d: Any) -> list[Block]:
        """Hypotheses, the chain with its reasons, and the optimum of what is left."""
        from symlam.claims import optimum_of

        self._number += 1
        loss = r"\mathcal{L}" if self._number == 1 else rf"\mathcal{{L}}_{{{self._number}}}"
        rows = []
        for s, (left, right) in zip(d.steps, d.rows(self.notation, loss=loss), strict=True):
            rows.append(Row(self._reason(s), left, right))
        hypotheses = self._joined(self.prose.inline(a.text) for a in d.assumptions)
        chain = Chain(tuple(rows), tuple(self._declare(d)))
        out: list[Block] = [
            Paragraph(
                (*words(f"{_capital(d.name)}. Hypotheses: "), *hypotheses, ("text", ".")), "Derivation."
            ),
            chain,
        ]
        found = optimum_of(d)
        if found is not None:
            over = ", ".join(latex(m, notation=self.notation) for m in self._parameters(d))
            out += [
                Paragraph(
                    words("Over all matrices, with the eigenvalues of each matrix in decreasing order,"),
                    "Optimum.",
                ),
                Display(rf"\min_{{{over}}} {loss} = {found.minimum_latex(self.notation)}"),
                Paragraph(
                    (
                        *(
                            []
                            if found.is_pca
                            else self.prose.inline(
                                "Here x is the input of the encoder and Y the regression of the stacked targets on it. "
                            )
                        ),
                        *words("The minimisers are "),
                        *self.prose.inline(found.minimisers_text()),
                        *words("."),
                    )
                ),
            ]
        return out

    def _parameters(self, d: Any) -> list[Any]:
        first, *heads = d.decoder
        return [*d.regression, first, *d.encoder, *heads]

    def _reason(self, s: Any) -> Inline:
        if s.relation == "min":
            choice = self._joined((("math", t),) for t in s.choice_latex(self.notation))
            used = self._joined(self.prose.inline(a) for a in s.assumptions)
            given = (*words(", as "), *used) if s.used else ()
            if s.choice:
                over = self._joined((("math", latex(m, notation=self.notation)),) for m in s.eliminated)
                return (
                    *words("and over "),
                    *over,
                    *words(" the least value is reached at "),
                    *choice,
                    *given,
                    *words(":"),
                )
        if s.used:
            used = self._joined(self.prose.inline(a) for a in s.assumptions)
            return (*words(f"by {s.rule}, as "), *used, *words(","))
        return words("") if s.rule == "definition" else words(f"by {s.rule},")

    @staticmethod
    def _joined(parts: Iterable[Inline]) -> Inline:
        out: list[tuple[str, str]] = []
        for p in parts:
            out += [*([("text", ", ")] if out else []), *p]
        return tuple(out)

    def _declare(self, d: Any) -> list[str]:
        names = Names().add(*d.assumptions)
        for s in d.steps:
            names.add(
                *(t.form for t in s.objective.terms), *(t.weight for t in s.objective.terms), s.objective.rest
            )
            names.add(*s.choice.values(), *s.eliminated)
        out = names.declarations(self.notation, known=self._declared)
        self._declared |= {*names.kinds(), *names.moments}
        return out + [f"%! assume {t}" for a in d.assumptions for t in self.assumption(a)]

    def assumption(self, a: Any) -> list[str]:
        """An assumption as %! assume lines take it."""
        from symlam.algebra._assumptions import Orthonormal, Rank
        from symlam.objective._derivation import assumption_latex

        if isinstance(a, Orthonormal):
            return ["orthonormal " + ", ".join(latex(b, notation=self.notation) for b in a.blocks)]
        if isinstance(a, Rank):
            return [assumption_latex(a, self.notation).replace(r"\operatorname{rank}", "rank ")]
        text = "".join(t for _, t in self.prose.inline(a.text))
        return [text.replace(r"\succ", ">")]

    def clauses(self) -> list[Block]:
        """Each clause with its verdict and the lines that were checked."""
        shown = {repr(s) for d in self.derivations for s in d.steps}
        out: list[Inline] = []
        for p in self.report["parts"]:
            text = [
                *self._clause(p),
                ("text", f" ({ROLES[p['role']]}): {VERDICTS[p['verdict']].removeprefix('is ')}"),
            ]
            lines = [
                line
                for line in p["checked"]
                if line not in shown and not line.startswith(("= ", "min over "))
            ]
            for line in lines:
                text += [("text", "; "), *self.prose.inline(line.rstrip(" ,"))]
            for line in p["cited"]:
                text += [("text", "; cited: "), *self.prose.inline(line.rstrip(" ,"))]
            out.append((*text, ("text", ".")))
        if not out:
            return []
        return [
            Paragraph(
                words(
                    "Each line was checked by its normal form; what is cited rests on a theorem of linear algebra."
                ),
                "Clauses.",
            ),
            Items(tuple(out)),
        ]

    def counterexamples(self, *, roles: tuple[str, ...] = ("claim", "reason")) -> list[Block]:
        """Exact data that break the printed form, as matrices."""
        out: list[Block] = []
        for p in self.report["parts"]:
            if p["role"] in roles and p["counterexample"]:
                given = "without its hypotheses, " if p["hypotheses"] else ""
                out.append(
                    Paragraph(
                        (
                            *words(f"{p['name']}, {given}exact data: "),
                            *self.prose.inline(p["counterexample"]["what"]),
                            *words("."),
                        ),
                        "Counterexample.",
                    )
                )
                out.append(self.data(p["counterexample"]))
        return out

    def data(self, example: dict[str, Any]) -> Matrices:
        """A counterexample as matrices."""
        return data_of(example, self.prose)

    def theorems(self) -> list[Block]:
        """The theorems of proofs/ about the claim: proved only where the kernel said so in this run."""
        formal = self.report["evidence"]["formal"]
        items = []
        for t in formal["theorems"]:
            state = (
                "proved"
                if t["status"] == "proved"
                else (
                    "not checked in this run"
                    if t["status"] in ("not asked", "not checked here")
                    else t["status"]
                )
            )
            items.append(
                (
                    *words("theorem "), *code(t["name"]), *words(" in "), *code(f"proofs/{t['file']}"),
                    *words(f" ({t['role']}; {state}): "), *self.prose.inline(t["sentence"]),
                )
            )  # fmt: skip
        if not items:
            return []
        return [Paragraph(words("Rocq/Coq with MathComp."), "Theorems."), Items(tuple(items))]


def data_of(example: dict[str, Any], prose: Prose) -> Matrices:
    """A counterexample as matrices: sizes, scalars, matrices, moments, both values."""
    values: list[tuple[str, Any]] = []
    for name, n in example["dimensions"].items():
        values.append((prose.formula(name), str(n)))
    for name, v in {**example["scalars"], **example["matrices"], **example["moments"]}.items():
        values.append((prose.formula(name), _value(v)))
    for name in ("left", "right"):
        values.append((rf"\text{{{name}}}", _value(example[name])))
    for name, v in example.get("also", {}).items():
        values.append((rf"\text{{{name}}}", _value(v)))
    return Matrices(tuple(values))


def _value(v: Any) -> Any:
    return tuple(tuple(map(str, r)) for r in v) if isinstance(v, list) else str(v)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def unchecked_theorems(identifier: str) -> dict[str, Any]:
    """The formal part of a report that did not run the kernel: the theorems by name, none of them checked."""
    from symlam.evidence._audit import find_proofs
    from symlam.evidence._audit_ledger import read_ledger

    proofs = find_proofs()
    about = [] if proofs is None else [t for t in read_ledger(proofs) if identifier in t.claims]
    return {
        "status": "not asked",
        "theorems": [
            {"name": t.name, "file": t.file, "role": t.role, "sentence": t.sentence, "status": "not asked"}
            for t in about
        ],
    }


__all__ = ["ClaimWriter", "LinearForm", "data_of", "unchecked_theorems"]
