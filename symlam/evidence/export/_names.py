"""Coq identifiers for the names of letters, vectors, scalars and dimensions: injective, never reserved."""

from __future__ import annotations

import re
from collections.abc import Hashable

_GREEK = "αβγδεζηθικλμνξοπρςστυφχψωΓΔΘΛΞΠΣΦΨΩ⊥"
_SPELT = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau upsilon
    phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega perp
"""
# keywords of the language and of the libraries' notations, and every global name that a statement or proof mentions
_WORDS = """
    as at by do else end exists exists2 fix cofix for forall fun if IF in is isn let match mod move of on only return
    rewrite struct then using where with Prop SProp Set Type Axiom Check Definition Fail Goal Lemma Print Proof Qed
    R V w I O S E tt nat Z Q nil cons erefl realFieldType l2space cov msq act ip mxtrace trmx mulmx invmx unitmx
    scalar_mx pd psd sym en zR qR qmx Qmake mxrank rank row col last first left right idtac mxring qinst abel ring
    field apply exact case elim have suff pose set wlog without unless under over split loss loss_aug loss_full latent
    predict momv momentL2 cov_momv addr0 momentL2 psd_s ltac conj proj1 proj2
"""
_SPELL = dict(zip(_GREEK, re.findall(r"\S+", _SPELT), strict=True))
_RESERVED = frozenset(re.findall(r"\S+", _WORDS))


class Names:
    """One statement's names: equal keys get one identifier, different keys different ones.

    >>> names = Names()
    >>> [names("letter", x) for x in ("A", "in", "Σ_{o,q}", "o'", "E", "A")]
    ['A', 'in_', 'Sigma_o_q', "o'", 'E_', 'A']
    >>> names("vector", "A")
    'A1'
    """

    def __init__(self) -> None:
        self._of: dict[Hashable, str] = {}
        self._taken: set[str] = set()

    def __call__(self, kind: str, key: Hashable, name: str | None = None) -> str:
        """The identifier of ``key`` among the things of one ``kind``; ``name`` is what it should look like."""
        known = self._of.get((kind, key))
        if known is None:
            known = self._of[kind, key] = self._free(spell(str(key) if name is None else name))
        return known

    def _free(self, base: str) -> str:
        tries = [base, *(f"{base}{i}" for i in range(1, len(self._taken) + 2))]
        name = next(t for t in tries if t not in self._taken)
        self._taken.add(name)
        return name


def spell(name: str) -> str:
    """An ASCII identifier that looks like ``name`` and is not reserved; two names may still give the same one."""
    text = "".join(_SPELL.get(ch, ch) for ch in name)
    text = re.sub(r"[^A-Za-z0-9_']+", "_", text).strip("_") or "x"
    text = re.sub(r"_+", "_", text)
    if not (text[0].isalpha() and text[0].isascii()):
        text = "x" + text
    # proof scripts own the names hyp_..., and rings of primes must not meet a digit suffix
    return text + "_" if text in _RESERVED or text.startswith("hyp_") else text
