"""Figures of the exogenous-state model: phase diagrams with their thresholds, and a sheet of curves for each claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from symlam.figures.phases import Border, Phase
from symlam.scenario import ExogenousScenario
from symlam.scenario.exogenous_boundaries import SYMBOLS, threshold
from symlam.scenario.exogenous_forms import observation_matrices

__all__ = ["CURVES", "EXOGENOUS_PHASES", "Axis", "Curves", "Line"]


@dataclass(frozen=True)
class Line:
    """One line: a scenario for each x and the metric (or "loss") that is drawn, as a band where optima differ; or a formula of x."""

    label: str
    metric: str
    make: Callable[[Any], ExogenousScenario] | None = None
    formula: Callable[[Any], float] | None = None


@dataclass(frozen=True)
class Axis:
    """One pair of axes: a swept quantity and its lines."""

    title: str
    x: tuple[str, str, Any]
    y: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Curves:
    """A sheet of axes; ``name`` is that of its files."""

    name: str
    axes: tuple[Axis, ...]


def _exact(value: Any) -> Any:
    return int(value) if isinstance(value, (int, np.integer)) else Fraction(str(round(float(value), 6)))


# two scales of actions and two of innovations, so that a latent of two dimensions may keep none, one or two of either
_H = ((1, 0), (0, Fraction(3, 2)), (0, 0), (0, 0))
_ETA = ((1, 0), (0, Fraction(4, 9)))
_TWO_SCALES: dict[str, Any] = {"H": _H, "cov_eta": _ETA}
_ENDS = (("min", "max", 1, 1), ("max", "min", sp.Rational(3, 2), sp.Rational(2, 3)))


def _formula(parameter: str, objective: str, flags: dict[str, bool], sigma: Any, share: Any) -> sp.Expr:
    """A threshold in tau = tau_max, at the scales of the diagrams."""
    s = SYMBOLS
    here = {s["sigma"]: sigma, s["sigma_a"]: 1, s["tau"]: share * s["tau"]}
    if parameter != "gamma":
        here[s["gamma"]] = 1
    if parameter != "rho" and objective != "cross":
        here[s["rho"]] = 0
    return threshold(parameter, objective, **flags).subs(here, simultaneous=True)


def _along(
    curve: Any, *, upright: bool = False
) -> Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The points of a border: the curve's argument is x, or y where it is upright; diagrams begin at 0, where some curves are infinite."""

    def points(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at = curve(np.maximum(y if upright else x, 1e-6))
        return (at + 0 * y, y) if upright else (x, at + 0 * x)

    return points


def _named(parameter: str, objective: str, flags: dict[str, bool], sigma: str, tau: str) -> str:
    s = SYMBOLS
    plain = threshold(parameter, objective, **flags).subs({s["sigma_a"]: 1})
    if parameter != "gamma":
        plain = plain.subs(s["gamma"], 1)
    if parameter != "rho" and objective != "cross":
        plain = plain.subs(s["rho"], 0)
    names = {s["sigma"]: rf"\sigma_{{\{sigma}}}", s["tau"]: rf"\tau_{{\{tau}}}"}
    left = {
        "mixture": r"\lambda",
        "weight": r"\lambda",
        "penalty": r"\mu",
        "gamma": r"\gamma",
        "rho": r"\rho",
    }
    told = sp.expand(plain) if parameter in ("mixture", "weight", "penalty") else plain
    return f"${left[parameter]} = {sp.latex(told, symbol_names=names, order='rev-lex')}$"


def _against_tau(
    name: str, title: str, field: str, label: str, values: np.ndarray, taus: np.ndarray, objective: str = "self",
    marks: tuple[tuple[float, float, str], ...] = (), **flags: bool,
) -> Phase:  # fmt: skip
    """A diagram of sigma_eta against a parameter, with the borders at which the first and the last direction change places."""

    def borders() -> list[Border]:
        out = []
        for sigma, tau, scale, share in _ENDS:
            curve = sp.lambdify(SYMBOLS["tau"], _formula(field, objective, flags, scale, share), "numpy")
            out.append(Border(_named(field, objective, flags, sigma, tau), _along(curve)))
        return out

    return Phase(
        name,
        title,
        ("sigma_eta", r"greatest innovation $\tau_{\max}$", taus),
        (field, label, values),
        lambda x, y: ExogenousScenario(
            **_TWO_SCALES, objective=objective, sigma_eta=_exact(x), **{field: _exact(y)}
        ),
        "future_leakage",
        borders,
        marks,
    )


def _pairs() -> Phase:
    def borders() -> list[Border]:
        out = []
        for sigma, tau, scale, share in _ENDS:
            curve = sp.lambdify(SYMBOLS["tau"], _formula("rho", "cross", {}, scale, share), "numpy")
            out.append(Border(_named("rho", "cross", {}, sigma, tau), _along(curve, upright=True)))
        return out

    return Phase(
        "exogenous-R5-pairs",
        "R5: imperfect twins ($d_z = d_a$)",
        ("rho", r"correlation of the twins' innovations $\rho$", np.linspace(0.0125, 0.9875, 40)),
        ("sigma_eta", r"greatest innovation $\tau_{\max}$", np.linspace(0.06, 4.74, 40)),
        lambda x, y: ExogenousScenario(**_TWO_SCALES, objective="cross", rho=_exact(x), sigma_eta=_exact(y)),
        "future_leakage",
        borders,
        ((0.22, 1.2, "no leak"), (0.66, 2.6, "one of two"), (0.86, 4.2, "all")),
    )


def _dimensions() -> Phase:
    def borders() -> list[Border]:
        return [
            Border(r"$\tau = \sigma$", lambda x, y: (np.ones_like(y), y)),
            Border("$d_z = d_a$", lambda x, y: (x, np.full_like(x, 2.5))),
            Border(r"$d_z = d_a + d_\xi$", lambda x, y: (x, np.full_like(x, 3.5))),
        ]

    return Phase(
        "exogenous-R2-dimensions",
        r"R2: latent dimension and innovation ($d_a = d_\xi = 2$)",
        ("sigma_eta", r"innovation $\tau$", np.linspace(0.025, 1.975, 40)),
        ("d_z", "latent dimension $d_z$", np.arange(1, 7)),
        lambda x, y: ExogenousScenario(sigma_eta=_exact(x), d_z=int(y)),
        "future_leakage",
        borders,
        ((0.5, 1.5, "actions only"), (1.5, 1.5, "innovations only"), (0.5, 5.0, "all")),
    )


EXOGENOUS_PHASES: tuple[Phase, ...] = (
    _dimensions(),
    _against_tau(
        "exogenous-R4-focus", "R4: endogenous-focused representation ($d_z = d_a$)", "gamma", r"scale of exogenous directions $\gamma$",
        np.linspace(0.0125, 0.9875, 40), np.linspace(0.06, 4.74, 40),
        marks=((0.55, 0.2, "no leak"), (2.4, 0.62, "one of two"), (4.0, 0.85, "all")),
    ),
    _against_tau(
        "exogenous-R5-mixture", "R5: self and cross reconstruction ($d_z = d_a$)", "mixture", r"weight of the cross loss $\lambda$",
        np.linspace(0.04, 3.16, 40), np.linspace(0.06, 4.74, 40), "mixture",
        ((1.2, 2.0, "no leak"), (2.9, 1.0, "one of two"), (4.1, 0.3, "all")),
    ),
    _pairs(),
    _against_tau(
        "exogenous-R6-supervision", "R6: action supervision ($d_z = d_a$)", "weight", r"weight of action prediction $\lambda$",
        np.linspace(0.1, 9.1, 40), np.linspace(0.06, 4.74, 40), supervised=True,
        marks=((1.2, 6.0, "no leak"), (3.4, 4.5, "one of two"), (4.2, 1.2, "all")),
    ),
    _against_tau(
        "exogenous-R7-penalty", r"R7: penalty on $B(z - \tilde z)$ ($d_z = d_a$)", "penalty", r"weight of the penalty $\mu$",
        np.linspace(0.1, 7.1, 40), np.linspace(0.06, 4.74, 40), penalised=True,
        marks=((1.3, 4.5, "no leak"), (3.4, 2.6, "one of two"), (4.35, 0.6, "all")),
    ),
)  # fmt: skip


# --- curves -----------------------------------------------------------------------------------------------------

_TAUS = np.linspace(0.05, 2.95, 30)
_TAU = ("sigma_eta", r"innovation $\tau$", _TAUS)


def _printed(c: ExogenousScenario) -> float:
    """What is left of E cov(q) E' + X cov(eta) X' beyond its k leading eigenvalues."""
    E, X = (M.astype(float) for M in observation_matrices(c))
    H = c.matrix_of("H").floats
    inner = E @ H @ H.T @ E.T * float(c.sigma_a) ** 2 + X @ X.T * float(c.sigma_eta) ** 2
    return float(np.linalg.eigvalsh(inner)[::-1][c.d_z :].sum())


def _printed_of(make: Callable[[Any], ExogenousScenario]) -> Callable[[Any], float]:
    return lambda k: _printed(make(k))


def _beside_printed(
    labels: Sequence[str],
    make: Callable[[str], Callable[[Any], ExogenousScenario]],
    formula: Callable[[str], Callable[[Any], float]],
    title: str = "{}",
) -> tuple[Line, ...]:
    """For each label the minimal loss and what is printed for it; one entry of the legend stands for all printed forms."""
    return tuple(
        line
        for label in labels
        for line in (
            Line(title.format(label), "loss", make(label)),
            Line("as printed" if label == labels[-1] else "", "loss", formula=formula(label)),
        )
    )


def _separable(options: dict[str, Any]) -> Callable[[Any], ExogenousScenario]:
    return lambda tau: ExogenousScenario(geometry="separable", seed=2, sigma_eta=_exact(tau), **options)


def _r1() -> Curves:
    def at(geometry: str) -> Callable[[Any], ExogenousScenario]:
        return lambda k: ExogenousScenario(
            d_s=3, d_a=2, d_xi=3, d_z=int(k), geometry=geometry, F=0, sigma_eta="3/4", seed=1
        )

    lines = _beside_printed(
        ("orthogonal", "separable", "additive"), at, lambda geometry: _printed_of(at(geometry))
    )
    dimension = ("d_z", "latent dimension $d_z$", range(1, 6))
    return Curves(
        "exogenous-R1",
        (
            Axis(
                r"R1: loss and the printed $E\Sigma_qE' + X\Sigma_\eta X'$",
                dimension,
                "minimal loss",
                lines,
            ),
        ),
    )


def _turned(rho: Any) -> float:
    """Action error of the direction at the angle tan 2 theta = 2 rho sigma tau / (sigma^2 - tau^2), sigma = 3/2, tau = 1."""
    sigma, tau, r = 1.5, 1.0, float(rho)
    theta = np.arctan2(2 * r * sigma * tau, sigma**2 - tau**2) / 2
    variance = (
        np.cos(theta) ** 2 * sigma**2 + np.sin(theta) ** 2 * tau**2 + np.sin(2 * theta) * r * sigma * tau
    )
    shared = np.cos(theta) * sigma**2 + np.sin(theta) * r * sigma * tau
    return float(1 - shared**2 / variance / sigma**2)


def _r2() -> Curves:
    def scenario(decoder: str) -> Callable[[Any], ExogenousScenario]:
        return lambda tau: ExogenousScenario(
            geometry="separable", seed=2, F="1/4", decoder=decoder, sigma_eta=_exact(tau)
        )

    free, fixed = scenario("free"), scenario("identity")
    one: dict[str, Any] = {"d_s": 1, "d_a": 1, "d_xi": 1, "d_z": 1, "sigma_a": "3/2"}
    return Curves(
        "exogenous-R2",
        (
            Axis(
                "E1, R2: what leaks, A free or A = I (separable)",
                _TAU,
                "share of the whitened latent",
                (
                    Line("A free: from the future", "future_leakage", free),
                    Line("A = I: from the future", "future_leakage", fixed),
                    Line("A free: exogenous", "noise_sensitivity", free),
                    Line("A = I: exogenous", "noise_sensitivity", fixed),
                ),
            ),
            Axis(
                r"R2: correlated distractor ($\sigma = 3/2$, $\tau = 1$)",
                ("distractor", r"correlation $\rho$", np.linspace(0, 0.975, 40)),
                "action error",
                (
                    Line(
                        "predicted", "action_nmse", lambda r: ExogenousScenario(**one, distractor=_exact(r))
                    ),
                    Line(
                        r"$\tan 2\theta = 2\rho\sigma\tau / (\sigma^2 - \tau^2)$",
                        "action_nmse",
                        formula=_turned,
                    ),
                ),
            ),
        ),
    )


def _r3() -> Curves:
    def at(latent: str) -> Callable[[Any], ExogenousScenario]:
        return lambda tau: ExogenousScenario(
            geometry="separable", seed=2, latent=latent, sigma_eta=_exact(tau)
        )

    names = (
        ("action_nmse", "R3: action error, C free", "action error"),
        ("future_leakage", "R3: future leakage, C free", "future leakage"),
    )
    return Curves(
        "exogenous-R3",
        tuple(
            Axis(
                title,
                _TAU,
                label,
                (Line("minimal C", name, at("minimal")), Line("all optima", name, at("true"))),
            )
            for name, title, label in names
        ),
    )


def _tail(levels: Sequence[float], k: int) -> float:
    """What is left of levels beyond the k greatest."""
    return float(sum(sorted(levels, reverse=True)[k:]))


def _r4() -> Curves:
    gammas = ("gamma", r"scale of exogenous directions $\gamma$", np.linspace(0.0125, 0.9875, 40))
    taus = ("5/4", "2", "4")

    def at(tau: str) -> Callable[[Any], ExogenousScenario]:
        return lambda g: ExogenousScenario(sigma_eta=tau, gamma=_exact(g))

    def kept(tau: str) -> Callable[[Any], float]:
        # two actions of variance 1, two innovations of variance gamma^2 tau^2
        return lambda g: _tail([1, 1, *2 * [(float(g) * float(Fraction(tau))) ** 2]], 2)

    return Curves(
        "exogenous-R4",
        (
            Axis(
                "R4: endogenous-focused representation",
                gammas,
                "minimal loss",
                (
                    *(Line(rf"$\tau = {tau}$", "loss", at(tau)) for tau in taus),
                    *(
                        Line("as printed" if tau == taus[0] else "", "loss", formula=kept(tau))
                        for tau in taus
                    ),
                ),
            ),
            Axis(
                r"R4: leak-free below $\gamma^* = \sigma_{\min}/\tau_{\max}$",
                gammas,
                "future leakage",
                tuple(Line(rf"$\gamma^* = {1 / Fraction(tau)}$", "future_leakage", at(tau)) for tau in taus),
            ),
        ),
    )


def _r5() -> Curves:
    dimension = ("d_z", "latent dimension $d_z$", range(1, 6))

    def crossed(geometry: str) -> Callable[[Any], ExogenousScenario]:
        return lambda k: ExogenousScenario(
            d_s=3, d_xi=3, d_z=int(k), geometry=geometry, F=0, sigma_eta="3/4", seed=1, objective="cross"
        )

    def printed(make: Callable[[Any], ExogenousScenario]) -> Callable[[Any], float]:
        def value(k: Any) -> float:
            c = make(k)
            E, X = (M.astype(float) for M in observation_matrices(c))
            H = c.matrix_of("H").floats
            levels = np.linalg.eigvalsh(E @ H @ H.T @ E.T)
            return _tail(list(levels), int(k)) + float(c.sigma_eta) ** 2 * float(np.sum(X * X))

        return value

    def whitened(rho: str) -> Callable[[Any], ExogenousScenario]:
        return lambda k: ExogenousScenario(d_xi=3, d_z=int(k), objective="cross", rho=rho, whiten=True)

    def correlations(rho: str) -> Callable[[Any], float]:
        # the two actions are the same in both samples, the three innovations have the correlation rho
        return lambda k: 5 - sum([1, 1, *3 * [float(Fraction(rho)) ** 2]][: int(k)])

    geometries, rhos = ("orthogonal", "separable", "additive"), ("0", "1/2", "9/10")
    return Curves(
        "exogenous-R5",
        (
            Axis(
                "R5: loss across exogenous states ($F = 0$)",
                dimension,
                "minimal loss",
                _beside_printed(geometries, crossed, lambda geometry: printed(crossed(geometry))),
            ),
            Axis(
                "R5: the same with a whitened target (CCA)",
                dimension,
                "minimal loss",
                _beside_printed(rhos, whitened, correlations, r"twins' correlation $\rho = {}$"),
            ),
        ),
    )


_REMEDIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("reconstruction", {}),
    (r"focused, $\gamma = 1/2$", {"gamma": "1/2"}),
    (r"mixture, $\lambda = 1$", {"objective": "mixture"}),
    (r"supervised, $\lambda = 3$", {"weight": 3}),
    (r"penalty, $\mu = 1$", {"penalty": 1}),
    ("cross-exogenous", {"objective": "cross"}),
)


def _remedies() -> Curves:
    def lines(metric: str) -> tuple[Line, ...]:
        return tuple(
            Line(
                label,
                metric,
                _separable(options),
            )
            for label, options in _REMEDIES
        )

    return Curves(
        "exogenous-E3",
        (
            Axis(
                "E2, E3: future leakage (separable, $d_z = d_a$)",
                _TAU,
                "future leakage",
                lines("future_leakage"),
            ),
            Axis(
                "E3: consistency across exogenous states",
                _TAU,
                r"$E|Kz - K\tilde z|^2 / E|a|^2$",
                lines("consistency"),
            ),
        ),
    )


def _r6() -> Curves:
    weights = ("weight", r"weight of action prediction $\lambda$", np.linspace(0, 8, 41))

    def at(tau: str) -> Callable[[Any], ExogenousScenario]:
        return lambda w: ExogenousScenario(geometry="separable", seed=2, sigma_eta=tau, weight=_exact(w))

    return Curves(
        "exogenous-R6",
        tuple(
            Axis(
                title,
                weights,
                label,
                tuple(Line(rf"$\tau = {tau}$", name, at(tau)) for tau in ("1/2", "3/2", "5/2")),
            )
            for name, title, label in (
                ("action_nmse", "R6: action error under supervision (separable)", "action error"),
                ("consistency", "R6: consistency under supervision", r"$E|Kz - K\tilde z|^2 / E|a|^2$"),
            )
        ),
    )


def _r7() -> Curves:
    def spare(k: int) -> Callable[[Any], ExogenousScenario]:
        return lambda w: ExogenousScenario(d_xi=3, d_z=k, sigma_eta="5/2", weight=_exact(w))

    def added(F: str) -> Callable[[Any], ExogenousScenario]:
        return lambda tau: ExogenousScenario(
            d_s=3, d_a=3, d_xi=3, d_z=3, geometry="additive", sigma_s=2, F=F, sigma_eta=_exact(tau)
        )

    def floor(tau: Any) -> float:
        noise = float(tau) ** 2 + 4 * float(tau) ** 2 / (4 + float(tau) ** 2)
        return noise / (1 + noise)

    return Curves(
        "exogenous-R7",
        (
            Axis(
                r"R7: dimensions to spare leak ($d_a = 2$, $\tau = 5/2$)",
                ("weight", r"weight of action prediction $\lambda$", np.linspace(0.125, 9.875, 40)),
                "future leakage",
                tuple(Line(f"$d_z = {k}$", "future_leakage", spare(k)) for k in (2, 3, 4)),
            ),
            Axis(
                "R7: floor of the additive case ($\\sigma_s = 2$)",
                _TAU,
                "action error",
                (
                    Line("$F = 0$", "action_nmse", added("0")),
                    Line("$F = 1/2$", "action_nmse", added("1/2")),
                    Line(r"$N / (\sigma_q^2 + N)$", "action_nmse", formula=floor),
                ),
            ),
        ),
    )


CURVES: tuple[Curves, ...] = (_r1(), _r2(), _r3(), _r4(), _r5(), _remedies(), _r6(), _r7())
