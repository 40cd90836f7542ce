(*                  The linear latent action model                            *)
(* -------------------------------------------------------------------------- *)
(* o, x             observation and total change x = q + e; o' = o + x        *)
(* latent C D o o'  the latent z = C o + D o' (inverse dynamics model)        *)
(* predict A B o z  the prediction A o + B z (forward dynamics model)         *)
(* loss o x A B C D E || A o + B z - o' ||^2, all four matrices free          *)
(* Aeff A B C D     A + B (C + D) - 1, the coefficient of o in the residual   *)
(* pca B D S        tr ((B D - 1) S (B D - 1)^T)                              *)
(* best_A G B C D   1 - B (C + D) - (B D - 1) G, the optimal A when G is the  *)
(*                  regression matrix of x on o                               *)
(* optimal L A B C D  (A, B, C, D) minimises L                                *)
(* Section Regressed holds for ANY joint second moments of o and x: the       *)
(* optimum is the PCA of the residual r = x - G o.  It is an instance of      *)
(* partial reduced-rank regression (loss_prr).                                *)
(* loss_absorb, optimal_absorb  A absorbs what o predicts of x                *)
(* Over a realFieldType.                                                      *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.
From SymLAM Require Import eigenform l2 reduced_rank.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* (A, B, C, D) is a minimiser of L *)
Definition optimal (R : realFieldType) n k
  (L : 'M[R]_n -> 'M[R]_(n, k) -> 'M[R]_(k, n) -> 'M[R]_(k, n) -> R)
  A B C D := forall A' B' C' D', L A B C D <= L A' B' C' D'.

Section Model.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

Definition latent C D (o o' : 'cV[V]_n) : 'cV[V]_k := C *v o + D *v o'.
Definition predict A B (o : 'cV[V]_n) (z : 'cV[V]_k) : 'cV[V]_n :=
  A *v o + B *v z.

Definition Aeff A B C D : 'M[R]_n := A + B *m (C + D) - 1%:M.
Definition pca B D (S : 'M[R]_n) : R := en S (B *m D - 1%:M).

Variables (o x : 'cV[V]_n).
Let o' := o + x.

Definition loss A B C D : R := msq (predict A B o (latent C D o o') - o').

Lemma residual A B C D :
  predict A B o (latent C D o o') - o' =
  Aeff A B C D *v o + (B *m D - 1%:M) *v x.
Proof.
rewrite /predict /latent /Aeff /o' mulmxDr !(actDl, actNl, actDr, actA, act1).
by abel.
Qed.

Lemma loss_prr A B C D :
  loss A B C D = prr_loss x o x (Aeff A B C D) (B *m D).
Proof.
rewrite /loss residual /prr_loss; congr msq.
by rewrite !(actDl, actNl, act1); abel.
Qed.

Lemma rank_BD (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) : (\rank (B *m D) <= k)%N.
Proof. by rewrite (leq_trans (mulmx_max_rank _ _)). Qed.

Lemma pca_msq B D (y : 'cV[V]_n) :
  pca B D (cov y y) = msq (B *v (D *v y) - y).
Proof. by rewrite /pca -msq_act actDl actNl act1 actA. Qed.

Lemma pca_ge0 B D (y : 'cV[V]_n) : 0 <= pca B D (cov y y).
Proof. by rewrite pca_msq msq_ge0. Qed.

(* For ANY joint second moments of (o, x): G is a regression matrix of x on   *)
(* o, and r = x - G o the residual.                                           *)
Section Regressed.
Variable G : 'M[R]_n.
Hypothesis x_on_o : cov x o = G *m cov o o.
Let r := x - G *v o.

Let r_on_r : cov r r = 1%:M *m cov r r. Proof. by rewrite mul1mx. Qed.

Theorem loss_regressed A B C D :
  loss A B C D =
    en (cov o o) (Aeff A B C D + (B *m D - 1%:M) *m G) + pca B D (cov r r).
Proof.
rewrite loss_prr (prr_lossE x_on_o x_on_o r_on_r) act1 subrr msq0 addr0.
by rewrite mulmxBl mul1mx addrA.
Qed.

(* the coefficient A that makes the first term vanish *)
Definition best_A B C D : 'M[R]_n :=
  1%:M - B *m (C + D) - (B *m D - 1%:M) *m G.

Lemma best_AE A B C D :
  Aeff A B C D + (B *m D - 1%:M) *m G = A - best_A B C D.
Proof. by rewrite /Aeff /best_A; abel. Qed.

Theorem loss_best_A B C D : loss (best_A B C D) B C D = pca B D (cov r r).
Proof.
by rewrite loss_regressed best_AE subrr /en !mul0mx mxtrace0 add0r.
Qed.

Theorem loss_ge_pca A B C D : pca B D (cov r r) <= loss A B C D.
Proof. by rewrite loss_regressed le_addR en_ge0 //; apply: cov_psd. Qed.

Theorem loss_eq_pcaP A B C D :
  loss A B C D = pca B D (cov r r) <->
  (A - best_A B C D) *m cov o o = 0.
Proof.
rewrite loss_regressed best_AE -(en_eq0P _ (cov_psd o)).
by split=> [|->]; [rewrite -[RHS]add0r => /addIr | rewrite add0r].
Qed.

(* the loss and the reduced problem have the same minimisers in (B, D) *)
Theorem loss_min_iff A B C D :
  optimal loss A B C D <->
  (forall B' D', pca B D (cov r r) <= pca B' D' (cov r r)) /\
  (A - best_A B C D) *m cov o o = 0.
Proof.
split=> [hmin|[hmin /loss_eq_pcaP hA] A' B' C' D'].
  split=> [B' D'|].
    apply: le_trans (loss_ge_pca A B C D) _.
    by rewrite -(loss_best_A B' 0 D').
  apply/loss_eq_pcaP/eqP; rewrite eq_le loss_ge_pca andbT.
  by rewrite -(loss_best_A B C D).
by rewrite hA; apply: le_trans (hmin B' D') (loss_ge_pca _ _ _ _).
Qed.

(* in eigenform *)
Variables (U : 'M[R]_n) (l : 'I_n -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis rE : cov r r = dg U l.
Hypothesis ls : nonincreasing l.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let tail : R := \sum_(i < n | (k <= i)%N) l i.

Let l0 : forall i, 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -rE; apply: cov_psd. Qed.

Let lsk := nonincreasing_cut (k := k) ls.

Theorem residual_pca_min A B C D : tail <= loss A B C D.
Proof.
apply: le_trans (loss_ge_pca A B C D); rewrite /pca rE.
exact: pca_min.
Qed.

Theorem residual_pca_attained C :
  loss (best_A Uk C Uk^T) Uk C Uk^T = tail.
Proof. by rewrite loss_best_A /pca rE pca_attained. Qed.

Lemma optimal_pca A B C D :
  loss A B C D = tail -> en (dg U l) (B *m D - 1%:M) = tail.
Proof.
move=> hL; have := loss_ge_pca A B C D; rewrite hL /pca rE => h.
by apply/eqP; rewrite eq_le h; apply: pca_min.
Qed.

Theorem residual_pca_minP A B C D :
  loss A B C D = tail <->
  (A - best_A B C D) *m cov o o = 0 /\
  principal_map k (thr k l) (cov r r) (B *m D).
Proof.
rewrite rE -(pca_minP oU l0 lsk (rank_BD B D)) -rE -/(pca B D _).
split=> [hL|[/loss_eq_pcaP -> //]].
have h : pca B D (cov r r) = tail by rewrite /pca rE (optimal_pca hL).
by split=> //; apply/loss_eq_pcaP; rewrite h.
Qed.

(* above a gap the optimal map is the projector on the first k eigenvectors *)
Theorem residual_pca_uniq A B C D :
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j < l i) ->
  loss A B C D = tail -> B *m D *m cov r r = Uk *m Uk^T *m cov r r.
Proof.
move=> gp hL; rewrite rE; apply: (pca_uniq oU l0 lsk gp (rank_BD B D)).
exact: optimal_pca hL.
Qed.

(* ... and only then, unless the next eigenvalue is zero *)
Theorem residual_pca_uniq_iff (i j : 'I_n) : i.+1 = k -> k = j ->
  (forall A B C D, loss A B C D = tail ->
     B *m D *m cov r r = Uk *m Uk^T *m cov r r) <->
  l j < l i \/ l j = 0.
Proof.
move=> ik kj; rewrite -(pca_uniq_iff oU l0 ls ik kj) rE.
split=> un => [W rW eW|A B C D hL].
  have [B [D BD]] := rank_factor rW.
  rewrite -BD; apply: (un (best_A B 0 D) B 0 D).
  by rewrite loss_best_A rE /pca BD.
exact: un (rank_BD B D) (optimal_pca hL).
Qed.

(* with l_k > 0 an optimal B D has rank exactly k *)
Theorem residual_pca_rank A B C D : (k <= n)%N ->
  (forall i : 'I_n, (i < k)%N -> 0 < l i) ->
  loss A B C D = tail -> \rank (B *m D) = k.
Proof.
move=> kn lp hL; apply: (pca_opt_rank oU l0 lsk kn lp (rank_BD B D)).
exact: optimal_pca hL.
Qed.

End Regressed.

(* the same with the regression hypothesis last *)
Theorem loss_master G A B C D : cov x o = G *m cov o o ->
  loss A B C D = en (cov o o) (Aeff A B C D + (B *m D - 1%:M) *m G)
    + pca B D (cov (x - G *v o) (x - G *v o)).
Proof. by move=> x_on_o; apply: loss_regressed. Qed.

(* A absorbs whatever o predicts of x: x may be replaced by x - G o *)
Lemma loss_absorb_in G A B C D : loss A B C D =
  msq ((Aeff A B C D + (B *m D - 1%:M) *m G) *v o
       + (B *m D - 1%:M) *v (x - G *v o)).
Proof.
by rewrite /loss residual; congr msq; rewrite actDl actDr actNr actA; abel.
Qed.

(* uncorrelated o and x: the regression matrix is zero *)
Lemma uncorr_reg : cov o x = 0 -> cov x o = 0 *m cov o o.
Proof. by move=> h; rewrite mul0mx -covC h trmx0. Qed.

Lemma uncorr_res : x - (0 : 'M[R]_n) *v o = x.
Proof. by rewrite act0l subr0. Qed.

Lemma best_A0 B C D : best_A 0 B C D = 1%:M - B *m (C + D).
Proof. by rewrite /best_A mulmx0 subr0. Qed.

Theorem loss_uncorr A B C D : cov o x = 0 ->
  loss A B C D = en (cov o o) (Aeff A B C D) + pca B D (cov x x).
Proof.
by move=> h; rewrite (loss_regressed (uncorr_reg h)) uncorr_res mulmx0 addr0.
Qed.

End Model.

Lemma loss_absorb (R : realFieldType) (V : l2space R) n k (o x : 'cV[V]_n) G A
    (B : 'M[R]_(n, k)) C D :
  loss o x A B C D = loss o (x - G *v o) (A + (B *m D - 1%:M) *m G) B C D.
Proof.
rewrite (loss_absorb_in _ _ G) /loss residual; congr (msq (_ *v _ + _)).
by rewrite /Aeff; abel.
Qed.

Lemma optimal_absorb (R : realFieldType) (V : l2space R) n k (o x : 'cV[V]_n) G
    A (B : 'M[R]_(n, k)) C D : optimal (loss o x) A B C D ->
  optimal (loss o (x - G *v o)) (A + (B *m D - 1%:M) *m G) B C D.
Proof.
move=> opt A' B' C' D'; rewrite -loss_absorb.
by rewrite -[A'](subrK ((B' *m D' - 1%:M) *m G)) -loss_absorb.
Qed.
