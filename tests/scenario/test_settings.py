"""Settings of sweeps and of training: what is refused, and that a bar, a file of another kind or a constant changes nothing."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from symlam.errors import SymlamError
from symlam.scenario import Scenario
from symlam.scenario.sweeping import grid, sweep
from symlam.scenario.training import train

TINY = Scenario(d_o=4, d_a=1, d_z=1, noise="iid", sigma="1/2")


def test_a_grid_takes_single_values_and_ranges() -> None:
    assert grid(["sigma=1/2", "d-z=1:2:2"]) == [{"sigma": "1/2", "d_z": 1}, {"sigma": "1/2", "d_z": 2}]
    assert grid(["sigma=0:1:1"]) == [{"sigma": "0"}]


def test_a_grid_takes_lists_of_fractions_and_words() -> None:
    assert grid(["rho=0, 1/3,0.5", "d_z=1,3"])[:3] == [
        {"rho": "0", "d_z": 1},
        {"rho": "0", "d_z": 3},
        {"rho": "1/3", "d_z": 1},
    ]
    assert grid(["rho=1/3,0.5"])[1] == {"rho": "1/2"}
    assert grid(["objective=self,cross", "whiten=true,false"]) == [
        {"objective": o, "whiten": w} for o in ("self", "cross") for w in (True, False)
    ]
    assert grid(["sigma=1/2:3/2:3"]) == [{"sigma": x} for x in ("1/2", "1", "3/2")]


@pytest.mark.parametrize("text", ["objective=self:cross:2", "rho=", "rho=1/3,x", "d_z=1,3/2"])
def test_lists_that_fit_no_field_are_refused(text: str) -> None:
    with pytest.raises(SymlamError):
        grid([text])


@pytest.mark.parametrize("text", ["sigma", "sigma=1:2", "sigma=0:1:0", "sigma=0:1:x", "d_z=1:2:3"])
def test_what_is_no_grid_is_refused(text: str) -> None:
    with pytest.raises(SymlamError, match="--over"):
        grid([text])


def test_a_sweep_writes_what_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = grid(["sigma=1/2:1:2", "d_z=1:2:2"])
    sweep(TINY, points, tmp_path / "out.csv", processes=False)
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(float(r["sigma"]), int(r["d_z"])) for r in rows] == [(0.5, 1), (0.5, 2), (1.0, 1), (1.0, 2)]
    with pytest.raises(SymlamError, match="neither CSV nor Parquet"):
        sweep(TINY, points, tmp_path / "out.txt", processes=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SymlamError, match="pyarrow is not installed"):
        sweep(TINY, points, tmp_path / "out.parquet", processes=False)


def test_text_stays_text_in_a_table() -> None:
    from symlam.scenario.sweeping import _cell

    assert (_cell(3), _cell("1/4"), _cell("iid")) == (3, 0.25, "iid")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"method": "sgd"}, "unknown method 'sgd'"),
        ({"method": "flow", "samples": True}, "gradient flow has no batches"),
        ({"seeds": 0}, "seeds"),
        ({"steps": 1.5}, "steps"),
        ({"tolerance": float("nan")}, "tolerance is nan"),
        ({"learning_rate": -1.0}, "learning_rate is -1.0"),
        ({"learning_rate": True}, "learning_rate is True"),
    ],
)
def test_bad_settings_of_training_are_refused(settings: dict, words: str) -> None:
    with pytest.raises(SymlamError) as refused:
        train(TINY, **settings)
    assert words in str(refused.value)


def test_scenarios_of_two_structures_are_refused() -> None:
    with pytest.raises(SymlamError, match="different structure"):
        train([TINY, TINY.with_(d_z=2)])
    with pytest.raises(SymlamError, match="different structure"):
        train([])


def test_a_bar_changes_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    shown = train(TINY, steps=60, progress=True)
    assert np.array_equal(shown.loss, train(TINY, steps=60).loss)
    capsys.readouterr()


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_sampled_gradients_with_a_mean_and_labels_come_near_the_optimum(reduction: str) -> None:
    scenario = Scenario(
        d_o=3, d_a=1, d_z=1, noise="iid", sigma="1/4", mean_o="1/2", mean_a=1, affine_model=True,
        label_fraction="1/2", batch=64, reduction=reduction,
    )  # fmt: skip
    found = train(scenario, steps=1500, samples=True, tolerance=0.2)
    assert float(found.gap.max()) < 0.25
