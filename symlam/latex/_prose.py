"""Sentences with formulas in them, as the ledger states claims: words stay words, formulas become LaTeX.

The texts of the engine write transposes as ', moments as E[x y'] and Σ_x, mean squares as E||x||^2; claims also use
², ᵀ, ⁻¹, ‖ ‖ and accents.  What comes out is a list of (is formula, text).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from symlam.algebra import Notation
from symlam.algebra._print import Latex, latex_name, raised

_ACCENTS = {"̂": "hat", "̃": "tilde", "̄": "bar"}
_SYMBOLS = {
    "≤": r"\le", "≥": r"\ge", "→": r"\to", "∈": r"\in", "≠": r"\ne", "·": r"\cdot", "∞": r"\infty", "½": r"\tfrac{1}{2}",
    "<=": r"\le", ">=": r"\ge", "!=": r"\ne", "<>": r"\ne", "->": r"\to", "−": "-", "⁺": "^{+}", "⁻¹": "^{-1}", "²": "^2", "≻": r"\succ",
    "%": r"\%", "∑": r"\sum", "₁": "_{1}", "₂": "_{2}", "*": "^{*}", "&": r"\&", "#": r"\#",
}  # fmt: skip
_FUNCTIONS = {
    "min": r"\min", "max": r"\max", "log": r"\log", "det": r"\det", "exp": r"\exp", "tr": None, "rank": r"\operatorname{rank}", "col": r"\operatorname{col}",
    "Var": r"\operatorname{Var}", "LLO": r"\mathrm{LLO}", "Aug": r"\mathrm{Aug}", "infinity": r"\infty", "whence": None,
}  # fmt: skip
_GREEK = {"alpha": "α", "kappa": "κ", "lambda": "λ", "sigma": "σ", "chi": "χ"}
_WORDS_OF_TWO = {
    "An",
    "As",
    "At",
    "By",
    "Do",
    "If",
    "In",
    "Is",
    "It",
    "No",
    "On",
    "Or",
    "So",
    "To",
    "Up",
    "We",
}
# after these words a lone "a" is the action, before others an article
_AFTER_ACTION = {
    "at",
    "or",
    "and",
    "is",
    "in",
    "from",
    "of",
    "predicted",
    "by",
    "with",
    "that",
    "to",
    "comes",
}
_BEFORE_RANK = {"full", "has", "of", "column", "its"}
_WORD = re.compile(
    r"[(\[]*[A-Za-z][a-z]+(?:-[A-Za-z][a-z]+)*(?:'s|s')?[)\].,;:]*|[A-Z]{3,}s?[)\].,;:]*|--|i\.i\.d\.|[A-Z]\d(?:\.\d)?[a-z]?(?:\.[a-z])?[)\].,;:]*|[()\[\].,;:]*"
)
_TOKEN = re.compile(
    r"\|\||‖|<=|>=|!=|<>|->|⁻¹|d(?P<of>[A-Z][a-z_]*)/d(?P<by>[A-Z])"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<function>(?:min|max|log|det|exp|tr|rank|col|Var|LLO|Aug|infinity)(?![A-Za-z_]))"
    r"|(?P<name>[A-Za-zα-ωΑ-Ω][\u0300-\u0304]?)"
    r"(?P<sub>_\{(?:[^{}]|\{[^{}]*\})*\}|_[A-Za-z0-9α-ωΑ-Ω]+(?:_[A-Za-z0-9α-ωΑ-Ω]+)?|[₁₂]"
    r"|(?<=[a-z])\d)?"
    r"|(?P<up>\^-?(?:\{[^{}]*\}|\d+|\w))|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)


class Prose:
    """Turns texts into words and formulas in a notation.

    ``kinds`` says what names are: vector, matrix, scalar or dimension; ``loss`` how L is written.
    """

    def __init__(self, notation: Notation, kinds: Mapping[str, str], *, loss: str = r"\mathcal{L}") -> None:
        self.style, self.kinds, self.loss = Latex(notation), dict(kinds), loss

    # ---- which words are formulas

    def pieces(self, text: str) -> list[tuple[bool, str]]:
        """(is formula, text) in order; formulas are LaTeX without dollars."""
        text = re.sub(r"\b(alpha|kappa|lambda|sigma|chi)\b", lambda m: _GREEK[m[1]], text)
        words = text.replace("-> infinity", "→ ∞").split(" ")
        out: list[tuple[bool, str]] = []
        for i, w in enumerate(words):
            after = words[i + 1] if i + 1 < len(words) else ""
            formula = self._is_formula(w, after, first=i == 0 or words[i - 1].endswith("."))
            if formula is None:  # a number or sign belongs to the formula before it, else to the words
                formula = bool(out) and out[-1][0] and out[-1][1][-1:] not in (",", ";")
            before = out[-1][1].rsplit(" ", 1)[-1] if out else ""
            if w.strip(",;:.)") == "rank" and (before in _BEFORE_RANK or not after or _WORD.fullmatch(after)):
                formula = False  # an English word here
            if out and out[-1][0] == formula:
                out[-1] = (formula, f"{out[-1][1]} {w}")
            else:
                out.append((formula, w))
        return self._polished(out)

    def _is_formula(self, word: str, after: str, *, first: bool = False) -> bool | None:
        bare = word.strip("()[].,;:")
        if bare == "a":
            return not after or after.strip(".,;:") in _AFTER_ACTION or not _WORD.fullmatch(after)
        if (
            bare == "A"
            and first
            and after[1:].isalpha()
            and _WORD.fullmatch(after)
            and after not in _AFTER_ACTION
        ):
            return False  # an article
        if bare in ("E", "A", "I", "L", "T", "P", "S") or (
            bare in _FUNCTIONS and bare not in ("whence", "infinity")
        ):
            return bare not in ("min", "col", "LLO") or (bool(after) and not _WORD.fullmatch(after))
        if bare.isdigit() and re.fullmatch(r"[-+<>=/]|[<>]=", after):
            return True
        if re.fullmatch(r"-?\d+(\.\d+)?|[-%+=<>]|\.\.\.", bare):
            return None
        if re.fullmatch(r"[A-Z]{2}", bare):
            return all(self.kinds.get(c) == "matrix" for c in bare)
        if len(bare) == 2 and self.kinds.get(bare[0]) == "matrix" and self.kinds.get(bare[1]) == "vector":
            return bare not in _WORDS_OF_TWO
        return not _WORD.fullmatch(word)

    def _polished(self, pieces: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
        """Punctuation at the end of a formula, and a bracket that is not its own, belong to the words."""
        out: list[tuple[bool, str]] = []
        for formula, text in pieces:
            if not formula:
                out.append((False, text))
                continue
            # "for all B, C, D:" is three formulas
            for part in _at_commas(text):
                tail = part[len(part.rstrip(",;:.")) :]
                body = part[: len(part) - len(tail)]
                head = ""
                while body.endswith(")") and body.count(")") > body.count("("):
                    body, tail = body[:-1], ")" + tail
                while body.startswith("(") and body.count("(") > body.count(")"):
                    body, head = body[1:], head + "("
                cut = _open_bracket(body)
                if cut:  # "A = I (B is not square)": the bracket belongs to the words
                    out += [(True, self.formula(body[:cut])), (False, "(")]
                    body = body[cut + 1 :]
                out += [(False, head), (True, self.formula(body)), (False, tail)]
        return _joined(out)

    # ---- formulas

    def formula(self, text: str) -> str:
        """A formula of the engine or of a claim as LaTeX."""
        # in plain text an estimate is written o^
        text = re.sub(r"([A-Za-z])\^(?=['\s,)|\]]|$)", "\\1\N{COMBINING CIRCUMFLEX ACCENT}", text)
        text = unicodedata.normalize("NFC", text)
        text = "".join(unicodedata.normalize("NFD", c) if c in "ôâŷñô" else c for c in text)
        up = self.style.notation.transpose
        out: list[str] = []
        bars, moments = 0, []
        at = 0
        while at < len(text):
            m = _TOKEN.match(text, at)
            assert m is not None, "every character is a token"
            at = m.end()
            t = m[0]
            if m["of"]:
                loss = self.loss if m["of"] == "L" else self._name(m["of"], "")
                out.append(rf"\nabla_{{{self._name(m['by'], '')}}} {loss}")
            elif m["space"]:
                out.append(" ")
            elif m["number"]:
                out.append(t)
            elif m["function"]:
                out.append((_FUNCTIONS.get(t) or self.style.notation.trace) + " ")
            elif m["name"]:
                follows = text[at : at + 1]
                if t == "E" and (follows in ("[", "‖") or text[at : at + 2] == "||"):
                    out.append(self.style.notation.expectation)
                    if follows == "[":
                        moments.append(len(out))
                    continue
                out.append(self._name(m["name"], m["sub"] or ""))
            elif t in ("||", "‖"):
                bars += 1
                norm = self.style.notation.norm
                left = bars % 2
                out.append((r"\lVert " if left else r"\rVert") if norm == r"\lVert" else r"\|")
            elif t in ("'", "ᵀ", "⊤") or (m["up"] and m["up"] in ("^T", r"^\top")):
                last = next((x for x in reversed(out) if x.strip()), "")
                prime = (
                    t == "'"
                    and not moments
                    and last[:1] not in (")", "]", "^")
                    and not self._is_matrix(last)
                    and not text[at : at + 1].isalpha()
                )
                if prime:
                    out[-1] += "'"
                elif last[:1] in (")", "]"):
                    out.append(f"^{{{up}}}")
                elif last[:1] == "^" and len(out) > 1:
                    out[-2:] = [f"{{{out[-2]}{out[-1]}}}^{{{up}}}"]
                else:
                    out[-1] = raised(out[-1], up)
            elif m["up"]:
                exponent = m["up"][1:].strip("{}")
                out.append(f"^{{{exponent}}}" if len(exponent) > 1 else f"^{exponent}")
            else:
                if t == "]" and moments:
                    moments.pop()
                out.append(_SYMBOLS.get(t, t) + (" " if _SYMBOLS.get(t, "").startswith("\\") else ""))
        return re.sub(r"\s+", " ", _spaced(out)).strip().replace("[ ", "[").replace(" ^", "^")

    def _is_matrix(self, shown: str) -> bool:
        return any(shown == self.style.name(n, k) for n, k in self.kinds.items() if k == "matrix") or (
            shown[:1].isupper()
            or shown.startswith(
                (
                    r"\Sigma",
                    r"\Lambda",
                    r"\Pi",
                    self.style.notation.expectation,
                    self.style.notation.moment_symbol,
                )
            )
        )

    def _name(self, head: str, sub: str) -> str:
        decomposed = unicodedata.normalize("NFD", head)
        if decomposed[-1] in _ACCENTS:
            inner = self._name(decomposed[:-1], "")
            return rf"\{_ACCENTS[decomposed[-1]]}{{{inner}}}" + (self._sub(sub) if sub else "")
        if sub.isdigit() and sub.isascii():  # k1 in plain text
            sub = f"_{sub}"
        if sub in ("₁", "₂"):
            sub = "_1" if sub == "₁" else "_2"
        inner = sub[2:-1] if sub.startswith("_{") else sub[1:]
        name = f"{head}_{inner}" if sub else head
        if head == "L" and self.kinds.get(name) is None:
            return self.loss + (self._sub(sub) if sub else "")
        if head == "Σ" and sub and name not in self.kinds:
            if re.match(r"\s*\w\s*(>|<|=|≤|≥)", inner):  # a sum, not a moment
                return rf"\sum_{{{self.formula(inner)}}} "
            return self._moment(inner)
        if name in self.kinds or re.fullmatch(r"\w?", inner):
            return self.style.name(name, self.kinds.get(name, "scalar"))
        if head in ("U", "λ", "Λ", "σ") or not re.fullmatch(r"\w+", inner):
            return self.style.name(head, self.kinds.get(head, "scalar")) + self._sub(sub)
        return latex_name(name)

    def _sub(self, sub: str) -> str:
        inner = sub[2:-1] if sub.startswith("_{") else sub[1:]
        if re.fullmatch(r"[a-z]{3,}", inner):
            return rf"_{{\mathrm{{{inner}}}}}"
        return f"_{{{self.formula(inner)}}}"

    def _moment(self, inner: str) -> str:
        if re.fullmatch(r"\w+", inner):
            return self.style.moment(inner, inner)
        pair = inner.split(",")
        if len(pair) == 2 and all(re.fullmatch(r"\w+", p) for p in pair):
            return self.style.moment(*pair)
        shown = self.formula(inner)
        if self.style.notation.moments == "symbol" or "|" in inner:  # a conditional one is no E[x x^T]
            return f"{self.style.notation.moment_symbol}_{{{shown}}}"
        x = f"({shown})"
        return self.style.expectation(f"{x} {x}^{{{self.style.notation.transpose}}}")

    # ---- whole texts

    def inline(self, text: str) -> tuple[tuple[str, str], ...]:
        """A text as a sequence of words and formulas."""
        return tuple(("math" if formula else "text", t) for formula, t in self.pieces(text))

    def latex(self, text: str) -> str:
        """A text for LaTeX, formulas between dollars."""
        return "".join(f"${t}$" if formula else escape(t) for formula, t in self.pieces(text))


_ESCAPES = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "‖": r"\(\|\)", "≥": r"\(\ge\)", "≤": r"\(\le\)", "→": r"\(\to\)",
    "<": r"\(<\)", ">": r"\(>\)", "|": r"\(|\)", "−": "--", "²": r"\(^2\)",
}  # fmt: skip


def escape(text: str) -> str:
    r"""Plain words for LaTeX.

    >>> escape("1 % of d_o")
    '1 \\% of d\\_o'
    """
    out = "".join(_ESCAPES.get(c, c) for c in text)
    return "".join(c if ord(c) < 256 else rf"\({latex_name(c)}\)" for c in out)


def _spaced(tokens: list[str]) -> str:
    """Tokens put together, a space where a command would run into a letter."""
    out = ""
    for t in tokens:
        out += (" " if t[:1].isalpha() and re.search(r"\\[A-Za-z]+$", out) else "") + t
    return out


def _at_commas(text: str) -> list[str]:
    """Cut at ", " outside brackets, the comma kept."""
    out, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c in ",;:" and depth <= 0 and text[i + 1 : i + 2] == " ":
            out.append(text[start : i + 1])
            start = i + 2
    return [*out, text[start:]]


def _joined(pieces: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Spaces between neighbours, as they stood in the text."""
    out: list[tuple[bool, str]] = []
    for formula, text in pieces:
        if not text:
            continue
        glued = (
            bool(re.match(r"[)\],.;:]+$", text)) if not formula else bool(out) and out[-1][1].endswith("(")
        )
        if out and not glued:
            out.append((False, " "))
        out.append((formula, text))
    return out


def _open_bracket(text: str) -> int:
    """Where a bracket after a space opens that is never closed, 0 when there is none."""
    depth = 0
    for i in range(len(text) - 1, 0, -1):
        depth += (text[i] == ")") - (text[i] == "(")
        if depth < 0 and text[i - 1] == " ":
            return i
    return 0


__all__ = ["Prose", "escape"]
