(*              R5: reconstruction across exogenous states                    *)
(* -------------------------------------------------------------------------- *)
(* The latent is read from (o, o'); the decoder sees the twin (o~, o~') with  *)
(* the same (s, q), exogenous state xt and innovation et, E[et eta^T] = rho   *)
(* E[eta eta^T] (rho = 0: perfect pairs).                                     *)
(*    twin_sources rho s q xi eta xt et == the second moments of such pairs;  *)
(*                    E[xi xt^T] is free                                      *)
(*    loss_cross ...  E || A o~ + B z - o~' ||^2                              *)
(* R5_value           the minimum: the tail of E E[qq^T] E^T + rho^2 X E[eta  *)
(*                    eta^T] X^T, and (1 - rho^2) tr (X E[eta eta^T] X^T)     *)
(* exo_part C D       C X xi + D X xi', what z has of the exogenous state     *)
(* R5_consistent, R5_kills, R5_latent  perfect pairs: B z does not depend on  *)
(*                    the exogenous state; B C X = B D X = 0; C X = D X = 0   *)
(* R5_imperfect_some_iff, R5_imperfect_iff  orthonormal (E X): some optimum   *)
(*                    has B exo_part = 0 iff rho^2 E[eta eta^T] <= l_i; every *)
(*                    one has iff it is smaller, or zero                      *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform spectral l2 reduced_rank.
From SymLAM Require Import linear_lam two_sources exogenous_state leakage.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition twin_sources (R : realFieldType) (V : l2space R) ds dx (rho : R)
    (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx) :=
  [/\ exo_sources s q xi eta, exo_sources s q xt et,
      cov xt eta = 0 /\ cov xi et = 0, cov et eta = rho *: cov eta eta
    & cov et et = cov eta eta].

(* the general problem: latent from (o, x), target t predicted from v and z   *)
Section Cross.
Variables (R : realFieldType) (V : l2space R) (p n m k : nat).
Variables (t : 'cV[V]_p) (v : 'cV[V]_m) (o x : 'cV[V]_n).
Let u := col_mx o x.

Definition cross_map (B : 'M[R]_(p, k)) (C D : 'M[R]_(k, n)) :
  'M[R]_(p, n + n) := B *m row_mx (C + D) D.

Lemma cross_mapE B C D :
  cross_map B C D *v u = B *v latent C D o (o + x).
Proof.
rewrite /cross_map -actA act_row; congr (_ *v _).
by rewrite /latent actDl actDr; abel.
Qed.

Definition cross_loss (A : 'M[R]_(p, m)) (B : 'M[R]_(p, k))
  (C D : 'M[R]_(k, n)) : R :=
  msq (A *v v + B *v latent C D o (o + x) - t).

Lemma cross_prr A B C D :
  cross_loss A B C D = prr_loss t v u A (cross_map B C D).
Proof. by rewrite /cross_loss /prr_loss cross_mapE. Qed.

Lemma cross_rank B C D : (\rank (cross_map B C D) <= k)%N.
Proof. by rewrite (leq_trans (mxrankM_maxl _ _)) // rank_leq_col. Qed.

Lemma cross_factor (W : 'M[R]_(p, n + n)) : (\rank W <= k)%N ->
  exists B C D, cross_map B C D = W.
Proof.
move=> /rank_factor[B [K BK]]; exists B, (lsubmx K - rsubmx K), (rsubmx K).
by rewrite /cross_map subrK hsubmxK.
Qed.

Variables (G : 'M[R]_(p, m)) (H : 'M[R]_(n + n, m)) (Y : 'M[R]_(p, n + n)).
Hypothesis t_on_v : cov t v = G *m cov v v.
Hypothesis u_on_v : cov u v = H *m cov v v.
Let rt := t - G *v v.
Let ru := u - H *v v.
Hypothesis rt_on_ru : cov rt ru = Y *m cov ru ru.

Definition cross_optimal A B C D :=
  forall A' B' C' D', cross_loss A B C D <= cross_loss A' B' C' D'.

Lemma cross_optimalP A B C D : cross_optimal A B C D <->
  best_map (cov ru ru) Y k (cross_map B C D) /\
  (A + cross_map B C D *m H - G) *m cov v v = 0.
Proof.
have E A' B' C' D' : cross_loss A' B' C' D' =
    en (cov v v) (A' + cross_map B' C' D' *m H - G)
    + (en (cov ru ru) (cross_map B' C' D' - Y) + msq (Y *v ru - rt)).
  by rewrite cross_prr (prr_lossE t_on_v u_on_v rt_on_ru).
have z M : en (cov v v) (G - M *m H + M *m H - G) = 0.
  by rewrite subrK subrr /en !mul0mx raddf0.
have v0 := cov_psd v.
split=> [opt|[[_ bW] A0] A' B' C' D']; last first.
  rewrite !E (proj2 (en_eq0P _ v0) A0) add0r -[X in X <= _]add0r.
  rewrite le_add2 ?en_ge0 // le_add2r; apply: bW; exact: cross_rank.
split; last first.
  apply/(en_eq0P _ v0)/eqP; rewrite eq_le en_ge0 // andbT.
  have := opt (G - cross_map B C D *m H) B C D.
  by rewrite !E z le_add2r.
split=> [|W /cross_factor[B' [C' [D' <-]]]]; first exact: cross_rank.
have := opt (G - cross_map B' C' D' *m H) B' C' D'; rewrite !E z add0r.
rewrite addrA le_add2r; apply: le_trans.
by rewrite le_addR en_ge0.
Qed.

Lemma cross_value (U : 'M[R]_p) l : U^T *m U = 1%:M ->
  Y *m cov ru ru *m Y^T = dg U l -> nonincreasing l ->
  let value := msq rt - \sum_(i < p | (i < k)%N) l i in
  (forall A B C D, value <= cross_loss A B C D) /\
  (exists A B C D, cross_loss A B C D = value).
Proof.
move=> oU ZU ls; have l0 i : 0 <= l i.
  by apply: (dg_psd_ge0 oU); rewrite -ZU; apply/psd_congr/cov_psd.
have [th [top trQ trZ]] := @top_eigenvalues R p k U l oU ls l0.
rewrite -trZ -ZU in top *; rewrite /=; split=> [A B C D|].
  rewrite cross_prr; apply: (prr_min t_on_v u_on_v rt_on_ru top).
  by rewrite trQ ler_nat leq_min cross_rank rank_leq_row.
have rQ : (\rank (pr U (@firstk p k) *m Y) <= k)%N.
  rewrite (leq_trans (mxrankM_maxl _ _)) // -(ler_nat R) -oproj_rank.
    by rewrite trQ ler_nat geq_minl.
  exact: pr_oproj.
have [B [C [D BCD]]] := cross_factor rQ.
exists (G - pr U (@firstk p k) *m Y *m H), B, C, D.
by rewrite cross_prr BCD; apply: (prr_attained t_on_v u_on_v rt_on_ru top).
Qed.
End Cross.

Section Twin.
Variables (R : realFieldType) (V : l2space R) (n ds dx k : nat) (rho : R).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx).
Let o := exo_obs E X s xi.
Let x := exo_change E X F q xi eta.
Let ot := exo_obs E X s xt.
Let ct := exo_change E X F q xt et.

Definition loss_cross (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)) :
  R :=
  msq (predict A B ot (latent C D o (o + x)) - (ot + ct)).

(* what the latent has of the exogenous state *)
Definition exo_part (C D : 'M[R]_(k, n)) (xi eta : 'cV[V]_dx) : 'cV[V]_k :=
  (C *m X) *v xi + (D *m X) *v (F *v xi + eta).

Lemma latent_parts C D : latent C D o (o + x) =
  ((C + D) *m E) *v s + (D *m E) *v q + exo_part C D xi eta.
Proof.
rewrite /latent /o /x exo_next /exo_obs /exo_part !actDr !actA ?mulmxA.
by rewrite mulmxDl actDl; abel.
Qed.

Lemma loss_crossE A B C D :
  loss_cross A B C D = cross_loss ct ot o x (A - 1%:M) B C D.
Proof.
rewrite /loss_cross /cross_loss /predict actDl actNl act1; congr msq.
by rewrite opprD; abel.
Qed.

Lemma loss_cross_optimal A B C D : optimal loss_cross A B C D <->
  cross_optimal ct ot o x (A - 1%:M) B C D.
Proof.
split=> opt A' B' C' D'; last by rewrite !loss_crossE.
by have := opt (A' + 1%:M) B' C' D'; rewrite !loss_crossE addrK.
Qed.

Hypothesis twin : twin_sources rho s q xi eta xt et.

(* a left inverse of (E X) *)
Variables (M : 'M[R]_(ds, n)) (N : 'M[R]_(dx, n)).
Hypothesis ME : M *m E = 1%:M.
Hypothesis MX : M *m X = 0.
Hypothesis NE : N *m E = 0.
Hypothesis NX : N *m X = 1%:M.

Let Mo (e : 'cV[V]_ds) (f : 'cV[V]_dx) : M *v (E *v e + X *v f) = e.
Proof. by rewrite actDr !actA ME MX act1 act0l addr0. Qed.
Let No (e : 'cV[V]_ds) (f : 'cV[V]_dx) : N *v (E *v e + X *v f) = f.
Proof. by rewrite actDr !actA NE NX act1 act0l add0r. Qed.

Let G : 'M[R]_n := X *m (F - 1%:M) *m N.
Let Y1 : 'M[R]_n := - (rho *: (X *m (F - 1%:M) *m N)).
Let Y2 : 'M[R]_n := E *m M + rho *: (X *m N).
Let Y : 'M[R]_(n, n + n) := row_mx Y1 Y2.
Let u := col_mx o x.
Let w := E *v q + (rho *: X) *v eta.

Let scale_act j (a : R) (K : 'M[R]_(j, n)) (y : 'cV[V]_n) :
  (a *: K) *v y = a%:M *v (K *v y).
Proof. by rewrite actA mul_scalar_mx. Qed.

Let Y12 (e : 'cV[V]_ds) (f f' : 'cV[V]_dx) y :
  Y1 *v (E *v y + X *v f) + Y2 *v (E *v e + X *v f') =
  E *v e + (rho *: X) *v (f' - (F - 1%:M) *v f).
Proof.
rewrite /Y1 /Y2 actNl [(E *m M + _) *v _]actDl !scale_act -!actA Mo !No.
rewrite -[rho *: X]mul_scalar_mx -[X in _ = _ + X]actA.
by rewrite [X *v (f' - _)]actDr actNr [_%:M *v (_ - _)]actDr actNr; abel.
Qed.

Lemma cross_target : Y *v u = w.
Proof.
rewrite act_row Y12 /w; congr (_ + _ *v _).
by rewrite addrC addrA addNr add0r.
Qed.

Let cv : [/\ cov s q = 0, cov q s = 0, cov xi s = 0, cov eta s = 0
  & [/\ cov xi q = 0, cov q xi = 0, cov eta q = 0, cov q eta = 0
    & [/\ cov xi eta = 0, cov eta xi = 0, cov xt s = 0, cov et s = 0
      & [/\ cov q xt = 0, cov et q = 0, cov et xt = 0, cov q et = 0
        & cov et xi = 0 /\ cov eta xt = 0]]]].
Proof.
have T m j (a : 'cV[V]_m) (b : 'cV[V]_j) : cov a b = 0 -> cov b a = 0.
  by move=> h; rewrite -covC h trmx0.
case: twin => -[sq sx se [qx qe xe]] [_ sxt set [qxt qet xte]] [xte' xet] _ _.
by do ![split] => //; apply: T.
Qed.

Let rt := ct - G *v ot.
Let rtE : rt = E *v q + X *v et.
Proof.
rewrite /rt /G -!actA No /ct /exo_change [X *v (_ + et)]actDr.
by abel.
Qed.

Let t_on_v : cov ct ot = G *m cov ot ot.
Proof.
case: cv => sq qs xs es [xq qx eq_ qe [xe ex xts ets
  [qxt etq ext qet [etx ex']]]].
suff : cov rt ot = 0.
  by rewrite /rt covDl covNl cov_actl => /eqP; rewrite subr_eq0 => /eqP.
rewrite rtE /ot /exo_obs covDl !covDr !cov_actl !cov_actr qs qxt ets ext.
by rewrite !mul0mx !mulmx0 !addr0.
Qed.

Lemma cross_second : cov w w = E *m cov q q *m E^T
  + rho ^+ 2 *: (X *m cov eta eta *m X^T).
Proof.
case: cv => sq qs xs es [xq qx eq_ qe _].
rewrite /w covDl !covDr !cov_actl !cov_actr qe eq_ !mul0mx !mulmx0 addr0 add0r.
rewrite trmxZE -scalemxAr -!scalemxAl -scalemxAr scalerA expr2.
by rewrite !mulmxA.
Qed.

Section Regressed.
Variable H : 'M[R]_(n + n, n).
Hypothesis u_on_v : cov u ot = H *m cov ot ot.
Let ru := u - H *v ot.
Let v_ru : cov ot ru = 0. Proof. exact: cov_res_v u_on_v. Qed.

Let w_ot : cov w ot = 0.
Proof.
case: cv => sq qs xs es [xq qx eq_ qe [xe ex xts ets
  [qxt etq ext qet [etx ex']]]].
rewrite /w /ot /exo_obs covDl !covDr !cov_actl !cov_actr qs qxt es ex'.
by rewrite !mul0mx !mulmx0 !addr0.
Qed.

Let w_ru : cov w ru = Y *m cov ru ru.
Proof.
have -> : w = Y *v ru + (Y *m H) *v ot.
  by rewrite -cross_target /ru actDr actNr actA subrK.
by rewrite covDl cov_actl (cov_actl (Y *m H)) v_ru mulmx0 addr0.
Qed.

Let rest_ru : cov (rt - w) ru = 0.
Proof.
case: (twin) => _ _ _ ete _.
case: cv => sq qs xs es [xq qx eq_ qe [xe ex xts ets
  [qxt etq ext qet [etx ex']]]].
have -> : rt - w = X *v et - (rho *: X) *v eta by rewrite rtE /w; abel.
have ro : cov (X *v et - (rho *: X) *v eta) o = 0.
  rewrite /o /exo_obs covDl covNl !covDr !cov_actl !cov_actr ets es etx ex.
  by rewrite !mul0mx !mulmx0 !addr0 subr0.
have rot : cov (X *v et - (rho *: X) *v eta) ot = 0.
  rewrite /ot /exo_obs covDl covNl !covDr !cov_actl !cov_actr ets es ext ex'.
  by rewrite !mul0mx !mulmx0 !addr0 subr0.
have rx : cov (X *v et - (rho *: X) *v eta) x = 0.
  rewrite /x /exo_change covDl covNl !covDr !cov_actl !cov_actr !covDr.
  rewrite !cov_actr.
  rewrite etq eq_ etx ex ete !mul0mx !mulmx0 !add0r -scalemxAl -scalemxAr.
  by rewrite -!scalemxAl subrr.
rewrite /ru /u [cov _ (col_mx o x - _)]covDr covNr cov_actr rot mul0mx subr0.
by rewrite cov_colr ro rx row_mx0.
Qed.

Lemma twin_regression : cov rt ru = Y *m cov ru ru.
Proof. by rewrite -w_ru -[rt](subrK w) covDl rest_ru add0r. Qed.

Lemma twin_Z : Y *m cov ru ru *m Y^T = cov w w.
Proof.
rewrite -w_ru -cov_actr /ru actDr actNr cross_target covDr covNr actA cov_actr.
by rewrite w_ot mul0mx subr0.
Qed.

Lemma cross_msq : msq rt =
  \tr (E *m cov q q *m E^T) + \tr (X *m cov eta eta *m X^T).
Proof.
case: (twin) => _ _ _ _ ee.
case: cv => sq qs xs es [xq qx eq_ qe [xe ex xts ets
  [qxt etq ext qet [etx ex']]]].
by rewrite rtE msqD ?cov_actl ?cov_actr ?qet ?mul0mx ?mulmx0 // !msq_act /en ee.
Qed.

Lemma twin_value (U : 'M[R]_n) l : U^T *m U = 1%:M ->
  E *m cov q q *m E^T + rho ^+ 2 *: (X *m cov eta eta *m X^T) = dg U l ->
  nonincreasing l ->
  let value := \sum_(i < n | (k <= i)%N) l i
    + (1 - rho ^+ 2) * \tr (X *m cov eta eta *m X^T) in
  (forall A B C D, value <= loss_cross A B C D) /\
  (exists A B C D, loss_cross A B C D = value).
Proof.
move=> oU ZU ls; rewrite -cross_second -twin_Z in ZU.
have [lo [A [B [C [D att]]]]] :=
  cross_value k t_on_v u_on_v twin_regression oU ZU ls.
have vE : msq rt - \sum_(i < n | (i < k)%N) l i =
    \sum_(i < n | (k <= i)%N) l i
    + (1 - rho ^+ 2) * \tr (X *m cov eta eta *m X^T).
  rewrite cross_msq; have := dg_tr oU l; rewrite -ZU twin_Z cross_second.
  rewrite mxtrDE mxtrZE (bigID (fun i : 'I_n => (i < k)%N)) /=.
  rewrite [X in _ = _ + X](eq_bigl (fun i : 'I_n => (k <= i)%N)); last first.
    by move=> i; rewrite -leqNgt.
  set a := \tr _; set b := \tr _; set c := \sum_(i < n | _) _.
  set d := \sum_(i < n | _) _ => e.
  have -> : a = c + d - rho ^+ 2 * b by rewrite -e addrK.
  by ring.
rewrite /= -vE; split=> [A' B' C' D'|]; first by rewrite loss_crossE.
by exists (A + 1%:M), B, C, D; rewrite loss_crossE addrK.
Qed.
End Regressed.

(* independent current exogenous states: what the regression on o~ leaves     *)
Section Minimisers.
Hypothesis xi_xt : cov xi xt = 0.
Let rq := col_mx (0 : 'cV[V]_n) (E *v q).
Let rw := col_mx (X *v xi) (X *v ((F - 1%:M) *v xi + eta)).
Let H : 'M[R]_(n + n, n) := col_mx (E *m M) 0.

Let ruE : u - H *v ot = rq + rw.
Proof.
rewrite /H act_col act0l -actA Mo opp_col_mx !add_col_mx add0r subr0.
by congr col_mx; rewrite /o /exo_obs addrC addKr.
Qed.

Let rq_rw : cov rq rw = 0.
Proof.
case: cv => sq qs xs es [xq qx eq_ qe _].
rewrite /rq /rw cov_col cov0l cov_colr !actDr !covDr !cov_actl !cov_actr.
by rewrite qx qe !mul0mx !mulmx0 addr0 row_mx0 col_mx0.
Qed.

Let ru_ot : cov (rq + rw) ot = 0.
Proof.
case: cv => sq qs xs es [xq qx eq_ qe [xe ex xts ets
  [qxt etq ext qet [etx ex']]]].
rewrite /rq /rw add_col_mx add0r cov_col /ot /exo_obs.
rewrite !covDl !covDr !actDr !covDl !cov_actl !cov_actr qs qxt es ex' xs xi_xt.
by rewrite !mul0mx !mulmx0 !addr0 col_mx0.
Qed.

Let u_on_v : cov u ot = H *m cov ot ot.
Proof.
have := ru_ot; rewrite -ruE covDl covNl cov_actl => /eqP.
by rewrite subr_eq0 => /eqP.
Qed.

Let S1_spec : {S | S = cov rq rq}. Proof. by eexists. Qed.
Let S1 : 'M[R]_(n + n) := sval S1_spec.
Let S1E : S1 = cov rq rq. Proof. exact: (svalP S1_spec). Qed.
Let S2_spec : {S | S = cov rw rw}. Proof. by eexists. Qed.
Let S2 : 'M[R]_(n + n) := sval S2_spec.
Let S2E : S2 = cov rw rw. Proof. exact: (svalP S2_spec). Qed.
Let pS1 : psd S1. Proof. by rewrite S1E; apply: cov_psd. Qed.
Let pS2 : psd S2. Proof. by rewrite S2E; apply: cov_psd. Qed.

Let Sru : cov (u - H *v ot) (u - H *v ot) = S1 + S2.
Proof.
rewrite ruE covDl !covDr rq_rw -[cov rw rq]covC rq_rw trmx0 addr0 add0r.
by rewrite S1E S2E.
Qed.

Let Z1E : E *m cov q q *m E^T = Y *m S1 *m Y^T.
Proof.
have Yq : Y *v rq = E *v q.
  rewrite act_row; have := Y12 q 0 0 0.
  by rewrite !(act0r, addr0, add0r, subr0, oppr0).
by rewrite S1E -(cov_actl Y) -(cov_actr Y) Yq cov_actl cov_actr mulmxA.
Qed.

Let Z2E : rho ^+ 2 *: (X *m cov eta eta *m X^T) = Y *m S2 *m Y^T.
Proof.
have Yw : Y *v rw = (rho *: X) *v eta.
  rewrite act_row; have := Y12 0 xi ((F - 1%:M) *v xi + eta) 0.
  rewrite !act0r !add0r => ->.
  by congr (_ *v _); rewrite addrC addKr.
rewrite S2E -(cov_actl Y) -(cov_actr Y) Yw cov_actl cov_actr trmxZE -scalemxAr.
by rewrite -!scalemxAl -scalemxAr scalerA expr2 mulmxA.
Qed.

Let mapE (B : 'M[R]_(n, k)) C D :
  cross_map B C D *v rw = B *v exo_part C D xi eta.
Proof.
rewrite /cross_map -actA act_row /exo_part; congr (_ *v _).
rewrite !(actDr, actDl, actNl, act1, actA, mulmxDl, mulmxA).
by rewrite !(mulmxBr, mulmx1, actDl, actNl); abel.
Qed.

Let killP (B : 'M[R]_(n, k)) C D : cross_map B C D *m S2 = 0 <->
  msq (B *v exo_part C D xi eta) = 0.
Proof. by rewrite -mapE msq_act -S2E; apply: iff_sym; apply: en_eq0P. Qed.

Let opt_best A B C D : optimal loss_cross A B C D ->
  best_map (S1 + S2) Y k (cross_map B C D).
Proof.
move=> /loss_cross_optimal.
move=> /(cross_optimalP t_on_v u_on_v (twin_regression u_on_v))[bW _].
by rewrite -Sru.
Qed.

Let best_opt W : best_map (S1 + S2) Y k W -> exists A B C D,
  optimal loss_cross A B C D /\ cross_map B C D = W.
Proof.
move=> bW; have [B [C [D BCD]]] := cross_factor bW.1.
exists (G - W *m H + 1%:M), B, C, D; split=> //; apply/loss_cross_optimal.
rewrite addrK; apply/(cross_optimalP t_on_v u_on_v (twin_regression u_on_v)).
by rewrite BCD Sru subrK subrr mul0mx.
Qed.

Lemma twin_reduced : exists (T1 T2 : 'M[R]_(n + n)) (K : 'M[R]_(n, n + n)),
  [/\ psd T1, psd T2, E *m cov q q *m E^T = K *m T1 *m K^T,
      rho ^+ 2 *: (X *m cov eta eta *m X^T) = K *m T2 *m K^T
    & ((exists A B C D, optimal loss_cross A B C D /\
          msq (B *v exo_part C D xi eta) = 0) <->
       (exists W, best_map (T1 + T2) K k W /\ W *m T2 = 0)) /\
      ((forall A B C D, optimal loss_cross A B C D ->
          msq (B *v exo_part C D xi eta) = 0) <->
       (forall W, best_map (T1 + T2) K k W -> W *m T2 = 0))].
Proof.
exists S1, S2, Y; split=> //; split; split.
- move=> [A [B [C [D [opt hB]]]]]; exists (cross_map B C D).
  by split; [apply: opt_best opt|apply/killP].
- move=> [W [/best_opt[A [B [C [D [opt <-]]]]] /killP hB]].
  by exists A, B, C, D.
- move=> h W /best_opt[A [B [C [D [opt <-]]]]].
  exact/killP/(h _ _ _ _ opt).
by move=> h A B C D opt; apply/killP; apply: h; apply: opt_best opt.
Qed.

Section Threshold.
Variables (m : nat) (U : 'M[R]_(n, m)) (l : 'I_m -> R) (i : 'I_m).
Hypothesis ki : k = i.+1.
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : E *m cov q q *m E^T = dg U l.
Hypothesis ls : nonincreasing l.

(* the exogenous state does not enter B z, when the second source is below    *)
Lemma twin_free A B C D :
  E *m cov q q *m E^T *m (rho ^+ 2 *: (X *m cov eta eta *m X^T)) = 0 ->
  pd ((l i)%:M - rho ^+ 2 *: (X *m cov eta eta *m X^T)) \/
    rho ^+ 2 *: (X *m cov eta eta *m X^T) = 0 ->
  optimal loss_cross A B C D -> msq (B *v exo_part C D xi eta) = 0.
Proof.
move=> Z12 small opt; apply/killP; have bW := opt_best opt.
have {}bW : best_map (S1 + S2) Y i.+1 (cross_map B C D) by rewrite -ki.
exact: (source_all_suff pS1 pS2 Z1E Z2E Z12 oU qU ls small bW).
Qed.

(* nor z itself, when every latent dimension is used *)
Lemma twin_free_latent A B C D : 0 < l i ->
  E *m cov q q *m E^T *m (rho ^+ 2 *: (X *m cov eta eta *m X^T)) = 0 ->
  psd ((l i)%:M - rho ^+ 2 *: (X *m cov eta eta *m X^T)) ->
  msq (B *v exo_part C D xi eta) = 0 ->
  optimal loss_cross A B C D -> msq (exo_part C D xi eta) = 0.
Proof.
move=> li Z12 small hB opt; have bW := opt_best opt.
have {}bW : best_map (S1 + S2) Y i.+1 (cross_map B C D) by rewrite -ki.
have := source_rank pS1 pS2 Z1E Z2E Z12 oU qU ls small li bW; rewrite -ki => rk.
have /row_fullP[L LB] : row_full B.
  by rewrite /row_full eqn_leq rank_leq_col -{1}rk mxrankM_maxl.
by rewrite -[exo_part _ _ _ _]act1 -LB -actA msq0_act.
Qed.
End Threshold.
End Minimisers.
End Twin.

(* the printed value, for perfect pairs and for imperfect ones                *)
Theorem R5_value (R : realFieldType) (V : l2space R) n ds dx k rho
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) F (s q : 'cV[V]_ds)
    (xi eta xt et : 'cV[V]_dx) (U : 'M[R]_n) l :
  twin_sources rho s q xi eta xt et -> separable E X -> U^T *m U = 1%:M ->
  E *m cov q q *m E^T + rho ^+ 2 *: (X *m cov eta eta *m X^T) = dg U l ->
  nonincreasing l ->
  let value := \sum_(i < n | (k <= i)%N) l i
    + (1 - rho ^+ 2) * \tr (X *m cov eta eta *m X^T) in
  let L := loss_cross (k := k) E X F s q xi eta xt et in
  (forall A B C D, value <= L A B C D) /\ exists A B C D, L A B C D = value.
Proof.
move=> twin /separable_inverse[M [N [ME MX NE NX]]] oU ZU ls.
have [H uv] := regression (col_mx (exo_obs E X s xi)
  (exo_change E X F q xi eta)) (exo_obs E X s xt).
exact: (twin_value k twin ME MX NE NX uv oU ZU ls).
Qed.

(* perfect pairs *)
Section Perfect.
Variables (R : realFieldType) (V : l2space R) (n ds dx m : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx).
Hypothesis twin : twin_sources 0 s q xi eta xt et.
Hypothesis sep : separable E X.
Hypothesis xi_xt : cov xi xt = 0.
Variables (U : 'M[R]_(n, m)) (l : 'I_m -> R) (i : 'I_m).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : E *m cov q q *m E^T = dg U l.
Hypothesis ls : nonincreasing l.
Let L := loss_cross (k := i.+1) E X F s q xi eta xt et.

Let zero : 0 ^+ 2 *: (X *m cov eta eta *m X^T) = 0.
Proof. by rewrite expr0n scale0r. Qed.

(* what the decoder takes from the latent does not depend on the exogenous    *)
(* state, without any hypothesis on its moments                               *)
Theorem R5_consistent A B C D : optimal L A B C D ->
  msq (B *v exo_part X F C D xi eta) = 0.
Proof.
have [M [N [ME MX NE NX]]] := separable_inverse sep.
apply: (twin_free twin ME MX NE NX xi_xt (erefl _) oU qU ls).
  by rewrite zero mulmx0.
by right.
Qed.

Let w := col_mx xi (F *v xi + eta).
Hypothesis w_pd : pd (cov w w).

Let partE j (K : 'M[R]_(j, i.+1)) C D :
    msq (K *v exo_part X F C D xi eta) = 0 ->
  K *m C *m X = 0 /\ K *m D *m X = 0.
Proof.
have -> : K *v exo_part X F C D xi eta =
    row_mx (K *m C *m X) (K *m D *m X) *v w.
  by rewrite act_row /exo_part actDr !actA !mulmxA.
rewrite msq_act => /(en_pd_eq0 w_pd); rewrite -row_mx0 => /eq_row_mx.
by [].
Qed.

Theorem R5_kills A B C D : optimal L A B C D ->
  B *m C *m X = 0 /\ B *m D *m X = 0.
Proof. by move=> /R5_consistent/partE. Qed.

(* and the latent itself ignores it, when q has variance in k directions      *)
Theorem R5_latent A B C D : 0 < l i -> optimal L A B C D ->
  C *m X = 0 /\ D *m X = 0.
Proof.
have [M [N [ME MX NE NX]]] := separable_inverse sep; move=> li opt.
suff : msq (exo_part X F C D xi eta) = 0.
  by rewrite -[exo_part _ _ _ _ _ _]act1 => /partE; rewrite !mul1mx.
apply: (twin_free_latent twin ME MX NE NX xi_xt (erefl _) oU qU ls li _ _ _
  opt).
- by rewrite zero mulmx0.
- by rewrite zero subr0 -scalemx1; apply/psdZ/pd_psd/pd_scalar/ltr01/ltW.
exact: R5_consistent opt.
Qed.
End Perfect.

(* imperfect pairs, orthogonal directions: the threshold                      *)
Section Imperfect.
Variables (R : realFieldType) (V : l2space R) (n ds dx : nat) (rho : R).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta xt et : 'cV[V]_dx).
Hypothesis twin : twin_sources rho s q xi eta xt et.
Hypothesis oEX : orthonormal E X.
Hypothesis xi_xt : cov xi xt = 0.
Variables (U : 'M[R]_ds) (l : 'I_ds -> R) (i : 'I_ds).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : cov q q = dg U l.
Hypothesis ls : nonincreasing l.
Let L := loss_cross (k := i.+1) E X F s q xi eta xt et.
Let Z1 := E *m cov q q *m E^T.
Let Z2 := rho ^+ 2 *: (X *m cov eta eta *m X^T).

Let ortho : [/\ E^T *m E = 1%:M, E^T *m X = 0, X^T *m E = 0
  & X^T *m X = 1%:M] := proj1 (orthonormalP E X) oEX.
Let Z12 : Z1 *m Z2 = 0.
Proof.
case: ortho => _ EX _ _; rewrite /Z1 /Z2 -scalemxAr.
by rewrite !mulmxA -(mulmxA _ E^T X) EX mulmx0 !mul0mx scaler0.
Qed.
Let oEU : (E *m U)^T *m (E *m U) = 1%:M.
Proof.
by case: ortho => EE _ _ _; rewrite trmx_mul mulmxA -(mulmxA U^T) EE mulmx1 oU.
Qed.
Let EU : Z1 = dg (E *m U) l.
Proof. by rewrite /Z1 qU /dg trmx_mul !mulmxA. Qed.
Let li : 0 <= l i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -qU; apply: cov_psd. Qed.
Let Z2E : Z2 = X *m (rho ^+ 2 *: cov eta eta) *m X^T.
Proof. by rewrite /Z2 -scalemxAr -scalemxAl. Qed.
Let pe : psd (rho ^+ 2 *: cov eta eta).
Proof. exact: psdZ (sqr_ge0 rho) (cov_psd eta). Qed.

(* some optimum has nothing of the exogenous state in B z                     *)
Theorem R5_imperfect_some_iff :
  (exists A B C D, optimal L A B C D /\
     msq (B *v exo_part X F C D xi eta) = 0) <->
  psd ((l i)%:M - rho ^+ 2 *: cov eta eta).
Proof.
have [M [N [ME MX NE NX]]] := separable_inverse (orthonormal_separable oEX).
have [T1 [T2 [K [pT1 pT2 Z1E Z2E' [red _]]]]] :=
  twin_reduced i.+1 F twin ME MX NE NX xi_xt.
apply: (iff_trans red).
apply: (iff_trans (source_kept_P pT1 pT2 Z1E Z2E' Z12 i oEU EU ls)).
have [_ _ _ XX] := ortho.
by have := scaled_psd XX ler01 li pe; rewrite scale1r -Z2E.
Qed.

Lemma imperfect_all :
  (forall S Y, psd S -> exists W : 'M[R]_(n, n + n), best_map S Y i.+1 W) ->
  (forall A B C D, optimal L A B C D ->
     msq (B *v exo_part X F C D xi eta) = 0) <->
  pd ((l i)%:M - rho ^+ 2 *: cov eta eta) \/ rho ^+ 2 *: cov eta eta = 0.
Proof.
move=> bx.
have [M [N [ME MX NE NX]]] := separable_inverse (orthonormal_separable oEX).
have [T1 [T2 [K [pT1 pT2 Z1E Z2E' [_ red]]]]] :=
  twin_reduced i.+1 F twin ME MX NE NX xi_xt.
apply: (iff_trans red); have bK := bx _ K (psdD pT1 pT2).
apply: (iff_trans (source_all_iff pT1 pT2 Z1E Z2E' Z12 oEU EU ls bK)).
have [_ _ _ XX] := ortho.
by have := scaled_pd XX ler01 li pe; rewrite scale1r -Z2E.
Qed.
End Imperfect.

(* every optimum *)
Theorem R5_imperfect_iff (R : rcfType) (V : l2space R) n ds dx rho
    (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) F (s q : 'cV[V]_ds)
    (xi eta xt et : 'cV[V]_dx) (U : 'M[R]_ds) l (i : 'I_ds) :
  twin_sources rho s q xi eta xt et -> orthonormal E X -> cov xi xt = 0 ->
  U^T *m U = 1%:M -> cov q q = dg U l -> nonincreasing l ->
  (forall A B C D,
     optimal (loss_cross (k := i.+1) E X F s q xi eta xt et) A B C D ->
     msq (B *v exo_part X F C D xi eta) = 0) <->
  pd ((l i)%:M - rho ^+ 2 *: cov eta eta) \/ rho ^+ 2 *: cov eta eta = 0.
Proof.
move=> twin oEX xx oU qU ls; apply: (imperfect_all F twin oEX xx oU qU ls).
by move=> S Y; apply: best_map_exists.
Qed.
