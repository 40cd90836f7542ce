(*              The spectral theorem over a real closed field                 *)
(* -------------------------------------------------------------------------- *)
(*      spectral == every symmetric S is U diag(l) U^T with U^T U = 1         *)
(* exists_topproj == every positive semidefinite S has a top projector of any *)
(*                  prescribed rank                                           *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import complex.
From SymLAM Require Import compat abelian psd projector ky_fan eigenform.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Spec.
Variable R : rcfType.
Local Notation C := (complex R).
Local Notation toC := (real_complex R).

Lemma sym_eigenvalue n (S : 'M[R]_n.+1) : S^T = S -> exists a, eigenvalue S a.
Proof.
move=> sS; pose A := map_mx toC S.
have /closed_rootP[z] : size (char_poly A) != 1%N by rewrite size_char_poly.
rewrite -eigenvalue_root_char => ez; have /eigenvalueP[v vA v0] := ez.
have zr : conjc z = z.
  pose w := map_mx (@conjc R) v.
  have wA : w *m A = conjc z *: w.
    rewrite /w -map_mxZ -vA map_mxM /=; congr (_ *m _).
    by apply/matrixP=> i j; rewrite !mxE conjc_real.
  have sA : A^T = A by rewrite /A map_trmx sS.
  have E : conjc z *: (v *m w^T) = z *: (v *m w^T).
    rewrite [RHS]scalemxAl -vA -mulmxA -{1}sA -trmx_mul wA linearZ /=.
    by rewrite -scalemxAr.
  have vw : (v *m w^T) 0 0 != 0.
    rewrite mxE psumr_eq0 => [|i _]; last by rewrite !mxE mul_conjC_ge0.
    apply: contra v0 => /allP h; apply/eqP/rowP=> i.
    by have := h i (mem_index_enum _); rewrite !mxE implyTb mul_conjC_eq0 =>
      /eqP.
  move/(congr1 (fun M : 'M_1 => M 0 0)): E; rewrite ![(_ *: _ : 'M__) _ _]mxE.
  exact: mulIf.
case: z zr ez {vA} => x y [] /eqP; rewrite eq_sym -addr_eq0 -mulr2n mulrn_eq0
  /=.
by move=> /eqP -> ez; exists x; move: ez; rewrite /A eigenvalue_map.
Qed.

(* Householder: an orthogonal H whose first row is a given unit row *)
Lemma householder n (u : 'rV[R]_(1 + n)) : u *m u^T = 1%:M ->
  exists2 H : 'M[R]_(1 + n), H *m H^T = 1%:M & row_mx 1%:M 0 *m H = u.
Proof.
move=> uu; set e : 'rV_(1 + n) := row_mx 1%:M 0.
have ee : e *m e^T = 1%:M.
  by rewrite /e tr_row_mx mul_row_col trmx1 trmx0 mulmx0 mulmx1 addr0.
have [->|w0] := eqVneq u e; first by exists 1%:M; rewrite ?trmx1 ?mulmx1.
set w := u - e; pose c := (w *m w^T) 0 0; pose b := (e *m u^T) 0 0.
have wwE : w *m w^T = c%:M by rewrite [LHS]mx11_scalar.
have c0 : c != 0.
  apply: contraNneq w0 => c0; rewrite -subr_eq0 -/w; apply/eqP/en1_eq0.
  by rewrite wwE c0 mxtrace_scalar mul0rn.
have euE : e *m u^T = b%:M by rewrite [LHS]mx11_scalar.
have ueE : u *m e^T = b%:M by rewrite -[LHS]trmxK trmx_mul trmxK euE
  tr_scalar_mx.
have cE : c%:M = 2%:R *: (1%:M - b%:M) :> 'M[R]_1.
  rewrite -wwE /w linearB /= mulmxBl !mulmxBr uu ee euE ueE.
  by rewrite scaler_nat mulr2n opprB.
have ew : e *m w^T = b%:M - 1%:M by rewrite /w linearB /= mulmxBr euE ee.
pose H := 1%:M - (2%:R / c) *: (w^T *m w).
have HT : H^T = H by rewrite /H linearB linearZ /= trmx1 trmx_mul trmxK.
exists H; last first.
  rewrite /H mulmxBr mulmx1 -scalemxAr mulmxA ew -[b%:M - _]opprB mulNmx scalerN
    opprK.
  rewrite [2%:R / c]mulrC -scalerA scalemxAl -cE mul_scalar_mx scalerA mulVf //
    scale1r.
  by rewrite addrCA subrr addr0.
rewrite HT /H; set M := _ *: (w^T *m w).
have MM : M *m M = M + M.
  rewrite /M -scalemxAl -scalemxAr scalerA mulmxA -(mulmxA _ w) wwE
    mul_mx_scalar.
  rewrite -scalemxAl !scalerA -scalerDl; congr (_ *: _);
    rewrite -mulrA divfK //.
  by rewrite mulr_natr mulr2n.
by rewrite mulmxBl mul1mx mulmxBr mulmx1 MM; abel.
Qed.

Lemma pd_row n (v : 'rV[R]_n) : v != 0 -> 0 < (v *m v^T) 0 0.
Proof.
move=> v0; have h := en1_ge0 v; move: h; rewrite /mxtrace big_ord1 le_eqVlt =>
  /orP[/eqP h|//].
by case/eqP: v0; apply: en1_eq0; rewrite /mxtrace big_ord1 -h.
Qed.

Theorem spectral n (S : 'M[R]_n) : S^T = S ->
  exists U : 'M[R]_n, exists l : 'I_n -> R, U^T *m U = 1%:M /\ S = dg U l.
Proof.
elim: n S => [|n IH] S sS.
  by exists 1%:M, (fun=> 0); split; apply/matrixP=> -[].
have [a /eigenvalueP[v vS v0]] := sym_eigenvalue sS.
have c0 := pd_row v0; set c := (v *m v^T) 0 0 in c0.
pose u : 'rV[R]_(1 + n) := (Num.sqrt c)^-1 *: v.
have uu : u *m u^T = 1%:M.
  rewrite /u linearZ /= -scalemxAl -scalemxAr scalerA [v *m v^T]mx11_scalar -/c.
  by rewrite -invfM -expr2 sqr_sqrtr ?ltW // -mul_scalar_mx -scalar_mxM mulVf //
    gt_eqF.
have uS : u *m (S : 'M_(1 + n)) = a *: u.
  by rewrite /u -scalemxAl vS !scalerA mulrC.
have [H HH eH] := householder uu; have H'H : H^T *m H = 1%:M by exact: mulmx1C.
have [T TD] : {T : 'M[R]_(1 + n) | T = H *m (S : 'M_(1 + n)) *m H^T} by eexists.
have sT : T^T = T by rewrite TD !trmx_mul trmxK sS mulmxA.
have eT : row_mx 1%:M 0 *m T = a *: row_mx 1%:M 0 :> 'rV[R]_(1 + n).
  by rewrite TD !mulmxA eH uS -scalemxAl -eH -mulmxA HH mulmx1.
have TE : T = block_mx a%:M 0 0 (drsubmx T).
  have hu : usubmx T = row_mx a%:M 0.
    have := eT; rewrite -{1}[T]vsubmxK mul_row_col mul1mx mul0mx addr0 => ->.
    by rewrite scale_row_mx scaler0 scalemx1.
  have h1 : ulsubmx T = a%:M by rewrite /ulsubmx hu row_mxKl.
  have h2 : ursubmx T = 0 by rewrite /ursubmx hu row_mxKr.
  have h3 : dlsubmx T = 0 by rewrite -sT -trmx_ursub h2 trmx0.
  by rewrite -{1}[T]submxK h1 h2 h3.
have [|U1 [l1 [oU1 E1]]] := IH (drsubmx T); first by rewrite trmx_drsub sT.
pose W : 'M[R]_(1 + n) := block_mx 1%:M 0 0 U1.
have oW : W^T *m W = 1%:M.
  by rewrite /W tr_block_mx mulmx_block !trmx0 trmx1 !mulmx0 !mul0mx mulmx1 oU1
     !addr0 add0r -scalar_mx_block.
pose d : 'rV[R]_(1 + n) := row_mx a%:M (\row_i l1 i).
have E2 : T = W *m (diag_mx d : 'M_(1 + n)) *m W^T.
  rewrite /d diag_mx_row {1}TE E1 /dg /W tr_block_mx !mulmx_block.
  rewrite !trmx0 !trmx1 !mulmx0 !mul0mx !mulmx1 !mul1mx !addr0 !add0r ?mulmx0
    ?mul0mx.
  by congr block_mx; apply/matrixP=> i j; rewrite !mxE !ord1.
exists (H^T *m W), (fun i => d 0 i); split.
  by rewrite trmx_mul trmxK mulmxA -(mulmxA W^T) HH mulmx1.
have -> : S = H^T *m T *m H :> 'M_(1 + n).
  by rewrite TD !mulmxA H'H mul1mx -mulmxA H'H mulmx1.
rewrite /dg (_ : \row_i d 0 i = d); last by apply/rowP=> i; rewrite !mxE.
by rewrite E2 trmx_mul trmxK !mulmxA.
Qed.

(* the same with sorted eigenvalues *)
Theorem spectral_sorted n (S : 'M[R]_n) : S^T = S ->
  exists U : 'M[R]_n, exists l : 'I_n -> R,
    [/\ U^T *m U = 1%:M, S = dg U l & nonincreasing l].
Proof.
case: n S => [|n] S sS.
  by exists 1%:M, (fun=> 0); split=> [||[]] //; apply/matrixP=> -[].
have [U [l [oU SE]]] := spectral sS.
pose ge_l := [rel i j : 'I_n.+1 | l j <= l i].
pose e := sort ge_l (enum 'I_n.+1); pose f (i : 'I_n.+1) := nth i e i.
have size_e : size e = n.+1 by rewrite size_sort size_enum_ord.
have sorted_e : sorted ge_l e.
  by apply: sort_sorted => i j; apply: le_total.
have uniq_e : uniq e by rewrite sort_uniq enum_uniq.
have fE (i0 i : 'I_n.+1) : f i = nth i0 e i.
  by apply: set_nth_default; rewrite size_e.
have f_inj : injective f.
  move=> i j; rewrite (fE ord0 i) (fE ord0 j) => /eqP.
  by rewrite nth_uniq ?size_e // => /eqP/val_inj.
have f_bij : {on predT, bijective f} by apply/onW_bij/injF_bij.
exists (\matrix_(i, j) U i (f j)), (l \o f); split.
- apply/matrixP=> i j; have := congr1 (fun M : 'M_n.+1 => M (f i) (f j)) oU.
  rewrite !mxE (inj_eq f_inj) => <-.
  by apply: eq_bigr => s _; rewrite !mxE.
- rewrite SE /dg; apply/matrixP=> i j; rewrite !mul_mx_diag !mxE.
  rewrite (reindex f f_bij) /=; apply: eq_bigr => s _.
  by rewrite !mxE.
move=> i j ij; rewrite /= (fE ord0 i) (fE ord0 j).
have tr_ge : transitive ge_l by move=> y x z /= yx zy; apply: le_trans zy yx.
have rf_ge : reflexive ge_l by move=> x /=; apply: lexx.
by apply: (sorted_leq_nth tr_ge rf_ge _ sorted_e) => //; rewrite inE size_e.
Qed.

(* existence of a top-k certificate for every PSD matrix *)
Lemma top_set n (l : 'I_n -> R) k : (k <= n)%N -> exists J : {set 'I_n},
  #|J| = k /\ forall i j, i \in J -> j \notin J -> l j <= l i.
Proof.
elim: k => [_|k IH kn]; first by exists set0; rewrite cards0; split=> // i j;
  rewrite inE.
have [J [cJ hJ]] := IH (ltnW kn).
have /set0Pn[i0] : ~: J != set0 by rewrite -card_gt0 cardsCs setCK card_ord cJ
  subn_gt0.
rewrite inE => i0J; case: (@Order.TotalTheory.arg_maxP _ _ _ i0 (fun i => i
  \notin J) l i0J) => m mJ hm.
exists (m |: J); split; first by rewrite cardsU1 mJ cJ.
move=> i j; rewrite !inE negb_or => /orP[/eqP ->|iJ] /andP[_ jJ];
  first exact: hm.
exact: hJ.
Qed.

(* "with S = U diag(l) U^T, l_1 >= ... >= l_n >= 0" is never empty *)
Corollary spectral_psd n (S : 'M[R]_n) : psd S ->
  exists U : 'M[R]_n, exists l : 'I_n -> R,
    [/\ U^T *m U = 1%:M, S = dg U l, nonincreasing l & forall i, 0 <= l i].
Proof.
move=> pS; have [U [l [oU SE ls]]] := spectral_sorted (proj1 pS).
by exists U, l; split=> //; apply: (dg_psd_ge0 oU); rewrite -SE.
Qed.

Theorem exists_topproj n (S : 'M[R]_n) k : psd S -> (k <= n)%N ->
  exists Q t, topproj S Q t /\ \tr Q = k%:R.
Proof.
move=> pS kn; have [U [l [oU E]]] := spectral (proj1 pS).
have l0 : forall i, 0 <= l i by apply: (dg_psd_ge0 oU); rewrite -E.
have [J [cJ hJ]] := top_set l kn; pose t := \big[Num.max/0]_(j | j \notin J) l
  j.
exists (pr U (mem J)), t; split; last by rewrite pr_tr // cJ.
rewrite E; apply: topproj_dg => //=.
- move=> i iJ; rewrite /t; elim/big_rec: _ => // j x jJ xl.
  by rewrite max_leE xl andbT hJ.
- move=> i iJ; rewrite /t; elim: (index_enum _) (mem_index_enum i) => //= a s
  IH.
  rewrite inE big_cons => /orP[/eqP <-|/IH is_];
    first by rewrite iJ max_geE lexx.
  by case: ifP => // _; rewrite max_geE is_ orbT.
by rewrite /t; elim/big_rec: _ => // j x _ x0; rewrite max_geE l0.
Qed.
End Spec.
