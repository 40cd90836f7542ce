"""Certifying derivations step by step: one lemma each, files of a few seconds side by side, one answer each."""

from __future__ import annotations

import math
import runpy
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from symlam.errors import SymlamError
from symlam.evidence.export._check import (
    ACCEPTED,
    REJECTED,
    UNCHECKED,
    UNDECIDED,
    CheckResult,
    check,
    check_all,
    check_each,
    missing,
)
from symlam.evidence.export._derivation import export_step
from symlam.evidence.export._export import export_identity, export_inequality, file
from symlam.evidence.export._instance import Refutation
from symlam.evidence.export._match import Match, export_match, header

NOT_EXPORTED = "not exported"
Key = TypeVar("Key", bound=Hashable)
# length of the lemmas of one file: three to six seconds of coqc, of which nearly two load MathComp
_LENGTH = 9000


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
    """What became of one step: accepted, rejected, undecided, not exported, or not checked here; and why."""

    name: str
    status: str
    message: str
    lemma: str


@dataclass(frozen=True)
class CertifiedFile:
    """One file that was checked: its text, and the processor time of coqc."""

    text: str
    seconds: float


@dataclass(frozen=True)
class Certification:
    """The results of all steps, and the files that were checked.

    ``text`` is all lemmas in one file.
    """

    steps: tuple[StepResult, ...]
    text: str
    files: tuple[CertifiedFile, ...]

    @property
    def seconds(self) -> float:
        """Processor time of coqc, all files together."""
        return sum(f.seconds for f in self.files)

    @property
    def accepted(self) -> bool:
        """Whether there are steps and the kernel accepted each in this run."""
        return bool(self.steps) and all(s.status == ACCEPTED for s in self.steps)


def certify_steps(steps: Iterable[Any], *, name: str = "step", timeout: float = 120) -> Certification:
    """Write a lemma per step, check them in files of about equal length, and say of each what the kernel said.

    A step is a `ClaimedStep`, a tuple of its fields, a derivation, which stands for all its steps, a `Match`,
    the statement of a theorem of proofs/ in the engine's objects, or a `Refutation`, the engine's counterexample.
    """
    lemmas: dict[str, str] = {}
    failed: dict[str, str] = {}
    order: list[str] = []
    heads: dict[str, Match | Refutation] = {}
    for label, write, step in _lemmas(steps, name):
        order.append(label)
        if isinstance(step, Match | Refutation):
            heads[label] = step
        try:
            lemmas[label] = write(label)
        except SymlamError as problem:
            failed[label] = str(problem)

    def top(chosen: Iterable[str]) -> str:
        return header([heads[n] for n in chosen if n in heads])

    answers, files = _answers(lemmas, top, timeout)
    results = []
    for label in order:
        if label in failed:
            results.append(StepResult(label, NOT_EXPORTED, failed[label], ""))
        else:
            results.append(StepResult(label, *answers[label], lemmas[label]))
    return Certification(tuple(results), file(*lemmas.values(), header=top(lemmas)), files)


def _lemmas(steps: Iterable[Any], name: str) -> Iterator[tuple[str, Callable[[str], str], Any]]:
    """The name of each lemma, what writes it under that name, and the step that it is of."""
    number = 0
    for step in steps:
        if isinstance(step, Match):
            yield step.name, partial(_match, step), step
        elif isinstance(step, Refutation):
            yield step.name, step.lemma, step
        elif hasattr(step, "steps"):
            number += 1
            for i in range(1, len(step.steps)):
                yield f"{name}_{number}_{i}", partial(_step, step, i), step
        else:
            number += 1
            claimed = step if isinstance(step, ClaimedStep) else ClaimedStep(*step)
            yield f"{name}_{number}", claimed.export, step


def _match(match: Match, name: str) -> str:
    return export_match(match)


def _step(derivation: Any, number: int, name: str) -> str:
    return export_step(derivation, number, name=name)


def in_parts(texts: Mapping[Key, str]) -> list[list[Key]]:
    """The keys in their order, as many to a file as its length allows, and files of about one length.

    >>> in_parts({"a": "." * 5000, "b": "." * 4000, "c": "." * 3000})
    [['a'], ['b', 'c']]
    """
    total = sum(map(len, texts.values()))
    share = total / max(1, math.ceil(total / _LENGTH)) or 1
    parts: dict[int, list[Key]] = {}
    before = 0
    for key, text in texts.items():
        # the part in which the middle of this text lies
        parts.setdefault(int((before + len(text) / 2) // share), []).append(key)
        before += len(text)
    return list(parts.values())


def _answers(
    lemmas: dict[str, str], top: Callable[[Iterable[str]], str], timeout: float
) -> tuple[dict[str, tuple[str, str]], tuple[CertifiedFile, ...]]:
    why = missing()
    if why is not None or not lemmas:
        return dict.fromkeys(lemmas, (UNCHECKED, why or "")), ()
    parts = {f"steps_{i}": part for i, part in enumerate(in_parts(lemmas), start=1)}
    texts = {name: file(*(lemmas[n] for n in part), header=top(part)) for name, part in parts.items()}
    files, answers = [], {}
    for name, result in check_all(texts, timeout=timeout).items():
        files.append(CertifiedFile(texts[name], result.seconds))
        if result.status in (ACCEPTED, UNCHECKED):
            answers.update(dict.fromkeys(parts[name], (result.status, result.message)))
        else:
            own = {n: lemmas[n] for n in parts[name]}
            answers |= _one_by_one(own, top(own), result, files, timeout)
    return answers, tuple(files)


def _one_by_one(
    lemmas: dict[str, str], top: str, refused: CheckResult, files: list[CertifiedFile], timeout: float
) -> dict[str, tuple[str, str]]:
    """Which steps of a refused file are to blame; the others are compiled by themselves, in one more file."""
    each = check_each(top, lemmas, timeout=timeout)
    good = [lemma for label, lemma in lemmas.items() if each[label][0]]
    rest = None
    if good:
        rest = check(file(*good, header=top), "rest", timeout=timeout)
        files.append(CertifiedFile(file(*good, header=top), rest.seconds))
    answers = {}
    for label in lemmas:
        defined, error = each[label]
        if defined and rest is not None and rest.status in (ACCEPTED, UNDECIDED):
            answers[label] = (rest.status, rest.message)
        elif defined is None:
            answers[label] = (UNDECIDED, error)
        else:
            answers[label] = (REJECTED, error or refused.message)
    return answers


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


__all__ = [
    "NOT_EXPORTED",
    "Certification",
    "CertifiedFile",
    "ClaimedStep",
    "StepResult",
    "certify_script",
    "certify_steps",
]
