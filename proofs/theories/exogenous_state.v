(*            A linear latent action model with an exogenous state            *)
(* -------------------------------------------------------------------------- *)
(* Endogenous state s, its change q (q = H a), exogenous state xi, innovation *)
(* eta of it; o = E s + X xi, s' = s + q, xi' = F xi + eta, o' = E s' + X xi'.*)
(*     exo_obs E X s xi == E s + X xi, the observation o                      *)
(* exo_change E X F q xi eta == o' - o = E q + X ((F - 1) xi + eta)           *)
(*   exo_sources s q xi eta == the four are mutually uncorrelated             *)
(*          separable E X == (E X) is injective                               *)
(*         orthonormal E X == (E X) has orthonormal columns                   *)
(* R1: the optimum is the PCA of the innovation r = o' - o - G o, G a         *)
(*     regression matrix; R1_innovation, R1_innovation_iff, R1_separable say  *)
(*     when E[r r^T] = E E[qq^T] E^T + X E[eta eta^T] X^T                     *)
(* R1_identity: with A = 1 it is the PCA of o' - o                            *)
(* R3: C is free when A is, and determined when A = 1                         *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform l2 reduced_rank linear_lam.
From SymLAM Require Import two_sources.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition exo_sources (R : realFieldType) (V : l2space R) ds dq dx
    (s : 'cV[V]_ds) (q : 'cV[V]_dq) (xi eta : 'cV[V]_dx) :=
  [/\ cov s q = 0, cov s xi = 0, cov s eta = 0
    & [/\ cov q xi = 0, cov q eta = 0 & cov xi eta = 0]].

Section Definitions.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).

Definition exo_obs : 'cV[V]_n := E *v s + X *v xi.
Definition exo_change : 'cV[V]_n := E *v q + X *v ((F - 1%:M) *v xi + eta).
Definition separable := row_free (row_mx E X)^T.
Definition orthonormal := (row_mx E X)^T *m row_mx E X = 1%:M.

Lemma separable_inverse : separable -> exists (M : 'M_(ds, n)) (N : 'M_(dx, n)),
  [/\ M *m E = 1%:M, M *m X = 0, N *m E = 0 & N *m X = 1%:M].
Proof.
move=> /row_freeP[K /(congr1 trmx)]; rewrite trmx_mul trmxK trmx1.
rewrite -[K^T]vsubmxK mul_col_row scalar_mx_block => /eq_block_mx[].
by exists (usubmx K^T), (dsubmx K^T).
Qed.

Lemma orthonormalP : orthonormal <->
  [/\ E^T *m E = 1%:M, E^T *m X = 0, X^T *m E = 0 & X^T *m X = 1%:M].
Proof.
rewrite /orthonormal tr_row_mx mul_col_row scalar_mx_block.
by split=> [/eq_block_mx[]|[-> -> -> ->]].
Qed.

Lemma orthonormal_separable : orthonormal -> separable.
Proof.
move=> h; apply/row_freeP; exists (row_mx E X); exact: h.
Qed.
End Definitions.

(* q = H a inherits the hypotheses on a *)
Lemma exo_sources_act (R : realFieldType) (V : l2space R) ds dq da dx
    (s : 'cV[V]_ds) (H : 'M[R]_(dq, da)) (a : 'cV[V]_da) (xi eta : 'cV[V]_dx) :
  exo_sources s a xi eta -> exo_sources s (H *v a) xi eta.
Proof.
by move=> [sa sx se [ax ae xe]]; do ![split] => //;
  rewrite ?cov_actl ?cov_actr ?sa ?ax ?ae ?mul0mx ?mulmx0.
Qed.

(* o' is the observation of the next state *)
Lemma exo_next (R : realFieldType) (V : l2space R) n ds dx (E : 'M[R]_(n, ds))
    (X : 'M[R]_(n, dx)) F (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx) :
  exo_obs E X s xi + exo_change E X F q xi eta =
  exo_obs E X (s + q) (F *v xi + eta).
Proof.
rewrite /exo_obs /exo_change actDl actNl act1 !actDr actNr; abel.
Qed.

Lemma msq0_act (R : realFieldType) (V : l2space R) m n (M : 'M[R]_(m, n))
  (y : 'cV[V]_n) : msq y = 0 -> msq (M *v y) = 0.
Proof.
rewrite -{1}[y]act1 msq_act => /(en_eq0 (cov_psd y)); rewrite mul1mx => y0.
by rewrite msq_act /en y0 mulmx0 mul0mx raddf0.
Qed.

(* with A free any W o can be added to the latent: (A, C) moves, the loss does*)
(* not, for every o and o' = o + x                                            *)
Theorem R3_C_free (R : realFieldType) (V : l2space R) n k (o x : 'cV[V]_n) G A
    (B : 'M[R]_(n, k)) C D W : exists A' C',
  loss o x A' B C' D = loss o x A B C D /\
  latent C' D o (o + x) = D *v (x - G *v o) + W *v o.
Proof.
exists (A - B *m (W - D *m G - D - C)), (W - D *m G - D); split.
  congr msq; rewrite /predict /latent.
  rewrite !(actDl, actNl, actDr, actNr, actA, mulmxDr, mulmxN, mulmxA).
  by abel.
by rewrite /latent !(actDl, actNl, actDr, actNr, actA, mulmxA); abel.
Qed.

Section IdentityDynamics.
Variables (R : realFieldType) (V : l2space R) (n k : nat) (o x : 'cV[V]_n).
Variables (U : 'M[R]_n) (l : 'I_n -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis xU : cov x x = dg U l.
Hypothesis ls : nonincreasing l.
Let Uk : 'M[R]_(n, k) := U *m pid_mx k.
Let tail : R := \sum_(i < n | (k <= i)%N) l i.
Let u := col_mx o x.
Let Y : 'M[R]_(n, n + n) := row_mx 0 1%:M.
Let Yu : Y *v u = x. Proof. by rewrite act_row act0l add0r act1. Qed.
Let YSY : Y *m cov u u *m Y^T = cov x x.
Proof. by rewrite -cov_actl -cov_actr Yu. Qed.
Let l0 i : 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -xU; apply: cov_psd. Qed.
Let top : topproj (Y *m cov u u *m Y^T) (pr U (@firstk n k)) (thr k l).
Proof. by rewrite YSY xU; apply: topk => //; apply: nonincreasing_cut. Qed.

Let W (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)) : 'M[R]_(n, n + n) :=
  B *m row_mx (C + D) D.
Let Wu B C D : W B C D *v u = B *v latent C D o (o + x).
Proof.
by rewrite -actA act_row; congr (_ *v _); rewrite /latent actDl actDr; abel.
Qed.
Let lossW B C D : loss o x 1%:M B C D = en (cov u u) (W B C D - Y).
Proof.
rewrite -msq_act actDl actNl Wu Yu /loss /predict act1; congr msq.
by abel.
Qed.
Let rankW (B : 'M_(n, k)) C D :
  (\rank (W B C D))%:R <= \tr (pr U (@firstk n k)) :> R.
Proof.
rewrite tr_firstk // ler_nat leq_min rank_leq_row andbT.
by rewrite (leq_trans (mxrankM_maxl _ _)) // rank_leq_col.
Qed.
Let valE : \tr ((1%:M - pr U (@firstk n k)) *m (Y *m cov u u *m Y^T)) = tail.
Proof.
by rewrite YSY xU pr_en //; apply: eq_bigl => i; rewrite /firstk -leqNgt.
Qed.

(* with A = 1 the optimum is the PCA of x = o' - o, for all joint moments     *)
Theorem R1_identity :
  (forall (B : 'M_(n, k)) C D, tail <= loss o x 1%:M B C D) /\
  loss o x 1%:M Uk (- Uk^T) Uk^T = tail.
Proof.
split=> [B C D|].
  by rewrite lossW -valE; apply: (lowrank_min (cov_psd u) top (rankW B C D)).
have e : W Uk (- Uk^T) Uk^T = pr U (@firstk n k) *m Y.
  by rewrite /W addNr mul_mx_row mulmx0 Uk_pr // /Y mul_mx_row mulmx0 mulmx1.
by rewrite lossW e (lowrank_attained top) valE.
Qed.

Theorem R1_identity_all (B : 'M_(n, k)) C D : loss o x 1%:M B C D = tail ->
  exists Q, [/\ topproj (cov x x) Q (thr k l), \tr Q <= k%:R
    & msq (B *v latent C D o (o + x) - Q *v x) = 0].
Proof.
rewrite lossW -valE; move: (Wu B C D) (rankW B C D).
move: (W B C D) => w wu rw /(proj1 (lowrank_minP (cov_psd u) top rw)).
move=> [Q [tQ trQ _ _ WS]]; exists Q; rewrite YSY in tQ; split=> //.
  by rewrite (le_trans trQ) // tr_firstk // ler_nat geq_minl.
have -> : B *v latent C D o (o + x) - Q *v x = (w - Q *m Y) *v u.
  by rewrite actDl actNl wu -actA Yu.
by rewrite msq_act /en mulmxBl WS subrr mul0mx raddf0.
Qed.

(* so, above a gap and with B injective, the latent is determined: C too      *)
Theorem R3_identity_determined (B : 'M_(n, k)) C D (L : 'M[R]_(k, n)) :
    L *m B = 1%:M ->
    (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j < l i) ->
    loss o x 1%:M B C D = tail ->
  msq (latent C D o (o + x) - (L *m (Uk *m Uk^T)) *v x) = 0.
Proof.
move=> LB gp hL; set z := latent C D o (o + x); set P := Uk *m Uk^T.
suff Bz : msq (B *v z - P *v x) = 0.
  have -> : z - (L *m P) *v x = L *v (B *v z - P *v x).
    by rewrite actDr actNr !actA LB act1.
  exact: msq0_act.
move: hL (Wu B C D) (rankW B C D); rewrite lossW.
move: (W B C D) => w hL wu rw; rewrite /P Uk_pr //.
have -> : B *v z - pr U (@firstk n k) *v x =
    (w - pr U (@firstk n k) *m Y) *v u.
  by rewrite actDl actNl wu -actA Yu.
suff e : w *m cov u u = pr U (@firstk n k) *m Y *m cov u u.
  by rewrite msq_act /en mulmxBl e subrr mul0mx raddf0.
have [kn|nk] := ltnP k n.
  apply: (lowrank_uniq (cov_psd u) top _ rw); last by rewrite valE.
  rewrite YSY xU; apply: gap_dg => // i /thr_gap; apply=> // j jk.
  exact: le_lt_trans (l0 (Ordinal kn)) (gp j (Ordinal kn) jk (leqnn k)).
have tail0 : tail = 0.
  by apply: big_pred0 => j; rewrite leqNgt (leq_trans (ltn_ord j) nk).
move: hL; rewrite tail0 => /(en_eq0 (cov_psd u)); rewrite mulmxBl => /eqP.
rewrite subr_eq0 => /eqP ->; congr (_ *m _).
have -> : pr U (@firstk n k) = 1%:M; last by rewrite mul1mx.
rewrite -(dgc oU 1); apply: eq_dg => j.
by rewrite /ind /firstk (leq_trans (ltn_ord j) nk).
Qed.
End IdentityDynamics.

(* the innovation *)
Section Innovation.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).
Hypothesis model : exo_sources s q xi eta.
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.
Let y := X *v ((F - 1%:M) *v xi).
Let d := E *v q + X *v eta.
Let xE : x = d + y. Proof. by rewrite /x /exo_change actDr /d /y; abel. Qed.

Let cross : [/\ cov d o = 0, cov d y = 0 & cov y d = 0].
Proof.
have [sq sx se [qx qe xe]] := model.
have qs : cov q s = 0 by rewrite -covC sq trmx0.
have es : cov eta s = 0 by rewrite -covC se trmx0.
have ex : cov eta xi = 0 by rewrite -covC xe trmx0.
have dy : cov d y = 0.
  rewrite /d /y actA covDl !cov_actl !cov_actr qx ex.
  by rewrite !mul0mx !mulmx0 addr0.
split=> //; last by rewrite -covC dy trmx0.
rewrite /d /o /exo_obs covDl !covDr !cov_actl !cov_actr qs qx es ex.
by rewrite !mul0mx !mulmx0 !addr0.
Qed.

Lemma exo_dd :
  cov d d = E *m cov q q *m E^T + X *m cov eta eta *m X^T.
Proof.
have [sq sx se [qx qe xe]] := model.
have eq_ : cov eta q = 0 by rewrite -covC qe trmx0.
rewrite /d covDl !covDr !cov_actl !cov_actr qe eq_.
by rewrite !mul0mx !mulmx0 addr0 add0r !mulmxA.
Qed.

(* the regression matrices of the change and of X (F - 1) xi are the same     *)
Lemma exo_regression G :
  cov x o = G *m cov o o <-> cov y o = G *m cov o o.
Proof. by have [dO _ _] := cross; rewrite xE covDl dO add0r. Qed.

Lemma separable_tells : separable E X ->
  exists N : 'M_n, msq (N *v o - X *v ((F - 1%:M) *v xi)) = 0.
Proof.
move=> /separable_inverse[M [N [_ _ NE NX]]].
exists (X *m (F - 1%:M) *m N); rewrite -actA /o /exo_obs [N *v _]actDr.
by rewrite !(actA N) NE NX act0l act1 add0r actA subrr msq0.
Qed.

Section Regressed.
Variable G : 'M[R]_n.
Hypothesis x_on_o : cov x o = G *m cov o o.
Let r := x - G *v o.
Let p := y - G *v o.

(* in general the current exogenous state adds what o does not tell of it     *)
Theorem R1_innovation : cov r r =
  E *m cov q q *m E^T + X *m cov eta eta *m X^T + cov p p.
Proof.
have [dO dy yd] := cross.
have dp : cov d p = 0.
  by rewrite /p covDr covNr cov_actr dO dy mul0mx subrr.
have -> : r = d + p by rewrite /r xE /p; abel.
by rewrite (covDl d p) !(covDr _ d p) dp -[cov p d]covC dp trmx0 exo_dd; abel.
Qed.

(* the printed second moment holds exactly when o tells X (F - 1) xi          *)
Theorem R1_innovation_iff :
  cov r r = E *m cov q q *m E^T + X *m cov eta eta *m X^T <->
  exists N : 'M_n, msq (N *v o - X *v ((F - 1%:M) *v xi)) = 0.
Proof.
have yo := proj1 (exo_regression G) x_on_o; rewrite R1_innovation.
have pN : msq p = msq (G *v o - y) by rewrite -msqN opprB.
split=> [h|[N hN]].
  exists G; rewrite -/y -pN msqE.
  suff -> : cov p p = 0 by rewrite raddf0.
  by apply: (addrI (E *m cov q q *m E^T + X *m cov eta eta *m X^T));
    rewrite h addr0.
have p0 : msq p = 0.
  apply/eqP; rewrite eq_le msq_ge0 andbT -hN pN.
  exact: (proj2 (normal_equations y o G) yo N).
suff -> : cov p p = 0 by rewrite addr0.
move: p0; rewrite -{1}[p]act1 msq_act => /(en_eq0 (cov_psd p)).
by rewrite mul1mx.
Qed.

(* (E X) injective is enough, or F = 1 *)
Theorem R1_separable : separable E X ->
  cov r r = E *m cov q q *m E^T + X *m cov eta eta *m X^T.
Proof. by move=> /separable_tells h; apply/R1_innovation_iff. Qed.

Theorem R1_static : F = 1%:M ->
  cov r r = E *m cov q q *m E^T + X *m cov eta eta *m X^T.
Proof.
move=> F1; apply/R1_innovation_iff; exists 0.
by rewrite F1 subrr act0l act0l act0r subrr msq0.
Qed.

(* PCA of the innovation, with the spectrum of the printed second moment      *)
Theorem R1_value k (U : 'M[R]_n) l : separable E X ->
  U^T *m U = 1%:M ->
  E *m cov q q *m E^T + X *m cov eta eta *m X^T = dg U l -> nonincreasing l ->
  (forall A (B : 'M_(n, k)) C D,
     \sum_(i < n | (k <= i)%N) l i <= loss o x A B C D) /\
  (exists A (B : 'M_(n, k)) C D,
     loss o x A B C D = \sum_(i < n | (k <= i)%N) l i).
Proof.
move=> /R1_separable <- oU rU ls; split=> [A B C D|].
  exact: (residual_pca_min x_on_o oU rU ls).
by do 4!eexists; apply: (residual_pca_attained x_on_o oU rU ls (0 : 'M_(k, n))).
Qed.

End Regressed.

(* with A = 1 the current exogenous state enters too *)
Theorem R1_identity_moment : cov x x =
  E *m cov q q *m E^T
  + X *m ((F - 1%:M) *m cov xi xi *m (F - 1%:M)^T + cov eta eta) *m X^T.
Proof.
have [dO dy yd] := cross.
rewrite xE (covDl d y) !(covDr _ d y) dy yd exo_dd addr0 add0r.
rewrite /y cov_actl cov_actr.
by rewrite cov_actl cov_actr mulmxDr mulmxDl !mulmxA; abel.
Qed.

End Innovation.
