(*            Weighted low-rank approximation (Eckart-Young-Mirsky)           *)
(* -------------------------------------------------------------------------- *)
(* For a target map Y : 'M_(p, n), a weight S = E[u u^T] and Z = Y S Y^T, the *)
(* error of W is en S (W - Y) = E ||W u - Y u||^2.  Its minimum over          *)
(* rank W <= tr Q is tr ((1 - Q) Z) for any top projector Q of Z.             *)
(* Over a realFieldType.                                                      *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat psd projector ky_fan.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Weighted low-rank approximation (reduced-rank regression after the        *)
(* regression step): target map Y, weight S, Z := Y S Y^T.                   *)
Section LowRank.
Variables (R : realFieldType) (p n : nat).
Variables (Y : 'M[R]_(p, n)) (S : 'M[R]_n).
Hypothesis pS : psd S.
Let Z := Y *m S *m Y^T.

Lemma lowrank_split (P : 'M_p) (W : 'M_(p, n)) : oproj P -> P *m W = 0 ->
  en S (W - Y) = \tr (P *m Z) + en S ((1%:M - P) *m (W - Y)).
Proof.
move=> oP PW; rewrite (en_split S _ oP); congr (_ + _).
rewrite mulmxBr PW sub0r /en linearN /= mulmxN !mulNmx opprK trmx_mul (proj1 oP).
by rewrite !mulmxA [LHS]mxtrace_mulC !mulmxA (proj2 oP).
Qed.

Variables (Q : 'M[R]_p) (t : R).
Hypothesis tp : topproj Z Q t.

Lemma cproj_trQ (W : 'M_(p, n)) : (\rank W)%:R <= \tr Q ->
  \tr (1%:M - Q) <= \tr (cproj W).
Proof.
move=> rW; rewrite cproj_tr natrB ?rank_leq_row // linearB /= mxtrace1.
by rewrite le_add2l le_opp2.
Qed.

Theorem lowrank_min (W : 'M_(p, n)) : (\rank W)%:R <= \tr Q ->
  \tr ((1%:M - Q) *m Z) <= en S (W - Y).
Proof.
move=> rW; have oP := cproj_oproj W.
rewrite (lowrank_split oP (cproj_mul W)) -[X in X <= _]addr0.
by rewrite le_add2 ?en_ge0 //; apply: (kyfan tp oP); apply: cproj_trQ.
Qed.

Theorem lowrank_attained : en S (Q *m Y - Y) = \tr ((1%:M - Q) *m Z).
Proof.
have [oQ _ _ _ _] := tp; have oC := oproj_compl oQ.
rewrite (lowrank_split oC); last first.
  by rewrite mulmxA mulmxBl mul1mx (proj2 oQ) subrr mul0mx.
rewrite [X in en S X](_ : _ = 0); first by rewrite /en !mul0mx mxtrace0 addr0.
by rewrite subKr mulmxBr mulmxA (proj2 oQ) subrr.
Qed.

Theorem lowrank_uniq (W : 'M_(p, n)) : gap Z Q t ->
  (\rank W)%:R <= \tr Q -> en S (W - Y) = \tr ((1%:M - Q) *m Z) ->
  W *m S = Q *m Y *m S.
Proof.
move=> gp rW; have oP := cproj_oproj W; have hP := cproj_trQ rW.
rewrite (lowrank_split oP (cproj_mul W)); have := kyfan tp oP hP.
set x := \tr _; set y := \tr _; set z := en S _ => xy yz.
have z0 : 0 <= z by rewrite en_ge0.
have yx : y = x by apply/eqP; rewrite eq_le xy -yz le_addL z0.
have {}z0 : z = 0 by apply: (addrI x); rewrite addr0 -{1}yx.
have PE := kyfan_eq tp gp oP hP yx; move/(en_eq0 pS): z0.
have := cproj_mul W; rewrite PE subKr mulmxBl mul1mx => /eqP.
rewrite subr_eq0 => /eqP QW; rewrite mulmxBr mulmxBl -QW => /eqP.
by rewrite subr_eq0 => /eqP.
Qed.

(* a positive threshold forces the full rank *)
Theorem lowrank_rank (W : 'M_(p, n)) : 0 < t ->
  (\rank W)%:R <= \tr Q -> en S (W - Y) = \tr ((1%:M - Q) *m Z) ->
  (\rank W)%:R = \tr Q.
Proof.
move=> t0 rW; have oP := cproj_oproj W; have hP := cproj_trQ rW.
have [oQ _ hi lo _] := tp; have := kyfan_excess tp oP.
rewrite (lowrank_split oP (cproj_mul W)) => /eqP; rewrite subr_eq => /eqP ->.
have cancel (u v w : R) : u + v + w = v -> u + w = 0.
  by move/eqP; rewrite -subr_eq0 addrAC addrK => /eqP.
move/cancel/eqP.
rewrite !paddr_eq0 ?addr_ge0 ?en_ge0 ?mulr_ge0 ?(ltW t0) ?subr_ge0 //.
case/andP=> /andP[_]; rewrite mulf_eq0 gt_eqF //= subr_eq0 cproj_tr => /eqP h _.
apply/eqP; rewrite eq_le rW /=; move/eqP: h; rewrite linearB /= mxtrace1.
rewrite natrB ?rank_leq_row // => /eqP/addrI/oppr_inj ->.
exact: lexx.
Qed.

End LowRank.
