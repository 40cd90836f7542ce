"""Files of certificates: JSON with numbers as strings and a digest over every other byte."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from symlam.errors import SymlamError
from symlam.gridworld.world import GridWorld

__all__ = ["Certificate", "format_of", "load", "opened", "sealed", "world_body", "world_from"]

_WORLD = ("noise", "policy", "walls", "codes", "rows", "columns", "follow")


class Certificate(ABC):
    """What can be written to a file and read again."""

    @abstractmethod
    def body(self) -> dict[str, object]:
        """Everything but the digest, as plain data."""

    def to_json(self) -> str:
        """The certificate as JSON text; numbers are strings, the digest covers every other byte."""
        body = self.body()
        return json.dumps({**body, "sha256": _digest(body)}, indent=1)

    def write(self, path: str | Path) -> None:
        """Write the JSON file; raises `SymlamError` when that is not possible."""
        try:
            Path(path).write_text(self.to_json() + "\n", encoding="utf-8")
        except OSError as error:
            raise SymlamError(f"cannot write {path}: {error.strerror}") from None


Kept = TypeVar("Kept", bound=Certificate)


def load(source: str | Path, *formats: str) -> dict[str, Any]:
    """The data of a file in one of these formats; raises `SymlamError` for anything else."""
    try:
        data = json.loads(Path(source).read_text(encoding="utf-8"))
    except OSError as error:
        raise SymlamError(f"cannot read {source}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise SymlamError(
            f"{source} is not JSON", expected="a file written by symlam gridworld --certificate"
        ) from None
    if not isinstance(data, dict) or data.get("format") not in formats:
        raise SymlamError(
            "this is not a certificate of a grid world", expected=f'"format": "{" or ".join(formats)}"'
        )
    return data


def format_of(source: str | Path, *formats: str) -> str:
    """Which of the formats a file has; raises `SymlamError` when it has none of them."""
    return str(load(source, *formats)["format"])


@contextmanager
def opened() -> Iterator[None]:
    """Say in one sentence what a field lacks."""
    try:
        yield
    except SymlamError:
        raise
    except (KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise SymlamError(
            f"the certificate lacks or mangles {error}", expected="all fields of the format"
        ) from None
    except ValueError as error:
        raise SymlamError(f"the certificate holds something that is not a number: {error}") from None


def sealed(certificate: Kept, data: dict[str, Any]) -> Kept:
    """The certificate, when its digest fits and nothing in the file was left out in reading."""
    body = {key: value for key, value in data.items() if key != "sha256"}
    if data.get("sha256") != _digest(body) or certificate.body() != body:
        raise SymlamError(
            "the certificate was changed after it was written: its digest does not fit", hint="write it again"
        )
    return certificate


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


def _digest(body: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
