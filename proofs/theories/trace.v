(*          Tactics for identities between traces of matrix words             *)
(* -------------------------------------------------------------------------- *)
(*   mxexp == expands a trace of a polynomial in matrices and transposes      *)
(*  mxrot1 == rotates the word of the left-hand side by one letter            *)
(* mxtrDE, mxtrNE, mxtrZE, trmxDE, trmxNE, trmxZE == trace and transpose of   *)
(*            sums, opposites and scalings, with a fixed head symbol          *)
(*   mxrot == rotation of a word in goal form;   mxtrT == transposition       *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Lemmas.
Variable R : comRingType.
Lemma trmxDE m n (A B : 'M[R]_(m, n)) : (A + B)^T = A^T + B^T.
Proof. exact: raddfD. Qed.
Lemma trmxNE m n (A : 'M[R]_(m, n)) : (- A)^T = - A^T.
Proof. exact: raddfN. Qed.
Lemma trmxZE m n a (A : 'M[R]_(m, n)) : (a *: A)^T = a *: A^T.
Proof. exact: linearZ. Qed.
Lemma mxtrDE n (A B : 'M[R]_n) : \tr (A + B) = \tr A + \tr B.
Proof. exact: raddfD. Qed.
Lemma mxtrNE n (A : 'M[R]_n) : \tr (- A) = - \tr A. Proof. exact: raddfN. Qed.
Lemma mxtrZE n a (A : 'M[R]_n) : \tr (a *: A) = a * \tr A.
Proof. exact: mxtraceZ. Qed.
(* rotation: last factor to the front / whole transposition *)
Lemma mxrot m n (W : 'M[R]_(m, n)) (X : 'M[R]_(n, m)) (c : R) :
  \tr (X *m W) = c -> \tr (W *m X) = c.
Proof. by rewrite mxtrace_mulC. Qed.
Lemma mxtrT n (W : 'M[R]_n) (c : R) : \tr (W^T) = c -> \tr W = c.
Proof. by rewrite mxtrace_tr. Qed.
End Lemmas.

(* full expansion of a trace of a polynomial in matrices *)
Ltac mxexp :=
  rewrite ?(trmxDE, trmxNE, trmxZE, trmx_mul, trmxK, trmx1);
  rewrite ?(mulmxDl, mulmxDr, mulNmx, mulmxN, opprK, =^~ scalemxAl,
    =^~ scalemxAr);
  rewrite ?(mul1mx, mulmx1, mulmxA);
  rewrite ?(mxtrDE, mxtrNE, mxtrZE).
(* one rotation of the word on the left-hand side *)
Ltac mxrot1 := apply: mxrot; rewrite ?mulmxA.
