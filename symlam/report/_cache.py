"""What was computed from exactly these sources before: decided claims and figures.

The key is a digest of everything that the results depend on: the package, the derivation files, the versions of Python
and of the packages, and the options.  The kernel's answers are never kept: *proved* is said of this run only.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PACKAGES = ("sympy", "mpmath", "numpy", "python-flint", "lark", "matplotlib")


_PACKAGE = Path(__file__).resolve().parents[1]


def source_digest(package: Path = _PACKAGE) -> str:
    """SHA-256 over the sources of the package and the derivation files of the ledger."""
    files = [p for p in package.rglob("*") if p.suffix in (".py", ".lark") and "__pycache__" not in p.parts]
    examples = package.parent / "examples"
    files += sorted(examples.glob("*.tex")) if examples.is_dir() else []
    digest = hashlib.sha256()
    for p in sorted(files):
        digest.update(f"{p.relative_to(package.parent)}\0".encode())
        digest.update(hashlib.sha256(p.read_bytes()).digest())
    return digest.hexdigest()


def key(what: str, **options: Any) -> str:
    """The name under which a result is kept."""
    versions = {"python": platform.python_version(), "machine": platform.machine()}
    for name in _PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "missing"
    text = json.dumps([what, source_digest(), versions, options], sort_keys=True)
    return f"{what}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def directory() -> Path | None:
    """Where results are kept: build/report of the checkout, else the user's cache; None where neither can be written."""
    root = Path(__file__).resolve().parents[2]
    places = [root / "build" / "report"] if (root / "pyproject.toml").is_file() else []
    places.append(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "symlam" / "report")
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    return None


def remembered(name: str, compute: Callable[[], dict[str, Any]], *, fresh: bool = False) -> dict[str, Any]:
    """A result as plain data, from the cache where it is there under this name."""
    place = directory()
    file = place / f"{name}.json" if place else None
    if file is not None and file.is_file() and not fresh:
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))
            if hashlib.sha256(stored["text"].encode()).hexdigest() == stored["sha256"]:
                return json.loads(stored["text"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # unreadable or damaged: computed anew
    # as data, so that what is fresh and what was kept are the same
    text = json.dumps(compute(), ensure_ascii=False)
    if file is not None:
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(
            json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text}), encoding="utf-8"
        )
        draft.replace(file)
    return json.loads(text)
