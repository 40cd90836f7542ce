"""The engine's own counterexamples to printed clauses, for the kernel to confirm.

The data are those that the ledger shows: every assumption is checked on them, and that the clause fails.
"""

from __future__ import annotations

from typing import Any

from symlam.algebra import E, scalar, substitute, zero
from symlam.claims._part import Violation, search
from symlam.errors import SymlamError
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._instance import (
    Data,
    Refutation,
    entries,
    export_counterexample,
    export_instance,
)
from symlam.evidence.export._print import Printer
from symlam.models.letters import A, B, C, D, o, q, ε
from symlam.objective import derive


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
        y, z, w, a = (
            data.vectors["o"],
            data.vectors["q"],
            data.vectors["ε"],
            data.scalars["α"],
        )
        n, k = inst.size(B.rows), inst.size(B.cols)
        value = f"({z} + {w} + {a}%:M *v {y})"
        steps = [
            f"move=> {' '.join(p.matrix(x) for x in (B, C, D))} hyp_e",
            f"have hyp_s : cov {value} {value} = qmx R {n} {n} {entries(moment)} by qinst",
            f"have hyp_u : qmx R {n} {n} {entries(moment)} \\in unitmx by "
            f"apply: (@qunit R _ _ {entries(moment.inv())}); vm_compute",
            f"have := proj1 (@S2_exact_iff R V {n} {k} {y} {z} {w} {a})",
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


__all__ = ["d1", "found", "s2"]
