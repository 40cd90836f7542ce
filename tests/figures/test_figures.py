"""Figures: every point and border from the closed forms, files written, pictures not empty."""

from __future__ import annotations

import csv
import math
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner

from symlam.cli import cli
from symlam.figures import CURVES, EXOGENOUS_PHASES, PANELS, PHASES, make_figures, panel_points
from symlam.scenario import predict


@pytest.fixture(scope="module")
def rows():
    return panel_points()


def of(rows, panel, **where):
    return [row for row in rows if row["panel"] == panel and all(row[k] == v for k, v in where.items())]


def test_every_point_of_the_set_up_is_there(rows):
    counts = {panel.name: len(of(rows, panel.name)) for panel in PANELS}
    assert counts == {"fig3-left": 128, "fig3-middle": 128, "fig3-right": 30, "fig4-left": 165, "fig4-middle": 16,
                      "fig4-right": 12}  # fmt: skip


def test_points_against_hand_results(rows):
    for row in of(rows, "fig3-left"):
        assert row["action_mse_low"] == pytest.approx(max(0, 1 - row["d_z"] / row["d_a"]))
    for row in of(rows, "fig3-middle"):
        kept, share = min(row["d_z"], 8) / 8, row["sigma"] ** 2 / (1 + row["sigma"] ** 2)
        assert row["action_mse_high"] == pytest.approx(kept * share**2 + 1 - kept)
    for row in of(rows, "fig3-right", sigma=2):
        assert row["noise_mse_low"] == pytest.approx(max(0, 1 - row["d_z"] / 8))
    # actions that the policy determines cannot be told from o: the latent may hold any multiple of what was never seen
    assert {(row["action_mse_low"], row["action_mse_high"]) for row in of(rows, "fig4-left", chi=1.0)} == {
        (0, math.inf)
    }
    assert {row["action_mse_low"] for row in of(rows, "fig4-left", chi=0.5, d_z=12)} == {0.0}
    for row in of(rows, "fig4-middle"):
        width = row["action_mse_high"] - row["action_mse_low"]
        assert (width > 0.4) == (row["augment"] == 0)
    for row in of(rows, "fig4-right", sigma=2):
        assert row["noise_mse_low"] == pytest.approx(0 if row["label_fraction"] == 0 else 1)


@pytest.mark.parametrize("phase", (*PHASES, *EXOGENOUS_PHASES), ids=lambda p: p.name)
def test_borders_separate_the_regimes(phase):
    """Just below and just above every border, the kept directions differ."""
    xs, ys = phase.x[2], phase.y[2]
    whole_x, whole_y = (values.dtype.kind == "i" for values in (xs, ys))
    for number, border in enumerate(phase.borders()):
        x, y = border.points(np.linspace(xs[0], xs[-1], 9), np.linspace(ys[0], ys[-1], 9))
        upright = np.allclose(x, x[0])
        for a, b in list(zip(x, y, strict=True))[1:-1]:
            if not (xs[0] < a < xs[-1] and ys[0] < b < ys[-1]):
                continue
            spectra = []
            for side in (-1, 1):
                dx, dy = (
                    (side * (0.5 if whole_x else 1e-3), 0) if upright or not whole_x else (0, side * 1e-3)
                )
                if not upright and (whole_y or np.allclose(y, y[0])):
                    dx, dy = 0, side * (0.5 if whole_y else 1e-3)
                at = [round(a + dx) if whole_x else Fraction(round((a + dx) * 10**6), 10**6),
                      round(b + dy) if whole_y else Fraction(round((b + dy) * 10**6), 10**6)]  # fmt: skip
                spectra.append(tuple((d.source, d.kept) for d in predict(phase.make(*at)).spectrum if d.kept))
            assert spectra[0] != spectra[1], (phase.name, number, a, b)


def test_files_and_pictures(tmp_path, monkeypatch):
    from PIL import Image

    import symlam.figures.drawing as drawing

    monkeypatch.setattr(drawing, "PHASES", PHASES[1:2])
    paths = make_figures(tmp_path, models=["linear"])
    assert {p.suffix for p in paths} == {".pdf", ".png", ".csv"}
    assert len(paths) == 6 + 4 + 3
    for path in paths:
        assert path.stat().st_size > 300
        if path.suffix == ".png":
            picture = np.asarray(Image.open(path).convert("RGB"))
            assert picture.shape[1] > 900 and picture.std() > 20
    with (tmp_path / "fig3-right.csv").open() as file:
        assert float(next(csv.DictReader(file))["action_mse_low"]) == 0.75


def lines(name, number=0):
    """(label, metric) -> (low, high) of one pair of axes, from the drawing code."""
    from symlam.figures.drawing import _ends
    from symlam.scenario import predict_many

    spec = next(c for c in CURVES if c.name == name).axes[number]
    xs = list(spec.x[2])
    return xs, [(line.label, line.metric, *_ends(line, xs, predict_many)) for line in spec.lines]


def test_curves_meet_their_formulas():
    _, drawn = lines("exogenous-R1")
    (_, _, a, _), (_, _, b, _), (_, _, c, _), (_, _, d, _), (_, _, e, _), (_, _, f, _) = drawn
    assert np.allclose(a, b) and np.allclose(c, d)
    assert (e[:2] > f[:2] + 0.3).all()  # additive: more is left than the printed moment says
    _, ((_, _, ours, _), (_, _, formula, _)) = lines("exogenous-R2", 1)
    assert np.allclose(ours, formula) and formula.max() > 0.05
    _, drawn = lines("exogenous-R4")
    for (_, _, ours, _), (_, _, formula, _) in zip(drawn[:3], drawn[3:], strict=True):
        assert np.allclose(ours, formula) and np.ptp(formula) > 0.5
    for number, as_printed in ((0, (True, True, False)), (1, (True, True, True))):
        _, drawn = lines("exogenous-R5", number)
        for right, (_, _, ours, _), (_, _, formula, _) in zip(
            as_printed, drawn[::2], drawn[1::2], strict=True
        ):
            assert np.allclose(ours, formula) == right, (number, ours, formula)
    _, (zero, half, formula) = lines("exogenous-R7", 1)
    assert np.allclose(zero[2], formula[2]) and (half[2] < formula[2] - 1e-4).all()


def test_curves_say_what_the_claims_say():
    taus, (future, fixed_future, exogenous, fixed) = lines("exogenous-R2")
    assert np.allclose(future[2], exogenous[2]) and (fixed[2] > fixed_future[2] + 1e-4).all()
    for number in (0, 1):
        _, (minimal, every) = lines("exogenous-R3", number)
        assert (every[2] <= minimal[2] + 1e-9).all() and (every[3] >= minimal[3] - 1e-9).all()
        assert (every[3] - every[2]).max() > 0.5
    for number in (0, 1):
        _, remedies = lines("exogenous-E3", number)
        assert np.abs(remedies[-1][2]).max() < 1e-9  # cross-exogenous
        at = taus.index(taus[5])
        assert all(line[2][at] < remedies[0][2][at] for line in remedies[1:])
    gammas, leaking = lines("exogenous-R4", 1)
    for label, _, low, high in leaking:
        threshold = float(Fraction(label.strip("$").split("= ")[1]))
        below, above = np.array(gammas) < threshold - 1e-9, np.array(gammas) > threshold + 1e-9
        assert np.abs(high[below]).max() < 1e-9 and (low[above] > 0.5).all()
    weights, spare = lines("exogenous-R7")
    assert spare[0][2][-1] == pytest.approx(0, abs=1e-9)
    assert [line[2][-1] for line in spare[1:]] == pytest.approx([1 / 3, 1 / 2])


def test_exogenous_files_and_pictures(tmp_path, monkeypatch):
    from PIL import Image

    import symlam.figures.drawing as drawing

    monkeypatch.setattr(drawing, "CURVES", CURVES[2:3])
    monkeypatch.setattr(drawing, "EXOGENOUS_PHASES", EXOGENOUS_PHASES[:1])
    paths = make_figures(tmp_path, models=["exogenous"])
    assert sorted(p.name for p in paths) == [
        "exogenous-R2-dimensions.csv", "exogenous-R2-dimensions.pdf", "exogenous-R2-dimensions.png",
        "exogenous-R3-a.csv", "exogenous-R3-b.csv", "exogenous-R3.pdf", "exogenous-R3.png",
    ]  # fmt: skip
    for path in paths:
        assert path.stat().st_size > 300
        if path.suffix == ".png":
            picture = np.asarray(Image.open(path).convert("RGB"))
            assert picture.shape[1] > 900 and picture.std() > 20
    with (tmp_path / "exogenous-R3-a.csv").open() as file:
        row = list(csv.DictReader(file))[-1]
    assert float(row["action_nmse all optima high"]) == 1 and float(row["action_nmse minimal C low"]) > 0.9
    with pytest.raises(ValueError, match="no figures of the model"):
        make_figures(tmp_path, models=["nonlinear"])


def test_trained_points_lie_on_the_closed_forms(tmp_path, monkeypatch):
    import symlam.figures.drawing as drawing

    small = PANELS[5]
    cells = tuple(cell for cell in small.cells if cell[0] != 1)
    reduced = type(small)(small.name, small.title, small.x, small.series, cells, None)
    monkeypatch.setattr(drawing, "PANELS", (reduced,))
    trained = drawing._train(1500, 1, lambda text: None)[small.name]
    assert len(trained) == 8
    for row, (_, _, scenario) in zip(trained, cells, strict=True):
        assert row["noise_mse"] == pytest.approx(predict(scenario).metrics["noise_mse"].low, abs=0.05)


def test_command_line_refuses_bad_steps(tmp_path):
    from symlam.errors import SymlamError

    with pytest.raises(SymlamError, match="positive"):
        CliRunner().invoke(cli, ["figures", "-o", str(tmp_path), "--steps", "0"], catch_exceptions=False)


def test_trained_points_lie_on_the_curves_they_are_drawn_for():
    from symlam.figures.drawing import _train_curves

    loss, leakage = next(c for c in CURVES if c.name == "exogenous-R4").axes
    rows = _train_curves(loss, 3000, 1)
    assert {row["line"] for row in rows} == {line.label for line in loss.lines if line.make}
    for row in rows:
        make = next(line.make for line in loss.lines if line.label == row["line"])
        least = predict(make(float(row["gamma"]))).loss
        assert least - 1e-9 <= row["value"] <= least + 0.02
    # C is free there, so training says nothing of the least latent's leakage
    assert _train_curves(leakage, 1, 1) == []
