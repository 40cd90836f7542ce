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
rewrite mulmxBr PW sub0r /en linearN /= mulmxN !mulNmx opprK trmx_mul (proj1
  oP).
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

(* all minimisers: W is optimal exactly when, on the range of S, it is Q' Y   *)
(* for a top projector Q' (with the same threshold) that contains its range   *)
Theorem lowrank_minP (W : 'M_(p, n)) : (\rank W)%:R <= \tr Q ->
  (en S (W - Y) = \tr ((1%:M - Q) *m Z) <->
   exists Q', [/\ topproj Z Q' t, \tr Q' <= \tr Q, t * (\tr Q - \tr Q') = 0,
                 Q' *m W = W & W *m S = Q' *m Y *m S]).
Proof.
move=> rW; split=> [hW|[Q' [tp' trQ' tr0 _ WS]]].
  have oP := cproj_oproj W; have hP := cproj_trQ rW.
  have := hW; rewrite (lowrank_split oP (cproj_mul W)).
  have := kyfan tp oP hP; set x := \tr _; set y := \tr _; set z := en S _.
  move=> xy yz; have z0 : 0 <= z by rewrite en_ge0.
  have yx : y = x by apply/eqP; rewrite eq_le xy -yz le_addL z0.
  have {}z0 : z = 0 by apply: (addrI x); rewrite addr0 -{1}yx.
  have [tp' tr0] := proj1 (kyfan_minP tp oP hP) yx.
  exists (1%:M - cproj W); move: hP tr0.
  have -> : \tr (1%:M - Q) = p%:R - \tr Q by rewrite linearB /= mxtrace1.
  have -> : \tr (1%:M - cproj W) = p%:R - \tr (cproj W).
    by rewrite linearB /= mxtrace1.
  move=> hP tr0; split=> //.
  - rewrite -subr_ge0; have -> : \tr Q - (p%:R - \tr (cproj W)) =
      \tr (cproj W) - (p%:R - \tr Q) by ring.
    by rewrite subr_ge0.
  - by rewrite -tr0; ring.
  - by rewrite mulmxBl mul1mx cproj_mul subr0.
  move/(en_eq0 pS): z0; rewrite mulmxBr mulmxBl [_ *m W]mulmxBl mul1mx.
  by rewrite cproj_mul subr0 => /eqP; rewrite subr_eq0 => /eqP.
have -> : en S (W - Y) = en S (Q' *m Y - Y).
  by apply: eq_en; [case: pS | rewrite !mulmxBl WS].
have [oQ' _ _ _ _] := tp'.
have -> : en S (Q' *m Y - Y) = \tr ((1%:M - Q') *m Z).
  have oC := oproj_compl oQ'; rewrite (lowrank_split oC); last first.
    by rewrite mulmxA mulmxBl mul1mx (proj2 oQ') subrr mul0mx.
  rewrite [X in en S X](_ : _ = 0); first by rewrite /en !mul0mx mxtrace0 addr0.
  by rewrite subKr mulmxBr mulmxA (proj2 oQ') subrr.
apply: (proj2 (kyfan_minP tp (oproj_compl oQ') _)).
  by rewrite linearB [X in _ <= X]linearB /= le_add2l le_opp2.
by rewrite subKr; split=> //; rewrite -tr0 !linearB /=; ring.
Qed.

(* no gap: an eigenvector at a positive threshold inside Q and one outside    *)
(* can be exchanged, so that the optimal approximation is not unique          *)
Definition tie Q t := exists y w : 'rV[R]_p,
  [/\ y *m Q = y, w *m Q = 0, y *m Z = t *: y, w *m Z = t *: w
    & y != 0 /\ w != 0].

Theorem lowrank_tie : 0 < t -> tie Q t ->
  exists W : 'M_(p, n), [/\ (\rank W)%:R <= \tr Q,
    en S (W - Y) = \tr ((1%:M - Q) *m Z) & W *m S <> Q *m Y *m S].
Proof.
move=> t_gt0 [y [w [yQ wQ yZ wZ [y0 w0]]]].
have [tp' trQ'] := topproj_swap tp yQ wQ yZ wZ y0 w0.
have [oQ' _ _ _ _] := tp'; set Q' := Q - _ + _ in tp' trQ' oQ'.
have rW : (\rank (Q' *m Y))%:R <= \tr Q.
  by rewrite -trQ' oproj_rank // ler_nat mxrankM_maxl.
exists (Q' *m Y); split=> //.
  apply/(lowrank_minP rW); exists Q'; rewrite trQ' subrr mulr0 mulmxA.
  by rewrite (proj2 oQ').
move/(congr1 (fun M => w *m M *m Y^T)); rewrite !mulmxA wQ !mul0mx.
have -> : w *m Q' = w.
  have yw : w *m y^T = 0.
    have [[sQ _] _ _ _ _] := tp.
    by rewrite -yQ trmx_mul sQ mulmxA wQ mul0mx.
  have fw : row_free w by rewrite /row_free rank_rV w0.
  rewrite /Q' mulmxDr mulmxBr wQ /rproj !mulmxA yw !mul0mx subr0 add0r.
  by rewrite mulmxV ?mul1mx // gram_unit.
move/eqP; rewrite -!mulmxA (mulmxA Y) wZ scaler_eq0 (negPf w0) orbF.
by rewrite gt_eqF.
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
