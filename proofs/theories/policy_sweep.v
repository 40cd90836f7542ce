(*        D2: sweeping the policy from stochastic to deterministic            *)
(* -------------------------------------------------------------------------- *)
(* a = chi P o + (1 - chi) s with s uncorrelated with o, x = X a + e.         *)
(*   sweep chi == the total change x                                          *)
(*   left B D == E || (B D - 1) X s ||^2, the part of the stochastic action   *)
(*       effect that the latent does not carry                                *)
(*   D2_loss == the least loss over A is (1 - chi)^2 left + the same of e     *)
(*   D2_monotone == along optima, left is nondecreasing in chi in [0, 1]: the *)
(*       exact sense of: the more deterministic the policy, the less of a is  *)
(*       in z.  No hypothesis on  X, E[s s^T], E[e e^T], ties or d_z          *)
(*   D2_noise_monotone == and the noise that is not carried is nonincreasing  *)
(*   D2_deterministic == at chi = 1 the latent is the PCA of the noise alone  *)
(*   D2_as_printed_false == less is not strict: without noise, one and the  *)
(*       same latent carries all of s and is optimal, for every chi           *)
(*   D2_share_as_printed_false == and the share of a in z, measured by the    *)
(*       best head under the training policy, is not monotone in chi          *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd l2 finite_probability.
From SymLAM Require Import moment_space reduced_rank linear_lam llo.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Sweep.
Variables (R : realFieldType) (V : l2space R) (n k d : nat).
Variables (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)).
Variables (o e : 'cV[V]_n) (s : 'cV[V]_d).
Hypothesis os : cov o s = 0.
Hypothesis oe : cov o e = 0.
Hypothesis se : cov s e = 0.
Implicit Types (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)) (chi : R).

Definition action chi : 'cV[V]_d :=
  chi%:M *v (P *v o) + (1 - chi)%:M *v s.
Definition sweep chi : 'cV[V]_n := X *v action chi + e.
Definition left B D : R := pca B D (cov (X *v s) (X *v s)).
Definition noise_left B D : R := pca B D (cov e e).

Lemma sweep_reg chi : cov (sweep chi) o = (chi *: (X *m P)) *m cov o o.
Proof.
rewrite /sweep /action covDl cov_actl covDl !cov_actl -[cov s o]covC os.
rewrite -[cov e o]covC oe trmx0 mulmx0 addr0 mul_scalar_mx -scalemxAr.
by rewrite trmx0 addr0 mulmxA -scalemxAl.
Qed.

Lemma sweep_res chi : sweep chi - (chi *: (X *m P)) *v o =
  (1 - chi)%:M *v (X *v s) + e.
Proof.
rewrite /sweep /action -mul_scalar_mx actDr !actA !mulmxA.
by rewrite !(scalar_mxC _ X); abel.
Qed.

Let XsE : cov (X *v s) e = 0. Proof. by rewrite cov_actl se mulmx0. Qed.

Lemma sweep_pca chi B D :
  pca B D (cov (sweep chi - (chi *: (X *m P)) *v o)
               (sweep chi - (chi *: (X *m P)) *v o)) =
  (1 - chi) ^+ 2 * left B D + noise_left B D.
Proof.
rewrite sweep_res /left /noise_left !pca_msq.
set u := X *v s; have ue : cov u e = 0 by [].
have -> : B *v (D *v ((1 - chi)%:M *v u + e)) - ((1 - chi)%:M *v u + e) =
    (1 - chi)%:M *v (B *v (D *v u) - u) + (B *v (D *v e) - e).
  rewrite !actDr actNr !actA ?mulmxA (scalar_mxC _ (B *m D)) ?mulmxA.
  by abel.
rewrite msqD ?msqZ //.
have E (y : 'cV[V]_n) : B *v (D *v y) - y = (B *m D - 1%:M) *v y.
  by rewrite actDl actNl act1 actA.
have uM (M N : 'M[R]_n) : cov (M *v u) (N *v e) = 0.
  by rewrite cov_actl cov_actr ue mul0mx mulmx0.
by rewrite !E cov_actl uM mulmx0.
Qed.

(* the least loss over A, at every chi *)
Theorem D2_loss chi B C D :
  (forall A, (1 - chi) ^+ 2 * left B D + noise_left B D <=
     loss o (sweep chi) A B C D) /\
  exists A, loss o (sweep chi) A B C D =
     (1 - chi) ^+ 2 * left B D + noise_left B D.
Proof.
rewrite -sweep_pca; split=> [A|].
  exact: loss_ge_pca (sweep_reg chi) A B C D.
exists (best_A (chi *: (X *m P)) B C D).
exact: loss_best_A (sweep_reg chi) _ _ _.
Qed.

Lemma sweep_optimal chi A B C D : optimal (loss o (sweep chi)) A B C D ->
  forall B' D', (1 - chi) ^+ 2 * left B D + noise_left B D <=
                (1 - chi) ^+ 2 * left B' D' + noise_left B' D'.
Proof.
move=> /(loss_min_iff (sweep_reg chi))[h _] B' D'.
by rewrite -!sweep_pca.
Qed.

Section TwoPolicies.
Variables (chi chi' : R) (A A' : 'M[R]_n) (B B' : 'M[R]_(n, k)).
Variables (C D C' D' : 'M[R]_(k, n)).
Hypothesis chi_lt : chi < chi'.
Hypothesis chi_le1 : chi' <= 1.
Hypothesis opt : optimal (loss o (sweep chi)) A B C D.
Hypothesis opt' : optimal (loss o (sweep chi')) A' B' C' D'.

Let w := (1 - chi) ^+ 2.
Let w' := (1 - chi') ^+ 2.
Let ww' : w' < w.
Proof.
rewrite -subr_gt0.
rewrite (_ : w - w' = (chi' - chi) * ((1 - chi) + (1 - chi'))); last first.
  by rewrite /w /w'; ring.
rewrite mulr_gt0 ?subr_gt0 // addrC lt_paddl ?subr_ge0 // subr_gt0.
exact: lt_le_trans chi_lt chi_le1.
Qed.

Lemma left_monotone : left B D <= left B' D'.
Proof.
have h := sweep_optimal opt B' D'; have h' := sweep_optimal opt' B D.
have := addr_ge0 (etrans (subr_ge0 _ _) h) (etrans (subr_ge0 _ _) h').
rewrite -/w -/w' => hh; have {hh} : 0 <= (w - w') * (left B' D' - left B D).
  by move: hh; congr (0 <= _); ring.
by rewrite pmulr_rge0 ?subr_gt0 // subr_ge0.
Qed.

Lemma noise_left_monotone : noise_left B' D' <= noise_left B D.
Proof.
have h' := sweep_optimal opt' B D; rewrite -/w' in h'.
have hl : w' * left B D <= w' * left B' D'.
  by apply: le_pmul2; [apply: sqr_ge0 | apply: left_monotone].
rewrite -subr_ge0.
have := addr_ge0 (etrans (subr_ge0 _ _) h') (etrans (subr_ge0 _ _) hl).
by congr (0 <= _); ring.
Qed.
End TwoPolicies.

Lemma noise_left_min A B C D : optimal (loss o (sweep 1)) A B C D ->
  forall B' D', noise_left B D <= noise_left B' D'.
Proof.
move=> opt B' D'; have := sweep_optimal opt B' D'.
by rewrite subrr expr0n !mul0r !add0r.
Qed.
End Sweep.

(* What o predicts of e, or of s, is absorbed by A: the one does not matter   *)
(* for the stochastic action, the other not for the noise.                    *)
Section Monotone.
Variables (R : realFieldType) (V : l2space R) (n k d : nat).
Variables (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)).
Variables (o e : 'cV[V]_n) (s : 'cV[V]_d).
Hypothesis se : cov s e = 0.

(* the more deterministic the policy, the less of its stochastic part is in z *)
Theorem D2_monotone (chi chi' : R) A A' (B B' : 'M[R]_(n, k)) C D C' D' :
  cov o s = 0 -> chi < chi' -> chi' <= 1 ->
  optimal (loss o (sweep X P o e s chi)) A B C D ->
  optimal (loss o (sweep X P o e s chi')) A' B' C' D' ->
  left X s B D <= left X s B' D'.
Proof.
move=> os lt le1; have [H eo] := regression e o; pose e' := e - H *v o.
have E c : sweep X P o e s c - H *v o = sweep X P o e' s c.
  by rewrite /sweep /e' addrA.
have se' : cov s e' = 0.
  by rewrite covDr covNr cov_actr se -covC os trmx0 mul0mx subr0.
move=> /(optimal_absorb H) + /(optimal_absorb H); rewrite !E => h h'.
exact: (left_monotone os (cov_res_v eo) se' lt le1 h h').
Qed.

(* and the less of the noise is missing from it *)
Theorem D2_noise_monotone (chi chi' : R) A A' (B B' : 'M[R]_(n, k)) C D C' D' :
  cov o e = 0 -> chi < chi' -> chi' <= 1 ->
  optimal (loss o (sweep X P o e s chi)) A B C D ->
  optimal (loss o (sweep X P o e s chi')) A' B' C' D' ->
  noise_left e B' D' <= noise_left e B D.
Proof.
move=> oe lt le1; have [H so] := regression s o; pose s' := s - H *v o.
have E c : sweep X P o e s c - (X *m ((1 - c)%:M *m H)) *v o =
    sweep X P o e s' c.
  by rewrite /sweep /action /s' !(actDr, actNr, actA, mulmxA); abel.
have s'e : cov s' e = 0.
  by rewrite covDl covNl cov_actl se oe mulmx0 subr0.
move=> /(optimal_absorb (X *m ((1 - chi)%:M *m H))).
move=> + /(optimal_absorb (X *m ((1 - chi')%:M *m H))); rewrite !E => h h'.
exact: (noise_left_monotone (cov_res_v so) oe s'e lt le1 h h').
Qed.
End Monotone.

(* a deterministic policy leaves the latent to the noise *)
Theorem D2_deterministic (R : realFieldType) (V : l2space R) n k d
    (X : 'M[R]_(n, d)) (P : 'M[R]_(d, n)) (o e : 'cV[V]_n) (s : 'cV[V]_d) :
  cov o e = 0 -> forall A (B : 'M_(n, k)) C D,
  optimal (loss o (sweep X P o e s 1)) A B C D ->
  forall (B' : 'M_(n, k)) D', noise_left e B D <= noise_left e B' D'.
Proof.
move=> oe A B C D.
have -> : sweep X P o e s 1 = sweep X P o e 0 1.
  by rewrite /sweep /action subrr raddf0 !act0l.
exact: (noise_left_min (cov0r _ _) oe (cov0l _ _)).
Qed.

(* independent signs: o, s and possibly a noise e, all in one dimension *)
Section Instances.
Variable R : realFieldType.
Let u := radv R (1 + (1 + 1)).
Let o : 'cV_1 := row_mx 1%:M (row_mx 0 0) *v u.
Let s : 'cV_1 := row_mx 0 (row_mx 1%:M 0) *v u.
Let e : 'cV_1 := row_mx 0 (row_mx 0 1%:M) *v u.
Let I1 : 'M[R]_1 := 1%:M.
Implicit Types chi : R.

Lemma signs_uncorr : [/\ cov o s = 0, cov o e = 0 & cov s e = 0].
Proof.
rewrite !(cov_on (cov_radv R _)) !tr_row_mx !mul_row_col !trmx0 !trmx1.
by rewrite !mul0mx !mulmx0 !addr0.
Qed.

(* (A, B, C, D) = (1, 1, -1, 1) reads the whole change: loss 0 at every chi *)
Lemma read_all chi e' : loss o (sweep I1 I1 o e' s chi) I1 I1 (- I1) I1 = 0.
Proof.
rewrite /loss residual /Aeff addNr mulmx0 addr0 subrr act0l add0r.
by rewrite /I1 mulmx1 subrr act0l msq0.
Qed.

Lemma read_allE chi e' : latent (- I1) I1 o (o + sweep I1 I1 o e' s chi) =
  action I1 o s chi + e'.
Proof. by rewrite /latent actDr actNl addKr /sweep /I1 !act1. Qed.

(* without noise one latent is optimal, and gives a exactly, at every chi *)
Theorem D2_as_printed_false chi :
  optimal (loss o (sweep I1 I1 o 0 s chi)) I1 I1 (- I1) I1 /\
  msq (1%:M *v latent (- I1) I1 o (o + sweep I1 I1 o 0 s chi)
       - action I1 o s chi) = 0.
Proof.
split=> [A' B' C' D'|]; first by rewrite read_all msq_ge0.
by rewrite read_allE addr0 act1 subrr msq0.
Qed.

Let v chi : R := chi ^+ 2 + (1 - chi) ^+ 2.

Lemma actionE chi :
  action I1 o s chi = row_mx chi%:M (row_mx (1 - chi)%:M 0) *v u.
Proof.
rewrite /action /I1 act1 /o /s !actA -actDl !mul_mx_row !mulmx1 !mulmx0.
by rewrite !add_row_mx !addr0 add0r.
Qed.

Lemma sweep_share chi :
  nerr (latent (- I1) I1 o (o + sweep I1 I1 o e s chi)) (action I1 o s chi)
  = (1 + v chi)^-1.
Proof.
have v_gt0 : 0 < v chi.
  have v_ge0 : 0 <= v chi by rewrite addr_ge0 ?sqr_ge0.
  rewrite lt_neqAle eq_sym v_ge0 andbT paddr_eq0 ?sqr_ge0 // !sqrf_eq0.
  by rewrite subr_eq0; apply/negP=> /andP[/eqP->]; rewrite oner_eq0.
have v1 : 1 + v chi != 0 by rewrite gt_eqF ?(addr_gt0 ltr01 v_gt0).
rewrite read_allE.
have aa : cov (action I1 o s chi) (action I1 o s chi) = (v chi)%:M.
  rewrite actionE (cov_on (cov_radv R _)) !tr_row_mx !mul_row_col.
  by rewrite trmx0 mulmx0 addr0 !tr_scalar_mx -!scalar_mxM -raddfD.
have ae : cov (action I1 o s chi) e = 0.
  rewrite actionE (cov_on (cov_radv R _)) !tr_row_mx !mul_row_col.
  by rewrite !trmx0 !mulmx0 mul0mx !addr0.
have ee : cov e e = 1%:M.
  rewrite (cov_on (cov_radv R _)) !tr_row_mx !mul_row_col.
  by rewrite !trmx0 !trmx1 !mulmx0 mulmx1 !add0r.
move: (action I1 o s chi) (e) aa ae ee => a e' aa ae ee.
have az : cov a (a + e') = (v chi / (1 + v chi))%:M *m cov (a + e') (a + e').
  rewrite !covDl !covDr ae -[cov e' a]covC ae trmx0 addr0 add0r aa ee.
  by rewrite -raddfD /= -scalar_mxM [v chi + 1]addrC divfK.
have ma : msq a = v chi by rewrite msqE aa mxtrace_scalar.
rewrite /nerr ma gt_eqF // (herrE az) actDr -addrA addrCA.
rewrite (_ : _ + _ = (v chi / (1 + v chi))%:M *v e'
    + (v chi / (1 + v chi) - 1)%:M *v a); last first.
  by rewrite raddfB /= actDl actNl act1.
rewrite msqD; last first.
  by rewrite cov_actl cov_actr -covC ae trmx0 mul0mx mulmx0.
rewrite !msqZ ma msqE ee mxtrace1.
by field; rewrite v1 gt_eqF.
Qed.

(* under the training policy the share of a in z can grow with chi *)
Theorem D2_share_as_printed_false :
  let z chi := latent (- I1) I1 o (o + sweep I1 I1 o e s chi) in
  let a chi := action I1 o s chi in
  (forall chi, optimal (loss o (sweep I1 I1 o e s chi)) I1 I1 (- I1) I1) /\
  nerr (z 1) (a 1) < nerr (z 2%:R^-1) (a 2%:R^-1).
Proof.
move=> z a; split=> [chi A' B' C' D'|]; first by rewrite read_all msq_ge0.
have two0 : 2%:R != 0 :> R by rewrite pnatr_eq0.
have vE : v 2%:R^-1 = 2%:R^-1 by rewrite /v; field.
have v1 : v 1 = 1 by rewrite /v subrr expr0n addr0 expr1n.
rewrite [X in X < _](sweep_share 1) [X in _ < X](sweep_share 2%:R^-1) vE v1.
rewrite -subr_gt0 (_ : _ - _ = 6%:R^-1); first by rewrite invr_gt0 ltr0n.
by field.
Qed.
End Instances.
