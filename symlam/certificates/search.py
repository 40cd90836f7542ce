"""Finding a certificate: eigenvectors to high precision, rounded to integers; nothing here is trusted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx

from symlam.certificates.certificate import Certificate, check_certificate
from symlam.errors import SymlamError
from symlam.numerics import balls
from symlam.numerics.problem import Problem
from symlam.numerics.rational import RationalMatrix, as_fraction
from symlam.scenario.fields import Population
from symlam.scenario.models import exact_problem

__all__ = ["certify"]


def certify(
    problem: Problem | Population, *, gap: object = Fraction(1, 10**40), offset: object = 0
) -> Certificate:
    """Find an exact certificate that the minimum of ``problem`` (plus ``offset``) is in [lo, hi], hi - lo <= gap.

    A scenario stands for its problem and for the part of its loss that no latent can change.

    The certificate is checked before it is returned. Raises `SymlamError` for a gap that is not positive and
    for problems whose minimum the reduced problem only bounds.

    >>> p = Problem(moment=[[2, 1], [1, 2]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> c = certify(p, gap="1/1000000")
    >>> c.lo <= 1 <= c.hi and c.gap <= Fraction(1, 10**6)
    True
    """
    if isinstance(problem, Population):
        problem, offset = exact_problem(problem)
    if not isinstance(problem, Problem):
        raise SymlamError(f"{type(problem).__name__} is not a Problem", hint="problem_of(scenario) makes one")
    wanted, offset = as_fraction(gap), as_fraction(offset)
    if wanted <= 0:
        raise SymlamError(f"the gap is {gap}", expected="a number > 0")
    reduction, k = problem.reduction, problem.rank
    n = len(reduction.weights)
    scale = max([reduction.total, *reduction.weights, Fraction(1)])
    extra = 0
    for _ in range(4):
        certificate = _attempt(problem, reduction, n, k, wanted, offset, scale, extra)
        try:
            check_certificate(certificate, problem, offset=offset)
        except SymlamError as error:
            if "coupled" in str(error):
                raise
            extra += 40
            continue
        if certificate.gap <= wanted:
            return certificate
        extra += 40
    raise SymlamError("no certificate was found at this gap", hint="a larger gap")


def _bits(value: Fraction) -> int:
    return max(0, value.numerator.bit_length() - value.denominator.bit_length() + 1)


def _attempt(
    problem: Problem, reduction: Any, n: int, k: int, wanted: Any, offset: Any, scale: Any, extra: Any
) -> Certificate:
    narrow = _bits(1 / wanted)
    eps = wanted / (4 * k * _power(_bits(scale)))
    before = ctx.prec
    ctx.prec = 2 * (narrow + _bits(scale) + n.bit_length() * 4) + 96 + extra
    try:
        N = balls.weighted(reduction)
        V = balls.refine(N)
        W = V.transpose() * N * V
        values = [W[i, i].mid() for i in range(n)]
        roots = [balls.ball(weight).sqrt() for weight in reduction.weights]
        kth, after = values[k - 1] if k <= n else arb(0), values[k] if k < n else arb(0)
        middle = ((kth + after) / 2).mid()
        top = min(k, n)

        # Z = sum (mu_i - t) f_i f_i', f_i = D^(1/2) x_i, rounded far below eps
        fbits = _bits(1 / eps) + _bits(scale) * 2 + 12 + n.bit_length() * 2 + extra
        q = 1 << (fbits * 3)
        t = max(0, _round(middle * balls.ball(Fraction(q)))) + -(-eps.numerator * q // eps.denominator)
        t_exact = balls.ball(Fraction(t, q)) - balls.ball(eps)
        F = tuple(tuple(_round(V[i, j] * roots[i] * 2**fbits) for i in range(n)) for j in range(top))
        w = tuple(max(0, _round((values[j] - t_exact) * 2**fbits)) for j in range(top))

        # R's eigenvalues in the D-metric are eps at the top and t - mu_i elsewhere; its witness is scaled to them
        small = balls.ball(eps)
        spectrum = [small if j < top else (t_exact + small - values[j]).mid() for j in range(n)]
        spectrum = [x if x > small else small for x in spectrum]
        widest = max(spectrum, key=float)
        xbits = (
            (_bits(_fraction(widest / small)) + 1) // 2 + 4 + 2 * n.bit_length() + _bits(scale) + extra // 2
        )
        X = tuple(
            tuple(_round(V[i, j] / roots[i] * (small / spectrum[j]).sqrt() * 2**xbits) for i in range(n))
            for j in range(n)
        )
        sbits = narrow // 2 + 8 + n.bit_length() + _bits(scale) + extra // 2
        U = [tuple(_round(V[i, j] / roots[i] * 2**sbits) for i in range(n)) for j in range(top)]
        U += [(0,) * n] * (k - top)
    finally:
        ctx.prec = before
    draft = Certificate(
        problem,
        Fraction(0),
        Fraction(0),
        q,
        t,
        w,
        F,
        1 << sbits,
        tuple(U),
        X,
        offset,
        reduction.decoupled is not True,
    )
    lo, hi = _values(draft, reduction, n, k)
    return Certificate(
        problem, lo + offset, hi + offset, q, t, w, F, 1 << sbits, tuple(U), X, offset, draft.infimum
    )


def _values(draft: Certificate, reduction: Any, n: int, k: int) -> tuple[Fraction, Fraction]:
    """lo and hi of the witnesses: the same expressions that the checker evaluates, in a cheaper order."""
    weights = list(reduction.weights)
    diagonal = [
        Fraction(sum(w * row[i] * row[i] for w, row in zip(draft.w, draft.F, strict=True)), draft.q)
        for i in range(n)
    ]
    dual = sum(
        (z / weight for z, weight in zip(diagonal, weights, strict=True)), k * Fraction(draft.t, draft.q)
    )
    U = RationalMatrix(draft.U, draft.s, n)
    UD = U.scaled(columns=weights)
    captured = UD @ reduction.explained @ UD.T
    value = reduction.total - 2 * captured.trace() + (captured @ (UD @ U.T)).trace()
    return reduction.total - dual, value


def _power(bits: int) -> int:
    return 1 << bits


def _round(x: arb) -> int:
    value = _fraction(x)
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _fraction(x: arb) -> Fraction:
    mantissa, exponent = x.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
