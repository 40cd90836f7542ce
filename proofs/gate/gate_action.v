(* -------------------------------------------------------------------------- *)
(*  The gate, proposition 4.4: action prediction, its threshold and limits,   *)
(*  and supervision together with a policy, stated once more.                 *)
(*  x = X a + e is the change, lambda = mu ^ 2 the weight.                    *)
(* -------------------------------------------------------------------------- *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import psd projector ky_fan spectral l2.
From SymLAM Require Import finite_probability linear_lam data_augmentation.
From SymLAM Require Import action_prediction prop_4_4 supervised_policy.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Check (prop_4_4_value : forall (R : rcfType) (V : l2space R) (n d k : nat)
    (x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R),
  let y := col_mx x (mu%:M *v a) in
  exists (Y : 'M[R]_(n + d, n)) (Q : 'M[R]_(n + d)) (t : R),
  let Z := Y *m cov x x *m Y^T in
  [/\ cov y x = Y *m cov x x, topproj Z Q t, \tr Q = (minn k (n + d))%:R,
      forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
        msq y - \tr (Q *m Z) <= loss_sup x a mu B D E
    & exists (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
        loss_sup x a mu B D E = msq y - \tr (Q *m Z)]).
Print Assumptions prop_4_4_value.

Check (prop_4_4_repaired : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n)
    (mu t c : R), cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T ->
  psd (t%:M - cov e e) -> psd (cov a a - c%:M) ->
  t <= mu ^+ 2 * c ->
  (forall (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
     msq e <= loss_sup (X *v a + e) a mu B D E) /\
  loss_sup (X *v a + e) a mu X (invmx (X^T *m X) *m X^T) 1%:M = msq e).
Print Assumptions prop_4_4_repaired.

Check (prop_4_4_noise_free : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n)
    (mu t c : R), cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T ->
  psd (t%:M - cov e e) -> psd (cov a a - c%:M) ->
  t < mu ^+ 2 * c ->
  forall (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
  (forall (B' : 'M[R]_(n, d)) (D' : 'M[R]_(d, n)) (E' : 'M[R]_d),
     loss_sup (X *v a + e) a mu B D E <=
     loss_sup (X *v a + e) a mu B' D' E') ->
  [/\ D *m cov e e = 0, B *m D *m X = X & E *m D *m X = 1%:M]).
Print Assumptions prop_4_4_noise_free.

Check (noise_free_ge : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R),
  cov a e = 0 -> forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n))
    (E : 'M[R]_(d, k)), D *m cov e e = 0 ->
  msq e <= loss_sup (X *v a + e) a mu B D E).
Print Assumptions noise_free_ge.

Check (prop_4_4_threshold_iff : forall (R : rcfType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R),
  cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T ->
  (forall (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
     msq e <= loss_sup (X *v a + e) a mu B D E) <->
  exists t : R, [/\ 0 <= t, psd (t%:M - cov e e)
    & psd (cov a a - t *: invmx (X^T *m X + (mu ^+ 2)%:M))]).
Print Assumptions prop_4_4_threshold_iff.

Check (prop_4_4_noise_enters : forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R),
  cov a e = 0 ->
  ~ (forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
       msq e <= loss_sup (X *v a + e) a mu B D E) ->
  forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
  (forall (B' : 'M[R]_(n, k)) (D' : 'M[R]_(k, n)) (E' : 'M[R]_(d, k)),
     loss_sup (X *v a + e) a mu B D E <=
     loss_sup (X *v a + e) a mu B' D' E') ->
  D *m cov e e <> 0).
Print Assumptions prop_4_4_noise_enters.

Check (prop_4_4_noise_leaves : forall (R : rcfType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R),
  cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T ->
  forall t : R, mu != 0 -> psd (t%:M - cov e e) ->
  pd (cov a a - t *: invmx (X^T *m X + (mu ^+ 2)%:M)) ->
  forall (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
  (forall (B' : 'M[R]_(n, d)) (D' : 'M[R]_(d, n)) (E' : 'M[R]_d),
     loss_sup (X *v a + e) a mu B D E <=
     loss_sup (X *v a + e) a mu B' D' E') ->
  [/\ D *m cov e e = 0, B *m D *m X = X & E *m D *m X = 1%:M]).
Print Assumptions prop_4_4_noise_leaves.

Check (prop_4_4_noise_tie : forall (R : rcfType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R),
  cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T ->
  let W := cov a a in forall (t : R) (v : 'rV[R]_d) (w : 'rV[R]_n),
    mu != 0 -> 0 < t ->
  psd (t%:M - cov e e) ->
  psd (W - t *: invmx (X^T *m X + (mu ^+ 2)%:M)) -> v != 0 ->
  v *m (W - t *: invmx (X^T *m X + (mu ^+ 2)%:M)) = 0 -> w != 0 ->
  w *m cov e e = t *: w ->
  exists (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
  (forall (B' : 'M[R]_(n, d)) (D' : 'M[R]_(d, n)) (E' : 'M[R]_d),
     loss_sup (X *v a + e) a mu B D E <=
     loss_sup (X *v a + e) a mu B' D' E') /\ D *m cov e e <> 0).
Print Assumptions prop_4_4_noise_tie.

Check (prop_4_4_threshold_white : forall (R : rcfType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R),
  cov a e = 0 -> X^T *m cov e e = 0 ->
  forall s : R, (0 < d)%N -> X^T *m X = 1%:M -> cov a a = s%:M ->
  (forall (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
     msq e <= loss_sup (X *v a + e) a mu B D E) <->
  psd ((s * (1 + mu ^+ 2))%:M - cov e e)).
Print Assumptions prop_4_4_threshold_white.

Check (prop_4_4_limit : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R)
    (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
  X^T *m cov e e = 0 -> row_free X^T -> mu != 0 ->
  (forall (B' : 'M[R]_(n, d)) (D' : 'M[R]_(d, n)) (E' : 'M[R]_d),
     loss_sup (X *v a + e) a mu B D E <=
     loss_sup (X *v a + e) a mu B' D' E') ->
  msq (E *v (D *v (X *v a + e)) - a) <= msq e / mu ^+ 2).
Print Assumptions prop_4_4_limit.

Check (prop_4_4_hard_constraint : forall (R : realFieldType)
    (V : l2space R) (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d)
    (e : 'cV[V]_n), cov a e = 0 -> pd (cov a a) ->
  forall (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d),
  let x := X *v a + e in msq (E *v (D *v x) - a) = 0 ->
  [/\ E *m D *m X = 1%:M, D *m cov e e = 0, msq e <= msq (B *v (D *v x) - x)
    & msq (B *v (D *v x) - x) = msq e <-> B *m D *m X = X]).
Print Assumptions prop_4_4_hard_constraint.

Check (prop_4_4_printed_choice : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (U : 'M[R]_(n, d)) (T W : 'M[R]_d) (a : 'cV[V]_d)
    (e : 'cV[V]_n) (mu : R), U^T *m U = 1%:M -> T \in unitmx ->
  W *m W^T = 1%:M -> U^T *m cov e e = 0 -> let X := U *m T *m W^T in
  loss_sup (X *v a + e) a mu U U^T (W *m invmx T) = msq e).
Print Assumptions prop_4_4_printed_choice.

Check (prop_4_4_spare_beats : forall (R : realFieldType) (V : l2space R)
    (n d : nat) (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R)
    (Xp : 'M[R]_(d, n)), X^T *m cov e e = 0 -> Xp *m X = 1%:M ->
  Xp *m cov e e = 0 -> cov e e != 0 ->
  exists (B : 'M[R]_(n, d + 1)) (D : 'M[R]_(d + 1, n)) (E : 'M[R]_(d, d + 1)),
  loss_sup (X *v a + e) a mu B D E < msq e /\
  msq (E *v (D *v (X *v a + e)) - a) = 0).
Print Assumptions prop_4_4_spare_beats.

Check (prop_4_4_full_ge : forall (R : realFieldType) (V : l2space R)
    (n k d : nat) (o x k1 k2 : 'cV[V]_n) (a : 'cV[V]_d) (mu : R),
  cov o x = 0 -> cov x k1 = 0 -> cov x k2 = 0 -> cov o a = 0 -> cov k1 a = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
    (E : 'M[R]_(d, k)), loss_sup x a mu B D E <=
  loss_aug o x k1 k2 A B C D
    + mu ^+ 2 * msq (E *v latent C D (o + k1) (o + x + k1) - a)).
Print Assumptions prop_4_4_full_ge.

Check (prop_4_4_full_eq : forall (R : realFieldType) (V : l2space R)
    (n k d : nat) (o x k1 k2 : 'cV[V]_n) (a : 'cV[V]_d) (mu : R)
    (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
  loss_aug o x k1 k2 1%:M B (- D) D
    + mu ^+ 2 * msq (E *v latent (- D) D (o + k1) (o + x + k1) - a) =
  loss_sup x a mu B D E).
Print Assumptions prop_4_4_full_eq.

Check (prop_4_4_as_printed_false : forall R : realFieldType,
  ~ forall (X : 'M[R]_(2, 1)) (a : 'cV[cubeL2 R 2]_1) (e : 'cV[cubeL2 R 2]_2),
    cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T -> pd (cov a a) ->
    exists m, forall mu, m <= mu -> forall (B : 'M[R]_2) D E,
      msq e <= loss_sup (X *v a + e) a mu B D E).
Print Assumptions prop_4_4_as_printed_false.

Check (prop_4_4_as_printed_finite_false : forall R : realFieldType,
  ~ forall (X : 'M[R]_(2, 1)) (a : 'cV[cubeL2 R 2]_1) (e : 'cV[cubeL2 R 2]_2)
      (mu : R),
    cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T -> pd (cov a a) ->
    forall (B : 'M[R]_(2, 1)) D E,
      msq e <= loss_sup (X *v a + e) a mu B D E).
Print Assumptions prop_4_4_as_printed_finite_false.



Check (supervised_policy_lower_bound : forall (R : rcfType)
    (V : l2space R) (n d k : nat) (o x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R),
  let t := col_mx x (mu%:M *v a) in
  exists (G : 'M[R]_(n + d, n)) (H : 'M[R]_n) (Y : 'M[R]_(n + d, n))
    (Q : 'M[R]_(n + d)) (s : R),
  let rt := t - G *v o in let rx := x - H *v o in
  let Z := Y *m cov rx rx *m Y^T in
  [/\ [/\ cov t o = G *m cov o o, cov x o = H *m cov o o
        & cov rt rx = Y *m cov rx rx],
      topproj Z Q s, \tr Q = (minn k (n + d))%:R
    & forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
        (E : 'M[R]_(d, k)), msq rt - \tr (Q *m Z) <=
      loss o x A B C D + mu ^+ 2 * msq (E *v latent C D o (o + x) - a)]).
Print Assumptions supervised_policy_lower_bound.

Check (supervised_policy_upper_bound : forall (R : realFieldType)
    (V : l2space R) (n d k : nat) (o x : 'cV[V]_n) (a : 'cV[V]_d) (mu m : R),
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
     (E : 'M[R]_(d, k)),
     m <= loss o x A B C D + mu ^+ 2 * msq (E *v latent C D o (o + x) - a)) ->
  forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E : 'M[R]_(d, k)),
  m <= loss_sup x a mu B D E).
Print Assumptions supervised_policy_upper_bound.

Check (supervised_policy_reduction_false : forall (R : realFieldType)
    (mu : R), mu != 0 ->
  let u := coin R (0 : 'I_2) in let v := coin R (1 : 'I_2) in
  let L (A B C D E : 'M[R]_1) := loss u (u + v) A B C D
    + mu ^+ 2 * msq (E *v latent C D u (u + (u + v)) - u) in
  exists A B C D E, forall A' B' D' E', L A B C D E < L A' B' (- D') D' E').
Print Assumptions supervised_policy_reduction_false.

Check (supervised_policy_infimum : forall (R : realFieldType)
    (mu eps : R), mu != 0 -> 0 < eps ->
  let u := coin R (0 : 'I_2) in let v := coin R (1 : 'I_2) in
  let L (A B C D E : 'M[R]_1) := loss u (u + v) A B C D
    + mu ^+ 2 * msq (E *v latent C D u (u + (u + v)) - u) in
  (forall A B C D E, 0 < L A B C D E) /\
  (exists t, t != 0 /\ L (1 - t^-1)%:M t^-1%:M (1 - t)%:M t%:M 1%:M
     < mu ^+ 2 * eps)).
Print Assumptions supervised_policy_infimum.
