"""What Hypothesis calls when it is imported (entry point ``hypothesis``): types that `from_type` then knows.

The type is a small module without numbers or symbols; the strategy is looked up when it is first used.
"""

from __future__ import annotations


def register() -> None:
    """Let ``hypothesis.strategies.from_type`` draw each kind of scenario from `scenarios`."""
    from hypothesis import strategies as st

    from symlam.scenario.definition import Scenario
    from symlam.scenario.exogenous import ExogenousScenario

    def linear(_: type) -> st.SearchStrategy[Scenario]:
        from symlam.strategies import scenarios

        return scenarios()

    def exogenous(_: type) -> st.SearchStrategy[ExogenousScenario]:
        from symlam.strategies import scenarios

        return scenarios(model="exogenous")

    st.register_type_strategy(Scenario, linear)
    st.register_type_strategy(ExogenousScenario, exogenous)
