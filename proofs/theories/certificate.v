(* Exact rational certificates for the minimum of a linear LAM loss, checked  *)
(* by computation in the kernel.                                              *)
(*                                                                            *)
(* With S the second moment of the innovation, the minimum over B (n x k) and *)
(* D (k x n) of  en S (B D - I) = tr ((B D - I) S (B D - I)^T)  is            *)
(* tr S - (sum of the k largest eigenvalues of S).  A certificate encloses it *)
(* by weak duality: a feasible point from above, and from below               *)
(*   k t + tr Z >= (sum of the k largest eigenvalues)                         *)
(* whenever t >= 0, Z >= 0 and Z + t I - S >= 0.                              *)
(*                                                                            *)
(* All rationals have the common denominator c_q; the fields are numerators.  *)
(*    c_n, c_k == dimensions (nat)                                            *)
(*         c_q == the common denominator, > 0                                 *)
(*         c_S == S, n x n:                      S = zmx c_S / c_q            *)
(*  c_lo, c_hi == the claimed bounds:            lo = c_lo / c_q, and so hi   *)
(*    c_s, c_U == scale > 0 and k x n matrix of the feasible point            *)
(*                B = U^T / s, D = U / s (rows of U / s nearly orthonormal)   *)
(*         c_t == t = c_t / c_q, >= 0                                         *)
(*         c_Z == Z, in one of two forms:                                     *)
(*                Dense Z X Xi: Z = zmx Z / c_q, with the witness X, Xi       *)
(*                Gram F w    : Z = F^T diag(w) F / c_q, w_i >= 0             *)
(*   c_X, c_Xi == witness that R = Z + t I - S (numerators) is PSD:           *)
(*                X R X^T diagonally dominant and either strictly so (then Xi *)
(*                is not read and may be nil) or Xi X^T strictly dominant     *)
(*     check c == the checker: integer arithmetic only                        *)
(* cert_mx R c, cert_lo R c, cert_hi R c == S, lo and hi in the field R       *)
(*                                                                            *)
(* same_moments c n q0 S0 <=> S = S0 / q0, the problem as its owner states it *)
(*                                                                            *)
(* check c = true implies lo <= min <= hi for: a weighted low-rank problem    *)
(* (cert_lowrank), PCA (cert_pca), the LAM loss for uncorrelated moments      *)
(* (cert_loss), for any joint moments through the innovation                  *)
(* (cert_loss_master), with augmentation (cert_loss_aug), and with action     *)
(* supervision at weight mu^2 (cert_loss_sup).                                *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young l2.
From SymLAM Require Import linear_lam data_augmentation action_prediction.
From SymLAM Require Import dyadic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Inductive dual := Dense of imx & imx & imx | Gram of imx & seq Z.

Record cert := Cert {
  c_n : nat; c_k : nat; c_q : Z; c_S : imx; c_lo : Z; c_hi : Z;
  c_s : Z; c_U : imx; c_t : Z; c_Z : dual; c_X : imx; c_Xi : imx }.

Section Check.

Definition scale_rows (w : seq Z) (A : imx) : imx :=
  map (fun u => map (fun p => Z.mul p.1 p.2) (zip w u)) A.

Definition dual_mx n (d : dual) : imx :=
  match d with
  | Dense Z _ _ => Z
  | Gram F w => let Ft := trp (size w) n F in mulT (scale_rows w Ft) Ft
  end.

Definition dual_check n (d : dual) : bool :=
  match d with
  | Dense Z X Xi => psd_check n Z X Xi
  | Gram F w => all (Z.leb Z0) w
  end.

(* numerators of Z + t I - S *)
Definition slack n (Z S : imx) (t : Z.t) : imx :=
  mk n n (fun i j =>
    Z.sub (Z.add (ent Z i j) (if i == j then t else Z0)) (ent S i j)).

Definition check (c : cert) : bool :=
  let n := c_n c in let k := c_k c in let S := c_S c in let s := c_s c in
  let s2 := Z.mul s s in let s4 := Z.mul s2 s2 in let trS := ztr n S in
  let Z := dual_mx n (c_Z c) in
  let US := mulT (c_U c) S in
  [&& Z.ltb Z0 (c_q c), Z.ltb Z0 s, Z.leb Z0 (c_t c),
      wf n n S, symm n S, wf k n (c_U c),
      dual_check n (c_Z c),
      Z.leb (c_lo c)
        (Z.sub (Z.sub trS (Z.mul (Z.of_nat k) (c_t c))) (ztr n Z)),
      Z.leb
        (Z.add (Z.sub (Z.mul s4 trS) (Z.mul (Z.double s2) (zip2 k US (c_U c))))
               (zip2 k (mulT US (c_U c)) (mulT (c_U c) (c_U c))))
        (Z.mul (c_hi c) s4)
    & psd_check n (slack n Z S (c_t c)) (c_X c) (c_Xi c)].

(* c_S c / c_q c = S0 / q0, by cross multiplication *)
Definition same_moments (c : cert) n (q0 : Z) (S0 : imx) : bool :=
  [&& Z.ltb Z0 q0, Z.ltb Z0 (c_q c) &
   all (fun i => all (fun j =>
     Z.eqb (Z.mul q0 (ent (c_S c) i j)) (Z.mul (c_q c) (ent S0 i j)))
     (iota 0 n)) (iota 0 n)].

End Check.

Section Soundness.
Variable R : realFieldType.
Local Notation zR := (zR R).
Local Notation zmx := (zmx R).

Definition cert_mx p (c : cert) : 'M[R]_p :=
  (zR (c_q c))^-1 *: zmx p p (c_S c).
Definition cert_lo (c : cert) : R := zR (c_lo c) / zR (c_q c).
Definition cert_hi (c : cert) : R := zR (c_hi c) / zR (c_q c).

(* weak duality, for any low-rank problem *)
Lemma dual_bound p n (Y : 'M[R]_(p, n)) S Z t k (W : 'M_(p, n)) :
    psd S -> 0 <= t -> psd Z -> psd (Z + t%:M - Y *m S *m Y^T) ->
    (\rank W <= k)%N ->
  \tr (Y *m S *m Y^T) - k%:R * t - \tr Z <= en S (W - Y).
Proof.
move=> pS t0 pZ pR rW; set T := Y *m S *m Y^T in pR *.
have oP := cproj_oproj W; have oQ := oproj_compl oP.
rewrite (lowrank_split Y S oP (cproj_mul W)) -/T.
set P := cproj W in oP oQ *; set rest := en S _.
have rest0 : 0 <= rest by apply: en_ge0.
have slack0 : 0 <= \tr ((1%:M - P) *m (Z + t%:M - T)).
  by rewrite oproj_tr //; apply: en_ge0.
have PZ0 : 0 <= \tr (P *m Z) by rewrite oproj_tr //; apply: en_ge0.
have trP : \tr P = p%:R - (\rank W)%:R.
  by rewrite cproj_tr natrB // rank_leq_row.
have rank0 : 0 <= (k%:R - (\rank W)%:R) * t.
  by rewrite mulr_ge0 // subr_ge0 ler_nat.
have slackE : \tr ((1%:M - P) *m (Z + t%:M - T)) =
    \tr Z - \tr (P *m Z) + (\rank W)%:R * t - (\tr T - \tr (P *m T)).
  rewrite mulmxBr mulmxDr mul_mx_scalar scalerBr !mulmxBl !mul1mx.
  rewrite !(mxtraceD, linearB, linearN, linearD) /= !mxtraceZ.
  by rewrite mxtrace1 trP; ring.
rewrite slackE in slack0; rewrite -subr_ge0.
have := addr_ge0 (addr_ge0 (addr_ge0 slack0 PZ0) rank0) rest0.
by congr (0 <= _); ring.
Qed.

Lemma dual_checkP n (d : dual) : dual_check n d -> psd (zmx n n (dual_mx n d)).
Proof.
case: d => [Z X Xi|F w] /=; first exact: psd_checkP.
move=> w0; set Ft := trp (size w) n F.
have wFt : wf n (size w) Ft by apply: wf_mk.
have wwF : wf n (size w) (scale_rows w Ft).
  rewrite /wf size_map (wf_size wFt) eqxx all_map /=.
  apply/(all_nthP [::])=> i; rewrite (wf_size wFt) => i_n /=.
  by rewrite size_map size_zip (wf_row wFt) // minnn.
rewrite (zmx_mulT R wwF wFt).
have -> : zmx n (size w) (scale_rows w Ft) =
    zmx n (size w) Ft *m diag_mx (\row_i zR (nth Z0 w i)).
  apply/matrixP=> i j; rewrite mul_mx_diag !mxE /ent.
  rewrite (nth_map [::]) ?(wf_size wFt) // (nth_map (Z0, Z0)).
    by rewrite nth_zip ?(wf_row wFt) //= zRM mulrC.
  by rewrite size_zip (wf_row wFt) // minnn.
apply/psd_congr/psd_diag=> i; rewrite mxE.
by apply: (zR_le R (a := Z0)); move/(all_nthP Z0): w0; apply.
Qed.

Lemma zmx_slack n Z S t :
  zmx n n (slack n Z S t) = zmx n n Z + (zR t)%:M - zmx n n S.
Proof.
apply/matrixP=> i j; rewrite !mxE ent_mk // zRB zRD.
by rewrite (inj_eq val_inj); case: eqP.
Qed.

Lemma feasible_value k n (S0 : 'M[R]_n) (U0 : 'M[R]_(k, n)) q s :
  S0^T = S0 ->
  en (q^-1 *: S0) ((s^-1 *: U0)^T *m (s^-1 *: U0) - 1%:M) =
  q^-1 * (\tr S0 - s^-1 ^+ 2 * \tr (U0 *m S0 *m U0^T) *+ 2
          + s^-1 ^+ 4 * \tr (U0 *m S0 *m U0^T *m (U0 *m U0^T))).
Proof.
move=> sS; rewrite [(_ *: _)^T]linearZ /= -scalemxAl -scalemxAr scalerA -expr2.
set P := U0^T *m U0; have sP : P^T = P by rewrite trmx_mul trmxK.
have trM : \tr (U0 *m S0 *m U0^T) = \tr (P *m S0).
  by rewrite mxtrace_mulC mulmxA.
have trMN : \tr (U0 *m S0 *m U0^T *m (U0 *m U0^T)) = \tr (P *m S0 *m P).
  by rewrite mulmxA mxtrace_mulC /P !mulmxA.
have trSP : \tr (S0 *m P) = \tr (P *m S0) by rewrite mxtrace_mulC.
rewrite trM trMN /en -scalemxAr -scalemxAl mxtraceZ; congr (_ * _).
rewrite [(_ - _)^T]linearB linearZ /= trmx1 sP mulmxBl mul1mx mulmxBr mulmx1.
rewrite mulmxBl -!scalemxAl -!scalemxAr !scalerA.
rewrite !(mxtraceD, linearB, linearN, linearD) /= !mxtraceZ trSP.
by move: (\tr _) (\tr _) (\tr _) s^-1 => a b d v; ring.
Qed.

(* the moments S0 / q0 of the reader's own problem are those of c *)
Lemma same_momentsP c n q0 S0 : same_moments c n q0 S0 ->
  (zR q0)^-1 *: zmx n n S0 = cert_mx n c.
Proof.
case/and3P=> /(zR_lt R) q0_gt0 /(zR_lt R) q_gt0 same.
apply/matrixP=> i j; rewrite !mxE.
have /Z.eqb_spec/(congr1 zR) :=
  all_iota (all_iota same (ltn_ord i)) (ltn_ord j).
rewrite !zRM => sameij.
apply: (mulfI (lt0r_neq0 q0_gt0)); rewrite mulVKf ?lt0r_neq0 //.
apply: (mulfI (lt0r_neq0 q_gt0)).
by rewrite [in RHS]mulrCA mulVKf ?lt0r_neq0.
Qed.

Section Accepted.
Variables (c : cert) (n k : nat).
Hypothesis c_n_eq : c_n c = n.
Hypothesis c_k_eq : c_k c = k.
Hypothesis c_ok : check c.

Theorem cert_lowrank m (Y : 'M[R]_(n, m)) (S : 'M[R]_m) :
    psd S -> Y *m S *m Y^T = cert_mx n c ->
  (forall W : 'M_(n, m), (\rank W <= k)%N -> cert_lo c <= en S (W - Y)) /\
  (exists (B : 'M_(n, k)) (D : 'M_(k, m)), en S (B *m D - Y) <= cert_hi c).
Proof.
move=> pS TE; move: c_ok; rewrite /check c_n_eq c_k_eq.
case/andP=> /(zR_lt R) q0 /andP[/(zR_lt R) s0] /andP[/(zR_le R) t0].
case/andP=> wS /andP[/(symmP R) sS] /andP[wU] /andP[/dual_checkP pZ].
case/andP=> /(zR_le R) lo_ok /andP[/(zR_le R) hi_ok] /(psd_checkP R) pR.
move: q0 s0 t0 => /= q0 s0 t0.
set q := zR (c_q c) in q0; set s := zR (c_s c) in s0.
have qV0 : 0 <= q^-1 by rewrite invr_ge0 ltW.
set Z := dual_mx n (c_Z c) in pZ lo_ok pR *.
set S0 := zmx n n (c_S c) in sS *.
split=> [W rW|].
  have pZq : psd (q^-1 *: zmx n n Z) by apply: psdZ.
  have t0q : 0 <= q^-1 * zR (c_t c) by rewrite mulr_ge0.
  have := @dual_bound _ _ Y S (q^-1 *: zmx n n Z) (q^-1 * zR (c_t c)) k W
    pS t0q pZq.
  rewrite TE /cert_mx -/q -/S0.
  have -> : q^-1 *: zmx n n Z + (q^-1 * zR (c_t c))%:M - q^-1 *: S0 =
      q^-1 *: zmx n n (slack n Z (c_S c) (c_t c)).
    by rewrite zmx_slack scalerBr scalerDr scale_scalar_mx.
  move=> /(_ (psdZ qV0 pR) rW); apply: le_trans; rewrite !mxtraceZ.
  rewrite mulrCA -!mulrBr /cert_lo [_ / _]mulrC -/q; apply: le_pmul2 => //.
  by move: lo_ok; rewrite !zRB zRM zR_nat !(zmx_tr R) mulrC.
pose U := s^-1 *: zmx k n (c_U c).
exists U^T, (U *m Y).
have -> : U^T *m (U *m Y) - Y = (U^T *m U - 1%:M) *m Y.
  by rewrite mulmxBl mul1mx mulmxA.
rewrite (_ : en S _ = en (cert_mx n c) (U^T *m U - 1%:M)); last first.
  by rewrite /en -TE trmx_mul !mulmxA.
have wUS : wf k n (mulT (c_U c) (c_S c)).
  by apply: wf_mulT wS; apply: wf_size wU.
have wM : wf k k (mulT (mulT (c_U c) (c_S c)) (c_U c)).
  by apply: wf_mulT wU; apply: wf_size wUS.
move: hi_ok; rewrite zRD zRB !zRM Z.double_spec zRM zRM (zmx_tr R).
rewrite (zmx_zip2 R _ wUS) (zmx_zip2 R _ wM).
rewrite (zmx_mulT R wUS wU) !(zmx_mulT R wU wU).
rewrite (zmx_mulT R wU wS) sS -/S0 -/s !trmx_mul trmxK.
set U0 := zmx k n (c_U c) => hi_ok.
rewrite /cert_mx -/q -/S0 /U -/U0 feasible_value //.
rewrite /cert_hi [_ / _]mulrC; apply: le_pmul2 => //.
have v40 : 0 <= s^-1 ^+ 4 by rewrite exprn_ge0 // invr_ge0 ltW.
have := le_pmul2 v40 hi_ok; have sN0 : s != 0 by rewrite gt_eqF.
move: (\tr _) (\tr _) (\tr _) (zR (c_hi c)) => a b d h.
rewrite [zR _](_ : _ = 2%:R) //.
congr (_ <= _); first by field.
by field.
Qed.

Theorem cert_pca (S : 'M[R]_n) : psd S -> S = cert_mx n c ->
  (forall (B : 'M_(n, k)) (D : 'M_(k, n)), cert_lo c <= pca B D S) /\
  (exists (B : 'M_(n, k)) (D : 'M_(k, n)), pca B D S <= cert_hi c).
Proof.
move=> pS SE; have := @cert_lowrank n 1%:M S pS.
rewrite mul1mx trmx1 mulmx1 => /(_ SE)[lo hi]; split=> // B D.
by apply: lo; rewrite (leq_trans (mulmx_max_rank _ _)).
Qed.

(* reduced-rank regression of y on x, whatever their joint second moments *)
Theorem cert_regression (V : l2space R) m (y : 'cV[V]_n) (x : 'cV[V]_m) Y :
    cov y x = Y *m cov x x -> Y *m cov x x *m Y^T = cert_mx n c ->
  (forall (G : 'M_(n, k)) (D : 'M_(k, m)),
     cert_lo c + msq (Y *v x - y) <= msq (G *v (D *v x) - y)) /\
  (exists (G : 'M_(n, k)) (D : 'M_(k, m)),
     msq (G *v (D *v x) - y) <= cert_hi c + msq (Y *v x - y)).
Proof.
move=> hY TE; have [lo hi] := cert_lowrank (cov_psd x) TE.
have split_loss (G : 'M_(n, k)) (D : 'M_(k, m)) : msq (G *v (D *v x) - y) =
    en (cov x x) (G *m D - Y) + msq (Y *v x - y).
  rewrite -msq_act -msqD; last first.
    by rewrite cov_actl -covC covDl covNl cov_actl hY subrr trmx0 mulmx0.
  by congr msq; rewrite actDl actNl actA; abel.
split=> [G D|].
  by rewrite split_loss le_add2r lo // (leq_trans (mulmx_max_rank _ _)).
by case: hi => G [D hGD]; exists G, D; rewrite split_loss le_add2r.
Qed.

(* the LAM loss, any joint second moments: S is the innovation moment *)
Theorem cert_loss_master (V : l2space R) (o x : 'cV[V]_n) G :
    cov x o = G *m cov o o ->
    cov (x - G *v o) (x - G *v o) = cert_mx n c ->
  (forall A (B : 'M_(n, k)) C D, cert_lo c <= loss o x A B C D) /\
  (exists A (B : 'M_(n, k)) C D, loss o x A B C D <= cert_hi c).
Proof.
move=> hG SE; have [lo [B [D hi]]] := cert_pca (cov_psd _) SE.
split=> [A B' C D'|].
  rewrite (loss_master _ _ _ _ hG) (le_trans (lo B' D')) // le_addR en_ge0 //.
  exact: cov_psd.
exists (1%:M - (B *m D - 1%:M) *m G), B, (- D), D.
rewrite (loss_master _ _ _ _ hG) /Aeff addNr mulmx0 addr0.
rewrite [X in en _ X](_ : _ = 0) ?/en ?mul0mx ?mxtrace0 ?add0r //.
by abel.
Qed.

(* Proposition 4.1 / 4.2: observation uncorrelated with the change *)
Theorem cert_loss (V : l2space R) (o x : 'cV[V]_n) :
    cov o x = 0 -> cov x x = cert_mx n c ->
  (forall A (B : 'M_(n, k)) C D, cert_lo c <= loss o x A B C D) /\
  (exists A (B : 'M_(n, k)) C D, loss o x A B C D <= cert_hi c).
Proof.
move=> ox SE; apply: (@cert_loss_master _ _ _ 0).
  by rewrite mul0mx -covC ox trmx0.
by rewrite act0l subr0.
Qed.

(* Proposition 4.3: with data augmentation *)
Theorem cert_loss_aug (V : l2space R) (o x k1 k2 : 'cV[V]_n) :
    cov o x = 0 -> cov x k2 = 0 -> cov x x = cert_mx n c ->
  (forall A (B : 'M_(n, k)) C D, cert_lo c <= loss_aug o x k1 k2 A B C D) /\
  (exists A (B : 'M_(n, k)) C D, loss_aug o x k1 k2 A B C D <= cert_hi c).
Proof.
move=> ox xk2 SE.
have [lo [B [D hi]]] := cert_pca (cov_psd _) SE; split=> [A B' C D'|].
  exact: (loss_aug_min_le k1 ox xk2 lo).
by exists 1%:M, B, (- D), D; rewrite loss_aug_pca.
Qed.

End Accepted.
End Soundness.

(* Proposition 4.4: supervised actions, at the weight mu ^ 2; Y is a          *)
(* regression matrix of both targets on x, and msq (Y x - y) what no latent   *)
(* can predict                                                                *)
Theorem cert_loss_sup (R : realFieldType) (c : cert) (n d k : nat)
    (V : l2space R) (x : 'cV[V]_n) (a : 'cV[V]_d) (mu : R)
    (Y : 'M[R]_(n + d, n)) :
  c_n c = (n + d)%N -> c_k c = k -> check c ->
  let y := col_mx x (mu%:M *v a) in
  cov y x = Y *m cov x x -> Y *m cov x x *m Y^T = cert_mx R (n + d) c ->
  (forall (B : 'M_(n, k)) D E,
     cert_lo R c + msq (Y *v x - y) <= loss_sup x a mu B D E) /\
  (exists (B : 'M_(n, k)) D E,
     loss_sup x a mu B D E <= cert_hi R c + msq (Y *v x - y)).
Proof.
move=> cn ck ok y yx YY; have [lo [G [D hi]]] := cert_regression cn ck ok yx YY.
split=> [B D' E|]; first by rewrite loss_supE -actA; apply: lo.
have [E le] := loss_sup_le x a mu G D; exists (usubmx G), D, E.
by apply: le_trans le _; rewrite -actA.
Qed.
