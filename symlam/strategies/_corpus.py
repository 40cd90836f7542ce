"""Random derivation steps that are true by construction, and mutants of them.

A setting has random vectors, matrices and second-moment assumptions; worlds that satisfy the
assumptions are built from uncorrelated sources.  A step is a pair of formulas that are equal (or
ordered) by a random rewriting; a mutant changes one thing in the right side or in the assumptions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from symlam.strategies import _formulas as F
from symlam.strategies._formulas import (
    Node,
    World,
    grad,
    ident,
    inv,
    latex,
    letter,
    mean,
    msq,
    plus,
    prod,
    t,
    tr,
    value,
    vec,
)

DIMS = ("n", "m", "k")
VECTOR_NAMES = ("x_1", "x_2", "x_3", r"\epsilon", "q", "u'")
MATRIX_NAMES = ("A", "B_1", "B_2", "C", r"\hat{G}", "M")
SCALAR = r"\lambda"


@dataclass(frozen=True)
class Setting:
    """Names with shapes, and assumptions: pairs without correlation, white vectors, sums, definite moments."""

    vectors: tuple[tuple[str, str], ...]
    matrices: tuple[tuple[str, str, str], ...]
    invertible: tuple[str, ...] = ()
    uncorrelated: frozenset[frozenset[str]] = frozenset()
    white: tuple[str, ...] = ()
    cancelling: tuple[tuple[str, str, str], ...] = ()  # E[x (y + z)^T] = 0
    definite: tuple[str, ...] = ()

    def declarations(self) -> str:
        out = [f"dims {' '.join(DIMS)}", rf"positive scalar {SCALAR}"]
        out += [f"vector {n} : {d}" for n, d in self.vectors]
        out += [
            f"matrix {n} : {r} x {c}{' invertible' if n in self.invertible else ''}"
            for n, r, c in self.matrices
        ]
        for pair in sorted(self.uncorrelated, key=sorted):
            x, y = sorted(pair)
            out.append(f"assume E[{x} {y}^T] = 0")
        out += [rf"assume E[{x} {x}^T] = {SCALAR} I" for x in self.white]
        out += [f"assume E[{x} ({y} + {z})^T] = 0" for x, y, z in self.cancelling]
        out += [f"assume E[{x} {x}^T] > 0" for x in self.definite]
        return "".join(f"%! {line}\n" for line in out)

    def dim(self, name: str) -> str:
        return dict(self.vectors)[name]


@dataclass(frozen=True)
class Step:
    """A line: the definition of L, then left relation right."""

    setting: Setting
    left: Node
    relation: str  # "=", ">=", "<=", "min" (right is a minimiser over the letter)
    right: Node
    kind: str
    over: Node | None = None
    mutation: str = ""

    def source(self, rng: random.Random) -> str:
        r = latex(self.right, rng)
        if self.relation == "min" and self.over is not None:
            rows = rf"L &= {latex(self.left, rng)} \\ {self.over.parts[0]}^\star &= {r}"
        elif self.left.kind == "gradient":
            rows = rf"L &= {latex(self.left.parts[0], rng)} \\ {latex(self.left, rng)} &= {r}"
        else:
            sign = {"=": "=", ">=": r"\ge", "<=": r"\le"}[self.relation]
            rows = rf"{latex(self.left, rng)} &{sign} {r}"
        return f"{self.setting.declarations()}\\begin{{align}}\n{rows}\n\\end{{align}}\n"


def random_setting(rng: random.Random) -> Setting:
    dims = [rng.choice(DIMS) for _ in range(2)]
    vectors = tuple((n, rng.choice(dims)) for n in rng.sample(VECTOR_NAMES, rng.randint(2, 4)))
    matrices = []
    for n in rng.sample(MATRIX_NAMES, rng.randint(2, 5)):
        r, c = (dims[0], dims[0]) if rng.random() < 0.4 else (rng.choice(DIMS), rng.choice(dims))
        matrices.append((n, r, c))
    invertible = tuple(n for n, r, c in matrices if r == c and rng.random() < 0.4)
    names = [n for n, _ in vectors]
    white = tuple(n for n in names if rng.random() < 0.15)
    pairs = frozenset(frozenset(p) for p in combinations(names, 2) if rng.random() < 0.45)
    cancelling: tuple[Any, ...] = ()
    if len(names) >= 3 and rng.random() < 0.3:
        same = [(x, y, z) for x in names for y, z in combinations([n for n in names if n != x], 2)
                if dict(vectors)[y] == dict(vectors)[z] and not {x, y, z} & set(white)
                and frozenset((x, y)) not in pairs and frozenset((x, z)) not in pairs]  # fmt: skip
        cancelling = tuple(same[:1])
    definite = tuple(n for n in names if n not in white and rng.random() < 0.3)
    return Setting(vectors, tuple(matrices), invertible, pairs, white, cancelling, definite)


def worlds(s: Setting, rng: random.Random, count: int) -> Iterator[World]:
    """Exact data that satisfy the assumptions of the setting."""
    for _ in range(count):
        sizes = {d: rng.randint(1, 3) for d in DIMS}
        out = World(sizes, {}, {SCALAR: Fraction(rng.choice((1, 2, 3, 4)), rng.choice((1, 2)))})
        for n, r, c in s.matrices:
            while True:
                m = [[rng.randint(-2, 2) for _ in range(sizes[c])] for _ in range(sizes[r])]
                if n not in s.invertible:
                    break
                try:
                    F.inverse(m)
                    break
                except ZeroDivisionError:
                    continue
            out.matrices[n] = m
        _outcomes(s, out, rng)
        yield out


def _outcomes(s: Setting, w: World, rng: random.Random) -> None:
    """Every source has a coordinate of its own that is nonzero on one outcome only (or on two, of both signs)."""
    sources: list[dict[str, list[int]]] = []

    def random_column(name: str) -> list[int]:
        return [rng.randint(-2, 2) for _ in range(w.dims[s.dim(name)])]

    names = [n for n, _ in s.vectors]
    own: dict[str, list[int]] = {n: [] for n in names}
    for n in names:
        d = w.dims[s.dim(n)]
        full = n in s.white or n in s.definite or rng.random() < 0.5
        for i in range(d if full else rng.randint(0, d)):
            own[n].append(len(sources))
            sources.append({n: [int(i == j) for j in range(d)]})
    shared = [p for p in combinations(names, 2) if frozenset(p) not in s.uncorrelated]
    special = {frozenset(p) for x, y, z in s.cancelling for p in ((x, y), (x, z))}
    for x, y in shared:
        if frozenset((x, y)) in special:
            continue
        if x in s.white and y in s.white:
            continue
        if x in s.white or y in s.white:
            if y in s.white:
                x, y = y, x
            # y takes part of x as it is, if that correlates y with nothing it must not know
            for k in own[x]:
                known = [z for z in sources[k] if z != y]
                if all(frozenset((y, z)) not in s.uncorrelated for z in known) and not any(
                    {y, z} <= set(c) for c in s.cancelling for z in known
                ):
                    sources[k][y] = random_column(y)
            continue
        sources.append({x: random_column(x), y: random_column(y)})
    for x, y, z in s.cancelling:
        column = random_column(y)
        source = {x: random_column(x), y: column, z: [-c for c in column]}
        if frozenset((y, z)) not in s.uncorrelated:
            sources.append(source)
    weight = Fraction(1, 4 * len(sources) or 1)
    total = Fraction(0)
    for k, source in enumerate(sources):
        white = [n for n in s.white if k in own[n]]
        # E[x x^T] = lambda I: weight * size^2 = lambda on the coordinates of a white vector
        size = 2 if not white else 4
        p = weight if not white else w.scalars[SCALAR] / (size * size)
        both = rng.random() < 0.6
        for sign in (1, -1) if both else (1,):
            q = p / 2 if both else p
            total += q
            values = {n: [[c * size * sign] for c in source.get(n, [0] * w.dims[s.dim(n)])] for n in names}
            w.outcomes.append((q, values))
    if total > 1:  # larger values with smaller weights give the same second moments
        factor = 1
        while total > factor * factor:
            factor *= 2
        w.outcomes = [
            (q / (factor * factor), {n: [[c[0] * factor] for c in v] for n, v in o.items()})
            for q, o in w.outcomes
        ]
        total = total / (factor * factor)
    w.outcomes.append((1 - total, {n: [[0]] * w.dims[s.dim(n)] for n in names}))


def is_false(step: Step, rng: random.Random, count: int = 12) -> bool:
    """Whether some world that satisfies the assumptions breaks the line, by evaluation alone."""
    for w in worlds(step.setting, rng, count):
        try:
            if step.relation == "min" and step.over is not None:
                if _beaten(step, step.over, w, rng):
                    return True
                continue
            left, right = value(step.left, w), value(step.right, w)
        except ZeroDivisionError:
            continue
        if isinstance(left, list) != isinstance(right, list):
            return True
        if step.relation == "=" and left != right:
            return True
        if step.relation == ">=" and left < right:
            return True
        if step.relation == "<=" and left > right:
            return True
    return False


def _beaten(step: Step, over: Node, w: World, rng: random.Random) -> bool:
    """Whether some other value of the letter is better than the claimed one."""
    name = over.parts[0]
    claimed = value(step.right, w)

    def f(m: Any) -> Fraction:
        return value(step.left, World(w.dims, {**w.matrices, name: m}, w.scalars, w.outcomes))

    here = f(claimed)
    for i in range(len(claimed)):
        for j in range(len(claimed[0])):
            for d in (Fraction(1, 16), Fraction(-1, 16), Fraction(1, 1024), Fraction(-1, 1024)):
                moved = [list(r) for r in claimed]
                moved[i][j] += d
                if f(moved) < here:
                    return True
    return False


# ---- steps that are true


def _word(rng: random.Random, s: Setting, rows: str | None, cols: str, length: int) -> Node | None:
    """A product of letters that ends in ``cols``, with the given rows if any; None when there is none."""
    out: list[Node] = []
    at = cols
    for _ in range(length):
        options = [letter(n, r, c) for n, r, c in s.matrices if c == at]
        options += [t(letter(n, r, c)) for n, r, c in s.matrices if r == at]
        if not options:
            return None
        x = rng.choice(options)
        out.insert(0, x)
        at = x.rows
    if rows is not None and at != rows:
        return None
    return prod(*out) if out else ident(cols)


def _form(rng: random.Random, s: Setting, rows: str, parts: int) -> list[tuple[Fraction, Node, Node]]:
    """A random vector as a list of (coefficient, matrix word, base vector)."""
    out = []
    for _ in range(parts * 6):
        n, d = rng.choice(s.vectors)
        w = _word(rng, s, rows, d, rng.choice((0, 1, 1, 2)))
        if w is not None:
            out.append((Fraction(rng.choice((1, 1, 1, -1, 2, Fraction(1, 2)))), w, vec(n, d)))
        if len(out) == parts:
            break
    return out


def _of(c: int | Fraction, w: Node, x: Node) -> tuple[int | Fraction, Node]:
    return c, x if w.kind == "identity" else prod(w, x)


def _vector(form: list[Any]) -> Node:
    """The form, with common matrices in front of brackets now and then."""
    return plus(*(_of(*p) for p in form))


def _moment(rng: random.Random, s: Setting, x: Node, y: Node) -> Node:
    m = mean(prod(x, t(y)))
    return t(mean(prod(y, t(x)))) if rng.random() < 0.3 else m


def _zero(s: Setting, x: Node, y: Node) -> bool:
    return frozenset((x.parts[0], y.parts[0])) in s.uncorrelated and x != y


def _second(rng: random.Random, s: Setting, a: tuple[Any, ...], b: tuple[Any, ...]) -> Node:
    """E[(w x)(v y)^T] as a product; white moments replaced now and then."""
    (_, w, x), (_, v, y) = a, b
    if x == y and x.parts[0] in s.white and rng.random() < 0.7:
        core: list[Node] = [F.scal(SCALAR)]
    else:
        core = [_moment(rng, s, x, y)]
    left = [] if w.kind == "identity" else [w]
    right = [] if v.kind == "identity" else [t_word(v)]
    if core[0].kind == "scalar":
        body = [*left, *right] or [ident(x.rows)]
        return prod(core[0], *body)
    return prod(*left, *core, *right)


def t_word(w: Node) -> Node:
    """The transpose of a word, pushed to its letters."""
    if w.kind == "product":
        return prod(*(t(p) for p in reversed(w.parts)))
    return t(w)


def _rotate(rng: random.Random, m: Node) -> Node:
    """tr of a product, rotated and transposed at random."""
    parts = list(m.parts) if m.kind == "product" else [m]
    scalars = [p for p in parts if p.kind == "scalar"]
    parts = [p for p in parts if p.kind != "scalar"]
    i = rng.randrange(len(parts))
    parts = parts[i:] + parts[:i]
    if rng.random() < 0.4:
        parts = [t(p) for p in reversed(parts)]
    return prod(*scalars, tr(prod(*parts))) if scalars else tr(prod(*parts))


def _cross(rng: random.Random, s: Setting, a: tuple[Any, ...], b: tuple[Any, ...]) -> Node:
    """E[(w x)^T (v y)] in one of its forms."""
    if rng.random() < 0.25:
        return mean(prod(t_word(_of(1, b[1], b[2])[1]), _of(1, a[1], a[2])[1]))
    return _rotate(rng, _second(rng, s, a, b))


def expansion(rng: random.Random, s: Setting) -> Step | None:
    """E||v||^2 = sum of traces, terms without correlation left out."""
    rows = rng.choice(DIMS)
    form = _form(rng, s, rows, rng.randint(1, 3))
    if not form:
        return None
    terms: list[tuple[Fraction, Node]] = []
    for i, a in enumerate(form):
        square = a[0] * a[0]
        if rng.random() < 0.5:
            terms.append((square, msq(_of(1, a[1], a[2])[1])))
        else:
            terms.append((square, _cross(rng, s, a, a)))
        for b in form[i + 1 :]:
            if not _zero(s, a[2], b[2]):
                terms.append((2 * a[0] * b[0], _cross(rng, s, a, b)))
    rng.shuffle(terms)
    return Step(s, msq(_vector(form)), "=", plus(*terms), "expansion")


def split(rng: random.Random, s: Setting) -> Step | None:
    """E||v + w||^2 = E||v||^2 + E||w||^2 (+ 2 E[v^T w] unless uncorrelated), or >= E||w||^2."""
    rows = rng.choice(DIMS)
    v, w = _form(rng, s, rows, rng.randint(1, 2)), _form(rng, s, rows, rng.randint(1, 2))
    if not v or not w:
        return None
    free = all(_zero(s, a[2], b[2]) for a in v for b in w)
    for x, y, z in s.cancelling:
        if not free and rng.random() < 0.8:
            c = _word(rng, s, rows, s.dim(x), 1)
            d = _word(rng, s, rows, s.dim(y), 1)
            if c is None or d is None:
                continue
            v = [(Fraction(1), c, vec(x, s.dim(x)))]
            w = [(Fraction(1), d, vec(y, s.dim(y))), (Fraction(1), d, vec(z, s.dim(z)))]
            free = True
    left = msq(plus((1, _vector(v)), (1, _vector(w))))
    if free and rng.random() < 0.4:
        return Step(s, left, ">=", msq(_vector(rng.choice((v, w)))), "dropped square")
    terms = [(Fraction(1), msq(_vector(v))), (Fraction(1), msq(_vector(w)))]
    if not free:
        terms.append((Fraction(2), mean(prod(t(_vector(v)), _vector(w)))))
    return Step(s, left, "=", plus(*terms), "split")


def moments(rng: random.Random, s: Setting) -> Step | None:
    """E[v w^T] expanded."""
    v, w = _form(rng, s, rng.choice(DIMS), 2), _form(rng, s, rng.choice(DIMS), 2)
    if not v or not w:
        return None
    terms = [
        (a[0] * b[0], _second(rng, s, a, b)) for a in v for b in w if not _zero(s, a[2], b[2])
    ]  # fmt: skip
    if not terms:
        return None
    return Step(s, mean(prod(_vector(v), t(_vector(w)))), "=", plus(*terms), "moments")


def products(rng: random.Random, s: Setting) -> Step | None:
    """A product of sums, expanded; inverses inserted and cancelled; transposes pushed inward."""
    mid = rng.choice(DIMS)
    lefts = [w for _ in range(6) if (w := _word(rng, s, None, mid, rng.randint(0, 2))) is not None]
    if not lefts:
        return None
    lefts = [w for w in lefts if w.rows == lefts[0].rows][:2]
    rights = [w for _ in range(6) if (w := _word(rng, s, None, mid, rng.randint(0, 2))) is not None]
    if not rights:
        return None
    rights = [t_word(w) for w in rights if w.rows == rights[0].rows][:2]
    ls = [(Fraction(rng.choice((1, -1, 2))), w) for w in lefts]
    rs = [(Fraction(rng.choice((1, -1, 2))), w) for w in rights]
    terms = [(a * b, prod(*([] if x.kind == "identity" and y.kind != "identity" else [x]),
                          *([] if y.kind == "identity" else [y])))
             for a, x in ls for b, y in rs]  # fmt: skip
    square = [n for n in s.invertible if (n, mid, mid) in s.matrices]
    middle: list[Node] = []
    if square and rng.random() < 0.5:
        g = letter(rng.choice(square), mid, mid)
        middle = [g, inv(g)] if rng.random() < 0.5 else [inv(g), g]
    left = prod(plus(*ls), *middle, plus(*rs))
    right = plus(*terms)
    if rng.random() < 0.3:
        return Step(s, t(left), "=", plus(*((c, t_word(w)) for c, w in terms)), "products")
    if left.rows == left.cols and all(names_of(w) for _, w in terms) and rng.random() < 0.4:
        return Step(s, tr(left), "=", plus(*((c, _rotate(rng, w)) for c, w in terms)), "traces")
    return Step(s, left, "=", right, "products")


def gradients(rng: random.Random, s: Setting) -> Step | None:
    """The gradient of E||P A Q x + w||^2 in A is 2 P^T E[(P A Q x + w)(Q x)^T]."""
    n, r, c = rng.choice(s.matrices)
    if n in s.invertible:
        return None
    a = letter(n, r, c)
    inner = [
        (w, vec(x, d)) for x, d in s.vectors if (w := _word(rng, s, c, d, rng.randint(0, 1))) is not None
    ]
    inner = [(w, x) for w, x in inner if n not in names_of(w)]
    outer = _word(rng, s, None, r, rng.randint(0, 1))
    if not inner or outer is None or n in names_of(outer):
        return None
    q, x = rng.choice(inner)
    rest = [p for p in _form(rng, s, outer.rows, 2) if n not in names_of(p[1])]
    one = (Fraction(1), prod(*(w for w in (outer, a, q) if w.kind != "identity")), x)
    form = [one, *rest]
    f = msq(_vector(form))
    tail = (Fraction(1), q, x)
    front = [] if outer.kind == "identity" else [t_word(outer)]
    terms = [
        (2 * p[0], prod(*front, _second(rng, s, p, tail))) for p in form if not _zero(s, p[2], x)
    ]  # fmt: skip
    return Step(s, grad(f, a), "=", plus(*terms), "gradient", over=a)


def names_of(x: Node) -> set[str]:
    """The names in a formula."""
    out: set[str] = set()
    for p in x.parts:
        p = p[1] if isinstance(p, tuple) else p
        out |= names_of(p) if isinstance(p, Node) else {p}
    return out


def inequalities(rng: random.Random, s: Setting) -> Step | None:
    """Young's inequality between two random vectors, in one of its forms."""
    rows = rng.choice(DIMS)
    v, w = _form(rng, s, rows, rng.randint(1, 2)), _form(rng, s, rows, rng.randint(1, 2))
    if not v or not w:
        return None
    a, b = _vector(v), _vector(w)
    if rng.random() < 0.5:
        return Step(s, plus((1, msq(a)), (1, msq(b))), ">=", plus((2, mean(prod(t(a), b)))), "inequality")
    left, right = msq(plus((1, a), (rng.choice((1, -1)), b))), plus((2, msq(a)), (2, msq(b)))
    return Step(s, left, "<=", right, "inequality")


def minimisers(rng: random.Random, s: Setting) -> Step | None:
    """E||A x - y||^2 is least at E[y x^T] E[x x^T]^{-1} when the moment is definite; E||(A + M) x + w||^2 at -M."""
    n, r, c = rng.choice(s.matrices)
    if n in s.invertible:
        return None
    a = letter(n, r, c)
    choices = [vec(x, d) for x, d in s.vectors if d == c]
    if not choices:
        return None
    x = rng.choice(choices)
    rest = [p for p in _form(rng, s, r, 2) if n not in names_of(p[1])]
    if x.parts[0] in s.definite and rest:
        f = msq(plus((1, prod(a, x)), *((-p[0], _of(1, p[1], p[2])[1]) for p in rest)))
        one = (Fraction(1), ident(c), x)
        terms = [
            (p[0], prod(_second(rng, s, p, one), inv(mean(prod(x, t(x))))))
            for p in rest
            if not _zero(s, p[2], x)
        ]
        if terms:
            return Step(s, f, "min", plus(*terms), "regression", over=a)
    shift = [
        w
        for _ in range(4)
        if (w := _word(rng, s, r, c, rng.randint(1, 2))) is not None and n not in names_of(w)
    ]
    rest = [p for p in rest if _zero(s, p[2], x)]
    if not shift:
        return None
    f = msq(plus((1, prod(plus((1, a), *((1, w) for w in shift[:2])), x)), *(_of(*p) for p in rest)))
    return Step(s, f, "min", plus(*((-1, w) for w in shift[:2])), "minimiser", over=a)


KINDS: tuple[Callable[[random.Random, Setting], Step | None], ...] = (
    expansion, expansion, split, split, moments, products, products, gradients, gradients, inequalities, minimisers,
)  # fmt: skip


def true_steps(seed: int) -> Iterator[Step]:
    """True steps, without end."""
    rng = random.Random(seed)
    while True:
        step = rng.choice(KINDS)(rng, random_setting(rng))
        if step is not None:
            yield step


# ---- mutants


def _places(x: Node, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Node]]:
    yield path, x
    for i, p in enumerate(x.parts):
        if isinstance(p, tuple):
            yield from _places(p[1], (*path, (i, 1)))
        elif isinstance(p, Node):
            yield from _places(p, (*path, i))


def _put(x: Node, path: tuple[Any, ...], new: Node) -> Node:
    if not path:
        return new
    head, parts = path[0], list(x.parts)
    if isinstance(head, tuple):
        parts[head[0]] = (parts[head[0]][0], _put(parts[head[0]][1], path[1:], new))
    else:
        parts[head] = _put(parts[head], path[1:], new)
    return replace(x, parts=tuple(parts))


def _sum_of(step: Step) -> list[Any]:
    r = step.right
    return list(r.parts) if r.kind == "sum" else [(Fraction(1), r)]


def mutants(step: Step, rng: random.Random) -> Iterator[Step]:
    """One change each, in a random order; some of them may happen to be true."""
    s = step.setting
    out: list[Step] = []

    def right(new: Node, name: str) -> None:
        out.append(replace(step, right=new, mutation=name))

    def setting(name: str, **changes: Any) -> None:
        out.append(replace(step, setting=replace(s, **changes), mutation=name))

    terms = _sum_of(step)
    i = rng.randrange(len(terms))
    c, x = terms[i]
    right(plus(*terms[:i], (-c, x), *terms[i + 1 :]), "sign")
    right(plus(*terms[:i], (2 * c, x), *terms[i + 1 :]), "factor 2")
    right(plus(*terms[:i], (c / 2, x), *terms[i + 1 :]), "factor 2")
    if len(terms) > 1:
        right(plus(*terms[:i], *terms[i + 1 :]), "dropped term")
    places = list(_places(step.right))
    shapes = {n: (r, cc) for n, r, cc in s.matrices}
    rng.shuffle(places)
    for path, node in places:
        if node.kind == "letter" and rng.random() < 0.5:
            r, cc = shapes[node.parts[0]]
            if r == cc:
                right(_put(step.right, path, t(node)), "transpose")
            else:
                out.append(replace(step, right=_put(step.right, path, t(node)), mutation="wrong dimension"))
            for n, shape in shapes.items():
                if n != node.parts[0] and shape == (r, cc):
                    right(_put(step.right, path, letter(n, r, cc)), "other letter or index")
        if node.kind == "vector" and rng.random() < 0.5:
            for n, d in s.vectors:
                if n != node.parts[0] and d == node.rows:
                    right(_put(step.right, path, vec(n, d)), "swapped moment")
    if step.relation in (">=", "<="):
        out.append(replace(step, relation="<=" if step.relation == ">=" else ">=", mutation="relation"))
    for pair in sorted(s.uncorrelated, key=sorted):
        setting("dropped assumption", uncorrelated=s.uncorrelated - {pair})
    if s.cancelling:
        setting("dropped assumption", cancelling=())
    for n in s.white:
        setting("dropped assumption", white=tuple(m for m in s.white if m != n))
    if s.uncorrelated:
        names = [n for n, _ in s.vectors]
        others = [frozenset(p) for p in combinations(names, 2) if frozenset(p) not in s.uncorrelated]
        if others:
            gone = sorted(s.uncorrelated, key=sorted)[0]
            changed = s.uncorrelated - {gone} | {rng.choice(others)}
            if not any(frozenset((x, y)) in changed for x, *rest in s.cancelling for y in rest):
                setting("wrong assumption", uncorrelated=changed)
    rng.shuffle(out)
    yield from out
