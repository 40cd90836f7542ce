"""Training with PyTorch; all but the first are skipped where it is not installed (extra `nonlinear`)."""

from __future__ import annotations

import sys

import pytest

from symlam.errors import SymlamError
from symlam.gridworld.training import train_lam


def test_without_pytorch_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SymlamError, match="symlam\\[nonlinear\\]"):
        train_lam("none", steps=1)


@pytest.mark.parametrize("arguments", [{"steps": 0}, {"batch": 0}, {"rate": -1.0}, {"label_fraction": 2.0}])
def test_arguments_are_checked(arguments: dict[str, float]) -> None:
    with pytest.raises(SymlamError):
        train_lam("none", **arguments)  # type: ignore[arg-type]
    with pytest.raises(SymlamError, match="no row"):
        train_lam("middle")


def test_a_short_run_is_repeatable_and_no_better_than_the_optimum() -> None:
    pytest.importorskip("torch", reason="PyTorch is the extra `nonlinear`")
    from symlam.gridworld import optimum
    from symlam.gridworld.rows import world_of

    for row in ("low", "labelled", "augmented"):
        first, again = (train_lam(row, steps=30, seed=1) for _ in range(2))
        assert first == again
        least = float(optimum(world_of(row)).lo)
        assert least <= first.code_loss + 1e-9 and first.code_loss <= first.loss + 1e-9
