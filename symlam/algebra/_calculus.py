"""Gradients and Hessian forms with respect to a matrix letter, and completing the square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symlam.algebra._expression import (
    Matrix,
    MatrixKey,
    Rational,
    Scalar,
    ScalarKey,
    _clean,
    constant,
    matrix,
    total,
    tr,
)
from symlam.algebra._letter import COLS, LETTERS, ROWS, Dim, Letter, Word, join, transpose
from symlam.errors import SymlamError

Quadratic = tuple[ScalarKey, Rational, Word, Word]  # c tr(P A S A^T): the rest of the key, c, P, S


def _word(word: Word, dim: Dim) -> Matrix:
    if not word:
        return Matrix(dim, dim, {((), (), ()): 1})
    return Matrix(ROWS[word[0]], COLS[word[-1]], {((), (), word): 1})


def _check(f: Any, letter: Any) -> int:
    """The code of the letter; SymlamError unless f is a scalar expression and ``letter`` a letter."""
    if not isinstance(f, Scalar):
        raise SymlamError(
            f"({f!r}) is not a scalar expression", expected="a trace, msq(...) or a sum of them"
        )
    if not isinstance(letter, Matrix):
        raise SymlamError(f"({letter!r}) is not a matrix letter", expected="a letter made by matrix(...)")
    return letter._letter_code()


def gradient(f: Scalar, letter: Matrix) -> Matrix:
    """The gradient of a scalar expression with respect to a matrix letter, in its shape.

    d f = tr(G^T dA).  For a symmetric letter the symmetric part is returned, the gradient in
    the space of symmetric matrices.  Inverses are differentiated too.  Raises SymlamError when
    ``letter`` is not a single letter.

    >>> A, S, K = matrix("A", "n", "n"), matrix("S", "n", "n", symmetric=True), matrix("K", "n", "n")
    >>> gradient(tr(A * S * A.T) - 2 * tr(K.T * A), A)
    -2 K + 2 A S
    """
    code = _check(f, letter)
    x = LETTERS[code >> 2]
    out: dict[MatrixKey, Rational] = {}
    for (s, traces), v in f.terms.items():
        for j, t in enumerate(traces):
            others = traces[:j] + traces[j + 1 :]
            for i, factor in enumerate(t):
                if factor & ~3 != code:
                    continue
                rest = t[i + 1 :] + t[:i]  # tr(factor * rest)
                sign = 1
                if factor & 2:  # d(A^-1) = -A^-1 dA A^-1
                    rest, sign = join(join((factor,), rest), (factor,)), -1
                # tr(dA W) has gradient W^T, tr(dA^T W) has gradient W
                w = rest if factor & 1 else transpose(rest)
                key = (s, others, w)
                out[key] = out.get(key, 0) + sign * v
    g = Matrix(x.rows, x.cols, _clean(out))
    return (g + g.T) / 2 if x.symmetric else g


def hessian_form(f: Scalar, letter: Matrix, direction: Matrix | None = None) -> Scalar:
    """The second derivative of f along a direction H: d^2/dt^2 f(A + t H) at t = 0.

    H is a new letter ``H_A`` unless given.  Inverses of the letter are not allowed.

    >>> A, S = matrix("A", "n", "n"), matrix("S", "n", "n", symmetric=True)
    >>> hessian_form(tr(A * S * A.T), A)
    2 tr(H_A S H_A')
    """
    code = _check(f, letter)
    x = LETTERS[code >> 2]
    h = matrix(f"H_{x.name}", x.rows, x.cols, symmetric=x.symmetric) if direction is None else direction
    _refuse_inverse(f, code)
    once = directional(f, letter, h)
    return directional(once, letter, h)


def directional(f: Scalar, letter: Matrix, direction: Matrix) -> Scalar:
    """The derivative of f along a direction, tr(G^T H).

    Raises SymlamError for a direction of another shape, or one that is not symmetric for a
    symmetric letter.
    """
    _check(f, letter)
    if not isinstance(direction, Matrix) or direction.shape != letter.shape:
        raise SymlamError(f"({direction!r}) is no direction for {letter.as_letter()}", expected="its shape")
    if letter.as_letter().symmetric and direction != direction.T:
        raise SymlamError(
            f"({direction!r}) is no direction for the symmetric {letter!r}", expected="symmetric"
        )
    return tr(gradient(f, letter).T * direction)


def _refuse_inverse(f: Scalar, code: int) -> None:
    if any(g & ~3 == code and g & 2 for _, ts in f.terms for t in ts for g in t):
        raise SymlamError(
            f"{LETTERS[code >> 2].name}^-1 occurs in ({f!r})", expected="a polynomial in the letter"
        )


def degree(f: Scalar, letter: Matrix) -> int:
    """The degree of f as a polynomial in the letter and its transpose."""
    code = _check(f, letter)
    _refuse_inverse(f, code)
    return max((sum(g & ~3 == code for t in ts for g in t) for _, ts in f.terms), default=0)


@dataclass(frozen=True)
class Square:
    """f = tr(left (A - centre) right (A - centre)^T) + rest, with symmetric ``left`` and ``right``.

    ``rest`` does not contain A.  When ``left`` and ``right`` are positive semidefinite, rest is a
    lower bound, and f = rest exactly when left (A - centre) right = 0.
    """

    letter: Matrix
    left: Matrix
    centre: Matrix
    right: Matrix
    rest: Scalar

    @property
    def condition(self) -> Matrix:
        """The matrix whose vanishing is equality: left (A - centre) right."""
        return self.left * (self.letter - self.centre) * self.right

    @property
    def square(self) -> Scalar:
        """The quadratic term tr(left (A - centre) right (A - centre)^T)."""
        d = self.letter - self.centre
        return tr(self.left * d * self.right * d.T)


def complete_square(f: Scalar, letter: Matrix) -> Square:
    """Complete the square of a quadratic f in one letter A.

    The quadratic part must be tr(P A S A^T) with one P and one S (sums allowed in one of them);
    the linear part 2 tr(K^T A) must be K = P N S for some N: found by dividing by P on the left
    and by S on the right where that is possible, else by their inverses.  Raises
    SymlamError when f is not of that form or an inverse is missing.

    >>> A, S, K = (matrix(x, "n", "n") for x in "ASK")
    >>> S = matrix("S", "n", "n", symmetric=True, invertible=True)
    >>> sq = complete_square(tr(A * S * A.T) - 2 * tr(K.T * A), A)
    >>> sq.centre, sq.rest
    (K S^-1, -tr(K S^-1 K'))
    """
    code = _check(f, letter)
    x = LETTERS[code >> 2]
    if x.symmetric:
        raise SymlamError(
            f"completing the square in the symmetric letter {x}", expected="a letter with free entries"
        )
    if degree(f, letter) > 2:
        raise SymlamError(f"({f!r}) has degree {degree(f, letter)} in {x.name}", expected="degree 2 at most")
    quadratic: list[Quadratic] = []
    linear = constant(0)
    rest = constant(0)
    for key, v in f.terms.items():
        count = sum(g & ~3 == code for t in key[1] for g in t)
        term = Scalar({key: v})
        if count == 0:
            rest = rest + term
        elif count == 1:
            linear = linear + term
        else:
            quadratic.append(_two_sided(key, v, code, x))
    if not quadratic:
        raise SymlamError(
            f"({f!r}) is not quadratic in {x.name}", hint="a letter that occurs linearly has no minimum"
        )
    left, right = _factor(quadratic, x, f)
    k = gradient(linear, letter) / -2  # linear part is -2 tr(K^T A) with K = left * centre * right
    centre = _divide(_divide(k.T, left).T, right)
    square = Square(letter, left, centre, right, rest - tr(left * centre * right * centre.T))
    if square.square + square.rest != f:  # a quadratic part with an antisymmetric factor ends here
        raise SymlamError(
            f"the quadratic part of ({f!r}) in {x.name} is not of the form tr(P A S A^T)",
            expected="symmetric P and S, and a linear part K = P N S",
        )
    return square


def _two_sided(key: ScalarKey, v: Rational, code: int, x: Letter) -> Quadratic:
    """A term c tr(P A S A^T) as (coefficient key, c, P, S)."""
    s, traces = key
    with_letter = [t for t in traces if any(g & ~3 == code for g in t)]
    if len(with_letter) != 1:
        raise SymlamError(f"{x.name} occurs in two factors of a product of traces", expected="one trace")
    t = with_letter[0]
    at = [i for i, g in enumerate(t) if g & ~3 == code]
    for w in (t, transpose(t)):
        at = [i for i, g in enumerate(w) if g & ~3 == code]
        if len(at) == 2 and (w[at[0]] ^ w[at[1]]) & 1:
            i = at[0] if not w[at[0]] & 1 else at[1]
            w = w[i:] + w[:i]  # A ... A^T ...
            j = next(n for n in range(1, len(w)) if w[n] & ~3 == code)
            others = list(traces)
            others.remove(t)
            return (s, tuple(others)), v, w[j + 1 :], w[1:j]
    raise SymlamError(
        f"a term of the form tr(A M A N) in {x.name}", expected="A once plain and once transposed"
    )


def _factor(quadratic: list[Quadratic], x: Letter, f: Scalar) -> tuple[Matrix, Matrix]:
    """Write the sum of c tr(P A S A^T) as one tr(P A S A^T)."""

    def collect(by_left: bool) -> dict[Word, Matrix]:
        groups: dict[Word, Matrix] = {}
        for (s, t), v, p, q in quadratic:
            key, other, dim = (p, q, x.cols) if by_left else (q, p, x.rows)
            m = _word(other, dim) * Scalar({(s, t): v})
            m = (m + m.T) / 2
            groups[key] = groups[key] + m if key in groups else m
        return groups

    by_left = collect(True)
    if len(by_left) == 1:
        ((p, right),) = by_left.items()
        left = _word(p, x.rows)
        if left == left.T:
            return left, right
    by_right = collect(False)
    if len(by_right) == 1:
        ((q, left),) = by_right.items()
        right = _word(q, x.cols)
        if right == right.T:
            return left, right
    # a product of two sums: every row of the table of coefficients proportional to the first
    first = next(iter(by_left))
    right = by_left[first]
    left = total(
        (
            (_word(p, x.rows) + _word(p, x.rows).T) / 2 * ratio
            for p, m in by_left.items()
            if (ratio := _ratio(m, right)) is not None
        ),
        Matrix(x.rows, x.rows),
    )
    if all(_ratio(m, right) is not None for m in by_left.values()):
        return left, right
    raise SymlamError(
        f"the quadratic part of ({f!r}) in {x.name} is not of the form tr(P A S A^T)",
        hint="complete the square in another letter first, or name the sum of moments",
    )


def _ratio(m: Matrix, base: Matrix) -> Any | None:
    key = next(iter(base.terms))
    if key not in m.terms:
        return None
    ratio = (
        m.terms[key] / base.terms[key] if m.terms[key] % base.terms[key] else m.terms[key] // base.terms[key]
    )
    return ratio if m == base * ratio else None


def _divide(k: Matrix, s: Matrix) -> Matrix:
    """N with N s = k, by division with the greatest word of s, else k s^-1.

    Words are ordered by length, then by codes, so the greatest word of N s is the greatest of N
    followed by the greatest of s.
    """

    def greatest(m: Matrix) -> Word:
        return max((w for _, _, w in m.terms), key=lambda w: (len(w), w))

    lead = greatest(s)
    tops = [key for key in s.terms if key[2] == lead]
    quotient, rest = Matrix(k.rows, s.rows), k
    if len(tops) == 1 and not tops[0][1]:
        inverse = Scalar({(tops[0][0], ()): s.terms[tops[0]]}) ** -1
        while rest:
            w = greatest(rest)
            head = w[: len(w) - len(lead)]
            if head + lead != w:
                break
            top = {(sc, t, head): v for (sc, t, u), v in rest.terms.items() if u == w}
            part = Matrix(k.rows, s.rows, top) * inverse
            after = rest - part * s
            if any(u == w or len(u) > len(w) for _, _, u in after.terms):
                break  # cancelled inverses upset the order
            quotient, rest = quotient + part, after
        if not rest:
            return quotient
    return k * s.inverse()


__all__ = ["Square", "complete_square", "degree", "directional", "gradient", "hessian_form"]
