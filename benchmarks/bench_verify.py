"""Time of the main job: derivations of the four propositions, `symlam verify` cold, every claim.

Run as ``python benchmarks/bench_verify.py``; prints figures, asserts nothing.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SYMLAM = Path(sys.executable).parent / "symlam"


def seconds(action: Callable[[], object], repeat: int) -> list[float]:
    """Wall times of an action."""
    out = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        out.append(time.perf_counter() - start)
    return out


def propositions() -> None:
    """From the definitions to the optimum: derive, eliminate, recognise the reduced-rank regression."""
    from symlam.models import augmented_lam, linear_lam, supervised_lam
    from symlam.models.letters import B, D, E_head
    from symlam.objective import derive
    from symlam.optimum import reduced_rank

    for build in (linear_lam, augmented_lam, supervised_lam):
        chain = derive(build())
        reduced_rank(chain.objective, D, (B, E_head)).minimum_text()
    derive(linear_lam(), eliminate=linear_lam().regression)


def main() -> None:
    """Measure and print."""
    print(f"processors {os.cpu_count()}, load {os.getloadavg()[0]:.1f} (figures count on an idle machine)")
    helped = seconds(lambda: subprocess.run([SYMLAM, "--help"], check=True, capture_output=True), 5)
    print(f"{'symlam --help':<46}{statistics.median(helped):9.3f} s   (target 0.3 s)")

    (first,) = seconds(propositions, 1)
    warm = 1e3 * statistics.median(seconds(propositions, 9))
    print(f"{'four propositions derived, first time':<46}{first:9.3f} s   (imports included)")
    print(f"{'four propositions derived, warm':<46}{warm:9.1f} ms  (target 100 ms)")

    command = [SYMLAM, "verify", "--no-formal", "--digits", "50", "--json", "-"]
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    cold, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode == 2:
        sys.exit(done.stderr)
    report = json.loads(done.stdout)
    print(f"{'symlam verify --no-formal, cold, 50 digits':<46}{cold:9.2f} s   (target 20 s)")
    print(f"{'    processor time of it, workers included':<46}{busy:9.2f} s")
    for c in report["claims"]:
        digits = c["evidence"]["agreement"].get("digits", "-")
        tried = c["evidence"]["counterexample"]["instances"]
        print(
            f"    {c['id']:<7}{c['verdict']:<24}{c['seconds']:7.2f} s   {tried:>4} instances, digits {digits}"
        )
    print(f"{'sum over claims':<46}{sum(c['seconds'] for c in report['claims']):9.2f} s")


if __name__ == "__main__":
    main()
