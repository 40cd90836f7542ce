(*         Random variables on a finite probability space                     *)
(* -------------------------------------------------------------------------- *)
(*   finL2 p0 == the l2space of the functions T -> R on a finite type T with  *)
(*               weights p >= 0 (p0 : forall t, 0 <= p t): ip f g = E[f g]    *)
(* cubeL2 R N == the space {-1, 1}^N with the uniform probability             *)
(*      rad i == the i-th sign, a variable of cubeL2 R N                      *)
(*       radv == the random vector of the N signs: mean 0 (rad_mean),         *)
(*               independent (rad_indep), E[radv radv^T] = 1 (cov_radv)       *)
(* Counterexamples are stated in cubeL2, so that they hold on an honest finite*)
(* probability space with independent sources of mean zero.                   *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import psd l2.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Finite.
Variables (R : realFieldType) (T : finType) (p : T -> R).
Hypothesis p0 : forall t, 0 <= p t.

Definition fip (f g : {ffun T -> R^o}) : R := \sum_t p t * (f t * g t).

Lemma fipC f g : fip f g = fip g f.
Proof. by apply: eq_bigr => t _; rewrite (mulrC (f t)). Qed.

Lemma fipZD a f g h : fip (a *: f + g) h = a * fip f h + fip g h.
Proof.
rewrite /fip mulr_sumr -big_split; apply: eq_bigr => t _ /=.
by rewrite !ffunE /= /GRing.scale /=; ring.
Qed.

Lemma fip_ge0 f : 0 <= fip f f.
Proof. by apply: sumr_ge0 => t _; rewrite mulr_ge0 // -expr2 sqr_ge0. Qed.

Definition finL2 : l2space R := L2Space fipC fipZD fip_ge0.

(* when no point has weight zero, E[f^2] = 0 only if f = 0 everywhere *)
Lemma finL2_eq0 (f : finL2) : (forall t, 0 < p t) -> ip f f = 0 -> f = 0.
Proof.
move=> p_gt0 /eqP; rewrite /ip /= /fip psumr_eq0 => [/allP f0|t _]; last first.
  by rewrite mulr_ge0 // -expr2 sqr_ge0.
apply/ffunP=> t; rewrite ffunE; have := f0 t (mem_index_enum _).
by rewrite implyTb mulf_eq0 gt_eqF //= -expr2 sqrf_eq0 => /eqP.
Qed.

End Finite.

(* N independent fair signs *)
Section Cube.
Variables (R : realFieldType) (N : nat).
Local Notation T := {ffun 'I_N -> bool}.
Let p (w : T) : R := (2%:R ^+ N)^-1.

Lemma cube_p0 w : 0 <= p w.
Proof. by rewrite invr_ge0 exprn_ge0 ?ler0n. Qed.

Definition cubeL2 : l2space R := finL2 cube_p0.
Definition sgn (b : bool) : R := if b then 1 else -1.
Definition rad i : cubeL2 := [ffun w : T => sgn (w i)].
Definition radv : 'cV[cubeL2]_N := \col_i rad i.
Definition cube_mean (f : cubeL2) : R := \sum_w p w * f w.

(* the expectation of a product of functions of the coordinates *)
Lemma cube_prod (F : 'I_N -> bool -> R) :
  \sum_w p w * (\prod_i F i (w i)) =
  \prod_i ((2%:R)^-1 * \sum_(b : bool) F i b).
Proof.
rewrite -mulr_sumr big_split /= prodr_const card_ord exprVn.
by rewrite bigA_distr_bigA.
Qed.

(* it is a probability space *)
Lemma cube_total : \sum_w p w = 1.
Proof.
have := cube_prod (fun _ _ => 1); rewrite (eq_bigr p) => [->|w _]; last first.
  by rewrite big1 ?mulr1.
apply: big1 => i _; rewrite big_const cardT enumT unlock /= addr0 -mulr2n.
by rewrite mulVf ?pnatr_eq0.
Qed.

Lemma sgn_sum : \sum_(b : bool) sgn b = 0.
Proof. by rewrite (bigD1 true) //= (big_pred1 false) => [|[]] //;
  rewrite addrN. Qed.

(* the coordinates are independent: E[prod f_i(X_i)] = prod E[f_i(X_i)] *)
Theorem rad_indep (f : 'I_N -> bool -> R) :
  \sum_w p w * (\prod_i f i (w i)) =
  \prod_i (\sum_w p w * f i (w i)).
Proof.
rewrite cube_prod; apply: eq_bigr => i _.
have -> : \sum_w p w * f i (w i) =
  \sum_w p w * \prod_j (if j == i then f i (w j) else 1).
  apply: eq_bigr => w _; congr (_ * _); rewrite -big_mkcond /=.
  by rewrite big_pred1_eq.
rewrite (cube_prod (fun j b => if j == i then f i b else 1)).
rewrite (bigD1 i) //= eqxx [X in _ = _ * X]big1 ?mulr1 // => j /negPf ->.
rewrite big_const cardT enumT unlock /= addr0 -mulr2n.
by rewrite mulVf ?pnatr_eq0.
Qed.

Lemma rad_mean i : cube_mean (rad i) = 0.
Proof.
rewrite /cube_mean (eq_bigr (fun w : T =>
  p w * \prod_j (if j == i then sgn (w j) else 1))) => [|w _]; last first.
  by rewrite ffunE -big_mkcond /= big_pred1_eq.
rewrite (cube_prod (fun j b => if j == i then sgn b else 1)).
by rewrite (bigD1 i) //= eqxx sgn_sum mulr0 mul0r.
Qed.

Theorem cov_radv : cov radv radv = 1%:M.
Proof.
apply/matrixP=> i j; rewrite !mxE /ip /= /fip.
have [->|ij] := eqVneq i j.
  rewrite (eq_bigr p) ?cube_total // => w _.
  by rewrite !ffunE /sgn; case: (w j); rewrite ?mulrNN !mulr1.
pose F s b : R := (if s == i then sgn b else 1) * (if s == j then sgn b else 1).
rewrite (eq_bigr (fun w : T => p w * \prod_s F s (w s))) => [|w _]; last first.
  by rewrite !ffunE big_split /= -!big_mkcond /= !big_pred1_eq.
rewrite cube_prod (bigD1 i) //= /F eqxx (negPf ij).
by rewrite (eq_bigr sgn) ?sgn_sum ?mulr0 ?mul0r // => b _; rewrite mulr1.
Qed.

(* single signs as random vectors of dimension 1 *)
Definition coin i : 'cV[cubeL2]_1 := const_mx (rad i).

Lemma cov_coin i j : cov (coin i) (coin j) = (i == j)%:R%:M.
Proof.
apply/matrixP=> s t; rewrite !ord1 !mxE eqxx mulr1n.
by have := congr1 (fun M : 'M_N => M i j) cov_radv; rewrite !mxE.
Qed.

Lemma cov_coin_eq i : cov (coin i) (coin i) = 1%:M.
Proof. by rewrite cov_coin eqxx. Qed.

Lemma cov_coin_neq i j : i != j -> cov (coin i) (coin j) = 0.
Proof. by move=> /negPf ij; rewrite cov_coin ij; apply: raddf0. Qed.

End Cube.
