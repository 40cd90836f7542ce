(*              The linear latent action model with data augmentation         *)
(* -------------------------------------------------------------------------- *)
(* k1, k2 are random shifts: Aug_i[y] = y + k_i.                              *)
(*   loss_aug o x k1 k2 A B C D == E || A Aug_2[o] + B z - Aug_2[o'] ||^2 with*)
(*                   z = C Aug_1[o] + D Aug_1[o'],  o' = o + x                *)
(* aug_penalty k1 k2 A B C D == E || (A - 1) k2 ||^2 + E || B (C + D) k1 ||^2 *)
(*   two_of_three o k1 k2 == two of the three second-moment matrices of o, k1,*)
(*                   k2 are positive definite                                 *)
(* loss_aug_prr      an instance of partial reduced-rank regression           *)
(* loss_aug_penalty  loss_aug = loss + aug_penalty when the shifts are        *)
(*                   uncorrelated with o, x and each other, whatever E[o x^T] *)
(* loss_augE         the four terms when also E[o x^T] = 0                    *)
(* Over a realFieldType.                                                      *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.
From SymLAM Require Import eigenform l2 reduced_rank linear_lam.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma sum4_eq0 (R : realFieldType) (a b c d : R) : 0 <= a -> 0 <= b ->
  0 <= c -> 0 <= d -> a + b + c + d == 0 -> [/\ a = 0, b = 0, c = 0 & d = 0].
Proof.
move=> a0 b0 c0 d0; rewrite !paddr_eq0 ?addr_ge0 //.
by case/andP=> /andP[/andP[/eqP-> /eqP->] /eqP->] /eqP->.
Qed.

Section Augment.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).
Variables (o x k1 k2 : 'cV[V]_n).
Let o' := o + x.

Definition loss_aug A B C D : R :=
  msq (predict A B (o + k2) (latent C D (o + k1) (o' + k1)) - (o' + k2)).

Definition aug_penalty A B C D : R :=
  en (cov k2 k2) (A - 1%:M) + en (cov k1 k1) (B *m (C + D)).

Lemma residual_aug A B C D :
  predict A B (o + k2) (latent C D (o + k1) (o' + k1)) - (o' + k2) =
  (Aeff A B C D *v o + (B *m D - 1%:M) *v x)
    + (A - 1%:M) *v k2 + (B *m (C + D)) *v k1.
Proof.
rewrite -residual /predict /latent /o'.
by rewrite !(mulmxDr, actDl, actNl, actDr, actA, act1); abel.
Qed.

(* augmentation is a partial reduced-rank regression, for ANY joint moments   *)
Lemma loss_aug_prr A B C D : loss_aug A B C D =
  prr_loss x (o + k2) (col_mx (o + k1) x) (A - 1%:M)
    (B *m row_mx (C + D) D).
Proof.
rewrite /loss_aug residual_aug /prr_loss; congr msq.
rewrite /Aeff mul_mx_row act_row.
by rewrite !(mulmxDr, actDl, actNl, actDr, actA, act1); abel.
Qed.

(* at A = 1, C = - D the state and both shifts cancel, whatever the moments   *)
Theorem loss_aug_pca B D : loss_aug 1%:M B (- D) D = pca B D (cov x x).
Proof.
rewrite /loss_aug residual_aug /Aeff addNr mulmx0 addr0 subrr !act0l add0r.
by rewrite !addr0 msq_act.
Qed.

(* The lower bound needs the change to be uncorrelated with o and k2 only:    *)
(* what k1 brings into the latent cannot get around B.                        *)
Theorem loss_aug_min_le m : cov o x = 0 -> cov x k2 = 0 ->
  (forall B D, m <= pca B D (cov x x)) -> forall A B C D, m <= loss_aug A B C D.
Proof.
move=> ox xk2 hm A B C D; have oP := cproj_oproj B.
have [K hK] := cproj_kernel B; set r := Aeff A B C D *v o + (B *m D - 1%:M) *v x
  + (A - 1%:M) *v k2 + (B *m (C + D)) *v k1.
have Pr : cproj B *v r = (cproj B *m (A - 1%:M)) *v (o + k2) - cproj B *v x.
  have PB p (M : 'M_(k, p)) : cproj B *m (B *m M) = 0.
    by rewrite mulmxA cproj_mul mul0mx.
  have E1 : cproj B *m (B *m D - 1%:M) = - cproj B.
    by rewrite mulmxBr PB mulmx1 sub0r.
  have E2 : cproj B *m Aeff A B C D = cproj B *m (A - 1%:M).
    have -> : Aeff A B C D = A - 1%:M + B *m (C + D) by rewrite /Aeff; abel.
    by rewrite mulmxDr PB addr0.
  by rewrite /r !actDr !actA E1 E2 PB act0l actNl; abel.
have rP : msq (cproj B *v r) <= msq r.
  rewrite msq_act -(oproj_tr _ oP) msqE -subr_ge0 -linearB /=.
  rewrite -{1}[cov r r]mul1mx -mulmxBl (oproj_tr _ (oproj_compl oP)).
  by rewrite en_ge0 //; apply: cov_psd.
rewrite /loss_aug residual_aug; apply: le_trans rP; rewrite Pr msqD.
  rewrite msqN msq_act [X in _ + X]msq_act.
  have -> : en (cov x x) (cproj B) = pca B K (cov x x).
    by rewrite /pca -hK addrAC subrr add0r /en linearN /= mulmxN !mulNmx opprK.
  by rewrite (le_trans (hm B K)) // le_addR en_ge0 //; apply: cov_psd.
rewrite covNr cov_actl cov_actr covDl ox -[cov k2 x]covC xk2 trmx0 addr0.
by rewrite mul0mx mulmx0 oppr0.
Qed.

Lemma aug_penalty_ge0 A B C D : 0 <= aug_penalty A B C D.
Proof. by rewrite addr_ge0 // en_ge0 //; apply: cov_psd. Qed.

Section Uncorrelated.
Hypothesis ok1 : cov o k1 = 0.
Hypothesis ok2 : cov o k2 = 0.
Hypothesis xk1 : cov x k1 = 0.
Hypothesis xk2 : cov x k2 = 0.
Hypothesis k12 : cov k1 k2 = 0.

(* whatever the correlation of o and x *)
Theorem loss_aug_penalty A B C D :
  loss_aug A B C D = loss o x A B C D + aug_penalty A B C D.
Proof.
rewrite /loss_aug residual_aug /loss residual /aug_penalty addrA.
have c (y z : 'cV[V]_n) (M N : 'M_n) : cov y z = 0 ->
    cov (M *v y) (N *v z) = 0.
  by move=> yz; rewrite cov_actl cov_actr yz mul0mx mulmx0.
have k21 : cov k2 k1 = 0 by rewrite -covC k12 trmx0.
rewrite msqD; last by rewrite !covDl !c ?addr0.
by rewrite msqD ?msq_act // covDl !c ?addr0.
Qed.
End Uncorrelated.

Hypothesis ox : cov o x = 0.
Hypothesis ok1 : cov o k1 = 0.
Hypothesis ok2 : cov o k2 = 0.
Hypothesis xk1 : cov x k1 = 0.
Hypothesis xk2 : cov x k2 = 0.
Hypothesis k12 : cov k1 k2 = 0.

Theorem loss_augE A B C D :
  loss_aug A B C D = en (cov o o) (Aeff A B C D) + pca B D (cov x x)
     + en (cov k2 k2) (A - 1%:M) + en (cov k1 k1) (B *m (C + D)).
Proof. by rewrite loss_aug_penalty // loss_uncorr // /aug_penalty !addrA. Qed.

Theorem loss_aug_ge_pca A B C D : pca B D (cov x x) <= loss_aug A B C D.
Proof.
rewrite loss_augE -!addrA addrCA le_addL.
by rewrite !addr_ge0 ?en_ge0 //; apply: cov_psd.
Qed.

Theorem loss_aug_eq_pcaP A B C D : loss_aug A B C D = pca B D (cov x x) <->
  [/\ Aeff A B C D *m cov o o = 0, (A - 1%:M) *m cov k2 k2 = 0
    & B *m (C + D) *m cov k1 k1 = 0].
Proof.
rewrite loss_augE.
have p (y : 'cV[V]_n) (M : 'M_n) : en (cov y y) M = 0 <-> M *m cov y y = 0.
  exact: en_eq0P (cov_psd y).
split=> [|[/p -> /p -> /p ->]]; last by rewrite !addr0 add0r.
set a := en (cov o o) _; set b := pca _ _ _.
set c := en (cov k2 k2) _; set d := en (cov k1 k1) _.
move/eqP; rewrite -subr_eq0 (_ : _ - b = a + c + d + 0); last first.
  by rewrite addr0; abel.
case/sum4_eq0; rewrite ?en_ge0 //; try exact: cov_psd.
by move=> /p a0 /p c0 /p d0.
Qed.

(* Any two of the three matrices So, K1, K2 positive definite suffice. *)
Definition two_of_three :=
  [\/ pd (cov k1 k1) /\ pd (cov k2 k2), pd (cov o o) /\ pd (cov k1 k1)
    | pd (cov o o) /\ pd (cov k2 k2)].

Theorem loss_aug_eq_pca_pd A B C D : two_of_three ->
  (loss_aug A B C D = pca B D (cov x x) <->
   A = 1%:M /\ B *m (C + D) = 0).
Proof.
move=> pp; rewrite loss_aug_eq_pcaP.
have E : Aeff A B C D = A - 1%:M + B *m (C + D) by rewrite /Aeff; abel.
split=> [[a0 c0 d0]|[A1 B0]]; last by rewrite E A1 B0 subrr addr0 !mul0mx.
rewrite {}E in a0; case: pp => -[p1 p2].
- move/(pd_ker p1): d0 => ->; move/(pd_ker p2)/eqP: c0.
  by rewrite subr_eq0 => /eqP.
- move/(pd_ker p2): d0 a0 => ->; rewrite addr0 => /(pd_ker p1)/eqP.
  by rewrite subr_eq0 => /eqP.
move/(pd_ker p2): c0 a0 => A1; rewrite A1 add0r => /(pd_ker p1) ->.
by move/eqP: A1; rewrite subr_eq0 => /eqP.
Qed.

Variable m : R.
Hypothesis m_min : forall B D, m <= pca B D (cov x x).

Lemma loss_aug_min_iff A B C D : loss_aug A B C D = m <->
  loss_aug A B C D = pca B D (cov x x) /\ pca B D (cov x x) = m.
Proof.
split=> [hL|[-> //]]; suff h : pca B D (cov x x) = m by rewrite h.
by apply/eqP; rewrite eq_le m_min -{1}hL loss_aug_ge_pca.
Qed.

End Augment.
