"""Deciding one clause of a claim: a proof under the fewest hypotheses, and counterexamples without them.

Nothing here is told the answer.  A clause comes with an exact test (on an instance) and a
symbolic proof attempt that is handed a set of hypotheses; `decide` searches the subsets of
the candidate hypotheses for the smallest that the proof accepts, and looks for exact
counterexamples with each of them dropped.
"""

from __future__ import annotations

import itertools
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from symlam.algebra import Assumption, Assumptions, Counterexample, E, equation, vector
from symlam.algebra._assumptions import Equation, flatten
from symlam.algebra._exact import Instance
from symlam.algebra._letter import LETTERS
from symlam.errors import SymlamError

HOLDS, HYPOTHESIS, REFUTED, OPEN = "holds", "holds-with-hypothesis", "refuted", "open"


@dataclass(frozen=True)
class Hypothesis:
    """A condition that may be added: assumptions for the engine, or a test on an instance.

    ``replaces`` are the printed assumptions that it makes redundant.
    """

    text: str
    assumptions: tuple[Assumption, ...] = ()
    test: Callable[[Instance], bool] | None = field(default=None, compare=False)
    restrict: Callable[[Any], Any] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return self.text


def hypothesis(text: str, *assumptions: Any, test: Any = None, restrict: Any = None) -> Hypothesis:
    """A hypothesis from assumptions, a test on instances, or a restriction of the model."""
    return Hypothesis(text, flatten(assumptions), test, restrict)


@dataclass(frozen=True)
class Violation:
    """An exact instance that satisfies the assumptions and breaks the clause, with the two values."""

    instance: Instance
    left: Any
    right: Any
    what: str

    def describe(self) -> dict[str, Any]:
        """JSON-ready."""
        shown = Counterexample(self.instance, self.left, self.right).describe()
        return {"what": self.what, **shown}


@dataclass(frozen=True)
class Proof:
    """A symbolic proof: the lines that the engine checked, and the assumptions that they used.

    ``cited`` are steps in words that rest on a theorem of linear algebra (Eckart-Young, Ky Fan, rank
    arguments), which the engine states and does not check; proofs/ has them.
    """

    lines: tuple[str, ...]
    used: frozenset[Assumption] = frozenset()
    cited: tuple[str, ...] = ()


# what a clause is tested on: yields (instance, left, right, what) with left == right when it is fine
Test = Callable[[Any, Instance, random.Random], Iterator[tuple[Instance, Any, Any, str]]]


@dataclass(frozen=True)
class Part:
    """One clause of a claim.

    ``role`` is "claim", "reason" (a printed argument, reported but not counted), "remark" (what the
    claim leaves unsaid) or "repair" (a true form put in the place of a refuted clause).  ``drops`` False
    leaves the dropping of assumptions to the other clauses of the claim, where they use the same ones.
    """

    name: str
    statement: str
    model: Any
    test: Test = field(compare=False)
    prove: Callable[[Any, frozenset[Hypothesis]], Proof | None] = field(compare=False)
    candidates: tuple[Hypothesis, ...] = ()
    role: str = "claim"
    shape: tuple[Any, ...] = ()
    drops: bool = True


@dataclass
class PartResult:
    """What `decide` found."""

    part: Part
    verdict: str
    hypotheses: tuple[tuple[Hypothesis, ...], ...] = ()
    proof: Proof | None = None
    counterexample: Violation | None = None
    necessity: dict[str, Violation | None] = field(default_factory=dict)
    checked: int = 0
    conflict: str = ""

    @property
    def complete(self) -> bool:
        """Proof and search agree, instances were tested, and every added hypothesis was shown to be needed."""
        return self.checked > 0 and not self.conflict and all(v is not None for v in self.necessity.values())


def restricted(model: Any, chosen: tuple[Hypothesis, ...]) -> Any:
    """The model with hypotheses added."""
    for h in chosen:
        if h.restrict is not None:
            model = h.restrict(model)
    added = [a for h in chosen for a in h.assumptions]
    return model.assume(added) if added else model


# (rounds, plain rounds, largest dimension): rational spectra first, then correlated small instances
_SWEEPS = ((6, 6, 3), (3, 0, 3))
_SWEEPS_WITHOUT = ((160, 160, 2), (24, 0, 2), (8, 8, 3))
_SWEEPS_BRIEF = ((6, 6, 2), (2, 0, 2))
# where two vectors that were uncorrelated are now one: what random moments rarely come near
_SWEEP_DEPENDENT = (12, 12, 2)


def search(
    part: Part,
    chosen: tuple[Hypothesis, ...],
    *,
    effort: int,
    seed: int,
    without: Hypothesis | None = None,
    brief: bool = False,
) -> tuple[Violation | None, int]:
    """Look for an exact violation under the hypotheses; return it and how many instances were tested.

    ``without`` is a condition that was dropped: only instances on which it fails are tested, since
    the clause is proved on the others.  When it was E[x y^T] = 0, instances with x = y come last.
    ``brief`` gives up early when few instances break the condition.
    """
    from symlam.algebra._sampling import instances

    try:
        model = restricted(part.model, chosen)
    except SymlamError:
        return None, 0  # the hypotheses contradict the printed assumptions
    tests = [h.test for h in chosen if h.test is not None]
    tested = 0
    expressions = [*model.residuals, *(w for w, _ in model.loss), *model.named.values(), *part.shape]
    stream = zlib.crc32(f"{part.name}/{part.statement}".encode())
    plan = _SWEEPS if without is None else _SWEEPS_BRIEF if brief else _SWEEPS_WITHOUT
    sweeps = [(model.assumptions, *s) for s in plan]
    budget = effort
    if without is not None and (dependent := _dependent(model.assumptions, without)) is not None:
        sweeps.append((dependent, *_SWEEP_DEPENDENT))
    for known, rounds, plain, largest in sweeps:
        if known is not model.assumptions:
            budget = tested + effort
        if tested >= budget:
            continue
        try:
            for inst in instances(
                expressions,
                known,
                seed=seed + stream,
                rounds=rounds,
                plain=plain,
                max_dim=largest,
            ):
                if without is not None and _fulfils(inst, without):
                    continue
                rng = random.Random(seed * 1000003 + stream + tested)
                try:
                    if not all(t(inst) for t in tests):
                        continue
                    for at, left, right, what in part.test(model, inst, rng):
                        if left != right:
                            return Violation(at, left, right, what), tested + 1
                except SymlamError:
                    continue  # no exact value on this instance (irrational spectrum, singular inverse)
                tested += 1
                if tested >= budget:
                    break
        except SymlamError:
            continue  # no instance at all: the hypotheses exclude each other
    return None, tested


def _dependent(known: Assumptions, without: Hypothesis) -> Assumptions | None:
    """The assumptions with x = y added, when the dropped condition is E[x y^T] = 0 of two base vectors."""
    for a in without.assumptions:
        if not isinstance(a, Equation) or a.rhs or len(a.lhs.terms) != 1:
            continue
        (word,) = (k[2] for k in a.lhs.terms)
        x = LETTERS[word[0] >> 2] if len(word) == 1 else None
        if x is None or x.moment is None or x.rows != x.cols:
            continue
        left, right = (vector(name, x.rows) for name in x.moment)
        try:
            return known.plus(
                equation(E(left, right), E(left, left)), equation(E(right, right), E(left, left))
            )
        except SymlamError:
            continue
    return None


def _fulfils(inst: Instance, h: Hypothesis) -> bool:
    from symlam.algebra._sampling import satisfies

    if h.test is not None:
        try:
            return h.test(inst)
        except SymlamError:
            return True  # cannot be evaluated exactly here: no use for this search
    return h.restrict is None and satisfies(inst, Assumptions(h.assumptions))


def decide(part: Part, *, effort: int = 40, seed: int = 0) -> PartResult:
    """Decide a clause: holds, holds under the smallest provable sets of hypotheses, refuted or open."""
    proven: list[tuple[tuple[Hypothesis, ...], Proof]] = []
    for size in range(len(part.candidates) + 1):
        for subset in itertools.combinations(part.candidates, size):
            if any(set(s) <= set(subset) for s, _ in proven):
                continue  # a smaller set suffices already
            try:
                model = restricted(part.model, subset)
                proof = part.prove(model, frozenset(subset))
            except SymlamError:
                proof = None
            if proof is not None:
                proven.append((subset, replace(proof, used=proof.used & frozenset(model.assumptions))))
    violation, checked = search(part, (), effort=effort, seed=seed)
    if proven and not proven[0][0]:
        conflict = "" if violation is None else f"proved, yet violated: {violation.what}"
        if not checked:
            conflict = "no instance satisfies the printed assumptions: the clause would be empty"
        return PartResult(
            part, OPEN if conflict else HOLDS, ((),), proven[0][1], violation, {}, checked, conflict
        )
    if proven:
        necessity: dict[str, Violation | None] = {}
        conflict = ""
        if violation is None:
            conflict = "no counterexample without the hypotheses was found"
        for subset, _ in proven:
            kept, n = search(part, subset, effort=effort, seed=seed)
            checked += n
            if kept is not None:
                conflict = f"proved under {subset}, yet violated: {kept.what}"
            elif n == 0:
                conflict = f"no instance satisfies {subset}: the repaired form would be empty"
            for h in subset:
                if h.text in necessity and necessity[h.text] is not None:
                    continue
                others = tuple(x for x in subset if x != h)
                necessity[h.text], _ = search(part, others, effort=effort, seed=seed, without=h)
        return PartResult(
            part,
            HYPOTHESIS,
            tuple(s for s, _ in proven),
            proven[0][1],
            violation,
            necessity,
            checked,
            conflict,
        )
    if violation is not None:
        return PartResult(part, REFUTED, (), None, violation, {}, checked)
    return PartResult(part, OPEN, (), None, None, {}, checked)


def proves(assumptions: Assumptions, lhs: Any, rhs: Any, line: str) -> Proof | None:
    """A one-line proof by normal form, None when the normal forms differ.

    Unlike `symlam.algebra.equal` no counterexample is looked for: the exact search of `decide` does that.
    """
    allowed = assumptions.check_inverses(*(e for e in (lhs, rhs) if not isinstance(e, int)))
    difference, used = assumptions.reduce_with_sources(lhs - rhs)
    return None if difference else Proof((line,), used | allowed)


def assumes(known: Assumptions, *needed: Assumption) -> Proof | None:
    """What the words of a proof rest on besides its lines: assumptions that have to be there."""
    return Proof((), frozenset(needed)) if set(needed) <= set(known) else None


def cites(*lines: str) -> Proof:
    """Steps in words, not checked by the engine."""
    return Proof((), cited=lines)


def joined(*proofs: Proof | None) -> Proof | None:
    """All of several proofs, None when one is missing."""
    known = [p for p in proofs if p is not None]
    if len(known) < len(proofs):
        return None
    return Proof(
        tuple(line for p in known for line in p.lines),
        frozenset(a for p in known for a in p.used),
        tuple(line for p in known for line in p.cited),
    )
