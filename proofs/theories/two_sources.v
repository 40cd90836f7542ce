(*        Low-rank approximation of two sources in orthogonal directions      *)
(* -------------------------------------------------------------------------- *)
(* The weighted approximation of a map Y in the metric S1 + S2 by maps W of   *)
(* rank at most k (eckart_young), where Z1 = Y S1 Y^T and Z2 = Y S2 Y^T have  *)
(* Z1 Z2 = 0.  Which source does an optimal W see?                            *)
(*  best_map S Y k W == W has rank <= k and no such map is closer to Y        *)
(*     source_kept_P == with k = i + 1 and l_0 >= l_1 >= ... the eigenvalues  *)
(*                      of Z1: some best map has W S2 = 0 iff Z2 <= l_i       *)
(* source_all_suff, source_all_P == every one has iff Z2 < l_i or Z2 = 0      *)
(*     source_spare  == with rank Z1 < k and Z2 != 0 none has; no             *)
(*                      orthogonality is needed                               *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform spectral.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition best_map (R : realFieldType) p n (S : 'M[R]_n) (Y : 'M[R]_(p, n)) k
  (W : 'M[R]_(p, n)) := (\rank W <= k)%N /\
  forall W' : 'M_(p, n), (\rank W' <= k)%N -> en S (W - Y) <= en S (W' - Y).

Lemma en_addS (R : realFieldType) n (S T : 'M[R]_n) m (M : 'M_(m, n)) :
  en (S + T) M = en S M + en T M.
Proof. by rewrite /en mulmxDr mulmxDl raddfD. Qed.

(* a map that is zero in a sum of metrics is zero in each *)
Lemma psd_sum_ker (R : realFieldType) n (S T : 'M[R]_n) m (M : 'M_(m, n)) :
  psd S -> psd T -> M *m (S + T) = 0 -> M *m T = 0.
Proof.
move=> pS pT M0; apply: en_eq0 => //; apply/eqP.
have /eqP : en (S + T) M = 0 by rewrite /en M0 mul0mx raddf0.
by rewrite en_addS paddr_eq0 ?en_ge0 // => /andP[].
Qed.

(* the error of Y projected *)
Lemma projected_error (R : realFieldType) p n (S : 'M[R]_n)
  (Y : 'M[R]_(p, n)) P : oproj P ->
  en S (P *m Y - Y) = \tr ((1%:M - P) *m (Y *m S *m Y^T)).
Proof.
move=> oP; have oC := oproj_compl oP.
rewrite (lowrank_split _ _ oC); last first.
  by rewrite mulmxA mulmxBl mul1mx (proj2 oP) subrr mul0mx.
rewrite [X in en S X](_ : _ = 0); first by rewrite /en !mul0mx raddf0 addr0.
by rewrite subKr mulmxBr mulmxA (proj2 oP) subrr.
Qed.

Lemma oprojD (R : realFieldType) p (P P' : 'M[R]_p) :
  oproj P -> oproj P' -> P *m P' = 0 -> oproj (P + P').
Proof.
move=> [sP iP] [sP' iP'] PP'; have P'P : P' *m P = 0.
  by apply: trmx_inj; rewrite trmx_mul sP sP' PP' trmx0.
split; first by rewrite raddfD /= sP sP'.
by rewrite mulmxDl !mulmxDr iP iP' PP' P'P addr0 add0r.
Qed.

Lemma row_free1 (R : fieldType) p (y : 'rV[R]_p) : y != 0 -> row_free y.
Proof. by move=> y0; rewrite /row_free rank_rV y0. Qed.

Section TwoSources.
Variables (R : realFieldType) (p n m : nat).
Variables (Y : 'M[R]_(p, n)) (S1 S2 : 'M[R]_n) (Z1 Z2 : 'M[R]_p).
Hypothesis pS1 : psd S1.
Hypothesis pS2 : psd S2.
Hypothesis Z1E : Z1 = Y *m S1 *m Y^T.
Hypothesis Z2E : Z2 = Y *m S2 *m Y^T.
Hypothesis Z12 : Z1 *m Z2 = 0.
Variables (U : 'M[R]_(p, m)) (l : 'I_m -> R) (i : 'I_m).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis Z1U : Z1 = dg U l.
Hypothesis ls : nonincreasing l.
Let k := i.+1.
Let Q := pr U (@firstk m k).
Let t := l i.

Let pS : psd (S1 + S2). Proof. exact: psdD. Qed.
Let pZ1 : psd Z1. Proof. by rewrite Z1E; apply: psd_congr. Qed.
Let pZ2 : psd Z2. Proof. by rewrite Z2E; apply: psd_congr. Qed.
Let ZE : Y *m (S1 + S2) *m Y^T = Z1 + Z2.
Proof. by rewrite mulmxDr mulmxDl Z1E Z2E. Qed.
Let Z21 : Z2 *m Z1 = 0.
Proof.
by apply: trmx_inj; rewrite trmx_mul (proj1 pZ1) (proj1 pZ2) Z12 trmx0.
Qed.
Let l0 j : 0 <= l j. Proof. by apply: (dg_psd_ge0 oU); rewrite -Z1U. Qed.
Let t0 : 0 <= t. Proof. exact: l0. Qed.

Let kill (W : 'M[R]_p) : W *m Z2 = 0 -> W *m Y *m S2 = 0.
Proof.
move=> WZ; apply: en_eq0 => //.
suff -> : en S2 (W *m Y) = en Z2 W by rewrite /en WZ mul0mx raddf0.
by rewrite /en Z2E trmx_mul !mulmxA.
Qed.

Let trQ : \tr Q = k%:R.
Proof. by rewrite pr_tr // card_firstk // ltn_ord. Qed.

Let top1 : topproj Z1 Q t.
Proof.
rewrite Z1U; apply: topproj_dg => // j; rewrite /firstk; last first.
  by rewrite -leqNgt => /ltnW/ls.
by rewrite ltnS => /ls.
Qed.

Let rankP W : (\rank (W : 'M[R]_(p, n)) <= k)%N -> (\rank W)%:R <= \tr Q.
Proof. by rewrite trQ ler_nat. Qed.

(* the projector on the range of Z2 *)
Let P2_spec : {P : 'M[R]_p | P = 1%:M - cproj Z2}. Proof. by eexists. Qed.
Let P2 : 'M[R]_p := sval P2_spec.
Let P2E : P2 = 1%:M - cproj Z2. Proof. exact: (svalP P2_spec). Qed.
Let oP2 : oproj P2. Proof. rewrite P2E; exact/oproj_compl/cproj_oproj. Qed.
Let P2Z2 : P2 *m Z2 = Z2.
Proof. by rewrite P2E mulmxBl mul1mx cproj_mul subr0. Qed.
Let Z2P2 : Z2 *m P2 = Z2.
Proof. by apply: trmx_inj; rewrite trmx_mul (proj1 oP2) (proj1 pZ2). Qed.
Let Z1P2 : Z1 *m P2 = 0.
Proof.
by rewrite P2E; have [K ->] := cproj_kernel Z2; rewrite mulmxA Z12 mul0mx.
Qed.
Let P2Z1 : P2 *m Z1 = 0.
Proof. by apply: trmx_inj; rewrite trmx_mul (proj1 oP2) (proj1 pZ1) Z1P2 trmx0.
Qed.

(* a map that ignores the second source *)
Lemma ignorant_ge W : (\rank (W : 'M[R]_(p, n)) <= k)%N -> W *m S2 = 0 ->
  \sum_(j < m | (k <= j)%N) l j + \tr Z2 <= en (S1 + S2) (W - Y).
Proof.
move=> rW WS; rewrite en_addS.
have -> : en S2 (W - Y) = \tr Z2.
  have -> : en S2 (W - Y) = en S2 (- Y).
    by apply: eq_en; [case: pS2 | rewrite mulmxBl WS sub0r mulNmx].
  by rewrite /en trmxNE mulmxN !mulNmx opprK -Z2E.
rewrite le_add2r; have := lowrank_min (Y := Y) pS1 _ (rankP rW).
rewrite -Z1E => /(_ _ top1); rewrite Z1U pr_en //.
by under eq_bigl do rewrite /firstk -leqNgt.
Qed.

(* exchanging the last kept direction of the first source for one of the      *)
(* second                                                                     *)
Lemma exchanged (y : 'rV[R]_p) : y != 0 -> y *m Z1 = 0 ->
  exists W : 'M_(p, n), (\rank W <= k)%N /\ en (S1 + S2) (W - Y) =
    \sum_(j < m | (k <= j)%N) l j + \tr Z2
      + (t - (y *m Z2 *m y^T) 0 0 / (y *m y^T) 0 0).
Proof.
move=> y0 yZ1; have fy := row_free1 y0.
pose J (j : 'I_m) := (j < i)%N && (l j != 0).
have JE : pr U J = dg U l *m dg U (fun j => ind R J j / l j).
  rewrite (dgM oU); apply: eq_dg => j; rewrite /ind /J.
  have [-> |lj] := eqVneq (l j) 0; first by rewrite andbF !mul0r.
  by rewrite mulrCA mulfV ?mulr1.
have JZ2 : pr U J *m Z2 = 0.
  have -> : pr U J = dg U (fun j => ind R J j / l j) *m Z1.
    rewrite Z1U (dgM oU) JE (dgM oU).
    by apply: eq_dg => j; rewrite mulrC.
  by rewrite -mulmxA Z12 mulmx0.
have yJ : y *m pr U J = 0 by rewrite JE mulmxA -Z1U yZ1 mul0mx.
have oJ := pr_oproj oU J; have oy := rproj_oproj fy.
have oQ : oproj (rproj y + pr U J).
  by apply: oprojD => //; rewrite /rproj -mulmxA yJ mulmx0.
exists ((rproj y + pr U J) *m Y); split.
  rewrite (leq_trans (mxrankM_maxl _ _)) // -(ler_nat R) -oproj_rank //.
  rewrite raddfD /= rproj_tr // pr_tr // -natrD ler_nat add1n ltnS.
  rewrite -[X in (_ <= X)%N](card_firstk (ltnW (ltn_ord i))).
  by apply/subset_leq_card/subsetP=> j; rewrite unfold_in => /andP[].
rewrite projected_error // ZE mulmxBl mul1mx mulmxDl mxtrDE mxtrNE mxtrDE.
rewrite [pr U J *m (_ + _)]mulmxDr JZ2 addr0 mxtrDE Z1U.
have -> : \tr (pr U J *m dg U l) = \sum_(j < m | (j < i)%N) l j.
  rewrite pr_dg // dg_tr // [RHS]big_mkcond; apply: eq_bigr => j _ /=.
  rewrite /ind /J; case: (j < i)%N; rewrite ?mul0r //=.
  by case: eqP => [->|_]; rewrite ?mulr0 ?mul1r.
have -> : \tr (rproj y *m (dg U l + Z2)) =
    (y *m Z2 *m y^T) 0 0 / (y *m y^T) 0 0.
  rewrite -Z1U mulmxDr [rproj y *m Z1](_ : _ = 0) ?add0r; last first.
    by rewrite /rproj -mulmxA yZ1 mulmx0.
  rewrite /rproj -!mulmxA mxtrace_mulC -mulmxA -mulmxA.
  have -> : invmx (y *m y^T) = ((y *m y^T) 0 0)^-1%:M.
    by rewrite {1}[y *m y^T]mx11_scalar invmx_scalar.
  by rewrite mul_scalar_mx mxtraceZ mulmxA trace_mx11 mulrC.
have -> : \tr (dg U l) = \sum_(j < m | (j < i)%N) l j
    + (t + \sum_(j < m | (k <= j)%N) l j).
  rewrite dg_tr // (bigID (fun j : 'I_m => (j < i)%N)) /=; congr (_ + _).
  rewrite (bigD1 i) ?ltnn //=; congr (_ + _); apply: eq_bigl => j.
  by rewrite -leqNgt /k ltn_neqAle eq_sym andbC.
by abel.
Qed.

Theorem kept_bound W : best_map (S1 + S2) Y k W -> W *m S2 = 0 ->
  psd (t%:M - Z2).
Proof.
move=> [rW bW] WS; split=> [|v].
  by rewrite /sym raddfB /= tr_scalar_mx (proj1 pZ2).
rewrite mulmxBr mulmxBl mul_mx_scalar -scalemxAl mxE [X in X + _]mxE.
rewrite [X in _ + X]mxE subr_ge0.
pose y := v *m P2; have yZ1 : y *m Z1 = 0 by rewrite -mulmxA P2Z1 mulmx0.
have yZ2 : y *m Z2 *m y^T = v *m Z2 *m v^T.
  by rewrite /y trmx_mul (proj1 oP2) !mulmxA -(mulmxA _ Z2) Z2P2 -(mulmxA v)
    P2Z2.
have yy : (y *m y^T) 0 0 <= (v *m v^T) 0 0.
  rewrite -subr_ge0 -[v *m v^T](subrK (v *m P2 *m v^T)).
  have -> : y *m y^T = v *m P2 *m v^T.
    by rewrite /y trmx_mul (proj1 oP2) mulmxA -(mulmxA v) (proj2 oP2).
  rewrite mxE addrK -mulmxBl -{1}[v]mulmx1 -mulmxBr.
  exact: (proj2 (oproj_psd (oproj_compl oP2))).
have y_ge0 : 0 <= (y *m y^T) 0 0.
  by rewrite -trace_mx11; apply: en1_ge0.
rewrite -yZ2; apply: le_trans (le_pmul2 t0 yy).
have [->|y0] := eqVneq y 0; first by rewrite !mul0mx mxE mulr0.
have [W' [rW' eW']] := exchanged y0 yZ1.
have := le_trans (ignorant_ge rW WS) (bW _ rW'); rewrite eW' le_addL subr_ge0.
rewrite le_pdivl // lt_def y_ge0 andbT; apply: contra y0 => /eqP h.
by apply/eqP; apply: en1_eq0; rewrite trace_mx11.
Qed.

(* below the threshold the first k directions of Z1 stay on top *)
Lemma kept_disjoint : psd (t%:M - Z2) -> Q *m Z2 = 0.
Proof.
move=> lo; have [t_eq0|t_neq0] := eqVneq t 0.
  suff -> : Z2 = 0 by rewrite mulmx0.
  have /eqP : en (t%:M - Z2) (1%:M : 'M_p) + en Z2 (1%:M : 'M_p) = 0.
    by rewrite -en_addS subrK t_eq0 /en raddf0 mulmx0 mul0mx raddf0.
  rewrite paddr_eq0 ?en_ge0 // => /andP[_ /eqP/(en_eq0 pZ2)].
  by rewrite mul1mx.
have t_gt0 : 0 < t by rewrite lt_def t_neq0.
have -> : Q = dg U (fun j => ind R (@firstk m k) j / l j) *m Z1.
  rewrite Z1U (dgM oU); apply: eq_dg => j; rewrite /ind /firstk.
  case: ltnP => [jk|_]; last by rewrite !mul0r.
  by rewrite divfK // gt_eqF // (lt_le_trans t_gt0) // ls.
by rewrite -mulmxA Z12 mulmx0.
Qed.

Lemma kept_topproj : psd (t%:M - Z2) -> topproj (Z1 + Z2) Q t.
Proof.
move=> lo2; have QZ2 := kept_disjoint lo2; have [oQ cQ hi lo _] := top1.
have Z2Q : Z2 *m Q = 0.
  by apply: trmx_inj; rewrite trmx_mul (proj1 oQ) (proj1 pZ2) QZ2 trmx0.
have QP2 : Q *m P2 = 0.
  by rewrite P2E; have [K ->] := cproj_kernel Z2; rewrite mulmxA QZ2 mul0mx.
have P2Q : P2 *m Q = 0.
  by apply: trmx_inj; rewrite trmx_mul (proj1 oQ) (proj1 oP2) QP2 trmx0.
split=> //; first by rewrite mulmxDr mulmxDl QZ2 Z2Q cQ.
  suff -> : Q *m (Z1 + Z2 - t%:M) *m Q = Q *m (Z1 - t%:M) *m Q by [].
  by rewrite addrAC [X in X *m Q]mulmxDr QZ2 addr0.
move: lo; set T := _ *m _ *m _ => lo.
have CP2 : (1%:M - Q) *m P2 = P2 by rewrite mulmxBl mul1mx QP2 subr0.
have tP2 : (t%:M - Z1) *m P2 = t *: P2.
  by rewrite mulmxBl Z1P2 subr0 mul_scalar_mx.
have TP2 : T *m P2 = t *: P2.
  by rewrite /T -mulmxA CP2 -mulmxA tP2 -scalemxAr CP2.
have P2T : P2 *m T = t *: P2.
  by apply: trmx_inj; rewrite trmx_mul (proj1 lo) (proj1 oP2) TP2 linearZ /=
    (proj1 oP2).
have -> : (1%:M - Q) *m (t%:M - (Z1 + Z2)) *m (1%:M - Q) =
    (1%:M - P2) *m T *m (1%:M - P2)^T + P2 *m (t%:M - Z2) *m P2^T.
  rewrite (proj1 (oproj_compl oP2)) (proj1 oP2).
  have -> : t%:M - (Z1 + Z2) = t%:M - Z1 - Z2 by rewrite opprD addrA.
  rewrite [(1%:M - Q) *m (_ - Z2)]mulmxBr [X in X = _]mulmxBl -/T.
  have -> : (1%:M - Q) *m Z2 *m (1%:M - Q) = Z2.
    by rewrite mulmxBl mul1mx QZ2 subr0 mulmxBr mulmx1 Z2Q subr0.
  have -> : (1%:M - P2) *m T *m (1%:M - P2) = T - t *: P2.
    rewrite mulmxBl mul1mx P2T mulmxBr mulmx1 mulmxBl TP2 -scalemxAl.
    by rewrite (proj2 oP2) subrr subr0.
  have -> : P2 *m (t%:M - Z2) *m P2 = t *: P2 - Z2.
    rewrite mulmxBr mulmxBl mul_mx_scalar -scalemxAl (proj2 oP2) P2Z2 Z2P2.
    by [].
  by abel.
by apply: psdD; apply: psd_congr.
Qed.

Let bestE W : psd (t%:M - Z2) -> best_map (S1 + S2) Y k W ->
  en (S1 + S2) (W - Y) = \tr ((1%:M - Q) *m (Z1 + Z2)).
Proof.
move=> lo [rW bW]; have top := kept_topproj lo; rewrite -ZE in top *.
apply/eqP; rewrite eq_le (lowrank_min pS top (rankP rW)) andbT.
rewrite -(lowrank_attained top); apply: bW.
rewrite (leq_trans (mxrankM_maxl _ _)) // -(ler_nat R) -trQ.
by rewrite -oproj_rank //; case: top1.
Qed.

Let projected_best Q' : topproj (Z1 + Z2) Q' t -> \tr Q' = \tr Q ->
  best_map (S1 + S2) Y k (Q' *m Y).
Proof.
move=> top trQ'; rewrite -ZE in top; split=> [|W' rW'].
  rewrite (leq_trans (mxrankM_maxl _ _)) // -(ler_nat R) -trQ -trQ'.
  by rewrite -oproj_rank //; case: top.
rewrite (lowrank_attained top); apply: (lowrank_min pS top).
by rewrite trQ'; apply: rankP.
Qed.

Theorem source_kept_P :
  (exists W, best_map (S1 + S2) Y k W /\ W *m S2 = 0) <-> psd (t%:M - Z2).
Proof.
split=> [[W [bW WS]]|lo]; first exact: kept_bound bW WS.
exists (Q *m Y); split; first by apply: projected_best (kept_topproj lo) _.
exact/kill/kept_disjoint.
Qed.

(* every best map sees the second source through a top projector *)
Let seen W : psd (t%:M - Z2) -> best_map (S1 + S2) Y k W ->
  exists Q', [/\ topproj (Z1 + Z2) Q' t, \tr Q' <= \tr Q,
    t * (\tr Q - \tr Q') = 0 & W *m S2 = Q' *m Y *m S2].
Proof.
move=> lo bW; have top := kept_topproj lo; rewrite -ZE in top.
have := bestE lo bW; rewrite -ZE => eW.
have [Q' [top' trQ' tr0 _ WS]] := proj1 (lowrank_minP pS top (rankP bW.1)) eW.
exists Q'; split=> //; apply/eqP; rewrite -subr_eq0 -mulmxBl.
apply/eqP/(psd_sum_ker pS1 pS2).
by rewrite mulmxBl WS subrr.
Qed.

Lemma threshold_gt0 : pd (t%:M - Z2) -> 0 < t.
Proof.
move=> lo; rewrite lt_def t0 andbT; apply/negP=> /eqP t_eq0.
have := proj2 lo _ (row_neq0 oU i); rewrite t_eq0 raddf0 sub0r mulmxN.
by rewrite mulNmx mxE oppr_gt0 ltNge (proj2 pZ2).
Qed.

Lemma source_rank W : psd (t%:M - Z2) -> 0 < t ->
  best_map (S1 + S2) Y k W -> \rank W = k.
Proof.
move=> lo t_gt0 bW; have top := kept_topproj lo; rewrite -ZE in top.
have := lowrank_rank pS top t_gt0 (rankP bW.1).
by rewrite ZE trQ => /(_ (bestE lo bW))/eqP; rewrite eqr_nat => /eqP.
Qed.

Theorem source_all_suff W : pd (t%:M - Z2) \/ Z2 = 0 ->
  best_map (S1 + S2) Y k W -> W *m S2 = 0.
Proof.
case=> [lo2|Z20] bW; last first.
  have [|Q' [_ _ _ ->]] := seen _ bW.
    by rewrite Z20 subr0 -scalemx1; apply/psdZ/pd_psd/pd_scalar/ltr01.
  by apply: kill; rewrite Z20 mulmx0.
have lo := pd_psd lo2; have [Q' [top' trQ' tr0 ->]] := seen lo bW.
apply: kill; have top := kept_topproj lo; have [oQ cQ hi loQ _] := top.
have t_gt0 := threshold_gt0 lo2.
have {tr0} trE : \tr Q' = \tr Q.
  by move/eqP: tr0; rewrite mulf_eq0 gt_eqF //= subr_eq0 => /eqP.
have [oQ' _ _ _ _] := top'; have oC := oproj_compl oQ'.
have trC : \tr (1%:M - Q') = \tr (1%:M - Q) by rewrite !linearB /= trE.
have exc := kyfan_excess top oC; move: exc; rewrite trC subrr mulr0 addr0.
have -> : \tr ((1%:M - Q') *m (Z1 + Z2)) = \tr ((1%:M - Q) *m (Z1 + Z2)).
  apply/eqP; rewrite eq_le (kyfan top oC) ?trC //.
  by rewrite (kyfan top' (oproj_compl oQ)) ?trC.
rewrite subrr subKr => /esym/eqP; rewrite paddr_eq0 ?en_ge0 // => /andP[_].
move=> /eqP/(en_eq0 loQ) Q'lo.
have QZ2 := kept_disjoint lo.
have QP2 : Q *m P2 = 0.
  by rewrite P2E; have [K ->] := cproj_kernel Z2; rewrite mulmxA QZ2 mul0mx.
have CP2 : (1%:M - Q) *m P2 = P2 by rewrite mulmxBl mul1mx QP2 subr0.
have loP2 : (1%:M - Q) *m (t%:M - (Z1 + Z2)) *m (1%:M - Q) *m P2 =
    P2 *m (t%:M - Z2).
  rewrite -mulmxA CP2 -mulmxA [_ *m P2]mulmxBl [(Z1 + Z2) *m P2]mulmxDl Z1P2.
  rewrite add0r Z2P2 mul_scalar_mx mulmxBr -scalemxAr CP2.
  rewrite [(1%:M - Q) *m Z2]mulmxBl mul1mx QZ2 subr0.
  by rewrite mulmxBr P2Z2 mul_mx_scalar.
have tu := pd_unit lo2; have Q'P2 : Q' *m P2 = 0.
  by rewrite -[LHS](mulmxK tu) -(mulmxA Q' P2) -loP2 mulmxA Q'lo !mul0mx.
by rewrite -P2Z2 mulmxA Q'P2 mul0mx.
Qed.

(* a tie: the second source can take the place of the last kept direction *)
Theorem source_tie (w : 'rV[R]_p) : psd (t%:M - Z2) -> 0 < t -> w != 0 ->
  w *m Z2 = t *: w -> exists W, best_map (S1 + S2) Y k W /\ W *m S2 <> 0.
Proof.
move=> lo t_gt0 w0 wZ2; have top := kept_topproj lo; have [oQ _ _ _ _] := top.
have QZ2 := kept_disjoint lo.
have Z2Q : Z2 *m Q = 0.
  by apply: trmx_inj; rewrite trmx_mul (proj1 oQ) (proj1 pZ2) QZ2 trmx0.
have wE : w = t^-1 *: (w *m Z2) by rewrite wZ2 scalerA mulVf ?scale1r ?gt_eqF.
have wQ : w *m Q = 0 by rewrite wE -scalemxAl -mulmxA Z2Q mulmx0 scaler0.
have wZ1 : w *m Z1 = 0 by rewrite wE -scalemxAl -mulmxA Z21 mulmx0 scaler0.
set y := row i U^T; have y0 : y != 0 by apply: row_neq0.
have yZ1 : y *m Z1 = t *: y by rewrite Z1U dg_row.
have yQ : y *m Q = y by rewrite dg_row // /ind /firstk ltnSn scale1r.
have yZ2 : y *m Z2 = 0 by rewrite -yQ -mulmxA QZ2 mulmx0.
have yZ : y *m (Z1 + Z2) = t *: y by rewrite mulmxDr yZ1 yZ2 addr0.
have wZ : w *m (Z1 + Z2) = t *: w by rewrite mulmxDr wZ1 wZ2 add0r.
have [top' trQ'] := topproj_swap top yQ wQ yZ wZ y0 w0.
set Q' := Q - _ + _ in top' trQ'.
exists (Q' *m Y); split; first exact: projected_best.
move=> WS; have wQ' : w *m Q' = w.
  have wy : w *m y^T = 0.
    by rewrite -yQ trmx_mul (proj1 oQ) mulmxA wQ mul0mx.
  rewrite /Q' mulmxDr mulmxBr wQ /rproj !mulmxA wy !mul0mx subrr add0r.
  by rewrite mulmxV ?mul1mx // (gram_unit (row_free1 w0)).
have Q'Z2 : Q' *m Z2 = 0 by rewrite Z2E !mulmxA WS mul0mx.
have : w *m Z2 = 0 by rewrite -wQ' -mulmxA Q'Z2 mulmx0.
move/eqP; rewrite wZ2 scaler_eq0 gt_eqF //= => /eqP w_eq0.
by rewrite w_eq0 eqxx in w0.
Qed.

End TwoSources.

(* the exact threshold, where a best map exists                               *)
Section Exact.
Variables (R : realFieldType) (p n m : nat).
Variables (Y : 'M[R]_(p, n)) (S1 S2 : 'M[R]_n).
Hypothesis pS1 : psd S1.
Hypothesis pS2 : psd S2.

Lemma source_all_iff (Z1 Z2 : 'M[R]_p) (U : 'M[R]_(p, m)) l (i : 'I_m) :
    Z1 = Y *m S1 *m Y^T -> Z2 = Y *m S2 *m Y^T -> Z1 *m Z2 = 0 ->
    U^T *m U = 1%:M -> Z1 = dg U l -> nonincreasing l ->
  (exists W, best_map (S1 + S2) Y i.+1 W) ->
  (forall W, best_map (S1 + S2) Y i.+1 W -> W *m S2 = 0) <->
  pd ((l i)%:M - Z2) \/ Z2 = 0.
Proof.
move=> Z1E Z2E Z12 oU Z1U ls [W bW]; split=> [h|h W']; last first.
  exact: (source_all_suff pS1 pS2 Z1E Z2E Z12 oU Z1U ls h).
have lo := kept_bound pS1 pS2 Z1E Z2E Z12 oU Z1U ls bW (h W bW).
have pZ2 : psd Z2 by rewrite Z2E; apply: psd_congr.
have [lu|] := boolP ((l i)%:M - Z2 \in unitmx); [left|].
  split=> [|v v0]; first by case: lo.
  rewrite lt_def (proj2 lo) andbT; apply: contra v0 => /eqP v0.
  by rewrite -[v](mulmxK lu) (psd_ker lo v0) mul0mx.
rewrite -row_free_unit -kermx_eq0 => /rowV0Pn[w /sub_kermxP wK w0]; right.
move/eqP: wK; rewrite mulmxBr mul_mx_scalar subr_eq0 => /eqP/esym wZ2.
have : 0 <= l i by apply: (dg_psd_ge0 oU); rewrite -Z1U Z1E; apply: psd_congr.
rewrite le_eqVlt => /orP[/eqP t_eq0|t_gt0]; last first.
  have [W' [bW' []]] :=
    source_tie pS1 pS2 Z1E Z2E Z12 oU Z1U ls lo t_gt0 w0 wZ2.
  exact: h.
have /eqP : en ((l i)%:M - Z2) (1%:M : 'M_p) + en Z2 (1%:M : 'M_p) = 0.
  by rewrite -en_addS subrK -t_eq0 /en raddf0 mulmx0 mul0mx raddf0.
rewrite paddr_eq0 ?en_ge0 // => /andP[_ /eqP/(en_eq0 pZ2)].
by rewrite mul1mx.
Qed.

End Exact.

(* it does over a real closed field                                           *)
Section RealClosed.
Variables (R : rcfType) (p n m : nat).
Variables (Y : 'M[R]_(p, n)) (S1 S2 : 'M[R]_n).
Hypothesis pS1 : psd S1.
Hypothesis pS2 : psd S2.

Lemma best_map_exists (S : 'M[R]_n) k : psd S -> exists W, best_map S Y k W.
Proof.
move=> pS; have [Q [s [top trQ]]] :=
  exists_topproj (psd_congr Y pS) (geq_minr k p).
exists (Q *m Y); split=> [|W' rW'].
  rewrite (leq_trans (mxrankM_maxl _ _)) // -(ler_nat R) -oproj_rank.
    by rewrite trQ ler_nat geq_minl.
  by case: top.
rewrite (lowrank_attained top); apply: (lowrank_min pS top).
by rewrite trQ ler_nat leq_min rW' rank_leq_row.
Qed.

Theorem source_all_P (Z1 Z2 : 'M[R]_p) (U : 'M[R]_(p, m)) l (i : 'I_m) :
    Z1 = Y *m S1 *m Y^T -> Z2 = Y *m S2 *m Y^T -> Z1 *m Z2 = 0 ->
    U^T *m U = 1%:M -> Z1 = dg U l -> nonincreasing l ->
  (forall W, best_map (S1 + S2) Y i.+1 W -> W *m S2 = 0) <->
  pd ((l i)%:M - Z2) \/ Z2 = 0.
Proof.
move=> Z1E Z2E Z12 oU Z1U ls.
apply: (source_all_iff pS1 pS2 Z1E Z2E Z12 oU Z1U ls).
exact: best_map_exists (psdD pS1 pS2).
Qed.

End RealClosed.

(* more room than the first source needs: every best map sees the second;     *)
(* no orthogonality and no eigenvalue is involved                             *)
Theorem source_spare (R : realFieldType) p n (Y : 'M[R]_(p, n)) (S1 S2 : 'M_n) k
    (W : 'M_(p, n)) : psd S1 -> psd S2 -> (\rank (Y *m S1 *m Y^T) < k)%N ->
  Y *m S2 *m Y^T != 0 -> best_map (S1 + S2) Y k W -> W *m S2 != 0.
Proof.
move=> pS1 pS2 rk Z2 [rW bW]; apply: contraNneq Z2 => WS.
set Z1 := Y *m S1 *m Y^T in rk *; have pZ1 : psd Z1 by apply: psd_congr.
set Z2 := Y *m S2 *m Y^T; have pZ2 : psd Z2 by apply: psd_congr.
have loW : \tr Z2 <= en (S1 + S2) (W - Y).
  rewrite en_addS; have -> : en S2 (W - Y) = en S2 (- Y).
    by apply: eq_en; [case: pS2 | rewrite mulmxBl WS sub0r mulNmx].
  by rewrite {2}/en trmxNE mulmxN !mulNmx opprK le_addR en_ge0.
apply/eqP/row_matrixP=> j; rewrite row0.
pose B := row_mx Z1 (row j Z2)^T.
have PB : cproj B *m Z1 = 0 /\ cproj B *m (row j Z2)^T = 0.
  by have := cproj_mul B; rewrite mul_mx_row -row_mx0 => /eq_row_mx.
have oP := oproj_compl (cproj_oproj B).
have rB : (\rank (1%:M - cproj B)%R <= k)%N.
  have [K ->] := cproj_kernel B.
  rewrite (leq_trans (mxrankM_maxl _ _)) // -mxrank_tr tr_row_mx.
  rewrite -addsmxE (leq_trans (mxrank_adds_leqif _ _)) //.
  rewrite mxrank_tr trmxK (leq_trans _ rk) // -[X in (_ <= X)%N]addn1.
  by rewrite leq_add2l rank_leq_row.
have := le_trans loW (bW ((1%:M - cproj B) *m Y) _).
rewrite (leq_trans (mxrankM_maxl _ _)) // => /(_ isT).
rewrite projected_error // subKr mulmxDr mulmxDl -/Z1 -/Z2 mulmxDr PB.1 add0r.
move=> h; have : \tr ((1%:M - cproj B) *m Z2) = 0.
  apply/eqP; rewrite eq_le (oproj_tr _ oP) en_ge0 // andbT -(oproj_tr _ oP).
  by rewrite mulmxBl mul1mx mxtrDE mxtrNE subr_le0.
rewrite (oproj_tr _ oP) => /(en_eq0 pZ2); rewrite mulmxBl mul1mx => /eqP.
rewrite subr_eq0 => /eqP Z2E; apply: trmx_inj.
have -> : (row j Z2)^T = Z2 *m delta_mx j 0.
  by rewrite tr_row (proj1 pZ2) colE.
rewrite Z2E -mulmxA -colE -{1}(proj1 pZ2) -tr_row PB.2 trmx0.
by [].
Qed.
