(*            R5: a whitened target is canonical correlation analysis         *)
(* -------------------------------------------------------------------------- *)
(* t, v, (o, x) as in section Cross of cross_exogenous, rt and ru what v does *)
(* not tell of t and of u = (o; x), Y the regression matrix of rt on ru.  If  *)
(* E[rt rt^T] = 1, the eigenvalues rho2_0 >= rho2_1 >= ... of Y E[ru ru^T] Y^T*)
(* are the squared canonical correlations of rt and ru.                       *)
(* R5_whitened      the least loss is p - rho2_0 - ... - rho2_(k-1)           *)
(* cca_bound        no k uncorrelated, normalised linear functions N u of u   *)
(*                  have more squared correlation with a white t in all       *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform l2 reduced_rank linear_lam.
From SymLAM Require Import two_sources cross_exogenous robust_target.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem R5_whitened (R : realFieldType) (V : l2space R) p n m k
    (t : 'cV[V]_p) (v : 'cV[V]_m) (o x : 'cV[V]_n) (G : 'M[R]_(p, m)) H Y
    (U : 'M[R]_p) rho2 :
  let u := col_mx o x in let rt := t - G *v v in let ru := u - H *v v in
  cov t v = G *m cov v v -> cov u v = H *m cov v v ->
  cov rt ru = Y *m cov ru ru -> cov rt rt = 1%:M -> U^T *m U = 1%:M ->
  Y *m cov ru ru *m Y^T = dg U rho2 -> nonincreasing rho2 ->
  let value := p%:R - \sum_(i < p | (i < k)%N) rho2 i in
  (forall A (B : 'M_(p, k)) C D, value <= cross_loss t v o x A B C D) /\
  (exists A (B : 'M_(p, k)) C D, cross_loss t v o x A B C D = value).
Proof.
move=> u rt ru tv uv rr white oU ZU rs.
have := cross_value k tv uv rr oU ZU rs.
by rewrite /= -/rt msqE white mxtrace1.
Qed.

Section Correlations.
Variables (R : realFieldType) (V : l2space R) (p n k : nat).
Variables (t : 'cV[V]_p) (u : 'cV[V]_n) (Y : 'M[R]_(p, n)).
Variables (U : 'M[R]_p) (rho2 : 'I_p -> R).
Hypothesis t_on_u : cov t u = Y *m cov u u.
Hypothesis white : cov t t = 1%:M.
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis ZU : Y *m cov u u *m Y^T = dg U rho2.
Hypothesis rs : nonincreasing rho2.

Theorem cca_bound (N : 'M[R]_(k, n)) : cov (N *v u) (N *v u) = 1%:M ->
  \tr (cov t (N *v u) *m (cov t (N *v u))^T) <=
  \sum_(i < p | (i < k)%N) rho2 i.
Proof.
move=> Nu; set C := cov t (N *v u).
have l0 i : 0 <= rho2 i.
  by apply: (dg_psd_ge0 oU); rewrite -ZU; apply/psd_congr/cov_psd.
have [s [top trQ trZ]] := @top_eigenvalues R p k U rho2 oU rs l0.
rewrite -ZU in top.
have rk : (\rank (C *m N))%:R <= \tr (pr U (@firstk p k)).
  rewrite trQ ler_nat leq_min rank_leq_row andbT.
  by rewrite (leq_trans (mxrankM_maxl _ _)) // rank_leq_col.
have lo := lowrank_min (cov_psd u) top rk.
have sp W : msq (W *v u - t) = en (cov u u) (W - Y) + msq (Y *v u - t).
  rewrite -msq_act -msqD; first by congr msq; rewrite actDl actNl; abel.
  rewrite cov_actl -covC covDl covNl cov_actl t_on_u subrr trmx0.
  by rewrite mulmx0.
have e1 : msq ((C *m N) *v u - t) = p%:R - \tr (C *m C^T).
  rewrite -actA msqB msq_act Nu /en mulmx1 msqE white mxtrace1.
  rewrite -[cov (C *v _) t]covC mxtrace_tr cov_actr -/C.
  by ring.
have e2 : msq (Y *v u - t) = p%:R - \tr (Y *m cov u u *m Y^T).
  rewrite msqB msq_act /en (msqE t) white mxtrace1 cov_actl.
  rewrite -[cov u t]covC t_on_u.
  rewrite trmx_mul (proj1 (cov_psd u)) mulmxA.
  by ring.
have := sp (C *m N); rewrite e1 e2 => e.
have {}e : en (cov u u) (C *m N - Y) =
    \tr (Y *m cov u u *m Y^T) - \tr (C *m C^T).
  by move/eqP: e; rewrite -subr_eq => /eqP <-; ring.
move: lo; rewrite e mulmxBl mul1mx mxtrDE mxtrNE le_add2l le_opp2.
by rewrite ZU trZ.
Qed.
End Correlations.
