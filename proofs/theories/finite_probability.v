(*         Random variables on a finite probability space                     *)
(* -------------------------------------------------------------------------- *)
(* finL2 p0 == the l2space of the functions T -> R on a finite type T with    *)
(*             weights p >= 0 (p0 : forall t, 0 <= p t): ip f g = E[f g]      *)
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
End Finite.
