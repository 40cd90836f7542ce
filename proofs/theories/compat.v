(*              Order and arithmetic lemmas under stable names                *)
(* -------------------------------------------------------------------------- *)
(* The names of several order lemmas changed between MathComp 1.15 and 2.x.   *)
(* Every file of this library takes them from here, so that one source serves *)
(* both.  All statements are over a realFieldType R.                          *)
(*     le_add2, le_addL, le_addR, le_add2l, le_add2r   <= and +               *)
(*     le_opp2, le_pmul2                               <= and -, <= and *     *)
(*     lt_subl_addr, lt_addL, lt_paddl                 <  and +               *)
(*     lt_pmul2r, le_pdivl, lt_pdivr                   order, * and /         *)
(*     max_geE, max_leE, max_ltE                       Num.max                *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Shim.
Variable R : realFieldType.
Implicit Types a b c d x y z : R.
Lemma le_add2 a b c d : a <= b -> c <= d -> a + c <= b + d.
Proof. by move=> ab cd; rewrite -subr_ge0 opprD addrACA addr_ge0 ?subr_ge0. Qed.
Lemma le_addL x y : (x <= x + y) = (0 <= y).
Proof. by rewrite -[LHS]subr_ge0 [x + y]addrC addrK. Qed.
Lemma le_addR x y : (x <= y + x) = (0 <= y).
Proof. by rewrite addrC le_addL. Qed.
Lemma le_add2r z x y : (x + z <= y + z) = (x <= y).
Proof. by rewrite -[LHS]subr_ge0 opprD addrACA subrr addr0 subr_ge0. Qed.
Lemma le_add2l z x y : (z + x <= z + y) = (x <= y).
Proof. by rewrite !(addrC z) le_add2r. Qed.
Lemma le_opp2 x y : (- x <= - y) = (y <= x).
Proof. by rewrite -[LHS]subr_ge0 opprK addrC subr_ge0. Qed.
Lemma lt_subl_addr x y z : (x - y < z) = (x < z + y).
Proof. by rewrite -[LHS]subr_gt0 -[RHS]subr_gt0 opprB addrCA addrA [y + z]addrC.
  Qed.
Lemma lt_addL x y : (x < x + y) = (0 < y).
Proof. by rewrite -[LHS]subr_gt0 [x + y]addrC addrK. Qed.
Lemma lt_paddl y x z : 0 <= x -> y < z -> y < x + z.
Proof. by move=> x0 yz; apply: (lt_le_trans yz); rewrite le_addR. Qed.
Lemma le_pmul2 a x y : 0 <= a -> x <= y -> a * x <= a * y.
Proof. by move=> a0 xy; rewrite -subr_ge0 -mulrBr mulr_ge0 ?subr_ge0. Qed.
Lemma ler_pmul2r_compat a x y : 0 < a -> (x * a <= y * a) = (x <= y).
Proof.
by move=> a0; rewrite -subr_ge0 -mulrBl pmulr_lge0 // subr_ge0.
Qed.
Lemma lt_pmul2r a x y : 0 < a -> (x * a < y * a) = (x < y).
Proof.
by move=> a0; rewrite -subr_gt0 -mulrBl pmulr_lgt0 // subr_gt0.
Qed.
Lemma le_pdivl z x y : 0 < z -> (x / z <= y) = (x <= y * z).
Proof.
by move=> z0; rewrite -[LHS](ler_pmul2r_compat _ _ z0) divfK // gt_eqF.
Qed.
Lemma lt_pdivr z x y : 0 < z -> (x < y / z) = (x * z < y).
Proof.
by move=> z0; rewrite -[LHS](lt_pmul2r _ _ z0) divfK // gt_eqF.
Qed.
Lemma max_geE z x y : (z <= Num.max x y) = (z <= x) || (z <= y).
Proof.
rewrite maxEle; case: ifP => xy; first by rewrite orb_idl // => /le_trans;
  apply.
by rewrite orb_idr // => zy; rewrite (le_trans zy) // ltW // ltNge xy.
Qed.
Lemma max_leE z x y : (Num.max x y <= z) = (x <= z) && (y <= z).
Proof.
rewrite maxEle; case: ifP => xy; first by rewrite andb_idl // => /(le_trans xy).
by rewrite andb_idr // => xz; rewrite (le_trans _ xz) // ltW // ltNge xy.
Qed.
Lemma max_ltE z x y : (Num.max x y < z) = (x < z) && (y < z).
Proof.
rewrite maxEle; case: ifP => xy; first by rewrite andb_idl // => /(le_lt_trans
  xy).
by rewrite andb_idr // => xz; rewrite (le_lt_trans _ xz) // ltW // ltNge xy.
Qed.
End Shim.
