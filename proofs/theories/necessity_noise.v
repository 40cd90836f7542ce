(*      Each hypothesis about noise and policies is needed                    *)
(* -------------------------------------------------------------------------- *)
(* Instances for C2, C3 and D2, as in necessity.v: the other hypotheses of a  *)
(* theorem hold and its conclusion fails.  s0, s1, s2, s3 are independent     *)
(* fair signs, E1 and E2 the axes of R^2 (necessity.v).                       *)
(* axes_latent k o x == the latent Uk^T x that reads the first k coordinates, *)
(*                      Uk = axes n k                                         *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.
From SymLAM Require Import l2 finite_probability reduced_rank linear_lam.
From SymLAM Require Import llo noise policy_sweep necessity.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma latent_minus (R : realFieldType) (V : l2space R) n k (o x : 'cV[V]_n)
  (D : 'M[R]_(k, n)) : latent (- D) D o (o + x) = D *v x.
Proof. by rewrite /latent actDr actNl addKr. Qed.

(* ------------------------- C2 and C3: scores ------------------------------ *)
Section Noise.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R. Let s3 := s3 R.
Let E1 := E1 R. Let E2 := E2 R.

(* the latent that reads the first k axes *)
Definition axes n k : 'M[R]_(n, k) := 1%:M *m pid_mx k.
Definition axes_latent n k (o x : 'cV[cubeL2 R 4]_n) : 'cV[cubeL2 R 4]_k :=
  latent (- (axes n k)^T) (axes n k)^T o (o + x).

Lemma axes_latentE n k (o x : 'cV[cubeL2 R 4]_n) :
  axes_latent k o x = (axes n k)^T *v x.
Proof. by rewrite /axes_latent /latent actDr actNl addKr. Qed.
Lemma axes1 n : axes n n = 1%:M.
Proof. by rewrite /axes mul1mx pid_mx_1. Qed.
Lemma scalar_dg n (c : R) : (c%:M : 'M[R]_n) = dg 1%:M (fun=> c).
Proof. by rewrite dgc ?trmx1 ?mulmx1. Qed.
Lemma eye_orth n : (1%:M : 'M[R]_n)^T *m 1%:M = 1%:M.
Proof. by rewrite trmx1 mulmx1. Qed.

(* E[q e^T] = 0, for the head errors and the scores: q = 2 s0 and e = s0 are  *)
(* both read from z = 3 s0                                                    *)
Theorem scores_uncorrelated_needed :
  let q := 2%:R%:M *v s0 in let e := s0 in let o := s1 in
  let z := axes_latent 1 o (q + e) in
  [/\ cov o q = 0 /\ cov o e = 0, cov q q = dg 1%:M (fun=> 4%:R),
      cov e e = dg 1%:M (fun=> 1), herr z q = 0 /\ herr z e = 0
    & [/\ nerr z q = 0, nerr z e = 0 & LLO z q e o = 1]].
Proof.
move=> q e o z; have zE : z = 3%:R%:M *v s0.
  have E : 3%:R = 2%:R + 1 :> R by rewrite -[1]/(1%:R) -natrD.
  by rewrite /z axes_latentE axes1 trmx1 act1 E raddfD /= actDl act1.
have three : (3%:R : R) != 0 by rewrite pnatr_eq0.
have head c : herr z (c%:M *v s0) = 0.
  apply/herr_eq0; exists (c / 3%:R)%:M; rewrite zE actA -scalar_mxM divfK //.
  by rewrite subrr msq0.
have zq : herr z q = 0 by apply: head.
have ze : herr z e = 0 by rewrite -[e]act1 -[1%:M]/(1%:M); apply: head.
have zo : nerr z o = 1 by apply/M2_nerr_eq1; rewrite zE cov_actl sE mulmx0.
have mq : msq q != 0 by rewrite msqZ msqE sE mxtrace1 mulr1 sqrf_eq0 two_neq0.
have me : msq e != 0 by rewrite msqE sE mxtrace1 oner_eq0.
have nq : nerr z q = 0 by apply/M2_nerr_eq0.
have ne : nerr z e = 0 by apply/M2_nerr_eq0.
split=> //.
- by rewrite cov_actr !sE mul0mx.
- by rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -natrM
    -scalar_dg.
- by rewrite sE; apply: scalar_dg.
by split=> //; rewrite /LLO nq ne zo oppr0 !add0r.
Qed.

(* C2_loss_min_iff: each of the three correlations *)
Theorem C2_min_qe_needed :
  let q := s1 in let e := - s1 in let o := s0 in
  [/\ cov o q = 0 /\ cov o e = 0, cov q q = dg 1%:M (fun=> 1), cov e e = 1%:M,
      loss o (q + e) I (0 : 'M_1) 0 0 = iid_min 1 (fun _ : 'I_1 => 1) 1
    & pca (0 : 'M[R]_1) 0 1%:M <> (1 - 1)%:R].
Proof.
move=> q e o; split.
- by rewrite covNr !sE oppr0.
- by rewrite sE; apply: white_dg.
- by rewrite covNr covNl opprK sE.
- rewrite (exact_loss (A := I)); last first.
    by rewrite /predict /latent /e addrN !act0l !addr0 act1.
  by rewrite /iid_min subnn mulr0 addr0 big_mkcond big_ord1.
rewrite /pca mulmx0 sub0r /en mulmx1 linearN /= mulmxN mulNmx opprK trmx1
  mulmx1.
by rewrite mxtrace1 subnn; apply/eqP/oner_neq0.
Qed.

Let iid2 : iid_min 1 (fun _ : 'I_2 => (1 : R)) 1 = 2%:R.
Proof. by rewrite /iid_min tail21 mul1r. Qed.
Let pca2 : pca (0 : 'M[R]_(2, 1)) 0 1%:M = 2%:R.
Proof.
rewrite /pca mul0mx sub0r /en mulmx1 linearN /= mulmxN mulNmx opprK trmx1
  mulmx1.
by rewrite mxtrace1.
Qed.
Let pca2_neq : pca (0 : 'M[R]_(2, 1)) 0 1%:M <> (2 - 1)%:R.
Proof. by rewrite pca2; apply/eqP; rewrite eqr_nat. Qed.
Let absorbed (o y : 'cV[cubeL2 R 4]_2) : cov y y = 1%:M ->
  loss o (o + y) 2%:R%:M (0 : 'M_(2, 1)) 0 0 = 2%:R.
Proof.
move=> yy; rewrite /loss /predict act0l addr0 doubleE actDl act1.
rewrite (_ : _ - _ = - y); last by abel.
by rewrite msqN msqE yy mxtrace1.
Qed.

Theorem C2_min_oq_needed :
  let q := white R in let e := white' R in let o := q in
  [/\ cov q e = 0 /\ cov o e = 0, cov q q = dg 1%:M (fun=> 1), cov e e = 1%:M,
      loss o (q + e) 2%:R%:M (0 : 'M_(2, 1)) 0 0 =
        iid_min 1 (fun _ : 'I_2 => 1) 1
    & pca (0 : 'M[R]_(2, 1)) 0 1%:M <> (2 - 1)%:R].
Proof.
move=> q e o; split.
- by rewrite white_uncorr.
- by rewrite whiteE; apply: white_dg.
- exact: whiteE'.
- by rewrite iid2; apply: absorbed; apply: whiteE'.
exact: pca2_neq.
Qed.

Theorem C2_min_oe_needed :
  let q := white R in let e := white' R in let o := e in
  [/\ cov q e = 0 /\ cov o q = 0, cov q q = dg 1%:M (fun=> 1), cov e e = 1%:M,
      loss o (q + e) 2%:R%:M (0 : 'M_(2, 1)) 0 0 =
        iid_min 1 (fun _ : 'I_2 => 1) 1
    & pca (0 : 'M[R]_(2, 1)) 0 1%:M <> (2 - 1)%:R].
Proof.
move=> q e o; split.
- by split; [apply: white_uncorr|rewrite -covC white_uncorr trmx0].
- by rewrite whiteE; apply: white_dg.
- exact: whiteE'.
- by rewrite iid2 [q + e]addrC; apply: absorbed; apply: whiteE.
exact: pca2_neq.
Qed.

Let pca00 (c : R) : pca (0 : 'M[R]_1) 0 c%:M = c.
Proof.
rewrite /pca mulmx0 sub0r /en linearN /= trmx1 mulmxN !mulNmx opprK mulmx1
  mul1mx.
by rewrite mxtrace_scalar.
Qed.
Let iid1 (l s : R) : iid_min 1 (fun _ : 'I_1 => l) s = 0.
Proof. by rewrite /iid_min subnn mulr0 addr0 big_mkcond big_ord1. Qed.

(* eigenvalues that are not negative, in C2_min_iff, C2_B_unchanged and       *)
(* C2_B_clean: l = - 1                                                        *)
Theorem C2_eigenvalues_needed : let l := fun _ : 'I_1 => -1 : R in
  let m s := pca (0 : 'M[R]_1) 0 (dg 1%:M l + s%:M) in
  [/\ m 1 = iid_min 1 l 1, m 2%:R <> iid_min 1 l 2%:R
    & pca (0 : 'M[R]_1) 0 (dg 1%:M l) <> \sum_(i < 1 | (1 <= i)%N) l i].
Proof.
move=> l m; rewrite /m /l -scalar_dg -!raddfD /= !pca00 !iid1; split.
- by rewrite addNr.
- by apply/eqP; rewrite -[-1 + _]addrC -[1]/(1%:R) -natrB // oner_eq0.
by rewrite big_mkcond big_ord1 /=; apply/eqP; rewrite oppr_eq0 oner_eq0.
Qed.

(* a variance of the noise that is not negative, in C2_B_clean *)
Theorem C2_variance_needed : let l := fun _ : 'I_1 => 1 : R in
  [/\ pca (0 : 'M[R]_1) 0 (dg 1%:M l + (-1)%:M) = iid_min 1 l (-1)
    & pca (0 : 'M[R]_1) 0 (dg 1%:M l) <> \sum_(i < 1 | (1 <= i)%N) l i].
Proof.
move=> l; rewrite /l -scalar_dg -raddfD /= !pca00 iid1 addrN; split=> //.
by rewrite big_mkcond big_ord1 /=; apply/eqP; apply: oner_neq0.
Qed.
End Noise.

(* ------------------------- C2: sizes and variances ------------------------ *)
Section Sizes.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R.
Let E1 := E1 R.
Let noise_error d n k (v s : R) := (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R.

Let half : (1 : R) / (1 + 1) = 2%:R^-1. Proof. by rewrite mul1r. Qed.
Let half_neq1 : (2%:R^-1 : R) <> 1.
Proof.
move/(congr1 (fun r => r * 2%:R)); rewrite mulVf ?two_neq0 // mul1r => /eqP.
by rewrite -[1]/(1%:R) eqr_nat.
Qed.

(* without an action, a noise, a coordinate or a latent dimension the         *)
(* normalised error is 1, which is not what the formulas give                 *)
Theorem C2_sizes_needed (V : l2space R) :
  [/\ forall n k (z : 'cV[V]_k), nerr z (0 : 'cV_n) = 1,
      forall k (z : 'cV[V]_k) (y : 'cV_0), nerr z y = 1,
      forall n (z : 'cV[V]_0) (y : 'cV_n), nerr z y = 1
    & [/\ (0 : R) / (0 + 0) <> 1 /\ (1 : R) / (1 + 1) <> 1,
          noise_error 0 1 1 1 0 <> 1, noise_error 0 0 0 1 1 <> 1
        & noise_error 1 1 0 1 1 <> 1]].
Proof.
split=> [n k z|k z y|n z y|].
- by apply/M2_nerr_eq1; apply: cov0r.
- by apply/M2_nerr_eq1; rewrite thinmx0.
- by apply/M2_nerr_eq1; rewrite flatmx0.
have zero1 : (0 : R) <> 1 by apply/eqP; rewrite eq_sym oner_eq0.
split.
- by rewrite half mul0r; split.
- by rewrite /noise_error mul0r add0r subnn mul0r.
- by rewrite /noise_error invr0 mulr0.
rewrite /noise_error half subn0 mul1r divr1 => /eqP.
by rewrite -subr_eq0 addrK invr_eq0 (negPf (two_neq0 R)).
Qed.

(* d_a <= d_o: two directions counted where there is one *)
Theorem C2_directions_needed :
  let q := s0 in let e := s1 in let o := s2 in
  let z := axes_latent 2 o (q + e) in
  [/\ [/\ cov q e = 0, cov o q = 0 & cov o e = 0],
      cov q q = dg 1%:M (fun i : 'I_1 => if (i < 2)%N then 1 else 0),
      cov e e = 1%:M, nerr z e = 2%:R^-1 /\ noise_error 2 1 2 1 1 = 1
    & LLO z q e o = 1 /\ 1 - 1 / (1 + 1) + noise_error 2 1 2 1 1 <> 1].
Proof.
move=> q e o z; have qq : cov q q = dg 1%:M (fun=> 1) by rewrite sE;
  apply: scalar_dg.
have ee : cov e e = dg 1%:M (fun=> 1) by rewrite sE; apply: scalar_dg.
have qe : cov q e = 0 by rewrite sE.
have zo : nerr z o = 1.
  apply/M2_nerr_eq1; rewrite /z axes_latentE cov_actl covDl !sE addr0.
  by rewrite mulmx0.
have hq : herr z q = 2%:R^-1.
  rewrite (herr_action 2 o (eye_orth R 1) qe qq ee) big_ord1 /=.
  by rewrite mulr1 mul1r.
have he : herr z e = 2%:R^-1.
  rewrite (herr_noise 2 o (eye_orth R 1) qe qq ee) big_ord1 /=.
  by rewrite mulr1 mul1r.
have mq : msq q = 1 by rewrite msqE sE mxtrace1.
have me : msq e = 1 by rewrite msqE sE mxtrace1.
have ne : nerr z e = 2%:R^-1 by rewrite /nerr me oner_eq0 he divr1.
have nq : nerr z q = 2%:R^-1 by rewrite /nerr mq oner_eq0 hq divr1.
have f1 : noise_error 2 1 2 1 1 = 1.
  by rewrite /noise_error half mulfV ?two_neq0 // addr0 divr1.
split=> //; first by rewrite !sE.
- by rewrite qq; apply: eq_dg => i; rewrite ord1.
- by rewrite sE.
split; first by rewrite /LLO ne nq zo addNr add0r.
rewrite f1 half addrAC => /eqP; rewrite -subr_eq0 addrAC addrK.
by rewrite subr_eq0 eq_sym; apply/negP/eqP.
Qed.

(* E[o q^T] = 0 and E[o e^T] = 0 in the score: the state is read as well      *)
Theorem C2_state_needed : let q := s0 in let e := s1 in
  [/\ cov q e = 0, cov q q = dg 1%:M (fun i : 'I_1 => if (i < 1)%N then 1 else
    0),
      cov e e = 1%:M,
      LLO (axes_latent 1 q (q + e)) q e q = 2%:R^-1 /\
      LLO (axes_latent 1 e (q + e)) q e e = 2%:R^-1
    & 1 - 1 / (1 + 1) + noise_error 1 1 1 1 1 = 1].
Proof.
move=> q e; have qq : cov q q = dg 1%:M (fun=> 1) by rewrite sE;
  apply: scalar_dg.
have ee : cov e e = dg 1%:M (fun=> 1) by rewrite sE; apply: scalar_dg.
have qe : cov q e = 0 by rewrite sE.
have mq : msq q = 1 by rewrite msqE sE mxtrace1.
have me : msq e = 1 by rewrite msqE sE mxtrace1.
have nq o : nerr (axes_latent 1 o (q + e)) q = 2%:R^-1.
  rewrite /nerr mq oner_eq0 divr1 (herr_action 1 o (eye_orth R 1) qe qq ee).
  by rewrite big_ord1 /= mulr1 mul1r.
have ne o : nerr (axes_latent 1 o (q + e)) e = 2%:R^-1.
  rewrite /nerr me oner_eq0 divr1 (herr_noise 1 o (eye_orth R 1) qe qq ee).
  by rewrite big_ord1 /= mulr1 mul1r.
split=> //.
- by rewrite qq; apply: eq_dg => i; rewrite ord1.
- by rewrite sE.
- by rewrite /LLO !nq !ne !addNr !add0r.
by rewrite /noise_error half subnn addr0 mul1r divr1 subrK.
Qed.

(* a noise and an action in the score *)
Theorem C2_score_noise_needed :
  let q := E1 *v s0 in let o := 0 : 'cV_2 in let z := axes_latent 2 o (q + 0) in
  [/\ cov q q = dg 1%:M (fun i : 'I_2 => if (i < 1)%N then 1 else 0),
      LLO z q 0 o = 2%:R & 1 - 0 / (1 + 0) + noise_error 1 2 2 1 0 <> 2%:R].
Proof.
move=> q o z; have zE : z = q by rewrite /z axes_latentE axes1 trmx1 act1 addr0.
have mq : msq q != 0.
  by rewrite msq_act sE /en mulmx1 mxtrace_mulC E11 mxtrace1 oner_eq0.
split.
- rewrite cov_actl cov_actr sE mul1mx trmx_delta mul_delta_mx /dg mul1mx trmx1.
  rewrite mulmx1; apply/matrixP=> -[[|[|//]] ?] [[|[|//]] ?];
  by rewrite !mxE.
- by rewrite zE; apply: M2_LLO_self => //; apply: cov0r.
rewrite /noise_error mul0r subr0 addr0 divr1 mulr1 subnn addr0 mul1r.
move/eqP; rewrite -[2%:R]/(1 + 1) -subr_eq0 opprD addrACA subrr add0r.
by rewrite subr_eq0; apply/negP/eqP.
Qed.

Theorem C2_score_action_needed :
  let e := s1 in let o := s2 in let z := axes_latent 1 o (0 + e) in
  [/\ cov o e = 0, cov e e = 1%:M, LLO z 0 e o = 0
    & 1 - 1 / (1 + 1) + noise_error 0 1 1 1 1 <> 0].
Proof.
move=> e o z; have zE : z = e by rewrite /z axes_latentE axes1 trmx1 act1 add0r.
split; first by rewrite sE.
- by rewrite sE.
- have ne : nerr e e = 0.
    by apply/M2_nerr_eq0; rewrite herr_self msqE sE mxtrace1 oner_eq0.
  have n0 : nerr e (0 : 'cV_1) = 1 by apply/M2_nerr_eq1; apply: cov0r.
  have no : nerr e o = 1 by apply/M2_nerr_eq1; rewrite sE.
  by rewrite zE /LLO ne n0 no addr0 addNr.
rewrite /noise_error half mul0r subnn addr0 mul0r addr0 => /eqP.
by rewrite subr_eq0 eq_sym; apply/negP/eqP.
Qed.
End Sizes.

(* ------------------------- C3 --------------------------------------------- *)
Section OtherAgents.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R.
Let E1 := E1 R. Let E2 := E2 R.
Let o0 : 'cV[cubeL2 R 4]_2 := 0.

(* the larger of two axes is read: all of (b E2) s1 + (a E1) s0 but a^2 *)
Lemma larger_axis (a b : R) : a ^+ 2 <= b ^+ 2 ->
  let x := E2 *v (b%:M *v s1) + (a *: E1) *v s0 in
  optimal (loss o0 x) (1%:M - E2 *m (- E2^T + E2^T)) E2 (- E2^T) E2^T.
Proof.
move=> ab x; have ae : cov (b%:M *v s1) ((a *: E1) *v s0) = 0.
  by rewrite cov_actl cov_actr sE mul0mx mulmx0.
have ee : cov ((a *: E1) *v s0) ((a *: E1) *v s0) = a ^+ 2 *: (E1 *m E1^T).
  rewrite cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA.
have Xe : E2^T *m cov ((a *: E1) *v s0) ((a *: E1) *v s0) = 0.
  by rewrite ee -scalemxAr mulmxA E21 mul0mx scaler0.
have lo : psd ((a ^+ 2)%:M - cov ((a *: E1) *v s0) ((a *: E1) *v s0)).
  rewrite ee -scalemx1 -(EE R) scalerDr addrAC subrr add0r.
  by apply: psdZ; [apply: sqr_ge0|apply: psd_gram].
have hi : psd (cov (b%:M *v s1) (b%:M *v s1) - (b ^+ 2)%:M).
  rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -expr2 subrr.
  by split=> [|v]; rewrite /sym ?trmx0 // mulmx0 mul0mx mxE.
move=> A B C D; rewrite C3_action_first_attained; [|exact: E22|exact: Xe].
exact: (C3_action_first_min (E22 R) ae (cov0l _ _) (cov0l _ _) Xe hi lo ab).
Qed.

Let E2e : E2^T *m (E2 *m E2^T) <> 0.
Proof.
rewrite mulmxA E22 mul1mx => /(congr1 trmx); rewrite trmxK trmx0.
by apply/eqP; apply: E2_neq0.
Qed.

(* a noise that is larger than the action is read first; a tie may be         *)
Theorem C3_strength_needed :
  let e c := (c *: E2) *v s1 in let B := E2 in let D := E2^T in
  let A := 1%:M - B *m (- D + D) in
  let x c := E1 *v s0 + e c in
  [/\ E1^T *m E1 = 1%:M, forall c, E1^T *m cov (e c) (e c) = 0,
      cov s0 s0 = 1%:M, forall c, 1 <= c ^+ 2 -> optimal (loss o0 (x c)) A B (-
        D) D
    & forall c, c != 0 -> D *m cov (e c) (e c) <> 0 /\
        loss o0 (x c) A B (- D) D = 1 /\ msq (e c) = c ^+ 2].
Proof.
move=> e B D A x.
have ee c : cov (e c) (e c) = c ^+ 2 *: (E2 *m E2^T).
  rewrite cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA.
have xE c : x c = E2 *v (c%:M *v s1) + (1 *: E1) *v s0.
  by rewrite /x /e scale1r actA mul_mx_scalar addrC.
split; first exact: E11.
- by move=> c; rewrite ee -scalemxAr mulmxA E12 mul0mx scaler0.
- by rewrite sE.
- by move=> c c1; rewrite xE; apply: larger_axis; rewrite expr1n.
move=> c c0; split; last split.
- rewrite ee -scalemxAr => /eqP; rewrite scaler_eq0 sqrf_eq0 (negPf c0) /=.
  by move/eqP.
- rewrite xE C3_action_first_attained ?E22 //; last first.
    rewrite scale1r cov_actl cov_actr sE mul1mx mulmxA E21; exact: mul0mx.
  by rewrite scale1r msq_act sE /en mulmx1 mxtrace_mulC E11 mxtrace1.
by rewrite msqE ee mxtraceZ mxtrace_mulC E22 mxtrace1 mulr1.
Qed.

(* orthonormal columns of X: X = E1 / 2 makes an action of variance 16 weaker *)
(* than a noise of variance 9                                                 *)
Theorem C3_orthonormal_needed :
  let X := 2%:R^-1 *: E1 in let a := 4%:R%:M *v s0 in
  let e := (3%:R *: E2) *v s1 in let x := X *v a + e in
  let A := 1%:M - E2 *m (- E2^T + E2^T) in
  [/\ cov a a = 16%:R%:M, cov e e = 9%:R *: (E2 *m E2^T), X^T *m cov e e = 0,
      optimal (loss o0 x) A E2 (- E2^T) E2^T /\
        loss o0 x A E2 (- E2^T) E2^T = 4%:R
    & [/\ msq e = 9%:R, E2^T *m cov e e <> 0, msq (X *v a) != 0,
          LLO (latent (- E2^T) E2^T o0 (o0 + x)) (X *v a) e o0 <> 2%:R
        & loss o0 x (1%:M - X *m (0 + X^T)) X 0 X^T <> msq e]].
Proof.
move=> X a e x A; have XT : X^T = 2%:R^-1 *: E1^T by rewrite /X linearZ.
have four : 2%:R^-1 * 4%:R = 2%:R :> R.
  by rewrite -[4%:R]/((2 * 2)%:R) natrM mulrA mulVf ?mul1r ?two_neq0.
have Xa : X *v a = (2%:R *: E1) *v s0.
  by rewrite actA /X mul_mx_scalar scalerA mulrC four.
have aa : cov a a = 16%:R%:M.
  by rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -natrM.
have ee : cov e e = 9%:R *: (E2 *m E2^T).
  rewrite cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA -natrM.
have xE : x = E2 *v (3%:R%:M *v s1) + (2%:R *: E1) *v s0.
  by rewrite /x Xa /e actA mul_mx_scalar addrC.
have qq : cov (X *v a) (X *v a) = 4%:R *: (E1 *m E1^T).
  rewrite Xa cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA -natrM.
have mq : msq (X *v a) = 4%:R.
  by rewrite msqE qq mxtraceZ mxtrace_mulC E11 mxtrace1 mulr1.
have De : E2^T *m cov e e <> 0.
  by rewrite ee -scalemxAr => /eqP; rewrite scaler_eq0 pnatr_eq0 /= => /eqP.
split=> //.
- by rewrite ee XT -scalemxAl -scalemxAr mulmxA E12 mul0mx !scaler0.
- split; rewrite xE; first by apply: larger_axis; rewrite -!natrX ler_nat.
  rewrite C3_action_first_attained ?E22 //; last first.
    rewrite cov_actl cov_actr sE mul1mx -scalemxAl -scalemxAr mulmxA E21.
    by rewrite mul0mx scaler0.
  by rewrite -Xa.
split=> //.
- by rewrite msqE ee mxtraceZ mxtrace_mulC E22 mxtrace1 mulr1.
- by rewrite mq pnatr_eq0.
- case/M2_LLO_eq2=> _ _ ze _; apply: De; move: ze.
  rewrite latent_minus cov_actl /x covDl.
  rewrite [cov (X *v a) e](_ : _ = 0) ?add0r //.
  by rewrite Xa cov_actl cov_actr sE mul0mx mulmx0.
rewrite /loss residual /Aeff add0r subrK subrr act0l add0r /x actDr msqD.
  have -> : (X *m X^T - 1%:M) *v e = - e.
    rewrite actDl actNl act1 -actA XT /e.
    rewrite [(_ *: E1^T) *v _]actA -scalemxAl -scalemxAr E12 !scaler0 act0l.
    by rewrite act0r sub0r.
  rewrite msqN -[X in _ <> X]add0r => /addIr/eqP; apply/negP.
  rewrite msq_act qq /en -scalemxAr -scalemxAl mxtraceZ mulf_neq0 ?pnatr_eq0 //.
  have -> : (X *m X^T - 1%:M) *m (E1 *m E1^T) *m (X *m X^T - 1%:M)^T =
      ((X *m X^T - 1%:M) *m E1) *m ((X *m X^T - 1%:M) *m E1)^T.
    by rewrite trmx_mul !mulmxA.
  apply/eqP=> /en1_eq0; rewrite mulmxBl mul1mx XT /X.
  rewrite -scalemxAl -scalemxAr -!scalemxAl -mulmxA E11 mulmx1 scalerA.
  rewrite -{2}[E1]scale1r -scalerBl => /eqP; rewrite scaler_eq0.
  rewrite (negPf (E1_neq0 R)) orbF subr_eq0 => /eqP h.
  have := congr1 (fun r => r * 4%:R) h; rewrite mul1r -mulrA four mulVf
    ?two_neq0 //.
  by move/eqP; rewrite -[1]/(1%:R) eqr_nat.
by rewrite Xa !actA cov_actl cov_actr sE mul0mx mulmx0.
Qed.

(* the correlations: a noise along the action is predicted with it ...        *)
Theorem C3_ae_needed :
  let a := 2%:R%:M *v s0 in let e := E2 *v s0 in let x := E1 *v a + e in
  let B := 2%:R *: E1 + E2 in
  [/\ E1^T *m cov e e = 0, cov a a = 4%:R%:M, psd (1%:M - cov e e),
      loss o0 x 1%:M B (- E2^T) E2^T = 0 /\ msq e = 1
    & [/\ E2^T *m cov e e <> 0, msq (E1 *v a) != 0 & cov (E1 *v a) e <> 0]].
Proof.
move=> a e x B; have ee : cov e e = E2 *m E2^T.
  by rewrite cov_actl cov_actr sE mul1mx.
have Ea : E1 *v a = (2%:R *: E1) *v s0 by rewrite actA mul_mx_scalar.
have xE : x = B *v s0 by rewrite /x Ea /B actDl.
have E2B : E2^T *m B = 1%:M by rewrite mulmxDr -scalemxAr E21 scaler0 add0r E22.
split.
- by rewrite ee mulmxA E12 mul0mx.
- by rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -natrM.
- by rewrite ee -(EE R) addrK; apply: psd_gram.
- split; last by rewrite msqE ee mxtrace_mulC E22 mxtrace1.
  apply: exact_loss; rewrite /predict latent_minus xE [E2^T *v _]actA.
  by rewrite E2B !act1.
rewrite Ea; split; first by rewrite ee.
  rewrite msq_act sE /en mulmx1 [(_ *: _)^T]linearZ /= -scalemxAl -scalemxAr.
  by rewrite scalerA mxtraceZ mxtrace_mulC E11 mxtrace1 mulr1 -natrM pnatr_eq0.
rewrite cov_actl cov_actr sE mul1mx -scalemxAl => /eqP.
rewrite scaler_eq0 pnatr_eq0 /= => /eqP/(congr1 (fun M => E1^T *m M *m E2)).
rewrite !mulmxA E11 mul1mx E22 mulmx0 mul0mx => /eqP; apply/negP/one1.
Qed.

(* ... a state that shows the action, or the noise, leaves the latent free    *)
Theorem C3_oa_needed :
  let o := E1 *v s0 in let a := 2%:R%:M *v s0 in let e := E2 *v s1 in
  let x := E1 *v a + e in
  [/\ cov a e = 0 /\ cov o e = 0, E1^T *m cov e e = 0, cov a a = 4%:R%:M,
      psd (1%:M - cov e e)
    & [/\ loss o x (1%:M + 2%:R%:M) E2 (- E2^T) E2^T = 0, msq e = 1,
          E2^T *m cov e e <> 0 & msq (E1 *v a) != 0 /\ cov (E1 *v a) o <> 0]].
Proof.
move=> o a e x; have ee : cov e e = E2 *m E2^T.
  by rewrite cov_actl cov_actr sE mul1mx.
have Ea : E1 *v a = (2%:R *: E1) *v s0 by rewrite actA mul_mx_scalar.
split.
- by rewrite !cov_actl !cov_actr sE !mul0mx !mulmx0.
- by rewrite ee mulmxA E12 mul0mx.
- by rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -natrM.
- by rewrite ee -(EE R) addrK; apply: psd_gram.
split.
- apply: exact_loss; rewrite /predict latent_minus /x Ea actDr !actA.
  rewrite -scalemxAr E21 scaler0 act0l add0r E22 act1 mulmxDl mul1mx.
  by rewrite mul_scalar_mx actDl addrA.
- by rewrite msqE ee mxtrace_mulC E22 mxtrace1.
- by rewrite ee.
rewrite Ea; split.
  rewrite msq_act sE /en mulmx1 [(_ *: _)^T]linearZ /= -scalemxAl -scalemxAr.
  by rewrite scalerA mxtraceZ mxtrace_mulC E11 mxtrace1 mulr1 -natrM pnatr_eq0.
rewrite cov_actl cov_actr sE mul1mx -scalemxAl => /eqP.
rewrite scaler_eq0 pnatr_eq0 /= => /eqP/(congr1 (fun M => E1^T *m M *m E1)).
rewrite !mulmxA E11 mul1mx E11 mulmx0 mul0mx => /eqP; apply/negP/one1.
Qed.

Theorem C3_oe_needed :
  let o := E2 *v s1 in let a := 2%:R%:M *v s0 in let e := o in
  let x := E1 *v a + e in let D := E1^T + E2^T in let C := - E1^T - (E2^T +
    E2^T) in
  [/\ cov a e = 0 /\ cov o a = 0, E1^T *m cov e e = 0, cov a a = 4%:R%:M,
      psd (1%:M - cov e e)
    & [/\ loss o x 2%:R%:M E1 C D = 0, msq e = 1, D *m cov e e <> 0,
          LLO (latent C D o (o + x)) (E1 *v a) e o = 2%:R
        & (C + D) *m cov o o <> 0]].
Proof.
move=> o a e x D C; have ee : cov e e = E2 *m E2^T.
  by rewrite cov_actl cov_actr sE mul1mx.
have zE : latent C D o (o + x) = a.
  rewrite /latent /C /D /x /e /o !(actDr, actDl, actNl) !actA E11 E22 E12 E21.
  by rewrite mul1mx mul0mx !act1 !act0l -/a; abel.
have aa : cov a a = 4%:R%:M.
  by rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -natrM.
have ae : cov a e = 0 by rewrite cov_actl cov_actr sE mul0mx mulmx0.
have E2n : E2^T <> 0.
  by move/(congr1 trmx); rewrite trmxK trmx0; apply/eqP; apply: E2_neq0.
split=> //.
- by split=> //; rewrite -covC ae trmx0.
- by rewrite ee mulmxA E12 mul0mx.
- by rewrite ee -(EE R) addrK; apply: psd_gram.
split.
- by apply: exact_loss; rewrite /predict zE doubleE actDl act1 /x /e; abel.
- by rewrite msqE ee mxtrace_mulC E22 mxtrace1.
- by rewrite ee /D mulmxDl !mulmxA E12 E22 mul0mx add0r mul1mx.
- rewrite zE; apply/M2_LLO_eq2; split=> //.
    by rewrite msq_act aa /en mul_mx_scalar -scalemxAl mxtraceZ mxtrace_mulC E11
      mxtrace1 mulr1 pnatr_eq0.
  by apply/herr_eq0; exists E1; rewrite subrr msq0.
have -> : C + D = - E2^T by rewrite /C /D; abel.
rewrite ee mulNmx mulmxA E22 mul1mx => /eqP; rewrite oppr_eq0 => /eqP.
exact: E2n.
Qed.

(* X^T e = 0: in dimension 1 the latent reads action and noise together       *)
Theorem C3_orthogonal_needed :
  let a := 2%:R%:M *v s0 in let e := s1 in let x := I *v a + e in
  [/\ cov a e = 0, cov a a = 4%:R%:M /\ cov e e = 1%:M,
      loss (0 : 'cV_1) x 1%:M I (- I) I = 0 /\ msq e = 1,
      loss (0 : 'cV_1) x (1%:M - I *m (- I + I^T)) I (- I) I^T <> msq e
    & [/\ I *m cov e e <> 0, msq (I *v a) != 0
        & LLO (latent (- I) I 0 (0 + x)) (I *v a) e 0 <> 2%:R]].
Proof.
move=> a e x; have me : msq e = 1 by rewrite msqE sE mxtrace1.
have L0 : loss (0 : 'cV_1) x 1%:M I (- I) I = 0.
  by apply: exact_loss; rewrite /predict /latent /I actNl !act1; abel.
have ae : cov a e = 0 by rewrite cov_actl sE mulmx0.
split=> //.
- split; last by rewrite sE.
  by rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM -natrM.
- rewrite trmx1 addNr mulmx0 subr0 L0 me; apply/eqP; rewrite eq_sym.
  exact: oner_neq0.
rewrite /I mul1mx act1; split.
- by rewrite sE; apply/eqP; apply: one1.
- by rewrite msqZ msqE sE mxtrace1 mulr1 sqrf_eq0 two_neq0.
case/M2_LLO_eq2=> _ _ + _; rewrite /latent actNl !act1 add0r oppr0 add0r /x /I.
by rewrite act1 covDl ae sE add0r; apply/eqP; apply: one1.
Qed.

(* C3_best_dz: a noise, and room for it: without noise a spare dimension does *)
(* no harm                                                                    *)
Theorem C3_noise_needed : let q := s0 in let o := s1 in
  LLO (axes_latent 2 o (q + 0)) q 0 o = 2%:R.
Proof.
move=> q o; have zE : axes_latent 2 o (q + 0) = (axes R 1 2)^T *v q.
  by rewrite axes_latentE addr0.
apply/M2_LLO_eq2; rewrite zE; split.
- by rewrite msqE sE mxtrace1 oner_eq0.
- apply/herr_eq0; exists (axes R 1 2); rewrite actA.
  have -> : axes R 1 2 *m (axes R 1 2)^T = 1%:M.
    rewrite /axes mul1mx tr_pid_mx mul_pid_mx; apply/matrixP=> i j.
    by rewrite !ord1 !mxE.
  by rewrite act1 subrr msq0.
- exact: cov0r.
by rewrite cov_actl sE mulmx0.
Qed.

(* C3_noise_not_excluded *)
Theorem C3_excluded_qe :
  let q := E2 *v s0 in let e := (2%:R *: E1) *v s0 in let B := 2%:R *: E1 + E2
    in
  [/\ psd (1%:M - cov q q), 1 < (E1^T *m cov e e *m E1^T^T) 0 0,
      loss o0 (q + e) 1%:M B (- E2^T) E2^T = 0 & E2^T *m cov e e = 0].
Proof.
move=> q e B; have ee : cov e e = 4%:R *: (E1 *m E1^T).
  rewrite cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA -natrM.
have xE : q + e = B *v s0 by rewrite /B actDl addrC.
have E2B : E2^T *m B = 1%:M by rewrite mulmxDr -scalemxAr E21 scaler0 add0r E22.
split.
- by rewrite cov_actl cov_actr sE mul1mx -(EE R) addrK; apply: psd_gram.
- rewrite trmxK ee -scalemxAr -scalemxAl !mulmxA E11 mul1mx E11 !mxE eqxx mulr1.
  by rewrite ltr1n.
- apply: exact_loss; rewrite /predict latent_minus xE [E2^T *v _]actA.
  by rewrite E2B !act1.
by rewrite ee -scalemxAr mulmxA E21 mul0mx scaler0.
Qed.

Theorem C3_excluded_oe :
  let q := E1 *v s0 in let e := (2%:R *: E2) *v s1 in let o := e in
  [/\ cov q e = 0, psd (1%:M - cov q q), 1 < (E2^T *m cov e e *m E2^T^T) 0 0,
      loss o (q + e) 2%:R%:M E1 (- E1^T) E1^T = 0 & E1^T *m cov e e = 0].
Proof.
move=> q e o; have ee : cov e e = 4%:R *: (E2 *m E2^T).
  rewrite cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  by rewrite -scalemxAr scalerA -natrM.
split.
- by rewrite cov_actl cov_actr sE mul0mx mulmx0.
- by rewrite cov_actl cov_actr sE mul1mx -(EE R) [X in X - _]addrC addrK;
  apply: psd_gram.
- rewrite trmxK ee -scalemxAr -scalemxAl !mulmxA E22 mul1mx E22 !mxE eqxx mulr1.
  by rewrite ltr1n.
- apply: exact_loss; rewrite /predict latent_minus /o /q.
  have -> : E1^T *v (E1 *v s0 + e) = s0.
    by rewrite actDr /e !actA E11 -scalemxAr E12 scaler0 act0l addr0 act1.
  by rewrite doubleE actDl act1; abel.
by rewrite ee -scalemxAr mulmxA E12 mul0mx scaler0.
Qed.

(* an action that is larger, whatever the bound t: psd (t - E[q q^T]) fails   *)
(* for t = 0, and no direction y of the noise exceeds t = 4                   *)
Theorem C3_excluded_strength :
  let q := (2%:R *: E2) *v s1 in let e := E1 *v s0 in
  let A := 1%:M - E2 *m (- E2^T + E2^T) in
  [/\ cov q e = 0, psd (4%:R%:M - cov q q), 0 < (E1^T *m cov e e *m E1^T^T) 0 0,
      optimal (loss o0 (q + e)) A E2 (- E2^T) E2^T & E2^T *m cov e e = 0].
Proof.
move=> q e A; have ee : cov e e = E1 *m E1^T by rewrite cov_actl cov_actr sE
  mul1mx.
split.
- by rewrite cov_actl cov_actr sE mul0mx mulmx0.
- rewrite cov_actl cov_actr sE mul1mx [(_ *: _)^T]linearZ /= -scalemxAl.
  rewrite -scalemxAr scalerA -natrM -[4%:R%:M]scalemx1 -(EE R) scalerDr addrK.
  by apply: psdZ; [apply: ler0n|apply: psd_gram].
- by rewrite trmxK ee !mulmxA E11 mul1mx E11 mxE eqxx ltr01.
- have -> : q + e = E2 *v (2%:R%:M *v s1) + (1 *: E1) *v s0.
    by rewrite actA mul_mx_scalar scale1r.
  by apply: larger_axis; rewrite expr1n -natrX ler1n.
by rewrite ee mulmxA E21 mul0mx.
Qed.

Theorem C3_excluded_dimension n (D : 'M[R]_(0, n)) (S : 'M[R]_n) : D *m S = 0.
Proof. exact: flatmx0. Qed.

(* C3_nonorth_affected *)
Theorem C3_nonorth_orthonormal :
  let X : 'M[R]_1 := 2%:R%:M in let a := s0 in let e := s1 in
  [/\ cov a e = 0, loss (0 : 'cV_1) (X *v a + e) 1%:M I (- I) I = 0,
      (I^T :=: X^T)%MS & (1%:M - X *m X^T) *m cov e e *m X <> 0].
Proof.
move=> X a e; split.
- by rewrite sE.
- by apply: exact_loss; rewrite /predict /latent /I actNl !act1; abel.
- rewrite /I /X trmx1 tr_scalar_mx -[2%:R%:M]scalemx1.
  by apply/eqmx_sym/eqmx_scale; apply: two_neq0.
rewrite sE mulmx1 /X tr_scalar_mx -scalar_mxM -raddfB /= -scalar_mxM.
move/matrixP/(_ 0 0)/eqP; rewrite !mxE eqxx mulr1n mulf_eq0 (negPf (two_neq0
  R)).
rewrite orbF subr_eq0 -natrM -[1]/(1%:R) eqr_nat.
by [].
Qed.

Theorem C3_nonorth_ae :
  let a := 2%:R%:M *v s1 - s0 in let e := (E2 + E1) *v s0 in
  let A := 1%:M - E2 *m (- E2^T + E2^T) in
  [/\ E2^T *m E2 = 1%:M, optimal (loss o0 (E2 *v a + e)) A E2 (- E2^T) E2^T
    & (1%:M - E2 *m E2^T) *m cov e e *m E2 <> 0].
Proof.
move=> a e A; split; first exact: E22.
  have -> : E2 *v a + e = E2 *v (2%:R%:M *v s1) + (1 *: E1) *v s0.
    by rewrite /a /e scale1r actDr actNr actDl; abel.
  by apply: larger_axis; rewrite expr1n -natrX ler1n.
rewrite -(EE R) addrK cov_actl cov_actr sE mul1mx => /(congr1 (mulmx E1^T)).
rewrite mulmx0 linearD /= !mulmxA E11 mul1mx [E1^T *m (E2 + E1)]mulmxDr E12 E11.
rewrite add0r mul1mx mulmxDl E22 E12 addr0 => /eqP; apply/negP/one1.
Qed.

Theorem C3_nonorth_oe :
  let a := s0 in let e := (E1 + E2) *v s1 in let o := e in
  [/\ E1^T *m E1 = 1%:M, cov a e = 0,
      loss o (E1 *v a + e) 2%:R%:M E1 (- (E1^T + E1^T)) E1^T = 0
    & (1%:M - E1 *m E1^T) *m cov e e *m E1 <> 0].
Proof.
move=> a e o; split; first exact: E11.
- by rewrite cov_actr sE mul0mx.
- apply: exact_loss; rewrite /predict.
  have -> : latent (- (E1^T + E1^T)) E1^T o (o + (E1 *v a + e)) = a.
    rewrite /latent /o actNl actDl !actDr [E1^T *v (E1 *v _)]actA E11 act1.
    by abel.
  by rewrite doubleE actDl act1 /o; abel.
rewrite -(EE R) [_ + _ - _]addrC addKr cov_actl cov_actr sE mul1mx.
move=> /(congr1 (mulmx E2^T)); rewrite mulmx0 linearD /= !mulmxA E22 mul1mx.
rewrite [E2^T *m (E1 + E2)]mulmxDr E22 E21 add0r mul1mx mulmxDl E11 E21 addr0.
move/eqP; by apply/negP/one1.
Qed.
End OtherAgents.

(* ------------------------- D2 --------------------------------------------- *)
Section Sweep.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let Z : 'M[R]_1 := 0.
Let J : 'M[R]_1 := I + I.
Let s0 := s0 R. Let s1 := s1 R.
Let E1 := E1 R. Let E2 := E2 R.

Let left1 (s : 'cV[cubeL2 R 4]_1) : msq s = 1 ->
  left I s I I = 0 /\ left I s Z Z = 1.
Proof.
move=> m; rewrite /left !pca_msq /I /Z !act1 subrr msq0 !act0l sub0r msqN m.
by [].
Qed.
Let noise1 (e : 'cV[cubeL2 R 4]_1) : msq e = 1 ->
  noise_left e I I = 0 /\ noise_left e Z Z = 1.
Proof.
move=> m; rewrite /noise_left !pca_msq /I /Z !act1 subrr msq0 !act0l sub0r msqN
  m.
by [].
Qed.
Let read_all (o x : 'cV[cubeL2 R 4]_1) : loss o x I I (- I) I = 0.
Proof. by apply: exact_loss; rewrite /predict /latent /I actNl !act1; abel. Qed.

(* E[o s^T] = 0 in D2_monotone *)
Theorem D2_os_needed : let x chi := sweep I Z s0 0 s0 chi in
  [/\ loss s0 (x 0) J Z Z Z = 0, loss s0 (x 1) I I (- I) I = 0
    & left I s0 Z Z = 1 /\ left I s0 I I = 0].
Proof.
move=> x; have [-> ->] := left1 (etrans (msqE _) (etrans (congr1 _ (s00 R))
  (mxtrace1 R 1))).
split=> //; apply: exact_loss; rewrite /predict /x /sweep /action /J /I /Z.
by rewrite !act0l act0r subr0 add0r !addr0 !act1 actDl act1.
Qed.

(* E[s e^T] = 0 in D2_monotone and D2_noise_monotone: e = - s                 *)
Theorem D2_se_needed : let o := 0 : 'cV_1 in let s := s0 in let e := - s0 in
  let x chi := sweep I Z o e s chi in
  [/\ loss o (x (-1)) I I (- I) I = 0, loss o (x 0) I Z Z Z = 0,
      loss o (x 1) I I (- I) I = 0
    & [/\ noise_left e I I = 0, noise_left e Z Z = 1, left I s Z Z = 1
        & left I s I I = 0]].
Proof.
move=> o s e x; have m0 : msq s = 1 by rewrite msqE sE mxtrace1.
have me : msq e = 1 by rewrite msqN.
have [-> ->] := left1 m0; have [-> ->] := noise1 me; split=> //.
apply: exact_loss; rewrite /predict /x /sweep /action /o /I /Z !act0l !act0r.
by rewrite subr0 !add0r !act1 addrN.
Qed.

(* E[o e^T] = 0 in D2_noise_monotone and D2_deterministic: e = o              *)
Theorem D2_oe_needed : let o := s1 in let s := s0 in let e := s1 in
  let x chi := sweep I Z o e s chi in
  [/\ cov o s = 0 /\ cov s e = 0, loss o (x 0) I I (- I) I = 0,
      loss o (x 1) J Z Z Z = 0
    & noise_left e I I = 0 /\ noise_left e Z Z = 1].
Proof.
move=> o s e x; have me : msq e = 1 by rewrite msqE sE mxtrace1.
have [-> ->] := noise1 me; split=> //; first by rewrite !sE.
apply: exact_loss; rewrite /predict /x /sweep /action /J /I /Z !act0l !act0r.
by rewrite subrr raddf0 act0l !addr0 act0r add0r actDl !act1.
Qed.

(* chi < chi' <= 1: at chi = 1 the noise is read, at chi = 0 and at chi = 2   *)
(* the larger action                                                          *)
Theorem D2_order_needed :
  let o := 0 : 'cV_2 in let X := 2%:R *: E2 in let s := s1 in
  let e := (1 *: E1) *v s0 in
  let x chi := sweep X (0 : 'M_(1, 2)) o e s chi in
  [/\ cov s e = 0, loss o (x 1) 1%:M E1 (- E1^T) E1^T = 0,
      forall chi, (1 - chi) ^+ 2 = 1 ->
        optimal (loss o (x chi)) (1%:M - E2 *m (- E2^T + E2^T)) E2 (- E2^T)
          E2^T,
      left X s E1 E1^T = 4%:R /\ left X s E2 E2^T = 0
    & noise_left e E1 E1^T = 0 /\ noise_left e E2 E2^T = 1].
Proof.
move=> o X s e x; have xE chi : x chi = E2 *v ((2%:R * (1 - chi))%:M *v s1) + e.
  rewrite /x /sweep /action !act0l act0r add0r /X !actA mul_mx_scalar.
  by rewrite mul_mx_scalar scalerA mulrC.
split.
- by rewrite cov_actr sE mul0mx.
- apply: exact_loss; rewrite xE subrr mulr0 raddf0 act0l act0r add0r.
  rewrite /predict latent_minus act1 /e scale1r [E1^T *v _]actA E11.
  by rewrite act1.
- move=> chi c1; rewrite xE; apply: larger_axis.
  by rewrite expr1n exprMn c1 mulr1 -natrX ler1n.
- have D1 : E1^T *v (X *v s) = 0 by rewrite actA -scalemxAr E12 scaler0 act0l.
  have D2 : E2 *v (E2^T *v (X *v s)) = X *v s.
    by rewrite [E2^T *v _]actA -scalemxAr E22 scalemx1 actA mul_mx_scalar.
  rewrite /left !pca_msq D1 D2 act0r sub0r subrr msqN msq0; split=> //.
  rewrite msq_act sE /en mulmx1 [X^T]linearZ /= -scalemxAl -scalemxAr.
  by rewrite scalerA mxtraceZ mxtrace_mulC E22 mxtrace1 mulr1 -natrM.
rewrite /noise_left !pca_msq /e scale1r ![_^T *v _]actA E11 E21 act1 act0l
  subrr.
rewrite act0r msq0 sub0r msqN msq_act sE /en mulmx1 mxtrace_mulC E11 mxtrace1.
by [].
Qed.
End Sweep.
