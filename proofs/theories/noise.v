(*          C1-C3: what noise does to the latent                              *)
(* -------------------------------------------------------------------------- *)
(* o' = o + q + e with q = X a; z = C o + D o'; scores: see llo.v             *)
(*                                                                            *)
(* C1, no noise (e = 0):                                                      *)
(*   C1_rank == E[q q^T] has rank at most d_a                                 *)
(*   C1_min_zero == d_z >= d_a: the minimum is 0, for all joint moments       *)
(*   C1_min_zero_iff == the minimum is 0 iff rank E[q q^T] <= d_z             *)
(*   C1_min_pos == d_z < d_a: the loss is positive, X injective, E[a a^T] > 0,*)
(*       E[o q^T] = 0; C1_pos_as_printed_false: each hypothesis is needed     *)
(*   C1_col == d_z = d_a: col B = col X, under the same hypotheses;           *)
(*       C1_col_noninjective_false, _singular_false, _correlated_false        *)
(*   C1_determines_iff == z determines a iff (C + D) E[o o^T] = 0;            *)
(*   C1_LLO_repaired == LLO z = 2 iff (C + D) E[o o^T] = 0;                   *)
(*       C1_LLO_as_printed_false: z = q + o is optimal, LLO < 2, a not in z   *)
(*   C1_LLO_surrogate, C1_surrogate_determines == the printed claims hold for *)
(*       the predicted change o^' - o                                         *)
(*                                                                            *)
(* Diagonal sources, E[q q^T] = U diag(l) U^T and E[e e^T] = U diag(m) U^T:   *)
(*   herr_action, herr_noise == exact head errors of z = Uk^T (q + e)         *)
(*   LLO_disjoint(_max) == LLO when l m = 0                                   *)
(*                                                                            *)
(* C2, i.i.d. noise E[e e^T] = s I:                                           *)
(*   C2_spectrum == same eigenvectors, eigenvalues l + s                      *)
(*   iid_min k l s, C2_value, C2_loss_min(_iff), C2_loss_grows == the least   *)
(*       loss, (sum of l_i for i > k) + s (n - k), and all its minimisers     *)
(*   C2_min_iff, C2_B_unchanged, C2_B_clean == the optimal (B, D) are the same*)
(*       for all s > 0, and optimal for s = 0;                                *)
(*       C2_B_as_printed_false: not conversely when d_z > rank E[q q^T]       *)
(*   C2_action_error, C2_noise_error, C2_LLO == exact scores                  *)
(*   C2_noise_in_latent, C2_meaning_as_printed_false == the meaning of z does *)
(*       change: noise enters, the action error is s / (v + s)                *)
(*                                                                            *)
(* C3, noise of other agents:                                                 *)
(*   C3_action_first(_min, _attained, _LLO) == the larger source comes first  *)
(*       when X^T X = 1, X^T E[e e^T] = 0, E[a a^T] >= c > t >= E[e e^T]      *)
(*   C3_best_dz == LLO = 2 exactly at d_z = d_a                               *)
(*   C3_noise_not_excluded == if a direction of the noise exceeds every one of*)
(*       the action, no optimum with d_z >= 1 has D E[e e^T] = 0              *)
(*   C3_noise_first_score == a latent that reads a direction of the noise has *)
(*       LLO < 2: with the noise first, every d_z >= 1                        *)
(*   C3_nonorth_affected == an optimum with col B = col X needs               *)
(*       (1 - X X^T) E[e e^T] X = 0 (X^T X = 1)                               *)
(*   C3_nonorth_as_printed_false == X^T Y != 0 alone does not change B        *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.
From SymLAM Require Import eigenform spectral l2 finite_probability.
From SymLAM Require Import moment_space reduced_rank linear_lam llo surrogate.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* ------------------------- C1: no noise ----------------------------------- *)

Lemma mul1Br_eq0 (R : realFieldType) m n (W : 'M[R]_m) (S : 'M[R]_(m, n)) :
  (W - 1%:M) *m S = 0 <-> W *m S = S.
Proof.
by rewrite mulmxBl mul1mx; split=> [/eqP|->];
  rewrite ?subrr // subr_eq0 => /eqP.
Qed.

Section NoNoise.
Variables (R : realFieldType) (V : l2space R) (n d k : nat).
Variables (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d).
Let q : 'cV[V]_n := X *v a.
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

(* at most d_a non-zero eigenvalues *)
Theorem C1_rank : (\rank (cov q q) <= d)%N.
Proof.
rewrite cov_actl cov_actr; apply: leq_trans (mxrankM_maxl _ _) _.
exact: rank_leq_col.
Qed.

Lemma fit_zero (x : 'cV[V]_n) : (\rank (cov x x) <= k)%N ->
  exists (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)), B *m D *m cov x x = cov x x.
Proof.
move=> rx; have [B [D BD]] : exists (B : 'M_(n, k)) (D : 'M_(k, n)),
    B *m D = cov x x *m pinvmx (cov x x).
  by apply: rank_factor; apply: leq_trans (mxrankM_maxl _ _) rx.
by exists B, D; rewrite BD mulmxKpV.
Qed.

Lemma loss_fit (x : 'cV[V]_n) B D : B *m D *m cov x x = cov x x ->
  loss o x 1%:M B (- D) D = 0.
Proof.
move=> BD; rewrite /loss residual /Aeff addNr mulmx0 addr0 subrr act0l add0r.
by rewrite msq_act /en (proj2 (mul1Br_eq0 _ _) BD) mul0mx mxtrace0.
Qed.

(* d_z >= d_a: the minimum is 0, whatever the correlation of o and a *)
Theorem C1_min_zero : (d <= k)%N -> exists A B C D, loss o q A B C D = 0.
Proof.
move=> dk; have [B [D BD]] := fit_zero (leq_trans C1_rank dk).
by exists 1%:M, B, (- D), D; apply: loss_fit.
Qed.

Section Uncorrelated.
Hypothesis oq : cov o q = 0.

Lemma loss_eq0P A B C D : loss o q A B C D = 0 <->
  Aeff A B C D *m cov o o = 0 /\ B *m D *m cov q q = cov q q.
Proof.
rewrite loss_uncorr // -(mul1Br_eq0 _ (cov q q)).
rewrite -(en_eq0P (Aeff A B C D) (cov_psd o)).
rewrite -(en_eq0P (B *m D - 1%:M) (cov_psd q)) -/(pca B D _).
split=> [/eqP|[-> ->]]; last by rewrite addr0.
rewrite paddr_eq0 ?en_ge0 ?pca_ge0 //; try exact: cov_psd.
by case/andP=> /eqP -> /eqP ->.
Qed.

(* the exact condition: room for the rank of E[q q^T] *)
Theorem C1_min_zero_iff :
  (exists A B C D, loss o q A B C D = 0) <-> (\rank (cov q q) <= k)%N.
Proof.
split=> [[A [B [C [D /loss_eq0P[_ <-]]]]]|rq].
  apply: leq_trans (mxrankM_maxl _ _) _; exact: rank_BD.
have [B [D BD]] := fit_zero rq.
by exists 1%:M, B, (- D), D; apply: loss_fit.
Qed.

Hypothesis X_inj : row_free X^T.
Hypothesis a_pd : pd (cov a a).

Lemma C1_full_rank : \rank (cov q q) = d.
Proof.
rewrite cov_actl cov_actr mulmxA mxrankMfree // mxrankMfree; last first.
  by rewrite row_free_unit; apply: pd_unit.
by rewrite -mxrank_tr; apply/eqP.
Qed.

(* d_z < d_a: the loss is positive *)
Theorem C1_min_pos A B C D : (k < d)%N -> 0 < loss o q A B C D.
Proof.
move=> kd; rewrite lt_neqAle msq_ge0 andbT eq_sym.
apply/eqP=> /loss_eq0P[_ BDq]; have := rank_BD B D.
rewrite leqNgt => /negP[]; apply: leq_trans kd _.
by rewrite -C1_full_rank -{1}BDq mxrankM_maxl.
Qed.

Lemma fit_X B D : B *m D *m cov q q = cov q q <-> B *m D *m X = X.
Proof.
rewrite cov_actl cov_actr; split=> [|BDX]; last by rewrite !mulmxA BDX.
rewrite !mulmxA => /(row_free_inj X_inj) h.
by apply: (row_free_inj _ h); rewrite row_free_unit; apply: pd_unit.
Qed.

Section SquareLatent.
Variables (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).
Hypothesis kd : k = d.
Hypothesis fit : loss o q A B C D = 0.

Let BDX : B *m D *m X = X.
Proof. by have [_ /fit_X] := proj1 (loss_eq0P A B C D) fit. Qed.

(* d_z = d_a: col B = col X *)
Theorem C1_col : (B^T :=: X^T)%MS.
Proof.
have XB : (X^T <= B^T)%MS by rewrite -BDX !trmx_mul mulmxA submxMl.
apply/eqmx_sym/eqmxP; rewrite -(geq_leqif (mxrank_leqif_eq XB)).
by rewrite (eqP X_inj) -kd rank_leq_row.
Qed.

Lemma DX_left : exists Y : 'M[R]_(d, k), Y *m (D *m X) = 1%:M.
Proof.
case/row_freeP: X_inj => Y XY; exists (Y^T *m B).
rewrite -mulmxA (mulmxA B) BDX; apply: trmx_inj.
by rewrite trmx_mul trmxK XY trmx1.
Qed.

(* z determines a exactly when it does not see the state *)
Theorem C1_determines_iff :
  (exists H : 'M_(d, k), msq (H *v latent C D o (o + q) - a) = 0) <->
  (C + D) *m cov o o = 0.
Proof.
have [Y YDX] := DX_left.
have zE (H : 'M_(d, k)) : H *v latent C D o (o + q) - a =
    (H *m (C + D)) *v o + (H *m (D *m X) - 1%:M) *v a.
  rewrite /latent /q !(actDl, actDr, actNl, actA, act1).
  by rewrite mulmxDr !actDl !mulmxA; abel.
have oa : cov o a = 0.
  move/eqP: oq; rewrite cov_actr => /eqP h.
  by apply: (row_free_inj X_inj); rewrite h mul0mx.
have zm (H : 'M_(d, k)) : msq (H *v latent C D o (o + q) - a) =
    en (cov o o) (H *m (C + D)) + en (cov a a) (H *m (D *m X) - 1%:M).
  by rewrite zE msqD ?msq_act // cov_actl cov_actr oa mul0mx mulmx0.
split=> [[H /eqP]|CDo].
  rewrite zm paddr_eq0 ?en_ge0 //; try exact: cov_psd.
  case/andP=> /eqP/(en_eq0 (cov_psd o)) HCD /eqP/(en_pd_eq0 a_pd)/eqP.
  rewrite subr_eq0 => /eqP HDX.
  have fH : row_full H.
    rewrite /row_full eqn_leq rank_leq_col /=.
    apply: (@leq_trans d); first by rewrite kd.
    by rewrite -{1}(mxrank1 R d) -HDX mxrankM_maxl.
  by apply: (row_full_inj fH); rewrite mulmxA HCD mulmx0.
exists Y; rewrite zm YDX subrr /en !mul0mx mxtrace0 addr0 -(mulmxA Y) CDo.
by rewrite mulmx0 mul0mx mxtrace0.
Qed.
End SquareLatent.

End Uncorrelated.

(* the predicted change determines a for every d_z, once the loss is zero,    *)
(* whatever the correlation of o and a                                        *)
Theorem C1_surrogate_determines A B C D : row_free X^T ->
  loss o q A B C D = 0 ->
  exists H : 'M_(d, n), msq (H *v change o q A B C D - a) = 0.
Proof.
case/row_freeP=> Y XY L0; exists Y^T.
have YX : Y^T *m X = 1%:M by apply: trmx_inj; rewrite trmx_mul trmxK XY trmx1.
have yq : msq (change o q A B C D - q) = 0.
  by rewrite /change -addrA -opprD.
have -> : Y^T *v change o q A B C D - a = Y^T *v (change o q A B C D - q).
  by rewrite actDr actNr /q [Y^T *v (X *v a)]actA YX act1.
by rewrite msq_act /en (msq0_cov _ yq) mulmx0 mul0mx mxtrace0.
Qed.

(* LLO of the predicted change is maximal wherever the loss is zero *)
Theorem C1_LLO_surrogate A B C D : cov o q = 0 -> msq q != 0 ->
  loss o q A B C D = 0 -> LLO (change o q A B C D) q 0 o = 2%:R.
Proof.
move=> oq q0 L0; set y := change o q A B C D.
have yq : msq (y - q) = 0.
  by rewrite /y /change -addrA -opprD.
apply/M2_LLO_eq2; split=> //.
  by apply/herr_eq0; exists 1%:M; rewrite act1.
  exact: cov0r.
have -> : y = (y - q) + q by rewrite subrK.
by rewrite covDl -[cov q o]covC oq trmx0 addr0 -covC msq0_cov ?trmx0.
Qed.

(* of the latent itself it is maximal only when z does not see the state *)
Theorem C1_LLO_repaired A B C D : cov o q = 0 -> msq q != 0 ->
    loss o q A B C D = 0 ->
  LLO (latent C D o (o + q)) q 0 o = 2%:R <-> (C + D) *m cov o o = 0.
Proof.
move=> oq q0 /loss_eq0P -/(_ oq)[Ao BDq].
have := @latent_LLO2 _ _ n k o q 0 oq (cov0r _ _) (cov0r _ _) q0 C D.
rewrite addr0 => ->; rewrite cov0r mulmx0; split=> [[]|CDo] //; split=> //.
by exists B; apply/mul1Br_eq0.
Qed.

End NoNoise.

(* every hypothesis of C1 is needed: instances on a finite probability space *)
Section C1Instances.
Variable R : realFieldType.

Lemma loss_free (V : l2space R) n k (o x : 'cV[V]_n) A (B : 'M_(n, k)) C D :
  Aeff A B C D *v o + (B *m D - 1%:M) *v x = 0 -> loss o x A B C D = 0.
Proof. by move=> h; rewrite /loss residual h msq0. Qed.

Section OnePair.
(* two independent signs: o and a *)
Let u := radv R (1 + 1).
Let L : 'M[R]_(1, 1 + 1) := row_mx 1%:M 0.
Let M : 'M[R]_(1, 1 + 1) := row_mx 0 1%:M.
Let o := L *v u.
Let a := M *v u.

Lemma pair_cov : [/\ cov o o = 1%:M, cov a a = 1%:M & cov o a = 0].
Proof.
rewrite !(cov_on (cov_radv R _)) !tr_row_mx !mul_row_col !trmx0 !trmx1.
by rewrite !mul0mx !mulmx0 !mulmx1 !addr0 !add0r.
Qed.

(* the latent z = q + o is optimal, its score is below 2, and it does not     *)
(* determine a, although X = 1, E[a a^T] = 1, d_z = d_a and E[o q^T] = 0      *)
Theorem C1_LLO_as_printed_false :
  let X : 'M[R]_1 := 1%:M in let q := X *v a in
  let z := latent 0 1%:M o (o + q) in
  [/\ cov o q = 0, loss o q 0 1%:M 0 (1%:M : 'M_1) = 0,
      LLO z q 0 o <> 2%:R &
      forall H : 'M_1, msq (H *v z - a) <> 0].
Proof.
move=> X q z; have [oo aa oa] := pair_cov.
have oq : cov o q = 0 by rewrite /q /X act1.
have L0 : loss o q 0 1%:M 0 (1%:M : 'M_1) = 0.
  apply: loss_free; rewrite /Aeff mul1mx !add0r mulmx1 !subrr !act0l.
  by rewrite addr0.
have q0 : msq q != 0 by rewrite msqE /q act1 aa mxtrace1 oner_eq0.
have CD0 : (0 + 1%:M : 'M[R]_1) *m cov o o <> 0.
  by rewrite oo add0r mulmx1; apply/eqP/oner_neq0.
have X_inj : row_free X^T by rewrite row_free_unit unitmx_tr unitmx1.
have a_pd : pd (cov a a) by rewrite aa; apply: pd_scalar ltr01.
split=> //; first by move/(C1_LLO_repaired oq q0 L0).
move=> H hH; apply: CD0; apply/(C1_determines_iff oq X_inj a_pd erefl L0).
by exists H.
Qed.

(* X must be injective *)
Theorem C1_col_noninjective_false :
  let X : 'M[R]_1 := 0 in let q := X *v a in let B : 'M[R]_1 := 1%:M in
  [/\ cov o q = 0, pd (cov a a), loss o q 1%:M B 0 (0 : 'M_1) = 0
    & ~ (B^T :=: X^T)%MS].
Proof.
move=> X q B; have [_ aa _] := pair_cov; rewrite /q /X act0l; split.
- exact: cov0r.
- by rewrite aa; apply: pd_scalar ltr01.
- apply: loss_free; rewrite act0r addr0 /Aeff addr0 mulmx0 addr0 subrr.
  exact: act0l.
by rewrite trmx0 trmx1 => /eqmxP/eqmx_rank; rewrite mxrank0 mxrank1.
Qed.

(* a must have positive definite second moments *)
Theorem C1_col_singular_false :
  let X : 'M[R]_1 := 1%:M in let q := X *v (0 : 'cV_1) in
  let B : 'M[R]_1 := 0 in
  [/\ cov o q = 0, row_free X^T, loss o q 1%:M B 0 (0 : 'M_1) = 0
    & ~ (B^T :=: X^T)%MS].
Proof.
move=> X q B; rewrite /q act0r; split.
- exact: cov0r.
- by rewrite row_free_unit unitmx_tr unitmx1.
- apply: loss_free; rewrite act0r addr0 /Aeff mul0mx addr0 subrr.
  exact: act0l.
by rewrite trmx0 trmx1 => /eqmxP/eqmx_rank; rewrite mxrank0 mxrank1.
Qed.

(* and q must be uncorrelated with o *)
Theorem C1_col_correlated_false :
  let X : 'M[R]_1 := 1%:M in let q := X *v o in let B : 'M[R]_1 := 0 in
  [/\ pd (cov o o), row_free X^T, loss o q 2%:R%:M B 0 (0 : 'M_1) = 0
    & ~ (B^T :=: X^T)%MS].
Proof.
move=> X q B; have [oo _ _] := pair_cov; split.
- by rewrite oo; apply: pd_scalar ltr01.
- by rewrite row_free_unit unitmx_tr unitmx1.
- apply: loss_free; rewrite /q act1 /Aeff !mul0mx addr0 sub0r actNl act1.
  rewrite actDl actNl act1 -addrA -opprD -mulr2n.
  by rewrite -scalemx1 -[2%:R]/(1 + 1) scalerDl scale1r actDl act1 mulr2n subrr.
by rewrite trmx0 trmx1 => /eqmxP/eqmx_rank; rewrite mxrank0 mxrank1.
Qed.
End OnePair.

Section TwoPairs.
Let u := radv R (2 + 2).
Let o : 'cV_2 := row_mx 1%:M 0 *v u.
Let a : 'cV_2 := row_mx 0 1%:M *v u.

Lemma pairs_cov :
  [/\ cov o o = 1%:M, cov a a = 1%:M & cov o a = 0].
Proof.
rewrite !(cov_on (cov_radv R _)) !tr_row_mx !mul_row_col !trmx0 !trmx1.
by rewrite !mul0mx !mulmx0 !mulmx1 !addr0 !add0r.
Qed.

(* d_z < d_a alone does not make the minimum positive *)
Theorem C1_pos_as_printed_false :
  (let X : 'M[R]_(2, 2) := delta_mx 0 0 in let q := X *v a in
   [/\ cov o q = 0, pd (cov o o), pd (cov a a) &
       exists A (B : 'M_(2, 1)) C D, loss o q A B C D = 0]) /\
  (let X : 'M[R]_2 := 1%:M in let q := X *v (delta_mx 0 0 *v a) in
   [/\ cov o q = 0, pd (cov o o), row_free X^T &
       exists A (B : 'M_(2, 1)) C D, loss o q A B C D = 0]) /\
  (let X : 'M[R]_2 := 1%:M in let q := X *v o in
   [/\ pd (cov o o), row_free X^T &
       exists A (B : 'M_(2, 1)) C D, loss o q A B C D = 0]).
Proof.
have [oo aa oa] := pairs_cov.
have opd : pd (cov o o) by rewrite oo; apply: pd_scalar ltr01.
have apd : pd (cov a a) by rewrite aa; apply: pd_scalar ltr01.
have X_inj : row_free ((1%:M : 'M[R]_2)^T).
  by rewrite row_free_unit unitmx_tr unitmx1.
have L0 : exists A (B : 'M_(2, 1)) C D,
    loss o ((delta_mx 0 0 : 'M[R]_2) *v a) A B C D = 0.
  exists 1%:M, (delta_mx 0 0), (- delta_mx 0 0), (delta_mx 0 0).
  apply: loss_free; rewrite /Aeff addNr mulmx0 addr0 subrr act0l add0r.
  by rewrite mul_delta_mx actDl actNl act1 actA mul_delta_mx subrr.
split; first by move=> X q; split=> //; rewrite /q cov_actr oa mul0mx.
split.
  by move=> X q; rewrite /q /X act1; split=> //; rewrite cov_actr oa mul0mx.
move=> X q; split=> [||]; [exact: opd|exact: X_inj|exists 2%:R%:M, 0, 0, 0].
apply: loss_free; rewrite /q act1 /Aeff !mul0mx addr0 sub0r actNl act1.
rewrite actDl actNl act1 -addrA -opprD -mulr2n.
by rewrite -scalemx1 -[2%:R]/(1 + 1) scalerDl scale1r actDl act1 mulr2n subrr.
Qed.
End TwoPairs.
End C1Instances.

(* ------------------------- spectra ---------------------------------------- *)
Section Spectra.
Variables (R : realFieldType) (n k : nat) (U : 'M[R]_n).
Hypothesis oU : U^T *m U = 1%:M.
Implicit Types (l m f g : 'I_n -> R).

Lemma dgD f g : dg U f + dg U g = dg U (fun i => f i + g i).
Proof.
rewrite /dg -mulmxDl -mulmxDr -linearD /=.
by congr (_ *m diag_mx _ *m _); apply/rowP=> i; rewrite !mxE.
Qed.

Lemma en_dg l g : en (dg U l) (dg U g) = \sum_i l i * g i ^+ 2.
Proof.
rewrite /en dgT !dgM // dg_tr //; apply: eq_bigr => i _.
by rewrite expr2; ring.
Qed.

Lemma en_addS S S' p (M : 'M[R]_(p, n)) : en (S + S') M = en S M + en S' M.
Proof. by rewrite /en mulmxDr mulmxDl mxtraceD. Qed.

Lemma pr_Uk :
  pr U (@firstk n k) *m (U *m pid_mx k) = U *m pid_mx k :> 'M_(n, k).
Proof.
rewrite /pr /dg -mulmxA (mulmxA U^T) oU mul1mx -mulmxA; congr (_ *m _).
rewrite mul_diag_mx; apply/matrixP=> i j; rewrite !mxE /ind /firstk.
by case: (i < k)%N; rewrite ?mul1r // andbF mulr0.
Qed.

Lemma tail_const (s : R) :
  \sum_(i < n | (k <= i)%N) s = s * (n - k)%:R.
Proof.
rewrite (eq_bigl (fun i : 'I_n => true && (k <= i)%N)) //.
by rewrite -(big_geq_mkord k n xpredT (fun=> s)) sumr_const_nat mulr_natr.
Qed.
End Spectra.

(* a latent that reads the first k directions of q + e, both diagonal in U    *)
Section Diagonal.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o q e : 'cV[V]_n) (U : 'M[R]_n) (l m : 'I_n -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qe : cov q e = 0.
Hypothesis oq : cov o q = 0.
Hypothesis oe : cov o e = 0.
Hypothesis qU : cov q q = dg U l.
Hypothesis eU : cov e e = dg U m.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let z : 'cV[V]_k := latent (- Uk^T) Uk^T o (o + (q + e)).

Let l0 i : 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -qU; apply: cov_psd. Qed.
Let m0 i : 0 <= m i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -eU; apply: cov_psd. Qed.

Lemma zkE : z = Uk^T *v (q + e).
Proof. by rewrite /z /latent actDr actNl addKr. Qed.

Lemma zk_o : cov z o = 0.
Proof.
rewrite zkE cov_actl covDl -[cov q o]covC -[cov e o]covC oq oe.
by rewrite trmx0 addr0 mulmx0.
Qed.

Let xU : cov (q + e) (q + e) = dg U (fun i => l i + m i).
Proof.
by rewrite covDl !covDr qe -[cov e q]covC qe trmx0 addr0 add0r qU eU dgD.
Qed.

(* head of a source y of spectrum g, y = q or y = e *)
Lemma herr_source (y : 'cV[V]_n) (g h : 'I_n -> R) :
    (forall i, 0 <= g i) -> (forall i, 0 <= h i) ->
    (forall i, l i + m i = g i + h i) ->
    cov y (q + e) = dg U g -> cov y y = dg U g ->
  herr z y = \sum_(i < n) (if (i < k)%N then g i * h i / (g i + h i) else g i).
Proof.
move=> g0 h0 lm yx yy; pose f i := g i / (g i + h i).
have xx : cov (q + e) (q + e) = dg U (fun i => g i + h i).
  by rewrite xU; apply: eq_dg.
have fE i : f i * (g i + h i) = g i.
  rewrite /f; have [gh|gh] := eqVneq (g i + h i) 0; last by rewrite divfK.
  move/eqP: (gh); rewrite paddr_eq0 // => /andP[/eqP gi0 _].
  by rewrite gh mulr0 gi0.
rewrite zkE; move: (Uk_pr k U) (pr_Uk k oU); rewrite -/Uk /pr.
move: (Uk) => W WW pW.
have yz : cov y (W^T *v (q + e)) =
    dg U f *m W *m cov (W^T *v (q + e)) (W^T *v (q + e)).
  rewrite cov_actr cov_actl cov_actr xx yx trmxK.
  rewrite (mulmxA _ W^T) -(mulmxA _ W W^T) WW mulmxA !dgM //.
  rewrite -[in LHS]pW mulmxA dgM //; congr (_ *m _); apply: eq_dg => i.
  by rewrite mulrAC fE.
rewrite (herrE yz) actA -mulmxA WW dgM //.
set F := fun i : 'I_n => _.
rewrite msqE covDl !covDr !covNl !covNr !cov_actl !cov_actr.
rewrite -[cov (q + e) y]covC yx xx yy !dgT !dgM // !(mxtraceD, linearN) /=.
rewrite !dg_tr // opprK -!sumrN -!big_split /=; apply: eq_bigr => i _.
rewrite /F /ind /firstk; case: ifP => _; last first.
  by rewrite !mulr0 !mul0r oppr0 !add0r.
rewrite !mulr1 (mulrA (f i)) fE.
rewrite (_ : g i * f i = f i * g i); last by rewrite mulrC.
rewrite addrA subrr sub0r /f.
have [gh|gh] := eqVneq (g i + h i) 0.
  move/eqP: (gh); rewrite paddr_eq0 // => /andP[/eqP gi0 _].
  by rewrite gh invr0 gi0 !mulr0 oppr0 addr0.
by apply: (mulIf gh); rewrite mulrDl mulNr mulrAC divfK // divfK //; ring.
Qed.

(* exact head errors of the latent that reads the first k directions *)
Theorem herr_action :
  herr z q = \sum_(i < n) (if (i < k)%N then l i * m i / (l i + m i) else l i).
Proof. by apply: herr_source => //; rewrite covDr qe addr0. Qed.

Theorem herr_noise :
  herr z e = \sum_(i < n) (if (i < k)%N then l i * m i / (l i + m i) else m i).
Proof.
rewrite (herr_source (g := m) (h := l)) //; last 1 first.
- by rewrite covDr -[cov e q]covC qe trmx0 add0r.
- by apply: eq_bigr => i _; rewrite [m i * _]mulrC [m i + _]addrC.
by move=> i; rewrite addrC.
Qed.

Theorem nerr_state : nerr z o = 1.
Proof. by apply/M2_nerr_eq1; apply: zk_o. Qed.

Let msqU (y : 'cV[V]_n) g : cov y y = dg U g -> msq y = \sum_i g i.
Proof. by move=> yU; rewrite msqE yU dg_tr. Qed.

(* disjoint spectra (sources in orthogonal directions): the latent reads each *)
(* kept direction exactly                                                     *)
Section Disjoint.
Hypothesis lm0 : forall i, l i * m i = 0.
Hypothesis q_neq0 : \sum_i l i != 0.
Hypothesis e_neq0 : \sum_i m i != 0.

Theorem LLO_disjoint : LLO z q e o =
  1 + (\sum_(i < n | (i < k)%N) l i) / (\sum_i l i)
    - (\sum_(i < n | (i < k)%N) m i) / (\sum_i m i).
Proof.
have split_sum (g : 'I_n -> R) : \sum_(i < n) (if (i < k)%N then 0 else g i) =
    \sum_i g i - \sum_(i < n | (i < k)%N) g i.
  rewrite [X in _ = X - _](bigID (fun i : 'I_n => (i < k)%N)) /= addrAC subrr.
  by rewrite add0r [RHS]big_mkcond /=; apply: eq_bigr => i _; case: ifP.
rewrite /LLO nerr_state /nerr (msqU qU) (msqU eU) (negPf q_neq0) (negPf e_neq0).
rewrite herr_action herr_noise.
have kept0 (g : 'I_n -> R) :
    \sum_(i < n) (if (i < k)%N then l i * m i / (l i + m i) else g i) =
    \sum_i g i - \sum_(i < n | (i < k)%N) g i.
  rewrite -split_sum; apply: eq_bigr => i _.
  by rewrite lm0 mul0r.
rewrite !kept0 !mulrBl !divff //.
by move: (_ / _) (_ / _) => u v; ring.
Qed.

(* the score is maximal iff all of the action and none of the noise is kept *)
Corollary LLO_disjoint_max : LLO z q e o = 2%:R <->
  (forall i : 'I_n, (k <= i)%N -> l i = 0) /\
  (forall i : 'I_n, (i < k)%N -> m i = 0).
Proof.
rewrite LLO_disjoint; set L := \sum_i l i; set M := \sum_i m i.
have L_neq0 : L != 0 := q_neq0; have M_neq0 : M != 0 := e_neq0.
have L_gt0 : 0 < L by rewrite lt_neqAle eq_sym L_neq0 sumr_ge0.
have M_gt0 : 0 < M by rewrite lt_neqAle eq_sym M_neq0 sumr_ge0.
have LE : L = \sum_(i < n | (i < k)%N) l i + \sum_(i < n | (k <= i)%N) l i.
  rewrite /L (bigID (fun i : 'I_n => (i < k)%N)) /=; congr (_ + _).
  by apply: eq_bigl => i; rewrite -leqNgt.
set Lk := \sum_(i < n | (i < k)%N) l i in LE *.
set Mk := \sum_(i < n | (i < k)%N) m i.
have Mk0 : 0 <= Mk by rewrite sumr_ge0.
have tail0 : 0 <= \sum_(i < n | (k <= i)%N) l i by rewrite sumr_ge0.
have -> : 1 + Lk / L - Mk / M = 2%:R <->
    \sum_(i < n | (k <= i)%N) l i = 0 /\ Mk = 0.
  have E : 1 + Lk / L - Mk / M =
      2%:R - ((\sum_(i < n | (k <= i)%N) l i) / L + Mk / M).
    have -> : Lk = L - \sum_(i < n | (k <= i)%N) l i by rewrite LE addrK.
    by rewrite mulrBl divff //; ring.
  rewrite E; split=> [/eqP|[-> ->]]; last by rewrite !mul0r addr0 subr0.
  rewrite subr_eq addrC -subr_eq subrr eq_sym.
  rewrite paddr_eq0 ?divr_ge0 ?(ltW L_gt0) ?(ltW M_gt0) //.
  rewrite !mulf_eq0 !invr_eq0 (negPf L_neq0) (negPf M_neq0) !orbF.
  by case/andP=> /eqP -> /eqP ->.
split=> [[/eqP tl /eqP mk]|[hl hm]]; last first.
  by split; apply: big1.
move: tl mk; rewrite !psumr_eq0 // => /allP tl /allP mk; split=> i ik.
  by have := tl i (mem_index_enum _); rewrite ik => /eqP.
by have := mk i (mem_index_enum _); rewrite ik => /eqP.
Qed.
End Disjoint.
End Diagonal.

(* ------------------------- C2: i.i.d. noise ------------------------------- *)
Section IID.
Variables (R : realFieldType) (n k : nat) (U : 'M[R]_n) (l : 'I_n -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis l0 : forall i, 0 <= l i.
Hypothesis ls : nonincreasing l.
Let tail : R := \sum_(i < n | (k <= i)%N) l i.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Implicit Types (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (s : R).

(* the eigenvectors do not change; every eigenvalue grows by s *)
Theorem C2_spectrum s : dg U l + s%:M = dg U (fun i => l i + s).
Proof. by rewrite -(dgc oU s) dgD. Qed.

(* the least loss: it grows linearly, with slope n - d_z *)
Definition iid_min s : R := tail + s * (n - k)%:R.

Lemma pca_iid B D s : pca B D (dg U l + s%:M) =
  pca B D (dg U l) + s * pca B D 1%:M.
Proof.
rewrite /pca en_addS; congr (_ + _); rewrite -[s%:M]scalemx1.
by rewrite /en -scalemxAr -scalemxAl mxtraceZ.
Qed.

Lemma pca_id_min B D : (n - k)%:R <= pca B D (1%:M : 'M[R]_n).
Proof.
have := @pca_min R n k U (fun=> 1) oU (fun=> ler01) (fun _ _ _ _ => lexx 1) B D.
by rewrite tail_const mul1r dgc.
Qed.

Lemma iid_id_attained : pca Uk Uk^T (1%:M : 'M[R]_n) = (n - k)%:R.
Proof.
have := @pca_attained R n k U (fun=> 1) oU (fun=> ler01)
  (fun _ _ _ _ => lexx 1).
by rewrite tail_const mul1r dgc.
Qed.

Lemma clean_min B D : tail <= pca B D (dg U l).
Proof. exact: pca_min oU l0 (nonincreasing_cut ls) B D. Qed.

Theorem C2_value s : 0 <= s ->
  (forall B D, iid_min s <= pca B D (dg U l + s%:M)) /\
  pca Uk Uk^T (dg U l + s%:M) = iid_min s.
Proof.
move=> s0; split=> [B D|]; rewrite pca_iid.
  by rewrite le_add2 ?clean_min // le_pmul2 ?pca_id_min.
rewrite iid_id_attained; congr (_ + _).
exact: pca_attained oU l0 (nonincreasing_cut ls).
Qed.

Theorem C2_loss_grows s s' : (k < n)%N -> s < s' -> iid_min s < iid_min s'.
Proof.
move=> kn ss'; rewrite /iid_min -subr_gt0 opprD addrACA subrr add0r -mulrBl.
by rewrite mulr_gt0 ?subr_gt0 // ltr0n subn_gt0.
Qed.

(* with noise, (B, D) is optimal iff it is optimal without noise and B D is   *)
(* optimal for white data (an orthogonal projector of rank d_z)               *)
Theorem C2_min_iff s B D : 0 < s ->
  pca B D (dg U l + s%:M) = iid_min s <->
  pca B D (dg U l) = tail /\ pca B D (1%:M : 'M_n) = (n - k)%:R.
Proof.
move=> s0; rewrite pca_iid /iid_min; split=> [h|[-> ->]] //.
have h1 := clean_min B D; have h2 := pca_id_min B D.
have : (pca B D (dg U l) - tail) + s * (pca B D 1%:M - (n - k)%:R) == 0.
  by rewrite mulrBr addrACA h -opprD subrr.
rewrite paddr_eq0 ?subr_ge0 // ?mulr_ge0 ?subr_ge0 ?(ltW s0) //.
rewrite mulf_eq0 (gt_eqF s0) /= !subr_eq0.
by case/andP=> /eqP -> /eqP ->.
Qed.

(* so the optimal (B, D) do not depend on the amount of noise *)
Corollary C2_B_unchanged s s' B D : 0 < s -> 0 < s' ->
  pca B D (dg U l + s%:M) = iid_min s <->
  pca B D (dg U l + s'%:M) = iid_min s'.
Proof.
move=> s0 s'0; have h := C2_min_iff B D s0; have h' := C2_min_iff B D s'0.
by split=> [/h/h'|/h'/h].
Qed.

(* and every one of them is optimal without noise *)
Corollary C2_B_clean s B D : 0 <= s ->
  pca B D (dg U l + s%:M) = iid_min s -> pca B D (dg U l) = tail.
Proof.
rewrite le_eqVlt => /orP[/eqP <-|s0 /(C2_min_iff _ _ s0)[] //].
by rewrite raddf0 addr0 /iid_min mul0r addr0.
Qed.

End IID.

(* exact scores at the optimum that reads the first k directions, for q of    *)
(* variance v in d directions and noise of variance s in all n                *)
Section IIDMetrics.
Variables (R : realFieldType) (V : l2space R) (n d k : nat).
Variables (o q e : 'cV[V]_n) (U : 'M[R]_n) (v s : R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qe : cov q e = 0.
Hypothesis oq : cov o q = 0.
Hypothesis oe : cov o e = 0.
Hypothesis dk : (d <= k)%N.
Hypothesis qU : cov q q = dg U (fun i : 'I_n => if (i < d)%N then v else 0).
Hypothesis ee : cov e e = s%:M.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let z : 'cV[V]_k := latent (- Uk^T) Uk^T o (o + (q + e)).

Let eU : cov e e = dg U (fun=> s). Proof. by rewrite dgc. Qed.

Lemma sum_first j (c : R) :
  \sum_(i < n) (if (i < j)%N then c else 0) = c * (minn j n)%:R.
Proof.
have [jn|/ltnW nj] := leqP j n.
  rewrite -big_mkcond (big_ord_narrow jn) sumr_const card_ord mulr_natr.
  by [].
rewrite (eq_bigr (fun=> c)) => [|i _]; last by rewrite (leq_trans _ nj).
by rewrite sumr_const card_ord mulr_natr.
Qed.

Theorem C2_action_error : v + s != 0 -> (0 < d)%N -> (0 < n)%N ->
  nerr z q = s / (v + s).
Proof.
move=> vs d_gt0 n_gt0; have dR : (minn d n)%:R != 0 :> R.
  by rewrite pnatr_eq0 -lt0n leq_min d_gt0.
have qq : msq q = v * (minn d n)%:R by rewrite msqE qU dg_tr // sum_first.
rewrite /nerr qq mulf_eq0 (negPf dR) orbF; case: eqP => [v0|/eqP v0].
  by rewrite v0 add0r divff //; move: vs; rewrite v0 add0r.
rewrite (herr_action k o oU qe qU eU).
rewrite (eq_bigr (fun i : 'I_n => if (i < d)%N then v * s / (v + s) else 0)).
  by rewrite sum_first; field; rewrite dR vs.
move=> i _; case: (ltnP i d) => [id|_]; last by rewrite !mul0r if_same.
by rewrite (leq_trans id dk).
Qed.

Theorem C2_noise_error : s != 0 -> (0 < n)%N -> (d <= n)%N ->
  nerr z e = (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R.
Proof.
move=> s0 n_gt0 dn; have nR : n%:R != 0 :> R by rewrite pnatr_eq0 -lt0n.
have mm : msq e = s * n%:R by rewrite msqE ee mxtrace_scalar mulr_natr.
rewrite /nerr mm mulf_eq0 (negPf s0) (negPf nR) /=.
rewrite (herr_noise k o oU qe qU eU).
rewrite (eq_bigr (fun i : 'I_n => (if (i < d)%N then v * s / (v + s) else 0)
    + (if (k <= i)%N then s else 0))); last first.
  move=> i _; case: (ltnP i d) => [id|di].
    by rewrite (leq_trans id dk) leqNgt (leq_trans id dk) addr0.
  by rewrite !mul0r; case: ltnP; rewrite ?addr0 ?add0r.
rewrite big_split /= sum_first (minn_idPl dn) -big_mkcond /= tail_const.
have -> : v * s / (v + s) * d%:R + s * (n - k)%:R =
  s * (d%:R * (v / (v + s)) + (n - k)%:R) by ring.
by rewrite -mulf_div divff // mul1r.
Qed.

Theorem C2_LLO : s != 0 -> (0 < d)%N -> (d <= n)%N -> LLO z q e o =
  1 - s / (v + s) + (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R.
Proof.
move=> s0 d_gt0 dn; have n_gt0 := leq_trans d_gt0 dn.
have i0 := Ordinal n_gt0; have v_ge0 : 0 <= v.
  have : forall i : 'I_n, 0 <= (if (i < d)%N then v else 0).
    by apply: (dg_psd_ge0 oU); rewrite -qU; apply: cov_psd.
  by move/(_ (Ordinal n_gt0)); rewrite d_gt0.
have s_gt0 : 0 < s.
  rewrite lt_neqAle eq_sym s0; have : forall i : 'I_n, 0 <= s; last exact.
  by apply: (dg_psd_ge0 oU); rewrite -eU; apply: cov_psd.
have vs : v + s != 0 by rewrite gt_eqF // lt_paddl.
rewrite /LLO C2_action_error // C2_noise_error // (nerr_state k U oq oe).
by rewrite addrC addrA.
Qed.

(* so the latent is blurred by every noise, contrary to the printed claim *)
Corollary C2_meaning_as_printed_false : 0 < v -> 0 < s -> (0 < d)%N ->
  (k <= n)%N -> nerr z q <> 0 /\ LLO z q e o < 2%:R.
Proof.
move=> v_gt0 s_gt0 d_gt0 kn; have n_gt0 : (0 < n)%N.
  exact: leq_trans d_gt0 (leq_trans dk kn).
have vs : v + s != 0 by rewrite gt_eqF ?addr_gt0.
split.
  rewrite C2_action_error //; apply/eqP.
  by rewrite gt_eqF // divr_gt0 ?addr_gt0.
have /andP[_ e1] := M2_nerr_itv z e; have /andP[_ o1] := M2_nerr_itv z o.
rewrite /LLO C2_action_error //.
have h : 0 < s / (v + s) by rewrite divr_gt0 ?addr_gt0.
rewrite -subr_gt0.
rewrite (_ : _ - _ = s / (v + s) + ((1 - nerr z e) + (1 - nerr z o)));
  last by ring.
by rewrite [X in _ < X]addrC lt_paddl // addr_ge0 // subr_ge0.
Qed.
End IIDMetrics.

(* the loss: same optimal (B, D) for every s > 0 *)
Section IIDLoss.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R) (s : R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis ls : nonincreasing l.
Hypothesis qe : cov q e = 0.
Hypothesis oq : cov o q = 0.
Hypothesis oe : cov o e = 0.
Hypothesis s_gt0 : 0 < s.
Hypothesis qU : cov q q = dg U l.
Hypothesis ee : cov e e = s%:M.

Let l0 i : 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -qU; apply: cov_psd. Qed.
Let ox : cov o (q + e) = 0. Proof. by rewrite covDr oq oe addr0. Qed.
Let xx : cov (q + e) (q + e) = dg U l + s%:M.
Proof.
by rewrite covDl !covDr qe -[cov e q]covC qe trmx0 addr0 add0r qU ee.
Qed.

Theorem C2_loss_min A (B : 'M_(n, k)) C D :
  iid_min k l s <= loss o (q + e) A B C D.
Proof.
rewrite loss_uncorr // xx; have [h _] := C2_value k oU l0 ls (ltW s_gt0).
by apply: le_trans (h B D) _; rewrite le_addR en_ge0 //; apply: cov_psd.
Qed.

Theorem C2_loss_min_iff A (B : 'M_(n, k)) C D :
  loss o (q + e) A B C D = iid_min k l s <->
  [/\ Aeff A B C D *m cov o o = 0,
      pca B D (cov q q) = \sum_(i < n | (k <= i)%N) l i
    & pca B D (1%:M : 'M_n) = (n - k)%:R].
Proof.
have h := C2_min_iff oU l0 ls B D s_gt0.
have [lo _] := C2_value k oU l0 ls (ltW s_gt0).
rewrite qU loss_uncorr // xx; split=> [hL|[Ao h1 h2]]; last first.
  rewrite (proj2 h (conj h1 h2)) (proj2 (en_eq0P _ (cov_psd o)) Ao).
  exact: add0r.
have a0 : 0 <= en (cov o o) (Aeff A B C D) by apply/en_ge0/cov_psd.
have hp : pca B D (dg U l + s%:M) = iid_min k l s.
  by apply/eqP; rewrite eq_le lo andbT -hL le_addR.
have [h1 h2] := proj1 h hp; split=> //; apply/(en_eq0 (cov_psd o)).
by apply: (addIr (pca B D (dg U l + s%:M))); rewrite add0r hL hp.
Qed.

(* every optimum, for every d_z >= 1, lets noise into the latent *)
Theorem C2_noise_in_latent A (B : 'M_(n, k)) C D : (0 < k)%N -> (0 < n)%N ->
  loss o (q + e) A B C D = iid_min k l s ->
  cov (latent C D o (o + (q + e))) e != 0.
Proof.
move=> k0 n0 /C2_loss_min_iff[_ _ h2]; rewrite (cov_latent_e oe qe) ee.
rewrite mul_mx_scalar scaler_eq0 gt_eqF //=; apply/eqP=> D0.
move: h2; rewrite D0 /pca mulmx0 sub0r /en mulmx1 [(- _)^T]linearN /= trmx1.
rewrite mulmxN mulNmx opprK mul1mx mxtrace1 => /eqP; rewrite eqr_nat => /eqP nk.
by have := ltn_subrL k n; rewrite -nk ltnn k0 n0.
Qed.
End IIDLoss.

(* instances for C2 *)
Section C2Instances.
Variable R : realFieldType.

(* with d_z > rank E[q q^T] an optimum without noise need not survive: B = D  *)
(* = diag (1, 0) is optimal for S = diag (1, 0) and k = 2, but for no S + s   *)
Theorem C2_B_as_printed_false (s : R) : 0 < s ->
  let S : 'M[R]_2 := delta_mx 0 0 in let B : 'M[R]_2 := delta_mx 0 0 in
  [/\ pca B B S = 0, pca (1%:M : 'M_2) 1%:M (S + s%:M) = 0
    & 0 < pca B B (S + s%:M)].
Proof.
move=> s0 S B; have BB : B *m B = B by rewrite mul_delta_mx.
have BS : (B - 1%:M) *m S = 0.
  by rewrite mulmxBl mul1mx mul_delta_mx subrr.
split; rewrite /pca ?BB ?mulmx1.
- by rewrite /en BS mul0mx mxtrace0.
- by rewrite subrr /en !mul0mx mxtrace0.
rewrite en_addS {1}/en BS mul0mx mxtrace0 add0r /en mul_mx_scalar -scalemxAl.
rewrite mxtraceZ mulr_gt0 // lt_neqAle en1_ge0 andbT eq_sym.
apply/eqP=> /en1_eq0/matrixP/(_ 1 1)/eqP.
by rewrite !mxE /= sub0r oppr_eq0 oner_eq0.
Qed.
End C2Instances.

(* ------------------------- C3: noise of other agents ---------------------- *)

(* the larger source comes first: x = X a + e with X^T X = 1, e orthogonal to *)
(* the range of X, E[a a^T] >= c > t >= E[e e^T]                              *)
Section LargerFirst.
Variables (R : realFieldType) (V : l2space R) (n d : nat).
Variables (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (c t : R).
Hypothesis X_orth : X^T *m X = 1%:M.
Hypothesis ae : cov a e = 0.
Hypothesis oa : cov o a = 0.
Hypothesis oe : cov o e = 0.
Hypothesis Xe : X^T *m cov e e = 0.
Hypothesis a_ge : psd (cov a a - c%:M).
Hypothesis e_le : psd (t%:M - cov e e).
Hypothesis tc : t <= c.
Let q : 'cV[V]_n := X *v a.
Let x : 'cV[V]_n := q + e.
Let Se := cov e e.
Let Sa := cov a a.

Let eX : Se *m X = 0.
Proof. by apply: trmx_inj; rewrite trmx_mul covC Xe trmx0. Qed.

Let qe : cov q e = 0. Proof. by rewrite cov_actl ae mulmx0. Qed.
Let oq : cov o q = 0. Proof. by rewrite cov_actr oa mul0mx. Qed.
Let ox : cov o x = 0. Proof. by rewrite covDr oq oe addr0. Qed.

Let xx : cov x x = X *m Sa *m X^T + Se.
Proof.
rewrite covDl !covDr qe -[cov e q]covC qe trmx0 addr0 add0r.
by rewrite cov_actl cov_actr mulmxA.
Qed.

Let a_split : Sa - t%:M = (Sa - c%:M) + (c - t)%:M.
Proof. by rewrite raddfB /= addrA subrK. Qed.
Let a_gt : t < c -> pd (Sa - t%:M).
Proof.
move=> tc'; rewrite a_split; apply: psd_pdD => //.
by apply: pd_scalar; rewrite subr_gt0.
Qed.
Let a_ge_t : psd (Sa - t%:M).
Proof.
move: tc; rewrite le_eqVlt => /orP[/eqP ->|/a_gt/pd_psd //]; exact: a_ge.
Qed.

Let P_spec : {P : 'M[R]_n | P = X *m X^T}. Proof. by eexists. Qed.
Let P : 'M[R]_n := sval P_spec.
Let PE : P = X *m X^T. Proof. exact: svalP P_spec. Qed.
Let oP : oproj P.
Proof.
split; first by rewrite PE trmx_mul trmxK.
by rewrite PE mulmxA -(mulmxA X) X_orth mulmx1.
Qed.
Let PX : P *m X = X. Proof. by rewrite PE -mulmxA X_orth mulmx1. Qed.
Let XP : X^T *m P = X^T. Proof. by rewrite PE mulmxA X_orth mul1mx. Qed.
Let PS : P *m cov x x = X *m Sa *m X^T.
Proof.
have PSe : P *m Se = 0 by rewrite PE -mulmxA Xe mulmx0.
by rewrite xx mulmxDr PSe addr0 !mulmxA PX.
Qed.
Let SP : cov x x *m P = X *m Sa *m X^T.
Proof.
have SeP : Se *m P = 0 by rewrite PE mulmxA eX mul0mx.
by rewrite xx mulmxDl SeP addr0 -(mulmxA (X *m Sa)) XP.
Qed.
Let PSP : P *m (cov x x - t%:M) *m P = X *m (Sa - t%:M) *m X^T.
Proof.
have -> : P *m (cov x x - t%:M) *m P = X *m Sa *m X^T - t *: P.
  rewrite mulmxBr mulmxBl PS mul_mx_scalar -scalemxAl (proj2 oP).
  by rewrite -(mulmxA (X *m Sa)) XP.
by rewrite mulmxBr mulmxBl mul_mx_scalar -scalemxAl -PE.
Qed.

Lemma larger_topproj : 0 <= t -> topproj (cov x x) P t.
Proof.
move=> t_ge0; split=> //; first by rewrite PS SP.
  by rewrite PSP; apply/psd_congr.
have [sC iC] := oproj_compl oP.
have -> : (1%:M - P) *m (t%:M - cov x x) *m (1%:M - P) =
    (1%:M - P) *m (t%:M - Se) *m (1%:M - P)^T.
  rewrite sC; congr (_ *m _); rewrite !mulmxBr; congr (_ - _).
  rewrite mulmxBl mul1mx PS mulmxBl mul1mx xx addrC addKr.
  by rewrite PE -mulmxA Xe mulmx0 subr0.
exact: psd_congr.
Qed.

Lemma larger_gap : t < c -> gap (cov x x) P t.
Proof.
move=> tc' m M; rewrite PSP => h.
have /(pd_ker (a_gt tc')) MX : M *m X *m (Sa - t%:M) = 0.
  have := congr1 (mulmx^~ X) h; rewrite mul0mx -!mulmxA X_orth mulmx1.
  by rewrite mulmxA.
by rewrite PE mulmxA MX mul0mx.
Qed.

Let trP : \tr P = d%:R.
Proof. by rewrite PE mxtrace_mulC X_orth mxtrace1. Qed.

Lemma larger_value : \tr ((1%:M - P) *m cov x x) = msq e.
Proof. by rewrite mulmxBl mul1mx PS xx addrC addKr msqE. Qed.

(* the least loss is the variance of the noise, attained at B = X, D = X^T *)
Theorem C3_action_first_min A (B : 'M_(n, d)) C D :
  msq e <= loss o x A B C D.
Proof.
have [->|e0] := eqVneq (msq e) 0; first exact: msq_ge0.
have t_ge0 : 0 <= t.
  by apply/ltW/(ub_gt0 e_le); rewrite -msqE lt_neqAle eq_sym e0 msq_ge0.
rewrite loss_uncorr // -larger_value.
have rBD : (\rank (B *m D))%:R <= \tr P.
  by rewrite trP ler_nat rank_BD.
have := @lowrank_min _ _ _ 1%:M _ (cov_psd x) P t _ (B *m D) rBD.
rewrite mul1mx trmx1 mulmx1 => /(_ (larger_topproj t_ge0)) h.
by apply: le_trans h _; rewrite le_addR en_ge0 //; apply: cov_psd.
Qed.

Theorem C3_action_first_attained C :
  loss o x (1%:M - X *m (C + X^T)) X C X^T = msq e.
Proof.
rewrite /loss residual /Aeff subrK subrr act0l add0r -PE.
have -> : (P - 1%:M) *v x = (P - 1%:M) *v e.
  by rewrite /x actDr /q actA mulmxBl PX mul1mx subrr act0l add0r.
have PSe : P *m Se = 0 by rewrite PE -mulmxA Xe mulmx0.
have SeP : Se *m P = 0 by rewrite PE mulmxA eX mul0mx.
rewrite msq_act /en mulmxBl PSe sub0r mul1mx [(_ - _)^T]raddfB /= trmx1.
by rewrite (proj1 oP) mulmxBr mulNmx SeP oppr0 sub0r mulmx1 opprK msqE.
Qed.

Lemma larger_first A (B : 'M_(n, d)) C D : t < c ->
  optimal (loss o x) A B C D ->
  [/\ Aeff A B C D *m cov o o = 0, B *m D *m X = X & D *m cov e e = 0].
Proof.
move=> tc' opt; have [n0|n_gt0] := posnP n.
  by split; [apply: flat_rows | apply: flat_rows | apply: flat_cols].
have t_ge0 := ub_ge0 n_gt0 (cov_psd e) e_le.
have hL : loss o x A B C D = msq e.
  apply/eqP; rewrite eq_le C3_action_first_min andbT.
  by rewrite -(C3_action_first_attained 0).
have larger_topproj := larger_topproj t_ge0.
have larger_gap := larger_gap tc'; move: hL.
have rBD : (\rank (B *m D))%:R <= \tr P by rewrite trP ler_nat rank_BD.
have lo := @lowrank_min _ _ _ 1%:M _ (cov_psd x) P t _ (B *m D) rBD.
rewrite mul1mx trmx1 mulmx1 larger_value in lo.
have un := @lowrank_uniq _ _ _ 1%:M _ (cov_psd x) P t.
rewrite mul1mx trmx1 !mulmx1 larger_value in un.
rewrite loss_uncorr // => hL.
have a0 : 0 <= en (cov o o) (Aeff A B C D) by apply/en_ge0/cov_psd.
have hp : pca B D (cov x x) = msq e.
  by apply/eqP; rewrite eq_le lo ?andbT -?hL ?le_addR //; apply: larger_topproj.
have Ao : en (cov o o) (Aeff A B C D) = 0.
  by apply: (addIr (pca B D (cov x x))); rewrite add0r hL hp.
have {un}WS := un larger_topproj _ larger_gap rBD hp.
have pSa : pd Sa.
  rewrite -[Sa](subrK t%:M) addrC; apply: psd_pdD (a_gt tc').
  split=> [|v]; first exact: tr_scalar_mx.
  rewrite mul_mx_scalar -scalemxAl mxE mulr_ge0 //.
  by have := en1_ge0 v; rewrite /mxtrace big_ord1.
have BDX : B *m D *m X = X.
  have := congr1 (mulmx^~ X) WS; rewrite PS xx mulmxDr !mulmxDl -!mulmxA.
  rewrite eX !mulmx0 addr0 X_orth !mulmx1 !mulmxA => /eqP.
  rewrite -subr_eq0 -mulmxBl => /eqP/(pd_ker pSa)/eqP.
  by rewrite subr_eq0 => /eqP.
split=> //; first exact/(en_eq0 (cov_psd o)).
have BDe : B *m D *m Se = 0.
  move/eqP: WS; rewrite PS xx mulmxDr !mulmxA BDX -subr_eq0 addrAC subrr add0r.
  by move/eqP.
have uB : X^T *m B \in unitmx.
  have : X^T *m B *m (D *m X) = 1%:M by rewrite -mulmxA (mulmxA B) BDX X_orth.
  by case/mulmx1_unit.
by rewrite -[LHS](mulKmx uB) -/Se -!mulmxA (mulmxA B) BDe !mulmx0.
Qed.

End LargerFirst.

(* every optimum reads q exactly and ignores the noise, if its variance is    *)
(* strictly smaller                                                           *)
Section StrictlyLarger.
Variables (R : realFieldType) (V : l2space R) (n d : nat).
Variables (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (c t : R).
Hypothesis X_orth : X^T *m X = 1%:M.
Hypothesis ae : cov a e = 0.
Hypothesis oa : cov o a = 0.
Hypothesis oe : cov o e = 0.
Hypothesis Xe : X^T *m cov e e = 0.
Hypothesis a_ge : psd (cov a a - c%:M).
Hypothesis e_le : psd (t%:M - cov e e).
Hypothesis tc : t < c.
Let q : 'cV[V]_n := X *v a.

Theorem C3_action_first A (B : 'M_(n, d)) C D :
  optimal (loss o (q + e)) A B C D ->
  [/\ Aeff A B C D *m cov o o = 0, B *m D *m X = X & D *m cov e e = 0].
Proof. exact: (larger_first X_orth ae oa oe Xe a_ge e_le (ltW tc)). Qed.

(* the score is maximal there, for a latent that does not read the state *)
Corollary C3_action_first_LLO A (B : 'M_(n, d)) C D :
    msq q != 0 -> optimal (loss o (q + e)) A B C D ->
  LLO (latent C D o (o + (q + e))) q e o = 2%:R <-> (C + D) *m cov o o = 0.
Proof.
move=> q0 /C3_action_first[_ BDX De].
have qe : cov q e = 0 by rewrite cov_actl ae mulmx0.
have oq : cov o q = 0 by rewrite cov_actr oa mul0mx.
rewrite (latent_LLO2 oq oe qe q0); split=> [[]|CD] //; split=> //.
exists B; rewrite mulmxBl mul1mx cov_actl cov_actr.
by rewrite !mulmxA BDX subrr.
Qed.
End StrictlyLarger.

(* the best d_z when the sources lie in orthogonal directions *)
Section BestDimension.
Variables (R : realFieldType) (V : l2space R) (n k d b : nat).
Variables (o q e : 'cV[V]_n) (U : 'M[R]_n) (l m : 'I_n -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qe : cov q e = 0.
Hypothesis oq : cov o q = 0.
Hypothesis qU : cov q q = dg U l.
Hypothesis eU : cov e e = dg U m.
Hypothesis d_gt0 : (0 < d)%N.
Hypothesis b_gt0 : (0 < b)%N.
Hypothesis dbn : (d + b <= n)%N.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let z : 'cV[V]_k := latent (- Uk^T) Uk^T o (o + (q + e)).

Let l0 i : 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -qU; apply: cov_psd. Qed.
Let m0 i : 0 <= m i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -eU; apply: cov_psd. Qed.

Let sum_neq0 (g : 'I_n -> R) i : (forall i, 0 <= g i) -> g i != 0 ->
  \sum_i g i != 0.
Proof.
move=> g0; apply: contra; rewrite psumr_eq0 // => /allP/(_ i) h.
by have := h (mem_index_enum _); rewrite implyTb.
Qed.

Let n_gt0 : (0 < n)%N.
Proof. by rewrite (leq_trans d_gt0) // (leq_trans _ dbn) // leq_addr. Qed.

(* action first: the score is 2 exactly at d_z = d_a *)
Theorem C3_best_dz :
    (forall i : 'I_n, (l i != 0) = (i < d)%N) ->
    (forall i : 'I_n, (m i != 0) = (d <= i < d + b)%N) ->
  LLO z q e o = 2%:R <-> k = d.
Proof.
move=> lE mE; have lm0 i : l i * m i = 0.
  apply/eqP; rewrite mulf_eq0; have := mE i; have := lE i; rewrite (leqNgt d i).
  case: (i < d)%N => /= [_ /negbFE ->|/negbFE -> //]; exact: orbT.
have dn : (d < n)%N by rewrite (leq_trans _ dbn) // -addn1 leq_add2l.
pose i0 := Ordinal n_gt0; pose i1 := Ordinal dn.
have L_neq0 : \sum_i l i != 0 by apply: (@sum_neq0 _ i0); rewrite ?lE.
have M_neq0 : \sum_i m i != 0.
  by apply: (@sum_neq0 _ i1) => //; rewrite mE /= leqnn -ltn_subLR // subnn.
(* the same latent, scored against no state *)
suff score0 : LLO z q e (0 : 'cV_n) = 2%:R <-> k = d.
  have zE : z = Uk^T *v (q + e) by rewrite /z /latent actDr actNl addKr.
  split=> [/M2_LLO_eq2[q0 hq ze _]|/score0/M2_LLO_eq2[q0 hq ze _]].
    by apply/score0/M2_LLO_eq2; split=> //; apply: cov0r.
  apply/M2_LLO_eq2; split=> //; have Ue : msq (Uk^T *v e) = 0.
    rewrite msq_act /en; move: ze; rewrite zE cov_actl covDl qe add0r => ->.
    by rewrite mul0mx mxtrace0.
  have oUe : cov (Uk^T *v e) o = 0 by rewrite -covC msq0_cov // trmx0.
  by rewrite zE actDr covDl oUe cov_actl -covC oq trmx0 mulmx0 addr0.
have -> : z = latent (- Uk^T) Uk^T 0 (0 + (q + e)).
  by rewrite /z /latent actDr actNl addKr act0r !add0r.
rewrite (LLO_disjoint_max k oU qe (cov0l _ _) (cov0l _ _) qU eU lm0 L_neq0
  M_neq0); split=> [[hl hm]|->].
  apply/eqP; rewrite eqn_leq; apply/andP; split.
    rewrite leqNgt; apply/negP=> dk; have /eqP := hm i1 dk.
    by apply/negP; rewrite mE /= leqnn -ltn_subLR // subnn.
  rewrite leqNgt; apply/negP=> kd.
  have /eqP := hl (Ordinal (ltn_trans kd dn)) (leqnn k).
  by apply/negP; rewrite lE.
split=> i; first by rewrite leqNgt -lE negbK => /eqP.
by move=> id; apply/eqP; rewrite -[_ == _]negbK mE leqNgt id.
Qed.

End BestDimension.

(* a latent that reads a direction of the noise: no score of 2.  With the     *)
(* noise first, m_0 != 0, that is every d_z >= 1.                             *)
Theorem C3_noise_first_score (R : realFieldType) (V : l2space R) n k
    (o q e : 'cV[V]_n) (U : 'M[R]_n) m (i : 'I_n) : U^T *m U = 1%:M ->
    cov e e = dg U m -> (i < k)%N -> m i != 0 ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  LLO (latent (- Uk^T) Uk^T o (o + (q + e))) q e o <> 2%:R.
Proof.
move=> oU eU ik mi Uk h; have [qe _] := M2_LLO2_uncorr h.
have [_ _ ze _] := proj1 (M2_LLO_eq2 _ _ _ _) h.
have m0 j : 0 <= m j.
  by apply: (dg_psd_ge0 oU); rewrite -eU; apply: cov_psd.
have Ue : Uk^T *m dg U m = 0.
  move: ze; rewrite /latent actDr actNl addKr cov_actl covDl qe add0r.
  by rewrite eU.
have := congr1 (mulmx Uk) Ue; rewrite mulmx0 mulmxA.
move: (Uk_pr k U); rewrite -/Uk /pr => ->; rewrite dgM //.
move/(congr1 mxtrace)/eqP; rewrite mxtrace0 dg_tr // psumr_eq0; last first.
  by move=> j _; rewrite mulr_ge0 ?ler0n.
move=> /allP/(_ i (mem_index_enum _)); rewrite implyTb /ind /firstk ik mul1r.
by rewrite (negPf mi).
Qed.

(* no d_z >= 1 excludes the noise when some direction of it has more variance *)
(* than every direction of the action; no structure of E[e e^T] is needed     *)
Section NotExcluded.
Variable R : realFieldType.

Section Uncorrelated.
Variables (V : l2space R) (n k : nat) (o q e : 'cV[V]_n) (t : R).
Hypothesis qe : cov q e = 0.
Hypothesis oq : cov o q = 0.
Hypothesis oe : cov o e = 0.
Hypothesis t_ge0 : 0 <= t.
Hypothesis q_le : psd (t%:M - cov q q).
Variable y : 'rV[R]_n.
Hypothesis y_large : t * (y *m y^T) 0 0 < (y *m cov e e *m y^T) 0 0.

Let ox : cov o (q + e) = 0. Proof. by rewrite covDr oq oe addr0. Qed.
Let xx : cov (q + e) (q + e) = cov q q + cov e e.
Proof. by rewrite covDl !covDr qe -[cov e q]covC qe trmx0 addr0 add0r. Qed.

Lemma oproj_tr_le (P S : 'M[R]_n) : oproj P -> psd (t%:M - S) ->
  \tr (P *m S) <= t * \tr P.
Proof.
move=> oP pS; rewrite -subr_ge0 -mxtraceZ -mul_mx_scalar -raddfB -mulmxBr.
rewrite /=; by rewrite oproj_tr // en_ge0.
Qed.

Lemma cproj_feasible j (B : 'M[R]_(n, j)) : exists A (B' : 'M_(n, j)) C D,
  loss o (q + e) A B' C D = \tr (cproj B *m cov (q + e) (q + e)).
Proof.
have oP := cproj_oproj B; have [K hK] := cproj_kernel B.
exists 1%:M, B, (- K), K; rewrite loss_uncorr // /Aeff addNr mulmx0 addr0 subrr.
rewrite {1}/en !mul0mx mxtrace0 add0r /pca -hK addrAC subrr add0r.
by rewrite (oproj_tr _ oP) /en linearN /= mulmxN !mulNmx opprK.
Qed.

Lemma noise_kept A (B : 'M_(n, k)) C D : (0 < k)%N ->
  optimal (loss o (q + e)) A B C D -> D *m cov e e != 0.
Proof.
case: k B C D => // k' B C D _ opt; apply/eqP=> De.
pose B2 : 'M[R]_(n, k') := rsubmx (B : 'M_(n, 1 + k')).
pose B' : 'M[R]_(n, k'.+1) := row_mx y^T B2.
have oP := cproj_oproj B; have oP2 := cproj_oproj B2.
have oP' := cproj_oproj B'.
have nest : oproj (cproj B2 - cproj B).
  apply: (@cproj_nested R _ _ _ _ _ (col_mx 0 1%:M : 'M_(1 + k', k'))).
  rewrite -[in RHS](hsubmxK (B : 'M_(n, 1 + k'))).
  by rewrite mul_row_col mulmx0 mulmx1 add0r.
have nest' : oproj (cproj B2 - cproj B').
  apply: (@cproj_nested R _ _ _ _ _ (col_mx 0 1%:M : 'M_(1 + k', k'))).
  by rewrite mul_row_col mulmx0 mulmx1 add0r.
(* the loss of the optimum ... *)
have lossE : loss o (q + e) A B C D =
    en (cov o o) (Aeff A B C D) + (pca B D (cov q q) + msq e).
  rewrite loss_uncorr // xx /pca en_addS; congr (_ + (_ + _)).
  rewrite /en mulmxBl mul1mx -(mulmxA B) De mulmx0 sub0r mulNmx.
  rewrite [(_ - _)^T]raddfB /= trmx1 mulmxBr mulmx1 trmx_mul mulmxA.
  have -> : cov e e *m D^T = 0.
    by apply: trmx_inj; rewrite trmx_mul trmxK covC De trmx0.
  by rewrite mul0mx sub0r opprK msqE.
have loss_lo : \tr (cproj B *m cov q q) + msq e <= loss o (q + e) A B C D.
  rewrite lossE -[X in X <= _]add0r le_add2 ?en_ge0 //; first exact: cov_psd.
  rewrite le_add2r /pca (lowrank_split 1%:M (cov q q) oP).
    by rewrite mul1mx trmx1 mulmx1 le_addL en_ge0 //; apply: cov_psd.
  by rewrite mulmxA cproj_mul mul0mx.
(* ... against the loss with one column of B replaced by y *)
have [A1 [B1 [C1 [D1 loss1]]]] := cproj_feasible B'.
have := opt A1 B1 C1 D1; rewrite loss1 xx mulmxDr mxtraceD leNgt => /negP[].
apply: lt_le_trans loss_lo.
have step_q : \tr (cproj B' *m cov q q) <= \tr (cproj B *m cov q q) + t.
  have h1 : \tr (cproj B' *m cov q q) <= \tr (cproj B2 *m cov q q).
    rewrite -subr_ge0 -linearB /= -mulmxBl oproj_tr // en_ge0 //.
    exact: cov_psd.
  apply: le_trans h1 _; rewrite -(le_add2r (- \tr (cproj B *m cov q q))).
  rewrite [X in _ <= X - _]addrC addrK -linearB /= -mulmxBl.
  apply: le_trans (oproj_tr_le nest q_le) _.
  rewrite -[X in _ <= X]mulr1; apply: le_pmul2 => //.
  have rB : (\rank B <= (\rank B2).+1)%N.
    have -> : B = lsubmx (B : 'M_(n, 1 + k')) *m row_mx 1%:M 0
                 + B2 *m row_mx 0 1%:M.
      rewrite !mul_mx_row !mulmx1 !mulmx0 add_row_mx addr0 add0r.
      by rewrite -[LHS](hsubmxK (B : 'M_(n, 1 + k'))).
    apply: leq_trans (mxrank_add _ _) _; apply: (@leq_add _ _ 1).
      by apply: leq_trans (mxrankM_maxl _ _) _; apply: rank_leq_col.
    exact: mxrankM_maxl.
  rewrite linearB /= !cproj_tr !natrB ?rank_leq_row //.
  rewrite (_ : _ - _ = (\rank B)%:R - (\rank B2)%:R); last by ring.
  rewrite -subr_ge0 opprB addrA (_ : 1 + _ = ((\rank B2).+1)%:R).
    by rewrite subr_ge0 ler_nat.
  by rewrite -addn1 natrD addrC.
have e_psd := cov_psd e.
have yy0 : 0 < (y *m y^T) 0 0.
  have := en1_ge0 y; rewrite /mxtrace big_ord1 le_eqVlt => /orP[/eqP yy|//].
  have y0 : y = 0 by apply: en1_eq0; rewrite /mxtrace big_ord1 -yy.
  by move: y_large; rewrite y0 !mul0mx mxE mulr0 ltxx.
have step_e : \tr (cproj B' *m cov e e) + t < msq e.
  pose c := (y *m y^T) 0 0; have c_gt0 : 0 < c := yy0.
  pose p : 'M[R]_n := c^-1 *: (y^T *m y).
  have yyE : y *m y^T = c%:M by apply: mx11_scalar.
  have op : oproj p.
    split; first by rewrite /p linearZ /= trmx_mul trmxK.
    rewrite /p -scalemxAl -scalemxAr mulmxA -(mulmxA _ y) yyE mul_mx_scalar.
    by rewrite -scalemxAl [c^-1 *: (c *: _)]scalerA mulVf ?scale1r // gt_eqF.
  have P'p : cproj B' *m p = 0.
    have yB : cproj B' *m y^T = 0.
      have yE : y^T = (B' : 'M_(n, 1 + k')) *m col_mx 1%:M 0.
        by rewrite mul_row_col mulmx1 mulmx0 addr0.
      by rewrite yE mulmxA cproj_mul mul0mx.
    by rewrite /p -scalemxAr mulmxA yB mul0mx scaler0.
  have pP' : p *m cproj B' = 0.
    by apply: trmx_inj; rewrite trmx_mul (proj1 oP') (proj1 op) P'p trmx0.
  have oc : oproj (1%:M - cproj B' - p).
    have [sC iC] := oproj_compl oP'.
    split; first by rewrite raddfB /= sC (proj1 op).
    have Qp : (1%:M - cproj B') *m p = p by rewrite mulmxBl mul1mx P'p subr0.
    have pQ : p *m (1%:M - cproj B') = p by rewrite mulmxBr mulmx1 pP' subr0.
    by rewrite mulmxBr ![(_ - p) *m _]mulmxBl iC Qp pQ (proj2 op) subrr subr0.
  have c0 : 0 <= \tr ((1%:M - cproj B' - p) *m cov e e).
    by rewrite oproj_tr // en_ge0.
  move: c0; rewrite !mulmxBl mul1mx !linearB /= -msqE subr_ge0 => c0.
  have : t < \tr (p *m cov e e).
    rewrite /p -scalemxAl mxtraceZ -mulmxA mxtrace_mulC /mxtrace big_ord1.
    rewrite mulrC ltNge -(ler_pmul2r_compat _ _ c_gt0) divfK ?gt_eqF //.
    by rewrite -ltNge.
  by move=> tp; rewrite -subr_gt0 opprD addrA subr_gt0 (lt_le_trans tp c0).
have h1 : 0 <= \tr (cproj B *m cov q q) + t - \tr (cproj B' *m cov q q).
  by rewrite subr_ge0.
have h2 : 0 < msq e - (\tr (cproj B' *m cov e e) + t) by rewrite subr_gt0.
rewrite -subr_gt0; have := lt_paddl h1 h2; congr (0 < _); ring.
Qed.
End Uncorrelated.

(* what o predicts of q is no obstacle: A absorbs it *)
Theorem C3_noise_not_excluded (V : l2space R) n k (o q e : 'cV[V]_n) t :
  cov q e = 0 -> cov o e = 0 -> psd (t%:M - cov q q) -> forall y : 'rV[R]_n,
  t * (y *m y^T) 0 0 < (y *m cov e e *m y^T) 0 0 ->
  forall A (B : 'M_(n, k)) C D, (0 < k)%N ->
  optimal (loss o (q + e)) A B C D -> D *m cov e e != 0.
Proof.
move=> qe oe q_le y y_large A B C D k_gt0; have [G qo] := regression q o.
have n_gt0 : (0 < n)%N.
  rewrite lt0n; apply: contraTneq y_large => n0.
  by rewrite (flat_cols y 0 n0) !mul0mx mxE mulr0 ltxx.
have t_ge0 := ub_ge0 n_gt0 (cov_psd q) q_le.
have oq' := cov_res_v qo; set q' := q - G *v o in oq'.
have q'e : cov q' e = 0 by rewrite covDl covNl cov_actl qe oe mulmx0 subr0.
have q'_le : psd (t%:M - cov q' q').
  have -> : t%:M - cov q' q' = t%:M - cov q q + G *m cov o o *m G^T.
    have gen u : cov u o = 0 ->
        cov (u + G *v o) (u + G *v o) = cov u u + G *m cov o o *m G^T.
      move=> uo; rewrite covDl !covDr !cov_actl !cov_actr uo -[cov o u]covC uo.
      by rewrite trmx0 mul0mx mulmx0 addr0 add0r mulmxA.
    have q'o : cov q' o = 0 by rewrite -covC oq' trmx0.
    have := gen q' q'o; rewrite {1 2}/q' subrK => ->.
    by abel.
  by apply: psdD => //; apply/psd_congr/cov_psd.
move/(optimal_absorb G); rewrite (_ : _ - _ = q' + e); last by rewrite /q';
  abel.
exact: (noise_kept q'e oq' oe t_ge0 q'_le y_large k_gt0).
Qed.
End NotExcluded.

(* noise that is not orthogonal to the action *)
Section NonOrthogonal.
Variables (R : rcfType) (V : l2space R) (n d : nat).
Variables (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d).
Hypothesis X_orth : X^T *m X = 1%:M.
Hypothesis ae : cov a e = 0.
Hypothesis oa : cov o a = 0.
Hypothesis oe : cov o e = 0.
Let x : 'cV[V]_n := X *v a + e.
Let dn : (d <= n)%N.
Proof.
rewrite -{1}(mxrank1 R d) -X_orth; apply: leq_trans (mxrankM_maxl _ _) _.
exact: rank_leq_col.
Qed.
Let ox : cov o x = 0.
Proof. by rewrite covDr cov_actr oa mul0mx oe addr0. Qed.

Lemma nonorth_commutes A (B : 'M_(n, d)) C D :
    optimal (loss o x) A B C D -> (B^T :=: X^T)%MS ->
  (1%:M - X *m X^T) *m cov e e *m X = 0.
Proof.
move=> opt BX; have [P PE] : {P : 'M[R]_n | P = X *m X^T} by eexists.
rewrite -PE; have oP : oproj P.
  split; first by rewrite PE trmx_mul trmxK.
  by rewrite PE mulmxA -(mulmxA X) X_orth mulmx1.
have PX : P *m X = X by rewrite PE -mulmxA X_orth mulmx1.
have oC := oproj_compl oP; have trP : \tr P = d%:R.
  by rewrite PE mxtrace_mulC X_orth mxtrace1.
have PB : P *m B = B.
  have /submxP[K BK] : (B^T <= X^T)%MS by rewrite BX.
  by rewrite -[B]trmxK BK trmx_mul !trmxK mulmxA PX.
have [Q [t [tp trQ]]] := exists_topproj (cov_psd x) dn.
have rP : \rank P = d.
  by apply/eqP; rewrite -(eqr_nat R) -oproj_rank // trP.
have rkP : (\rank P)%:R <= \tr Q by rewrite rP trQ.
(* P itself is optimal *)
have P_opt : en (cov x x) (P - 1%:M) = \tr ((1%:M - Q) *m cov x x).
  apply/eqP; rewrite eq_le; apply/andP; split; last first.
    have := @lowrank_min _ _ _ 1%:M _ (cov_psd x) Q t _ P rkP.
    by rewrite mul1mx trmx1 mulmx1 => ->.
  have [B' [D' BD']] : exists (B' : 'M_(n, d)) (D' : 'M_(d, n)), B' *m D' = Q.
    apply: rank_factor; have [oQ _ _ _ _] := tp.
    by rewrite -(ler_nat R) -oproj_rank // trQ.
  have Q_val : pca B' D' (cov x x) = \tr ((1%:M - Q) *m cov x x).
    have := @lowrank_attained _ _ _ 1%:M (cov x x) Q t.
    by rewrite mul1mx trmx1 !mulmx1 /pca BD' => ->.
  have P_le : en (cov x x) (P - 1%:M) <= pca B D (cov x x).
    have CW : (1%:M - P) *m (B *m D) = 0.
      by rewrite mulmxA mulmxBl mul1mx PB subrr mul0mx.
    rewrite /pca (lowrank_split 1%:M (cov x x) oC CW) mul1mx trmx1 mulmx1.
    rewrite oproj_tr //.
    rewrite -[P - _]opprB /en linearN /= mulmxN !mulNmx opprK le_addL.
    by apply/en_ge0/cov_psd.
  apply: le_trans P_le _; rewrite -Q_val.
  have := opt (1%:M - B' *m (0 + D')) B' 0 D'.
  rewrite !loss_uncorr // /Aeff subrK subrr {2}/en !mul0mx mxtrace0 add0r.
  by apply: le_trans; rewrite le_addR; apply/en_ge0/cov_psd.
have := @lowrank_minP _ _ _ 1%:M _ (cov_psd x) Q t.
rewrite mul1mx trmx1 !mulmx1 => /(_ tp P rkP)/proj1/(_ P_opt)[Q'].
rewrite mulmx1 => -[[oQ' cQ' _ _ _] trQ' _ Q'P _].
have PQ' : P *m Q' = P.
  by apply: trmx_inj; rewrite trmx_mul (proj1 oP) (proj1 oQ').
have oD : oproj (Q' - P).
  split; first by rewrite raddfB /= (proj1 oP) (proj1 oQ').
  rewrite mulmxBr ![(_ - P) *m _]mulmxBl (proj2 oQ') (proj2 oP) PQ' Q'P.
  by rewrite subrr subr0.
have QP : Q' = P.
  apply/eqP; rewrite -subr_eq0; apply/eqP/oproj_tr_eq0 => //.
  by rewrite linearB /= subr_le0 trP -trQ.
have comm : P *m cov x x = cov x x *m P by rewrite -QP.
have CSP : (1%:M - P) *m cov x x *m P = 0.
  by rewrite mulmxBl mul1mx mulmxBl comm -mulmxA (proj2 oP) subrr.
have CX : (1%:M - P) *m X = 0 by rewrite mulmxBl mul1mx PX subrr.
have := congr1 (mulmx^~ X) CSP; rewrite mul0mx -(mulmxA _ P X) PX.
rewrite /x covDl !covDr !cov_actl !cov_actr ae -[cov e a]covC ae trmx0.
rewrite !mul0mx mulmx0 addr0 add0r mulmxDr !mulmxA CX !mul0mx add0r.
by [].
Qed.
End NonOrthogonal.

(* the same when o predicts part of the action: A absorbs it *)
Theorem C3_nonorth_affected (R : rcfType) (V : l2space R) n d
    (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) :
  X^T *m X = 1%:M -> cov a e = 0 -> cov o e = 0 ->
  forall A (B : 'M_(n, d)) C D,
  optimal (loss o (X *v a + e)) A B C D -> (B^T :=: X^T)%MS ->
  (1%:M - X *m X^T) *m cov e e *m X = 0.
Proof.
move=> XX ae oe A B C D; have [G ao] := regression a o.
have a'e : cov (a - G *v o) e = 0.
  by rewrite covDl covNl cov_actl ae oe mulmx0 subr0.
move/(optimal_absorb (X *m G)).
rewrite (_ : _ - _ = X *v (a - G *v o) + e); last first.
  by rewrite actDr actNr actA; abel.
exact: (nonorth_commutes XX a'e (cov_res_v ao) oe).
Qed.

(* columns of Y that are not orthogonal to those of X need not change B: for  *)
(* Y = X the optimum is B = X, D = X^T still                                  *)
Theorem C3_nonorth_as_printed_false (R : realFieldType) :
  let u := radv R (1 + 1) in
  let X : 'M[R]_(2, 1) := delta_mx 0 0 in let Y := X in
  let a : 'cV_1 := (row_mx 1%:M 0 : 'M_(1, 1 + 1)) *v u in
  let b : 'cV_1 := (row_mx 0 1%:M : 'M_(1, 1 + 1)) *v u in
  [/\ X^T *m Y != 0, cov a b = 0 &
    forall o, optimal (loss o (X *v a + Y *v b)) 1%:M X (- X^T) X^T].
Proof.
move=> u X Y a b; have XX : X^T *m X = 1%:M.
  rewrite /X trmx_delta mul_delta_mx.
  by apply/matrixP=> i j; rewrite !ord1 !mxE.
split; first by rewrite /Y XX oner_neq0.
  rewrite (cov_on (cov_radv R _)) tr_row_mx mul_row_col trmx0 trmx1.
  by rewrite mulmx0 mul0mx addr0.
move=> o A' B' C' D'; have -> : loss o (X *v a + Y *v b) 1%:M X (- X^T) X^T = 0.
  apply: loss_free; rewrite /Aeff addNr mulmx0 addr0 subrr act0l add0r.
  by rewrite -actDr actA mulmxBl mul1mx -mulmxA XX mulmx1 subrr act0l.
exact: msq_ge0.
Qed.
