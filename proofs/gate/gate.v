(* -------------------------------------------------------------------------- *)
(*  The gate: every theorem of the ledger stated once more, closed, apart     *)
(*  from its proof. Over a realFieldType unless said; an l2space V holds the  *)
(*  random variables, cov x y is E[x y^T], msq x is E||x||^2.                 *)
(*  o, q, e: observation, controllable change, noise; x = q + e               *)
(* -------------------------------------------------------------------------- *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.
From SymLAM Require Import spectral l2 finite_probability moment_space.
From SymLAM Require Import reduced_rank linear_lam data_augmentation.
From SymLAM Require Import objective prop_4_1 prop_4_2 policy.
From SymLAM Require Import prop_4_3 prop_4_3d.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* S1, S2 *)

Check (S1 : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss o (q + e) A B C D =
  msq ((A + B *m C + B *m D - 1%:M) *v o + (B *m D - 1%:M) *v (q + e))).
Print Assumptions S1.

Check (S2_conditional : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)) (al : R),
  B *v latent C D o (o + (q + e)) = q + e + al%:M *v o ->
  loss o (q + e) (1 - al)%:M B C D = 0).
Print Assumptions S2_conditional.

Check (S2_exact_iff : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (al : R), let y := q + e + al%:M *v o in
  (exists (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     msq (B *v latent C D o (o + (q + e)) - y) = 0) <->
  (\rank (cov y y) <= k)%N).
Print Assumptions S2_exact_iff.

Check (S2_repaired : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D G : 'M[R]_(k, n)),
  loss o x (A - B *m G) B (C + G) D = loss o x A B C D).
Print Assumptions S2_repaired.

Check (S2_not_unique : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x : 'cV[V]_n) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  (0 < k)%N -> (0 < n)%N -> optimal (loss o x) A B C D ->
  exists A' C', C' <> C /\ optimal (loss o x) A' B C' D).
Print Assumptions S2_not_unique.

Check (S2_as_printed_false : forall R : realFieldType,
  ~ forall (o q e : 'cV[cubeL2 R (2 + 2)]_2) (al : R),
      exists (B : 'M[R]_(2, 1)) (C D : 'M[R]_(1, 2)),
      B *v latent C D o (o + (q + e)) = q + e + al%:M *v o).
Print Assumptions S2_as_printed_false.

Check (S2_latent_needed : forall (R : realFieldType) (V : l2space R) (n : nat)
    (o x : 'cV[V]_n) (A A' : 'M[R]_n) (B B' : 'M[R]_(n, 0))
    (C C' D D' : 'M[R]_(0, n)), pd (cov o o) ->
  optimal (loss o x) A B C D -> optimal (loss o x) A' B' C' D' ->
  [/\ A = A', B = B', C = C' & D = D']).
Print Assumptions S2_latent_needed.

(* P4.1 *)

Check (prop_4_1 : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n), cov o (q + e) = 0 ->
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     msq ((B *m D - 1%:M) *v (q + e)) <= loss o (q + e) A B C D) /\
  (forall (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     loss o (q + e) (1%:M - B *m (C + D)) B C D =
     msq ((B *m D - 1%:M) *v (q + e)))).
Print Assumptions prop_4_1.

Check (prop_4_1_min_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n), cov o (q + e) = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  optimal (loss o (q + e)) A B C D <->
  (forall (B' : 'M[R]_(n, k)) (D' : 'M[R]_(k, n)),
     msq ((B *m D - 1%:M) *v (q + e)) <= msq ((B' *m D' - 1%:M) *v (q + e))) /\
  (A - (1%:M - B *m (C + D))) *m cov o o = 0).
Print Assumptions prop_4_1_min_iff.

Check (prop_4_1_min_pd_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n), cov o (q + e) = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  pd (cov o o) ->
  optimal (loss o (q + e)) A B C D <->
  (forall (B' : 'M[R]_(n, k)) (D' : 'M[R]_(k, n)),
     msq ((B *m D - 1%:M) *v (q + e)) <= msq ((B' *m D' - 1%:M) *v (q + e))) /\
  A = 1%:M - B *m (C + D)).
Print Assumptions prop_4_1_min_pd_iff.

Check (prop_4_1_uncorrelated_needed : forall R : realFieldType,
  let o := radv R 2 in
  [/\ cov o (o + 0) = 1%:M,
      loss o (o + 0) 2%:R%:M (0 : 'M_(2, 1)) 0 0 = 0
    & forall (B : 'M[R]_(2, 1)) (D : 'M[R]_(1, 2)),
        1 <= msq ((B *m D - 1%:M) *v (o + 0))]).
Print Assumptions prop_4_1_uncorrelated_needed.

Check (prop_4_1_pd_needed : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (x : 'cV[V]_n) (A A' : 'M[R]_n) (B : 'M[R]_(n, k))
    (C D : 'M[R]_(k, n)), loss 0 x A B C D = loss 0 x A' B C D).
Print Assumptions prop_4_1_pd_needed.

Check (prop_4_1_full_rank_false : forall R : realFieldType,
  let u := radv R (2 + 2) in
  let o := row_mx (1%:M : 'M_2) (0 : 'M[R]_2) *v u in
  let q := row_mx (0 : 'M[R]_2) (1%:M : 'M_2) *v u in
  exists (A : 'M[R]_2) (B : 'M[R]_(2, 1)) (C D : 'M[R]_(1, 2)),
  [/\ cov o (q + 0) = 0, pd (cov o o), optimal (loss o (q + 0)) A B C D
    & A \notin unitmx]).
Print Assumptions prop_4_1_full_rank_false.

(* P4.2 *)

Check (prop_4_2 : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l ->
  nonincreasing l ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     \sum_(i < n | (k <= i)%N) l i <= loss o (q + e) A B C D) /\
  (forall C : 'M[R]_(k, n), loss o (q + e) (1%:M - Uk *m (C + Uk^T)) Uk C Uk^T =
     \sum_(i < n | (k <= i)%N) l i)).
Print Assumptions prop_4_2.

Check (prop_4_2_min_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l ->
  nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss o (q + e) A B C D = \sum_(i < n | (k <= i)%N) l i <->
  (A - (1%:M - B *m (C + D))) *m cov o o = 0 /\
  principal_map k (thr k l) (cov (q + e) (q + e)) (B *m D)).
Print Assumptions prop_4_2_min_iff.

Check (prop_4_2_uniq : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l ->
  nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j < l i) ->
  loss o (q + e) A B C D = \sum_(i < n | (k <= i)%N) l i ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  B *m D *m cov (q + e) (q + e) = Uk *m Uk^T *m cov (q + e) (q + e)).
Print Assumptions prop_4_2_uniq.

Check (prop_4_2_uniq_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l ->
  nonincreasing l -> forall i j : 'I_n, i.+1 = k -> k = j ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     loss o (q + e) A B C D = \sum_(i < n | (k <= i)%N) l i ->
     B *m D *m cov (q + e) (q + e) = Uk *m Uk^T *m cov (q + e) (q + e)) <->
  l j < l i \/ l j = 0).
Print Assumptions prop_4_2_uniq_iff.

Check (prop_4_2_exists : forall (R : rcfType) (V : l2space R) (n k : nat)
    (o q e : 'cV[V]_n), cov o (q + e) = 0 ->
  exists (U : 'M[R]_n) (l : 'I_n -> R),
  [/\ U^T *m U = 1%:M, cov (q + e) (q + e) = dg U l, nonincreasing l
    & exists (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
      optimal (loss o (q + e)) A B C D /\
      loss o (q + e) A B C D = \sum_(i < n | (k <= i)%N) l i]).
Print Assumptions prop_4_2_exists.

Check (prop_4_2_uncorrelated_needed : forall R : realFieldType,
  let o := radv R 2 in
  [/\ cov (o + 0) (o + 0) = dg 1%:M (fun=> 1 : R),
      \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1
    & loss o (o + 0) 2%:R%:M (0 : 'M_(2, 1)) 0 0 = 0]).
Print Assumptions prop_4_2_uncorrelated_needed.

(* D1: a = P o + s, q = X a *)

Check (D1_A_iff : forall (R : realFieldType) (V : l2space R) (n k d : nat)
    (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o s = 0 -> cov o e = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  let x := X *v (P *v o + s) + e in
  (forall A', loss o x A B C D <= loss o x A' B C D) <->
  (A - (1%:M - (B *m C + B *m D) - (B *m D - 1%:M) *m X *m P)) *m cov o o = 0).
Print Assumptions D1_A_iff.

Check (D1_A_pd_iff : forall (R : realFieldType) (V : l2space R) (n k d : nat)
    (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o s = 0 -> cov o e = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  pd (cov o o) -> let x := X *v (P *v o + s) + e in
  (forall A', loss o x A B C D <= loss o x A' B C D) <->
  A = 1%:M - (B *m C + B *m D) - (B *m D - 1%:M) *m X *m P).
Print Assumptions D1_A_pd_iff.

Check (D1_absorbed : forall (R : realFieldType) (V : l2space R) (n k d : nat)
    (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d)
    (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss o (X *v (P *v o + s) + e) A B C D =
  loss o (X *v s + e) (A + (B *m D - 1%:M) *m X *m P) B C D).
Print Assumptions D1_absorbed.

Check (D1_reduced : forall (R : realFieldType) (V : l2space R) (n k d : nat)
    (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o s = 0 -> cov o e = 0 ->
  let x := X *v (P *v o + s) + e in let r := X *v s + e in
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     msq ((B *m D - 1%:M) *v r) <= loss o x A B C D) /\
  (forall (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     loss o x (1%:M - (B *m C + B *m D) - (B *m D - 1%:M) *m X *m P) B C D =
     msq ((B *m D - 1%:M) *v r))).
Print Assumptions D1_reduced.

Check (D1_repaired : forall (R : realFieldType) (V : l2space R) (n k d : nat)
    (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o s = 0 -> cov o e = 0 ->
  forall (U : 'M[R]_n) (l : 'I_n -> R), U^T *m U = 1%:M ->
  cov (X *v s + e) (X *v s + e) = dg U l -> nonincreasing l ->
  let x := X *v (P *v o + s) + e in
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     \sum_(i < n | (k <= i)%N) l i <= loss o x A B C D) /\
  (forall C : 'M[R]_(k, n), loss o x
     (1%:M - (Uk *m C + Uk *m Uk^T) - (Uk *m Uk^T - 1%:M) *m X *m P) Uk C Uk^T =
     \sum_(i < n | (k <= i)%N) l i)).
Print Assumptions D1_repaired.

Check (D1_min_iff : forall (R : realFieldType) (V : l2space R) (n k d : nat)
    (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o s = 0 -> cov o e = 0 ->
  forall (U : 'M[R]_n) (l : 'I_n -> R), U^T *m U = 1%:M ->
  cov (X *v s + e) (X *v s + e) = dg U l -> nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss o (X *v (P *v o + s) + e) A B C D = \sum_(i < n | (k <= i)%N) l i <->
  (A - (1%:M - (B *m C + B *m D) - (B *m D - 1%:M) *m X *m P)) *m cov o o = 0 /\
  principal_map k (thr k l) (cov (X *v s + e) (X *v s + e)) (B *m D)).
Print Assumptions D1_min_iff.

Check (D1_deterministic : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (e : 'cV[V]_n) (s : 'cV[V]_d),
  s = 0 -> cov (X *v s + e) (X *v s + e) = cov e e).
Print Assumptions D1_deterministic.

Check (D1_printed_iff : forall (R : realFieldType) (V : l2space R)
    (n k d : nat) (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n)
    (s : 'cV[V]_d), cov o s = 0 -> cov o e = 0 ->
  forall (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)), pd (cov o o) ->
  let x := X *v (P *v o + s) + e in
  let T := cov o o *m P^T *m X^T *m (B *m D - 1%:M)^T *m invmx (cov o o) in
  (forall A', loss o x (1%:M - (B *m C + B *m D) - T) B C D <=
              loss o x A' B C D) <-> T = (B *m D - 1%:M) *m X *m P).
Print Assumptions D1_printed_iff.

Check (D1_as_printed_false : forall R : realFieldType,
  ~ forall (X : 'M[R]_2) (P : 'M[R]_2) (o e s : 'cV[cubeL2 R (2 + 2)]_2),
    cov o s = 0 -> cov o e = 0 -> cov s e = 0 -> pd (cov o o) ->
    forall (B : 'M[R]_(2, 1)) (C D : 'M[R]_(1, 2)) (A' : 'M[R]_2),
    loss o (X *v (P *v o + s) + e)
      (1%:M - (B *m C + B *m D)
        - cov o o *m P^T *m X^T *m (B *m D - 1%:M)^T *m invmx (cov o o))
      B C D <= loss o (X *v (P *v o + s) + e) A' B C D).
Print Assumptions D1_as_printed_false.

Check (D1_policy_noise_uncorrelated_needed : forall R : realFieldType,
  let o := radv R 2 in let s := o in let e := 0 : 'cV_2 in
  let x := 1%:M *v ((0 : 'M[R]_2) *v o + s) + e in
  let Z1 : 'M[R]_(2, 1) := 0 in let Z : 'M[R]_(1, 2) := 0 in
  let A : 'M[R]_2 := 1%:M - (Z1 *m Z + Z1 *m Z) - (Z1 *m Z - 1%:M) *m 1%:M *m 0
    in
  [/\ cov o e = 0, pd (cov o o),
      cov (1%:M *v s + e) (1%:M *v s + e) = dg 1%:M (fun=> 1 : R)
    & [/\ \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1, loss o x 2%:R%:M Z1 Z Z = 0
        & loss o x A Z1 Z Z = 2%:R]]).
Print Assumptions D1_policy_noise_uncorrelated_needed.

Check (D1_noise_uncorrelated_needed : forall R : realFieldType,
  let o := radv R 2 in let s := 0 : 'cV_2 in let e := o in
  let x := 1%:M *v ((0 : 'M[R]_2) *v o + s) + e in
  let Z1 : 'M[R]_(2, 1) := 0 in let Z : 'M[R]_(1, 2) := 0 in
  let A : 'M[R]_2 := 1%:M - (Z1 *m Z + Z1 *m Z) - (Z1 *m Z - 1%:M) *m 1%:M *m 0
    in
  [/\ cov o s = 0, pd (cov o o),
      cov (1%:M *v s + e) (1%:M *v s + e) = dg 1%:M (fun=> 1 : R)
    & [/\ \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1, loss o x 2%:R%:M Z1 Z Z = 0
        & loss o x A Z1 Z Z = 2%:R]]).
Print Assumptions D1_noise_uncorrelated_needed.

Check (D1_pd_needed : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (x : 'cV[V]_n) (A A' : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss 0 x A B C D = loss 0 x A' B C D).
Print Assumptions D1_pd_needed.

(* P4.3: x = q + e, shifts k1 and k2 *)

Check (prop_4_3_min : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e k1 k2 : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> cov (q + e) k2 = 0 ->
  U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l -> nonincreasing l ->
  let Uk := U *m pid_mx k : 'M[R]_(n, k) in
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     \sum_(i < n | (k <= i)%N) l i <= loss_aug o (q + e) k1 k2 A B C D) /\
  loss_aug o (q + e) k1 k2 1%:M Uk (- Uk^T) Uk^T =
    \sum_(i < n | (k <= i)%N) l i).
Print Assumptions prop_4_3_min.

Check (prop_4_3_min_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e k1 k2 : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> cov o k1 = 0 -> cov o k2 = 0 ->
  cov (q + e) k1 = 0 -> cov (q + e) k2 = 0 -> cov k1 k2 = 0 ->
  U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l -> nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  optimal (loss_aug o (q + e) k1 k2) A B C D <->
  [/\ Aeff A B C D *m cov o o = 0, (A - 1%:M) *m cov k2 k2 = 0,
      B *m (C + D) *m cov k1 k1 = 0
    & principal_map k (thr k l) (cov (q + e) (q + e)) (B *m D)]).
Print Assumptions prop_4_3_min_iff.

Check (prop_4_3_pd_min_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e k1 k2 : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> cov o k1 = 0 -> cov o k2 = 0 ->
  cov (q + e) k1 = 0 -> cov (q + e) k2 = 0 -> cov k1 k2 = 0 ->
  U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l -> nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  two_of_three o k1 k2 ->
  (optimal (loss_aug o (q + e) k1 k2) A B C D <->
   [/\ A = 1%:M, B *m (C + D) = 0
     & principal_map k (thr k l) (cov (q + e) (q + e)) (B *m D)])).
Print Assumptions prop_4_3_pd_min_iff.

Check (prop_4_3_repaired : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e k1 k2 : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> cov o k1 = 0 -> cov o k2 = 0 ->
  cov (q + e) k1 = 0 -> cov (q + e) k2 = 0 -> cov k1 k2 = 0 ->
  U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l -> nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  two_of_three o k1 k2 -> (k <= n)%N ->
  (forall i : 'I_n, (i < k)%N -> 0 < l i) ->
  (optimal (loss_aug o (q + e) k1 k2) A B C D <->
   [/\ A = 1%:M, C + D = 0
     & principal_map k (thr k l) (cov (q + e) (q + e)) (B *m D)])).
Print Assumptions prop_4_3_repaired.

Check (prop_4_3_latent : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o q e k1 : 'cV[V]_n) (C D : 'M[R]_(k, n)), C + D = 0 ->
  latent C D (o + k1) (o + (q + e) + k1) = D *v (q + e)).
Print Assumptions prop_4_3_latent.

Check (prop_4_3_rank_iff : forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o q e k1 k2 : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  cov o (q + e) = 0 -> cov o k1 = 0 -> cov o k2 = 0 ->
  cov (q + e) k1 = 0 -> cov (q + e) k2 = 0 -> cov k1 k2 = 0 ->
  U^T *m U = 1%:M -> cov (q + e) (q + e) = dg U l -> nonincreasing l ->
  (0 < n)%N -> two_of_three o k1 k2 ->
  ((forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
      optimal (loss_aug o (q + e) k1 k2) A B C D -> C + D = 0) <->
   ((k <= n)%N /\ forall i : 'I_n, (i < k)%N -> 0 < l i))).
Print Assumptions prop_4_3_rank_iff.

Check (prop_4_3_as_printed_false : forall R : realFieldType,
  ~ forall o q e k1 k2 : 'cV[cubeL2 R (3 + (3 + (3 + 3)))]_3,
    cov o (q + e) = 0 -> cov o k1 = 0 -> cov o k2 = 0 ->
    cov (q + e) k1 = 0 -> cov (q + e) k2 = 0 -> cov k1 k2 = 0 ->
    pd (cov o o) -> pd (cov k1 k1) -> pd (cov k2 k2) ->
    forall (A : 'M[R]_3) (B : 'M[R]_(3, 2)) (C D : 'M[R]_(2, 3)),
    optimal (loss_aug o (q + e) k1 k2) A B C D -> A = 1%:M /\ C + D = 0).
Print Assumptions prop_4_3_as_printed_false.

(* P4.3d *)

Check (P4_3d_penalty : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x k1 k2 : 'cV[V]_n), cov o k1 = 0 -> cov o k2 = 0 ->
  cov x k1 = 0 -> cov x k2 = 0 -> cov k1 k2 = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss_aug o x k1 k2 A B C D = loss o x A B C D + aug_penalty k1 k2 A B C D /\
  aug_penalty k1 k2 1%:M B (- D) D = 0).
Print Assumptions P4_3d_penalty.

Check (P4_3d_bound : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x k1 k2 : 'cV[V]_n), cov o k1 = 0 -> cov o k2 = 0 ->
  cov x k1 = 0 -> cov x k2 = 0 -> cov k1 k2 = 0 ->
  forall (t : R) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
    (B0 : 'M[R]_(n, k)) (D0 : 'M[R]_(k, n)), t != 0 ->
  optimal (loss_aug o x (t%:M *v k1) (t%:M *v k2)) A B C D ->
  aug_penalty k1 k2 A B C D <= msq ((B0 *m D0 - 1%:M) *v x) / t ^+ 2).
Print Assumptions P4_3d_bound.

Check (P4_3d_monotone : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x k1 k2 : 'cV[V]_n), cov o k1 = 0 -> cov o k2 = 0 ->
  cov x k1 = 0 -> cov x k2 = 0 -> cov k1 k2 = 0 ->
  forall (t t' : R) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
    (A' : 'M[R]_n) (B' : 'M[R]_(n, k)) (C' D' : 'M[R]_(k, n)),
  t ^+ 2 < t' ^+ 2 ->
  optimal (loss_aug o x (t%:M *v k1) (t%:M *v k2)) A B C D ->
  optimal (loss_aug o x (t'%:M *v k1) (t'%:M *v k2)) A' B' C' D' ->
  aug_penalty k1 k2 A' B' C' D' <= aug_penalty k1 k2 A B C D).
Print Assumptions P4_3d_monotone.

Check (P4_3d_unbiased : forall (R : realFieldType) (V : l2space R) (n k : nat)
    (o x k1 k2 : 'cV[V]_n), cov x k2 = 0 ->
  forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)),
  optimal (loss_aug o x k1 k2) 1%:M B (- D) D ->
  (B *m D - 1%:M) *m cov x o = 0).
Print Assumptions P4_3d_unbiased.

Check (P4_3d_as_printed_false : forall R : realFieldType,
  ~ forall o q e k1 k2 : 'cV[cubeL2 R (2 + (2 + 2))]_2,
    cov o k1 = 0 -> cov o k2 = 0 -> cov (q + e) k1 = 0 ->
    cov (q + e) k2 = 0 -> cov k1 k2 = 0 ->
    pd (cov o o) -> pd (cov k1 k1) -> pd (cov k2 k2) ->
    exists (B : 'M[R]_(2, 1)) (D : 'M[R]_(1, 2)),
    optimal (loss_aug o (q + e) k1 k2) 1%:M B (- D) D).
Print Assumptions P4_3d_as_printed_false.

Check (P4_3d_optimum : forall (R : rcfType) (V : l2space R) (n k : nat)
    (o x k1 k2 : 'cV[V]_n),
  exists (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  optimal (loss_aug o x k1 k2) A B C D).
Print Assumptions P4_3d_optimum.
