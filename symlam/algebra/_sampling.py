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
from dataclasses import dataclass
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
_MAX_ASSIGNMENTS = 160


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
    """Values of the dimensions up to _MAX_DIM, smallest first, that satisfy what is assumed of sizes."""

    def allowed(values: dict[Dimension, int]) -> bool:
        """Whether no assumption about the dimensions that have a value is violated."""

        def size(d: Dim) -> int | None:
            return d if isinstance(d, int) else values.get(d)

        for a in assumptions:
            if isinstance(a, Order):
                small, large = size(a.small), size(a.large)
                if small and large and (small > large or (a.strict and small == large)):
                    return False
            elif isinstance(a, Orthonormal):
                rows = size(a.blocks[0].rows)
                if rows and sum(size(b.cols) or 1 for b in a.blocks) > rows:
                    return False
            elif isinstance(a, Rank):
                low, rows, cols = size(a.low), size(a.expression.rows), size(a.expression.cols)
                if low and ((rows and low > rows) or (cols and low > cols)):
                    return False
        return True

    def extend(values: dict[Dimension, int], cap: int) -> Iterator[dict[Dimension, int]]:
        if len(values) == len(dims):
            yield dict(values)
            return
        d = dims[len(values)]
        for n in range(1, cap + 1):
            values[d] = n
            if allowed(values):
                yield from extend(values, cap)
            del values[d]

    if not dims:
        yield {}
        return
    for cap in range(1, _MAX_DIM + 1):
        batch = itertools.islice((v for v in extend({}, cap) if max(v.values()) == cap), 4 * _MAX_ASSIGNMENTS)
        yield from sorted(batch, key=lambda v: sum(v.values()))


def _larger(dims: list[Dimension], assumptions: Assumptions) -> Iterator[dict[Dimension, int]]:
    """All dimensions equal to 5, then 6: for what vanishes on every smaller matrix.

    Not under assumptions about moments or sizes: exact joint moments of that size are slow.
    """
    stated = {x for a in assumptions for e in a.expressions() for x in e.letters()}
    bound = any(isinstance(a, Order | Orthonormal | Rank) for a in assumptions)
    if dims and not bound and not any(x.moment for x in stated):
        yield dict.fromkeys(dims, 5)
        yield dict.fromkeys(dims, 6)


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


@dataclass(frozen=True)
class _Plan:
    """In which order the deterministic letters get their values.

    ``steps`` solve linear equations for one letter each, given the letters before it;
    ``formulas`` are letters given by a formula, ``late`` those whose formula has moments.
    ``hard`` says that some equation could not be planned for and is left to chance.
    """

    steps: tuple[tuple[Letter, tuple[Matrix, ...]], ...]
    formulas: tuple[tuple[Letter, Matrix], ...]
    late: tuple[tuple[Letter, Matrix], ...]
    hard: bool


def _plan(assumptions: Assumptions) -> _Plan:
    formulas, late = [], []
    for code, rule in assumptions.rules.letters.items():
        x = LETTERS[code >> 2]
        if x.moment is None:
            (late if any(y.moment for y in rule.image.letters()) else formulas).append((x, rule.image))
    families = [{b.as_letter() for b in a.blocks} for a in assumptions if isinstance(a, Orthonormal)]
    equations: list[Matrix] = []
    for a in assumptions:
        for lhs, rhs in a.equations():
            e = assumptions.rules.in_free_letters(lhs - rhs)
            if e and not isinstance(a, Orthonormal) and not any(x.moment for x in e.letters()):
                equations.append(e)
    steps: list[tuple[Letter, tuple[Matrix, ...]]] = []
    while equations:
        best = None
        for x in {x for e in equations for x in e.letters()}:
            if any(x in family for family in families):
                continue
            with_x = [e for e in equations if x in e.letters()]
            if all(_linear_in(e, x) for e in with_x):
                bare = any(LETTERS[w[0] >> 2] == x for e in with_x for _, _, w in e.terms if len(w) == 1)
                rank = (not bare, -len(with_x), x.invertible, x.symmetric, x.name)
                if best is None or rank < best[0]:
                    best = (rank, x, with_x)
        if best is None:
            return _Plan(tuple(steps), tuple(formulas), tuple(late), True)
        steps.insert(0, (best[1], tuple(best[2])))
        equations = [e for e in equations if e not in best[2]]
    return _Plan(tuple(steps), tuple(formulas), tuple(late), False)


def _linear_in(e: Matrix, x: Letter) -> bool:
    for _, traces, word in e.terms:
        factors = [f for w in (*traces, word) for f in w if LETTERS[f >> 2] == x]
        if len(factors) > 1 or any(f & 2 for f in factors):
            return False
    return True


def _draw_letters(
    rng: random.Random,
    dims: dict,
    letters: set[Letter],
    scalars: dict,
    assumptions: Assumptions,
    plan: _Plan,
    size: int,
) -> Instance:
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
    given = {x for x, _ in (*plan.formulas, *plan.late)}
    for x in sorted(letters - set(matrices) - given, key=lambda x: (x.name, str(x.rows), str(x.cols))):
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
    for x, equations in plan.steps:
        _solve_for(rng, inst, x, equations)
    for x, image in plan.formulas:
        matrices[x] = inst.value(image)
    return inst


def _solve_for(rng: random.Random, inst: Instance, x: Letter, equations: tuple[Matrix, ...]) -> None:
    """Give x a random value at which the equations, linear in x, hold; SymlamError when there is none."""
    r, c = inst.size(x.rows), inst.size(x.cols)
    entries = [(i, j) for i in range(r) for j in range(c) if not x.symmetric or i <= j]

    def residual(at: tuple[int, int] | None) -> list:
        m = flint.fmpq_mat(r, c)
        if at is not None:
            m[at] = 1
            if x.symmetric:
                m[at[1], at[0]] = 1
        inst.matrices[x] = m
        return [v for e in equations for v in inst.value(e).entries()]

    base = residual(None)
    columns = [[v - b for v, b in zip(residual(p), base, strict=True)] for p in entries]
    space = _affine([list(row) for row in zip(*columns, strict=True)], [-b for b in base], len(entries))
    if space is None:
        raise SymlamError(f"no value of {x.name} satisfies its equations on the instance")
    point, basis = space
    for _ in range(10):
        weights = [rng.randint(-2, 2) for _ in basis]
        m = flint.fmpq_mat(r, c)
        for n, (i, j) in enumerate(entries):
            m[i, j] = sum((z[n] * k for z, k in zip(basis, weights, strict=True)), point[n])
            if x.symmetric:
                m[j, i] = m[i, j]
        inst.matrices[x] = m
        if not x.invertible or m.det():
            return
    raise SymlamError(f"{x.name} came out singular on the instance")


def _joint_system(
    inst: Instance, order: list[Base], assumptions: Assumptions, late: set[Letter]
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
            known = e.letters()
            if not any(x.moment for x in known) or known & late:
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
    # most equations say that one entry vanishes: take those out before the elimination
    fixed: dict[int, flint.fmpq] = {}
    dense: list[tuple[list[int], list, Any]] = []
    for row, b in zip(rows, right, strict=True):
        support = [j for j, x in enumerate(row) if x]
        if len(support) == 1:
            j = support[0]
            value = b / row[j]
            if fixed.setdefault(j, value) != value:
                return None
        else:
            dense.append((support, row, b))
    open_ = [j for j in range(count) if j not in fixed]
    place = {j: n for n, j in enumerate(open_)}
    small, rhs = [], []
    for support, row, b in dense:
        line = [flint.fmpq(0)] * len(open_)
        for j in support:
            if j in fixed:
                b = b - row[j] * fixed[j]
            else:
                line[place[j]] = row[j]
        if any(line):
            small.append(line)
            rhs.append(b)
        elif b:
            return None
    n = len(open_)
    point = [flint.fmpq(0)] * count
    for j, value in fixed.items():
        point[j] = value
    pivots: list[int] = []
    reduced = None
    if small:
        reduced, rank = flint.fmpq_mat([[*r, b] for r, b in zip(small, rhs, strict=True)]).rref()
        for i in range(rank):
            p = next(j for j in range(n + 1) if reduced[i, j])
            if p == n:
                return None
            pivots.append(p)
            point[open_[p]] = reduced[i, n]
    taken = set(pivots)
    basis = []
    for f in (j for j in range(n) if j not in taken):
        z = [flint.fmpq(0)] * count
        z[open_[f]] = flint.fmpq(1)
        for i, p in enumerate(pivots):
            if reduced[i, f]:
                z[open_[p]] = -reduced[i, f]
        basis.append(z)
    return point, basis


def _forced_kernel(rows: list[list], right: list, pairs: list, index: dict, m: int) -> list[list]:
    """Equations M J = 0 for every given equation <M, J> = 0 with M (or -M) positive semidefinite.

    They follow for positive semidefinite J; without them a projection would leave the cone,
    as when E[x x^T] = 0 and nothing is said of E[x y^T].
    """
    out: list[list] = []
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


def _nearest(target: list, a: flint.fmpq_mat, b: flint.fmpq_mat) -> list:
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


def _draw_joint(
    rng: random.Random, inst: Instance, order: list[Base], system: tuple[list[list], list], size: int
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
                    row[index[min(i, j), max(i, j)]] += 1
                    if other >= 0:
                        row[index[min(other, j), max(other, j)]] -= 1
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
    if rank and not any(table[-1][:-1]):
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


def _scalars(
    rng: random.Random, symbols: set[str], assumptions: Assumptions, size: int
) -> dict[str, Fraction]:
    top = 3 if size < 2 else 9
    out = {}
    for s in sorted(symbols):
        value = Fraction(rng.randint(1, top), rng.randint(1, 2 if size < 2 else 5))
        out[s] = value if rng.random() < 0.6 else -value
    for a in assumptions:
        if isinstance(a, Positive):
            for s in a.expression.symbols():
                out[s] = abs(out[s])
    return out


def satisfies(inst: Instance, assumptions: Assumptions) -> bool:
    """Whether an instance satisfies every assumption, exactly.

    An assumption that has no value on the instance (an inverse of a singular matrix) is violated.
    """
    try:
        return all(_holds(inst, a) for a in assumptions)
    except SymlamError:
        return False


def _holds(inst: Instance, a: Any) -> bool:
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
    expressions: Iterable[Any],
    assumptions: Assumptions,
    *,
    seed: int = 0,
    rounds: int = 4,
    plain: int = 0,
    max_dim: int = _MAX_DIM,
) -> Iterator[Instance]:
    """Exact instances on which the expressions have values and the assumptions hold, small first.

    ``rounds`` draws are made for every assignment of dimensions up to ``max_dim``, and some with
    larger ones at last (when ``max_dim`` is left alone).  ``plain`` of them come first with
    coordinates as uncorrelated as the assumptions let them be, which keeps numbers small and
    spectra rational.  Raises SymlamError when every assumption can be solved for and yet no
    draw satisfies them all: they contradict each other at the sizes that were tried.
    """
    expressions = list(expressions)
    dims, letters, symbols, bases = _ingredients(expressions, assumptions)
    order = sorted(bases, key=lambda b: b.name)
    plan = _plan(assumptions)
    made, hard = False, plan.hard
    rng = random.Random(seed)
    named = sorted(dims)
    assignments = [
        v
        for v in itertools.islice(_assignments(named, assumptions), _MAX_ASSIGNMENTS)
        if max(v.values(), default=1) <= max_dim
    ]
    draws = [(v, 0 if r < plain else 1 if r < plain + 2 else 3) for r in range(rounds) for v in assignments]
    if max_dim == _MAX_DIM:
        draws += [(v, 1) for v in _larger(named, assumptions) for _ in range(2)]
    for v, size in draws:
        try:
            inst = _draw_letters(
                rng, v, letters, _scalars(rng, symbols, assumptions, size), assumptions, plan, size
            )
            inst = _with_moments(rng, inst, order, assumptions, plan, size)
        except _NotLinear:
            hard = True
            continue
        except SymlamError:  # singular or inconsistent on this draw
            continue
        if inst is not None and satisfies(inst, assumptions):
            made = True
            yield inst
    if not made and not hard:
        raise SymlamError(
            f"no instance satisfies {assumptions!r} at any dimension up to {_MAX_DIM}",
            hint="the assumptions contradict each other; drop one",
        )


class _NotLinear(Exception):
    """An equation is not linear in the joint second moment."""


def _with_moments(
    rng: random.Random,
    inst: Instance,
    order: list[Base],
    assumptions: Assumptions,
    plan: _Plan,
    size: int,
) -> Instance | None:
    """The instance with a joint second moment, and with the letters that depend on it."""
    joint = None
    if order:
        system = _joint_system(inst, order, assumptions, {x for x, _ in plan.late})
        if system is None:
            raise _NotLinear
        joint = _draw_joint(rng, inst, order, system, size)
        if joint is None:
            return None
    out = Instance(inst.dims, inst.matrices, inst.scalars, tuple(order), joint)
    for x, image in plan.late:
        out.matrices[x] = out.value(image)
    return out


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
