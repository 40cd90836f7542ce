"""Assumptions as data: equations between matrix expressions, definiteness, rank, order of dimensions.

Equations become rewriting rules (see `symlam.algebra._rewriting`).  An equation that contains
a bare letter (a second moment, or a matrix given by a formula) is solved for it, so that
linear assumptions on second moments leave a normal form in the free letters; any other
equation rewrites its longest word.  Each rule remembers which assumptions it came from, so a
derivation can say what it used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from symlam.algebra._expression import Matrix, Scalar, check_names, identity, matrix, tr, zero
from symlam.algebra._letter import LETTERS, Dim, Letter, check_dimension
from symlam.algebra._random import E, LinearForm
from symlam.algebra._rewriting import Rules, is_negative
from symlam.errors import SymlamError


@dataclass(frozen=True)
class Assumption:
    """One assumption; ``text`` is how it is written, and its name in derivations."""

    text: str = field(compare=False)

    def equations(self) -> tuple[tuple[Matrix, Matrix], ...]:
        """The matrix equations that it states."""
        return ()

    def expressions(self) -> tuple[Matrix | Scalar, ...]:
        """The expressions that it speaks of."""
        stated = [x for pair in self.equations() for x in pair]
        own = getattr(self, "expression", None)
        return (*stated, *(() if own is None else (own,)))

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
class IndependentColumns(Assumption):
    """The columns of all the blocks together are linearly independent: [X Y] has full column rank.

    It states no equation of its own; `left_inverses` gives those of the matrices that exist then.
    """

    blocks: tuple[Matrix, ...]

    def expressions(self) -> tuple[Matrix | Scalar, ...]:
        return self.blocks


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
    for x in (lhs, rhs):
        if isinstance(x, LinearForm):
            raise SymlamError(
                f"equation() of the random vector {x!r}",
                expected="two matrix expressions",
                hint="write the definition in place of the vector (q = X * a), or E(x, y) for a second moment",
            )
    lhs = _matrix(lhs)
    rhs = zero(lhs.rows, lhs.cols) if isinstance(rhs, int) and rhs == 0 else _matrix(rhs)
    lhs - rhs  # refuses two shapes
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
    if isinstance(variance, Matrix):
        raise SymlamError(f"the variance ({variance!r}) is a matrix", hint="equation(E(x, x), the matrix)")
    m = E(x, x)
    rhs = identity(x.dim) * variance
    return Equation(f"E[{x!r} {x!r}'] = {rhs!r}", m, rhs)


def absent(x: LinearForm) -> tuple[Equation, ...]:
    """The base random vector is zero: E[x x^T] = 0.

    Raises SymlamError for a linear form that is not a base random vector.
    """
    if not isinstance(x, LinearForm) or not x.is_base():
        raise SymlamError(
            f"absent({x!r})",
            expected="a base random vector",
            hint="solve the form for one of its vectors and substitute that",
        )
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
    m = _matrix(m)
    return Rank(f"{m!r} has full column rank", m, m.cols)


def orthonormal(*blocks: Matrix) -> Orthonormal:
    """The columns of the given matrix letters, together, are orthonormal.

    >>> from symlam.algebra import matrix
    >>> orthonormal(matrix("X", "d_o", "d_a"), matrix("Y", "d_o", "d_b"))
    [X Y] has orthonormal columns
    """
    return Orthonormal(f"{_blocks(blocks, 'orthonormal')} has orthonormal columns", tuple(blocks))


def _blocks(blocks: tuple[Matrix, ...], what: str) -> str:
    """The text of [X Y ...]; SymlamError unless all are letters of as many rows."""
    if not blocks:
        raise SymlamError(f"{what}() of nothing", expected="one matrix letter or more")
    for b in blocks:
        _matrix(b).as_letter()
        if b.rows != blocks[0].rows:
            raise SymlamError(
                f"{b!r} has {b.rows} rows, {blocks[0]!r} has {blocks[0].rows}", expected="equal rows"
            )
    names = " ".join(repr(b) for b in blocks)
    return f"[{names}]" if len(blocks) > 1 else names


def independent_columns(*blocks: Matrix) -> IndependentColumns:
    """The columns of the given matrix letters, together, are linearly independent (separable blocks).

    Raises SymlamError for no letter, or letters with different numbers of rows.

    >>> from symlam.algebra import matrix
    >>> independent_columns(matrix("E", "d_o", "d_s"), matrix("X", "d_o", "d_ξ"))
    rank [E X] = d_s + d_ξ
    """
    text = _blocks(blocks, "independent_columns")
    return IndependentColumns(f"rank {text} = {' + '.join(str(b.cols) for b in blocks)}", tuple(blocks))


def left_inverses(*blocks: Matrix) -> tuple[tuple[Matrix, ...], tuple[Equation, ...]]:
    """Letters X^+, Y^+ with X^+ X = I, X^+ Y = 0, ...: they exist exactly when the columns are independent.

    Returns the letters and their equations.

    >>> from symlam.algebra import matrix
    >>> left_inverses(matrix("E", "d_o", "d_s"), matrix("X", "d_o", "d_ξ"))[1]
    (E^+ E = I, E^+ X = 0, X^+ E = 0, X^+ X = I)
    """
    _blocks(blocks, "left_inverses")
    names = [repr(b) for b in blocks]
    letters = tuple(matrix(f"{n}^+", b.cols, b.rows) for n, b in zip(names, blocks, strict=True))
    return letters, tuple(
        equation(p * x, identity(x.cols) if i == j else 0)
        for i, p in enumerate(letters)
        for j, x in enumerate(blocks)
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
        check_names(*(x for a in self.items for x in a.expressions()))
        self.rules = Rules(self._definite())
        self.rules.add((lhs - rhs, frozenset([a])) for a in self.items for lhs, rhs in a.equations())
        for a in self.items:
            if isinstance(a, ScalarEquation):
                self.rules.add_scalar(a.expression, frozenset([a]))
        for a in self.items:
            if isinstance(a, PositiveDefinite):
                value, used = self.rules.reduce(a.expression)
                if not value or is_negative(value):
                    raise SymlamError(
                        f"contradictory assumptions: {a} although {a.expression!r} = {value!r} follows from "
                        + ", ".join(sorted(map(repr, used)))
                    )

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return "{" + ", ".join(a.text for a in self.items) + "}"

    def without(self, *dropped: Assumption) -> Assumptions:
        """The same set with some assumptions left out, given singly or in nested sequences."""
        gone = flatten(dropped)
        return Assumptions([a for a in self.items if a not in gone])

    def plus(self, *more: Any) -> Assumptions:
        """The same set with some added."""
        return Assumptions(self.items, more)

    def reduce(self, expr: Any) -> Any:
        """The normal form of a scalar, matrix or linear form under the assumptions."""
        return self.reduce_with_sources(expr)[0]

    def reduce_with_sources(self, expr: Any) -> tuple[Any, frozenset[Assumption]]:
        """The normal form and the assumptions that were used to reach it."""
        if isinstance(expr, LinearForm):
            used: set[Assumption] = set()
            parts = {}
            for b, m in expr.parts.items():
                if b.name in self.rules.gone:
                    used.update(self.rules.gone[b.name].sources)
                    continue
                parts[b], u = self.rules.reduce(m)
                used |= u
            return LinearForm(expr.dim, parts), frozenset(used)
        if not isinstance(expr, Scalar | Matrix):
            raise SymlamError(f"{expr!r} is not an expression")
        return self.rules.reduce(expr)

    def _definite(self) -> dict[Letter, frozenset[Assumption]]:
        return {
            a.expression.as_letter(): frozenset([a])
            for a in self.items
            if isinstance(a, PositiveDefinite) and _is_letter(a.expression)
        }

    def definite_letters(self) -> set[Letter]:
        """Letters that are assumed positive definite, hence invertible."""
        return set(self._definite())

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


__all__ = [
    "Assumption",
    "Assumptions",
    "Equation",
    "IndependentColumns",
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
    "independent_columns",
    "left_inverses",
    "orthogonal_in_mean",
    "orthonormal",
    "positive",
    "positive_definite",
    "rank_at_least",
    "uncorrelated",
    "white",
]
