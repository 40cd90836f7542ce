"""Exact affine spaces: solutions of linear equations, and their point nearest to a target."""

from __future__ import annotations

from typing import Any

import flint


def solutions(
    rows: list[list[Any]], right: list[Any], count: int
) -> tuple[list[Any], list[list[Any]]] | None:
    """A solution and a basis of the null space of rows x = right; None when there is no solution."""
    zero, one = flint.fmpq(0), flint.fmpq(1)
    if not rows:
        return [zero] * count, [[one if i == j else zero for j in range(count)] for i in range(count)]
    reduced, rank = flint.fmpq_mat([[*r, b] for r, b in zip(rows, right, strict=True)]).rref()
    pivots = []
    for i in range(rank):
        p = next(j for j in range(count + 1) if reduced[i, j])
        if p == count:
            return None
        pivots.append(p)
    point = [zero] * count
    for i, p in enumerate(pivots):
        point[p] = reduced[i, count]
    basis = []
    for f in sorted(set(range(count)) - set(pivots)):
        z = [zero] * count
        z[f] = one
        for i, p in enumerate(pivots):
            z[p] = -reduced[i, f]
        basis.append(z)
    return point, basis


def nearest(target: list[Any], point: list[Any], basis: list[list[Any]]) -> list[Any]:
    """The point of the affine space that is nearest to the target."""
    if not basis:
        return point
    gap = [t - p for t, p in zip(target, point, strict=True)]
    b = flint.fmpq_mat(basis)
    weights = (b * b.transpose()).solve(b * flint.fmpq_mat([[g] for g in gap]))
    out = list(point)
    for k, z in enumerate(basis):
        w = weights[k, 0]
        if w:
            out = [x + w * y for x, y in zip(out, z, strict=True)]
    return out
