(*                  Proposition 4.3: data augmentation                        *)
(* -------------------------------------------------------------------------- *)
(* prop_4_3_min           the minimum is the PCA tail                         *)
(* prop_4_3_min_iff       all minimisers, with no positivity hypothesis       *)
(* prop_4_3_pd_min_iff    when two of E[oo^T], E[k1 k1^T], E[k2 k2^T] are > 0:*)
(*                        A = 1, B (C + D) = 0 and B D principal              *)
(* prop_4_3_repaired      moreover k <= n and l_k > 0: A = 1, C + D = 0       *)
(* prop_4_3_latent        then z = D (q + e)                                  *)
(* prop_4_3_rank_iff      l_k > 0 is exactly what C + D = 0 needs             *)
(* prop_4_3_as_printed_false  as printed C + D = 0 fails                      *)
(* That every hypothesis is needed: see necessity.v.                          *)
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

Section Prop43.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o q e k1 k2 : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R).
Hypothesis uncorr : cov o (q + e) = 0.
Hypothesis ok1 : cov o k1 = 0.
Hypothesis ok2 : cov o k2 = 0.
Hypothesis xk1 : cov (q + e) k1 = 0.
Hypothesis xk2 : cov (q + e) k2 = 0.
Hypothesis k12 : cov k1 k2 = 0.
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis spectrum : cov (q + e) (q + e) = dg U l.
Hypothesis sorted : nonincreasing l.
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

Let L : 'M[R]_n -> 'M[R]_(n, k) -> 'M[R]_(k, n) -> 'M[R]_(k, n) -> R :=
  loss_aug o (q + e) k1 k2.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let tail : R := \sum_(i < n | (k <= i)%N) l i.
Let S := cov (q + e) (q + e).

Let l0 : forall i, 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -spectrum; apply: cov_psd. Qed.
Let lsk := nonincreasing_cut (k := k) sorted.

Let m_min B D : tail <= pca B D S.
Proof. by rewrite /pca /S spectrum; apply: pca_min. Qed.

(* the value does not need the shifts to be uncorrelated with o or each other *)
Theorem prop_4_3_min : (forall A B C D, tail <= L A B C D) /\
  L 1%:M Uk (- Uk^T) Uk^T = tail.
Proof.
split=> [A B C D|].
  exact: (loss_aug_min_le k1 uncorr xk2 m_min).
by rewrite /L loss_aug_pca /pca spectrum; apply: pca_attained.
Qed.

(* being a minimiser is reaching the tail *)
Lemma prop_4_3_optimal A B C D : optimal L A B C D <-> L A B C D = tail.
Proof.
have [lo att] := prop_4_3_min; split=> [hmin|hL A' B' C' D'].
  by apply/eqP; rewrite eq_le lo andbT -att.
by rewrite hL.
Qed.

(* all minimisers, with no positivity hypothesis *)
Theorem prop_4_3_min_iff A B C D : optimal L A B C D <->
  [/\ Aeff A B C D *m cov o o = 0, (A - 1%:M) *m cov k2 k2 = 0,
      B *m (C + D) *m cov k1 k1 = 0 & principal_map k (thr k l) S (B *m D)].
Proof.
rewrite prop_4_3_optimal.
rewrite (loss_aug_min_iff uncorr ok1 ok2 xk1 xk2 k12 m_min).
rewrite (loss_aug_eq_pcaP uncorr ok1 ok2 xk1 xk2 k12).
have := pca_minP oU l0 lsk (rank_BD B D); rewrite -spectrum -/S -/(pca B D S).
by move=> ->; split=> [[[]]|[]].
Qed.

(* two of the three second moments of o, k1, k2 positive definite *)
Theorem prop_4_3_pd_min_iff A B C D : two_of_three o k1 k2 ->
  (optimal L A B C D <-> [/\ A = 1%:M, B *m (C + D) = 0
                           & principal_map k (thr k l) S (B *m D)]).
Proof.
move=> pp; rewrite prop_4_3_optimal.
rewrite (loss_aug_min_iff uncorr ok1 ok2 xk1 xk2 k12 m_min).
rewrite (loss_aug_eq_pca_pd uncorr ok1 ok2 xk1 xk2 k12 _ _ _ _ pp).
have := pca_minP oU l0 lsk (rank_BD B D); rewrite -spectrum -/S -/(pca B D S).
by move=> ->; split=> [[[]]|[]].
Qed.

(* A = I, C + D = 0: also k <= n and l_k > 0 *)
Theorem prop_4_3_repaired A B C D : two_of_three o k1 k2 -> (k <= n)%N ->
  (forall i : 'I_n, (i < k)%N -> 0 < l i) ->
  (optimal L A B C D <-> [/\ A = 1%:M, C + D = 0
                           & principal_map k (thr k l) S (B *m D)]).
Proof.
move=> pp kn lp; rewrite prop_4_3_pd_min_iff //; split=> -[hA hC pm];
  split=> //.
  have := pca_minP oU l0 lsk (rank_BD B D); rewrite -spectrum => -[_ /(_ pm)].
  rewrite spectrum => hL.
  have rBD := pca_opt_rank oU l0 lsk kn lp (rank_BD B D) hL.
  have fB : row_full B by rewrite /row_full eqn_leq rank_leq_col -{1}rBD
    mxrankM_maxl.
  by apply: (row_full_inj fB); rewrite mulmx0.
by rewrite hC mulmx0.
Qed.

(* then the latent is z = D (q + e) *)
Corollary prop_4_3_latent C D : C + D = 0 ->
  latent C D (o + k1) (o + (q + e) + k1) = D *v (q + e).
Proof.
move=> CD; have -> : latent C D (o + k1) (o + (q + e) + k1) =
    (C + D) *v (o + k1) + D *v (q + e).
  by rewrite /latent !(actDl, actDr); abel.
by rewrite CD act0l add0r.
Qed.

(* l_k > 0 is exactly what is needed for C + D = 0 at every optimum *)
Theorem prop_4_3_rank_iff : (0 < n)%N -> two_of_three o k1 k2 ->
  ((forall A B C D, optimal L A B C D -> C + D = 0) <->
   ((k <= n)%N /\ forall i : 'I_n, (i < k)%N -> 0 < l i)).
Proof.
move=> n_gt0 pp; split=> [hCD|[kn lp] A B C D]; last first.
  by rewrite (prop_4_3_repaired _ _ _ _ pp kn lp) => -[].
(* otherwise the last latent coordinate is spare *)
suff spare r : (r < k)%N -> \sum_(i < n | (r <= i)%N) l i = tail -> False.
  have kn : (k <= n)%N.
    rewrite leqNgt; apply/negP=> nk; apply: (spare n nk).
    have s0 r' : (n <= r')%N -> \sum_(j < n | (r' <= j)%N) l j = 0.
      move=> nr; apply: big1 => j rj.
      by have := leq_trans nr rj; rewrite leqNgt ltn_ord.
    by rewrite /tail !s0 // ltnW.
  split=> // i ik; rewrite lt_neqAle l0 andbT eq_sym; apply/eqP=> li0.
  apply: (spare i ik); rewrite /tail.
  have z (j : 'I_n) : (i <= j)%N -> l j = 0.
    by move=> ij; apply/eqP; rewrite eq_le l0 andbT -li0 sorted.
  have s0 r' : (i <= r')%N -> \sum_(j < n | (r' <= j)%N) l j = 0.
    by move=> ir; apply: big1 => j rj; apply/z/(leq_trans ir).
  by rewrite !s0 // ltnW.
move=> rk rtail; pose B := U *m pid_mx r : 'M[R]_(n, k).
pose D := pid_mx r *m U^T : 'M[R]_(k, n).
pose G : 'M[R]_(k, n) := delta_mx (Ordinal rk) (Ordinal n_gt0).
have BG : B *m G = 0.
  rewrite /B /G -mulmxA; apply/matrixP=> i j; rewrite mxE big1 ?mxE // => s _.
  rewrite !mxE big1 ?mulr0 // => t _; rewrite !mxE.
  case: eqP => [st|_]; rewrite ?mul0r //=.
  by case: (t =P Ordinal rk) => [tE|_]; rewrite ?mulr0 //= st tE /= ltnn mul0r.
have BD : B *m D = (U *m pid_mx r : 'M_(n, r)) *m (U *m pid_mx r)^T.
  rewrite /B /D trmx_mul tr_pid_mx !mulmxA -!(mulmxA U) !mul_pid_mx !minnn.
  by rewrite (minn_idPr (ltnW rk)).
have opt : optimal L 1%:M B (G - D) D.
  apply/prop_4_3_optimal.
  apply/(loss_aug_min_iff uncorr ok1 ok2 xk1 xk2 k12 m_min); split.
    apply/(loss_aug_eq_pca_pd uncorr ok1 ok2 xk1 xk2 k12 _ _ _ _ pp).
    by rewrite subrK.
  rewrite /pca BD /S spectrum -rtail.
  exact: (pca_attained oU l0 (nonincreasing_cut sorted)).
have := hCD _ _ _ _ opt; rewrite subrK => /matrixP.
move/(_ (Ordinal rk) (Ordinal n_gt0))/eqP.
by rewrite !mxE !eqxx oner_eq0.
Qed.

End Prop43.

(* The printed claim, with every matrix that could matter positive definite.  *)
Definition prop_4_3_as_printed (R : realFieldType) (V : l2space R) n k :=
  forall (o q e k1 k2 : 'cV[V]_n), cov o (q + e) = 0 ->
  cov o k1 = 0 -> cov o k2 = 0 -> cov (q + e) k1 = 0 -> cov (q + e) k2 = 0 ->
  cov k1 k2 = 0 -> pd (cov o o) -> pd (cov k1 k1) -> pd (cov k2 k2) ->
  forall A (B : 'M[R]_(n, k)) C D,
    optimal (loss_aug o (q + e) k1 k2) A B C D -> A = 1%:M /\ C + D = 0.

(* o, k1, k2 white in dimension 3, the change along one axis only, no noise,  *)
(* two latent dimensions: C + D <> 0 at an optimum of loss zero.              *)
Section Prop43Instance.
Local Notation n := 3%N.
Variables (R : realFieldType) (V : l2space R).
Variable u : 'cV[V]_(n + (n + (n + n))).
Hypothesis u_on : cov u u = 1%:M.
Let o := row_mx 1%:M (row_mx 0 (row_mx 0 0)) *v u.
Let q := row_mx 0 (row_mx (delta_mx 0 0) (row_mx 0 0)) *v u : 'cV_n.
Let k1 := row_mx 0 (row_mx 0 (row_mx 1%:M 0)) *v u.
Let k2 := row_mx 0 (row_mx 0 (row_mx 0 1%:M)) *v u.

Ltac cv := rewrite ?addr0 (cov_on u_on) !tr_row_mx !mul_row_col
  ?trmx0 ?trmx1 ?mulmx0 ?mul0mx ?mulmx1 ?mul1mx ?addr0 ?add0r.

Lemma prop_4_3_instance_false : ~ prop_4_3_as_printed V n 2.
Proof.
have p1 : pd (1%:M : 'M[R]_n) by apply/pd_scalar/ltr01.
have h1 : cov o (q + 0) = 0 by cv.
have h2 : cov o k1 = 0 by cv.
have h3 : cov o k2 = 0 by cv.
have h4 : cov (q + 0) k1 = 0 by cv.
have h5 : cov (q + 0) k2 = 0 by cv.
have h6 : cov k1 k2 = 0 by cv.
have po : pd (cov o o) by cv.
have p1' : pd (cov k1 k1) by cv.
have p2' : pd (cov k2 k2) by cv.
pose B : 'M[R]_(n, 2) := delta_mx 0 0; pose D : 'M[R]_(2, n) := delta_mx 0 0.
pose C : 'M[R]_(2, n) := delta_mx 1 1 - D.
have BD : B *m D = delta_mx 0 0 by rewrite mul_delta_mx.
have CD : B *m (C + D) = 0 by rewrite /C subrK mul_delta_mx_0.
have qq : cov q q = delta_mx 0 0.
  by cv; rewrite trmx_delta mul_delta_mx.
have L0 : loss_aug o (q + 0) k1 k2 1%:M B C D = 0.
  rewrite loss_augE // /Aeff CD !addr0 !subrr /pca BD qq.
  rewrite /en mulmxBl mul1mx mul_delta_mx subrr !mul0mx !mxtrace0.
  by rewrite ?addr0.
have opt : optimal (loss_aug o (q + 0) k1 k2) 1%:M B C D.
  by move=> A' B' C' D'; rewrite L0 msq_ge0.
move=> pr; have := pr o q 0 k1 k2 h1 h2 h3 h4 h5 h6 po p1' p2' 1%:M B C D opt.
case=> _; rewrite /C subrK => /matrixP/(_ 1 1)/eqP.
by rewrite !mxE oner_eq0.
Qed.
End Prop43Instance.

Theorem prop_4_3_as_printed_false (R : realFieldType) :
  ~ prop_4_3_as_printed (cubeL2 R (3 + (3 + (3 + 3)))) 3 2.
Proof. exact: prop_4_3_instance_false (cov_radv R _). Qed.
