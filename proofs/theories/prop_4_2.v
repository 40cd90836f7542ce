(*          Proposition 4.2: the optimum is given by the top eigenvectors     *)
(* -------------------------------------------------------------------------- *)
(* E[(q + e) (q + e)^T] = U diag(l) U^T with l_1 >= ... >= l_n, U^T U = 1, and*)
(* Uk = the first k columns of U.                                             *)
(* prop_4_2            the minimum is \sum_(i > k) l_i, at B = Uk, D = Uk^T   *)
(* prop_4_2_projector  Uk Uk^T is the projector on the first k eigenvectors   *)
(* prop_4_2_min_iff    all minimisers (ties and zeros allowed)                *)
(* prop_4_2_uniq       with a gap, B D = Uk Uk^T on the range                 *)
(* prop_4_2_uniq_iff   and only then, unless l_(k+1) = 0                      *)
(* prop_4_2_exists     U and l exist, over a rcfType                          *)
(* prop_4_2_uncorrelated_needed  the hypothesis is needed                     *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.
From SymLAM Require Import spectral l2 finite_probability moment_space.
From SymLAM Require Import reduced_rank linear_lam prop_4_1.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Prop42.
Variables (R : realFieldType) (V : l2space R) (n k : nat).
Variables (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R).
Hypothesis uncorr : cov o (q + e) = 0.
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis spectrum : cov (q + e) (q + e) = dg U l.
Hypothesis sorted : nonincreasing l.
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

Let L : 'M[R]_n -> 'M[R]_(n, k) -> 'M[R]_(k, n) -> 'M[R]_(k, n) -> R :=
  loss o (q + e).
(* the first k columns of U *)
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let tail : R := \sum_(i < n | (k <= i)%N) l i.

Let x_on_o := uncorr_reg uncorr.
Let rE : cov (q + e - 0 *v o) (q + e - 0 *v o) = dg U l.
Proof. by rewrite uncorr_res. Qed.

Theorem prop_4_2 : (forall A B C D, tail <= L A B C D) /\
  (forall C, L (1%:M - Uk *m (C + Uk^T)) Uk C Uk^T = tail).
Proof.
split=> [A B C D|C]; first exact: (residual_pca_min x_on_o oU rE sorted).
have := residual_pca_attained x_on_o oU rE sorted C.
by rewrite best_A0.
Qed.

(* B D (q + e) is the projection on the first k principal directions *)
Lemma prop_4_2_projector : oproj (Uk *m Uk^T) /\
  Uk *m Uk^T = pr U (@firstk n k).
Proof. by rewrite (Uk_pr k U); split=> //; apply: pr_oproj. Qed.

Theorem prop_4_2_min_iff A B C D : L A B C D = tail <->
  (A - (1%:M - B *m (C + D))) *m cov o o = 0 /\
  principal_map k (thr k l) (cov (q + e) (q + e)) (B *m D).
Proof.
have := residual_pca_minP x_on_o oU rE sorted A B C D.
by rewrite best_A0 uncorr_res.
Qed.

Theorem prop_4_2_uniq A B C D :
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j < l i) ->
  L A B C D = tail ->
  B *m D *m cov (q + e) (q + e) = Uk *m Uk^T *m cov (q + e) (q + e).
Proof.
move=> gp hL; have := residual_pca_uniq x_on_o oU rE sorted gp hL.
by rewrite uncorr_res.
Qed.

(* the gap is needed: B D is unique on the range of E[(q + e) (q + e)^T] iff  *)
(* l_(k+1) < l_k or l_(k+1) = 0                                               *)
Theorem prop_4_2_uniq_iff (i j : 'I_n) : i.+1 = k -> k = j ->
  (forall A B C D, L A B C D = tail ->
   B *m D *m cov (q + e) (q + e) = Uk *m Uk^T *m cov (q + e) (q + e)) <->
  l j < l i \/ l j = 0.
Proof.
move=> ik kj; have := residual_pca_uniq_iff x_on_o oU rE sorted ik kj.
by rewrite uncorr_res.
Qed.

End Prop42.

(* the hypotheses on U and l can always be met, over a real closed field *)
Theorem prop_4_2_exists (R : rcfType) (V : l2space R) n k (o q e : 'cV[V]_n) :
  cov o (q + e) = 0 -> exists (U : 'M[R]_n) l,
  [/\ U^T *m U = 1%:M, cov (q + e) (q + e) = dg U l, nonincreasing l
    & exists A (B : 'M_(n, k)) C D, optimal (loss o (q + e)) A B C D /\
      loss o (q + e) A B C D = \sum_(i < n | (k <= i)%N) l i].
Proof.
move=> uncorr; have [U [l [oU SE ls _]]] := spectral_psd (cov_psd (q + e)).
exists U, l; split=> //; set Uk : 'M[R]_(n, k) := U *m pid_mx k.
have [lo att] := prop_4_2 k uncorr oU SE ls.
exists (1%:M - Uk *m (0 + Uk^T)), Uk, 0, Uk^T; rewrite att; split=> //.
by move=> A' B' C' D'; rewrite att.
Qed.

(* E[o (q + e)^T] = 0 is needed: with q = o of covariance 1 in dimension 2    *)
(* and one latent dimension, the tail is 1 and the minimum is 0               *)
Theorem prop_4_2_uncorrelated_needed (R : realFieldType) :
  let o := radv R 2 in
  [/\ cov (o + 0) (o + 0) = dg 1%:M (fun=> 1 : R),
      \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1
    & loss o (o + 0) 2%:R%:M (0 : 'M_(2, 1)) 0 0 = 0].
Proof.
move=> o; have [oo L0 _] := prop_4_1_uncorrelated_needed R; split=> //.
  by rewrite {1}addr0 oo dgc // trmx1 mulmx1.
by rewrite big_mkcond !big_ord_recr big_ord0 /= !add0r.
Qed.
