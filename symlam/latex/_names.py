"""Which names a document uses, how they are declared for `symlam check`, and that no two look alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from symlam.algebra import LinearForm, Matrix, Notation, Scalar
from symlam.algebra._assumptions import Order, Orthonormal, Rank
from symlam.algebra._expression import SYMBOLS
from symlam.algebra._letter import Dimension, Letter
from symlam.algebra._print import Latex, raised
from symlam.errors import SymlamError


@dataclass
class Names:
    """Names of the algebra by kind, collected from expressions."""

    dimensions: set[str] = field(default_factory=set)
    vectors: dict[str, Any] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    moments: dict[str, Letter] = field(default_factory=dict)
    scalars: set[str] = field(default_factory=set)

    def add(self, *expressions: Any) -> Names:
        """Collect from matrices, scalars, random vectors and assumptions."""
        for e in expressions:
            if isinstance(e, LinearForm):
                for base, m in e.parts.items():
                    self.vectors[base.name] = base.dim
                    self._dimension(base.dim)
                    self.add(m)
            elif isinstance(e, Matrix | Scalar):
                self._expression(e)
            elif isinstance(e, Order):
                self._dimension(e.small)
                self._dimension(e.large)
            elif isinstance(e, Orthonormal):
                self.add(*e.blocks)
            else:
                self.add(*e.expressions())
                if isinstance(e, Rank):
                    self._dimension(e.low)
        return self

    def _dimension(self, dim: Any) -> None:
        if isinstance(dim, Dimension):
            self.dimensions.add(dim.name)

    def _expression(self, e: Matrix | Scalar) -> None:
        for letter in e.letters():
            self._dimension(letter.rows)
            self._dimension(letter.cols)
            if letter.moment is None:
                self.letters[letter.name] = letter
            else:
                self.moments[letter.name] = letter
                self.vectors[letter.moment[0]] = letter.rows
                self.vectors[letter.moment[1]] = letter.cols
        for key in e.terms:
            for index, _ in key[0]:
                kind, name = SYMBOLS[index]
                (self.dimensions if kind == "dimension" else self.scalars).add(name)

    def kinds(self) -> dict[str, str]:
        """The kind of every name."""
        return {
            **dict.fromkeys(self.scalars, "scalar"),
            **dict.fromkeys(self.letters, "matrix"),
            **dict.fromkeys(self.vectors, "vector"),
            **dict.fromkeys(self.dimensions, "dimension"),
        }

    def shown(self, notation: Notation) -> list[tuple[str, str]]:
        """(name of the algebra, LaTeX) for every name, moments included."""
        style = Latex(notation)
        out = [(n, style.name(n, k)) for n, k in sorted(self.kinds().items())]
        return out + [(m, style.moment(*(x.moment or ()))) for m, x in self.named_moments(notation).items()]

    def declarations(self, notation: Notation, *, known: Iterable[str] = ()) -> list[str]:
        """The %! lines that declare the names, those in ``known`` left out."""
        style, known = Latex(notation), set(known)

        def size(dim: Any) -> str:
            return style.name(dim.name, "dimension") if isinstance(dim, Dimension) else str(dim)

        out = []
        dims = [style.name(d, "dimension") for d in sorted(self.dimensions) if d not in known]
        if dims:
            out.append(f"%! dims {' '.join(dims)}")
        out += [
            f"%! vector {style.name(v, 'vector')} : {size(d)}"
            for v, d in sorted(self.vectors.items())
            if v not in known
        ]
        for name, x in sorted(self.letters.items()):
            if name not in known:
                flags = [f for f in ("symmetric", "invertible") if getattr(x, f)]
                sizes = f"{size(x.rows)} x {size(x.cols)}"
                out.append(" ".join([f"%! matrix {style.name(name, 'matrix')} : {sizes}", *flags]))
        out += [f"%! scalar {style.name(s, 'scalar')}" for s in sorted(self.scalars) if s not in known]
        for name, x in self.named_moments(notation).items():
            if name not in known:
                a, b = (style.name(v, "vector") for v in x.moment or ())
                up = raised(b, notation.transpose)
                out.append(f"%! moment {style.moment(*(x.moment or ()))} = {style.expectation(f'{a} {up}')}")
        return out

    def named_moments(self, notation: Notation) -> dict[str, Letter]:
        """The second moments that are written as one symbol."""
        return {
            n: x
            for n, x in sorted(self.moments.items())
            if notation.moments == "symbol" or n in notation.symbols
        }

    def check(self, notation: Notation) -> None:
        """SymlamError where two names get one symbol, or a symbol is none that the reader knows."""
        from symlam.check._names import key

        shown = self.shown(notation)
        taken: dict[str, str] = {key(notation.identity): "the identity"}
        if notation.expectation == "E":
            taken["E"] = "the expectation"
        for name, symbol in shown:
            if name in notation.symbols:
                check_symbol(name, symbol)
            k = key(symbol)
            if k in taken:
                raise SymlamError(
                    f"the notation writes {taken[k]} and {name} both as {symbol}",
                    expected="a symbol of its own for every name",
                    hint=f'symbols = {{ "{name}" = "..." }} with another symbol',
                )
            taken[k] = name


def check_symbol(name: str, symbol: str) -> None:
    """SymlamError where a symbol is not one name for the project's reader."""
    from symlam.check._parser import Place, ReadError, parse

    try:
        read = [
            str(t) for t in parse(symbol, "names", Place(1, 1)).children if getattr(t, "type", "") == "NAME"
        ]
    except ReadError:
        read = []
    if len(read) != 1 or read[0].strip() != symbol.strip():
        raise SymlamError(
            f"notation: {symbol!r} for {name} is not one symbol",
            expected=r"a letter, a Greek letter or a decorated one such as \hat{o}, \mathbf{A}_{k}, W^{(1)}",
        )
