(*           The training objective and its over-parameterisation             *)
(* -------------------------------------------------------------------------- *)
(* S1                  the objective as printed                               *)
(* S2_conditional      B z = (q + e) + al o and A = (1 - al) I reconstruct o' *)
(* S2_exact_iff        such an encoder exists iff E[y y^T] has rank at most k,*)
(*                     for y = (q + e) + al o                                 *)
(* S2_as_printed_false it does not exist for every al, as printed             *)
(* S2_repaired         (A - B G, B, C + G, D) has the same loss, for every G  *)
(* S2_not_unique       so no optimum is unique, when 0 < k and 0 < n          *)
(* S2_latent_needed    without a latent the optimum may be unique             *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian psd projector eigenform l2.
From SymLAM Require Import finite_probability moment_space reduced_rank.
From SymLAM Require Import linear_lam.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Objective.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o q e : 'cV[V]_n).
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

(* L = E || (A + B C + B D - 1) o + (B D - 1) (q + e) ||^2 *)
Theorem S1 A B C D : loss o (q + e) A B C D =
  msq ((A + B *m C + B *m D - 1%:M) *v o + (B *m D - 1%:M) *v (q + e)).
Proof. by rewrite /loss residual /Aeff mulmxDr addrA. Qed.

(* the conditional reading is true: an encoder with B z = (q + e) + al o and  *)
(* the transition A = (1 - al) I reconstruct o' = o + q + e                   *)
Theorem S2_conditional B C D (al : R) :
  B *v latent C D o (o + (q + e)) = q + e + al%:M *v o ->
  loss o (q + e) (1 - al)%:M B C D = 0.
Proof.
move=> Bz; rewrite /loss /predict Bz.
have -> : (1 - al)%:M = 1%:M - al%:M :> 'M[R]_n by rewrite -raddfB.
rewrite (_ : _ - _ = 0) ?msq0 // actDl actNl act1.
by abel.
Qed.

(* when such an encoder exists: the target must have rank at most k *)
Theorem S2_exact_iff (al : R) : let y := q + e + al%:M *v o in
  (exists B C D, msq (B *v latent C D o (o + (q + e)) - y) = 0) <->
  (\rank (cov y y) <= k)%N.
Proof.
move=> y; set o' := o + (q + e); pose u := col_mx o o'.
pose T := row_mx (al%:M - 1%:M) 1%:M : 'M[R]_(n, n + n).
have yE : y = T *v u.
  by rewrite /T /u act_row act1 actDl actNl act1 /o' /y; abel.
have zE B C D : B *v latent C D o o' = (B *m row_mx C D) *v u.
  by rewrite mul_mx_row act_row /latent actDr !actA.
have pu := cov_psd u.
have en0 W : msq (W *v u - y) = 0 <-> W *m cov u u = T *m cov u u.
  rewrite yE -actNl -actDl msq_act (en_eq0P _ pu) mulmxBl.
  by split=> [/eqP|->]; rewrite ?subrr // subr_eq0 => /eqP.
split=> [[B [C [D]]]|ry].
  rewrite zE => /en0 WT; rewrite yE cov_actl cov_actr mulmxA -WT -!mulmxA.
  by rewrite (leq_trans (mxrankM_maxl _ _)) // rank_leq_col.
pose P := 1%:M - cproj (cov y y).
have oP : oproj P by apply/oproj_compl/cproj_oproj.
have rP : (\rank (P *m T) <= k)%N.
  apply: leq_trans (mxrankM_maxl _ _) _; suff <- : \rank (cov y y) = \rank P by
    [].
  apply/eqP; rewrite -(eqr_nat R) -(oproj_rank oP) /P linearB /= mxtrace1.
  by rewrite cproj_tr natrB ?rank_leq_row // subKr.
have [B [E BE]] := rank_factor rP.
exists B, (lsubmx E), (rsubmx E); rewrite zE hsubmxK BE; apply/en0.
have Py : P *m cov y y = cov y y by rewrite mulmxBl mul1mx cproj_mul subr0.
have h : msq ((P - 1%:M) *v y) = 0.
  by rewrite msq_act /en mulmxBl mul1mx Py subrr mul0mx mxtrace0.
move: h; rewrite {1}yE actA msq_act => /(en_eq0 pu)/eqP.
by rewrite mulmxBl mul1mx mulmxBl subr_eq0 => /eqP.
Qed.

(* over-parameterisation, repaired: a whole family with the same loss, for    *)
(* every matrix G, at every point and for all joint second moments            *)
Theorem S2_repaired (x : 'cV[V]_n) A B C D (G : 'M[R]_(k, n)) :
  loss o x (A - B *m G) B (C + G) D = loss o x A B C D.
Proof.
have E : Aeff (A - B *m G) B (C + G) D = Aeff A B C D.
  by rewrite /Aeff !mulmxDr; abel.
by rewrite /loss !residual E.
Qed.

(* hence no optimum is unique *)
Theorem S2_not_unique (x : 'cV[V]_n) A B C D : (0 < k)%N -> (0 < n)%N ->
  optimal (loss o x) A B C D ->
  exists A' C', C' <> C /\ optimal (loss o x) A' B C' D.
Proof.
move=> k_gt0 n_gt0 hmin.
pose G : 'M[R]_(k, n) := const_mx 1.
exists (A - B *m G), (C + G); split.
  move/eqP; rewrite addrC -subr_eq0 addrK => /eqP.
  move/matrixP/(_ (Ordinal k_gt0) (Ordinal n_gt0))/eqP.
  by rewrite !mxE oner_eq0.
by move=> A' B' C' D'; rewrite S2_repaired.
Qed.

End Objective.

(* The printed claim: for every al such an encoder exists. *)
Definition S2_as_printed (R : realFieldType) (V : l2space R) n k :=
  forall (o q e : 'cV[V]_n) (al : R), exists B C (D : 'M[R]_(k, n)),
    B *v latent C D o (o + (q + e)) = q + e + al%:M *v o.

(* False when the latent is smaller than the change: two independent signs as *)
(* q, two more as o, no noise, one latent dimension.  No al works.            *)
Section S2Instance.
Variables (R : realFieldType) (V : l2space R) (u : 'cV[V]_(2 + 2)).
Hypothesis u_on : cov u u = 1%:M.
Let o := row_mx (1%:M : 'M_2) (0 : 'M[R]_2) *v u.
Let q := row_mx (0 : 'M[R]_2) (1%:M : 'M_2) *v u.

Lemma S2_instance (al : R) (B : 'M[R]_(2, 1)) C D :
  B *v latent C D o (o + (q + 0)) <> q + 0 + al%:M *v o.
Proof.
move=> h; have := @S2_exact_iff R _ 2 1 o q 0 al; cbv zeta.
case=> [+ _]; have -> : q + 0 + al%:M *v o = row_mx al%:M 1%:M *v u.
  rewrite addr0 /q /o actA mul_mx_row mulmx0 mulmx1 -actDl add_row_mx.
  by rewrite add0r addr0.
rewrite (cov_on u_on) tr_row_mx mul_row_col tr_scalar_mx trmx1.
rewrite mulmx1 -scalar_mxM -raddfD /= mxrank_unit; last first.
  by apply/pd_unit/pd_scalar; rewrite lt_paddl ?ltr01 // -expr2 sqr_ge0.
suff E : exists (B : 'M[R]_(2, 1)) C D, msq (B *v latent C D o (o + (q + 0))
   - row_mx al%:M 1%:M *v u) = 0 by move/(_ E); rewrite ltnn.
exists B, C, D; rewrite h addr0 /q /o actA mul_mx_row mulmx0 mulmx1 -actDl.
by rewrite add_row_mx add0r addr0 subrr msq0.
Qed.

Lemma S2_instance_false : ~ S2_as_printed V 2 1.
Proof.
by move=> /(_ o q 0 1)[B [C [D]]]; apply: S2_instance.
Qed.
End S2Instance.

Theorem S2_as_printed_false (R : realFieldType) :
  ~ S2_as_printed (cubeL2 R (2 + 2)) 2 1.
Proof. exact: S2_instance_false (cov_radv R _). Qed.

(* The hypothesis 0 < k of S2_not_unique is needed: without a latent and with *)
(* a nonsingular E[o o^T] there is at most one optimum.                       *)
Theorem S2_latent_needed (R : realFieldType) (V : l2space R) n
  (o x : 'cV[V]_n) A A' B B' C C' (D D' : 'M[R]_(0, n)) : pd (cov o o) ->
  optimal (loss o x) A B C D -> optimal (loss o x) A' B' C' D' ->
  [/\ A = A', B = B', C = C' & D = D'].
Proof.
move=> po; have [G xo] := regression x o.
rewrite !(loss_min_iff xo) => -[_ h] [_ h'].
have E0 : B = B' by apply/matrixP=> i [].
have E1 (M N : 'M[R]_(0, n)) : M = N by apply/matrixP=> -[].
rewrite -E0 (E1 D' D) (E1 C' C) in h' *; split=> //.
move/(pd_ker po)/eqP: h; rewrite subr_eq0 => /eqP ->.
by move/(pd_ker po)/eqP: h'; rewrite subr_eq0 => /eqP.
Qed.
