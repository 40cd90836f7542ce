"""Time of `symlam check` on the printed proofs; run as ``python benchmarks/bench_check.py``, prints figures."""

from __future__ import annotations

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


def median(action, repeat: int) -> float:
    """Median wall time of an action, in seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    from symlam.check import FAILS, check_file, check_text
    from symlam.check._verdict import SECONDS

    paths = [str(EXAMPLES / f) for f in PROOFS]
    cold = median(lambda: subprocess.run([sys.executable, "-c", COLD, *paths], check=True), 5)
    print(f"printed proofs of P4.1-P4.4, cold (new process, imports included)   {cold:8.3f} s   (bound 2 s)")

    sources = {f: (EXAMPLES / f).read_text(encoding="utf-8") for f in (*PROOFS, *FALSE)}
    for f in PROOFS:
        check_text(sources[f])

    def all_proofs() -> None:
        for f in PROOFS:
            check_text(sources[f])

    print(
        f"the same, warm                                                     {1e3 * median(all_proofs, 7):8.1f} ms  (bound 100 ms)"
    )
    for f in PROOFS:
        warm = median(lambda f=f: check_text(sources[f]), 7)
        print(f"    {f:<16}                                               {1e3 * warm:8.1f} ms")
    for f in FALSE:
        lines = [x for x in check_text(sources[f]).lines if x.verdict.answer == FAILS]
        warm = median(lambda f=f: check_text(sources[f]), 5)
        print(
            f"{f:<16} with {len(lines)} counterexample(s) found                     {1e3 * warm:8.1f} ms  (bound 1 s)"
        )
    print(f"time limit for one line {SECONDS:g} s")


if __name__ == "__main__":
    main()
