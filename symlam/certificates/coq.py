"""Writing a certificate as a Coq file that the kernel checks (theories/certificate.v)."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, lcm
from typing import Any

from symlam.certificates.certificate import Certificate
from symlam.errors import SymlamError
from symlam.numerics.rational import RationalMatrix

__all__ = ["to_coq"]


def to_coq(certificate: Certificate) -> str:
    """A Coq file that states and proves lo <= min <= hi for the certificate's problem.

    Without heads, and with the target among the inputs, it is about the loss of the linear LAM with this innovation moment.
    Otherwise it is about the reduced-rank regression that the problem reduces to: y stacks the residual of the target and of each head,
    times the square root of its weight, x is the residual of the inputs, and what x leaves of y is added to both ends.
    S0 / q0 is printed from the certificate's problem, apart from the certificate's own copy, and the kernel
    compares them. Raises `SymlamError` for a weight whose square root is irrational and for k larger than the problem.

    >>> from symlam.certificates import certify
    >>> from symlam.numerics import Problem
    >>> p = Problem(moment=[[2, 1], [1, 2]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> print(to_coq(certify(p, gap="1/100")).splitlines()[6])
      c_n := 2%nat;
    """
    reduction, k = certificate.problem.reduction, certificate.problem.rank
    n = len(reduction.weights)
    if k > n:
        raise SymlamError(f"the latent dimension {k} exceeds {n}", hint=f"certify with rank {n}")
    roots = [_root(weight) for weight in reduction.weights]
    # in the coordinates D^(1/2) tau~ the metric is I, which is the checker's
    S = reduction.explained.scaled(rows=roots, columns=roots)
    rest = reduction.total - S.trace()
    F, f = _scaled(certificate.F, [1 / root for root in roots])
    X, _ = _scaled(certificate.X, roots)
    U, u = _scaled(certificate.U, roots)
    lo, hi = (end - certificate.offset - rest for end in (certificate.lo, certificate.hi))
    q = lcm(certificate.q * f * f, S.den, lo.denominator, hi.denominator)
    grow = q // (certificate.q * f * f)
    parts = [
        ("c_n", f"{n}%nat"),
        ("c_k", f"{k}%nat"),
        ("c_q", _number(q)),
        ("c_S", _rows(_over(S, q))),
        ("c_lo", _number(int(lo * q))),
        ("c_hi", _number(int(hi * q))),
        ("c_s", _number(certificate.s * u)),
        ("c_U", _rows(U)),
        ("c_t", _number(certificate.t * f * f * grow)),
        ("c_Z", f"Gram {_rows(F)} {_row([x * grow for x in certificate.w])}"),
        ("c_X", _rows(X)),
        ("c_Xi", "nil"),
    ]
    record = ";\n".join(f"  {name} := {value}" for name, value in parts)
    plain = len(reduction.weights) == reduction.target_rows and not certificate.problem.weights
    theorem = _LOSS if plain and not rest else _REGRESSION
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

{theorem.format(n=n, k=k)}
Print Assumptions c_min.
"""


_LOSS = """Theorem c_min (R : realFieldType) (V : l2space R) (o x : 'cV[V]_{n}) :
    cov o x = 0 -> cov x x = (zR R q0)^-1 *: zmx R {n} {n} S0 ->
  (forall A (B : 'M[R]_({n}, {k})) C D, cert_lo R c <= loss o x A B C D) /\\
  (exists A (B : 'M[R]_({n}, {k})) C D, loss o x A B C D <= cert_hi R c).
Proof.
have same : same_moments c {n} q0 S0 by vm_compute.
by rewrite (same_momentsP R same); apply: (cert_loss (c := c) erefl erefl c_ok).
Qed.
"""

_REGRESSION = """(* y: residuals of the target and of the heads (times the roots of their weights);
   x: residuals of the inputs; G stacks the decoder and the heads, D is the encoder *)
Theorem c_min (R : realFieldType) (V : l2space R) m (y : 'cV[V]_{n}) (x : 'cV[V]_m)
    (Y : 'M[R]_({n}, m)) :
    cov y x = Y *m cov x x ->
    Y *m cov x x *m Y^T = (zR R q0)^-1 *: zmx R {n} {n} S0 ->
  (forall (G : 'M[R]_({n}, {k})) (D : 'M[R]_({k}, m)),
     cert_lo R c + msq (Y *v x - y) <= msq (G *v (D *v x) - y)) /\\
  (exists (G : 'M[R]_({n}, {k})) (D : 'M[R]_({k}, m)),
     msq (G *v (D *v x) - y) <= cert_hi R c + msq (Y *v x - y)).
Proof.
have same : same_moments c {n} q0 S0 by vm_compute.
move=> yx; rewrite (same_momentsP R same) => YS.
exact: (cert_regression (c := c) erefl erefl c_ok yx YS).
Qed.
"""


def _root(weight: Fraction) -> Fraction:
    """The rational square root of a weight."""
    root = Fraction(isqrt(weight.numerator), isqrt(weight.denominator))
    if root * root != weight:
        raise SymlamError(
            f"a head has weight {weight}, whose square root is irrational",
            expected="the square of a rational number",
            hint="a weight such as 9/4, or check the JSON file instead",
        )
    return root


def _scaled(rows: Any, columns: list[Fraction]) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Integer rows with their columns multiplied, and the factor that made them whole."""
    factor = lcm(*(x.denominator for x in columns))
    whole = [int(x * factor) for x in columns]
    return tuple(tuple(x * y for x, y in zip(row, whole, strict=True)) for row in rows), factor


def _over(matrix: RationalMatrix, q: int) -> tuple[tuple[int, ...], ...]:
    grow = q // matrix.den
    return tuple(tuple(x * grow for x in row) for row in matrix.num)


def _number(value: int | Fraction) -> str:
    return f"({value})" if value < 0 else str(value)


def _row(values: Any) -> str:
    return "(" + " :: ".join([*map(_number, values), "nil"]) + ")"


def _rows(rows: Any) -> str:
    return "(" + " :: ".join([*map(_row, rows), "nil"]) + ")"
