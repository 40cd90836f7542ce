"""Does a solver find the optimum? The answer comes from the closed form, in balls or exact rationals."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from symlam.errors import SymlamError
from symlam.numerics import Problem, solve
from symlam.scenario.fields import Population
from symlam.testing._count import DEFAULTS, checked
from symlam.testing._task import Task, task_of

Solver = Callable[[Task], Any]

_SECONDS = 20.0  # at most, for a smaller scenario


@dataclass(frozen=True)
class _Failure:
    what: str
    cause: BaseException | None = None


def assert_optimum(
    solver: Solver, scenario: Population | Problem, *, digits: int | None = None, shrink: bool | None = None
) -> None:
    """Assert that a solver reaches the optimum of a scenario, to ``digits`` digits of the loss of predicting zero.

    The solver is called with a `Task` of plain arrays. It returns the claimed minimum (a number), or a mapping with
    the minimisers "A" (p x d_v, zero where missing), "B" (p x k), "G" (k x d_u) and "E" (the heads' p_h x k, or a
    list of them), and perhaps "minimum" too; minimisers are judged by their loss, since optima are not unique. What is
    compared with is an enclosure in ball arithmetic; where only bounds are known, between them passes.

    Fails with a smaller scenario on which the solver fails too (``shrink``; by default not inside a Hypothesis
    test, which shrinks by itself), its moments, and maps that are better. An exception in the solver is a failure.
    Raises SymlamError for something that is not a scenario.

    >>> import numpy as np
    >>> from symlam.scenario import Scenario
    >>> def pca(task):
    ...     top = np.linalg.svd(task.t)[2][: task.k]
    ...     return {"B": top.T, "G": np.hstack([np.zeros((task.k, task.u.shape[1] - top.shape[1])), top])}
    >>> assert_optimum(pca, Scenario(d_o=4, d_a=2, d_z=1, noise="iid", sigma="1/2"))
    """
    wanted = DEFAULTS.digits if digits is None else digits
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 1 <= wanted <= 14:
        raise SymlamError(f"digits is {wanted!r}", expected="an integer from 1 to 14")
    if not callable(solver):
        raise SymlamError(f"{solver!r} cannot be called", expected="a function of a Task")
    found = _failure(solver, scenario, wanted)
    checked("optimum")
    if found is None:
        return
    if shrink is None:
        shrink = not _inside_hypothesis()
    smaller = _smallest(solver, scenario, wanted) if shrink and isinstance(scenario, Population) else None
    raise AssertionError(_told(found, scenario, smaller, wanted)) from (
        smaller[1] if smaller else found
    ).cause


def _inside_hypothesis() -> bool:
    hypothesis = sys.modules.get("hypothesis")
    return hypothesis is not None and bool(hypothesis.currently_in_test_context())


def _problem(scenario: Population | Problem) -> tuple[Problem, Fraction]:
    if isinstance(scenario, Problem):
        return scenario, Fraction(0)
    from symlam.scenario.models import exact_problem

    return exact_problem(scenario)


def _failure(solver: Solver, scenario: Population | Problem, digits: int) -> _Failure | None:
    task = task_of(scenario)
    problem, outside = _problem(scenario)
    best = solve(problem, tier="arb", digits=max(30, digits + 10), maps=False)
    low, high = float(best.lower) + float(outside), float(best.upper) + float(outside)
    if best.status == "attained":
        low = high = float(best.minimum) + float(outside)
    allowed = task.total * 10.0**-digits
    try:
        answer = solver(task)
    except Exception as error:
        return _Failure(f"the solver raised {type(error).__name__}: {error}", error)
    claims: list[tuple[str, float]] = []
    if isinstance(answer, Mapping):
        unknown = set(answer) - {"A", "B", "G", "E", "minimum"}
        if unknown or not ({"B", "G"} <= set(answer) or set(answer) == {"minimum"}):
            return _Failure(f"the solver returned {sorted(map(str, answer))}; expected B and G, or minimum")
        if "B" in answer:
            E = answer.get("E", ())
            E = (E,) if isinstance(E, np.ndarray) and E.ndim == 2 else E
            try:
                claims.append(
                    ("maps have loss", task.loss(A=answer.get("A"), B=answer["B"], G=answer["G"], E=E))
                )
            except (SymlamError, ValueError, TypeError) as error:
                return _Failure(f"the solver's maps do not fit: {error}", error)
        if "minimum" in answer:
            answer = answer["minimum"]
    if not isinstance(answer, Mapping):
        if not isinstance(answer, Real | np.number | np.ndarray) or getattr(answer, "ndim", 0) != 0:
            return _Failure(f"the solver returned {answer!r}; expected a number or a mapping of arrays")
        claims.append(("minimum", float(answer)))
    known = (
        f"it is {low:.10g} ({best.status})" if low == high else f"it is between {low:.10g} and {high:.10g}"
    )
    for kind, value in claims:
        if low - allowed <= value <= high + allowed:
            continue
        if kind == "minimum":
            return _Failure(f"the solver says that the minimum is {value:.10g}; {known}")
        return _Failure(f"the solver's {kind} {value:.10g}; the minimum: {known}")
    return None


def _smallest(solver: Solver, scenario: Population, digits: int) -> tuple[Population, _Failure] | None:
    """A simpler scenario on which the solver fails too; greedy, within a time limit."""
    found: tuple[Population, _Failure] | None = None
    end = time.monotonic() + _SECONDS
    going = True
    while going:
        going = False
        for simpler in _simpler(found[0] if found else scenario):
            if time.monotonic() > end:
                return found
            try:
                failure = _failure(solver, simpler, digits)
            except SymlamError:
                continue
            if failure is not None:
                found, going = (simpler, failure), True
                break
    return found


_COUNTS = ("seed", "batch")  # whole numbers that are no dimensions


def _simpler(c: Population) -> Iterator[Population]:
    """One simplification each; those that make no valid scenario are left out."""

    def changed(**changes: Any) -> Iterator[Population]:
        try:
            out = c.with_(**changes)
        except SymlamError:
            return
        if out != c:
            yield out

    plain = {f.name: getattr(type(c)(), f.name) for f in fields(c)}  # type: ignore[arg-type]
    sizes = [name for name in plain if name in c.integers and name not in _COUNTS]
    # a matrix or a list of another size goes with its size
    given = {name: plain[name] for name in plain if isinstance(getattr(c, name), tuple)}
    for size in sizes:
        here = getattr(c, size)
        for value in sorted({1, here // 2, here - 1}) if here else []:
            if 1 <= value < here:
                yield from changed(**{size: value})
                yield from changed(**{size: value}, **given)
    for name in plain:
        if name not in sizes:
            yield from changed(**{name: plain[name]})
    for name in plain:
        if isinstance(getattr(c, name), Fraction) and getattr(c, name) not in (0, 1, 2):
            yield from changed(**{name: 2})


def _told(
    found: _Failure, scenario: Population | Problem, smaller: tuple[Population, _Failure] | None, digits: int
) -> str:
    shown = smaller[0] if smaller else scenario
    failure = smaller[1] if smaller else found
    task = task_of(shown)
    lines = [found.what] if not smaller else [failure.what, f"on a smaller scenario; at first: {found.what}"]
    lines.append(f"allowed: 10^-{digits} of {task.total:.6g}, the loss of predicting zero")
    if isinstance(shown, Population):
        lines.append("scenario:")
        lines += [f"    {line}" for line in (shown.to_toml().splitlines() or ["all defaults"])]
    lines.append(f"task: k = {task.k}, second moments")
    parts = [
        ("v", task.v),
        ("u", task.u),
        ("t", task.t),
        *((f"h (weight {w:.6g})", h) for w, h in task.heads),
    ]
    for i, (name, x) in enumerate(parts):
        for other, y in parts[i:]:
            if (
                x.size
                and y.size
                and x.shape[1] * y.shape[1] <= 36
                and not (i and other == name and x is not y)
            ):
                lines.append(f"    E[{name} {other}'] = {_shown(x.T @ y / len(x))}")
    if task.t.shape[1] <= 6:
        lines += _better(shown, task)
    return "\n".join(lines)


def _better(scenario: Population | Problem, task: Task) -> list[str]:
    """Maps that attain the minimum, where there are such."""
    problem, outside = _problem(scenario)
    best = solve(problem)
    if best.status != "attained" or outside or np.asarray(best.G).shape[1] != task.u.shape[1]:
        return []
    A, B, G = (np.asarray(m) for m in (best.A, best.B, best.G))
    if problem.weights:
        # the task's target is in coordinates times the roots of the weights
        roots = np.sqrt([float(x) for x in problem.weights])[:, None]
        A, B = roots * A, roots * B
    loss = task.loss(A=A, B=B, G=G, E=list(best.heads))
    if abs(loss - float(best.minimum)) > 1e-6 * task.total:
        return []  # rounding spoilt them
    lines = [f"these maps have loss {abs(loss) if abs(loss) < 1e-14 * task.total else loss:.10g}:"]
    lines += [f"    {name} = {_shown(m)}" for name, m in (("A", A), ("B", B), ("G", G)) if m.size]
    return lines + [f"    E = {_shown(np.asarray(e))}" for e in best.heads]


def _shown(m: Any) -> str:
    clean = np.where(np.abs(m) < 1e-14 * max(1.0, float(np.abs(m).max())), 0.0, m)
    return "[" + "; ".join(" ".join(f"{x:.6g}" for x in row) for row in clean) + "]"
