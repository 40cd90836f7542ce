"""Figures of the symbolic engine, printed: run ``python benchmarks/bench_engine.py``.

Every figure is measured now, on this machine: processor time inside the process, wall time for
fresh interpreters.  The comparison with SymPy is made in the same run, on what SymPy gets
right (each gradient of one trace at a time), and its result is compared with ours.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median


def timed(f: Callable[[], object], *, repeat: int = 7, least: float = 0.02) -> float:
    """Median seconds of one call, each sample long enough to be measured."""
    f()
    start = time.process_time()
    f()
    count = max(1, int(least / max(time.process_time() - start, 1e-9)))
    samples = []
    for _ in range(repeat):
        start = time.process_time()
        for _ in range(count):
            f()
        samples.append((time.process_time() - start) / count)
    return median(samples)


def cold(code: str, *, repeat: int = 5) -> float:
    """Median seconds of a fresh interpreter."""
    samples = []
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        samples.append(time.perf_counter() - start)
    return median(samples)


def show(what: str, seconds: float, note: str = "") -> None:
    """One line."""
    unit, scale = ("ms", 1e3) if seconds < 1 else ("s", 1)
    print(f"{what:<58} {seconds * scale:9.3f} {unit:<3} {note}")


def objective_and_gradients() -> None:
    """The loss of the linear model with no assumption, and its four gradients."""
    from symlam.algebra import from_sympy, gradient, matrix, msq, to_sympy, total, vector

    A, B = matrix("A", "d_o", "d_o"), matrix("B", "d_o", "d_z")
    C, D = matrix("C", "d_z", "d_o"), matrix("D", "d_z", "d_o")
    o, q, e = vector("o", "d_o"), vector("q", "d_o"), vector("ε", "d_o")

    from symlam.algebra._expression import from_letter

    def ours() -> object:
        after = o + q + e
        f = msq(A * o + B * (C * o + D * after) - after)
        return f, [gradient(f, x) for x in (A, B, C, D)]

    f, ours_g = ours()  # type: ignore[misc]
    mine = timed(ours)
    show("objective and four gradients, warm", mine, f"{len(f.terms)} traces (target 2 ms)")

    import sympy

    sym = to_sympy(f)
    letters = [to_sympy(x) for x in (A, B, C, D)]
    named = {x.name: from_letter(x) for x in f.letters()}
    traces = [(c, t) for c, t in (a.as_coeff_Mul() for a in sym.args)]

    def theirs() -> object:
        # one trace at a time: the derivative of a sum of traces comes out as zero
        return [[c * sympy.Trace(t.arg).diff(x) for c, t in traces if t.has(x)] for x in letters]

    other = timed(theirs, repeat=3)
    agree = all(
        total([from_sympy(part.doit(), letters=named) for part in parts]) == g
        for parts, g in zip(theirs(), ours_g, strict=True)
    )
    note = f"{other / mine:.0f} times as long; the same gradients: {agree}"
    show("four gradients in SymPy, trace by trace, warm", other, note)
    print(
        f"    SymPy's Trace sum .diff(A) gives {sym.diff(letters[0])!s:.40}; ours has {len(ours_g[0].terms)} words"
    )


def cost_per_word() -> None:
    """The normal form of sums of N random trace words: close to linear in N."""
    from symlam.algebra import Scalar, matrix, substitute, total, tr
    from symlam.algebra._letter import canonical_trace

    letters = [matrix(f"M{i}", "n", "n") for i in range(8)]
    codes = [next(iter(m.terms))[2][0] + t for m in letters for t in (0, 1)]
    rng = random.Random(1)
    first = None
    for n in (10**2, 10**3, 10**4, 10**5):
        words = [tuple(rng.choice(codes) for _ in range(8)) for _ in range(n)]
        start = time.process_time()
        for w in words:
            canonical_trace(w)
        bare = time.process_time() - start
        start = time.process_time()
        f = total(Scalar({((), (canonical_trace(w),)): 1}) for w in words)
        full = time.process_time() - start
        first = first or full / n
        start = time.process_time()
        g = substitute(f, {letters[0]: letters[1]})
        put = time.process_time() - start
        note = f"{full / n * 1e6:6.2f} us a word ({full / n / first:.2f} of the first), canonical form {bare / n * 1e6:.2f} us"
        show(f"sum of {n} traces of 8 letters, {len(f.terms)} classes", full, note)
        show(
            "    a letter replaced in all of them",
            put,
            f"{put / n * 1e6:.2f} us a word, {len(g.terms)} classes",
        )
    m = total(a * b * c for a in letters for b in letters for c in letters) + total(letters)
    big = timed(lambda: tr(m * m.T), repeat=1)
    show(
        f"trace of a product of two sums, {len(m.terms) ** 2} words",
        big,
        f"{big / len(m.terms) ** 2 * 1e6:.2f} us a word",
    )


def deciding() -> None:
    """Yes, no and undecided."""
    from symlam.algebra import (
        Assumptions,
        equal,
        equation,
        identity,
        matrix,
        msq,
        tr,
        uncorrelated,
        vector,
        white,
    )

    A, B, D = matrix("A", "d_o", "d_o"), matrix("B", "d_o", "d_z"), matrix("D", "d_z", "d_o")
    o, q, e = vector("o", "d_o"), vector("q", "d_o"), vector("ε", "d_o")
    M = B * D - identity("d_o")
    whole, split = msq(A * o + M * (q + e)), msq(A * o) + msq(M * (q + e))
    stated = (*uncorrelated(o, q + e), white(e), *uncorrelated(q, e))
    known = Assumptions(stated)
    show("assumptions entered (three equations)", timed(lambda: Assumptions(stated)))
    assert equal(whole, split, under=known).verdict is True
    show("equal: yes", timed(lambda: equal(whole, split, under=known)))
    assert equal(whole, split).verdict is False
    show("equal: no, with exact counterexample", timed(lambda: equal(whole, split)))
    a, b = matrix("a", 1, 1), matrix("b", 1, 1)
    assert equal(a * b, b * a).verdict is None
    show("equal: undecided (fixed size 1 x 1)", timed(lambda: equal(a * b, b * a)))
    X, Y = matrix("X", "d_o", "d_a"), matrix("Y", "d_o", "d_o")
    same = [equation(X.T * X, identity("d_a")), equation(X * X.T * Y, Y)]
    show(
        "rules with overlaps entered",
        timed(lambda: Assumptions(same)),
        f"tr(Y' X X' Y) = {Assumptions(same).reduce(tr(Y.T * X * X.T * Y))}",
    )


def imports() -> None:
    """Fresh interpreters."""
    bare = cold("pass")
    show("python, nothing imported", bare)
    show("import symlam.algebra", cold("import symlam.algebra"), f"of which {bare * 1e3:.0f} ms is python")
    show("import sympy, for comparison", cold("import sympy", repeat=3))
    show(
        "symlam --help",
        cold("import sys; sys.argv = ['symlam', '--help']; from symlam.cli import main; main()"),
        "(target 0.3 s)",
    )


if __name__ == "__main__":
    for part in (objective_and_gradients, cost_per_word, deciding, imports):
        print(f"-- {part.__doc__.splitlines()[0]}")
        part()
