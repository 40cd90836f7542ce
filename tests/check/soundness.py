"""Soundness and completeness, measured: true steps accepted, false mutants not.

    python -m tests.check.soundness --count 10000 [--seed 1]

Exit code 1 when a true step was not accepted or a false mutant was.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from symlam.check import check_text
from symlam.errors import SymlamError
from symlam.strategies._corpus import Step, is_false, mutants, true_steps


@dataclass
class Measured:
    """What was counted, and the sources that went wrong."""

    true: int = 0
    accepted: int = 0
    false: int = 0
    refused: int = 0
    kinds: Counter = field(default_factory=Counter)
    mutations: Counter = field(default_factory=Counter)
    answers: Counter = field(default_factory=Counter)
    not_accepted: list[str] = field(default_factory=list)
    wrongly_accepted: list[str] = field(default_factory=list)
    slowest: float = 0.0
    unfounded: int = 0  # mutants for which no breaking data were found: left out

    def text(self) -> str:
        """The figures."""
        lines = [
            f"{self.true} true steps, {self.accepted} accepted",
            f"{self.false} false mutants, {self.false - self.refused} accepted "
            f"({', '.join(f'{n} {a}' for a, n in sorted(self.answers.items()))})",
            f"slowest line {self.slowest:.2f} s; {self.unfounded} mutants left out: no data broke them",
            "steps: " + ", ".join(f"{k} {n}" for k, n in sorted(self.kinds.items())),
            "mutants: " + ", ".join(f"{k} {n}" for k, n in sorted(self.mutations.items())),
        ]
        return "\n".join(lines)


def verdict(source: str) -> str:
    """The answer for the last line; "unreadable" for an input error."""
    try:
        return check_text(source).lines[-1].verdict.answer
    except SymlamError:
        return "unreadable"


def measure(count: int, *, seed: int = 1, progress: bool = False) -> Measured:
    """Check ``count`` true steps and as many false mutants."""
    out = Measured()
    try:
        return _run(out, count, seed, progress)
    except KeyboardInterrupt:  # what was counted so far is worth knowing
        return out


def _run(out: Measured, count: int, seed: int, progress: bool) -> Measured:
    rng = random.Random(seed)
    start = time.perf_counter()
    for step in true_steps(seed):
        if out.true < count:
            _true(step, out, rng)
        for mutant in mutants(step, rng):
            if out.false >= count:
                break
            if _mutant(mutant, out, rng):
                break
        if out.true >= count and out.false >= count:
            return out
        if progress and out.true % 500 == 0:
            print(
                f"{out.accepted} of {out.true} steps accepted, {out.false - out.refused} of {out.false} mutants, "
                f"{time.perf_counter() - start:.0f} s",
                file=sys.stderr,
            )
    return out


def _timed(source: str, out: Measured) -> str:
    before = time.perf_counter()
    answer = verdict(source)
    out.slowest = max(out.slowest, time.perf_counter() - before)
    return answer


def _true(step: Step, out: Measured, rng: random.Random) -> None:
    source = step.source(rng)
    if is_false(step, rng, 2):
        raise AssertionError(f"the generator made a false step:\n{source}")
    out.true += 1
    out.kinds[step.kind] += 1
    if _timed(source, out) == "follows":
        out.accepted += 1
    else:
        out.not_accepted.append(source)


def _mutant(mutant: Step, out: Measured, rng: random.Random) -> bool:
    source = mutant.source(rng)
    if mutant.mutation == "wrong dimension":
        false = True  # shapes that do not agree have no value at all
    else:
        try:
            false = is_false(mutant, rng)
        except ValueError:
            false = True
    if not false:
        out.unfounded += 1
        return False
    answer = _timed(source, out)
    if mutant.mutation == "wrong dimension" and answer == "follows" and not _really(mutant, rng):
        return False
    out.false += 1
    out.mutations[mutant.mutation] += 1
    out.answers[answer] += 1
    if answer == "follows":
        out.wrongly_accepted.append(f"% {mutant.mutation}\n{source}")
    else:
        out.refused += 1
    return True


def _really(mutant: Step, rng: random.Random) -> bool:
    """Whether a change of shape is false by evaluation (a transposed pair may fit again)."""
    try:
        return is_false(mutant, rng)
    except ValueError:
        return True


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    found = measure(args.count, seed=args.seed, progress=True)
    print(found.text())
    for kind, sources in (("not accepted", found.not_accepted), ("WRONGLY ACCEPTED", found.wrongly_accepted)):
        for source in sources[:20]:
            print(f"--- {kind}\n{source}")
    return 1 if found.not_accepted or found.wrongly_accepted else 0


if __name__ == "__main__":
    sys.exit(main())
