"""Values of objectives on exact data, with nested lists of Fractions; reads terms, shares no arithmetic."""

from __future__ import annotations

from fractions import Fraction

from symlam.algebra._expression import SYMBOLS
from symlam.algebra._letter import LETTERS
from symlam.objective import Objective
from tests.algebra.reference import add, flip, inverse, mul, nought, scale, trace, unit


class Point:
    """Letters, scalars and dimensions as plain numbers, from an exact instance, some letters replaced."""

    def __init__(self, inst, letters: dict | None = None) -> None:
        self.inst = inst
        self.letters = dict(letters or {})

    def size(self, dim) -> int:
        return dim if isinstance(dim, int) else self.inst.dims[dim]

    def letter(self, x) -> list[list[Fraction]]:
        if x in self.letters:
            return self.letters[x]
        if x.moment is None:
            return rows(self.inst.matrices[x])
        place, start = {}, 0
        for b in self.inst.order:
            place[b.name] = (start, self.size(b.dim))
            start += self.size(b.dim)
        (i, m), (j, n) = (place[v] for v in x.moment)
        joint = rows(self.inst.joint)
        return [row[j : j + n] for row in joint[i : i + m]]

    def factor(self, code: int) -> list[list[Fraction]]:
        m = self.letter(LETTERS[code >> 2])
        m = inverse(m) if code & 2 else m
        return flip(m) if code & 1 else m

    def word(self, word, rows_: int) -> list[list[Fraction]]:
        out = unit(rows_)
        for f in word:
            out = mul(out, self.factor(f))
        return out

    def coefficient(self, symbols, traces, value) -> Fraction:
        out = Fraction(value)
        for index, exponent in symbols:
            kind, name = SYMBOLS[index]
            dims = {d.name: n for d, n in self.inst.dims.items()}
            out *= Fraction(dims[name] if kind == "dimension" else self.inst.scalars[name]) ** exponent
        for t in traces:
            out *= trace(self.word(t, len(self.factor(t[0]))))
        return out

    def matrix(self, m) -> list[list[Fraction]]:
        out = nought(self.size(m.rows), self.size(m.cols))
        for (symbols, traces, word), v in m.terms.items():
            out = add(out, scale(self.coefficient(symbols, traces, v), self.word(word, self.size(m.rows))))
        return out

    def scalar(self, s) -> Fraction:
        return sum((self.coefficient(*k, v) for k, v in s.terms.items()), Fraction(0))

    def mean_square(self, form) -> Fraction:
        n = self.size(form.dim)
        joint = rows(self.inst.joint)
        blocks = [
            self.matrix(form.parts[b]) if b in form.parts else nought(n, self.size(b.dim))
            for b in self.inst.order
        ]
        m = [[x for block in blocks for x in block[i]] for i in range(n)]
        return trace(mul(mul(m, joint), flip(m)))

    def objective(self, line: Objective) -> Fraction:
        return sum(
            (self.scalar(t.weight) * self.mean_square(t.form) for t in line.terms), self.scalar(line.rest)
        )

    def objective_of(self, model) -> Fraction:
        return sum((self.scalar(w) * self.mean_square(r) for w, r in model.loss), Fraction(0))


def rows(m) -> list[list[Fraction]]:
    return [[Fraction(int(m[i, j].p), int(m[i, j].q)) for j in range(m.ncols())] for i in range(m.nrows())]
