(* -------------------------------------------------------------------------- *)
(*  The gate: a model with an exogenous state, E1-E3 and R1-R7. Every theorem *)
(*  of the ledger stated once more, closed, apart from its proof.             *)
(*  s, q, xi, eta: endogenous state and change, exogenous state, innovation;  *)
(*  o = E s + X xi the observation, x the change of it; E[z eta^T] is what    *)
(*  the latent z tells of the innovation; xt, et: the twin of xi, eta         *)
(* -------------------------------------------------------------------------- *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import psd projector ky_fan eigenform l2 reduced_rank.
From SymLAM Require Import linear_lam llo action_prediction two_sources.
From SymLAM Require Import exogenous_state leakage cross_exogenous.
From SymLAM Require Import robust_target supervised_exogenous.
From SymLAM Require Import consistency_penalty exogenous_floor.
From SymLAM Require Import canonical_correlation finite_probability necessity.
From SymLAM Require Import exogenous_necessity mixture threshold_necessity.
From SymLAM Require Import kept_spectrum correlated_distractor.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Check (best_map_exists :
  forall (R : rcfType) (p n : nat) (Y : 'M[R]_(p, n))
    (S : 'M[R]_n) (k : nat),
  psd S -> exists W : 'M[R]_(p, n), best_map S Y k W).
Print Assumptions best_map_exists.

Check (source_kept_P :
  forall (R : realFieldType) (p n m : nat) (Y : 'M[R]_(p, n))
    (S1 S2 : 'M[R]_n) (Z1 Z2 : 'M[R]_p),
  psd S1 ->
  psd S2 ->
  Z1 = Y *m S1 *m Y^T ->
  Z2 = Y *m S2 *m Y^T ->
  Z1 *m Z2 = 0 ->
  forall (U : 'M[R]_(p, m)) (l : 'I_m -> R) (i : 'I_m),
  U^T *m U = 1%:M ->
  Z1 = dg U l ->
  nonincreasing l ->
  (exists W : 'M[R]_(p, n), best_map (S1 + S2) Y i.+1 W /\ W *m S2 = 0) <->
  psd ((l i)%:M - Z2)).
Print Assumptions source_kept_P.

Check (source_all_P :
  forall (R : rcfType) (p n m : nat) (Y : 'M[R]_(p, n)) (S1 S2 : 'M[R]_n),
  psd S1 ->
  psd S2 ->
  forall (Z1 Z2 : 'M[R]_p) (U : 'M[R]_(p, m)) (l : 'I_m -> R) (i : 'I_m),
  Z1 = Y *m S1 *m Y^T ->
  Z2 = Y *m S2 *m Y^T ->
  Z1 *m Z2 = 0 ->
  U^T *m U = 1%:M ->
  Z1 = dg U l ->
  nonincreasing l ->
  (forall W : 'M[R]_(p, n), best_map (S1 + S2) Y i.+1 W -> W *m S2 = 0) <->
  pd ((l i)%:M - Z2) \/ Z2 = 0).
Print Assumptions source_all_P.

Check (source_spare :
  forall (R : realFieldType) (p n : nat) (Y : 'M[R]_(p, n))
    (S1 S2 : 'M[R]_n) (k : nat) (W : 'M[R]_(p, n)),
  psd S1 ->
  psd S2 ->
  (\rank (Y *m S1 *m Y^T) < k)%N ->
  Y *m S2 *m Y^T != 0 -> best_map (S1 + S2) Y k W -> W *m S2 != 0).
Print Assumptions source_spare.

Check (exo_next :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  exo_obs E X s xi + exo_change E X F q xi eta =
  exo_obs E X (s + q) (F *v xi + eta)).
Print Assumptions exo_next.

Check (R1_innovation :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  forall G : 'M[R]_n,
  cov (x - G *v o)
    (x - G *v o) =
  E *m cov q q *m E^T + X *m cov eta eta *m X^T +
  cov (X *v ((F - 1%:M) *v xi) - G *v o)
    (X *v ((F - 1%:M) *v xi) - G *v o)).
Print Assumptions R1_innovation.

Check (R1_innovation_iff :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  forall G : 'M[R]_n,
  cov x o =
  G *m cov o o ->
  cov (x - G *v o)
    (x - G *v o) =
  E *m cov q q *m E^T + X *m cov eta eta *m X^T <->
  (exists N : 'M[R]_n,
     msq (N *v o - X *v ((F - 1%:M) *v xi)) = 0)).
Print Assumptions R1_innovation_iff.

Check (R1_separable :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  forall G : 'M[R]_n,
  cov x o =
  G *m cov o o ->
  separable E X ->
  cov (x - G *v o)
    (x - G *v o) =
  E *m cov q q *m E^T + X *m cov eta eta *m X^T).
Print Assumptions R1_separable.

Check (R1_static :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  forall G : 'M[R]_n,
  cov x o =
  G *m cov o o ->
  F = 1%:M ->
  cov (x - G *v o)
    (x - G *v o) =
  E *m cov q q *m E^T + X *m cov eta eta *m X^T).
Print Assumptions R1_static.

Check (R1_value :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  forall G : 'M[R]_n,
  cov x o =
  G *m cov o o ->
  forall (k : nat) (U : 'M[R]_n) (l : 'I_n -> R),
  separable E X ->
  U^T *m U = 1%:M ->
  E *m cov q q *m E^T + X *m cov eta eta *m X^T = dg U l ->
  nonincreasing l ->
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
   \sum_(i < n | (k <= i)%N) l i <=
   loss o x A B C D) /\
  (exists (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     loss o x A B C D =
     \sum_(i < n | (k <= i)%N) l i)).
Print Assumptions R1_value.

Check (R1_identity :
  forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o x : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  let Uk : 'M[R]_(n, k) := U *m pid_mx k in
  U^T *m U = 1%:M ->
  cov x x = dg U l ->
  nonincreasing l ->
  (forall (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
   \sum_(i < n | (k <= i)%N) l i <= loss o x 1%:M B C D) /\
  loss o x 1%:M Uk (- Uk^T) Uk^T = \sum_(i < n | (k <= i)%N) l i).
Print Assumptions R1_identity.

Check (R1_identity_all :
  forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o x : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  U^T *m U = 1%:M ->
  cov x x = dg U l ->
  nonincreasing l ->
  forall (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  loss o x 1%:M B C D = \sum_(i < n | (k <= i)%N) l i ->
  exists Q : 'M[R]_n,
    [/\ topproj (cov x x) Q (thr k l), \tr Q <= k%:R
      & msq (B *v latent C D o (o + x) - Q *v x) = 0]).
Print Assumptions R1_identity_all.

Check (R1_identity_moment :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  cov x x =
  E *m cov q q *m E^T +
  X *m ((F - 1%:M) *m cov xi xi *m (F - 1%:M)^T + cov eta eta) *m X^T).
Print Assumptions R1_identity_moment.

Check (R3_C_free :
  forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o x : 'cV[V]_n) (G A : 'M[R]_n) (B : 'M[R]_(n, k))
    (C D W : 'M[R]_(k, n)),
  exists (A' : 'M[R]_n) (C' : 'M[R]_(k, n)),
    loss o x A' B C' D = loss o x A B C D /\
    latent C' D o (o + x) = D *v (x - G *v o) + W *v o).
Print Assumptions R3_C_free.

Check (R3_identity_determined :
  forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o x : 'cV[V]_n) (U : 'M[R]_n) (l : 'I_n -> R),
  let Uk : 'M[R]_(n, k) := U *m pid_mx k in
  U^T *m U = 1%:M ->
  cov x x = dg U l ->
  nonincreasing l ->
  forall (B : 'M[R]_(n, k)) (C D L : 'M[R]_(k, n)),
  L *m B = 1%:M ->
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j < l i) ->
  loss o x 1%:M B C D = \sum_(i < n | (k <= i)%N) l i ->
  msq (latent C D o (o + x) - (L *m (Uk *m Uk^T)) *v x) = 0).
Print Assumptions R3_identity_determined.

Check (latent_leak :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx k : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  forall C D : 'M[R]_(k, n),
  cov
    (latent C D o
       (o + x)) eta =
  D *m X *m cov eta eta).
Print Assumptions latent_leak.

Check (R2_some_leak_free_iff :
  forall (R : realFieldType) (V : l2space R) (n ds dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  (exists (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
     optimal (loss o x) A B
       C D /\
     cov
       (latent C D o
          (o + x)) eta = 0) <->
  psd ((l i)%:M - cov eta eta)).
Print Assumptions R2_some_leak_free_iff.

Check (R2_leak_free_iff :
  forall (R : rcfType) (V : l2space R) (n ds dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
   optimal (loss o x) A B C
     D ->
   cov
     (latent C D o
        (o + x)) eta = 0) <->
  pd ((l i)%:M - cov eta eta) \/ cov eta eta = 0).
Print Assumptions R2_leak_free_iff.

Check (E1_leakage :
  forall (R : realFieldType) (V : l2space R) (n ds dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
  ~ psd ((l i)%:M - cov eta eta) ->
  optimal (loss o x) A B C
    D ->
  cov
    (latent C D o
       (o + x)) eta <> 0).
Print Assumptions E1_leakage.

Check (R4_some_leak_free_iff :
  forall (R : realFieldType) (V : l2space R) (n ds dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  forall g : R,
  (exists (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
     optimal
       (loss ((E *m E^T + g *: (X *m X^T)) *v o)
          ((E *m E^T + g *: (X *m X^T)) *v x))
       A B C D /\
     cov
       (latent C D ((E *m E^T + g *: (X *m X^T)) *v o)
          ((E *m E^T + g *: (X *m X^T)) *v o +
           (E *m E^T + g *: (X *m X^T)) *v x))
       eta = 0) <-> psd ((l i)%:M - g ^+ 2 *: cov eta eta)).
Print Assumptions R4_some_leak_free_iff.

Check (R4_leak_free_iff :
  forall (R : rcfType) (V : l2space R) (n ds dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  forall g : R,
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
   optimal
     (loss ((E *m E^T + g *: (X *m X^T)) *v o)
        ((E *m E^T + g *: (X *m X^T)) *v x)) A
     B C D ->
   cov
     (latent C D ((E *m E^T + g *: (X *m X^T)) *v o)
        ((E *m E^T + g *: (X *m X^T)) *v o +
         (E *m E^T + g *: (X *m X^T)) *v x))
     eta = 0) <->
  pd ((l i)%:M - g ^+ 2 *: cov eta eta) \/ g ^+ 2 *: cov eta eta = 0).
Print Assumptions R4_leak_free_iff.

Check (R4_leak_free :
  forall (R : rcfType) (V : l2space R) (n ds dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  forall (g t : R) (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
  psd (t%:M - cov eta eta) ->
  g ^+ 2 * t < l i ->
  optimal
    (loss ((E *m E^T + g *: (X *m X^T)) *v o)
       ((E *m E^T + g *: (X *m X^T)) *v x)) A
    B C D ->
  cov
    (latent C D ((E *m E^T + g *: (X *m X^T)) *v o)
       ((E *m E^T + g *: (X *m X^T)) *v o +
        (E *m E^T + g *: (X *m X^T)) *v x))
    eta = 0).
Print Assumptions R4_leak_free.

Check (E2_mitigation :
  forall (R : rcfType) (V : l2space R) (n ds dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx) (U : 'M[R]_ds)
    (l : 'I_ds -> R) (i : 'I_ds),
  exo_sources s q xi eta ->
  orthonormal E X ->
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  0 < l i ->
  exists2 g0 : R,
    0 < g0 &
    forall g : Num.NumDomain.porder_ringType R,
    g ^+ 2 < g0 ->
    let W := E *m E^T + g *: (X *m X^T) in
    let o := exo_obs E X s xi in
    let x := exo_change E X F q xi eta in
    forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
    optimal (loss (W *v o) (W *v x)) A B C D ->
    cov (latent C D (W *v o) (W *v o + W *v x)) eta = 0).
Print Assumptions E2_mitigation.

Check (R2_spare_leaks :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx k : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx),
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  exo_sources s q xi eta ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  separable E X ->
  (\rank (cov q q) < k)%N ->
  cov eta eta != 0 ->
  optimal (loss o x) A B C
    D ->
  cov
    (latent C D o
       (o + x)) eta != 0).
Print Assumptions R2_spare_leaks.

Check (R2_spare_action :
  forall (R : realFieldType) (V : l2space R)
    (n ds da dx k : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (H : 'M[R]_(ds, da)) (F : 'M[R]_dx) (s : 'cV[V]_ds)
    (a : 'cV[V]_da) (xi eta : 'cV[V]_dx) (A : 'M[R]_n)
    (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  exo_sources s (H *v a) xi eta ->
  separable E X ->
  (da < k)%N ->
  cov eta eta != 0 ->
  let o := exo_obs E X s xi in
  let x := exo_change E X F (H *v a) xi eta in
  optimal (loss o x) A B C D -> cov (latent C D o (o + x)) eta != 0).
Print Assumptions R2_spare_action.

Check (R5_value :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx k : nat) (rho : R) (E : 'M[R]_(n, ds))
    (X : 'M[R]_(n, dx)) (F : 'M[R]_dx) (s q : 'cV[V]_ds)
    (xi eta xt et : 'cV[V]_dx) (U : 'M[R]_n) (l : 'I_n -> R),
  twin_sources rho s q xi eta xt et ->
  separable E X ->
  U^T *m U = 1%:M ->
  E *m cov q q *m E^T + rho ^+ 2 *: (X *m cov eta eta *m X^T) = dg U l ->
  nonincreasing l ->
  let value :=
    \sum_(i < n | (k <= i)%N) l i +
    (1 - rho ^+ 2) * \tr (X *m cov eta eta *m X^T) in
  let L := loss_cross E X F s q xi eta xt et in
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
   value <= L A B C D) /\
  (exists (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
     L A B C D = value)).
Print Assumptions R5_value.

Check (R5_consistent :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx m : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx),
  twin_sources 0 s q xi eta xt et ->
  separable E X ->
  cov xi xt = 0 ->
  forall (U : 'M[R]_(n, m)) (l : 'I_m -> R) (i : 'I_m),
  U^T *m U = 1%:M ->
  E *m cov q q *m E^T = dg U l ->
  nonincreasing l ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
  optimal (loss_cross E X F s q xi eta xt et) A B C D ->
  msq (B *v exo_part X F C D xi eta) = 0).
Print Assumptions R5_consistent.

Check (R5_kills :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx m : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx),
  twin_sources 0 s q xi eta xt et ->
  separable E X ->
  cov xi xt = 0 ->
  forall (U : 'M[R]_(n, m)) (l : 'I_m -> R) (i : 'I_m),
  U^T *m U = 1%:M ->
  E *m cov q q *m E^T = dg U l ->
  nonincreasing l ->
  pd (cov (col_mx xi (F *v xi + eta)) (col_mx xi (F *v xi + eta))) ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
  optimal (loss_cross E X F s q xi eta xt et) A B C D ->
  B *m C *m X = 0 /\ B *m D *m X = 0).
Print Assumptions R5_kills.

Check (R5_latent :
  forall (R : realFieldType) (V : l2space R)
    (n ds dx m : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx),
  twin_sources 0 s q xi eta xt et ->
  separable E X ->
  cov xi xt = 0 ->
  forall (U : 'M[R]_(n, m)) (l : 'I_m -> R) (i : 'I_m),
  U^T *m U = 1%:M ->
  E *m cov q q *m E^T = dg U l ->
  nonincreasing l ->
  pd (cov (col_mx xi (F *v xi + eta)) (col_mx xi (F *v xi + eta))) ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
  0 < l i ->
  optimal (loss_cross E X F s q xi eta xt et) A B C D ->
  C *m X = 0 /\ D *m X = 0).
Print Assumptions R5_latent.

Check (R5_imperfect_some_iff :
  forall (R : realFieldType) (V : l2space R) (n ds dx : nat) (rho : R)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx),
  twin_sources rho s q xi eta xt et ->
  orthonormal E X ->
  cov xi xt = 0 ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  let L := loss_cross E X F s q xi eta xt et in
  (exists A (B : 'M[R]_(n, i.+1)) C D, optimal L A B C D /\
     msq (B *v exo_part X F C D xi eta) = 0) <->
  psd ((l i)%:M - rho ^+ 2 *: cov eta eta)).
Print Assumptions R5_imperfect_some_iff.

Check (R5_imperfect_iff :
  forall (R : rcfType) (V : l2space R) (n ds dx : nat)
    (rho : R) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (F : 'M[R]_dx) (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx)
    (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  twin_sources rho s q xi eta xt et ->
  orthonormal E X ->
  cov xi xt = 0 ->
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n)),
   optimal (loss_cross E X F s q xi eta xt et) A B C D ->
   msq (B *v exo_part X F C D xi eta) = 0) <->
  pd ((l i)%:M - rho ^+ 2 *: cov eta eta) \/
  rho ^+ 2 *: cov eta eta = 0).
Print Assumptions R5_imperfect_iff.

Check (R5_mixture_value :
  forall (R : realFieldType) (V : l2space R) (n ds dx k : nat) (lam : R)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx)
    (U : 'M[R]_n) (l : 'I_n -> R),
  0 <= lam ->
  twin_sources 0 s q xi eta xt et ->
  separable E X ->
  U^T *m U = 1%:M ->
  (1 + lam) *: (E *m cov q q *m E^T)
    + (1 + lam)^-1 *: (X *m cov eta eta *m X^T) = dg U l ->
  nonincreasing l ->
  let value :=
    (1 + lam) * \tr (E *m cov q q *m E^T + X *m cov eta eta *m X^T)
    - \sum_(i < n | (i < k)%N) l i in
  let L := loss_mix lam E X F s q xi eta xt et in
  (forall A (B : 'M[R]_(n, k)) C D, value <= L A B C D) /\
  exists A (B : 'M[R]_(n, k)) C D, L A B C D = value).
Print Assumptions R5_mixture_value.

Check (R5_mixture_some_iff :
  forall (R : realFieldType) (V : l2space R) (n ds dx : nat) (lam : R)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx),
  0 <= lam ->
  twin_sources 0 s q xi eta xt et ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  let L := loss_mix lam E X F s q xi eta xt et in
  (exists A (B : 'M[R]_(n, i.+1)) C D, optimal L A B C D /\
     cov (latent C D o (o + x)) eta = 0) <->
  psd (((1 + lam) ^+ 2 * l i)%:M - cov eta eta)).
Print Assumptions R5_mixture_some_iff.

Check (R5_mixture_iff :
  forall (R : rcfType) (V : l2space R) (n ds dx : nat) (lam : R)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx),
  0 <= lam ->
  twin_sources 0 s q xi eta xt et ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  let L := loss_mix lam E X F s q xi eta xt et in
  (forall A (B : 'M[R]_(n, i.+1)) C D, optimal L A B C D ->
     cov (latent C D o (o + x)) eta = 0) <->
  pd (((1 + lam) ^+ 2 * l i)%:M - cov eta eta) \/ cov eta eta = 0).
Print Assumptions R5_mixture_iff.

Check (R5_mixture_weight :
  forall (R : rcfType) (V : l2space R) (n ds dx : nat) (lam : R)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx),
  0 <= lam ->
  twin_sources 0 s q xi eta xt et ->
  orthonormal E X ->
  forall (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds),
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  nonincreasing l ->
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  let L := loss_mix lam E X F s q xi eta xt et in
  forall (sigma tau : R) (v : 'rV[R]_dx),
  0 < sigma ->
  l i = sigma ^+ 2 ->
  0 <= tau ->
  psd ((tau ^+ 2)%:M - cov eta eta) ->
  v != 0 ->
  v *m cov eta eta = tau ^+ 2 *: v ->
  ((exists A (B : 'M[R]_(n, i.+1)) C D, optimal L A B C D /\
      cov (latent C D o (o + x)) eta = 0) <-> tau / sigma - 1 <= lam) /\
  ((forall A (B : 'M[R]_(n, i.+1)) C D, optimal L A B C D ->
      cov (latent C D o (o + x)) eta = 0) <-> tau / sigma - 1 < lam)).
Print Assumptions R5_mixture_weight.

Check (tail_min : 
  forall (R : realFieldType) (p n m k : nat) (Y : 'M[R]_(p, n))
    (S : 'M[R]_n) (U : 'M[R]_(p, m)) (c : 'I_m -> R),
  psd S ->
  U^T *m U = 1%:M ->
  Y *m S *m Y^T = dg U c ->
  forall W : 'M[R]_(p, n), (\rank W <= k)%N ->
  tail_sum k (codom c) <= en S (W - Y)).
Print Assumptions tail_min.

Check (tail_attained : 
  forall (R : realFieldType) (p n m k : nat) (Y : 'M[R]_(p, n))
    (S : 'M[R]_n) (U : 'M[R]_(p, m)) (c : 'I_m -> R),
  psd S ->
  U^T *m U = 1%:M ->
  Y *m S *m Y^T = dg U c ->
  exists W : 'M[R]_(p, n), (\rank W <= k)%N /\
    en S (W - Y) = tail_sum k (codom c)).
Print Assumptions tail_attained.

Check (R2_kept : 
  forall (R : realFieldType) (V : l2space R) (n ds dx k : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx)
    (U : 'M[R]_ds) (l : 'I_ds -> R) (P : 'M[R]_dx) (t : 'I_dx -> R),
  orthonormal E X ->
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  P^T *m P = 1%:M ->
  cov eta eta = dg P t ->
  exo_sources s q xi eta ->
  let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  let tail := tail_sum k (codom l ++ codom t) in
  (forall A (B : 'M[R]_(n, k)) C D, tail <= loss o x A B C D) /\
  exists A (B : 'M[R]_(n, k)) C D, loss o x A B C D = tail).
Print Assumptions R2_kept.

Check (R4_kept : 
  forall (R : realFieldType) (V : l2space R) (n ds dx k : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx)
    (U : 'M[R]_ds) (l : 'I_ds -> R) (P : 'M[R]_dx) (t : 'I_dx -> R),
  orthonormal E X ->
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  P^T *m P = 1%:M ->
  cov eta eta = dg P t ->
  exo_sources s q xi eta ->
  forall g : R, let W := E *m E^T + g *: (X *m X^T) in
  let o := W *v exo_obs E X s xi in
  let x := W *v exo_change E X F q xi eta in
  let tail := tail_sum k (codom l ++ codom (fun j => g ^+ 2 * t j)) in
  (forall A (B : 'M[R]_(n, k)) C D, tail <= loss o x A B C D) /\
  exists A (B : 'M[R]_(n, k)) C D, loss o x A B C D = tail).
Print Assumptions R4_kept.

Check (R5_mixture_kept : 
  forall (R : realFieldType) (V : l2space R) (n ds dx k : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx)
    (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx)
    (U : 'M[R]_ds) (l : 'I_ds -> R) (P : 'M[R]_dx) (t : 'I_dx -> R),
  orthonormal E X ->
  U^T *m U = 1%:M ->
  cov q q = dg U l ->
  P^T *m P = 1%:M ->
  cov eta eta = dg P t ->
  forall (lam : R) (xt et : 'cV[V]_dx),
  0 <= lam ->
  twin_sources 0 s q xi eta xt et ->
  let value :=
    tail_sum k (codom (fun i => (1 + lam) * l i)
      ++ codom (fun j => (1 + lam)^-1 * t j))
    + (lam + lam / (1 + lam)) * \sum_j t j in
  let L := loss_mix lam E X F s q xi eta xt et in
  (forall A (B : 'M[R]_(n, k)) C D, value <= L A B C D) /\
  exists A (B : 'M[R]_(n, k)) C D, L A B C D = value).
Print Assumptions R5_mixture_kept.

Check (R2_angle : 
  forall (R : realFieldType) (V : l2space R) (n : nat) (E X : 'M[R]_(n, 1))
    (q eta : 'cV[V]_1) (sigma tau rho : R),
  let r := E *v q + X *v eta in
  let w u v : 'M[R]_(1, n) := u *: E^T + v *: X^T in
  orthonormal E X ->
  cov q q = (sigma ^+ 2)%:M ->
  cov eta eta = (tau ^+ 2)%:M ->
  cov q eta = (rho * sigma * tau)%:M ->
  forall u v : R, u ^+ 2 + v ^+ 2 = 1 ->
  (exists lam, w u v *m cov r r = lam *: w u v) <->
  2%:R * u * v * (sigma ^+ 2 - tau ^+ 2) =
    (u ^+ 2 - v ^+ 2) * (2%:R * rho * sigma * tau)).
Print Assumptions R2_angle.

Check (R2_angle_tangent : 
  forall (R : realFieldType) (V : l2space R) (n : nat) (E X : 'M[R]_(n, 1))
    (q eta : 'cV[V]_1) (sigma tau rho : R),
  let r := E *v q + X *v eta in
  let w u v : 'M[R]_(1, n) := u *: E^T + v *: X^T in
  orthonormal E X ->
  cov q q = (sigma ^+ 2)%:M ->
  cov eta eta = (tau ^+ 2)%:M ->
  cov q eta = (rho * sigma * tau)%:M ->
  forall u v : R, u ^+ 2 + v ^+ 2 = 1 ->
  u ^+ 2 - v ^+ 2 != 0 ->
  sigma ^+ 2 - tau ^+ 2 != 0 ->
  (exists lam, w u v *m cov r r = lam *: w u v) <->
  2%:R * u * v / (u ^+ 2 - v ^+ 2) =
    2%:R * rho * sigma * tau / (sigma ^+ 2 - tau ^+ 2)).
Print Assumptions R2_angle_tangent.

Check (R2_angle_principal : 
  forall (R : realFieldType) (V : l2space R) (n : nat) (E X : 'M[R]_(n, 1))
    (q eta : 'cV[V]_1) (sigma tau rho : R),
  let r := E *v q + X *v eta in
  let w u v : 'M[R]_(1, n) := u *: E^T + v *: X^T in
  orthonormal E X ->
  cov q q = (sigma ^+ 2)%:M ->
  cov eta eta = (tau ^+ 2)%:M ->
  cov q eta = (rho * sigma * tau)%:M ->
  forall u v : R, u ^+ 2 + v ^+ 2 = 1 ->
  2%:R * u * v * (sigma ^+ 2 - tau ^+ 2) =
    (u ^+ 2 - v ^+ 2) * (2%:R * rho * sigma * tau) ->
  (forall u' v', u' ^+ 2 + v' ^+ 2 = 1 ->
     msq (w u' v' *v r) <= msq (w u v *v r)) <->
  0 <= (u ^+ 2 - v ^+ 2) * (sigma ^+ 2 - tau ^+ 2)
    + 2%:R * u * v * (2%:R * rho * sigma * tau)).
Print Assumptions R2_angle_principal.

Check (R2_angle_quadrant_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in
  let E1 := E1 R in let E2 := E2 R in
  let w (u v : R) : 'M[R]_(1, 2) := u *: E1^T + v *: E2^T in
  let q := 2%:R%:M *v s0 in let r := E1 *v q + E2 *v s1 in
  [/\ cov q q = (2%:R ^+ 2)%:M, cov s1 s1 = (1 ^+ 2)%:M,
      cov q s1 = (0 * 2%:R * 1)%:M,
      2%:R * 0 * 1 / (0 ^+ 2 - 1 ^+ 2) =
        2%:R * 0 * 2%:R * 1 / (2%:R ^+ 2 - 1 ^+ 2) :> R
    & msq (w 0 1 *v r) < msq (w 1 0 *v r)]).
Print Assumptions R2_angle_quadrant_needed.

Check (R6_bias_variance :
  forall (R : realFieldType) (V : l2space R) (P : V -> V),
  cond_exp P ->
  forall (n : nat) (y w : 'cV[V]_n),
  cexp P y = y ->
  msq (w - y) = msq (cexp P w - y) + msq (w - cexp P w)).
Print Assumptions R6_bias_variance.

Check (R6_identity :
  forall (R : realFieldType) (V : l2space R) (P : V -> V),
  cond_exp P ->
  forall (n : nat) (y w w' : 'cV[V]_n),
  cexp P y = y ->
  cexp P w' = cexp P w ->
  msq (w' - cexp P w') = msq (w - cexp P w) ->
  \tr (cov (w - cexp P w) (w' - cexp P w')) = 0 ->
  msq (w - y) = msq (cexp P w - y) + 2^-1 * msq (w - w')).
Print Assumptions R6_identity.

Check (R6_bound :
  forall (R : realFieldType) (V : l2space R) (P : V -> V),
  cond_exp P ->
  forall (n : nat) (y w w' : 'cV[V]_n),
  cexp P y = y ->
  cexp P w' = cexp P w ->
  msq (w' - cexp P w') = msq (w - cexp P w) ->
  \tr (cov (w - cexp P w) (w' - cexp P w')) = 0 ->
  msq (w - w') <= 2 * msq (w - y)).
Print Assumptions R6_bound.

Check (E3_exact :
  forall (R : realFieldType) (V : l2space R) (P : V -> V),
  cond_exp P ->
  forall (n : nat) (y w w' : 'cV[V]_n),
  cexp P y = y ->
  cexp P w' = cexp P w ->
  msq (w' - cexp P w') = msq (w - cexp P w) ->
  \tr (cov (w - cexp P w) (w' - cexp P w')) = 0 ->
  msq (w - y) = 0 -> msq (w - w') = 0).
Print Assumptions E3_exact.

Check (R6_any_encoder :
  forall (R : realFieldType) (T X : finType)
    (m : nat) (p : T -> R) (pi : T -> X -> R),
  (forall t : T, \sum_x pi t x = 1) ->
  forall (f : T -> X -> 'cV[R]_m) (y : T -> 'cV[R]_m),
  \sum_t p t * (\sum_x pi t x * sqn (f t x - y t)) =
  \sum_t p t * sqn (cond_mean pi f t - y t) +
  2^-1 *
  (\sum_t
      p t * (\sum_x \sum_x' pi t x * pi t x' * sqn (f t x - f t x')))).
Print Assumptions R6_any_encoder.

Check (R6_reduction :
  forall (R : realFieldType) (V : l2space R)
    (n d k : nat) (o x : 'cV[V]_n) (a : 'cV[V]_d)
    (mu : R) (G : 'M[R]_n),
  cov x o = G *m cov o o ->
  cov o a = 0 ->
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
     (K : 'M[R]_(d, k)),
   loss_sup (x - G *v o) a mu B D K <= loss_act o x a mu A B C D K) /\
  (forall (B : 'M[R]_(n, k)) (D : matrix_zmodType R k n) (K : 'M[R]_(d, k)),
   let C := - D - D *m G in
   loss_act o x a mu (best_A G B C D) B C D K =
   loss_sup (x - G *v o) a mu B D K)).
Print Assumptions R6_reduction.

Check (R6_some_leak_free_iff :
  forall (R : rcfType) (V : l2space R) (n ds da dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da))
    (F : 'M[R]_dx) (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx)
    (mu : R),
  let o := exo_obs E X s xi in
  let x := exo_change E X F (H *v a) xi eta in
  exo_sources s a xi eta ->
  orthonormal E X ->
  cov a a = 1%:M ->
  row_free H^T ->
  forall (U : 'M[R]_da) (l : 'I_da -> R) (i : 'I_da),
  U^T *m U = 1%:M ->
  H^T *m H = dg U l ->
  nonincreasing l ->
  (exists
     (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n))
   (K : 'M[R]_(da, i.+1)),
     act_optimal o x
       a mu A B C D K /\
     cov
       (latent C D o
          (o + x)) eta =
     0) <-> psd ((l i + mu ^+ 2)%:M - cov eta eta)).
Print Assumptions R6_some_leak_free_iff.

Check (R6_leak_free_iff :
  forall (R : rcfType) (V : l2space R) (n ds da dx : nat)
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (H : 'M[R]_(ds, da))
    (F : 'M[R]_dx) (s : 'cV[V]_ds) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx)
    (mu : R),
  let o := exo_obs E X s xi in
  let x := exo_change E X F (H *v a) xi eta in
  exo_sources s a xi eta ->
  orthonormal E X ->
  cov a a = 1%:M ->
  row_free H^T ->
  forall (U : 'M[R]_da) (l : 'I_da -> R) (i : 'I_da),
  U^T *m U = 1%:M ->
  H^T *m H = dg U l ->
  nonincreasing l ->
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, i.+1)) (C D : 'M[R]_(i.+1, n))
     (K : 'M[R]_(da, i.+1)),
   act_optimal o x a
     mu A B C D K ->
   cov
     (latent C D o
        (o + x)) eta = 0) <->
  pd ((l i + mu ^+ 2)%:M - cov eta eta) \/ cov eta eta = 0).
Print Assumptions R6_leak_free_iff.

Check (R7_spare_leaks :
  forall (R : realFieldType) (V : l2space R)
    (n ds da dx k : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (H : 'M[R]_(ds, da)) (F : 'M[R]_dx) (s : 'cV[V]_ds)
    (a : 'cV[V]_da) (xi eta : 'cV[V]_dx) (mu : R)
    (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n))
    (K : 'M[R]_(da, k)),
  exo_sources s a xi eta ->
  separable E X ->
  mu != 0 ->
  (da < k)%N ->
  cov eta eta != 0 ->
  let o := exo_obs E X s xi in
  let x := exo_change E X F (H *v a) xi eta in
  act_optimal o x a mu A B C D K ->
  cov (latent C D o (o + x)) eta != 0).
Print Assumptions R7_spare_leaks.

Check (E3_supervised :
  forall (R : realFieldType) (V : l2space R)
    (n ds da dx : nat) (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx))
    (H : 'M[R]_(ds, da)) (F : 'M[R]_dx) (s : 'cV[V]_ds)
    (a : 'cV[V]_da) (xi eta : 'cV[V]_dx) (mu : R)
    (A : 'M[R]_n) (B : 'M[R]_(n, da)) (C D : 'M[R]_(da, n))
    (K : 'M[R]_da),
  exo_sources s a xi eta ->
  separable E X ->
  row_free H^T ->
  mu != 0 ->
  let o := exo_obs E X s xi in
  let x := exo_change E X F (H *v a) xi eta in
  act_optimal o x a mu A B C D K ->
  msq (K *v latent C D o (o + x) - a) <= msq (X *v eta) / mu ^+ 2).
Print Assumptions E3_supervised.

Check (R7_penalty_vacuous :
  forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o x ot xt : 'cV[V]_n) (lam : R),
  0 < lam ->
  forall (eps : R) (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  0 < eps ->
  exists (B' : 'M[R]_(n, k)) (C' D' : 'M[R]_(k, n)),
    [/\ loss o x A B' C' D' = loss o x A B C D, B' *m D' = B *m D
      & lam * penalty o x ot xt C' D' < eps]).
Print Assumptions R7_penalty_vacuous.

Check (R7_penalty_not_attained :
  forall (R : realFieldType) (V : l2space R)
    (n k : nat) (o x ot xt : 'cV[V]_n) (lam : R),
  0 < lam ->
  (forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
   optimal (loss o x) A B C D -> penalty o x ot xt C D != 0) ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  ~ optimal (loss_penalty o x ot xt lam) A B C D).
Print Assumptions R7_penalty_not_attained.

Check (R7_floor :
  forall (R : realFieldType) (V : l2space R)
    (n : nat) (s q xi eta : 'cV[V]_n) (f ss sq sx se : R),
  let o := exo_obs 1%:M 1%:M s xi in
  let x := exo_change 1%:M 1%:M f%:M q xi eta in
  exo_sources s q xi eta ->
  cov s s = ss%:M ->
  cov q q = sq%:M ->
  cov xi xi = sx%:M ->
  cov eta eta = se%:M ->
  0 < ss ->
  0 <= sx ->
  0 < sq ->
  0 <= se ->
  forall (k : nat) (C D : 'M[R]_(k, n)),
  (0 < n)%N ->
  floor_noise f ss sx se / (sq + floor_noise f ss sx se) <=
  nerr
    (latent C D o
       (o + x))
    q).
Print Assumptions R7_floor.

Check (R7_floor_reached_iff :
  forall (R : realFieldType) (V : l2space R)
    (n : nat) (s q xi eta : 'cV[V]_n) (f ss sq sx se : R),
  let o := exo_obs 1%:M 1%:M s xi in
  let x := exo_change 1%:M 1%:M f%:M q xi eta in
  exo_sources s q xi eta ->
  cov s s = ss%:M ->
  cov q q = sq%:M ->
  cov xi xi = sx%:M ->
  cov eta eta = se%:M ->
  0 < ss ->
  0 <= sx ->
  0 < sq ->
  0 <= se ->
  forall A B C D : 'M[R]_n,
  (0 < n)%N ->
  optimal
    (loss o
       x) A B C D ->
  nerr
    (latent C D o
       (o + x))
    q = floor_noise f ss sx se / (sq + floor_noise f ss sx se) <->
  C + D + ((f - 1) * (sx / (ss + sx))) *: D = 0).
Print Assumptions R7_floor_reached_iff.

Check (R7_floor_printed :
  forall (R : realFieldType) (ss sx : R),
  floor_noise 0 ss sx sx = sx + ss * sx / (ss + sx)).
Print Assumptions R7_floor_printed.

Check (R5_whitened :
  forall (R : realFieldType) (V : l2space R)
    (p n m k : nat) (t : 'cV[V]_p) (v : 'cV[V]_m)
    (o x : 'cV[V]_n) (G : 'M[R]_(p, m)) (H : 'M[R]_(n + n, m))
    (Y : 'M[R]_(p, n + n)) (U : 'M[R]_p) (rho2 : 'I_p -> R),
  let u := col_mx o x in
  let rt := t - G *v v in
  let ru := u - H *v v in
  cov t v = G *m cov v v ->
  cov u v = H *m cov v v ->
  cov rt ru = Y *m cov ru ru ->
  cov rt rt = 1%:M ->
  U^T *m U = 1%:M ->
  Y *m cov ru ru *m Y^T = dg U rho2 ->
  nonincreasing rho2 ->
  let value := p%:R - \sum_(i < p | (i < k)%N) rho2 i in
  (forall (A : 'M[R]_(p, m)) (B : 'M[R]_(p, k)) (C D : 'M[R]_(k, n)),
   value <= cross_loss t v o x A B C D) /\
  (exists (A : 'M[R]_(p, m)) (B : 'M[R]_(p, k)) (C D : 'M[R]_(k, n)),
     cross_loss t v o x A B C D = value)).
Print Assumptions R5_whitened.

Check (cca_bound :
  forall (R : realFieldType) (V : l2space R)
    (p n k : nat) (t : 'cV[V]_p) (u : 'cV[V]_n) (Y : 'M[R]_(p, n))
    (U : 'M[R]_p) (rho2 : 'I_p -> R),
  cov t u = Y *m cov u u ->
  cov t t = 1%:M ->
  U^T *m U = 1%:M ->
  Y *m cov u u *m Y^T = dg U rho2 ->
  nonincreasing rho2 ->
  forall N : 'M[R]_(k, n),
  cov (N *v u) (N *v u) = 1%:M ->
  \tr (cov t (N *v u) *m (cov t (N *v u))^T) <=
  \sum_(i < p | (i < k)%N) rho2 i).
Print Assumptions cca_bound.

(* s0, s1, s2, s3: independent fair signs; E1, E2: the axes of R^2 *)

Check (R1_separable_needed : forall (R : realFieldType) (G : 'M[R]_1),
  let I : 'M[R]_1 := 1%:M in
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let o := exo_obs I I s0 s1 in let x := exo_change I I 0 s2 s1 s3 in
  exo_sources s0 s2 s1 s3 /\
  (cov x o = G *m cov o o -> cov (x - G *v o) (x - G *v o) <>
     I *m cov s2 s2 *m I^T + I *m cov s3 s3 *m I^T)).
Print Assumptions R1_separable_needed.

Check (R5_latent_as_printed_false : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in let w := col_mx s0 (0 *v s0 + s1) in
  [/\ twin_sources 0 (0 : 'cV[cubeL2 R 4]_1) (0 : 'cV[cubeL2 R 4]_1)
        s0 s1 s2 s3, separable E1 E2, cov s0 s2 = 0 /\ pd (cov w w),
      optimal (loss_cross (k := 1) E1 E2 0 0 0 s0 s1 s2 s3) 0 0 E2^T E2^T
    & E2^T *m E2 = 1%:M]).
Print Assumptions R5_latent_as_printed_false.

Check (R7_floor_as_printed_false : forall R : realFieldType,
  let I : 'M[R]_1 := 1%:M in let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in let o := exo_obs I I s0 s1 in
  let x := exo_change I I 1%:M s2 s1 0 in
  [/\ exo_sources s0 s2 s1 (0 : 'cV[cubeL2 R 4]_1),
      nerr (latent (- I) I o (o + x)) s2 = 0
    & 0 < floor_noise 0 1 1 1 / (1 + floor_noise (0 : R) 1 1 1)]).
Print Assumptions R7_floor_as_printed_false.

Check (R5_positive_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in let I : 'M[R]_1 := 1%:M in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  [/\ twin_sources 0 N s0 N N N N, separable E1 E2, cov N N = 0,
      E1 *m cov s0 s0 *m E1^T = dg E1 (fun=> 1)
    & optimal (loss_cross E1 E2 0 N s0 N N N N) 0 E1 0 (E1^T + E2^T) /\
      E1 *m (E1^T + E2^T) *m E2 <> 0]).
Print Assumptions R5_positive_needed.

Check (R5_twins_uncorrelated_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in let I : 'M[R]_1 := 1%:M in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let C := E2^T in let D := E1^T in
  [/\ twin_sources 0 N s0 s1 s2 s1 s3, separable E1 E2,
      pd (cov (col_mx s1 (0 *v s1 + s2)) (col_mx s1 (0 *v s1 + s2))),
      E1 *m cov s0 s0 *m E1^T = dg E1 (fun=> 1)
    & optimal (loss_cross E1 E2 0 N s0 s1 s2 s1 s3) (- (E1 *m E2^T)) E1 C D /\
      msq (E1 *v exo_part E2 0 C D s1 s2) <> 0]).
Print Assumptions R5_twins_uncorrelated_needed.

Check (R5_separable_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in
  let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in let I : 'M[R]_1 := 1%:M in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let D : 'M[R]_1 := 2%:R^-1%:M in
  [/\ twin_sources 0 N s0 s1 s2 N s3, cov s1 N = 0,
      pd (cov (col_mx s1 (0 *v s1 + s2)) (col_mx s1 (0 *v s1 + s2))),
      I *m cov s0 s0 *m I^T = dg I (fun=> 1)
    & optimal (loss_cross I I 0 N s0 s1 s2 N s3) 0 I 0 D /\
      msq (I *v exo_part I 0 0 D s1 s2) <> 0]).
Print Assumptions R5_separable_needed.

Check (R2_orthonormal_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let X3 : 'M[R]_(2, 1) := E1 *m 3%:R%:M in
  let q2 : 'cV[cubeL2 R 4]_1 := 2%:R%:M *v s2 in
  let o := exo_obs E2 X3 s0 s1 in let x := exo_change E2 X3 0 q2 s1 s3 in
  [/\ exo_sources s0 q2 s1 s3, cov q2 q2 = dg (1%:M : 'M_1) (fun=> 4%:R),
      pd (4%:R%:M - cov s3 s3),
      exists A (B : 'M[R]_(2, 1)) C D, optimal (loss o x) A B C D
    & forall A (B : 'M[R]_(2, 1)) C D, optimal (loss o x) A B C D ->
        cov (latent C D o (o + x)) s3 <> 0]).
Print Assumptions R2_orthonormal_needed.

Check (R4_orthonormal_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let X3 : 'M[R]_(2, 1) := E1 *m 3%:R%:M in
  let q2 : 'cV[cubeL2 R 4]_1 := 2%:R%:M *v s2 in
  forall g : R, 9%:R * g = 1 ->
  let W := E2 *m E2^T + g *: (X3 *m X3^T) in
  let o := exo_obs E2 X3 s0 s1 in let x := exo_change E2 X3 0 q2 s1 s3 in
  [/\ exo_sources s0 q2 s1 s3, cov q2 q2 = dg (1%:M : 'M_1) (fun=> 4%:R),
      pd (4%:R%:M - g ^+ 2 *: cov s3 s3),
      exists A (B : 'M[R]_(2, 1)) C D, optimal (loss (W *v o) (W *v x)) A B C D
    & forall A (B : 'M[R]_(2, 1)) C D,
        optimal (loss (W *v o) (W *v x)) A B C D ->
        cov (latent C D (W *v o) (W *v o + W *v x)) s3 <> 0]).
Print Assumptions R4_orthonormal_needed.

Check (R5_mixture_orthonormal_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let X3 : 'M[R]_(2, 1) := E1 *m 3%:R%:M in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let o := exo_obs E2 X3 N s3 in let x := exo_change E2 X3 0 s0 s3 s1 in
  let L := loss_mix (k := 1) 1 E2 X3 0 N s0 s3 s1 N s2 in
  [/\ twin_sources 0 N s0 s3 s1 N s2, cov s0 s0 = dg (1%:M : 'M_1) (fun=> 1),
      pd (((1 + 1) ^+ 2 * 1)%:M - cov s1 s1),
      exists A B C D, optimal L A B C D
    & forall A B C D, optimal L A B C D ->
        cov (latent C D o (o + x)) s1 <> 0]).
Print Assumptions R5_mixture_orthonormal_needed.

Check (R5_mixture_positive_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let lam : R := - 2%:R^-1 in let q := 2%:R%:M *v s3 in
  let L := loss_mix (k := 1) lam E1 E2 0 N q s0 s1 N s2 in
  [/\ twin_sources 0 N q s0 s1 N s2, orthonormal E1 E2,
      cov q q = dg (1%:M : 'M_1) (fun=> 4%:R),
      psd (((1 + lam) ^+ 2 * 4%:R)%:M - cov s1 s1) /\
        ~ (pd (((1 + lam) ^+ 2 * 4%:R)%:M - cov s1 s1) \/ cov s1 s1 = 0)
    & (forall c, exists A B C D, L A B C D < c) /\
      ~ (exists A B C D, optimal L A B C D)]).
Print Assumptions R5_mixture_positive_needed.

Check (R5_mixture_separable_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let I : 'M[R]_1 := 1%:M in
  let L := loss_mix (k := 0) 1 I I 0 s0 N s1 s2 N s3 in
  twin_sources 0 s0 N s1 s2 N s3 /\
  forall A B C D, (1 + 1)
    * \tr (I *m cov N N *m I^T + I *m cov s2 s2 *m I^T) < L A B C D).
Print Assumptions R5_mixture_separable_needed.

Check (R5_mixture_variance_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let I : 'M[R]_1 := 1%:M in
  let o := exo_obs E2 E1 N s0 in let x := exo_change E2 E1 0 N s0 s1 in
  let L := loss_mix (k := 1) 0 E2 E1 0 N N s0 s1 N s2 in
  [/\ twin_sources 0 N N s0 s1 N s2, orthonormal E2 E1,
      cov N N = dg I (fun=> 0 ^+ 2),
      [/\ psd ((1 ^+ 2)%:M - cov s1 s1), I *m cov s1 s1 = 1 ^+ 2 *: I
        & 1 / 0 - 1 < 0 :> R]
    & forall A B C D, optimal L A B C D ->
        cov (latent C D o (o + x)) s1 <> 0]).
Print Assumptions R5_mixture_variance_needed.

Check (R5_imperfect_orthonormal_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let X3 : 'M[R]_(2, 1) := E1 *m 3%:R%:M in
  let q2 : 'cV[cubeL2 R 4]_1 := 2%:R%:M *v s2 in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let L := loss_cross (k := 1) E2 X3 0 N q2 s0 s1 s3 s1 in
  [/\ twin_sources 1 N q2 s0 s1 s3 s1, cov s0 s3 = 0,
      cov q2 q2 = dg (1%:M : 'M_1) (fun=> 4%:R),
      pd (4%:R%:M - 1 ^+ 2 *: cov s1 s1)
    & (exists A B C D, optimal L A B C D) /\
      forall A B C D, optimal L A B C D ->
        msq (B *v exo_part X3 0 C D s0 s1) <> 0]).
Print Assumptions R5_imperfect_orthonormal_needed.

Check (R5_imperfect_uncorrelated_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let C := E2^T in let D := E1^T in
  [/\ twin_sources 0 N s0 s1 s2 s1 s3, orthonormal E1 E2,
      cov s0 s0 = dg (1%:M : 'M_1) (fun=> 1), 0 ^+ 2 *: cov s2 s2 = 0
    & optimal (loss_cross E1 E2 0 N s0 s1 s2 s1 s3) (- (E1 *m E2^T)) E1 C D /\
      msq (E1 *v exo_part E2 0 C D s1 s2) <> 0]).
Print Assumptions R5_imperfect_uncorrelated_needed.

Check (R6_orthonormal_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let I : 'M[R]_1 := 1%:M in
  let H3 : 'M[R]_1 := 3%:R%:M in
  let X6 : 'M[R]_(2, 1) := E1 *m 6%:R%:M in
  let o := exo_obs E2 X6 s0 s1 in
  let x := exo_change E2 X6 0 (H3 *v s2) s1 s3 in
  [/\ exo_sources s0 s2 s1 s3, cov s2 s2 = 1%:M /\ row_free H3^T,
      H3^T *m H3 = dg I (fun=> 9%:R) /\
        pd ((9%:R + 4%:R ^+ 2)%:M - cov s3 s3),
      exists A (B : 'M_(2, 1)) C D (K : 'M_1), act_optimal o x s2 4%:R A B C D K
    & forall A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x s2 4%:R A B C D K ->
        cov (latent C D o (o + x)) s3 <> 0]).
Print Assumptions R6_orthonormal_needed.

Check (R6_white_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let q2 : 'cV[cubeL2 R 4]_1 := 2%:R%:M *v s2 in
  let I : 'M[R]_1 := 1%:M in
  let H3 : 'M[R]_1 := 3%:R%:M in
  let e6 : 'cV[cubeL2 R 4]_1 := 6%:R%:M *v s3 in
  let o := exo_obs E2 E1 s0 s1 in
  let x := exo_change E2 E1 0 (H3 *v q2) s1 e6 in
  [/\ exo_sources s0 q2 s1 e6, orthonormal E2 E1 /\ row_free H3^T,
      H3^T *m H3 = dg I (fun=> 9%:R) /\
        ~ (psd ((9%:R + 4%:R ^+ 2)%:M - cov e6 e6) \/ cov e6 e6 = 0),
      exists A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x q2 4%:R A B C D K /\ cov (latent C D o (o + x)) e6 = 0
    & forall A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x q2 4%:R A B C D K ->
        cov (latent C D o (o + x)) e6 = 0]).
Print Assumptions R6_white_needed.

Check (R6_injective_needed : forall R : realFieldType,
  let s0 := s0 R in let s1 := s1 R in let s2 := s2 R in let s3 := s3 R in
  let E1 := E1 R in let E2 := E2 R in
  let N : 'cV[cubeL2 R 4]_1 := 0 in
  let I : 'M[R]_1 := 1%:M in
  let o := exo_obs E2 E1 N N in
  let x := exo_change E2 E1 0 ((0 : 'M[R]_1) *v s2) N s3 in
  [/\ exo_sources N s2 N s3, orthonormal E2 E1 /\ cov s2 s2 = 1%:M,
      (0 : 'M[R]_1)^T *m 0 = dg I (fun=> 0) /\
        pd ((0 + 2%:R ^+ 2)%:M - cov s3 s3),
      exists A (B : 'M_(2, 1)) C D (K : 'M_1), act_optimal o x s2 2%:R A B C D K
    & forall A (B : 'M_(2, 1)) C D (K : 'M_1),
        act_optimal o x s2 2%:R A B C D K ->
        cov (latent C D o (o + x)) s3 <> 0]).
Print Assumptions R6_injective_needed.
