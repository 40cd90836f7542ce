"""What a Coq source says, read as text: sentences, forbidden commands, and the vocabulary of definitions.

The kernel's own report (``Print Assumptions``, ``coqchk``) decides what is proved. This reading guards what the
kernel cannot see: commands that switch its checks off, and definitions whose meaning was changed under a statement
that kept its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """One vernacular sentence with its line, without comments and final dot."""

    line: int
    text: str

    @property
    def normal(self) -> str:
        """The sentence with every run of white space as one blank."""
        return " ".join(self.text.split())


@dataclass(frozen=True)
class Finding:
    """Something that turns the audit red: its kind, where, and what was found."""

    kind: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.message}"


def strip_comments(text: str) -> str:
    """Blank out comments, keeping line numbers; comments nest, and strings count inside and outside of them.

    >>> strip_comments('a (* b (* c *) "*)" d *) e "(* kept *)"')
    'a                        e "(* kept *)"'
    """
    out: list[str] = []
    depth, in_string, i = 0, False, 0
    while i < len(text):
        pair = text[i : i + 2]
        if in_string:
            in_string = text[i] != '"'  # "" inside a string closes and opens again
        elif pair == "(*":
            depth += 1
            out.append("  ")
            i += 2
            continue
        elif pair == "*)" and depth:
            depth -= 1
            out.append("  ")
            i += 2
            continue
        elif text[i] == '"':
            in_string = True
        out.append(text[i] if not depth or text[i] == "\n" else " ")
        i += 1
    return "".join(out)


def sentences(text: str) -> list[Sentence]:
    """Split a source into sentences: a dot (or three) before white space ends one, except inside a string.

    >>> [s.normal for s in sentences("Lemma a : b.c = 1. (* x. *) Proof. by []. Qed.")]
    ['Lemma a : b.c = 1', 'Proof', 'by []', 'Qed']
    """
    bare = strip_comments(text)
    found: list[Sentence] = []
    start, in_string, i = 0, False, 0
    while i < len(bare):
        if bare[i] == '"':
            in_string = not in_string
        elif bare[i] == "." and not in_string:
            end = i + 1
            while bare[end : end + 1] == ".":
                end += 1
            after = bare[end : end + 1]
            if end != i + 2 and (not after or after.isspace()):
                _append(found, bare, start, i)
                start = end
            i = end
            continue
        i += 1
    if bare[start:].strip():
        _append(found, bare, start, len(bare))
    return found


def _append(found: list[Sentence], bare: str, start: int, end: int) -> None:
    piece = bare[start:end]
    # bullets and braces before a tactic are no part of its sentence
    body = re.sub(r"\A(?:\s|[-+*]+(?=\s)|[{}](?!\|))+", "", piece)
    if body.strip():
        line = bare.count("\n", 0, end - len(body)) + 1
        found.append(Sentence(line, body.rstrip()))


_MODIFIER = re.compile(
    r"\A(?:#\[[^\]]*\]|(?:Local|Global|Polymorphic|Monomorphic|Cumulative|NonCumulative|Private|Program|Time"
    r"|Timeout\s+\d+|Fail|Succeed)\b|Redirect\s+\"[^\"]*\")\s*"
)


def head(sentence: str) -> str:
    """The command word of a sentence, after attributes and modifiers.

    >>> head("#[local] Local Axiom x : False")
    'Axiom'
    """
    while match := _MODIFIER.match(sentence):
        sentence = sentence[match.end() :]
    word = re.match(r"[A-Za-z_]+", sentence)
    return word.group() if word else ""


# Heads that add something unproved, or lie outside what the audit reads.
_FORBIDDEN_HEADS = {
    **dict.fromkeys(
        ["Axiom", "Axioms", "Parameter", "Parameters", "Conjecture", "Conjectures"], "assumes what it states"
    ),
    "Admitted": "closes a proof that is not there",
    "Admit": "closes obligations that are not proved",
    "Declare": "",  # see _DECLARE
    "Load": "reads a file that the audit does not",
    "Drop": "leaves the checked language",
    "Cd": "moves the build elsewhere",
    "Primitive": "adds a primitive to the kernel",
    "Symbol": "adds a rewrite symbol to the kernel",
    "Symbols": "adds a rewrite symbol to the kernel",
    "Rewrite": "adds a rewrite rule to the kernel",
}
_DECLARE = re.compile(r"\bDeclare\s+(ML\s+Module|Module|Instance)\b")
_SECTION_ONLY = {"Hypothesis", "Hypotheses", "Variable", "Variables", "Context"}
_OPTIONS = re.compile(
    r"\b(Guard\s+Checking|Positivity\s+Checking|Universe\s+Checking|Definitional\s+UIP|Type\s+In\s+Type)\b"
)
_WORDS = {
    "admit": "leaves a goal unproved",
    "give_up": "leaves a goal unproved",
    "bypass_check": "switches a check of the kernel off",
    "native_compute": "trusts a compiler outside the kernel",
    "Redirect": "writes files of its own",
}
_IDENT = re.compile(r"[A-Za-z_][\w']*")


def scan(text: str, where: str) -> list[Finding]:
    """Forbidden commands of one source, each with its line; comments and strings do not count.

    >>> [f.where for f in scan("(* Axiom. *) Section S. Variable n : nat. End S. Variable m : nat.", "x.v")]
    ['x.v:1']
    """
    found: list[Finding] = []
    opened: list[str] = []

    def report(sentence: Sentence, what: str, why: str) -> None:
        found.append(Finding("forbidden command", f"{where}:{sentence.line}", f"{what} {why}"))

    for sentence in sentences(text):
        word = head(sentence.text)
        if word == "Section" or (word == "Module" and ":=" not in sentence.text):
            opened.append(word)
        elif word == "End" and opened:
            opened.pop()
        plain = re.sub(r'"(?:[^"]|"")*"', '""', sentence.text)
        if word in _FORBIDDEN_HEADS and (why := _FORBIDDEN_HEADS[word]):
            report(sentence, word, why)
        if match := _DECLARE.search(plain):
            report(sentence, " ".join(match.group().split()), "brings in what the sources do not define")
        if word in _SECTION_ONLY and (not opened or opened[-1] != "Section"):
            report(sentence, word, "outside a section assumes what it states")
        if match := _OPTIONS.search(plain):
            report(sentence, " ".join(match.group().split()), "changes what the kernel checks")
        for ident in _IDENT.findall(plain):
            if ident in _WORDS:
                report(sentence, ident, _WORDS[ident])
        if "-type-in-type" in plain:
            report(sentence, "-type-in-type", "switches a check of the kernel off")
    return found


_ASSERTION = {
    *("Theorem", "Lemma", "Fact", "Remark", "Corollary", "Proposition", "Property", "Example", "Goal"),
}
_CLOSING = {"Qed", "Defined", "Admitted", "Abort", "Save"}


def vocabulary(text: str) -> list[str]:
    """Every sentence that is neither a lemma's statement nor its proof: what gives the statements their meaning.

    >>> vocabulary("Definition n := 1. Lemma a : n = 1. Proof. by []. Qed. Notation N := n.")
    ['Definition n := 1', 'Notation N := n']
    """
    kept: list[str] = []
    in_proof = False
    for sentence in sentences(text):
        word = head(sentence.text)
        if in_proof:
            term = word == "Proof" and not re.match(r"Proof\s*(\Z|using\b|with\b)", sentence.text)
            in_proof = not (word in _CLOSING or term)
        elif word in _ASSERTION:
            in_proof = True
        else:
            kept.append(sentence.normal)
    return kept


_DECLARED = re.compile(
    rf"\b(?:{'|'.join([*sorted(_ASSERTION), 'Definition', 'Let', 'Instance', 'Fixpoint'])})\s+([A-Za-z_][\w']*)"
)


def declared(text: str) -> set[str]:
    """The names that a source states or defines itself.

    >>> sorted(declared("Lemma foo : True. (* Lemma bar. *) Definition n' := 1."))
    ['foo', "n'"]
    """
    return {name for sentence in sentences(text) for name in _DECLARED.findall(sentence.text)}
