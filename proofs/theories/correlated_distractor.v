(*        R2: one action and one distractor that are correlated               *)
(* -------------------------------------------------------------------------- *)
(* q and eta have dimension 1, variances sigma^2 and tau^2 and correlation    *)
(* rho; E and X are orthonormal; r = E q + X eta.  A direction of the plane   *)
(* of E and X is w = u E^T + v X^T with u^2 + v^2 = 1, u = cos theta and      *)
(* v = sin theta, so that cos 2 theta = u^2 - v^2 and sin 2 theta = 2 u v.    *)
(* R2_angle            w is an eigenvector of E[r r^T] iff                    *)
(*                     sin 2 theta (sigma^2 - tau^2) =                        *)
(*                     cos 2 theta (2 rho sigma tau)                          *)
(* R2_angle_tangent    the printed quotient, where it has a denominator       *)
(* R2_angle_principal  w is the direction of the largest variance iff also    *)
(*                     cos 2 theta (sigma^2 - tau^2)                          *)
(*                     + sin 2 theta (2 rho sigma tau) >= 0                   *)
(* R2_angle_quadrant_needed  the other eigenvector satisfies the quotient too *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd l2 exogenous_state.
From SymLAM Require Import finite_probability necessity.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Plane.
Variables (R : realFieldType) (V : l2space R) (n : nat).
Variables (E X : 'M[R]_(n, 1)) (q eta : 'cV[V]_1) (sigma tau rho : R).
Hypothesis oEX : orthonormal E X.
Hypothesis qq : cov q q = (sigma ^+ 2)%:M.
Hypothesis ee : cov eta eta = (tau ^+ 2)%:M.
Hypothesis qe : cov q eta = (rho * sigma * tau)%:M.
Let r := E *v q + X *v eta.
Let w u v : 'M[R]_(1, n) := u *: E^T + v *: X^T.
Let a := sigma ^+ 2.
Let b := tau ^+ 2.
Let c := rho * sigma * tau.

Let wE u v : w u v *m E = u%:M.
Proof.
have [EE _ XE _] := proj1 (orthonormalP E X) oEX.
by rewrite /w mulmxDl -!scalemxAl EE XE scaler0 addr0 scalemx1.
Qed.
Let wX u v : w u v *m X = v%:M.
Proof.
have [_ EX _ XX] := proj1 (orthonormalP E X) oEX.
by rewrite /w mulmxDl -!scalemxAl EX XX scaler0 add0r scalemx1.
Qed.
Let wr u v : w u v *v r = u%:M *v q + v%:M *v eta.
Proof. by rewrite /r actDr !actA wE wX. Qed.

Let wS u v : w u v *m cov r r = w (u * a + v * c) (u * c + v * b).
Proof.
have eq_ : cov eta q = c%:M by rewrite -covC qe tr_scalar_mx.
rewrite -cov_actl wr /r covDr !cov_actr !covDl !cov_actl qq qe ee eq_.
by rewrite -!scalar_mxM -!raddfD /= !mul_scalar_mx.
Qed.

Theorem R2_angle u v : u ^+ 2 + v ^+ 2 = 1 ->
  (exists lam, w u v *m cov r r = lam *: w u v) <->
  2%:R * u * v * (sigma ^+ 2 - tau ^+ 2) =
    (u ^+ 2 - v ^+ 2) * (2%:R * rho * sigma * tau).
Proof.
move=> uv; rewrite wS; split=> [[lam h]|h].
  have hE : u * a + v * c = lam * u.
    have /matrixP/(_ 0 0) := congr1 (mulmx^~ E) h.
    by rewrite -scalemxAl !wE !mxE eqxx !mulr1n.
  have hX : u * c + v * b = lam * v.
    have /matrixP/(_ 0 0) := congr1 (mulmx^~ X) h.
    by rewrite -scalemxAl !wX !mxE eqxx !mulr1n.
  have : v * (u * a + v * c) = u * (u * c + v * b) by rewrite hE hX; ring.
  rewrite /a /b /c => e; apply/eqP; rewrite -subr_eq0; apply/eqP.
  have -> : 2%:R * u * v * (sigma ^+ 2 - tau ^+ 2) -
      (u ^+ 2 - v ^+ 2) * (2%:R * rho * sigma * tau) =
      2%:R * (v * (u * sigma ^+ 2 + v * (rho * sigma * tau)) -
        u * (u * (rho * sigma * tau) + v * tau ^+ 2)) by ring.
  by rewrite e subrr mulr0.
have two0 : 2%:R != 0 :> R by rewrite pnatr_eq0.
have {}h : u * v * (a - b) = (u ^+ 2 - v ^+ 2) * c.
  by apply: (mulfI two0); rewrite /a /b /c !mulrA h; ring.
exists (a * u ^+ 2 + 2%:R * c * u * v + b * v ^+ 2).
rewrite /w scalerDr !scalerA; congr (_ *: _ + _ *: _).
  apply/eqP; rewrite -subr_eq0; apply/eqP.
  have -> : u * a + v * c - (a * u ^+ 2 + 2%:R * c * u * v + b * v ^+ 2) * u =
    (1 - (u ^+ 2 + v ^+ 2)) * (u * a + v * c)
      + v * (u * v * (a - b) - (u ^+ 2 - v ^+ 2) * c) by ring.
  by rewrite uv h !subrr mul0r mulr0 addr0.
apply/eqP; rewrite -subr_eq0; apply/eqP.
have -> : u * c + v * b - (a * u ^+ 2 + 2%:R * c * u * v + b * v ^+ 2) * v =
  (1 - (u ^+ 2 + v ^+ 2)) * (u * c + v * b)
    - u * (u * v * (a - b) - (u ^+ 2 - v ^+ 2) * c) by ring.
by rewrite uv h !subrr mul0r mulr0 subr0.
Qed.

(* the printed form tan 2 theta = 2 rho sigma tau / (sigma^2 - tau^2)         *)
Theorem R2_angle_tangent u v : u ^+ 2 + v ^+ 2 = 1 ->
  u ^+ 2 - v ^+ 2 != 0 -> sigma ^+ 2 - tau ^+ 2 != 0 ->
  (exists lam, w u v *m cov r r = lam *: w u v) <->
  2%:R * u * v / (u ^+ 2 - v ^+ 2) =
    2%:R * rho * sigma * tau / (sigma ^+ 2 - tau ^+ 2).
Proof.
move=> uv c0 d0; apply: (iff_trans (R2_angle uv)).
split=> h; apply/eqP; first by rewrite eqr_div // h mulrC.
by move/eqP: h; rewrite eqr_div // mulrC => /eqP ->; rewrite mulrC.
Qed.

Let varE u v : msq (w u v *v r) = a * u ^+ 2 + 2%:R * c * u * v + b * v ^+ 2.
Proof.
have eq_ : cov eta q = c%:M by rewrite -covC qe tr_scalar_mx.
rewrite wr msqE !covDr !covDl !cov_actl !cov_actr !tr_scalar_mx qq ee qe eq_.
rewrite -!scalar_mxM -!raddfD /= mxtrace_scalar mulr1n /a /b /c.
by ring.
Qed.

(* of the two eigenvectors it is the principal one in the quadrant of         *)
(* (sigma^2 - tau^2, 2 rho sigma tau)                                         *)
Theorem R2_angle_principal u v : u ^+ 2 + v ^+ 2 = 1 ->
  2%:R * u * v * (sigma ^+ 2 - tau ^+ 2) =
    (u ^+ 2 - v ^+ 2) * (2%:R * rho * sigma * tau) ->
  (forall u' v', u' ^+ 2 + v' ^+ 2 = 1 ->
     msq (w u' v' *v r) <= msq (w u v *v r)) <->
  0 <= (u ^+ 2 - v ^+ 2) * (sigma ^+ 2 - tau ^+ 2)
    + 2%:R * u * v * (2%:R * rho * sigma * tau).
Proof.
move=> uv cross; set g := (X in 0 <= X).
have two0 : 2%:R != 0 :> R by rewrite pnatr_eq0.
have E1 : (a - b) = g * (u ^+ 2 - v ^+ 2).
  have -> : a - b = (u ^+ 2 + v ^+ 2) ^+ 2 * (a - b) by rewrite uv expr1n mul1r.
  have -> : (u ^+ 2 + v ^+ 2) ^+ 2 * (a - b) = (u ^+ 2 - v ^+ 2) ^+ 2 * (a - b)
    + 2%:R * u * v * (2%:R * u * v * (a - b)) by ring.
  by rewrite cross /g /a /b; ring.
have E2 : 2%:R * c = g * (2%:R * u * v).
  have -> : 2%:R * c = (u ^+ 2 + v ^+ 2) ^+ 2 * (2%:R * c).
    by rewrite uv expr1n mul1r.
  have -> : (u ^+ 2 + v ^+ 2) ^+ 2 * (2%:R * c) = (u ^+ 2 - v ^+ 2)
      * ((u ^+ 2 - v ^+ 2) * (2%:R * rho * sigma * tau))
    + (2%:R * u * v) ^+ 2 * (2%:R * c) by rewrite /c; ring.
  by rewrite -cross /g /a /b /c; ring.
have gap u' v' : u' ^+ 2 + v' ^+ 2 = 1 ->
    msq (w u v *v r) - msq (w u' v' *v r) = g * (u * v' - u' * v) ^+ 2.
  move=> uv'; rewrite !varE; apply: (mulfI two0).
  have -> : 2%:R * (a * u ^+ 2 + 2%:R * c * u * v + b * v ^+ 2
      - (a * u' ^+ 2 + 2%:R * c * u' * v' + b * v' ^+ 2)) =
    (a - b) * (u ^+ 2 - v ^+ 2 - (u' ^+ 2 - v' ^+ 2))
    + 2%:R * c * (2%:R * u * v - 2%:R * u' * v')
    + (a + b) * (u ^+ 2 + v ^+ 2 - (u' ^+ 2 + v' ^+ 2)) by ring.
  rewrite uv uv' subrr mulr0 addr0 E1 E2.
  have -> : g * (u ^+ 2 - v ^+ 2) * (u ^+ 2 - v ^+ 2 - (u' ^+ 2 - v' ^+ 2))
    + g * (2%:R * u * v) * (2%:R * u * v - 2%:R * u' * v') =
    g * ((u ^+ 2 + v ^+ 2) ^+ 2 - (u ^+ 2 + v ^+ 2) * (u' ^+ 2 + v' ^+ 2)
      + 2%:R * (u * v' - u' * v) ^+ 2) by ring.
  by rewrite uv uv' expr1n mulr1 subrr add0r mulrCA.
split=> [best|g0 u' v' uv']; last first.
  rewrite -subr_ge0 (gap _ _ uv').
  exact: mulr_ge0 g0 (sqr_ge0 _).
have uv' : (- v) ^+ 2 + u ^+ 2 = 1 by rewrite sqrrN addrC.
have : 0 <= msq (w u v *v r) - msq (w (- v) u *v r).
  by rewrite subr_ge0; apply: best.
rewrite (gap _ _ uv').
have -> : u * u - - v * v = 1 by rewrite mulNr opprK -!expr2.
by rewrite expr1n mulr1.
Qed.
End Plane.

(* sigma = 2, tau = 1, rho = 0: the direction of the distractor satisfies the *)
(* printed form, and has the smaller variance                                 *)
Section Instance.
Variable R : realFieldType.
Let s0 := s0 R. Let s1 := s1 R.
Let E1 := E1 R. Let E2 := E2 R.
Let w (u v : R) : 'M[R]_(1, 2) := u *: E1^T + v *: E2^T.

Theorem R2_angle_quadrant_needed :
  let q := 2%:R%:M *v s0 in let r := E1 *v q + E2 *v s1 in
  [/\ cov q q = (2%:R ^+ 2)%:M, cov s1 s1 = (1 ^+ 2)%:M,
      cov q s1 = (0 * 2%:R * 1)%:M,
      2%:R * 0 * 1 / (0 ^+ 2 - 1 ^+ 2) =
        2%:R * 0 * 2%:R * 1 / (2%:R ^+ 2 - 1 ^+ 2) :> R
    & msq (w 0 1 *v r) < msq (w 1 0 *v r)].
Proof.
move=> q r; have qq : cov q q = (2%:R ^+ 2)%:M.
  rewrite cov_actl cov_actr sE mul1mx tr_scalar_mx -scalar_mxM.
  by rewrite expr2.
split=> //; first by rewrite expr1n sE.
- by rewrite cov_actl sE mulmx0 mul0r mulr1 raddf0.
- by rewrite !(mulr0, mul0r).
have wE u v : w u v *v r = u%:M *v q + v%:M *v s1.
  rewrite /r actDr (actA _ E1) (actA _ E2) /w !mulmxDl -!scalemxAl.
  by rewrite E11 E21 E12 E22 !scaler0 addr0 add0r !scalemx1.
have -> : w 0 1 *v r = s1 by rewrite wE raddf0 act0l add0r act1.
have -> : w 1 0 *v r = q by rewrite wE raddf0 act0l addr0 act1.
by rewrite !msqE qq sE !mxtrace_scalar !mulr1n -natrX (ltr_nat _ 1 4).
Qed.
End Instance.
