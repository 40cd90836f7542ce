(*          Proposition 4.4: action prediction, threshold and limits          *)
(* -------------------------------------------------------------------------- *)
(* x = X a + e, lambda = mu ^ 2, k = d unless said otherwise.                 *)
(* noise_free_ge          a latent without noise costs at least E ||e||^2     *)
(* prop_4_4_threshold_iff E ||e||^2 is optimal iff E[ee^T] <= t I and         *)
(*                        t (X^T X + lambda)^-1 <= E[aa^T] for some t >= 0    *)
(* prop_4_4_noise_enters  otherwise every optimum encodes noise               *)
(* prop_4_4_noise_leaves  strictly above the threshold no optimum encodes     *)
(*                        noise                                               *)
(* prop_4_4_noise_tie     at the threshold itself some optimum does           *)
(* prop_4_4_threshold_white  X^T X = 1, E[aa^T] = s: E[ee^T] <= s (1 + lambda)*)
(* prop_4_4_limit         the action error of an optimum is O(1 / lambda)     *)
(* prop_4_4_printed_choice  the loss of the printed choice                    *)
(* prop_4_4_as_printed, prop_4_4_as_printed_finite   printed forms, refuted   *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.
From SymLAM Require Import eigenform spectral l2 finite_probability.
From SymLAM Require Import reduced_rank linear_lam action_prediction.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* A latent that ignores the noise costs at least E ||e||^2, for every k and  *)
(* every weight.                                                              *)
Section NoiseFree.
Variables (R : realFieldType) (V : l2space R) (n d k : nat).
Variables (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R).
Hypothesis ae : cov a e = 0.

Theorem noise_free_ge (B : 'M[R]_(n, k)) D E : D *m cov e e = 0 ->
  msq e <= loss_sup (X *v a + e) a mu B D E.
Proof.
move=> De; have DE : D *v e = D *v e by [].
have -> : loss_sup (X *v a + e) a mu B D E =
    msq ((B *m D *m X - X) *v a + (B *m D - 1%:M) *v e)
      + mu ^+ 2 * msq (E *v (D *v (X *v a + e)) - a).
  rewrite /loss_sup; congr (msq _ + _).
  by rewrite !(actDr, actDl, actNl, actA, act1, mulmxA); abel.
rewrite msqD; last by rewrite cov_actl cov_actr ae mul0mx mulmx0.
have -> : msq ((B *m D - 1%:M) *v e) = msq e.
  rewrite msq_act msqE /en mulmxBl -mulmxA De mulmx0 sub0r mul1mx.
  rewrite [(_ - _)^T]linearB /= trmx1 trmx_mul mulmxBr mulmx1 mulNmx mulmxA.
  have -> : cov e e *m D^T = 0 by rewrite -[cov e e]covC -trmx_mul De trmx0.
  by rewrite mul0mx oppr0 sub0r opprK.
rewrite addrAC le_addR addr_ge0 ?msq_ge0 //.
by rewrite mulr_ge0 ?sqr_ge0 ?msq_ge0.
Qed.

(* So wherever E ||e||^2 is not the least value, the noise is in the latent   *)
(* of every optimum; prop_4_4_threshold_iff says when that is, for k = d.     *)
Corollary prop_4_4_noise_enters :
  let L := loss_sup (k := k) (X *v a + e) a mu in
  ~ (forall B D E, msq e <= L B D E) ->
  forall B D E, (forall B' D' E', L B D E <= L B' D' E') -> D *m cov e e <> 0.
Proof.
move=> L no B D E hmin De; apply: no => B' D' E'.
exact: le_trans (noise_free_ge B E De) (hmin B' D' E').
Qed.

End NoiseFree.

Lemma psd_trim (R : rcfType) n (S : 'M[R]_n) t : psd S -> 0 <= t ->
  psd (S *m (t%:M - S) *m S) -> psd (t%:M - S).
Proof.
move=> pS t0; have [U [l [oU SE _ l0]]] := spectral_psd pS.
rewrite SE -(dgc oU t) dgB !(dgM oU) => /(dg_psd_ge0 oU) h.
apply: dg_psd => i; have := h i; have := l0 i.
rewrite le_eqVlt => /orP[/eqP <-|li_gt0]; first by rewrite subr0.
by rewrite pmulr_lge0 // pmulr_rge0.
Qed.

(* what it means for the range of K to be on top, K abstract *)
Lemma threshold_of_top (R : rcfType) n d (Sa F : 'M[R]_d) (Se : 'M[R]_n)
  (K : 'M[R]_(n + d, d)) (Q : 'M[R]_(n + d)) t :
  sym Sa -> psd Se -> sym F -> F \in unitmx -> K^T *m K = F ->
  Q = K *m invmx F *m K^T -> oproj Q -> K^T *m Q = K^T ->
  (forall v : 'rV_n, row_mx (v *m Se) 0 *m K = 0) ->
  topproj (K *m Sa *m K^T + block_mx Se 0 0 0) Q t ->
  [/\ 0 <= t, psd (t%:M - Se) & psd (Sa - t *: invmx F)].
Proof.
move=> sSa pSe sF uF sup_gram QE oQ sup_KQ wK tp; have [_ _ hi lo t0] := tp.
have sSe := proj1 pSe; split=> //.
  apply: (psd_trim pSe t0); split=> [|v].
    by rewrite /sym !trmx_mul linearB /= tr_scalar_mx sSe mulmxA.
  have := proj2 lo (row_mx (v *m Se) 0); have := wK v.
  have [w wE] : {w | w = row_mx (v *m Se) 0 :> 'rV_(n + d)} by eexists.
  rewrite -wE => {}wK; have wQ : w *m (1%:M - Q) = w.
    by rewrite mulmxBr mulmx1 QE !mulmxA wK !mul0mx subr0.
  have Qw : (1%:M - Q) *m w^T = w^T.
    by rewrite -[in RHS]wQ trmx_mul (proj1 (oproj_compl oQ)).
  have -> M : w *m ((1%:M - Q) *m M *m (1%:M - Q)) *m w^T = w *m M *m w^T.
    by rewrite !mulmxA wQ -mulmxA Qw.
  have -> : w *m (t%:M - (K *m Sa *m K^T + block_mx Se 0 0 0)) *m w^T =
      t *: (w *m w^T) - w *m block_mx Se 0 0 0 *m w^T.
    rewrite mulmxBr mulmxDr !mulmxA wK !mul0mx add0r mulmxBl.
    by rewrite mul_mx_scalar -scalemxAl.
  have -> : w *m w^T = v *m Se *m (v *m Se)^T.
    by rewrite wE tr_row_mx mul_row_col trmx0 mulmx0 addr0.
  have -> : w *m block_mx Se 0 0 0 *m w^T = v *m Se *m Se *m (v *m Se)^T.
    rewrite wE mul_row_block ?mulmx0 ?mul0mx ?addr0 tr_row_mx mul_row_col.
    by rewrite mul0mx addr0.
  have -> : v *m (Se *m (t%:M - Se) *m Se) *m v^T =
      t *: (v *m Se *m (v *m Se)^T) - v *m Se *m Se *m (v *m Se)^T.
    rewrite trmx_mul sSe mulmxBr mulmxBl mulmxBr mulmxBl mul_mx_scalar.
    by rewrite -!scalemxAl -scalemxAr -scalemxAl !mulmxA.
  by [].
split=> [|v].
  by rewrite /sym linearB linearZ /= sSa trmx_inv sF.
have [w wE] : {w | w = v *m invmx F *m K^T} by eexists.
have := proj2 hi w.
have wK1 : w *m K = v by rewrite wE -mulmxA sup_gram mulmxKV.
have wQ : w *m Q = w by rewrite wE -mulmxA sup_KQ.
have Qw : Q *m w^T = w^T by rewrite -[in RHS]wQ trmx_mul (proj1 oQ).
have -> M : w *m (Q *m M *m Q) *m w^T = w *m M *m w^T.
  by rewrite !mulmxA wQ -mulmxA Qw.
have bK : (block_mx Se 0 0 0 : 'M_(n + d)) *m K = 0.
  apply/row_matrixP=> i; rewrite row0 row_mul.
  have [j ->|j ->] := split_ordP i.
    have := wK (delta_mx 0 j); rewrite -rowE => <-; congr (_ *m K).
    by rewrite block_mxEv rowKu row_row_mx row0.
  by rewrite block_mxEv rowKd row_row_mx !row0 row_mx0 mul0mx.
have wS : (block_mx Se 0 0 0 : 'M_(n + d)) *m w^T = 0.
  by rewrite wE trmx_mul trmxK mulmxA bK mul0mx.
have -> : w *m (K *m Sa *m K^T + block_mx Se 0 0 0 - t%:M) *m w^T =
    v *m Sa *m v^T - t *: (w *m w^T).
  rewrite mulmxBr mulmxDr mulmxBl mulmxDl -[w *m block_mx _ _ _ _ *m _]mulmxA.
  rewrite wS mulmx0 addr0 mul_mx_scalar -scalemxAl !mulmxA wK1.
  by rewrite -mulmxA -trmx_mul wK1.
have -> : w *m w^T = v *m invmx F *m v^T.
  by rewrite {1}wE -mulmxA -trmx_mul wK1.
by rewrite mulmxBr mulmxBl -scalemxAr -scalemxAl.
Qed.

Section Threshold.
Variables (R : rcfType) (V : l2space R) (n d : nat).
Variables (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R).
Hypothesis ae : cov a e = 0.               (* E[a e^T] = 0 *)
Hypothesis Xe : X^T *m cov e e = 0.        (* e orthogonal to the range of X *)
Hypothesis X_inj : row_free X^T.           (* X injective *)
Let Sa := cov a a.
Let Se := cov e e.
Let F := X^T *m X + (mu ^+ 2)%:M.
Let K : 'M[R]_(n + d, d) := col_mx X mu%:M.
Let Xp := invmx (X^T *m X) *m X^T.
Let L : 'M[R]_(n, d) -> 'M[R]_(d, n) -> 'M[R]_d -> R :=
  loss_sup (X *v a + e) a mu.

Let XpX : Xp *m X = 1%:M.
Proof. by rewrite /Xp -mulmxA mulVmx // -{2}[X]trmxK; apply: gram_unit. Qed.
Let XpSe : Xp *m cov e e = 0.
Proof. by rewrite /Xp -mulmxA Xe mulmx0. Qed.
Let K_free : row_free K^T := sup_free_X mu X_inj.

(* The exact threshold: E ||e||^2 is the optimal value if and only if the     *)
(* noise is at most t and t is at most the weighted signal, for some t.       *)
Theorem prop_4_4_threshold_iff :
  (forall B D E, msq e <= L B D E) <->
  exists t, [/\ 0 <= t, psd (t%:M - Se) & psd (Sa - t *: invmx F)].
Proof.
split=> [hmin|[t [t0 lo hi]] B D E]; last first.
  exact: (sup_exact_min ae Xe K_free erefl XpX XpSe t0 hi lo).
have [Q QE] : {Q | Q = K *m invmx F *m K^T} by eexists.
have oQ := sup_oproj K_free QE; have trQ := sup_trace K_free QE.
have hy := sup_reg mu ae XpX XpSe; have r0 := sup_rest0 a mu XpX XpSe.
have zv := sup_value ae Xe K_free QE XpX XpSe; have ze := sup_ZE mu ae XpX XpSe.
have QKE := sup_QK K_free QE; have KQE := sup_KQ K_free QE.
set Y := col_mx 1%:M _ in hy r0 zv ze; set x := X *v a + e in hy r0 zv ze.
have pZ : psd (Y *m cov x x *m Y^T) by apply/psd_congr/cov_psd.
have [Q0 [t [tp0 trQ0]]] := exists_topproj pZ (geq_minr d (n + d)).
have [B [D [E att]]] := sup_attained hy tp0 trQ0.
have le1 : msq e <= \tr ((1%:M - Q0) *m (Y *m cov x x *m Y^T)).
  by rewrite -[X in _ <= X]addr0 -r0 -att; apply: hmin.
have trC : \tr (1%:M - Q0) <= \tr (1%:M - Q).
  by rewrite !linearB /= trQ trQ0.
have le2 := kyfan tp0 (oproj_compl oQ) trC; rewrite zv in le2.
have eqv : \tr ((1%:M - Q) *m (Y *m cov x x *m Y^T)) =
           \tr ((1%:M - Q0) *m (Y *m cov x x *m Y^T)).
  by rewrite zv; apply/eqP; rewrite eq_le le1 le2.
have [] := proj1 (kyfan_minP tp0 (oproj_compl oQ) trC) eqv.
rewrite subKr ze => tp _; exists t.
have sF : sym F by rewrite /sym /F linearD /= trmx_mul trmxK tr_scalar_mx.
apply: (threshold_of_top (covC a a) (cov_psd e) sF (sup_unit K_free)
  (sup_gram X mu) QE oQ KQE _ tp) => v.
rewrite mul_row_col mul0mx addr0 -mulmxA.
by rewrite -[cov e e *m X]trmxK trmx_mul covC Xe trmx0 mulmx0.
Qed.

(* Strictly above the threshold no optimum encodes noise. *)
Theorem prop_4_4_noise_leaves t : mu != 0 -> psd (t%:M - Se) ->
  pd (Sa - t *: invmx F) -> forall B D E,
  (forall B' D' E', L B D E <= L B' D' E') ->
  [/\ D *m Se = 0, B *m D *m X = X & E *m D *m X = 1%:M].
Proof.
move=> mu0 lo hi B D E hmin; have [n0|n_gt0] := posnP n.
  have d0 : d = 0%N.
    by apply/eqP; rewrite -leqn0 -{1}n0 -(eqP X_inj) rank_leq_col.
  by split; [apply: flat_cols | apply: flat_rows | apply: flat_rows].
have t0 := ub_ge0 n_gt0 (cov_psd e) lo.
apply: (sup_exact_uniq ae Xe K_free erefl XpX XpSe t0 (pd_psd hi) lo mu0 hi).
apply/eqP; rewrite eq_le; apply/andP; split.
  by have := hmin X Xp 1%:M; rewrite /L (sup_exact_attained a mu XpX XpSe).
exact: (sup_exact_min ae Xe K_free erefl XpX XpSe t0 (pd_psd hi) lo).
Qed.

(* At the threshold itself some optimum encodes noise: a noise direction w    *)
(* with variance exactly t can take the place of an action direction v.       *)
Theorem prop_4_4_noise_tie t (v : 'rV[R]_d) (w : 'rV[R]_n) :
  mu != 0 -> 0 < t -> psd (t%:M - Se) -> psd (Sa - t *: invmx F) ->
  v != 0 -> v *m (Sa - t *: invmx F) = 0 -> w != 0 -> w *m Se = t *: w ->
  exists B D E, (forall B' D' E', L B D E <= L B' D' E') /\ D *m Se <> 0.
Proof.
move=> mu0 t_gt0 lo hi v0 vS w0 wS; have t0 := ltW t_gt0.
have [Q QE] : {Q | Q = K *m invmx F *m K^T} by eexists.
have tp := sup_topproj ae Xe K_free QE XpX XpSe t0 hi lo.
have hy := sup_reg mu ae XpX XpSe; have r0 := sup_rest0 a mu XpX XpSe.
have ze := sup_ZE mu ae XpX XpSe; have trQ := sup_trace K_free QE.
have KQE := sup_KQ K_free QE; have uF := sup_unit K_free;
  have kk := sup_gram X mu.
have YSe : col_mx 1%:M (mu *: Xp) *m Se = col_mx Se 0.
  by rewrite mul_col_mx mul1mx -scalemxAl XpSe scaler0.
have SeX : Se *m X = 0 by rewrite -[LHS]trmxK trmx_mul covC Xe trmx0.
have wX : w *m X = 0.
  have tn0 : t != 0 by rewrite gt_eqF.
  apply: (scalerI tn0); rewrite scaler0 scalemxAl -wS.
  by rewrite -mulmxA SeX mulmx0.
move: hy r0 tp ze YSe; set Y := col_mx 1%:M _; set x := X *v a + e.
move=> hy r0 tp ze YSe.
have [y yE] : {y | y = v *m invmx F *m K^T} by eexists.
have [z zE] : {z | z = row_mx w 0 :> 'rV[R]_(n + d)} by eexists.
have zK : z *m K = 0 by rewrite zE mul_row_col mul0mx addr0.
have yK : y *m K = v by rewrite yE -mulmxA kk mulmxKV.
have yQ : y *m Q = y by rewrite yE -mulmxA KQE.
have zQ : z *m Q = 0 by rewrite QE !mulmxA zK !mul0mx.
have bK : (block_mx Se 0 0 0 : 'M_(n + d)) *m K = 0.
  by rewrite mul_block_col SeX !mul0mx !addr0 col_mx0.
have Kb : K^T *m (block_mx Se 0 0 0 : 'M_(n + d)) = 0.
  by apply: trmx_inj; rewrite trmx_mul trmxK tr_block_mx !trmx0 covC bK.
have yZ : y *m (Y *m cov x x *m Y^T) = t *: y.
  rewrite ze mulmxDr -/K !mulmxA yK {1}yE -(mulmxA _ K^T) Kb mulmx0 addr0.
  move: vS; rewrite mulmxBr => /eqP; rewrite subr_eq0 => /eqP ->.
  by rewrite -scalemxAr -scalemxAl yE.
have zZ : z *m (Y *m cov x x *m Y^T) = t *: z.
  rewrite ze mulmxDr -/K !mulmxA zK !mul0mx add0r zE mul_row_block wS.
  by rewrite ?mulmx0 ?mul0mx ?addr0 scale_row_mx scaler0.
have y0 : y != 0 by apply: contraNneq v0 => y0; rewrite -yK y0 mul0mx.
have z0 : z != 0.
  apply: contraNneq w0 => z0; rewrite -[w](row_mxKl w (0 : 'rV_d)) -zE z0.
  by apply/eqP/matrixP=> i j; rewrite !mxE.
have [tp' trQ'] := topproj_swap tp yQ zQ yZ zZ y0 z0.
have z'Q : z *m (Q - rproj y + rproj z) = z.
  have zy : z *m y^T = 0.
    by rewrite -yQ trmx_mul (proj1 (sup_oproj K_free QE)) mulmxA zQ mul0mx.
  have fz : row_free z by rewrite /row_free rank_rV z0.
  rewrite mulmxDr mulmxBr zQ /rproj !mulmxA zy !mul0mx subr0 add0r.
  by rewrite mulmxV ?mul1mx // gram_unit.
move: tp' trQ' z'Q; set Q' := Q - _ + _ => tp' trQ' z'Q.
have [oQ' _ _ _ _] := tp'.
have [B1 [D1 BD]] : exists (B : 'M_(n + d, d)) (D : 'M_(d, n + d)), B *m D = Q'.
  apply: rank_factor; rewrite -(ler_nat R) -(oproj_rank oQ') trQ' trQ.
  by rewrite ler_nat geq_minl.
exists (usubmx B1), (D1 *m Y), (mu^-1 *: dsubmx B1); split=> [B' D' E'|].
  have trd : \tr Q' = (minn d (n + d))%:R by rewrite trQ' trQ.
  have := sup_min hy tp' trd B' D' E'; apply: le_trans.
  rewrite /L (loss_supEY hy) scalerA divff // scale1r vsubmxK (mulmxA B1) BD.
  by rewrite (lowrank_attained tp') lexx.
move=> DSe; have := congr1 (fun M => z *m (B1 *m M)) DSe.
rewrite mulmx0 mulmx0 -[D1 *m Y *m Se]mulmxA YSe !mulmxA -(mulmxA z) BD z'Q.
rewrite zE mul_row_col mul0mx addr0 wS => /eqP.
by rewrite scaler_eq0 (negPf w0) gt_eqF.
Qed.

End Threshold.

Section WhiteThreshold.
Variables (R : rcfType) (V : l2space R) (n d : nat).
Variables (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R).
Hypothesis ae : cov a e = 0.
Hypothesis Xe : X^T *m cov e e = 0.
Let Sa := cov a a.
Let Se := cov e e.
Let F := X^T *m X + (mu ^+ 2)%:M.
Let L : 'M[R]_(n, d) -> 'M[R]_(d, n) -> 'M[R]_d -> R :=
  loss_sup (X *v a + e) a mu.

(* The case of the paper: X with orthonormal columns and white actions.  The  *)
(* threshold is lambda >= l_max (E[e e^T]) / s - 1.                           *)
Corollary prop_4_4_threshold_white s : (0 < d)%N ->
  X^T *m X = 1%:M -> Sa = s%:M ->
  (forall B D E, msq e <= L B D E) <-> psd ((s * (1 + mu ^+ 2))%:M - Se).
Proof.
move=> d_gt0 XX SaE; have s_ge0 : 0 <= s.
  have := proj2 (cov_psd a) (delta_mx 0 (Ordinal d_gt0)).
  rewrite -/Sa SaE mul_mx_scalar -scalemxAl trmx_delta mul_delta_mx.
  by rewrite !mxE !eqxx mulr1.
have X_inj : row_free X^T by apply/row_freeP; exists X.
rewrite (prop_4_4_threshold_iff mu ae Xe X_inj) -/F -/Sa -/Se.
have c_gt0 : 0 < 1 + mu ^+ 2 by rewrite addrC lt_paddl ?sqr_ge0 ?ltr01.
have FE : invmx F = (1 + mu ^+ 2)^-1%:M.
  by rewrite /F XX -raddfD /= invmx_scalar.
split=> [[t [t0 lo]]|h].
  rewrite SaE FE scale_scalar_mx -raddfB /= => -[_ hi].
  have := hi (delta_mx 0 (Ordinal d_gt0)); rewrite mul_mx_scalar -scalemxAl.
  rewrite trmx_delta mul_delta_mx !mxE !eqxx mulr1 subr_ge0.
  rewrite -(ler_pmul2r_compat _ _ c_gt0) divfK ?gt_eqF // => ts.
  have -> : (s * (1 + mu ^+ 2))%:M - Se =
      (s * (1 + mu ^+ 2) - t)%:M + (t%:M - Se).
    by rewrite raddfB /= addrA subrK.
  apply: psdD lo; have := ts; rewrite -subr_ge0 le_eqVlt => /orP[/eqP <-|h].
    by split=> [|v]; rewrite /sym raddf0 ?trmx0 // mulmx0 mul0mx mxE.
  exact/pd_psd/pd_scalar.
exists (s * (1 + mu ^+ 2)); split=> //; first by rewrite mulr_ge0 // ltW.
rewrite SaE FE scale_scalar_mx mulfK ?gt_eqF // subrr.
by split=> [|v]; rewrite /sym ?trmx0 // mulmx0 mul0mx mxE.
Qed.

End WhiteThreshold.

(* The weight grows: the action error of an optimum is at most               *)
(* E ||e||^2 / lambda.                                                        *)
Theorem prop_4_4_limit (R : realFieldType) (V : l2space R) n d
  (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R)
  (B : 'M[R]_(n, d)) (D : 'M[R]_(d, n)) (E : 'M[R]_d) :
  X^T *m cov e e = 0 -> row_free X^T -> mu != 0 ->
  (forall B' D' E', loss_sup (X *v a + e) a mu B D E <=
                    loss_sup (k := d) (X *v a + e) a mu B' D' E') ->
  msq (E *v (D *v (X *v a + e)) - a) <= msq e / mu ^+ 2.
Proof.
move=> Xe X_inj mu0 hmin.
have XpX : invmx (X^T *m X) *m X^T *m X = 1%:M.
  by rewrite -mulmxA mulVmx // -{2}[X]trmxK; apply: gram_unit.
have XpSe : invmx (X^T *m X) *m X^T *m cov e e = 0 by rewrite -mulmxA Xe mulmx0.
have := hmin X (invmx (X^T *m X) *m X^T) 1%:M.
rewrite (sup_exact_attained a mu XpX XpSe) => h.
have mu2 : 0 < mu ^+ 2 by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
rewrite -(ler_pmul2r_compat _ _ mu2) divfK ?gt_eqF // mulrC.
by apply: le_trans h; rewrite le_addR msq_ge0.
Qed.

(* The choice of the printed proof, X = U diag(s) W^T, D = U^T, B = U and     *)
(* E = W diag(s)^-1, has the loss E ||e||^2 when X^T e = 0.                   *)
Theorem prop_4_4_printed_choice (R : realFieldType) (V : l2space R) n d
  (U : 'M[R]_(n, d)) (T W : 'M[R]_d) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R) :
  U^T *m U = 1%:M -> T \in unitmx -> W *m W^T = 1%:M -> U^T *m cov e e = 0 ->
  let X := U *m T *m W^T in
  loss_sup (X *v a + e) a mu U U^T (W *m invmx T) = msq e.
Proof.
move=> UU uT WW Ue X; have De : msq (U^T *v e) = 0.
  by rewrite msq_act /en Ue mul0mx mxtrace0.
have E2 : W *m invmx T *v (U^T *v (X *v a + e)) - a
    = (W *m invmx T) *v (U^T *v e).
  rewrite /X actDr actDr !actA !mulmxA -(mulmxA _ U^T U) UU mulmx1.
  by rewrite mulmxKV // WW act1; abel.
have E1 : U *v (U^T *v (X *v a + e)) - (X *v a + e) = (U *m U^T - 1%:M) *v e.
  rewrite /X !actDr !actA !mulmxA -(mulmxA _ U^T U) UU mulmx1.
  by rewrite !(actDl, actNl, act1); abel.
rewrite /loss_sup E1 E2 actA !msq_act [en _ (_ *m U^T)](_ : _ = 0); last first.
  by rewrite /en -(mulmxA _ U^T) Ue mulmx0 mul0mx mxtrace0.
rewrite mulr0 addr0 /en mulmxBl -(mulmxA U) Ue mulmx0 sub0r mul1mx msqE mulNmx.
rewrite linearB /= trmx1 trmx_mul trmxK mulmxBr mulmx1 mulmxA.
have -> : cov e e *m U = 0 by rewrite -[_ *m U]trmxK trmx_mul covC Ue trmx0.
by rewrite mul0mx sub0r opprK.
Qed.

(* The printed claim: L_a* = E ||e||^2 for all large enough weights. *)
Definition prop_4_4_as_printed (R : realFieldType) (V : l2space R) n d k :=
  forall (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n),
  cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T -> pd (cov a a) ->
  exists m, forall mu, m <= mu -> forall (B : 'M[R]_(n, k)) D E,
    msq e <= loss_sup (X *v a + e) a mu B D E.

(* ... or at every weight *)
Definition prop_4_4_as_printed_finite (R : realFieldType) (V : l2space R)
    n d k := forall (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) mu,
  cov a e = 0 -> X^T *m cov e e = 0 -> row_free X^T -> pd (cov a a) ->
  forall (B : 'M[R]_(n, k)) D E, msq e <= loss_sup (X *v a + e) a mu B D E.

Section Instances.
Variables (R : realFieldType) (V : l2space R) (u v : 'cV[V]_1).
Hypothesis uu : cov u u = 1%:M.
Hypothesis vv : cov v v = 1%:M.
Hypothesis uv : cov u v = 0.
Let X : 'M[R]_(2, 1) := delta_mx 0 0.
Let Y : 'M[R]_(2, 1) := delta_mx 1 0.

Let XX : X^T *m X = 1%:M.
Proof.
rewrite trmx_delta mul_delta_mx; apply/matrixP=> i j.
by rewrite !mxE !ord1.
Qed.
Let XY : X^T *m Y = 0. Proof. by rewrite trmx_delta mul_delta_mx_0. Qed.
Let YX : Y^T *m X = 0. Proof. by rewrite trmx_delta mul_delta_mx_0. Qed.
Let YY : Y^T *m Y = 1%:M.
Proof.
rewrite trmx_delta mul_delta_mx; apply/matrixP=> i j.
by rewrite !mxE !ord1.
Qed.
Let X_inj : row_free X^T.
Proof. by rewrite /row_free mxrank_tr mxrank_delta. Qed.
Let msqY c : msq ((c *: Y) *v v) = c ^+ 2.
Proof.
rewrite msq_act vv /en mulmx1 [(c *: Y)^T]linearZ /= -scalemxAl -scalemxAr.
by rewrite scalerA mxtraceZ mxtrace_mulC YY mxtrace1 mulr1 expr2.
Qed.

(* one spare latent dimension takes the noise: the loss is 0 at every weight  *)
Lemma spare_instance mu :
  loss_sup (X *v u + (1 *: Y) *v v) u mu (row_mx X Y) (row_mx X Y)^T
    (row_mx 1%:M 0) = 0.
Proof.
have -> : loss_sup (X *v u + (1 *: Y) *v v) u mu (row_mx X Y) (row_mx X Y)^T
    (row_mx 1%:M 0) = msq (0 : 'cV[V]_2) + mu ^+ 2 * msq (0 : 'cV[V]_1).
  rewrite /loss_sup scale1r tr_row_mx act_col !actDr !actA XX XY YX YY.
  rewrite !act0l !act1 addr0 add0r !act_row act1 act0l addr0.
  by rewrite !subrr.
by rewrite !msq0 mulr0 addr0.
Qed.

Lemma spare_instance_false : ~ prop_4_4_as_printed V 2 1 2.
Proof.
move=> /(_ X u ((1 *: Y) *v v))[||//||m /(_ m (lexx m))].
- by rewrite cov_actr uv mul0mx.
- by rewrite cov_actl !mulmxA -scalemxAr XY scaler0 mul0mx.
- by rewrite uu; apply/pd_scalar/ltr01.
move/(_ (row_mx X Y) (row_mx X Y)^T (row_mx 1%:M 0)).
by rewrite spare_instance msqY expr1n ler10.
Qed.

(* at weight 1 a noise of variance 4 takes the only latent dimension from an  *)
(* action of variance 1                                                       *)
Lemma strong_noise_instance :
  loss_sup (X *v u + (2%:R *: Y) *v v) u 1 Y Y^T 0 = 2%:R /\
  msq ((2%:R *: Y) *v v) = 4%:R.
Proof.
rewrite msqY -natrX; split=> //.
have -> : loss_sup (X *v u + (2%:R *: Y) *v v) u 1 Y Y^T 0 =
    msq (- (X *v u)) + 1 ^+ 2 * msq (- u).
  have E : Y *v (Y^T *v (X *v u + (2%:R *: Y) *v v)) = (2%:R *: Y) *v v.
    have YcY : Y^T *m (2%:R *: Y) = 2%:R%:M.
      by rewrite -scalemxAr YY scalemx1.
    rewrite (actDr Y^T) (actA Y^T X) YX act0l add0r (actA Y^T) YcY.
    by rewrite actA mul_mx_scalar.
  rewrite /loss_sup act0l sub0r E (_ : _ - (X *v u + _) = - (X *v u)) //.
  by abel.
rewrite !msqN expr1n mul1r msq_act uu /en mulmx1 mxtrace_mulC XX mxtrace1.
by rewrite msqE uu mxtrace1 -natrD.
Qed.

Lemma strong_noise_false : ~ prop_4_4_as_printed_finite V 2 1 1.
Proof.
have h1 : cov u ((2%:R *: Y) *v v) = 0 by rewrite cov_actr uv mul0mx.
have h2 : X^T *m cov ((2%:R *: Y) *v v) ((2%:R *: Y) *v v) = 0.
  by rewrite cov_actl !mulmxA -scalemxAr XY scaler0 mul0mx.
have h3 : pd (cov u u) by rewrite uu; apply/pd_scalar/ltr01.
move=> pr; have := pr X u ((2%:R *: Y) *v v) 1 h1 h2 X_inj h3 Y Y^T 0.
by have [-> ->] := strong_noise_instance; rewrite ler_nat.
Qed.

(* Supervision together with a policy that depends on the observation:        *)
(* a = o = u, e = v.  The reduction C = - D fails.                            *)
Definition loss_policy_sup (mu : R) (A B C D E : 'M[R]_1) : R :=
  loss u (u + v) A B C D + mu ^+ 2 * msq (E *v latent C D u (u + (u + v)) - u).

Lemma reduction_value mu A B D E :
  mu ^+ 2 * (2%:R)^-1 <= loss_policy_sup mu A B (- D) D E.
Proof.
set w : R := (E *m D) 0 0.
have -> : loss_policy_sup mu A B (- D) D E =
    loss u (u + v) A B (- D) D + mu ^+ 2 * ((w - 1) ^+ 2 + w ^+ 2).
  have E1 : E *v latent (- D) D u (u + (u + v)) - u =
      (w - 1)%:M *v u + w%:M *v v.
    rewrite /latent actDr actNl !actDr !actNr !actA [E *m D]mx11_scalar -/w.
    by rewrite raddfB /= actDl actNl act1; abel.
  rewrite /loss_policy_sup E1.
  rewrite msqD; last by rewrite cov_actl cov_actr uv mul0mx mulmx0.
  by rewrite !msqZ !msqE uu vv mxtrace1 !mulr1.
rewrite -[X in X <= _]add0r le_add2 ?msq_ge0 // le_pmul2 ?sqr_ge0 //.
rewrite -subr_ge0; have -> : (w - 1) ^+ 2 + w ^+ 2 - 2%:R^-1 =
   2%:R * (w - 2%:R^-1) ^+ 2 by field; rewrite ?pnatr_eq0.
by rewrite mulr_ge0 ?ler0n ?sqr_ge0.
Qed.

Lemma no_reduction_value mu (t : R) : t != 0 ->
  loss_policy_sup mu (1 - t^-1)%:M t^-1%:M (1 - t)%:M t%:M 1%:M =
    mu ^+ 2 * (t ^+ 2 * 2%:R).
Proof.
move=> t0; have zE : latent (1 - t)%:M t%:M u (u + (u + v)) =
    u + t%:M *v (u + v).
  rewrite /latent raddfB /= !(actDr, actDl, actNl, act1); abel.
have -> : loss_policy_sup mu (1 - t^-1)%:M t^-1%:M (1 - t)%:M t%:M 1%:M
   = msq (0 : 'cV[V]_1) + mu ^+ 2 * msq (t%:M *v (u + v)).
  have E1 : predict (1 - t^-1)%:M t^-1%:M u (u + t%:M *v (u + v))
      - (u + (u + v)) = 0.
    rewrite /predict actDr actA -scalar_mxM mulVf // act1.
    by rewrite raddfB /= !(actDl, actNl, act1); abel.
  have E2 : u + t%:M *v (u + v) - u = t%:M *v (u + v) by abel.
  by rewrite /loss_policy_sup /loss zE act1 E1 E2.
rewrite msq0 add0r msqZ msqD // !msqE uu vv mxtrace1.
by [].
Qed.

(* the infimum 0 is not attained: no optimum exists *)
Lemma no_minimum mu A B C D E : mu != 0 -> 0 < loss_policy_sup mu A B C D E.
Proof.
move=> mu0; have mu2 : 0 < mu ^+ 2.
  by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
have pos : 0 <= mu ^+ 2 * msq (E *v latent C D u (u + (u + v)) - u).
  by rewrite mulr_ge0 ?sqr_ge0 ?msq_ge0.
have L0 : 0 <= loss_policy_sup mu A B C D E by rewrite addr_ge0 ?msq_ge0.
rewrite lt_neqAle L0 andbT eq_sym; apply/negP.
rewrite /loss_policy_sup paddr_eq0 ?msq_ge0 //.
case/andP; rewrite mulf_eq0 (gt_eqF mu2) /=.
rewrite /loss residual; have -> : E *v latent C D u (u + (u + v)) - u =
    (E *m (C + D) + E *m D - 1%:M) *v u + (E *m D) *v v.
  by rewrite /latent !(actDl, actDr, actNl, actA, act1, mulmxDr); abel.
have split_msq M N : msq (M *v u + N *v v) = \tr (M *m M^T) + \tr (N *m N^T).
  rewrite msqD ?msq_act; last by rewrite cov_actl cov_actr uv mul0mx mulmx0.
  by rewrite uu vv /en !mulmx1.
have -> : Aeff A B C D *v u + (B *m D - 1%:M) *v (u + v) =
    (Aeff A B C D + B *m D - 1%:M) *v u + (B *m D - 1%:M) *v v.
  by rewrite !(actDl, actDr, actNl); abel.
rewrite !split_msq !paddr_eq0 ?en1_ge0 //.
case/andP=> _ /eqP/en1_eq0 BD /andP[/eqP/en1_eq0 EC /eqP/en1_eq0 ED].
move: EC; rewrite ED addr0 => /eqP; rewrite subr_eq0 => /eqP EC.
have uE : E \in unitmx by case: (mulmx1_unit EC).
have D0 : D = 0 by rewrite -[D](mulKmx uE) ED mulmx0.
move: BD; rewrite D0 mulmx0 sub0r => /eqP; rewrite oppr_eq0 => /eqP.
by move/matrixP/(_ 0 0)/eqP; rewrite !mxE oner_eq0.
Qed.

End Instances.

(* on the probability space of two independent signs *)
Section OnSigns.
Variable R : realFieldType.
Let u := coin R (0 : 'I_2).
Let v := coin R (1 : 'I_2).
Let uu : cov u u = 1%:M := cov_coin_eq R _.
Let vv : cov v v = 1%:M := cov_coin_eq R _.
Let uv : cov u v = 0. Proof. exact: cov_coin_neq. Qed.

Theorem prop_4_4_as_printed_false : ~ prop_4_4_as_printed (cubeL2 R 2) 2 1 2.
Proof. exact: spare_instance_false uu vv uv. Qed.

Theorem prop_4_4_as_printed_finite_false :
  ~ prop_4_4_as_printed_finite (cubeL2 R 2) 2 1 1.
Proof. exact: strong_noise_false uu vv uv. Qed.

(* supervision with a policy that copies the observation *)
Theorem supervised_policy_reduction_false mu : mu != 0 ->
  exists A B C D E, forall A' B' D' E',
    loss_policy_sup u v mu A B C D E < loss_policy_sup u v mu A' B' (- D') D'
      E'.
Proof.
move=> mu0; have t0 : 4%:R^-1 != 0 :> R by rewrite invr_eq0 pnatr_eq0.
exists (1 - 4%:R^-1^-1)%:M, 4%:R^-1^-1%:M, (1 - 4%:R^-1)%:M, 4%:R^-1%:M, 1%:M.
move=> A' B' D' E'; rewrite (no_reduction_value uu vv uv mu t0).
apply: lt_le_trans (reduction_value uu vv uv mu A' B' D' E').
have mu2 : 0 < mu ^+ 2 by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
rewrite -subr_gt0 -mulrBr pmulr_rgt0 //.
have -> : 2%:R^-1 - 4%:R^-1 ^+ 2 * 2%:R = 3%:R / 8%:R :> R.
  by field; rewrite ?pnatr_eq0.
by rewrite divr_gt0 ?ltr0n.
Qed.

(* its infimum is 0 and is not attained *)
Theorem supervised_policy_infimum mu (eps : R) : mu != 0 -> 0 < eps ->
  (forall A B C D E, 0 < loss_policy_sup u v mu A B C D E) /\
  (exists t, t != 0 /\ loss_policy_sup u v mu (1 - t^-1)%:M t^-1%:M
     (1 - t)%:M t%:M 1%:M < mu ^+ 2 * eps).
Proof.
move=> mu0 eps0; split=> [A B C D E|]; first exact: (no_minimum uu vv uv).
have mu2 : 0 < mu ^+ 2 by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
pose t := eps / (1 + eps) / 2%:R.
have e1 : 0 < 1 + eps by rewrite addr_gt0 ?ltr01.
have t_gt0 : 0 < t by rewrite !divr_gt0 ?ltr0n.
exists t; rewrite gt_eqF //; split=> //.
rewrite (no_reduction_value uu vv uv mu); last by rewrite gt_eqF.
rewrite -subr_gt0 -mulrBr pmulr_rgt0 //.
have -> : eps - t ^+ 2 * 2%:R =
    (eps * (1 + eps) ^+ 2 + eps * (1 + eps * eps + eps)) / (2%:R * (1 + eps) ^+
      2).
  by rewrite /t; field; rewrite ?pnatr_eq0 ?gt_eqF.
have e2 : 0 < 1 + eps * eps + eps.
  by apply: addr_gt0 => //; apply: addr_gt0; rewrite ?ltr01 ?mulr_gt0.
apply: divr_gt0; last by rewrite mulr_gt0 ?ltr0n ?exprn_gt0.
by apply: addr_gt0; rewrite mulr_gt0 ?exprn_gt0.
Qed.
End OnSigns.
