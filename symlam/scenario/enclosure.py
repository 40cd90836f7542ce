"""The N-digit and the enclosed prediction of one scenario.

Loss and spectrum come from the mpmath or Arb tier. Metrics are enclosed when the optimum is unique: the invariant
subspace of the kept directions is V_F + V_R X with |X| <= 2 |W_RF| / sep (Stewart), so balls of that radius
around approximate eigenvectors hold the true subspace and ball arithmetic does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat, ctx

from symlam.errors import SymlamError
from symlam.numerics import balls, solve
from symlam.numerics.problem import row_rank
from symlam.scenario.definition import Scenario
from symlam.scenario.forms import build, outside_loss, problem_of
from symlam.scenario.metrics import METRICS
from symlam.scenario.prediction import Prediction, predict

__all__ = ["Enclosure", "enclose"]


@dataclass(frozen=True)
class Enclosure:
    """Loss, spectrum and metrics of a scenario as strings of N digits, or as balls ``[mid +/- radius]``.

    A metric is None where nothing is proved beyond float64 (a set of optima, or a numeric search): ``floats`` holds
    the float64 `Prediction` with its ranges. ``values`` keeps the balls (arb) by name, loss included.
    """

    scenario: Scenario
    tier: str
    digits: int
    status: str
    loss: str
    spectrum: tuple[str, ...]
    metrics: dict[str, str | None]
    effective_weight: str
    floats: Prediction
    values: dict[str, object]

    def json(self) -> dict[str, object]:
        """The mapping that ``symlam predict --json`` prints; numbers that are proved or N digits are strings."""
        out = self.floats.json()
        for name in METRICS:
            if self.metrics[name] is not None:
                out[name] = self.metrics[name]
        out["loss"] = self.loss
        out["loss_per_coordinate"] = self.values["loss_per_coordinate"]
        out["effective_weight"] = self.effective_weight
        out["spectrum"] = [
            {**direction, "value": value}
            for direction, value in zip(out["spectrum"], _distinct(self.floats, self.spectrum), strict=True)
        ]
        return out


def _distinct(floats: Prediction, spectrum: tuple[str, ...]) -> list[str]:
    """One printed eigenvalue for each group of the float64 spectrum."""
    out, at = [], 0
    for direction in floats.spectrum:
        out.append(spectrum[at] if at < len(spectrum) and direction.value else "0")
        at += direction.multiplicity
    return out


def enclose(scenario: Scenario, *, digits: int = 50, tier: str = "arb") -> Enclosure:
    """Predict with N digits (tier "mpmath") or with rigorous balls (tier "arb").

    >>> e = enclose(Scenario(d_o=8, d_a=2, d_z=2, noise="agents", d_b=2, sigma=2, effects="random"), digits=20)
    >>> print(e.status, e.loss)
    attained [1.9204306850651930144 +/- 7.65e-21]
    """
    if tier not in ("mpmath", "arb"):
        raise SymlamError(f"unknown tier {tier!r}", expected="mpmath or arb")
    floats = predict(scenario)
    forms = build([scenario], exact=True)
    problem = problem_of(scenario, forms=forms)
    solution = solve(problem, tier=tier, digits=digits, maps=False)
    before = ctx.prec
    ctx.prec = balls.bits(digits)
    try:
        outside = balls.ball(outside_loss(scenario, forms))
        found = _metrics(scenario, forms, problem) if solution.status != "bounds" else {}
        weight = balls.ball(scenario.effective_weight)
        if tier == "arb":
            loss = solution.minimum + outside
            spectrum = tuple(_shown(x, digits, tier) for x in solution.spectrum)
        else:
            from mpmath import mp

            with mp.workdps(digits + 15):
                # the mpmath value itself, at its own precision, plus an exact rational
                loss = arb(mp.nstr(solution.minimum, digits + 10, strip_zeros=False)).mid() + outside
                spectrum = tuple(
                    _shown(arb(mp.nstr(x, digits + 10)).mid(), digits, tier) for x in solution.spectrum
                )
        metrics = {name: _shown(found[name], digits, tier) if name in found else None for name in METRICS}
        values = {"loss": loss, "loss_per_coordinate": _shown(loss / scenario.d_o, digits, tier), **found}
        return Enclosure(
            scenario,
            tier,
            digits,
            solution.status,
            _shown(loss, digits, tier),
            spectrum,
            metrics,
            _shown(weight, digits, tier),
            floats,
            values,
        )
    finally:
        ctx.prec = before


def _shown(x: arb, digits: int, tier: str) -> str:
    if tier == "arb":
        return x.str(digits)
    text = x.mid().str(digits, radius=False)
    # noise far below the asked digits is printed as the zero that it stands for
    return "0" if abs(float(x)) < 10.0 ** (-digits) else text


def _balls(rows: np.ndarray) -> arb_mat:
    return arb_mat(rows.shape[0], rows.shape[1], [balls.ball(x) if x else arb(0) for x in rows.ravel()])


def _columns(matrix: arb_mat, start: int, stop: int) -> arb_mat:
    rows = matrix.nrows()
    return arb_mat(rows, stop - start, [matrix[i, j] for i in range(rows) for j in range(start, stop)])


def _norm(matrix: arb_mat, rows, columns, *, diagonal: bool = True) -> arb:
    total = arb(0)
    for i in rows:
        for j in columns:
            if diagonal or i != j:
                total += abs(matrix[i, j]).upper() ** 2
    return total.upper().sqrt().upper()


def invariant_subspace(N: arb_mat, k: int) -> arb_mat | None:
    """Balls around a basis (columns) of the span of the k leading eigenvectors of N; None without a proved gap."""
    n = N.nrows()
    V = balls.refine(N)
    W = V.inv() * N * V
    top, rest = range(k), range(k, n)
    if not rest:
        return V
    low = [W[i, i].lower() for i in top]
    high = [W[i, i].upper() for i in rest]
    gap = min(low, key=lambda x: float(x)) - max(high, key=lambda x: float(x))
    spill = _norm(W, top, top, diagonal=False) + _norm(W, rest, rest, diagonal=False)
    down, up = _norm(W, rest, top), _norm(W, top, rest)
    sep = gap - spill
    if not (sep > 0 and 16 * down * up < sep * sep and 8 * (spill + up + down) < gap):
        return None
    radius = (2 * down / sep).upper()
    X = arb_mat(n - k, k, [arb(0, radius)] * ((n - k) * k))
    return _columns(V, 0, k) + _columns(V, k, n) * X


def _metrics(scenario: Scenario, forms, problem) -> dict[str, arb]:
    """Balls around the four metrics, or nothing where the optimum is not unique."""
    if scenario.latent == "true" and not scenario.augment:
        return {}
    reduction = problem.reduction
    N = balls.weighted(reduction)
    p, q = reduction.target_rows, N.nrows()
    rank = row_rank(reduction.explained)
    if scenario.latent == "true" and rank < scenario.d_z:
        return {}
    k = min(scenario.d_z, rank)
    if not k:
        return {}
    U = invariant_subspace(N, k)
    if U is None:
        return {}
    roots = [balls.ball(weight).sqrt() for weight in reduction.weights]
    R = balls.matrix_of_balls(reduction.coefficients)
    scaled = arb_mat(q, R.ncols(), [R[i, j] * roots[i] for i in range(q) for j in range(R.ncols())])
    G = (U.transpose() * U).solve(U.transpose() * scaled)
    B = arb_mat(p, k, [U[i, j] for i in range(p) for j in range(k)])
    on_u, on_t = (
        balls.matrix_of_balls(reduction.inputs_on_v),
        balls.matrix_of_balls(reduction.targets_on_v.block(slice(0, p), slice(None))),
    )
    policy = reduction.targets_on_v.block(slice(0, p), slice(None))
    bending = not policy.is_zero()
    if bending and scenario.latent == "surrogate-pinv" and rank < scenario.d_z:
        return {}
    A = on_t - B * G * on_u
    if not _is_identity(forms.moment):
        return {}

    def latent(world):
        o, r = world["o"], world["r"]
        if scenario.affine_model:
            one = o[:1] * 0
            one[0, forms.constant] = 1
            o = np.concatenate([o, one])
        u = _balls(np.concatenate([o, r]))
        if scenario.latent == "true" or not bending:
            # without a policy o^' - o = B z with B injective, so heads see the same span
            return G * u
        rows = A * _balls(o) + B * (G * u)
        if scenario.latent == "surrogate-pinv":
            return (B.transpose() * B).solve(B.transpose() * rows)
        return rows

    Z_fit, Z_test = latent(forms.fit), latent(forms.test)
    if scenario.latent == "surrogate" and bending:
        Z_fit, Z_test = _compressed(Z_fit, Z_test, k + row_rank(policy))
        if Z_fit is None:
            return {}
    return _errors(scenario, forms, Z_fit, Z_test)


def _compressed(Z_fit: arb_mat, Z_test: arb_mat, bound: int):
    """The surrogate's rows in ``bound`` coordinates, if its rank really is the exact bound on it."""
    rows = np.array([[float(Z_fit[i, j].mid()) for j in range(Z_fit.ncols())] for i in range(Z_fit.nrows())])
    left, values, _ = np.linalg.svd(rows, full_matrices=False)
    if (values > 1e-9 * values[0]).sum() != bound:
        return None, None
    C = arb_mat(bound, Z_fit.nrows(), [float(x) for x in left[:, :bound].T.ravel()])
    return C * Z_fit, C * Z_test


def _is_identity(moment: np.ndarray) -> bool:
    return all(x == (i == j) for (i, j), x in np.ndenumerate(moment))


def _errors(scenario, forms, Z_fit: arb_mat, Z_test: arb_mat) -> dict[str, arb]:
    constant = forms.constant
    if scenario.affine_heads and constant is not None:
        one = arb_mat(1, Z_fit.ncols(), [int(j == constant) for j in range(Z_fit.ncols())])
        Z_fit, Z_test = (_stack(Z, one) for Z in (Z_fit, Z_test))
    gram = Z_fit * Z_fit.transpose()
    missing = {
        "q": arb(0),
        "eps": balls.ball(outside_loss(scenario, forms)) if scenario.eval_noise == "train" else arb(0),
        "o": forms.outside * balls.ball(scenario.sigma_o) ** 2,
    }
    out = []
    for name in ("q", "eps", "o"):
        y_fit, y_test = _balls(forms.fit[name]), _balls(forms.test[name])
        variance = sum((x * x for row in forms.test[name] for j, x in enumerate(row) if j != constant), 0)
        if not variance and not (missing[name] > 0):
            out.append(arb(1))
            continue
        try:
            head = gram.solve(Z_fit * y_fit.transpose()).transpose()
        except ZeroDivisionError:
            return {}
        error = y_test - head * Z_test
        total = missing[name]
        for x in error.entries():
            total += x * x
        out.append(total / (balls.ball(variance) + missing[name]) if variance else total / missing[name])
    return dict(zip(METRICS, [*out, out[1] + out[2] - out[0]], strict=True))


def _stack(top: arb_mat, bottom: arb_mat) -> arb_mat:
    return arb_mat(top.nrows() + bottom.nrows(), top.ncols(), top.entries() + bottom.entries())
