"""What changed mathematically between a lock and what is derived now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symlam.errors import SymlamError
from symlam.snapshot import _formulas, _terms
from symlam.snapshot._record import SECTIONS

_BALL = re.compile(r"\[(?:([-+0-9.e]+) )?\+/- ([0-9.e+-]+)\]")

NEW = "is new"


@dataclass(frozen=True)
class Change:
    """One difference: the section, the entry, and a sentence."""

    section: str
    entry: str
    what: str

    @property
    def is_new(self) -> bool:
        """Whether an entry was added: nothing that was recorded is different."""
        return self.what == NEW

    def __str__(self) -> str:
        return f"{self.section}: {self.entry}: {self.what}"


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The differences that are mathematical: order of terms, names of files' formats and versions are none.

    Expressions are compared by normal form, numbers as enclosures that have to meet, certificates by checking the old
    one for the problem of today, statements up to white space. Raises SymlamError for a lock that cannot be read.
    """
    out: list[Change] = []
    for section in SECTIONS:
        before, now = old[section], new[section]
        if section == "theorems" and before and not now:
            out.append(Change(section, "all", "not compared: there are no proofs here"))
            continue
        for entry in before:
            if entry not in now:
                out.append(Change(section, entry, "is gone"))
                continue
            try:
                out += [
                    Change(section, entry, what)
                    for what in _COMPARED[section](entry, before[entry], now[entry])
                ]
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                if isinstance(error, SymlamError):
                    out.append(Change(section, entry, f"cannot be compared: {error}"))
                    continue
                raise SymlamError(
                    f"{section}: {entry} cannot be read: {type(error).__name__} {error}",
                    hint="symlam snapshot writes it again",
                ) from None
        out += [Change(section, entry, NEW) for entry in now if entry not in before]
    return out


def _objective(_: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    def terms(side: dict[str, Any], terms: list[str], shape: str = "") -> Any:
        return _terms.read(terms, side["names"], shape=shape)

    yield from _difference("the loss", terms(old, old["loss"]), terms(new, new["loss"]))
    known, stated = ([terms(s, z["terms"], z["shape"]) for z in s["zero by assumption"]] for s in (old, new))
    for mine, others, what in ((known, stated, "no longer assumed"), (stated, known, "newly assumed")):
        rules = _assumed(others)
        for z in mine:
            if rules.reduce(z):
                yield f"{what}: {z!r} = 0"
    rules = _assumed(stated)
    if len(old["lines"]) != len(new["lines"]):
        yield f"the derivation has {len(new['lines'])} lines instead of {len(old['lines'])}"
    for i, (a, b) in enumerate(zip(old["lines"], new["lines"], strict=False), start=1):
        if a["relation"] != b["relation"]:
            yield f"line {i}: the relation is {b['relation']!r} instead of {a['relation']!r}"
        yield from _difference(
            f"line {i}", rules.reduce(terms(old, a["terms"])), rules.reduce(terms(new, b["terms"]))
        )
    chosen = {c["letter"]: c for c in new["choices"]}
    for c in old["choices"]:
        other = chosen.pop(c["letter"], None)
        if other is None:
            yield f"no value is chosen for {c['letter']}"
        elif c["shape"] != other["shape"]:
            yield f"{c['letter']} is {other['shape']} instead of {c['shape']}"
        else:
            yield from _difference(
                f"the choice of {c['letter']}",
                rules.reduce(terms(old, c["terms"], c["shape"])),
                rules.reduce(terms(new, other["terms"], other["shape"])),
            )
    for letter in chosen:
        yield f"a value is chosen for {letter}"


def _assumed(zeros: list[Any]) -> Any:
    from symlam.algebra import Assumptions, equation

    return Assumptions([equation(z, 0) for z in zeros if z])


def _difference(what: str, old: Any, new: Any) -> Iterator[str]:
    """The terms of the normal form whose coefficients changed."""
    if old == new:
        return
    kind = type(old)
    keys = [k for k in {**old.terms, **new.terms} if old.terms.get(k, 0) != new.terms.get(k, 0)]

    def one(key: Any) -> str:
        single = {key: 1}
        return repr(kind(single) if len(key) == 2 else kind(old.rows, old.cols, single))

    for key in sorted(keys, key=one):
        yield f"{what}: the coefficient of {one(key)} was {old.terms.get(key, 0)} and is {new.terms.get(key, 0)}"


def _interval(text: Any) -> tuple[Fraction, Fraction]:
    """The ends of a printed ball or number."""
    found = _BALL.fullmatch(str(text))
    if found is None:
        return Fraction(str(text)), Fraction(str(text))
    middle, radius = Fraction(found[1] or 0), Fraction(found[2])
    return middle - radius, middle + radius


def _meet(old: Any, new: Any) -> bool:
    if old is None or new is None:
        return old is new
    if isinstance(old, list) or isinstance(new, list):
        return (
            isinstance(old, list)
            and isinstance(new, list)
            and len(old) == len(new)
            and all(map(_meet, old, new))
        )
    (a, b), (c, d) = _interval(old), _interval(new)
    return a <= d and c <= b


def _optimum(_: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if old["scenario"] != new["scenario"]:
        yield "the scenario is another one"
        return
    if old["status"] != new["status"]:
        yield f"the optimum was {old['status']} and is {new['status']}"
    if not _meet(old["loss"], new["loss"]):
        yield f"the minimum was {old['loss']} and is {new['loss']}"
    if not _meet(old["spectrum"], new["spectrum"]):
        yield f"the spectrum was {', '.join(old['spectrum'])} and is {', '.join(new['spectrum'])}"
    for name in {**old["metrics"], **new["metrics"]}:
        a, b = old["metrics"].get(name), new["metrics"].get(name)
        if not _meet(a, b):
            yield f"{name} was {a} and is {b}"


def _threshold(_: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for part in ("action", "noise", "sigma", "enters"):
        if old[part] is None or new[part] is None:
            if old[part] is not new[part]:
                yield f"{part} was {old[part]} and is {new[part]}"
            continue
        a, b = _formulas.read(old[part]), _formulas.read(new[part])
        if not _formulas.same(a, b):
            yield f"{part} was {a} and is {b}"


def _certificate(entry: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    from symlam.certificates import check_certificate
    from symlam.certificates.certificate import certificate_from_json
    from symlam.snapshot._record import scenarios

    before, now = certificate_from_json(old), certificate_from_json(new)
    try:
        check_certificate(before, scenarios().get(entry))
    except SymlamError as error:
        yield f"the recorded certificate is no longer one: {error}"
        return
    if before.hi < now.lo or now.hi < before.lo:
        yield f"the minimum was at most {float(before.hi)} and is at least {float(now.lo)}"


def _theorem(_: str, old: str, new: str) -> Iterator[str]:
    if " ".join(str(old).split()) != " ".join(str(new).split()):
        yield f"says something else: {new[:200]}"


def _derivation(_: str, old: list[str], new: list[str]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"has {len(new)} lines instead of {len(old)}"
        return
    for i, (a, b) in enumerate(zip(old, new, strict=True), start=1):
        if a != b:
            yield f"line {i}: {b} instead of {a}"


_COMPARED: dict[str, Any] = {
    "objectives": _objective,
    "optima": _optimum,
    "thresholds": _threshold,
    "certificates": _certificate,
    "theorems": _theorem,
    "derivations": _derivation,
}
