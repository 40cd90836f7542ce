(*                  Action prediction at a finite weight                      *)
(* -------------------------------------------------------------------------- *)
(* The weight of the action term is lambda = mu ^ 2.                          *)
(*  loss_sup x a mu B D E == E || B D x - x ||^2 + mu^2 E || E D x - a ||^2,  *)
(*                  the supervised loss at A = 1, C = - D                     *)
(* loss_full        the supervised loss with augmentation, all of             *)
(*                  A, B, C, D, E                                             *)
(* prop_4_4_full_ge, prop_4_4_full_eq   A = 1, C = - D loses nothing          *)
(* sup_min, sup_attained, sup_uniq      the optimum from a top projector      *)
(* prop_4_4_value   exact optimum for every weight, every k, all joint moments*)
(* Section Exact    k = d, E[a e^T] = 0, X^T E[e e^T] = 0, (X; mu) injective  *)
(* prop_4_4_repaired     the optimum is E ||e||^2 above a threshold           *)
(* prop_4_4_noise_free   strictly above it no minimiser encodes the noise     *)
(* prop_4_4_spare_beats  one spare latent dimension beats E ||e||^2           *)
(* prop_4_4_hard_constraint  exact action prediction as a constraint          *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.
From SymLAM Require Import eigenform spectral l2 reduced_rank linear_lam.
From SymLAM Require Import data_augmentation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Sup.
Variables (R : realFieldType) (V : l2space R) (n d k : nat).
Variables (x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R).

(* lambda = mu^2 *)
Definition loss_sup (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) (E_ : 'M[R]_(d, k)) :
  R :=
  msq (B *v (D *v x) - x) + mu ^+ 2 * msq (E_ *v (D *v x) - a).

(* exact reduced-rank-regression form *)
Let y : 'cV[V]_(n + d) := col_mx x (mu%:M *v a).
Let G (B : 'M[R]_(n, k)) (E_ : 'M[R]_(d, k)) := col_mx B (mu *: E_).

Lemma loss_supE B D E_ : loss_sup B D E_ = msq ((G B E_ *m D) *v x - y).
Proof.
rewrite /y /G mul_col_mx act_col opp_col_mx add_col_mx msq_col /loss_sup actA;
  congr (_ + _).
rewrite -msqZ; congr msq.
by rewrite actDr actNr !actA -mul_scalar_mx -mulmxA.
Qed.

Lemma loss_sup_ge0 B D E_ : 0 <= loss_sup B D E_.
Proof. by rewrite addr_ge0 ?msq_ge0 // mulr_ge0 ?sqr_ge0 ?msq_ge0. Qed.

(* a map of rank k on both targets gives a point that is no worse *)
Lemma loss_sup_le (H : 'M[R]_(n + d, k)) (D : 'M[R]_(k, n)) :
  exists E_, loss_sup (usubmx H) D E_ <= msq ((H *m D) *v x - y).
Proof.
have [mu0|mu0] := eqVneq mu 0; last first.
  exists (mu^-1 *: dsubmx H); rewrite loss_supE /G scalerA divff // scale1r.
  by rewrite vsubmxK lexx.
exists 0; rewrite /loss_sup mu0 expr0n mul0r addr0 /y -{2}[H]vsubmxK.
rewrite mul_col_mx act_col opp_col_mx add_col_mx msq_col actA le_addL.
exact: msq_ge0.
Qed.

Variable Y : 'M[R]_(n + d, n).
Hypothesis sup_reg : cov y x = Y *m cov x x.
Let Z := Y *m cov x x *m Y^T.
Let rest := msq (Y *v x - y).

(* regression step: exact, no hypothesis on the noise *)
Lemma sup_split (W : 'M[R]_(n + d, n)) :
  msq (W *v x - y) = en (cov x x) (W - Y) + rest.
Proof.
rewrite /rest -msq_act -msqD; last first.
  by rewrite cov_actl -covC covDl covNl cov_actl sup_reg subrr trmx0 mulmx0.
by congr msq; rewrite actDl actNl; abel.
Qed.

Lemma loss_supEY B D E_ :
  loss_sup B D E_ = en (cov x x) (G B E_ *m D - Y) + rest.
Proof. by rewrite loss_supE sup_split. Qed.

Variables (Q : 'M[R]_(n + d)) (t : R).
Hypothesis tp : topproj Z Q t.
Hypothesis Qk : \tr Q = (minn k (n + d))%:R.

Lemma sup_rank B (D : 'M_(k, n)) E_ : (\rank (G B E_ *m D))%:R <= \tr Q.
Proof.
by rewrite Qk ler_nat leq_min rank_leq_row (leq_trans (mulmx_max_rank _ _)).
Qed.

Theorem sup_min B D E_ : \tr ((1%:M - Q) *m Z) + rest <= loss_sup B D E_.
Proof.
rewrite loss_supEY le_add2r.
exact: (lowrank_min (cov_psd x) tp (sup_rank B D E_)).
Qed.

Theorem sup_attained :
  exists B D E_, loss_sup B D E_ = \tr ((1%:M - Q) *m Z) + rest.
Proof.
have [H [N HN]] : exists (H : 'M_(n + d, k)) (N : 'M_(k, n + d)), H *m N = Q.
  apply: rank_factor; have [oQ _ _ _ _] := tp.
  by rewrite -(ler_nat R) -oproj_rank // Qk ler_nat geq_minl.
have [E_ le] := loss_sup_le H (N *m Y); exists (usubmx H), (N *m Y), E_.
apply/eqP; rewrite eq_le sup_min andbT; apply: le_trans le _.
by rewrite sup_split mulmxA HN (lowrank_attained tp) lexx.
Qed.

Theorem sup_uniq B (D : 'M_(k, n)) E_ : gap Z Q t ->
  loss_sup B D E_ = \tr ((1%:M - Q) *m Z) + rest ->
  G B E_ *m D *m cov x x = Q *m Y *m cov x x.
Proof.
move=> gp; rewrite loss_supEY => /addIr h.
exact: (lowrank_uniq (cov_psd x) tp gp (sup_rank B D E_) h).
Qed.

End Sup.

(* k = d, X injective, E[a e^T] = 0, e supported orthogonally to range X *)
Section Exact.
Variables (R : realFieldType) (V : l2space R) (n d : nat).
Variables (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R).
Hypothesis ae : cov a e = 0.
Hypothesis Xe : X^T *m cov e e = 0.
Let x := X *v a + e.
Let Sa := cov a a.
Let Se := cov e e.
Let F := X^T *m X + (mu ^+ 2)%:M.
Let K : 'M[R]_(n + d, d) := col_mx X mu%:M.
(* K is injective when X is, or when mu != 0 *)
Hypothesis sup_free : row_free K^T.
(* NB: kept opaque on purpose: mulmxA would unfold a transparent Q *)
Variable Q : 'M[R]_(n + d).
Hypothesis QE : Q = K *m invmx F *m K^T.

Lemma sup_gram : K^T *m K = F.
Proof.
by rewrite /K tr_col_mx mul_row_col tr_scalar_mx -scalar_mxM -expr2.
Qed.

Lemma sup_unit : F \in unitmx.
Proof. by rewrite -sup_gram -{2}[K]trmxK; apply/gram_unit/sup_free. Qed.

Lemma sup_oproj : oproj Q.
Proof.
have -> : Q = rproj K^T by rewrite QE /rproj trmxK sup_gram.
exact/rproj_oproj/sup_free.
Qed.
Lemma sup_trace : \tr Q = (minn d (n + d))%:R.
Proof.
have -> : Q = rproj K^T by rewrite QE /rproj trmxK sup_gram.
rewrite (minn_idPl (leq_addl _ _)); exact/rproj_tr/sup_free.
Qed.
Lemma sup_QK : Q *m K = K.
Proof. by rewrite QE -!mulmxA sup_gram mulVmx ?sup_unit // mulmx1. Qed.
Lemma sup_KQ : K^T *m Q = K^T.
Proof. by rewrite -{1}(proj1 sup_oproj) -trmx_mul sup_QK. Qed.

(* X injective: a left inverse of X that ignores the noise,                   *)
(* e.g. Xp = (X^T X)^-1 X^T                                                   *)
Variable Xp : 'M[R]_(d, n).
Hypothesis XpX : Xp *m X = 1%:M.
Hypothesis XpSe : Xp *m Se = 0.
Let Y := col_mx 1%:M (mu *: Xp).
Lemma sup_YX : Y *m X = K.
Proof. by rewrite /Y mul_col_mx mul1mx -scalemxAl XpX scalemx1. Qed.
Lemma sup_cov : cov x x = X *m Sa *m X^T + Se.
Proof.
rewrite /x covDl !covDr !cov_actl !cov_actr ae -[cov e a]covC ae trmx0.
by rewrite mul0mx mulmx0 addr0 add0r mulmxA.
Qed.

Lemma sup_reg : cov (col_mx x (mu%:M *v a)) x = Y *m cov x x.
Proof.
rewrite cov_col cov_actl /Y mul_col_mx mul1mx; congr col_mx.
rewrite sup_cov /x covDr cov_actr ae addr0 mulmxDr -!scalemxAl XpSe scaler0
  addr0.
by rewrite mul_scalar_mx !mulmxA XpX mul1mx.
Qed.

Lemma sup_rest0 : msq (Y *v x - col_mx x (mu%:M *v a)) = 0.
Proof.
rewrite /Y act_col act1 opp_col_mx add_col_mx msq_col subrr.
have -> : msq (0 : 'cV[V]_n) = 0 by rewrite /msq big1 // => i _; rewrite mxE
  ip0l.
rewrite add0r /x actDr actA -scalemxAl XpX scalemx1 addrAC subrr add0r.
by rewrite msq_act /en -scalemxAl XpSe scaler0 mul0mx mxtrace0.
Qed.

Let Z := Y *m cov x x *m Y^T.
Lemma sup_ZE : Z = K *m Sa *m K^T + block_mx Se 0 0 0.
Proof.
rewrite /Z sup_cov mulmxDr mulmxDl; congr (_ + _).
  by rewrite !mulmxA -(mulmxA _ X^T Y^T) -trmx_mul sup_YX.
rewrite /Y mul_col_mx mul1mx -scalemxAl XpSe scaler0 tr_col_mx mul_col_row.
rewrite trmx1 mulmx1 !mul0mx linearZ /= -scalemxAr.
have -> : Se *m Xp^T = 0 by rewrite -[Se]covC -trmx_mul XpSe trmx0.
by rewrite scaler0.
Qed.
Lemma sup_QSe : Q *m block_mx Se 0 0 0 = 0 :> 'M_(n + d).
Proof.
rewrite QE -mulmxA /K tr_col_mx mul_row_block Xe !mulmx0 !addr0.
by rewrite row_mx0 mulmx0.
Qed.
Lemma sup_SeQ : block_mx Se 0 0 0 *m Q = 0 :> 'M_(n + d).
Proof.
apply: trmx_inj; rewrite trmx_mul (proj1 sup_oproj) tr_block_mx !trmx0 covC.
by rewrite sup_QSe.
Qed.

Variable t : R.
Hypothesis t0 : 0 <= t.
Hypothesis hi : psd (Sa - t *: invmx F).
Hypothesis lo : psd (t%:M - Se).

Lemma sup_topproj : topproj Z Q t.
Proof.
have oQ := sup_oproj; have [sQ iQ] := oQ; have [sC iC] := oproj_compl oQ;
  split=> //.
- by rewrite sup_ZE mulmxDr mulmxDl sup_QSe sup_SeQ !mulmxA sup_QK -!mulmxA
  sup_KQ.
- rewrite sup_ZE mulmxBr mulmxDr sup_QSe addr0 mulmxBl !mulmxA sup_QK -!mulmxA
  sup_KQ.
  rewrite mul_scalar_mx -scalemxAr iQ.
  suff -> : K *m (Sa *m K^T) - t *: Q = K *m (Sa - t *: invmx F) *m K^T by
    exact: psd_congr.
  by rewrite mulmxBr mulmxBl -scalemxAr -scalemxAl QE !mulmxA.
rewrite -{2}sC; suff -> : (1%:M - Q) *m (t%:M - Z) *m (1%:M - Q)^T =
   (1%:M - Q) *m (block_mx (t%:M - Se) 0 0 t%:M) *m (1%:M - Q)^T.
  apply: psd_congr; split.
    by rewrite /sym tr_block_mx !trmx0 tr_scalar_mx; case: lo => ->.
  move=> v; rewrite -[v]hsubmxK mul_row_block !mulmx0 add0r addr0 tr_row_mx
    mul_row_col.
  rewrite mxE addr_ge0 //; first by case: lo.
  rewrite mul_mx_scalar -scalemxAl mxE mulr_ge0 //.
  by have := en1_ge0 (rsubmx v); rewrite /mxtrace big_ord1.
have CZ : (1%:M - Q) *m Z = (1%:M - Q) *m block_mx Se 0 0 0.
  rewrite sup_ZE mulmxDr -!mulmxA (mulmxA _ K) [_ *m K]mulmxBl mul1mx sup_QK
    subrr mul0mx.
  by rewrite add0r.
rewrite sC (_ : block_mx _ _ _ _ = t%:M - block_mx Se 0 0 0); last first.
  by rewrite [in RHS]scalar_mx_block opp_block_mx add_block_mx !oppr0 !addr0.
by rewrite [X in X *m _ = _]mulmxBr CZ -mulmxBr.
Qed.

Lemma sup_value : \tr ((1%:M - Q) *m Z) = msq e.
Proof.
rewrite sup_ZE mulmxDr !mulmxBl !mul1mx sup_QSe subr0 !mulmxA sup_QK subrr
  add0r.
by rewrite mxtrace_block mxtrace0 addr0 msqE.
Qed.

(* exact optimum E||e||^2 at FINITE lambda = mu^2 *)
Theorem sup_exact_min B D E_ : msq e <= loss_sup (k := d) x a mu B D E_.
Proof.
have := sup_min sup_reg sup_topproj sup_trace B D E_.
by rewrite sup_value sup_rest0 addr0.
Qed.

Theorem sup_exact_attained : loss_sup x a mu X Xp 1%:M = msq e.
Proof.
have E1 : X *v (Xp *v x) - x = (X *m Xp - 1%:M) *v e.
  by rewrite /x actDr !actA XpX act1 actDl actNl act1 actDr actA; abel.
have E2 : 1%:M *v (Xp *v x) - a = Xp *v e.
  by rewrite act1 /x actDr actA XpX act1; abel.
rewrite /loss_sup E1 E2 !msq_act -/Se [en Se Xp](_ : _ = 0); last first.
  by rewrite /en XpSe mul0mx mxtrace0.
rewrite mulr0 addr0 /en mulmxBl mul1mx -mulmxA XpSe mulmx0 sub0r mulNmx.
rewrite linearB /= trmx1 mulmxBr mulmx1 trmx_mul mulmxA.
have -> : Se *m Xp^T = 0 by rewrite -[Se]covC -trmx_mul XpSe trmx0.
by rewrite mul0mx sub0r opprK msqE.
Qed.

(* uniqueness above the threshold: the noise is ignored, q is rebuilt *)
Theorem sup_exact_uniq B D E_ : mu != 0 -> pd (Sa - t *: invmx F) ->
  loss_sup (k := d) x a mu B D E_ = msq e ->
  [/\ D *m Se = 0, B *m D *m X = X & E_ *m D *m X = 1%:M].
Proof.
move=> mu0 phi hL; have pSa : pd Sa.
  have mu2 : 0 < mu ^+ 2 by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
  have pF : pd F.
    apply: psd_pdD (pd_scalar _ mu2).
    by rewrite -{2}[X]trmxK; apply: psd_gram.
  have pSt : psd (t *: invmx F) by apply: psdZ (pd_psd (pd_inv pF)).
  by rewrite -[Sa](subrK (t *: invmx F)) addrC; apply: psd_pdD.
have gp : gap Z Q t.
  move=> m M; rewrite sup_ZE mulmxBr mulmxDr sup_QSe addr0 mulmxBl !mulmxA
    sup_QK -!mulmxA sup_KQ.
  have [sQ iQ] := sup_oproj; rewrite mul_scalar_mx -scalemxAr iQ.
  have -> : K *m (Sa *m K^T) - t *: Q = K *m (Sa - t *: invmx F) *m K^T.
    by rewrite mulmxBr mulmxBl -scalemxAr -scalemxAl QE !mulmxA.
  rewrite !mulmxA => h; have : M *m K *m (Sa - t *: invmx F) = 0.
    by apply: (row_free_inj sup_free); rewrite mul0mx.
  by move/(pd_ker phi) => MK; rewrite QE !mulmxA MK !mul0mx.
have := sup_uniq sup_reg sup_topproj sup_trace gp (B := B) (D := D) (E_ := E_).
rewrite sup_value sup_rest0 addr0 => /(_ hL).
set W := _ *m D => hW.
have XX : X^T *m Xp^T = 1%:M by rewrite -trmx_mul XpX trmx1.
have SX : Se *m Xp^T = 0 by rewrite -[Se]covC -trmx_mul XpSe trmx0.
have {}hW : W *m cov x x = K *m Sa *m X^T.
  have YSe : Y *m Se = col_mx Se 0.
    by rewrite /Y mul_col_mx mul1mx -scalemxAl XpSe scaler0.
  have QYS : Q *m col_mx Se 0 = 0 :> 'M_(_, n).
    by rewrite QE -mulmxA /K tr_col_mx mul_row_col Xe mulmx0 addr0 mulmx0.
  by rewrite hW -mulmxA sup_cov mulmxDr YSe mulmxDr QYS addr0 !mulmxA -(mulmxA
    Q) sup_YX sup_QK.
have WX : W *m X = K.
  have := congr1 (mulmx^~ Xp^T) hW; rewrite sup_cov mulmxDr mulmxDl -!mulmxA SX
    XX !mulmx0.
  rewrite addr0 !mulmx1 !mulmxA => /eqP; rewrite -subr_eq0 -mulmxBl => /eqP.
  by move/(pd_ker pSa)/eqP; rewrite subr_eq0 => /eqP.
have WSe : W *m Se = 0.
  move: hW; rewrite sup_cov mulmxDr !mulmxA WX => /eqP.
  by rewrite -subr_eq0 addrAC subrr add0r => /eqP.
move: WX WSe; rewrite /W !mul_col_mx => /eq_col_mx[BX EX] /eqP.
rewrite col_mx_eq0 => /andP[_ /eqP ES].
have {}EX : E_ *m D *m X = 1%:M.
  by apply: (scalerI mu0); rewrite scalemx1 -EX -!scalemxAl.
split=> //; have uE : E_ \in unitmx.
  by case: (mulmx1_unit (A := E_) (B := D *m X)) => //; rewrite mulmxA.
move: ES; rewrite -!scalemxAl => /eqP; rewrite scaler_eq0 (negPf mu0) /= =>
  /eqP h.
by rewrite -[LHS](mulKmx uE) (mulmxA E_ D) h mulmx0.
Qed.
End Exact.

(* K = (X; mu) is injective when X is, and when mu != 0 *)
Lemma sup_free_X (R : realFieldType) n d (X : 'M[R]_(n, d)) mu :
  row_free X^T -> row_free (col_mx X mu%:M)^T.
Proof.
rewrite -!kermx_eq0 => /eqP X0; apply/eqP; set M := kermx _.
have /sub_kermxP : M *m X^T = 0.
  have := mulmx_ker (col_mx X mu%:M)^T; rewrite -/M tr_col_mx mul_mx_row.
  by rewrite -row_mx0 => /eq_row_mx[].
by rewrite X0 submx0 => /eqP.
Qed.

Lemma sup_free_mu (R : realFieldType) n d (X : 'M[R]_(n, d)) mu :
  mu != 0 -> row_free (col_mx X mu%:M)^T.
Proof.
move=> mu0; rewrite -kermx_eq0; apply/eqP; set M := kermx _.
have := mulmx_ker (col_mx X mu%:M)^T; rewrite -/M tr_col_mx mul_mx_row.
rewrite tr_scalar_mx mul_mx_scalar -row_mx0 => /eq_row_mx[_ /eqP].
by rewrite scaler_eq0 (negPf mu0) => /eqP.
Qed.

Section Thr.
Variables (R : realFieldType) (n d : nat) (X : 'M[R]_(n, d)) (mu t c : R).
Variable Sa : 'M[R]_d.
Hypothesis mu0 : mu != 0.
Hypothesis t0 : 0 <= t.
Let N := X^T *m X.
Let F := X^T *m X + (mu ^+ 2)%:M.

Let mu2 : 0 < mu ^+ 2. Proof. by rewrite lt_neqAle eq_sym sqrf_eq0 mu0 sqr_ge0.
  Qed.

Lemma sup_pd : pd F.
Proof. by apply: psd_pdD; [rewrite -{2}[X]trmxK; apply: psd_gram | apply:
  pd_scalar]. Qed.

Lemma sup_inv_bound : t <= mu ^+ 2 * c -> psd (c%:M - t *: invmx F).
Proof.
move=> tc; have uF := pd_unit sup_pd; have [sF pF] := sup_pd.
have c0 : 0 <= c by rewrite -(pmulr_rge0 _ mu2) (le_trans t0).
have pN : psd (X^T *m X) by rewrite -{2}[X]trmxK; apply: psd_gram.
have sN := proj1 pN.
have -> : c%:M - t *: invmx F = invmx F *m
   (c *: (X^T *m X *m (X^T *m X)^T) + (c * mu ^+ 2) *: (X^T *m X) + (mu ^+ 2 *
     c - t) *: F)
   *m (invmx F)^T.
  rewrite trmx_inv sF; apply: (can_inj (mulmxK uF)); apply: (can_inj (mulKmx
    uF)).
  rewrite mulmxKV // mulKVmx // mulmxBl mulmxBr mul_scalar_mx -!scalemxAr
    -!scalemxAl.
  rewrite mulVmx // -scalemxAr mulmx1 sN scalerBl [mu ^+ 2 * c]mulrC addrA;
    congr (_ - _).
  rewrite -!scalerA -!scalerDr; congr (_ *: _).
  by rewrite {1}/F mulmxDl mul_scalar_mx {1}/F mulmxDr mul_mx_scalar !scalerA
    -!expr2.
apply/psd_congr/psdD; first apply: psdD.
- by apply/psdZ/psd_gram.
- by apply: psdZ => //; rewrite mulr_ge0 ?(ltW mu2).
by apply: psdZ; [rewrite subr_ge0 | apply/pd_psd/sup_pd].
Qed.

Lemma sup_thr_psd : psd (Sa - c%:M) -> t <= mu ^+ 2 * c -> psd (Sa - t *: invmx
  F).
Proof.
move=> pS tc.
have -> : Sa - t *: invmx F = (Sa - c%:M) + (c%:M - t *: invmx F) by abel.
exact: psdD pS (sup_inv_bound tc).
Qed.
End Thr.

Section P4.
Variables (R : realFieldType) (V : l2space R) (n d : nat).
Variables (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu t c : R).
Hypothesis ae : cov a e = 0.               (* E[a e^T] = 0 *)
Hypothesis Xe : X^T *m cov e e = 0.        (* e orthogonal to range X *)
Hypothesis Xfree : row_free X^T.           (* X injective *)
Hypothesis noise : psd (t%:M - cov e e).   (* Se <= t I *)
Hypothesis signal : psd (cov a a - c%:M).  (* Sa >= c I *)
Let x := X *v a + e.
Let Xp := invmx (X^T *m X) *m X^T.

Let XpX : Xp *m X = 1%:M.
Proof. by rewrite /Xp -mulmxA mulVmx // -{2}[X]trmxK; apply: gram_unit. Qed.
Let XpSe : Xp *m cov e e = 0.
Proof. by rewrite /Xp -mulmxA Xe mulmx0. Qed.

Theorem prop_4_4_repaired : t <= mu ^+ 2 * c ->
  (forall B D E_, msq e <= loss_sup (k := d) x a mu B D E_) /\
  loss_sup x a mu X Xp 1%:M = msq e.
Proof.
move=> tc; split; last exact: (sup_exact_attained a mu XpX XpSe).
move=> B D E_; have [->|e0] := eqVneq (msq e) 0; first exact: loss_sup_ge0.
have t_gt0 : 0 < t.
  by apply: (ub_gt0 noise); rewrite -msqE lt_neqAle eq_sym e0 msq_ge0.
have mu0 : mu != 0.
  apply: contraTneq tc => ->; rewrite expr0n mul0r -ltNge; exact: t_gt0.
have t0 := ltW t_gt0; have K_free := sup_free_mu X mu0.
apply: (sup_exact_min ae Xe K_free erefl XpX XpSe t0 _ noise B D E_).
exact: (sup_thr_psd X mu0 t0 signal tc).
Qed.

Theorem prop_4_4_noise_free : t < mu ^+ 2 * c -> forall B D E_,
  (forall B' D' E', loss_sup (k := d) x a mu B D E_ <=
                    loss_sup (k := d) x a mu B' D' E') ->
  [/\ D *m cov e e = 0, B *m D *m X = X & E_ *m D *m X = 1%:M].
Proof.
move=> tc B D E_ hmin; have tc' := ltW tc; have [lo att] := prop_4_4_repaired
  tc'.
have [n0|n_gt0] := posnP n.
  have d0 : d = 0%N.
    by apply/eqP; rewrite -leqn0 -{1}n0 -(eqP Xfree) rank_leq_col.
  by split; [apply: flat_cols | apply: flat_rows | apply: flat_rows].
have t0 := ub_ge0 n_gt0 (cov_psd e) noise.
have mu0 : mu != 0.
  by apply: contraTneq tc => ->; rewrite expr0n mul0r -leNgt.
have hL : loss_sup x a mu B D E_ = msq e.
  by apply/eqP; rewrite eq_le lo andbT -att.
have K_free := sup_free_mu X mu0.
apply: (sup_exact_uniq ae Xe K_free erefl XpX XpSe t0 _ noise mu0 _ hL).
  exact: (sup_thr_psd X mu0 t0 signal tc').
rewrite -[cov a a - _](_ : (cov a a - (mu ^+ 2 * c) *: invmx (X^T *m X + (mu ^+
  2)%:M))
   + (mu ^+ 2 * c - t) *: invmx (X^T *m X + (mu ^+ 2)%:M) = _); last first.
  by rewrite scalerBl; abel.
apply: psd_pdD; first exact: (sup_thr_psd X mu0 (le_trans t0 tc') signal (lexx
  _)).
by apply: pdZ; [rewrite subr_gt0 | apply/pd_inv/sup_pd].
Qed.
End P4.

Section Neg.
Variables (R : realFieldType) (V : l2space R) (n d : nat).
Variables (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n) (mu : R) (Xp :
  'M[R]_(d, n)).
Hypothesis Xe : X^T *m cov e e = 0.
Hypothesis XpX : Xp *m X = 1%:M.
Hypothesis XpSe : Xp *m cov e e = 0.
Let x := X *v a + e.

(* one spare latent dimension strictly beats E ||e||^2 *)
Theorem prop_4_4_spare_beats : cov e e != 0 ->
  exists B D E_, loss_sup (k := d + 1) x a mu B D E_ < msq e /\ msq (E_ *v (D
    *v x) - a) = 0.
Proof.
set S := cov e e => S0; have [sS pS] : psd S by exact: cov_psd.
have /rowV0Pn[w wS w0] := S0.
case/submxP: wS => u wE.
have wX : w *m X = 0.
  by rewrite wE -mulmxA -[S *m X]trmxK trmx_mul sS Xe trmx0 mulmx0.
have ww : (w *m w^T) 0 0 != 0.
  apply: contraNneq w0 => h; apply/eqP/en1_eq0.
  by rewrite /mxtrace big_ord1 h.
set q := (w *m w^T) 0 0 in ww; have wwE : w *m w^T = q%:M by rewrite
  [LHS]mx11_scalar.
have q0 : 0 < q by rewrite lt_neqAle eq_sym ww; have := en1_ge0 w; rewrite
  /mxtrace big_ord1.
have sw : 0 < (w *m S *m w^T) 0 0.
  rewrite lt_neqAle eq_sym pS andbT; apply: contraNneq w0 => h.
  have wS0 : w *m S = 0 by apply: (psd_ker _ h); split.
  by apply/eqP/en1_eq0; rewrite {2}wE trmx_mul sS mulmxA wS0 mul0mx mxtrace0.
exists (row_mx X w^T), (col_mx Xp (q^-1 *: w)), (row_mx 1%:M 0).
have E0 : row_mx 1%:M 0 *v (col_mx Xp (q^-1 *: w) *v x) - a = Xp *v e.
  rewrite actA mul_row_col mul1mx mul0mx addr0 /x actDr actA XpX act1; abel.
have z : msq (Xp *v e) = 0 by rewrite msq_act /en -/S XpSe mul0mx mxtrace0.
rewrite /loss_sup E0 z mulr0 addr0; split=> //.
pose p := w^T *m (q^-1 *: w).
have -> : row_mx X w^T *v (col_mx Xp (q^-1 *: w) *v x) - x = (X *m Xp + p -
  1%:M) *v e.
  have pX : p *m X = 0 by rewrite /p -mulmxA -scalemxAl wX scaler0 mulmx0.
  have MX : (X *m Xp + p) *m X = X by rewrite mulmxDl -mulmxA XpX mulmx1 pX
    addr0.
  by rewrite actA mul_row_col -/p /x actDr actA MX !(actDl, actNl, act1); abel.
have SX : S *m Xp^T = 0 by rewrite -sS -trmx_mul XpSe trmx0.
have pT : p^T = p by rewrite /p trmx_mul trmxK linearZ /= -scalemxAl -scalemxAr.
have pp : p *m p = p.
  have w1 : (q^-1 *: w) *m w^T = 1%:M by rewrite -scalemxAl wwE scale_scalar_mx
    mulVf.
  by rewrite /p mulmxA -(mulmxA w^T) w1 mulmx1.
have MS : (X *m Xp + p - 1%:M) *m S = p *m S - S.
  by rewrite mulmxBl mulmxDl -[X *m Xp *m S]mulmxA XpSe mulmx0 add0r mul1mx.
have -> : msq ((X *m Xp + p - 1%:M) *v e) = \tr S - \tr (p *m S).
  rewrite msq_act /en -/S MS.
  have MT : (X *m Xp + p - 1%:M)^T = Xp^T *m X^T + p - 1%:M.
    by rewrite raddfB raddfD /= trmx1 pT trmx_mul.
  rewrite MT.
  have -> : (p *m S - S) *m (Xp^T *m X^T + p - 1%:M) = p *m S *m p - p *m S -
    (S *m p - S).
    rewrite mulmxBl !mulmxBr !mulmxDr !mulmx1 !mulmxA -(mulmxA p S) SX.
    by rewrite mulmx0 !mul0mx !add0r.
  rewrite !(linearB, linearN, linearD) /=.
  by rewrite [\tr (p *m S *m p)]mxtrace_mulC mulmxA pp [\tr (S *m
    p)]mxtrace_mulC; ring.
have -> : \tr (p *m S) = q^-1 * (w *m S *m w^T) 0 0.
  by rewrite /p -(mulmxA w^T) mxtrace_mulC -!scalemxAl mxtraceZ /mxtrace
    big_ord1.
by rewrite -msqE lt_subl_addr lt_addL pmulr_rgt0 ?invr_gt0.
Qed.
End Neg.

(* the full supervised, augmented objective dominates loss_sup, its value at  *)
(* A = 1, C = - D                                                             *)
Section WLOG.
Variables (R : realFieldType) (V : l2space R) (n k d : nat).
Variables (o x k1 k2 : 'cV[V]_n) (a : 'cV[V]_d) (mu : R).
Hypothesis ox : cov o x = 0.
Hypothesis xk1 : cov x k1 = 0.
Hypothesis xk2 : cov x k2 = 0.
Hypothesis oa : cov o a = 0.
Hypothesis k1a : cov k1 a = 0.

Definition loss_full A (B : 'M[R]_(n, k)) C D (E_ : 'M[R]_(d, k)) :=
  loss_aug o x k1 k2 A B C D +
  mu ^+ 2 * msq (E_ *v latent C D (o + k1) (o + x + k1) - a).

Theorem prop_4_4_full_ge A B C D E_ : loss_sup x a mu B D E_ <= loss_full A B C
  D E_.
Proof.
rewrite /loss_full /loss_sup; apply: le_add2.
  rewrite /loss_aug residual_aug; set y := Aeff A B C D *v o.
  set z := (B *m D - 1%:M) *v x.
  rewrite (_ : _ + z + _ + _ =
    y + (A - 1%:M) *v k2 + (B *m (C + D)) *v k1 + z); last by abel.
  have -> : B *v (D *v x) - x = z by rewrite /z actDl actNl act1 actA.
  rewrite msqD ?le_addR ?msq_ge0 //.
  rewrite !covDl !cov_actl !cov_actr ox -[cov k1 x]covC xk1 -[cov k2 x]covC xk2.
  by rewrite !trmx0 !mul0mx !mulmx0 !addr0.
apply: le_pmul2; first exact: sqr_ge0.
have -> : E_ *v latent C D (o + k1) (o + x + k1) - a =
  (E_ *m (C + D)) *v (o + k1) + (E_ *v (D *v x) - a).
  by rewrite /latent !(mulmxDr, actDr, actDl, actA); abel.
rewrite [X in _ <= X]msqD ?le_addR ?msq_ge0 // cov_actl actA covDr covNr
  cov_actr !covDl.
by rewrite ox -[cov k1 x]covC xk1 oa k1a trmx0 !addr0 mul0mx subr0 mulmx0.
Qed.

Theorem prop_4_4_full_eq B (D : 'M[R]_(k, n)) E_ : loss_full 1%:M B (- D) D E_
  = loss_sup x a mu B D E_.
Proof.
rewrite /loss_full /loss_sup loss_aug_pca pca_msq; congr (_ + _ * msq _).
by rewrite /latent !(actDr, actA, mulmxN, actNl); abel.
Qed.
End WLOG.

Section Constrained.
Variables (R : realFieldType) (V : l2space R) (n d : nat).
Variables (X : 'M[R]_(n, d)) (a : 'cV[V]_d) (e : 'cV[V]_n).
Hypothesis ae : cov a e = 0.
Hypothesis pSa : pd (cov a a).
Let x := X *v a + e.

Theorem prop_4_4_hard_constraint B D (E_ : 'M[R]_d) : msq (E_ *v (D *v x) - a)
  = 0 ->
  [/\ E_ *m D *m X = 1%:M, D *m cov e e = 0, msq e <= msq (B *v (D *v x) - x)
    & (msq (B *v (D *v x) - x) = msq e <-> B *m D *m X = X)].
Proof.
have uncorr p (M : 'M_(p, d)) (N : 'M_(p, n)) : msq (M *v a + N *v e) = en (cov
  a a) M + en (cov e e) N.
  by rewrite msqD ?msq_act // cov_actl cov_actr ae mul0mx mulmx0.
have -> : E_ *v (D *v x) - a = (E_ *m D *m X - 1%:M) *v a + (E_ *m D) *v e.
  by rewrite /x !(actDr, actDl, actNl, actA, act1, mulmxA); abel.
have pSe := cov_psd e.
rewrite uncorr => /eqP; rewrite paddr_eq0 ?en_ge0 //; last exact: pd_psd.
case/andP=> /eqP/(pd_enP _ pSa)/eqP; rewrite subr_eq0 => /eqP EX /eqP/(en_eq0P
  _ pSe) ES.
have uE : E_ \in unitmx.
  by case: (mulmx1_unit (A := E_) (B := D *m X)) => //; rewrite mulmxA.
have DS : D *m cov e e = 0.
  by rewrite -[LHS](mulKmx uE) (mulmxA E_ D) ES mulmx0.
have L : msq (B *v (D *v x) - x) = en (cov a a) (B *m D *m X - X) + msq e.
  rewrite (_ : _ - x = (B *m D *m X - X) *v a + (B *m D - 1%:M) *v e); last
    first.
    by rewrite /x !(actDr, actDl, actNl, actA, act1, mulmxA); abel.
  have SD : cov e e *m D^T = 0 by rewrite -[cov e e]covC -trmx_mul DS trmx0.
  rewrite uncorr; congr (_ + _); rewrite /en mulmxBl -mulmxA DS mulmx0 sub0r
    mul1mx.
  rewrite [(_ + _)^T]raddfB /= trmx1 trmx_mul mulNmx mulmxBr mulmx1 mulmxA SD.
  by rewrite mul0mx sub0r opprK msqE.
split=> //; first by rewrite L le_addR en_ge0 //; exact: pd_psd.
rewrite L -[X in _ = X]add0r; split=> [/addIr/(pd_enP _ pSa)/eqP|->].
  by rewrite subr_eq0 => /eqP.
by rewrite subrr /en !mul0mx mxtrace0.
Qed.
End Constrained.

Theorem prop_4_4_value (R : rcfType) (V : l2space R) (n d k : nat)
  (x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R) :
  let y := col_mx x (mu%:M *v a) in
  exists (Y : 'M_(n + d, n)) (Q : 'M_(n + d)) (t : R),
  let Z := Y *m cov x x *m Y^T in
  [/\ cov y x = Y *m cov x x, topproj Z Q t, \tr Q = (minn k (n + d))%:R,
      forall (B : 'M_(n, k)) (D : 'M_(k, n)) (E_ : 'M_(d, k)),
        msq y - \tr (Q *m Z) <= loss_sup x a mu B D E_
    & exists (B : 'M_(n, k)) (D : 'M_(k, n)) (E_ : 'M_(d, k)),
        loss_sup x a mu B D E_ = msq y - \tr (Q *m Z)].
Proof.
move=> y; have [Y sup_reg] := regression y x.
have [Q [t [tp Qk]]] :=
  exists_topproj (psd_congr Y (cov_psd x)) (geq_minr k (n + d)).
exists Y, Q, t; set Z := Y *m _ *m Y^T.
have yE : msq y - \tr (Q *m Z) = \tr ((1%:M - Q) *m Z) + msq (Y *v x - y).
  have -> : msq y = msq (Y *v x) + msq (Y *v x - y).
    have E : y = Y *v x + (y - Y *v x) by abel.
    rewrite {1}E msqD; last first.
      by rewrite cov_actl -covC covDl covNl cov_actl sup_reg subrr trmx0 mulmx0.
    have mN (u : 'cV[V]_(n + d)) : msq (- u) = msq u.
      by rewrite !msqE covNl covNr opprK.
    by rewrite -[y - _]opprB mN.
  by rewrite msq_act mulmxBl mul1mx linearB /= addrAC.
split=> // [B D E_|]; rewrite yE; first exact: (sup_min sup_reg tp Qk).
exact: (sup_attained sup_reg tp Qk).
Qed.
