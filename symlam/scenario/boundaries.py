"""When noise enters the latent: symbolic thresholds for orthogonal X, Y and Pi', derived and not typed in.

Orthogonal effects split the reduced-rank regression into independent blocks, one per action and one per noise
coordinate. Each block is written down as linear forms with symbolic scales, reduced with SymPy exactly as
`symlam.numerics.Problem.reduction` reduces numbers, and has one non-zero eigenvalue; a latent keeps the largest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from symlam.errors import SymlamError
from symlam.scenario.definition import Scenario

__all__ = ["SYMBOLS", "Threshold", "block_value", "describe", "threshold_of", "thresholds"]

#: the symbols of every formula here
SYMBOLS = {
    "sigma_q": sp.Symbol("sigma_q", positive=True),
    "sigma_exo": sp.Symbol("sigma_exo", positive=True),
    "sigma_iid": sp.Symbol("sigma", positive=True),
    "sigma_o": sp.Symbol("sigma_o", positive=True),
    "lam": sp.Symbol("lambda", nonnegative=True),
    "chi": sp.Symbol("chi", nonnegative=True),
    "kappa": sp.Symbol("kappa", positive=True),
    "d_z": sp.Symbol("d_z", integer=True, positive=True),
    "d_a": sp.Symbol("d_a", integer=True, positive=True),
    "d_b": sp.Symbol("d_b", integer=True, positive=True),
}


@dataclass(frozen=True)
class Threshold:
    """A boundary of a regime: actions and noise change places where ``action`` = ``noise``.

    ``sigma`` is the critical noise scale (None when no scale is critical), ``enters`` the exact condition, a SymPy
    Boolean, under which noise enters every optimal latent; ``options`` are the `Scenario` switches of the regime.
    """

    name: str
    action: sp.Expr
    noise: sp.Expr
    sigma: sp.Expr | None
    enters: sp.Basic
    options: tuple[str, ...]


def _value(forms: dict[str, sp.Matrix], weight: Any) -> sp.Expr:
    """The non-zero eigenvalue of one block: rows over a white base for v, u, t and the head a."""
    v, u, t, a = (forms[name] for name in ("v", "u", "t", "a"))
    tau = t if weight == 0 or a is None else t.col_join(sp.sqrt(weight) * a)

    def residual(x: Any) -> Any:
        return sp.simplify(x - (x * v.T) * (v * v.T).inv() * v)

    u, tau = residual(u), residual(tau)
    # rows of u that v explains vanish and drop out; the rest is regular for generic parameters
    u = sp.Matrix.vstack(*[u.row(i) for i in range(u.rows) if any(x != 0 for x in u.row(i))])
    cross = sp.simplify(tau * u.T)
    N = sp.simplify(cross * (u * u.T).inv() * cross.T)
    if N.rows > 1 and sp.simplify(N[: N.rows, :].det()) != 0:
        raise SymlamError("a block has more than one direction", hint="give each coordinate its own block")
    return _tidy(N.trace())


def _tidy(expression: sp.Expr) -> sp.Expr:
    """Factored coefficients of powers of lambda and, where it is a polynomial in it, of sigma_q."""
    out = sp.Integer(0)
    lam, scale = SYMBOLS["lam"], SYMBOLS["sigma_q"]
    for power, part in sp.collect(sp.expand(sp.together(expression)), lam, evaluate=False).items():
        part = sp.factor(part)
        if part.is_polynomial(scale):
            part = sum(sp.factor(x) * scale**n for (n,), x in sp.Poly(part, scale).terms())
        out += power * part
    factored = sp.factor(out)
    return factored if factored.count_ops() < out.count_ops() else out


@lru_cache(maxsize=32)
def block_value(kind: str, noise: str, *, policy: bool, augment: bool, supervised: bool) -> sp.Expr:
    """Eigenvalue of one "action" or "noise" coordinate, derived from its linear forms.

    Raises `SymlamError` for supervision with policy and augmentation together, which has no closed form.

    >>> block_value("action", "agents", policy=True, augment=False, supervised=False)
    sigma_q**2*(chi - 1)**2
    """
    if supervised and policy and augment:
        raise SymlamError(
            "supervision, a policy and augmentation together have no closed form",
            hint="drop one of them, or symlam.numerics.solve for bounds",
        )
    s = SYMBOLS
    # white base: o along Pi, o along the effect, the action's own randomness, noise, and kappa1, kappa2 of both o
    names = ["o_p", "o_e", "pi", "n", "k1p", "k1e", "k2p", "k2e"]
    unit = {name: sp.Matrix([[int(name == other) for other in names]]) for name in names}
    o = [s["sigma_o"] * unit["o_p"], s["sigma_o"] * unit["o_e"]]
    chi = s["chi"] if policy else sp.Integer(0)
    kappa = s["kappa"] if augment else sp.Integer(0)
    a = chi * o[0] + (1 - chi) * s["sigma_q"] * unit["pi"]
    spread = s["sigma_iid"] if noise == "iid" else s["sigma_exo"]
    if kind == "action":
        r = a + (spread * unit["n"] if noise == "iid" else 0 * unit["n"])
    else:
        r, a = spread * unit["n"], None
    seen = [0, 1] if policy and kind == "action" else [1]
    v = sp.Matrix.vstack(*[o[i] + kappa * unit[("k2p", "k2e")[i]] for i in seen])
    x = sp.Matrix.vstack(*[o[i] + kappa * unit[("k1p", "k1e")[i]] for i in seen])
    forms = {"v": v, "u": x.col_join(r), "t": r, "a": a}
    return _value(forms, s["lam"] if supervised and a is not None else sp.Integer(0))


@lru_cache(maxsize=32)
def _threshold(noise: str, policy: bool, augment: bool, supervised: bool) -> Threshold:
    s = SYMBOLS
    action = block_value("action", noise, policy=policy, augment=augment, supervised=supervised)
    other = block_value("noise", noise, policy=policy, augment=augment, supervised=supervised)
    options = tuple(n for n, on in (("chi", policy), ("augment", augment), ("lambda", supervised)) if on)
    name = " + ".join([noise, *options])
    if noise == "iid":
        # every action coordinate carries the noise of its own direction; the difference has no zero in sigma
        surplus = sp.factor(sp.simplify(action - other))
        return Threshold(
            name, action, other, None, sp.Gt(s["d_z"], s["d_a"]) if surplus != 0 else sp.true, options
        )
    scale = s["sigma_exo"]
    roots = [] if other == scale**2 else sp.solve(sp.Eq(action, other), scale)
    sigma = sp.sqrt(action) if other == scale**2 else roots[0]
    enters = sp.Or(sp.Gt(scale**2, action), sp.Gt(s["d_z"], s["d_a"]))
    return Threshold(name, action, other, sigma, enters, options)


def thresholds() -> dict[str, Threshold]:
    """All thresholds that have a closed form, by name.

    >>> thresholds()["agents + lambda"].sigma
    sigma_q*sqrt(lambda + 1)
    """
    out = {}
    for noise in ("agents", "iid"):
        for policy in (False, True):
            for augment in (False, True):
                for supervised in (False, True):
                    if not (policy and augment and supervised):
                        found = _threshold(noise, policy, augment, supervised)
                        out[found.name] = found
    return out


def threshold_of(scenario: Scenario) -> tuple[Threshold, float | None] | None:
    """The threshold that governs a scenario and its critical sigma; None where there is no such formula."""
    c = scenario
    given = (c.X, c.Y, c.Pi, c.cov_o, c.cov_a, c.cov_b, c.cov_noise)
    supervised = bool(c.effective_weight)
    if c.noise == "none" or c.effects != "orthogonal" or any(x is not None for x in given):
        return None
    if (c.chi and c.rows_of_policy != "orthogonal") or (c.chi and c.augment and supervised):
        return None
    found = _threshold(c.noise, bool(c.chi), bool(c.augment), supervised)
    if found.sigma is None:
        return found, None
    s = SYMBOLS
    numbers = {
        s["sigma_q"]: c.sigma_a,
        s["sigma_o"]: c.sigma_o,
        s["lam"]: c.effective_weight,
        s["chi"]: c.chi,
        s["kappa"]: c.augment,
    }
    numbers = {key: sp.Rational(value.numerator, value.denominator) for key, value in numbers.items()}
    return found, float(found.sigma.subs(numbers).evalf())


def describe(scenario: Scenario) -> str:
    """The threshold of a scenario, as a line of text."""
    found = threshold_of(scenario)
    if found is None:
        return "threshold: no closed form for this scenario (see the spectrum)"
    threshold, sigma = found
    if sigma is None:
        return f"threshold: directions of noise alone are kept iff {threshold.enters}, whatever sigma"
    return f"threshold: actions and noise change places at sigma = {threshold.sigma} = {sigma:.6g}"
