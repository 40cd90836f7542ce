"""Exact values of deterministic letters that satisfy the equations between them.

Orthonormal families are columns of a rational orthogonal matrix; a letter given by a formula
follows from it; any other equation is solved for a letter in which it is linear.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction

import flint

from symlam.algebra._assumptions import Assumptions, IndependentColumns, Orthonormal
from symlam.algebra._exact import Instance, eye
from symlam.algebra._expression import Matrix
from symlam.algebra._letter import LETTERS, Dimension, Letter
from symlam.errors import SymlamError

Row = list[flint.fmpq]


def random_matrix(rng: random.Random, rows: int, cols: int, size: int) -> flint.fmpq_mat:
    """Small integers in [-size, size]."""
    return flint.fmpq_mat([[rng.randint(-size, size) for _ in range(cols)] for _ in range(rows)])


def random_orthogonal(rng: random.Random, n: int, *, plain: bool = False) -> flint.fmpq_mat:
    """A rational orthogonal matrix: a signed permutation when plain, else a Cayley transform of one."""
    order = list(range(n))
    rng.shuffle(order)
    p = flint.fmpq_mat([[rng.choice((1, -1)) if order[i] == j else 0 for j in range(n)] for i in range(n)])
    if plain:
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
class Plan:
    """In which order the deterministic letters get their values.

    ``steps`` solve linear equations for one letter each, given the letters before it;
    ``formulas`` are letters given by a formula, ``late`` those whose formula has moments.
    ``hard`` says that some equation could not be planned for and is left to chance.
    """

    steps: tuple[tuple[Letter, tuple[Matrix, ...]], ...]
    formulas: tuple[tuple[Letter, Matrix], ...]
    late: tuple[tuple[Letter, Matrix], ...]
    hard: bool


def plan_letters(assumptions: Assumptions) -> Plan:
    formulas: list[tuple[Letter, Matrix]] = []
    late: list[tuple[Letter, Matrix]] = []
    for code, rule in assumptions.rules.letters.items():
        x = LETTERS[code >> 2]
        if x.moment is None:
            (late if any(y.moment for y in rule.image.letters()) else formulas).append((x, rule.image))
    families = [{b.as_letter() for b in a.blocks} for a in assumptions if isinstance(a, Orthonormal)]
    # solved for such a block, X^+ X = I and M X = X F would leave a choice that M and X^+ rarely allow
    blocks = {b.as_letter() for a in assumptions if isinstance(a, IndependentColumns) for b in a.blocks}
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
                # every word contains x: solved for it, the equations would leave x = 0 and little else
                forced = all(_in_every_word(e, x) for e in with_x)
                rank = (forced, x in blocks, not bare, -len(with_x), x.invertible, x.symmetric, x.name)
                if best is None or rank < best[0]:
                    best = (rank, x, with_x)
        if best is None:
            return Plan(tuple(steps), tuple(formulas), tuple(late), True)
        steps.insert(0, (best[1], tuple(best[2])))
        equations = [e for e in equations if e not in best[2]]
    return Plan(tuple(steps), tuple(formulas), tuple(late), False)


def _in_every_word(e: Matrix, x: Letter) -> bool:
    return all(any(LETTERS[f >> 2] == x for f in word) for _, _, word in e.terms)


def _linear_in(e: Matrix, x: Letter) -> bool:
    for _, traces, word in e.terms:
        factors = [f for w in (*traces, word) for f in w if LETTERS[f >> 2] == x]
        if len(factors) > 1 or any(f & 2 for f in factors):
            return False
    return True


def draw_letters(
    rng: random.Random,
    dims: dict[Dimension, int],
    letters: set[Letter],
    scalars: dict[str, Fraction],
    assumptions: Assumptions,
    plan: Plan,
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

    def residual(at: tuple[int, int] | None) -> list[flint.fmpq]:
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


def _affine(rows: list[Row], right: Row, count: int) -> tuple[Row, list[Row]] | None:
    """A particular solution and a basis of the null space; None when inconsistent."""
    # most equations say that one entry vanishes: take those out before the elimination
    fixed: dict[int, flint.fmpq] = {}
    dense: list[tuple[list[int], Row, flint.fmpq]] = []
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
    lines: list[Row] = []
    if small:
        reduced, rank = flint.fmpq_mat([[*r, b] for r, b in zip(small, rhs, strict=True)]).rref()
        lines = reduced.table()[:rank]
    for line in lines:
        p = next(j for j, v in enumerate(line) if v)
        if p == n:
            return None
        pivots.append(p)
        point[open_[p]] = line[n]
    basis = []
    for f in sorted(set(range(n)) - set(pivots)):
        z = [flint.fmpq(0)] * count
        z[open_[f]] = flint.fmpq(1)
        for line, p in zip(lines, pivots, strict=True):
            z[open_[p]] = -line[f]
        basis.append(z)
    return point, basis
