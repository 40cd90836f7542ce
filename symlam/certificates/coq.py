"""Writing a certificate as a Coq file that the kernel checks (theories/certificate.v)."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from symlam.certificates.certificate import Certificate
from symlam.errors import SymlamError
from symlam.numerics.rational import RationalMatrix

__all__ = ["to_coq"]


def to_coq(certificate: Certificate) -> str:
    """A Coq file that states and proves lo <= min <= hi for the linear LAM with this innovation moment.

    S0 / q0 is printed from the certificate's problem, apart from the certificate's own copy, and the kernel
    compares them. Raises `SymlamError` for problems with heads or an unexplained remainder, whose theorem
    has another form.

    >>> from symlam.certificates import certify
    >>> from symlam.numerics import Problem
    >>> p = Problem(moment=[[2, 1], [1, 2]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> print(to_coq(certify(p, gap="1/100")).splitlines()[6])
      c_n := 2%nat;
    """
    reduction, k = certificate.problem.reduction, certificate.problem.rank
    S, n = reduction.explained, len(reduction.weights)
    if certificate.problem.heads or reduction.total != S.trace():
        raise SymlamError(
            "only problems without heads whose target is among the inputs are exported",
            hint="drop the heads, or check the JSON file instead",
        )
    if k > n:
        raise SymlamError(f"the latent dimension {k} exceeds {n}", hint=f"certify with rank {n}")
    lo, hi = certificate.lo - certificate.offset, certificate.hi - certificate.offset
    q = lcm(certificate.q, S.den, lo.denominator, hi.denominator)
    grow = q // certificate.q
    parts = [
        ("c_n", f"{n}%nat"),
        ("c_k", f"{k}%nat"),
        ("c_q", _number(q)),
        ("c_S", _rows(_over(S, q))),
        ("c_lo", _number(int(lo * q))),
        ("c_hi", _number(int(hi * q))),
        ("c_s", _number(certificate.s)),
        ("c_U", _rows(certificate.U)),
        ("c_t", _number(certificate.t * grow)),
        ("c_Z", f"Gram {_rows(certificate.F)} {_row([x * grow for x in certificate.w])}"),
        ("c_X", _rows(certificate.X)),
        ("c_Xi", "nil"),
    ]
    record = ";\n".join(f"  {name} := {value}" for name, value in parts)
    return f"""From Coq Require Import ZArith List.
From SymLAM Require Import dyadic certificate.
Open Scope Z_scope.
Open Scope list_scope.

Definition c : cert := {{|
{record} |}}.

Lemma c_ok : check c = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Definition q0 : Z := {_number(S.den)}.
Definition S0 : list (list Z) := {_rows(S.num)}.

From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import l2 linear_lam.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem c_min (R : realFieldType) (V : l2space R) (o x : 'cV[V]_{n}) :
    cov o x = 0 -> cov x x = (zR R q0)^-1 *: zmx R {n} {n} S0 ->
  (forall A (B : 'M[R]_({n}, {k})) C D, cert_lo R c <= loss o x A B C D) /\\
  (exists A (B : 'M[R]_({n}, {k})) C D, loss o x A B C D <= cert_hi R c).
Proof.
have same : same_moments c {n} q0 S0 by vm_compute.
by rewrite (same_momentsP R same); apply: (cert_loss (c := c) erefl erefl c_ok).
Qed.

Print Assumptions c_min.
"""


def _over(matrix: RationalMatrix, q: int) -> tuple[tuple[int, ...], ...]:
    grow = q // matrix.den
    return tuple(tuple(x * grow for x in row) for row in matrix.num)


def _number(value: int | Fraction) -> str:
    return f"({value})" if value < 0 else str(value)


def _row(values) -> str:
    return "(" + " :: ".join([*map(_number, values), "nil"]) + ")"


def _rows(rows) -> str:
    return "(" + " :: ".join([*map(_row, rows), "nil"]) + ")"
