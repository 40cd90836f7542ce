"""The float64 tier: blocked triangular solves, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from symlam.errors import SymlamError
from symlam.numerics.float64 import _BLOCK, _forward, _solve_psd, pseudo_inverse_psd, solve_arrays


def test_a_blocked_triangular_solve_is_a_solve() -> None:
    rng = np.random.default_rng(0)
    n = 3 * _BLOCK + 5
    L = np.tril(rng.standard_normal((2, n, n))) / n + np.eye(n)
    R = rng.standard_normal((2, n, 3))
    assert np.allclose(L @ _forward(L, R), R, atol=1e-12)


@pytest.mark.parametrize("n", [3, 4 * _BLOCK + 3])
def test_a_well_conditioned_moment_is_solved_with_its_factor(n: int) -> None:
    rng = np.random.default_rng(1)
    S = np.eye(n) + 0.3 * np.cov(rng.standard_normal((n, 4 * n)))
    R = rng.standard_normal((n, 2))
    solution, half = _solve_psd(S[None], R[None])
    assert np.allclose(S @ solution[0], R, atol=1e-10)
    assert (half is None) is (n < 4 * _BLOCK)
    if half is not None:
        assert np.allclose(np.swapaxes(half[0], 0, 1) @ half[0], R.T @ solution[0], atol=1e-9)


def test_a_singular_moment_is_solved_by_its_pseudo_inverse() -> None:
    rng = np.random.default_rng(2)
    g = rng.standard_normal((6, 3))
    S = g @ g.T
    R = S @ rng.standard_normal((6, 2))
    solution, half = _solve_psd(S[None], R[None])
    assert half is None
    assert np.allclose(S @ solution[0], R)
    assert np.allclose(pseudo_inverse_psd(S), np.linalg.pinv(S, rcond=1e-9))
    assert pseudo_inverse_psd(np.zeros((2, 0, 0))).shape == (2, 0, 0)
    assert _solve_psd(np.zeros((1, 0, 0)), np.zeros((1, 0, 2)))[0].shape == (1, 0, 2)


EYE = np.eye(2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((EYE * np.nan, EYE, EYE, 1), "NaN"),
        ((EYE, EYE, EYE, 1.5), "not an integer"),
        ((EYE, EYE, EYE, 0), "below 1"),
        ((-EYE, EYE, EYE, 1), "negative diagonal"),
        ((np.array([[1.0, 2.0], [2.0, 1.0]]), EYE, EYE, 1), "not positive semidefinite"),
        ((EYE, np.zeros(2), EYE, 1), "1 axes"),
    ],
)
def test_what_is_no_problem_is_refused(arguments: tuple, words: str) -> None:
    with pytest.raises(SymlamError, match=words):
        solve_arrays(*arguments)
