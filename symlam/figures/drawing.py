"""Drawing: PDF and PNG of every panel and phase diagram, and the numbers behind them as CSV."""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from symlam.errors import SymlamError
from symlam.figures.exogenous import CURVES, EXOGENOUS_PHASES, Axis, Line
from symlam.figures.panels import PANELS, Panel, panel_points
from symlam.figures.phases import PHASES, Phase

__all__ = ["make_figures"]

_LABELS = {
    "action_mse": "action error",
    "noise_mse": "noise error",
    "observation_mse": "observation error",
    "llo": "LLO",
    "future_leakage": "future leakage",
}
MODELS = ("linear", "exogenous")
_LEGENDS = {"fig4-middle": (0.42, 0.62), "fig4-right": (0.68, 0.45)}
_COLOURS = ("#0b5394", "#c0392b", "#3a7d44", "#8e6c1f", "#6a3d9a", "#2b8c8c")
_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9,
    "legend.fontsize": 7.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
}


def make_figures(
    directory: str | Path,
    *,
    train: bool = False,
    steps: int = 1500,
    seeds: int = 2,
    report: Callable[[str], None] = lambda text: None,
    models: Sequence[str] = MODELS,
) -> list[Path]:
    """Write the figures of some ``models`` ("linear", "exogenous") into ``directory`` and return the paths.

    ``train`` adds points trained with Adam (``steps`` steps, mean over ``seeds``) and their CSV; ``report`` is
    told what is being done. Raises `SymlamError` where matplotlib is missing.
    """
    try:
        import matplotlib
    except ImportError:
        raise SymlamError("matplotlib is not installed", hint="pip install 'symlam[figures]'") from None
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    # it warns of the dates in the fonts that are embedded
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    out = Path(directory)
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    unknown = [name for name in models if name not in MODELS]
    if unknown:
        raise SymlamError(f"no figures of the model {unknown[0]!r}", expected=" or ".join(MODELS))
    with plt.rc_context(_STYLE):
        if "linear" in models:
            written += _linear(plt, out, train, steps, seeds, report)
        if "exogenous" in models:
            written += _exogenous(plt, out, train, steps, seeds, report)
        phases = [
            *(PHASES if "linear" in models else ()),
            *(EXOGENOUS_PHASES if "exogenous" in models else ()),
        ]
        for phase in phases:
            report(f"drawing {phase.name}")
            sheet, axis = plt.subplots(figsize=(4.9, 3.7))
            written += _phase(axis, phase, out)
            written += _save(plt, sheet, out / phase.name)
    return written


def _linear(plt: Any, out: Path, train: bool, steps: int, seeds: int, report: Any) -> list[Path]:
    """Fig. 3 and Fig. 4."""
    report("closed forms of the six panels")
    written: list[Path] = []
    rows = panel_points()
    trained = _train(steps, seeds, report) if train else {}
    for figure, panels in (("fig3", PANELS[:3]), ("fig4", PANELS[3:])):
        report(f"drawing {figure}")
        sheet, axes = plt.subplots(1, 3, figsize=(11.5, 3.3))
        for axis, panel in zip(axes, panels, strict=True):
            mine = [row for row in rows if row["panel"] == panel.name]
            written.append(_csv(out / f"{panel.name}.csv", mine))
            if panel.name in trained:
                written.append(_csv(out / f"{panel.name}-trained.csv", trained[panel.name]))
            _panel(axis, panel, mine, trained.get(panel.name))
        written += _save(plt, sheet, out / figure)
    return written


def _exogenous(plt: Any, out: Path, train: bool, steps: int, seeds: int, report: Any) -> list[Path]:
    """One sheet of curves for each claim about the exogenous state."""
    written: list[Path] = []
    for curves in CURVES:
        report(f"drawing {curves.name}")
        count = len(curves.axes)
        sheet, axes = plt.subplots(1, count, figsize=(1.2 + 3.9 * count, 3.3), squeeze=False)
        for number, (axis, spec) in enumerate(zip(axes[0], curves.axes, strict=True)):
            shared = number > 0 and [x.label for x in spec.lines] == [x.label for x in curves.axes[0].lines]
            name = curves.name if count == 1 else f"{curves.name}-{'ab'[number]}"
            if train:
                report(f"training {name}")
            trained = _train_curves(spec, steps, seeds) if train else []
            rows = _curves(axis, spec, trained, legend=not shared)
            written.append(_csv(out / f"{name}.csv", rows))
            if trained:
                written.append(_csv(out / f"{name}-trained.csv", trained))
        written += _save(plt, sheet, out / curves.name)
    return written


def _curves(axis: Any, spec: Axis, trained: Any, *, legend: bool) -> list[dict[str, object]]:
    from symlam.scenario.prediction import predict_many

    xs = list(spec.x[2])
    rows: list[dict[str, object]] = [{spec.x[0]: f"{x:g}"} for x in xs]
    number, narrow = 0, 0
    for line in spec.lines:
        low, high = _ends(line, xs, predict_many)
        column = (
            f"{line.metric} {line.label}".strip() if line.formula is None else f"formula {line.label}".strip()
        )
        for row, a, b in zip(rows, low, high, strict=True):
            row.setdefault(f"{column} low", f"{a:.12g}")
            row.setdefault(f"{column} high", f"{b:.12g}")
        if line.formula is not None:
            axis.plot(xs, low, color="0.15", ls=(0, (1.5, 2.2)), lw=2.2, label=line.label or None, zorder=5)
            continue
        colour = _COLOURS[number % len(_COLOURS)]
        if max(high - low) > 1e-9:
            axis.fill_between(xs, low, high, color=colour, alpha=0.22, lw=0, label=line.label)
            axis.plot(xs, low, color=colour, lw=0.9)
            axis.plot(xs, high, color=colour, lw=0.9)
        else:
            # curves that coincide lie on each other: later ones are thinner and broken
            style = ("-", "--", "-.", (0, (5, 1.5)), (0, (3, 1, 1, 1)), ":")[narrow % 6]
            axis.plot(xs, low, ls=style, color=colour, lw=2.6 - 0.25 * narrow, label=line.label)
            narrow += 1
        dots = [row for row in trained if row["line"] == line.label]
        axis.plot(
            [float(r[spec.x[0]]) for r in dots], [r["value"] for r in dots], "o", ms=3.6, color=colour, mec="white", mew=0.5, zorder=6
        )  # fmt: skip
        number += 1
    axis.set_title(spec.title)
    axis.set_xlabel(spec.x[1])
    axis.set_ylabel(spec.y)
    if all(isinstance(x, int) for x in xs):
        axis.set_xticks(xs)
    axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]))
    if legend:
        axis.legend(frameon=False, handlelength=2.4)
    return rows


def _ends(line: Line, xs: Sequence[Any], predict_many: Any) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest value of a line over all optima, for each x."""
    if line.formula is not None:
        values = np.array([line.formula(x) for x in xs])
        return values, values
    assert line.make is not None
    predictions = predict_many([line.make(x) for x in xs])
    if line.metric == "loss":
        values = np.array([p.loss for p in predictions])
        return values, values
    found = [p.metrics[line.metric] for p in predictions]
    return np.array([x.low for x in found]), np.array([x.high for x in found])


def _save(plt: Any, sheet: Any, stem: Path) -> list[Path]:
    paths = [stem.with_suffix(".pdf"), stem.with_suffix(".png")]
    for path in paths:
        # no dates in the files: the same numbers give the same bytes
        sheet.savefig(path, metadata={"CreationDate": None} if path.suffix == ".pdf" else None)
    plt.close(sheet)
    return paths


def _csv(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _panel(axis: Any, panel: Panel, rows: Any, trained: Any) -> None:
    axis.set_title(panel.title)
    axis.set_xlabel(panel.x[1])
    (_heat if panel.heat else _lines)(axis, panel, rows, trained)


def _heat(axis: Any, panel: Panel, rows: Any, trained: Any) -> None:
    ys, xs = (sorted({row[key] for row in rows}) for key in (panel.series[0], panel.x[0]))
    grid = np.full((len(ys), len(xs)), np.nan)
    for row in rows:
        grid[ys.index(row[panel.series[0]]), xs.index(row[panel.x[0]])] = row[f"{panel.heat}_high"]
    # an error above 1, or without a bound, is worse than no head at all; the colour bar says so with an arrow
    top = min(max(grid.max(), 0.1), 1.0)
    grid = np.minimum(grid, 2.0)
    image = axis.imshow(grid, origin="lower", aspect="auto", cmap="viridis", vmin=0, vmax=top)
    for ticks, labels, values in (
        (axis.set_xticks, axis.set_xticklabels, xs),
        (axis.set_yticks, axis.set_yticklabels, ys),
    ):
        step = 2 if len(values) > 11 else 1
        ticks(range(0, len(values), step))
        labels([f"{x:g}" for x in values[::step]])
    axis.set_ylabel(panel.series[1])
    for spine in axis.spines.values():
        spine.set_visible(False)
    if trained:
        points = [(xs.index(r[panel.x[0]]), ys.index(r[panel.series[0]]), r[panel.heat]) for r in trained]
        x, y, colour = zip(*points, strict=True)
        axis.scatter(
            x, y, c=colour, cmap="viridis", vmin=0, vmax=top, s=16, edgecolors="white", linewidths=0.5
        )
    axis.figure.colorbar(
        image,
        ax=axis,
        label=_LABELS[str(panel.heat)],
        pad=0.02,
        extend="max" if grid.max() > 1 else "neither",
    )


def _lines(axis: Any, panel: Panel, rows: Any, trained: Any) -> None:
    xs = sorted({row[panel.x[0]] for row in rows})
    # few, unevenly spaced values stand side by side; many are an axis
    place = {x: i for i, x in enumerate(xs)} if len(xs) <= 5 else {x: x for x in xs}
    series = list(dict.fromkeys(row[panel.series[0]] for row in rows))
    for number, value in enumerate(series):
        mine = [row for row in rows if row[panel.series[0]] == value]
        at = np.array([place[row[panel.x[0]]] for row in mine], dtype=float)
        shift = (number - (len(series) - 1) / 2) * 0.06 if len(xs) <= 5 else 0.0
        for metric, style, marker in (("action_mse", "-", "o"), ("noise_mse", "--", "s")):
            low = np.array([row[f"{metric}_low"] for row in mine])
            high = np.array([row[f"{metric}_high"] for row in mine])
            label = f"{panel.series[1]} = {value:g}" if metric == "action_mse" else None
            colour = _COLOURS[number]
            # a range over the optimal set is a bar at its own point
            wide = high - low > 1e-9
            axis.vlines((at + shift)[wide], low[wide], high[wide], color=colour, alpha=0.35, lw=3.2)
            # mirrored curves coincide: the first series lies underneath, broad
            broad = (
                {"lw": 4.5, "alpha": 0.35, "ms": 0} if number == 0 and len(xs) > 5 else {"lw": 1.3, "ms": 3}
            )
            axis.plot(at + shift, low, style, color=colour, marker=marker, label=label, **broad)
            if trained:
                dots = [r for r in trained if r[panel.series[0]] == value]
                axis.plot(
                    [place[r[panel.x[0]]] + shift for r in dots],
                    [r[metric] for r in dots],
                    "x",
                    color=colour,
                    ms=5,
                    mew=1.1,
                )
    axis.plot([], [], "-", color="0.35", label="action error")
    axis.plot([], [], "--", color="0.35", label="noise error")
    axis.set_ylim(-0.04, 1.08)
    axis.set_ylabel("error / variance")
    if len(xs) <= 5:
        axis.set_xticks(range(len(xs)), [f"{x:g}" for x in xs])
    if len(xs) > 5:
        axis.xaxis.get_major_locator().set_params(integer=True)
    axis.legend(
        frameon=False,
        loc="upper right" if len(xs) > 5 else "center",
        handlelength=1.8,
        bbox_to_anchor=(1.03, 1.0) if len(xs) > 5 else _LEGENDS[panel.name],
    )


def _phase(axis: Any, phase: Phase, out: Path) -> list[Path]:
    from symlam.scenario.prediction import predict_many

    xs, ys = phase.x[2], phase.y[2]
    cells = [(x, y) for y in ys for x in xs]
    predictions = predict_many([phase.make(x, y) for x, y in cells])
    values = np.array([p.metrics[phase.metric].high for p in predictions])
    rows = [
        {phase.x[0]: f"{x:g}", phase.y[0]: f"{y:g}", phase.metric: round(float(value), 12) + 0.0}
        for (x, y), value in zip(cells, values, strict=True)
    ]
    half_x, half_y = (xs[1] - xs[0]) / 2, (ys[1] - ys[0]) / 2
    extent = (xs[0] - half_x, xs[-1] + half_x, ys[0] - half_y, ys[-1] + half_y)
    image = axis.imshow(
        values.reshape(len(ys), len(xs)),
        origin="lower",
        aspect="auto",
        extent=extent,
        cmap="cividis",
        interpolation="nearest",
        vmin=0,
        vmax=2 if phase.metric == "llo" else 1,
    )
    axis.figure.colorbar(image, ax=axis, label=_LABELS[phase.metric], pad=0.02)
    fine_x, fine_y = np.linspace(*extent[:2], 400), np.linspace(*extent[2:], 400)
    for number, border in enumerate(phase.borders()):
        x, y = border.points(fine_x, fine_y)
        inside = (x >= extent[0]) & (x <= extent[1]) & (y >= extent[2]) & (y <= extent[3])
        axis.plot(
            x[inside], y[inside], color="#e4572e", lw=1.8, ls=("-", "--", ":")[number], label=border.label
        )
    for along, up, text in phase.marks:
        axis.text(
            along,
            up,
            text,
            ha="center",
            va="center",
            fontsize=7.5,
            bbox={"boxstyle": "round,pad=0.25", "fc": "white", "ec": "none", "alpha": 0.85},
        )
    axis.set_title(phase.title, pad=8)
    axis.set_xlabel(phase.x[1])
    axis.set_ylabel(phase.y[1])
    axis.set_xlim(extent[:2])
    axis.set_ylim(extent[2:])
    for values_, setter in ((xs, axis.set_xticks), (ys, axis.set_yticks)):
        if values_.dtype.kind == "i":
            setter([v for v in values_ if len(values_) <= 8 or v % 4 == 0 or v == 1])
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False, ncol=1, handlelength=2.2)
    return [_csv(out / f"{phase.name}.csv", rows)]


def _trained(scenarios: Sequence[Any], steps: int, seeds: int) -> list[Any]:
    """A training result for each scenario: one vectorised run for each structure and latent dimension."""
    from symlam.scenario.models import knowledge
    from symlam.scenario.training import train

    groups: dict[tuple[Any, ...], list[int]] = {}
    for i, scenario in enumerate(scenarios):
        key = knowledge(scenario, "forms").structure(scenario), scenario.d_z
        groups.setdefault(key, []).append(i)
    found: list[Any] = [None] * len(scenarios)
    for members in groups.values():
        together = train([scenarios[i] for i in members], steps=steps, seeds=seeds, tolerance=1e-5)
        for place, i in enumerate(members):
            found[i] = together.one(place)
    return found


def _effort(run: Any) -> dict[str, object]:
    """How far a training got, and with what."""
    return {"gap": float(run.gap.max()), "seeds": run.loss.shape[1], "steps": run.steps}


def _train_curves(spec: Axis, steps: int, seeds: int) -> list[dict[str, object]]:
    """Trained values at about six x of each line, where the optimum determines them or the line is the band of all optima.

    Training ends at some optimum: where C is free it is not the one with the least latent, and says nothing of a line
    that is drawn for that one.
    """
    from symlam.scenario.prediction import predict_many

    xs = list(spec.x[2])
    picked = xs[:: max(1, len(xs) // 6)]
    rows: list[dict[str, object]] = []
    for line in spec.lines:
        if line.make is None:
            continue
        band = all(line.make(x).latent == "true" for x in picked)
        every = [replace(line.make(x), latent="true") for x in picked]
        if line.metric != "loss" and not band:
            found = [p.metrics[line.metric] for p in predict_many(every)]
            if max(x.high - x.low for x in found) > 1e-9:
                continue
        for x, run in zip(picked, _trained(every, steps, seeds), strict=True):
            value = run.loss if line.metric == "loss" else run.metric(line.metric)
            rows.append(
                {
                    "line": line.label,
                    spec.x[0]: f"{x:g}",
                    "value": round(float(value.mean()), 9),
                    **_effort(run),
                }
            )
    return rows


def _train(steps: int, seeds: int, report: Any) -> dict[str, list[dict[str, object]]]:
    """Trained errors for every cell of the panels."""
    from symlam.scenario.metrics import METRICS

    out = {}
    for panel in PANELS:
        report(f"training {panel.name}")
        runs = _trained(panel.scenarios, steps, seeds)
        rows: list[dict[str, object]] = []
        for (value, at, _), run in zip(panel.cells, runs, strict=True):
            means = run.metrics[0].mean(axis=0)
            rows.append(
                {
                    "panel": panel.name,
                    panel.series[0]: value,
                    panel.x[0]: at,
                    **{name: round(float(x), 9) for name, x in zip(METRICS, means, strict=True)},
                    **_effort(run),
                }
            )
        out[panel.name] = rows
    return out
