(*        Where a printed form of R1-R7 fails, and what is needed             *)
(* -------------------------------------------------------------------------- *)
(* Instances on the space of four independent fair signs s0, s1, s2, s3; E1   *)
(* and E2 are the axes of R^2 (necessity.v).                                  *)
(* R1_separable_needed       n = 1, E = X = 1, F = 0: the innovation does not *)
(*                           have the printed second moment                   *)
(* R5_latent_as_printed_false  q = 0: an optimum with C X = D X = 1           *)
(* R7_floor_as_printed_false F = 1, no innovation: NMSE(q | z) = 0            *)
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
