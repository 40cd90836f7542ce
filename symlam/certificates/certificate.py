"""The certificate and its checker: integers only, no solver.

With tau, M = E[tau~ u~'] E[u~ u~']^+ E[u~ tau~'] and D of `symlam.numerics.Reduction`, S = D M D, the minimum is
total - max tr(Y S Y') over k x q matrices Y with Y D Y' = I. Two witnesses enclose it.

- Dual: Z = F' diag(w) F / q with w >= 0, and t >= 0 with R = Z + t D - S positive semidefinite, give
  lo = total - k t - tr(D^-1 Z). That R is so is shown by an integer X with X R X' strictly diagonally dominant.
- Primal: U / s (k x q) is the feasible point of rank k with decoder columns U' / s, whose loss is
  hi = total - 2 tr(U S U') / s^2 + tr(U S U' U D U') / s^4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from symlam.errors import SymlamError
from symlam.numerics.problem import Head, Problem
from symlam.numerics.rational import RationalMatrix, as_fraction
from symlam.scenario.fields import Population
from symlam.sealed import Sealed, load, opened, unbroken

__all__ = ["FORMAT", "Certificate", "check_certificate", "read_certificate"]

FORMAT = "symlam-certificate-1"

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Certificate(Sealed):
    """A problem and the integers that prove lo <= minimum <= hi.

    ``q`` is the denominator of t and Z; ``F`` (rows x q-dimension) with ``w`` gives Z = F' diag(w) F / q; ``U`` / ``s``
    is the primal point; ``X`` the witness for R. ``offset`` is added to the problem's minimum (a part of the
    loss that no latent can change); ``infimum`` says that the value need not be attained.
    """

    problem: Problem
    lo: Fraction
    hi: Fraction
    q: int
    t: int
    w: tuple[int, ...]
    F: Rows
    s: int
    U: Rows
    X: Rows
    offset: Fraction = Fraction(0)
    infimum: bool = False

    @property
    def gap(self) -> Fraction:
        """hi - lo."""
        return self.hi - self.lo

    def body(self) -> dict[str, object]:
        """Everything but the digest, as plain data."""
        return {
            "format": FORMAT,
            "problem": problem_to_json(self.problem),
            "offset": str(self.offset),
            "infimum": self.infimum,
            "lo": str(self.lo),
            "hi": str(self.hi),
            "q": str(self.q),
            "t": str(self.t),
            "w": [str(x) for x in self.w],
            "F": [[str(x) for x in row] for row in self.F],
            "s": str(self.s),
            "U": [[str(x) for x in row] for row in self.U],
            "X": [[str(x) for x in row] for row in self.X],
        }


def problem_to_json(problem: Problem) -> dict[str, object]:
    """A problem as JSON data: exact rationals as strings."""

    def rows(matrix: RationalMatrix) -> list[list[str]]:
        return [[str(x) for x in row] for row in matrix.fractions()]

    # a certificate without weights reads as it always did
    weighted = {"weights": [str(x) for x in problem.weights]} if problem.weights else {}
    return {
        **weighted,
        "moment": rows(problem.moment),
        "target": rows(problem.target),
        "inputs": rows(problem.inputs),
        "regressors": rows(problem.regressors),
        "rank": problem.rank,
        "heads": [{"weight": str(h.weight), "target": rows(h.target)} for h in problem.heads],
    }


def read_certificate(source: str | Path) -> Certificate:
    """Read a certificate file; raises `SymlamError` when it is not one or when its digest does not fit."""
    return certificate_from_json(load(source, written_by="symlam write-certificate"))


def certificate_from_json(data: object) -> Certificate:
    """Build a certificate from parsed JSON; raises `SymlamError` for anything out of shape."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SymlamError("this is not a certificate", expected=f'a JSON object with "format": "{FORMAT}"')
    with opened():
        p = data["problem"]
        problem = Problem(
            moment=p["moment"],
            target=p["target"],
            inputs=p["inputs"],
            regressors=p["regressors"],
            rank=p["rank"],
            heads=[Head(h["weight"], h["target"]) for h in p["heads"]],
            weights=p.get("weights", ()),
        )
        certificate = Certificate(
            problem,
            as_fraction(data["lo"]),
            as_fraction(data["hi"]),
            int(data["q"]),
            int(data["t"]),
            tuple(int(x) for x in data["w"]),
            _integers(data["F"]),
            int(data["s"]),
            _integers(data["U"]),
            _integers(data["X"]),
            as_fraction(data["offset"]),
            data["infimum"],
        )
    return unbroken(certificate, data)


def _integers(rows: object) -> Rows:
    return tuple(tuple(int(x) for x in row) for row in rows)  # type: ignore[attr-defined]


def check_certificate(
    certificate: Certificate, problem: Problem | Population | None = None, *, offset: object = None
) -> None:
    """Check every inequality with integers, for the caller's own ``problem`` (else for the one in the file).

    The reduction (residuals, explained moment) is derived anew from the problem, and the problem from a
    scenario if one is given. Returns nothing; raises `SymlamError` with the first thing that does not hold.
    lo and hi have to be exactly what the witnesses prove.
    """
    if isinstance(problem, Population):
        from symlam.scenario.models import exact_problem

        problem, offset = exact_problem(problem)
    if problem is not None and problem_to_json(problem) != problem_to_json(certificate.problem):
        raise SymlamError("the certificate is for another problem", hint="certify the problem at hand")
    if offset is not None and as_fraction(offset) != certificate.offset:
        raise SymlamError("the certificate adds another constant to the minimum", expected=str(offset))
    problem = certificate.problem if problem is None else problem
    reduction, k = problem.reduction, problem.rank
    head_rows = len(reduction.weights) - reduction.target_rows
    attainable = reduction.decoupled is True
    if not attainable and not (reduction.decoupled is None and k >= head_rows):
        raise SymlamError(
            "heads and regressors are coupled, so the reduced problem is only a lower bound",
            hint="certify a problem whose heads do not depend on v, or with a latent at least as large as the heads",
        )
    if certificate.infimum is not (not attainable):
        raise SymlamError("the certificate is wrong about whether the minimum is attained")
    n = len(reduction.weights)
    D = RationalMatrix.identity(n).scaled(rows=list(reduction.weights))
    S = D @ reduction.explained @ D
    q, s = certificate.q, certificate.s
    if q <= 0 or s <= 0:
        raise SymlamError("a denominator is not positive")
    if certificate.t < 0 or any(x < 0 for x in certificate.w):
        raise SymlamError("a dual weight is negative", expected="t >= 0 and w >= 0")
    _shape(certificate.F, len(certificate.w), n, "F")
    _shape(certificate.U, k, n, "U")
    _shape(certificate.X, n, n, "X")

    F = RationalMatrix(certificate.F, 1, n)
    weighted = RationalMatrix(
        tuple(tuple(x * w for x in row) for row, w in zip(certificate.F, certificate.w, strict=True)), q, n
    )
    Z = F.T @ weighted if certificate.F else RationalMatrix.identity(n) - RationalMatrix.identity(n)
    t = Fraction(certificate.t, q)
    R = Z + D.scaled(rows=[t] * n) - S
    _dominant(RationalMatrix(certificate.X, 1, n), R)
    dual = sum((Z[i, i] / weight for i, weight in enumerate(reduction.weights)), k * t)
    U = RationalMatrix(certificate.U, s, n)
    captured = U @ S @ U.T
    value = reduction.total - 2 * captured.trace() + (captured @ (U @ D @ U.T)).trace()
    if certificate.lo != reduction.total - dual + certificate.offset:
        raise SymlamError("lo is not what the dual witness proves")
    if certificate.hi != value + certificate.offset:
        raise SymlamError("hi is not the loss at the primal witness")


def _shape(rows: Rows, height: int, width: int, name: str) -> None:
    if len(rows) != height or any(len(row) != width for row in rows):
        raise SymlamError(f"{name} has the wrong shape", expected=f"{height} x {width}")


def _dominant(X: RationalMatrix, R: RationalMatrix) -> None:
    """X R X' strictly diagonally dominant with a positive diagonal proves that R is positive definite."""
    T = X @ R @ X.T
    for i, row in enumerate(T.num):
        if 2 * row[i] <= sum(map(abs, row)):
            raise SymlamError(
                f"row {i} of X R X' is not strictly dominant", expected="a witness that R is PSD"
            )
