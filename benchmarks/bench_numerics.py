"""Speed of the numerics, each figure next to a named rival of the same run; nothing is asserted.

python benchmarks/bench_numerics.py [--training-steps 40000] [--largest 2048]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial

# small matrices dominate, and idle BLAS threads of a busy machine distort every ratio; set it otherwise to compare
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from symlam.certificates import certify, check_certificate
from symlam.figures import EXOGENOUS_PHASES, PANELS, panel_points
from symlam.numerics import Problem, solve, solve_arrays
from symlam.scenario import ExogenousScenario, Scenario, enclose, predict, predict_many, train
from symlam.scenario.metrics import METRICS


def timed(work: Callable[[], object], *, repeat: int = 3) -> float:
    """The least processor time of ``repeat`` runs, in seconds: wall time of an idle machine, as BLAS has one thread."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def line(what: str, ours: float, rival: str, theirs: float, aim: str = "") -> None:
    """One printed comparison."""
    print(
        f"{what:<58} {ours * 1e3:10.2f} ms   {rival:<38} {theirs * 1e3:10.2f} ms   ratio {ours / theirs:8.3g}   {aim}"
    )


def peak() -> float:
    """Peak resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--training-steps", type=int, default=40000)
    parser.add_argument("--largest", type=int, default=2048)
    options = parser.parse_args()

    print("processor time, one BLAS thread; each rival in the same run")
    rows = panel_points()
    every = [scenario for panel in PANELS for scenario in panel.scenarios]
    line(
        f"six panels, {len(rows)} cells, {3 * len(rows)} errors",
        timed(panel_points),
        "a Python loop of predict",
        timed(lambda: [predict(x) for x in every], repeat=1),
        "aim <= 2 s",
    )
    many = [Scenario(noise="agents", sigma=Fraction(i, 500), d_z=1 + i % 16) for i in range(1500)]
    line(
        "a sweep of 1,500 scenarios in one call",
        timed(lambda: predict_many(many), repeat=2),
        "a Python loop of predict",
        timed(lambda: [predict(x) for x in many], repeat=1),
    )

    for phase in (EXOGENOUS_PHASES[1], EXOGENOUS_PHASES[2]):
        cells = [phase.make(x, y) for y in phase.y[2] for x in phase.x[2]]
        line(
            f"{phase.name}, {len(cells)} cells, 6 errors each",
            timed(partial(predict_many, cells), repeat=2),
            "a Python loop of predict",
            timed(lambda cells=cells: [predict(x) for x in cells], repeat=1),
            "aim <= 2 s",
        )
    exogenous = ExogenousScenario(geometry="separable", objective="mixture", rho="1/3", d_xi=3)
    line(
        "one exogenous scenario, enclosed at 50 digits",
        timed(lambda: enclose(exogenous, digits=50)),
        "float64",
        timed(lambda: predict(exogenous), repeat=20),
    )

    one = Scenario(noise="agents", sigma=2, effects="random", label_fraction="0.01")
    predict(one)
    rng = np.random.default_rng(0)
    F = rng.standard_normal((128, 256))
    S = F @ F.T
    line(
        "one scenario, n = 128, float64",
        timed(lambda: predict(one), repeat=20),
        "numpy eigh, n = 128",
        timed(lambda: np.linalg.eigh(S), repeat=20),
        "aim <= 5 ms",
    )
    given = one.with_(cov_o=np.eye(128).tolist())
    predict(given)
    line(
        "the same with a given cov(o): no structure used",
        timed(lambda: predict(given)),
        "numpy eigh, n = 128",
        timed(lambda: np.linalg.eigh(S), repeat=20),
    )
    line(
        "one scenario, n = 128, enclosed at 50 digits",
        timed(lambda: enclose(one, digits=50)),
        "float64",
        timed(lambda: predict(one), repeat=20),
        "aim <= 1 s",
    )

    dense = Problem(moment=S, target=np.eye(128), inputs=np.eye(128), rank=8)
    copies = [Problem(moment=S, target=np.eye(128), inputs=np.eye(128), rank=8) for _ in range(2)]
    line(
        "a dense 128 x 128 spectrum enclosed at 50 digits",
        timed(lambda: solve(copies.pop(), tier="arb", digits=50, maps=False), repeat=2),
        "float64",
        timed(lambda: solve(dense)),
    )

    n = 64
    numbers = random.Random(0)
    factor = [[numbers.randint(-999, 999) for _ in range(n)] for _ in range(n)]
    moment = [
        [Fraction(sum(a * b for a, b in zip(x, y, strict=True)), 10**6) for y in factor] for x in factor
    ]
    eye = [[int(i == j) for j in range(n)] for i in range(n)]

    def fresh() -> Problem:
        return Problem(moment=moment, target=eye, inputs=eye, rank=8)

    found = certify(fresh(), gap="1e-40")
    print(f"    certificate at n = 64: gap {float(found.gap):.1e}")
    line(
        "certify, n = 64, gap 1e-40",
        timed(lambda: certify(fresh(), gap="1e-40"), repeat=1),
        "check_certificate alone",
        timed(lambda: check_certificate(found, fresh()), repeat=1),
        "aim <= 10 s",
    )

    steps = options.training_steps
    cell = Scenario(noise="agents", sigma=2, label_fraction="0.01", augment="0.1", latent="true")
    start = time.process_time()
    trained = train(cell, steps=steps, samples=True, learning_rate=1e-3, tolerance=0.0, check_every=steps)
    training = time.process_time() - start
    line(
        "closed form of one cell of Fig. 4 right",
        timed(lambda: predict(cell), repeat=20),
        f"Adam, batch 128, {steps} steps",
        training,
    )
    exact = predict(cell)
    told = ", ".join(
        f"{name} {exact.metrics[name].low:.4f} / {trained.metric(name)[0, 0]:.4f}" for name in METRICS
    )
    print(f"    closed form / trained: {told}; loss {exact.loss:.4f} / {trained.loss[0, 0]:.4f}")

    print("scaling: o, o' jointly dense, k = 16 (project out o, then the spectrum of the innovation)")
    n = 128
    while n <= options.largest:
        F = rng.standard_normal((2 * n, 2 * n)) / np.sqrt(2 * n)
        S = F @ F.T
        inner = S[n:, n:].copy()
        V, T, U = np.eye(2 * n)[:n], np.eye(2 * n)[n:], np.eye(2 * n)
        ours = timed(partial(solve_arrays, S, T, U, 16, regressors=V), repeat=1 if n > 512 else 3)
        rival = timed(partial(np.linalg.eigh, inner), repeat=1 if n > 512 else 3)
        line(f"  n = {n} (peak {peak():.0f} MB)", ours, f"numpy eigh, n = {n}", rival, "aim <= 3")
        n *= 2


if __name__ == "__main__":
    main()
