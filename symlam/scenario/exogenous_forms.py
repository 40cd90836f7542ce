"""The exogenous-state model as linear forms on one base vector, exactly or in float64 batches.

The base vector is w = (s, pi, xi, eta, xi~, eta~), the twin left out where nothing asks for it. An objective is a sum of
expectations, one for each *population* (weight, v, u, t): E|o^' - o'|^2 has (1, o, (o, o' - o), o' - o); the cross-exogenous
one has v = o~ and t = o~' - o~ with the encoder's u; mu E|B (z - z~)|^2 has v = t = 0, and for u what (s, a) leaves of u,
with weight 2 mu. A sum of expectations is one expectation over a direct sum of base vectors, so each objective is one `Problem`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from symlam.errors import SymlamError
from symlam.numerics import Head, Problem
from symlam.numerics.rational import RationalMatrix, eliminate
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.fields import Entries
from symlam.scenario.geometry import effect_matrices
from symlam.scenario.trainable import Trainable

__all__ = [
    "Forms",
    "build",
    "exact_forms",
    "exact_problem",
    "least_squares",
    "observation_matrices",
    "orthogonal_rows",
    "stationary",
    "structure",
    "training_forms",
]

# fields that may differ inside one batch
_SCALARS = {
    "d_z", "sigma_s", "sigma_a", "sigma_eta", "sigma_xi", "distractor", "F", "chi", "gamma", "mixture", "rho", "rho_xi",
    "weight", "penalty",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Forms:
    """Linear forms of one scenario, rows over its base vector with second moment ``moment`` (Fractions or floats).

    ``populations``: (weight, v, u, t) of each expectation in the objective; ``head``: y (None without supervision).
    ``u``: what the latent reads, (W o, W (o' - o)); ``a``, ``eta``, ``xi``: targets of the errors; ``given`` = (s, a).
    """

    moment: np.ndarray
    populations: tuple[tuple[Any, ...], ...]
    head: np.ndarray | None
    u: np.ndarray
    a: np.ndarray
    s: np.ndarray
    eta: np.ndarray
    xi: np.ndarray
    given: np.ndarray


def structure(scenario: ExogenousScenario) -> tuple[Any, ...]:
    """What two scenarios must share to be solved in one batch."""
    c = scenario
    fixed = tuple(getattr(c, name) for name in c.__dataclass_fields__ if name not in _SCALARS)
    extra = bool(c.penalty and c.penalty_on == "decoded"), bool(c.distractor), c.vanishing
    return (*fixed, bool(c.chi), c.supervised, bool(c.mixture), *extra)


@lru_cache(maxsize=256)
def stationary(F: Entries, noise: Entries) -> Entries:
    """The S with S = F S F' + noise, exactly; raises `SymlamError` where there is none that is positive semidefinite.

    >>> stationary(Entries([(Fraction(1, 2),)]), Entries([(Fraction(3),)]))
    ((Fraction(4, 1),),)
    """
    n = len(F)
    wrong = SymlamError(
        "xi has no stationary distribution",
        expected="an F whose powers vanish",
        hint="give sigma_xi or cov_xi",
    )
    if all(F[i][j] == (F[0][0] if i == j else 0) for i in range(n) for j in range(n)):
        rest = 1 - F[0][0] ** 2
        if rest <= 0:
            raise wrong
        return Entries(tuple(x / rest for x in row) for row in noise)
    # vec S = (I - F (x) F)^-1 vec(noise)
    M = [
        [Fraction(int((i, j) == (k, m))) - F[i][k] * F[j][m] for k in range(n) for m in range(n)]
        for i in range(n)
        for j in range(n)
    ]
    system = RationalMatrix.of(M)
    normal, right = system.T @ system, system.T @ RationalMatrix.of([[x] for row in noise for x in row])
    solved = eliminate(normal, right)
    if solved.rank < n * n:
        raise wrong
    x = [row[0] for row in solved.solution.fractions()]
    S = Entries(tuple(x[i * n + j] for j in range(n)) for i in range(n))
    try:
        eliminate(RationalMatrix.of(S), RationalMatrix(tuple(() for _ in S), 1, 0))
    except SymlamError:
        raise wrong from None
    return S


def observation_matrices(scenario: ExogenousScenario) -> tuple[np.ndarray, np.ndarray]:
    """E and X as object arrays of Fraction."""
    c = scenario
    if c.E is not None and c.X is not None:
        # these may be of any width, also one that no geometry fits in
        return np.array(c.E, dtype=object), np.array(c.X, dtype=object)
    E, X = _drawn(c.geometry, c.width, c.d_s, c.d_xi, c.seed)
    return (
        np.array(c.E, dtype=object) if c.E is not None else E,
        np.array(c.X, dtype=object) if c.X is not None else X,
    )


@lru_cache(maxsize=256)
def _drawn(geometry: str, width: int, d_s: int, d_xi: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    def units(count: int, start: int = 0) -> np.ndarray:
        return np.array(
            [[Fraction(int(i == start + j)) for j in range(count)] for i in range(width)], dtype=object
        )

    if geometry == "additive":
        return units(d_s), units(d_xi)
    if geometry == "orthogonal":
        return units(d_s), units(d_xi, d_s)
    E, X, _, inner = effect_matrices(width, d_s, d_xi, None, "random", seed)
    padding = np.full((width - inner, d_s + d_xi), Fraction(0), dtype=object)
    both = np.concatenate([np.concatenate([E, X], axis=1), padding])
    return both[:, :d_s], both[:, d_s:]


@lru_cache(maxsize=256)
def _matrices(key: tuple[Any, ...], exact: bool) -> tuple[Any, ...]:
    """E, X, H, Pi and W (or None) of a scenario with everything that batches share."""
    c = ExogenousScenario(**dict(key))
    E, X = observation_matrices(c)
    H = np.array(c.matrix_of("H"), dtype=object)
    if c.Pi is not None:
        Pi = np.array(c.Pi, dtype=object)
    else:
        Pi = (E if c.policy_rows == "endogenous" else X)[:, : c.d_a].T
    W = None if c.W is None else np.array(c.W, dtype=object)
    out = (E, X, H, Pi, W)
    return out if exact else tuple(None if M is None else M.astype(float) for M in out)


_SHARED = ("d_s", "d_a", "d_xi", "d_o", "geometry", "policy_rows", "seed", "W", "E", "X", "H", "Pi")


def _forms(c: ExogenousScenario, exact: bool) -> Forms:
    key = tuple((name, getattr(c, name)) for name in _SHARED)
    E, X, H, Pi, W = _matrices(key, exact)
    dtype = object if exact else float

    def number(value: Any) -> Any:
        return value if exact else float(value)

    def plain(rows: Entries) -> np.ndarray:
        return np.array(rows, dtype=object) if exact else rows.floats

    d_s, d_a, d_xi = c.d_s, c.d_a, c.d_xi
    twin = c.objective != "self"
    sizes = {"s": d_s, "pi": d_a, "xi": d_xi, "eta": d_xi} | ({"xi2": d_xi, "eta2": d_xi} if twin else {})
    starts, m = {}, 0
    for name, width in sizes.items():
        starts[name] = m
        m += width
    zero = Fraction(0) if exact else 0.0

    def unit(name: str) -> np.ndarray:
        out = np.full((sizes[name], m), zero, dtype=dtype)
        for i in range(sizes[name]):
            out[i, starts[name] + i] = 1
        return out

    chi, F = number(c.chi), plain(c.matrix_of("F"))
    s, pi, xi, eta = (unit(name) for name in ("s", "pi", "xi", "eta"))
    o = E @ s + X @ xi
    a = pi if not c.chi else chi * (Pi @ o) + (1 - chi) * pi
    moment = np.full((m, m), zero, dtype=dtype)
    scales = {"s": ("cov_s", c.sigma_s), "pi": ("cov_a", c.sigma_a), "eta": ("cov_eta", c.sigma_eta)}
    for name, (field, scale) in scales.items():
        at = slice(starts[name], starts[name] + sizes[name])
        moment[at, at] = plain(c.matrix_of(field)) * number(scale) ** 2
    at = slice(starts["xi"], starts["xi"] + d_xi)
    moment[at, at] = plain(c.cov_of_xi)
    if c.distractor:
        p, e = (slice(starts[name], starts[name] + sizes[name]) for name in ("pi", "eta"))
        cross = plain(c.matrix_of("distractor")) * number(c.sigma_a) * number(c.sigma_eta)
        moment[p, e], moment[e, p] = cross, cross.T
    given = np.concatenate([s, a])
    if twin:
        _add_twin(c, moment, given, starts["xi"], d_xi, number, exact)

    # seen through W, or with X scaled by gamma
    E_w, X_w = (E, X * number(c.gamma)) if W is None else (W @ E, W @ X)
    q = E_w @ (H @ a)
    drift = F - np.array([[int(i == j) for j in range(d_xi)] for i in range(d_xi)], dtype=dtype)
    first = E_w @ s + X_w @ xi
    change = q + X_w @ (drift @ xi + eta)
    u = np.concatenate([first, change])
    populations = []
    free = c.decoder == "free"
    if c.objective != "cross":
        populations.append((number(Fraction(1)), first if free else None, u, change))
    if c.objective != "self":
        xi2, eta2 = unit("xi2"), unit("eta2")
        weight = Fraction(1) if c.objective == "cross" else c.mixture
        if weight:
            other = E_w @ s + X_w @ xi2
            after = q + X_w @ (drift @ xi2 + eta2)
            populations.append((number(weight), other if free else None, u, after))
    if c.penalty and c.penalty_on == "decoded":
        spread = u - _on(u, given, moment, exact) @ given
        populations.append((number(2 * c.penalty), None, spread, None))
    head = None
    if c.supervised:
        parts = [plain(rows) @ form for rows, form in ((c.target_s, s), (c.target_a, a)) if rows is not None]
        head = sum(parts[1:], parts[0]) if parts else a
    return Forms(moment, tuple(populations), head, u, a, s, eta, xi, given)


def _add_twin(c: Any, moment: Any, given: Any, start: int, d_xi: int, number: Any, exact: bool) -> None:
    """The moments of (xi~, eta~), which have correlations rho_xi and rho with (xi, eta), given (s, a) where it is "conditional"."""
    m = start + 2 * d_xi
    own, twin = slice(start, m), slice(m, m + 2 * d_xi)
    rho = np.array([number(c.rho if c.rho_xi is None else c.rho_xi)] * d_xi + [number(c.rho)] * d_xi)
    S = moment[:m, :m].copy()
    mine = S[own]
    if c.twin == "conditional" and (c.chi or c.distractor):
        K = given[:, :m]
        predicted = (_solve(K @ S @ K.T, K @ S[:, own], exact).T @ K) @ S
    else:
        predicted = mine * 0
    cross = predicted + rho[:, None] * (mine - predicted)
    moment[twin, :m], moment[:m, twin] = cross, cross.T
    moment[twin, twin] = mine[:, own]


def _solve(S: np.ndarray, R: np.ndarray, exact: bool) -> np.ndarray:
    """S^+ R, exactly or in float64."""
    if not exact:
        return np.linalg.pinv(S, rcond=1e-11, hermitian=True) @ R
    solved = eliminate(RationalMatrix.of(S.tolist()), RationalMatrix.of(R.tolist())).solution
    return np.array(solved.fractions(), dtype=object).reshape(R.shape)


def _on(rows: np.ndarray, regressors: np.ndarray, moment: np.ndarray, exact: bool) -> np.ndarray:
    """The least-squares map of rows on regressors."""
    cross = regressors @ moment
    return _solve(cross @ regressors.T, cross @ rows.T, exact).T


def least_squares(rows: np.ndarray, regressors: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """The exact least-squares map of rows on regressors, Fractions throughout."""
    return _on(rows, regressors, moment, True)


def exact_forms(scenario: ExogenousScenario) -> Forms:
    """The exact forms of one scenario."""
    return _forms(scenario, True)


def exact_problem(scenario: ExogenousScenario) -> tuple[Problem, Fraction]:
    """The scenario's exact `Problem`; nothing has to be added to its minimum.

    >>> from symlam.scenario import ExogenousScenario
    >>> exact_problem(ExogenousScenario(d_a=2, d_xi=2, sigma_eta=2, d_z=2))[0].reduction.total
    Fraction(10, 1)
    """
    c, forms = scenario, exact_forms(scenario)
    parts = forms.populations
    m = len(forms.moment)
    moment = np.full((m * len(parts), m * len(parts)), Fraction(0), dtype=object)
    for i, (weight, *_) in enumerate(parts):
        moment[i * m : (i + 1) * m, i * m : (i + 1) * m] = forms.moment * weight
    v, u, t, (count, heads) = _joined(forms, object)
    weights: list[Fraction] = []
    if c.whiten:
        t, weights = _whitened(t, v, moment)
    return (
        Problem(
            weights=weights,
            moment=moment,
            target=t,
            inputs=u,
            regressors=() if v is None else v,
            rank=c.d_z,
            heads=[Head(c.effective_weight / count, heads)] if heads is not None else [],
        ),
        Fraction(0),
    )


def _whitened(t: Any, v: Any, moment: Any) -> tuple[np.ndarray, list[Fraction]]:
    """Combinations of t with uncorrelated residuals on v, and weights that give each the variance 1: the inverse moment, exactly."""
    residual = t if v is None else t - least_squares(t, v, moment) @ v
    rows, weights = orthogonal_rows(t, residual, moment)
    if not weights:
        raise SymlamError("a target without variance cannot be whitened")
    return rows, weights


def orthogonal_rows(t: Any, residual: Any, moment: Any) -> tuple[np.ndarray, list[Fraction]]:
    """Combinations of the rows of t whose residuals are uncorrelated, and one over the variance of each, exactly."""
    rows: list[Any] = []
    frame: list[Any] = []
    weights: list[Fraction] = []
    for row, left in zip(t, residual, strict=True):
        for y, z, weight in zip(rows, frame, weights, strict=True):
            share = (left @ moment @ z) * weight
            row, left = row - share * y, left - share * z
        variance = left @ moment @ left
        if variance:
            rows.append(row)
            frame.append(left)
            weights.append(1 / variance)
    return np.stack(rows) if rows else t[:0], weights


def _joined(forms: Forms, dtype: Any) -> Any:
    """v, u, t and (total weight, heads) over the direct sum of the populations' base vectors."""
    parts, m = forms.populations, len(forms.moment)
    zero = Fraction(0) if dtype is object else 0.0

    def side_by_side(index: int) -> Any:
        rows = next((part[index] for part in parts if part[index] is not None), None)
        if rows is None:
            return None
        nothing = np.full((len(rows), m), zero, dtype=dtype)
        return np.concatenate([nothing if p[index] is None else p[index] for p in parts], axis=1)

    total = sum((part[0] for part in parts), zero)
    head = None if forms.head is None else np.concatenate([forms.head] * len(parts), axis=1)
    return side_by_side(1), side_by_side(2), side_by_side(3), (total, head)


@dataclass(frozen=True, eq=False)
class Batch:
    """Float64 forms of scenarios of one structure over white base vectors; the leading axis runs over scenarios.

    ``v`` (None where A = I), ``u``, ``t``, ``head`` (None) and ``weights`` are the problem's; ``views`` maps "u", "a", "s",
    "eta", "xi" to rows over the first population's base, "spread" to what (s, a) leaves there (a projector).
    """

    v: np.ndarray | None
    u: np.ndarray
    t: np.ndarray
    head: np.ndarray | None
    weights: np.ndarray
    views: dict[str, np.ndarray]


def build(scenarios: Sequence[ExogenousScenario]) -> Batch:
    """The float64 forms of scenarios of one `structure`."""
    every = [_forms(c, False) for c in scenarios]
    values, vectors = np.linalg.eigh(np.stack([f.moment for f in every]))
    if np.any(values[:, 0] < -1e-10 * np.maximum(values[:, -1], 1e-300)):
        raise SymlamError("the twin's correlations fit no distribution", hint="rho_xi = rho")
    # rounding must not open directions that a singular covariance has not
    kept = np.where(values > 1e-13 * values[:, -1:], values, 0.0)
    roots = vectors * np.sqrt(kept)[:, None, :]
    # nor give a vector that is 0 a variance of 1e-33, which a pseudo-inverse would read
    roots[np.stack([np.diag(f.moment) for f in every]) == 0] = 0
    joined: dict[str, list[Any]] = {name: [] for name in "vuth"}
    counts = []
    for f, root in zip(every, roots, strict=True):
        scaled = tuple(
            (w, *(None if x is None else (x @ root) * np.sqrt(w) for x in rest)) for w, *rest in f.populations
        )
        head = None
        if f.head is not None:
            head = np.concatenate([f.head @ root * np.sqrt(w) for w, *_ in f.populations], axis=1)
        v, u, t, (total, _) = _joined(
            Forms(f.moment, scaled, None, f.u, f.a, f.s, f.eta, f.xi, f.given), float
        )
        for name, rows in zip("vuth", (v, u, t, head), strict=True):
            joined[name].append(rows)
        counts.append(total)
    stacked: dict[str, Any] = {
        name: None if rows[0] is None else np.stack(rows) for name, rows in joined.items()
    }
    if scenarios[0].whiten:
        stacked["t"] = _white(stacked["t"], stacked["v"])
    views = {
        name: np.stack([getattr(f, name) @ root for f, root in zip(every, roots, strict=True)])
        for name in ("u", "a", "s", "eta", "xi")
    }
    known = np.stack([f.given @ root for f, root in zip(every, roots, strict=True)])
    views["spread"] = np.eye(known.shape[-1]) - np.linalg.pinv(known, rcond=1e-11) @ known
    weights = np.array([float(c.effective_weight) / n for c, n in zip(scenarios, counts, strict=True)])
    return Batch(stacked["v"], stacked["u"], stacked["t"], stacked["h"], weights, views)


def _white(t: np.ndarray, v: np.ndarray | None) -> np.ndarray:
    """t in coordinates in which what v leaves of it is white (zero where it is nothing)."""
    residual = t
    if v is not None:
        residual = t - t @ np.linalg.pinv(v, rcond=1e-11) @ v
    values, vectors = np.linalg.eigh(residual @ np.swapaxes(residual, -1, -2))
    live = values > 1e-11 * np.maximum((t**2).sum((-1, -2)), 1e-300)[:, None]
    scale = np.where(live, 1 / np.sqrt(np.where(live, values, 1.0)), 0.0)
    return (vectors * scale[:, None, :]).swapaxes(-1, -2) @ t


def training_forms(scenarios: Sequence[ExogenousScenario]) -> Trainable:
    """The scenarios in the paper's coordinates, u = (o, o') and target o' (o' - o where A = I), for `symlam.scenario.train`."""
    batch = build(scenarios)
    half = batch.u.shape[-2] // 2
    first, change = batch.u[:, :half], batch.u[:, half:]
    v = batch.u[:, :0] if batch.v is None else batch.v
    target = batch.t if batch.v is None or scenarios[0].whiten else batch.v + batch.t
    action = batch.u[:, :0] if batch.head is None else batch.head
    spread = None
    if scenarios[0].vanishing:
        inner = batch.views["u"] @ batch.views["spread"]
        scale = np.array([np.sqrt(2 * float(c.penalty)) for c in scenarios])[:, None, None]
        spread = scale * np.concatenate([inner[:, :half], inner[:, :half] + inner[:, half:]], axis=-2)
    u = np.concatenate([first, first + change], axis=-2)
    return Trainable(v, u, target, action, batch.weights, np.zeros(len(scenarios)), spread=spread)
