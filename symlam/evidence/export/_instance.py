"""Exact counterexamples as lemmas: concrete rational data, every assumption and both values recomputed by the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import LinearForm, Matrix, Scalar
from symlam.algebra._exact import Instance, rows_of, to_flint
from symlam.algebra._letter import LETTERS
from symlam.errors import SymlamError
from symlam.evidence.export._export import HEADER, _like, _name
from symlam.evidence.export._names import Names
from symlam.evidence.export._print import Printer
from symlam.evidence.export._statement import Hypothesis, expressions_of, flat, hypotheses, ingredients
from symlam.evidence.export._terms import normal, parts

INSTANCE_HEADER = HEADER.replace(
    "words export_tactics.", "moment_space words export_tactics instances."
).replace("From Coq Require Import ZArith.", "From Coq Require Import ZArith QArith.")


def rational(x: Any) -> str:
    """A rational as a constant of Coq's Q."""
    x = Fraction(x)
    top = f"({x.numerator})" if x.numerator < 0 else str(x.numerator)
    return f"Qmake {top} {x.denominator}"


def entries(m: flint.fmpq_mat) -> str:
    """A rational matrix as the list of its rows."""
    rows = ("[:: " + "; ".join(rational(x) for x in row) + "]" for row in rows_of(m))
    return "[:: " + "; ".join(rows) + "]"


def _data(m: flint.fmpq_mat) -> str:
    return f"qmx R {m.nrows()} {m.ncols()} {entries(m)}"


def ldl(m: flint.fmpq_mat) -> tuple[flint.fmpq_mat, list[Fraction]]:
    """S = L diag(d) L^T of a positive semidefinite rational matrix, zero pivots allowed."""
    n = m.nrows()
    a = [[m[i, j] for j in range(n)] for i in range(n)]
    low = [[flint.fmpq(int(i == j)) for j in range(n)] for i in range(n)]
    d = []
    for p in range(n):
        pivot = a[p][p]
        d.append(Fraction(int(pivot.p), int(pivot.q)))
        if not pivot:
            continue
        for i in range(p + 1, n):
            low[i][p] = a[i][p] / pivot
        for i in range(p + 1, n):
            for j in range(p + 1, n):
                a[i][j] -= low[i][p] * a[p][j]
    return flint.fmpq_mat(low), d


def _psd(m: flint.fmpq_mat) -> str:
    low, d = ldl(m)
    pivots = "[:: " + "; ".join(map(rational, d)) + "]"
    return f"apply: (@psd_ldl R _ {entries(m)} {entries(low)} {pivots}); by vm_compute"


class _Body:
    """The conjunction that is claimed of the data, with a tactic for each part."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, str]] = []

    def add(self, text: str, tactic: str) -> None:
        self.parts.append((text, tactic))

    def text(self) -> str:
        return " /\\\n  ".join(t for t, _ in self.parts)

    def proof(self) -> list[str]:
        out = [f"split; first by {t}." for _, t in self.parts[:-1]]
        return [*out, f"by {self.parts[-1][1]}."]


@dataclass(frozen=True)
class Data:
    """The data as they stand in the proof: vectors, letters and scalars by name, and what inverses are rewritten to."""

    vectors: dict[str, str]
    letters: dict[str, str]
    scalars: dict[str, str]
    rewrite: str


# what is claimed of the data, and the tactic that shows it
Conclusion = Callable[[Printer, Data], tuple[str, str]]


def export_counterexample(
    lhs: Any,
    rhs: Any,
    instance: Instance,
    *,
    under: Any = (),
    name: str = "counterexample",
    larger: bool = False,
) -> str:
    """The lemma that exact data satisfy the assumptions and that both sides have different values there.

    The data are in the statement: every letter, scalar and second moment as a constant, each
    assumption, both values, and that they differ; with ``larger`` that the left is the larger one.
    A file of such lemmas starts with `INSTANCE_HEADER`.  Raises SymlamError when the values do not
    differ (are not in that order), or for a rank assumption.
    """
    left, right = normal(lhs), normal(rhs)
    lhs, rhs = _like(lhs, right), _like(rhs, left)
    if isinstance(normal(lhs), LinearForm):
        raise SymlamError("a counterexample between random vectors", expected="scalars or matrices")
    value = (instance.value(normal(lhs)), instance.value(normal(rhs)))
    if value[0] == value[1]:
        raise SymlamError(f"both sides are {value[0]} on the instance", expected="two different values")
    if larger and not (isinstance(normal(lhs), Scalar) and value[0] > value[1]):
        raise SymlamError(f"{value[0]} and {value[1]} on the instance", expected="a larger value on the left")

    def is_worth(side: Any, v: Any) -> Conclusion:
        def conclude(p: Printer, data: Data) -> tuple[str, str]:
            constant = f"qR R ({rational(v)})" if isinstance(normal(side), Scalar) else _data(v)
            return f"{p.term(side)} = {constant}", f"{data.rewrite}qinst"

        return conclude

    def differ(p: Printer, data: Data) -> tuple[str, str]:
        if larger:
            return f"({p.term(rhs)} : R) < {p.term(lhs)}", f"rewrite -subr_gt0; {data.rewrite}qinst"
        return f"{p.term(lhs)} <> {p.term(rhs)}", f"{data.rewrite}qinst"

    conclusions = (is_worth(lhs, value[0]), is_worth(rhs, value[1]), differ)
    return export_instance([lhs, rhs], instance, conclusions, under=under, name=name)


def export_instance(
    terms: Sequence[Any],
    instance: Instance,
    conclusions: Sequence[Conclusion],
    *,
    under: Any = (),
    name: str = "instance",
) -> str:
    """The lemma that there are the data of an instance, satisfying the assumptions and all conclusions.

    ``terms`` are the expressions that the conclusions speak of.  Raises SymlamError for a rank assumption.
    """
    known = flat(under)
    found = ingredients(terms, known)
    p = Printer(Names(), instance.dims)
    letters = [p.names("letter", x, x.name) for x in found.ordered]
    scalars = sorted(found.scalars)
    vectors = sorted(found.vectors)
    body = _Body()
    for x, s in zip(found.ordered, letters, strict=True):
        body.add(f"{s} = {_data(instance.letter(x))}", "[]")
    for s in scalars:
        body.add(f"{p.names('scalar', s)} = qR R ({rational(instance.scalars[s])})", "[]")
    inverses = _inverses(terms, known, instance)
    rewrite = "rewrite ?hyp_m ?hyp_i; " if inverses else ""
    for i, u in enumerate(vectors):
        for v in vectors[i:]:
            moment = _data(instance.moment(u, v))
            body.add(f"cov {p.names('vector', u)} {p.names('vector', v)} = {moment}", "qinst")
    for h in hypotheses(found, found.ordered, known, p):
        body.add(h.text, _tactic(h, p, instance, rewrite))
    joint, size = _joint(instance)
    data = Data({}, {}, {}, rewrite)
    for v in vectors:
        rows = _selection(instance, v, size)
        data.vectors[v] = f"(qmx R {rows.nrows()} {size} {entries(rows)} *v w)"
    for x in found.ordered:
        data.letters[x.name] = f"({_data(instance.letter(x))})"
    for s in scalars:
        data.scalars[s] = f"(qR R ({rational(instance.scalars[s])}))"
    for conclusion in conclusions:
        body.add(*conclusion(p, data))

    binders = "".join(f" ({p.names('vector', v)} : 'cV[V]_{p.dim(found.vectors[v])})" for v in vectors)
    for x, s in zip(found.ordered, letters, strict=True):
        binders += f" ({s} : 'M[R]_({p.dim(x.rows)}, {p.dim(x.cols)}))"
    binders += "".join(f" ({p.names('scalar', s)} : R)" for s in scalars)
    witnesses = ["V", *data.vectors.values(), *data.letters.values(), *data.scalars.values()]
    proof = [
        f"have psd_s : psd ({_data(joint)}).",
        f"  {_psd(joint)}.",
        "move: (momentL2 psd_s) (momv psd_s) (cov_momv psd_s) => V w hyp_w.",
        *_inverse_facts(inverses, instance, size),
        f"exists {', '.join(witnesses)}.",
        *body.proof(),
    ]
    statement = (
        f"Lemma {_name(name)} (R : realFieldType) :\n  exists (V : l2space R){binders},\n  {body.text()}."
    )
    return "\n".join([statement, "Proof.", *proof, "Qed.", ""])


@dataclass(frozen=True)
class Refutation:
    """A printed clause on the engine's own exact counterexample, for the kernel to confirm.

    ``theorem`` is the theorem of proofs/ that negates the same clause (on an instance of its own);
    ``lemma`` writes the lemma under the name that it is given.
    """

    claim: str
    clause: str
    theorem: str
    what: str
    lemma: Callable[[str], str]
    theories: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the lemma."""
        return f"refutes_{self.clause.replace('.', '_')}"


def _joint(instance: Instance) -> tuple[flint.fmpq_mat, int]:
    if instance.joint is None or not instance.joint.nrows():
        return to_flint([[1]]), 1
    return instance.joint, instance.joint.nrows()


def _selection(instance: Instance, vector: str, size: int) -> flint.fmpq_mat:
    start = 0
    for b in instance.order:
        n = instance.size(b.dim)
        if b.name == vector:
            return flint.fmpq_mat([[int(j == start + i) for j in range(size)] for i in range(n)])
        start += n
    raise SymlamError(f"the instance has no random vector {vector}")


def _inverses(terms: Any, known: Any, instance: Instance) -> list[Any]:
    every = [e for t in terms for e in parts(t)] + [e for a in known for e in expressions_of(a)]
    matrices = [m for e in every for m in (e.parts.values() if isinstance(e, LinearForm) else (e,))]
    codes = {
        f
        for m in matrices
        for k in m.terms
        for w in (k[1] if len(k) == 2 else (*k[1], k[2]))
        for f in w
        if f & 2
    }
    return sorted({LETTERS[f >> 2] for f in codes}, key=lambda x: x.name)


def _inverse_facts(inverses: list[Any], instance: Instance, size: int) -> list[str]:
    """One rewriting list for the moments that are inverted, one for the inverses."""
    moments, values = [], []
    for i, x in enumerate(inverses):
        m = instance.letter(x)
        if x.moment is not None:
            rows = entries(_selection(instance, x.moment[0], size))
            v = f"(qmx R {m.nrows()} {size} {rows} *v w)"
            moments.append((f"have hyp_m{i} : cov {v} {v} = {_data(m)} by qinst.", f"hyp_m{i}"))
        inverse = f"@qinv R {m.nrows()} {entries(m)} {entries(m.inv())}"
        values.append((f"have hyp_i{i} := {inverse} ltac:(by vm_compute).", f"hyp_i{i}"))
    if not inverses:
        return []
    out = [line for line, _ in (*moments, *values)]
    out.append("pose hyp_m := ({}).".format(", ".join(n for _, n in moments) or "addr0"))
    out.append("pose hyp_i := ({}).".format(", ".join(n for _, n in values)))
    return out


def _tactic(h: Hypothesis, p: Printer, instance: Instance, rewrite: str) -> str:
    """What proves a hypothesis on the data."""
    if h.kind in ("equation", "scalar", "symmetric", "positive"):
        return f"{rewrite}qinst"
    if h.kind == "nonzero":
        return "apply/eqP; qinst"
    if h.kind == "order":
        return "[]"
    if h.kind == "invertible":
        letter = instance.letter(h.data[0])
        return f"apply: (@qunit R _ _ {entries(letter.inv())}); vm_compute"
    if h.kind == "definite":
        m: Matrix = h.data[0]
        v = instance.value(m)
        unit = f"by apply: (@qunit R _ _ {entries(v.inv())}); vm_compute"
        return (
            f"apply: (pd_by_eq (N := {_data(v)})); [by {rewrite}qinst | "
            f"apply: psd_unit_pd; [{_psd(v)} | {unit}]]"
        )
    raise SymlamError(f"the hypothesis {h.text} cannot be checked on an instance", hint="leave the rank out")


__all__ = ["INSTANCE_HEADER", "Data", "Refutation", "export_counterexample", "export_instance", "ldl"]
