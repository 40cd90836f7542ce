"""Sealed files: JSON with numbers as strings and a digest over every other byte."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from symlam.errors import SymlamError

__all__ = ["Sealed", "digest", "load", "opened", "unbroken"]


class Sealed(ABC):
    """What can be written to a file and read again."""

    @abstractmethod
    def body(self) -> dict[str, object]:
        """Everything but the digest, as plain data."""

    def to_json(self) -> str:
        """The certificate as JSON text; numbers are strings, the digest covers every other byte."""
        body = self.body()
        return json.dumps({**body, "sha256": digest(body)}, indent=1)

    def write(self, path: str | Path) -> None:
        """Write the JSON file; raises `SymlamError` when that is not possible."""
        try:
            Path(path).write_text(self.to_json() + "\n", encoding="utf-8")
        except OSError as error:
            raise SymlamError(f"cannot write {path}: {error.strerror}") from None


Kept = TypeVar("Kept", bound=Sealed)


def load(source: str | Path, *, written_by: str) -> object:
    """What the JSON of a file holds; raises `SymlamError` that names the command ``written_by`` which writes such files."""
    try:
        return json.loads(Path(source).read_text(encoding="utf-8"))
    except OSError as error:
        raise SymlamError(f"cannot read {source}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise SymlamError(f"{source} is not JSON", expected=f"a file written by {written_by}") from None


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


def unbroken(certificate: Kept, data: dict[str, Any]) -> Kept:
    """The certificate, when its digest fits and nothing in the file was left out in reading."""
    body = {key: value for key, value in data.items() if key != "sha256"}
    if data.get("sha256") != digest(body) or certificate.body() != body:
        raise SymlamError(
            "the certificate was changed after it was written: its digest does not fit", hint="write it again"
        )
    return certificate


def digest(body: dict[str, object]) -> str:
    """The digest of a body, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
