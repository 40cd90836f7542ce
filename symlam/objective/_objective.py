"""Objectives as sums of weighted mean squares, kept unexpanded so that they read like a paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symlam.algebra import LinearForm, Matrix, Notation, Scalar, latex, msq, total
from symlam.algebra._expression import constant
from symlam.algebra._print import TEXT, style_of


@dataclass(frozen=True)
class Term:
    """weight * E||form||^2, with the form shown as sum of (matrix) (random vector)."""

    weight: Scalar
    form: LinearForm

    def expand(self) -> Scalar:
        """The normal form, no assumption used."""
        return msq(self.form) * self.weight

    def factors(self) -> list[tuple[Matrix, LinearForm]]:
        """The form as sum of M_i v_i, coefficients with a common left factor collected."""
        return collect(self.form)

    def text(self) -> str:
        """Plain text."""
        return _weighted(repr(self.weight), self.weight, f"E||{show(self.form, TEXT)}||^2")

    def latex(self, notation: Notation | None = None) -> str:
        """LaTeX."""
        style = style_of(notation)
        return _weighted(
            latex(self.weight, notation=notation),
            self.weight,
            style.mean_square(show(self.form, style)),
        )

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _weighted(shown: str, weight: Scalar, body: str) -> str:
    if weight == 1:
        return body
    return f"({shown}) {body}" if len(weight.terms) > 1 else f"{shown} {body}"


def _suffix(words: list[tuple[int, ...]]) -> tuple[int, ...]:
    shortest = min(words, key=len)
    n = len(shortest)
    while n and any(w[len(w) - n :] != shortest[len(shortest) - n :] for w in words):
        n -= 1
    return shortest[len(shortest) - n :]


def collect(form: LinearForm) -> list[tuple[Matrix, LinearForm]]:
    """Write a form as sum of M_i v_i, base vectors whose coefficients are M_i times a word together.

    >>> from symlam.algebra import identity, matrix, vector
    >>> N, X = matrix("N", "m", "n") - matrix("P", "m", "n"), matrix("X", "n", "d")
    >>> collect(N * (X * vector("a", "d") + vector("e", "n")))
    [(N - P, X a + e)]
    """
    from symlam.algebra._letter import COLS

    groups: dict[Matrix, LinearForm] = {}
    for base, m in sorted(form.parts.items(), key=lambda kv: kv[0].name):
        words = [k[2] for k in m.terms]
        tail = _suffix(words) if len(words) > 1 else ()
        inner: Any = LinearForm(base.dim, {base: Matrix(base.dim, base.dim, {((), (), ()): 1})})
        if tail:
            dim = COLS[words[0][len(words[0]) - len(tail) - 1]] if len(words[0]) > len(tail) else m.rows
            head = Matrix(
                m.rows, dim, {(s, t, w[: len(w) - len(tail)]): v for (s, t, w), v in m.terms.items()}
            )
            inner = Matrix(dim, base.dim, {((), (), tail): 1}) * inner
        else:
            head = m
        # a common scalar factor goes to the vector
        head, factor = _scalar_content(head)
        inner = inner * factor if factor != 1 else inner
        for known in (head, -head):
            if known in groups:
                groups[known] = groups[known] + (inner if known is head else -inner)
                break
        else:
            groups[head] = inner
    return _merge_multiples(groups)


def _merge_multiples(groups: dict[Matrix, LinearForm]) -> list[tuple[Matrix, LinearForm]]:
    """Join M v and M R w to M (v + R w), as in (B D - I)(x - G o)."""
    heads = list(groups)
    for head in heads:
        unit = head.terms.get(((), (), ()))
        if unit is None or len(head.terms) < 2 or head not in groups:
            continue
        starts = [w for _, _, w in head.terms if w]
        for other in heads:
            if other is head or other not in groups:
                continue
            # in M R every word of R occurs once as it is, times the coefficient of I in M
            rest = {k: v for k, v in other.terms.items() if not any(k[2][: len(w)] == w for w in starts)}
            factor = Matrix(head.cols, other.cols, rest) / unit
            if rest and head * factor == other:
                groups[head] = groups[head] + factor * groups.pop(other)
    return list(groups.items())


def _scalar_content(m: Matrix) -> tuple[Matrix, Scalar | int]:
    """Split off a scalar polynomial that every word has as coefficient, as in (1 - χ)(B D - I)."""
    by_word: dict[tuple[Any, ...], Scalar] = {}
    for (s, t, w), v in m.terms.items():
        part = Scalar({(s, t): v})
        by_word[w] = by_word[w] + part if w in by_word else part
    base = next(iter(by_word.values()))
    if base.as_rational() is not None or len(m.terms) < 2:
        return m, 1
    signs = {}
    for w, c in by_word.items():
        if c == base:
            signs[w] = 1
        elif c == -base:
            signs[w] = -1
        else:
            return m, 1
    if len(by_word) < 2:
        return m, 1
    # positive word first keeps the usual sign of (B D - I)
    longest = max(signs, key=len)
    if signs[longest] < 0:
        signs, base = {w: -x for w, x in signs.items()}, -base
    return Matrix(m.rows, m.cols, {((), (), w): x for w, x in signs.items()}), base


def show(form: LinearForm, style: Any) -> str:
    """A form with its coefficients collected."""
    from symlam.algebra._print import _linear, _sum

    out = ""
    for m, v in collect(form):
        inner = _linear(v, style)
        many = len(v.parts) > 1 or any(len(c.terms) > 1 for c in v.parts.values())
        if len(m.terms) == 1:
            body = _sum(m, style)
            minus = body.startswith("-")
            body = body.removeprefix("-")
            body = "" if body == style.identity else body
        else:
            body, minus = style.group(_sum(m, style)), False
        if (many or inner.startswith("-")) and (body or minus):
            inner = style.group(inner)
        piece = f"{body} {inner}".strip()
        if not out:
            out = f"-{piece}" if minus else piece
        else:
            out += f" {'-' if minus else '+'} {piece}"
    return out or "0"


@dataclass(frozen=True)
class Objective:
    """A sum of terms and a scalar rest.

    >>> from symlam.models import linear_lam
    >>> Objective.of(linear_lam())
    E||(-I + A + B C + B D) o + (-I + B D) (q + ε)||^2
    """

    terms: tuple[Term, ...]
    rest: Scalar = field(default_factory=lambda: constant(0))

    @staticmethod
    def of(model: Any) -> Objective:
        """The loss of a model."""
        return Objective(tuple(Term(w, r) for w, r in model.loss))

    def expand(self) -> Scalar:
        """The normal form, no assumption used."""
        return total((t.expand() for t in self.terms), self.rest)

    def letters(self) -> set[Any]:
        """The letters that occur."""
        return {x for t in self.terms for x in t.form.letters()} | self.rest.letters()

    def substitute(self, replacements: Any) -> Objective:
        """Replace letters in every term."""
        from symlam.algebra import substitute

        return Objective(
            tuple(Term(t.weight, f) for t in self.terms if (f := t.form.substitute(replacements))),
            substitute(self.rest, replacements),
        )

    def text(self) -> str:
        """Plain text."""
        parts = [t.text() for t in self.terms] + ([repr(self.rest)] if self.rest else [])
        return " + ".join(parts) or "0"

    def latex(self, notation: Notation | None = None) -> str:
        """LaTeX."""
        parts = [t.latex(notation) for t in self.terms]
        parts += [latex(self.rest, notation=notation)] if self.rest else []
        return " + ".join(parts).replace("+ -", "- ") or "0"

    def __repr__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


__all__ = ["Objective", "Term", "collect", "show"]
