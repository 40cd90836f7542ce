(*                 Proposition 4.1: linear LAM is PCA                         *)
(* -------------------------------------------------------------------------- *)
(* o, q, e are the observation, the controllable change and the noise.        *)
(* prop_4_1            if E[o (q + e)^T] = 0, training is equivalent to the   *)
(*                     minimisation of E || (B D - 1) (q + e) ||^2            *)
(* prop_4_1_min_iff    the minimisers                                         *)
(* prop_4_1_min_pd_iff the same when E[o o^T] > 0: A = 1 - B (C + D)          *)
(* prop_4_1_uncorrelated_needed, prop_4_1_pd_needed  the hypotheses are needed*)
(* prop_4_1_full_rank_false  the printed reason is not a property of optima   *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.
From SymLAM Require Import spectral l2 finite_probability moment_space.
From SymLAM Require Import reduced_rank linear_lam.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Prop41.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o q e : 'cV[V]_n).
Hypothesis uncorr : cov o (q + e) = 0.
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

Let L : 'M[R]_n -> 'M[R]_(n, k) -> 'M[R]_(k, n) -> 'M[R]_(k, n) -> R :=
  loss o (q + e).

Let x_on_o := uncorr_reg uncorr.

(* training is equivalent to min over B, D of E || (B D - 1) (q + e) ||^2:    *)
(* a lower bound for every A and C, reached by A = 1 - B (C + D)              *)
Theorem prop_4_1 :
  (forall A B C D, msq ((B *m D - 1%:M) *v (q + e)) <= L A B C D) /\
  (forall B C D, L (1%:M - B *m (C + D)) B C D =
                 msq ((B *m D - 1%:M) *v (q + e))).
Proof.
split=> [A B C D|B C D]; rewrite msq_act.
  by have := loss_ge_pca x_on_o A B C D; rewrite uncorr_res.
by have := loss_best_A x_on_o B C D; rewrite uncorr_res best_A0.
Qed.

(* the minimisers of the loss are exactly the minimisers (B, D) of the        *)
(* reduced problem with an A that agrees with 1 - B (C + D) on the range of   *)
(* E[o o^T]                                                                   *)
Theorem prop_4_1_min_iff A B C D : optimal L A B C D <->
  (forall B' D', msq ((B *m D - 1%:M) *v (q + e)) <=
                 msq ((B' *m D' - 1%:M) *v (q + e)) :> R) /\
  (A - (1%:M - B *m (C + D))) *m cov o o = 0.
Proof.
have := loss_min_iff x_on_o A B C D; rewrite best_A0 uncorr_res /pca => ->.
split=> -[h ->]; split=> // B' D'; first by rewrite !msq_act.
by have := h B' D'; rewrite !msq_act.
Qed.

Corollary prop_4_1_min_pd_iff A B C D : pd (cov o o) -> (optimal L A B C D <->
  (forall B' D', msq ((B *m D - 1%:M) *v (q + e)) <=
                 msq ((B' *m D' - 1%:M) *v (q + e)) :> R) /\
  A = 1%:M - B *m (C + D)).
Proof.
move=> po; rewrite prop_4_1_min_iff; split=> -[h hA]; split=> //.
  by move/(pd_ker po)/eqP: hA; rewrite subr_eq0 => /eqP.
by rewrite hA subrr mul0mx.
Qed.

End Prop41.

(* the best rank-one approximation of a white vector in dimension 2 *)
Lemma white_pca (R : realFieldType) (B : 'M[R]_(2, 1)) D :
  1 <= en 1%:M (B *m D - 1%:M).
Proof.
have := @pca_min R 2 1 1%:M (fun=> 1) _ (fun=> ler01) (fun _ _ _ _ => lexx 1) B
  D.
rewrite trmx1 mulmx1 dgc ?trmx1 ?mulmx1 // => /(_ erefl).
by rewrite big_mkcond !big_ord_recr big_ord0 /= !add0r.
Qed.

(* The hypothesis E[o (q + e)^T] = 0 is needed: with q = o (two independent   *)
(* signs, no noise, one latent dimension) the loss reaches 0 while the        *)
(* reduced objective is at least 1 for all B, D.                              *)
Lemma prop_4_1_instance (R : realFieldType) (V : l2space R) (o : 'cV[V]_2) :
  cov o o = 1%:M ->
  [/\ cov o (o + 0) = 1%:M,
      loss o (o + 0) 2%:R%:M (0 : 'M_(2, 1)) 0 0 = 0
    & forall (B : 'M[R]_(2, 1)) D, 1 <= msq ((B *m D - 1%:M) *v (o + 0))].
Proof.
move=> oo; rewrite addr0; split=> //.
  rewrite /loss /predict act0l addr0 mulr2n raddfD /= actDl act1 subrr.
  exact: msq0.
by move=> B D; rewrite msq_act oo; apply: white_pca.
Qed.

Theorem prop_4_1_uncorrelated_needed (R : realFieldType) :
  let o := radv R 2 in
  [/\ cov o (o + 0) = 1%:M,
      loss o (o + 0) 2%:R%:M (0 : 'M_(2, 1)) 0 0 = 0
    & forall (B : 'M[R]_(2, 1)) D, 1 <= msq ((B *m D - 1%:M) *v (o + 0))].
Proof. exact: prop_4_1_instance (cov_radv R 2). Qed.

(* E[o o^T] > 0 is needed for A = 1 - B (C + D): if o = 0, every A is optimal *)
Theorem prop_4_1_pd_needed (R : realFieldType) (V : l2space R) n k
  (x : 'cV[V]_n) A A' (B : 'M[R]_(n, k)) C D :
  loss 0 x A B C D = loss 0 x A' B C D.
Proof. by rewrite /loss !residual !act0r. Qed.

(* The printed reason "A has full rank" is not a property of the optimum: A   *)
(* may be singular there, with E[o o^T] = E[q q^T] = 1 and no noise.          *)
Lemma prop_4_1_full_rank (R : realFieldType) (V : l2space R)
  (u : 'cV[V]_(2 + 2)) : cov u u = 1%:M ->
  let o := row_mx (1%:M : 'M_2) (0 : 'M[R]_2) *v u in
  let q := row_mx (0 : 'M[R]_2) (1%:M : 'M_2) *v u in
  exists A (B : 'M[R]_(2, 1)) C D,
  [/\ cov o (q + 0) = 0, pd (cov o o), optimal (loss o (q + 0)) A B C D
    & A \notin unitmx].
Proof.
move=> u_on o q; have oq : cov o (q + 0) = 0.
  rewrite addr0 (cov_on u_on) tr_row_mx mul_row_col trmx0 mul0mx.
  by rewrite mulmx0 addr0.
have oo : cov o o = 1%:M.
  rewrite (cov_on u_on) tr_row_mx mul_row_col trmx0 mul0mx.
  by rewrite trmx1 mulmx1 addr0.
have qq : cov (q + 0) (q + 0) = 1%:M.
  rewrite addr0 (cov_on u_on) tr_row_mx mul_row_col trmx0 mul0mx.
  by rewrite trmx1 mulmx1 add0r.
have po : pd (cov o o) by rewrite oo; apply/pd_scalar/ltr01.
exists (1%:M - delta_mx 0 0), (delta_mx 0 0), 0, (delta_mx 0 0); split=> //.
  apply/(prop_4_1_min_pd_iff oq _ _ _ _ po); rewrite add0r mul_delta_mx.
  split=> // B' D'; rewrite !msq_act qq; apply: le_trans (white_pca B' D').
  rewrite /en mulmx1 le_eqVlt; apply/orP; left; apply/eqP.
  rewrite /mxtrace !big_ord_recr big_ord0 /= !mxE !big_ord_recr !big_ord0 /=.
  by rewrite !mxE /=; ring.
apply/negP=> uA; have : (1%:M - delta_mx 0 0 : 'M[R]_2) *m delta_mx 0 0 = 0 :>
  'M_(2, 1).
  by rewrite mulmxBl mul1mx mul_delta_mx subrr.
move/(congr1 (mulmx (invmx (1%:M - delta_mx 0 0)))); rewrite mulKmx // mulmx0.
by move/matrixP/(_ 0 0)/eqP; rewrite !mxE oner_eq0.
Qed.

Theorem prop_4_1_full_rank_false (R : realFieldType) :
  let u := radv R (2 + 2) in
  let o := row_mx (1%:M : 'M_2) (0 : 'M[R]_2) *v u in
  let q := row_mx (0 : 'M[R]_2) (1%:M : 'M_2) *v u in
  exists A (B : 'M[R]_(2, 1)) C D,
  [/\ cov o (q + 0) = 0, pd (cov o o), optimal (loss o (q + 0)) A B C D
    & A \notin unitmx].
Proof. exact: prop_4_1_full_rank (cov_radv R _). Qed.
