"""A policy combined with every remedy, and the penalty's minimum: wrong forms are refuted, dropped assumptions are missed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from symlam.algebra import dimension_at_most, uncorrelated
from symlam.algebra._exact import Instance, fraction, trace
from symlam.claims import Part, claim, decide
from symlam.claims import _acting as acting
from symlam.models.exogenous_letters import ξ, π


def clause(name: str) -> Part:
    return next(p for p in claim(name.split(".")[0]).parts() if p.name == name)


NAMES = ("R1.f", "R4.e", "R4.f", "R5.k", "R5.l", "R5.m", "R6.g", "R6.h", "R7.f", "R7.g", "R7.h")


@pytest.mark.parametrize("name", NAMES)
def test_each_is_decided_with_a_proof_and_exact_instances(name: str) -> None:
    found = decide(clause(name), effort=12)
    assert found.verdict == ("holds-with-hypothesis" if name == "R4.f" else "holds")
    assert found.complete
    assert found.proof is not None
    assert found.proof.lines


def mixed(share) -> Any:
    """The value of R5.m with another weight of what the policy reads off ξ, and of the noise."""

    def value(known: Any, inst: Instance) -> Any:
        w = 1 + inst.scalars["λ"]
        read, noise = share(w)
        acted, off, eta = (inst.value(x) for x in (acting.ACTED, acting.READ_OFF, acting.NOISE))
        kept = acted * acting._q(w) + off * acting._q(read) + eta * acting._q(noise)
        return kept, w * fraction(trace(acted + eta)) + read * fraction(trace(off))

    return acting.regression_is(value, "L + λ L_X")


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (lambda w: (w - 1 / w, 1 / w), "holds"),
        (lambda w: (w - 1, 1 / w), "refuted"),
        (lambda w: (w, 1 / w), "refuted"),
        (lambda w: (w - 1 / w, 1), "refuted"),
    ],
    ids=["derived", "no gain of A at the sample", "as if A knew nothing", "noise undivided"],
)
def test_the_weights_of_the_mixture_are_those(share, verdict: str) -> None:
    part = clause("R5.m")
    prove = part.prove if verdict == "holds" else lambda *_: None
    assert decide(replace(part, test=mixed(share), prove=prove), effort=40).verdict == verdict


@pytest.mark.parametrize("name", ["R1.f", "R5.k", "R5.l", "R5.m", "R7.f", "R7.h"])
def test_no_proof_without_independent_columns(name: str) -> None:
    part = clause(name)
    from symlam.algebra._assumptions import IndependentColumns

    m = part.model.without([a for a in part.model.assumptions if isinstance(a, IndependentColumns)])
    assert decide(replace(part, model=m), effort=30).verdict in ("refuted", "open")


def test_the_weight_of_the_penalty_is_twice() -> None:
    part = clause("R7.f")

    def once(known: Any, inst: Instance) -> Any:
        kept = inst.value(acting.E * acting.moment(acting.W.q, acting.W.q) * acting.E.T)
        noise = inst.value(acting.NOISE)
        share = 1 / (1 + inst.scalars["μ"])
        return kept + noise * acting._q(share), fraction(trace(kept + noise))

    changed = replace(part, test=acting.regression_is(once, "L"), prove=lambda *_: None)
    assert decide(changed, effort=40).verdict == "refuted"


def test_a_head_with_fewer_rows_than_the_latent_is_what_the_infimum_rests_on() -> None:
    part = clause("R6.g")
    narrow = part.model.without(dimension_at_most("d_a", "d_z"))
    assert part.prove(narrow, frozenset()) is None


def test_the_policy_noise_is_uncorrelated_with_the_state() -> None:
    part = clause("R5.k")
    m = part.model.without(uncorrelated(ξ, π))
    assert decide(replace(part, model=m), effort=40).verdict in ("refuted", "open")
