"""Notation from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

from symlam.algebra import Notation
from symlam.errors import SymlamError


def load_notation(path: str | Path) -> Notation:
    """The notation that a TOML file states: keys are the fields of `Notation`, ``[symbols]`` a table of its own.

    Raises SymlamError for a file that cannot be read, an unknown key, or a value that is not offered.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise SymlamError(f"cannot read {path}: {error.strerror}", hint="a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SymlamError(
            f"{path} is not TOML: {error}", hint="backslashes stand in 'single quotes'"
        ) from None
    known = {f.name for f in fields(Notation)}
    for key in data:
        if key not in known:
            raise SymlamError(f"{path}: unknown key {key!r}", expected="one of " + ", ".join(sorted(known)))
    try:
        return Notation(**data)
    except SymlamError as error:
        raise SymlamError(f"{path}: {error.problem}", expected=error.expected, hint=error.hint) from None
