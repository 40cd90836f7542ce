"""The grid world's figure: what any code can reach beside what was published, and the optimum as the noise grows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symlam.errors import SymlamError
from symlam.gridworld import ROWS, GridWorld, frontier, optimum

__all__ = ["draw_gridworld", "gridworld_steps"]

_COLOURS = {"low": "#0b5394", "high": "#c0392b", "augmented": "#3a7d44", "labelled": "#8e6c1f"}
_NAMES = {
    "low": "low noise",
    "high": "high noise",
    "augmented": "high noise, augmentation",
    "labelled": "high noise, 1 % labels",
}


def gridworld_steps(*, walls: str = "clip") -> list[tuple[float, float, float]]:
    """(sigma from which it holds, controllable, stochastic) over their variances, for the optimum under uniform actions.

    One frontier serves all intensities: at intensity sigma the controllable part has the weight 1/sigma^2.

    >>> [(round(s, 4), c, n) for s, c, n in gridworld_steps(walls="periodic")]
    [(0.0, 0.0, 1.0), (1.1926, 1.0, 0.4375)]
    """
    world = GridWorld(noise=1, walls=walls)  # type: ignore[arg-type]
    given, noise = optimum(world).variances()
    return [
        (
            float(1 / c.weight) ** 0.5 if c.weight else 0.0,
            float(c.controllable / given),
            float(c.stochastic / noise),
        )
        for c in frontier(world)
    ]


def draw_gridworld(path: str | Path, *, walls: str = "clip") -> Path:
    """Draw both panels into ``path`` (PNG or PDF); raises `SymlamError` where matplotlib is missing or the file cannot be written."""
    try:
        import matplotlib
    except ImportError:
        raise SymlamError("matplotlib is not installed", hint="pip install 'symlam[figures]'") from None
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from symlam.figures.drawing import _STYLE

    target = Path(path)
    if target.suffix not in (".png", ".pdf"):
        raise SymlamError(f"{target} is neither PNG nor PDF", expected="a name that ends in .png or .pdf")
    steps = gridworld_steps(walls=walls)
    with plt.rc_context(_STYLE):
        sheet, (left, right) = plt.subplots(1, 2, figsize=(9.2, 3.7))
        _reach(left, steps)
        _growth(right, steps)
        try:
            sheet.savefig(target, metadata={"CreationDate": None} if target.suffix == ".pdf" else None)
        except OSError as error:
            raise SymlamError(f"cannot write {target}: {error.strerror}") from None
        finally:
            plt.close(sheet)
    return target


def _reach(axis: Any, steps: list[tuple[float, float, float]]) -> None:
    x, y = [c for _, c, _ in steps], [n for _, _, n in steps]
    axis.fill_between([*x, 1.25], [*y, y[-1]], 0.3, color="0.9", linewidth=0)
    axis.plot(x, y, color="0.35", marker="o", markersize=3.5, label="no code gets below")
    axis.axvline(1, color="0.7", linewidth=0.8, linestyle=":")
    axis.axhline(1, color="0.7", linewidth=0.8, linestyle=":")
    for name in _NAMES:
        (c, dc), noise = ROWS[name][2]
        n, dn = noise or (0.0, 0.0)
        axis.errorbar(
            c,
            n,
            xerr=dc,
            yerr=dn,
            fmt="s",
            markersize=4,
            color=_COLOURS[name],
            label=f"published: {_NAMES[name]}",
        )
    axis.set(xlim=(-0.05, 1.25), ylim=(0.3, 1.1), xlabel="controllable loss", ylabel="stochastic loss")
    axis.set_title("Five codes: what can be reached at all")
    axis.legend(loc="lower left", frameon=False)


def _growth(axis: Any, steps: list[tuple[float, float, float]]) -> None:
    ends = [s for s, _, _ in steps[1:]] + [2.3]
    for part, colour, title in ((1, "#0b5394", "controllable"), (2, "#c0392b", "stochastic")):
        xs = [x for step, end in zip(steps, ends, strict=True) for x in (step[0], end)]
        ys = [step[part] for step in steps for _ in range(2)]
        axis.plot(xs, ys, color=colour, label=f"{title}, optimum")
        for sigma, name in ((0, "none"), (1, "low"), (2, "high")):
            published = ROWS[name][2][part - 1]
            if published:
                axis.errorbar(sigma, published[0], yerr=published[1], fmt="s", markersize=4, color=colour)
    axis.set(
        xlim=(-0.1, 2.3), ylim=(-0.05, 1.3), xlabel="intensity of the noise", ylabel="loss over variance"
    )
    axis.set_title("The optimum changes between intensities 1 and 2")
    axis.legend(loc="center left", frameon=False, bbox_to_anchor=(0.0, 0.35))
