(*       Every positive semidefinite matrix is a matrix of second moments     *)
(* -------------------------------------------------------------------------- *)
(*    cov_on == if E[u u^T] = 1 then E[(M u) (M' u)^T] = M M'^T               *)
(* momentL2 S_psd == the l2space 'rV_n with the form x S y^T (S psd)          *)
(* momv S_psd == its random vector with second moments S                      *)
(* psd_moment, psd_joint_moment == every psd S is cov x x for some random     *)
(*               vector, over any realFieldType                               *)
(*  psd_sqrt == every psd S is G G^T, over a rcfType                          *)
(* psd_cube_moment == realisation on a finite probability space, with mean 0  *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import psd projector ky_fan eigenform spectral l2.
From SymLAM Require Import finite_probability.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Orthonormal.
Variables (R : realFieldType) (V : l2space R) (N : nat) (u : 'cV[V]_N).
Hypothesis u_on : cov u u = 1%:M.

Lemma cov_on m n (M : 'M[R]_(m, N)) (M' : 'M[R]_(n, N)) :
  cov (M *v u) (M' *v u) = M *m M'^T.
Proof. by rewrite cov_actl cov_actr u_on mul1mx. Qed.

Lemma msq_on n (M : 'M[R]_(n, N)) : msq (M *v u) = \tr (M *m M^T).
Proof. by rewrite msqE cov_on. Qed.
End Orthonormal.

(* the form itself as the space: no square root is needed *)
Section MomentSpace.
Variables (R : realFieldType) (n : nat) (S : 'M[R]_n).
Hypothesis S_psd : psd S.

Definition mip (x y : 'rV[R]_n) : R := (x *m S *m y^T) 0 0.

Lemma mipC x y : mip x y = mip y x.
Proof.
rewrite /mip -[x *m S *m y^T]trmx11 !trmx_mul trmxK (proj1 S_psd).
by rewrite mulmxA.
Qed.

Lemma mipZD a x y z : mip (a *: x + y) z = a * mip x z + mip y z.
Proof. by rewrite /mip !mulmxDl -!scalemxAl !mxE. Qed.

Lemma mip_ge0 x : 0 <= mip x x.
Proof. exact: (proj2 S_psd). Qed.

Definition momentL2 : l2space R := L2Space mipC mipZD mip_ge0.
Definition momv : 'cV[momentL2]_n := \col_i (delta_mx 0 i : 'rV[R]_n).

Theorem cov_momv : cov momv momv = S.
Proof.
apply/matrixP=> i j; rewrite !mxE /ip /= /mip.
by rewrite -rowE trmx_delta -colE !mxE.
Qed.

End MomentSpace.

Section Realisation.

(* every positive semidefinite matrix is a matrix of second moments *)
Corollary psd_moment (R : realFieldType) n (S : 'M[R]_n) : psd S ->
  exists (V : l2space R) (x : 'cV[V]_n), cov x x = S.
Proof. by move=> S_psd; exists (momentL2 S_psd), (momv S_psd);
  apply: cov_momv. Qed.

(* and so is every joint one *)
Corollary psd_joint_moment (R : realFieldType) m n (S : 'M[R]_(m + n)) :
  psd S -> exists (V : l2space R) (x : 'cV[V]_m) (y : 'cV[V]_n),
  [/\ cov x x = ulsubmx S, cov x y = ursubmx S & cov y y = drsubmx S].
Proof.
move=> /psd_moment[V [x xS]]; exists V, (usubmx x), (dsubmx x).
by rewrite -xS; split; apply/matrixP=> i j; rewrite !mxE.
Qed.

(* a square root, and a realisation on a finite probability space *)
Variable R : rcfType.

Theorem psd_sqrt n (S : 'M[R]_n) : psd S -> exists G : 'M[R]_n, G *m G^T = S.
Proof.
move=> /spectral_psd[U [l [oU -> _ l0]]].
exists (U *m diag_mx (\row_i Num.sqrt (l i))).
rewrite trmx_mul tr_diag_mx /dg !mulmxA -(mulmxA U) mulmx_diag.
congr (_ *m diag_mx _ *m _); apply/rowP=> i; rewrite !mxE.
by rewrite -expr2 sqr_sqrtr.
Qed.

Corollary psd_cube_moment n (S : 'M[R]_n) : psd S ->
  exists x : 'cV[cubeL2 R n]_n, cov x x = S.
Proof.
move=> /psd_sqrt[G <-]; exists (G *v radv R n).
exact: (cov_on (cov_radv R n)).
Qed.

End Realisation.
