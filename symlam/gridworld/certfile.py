"""Files of certificates of a grid world: their formats, and the world as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symlam.errors import SymlamError
from symlam.gridworld.world import GridWorld
from symlam.sealed import load

__all__ = ["format_of", "read_data", "world_body", "world_from"]

_WORLD = ("noise", "policy", "walls", "codes", "rows", "columns", "follow")


def read_data(source: str | Path, *formats: str) -> dict[str, Any]:
    """The data of a file in one of these formats; raises `SymlamError` for anything else."""
    data = load(source, written_by="symlam gridworld --certificate")
    if not isinstance(data, dict) or data.get("format") not in formats:
        raise SymlamError(
            "this is not a certificate of a grid world", expected=f'"format": "{" or ".join(formats)}"'
        )
    return data


def format_of(source: str | Path, *formats: str) -> str:
    """Which of the formats a file has; raises `SymlamError` when it has none of them."""
    return str(read_data(source, *formats)["format"])


def world_body(world: GridWorld) -> dict[str, str]:
    """A world as plain data."""
    return {name: str(getattr(world, name)) for name in _WORLD}


def world_from(data: dict[str, str]) -> GridWorld:
    """A world from plain data; raises what `opened` turns into a sentence."""
    return GridWorld(
        data["noise"],  # type: ignore[arg-type]
        data["policy"],
        data["walls"],
        int(data["codes"]),
        int(data["rows"]),
        int(data["columns"]),
        data["follow"],  # type: ignore[arg-type]
    )
