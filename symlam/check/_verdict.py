"""What is said of one line: follows, fails or undecided, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from symlam.check._environment import reported
from symlam.check._values import OutsideFragment
from symlam.errors import SymlamError

FOLLOWS, FAILS, UNDECIDED = "follows", "fails", "undecided"
_TICK, _PATIENCE = 0.005, 200  # seconds between two attempts to stop a line, and how many
SECONDS = 20.0  # of processor time, for one line


@dataclass(frozen=True)
class Verdict:
    """The answer for one line.

    ``used`` are the assumptions that were used; ``counterexample`` an exact instance with both
    values; ``squares`` the certificate of an inequality; ``note`` what else is worth saying.
    """

    answer: str
    rule: str
    used: frozenset[Any] = frozenset()
    counterexample: Any = None
    squares: tuple[str, ...] = ()
    note: str = ""
    unique: str | None = None
    obligations: tuple[Any, ...] = field(default=(), compare=False, repr=False)  # what --certify exports

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions used, as text."""
        return reported(self.used)


@dataclass(frozen=True)
class Violation:
    """Exact data that satisfy the assumptions, on which a line is wrong."""

    instance: Any
    left: Any
    right: Any
    what: str = ""
    also: dict[str, Any] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """JSON-ready, every number exact."""
        from symlam.algebra._equality import _show

        shown = {k: _show(v) for k, v in self.also.items()}
        out = {**self.instance.describe(), "left": _show(self.left), "right": _show(self.right)}
        if self.what:
            out["what"] = self.what
        if shown:
            out["also"] = shown
        return out


def undecided(reason: str, **more: Any) -> Verdict:
    """No answer, and why."""
    return Verdict(UNDECIDED, reason, **more)


class _TooLong(Exception):
    """The time for one line is over."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop what runs inside after some seconds of processor time, so that a busy machine changes no answer.

    Main thread of a POSIX process; elsewhere sizes are the only bound.
    """
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    ticks, over = 0, False

    def stop(signum: int, frame: Any) -> None:
        # raised inside somebody's callback, such as a hook of the garbage collector, it would be swallowed: wait for
        # the next tick that finds this project's own code, but not for ever
        nonlocal ticks
        ticks += 1
        if over:
            return
        if ticks > _PATIENCE or (frame and str(frame.f_globals.get("__name__", "")).startswith("symlam.")):
            raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    waiting = signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _TICK)[0]
    try:
        yield
    except _TooLong:
        raise OutsideFragment(f"no answer within {seconds:g} s of processor time") from None
    finally:
        over = True
        signal.setitimer(signal.ITIMER_VIRTUAL, waiting, _TICK if waiting else 0)
        signal.signal(signal.SIGVTALRM, before)


__all__ = ["FAILS", "FOLLOWS", "UNDECIDED", "SymlamError", "Verdict", "Violation", "time_limit", "undecided"]
