"""An exact instance rebuilt from the text of a report, and its assumptions checked without the engine's arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symlam.algebra import Dimension
from symlam.algebra._assumptions import (
    IndependentColumns,
    Order,
    Positive,
    PositiveDefinite,
    Rank,
    ScalarEquation,
)
from symlam.algebra._exact import Instance, to_flint
from symlam.algebra._sampling import _ingredients
from tests.algebra.reference import determinant, is_psd
from tests.objective.evaluate import Point


def fractions(rows: list[list[str]]) -> list[list[Fraction]]:
    return [[Fraction(x) for x in row] for row in rows]


def rebuild(example: dict[str, Any], model, *more: Any) -> Instance:
    """The instance of a counterexample; letters are found by name among those of the model."""
    sources = [*model.residuals, *model.named.values(), *(w for w, _ in model.loss), *model.parameters, *more]
    _, letters, _, bases = _ingredients(sources, model.assumptions)
    order = tuple(sorted(bases, key=lambda b: b.name))
    dims = {Dimension(d): n for d, n in example["dimensions"].items()}
    size = {b.name: b.dim if isinstance(b.dim, int) else dims[b.dim] for b in order}
    moments = {key: fractions(rows) for key, rows in example["moments"].items()}
    joint = []
    for b in order:
        for i in range(size[b.name]):
            row: list[Fraction] = []
            for c in order:
                if (key := f"E[{b.name} {c.name}']") in moments:
                    row += moments[key][i]
                elif (key := f"E[{c.name} {b.name}']") in moments:
                    row += [line[i] for line in moments[key]]
                else:
                    row += [Fraction(0)] * size[c.name]
            joint.append(row)
    named = {x.name: x for x in letters}
    return Instance(
        dims,
        {named[n]: to_flint(fractions(m)) for n, m in example["matrices"].items() if n in named},
        {s: Fraction(v) for s, v in example["scalars"].items()},
        order,
        to_flint(joint),
    )


def rank(rows: list[list[Fraction]]) -> int:
    a, r = [list(x) for x in rows], 0
    for c in range(len(a[0])):
        p = next((i for i in range(r, len(a)) if a[i][c]), None)
        if p is None:
            continue
        a[r], a[p] = a[p], a[r]
        for i in range(r + 1, len(a)):
            f = a[i][c] / a[r][c]
            a[i] = [x - f * y for x, y in zip(a[i], a[r], strict=True)]
        r += 1
    return r


def violated(inst: Instance, assumptions) -> list[str]:
    """The texts of assumptions that an instance does not satisfy, by nested lists of Fractions."""
    at, out = Point(inst), []
    for a in assumptions:
        good = all(at.matrix(lhs) == at.matrix(rhs) for lhs, rhs in a.equations())
        if isinstance(a, PositiveDefinite):
            m = at.matrix(a.expression)
            good = all(determinant([r[:n] for r in m[:n]]) > 0 for n in range(1, len(m) + 1))
        elif isinstance(a, Rank):
            r = rank(at.matrix(a.expression))
            good = r >= at.size(a.low) and (a.high is None or r <= at.size(a.high))
        elif isinstance(a, IndependentColumns):
            blocks = [at.matrix(b) for b in a.blocks]
            side_by_side = [[x for row in rows for x in row] for rows in zip(*blocks, strict=True)]
            good = rank(side_by_side) == len(side_by_side[0])
        elif isinstance(a, ScalarEquation):
            good = at.scalar(a.expression) == 0
        elif isinstance(a, Positive):
            good = at.scalar(a.expression) > 0
        elif isinstance(a, Order):
            small, large = at.size(a.small), at.size(a.large)
            good = small < large or (small == large and not a.strict)
        if not good:
            out.append(a.text)
    joint = [[Fraction(int(x.p), int(x.q)) for x in row] for row in inst.joint.tolist()]
    size = len(joint)
    if size <= 6 and not is_psd(joint):
        out.append("the joint moment is not positive semidefinite")
    if any(joint[i][j] != joint[j][i] for i in range(size) for j in range(size)):
        out.append("the joint moment is not symmetric")
    return out
