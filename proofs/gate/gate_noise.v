(* -------------------------------------------------------------------------- *)
(*  The gate, second part: evaluation heads, noise, certificates. Every       *)
(*  theorem of the ledger stated once more, closed, apart from its proof.     *)
(*  o, q, e: observation, controllable change, noise; herr, nerr: error of    *)
(*  the best linear head, absolute and normalised (llo.v)                     *)
(* -------------------------------------------------------------------------- *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.
From SymLAM Require Import spectral l2 finite_probability moment_space.
From SymLAM Require Import reduced_rank linear_lam data_augmentation.
From SymLAM Require Import action_prediction llo surrogate noise dyadic.
From SymLAM Require Import certificate.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* M2 *)

Check (M2_head_min : forall (R : realFieldType) (V : l2space R) (k m : nat)
    (z : 'cV[V]_k) (y : 'cV[V]_m) (H : 'M[R]_(m, k)),
  herr z y <= msq (H *v z - y)).
Print Assumptions M2_head_min.

Check (M2_head_minP : forall (R : realFieldType) (V : l2space R) (k m : nat)
    (z : 'cV[V]_k) (y : 'cV[V]_m) (H : 'M[R]_(m, k)),
  msq (H *v z - y) = herr z y <-> cov y z = H *m cov z z).
Print Assumptions M2_head_minP.

Check (M2_nerr_itv : forall (R : realFieldType) (V : l2space R) (k m : nat)
    (z : 'cV[V]_k) (y : 'cV[V]_m), 0 <= nerr z y <= 1).
Print Assumptions M2_nerr_itv.

Check (M2_nerr_eq1 : forall (R : realFieldType) (V : l2space R) (k m : nat)
    (z : 'cV[V]_k) (y : 'cV[V]_m), nerr z y = 1 <-> cov z y = 0).
Print Assumptions M2_nerr_eq1.

Check (M2_nerr_eq0 : forall (R : realFieldType) (V : l2space R) (k m : nat)
    (z : 'cV[V]_k) (y : 'cV[V]_m), nerr z y = 0 <-> msq y != 0 /\ herr z y = 0).
Print Assumptions M2_nerr_eq0.

Check (M2_LLO_itv : forall (R : realFieldType) (V : l2space R) (k n : nat)
    (z : 'cV[V]_k) (q e o : 'cV[V]_n),
  - 1 <= - nerr z q + nerr z e + nerr z o <= 2%:R).
Print Assumptions M2_LLO_itv.

Check (M2_LLO_eq2 : forall (R : realFieldType) (V : l2space R) (k n : nat)
    (z : 'cV[V]_k) (q e o : 'cV[V]_n),
  - nerr z q + nerr z e + nerr z o = 2%:R <->
  [/\ msq q != 0, herr z q = 0, cov z e = 0 & cov z o = 0]).
Print Assumptions M2_LLO_eq2.

Check (M2_LLO2_uncorr : forall (R : realFieldType) (V : l2space R) (k n : nat)
    (z : 'cV[V]_k) (q e o : 'cV[V]_n),
  LLO z q e o = 2%:R -> cov q e = 0 /\ cov q o = 0).
Print Assumptions M2_LLO2_uncorr.

Check (M2_LLO_self : forall (R : realFieldType) (V : l2space R) (n : nat)
    (q e o : 'cV[V]_n), msq q != 0 -> cov q e = 0 -> cov q o = 0 ->
  LLO q q e o = 2%:R).
Print Assumptions M2_LLO_self.

Check (M2_max_attained_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n),
  cov o q = 0 -> cov o e = 0 -> cov q e = 0 -> msq q != 0 ->
  (exists C D : 'M[R]_(k, n), LLO (latent C D o (o + (q + e))) q e o = 2%:R) <->
  (\rank (cov q q) <= k)%N /\ (cov q q :&: cov e e)%MS = 0).
Print Assumptions M2_max_attained_iff.

Check (M2_max_iid_lt2 : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n),
  cov o q = 0 -> cov o e = 0 -> cov q e = 0 -> msq q != 0 ->
  forall (s : R) (C D : 'M[R]_(k, n)), s != 0 -> cov e e = s%:M ->
  LLO (latent C D o (o + (q + e))) q e o < 2%:R).
Print Assumptions M2_max_iid_lt2.

Check (M2_max_noiseless : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n),
  cov o q = 0 -> msq q != 0 -> e = 0 ->
  (exists C D : 'M[R]_(k, n), LLO (latent C D o (o + (q + e))) q e o = 2%:R) <->
  (\rank (cov q q) <= k)%N).
Print Assumptions M2_max_noiseless.

(* S3 *)

Check (S3_as_printed : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x : 'cV[V]_n) (B : 'M[R]_(n, k)) (C D G : 'M[R]_(k, n)),
  G *m B = 1%:M ->
  G *v (predict 1%:M B o (latent C D o (o + x)) - o) = latent C D o (o + x)).
Print Assumptions S3_as_printed.

Check (S3_iff : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D G : 'M[R]_(k, n)),
  G *m B = 1%:M ->
  (msq (G *v (predict A B o (latent C D o (o + x)) - o)
        - latent C D o (o + x)) = 0 <-> G *m (A - 1%:M) *m cov o o = 0)).
Print Assumptions S3_iff.

Check (S3_optimum : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  cov o x = 0 -> loss o x A B C D = pca B D (cov x x) ->
  msq (change o x A B C D - (B *m D) *v x) = 0).
Print Assumptions S3_optimum.

Check (S3_optimum_latent : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o x : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k))
    (C D G : 'M[R]_(k, n)), cov o x = 0 -> G *m B = 1%:M ->
  loss o x A B C D = pca B D (cov x x) ->
  msq (G *v change o x A B C D - D *v x) = 0).
Print Assumptions S3_optimum_latent.

Check (S3_optimum_head : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D G : 'M[R]_(k, n))
    (m : nat) (y : 'cV[V]_m), cov o x = 0 -> G *m B = 1%:M ->
  loss o x A B C D = pca B D (cov x x) ->
  herr (change o x A B C D) y = herr (D *v x) y).
Print Assumptions S3_optimum_head.

Check (S3_policy : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
    (H : 'M[R]_n), cov x o = H *m cov o o ->
  loss o x A B C D = pca B D (cov (x - H *v o) (x - H *v o)) ->
  msq (change o x A B C D - (H *v o + (B *m D) *v (x - H *v o))) = 0).
Print Assumptions S3_policy.

Check (S3_noninjective_false : forall R : realFieldType,
  let o := radv R 1 in let x : 'cV[cubeL2 R 1]_1 := 0 in
  let z := latent 1%:M 0 o (o + x) : 'cV_1 in
  loss o x 1%:M (0 : 'M[R]_1) 1%:M 0 = 0 /\
  forall G, msq (G *v change o x 1%:M 0 (1%:M : 'M[R]_1) 0 - z) = 1).
Print Assumptions S3_noninjective_false.

Check (S3_A1_not_needed : forall R : realFieldType,
  let o := radv R 2 in let x : 'cV[cubeL2 R 2]_2 := 0 in
  let A : 'M[R]_2 := 1%:M + delta_mx 1 1 in
  let B : 'M[R]_(2, 1) := delta_mx 0 0 in
  let C : 'M[R]_(1, 2) := delta_mx 0 0 in
  let G : 'M[R]_(1, 2) := delta_mx 0 0 in
  [/\ G *m B = 1%:M, A != 1%:M &
      G *v change o x A B C (- C) = latent C (- C) o (o + x)]).
Print Assumptions S3_A1_not_needed.

(* C1: no noise, q = X a *)

Check (C1_rank : forall (R : realFieldType) (V : l2space R) (n d : nat)
    (X : 'M[R]_(n, d)) (a : 'cV[V]_d),
  (\rank (cov (X *v a) (X *v a)) <= d)%N).
Print Assumptions C1_rank.

Check (C1_min_zero : forall (R : realFieldType) (V : l2space R) (n d k : nat)
    (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d), (d <= k)%N ->
  exists (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss o (X *v a) A B C D = 0).
Print Assumptions C1_min_zero.

Check (C1_min_zero_iff : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d),
  cov o (X *v a) = 0 ->
  (exists (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     loss o (X *v a) A B C D = 0) <->
  (\rank (cov (X *v a) (X *v a)) <= k)%N).
Print Assumptions C1_min_zero_iff.

Check (C1_min_pos : forall (R : realFieldType) (V : l2space R) (n d k : nat)
    (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d),
  cov o (X *v a) = 0 -> row_free X^T -> pd (cov a a) ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  (k < d)%N -> 0 < loss o (X *v a) A B C D).
Print Assumptions C1_min_pos.

Check (C1_col : forall (R : realFieldType) (V : l2space R) (n d k : nat)
    (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d),
  cov o (X *v a) = 0 -> row_free X^T -> pd (cov a a) ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  k = d -> loss o (X *v a) A B C D = 0 -> (B^T :=: X^T)%MS).
Print Assumptions C1_col.

Check (C1_determines_iff : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d),
  cov o (X *v a) = 0 -> row_free X^T -> pd (cov a a) ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  k = d -> loss o (X *v a) A B C D = 0 ->
  (exists H : 'M_(d, k), msq (H *v latent C D o (o + X *v a) - a) = 0) <->
  (C + D) *m cov o o = 0).
Print Assumptions C1_determines_iff.

Check (C1_surrogate_determines : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d)
    (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)), row_free X^T ->
  loss o (X *v a) A B C D = 0 ->
  exists H : 'M_(d, n), msq (H *v change o (X *v a) A B C D - a) = 0).
Print Assumptions C1_surrogate_determines.

Check (C1_LLO_surrogate : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d)
    (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  cov o (X *v a) = 0 -> msq (X *v a) != 0 -> loss o (X *v a) A B C D = 0 ->
  LLO (change o (X *v a) A B C D) (X *v a) 0 o = 2%:R).
Print Assumptions C1_LLO_surrogate.

Check (C1_LLO_repaired : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d)
    (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  cov o (X *v a) = 0 -> msq (X *v a) != 0 -> loss o (X *v a) A B C D = 0 ->
  LLO (latent C D o (o + X *v a)) (X *v a) 0 o = 2%:R <->
  (C + D) *m cov o o = 0).
Print Assumptions C1_LLO_repaired.

Check (C1_LLO_as_printed_false : forall R : realFieldType,
  let o := (row_mx 1%:M 0 : 'M[R]_(1, 1 + 1)) *v radv R (1 + 1) in
  let a := (row_mx 0 1%:M : 'M[R]_(1, 1 + 1)) *v radv R (1 + 1) in
  let q := (1%:M : 'M[R]_1) *v a in
  let z := latent 0 (1%:M : 'M[R]_1) o (o + q) in
  [/\ cov o q = 0, loss o q 0 1%:M 0 (1%:M : 'M_1) = 0, LLO z q 0 o <> 2%:R
    & forall H : 'M_1, msq (H *v z - a) <> 0]).
Print Assumptions C1_LLO_as_printed_false.

Check (C1_col_noninjective_false : forall R : realFieldType,
  let o := (row_mx 1%:M 0 : 'M[R]_(1, 1 + 1)) *v radv R (1 + 1) in
  let a := (row_mx 0 1%:M : 'M[R]_(1, 1 + 1)) *v radv R (1 + 1) in
  let X : 'M[R]_1 := 0 in let q := X *v a in let B : 'M[R]_1 := 1%:M in
  [/\ cov o q = 0, pd (cov a a), loss o q 1%:M B 0 (0 : 'M_1) = 0
    & ~ (B^T :=: X^T)%MS]).
Print Assumptions C1_col_noninjective_false.

Check (C1_col_singular_false : forall R : realFieldType,
  let o := (row_mx 1%:M 0 : 'M[R]_(1, 1 + 1)) *v radv R (1 + 1) in
  let X : 'M[R]_1 := 1%:M in let q := X *v (0 : 'cV_1) in
  let B : 'M[R]_1 := 0 in
  [/\ cov o q = 0, row_free X^T, loss o q 1%:M B 0 (0 : 'M_1) = 0
    & ~ (B^T :=: X^T)%MS]).
Print Assumptions C1_col_singular_false.

Check (C1_col_correlated_false : forall R : realFieldType,
  let o := (row_mx 1%:M 0 : 'M[R]_(1, 1 + 1)) *v radv R (1 + 1) in
  let X : 'M[R]_1 := 1%:M in let q := X *v o in let B : 'M[R]_1 := 0 in
  [/\ pd (cov o o), row_free X^T, loss o q 2%:R%:M B 0 (0 : 'M_1) = 0
    & ~ (B^T :=: X^T)%MS]).
Print Assumptions C1_col_correlated_false.

Check (C1_pos_as_printed_false : forall R : realFieldType,
  let o : 'cV_2 := (row_mx 1%:M 0 : 'M[R]_(2, 2 + 2)) *v radv R (2 + 2) in
  let a : 'cV_2 := (row_mx 0 1%:M : 'M[R]_(2, 2 + 2)) *v radv R (2 + 2) in
  (let X : 'M[R]_(2, 2) := delta_mx 0 0 in let q := X *v a in
   [/\ cov o q = 0, pd (cov o o), pd (cov a a) &
       exists A (B : 'M_(2, 1)) C D, loss o q A B C D = 0]) /\
  (let X : 'M[R]_2 := 1%:M in let q := X *v (delta_mx 0 0 *v a) in
   [/\ cov o q = 0, pd (cov o o), row_free X^T &
       exists A (B : 'M_(2, 1)) C D, loss o q A B C D = 0]) /\
  (let X : 'M[R]_2 := 1%:M in let q := X *v o in
   [/\ pd (cov o o), row_free X^T &
       exists A (B : 'M_(2, 1)) C D, loss o q A B C D = 0])).
Print Assumptions C1_pos_as_printed_false.

(* Diagonal sources *)

Check (herr_action : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (U : 'M[R]_n) (l m : 'I_n -> R), U^T *m U = 1%:M ->
  cov q e = 0 ->
  cov q q = dg U l -> cov e e = dg U m ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  herr (latent (- Uk^T) Uk^T o (o + (q + e))) q =
  \sum_(i < n) (if (i < k)%N then l i * m i / (l i + m i) else l i)).
Print Assumptions herr_action.

Check (herr_noise : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (U : 'M[R]_n) (l m : 'I_n -> R), U^T *m U = 1%:M ->
  cov q e = 0 ->
  cov q q = dg U l -> cov e e = dg U m ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  herr (latent (- Uk^T) Uk^T o (o + (q + e))) e =
  \sum_(i < n) (if (i < k)%N then l i * m i / (l i + m i) else m i)).
Print Assumptions herr_noise.

(* C2: E[e e^T] = s 1 *)

Check (C2_spectrum : forall (R : realFieldType) (n : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M ->
  forall s : R, dg U l + s%:M = dg U (fun i => l i + s)).
Print Assumptions C2_spectrum.

Check (C2_value : forall (R : realFieldType) (n k : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  nonincreasing l -> forall s : R, 0 <= s ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  let v := \sum_(i < n | (k <= i)%N) l i + s * (n - k)%:R in
  (forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)), v <= pca B D (dg U l + s%:M))
    /\
  pca Uk Uk^T (dg U l + s%:M) = v).
Print Assumptions C2_value.

Check (C2_loss_grows : forall (R : realFieldType) (n k : nat) (l : 'I_n -> R)
    (s s' : R), (k < n)%N -> s < s' -> iid_min k l s < iid_min k l s').
Print Assumptions C2_loss_grows.

Check (C2_min_iff : forall (R : realFieldType) (n k : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  nonincreasing l ->
  forall (s : R) (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)), 0 < s ->
  pca B D (dg U l + s%:M) = iid_min k l s <->
  pca B D (dg U l) = \sum_(i < n | (k <= i)%N) l i /\
  pca B D (1%:M : 'M_n) = (n - k)%:R).
Print Assumptions C2_min_iff.

Check (C2_B_unchanged : forall (R : realFieldType) (n k : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  nonincreasing l ->
  forall (s s' : R) (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)), 0 < s -> 0 < s' ->
  pca B D (dg U l + s%:M) = iid_min k l s <->
  pca B D (dg U l + s'%:M) = iid_min k l s').
Print Assumptions C2_B_unchanged.

Check (C2_B_clean : forall (R : realFieldType) (n k : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  nonincreasing l ->
  forall (s : R) (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)), 0 <= s ->
  pca B D (dg U l + s%:M) = iid_min k l s ->
  pca B D (dg U l) = \sum_(i < n | (k <= i)%N) l i).
Print Assumptions C2_B_clean.

Check (C2_action_error : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (v s : R),
  U^T *m U = 1%:M -> cov q e = 0 ->
  (d <= k)%N ->
  cov q q = dg U (fun i : 'I_n => if (i < d)%N then v else 0) ->
  cov e e = s%:M ->
  v + s != 0 -> (0 < d)%N -> (0 < n)%N -> let Uk := U *m pid_mx k : 'M[R]_(n,
    k) in
  nerr (latent (- Uk^T) Uk^T o (o + (q + e))) q = s / (v + s)).
Print Assumptions C2_action_error.

Check (C2_noise_error : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (v s : R),
  U^T *m U = 1%:M -> cov q e = 0 ->
  (d <= k)%N ->
  cov q q = dg U (fun i : 'I_n => if (i < d)%N then v else 0) ->
  cov e e = s%:M ->
  s != 0 -> (0 < n)%N -> (d <= n)%N -> let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  nerr (latent (- Uk^T) Uk^T o (o + (q + e))) e =
  (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R).
Print Assumptions C2_noise_error.

Check (C2_meaning_as_printed_false : forall (R : realFieldType)
    (V : l2space R) (n d k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (v s : R),
  U^T *m U = 1%:M -> cov q e = 0 ->
  (d <= k)%N ->
  cov q q = dg U (fun i : 'I_n => if (i < d)%N then v else 0) ->
  cov e e = s%:M ->
  0 < v -> 0 < s -> (0 < d)%N -> (k <= n)%N -> let Uk := U *m pid_mx k :
    'M[R]_(n, k) in
  let z := latent (- Uk^T) Uk^T o (o + (q + e)) in
  nerr z q <> 0 /\ LLO z q e o < 2%:R).
Print Assumptions C2_meaning_as_printed_false.

Check (C2_loss_min : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R) (s : R),
  U^T *m U = 1%:M -> nonincreasing l ->
  cov q e = 0 -> cov o q = 0 -> cov o e = 0 -> 0 < s ->
  cov q q = dg U l -> cov e e = s%:M ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  \sum_(i < n | (k <= i)%N) l i + s * (n - k)%:R <= loss o (q + e) A B C D).
Print Assumptions C2_loss_min.

Check (C2_loss_min_iff : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R) (s : R),
  U^T *m U = 1%:M -> nonincreasing l ->
  cov q e = 0 -> cov o q = 0 -> cov o e = 0 -> 0 < s ->
  cov q q = dg U l -> cov e e = s%:M ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss o (q + e) A B C D = iid_min k l s <->
  [/\ Aeff A B C D *m cov o o = 0,
      pca B D (cov q q) = \sum_(i < n | (k <= i)%N) l i
    & pca B D (1%:M : 'M_n) = (n - k)%:R]).
Print Assumptions C2_loss_min_iff.

Check (C2_noise_in_latent : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R) (s : R),
  U^T *m U = 1%:M -> nonincreasing l ->
  cov q e = 0 -> cov o q = 0 -> cov o e = 0 -> 0 < s ->
  cov q q = dg U l -> cov e e = s%:M ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  (0 < k)%N -> (0 < n)%N -> loss o (q + e) A B C D = iid_min k l s ->
  cov (latent C D o (o + (q + e))) e != 0).
Print Assumptions C2_noise_in_latent.

Check (C2_B_as_printed_false : forall (R : realFieldType) (s : R), 0 < s ->
  let S : 'M[R]_2 := delta_mx 0 0 in let B : 'M[R]_2 := delta_mx 0 0 in
  [/\ pca B B S = 0, pca (1%:M : 'M_2) 1%:M (S + s%:M) = 0
    & 0 < pca B B (S + s%:M)]).
Print Assumptions C2_B_as_printed_false.

(* C3: noise of other agents *)

Check (C3_action_first_min : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (c t : R),
  X^T *m X = 1%:M -> cov a e = 0 -> cov o a = 0 -> cov o e = 0 ->
  X^T *m cov e e = 0 -> psd (cov a a - c%:M) -> psd (t%:M - cov e e) ->
  t <= c ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, d)) (C D : 'M[R]_(d, n)),
  msq e <= loss o (X *v a + e) A B C D).
Print Assumptions C3_action_first_min.

Check (C3_action_first_attained : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d),
  X^T *m X = 1%:M -> X^T *m cov e e = 0 -> forall C : 'M[R]_(d, n),
  loss o (X *v a + e) (1%:M - X *m (C + X^T)) X C X^T = msq e).
Print Assumptions C3_action_first_attained.

Check (C3_action_first : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (c t : R),
  X^T *m X = 1%:M -> cov a e = 0 -> cov o a = 0 -> cov o e = 0 ->
  X^T *m cov e e = 0 -> psd (cov a a - c%:M) -> psd (t%:M - cov e e) ->
  t < c ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, d)) (C D : 'M[R]_(d, n)),
  optimal (loss o (X *v a + e)) A B C D ->
  [/\ Aeff A B C D *m cov o o = 0, B *m D *m X = X & D *m cov e e = 0]).
Print Assumptions C3_action_first.

Check (C3_action_first_LLO : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (c t : R),
  X^T *m X = 1%:M -> cov a e = 0 -> cov o a = 0 -> cov o e = 0 ->
  X^T *m cov e e = 0 -> psd (cov a a - c%:M) -> psd (t%:M - cov e e) ->
  t < c ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, d)) (C D : 'M[R]_(d, n)),
  msq (X *v a) != 0 -> optimal (loss o (X *v a + e)) A B C D ->
  LLO (latent C D o (o + (X *v a + e))) (X *v a) e o = 2%:R <->
  (C + D) *m cov o o = 0).
Print Assumptions C3_action_first_LLO.

Check (C3_best_dz : forall (R : realFieldType) (V : l2space R) (n k d b : nat)
    (o q e : 'cV[V]_n) (U : 'M[R]_n) (l m : 'I_n -> R), U^T *m U = 1%:M ->
  cov q e = 0 -> cov o q = 0 ->
  cov q q = dg U l -> cov e e = dg U m ->
  (0 < d)%N -> (0 < b)%N -> (d + b <= n)%N ->
  (forall i : 'I_n, (l i != 0) = (i < d)%N) ->
  (forall i : 'I_n, (m i != 0) = (d <= i < d + b)%N) ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  LLO (latent (- Uk^T) Uk^T o (o + (q + e))) q e o = 2%:R <-> k = d).
Print Assumptions C3_best_dz.

Check (C3_noise_first_score : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (m : 'I_n -> R) (i : 'I_n),
  U^T *m U = 1%:M -> cov e e = dg U m -> (i < k)%N -> m i != 0 ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  LLO (latent (- Uk^T) Uk^T o (o + (q + e))) q e o <> 2%:R).
Print Assumptions C3_noise_first_score.

Check (C3_noise_not_excluded : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n) (t : R),
  cov q e = 0 -> cov o e = 0 ->
  psd (t%:M - cov q q) -> forall y : 'rV[R]_n,
  t * (y *m y^T) 0 0 < (y *m cov e e *m y^T) 0 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)), (0 < k)%N ->
  optimal (loss o (q + e)) A B C D -> D *m cov e e != 0).
Print Assumptions C3_noise_not_excluded.

Check (C3_nonorth_affected : forall (R : rcfType) (V : l2space R) (n d : nat)
    (o e : 'cV[V]_n) (X : 'M[R]_(n, d)) (a : 'cV[V]_d),
  X^T *m X = 1%:M -> cov a e = 0 -> cov o e = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, d)) (C D : 'M[R]_(d, n)),
  optimal (loss o (X *v a + e)) A B C D -> (B^T :=: X^T)%MS ->
  (1%:M - X *m X^T) *m cov e e *m X = 0).
Print Assumptions C3_nonorth_affected.

Check (C3_nonorth_as_printed_false : forall R : realFieldType,
  let u := radv R (1 + 1) in
  let X : 'M[R]_(2, 1) := delta_mx 0 0 in let Y := X in
  let a : 'cV_1 := (row_mx 1%:M 0 : 'M_(1, 1 + 1)) *v u in
  let b : 'cV_1 := (row_mx 0 1%:M : 'M_(1, 1 + 1)) *v u in
  [/\ X^T *m Y != 0, cov a b = 0 &
    forall o, optimal (loss o (X *v a + Y *v b)) 1%:M X (- X^T) X^T]).
Print Assumptions C3_nonorth_as_printed_false.

(* Certificates *)

Check (cert_pca : forall (R : realFieldType) (c : cert) (n k : nat),
  c_n c = n -> c_k c = k -> check c -> forall S : 'M[R]_n,
  psd S -> S = cert_mx R n c ->
  (forall (B : 'M_(n, k)) (D : 'M_(k, n)), cert_lo R c <= pca B D S) /\
  (exists (B : 'M_(n, k)) (D : 'M_(k, n)), pca B D S <= cert_hi R c)).
Print Assumptions cert_pca.

Check (cert_loss : forall (R : realFieldType) (c : cert) (n k : nat),
  c_n c = n -> c_k c = k -> check c ->
  forall (V : l2space R) (o x : 'cV[V]_n), cov o x = 0 ->
  cov x x = cert_mx R n c ->
  (forall A (B : 'M_(n, k)) C D, cert_lo R c <= loss o x A B C D) /\
  (exists A (B : 'M_(n, k)) C D, loss o x A B C D <= cert_hi R c)).
Print Assumptions cert_loss.

Check (cert_loss_master : forall (R : realFieldType) (c : cert) (n k : nat),
  c_n c = n -> c_k c = k -> check c ->
  forall (V : l2space R) (o x : 'cV[V]_n) (G : 'M[R]_n),
  cov x o = G *m cov o o -> cov (x - G *v o) (x - G *v o) = cert_mx R n c ->
  (forall A (B : 'M_(n, k)) C D, cert_lo R c <= loss o x A B C D) /\
  (exists A (B : 'M_(n, k)) C D, loss o x A B C D <= cert_hi R c)).
Print Assumptions cert_loss_master.

Check (cert_loss_aug : forall (R : realFieldType) (c : cert) (n k : nat),
  c_n c = n -> c_k c = k -> check c ->
  forall (V : l2space R) (o x k1 k2 : 'cV[V]_n),
  cov o x = 0 -> cov x k2 = 0 -> cov x x = cert_mx R n c ->
  (forall A (B : 'M_(n, k)) C D, cert_lo R c <= loss_aug o x k1 k2 A B C D) /\
  (exists A (B : 'M_(n, k)) C D, loss_aug o x k1 k2 A B C D <= cert_hi R c)).
Print Assumptions cert_loss_aug.

Check (cert_loss_sup : forall (R : realFieldType) (c : cert) (n d k : nat)
    (V : l2space R) (x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R)
    (Y : 'M[R]_(n + d, n)),
  c_n c = (n + d)%N -> c_k c = k -> check c ->
  let y := col_mx x (mu%:M *v a) in
  cov y x = Y *m cov x x -> Y *m cov x x *m Y^T = cert_mx R (n + d) c ->
  (forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
     cert_lo R c + msq (Y *v x - y) <= loss_sup x a mu B D E) /\
  (exists (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
     loss_sup x a mu B D E <= cert_hi R c + msq (Y *v x - y))).
Print Assumptions cert_loss_sup.
