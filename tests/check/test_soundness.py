"""Soundness and completeness on generated steps: 500 true ones, 500 false mutants; `soundness.py` takes more."""

from __future__ import annotations

import random

import pytest

from symlam.strategies._corpus import is_false, true_steps
from tests.check import soundness
from tests.check.soundness import Measured, measure

COUNT = 500


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(COUNT, seed=20)


def test_every_true_step_is_accepted(measured: Measured, capsys) -> None:
    with capsys.disabled():
        print("\n" + measured.text())
    assert measured.true == COUNT
    assert not measured.not_accepted, measured.not_accepted[0]


def test_no_false_mutant_is_accepted(measured: Measured) -> None:
    assert measured.false == COUNT
    assert not measured.wrongly_accepted, measured.wrongly_accepted[0]


def test_the_corpus_is_not_one_kind_of_step(measured: Measured) -> None:
    assert len(measured.kinds) >= 8
    assert len(measured.mutations) >= 7
    # most refusals are counterexamples, not input errors
    assert measured.answers["fails"] > COUNT / 2
    assert measured.answers["undecided"] < COUNT / 20


def test_a_checker_that_accepts_everything_would_be_caught(monkeypatch) -> None:
    monkeypatch.setattr(soundness, "verdict", lambda source: "follows")
    found = measure(20, seed=3)
    assert len(found.wrongly_accepted) == 20


def test_a_checker_that_accepts_nothing_would_be_caught(monkeypatch) -> None:
    monkeypatch.setattr(soundness, "verdict", lambda source: "fails")
    assert len(measure(20, seed=3).not_accepted) == 20


def test_true_steps_are_true_by_evaluation_alone() -> None:
    rng = random.Random(0)
    steps = true_steps(5)
    for _ in range(40):
        assert not is_false(next(steps), rng, 4)
