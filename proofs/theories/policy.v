(*             D1: a policy that depends on the observation                   *)
(* -------------------------------------------------------------------------- *)
(* The action is a = P o + s, the change q = X a, and r = X s + e is the part *)
(* of q + e that o does not predict.  Only E[o s^T] = 0 and E[o e^T] = 0 are  *)
(* used.                                                                      *)
(* D1_A             1 - (B C + B D) - (B D - 1) X P: eq. 8, corrected         *)
(* D1_A_iff         the best A for given B, C, D;  D1_A_pd_iff the same when  *)
(*                  E[o o^T] > 0                                              *)
(* D1_absorbed      the FDM absorbs the deterministic part of the policy      *)
(* D1_reduced, D1_repaired, D1_min_iff  the optimum is the PCA of r           *)
(* D1_deterministic s = 0 leaves the PCA of the noise                         *)
(* D1_printed_A     eq. 8 as printed;  D1_as_printed_false;  D1_printed_iff   *)
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

Section Policy.
Variables (R : realFieldType) (V : l2space R) (n k d : nat).
Variables (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)).
Variables (o e : 'cV[V]_n) (s : 'cV[V]_d).
Hypothesis os : cov o s = 0.
Hypothesis oe : cov o e = 0.
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)).

(* the policy, the change it causes, and the unpredictable part of it *)
Let a := P *v o + s.
Let q := X *v a.
Let r := X *v s + e.

Let L : 'M[R]_n -> 'M[R]_(n, k) -> 'M[R]_(k, n) -> 'M[R]_(k, n) -> R :=
  loss o (q + e).

Lemma policy_reg : cov (q + e) o = X *m P *m cov o o.
Proof.
rewrite /q /a actDr actA !covDl !cov_actl -[cov s o]covC os -[cov e o]covC oe.
by rewrite !trmx0 mulmx0 !addr0.
Qed.

Lemma policy_res : q + e - (X *m P) *v o = r.
Proof. by rewrite /q /a /r actDr actA; abel. Qed.

(* eq. 8, corrected *)
Definition D1_A B C D : 'M[R]_n :=
  1%:M - (B *m C + B *m D) - (B *m D - 1%:M) *m X *m P.

Lemma D1_AE B C D : best_A (X *m P) B C D = D1_A B C D.
Proof. by rewrite /best_A /D1_A mulmxDr -!mulmxA. Qed.

(* the best A for given B, C, D *)
Theorem D1_A_iff A B C D :
  (forall A', L A B C D <= L A' B C D) <->
  (A - D1_A B C D) *m cov o o = 0.
Proof.
rewrite -D1_AE -(loss_eq_pcaP policy_reg) policy_res.
have lo A' := loss_ge_pca policy_reg A' B C D; rewrite policy_res in lo.
split=> [/(_ (best_A (X *m P) B C D))|h A']; last by rewrite /L h lo.
rewrite /L (loss_best_A policy_reg) policy_res => hi.
by apply/eqP; rewrite eq_le hi lo.
Qed.

Corollary D1_A_pd_iff A B C D : pd (cov o o) ->
  (forall A', L A B C D <= L A' B C D) <-> A = D1_A B C D.
Proof.
move=> po; rewrite D1_A_iff; split=> [/(pd_ker po)/eqP|->].
  by rewrite subr_eq0 => /eqP.
by rewrite subrr mul0mx.
Qed.

(* the FDM absorbs the deterministic part of the policy: same loss as without *)
(* it, for a shifted A                                                        *)
Theorem D1_absorbed A B C D :
  L A B C D = loss o r (A + (B *m D - 1%:M) *m X *m P) B C D.
Proof.
rewrite /L /loss !residual; congr msq.
rewrite /Aeff -policy_res.
by rewrite !(actDl, actNl, actDr, actNr, actA, act1, mulmxA); abel.
Qed.

(* the whole problem: residual PCA *)
Theorem D1_reduced : (forall A B C D, msq ((B *m D - 1%:M) *v r) <= L A B C D)
  /\ (forall B C D, L (D1_A B C D) B C D = msq ((B *m D - 1%:M) *v r)).
Proof.
split=> [A B C D|B C D]; rewrite msq_act -policy_res.
  exact: (loss_ge_pca policy_reg).
by rewrite -D1_AE; apply: (loss_best_A policy_reg).
Qed.

Section Spectrum.
Variables (U : 'M[R]_n) (l : 'I_n -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis spectrum : cov r r = dg U l.
Hypothesis sorted : nonincreasing l.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let tail : R := \sum_(i < n | (k <= i)%N) l i.

Let rE : cov (q + e - (X *m P) *v o) (q + e - (X *m P) *v o) = dg U l.
Proof. by rewrite policy_res. Qed.

Theorem D1_repaired : (forall A B C D, tail <= L A B C D) /\
  (forall C, L (D1_A Uk C Uk^T) Uk C Uk^T = tail).
Proof.
split=> [A B C D|C]; first exact: (residual_pca_min policy_reg oU rE sorted).
by rewrite -D1_AE; apply: (residual_pca_attained policy_reg oU rE sorted C).
Qed.

Theorem D1_min_iff A B C D : L A B C D = tail <->
  (A - D1_A B C D) *m cov o o = 0 /\
  principal_map k (thr k l) (cov r r) (B *m D).
Proof.
rewrite -policy_res -D1_AE.
exact: (residual_pca_minP policy_reg oU rE sorted).
Qed.

End Spectrum.

(* a deterministic policy leaves the latent to the noise alone *)
Corollary D1_deterministic : s = 0 -> cov r r = cov e e.
Proof. by move=> s0; rewrite /r s0 act0r add0r. Qed.

(* eq. 8 as printed *)
Definition D1_printed_A B C D : 'M[R]_n :=
  1%:M - (B *m C + B *m D)
    - cov o o *m P^T *m X^T *m (B *m D - 1%:M)^T *m invmx (cov o o).

(* it is optimal exactly when the transposed term happens to be right *)
Theorem D1_printed_iff B C D : pd (cov o o) ->
  (forall A', L (D1_printed_A B C D) B C D <= L A' B C D) <->
  cov o o *m P^T *m X^T *m (B *m D - 1%:M)^T *m invmx (cov o o) =
  (B *m D - 1%:M) *m X *m P.
Proof.
move=> po; rewrite (D1_A_pd_iff _ _ _ _ po) /D1_printed_A /D1_A.
by split=> [/addrI/oppr_inj|->].
Qed.

End Policy.

Definition D1_as_printed (R : realFieldType) (V : l2space R) n k d :=
  forall (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d),
  cov o s = 0 -> cov o e = 0 -> cov s e = 0 -> pd (cov o o) ->
  forall (B : 'M[R]_(n, k)) C D A',
    loss o (X *v (P *v o + s) + e) (D1_printed_A X P o B C D) B C D <=
    loss o (X *v (P *v o + s) + e) A' B C D.

(* Two white observations, two white actions, X = 1, no noise, and the policy *)
(* that copies the first observation to the second action: at an optimal      *)
(* latent the printed A is not stationary.                                    *)
Section D1Instance.
Variables (R : realFieldType) (V : l2space R) (u : 'cV[V]_(2 + 2)).
Hypothesis u_on : cov u u = 1%:M.
Let o := row_mx (1%:M : 'M_2) (0 : 'M[R]_2) *v u.
Let s := row_mx (0 : 'M[R]_2) (1%:M : 'M_2) *v u.
Let X : 'M[R]_2 := 1%:M.
Let P : 'M[R]_2 := delta_mx 1 0.
Let B : 'M[R]_(2, 1) := delta_mx 0 0.
Let D : 'M[R]_(1, 2) := delta_mx 0 0.

Lemma D1_instance : let x := X *v (P *v o + s) + 0 in
  [/\ cov o s = 0, pd (cov o o), loss o x (D1_A X P B (- D) D) B (- D) D = 1
    & loss o x (D1_printed_A X P o B (- D) D) B (- D) D = 3%:R].
Proof.
move=> x; have os : cov o s = 0.
  by rewrite (cov_on u_on) tr_row_mx mul_row_col trmx0 mul0mx mulmx0
     addr0.
have oo : cov o o = 1%:M.
  by rewrite (cov_on u_on) tr_row_mx mul_row_col trmx0 mul0mx trmx1
     mulmx1 addr0.
have ss : cov s s = 1%:M.
  by rewrite (cov_on u_on) tr_row_mx mul_row_col trmx0 mul0mx trmx1
     mulmx1 add0r.
have BD : B *m D = delta_mx 0 0 by rewrite mul_delta_mx.
have o0 : cov o (0 : 'cV_2) = 0 by rewrite cov0r.
have one2 : 1%:M = delta_mx 0 0 + delta_mx 1 1 :> 'M[R]_2.
  apply/matrixP=> -[[|[|//]] ?] [[|[|//]] ?];
  by rewrite !mxE /= ?addr0 ?add0r.
have C : B *m D - 1%:M = - delta_mx 1 1 by rewrite BD one2 opprD addNKr.
have tr1 i : \tr (delta_mx i i : 'M[R]_2) = 1.
  by rewrite -(mul_delta_mx (0 : 'I_1)) mxtrace_mulC mul_delta_mx /mxtrace
    big_ord1 mxE.
have L A : loss o x A B (- D) D =
    en 1%:M (A - D1_A X P B (- D) D) + 1.
  rewrite (loss_regressed (policy_reg X P os o0)) best_AE D1_AE policy_res oo.
  congr (_ + _); rewrite /X act1 addr0 /pca ss C /en mulmx1.
  by rewrite [(- _)^T]linearN /= mulmxN mulNmx opprK trmx_delta mul_delta_mx
    tr1.
split=> //; first by rewrite oo; apply/pd_scalar/ltr01.
  by rewrite L subrr /en !mul0mx mxtrace0 add0r.
rewrite L; have -> : 3%:R = 2%:R + 1 :> R by rewrite -[1]/(1%:R) -natrD.
congr (_ + _).
have T1 : cov o o *m P^T *m X^T *m (B *m D - 1%:M)^T *m invmx (cov o o) =
    - delta_mx 0 1.
  rewrite C oo invmx1 /X /P trmx1 mul1mx !mulmx1 [(- _)^T]linearN /=.
  by rewrite mulmxN !trmx_delta mul_delta_mx.
have T2 : (B *m D - 1%:M) *m X *m P = - delta_mx 1 0.
  by rewrite C /X /P mulmx1 mulNmx mul_delta_mx.
have -> : D1_printed_A X P o B (- D) D - D1_A X P B (- D) D =
    delta_mx 0 1 - delta_mx 1 0.
  by rewrite /D1_printed_A /D1_A T1 T2; abel.
rewrite /en mulmx1 [(_ - _)^T]linearB /= !trmx_delta mulmxBl !mulmxBr.
rewrite !mul_delta_mx !mul_delta_mx_0 // !subr0 sub0r opprK mxtraceD !tr1.
by [].
Qed.

Lemma D1_instance_false : ~ D1_as_printed V 2 1 2.
Proof.
have [os po Lg Lp] := D1_instance => /(_ X P o 0 s os (cov0r _ _) (cov0r _ _)
  po).
move=> /(_ B (- D) D (D1_A X P B (- D) D)); rewrite Lg Lp.
by rewrite leNgt; rewrite -[1]/(1%:R) ltr_nat.
Qed.
End D1Instance.

Theorem D1_as_printed_false (R : realFieldType) :
  ~ D1_as_printed (cubeL2 R (2 + 2)) 2 1 2.
Proof. exact: D1_instance_false (cov_radv R _). Qed.

(* E[o s^T] = 0 and E[o e^T] = 0 are needed: with P = 0, two independent      *)
(* signs o and a change equal to o, one latent dimension, the loss reaches 0  *)
(* although E[r r^T] = 1 has the tail 1; the corrected formula gives A = 1,   *)
(* of loss 2, at B = 0.                                                       *)
Section D1Needed.
Variable R : realFieldType.
Let o := radv R 2.
Let Z1 : 'M[R]_(2, 1) := 0.
Let Z : 'M[R]_(1, 2) := 0.

Lemma D1_needed :
  loss o o 1%:M Z1 Z Z = 2%:R /\ loss o o 2%:R%:M Z1 Z Z = 0.
Proof.
rewrite /loss /predict /Z1 act0l !addr0; split.
  rewrite act1 (_ : o - (o + o) = - o); last by abel.
  by rewrite msqN msqE cov_radv mxtrace1.
by rewrite mulr2n raddfD /= actDl act1 subrr msq0.
Qed.

Lemma white_tail : \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1.
Proof. by rewrite big_mkcond !big_ord_recr big_ord0 /= !add0r. Qed.

Let pd_o : pd (cov o o). Proof. by rewrite cov_radv; apply/pd_scalar/ltr01. Qed.

Theorem D1_policy_noise_uncorrelated_needed :
  let s := o in let e := 0 : 'cV_2 in
  let x := 1%:M *v ((0 : 'M[R]_2) *v o + s) + e in
  [/\ cov o e = 0, pd (cov o o),
      cov (1%:M *v s + e) (1%:M *v s + e) = dg 1%:M (fun=> 1 : R)
    & [/\ \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1, loss o x 2%:R%:M Z1 Z Z = 0
        & loss o x (D1_A (1%:M : 'M[R]_2) (0 : 'M_2) Z1 Z Z) Z1 Z Z = 2%:R]].
Proof.
move=> s e x; have xE : x = o by rewrite /x /e act1 act0l add0r addr0.
have [h2 h0] := D1_needed; split; [exact: cov0r|exact: pd_o| |].
  by rewrite /e addr0 act1 cov_radv dgc // trmx1 mulmx1.
split; [exact: white_tail|by rewrite xE|].
by rewrite xE /D1_A !mulmx0 !addr0 !subr0.
Qed.

Theorem D1_noise_uncorrelated_needed :
  let s := 0 : 'cV_2 in let e := o in
  let x := 1%:M *v ((0 : 'M[R]_2) *v o + s) + e in
  [/\ cov o s = 0, pd (cov o o),
      cov (1%:M *v s + e) (1%:M *v s + e) = dg 1%:M (fun=> 1 : R)
    & [/\ \sum_(i < 2 | (1 <= i)%N) (1 : R) = 1, loss o x 2%:R%:M Z1 Z Z = 0
        & loss o x (D1_A (1%:M : 'M[R]_2) (0 : 'M_2) Z1 Z Z) Z1 Z Z = 2%:R]].
Proof.
move=> s e x; have xE : x = o by rewrite /x /s act1 act0l !add0r.
have [h2 h0] := D1_needed; split; [exact: cov0r|exact: pd_o| |].
  by rewrite /s act0r add0r cov_radv dgc // trmx1 mulmx1.
split; [exact: white_tail|by rewrite xE|].
by rewrite xE /D1_A !mulmx0 !addr0 !subr0.
Qed.
End D1Needed.

(* E[o o^T] > 0 is needed for A to be determined *)
Theorem D1_pd_needed (R : realFieldType) (V : l2space R) n k
  (x : 'cV[V]_n) A A' (B : 'M[R]_(n, k)) C D :
  loss 0 x A B C D = loss 0 x A' B C D.
Proof. exact: prop_4_1_pd_needed. Qed.
