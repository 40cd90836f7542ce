"""Which theorem shows that a hypothesis is needed: the field ``needs`` of the ledger, against the gate.

Every hypothesis of a theorem of role *repaired* is read from its restatement in the gate, and ``needs`` has to say for
each of them, word for word, why it stands there: the name of a theorem of the ledger that shows its need, or
``notation`` (it names objects that always exist: a decomposition, a regression matrix) or ``subject`` (it picks what the
theorem speaks about: an optimum, a white action).
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS = ("notation", "subject")
_OPEN, _CLOSE = "([{", ")]}"


def hypotheses(statement: str) -> list[str]:
    """The hypotheses of a statement as the gate writes it, in order, each with single blanks.

    A hypothesis is what stands before an outermost arrow; quantifiers and ``let`` are passed over, and what follows
    the last arrow, or an outermost ``exists``, is the conclusion.

    >>> hypotheses("forall (R : rcfType) (a b : R), 0 < a -> let c := a in forall d : R, c <= d -> a = b")
    ['0 < a', 'c <= d']
    >>> hypotheses("forall a : R, (0 < a -> a = 1) -> exists b : R, 0 < b -> a = b")
    ['0 < a -> a = 1']
    """
    text = " ".join(statement.split())
    found: list[str] = []
    while True:
        text = _after_binders(text)
        if text.startswith("exists "):
            return found
        cut = _outermost(text, "->")
        if cut is None:
            inner = _bracketed(text)
            if inner is None:
                return found
            text = inner
            continue
        found.append(_bracketed(text[:cut].strip()) or text[:cut].strip())
        text = text[cut + 2 :].strip()


def _after_binders(text: str) -> str:
    """``text`` without the quantifiers and ``let``s that it begins with."""
    while True:
        text = text.strip()
        if text.startswith("forall "):
            cut = _outermost(text, ",")
        elif text.startswith("let "):
            cut = _outermost(text, " in ")
        else:
            return text
        if cut is None:
            return text
        text = text[cut + (4 if text.startswith("let ") else 1) :]


def _outermost(text: str, sign: str) -> int | None:
    """Where ``sign`` first stands outside of every bracket, not as part of ``<->``."""
    depth = 0
    for place, letter in enumerate(text):
        if letter in _OPEN:
            depth += 1
        elif letter in _CLOSE:
            depth -= 1
        elif depth == 0 and text.startswith(sign, place) and not (sign == "->" and text[place - 1] == "<"):
            return place
    return None


def _bracketed(text: str) -> str | None:
    """What is inside of a pair of brackets around the whole of ``text``, or None."""
    if not text.startswith("("):
        return None
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in _OPEN) - (letter in _CLOSE)
        if depth == 0:
            return text[1:-1].strip() if place == len(text) - 1 else None
    return None


def why_not(needs: Mapping[str, str], statement: str, names: set[str]) -> str:
    """Why ``needs`` does not account for the hypotheses of ``statement``; empty where it does.

    >>> why_not({"0 < a": "a_pos_needed"}, "forall a : R, 0 < a -> a != 0", {"a_pos_needed"})
    ''
    >>> why_not({}, "forall a : R, 0 < a -> a != 0", set())
    'nothing says why it needs: 0 < a'
    """
    asked = hypotheses(statement)
    if lacking := [text for text in asked if text not in needs]:
        return f"nothing says why it needs: {lacking[0]}"
    if extra := [text for text in needs if text not in asked]:
        return f"its statement has no hypothesis: {extra[0]}"
    if unknown := [word for word in needs.values() if word not in names and word not in WORDS]:
        return f"needs names {unknown[0]}, which is no theorem of the ledger"
    return ""
