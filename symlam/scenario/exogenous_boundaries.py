"""When exogenous information enters the latent: thresholds derived for orthonormal [E X], and enclosed for given data.

There the regression splits into independent blocks, one for each eigenvector of the second moment of q (standard deviation
sigma) and one for each of the exogenous change that the decoder cannot know (tau: eta where A is free, (F - I) xi + eta
where A = I). `level` writes a block's moments down, with its populations as in `symlam.scenario.exogenous_forms`, and
derives its eigenvalue with SymPy; the latent keeps the largest. No optimum leaks iff the k-th endogenous level exceeds every
exogenous one (R2); at equality some optima leak and some do not. Solved for one parameter, that is its threshold:

gamma (R4), mixture and rho (R5), weight (R6), penalty (R7), sigma_eta (R2).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy as sp

from symlam.errors import SymlamError
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.fields import Entries

if TYPE_CHECKING:
    from flint import arb

__all__ = ["CLAIMS", "SYMBOLS", "Leak", "describe", "leak_of", "level", "threshold"]

#: the symbols of every formula here
SYMBOLS = {
    "sigma": sp.Symbol("sigma", positive=True),
    "sigma_a": sp.Symbol("sigma_a", positive=True),
    "tau": sp.Symbol("tau", positive=True),
    "gamma": sp.Symbol("gamma", positive=True),
    "mixture": sp.Symbol("lambda_x", nonnegative=True),
    "rho": sp.Symbol("rho", real=True),
    "weight": sp.Symbol("lambda", nonnegative=True),
    "penalty": sp.Symbol("mu", nonnegative=True),
}
#: the claim that each parameter's threshold belongs to
CLAIMS = {"sigma_eta": "R2", "gamma": "R4", "mixture": "R5", "rho": "R5", "weight": "R6", "penalty": "R7"}

_PRECISION = 192


@dataclass(frozen=True, eq=False)
class Leak:
    """Whether optima of a scenario leak, by balls around the two levels that decide.

    ``endogenous``: the k-th level of the action's directions (0 where there are fewer than k); ``exogenous``: the greatest
    exogenous level. ``every``, ``some``: whether every optimum, and whether some optimum, keeps exogenous directions out;
    None where the balls do not decide (a tie is decided where both levels are exact).
    ``thresholds`` maps parameters to (formula, ball): the value at which the two levels meet, None where none does.
    """

    endogenous: arb
    exogenous: arb
    every: bool | None
    some: bool | None
    thresholds: dict[str, tuple[sp.Expr, arb | None]]


@lru_cache(maxsize=64)
def level(kind: str, objective: str, *, supervised: bool = False, penalised: bool = False) -> sp.Expr:
    """The eigenvalue of an "endogenous" or "exogenous" block of one objective ("self", "cross", "mixture").

    >>> level("exogenous", "mixture")
    gamma**2*tau**2*(lambda_x*rho + 1)**2/(lambda_x + 1)
    >>> level("endogenous", "self", supervised=True)
    lambda*sigma_a**2 + sigma**2
    """
    s = SYMBOLS
    shares = {"self": (1, 0), "cross": (0, 1), "mixture": (1, s["mixture"])}
    if kind not in ("endogenous", "exogenous") or objective not in shares:
        raise SymlamError(
            f"no level {kind!r} of {objective!r}", expected="endogenous or exogenous of an objective"
        )
    own, other = shares[objective]
    total = own + other
    if kind == "endogenous":
        # what v leaves of u is q itself, of variance sigma^2, and a = q sigma_a / sigma; the penalty does not see it
        square, cross = total * s["sigma"] ** 2, [total * s["sigma"] ** 2]
        if supervised:
            # the head's weight is spread over the populations
            cross.append(sp.sqrt(s["weight"] / total) * total * s["sigma"] * s["sigma_a"])
        return _tidy(sum(x**2 for x in cross) / square)
    # (x, x~) with correlation rho; perfect twins differ by 2 tau^2
    variance = s["gamma"] ** 2 * s["tau"] ** 2
    square = total * variance + (2 * s["penalty"] * variance if penalised else 0)
    cross = own * variance + other * s["rho"] * variance
    return _tidy(cross**2 / square)


def _tidy(expression: sp.Expr) -> sp.Expr:
    factored = sp.factor(sp.cancel(expression))
    return min(factored, sp.expand(factored), key=sp.count_ops)


@lru_cache(maxsize=128)
def threshold(
    parameter: str, objective: str, *, supervised: bool = False, penalised: bool = False
) -> sp.Expr:
    """The value of a parameter at which the endogenous level sigma meets the exogenous level tau.

    >>> threshold("gamma", "self"), threshold("weight", "self", supervised=True), threshold("rho", "cross")
    (sigma/tau, (gamma**2*tau**2 - sigma**2)/sigma_a**2, sigma/(gamma*tau))
    >>> threshold("mixture", "mixture").subs(SYMBOLS["rho"], 0)
    (gamma*tau - sigma)/sigma
    """
    if parameter not in CLAIMS:
        raise SymlamError(f"no threshold of {parameter!r}", expected=", ".join(CLAIMS))
    s = SYMBOLS
    inside = level("endogenous", objective, supervised=supervised)
    outside = level("exogenous", objective, penalised=penalised)
    symbol = s["tau"] if parameter == "sigma_eta" else s[parameter]
    if symbol not in (inside - outside).free_symbols:
        raise SymlamError(f"{parameter} has no threshold for objective {objective!r}")
    scale = s["gamma"] * s["tau"]
    if parameter in ("weight", "penalty"):
        found = sp.cancel(sp.solve(sp.Eq(inside, outside), symbol)[0])
        return min(found, sp.factor(found), key=sp.count_ops)
    if not supervised and not penalised:
        # both levels are squares over the total weight: their roots meet, linearly in each parameter
        own, other = {"self": (1, 0), "cross": (0, 1), "mixture": (1, s["mixture"])}[objective]
        linear = (own + other) * s["sigma"] - scale * (own + other * s["rho"])
        return sp.factor(sp.solve(linear, symbol)[0])
    if parameter == "mixture":
        top = sp.numer(sp.together(inside - outside))
        a, b, c = sp.Poly(sp.expand(top), symbol).all_coeffs()
        return (-b + sp.sqrt(b**2 - 4 * a * c)) / (2 * a)
    if parameter == "rho":
        own, other = {"cross": (0, 1), "mixture": (1, s["mixture"])}[objective]
        ratio = sp.factor(inside / (outside / (own + other * s["rho"]) ** 2))
        return (sp.sqrt(ratio) - own) / other
    # gamma and tau scale the exogenous level by their squares
    return sp.sqrt(sp.factor(inside / (outside / symbol**2)))


def leak_of(scenario: ExogenousScenario, *, digits: int = 40) -> Leak | None:
    """The levels of a scenario and its thresholds, in balls; None where the blocks do not decouple.

    They do for orthonormal [E X], no policy, distractor, W or whitened target, and, where actions are predicted, for cov(a) a
    multiple of I and y = a.

    >>> from symlam.scenario import ExogenousScenario
    >>> found = leak_of(ExogenousScenario(sigma_eta=2))
    >>> found.every, {name: str(formula) for name, (formula, _) in found.thresholds.items()}
    (False, {'sigma_eta': 'sigma/gamma', 'gamma': 'sigma/tau'})
    """
    c = scenario
    mixed = c.rho_xi not in (None, c.rho) and c.objective != "self" and c.decoder == "identity"
    if not c.orthogonal or c.chi or c.distractor or c.whiten or c.W is not None or mixed:
        return None
    given = (c.target_s, c.target_a, c.cov_a)
    if c.supervised and any(x is not None for x in given):
        return None
    from flint import arb, ctx

    before = ctx.prec
    ctx.prec = max(_PRECISION, int(3.33 * digits) + 64)
    try:
        return _leak(c, arb)
    finally:
        ctx.prec = before


def _leak(c: ExogenousScenario, arb: Any) -> Leak:
    from symlam.numerics import balls

    inner = _spectrum(_congruent(c.matrix_of("H"), c.matrix_of("cov_a"), c.sigma_a**2))
    change = _change(c)
    tau2 = _spectrum(change)[0]
    live = [x for x in inner if not x.contains(0)]
    penalised = bool(c.penalty) and c.penalty_on == "decoded"
    flags = {"supervised": c.supervised, "penalised": penalised}
    # with supervision a direction of a that H does not show still has a level of its own
    rank = c.d_a if c.supervised and c.d_a <= c.d_s else len(live)
    sigma2 = inner[c.d_z - 1] if c.d_z <= rank else arb(0)
    values = {
        SYMBOLS["sigma"]: sigma2.sqrt() if sigma2 > 0 else arb(0),
        SYMBOLS["tau"]: tau2.sqrt() if tau2 > 0 else arb(0),
        **{
            SYMBOLS[name]: balls.ball(value)
            for name, value in (
                ("sigma_a", c.sigma_a), ("gamma", c.gamma), ("mixture", c.mixture), ("rho", c.rho),
                ("weight", c.effective_weight), ("penalty", c.penalty if penalised else Fraction(0)),
            )
        },
    }  # fmt: skip
    squares = {SYMBOLS["sigma"]: sigma2, SYMBOLS["tau"]: tau2}
    inside = level("endogenous", c.objective, supervised=c.supervised)
    outside = level("exogenous", c.objective, penalised=penalised)
    low = _value(inside, values, squares) if c.d_z <= rank else arb(0)
    high = _value(outside, values, squares)
    none = high == 0
    every = True if none or low > high else False if not low > high and low.upper() <= high.lower() else None
    some = True if none or low >= high else False if low < high else None
    found: dict[str, tuple[sp.Expr, arb | None]] = {}
    if c.d_z <= rank and not none and low > 0:
        for name in _parameters(c, penalised):
            formula = threshold(name, c.objective, **flags)
            found[name] = formula, _meeting(c, name, formula, values)
    return Leak(low, high, every, some, found)


def _parameters(c: ExogenousScenario, penalised: bool) -> list[str]:
    names = ["gamma"]
    if c.decoder == "free" or (c.sigma_xi is None and c.cov_xi is None):
        names.insert(0, "sigma_eta")
    if c.objective == "mixture":
        names.append("mixture")
    if c.objective != "self" and not (c.objective == "mixture" and not c.mixture):
        names.append("rho")
    if c.supervised:
        names.append("weight")
    if penalised:
        names.append("penalty")
    return names


def _meeting(c: ExogenousScenario, name: str, formula: sp.Expr, values: Any) -> arb | None:
    """The formula's ball; None where no value of the parameter in its range makes the levels meet."""
    symbol = SYMBOLS["tau"] if name == "sigma_eta" else SYMBOLS[name]
    rest = {key: x for key, x in values.items() if key != symbol}
    try:
        at = _value(formula, rest, {})
    except ZeroDivisionError:
        return None
    if not at.is_finite():
        return None
    if name == "sigma_eta":
        # tau is proportional to sigma_eta
        at = at * _ratio(c, values)
    if name == "rho" and not (abs(at) <= 1):
        return None
    return None if at < 0 else at


def _ratio(c: ExogenousScenario, values: Any) -> Any:
    from symlam.numerics import balls

    return balls.ball(c.sigma_eta) / values[SYMBOLS["tau"]]


def _change(c: ExogenousScenario) -> list[list[Fraction]]:
    """The second moment of the exogenous change that the decoder cannot know."""
    noise = [[x * c.sigma_eta**2 for x in row] for row in c.matrix_of("cov_eta")]
    if c.decoder == "free":
        return noise
    F = c.matrix_of("F")
    drift = Entries(tuple(x - (i == j) for j, x in enumerate(row)) for i, row in enumerate(F))
    moved = _congruent(drift, c.cov_of_xi, Fraction(1))
    return [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(noise, moved, strict=True)]


def _congruent(M: Any, S: Any, scale: Fraction) -> list[list[Fraction]]:
    """scale M S M'."""
    left = [[sum(x * S[k][j] for k, x in enumerate(row)) for j in range(len(S))] for row in M]
    return [[scale * sum(x * y for x, y in zip(a, b, strict=True)) for b in M] for a in left]


def _spectrum(rows: list[list[Fraction]]) -> list[arb]:
    """Balls around the eigenvalues, descending; exact for a diagonal matrix."""
    from flint import arb_mat

    from symlam.numerics import balls

    n = len(rows)
    if all(not x for i, row in enumerate(rows) for j, x in enumerate(row) if i != j):
        return [balls.ball(x) for x in sorted((rows[i][i] for i in range(n)), reverse=True)]
    return balls.enclose(arb_mat(n, n, [balls.ball(x) for row in rows for x in row]))[0]


def _value(expression: sp.Expr, values: Any, squares: Any) -> arb:
    """An expression in balls; even powers of sigma and tau are taken of their squares."""
    from flint import arb

    from symlam.numerics import balls

    if expression.is_Rational:
        return balls.ball(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Symbol:
        return values[expression]
    if expression.is_Pow:
        base, power = expression.as_base_exp()
        if base in squares and power.is_Integer and power % 2 == 0:
            return squares[base] ** int(power // 2)
        inner = _value(base, values, squares)
        if power == sp.Rational(1, 2):
            return inner.sqrt()
        if power.is_Integer:
            return inner ** int(power) if power > 0 else 1 / inner ** int(-power)
        if power == sp.Rational(-1, 2):
            return 1 / inner.sqrt()
    if isinstance(expression, sp.Abs):
        return abs(_value(expression.args[0], values, squares))
    if expression.is_Add or expression.is_Mul:
        out = arb(0 if expression.is_Add else 1)
        for part in expression.args:
            x = _value(part, values, squares)
            out = out + x if expression.is_Add else out * x
        return out
    raise SymlamError(f"{expression} has no value in balls")


def describe(scenario: ExogenousScenario) -> str:
    """Whether optima leak, and the thresholds, as lines of text."""
    found = leak_of(scenario)
    if found is None:
        return "leak: no closed form for this scenario (see the spectrum)"
    word = {True: "no optimum leaks", False: "every optimum leaks", None: "undecided"}
    if found.every is False and found.some:
        told = "some optima leak, some do not (a tie)"
    else:
        told = word[found.every if found.some is not None else None]
    lines = [
        f"leak: {told}; endogenous level {found.endogenous.str(12, radius=False)}, "
        f"exogenous {found.exogenous.str(12, radius=False)}"
    ]
    for name, (formula, at) in found.thresholds.items():
        where = "nowhere in its range" if at is None else f"at {at.str(12, radius=False)}"
        lines.append(f"threshold ({CLAIMS[name]}): {name} = {formula}, {where}")
    return "\n".join(lines)
