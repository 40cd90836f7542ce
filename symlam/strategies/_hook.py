"""What Hypothesis calls when it is imported (entry point ``hypothesis``): types that `from_type` then knows.

The type is a small module without numbers or symbols; the strategy is looked up when it is first used.
"""

from __future__ import annotations


def register() -> None:
    """Let ``hypothesis.strategies.from_type(Scenario)`` draw from `scenarios`."""
    from hypothesis import strategies as st

    from symlam.scenario.definition import Scenario

    def scenarios(_: type) -> st.SearchStrategy[Scenario]:
        from symlam.strategies import scenarios

        return scenarios()

    st.register_type_strategy(Scenario, scenarios)
