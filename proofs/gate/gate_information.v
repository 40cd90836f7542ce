(* -------------------------------------------------------------------------- *)
(*  The gate: certificates, spectra, policy sweep and mutual information.     *)
(*  Every theorem of the ledger stated once more, closed, apart from its      *)
(*  proof.  sweep, left, noise_left: policy_sweep.v; info_ratio:              *)
(*  mutual_information.v; check, cert_mx: certificate.v                       *)
(* -------------------------------------------------------------------------- *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat psd projector ky_fan eigenform l2.
From SymLAM Require Import finite_probability moment_space reduced_rank.
From SymLAM Require Import linear_lam data_augmentation.
From SymLAM Require Import dyadic certificate llo surrogate noise.
From SymLAM Require Import policy_sweep mutual_information.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* dyadic.v *)

Check (@psd_checkP :
  forall (R : realFieldType) (n : nat) (S X Xi : imx),
  psd_check n S X Xi -> psd (zmx R n n S)).
Print Assumptions psd_checkP.


(* certificate.v *)

Check (@cert_lowrank :
  forall (R : realFieldType) (c : cert) (n k : nat),
  c_n c = n ->
  c_k c = k ->
  check c ->
  forall (m : nat) (Y : 'M[R]_(n, m)) (S : 'M[R]_m),
  psd S ->
  Y *m S *m Y^T = cert_mx R n c ->
  (forall W : 'M[R]_(n, m),
   (\rank W <= k)%N -> cert_lo R c <= en S (W - Y)) /\
  (exists (B : 'M[R]_(n, k)) (D : 'M[R]_(k, m)),
     en S (B *m D - Y) <= cert_hi R c)).
Print Assumptions cert_lowrank.

Check (@cert_regression :
  forall (R : realFieldType) (c : cert) (n k : nat),
  c_n c = n ->
  c_k c = k ->
  check c ->
  forall (V : l2space R) (m : nat) (y : 'cV[V]_n) 
    (x : 'cV[V]_m) (Y : 'M[R]_(n, m)),
  cov y x = Y *m cov x x ->
  Y *m cov x x *m Y^T = cert_mx R n c ->
  (forall (G : 'M[R]_(n, k)) (D : 'M[R]_(k, m)),
   cert_lo R c + msq (Y *v x - y) <=
   msq (G *v (D *v x) - y)) /\
  (exists (G : 'M[R]_(n, k)) (D : 'M[R]_(k, m)),
     msq (G *v (D *v x) - y) <=
     cert_hi R c + msq (Y *v x - y))).
Print Assumptions cert_regression.

Check (@same_momentsP :
  forall (R : realFieldType) (c : cert) (n : nat) (q0 : BinInt.Z) (S0 : imx),
  same_moments c n q0 S0 -> (zR R q0)^-1 *: zmx R n n S0 = cert_mx R n c).
Print Assumptions same_momentsP.


(* noise.v *)

Check (@nerr_state :
  forall (R : realFieldType) (V : l2space R) 
    (n k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n),
  cov o q = 0 ->
  cov o e = 0 ->
  nerr
    (latent (- (U *m pid_mx k : 'M[R]_(n, k))^T)
        (U *m pid_mx k : 'M[R]_(n, k))^T o
       (o + (q + e))) o = 1).
Print Assumptions nerr_state.

Check (@LLO_disjoint :
  forall (R : realFieldType) (V : l2space R) 
    (n k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (l m : 'I_n -> R),
  U^T *m U = 1%:M ->
  cov q e = 0 ->
  cov o q = 0 ->
  cov o e = 0 ->
  cov q q = dg U l ->
  cov e e = dg U m ->
  (forall i : 'I_n, l i * m i = 0) ->
  \sum_i l i != 0 ->
  \sum_i m i != 0 ->
  LLO
    (latent (- (U *m pid_mx k : 'M[R]_(n, k))^T)
        (U *m pid_mx k : 'M[R]_(n, k))^T o
       (o + (q + e))) q e o =
  1 + (\sum_(i < n | (i < k)%N) l i) / (\sum_i l i) -
  (\sum_(i < n | (i < k)%N) m i) / (\sum_i m i)).
Print Assumptions LLO_disjoint.

Check (@LLO_disjoint_max :
  forall (R : realFieldType) (V : l2space R) 
    (n k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) (l m : 'I_n -> R),
  U^T *m U = 1%:M ->
  cov q e = 0 ->
  cov o q = 0 ->
  cov o e = 0 ->
  cov q q = dg U l ->
  cov e e = dg U m ->
  (forall i : 'I_n, l i * m i = 0) ->
  \sum_i l i != 0 ->
  \sum_i m i != 0 ->
  LLO
    (latent (- (U *m pid_mx k : 'M[R]_(n, k))^T)
        (U *m pid_mx k : 'M[R]_(n, k))^T o
       (o + (q + e))) q e o = 2 <->
  (forall i : 'I_n, (k <= i)%N -> l i = 0) /\
  (forall i : 'I_n, (i < k)%N -> m i = 0)).
Print Assumptions LLO_disjoint_max.

Check (@C2_LLO :
  forall (R : realFieldType) (V : l2space R) 
    (n d k : nat) (o q e : 'cV[V]_n) (U : 'M[R]_n) 
    (v s : R),
  U^T *m U = 1%:M ->
  cov q e = 0 ->
  cov o q = 0 ->
  cov o e = 0 ->
  (d <= k)%N ->
  cov q q =
  dg U (fun i : 'I_n => if (i < d)%N then v else 0) ->
  cov e e = s%:M ->
  s != 0 ->
  (0 < d)%N ->
  (d <= n)%N ->
  LLO
    (latent (- (U *m pid_mx k : 'M[R]_(n, k))^T)
        (U *m pid_mx k : 'M[R]_(n, k))^T o
       (o + (q + e))) q e o =
  1 - s / (v + s) + (d%:R * (v / (v + s)) + (n - k)%:R) / n%:R).
Print Assumptions C2_LLO.


(* policy_sweep.v *)

Check (@D2_loss :
  forall (R : realFieldType) (V : l2space R) 
    (n k d : nat) (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) 
    (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o s = 0 ->
  cov o e = 0 ->
  cov s e = 0 ->
  forall (chi : R) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  (forall A : 'M[R]_n,
   (1 - chi) ^+ 2 * left X s B D + noise_left e B D <=
   loss o (sweep X P o e s chi) A B C D) /\
  (exists A : 'M[R]_n,
     loss o (sweep X P o e s chi) A B C D =
     (1 - chi) ^+ 2 * left X s B D + noise_left e B D)).
Print Assumptions D2_loss.

Check (@D2_monotone :
  forall (R : realFieldType) (V : l2space R) 
    (n k d : nat) (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) 
    (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov s e = 0 ->
  forall (chi chi' : R) (A A' : 'M[R]_n) (B B' : 'M[R]_(n, k))
    (C D C' D' : 'M[R]_(k, n)),
  cov o s = 0 ->
  chi < chi' ->
  chi' <= 1 ->
  optimal (loss o (sweep X P o e s chi)) A B C D ->
  optimal (loss o (sweep X P o e s chi')) A' B' C'
    D' -> left X s B D <= left X s B' D').
Print Assumptions D2_monotone.

Check (@D2_noise_monotone :
  forall (R : realFieldType) (V : l2space R) 
    (n k d : nat) (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) 
    (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov s e = 0 ->
  forall (chi chi' : R) (A A' : 'M[R]_n) (B B' : 'M[R]_(n, k))
    (C D C' D' : 'M[R]_(k, n)),
  cov o e = 0 ->
  chi < chi' ->
  chi' <= 1 ->
  optimal (loss o (sweep X P o e s chi)) A B C D ->
  optimal (loss o (sweep X P o e s chi')) A' B' C'
    D' -> noise_left e B' D' <= noise_left e B D).
Print Assumptions D2_noise_monotone.

Check (@D2_deterministic :
  forall (R : realFieldType) (V : l2space R) 
    (n k d : nat) (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) 
    (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o e = 0 ->
  forall (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)),
  optimal (loss o (sweep X P o e s 1)) A B C D ->
  forall (B' : 'M[R]_(n, k)) (D' : 'M[R]_(k, n)),
  noise_left e B D <= noise_left e B' D').
Print Assumptions D2_deterministic.

Check (@D2_as_printed_false :
  forall (R : realFieldType) (chi : R),
  let u := radv R (1 + (1 + 1)) in
  let o : 'cV_1 := (row_mx 1%:M (row_mx 0 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let s : 'cV_1 := (row_mx 0 (row_mx 1%:M 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let I1 : 'M[R]_1 := 1%:M in
  optimal (loss o (sweep I1 I1 o 0 s chi)) I1 I1 (- I1) I1 /\
  msq ((1%:M : 'M[R]_1) *v latent (- I1) I1 o (o + sweep I1 I1 o 0 s chi)
       - action I1 o s chi) = 0).
Print Assumptions D2_as_printed_false.

Check (@D2_share_as_printed_false :
  forall R : realFieldType,
  let u := radv R (1 + (1 + 1)) in
  let o : 'cV_1 := (row_mx 1%:M (row_mx 0 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let s : 'cV_1 := (row_mx 0 (row_mx 1%:M 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let e : 'cV_1 := (row_mx 0 (row_mx 0 1%:M) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let I1 : 'M[R]_1 := 1%:M in
  let z chi := latent (- I1) I1 o (o + sweep I1 I1 o e s chi) in
  let a chi := action I1 o s chi in
  (forall chi : R,
     optimal (loss o (sweep I1 I1 o e s chi)) I1 I1 (- I1) I1) /\
  nerr (z 1) (a 1) < nerr (z 2%:R^-1) (a 2%:R^-1)).
Print Assumptions D2_share_as_printed_false.


(* mutual_information.v *)

Check (@M1_scalar :
  forall (R : realFieldType) (V : l2space R) 
    (k : nat) (z : 'cV[V]_k) (y : 'cV[V]_1),
  msq y != 0 -> info_ratio z y = nerr z y).
Print Assumptions M1_scalar.

Check (@M1_order :
  forall (R : realFieldType) (V : l2space R) 
    (k k' : nat) (z : 'cV[V]_k) (z' : 'cV[V]_k') (y : 'cV[V]_1) 
    (I : R -> R),
  msq y != 0 ->
  {homo I : a b /~ a < b} ->
  (I (info_ratio z y) < I (info_ratio z' y)) =
  (nerr z' y < nerr z y)).
Print Assumptions M1_order.

Check (@M1_iso :
  forall (R : realFieldType) (V : l2space R) 
    (k m : nat) (z : 'cV[V]_k) (y : 'cV[V]_m) (c : R),
  cov y y \in unitmx ->
  msq y != 0 ->
  rcov z y = c *: cov y y ->
  nerr z y = c /\ info_ratio z y = c ^+ m).
Print Assumptions M1_iso.

Check (@M1_zero :
  forall (R : realFieldType) (V : l2space R) 
    (k m : nat) (z : 'cV[V]_k) (y : 'cV[V]_m),
  cov y y \in unitmx ->
  cov z y = 0 -> nerr z y = 1 /\ info_ratio z y = 1).
Print Assumptions M1_zero.

Check (@M1_vector_as_printed_false :
  forall R : realFieldType,
  let u := radv R (1 + (1 + 1)) in
  let y1 : 'cV_1 := (row_mx 1%:M (row_mx 0 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let y2 : 'cV_1 := (row_mx 0 (row_mx 1%:M 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let y : 'cV_(1 + 1) := col_mx y1 y2 in
  nerr y1 y = 2%:R^-1 /\ info_ratio y1 y = 0).
Print Assumptions M1_vector_as_printed_false.

Check (@M1_order_as_printed_false :
  forall R : realFieldType,
  let u := radv R (1 + (1 + 1)) in
  let y1 : 'cV_1 := (row_mx 1%:M (row_mx 0 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let y2 : 'cV_1 := (row_mx 0 (row_mx 1%:M 0) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let w : 'cV_1 := (row_mx 0 (row_mx 0 1%:M) : 'M[R]_(1, 1 + (1 + 1))) *v u in
  let y' : 'cV_(1 + 1) := col_mx (3%:R%:M *v y1) y2 in
  nerr (y1 + w) y' < nerr y2 y' /\ info_ratio y2 y' < info_ratio (y1 + w) y').
Print Assumptions M1_order_as_printed_false.
