"""How many checks ran, by kind, and the defaults that the pytest plugin's options set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

COUNTS: Counter[str] = Counter()


@dataclass
class Defaults:
    """What an assertion uses where the test does not say."""

    digits: int = 6
    certify: bool = False


DEFAULTS = Defaults()


def checked(kind: str) -> None:
    """Count one check that ran to an answer, whatever the answer was."""
    COUNTS[kind] += 1
