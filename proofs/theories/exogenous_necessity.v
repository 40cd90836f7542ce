(*        Where a printed form of R1-R7 fails, and what is needed             *)
(* -------------------------------------------------------------------------- *)
(* Instances on the space of four independent fair signs s0, s1, s2, s3; E1   *)
(* and E2 are the axes of R^2 (necessity.v).                                  *)
(* R1_separable_needed       n = 1, E = X = 1, F = 0: the innovation does not *)
(*                           have the printed second moment                   *)
(* R5_latent_as_printed_false  q = 0: an optimum with C X = D X = 1           *)
(* R7_floor_as_printed_false F = 1, no innovation: NMSE(q | z) = 0            *)
(* R5_positive_needed, R5_twins_uncorrelated_needed, R5_separable_needed      *)
(*                           an optimum reads the exogenous state             *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector eigenform l2.
From SymLAM Require Import finite_probability reduced_rank linear_lam llo.
From SymLAM Require Import necessity two_sources exogenous_state leakage.
From SymLAM Require Import cross_exogenous robust_target exogenous_floor.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Instances.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R. Let s3 := s3 R.
Let E1 := E1 R. Let E2 := E2 R.

Theorem R1_separable_needed (G : 'M[R]_1) :
  let o := exo_obs I I s0 s1 in let x := exo_change I I 0 s2 s1 s3 in
  exo_sources s0 s2 s1 s3 /\
  (cov x o = G *m cov o o -> cov (x - G *v o) (x - G *v o) <>
     I *m cov s2 s2 *m I^T + I *m cov s3 s3 *m I^T).
Proof.
move=> o x; have model : exo_sources s0 s2 s1 s3 by do ![split]; rewrite sE.
split=> // xo /(proj1 (R1_innovation_iff model xo))[N].
have -> : N *v exo_obs I I s0 s1 - I *v ((0 - 1%:M) *v s1) =
    N *v s0 + (N + 1%:M) *v s1.
  by rewrite /exo_obs !act1 sub0r actNl act1 opprK actDr actDl act1; abel.
rewrite msqD; last by rewrite cov_actl cov_actr sE mul0mx mulmx0.
rewrite !msq_act !sE /en !mulmx1 => /eqP.
rewrite paddr_eq0 ?en1_ge0 // => /andP[/eqP/en1_eq0 -> /eqP/en1_eq0].
by rewrite add0r => /matrixP/(_ 0 0)/eqP; rewrite !mxE oner_eq0.
Qed.

Theorem R7_floor_as_printed_false :
  let o := exo_obs I I s0 s1 in let x := exo_change I I 1%:M s2 s1 0 in
  [/\ exo_sources s0 s2 s1 (0 : 'cV_1),
      nerr (latent (- I) I o (o + x)) s2 = 0
    & 0 < floor_noise 0 1 1 1 / (1 + floor_noise (0 : R) 1 1 1)].
Proof.
move=> o x; split.
- by do ![split]; rewrite ?sE ?cov0r.
- apply/M2_nerr_eq0; split.
    by rewrite msqE sE mxtrace1 oner_neq0.
  apply/herr_eq0; exists 1%:M; rewrite act1 /latent actNl !act1 addKr.
  by rewrite /x /exo_change subrr act0l addr0 act0r addr0 act1 subrr msq0.
have N0 : 0 < floor_noise (0 : R) 1 1 1.
  rewrite /floor_noise addrC; apply: lt_paddl; last exact: ltr01.
  by rewrite mulr_ge0 ?sqr_ge0 // divr_ge0 ?mulr_ge0 ?addr_ge0 ?ler01.
by apply: divr_gt0 => //; apply: addr_gt0 => //; apply: ltr01.
Qed.

Theorem R5_latent_as_printed_false : let w := col_mx s0 (0 *v s0 + s1) in
  [/\ twin_sources 0 (0 : 'cV_1) (0 : 'cV_1) s0 s1 s2 s3, separable E1 E2,
      cov s0 s2 = 0 /\ pd (cov w w),
      optimal (loss_cross (k := 1) E1 E2 0 0 0 s0 s1 s2 s3) 0 0 E2^T E2^T
    & E2^T *m E2 = 1%:M].
Proof.
move=> w; have sep : orthonormal E1 E2.
  by apply/orthonormalP; split; [apply: E11|apply: E12|apply: E21|apply: E22].
have ww : cov w w = 1%:M.
  rewrite /w act0l add0r cov_col !cov_colr !sE.
  by rewrite -[1%:M in RHS]/(1%:M : 'M_(1 + 1)) scalar_mx_block.
split; last exact: E22.
- by do ![split]; rewrite ?cov0l ?cov0r ?scale0r ?sE.
- exact: orthonormal_separable.
- by split; [rewrite sE | rewrite ww; apply: pd_scalar ltr01].
move=> A B C D; rewrite /loss_cross.
pose t := E2 *v s3; have tail : msq (E2 *v s3) = 1.
  by rewrite msq_act sE /en mulmx1 mxtrace_mulC E22 mxtrace1.
have next : exo_obs E1 E2 0 s2 + exo_change E1 E2 0 0 s2 s3 = E2 *v s3.
  by rewrite exo_next /exo_obs addr0 act0r act0l !add0r.
rewrite next /predict act0l act0l addr0 sub0r msqN tail.
set y := _ *v _ + _; have yt : cov y (E2 *v s3) = 0.
  rewrite /y /latent exo_next /exo_obs addr0 !act0r act0l !add0r.
  rewrite covDl !cov_actl covDl !cov_actl !cov_actr !sE.
  by rewrite !(mul0mx, mulmx0, addr0).
rewrite msqB yt raddf0 mulr0 subr0 tail le_addR.
exact: msq_ge0.
Qed.
End Instances.

(* ------------------ R5: the hypotheses of consistency --------------------- *)
Section Twins.
Variable R : realFieldType.
Let I : 'M[R]_1 := 1%:M.
Let s0 := s0 R. Let s1 := s1 R. Let s2 := s2 R. Let s3 := s3 R.
Let E1 := E1 R. Let E2 := E2 R.
Let N : 'cV[cubeL2 R 4]_1 := 0.
Let axes : separable E1 E2.
Proof.
apply/orthonormal_separable/orthonormalP.
by split; [apply: E11|apply: E12|apply: E21|apply: E22].
Qed.
Let axis_dg : E1 *m cov s0 s0 *m E1^T = dg E1 (fun=> 1).
Proof.
rewrite /dg sE; congr (_ *m _ *m _).
by apply/matrixP=> i j; rewrite !ord1 !mxE.
Qed.

Let stacked : pd (cov (col_mx s1 (0 *v s1 + s2)) (col_mx s1 (0 *v s1 + s2))).
Proof.
suff -> : cov (col_mx s1 (0 *v s1 + s2)) (col_mx s1 (0 *v s1 + s2)) = 1%:M.
  exact: pd1.
rewrite act0l add0r cov_col !cov_colr !sE.
by rewrite -[1%:M in RHS]/(1%:M : 'M_(1 + 1)) scalar_mx_block.
Qed.

Theorem R5_positive_needed :
  [/\ twin_sources 0 N s0 N N N N, separable E1 E2, cov N N = 0,
      E1 *m cov s0 s0 *m E1^T = dg E1 (fun=> 1)
    & optimal (loss_cross E1 E2 0 N s0 N N N N) 0 E1 0 (E1^T + E2^T) /\
      E1 *m (E1^T + E2^T) *m E2 <> 0].
Proof.
split=> //; [|by rewrite cov0l|].
  by do ![split]; rewrite ?cov0l ?cov0r ?scaler0.
split=> [A B C D|].
  have -> : loss_cross E1 E2 0 N s0 N N N N 0 E1 0 (E1^T + E2^T) = 0.
    rewrite /loss_cross !exo_next /predict /latent /exo_obs /N.
    rewrite !act0r !act0l !addr0 !act0r !add0r.
    rewrite !addr0 (actA (E1^T + E2^T)) mulmxDl E11 E21 addr0 act1.
    by rewrite subrr msq0.
  exact: msq_ge0.
rewrite -mulmxA mulmxDl E12 E22 add0r mulmx1 => /eqP.
by rewrite (negPf (E1_neq0 R)).
Qed.

Theorem R5_twins_uncorrelated_needed :
  let C := E2^T in let D := E1^T in
  [/\ twin_sources 0 N s0 s1 s2 s1 s3, separable E1 E2,
      pd (cov (col_mx s1 (0 *v s1 + s2)) (col_mx s1 (0 *v s1 + s2))),
      E1 *m cov s0 s0 *m E1^T = dg E1 (fun=> 1)
    & optimal (loss_cross E1 E2 0 N s0 s1 s2 s1 s3) (- (E1 *m E2^T)) E1 C D /\
      msq (E1 *v exo_part E2 0 C D s1 s2) <> 0].
Proof.
move=> C D; split=> //.
- by do ![split]; rewrite ?cov0l ?cov0r ?scale0r ?sE.
split=> [A B' C' D'|].
  rewrite /loss_cross !exo_next; set t := exo_obs _ _ (N + s0) (0 *v s1 + s3).
  have tE : t = E1 *v s0 + E2 *v s3.
    by rewrite /t /exo_obs /N act0l !add0r.
  have oE : exo_obs E1 E2 N s1 = E2 *v s1 by rewrite /exo_obs act0r add0r.
  have xE : exo_obs E1 E2 (N + s0) (0 *v s1 + s2) = E1 *v s0 + E2 *v s2.
    by rewrite /exo_obs /N act0l !add0r.
  rewrite /predict /latent xE oE tE.
  have -> : - (E1 *m E2^T) *v (E2 *v s1) +
     E1 *v (C *v (E2 *v s1) + D *v (E1 *v s0 + E2 *v s2)) -
     (E1 *v s0 + E2 *v s3) = - (E2 *v s3).
    rewrite !(actDr, actA) /C /D mulNmx -!mulmxA E22 E11 E12 !mulmx1 mulmx0.
    by rewrite actNl act0l; abel.
  rewrite msqN opprD addrA; set y := _ - E1 *v s0.
  have y3 : cov y (E2 *v s3) = 0.
    rewrite /y !(actDr, actA) !covDl covNl !cov_actl !cov_actr !sE.
    by rewrite !(mul0mx, mulmx0) subr0 !addr0.
  by rewrite msqB y3 raddf0 mulr0 subr0 le_addR msq_ge0.
rewrite /exo_part /C /D E22 E12 act1 !act0l addr0 msq_act sE /en mulmx1.
rewrite mxtrace_mulC E11 mxtrace1; apply/eqP; exact: oner_neq0.
Qed.

Theorem R5_separable_needed : let D : 'M[R]_1 := 2%:R^-1%:M in
  [/\ twin_sources 0 N s0 s1 s2 N s3, cov s1 N = 0,
      pd (cov (col_mx s1 (0 *v s1 + s2)) (col_mx s1 (0 *v s1 + s2))),
      I *m cov s0 s0 *m I^T = dg I (fun=> 1)
    & optimal (loss_cross I I 0 N s0 s1 s2 N s3) 0 I 0 D /\
      msq (I *v exo_part I 0 0 D s1 s2) <> 0].
Proof.
move=> D; split=> //.
- by do ![split]; rewrite ?cov0l ?cov0r ?scale0r ?sE.
- by rewrite cov0r.
- by rewrite sE /I trmx1 !mulmx1; apply: white_dg.
have half0 : 2%:R != 0 :> R by rewrite pnatr_eq0.
split.
  pose b (B D : 'M[R]_1) : R := (B *m D) 0 0.
  have lossE A B C D' : loss_cross I I 0 N s0 s1 s2 N s3 A B C D' =
    (b B D' - 1) ^+ 2 + b B D' ^+ 2 + (b B C) ^+ 2 + 1.
    rewrite /loss_cross !exo_next /predict /latent /exo_obs /N.
    rewrite !act1 !act0l !add0r act0r !add0r.
    rewrite !(actDr, actA) [B *m C]mx11_scalar [B *m D']mx11_scalar.
    rewrite -/(b B C) -/(b B D').
    have -> : (b B C)%:M *v s1 + ((b B D')%:M *v s0 + (b B D')%:M *v s2) -
      (s0 + s3) = ((b B D' - 1)%:M *v s0 + (b B D')%:M *v s2
        + (b B C)%:M *v s1) - s3.
      by rewrite raddfB /= actDl actNl act1; abel.
    have v (c : R) (s : 'cV[cubeL2 R 4]_1) : cov s s = 1%:M ->
        msq (c%:M *v s) = c ^+ 2.
      move=> ss; rewrite msq_act ss /en mulmx1 tr_scalar_mx -scalar_mxM.
      by rewrite mxtrace_scalar mulr1n.
    rewrite msqB !covDl !cov_actl !sE !mulmx0 !addr0 raddf0 mulr0 subr0.
    rewrite !msqD ?v ?sE //; last 2 first.
    - by rewrite cov_actl cov_actr sE mul0mx mulmx0.
    - by rewrite covDl !cov_actl !cov_actr !sE !mul0mx !mulmx0 addr0.
    by rewrite [msq s3]msqE sE mxtrace1.
  move=> A B C D'; rewrite !lossE; set c := b B D'.
  have -> : b I D = 2%:R^-1 by rewrite /b mul1mx mxE mulr1n.
  have -> : b I 0 = 0 by rewrite /b mulmx0 mxE.
  rewrite le_add2r expr0n addr0 -subr_ge0.
  have -> : (c - 1) ^+ 2 + c ^+ 2 + b B C ^+ 2 -
    ((2%:R^-1 - 1) ^+ 2 + 2%:R^-1 ^+ 2) =
    2%:R * (c - 2%:R^-1) ^+ 2 + b B C ^+ 2 by field.
  by rewrite addr_ge0 ?sqr_ge0 // mulr_ge0 ?sqr_ge0 ?ler0n.
rewrite /exo_part /I !mulmx1 !act0l !add0r act1 msq_act sE /en mulmx1 /D.
rewrite tr_scalar_mx -scalar_mxM mxtrace_scalar mulr1n; apply/eqP.
by rewrite mulf_neq0 // invr_eq0.
Qed.
End Twins.
