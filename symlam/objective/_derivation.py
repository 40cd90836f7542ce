"""Derivations: lists of steps, each checked by the normal form when it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symlam.algebra import Assumption, Assumptions, Matrix, equal, scalar
from symlam.algebra._assumptions import Positive
from symlam.algebra._expression import SYMBOLS
from symlam.errors import SymlamError
from symlam.objective._objective import Objective


@dataclass(frozen=True)
class Step:
    """One line: relation to the line before, the objective, the rule, what was assumed.

    ``relation`` is "=" or "min" (the minimum over the letters in ``eliminated``).  For "min",
    ``choice`` gives values at which the minimum is reached and ``condition`` the matrices whose
    vanishing is equality.
    """

    relation: str
    objective: Objective
    rule: str
    used: frozenset[Assumption] = frozenset()
    eliminated: tuple[Matrix, ...] = ()
    choice: dict[Matrix, Matrix] = field(default_factory=dict)
    condition: tuple[Matrix, ...] = ()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions used, as text, sorted."""
        return tuple(sorted(a.text for a in self.used))

    def latex(self) -> str:
        """The line in LaTeX, without alignment."""
        sign = {"=": "="}.get(self.relation)
        if sign is None:
            from symlam.algebra import latex

            sign = r"\;\xrightarrow{\min_{" + ", ".join(latex(m) for m in self.eliminated) + r"}}\;"
        return f"{sign} {self.objective.latex()}"

    def __repr__(self) -> str:
        over = f" over {', '.join(map(repr, self.eliminated))}" if self.eliminated else ""
        given = f"  [{', '.join(self.assumptions)}]" if self.used else ""
        return f"{self.relation}{over} {self.objective.text()}  ({self.rule}){given}"


@dataclass
class Derivation:
    """A chain of steps from a model's loss; every step is verified when it is added.

    Raises SymlamError when a step does not follow, with a counterexample in the message.
    """

    name: str
    assumptions: Assumptions
    steps: list[Step] = field(default_factory=list)

    @property
    def objective(self) -> Objective:
        """The last line."""
        return self.steps[-1].objective

    @property
    def used(self) -> frozenset[Assumption]:
        """Every assumption that some step used."""
        return frozenset(a for s in self.steps for a in s.used)

    def rewrite(self, objective: Objective, rule: str) -> None:
        """Add a line equal to the one before, by normal form under the assumptions."""
        answer = equal(self.objective.expand(), objective.expand(), under=self.assumptions)
        if not answer:
            raise SymlamError(
                f"the step {objective!r} does not follow from {self.objective!r} by {rule}: {describe(answer)}"
            )
        self.steps.append(Step("=", objective, rule, answer.used))

    def minimise(
        self,
        letters: tuple[Matrix, ...],
        choice: dict[Matrix, Matrix],
        objective: Objective,
        rule: str,
        condition: Any,
    ) -> None:
        """Add the minimum over letters: previous = objective + squares, and ``choice`` makes the squares vanish.

        Checked: the objective has none of the letters; the difference is a sum of weighted mean
        squares among the terms of the line before; substituting the choice gives the objective.
        """
        left = {m.as_letter() for m in letters} & objective.letters()
        if left:
            raise SymlamError(f"{left} still occurs in {objective!r} after minimising over it")
        answer = equal(self.objective.substitute(choice).expand(), objective.expand(), under=self.assumptions)
        if not answer:
            raise SymlamError(f"the choice {choice} does not give {objective!r}: {describe(answer)}")
        dropped = [t for t in self.objective.terms if t not in objective.terms]
        signed: set[Assumption] = set()
        for t in dropped:
            known = _nonnegative(t.weight, self.assumptions)
            if known is None:
                raise SymlamError(
                    f"the weight of {t.text()} may be negative, so its vanishing is no minimum",
                    expected="a weight that is >= 0",
                    hint="assume positive(...) of the weight",
                )
            signed |= known
        squares = equal(
            Objective((*objective.terms, *dropped), objective.rest).expand(),
            self.objective.expand(),
            under=self.assumptions,
        )
        if not squares:
            raise SymlamError(f"the line before is not {objective!r} plus squares: {describe(squares)}")
        self.steps.append(
            Step(
                "min",
                objective,
                rule,
                answer.used | squares.used | signed,
                letters,
                dict(choice),
                tuple(condition),
            )
        )

    def latex(self) -> str:
        """The chain as an align environment, the reason of each line as a comment column."""
        lines = []
        for i, s in enumerate(self.steps):
            reason = rf"&& \text{{({s.rule})}}"
            body = s.latex() if i else f"L = {s.objective.latex()}"
            lines.append(f"  {'&' if i else ''}{body.replace('L =', 'L &=', 1) if not i else body} {reason}")
        joined = " \\\\\n".join(lines)
        return f"\\begin{{align}}\n{joined}\n\\end{{align}}"

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.steps))

    def _repr_latex_(self) -> str:
        return self.latex()


def _nonnegative(weight: Any, known: Assumptions) -> frozenset[Assumption] | None:
    """The assumptions that make a weight >= 0, None when nothing does."""
    value = weight.as_rational()
    if value is not None:
        return frozenset() if value >= 0 else None
    positive = {a.expression: a for a in known if isinstance(a, Positive)}
    if weight in positive:
        return frozenset([positive[weight]])
    if len(weight.terms) != 1:
        return None
    ((symbols, traces), c) = next(iter(weight.terms.items()))
    used: set[Assumption] = set()
    for index, exponent in symbols:
        kind, name = SYMBOLS[index]
        if kind == "dimension" or exponent % 2 == 0:
            continue
        if scalar(name) not in positive:
            return None
        used.add(positive[scalar(name)])
    return frozenset(used) if c > 0 and not traces else None


def describe(answer: Any) -> str:
    """Why an equality failed, in one line."""
    if answer.counterexample is None:
        return answer.reason
    c = answer.counterexample
    return f"left {c.left}, right {c.right} at {c.instance.describe()['dimensions']}"
