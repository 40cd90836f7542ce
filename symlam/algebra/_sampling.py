"""Exact rational instances that satisfy given assumptions, smallest and simplest first.

Deterministic letters are drawn first (orthonormal families as columns of a rational
orthogonal matrix, letters given by a formula from that formula).  Every equation that is
left is then linear in the joint second moment, whose feasible set is an affine space of
symmetric matrices met with the positive semidefinite cone: a point is drawn by projecting
a random positive definite matrix on the space, and checked exactly.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra._assumptions import (
    Assumptions,
    Order,
    Orthonormal,
    Positive,
    PositiveDefinite,
    Rank,
    ScalarEquation,
)
from symlam.algebra._exact import Instance, eye, is_psd, is_zero
from symlam.algebra._expression import SYMBOLS, Matrix, Scalar
from symlam.algebra._letter import COLS, LETTERS, Dim, Dimension, Letter
from symlam.algebra._random import Base, LinearForm, moment_letter
from symlam.errors import SymlamError

_MAX_DIM = 4


def _ingredients(
    expressions: Iterable[Any], assumptions: Assumptions
) -> tuple[set[Dimension], set[Letter], set[str], set[Base]]:
    dims: set[Dim] = set()
    letters: set[Letter] = set()
    symbols: set[str] = set()
    bases: set[Base] = set()

    def visit(e: Any) -> None:
        if isinstance(e, LinearForm):
            dims.add(e.dim)
            bases.update(e.parts)
            for m in e.parts.values():
                visit(m)
            return
        if isinstance(e, Matrix):
            dims.update(e.shape)
        letters.update(e.letters())
        symbols.update(e.symbols())
        dims.update(
            Dimension(SYMBOLS[i][1]) for k in e.terms for i, _ in k[0] if SYMBOLS[i][0] == "dimension"
        )

    for e in expressions:
        visit(e)
    for a in assumptions:
        for lhs, rhs in a.equations():
            visit(lhs)
            visit(rhs)
        if isinstance(a, PositiveDefinite | Rank | Positive | ScalarEquation):
            visit(a.expression)
        if isinstance(a, Rank):
            dims.update((a.low, *((a.high,) if a.high is not None else ())))
        if isinstance(a, Order):
            dims.update((a.small, a.large))
        if isinstance(a, Orthonormal):
            for b in a.blocks:
                dims.update(b.shape)
    for x in letters:
        dims.update((x.rows, x.cols))
        if x.moment:
            bases.add(Base(x.moment[0], x.rows))
            bases.add(Base(x.moment[1], x.cols))
    dims.update(b.dim for b in bases)
    return {d for d in dims if isinstance(d, Dimension)}, {x for x in letters if not x.moment}, symbols, bases


def _assignments(dims: list[Dimension], assumptions: Assumptions) -> Iterator[dict[Dimension, int]]:
    def size(d: Dim, values: dict) -> int:
        return d if isinstance(d, int) else values[d]

    choices = []
    for values in itertools.product(range(1, _MAX_DIM + 1), repeat=len(dims)):
        v = dict(zip(dims, values, strict=True))
        good = True
        for a in assumptions:
            if isinstance(a, Order):
                small, large = size(a.small, v), size(a.large, v)
                good &= small < large if a.strict else small <= large
            elif isinstance(a, Orthonormal):
                good &= sum(size(b.cols, v) for b in a.blocks) <= size(a.blocks[0].rows, v)
            elif isinstance(a, Rank):
                good &= size(a.low, v) <= min(size(a.expression.rows, v), size(a.expression.cols, v))
        if good:
            choices.append(v)
    choices.sort(key=lambda v: (max(v.values(), default=0), sum(v.values())))
    return iter(choices)


def random_matrix(rng: random.Random, rows: int, cols: int, size: int) -> flint.fmpq_mat:
    """Small integers in [-size, size]."""
    return flint.fmpq_mat([[rng.randint(-size, size) for _ in range(cols)] for _ in range(rows)])


def random_orthogonal(rng: random.Random, n: int, *, plain: bool = False) -> flint.fmpq_mat:
    """A rational orthogonal matrix: a signed permutation when plain, else a Cayley transform of one."""
    order = list(range(n))
    rng.shuffle(order)
    p = flint.fmpq_mat([[rng.choice((1, -1)) if order[i] == j else 0 for j in range(n)] for i in range(n)])
    if plain or n == 1:
        return p
    k = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i):
            k[i][j] = rng.randint(-1, 1)
            k[j][i] = -k[i][j]
    skew = flint.fmpq_mat(k)
    return (eye(n) - skew) * (eye(n) + skew).inv() * p


def _columns(m: flint.fmpq_mat, start: int, count: int) -> flint.fmpq_mat:
    return flint.fmpq_mat([[m[i, start + j] for j in range(count)] for i in range(m.nrows())])


def _draw_letters(
    rng: random.Random, dims: dict, letters: set[Letter], scalars: dict, assumptions: Assumptions, size: int
) -> Instance | None:
    inst = Instance(dims, {}, scalars)
    matrices = inst.matrices
    for a in assumptions:
        if isinstance(a, Orthonormal):
            n = inst.size(a.blocks[0].rows)
            q, start = random_orthogonal(rng, n, plain=size < 2), 0
            for b in a.blocks:
                c = inst.size(b.cols)
                matrices[b.as_letter()] = _columns(q, start, c)
                start += c
    solved = {LETTERS[code >> 2] for code in assumptions._letters}
    for x in sorted(letters - set(matrices) - solved, key=lambda x: (x.name, str(x.rows), str(x.cols))):
        r, c = inst.size(x.rows), inst.size(x.cols)
        for _ in range(20):
            m = random_matrix(rng, r, c, max(size, 1))
            if x.symmetric:
                m = m + m.transpose()
            if not x.invertible or m.det():
                break
        else:
            m = eye(r)
        matrices[x] = m
    for code, rule in assumptions._letters.items():
        x = LETTERS[code >> 2]
        if x.moment is None and x in letters:
            if any(y.moment for y in rule.image.letters()):
                return None  # a matrix that depends on the moments: filled in afterwards
            matrices[x] = inst.value(rule.image)
    return inst


def _joint_system(
    inst: Instance, order: list[Base], assumptions: Assumptions
) -> tuple[list[list], list] | None:
    """The equations, linear in the entries of the joint: rows and right-hand sides; None if not linear."""
    offset, m = {}, 0
    for b in order:
        offset[b.name] = m
        m += inst.size(b.dim)
    index = {}
    for i in range(m):
        for j in range(i, m):
            index[i, j] = len(index)
    rows: list[list] = []
    right: list = []
    for a in assumptions:
        if isinstance(a, ScalarEquation):
            row = _scalar_row(inst, a.expression, offset, index)
            if row is None:
                return None
            rows.append(row[0])
            right.append(row[1])
        for lhs, rhs in a.equations():
            e = lhs - rhs
            if not any(x.moment for x in e.letters()):
                continue
            r, c = inst.size(e.rows), inst.size(e.cols)
            block = [[[flint.fmpq(0)] * len(index) for _ in range(c)] for _ in range(r)]
            const = flint.fmpq_mat(r, c)
            cache: dict = {}
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
                x, y = LETTERS[f >> 2].moment
                if f & 1:
                    x, y = y, x
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


def _scalar_row(inst: Instance, e: Scalar, offset: dict, index: dict) -> tuple[list, Any] | None:
    """A scalar equation, linear in the joint, as a row: tr(L M R) = sum (R L)_qp M_pq."""
    row = [flint.fmpq(0)] * len(index)
    right = flint.fmpq(0)
    cache: dict = {}
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
        x, y = LETTERS[t[i] >> 2].moment
        if t[i] & 1:
            x, y = y, x
        around = inst._word(t[i + 1 :] + t[:i], COLS[t[i]], cache)
        for p in range(around.ncols()):
            for q in range(around.nrows()):
                a, b = offset[x] + p, offset[y] + q
                row[index[min(a, b), max(a, b)]] += coefficient * around[q, p]
    return row, right


def _affine(rows: list[list], right: list, count: int) -> tuple[list, list[list]] | None:
    """A particular solution and a basis of the null space; None when inconsistent."""
    if not rows:
        return [flint.fmpq(0)] * count, [
            [flint.fmpq(int(i == j)) for j in range(count)] for i in range(count)
        ]
    reduced, rank = flint.fmpq_mat([[*r, b] for r, b in zip(rows, right, strict=True)]).rref()
    pivots = []
    for i in range(rank):
        p = next(j for j in range(count + 1) if reduced[i, j])
        if p == count:
            return None
        pivots.append(p)
    free = [j for j in range(count) if j not in set(pivots)]
    point = [flint.fmpq(0)] * count
    for i, p in enumerate(pivots):
        point[p] = reduced[i, count]
    basis = []
    for f in free:
        z = [flint.fmpq(0)] * count
        z[f] = flint.fmpq(1)
        for i, p in enumerate(pivots):
            z[p] = -reduced[i, f]
        basis.append(z)
    return point, basis


def _project(target: list, point: list, basis: list[list]) -> list:
    """The point of the affine space nearest to the target (Euclidean in the listed entries)."""
    if not basis:
        return point
    gap = [t - p for t, p in zip(target, point, strict=True)]
    k = len(basis)
    support = [[i for i, x in enumerate(z) if x] for z in basis]
    sets = [set(s) for s in support]
    gram = flint.fmpq_mat(
        [
            [
                sum((basis[a][i] * basis[b][i] for i in support[a] if i in sets[b]), flint.fmpq(0))
                for b in range(k)
            ]
            for a in range(k)
        ]
    )
    rhs = flint.fmpq_mat(
        [[sum((z[i] * gap[i] for i in s), flint.fmpq(0))] for z, s in zip(basis, support, strict=True)]
    )
    w = gram.solve(rhs)
    out = list(point)
    for a in range(k):
        if w[a, 0]:
            for i in support[a]:
                out[i] += w[a, 0] * basis[a][i]
    return out


def _draw_joint(
    rng: random.Random, inst: Instance, order: list[Base], assumptions: Assumptions, size: int
) -> flint.fmpq_mat | None:
    m = sum(inst.size(b.dim) for b in order)
    system = _joint_system(inst, order, assumptions)
    if system is None:
        return None
    rows, right = system
    pairs = [(i, j) for i in range(m) for j in range(i, m)]
    index = {p: n for n, p in enumerate(pairs)}
    # now and then force some coordinates of w to vanish or to coincide: rank-deficient moments
    deficient = rng.random() < 0.4
    if deficient:
        rows, right = list(rows), list(right)
        for i in range(m):
            draw = rng.random()
            if draw < 0.25:
                other = -1 if draw < 0.15 else rng.randrange(m)
                if other == i:
                    continue
                for j in range(m):
                    row = [flint.fmpq(0)] * len(pairs)
                    row[index[min(i, j), max(i, j)]] += 1
                    if other >= 0:
                        row[index[min(other, j), max(other, j)]] -= 1
                    rows.append(row)
                    right.append(flint.fmpq(0))
    space = _affine(rows, right, len(pairs))
    if space is None:
        return None
    point, basis = space
    if size:
        g = random_matrix(rng, m, m, size)
        noise = g * g.transpose()
    else:
        noise = flint.fmpq_mat([[rng.choice((0, 1, 1, 2, 3, 4)) if i == j else 0 for j in range(m)] for i in range(m)])
    for scale in (flint.fmpq(1), flint.fmpq(1, 2), flint.fmpq(1, 8), flint.fmpq(0)):
        for shift in (0, 1, 3, 9):
            target = [noise[i, j] * scale + (shift if i == j else 0) for i, j in pairs]
            found = _project(target, point, basis)
            joint = flint.fmpq_mat([[found[index[min(i, j), max(i, j)]] for j in range(m)] for i in range(m)])
            if is_psd(joint):
                return joint
    return None


def _scalars(rng: random.Random, symbols: set[str], assumptions: Assumptions) -> dict[str, Fraction]:
    out = {s: Fraction(rng.choice((1, 2, 3, -1, -2)), rng.choice((1, 1, 2))) for s in sorted(symbols)}
    for a in assumptions:
        if isinstance(a, Positive):
            for s in a.expression.symbols():
                out[s] = abs(out[s])
    return out


def satisfies(inst: Instance, assumptions: Assumptions) -> bool:
    """Whether an instance satisfies every assumption, exactly."""
    for a in assumptions:
        if any(not is_zero(inst.value(lhs) - inst.value(rhs)) for lhs, rhs in a.equations()):
            return False
        if isinstance(a, PositiveDefinite) and not is_psd(inst.value(a.expression), strict=True):
            return False
        if isinstance(a, Rank):
            rank = inst.value(a.expression).rref()[1]
            if rank < inst.size(a.low) or (a.high is not None and rank > inst.size(a.high)):
                return False
        if isinstance(a, ScalarEquation) and inst.value(a.expression):
            return False
        if isinstance(a, Positive) and inst.value(a.expression) <= 0:
            return False
        if isinstance(a, Order):
            small, large = inst.size(a.small), inst.size(a.large)
            if small > large or (a.strict and small == large):
                return False
    return True


def instances(
    expressions: Iterable[Any], assumptions: Assumptions, *, seed: int = 0, rounds: int = 4, plain: int = 1
) -> Iterator[Instance]:
    """Exact instances on which the expressions have values and the assumptions hold, small first.

    ``rounds`` draws are made for every assignment of dimensions up to 4, the first ``plain`` of
    them with uncorrelated coordinates as far as the assumptions let them be, which keeps numbers
    small and spectra rational.  Raises SymlamError when
    none could be made: the assumptions then contradict each other at every size that was tried.
    """
    expressions = list(expressions)
    dims, letters, symbols, bases = _ingredients(expressions, assumptions)
    order = sorted(bases, key=lambda b: b.name)
    made = False
    rng = random.Random(seed)
    assignments = list(_assignments(sorted(dims), assumptions))[:160]
    for round_ in range(rounds):
        for v in assignments:
            size = 0 if round_ < plain else 1 if round_ < plain + 1 else 3
            inst = _draw(rng, v, letters, symbols, order, assumptions, size)
            if inst is not None:
                made = True
                yield inst
    if not made:
        raise SymlamError(
            f"no instance satisfies {assumptions!r} at any dimension up to {_MAX_DIM}",
            hint="the assumptions contradict each other; drop one",
        )


def _draw(
    rng: random.Random,
    dims: dict[Dimension, int],
    letters: set[Letter],
    symbols: set[str],
    order: list[Base],
    assumptions: Assumptions,
    size: int,
) -> Instance | None:
    inst = _draw_letters(rng, dims, letters, _scalars(rng, symbols, assumptions), assumptions, size)
    if inst is None:
        return None
    joint = None
    if order:
        joint = _draw_joint(rng, inst, order, assumptions, size)
        if joint is None:
            return None
    out = Instance(inst.dims, inst.matrices, inst.scalars, tuple(order), joint)
    return out if satisfies(out, assumptions) else None


def has_instance(assumptions: Assumptions, expressions: Iterable[Any] = ()) -> bool:
    """Whether some small exact instance satisfies the assumptions."""
    try:
        return next(instances(expressions, assumptions), None) is not None
    except SymlamError:
        return False


def scalar_of(x: Any) -> Scalar | Matrix:
    """The expression whose vanishing says that x is zero: E||x||^2 for a random vector."""
    from symlam.algebra._random import msq

    return msq(x) if isinstance(x, LinearForm) else x


__all__ = [
    "has_instance",
    "instances",
    "moment_letter",
    "random_matrix",
    "random_orthogonal",
    "satisfies",
    "scalar_of",
]
