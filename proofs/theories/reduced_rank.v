(*       Partial reduced-rank regression: the theorem behind every optimum    *)
(* -------------------------------------------------------------------------- *)
(* For random vectors t, v, u with ANY joint second moments, minimise         *)
(*         prr_loss t v u A W = E || A v + W u - t ||^2                       *)
(* over A free and W of rank at most k.  With G, H the regression matrices of *)
(* t and u on v, rt = t - G v and ru = u - H v the residuals, Y a regression  *)
(* matrix of rt on ru, Z = Y E[ru ru^T] Y^T and Q a top projector of Z:       *)
(*    prr_lossE == the loss as two energies and a constant                    *)
(*      prr_min == msq rt - tr (Q Z) is a lower bound                         *)
(* prr_attained == it is attained                                             *)
(*     prr_minP == all minimisers                                             *)
(* prr_uniq, prr_tie == a gap makes the map unique, a positive tie does not   *)
(*  prr_optimum == existence over a rcfType, for every k and all moments      *)
(* rank_factor  == a matrix of rank at most k is B D with k columns in B      *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.
From SymLAM Require Import eigenform spectral l2.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma rank_factor (R : fieldType) p n k (W : 'M[R]_(p, n)) :
  (\rank W <= k)%N ->
  exists (B : 'M[R]_(p, k)) (D : 'M[R]_(k, n)), B *m D = W.
Proof.
move=> rW; exists (col_base W *m pid_mx (\rank W)).
exists (pid_mx (\rank W) *m row_base W).
rewrite mulmxA -(mulmxA (col_base W)) mul_pid_mx !minnn (minn_idPr rW).
by rewrite pid_mx_1 mulmx1 mulmx_base.
Qed.

Section PartialReducedRank.
Variables (R : realFieldType) (V : l2space R) (p m n : nat).
Variables (t : 'cV[V]_p) (v : 'cV[V]_m) (u : 'cV[V]_n).

Definition prr_loss (A : 'M[R]_(p, m)) (W : 'M[R]_(p, n)) : R :=
  msq (A *v v + W *v u - t).

(* regression matrices of t and of u on v *)
Variables (G : 'M[R]_(p, m)) (H : 'M[R]_(n, m)).
Hypothesis t_on_v : cov t v = G *m cov v v.
Hypothesis u_on_v : cov u v = H *m cov v v.
Let rt := t - G *v v.
Let ru := u - H *v v.
(* regression matrix of the residuals *)
Variable Y : 'M[R]_(p, n).
Hypothesis rt_on_ru : cov rt ru = Y *m cov ru ru.
Let S := cov ru ru.
Let Z := Y *m S *m Y^T.
Let rest := msq (Y *v ru - rt).

Lemma cov_res_v q (x : 'cV[V]_q) (K : 'M[R]_(q, m)) :
  cov x v = K *m cov v v -> cov v (x - K *v v) = 0.
Proof.
by move=> xv; rewrite -covC covDl covNl cov_actl xv subrr trmx0.
Qed.

Theorem prr_lossE A W : prr_loss A W =
  en (cov v v) (A + W *m H - G) + (en S (W - Y) + rest).
Proof.
have vt : cov v rt = 0 := cov_res_v t_on_v.
have vu : cov v ru = 0 := cov_res_v u_on_v.
have -> : prr_loss A W = msq ((A + W *m H - G) *v v + (W *v ru - rt)).
  congr msq; rewrite /rt /ru !(actDl, actNl, actDr, actNr, actA, mulmxN).
  by abel.
rewrite msqD ?msq_act; last first.
  by rewrite cov_actl covDr covNr cov_actr vt vu mul0mx subrr mulmx0.
congr (_ + _); rewrite -[en S _]msq_act /rest -msqD.
  by congr msq; rewrite actDl actNl; abel.
rewrite cov_actl -covC covDl covNl cov_actl rt_on_ru subrr.
by rewrite trmx0 mulmx0.
Qed.

Variables (Q : 'M[R]_p) (s : R).
Hypothesis top : topproj Z Q s.
Let value := msq rt - \tr (Q *m Z).

Lemma prr_valueE : value = \tr ((1%:M - Q) *m Z) + rest.
Proof.
have E : msq rt = \tr Z + rest.
  have -> : msq rt = msq (Y *v ru + (rt - Y *v ru)) by congr msq; abel.
  rewrite msqD; last first.
    rewrite cov_actl -covC covDl covNl cov_actl rt_on_ru subrr.
    by rewrite trmx0 mulmx0.
  by rewrite msq_act -[rt - _]opprB msqN.
by rewrite /value E mulmxBl mul1mx linearB /=; ring.
Qed.

(* the lower bound *)
Theorem prr_min A W : (\rank W)%:R <= \tr Q -> value <= prr_loss A W.
Proof.
move=> rW; rewrite prr_valueE prr_lossE.
have h := lowrank_min (cov_psd ru) top rW.
rewrite -[X in X <= _]add0r le_add2 ?en_ge0 //; first exact: cov_psd.
by rewrite le_add2r.
Qed.

(* it is attained *)
Theorem prr_attained : prr_loss (G - Q *m Y *m H) (Q *m Y) = value.
Proof.
rewrite prr_lossE prr_valueE (lowrank_attained top) // subrK subrr.
by rewrite /en !mul0mx mxtrace0 add0r.
Qed.

(* all minimisers *)
Theorem prr_minP A W : (\rank W)%:R <= \tr Q ->
  (prr_loss A W = value <->
   (A + W *m H - G) *m cov v v = 0 /\
   exists Q', [/\ topproj Z Q' s, \tr Q' <= \tr Q, s * (\tr Q - \tr Q') = 0,
                 Q' *m W = W & W *m S = Q' *m Y *m S]).
Proof.
move=> rW; rewrite prr_lossE prr_valueE.
have pS : psd S := cov_psd ru; have pv := cov_psd v.
have h1 := lowrank_min pS top rW; have h2 := lowrank_minP pS top rW.
rewrite -(en_eq0P _ pv) -h2; split=> [|[-> ->]]; last by rewrite add0r.
have := en_ge0 (A + W *m H - G) pv; move: h1; rewrite -/Z -/S.
set a := en (cov v v) _; set b := \tr _; set c := en S _ => bc a0.
rewrite addrA => /addIr acb; have a_le0 : a <= 0.
  by rewrite -(le_add2r c) acb add0r.
have {}a0 : a = 0 by apply/eqP; rewrite eq_le a_le0.
by rewrite a0 add0r in acb.
Qed.

(* with a strict gap the optimal map is unique on the range of S *)
Theorem prr_uniq A W : gap Z Q s -> (\rank W)%:R <= \tr Q ->
  prr_loss A W = value ->
  (A + W *m H - G) *m cov v v = 0 /\ W *m S = Q *m Y *m S.
Proof.
move=> gp rW hL; have [hA _] := proj1 (prr_minP A rW) hL; split=> //.
move: hL; rewrite prr_lossE prr_valueE.
rewrite (proj2 (en_eq0P _ (cov_psd v)) hA) add0r => /addIr.
exact: (lowrank_uniq (cov_psd ru) top gp rW).
Qed.

(* at a positive tie it is not *)
Theorem prr_tie : 0 < s -> tie Y S Q s -> exists A W,
  [/\ (\rank W)%:R <= \tr Q, prr_loss A W = value & W *m S <> Q *m Y *m S].
Proof.
move=> s_gt0 tQ; have [W [rW eW nW]] := lowrank_tie (cov_psd ru) top s_gt0 tQ.
exists (G - W *m H), W; split=> //; rewrite prr_lossE prr_valueE eW.
by rewrite subrK subrr /en !mul0mx mxtrace0 add0r.
Qed.

End PartialReducedRank.

(* with rank <= k and a factorised map, over a real closed field: the minimum *)
(* exists for all joint second moments, and this is its value                 *)
Theorem prr_optimum (R : rcfType) (V : l2space R) p m n k
  (t : 'cV[V]_p) (v : 'cV[V]_m) (u : 'cV[V]_n) :
  exists (G : 'M_(p, m)) (H : 'M_(n, m)) (Y : 'M_(p, n)) (Q : 'M_p) (s : R),
  let rt := t - G *v v in let ru := u - H *v v in
  let Z := Y *m cov ru ru *m Y^T in
  [/\ [/\ cov t v = G *m cov v v, cov u v = H *m cov v v
        & cov rt ru = Y *m cov ru ru],
      topproj Z Q s, \tr Q = (minn k p)%:R,
      forall A (B : 'M_(p, k)) (D : 'M_(k, n)),
        msq rt - \tr (Q *m Z) <= msq (A *v v + B *v (D *v u) - t)
    & exists A (B : 'M_(p, k)) (D : 'M_(k, n)),
        msq (A *v v + B *v (D *v u) - t) = msq rt - \tr (Q *m Z)].
Proof.
have [G tv] := regression t v; have [H uv] := regression u v.
have [Y rr] := regression (t - G *v v) (u - H *v v).
have pZ := psd_congr Y (cov_psd (u - H *v v)).
have [Q [s [top trQ]]] := exists_topproj pZ (geq_minr k p).
have rk (W : 'M[R]_(p, n)) : (\rank W <= k)%N -> (\rank W)%:R <= \tr Q.
  by move=> rW; rewrite trQ ler_nat leq_min rW rank_leq_row.
exists G, H, Y, Q, s; split=> // [A B D|].
  rewrite actA; apply: (prr_min tv uv rr top); apply: rk.
  by rewrite (leq_trans (mulmx_max_rank _ _)).
have [B [D BD]] : exists (B : 'M_(p, k)) (D : 'M_(k, n)), B *m D = Q *m Y.
  apply: rank_factor; have [oQ _ _ _ _] := top.
  have := oproj_rank oQ; rewrite trQ => /eqP; rewrite eqr_nat => /eqP rQ.
  by rewrite (leq_trans (mxrankM_maxl _ _)) // -rQ geq_minl.
exists (G - Q *m Y *m H), B, D; rewrite actA BD.
exact: (prr_attained tv uv rr top).
Qed.

(* the value through sorted eigenvalues of Z *)
Lemma top_eigenvalues (R : realFieldType) p k (U : 'M[R]_p) l :
  U^T *m U = 1%:M -> nonincreasing l -> (forall i, 0 <= l i) ->
  exists s, [/\ topproj (dg U l) (pr U (@firstk p k)) s,
    \tr (pr U (@firstk p k)) = (minn k p)%:R
    & \tr (pr U (@firstk p k) *m dg U l) = \sum_(i < p | (i < k)%N) l i].
Proof.
move=> oU ls l0; exists (thr k l); split.
- exact: topk (nonincreasing_cut ls).
- exact: tr_firstk.
rewrite dgM // dg_tr // [RHS]big_mkcond; apply: eq_bigr => i _ /=.
by rewrite /ind /firstk; case: ifP; rewrite ?mul1r ?mul0r.
Qed.
