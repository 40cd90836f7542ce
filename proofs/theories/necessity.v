(*      Each hypothesis of the repaired theorems is needed                    *)
(* -------------------------------------------------------------------------- *)
(* For a theorem and one of its hypotheses: an instance on the finite         *)
(* probability space of independent signs where the other hypotheses hold and *)
(* the conclusion fails.  ledger.toml says which instance belongs to which    *)
(* hypothesis.                                                                *)
(* s0, s1, s2, s3 == four independent fair signs, random vectors of dimension *)
(*                   1, of mean zero and variance 1 (coin of                  *)
(*                   finite_probability)                                      *)
(* E1, E2         == the two axes of R^2, as columns                          *)
(* white, white'  == the random vectors (s0, s1) and (s2, s3) of dimension 2  *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.
From SymLAM Require Import l2 finite_probability reduced_rank linear_lam.
From SymLAM Require Import data_augmentation llo surrogate action_prediction.
From SymLAM Require Import mutual_information.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* ------------------------- the sources ------------------------------------ *)
Section Sources.
Variable R : realFieldType.

(* sealed: a conversion in the concrete space would enumerate it *)
Lemma s0_spec : {s | s = coin R (@Ordinal 4 0 isT)}. Proof. by eexists. Qed.
Lemma s1_spec : {s | s = coin R (@Ordinal 4 1 isT)}. Proof. by eexists. Qed.
Lemma s2_spec : {s | s = coin R (@Ordinal 4 2 isT)}. Proof. by eexists. Qed.
Lemma s3_spec : {s | s = coin R (@Ordinal 4 3 isT)}. Proof. by eexists. Qed.
Definition s0 : 'cV[cubeL2 R 4]_1 := sval s0_spec.
Definition s1 : 'cV[cubeL2 R 4]_1 := sval s1_spec.
Definition s2 : 'cV[cubeL2 R 4]_1 := sval s2_spec.
Definition s3 : 'cV[cubeL2 R 4]_1 := sval s3_spec.

Lemma s00 : cov s0 s0 = 1%:M.
Proof. by rewrite /s0 (svalP s0_spec) cov_coin_eq. Qed.
Lemma s11 : cov s1 s1 = 1%:M.
Proof. by rewrite /s1 (svalP s1_spec) cov_coin_eq. Qed.
Lemma s22 : cov s2 s2 = 1%:M.
Proof. by rewrite /s2 (svalP s2_spec) cov_coin_eq. Qed.
Lemma s33 : cov s3 s3 = 1%:M.
Proof. by rewrite /s3 (svalP s3_spec) cov_coin_eq. Qed.
Lemma s01 : cov s0 s1 = 0.
Proof. by rewrite /s0 /s1 (svalP s0_spec) (svalP s1_spec);
  apply: cov_coin_neq. Qed.
Lemma s02 : cov s0 s2 = 0.
Proof. by rewrite /s0 /s2 (svalP s0_spec) (svalP s2_spec);
  apply: cov_coin_neq. Qed.
Lemma s03 : cov s0 s3 = 0.
Proof. by rewrite /s0 /s3 (svalP s0_spec) (svalP s3_spec);
  apply: cov_coin_neq. Qed.
Lemma s12 : cov s1 s2 = 0.
Proof. by rewrite /s1 /s2 (svalP s1_spec) (svalP s2_spec);
  apply: cov_coin_neq. Qed.
Lemma s13 : cov s1 s3 = 0.
Proof. by rewrite /s1 /s3 (svalP s1_spec) (svalP s3_spec);
  apply: cov_coin_neq. Qed.
Lemma s23 : cov s2 s3 = 0.
Proof. by rewrite /s2 /s3 (svalP s2_spec) (svalP s3_spec);
  apply: cov_coin_neq. Qed.
Lemma s10 : cov s1 s0 = 0. Proof. by rewrite -covC s01 trmx0. Qed.
Lemma s20 : cov s2 s0 = 0. Proof. by rewrite -covC s02 trmx0. Qed.
Lemma s30 : cov s3 s0 = 0. Proof. by rewrite -covC s03 trmx0. Qed.
Lemma s21 : cov s2 s1 = 0. Proof. by rewrite -covC s12 trmx0. Qed.
Lemma s31 : cov s3 s1 = 0. Proof. by rewrite -covC s13 trmx0. Qed.
Lemma s32 : cov s3 s2 = 0. Proof. by rewrite -covC s23 trmx0. Qed.
Definition sE := (s00, s11, s22, s33, s01, s02, s03, s12, s13, s23,
                  (s10, s20, s30, s21, s31, s32)).

Definition E1 : 'M[R]_(2, 1) := delta_mx 0 0.
Definition E2 : 'M[R]_(2, 1) := delta_mx 1 0.

Lemma E11 : E1^T *m E1 = 1%:M.
Proof.
by rewrite trmx_delta mul_delta_mx; apply/matrixP=> i j; rewrite !mxE !ord1.
Qed.
Lemma E22 : E2^T *m E2 = 1%:M.
Proof.
by rewrite trmx_delta mul_delta_mx; apply/matrixP=> i j; rewrite !mxE !ord1.
Qed.
Lemma E12 : E1^T *m E2 = 0. Proof. by rewrite trmx_delta mul_delta_mx_0. Qed.
Lemma E21 : E2^T *m E1 = 0. Proof. by rewrite trmx_delta mul_delta_mx_0. Qed.
Lemma EE : E1 *m E1^T + E2 *m E2^T = 1%:M.
Proof.
rewrite !trmx_delta !mul_delta_mx.
apply/matrixP=> -[[|[|//]] ?] [[|[|//]] ?];
by rewrite !mxE /= ?addr0 ?add0r.
Qed.
Lemma one1 : (1%:M : 'M[R]_1) != 0.
Proof. by apply/eqP=> /matrixP/(_ 0 0)/eqP; rewrite !mxE oner_eq0. Qed.
Lemma E1_neq0 : E1 != 0.
Proof. by apply: contraTneq isT => h; move: one1;
  rewrite -E11 h mulmx0 eqxx. Qed.
Lemma E2_neq0 : E2 != 0.
Proof. by apply: contraTneq isT => h; move: one1;
  rewrite -E22 h mulmx0 eqxx. Qed.
Lemma E1_free : row_free E1^T.
Proof. by apply/row_freeP; exists E1; apply: E11. Qed.

Definition white : 'cV[cubeL2 R 4]_2 := E1 *v s0 + E2 *v s1.
Definition white' : 'cV[cubeL2 R 4]_2 := E1 *v s2 + E2 *v s3.

Lemma whiteE : cov white white = 1%:M.
Proof.
rewrite /white !covDl !covDr !cov_actl !cov_actr !sE !mul0mx !mulmx0 !mul1mx.
by rewrite addr0 add0r EE.
Qed.
Lemma whiteE' : cov white' white' = 1%:M.
Proof.
rewrite /white' !covDl !covDr !cov_actl !cov_actr !sE !mul0mx !mulmx0 !mul1mx.
by rewrite addr0 add0r EE.
Qed.
Lemma white_uncorr : cov white white' = 0.
Proof.
rewrite /white /white' !covDl !covDr !cov_actl !cov_actr !sE.
by rewrite !mul0mx !mulmx0 !addr0.
Qed.
Lemma pd1 n : pd (1%:M : 'M[R]_n). Proof. exact/pd_scalar/ltr01. Qed.

Lemma white_dg n : (1%:M : 'M[R]_n) = dg 1%:M (fun=> 1).
Proof. by rewrite dgc ?trmx1 ?mulmx1. Qed.

Lemma tail21 : \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1.
Proof. by rewrite big_mkcond !big_ord_recr big_ord0 /= !add0r. Qed.

Lemma two_neq0 : (2%:R : R) != 0. Proof. by rewrite pnatr_eq0. Qed.
Lemma doubleE n : (2%:R%:M : 'M[R]_n) = 1%:M + 1%:M.
Proof. by rewrite -raddfD. Qed.
End Sources.

Section Zero.
Variables (R : realFieldType) (V : l2space R) (n k : nat).

(* a point where the prediction is exact is optimal *)
Lemma exact_loss (o x : 'cV[V]_n) A (B : 'M_(n, k)) C D :
  predict A B o (latent C D o (o + x)) = o + x -> loss o x A B C D = 0.
Proof. by rewrite /loss => ->; rewrite subrr msq0. Qed.

Lemma zero_optimal (o x : 'cV[V]_n) A (B : 'M_(n, k)) C D :
  loss o x A B C D = 0 -> optimal (loss o x) A B C D.
Proof. by move=> L0 A' B' C' D'; rewrite L0 msq_ge0. Qed.

Lemma exact_aug (o x k1 k2 : 'cV[V]_n) A (B : 'M_(n, k)) C D :
  Aeff A B C D *v o + (B *m D - 1%:M) *v x + (A - 1%:M) *v k2
    + (B *m (C + D)) *v k1 = 0 -> loss_aug o x k1 k2 A B C D = 0.
Proof. by rewrite /loss_aug residual_aug => ->; apply: msq0. Qed.

Lemma en_gt0 m (S : 'M[R]_n) (M : 'M_(m, n)) : pd S -> M != 0 -> 0 < en S M.
Proof.
move=> pS M0; rewrite lt_neqAle en_ge0 ?andbT; last exact: pd_psd.
by rewrite eq_sym; apply: contraNneq M0 => /(en_pd_eq0 pS) ->.
Qed.
End Zero.

(* ------------------------- sizes that are not zero ------------------------ *)

(* in dimension 0 nothing can be chosen: d_o > 0 is needed in S2_not_unique *)
Theorem S2_dimension_needed (R : realFieldType) k (C C' : 'M[R]_(k,
  0)) : C = C'.
Proof. by rewrite !thinmx0. Qed.

(* ------------------------- P4.3 ------------------------------------------- *)
Section Augmentation.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R. Let s3 := s3 R.

(* E[o (q + e)^T] = 0: with a change equal to the observation *)
Theorem prop_4_3_uncorrelated_needed :
  let o := white R in let x := o in let k1 := white' R in let k2 := 0 in
  let A : 'M[R]_2 := 2%:R%:M in let Z : 'M[R]_(2, 1) := 0 in
  [/\ cov o k1 = 0, pd (cov o o) /\ pd (cov k1 k1), cov x x = dg 1%:M (fun=> 1),
      \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1
    & loss_aug o x k1 k2 A Z 0 0 = 0 /\ A <> 1%:M].
Proof.
move=> o x k1 k2 A Z; split; first exact: white_uncorr.
- by rewrite whiteE whiteE'; split; apply: pd1.
- by rewrite whiteE; apply: white_dg.
- exact: tail21.
split; last first.
  move/matrixP/(_ 0 0)/eqP; rewrite !mxE eqxx !mulr1n -subr_eq0.
  by rewrite -[1]/(1%:R) -natrB // oner_eq0.
apply: exact_aug; rewrite /Aeff /A /Z /k2 /x !mul0mx act0r act0l !addr0 sub0r.
by rewrite doubleE addrK actNl subrr.
Qed.

(* E[(q + e) k2^T] = 0: with a second shift equal to the change *)
Theorem prop_4_3_xk2_needed :
  let o := 0 in let x := white R in let k1 := white' R in let k2 := x in
  let A : 'M[R]_2 := 2%:R%:M in let Z : 'M[R]_(2, 1) := 0 in
  [/\ cov x k1 = 0, cov k1 k2 = 0, pd (cov k1 k1) /\ pd (cov k2 k2),
      cov x x = dg 1%:M (fun=> 1)
    & [/\ \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1,
          loss_aug o x k1 k2 A Z 0 0 = 0 & 0 < aug_penalty k1 k2 A Z 0 0]].
Proof.
move=> o x k1 k2 A Z; split; first exact: white_uncorr.
- by rewrite -covC white_uncorr trmx0.
- by rewrite whiteE whiteE'; split; apply: pd1.
- by rewrite whiteE; apply: white_dg.
split; first exact: tail21.
  apply: exact_aug; rewrite /A /Z /o /k2 !mul0mx act0r act0l add0r addr0 sub0r.
  by rewrite doubleE addrK actNl addNr.
rewrite /aug_penalty /Z mul0mx /A doubleE addrK /k2 !whiteE /en !mul0mx
  mxtrace0.
by rewrite addr0 mulmx1 trmx1 mulmx1 mxtrace1 ltr0n.
Qed.

Let penalty1 (k1 k2 : 'cV[cubeL2 R 4]_1) A (B C D : 'M[R]_1) :
  pd (cov k2 k2) -> A - 1%:M != 0 -> 0 < aug_penalty k1 k2 A B C D.
Proof.
move=> p2 A1; rewrite /aug_penalty addrC lt_paddl ?en_gt0 ?en_ge0 //.
exact: cov_psd.
Qed.
Let penalty2 (k1 k2 : 'cV[cubeL2 R 4]_1) A (B C D : 'M[R]_1) :
  pd (cov k1 k1) -> B *m (C + D) != 0 -> 0 < aug_penalty k1 k2 A B C D.
Proof.
move=> p1 BC; rewrite /aug_penalty lt_paddl ?en_gt0 ?en_ge0 //.
exact: cov_psd.
Qed.
Let I0 : I != 0 := one1 R.
Let N0 : 0 - I != 0. Proof. by rewrite sub0r oppr_eq0. Qed.

(* E[k1 k2^T] = 0: with the same shift twice *)
Theorem prop_4_3_k12_needed :
  let o := s0 in let x := s1 in let k1 := s2 in let k2 := s2 in
  [/\ [/\ cov o x = 0, cov o k1 = 0, cov o k2 = 0, cov x k1 = 0
        & cov x k2 = 0], pd (cov o o) /\ pd (cov k1 k1),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 0 I 0 I = 0 /\ 0 < aug_penalty k1 k2 0 I 0 I].
Proof.
move=> o x k1 k2; rewrite /o /x /k1 /k2; split.
- by rewrite !sE.
- by rewrite !sE; split; apply: pd1.
- by rewrite sE; apply: white_dg.
split; last by apply: penalty1; rewrite ?sE //; apply: pd1.
apply: exact_aug; rewrite /Aeff /I !mul1mx !add0r !subrr !act0l !add0r.
by rewrite actNl addNr.
Qed.

(* E[o k1^T] = 0: with k1 = - o *)
Theorem prop_4_3_ok1_needed :
  let o := s0 in let x := s1 in let k1 := - s0 in let k2 := s3 in
  [/\ [/\ cov o x = 0, cov o k2 = 0, cov x k1 = 0, cov x k2 = 0
        & cov k1 k2 = 0], pd (cov o o) /\ pd (cov k1 k1),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 I I 0 I = 0 /\ 0 < aug_penalty k1 k2 I I 0 I].
Proof.
move=> o x k1 k2; rewrite /o /x /k1 /k2; split.
- by rewrite !covNr !covNl !sE !oppr0.
- by rewrite covNr covNl opprK !sE; split; apply: pd1.
- by rewrite sE; apply: white_dg.
split; last first.
  apply: penalty2; first by rewrite covNr covNl opprK sE; apply: pd1.
  by rewrite add0r /I mul1mx.
apply: exact_aug; rewrite /Aeff /I !mul1mx !add0r addrK !subrr !act0l !addr0.
by rewrite !act1 subrr.
Qed.

(* E[o k2^T] = 0: with k2 = - o *)
Theorem prop_4_3_ok2_needed :
  let o := s0 in let x := s1 in let k1 := s2 in let k2 := - s0 in
  [/\ [/\ cov o x = 0, cov o k1 = 0, cov x k1 = 0, cov x k2 = 0
        & cov k1 k2 = 0], pd (cov o o) /\ pd (cov k1 k1),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 0 I (- I) I = 0 /\ 0 < aug_penalty k1 k2 0 I (- I) I].
Proof.
move=> o x k1 k2; rewrite /o /x /k1 /k2; split.
- by rewrite !covNr !sE !oppr0.
- by rewrite !sE; split; apply: pd1.
- by rewrite sE; apply: white_dg.
split; last first.
  by apply: penalty1 => //; rewrite covNr covNl opprK sE; apply: pd1.
apply: exact_aug; rewrite /Aeff /I addNr !mul1mx addr0 !sub0r subrr !act0l
  !addr0.
by rewrite !actNl !act1 opprK addNr.
Qed.

(* E[(q + e) k1^T] = 0: with k1 = q + e, and o = 0 *)
Theorem prop_4_3_xk1_needed :
  let o := 0 in let x := s1 in let k1 := s1 in let k2 := s3 in
  [/\ cov x k2 = 0 /\ cov k1 k2 = 0, pd (cov k1 k1) /\ pd (cov k2 k2),
      cov x x = dg 1%:M (fun=> 1)
    & loss_aug o x k1 k2 I I I 0 = 0 /\ 0 < aug_penalty k1 k2 I I I 0].
Proof.
move=> o x k1 k2; rewrite /o /x /k1 /k2; split.
- by rewrite !sE.
- by rewrite !sE; split; apply: pd1.
- by rewrite sE; apply: white_dg.
split; last first.
  by apply: penalty2; rewrite ?sE ?addr0 /I ?mul1mx //; apply: pd1.
apply: exact_aug; rewrite /I act0r mulmx0 !addr0 mul1mx subrr !act0l sub0r
  add0r.
by rewrite addr0 actNl !act1 addNr.
Qed.

(* two of the three second moments positive definite: one is not enough       *)
Theorem prop_4_3_only_o_pd :
  [/\ cov s0 s1 = 0, pd (cov s0 s0), cov s1 s1 = dg 1%:M (fun=> 1)
    & loss_aug s0 s1 0 0 0 I 0 I = 0].
Proof.
rewrite !sE; split; [by []|exact: pd1|exact: white_dg|].
apply: exact_aug; rewrite /Aeff /I !act0r !addr0 mul1mx !add0r subrr.
by rewrite mul1mx !subrr !act0l addr0.
Qed.

Theorem prop_4_3_only_k1_pd :
  [/\ cov s1 s2 = 0, pd (cov s2 s2), cov s1 s1 = dg 1%:M (fun=> 1)
    & loss_aug 0 s1 s2 0 0 I (- I) I = 0].
Proof.
rewrite !sE; split; [by []|exact: pd1|exact: white_dg|].
apply: exact_aug; rewrite /I !act0r addNr mulmx0 mul1mx subrr !act0l.
by rewrite !addr0.
Qed.

Theorem prop_4_3_only_k2_pd :
  [/\ cov s1 s3 = 0, pd (cov s3 s3), cov s1 s1 = dg 1%:M (fun=> 1)
    & loss_aug 0 s1 0 s3 I I 0 I = 0].
Proof.
rewrite !sE; split; [by []|exact: pd1|exact: white_dg|].
by apply: exact_aug; rewrite /I !act0r mul1mx subrr !act0l !addr0.
Qed.

(* P4.3d: a shift of size zero bounds nothing, and at equal sizes two optima  *)
(* may differ in their penalties                                              *)
Theorem P4_3d_shift_needed :
  let L := loss_aug s0 s1 (0%:M *v s2) (0%:M *v s3) in
  [/\ [/\ cov s0 s2 = 0, cov s0 s3 = 0, cov s1 s2 = 0, cov s1 s3 = 0
        & cov s2 s3 = 0],
      L 0 I 0 I = 0 /\ 0 < aug_penalty s2 s3 0 I 0 I
    & L I I (- I) I = 0 /\ aug_penalty s2 s3 I I (- I) I = 0].
Proof.
rewrite raddf0 !act0l; split; first by rewrite !sE.
  split; last by apply: penalty1; rewrite ?sE //; apply: pd1.
  apply: exact_aug; rewrite /Aeff /I !act0r !addr0 !mul1mx !add0r !subrr.
  by rewrite !act0l addr0.
split; first by rewrite loss_aug_pca /pca /I mulmx1 subrr /en !mul0mx mxtrace0.
by rewrite /aug_penalty addNr mulmx0 subrr /en !mul0mx mxtrace0 addr0.
Qed.
End Augmentation.

(* ------------------------- S3, M1, M2 ------------------------------------- *)
Section Heads.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R.

Lemma herr_self (V : l2space R) k (z : 'cV[V]_k) : herr z z = 0.
Proof. by apply/herr_eq0; exists 1%:M; rewrite act1 subrr msq0. Qed.

Lemma herr0 (V : l2space R) k m (z : 'cV[V]_k) (y : 'cV[V]_m) :
  cov z y = 0 -> herr z y = msq y.
Proof.
move=> zy; have yz : cov y z = 0 *m cov z z by rewrite mul0mx -covC zy trmx0.
by rewrite (herrE yz) act0l sub0r msqN.
Qed.

(* S3_optimum: with o = x the loss may equal the PCA error of B D although    *)
(* the predicted change carries the state                                     *)
Theorem S3_uncorrelated_needed :
  let o := s0 in let x := s0 in let A : 'M[R]_1 := I + (I + I) in
  let y := change o x A I 0 0 in
  [/\ I *m I = 1%:M, loss o x A I 0 0 = pca I 0 (cov x x),
      msq (y - (I *m 0) *v x) = 4%:R, msq (I *v y - 0 *v x) = 4%:R
    & herr y o = 0 /\ herr (0 *v x : 'cV_1) o = 1].
Proof.
move=> o x A y; have yE : y = 2%:R%:M *v s0.
  rewrite /y changeE /Aeff mulmx0 act0l addr0 addr0 mulmx0 addr0.
  by rewrite /A /I addrC addKr doubleE.
have m4 : msq (2%:R%:M *v s0) = 4%:R.
  by rewrite msqZ msqE sE mxtrace1 mulr1 -natrX.
rewrite !act0l !subr0 yE /I act1 mulmx1 mulmx0 act0l subr0; split=> //.
  rewrite /loss residual /Aeff /A /I addr0 !mulmx0 addr0 sub0r.
  rewrite [1%:M + _]addrC addrK actNl act1 actDl act1 addrK /pca mulmx0 sub0r
    sE.
  by rewrite /en mulmx1 [(- _)^T]linearN /= mulmxN mulNmx opprK trmx1 mulmx1
    msqE sE.
split; last by rewrite herr0 ?cov0l // msqE sE mxtrace1.
apply/herr_eq0; exists (2%:R^-1)%:M; rewrite actA -scalar_mxM mulVf ?two_neq0
  //.
by rewrite act1 subrr msq0.
Qed.

(* S3_optimum_latent, S3_optimum_head: with B = 0 nothing of z is predicted   *)
Theorem S3_injective_needed :
  let o := s0 in let x := s1 in let y := change o x I (0 : 'M[R]_1) 0 I in
  [/\ cov o x = 0, loss o x I 0 0 I = pca 0 I (cov x x),
      forall G : 'M_1, msq (G *v y - I *v x) = 1
    & herr y x = 1 /\ herr (I *v x) x = 0].
Proof.
move=> o x y; have yE : y = 0.
  by rewrite /y changeE /Aeff !mul0mx addr0 subrr !act0l addr0.
rewrite yE /I act1; split=> [||G|].
- exact: s01.
- rewrite /loss residual /Aeff !mul0mx addr0 subrr act0l add0r.
  by rewrite msq_act /pca mul0mx.
- by rewrite act0r sub0r msqN msqE sE mxtrace1.
by rewrite herr0 ?cov0l // herr_self msqE sE mxtrace1.
Qed.

(* M2_max_attained_iff: a noise that is the state can be subtracted           *)
Theorem M2_max_noise_state_needed :
  let q := s0 in let o := s1 in let e := s1 in
  [/\ cov o q = 0, cov q e = 0, msq q != 0,
      LLO (latent (- (I + I)) I o (o + (q + e))) q e o = 2%:R
    & (cov q q :&: cov e e)%MS <> 0].
Proof.
move=> q o e; rewrite /q /o /e; split.
- exact: s10.
- exact: s01.
- by rewrite msqE sE mxtrace1 oner_eq0.
- have -> : latent (- (I + I)) I s1 (s1 + (s0 + s1)) = s0.
    by rewrite /latent /I actNl actDl act1 act1; abel.
  by apply: M2_LLO_self; rewrite ?msqE ?sE ?mxtrace1 ?oner_eq0.
rewrite !sE => cap0; have : (I <= (I :&: I)%MS)%MS by rewrite sub_capmx submx1.
by rewrite cap0 submx0; apply/negP; apply: one1.
Qed.

(* M1_iso, M1_zero: E[y y^T] invertible, and y not empty                      *)
Theorem M1_unit_needed :
  let y := E1 R *v s0 in let z := 0 : 'cV_1 in
  [/\ msq y != 0, cov z y = 0, rcov z y = 1 *: cov y y & info_ratio z y = 0].
Proof.
move=> y z; have yy : cov y y = E1 R *m (E1 R)^T.
  by rewrite cov_actl cov_actr sE mul1mx.
have zy : cov z y = 0 by apply: cov0l.
have d0 : \det (E1 R *m (E1 R)^T) = 0.
  apply/eqP/negP=> /negP; rewrite -unitfE -unitmxE => u.
  by have := E2_neq0 R; rewrite -[E2 R](mulKmx u) -mulmxA E12 !mulmx0 eqxx.
split=> //.
- by rewrite msqE yy mxtrace_mulC E11 mxtrace1 oner_eq0.
- by rewrite rcovE zy mulmx0 subr0 scale1r.
by rewrite /info_ratio rcovE zy mulmx0 subr0 yy d0 mul0r.
Qed.

Theorem M1_dimension_needed : forall y : 'cV[cubeL2 R 4]_0,
  [/\ cov y y \in unitmx, rcov s0 y = 0 *: cov y y & nerr s0 y = 1].
Proof.
move=> y; split; first by rewrite [cov y y]flatmx0 -[0](flatmx0 1%:M) unitmx1.
  by rewrite flatmx0 [RHS]flatmx0.
by rewrite /nerr /msq big_ord0 eqxx.
Qed.
End Heads.

(* ------------------------- C1 --------------------------------------------- *)
Section NoNoise.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R.
Let E1 := E1 R. Let E2 := E2 R.

Let I_free : row_free I^T.
Proof. by rewrite row_free_unit unitmx_tr unitmx1. Qed.

(* C1_col: with a spare latent dimension, d_z = 2 and d_a = 1 *)
Theorem C1_col_dimension_needed :
  let o := 0 : 'cV_2 in let X := E1 in let a := s0 in
  let B : 'M[R]_2 := 1%:M in
  [/\ cov o (X *v a) = 0, row_free X^T, pd (cov a a),
      loss o (X *v a) B B (- B) B = 0 & ~ (B^T :=: X^T)%MS].
Proof.
move=> o X a B; split.
- exact: cov0l.
- exact: E1_free.
- by rewrite sE; apply: pd1.
- apply: exact_loss; rewrite /predict /latent /B.
  by rewrite !(actDr, actNr, actNl, act1); abel.
move/eqmxP/eqmx_rank; rewrite trmx1 mxrank1 mxrank_tr.
by apply/eqP; rewrite gtn_eqF // ltnS rank_leq_col.
Qed.

(* C1_determines_iff: E[o q^T] = 0; the state itself says what q is *)
Theorem C1_determines_correlated_false :
  let o := s0 in let a := s0 in
  [/\ row_free I^T, pd (cov a a), loss o (I *v a) I I I 0 = 0,
      msq (I *v latent I 0 o (o + I *v a) - a) = 0
    & (I + 0) *m cov o o <> 0].
Proof.
rewrite /I /= !act1; split.
- exact: I_free.
- by rewrite sE; apply: pd1.
- by apply: exact_loss; rewrite /predict /latent act0l addr0 !act1.
- by rewrite /latent act0l addr0 act1 subrr msq0.
by rewrite sE addr0 mulmx1; apply/eqP; apply: one1.
Qed.

(* ... and X injective, also for what the predicted change determines *)
Theorem C1_determines_noninjective_false :
  let o := s0 in let a := s1 in let X : 'M[R]_1 := 0 in let q := X *v a in
  [/\ cov o q = 0 /\ pd (cov a a), loss o q I (0 : 'M_1) 0 0 = 0,
      (0 + 0 : 'M_1) *m cov o o = 0,
      forall H : 'M_1, msq (H *v latent 0 0 o (o + q) - a) = 1
    & forall H : 'M_1, msq (H *v change o q I (0 : 'M_1) 0 0 - a) = 1].
Proof.
move=> o a X q; have q0 : q = 0 by rewrite /q act0l.
have a1 : msq a = 1 by rewrite msqE sE mxtrace1.
rewrite q0; split=> [||| H| H].
- by rewrite cov0r sE; split=> //; apply: pd1.
- by apply: exact_loss; rewrite /predict /latent !act0l !addr0 act1.
- by rewrite addr0 mul0mx.
- by rewrite /latent !act0l addr0 act0r sub0r msqN.
rewrite changeE /Aeff !mul0mx addr0 /I subrr !act0l addr0 act0r sub0r.
by rewrite msqN.
Qed.

(* ... and E[a a^T] > 0 *)
Theorem C1_determines_singular_false :
  let o := s0 in let a := 0 : 'cV_1 in
  [/\ cov o (I *v a) = 0 /\ row_free I^T, loss o (I *v a) I (0 : 'M_1) I 0 = 0,
      msq ((0 : 'M_1) *v latent I 0 o (o + I *v a) - a) = 0
    & (I + 0) *m cov o o <> 0].
Proof.
rewrite /= act0r; split.
- by rewrite cov0r; split.
- by apply: exact_loss; rewrite /predict act0l !addr0 act1.
- by rewrite act0l subrr msq0.
by rewrite sE addr0 mulmx1; apply/eqP; apply: one1.
Qed.

(* ... and d_z = d_a: a second dimension of z may hold the state *)
Theorem C1_determines_dimension_false :
  let o := s0 in let a := s1 in let q := I *v a in
  let B := E1^T in let C := E2 - E1 in let D := E1 in
  [/\ [/\ cov o q = 0, row_free I^T & pd (cov a a)], loss o q I B C D = 0,
      msq (E1^T *v latent C D o (o + q) - a) = 0
    & (C + D) *m cov o o <> 0].
Proof.
move=> o a q B C D; have qE : q = s1 by rewrite /q act1.
have zE : latent C D o (o + q) = E2 *v s0 + E1 *v s1.
  by rewrite qE /latent /C /D actDr actDl actNl; abel.
have Bz : B *v (E2 *v s0 + E1 *v s1) = s1.
  by rewrite actDr !actA E12 E11 act0l act1 add0r.
rewrite zE qE; split.
- by rewrite !sE; split=> //; apply: pd1.
- by apply: exact_loss; rewrite /predict -{1}qE zE Bz act1.
- by rewrite Bz subrr msq0.
by rewrite subrK sE mulmx1; apply/eqP; apply: E2_neq0.
Qed.
End NoNoise.

(* ------------------------- P4.4 ------------------------------------------- *)
Section Supervision.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R.
Let E1 := E1 R. Let E2 := E2 R.

Lemma exact_sup (V : l2space R) n d k (x : 'cV[V]_n) (a : 'cV[V]_d) mu
    (B : 'M_(n, k)) D E : B *v (D *v x) = x -> E *v (D *v x) = a ->
  loss_sup x a mu B D E = 0.
Proof. by rewrite /loss_sup => -> ->; rewrite !subrr !msq0 mulr0 addr0. Qed.

Let msq_axis c : msq ((c *: E2) *v s1) = c ^+ 2.
Proof.
rewrite msq_act sE /en mulmx1 [(c *: E2)^T]linearZ /= -scalemxAl -scalemxAr.
by rewrite scalerA mxtraceZ mxtrace_mulC E22 mxtrace1 mulr1 expr2.
Qed.

(* E[a e^T] = 0: a noise that is a multiple of the action, in a direction of  *)
(* its own; a latent without noise predicts all of it                         *)
Theorem prop_4_4_uncorrelated_needed (mu : R) : mu != 0 ->
  let t := (mu / 2%:R) ^+ 2 in let a := s0 in
  let e := ((mu / 2%:R) *: E2) *v s0 in let B := E1 + (mu / 2%:R) *: E2 in
  let x := E1 *v a + e in
  [/\ [/\ E1^T *m E1 = 1%:M, E1^T *m cov e e = 0, row_free E1^T & 0 <= t],
      psd (t%:M - cov e e), cov a a = 1%:M /\ t < mu ^+ 2,
      0 < msq e
    & [/\ loss_sup x a mu B E1^T I = 0, msq (I *v (E1^T *v x) - a) = 0,
          E1^T *m cov e e = 0 & B *m E1^T *m E1 <> E1]].
Proof.
move=> mu0 t a e B x; set c := mu / 2%:R in t e B x *.
have c0 : c != 0 by rewrite mulf_neq0 // invr_eq0 two_neq0.
have c2 : 0 < c ^+ 2 by rewrite lt_neqAle eq_sym sqrf_eq0 c0 sqr_ge0.
have Ee : E1^T *m (c *: E2) = 0 by rewrite -scalemxAr E12 scaler0.
have ee : cov e e = t *: (E2 *m E2^T).
  rewrite cov_actl cov_actr sE mul1mx [(c *: E2)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA -expr2.
have Ex : E1^T *v x = s0.
  by rewrite /x actDr !actA E11 Ee act1 act0l addr0.
have Xe : E1^T *m cov e e = 0 by rewrite ee -scalemxAr mulmxA E12 mul0mx
  scaler0.
split; [by split=> //; [exact: E11|exact: E1_free|exact: ltW]| | | |].
- have -> : t%:M - cov e e = t *: (E1 *m E1^T).
    by rewrite ee -[t%:M]scalemx1 -(EE R) scalerDr addrK.
  by apply: psdZ; [apply: ltW|apply: psd_gram].
- split; first by rewrite sE.
  rewrite /t /c expr_div_n -subr_gt0.
  have -> : mu ^+ 2 - mu ^+ 2 / 2%:R ^+ 2 = mu ^+ 2 * (3%:R / 4%:R).
    by field; rewrite ?pnatr_eq0.
  by rewrite mulr_gt0 ?divr_gt0 ?ltr0n // lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
- by rewrite msqE ee mxtraceZ mxtrace_mulC E22 mxtrace1 mulr1.
split=> //.
- by apply: exact_sup; rewrite Ex ?act1 // /B actDl.
- by rewrite Ex act1 subrr msq0.
rewrite /B mulmxDl mulmxDl -!mulmxA E11 !mulmx1 -[RHS]addr0 => /addrI/eqP.
by rewrite scaler_eq0 (negPf c0) /=; apply/negP; apply: E2_neq0.
Qed.

(* X^T e = 0: in dimension 1, e = c s1 with X = 1.  The optimum reads all of  *)
(* x, noise included, and costs less than E ||e||^2 = c^2.                    *)
Theorem prop_4_4_orthogonal_needed (mu c : R) :
  let a := s0 in let e := c%:M *v s1 in let x := I *v a + e in
  let v := mu ^+ 2 * (c ^+ 2 / (1 + c ^+ 2)) in
  let E := (1 + c ^+ 2)^-1%:M in
  [/\ cov a a = 1%:M /\ cov a e = 0, msq e = c ^+ 2, cov e e = (c ^+ 2)%:M,
      loss_sup x a mu I I E = v /\ (forall B D E', v <= loss_sup (k := 1) x a mu
        B D E')
    & loss_sup x a mu I I I = mu ^+ 2 * c ^+ 2 /\
      msq (E *v (I *v x) - a) = c ^+ 2 / (1 + c ^+ 2)].
Proof.
move=> a e x v E; have c1 : 0 < 1 + c ^+ 2.
  by rewrite addrC lt_paddl ?sqr_ge0 ?ltr01.
have c1N : 1 + c ^+ 2 != 0 by rewrite gt_eqF.
have ee : cov e e = (c ^+ 2)%:M.
  by rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -expr2.
have xE : x = s0 + c%:M *v s1 by rewrite /x act1.
have act_err (w : R) : msq (w%:M *v x - a) = (w - 1) ^+ 2 + (w * c) ^+ 2.
  rewrite xE (_ : _ - a = (w - 1)%:M *v s0 + (w * c)%:M *v s1).
    rewrite msqD; last by rewrite cov_actl cov_actr !sE mul0mx mulmx0.
    by rewrite !msqZ !msqE !sE mxtrace1 !mulr1.
  by rewrite actDr actA -scalar_mxM raddfB /= actDl actNl act1; abel.
have best (w : R) : c ^+ 2 / (1 + c ^+ 2) <= (w - 1) ^+ 2 + (w * c) ^+ 2.
  rewrite -subr_ge0 (_ : _ - _ = (1 + c ^+ 2) * (w - (1 + c ^+ 2)^-1) ^+ 2).
    by rewrite mulr_ge0 ?sqr_ge0 ?ltW.
  by field.
have at_best : ((1 + c ^+ 2)^-1 - 1) ^+ 2 + ((1 + c ^+ 2)^-1 * c) ^+ 2 =
    c ^+ 2 / (1 + c ^+ 2) by field.
split.
- by rewrite cov_actr !sE mul0mx.
- by rewrite msqE ee mxtrace_scalar.
- exact: ee.
- split=> [|B D E'].
    by rewrite /loss_sup /I !act1 subrr msq0 add0r act_err at_best.
  rewrite /loss_sup [E' *v _]actA [E' *m D]mx11_scalar act_err -[v]add0r.
  by rewrite le_add2 ?msq_ge0 // le_pmul2 ?sqr_ge0.
split; last by rewrite /I act1 act_err at_best.
rewrite /loss_sup /I !act1 subrr msq0 add0r -[x in msq (x - a)]act1 act_err.
by rewrite subrr expr0n add0r mul1r.
Qed.

(* X injective, for the printed choice, the noise-free optimum and the limit: *)
(* with X = 0 the latent is free for the noise, at no gain for the action     *)
Theorem prop_4_4_injective_needed (mu c : R) : mu != 0 ->
  let a := s0 in let e := c%:M *v s1 in let X : 'M[R]_1 := 0 in
  let L := loss_sup (k := 1) (X *v a + e) a mu in
  [/\ cov a e = 0, X^T *m cov e e = 0,
      L X (invmx (X^T *m X) *m X^T) I = msq e + mu ^+ 2,
      L I I 0 = mu ^+ 2 /\ (forall B D E, mu ^+ 2 <= L B D E)
    & [/\ I *m cov e e = cov e e, 0 *m I *m X <> I
        & msq ((0 : 'M_1) *v (I *v (X *v a + e)) - a) = 1]].
Proof.
move=> mu0 a e X L; have xE : X *v a + e = e by rewrite act0l add0r.
have a1 : msq a = 1 by rewrite msqE sE mxtrace1.
rewrite /L xE /X; split.
- by rewrite cov_actr sE mul0mx.
- by rewrite trmx0 mul0mx.
- rewrite /loss_sup trmx0 mulmx0 !act0l sub0r msqN.
  by rewrite act0r sub0r msqN a1 mulr1.
- split=> [|B D E].
    by rewrite /loss_sup /I !act1 subrr msq0 add0r act0l sub0r msqN a1 mulr1.
  rewrite /loss_sup -[X in X <= _]add0r le_add2 ?msq_ge0 //.
  rewrite -[X in X <= _]mulr1 le_pmul2 ?sqr_ge0 // [X in _ <= X]msqD;
    last first.
    by rewrite covNr !cov_actl sE !mulmx0 oppr0.
  by rewrite msqN a1 le_addR msq_ge0.
rewrite /I !mul1mx; split=> //.
  by rewrite mulmx0; apply/eqP; rewrite eq_sym; apply: one1.
by rewrite act1 act0l sub0r msqN a1.
Qed.

(* ... and for the threshold: two actions of variances 4 and 1 that are not   *)
(* seen, one noise of variance 4 lambda                                       *)
Theorem prop_4_4_threshold_injective_needed (mu : R) : mu != 0 ->
  let a := ((2%:R *: E1) *v s0 + E2 *v s1 : 'cV_2) in
  let e := (mu * 2%:R)%:M *v s2 in let X : 'M[R]_(1, 2) := 0 in
  [/\ cov a e = 0, X^T *m cov e e = 0,
      forall (B : 'M_(1, 2)) D E, msq e <= loss_sup (X *v a + e) a mu B D E
    & ~ exists t : R, [/\ 0 <= t, psd (t%:M - cov e e)
        & psd (cov a a - t *: invmx (X^T *m X + (mu ^+ 2)%:M))]].
Proof.
move=> mu0 a e X; have mu2 : 0 < mu ^+ 2.
  by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
have ae : cov a e = 0.
  by rewrite cov_actr covDl !cov_actl !sE !mulmx0 addr0 mul0mx.
have aa : cov a a = 4%:R *: (E1 *m E1^T) + E2 *m E2^T.
  rewrite !covDl !covDr !cov_actl !cov_actr !sE !mul0mx !mulmx0 addr0 add0r.
  rewrite !mul1mx [(_ *: _)^T]linearZ /= -scalemxAl -scalemxAr scalerA.
  by rewrite -natrM.
have ee : cov e e = (mu ^+ 2 * 4%:R)%:M.
  rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM.
  by congr (_%:M); ring.
have xE : X *v a + e = e by rewrite act0l add0r.
have ma : msq a = 5%:R.
  rewrite msqE aa mxtraceD mxtraceZ ![\tr (_ *m _^T)]mxtrace_mulC E11 E22
    mxtrace1.
  by rewrite mulr1 -[1]/(1%:R) -natrD.
split=> // [||[t [t0 et]]].
- by rewrite trmx0 mul0mx.
- move=> B D E; rewrite xE msqE ee mxtrace_scalar /loss_sup.
  rewrite -[X in X <= _]add0r le_add2 ?msq_ge0 // mulr1n le_pmul2 ?sqr_ge0 //.
  rewrite [X in _ <= X]msqD; last first.
    by rewrite covNr actA cov_actl -[cov e a]covC ae trmx0 mulmx0 oppr0.
  rewrite msqN ma -[X in X <= _]add0r le_add2 ?msq_ge0 // ler_nat.
  by [].
rewrite /X trmx0 mul0mx add0r invmx_scalar scale_scalar_mx => /proj2/(_ E2^T).
rewrite trmxK mulmxBr mulmxBl aa mulmxDr mulmxDl -scalemxAr -scalemxAl !mulmxA.
rewrite E21 !mul0mx scaler0 add0r E22 mul1mx E22 mul_mx_scalar -scalemxAl E22.
rewrite !mxE eqxx !mulr1n mulr1 subr_ge0 => h.
have tm : t <= mu ^+ 2.
  have := le_pmul2 (ltW mu2) h; rewrite mulr1 mulrCA divff ?mulr1 //.
  by rewrite gt_eqF.
have := ub_tr et; rewrite ee !mxtrace_scalar !mulr1n mulr1 => h4.
have := le_trans h4 tm; rewrite -subr_ge0.
have -> : mu ^+ 2 - mu ^+ 2 * 4%:R = - (mu ^+ 2 * 3%:R) by ring.
by rewrite oppr_ge0 leNgt mulr_gt0 ?ltr0n.
Qed.

(* a weight that is not zero: otherwise no head is better than another        *)
Theorem prop_4_4_weight_needed :
  let a := s0 in let e := 0 : 'cV_1 in let x := I *v a + e in
  [/\ cov a a = 1%:M, loss_sup x a 0 I I 0 = 0, 0 *m I *m I <> I
    & msq ((0 : 'M_1) *v (I *v x) - a) = 1 /\ msq e / 0 ^+ 2 = 0].
Proof.
move=> a e x; split.
- by rewrite sE.
- rewrite /loss_sup expr0n mul0r addr0 /I !act1 subrr.
  exact: msq0.
- by rewrite !mul0mx; apply/eqP; rewrite eq_sym; apply: one1.
rewrite act0l sub0r msqN msqE sE mxtrace1 msq0; split=> //.
by rewrite mul0r.
Qed.

(* The bounds on the noise and on the signal: at weight 1 a noise of variance *)
(* 4 beats an action of variance 1, so that E ||e||^2 = 4 is not optimal and  *)
(* every optimum encodes the noise (prop_4_4_noise_enters).                   *)
Theorem prop_4_4_strength_needed :
  let a := s0 in let e := (2%:R *: E2) *v s1 in let x := E1 *v a + e in
  [/\ E1^T *m E1 = 1%:M, cov a e = 0, E1^T *m cov e e = 0, cov a a = 1%:M
    & loss_sup x a 1 E2 E2^T 0 = 2%:R /\ msq e = 4%:R].
Proof.
move=> a e x; split.
- exact: E11.
- by rewrite cov_actr sE mul0mx.
- by rewrite cov_actl mulmxA -scalemxAr E12 scaler0 mul0mx.
- by rewrite sE.
split; last by rewrite msq_axis -natrX.
have Ex : E2 *v (E2^T *v x) - x = - (E1 *v s0).
  rewrite /x actDr !actA E21 act0l add0r -scalemxAr E22 actA -scalemxAr mulmx1.
  by abel.
rewrite /loss_sup Ex act0l sub0r !msqN expr1n mul1r.
rewrite msq_act sE /en mulmx1 mxtrace_mulC E11 mxtrace1 msqE sE mxtrace1.
by [].
Qed.

(* orthonormal columns in the white case: X = 2 E1 sees the action better     *)
Theorem prop_4_4_orthonormal_needed :
  let a := s0 in let e := (2%:R *: E2) *v s1 in let X := 2%:R *: E1 in
  [/\ cov a e = 0, X^T *m cov e e = 0, cov a a = 1%:M,
      forall (B : 'M_(2, 1)) D E, msq e <= loss_sup (X *v a + e) a 1 B D E
    & ~ psd ((1 * (1 + 1 ^+ 2))%:M - cov e e)].
Proof.
move=> a e X; have ae : cov a e = 0 by rewrite cov_actr sE mul0mx.
have ee : cov e e = 4%:R *: (E2 *m E2^T).
  rewrite cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA -natrM.
have XT : X^T = 2%:R *: E1^T by rewrite linearZ.
have Xe : X^T *m cov e e = 0.
  by rewrite XT ee -scalemxAl -scalemxAr mulmxA E12 mul0mx !scaler0.
have XX : X^T *m X = 4%:R%:M.
  by rewrite XT -scalemxAl -scalemxAr E11 scalerA -natrM scalemx1.
have XpX : (2%:R^-1 *: E1^T) *m X = 1%:M.
  by rewrite -scalemxAl -scalemxAr E11 scalerA mulVf ?scale1r ?two_neq0.
have XpS : (2%:R^-1 *: E1^T) *m cov e e = 0.
  by rewrite ee -scalemxAl -scalemxAr mulmxA E12 mul0mx !scaler0.
split=> // [|B D E|].
- by rewrite sE.
- have K_free := sup_free_mu X (oner_neq0 R).
  apply: (sup_exact_min ae Xe K_free erefl XpX XpS (t := 4%:R)).
  + exact: ler0n.
  + rewrite sE XX expr1n -raddfD /= invmx_scalar scale_scalar_mx -raddfB /=.
    apply/pd_psd/pd_scalar; rewrite (_ : _ - _ = 5%:R^-1) ?invr_gt0 ?ltr0n //.
    by field; rewrite ?pnatr_eq0.
  have -> : 4%:R%:M - cov e e = 4%:R *: (E1 *m E1^T).
    by rewrite ee -scalemx1 -(EE R) scalerDr addrK.
  by apply: psdZ; [apply: ler0n|apply: psd_gram].
move/proj2/(_ E2^T); rewrite trmxK ee mulmxBr mulmxBl mul_mx_scalar -scalemxAl.
rewrite -scalemxAr -scalemxAl !mulmxA E22 mul1mx E22 !mxE !eqxx !mulr1n !mulr1.
rewrite mul1r expr1n subr_ge0 -[1 + 1]/(2%:R) ler_nat.
by [].
Qed.

(* an action: without one the latent is empty *)
Theorem prop_4_4_action_needed (mu : R) (a : 'cV[cubeL2 R 4]_0)
    (X : 'M[R]_(1, 0)) : let e := s0 in
  [/\ cov a e = 0 /\ X^T *m cov e e = 0, X^T *m X = 1%:M, cov a a = 0%:M,
      forall B (D : 'M_(0, 1)) E, msq e <= loss_sup (X *v a + e) a mu B D E
    & ~ psd ((0 * (1 + mu ^+ 2))%:M - cov e e)].
Proof.
move=> e; split.
- by split; apply: flatmx0.
- by rewrite [LHS]flatmx0 [RHS]flatmx0.
- by rewrite [LHS]flatmx0 [RHS]flatmx0.
- move=> B D E; rewrite [X]thinmx0 act0l add0r /loss_sup [D]flatmx0 !act0l.
  by rewrite act0r sub0r msqN le_addL mulr_ge0 ?sqr_ge0 ?msq_ge0.
move/proj2/(_ 1%:M); rewrite mul0r raddf0 sub0r sE mul1mx trmx1 mulmx1 !mxE.
by rewrite oppr_ge0 ler10.
Qed.

(* E[a a^T] > 0 in prop_4_4_hard_constraint *)
Theorem prop_4_4_signal_needed :
  let a := 0 : 'cV_1 in let e := s1 in let x := I *v a + e in
  [/\ cov a e = 0, msq ((0 : 'M[R]_1) *v (I *v x) - a) = 0
    & 0 *m I *m I <> I].
Proof.
move=> a e x; split; first exact: cov0l.
  by rewrite act0l subrr msq0.
by rewrite !mul0mx; apply/eqP; rewrite eq_sym; apply: one1.
Qed.

(* an invertible diagonal factor in prop_4_4_printed_choice *)
Theorem prop_4_4_svd_needed (mu : R) : mu != 0 ->
  let a := s0 in let T : 'M[R]_1 := 0 in let X := I *m T *m I^T in
  loss_sup (X *v a + 0) a mu I I^T (I *m invmx T) = mu ^+ 2 /\
  msq (0 : 'cV[cubeL2 R 4]_1) = 0.
Proof.
move=> mu0 a T X; split; last exact: msq0.
rewrite /X /T /loss_sup mulmx0 mul0mx act0l addr0 !act0r subrr msq0 add0r.
by rewrite sub0r msqN msqE sE mxtrace1 mulr1.
Qed.

(* the reduction to A = 1, C = - D: each correlation can make it lossy        *)
Theorem prop_4_4_full_needed (mu : R) : mu != 0 ->
  let full o x k1 k2 a A B C D E := loss_aug o x k1 k2 A B C D
    + mu ^+ 2 * msq (E *v latent C D (o + k1) (o + x + k1) - a) in
  let sup x a B D E := loss_sup x a mu B D E in
  let Z : 'M[R]_1 := 0 in let J := I + I in let zero := 0 : 'cV_1 in
  [/\ (* E[o x^T]  *)
      full s0 s0 zero zero s2 J Z Z Z Z < sup s0 s2 Z Z Z,
      (* E[x k2^T] *)
      full zero s0 zero s0 s2 J Z Z Z Z < sup s0 s2 Z Z Z,
      (* E[x k1^T] *)
      full zero s0 s0 zero s2 I I I Z Z < sup s0 s2 I Z Z,
      (* E[o a^T]  *)
      full s0 s1 zero zero s0 I Z I Z I < sup s1 s0 Z Z I
    & (* E[k1 a^T] *)
      full zero s1 s0 zero s0 I Z I Z I < sup s1 s0 Z Z I].
Proof.
move=> mu0 full sup Z J zero; have mu2 : 0 < mu ^+ 2.
  by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
have m0 : msq s0 = 1 by rewrite msqE sE mxtrace1.
have m1 : msq s1 = 1 by rewrite msqE sE mxtrace1.
have m2 : msq s2 = 1 by rewrite msqE sE mxtrace1.
have JI : J - I = I by rewrite /J addrK.
have supE x a (B E : 'M_1) : msq x = 1 -> msq a = 1 -> sup x a B Z E = 1 + mu ^+
  2.
  by move=> mx ma; rewrite /sup /loss_sup !act0l !act0r !sub0r !msqN mx ma
    mulr1.
rewrite !supE // /full /zero /Z; split.
- rewrite [loss_aug _ _ _ _ _ _ _ _](_ : _ = 0); last first.
    apply: exact_aug; rewrite /Aeff !mul0mx !act0r !addr0 JI sub0r actNl.
    exact: addrN.
  by rewrite act0l sub0r msqN m2 mulr1 add0r [1 + _]addrC lt_addL ltr01.
- rewrite [loss_aug _ _ _ _ _ _ _ _](_ : _ = 0); last first.
    apply: exact_aug; rewrite !mul0mx !act0r JI sub0r actNl !act1 !addr0 add0r.
    exact: addNr.
  by rewrite act0l sub0r msqN m2 mulr1 add0r [1 + _]addrC lt_addL ltr01.
- rewrite [loss_aug _ _ _ _ _ _ _ _](_ : _ = 0); last first.
    apply: exact_aug; rewrite !act0r /I mulmx0 !addr0 mul1mx sub0r actNl !act1.
    by rewrite add0r addNr.
  by rewrite act0l sub0r msqN m2 mulr1 add0r [1 + _]addrC lt_addL ltr01.
- have -> : I *v latent I 0 (s0 + 0) (s0 + s1 + 0) - s0 = 0.
    by rewrite /latent act0l addr0 !act1 addr0 subrr.
  rewrite msq0 mulr0 addr0 /loss_aug residual_aug /Aeff !mul0mx addr0 subrr.
  by rewrite !act0l sub0r !addr0 add0r actNl act1 msqN m1 lt_addL.
have -> : I *v latent I 0 (0 + s0) (0 + s1 + s0) - s0 = 0.
  by rewrite /latent act0l addr0 !act1 add0r subrr.
rewrite msq0 mulr0 addr0 /loss_aug residual_aug /Aeff !mul0mx addr0 subrr.
by rewrite !act0l sub0r !addr0 add0r actNl act1 msqN m1 lt_addL.
Qed.
End Supervision.
