(*                  The linear latent action model                            *)
(* -------------------------------------------------------------------------- *)
(* o, x             observation and total change x = q + e; o' = o + x        *)
(* latent C D o o'  the latent z = C o + D o' (inverse dynamics model)        *)
(* predict A B o z  the prediction A o + B z (forward dynamics model)         *)
(* loss o x A B C D E || A o + B z - o' ||^2                                  *)
(* Aeff A B C D     A + B (C + D) - 1, the coefficient of o in the residual   *)
(* pca B D S        tr ((B D - 1) S (B D - 1)^T)                              *)
(* loss_aug         the loss under data augmentation (k1, k2)                 *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat psd l2 abelian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma sum4_eq0 (R : realFieldType) (a b c d : R) : 0 <= a -> 0 <= b -> 0 <= c ->
  0 <= d -> a + b + c + d == 0 -> [/\ a = 0, b = 0, c = 0 & d = 0].
Proof.
move=> a0 b0 c0 d0; rewrite !paddr_eq0 ?addr_ge0 //.
by case/andP=> /andP[/andP[/eqP-> /eqP->] /eqP->] /eqP->.
Qed.

Section LAM.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).
Variables (o x : 'cV[V]_n).  (* observation; total change x = q + e *)
Let o' := o + x.

Definition latent C D (o o' : 'cV[V]_n) : 'cV[V]_k := C *v o + D *v o'.
Definition predict A B (o : 'cV[V]_n) (z : 'cV[V]_k) : 'cV[V]_n := A *v o + B *v z.
Definition loss A B C D : R := msq (predict A B o (latent C D o o') - o').

Definition Aeff A B C D : 'M[R]_n := A + B *m (C + D) - 1%:M.
Definition pca (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) S : R := en S (B *m D - 1%:M).

Lemma residual A B C D :
  predict A B o (latent C D o o') - o' =
  Aeff A B C D *v o + (B *m D - 1%:M) *v x.
Proof.
rewrite /predict /latent /Aeff /o' mulmxDr !(actDl, actNl, actDr, actA, act1).
by abel.
Qed.

(* P0: for ANY second-order joint law of (o, x).                              *)
(* G is a population regression matrix of x on o; r the residual.             *)
Theorem loss_master G A B C D : cov x o = G *m cov o o ->
  loss A B C D =
    en (cov o o) (Aeff A B C D + (B *m D - 1%:M) *m G)
  + pca B D (cov (x - G *v o) (x - G *v o)).
Proof.
move=> hG; set r := x - G *v o.
have or : cov o r = 0.
  rewrite -covC /r covDl covNl cov_actl hG subrr; exact: trmx0.
have -> : loss A B C D = msq ((Aeff A B C D + (B *m D - 1%:M) *m G) *v o
      + (B *m D - 1%:M) *v r).
  rewrite /loss residual; congr msq.
  by rewrite /r !(actDl, actDr, actNr, actA); abel.
by rewrite msqD ?msq_act // cov_actl cov_actr or mul0mx mulmx0.
Qed.

(* P1 *)
Theorem loss_uncorr A B C D : cov o x = 0 ->
  loss A B C D = en (cov o o) (Aeff A B C D) + pca B D (cov x x).
Proof.
move=> h; have hx : cov x o = 0 *m cov o o by rewrite mul0mx -covC h trmx0.
by rewrite (loss_master _ _ _ _ hx) mulmx0 addr0 [0 *v o](_ : _ = 0) ?subr0 //;
  apply/colP=> i; rewrite !mxE big1 // => j _; rewrite mxE scale0r.
Qed.

Theorem loss_uncorr_ge A B C D : cov o x = 0 -> pca B D (cov x x) <= loss A B C D.
Proof. by move=> h; rewrite loss_uncorr // le_addR en_ge0 //; apply: cov_psd. Qed.

Theorem loss_uncorr_eqP A B C D : cov o x = 0 ->
  (loss A B C D = pca B D (cov x x) <-> Aeff A B C D *m cov o o = 0).
Proof.
move=> h; rewrite loss_uncorr // -(en_eq0P (Aeff A B C D) (cov_psd o)).
split=> [|->]; last exact: add0r.
by rewrite -[X in _ = X]add0r => /addIr.
Qed.

(* P5: a = P o + s, x = X a + e; s, e uncorrelated with o (possibly with each other) *)
Section Policy.
Variables (d : nat) (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (s : 'cV[V]_d) (e : 'cV[V]_n).
Hypothesis xE : x = X *v (P *v o + s) + e.
Hypothesis os : cov o s = 0.
Hypothesis oe : cov o e = 0.

Lemma policy_reg : cov x o = (X *m P) *m cov o o.
Proof.
rewrite xE actDr actA !covDl !cov_actl -[cov s o]covC os -[cov e o]covC oe.
by rewrite !trmx0 mulmx0 !addr0.
Qed.

Theorem loss_policy A B C D :
  loss A B C D =
    en (cov o o) (Aeff A B C D + (B *m D - 1%:M) *m (X *m P))
  + pca B D (cov (X *v s + e) (X *v s + e)).
Proof.
rewrite (loss_master _ _ _ _ policy_reg) (_ : x - _ = X *v s + e) //.
by rewrite xE actDr actA; abel.
Qed.

(* the unique minimiser in A, when cov o o is positive definite *)
Theorem policy_A A B C D : pd (cov o o) ->
  (loss A B C D = pca B D (cov (X *v s + e) (X *v s + e)) <->
   A = 1%:M - B *m (C + D) - (B *m D - 1%:M) *m (X *m P)).
Proof.
move=> po; rewrite loss_policy -[X in _ = X]add0r; split=> [/addIr/(pd_enP _ po)|->].
  by move/eqP; rewrite -subr_eq0 => /eqP h; apply/eqP; rewrite -subr_eq0 -h; apply/eqP; rewrite /Aeff; abel.
by congr (_ + _); apply/(pd_enP _ po); rewrite /Aeff; abel.
Qed.
End Policy.

(* P3: data augmentation *)
Section Augment.
Variables (k1 k2 : 'cV[V]_n).
Hypothesis ox : cov o x = 0.
Hypothesis ok1 : cov o k1 = 0.
Hypothesis ok2 : cov o k2 = 0.
Hypothesis xk1 : cov x k1 = 0.
Hypothesis xk2 : cov x k2 = 0.
Hypothesis k12 : cov k1 k2 = 0.

Definition loss_aug A B C D : R :=
  msq (predict A B (o + k2) (latent C D (o + k1) (o' + k1)) - (o' + k2)).

Theorem loss_augE A B C D :
  loss_aug A B C D = en (cov o o) (Aeff A B C D) + pca B D (cov x x)
     + en (cov k2 k2) (A - 1%:M) + en (cov k1 k1) (B *m (C + D)).
Proof.
have -> : loss_aug A B C D = msq (Aeff A B C D *v o + (B *m D - 1%:M) *v x
   + (A - 1%:M) *v k2 + (B *m (C + D)) *v k1).
  rewrite /loss_aug -residual /predict /latent; congr msq.
  by rewrite !(mulmxDr, actDl, actNl, actDr, actA, act1); abel.
have c (y z : 'cV[V]_n) (M N : 'M_n) : cov y z = 0 -> cov (M *v y) (N *v z) = 0.
  by move=> yz; rewrite cov_actl cov_actr yz mul0mx mulmx0.
have k21 : cov k2 k1 = 0 by rewrite -covC k12 trmx0.
by rewrite !msqD ?msq_act // ?covDl ?c ?addr0.
Qed.

(* Any two of the three matrices So, K1, K2 positive definite suffice. *)
Definition two_of_three :=
  [\/ pd (cov k1 k1) /\ pd (cov k2 k2), pd (cov o o) /\ pd (cov k1 k1)
    | pd (cov o o) /\ pd (cov k2 k2)].

Variable m : R.
Hypothesis m_min : forall B D, m <= pca B D (cov x x).

Theorem loss_aug_ge A B C D : m <= loss_aug A B C D.
Proof.
rewrite loss_augE -!addrA addrCA -[X in X <= _]addr0 le_add2 //.
by rewrite !addr_ge0 ?en_ge0 //; apply: cov_psd.
Qed.

Theorem loss_aug_attained B D : pca B D (cov x x) = m -> loss_aug 1%:M B (- D) D = m.
Proof.
by move=> <-; rewrite loss_augE /Aeff addNr mulmx0 addr0 subrr /en !mul0mx mxtrace0 !addr0 add0r.
Qed.

Theorem loss_aug_minP A B C D : two_of_three ->
  (loss_aug A B C D = m <->
   [/\ A = 1%:M, B *m (C + D) = 0 & pca B D (cov x x) = m]).
Proof.
move=> pp; split=> [|[-> h <-]]; last first.
  by rewrite loss_augE /Aeff h addr0 subrr /en !mul0mx mxtrace0 !addr0 add0r.
rewrite loss_augE => /eqP; rewrite -subr_eq0.
set a := en (cov o o) _; set c := en (cov k2 k2) _; set d := en (cov k1 k1) _.
have -> : a + pca B D (cov x x) + c + d - m = a + c + d + (pca B D (cov x x) - m) by ring.
have f0 : 0 <= pca B D (cov x x) - m by rewrite subr_ge0.
case/(sum4_eq0 (en_ge0 _ (cov_psd _)) (en_ge0 _ (cov_psd _)) (en_ge0 _ (cov_psd _)) f0).
move=> a0 c0 d0 /eqP; rewrite subr_eq0 => /eqP h.
have E : Aeff A B C D = A - 1%:M + B *m (C + D) by rewrite /Aeff; abel.
case: pp => -[p1 p2].
- move/(pd_enP _ p1): d0 => ->; move/(pd_enP _ p2)/eqP: c0.
  by rewrite subr_eq0 => /eqP ->.
- move/(pd_enP _ p2): d0 E => -> E; move/(pd_enP _ p1): a0; rewrite E addr0 => /eqP.
  by rewrite subr_eq0 => /eqP ->.
move/(pd_enP _ p2): c0 E => c0; rewrite c0 add0r => E.
move/(pd_enP _ p1): a0; rewrite E => ->; move/eqP: c0.
by rewrite subr_eq0 => /eqP ->.
Qed.

End Augment.
End LAM.
