"""Are two expressions the same under assumptions? With the simplest exact data that say no."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symlam.algebra import Assumptions, Counterexample, equal
from symlam.algebra._exact import Instance, eye, fraction
from symlam.algebra._sampling import instances, satisfies
from symlam.check._report import show_counterexample
from symlam.errors import SymlamError
from symlam.testing._count import checked


def assert_same(left: Any, right: Any, *, under: Any = ()) -> None:
    """Assert that two scalars, matrices or random vectors are equal under assumptions, by normal form.

    Fails with exact data that satisfy the assumptions and separate the two, entries that do not matter set to 0;
    also fails where equality cannot be decided. Raises SymlamError for shapes that do not agree.

    >>> from symlam.algebra import matrix, msq, tr, uncorrelated, vector
    >>> x, y = vector("x", "n"), vector("y", "n")
    >>> assert_same(msq(x + y), msq(x) + msq(y), under=uncorrelated(x, y))
    >>> A = matrix("A", "n", "n")
    >>> assert_same(tr(A * A), tr(A * A.T))
    Traceback (most recent call last):
    ...
    AssertionError: not the same: tr(A A) and tr(A A')
    counterexample at n = 2:
      A = 0 1; 0 0
      left = 0
      right = 1
    """
    known = under if isinstance(under, Assumptions) else Assumptions(under)
    answer = equal(left, right, under=known)
    checked("identity")
    if answer.verdict:
        return
    stated = f"\nunder {', '.join(a.text for a in known)}" if len(known) else ""
    if answer.verdict is None or answer.counterexample is None:
        raise AssertionError(
            f"not seen to be the same: {left!r} and {right!r}{stated}\nundecided: {answer.reason}"
        )
    found = simplified(_smallest(left, right, known) or answer.counterexample, left, right, known)
    lines = [f"not the same: {left!r} and {right!r}{stated}", *show_counterexample(found.describe(), "=")]
    raise AssertionError("\n".join(lines))


def _smallest(left: Any, right: Any, known: Assumptions) -> Counterexample | None:
    """A counterexample in the smallest dimensions that show one."""
    for largest in (1, 2):
        for inst in instances([left, right], known, rounds=8, max_dim=largest):
            try:
                a, b = _values(inst, left, right)
            except SymlamError:
                continue  # singular where an inverse is needed
            if a != b:
                return Counterexample(inst, a, b)
    return None


def simplified(found: Counterexample, left: Any, right: Any, known: Assumptions) -> Counterexample:
    """The counterexample with entries set to 0 or 1 wherever it stays one."""
    current = found

    def better(inst: Instance) -> Counterexample | None:
        try:
            if not satisfies(inst, known):
                return None
            a, b = _values(inst, left, right)
        except SymlamError:
            return None
        return Counterexample(inst, a, b) if a != b else None

    going = True
    while going:
        going = False
        for inst in _simpler(current):
            improved = better(inst)
            if improved is not None:
                current, going = improved, True
                break
    return current


def _values(inst: Instance, left: Any, right: Any) -> tuple[Any, Any]:
    from symlam.algebra import LinearForm, msq
    from symlam.algebra._equality import _two_sides

    left, right = _two_sides(left, right)
    if isinstance(left, LinearForm):
        from symlam.algebra._expression import constant

        left, right = msq(left - right), constant(0)
    return inst.value(left), inst.value(right)


def _simpler(found: Counterexample) -> Any:
    """Instances with one change: a smaller entry in one letter, a scalar 1, a joint moment with fewer entries."""
    inst = found.instance
    for letter, m in inst.matrices.items():
        for i in range(m.nrows()):
            for j in range(m.ncols()):
                if letter.symmetric and j < i:
                    continue
                for value in (0, 1):
                    if _size(fraction(m[i, j])) <= value:
                        continue
                    rows = [[m[r, c] for c in range(m.ncols())] for r in range(m.nrows())]
                    rows[i][j] = value
                    if letter.symmetric:
                        rows[j][i] = value
                    new = type(m)(rows)
                    if letter.invertible and new.rank() < new.nrows():
                        continue
                    yield replace(inst, matrices={**inst.matrices, letter: new}, _offsets={})
    for name, x in inst.scalars.items():
        if x != 1:
            yield replace(inst, scalars={**inst.scalars, name: type(x)(1)}, _offsets={})
    if inst.joint is not None and inst.joint != eye(inst.joint.nrows()):
        n = inst.joint.nrows()
        for k in range(n):
            if any(inst.joint[k, j] for j in range(n)):
                rows = [[inst.joint[i, j] * int(k not in (i, j)) for j in range(n)] for i in range(n)]
                yield replace(inst, joint=type(inst.joint)(rows), _offsets={})
        plain = [[_sign(inst.joint[i, j]) for j in range(n)] for i in range(n)]
        if plain != [[inst.joint[i, j] for j in range(n)] for i in range(n)]:
            try:
                yield replace(inst, joint=type(inst.joint)(plain), _offsets={})
            except SymlamError:
                return  # signs alone are not positive semidefinite


def _size(x: Any) -> int:
    """How far an entry is from simple: 0, then 1, then everything else."""
    return 0 if x == 0 else 1 if x == 1 else 2


def _sign(x: Any) -> int:
    return int(x > 0) - int(x < 0)
