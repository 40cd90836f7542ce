(*       The hypotheses of the thresholds of R2, R4, R5 and R6 are needed     *)
(* -------------------------------------------------------------------------- *)
(* Instances on the space of four independent fair signs s0, s1, s2, s3; E1   *)
(* and E2 are the axes of R^2 (necessity.v).  In the first part the exogenous *)
(* direction is 3 E1, orthogonal to E2 but not of length 1: what the latent   *)
(* has to choose from has the variance 9 E[eta eta^T], and so an innovation   *)
(* below the threshold leaks.                                                 *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector eigenform l2.
From SymLAM Require Import finite_probability reduced_rank linear_lam.
From SymLAM Require Import necessity two_sources exogenous_state leakage.
From SymLAM Require Import cross_exogenous robust_target mixture.
From SymLAM Require Import exogenous_necessity supervised_exogenous.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* ------------- exogenous directions of another length, F = 0 -------------- *)
Section Scaled.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat) (c : R).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).

Lemma scaled_obs :
  exo_obs E (X *m c%:M) s xi = exo_obs E X s (c%:M *v xi).
Proof. by rewrite /exo_obs actA. Qed.

Lemma scaled_change : exo_change E (X *m c%:M) 0 q xi eta =
  exo_change E X 0 q (c%:M *v xi) (c%:M *v eta).
Proof.
rewrite /exo_change -actA actDr !(actA c%:M) (actA (0 - 1%:M)).
by rewrite mul_scalar_mx mul_mx_scalar.
Qed.

Lemma cov_scaled m j (y : 'cV[V]_m) (z : 'cV[V]_j) :
  cov y (c%:M *v z) = c *: cov y z.
Proof. by rewrite cov_actr tr_scalar_mx mul_mx_scalar. Qed.

Lemma var_scaled j (y : 'cV[V]_j) :
  cov (c%:M *v y) (c%:M *v y) = c ^+ 2 *: cov y y.
Proof. by rewrite cov_scaled cov_actl mul_scalar_mx scalerA. Qed.

Lemma scaled_eq0 m j (y : 'cV[V]_m) (z : 'cV[V]_j) :
  c != 0 -> cov y (c%:M *v z) = 0 <-> cov y z = 0.
Proof.
move=> c0; rewrite cov_scaled; split=> [/eqP|->]; last by rewrite scaler0.
by rewrite scaler_eq0 (negPf c0) => /eqP.
Qed.

Lemma scaled_sources : exo_sources s q xi eta ->
  exo_sources s q (c%:M *v xi) (c%:M *v eta).
Proof.
move=> [sq sx se [qx qe xe]]; do ![split] => //;
  rewrite ?cov_scaled ?sx ?se ?qx ?qe ?scaler0 //.
by rewrite cov_actl xe mulmx0 scaler0.
Qed.

End Scaled.

Section Numbers.
Variable R : realFieldType.

Lemma below1 (a b : R) : psd (a%:M - b%:M : 'M[R]_1) -> b <= a.
Proof.
move=> [_ /(_ 1%:M)]; rewrite mul1mx trmx1 mulmx1 !mxE eqxx !mulr1n.
by rewrite subr_ge0.
Qed.
Lemma pd_below1 (a b : R) : b < a -> pd (a%:M - b%:M : 'M[R]_1).
Proof.
by move=> ba; rewrite -raddfB; apply: pd_scalar; rewrite subr_gt0.
Qed.
Lemma scaled1 (c : R) (M : 'M[R]_1) : M = 1%:M -> c *: M = c%:M.
Proof. by move=> ->; rewrite scalemx1. Qed.
Lemma dg1 (c : R) : c%:M = dg (1%:M : 'M[R]_1) (fun=> c).
Proof. by rewrite dgc ?trmx1 ?mulmx1 // scalemx1. Qed.
Lemma nat_lt i j : (i < j)%N -> (i%:R < j%:R :> R).
Proof. by rewrite ltr_nat. Qed.
Lemma one_orth : (1%:M : 'M[R]_1)^T *m 1%:M = 1%:M.
Proof. by rewrite trmx1 mulmx1. Qed.
Lemma flat1 (c : R) : nonincreasing (fun _ : 'I_1 => c).
Proof. by []. Qed.

(* the axes: orthonormal in either order; two variances along them *)
Lemma axes_orthonormal : orthonormal (E2 R) (E1 R).
Proof.
by apply/orthonormalP; split; [apply: E22|apply: E21|apply: E12|apply: E11].
Qed.

Definition pair (a b : R) (j : 'I_2) : R := if j == 0 then a else b.
Lemma pair_sorted a b : b <= a -> nonincreasing (pair a b).
Proof. by move=> ba [[|[|//]] ?] [[|[|//]] ?]; rewrite /pair /=. Qed.
Lemma pair_dg a b : b *: (E2 R *m (E2 R)^T) + a *: (E1 R *m (E1 R)^T) =
  dg (1%:M : 'M_2) (pair a b).
Proof.
rewrite /dg trmx1 mulmx1 mul1mx !trmx_delta !mul_delta_mx.
apply/matrixP=> -[[|[|//]] ?] [[|[|//]] ?];
by rewrite !mxE /pair /= ?(mulr0, mulr1, addr0, add0r, mulr0n, mulr1n).
Qed.
Lemma three_neq0 : 3%:R != 0 :> R. Proof. by rewrite pnatr_eq0. Qed.

Lemma separable3 : separable (E2 R) (E1 R *m 3%:R%:M).
Proof.
apply/row_freeP; exists (row_mx (E2 R) (E1 R *m 3%:R^-1%:M)).
rewrite tr_row_mx mul_col_row scalar_mx_block trmx_mul tr_scalar_mx.
have two1 : (E2 R)^T *m E1 R = 0 by apply: E21.
have one2 : (E1 R)^T *m E2 R = 0 by apply: E12.
have one1 : (E1 R)^T *m E1 R = 1%:M by apply: E11.
have two2 : (E2 R)^T *m E2 R = 1%:M by apply: E22.
rewrite two2 (mulmxA (E2 R)^T) two1 mul0mx -(mulmxA _ (E1 R)^T) one2 mulmx0.
rewrite (mulmxA _ (E1 R)) -(mulmxA _ (E1 R)^T) one1 mulmx1 -scalar_mxM.
by rewrite mulfV ?three_neq0.
Qed.

End Numbers.

(* over any space *)
Section WideAbstract.
Variables (R : realFieldType) (V : l2space R).
Variables (s q xi eta : 'cV[V]_1).
Hypothesis model : exo_sources s q xi eta.
Hypothesis qq : cov q q = 4%:R%:M.
Hypothesis ee : cov eta eta = 1%:M.
Let E1 := E1 R. Let E2 := E2 R.
Let X3 : 'M[R]_(2, 1) := E1 *m 3%:R%:M.
Let o := exo_obs E2 X3 s xi.
Let x := exo_change E2 X3 0 q xi eta.

Lemma wide_optimum : exists A (B : 'M_(2, 1)) C D, optimal (loss o x) A B C D.
Proof.
have [G xo] := regression x o.
have rU : E2 *m cov q q *m E2^T + X3 *m cov eta eta *m X3^T =
    dg (1%:M : 'M_2) (pair 9%:R 4%:R).
  rewrite qq ee /X3 mulmx1 trmx_mul tr_scalar_mx !mulmxA -(mulmxA E1).
  rewrite -scalar_mxM -natrM !mul_mx_scalar -!scalemxAl.
  exact: pair_dg.
have o2 : (1%:M : 'M[R]_2)^T *m 1%:M = 1%:M by rewrite trmx1 mulmx1.
have srt : nonincreasing (pair (9%:R : R) 4%:R).
  by apply: pair_sorted; rewrite ler_nat.
have [lo [A [B [C [D att]]]]] := R1_value model xo 1 (separable3 R) o2 rU srt.
by exists A, B, C, D => A' B' C' D'; rewrite att; apply: lo.
Qed.

Lemma wide_leaks A (B : 'M_(2, 1)) C D : optimal (loss o x) A B C D ->
  cov (latent C D o (o + x)) eta <> 0.
Proof.
have some := R2_some_leak_free_iff 0 (scaled_sources 3%:R model)
  (axes_orthonormal R) 0 (one_orth R) (etrans qq (dg1 _)) (@flat1 R _).
move=> opt /(scaled_eq0 _ _ (three_neq0 R)) leak.
suff : psd (4%:R%:M - cov (3%:R%:M *v eta) (3%:R%:M *v eta)).
  by rewrite var_scaled ee scalemx1 -natrX => /below1; rewrite ler_nat.
apply: (proj1 some); exists A, B, C, D.
by rewrite -scaled_obs -scaled_change.
Qed.
End WideAbstract.

Section ScaledTwins.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat) (c rho : R).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)).
Variables (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx).

Lemma scaled_twins : twin_sources rho s q xi eta xt et ->
  twin_sources rho s q (c%:M *v xi) (c%:M *v eta) (c%:M *v xt) (c%:M *v et).
Proof.
move=> [m m' [xe ex] ete ee]; split; try exact: scaled_sources.
- by rewrite !cov_scaled !cov_actl xe ex !mulmx0 !scaler0.
- by rewrite !cov_scaled !cov_actl ete -scalemxAr !scalerA mulrC.
by rewrite !var_scaled ee.
Qed.

Lemma scaled_cross k A (B : 'M_(n, k)) C D :
  loss_cross E (X *m c%:M) 0 s q xi eta xt et A B C D =
  loss_cross E X 0 s q (c%:M *v xi) (c%:M *v eta) (c%:M *v xt) (c%:M *v et)
    A B C D.
Proof. by rewrite /loss_cross !scaled_obs !scaled_change. Qed.

Lemma scaled_part k (C D : 'M_(k, n)) : exo_part (X *m c%:M) 0 C D xi eta =
  exo_part X 0 C D (c%:M *v xi) (c%:M *v eta).
Proof. by rewrite /exo_part !act0l !add0r !mulmxA !actA. Qed.
End ScaledTwins.

Section WideTwins.
Variables (R : realFieldType) (V : l2space R).
Variables (s q xi eta xt et : 'cV[V]_1).
Hypothesis ee : cov eta eta = 1%:M.
Let E1 := E1 R. Let E2 := E2 R.
Let X3 : 'M[R]_(2, 1) := E1 *m 3%:R%:M.
Let o := exo_obs E2 X3 s xi.
Let x := exo_change E2 X3 0 q xi eta.

Let moment (a b : R) (Q : 'M[R]_1) : Q = a%:M ->
  E2 *m Q *m E2^T + b *: (X3 *m cov eta eta *m X3^T) =
  dg (1%:M : 'M_2) (pair (b * 9%:R) a).
Proof.
move=> ->; rewrite ee /X3 mulmx1 trmx_mul tr_scalar_mx !mulmxA -(mulmxA E1).
rewrite -scalar_mxM -natrM !mul_mx_scalar -!scalemxAl scalerA.
exact: pair_dg.
Qed.

Let o2 : (1%:M : 'M[R]_2)^T *m 1%:M = 1%:M. Proof. by rewrite trmx1 mulmx1. Qed.

Section Mixture.
Hypothesis twin : twin_sources 0 s q xi eta xt et.
Hypothesis qq : cov q q = 1%:M.
Let L := loss_mix (k := 1) 1 E2 X3 0 s q xi eta xt et.

Lemma wide_mix_optimum : exists A B C D, optimal L A B C D.
Proof.
have rU : (1 + 1) *: (E2 *m cov q q *m E2^T)
    + (1 + 1)^-1 *: (X3 *m cov eta eta *m X3^T) =
    dg (1%:M : 'M_2) (pair ((1 + 1)^-1 * 9%:R) (1 + 1)).
  by rewrite scalemxAl scalemxAr qq scalemx1; apply: moment.
have srt : nonincreasing (pair ((1 + 1)^-1 * 9%:R) (1 + 1 : R)).
  apply: pair_sorted; rewrite mulrC -[X in _ <= X]/(_ / _).
  rewrite -(ler_pmul2r_compat _ _ (ltr0Sn R 1)) -[2%:R]/(1 + 1) divfK.
    by rewrite -[1 + 1]/(2%:R : R) -natrM ler_nat.
  by rewrite -[1 + 1]/(2%:R : R) pnatr_eq0.
have [lo [A [B [C [D att]]]]] :=
  R5_mixture_value 1 0 ler01 twin (separable3 R) o2 rU srt.
by exists A, B, C, D => A' B' C' D'; rewrite /L att; apply: lo.
Qed.

Lemma wide_mix_leaks A B C D : optimal L A B C D ->
  cov (latent C D o (o + x)) eta <> 0.
Proof.
have some := R5_mixture_some_iff 0 ler01 (scaled_twins 3%:R twin)
  (axes_orthonormal R) 0 (one_orth R) (etrans qq (dg1 _)) (@flat1 R _).
move=> opt /(scaled_eq0 _ _ (three_neq0 R)) leak.
suff : psd (((1 + 1) ^+ 2 * 1)%:M - cov (3%:R%:M *v eta) (3%:R%:M *v eta)).
  rewrite var_scaled ee scalemx1 -natrX mulr1 -[1 + 1]/(2%:R) -natrX => /below1.
  by rewrite ler_nat.
apply: (proj1 some); exists A, B, C, D.
rewrite -(scaled_obs 3%:R E2 E1 s xi) -(scaled_change 3%:R E2 E1 q xi eta).
split=> // A' B' C' D'; have := opt A' B' C' D'; rewrite /L /loss_mix.
by rewrite !scaled_cross scaled_obs scaled_change.
Qed.
End Mixture.

Section Imperfect.
Hypothesis twin : twin_sources 1 s q xi eta xt et.
Hypothesis qq : cov q q = 4%:R%:M.
Hypothesis xi_xt : cov xi xt = 0.
Let L := loss_cross (k := 1) E2 X3 0 s q xi eta xt et.

Lemma wide_cross_optimum : exists A B C D, optimal L A B C D.
Proof.
have rU : E2 *m cov q q *m E2^T + 1 ^+ 2 *: (X3 *m cov eta eta *m X3^T) =
    dg (1%:M : 'M_2) (pair (1 ^+ 2 * 9%:R) 4%:R) by apply: moment.
have srt : nonincreasing (pair (1 ^+ 2 * 9%:R : R) 4%:R).
  by apply: pair_sorted; rewrite expr1n mul1r ler_nat.
have [lo [A [B [C [D att]]]]] :=
  R5_value 1 0 twin (separable3 R) o2 rU srt.
by exists A, B, C, D => A' B' C' D'; rewrite /L att; apply: lo.
Qed.

Lemma wide_cross_reads A B C D : optimal L A B C D ->
  msq (B *v exo_part X3 0 C D xi eta) <> 0.
Proof.
have xx : cov (3%:R%:M *v xi) (3%:R%:M *v xt) = 0.
  by rewrite cov_scaled cov_actl xi_xt mulmx0 scaler0.
have some := R5_imperfect_some_iff 0 (scaled_twins 3%:R twin)
  (axes_orthonormal R) xx 0 (one_orth R) (etrans qq (dg1 _)) (@flat1 R _).
move=> opt B0.
suff : psd (4%:R%:M - 1 ^+ 2 *: cov (3%:R%:M *v eta) (3%:R%:M *v eta)).
  rewrite expr1n scale1r var_scaled ee scalemx1 -natrX => /below1.
  by rewrite ler_nat.
apply: (proj1 some); exists A, B, C, D.
rewrite -scaled_part; split=> // A' B' C' D'.
by have := opt A' B' C' D'; rewrite /L !scaled_cross.
Qed.
End Imperfect.
End WideTwins.

(* action supervision of weight 16, q = 3 a, exogenous direction 6 E1         *)
Section WideAct.
Variables (R : realFieldType) (V : l2space R) (s a xi eta : 'cV[V]_1).
Hypothesis model : exo_sources s a xi eta.
Hypothesis aa : cov a a = 1%:M.
Hypothesis ee : cov eta eta = 1%:M.
Let E1 := E1 R. Let E2 := E2 R.
Let H : 'M[R]_1 := 3%:R%:M.
Let X6 : 'M[R]_(2, 1) := E1 *m 6%:R%:M.
Let o := exo_obs E2 X6 s xi.
Let x := exo_change E2 X6 0 (H *v a) xi eta.

Let mu0 : 4%:R != 0 :> R. Proof. by rewrite pnatr_eq0. Qed.
Let six0 : 6%:R != 0 :> R. Proof. by rewrite pnatr_eq0. Qed.
Let HH : H^T *m H = dg (1%:M : 'M_1) (fun=> 9%:R).
Proof. by rewrite tr_scalar_mx -scalar_mxM -natrM; apply: dg1. Qed.
Let H_free : row_free H^T.
Proof.
by rewrite row_free_unit unitmx_tr unitmxE det_scalar1 unitfE pnatr_eq0.
Qed.
Let nine : 9%:R + 4%:R ^+ 2 = 25%:R :> R.
Proof. by rewrite -natrX -natrD. Qed.
Let root2 (j : 'I_1) : 5%:R ^+ 2 = 9%:R + 4%:R ^+ 2 :> R.
Proof. by rewrite nine -natrX. Qed.
Let e36 : cov (6%:R%:M *v eta) (6%:R%:M *v eta) = 36%:R%:M.
Proof. by rewrite var_scaled ee scalemx1 -natrX. Qed.

Lemma wide_act_optimum : exists A (B : 'M_(2, 1)) C D (K : 'M_1),
  act_optimal o x a 4%:R A B C D K.
Proof.
rewrite /o /x scaled_obs scaled_change.
have below (b : 'I_1) : 9%:R + 4%:R ^+ 2 <= 36%:R :> R by rewrite nine ler_nat.
exact: (sup_exists 0 (scaled_sources 6%:R model) (axes_orthonormal R) aa H_free
  mu0 (one_orth R) HH root2 (i := 0) (j := 0) (erefl _)
  (one_orth R) (etrans e36 (dg1 _)) (@flat1 R _) below).
Qed.

Lemma wide_act_leaks A (B : 'M_(2, 1)) C D (K : 'M_1) :
  act_optimal o x a 4%:R A B C D K -> cov (latent C D o (o + x)) eta <> 0.
Proof.
have some := sup_some 0 (scaled_sources 6%:R model) (axes_orthonormal R) aa
  H_free mu0 0 (one_orth R) HH (@flat1 R _) root2.
rewrite /o /x scaled_obs scaled_change.
move=> opt /(scaled_eq0 _ _ six0) leak.
suff : psd ((9%:R + 4%:R ^+ 2)%:M - cov (6%:R%:M *v eta) (6%:R%:M *v eta)).
  by rewrite nine e36 => /below1; rewrite ler_nat.
by apply: (proj1 some); exists A, B, C, D, K.
Qed.
End WideAct.

Section Instances.
Variable R : realFieldType.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R. Let s3 := s3 R.
Let E1 := E1 R. Let E2 := E2 R.
Let X3 : 'M[R]_(2, 1) := E1 *m 3%:R%:M.
Let q2 : 'cV[cubeL2 R 4]_1 := 2%:R%:M *v s2.
Let N : 'cV[cubeL2 R 4]_1 := 0.

Let q2q2 : cov q2 q2 = 4%:R%:M.
Proof. by rewrite var_scaled sE scalemx1 -natrX. Qed.
Let src2 : exo_sources s0 q2 s1 s3.
Proof. by apply: exo_sources_act; do ![split]; rewrite sE. Qed.

Theorem R2_orthonormal_needed :
  let o := exo_obs E2 X3 s0 s1 in let x := exo_change E2 X3 0 q2 s1 s3 in
  [/\ exo_sources s0 q2 s1 s3, cov q2 q2 = dg (1%:M : 'M_1) (fun=> 4%:R),
      pd (4%:R%:M - cov s3 s3),
      exists A (B : 'M[R]_(2, 1)) C D, optimal (loss o x) A B C D
    & forall A (B : 'M[R]_(2, 1)) C D, optimal (loss o x) A B C D ->
        cov (latent C D o (o + x)) s3 <> 0].
Proof.
move=> o x; split=> //; first by rewrite q2q2; apply: dg1.
- by rewrite sE; apply/pd_below1/(@nat_lt R 1 4 isT).
- exact: wide_optimum src2 q2q2 (s33 R).
exact: wide_leaks src2 q2q2 (s33 R).
Qed.

Theorem R4_orthonormal_needed (g : R) : 9%:R * g = 1 ->
  let W := E2 *m E2^T + g *: (X3 *m X3^T) in
  let o := exo_obs E2 X3 s0 s1 in let x := exo_change E2 X3 0 q2 s1 s3 in
  [/\ exo_sources s0 q2 s1 s3, cov q2 q2 = dg (1%:M : 'M_1) (fun=> 4%:R),
      pd (4%:R%:M - g ^+ 2 *: cov s3 s3),
      exists A (B : 'M[R]_(2, 1)) C D, optimal (loss (W *v o) (W *v x)) A B C D
    & forall A (B : 'M[R]_(2, 1)) C D,
        optimal (loss (W *v o) (W *v x)) A B C D ->
        cov (latent C D (W *v o) (W *v o + W *v x)) s3 <> 0].
Proof.
move=> g9 W o x; have W1 : W = 1%:M.
  rewrite /W /X3 trmx_mul tr_scalar_mx mul_mx_scalar mul_scalar_mx -scalemxAl.
  rewrite -scalemxAr !scalerA -mulrA -natrM mulrC g9 scale1r.
  by rewrite addrC; apply: EE.
rewrite W1 !act1.
have [m qU lo ex leaks] := R2_orthonormal_needed; split=> //.
rewrite sE scalemx1; apply: pd_below1.
have g0 : 0 <= g by rewrite -(pmulr_rge0 _ (ltr0Sn R 8)) g9 ler01.
have g1 : g < 1 by rewrite -g9 -[X in X < _]mul1r lt_pmul2r ?(@nat_lt R 1 9) //
  lt_def g0 andbT; apply: contra_eq_neq g9 => ->; rewrite mulr0 eq_sym oner_eq0.
rewrite expr2 (lt_trans _ (@nat_lt R 1 4 isT)) // (le_lt_trans _ g1) //.
by rewrite -[X in _ <= X]mulr1; apply: le_pmul2 g0 (ltW g1).
Qed.

Theorem R5_mixture_orthonormal_needed :
  let o := exo_obs E2 X3 N s3 in let x := exo_change E2 X3 0 s0 s3 s1 in
  let L := loss_mix (k := 1) 1 E2 X3 0 N s0 s3 s1 N s2 in
  [/\ twin_sources 0 N s0 s3 s1 N s2, cov s0 s0 = dg (1%:M : 'M_1) (fun=> 1),
      pd (((1 + 1) ^+ 2 * 1)%:M - cov s1 s1),
      exists A B C D, optimal L A B C D
    & forall A B C D, optimal L A B C D ->
        cov (latent C D o (o + x)) s1 <> 0].
Proof.
have twin : twin_sources 0 N s0 s3 s1 N s2.
  by do ![split]; rewrite ?cov0l ?cov0r ?scale0r ?sE.
move=> o x L; split=> //; first by rewrite sE; apply: dg1.
- rewrite sE; apply: pd_below1; rewrite mulr1 -[1 + 1]/(2%:R) -natrX.
  exact: (@nat_lt R 1 4 isT).
- exact: wide_mix_optimum (s11 R) twin (s00 R).
exact: wide_mix_leaks (s11 R) twin (s00 R).
Qed.

Theorem R5_imperfect_orthonormal_needed :
  let L := loss_cross (k := 1) E2 X3 0 N q2 s0 s1 s3 s1 in
  [/\ twin_sources 1 N q2 s0 s1 s3 s1, cov s0 s3 = 0,
      cov q2 q2 = dg (1%:M : 'M_1) (fun=> 4%:R),
      pd (4%:R%:M - 1 ^+ 2 *: cov s1 s1)
    & (exists A B C D, optimal L A B C D) /\
      forall A B C D, optimal L A B C D ->
        msq (B *v exo_part X3 0 C D s0 s1) <> 0].
Proof.
have twin : twin_sources 1 N q2 s0 s1 s3 s1.
  by do ![split]; rewrite ?cov0l ?cov0r ?scale1r ?cov_scaled ?cov_actl ?sE
    ?mulmx0.
have s03 : cov s0 s3 = 0 by rewrite sE.
move=> L; split=> //; first by rewrite q2q2; apply: dg1.
- by rewrite sE expr1n scale1r; apply/pd_below1/(@nat_lt R 1 4 isT).
split; first exact: wide_cross_optimum (s11 R) twin q2q2.
exact: wide_cross_reads (s11 R) twin q2q2 s03.
Qed.

Theorem R5_imperfect_uncorrelated_needed : let C := E2^T in let D := E1^T in
  [/\ twin_sources 0 N s0 s1 s2 s1 s3, orthonormal E1 E2,
      cov s0 s0 = dg (1%:M : 'M_1) (fun=> 1), 0 ^+ 2 *: cov s2 s2 = 0
    & optimal (loss_cross E1 E2 0 N s0 s1 s2 s1 s3) (- (E1 *m E2^T)) E1 C D /\
      msq (E1 *v exo_part E2 0 C D s1 s2) <> 0].
Proof.
have [twin _ _ _ [opt reads]] := R5_twins_uncorrelated_needed R.
split=> //; last by rewrite expr0n scale0r.
  by apply/orthonormalP; split; [apply: E11|apply: E12|apply: E21|apply: E22].
by rewrite sE; apply: dg1.
Qed.

(* a negative weight: no optimum *)
Let a_point (lam a : R) :
  let C : 'M[R]_(1, 2) := a *: E2^T in let A := - (a *: (E2 *m E2^T)) in
  loss_mix lam E1 E2 0 N (2%:R%:M *v s3) s0 s1 N s2 A E2 C 0 =
  5%:R + lam * (a ^+ 2 + 5%:R).
Proof.
move=> C A; rewrite /loss_mix /loss_cross /loss /predict /latent !exo_next.
set q := _ *v s3.
have ev j (b : R) (e : 'cV[cubeL2 R 4]_1) (P : 'M[R]_(j, 1)) :
    cov e e = b%:M -> P^T *m P = 1%:M -> msq (P *v e) = b.
  move=> ve PP; rewrite msqE cov_actl cov_actr ve mxtrace_mulC -mulmxA PP.
  by rewrite mulmx1 mxtrace_scalar mulr1n.
have qq : cov q q = 4%:R%:M by rewrite var_scaled sE scalemx1 -natrX.
have nx (e e' : 'cV[cubeL2 R 4]_1) :
    exo_obs E1 E2 (N + q) (0 *v e + e') = E1 *v q + E2 *v e'.
  by rewrite /exo_obs /N act0l !add0r.
have o0 : exo_obs E1 E2 N N = 0 by rewrite /exo_obs !act0r addr0.
have oE : exo_obs E1 E2 N s0 = E2 *v s0 by rewrite /exo_obs act0r add0r.
rewrite !nx oE o0 act0l act0r !addr0 add0r.
have Cs : C *v (E2 *v s0) = a%:M *v s0.
  by rewrite actA /C -scalemxAl E22 scalemx1.
have As : A *v (E2 *v s0) = - (E2 *v (a%:M *v s0)).
  rewrite /A actNl actA -scalemxAl -mulmxA E22 mulmx1 (actA E2).
  by rewrite mul_mx_scalar.
have five (e : 'cV[cubeL2 R 4]_1) : cov e e = 1%:M -> cov q e = 0 ->
    msq (E1 *v q + E2 *v e) = 5%:R.
  move=> e1 qe; rewrite msqD; last by rewrite cov_actl cov_actr qe mul0mx
    mulmx0.
  rewrite (ev _ 4%:R) ?(ev _ 1) // ?E11 ?E22 //.
  by rewrite -(natrD _ 4 1).
have qs (e : 'cV[cubeL2 R 4]_1) : cov s3 e = 0 -> cov q e = 0.
  by move=> h; rewrite cov_actl h mulmx0.
rewrite As Cs addNr sub0r msqN five ?sE ?qs ?sE //.
have sq0 : cov s0 q = 0 by rewrite cov_scaled sE scaler0.
rewrite msqB covDr !(cov_actr E1) !(cov_actr E2) !(cov_actl E2).
rewrite !(cov_actl a%:M) sq0 !sE !(mulmx0, mul0mx) addr0 raddf0 mulr0 subr0.
rewrite five ?sE ?qs ?sE // (ev _ (a ^+ 2)) ?E22 //.
by rewrite var_scaled sE scalemx1.
Qed.

Theorem R5_mixture_positive_needed : let lam : R := - 2%:R^-1 in
  let q := 2%:R%:M *v s3 in
  let L := loss_mix (k := 1) lam E1 E2 0 N q s0 s1 N s2 in
  [/\ twin_sources 0 N q s0 s1 N s2, orthonormal E1 E2,
      cov q q = dg (1%:M : 'M_1) (fun=> 4%:R),
      psd (((1 + lam) ^+ 2 * 4%:R)%:M - cov s1 s1) /\
        ~ (pd (((1 + lam) ^+ 2 * 4%:R)%:M - cov s1 s1) \/ cov s1 s1 = 0)
    & (forall c, exists A B C D, L A B C D < c) /\
      ~ (exists A B C D, optimal L A B C D)].
Proof.
move=> lam q L.
have two0 : 2%:R != 0 :> R by rewrite pnatr_eq0.
have tie : ((1 + lam) ^+ 2 * 4%:R)%:M - cov s1 s1 = 0 :> 'M_1.
  have -> : (1 + lam) ^+ 2 * 4%:R = 1 by rewrite /lam; field.
  by rewrite sE subrr.
have low c : exists A B C D, L A B C D < c.
  pose a := c ^+ 2 + 3%:R.
  exists (- (a *: (E2 *m E2^T))), E2, (a *: E2^T), 0.
  rewrite /L a_point -subr_gt0.
  have -> : c - (5%:R + lam * (a ^+ 2 + 5%:R)) =
      2%:R^-1 * ((c ^+ 2) ^+ 2 + 5%:R * c ^+ 2 + (c + 1) ^+ 2 + 3%:R).
    by rewrite /a /lam; field.
  rewrite mulr_gt0 ?invr_gt0 ?ltr0n //; apply: lt_paddl; last first.
    by rewrite ltr0n.
  apply: addr_ge0 (sqr_ge0 _); apply: addr_ge0 (sqr_ge0 _) _.
  by apply: mulr_ge0 (sqr_ge0 _); rewrite ler0n.
split.
- by do ![split]; rewrite ?cov0l ?cov0r ?scale0r ?cov_scaled ?cov_actl ?sE
    ?mulmx0 ?scaler0.
- by apply/orthonormalP; split; [apply: E11|apply: E12|apply: E21|apply: E22].
- by rewrite var_scaled sE scalemx1 -natrX; apply: dg1.
- rewrite tie; split.
    by split=> [|v]; rewrite /sym ?trmx0 // mulmx0 mul0mx mxE.
  case=> [[_ /(_ 1%:M)]|/matrixP/(_ 0 0)/eqP].
    by rewrite one1 mulmx0 mul0mx mxE ltxx => /(_ isT).
  by rewrite sE !mxE oner_eq0.
split=> // -[A [B [C [D opt]]]].
have [A' [B' [C' [D']]]] := low (L A B C D).
by rewrite ltNge opt.
Qed.

Let I : 'M[R]_1 := 1%:M.
Theorem R5_mixture_separable_needed :
  let L := loss_mix (k := 0) 1 I I 0 s0 N s1 s2 N s3 in
  twin_sources 0 s0 N s1 s2 N s3 /\
  forall A B C D, (1 + 1)
    * \tr (I *m cov N N *m I^T + I *m cov s2 s2 *m I^T) < L A B C D.
Proof.
move=> L; split=> [|A B C D].
  by do ![split]; rewrite ?cov0l ?cov0r ?scale0r ?sE.
rewrite /I trmx1 !mulmx1 !mul1mx cov0l add0r sE mxtrace1 mulr1.
rewrite /L /loss_mix /loss_cross /loss /predict !exo_next /exo_obs.
rewrite (flat_cols B 0) // !act0l !act1 /N !add0r !addr0 mul1r.
set a := A 0 0.
have v (b : R) (e : 'cV[cubeL2 R 4]_1) : cov e e = 1%:M ->
    msq (b%:M *v e) = b ^+ 2 by move=> ee; rewrite msqZ msqE ee mxtrace1 mulr1.
have AE e : A *v e = a%:M *v e by rewrite /a -mx11_scalar.
have sub e e' : A *v s0 + e - (s0 + e') = (a - 1)%:M *v s0 + (e - e').
  by rewrite AE raddfB /= actDl actNl act1; abel.
rewrite (actDr A s0) sub -[A *v s0]addr0 sub sub0r AE.
rewrite !msqD ?msqN ?v ?sE //; last 3 first.
- by rewrite covNr cov_actl sE mulmx0 oppr0.
- by rewrite covNr cov_actl sE mulmx0 oppr0.
- by rewrite covDr covNr !cov_actr !cov_actl !sE !mulmx0 mul0mx oppr0 addr0.
rewrite !msqE !sE mxtrace1 -subr_gt0.
have -> : (a - 1) ^+ 2 + (a ^+ 2 + 1) + ((a - 1) ^+ 2 + 1) - (1 + 1) =
    3%:R^-1 * ((3%:R * a - 2%:R) ^+ 2 + 2%:R).
  by have := three_neq0 R => three0; field.
rewrite mulr_gt0 ?invr_gt0 ?ltr0n //; apply: lt_paddl (sqr_ge0 _) _.
by rewrite ltr0n.
Qed.

Theorem R5_mixture_variance_needed :
  let o := exo_obs E2 E1 N s0 in let x := exo_change E2 E1 0 N s0 s1 in
  let L := loss_mix (k := 1) 0 E2 E1 0 N N s0 s1 N s2 in
  [/\ twin_sources 0 N N s0 s1 N s2, orthonormal E2 E1,
      cov N N = dg I (fun=> 0 ^+ 2),
      [/\ psd ((1 ^+ 2)%:M - cov s1 s1), I *m cov s1 s1 = 1 ^+ 2 *: I
        & 1 / 0 - 1 < 0 :> R]
    & forall A B C D, optimal L A B C D ->
        cov (latent C D o (o + x)) s1 <> 0].
Proof.
have twin : twin_sources 0 N N s0 s1 N s2.
  by do ![split]; rewrite ?cov0l ?cov0r ?scale0r ?sE.
have NN : cov N N = dg I (fun=> 0 ^+ 2).
  by rewrite cov0l -dg1 expr0n raddf0.
move=> o x L; split=> //; first exact: axes_orthonormal.
  rewrite !expr1n sE subrr mulmx1 scale1r invr0 mulr0 sub0r oppr_lt0 ltr01.
  by split=> //; split=> [|v]; rewrite /sym ?trmx0 // mulmx0 mul0mx mxE.
move=> A B C D opt leak.
have some := R5_mixture_some_iff 0 (lexx 0) twin (axes_orthonormal R) 0
  (one_orth R) NN (@flat1 R _).
have : psd (((1 + 0) ^+ 2 * 0 ^+ 2)%:M - cov s1 s1).
  by apply: (proj1 some); exists A, B, C, D.
by rewrite expr0n mulr0 sE => /below1; rewrite ler10.
Qed.

Let H3 : 'M[R]_1 := 3%:R%:M.
Let X6 : 'M[R]_(2, 1) := E1 *m 6%:R%:M.
Theorem R6_orthonormal_needed :
  let o := exo_obs E2 X6 s0 s1 in
  let x := exo_change E2 X6 0 (H3 *v s2) s1 s3 in
  [/\ exo_sources s0 s2 s1 s3, cov s2 s2 = 1%:M /\ row_free H3^T,
      H3^T *m H3 = dg I (fun=> 9%:R) /\
        pd ((9%:R + 4%:R ^+ 2)%:M - cov s3 s3),
      exists A (B : 'M_(2, 1)) C D (K : 'M_1), act_optimal o x s2 4%:R A B C D K
    & forall A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x s2 4%:R A B C D K ->
        cov (latent C D o (o + x)) s3 <> 0].
Proof.
have model : exo_sources s0 s2 s1 s3 by do ![split]; rewrite sE.
move=> o x; split=> //.
- split; first exact: s22.
  by rewrite row_free_unit unitmx_tr unitmxE det_scalar1 unitfE pnatr_eq0.
- split; first by rewrite tr_scalar_mx -scalar_mxM -natrM; apply: dg1.
  by rewrite sE -natrX -natrD; apply/pd_below1/(@nat_lt R 1 25).
- exact: wide_act_optimum model (s22 R) (s33 R).
exact: wide_act_leaks model (s22 R) (s33 R).
Qed.

Let e6 : 'cV[cubeL2 R 4]_1 := 6%:R%:M *v s3.
Theorem R6_white_needed :
  let o := exo_obs E2 E1 s0 s1 in
  let x := exo_change E2 E1 0 (H3 *v q2) s1 e6 in
  [/\ exo_sources s0 q2 s1 e6, orthonormal E2 E1 /\ row_free H3^T,
      H3^T *m H3 = dg I (fun=> 9%:R) /\
        ~ (psd ((9%:R + 4%:R ^+ 2)%:M - cov e6 e6) \/ cov e6 e6 = 0),
      exists A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x q2 4%:R A B C D K /\ cov (latent C D o (o + x)) e6 = 0
    & forall A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x q2 4%:R A B C D K ->
        cov (latent C D o (o + x)) e6 = 0].
Proof.
have model : exo_sources s0 s2 s1 e6.
  by do ![split]; rewrite ?cov_scaled ?sE ?scaler0.
have free (b : nat) : row_free ((b.+1)%:R%:M : 'M[R]_1)^T.
  by rewrite row_free_unit unitmx_tr unitmxE det_scalar1 unitfE pnatr_eq0.
have HH : (6%:R%:M : 'M[R]_1)^T *m 6%:R%:M = dg I (fun=> 36%:R).
  by rewrite tr_scalar_mx -scalar_mxM -natrM; apply: dg1.
have two0 : 2%:R != 0 :> R by rewrite pnatr_eq0.
have mu0 : 8%:R != 0 :> R by rewrite pnatr_eq0.
have ee : cov e6 e6 = 36%:R%:M by rewrite var_scaled sE scalemx1 -natrX.
have root2 (j : 'I_1) : 10%:R ^+ 2 = 36%:R + 8%:R ^+ 2 :> R.
  by rewrite -!natrX -natrD.
have some := sup_some 0 model (axes_orthonormal R) (s22 R) (free 5%N) mu0 0
  (one_orth R) HH (@flat1 R _) root2.
have all := sup_suff (F := 0) (i := 0) model (axes_orthonormal R) (s22 R)
  (free 5%N) mu0 (one_orth R) HH (@flat1 R _) root2.
have lo : pd ((36%:R + 8%:R ^+ 2)%:M - cov e6 e6).
  by rewrite ee -natrX -natrD; apply/pd_below1/(@nat_lt R 36 100).
have -> : H3 *v q2 = 6%:R%:M *v s2 by rewrite actA -scalar_mxM -natrM.
move: some all; rewrite -/E1 -/E2.
set o := exo_obs _ _ _ _; set x := exo_change _ _ _ _ _ _ => some all.
have lossE A (B : 'M[R]_(2, 1)) C D (K : 'M[R]_1) :
    loss_act o x q2 4%:R A B C D (2%:R *: K) = loss_act o x s2 8%:R A B C D K.
  rewrite /loss_act; congr (_ + _).
  have -> : (2%:R *: K) *v latent C D o (o + x) - q2 =
      2%:R%:M *v (K *v latent C D o (o + x) - s2).
    by rewrite actDr actNr actA mul_scalar_mx.
  by rewrite msqZ mulrA -exprMn -natrM.
have half (K : 'M[R]_1) : K = 2%:R *: (2%:R^-1 *: K).
  by rewrite scalerA mulfV // scale1r.
have optE A (B : 'M[R]_(2, 1)) C D (K : 'M[R]_1) :
    act_optimal o x q2 4%:R A B C D (2%:R *: K) <->
    act_optimal o x s2 8%:R A B C D K.
  split=> h A' B' C' D' K'; first by rewrite -!lossE.
  by rewrite (half K') !lossE.
split.
- by do ![split]; rewrite ?cov_scaled ?cov_actl ?sE ?mulmx0 ?scaler0.
- by split; [exact: axes_orthonormal|exact: (free 2%N)].
- split; first by rewrite tr_scalar_mx -scalar_mxM -natrM; apply: dg1.
  rewrite ee -natrX -natrD => -[/below1|]; first by rewrite ler_nat.
  by move=> /matrixP/(_ 0 0)/eqP; rewrite !mxE mulr1n pnatr_eq0.
- have [A [B [C [D [K [/optE opt leak0]]]]]] := proj2 some (pd_psd lo).
  by exists A, B, C, D, (2%:R *: K).
move=> A B C D K; rewrite (half K) => /optE.
by move=> opt; apply: all opt; left.
Qed.

Theorem R6_injective_needed :
  let o := exo_obs E2 E1 N N in
  let x := exo_change E2 E1 0 ((0 : 'M[R]_1) *v s2) N s3 in
  [/\ exo_sources N s2 N s3, orthonormal E2 E1 /\ cov s2 s2 = 1%:M,
      (0 : 'M[R]_1)^T *m 0 = dg I (fun=> 0) /\
        pd ((0 + 2%:R ^+ 2)%:M - cov s3 s3),
      exists A (B : 'M_(2, 1)) C D (K : 'M_1), act_optimal o x s2 2%:R A B C D K
    & forall A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x s2 2%:R A B C D K ->
        cov (latent C D o (o + x)) s3 <> 0].
Proof.
have oE : exo_obs E2 E1 N N = 0.
  by rewrite /exo_obs !act0r addr0.
have xE : exo_change E2 E1 0 ((0 : 'M[R]_1) *v s2) N s3 = E1 *v s3.
  by rewrite /exo_change act0l !act0r !add0r.
move=> o x.
have latE C D : latent C D o (o + x) = (D *m E1) *v s3 :> 'cV_1.
  by rewrite /latent /o /x oE xE act0r !add0r actA.
have leakE C D : cov (latent C D o (o + x)) s3 = D *m E1 :> 'M_1.
  by rewrite latE cov_actl sE mulmx1.
have lossE A (B : 'M[R]_(2, 1)) C D (K : 'M[R]_1) :
    loss_act o x s2 2%:R A B C D K =
    msq ((B *m (D *m E1) - E1) *v s3)
    + 4%:R * (msq ((K *m (D *m E1)) *v s3) + 1).
  rewrite /loss_act /loss /predict !latE /o /x oE xE act0r !add0r.
  rewrite !(actA B) !(actA K) -actNl -actDl -natrX; congr (_ + _ * _).
  rewrite msqB cov_actl sE mulmx0 raddf0 mulr0 subr0.
  by rewrite [msq s2]msqE sE mxtrace1.
have best : act_optimal o x s2 2%:R 0 E1 0 E1^T 0.
  move=> A B C D K; rewrite !lossE E11 mulmx1 subrr act0l msq0 mul0mx act0l.
  rewrite msq0 !add0r mulr1 -[X in X <= _]add0r.
  rewrite le_add2 ?msq_ge0 // mulrDr mulr1 le_addR.
  by rewrite mulr_ge0 ?ler0n ?msq_ge0.
split.
- by do ![split]; rewrite ?cov0l ?cov0r ?sE.
- by split; [apply: axes_orthonormal | rewrite sE].
- split; first by rewrite mulmx0 -dg1 raddf0.
  by rewrite sE add0r -natrX; apply/pd_below1/(@nat_lt R 1 4).
- by exists 0, E1, 0, E1^T, 0.
move=> A B C D K opt; rewrite leakE => D0.
have := opt 0 E1 0 E1^T 0.
rewrite !lossE D0 E11 mulmx1 subrr !mulmx0 mul0mx sub0r !act0l !msq0 !add0r.
rewrite -[X in _ <= X]add0r le_add2r actNl msqN msq_act sE /en mulmx1.
by rewrite mxtrace_mulC E11 mxtrace1 leNgt ltr01.
Qed.
End Instances.
