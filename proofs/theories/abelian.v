(*                 The tactic abel: identities of abelian groups              *)
(* -------------------------------------------------------------------------- *)
(*    abel == closes a goal x = y in a zmodType (matrices, random vectors)    *)
(*            when both sides are equal sums of the same atoms; reflexive.    *)
(*     gex == group expressions 0 | 'x_i | a + b | - a                        *)
(* gev r e == the value of the expression e in the environment r              *)
(* gco e i == the integer coefficient of 'x_i in e                            *)
(* Atoms are compared up to unification.                                      *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Inductive gex := G0 | GV of nat | GD of gex & gex | GN of gex.

Fixpoint gev (M : zmodType) (r : seq M) (e : gex) : M :=
  match e with
  | G0 => 0 | GV i => r`_i | GD a b => gev r a + gev r b | GN a => - gev r a
  end.

Fixpoint gco (e : gex) (i : nat) : int :=
  match e with
  | G0 => 0 | GV j => if j == i then 1 else 0
  | GD a b => gco a i + gco b i | GN a => - gco a i
  end.

Lemma intadd_mulrz (M : zmodType) (x : M) (m n : int) : x *~ (m + n) = x *~ m +
  x *~ n.
Proof. by first [rewrite mulrzDl | rewrite mulrzDr]. Qed. (* swapped in MathComp
  2 *)

Lemma gevE (M : zmodType) (r : seq M) e :
  gev r e = \sum_(i < size r) r`_i *~ gco e i.
Proof.
elim: e => /= [|j|a -> b ->|a ->].
- by rewrite big1 // => i _; rewrite mulr0z.
- have [js|sj] := ltnP j (size r); last first.
    rewrite nth_default // big1 // => i _; case: eqP => [ji|_];
      rewrite ?mulr0z //.
    by move: (ltn_ord i); rewrite -ji ltnNge sj.
  rewrite (bigD1 (Ordinal js)) //= eqxx mulr1z big1 ?addr0 // => i /eqP ij.
  by case: eqP => [ji|_]; rewrite ?mulr0z //; case: ij; apply: val_inj.
- by rewrite -big_split; apply: eq_bigr => i _ /=; rewrite intadd_mulrz.
by rewrite -sumrN; apply: eq_bigr => i _; rewrite mulrNz.
Qed.

Lemma gex_eq (M : zmodType) (r : seq M) a b :
  all (fun i => gco a i == gco b i) (iota 0 (size r)) -> gev r a = gev r b.
Proof.
move=> /allP h; rewrite !gevE; apply: eq_bigr => i _.
by rewrite (eqP (h i _)) // mem_iota add0n ltn_ord.
Qed.

(* atoms are compared up to unification: canonical-structure paths differ *)
Ltac gsame x y := match constr:(Set) with
  | _ => let _ := match constr:(Set) with _ => first [constr_eq x y | unify x y]
    end in
         constr:(true)
  | _ => constr:(false) end.
Ltac gadd x l := lazymatch l with
  | nil => constr:(cons x l)
  | cons ?y ?l' => let b := gsame x y in
      lazymatch b with true => l | false => let r := gadd x l' in constr:(cons y
        r) end
  end.
Ltac gidx x l := lazymatch l with
  | cons ?y ?l' => let b := gsame x y in
      lazymatch b with true => constr:(0%nat) | false => let i := gidx x l' in
        constr:(S i) end
  end.
Ltac gvars t l := lazymatch t with
  | @GRing.zero _ => l
  | @GRing.add _ ?a ?b => let l := gvars a l in gvars b l
  | @GRing.opp _ ?a => gvars a l
  | _ => gadd t l end.
Ltac gre t l := lazymatch t with
  | @GRing.zero _ => constr:(G0)
  | @GRing.add _ ?a ?b => let a := gre a l in let b := gre b l in constr:(GD a
    b)
  | @GRing.opp _ ?a => let a := gre a l in constr:(GN a)
  | _ => let i := gidx t l in constr:(GV i) end.
Ltac abel := lazymatch goal with |- @eq ?T ?x ?y =>
  let l := gvars x (@nil T) in let l := gvars y l in
  let a := gre x l in let b := gre y l in
  refine (@gex_eq _ l a b _); vm_compute; reflexivity end.

Section Test.
Variables (M : zmodType) (x y z t : M).
Goal x + (y - (z - t)) - x = - z + y + t + 0. Proof. abel. Qed.
End Test.
Section Test2.
Variables (R : comRingType) (m n : nat) (x y z t : 'M[R]_(m,n)).
Goal x + (y - (z - t)) - x = - z + y + t + 0. Proof. abel. Qed.
End Test2.
