(*        M1: Gaussian mutual information without logarithms                  *)
(* -------------------------------------------------------------------------- *)
(* For jointly Gaussian z, y with E[y y^T] invertible,                        *)
(*   exp (- 2 I(z; y)) = det E[r r^T] / det E[y y^T],  r = y - y^ the residual*)
(* of the least-squares head of y on z.  The printed formula has the ratio of *)
(* total variances, E ||r||^2 / E ||y||^2 = nerr z y, in its place.           *)
(*     rcov z y == E[r r^T], with herr z y = tr (rcov z y)                    *)
(* info_ratio z y == det (rcov z y) / det (cov y y), that is exp (- 2 I)      *)
(*  M1_scalar == for a scalar y the printed formula is exact                  *)
(*   M1_order == so I grows exactly as the normalised error falls (for every  *)
(*       strictly decreasing function of the ratio, as - 1/2 log is)          *)
(*     M1_iso == if E[r r^T] = c E[y y^T], I is m times the printed value     *)
(*       (exp (- 2 I) = c^m, printed c)                                       *)
(*   M1_zero == I = 0 iff the printed value is 0: E[z y^T] = 0                *)
(*   M1_vector_as_printed_false == a vector y of dimension 2 of which z gives *)
(*       one entry: ratio of total variances 1/2, I infinite (ratio 0)        *)
(*   M1_order_as_printed_false == the two ratios even order latents           *)
(*       differently                                                          *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd l2 finite_probability.
From SymLAM Require Import moment_space linear_lam llo.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Info.
Variables (R : realFieldType) (V : l2space R).

Definition rcov k m (z : 'cV[V]_k) (y : 'cV[V]_m) : 'M[R]_m :=
  cov (y - head z y *v z) (y - head z y *v z).
Definition info_ratio k m (z : 'cV[V]_k) (y : 'cV[V]_m) : R :=
  \det (rcov z y) / \det (cov y y).

Lemma rcov_tr k m (z : 'cV[V]_k) (y : 'cV[V]_m) : \tr (rcov z y) = herr z y.
Proof. by rewrite /rcov -msqE /herr -opprB msqN. Qed.

(* the second moments of y split into explained and residual ones *)
Lemma rcovE k m (z : 'cV[V]_k) (y : 'cV[V]_m) :
  rcov z y = cov y y - head z y *m cov z y.
Proof.
have rz : cov (y - head z y *v z) z = 0.
  by rewrite covDl covNl cov_actl -headP subrr.
rewrite /rcov [LHS]covDr covNr cov_actr rz mul0mx oppr0 addr0.
by rewrite covDl covNl cov_actl.
Qed.

(* any regression matrix gives it *)
Lemma rcov_reg k m (z : 'cV[V]_k) (y : 'cV[V]_m) (H : 'M[R]_(m, k)) :
  cov y z = H *m cov z z -> rcov z y = cov y y - H *m cov z y.
Proof.
move=> yz; rewrite rcovE -[cov z y]covC yz trmx_mul covC !mulmxA.
by rewrite -headP yz.
Qed.

(* a scalar target: exp (- 2 I) = E r^2 / E y^2 *)
Theorem M1_scalar k (z : 'cV[V]_k) (y : 'cV[V]_1) : msq y != 0 ->
  info_ratio z y = nerr z y.
Proof.
move=> y0; rewrite /info_ratio /nerr (negPf y0) !det_mx11 -rcov_tr msqE.
by rewrite /mxtrace !big_ord1.
Qed.

(* so information orders scalar targets as the normalised error does *)
Theorem M1_order k k' (z : 'cV[V]_k) (z' : 'cV[V]_k') (y : 'cV[V]_1)
    (I : R -> R) : msq y != 0 -> {homo I : a b /~ a < b} ->
  (I (info_ratio z y) < I (info_ratio z' y)) = (nerr z' y < nerr z y).
Proof.
move=> y0 Idec; rewrite !M1_scalar //.
apply/idP/idP=> [|/Idec //]; apply: contraTT; rewrite -!leNgt le_eqVlt.
by case/orP=> [/eqP->|/Idec/ltW].
Qed.

(* proportional residual: the exponent is the dimension of y *)
Theorem M1_iso k m (z : 'cV[V]_k) (y : 'cV[V]_m) (c : R) :
    cov y y \in unitmx -> msq y != 0 -> rcov z y = c *: cov y y ->
  nerr z y = c /\ info_ratio z y = c ^+ m.
Proof.
rewrite unitmxE unitfE => dy y0 rc.
rewrite /nerr (negPf y0) -rcov_tr rc mxtraceZ -msqE mulfK //.
by rewrite /info_ratio rc detZ mulfK.
Qed.

(* no information: the two ratios agree at 1 *)
Theorem M1_zero k m (z : 'cV[V]_k) (y : 'cV[V]_m) : cov y y \in unitmx ->
  cov z y = 0 -> nerr z y = 1 /\ info_ratio z y = 1.
Proof.
rewrite unitmxE unitfE => dy zy; split; first exact/M2_nerr_eq1.
by rewrite /info_ratio rcovE zy mulmx0 subr0 divff.
Qed.
End Info.

Section Instances.
Variable R : realFieldType.
Let N := (1 + (1 + 1))%N.
Let u := radv R N.
Let y1 : 'cV_1 := row_mx 1%:M (row_mx 0 0) *v u.
Let y2 : 'cV_1 := row_mx 0 (row_mx 1%:M 0) *v u.
Let w : 'cV_1 := row_mx 0 (row_mx 0 1%:M) *v u.
(* y = (y1, y2), two independent signs *)
Let y : 'cV_(1 + 1) := col_mx y1 y2.

Lemma det2 (a b : 'M[R]_1) :
  \det (block_mx a 0 0 b : 'M_(1 + 1)) = a 0 0 * b 0 0.
Proof. by rewrite det_ublock !det_mx11. Qed.

Lemma signs : [/\ cov y1 y1 = 1%:M, cov y2 y2 = 1%:M, cov y1 y2 = 0 &
  [/\ cov w w = 1%:M, cov y1 w = 0 & cov y2 w = 0]].
Proof.
rewrite !(cov_on (cov_radv R _)) !tr_row_mx !mul_row_col !trmx0 !trmx1.
by rewrite !mul0mx !mulmx0 !mulmx1 !addr0 !add0r.
Qed.

Lemma cov_col2 m n (a : 'cV[cubeL2 R N]_m) (b : 'cV[cubeL2 R N]_n) :
  cov (col_mx a b) (col_mx a b) =
  block_mx (cov a a) (cov a b) (cov b a) (cov b b).
Proof.
rewrite cov_col block_mxEv; congr col_mx;
by rewrite -covC cov_col tr_col_mx !covC.
Qed.

(* z = y1: half of the total variance is left, but I is infinite *)
Theorem M1_vector_as_printed_false :
  nerr y1 y = 2%:R^-1 /\ info_ratio y1 y = 0.
Proof.
have [c1 c2 c12 _] := signs.
have yz : cov y y1 = col_mx 1%:M 0 *m cov y1 y1.
  by rewrite /y cov_col c1 -[cov y2 y1]covC c12 trmx0 mulmx1.
have zy : cov y1 y = row_mx 1%:M 0.
  by rewrite -covC yz c1 mulmx1 tr_col_mx trmx1 trmx0.
have yy : cov y y = block_mx 1%:M 0 0 1%:M.
  by rewrite /y cov_col2 c1 c2 c12 -[cov y2 y1]covC c12 trmx0.
have rr : rcov y1 y = block_mx 0 0 0 1%:M.
  rewrite (rcov_reg yz) yy zy mul_col_row !mulmx0 !mul0mx mulmx1.
  by rewrite opp_block_mx add_block_mx subrr !oppr0 !addr0.
have my : msq y = 2%:R.
  by rewrite msqE yy mxtrace_block !mxtrace1 -natrD.
split; last by rewrite /info_ratio rr det2 mxE mul0r mul0r.
rewrite /nerr my pnatr_eq0 /= -rcov_tr rr mxtrace_block mxtrace0 mxtrace1 add0r.
by rewrite div1r.
Qed.

(* y = (3 y1, y2): the latent y1 + w leaves less of the total variance than   *)
(* the latent y2, but carries less information                                *)
Theorem M1_order_as_printed_false :
  let y' : 'cV_(1 + 1) := col_mx (3%:R%:M *v y1) y2 in
  nerr (y1 + w) y' < nerr y2 y' /\ info_ratio y2 y' < info_ratio (y1 + w) y'.
Proof.
have [c1 c2 c12 [cw c1w c2w]] := signs.
move: y1 y2 w c1 c2 c12 cw c1w c2w => a b v aa bb ab vv av bv y'.
have ba : cov b a = 0 by rewrite -covC ab trmx0.
have yy : cov y' y' = block_mx 9%:R%:M 0 0 1%:M.
  rewrite /y' cov_col2 !cov_actl !cov_actr aa ab ba bb mul1mx tr_scalar_mx.
  by rewrite mul0mx mulmx0 -scalar_mxM -natrM.
have my : msq y' = 10%:R.
  by rewrite msqE yy mxtrace_block mxtrace_scalar mxtrace1 -natrD.
have zz : cov (a + v) (a + v) = 2%:R%:M.
  rewrite covDl !covDr aa vv av -[cov v a]covC av trmx0 addr0 add0r -raddfD.
  by [].
have h2 : 2%:R != 0 :> R by rewrite pnatr_eq0.
have ya : cov y' (a + v) = col_mx 3%:R%:M 0.
  rewrite /y' cov_col cov_actl !covDr aa av ba bv !addr0 mulmx1.
  by [].
have ayz : cov y' (a + v) = col_mx (3%:R / 2%:R)%:M 0 *m cov (a + v) (a + v).
  by rewrite ya zz mul_col_mx mul0mx -scalar_mxM divfK.
have yb : cov y' b = col_mx 0 1%:M *m cov b b.
  by rewrite /y' cov_col cov_actl ab bb mulmx0 mulmx1.
have ra : rcov (a + v) y' = block_mx (9%:R / 2%:R)%:M 0 0 1%:M.
  rewrite (rcov_reg ayz) -[cov (a + v) y']covC ya yy tr_col_mx tr_scalar_mx.
  rewrite trmx0 mul_col_row !mulmx0 !mul0mx -scalar_mxM opp_block_mx.
  rewrite add_block_mx !oppr0 !addr0 -raddfB; congr (block_mx _%:M _ _ _).
  by rewrite /=; field.
have rb : rcov b y' = block_mx 9%:R%:M 0 0 0.
  rewrite (rcov_reg yb) -[cov b y']covC yb bb mulmx1 yy tr_col_mx trmx1 trmx0.
  rewrite mul_col_row !mulmx0 !mul0mx mulmx1 opp_block_mx add_block_mx.
  by rewrite !oppr0 !addr0 subrr.
have na : nerr (a + v) y' = 11%:R / 20%:R.
  rewrite /nerr my pnatr_eq0 /= -rcov_tr ra mxtrace_block mxtrace_scalar.
  by rewrite mxtrace1; field; rewrite ?pnatr_eq0.
have nb : nerr b y' = 18%:R / 20%:R.
  rewrite /nerr my pnatr_eq0 /= -rcov_tr rb mxtrace_block mxtrace_scalar.
  by rewrite mxtrace0; field; rewrite ?pnatr_eq0.
split.
  rewrite na nb ltNge ler_pmul2r_compat ?invr_gt0 ?ltr0n // -ltNge.
  by rewrite ltr_nat.
rewrite /info_ratio ra rb yy !det2 !mxE !mulr1n !mulr0 mul0r.
by rewrite !mulr1 !divr_gt0 ?ltr0n.
Qed.
End Instances.
