(*                 R7: a bare penalty on inconsistency                        *)
(* -------------------------------------------------------------------------- *)
(* penalty C D ...          E || z - z~ ||^2 for the twin (o~, x~)            *)
(* R7_penalty_vacuous       it can be made as small as one likes at the same  *)
(*                          loss and the same B D: no scale, no effect        *)
(* R7_penalty_not_attained  and then the penalised loss has no optimum, if    *)
(*                          every optimum of the loss is inconsistent         *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat psd l2 linear_lam.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Penalty.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o x ot xt : 'cV[V]_n) (lam : R).
Hypothesis lam0 : 0 < lam.

Definition penalty (C D : 'M[R]_(k, n)) : R :=
  msq (latent C D o (o + x) - latent C D ot (ot + xt)).

Definition loss_penalty A (B : 'M[R]_(n, k)) C D : R :=
  loss o x A B C D + lam * penalty C D.

Let latentZ c C D (y y' : 'cV[V]_n) :
  latent (c *: C) (c *: D) y y' = c%:M *v latent C D y y' :> 'cV[V]_k.
Proof. by rewrite /latent actDr !actA !mul_scalar_mx. Qed.

Lemma penaltyZ c C D : penalty (c *: C) (c *: D) = c ^+ 2 * penalty C D.
Proof. by rewrite /penalty !latentZ -actNr -actDr msqZ. Qed.

Lemma loss_scale c A (B : 'M_(n, k)) C D : c != 0 ->
  loss o x A (c^-1 *: B) (c *: C) (c *: D) = loss o x A B C D.
Proof.
move=> c0; rewrite /loss /predict latentZ actA mul_mx_scalar scalerA mulfV //.
by rewrite scale1r.
Qed.

Let small eps p : 0 < eps -> 0 <= p -> exists c : R, 0 < c /\
  c ^+ 2 * p < eps.
Proof.
move=> e0 p0; have ep : 0 < eps + p by rewrite addrC; apply: lt_paddl.
exists (eps / (eps + p)); have c0 : 0 < eps / (eps + p) by rewrite divr_gt0.
split=> //; have c1 : eps / (eps + p) <= 1.
  by rewrite le_pdivl // mul1r le_addL.
apply: (@le_lt_trans _ _ (eps / (eps + p) * p)).
  rewrite expr2 -mulrA; apply: le_pmul2; first exact: ltW.
  by rewrite -[X in _ <= X]mul1r -subr_ge0 -mulrBl mulr_ge0 // subr_ge0.
rewrite mulrAC -[X in _ < X](mulfK (lt0r_neq0 ep)) lt_pmul2r ?invr_gt0 //.
by rewrite mulrDr [X in _ < X]addrC lt_addL mulr_gt0.
Qed.

Theorem R7_penalty_vacuous eps A (B : 'M_(n, k)) C D : 0 < eps ->
  exists B' C' D', [/\ loss o x A B' C' D' = loss o x A B C D,
    B' *m D' = B *m D & lam * penalty C' D' < eps].
Proof.
move=> e0; have p0 : 0 <= lam * penalty C D by rewrite mulr_ge0 ?msq_ge0 ?ltW.
have [c [c0 cp]] := small e0 p0; have c_neq0 := lt0r_neq0 c0.
exists (c^-1 *: B), (c *: C), (c *: D); split; first exact: loss_scale.
  by rewrite -scalemxAl -scalemxAr scalerA mulVf // scale1r.
by rewrite penaltyZ mulrCA.
Qed.

Theorem R7_penalty_not_attained :
  (forall A (B : 'M_(n, k)) C D, optimal (loss o x) A B C D ->
     penalty C D != 0) ->
  forall A (B : 'M_(n, k)) C D, ~ optimal loss_penalty A B C D.
Proof.
move=> leaks A B C D opt.
have le_loss A' (B' : 'M_(n, k)) C' D' :
    loss_penalty A B C D <= loss o x A' B' C' D'.
  rewrite leNgt; apply/negP=> lt; rewrite -subr_gt0 in lt.
  have [B2 [C2 [D2 [eL _ eP]]]] := R7_penalty_vacuous A' B' C' D' lt.
  have := opt A' B2 C2 D2; rewrite leNgt => /negP; apply.
  rewrite {1}/loss_penalty eL -subr_gt0; move: eP; rewrite -subr_gt0.
  by congr (_ < _); ring.
have lp : 0 <= lam * penalty C D by rewrite mulr_ge0 ?msq_ge0 ?ltW.
have opt0 : optimal (loss o x) A B C D.
  by move=> A' B' C' D'; apply: le_trans (le_loss A' B' C' D'); rewrite le_addL.
have := le_loss A B C D; rewrite /loss_penalty -[X in _ <= X]addr0 le_add2l.
move=> h; have /eqP : lam * penalty C D = 0 by apply/eqP; rewrite eq_le h lp.
rewrite mulf_eq0 (gt_eqF lam0) /= => pen0.
by have := leaks _ _ _ _ opt0; rewrite pen0.
Qed.
End Penalty.
