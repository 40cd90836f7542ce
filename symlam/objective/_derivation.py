"""Derivations: lists of steps, each checked by the normal form when it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symlam.algebra import Assumption, Assumptions, Matrix, Notation, equal, latex, scalar
from symlam.algebra._assumptions import (
    IndependentColumns,
    Order,
    Positive,
    PositiveDefinite,
    Rank,
    ScalarEquation,
)
from symlam.algebra._expression import SYMBOLS
from symlam.algebra._print import style_of
from symlam.errors import SymlamError
from symlam.objective._objective import Objective

LOSS = r"\mathcal{L}"  # the first line of a derivation, by name


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

    def latex(self, notation: Notation | None = None) -> str:
        """The line in LaTeX, without alignment."""
        if self.relation == "=":
            return f"= {self.objective.latex(notation)}"
        over = ", ".join(latex(m, notation=notation) for m in self.eliminated)
        return rf"\min_{{{over}}} {LOSS} = {self.objective.latex(notation)}"

    def choice_latex(self, notation: Notation | None = None) -> list[str]:
        """The values that make the squares vanish, an equation each."""
        return [
            f"{latex(k, notation=notation)} = {latex(v, notation=notation)}" for k, v in self.choice.items()
        ]

    def reason_latex(self, notation: Notation | None = None) -> str:
        """Why the line follows: the choice that is made, or the rule and the assumptions used."""
        if self.choice:
            return r",\ ".join(self.choice_latex(notation))
        given = r",\ ".join(assumption_latex(a, notation) for a in sorted(self.used, key=lambda a: a.text))
        return rf"\text{{{self.rule}}}" + (rf":\ {given}" if given else "")

    def __repr__(self) -> str:
        over = f" over {', '.join(map(repr, self.eliminated))}" if self.eliminated else ""
        given = f"  [{', '.join(self.assumptions)}]" if self.used else ""
        return f"{self.relation}{over} {self.objective.text()}  ({self.rule}){given}"


@dataclass
class Derivation:
    """A chain of steps from a model's loss; every step is verified when it is added.

    ``encoder``, ``decoder`` and ``regression`` are the letters of the model, by their roles.

    Raises SymlamError when a step does not follow, with a counterexample in the message.
    """

    name: str
    assumptions: Assumptions
    steps: list[Step] = field(default_factory=list)
    encoder: tuple[Matrix, ...] = ()
    decoder: tuple[Matrix, ...] = ()
    regression: tuple[Matrix, ...] = ()

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

    def rows(self, notation: Notation | None = None, *, loss: str = LOSS) -> list[tuple[str, str]]:
        """What stands left and right of the relation in each line: the loss, nothing, or what is minimised."""
        out, over = [], []
        for i, s in enumerate(self.steps):
            left = loss if i == 0 else ""
            if s.relation == "min":
                over += [latex(m, notation=notation) for m in s.eliminated]
                left = rf"\min_{{{', '.join(over)}}} {loss}"
            out.append((left, s.objective.latex(notation)))
        return out

    def latex(self, notation: Notation | None = None) -> str:
        """The chain as an align* environment, a line for each step and one for its reason."""
        lines = []
        for s, (left, right) in zip(self.steps, self.rows(notation), strict=True):
            lines.append(f"  {left} &= {right}".replace("   &", "  &"))
            if s.choice or s.used:
                lines.append(rf"  &\qquad\bigl({s.reason_latex(notation)}\bigr)")
        joined = " \\\\\n".join(lines)
        return f"\\begin{{align*}}\n{joined}\n\\end{{align*}}"

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


def assumption_latex(assumption: Assumption, notation: Notation | None = None) -> str:
    r"""An assumption in LaTeX.

    Raises SymlamError for what is no assumption of symlam.algebra.

    >>> from symlam.algebra import uncorrelated, vector
    >>> assumption_latex(uncorrelated(vector("o", "n"), vector("ε", "n"))[0])
    '\\Sigma_{o,\\varepsilon} = 0'
    """
    equations = assumption.equations()
    if equations:
        return r",\ ".join(
            f"{latex(lhs, notation=notation)} = {latex(rhs, notation=notation)}" for lhs, rhs in equations
        )
    expression = getattr(assumption, "expression", None)
    shown = "" if expression is None else latex(expression, notation=notation)
    style = style_of(notation)
    if isinstance(assumption, PositiveDefinite):
        return rf"{shown} \succ 0"
    if isinstance(assumption, Positive):
        return f"{shown} > 0"
    if isinstance(assumption, ScalarEquation):
        return f"{shown} = 0"
    if isinstance(assumption, IndependentColumns):
        blocks = r"\;".join(latex(b, notation=notation) for b in assumption.blocks)
        size = " + ".join(style.name(str(b.cols), "dimension") for b in assumption.blocks)
        return rf"\operatorname{{rank}}[{blocks}] = {size}"
    if isinstance(assumption, Rank):
        return (
            rf"\operatorname{{rank}}{style.group(shown)} \ge {style.name(str(assumption.low), 'dimension')}"
        )
    if isinstance(assumption, Order):
        small, large = (style.name(str(d), "dimension") for d in (assumption.small, assumption.large))
        return rf"{small} {'<' if assumption.strict else chr(92) + 'le'} {large}"
    raise SymlamError(f"{assumption!r} has no form in LaTeX", expected="an assumption of symlam.algebra")


def describe(answer: Any) -> str:
    """Why an equality failed, in one line."""
    if answer.counterexample is None:
        return answer.reason
    c = answer.counterexample
    return f"left {c.left}, right {c.right} at {c.instance.describe()['dimensions']}"
