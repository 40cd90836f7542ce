"""Training by gradient in numpy: Adam and gradient flow, vectorised over scenarios and seeds.

Nothing here knows the closed form: the loss and its gradient are written down from the model. The closed form
only says when to stop (the enclosed optimum is a rigorous lower bound) and how far a run is from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symlam.errors import SymlamError
from symlam.numerics.arguments import positive_integer
from symlam.scenario.fields import Population
from symlam.scenario.models import exact_problem, knowledge
from symlam.scenario.trainable import Trainable

__all__ = ["TrainResult", "train"]

METHODS = ("adam", "flow")


@dataclass(frozen=True, eq=False)
class TrainResult:
    """Trained runs: ``loss``, ``gap`` (loss - certified lower bound of the optimum), both scenarios x seeds.

    ``lower`` (scenarios): the lower ends of the enclosures; ``steps``: how many steps were taken; ``converged``:
    whether the gap fell below the tolerance; ``maps``: A (s x n_v), B, C, D, E stacked over runs, in the
    coordinates of `symlam.scenario.forms`; ``metrics`` (scenarios x seeds x errors): the errors of the model.
    """

    scenarios: tuple[Population, ...]
    loss: np.ndarray
    lower: np.ndarray
    gap: np.ndarray
    converged: np.ndarray
    steps: int
    maps: dict[str, np.ndarray]
    metrics: np.ndarray

    def metric(self, name: str) -> np.ndarray:
        """One metric (scenarios x seeds) by its name."""
        return self.metrics[..., self.scenarios[0].metrics.index(name)]

    def one(self, place: int) -> TrainResult:
        """The runs of one of the scenarios."""
        at, seeds = slice(place, place + 1), self.loss.shape[1]
        return replace(
            self,
            scenarios=self.scenarios[at],
            loss=self.loss[at],
            lower=self.lower[at],
            gap=self.gap[at],
            converged=self.converged[at],
            maps={name: m[place * seeds : (place + 1) * seeds] for name, m in self.maps.items()},
            metrics=self.metrics[at],
        )


def train(
    scenarios: Population | Sequence[Population],
    *,
    method: str = "adam",
    seeds: int = 1,
    steps: int = 4000,
    learning_rate: float = 1e-2,
    samples: bool = False,
    tolerance: float = 1e-6,
    check_every: int = 50,
    progress: bool = False,
) -> TrainResult:
    """Train A, B, C, D, E of one or more scenarios of one structure and latent dimension from random starts.

    ``method`` "adam" takes steps of ``learning_rate`` (decayed by a cosine); "flow" integrates the gradient flow
    with an adaptive step that never raises the loss. ``samples`` draws fresh Gaussian batches, with labels and
    reductions as in a training script, in place of the population gradient. A run has converged when its
    population loss is within ``tolerance`` (relative) of the certified optimum; all converged ends training.
    ``progress`` shows a bar. Raises `SymlamError` for scenarios of different structure and for bad settings.

    >>> from symlam.scenario import Scenario
    >>> r = train(Scenario(d_o=4, d_a=1, d_z=1, noise="iid", sigma="1/2"), steps=2000, tolerance=1e-4)
    >>> bool(r.converged.all()), bool(0 <= r.gap.max() < 1e-3)
    (True, True)
    """
    chosen = [scenarios] if isinstance(scenarios, Population) else list(scenarios)
    if not chosen or len({(knowledge(x, "forms").structure(x), x.d_z) for x in chosen}) > 1:
        raise SymlamError(
            "scenarios of different structure or latent dimension",
            expected="one batch shape",
            hint="call train once for each",
        )
    if method not in METHODS:
        raise SymlamError(f"unknown method {method!r}", expected=" or ".join(METHODS))
    if samples and not chosen[0].scripted:
        raise SymlamError(
            f"the {chosen[0].model} model has no script to imitate",
            hint="samples=False, the population gradient",
        )
    if samples and method == "flow":
        raise SymlamError("gradient flow has no batches", hint='method="adam"')
    for name, count in (("seeds", seeds), ("steps", steps), ("check_every", check_every)):
        positive_integer(name, count)
    for name, value in (("learning_rate", learning_rate), ("tolerance", tolerance)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
            raise SymlamError(f"{name} is {value!r}", expected="a finite number >= 0")
    lower = _certified_lower(chosen)
    model = _Model(chosen, seeds)
    with _bar(progress, steps) as advance:
        run = _adam if method == "adam" else _flow
        taken = run(model, steps, learning_rate, samples, lower, tolerance, check_every, advance)
    loss = model.loss(model.maps).reshape(len(chosen), seeds) + model.outside[:, None]
    gap = loss - lower[:, None]
    return TrainResult(
        tuple(chosen),
        loss,
        lower,
        gap,
        gap <= tolerance * np.maximum(1.0, np.abs(lower))[:, None],
        taken,
        model.maps,
        model.metrics().reshape(len(chosen), seeds, -1),
    )


def _certified_lower(chosen: list[Population]) -> np.ndarray:
    """Lower ends, rounded down, of the enclosed optima."""
    from symlam.numerics import solve

    out = []
    for scenario in chosen:
        problem, offset = exact_problem(scenario)
        value = solve(problem, tier="arb", digits=20, maps=False).lower
        outside = float(offset)
        # one float is as close as float64 can be to the ball's lower end plus an exact constant
        out.append(np.nextafter(float(value.lower()) + outside, -np.inf))
    return np.array(out)


class _bar:
    """A rich progress bar, or nothing."""

    def __init__(self, shown: bool, total: int) -> None:
        self.shown, self.total = shown, total

    def __enter__(self) -> Callable[[int, float], None]:
        if not self.shown:
            return lambda done, gap: None
        from rich.progress import Progress

        self.progress = Progress()
        self.progress.start()
        task = self.progress.add_task("training", total=self.total)

        def advance(done: int, gap: float) -> None:
            self.progress.update(task, completed=done, description=f"training, gap {gap:.1e}")

        return advance

    def __exit__(self, *exception: object) -> None:
        if self.shown:
            self.progress.stop()


class _Model:
    """Maps, population loss, its gradient, and sampled gradients of runs = scenarios x seeds."""

    def __init__(self, chosen: list[Population], seeds: int) -> None:
        self.chosen, self.seeds, c = chosen, seeds, chosen[0]
        forms: Trainable = knowledge(c, "forms").training_forms(chosen)

        def repeat(rows: Any) -> Any:
            return np.repeat(np.broadcast_to(rows, (len(chosen), *rows.shape[-2:])), seeds, axis=0)

        self.v, self.u, self.target, self.action = (
            repeat(rows) for rows in (forms.v, forms.u, forms.target, forms.action)
        )
        self.weight = np.repeat(forms.weights, seeds)[:, None, None]
        self.outside, self.constant = forms.outside, forms.constant
        self.spread = None
        if forms.spread is not None:
            self.spread = repeat(forms.spread @ np.swapaxes(forms.spread, -1, -2))
        swap = np.swapaxes
        self.vv, self.uv = self.v @ swap(self.v, -1, -2), self.u @ swap(self.v, -1, -2)
        self.uu, self.tv = self.u @ swap(self.u, -1, -2), self.target @ swap(self.v, -1, -2)
        self.tu, self.au = self.target @ swap(self.u, -1, -2), self.action @ swap(self.u, -1, -2)
        self.tt = (self.target**2).sum((-1, -2))
        self.aa = (self.action**2).sum((-1, -2))
        k = c.d_z
        rng = np.random.default_rng(c.seed)

        def start(rows: Any, cols: Any) -> Any:
            # one draw for each seed, shared by the scenarios
            draws = rng.standard_normal((seeds, rows, cols)) / np.sqrt(max(cols, 1))
            return np.tile(draws, (len(chosen), 1, 1))

        n, du, p = self.v.shape[-2], self.u.shape[-2], self.target.shape[-2]
        self.maps = {
            "A": start(p, n),
            "B": start(p, k),
            "G": start(k, du),
            "E": start(self.action.shape[-2], k),
        }
        self.rng = np.random.default_rng([c.seed, 1])

    def loss(self, maps: Any) -> np.ndarray:
        A, B, G, E = (maps[name] for name in "ABGE")
        K, H = B @ G, E @ G
        value = self.tt + ((A @ self.vv + 2 * (K @ self.uv) - 2 * self.tv) * A).sum((-1, -2))
        value = value + ((K @ self.uu - 2 * self.tu) * K).sum((-1, -2))
        head = self.aa + ((H @ self.uu - 2 * self.au) * H).sum((-1, -2))
        value = value + self.weight[:, 0, 0] * head
        return value if self.spread is None else value + ((G @ self.spread) * G).sum((-1, -2))

    def gradient(self, maps: Any) -> dict[str, np.ndarray]:
        A, B, G, E = (maps[name] for name in "ABGE")
        swap = np.swapaxes
        K = B @ G
        slope = K @ self.uu + A @ swap(self.uv, -1, -2) - self.tu
        head = self.weight * ((E @ G) @ self.uu - self.au)
        bare = 0.0 if self.spread is None else 2 * G @ self.spread
        return {
            "A": 2 * (A @ self.vv + K @ self.uv - self.tv),
            "B": 2 * slope @ swap(G, -1, -2),
            "G": 2 * (swap(B, -1, -2) @ slope + swap(E, -1, -2) @ head) + bare,
            "E": 2 * head @ swap(G, -1, -2),
        }

    def sampled_gradient(self, maps: Any) -> dict[str, np.ndarray]:
        """Gradient of one batch as a script computes it, in units of L_a (times d_o when it averages)."""
        c: Any = self.chosen[0]
        A, B, G, E = (maps[name] for name in "ABGE")
        swap = np.swapaxes
        w = self.rng.standard_normal((len(self.v), self.v.shape[-1], c.batch))
        if self.constant is not None:
            w[:, self.constant] = 1.0
        v, u, target, action = self.v @ w, self.u @ w, self.target @ w, self.action @ w
        z = G @ u
        error = (A @ v + B @ z - target) / c.batch
        if c.weight is not None or not c.label_fraction:
            scale = self.weight / c.batch
        else:
            labelled = self.rng.random((len(self.v), 1, c.batch)) < float(c.label_fraction)
            count = np.maximum(labelled.sum(-1, keepdims=True), 1)
            mean = c.reduction == "mean"
            scale = labelled * ((c.d_o / c.d_a) / count if mean else 1.0 / c.batch)
        head = (E @ z - action) * scale
        return {
            "A": 2 * error @ swap(v, -1, -2),
            "B": 2 * error @ swap(z, -1, -2),
            "G": 2 * (swap(B, -1, -2) @ error + swap(E, -1, -2) @ head) @ swap(u, -1, -2),
            "E": 2 * head @ swap(z, -1, -2),
        }

    def metrics(self) -> np.ndarray:
        return knowledge(self.chosen[0], "prediction").trained_errors(self.chosen, self.seeds, self.maps)


def _done(model: _Model, lower: Any, tolerance: float, maps: Any = None) -> tuple[bool, float]:
    loss = model.loss(maps or model.maps).reshape(len(model.chosen), model.seeds) + model.outside[:, None]
    gap = (loss - lower[:, None]) / np.maximum(1.0, np.abs(lower))[:, None]
    return bool((gap <= tolerance).all()), float(gap.max())


def _adam(
    model: Any,
    steps: int,
    rate: float,
    samples: int,
    lower: Any,
    tolerance: float,
    check_every: int,
    advance: Any,
) -> int:
    maps = model.maps
    first = {name: np.zeros_like(x) for name, x in maps.items()}
    second = {name: np.zeros_like(x) for name, x in maps.items()}
    gradient = model.sampled_gradient if samples else model.gradient
    for step in range(1, steps + 1):
        slope = gradient(maps)
        current = rate * 0.5 * (1 + np.cos(np.pi * (step - 1) / steps))
        for name, g in slope.items():
            first[name] = 0.9 * first[name] + 0.1 * g
            second[name] = 0.999 * second[name] + 0.001 * g * g
            unbiased = second[name] / (1 - 0.999**step)
            maps[name] = maps[name] - current * (first[name] / (1 - 0.9**step)) / (np.sqrt(unbiased) + 1e-8)
        if step % check_every == 0:
            finished, gap = _done(model, lower, tolerance)
            advance(step, gap)
            if finished:
                return step
    return steps


def _flow(
    model: Any,
    steps: int,
    rate: float,
    samples: int,
    lower: Any,
    tolerance: float,
    check_every: int,
    advance: Any,
) -> int:
    """Heun's method with a step for each run that grows while the loss falls and shrinks when it would not."""
    maps = model.maps
    size = np.full((len(model.v), 1, 1), rate)
    value = model.loss(maps)
    slope = model.gradient(maps)
    for step in range(1, steps + 1):
        middle = {name: x - size * slope[name] for name, x in maps.items()}
        ahead = model.gradient(middle)
        trial = {name: x - size / 2 * (slope[name] + ahead[name]) for name, x in maps.items()}
        new = model.loss(trial)
        better = np.isfinite(new) & (new <= value)
        pick = better[:, None, None]
        maps = {name: np.where(pick, trial[name], x) for name, x in maps.items()}
        value = np.where(better, new, value)
        size = np.where(pick, size * 1.1, size / 2)
        slope = model.gradient(maps)
        if step % check_every == 0:
            finished, gap = _done(model, lower, tolerance, maps)
            advance(step, gap)
            if finished:
                break
    model.maps = maps
    return step
