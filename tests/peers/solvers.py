"""Well-known estimators and optimisers as solvers for `assert_optimum`: what a user would write with them.

python -m tests.peers.solvers          the table of docs/testing.md, measured here
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from symlam.scenario import Scenario
from symlam.scenario.models import exact_problem
from symlam.testing import Task, task_of

Maps = dict[str, Any]


def _on_change(task: Task, components: np.ndarray) -> Maps:
    """Principal directions (k x p) of the target as maps: the encoder sees the target as its last p inputs."""
    pad = np.zeros((task.k - len(components), task.t.shape[1]))
    rows = np.vstack([components, pad])
    return {"B": rows.T, "G": np.hstack([np.zeros((task.k, task.u.shape[1] - rows.shape[1])), rows])}


def sklearn_pca(task: Task) -> Maps:
    from sklearn.decomposition import PCA

    return _on_change(task, PCA(task.k).fit(task.t).components_)


def sklearn_pca_randomized(task: Task) -> Maps:
    from sklearn.decomposition import PCA

    return _on_change(task, PCA(task.k, svd_solver="randomized", random_state=0).fit(task.t).components_)


def sklearn_pls(task: Task) -> Maps:
    """PLSRegression with its defaults (scale=True): rank k, predictions linear in u."""
    from sklearn.cross_decomposition import PLSRegression

    model = PLSRegression(task.k).fit(task.u, task.t)
    return _factored(model.coef_, task)


def sklearn_pls_unscaled(task: Task) -> Maps:
    from sklearn.cross_decomposition import PLSRegression

    model = PLSRegression(task.k, scale=False).fit(task.u, task.t)
    return _factored(model.coef_, task)


def _factored(coefficients: np.ndarray, task: Task) -> Maps:
    left, values, right = np.linalg.svd(coefficients)
    k = task.k
    return {"B": left[:, :k] * values[:k], "G": right[:k]}


def sklearn_regression_then_pca(task: Task) -> Maps:
    """Reduced-rank regression from parts: regress on everything, keep principal directions of the fit.

    v is left out of inputs and target first, so that the decoder's own map A is free.
    """
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LinearRegression

    def off(x: np.ndarray) -> np.ndarray:
        return x - LinearRegression(fit_intercept=False).fit(task.v, x).predict(task.v)

    u, t = off(task.u), off(task.t)
    fit = LinearRegression(fit_intercept=False).fit(u, t)
    directions = PCA(task.k).fit(fit.predict(u)).components_
    B, G = directions.T, directions @ fit.coef_
    A = np.linalg.lstsq(task.v, task.t - task.u @ G.T @ B.T, rcond=None)[0].T
    return {"A": A, "B": B, "G": G}


def numpy_textbook(task: Task) -> Maps:
    """Izenman's formula with an inverse: fails where inputs are dependent."""
    n = len(task.t)
    uu, tu = task.u.T @ task.u / n, task.t.T @ task.u / n
    slope = tu @ np.linalg.inv(uu)
    directions = np.linalg.eigh(slope @ tu.T)[1][:, ::-1][:, : task.k]
    return {"B": directions, "G": directions.T @ slope}


def scipy_minimize(method: str) -> Callable[[Task], Maps]:
    def solver(task: Task) -> Maps:
        """All maps at once from one random start, with SciPy's default tolerances."""
        from scipy.optimize import minimize

        p, d_v, d_u, k = task.t.shape[1], task.v.shape[1], task.u.shape[1], task.k
        shapes = [(p, d_v), (p, k), (k, d_u)]
        ends = np.cumsum([r * c for r, c in shapes])

        def split(x: np.ndarray) -> list[np.ndarray]:
            return [x[e - r * c : e].reshape(r, c) for e, (r, c) in zip(ends, shapes, strict=True)]

        def value(x: np.ndarray) -> tuple[float, np.ndarray]:
            A, B, G = split(x)
            z = task.u @ G.T
            error = task.v @ A.T + z @ B.T - task.t
            scale = 2 / len(error)
            slopes = [error.T @ task.v, error.T @ z, (error @ B).T @ task.u]
            return float((error**2).sum(1).mean()), scale * np.concatenate([s.ravel() for s in slopes])

        start = np.random.default_rng(0).standard_normal(ends[-1])
        A, B, G = split(minimize(value, start, jac=True, method=method).x)
        return {"A": A, "B": B, "G": G}

    solver.__name__ = f"scipy_{method.lower().replace('-', '_')}"
    return solver


def _diagonal(*values: Any) -> list[list[Any]]:
    return [[v if i == j else 0 for j in range(len(values))] for i, v in enumerate(values)]


_BASE = Scenario(d_o=5, d_a=3, d_z=2, noise="iid", sigma="1/2", cov_a=_diagonal(4, 2, 1))
SITUATIONS: dict[str, Scenario] = {
    "plain": _BASE,
    "tie at k": _BASE.with_(cov_a=_diagonal(2, 1, 1)),
    "near-tie": _BASE.with_(cov_a=_diagonal(1, 1, "999999/1000000")),
    "rank-deficient": _BASE.with_(noise="none", d_z=4),
    "scales 10^6": _BASE.with_(cov_a=_diagonal(10**12, 1, 1)),
    "unequal scales": _BASE.with_(X=[[1, 0, 0], [0, 1, 0], [0, 0, 1], [3, 3, 0], [0, 0, "1/10"]]),
    "means": _BASE.with_(mean_a=3),
    "policy": _BASE.with_(chi="1/2", policy_rows="aligned"),
    "augmentation": _BASE.with_(chi="1/2", policy_rows="aligned", augment="1/2"),
}
SOLVERS: tuple[Callable[[Task], Maps], ...] = (
    sklearn_pca,
    sklearn_pca_randomized,
    sklearn_pls,
    sklearn_pls_unscaled,
    sklearn_regression_then_pca,
    numpy_textbook,
    scipy_minimize("BFGS"),
    scipy_minimize("L-BFGS-B"),
)


def excess(solver: Callable[[Task], Maps], scenario: Scenario) -> float:
    """(loss of the solver's maps - minimum) / loss of predicting zero."""
    from symlam.numerics import solve

    task = task_of(scenario)
    problem, outside = exact_problem(scenario)
    least = float(solve(problem, tier="arb", maps=False).minimum) + float(outside)
    maps = solver(task)
    return (task.loss(A=maps.get("A"), B=maps["B"], G=maps["G"]) - least) / task.total


def main() -> None:
    """Print the digits of the loss that each solver reaches, 15 at most, relative to the loss of predicting zero."""
    print("| | " + " | ".join(SITUATIONS) + " |")
    print("|---|" + "---|" * len(SITUATIONS))
    for solver in SOLVERS:
        cells = []
        for scenario in SITUATIONS.values():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    found = excess(solver, scenario)
                    cells.append(str(min(15, int(-math.log10(max(abs(found), 1e-99))))))
                except Exception as error:  # a table of what happens
                    cells.append(type(error).__name__)
        print(f"| {solver.__name__} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
