(* -------------------------------------------------------------------------- *)
(*  The gate: that hypotheses are needed. Every instance of necessity.v and   *)
(*  necessity_noise.v stated once more, closed, apart from its proof.         *)
(*  s0, s1, s2, s3: independent fair signs; white = (s0, s1), white' =        *)
(*  (s2, s3); E1, E2: the axes of R^2; axes_latent k: reads the first k       *)
(*  coordinates of the change                                                 *)
(* -------------------------------------------------------------------------- *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import psd eigenform l2 finite_probability linear_lam.
From SymLAM Require Import data_augmentation llo surrogate action_prediction.
From SymLAM Require Import noise policy_sweep mutual_information necessity.
From SymLAM Require Import necessity_noise.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Check (S2_dimension_needed : forall (R : realFieldType) k (C C' : 'M[R]_(k, 0)),
  C = C').
Print Assumptions S2_dimension_needed.

Check (prop_4_3_uncorrelated_needed : forall R : realFieldType,
  let o := white R in let x := o in let k1 := white' R in let k2 := 0 in
  let A : 'M[R]_2 := 2%:R%:M in let Z : 'M[R]_(2, 1) := 0 in
  [/\ cov o k1 = 0, pd (cov o o) /\ pd (cov k1 k1), cov x x = dg 1%:M (fun=> 1),
      \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1
    & loss_aug o x k1 k2 A Z 0 0 = 0 /\ A <> 1%:M]).
Print Assumptions prop_4_3_uncorrelated_needed.

Check (prop_4_3_xk2_needed : forall R : realFieldType,
  let o := 0 in let x := white R in let k1 := white' R in let k2 := x in
  let A : 'M[R]_2 := 2%:R%:M in let Z : 'M[R]_(2, 1) := 0 in
  [/\ cov x k1 = 0, cov k1 k2 = 0, pd (cov k1 k1) /\ pd (cov k2 k2),
      cov x x = dg 1%:M (fun=> 1)
    & [/\ \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1,
          loss_aug o x k1 k2 A Z 0 0 = 0 & 0 < aug_penalty k1 k2 A Z 0 0]]).
Print Assumptions prop_4_3_xk2_needed.

Check (prop_4_3_k12_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in
  let o := s0 in let x := s1 in let k1 := s2 in let k2 := s2 in
  [/\ [/\ cov o x = 0, cov o k1 = 0, cov o k2 = 0, cov x k1 = 0
        & cov x k2 = 0], pd (cov o o) /\ pd (cov k1 k1),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 0 I 0 I = 0 /\ 0 < aug_penalty k1 k2 0 I 0 I]).
Print Assumptions prop_4_3_k12_needed.

Check (prop_4_3_ok1_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let s3 := s3 R in
  let o := s0 in let x := s1 in let k1 := - s0 in let k2 := s3 in
  [/\ [/\ cov o x = 0, cov o k2 = 0, cov x k1 = 0, cov x k2 = 0
        & cov k1 k2 = 0], pd (cov o o) /\ pd (cov k1 k1),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 I I 0 I = 0 /\ 0 < aug_penalty k1 k2 I I 0 I]).
Print Assumptions prop_4_3_ok1_needed.

Check (prop_4_3_ok2_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in
  let o := s0 in let x := s1 in let k1 := s2 in let k2 := - s0 in
  [/\ [/\ cov o x = 0, cov o k1 = 0, cov x k1 = 0, cov x k2 = 0
        & cov k1 k2 = 0], pd (cov o o) /\ pd (cov k1 k1),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 0 I (- I) I = 0 /\ 0 < aug_penalty k1 k2 0 I (- I) I]).
Print Assumptions prop_4_3_ok2_needed.

Check (prop_4_3_xk1_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s1 := s1 R in let s3 := s3 R in
  let o := 0 in let x := s1 in let k1 := s1 in let k2 := s3 in
  [/\ cov x k2 = 0 /\ cov k1 k2 = 0, pd (cov k1 k1) /\ pd (cov k2 k2),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 I I I 0 = 0 /\ 0 < aug_penalty k1 k2 I I I 0]).
Print Assumptions prop_4_3_xk1_needed.

Check (prop_4_3_only_o_pd : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  [/\ cov s0 s1 = 0, pd (cov s0 s0), cov s1 s1 = dg 1%:M (fun=> 1)
    & loss_aug s0 s1 0 0 0 I 0 I = 0]).
Print Assumptions prop_4_3_only_o_pd.

Check (prop_4_3_only_k1_pd : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s1 := s1 R in let s2 := s2 R in
  [/\ cov s1 s2 = 0, pd (cov s2 s2), cov s1 s1 = dg 1%:M (fun=> 1)
    & loss_aug 0 s1 s2 0 0 I (- I) I = 0]).
Print Assumptions prop_4_3_only_k1_pd.

Check (prop_4_3_only_k2_pd : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s1 := s1 R in let s3 := s3 R in
  [/\ cov s1 s3 = 0, pd (cov s3 s3), cov s1 s1 = dg 1%:M (fun=> 1)
    & loss_aug 0 s1 0 s3 I I 0 I = 0]).
Print Assumptions prop_4_3_only_k2_pd.

Check (P4_3d_shift_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in let s3 := s3 R in
  let L := loss_aug s0 s1 (0%:M *v s2) (0%:M *v s3) in
  [/\ [/\ cov s0 s2 = 0, cov s0 s3 = 0, cov s1 s2 = 0, cov s1 s3 = 0
        & cov s2 s3 = 0],
      L 0 I 0 I = 0 /\ 0 < aug_penalty s2 s3 0 I 0 I
    & L I I (- I) I = 0 /\ aug_penalty s2 s3 I I (- I) I = 0]).
Print Assumptions P4_3d_shift_needed.

Check (S3_uncorrelated_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in
  let o := s0 in let x := s0 in let A : 'M[R]_1 := I + (I + I) in
  let y := change o x A I 0 0 in
  [/\ I *m I = 1%:M, loss o x A I 0 0 = pca I 0 (cov x x),
      msq (y - (I *m 0) *v x) = 4%:R, msq (I *v y - 0 *v x) = 4%:R
    & herr y o = 0 /\ herr (0 *v x : 'cV_1) o = 1]).
Print Assumptions S3_uncorrelated_needed.

Check (S3_injective_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let o := s0 in let x := s1 in let y := change o x I (0 : 'M[R]_1) 0 I in
  [/\ cov o x = 0, loss o x I 0 0 I = pca 0 I (cov x x),
      forall G : 'M_1, msq (G *v y - I *v x) = 1
    & herr y x = 1 /\ herr (I *v x) x = 0]).
Print Assumptions S3_injective_needed.

Check (M2_max_noise_state_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let q := s0 in let o := s1 in let e := s1 in
  [/\ cov o q = 0, cov q e = 0, msq q != 0,
      LLO (latent (- (I + I)) I o (o + (q + e))) q e o = 2%:R
    & (cov q q :&: cov e e)%MS <> 0]).
Print Assumptions M2_max_noise_state_needed.

Check (M1_unit_needed : forall R : realFieldType,
  let y := E1 R *v s0 R in let z := 0 : 'cV_1 in
  [/\ msq y != 0, cov z y = 0, rcov z y = 1 *: cov y y & info_ratio z y = 0]).
Print Assumptions M1_unit_needed.

Check (M1_dimension_needed : forall R : realFieldType,
  let s0 := s0 R in
  forall y : 'cV[cubeL2 R 4]_0,
  [/\ cov y y \in unitmx, rcov s0 y = 0 *: cov y y & nerr s0 y = 1]).
Print Assumptions M1_dimension_needed.

Check (C1_col_dimension_needed : forall R : realFieldType,
  let s0 := s0 R in let E1 := E1 R in
  let o := 0 : 'cV_2 in let X := E1 in let a := s0 in
  let B : 'M[R]_2 := 1%:M in
  [/\ cov o (X *v a) = 0, row_free X^T, pd (cov a a),
      loss o (X *v a) B B (- B) B = 0 & ~ (B^T :=: X^T)%MS]).
Print Assumptions C1_col_dimension_needed.

Check (C1_determines_correlated_false : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in
  let o := s0 in let a := s0 in
  [/\ row_free I^T, pd (cov a a), loss o (I *v a) I I I 0 = 0,
      msq (I *v latent I 0 o (o + I *v a) - a) = 0
    & (I + 0) *m cov o o <> 0]).
Print Assumptions C1_determines_correlated_false.

Check (C1_determines_noninjective_false : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let o := s0 in let a := s1 in let X : 'M[R]_1 := 0 in let q := X *v a in
  [/\ cov o q = 0 /\ pd (cov a a), loss o q I (0 : 'M_1) 0 0 = 0,
      (0 + 0 : 'M_1) *m cov o o = 0,
      forall H : 'M_1, msq (H *v latent 0 0 o (o + q) - a) = 1
    & forall H : 'M_1, msq (H *v change o q I (0 : 'M_1) 0 0 - a) = 1]).
Print Assumptions C1_determines_noninjective_false.

Check (C1_determines_singular_false : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in
  let o := s0 in let a := 0 : 'cV_1 in
  [/\ cov o (I *v a) = 0 /\ row_free I^T, loss o (I *v a) I (0 : 'M_1) I 0 = 0,
      msq ((0 : 'M_1) *v latent I 0 o (o + I *v a) - a) = 0
    & (I + 0) *m cov o o <> 0]).
Print Assumptions C1_determines_singular_false.

Check (C1_determines_dimension_false : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let E1 := E1 R in let E2 := E2 R in
  let o := s0 in let a := s1 in let q := I *v a in
  let B := E1^T in let C := E2 - E1 in let D := E1 in
  [/\ [/\ cov o q = 0, row_free I^T & pd (cov a a)], loss o q I B C D = 0,
      msq (E1^T *v latent C D o (o + q) - a) = 0
    & (C + D) *m cov o o <> 0]).
Print Assumptions C1_determines_dimension_false.

Check (prop_4_4_uncorrelated_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let E1 := E1 R in
  let E2 := E2 R in
  forall (mu : R), mu != 0 ->
  let t := (mu / 2%:R) ^+ 2 in let a := s0 in
  let e := ((mu / 2%:R) *: E2) *v s0 in let B := E1 + (mu / 2%:R) *: E2 in
  let x := E1 *v a + e in
  [/\ [/\ E1^T *m E1 = 1%:M, E1^T *m cov e e = 0, row_free E1^T & 0 <= t],
      psd (t%:M - cov e e), cov a a = 1%:M /\ t < mu ^+ 2,
      0 < msq e
    & [/\ loss_sup x a mu B E1^T I = 0, msq (I *v (E1^T *v x) - a) = 0,
          E1^T *m cov e e = 0 & B *m E1^T *m E1 <> E1]]).
Print Assumptions prop_4_4_uncorrelated_needed.

Check (prop_4_4_orthogonal_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  forall (mu c : R), let a := s0 in let e := c%:M *v s1 in
  let x := I *v a + e in
  let v := mu ^+ 2 * (c ^+ 2 / (1 + c ^+ 2)) in
  let E := (1 + c ^+ 2)^-1%:M in
  [/\ cov a a = 1%:M /\ cov a e = 0, msq e = c ^+ 2, cov e e = (c ^+ 2)%:M,
      loss_sup x a mu I I E = v /\ (forall B D E', v <= loss_sup (k := 1) x a
        mu B D E')
    & loss_sup x a mu I I I = mu ^+ 2 * c ^+ 2 /\
      msq (E *v (I *v x) - a) = c ^+ 2 / (1 + c ^+ 2)]).
Print Assumptions prop_4_4_orthogonal_needed.

Check (prop_4_4_injective_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  forall (mu c : R), mu != 0 ->
  let a := s0 in let e := c%:M *v s1 in let X : 'M[R]_1 := 0 in
  let L := loss_sup (k := 1) (X *v a + e) a mu in
  [/\ cov a e = 0, X^T *m cov e e = 0,
      L X (invmx (X^T *m X) *m X^T) I = msq e + mu ^+ 2,
      L I I 0 = mu ^+ 2 /\ (forall B D E, mu ^+ 2 <= L B D E)
    & [/\ I *m cov e e = cov e e, 0 *m I *m X <> I
        & msq ((0 : 'M_1) *v (I *v (X *v a + e)) - a) = 1]]).
Print Assumptions prop_4_4_injective_needed.

Check (prop_4_4_threshold_injective_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let E1 := E1 R in
  let E2 := E2 R in
  forall (mu : R), mu != 0 ->
  let a := ((2%:R *: E1) *v s0 + E2 *v s1 : 'cV_2) in
  let e := (mu * 2%:R)%:M *v s2 in let X : 'M[R]_(1, 2) := 0 in
  [/\ cov a e = 0, X^T *m cov e e = 0,
      forall (B : 'M_(1, 2)) D E, msq e <= loss_sup (X *v a + e) a mu B D E
    & ~ exists t : R, [/\ 0 <= t, psd (t%:M - cov e e)
        & psd (cov a a - t *: invmx (X^T *m X + (mu ^+ 2)%:M))]]).
Print Assumptions prop_4_4_threshold_injective_needed.

Check (prop_4_4_weight_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in
  let a := s0 in let e := 0 : 'cV_1 in let x := I *v a + e in
  [/\ cov a a = 1%:M, loss_sup x a 0 I I 0 = 0, 0 *m I *m I <> I
    & msq ((0 : 'M_1) *v (I *v x) - a) = 1 /\ msq e / 0 ^+ 2 = 0]).
Print Assumptions prop_4_4_weight_needed.

Check (prop_4_4_strength_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let a := s0 in let e := (2%:R *: E2) *v s1 in let x := E1 *v a + e in
  [/\ E1^T *m E1 = 1%:M, cov a e = 0, E1^T *m cov e e = 0, cov a a = 1%:M
    & loss_sup x a 1 E2 E2^T 0 = 2%:R /\ msq e = 4%:R]).
Print Assumptions prop_4_4_strength_needed.

Check (prop_4_4_orthonormal_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let a := s0 in let e := (2%:R *: E2) *v s1 in let X := 2%:R *: E1 in
  [/\ cov a e = 0, X^T *m cov e e = 0, cov a a = 1%:M,
      forall (B : 'M_(2, 1)) D E, msq e <= loss_sup (X *v a + e) a 1 B D E
    & ~ psd ((1 * (1 + 1 ^+ 2))%:M - cov e e)]).
Print Assumptions prop_4_4_orthonormal_needed.

Check (prop_4_4_action_needed : forall R : realFieldType,
  let s0 := s0 R in
  forall (mu : R) (a : 'cV[cubeL2 R 4]_0)
    (X : 'M[R]_(1, 0)), let e := s0 in
  [/\ cov a e = 0 /\ X^T *m cov e e = 0, X^T *m X = 1%:M, cov a a = 0%:M,
      forall B (D : 'M_(0, 1)) E, msq e <= loss_sup (X *v a + e) a mu B D E
    & ~ psd ((0 * (1 + mu ^+ 2))%:M - cov e e)]).
Print Assumptions prop_4_4_action_needed.

Check (prop_4_4_signal_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s1 := s1 R in
  let a := 0 : 'cV_1 in let e := s1 in let x := I *v a + e in
  [/\ cov a e = 0, msq ((0 : 'M[R]_1) *v (I *v x) - a) = 0
    & 0 *m I *m I <> I]).
Print Assumptions prop_4_4_signal_needed.

Check (prop_4_4_svd_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in
  forall (mu : R), mu != 0 ->
  let a := s0 in let T : 'M[R]_1 := 0 in let X := I *m T *m I^T in
  loss_sup (X *v a + 0) a mu I I^T (I *m invmx T) = mu ^+ 2 /\
  msq (0 : 'cV[cubeL2 R 4]_1) = 0).
Print Assumptions prop_4_4_svd_needed.

Check (prop_4_4_full_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in
  forall (mu : R), mu != 0 ->
  let full o x k1 k2 a A B C D E := loss_aug o x k1 k2 A B C D
    + mu ^+ 2 * msq (E *v latent C D (o + k1) (o + x + k1) - a) in
  let sup x a B D E := loss_sup x a mu B D E in
  let Z : 'M[R]_1 := 0 in let J := I + I in let zero := 0 : 'cV_1 in
  [/\
      full s0 s0 zero zero s2 J Z Z Z Z < sup s0 s2 Z Z Z,
      full zero s0 zero s0 s2 J Z Z Z Z < sup s0 s2 Z Z Z,
      full zero s0 s0 zero s2 I I I Z Z < sup s0 s2 I Z Z,
      full s0 s1 zero zero s0 I Z I Z I < sup s1 s0 Z Z I
    &
      full zero s1 s0 zero s0 I Z I Z I < sup s1 s0 Z Z I]).
Print Assumptions prop_4_4_full_needed.

Check (scores_uncorrelated_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in
  let q := 2%:R%:M *v s0 in let e := s0 in let o := s1 in
  let z := axes_latent 1 o (q + e) in
  [/\ cov o q = 0 /\ cov o e = 0, cov q q = dg 1%:M (fun=> 4%:R),
      cov e e = dg 1%:M (fun=> 1), herr z q = 0 /\ herr z e = 0
    & [/\ nerr z q = 0, nerr z e = 0 & LLO z q e o = 1]]).
Print Assumptions scores_uncorrelated_needed.

Check (C2_min_qe_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let q := s1 in let e := - s1 in let o := s0 in
  [/\ cov o q = 0 /\ cov o e = 0, cov q q = dg 1%:M (fun=> 1), cov e e = 1%:M,
      loss o (q + e) I (0 : 'M_1) 0 0 = iid_min 1 (fun _ : 'I_1 => 1) 1
    & pca (0 : 'M[R]_1) 0 1%:M <> (1 - 1)%:R]).
Print Assumptions C2_min_qe_needed.

Check (C2_min_oq_needed : forall R : realFieldType,
  let q := white R in let e := white' R in let o := q in
  [/\ cov q e = 0 /\ cov o e = 0, cov q q = dg 1%:M (fun=> 1), cov e e = 1%:M,
      loss o (q + e) 2%:R%:M (0 : 'M_(2, 1)) 0 0 =
        iid_min 1 (fun _ : 'I_2 => 1) 1
    & pca (0 : 'M[R]_(2, 1)) 0 1%:M <> (2 - 1)%:R]).
Print Assumptions C2_min_oq_needed.

Check (C2_min_oe_needed : forall R : realFieldType,
  let q := white R in let e := white' R in let o := e in
  [/\ cov q e = 0 /\ cov o q = 0, cov q q = dg 1%:M (fun=> 1), cov e e = 1%:M,
      loss o (q + e) 2%:R%:M (0 : 'M_(2, 1)) 0 0 =
        iid_min 1 (fun _ : 'I_2 => 1) 1
    & pca (0 : 'M[R]_(2, 1)) 0 1%:M <> (2 - 1)%:R]).
Print Assumptions C2_min_oe_needed.

Check (C2_eigenvalues_needed : forall R : realFieldType,
  let l := fun _ : 'I_1 => -1 : R in
  let m s := pca (0 : 'M[R]_1) 0 (dg 1%:M l + s%:M) in
  [/\ m 1 = iid_min 1 l 1, m 2%:R <> iid_min 1 l 2%:R
    & pca (0 : 'M[R]_1) 0 (dg 1%:M l) <> \sum_(i < 1 | (1 <= i)%N) l i]).
Print Assumptions C2_eigenvalues_needed.

Check (C2_variance_needed : forall R : realFieldType,
  let l := fun _ : 'I_1 => 1 : R in
  [/\ pca (0 : 'M[R]_1) 0 (dg 1%:M l + (-1)%:M) = iid_min 1 l (-1)
    & pca (0 : 'M[R]_1) 0 (dg 1%:M l) <> \sum_(i < 1 | (1 <= i)%N) l i]).
Print Assumptions C2_variance_needed.

Check (C2_sizes_needed : forall R : realFieldType,
  let noise_error := fun (d n k : nat) (v s : R) =>
    (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R in
  forall (V : l2space R), [/\ forall n k (z : 'cV[V]_k), nerr z (0 : 'cV_n) = 1,
      forall k (z : 'cV[V]_k) (y : 'cV_0), nerr z y = 1,
      forall n (z : 'cV[V]_0) (y : 'cV_n), nerr z y = 1
    & [/\ (0 : R) / (0 + 0) <> 1 /\ (1 : R) / (1 + 1) <> 1,
          noise_error 0%N 1%N 1%N 1 0 <> 1, noise_error 0%N 0%N 0%N 1 1 <> 1
        & noise_error 1%N 1%N 0%N 1 1 <> 1]]).
Print Assumptions C2_sizes_needed.

Check (C2_directions_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in
  let noise_error := fun (d n k : nat) (v s : R) =>
    (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R in
  let q := s0 in let e := s1 in let o := s2 in
  let z := axes_latent 2 o (q + e) in
  [/\ [/\ cov q e = 0, cov o q = 0 & cov o e = 0],
      cov q q = dg 1%:M (fun i : 'I_1 => if (i < 2)%N then 1 else 0),
      cov e e = 1%:M, nerr z e = 2%:R^-1 /\ noise_error 2%N 1%N 2%N 1 1 = 1
    & LLO z q e o = 1 /\ 1 - 1 / (1 + 1) + noise_error 2%N 1%N 2%N 1 1 <> 1]).
Print Assumptions C2_directions_needed.

Check (C2_state_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in
  let noise_error := fun (d n k : nat) (v s : R) =>
    (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R in
  let q := s0 in let e := s1 in
  [/\ cov q e = 0, cov q q = dg 1%:M (fun i : 'I_1 => if (i < 1)%N then 1 else
    0),
      cov e e = 1%:M,
      LLO (axes_latent 1 q (q + e)) q e q = 2%:R^-1 /\
      LLO (axes_latent 1 e (q + e)) q e e = 2%:R^-1
    & 1 - 1 / (1 + 1) + noise_error 1%N 1%N 1%N 1 1 = 1]).
Print Assumptions C2_state_needed.

Check (C2_score_noise_needed : forall R : realFieldType,
  let s0 := s0 R in let E1 := E1 R in
  let noise_error := fun (d n k : nat) (v s : R) =>
    (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R in
  let q := E1 *v s0 in let o := 0 : 'cV_2 in let z := axes_latent 2 o (q + 0) in
  [/\ cov q q = dg 1%:M (fun i : 'I_2 => if (i < 1)%N then 1 else 0),
      LLO z q 0 o = 2%:R & 1 - 0 / (1 + 0) + noise_error 1%N 2%N 2%N 1 0 <>
        2%:R]).
Print Assumptions C2_score_noise_needed.

Check (C2_score_action_needed : forall R : realFieldType,
  let s1 := s1 R in let s2 := s2 R in
  let noise_error := fun (d n k : nat) (v s : R) =>
    (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R in
  let e := s1 in let o := s2 in let z := axes_latent 1 o (0 + e) in
  [/\ cov o e = 0, cov e e = 1%:M, LLO z 0 e o = 0
    & 1 - 1 / (1 + 1) + noise_error 0%N 1%N 1%N 1 1 <> 0]).
Print Assumptions C2_score_action_needed.

Check (C3_strength_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let o0 : 'cV[cubeL2 R 4]_2 := 0 in
  let e c := (c *: E2) *v s1 in let B := E2 in let D := E2^T in
  let A := 1%:M - B *m (- D + D) in
  let x c := E1 *v s0 + e c in
  [/\ E1^T *m E1 = 1%:M, forall c, E1^T *m cov (e c) (e c) = 0,
      cov s0 s0 = 1%:M, forall c, 1 <= c ^+ 2 -> optimal (loss o0 (x c)) A B
        (- D) D
    & forall c, c != 0 -> D *m cov (e c) (e c) <> 0 /\
        loss o0 (x c) A B (- D) D = 1 /\ msq (e c) = c ^+ 2]).
Print Assumptions C3_strength_needed.

Check (C3_orthonormal_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let o0 : 'cV[cubeL2 R 4]_2 := 0 in
  let X := 2%:R^-1 *: E1 in let a := 4%:R%:M *v s0 in
  let e := (3%:R *: E2) *v s1 in let x := X *v a + e in
  let A := 1%:M - E2 *m (- E2^T + E2^T) in
  [/\ cov a a = 16%:R%:M, cov e e = 9%:R *: (E2 *m E2^T), X^T *m cov e e = 0,
      optimal (loss o0 x) A E2 (- E2^T) E2^T /\
        loss o0 x A E2 (- E2^T) E2^T = 4%:R
    & [/\ msq e = 9%:R, E2^T *m cov e e <> 0, msq (X *v a) != 0,
          LLO (latent (- E2^T) E2^T o0 (o0 + x)) (X *v a) e o0 <> 2%:R
        & loss o0 x (1%:M - X *m (0 + X^T)) X 0 X^T <> msq e]]).
Print Assumptions C3_orthonormal_needed.

Check (C3_ae_needed : forall R : realFieldType,
  let s0 := s0 R in let E1 := E1 R in let E2 := E2 R in
  let o0 : 'cV[cubeL2 R 4]_2 := 0 in
  let a := 2%:R%:M *v s0 in let e := E2 *v s0 in let x := E1 *v a + e in
  let B := 2%:R *: E1 + E2 in
  [/\ E1^T *m cov e e = 0, cov a a = 4%:R%:M, psd (1%:M - cov e e),
      loss o0 x 1%:M B (- E2^T) E2^T = 0 /\ msq e = 1
    & [/\ E2^T *m cov e e <> 0, msq (E1 *v a) != 0 & cov (E1 *v a) e <> 0]]).
Print Assumptions C3_ae_needed.

Check (C3_oa_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let o := E1 *v s0 in let a := 2%:R%:M *v s0 in let e := E2 *v s1 in
  let x := E1 *v a + e in
  [/\ cov a e = 0 /\ cov o e = 0, E1^T *m cov e e = 0, cov a a = 4%:R%:M,
      psd (1%:M - cov e e)
    & [/\ loss o x (1%:M + 2%:R%:M) E2 (- E2^T) E2^T = 0, msq e = 1,
          E2^T *m cov e e <> 0 & msq (E1 *v a) != 0 /\ cov (E1 *v a) o <> 0]]).
Print Assumptions C3_oa_needed.

Check (C3_oe_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let o := E2 *v s1 in let a := 2%:R%:M *v s0 in let e := o in
  let x := E1 *v a + e in let D := E1^T + E2^T in
  let C := - E1^T - (E2^T + E2^T) in
  [/\ cov a e = 0 /\ cov o a = 0, E1^T *m cov e e = 0, cov a a = 4%:R%:M,
      psd (1%:M - cov e e)
    & [/\ loss o x 2%:R%:M E1 C D = 0, msq e = 1, D *m cov e e <> 0,
          LLO (latent C D o (o + x)) (E1 *v a) e o = 2%:R
        & (C + D) *m cov o o <> 0]]).
Print Assumptions C3_oe_needed.

Check (C3_orthogonal_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let a := 2%:R%:M *v s0 in let e := s1 in let x := I *v a + e in
  [/\ cov a e = 0, cov a a = 4%:R%:M /\ cov e e = 1%:M,
      loss (0 : 'cV_1) x 1%:M I (- I) I = 0 /\ msq e = 1,
      loss (0 : 'cV_1) x (1%:M - I *m (- I + I^T)) I (- I) I^T <> msq e
    & [/\ I *m cov e e <> 0, msq (I *v a) != 0
        & LLO (latent (- I) I 0 (0 + x)) (I *v a) e 0 <> 2%:R]]).
Print Assumptions C3_orthogonal_needed.

Check (C3_noise_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in
  let q := s0 in let o := s1 in
  LLO (axes_latent 2 o (q + 0)) q 0 o = 2%:R).
Print Assumptions C3_noise_needed.

Check (C3_excluded_qe : forall R : realFieldType,
  let s0 := s0 R in let E1 := E1 R in let E2 := E2 R in
  let o0 : 'cV[cubeL2 R 4]_2 := 0 in
  let q := E2 *v s0 in let e := (2%:R *: E1) *v s0 in
  let B := 2%:R *: E1 + E2 in
  [/\ psd (1%:M - cov q q), 1 < (E1^T *m cov e e *m E1^T^T) 0 0,
      loss o0 (q + e) 1%:M B (- E2^T) E2^T = 0 & E2^T *m cov e e = 0]).
Print Assumptions C3_excluded_qe.

Check (C3_excluded_oe : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let q := E1 *v s0 in let e := (2%:R *: E2) *v s1 in let o := e in
  [/\ cov q e = 0, psd (1%:M - cov q q), 1 < (E2^T *m cov e e *m E2^T^T) 0 0,
      loss o (q + e) 2%:R%:M E1 (- E1^T) E1^T = 0 & E1^T *m cov e e = 0]).
Print Assumptions C3_excluded_oe.

Check (C3_excluded_strength : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let o0 : 'cV[cubeL2 R 4]_2 := 0 in
  let q := (2%:R *: E2) *v s1 in let e := E1 *v s0 in
  let A := 1%:M - E2 *m (- E2^T + E2^T) in
  [/\ cov q e = 0, psd (4%:R%:M - cov q q), 0 < (E1^T *m cov e e *m E1^T^T) 0 0,
      optimal (loss o0 (q + e)) A E2 (- E2^T) E2^T & E2^T *m cov e e = 0]).
Print Assumptions C3_excluded_strength.

Check (C3_excluded_dimension : forall R : realFieldType,
  forall n (D : 'M[R]_(0, n)) (S : 'M[R]_n), D *m S = 0).
Print Assumptions C3_excluded_dimension.

Check (C3_nonorth_orthonormal : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let X : 'M[R]_1 := 2%:R%:M in let a := s0 in let e := s1 in
  [/\ cov a e = 0, loss (0 : 'cV_1) (X *v a + e) 1%:M I (- I) I = 0,
      (I^T :=: X^T)%MS & (1%:M - X *m X^T) *m cov e e *m X <> 0]).
Print Assumptions C3_nonorth_orthonormal.

Check (C3_nonorth_ae : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let o0 : 'cV[cubeL2 R 4]_2 := 0 in
  let a := 2%:R%:M *v s1 - s0 in let e := (E2 + E1) *v s0 in
  let A := 1%:M - E2 *m (- E2^T + E2^T) in
  [/\ E2^T *m E2 = 1%:M, optimal (loss o0 (E2 *v a + e)) A E2 (- E2^T) E2^T
    & (1%:M - E2 *m E2^T) *m cov e e *m E2 <> 0]).
Print Assumptions C3_nonorth_ae.

Check (C3_nonorth_oe : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let a := s0 in let e := (E1 + E2) *v s1 in let o := e in
  [/\ E1^T *m E1 = 1%:M, cov a e = 0,
      loss o (E1 *v a + e) 2%:R%:M E1 (- (E1^T + E1^T)) E1^T = 0
    & (1%:M - E1 *m E1^T) *m cov e e *m E1 <> 0]).
Print Assumptions C3_nonorth_oe.

Check (D2_os_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let Z : 'M[R]_1 := 0 in
  let J : 'M[R]_1 := I + I in let s0 := s0 R in
  let x chi := sweep I Z s0 0 s0 chi in
  [/\ loss s0 (x 0) J Z Z Z = 0, loss s0 (x 1) I I (- I) I = 0
    & left I s0 Z Z = 1 /\ left I s0 I I = 0]).
Print Assumptions D2_os_needed.

Check (D2_se_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let Z : 'M[R]_1 := 0 in let s0 := s0 R in
  let o := 0 : 'cV_1 in let s := s0 in let e := - s0 in
  let x chi := sweep I Z o e s chi in
  [/\ loss o (x (-1)) I I (- I) I = 0, loss o (x 0) I Z Z Z = 0,
      loss o (x 1) I I (- I) I = 0
    & [/\ noise_left e I I = 0, noise_left e Z Z = 1, left I s Z Z = 1
        & left I s I I = 0]]).
Print Assumptions D2_se_needed.

Check (D2_oe_needed : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let Z : 'M[R]_1 := 0 in
  let J : 'M[R]_1 := I + I in let s0 := s0 R in let s1 := s1 R in
  let o := s1 in let s := s0 in let e := s1 in
  let x chi := sweep I Z o e s chi in
  [/\ cov o s = 0 /\ cov s e = 0, loss o (x 0) I I (- I) I = 0,
      loss o (x 1) J Z Z Z = 0
    & noise_left e I I = 0 /\ noise_left e Z Z = 1]).
Print Assumptions D2_oe_needed.

Check (D2_order_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let E1 := E1 R in let E2 := E2 R in
  let o := 0 : 'cV_2 in let X := 2%:R *: E2 in let s := s1 in
  let e := (1 *: E1) *v s0 in
  let x chi := sweep X (0 : 'M_(1, 2)) o e s chi in
  [/\ cov s e = 0, loss o (x 1) 1%:M E1 (- E1^T) E1^T = 0,
      forall chi, (1 - chi) ^+ 2 = 1 ->
        optimal (loss o (x chi)) (1%:M - E2 *m (- E2^T + E2^T)) E2 (- E2^T)
          E2^T,
      left X s E1 E1^T = 4%:R /\ left X s E2 E2^T = 0
    & noise_left e E1 E1^T = 0 /\ noise_left e E2 E2^T = 1]).
Print Assumptions D2_order_needed.
