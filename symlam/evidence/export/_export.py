"""Lemmas for equations, inequalities, minimisation steps and gradients, each with its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symlam.algebra import (
    E,
    LinearForm,
    Matrix,
    Scalar,
    directional,
    gradient,
    identity,
    matrix,
    scalar,
    substitute,
    tr,
)
from symlam.algebra._expression import constant
from symlam.errors import SymlamError
from symlam.evidence.export._names import spell
from symlam.evidence.export._print import Printer, _tight
from symlam.evidence.export._proof import Script
from symlam.evidence.export._statement import Statement, flat, state
from symlam.evidence.export._terms import Defined, MeanSquare, Product, Sum, Trace, Transposed, With, normal

HEADER = """From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat psd l2 dyadic words export_tactics.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.
"""

CERTIFICATE_HEADER = HEADER.replace("words export_tactics.", "certificate words export_tactics.")


def file(*lemmas: str, header: str = HEADER) -> str:
    """A file of lemmas that coqc reads on its own."""
    return "\n".join((header, *lemmas))


def _lemma(statement: Statement, proof: Sequence[str]) -> str:
    return "\n".join([statement.text, "Proof.", *proof, "Qed.", ""])


def _name(name: str) -> str:
    return spell(name)


def _vanishes(difference: LinearForm, under: Any) -> bool:
    """Whether a form vanishes by its coefficients, without what is known of moments."""
    from symlam.algebra import Assumptions

    reduced = LinearForm(
        difference.dim, {b: Assumptions(under).reduce(m) for b, m in difference.parts.items()}
    )
    return not reduced


def export_identity(
    lhs: Any, rhs: Any, *, under: Any = (), name: str = "identity", unfold: Sequence[str] = ()
) -> str:
    """The lemma lhs = rhs for all dimensions, letters and random vectors, with its proof.

    Scalars, matrices and random vectors, or terms of `_terms` that keep a side as written.
    Random vectors that are equal only through their moments are stated as E||lhs - rhs||^2 = 0.
    ``unfold`` are definitions of proofs/ that the proof opens.  Raises SymlamError when the
    equation does not follow from the assumptions.

    >>> from symlam.algebra import matrix, msq, vector
    >>> from symlam.evidence.export import mean_square
    >>> x = matrix("A", "m", "n") * vector("x", "n")
    >>> print(export_identity(mean_square(x), msq(x)))
    Lemma identity (R : realFieldType) (V : l2space R) (m : nat) (n : nat) (A : 'M[R]_(m, n)) (x : 'cV[V]_n) :
      msq (A *v x) = \\tr (A *m cov x x *m A^T) :> R.
    Proof.
    cbv beta.
    mxring.
    Qed.
    <BLANKLINE>
    """
    known = flat(under)
    left, right = _value(lhs), _value(rhs)
    lhs, rhs = _like(lhs, right), _like(rhs, left)
    difference = normal(lhs) - normal(rhs)
    terms = [lhs, rhs]

    def equation(p: Printer) -> str:
        return f"{p.term(lhs)} = {p.term(rhs)}" + (" :> R" if isinstance(difference, Scalar) else "")

    if isinstance(difference, LinearForm) and not _vanishes(difference, known):
        terms = [MeanSquare(difference)]
        difference = normal(terms[0])

        def equation(p: Printer) -> str:
            return f"{p.term(terms[0])} = 0 :> R"

    s = state(_name(name), terms, equation, known)
    script = Script(s)
    opened = [f"rewrite {' '.join('/' + d for d in unfold)}."] if unfold else []
    return _lemma(s, [*script.facts(), *opened, *script.equation(difference)])


def _value(x: Any) -> Any:
    return normal(x)


def _like(x: Any, other: Any) -> Any:
    """An integer beside a matrix or a form is its zero."""
    if isinstance(x, int) and not isinstance(x, bool):
        if x == 0 and isinstance(other, Matrix):
            return Matrix(other.rows, other.cols)
        if x == 0 and isinstance(other, LinearForm):
            return LinearForm(other.dim, {})
        return constant(x)
    return x


def _squares(squares: Sequence[tuple[Any, LinearForm | Matrix]]) -> Sum:
    """Weighted E||form||^2, and ||M||_F^2 for a matrix."""

    def one(f: LinearForm | Matrix) -> Any:
        return MeanSquare(f) if isinstance(f, LinearForm) else Trace(Product((f, Transposed(f))))

    return Sum(tuple((w, one(f)) for w, f in squares))


def _moments(squares: Sequence[tuple[Any, LinearForm | Matrix]], zero: Matrix) -> Any:
    """Weighted second moments E[v v^T], and M M^T for a matrix."""

    def one(f: LinearForm | Matrix) -> Any:
        return Defined("cov", (f, f), E(f, f)) if isinstance(f, LinearForm) else Product((f, Transposed(f)))

    return Sum(tuple((w, one(f)) for w, f in squares)) if squares else zero


def _semidefinite(script: Script, name: str, m: Matrix, squares: Sequence[tuple[Any, Any]]) -> list[str]:
    """Tactics that show psd m under ``name``, from m = the sum of the squares."""
    p, total = script.p, _moments(squares, 0 * m)
    return [
        f"have {name} : psd ({p.matrix(m)}).",
        f"  have hyp_q : {p.matrix(m)} = {p.term(total)}.",
        *(f"    {t}" for t in script.equation(m - normal(total))),
        "  by rewrite hyp_q; mxpsd.",
    ]


def export_semidefinite(
    lower: Matrix, upper: Matrix, squares: Sequence[tuple[Any, Any]], *, under: Any = (), name: str = "order"
) -> str:
    """The lemma that upper - lower is positive semidefinite, as a weighted sum of second moments and of M M^T.

    Raises SymlamError when the difference is not that sum.
    """
    known, difference = flat(under), normal(upper) - normal(lower)
    terms = [difference, lower, upper, _moments(squares, 0 * difference)]
    s = state(_name(name), terms, lambda p: f"psd ({_tight(p.term(upper))} - {_tight(p.term(lower))})", known)
    script = Script(s)
    p = s.printer
    return _lemma(
        s,
        [
            *script.facts(),
            *_semidefinite(script, "hyp_psd", difference, squares),
            f"suff -> : {_tight(p.term(upper))} - {_tight(p.term(lower))} = {p.matrix(difference)} by [].",
            "cbv beta; mxring.",
        ],
    )


def export_low_rank(
    f: Scalar,
    value: Scalar,
    letters: tuple[Matrix, Matrix],
    moment: tuple[Matrix, Sequence[tuple[Any, Any]]],
    dual: tuple[Matrix, Sequence[tuple[Any, Any]]],
    slack: Sequence[tuple[Any, Any]],
    threshold: Scalar,
    *,
    under: Any = (),
    name: str = "low_rank",
) -> str:
    """The lemma value <= f for all B, D, f = tr((B D - I) S (B D - I)^T): weak duality (`dual_bound` of proofs/).

    S, Z and Z + t I - S are given as sums of squares.  A file of such lemmas starts with `CERTIFICATE_HEADER`.
    Raises SymlamError when one of the equations does not follow from the assumptions.
    """
    known = flat(under)
    (b, d), (s_, own), (z, dual_squares) = letters, moment, dual
    one = identity(b.rows)
    rest = z + one * threshold - s_
    terms = [f, value, s_, z, rest, *(_moments(q, 0 * s_) for q in (own, dual_squares, slack))]
    terms.append(threshold)

    def conclude(p: Printer) -> str:
        return f"forall {p.binder(b)} {p.binder(d)}, ({p.term(value)} : R) <= {p.term(f)}"

    s = state(_name(name), terms, conclude, known, bound=(b, d))
    script = Script(s)
    p = s.printer
    t, w = p.scalar(threshold), b * d - one
    bound = tr(s_) - tr(identity(b.cols)) * threshold - tr(z)
    proof = [
        *script.facts(),
        *_semidefinite(script, "hyp_s", s_, own),
        *_semidefinite(script, "hyp_z", z, dual_squares),
        *_semidefinite(script, "hyp_r", rest, slack),
        f"have hyp_t : 0 <= {_tight(t)} by poweak.",
        f"move=> {p.matrix(b)} {p.matrix(d)}.",
        f"have hyp_w : (\\rank ({p.matrix(b)} *m {p.matrix(d)}) <= {p.dim(b.cols)})%N.",
        "  exact: leq_trans (mulmx_max_rank _ _) (leqnn _).",
        f"have hyp_y : {p.matrix(z)} + {_tight(t)}%:M - 1%:M *m ({p.matrix(s_)}) *m (1%:M)^T = {p.matrix(rest)}.",
        "  by mxring.",
        "rewrite -hyp_y in hyp_r.",
        "refine (le_to (dual_bound hyp_s hyp_t hyp_z hyp_r hyp_w) _ _); rewrite ?/en.",
        *(f"  {x}" for x in script.equation(normal(value) - bound)),
        *script.equation(normal(f) - tr(w * s_ * w.T)),
    ]
    return _lemma(s, proof)


def export_inequality(
    lower: Any,
    upper: Any,
    squares: Sequence[tuple[Any, LinearForm]],
    *,
    under: Any = (),
    name: str = "inequality",
) -> str:
    """The lemma lower <= upper, from upper = lower + sum of weight * E||form||^2.

    The weights must be products of nonnegative rationals, squares and scalars that are assumed
    positive.  Raises SymlamError when the difference is not that sum.
    """
    known = flat(under)
    if not squares:
        raise SymlamError("an inequality without squares", expected="pairs (weight, random vector)")
    rest = _squares(squares)
    s = state(_name(name), [lower, upper, rest], lambda p: f"({p.term(lower)} : R) <= {p.term(upper)}", known)
    script = Script(s)
    p = s.printer
    proof = [
        *script.facts(),
        f"have hyp_e : {p.term(upper)} = {p.term(lower)} + ({p.term(rest)}).",
        *(f"  {t}" for t in script.equation(normal(upper) - normal(lower) - normal(rest))),
        "by apply: (le_sum hyp_e); poweak.",
    ]
    return _lemma(s, proof)


def state_minimum(
    before: Any,
    after: Any,
    reached: Any,
    conditions: Sequence[Matrix],
    known: Any,
    name: str,
    *,
    also: Sequence[Any] = (),
) -> Statement:
    """after <= before, with equality exactly when all conditions vanish, and reached = after."""

    def conclude(p: Printer) -> str:
        f, g = p.term(before), p.term(after)
        when = ""
        for c in conditions:
            one = f"{p.matrix(c)} = {p.matrix(Matrix(c.rows, c.cols))}"
            when = f"({when} /\\ {one})" if when else one
        return f"(({g} : R) <= {f}) /\\\n  (({f} = {g} :> R) <-> {when}) /\\\n  {p.term(reached)} = {g} :> R"

    return state(name, [before, after, *also, reached, *conditions], conclude, known)


def export_minimum(
    before: Sum,
    after: Sum,
    squares: Sequence[tuple[Any, Matrix, LinearForm]],
    choice: Mapping[Matrix, Matrix],
    conditions: Sequence[Matrix],
    *,
    under: Any = (),
    name: str = "minimum",
) -> str:
    """The lemma of a minimisation step: lower bound, when it is reached, and that the choice reaches it.

    ``after <= before``; equality exactly when all conditions vanish; before at the choice is
    after.  ``squares`` are (weight, M, v) with before = after + sum of weight * E||M v||^2, and
    the i-th condition is M E[v v^T] of the i-th square.
    """
    known = flat(under)
    if not squares or len(squares) != len(conditions):
        raise SymlamError(
            f"{len(squares)} squares and {len(conditions)} conditions", expected="one condition each"
        )
    rest = Sum(tuple((w, MeanSquare(Product((m, v)))) for w, m, v in squares))
    reached = With(tuple(choice.items()), before)
    s = state_minimum(before, after, reached, conditions, known, _name(name), also=[rest])
    script = Script(s)
    p = s.printer
    f, g, sq = p.term(before), p.term(after), p.term(rest)
    proof = [
        *script.facts(),
        f"have hyp_e : {f} = {g} + ({sq}).",
        *(f"  {t}" for t in script.equation(normal(before) - normal(after) - normal(rest))),
        "apply: and_assoc_l; split; last first.",
        *(f"  {t}" for t in script.equation(normal(reached) - normal(after))),
        "apply: (min_step hyp_e); first by poweak.",
    ]
    # s1 + s2 + s3 = 0 one square at a time, the last first
    for k in range(len(squares) - 1, -1, -1):
        w, m, v = squares[k]
        if k:
            proof.append("apply: iff_trans (sum_eq0 _ _) _; [by poweak | by poweak |].")
            proof.append("apply: iff_both; last first.")
        if w != 1:
            proof.append("apply: iff_trans (weight_eq0 _ _) _; first by postrict.")
        cond = conditions[k]
        proof.append("apply: iff_trans (msq_eq0P _ _) _.")
        pm, pv = p.matrix(m), p.form(v)
        proof.append(f"have hyp_c{k} : ({pm}) *m cov ({pv}) ({pv}) = {p.matrix(cond)}.")
        proof += [f"  {t}" for t in script.equation(m * E(v, v) - cond)]
        proof.append(f"by rewrite hyp_c{k}.")
    return _lemma(s, proof)


def export_gradient(f: Scalar, letter: Matrix, *, under: Any = (), name: str = "gradient") -> str:
    """The lemma that the engine's gradient is the derivative, as an identity of polynomials in t.

    f(A + t H) = f(A) + t tr(G^T H) + t^2 r(t, H), for all t and H.  Raises SymlamError when the
    letter is inverted in f.
    """
    x = letter.as_letter()
    h = matrix(f"H_{x.name}", x.rows, x.cols, symmetric=x.symmetric)
    t = scalar("t_step")
    g = gradient(f, letter)
    directional(f, letter, h)
    moved = substitute(f, {letter: letter + h * t})
    rest = moved - f - tr(g.T * h) * t
    index = next(iter(t.terms))[0][0][0]
    if any(dict(key[0]).get(index, 0) < 2 for key in rest.terms):
        raise SymlamError(f"tr(G^T H) with G = ({g!r}) is not the derivative of ({f!r}) along H")
    remainder = rest / t**2
    lhs = With(((letter, letter + h * t),), f)
    rhs = Sum(((1, f), (t, Trace(Product((Transposed(g), h)))), (t**2, remainder)))
    return export_identity(lhs, rhs, under=under, name=name)
