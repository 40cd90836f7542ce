"""Time of `symlam latex` and of `symlam report` from a warm cache; run as ``python benchmarks/bench_latex.py``."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SYMLAM = Path(sys.executable).parent / "symlam"
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def measured(repeat: int, *words: str) -> tuple[float, float]:
    """Median wall and processor time of a command in a new process, in seconds."""
    wall, cpu = [], []
    for _ in range(repeat):
        start, used = time.perf_counter(), os.times()
        done = subprocess.run([SYMLAM, *words], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        now = os.times()
        wall.append(time.perf_counter() - start)
        cpu.append(now[2] + now[3] - used[2] - used[3])
    return statistics.median(wall), statistics.median(cpu)


def say(what: str, times: tuple[float, float], bound: str = "") -> None:
    """One line: what, wall and processor time, bound."""
    print(f"{what:<64} {times[0]:7.2f} s wall {times[1]:7.2f} s processor  {bound}")


def main() -> None:
    say("symlam latex P4.2, cold", measured(3, "latex", "P4.2"), "bound 2 s")
    say("symlam latex examples/P4.1.tex, cold", measured(3, "latex", str(EXAMPLES / "P4.1.tex")))
    with tempfile.TemporaryDirectory() as scratch:
        for suffix in ("html", "pdf"):
            words = ("report", "-o", f"{scratch}/report.{suffix}", "--no-formal")
            measured(1, *words)
            say(
                f"symlam report -o report.{suffix} --no-formal, warm cache", measured(1, *words), "bound 30 s"
            )
        say(
            "symlam report -o report.html, warm cache, kernel asked anew",
            measured(1, "report", "-o", f"{scratch}/r.html"),
        )


if __name__ == "__main__":
    main()
