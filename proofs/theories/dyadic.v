(* Matrices of binary integers, computed with by the kernel, and the matrices *)
(* over a ring that they denote.                                              *)
(*      zR R z == the binary integer z : Z as an element of the ring R        *)
(*         imx == seq (seq Z), a matrix as the list of its rows               *)
(*   ent A i j == entry (i, j) of A : imx (0 outside)                         *)
(*    mk m n f == the m x n matrix with entries f i j                         *)
(*    wf m n A <=> A has m rows, each of length n                             *)
(* zmx R m n A == the matrix 'M[R]_(m, n) denoted by A                        *)
(*     dot u v == inner product of two lists                                  *)
(*    mulT A B == A B^T: every entry is the dot of a row of A and a row of B  *)
(*    trp m n A == the transpose of the m x n matrix A                        *)
(*  ztr n A, zip2 A B == trace of A; sum of the entrywise products tr (A B^T) *)
(*    symm n A <=> A is symmetric                                             *)
(*   sdd n A, wdd n A <=> every diagonal entry is positive (nonnegative) and  *)
(*                exceeds (is at least) the sum of the moduli of the rest of  *)
(*                its row                                                     *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat psd.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Notation imx := (seq (seq Z)).

Section Compute.
Implicit Types (A B : imx) (u v : seq Z).

Definition ent A i j : Z := nth Z0 (nth [::] A i) j.
Definition mk m n (f : nat -> nat -> Z) : imx :=
  mkseq (fun i => mkseq (f i) n) m.
Definition wf m n A := (size A == m) && all (fun u => size u == n) A.
Fixpoint dot u v : Z :=
  if u is a :: u' then
    if v is b :: v' then Z.add (Z.mul a b) (dot u' v') else Z0
  else Z0.
Definition mulT A B : imx := map (fun u => map (dot u) B) A.
Definition zsum u : Z := foldr Z.add Z0 u.
Definition ztr n A : Z := zsum (mkseq (fun i => ent A i i) n).
Definition zip2 n A B : Z :=
  zsum (mkseq (fun i => dot (nth [::] A i) (nth [::] B i)) n).
Definition trp m n A := mk n m (fun j i => ent A i j).
Definition symm n A :=
  all (fun i => all (fun j => Z.eqb (ent A i j) (ent A j i)) (iota 0 n))
      (iota 0 n).
Definition rowabs A i : Z := zsum (map Z.abs (nth [::] A i)).
Definition sdd n A :=
  all (fun i => Z.ltb (rowabs A i) (Z.double (ent A i i))) (iota 0 n).
Definition wdd n A :=
  all (fun i => Z.leb (rowabs A i) (Z.double (ent A i i))) (iota 0 n).

Lemma all_iota n (p : pred nat) i : all p (iota 0 n) -> (i < n)%N -> p i.
Proof. by move=> /allP h i_lt; apply: h; rewrite mem_iota add0n. Qed.

Lemma ent_mk m n f i j : (i < m)%N -> (j < n)%N -> ent (mk m n f) i j = f i j.
Proof. by move=> im jn; rewrite /ent /mk !nth_mkseq. Qed.
Lemma wf_mk m n f : wf m n (mk m n f).
Proof.
rewrite /wf size_mkseq eqxx /mk /mkseq all_map /=.
by apply/allP=> i _ /=; rewrite size_map size_iota.
Qed.
Lemma wf_size m n A : wf m n A -> size A = m.
Proof. by case/andP=> /eqP. Qed.
Lemma wf_row m n A i : wf m n A -> (i < m)%N -> size (nth [::] A i) = n.
Proof. by case/andP=> /eqP sA /all_nthP h im; apply/eqP/h; rewrite sA. Qed.
Lemma wf_mulT m n p A B : size A = m -> wf p n B -> wf m p (mulT A B).
Proof.
move=> sA /wf_size sB; rewrite /wf /mulT size_map sA eqxx all_map /=.
by apply/(all_nthP [::])=> i _ /=; rewrite size_map sB.
Qed.
Lemma ent_mulT m n p A B i j : wf m n A -> wf p n B -> (i < m)%N -> (j < p)%N ->
  ent (mulT A B) i j = dot (nth [::] A i) (nth [::] B j).
Proof.
move=> /wf_size sA /wf_size sB im jp.
by rewrite /ent /mulT (nth_map [::]) ?sA // (nth_map [::]) ?sB.
Qed.
End Compute.

Section Value.
Variable R : realFieldType.

Definition zR (z : Z) : R :=
  match z with
  | Z0 => 0
  | Zpos p => (Pos.to_nat p)%:R
  | Zneg p => - (Pos.to_nat p)%:R
  end.

Lemma zR0 : zR Z0 = 0. Proof. by []. Qed.
Lemma zR1 : zR (Zpos xH) = 1. Proof. by []. Qed.

Lemma zR_opp a : zR (Z.opp a) = - zR a.
Proof. by case: a => [|p|p] /=; rewrite ?oppr0 ?opprK. Qed.

Lemma zR_sub p q : zR (Z.pos_sub p q) = (Pos.to_nat p)%:R - (Pos.to_nat q)%:R.
Proof.
rewrite Z.pos_sub_spec; case: (Pos.compare_spec p q) => [->|lt|lt] /=.
- by rewrite subrr.
- rewrite Pos2Nat.inj_sub // natrB ?opprB //.
  by apply/ssrnat.leP/Nat.lt_le_incl/Pos2Nat.inj_lt.
rewrite Pos2Nat.inj_sub // natrB //.
by apply/ssrnat.leP/Nat.lt_le_incl/Pos2Nat.inj_lt.
Qed.

Lemma zRD a b : zR (Z.add a b) = zR a + zR b.
Proof.
case: a b => [|p|p] [|q|q] /=; rewrite ?addr0 ?add0r //.
- by rewrite Pos2Nat.inj_add natrD.
- by rewrite zR_sub.
- by rewrite zR_sub addrC.
by rewrite Pos2Nat.inj_add natrD opprD.
Qed.

Lemma zRB a b : zR (Z.sub a b) = zR a - zR b.
Proof. by rewrite /Z.sub zRD zR_opp. Qed.

Lemma zRM a b : zR (Z.mul a b) = zR a * zR b.
Proof.
case: a b => [|p|p] [|q|q] /=; rewrite ?mulr0 ?mul0r //;
by rewrite Pos2Nat.inj_mul natrM ?mulrN ?mulNr ?opprK.
Qed.

Lemma zR_nat n : zR (Z.of_nat n) = n%:R.
Proof. by case: n => //= n; rewrite SuccNat2Pos.id_succ. Qed.

Lemma zR_gt0 p : 0 < zR (Zpos p).
Proof. by rewrite /= ltr0n; apply/ssrnat.ltP/Pos2Nat.is_pos. Qed.

Lemma zR_le a b : Z.leb a b -> zR a <= zR b.
Proof.
move/Z.leb_le=> ab; rewrite -subr_ge0 -zRB.
have : Z.le Z0 (Z.sub b a) by apply/Z.le_0_sub.
by case: (Z.sub b a) => [|p|p] // _; rewrite ltW ?zR_gt0.
Qed.

Lemma zR_lt a b : Z.ltb a b -> zR a < zR b.
Proof.
move/Z.ltb_lt=> ab; rewrite -subr_gt0 -zRB.
have : Z.lt Z0 (Z.sub b a) by apply/Z.lt_0_sub.
by case: (Z.sub b a) => [|p|p] // _; apply: zR_gt0.
Qed.

Lemma zR_abs a : zR (Z.abs a) = `|zR a|.
Proof.
case: a => [|p|p] /=; first by rewrite normr0.
  by rewrite normr_nat.
by rewrite normrN normr_nat.
Qed.

Lemma dotE n u v : size u = n ->
  zR (dot u v) = \sum_(i < n) zR (nth Z0 u i) * zR (nth Z0 v i).
Proof.
move=> <-; elim: u v => [|a u IH] [|b v] /=; rewrite ?big_ord0 //.
  by rewrite big1 // => i _; rewrite [nth _ [::] _]nth_nil mulr0.
by rewrite big_ord_recl zRD zRM IH.
Qed.

Lemma zR_sum u : zR (zsum u) = \sum_(i < size u) zR (nth Z0 u i).
Proof.
by elim: u => [|a u IH]; rewrite ?big_ord0 //= big_ord_recl zRD IH.
Qed.

Lemma zR_mkseq n f : zR (zsum (mkseq f n)) = \sum_(i < n) zR (f i).
Proof.
rewrite zR_sum size_mkseq; apply: eq_bigr => i _.
by rewrite nth_mkseq.
Qed.

Definition zmx m n (A : imx) : 'M[R]_(m, n) := \matrix_(i, j) zR (ent A i j).

Lemma zmx_mulT m n p A B : wf m n A -> wf p n B ->
  zmx m p (mulT A B) = zmx m n A *m (zmx p n B)^T.
Proof.
move=> wA wB; apply/matrixP=> i j; rewrite mxE (ent_mulT wA wB) // mxE.
rewrite (dotE _ (wf_row wA _)) //; apply: eq_bigr => s _.
by rewrite !mxE.
Qed.

Lemma zmx_trp m n A : zmx n m (trp m n A) = (zmx m n A)^T.
Proof. by apply/matrixP=> i j; rewrite !mxE ent_mk. Qed.

Lemma zmx_tr n A : zR (ztr n A) = \tr (zmx n n A).
Proof. by rewrite zR_mkseq; apply: eq_bigr => i _; rewrite mxE. Qed.

Lemma zmx_zip2 m n A B : wf m n A ->
  zR (zip2 m A B) = \tr (zmx m n A *m (zmx m n B)^T).
Proof.
move=> wA; rewrite zR_mkseq; apply: eq_bigr => i _.
rewrite (dotE _ (wf_row wA _)) // mxE; apply: eq_bigr => s _.
by rewrite !mxE.
Qed.

Lemma symmP n A : symm n A -> (zmx n n A)^T = zmx n n A.
Proof.
move=> sA; apply/matrixP=> i j; rewrite !mxE.
by have /Z.eqb_spec -> := all_iota (all_iota sA (ltn_ord j)) (ltn_ord i).
Qed.

Lemma rowabsE m n A (i : 'I_m) : wf m n A ->
  zR (rowabs A i) = \sum_j `|zmx m n A i j|.
Proof.
move=> wA; rewrite /rowabs zR_sum size_map (wf_row wA) //.
apply: eq_bigr => j _; rewrite mxE -zR_abs (nth_map Z0) //.
by rewrite (wf_row wA).
Qed.

Lemma sddP n A : wf n n A -> sdd n A ->
  forall i, \sum_j `|zmx n n A i j| < zmx n n A i i *+ 2.
Proof.
move=> wA h i; have := zR_lt (all_iota h (ltn_ord i)).
by rewrite (rowabsE i wA) Z.double_spec zRM mulr2n mulrDl mul1r mxE.
Qed.

Lemma wddP n A : wf n n A -> wdd n A ->
  forall i, \sum_j `|zmx n n A i j| <= zmx n n A i i *+ 2.
Proof.
move=> wA h i; have := zR_le (all_iota h (ltn_ord i)).
by rewrite (rowabsE i wA) Z.double_spec zRM mulr2n mulrDl mul1r mxE.
Qed.

Lemma le_mul2n (x y : R) : x <= y -> x *+ 2 <= y *+ 2.
Proof. by move=> xy; rewrite !mulr2n le_add2. Qed.

(* Gershgorin, in two forms *)
Lemma wdd_psd n (T : 'M[R]_n) : T^T = T ->
  (forall i, \sum_j `|T i j| <= T i i *+ 2) -> psd T.
Proof.
move=> sT dd; split=> // v.
pose u i := v 0 i.
have h (a b c : R) : 0 <= `|a| * (b ^+ 2 + c ^+ 2) + (a * (b * c)) *+ 2.
  have [a0|/ltW a0] := ger0P a.
    have -> : a * (b ^+ 2 + c ^+ 2) + (a * (b * c)) *+ 2 = a * (b + c) ^+ 2.
      by ring.
    by rewrite mulr_ge0 ?sqr_ge0.
  have -> : - a * (b ^+ 2 + c ^+ 2) + (a * (b * c)) *+ 2 = - a * (b - c) ^+ 2.
    by ring.
  by rewrite mulr_ge0 ?sqr_ge0 ?oppr_ge0.
have T0 i : 0 <= T i i.
  have a0 : 0 <= \sum_j `|T i j| by rewrite sumr_ge0.
  by have := le_trans a0 (dd i); rewrite pmulrn_lge0.
pose hij i j := `|T i j| * (u i ^+ 2 + u j ^+ 2) + (T i j * (u i * u j)) *+ 2.
have ge_diag : \sum_i (T i i * u i ^+ 2) *+ 4 <= \sum_i \sum_j hij i j.
  apply: ler_sum => i _; rewrite (bigD1 i) //= -[X in X <= _]addr0.
  apply: le_add2; last by apply: sumr_ge0 => j _; apply: h.
  by rewrite /hij ger0_norm ?T0 // le_eqVlt; apply/orP; left; apply/eqP; ring.
have quadE : (v *m T *m v^T) 0 0 = \sum_i \sum_j T i j * (u i * u j).
  rewrite mxE exchange_big /=; apply: eq_bigr => j _.
  rewrite !mxE mulr_suml; apply: eq_bigr => i _.
  by rewrite mulrAC mulrC.
have sumE : \sum_i \sum_j hij i j =
    (\sum_i u i ^+ 2 * \sum_j `|T i j|) *+ 2 + (v *m T *m v^T) 0 0 *+ 2.
  have symE : \sum_i \sum_j `|T i j| * u j ^+ 2 =
              \sum_i u i ^+ 2 * \sum_j `|T i j|.
    rewrite exchange_big /=; apply: eq_bigr => i _; rewrite mulr_sumr.
    by apply: eq_bigr => j _; rewrite -{1}sT mxE mulrC.
  rewrite quadE [X in X + _]mulr2n -{2}symE -sumrMnl -!big_split /=.
  apply: eq_bigr => i _; rewrite mulr_sumr -sumrMnl -!big_split /=.
  by apply: eq_bigr => j _; rewrite /hij; ring.
have bound : (\sum_i u i ^+ 2 * \sum_j `|T i j|) *+ 2 <=
             \sum_i (T i i * u i ^+ 2) *+ 4.
  rewrite -sumrMnl; apply: ler_sum => i _.
  rewrite (_ : _ *+ 4 = u i ^+ 2 * (T i i *+ 2) *+ 2); last by ring.
  by apply/le_mul2n/le_pmul2; rewrite ?sqr_ge0.
have := le_trans bound ge_diag; rewrite sumE le_addL.
by rewrite pmulrn_lge0.
Qed.

Lemma sdd_unit n (T : 'M[R]_n) :
  (forall i, \sum_j `|T i j| < T i i *+ 2) -> T \in unitmx.
Proof.
move=> dd; rewrite -unitmx_tr -row_free_unit -kermx_eq0; apply/rowV0P=> v.
move/sub_kermxP=> vT; apply/eqP/negPn/negP=> /rV0Pn[i0 vi0].
case: (@Order.TotalTheory.arg_maxP _ _ _ i0 xpredT (fun i => `|v 0 i|) isT).
move=> i _ imax; have vi : 0 < `|v 0 i|.
  by apply: (lt_le_trans _ (imax i0 isT)); rewrite normr_gt0.
have := dd i; have /eqP := congr1 (fun M : 'rV_n => M 0 i) vT.
rewrite !mxE (bigD1 i) //= addr_eq0 mxE => /eqP vTi.
rewrite (bigD1 i) //= => ddi.
have : `|v 0 i| * `|T i i| <= `|v 0 i| * \sum_(j | j != i) `|T i j|.
  rewrite -normrM vTi normrN mulr_sumr (le_trans (ler_norm_sum _ _ _)) //.
  apply: ler_sum => j _; rewrite mxE normrM ![_ * `|T i j|]mulrC.
  by apply: le_pmul2; [apply: normr_ge0 | apply: imax].
rewrite ![`|v 0 i| * _]mulrC ler_pmul2r_compat // => le_off.
have := lt_le_trans ddi (le_mul2n (ler_norm (T i i))).
by rewrite mulr2n ltNge le_add2l le_off.
Qed.

(* PSD witness: X R X^T is diagonally dominant and X is invertible, because   *)
(* the dominance is strict or because Xi X^T is strictly dominant.            *)
Definition psd_check n (S X Xi : imx) : bool :=
  [&& wf n n S, symm n S, wf n n X &
   let T := mulT (mulT X S) X in
   sdd n T || [&& wdd n T, wf n n Xi & sdd n (mulT Xi X)]].

Theorem psd_checkP n (S X Xi : imx) : psd_check n S X Xi -> psd (zmx n n S).
Proof.
case/and4P=> wS /symmP sS wX hT.
set T := mulT (mulT X S) X in hT; have wXS : wf n n (mulT X S).
  exact: wf_mulT (wf_size wX) wS.
have wT : wf n n T by apply: wf_mulT wX; apply: wf_size wXS.
have TE : zmx n n T = zmx n n X *m zmx n n S *m (zmx n n X)^T.
  by rewrite (zmx_mulT wXS wX) (zmx_mulT wX wS) sS.
have sT : (zmx n n T)^T = zmx n n T by rewrite TE !trmx_mul trmxK sS mulmxA.
have [uX dd] : zmx n n X \in unitmx /\
    forall i, \sum_j `|zmx n n T i j| <= zmx n n T i i *+ 2.
  case/orP: hT => [/(sddP wT) dd|/and3P[/(wddP wT) dd wXi /sddP ddi]].
    split=> [|i]; last exact: ltW.
    by have := sdd_unit dd; rewrite TE !unitmx_mul => /andP[/andP[]].
  split=> //; have := sdd_unit (ddi (wf_mulT (wf_size wXi) wX)).
  by rewrite (zmx_mulT wXi wX) unitmx_mul unitmx_tr => /andP[].
have := psd_congr (invmx (zmx n n X)) (wdd_psd sT dd).
by rewrite TE trmx_inv !mulmxA mulVmx // mul1mx mulmxK // unitmx_tr.
Qed.

End Value.
