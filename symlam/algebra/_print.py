"""Text and LaTeX of expressions, in an order that depends on names only.

Terms are sorted by total degree, then by name; a trace is shown in the rotation that puts
the word in the least order of names, untransposed letters first where possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from symlam.algebra._expression import SYMBOLS, Key, Matrix, Scalar
from symlam.algebra._letter import LETTERS, Word, transpose
from symlam.algebra._notation import DEFAULT, Notation
from symlam.algebra._random import LinearForm
from symlam.errors import SymlamError

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_SPELLED = {*_GREEK.values(), "epsilon", "varphi", "vartheta"}


def _factor_key(code: int) -> tuple[str, int, str, str]:
    letter = LETTERS[code >> 2]
    return (letter.name, code & 3, str(letter.rows), str(letter.cols))


def display_word(word: Word) -> Word:
    """The rotation or transposed rotation of a trace word that is shown: fewest transposes first."""
    candidates = []
    for w in (word, transpose(word)):
        for i in range(len(w)):
            r = w[i:] + w[:i]
            candidates.append(((r[0] & 1, [_factor_key(f) for f in r]), r))
    return min(candidates, key=lambda c: c[0])[1]


def _order(key: Key) -> tuple[Any, ...]:
    scalars, traces = key[0], key[1]
    word = key[2] if len(key) == 3 else ()
    return (
        sum(len(t) for t in traces) + len(word),
        sorted([_factor_key(f) for f in display_word(t)] for t in traces),
        [_factor_key(f) for f in word],
        sorted((SYMBOLS[i], e) for i, e in scalars),
    )


def sorted_terms(expr: Scalar | Matrix) -> list[tuple[Key, Any]]:
    """The terms in display order."""
    return sorted(expr.terms.items(), key=lambda kv: _order(kv[0]))


class _Style:
    """How names, products and traces are written; one for text, one for LaTeX in each notation."""

    identity = "I"

    def name(self, name: str, kind: str) -> str:
        return name

    def factor(self, code: int) -> str:
        return LETTERS[code >> 2].name + ("", "'", "^-1", "^-T")[code & 3]

    def symbol(self, index: int, exponent: int) -> str:
        return SYMBOLS[index][1] + (f"^{exponent}" if exponent != 1 else "")

    def word(self, word: Word) -> list[str]:
        return [self.factor(f) for f in word]

    def trace(self, inner: str) -> str:
        return f"tr({inner})"

    def coefficient(self, size: Any, scalars: Iterable[tuple[int, int]], alone: bool) -> list[str]:
        """The positive rational and the powers in front of a term; ``alone``: nothing else follows."""
        factors = [self.symbol(i, e) for i, e in scalars]
        return [str(size), *factors] if size != 1 or (alone and not factors) else factors

    def group(self, inner: str) -> str:
        return f"({inner})"

    def ordered(self, expr: Scalar | Matrix) -> list[tuple[Key, Any]]:
        """The terms as they are shown."""
        return sorted_terms(expr)


class Latex(_Style):
    """LaTeX in a notation."""

    def __init__(self, notation: Notation = DEFAULT) -> None:
        self.notation = notation
        self.identity = notation.identity
        self._up = ("", notation.transpose, "-1", f"-{notation.transpose}")

    def name(self, name: str, kind: str) -> str:
        """A name of the algebra; ``kind`` is matrix, vector, scalar or dimension."""
        own = self.notation.symbols.get(name)
        if own is not None:
            return own
        style = {"vector": self.notation.vectors, "matrix": self.notation.matrices}.get(kind)
        return latex_name(name, bold=style == "bold")

    def moment(self, x: str, y: str) -> str:
        """The second moment of two random vectors, given by their names."""
        own = self.notation.symbols.get(f"Σ_{x}" if x == y else f"Σ_{{{x},{y}}}")
        if own is not None:
            return own
        x, y = self.name(x, "vector"), self.name(y, "vector")
        if self.notation.moments == "symbol":
            return (
                f"{self.notation.moment_symbol}_{{{x}}}"
                if x == y
                else (f"{self.notation.moment_symbol}_{{{x},{y}}}")
            )
        return self.expectation(f"{x} {raised(y, self.notation.transpose)}")

    def expectation(self, inner: str) -> str:
        """An expectation in brackets."""
        if self.notation.expectation_brackets == r"\{":
            return rf"{self.notation.expectation}\{{{inner}\}}"
        return f"{self.notation.expectation}[{inner}]"

    def mean_square(self, inner: str) -> str:
        """The mean square of a random vector, given its LaTeX."""
        left, right = (r"\lVert", r"\rVert") if self.notation.norm == r"\lVert" else (r"\|", r"\|")
        if self.notation.brackets == "left-right":
            left, right = rf"\left{left}", rf"\right{right}"
        index = f"_{self.notation.norm_index}" if self.notation.norm_index else ""
        norm = f"{left} {inner} {right}{index}^2"
        return (
            self.expectation(norm)
            if self.notation.expectation_brackets
            else (self.notation.expectation + (" " if self.notation.expectation == "E" else "") + norm)
        )

    def factor(self, code: int) -> str:
        letter = LETTERS[code >> 2]
        code &= 3
        if letter.moment is None:
            return raised(self.name(letter.name, "matrix"), self._up[code])
        x, y = letter.moment
        if self.notation.moments == "expectation" and code & 1:  # E[x y']' is E[y x']
            x, y, code = y, x, code & 2
        return raised(self.moment(x, y), self._up[code])

    def word(self, word: Word) -> list[str]:
        """The factors, the same letter several times in a row as a power."""
        out: list[str] = []
        i = 0
        while i < len(word):
            n = 1
            while not word[i] & 3 and i + n < len(word) and word[i + n] == word[i]:
                n += 1
            base = self.factor(word[i])
            out.append(base if n == 1 else raised(base, str(n)))
            i += n
        return out

    def symbol(self, index: int, exponent: int) -> str:
        kind, name = SYMBOLS[index]
        return raised(self.name(name, kind), "" if exponent == 1 else str(exponent))

    def coefficient(self, size: Any, scalars: Iterable[tuple[int, int]], alone: bool) -> list[str]:
        size = Fraction(size)
        below = [self.symbol(i, -e) for i, e in scalars if e < 0]
        above = [self.symbol(i, e) for i, e in scalars if e > 0]
        if below:
            above = [str(size.numerator), *above] if size.numerator != 1 or not above else above
            below = [str(size.denominator), *below] if size.denominator != 1 else below
            return [rf"\frac{{{' '.join(above)}}}{{{' '.join(below)}}}"]
        if size.denominator != 1:
            return [rf"\tfrac{{{size.numerator}}}{{{size.denominator}}}", *above]
        return [str(size), *above] if size != 1 or (alone and not above) else above

    def trace(self, inner: str) -> str:
        return self.notation.trace + self.group(inner)

    def group(self, inner: str) -> str:
        return rf"\left({inner}\right)" if self.notation.brackets == "left-right" else f"({inner})"

    def ordered(self, expr: Scalar | Matrix) -> list[tuple[Key, Any]]:
        """Squares first, constants last; a positive term in front where there is one."""
        out: list[tuple[Key, Any]] = sorted(
            expr.terms.items(),
            key=lambda kv: (
                _rank(kv[0]),
                -_degree(kv[0]) if len(kv[0]) == 2 else _degree(kv[0]),
                _order(kv[0]),
            ),
        )
        first = next((i for i, (_, v) in enumerate(out) if v > 0), 0)
        return [out[first], *out[:first], *out[first + 1 :]] if out else out


def _degree(key: Key) -> int:
    return sum(map(len, key[1])) + (len(key[2]) if len(key) == 3 else 0)


def _rank(key: Key) -> int:
    """0 for the trace of a word W S W' with S symmetric or absent, 1 for other words, 2 for constants."""
    if len(key) == 3:
        return 1 if key[2] else 2
    if len(key[1]) != 1:
        return 1 if key[1] else 2
    word = display_word(key[1][0])
    return 0 if word == transpose(word) else 1


def raised(base: str, exponent: str) -> str:
    r"""A base with an exponent, in braces where it has a prime or an exponent of its own.

    >>> raised("A", r"\top"), raised("o'", r"\top"), raised("A", "")
    ('A^{\\top}', "{o'}^{\\top}", 'A')
    """
    if not exponent:
        return base
    outer = _outside_braces(base)
    return f"{{{base}}}^{{{exponent}}}" if "'" in outer or "^" in outer else f"{base}^{{{exponent}}}"


def _outside_braces(text: str) -> str:
    depth, out = 0, ""
    for ch in text:
        depth += (ch in "{[") - (ch in "}]")
        out += ch if depth == 0 else ""
    return out


_ACCENT = re.compile(r"(hat|widehat|tilde|widetilde|bar|overline|vec|dot|check)\{(.*)\}")


def latex_name(name: str, *, bold: bool = False) -> str:
    r"""A name as LaTeX: Greek letters spelled, subscripts in braces.

    >>> latex_name("Σ_{o,q}"), latex_name("d_o"), latex_name("lambda"), latex_name("o'")
    ('\\Sigma_{o,q}', 'd_{o}', '\\lambda', "o'")
    >>> latex_name("κ_1", bold=True), latex_name("o", bold=True)
    ('\\boldsymbol{\\kappa}_{1}', '\\mathbf{o}')
    """
    head, _, sub = name.partition("_")
    primes = ""
    while head.endswith("'"):
        head, primes = head[:-1], primes + "'"
    head = re.sub(r"\^\{\{([^{}]*)\}\}", r"^{(\1)}", head)
    head, _, above = head.partition("^")

    def spell(part: str) -> str:
        accent = _ACCENT.fullmatch(part)
        if accent:
            return rf"\{accent[1]}{{{spell(accent[2])}}}"
        if part in _SPELLED:
            return "\\" + part
        out = ""
        for ch in part:
            if ch in _GREEK:
                out += "\\" + _GREEK[ch] + " "
            else:
                out += ch
        out = out.replace("⊥", r"\perp ").strip()
        # a backslash name directly before a letter needs the space kept; else drop it
        return out.replace(" }", "}").replace(" ,", ",").replace(" '", "'")

    if sub.startswith("{") and sub.endswith("}"):
        sub = sub[1:-1]
    pieces = ",".join(latex_name(p) if p else p for p in sub.split(",")) if sub else ""
    shown = spell(head)
    if bold:
        shown = rf"\boldsymbol{{{shown}}}" if "\\" in shown else rf"\mathbf{{{shown}}}"
    shown += f"^{above}" if above else ""
    return shown + primes + (f"_{{{pieces}}}" if sub else "")


TEXT, LATEX = _Style(), Latex()


def style_of(notation: Notation | None) -> Latex:
    """The LaTeX style of a notation."""
    if notation is not None and not isinstance(notation, Notation):
        raise SymlamError(f"notation {notation!r}", expected="symlam.latex.Notation(...) or None")
    return LATEX if notation is None else Latex(notation)


def _term(key: Key, value: Any, style: _Style) -> tuple[str, str]:
    """(sign, body) of one term."""
    scalars, traces = key[0], key[1]
    shown = sorted(map(display_word, traces), key=lambda t: [_factor_key(f) for f in t])
    factors = [style.trace(" ".join(style.word(t))) for t in shown]
    if len(key) == 3:
        factors += style.word(key[2]) or [style.identity]
    sign, size = ("-", -value) if value < 0 else ("+", value)
    front = style.coefficient(size, sorted(scalars, key=lambda p: SYMBOLS[p[0]]), not factors)
    return sign, " ".join([*front, *factors])


def _sum(expr: Scalar | Matrix, style: _Style) -> str:
    out = ""
    for key, value in style.ordered(expr):
        sign, body = _term(key, value, style)
        if out:
            out += f" {sign} {body}"
        else:
            out = body if sign == "+" else f"-{body}"
    return out or "0"


def _linear(form: LinearForm, style: _Style) -> str:
    from symlam.algebra._random import group_by_coefficient

    ordered = LinearForm(form.dim, dict(sorted(form.parts.items(), key=lambda kv: kv[0].name)))
    out = ""
    for m, v in group_by_coefficient(ordered):
        names = ""
        for b, c in v.parts.items():
            sign = "-" if next(iter(c.terms.values())) < 0 else "+"
            names += (
                f" {sign} {style.name(b.name, 'vector')}"
                if names
                else ("-" if sign == "-" else "") + style.name(b.name, "vector")
            )
        if len(m.terms) == 1:
            ((key, value),) = m.terms.items()
            sign, body = _term(key, value, style)
            body = body.removesuffix(style.identity).rstrip() if not key[2] else body
        else:
            sign, body = "+", style.group(_sum(m, style))
        if len(v.parts) > 1 and (body or sign == "-"):
            names = style.group(names)
        piece = f"{body} {names}" if body else names
        out = f"{out} {sign} {piece}" if out else ("-" if sign == "-" else "") + piece
    return out or "0"


def text(expr: Any) -> str:
    """Plain text of an expression or a linear form."""
    return _linear(expr, TEXT) if isinstance(expr, LinearForm) else _sum(expr, TEXT)


def latex(expr: Any, *, notation: Notation | None = None) -> str:
    r"""LaTeX of an expression or a linear form, in a notation.

    Raises SymlamError for anything else.

    >>> from symlam.algebra import matrix, tr, vector
    >>> latex(tr(matrix("A", "n", "n") * matrix("A", "n", "n").T) / 2)
    '\\tfrac{1}{2} \\operatorname{tr}(A A^{\\top})'
    >>> latex(matrix("A", "n", "n") * vector("o", "n"), notation=Notation(vectors="bold"))
    'A \\mathbf{o}'
    """
    if not isinstance(expr, LinearForm | Scalar | Matrix):
        raise SymlamError(f"{expr!r} is not an expression", expected="a scalar, a matrix or a random vector")
    style = style_of(notation)
    return _linear(expr, style) if isinstance(expr, LinearForm) else _sum(expr, style)
