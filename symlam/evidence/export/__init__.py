"""Exports: the engine's own objects as Coq lemmas with proofs, and coqc's answer to each.

The statement comes from the expression objects through a short printer (`_print`, `_names`,
`_statement`); the proof from another path, and the two meet in the kernel.  See docs/export.md.
"""

from symlam.evidence.export._check import (
    ACCEPTED,
    REJECTED,
    UNCHECKED,
    CheckResult,
    build_library,
    check,
    missing,
)
from symlam.evidence.export._export import (
    HEADER,
    export_gradient,
    export_identity,
    export_inequality,
    export_minimum,
    file,
)
from symlam.evidence.export._terms import (
    MeanSquare,
    Product,
    Sum,
    Trace,
    Transposed,
    With,
    mean_square,
    normal,
    product,
)

__all__ = [
    "ACCEPTED",
    "HEADER",
    "REJECTED",
    "UNCHECKED",
    "CheckResult",
    "MeanSquare",
    "Product",
    "Sum",
    "Trace",
    "Transposed",
    "With",
    "build_library",
    "check",
    "export_gradient",
    "export_identity",
    "export_inequality",
    "export_minimum",
    "file",
    "mean_square",
    "missing",
    "normal",
    "product",
]
