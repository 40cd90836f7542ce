(*                 R7: the floor of the error                                 *)
(* -------------------------------------------------------------------------- *)
(* floor_noise f ss sx se   N = se + (1 - f)^2 ss sx / (ss + sx)              *)
(* R7_floor                 o = s + xi, white sources of variances ss, sq, sx,*)
(*                          se, F = f: NMSE(q | z) >= N / (sq + N) for every  *)
(*                          linear latent of every dimension                  *)
(* R7_floor_reached_iff     an optimum of the loss with k = n reaches it iff  *)
(*                          its latent does not read o beyond the innovation  *)
(* R7_floor_printed         the printed N is that of F = 0, se = sx           *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector eigenform l2.
From SymLAM Require Import reduced_rank linear_lam llo two_sources.
From SymLAM Require Import exogenous_state leakage robust_target.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* the additive case with white sources *)
Definition floor_noise (R : realFieldType) (f ss sx se : R) : R :=
  se + (1 - f) ^+ 2 * (ss * sx / (ss + sx)).

Lemma floor_identity (R : realFieldType) (q e m : R) : q + e != 0 ->
  (q / (q + e)) ^+ 2 * (m * (q + e)) + m * q - 2%:R * (m * (q / (q + e) * q)) =
  m * (q * e / (q + e)).
Proof. by move=> qe; field. Qed.

Section Floor.
Variables (R : realFieldType) (V : l2space R) (n : nat).
Variables (s q xi eta : 'cV[V]_n) (f ss sq sx se : R).
Hypothesis model : exo_sources s q xi eta.
Hypothesis s_white : cov s s = ss%:M.
Hypothesis q_white : cov q q = sq%:M.
Hypothesis xi_white : cov xi xi = sx%:M.
Hypothesis eta_white : cov eta eta = se%:M.
Hypothesis ss0 : 0 < ss.
Hypothesis sx0 : 0 <= sx.
Hypothesis sq0 : 0 < sq.
Hypothesis se0 : 0 <= se.
Let o := exo_obs 1%:M 1%:M s xi.
Let x := exo_change 1%:M 1%:M f%:M q xi eta.
Let N := floor_noise f ss sx se.
Let b := ss + sx.
Let g := (f - 1) * (sx / b).
Let r := x - g%:M *v o.
Let c := sq / (sq + N).

Let b0 : 0 < b. Proof. by rewrite /b addrC; apply: lt_paddl. Qed.
Let b_neq0 : b != 0. Proof. exact: lt0r_neq0. Qed.
Let N0 : 0 <= N.
Proof.
rewrite /N /floor_noise addr_ge0 // mulr_ge0 ?sqr_ge0 // divr_ge0 ?(ltW b0) //.
by rewrite mulr_ge0 // ltW.
Qed.
Let v0 : 0 < sq + N. Proof. by rewrite addrC; apply: lt_paddl. Qed.
Let v_neq0 : sq + N != 0. Proof. exact: lt0r_neq0. Qed.

Let oE : o = s + xi. Proof. by rewrite /o /exo_obs !act1. Qed.
Let xE : x = q + ((f - 1)%:M *v xi + eta).
Proof. by rewrite /x /exo_change !act1 raddfB. Qed.

Let cv : [/\ cov q s = 0, cov q xi = 0, cov xi s = 0, cov s xi = 0
  & [/\ cov eta s = 0, cov eta xi = 0, cov xi q = 0, cov xi eta = 0
    & [/\ cov eta q = 0, cov q eta = 0, cov s q = 0 & cov s eta = 0]]].
Proof.
have T (y z : 'cV[V]_n) : cov y z = 0 -> cov z y = 0.
  by move=> h; rewrite -covC h trmx0.
by case: model => sq_ sx_ se_ [qx qe xe]; do ![split] => //; apply: T.
Qed.

Let oo : cov o o = b%:M.
Proof.
case: cv => qs qx xs sx_ _; rewrite oE covDl !covDr s_white xi_white xs sx_.
by rewrite addr0 add0r -raddfD.
Qed.

Let qo : cov q o = 0.
Proof. by case: cv => qs qx _ _ _; rewrite oE covDr qs qx addr0. Qed.

Let xo : cov x o = g%:M *m cov o o.
Proof.
case: cv => qs qx xs sx_ [es ex _ _ _].
rewrite oo xE oE covDl covDl cov_actl !covDr qs qx xs es ex xi_white.
by rewrite !add0r !addr0 -!scalar_mxM /g -mulrA divfK.
Qed.

Let qr : cov q r = sq%:M.
Proof. by rewrite /r covDr covNr cov_actr qo mul0mx subr0 xE covDr;
  case: cv => qs qx _ _ [_ _ _ _ [_ qe _ _]]; rewrite covDr cov_actr qx qe
  mul0mx !addr0. Qed.

Let xx : cov x x = (sq + ((f - 1) * sx * (f - 1) + se))%:M.
Proof.
case: cv => qs qx xs sx_ [es ex xq xe [eq_ qe sq_ se_]].
set y := (f - 1)%:M *v xi + eta; have qy : cov q y = 0.
  by rewrite /y covDr cov_actr qx qe mul0mx addr0.
have yy : cov y y = ((f - 1) * sx * (f - 1) + se)%:M.
  rewrite /y covDl !covDr !cov_actl !cov_actr xi_white eta_white xe ex.
  by rewrite mul0mx !mulmx0 addr0 add0r tr_scalar_mx -!scalar_mxM mulrA -raddfD.
rewrite xE -/y; move: y qy yy => y qy yy.
by rewrite covDl !covDr q_white -[cov y q]covC qy yy trmx0 addr0 add0r -raddfD.
Qed.

Let rr : cov r r = (sq + N)%:M.
Proof.
have or0 : cov o r = 0 := cov_res_v xo.
have -> : cov r r = cov x x - (g * b * g)%:M.
  rewrite {1}/r covDl covNl cov_actl or0 mulmx0 oppr0 addr0 /r covDr covNr.
  by rewrite cov_actr xo oo tr_scalar_mx -!scalar_mxM.
rewrite xx -raddfB /=; congr (_%:M).
by rewrite /N /floor_noise /g /b; field; rewrite -/b.
Qed.

(* the error of a head on a latent *)
Let headE k (C D : 'M[R]_(k, n)) (K : 'M[R]_(n, k)) :
  msq (K *v latent C D o (o + x) - q) =
  b * \tr ((K *m (C + D + D *m g%:M)) *m (K *m (C + D + D *m g%:M))^T)
  + ((sq + N) * \tr ((K *m D - c%:M) *m (K *m D - c%:M)^T)
     + n%:R * (sq * N / (sq + N))).
Proof.
set W := K *m (C + D + D *m g%:M); set T := K *m D - c%:M.
have -> : K *v latent C D o (o + x) - q = W *v o + (T *v r + (c%:M *v r - q)).
  rewrite /latent /W /T /r !(actDl, actDr, actNl, actNr, actA, mulmxDr, mulmxDl,
    mulNmx, mulmxN, mulmxA).
  by abel.
have or : cov o r = 0.
  by rewrite /r covDr covNr cov_actr -[cov o x]covC xo oo trmx_mul
    !tr_scalar_mx subrr.
have rq : cov r q = sq%:M by rewrite -covC qr tr_scalar_mx.
have oq : cov o q = 0 by rewrite -covC qo trmx0.
rewrite msqD; last first.
  rewrite cov_actl !covDr covNr !cov_actr or oq !mul0mx subrr addr0.
  by rewrite mulmx0.
rewrite msq_act oo /en mul_mx_scalar -scalemxAl mxtraceZ; congr (_ + _).
rewrite msqD; last first.
  rewrite cov_actl covDr covNr cov_actr rr rq tr_scalar_mx -scalar_mxM.
  by rewrite /c mulrC divfK // subrr mulmx0.
rewrite msq_act rr /en mul_mx_scalar -scalemxAl mxtraceZ; congr (_ + _).
rewrite msqB msqZ !msqE rr q_white cov_actl rq -scalar_mxM !mxtrace_scalar.
rewrite -(mulr_natl (sq + N)) -(mulr_natl sq) -(mulr_natl (c * sq)).
exact: (floor_identity n%:R v_neq0).
Qed.

Let nerrE k (C D : 'M[R]_(k, n)) : (0 < n)%N ->
  nerr (latent C D o (o + x)) q * (n%:R * sq) = herr (latent C D o (o + x)) q.
Proof.
move=> n0; have qq : msq q = n%:R * sq.
  by rewrite msqE q_white mxtrace_scalar mulr_natl.
have nq : 0 < n%:R * sq by rewrite mulr_gt0 // ltr0n.
by rewrite /nerr qq (gt_eqF nq) divfK // gt_eqF.
Qed.

Theorem R7_floor k (C D : 'M[R]_(k, n)) : (0 < n)%N ->
  N / (sq + N) <= nerr (latent C D o (o + x)) q.
Proof.
move=> n0; have nq : 0 < n%:R * sq by rewrite mulr_gt0 // ltr0n.
rewrite -(ler_pmul2r_compat _ _ nq) nerrE // /herr headE.
have -> : N / (sq + N) * (n%:R * sq) = n%:R * (sq * N / (sq + N)) by ring.
by rewrite addrA le_addR addr_ge0 // mulr_ge0 ?en1_ge0 // ltW.
Qed.

Theorem R7_floor_reached_iff A (B : 'M_n) (C D : 'M[R]_n) : (0 < n)%N ->
  optimal (loss o x) A B C D ->
  nerr (latent C D o (o + x)) q = N / (sq + N) <-> C + D + g *: D = 0.
Proof.
move=> n0 /(loss_min_iff xo)[pmin _].
have nq : 0 < n%:R * sq by rewrite mulr_gt0 // ltr0n.
have BD : B *m D = 1%:M.
  have := pmin 1%:M 1%:M; rewrite /pca mulmx1 subrr {2}/en !mul0mx raddf0.
  have := pca_ge0 B D r; rewrite /pca => h1 h2.
  have /(en_eq0 (cov_psd r)) : en (cov r r) (B *m D - 1%:M) = 0.
    by apply/eqP; rewrite eq_le h1 h2.
  rewrite -/r rr mul_mx_scalar => /eqP; rewrite scaler_eq0 (negPf v_neq0) /=.
  by rewrite subr_eq0 => /eqP.
have gD : D *m g%:M = g *: D by rewrite mul_mx_scalar.
have c0 : c != 0 by rewrite mulf_neq0 ?invr_eq0 // lt0r_neq0.
have flE : N / (sq + N) * (n%:R * sq) = n%:R * (sq * N / (sq + N)) by ring.
split=> [e|W0].
  have := nerrE C D n0; rewrite e flE /herr headE; set K := head _ _.
  set t1 := \tr _; set t2 := \tr _ => /eqP.
  rewrite -subr_eq0 addrA opprD addrCA subrr addr0 oppr_eq0.
  rewrite paddr_eq0 ?mulr_ge0 ?en1_ge0 ?(ltW b0) ?(ltW v0) //.
  rewrite !mulf_eq0 (negPf b_neq0) (negPf v_neq0) /=.
  move=> /andP[/eqP/en1_eq0 KW /eqP/en1_eq0/eqP].
  rewrite subr_eq0 => /eqP KD.
  have KB : (c^-1 *: D) *m K = 1%:M.
    have : K *m (c^-1 *: D) = 1%:M.
      by rewrite -scalemxAr KD -scalemx1 scalerA mulVf // scale1r.
    exact: mulmx1C.
  by rewrite -gD -[LHS]mul1mx -KB -mulmxA KW mulmx0.
apply: (mulIf (lt0r_neq0 nq)); rewrite nerrE // flE.
apply/eqP; rewrite eq_le; apply/andP; split.
  apply: le_trans (M2_head_min _ _ (c *: B)) _.
  rewrite headE gD W0 mulmx0 mul0mx raddf0 mulr0 add0r.
  rewrite -scalemxAl BD scalemx1 subrr mul0mx raddf0 mulr0 add0r.
  exact: lexx.
have := R7_floor C D n0; rewrite -(ler_pmul2r_compat _ _ nq) flE nerrE //.
Qed.
End Floor.

(* the printed N is that of an exogenous state redrawn at every step          *)
Lemma R7_floor_printed (R : realFieldType) (ss sx : R) :
  floor_noise 0 ss sx sx = sx + ss * sx / (ss + sx).
Proof. by rewrite /floor_noise subr0 expr1n mul1r. Qed.
