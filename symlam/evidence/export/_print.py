"""Statements in Coq: the trusted part of an export.  Everything else is checked by the kernel.

A reader who wants to know what a lemma says about the engine's object needs this file, and
`_names` for the identifiers.  Letters of second moments are written ``cov x y``, the mean
square ``msq x``, over random vectors of an abstract space of square-integrable variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from symlam.algebra import Dimension, LinearForm, Matrix, Scalar
from symlam.algebra._expression import SYMBOLS
from symlam.algebra._letter import LETTERS, canonical_trace
from symlam.algebra._print import display_word, sorted_terms
from symlam.errors import SymlamError
from symlam.evidence.export._names import Names
from symlam.evidence.export._terms import Defined, MeanSquare, Product, Sum, Trace, Transposed, With


class Printer:
    """Writes expressions and terms with the identifiers of one statement."""

    def __init__(self, names: Names, sizes: Mapping[Dimension, int] | None = None) -> None:
        self.names, self.sizes = names, sizes or {}

    def dim(self, d: Dimension | int) -> str:
        d = self.sizes.get(d, d) if isinstance(d, Dimension) else d  # symbolic unless an instance sizes it
        return str(d) if isinstance(d, int) else self.names("dimension", d.name)

    def natural(self, n: int) -> str:
        return f"{n}%:R" if n < 100 else f"zR R {n}"

    def number(self, q: Any) -> str:
        """A rational >= 0."""
        q = Fraction(q)
        top = self.natural(q.numerator)
        return top if q.denominator == 1 else f"({top} / {self.natural(q.denominator)})"

    def symbol(self, index: int, power: int) -> str:
        kind, name = SYMBOLS[index]
        s = self.dim(Dimension(name)) + "%:R" if kind == "dimension" else self.names(kind, name)
        s = s if power > 0 else f"{s}^-1"
        return s if abs(power) == 1 else f"{s} ^+ {abs(power)}"

    def letter(self, code: int) -> str:
        x = LETTERS[code >> 2]
        s = self.names("letter", x, x.name)
        if x.moment is not None:
            s = "cov {} {}".format(*(self.names("vector", v) for v in x.moment))
        s = f"invmx {_tight(s)}" if code & 2 else s
        return f"{_tight(s)}^T" if code & 1 else s

    def word(self, word: tuple[int, ...], rows: Any) -> str:
        if not word:
            return f"(1%:M : 'M[R]_{self.dim(rows)})"
        return " *m ".join(self.letter(f) for f in word)

    def coefficient(self, key: tuple[Any, ...], size: Any) -> list[str]:
        """The factors of |value| * scalars * traces, without a factor 1."""
        out = [self.number(size)] if size != 1 else []
        out += [self.symbol(i, e) for i, e in key[0]]
        return out + [f"\\tr ({self.word(_shown(t), None)})" for t in key[1]]

    def join(self, signed: Iterable[tuple[bool, str]], empty: str) -> str:
        out = ""
        for minus, body in signed:
            out += (" - " if minus else " + ") + body if out else f"- ({body})" if minus else body
        return out or empty

    def scalar(self, e: Scalar) -> str:
        terms = ((v < 0, " * ".join(self.coefficient(k, abs(v)) or ["1"])) for k, v in sorted_terms(e))
        return self.join(terms, "0")

    def matrix(self, e: Matrix) -> str:
        def body(key: tuple[Any, ...], size: Any) -> str:
            c, w = " * ".join(self.coefficient(key, size)), self.word(key[2], e.rows)
            return f"{_tight(c)} *: {_tight(w)}" if c else w

        terms = ((v < 0, body(k, abs(v))) for k, v in sorted_terms(e))
        return self.join(terms, f"(0 : {self.shape(e)})")

    def shape(self, m: Any) -> str:
        return f"'M[R]_({self.dim(m.rows)}, {self.dim(m.cols)})"

    def form(self, x: LinearForm) -> str:
        def body(name: str, m: Matrix) -> str:
            return name if m.terms == {((), (), ()): 1} else f"{_tight(self.matrix(m))} *v {name}"

        terms = ((False, body(self.names("vector", b.name), m)) for b, m in x.parts.items())
        return self.join(terms, f"(0 : 'cV[V]_{self.dim(x.dim)})")

    def term(self, t: Any) -> str:
        """Any term or expression."""
        writers: dict[Any, Any] = {Scalar: self.scalar, Matrix: self.matrix, LinearForm: self.form}
        if type(t) in writers:
            return writers[type(t)](t)
        if isinstance(t, MeanSquare):
            return f"msq ({self.term(t.form)})"
        if isinstance(t, Trace):
            return f"\\tr ({self.term(t.term)})"
        if isinstance(t, Transposed):
            return f"{_tight(self.term(t.term))}^T"
        if isinstance(t, Product):
            *left, last = [_tight(self.term(f)) for f in t.factors]
            if left and isinstance(t.factors[-1], LinearForm):
                return f"{left[0] if len(left) == 1 else _tight(' *m '.join(left))} *v {last}"
            return " *m ".join([*left, last])
        if isinstance(t, Defined):
            return " ".join([t.head, *(_tight(self.term(a)) for a in t.arguments)])
        if isinstance(t, Sum):
            return self.join(((False, self.weighted(w, x)) for w, x in t.terms), "0")
        if isinstance(t, With):
            # all at once: the values must not see the new meanings
            values = "".join(f" ({self.term(v)})" for _, v in t.choice)
            binders = " ".join(self.binder(a) for a, _ in t.choice)
            return f"(fun {binders} => {self.term(t.body)}){values}"
        return self.scalar(Scalar({((), ()): t} if t else {}))

    def weighted(self, w: Any, x: Any) -> str:
        scaled = isinstance(x.value if isinstance(x, Defined) else x, Scalar | MeanSquare | Trace)
        body = self.term(x)
        if w == 1:
            return body if isinstance(x, MeanSquare | Trace | Product) else _tight(body)
        return f"{_tight(self.term(w))} {'*' if scaled else '*:'} {_tight(body)}"

    def binder(self, a: Matrix) -> str:
        x = a.as_letter()
        if x.moment is not None:
            raise SymlamError(f"{x.name} is a second moment and cannot be quantified as a matrix")
        return f"({self.names('letter', x, x.name)} : {self.shape(x)})"


def _tight(text: str) -> str:
    """The text as one argument: an identifier or numeral stays, anything else goes in parentheses."""
    return text if text.replace("_", "").replace("'", "").isalnum() else f"({text})"


def _shown(trace: tuple[int, ...]) -> tuple[int, ...]:
    """The member of a trace's class under rotation and transposition that is written; checked to be one."""
    word = display_word(trace)
    if canonical_trace(word) != canonical_trace(trace):
        raise SymlamError(f"the trace word {trace} is not {word}")
    return word
