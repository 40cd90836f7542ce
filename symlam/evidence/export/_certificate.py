"""How an equation follows from assumptions: explicit multipliers, found by rewriting.

For a scalar d that vanishes under matrix equations E_i = 0 and scalar equations e_j = 0 the
certificate is d = sum_i tr(M_i E_i) + sum_j c_j e_j, an identity that holds without any
assumption.  Nothing here is trusted: the kernel checks the identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from symlam.algebra import LinearForm, Matrix, Scalar, identity, tr
from symlam.algebra._expression import constant
from symlam.algebra._letter import COLS, LETTERS, ROWS, Word, transpose
from symlam.algebra._random import Base, moment_letter
from symlam.algebra._rewriting import leading_product, without_product
from symlam.errors import SymlamError

_MAX_STEPS = 2000


@dataclass(frozen=True)
class Multiple:
    """left * E_i * right, with E_i transposed when ``turned``."""

    left: Matrix
    index: int
    turned: bool
    right: Matrix

    @property
    def T(self) -> Multiple:
        """The transposed multiple."""
        return Multiple(self.right.T, self.index, not self.turned, self.left.T)

    def within(self, left: Matrix, right: Matrix) -> Multiple:
        """left * this * right."""
        return Multiple(left * self.left, self.index, self.turned, self.right * right)


@dataclass
class ScalarCertificate:
    """Multipliers of the matrix equations (one matrix each) and of the scalar equations."""

    matrices: dict[int, Matrix] = field(default_factory=dict)
    scalars: dict[int, Scalar] = field(default_factory=dict)

    def add(self, other: ScalarCertificate, factor: Scalar) -> None:
        """Add ``factor`` times another certificate."""
        for i, m in other.matrices.items():
            self.matrices[i] = self.matrices[i] + m * factor if i in self.matrices else m * factor
        for j, c in other.scalars.items():
            self.scalars[j] = self.scalars[j] + c * factor if j in self.scalars else c * factor

    def add_multiple(self, m: Multiple, around: Matrix, factor: Scalar) -> None:
        """Add factor * tr(m * around)."""
        e = m.right * around * m.left * factor
        e = e.T if m.turned else e
        self.matrices[m.index] = self.matrices[m.index] + e if m.index in self.matrices else e


@dataclass(frozen=True)
class _Rule:
    """pattern - image = sum of the multiples."""

    pattern: Word
    image: Matrix
    why: tuple[Multiple, ...]

    def transposed(self) -> _Rule:
        return _Rule(transpose(self.pattern), self.image.T, tuple(m.T for m in self.why))


@dataclass(frozen=True)
class Absent:
    """E[x y^T] = 0, which follows from E[x x^T] = 0; ``why`` shows the latter."""

    x: Base
    y: Base
    equation: Matrix
    why: tuple[Multiple, ...]


def _word(word: Word, dim: Any) -> Matrix:
    return Matrix(ROWS[word[0]], COLS[word[-1]], {((), (), word): 1}) if word else identity(dim)


def _leading(word: Word) -> tuple[int, list[tuple[str, int]]]:
    """Longer words first, then by name: the codes of letters depend on which was met first in this process."""
    return len(word), [(LETTERS[code >> 2].name, code & 3) for code in word]


def _negative(items: Iterable[Multiple]) -> list[Multiple]:
    return [Multiple(-m.left, m.index, m.turned, m.right) for m in items]


class Reducer:
    """Rules solved from equations, each knowing the combination of equations that it is."""

    def __init__(
        self,
        equations: Sequence[Matrix],
        scalars: Sequence[Scalar],
        vectors: dict[str, Any],
        definite: set[Any],
    ) -> None:
        self.equations = list(equations)
        self.derived: list[Absent] = []
        self._rules: list[_Rule] = []
        self._traces: list[tuple[Word, Scalar, ScalarCertificate]] = []
        self._products: list[
            tuple[dict[int, int], Scalar, int, Any]
        ] = []  # product, its value, which equation
        self._definite = definite
        self._bases = [Base(n, d) for n, d in sorted(vectors.items())]
        pending: list[tuple[Matrix, Iterable[Multiple]]] = [
            (e, (Multiple(identity(e.rows), i, False, identity(e.cols)),))
            for i, e in enumerate(self.equations)
        ]
        pending.sort(key=lambda p: self._solvable(p[0]) is None)
        while pending:
            e, why = pending.pop(0)
            e, items = self.matrix(e)
            pending[:0] = self._enter(e, [*why, *_negative(items)])
        for j, scalar in enumerate(scalars):
            self._enter_scalar(scalar, j)

    # ---- entering

    def _invertible(self, code: int) -> bool:
        return LETTERS[code >> 2].invertible or LETTERS[code >> 2] in self._definite

    def _solvable(self, e: Matrix) -> Word | None:
        best = None
        for (s, t, w), _ in e.terms.items():
            if s or t or len(w) != 1 or w[0] & 2:
                continue
            x = LETTERS[w[0] >> 2]
            if sum(f >> 2 == w[0] >> 2 for k in e.terms for u in (*k[1], k[2]) for f in u) != 1:
                continue
            rest = [k for k in e.terms if k[2] != w]
            if self._invertible(w[0]) and not (
                len(rest) == 1 and not rest[0][1] and all(self._invertible(f) for f in rest[0][2])
            ):
                continue
            rank = (x.moment is None, x.is_second_moment, x.name)
            if best is None or rank < best[0]:
                best = (rank, w)
        return best[1] if best else None

    def _enter(self, e: Matrix, why: list[Multiple]) -> list[tuple[Matrix, tuple[Multiple, ...]]]:
        if not e:
            return []
        w = self._solvable(e)
        is_letter = w is not None
        if w is None:
            w = max((k[2] for k in e.terms), key=_leading)
        top = [k for k in e.terms if k[2] == w]
        if not w or top != [((), (), w)]:
            return []  # unusable here; the engine has its own opinion of it
        v = e.terms[top[0]]
        image = Matrix(e.rows, e.cols, {k: c for k, c in e.terms.items() if k[2] != w}) * -1 / v
        rule = _Rule(w, image, tuple(Multiple(m.left / v, m.index, m.turned, m.right) for m in why))
        more: list[tuple[Matrix, tuple[Multiple, ...]]] = []
        if transpose(w) == w and image != image.T:
            turned = rule.transposed()
            both = [*rule.why, *_negative(turned.why)]
            more.append((turned.image - image, tuple(both)))
            half = tuple(Multiple(m.left / 2, m.index, m.turned, m.right) for m in (*rule.why, *turned.why))
            rule = _Rule(w, (image + image.T) / 2, half)
        self._rules.append(rule)
        if transpose(w) != w:
            self._rules.append(rule.transposed())
        if is_letter and not rule.image.terms:
            self._absent(w[0], rule.why)
        if is_letter and self._invertible(w[0]):
            self._enter_inverse(rule)
        return more

    def _enter_inverse(self, rule: _Rule) -> None:
        """L^-1 - I^-1 = -L^-1 (L - I) I^-1 for a letter L and a word I."""
        try:
            image = rule.image.inverse()
        except SymlamError:
            return
        left = -_word((rule.pattern[0] ^ 2,), 1)
        out = _Rule((rule.pattern[0] ^ 2,), image, tuple(m.within(left, image) for m in rule.why))
        self._rules.append(out)
        if transpose(out.pattern) != out.pattern:
            self._rules.append(out.transposed())

    def _absent(self, code: int, why: tuple[Multiple, ...]) -> None:
        x = LETTERS[code >> 2]
        if x.moment is None or not x.is_second_moment:
            return
        gone = next(b for b in self._bases if b.name == x.moment[0])
        for b in self._bases:
            if b == gone:
                continue
            e = moment_letter(gone, b)
            self.derived.append(Absent(gone, b, e, why))
            self.equations.append(e)
            i = len(self.equations) - 1
            ((_, _, w),) = e.terms
            rule = _Rule(w, Matrix(e.rows, e.cols), (Multiple(identity(e.rows), i, False, identity(e.cols)),))
            self._rules += [rule, rule.transposed()]

    def _enter_scalar(self, e: Scalar, j: int) -> None:
        e, why = self.scalar(e)
        alone = [(t[0], v) for (s, t), v in e.terms.items() if not s and len(t) == 1]
        if not alone:
            solved = leading_product(e)
            if solved is not None and not why.matrices and not why.scalars:
                powers, rest = solved
                ((_, v),) = [(k, v) for k, v in e.terms.items() if dict(k[0]) == powers]
                self._products.append((powers, rest, j, v))
            return
        t, v = max(alone, key=lambda a: _leading(a[0]))
        total = ScalarCertificate(scalars={j: constant(1)})
        total.add(why, constant(-1))
        scaled = ScalarCertificate()
        scaled.add(total, constant(1) / v)
        rest = Scalar({k: c for k, c in e.terms.items() if k != ((), (t,))}) * -1 / v
        self._traces.append((t, rest, scaled))

    # ---- reducing

    def matrix(self, e: Matrix) -> tuple[Matrix, list[Multiple]]:
        """The reduced matrix and the multiples whose sum is e minus it."""
        items: list[Multiple] = []
        for _ in range(_MAX_STEPS):
            hit = next(((k, r, i) for k in e.terms for r, i in self._find(k[2])), None)
            if hit is None:
                return e, _grouped(items)
            (s, t, w), rule, i = hit
            v = Scalar({(s, t): e.terms[s, t, w]})
            left = _word(w[:i], e.rows) * v
            right = _word(w[i + len(rule.pattern) :], e.cols)
            e = e - Matrix(e.rows, e.cols, {(s, t, w): e.terms[s, t, w]}) + left * rule.image * right
            items += [m.within(left, right) for m in rule.why]
        raise SymlamError(
            "the assumptions rewrite each other without end", hint="solve them for letters first"
        )

    def _find(self, w: Word) -> Iterable[tuple[_Rule, int]]:
        for r in self._rules:
            n = len(r.pattern)
            for i in range(len(w) - n + 1):
                if w[i : i + n] == r.pattern:
                    yield r, i

    def scalar(self, e: Scalar) -> tuple[Scalar, ScalarCertificate]:
        """The reduced scalar and the certificate of e minus it."""
        out = ScalarCertificate()
        for _ in range(_MAX_STEPS):
            step = self._scalar_step(e, out)
            if step is None:
                return e, out
            e = step
        raise SymlamError(
            "the assumptions rewrite each other without end", hint="solve them for letters first"
        )

    def _scalar_step(self, e: Scalar, out: ScalarCertificate) -> Scalar | None:
        for (s, traces), v in e.terms.items():
            for j, t in enumerate(traces):
                factor = Scalar({(s, traces[:j] + traces[j + 1 :]): v})
                rest_of_e = e - Scalar({(s, traces): v})
                for rule in self._rules:
                    n = len(rule.pattern)
                    for i in range(len(t) if n <= len(t) else 0):
                        around = (t + t)[i : i + len(t)]
                        if around[:n] != rule.pattern:
                            continue
                        rest = _word(around[n:], rule.image.cols)
                        for m in rule.why:
                            out.add_multiple(m, rest, factor)
                        return rest_of_e + factor * tr(rule.image * rest)
                for trace, image, why in self._traces:
                    if trace == t:
                        out.add(why, factor)
                        return rest_of_e + factor * image
        return None

    def products(self, e: Any) -> tuple[Any, dict[int, Any]]:
        """A scalar or matrix with products of symbols rewritten by scalar equations, and what multiplies each of these."""
        out: dict[int, Any] = {}
        for _ in range(_MAX_STEPS):
            hit = next(
                (
                    (key, image, j, v, rest)
                    for key in e.terms
                    for powers, image, j, v in self._products
                    if (rest := without_product(key[0], powers)) is not None
                ),
                None,
            )
            if hit is None:
                return e, {j: m for j, m in out.items() if m}
            key, image, j, v, rest = hit
            # value * product * rest = value * image * rest + (value / v) * rest * equation
            term = e._like({(rest, *key[1:]): e.terms[key]})
            e = e - e._like({key: e.terms[key]}) + term * image
            out[j] = out[j] + term / v if j in out else term / v
        raise SymlamError("the scalar equations rewrite each other without end")

    def form(self, x: LinearForm) -> tuple[LinearForm, dict[Base, list[Multiple]]]:
        """The reduced form and, for each base vector, the multiples in its coefficient."""
        out, why = {}, {}
        for b, m in x.parts.items():
            out[b], items = self.matrix(m)
            if items:
                why[b] = items
        return LinearForm(x.dim, out), why


def _grouped(items: list[Multiple]) -> list[Multiple]:
    """Multiples of one equation with the same right factor, added up."""
    out: dict[tuple[Any, ...], Matrix] = {}
    for m in items:
        key = (m.index, m.turned, m.right)
        out[key] = out[key] + m.left if key in out else m.left
    return [Multiple(left, *key) for key, left in out.items() if left]
