"""Exact joint second moments that satisfy equations linear in them.

The feasible set is an affine space of symmetric matrices met with the positive semidefinite
cone: a point is drawn by projecting a random positive semidefinite matrix on the space, and
checked exactly.
"""

from __future__ import annotations

import random

import flint

from symlam.algebra._assumptions import Assumptions, ScalarEquation
from symlam.algebra._draw_letters import Row, random_matrix
from symlam.algebra._exact import Instance, is_psd
from symlam.algebra._expression import Scalar
from symlam.algebra._letter import COLS, LETTERS, Letter
from symlam.algebra._random import Base


def joint_system(
    inst: Instance, order: list[Base], assumptions: Assumptions, late: set[Letter]
) -> tuple[list[Row], Row] | None:
    """The equations, linear in the entries of the joint: rows and right-hand sides; None if not linear."""
    offset: dict[str, int] = {}
    m = 0
    for b in order:
        offset[b.name] = m
        m += inst.size(b.dim)
    index: dict[tuple[int, int], int] = {}
    for i in range(m):
        for j in range(i, m):
            index[i, j] = len(index)
    rows: list[Row] = []
    right: Row = []
    for a in assumptions:
        if isinstance(a, ScalarEquation):
            row = _scalar_row(inst, a.expression, offset, index)
            if row is None:
                return None
            rows.append(row[0])
            right.append(row[1])
        for lhs, rhs in a.equations():
            e = lhs - rhs
            known = e.letters()
            if not any(x.moment for x in known) or known & late:
                continue
            r, c = inst.size(e.rows), inst.size(e.cols)
            block = [[[flint.fmpq(0)] * len(index) for _ in range(c)] for _ in range(r)]
            const = flint.fmpq_mat(r, c)
            cache: dict[int, flint.fmpq_mat] = {}
            for key, v in e.terms.items():
                where = [i for i, f in enumerate(key[2]) if LETTERS[f >> 2].moment]
                if any(LETTERS[f >> 2].moment for t in key[1] for f in t) or len(where) > 1:
                    return None
                coefficient = inst._coefficient(key, v, cache)
                if not where:
                    const += inst._word(key[2], e.rows, cache) * coefficient
                    continue
                f = key[2][where[0]]
                if f & 2:
                    return None
                x, y = _pair(f)
                left = inst._word(key[2][: where[0]], e.rows, cache)
                right_part = inst._word(key[2][where[0] + 1 :], e.cols, cache)
                for i in range(r):
                    for j in range(c):
                        for p in range(left.ncols()):
                            if not left[i, p]:
                                continue
                            for q in range(right_part.nrows()):
                                if right_part[q, j]:
                                    s, t = offset[x] + p, offset[y] + q
                                    block[i][j][index[min(s, t), max(s, t)]] += (
                                        coefficient * left[i, p] * right_part[q, j]
                                    )
            for i in range(r):
                for j in range(c):
                    if any(block[i][j]) or const[i, j]:
                        rows.append(block[i][j])
                        right.append(-const[i, j])
    return rows, right


def _pair(code: int) -> tuple[str, str]:
    """The random vectors x, y of a factor E[x y^T], whichever way round it is written."""
    moment = LETTERS[code >> 2].moment
    assert moment is not None, "called for second moments alone"
    x, y = moment
    return (y, x) if code & 1 else (x, y)


def _scalar_row(
    inst: Instance, e: Scalar, offset: dict[str, int], index: dict[tuple[int, int], int]
) -> tuple[Row, flint.fmpq] | None:
    """A scalar equation, linear in the joint, as a row: tr(L M R) = sum (R L)_qp M_pq."""
    row = [flint.fmpq(0)] * len(index)
    right = flint.fmpq(0)
    cache: dict[int, flint.fmpq_mat] = {}
    for (s, traces), v in e.terms.items():
        moments = [(t, i) for t in traces for i, f in enumerate(t) if LETTERS[f >> 2].moment]
        if len(moments) > 1:
            return None
        if not moments:
            right -= inst._coefficient((s, traces), v, cache)
            continue
        t, i = moments[0]
        others = list(traces)
        others.remove(t)
        coefficient = inst._coefficient((s, tuple(others)), v, cache)
        if t[i] & 2:
            return None
        x, y = _pair(t[i])
        around = inst._word(t[i + 1 :] + t[:i], COLS[t[i]], cache)
        for p in range(around.ncols()):
            for q in range(around.nrows()):
                a, b = offset[x] + p, offset[y] + q
                row[index[min(a, b), max(a, b)]] += coefficient * around[q, p]
    return row, right


def _forced_kernel(
    rows: list[Row], right: Row, pairs: list[tuple[int, int]], index: dict[tuple[int, int], int], m: int
) -> list[Row]:
    """Equations M J = 0 for every given equation <M, J> = 0 with M (or -M) positive semidefinite.

    They follow for positive semidefinite J; without them a projection would leave the cone,
    as when E[x x^T] = 0 and nothing is said of E[x y^T].
    """
    out: list[Row] = []
    for row, value in zip(rows, right, strict=True):
        support = [p for p, c in enumerate(row) if c]
        diagonal = {pairs[p][0] for p in support if pairs[p][0] == pairs[p][1]}
        if value or not diagonal or any(i not in diagonal for p in support for i in pairs[p]):
            continue
        at = sorted(diagonal)
        sign = 1 if row[index[at[0], at[0]]] > 0 else -1
        grid = flint.fmpq_mat(
            [[row[index[min(i, j), max(i, j)]] * sign / (1 if i == j else 2) for j in at] for i in at]
        )
        if not is_psd(grid):
            continue
        for a in range(len(at)):
            for j in range(m):
                new = [flint.fmpq(0)] * len(pairs)
                for b, i in enumerate(at):
                    new[index[min(i, j), max(i, j)]] += grid[a, b]
                out.append(new)
    return out


def _nearest(target: Row, a: flint.fmpq_mat, b: flint.fmpq_mat) -> Row:
    """The point of {x : a x = b}, a of full row rank, nearest to the target."""
    t = flint.fmpq_mat([[x] for x in target])
    at = a.transpose()
    return (t + at * (a * at).solve(b - a * t)).entries()


def _one_source_each(rng: random.Random, m: int) -> flint.fmpq_mat:
    """E[w w^T] when every coordinate is a multiple of one of some independent sources.

    Half of the time every coordinate has a source of its own.  Such moments have rational spectra.
    """
    own = rng.random() < 0.5
    source = [i if own else rng.randrange(1 + m // 2) for i in range(m)]
    gain = [rng.choice((0, 0, 1, 1, 1, -1, -1, 2, 2, 3) if own else (0, 1, 1, -1, -1, 2)) for _ in range(m)]
    return flint.fmpq_mat(
        [[gain[i] * gain[j] if source[i] == source[j] else 0 for j in range(m)] for i in range(m)]
    )


def draw_joint(
    rng: random.Random, inst: Instance, order: list[Base], system: tuple[list[Row], Row], size: int
) -> flint.fmpq_mat | None:
    m = sum(inst.size(b.dim) for b in order)
    rows, right = system
    pairs = [(i, j) for i in range(m) for j in range(i, m)]
    index = {p: n for n, p in enumerate(pairs)}
    forced = _forced_kernel(rows, right, pairs, index, m)
    rows, right = [*rows, *forced], [*right, *[flint.fmpq(0)] * len(forced)]
    # now and then force some coordinates of w to vanish or to coincide: rank-deficient moments
    if rng.random() < 0.4:
        for i in range(m):
            draw = rng.random()
            if draw < 0.25:
                other = -1 if draw < 0.15 else rng.randrange(m)
                if other == i:
                    continue
                for j in range(m):
                    row = [flint.fmpq(0)] * len(pairs)
                    row[index[min(i, j), max(i, j)]] = flint.fmpq(1)
                    if other >= 0:
                        row[index[min(other, j), max(other, j)]] = flint.fmpq(-1)
                    rows.append(row)
                    right.append(flint.fmpq(0))
    if size:
        g = random_matrix(rng, m, m, size)
        noise = g * g.transpose()
    else:
        noise = _one_source_each(rng, m)
    if not rows:
        return noise
    reduced, rank = flint.fmpq_mat([[*r, v] for r, v in zip(rows, right, strict=True)]).rref()
    table = reduced.table()[:rank]
    if not rank:
        return noise  # nothing but 0 = 0
    if not any(table[-1][:-1]):
        return None  # 0 = 1
    left = flint.fmpq_mat([r[:-1] for r in table])
    value = flint.fmpq_mat([r[-1:] for r in table])
    for scale in (flint.fmpq(1), flint.fmpq(1, 2), flint.fmpq(1, 8), flint.fmpq(0)):
        for shift in (0, 1, 3, 9):
            target = [noise[i, j] * scale + (shift if i == j else 0) for i, j in pairs]
            found = _nearest(target, left, value)
            joint = flint.fmpq_mat([[found[index[min(i, j), max(i, j)]] for j in range(m)] for i in range(m)])
            if is_psd(joint):
                return joint
    return None
