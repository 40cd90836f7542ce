"""Accepted lines once more, by the Rocq kernel: each is exported as lemmas and coqc's answer is read.

An equality is one lemma; an inequality is the difference written as weighted mean squares; a minimiser
is the gradient that vanishes there, that it is the derivative, and L - L* as squares; a minimum is its value at a choice and that
nothing is below it.  Statement and proof are made by `symlam.evidence.export`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from symlam.algebra import LinearForm, Matrix, Scalar, gradient, identity, substitute
from symlam.check._gram import find_sum
from symlam.check._inequality import certificate
from symlam.check._report import Line, Report
from symlam.check._verdict import FOLLOWS
from symlam.errors import SymlamError


def certify(report: Report) -> None:
    """Ask the kernel about every accepted line of a report; the answers go to ``report.kernel``.

    A definition states nothing, so it has no answer.  Where coqc is missing every answer says so.
    """
    from symlam.evidence.export import build_library, missing

    lemmas: list[tuple[int, str]] = []
    answers: list[str | None] = [None] * len(report.lines)
    for i, line in enumerate(report.lines):
        if line.verdict.answer != FOLLOWS:
            continue
        if not line.verdict.obligations:
            stated = line.verdict.rule.startswith(("definition", "the first line"))
            answers[i] = None if stated else "not exported: nothing was recorded for it"
            continue
        try:
            lemmas += [(i, text) for text in _lemmas(line, i)]
            answers[i] = ""
        except SymlamError as error:
            answers[i] = f"not exported: {error.problem}"
            lemmas = [(k, t) for k, t in lemmas if k != i]
    why = missing() or (build_library() if lemmas else None)
    if why is not None:
        report.kernel = [f"not checked here: {why}" if a == "" else a for a in answers]
        return
    report.kernel = _ask(lemmas, answers)


def _ask(lemmas: list[tuple[int, str]], answers: list[str | None]) -> list[str | None]:
    from symlam.evidence.export import CERTIFICATE_HEADER, HEADER, CheckResult, check_all, file, in_parts

    def checked(groups: list[list[int]]) -> list[CheckResult]:
        texts = {}
        for group in groups:
            chosen = [t for i, t in lemmas if i in group]
            header = CERTIFICATE_HEADER if any("dual_bound" in t for t in chosen) else HEADER
            texts[f"lines_{group[0]}"] = file(*chosen, header=header)
        return list(check_all(texts).values())

    counts = Counter(i for i, _ in lemmas)
    groups = in_parts({i: "".join(t for k, t in lemmas if k == i) for i in counts})
    found: dict[int, CheckResult] = {}
    for group, result in zip(groups, checked(groups), strict=True):
        # many lines to a file, one file for each line of a file that was refused
        alone = [result] * len(group) if result.accepted else checked([[i] for i in group])
        found |= dict(zip(group, alone, strict=True))
    for i, result in found.items():
        count = f"{counts[i]} lemma{'s' if counts[i] > 1 else ''}"
        said = f"({count}, no axiom)" if result.accepted else _first(result.message)
        answers[i] = f"accepted {said}" if result.accepted else f"{result.status}: {said}"
    return answers


def _first(message: str) -> str:
    lines = [x for x in message.splitlines() if x.strip()]
    return (lines[-1] if lines else "no message").strip()[:200]


def _lemmas(line: Line, number: int) -> Iterator[str]:
    used = sorted(line.verdict.used, key=lambda a: (a.text, repr(a.equations())))
    sides = line.as_written() if line.as_written is not None else [line.left, line.right]
    for k, obligation in enumerate(line.verdict.obligations):
        name = f"line{number}_{k}"
        try:
            yield from _one(_stated(obligation, line, sides), used, name)
        except SymlamError:
            known = obligation[-1] if obligation[0] in ("at least", "low rank") else None
            if known is None:
                raise
            yield from _one(_stated(obligation, line, sides), list(known), name)


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and a == b


def _stated(obligation: tuple[Any, ...], line: Line, sides: list[Any]) -> tuple[Any, ...]:
    """The obligation with the sides of the line as they are written, where it speaks of these."""
    out = list(obligation)
    for k in (1, 2):
        for value, side in zip((line.left, line.right), sides, strict=True):
            if obligation[0] != "stationary" and k < len(out) and _same(obligation[k], value):
                out[k] = side
    return tuple(out)


def _one(obligation: tuple[Any, ...], under: list[Any], name: str) -> Iterator[str]:
    from symlam.evidence.export import (
        export_gradient,
        export_identity,
        export_inequality,
        export_semidefinite,
        normal,
    )

    kind = obligation[0]
    if kind == "equal":
        yield export_identity(obligation[1], obligation[2], under=under, name=name)
    elif kind == "stationary":
        _, f, letter, claimed = obligation
        yield export_gradient(f, letter, name=f"{name}_derivative")
        yield export_identity(substitute(gradient(f, letter), claimed), 0, under=under, name=name)
    elif kind == "low rank":
        yield _low_rank(obligation, under, name)
    else:
        _, upper, lower, forms, known = obligation
        difference = normal(upper) - normal(lower)
        if forms is None and isinstance(difference, Scalar):
            found = certificate(difference, known)
            forms = None if found is None else found.forms
        if forms is None or not all(isinstance(f, LinearForm | Matrix) for _, f in forms):
            raise SymlamError("the certificate is no sum of mean squares and Frobenius squares")
        if isinstance(difference, Matrix):
            yield export_semidefinite(lower, upper, forms, under=under, name=name)
            return
        if not forms:
            yield export_identity(upper, lower, under=under, name=name)
            return
        yield export_inequality(lower, upper, list(forms), under=under, name=name)


def _low_rank(obligation: tuple[Any, ...], under: list[Any], name: str) -> str:
    """Nothing is below the value: Ky Fan's bound, its matrices as sums of squares."""
    from symlam.evidence.export import export_low_rank

    _, f, value, letters, s, z, t, known = obligation
    squares = []
    for m in (s, z, z + identity(s.rows) * t - s):
        found = find_sum(m, known)
        if found is None or found.forms is None:
            raise SymlamError(f"({m!r}) is not a sum of second moments")
        squares.append(found.forms)
    own, dual, slack = squares
    return export_low_rank(f, value, letters, (s, own), (z, dual), slack, t, under=under, name=name)
