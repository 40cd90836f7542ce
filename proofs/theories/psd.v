(*       Positive semidefinite matrices and the energy of a matrix            *)
(* -------------------------------------------------------------------------- *)
(*    sym S == S is symmetric                                                 *)
(*    psd S == S is symmetric and v S v^T >= 0 for every row vector v         *)
(*     pd S == S is symmetric and v S v^T > 0 for every row vector v != 0     *)
(*   en S M == tr (M S M^T), the energy of the rows of M in the metric S;     *)
(*             for S = E[u u^T] this is E ||M u||^2                           *)
(* Everything here is over a realFieldType: no square root, no eigenvalue.    *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Energy.
Variable R : realFieldType.

Definition sym n (S : 'M[R]_n) := S^T = S.
Definition psd n (S : 'M[R]_n) :=
  sym S /\ forall v : 'rV[R]_n, 0 <= (v *m S *m v^T) 0 0.
Definition pd n (S : 'M[R]_n) :=
  sym S /\ forall v : 'rV[R]_n, v != 0 -> 0 < (v *m S *m v^T) 0 0.

(* energy of the rows of M in the metric S:  tr (M S M^T) *)
Definition en n (S : 'M[R]_n) m (M : 'M[R]_(m, n)) : R := \tr (M *m S *m M^T).

Lemma pd_psd n (S : 'M[R]_n) : pd S -> psd S.
Proof.
move=> [sS pS]; split=> // v; have [->|/pS/ltW//] := eqVneq v 0.
by rewrite !mul0mx mxE.
Qed.

Lemma enE n (S : 'M[R]_n) m (M : 'M_(m, n)) :
  en S M = \sum_i (row i M *m S *m (row i M)^T) 0 0.
Proof.
rewrite /en /mxtrace; apply: eq_bigr => i _.
rewrite -row_mul [LHS]mxE [RHS]mxE; apply: eq_bigr => j _.
by rewrite !mxE.
Qed.

Lemma en_ge0 n (S : 'M[R]_n) m (M : 'M_(m, n)) : psd S -> 0 <= en S M.
Proof. by case=> _ pS; rewrite enE sumr_ge0. Qed.

Lemma en1_ge0 n m (M : 'M[R]_(m, n)) : 0 <= \tr (M *m M^T).
Proof.
rewrite /mxtrace sumr_ge0 // => i _; rewrite mxE sumr_ge0 // => j _.
by rewrite mxE -expr2 sqr_ge0.
Qed.

Lemma en1_eq0 n m (M : 'M[R]_(m, n)) : \tr (M *m M^T) = 0 -> M = 0.
Proof.
move=> h; apply/matrixP=> i j; rewrite mxE.
have h1 i' : (M *m M^T) i' i' = \sum_j M i' j ^+ 2.
  by rewrite mxE; apply: eq_bigr => k _; rewrite mxE.
move/eqP: h; rewrite /mxtrace psumr_eq0; last first.
  by move=> i' _; rewrite h1 sumr_ge0 // => k _; rewrite sqr_ge0.
move/allP/(_ i (mem_index_enum _)); rewrite implyTb h1 psumr_eq0; last first.
  by move=> k _; rewrite sqr_ge0.
by move/allP/(_ j (mem_index_enum _)); rewrite implyTb sqrf_eq0 => /eqP.
Qed.

Lemma trmx11 (a : 'M[R]_1) : a^T = a.
Proof. by apply/matrixP=> i j; rewrite mxE !ord1. Qed.

(* Cauchy-Schwarz in kernel form *)
Lemma psd_ker n (S : 'M[R]_n) (v : 'rV_n) : psd S ->
  (v *m S *m v^T) 0 0 = 0 -> v *m S = 0.
Proof.
move=> [sS pS] v0; set u := v *m S; have h (w : 'rV_n) : (u *m w^T) 0 0 = 0.
  apply/eqP/negPn/negP=> b0; set b := (u *m w^T) 0 0 in b0 *.
  set c := (w *m S *m w^T) 0 0.
  have E t : ((w + t *: v) *m S *m (w + t *: v)^T) 0 0 = c + t * b + t * b.
    have -> : (w + t *: v) *m S *m (w + t *: v)^T =
              w *m S *m w^T + t *: (u *m w^T) + t *: (u *m w^T)^T
                + (t * t) *: (v *m S *m v^T).
      rewrite [(w + _)^T]raddfD /= [(t *: v)^T]linearZ /= !mulmxDl !mulmxDr.
      rewrite -!scalemxAl -!scalemxAr scalerA /u !trmx_mul trmxK sS !mulmxA.
      by rewrite -!addrA; congr (_ + _); rewrite addrCA.
    rewrite ![(_ + _ : 'M__) _ _]mxE ![(_ *: _ : 'M__) _ _]mxE.
    by rewrite [(_^T) _ _]mxE v0 mulr0 addr0.
  have := pS (w + (- (c + 1) / (b + b)) *: v); rewrite E -addrA -mulrDr.
  have bb : b + b != 0 by rewrite -mulr2n mulrn_eq0.
  by rewrite mulfVK // opprD addrA subrr add0r oppr_ge0 ler10.
apply: trmx_inj; rewrite trmx0; apply: en1_eq0.
by rewrite trmxK mxtrace_mulC /mxtrace big_ord1 h.
Qed.

Lemma en_eq0 n (S : 'M[R]_n) m (M : 'M_(m, n)) : psd S ->
  en S M = 0 -> M *m S = 0.
Proof.
move=> pS /eqP; rewrite enE psumr_eq0; last by move=> i _; case: pS.
move/allP=> h; apply/row_matrixP=> i; rewrite row_mul row0.
by apply: psd_ker=> //; apply/eqP/(implyP (h i (mem_index_enum _))).
Qed.

Lemma en_eq0P n (S : 'M[R]_n) m (M : 'M_(m, n)) : psd S ->
  (en S M = 0 <-> M *m S = 0).
Proof. by move=> pS; split=> [/en_eq0->//|]; rewrite /en => ->;
  rewrite mul0mx mxtrace0. Qed.

Lemma eq_en n (S : 'M[R]_n) m (M N : 'M_(m, n)) : sym S ->
  M *m S = N *m S -> en S M = en S N.
Proof.
move=> sS MN; rewrite /en MN -!mulmxA; congr (\tr (N *m _)).
by apply: trmx_inj; rewrite !trmx_mul !trmxK sS MN.
Qed.

Lemma pd_ker n (S : 'M[R]_n) m (M : 'M_(m, n)) : pd S -> M *m S = 0 -> M = 0.
Proof.
move=> [_ pS] h; apply/row_matrixP=> i; rewrite row0.
apply/eqP/negPn/negP=> /pS; rewrite -row_mul h.
by rewrite row0 mul0mx mxE ltxx.
Qed.

Lemma pd_unit n (S : 'M[R]_n) : pd S -> S \in unitmx.
Proof.
move=> pS; rewrite -row_free_unit -kermx_eq0; apply/eqP.
by apply: pd_ker pS _; rewrite mulmx_ker.
Qed.

Lemma en_pd_eq0 n (S : 'M[R]_n) m (M : 'M_(m, n)) : pd S -> en S M = 0 -> M = 0.
Proof. by move=> pS /(en_eq0 (pd_psd pS))/(pd_ker pS). Qed.

Lemma pd_enP n (S : 'M[R]_n) m (M : 'M_(m, n)) : pd S -> (en S M = 0 <-> M = 0).
Proof. by move=> pS; split=> [/(en_pd_eq0 pS)//|->];
  rewrite /en !mul0mx mxtrace0. Qed.

Lemma psd_gram n N (X : 'M[R]_(n, N)) : psd (X *m X^T).
Proof.
split=> [|v]; first by rewrite /sym trmx_mul trmxK.
rewrite mulmxA -mulmxA -trmx_mul.
by have := en1_ge0 (v *m X); rewrite /mxtrace big_ord1.
Qed.

Lemma psd_congr n (S : 'M[R]_n) m (X : 'M_(m, n)) : psd S -> psd (X *m S *m
  X^T).
Proof.
move=> [sS pS]; split=> [|v]; first by rewrite /sym !trmx_mul trmxK sS mulmxA.
by have := pS (v *m X); rewrite trmx_mul !mulmxA.
Qed.

Lemma psdD n (S T : 'M[R]_n) : psd S -> psd T -> psd (S + T).
Proof.
move=> [sS pS] [sT pT]; split=> [|v]; first by rewrite /sym linearD /= sS sT.
by rewrite mulmxDr mulmxDl mxE addr_ge0.
Qed.

Lemma psd_diag n (d : 'rV[R]_n) : (forall i, 0 <= d 0 i) -> psd (diag_mx d).
Proof.
move=> d0; split=> [|v]; first exact: tr_diag_mx.
rewrite mul_mx_diag mxE sumr_ge0 // => i _; rewrite !mxE mulrAC -expr2.
by rewrite mulr_ge0 ?sqr_ge0.
Qed.

Lemma psdZ n (S : 'M[R]_n) a : 0 <= a -> psd S -> psd (a *: S).
Proof.
move=> a0 [sS pS]; split=> [|v]; first by rewrite /sym linearZ /= sS.
by rewrite -scalemxAr -scalemxAl mxE mulr_ge0.
Qed.
Lemma pdZ n (S : 'M[R]_n) a : 0 < a -> pd S -> pd (a *: S).
Proof.
move=> a0 [sS pS]; split=> [|v v0]; first by rewrite /sym linearZ /= sS.
by rewrite -scalemxAr -scalemxAl mxE mulr_gt0 ?pS.
Qed.
Lemma psd_pdD n (S T : 'M[R]_n) : psd S -> pd T -> pd (S + T).
Proof.
move=> [sS pS] [sT pT]; split=> [|v v0]; first by rewrite /sym linearD /= sS sT.
by rewrite mulmxDr mulmxDl mxE lt_paddl ?pT.
Qed.
Lemma pd_inv n (F : 'M[R]_n) : pd F -> pd (invmx F).
Proof.
move=> pF; have uF := pd_unit pF; case: pF => sF pF.
split=> [|v v0]; first by rewrite /sym trmx_inv sF.
rewrite -[v in X in _ < X](mulmxKV uF) mulmxK // trmx_mul sF mulmxA.
by apply: pF; apply: contraNneq v0 => h; rewrite -(mulmxKV uF v) h mul0mx.
Qed.
Lemma pd_scalar n a : 0 < a -> pd (a%:M : 'M[R]_n).
Proof.
move=> a0; split=> [|v v0]; first exact: tr_scalar_mx.
rewrite mul_mx_scalar -scalemxAl mxE mulr_gt0 // lt_neqAle.
have := en1_ge0 v; rewrite /mxtrace big_ord1 => -> ; rewrite andbT eq_sym.
apply: contraNneq v0 => h; apply/eqP/en1_eq0.
by rewrite /mxtrace big_ord1.
Qed.

End Energy.

(* S <= t bounds the trace of S, so that t >= 0 unless the space is trivial *)
Lemma ub_tr (R : realFieldType) n (S : 'M[R]_n) t :
  psd (t%:M - S) -> \tr S <= t * n%:R.
Proof.
move=> h; have := en_ge0 (1%:M : 'M_n) h.
by rewrite /en mul1mx trmx1 mulmx1 linearB /= mxtrace_scalar mulr_natr subr_ge0.
Qed.

Lemma ub_gt0 (R : realFieldType) n (S : 'M[R]_n) t :
  psd (t%:M - S) -> 0 < \tr S -> 0 < t.
Proof.
move=> /ub_tr h h'; have := lt_le_trans h' h; apply: contraTT.
by rewrite -!leNgt => t0; rewrite mulr_le0_ge0 ?ler0n.
Qed.

Lemma ub_ge0 (R : realFieldType) n (S : 'M[R]_n) t : (0 < n)%N ->
  psd S -> psd (t%:M - S) -> 0 <= t.
Proof.
move=> n0 pS /ub_tr h; have := en_ge0 (1%:M : 'M_n) pS.
rewrite /en mul1mx trmx1 mulmx1 => /le_trans/(_ h).
by rewrite pmulr_lge0 // ltr0n.
Qed.

(* without coordinates there is one matrix only *)
Lemma flat_rows (R : realFieldType) n m (M N : 'M[R]_(n, m)) : n = 0%N -> M = N.
Proof. by move=> n0; move: M N; rewrite n0 => M N; rewrite !flatmx0. Qed.

Lemma flat_cols (R : realFieldType) n m (M N : 'M[R]_(m, n)) : n = 0%N -> M = N.
Proof. by move=> n0; move: M N; rewrite n0 => M N; rewrite !thinmx0. Qed.
