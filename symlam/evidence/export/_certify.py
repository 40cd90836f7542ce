"""Certifying derivations step by step: one lemma each, one file for all, one answer each."""

from __future__ import annotations

import runpy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symlam.errors import SymlamError
from symlam.evidence.export._check import ACCEPTED, REJECTED, UNCHECKED, check, check_each, missing
from symlam.evidence.export._derivation import export_derivation
from symlam.evidence.export._export import export_identity, export_inequality, file
from symlam.evidence.export._match import Match, export_match, header

NOT_EXPORTED = "not exported"


@dataclass(frozen=True)
class ClaimedStep:
    """One claimed step: ``lhs relation rhs`` under assumptions.

    ``relation`` is "=", "<=" or ">="; an inequality needs ``squares``, pairs (weight, random
    vector) whose weighted mean squares add up to the difference of the larger and the smaller side.
    """

    lhs: Any
    relation: str
    rhs: Any
    under: Any = ()
    squares: tuple[tuple[Any, Any], ...] = ()

    def export(self, name: str) -> str:
        """The lemma; SymlamError when the step does not follow or cannot be stated."""
        if self.relation == "=":
            return export_identity(self.lhs, self.rhs, under=self.under, name=name)
        if self.relation in ("<=", ">="):
            low, high = (self.lhs, self.rhs) if self.relation == "<=" else (self.rhs, self.lhs)
            return export_inequality(low, high, self.squares, under=self.under, name=name)
        raise SymlamError(f"the relation {self.relation!r}", expected="'=', '<=' or '>='")


@dataclass(frozen=True)
class StepResult:
    """What became of one step: accepted, rejected, not exported, or not checked here; and why."""

    name: str
    status: str
    message: str
    lemma: str


@dataclass(frozen=True)
class Certification:
    """The results of all steps, the file that was checked, and how long coqc took."""

    steps: tuple[StepResult, ...]
    text: str
    seconds: float

    @property
    def accepted(self) -> bool:
        """Whether there are steps and the kernel accepted each in this run."""
        return bool(self.steps) and all(s.status == ACCEPTED for s in self.steps)


def certify_steps(steps: Iterable[Any], *, name: str = "step", timeout: float = 120) -> Certification:
    """Write a lemma per step, check them in one file, and say of each what the kernel said.

    A step is a `ClaimedStep`, a tuple of its fields, a derivation, which stands for all its steps, or a `Match`,
    the statement of a theorem of proofs/ in the engine's objects.
    """
    steps = list(steps)
    top = header([s for s in steps if isinstance(s, Match)])
    lemmas: dict[str, str] = {}
    failed: dict[str, str] = {}
    order: list[str] = []
    for step in steps:
        if isinstance(step, Match):
            order.append(step.name)
            try:
                lemmas[step.name] = export_match(step)
            except SymlamError as problem:
                failed[step.name] = str(problem)
            continue
        label = f"{name}_{len(order) + 1}"
        if hasattr(step, "steps"):
            for i, (_, lemma) in enumerate(export_derivation(step, name=label), start=1):
                order.append(f"{label}_{i}")
                lemmas[order[-1]] = lemma
            continue
        order.append(label)
        claimed = step if isinstance(step, ClaimedStep) else ClaimedStep(*step)
        try:
            lemmas[label] = claimed.export(label)
        except SymlamError as problem:
            failed[label] = str(problem)
    text = file(*lemmas.values(), header=top)
    answers, seconds = _answers(text, top, lemmas, timeout)
    results = []
    for label in order:
        if label in failed:
            results.append(StepResult(label, NOT_EXPORTED, failed[label], ""))
        else:
            results.append(StepResult(label, *answers[label], lemmas[label]))
    return Certification(tuple(results), text, seconds)


def _answers(
    text: str, top: str, lemmas: dict[str, str], timeout: float
) -> tuple[dict[str, tuple[str, str]], float]:
    why = missing()
    if why is not None or not lemmas:
        return dict.fromkeys(lemmas, (UNCHECKED, why or "")), 0.0
    whole = check(text, "steps", timeout=timeout)
    if whole.accepted:
        return dict.fromkeys(lemmas, (ACCEPTED, "")), whole.seconds
    # find which steps are to blame, then let coqc compile the others by themselves
    each = check_each(top, lemmas, timeout=timeout)
    good = [lemma for label, lemma in lemmas.items() if each[label][0]]
    rest = check(file(*good, header=top), "steps", timeout=timeout) if good else None
    answers = {}
    for label in lemmas:
        defined, error = each[label]
        if defined and rest is not None and rest.accepted:
            answers[label] = (ACCEPTED, "")
        else:
            answers[label] = (REJECTED, error or whole.message)
    return answers, whole.seconds + (rest.seconds if rest else 0.0)


def certify_script(path: str | Path, *, timeout: float = 120) -> Certification:
    """Run a Python derivation script and certify its ``steps``.

    The script is run as Python does it and must leave a list ``steps`` of what `certify_steps`
    takes.  Raises SymlamError when it cannot be read, fails, or leaves no steps.
    """
    path = Path(path)
    if not path.is_file():
        raise SymlamError(f"{path} is not a file", expected="a Python script that defines `steps`")
    try:
        found = runpy.run_path(str(path)).get("steps")
    except SymlamError:
        raise
    except Exception as problem:
        raise SymlamError(f"{path} failed: {type(problem).__name__}: {problem}") from problem
    if not isinstance(found, list | tuple) or not found:
        raise SymlamError(
            f"{path} leaves no steps",
            expected="steps = [(lhs, '=', rhs, assumptions), ...]",
            hint="from symlam.evidence.export import mean_square for a side that is not expanded",
        )
    return certify_steps(found, timeout=timeout)


__all__ = ["NOT_EXPORTED", "Certification", "ClaimedStep", "StepResult", "certify_script", "certify_steps"]
