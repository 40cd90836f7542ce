"""The engine's objects in the place of the library's, proved by a theorem of proofs/.

A `Match` says which objects of the engine stand where in the statement of a theorem.  Its lemma is that statement
with the engine's printed objects in it (an objective as collected, an eliminated objective, the chosen letters, a
reduced moment, the conditions of equality); its proof applies the theorem and compares the two statements piece by
piece (`deduce`, theories/export_tactics.v).  Another sign, letter, transpose, index or coefficient is rejected by
the kernel.  The words between the objects are those of the theorem and are read with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symlam.algebra import Dimension, Matrix
from symlam.errors import SymlamError
from symlam.evidence.export._export import HEADER, _like
from symlam.evidence.export._instance import INSTANCE_HEADER, Refutation
from symlam.evidence.export._print import Printer
from symlam.evidence.export._proof import Script
from symlam.evidence.export._statement import Hypothesis, flat, state
from symlam.evidence.export._terms import normal

_HOLE = re.compile(r"\{([#~@=]?)([^{}:]+)(:?)\}")
# definitions that are opened on both sides before they are compared
_OPEN = ("optimal", "loss", "predict", "latent")


@dataclass(frozen=True)
class Match:
    """One theorem in the engine's objects.

    ``conclusion``, ``given`` (more hypotheses), ``binders`` and ``arguments`` (of the theorem) are Coq with holes:
    ``{name}`` is an object or a letter, ``{A:}`` the binder of a letter, ``{#d}`` a dimension, ``{~l}`` a name of
    the statement's own, ``{@i}`` and ``{=i}`` what the proof calls the i-th of ``given`` and of ``facts``.  ``bound`` are letters that the conclusion quantifies.  ``facts`` are equations that follow
    from the assumptions ``under`` and that the theorem asks for; ``lines`` and ``after`` are tactics before and after
    the theorem is there as ``hyp_t``.  ``over`` is what the theorem takes numbers from, ``space`` whether it speaks of
    random vectors.
    """

    claim: str
    theorem: str
    theories: tuple[str, ...]
    what: str
    objects: Mapping[str, Any]
    conclusion: str
    arguments: str
    under: Any = ()
    bound: tuple[Matrix, ...] = ()
    binders: str = ""
    given: tuple[str, ...] = ()
    facts: tuple[tuple[Any, Any], ...] = ()
    lines: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    unfold: tuple[str, ...] = ()
    over: str = "realFieldType"
    space: bool = True
    letters: tuple[Matrix, ...] = ()

    @property
    def name(self) -> str:
        """The name of the lemma."""
        return f"match_{self.theorem}"

    def with_objects(self, **objects: Any) -> Match:
        """The same match about other objects.

        Raises SymlamError for an object that the match does not have.
        """
        unknown = set(objects) - set(self.objects)
        if unknown:
            raise SymlamError(f"no object {', '.join(unknown)}", expected=", ".join(self.objects))
        return replace(self, objects={**self.objects, **objects})


def header(matches: Sequence[Match | Refutation]) -> str:
    """The head of a file of these matches."""
    names = dict.fromkeys(t for m in matches for t in m.theories)
    if any(isinstance(m, Refutation) for m in matches):
        return INSTANCE_HEADER.replace("instances.", " ".join(["instances", *names]) + ".")
    return HEADER.replace("words export_tactics.", f"words export_tactics {' '.join(names)}.")


def export_match(match: Match) -> str:
    """The lemma of a match, with its proof.

    Raises SymlamError for a hole that names nothing, or for a fact that does not follow from the assumptions.
    """
    letters = {x.as_letter().name: x for x in (*match.bound, *match.letters)}

    def fill(text: str, p: Printer) -> str:
        def put(hole: re.Match[str]) -> str:
            kind, name, binder = hole.groups()
            if kind == "#":
                return p.dim(Dimension(name))
            if kind == "~":
                return p.names("own", name)
            if kind:
                return f"hyp_{known + int(name)}" if kind == "@" else f"hyp_f{name}"
            if binder:
                return p.binder(letters[name])
            if name in match.objects or name in letters:
                return f"({p.term(match.objects.get(name, letters.get(name)))})"
            return p.names("vector", name)

        return _HOLE.sub(put, text)

    facts = [(left, _like(right, normal(left))) for left, right in match.facts]
    terms = [*match.objects.values(), *match.letters, *(e for pair in facts for e in pair)]
    s = state(match.name, terms, lambda p: fill(match.conclusion, p), flat(match.under), bound=match.bound)
    p, known = s.printer, len(s.hypotheses)
    more = tuple(Hypothesis("given", (), fill(g, p)) for g in match.given)
    binders = s.binders.replace("R : realFieldType", f"R : {match.over}", 1)
    s = replace(s, binders=" ".join([binders, fill(match.binders, p)]), hypotheses=(*s.hypotheses, *more))
    script = Script(s)
    proof = script.facts()
    for i, (left, right) in enumerate(facts):
        proof.append(f"have hyp_f{i} : {p.term(left)} = {p.term(right)}.")
        proof += [f"  {t}" for t in script.equation(normal(left) - normal(right))]
    proof += [fill(line, p) for line in match.lines]
    arguments = " ".join(["@" + match.theorem, "R V" if match.space else "R", fill(match.arguments, p)])
    proof += [
        f"have hyp_t := {arguments}.",
        f"cbv beta zeta delta [{' '.join((*_OPEN, *match.unfold))}] in hyp_t |- *.",
        *(fill(line, p) for line in match.after),
        "deduce hyp_t.",
    ]
    return "\n".join([s.text, "Proof.", *proof, "Qed.", ""])


__all__ = ["Match", "export_match", "header"]
