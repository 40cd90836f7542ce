(*                  R2, R4: leakage of the exogenous innovation               *)
(* -------------------------------------------------------------------------- *)
(* The model of exogenous_state.v; E[z eta^T] is the future leakage of the    *)
(* latent z.  l_0 >= l_1 >= ... are the eigenvalues of E[q q^T].              *)
(* latent_leak      E[z eta^T] = D X E[eta eta^T]                             *)
(* R2_some_leak_free_iff, R2_leak_free_iff  k = i + 1: some optimum has no    *)
(*                  leak iff E[eta eta^T] <= l_i; all have none iff it is     *)
(*                  strictly smaller, or zero                                 *)
(* R2_spare_leaks   k > rank: every optimum leaks, (E X) orthonormal or not   *)
(* R2_spare_action  the same for k > d_a, q = H a                             *)
(* R4_leak_free_iff, R4_some_leak_free_iff  exogenous directions scaled by g  *)
(* R4_leak_free     g^2 E[eta eta^T] <= g^2 t < l_i is enough                 *)
(* R4_invertible    PCA of W r for an invertible change of representation     *)
(* E1_leakage, E2_mitigation  the claims in words                             *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform spectral l2 reduced_rank.
From SymLAM Require Import linear_lam two_sources exogenous_state.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* a factorisation in which D kills whatever the product does *)
Lemma rank_factor_kills (R : fieldType) p n k (W : 'M[R]_(p, n)) :
  (\rank W <= k)%N -> exists (B : 'M[R]_(p, k)) (D : 'M[R]_(k, n)),
  B *m D = W /\ forall m (S : 'M_(n, m)), W *m S = 0 -> D *m S = 0.
Proof.
move=> rW; exists (col_base W *m pid_mx (\rank W)).
exists (pid_mx (\rank W) *m row_base W); split=> [|m S WS].
  rewrite mulmxA -(mulmxA (col_base W)) mul_pid_mx !minnn (minn_idPr rW).
  by rewrite pid_mx_1 mulmx1 mulmx_base.
rewrite -mulmxA; suff -> : row_base W *m S = 0 by rewrite mulmx0.
apply: (row_full_inj (col_base_full W)).
by rewrite mulmxA mulmx_base WS mulmx0.
Qed.

Section Optimal.
Variables (R : realFieldType) (V : l2space R) (n k : nat) (o x : 'cV[V]_n).
Variable G : 'M[R]_n.
Hypothesis x_on_o : cov x o = G *m cov o o.
Let r := x - G *v o.

Lemma optimal_best A (B : 'M_(n, k)) C D : optimal (loss o x) A B C D ->
  best_map (cov r r) 1%:M k (B *m D).
Proof.
move=> /(loss_min_iff x_on_o)[hmin _]; split=> [|W rW]; first exact: rank_BD.
by have [B' [D' <-]] := rank_factor rW; apply: hmin.
Qed.

Lemma best_optimal (B : 'M_(n, k)) C D :
  best_map (cov r r) 1%:M k (B *m D) ->
  optimal (loss o x) (best_A G B C D) B C D.
Proof.
move=> [_ bW]; apply/(loss_min_iff x_on_o); split=> [B' D'|].
  by apply: bW; apply: rank_BD.
by rewrite subrr mul0mx.
Qed.
End Optimal.

Section Leak.
Variables (R : realFieldType) (V : l2space R) (n ds dx k : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).
Hypothesis model : exo_sources s q xi eta.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.

Lemma latent_leak (C D : 'M[R]_(k, n)) :
  cov (latent C D o (o + x)) eta = D *m X *m cov eta eta.
Proof.
have [sq sx se [qx qe xe]] := model.
have oe : cov o eta = 0.
  by rewrite /o /exo_obs covDl !cov_actl se xe !mulmx0 addr0.
have xE : cov x eta = X *m cov eta eta.
  rewrite /x /exo_change covDl !cov_actl qe mulmx0 add0r covDl cov_actl xe.
  by rewrite mulmx0 add0r.
by rewrite /latent covDl !cov_actl covDl oe xE mulmx0 !add0r mulmxA.
Qed.
End Leak.

Lemma leak_congr (R : realFieldType) n dx j (X : 'M[R]_(n, dx)) (S : 'M_dx)
    (M : 'M_(j, n)) : psd S ->
  M *m (X *m S *m X^T) = 0 <-> M *m X *m S = 0.
Proof.
move=> pS; split=> h; last by rewrite !mulmxA h mul0mx.
apply: (en_eq0 pS).
by rewrite /en trmx_mul mulmxA -(mulmxA M) -(mulmxA M) h mul0mx raddf0.
Qed.

Lemma quad_scalarB (R : realFieldType) j (M : 'M[R]_j) (a : R) (v : 'rV_j) :
  (v *m (a%:M - M) *m v^T) 0 0 = a * (v *m v^T) 0 0 - (v *m M *m v^T) 0 0.
Proof.
by rewrite mulmxBr mulmxBl mul_mx_scalar -scalemxAl mxE [X in X + _]mxE
  [X in _ + X]mxE.
Qed.

(* with X^T X = c, the bound t on X S X^T is the bound t on c S *)
Section Scaled.
Variables (R : realFieldType) (n dx : nat) (X : 'M[R]_(n, dx)) (S : 'M[R]_dx).
Variables (c t : R).
Hypothesis XX : X^T *m X = c%:M.
Hypothesis c0 : 0 <= c.
Hypothesis t0 : 0 <= t.
Hypothesis pS : psd S.
Let T := X *m S *m X^T.

Let sq_ge0 j (v : 'rV[R]_j) : 0 <= (v *m v^T) 0 0.
Proof. by rewrite -trace_mx11; apply: en1_ge0. Qed.
Let symB j (a : R) (M : 'M[R]_j) : psd M -> sym (a%:M - M).
Proof. by move=> [sM _]; rewrite /sym raddfB /= tr_scalar_mx sM. Qed.
Let pT : psd T. Proof. exact: psd_congr. Qed.
Let pcS : psd (c *: S). Proof. exact: psdZ. Qed.

Let down (v : 'rV[R]_dx) : ((v *m X^T) *m (t%:M - T) *m (v *m X^T)^T) 0 0 =
  c * (v *m (t%:M - c *: S) *m v^T) 0 0.
Proof.
have E1 : v *m X^T *m (v *m X^T)^T = c *: (v *m v^T).
  by rewrite trmx_mul trmxK mulmxA -(mulmxA v) XX mul_mx_scalar -scalemxAl.
have E2 : v *m X^T *m T *m (v *m X^T)^T = c *: (v *m (c *: S) *m v^T).
  rewrite trmx_mul trmxK /T !mulmxA -(mulmxA v) XX mul_mx_scalar.
  rewrite -(mulmxA _ X^T X) XX mul_mx_scalar -scalemxAr -!scalemxAl.
  by [].
by rewrite !quad_scalarB E1 E2 !mxE mulrBr mulrCA.
Qed.

Let up (w : 'rV[R]_n) : c * (w *m (t%:M - T) *m w^T) 0 0 =
  t * (w *m (c%:M - X *m X^T) *m w^T) 0 0
  + ((w *m X) *m (t%:M - c *: S) *m (w *m X)^T) 0 0.
Proof.
have E1 : w *m X *m (w *m X)^T = w *m (X *m X^T) *m w^T.
  by rewrite trmx_mul !mulmxA.
have E2 : w *m X *m (c *: S) *m (w *m X)^T = c *: (w *m T *m w^T).
  by rewrite trmx_mul /T -scalemxAr -!scalemxAl !mulmxA.
rewrite !quad_scalarB E1 E2 [X in _ = _ + (_ - X)]mxE !mulrBr addrA subrK.
by rewrite mulrCA.
Qed.

Let flat : c = 0 -> X = 0.
Proof.
move=> c_eq0; apply: trmx_inj; rewrite trmx0; apply: en1_eq0.
by rewrite trmxK XX c_eq0 raddf0 raddf0.
Qed.

Let pXX : 0 < c -> psd (c%:M - X *m X^T).
Proof.
move=> c_gt0; have sN : (c%:M - X *m X^T)^T = c%:M - X *m X^T.
  by rewrite raddfB /= tr_scalar_mx trmx_mul trmxK.
split=> // v; rewrite -(pmulr_rge0 _ c_gt0).
suff -> : c * (v *m (c%:M - X *m X^T) *m v^T) 0 0 =
    (v *m (c%:M - X *m X^T) *m (v *m (c%:M - X *m X^T))^T) 0 0.
  exact: sq_ge0.
have NN : (c%:M - X *m X^T) *m (c%:M - X *m X^T) = c *: (c%:M - X *m X^T).
  rewrite mulmxBr mul_mx_scalar mulmxBl mul_scalar_mx.
  rewrite -(mulmxA X) (mulmxA X^T) XX mul_scalar_mx -scalemxAr subrr subr0.
  by [].
rewrite trmx_mul sN mulmxA -[in RHS](mulmxA v) NN -scalemxAr -scalemxAl.
by rewrite [in RHS]mxE.
Qed.

Let scalar_psd j : psd (t%:M : 'M[R]_j).
Proof. by rewrite -scalemx1; apply/psdZ/pd_psd/pd_scalar/ltr01. Qed.

Let T0 : c = 0 -> T = 0.
Proof. by move=> /flat X0; rewrite /T X0 !mul0mx. Qed.

Lemma scaled_psd : psd (t%:M - T) <-> psd (t%:M - c *: S).
Proof.
have [c_eq0|c_neq0] := eqVneq c 0.
  by rewrite T0 // c_eq0 scale0r !subr0; split=> _; apply: scalar_psd.
have c_gt0 : 0 < c by rewrite lt_def c_neq0.
split=> h; split=> [|v]; try exact: symB.
  by rewrite -(pmulr_rge0 _ c_gt0) -down; apply: (proj2 h).
rewrite -(pmulr_rge0 _ c_gt0) up addr_ge0 ?(proj2 h) //.
by rewrite mulr_ge0 // (proj2 (pXX c_gt0)).
Qed.

Lemma scaled_pd : pd (t%:M - T) \/ T = 0 <->
  pd (t%:M - c *: S) \/ c *: S = 0.
Proof.
have [c_eq0|c_neq0] := eqVneq c 0.
  by rewrite T0 // c_eq0 scale0r; split; right.
have c_gt0 : 0 < c by rewrite lt_def c_neq0.
have S0 : T = 0 -> c *: S = 0.
  move=> T_eq0; have : X^T *m T *m X = 0 by rewrite T_eq0 mulmx0 mul0mx.
  rewrite /T !mulmxA XX -(mulmxA _ X^T X) XX mul_mx_scalar mul_scalar_mx.
  by move=> /(congr1 ( *:%R c^-1)); rewrite scalerA mulVf // scale1r scaler0.
have [cS0|S_neq0] := eqVneq (c *: S) 0.
  split; right; rewrite ?cS0 // /T; move/eqP: cS0.
  by rewrite scaler_eq0 (negPf c_neq0) => /eqP ->; rewrite mulmx0 mul0mx.
split=> [[h|/S0/eqP]|[h|/eqP]]; rewrite ?(negPf S_neq0) //.
  left; split=> [|v v0]; first exact: symB.
  rewrite -(pmulr_rgt0 _ c_gt0) -down; apply: (proj2 h).
  apply: contra v0 => /eqP vX; have : v *m X^T *m X = 0 by rewrite vX mul0mx.
  rewrite -mulmxA XX mul_mx_scalar => /eqP.
  by rewrite scaler_eq0 (negPf c_neq0).
have t_gt0 : 0 < t.
  have [v v0] : exists v : 'rV[R]_dx, v != 0.
    have /matrix0Pn[i [j _]] := S_neq0; exists (delta_mx 0 i).
    by apply/matrix0Pn; exists 0, i; rewrite mxE !eqxx oner_neq0.
  have := proj2 h v v0; rewrite quad_scalarB subr_gt0 => vt.
  have := le_lt_trans (proj2 pcS v) vt; rewrite [0 < t]lt_def t0 andbT.
  by apply: contraTneq => ->; rewrite mul0r ltxx.
left; split=> [|w w0]; first exact: symB.
have [wX|wX] := eqVneq (w *m X) 0.
  have wT : w *m T = 0 by rewrite /T !mulmxA wX !mul0mx.
  rewrite quad_scalarB wT mul0mx [X in _ - X]mxE subr0 mulr_gt0 // lt_def.
  rewrite sq_ge0 andbT.
  by apply: contra w0 => /eqP h0; apply/eqP/en1_eq0; rewrite trace_mx11.
rewrite -(pmulr_rgt0 _ c_gt0) up; apply: lt_paddl; last exact: (proj2 h).
by rewrite mulr_ge0 // (proj2 (pXX c_gt0)).
Qed.
End Scaled.

(* the leak of a column factor whose product has full rank *)
Lemma full_factor (R : fieldType) n k j m (B : 'M[R]_(n, k)) (D : 'M_(k, j))
    (S : 'M_(j, m)) : \rank (B *m D) = k -> B *m D *m S = 0 -> D *m S = 0.
Proof.
move=> rk BDS; have fB : row_full B.
  by rewrite /row_full eqn_leq rank_leq_col -{1}rk mxrankM_maxl.
by apply: (row_full_inj fB); rewrite mulmxA BDS mulmx0.
Qed.

Section Orthogonal.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx) (c : R).
Hypothesis model : exo_sources s q xi eta.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.
Hypothesis EE : E^T *m E = 1%:M.
Hypothesis EX : E^T *m X = 0.
Hypothesis XX : X^T *m X = c%:M.
Hypothesis c0 : 0 <= c.
Hypothesis tells : exists N : 'M_n, msq (N *v o - X *v ((F - 1%:M) *v xi)) = 0.
Variables (m : nat) (U : 'M[R]_(ds, m)) (l : 'I_m -> R) (i : 'I_m).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : cov q q = dg U l.
Hypothesis ls : nonincreasing l.
Let k := i.+1.
Let Y : 'M[R]_n := 1%:M.

Let S1_spec : {S : 'M[R]_n | S = E *m cov q q *m E^T}. Proof. by eexists. Qed.
Let S1 := sval S1_spec.
Let S1E : S1 = E *m cov q q *m E^T. Proof. exact: (svalP S1_spec). Qed.
Let S2_spec : {S : 'M[R]_n | S = X *m cov eta eta *m X^T}.
Proof. by eexists. Qed.
Let S2 := sval S2_spec.
Let S2E : S2 = X *m cov eta eta *m X^T. Proof. exact: (svalP S2_spec). Qed.
Let pS1 : psd S1. Proof. by rewrite S1E; apply/psd_congr/cov_psd. Qed.
Let pS2 : psd S2. Proof. by rewrite S2E; apply/psd_congr/cov_psd. Qed.
Let Z1E : S1 = Y *m S1 *m Y^T. Proof. by rewrite mul1mx trmx1 mulmx1. Qed.
Let Z2E : S2 = Y *m S2 *m Y^T. Proof. by rewrite mul1mx trmx1 mulmx1. Qed.
Let S12 : S1 *m S2 = 0.
Proof. by rewrite S1E S2E !mulmxA -(mulmxA _ E^T X) EX mulmx0 !mul0mx. Qed.
Let oEU : (E *m U)^T *m (E *m U) = 1%:M.
Proof. by rewrite trmx_mul mulmxA -(mulmxA U^T) EE mulmx1 oU. Qed.
Let S1U : S1 = dg (E *m U) l.
Proof. by rewrite S1E qU /dg trmx_mul !mulmxA. Qed.
Let li0 : 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -qU; apply: cov_psd. Qed.
Let below : psd ((l i)%:M - S2) <-> psd ((l i)%:M - c *: cov eta eta).
Proof. by rewrite S2E; apply: scaled_psd (cov_psd eta). Qed.
Let strict : pd ((l i)%:M - S2) \/ S2 = 0 <->
  pd ((l i)%:M - c *: cov eta eta) \/ c *: cov eta eta = 0.
Proof. by rewrite S2E; apply: scaled_pd (cov_psd eta). Qed.

Let leakP (C D : 'M_(k, n)) :
  cov (latent C D o (o + x)) eta = 0 <-> D *m S2 = 0.
Proof.
rewrite S2E /o /x (latent_leak _ _ _ model).
by apply: iff_sym; apply: leak_congr; apply: cov_psd.
Qed.

Let G_spec : exists2 G, cov x o = G *m cov o o
  & cov (x - G *v o) (x - G *v o) = S1 + S2.
Proof.
have [G xo] := regression x o; exists G => //.
by rewrite (proj2 (R1_innovation_iff model xo) tells) S1E S2E.
Qed.

Theorem orthogonal_some :
  (exists A (B : 'M_(n, k)) C D, optimal (loss o x) A B C D /\
     cov (latent C D o (o + x)) eta = 0) <->
  psd ((l i)%:M - c *: cov eta eta).
Proof.
apply: iff_trans below.
apply: iff_trans (source_kept_P pS1 pS2 Z1E Z2E S12 i oEU S1U ls).
have [G xo rE] := G_spec; split=> [[A [B [C [D [opt /leakP DS]]]]]|[W [bW WS]]].
  exists (B *m D); rewrite -rE; split; first exact: (optimal_best xo opt).
  by rewrite -mulmxA DS mulmx0.
have [B [D [BD kills]]] := rank_factor_kills bW.1.
exists (best_A G B 0 D), B, 0, D; split; last exact/leakP/kills.
by apply: best_optimal => //; rewrite rE BD.
Qed.

Theorem orthogonal_all :
  (forall S : 'M[R]_n, psd S -> exists W, best_map S Y k W) ->
  (forall A (B : 'M_(n, k)) C D, optimal (loss o x) A B C D ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd ((l i)%:M - c *: cov eta eta) \/ c *: cov eta eta = 0.
Proof.
move=> bx; apply: iff_trans strict; have [G xo rE] := G_spec.
split=> [h|h A B C D /(optimal_best xo) bW].
  have best := bx _ (psdD pS1 pS2).
  apply/(source_all_iff pS1 pS2 Z1E Z2E S12 oEU S1U ls best) => W bW.
  have [B [D BD]] := rank_factor bW.1; rewrite -BD -mulmxA.
  suff -> : D *m S2 = 0 by rewrite mulmx0.
  apply/(leakP 0); apply: (h (best_A G B 0 D) B 0 D).
  by apply: best_optimal => //; rewrite rE BD.
apply/leakP; case: (h) => [lo|->]; last by rewrite mulmx0.
rewrite rE in bW; have lo' := pd_psd lo.
apply: (@full_factor _ _ _ _ _ B).
  apply: (source_rank pS1 pS2 Z1E Z2E S12 oEU S1U ls lo' _ bW).
  exact: (threshold_gt0 pS1 pS2 Z1E Z2E oEU S1U lo).
exact: (source_all_suff pS1 pS2 Z1E Z2E S12 oEU S1U ls h bW).
Qed.

End Orthogonal.

(* R2 *)
Section R2.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).
Hypothesis model : exo_sources s q xi eta.
Hypothesis EX_orth : orthonormal E X.
Variables (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : cov q q = dg U l.
Hypothesis ls : nonincreasing l.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.

Let tells := separable_tells F s xi (orthonormal_separable EX_orth).

(* some optimum has no leak *)
Theorem R2_some_leak_free_iff :
  (exists A (B : 'M_(n, i.+1)) C D, optimal (loss o x) A B C D /\
     cov (latent C D o (o + x)) eta = 0) <->
  psd ((l i)%:M - cov eta eta).
Proof.
have [EE EX _ XX] := proj1 (orthonormalP E X) EX_orth.
have := orthogonal_some model EE EX XX ler01 tells i oU qU ls.
by rewrite scale1r.
Qed.

Lemma R2_all :
  (forall S : 'M[R]_n, psd S -> exists W, best_map S (1%:M : 'M_n) i.+1 W) ->
  (forall A (B : 'M_(n, i.+1)) C D, optimal (loss o x) A B C D ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd ((l i)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
move=> bx; have [EE EX _ XX] := proj1 (orthonormalP E X) EX_orth.
have := orthogonal_all model EE EX XX ler01 tells oU qU ls bx.
by rewrite scale1r.
Qed.

(* so that otherwise future information leaks into every optimum *)
Theorem E1_leakage A (B : 'M_(n, i.+1)) C D :
  ~ psd ((l i)%:M - cov eta eta) -> optimal (loss o x) A B C D ->
  cov (latent C D o (o + x)) eta <> 0.
Proof.
move=> large opt leak; apply: large; apply/R2_some_leak_free_iff.
by exists A, B, C, D.
Qed.

(* R4: a representation in which the exogenous directions are scaled by g     *)
Section Scaling.
Variable g : R.
Let W : 'M[R]_n := E *m E^T + g *: (X *m X^T).

Let Wact (u : 'cV[V]_ds) (v : 'cV[V]_dx) :
  W *v (E *v u + X *v v) = E *v u + (g *: X) *v v.
Proof.
have [EE EX XE XX] := proj1 (orthonormalP E X) EX_orth.
have WE : W *m E = E.
  rewrite /W mulmxDl -mulmxA EE mulmx1 -scalemxAl -mulmxA XE mulmx0.
  by rewrite scaler0 addr0.
have WX : W *m X = g *: X.
  by rewrite /W mulmxDl -mulmxA EX mulmx0 add0r -scalemxAl -mulmxA XX mulmx1.
by rewrite actDr !actA WE WX.
Qed.

Let Wo : W *v o = exo_obs E (g *: X) s xi. Proof. exact: Wact. Qed.
Let Wx : W *v x = exo_change E (g *: X) F q xi eta. Proof. exact: Wact. Qed.

Let gEX : E^T *m (g *: X) = 0.
Proof.
have [_ EX _ _] := proj1 (orthonormalP E X) EX_orth.
by rewrite -scalemxAr EX scaler0.
Qed.
Let gXX : (g *: X)^T *m (g *: X) = (g ^+ 2)%:M.
Proof.
have [_ _ _ XX] := proj1 (orthonormalP E X) EX_orth.
by rewrite trmxZE -scalemxAl -scalemxAr XX scalerA scalemx1 expr2.
Qed.
Let gtells : exists N : 'M_n, msq (N *v exo_obs E (g *: X) s xi
  - (g *: X) *v ((F - 1%:M) *v xi)) = 0.
Proof.
have [_ _ XE XX] := proj1 (orthonormalP E X) EX_orth.
have e1 : X *m (F - 1%:M) *m X^T *m E = 0.
  by rewrite -(mulmxA _ X^T) XE mulmx0.
have e2 : X *m (F - 1%:M) *m X^T *m (g *: X) = g *: X *m (F - 1%:M).
  by rewrite -scalemxAr -(mulmxA _ X^T) XX mulmx1 scalemxAl.
exists (X *m (F - 1%:M) *m X^T); rewrite /exo_obs actDr !actA e1 e2.
by rewrite act0l add0r subrr msq0.
Qed.

Theorem R4_some_leak_free_iff :
  (exists A (B : 'M_(n, i.+1)) C D, optimal (loss (W *v o) (W *v x)) A B C D /\
     cov (latent C D (W *v o) (W *v o + W *v x)) eta = 0) <->
  psd ((l i)%:M - g ^+ 2 *: cov eta eta).
Proof.
have [EE _ _ _] := proj1 (orthonormalP E X) EX_orth; rewrite Wo Wx.
exact: (orthogonal_some model EE gEX gXX (sqr_ge0 g) gtells i oU qU ls).
Qed.

Lemma R4_all :
  (forall S : 'M[R]_n, psd S -> exists W, best_map S (1%:M : 'M_n) i.+1 W) ->
  (forall A (B : 'M_(n, i.+1)) C D, optimal (loss (W *v o) (W *v x)) A B C D ->
     cov (latent C D (W *v o) (W *v o + W *v x)) eta = 0) <->
  pd ((l i)%:M - g ^+ 2 *: cov eta eta) \/ g ^+ 2 *: cov eta eta = 0.
Proof.
move=> bx; have [EE _ _ _] := proj1 (orthonormalP E X) EX_orth; rewrite Wo Wx.
exact: (orthogonal_all model EE gEX gXX (sqr_ge0 g) gtells oU qU ls bx).
Qed.

End Scaling.
End R2.

(* every optimum, over a real closed field, where an optimum exists           *)
Section AllOptima.
Variables (R : rcfType) (V : l2space R) (n ds dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).
Hypothesis model : exo_sources s q xi eta.
Hypothesis EX_orth : orthonormal E X.
Variables (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : cov q q = dg U l.
Hypothesis ls : nonincreasing l.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.

Theorem R2_leak_free_iff :
  (forall A (B : 'M_(n, i.+1)) C D, optimal (loss o x) A B C D ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd ((l i)%:M - cov eta eta) \/ cov eta eta = 0.
Proof.
apply: (R2_all F model EX_orth oU qU ls) => S; exact: best_map_exists.
Qed.

Section Scaling.
Variable g : R.
Let W : 'M[R]_n := E *m E^T + g *: (X *m X^T).

Theorem R4_leak_free_iff :
  (forall A (B : 'M_(n, i.+1)) C D, optimal (loss (W *v o) (W *v x)) A B C D ->
     cov (latent C D (W *v o) (W *v o + W *v x)) eta = 0) <->
  pd ((l i)%:M - g ^+ 2 *: cov eta eta) \/ g ^+ 2 *: cov eta eta = 0.
Proof.
apply: (R4_all F model EX_orth oU qU ls) => S; exact: best_map_exists.
Qed.

(* with a bound t on the variances of the innovation: g^2 t < l_i is enough   *)
Theorem R4_leak_free t A (B : 'M_(n, i.+1)) C D :
  psd (t%:M - cov eta eta) -> g ^+ 2 * t < l i ->
  optimal (loss (W *v o) (W *v x)) A B C D ->
  cov (latent C D (W *v o) (W *v o + W *v x)) eta = 0.
Proof.
move=> le_t lt; move: A B C D; apply/R4_leak_free_iff; left.
have -> : (l i)%:M - g ^+ 2 *: cov eta eta =
    g ^+ 2 *: (t%:M - cov eta eta) + (l i - g ^+ 2 * t)%:M.
  by rewrite scalerBr scale_scalar_mx raddfB /=; abel.
by apply: psd_pdD; [apply/psdZ => //; apply: sqr_ge0|
  apply: pd_scalar; rewrite subr_gt0].
Qed.
End Scaling.
End AllOptima.

(* the trace bounds a psd matrix *)
Lemma psd_le_tr (R : realFieldType) n (S : 'M[R]_n) :
  psd S -> psd ((\tr S)%:M - S).
Proof.
move=> pS; split=> [|v].
  by rewrite /sym raddfB /= tr_scalar_mx (proj1 pS).
have [->|v0] := eqVneq v 0; first by rewrite !mul0mx mxE.
have fv := row_free1 v0; have oP := rproj_oproj fv.
have vv : 0 < (v *m v^T) 0 0.
  rewrite lt_def -trace_mx11 en1_ge0 andbT; apply: contra v0 => /eqP h.
  by apply/eqP/en1_eq0.
have trP : \tr (rproj v *m S) = (v *m S *m v^T) 0 0 / (v *m v^T) 0 0.
  rewrite /rproj -!mulmxA mxtrace_mulC -mulmxA -mulmxA.
  have -> : invmx (v *m v^T) = ((v *m v^T) 0 0)^-1%:M.
    by rewrite {1}[v *m v^T]mx11_scalar invmx_scalar.
  by rewrite mul_scalar_mx mxtraceZ mulmxA trace_mx11 mulrC.
have : \tr (rproj v *m S) <= \tr S.
  have := en_ge0 (1%:M - rproj v) pS; rewrite -(oproj_tr _ (oproj_compl oP)).
  by rewrite mulmxBl mul1mx mxtrDE mxtrNE subr_ge0.
rewrite trP quad_scalarB subr_ge0 => h.
have {1}-> : (v *m S *m v^T) 0 0 =
    (v *m S *m v^T) 0 0 / (v *m v^T) 0 0 * (v *m v^T) 0 0.
  by rewrite divfK // gt_eqF.
by rewrite ler_pmul2r_compat.
Qed.

(* E2: a focus that is sharp enough frees every optimum of the leak, as long  *)
(* as q has variance in k directions                                          *)
Theorem E2_mitigation (R : rcfType) (V : l2space R) n ds dx (E : 'M[R]_(n, ds))
    (X : 'M[R]_(n, dx)) (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx)
    (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds) :
  exo_sources s q xi eta -> orthonormal E X -> U^T *m U = 1%:M ->
  cov q q = dg U l -> nonincreasing l -> 0 < l i ->
  exists2 g0 : R, 0 < g0 & forall g, g ^+ 2 < g0 ->
  let W := E *m E^T + g *: (X *m X^T) in
  let o := exo_obs E X s xi in let x := exo_change E X F q xi eta in
  forall A (B : 'M_(n, i.+1)) C D, optimal (loss (W *v o) (W *v x)) A B C D ->
  cov (latent C D (W *v o) (W *v o + W *v x)) eta = 0.
Proof.
move=> model oEX oU qU ls li.
have t0 : 0 <= msq eta := msq_ge0 eta.
have t1 : 0 < msq eta + 1 by apply: lt_paddl t0 ltr01.
exists (l i / (msq eta + 1)) => [|g hg W o x A B C D]; first exact: divr_gt0.
apply: (R4_leak_free model oEX oU qU ls).
  exact/psd_le_tr/cov_psd.
rewrite -msqE; apply: (le_lt_trans (y := g ^+ 2 * (msq eta + 1))).
  by rewrite mulrDr mulr1 le_addL sqr_ge0.
by rewrite -lt_pdivr.
Qed.

(* more room than the endogenous change needs: every optimum leaks, with      *)
(* orthogonal directions or not                                               *)
Section Spare.
Variables (R : realFieldType) (V : l2space R) (n ds dx k : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).
Hypothesis model : exo_sources s q xi eta.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.

Theorem R2_spare_leaks A (B : 'M_(n, k)) C D : separable E X ->
  (\rank (cov q q) < k)%N -> cov eta eta != 0 ->
  optimal (loss o x) A B C D -> cov (latent C D o (o + x)) eta != 0.
Proof.
move=> sep rk eta0; have [G xo] := regression x o.
move=> /(optimal_best xo); rewrite (R1_separable model xo sep) => bW.
have [M [N [ME MX NE NX]]] := separable_inverse sep.
have pq : psd (E *m cov q q *m E^T) by apply/psd_congr/cov_psd.
have pe : psd (X *m cov eta eta *m X^T) by apply/psd_congr/cov_psd.
have := source_spare pq pe _ _ bW; rewrite trmx1 !mul1mx !mulmx1 => h.
apply: contraNneq (h _ _) => [leak||].
- move: leak; rewrite (latent_leak _ _ _ model) => DX.
  by rewrite -mulmxA !(mulmxA D) DX mul0mx mulmx0.
- rewrite (leq_ltn_trans _ rk) // (leq_trans (mxrankM_maxl _ _)) //.
  exact: mxrankM_maxr.
apply: contra eta0 => /eqP X0; apply/eqP.
have : N *m (X *m cov eta eta *m X^T) *m N^T = 0 by rewrite X0 mulmx0 mul0mx.
by rewrite !mulmxA NX mul1mx -mulmxA -trmx_mul NX trmx1 mulmx1.
Qed.
End Spare.

Theorem R2_spare_action (R : realFieldType) (V : l2space R) n ds da dx k
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da)) (F : 'M[R]_dx)
    (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx) A (B : 'M_(n, k)) C D :
  exo_sources s (H *v a) xi eta -> separable E X -> (da < k)%N ->
  cov eta eta != 0 ->
  let o := exo_obs E X s xi in let x := exo_change E X F (H *v a) xi eta in
  optimal (loss o x) A B C D -> cov (latent C D o (o + x)) eta != 0.
Proof.
move=> model sep dk eta0 o x; apply: (R2_spare_leaks model sep _ eta0).
apply: leq_ltn_trans dk; rewrite cov_actl cov_actr.
by rewrite (leq_trans (mxrankM_maxl _ _)) // rank_leq_col.
Qed.
