"""Time of `symlam check` on the printed proofs; run as ``python benchmarks/bench_check.py``, prints figures."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PROOFS = ("P4.1.tex", "P4.2.tex", "P4.3.tex", "P4.4.tex")
FALSE = ("P4.3.tex", "P4.4.tex", "P4.4-proof.tex", "D1.tex")
COLD = """
import sys
from symlam.check import check_file
for f in sys.argv[1:]:
    check_file(f)
"""


def median(action, repeat: int) -> tuple[float, float]:
    """Median wall and processor time of an action (children included), in seconds."""
    wall, cpu = [], []
    for _ in range(repeat):
        start, used = time.perf_counter(), os.times()
        action()
        now = os.times()
        wall.append(time.perf_counter() - start)
        cpu.append(sum(now[:4]) - sum(used[:4]))
    return statistics.median(wall), statistics.median(cpu)


def report(what: str, times: tuple[float, float], bound: str = "") -> None:
    """One line: what, wall and processor time, bound."""
    print(f"{what:<64} {1e3 * times[0]:9.1f} ms wall {1e3 * times[1]:9.1f} ms processor  {bound}")


def main() -> None:
    """Measure and print."""
    from symlam.check import FAILS, check_text
    from symlam.check._remember import forget
    from symlam.check._verdict import SECONDS

    paths = [str(EXAMPLES / f) for f in PROOFS]
    cold = median(lambda: subprocess.run([sys.executable, "-c", COLD, *paths], check=True), 5)
    report("printed proofs of P4.1-P4.4, cold (new process, imports too)", cold, "bound 2 s")

    sources = {f: (EXAMPLES / f).read_text(encoding="utf-8") for f in (*PROOFS, *FALSE)}
    for f in PROOFS:
        check_text(sources[f])

    def all_proofs() -> None:
        for f in PROOFS:
            check_text(sources[f])

    def anew() -> None:
        forget()
        all_proofs()

    report("the same, warm (lines that did not change are remembered)", median(all_proofs, 7), "bound 100 ms")
    report("the same, warm, every line decided anew", median(anew, 7))
    for f in PROOFS:
        report(f"    {f}", median(lambda f=f: (forget(), check_text(sources[f])), 7))
    for f in FALSE:
        lines = [x for x in check_text(sources[f]).lines if x.verdict.answer == FAILS]
        times = median(lambda f=f: (forget(), check_text(sources[f])), 5)
        report(f"{f}, {len(lines)} counterexample(s) found", times, "bound 1 s for each")
    print(f"time limit for one line {SECONDS:g} s")


if __name__ == "__main__":
    main()
