"""What a linear LAM learns where there is an exogenous state: losses, spectra and errors, batched in float64.

Errors of a latent z, all of them functions of the span of its rows alone (heads are least squares, P projects on the span):

- action_nmse, innovation_nmse, exogenous_nmse: E|y^ - y|^2 / E|y|^2 for y = a, eta, xi;
- future_leakage: the share of the variance of the whitened latent that is due to eta, tr(P Pi_eta) / d_z; eta is seen in
  o' only, so this is what comes in through D. noise_sensitivity: the same for (xi, eta), through C and D;
- consistency: E|K z - K z~|^2 / E|a|^2, K the least-squares head of a, z~ the latent of another draw of the exogenous state
  given (s, a): twice the variance that (s, a) leaves of K z.

The optimal latents are z = P g + W f: g one form for each kept direction, f what the objective leaves undetermined (all of o where A is
free and nothing is paired: R3). The minimal latent has W = 0 with g uncorrelated with f, and so the least variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symlam.numerics import solve
from symlam.numerics.float64 import ArraySolution, pseudo_inverse_psd, solve_arrays
from symlam.scenario.exogenous import ExogenousScenario
from symlam.scenario.exogenous_forms import Batch, build, exact_problem
from symlam.scenario.optimal_set import Measured, Optimum, Pair, set_ranges
from symlam.scenario.results import Direction, Prediction, Range

__all__ = ["latent_errors", "predict_group", "trained_errors"]

_ZERO = 1e-10
_NAN = float("nan")


def predict_group(batch: Sequence[ExogenousScenario]) -> list[Prediction]:
    """Predictions of scenarios of one `structure`."""
    forms = build(batch)
    ranks = np.array([c.d_z for c in batch])
    heads = [] if forms.head is None else [(forms.weights, forms.head)]
    found = solve_arrays(None, forms.t, forms.u, ranks, regressors=forms.v, heads=heads)
    rank = (found.spectrum > _ZERO * np.maximum(found.spectrum[:, :1], 1e-300)).sum(-1)
    optima = [_Optimum(c, forms, found, i, int(rank[i])) for i, c in enumerate(batch)]
    values = _unique(batch, forms, optima)
    out = []
    for i, (c, optimum) in enumerate(zip(batch, optima, strict=True)):
        metrics = optimum.ranges() if optimum.loose else _unique_ranges(c, values[i], optimum.status)
        out.append(
            Prediction(
                c,
                optimum.loss,
                optimum.status,
                float(c.effective_weight),
                metrics,
                _spectrum(c, optimum),
                optimum.lower,
            )
        )
    return out


class _Optimum:
    """The optimal set of one scenario in white coordinates of its first population."""

    def __init__(self, c: ExogenousScenario, forms: Batch, found: ArraySolution, i: int, rank: int) -> None:
        self.c, self.rank, self.status = c, rank, "attained"
        self.loss = self.lower = float(found.relaxed[i])
        self.k, self.first, self.last = c.d_z, int(found.first[i]), int(found.last[i])
        self.views = {name: rows[i] for name, rows in forms.views.items()}
        u, G = self.views["u"], found.G[i]
        v = forms.u[i][:0] if forms.v is None else forms.v[i]
        on_u, on_tau = found.on_v[0][i], found.on_v[1][i]
        p = found.B.shape[1]
        self.B, self.E, self.spectrum = found.B[i], found.E[i], found.spectrum[i]
        null = _null(forms.u[i] - on_u @ v, forms.u[i])
        f = null @ u
        # combinations that are 0 in themselves show nothing: their rounding is no direction
        self.free = _orthonormal(f, float(np.linalg.norm(u)))
        self.minimal_u = u - (u @ self.free.T) @ self.free
        self.seen = G @ u
        self.g = G @ self.minimal_u
        self.heads, self.follows = np.zeros((self.E.shape[0], u.shape[1])), False
        if forms.head is not None:
            self._meet_heads(float(np.sqrt(forms.weights[i])), G, null, on_u, on_tau[p:], v, u)
        if c.vanishing and self.status == "attained":
            self.status = "infimum"
        spare, tied = self.k > rank, rank >= self.k and self.last > self.k
        self.loose = self.status != "bounds" and (
            tied or (c.latent == "true" and (spare or len(self.free) > 0)) or self.follows
        )

    def _meet_heads(self, root: float, G: Any, null: Any, on_u: Any, head_on_v: Any, v: Any, u: Any) -> None:
        """Whether heads, which see the latent and not its residual, cost anything; decided by ranks as in `Problem`."""
        scale = max(float(np.abs(v).max(initial=0.0)), 1e-300)
        correlated, carried, loosened = head_on_v @ v, G[: self.rank] @ on_u @ v, null @ on_u @ v
        tall = 1e-9 * scale
        plain = np.abs(correlated).max(initial=0.0) <= tall
        if plain and np.abs(carried).max(initial=0.0) <= tall:
            return
        # what v explains of anything that u can follow, as a function of u in the first population
        lift = np.linalg.pinv(loosened, rcond=1e-10)
        both = np.concatenate([loosened, carried])
        room = _rank(loosened, tall) == _rank(both, tall) == _rank(np.concatenate([both, correlated]), tall)
        if room:
            self.seen = self.seen - G @ on_u @ v @ lift @ (null @ u)
        if room and plain:
            return
        # eigenvectors are orthonormal: what is far below that is the rounding of a head that shows nothing
        kept = self.E[:, : min(self.k, self.rank)]
        kept = np.where(np.abs(kept) * root > 1e-12, kept, 0.0)
        outside = correlated - kept @ (np.linalg.pinv(kept, rcond=1e-10) @ correlated)
        # dimensions that predict nothing may carry what the heads of the others cannot show
        follows = _rank(outside, tall) <= self.k - min(self.k, self.rank)
        if room and (follows or self.k >= len(head_on_v)):
            self.status = "attained" if follows else "infimum"
            if not plain:
                # Q v as a function of what the first population shows of u
                self.heads, self.follows = correlated @ lift @ (null @ u), True
            return
        searched = solve(exact_problem(self.c)[0])
        self.status, self.loss, self.lower = searched.status, float(searched.upper), float(searched.lower)
        self.found = np.asarray(searched.G) @ u

    def latent(self) -> np.ndarray:
        """Rows of the one optimal latent (or of the one found by search)."""
        if self.status == "bounds":
            return self.found
        return self.g[: min(self.k, self.rank)]

    def ranges(self) -> dict[str, Range]:
        """The ranges of the errors over all optima, or over all minimal ones."""
        u = self.views["u"]
        # the limits of minimising sequences, and heads that follow o, are described with a free W only
        minimal = self.c.latent == "minimal" and not self.follows
        out: dict[str, Range] = {}
        spread, c = self.views["spread"], self.c

        def pair(rows: np.ndarray, shown: np.ndarray | None = None) -> Pair:
            return Pair(rows, rows if shown is None else rows @ shown)

        for shown in (None, spread):
            optimum = Optimum(
                g=pair(self.g if minimal else self.seen, shown),
                seen=pair(self.seen, shown),
                policy=pair(u[:0], shown),
                heads=pair(self.heads, shown),
                o=pair(self.free, shown),
                everything=pair(u, shown),
                hidden=False,
                B=self.B,
                E=self.E,
                k=self.k,
                rank=self.rank,
                first=self.first,
                last=self.last,
                latent="minimal" if minimal else "true",
                augmented=not len(self.free),
                beyond=pair(u, shown),
            )
            targets, totals = _targets(self.views)
            if shown is None:
                pairs = tuple(Pair(y, y) for y in targets[:-1])
                found = set_ranges(optimum, Measured(pairs, (0.0,) * len(pairs), tuple(totals[:-1])))
            else:
                a = targets[-1]
                found = np.concatenate(
                    [found, set_ranges(optimum, Measured((Pair(a, 0 * a),), (0.0,), (totals[-1],)))]
                )
        sizes = [len(y) for y in targets]
        for i, name in enumerate(c.metrics):
            ends, gap = found[i], 0.0
            if totals[i] <= 0:
                shares = name in ("future_leakage", "noise_sensitivity")
                out[name] = Range(0.0, 0.0, "unique") if shares else Range(_NAN, _NAN, "undefined")
                continue
            with np.errstate(invalid="ignore"):
                gap = float(max(ends[1] - ends[0], ends[3] - ends[2]))
            kind = "exact" if gap <= 1e-9 else "bracketed"
            low, high = (ends[1], ends[2]) if kind == "exact" else (ends[0], ends[3])
            if name in ("future_leakage", "noise_sensitivity"):
                low, high = ((1 - x) * sizes[i] / self.k for x in (high, low))
                gap *= sizes[i] / self.k
            out[name] = Range(_clean(low), _clean(high), kind, 0.0 if kind == "exact" else gap)
        return out


def _targets(views: dict[str, np.ndarray]) -> tuple[list[np.ndarray], list[float]]:
    """Rows whose errors give the metrics in their order, and what divides each (0: undefined)."""
    a, eta, xi = views["a"], views["eta"], views["xi"]
    noise = _orthonormal(np.concatenate([xi, eta]))
    leaking = _orthonormal(eta)
    size = float((a**2).sum())
    targets = [a, eta, xi, leaking, noise, a]
    totals = [
        size,
        float((eta**2).sum()),
        float((xi**2).sum()),
        float(len(leaking)),
        float(len(noise)),
        size / 2,
    ]
    return targets, totals


def latent_errors(views: dict[str, np.ndarray], z: np.ndarray, k: int, *, floor: float = _ZERO) -> np.ndarray:
    """The errors (in the order of the metrics, NaN where undefined) of a latent with rows z over white coordinates.

    Directions with less than ``floor`` of the largest variance count as absent.
    """
    targets, totals = _targets(views)
    gram = pseudo_inverse_psd(z @ z.T, relative=floor)
    out = []
    for i, (y, total) in enumerate(zip(targets, totals, strict=True)):
        if total <= 0:
            # a latent cannot show what has no variance; how well it predicts that is undefined
            out.append(0.0 if i in (3, 4) else _NAN)
            continue
        cross = y @ z.T
        if i == 5:
            told = cross @ gram @ (z @ views["spread"])
            out.append(float((told**2).sum()) / total)
            continue
        share = float(((gram @ cross.T) * cross.T).sum())
        out.append(share / k if i in (3, 4) else max(float((y**2).sum()) - share, 0.0) / total)
    return np.array(out)


def _unique(batch: Any, forms: Batch, optima: list[_Optimum]) -> np.ndarray:
    """The errors of the one latent of each scenario (of no meaning where there are many)."""
    return np.stack(
        [
            np.full(6, _NAN) if o.loose else latent_errors(o.views, o.latent(), c.d_z)
            for c, o in zip(batch, optima, strict=True)
        ]
    )


def _clean(x: float) -> float:
    """A number >= 0 without what rounding leaves of 0."""
    return 0.0 if x < 1e-13 else float(x)


def _unique_ranges(c: ExogenousScenario, values: np.ndarray, status: str) -> dict[str, Range]:
    kind = "found" if status == "bounds" else "unique"
    return {
        name: Range(_clean(x), _clean(x), "undefined" if np.isnan(x) else kind)
        for name, x in zip(c.metrics, values, strict=True)
    }


def _null(residual: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Coefficients (n x d_u) of the combinations of u that its regression on v explains without error."""
    left, values, _ = np.linalg.svd(residual, full_matrices=True)
    scale = max(float(np.linalg.norm(rows)), 1e-300)
    values = np.concatenate([values, np.zeros(len(left) - len(values))])
    return left[:, values <= 1e-7 * scale].T


def _orthonormal(rows: np.ndarray, scale: float = 0.0) -> np.ndarray:
    """An orthonormal basis of the span of some rows; ``scale`` is a size next to which rounding counts."""
    if not rows.size:
        return rows[:0]
    _, values, right = np.linalg.svd(rows, full_matrices=False)
    return right[values > 1e-7 * max(float(values[0]), scale, 1e-150)]


def _rank(rows: np.ndarray, floor: float) -> int:
    return int((np.linalg.svd(rows, compute_uv=False) > floor).sum()) if rows.size else 0


def _spectrum(c: ExogenousScenario, optimum: _Optimum) -> tuple[Direction, ...]:
    """Distinct eigenvalues, their multiplicity, and how much of their directions' variance is not exogenous."""
    values, rank = optimum.spectrum, optimum.rank
    noise = _orthonormal(np.concatenate([optimum.views["xi"], optimum.views["eta"]]))
    rows = optimum.g[:rank]
    total = (rows**2).sum(-1)
    exogenous = ((rows @ noise.T) ** 2).sum(-1)
    out, at = [], 0
    jumps: Any = np.flatnonzero(values[: rank - 1] - values[1:rank] > _ZERO * values[0]) + 1 if rank else []
    for end in [*(int(x) for x in jumps), rank] if rank else []:
        share = 1.0 - exogenous[at:end].sum() / max(total[at:end].sum(), 1e-300)
        source = "endogenous" if share > 1 - 1e-9 else "exogenous" if share < 1e-9 else "mixed"
        out.append(
            Direction(
                float(values[at:end].mean()),
                end - at,
                max(0, min(c.d_z, end) - at),
                source,
                float(min(max(share, 0.0), 1.0)),
            )
        )
        at = end
    left = len(values) - at
    if left:
        out.append(Direction(0.0, left, max(0, min(c.d_z - at, left)), "none", 0.0))
    return tuple(out)


def trained_errors(chosen: Sequence[ExogenousScenario], seeds: int, maps: Any) -> np.ndarray:
    """The errors (runs x 6) of trained encoders G on (o, o'); runs are scenarios x seeds."""
    forms, out = build(chosen), []
    for run, G in enumerate(maps["G"]):
        i = run // seeds
        views = {name: rows[i] for name, rows in forms.views.items()}
        half = len(views["u"]) // 2
        first = views["u"][:half]
        z = G @ np.concatenate([first, first + views["u"][half:]])
        # what training has not yet cancelled is tiny, and exact heads would read it
        out.append(latent_errors(views, z, chosen[i].d_z, floor=1e-6))
    return np.stack(out)
