"""Sums of squares: write a scalar (or matrix) expression as a positive semidefinite form in mean squares.

Every square is E||form||^2 or ||M||_F^2 times a nonnegative scalar.  Candidates are read off the
expression: a trace tr(U S U^T) with a second moment S (or its inverse, or nothing) in the
middle is the mean square of U x (or of U).  The coefficients of all pairwise products form a
Gram matrix; the equations it must satisfy are linear and exact, and a rational point of them that
is positive semidefinite gives the certificate, which is expanded and compared once more
(Choi, Lam, Reznick 1995; Parrilo 2003; noncommutative: Helton 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import Assumptions, Dimension, E, LinearForm, Matrix, Scalar, identity, tr
from symlam.algebra._assumptions import Positive
from symlam.algebra._exact import fraction, is_psd
from symlam.algebra._expression import SYMBOLS, constant, total
from symlam.algebra._letter import COLS, LETTERS, ROWS, transpose
from symlam.algebra._print import TEXT, text
from symlam.algebra._random import Base
from symlam.check._affine import nearest, solutions
from symlam.check._values import ONE

_MAX_ELEMENTS = 18
_STEPS = 1500  # of the numerical search for a Gram matrix


@dataclass(frozen=True)
class Element:
    """sqrt(weight) * factor * form: form is a random vector or a matrix, weight a nonnegative monomial."""

    weight: Scalar
    factor: Scalar
    form: LinearForm | Matrix | None

    def key(self) -> Any:
        return self.weight, self.factor, type(self.form), self.form


@dataclass(frozen=True)
class Sum:
    """A certificate: the squares, each with its expansion, and the assumptions used.

    ``forms`` are the squares once more as (weight, form), None when one of them is not of that kind.
    """

    squares: tuple[tuple[str, Any], ...]
    used: frozenset[Any]
    forms: tuple[tuple[Scalar, Any], ...] | None = ()


def _dim(e: Element) -> Any:
    if isinstance(e.form, LinearForm):
        return e.form.dim
    return None if e.form is None else e.form.rows


def _product(a: Element, b: Element, *, matrix: bool) -> Any | None:
    """The mean product of two elements: E[x^T y], tr(M N^T) or 1; for matrices E[x y^T] symmetrised."""
    if a.weight != b.weight or type(a.form) is not type(b.form) or _dim(a) != _dim(b):
        return None
    c = a.weight * a.factor * b.factor
    if a.form is None or b.form is None:
        return None if matrix else c
    if isinstance(a.form, Matrix) and isinstance(b.form, Matrix):
        if a.form.cols != b.form.cols:
            return None
        m = a.form * b.form.T
    else:
        m = E(a.form, b.form)  # type: ignore[arg-type]  # of one type, and not matrices
    return (m + m.T) / 2 * c if matrix else tr(m) * c


def nonnegative_symbols(known: Assumptions) -> dict[int, Any]:
    """Scalar symbols that are assumed positive, with the assumption; dimensions are positive anyway."""
    out: dict[int, Any] = {}
    for a in known:
        if isinstance(a, Positive) and len(a.expression.terms) == 1:
            ((s, t), v) = next(iter(a.expression.terms.items()))
            if not t and v > 0 and len(s) == 1 and s[0][1] % 2:
                out[s[0][0]] = a
    for i, (kind, _) in enumerate(SYMBOLS):
        if kind == "dimension":
            out.setdefault(i, None)
    return out


def _split(s: tuple[Any, ...], signs: dict[int, Any]) -> tuple[Scalar, Scalar, set[Any]] | None:
    """A scalar monomial as weight * factor^2 with a nonnegative weight; None when its sign is not known."""
    weight: list[Any] = []
    factor: list[Any] = []
    used = set()
    for i, e in s:
        if e % 2:
            if i not in signs:
                return None
            if signs[i] is not None:
                used.add(signs[i])
            weight.append((i, 1 if e > 0 else -1))
            e -= 1 if e > 0 else -1
        if e:
            factor.append((i, e // 2))
    return Scalar({(tuple(weight), ()): 1}), Scalar({(tuple(factor), ()): 1}), used


def _word(word: tuple[Any, ...], dim: Any) -> Matrix:
    if not word:
        return identity(dim)
    return Matrix(ROWS[word[0]], COLS[word[-1]], {((), (), word): 1})


def _halves(word: tuple[Any, ...], *, cyclic: bool) -> list[LinearForm | Matrix]:
    """The forms whose mean square is tr(word) (or, not cyclic, whose second moment is word)."""
    out: list[LinearForm | Matrix] = []
    n = len(word)
    rotations = [word[i:] + word[:i] for i in range(n)] if cyclic else [word]
    for w in rotations:
        h = n // 2
        if n % 2:
            u, core, v = w[:h], w[h], w[h + 1 :]
            x = LETTERS[core >> 2]
            if v != transpose(u) or not x.is_second_moment:
                continue
            base = Base(x.moment[0], x.rows)
            form = LinearForm(base.dim, {base: identity(base.dim)})
            if core & 2:  # S^-1 = S^-1 S S^-1
                u = (*u, core)
            out.append(_word(u, base.dim) * form)
        else:
            u, v = w[:h], w[h:]
            if v == transpose(u):
                m = _word(u, ROWS[w[0]])
                out.append(m)
                if m.cols == 1:  # a deterministic vector beside random ones, as in E||x - E[x]||^2
                    out.append(m * ONE)
    return out


def _single_dimension(s: tuple[Any, ...]) -> Dimension | None:
    if len(s) == 1 and s[0][1] == 1 and SYMBOLS[s[0][0]][0] == "dimension":
        return Dimension(SYMBOLS[s[0][0]][1])
    return None


def _solved_vectors(known: Assumptions) -> list[tuple[LinearForm, tuple[Any, ...]]]:
    """Random vectors whose second moment an assumption gives by a formula, with each word of that formula."""
    out = []
    for code, rule in known.rules.letters.items():
        x = LETTERS[code >> 2]
        if x.moment is not None and x.is_second_moment:
            base = Base(x.moment[0], x.rows)
            form = LinearForm(base.dim, {base: identity(base.dim)})
            out += [(form, k[2]) for k in rule.image.terms if k[2]]
    return out


def solved_candidates(expr: Any, known: Assumptions) -> list[Element]:
    """Elements U x for terms U W U^T, W a word in the formula of E[x x^T]; and those that their products suggest."""
    solved = _solved_vectors(known)
    out: dict[Any, Element] = {}
    for key, _ in expr.terms.items() if solved else ():
        word = key[2] if len(key) == 3 else key[1][0] if len(key[1]) == 1 else ()
        rotations = [word[i:] + word[:i] for i in range(len(word))] if len(key) == 2 else [word]
        for w in rotations:
            for form, inner in solved:
                h, odd = divmod(len(w) - len(inner), 2)
                if odd or h < 0 or w[h : h + len(inner)] != inner or w[h + len(inner) :] != transpose(w[:h]):
                    continue
                e = Element(constant(1), constant(1), _word(w[:h], form.dim) * form)
                out[e.key()] = e
                p = known.reduce(_product(e, e, matrix=isinstance(expr, Matrix)))
                for more in candidates(p, known)[0]:
                    out.setdefault(more.key(), more)
    return list(out.values())


def candidates(expr: Any, known: Assumptions) -> tuple[list[Element], set[Any]]:
    """The elements that the terms of an expression suggest, and the sign assumptions they need."""
    signs = nonnegative_symbols(known)
    out: dict[Any, Element] = {}
    used: set[Any] = set()
    for key, _ in expr.terms.items():
        split = _split(key[0], signs)
        if split is None:
            continue
        weight, factor, needed = split
        forms: list[Any] = []
        if len(key) == 3:
            if key[1]:
                continue
            forms = _halves(key[2], cyclic=False) if key[2] else [identity(expr.rows)]
        elif not key[1]:
            forms = [None]
            d = _single_dimension(key[0])
            if d is not None:  # n = ||I||_F^2
                extra = Element(constant(1), constant(1), identity(d))
                out.setdefault(extra.key(), extra)
        elif len(key[1]) == 1:
            forms = _halves(key[1][0], cyclic=True)
        for form in forms:
            e = Element(weight, factor, form)
            if e.key() not in out:
                out[e.key()] = e
                used |= needed
    return list(out.values()), used


def find_sum(expr: Any, known: Assumptions, hints: list[Element] | None = None) -> Sum | None:
    """A sum of squares that equals the expression under the assumptions, None when none was found."""
    reduced, used = known.reduce_with_sources(expr)
    if not reduced:
        return Sum((), used)
    matrix = isinstance(expr, Matrix)
    elements, signs = candidates(reduced, known)
    pools = []
    if hints:
        pools += [(hints, True), (hints, False)]
    pools.append((elements, False))
    own, own_signs = candidates(expr, known)
    merged = {e.key(): e for e in (*elements, *own, *(hints or ()))}
    if len(merged) > len(elements):
        pools.append((list(merged.values()), False))
    solved = {e.key(): e for e in solved_candidates(reduced, known)}
    if solved:
        pools.append((list({**merged, **solved}.values()), False))
    systems: list[tuple[list[Element], _System]] = []

    def attempt(pool: list[Element], system: _System, points: Any) -> Sum | None:
        found = _solve(reduced, known, pool, system, points, matrix=matrix)
        if found is None:
            return None
        squares, forms = found
        sources = used | system.used | _sign_sources(pool, known, signs | own_signs)
        return Sum(squares, sources, forms)

    seen: set[Any] = set()
    for pool, diagonal in pools:  # what is cheap first, for every pool
        name = (diagonal, frozenset(e.key() for e in pool))
        if not pool or len(pool) > _MAX_ELEMENTS or name in seen:
            continue
        seen.add(name)
        system = _system(reduced, known, pool, matrix=matrix, diagonal=diagonal)
        if system is None:
            continue
        sum_ = attempt(pool, system, _points)
        if sum_ is not None:
            return sum_
        systems.append((pool, system))
    for pool, system in systems:
        sum_ = attempt(pool, system, _numeric_points)
        if sum_ is not None:
            return sum_
    return None


def _sign_sources(pool: list[Element], known: Assumptions, signs: set[Any]) -> frozenset[Any]:
    names = {s for e in pool for s in e.weight.symbols()}
    return frozenset(a for a in signs if a.expression.symbols() & names)


@dataclass(frozen=True)
class _System:
    """The Gram matrices that give the expression: an affine space over the pairs of elements."""

    pairs: list[Any]
    point: list[Any]
    basis: list[Any]
    used: frozenset[Any]


def _system(
    target: Any, known: Assumptions, pool: list[Element], *, matrix: bool, diagonal: bool
) -> _System | None:
    pairs, columns = [], []
    used: set[Any] = set()
    for i, a in enumerate(pool):
        for j, b in enumerate(pool[i:], i):
            if diagonal and i != j:
                continue
            p = _product(a, b, matrix=matrix)
            if p is None:
                continue
            p, u = known.reduce_with_sources(p)
            used |= u
            pairs.append((i, j))
            columns.append(p * (1 if i == j else 2))
    keys = list(dict.fromkeys(k for e in (*columns, target) for k in e.terms))
    reached = {k for c in columns for k in c.terms}
    if any(k not in reached for k in target.terms):
        return None
    rows = [[_q(c.terms.get(k, 0)) for c in columns] for k in keys]
    space = solutions(rows, [_q(target.terms.get(k, 0)) for k in keys], len(pairs))
    return None if space is None else _System(pairs, *space, frozenset(used))


def _solve(
    target: Any, known: Assumptions, pool: list[Element], system: _System, points: Any, *, matrix: bool
) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
    n = len(pool)
    for g in points(system.point, system.basis, system.pairs, n):
        gram = _matrix(g, system.pairs, n)
        if is_psd(gram):
            squares = _squares(gram, pool, matrix=matrix)
            gap = total((e for _, e, _ in squares), target._like({})) - target
            if known.reduce(gap):  # the certificate is expanded and compared once more
                continue
            return tuple((t, e) for t, e, _ in squares), tuple(f for _, _, f in squares)
    return None


def _q(x: Any) -> flint.fmpq:
    x = Fraction(x)
    return flint.fmpq(int(x.numerator), int(x.denominator))


def _matrix(g: list[Any], pairs: list[Any], n: int) -> flint.fmpq_mat:
    out = [[flint.fmpq(0)] * n for _ in range(n)]
    for x, (i, j) in zip(g, pairs, strict=True):
        out[i][j] = out[j][i] = x
    return flint.fmpq_mat(out)


def _points(point: list[Any], basis: list[Any], pairs: list[Any], n: int) -> Any:
    """Points of the affine space to try: the one nearest to 0, and to I."""
    yield nearest([flint.fmpq(0)] * len(pairs), point, basis)
    if basis:
        yield nearest([flint.fmpq(int(i == j)) for i, j in pairs], point, basis)


def _never(point: list[Any], basis: list[Any], pairs: list[Any]) -> bool:
    """Whether a diagonal entry is the same negative number at every point, so that none is semidefinite."""
    return any(i == j and point[k] < 0 and not any(z[k] for z in basis) for k, (i, j) in enumerate(pairs))


def _numeric_points(point: list[Any], basis: list[Any], pairs: list[Any], n: int) -> Any:
    """Alternating projections between the affine space and the positive semidefinite cone, then rounding.

    Where the limit is singular, its kernel is rounded and imposed exactly, which leaves a smaller affine space.
    """
    import numpy as np

    if not basis or _never(point, basis, pairs):
        return
    origin = np.array([float(fraction(x)) for x in point])
    span = np.array([[float(fraction(x)) for x in z] for z in basis]).T
    q, _ = np.linalg.qr(span)
    first, second = (np.array(x) for x in zip(*pairs, strict=True))
    x, m = origin.copy(), np.zeros((n, n))
    w, u = np.zeros(n), np.eye(n)
    before = -np.inf
    for step in range(_STEPS):
        m[first, second] = m[second, first] = x
        w, u = np.linalg.eigh(m)
        if w[0] > -1e-11:
            break
        if step % 100 == 50:
            if w[0] < 0.97 * before:  # no progress: the cone and the space do not meet
                break
            before = w[0]
        y = ((u * np.maximum(w, 0)) @ u.T)[first, second]
        x = origin + q @ (q.T @ (y - origin))
    for limit in (1, 2, 4, 12, 60):
        yield nearest([_q(Fraction(float(v)).limit_denominator(limit)) for v in x], point, basis)
    size = max(1.0, float(np.abs(w).max()))
    for tolerance in (1e-6, 1e-3, 1e-2):
        kernel = _rounded_kernel(u[:, w < tolerance * size], tolerance)
        if kernel is None:
            continue
        smaller = _within_kernel(kernel, point, basis, pairs, n)
        if smaller is not None:
            yield nearest([flint.fmpq(0)] * len(pairs), *smaller)
            yield nearest([_q(Fraction(float(v)).limit_denominator(12)) for v in x], *smaller)


def _rounded_kernel(columns: Any, tolerance: float) -> list[list[Fraction]] | None:
    """A rational basis near the span of the columns, in echelon form; None when entries are not near small fractions."""
    import numpy as np

    rows = columns.T.copy()
    if not len(rows):
        return None
    at = 0
    for j in range(rows.shape[1]):
        if at == len(rows):
            break
        p = at + int(np.argmax(np.abs(rows[at:, j])))
        if abs(rows[p, j]) < 0.05:
            continue
        rows[[at, p]] = rows[[p, at]]
        rows[at] /= rows[at, j]
        for i in range(len(rows)):
            if i != at:
                rows[i] -= rows[i, j] * rows[at]
        at += 1
    return [[Fraction(float(v)).limit_denominator(12) for v in r] for r in rows[:at]]


def _within_kernel(
    kernel: list[list[Fraction]], point: list[Any], basis: list[Any], pairs: list[Any], n: int
) -> tuple[list[Any], list[Any]] | None:
    """The part of the affine space whose Gram matrices vanish on the kernel."""
    where = {}
    for k, (i, j) in enumerate(pairs):
        where[i, j] = where[j, i] = k
    rows, right = [], []
    for v in kernel:
        for i in range(n):
            row = [flint.fmpq(0)] * len(pairs)
            for j in range(n):
                if v[j] and (i, j) in where:
                    row[where[i, j]] += _q(v[j])
            rows.append([sum((a * b for a, b in zip(row, z, strict=True)), flint.fmpq(0)) for z in basis])
            right.append(-sum((a * b for a, b in zip(row, point, strict=True)), flint.fmpq(0)))
    found = solutions(rows, right, len(basis))
    if found is None:
        return None

    def lift(c: list[Any], start: list[Any]) -> list[Any]:
        out = list(start)
        for w, z in zip(c, basis, strict=True):
            if w:
                out = [x + w * y for x, y in zip(out, z, strict=True)]
        return out

    zero = [flint.fmpq(0)] * len(pairs)
    return lift(found[0], point), [lift(c, zero) for c in found[1]]


def _squares(gram: flint.fmpq_mat, pool: list[Element], *, matrix: bool) -> list[tuple[str, Any, Any]]:
    """The squares of a positive semidefinite Gram matrix, by symmetric elimination."""
    n = gram.nrows()
    a = [[gram[i, j] for j in range(n)] for i in range(n)]
    out = []
    for p in range(n):
        d = a[p][p]
        if not d:
            continue
        row = [a[p][j] / d if j >= p else flint.fmpq(0) for j in range(n)]
        for i in range(p + 1, n):
            for j in range(p + 1, n):
                a[i][j] -= d * row[i] * row[j]
        used = [(fraction(row[j]), pool[j]) for j in range(p, n) if row[j]]
        form: Any = None
        for c, e in used:
            piece = e.factor * c if e.form is None else e.form * (e.factor * c)
            form = piece if form is None else form + piece
        weight = pool[p].weight * fraction(d)
        if isinstance(form, Scalar):
            value: Scalar | Matrix = form * form
            shown = f"({text(form)})^2"
        elif matrix:
            m = E(form, form) if isinstance(form, LinearForm) else form * form.T
            name = (
                f"E[({text(form)})({text(form)})']"
                if isinstance(form, LinearForm)
                else f"({text(form)})({text(form)})'"
            )
            shown, value = name, m
        elif isinstance(form, LinearForm):
            from symlam.objective._objective import show

            shown, value = f"E||{show(form, TEXT)}||^2", tr(E(form, form))
        else:
            shown, value = f"||{text(form)}||_F^2", tr(form * form.T)
        lead = "" if weight == 1 else f"{weight!r} " if len(weight.terms) == 1 else f"({weight!r}) "
        out.append((lead + shown, value * weight, (weight, form)))
    return out


__all__ = ["Element", "Sum", "candidates", "constant", "find_sum"]
