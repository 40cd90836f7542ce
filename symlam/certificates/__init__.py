"""Exact rational certificates that a minimum lies in [lo, hi]; searching and checking are separate.

`check_certificate` is integer arithmetic and imports no numeric library; `certify` searches with python-flint.
"""

from __future__ import annotations

import importlib
from typing import Any

from symlam.certificates.certificate import Certificate, check_certificate, read_certificate

__all__ = ["Certificate", "certify", "check_certificate", "read_certificate", "to_coq"]

_LAZY = {"certify": "symlam.certificates.search", "to_coq": "symlam.certificates.coq"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
