"""How many examples each strategy of symlam.strategies makes in a second (processor time, one core)."""

from __future__ import annotations

import time
import warnings

from hypothesis import HealthCheck, Phase, given, settings

from symlam import strategies as some

STRATEGIES = {
    "dimensions()": some.dimensions(),
    "rational_matrices((3, 3))": some.rational_matrices((3, 3)),
    "orthonormal(4, 2)": some.orthonormal(4, 2),
    "covariances(4)": some.covariances(4),
    "joint_moments(3 blocks of 2)": some.joint_moments({"x": 2, "y": 2, "z": 2}, zero=[("x", "y")]),
    "scenarios()": some.scenarios(),
    "scenarios(model='exogenous')": some.scenarios(model="exogenous"),
    "models()": some.models(),
    "expressions()": some.expressions(),
    "expressions(kind='matrix')": some.expressions(kind="matrix"),
    "derivations()": some.derivations(),
    "mutants()": some.mutants(),
}


def speed(strategy, examples: int) -> float:
    """Valid examples for each second of processor time, Hypothesis included."""
    made = 0

    @given(strategy)
    @settings(
        max_examples=examples, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def draw(_) -> None:
        nonlocal made
        made += 1

    start = time.process_time()
    draw()
    return made / (time.process_time() - start)


def main() -> None:
    """Print a line for each strategy."""
    warnings.simplefilter("ignore")
    for name, strategy in STRATEGIES.items():
        speed(strategy, 5)  # imports and caches are not counted
        print(
            f"{name:32}{speed(strategy, 50 if 'tion' in name or 'mut' in name else 300):8.0f} / s", flush=True
        )


if __name__ == "__main__":
    main()
