"""A claim of the ledger: its printed form as clauses, its verdict computed from them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from symlam.algebra._assumptions import (
    Equation,
    IndependentColumns,
    Orthonormal,
    PositiveDefinite,
    ScalarEquation,
)
from symlam.claims._part import HOLDS, HYPOTHESIS, OPEN, REFUTED, Hypothesis, Part, PartResult, decide, search
from symlam.errors import SymlamError


@dataclass(frozen=True)
class Claim:
    """One published claim.

    ``parts`` builds its clauses when asked (so that listing the ledger costs nothing);
    ``derivations`` builds the derivations to show, ``agreement`` the models whose closed form an
    independent optimiser has to meet.  ``reference`` is the key of the source (`symlam.latex`);
    ``formulation`` says whose words the clauses are when they are not the source's own.
    """

    id: str
    title: str
    printed: str
    source: str
    parts: Callable[[], tuple[Part, ...]] = field(default=lambda: (), compare=False)
    derivations: Callable[[], tuple[Any, ...]] = field(default=lambda: (), compare=False)
    agreement: Callable[[], tuple[Any, ...]] = field(default=lambda: (), compare=False)
    open_because: str = ""
    reference: str = "zhang2025"
    formulation: str = ""

    @property
    def introduction(self) -> str:
        """Where the statement is from, and whose words it is: what stands before it on a page.

        >>> from symlam.claims import claim
        >>> print(claim("S1").introduction)
        Printed (arXiv 2506.15691, Section 3)
        >>> print(claim("R3").introduction)
        Stated (this project's formulation, after arXiv 2605.20223; no claim of the paper)
        """
        if not self.formulation:
            return f"Printed ({self.source})"
        return f"Stated ({self.source}; {self.formulation})"

    def _repr_latex_(self) -> str:
        r"""Its derivations, or where there are none the statement as words."""
        shown = "\n".join(d.latex() for d in self.derivations())
        words = re.sub(r"([_{}%#&$])", r"\\\1", self.printed)
        return shown or rf"$\text{{{self.id}: {words}}}$"


@dataclass
class AssumptionUse:
    """What dropping a printed assumption does to a proved clause."""

    text: str
    needed: bool | None
    counterexample: Any = None


@dataclass
class ClaimResult:
    """The verdict of a claim and what it rests on."""

    claim: Claim
    verdict: str
    parts: list[PartResult]
    assumptions: list[AssumptionUse] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def hypotheses(self) -> list[str]:
        """The hypotheses added to the printed form, one text per clause and smallest sufficient set."""
        return [
            f"{p.part.name}: {' and '.join(h.text for h in subset)}"
            for p in self.parts
            if p.part.role == "claim" and p.verdict == HYPOTHESIS
            for subset in p.hypotheses
        ]

    @property
    def counterexample(self) -> Any:
        """The first exact counterexample to the printed form, None when it holds."""
        for p in self.parts:
            if p.part.role == "claim" and p.verdict in (REFUTED, HYPOTHESIS) and p.counterexample:
                return p.counterexample
        return None

    @property
    def complete(self) -> bool:
        """Every clause is decided and its evidence agrees."""
        return self.verdict != OPEN and all(
            p.complete and p.verdict != OPEN for p in self.parts if p.part.role != "reason"
        )


def verdict_of(parts: list[PartResult]) -> str:
    """The verdict of a claim from its clauses: the weakest of those that it states."""
    stated = [p.verdict for p in parts if p.part.role == "claim"]
    for v in (OPEN, REFUTED, HYPOTHESIS):
        if v in stated:
            return v
    return HOLDS if stated else OPEN


def resolve(claim: Claim, *, effort: int = 16, seed: int = 0, drop_assumptions: bool = True) -> ClaimResult:
    """Decide every clause of a claim and combine them; never looks at a stored verdict."""
    start = time.perf_counter()
    results = [decide(p, effort=effort, seed=seed) for p in claim.parts()]
    uses = _assumption_uses(results, effort, seed) if drop_assumptions else []
    return ClaimResult(claim, verdict_of(results), results, uses, time.perf_counter() - start)


def _assumption_uses(results: list[PartResult], effort: int, seed: int) -> list[AssumptionUse]:
    """Drop each printed assumption in turn: proved without it, broken without it, or neither found.

    A proof that does not notice the loss of what its clause needs is a conflict.
    """
    out: dict[str, AssumptionUse] = {}
    for r in results:
        if not r.part.drops or r.part.role not in ("claim", "repair") or r.proof is None or not r.hypotheses:
            continue
        chosen = r.hypotheses[0]
        for a in r.part.model.assumptions:
            if not isinstance(
                a, Equation | ScalarEquation | Orthonormal | IndependentColumns | PositiveDefinite
            ):
                continue
            known = out.get(a.text)
            if known is not None and known.needed:
                continue
            weaker = Part(**{**vars(r.part), "model": r.part.model.without(a)})
            proved = _still_proved(weaker, chosen)
            violation, _ = search(
                weaker,
                chosen,
                effort=min(effort, 6) if proved else effort,
                seed=seed,
                without=Hypothesis(a.text, (a,)),
                brief=proved,
            )
            if proved and violation:
                r.conflict = f"proved without {a.text}, yet violated: {violation.what}"
            if proved and not violation:
                out.setdefault(a.text, AssumptionUse(a.text, False))
            else:
                out[a.text] = AssumptionUse(a.text, True if violation else None, violation)
    return list(out.values())


def _still_proved(part: Part, chosen: tuple[Any, ...]) -> bool:
    from symlam.claims._part import restricted

    try:
        return part.prove(restricted(part.model, chosen), frozenset(chosen)) is not None
    except SymlamError:
        return False
