"""The engine's own counterexamples to printed clauses, for the kernel to confirm.

The data are those that the ledger shows: every assumption is checked on them, and that the clause fails.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symlam.algebra import E, LinearForm, msq, scalar, substitute, zero
from symlam.algebra._exact import Instance, eye
from symlam.claims._part import Violation, search
from symlam.errors import SymlamError
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._instance import (
    Conclusion,
    Data,
    Refutation,
    entries,
    export_counterexample,
    export_instance,
    rational,
)
from symlam.evidence.export._print import Printer
from symlam.models.letters import A, B, C, D, Π_d, a, o, q, ε, π_s, χ
from symlam.objective import derive
from symlam.optimum._exact import best_predictor, coefficient
from symlam.optimum._metrics import head_error, head_msq, llo


def found(claim: str, clause: str) -> tuple[Any, Violation]:
    """The clause, and the counterexample to it that the ledger shows.

    Raises SymlamError when there is none.
    """
    from symlam.claims._ledger import claim as asked

    (part,) = (p for p in asked(claim).parts() if p.name == clause)
    violation, _ = search(part, (), effort=40, seed=0)
    if violation is None:
        raise SymlamError(f"no counterexample to {clause} was found")
    return part, violation


def s2() -> tuple[Refutation, ...]:
    """On the engine's data no B, C, D reach q + ε + α o: its second moment has a rank above d_z."""
    return (
        Refutation(
            "S2",
            "S2.a",
            "S2_as_printed_false",
            "the engine's counterexample: its data, the assumptions, and that no B, C, D reach the goal",
            _out_of_reach,
            ("linear_lam", "objective"),
        ),
    )


def _out_of_reach(name: str) -> str:
    part, violation = found("S2", "S2.a")
    inst, α = violation.instance, scalar("α")
    goal = q + ε + α * o
    error = MeanSquare(B * (C * o + D * (o + q + ε)) - goal)
    moment = inst.value(E(goal, goal))

    def unreachable(p: Printer, data: Data) -> tuple[str, str]:
        binders = " ".join(p.binder(x) for x in (B, C, D))
        y, z, w, al = (
            data.vectors["o"],
            data.vectors["q"],
            data.vectors["ε"],
            data.scalars["α"],
        )
        n, k = inst.size(B.rows), inst.size(B.cols)
        value = f"({z} + {w} + {al}%:M *v {y})"
        steps = [
            f"move=> {' '.join(p.matrix(x) for x in (B, C, D))} hyp_e",
            f"have hyp_s : cov {value} {value} = qmx R {n} {n} {entries(moment)} by qinst",
            f"have hyp_u : qmx R {n} {n} {entries(moment)} \\in unitmx by "
            f"apply: (@qunit R _ _ {entries(moment.inv())}); vm_compute",
            f"have := proj1 (@S2_exact_iff R V {n} {k} {y} {z} {w} {al})",
            "rewrite /= hyp_s (mxrank_unit hyp_u) => hyp_k",
            f"suff : ({n} <= {k})%N by []",
            f"apply: hyp_k; exists {', '.join(p.matrix(x) for x in (B, C, D))}",
            "rewrite -[RHS]hyp_e /latent; mxring",
        ]
        return f"(forall {binders}, {p.term(error)} <> 0)", "; ".join(f"({step})" for step in steps)

    # the letters are quantified by the clause: the data are the moments and α
    return export_instance(
        [E(goal, goal)], inst, (unreachable,), under=part.model.assumptions.items, name=name
    )


def d1() -> tuple[Refutation, ...]:
    """Equation (8) is not stationary, and another A has a smaller loss, on the engine's data."""
    theorem = "D1_as_printed_false"
    return (
        Refutation(
            "D1",
            "D1.a",
            theorem,
            "the engine's counterexample: its data, the assumptions, and the gradient at equation (8)",
            _slope,
        ),
        Refutation(
            "D1",
            "D1.d",
            theorem,
            "the engine's counterexample: its data, the assumptions, the loss at equation (8) and at its own A",
            _larger,
        ),
    )


def _slope(name: str) -> str:
    from symlam.algebra import gradient
    from symlam.claims._policy import printed_a

    part, violation = found("D1", "D1.a")
    slope = substitute(gradient(part.model.expand(), A), {A: printed_a()})
    under = part.model.assumptions.items
    return export_counterexample(slope, zero("d_o", "d_o"), violation.instance, under=under, name=name)


def _larger(name: str) -> str:
    from symlam.claims._policy import printed_a

    part, violation = found("D1", "D1.d")
    (residual,) = part.model.residuals
    best = derive(part.model, eliminate=(A,)).steps[-1].choice[A]
    return export_counterexample(
        MeanSquare(residual.substitute({A: printed_a()})),
        MeanSquare(residual.substitute({A: best})),
        violation.instance,
        under=part.model.assumptions.items,
        name=name,
        larger=True,
    )


def c1() -> tuple[Refutation, ...]:
    """Optima without noise, of loss 0: the score of z, and what z says of a, on the engine's data."""
    data = "the engine's counterexample: its data, the assumptions, the loss 0"
    theorem, theories = "C1_LLO_as_printed_false", ("linear_lam", "llo")
    return (
        Refutation("C1", "C1.c", theorem, f"{data}, and LLO below 2", _score, theories),
        Refutation("C1", "C1.f", theorem, f"{data}, and that no head on z gives a", _head, theories),
    )


def _optimum(clause: str, name: str, conclusions: Any, terms: Any) -> str:
    """The lemma that the data of a clause have loss 0, so they are an optimum, and the conclusions."""
    part, violation = found("C1", clause)
    inst = violation.instance
    (residual,) = part.model.residuals

    def least(p: Printer, data: Data) -> tuple[str, str]:
        return f"{p.term(MeanSquare(residual))} = 0", "qinst"

    return export_instance(
        [MeanSquare(residual), *terms(part.model)],
        inst,
        (least, *conclusions(part.model, inst)),
        under=part.model.assumptions.items,
        name=name,
    )


def _score(name: str) -> str:
    def conclusions(m: Any, inst: Instance) -> tuple[Conclusion, ...]:
        z, targets = m.latent, (m.named["q"], m.named["ε"], o)
        total = llo(inst, z, action=targets[0], noise=targets[1], observation=targets[2])

        def score(p: Printer, data: Data) -> tuple[str, str]:
            facts = [
                f"(have hyp_n{i} : nerr z {x} = qR R ({rational(head_error(inst, y, z))}) by "
                f"({_normalised(inst, y, z, x)}))"
                for i, (x, y) in enumerate(zip(("q", "e", "o"), targets, strict=True))
            ]
            steps = "; ".join([*facts, "rewrite /LLO hyp_n0 hyp_n1 hyp_n2", "qinst"])
            text = " ".join(f"({p.form(x)})" for x in (z, *targets))
            return (
                f"LLO {text} = qR R ({rational(total)})",
                f"match goal with |- LLO ?z ?q ?e ?o = _ => {steps} end",
            )

        return (score, lambda p, data: (f"qR R ({rational(total)}) <> 2%:R", "qinst"))

    return _optimum("C1.c", name, conclusions, lambda m: (m.latent, m.named["q"], m.named["ε"], o))


def _head(name: str) -> str:
    def conclusions(m: Any, inst: Instance) -> tuple[Conclusion, ...]:
        z, error = m.latent, head_msq(inst, a, m.latent)

        def read(p: Printer, data: Data) -> tuple[str, str]:
            steps = _error(inst, a, z, "y")
            return (
                f"herr ({p.form(z)}) ({p.form(a)}) = qR R ({rational(error)})",
                f"match goal with |- herr ?z ?y = _ => {steps}; exact: hyp_h end",
            )

        return (read, lambda p, data: (f"0 < qR R ({rational(error)})", "qinst"))

    return _optimum("C1.f", name, conclusions, lambda m: (m.latent, a))


def d2() -> tuple[Refutation, ...]:
    """Along the sweep the action can be read better from an optimal latent at a larger χ, on the engine's data."""
    return (
        Refutation(
            "D2",
            "D2.a",
            "D2_share_as_printed_false",
            "the engine's counterexample: its data, the assumptions, loss 0 at both stages, and the errors of a",
            _share,
            ("linear_lam", "llo"),
        ),
    )


def _share(name: str) -> str:
    part, violation = found("D2", "D2.a")
    inst, m, stages = violation.instance, part.model, (Fraction(1, 2), Fraction(1))
    one = eye(inst.size(A.rows))
    if inst.size(D.rows) != inst.size(A.rows):
        raise SymlamError("the optimum on the data of D2.a is not of loss 0", expected="d_z = d_o")
    # with d_z = d_o the latent can hold all of the change, whatever χ
    at = inst.with_values({A: one, B: one, C: -one, D: one})
    (residual,) = m.residuals
    rows = [
        tuple(x.substitute({χ: share}) for x in (residual, m.latent, χ * Π_d * o + (1 - χ) * π_s))
        for share in stages
    ]
    errors = [head_error(at, y, z) for _, z, y in rows]

    def stage(row: tuple[LinearForm, ...], error: Fraction) -> tuple[Conclusion, ...]:
        loss, z, y = row

        def read(p: Printer, data: Data) -> tuple[str, str]:
            return (
                f"nerr ({p.form(z)}) ({p.form(y)}) = qR R ({rational(error)})",
                f"match goal with |- nerr ?z ?y = _ => {_normalised(at, y, z, 'y')} end",
            )

        return (lambda p, data: (f"{p.term(MeanSquare(loss))} = 0", "qinst"), read)

    def falls(p: Printer, data: Data) -> tuple[str, str]:
        before, after = (f"qR R ({rational(v)})" for v in errors)
        return f"{after} < {before} :> R", "rewrite -subr_gt0; qinst"

    return export_instance(
        [x for row in rows for x in row],
        at,
        (*stage(rows[0], errors[0]), *stage(rows[1], errors[1]), falls),
        under=m.assumptions.items,
        name=name,
    )


def _error(inst: Instance, y: LinearForm, z: LinearForm, name: str) -> str:
    """Tactics for the error of the best head from z to y, by its normal equations."""
    given, target = coefficient(inst, z, inst.order), coefficient(inst, y, inst.order)
    joint = inst.joint_moment
    k = best_predictor(given * joint * given.transpose(), target * joint * given.transpose())
    head = f"(qmx R {k.nrows()} {k.ncols()} {entries(k)})"
    return (
        f"(have hyp_h : herr z {name} = qR R ({rational(head_msq(inst, y, z))}) by "
        f"(rewrite -(proj2 (@M2_head_minP R V _ _ z {name} {head}) _); [qinst | qinst]))"
    )


def _normalised(inst: Instance, y: LinearForm, z: LinearForm, name: str) -> str:
    """Tactics for that error over the variance of y, which counts as 1 when there is none."""
    variance = inst.value(msq(y))
    worth = f"(have hyp_v : msq {name} = qR R ({rational(variance)}) by qinst)"
    if not variance:
        return f"{worth}; rewrite /nerr hyp_v qR0 eqxx; qinst"
    ratio = "rewrite /nerr hyp_v hyp_h ifN; [qinst | apply/eqP; rewrite -(qR0 R); qinst]"
    return f"{worth}; {_error(inst, y, z, name)}; {ratio}"


__all__ = ["c1", "d1", "d2", "found", "s2"]
