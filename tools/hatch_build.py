"""Put the printed derivations of examples/ into the wheel, where `symlam verify` looks for them once installed."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrintedDerivations(BuildHookInterface):
    """Leaves editable installs alone: they read examples/ of the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"]["examples"] = "symlam/claims/examples"
