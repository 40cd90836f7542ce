(*            R5: the mixture L + lambda L_X                                  *)
(* -------------------------------------------------------------------------- *)
(* One encoder and one decoder serve both losses: that of the sample itself   *)
(* and, with weight lam, that across exogenous states (perfect pairs, of      *)
(* uncorrelated exogenous states; the model of cross_exogenous.v).            *)
(*    loss_mix lam ...  loss + lam * loss_cross                               *)
(* R5_mixture_value     separable (E X): the minimum is the tail of the       *)
(*                      spectrum of (1 + lam) E E[qq^T] E^T                   *)
(*                      + X E[eta eta^T] X^T / (1 + lam), and a constant      *)
(* R5_mixture_some_iff, R5_mixture_iff  orthonormal (E X), k = i + 1: some    *)
(*                      optimum is leak-free iff E[eta eta^T] <=              *)
(*                      (1 + lam)^2 l_i; all are iff it is strictly smaller,  *)
(*                      or zero                                               *)
(* R5_mixture_weight    so a weight above tau / sigma - 1 is enough           *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform spectral l2 reduced_rank.
From SymLAM Require Import linear_lam two_sources exogenous_state leakage.
From SymLAM Require Import cross_exogenous robust_target.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Mixture.
Variables (R : realFieldType) (V : l2space R) (n ds dx k : nat) (lam : R).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx).
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.

Definition loss_mix A (B : 'M[R]_(n, k)) C D : R :=
  loss o x A B C D + lam * loss_cross E X F s q xi eta xt et A B C D.

Hypothesis lam0 : 0 <= lam.
Hypothesis twin : twin_sources 0 s q xi eta xt et.
Hypothesis xi_xt : cov xi xt = 0.
Variables (M : 'M[R]_(ds, n)) (N : 'M[R]_(dx, n)).
Hypothesis ME : M *m E = 1%:M.
Hypothesis MX : M *m X = 0.
Hypothesis NE : N *m E = 0.
Hypothesis NX : N *m X = 1%:M.

(* the residuals, source by source *)
Let P A (B : 'M[R]_(n, k)) C D := (A + B *m (C + D) - 1%:M) *m E.
Let a1 (A : 'M[R]_n) := A *m X - X *m F.
Let b1 (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)) :=
  B *m C *m X + B *m D *m X *m F.

Lemma mix_res1 A B C D : predict A B o (latent C D o (o + x)) - (o + x) =
  ((B *m D - 1%:M) *v (E *v q + X *v eta)) +
  (P A B C D *v s + (a1 A + b1 B C D) *v xi).
Proof.
rewrite /predict /latent /o /x exo_next /exo_obs /P /a1 /b1.
rewrite !(actDl, actDr, actNl, actNr, act1, actA, mulmxDl, mulmxDr, mulNmx,
  mulmxN, mul1mx, mulmxA).
by abel.
Qed.

Let ot := exo_obs E X s xt.
Let ct := exo_change E X F q xt et.
Lemma mix_res2 A B C D : predict A B ot (latent C D o (o + x)) - (ot + ct) =
  ((B *m D - 1%:M) *v (E *v q) + (B *m D) *v (X *v eta)) +
  ((P A B C D *v s + (a1 A *v xt + b1 B C D *v xi)) - X *v et).
Proof.
rewrite /predict /latent /o /x /ot /ct !exo_next /exo_obs /P /a1 /b1.
rewrite !(actDl, actDr, actNl, actNr, act1, actA, mulmxDl, mulmxDr, mulNmx,
  mulmxN, mul1mx, mulmxA).
by abel.
Qed.

Let cv : [/\ [/\ cov q s = 0, cov q xi = 0, cov q xt = 0 & cov q et = 0],
    [/\ cov eta s = 0, cov eta xi = 0, cov eta xt = 0 & cov eta et = 0],
    [/\ cov s et = 0, cov xt et = 0 & cov xi et = 0],
    cov q eta = 0 & cov et et = cov eta eta].
Proof.
have T m j (a : 'cV[V]_m) (b : 'cV[V]_j) : cov a b = 0 -> cov b a = 0.
  by move=> h; rewrite -covC h trmx0.
case: twin => -[sq sx se [qx qe xe]] [_ sxt set_ [qxt qet xte]] [xte' xet].
move=> ete ee.
rewrite scale0r in ete; split; do ?[split] => //; by apply: T.
Qed.

Let W_spec (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) : {W | W = B *m D}.
Proof. by eexists. Qed.
Let wq := E *v q.
Let we := X *v eta.
Let qe0 : cov wq we = 0.
Proof.
by case: cv => _ _ _ qe _; rewrite cov_actl cov_actr qe mul0mx mulmx0.
Qed.
Let mu := (1 + lam)^-1.
Let lam1 : 0 < 1 + lam.
Proof. by rewrite addrC; apply: lt_paddl lam0 ltr01. Qed.
Let mu1 : (1 + lam) * mu = 1. Proof. by rewrite mulfV // lt0r_neq0. Qed.
Let t := msq we.
Let fit (W : 'M[R]_n) : R := msq ((W - 1%:M) *v wq + (W - 1%:M) *v we)
  + lam * msq ((W - 1%:M) *v wq + W *v we).

Let wz (Q Q' : 'M[R]_n) z : cov wq z = 0 -> cov we z = 0 ->
  cov (Q *v wq + Q' *v we) z = 0 :> 'M_n.
Proof.
by move=> h h'; rewrite covDl (cov_actl Q) (cov_actl Q') h h' !mulmx0 addr0.
Qed.

Let wqz m (z : 'cV[V]_m) : cov q z = 0 -> cov wq z = 0.
Proof. by move=> h; rewrite cov_actl h mulmx0. Qed.
Let wez m (z : 'cV[V]_m) : cov eta z = 0 -> cov we z = 0.
Proof. by move=> h; rewrite cov_actl h mulmx0. Qed.

Let regroup (a b c d e : R) : a + b + lam * (c + (d + e)) =
  a + lam * c + lam * e + (b + lam * d).
Proof. by ring. Qed.

Lemma mix_split A B C D : exists rest, [/\ 0 <= rest,
    loss_mix A B C D = fit (B *m D) + lam * t + rest
  & P A B C D = 0 -> a1 A = 0 -> b1 B C D = 0 -> rest = 0].
Proof.
case: cv => -[qs qx qxt qet] [es ex ext eet] [set_ xtet xet] qe ee.
pose z1 := P A B C D *v s + (a1 A + b1 B C D) *v xi.
pose z2 := P A B C D *v s + (a1 A *v xt + b1 B C D *v xi).
exists (msq z1 + lam * msq z2); split.
- by rewrite addr_ge0 ?mulr_ge0 ?msq_ge0.
- have e1 : loss o x A B C D =
      msq ((B *m D - 1%:M) *v wq + (B *m D - 1%:M) *v we) + msq z1.
    rewrite /loss mix_res1 actDr msqD // /z1 wz // covDr.
      by rewrite !(cov_actr _ wq) !wqz // !mul0mx addr0.
    by rewrite !(cov_actr _ we) !wez // !mul0mx addr0.
  have e2 : loss_cross E X F s q xi eta xt et A B C D =
      msq ((B *m D - 1%:M) *v wq + (B *m D) *v we) + (msq z2 + t).
    rewrite /loss_cross mix_res2 msqD; last first.
      rewrite wz // covDr covNr /z2 !covDr !cov_actr.
        by rewrite !wqz // !mul0mx !addr0 oppr0 ?addr0.
      by rewrite !wez // !mul0mx !addr0 oppr0 ?addr0.
    congr (_ + _); rewrite msqD; last first.
      rewrite covNr cov_actr /z2 !covDl !cov_actl set_ xtet xet.
      by rewrite !mulmx0 !addr0 mul0mx oppr0.
    by rewrite msqN /t !msq_act ee.
  rewrite /loss_mix e1 e2; exact: regroup.
move=> P0 a0 b0; rewrite /z1 /z2 P0 a0 b0 !(act0l, addr0) msq0.
by rewrite mulr0 addr0.
Qed.

(* the two terms in one metric, with one target for both sources              *)
Let Y : 'M[R]_n := E *m M + mu *: (X *m N).
Let T1_spec : {S | S = (1 + lam) *: cov wq wq}. Proof. by eexists. Qed.
Let T1 : 'M[R]_n := sval T1_spec.
Let T1E : T1 = (1 + lam) *: cov wq wq. Proof. exact: (svalP T1_spec). Qed.
Let T2_spec : {S | S = (1 + lam) *: cov we we}. Proof. by eexists. Qed.
Let T2 : 'M[R]_n := sval T2_spec.
Let T2E : T2 = (1 + lam) *: cov we we. Proof. exact: (svalP T2_spec). Qed.
Let pT1 : psd T1.
Proof. by rewrite T1E; apply: psdZ (ltW lam1) (cov_psd _). Qed.
Let pT2 : psd T2.
Proof. by rewrite T2E; apply: psdZ (ltW lam1) (cov_psd _). Qed.

Let Ywq : Y *v wq = wq.
Proof.
rewrite /Y /wq actDl -[mu *: _]mul_scalar_mx !actA -!mulmxA ME NE !mulmx0.
by rewrite mulmx1 act0l addr0.
Qed.
Let Ywe : Y *v we = mu%:M *v we.
Proof.
rewrite /Y /we actDl -[mu *: _]mul_scalar_mx !actA -!mulmxA MX NX !mulmx0.
by rewrite mulmx1 act0l add0r.
Qed.

Let en_scale (S : 'M[R]_n) j (K : 'M[R]_(j, n)) :
  en ((1 + lam) *: S) K = (1 + lam) * en S K.
Proof. by rewrite /en -scalemxAr -scalemxAl mxtrZE. Qed.

Let const : R := (1 - mu + lam) * t.

Let fitE (W : 'M[R]_n) : fit W + lam * t = en (T1 + T2) (W - Y) + const.
Proof.
have cr (P1 P2 : 'M[R]_n) : cov (P1 *v wq) (P2 *v we) = 0.
  by rewrite cov_actl cov_actr qe0 mul0mx mulmx0.
rewrite /fit !msqD // en_addS T1E T2E !en_scale -!msq_act.
have -> : (W - Y) *v wq = (W - 1%:M) *v wq by rewrite !actDl !actNl Ywq act1.
have -> : (W - Y) *v we = W *v we - mu%:M *v we by rewrite actDl actNl Ywe.
have -> : (W - 1%:M) *v we = W *v we - we by rewrite actDl actNl act1.
rewrite (msqB (W *v we) (mu%:M *v we)) (msqB (W *v we) we) msqZ cov_actr.
rewrite tr_scalar_mx mul_mx_scalar mxtrZE /const /t.
set a := msq _; set b := msq (W *v we); set c := msq we; set d := \tr _.
have -> : (1 + lam) * a + (1 + lam) * (b + mu ^+ 2 * c - 2%:R * (mu * d)) +
    (1 - mu + lam) * c = (1 + lam) * a + (1 + lam) * b
    + ((1 + lam) * mu) * mu * c - 2%:R * (((1 + lam) * mu) * d)
    + (1 - mu + lam) * c by ring.
by rewrite mu1; ring.
Qed.

Lemma mix_ge A B C D :
  en (T1 + T2) (B *m D - Y) + const <= loss_mix A B C D.
Proof.
by have [r [r0 -> _]] := mix_split A B C D; rewrite fitE le_addL.
Qed.

(* every factorisation of a map is completed to a point without a rest        *)
Let C0 (D : 'M[R]_(k, n)) : 'M[R]_(k, n) := - (D *m X *m F *m N).
Let A0 (W : 'M[R]_n) : 'M[R]_n := E *m M - W *m E *m M + X *m F *m N.

Lemma mix_attained (B : 'M[R]_(n, k)) D :
  loss_mix (A0 (B *m D)) B (C0 D) D = en (T1 + T2) (B *m D - Y) + const.
Proof.
have [r [r0 -> rest0]] := mix_split (A0 (B *m D)) B (C0 D) D.
rewrite fitE rest0 ?addr0 //.
- have A0E (W : 'M[R]_n) : A0 W *m E = E - W *m E.
    by rewrite /A0 2!mulmxDl mulNmx -!mulmxA NE ME !mulmx0 !mulmx1 addr0.
  have C0E : C0 D *m E = 0 by rewrite /C0 mulNmx -!mulmxA NE !mulmx0 oppr0.
  rewrite /P 2!mulmxDl mulNmx mul1mx A0E.
  rewrite -(mulmxA B (_ + D)) [(_ + D) *m E]mulmxDl C0E add0r mulmxA subrK.
  exact: subrr.
- rewrite /a1 /A0 2!mulmxDl mulNmx -!mulmxA MX NX !mulmx0 mulmx1 subrr add0r.
  by rewrite subrr.
rewrite /b1 /C0 mulmxN mulNmx -!mulmxA NX mulmx1.
by rewrite addNr.
Qed.

Lemma mix_best A B C D : optimal loss_mix A B C D ->
  best_map (T1 + T2) Y k (B *m D).
Proof.
move=> opt; split=> [|W /rank_factor[B' [D' <-]]]; first exact: rank_BD.
rewrite -(le_add2r const); apply: le_trans (mix_ge A B C D) _.
by rewrite -mix_attained; apply: opt.
Qed.

Lemma best_mix (B : 'M[R]_(n, k)) D : best_map (T1 + T2) Y k (B *m D) ->
  optimal loss_mix (A0 (B *m D)) B (C0 D) D.
Proof.
move=> [_ bW] A' B' C' D'; rewrite mix_attained.
apply: le_trans (mix_ge A' B' C' D'); rewrite le_add2r.
by apply: bW; apply: rank_BD.
Qed.

Lemma mix_Z1 : (1 + lam) *: (E *m cov q q *m E^T) = Y *m T1 *m Y^T.
Proof.
rewrite T1E -scalemxAr -scalemxAl; congr (_ *: _).
by rewrite -(cov_actl Y) -(cov_actr Y) Ywq /wq cov_actl cov_actr mulmxA.
Qed.

Lemma mix_Z2 : (1 + lam)^-1 *: (X *m cov eta eta *m X^T) = Y *m T2 *m Y^T.
Proof.
rewrite T2E -scalemxAr -scalemxAl -(cov_actl Y) -(cov_actr Y) Ywe cov_actl.
rewrite cov_actr tr_scalar_mx mul_mx_scalar mul_scalar_mx !scalerA mu1 mul1r.
by rewrite /we cov_actl cov_actr mulmxA.
Qed.

Lemma mix_leak (W : 'M[R]_(k, n)) : W *m T2 = 0 <-> W *m X *m cov eta eta = 0.
Proof.
rewrite -(leak_congr X W (cov_psd eta)) T2E /we cov_actl cov_actr mulmxA.
by rewrite -scalemxAr; split=> [/eqP|->]; rewrite ?scaler0 // scaler_eq0
  gt_eqF // => /eqP.
Qed.

Lemma mix_reduced : exists T1 T2 K : 'M[R]_n,
  [/\ psd T1, psd T2,
      (1 + lam) *: (E *m cov q q *m E^T) = K *m T1 *m K^T,
      (1 + lam)^-1 *: (X *m cov eta eta *m X^T) = K *m T2 *m K^T
    & [/\ forall A B C D, en (T1 + T2) (B *m D - K)
            + (1 - mu + lam) * \tr (X *m cov eta eta *m X^T)
            <= loss_mix A B C D,
          forall B D, exists A C, loss_mix A B C D = en (T1 + T2) (B *m D - K)
            + (1 - mu + lam) * \tr (X *m cov eta eta *m X^T),
          forall A B C D, optimal loss_mix A B C D ->
            best_map (T1 + T2) K k (B *m D),
          forall B D, best_map (T1 + T2) K k (B *m D) ->
            exists A C, optimal loss_mix A B C D
        & forall D : 'M[R]_(k, n),
            D *m T2 = 0 <-> D *m X *m cov eta eta = 0]].
Proof.
have tE : t = \tr (X *m cov eta eta *m X^T).
  by rewrite /t msqE /we cov_actl cov_actr mulmxA.
rewrite -tE; exists T1, T2, Y; split; first exact: pT1; first exact: pT2.
- exact: mix_Z1.
- exact: mix_Z2.
split; [exact: mix_ge| | exact: mix_best| |exact: mix_leak] => B D.
  by exists (A0 (B *m D)), (C0 D); apply: mix_attained.
by move=> bW; exists (A0 (B *m D)), (C0 D); apply: best_mix.
Qed.
End Mixture.

(* the minimum *)
Theorem R5_mixture_value (R : realFieldType) (V : l2space R) n ds dx k lam
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) F (s q : 'cV[V]_ds)
    (xi eta xt et : 'cV[V]_dx) (U : 'M[R]_n) l :
  0 <= lam -> twin_sources 0 s q xi eta xt et -> separable E X ->
  U^T *m U = 1%:M ->
  (1 + lam) *: (E *m cov q q *m E^T)
    + (1 + lam)^-1 *: (X *m cov eta eta *m X^T) = dg U l ->
  nonincreasing l ->
  let value := (1 + lam)
      * \tr (E *m cov q q *m E^T + X *m cov eta eta *m X^T)
    - \sum_(i < n | (i < k)%N) l i in
  let L := loss_mix (k := k) lam E X F s q xi eta xt et in
  (forall A B C D, value <= L A B C D) /\ exists A B C D, L A B C D = value.
Proof.
move=> lam0 twin /separable_inverse[M [N [ME MX NE NX]]] oU ZU ls value L.
have [T1 [T2 [K [pT1 pT2 Z1 Z2 [ge att _ _ _]]]]] :=
  mix_reduced k F lam0 twin ME MX NE NX.
have ZE : K *m (T1 + T2) *m K^T = dg U l.
  by rewrite mulmxDr mulmxDl -Z1 -Z2.
have l0 i : 0 <= l i.
  by apply: (dg_psd_ge0 oU); rewrite -ZE; apply/psd_congr/psdD.
have [th [top trQ trZ]] := top_eigenvalues k oU ls l0.
rewrite -{1}ZE in top; have pT := psdD pT1 pT2.
have vE : value = \tr ((1%:M - pr U (@firstk n k)) *m (K *m (T1 + T2) *m K^T))
    + (1 - (1 + lam)^-1 + lam) * \tr (X *m cov eta eta *m X^T).
  rewrite mulmxBl mul1mx mxtrDE mxtrNE {2}ZE trZ ZE.
  have -> : \tr (dg U l) = (1 + lam) * \tr (E *m cov q q *m E^T)
      + (1 + lam)^-1 * \tr (X *m cov eta eta *m X^T).
    by rewrite -ZU mxtrDE !mxtrZE.
  rewrite /value mxtrDE; set a := \tr _; set b := \tr _.
  set c := \sum_(i < n | _) _.
  by ring.
have rk (W : 'M[R]_n) : (\rank W <= k)%N ->
    (\rank W)%:R <= \tr (pr U (@firstk n k)).
  by move=> rW; rewrite trQ ler_nat leq_min rW rank_leq_row.
split=> [A B C D|].
  apply: le_trans (ge A B C D); rewrite vE le_add2r.
  exact: (lowrank_min pT top (rk _ (rank_BD B D))).
have rQ : (\rank (pr U (@firstk n k) *m K) <= k)%N.
  rewrite (leq_trans (mxrankM_maxl _ _)) // -(ler_nat R) -oproj_rank.
    by rewrite trQ ler_nat geq_minl.
  exact: pr_oproj.
have [B [D BD]] := rank_factor rQ; have [A [C e]] := att B D.
by exists A, B, C, D; rewrite /L e BD (lowrank_attained top) vE.
Qed.

(* t bounds a matrix whose largest eigenvalue is a *)
Section LargestEigenvalue.
Variables (R : realFieldType) (m : nat) (S : 'M[R]_m) (a t : R) (v : 'rV[R]_m).
Hypothesis aS : psd (a%:M - S).
Hypothesis v0 : v != 0.
Hypothesis vS : v *m S = a *: v.

Let vv : 0 < (v *m v^T) 0 0.
Proof.
rewrite lt_def -trace_mx11 en1_ge0 andbT.
by apply: contra v0 => /eqP h; apply/eqP/en1_eq0.
Qed.
Let at_v : (v *m (t%:M - S) *m v^T) 0 0 = (t - a) * (v *m v^T) 0 0.
Proof. by rewrite quad_scalarB vS -scalemxAl [X in _ - X]mxE mulrBl. Qed.
Let shift : t%:M - S = (a%:M - S) + (t - a)%:M.
Proof. by rewrite raddfB /=; abel. Qed.

Lemma largest_psd : psd (t%:M - S) <-> a <= t.
Proof.
split=> [[_ /(_ v)]|le_t]; first by rewrite at_v pmulr_lge0 // subr_ge0.
rewrite shift; apply: psdD => //; rewrite -scalemx1.
by apply/psdZ/pd_psd/pd_scalar/ltr01; rewrite subr_ge0.
Qed.

Lemma largest_pd : pd (t%:M - S) <-> a < t.
Proof.
split=> [[_ /(_ v v0)]|lt_t]; first by rewrite at_v pmulr_lgt0 // subr_gt0.
by rewrite shift; apply: psd_pdD => //; apply: pd_scalar; rewrite subr_gt0.
Qed.

Lemma largest_eq0 : S = 0 -> a = 0.
Proof.
move=> S0; move/eqP: vS; rewrite S0 mulmx0 eq_sym scaler_eq0 (negPf v0) orbF.
by move/eqP.
Qed.
End LargestEigenvalue.

(* orthogonal directions: the threshold *)
Section Threshold.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat) (lam : R).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx).
Hypothesis lam0 : 0 <= lam.
Hypothesis twin : twin_sources 0 s q xi eta xt et.
Hypothesis oEX : orthonormal E X.
Variables (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : cov q q = dg U l.
Hypothesis ls : nonincreasing l.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.
Let L := loss_mix (k := i.+1) lam E X F s q xi eta xt et.

Let lam1 : 0 < 1 + lam.
Proof. by rewrite addrC; apply: lt_paddl lam0 ltr01. Qed.
Let mu := (1 + lam)^-1.
Let mu_gt0 : 0 < mu. Proof. by rewrite invr_gt0. Qed.
Let mu1 : mu * (1 + lam) = 1. Proof. by rewrite mulVf // lt0r_neq0. Qed.
Let f j := (1 + lam) * l j.
Let Z1 := (1 + lam) *: (E *m cov q q *m E^T).
Let Z2 := mu *: (X *m cov eta eta *m X^T).

Let ortho : [/\ E^T *m E = 1%:M, E^T *m X = 0, X^T *m E = 0
  & X^T *m X = 1%:M] := proj1 (orthonormalP E X) oEX.
Let Z12 : Z1 *m Z2 = 0.
Proof.
case: ortho => _ EX _ _; rewrite /Z1 /Z2 -scalemxAl -scalemxAr.
by rewrite !mulmxA -(mulmxA _ E^T X) EX mulmx0 !mul0mx !scaler0.
Qed.
Let oEU : (E *m U)^T *m (E *m U) = 1%:M.
Proof.
by case: ortho => EE _ _ _; rewrite trmx_mul mulmxA -(mulmxA U^T) EE mulmx1 oU.
Qed.
Let Z1U : Z1 = dg (E *m U) f.
Proof.
by rewrite /Z1 qU -dgZ; congr (_ *: _); rewrite /dg trmx_mul !mulmxA.
Qed.
Let fs : nonincreasing f.
Proof. by move=> j j' jj'; apply: le_pmul2 (ltW lam1) (ls jj'). Qed.
Let li0 : 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -qU; apply: cov_psd. Qed.
Let fi0 : 0 <= f i. Proof. exact: mulr_ge0 (ltW lam1) li0. Qed.
Let pmu : psd (mu *: cov eta eta).
Proof. exact: psdZ (ltW mu_gt0) (cov_psd eta). Qed.
Let Z2E : Z2 = X *m (mu *: cov eta eta) *m X^T.
Proof. by rewrite /Z2 -scalemxAr -scalemxAl. Qed.

Let unscaled : (f i)%:M - mu *: cov eta eta =
  mu *: (((1 + lam) ^+ 2 * l i)%:M - cov eta eta).
Proof.
rewrite scalerBr scale_scalar_mx /f; congr (_%:M - _).
by rewrite expr2 !mulrA mu1 mul1r.
Qed.
Let rescaled : ((1 + lam) ^+ 2 * l i)%:M - cov eta eta =
  (1 + lam) *: ((f i)%:M - mu *: cov eta eta).
Proof. by rewrite unscaled scalerA [_ * mu]mulrC mu1 scale1r. Qed.

Let below : psd ((f i)%:M - Z2) <->
  psd (((1 + lam) ^+ 2 * l i)%:M - cov eta eta).
Proof.
have [_ _ _ XX] := ortho; rewrite Z2E.
apply: (iff_trans (scaled_psd XX ler01 fi0 pmu)); rewrite scale1r.
split=> h; [rewrite rescaled|rewrite unscaled]; apply: psdZ => //.
  exact: ltW.
exact: ltW.
Qed.

Let strict : pd ((f i)%:M - Z2) \/ Z2 = 0 <->
  pd (((1 + lam) ^+ 2 * l i)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
have [_ _ _ XX] := ortho; rewrite Z2E.
apply: (iff_trans (scaled_pd XX ler01 fi0 pmu)); rewrite scale1r.
split=> -[h|h]; [left|right|left|right].
- by rewrite rescaled; apply: pdZ.
- by move/eqP: h; rewrite scaler_eq0 gt_eqF // => /eqP.
- by rewrite unscaled; apply: pdZ.
by rewrite h scaler0.
Qed.

Let leakP (C D : 'M_(i.+1, n)) : cov (latent C D o (o + x)) eta = 0 <->
  D *m X *m cov eta eta = 0.
Proof. by case: twin => model _ _ _ _; rewrite (latent_leak _ _ _ model). Qed.

(* some optimum has no leak *)
Theorem R5_mixture_some_iff :
  (exists A B C D, optimal L A B C D /\
     cov (latent C D o (o + x)) eta = 0) <->
  psd (((1 + lam) ^+ 2 * l i)%:M - cov eta eta).
Proof.
have [M [N [ME MX NE NX]]] := separable_inverse (orthonormal_separable oEX).
have [T1 [T2 [K [pT1 pT2 Z1E Z2E' [_ _ best opt leak]]]]] :=
  mix_reduced i.+1 F lam0 twin ME MX NE NX.
apply: iff_trans below.
apply: iff_trans (source_kept_P pT1 pT2 Z1E Z2E' Z12 i oEU Z1U fs).
split=> [[A [B [C [D [hopt /leakP/leak DS]]]]]|[W [bW WS]]].
  exists (B *m D); split; first exact: best hopt.
  by rewrite -mulmxA DS mulmx0.
have [B [D [BD kills]]] := rank_factor_kills bW.1.
have [|A [C hopt]] := opt B D; first by rewrite BD.
by exists A, B, C, D; split=> //; apply/leakP/leak/kills.
Qed.

Lemma mix_all :
  (forall S Y : 'M[R]_n, psd S -> exists W, best_map S Y i.+1 W) ->
  (forall A B C D, optimal L A B C D ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd (((1 + lam) ^+ 2 * l i)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
have [M [N [ME MX NE NX]]] := separable_inverse (orthonormal_separable oEX).
have [T1 [T2 [K [pT1 pT2 Z1E Z2E' [_ _ best opt leak]]]]] :=
  mix_reduced i.+1 F lam0 twin ME MX NE NX.
move=> bx; split=> [h|h A B C D hopt].
  have bK := bx _ K (psdD pT1 pT2).
  apply/strict/(source_all_iff pT1 pT2 Z1E Z2E' Z12 oEU Z1U fs bK) => W bW.
  have [B [D BD]] := rank_factor bW.1.
  have [|A [C hopt]] := opt B D; first by rewrite BD.
  have /leakP/leak DS := h A B C D hopt.
  by rewrite -BD -mulmxA DS mulmx0.
apply/leakP; have bW := best _ _ _ _ hopt.
case: (proj2 strict h) => [lo|Z20]; last first.
  suff -> : cov eta eta = 0 by rewrite mulmx0.
  have [_ _ _ XX] := ortho; have : X^T *m Z2 *m X = 0.
    by rewrite Z20 mulmx0 mul0mx.
  rewrite Z2E !mulmxA XX mul1mx -mulmxA XX mulmx1 => /eqP.
  by rewrite scaler_eq0 gt_eqF // => /eqP.
apply/leak; apply: (@full_factor _ _ _ _ _ B).
  apply: (source_rank pT1 pT2 Z1E Z2E' Z12 oEU Z1U fs (pd_psd lo) _ bW).
  exact: (threshold_gt0 pT1 pT2 Z1E Z2E' oEU Z1U lo).
exact: (source_all_suff pT1 pT2 Z1E Z2E' Z12 oEU Z1U fs (or_introl lo) bW).
Qed.
End Threshold.

(* over a real closed field, where an optimum exists *)
Section AllOptima.
Variables (R : rcfType) (V : l2space R) (n ds dx : nat) (lam : R).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx).
Hypothesis lam0 : 0 <= lam.
Hypothesis twin : twin_sources 0 s q xi eta xt et.
Hypothesis oEX : orthonormal E X.
Variables (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : cov q q = dg U l.
Hypothesis ls : nonincreasing l.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.
Let L := loss_mix (k := i.+1) lam E X F s q xi eta xt et.

(* every optimum has no leak *)
Theorem R5_mixture_iff :
  (forall A B C D, optimal L A B C D ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd (((1 + lam) ^+ 2 * l i)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
apply: (mix_all F lam0 twin oEX oU qU ls) => S Y; exact: best_map_exists.
Qed.

(* so the weight from which on nothing leaks is tau / sigma - 1, for sigma^2  *)
(* the k-th eigenvalue of E[q q^T] and tau^2 the largest of E[eta eta^T]      *)
Theorem R5_mixture_weight sigma tau (v : 'rV[R]_dx) :
  0 < sigma -> l i = sigma ^+ 2 -> 0 <= tau ->
  psd ((tau ^+ 2)%:M - cov eta eta) -> v != 0 ->
  v *m cov eta eta = tau ^+ 2 *: v ->
  ((exists A B C D, optimal L A B C D /\
      cov (latent C D o (o + x)) eta = 0) <-> tau / sigma - 1 <= lam) /\
  ((forall A B C D, optimal L A B C D ->
      cov (latent C D o (o + x)) eta = 0) <-> tau / sigma - 1 < lam).
Proof.
move=> sg li tau0 small v0 vt.
have lo := largest_psd ((1 + lam) ^+ 2 * l i) small v0 vt.
have lt := largest_pd ((1 + lam) ^+ 2 * l i) small v0 vt.
have e : (1 + lam) ^+ 2 * l i = ((1 + lam) * sigma) ^+ 2.
  by rewrite li exprMn.
have lam1 : 0 < 1 + lam by rewrite addrC; apply: lt_paddl lam0 ltr01.
have s0 : 0 <= (1 + lam) * sigma by apply: mulr_ge0; apply: ltW.
have le_w : (tau ^+ 2 <= (1 + lam) ^+ 2 * l i) = (tau / sigma - 1 <= lam).
  rewrite e ler_sqr ?nnegrE // -[RHS]subr_ge0 opprB addrA.
  by rewrite [lam + 1]addrC subr_ge0 le_pdivl.
have lt_w : (tau ^+ 2 < (1 + lam) ^+ 2 * l i) = (tau / sigma - 1 < lam).
  rewrite e ltr_sqr ?nnegrE // -[RHS]subr_gt0 opprB addrA.
  rewrite [lam + 1]addrC subr_gt0 -[RHS](lt_pmul2r _ _ sg) divfK //.
  exact: lt0r_neq0.
have some := R5_mixture_some_iff F lam0 twin oEX i oU qU ls.
split; first by apply: iff_trans some _; rewrite -le_w.
apply: iff_trans R5_mixture_iff _; rewrite -lt_w.
split=> [[/lt//|e0]|h]; last by left; apply/lt.
by rewrite (largest_eq0 v0 vt e0) e exprn_gt0 // mulr_gt0.
Qed.
End AllOptima.
