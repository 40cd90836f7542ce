"""Text and LaTeX of expressions, in an order that depends on names only.

Terms are sorted by total degree, then by name; a trace is shown in the rotation that puts
the word in the least order of names, untransposed letters first where possible.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symlam.algebra._expression import SYMBOLS, Matrix, Scalar
from symlam.algebra._letter import LETTERS, Word, transpose
from symlam.algebra._random import LinearForm
from symlam.errors import SymlamError

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_SPELLED = {*_GREEK.values(), "epsilon", "varphi", "vartheta"}


def _factor_key(code: int) -> tuple:
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


def _order(key: tuple) -> tuple:
    scalars, traces = key[0], key[1]
    word = key[2] if len(key) == 3 else ()
    return (
        sum(len(t) for t in traces) + len(word),
        sorted([_factor_key(f) for f in display_word(t)] for t in traces),
        [_factor_key(f) for f in word],
        sorted((SYMBOLS[i], e) for i, e in scalars),
    )


def sorted_terms(expr: Scalar | Matrix) -> list[tuple[tuple, Any]]:
    """The terms in display order."""
    return sorted(expr.terms.items(), key=lambda kv: _order(kv[0]))


class _Style:
    """How names, products and traces are written; one for text, one for LaTeX."""

    identity = "I"

    def name(self, name: str) -> str:
        return name

    def factor(self, code: int) -> str:
        return self.name(LETTERS[code >> 2].name) + ("", "'", "^-1", "^-T")[code & 3]

    def symbol(self, index: int, exponent: int) -> str:
        return self.name(SYMBOLS[index][1]) + (f"^{exponent}" if exponent != 1 else "")

    def trace(self, inner: str) -> str:
        return f"tr({inner})"

    def number(self, value: Any) -> str:
        return str(value)

    def group(self, inner: str) -> str:
        return f"({inner})"


class _Latex(_Style):
    def name(self, name: str) -> str:
        return latex_name(name)

    def factor(self, code: int) -> str:
        up = ("", r"\top", "-1", r"-\top")[code & 3]
        base = self.name(LETTERS[code >> 2].name)
        if not up:
            return base
        return f"{{{base}}}^{{{up}}}" if "'" in base or "^" in base else f"{base}^{{{up}}}"

    def symbol(self, index: int, exponent: int) -> str:
        base = self.name(SYMBOLS[index][1])
        return base if exponent == 1 else f"{base}^{{{exponent}}}"

    def trace(self, inner: str) -> str:
        return rf"\operatorname{{tr}}\left({inner}\right)"

    def number(self, value: Any) -> str:
        value = Fraction(value)
        if value.denominator == 1:
            return str(value)
        sign = "-" if value < 0 else ""
        return rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"

    def group(self, inner: str) -> str:
        return rf"\left({inner}\right)"


def latex_name(name: str) -> str:
    r"""A name as LaTeX: Greek letters spelled, subscripts in braces.

    >>> latex_name("Σ_{o,q}"), latex_name("d_o"), latex_name("lambda"), latex_name("o'")
    ('\\Sigma_{o,q}', 'd_{o}', '\\lambda', "o'")
    """
    head, _, sub = name.partition("_")
    primes = ""
    while head.endswith("'"):
        head, primes = head[:-1], primes + "'"

    def spell(part: str) -> str:
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
        return out.replace(" }", "}").replace(" ,", ",").replace(" _", "_").replace(" '", "'")

    if sub.startswith("{") and sub.endswith("}"):
        sub = sub[1:-1]
    pieces = ",".join(latex_name(p) if p else p for p in sub.split(",")) if sub else ""
    return spell(head) + primes + (f"_{{{pieces}}}" if sub else "")


TEXT, LATEX = _Style(), _Latex()


def _term(key: tuple, value: Any, style: _Style) -> tuple[str, str]:
    """(sign, body) of one term."""
    scalars, traces = key[0], key[1]
    factors = [style.symbol(i, e) for i, e in sorted(scalars, key=lambda p: SYMBOLS[p[0]])]
    shown = sorted(map(display_word, traces), key=lambda t: [_factor_key(f) for f in t])
    factors += [style.trace(" ".join(style.factor(f) for f in t)) for t in shown]
    if len(key) == 3:
        factors += [style.factor(f) for f in key[2]] or [style.identity]
    sign, size = ("-", -value) if value < 0 else ("+", value)
    if size != 1 or not factors:
        factors.insert(0, style.number(size))
    return sign, " ".join(factors)


def _sum(expr: Scalar | Matrix, style: _Style) -> str:
    out = ""
    for key, value in sorted_terms(expr):
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
                f" {sign} {style.name(b.name)}"
                if names
                else ("-" if sign == "-" else "") + style.name(b.name)
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


def latex(expr: Any) -> str:
    r"""LaTeX of an expression or a linear form.

    >>> from symlam.algebra import matrix, tr, vector
    >>> latex(tr(matrix("A", "n", "n") * matrix("A", "n", "n").T) / 2)
    '\\tfrac{1}{2} \\operatorname{tr}\\left(A A^{\\top}\\right)'
    """
    if not isinstance(expr, LinearForm | Scalar | Matrix):
        raise SymlamError(f"{expr!r} is not an expression", expected="a scalar, a matrix or a random vector")
    return _linear(expr, LATEX) if isinstance(expr, LinearForm) else _sum(expr, LATEX)
