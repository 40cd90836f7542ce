(* -------------------------------------------------------------------------- *)
(*  The gate, library part: the theorems about matrices, reduced-rank         *)
(*  regression and the concrete spaces, stated once more.                     *)
(* -------------------------------------------------------------------------- *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import psd projector ky_fan eckart_young eigenform.
From SymLAM Require Import spectral l2 finite_probability moment_space.
From SymLAM Require Import reduced_rank.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Check (kyfan : forall (R : realFieldType) (p : nat) (Z Q : 'M[R]_p) (t : R)
    (P : 'M[R]_p), topproj Z Q t -> oproj P -> \tr (1%:M - Q) <= \tr P ->
  \tr ((1%:M - Q) *m Z) <= \tr (P *m Z)).
Print Assumptions kyfan.

Check (kyfan_minP : forall (R : realFieldType) (p : nat) (Z Q : 'M[R]_p)
    (t : R) (P : 'M[R]_p), topproj Z Q t -> oproj P ->
  \tr (1%:M - Q) <= \tr P ->
  \tr (P *m Z) = \tr ((1%:M - Q) *m Z) <->
  topproj Z (1%:M - P) t /\ t * (\tr P - \tr (1%:M - Q)) = 0).
Print Assumptions kyfan_minP.

Check (topproj_swap : forall (R : realFieldType) (p : nat) (Z Q : 'M[R]_p)
    (t : R) (y w : 'rV[R]_p), topproj Z Q t -> y *m Q = y -> w *m Q = 0 ->
  y *m Z = t *: y -> w *m Z = t *: w -> y != 0 -> w != 0 ->
  let Q' := Q - rproj y + rproj w in topproj Z Q' t /\ \tr Q' = \tr Q).
Print Assumptions topproj_swap.

Check (lowrank_min : forall (R : realFieldType) (p n : nat)
    (Y : 'M[R]_(p, n)) (S : 'M[R]_n), psd S -> forall (Q : 'M[R]_p) (t : R),
  topproj (Y *m S *m Y^T) Q t -> forall W : 'M[R]_(p, n),
  (\rank W)%:R <= \tr Q ->
  \tr ((1%:M - Q) *m (Y *m S *m Y^T)) <= en S (W - Y)).
Print Assumptions lowrank_min.

Check (lowrank_attained : forall (R : realFieldType) (p n : nat)
    (Y : 'M[R]_(p, n)) (S : 'M[R]_n) (Q : 'M[R]_p) (t : R),
  topproj (Y *m S *m Y^T) Q t ->
  en S (Q *m Y - Y) = \tr ((1%:M - Q) *m (Y *m S *m Y^T))).
Print Assumptions lowrank_attained.

Check (lowrank_minP : forall (R : realFieldType) (p n : nat)
    (Y : 'M[R]_(p, n)) (S : 'M[R]_n), psd S -> forall (Q : 'M[R]_p) (t : R),
  topproj (Y *m S *m Y^T) Q t -> forall W : 'M[R]_(p, n),
  (\rank W)%:R <= \tr Q ->
  en S (W - Y) = \tr ((1%:M - Q) *m (Y *m S *m Y^T)) <->
  exists Q' : 'M[R]_p, [/\ topproj (Y *m S *m Y^T) Q' t, \tr Q' <= \tr Q,
    t * (\tr Q - \tr Q') = 0, Q' *m W = W & W *m S = Q' *m Y *m S]).
Print Assumptions lowrank_minP.

Check (lowrank_uniq : forall (R : realFieldType) (p n : nat)
    (Y : 'M[R]_(p, n)) (S : 'M[R]_n), psd S -> forall (Q : 'M[R]_p) (t : R),
  topproj (Y *m S *m Y^T) Q t -> forall W : 'M[R]_(p, n),
  gap (Y *m S *m Y^T) Q t -> (\rank W)%:R <= \tr Q ->
  en S (W - Y) = \tr ((1%:M - Q) *m (Y *m S *m Y^T)) ->
  W *m S = Q *m Y *m S).
Print Assumptions lowrank_uniq.

Check (lowrank_tie : forall (R : realFieldType) (p n : nat)
    (Y : 'M[R]_(p, n)) (S : 'M[R]_n), psd S -> forall (Q : 'M[R]_p) (t : R),
  topproj (Y *m S *m Y^T) Q t -> 0 < t ->
  (exists y w : 'rV[R]_p, [/\ y *m Q = y, w *m Q = 0,
    y *m (Y *m S *m Y^T) = t *: y, w *m (Y *m S *m Y^T) = t *: w
    & y != 0 /\ w != 0]) ->
  exists W : 'M[R]_(p, n), [/\ (\rank W)%:R <= \tr Q,
    en S (W - Y) = \tr ((1%:M - Q) *m (Y *m S *m Y^T))
    & W *m S <> Q *m Y *m S]).
Print Assumptions lowrank_tie.

Check (pca_min : forall (R : realFieldType) (n k : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j <= l i) ->
  forall (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)),
  \sum_(i < n | (k <= i)%N) l i <= en (dg U l) (B *m D - 1%:M)).
Print Assumptions pca_min.

Check (pca_attained : forall (R : realFieldType) (n k : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j <= l i) ->
  let Uk : 'M[R]_(n, k) := U *m pid_mx k in
  en (dg U l) (Uk *m Uk^T - 1%:M) = \sum_(i < n | (k <= i)%N) l i).
Print Assumptions pca_attained.

Check (pca_minP : forall (R : realFieldType) (n k : nat) (U : 'M[R]_n)
    (l : 'I_n -> R), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j <= l i) ->
  forall W : 'M[R]_n, (\rank W <= k)%N ->
  en (dg U l) (W - 1%:M) = \sum_(i < n | (k <= i)%N) l i <->
  principal_map k (thr k l) (dg U l) W).
Print Assumptions pca_minP.

Check (pca_uniq_iff : forall (R : realFieldType) (n : nat) (U : 'M[R]_n)
    (l : 'I_n -> R) (k : nat), U^T *m U = 1%:M -> (forall i, 0 <= l i) ->
  nonincreasing l -> forall i j : 'I_n, i.+1 = k -> k = j ->
  let Uk : 'M[R]_(n, k) := U *m pid_mx k in
  (forall W : 'M[R]_n, (\rank W <= k)%N ->
     en (dg U l) (W - 1%:M) = \sum_(i < n | (k <= i)%N) l i ->
     W *m dg U l = Uk *m Uk^T *m dg U l) <->
  l j < l i \/ l j = 0).
Print Assumptions pca_uniq_iff.

Check (spectral_sorted : forall (R : rcfType) (n : nat) (S : 'M[R]_n),
  S^T = S -> exists (U : 'M[R]_n) (l : 'I_n -> R),
  [/\ U^T *m U = 1%:M, S = U *m diag_mx (\row_i l i) *m U^T
    & forall i j : 'I_n, (i <= j)%N -> l j <= l i]).
Print Assumptions spectral_sorted.

Check (spectral_psd : forall (R : rcfType) (n : nat) (S : 'M[R]_n),
  psd S -> exists (U : 'M[R]_n) (l : 'I_n -> R),
  [/\ U^T *m U = 1%:M, S = dg U l, nonincreasing l & forall i, 0 <= l i]).
Print Assumptions spectral_psd.

Check (exists_topproj : forall (R : rcfType) (n : nat) (S : 'M[R]_n) (k : nat),
  psd S -> (k <= n)%N -> exists (Q : 'M[R]_n) (t : R),
  topproj S Q t /\ \tr Q = k%:R).
Print Assumptions exists_topproj.

Check (prr_optimum : forall (R : rcfType) (V : l2space R) (p m n k : nat)
    (t : 'cV[V]_p) (v : 'cV[V]_m) (u : 'cV[V]_n),
  exists (G : 'M[R]_(p, m)) (H : 'M[R]_(n, m)) (Y : 'M[R]_(p, n))
    (Q : 'M[R]_p) (s : R), let rt := t - G *v v in let ru := u - H *v v in
  let Z := Y *m cov ru ru *m Y^T in
  [/\ [/\ cov t v = G *m cov v v, cov u v = H *m cov v v
        & cov rt ru = Y *m cov ru ru],
      topproj Z Q s, \tr Q = (minn k p)%:R,
      forall A (B : 'M[R]_(p, k)) (D : 'M[R]_(k, n)),
        msq rt - \tr (Q *m Z) <= msq (A *v v + B *v (D *v u) - t)
    & exists A (B : 'M[R]_(p, k)) (D : 'M[R]_(k, n)),
        msq (A *v v + B *v (D *v u) - t) = msq rt - \tr (Q *m Z)]).
Print Assumptions prr_optimum.

Check (prr_minP : forall (R : realFieldType) (V : l2space R) (p m n : nat)
    (t : 'cV[V]_p) (v : 'cV[V]_m) (u : 'cV[V]_n) (G : 'M[R]_(p, m))
    (H : 'M[R]_(n, m)), cov t v = G *m cov v v -> cov u v = H *m cov v v ->
  let rt := t - G *v v in let ru := u - H *v v in forall Y : 'M[R]_(p, n),
  cov rt ru = Y *m cov ru ru -> forall (Q : 'M[R]_p) (s : R),
  let S := cov ru ru in let Z := Y *m S *m Y^T in topproj Z Q s ->
  forall (A : 'M[R]_(p, m)) (W : 'M[R]_(p, n)), (\rank W)%:R <= \tr Q ->
  msq (A *v v + W *v u - t) = msq rt - \tr (Q *m Z) <->
  (A + W *m H - G) *m cov v v = 0 /\
  exists Q' : 'M[R]_p, [/\ topproj Z Q' s, \tr Q' <= \tr Q,
    s * (\tr Q - \tr Q') = 0, Q' *m W = W & W *m S = Q' *m Y *m S]).
Print Assumptions prr_minP.

Check (regression : forall (R : realFieldType) (V : l2space R) (m n : nat)
    (x : 'cV[V]_m) (o : 'cV[V]_n),
  exists G : 'M[R]_(m, n), cov x o = G *m cov o o).
Print Assumptions regression.

Check (normal_equations : forall (R : realFieldType) (V : l2space R)
    (m n : nat) (w : 'cV[V]_m) (v : 'cV[V]_n) (A : 'M[R]_(m, n)),
  (forall A' : 'M[R]_(m, n), msq (A *v v - w) <= msq (A' *v v - w)) <->
  cov w v = A *m cov v v).
Print Assumptions normal_equations.

Check (psd_joint_moment : forall (R : realFieldType) (m n : nat)
    (S : 'M[R]_(m + n)), psd S ->
  exists (V : l2space R) (x : 'cV[V]_m) (y : 'cV[V]_n),
  [/\ cov x x = ulsubmx S, cov x y = ursubmx S & cov y y = drsubmx S]).
Print Assumptions psd_joint_moment.

Check (psd_sqrt : forall (R : rcfType) (n : nat) (S : 'M[R]_n), psd S ->
  exists G : 'M[R]_n, G *m G^T = S).
Print Assumptions psd_sqrt.

Check (psd_cube_moment : forall (R : rcfType) (n : nat) (S : 'M[R]_n),
  psd S -> exists x : 'cV[cubeL2 R n]_n, cov x x = S).
Print Assumptions psd_cube_moment.

Check (cov_radv : forall (R : realFieldType) (N : nat),
  cov (radv R N) (radv R N) = 1%:M).
Print Assumptions cov_radv.

Check (rad_mean : forall (R : realFieldType) (N : nat) (i : 'I_N),
  \sum_(w : {ffun 'I_N -> bool}) (2%:R ^+ N)^-1 * rad R i w = 0).
Print Assumptions rad_mean.

Check (rad_indep : forall (R : realFieldType) (N : nat)
    (f : 'I_N -> bool -> R),
  \sum_(w : {ffun 'I_N -> bool}) (2%:R ^+ N)^-1 * \prod_i f i (w i) =
  \prod_i \sum_(w : {ffun 'I_N -> bool}) (2%:R ^+ N)^-1 * f i (w i)).
Print Assumptions rad_indep.
