(*     Random vectors given by their coordinates in an orthonormal family     *)
(* -------------------------------------------------------------------------- *)
(*  rowL2 R N == the l2space of the combinations of N orthonormal random      *)
(*               variables: 'rV[R]_N with the Euclidean form                  *)
(*     rvec M == the random vector whose i-th entry has coordinates row i M;  *)
(*               cov (rvec M) (rvec M') = M M'^T                              *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import psd l2.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Rows.
Variables (R : realFieldType) (N : nat).
Definition rip (x y : 'rV[R]_N) : R := (x *m y^T) 0 0.
Lemma ripC x y : rip x y = rip y x.
Proof. by rewrite /rip -[x *m y^T]trmx11 trmx_mul trmxK. Qed.
Lemma ripZD a x y z : rip (a *: x + y) z = a * rip x z + rip y z.
Proof. by rewrite /rip mulmxDl -scalemxAl !mxE. Qed.
Lemma rip_ge0 x : 0 <= rip x x.
Proof. by have := en1_ge0 x; rewrite /mxtrace big_ord1. Qed.
Definition rowL2 : l2space R := L2Space ripC ripZD rip_ge0.
End Rows.

Section RandomVectors.
Variables (R : realFieldType) (N : nat).
Notation V := (rowL2 R N).
(* random vector with coordinates the rows of M in the orthonormal basis *)
Definition rvec n (M : 'M[R]_(n, N)) : 'cV[V]_n := \col_i row i M.
Lemma cov_rvec m n (M : 'M_(m, N)) (M' : 'M_(n, N)) :
  cov (rvec M) (rvec M') = M *m M'^T.
Proof.
apply/matrixP=> i j; rewrite [LHS]mxE !mxE /=/rip mxE.
by apply: eq_bigr => s _; rewrite !mxE.
Qed.
Lemma rvecD n (M M' : 'M_(n, N)) : rvec (M + M') = rvec M + rvec M'.
Proof. by apply/colP=> i; rewrite !mxE linearD. Qed.
Lemma act_rvec m n (A : 'M_(m, n)) (M : 'M_(n, N)) : A *v rvec M = rvec (A *m M).
Proof.
apply/colP=> i; rewrite !mxE row_mul mulmx_sum_row.
by apply: eq_bigr => j _; rewrite !mxE.
Qed.
End RandomVectors.
