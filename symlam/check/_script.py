"""Derivations in Python: the same questions, with the algebra's own expressions.

A file given to ``symlam check`` is run as a Python program (like a test file is by its runner);
every `derivation` that it opens becomes a block of the report.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from symlam.algebra import Assumptions, LinearForm, Matrix, Scalar, gradient
from symlam.check._decide import decide_relation
from symlam.check._environment import inconsistency
from symlam.check._minimum import decide_minimiser, decide_minimum
from symlam.check._report import Block, Line, Report
from symlam.check._values import OutsideFragment
from symlam.check._verdict import FOLLOWS, SECONDS, Verdict, time_limit, undecided
from symlam.errors import SymlamError

_OPENED: list[list[Derivation]] = []
_RELATIONS = {"=": "=", "==": "=", ">=": ">=", "≥": ">=", "<=": "<=", "≤": "<="}


class Derivation:
    """A chain of lines under assumptions; each call adds a line and decides it.

    - ``step(x)``: the first line;  ``step("=", x)``, ``step(">=", x)``, ``step("<=", x)``: the next one;
    - ``step.gradient(A, g)``: the gradient of the first line in A is g (in the shape of A);
    - ``step.minimiser({A: x}, only=False)``: x minimises the first line over A, all else fixed;
    - ``step.minimum([A, C], value)``: the minimum of the first line over A and C.

    Every method returns the verdict.  Raises SymlamError for shapes that do not agree.
    """

    def __init__(self, name: str, given: Any = (), *, seconds: float = SECONDS) -> None:
        self.name, self.known, self.seconds = name, Assumptions(given), seconds
        if problem := inconsistency(self.known):
            raise SymlamError(f"{name}: {problem} {self.known!r}", hint="drop one")
        self.first: Any = None
        self.last: Any = None
        self.report = Report(
            name, [Block(_caller())], stated=tuple(a.text for a in self.known), given=tuple(self.known)
        )
        if _OPENED:
            _OPENED[-1].append(self)

    def __enter__(self) -> Derivation:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def __call__(self, *line: Any) -> Verdict:
        """Add a line: an expression, with its relation to the line before unless it is the first."""
        if len(line) == 1 and self.last is None:
            self.first = self.last = _value(line[0])
            return self._add("=", line[0], Verdict(FOLLOWS, "the first line"), ("line", self.last))
        if len(line) != 2 or line[0] not in _RELATIONS:
            raise SymlamError(
                f"a line {line!r}",
                expected='step(expression) first, then step("=", expression), ">=" or "<="',
            )
        if self.last is None:
            raise SymlamError("a relation without a line before it", expected="step(expression) first")
        relation, value = _RELATIONS[line[0]], _value(line[1])
        verdict = decide_relation(relation, self.last, value, self.known, seconds=self.seconds)
        self.last = value
        return self._add(relation, value, verdict, ("line", value))

    def gradient(self, letter: Matrix, claimed: Matrix) -> Verdict:
        """The gradient of the first line with respect to a letter is ``claimed``."""
        verdict = decide_relation(
            "=", gradient(self._objective(), letter), claimed, self.known, seconds=self.seconds
        )
        shown = ("gradient", letter, claimed)
        return self._add("=", f"gradient in {letter!r}: {claimed!r}", verdict, shown)

    def minimiser(self, claimed: Mapping[Matrix, Matrix], *, only: bool = False) -> Verdict:
        """The claimed values minimise the first line over these letters (``only``: nothing else does)."""
        verdict = self._limited(
            lambda: decide_minimiser(self._objective(), dict(claimed), self.known, only=only)
        )
        text = ", ".join(f"{k!r} = {v!r}" for k, v in claimed.items())
        shown = ("minimiser", *(x for pair in claimed.items() for x in pair))
        return self._add("=", f"minimiser {text}", verdict, shown)

    def minimum(self, letters: Iterable[Matrix], value: Scalar) -> Verdict:
        """The minimum of the first line over the letters is ``value``."""
        letters = list(letters)
        verdict = self._limited(lambda: decide_minimum(self._objective(), letters, _value(value), self.known))
        text = f"minimum over {', '.join(map(repr, letters))}: {value!r}"
        return self._add("=", text, verdict, ("minimum", *letters, _value(value)))

    def _limited(self, question: Any) -> Verdict:
        try:
            with time_limit(self.seconds):
                return question()
        except OutsideFragment as error:
            return undecided(f"outside the fragment: {error.problem}")

    def _objective(self) -> Scalar:
        if not isinstance(self.first, Scalar):
            raise SymlamError("no first line that is a scalar", expected="step(L) before it")
        return self.first

    def _add(self, relation: str, said: Any, verdict: Verdict, shown: tuple[Any, ...]) -> Verdict:
        number, written, scope = _written()
        text = written or f"{relation} {said}"
        text = text if len(text) <= 100 else text[:97] + "..."
        self.report.blocks[0].lines.append(Line(number, 1, relation, text, verdict, shown=shown, scope=scope))
        return verdict


def derivation(name: str, given: Any = (), *, seconds: float = SECONDS) -> Derivation:
    """Open a derivation, to be used as a context manager; see `Derivation` for the lines.

    Raises SymlamError for assumptions that contradict each other.

    >>> from symlam.algebra import msq, uncorrelated, vector
    >>> x, y = vector("x", "n"), vector("y", "n")
    >>> with derivation("a sum", given=uncorrelated(x, y)) as step:
    ...     first = step(msq(x + y))
    ...     second = step("=", msq(x) + msq(y))
    ...     third = step(">=", msq(y))
    >>> second.answer, third.answer
    ('follows', 'follows')
    """
    return Derivation(name, given, seconds=seconds)


def check_steps(steps: Iterable[Any], *, given: Any = (), name: str = "steps") -> Report:
    """Check a list of steps: the first expression, then pairs (relation, expression).

    >>> from symlam.algebra import msq, vector
    >>> x = vector("x", "n")
    >>> check_steps([msq(2 * x), ("=", 4 * msq(x)), (">=", msq(x))]).exit_code
    0
    """
    step = Derivation(name, given)
    for s in steps:
        step(*s) if isinstance(s, tuple) else step(s)
    return step.report


def check_script(path: Path) -> Report:
    """Run a Python file and report on the derivations that it opens.

    Raises SymlamError when the file cannot be run, or opens no derivation.
    """
    import importlib.util

    spec = importlib.util.spec_from_file_location(f"symlam_derivation_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SymlamError(f"{path} cannot be run", expected="a Python file")
    module = importlib.util.module_from_spec(spec)
    opened: list[Derivation] = []
    _OPENED.append(opened)
    try:
        spec.loader.exec_module(module)
    except SymlamError as error:
        line = _line_in(path, error)
        raise SymlamError(
            f"{path.name}, line {line}: {error.problem}", expected=error.expected, hint=error.hint
        ) from None
    except (Exception, SystemExit) as error:
        line = getattr(error, "lineno", None) or _line_in(path, error)
        raise SymlamError(
            f"{path.name}, line {line}: {type(error).__name__}: {error}", expected="a script that runs"
        ) from None
    finally:
        _OPENED.pop()
    if not opened:
        raise SymlamError(
            f"{path.name}: no line of a derivation in it", expected="with derivation(...) as step: ..."
        )
    report = Report(str(path))
    for d in opened:
        report.blocks.extend(d.report.blocks)
        report.stated = tuple(dict.fromkeys((*report.stated, *d.report.stated)))
        report.given = tuple(dict.fromkeys((*report.given, *d.report.given)))
    return report


def _line_in(path: Path, error: BaseException) -> int:
    line, frame = 1, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == str(path):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _caller() -> int:
    """The line of the program outside this file that is being run."""
    return _written()[0]


def _written() -> tuple[int, str, dict[str, Any]]:
    """That line, its text where there is a file, and the variables there."""
    import linecache

    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return frame.f_lineno, text, {**frame.f_globals, **frame.f_locals}


def _value(x: Any) -> Any:
    from symlam.algebra._expression import constant
    from symlam.objective import Objective

    if isinstance(x, Objective):
        return x.expand()
    if isinstance(x, int) and not isinstance(x, bool):
        return constant(x)
    if not isinstance(x, Scalar | Matrix | LinearForm):
        raise SymlamError(
            f"{x!r} is no expression", expected="msq(...), tr(...), a matrix or a random vector"
        )
    return x


__all__ = ["Derivation", "check_script", "check_steps", "derivation"]
