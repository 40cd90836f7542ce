(*      Data augmentation when the observation predicts the change (P4.3d)    *)
(* -------------------------------------------------------------------------- *)
(* With E[o x^T] <> 0, x = q + e:                                             *)
(* P4_3d_penalty    augmentation adds a penalty that is zero at A = 1, C = - D*)
(* P4_3d_bound      with shifts t k1, t k2 the penalty at an optimum is       *)
(* O(1/t^2)                                                                   *)
(* P4_3d_monotone   and it never increases with t                             *)
(* P4_3d_unbiased   A = 1, C = - D is optimal only if (B D - 1) E[x o^T] = 0  *)
(* P4_3d_as_printed_false  so the strong reading is false                     *)
(* P4_3d_optimum    an optimum exists for all joint moments, over a rcfType   *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.
From SymLAM Require Import spectral l2 finite_probability moment_space.
From SymLAM Require Import reduced_rank linear_lam data_augmentation prop_4_1.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Prop43d.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o x k1 k2 : 'cV[V]_n).
Hypothesis ok1 : cov o k1 = 0.
Hypothesis ok2 : cov o k2 = 0.
Hypothesis xk1 : cov x k1 = 0.
Hypothesis xk2 : cov x k2 = 0.
Hypothesis k12 : cov k1 k2 = 0.
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

(* What is true whatever E[o x^T]: augmentation adds exactly a penalty that   *)
(* is zero at A = 1, C = - D.                                                 *)
Theorem P4_3d_penalty A B C D :
  loss_aug o x k1 k2 A B C D = loss o x A B C D + aug_penalty k1 k2 A B C D
  /\ aug_penalty k1 k2 1%:M B (- D) D = 0.
Proof.
split; first exact: loss_aug_penalty.
by rewrite /aug_penalty addNr mulmx0 subrr /en !mul0mx mxtrace0 addr0.
Qed.

(* Shifts scaled by t. *)
Let L t : 'M[R]_n -> 'M[R]_(n, k) -> 'M[R]_(k, n) -> 'M[R]_(k, n) -> R :=
  loss_aug o x (t%:M *v k1) (t%:M *v k2).

Lemma scaled_penalty t A B C D :
  L t A B C D = loss o x A B C D + t ^+ 2 * aug_penalty k1 k2 A B C D.
Proof.
rewrite /L loss_aug_penalty; last 5 first.
- by rewrite cov_actr ok1 mul0mx.
- by rewrite cov_actr ok2 mul0mx.
- by rewrite cov_actr xk1 mul0mx.
- by rewrite cov_actr xk2 mul0mx.
- by rewrite cov_actl cov_actr k12 mul0mx mulmx0.
congr (_ + _); rewrite /aug_penalty mulrDr.
have en_scaled (y : 'cV[V]_n) (M : 'M_n) :
    en (cov (t%:M *v y) (t%:M *v y)) M = t ^+ 2 * en (cov y y) M.
  by rewrite -!msq_act actA scalar_mxC -actA msqZ.
by rewrite !en_scaled.
Qed.

(* At every optimum the penalty is at most m / t^2, where m is the value of   *)
(* any point with A = 1, C = - D: it tends to zero as the shifts grow.        *)
Theorem P4_3d_bound t A B C D B0 D0 : t != 0 -> optimal (L t) A B C D ->
  aug_penalty k1 k2 A B C D <= msq ((B0 *m D0 - 1%:M) *v x) / t ^+ 2.
Proof.
move=> t0 /(_ 1%:M B0 (- D0) D0); rewrite !scaled_penalty.
have [_ ->] := P4_3d_penalty 1%:M B0 (- D0) D0; rewrite mulr0 addr0.
have t2 : 0 < t ^+ 2 by rewrite lt_neqAle eq_sym sqrf_eq0 t0 sqr_ge0.
have -> : loss o x 1%:M B0 (- D0) D0 = msq ((B0 *m D0 - 1%:M) *v x).
  by rewrite /loss residual /Aeff addNr mulmx0 addr0 subrr act0l add0r.
move=> h; rewrite -(ler_pmul2r_compat _ _ t2) divfK ?gt_eqF // mulrC.
by apply: le_trans h; rewrite le_addR msq_ge0.
Qed.

(* Larger shifts never increase the penalty of the optimum. *)
Theorem P4_3d_monotone t t' A B C D A' B' C' D' : t ^+ 2 < t' ^+ 2 ->
  optimal (L t) A B C D -> optimal (L t') A' B' C' D' ->
  aug_penalty k1 k2 A' B' C' D' <= aug_penalty k1 k2 A B C D.
Proof.
move=> tt' /(_ A' B' C' D') + /(_ A B C D); rewrite !scaled_penalty.
set f := loss _ _ A B C D; set f' := loss _ _ A' B' C' D'.
set p := aug_penalty _ _ A _ _ _; set p' := aug_penalty _ _ A' _ _ _.
move=> h h'; have d : 0 < t' ^+ 2 - t ^+ 2 by rewrite subr_gt0.
rewrite -(ler_pmul2r_compat _ _ d) -subr_ge0.
have -> : p * (t' ^+ 2 - t ^+ 2) - p' * (t' ^+ 2 - t ^+ 2) =
  (f' + t ^+ 2 * p' - (f + t ^+ 2 * p))
    + (f + t' ^+ 2 * p - (f' + t' ^+ 2 * p')) by ring.
by rewrite addr_ge0 ?subr_ge0.
Qed.

(* A = 1 and C = - D can be an optimum only if (B D - 1) E[x o^T] = 0. *)
Theorem P4_3d_unbiased B D : optimal (loss_aug o x k1 k2) 1%:M B (- D) D ->
  (B *m D - 1%:M) *m cov x o = 0.
Proof.
move=> hmin; pose w := x - (B *m D) *v x.
have h A' : msq ((0 : 'M_n) *v (o + k2) - w) <= msq (A' *v (o + k2) - w).
  have r A : A *v (o + k2) - w = predict (A + 1%:M) B (o + k2)
      (latent (- D) D (o + k1) (o + x + k1)) - (o + x + k2).
    rewrite residual_aug /Aeff addNr mulmx0 addr0 addrK act0l addr0.
    by rewrite /w !(actDl, actNl, actDr, act1); abel.
  by rewrite !r add0r; apply: hmin.
have := proj1 (normal_equations w (o + k2) 0) h; rewrite mul0mx.
rewrite covDr /w !covDl !covNl !cov_actl xk2 mulmx0 subrr addr0 => hw.
by rewrite mulmxBl mul1mx -opprB hw oppr0.
Qed.

End Prop43d.

(* the strong reading: an optimum with A = 1 and C = - D, also when           *)
(* E[o (q + e)^T] <> 0                                                        *)
Definition P4_3d_as_printed (R : realFieldType) (V : l2space R) n k :=
  forall (o q e k1 k2 : 'cV[V]_n),
  cov o k1 = 0 -> cov o k2 = 0 -> cov (q + e) k1 = 0 -> cov (q + e) k2 = 0 ->
  cov k1 k2 = 0 -> pd (cov o o) -> pd (cov k1 k1) -> pd (cov k2 k2) ->
  exists (B : 'M[R]_(n, k)) D,
    optimal (loss_aug o (q + e) k1 k2) 1%:M B (- D) D.

(* False: q = o, white in dimension 2, one latent dimension. *)
Section P43dInstance.
Variables (R : realFieldType) (V : l2space R) (u : 'cV[V]_(2 + (2 + 2))).
Hypothesis u_on : cov u u = 1%:M.
Let o := row_mx 1%:M (row_mx 0 0) *v u : 'cV_2.
Let k1 := row_mx 0 (row_mx 1%:M 0) *v u : 'cV_2.
Let k2 := row_mx 0 (row_mx 0 1%:M) *v u : 'cV_2.

Ltac cv := rewrite ?addr0 (cov_on u_on) !tr_row_mx !mul_row_col
  ?trmx0 ?trmx1 ?mulmx0 ?mul0mx ?mulmx1 ?mul1mx ?addr0 ?add0r.

Lemma P4_3d_instance_false : ~ P4_3d_as_printed V 2 1.
Proof.
have p1 : pd (1%:M : 'M[R]_2) by apply/pd_scalar/ltr01.
have h2 : cov o k1 = 0 by cv.
have h3 : cov o k2 = 0 by cv.
have h4 : cov (o + 0) k1 = 0 by cv.
have h5 : cov (o + 0) k2 = 0 by cv.
have h6 : cov k1 k2 = 0 by cv.
move=> /(_ o o 0 k1 k2 h2 h3 h4 h5 h6)[||| B [D]]; try by cv.
move=> /(P4_3d_unbiased h5); have -> : cov (o + 0) o = 1%:M by cv.
rewrite mulmx1 => BD; have := white_pca B D.
by rewrite BD /en !mul0mx mxtrace0 ler10.
Qed.
End P43dInstance.

Theorem P4_3d_as_printed_false (R : realFieldType) :
  ~ P4_3d_as_printed (cubeL2 R (2 + (2 + 2))) 2 1.
Proof. exact: P4_3d_instance_false (cov_radv R _). Qed.

(* the optimum for any joint moments: an instance of reduced-rank regression  *)
Theorem P4_3d_optimum (R : rcfType) (V : l2space R) n k
  (o x k1 k2 : 'cV[V]_n) : exists A (B : 'M_(n, k)) C D,
  optimal (loss_aug o x k1 k2) A B C D.
Proof.
have [G [H [Y [Q [s []]]]]] :=
  @prr_optimum R V n n (n + n) k x (o + k2) (col_mx (o + k1) x).
move=> _ _ _ lo [A [B [E att]]].
pose D := rsubmx E; pose C := lsubmx E - D.
have CE : row_mx (C + D) D = E by rewrite /C subrK hsubmxK.
exists (A + 1%:M), B, C, D => A' B' C' D'; rewrite !loss_aug_prr addrK CE.
by rewrite /prr_loss -!actA att.
Qed.
