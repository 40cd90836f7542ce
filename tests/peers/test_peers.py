"""Well-known estimators and optimisers under `assert_optimum`: where they find the optimum and where they do not.

What fails here is not wrong in those libraries: it is not the optimum of this model, and the assertion has to say so.
"""

from __future__ import annotations

import warnings

import pytest

from symlam.testing import assert_optimum
from tests.peers import solvers as peer

ALL = frozenset(peer.SITUATIONS)
UNCORRELATED = ALL - {"means", "policy", "augmentation"}
# where each one is to find the optimum, to six digits (five for iterative ones)
FINDS = {
    "sklearn_pca": UNCORRELATED,
    "sklearn_pca_randomized": UNCORRELATED,
    "sklearn_pls": UNCORRELATED - {"unequal scales"},
    "sklearn_pls_unscaled": UNCORRELATED,
    "sklearn_regression_then_pca": ALL - {"means"},
    "numpy_textbook": ALL - {"rank-deficient", "policy", "augmentation"},
    "scipy_bfgs": ALL - {"augmentation"},
    "scipy_l_bfgs_b": ALL,
}
BY_NAME = {solver.__name__: solver for solver in peer.SOLVERS}


@pytest.fixture(autouse=True)
def quiet():
    """The peers' own warnings are not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_the_table_is_complete() -> None:
    assert set(FINDS) == set(BY_NAME)


@pytest.mark.parametrize(
    ("name", "situation"), [(n, s) for n in FINDS for s in peer.SITUATIONS if s in FINDS[n]]
)
def test_it_finds_the_optimum(name: str, situation: str) -> None:
    # five digits for iterative ones: where they stop depends on the arithmetic underneath
    digits = 5 if name.startswith("scipy") else 6
    assert_optimum(BY_NAME[name], peer.SITUATIONS[situation], digits=digits)


@pytest.mark.parametrize(
    ("name", "situation"), [(n, s) for n in FINDS for s in peer.SITUATIONS if s not in FINDS[n]]
)
def test_where_it_does_not_that_is_said(name: str, situation: str) -> None:
    with pytest.raises(AssertionError, match=r"the minimum: it is|raised LinAlgError"):
        assert_optimum(BY_NAME[name], peer.SITUATIONS[situation], digits=6, shrink=False)


def test_the_smallest_failure_of_pca_is_a_policy_and_nothing_else() -> None:
    with pytest.raises(AssertionError) as info:
        assert_optimum(peer.sklearn_pca, peer.SITUATIONS["policy"].with_(augment="1/2"), digits=6)
    shown = str(info.value).partition("scenario:\n")[2].partition("task:")[0]
    assert "chi" in shown
    assert "cov_a" not in shown
    assert "augment" not in shown


def test_the_smallest_failure_of_a_centred_estimator_has_a_mean() -> None:
    with pytest.raises(AssertionError) as info:
        assert_optimum(peer.sklearn_pca, peer.SITUATIONS["means"], digits=6)
    shown = str(info.value).partition("scenario:\n")[2].partition("task:")[0]
    assert "mean_a" in shown
    assert "noise" not in shown
