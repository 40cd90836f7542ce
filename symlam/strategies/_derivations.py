"""Derivations as LaTeX: true ones, and mutants that data without the engine prove false."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from symlam.strategies._corpus import KINDS, Step, is_false, random_setting
from symlam.strategies._corpus import mutants as changes


@dataclass(frozen=True)
class Written:
    """A derivation for `symlam.check`: its LaTeX with declarations, and what sort of step it is.

    ``kind`` is "expansion", "split", "gradient", ...; ``mutation`` says what was changed in a mutant.
    """

    latex: str
    kind: str
    mutation: str = ""

    def __repr__(self) -> str:
        return f"{self.kind}{f', mutated: {self.mutation}' if self.mutation else ''}\n{self.latex}"


# drawn choices, so that Hypothesis shrinks them
_choices = st.randoms(use_true_random=False)


@st.composite
def derivations(draw: st.DrawFn) -> Written:
    """Derivations of one line that are true by construction: expansions, splits, gradients, minimisers, bounds.

    The settings, with random assumptions, are part of the text. Shrinks to few letters.

    >>> from hypothesis import given, settings
    >>> from symlam.check import check_text
    >>> @settings(max_examples=3, deadline=None)
    ... @given(derivations())
    ... def test(written):
    ...     assert check_text(written.latex).exit_code == 0
    >>> test()
    """
    rng = draw(_choices)
    step = _step(rng)
    return Written(step.source(rng), step.kind)


def _step(rng: random.Random) -> Step:
    for _ in range(20):
        found = rng.choice(KINDS)(rng, random_setting(rng))
        if found is not None:
            return found
    assume(False)
    raise AssertionError


@st.composite
def mutants(draw: st.DrawFn) -> Written:
    """Derivations with one change (a sign, a factor, a transpose, an assumption ...) that makes them false.

    False by exact data on a finite probability space that satisfy the assumptions, found without the engine; a
    checker that accepts one is unsound. Changes of shape are left out: they have no value.
    """
    rng = draw(_choices)
    step = _step(rng)
    data = random.Random(0)  # what decides is not drawn: it is not part of the example
    for mutant in changes(step, rng):
        if mutant.mutation == "wrong dimension":
            continue
        if is_false(mutant, data):
            return Written(mutant.source(rng), mutant.kind, mutant.mutation)
    assume(False)
    raise AssertionError
