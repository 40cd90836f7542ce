"""Phase diagrams with exact boundaries: which directions the latent keeps, and the formula of each border."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from symlam.scenario import Scenario
from symlam.scenario.boundaries import SYMBOLS, thresholds
from symlam.scenario.fields import Population

__all__ = ["PHASES", "Border", "Phase"]

_D = 8  # d_a = d_b throughout


@dataclass(frozen=True)
class Border:
    """A boundary: the formula as LaTeX, and points (x, y) of the curve."""

    label: str
    points: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Phase:
    """One diagram: axes (name, label, values), a scenario for each cell, the shaded metric and its borders."""

    name: str
    title: str
    x: tuple[str, str, np.ndarray]
    y: tuple[str, str, np.ndarray]
    make: Callable[[Any, Any], Population]
    metric: str
    borders: Callable[[], list[Border]]
    marks: tuple[tuple[float, float, str], ...]


def _exact(value: float) -> Fraction:
    return Fraction(str(round(float(value), 6)))


def _curve(expression: sp.Expr, argument: sp.Symbol) -> Any:
    return sp.lambdify(argument, expression, "numpy")


def _unit(expression: sp.Expr) -> sp.Expr:
    """The formula at sigma_q = sigma_o = 1, the scales of the diagrams."""
    return sp.simplify(expression.subs({SYMBOLS["sigma_q"]: 1, SYMBOLS["sigma_o"]: 1}))


def _latex(left: str, expression: sp.Expr) -> str:
    names = {SYMBOLS["sigma_q"]: r"\sigma_q", SYMBOLS["lam"]: r"\lambda", SYMBOLS["sigma_o"]: r"\sigma_o"}
    return f"${left} = {sp.latex(expression, symbol_names=names)}$"


def _critical_sigma(regime: str, over: str) -> Callable[[], list[Border]]:
    """The border of a diagram whose axes are sigma_exo and one other quantity."""

    def borders() -> list[Border]:
        # chi is in [0, 1]
        sigma: Any = thresholds()[regime].sigma
        sigma = sigma.replace(sp.Abs, lambda x: -x)
        curve = _curve(_unit(sigma), SYMBOLS[over])
        return [Border(_latex(r"\sigma_{exo}", sigma), lambda x, y: (curve(y) + 0 * y, y))]

    return borders


_CHI, _SIGMA = Fraction(1, 2), Fraction(3, 5)


def _kappa() -> sp.Expr:
    """The critical |kappa| at which the actions of a policy overtake the noise, solved from the threshold."""
    s = SYMBOLS
    action = thresholds()["agents + chi + augment"].action
    square = sp.Symbol("kappa2", positive=True)
    solution = sp.solve(sp.Eq(action.subs(s["kappa"], sp.sqrt(square)), s["sigma_exo"] ** 2), square)[0]
    top, bottom = (_by_scale(part) for part in sp.fraction(sp.together(solution)))
    return sp.sqrt(top / bottom)


def _by_scale(polynomial: sp.Expr) -> sp.Expr:
    """A polynomial as powers of sigma_exo with factored coefficients."""
    scale = SYMBOLS["sigma_exo"]
    return sum(sp.factor(x) * scale**n for (n,), x in sp.Poly(sp.expand(polynomial), scale).terms())


def _kappa_dz() -> list[Border]:
    s = SYMBOLS
    numbers = {
        s["sigma_q"]: 1,
        s["sigma_o"]: 1,
        s["chi"]: sp.Rational(1, 2),
        s["sigma_exo"]: sp.Rational(3, 5),
    }
    at = float(_kappa().subs(numbers))
    top, bottom = sp.fraction(_kappa().subs({s["sigma_q"]: 1, s["sigma_o"]: 1}) ** 2)
    shown = sp.sqrt(_by_scale(top) / _by_scale(bottom))
    return [
        Border(_latex(r"|\kappa|", shown), lambda x, y: (np.full_like(y, at), y)),
        Border("$d_z = d_a = d_b$", lambda x, y: (x, np.full_like(x, _D + 0.5))),
        Border("$d_z = d_a + d_b$", lambda x, y: (x, np.full_like(x, 2 * _D - 0.5))),
    ]


def _dz_sigma() -> list[Border]:
    sigma = thresholds()["agents"].sigma
    return [
        Border(_latex(r"\sigma_{exo}", sigma), lambda x, y: (x, np.full_like(x, float(_unit(sigma))))),
        Border("$d_z = d_a = d_b$", lambda x, y: (np.full_like(y, _D + 0.5), y)),
        Border("$d_z = d_a + d_b$", lambda x, y: (np.full_like(y, 2 * _D - 0.5), y)),
    ]


def _against_sigma(
    name: str, title: str, sigmas: Any, y: Any, metric: Any, formula: tuple[str, str], marks: Any
) -> Phase:
    """A diagram of sigma_exo against a field of the scenario, at d_z = d_a, with the border of a regime."""
    return Phase(
        name,
        title,
        ("sigma", r"noise of other agents $\sigma_{exo}$", sigmas),
        y,
        lambda sigma, value: Scenario(noise="agents", sigma=_exact(sigma), latent="surrogate-pinv").with_(
            **{y[0]: _exact(value)}
        ),
        metric,
        _critical_sigma(*formula),
        marks,
    )


_DZ = np.arange(1, 21)

PHASES: tuple[Phase, ...] = (
    _against_sigma(
        "phase-sigma-lambda",
        "Action labels against noise ($d_z = d_a$)",
        np.linspace(0.05, 3.95, 40),
        ("weight", r"weight of action prediction $\lambda$", np.linspace(0.15, 11.85, 40)),
        "action_mse",
        ("agents + lambda", "lam"),
        ((1.0, 9.0, "actions kept"), (3.1, 2.0, "noise kept")),
    ),
    _against_sigma(
        "phase-sigma-chi",
        "Policy against noise ($d_z = d_a$)",
        np.linspace(0.015, 1.485, 50),
        ("chi", r"policy share $\chi$", np.linspace(0.0125, 0.9875, 40)),
        "noise_mse",
        ("agents + chi", "chi"),
        ((0.26, 0.25, "actions kept"), (1.05, 0.75, "noise kept")),
    ),
    Phase(
        "phase-kappa-dz",
        r"Augmentation and policy ($\chi = 1/2$, $\sigma_{exo} = 3/5$)",
        ("augment", r"augmentation $|\kappa|$", np.linspace(0.05, 2.45, 25)),
        ("d_z", "latent dimension $d_z$", _DZ),
        lambda x, y: Scenario(
            noise="agents", sigma=_SIGMA, chi=_CHI, augment=_exact(x), d_z=int(y), latent="true"
        ),
        "noise_mse",
        _kappa_dz,
        (
            (0.44, 4.5, "noise only"),
            (1.7, 4.5, "actions only"),
            (0.44, 12.5, "noise first"),
            (1.7, 12.5, "actions first"),
            (1.25, 18.2, "all"),
        ),
    ),
    Phase(
        "phase-dz-sigma",
        "Latent dimension and noise of other agents",
        ("d_z", "latent dimension $d_z$", _DZ),
        ("sigma", r"noise of other agents $\sigma_{exo}$", np.linspace(0.04, 1.96, 24)),
        lambda x, y: Scenario(noise="agents", sigma=_exact(y), d_z=int(x)),
        "llo",
        _dz_sigma,
        (
            (4.5, 0.5, "actions only"),
            (4.5, 1.5, "noise only"),
            (12.5, 0.5, "actions first"),
            (12.5, 1.5, "noise first"),
            (18.0, 0.5, "all"),
        ),
    ),
)
