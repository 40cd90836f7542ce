"""`predict` and `predict_many`: what a linear LAM learns, as exact population values, batched in float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symlam.numerics.float64 import solve_arrays
from symlam.scenario.definition import Scenario
from symlam.scenario.fields import Population
from symlam.scenario.forms import Forms, build, exact_problem, outside_loss
from symlam.scenario.metrics import METRICS, SIGNS, combine, errors, ranges
from symlam.scenario.models import knowledge
from symlam.scenario.optimal_set import Measured, Optimum, Pair, set_ranges
from symlam.scenario.results import Direction, Prediction, Range

__all__ = ["Direction", "Prediction", "Range", "predict", "predict_group", "predict_many", "trained_errors"]

_ZERO = 1e-10
_CHUNK = 256  # scenarios of one batched call: bounds the memory


def predict(scenario: Population) -> Prediction:
    """The optimum of one scenario and its errors.

    >>> p = predict(Scenario(noise="agents", sigma=2, d_z=8))
    >>> p.metrics["action_mse"].low, p.loss        # the noise comes first and the actions are lost
    (1.0, 8.0)
    """
    return predict_many([scenario])[0]


def predict_many(scenarios: Sequence[Population]) -> list[Prediction]:
    """Predict many scenarios with one batched eigendecomposition per structure; the order is kept."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for i, scenario in enumerate(scenarios):
        alike = knowledge(scenario, "forms").structure(scenario)
        groups.setdefault((scenario.model, alike), []).append(i)
    out: list[Prediction | None] = [None] * len(scenarios)
    for everyone in groups.values():
        for start in range(0, len(everyone), _CHUNK):
            members = everyone[start : start + _CHUNK]
            batch = [scenarios[i] for i in members]
            found = knowledge(batch[0], "prediction").predict_group(batch)
            for i, prediction in zip(members, found, strict=True):
                out[i] = prediction
    return out  # type: ignore[return-value]


@dataclass(frozen=True, eq=False)
class _Optimum:
    """Batched optimum in input coordinates; arrays over directions i, of which ``keep`` (b, q) are kept."""

    loss: np.ndarray
    lower: np.ndarray
    status: list[str]
    spectrum: np.ndarray
    vectors: np.ndarray
    first: np.ndarray
    last: np.ndarray
    rank: np.ndarray
    keep: np.ndarray
    B: np.ndarray
    E: np.ndarray
    G: np.ndarray
    relaxed_G: np.ndarray
    on_v: tuple[np.ndarray, np.ndarray]


def _optimise(batch: list[Scenario], forms: Forms) -> _Optimum:
    ranks = np.array([x.d_z for x in batch])
    weights = np.array([float(x.effective_weight) for x in batch])
    supervised = bool(weights.any())
    found = solve_arrays(
        None, forms.r, forms.u, ranks, regressors=forms.v, heads=[(weights, forms.head)] if supervised else []
    )
    q = found.spectrum.shape[1]
    rank = (found.spectrum > _ZERO * np.maximum(found.spectrum[:, :1], 1e-300)).sum(-1)
    keep = np.arange(q)[None, :] < np.minimum(ranks, rank)[:, None]
    loss = found.relaxed + np.array([float(outside_loss(x, forms)) for x in batch])
    lower = loss.copy()
    B, E, G, status = found.B.copy(), found.E.copy(), found.G.copy(), ["attained"] * len(batch)
    if supervised:
        for i, scenario in enumerate(batch):
            if scenario.chi or _correlated(found.on_v[1][i, B.shape[1] :]):
                status[i] = _coupled(scenario, forms, found, i, keep[i], B, E, G, loss)
                if status[i] == "bounds":
                    keep[i, : scenario.d_z] = True
    return _Optimum(
        loss,
        lower,
        status,
        found.spectrum,
        found.vectors,
        found.first,
        found.last,
        rank,
        keep,
        B,
        E,
        G,
        found.G,
        found.on_v,
    )


def _correlated(head_on_v: Any) -> bool:
    return bool(np.abs(head_on_v).max(initial=0.0) > 1e-12)


def _coupled(
    scenario: Scenario, forms: Forms, found: Any, i: Any, keep: Any, B: Any, E: Any, G: Any, loss: Any
) -> str:
    """Supervision with a policy: attained, an infimum, or a numeric search (written into B, E, G and loss)."""
    k, head_on_v = scenario.d_z, found.on_v[1][i, B.shape[1] :]
    if not scenario.augment:
        kept = E[i][:, keep]
        outside = head_on_v - kept @ np.linalg.pinv(kept, rcond=1e-10) @ head_on_v
        missing = int((np.linalg.svd(outside, compute_uv=False) > 1e-9).sum()) if outside.size else 0
        # dimensions that predict nothing may carry what the heads of the others cannot show
        if missing <= k - int(keep.sum()):
            return "attained"
        if k >= scenario.d_a:
            return "infimum"
    from symlam.numerics.optimisers import descend_float64

    width = min(k, B.shape[2])
    value, (_, b, g, e) = descend_float64(exact_problem(scenario)[0], G[i, :width])
    B[i], E[i], G[i] = 0.0, 0.0, 0.0
    B[i, :, :width], E[i, :, :width], G[i, :width] = b, e, g
    loss[i] = value + float(outside_loss(scenario, forms))
    return "bounds"


def _inputs(world: Any, forms: Forms, affine: bool) -> Any:
    """The rows of u and of v when nothing is augmented: ([o, 1, r], [o, 1])."""
    o = world["o"]
    if affine:
        one = np.zeros((*o.shape[:-2], 1, o.shape[-1]))
        one[..., forms.constant] = 1.0
        o = np.concatenate([o, one], axis=-2)
    return np.concatenate([o, world["r"]], axis=-2), o


def missing_variance(batch: Sequence[Scenario], forms: Forms) -> np.ndarray:
    """Variance of q, eps and o (b, 3) in the coordinates that are left out; no latent explains it."""
    noisy = batch[0].noise == "iid" and batch[0].eval_noise == "train"
    return forms.outside * np.array(
        [[0.0, float(x.sigma) ** 2 if noisy else 0.0, float(x.sigma_o) ** 2] for x in batch]
    )


def predict_group(batch: list[Scenario]) -> list[Prediction]:
    """Predictions of linear LAM scenarios of one structure."""
    forms, _c = build(batch), batch[0]
    best = _optimise(batch, forms)
    missing = missing_variance(batch, forms)
    values, kinds, gaps = _evaluate(batch, forms, best, missing)
    spectra = _spectra(batch, forms, best)
    out = []
    for i, scenario in enumerate(batch):
        metrics = {
            name: Range(
                float(values[i, j, 0]) + 0.0, float(values[i, j, 1]) + 0.0, kinds[i][j], float(gaps[i, j])
            )
            for j, name in enumerate(METRICS)
        }
        out.append(
            Prediction(
                scenario,
                float(best.loss[i]),
                best.status[i],
                float(scenario.effective_weight),
                metrics,
                spectra[i],
                float(best.lower[i]),
            )
        )
    return out


def _evaluate(batch: Any, forms: Forms, best: _Optimum, missing: Any) -> Any:
    c = batch[0]
    b, q = best.spectrum.shape
    fit_u, fit_v = _inputs(forms.fit, forms, c.affine_model)
    test_u, test_v = _inputs(forms.test, forms, c.affine_model)
    options = {"constant": forms.constant, "affine": c.affine_heads}
    shifted = forms.test is not forms.fit
    surrogate = c.latent != "true"
    ranks = np.array([x.d_z for x in batch])
    width = int(min(q, ranks.max()))
    numeric = np.array([status == "bounds" for status in best.status])
    bending = np.abs(best.on_v[1][:, : best.B.shape[1]]).max(axis=(-1, -2), initial=0.0) > 1e-12
    straight = not (bending.any() or numeric.any())

    def latent(keep_vectors: Any, u: Any, v: Any) -> Any:
        """Rows of the latent for rotated or masked directions (b, q, q -> first columns matter)."""
        G = keep_vectors @ best.G
        if not surrogate:
            return G @ u
        if straight:
            # o^' - o = B z, and B has no kernel on what is kept: heads see the span of z
            return G @ u - (G @ best.on_v[0]) @ v
        B = best.B @ np.swapaxes(keep_vectors, -1, -2)
        A = best.on_v[1][:, : B.shape[1]] - B @ (G @ best.on_v[0])
        rows = A @ v + B @ (G @ u)
        if c.latent == "surrogate":
            return rows
        gram = np.swapaxes(B, -1, -2) @ B
        return np.linalg.pinv(gram, rcond=1e-10, hermitian=True) @ (np.swapaxes(B, -1, -2) @ rows)

    kept = np.zeros((b, width, q))
    kept[:, np.arange(width), np.arange(width)] = best.keep[:, :width]
    three = errors(
        forms.fit, forms.test, missing, latent(kept, fit_u, fit_v), latent(kept, test_u, test_v), **options
    )
    four = np.concatenate([three, combine(three)[:, None]], axis=1)
    values = np.stack([four, four], axis=-1)

    spare = best.rank < ranks
    tied = ~spare & (best.last > ranks)
    free = np.full(b, not surrogate and not c.augment)
    moved = np.array([status == "infimum" for status in best.status])
    # spare dimensions carry nothing into o^' - o; B^+ then still depends on them when A is not I
    loose = (
        tied | free | (spare & (not surrogate)) | (spare & bending & (c.latent == "surrogate-pinv"))
    ) & ~numeric
    unseen = np.zeros(b, bool)
    if shifted and not c.augment:
        unseen = _unseen(forms, best, fit_v, test_v)
        loose |= unseen & ~numeric
    gaps = np.zeros((b, 4))
    kinds = [["found" if x else "unique"] * 4 for x in numeric]
    by_trace = loose & (not shifted) & ~(bending & surrogate) & ~(free & (tied | spare | moved))
    pick = np.flatnonzero(by_trace)
    if len(pick):
        values[pick] = _traces(pick, batch, forms, best, missing, fit_u, fit_v, spare, tied, free, options)
        for i in pick:
            kinds[i] = ["exact"] * 4
    for i in np.flatnonzero(loose & ~by_trace):
        found = _set_ranges(
            i, batch[i], forms, best, missing[i], (fit_u, fit_v, test_u, test_v), unseen[i], options
        )
        values[i] = found[:, [0, 3]]
        with np.errstate(invalid="ignore"):
            gap = np.maximum(found[:, 1] - found[:, 0], found[:, 3] - found[:, 2])
        for j in range(4):
            if gap[j] <= 1e-9:
                kinds[i][j], values[i, j] = "exact", found[j, 1:3]
            else:
                kinds[i][j], gaps[i, j] = "bracketed", gap[j]
    return values, kinds, gaps


def _unseen(forms: Forms, best: _Optimum, fit_v: Any, test_v: Any) -> np.ndarray:
    """Whether evaluation shows a part of r~ that is 0 in training, about which training says nothing (chi = 1)."""
    s = forms.size
    on_v = best.on_v[0][:, -s:]
    fit, test = forms.fit["r"] - on_v @ fit_v, forms.test["r"] - on_v @ test_v
    values, vectors = np.linalg.eigh(fit @ np.swapaxes(fit, -1, -2))
    size = np.maximum((forms.fit["r"] ** 2).sum((-1, -2)), np.finfo(float).tiny)
    dead = np.swapaxes(vectors, -1, -2) * (values <= _ZERO * size[:, None])[..., None]
    return ((dead @ test) ** 2).sum((-1, -2)) > 1e-9 * size


def _set_ranges(
    i: Any,
    scenario: Scenario,
    forms: Forms,
    best: _Optimum,
    missing: Any,
    inputs: Any,
    hidden: Any,
    options: Any,
) -> Any:
    """Ranges of one scenario over the optimal set that `symlam.scenario.optimal_set` derives."""

    def member(rows: Any) -> Any:
        return rows[min(i, len(rows) - 1)]

    fit_u, fit_v, test_u, test_v = (member(rows) for rows in inputs)
    u, v = Pair(fit_u, test_u), Pair(fit_v, test_v)
    on_u, on_tau, p = best.on_v[0][i], best.on_v[1][i], best.B.shape[1]
    lowered = on_u @ v
    residual = Pair(fit_u - lowered.fit, test_u - lowered.test)
    heads = on_tau[p:] if scenario.effective_weight else on_tau[p:][:0]
    return set_ranges(
        Optimum(
            g=best.relaxed_G[i] @ residual,
            seen=best.relaxed_G[i] @ u,
            policy=on_tau[:p] @ v,
            heads=heads @ v,
            o=v,
            everything=u,
            hidden=bool(hidden),
            B=best.B[i],
            E=best.E[i][: len(heads)],
            k=scenario.d_z,
            rank=int(best.rank[i]),
            first=int(best.first[i]),
            last=int(best.last[i]),
            latent=scenario.latent,
            augmented=bool(scenario.augment),
        ),
        Measured(
            tuple(Pair(member(forms.fit[name]), member(forms.test[name])) for name in ("q", "eps", "o")),
            tuple(missing),
            signs=SIGNS,
            **options,
        ),
    )


def _traces(
    pick: Any,
    batch: Any,
    forms: Forms,
    best: _Optimum,
    missing: Any,
    fit_u: Any,
    fit_v: Any,
    spare: Any,
    tied: Any,
    free: Any,
    options: Any,
) -> Any:
    """Exact ranges for the scenarios in ``pick``, heads fitted and tested on one distribution (Ky Fan, batched)."""
    q = best.spectrum.shape[1]
    index = np.arange(q)[None, :]
    ranks = np.array([batch[i].d_z for i in pick])
    first = np.where(spare[pick], best.rank[pick], np.where(tied[pick], best.first[pick], ranks))
    last = np.where(spare[pick], best.rank[pick], np.where(tied[pick], best.last[pick], ranks))
    directions = best.G[pick] @ fit_u[pick]
    fixed = directions * (index < first[:, None])[..., None]
    ties = directions * ((index >= first[:, None]) & (index < last[:, None]))[..., None]
    count = ranks - first
    if free[pick].any():
        # C is free: z = D r + W o for every W that the heads tolerate, so o itself is a candidate
        candidates = np.concatenate([fixed, fit_v[pick]], axis=-2)
        needed = np.zeros_like(fixed[:, :1])
        count = ranks
        if best.E.shape[1]:
            needed = np.zeros((len(pick), best.E.shape[1], fixed.shape[-1]))
            for n, i in enumerate(pick):
                E = best.E[i][:, : first[n]]
                rows = E @ (best.G[i, : first[n]] @ (fit_u[i] - best.on_v[0][i] @ fit_v[i]))
                needed[n] = rows + best.on_v[1][i, best.B.shape[1] :] @ fit_v[i]
                count[n] -= np.linalg.matrix_rank(E, tol=1e-9)
        fixed = needed
    else:
        candidates = np.concatenate([ties, fit_u[pick] * spare[pick][:, None, None]], axis=-2)
    fit = {name: forms.fit[name][pick] for name in ("q", "eps", "o")}
    return ranges(fit, missing[pick], fixed, candidates, count, spare[pick], **options)


def _spectra(batch: Any, forms: Forms, best: _Optimum) -> list[tuple[Direction, ...]]:
    """Distinct eigenvalues of the reduced problem, their multiplicity, and where their variance comes from."""
    G = best.relaxed_G[:, : int(best.rank.max(initial=0))]
    squares = (G @ forms.u - (G @ best.on_v[0]) @ forms.v) ** 2
    noise = np.zeros(squares.shape[:2])
    for name in ("b", "e"):
        if name in forms.blocks:
            noise += squares[..., forms.blocks[name]].sum(-1)
    total = squares.sum(-1)
    out = []
    for i, scenario in enumerate(batch):
        values, at = best.spectrum[i], 0
        directions: list[Direction] = []
        rank = int(best.rank[i])
        jumps: Any = (
            np.flatnonzero(values[: rank - 1] - values[1:rank] > _ZERO * values[0]) + 1 if rank else []
        )
        for end in [*jumps, rank] if rank else []:
            end = int(end)
            share = 1.0 - noise[i, at:end].sum() / total[i, at:end].sum()
            source = "action" if share > 1 - 1e-9 else "noise" if share < 1e-9 else "mixed"
            size = end - at
            if scenario.noise == "iid" and end == rank and forms.outside:
                size += forms.outside
            directions.append(
                Direction(
                    float(values[at:end].mean()),
                    size,
                    max(0, min(scenario.d_z, end) - at),
                    source,
                    float(min(max(share, 0), 1)),
                )
            )
            at = end
        if scenario.d_o > sum(d.multiplicity for d in directions):
            left = scenario.d_o - sum(d.multiplicity for d in directions)
            directions.append(Direction(0.0, left, max(0, min(scenario.d_z - at, left)), "none", 0.0))
        out.append(tuple(directions))
    return out


def trained_errors(chosen: Sequence[Scenario], seeds: int, maps: Any) -> np.ndarray:
    """The errors (runs x 4) of trained maps A, B, G; runs are scenarios x seeds."""
    c, forms = chosen[0], build(chosen)
    A, B, G = (maps[name] for name in "ABG")

    def latent(world: Any) -> Any:
        o = world["o"]
        if c.affine_model:
            one = np.zeros((*o.shape[:-2], 1, o.shape[-1]))
            one[..., forms.constant] = 1.0
            o = np.concatenate([o, one], axis=-2)
        o, r = (
            np.repeat(np.broadcast_to(x, (len(chosen), *x.shape[-2:])), seeds, axis=0)
            for x in (o, world["r"])
        )
        plain = o[:, : forms.size]
        z = G @ np.concatenate([o, plain + r], axis=-2)
        if c.latent == "true":
            return z
        surrogate = A @ o + B @ z - plain
        return surrogate if c.latent == "surrogate" else np.linalg.pinv(B) @ surrogate

    def repeated(world: Any) -> Any:
        return {
            name: np.repeat(np.broadcast_to(rows, (len(chosen), *rows.shape[-2:])), seeds, axis=0)
            for name, rows in world.items()
        }

    missing = np.repeat(missing_variance(chosen, forms), seeds, axis=0)
    three = errors(
        repeated(forms.fit),
        repeated(forms.test),
        missing,
        latent(forms.fit),
        latent(forms.test),
        constant=forms.constant,
        affine=c.affine_heads,
        # o^' - o has d_o coordinates: what training has not yet cancelled there is tiny, and exact heads would
        # read o out of it; the errors are discontinuous at the optimum
        floor=1e-3,
    )
    return np.concatenate([three, combine(three)[:, None]], axis=1)
