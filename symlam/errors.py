"""The one exception type that a user of symlam has to catch."""

from __future__ import annotations


class SymlamError(ValueError):
    """Say what was wrong, what was expected and what to try.

    Every public function raises this, and only this, for input that does not fit:
    wrong shapes, unknown names, contradictory assumptions, moments that are not
    positive semidefinite, files that cannot be read.

    >>> print(SymlamError("A is 2 x 3, B is 2 x 3", expected="columns of A = rows of B", hint="transpose B"))
    A is 2 x 3, B is 2 x 3; expected columns of A = rows of B. Try: transpose B.
    """

    def __init__(self, problem: str, *, expected: str | None = None, hint: str | None = None) -> None:
        self.problem, self.expected, self.hint = problem, expected, hint
        message = problem
        if expected:
            message += f"; expected {expected}"
        if hint:
            message += f". Try: {hint}."
        super().__init__(message)
