(*      Action prediction with a policy that depends on the observation       *)
(* -------------------------------------------------------------------------- *)
(* loss_act o x a mu A B C D E ==                                             *)
(*                   E || A o + B z - o' ||^2 + mu^2 E || E z - a ||^2        *)
(*                   with z = C o + D o' and all of A, B, C, D, E free        *)
(* loss_act_prr      it is a partial reduced-rank regression whose coefficient*)
(*                   of o is constrained                                      *)
(* supervised_policy_lower_bound, supervised_policy_upper_bound  the value as *)
(*                   bounds, for all joint second moments                     *)
(* That C = - D loses and that no optimum need exist: see prop_4_4,           *)
(* supervised_policy_reduction_false and supervised_policy_infimum.           *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.
From SymLAM Require Import eigenform spectral l2 reduced_rank linear_lam.
From SymLAM Require Import action_prediction.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section SupervisedPolicy.
Variables (R : realFieldType) (V : l2space R) (n d k : nat).
Variables (o x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R).
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).
Implicit Types (E : 'M[R]_(d, k)).

Definition loss_act A B C D E : R :=
  loss o x A B C D + mu ^+ 2 * msq (E *v latent C D o (o + x) - a).

Let t : 'cV[V]_(n + d) := col_mx x (mu%:M *v a).

(* the two targets together: A and E act through the coefficients of o        *)
Lemma loss_act_prr A B C D E : loss_act A B C D E =
  prr_loss t o x (col_mx (Aeff A B C D) (mu *: (E *m (C + D))))
    (col_mx B (mu *: E) *m D).
Proof.
have E1 : mu%:M *v (E *v latent C D o (o + x) - a) =
    (mu *: (E *m (C + D))) *v o + (mu *: E *m D) *v x - mu%:M *v a.
  rewrite -!mul_scalar_mx /latent.
  by rewrite !(actDr, actNr, actA, mulmxDr, actDl, mulmxA); abel.
rewrite /loss_act /loss residual -msqZ E1 /prr_loss /t mul_col_mx !act_col.
rewrite add_col_mx opp_col_mx add_col_mx msq_col; congr (_ + _).
by congr msq; rewrite !(actDl, actNl, act1); abel.
Qed.

(* With C = - D: the optimal A is a regression, and the loss is the one       *)
(* without observation plus the regression of what is left on o.              *)
Theorem loss_act_reduced A B D E :
  loss_act A B (- D) D E =
  msq ((A - 1%:M) *v o + (B *m D - 1%:M) *v x)
    + mu ^+ 2 * msq (E *v (D *v x) - a).
Proof.
rewrite /loss_act /loss residual /Aeff addNr mulmx0 addr0.
have -> : latent (- D) D o (o + x) = D *v x.
  by rewrite /latent !(actNl, actDr); abel.
by [].
Qed.

End SupervisedPolicy.

(* A lower bound for all joint second moments of o, x and a: the partial      *)
(* reduced-rank regression of (x, mu a) on (o, x).  No closed form of the     *)
(* infimum is claimed: it need not be attained (supervised_policy_infimum).   *)
Theorem supervised_policy_lower_bound (R : rcfType) (V : l2space R) n d k
  (o x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R) :
  let t := col_mx x (mu%:M *v a) in
  exists (G : 'M_(n + d, n)) (H : 'M_n) (Y : 'M_(n + d, n)) (Q : 'M_(n + d)) s,
  let rt := t - G *v o in let rx := x - H *v o in
  let Z := Y *m cov rx rx *m Y^T in
  [/\ [/\ cov t o = G *m cov o o, cov x o = H *m cov o o
        & cov rt rx = Y *m cov rx rx],
      topproj Z Q s, \tr Q = (minn k (n + d))%:R
    & forall A (B : 'M_(n, k)) C D E,
        msq rt - \tr (Q *m Z) <= loss_act o x a mu A B C D E].
Proof.
move=> t; have [G [H [Y [Q [s [reg top trQ lo _]]]]]] := prr_optimum k t o x.
exists G, H, Y, Q, s; split=> // A B C D E.
by rewrite loss_act_prr /prr_loss -actA; apply: lo.
Qed.

(* Upper bound, and where it meets: every point with C = - D is above.        *)
Theorem supervised_policy_upper_bound (R : realFieldType) (V : l2space R)
  n d k (o x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R) (m : R) :
  (forall A (B : 'M_(n, k)) C D E, m <= loss_act o x a mu A B C D E) ->
  forall (B : 'M_(n, k)) D E, m <= loss_sup x a mu B D E.
Proof.
move=> hm B D E; apply: le_trans (hm 1%:M B (- D) D E) _.
rewrite loss_act_reduced subrr act0l add0r /loss_sup.
by rewrite actDl actNl act1 !actA lexx.
Qed.
