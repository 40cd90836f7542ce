(*              R6: targets that do not depend on the exogenous state         *)
(* -------------------------------------------------------------------------- *)
(*  cond_exp P == P is linear, idempotent and self-adjoint for E[x y]: a      *)
(*                conditional expectation as the orthogonal projector it is   *)
(*    cexp P x == the random vector of the P (x i)                            *)
(* R6_identity  E||w - y||^2 = E||E[w|.] - y||^2 + 1/2 E||w - w'||^2 for      *)
(*              y that P fixes and two draws w, w' with the same conditional  *)
(*              expectation and spread, conditionally uncorrelated            *)
(* R6_bound     E||w - w'||^2 <= 2 E||w - y||^2                               *)
(* R6_any_encoder  the identity on a finite space, for an arbitrary function  *)
(*              f of (s, a) and the exogenous draw, and any target y of (s, a)*)
(* E3_exact     a target met exactly makes w consistent                       *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd l2.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma msqB (R : realFieldType) (V : l2space R) n (u v : 'cV[V]_n) :
  msq (u - v) = msq u + msq v - 2%:R * \tr (cov u v).
Proof.
rewrite !msqE covDl !covDr covNl !covNr covNl opprK !mxtrDE !mxtrNE.
by rewrite -[cov v u]covC mxtrace_tr; ring.
Qed.

Section ConditionalExpectation.
Variables (R : realFieldType) (V : l2space R).

Definition cond_exp (P : V -> V) :=
  [/\ forall a x y, P (a *: x + y) = a *: P x + P y, forall x, P (P x) = P x
    & forall x y, ip (P x) y = ip x (P y)].

Definition cexp (P : V -> V) n (x : 'cV[V]_n) : 'cV[V]_n := \col_i P (x i 0).

Variable P : V -> V.
Hypothesis P_cond : cond_exp P.

Lemma cexp_adjoint m n (x : 'cV[V]_m) (y : 'cV[V]_n) :
  cov (cexp P x) y = cov x (cexp P y).
Proof. by apply/matrixP=> i j; rewrite !mxE; case: P_cond. Qed.

Lemma cexp_idem n (x : 'cV[V]_n) : cexp P (cexp P x) = cexp P x.
Proof. by apply/colP=> i; rewrite !mxE; case: P_cond. Qed.

(* what P fixes is uncorrelated with the residuals of P *)
Lemma cexp_res m n (x : 'cV[V]_m) (y : 'cV[V]_n) :
  cexp P y = y -> cov y (x - cexp P x) = 0.
Proof.
by move=> Py; rewrite covDr covNr -cexp_adjoint Py subrr.
Qed.

(* the head may be applied before or after *)
Lemma cexp_act m n (K : 'M[R]_(m, n)) (x : 'cV[V]_n) :
  cexp P (K *v x) = K *v cexp P x.
Proof.
have [PL _ _] := P_cond; have P0 : P 0 = 0.
  by have := PL (-1) 0 0; rewrite scaler0 add0r scaleN1r addNr.
have PD x1 x2 : P (x1 + x2) = P x1 + P x2.
  by have := PL 1 x1 x2; rewrite !scale1r.
apply/colP=> i; rewrite !mxE (big_morph P PD P0); apply: eq_bigr => j _.
by rewrite mxE; have := PL (K i j) (x j 0) 0; rewrite P0 !addr0.
Qed.

Variables (n : nat) (y w w' : 'cV[V]_n).
Hypothesis Py : cexp P y = y.
Let e := w - cexp P w.
Let e' := w' - cexp P w'.

(* bias and variance *)
Theorem R6_bias_variance : msq (w - y) = msq (cexp P w - y) + msq e.
Proof.
have -> : w - y = (cexp P w - y) + e by rewrite /e; abel.
rewrite msqD // covDl covNl.
by rewrite (cexp_res w (cexp_idem w)) (cexp_res w Py) subr0.
Qed.

Hypothesis same_mean : cexp P w' = cexp P w.
Hypothesis same_spread : msq e' = msq e.
Hypothesis uncorrelated : \tr (cov e e') = 0.

Theorem R6_identity :
  msq (w - y) = msq (cexp P w - y) + 2%:R^-1 * msq (w - w').
Proof.
have -> : w - w' = e - e' by rewrite /e /e' same_mean; abel.
have -> : msq (e - e') = 2%:R * msq e.
  by rewrite msqB same_spread uncorrelated mulr0 subr0 mulr_natl mulr2n.
by rewrite mulKf ?pnatr_eq0 // R6_bias_variance.
Qed.

Corollary R6_bound : msq (w - w') <= 2%:R * msq (w - y).
Proof.
rewrite R6_identity mulrDr mulVKf ?pnatr_eq0 // le_addR.
by rewrite mulr_ge0 ?ler0n // msq_ge0.
Qed.

Corollary E3_exact : msq (w - y) = 0 -> msq (w - w') = 0.
Proof.
move=> h; apply/eqP; rewrite eq_le msq_ge0 andbT.
by apply: le_trans R6_bound _; rewrite h mulr0.
Qed.
End ConditionalExpectation.

(* any encoder, linear or not, on a finite space: p is the distribution of    *)
(* (s, a), pi that of the exogenous draw given (s, a)                         *)
Section AnyEncoder.
Variables (R : realFieldType) (T X : finType) (m : nat).
Variables (p : T -> R) (pi : T -> X -> R).
Hypothesis pi1 : forall t, \sum_x pi t x = 1.
Variables (f : T -> X -> 'cV[R]_m) (y : T -> 'cV[R]_m).

Definition sqn (v : 'cV[R]_m) : R := \sum_i v i 0 ^+ 2.
Definition cond_mean t : 'cV[R]_m := \sum_x pi t x *: f t x.

Let scalar t (g : X -> R) (c : R) : let mu := \sum_x pi t x * g x in
  \sum_x pi t x * (g x - c) ^+ 2 = (mu - c) ^+ 2 +
    2%:R^-1 * (\sum_x \sum_x' pi t x * pi t x' * (g x - g x') ^+ 2).
Proof.
move=> mu; pose q2 := \sum_x pi t x * g x ^+ 2.
have lin (a b d : R) : \sum_x pi t x * (a * g x ^+ 2 + b * g x + d) =
    a * q2 + b * mu + d.
  under eq_bigr do rewrite !mulrDr; rewrite !big_split /= /q2 /mu !mulr_sumr.
  rewrite -mulr_suml pi1 mul1r; congr (_ + _ + _).
    by apply: eq_bigr => x _; rewrite mulrCA.
  by apply: eq_bigr => x _; rewrite mulrCA.
have -> : \sum_x pi t x * (g x - c) ^+ 2 =
    \sum_x pi t x * (1 * g x ^+ 2 + (- (2%:R * c)) * g x + c ^+ 2).
  by apply: eq_bigr => x _; ring.
have -> : \sum_x \sum_x' pi t x * pi t x' * (g x - g x') ^+ 2 =
    \sum_x pi t x * (1 * g x ^+ 2 + (- (2%:R * mu)) * g x + q2).
  apply: eq_bigr => x _; transitivity (pi t x *
      (\sum_x' pi t x' * (1 * g x' ^+ 2 + (- (2%:R * g x)) * g x' + g x ^+ 2))).
    by rewrite mulr_sumr; apply: eq_bigr => x' _; ring.
  by rewrite lin; ring.
have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
by rewrite !lin; field.
Qed.

Theorem R6_any_encoder :
  \sum_t p t * (\sum_x pi t x * sqn (f t x - y t)) =
  \sum_t p t * sqn (cond_mean t - y t) + 2%:R^-1 *
    (\sum_t p t * (\sum_x \sum_x' pi t x * pi t x' * sqn (f t x - f t x'))).
Proof.
have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
rewrite mulr_sumr -big_split; apply: eq_bigr => t _ /=.
rewrite mulrCA -mulrDr; congr (_ * _).
have ex (F : X -> 'I_m -> R) : \sum_x pi t x * (\sum_i F x i) =
    \sum_i \sum_x pi t x * F x i.
  by rewrite exchange_big; apply: eq_bigr => x _; rewrite mulr_sumr.
rewrite /sqn ex.
have -> : \sum_x \sum_x' pi t x * pi t x' * (\sum_i (f t x - f t x') i 0 ^+ 2) =
    \sum_i \sum_x \sum_x' pi t x * pi t x' * (f t x i 0 - f t x' i 0) ^+ 2.
  rewrite [RHS]exchange_big; apply: eq_bigr => x _ /=.
  rewrite [RHS]exchange_big; apply: eq_bigr => x' _ /=.
  by rewrite mulr_sumr; apply: eq_bigr => i _; rewrite !mxE.
rewrite mulr_sumr -big_split; apply: eq_bigr => i _ /=.
have -> : \sum_x pi t x * (f t x - y t) i 0 ^+ 2 =
    \sum_x pi t x * (f t x i 0 - y t i 0) ^+ 2.
  by apply: eq_bigr => x _; rewrite !mxE.
rewrite scalar !mxE summxE; congr ((_ - _) ^+ 2 + _).
by apply: eq_bigr => x _; rewrite mxE.
Qed.
End AnyEncoder.
