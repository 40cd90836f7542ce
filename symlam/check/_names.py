"""Names as LaTeX writes them: one key for each, its form in the algebra, and its star."""

from __future__ import annotations

import re

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
    "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "l",
}  # fmt: skip
_STYLES = ("bm", "boldsymbol", "mathbf", "mathcal", "mathsf", "mathit", "mathfrak", "mathrm")
_STAR = re.compile(r"\^(\*|\{\*\})")


def key(name: str) -> str:
    r"""The one spelling of a name: no spaces, no braces around a single symbol, primes and star spelled one way.

    >>> key(r"\Sigma_{o}"), key("o^{\\prime}"), key(r"A^{\star}"), key(r"\hat {o}'")
    ('\\Sigma_o', "o'", 'A^*', "\\hat{o}'")
    """
    out = re.sub(r"\\star(?![A-Za-z])", "*", name)
    out = re.sub(r"\^\s*\{?\s*\\prime\s*\}?", "'", out)
    out = re.sub(r"\\([A-Za-z]+)\s+", r"\\\1 ", out)
    out = re.sub(r"\s*([{}_^,'()*])\s*", r"\1", out.strip())
    out = re.sub(r"([_^])\{([^{}\\]|\\[A-Za-z]+)\}", r"\1\2", out)
    return re.sub(r"(\\[A-Za-z]+) (?![A-Za-z])", r"\1", _braced(out))


def _braced(name: str) -> str:
    # \hat o and \hat{o} are one name
    return re.sub(
        r"(\\(?:hat|widehat|tilde|widetilde|bar|overline|vec|dot|check|"
        + "|".join(_STYLES)
        + r")) ([A-Za-z0-9])",
        r"\1{\2}",
        name,
    )


def unstyled(name: str) -> str:
    r"""The key without bold and calligraphic styles.

    >>> unstyled(key(r"\mathbf{A}_{k}"))
    'A_k'
    """
    out, before = name, None
    while out != before:
        before = out
        out = re.sub(r"\\(?:" + "|".join(_STYLES) + r")\{([^{}]*)\}", r"\1", out)
        out = re.sub(r"\\(?:" + "|".join(_STYLES) + r") ?(?=\\)", "", out)
    return out


def starred(name: str) -> str | None:
    r"""The name of which this is the star, None when it has none.

    >>> starred(key(r"A^\star")), starred("A")
    ('A', None)
    """
    out = _STAR.sub("", name)
    return out if out != name else None


def plain(name: str) -> str:
    r"""The name as the algebra writes it: Greek letters as such, accents in front.

    >>> plain(r"\Sigma_{o,\epsilon}"), plain(r"\hat{o}'"), plain("X^{(1)}")
    ('Σ_{o,ε}', "hat{o}'", 'X^{{1}}')
    """
    out = re.sub(r"\\([A-Za-z]+) ?", lambda m: _GREEK.get(m[1], m[1]), unstyled(name))
    return out.replace("(", "{").replace(")", "}").replace(" ", "")
