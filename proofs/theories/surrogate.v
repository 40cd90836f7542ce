(*          S3: the surrogate latents used for evaluation                     *)
(* -------------------------------------------------------------------------- *)
(*  change A B C D == predicted change o^' - o, the surrogate the simulations *)
(*              give to the evaluation heads                                  *)
(*  G *v change A B C D == the surrogate z~ = B^-1 (o^' - o), for G in place  *)
(*              of the inverse of B                                           *)
(*  S3_as_printed == z~ = z when A = I, if G is a left inverse of B           *)
(*         S3_iff == and more generally iff G (A - I) E[o o^T] = 0            *)
(* S3_A1_not_needed == A = I is sufficient, not necessary                     *)
(* S3_noninjective_false == without a left inverse no G recovers z, even at   *)
(*              the optimum with A = I                                        *)
(*     S3_optimum == for uncorrelated o, x and A optimal, the predicted       *)
(*              change is B D x: the state that C may put into z is removed   *)
(* S3_optimum_latent, S3_optimum_head == so z~ = D x, with the heads of D x   *)
(*      S3_policy == for correlated o, x it is B D (x - G o) + G o: the state *)
(*              enters through the policy                                     *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd l2 finite_probability.
From SymLAM Require Import moment_space linear_lam llo.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Surrogate.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o x : 'cV[V]_n).
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D G : 'M[R]_(k, n)).

Definition change A B C D : 'cV[V]_n :=
  predict A B o (latent C D o (o + x)) - o.

Lemma change_latent A B C D :
  change A B C D = (A - 1%:M) *v o + B *v latent C D o (o + x).
Proof. by rewrite /change /predict actDl actNl act1; abel. Qed.

Lemma changeE A B C D :
  change A B C D = Aeff A B C D *v o + (B *m D) *v x.
Proof.
rewrite change_latent /latent /Aeff !(actDl, actDr, actNl, actA, act1).
by rewrite mulmxDr actDl; abel.
Qed.

Lemma surrogateE A B C D G : G *m B = 1%:M ->
  G *v change A B C D = (G *m (A - 1%:M)) *v o + latent C D o (o + x).
Proof. by move=> GB; rewrite change_latent actDr !actA GB act1. Qed.

(* as printed, with the meaning of B^-1 made explicit *)
Theorem S3_as_printed B C D G : G *m B = 1%:M ->
  G *v change 1%:M B C D = latent C D o (o + x).
Proof. by move=> GB; rewrite surrogateE // subrr mulmx0 act0l add0r. Qed.

Theorem S3_iff A B C D G : G *m B = 1%:M ->
  (msq (G *v change A B C D - latent C D o (o + x)) = 0 <->
   G *m (A - 1%:M) *m cov o o = 0).
Proof.
move=> GB; rewrite surrogateE // addrK msq_act.
exact: en_eq0P (cov_psd o).
Qed.

(* at the optimal A the predicted change does not contain the state *)
Theorem S3_optimum A B C D : cov o x = 0 ->
    loss o x A B C D = pca B D (cov x x) ->
  msq (change A B C D - (B *m D) *v x) = 0.
Proof.
move=> ox; rewrite loss_uncorr // -[X in _ = X]add0r => /addIr.
by rewrite changeE addrK msq_act.
Qed.

Corollary S3_optimum_latent A B C D G : cov o x = 0 -> G *m B = 1%:M ->
    loss o x A B C D = pca B D (cov x x) ->
  msq (G *v change A B C D - D *v x) = 0.
Proof.
move=> ox GB /(S3_optimum ox) h.
have -> : G *v change A B C D - D *v x = G *v (change A B C D - (B *m D) *v x).
  by rewrite actDr actNr !actA mulmxA GB mul1mx.
by rewrite msq_act /en (msq0_cov _ h) mulmx0 mul0mx mxtrace0.
Qed.

(* heads on the predicted change are heads on D x, for an injective B *)
Corollary S3_optimum_head A B C D G m (y : 'cV[V]_m) :
    cov o x = 0 -> G *m B = 1%:M ->
    loss o x A B C D = pca B D (cov x x) ->
  herr (change A B C D) y = herr (D *v x) y.
Proof.
move=> ox GB hL; apply/eqP; rewrite eq_le; apply/andP; split.
  exact: herr_sub (S3_optimum_latent ox GB hL).
apply: (@herr_sub _ _ _ _ _ _ _ _ B); rewrite actA -msqN opprB.
exact: S3_optimum.
Qed.

(* correlated policy: the state comes back through the regression of x on o *)
Theorem S3_policy A B C D (H : 'M[R]_n) : cov x o = H *m cov o o ->
    loss o x A B C D = pca B D (cov (x - H *v o) (x - H *v o)) ->
  msq (change A B C D - (H *v o + (B *m D) *v (x - H *v o))) = 0.
Proof.
move=> hH; rewrite (loss_master _ _ _ _ hH) -[X in _ = X]add0r => /addIr h.
have -> : change A B C D - (H *v o + (B *m D) *v (x - H *v o)) =
    (Aeff A B C D + (B *m D - 1%:M) *m H) *v o.
  rewrite changeE mulmxBl mul1mx !(actDl, actDr, actNl, actNr, actA).
  by abel.
by rewrite msq_act.
Qed.

End Surrogate.

Section Instances.
Variable R : realFieldType.

(* no motion: A = I, B = 0, z = o is optimal, and z~ carries nothing *)
Theorem S3_noninjective_false :
  let o := radv R 1 in let x : 'cV[cubeL2 R 1]_1 := 0 in
  let B : 'M[R]_1 := 0 in let C : 'M[R]_1 := 1%:M in let D : 'M[R]_1 := 0 in
  loss o x 1%:M B C D = 0 /\
  forall G, msq (G *v change o x 1%:M B C D - latent C D o (o + x)) = 1.
Proof.
move=> o x B C D; split=> [|G].
  by rewrite /loss residual /Aeff /x act0r addr0 mul0mx addr0 subrr act0l msq0.
rewrite changeE /Aeff mul0mx addr0 subrr act0l /x act0r addr0 act0r sub0r.
rewrite addr0 /latent /C /D act1 act0l addr0 msqN msqE cov_radv.
by rewrite mxtrace1.
Qed.

(* A = I is not needed for z~ = z *)
Theorem S3_A1_not_needed :
  let o := radv R 2 in let x : 'cV[cubeL2 R 2]_2 := 0 in
  let A : 'M[R]_2 := 1%:M + delta_mx 1 1 in
  let B : 'M[R]_(2, 1) := delta_mx 0 0 in
  let C : 'M[R]_(1, 2) := delta_mx 0 0 in
  let G : 'M[R]_(1, 2) := delta_mx 0 0 in
  [/\ G *m B = 1%:M, A != 1%:M &
      G *v change o x A B C (- C) = latent C (- C) o (o + x)].
Proof.
move=> o x A B C G; have GB : G *m B = 1%:M.
  by rewrite mul_delta_mx; apply/matrixP=> i j; rewrite !ord1 !mxE.
split=> //.
  rewrite -subr_eq0 /A addrAC subrr add0r; apply/eqP=> /matrixP/(_ 1 1)/eqP.
  by rewrite !mxE /= oner_eq0.
rewrite surrogateE // /A addrAC subrr add0r /G mul_delta_mx_0 // act0l.
by rewrite add0r.
Qed.

End Instances.
