"""Assumptions as data: equations between matrix expressions, definiteness, rank, order of dimensions.

Equations become rewriting rules.  An equation that contains a bare letter (a second moment,
or a matrix given by a formula) is solved for it, so that linear assumptions on second
moments leave a normal form in the free letters; any other equation rewrites its longest
word.  Each rule remembers which assumptions it came from, so a derivation can say what it used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from symlam.algebra._expression import (
    Matrix,
    Scalar,
    _clean,
    identity,
    rebuild,
    tr,
    zero,
)
from symlam.algebra._letter import COLS, LETTERS, ROWS, Dim, Letter, Word, check_dimension, transpose
from symlam.algebra._random import E, LinearForm
from symlam.errors import SymlamError


@dataclass(frozen=True)
class Assumption:
    """One assumption; ``text`` is how it is written, and its name in derivations."""

    text: str = field(compare=False)

    def equations(self) -> tuple[tuple[Matrix, Matrix], ...]:
        """The matrix equations that it states."""
        return ()

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, repr=False)
class Equation(Assumption):
    """lhs = rhs, two matrix expressions of one shape."""

    lhs: Matrix
    rhs: Matrix

    def equations(self) -> tuple[tuple[Matrix, Matrix], ...]:
        return ((self.lhs, self.rhs),)


@dataclass(frozen=True, repr=False)
class Orthonormal(Assumption):
    """The columns of all the blocks together are orthonormal: X^T X = I, X^T Y = 0, ..."""

    blocks: tuple[Matrix, ...]

    def equations(self) -> tuple[tuple[Matrix, Matrix], ...]:
        out = []
        for i, x in enumerate(self.blocks):
            out.append((x.T * x, identity(x.cols)))
            out.extend((x.T * y, zero(x.cols, y.cols)) for y in self.blocks[i + 1 :])
            if x.rows == x.cols:  # a square block with orthonormal columns is orthogonal
                out.append((x * x.T, identity(x.rows)))
        return tuple(out)


@dataclass(frozen=True, repr=False)
class ScalarEquation(Assumption):
    """A scalar expression vanishes, such as E[x^T y] = 0; weaker than E[x y^T] = 0."""

    expression: Scalar


@dataclass(frozen=True, repr=False)
class PositiveDefinite(Assumption):
    """The symmetric matrix is positive definite."""

    expression: Matrix


@dataclass(frozen=True, repr=False)
class Rank(Assumption):
    """low <= rank(expression) (<= high, when given)."""

    expression: Matrix
    low: Dim | int
    high: Dim | int | None = None


@dataclass(frozen=True, repr=False)
class Positive(Assumption):
    """A scalar expression is > 0."""

    expression: Scalar


@dataclass(frozen=True, repr=False)
class Order(Assumption):
    """small <= large (< when strict), two dimensions."""

    small: Dim
    large: Dim
    strict: bool = False


def _matrix(x: Any) -> Matrix:
    if isinstance(x, LinearForm):
        return E(x, x)
    if not isinstance(x, Matrix):
        raise SymlamError(f"{x!r} is not a matrix or a random vector")
    return x


def equation(lhs: Matrix, rhs: Matrix | int) -> Equation:
    """lhs = rhs for two matrix expressions (0 for the zero matrix).

    Raises SymlamError when shapes differ.

    >>> from symlam.algebra import matrix
    >>> equation(matrix("C", "d_z", "d_o"), -matrix("D", "d_z", "d_o"))
    C = -D
    """
    lhs = _matrix(lhs)
    rhs = zero(lhs.rows, lhs.cols) if isinstance(rhs, int) and rhs == 0 else _matrix(rhs)
    lhs - rhs
    return Equation(f"{lhs!r} = {rhs!r}", lhs, rhs)


def uncorrelated(*vectors: LinearForm) -> tuple[Equation, ...]:
    """E[x y^T] = 0 for every pair of the given random vectors.

    >>> from symlam.algebra import vector
    >>> o, q, e = vector("o", "n"), vector("q", "n"), vector("e", "n")
    >>> uncorrelated(o, q + e)
    (E[o (e + q)'] = 0,)
    """
    if len(vectors) < 2:
        raise SymlamError("uncorrelated() of one random vector", expected="two or more")

    def show(x: LinearForm) -> str:
        return f"({x!r})" if len(x.parts) > 1 else repr(x)

    out = []
    for i, x in enumerate(vectors):
        for y in vectors[i + 1 :]:
            m = E(x, y)
            out.append(Equation(f"E[{show(x)} {show(y)}'] = 0", m, zero(m.rows, m.cols)))
    return tuple(out)


def orthogonal_in_mean(x: LinearForm, y: LinearForm) -> ScalarEquation:
    """E[x^T y] = 0: one scalar equation, much weaker than uncorrelated(x, y).

    >>> from symlam.algebra import vector
    >>> orthogonal_in_mean(vector("q", "n"), vector("e", "n"))
    E[q' e] = 0
    """
    left = f"({x!r})" if not x.is_base() else repr(x)
    return ScalarEquation(f"E[{left}' {y!r}] = 0", tr(E(x, y)))


def white(x: LinearForm, variance: Scalar | int = 1) -> Equation:
    """E[x x^T] = variance * I.

    >>> from symlam.algebra import scalar, vector
    >>> white(vector("ε", "n"), scalar("σ") ** 2)
    E[ε ε'] = σ^2 I
    """
    m, rhs = E(x, x), identity(x.dim) * variance
    return Equation(f"E[{x!r} {x!r}'] = {rhs!r}", m, rhs)


def absent(x: LinearForm) -> tuple[Equation, ...]:
    """The base random vector is zero: E[x x^T] = 0."""
    m = E(x, x)
    return (Equation(f"{x!r} = 0", m, zero(m.rows, m.cols)),)


def positive_definite(x: LinearForm | Matrix) -> PositiveDefinite:
    """E[x x^T], or a symmetric matrix, is positive definite.

    >>> from symlam.algebra import vector
    >>> positive_definite(vector("o", "d_o"))
    Σ_o > 0
    """
    m = _matrix(x)
    if m.rows != m.cols or m != m.T:
        raise SymlamError(f"({m!r}) is not symmetric, so it cannot be positive definite")
    return PositiveDefinite(f"{m!r} > 0", m)


def rank_at_least(x: LinearForm | Matrix, low: Dim | str) -> Rank:
    """rank >= low, of E[x x^T] or of a matrix."""
    m = _matrix(x)
    low = check_dimension(low)
    return Rank(f"rank({m!r}) >= {low}", m, low)


def full_column_rank(m: Matrix) -> Rank:
    """The columns are linearly independent (the matrix is injective)."""
    return Rank(f"{m!r} has full column rank", _matrix(m), m.cols)


def orthonormal(*blocks: Matrix) -> Orthonormal:
    """The columns of the given matrix letters, together, are orthonormal.

    >>> from symlam.algebra import matrix
    >>> orthonormal(matrix("X", "d_o", "d_a"), matrix("Y", "d_o", "d_b"))
    [X Y] has orthonormal columns
    """
    for b in blocks:
        _matrix(b).as_letter()
        if b.rows != blocks[0].rows:
            raise SymlamError(
                f"{b!r} has {b.rows} rows, {blocks[0]!r} has {blocks[0].rows}", expected="equal rows"
            )
    names = " ".join(repr(b) for b in blocks)
    return Orthonormal(
        f"{'[' + names + ']' if len(blocks) > 1 else names} has orthonormal columns", tuple(blocks)
    )


def positive(s: Scalar) -> Positive:
    """A scalar is > 0."""
    if not isinstance(s, Scalar):
        raise SymlamError(f"{s!r} is not a scalar expression")
    return Positive(f"{s!r} > 0", s)


def dimension_at_most(small: Dim | str, large: Dim | str, *, strict: bool = False) -> Order:
    """small <= large (or < when strict), for dimensions."""
    small, large = check_dimension(small), check_dimension(large)
    return Order(f"{small} {'<' if strict else '<='} {large}", small, large, strict)


def flatten(assumptions: Any) -> tuple[Assumption, ...]:
    """Assumptions given singly or in nested sequences, flat and without repetition."""
    if isinstance(assumptions, Assumption):
        return (assumptions,)
    if isinstance(assumptions, Assumptions):
        return assumptions.items
    if not isinstance(assumptions, Iterable) or isinstance(assumptions, str):
        raise SymlamError(
            f"{assumptions!r} is not an assumption", expected="uncorrelated(...), white(...), ..."
        )
    return tuple(dict.fromkeys(a for group in assumptions for a in flatten(group)))


@dataclass(frozen=True)
class _Rule:
    pattern: Word
    image: Matrix
    sources: frozenset[Assumption]


class Assumptions:
    """A consistent set of assumptions, and the normal form under them.

    Raises SymlamError when the equations contradict each other.

    >>> from symlam.algebra import matrix, msq, vector
    >>> o, e, A = vector("o", "n"), vector("e", "n"), matrix("A", "n", "n")
    >>> known = Assumptions(uncorrelated(o, e))
    >>> known.reduce(msq(A * o + e))
    tr(Σ_e) + tr(A Σ_o A')
    """

    def __init__(self, *assumptions: Any) -> None:
        self.items: tuple[Assumption, ...] = flatten(assumptions)
        self._letters: dict[int, _Rule] = {}
        self._words: list[_Rule] = []
        self._traces: dict[Word, tuple[Scalar, frozenset[Assumption]]] = {}
        pending = [(lhs - rhs, frozenset([a])) for a in self.items for lhs, rhs in a.equations()]
        # equations that can be solved for a letter first: they make the others shorter
        pending.sort(key=lambda p: self._solvable(p[0]) is None)
        while pending:
            difference, sources = pending.pop(0)
            difference, used = self._reduce(difference)
            sources |= used
            pending[:0] = self._add(difference, sources)
        for a in self.items:
            if isinstance(a, ScalarEquation):
                self._add_scalar(a)
        for a in self.items:
            if isinstance(a, PositiveDefinite) and not self._reduce(a.expression)[0]:
                raise SymlamError(
                    f"contradictory assumptions: {a} although {a.expression!r} = 0 follows from "
                    + ", ".join(map(repr, self._reduce(a.expression)[1]))
                )

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return "{" + ", ".join(a.text for a in self.items) + "}"

    def without(self, *dropped: Assumption) -> Assumptions:
        """The same set with some assumptions left out."""
        return Assumptions([a for a in self.items if a not in dropped])

    def plus(self, *more: Any) -> Assumptions:
        """The same set with some added."""
        return Assumptions(self.items, more)

    @staticmethod
    def _solvable(e: Matrix) -> tuple[int, Any] | None:
        best = None
        for (s, t, w), v in e.terms.items():
            if s or t or len(w) != 1 or w[0] & 2:
                continue
            letter = LETTERS[w[0] >> 2]
            occurrences = sum(f >> 2 == w[0] >> 2 for k in e.terms for word in (*k[1], k[2]) for f in word)
            if occurrences != 1 or (letter.invertible and len(e.terms) != 2):
                continue  # F = sum with F invertible: keep F, rewrite the longest word of the sum
            # solve for mixed moments before auto moments before plain matrices
            rank = (letter.moment is None, letter.is_second_moment, letter.name)
            if best is None or rank < best[0]:
                best = (rank, w[0], v)
        return best[1:] if best else None

    def _add(self, e: Matrix, sources: frozenset[Assumption]) -> list[tuple[Matrix, frozenset[Assumption]]]:
        """Enter the equation e = 0; return further equations that it entails."""
        if not e:
            return []
        if all(not k[2] for k in e.terms):
            names = ", ".join(sorted(a.text for a in sources))
            raise SymlamError(f"contradictory assumptions: {names} give ({e!r}) = 0", hint="drop one of them")
        more: list[tuple[Matrix, frozenset[Assumption]]] = []
        solved = self._solvable(e)
        if solved is not None:
            code, v = solved
            rest = Matrix(e.rows, e.cols, {k: c for k, c in e.terms.items() if k[2] != (code,)}) * (-1) / v
            if code & 1:
                code, rest = code ^ 1, rest.T
            letter = LETTERS[code >> 2]
            if letter.symmetric and rest != rest.T:
                more.append((rest - rest.T, sources))
                rest = (rest + rest.T) / 2
            self._letters[code] = _Rule((code,), rest, sources)
        else:
            w, (key, v) = max(((k[2], (k, c)) for k, c in e.terms.items()), key=lambda p: (len(p[0]), p[0]))
            if key[0] or key[1]:
                raise SymlamError(
                    f"the equation ({e!r}) = 0 cannot be used as a rule: its longest word has a symbolic coefficient",
                    hint="solve it for a letter first",
                )
            rest = Matrix(e.rows, e.cols, {k: c for k, c in e.terms.items() if k != key}) * (-1) / v
            self._words.append(_Rule(w, rest, sources))
            if transpose(w) != w:
                self._words.append(_Rule(transpose(w), rest.T, sources))
        # keep the images of the letter rules reduced
        for code, rule in list(self._letters.items()):
            image, used = self._reduce(rule.image, skip=code)
            if image != rule.image:
                self._letters[code] = _Rule(rule.pattern, image, rule.sources | used)
        return more

    def _add_scalar(self, a: ScalarEquation) -> None:
        """Solve a scalar equation for one trace that occurs alone in its term."""
        e, used = self._reduce(a.expression)
        if not e:
            return
        if e.as_rational() is not None:
            raise SymlamError(f"contradictory assumptions: {a} reads {e!r} = 0", hint="drop one of them")
        alone = [(t[0], v) for (s, t), v in e.terms.items() if not s and len(t) == 1]
        if alone:
            t, v = max(alone)
            rest = Scalar({k: c for k, c in e.terms.items() if k != ((), (t,))}) * -1 / v
            self._traces[t] = (rest, used | {a})

    def _absent(self) -> dict[str, _Rule]:
        return {
            LETTERS[c >> 2].moment[0]: r
            for c, r in self._letters.items()
            if LETTERS[c >> 2].is_second_moment and not r.image
        }

    def _reduce(self, expr: Any, skip: int | None = None) -> tuple[Any, frozenset[Assumption]]:
        used: set[Assumption] = set()
        gone = self._absent()

        def letter_map(code: int) -> Matrix | None:
            base = code & ~3
            rule = self._letters.get(base)
            if rule is None and gone:
                moment = LETTERS[base >> 2].moment
                for name in moment or ():
                    if name in gone:
                        used.update(gone[name].sources)
                        return zero(ROWS[code], COLS[code])
            if rule is None or base == skip:
                return None
            used.update(rule.sources)
            image = rule.image.inverse() if code & 2 else rule.image
            return image.T if code & 1 else image

        if self._letters:
            for _ in range(len(self._letters) + 2):
                new = rebuild(expr, letter_map)
                if new.terms == expr.terms:
                    break
                expr = new
        while self._words or self._traces:
            step = self._rewrite_once(expr, used)
            if step is None:
                break
            expr = step
        return expr, frozenset(used)

    def _rewrite_once(self, expr: Any, used: set[Assumption]) -> Any | None:
        """Apply the first matching word rule to every term that it matches."""
        out: dict = {}
        extra = expr._like({})
        hit = False
        for key, value in expr.terms.items():
            replaced = self._rewrite_term(key, value, expr, used)
            if replaced is None:
                out[key] = out.get(key, 0) + value
            else:
                hit = True
                extra = extra + replaced
        return expr._like(_clean(out)) + extra if hit else None

    def _rewrite_term(self, key: tuple, value: Any, expr: Any, used: set[Assumption]) -> Any | None:
        s, traces = key[0], key[1]
        word = key[2] if len(key) == 3 else None
        for j, t in enumerate(traces):
            if t in self._traces:
                image, sources = self._traces[t]
                used.update(sources)
                new = Scalar({(s, traces[:j] + traces[j + 1 :]): value}) * image
                return new if word is None else Matrix(expr.rows, expr.cols, {((), (), word): 1}) * new
        for rule in self._words:
            p, n = rule.pattern, len(rule.pattern)
            if word is not None:
                for i in range(len(word) - n + 1):
                    if word[i : i + n] == p:
                        used.update(rule.sources)
                        left = _word_matrix(word[:i], expr.rows)
                        right = _word_matrix(word[i + n :], expr.cols)
                        return (left * rule.image * right) * Scalar({(s, traces): value})
            for j, t in enumerate(traces):
                if len(t) < n:
                    continue
                double = t + t[: n - 1]
                for i in range(len(t)):
                    if double[i : i + n] == p:
                        used.update(rule.sources)
                        rest = (t + t)[i + n : i + len(t)]
                        new = tr(rule.image * _word_matrix(rest, rule.image.cols))
                        coefficient = Scalar({(s, traces[:j] + traces[j + 1 :]): value}) * new
                        if word is None:
                            return coefficient
                        return Matrix(expr.rows, expr.cols, {((), (), word): 1}) * coefficient
        return None

    def reduce(self, expr: Any) -> Any:
        """The normal form of a scalar, matrix or linear form under the assumptions."""
        return self.reduce_with_sources(expr)[0]

    def reduce_with_sources(self, expr: Any) -> tuple[Any, frozenset[Assumption]]:
        """The normal form and the assumptions that were used to reach it."""
        if isinstance(expr, LinearForm):
            used: set[Assumption] = set()
            parts = {}
            gone = self._absent()
            for b, m in expr.parts.items():
                if b.name in gone:
                    used.update(gone[b.name].sources)
                    continue
                parts[b], u = self._reduce(m)
                used |= u
            return LinearForm(expr.dim, parts), frozenset(used)
        if not isinstance(expr, Scalar | Matrix):
            raise SymlamError(f"{expr!r} is not an expression")
        return self._reduce(expr)

    def definite_letters(self) -> set[Letter]:
        """Letters that are assumed positive definite, hence invertible."""
        return {
            a.expression.as_letter()
            for a in self.items
            if isinstance(a, PositiveDefinite) and len(a.expression.terms) == 1 and _is_letter(a.expression)
        }

    def check_inverses(self, *expressions: Any) -> frozenset[Assumption]:
        """The assumptions that allow the inverses in the expressions; SymlamError where none does."""
        inverted = {
            LETTERS[f >> 2]
            for e in expressions
            for m in (e.parts.values() if isinstance(e, LinearForm) else (e,))
            for k in m.terms
            for w in ((*k[1], k[2]) if len(k) == 3 else k[1])
            for f in w
            if f & 2
        }
        needed = {x for x in inverted if not x.invertible}
        missing = needed - self.definite_letters()
        if missing:
            names = ", ".join(sorted(x.name for x in missing))
            raise SymlamError(
                f"the inverse of {names} is used, but nothing says that it exists",
                expected="an assumption positive_definite(...)",
                hint="add it to the assumptions",
            )
        return frozenset(
            a
            for a in self.items
            if isinstance(a, PositiveDefinite)
            and _is_letter(a.expression)
            and a.expression.as_letter() in needed
        )


def _is_letter(m: Matrix) -> bool:
    try:
        m.as_letter()
    except SymlamError:
        return False
    return True


def _word_matrix(word: Word, dim: Dim) -> Matrix:
    if not word:
        return identity(dim)
    return Matrix(ROWS[word[0]], COLS[word[-1]], {((), (), word): 1})


__all__ = [
    "Assumption",
    "Assumptions",
    "Equation",
    "Order",
    "Orthonormal",
    "Positive",
    "PositiveDefinite",
    "Rank",
    "ScalarEquation",
    "absent",
    "dimension_at_most",
    "equation",
    "flatten",
    "full_column_rank",
    "orthogonal_in_mean",
    "orthonormal",
    "positive",
    "positive_definite",
    "rank_at_least",
    "uncorrelated",
    "white",
]
