"""One interface to the three tiers: `solve` and the `Solution` it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symlam.errors import SymlamError
from symlam.numerics.arguments import positive_integer
from symlam.numerics.problem import Problem

__all__ = ["Solution", "solve"]

_ZERO = 1e-10  # eigenvalues below this, relative to the largest, are 0 in float64
TIERS = ("float64", "mpmath", "arb")


@dataclass(frozen=True, eq=False)
class Solution:
    """The optimum of a `Problem`.

    ``status``: ``"attained"`` (``minimum`` is the minimum and A, B, G, heads attain it), ``"infimum"`` (exact
    value that the returned maps need not attain: rows of G along ``Problem`` directions that v explains would
    have to grow without bound) or ``"bounds"`` (no closed form: ``lower`` is rigorous up to the
    tier's rounding, ``upper`` = ``minimum`` was found by a numeric search and nothing more). Where exact ranks leave open
    whether heads can follow v (``Reduction.decoupled`` None), "attained" is proved in the arb tier, by balls around the heads, and
    is "infimum" or "bounds" without a proof; the other tiers decide it at their precision.
    ``spectrum``: eigenvalues of the weighted explained moment, descending. ``tie`` = (first, last): eigenvalues
    first..last-1 equal the k-th; ``unique``: the best prediction is unique (last == k, or the k-th is 0).
    A (p x d_v), B (p x k), G (k x d_u), heads (one p_h x k per head) in the tier's own matrix type; the other
    minimisers are B M, M^-1 G, E M for invertible M, rotations inside a tie, rows of G in the null space of
    E[u~ u~'] (as far as heads allow) and rows of A in the null space of E[v v'].
    """

    tier: str
    digits: int
    minimum: Any
    lower: Any
    upper: Any
    status: str
    spectrum: list[Any]
    tie: tuple[int, int]
    unique: bool
    A: Any
    B: Any
    G: Any
    heads: list[Any]


def solve(problem: Problem, *, tier: str = "float64", digits: int = 50, maps: bool = True) -> Solution:
    """Solve a `Problem` in closed form in the chosen tier: "float64", "mpmath" or "arb".

    ``digits`` matters to mpmath and arb. In the arb tier ``minimum`` and ``spectrum`` are balls that contain the
    true values; the maps are approximations at the working precision, left out (None) where ``maps`` is False and
    the status does not depend on them. Raises `SymlamError` for an unknown tier and
    for a moment matrix that is not PSD.

    >>> from symlam.numerics import Problem
    >>> p = Problem(moment=[[3, 1], [1, 3]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> [str(solve(p, tier=tier, digits=20).minimum)[:6] for tier in ("float64", "mpmath", "arb")]
    ['2.0', '2.0', '[2.000']
    """
    if tier not in TIERS:
        raise SymlamError(f"unknown tier {tier!r}", expected=" or ".join(TIERS))
    if not isinstance(problem, Problem):
        raise SymlamError(f"{type(problem).__name__} is not a Problem", hint="symlam.numerics.Problem(...)")
    positive_integer("digits", digits)
    if tier == "float64":
        return _solve_float64(problem)
    _prove_psd(problem)
    return _solve_mpmath(problem, digits) if tier == "mpmath" else _solve_arb(problem, digits, maps)


def _prove_psd(problem: Problem) -> None:
    """Spare large regular moments the exact elimination: a Cholesky factor in balls proves them definite."""
    if problem.moment.cols < 48 or "reduction" in problem.__dict__:
        return
    from flint import ctx

    from symlam.numerics import balls

    before = ctx.prec
    ctx.prec = 128
    try:
        if balls.cholesky(balls.matrix_of_balls(problem.moment)) is not None:
            problem.__dict__["proved_psd"] = True
    finally:
        ctx.prec = before


def _solve_float64(problem: Problem) -> Solution:
    import numpy as np

    from symlam.numerics.float64 import solve_arrays

    def array(matrix: Any) -> Any:
        return np.array(matrix.floats()).reshape(matrix.shape)

    live = [head for head in problem.heads if head.weight]
    # exact ranks are needed only where heads meet regressors; without them float64 stays fast for large problems
    coupled = bool(live) and bool(problem.regressors.num)
    moment = array(problem.moment)
    edges = np.linalg.eigvalsh(moment)
    if edges[0] < -1e-10 * max(edges[-1], -edges[0]):
        raise SymlamError(
            "the moment matrix is not positive semidefinite",
            expected="x' S x >= 0 for every x",
            hint=f"its least eigenvalue is about {edges[0]:.3g}",
        )
    out = solve_arrays(
        moment,
        array(problem.target),
        array(problem.inputs),
        problem.rank,
        regressors=array(problem.regressors),
        heads=[(float(head.weight), array(head.target)) for head in live],
        weights=np.array([float(x) for x in problem.weights]) if problem.weights else None,
    )
    k, q = problem.rank, out.spectrum.shape[1]
    width = min(k, q)
    B, E, G = np.zeros((out.B.shape[1], k)), np.zeros((out.E.shape[1], k)), np.zeros((k, out.G.shape[2]))
    B[:, :width], E[:, :width], G[:width] = out.B[0, :, :width], out.E[0, :, :width], out.G[0, :width]
    solvable = True
    if coupled:
        # eigenvectors are orthonormal, so what is far below that is the rounding of a head that shows nothing
        roots = np.sqrt([float(head.weight) for head in live for _ in head.target.num])
        E = np.where(np.abs(E) * roots[:, None] > 1e-12, E, 0.0)
        spare = int((out.spectrum[0, :width] > _ZERO * max(float(out.spectrum[0, 0]), 1e-300)).sum())

        def span(M: Any) -> Any:
            left, sizes, _ = np.linalg.svd(M)
            return left[:, : int((sizes > 1e-9 * abs(moment).max()).sum())]

        G, solvable = _free_rows(
            problem.reduction,
            E,
            G,
            spare,
            span,
            array,
            lambda M: np.linalg.pinv(M, rcond=1e-10),
            lambda M: abs(M).max(initial=0),
            1e-9,
        )
    A = (
        out.on_v[1][0, : B.shape[0]] - B @ G @ out.on_v[0][0]
        if problem.regressors.num
        else np.zeros((len(B), 0))
    )
    lower = float(out.relaxed[0])
    status = _status(problem, solvable) if coupled else "attained"
    maps = (A, B, G, E)
    upper = lower
    if status == "bounds":
        from symlam.numerics.optimisers import descend_float64

        upper, maps = descend_float64(problem, G)
    A, B, G, E = maps
    return Solution(
        "float64",
        15,
        upper,
        lower,
        upper,
        status,
        out.spectrum[0].tolist(),
        (int(out.first[0]), int(out.last[0])),
        _is_unique(out.spectrum[0], k, int(out.last[0]), 1e-10),
        A,
        B,
        G,
        _split(problem, E, lambda M, rows: M[rows], lambda r: np.zeros((r, k))),
    )


def _is_unique(spectrum: Any, k: int, last: Any, tolerance: float) -> bool:
    return last <= k or spectrum[min(k, len(spectrum)) - 1] <= tolerance * spectrum[0]


def _split(problem: Problem, E: Any, take: Any, zeros: Any) -> list[Any]:
    heads, start = [], 0
    for head in problem.heads:
        rows = len(head.target.num)
        if not head.weight:
            heads.append(zeros(rows))
            continue
        heads.append(take(E, slice(start, start + rows)))
        start += rows
    return heads


def _status(problem: Problem, solvable: bool) -> str:
    reduction = problem.reduction
    head_rows = len(reduction.weights) - reduction.target_rows
    if reduction.decoupled is True or (reduction.decoupled is None and solvable):
        return "attained"
    if reduction.decoupled is None and problem.rank >= head_rows:
        # E can be moved by an arbitrarily small amount to full row rank, and then E W = Q has a solution W
        return "infimum"
    return "bounds"


def _free_rows(
    reduction: Any,
    E: Any,
    G: Any,
    spare: int,
    span: Any,
    array: Any,
    pinv: Any,
    largest: Any,
    tolerance: float,
) -> Any:
    """Add rows along the null space of E[u~ u~'] so that the heads' v-part is E W = Q as far as it can be.

    Latent dimensions from ``spare`` on predict nothing, so their heads may show what the others cannot; ``span`` gives an orthonormal
    basis of the columns of a matrix. Works in any arithmetic whose matrices know ``@``; returns G and whether E W = Q holds to ``tolerance``.
    """
    p = reduction.target_rows
    moment_v, R = array(reduction.moment_v), array(reduction.inputs_on_v)
    correlated = array(reduction.targets_on_v.block(slice(p, None), slice(None))) @ moment_v
    if reduction.null.num:
        null = array(reduction.null)
        lift = pinv(null @ R @ moment_v) @ null
        # what G u~ carries along v goes first, in every row, so that a singular E leaves nothing behind
        G = G - (G @ R @ moment_v) @ lift
        _use_spare(E, G, spare, span(0 * correlated))
        _use_spare(E, G, spare, span(correlated - E @ (pinv(E) @ correlated)))
        G = G + pinv(E) @ correlated @ lift
    return G, largest(correlated - E @ G @ R @ moment_v) <= tolerance * largest(moment_v)


def _use_spare(E: Any, G: Any, spare: int, missing: Any) -> None:
    """Give latent dimensions from ``spare`` on, which predict nothing, the columns of ``missing`` as heads, as many as there are."""
    heads, k = E.shape if hasattr(E, "shape") else (E.rows, E.cols)
    count = missing.shape[1] if hasattr(missing, "shape") else missing.cols
    inputs = G.shape[1] if hasattr(G, "shape") else G.cols
    for j in range(spare, k):
        for i in range(heads):
            E[i, j] = missing[i, j - spare] if j - spare < count else 0
        for i in range(inputs):
            G[j, i] = 0


def _solve_mpmath(problem: Problem, digits: int) -> Solution:
    from mpmath import mp

    from symlam.numerics import precise

    with mp.workdps(digits + 15):
        reduction = problem.reduction
        values, vectors = precise.eigen(precise.weighted(reduction))
        return _finish_mpmath(problem, digits, values, vectors)


def _finish_mpmath(problem: Problem, digits: int, values: Any, vectors: Any) -> Solution:
    from mpmath import mp

    from symlam.numerics import precise

    reduction, k = problem.reduction, problem.rank
    q, p = len(values), reduction.target_rows
    roots = [mp.sqrt(precise.mpf(weight)) for weight in reduction.weights]
    width = min(k, q)
    lower = precise.mpf(reduction.total) - sum(values[:width], mp.mpf(0))
    slack = mp.mpf(10) ** (-digits) * max(abs(values[0]), mp.mpf(10) ** -digits)
    kth = values[k - 1] if k <= q else mp.mpf(0)
    first = sum(1 for x in values if x > kth + slack)
    last = sum(1 for x in values if x >= kth - slack)
    B, E = mp.matrix(p, k), mp.matrix(q - p, k)
    scaled = mp.matrix(k, q)
    for j in range(width):
        for i in range(q):
            scaled[j, i] = vectors[i, j] * roots[i]
            if i < p:
                B[i, j] = vectors[i, j] / roots[i]
            else:
                E[i - p, j] = vectors[i, j] / roots[i]
    G = scaled * precise.mpmatrix(reduction.coefficients)
    solvable = True
    if reduction.moment_v.num and q > p:

        def span(M: Any) -> Any:
            sizes, left = precise.eigen(M * M.T)
            live = [j for j, x in enumerate(sizes) if x > mp.mpf(10) ** (-digits)]
            out = mp.matrix(M.rows, len(live))
            for j, column in enumerate(live):
                for i in range(M.rows):
                    out[i, j] = left[i, column]
            return out

        G, solvable = _free_rows(
            reduction,
            E,
            G,
            sum(1 for x in values[:width] if x > slack),
            span,
            precise.mpmatrix,
            precise.pseudo_inverse,
            lambda M: max((abs(x) for x in M), default=mp.mpf(0)),
            mp.mpf(10) ** (-digits // 2),
        )
    status = _status(problem, solvable)
    upper = lower
    if reduction.moment_v.num:
        A = precise.mpmatrix(reduction.targets_on_v.block(slice(0, p), slice(None)))
        A = A - B * G * precise.mpmatrix(reduction.inputs_on_v)
    else:
        A = mp.matrix(p, 0)
    if status == "bounds":
        from symlam.numerics.optimisers import als, loss

        found = als(problem, digits=min(digits, 20), start=G, sweeps=400)
        A, B, G, E = found.A, found.B, found.G, found.E
        upper = loss(problem, A, B, G, E)

    def take(M: Any, rows: Any) -> Any:
        out = mp.matrix(rows.stop - rows.start, k)
        for i in range(out.rows):
            for j in range(k):
                out[i, j] = M[rows.start + i, j]
        return out

    unique = last <= k or kth <= slack
    return Solution(
        "mpmath",
        digits,
        upper,
        lower,
        upper,
        status,
        values,
        (first, last),
        unique,
        A,
        B,
        G,
        _split(problem, E, take, lambda r: mp.matrix(r, k)),
    )


def _solve_arb(problem: Problem, digits: int, with_maps: bool) -> Solution:
    from flint import arb, ctx
    from mpmath import mp

    from symlam.numerics import balls

    reduction, k = problem.reduction, problem.rank
    before = ctx.prec
    ctx.prec = balls.bits(digits)
    try:
        N = balls.weighted(reduction)
        spectrum, V = balls.enclose(N)
        q = len(spectrum)
        lower = balls.ball(reduction.total)
        for value in spectrum[: min(k, q)]:
            lower -= value
        kth = spectrum[k - 1] if k <= q else arb(0)
        first = sum(1 for x in spectrum if x > kth)
        last = sum(1 for x in spectrum if not x < kth)
        # a k-th eigenvalue that may be 0 leaves directions over, which change no prediction
        unique = last <= k or not kth > 0
        if reduction.decoupled is True and not with_maps:
            return Solution(
                "arb",
                digits,
                lower,
                lower,
                lower,
                "attained",
                spectrum,
                (first, last),
                unique,
                None,
                None,
                None,
                [],
            )
        with mp.workdps(digits + 15):
            vectors = mp.matrix(q, q)
            for i in range(q):
                for j in range(q):
                    vectors[i, j] = _arb_to_mpf(V[i, j])
            maps = _finish_mpmath(problem, digits, [_arb_to_mpf(x) for x in spectrum], vectors)
        upper, status, value = lower, maps.status, maps.upper
        if (
            status == "attained"
            and reduction.decoupled is None
            and not _proved_attained(reduction, N, k, first)
        ):
            # mpmath found heads that follow v; without a proof the weaker statement stands
            status = "infimum" if k >= len(reduction.weights) - reduction.target_rows else "bounds"
            value = _loss_of(problem, maps)
        if status == "bounds":
            # a loss that mpmath evaluated at a feasible point, rounded up far beyond its rounding errors
            slack = arb(10) ** (-digits) * (1 + abs(_mpf_to_arb(value)))
            upper = (_mpf_to_arb(value) + slack).upper()
        minimum = lower if status != "bounds" else lower.union(upper)
        return Solution(
            "arb",
            digits,
            minimum,
            lower,
            upper,
            status,
            spectrum,
            (first, last),
            unique,
            maps.A,
            maps.B,
            maps.G,
            maps.heads,
        )
    finally:
        ctx.prec = before


def _proved_attained(reduction: Any, N: Any, k: int, first: int) -> bool:
    """Whether the heads of the kept directions certainly have full row rank, so that E W = Q has a solution for every Q.

    The subspace of the k leading eigenvectors is enclosed, or, inside a tie, that of the ``first`` which every optimum keeps.
    """
    from flint import arb_mat

    from symlam.numerics import balls
    from symlam.numerics.problem import row_rank

    p, q = reduction.target_rows, len(reduction.weights)
    for size in (min(k, row_rank(reduction.explained)), first):
        U = balls.invariant_subspace(N, size) if size else None
        if U is None:
            continue
        E = arb_mat(q - p, size, [U[i, j] for i in range(p, q) for j in range(size)])
        if balls.cholesky(E * E.transpose()) is not None:
            return True
    return False


def _loss_of(problem: Problem, maps: Solution) -> Any:
    """The loss at the maps of a solution, in mpmath."""
    from mpmath import mp

    from symlam.numerics.optimisers import loss

    live = [E for E, head in zip(maps.heads, problem.heads, strict=True) if head.weight]
    rows = [[E[i, j] for j in range(E.cols)] for E in live for i in range(E.rows)]
    return loss(problem, maps.A, maps.B, maps.G, mp.matrix(rows) if rows else mp.matrix(0, problem.rank))


def _arb_to_mpf(x: Any) -> Any:
    from mpmath import mp

    mantissa, exponent = x.mid().man_exp()
    return mp.ldexp(mp.mpf(int(mantissa)), int(exponent))


def _mpf_to_arb(x: Any) -> Any:
    from flint import arb, fmpz

    sign, mantissa, exponent, _ = x._mpf_
    return arb(fmpz(int(-mantissa if sign else mantissa))) * arb(2) ** int(exponent)
