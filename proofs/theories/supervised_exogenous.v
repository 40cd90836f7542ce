(*            R6, R7: action supervision with an exogenous state              *)
(* -------------------------------------------------------------------------- *)
(* The weight of the action term is lambda = mu ^ 2.                          *)
(* loss_act o x a mu A B C D K == E||A o + B z - o'||^2 + mu^2 E||K z - a||^2 *)
(* R6_reduction     for E[o a^T] = 0 it is the regression of (r; mu a) on the *)
(*                  innovation r (loss_sup), at C + D = - D G                 *)
(* R6_leak_free_iff, R6_some_leak_free_iff  orthonormal (E X), white actions, *)
(*                  l_0 >= l_1 >= ... the eigenvalues of H^T H, k = i + 1:    *)
(*                  all (some) optima are leak-free iff E[eta eta^T] is (not  *)
(*                  more) less than l_i + lambda                              *)
(* R7_spare_leaks   k > d_a: every optimum leaks, for every weight            *)
(* E3_supervised    the action error of an optimum is at most                 *)
(*                  E||X eta||^2 / lambda when k = d_a                        *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform spectral l2 reduced_rank.
From SymLAM Require Import linear_lam action_prediction two_sources.
From SymLAM Require Import exogenous_state leakage.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition sup_optimal (R : realFieldType) (V : l2space R) n d k
    (r : 'cV[V]_n) (a : 'cV[V]_d) mu (B : 'M[R]_(n, k)) D K :=
  forall (B' : 'M_(n, k)) D' K',
  loss_sup r a mu B D K <= loss_sup r a mu B' D' K'.

Section Reduction.
Variables (R : realFieldType) (V : l2space R) (n d k : nat).
Variables (o x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R).

Definition loss_act A (B : 'M[R]_(n, k)) C D (K : 'M[R]_(d, k)) : R :=
  loss o x A B C D + mu ^+ 2 * msq (K *v latent C D o (o + x) - a).

Definition act_optimal A B C D K :=
  forall A' B' C' D' K', loss_act A B C D K <= loss_act A' B' C' D' K'.

Variable G : 'M[R]_n.
Hypothesis x_on_o : cov x o = G *m cov o o.
Hypothesis oa : cov o a = 0.
Let r := x - G *v o.
Let or : cov o r = 0. Proof. exact: cov_res_v x_on_o. Qed.

Lemma latent_r (C D : 'M_(k, n)) : latent C D o (o + x) =
  (C + D + D *m G) *v o + D *v r.
Proof.
by rewrite /latent /r !(actDl, actDr, actNr, actA); abel.
Qed.

Theorem R6_reduction :
  (forall A (B : 'M_(n, k)) C D K, loss_sup r a mu B D K <= loss_act A B C D K)
  /\ (forall (B : 'M_(n, k)) D K, let C := - D - D *m G in
        loss_act (best_A G B C D) B C D K = loss_sup r a mu B D K).
Proof.
have pcaE (B : 'M_(n, k)) D : pca B D (cov r r) = msq (B *v (D *v r) - r).
  exact: pca_msq.
split=> [A B C D K|B D K C].
  rewrite /loss_sup /loss_act le_add2 //.
    by rewrite -pcaE; apply: loss_ge_pca.
  apply: le_pmul2; first exact: sqr_ge0.
  have -> : K *v latent C D o (o + x) - a =
      (K *m (C + D + D *m G)) *v o + (K *v (D *v r) - a).
    by rewrite latent_r actDr actA; abel.
  rewrite (msqD (x := _ *v o)); first by rewrite le_addR msq_ge0.
  by rewrite cov_actl covDr covNr !cov_actr or oa !mul0mx subrr mulmx0.
rewrite /loss_act (loss_best_A x_on_o) pcaE /loss_sup; congr (_ + _ * msq _).
have C0 : C + D + D *m G = 0 by rewrite /C; abel.
by rewrite latent_r C0 act0l add0r.
Qed.

Lemma act_optimal_sup A B C D K : act_optimal A B C D K ->
  sup_optimal r a mu B D K.
Proof.
have [ge eq_] := R6_reduction; move=> opt B' D' K'.
by rewrite -(eq_ B'); apply: le_trans (opt _ _ _ _ _); apply: ge.
Qed.

Lemma sup_act_optimal (B : 'M_(n, k)) D K :
  sup_optimal r a mu B D K ->
  let C := - D - D *m G in act_optimal (best_A G B C D) B C D K.
Proof.
have [ge eq_] := R6_reduction; move=> opt C A' B' C' D' K'.
by rewrite eq_; apply: le_trans (opt B' D' K') (ge _ _ _ _ _).
Qed.
End Reduction.

(* an optimum of loss_sup is a best map of (r; mu a) on r *)
Section BestMap.
Variables (R : realFieldType) (V : l2space R) (n d k : nat).
Variables (r : 'cV[V]_n) (a : 'cV[V]_d) (mu : R) (Y : 'M[R]_(n + d, n)).
Hypothesis mu0 : mu != 0.
Hypothesis reg : cov (col_mx r (mu%:M *v a)) r = Y *m cov r r.

Definition sup_map (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (K : 'M[R]_(d, k)) :=
  col_mx B (mu *: K) *m D.

Lemma sup_map_onto (W : 'M[R]_(n + d, n)) : (\rank W <= k)%N ->
  exists B D K, sup_map B D K = W /\
    forall m (S : 'M_(n, m)), W *m S = 0 -> D *m S = 0.
Proof.
move=> /rank_factor_kills[B [D [BD kills]]].
exists (usubmx B), D, (mu^-1 *: dsubmx B); split=> //.
by rewrite /sup_map scalerA mulfV // scale1r vsubmxK.
Qed.

Lemma sup_optimalP B D K :
  sup_optimal r a mu B D K <->
  best_map (cov r r) Y k (sup_map B D K).
Proof.
have E B' D' K' : loss_sup r a mu B' D' K' =
    en (cov r r) (sup_map B' D' K' - Y) + msq (Y *v r - col_mx r (mu%:M *v a)).
  exact: loss_supEY.
have rk B' D' K' : (\rank (sup_map B' D' K') <= k)%N.
  by rewrite (leq_trans (mxrankM_maxr _ _)) // rank_leq_row.
split=> [opt|[_ bW] B' D' K']; last by rewrite !E le_add2r; apply: bW.
split=> // W /sup_map_onto[B' [D' [K' [<- _]]]].
by have := opt B' D' K'; rewrite !E le_add2r.
Qed.
End BestMap.

(* separable observations: the innovation is E H a + X eta, exactly           *)
Section Separable.
Variables (R : realFieldType) (V : l2space R) (n ds da dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da)).
Variables (F : 'M[R]_dx) (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx).
Variable mu : R.
Hypothesis model : exo_sources s a xi eta.
Let o := exo_obs E X s xi.
Let x := exo_change E X F (H *v a) xi eta.
Let rr := (E *m H) *v a + X *v eta.

Variables (M : 'M[R]_(ds, n)) (N : 'M[R]_(dx, n)) (J : 'M[R]_(da, ds)).
Hypothesis ME : M *m E = 1%:M.
Hypothesis MX : M *m X = 0.
Hypothesis NE : N *m E = 0.
Hypothesis NX : N *m X = 1%:M.
Let G : 'M[R]_n := X *m (F - 1%:M) *m N.

Let cv : [/\ cov a s = 0, cov a xi = 0, cov eta s = 0, cov eta xi = 0
  & cov a eta = 0 /\ cov eta a = 0].
Proof.
have T m j (b : 'cV[V]_m) (c : 'cV[V]_j) : cov b c = 0 -> cov c b = 0.
  by move=> h; rewrite -covC h trmx0.
by case: model => sa sx se [ax ae xe]; do ![split] => //; apply: T.
Qed.

Lemma exo_innovation : x - G *v o = rr.
Proof.
rewrite /G /o /exo_obs -!actA [N *v _]actDr !(actA N) NE NX act0l act1 add0r.
by rewrite /x /exo_change actDr actA /rr; abel.
Qed.

Lemma exo_reg : cov x o = G *m cov o o.
Proof.
case: cv => [as_ ax es ex _].
suff : cov (x - G *v o) o = 0.
  by rewrite covDl covNl cov_actl => /eqP; rewrite subr_eq0 => /eqP.
rewrite exo_innovation /rr /o /exo_obs covDl !covDr !cov_actl !cov_actr.
by rewrite as_ ax es ex !mul0mx !mulmx0 !addr0.
Qed.

Lemma exo_oa : cov o a = 0.
Proof.
case: cv => [as_ ax es ex _].
by rewrite /o /exo_obs -covC covDr !cov_actr as_ ax !mul0mx addr0 trmx0.
Qed.

(* J is a regression matrix of a on H a *)
Hypothesis a_on_q : cov a (H *v a) = J *m cov (H *v a) (H *v a).
Let Y : 'M[R]_(n + da, n) := col_mx 1%:M (mu *: (J *m M)).
Let S1 := cov ((E *m H) *v a) ((E *m H) *v a).
Let S2 := cov (X *v eta) (X *v eta).

Lemma exo_rr : cov rr rr = S1 + S2.
Proof.
case: cv => [as_ ax es ex [ae ea]].
rewrite /rr covDl !covDr -/S1 -/S2 !cov_actl !cov_actr ae ea.
by rewrite !mul0mx !mulmx0 addr0 add0r.
Qed.

Lemma exo_sup_reg : cov (col_mx rr (mu%:M *v a)) rr = Y *m cov rr rr.
Proof.
case: cv => [as_ ax es ex [ae ea]].
rewrite cov_col mul_col_mx mul1mx; congr col_mx.
rewrite cov_actl mul_scalar_mx -scalemxAl; congr (_ *: _).
have Mr : M *v rr = H *v a.
  by rewrite /rr actDr !actA mulmxA ME MX mul1mx act0l addr0.
have rE j (b : 'cV[V]_j) : cov b eta = 0 -> cov b rr = cov b (H *v a) *m E^T.
  by move=> be; rewrite /rr covDr !cov_actr be mul0mx addr0 trmx_mul mulmxA.
rewrite -mulmxA -(cov_actl M) Mr rE // a_on_q rE ?mulmxA //.
by rewrite cov_actl ae mulmx0.
Qed.

Let Y2 : Y *v (X *v eta) = col_mx (X *v eta) 0.
Proof.
by rewrite act_col act1 actA -scalemxAl -mulmxA MX mulmx0 scaler0 act0l.
Qed.

Lemma exo_Z2 : Y *m S2 *m Y^T = block_mx S2 0 0 0.
Proof.
rewrite -(cov_actl Y) -(cov_actr Y) Y2 cov_col !cov_colr cov0r cov0l.
by rewrite [cov 0 0]cov0l -/S2.
Qed.

Let Y1 : Y *v ((E *m H) *v a) = col_mx (E *m H) (mu *: (J *m H)) *v a.
Proof.
rewrite act_col act1 !act_col; congr col_mx.
by rewrite actA -scalemxAl !mulmxA -(mulmxA J M) ME mulmx1.
Qed.

Lemma exo_Z1 : Y *m S1 *m Y^T = col_mx (E *m H) (mu *: (J *m H)) *m cov a a
  *m (col_mx (E *m H) (mu *: (J *m H)))^T.
Proof. by rewrite -(cov_actl Y) -(cov_actr Y) Y1 cov_actl cov_actr mulmxA. Qed.

Lemma exo_spare k (B : 'M[R]_(n, k)) D K : mu != 0 -> (da < k)%N ->
    cov eta eta != 0 ->
    sup_optimal rr a mu B D K ->
  D *m S2 != 0.
Proof.
move=> mu0 dk eta0 /(sup_optimalP mu0 exo_sup_reg); rewrite exo_rr => bW.
have h := source_spare (cov_psd _) (cov_psd _) _ _ bW.
suff : sup_map mu B D K *m S2 != 0.
  by apply: contraNneq => DS; rewrite /sup_map -mulmxA DS mulmx0.
apply: h; last first.
  rewrite -/S2 exo_Z2; apply: contraNneq eta0 => /(congr1 ulsubmx).
  rewrite block_mxKul => S20; have NS : N *m S2 *m N^T = cov eta eta.
    rewrite /S2 -cov_actl -cov_actr actA NX act1.
    by [].
  by rewrite -NS S20; apply/eqP/matrixP=> i j; rewrite !mxE big1 // => c _;
    rewrite !mxE big1 ?mul0r // => e _; rewrite !mxE mulr0.
rewrite -/S1 exo_Z1 (leq_ltn_trans _ dk) // -mulmxA.
by rewrite (leq_trans (mxrankM_maxl _ _)) // rank_leq_col.
Qed.
End Separable.

(* R7: spare dimensions leak for every weight *)
Theorem R7_spare_leaks (R : realFieldType) (V : l2space R) n ds da dx k
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da)) F
    (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx) mu A (B : 'M_(n, k))
    C D K :
  exo_sources s a xi eta -> separable E X -> mu != 0 -> (da < k)%N ->
  cov eta eta != 0 ->
  let o := exo_obs E X s xi in let x := exo_change E X F (H *v a) xi eta in
  act_optimal o x a mu A B C D K -> cov (latent C D o (o + x)) eta != 0.
Proof.
move=> model sep mu0 dk eta0 o x.
have [M [N [ME MX NE NX]]] := separable_inverse sep.
have [J aq] := regression a (H *v a).
have xo := exo_reg H F model NE NX; have oa := exo_oa E X model.
move=> /(act_optimal_sup xo oa); rewrite exo_innovation // => opt.
have := exo_spare model ME MX NX aq mu0 dk eta0 opt.
apply: contraNneq; rewrite (latent_leak _ _ _ (exo_sources_act H model)).
by rewrite cov_actl cov_actr !mulmxA => ->; rewrite mul0mx.
Qed.

(* K^T K = U diag lam U^T with lam > 0: the spectrum of K K^T *)
Section Gram.
Variables (R : realFieldType) (m d : nat) (K : 'M[R]_(m, d)) (U : 'M[R]_d).
Variables (lam root : 'I_d -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis KK : K^T *m K = dg U lam.
Hypothesis lam_gt0 : forall j, 0 < lam j.
Hypothesis root2 : forall j, root j ^+ 2 = lam j.

Let normalise : exists T : 'M[R]_d, T^T = T /\ T *m dg U lam *m T = 1%:M.
Proof.
exists (dg U (fun j => (root j)^-1)); split; first exact: dgT.
rewrite !(dgM oU) -(dgc oU 1); apply: eq_dg => j.
have r0 : root j != 0 by rewrite -sqrf_eq0 root2 gt_eqF // lam_gt0.
by rewrite -root2 expr2 mulKf // mulfV.
Qed.

Lemma gram_spectrum : exists L : 'M[R]_(m, d),
  L^T *m L = 1%:M /\ K *m K^T = dg L lam.
Proof.
have [T [sT TT]] := normalise.
exists (K *m T *m U); split.
  rewrite !trmx_mul sT !mulmxA -(mulmxA _ K^T K) KK.
  by rewrite -(mulmxA U^T T) -(mulmxA U^T) TT mulmx1.
rewrite {1}/dg !trmx_mul sT.
have -> : K *m T *m U *m diag_mx (\row_j lam j) *m (U^T *m (T *m K^T)) =
    K *m (T *m dg U lam *m T) *m K^T by rewrite /dg !mulmxA.
by rewrite TT mulmx1.
Qed.
End Gram.

(* R6: the threshold, for a weight that is not zero *)
Section Threshold.
Variables (R : realFieldType) (V : l2space R) (n ds da dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da)).
Variables (F : 'M[R]_dx) (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx).
Variable mu : R.
Hypothesis model : exo_sources s a xi eta.
Hypothesis oEX : orthonormal E X.
Hypothesis white : cov a a = 1%:M.
Hypothesis H_inj : row_free H^T.
Hypothesis mu0 : mu != 0.
Variables (U : 'M[R]_da) (l : 'I_da -> R) (i : 'I_da).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis HU : H^T *m H = dg U l.
Hypothesis ls : nonincreasing l.
Let o := exo_obs E X s xi.
Let x := exo_change E X F (H *v a) xi eta.
Let rr := (E *m H) *v a + X *v eta.
Let k := i.+1.
Let lam j := l j + mu ^+ 2.

Let lam_gt0 j : 0 < lam j.
Proof.
rewrite /lam lt_paddl // ?lt_def ?sqrf_eq0 ?mu0 ?sqr_ge0 //.
by apply: (dg_psd_ge0 oU); rewrite -HU -{2}[H]trmxK; apply: psd_gram.
Qed.

Let K0_spec : {K : 'M[R]_(n + da, da) | K = col_mx (E *m H) mu%:M}.
Proof. by eexists. Qed.
Let K0 : 'M[R]_(n + da, da) := sval K0_spec.
Let K0E : K0 = col_mx (E *m H) mu%:M. Proof. exact: (svalP K0_spec). Qed.

Let K0K0 : K0^T *m K0 = dg U lam.
Proof.
have [EE _ _ _] := proj1 (orthonormalP E X) oEX.
rewrite K0E tr_col_mx mul_row_col trmx_mul mulmxA -(mulmxA H^T) EE mulmx1 HU.
rewrite tr_scalar_mx -scalar_mxM -expr2 -(dgc oU (mu ^+ 2)).
rewrite /dg -mulmxDl -mulmxDr -linearD /=.
by congr (_ *m diag_mx _ *m _); apply/rowP=> j; rewrite !mxE.
Qed.

Variable root : 'I_da -> R.
Hypothesis root2 : forall j, root j ^+ 2 = l j + mu ^+ 2.
Let Fm_spec : {L : 'M[R]_(n + da, da) |
  L^T *m L = 1%:M /\ K0 *m K0^T = dg L lam}.
Proof.
have h : exists L : 'M[R]_(n + da, da),
    (L^T *m L == 1%:M) && (K0 *m K0^T == dg L lam).
  have [L [oL KL]] := gram_spectrum oU K0K0 lam_gt0 root2.
  by exists L; rewrite oL KL !eqxx.
by exists (xchoose h); have /andP[/eqP oL /eqP KL] := xchooseP h.
Qed.
Let Fm : 'M[R]_(n + da, da) := sval Fm_spec.
Let oFm : Fm^T *m Fm = 1%:M. Proof. by case: (svalP Fm_spec). Qed.
Let FmZ : K0 *m K0^T = dg Fm lam. Proof. by case: (svalP Fm_spec). Qed.

Let J_spec : {J : 'M[R]_(da, ds) | J *m H = 1%:M}.
Proof.
have h : exists J : 'M[R]_(da, ds), J *m H == 1%:M.
  have [L HL] := row_freeP H_inj; exists L^T.
  by rewrite -trmx1 -HL trmx_mul trmxK.
by exists (xchoose h); apply/eqP/(xchooseP h).
Qed.
Let J := sval J_spec.
Let JH : J *m H = 1%:M. Proof. exact: (svalP J_spec). Qed.
Let a_on_q : cov a (H *v a) = J *m cov (H *v a) (H *v a).
Proof. by rewrite -cov_actl actA JH act1. Qed.
Let Y : 'M[R]_(n + da, n) := col_mx 1%:M (mu *: (J *m E^T)).
Let G : 'M[R]_n := X *m (F - 1%:M) *m X^T.

Let facts : [/\ E^T *m E = 1%:M, E^T *m X = 0, X^T *m E = 0
  & X^T *m X = 1%:M] := proj1 (orthonormalP E X) oEX.
Let EE : E^T *m E = 1%:M. Proof. by case: facts. Qed.
Let EX : E^T *m X = 0. Proof. by case: facts. Qed.
Let XE : X^T *m E = 0. Proof. by case: facts. Qed.
Let XX : X^T *m X = 1%:M. Proof. by case: facts. Qed.
Let xo : cov x o = G *m cov o o. Proof. exact: (exo_reg H F model XE XX). Qed.
Let oa : cov o a = 0. Proof. exact: (exo_oa E X model). Qed.
Let rE : x - G *v o = rr.
Proof. exact: (exo_innovation H F s a xi eta XE XX). Qed.
Let S1_spec : {S | S = cov ((E *m H) *v a) ((E *m H) *v a)}.
Proof. by eexists. Qed.
Let S1 : 'M[R]_n := sval S1_spec.
Let S1E : S1 = cov ((E *m H) *v a) ((E *m H) *v a).
Proof. exact: (svalP S1_spec). Qed.
Let S2_spec : {S | S = cov (X *v eta) (X *v eta)}. Proof. by eexists. Qed.
Let S2 : 'M[R]_n := sval S2_spec.
Let S2E : S2 = cov (X *v eta) (X *v eta). Proof. exact: (svalP S2_spec). Qed.
Let pS1 : psd S1. Proof. by rewrite S1E; apply: cov_psd. Qed.
Let pS2 : psd S2. Proof. by rewrite S2E; apply: cov_psd. Qed.
Let rrE : cov rr rr = S1 + S2.
Proof. by rewrite S1E S2E; apply: (exo_rr E X H model). Qed.

Let X' : 'M[R]_(n + da, dx) := col_mx X 0.
Let X'X' : X'^T *m X' = 1%:M.
Proof. by rewrite tr_col_mx mul_row_col XX trmx0 mul0mx addr0. Qed.
Let Z2E : X' *m cov eta eta *m X'^T = Y *m S2 *m Y^T.
Proof.
rewrite S2E /Y exo_Z2 // mul_col_mx mul0mx tr_col_mx trmx0.
by rewrite mul_col_row !mul0mx mulmx0 cov_actl cov_actr mulmxA.
Qed.
Let Z1E : K0 *m K0^T = Y *m S1 *m Y^T.
Proof.
rewrite S1E /Y exo_Z1 // white mulmx1 JH K0E.
by rewrite scalemx1.
Qed.
Let Z12 : K0 *m K0^T *m (X' *m cov eta eta *m X'^T) = 0.
Proof.
suff h : K0^T *m X' = 0 by rewrite !mulmxA -(mulmxA K0) h mulmx0 !mul0mx.
rewrite K0E tr_col_mx mul_row_col mulmx0 addr0 trmx_mul -mulmxA EX.
by rewrite mulmx0.
Qed.
Let lams : nonincreasing lam.
Proof. by move=> j j' jj'; rewrite /lam le_add2r ls. Qed.

Let leakP (C D : 'M_(k, n)) :
  cov (latent C D o (o + x)) eta = 0 <-> D *m S2 = 0.
Proof.
have -> : S2 = X *m cov eta eta *m X^T by rewrite S2E cov_actl cov_actr mulmxA.
rewrite (latent_leak _ _ _ (exo_sources_act H model)).
by apply: iff_sym; apply: leak_congr; apply: cov_psd.
Qed.

Let reg : cov (col_mx rr (mu%:M *v a)) rr = Y *m cov rr rr.
Proof. exact: (exo_sup_reg mu model EE EX a_on_q). Qed.

Let opt_best A (B : 'M_(n, k)) C D K : act_optimal o x a mu A B C D K ->
  best_map (S1 + S2) Y k (sup_map mu B D K).
Proof.
move=> /(act_optimal_sup xo oa); rewrite rE => /(sup_optimalP mu0 reg).
by rewrite rrE.
Qed.

Let best_opt W : best_map (S1 + S2) Y k W -> exists A (B : 'M_(n, k)) C D K,
  act_optimal o x a mu A B C D K /\ (W *m S2 = 0 -> D *m S2 = 0)
  /\ sup_map mu B D K = W.
Proof.
move=> bW; have [B [D [K [WE kills]]]] := sup_map_onto mu0 bW.1.
exists (best_A G B (- D - D *m G) D), B, (- D - D *m G), D, K.
split; last by split=> //; apply: kills.
apply: (sup_act_optimal xo oa); rewrite rE; apply/(sup_optimalP mu0 reg).
by rewrite WE rrE.
Qed.

(* an optimum exists when the exogenous source is on top                      *)
Lemma sup_exists m (P : 'M[R]_(dx, m)) t (j : 'I_m) : j = i :> nat ->
    P^T *m P = 1%:M -> cov eta eta = dg P t -> nonincreasing t ->
    (forall b, lam b <= t j) ->
  exists A (B : 'M_(n, k)) C D K, act_optimal o x a mu A B C D K.
Proof.
move=> ji oP eP ts lt; have li := lam_gt0 i.
have oXP : (X' *m P)^T *m (X' *m P) = 1%:M.
  by rewrite trmx_mul mulmxA -(mulmxA P^T) X'X' mulmx1 oP.
have ZP : X' *m cov eta eta *m X'^T = dg (X' *m P) t.
  by rewrite eP /dg trmx_mul !mulmxA.
have Z21 : X' *m cov eta eta *m X'^T *m (K0 *m K0^T) = 0.
  apply: trmx_inj; rewrite trmx0 trmx_mul -[RHS]Z12; congr (_ *m _).
    by rewrite trmx_mul trmxK.
  by rewrite !trmx_mul trmxK covC mulmxA.
have below : psd ((t j)%:M - K0 *m K0^T).
  have t0 : 0 <= t j by apply: le_trans (ltW li) (lt i).
  have pd_ : psd (diag_mx (\row_b lam b)).
    by apply: psd_diag => b; rewrite mxE ltW.
  rewrite FmZ /dg; have := scaled_psd oFm ler01 t0 pd_.
  rewrite scale1r => ->; have -> : (t j)%:M - diag_mx (\row_b lam b) =
      diag_mx (\row_b (t j - lam b)).
    by apply/matrixP=> b c; rewrite !mxE; case: eqP => // _;
      rewrite ?mulr1n // mulr0n subr0.
  by apply: psd_diag => b; rewrite mxE subr_ge0.
have [_ /(_ below)[W [bW _]]] :=
  source_kept_P pS2 pS1 Z2E Z1E Z21 j oXP ZP ts.
have {}bW : best_map (S1 + S2) Y k W by rewrite addrC /k -ji.
have [A [B [C [D [K [opt _]]]]]] := best_opt bW.
by exists A, B, C, D, K.
Qed.

Lemma sup_some :
  (exists A (B : 'M_(n, k)) C D K, act_optimal o x a mu A B C D K /\
     cov (latent C D o (o + x)) eta = 0) <->
  psd ((l i + mu ^+ 2)%:M - cov eta eta).
Proof.
have below := scaled_psd X'X' ler01 (ltW (lam_gt0 i)) (cov_psd eta).
rewrite scale1r in below; apply: iff_trans below.
apply: iff_trans (source_kept_P pS1 pS2 Z1E Z2E Z12 i oFm FmZ lams).
split=> [[A [B [C [D [K [opt /leakP DS]]]]]]|[W [/best_opt]]].
  exists (sup_map mu B D K); split; first exact: opt_best opt.
  by rewrite /sup_map -mulmxA DS mulmx0.
move=> [A [B [C [D [K [opt [kills _]]]]]]] WS.
by exists A, B, C, D, K; split=> //; apply/leakP/kills.
Qed.

Let strict : pd ((lam i)%:M - X' *m cov eta eta *m X'^T) \/
    X' *m cov eta eta *m X'^T = 0 <->
  pd ((l i + mu ^+ 2)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
have := scaled_pd X'X' ler01 (ltW (lam_gt0 i)) (cov_psd eta).
by rewrite scale1r.
Qed.

Lemma sup_suff A (B : 'M_(n, k)) C D K :
  pd ((l i + mu ^+ 2)%:M - cov eta eta) \/ cov eta eta = 0 ->
  act_optimal o x a mu A B C D K -> cov (latent C D o (o + x)) eta = 0.
Proof.
move=> /(proj2 strict) h opt.
apply/leakP; have bW := opt_best opt; case: (h) => [lo|Z20].
  apply: (@full_factor _ _ _ _ _ (col_mx B (mu *: K))).
    exact: (source_rank pS1 pS2 Z1E Z2E Z12 oFm FmZ lams (pd_psd lo)
      (lam_gt0 i) bW).
  exact: (source_all_suff pS1 pS2 Z1E Z2E Z12 oFm FmZ lams h bW).
have : X'^T *m (X' *m cov eta eta *m X'^T) *m X' = 0.
  by rewrite Z20 mulmx0 mul0mx.
rewrite !mulmxA X'X' mul1mx -mulmxA X'X' mulmx1 => e0.
by rewrite S2E cov_actl cov_actr e0 !mul0mx !mulmx0.
Qed.

Lemma sup_all :
  (forall S (Y : 'M[R]_(n + da, n)), psd S ->
     exists W, best_map S Y k W) ->
  (forall A (B : 'M_(n, k)) C D K, act_optimal o x a mu A B C D K ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd ((l i + mu ^+ 2)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
move=> bx; split=> [h|h A B C D K]; last exact: sup_suff.
apply/strict; have bY := bx _ Y (psdD pS1 pS2).
apply/(source_all_iff pS1 pS2 Z1E Z2E Z12 oFm FmZ lams bY) => W /best_opt.
move=> [A [B [C [D [K [opt [_ <-]]]]]]].
have /leakP DS := h A B C D K opt.
by rewrite /sup_map -mulmxA DS mulmx0.
Qed.
End Threshold.

(* with weight zero it is the loss of R2 with q = H a                         *)
Section NoWeight.
Variables (R : realFieldType) (V : l2space R) (n ds da dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da)).
Variables (F : 'M[R]_dx) (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx).
Hypothesis model : exo_sources s a xi eta.
Hypothesis oEX : orthonormal E X.
Hypothesis white : cov a a = 1%:M.
Variables (U : 'M[R]_da) (l root : 'I_da -> R) (i : 'I_da).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis HU : H^T *m H = dg U l.
Hypothesis ls : nonincreasing l.
Hypothesis l_gt0 : forall j, 0 < l j.
Hypothesis root2 : forall j, root j ^+ 2 = l j.
Let o := exo_obs E X s xi.
Let x := exo_change E X F (H *v a) xi eta.
Let k := i.+1.

Let optE A (B : 'M_(n, k)) C D K :
  act_optimal o x a 0 A B C D K <-> optimal (loss o x) A B C D.
Proof.
have E0 A' B' C' D' (K' : 'M_(da, k)) :
    loss_act o x a 0 A' B' C' D' K' = loss o x A' B' C' D'.
  by rewrite /loss_act expr0n mul0r addr0.
split=> opt A' B' C' D'; first by have := opt A' B' C' D' 0; rewrite !E0.
by move=> K'; rewrite !E0.
Qed.

Let ortho : [/\ E^T *m E = 1%:M, E^T *m X = 0, X^T *m E = 0
  & X^T *m X = 1%:M] := proj1 (orthonormalP E X) oEX.
Let tells := separable_tells F s xi (orthonormal_separable oEX).
Let source := exo_sources_act H model.
Let qq : cov (H *v a) (H *v a) = H *m H^T.
Proof. by rewrite cov_actl cov_actr white mul1mx. Qed.

Lemma noweight_some :
  (exists A (B : 'M_(n, k)) C D K, act_optimal o x a 0 A B C D K /\
     cov (latent C D o (o + x)) eta = 0) <-> psd ((l i)%:M - cov eta eta).
Proof.
have [EE EX _ XX] := ortho; have [L [oL HL]] := gram_spectrum oU HU l_gt0 root2.
have := orthogonal_some source EE EX XX ler01 tells i oL (etrans qq HL) ls.
rewrite scale1r; apply: iff_trans; split=> [[A [B [C [D [K [/optE opt e]]]]]]|].
  by exists A, B, C, D.
by move=> [A [B [C [D [opt e]]]]]; exists A, B, C, D, 0; split=> //; apply/optE.
Qed.

Lemma noweight_all :
  (forall S : 'M[R]_n, psd S -> exists W, best_map S (1%:M : 'M_n) k W) ->
  (forall A (B : 'M_(n, k)) C D K, act_optimal o x a 0 A B C D K ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd ((l i)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
move=> bx; have [EE EX _ XX] := ortho.
have [L [oL HL]] := gram_spectrum oU HU l_gt0 root2.
have := orthogonal_all source EE EX XX ler01 tells oL (etrans qq HL) ls bx.
rewrite scale1r; apply: iff_trans.
split=> h A B C D; first by move=> opt; apply: (h A B C D 0); apply/optE.
by move=> K /optE; apply: h.
Qed.
End NoWeight.

(* R6: the threshold, for every weight                                        *)
Section R6.
Variables (R : rcfType) (V : l2space R) (n ds da dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da)).
Variables (F : 'M[R]_dx) (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx).
Variable mu : R.
Hypothesis model : exo_sources s a xi eta.
Hypothesis oEX : orthonormal E X.
Hypothesis white : cov a a = 1%:M.
Hypothesis H_inj : row_free H^T.
Variables (U : 'M[R]_da) (l : 'I_da -> R) (i : 'I_da).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis HU : H^T *m H = dg U l.
Hypothesis ls : nonincreasing l.
Let o := exo_obs E X s xi.
Let x := exo_change E X F (H *v a) xi eta.

Let l_gt0 j : 0 < l j.
Proof.
have -> : l j = (row j U^T *m (H^T *m H) *m (row j U^T)^T) 0 0.
  rewrite HU dg_row // -scalemxAl mxE.
  have -> : (row j U^T *m (row j U^T)^T) 0 0 = (U^T *m U) j j.
    by rewrite -[in RHS](trmxK U) !mxE; apply: eq_bigr => b _; rewrite !mxE.
  by rewrite oU mxE eqxx mulr1.
set y := row j U^T.
have -> : y *m (H^T *m H) *m y^T = y *m H^T *m (y *m H^T)^T.
  by rewrite trmx_mul trmxK !mulmxA.
rewrite lt_def -trace_mx11 en1_ge0 andbT.
apply/eqP=> /en1_eq0/eqP; rewrite mulmx_free_eq0 //.
by apply/negP/row_neq0.
Qed.
Let root2 (b : R) j : 0 <= b -> Num.sqrt (l j + b) ^+ 2 = l j + b.
Proof. by move=> b0; rewrite sqr_sqrtr // addr_ge0 // ltW. Qed.

(* some optimum has no leak *)
Theorem R6_some_leak_free_iff :
  (exists A (B : 'M_(n, i.+1)) C D K, act_optimal o x a mu A B C D K /\
     cov (latent C D o (o + x)) eta = 0) <->
  psd ((l i + mu ^+ 2)%:M - cov eta eta).
Proof.
have [->|mu0] := eqVneq mu 0.
  rewrite expr0n addr0; apply: (noweight_some F model oEX white i oU HU ls l_gt0
    (root := fun j => Num.sqrt (l j))) => j.
  by rewrite sqr_sqrtr // ltW.
apply: (sup_some F model oEX white H_inj mu0 i oU HU ls
  (root := fun j => Num.sqrt (l j + mu ^+ 2))) => j.
by apply: root2; apply: sqr_ge0.
Qed.

(* every optimum has no leak *)
Theorem R6_leak_free_iff :
  (forall A (B : 'M_(n, i.+1)) C D K, act_optimal o x a mu A B C D K ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd ((l i + mu ^+ 2)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
have [->|mu0] := eqVneq mu 0.
  rewrite expr0n addr0; apply: (noweight_all F model oEX white oU HU ls l_gt0
    (root := fun j => Num.sqrt (l j))) => [j|S].
    by rewrite sqr_sqrtr // ltW.
  exact: best_map_exists.
apply: (sup_all F model oEX white H_inj mu0 oU HU ls
  (root := fun j => Num.sqrt (l j + mu ^+ 2))) => [j|S Y].
  by apply: root2; apply: sqr_ge0.
exact: best_map_exists.
Qed.
End R6.

(* the weight grows: the action error of an optimum is at most                *)
(* E ||X eta||^2 / lambda, and so is its inconsistency, up to a factor        *)
Theorem E3_supervised (R : realFieldType) (V : l2space R) n ds da dx
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da)) F
    (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx) mu A (B : 'M_(n, da))
    C D K :
  exo_sources s a xi eta -> separable E X -> row_free H^T -> mu != 0 ->
  let o := exo_obs E X s xi in let x := exo_change E X F (H *v a) xi eta in
  act_optimal o x a mu A B C D K ->
  msq (K *v latent C D o (o + x) - a) <= msq (X *v eta) / mu ^+ 2.
Proof.
move=> model sep /row_freeP[L HL] mu0 o x opt.
have [M [N [ME MX NE NX]]] := separable_inverse sep.
have xo := exo_reg H F model NE NX; have oa := exo_oa E X model.
have [ge eq_] := R6_reduction da mu xo oa.
have LH : L^T *m H = 1%:M by rewrite -trmx1 -HL trmx_mul trmxK.
have mu2 : 0 < mu ^+ 2 by rewrite lt_def sqrf_eq0 mu0 sqr_ge0.
rewrite -[X in X <= _]mulr1 -(divff (lt0r_neq0 mu2)) mulrA.
rewrite ler_pmul2r_compat ?invr_gt0 // mulrC.
apply: (@le_trans _ _ (loss_act o x a mu A B C D K)).
  by rewrite /loss_act le_addR msq_ge0.
pose G : 'M[R]_n := X *m (F - 1%:M) *m N; pose D0 := L^T *m M.
pose C0 := - D0 - D0 *m G.
apply: le_trans (opt (best_A G (E *m H) C0 D0) (E *m H) C0 D0 1%:M) _.
rewrite eq_ exo_innovation // /loss_sup /D0.
have z : (L^T *m M) *v ((E *m H) *v a + X *v eta) = a.
  rewrite actDr !actA -!mulmxA MX mulmx0 act0l addr0 (mulmxA M) ME mul1mx LH.
  exact: act1.
by rewrite z act1 subrr msq0 mulr0 addr0 opprD addrA subrr add0r msqN.
Qed.
