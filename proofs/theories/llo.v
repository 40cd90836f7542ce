(*        Linear evaluation heads and the LLO score of a latent               *)
(* -------------------------------------------------------------------------- *)
(*  head z y == a population least-squares matrix of y on z                   *)
(*  herr z y == E || y^ - y ||^2 for y^ = head z y *v z, the error of the     *)
(*              best linear head (M2_head_min)                                *)
(*  nerr z y == herr z y / Var y, and 1 when the target has zero variance     *)
(* LLO z q e o == - nerr z q + nerr z e + nerr z o                            *)
(*      M2_nerr_itv == 0 <= nerr <= 1                                         *)
(*       M2_LLO_itv == -1 <= LLO <= 2                                         *)
(*       M2_LLO_eq2 == when LLO = 2: z gives q and ignores e and o            *)
(* M2_max_attained_iff == when a latent C o + D o' of dimension k reaches 2:  *)
(*              iff rank E[q q^T] <= k and no direction carries both q and e  *)
(* M2_max_iid_lt2 == with i.i.d. noise the printed maximum 2 is never reached *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd l2 linear_lam.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Head.
Variables (R : realFieldType) (V : l2space R) (k m : nat).
Implicit Types (z : 'cV[V]_k) (y : 'cV[V]_m) (H : 'M[R]_(m, k)).

Definition head z y : 'M[R]_(m, k) := cov y z *m pinvmx (cov z z).
Definition herr z y : R := msq (head z y *v z - y).
Definition nerr z y : R := if msq y == 0 then 1 else herr z y / msq y.

Lemma headP z y : cov y z = head z y *m cov z z.
Proof.
have [G hG] := regression y z; rewrite /head mulmxKpV // hG.
exact: submxMl.
Qed.

(* the residual of any head, against the residual of a regression *)
Lemma head_split z y H : msq (H *v z - y) =
  en (cov z z) (H - head z y) + herr z y.
Proof.
rewrite -msq_act /herr -msqD; first by congr msq; rewrite actDl actNl; abel.
by rewrite cov_actl -covC covDl covNl cov_actl headP subrr trmx0 mulmx0.
Qed.

(* a population regression attains the head error; it is the least error *)
Theorem M2_head_min z y H : herr z y <= msq (H *v z - y).
Proof. by rewrite head_split le_addR en_ge0 //; apply: cov_psd. Qed.

Theorem M2_head_minP z y H :
  msq (H *v z - y) = herr z y <-> cov y z = H *m cov z z.
Proof.
rewrite head_split -{2}[herr z y]add0r (headP z y).
split=> [/addIr/(en_eq0P _ (cov_psd z))/eqP|h].
  by rewrite mulmxBl subr_eq0 => /eqP.
by congr (_ + _); apply/(en_eq0P _ (cov_psd z)); rewrite mulmxBl h subrr.
Qed.

Lemma herrE z y H : cov y z = H *m cov z z -> herr z y = msq (H *v z - y).
Proof. by move/M2_head_minP. Qed.

Lemma herr_ge0 z y : 0 <= herr z y. Proof. exact: msq_ge0. Qed.

Lemma herr_gap z y : msq y = en (cov z z) (head z y) + herr z y.
Proof.
have := head_split z y 0; rewrite act0l sub0r msqN => ->.
by rewrite sub0r /en linearN /= mulmxN !mulNmx opprK.
Qed.

Lemma herr_le z y : herr z y <= msq y.
Proof. by rewrite (herr_gap z) le_addR en_ge0 //; apply: cov_psd. Qed.

Lemma herr_eq0 z y : herr z y = 0 <-> exists H, msq (H *v z - y) = 0.
Proof.
split=> [h|[H h]]; first by exists (head z y).
by apply/eqP; rewrite eq_le herr_ge0 andbT -h M2_head_min.
Qed.

Theorem M2_nerr_itv z y : 0 <= nerr z y <= 1.
Proof.
rewrite /nerr; case: eqP => [_|/eqP y0]; first by rewrite ler01 lexx.
have y_gt0 : 0 < msq y by rewrite lt_neqAle eq_sym y0 msq_ge0.
rewrite divr_ge0 ?herr_ge0 ?msq_ge0 //=.
by rewrite -(ler_pmul2r_compat _ _ y_gt0) divfK // mul1r herr_le.
Qed.

Lemma msq0_cov z y : msq y = 0 -> cov z y = 0.
Proof.
move=> y0; have [yy _] := en_eq0P (1%:M : 'M[R]_m) (cov_psd y).
move: yy; rewrite -msq_act act1 mul1mx => /(_ y0) yy.
apply/matrixP=> i j; rewrite !mxE; apply: ip_cs0.
by move/matrixP/(_ j j): yy; rewrite !mxE.
Qed.

(* the target is not seen at all *)
Theorem M2_nerr_eq1 z y : nerr z y = 1 <-> cov z y = 0.
Proof.
rewrite /nerr; case: eqP => [y0|/eqP y0].
  by split=> // _; apply: msq0_cov.
have -> : (herr z y / msq y = 1) <-> (en (cov z z) (head z y) = 0).
  split=> [h|h].
    have : herr z y = msq y by rewrite -[LHS](divfK y0) h mul1r.
    rewrite [RHS](herr_gap z) -{1}[herr z y]add0r => /addIr; exact: esym.
  by have := herr_gap z y; rewrite h add0r => <-; rewrite divff.
rewrite (en_eq0P _ (cov_psd z)) -headP -[cov y z]covC.
by split=> [/(congr1 trmx)|->]; rewrite ?trmxK trmx0.
Qed.

(* the target is a linear function of the latent *)
Theorem M2_nerr_eq0 z y : nerr z y = 0 <-> msq y != 0 /\ herr z y = 0.
Proof.
rewrite /nerr; case: eqP => [_|/eqP y0].
  by split=> [/eqP|[]] //; rewrite oner_eq0.
split=> [/eqP|[_ ->]]; last by rewrite mul0r.
by rewrite mulf_eq0 invr_eq0 (negPf y0) orbF => /eqP.
Qed.

End Head.

(* a latent that is an invertible image of another has the same heads *)
Lemma herr_sub (R : realFieldType) (V : l2space R) k k' m (z : 'cV[V]_k)
    (z' : 'cV[V]_k') (y : 'cV[V]_m) (M : 'M[R]_(k, k')) :
  msq (M *v z' - z) = 0 -> herr z' y <= herr z y.
Proof.
move=> Mz; apply: le_trans (M2_head_min z' y (head z y *m M)) _.
rewrite /herr le_eqVlt; apply/orP; left; apply/eqP.
have -> : (head z y *m M) *v z' - y =
    head z y *v (M *v z' - z) + (head z y *v z - y).
  by rewrite !(actDr, actNr, actA); abel.
have c0 : cov (M *v z' - z) (head z y *v z - y) = 0.
  by rewrite -covC msq0_cov ?trmx0.
rewrite msqD ?msq_act; last by rewrite cov_actl c0 mulmx0.
by rewrite (msq0_cov _ Mz) /en mulmx0 mul0mx mxtrace0 add0r.
Qed.

Section Score.
Variables (R : realFieldType) (V : l2space R) (k n : nat).
Variables (z : 'cV[V]_k) (q e o : 'cV[V]_n).

Definition LLO : R := - nerr z q + nerr z e + nerr z o.

Theorem M2_LLO_itv : -1 <= LLO <= 2%:R.
Proof.
have /andP[q0 q1] := M2_nerr_itv z q; have /andP[e0 e1] := M2_nerr_itv z e.
have /andP[o0 o1] := M2_nerr_itv z o; rewrite /LLO; apply/andP; split.
  by rewrite -[-1]addr0 le_add2 // -[-1]addr0 le_add2 ?le_opp2.
have -> : 2%:R = - 0 + 1 + 1 :> R by rewrite oppr0 add0r.
by rewrite !le_add2 // le_opp2.
Qed.

(* the score is 2 iff z gives q and sees neither the noise nor the state *)
Theorem M2_LLO_eq2 :
  LLO = 2%:R <-> [/\ msq q != 0, herr z q = 0, cov z e = 0 & cov z o = 0].
Proof.
have /andP[q0 _] := M2_nerr_itv z q; have /andP[_ e1] := M2_nerr_itv z e.
have /andP[_ o1] := M2_nerr_itv z o.
split=> [h|[q_neq0 hq /M2_nerr_eq1 he /M2_nerr_eq1 ho]]; last first.
  by rewrite /LLO (proj2 (M2_nerr_eq0 z q) (conj q_neq0 hq)) he ho oppr0 add0r.
have /eqP : nerr z q + ((1 - nerr z e) + (1 - nerr z o)) = 0.
  by rewrite -[RHS](subrr LLO) {1}h /LLO; ring.
have e1' : 0 <= 1 - nerr z e by rewrite subr_ge0.
have o1' : 0 <= 1 - nerr z o by rewrite subr_ge0.
rewrite (paddr_eq0 q0 (addr_ge0 e1' o1')) => /andP[/eqP zq].
rewrite (paddr_eq0 e1' o1') => /andP[].
rewrite !subr_eq0 => /eqP/esym/M2_nerr_eq1 ze /eqP/esym/M2_nerr_eq1 zo.
by have [q_neq0 hq] := proj1 (M2_nerr_eq0 z q) zq; split.
Qed.

(* so the maximal score needs q to be uncorrelated with noise and state *)
Corollary M2_LLO2_uncorr : LLO = 2%:R -> cov q e = 0 /\ cov q o = 0.
Proof.
case/M2_LLO_eq2=> _ /herr_eq0[H hH] ze zo.
have qy m (y : 'cV[V]_m) : cov z y = 0 -> cov q y = 0.
  move=> zy; have -> : q = H *v z - (H *v z - q) by abel.
  rewrite covDl covNl cov_actl zy mulmx0 add0r -covC msq0_cov // trmx0.
  by rewrite oppr0.
by split; apply: qy.
Qed.

End Score.

(* over all latents, linear in (o, o') or not, 2 is the maximum *)
Theorem M2_LLO_self (R : realFieldType) (V : l2space R) n (q e o : 'cV[V]_n) :
  msq q != 0 -> cov q e = 0 -> cov q o = 0 -> LLO q q e o = 2%:R.
Proof.
move=> q0 qe qo; apply/M2_LLO_eq2; split=> //; apply/herr_eq0.
by exists 1%:M; rewrite act1 subrr msq0.
Qed.

(* over the latents C o + D o' of dimension k *)
Section Attained.
Variables (R : realFieldType) (V : l2space R) (n k : nat) (o q e : 'cV[V]_n).
Hypothesis oq : cov o q = 0.
Hypothesis oe : cov o e = 0.
Hypothesis qe : cov q e = 0.
Hypothesis q_neq0 : msq q != 0.
Let z C D : 'cV[V]_k := latent C D o (o + (q + e)).

Lemma latentE C D : z C D = (C + D) *v o + (D *v q + D *v e).
Proof. by rewrite /z /latent !(actDl, actDr); abel. Qed.

Lemma cov_latent_e C D : cov (z C D) e = D *m cov e e.
Proof.
by rewrite latentE !covDl !cov_actl oe qe !mulmx0 !add0r.
Qed.

Lemma cov_latent_o C D : cov (z C D) o = (C + D) *m cov o o.
Proof.
rewrite latentE !covDl !cov_actl -[cov q o]covC oq -[cov e o]covC oe.
by rewrite trmx0 !mulmx0 !addr0.
Qed.

(* the error of a head splits into the three sources *)
Lemma latent_headE C D (H : 'M_(n, k)) : msq (H *v z C D - q) =
  en (cov o o) (H *m (C + D)) + (en (cov q q) (H *m D - 1%:M)
    + en (cov e e) (H *m D)).
Proof.
have -> : H *v z C D - q =
    (H *m (C + D)) *v o + ((H *m D - 1%:M) *v q + (H *m D) *v e).
  by rewrite latentE !(actDl, actDr, actNl, actA, act1) !mulmxDr !actDl; abel.
rewrite msqD ?[msq (_ + (_ *m _) *v e)]msqD ?msq_act //.
  by rewrite cov_actl cov_actr qe mul0mx mulmx0.
by rewrite cov_actl covDr !cov_actr oq oe !mul0mx addr0 mulmx0.
Qed.

Lemma latent_LLO2 C D : LLO (z C D) q e o = 2%:R <->
  [/\ (C + D) *m cov o o = 0, D *m cov e e = 0
    & exists H, (H *m D - 1%:M) *m cov q q = 0].
Proof.
rewrite M2_LLO_eq2 cov_latent_e cov_latent_o; split=> [[_ hq -> ->]|].
  split=> //; have /herr_eq0[H] := hq; rewrite latent_headE => /eqP.
  rewrite !paddr_eq0 ?addr_ge0 ?en_ge0 //; try exact: cov_psd.
  case/and3P=> _ /eqP/(en_eq0 (cov_psd q)) h _.
  by exists H.
case=> CD De [H Hq]; split=> //; apply/herr_eq0; exists H.
rewrite latent_headE /en -[H *m (C + D) *m _]mulmxA CD.
by rewrite -[H *m D *m _]mulmxA De Hq !mulmx0 !mul0mx !mxtrace0 !addr0.
Qed.

Theorem M2_max_attained_iff :
  (exists C D, LLO (z C D) q e o = 2%:R) <->
  (\rank (cov q q) <= k)%N /\ (cov q q :&: cov e e)%MS = 0.
Proof.
have sq : (cov q q)^T = cov q q by apply: covC.
have se : (cov e e)^T = cov e e by apply: covC.
split=> [[C [D /latent_LLO2[_ De [H /eqP]]]]|[rk cap0]].
  rewrite mulmxBl mul1mx subr_eq0 => /eqP Hq; split.
    by rewrite -Hq -mulmxA (leq_trans (mxrankM_maxl _ _)) // rank_leq_col.
  have eD : cov e e *m D^T = 0 by rewrite -se -trmx_mul De trmx0.
  have qDH : cov q q *m D^T *m H^T = cov q q.
    by rewrite -mulmxA -trmx_mul -{1}sq -trmx_mul Hq sq.
  apply/eqP/rowV0P=> v; rewrite sub_capmx => /andP[/submxP[a av] /submxP[b bv]].
  have vDH : v *m D^T *m H^T = v by rewrite av -!mulmxA (mulmxA (cov q q)) qDH.
  by rewrite -vDH bv -(mulmxA b) eD mulmx0 mul0mx.
set S := cov q q in sq rk cap0 *.
have [N NE] : {N | N = cokermx (cov e e)} by eexists.
have eN : cov e e *m N = 0 by rewrite NE mulmx_coker.
have [T TE] : {T | T = S *m N} by exists (S *m N).
have kerT : (kermx T <= kermx S)%MS.
  apply/rV_subP=> v /sub_kermxP vT; apply/sub_kermxP/eqP.
  rewrite -submx0 -cap0 sub_capmx submxMl submxE -mulmxA.
  by move: vT; rewrite TE NE => ->; rewrite eqxx.
have [J TJ] : exists J, T *m J *m S = S.
  have ST : (S^T <= T^T)%MS.
    rewrite submxE -[S^T *m _]trmxK trmx_mul trmxK trmx_eq0.
    apply/eqP/sub_kermxP; apply: submx_trans kerT; apply/sub_kermxP.
    by apply: trmx_inj; rewrite trmx_mul trmxK trmx0 mulmx_coker.
  exists (pinvmx T^T)^T; apply: trmx_inj.
  by rewrite trmx_mul [(_ *m _^T)^T]trmx_mul trmxK mulmxA mulmxKpV.
pose r := \rank S; pose c := col_base S *m (pid_mx r : 'M_(r, k)).
have cr : c *m ((pid_mx r : 'M_(k, r)) *m row_base S) = S.
  rewrite /c -mulmxA (mulmxA (pid_mx r)) mul_pid_mx minnn.
  by rewrite (minn_idPr (rk : (r <= k)%N)) pid_mx_1 mul1mx mulmx_base.
pose D := (N *m J *m c)^T; pose H := ((pid_mx r : 'M_(k, r)) *m row_base S)^T.
have HD : (H *m D)^T = N *m J *m S.
  by rewrite trmx_mul !trmxK -(mulmxA (N *m J) c) cr.
exists (- D), D; apply/latent_LLO2; split.
- by rewrite addNr mul0mx.
- apply: trmx_inj; rewrite trmx_mul se trmxK trmx0.
  by rewrite -(mulmxA N J) (mulmxA (cov e e)) eN mul0mx.
exists H; apply: trmx_inj; rewrite trmx_mul sq raddfB /= HD trmx1 mulmxBr.
by rewrite -(mulmxA N) (mulmxA S) -TE mulmxA TJ mulmx1 subrr trmx0.
Qed.

(* the printed maximum is not reached when the noise fills the space *)
Corollary M2_max_iid_lt2 s C D : s != 0 -> cov e e = s%:M ->
  LLO (z C D) q e o < 2%:R.
Proof.
move=> s0 ee; have /andP[_] := M2_LLO_itv (z C D) q e o.
rewrite le_eqVlt => /orP[/eqP h|//].
have [_] := proj1 M2_max_attained_iff (ex_intro _ C (ex_intro _ D h)).
rewrite ee => /eqP; rewrite -submx0 => /(submx_trans _) cap0.
case/eqP: q_neq0; rewrite msqE [cov q q](_ : _ = 0) ?mxtrace0 //.
apply/eqP; rewrite -submx0; apply: cap0; rewrite sub_capmx submx_refl.
by rewrite -scalemx1 (eqmx_scale _ s0) submx1.
Qed.

End Attained.

(* without noise it is, as soon as the latent has room for q *)
Corollary M2_max_noiseless (R : realFieldType) (V : l2space R) n k
    (o q e : 'cV[V]_n) : cov o q = 0 -> msq q != 0 -> e = 0 ->
  (exists C D : 'M_(k, n), LLO (latent C D o (o + (q + e))) q e o = 2%:R) <->
  (\rank (cov q q) <= k)%N.
Proof.
move=> oq q0 ->.
rewrite (M2_max_attained_iff k oq (cov0r _ _) (cov0r _ _) q0) cov0l.
by split=> [[]|rk] //; split=> //; apply/eqP; rewrite -submx0 capmxSr.
Qed.
