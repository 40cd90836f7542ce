"""Exports: the engine's own objects as Coq lemmas with proofs, and coqc's answer to each.

The statement comes from the expression objects through a short printer (`_print`, `_names`,
`_statement`); the proof from another path, and the two meet in the kernel.  See docs/export.md.
"""

from symlam.evidence.export._certify import (
    NOT_EXPORTED,
    Certification,
    CertifiedFile,
    ClaimedStep,
    StepResult,
    certify_script,
    certify_steps,
    in_parts,
)
from symlam.evidence.export._check import (
    ACCEPTED,
    REJECTED,
    UNCHECKED,
    UNDECIDED,
    CheckResult,
    build_library,
    check,
    check_all,
    check_each,
    missing,
)
from symlam.evidence.export._derivation import export_derivation
from symlam.evidence.export._export import (
    CERTIFICATE_HEADER,
    HEADER,
    export_gradient,
    export_identity,
    export_inequality,
    export_low_rank,
    export_minimum,
    export_semidefinite,
    file,
)
from symlam.evidence.export._instance import INSTANCE_HEADER, export_counterexample
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
    "CERTIFICATE_HEADER",
    "HEADER",
    "INSTANCE_HEADER",
    "NOT_EXPORTED",
    "REJECTED",
    "UNCHECKED",
    "UNDECIDED",
    "Certification",
    "CertifiedFile",
    "CheckResult",
    "ClaimedStep",
    "MeanSquare",
    "Product",
    "StepResult",
    "Sum",
    "Trace",
    "Transposed",
    "With",
    "build_library",
    "certify_script",
    "certify_steps",
    "check",
    "check_all",
    "check_each",
    "export_counterexample",
    "export_derivation",
    "export_gradient",
    "export_identity",
    "export_inequality",
    "export_low_rank",
    "export_minimum",
    "export_semidefinite",
    "file",
    "in_parts",
    "mean_square",
    "missing",
    "normal",
    "product",
]
