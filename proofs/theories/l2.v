(*            Square-integrable random variables and vectors                  *)
(* -------------------------------------------------------------------------- *)
(*  l2space R == the type of spaces of square-integrable random variables: an *)
(*               R-module V with a symmetric positive semidefinite bilinear   *)
(*               form ip x y = E[x y]                                         *)
(*    'cV[V]_n == random vectors of dimension n                               *)
(*     A *v x == the deterministic matrix A applied to the random vector x    *)
(*    cov x y == E[x y^T], the matrix of second moments                       *)
(*      msq x == E ||x||^2                                                    *)
(* regression == for all x, o there is G with E[x o^T] = G E[o o^T]           *)
(* No measure theory is needed; finite_probability and moment_space give      *)
(* instances.  Over a realFieldType.                                          *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat psd.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Record l2space (R : realFieldType) := L2Space {
  l2_car :> lmodType R;
  ip : l2_car -> l2_car -> R;
  ipC : forall x y, ip x y = ip y x;
  ipZD : forall a x y z, ip (a *: x + y) z = a * ip x z + ip y z;
  ip_ge0 : forall x, 0 <= ip x x }.

Section L2.
Variables (R : realFieldType) (V : l2space R).

Lemma ipDl (x y z : V) : ip (x + y) z = ip x z + ip y z.
Proof. by rewrite -[x]scale1r ipZD mul1r scale1r. Qed.
Lemma ip0l (z : V) : ip 0 z = 0.
Proof. by apply: (addrI (ip 0 z)); rewrite -ipDl !addr0. Qed.
Lemma ipZl a (x z : V) : ip (a *: x) z = a * ip x z.
Proof. by rewrite -[a *: x]addr0 ipZD ip0l addr0. Qed.
Lemma ipNl (x z : V) : ip (- x) z = - ip x z.
Proof. by rewrite -scaleN1r ipZl mulN1r. Qed.
Lemma ip_suml I r (P : pred I) (F : I -> V) z :
  ip (\sum_(i <- r | P i) F i) z = \sum_(i <- r | P i) ip (F i) z.
Proof. by apply: (big_morph (fun x => ip x z)) => [x y|];
  rewrite ?ipDl ?ip0l. Qed.

Lemma ip_cs0 (y z : V) : ip z z = 0 -> ip y z = 0.
Proof.
move=> zz; apply/eqP/negPn/negP=> b0; set b := ip y z in b0.
have E t : ip (t *: z + y) (t *: z + y) = ip y y + t * (b + b).
  by rewrite ipZD (ipC z (_ + _)) (ipC y (_ + _)) !ipZD zz (ipC z y) -/b; ring.
have := ip_ge0 (- (ip y y + 1) / (b + b) *: z + y); rewrite E mulfVK.
  by rewrite opprD addrA subrr add0r oppr_ge0 ler10.
by rewrite -mulr2n mulrn_eq0.
Qed.

Definition act m n (A : 'M[R]_(m, n)) (x : 'cV[V]_n) : 'cV[V]_m :=
  \col_i \sum_j A i j *: x j 0.
Local Notation "A *v x" := (act A x) (at level 40, left associativity).
Definition cov m n (x : 'cV[V]_m) (y : 'cV[V]_n) : 'M[R]_(m, n) :=
  \matrix_(i, j) ip (x i 0) (y j 0).
(* E ||x||^2 *)
Definition msq n (x : 'cV[V]_n) : R := \sum_i ip (x i 0) (x i 0).

Lemma msqE n (x : 'cV[V]_n) : msq x = \tr (cov x x).
Proof. by apply: eq_bigr => i _; rewrite mxE. Qed.

Lemma actDr m n (A : 'M_(m, n)) x y : A *v (x + y) = A *v x + A *v y.
Proof.
apply/colP=> i; rewrite !mxE -big_split; apply: eq_bigr => j _ /=.
by rewrite mxE scalerDr.
Qed.
Lemma actDl m n (A B : 'M_(m, n)) x : (A + B) *v x = A *v x + B *v x.
Proof.
apply/colP=> i; rewrite !mxE -big_split; apply: eq_bigr => j _ /=.
by rewrite mxE scalerDl.
Qed.
Lemma actNl m n (A : 'M_(m, n)) x : (- A) *v x = - (A *v x).
Proof.
apply/colP=> i; rewrite !mxE -sumrN; apply: eq_bigr => j _ /=.
by rewrite mxE scaleNr.
Qed.
Lemma actNr m n (A : 'M_(m, n)) x : A *v (- x) = - (A *v x).
Proof.
apply/colP=> i; rewrite !mxE -sumrN; apply: eq_bigr => j _ /=.
by rewrite mxE scalerN.
Qed.
Lemma act1 n (x : 'cV[V]_n) : 1%:M *v x = x.
Proof.
apply/colP=> i; rewrite !mxE (bigD1 i) //= big1 => [|j ji]; last first.
  by rewrite mxE eq_sym (negPf ji) scale0r.
by rewrite addr0 mxE eqxx scale1r.
Qed.
Lemma actA m n p (A : 'M_(m, n)) (B : 'M_(n, p)) x : A *v (B *v x) = (A *m B) *v
  x.
Proof.
apply/colP=> i; rewrite !mxE.
under eq_bigr do rewrite mxE scaler_sumr.
rewrite exchange_big /=; apply: eq_bigr => j _; rewrite mxE scaler_suml.
by apply: eq_bigr => s _; rewrite scalerA.
Qed.

Lemma covC m n (x : 'cV_m) (y : 'cV_n) : (cov x y)^T = cov y x.
Proof. by apply/matrixP=> i j; rewrite !mxE ipC. Qed.
Lemma covDl m n (x x' : 'cV_m) (y : 'cV_n) : cov (x + x') y = cov x y + cov x'
  y.
Proof. by apply/matrixP=> i j; rewrite !mxE ipDl. Qed.
Lemma covNl m n (x : 'cV_m) (y : 'cV_n) : cov (- x) y = - cov x y.
Proof. by apply/matrixP=> i j; rewrite !mxE ipNl. Qed.
Lemma cov_actl m n p (A : 'M_(p, m)) (x : 'cV_m) (y : 'cV_n) :
  cov (A *v x) y = A *m cov x y.
Proof.
apply/matrixP=> i j; rewrite !mxE ip_suml.
by apply: eq_bigr => s _; rewrite ipZl mxE.
Qed.
Lemma covDr m n (x : 'cV_m) (y y' : 'cV_n) : cov x (y + y') = cov x y + cov x
  y'.
Proof. by rewrite -covC covDl linearD /= !covC. Qed.
Lemma covNr m n (x : 'cV_m) (y : 'cV_n) : cov x (- y) = - cov x y.
Proof. by rewrite -covC covNl linearN /= !covC. Qed.
Lemma cov_actr m n p (A : 'M_(p, n)) (x : 'cV_m) (y : 'cV_n) :
  cov x (A *v y) = cov x y *m A^T.
Proof. by rewrite -covC cov_actl trmx_mul covC. Qed.

Lemma cov_psd n (x : 'cV_n) : psd (cov x x).
Proof.
split=> [|v]; first exact: covC.
by rewrite -cov_actl -cov_actr mxE ip_ge0.
Qed.

Lemma msq_ge0 n (x : 'cV[V]_n) : 0 <= msq x.
Proof. by rewrite /msq sumr_ge0 // => i _; apply: ip_ge0. Qed.

Lemma msq_act m n (M : 'M_(m, n)) x : msq (M *v x) = en (cov x x) M.
Proof. by rewrite msqE cov_actl cov_actr mulmxA. Qed.

Lemma msqD n (x y : 'cV[V]_n) : cov x y = 0 -> msq (x + y) = msq x + msq y.
Proof.
move=> xy; rewrite !msqE !covDl !covDr -[cov y x]covC xy trmx0.
by rewrite addr0 add0r mxtraceD.
Qed.

Lemma act0l m n (x : 'cV[V]_n) : (0 : 'M[R]_(m, n)) *v x = 0.
Proof.
by apply/colP=> i; rewrite !mxE big1 // => j _; rewrite mxE scale0r.
Qed.
Lemma act0r m n (A : 'M[R]_(m, n)) : A *v (0 : 'cV[V]_n) = 0.
Proof.
by apply/colP=> i; rewrite !mxE big1 // => j _; rewrite mxE scaler0.
Qed.
Lemma cov0l m n (y : 'cV[V]_n) : cov (0 : 'cV[V]_m) y = 0.
Proof. by apply/matrixP=> i j; rewrite !mxE ip0l. Qed.
Lemma cov0r m n (x : 'cV[V]_m) : cov x (0 : 'cV[V]_n) = 0.
Proof. by rewrite -covC cov0l trmx0. Qed.
Lemma msq0 n : msq (0 : 'cV[V]_n) = 0.
Proof. by rewrite /msq big1 // => i _; rewrite mxE ip0l. Qed.
Lemma msqN n (x : 'cV[V]_n) : msq (- x) = msq x.
Proof. by rewrite !msqE covNl covNr opprK. Qed.

Lemma msq_col m n (u : 'cV[V]_m) (v : 'cV[V]_n) : msq (col_mx u v) = msq u + msq
  v.
Proof.
rewrite /msq big_split_ord /=; congr (_ + _).
  by apply: eq_bigr => i _; rewrite col_mxEu.
by apply: eq_bigr => i _; rewrite col_mxEd.
Qed.
Lemma act_col m1 m2 n (M1 : 'M[R]_(m1, n)) (M2 : 'M_(m2, n)) (u : 'cV[V]_n) :
  col_mx M1 M2 *v u = col_mx (M1 *v u) (M2 *v u).
Proof.
apply/colP=> i; have [j ->|j ->] := split_ordP i.
  by rewrite [RHS]col_mxEu [LHS]mxE [RHS]mxE; apply: eq_bigr => s _;
    rewrite col_mxEu.
by rewrite [RHS]col_mxEd [LHS]mxE [RHS]mxE; apply: eq_bigr => s _;
  rewrite col_mxEd.
Qed.
Lemma act_row m n1 n2 (M1 : 'M[R]_(m, n1)) (M2 : 'M_(m, n2)) (u : 'cV[V]_n1)
  (v : 'cV[V]_n2) : row_mx M1 M2 *v col_mx u v = M1 *v u + M2 *v v.
Proof.
apply/colP=> i; rewrite !mxE big_split_ord /=; congr (_ + _).
  by apply: eq_bigr => j _; rewrite row_mxEl col_mxEu.
by apply: eq_bigr => j _; rewrite row_mxEr col_mxEd.
Qed.
Lemma cov_colr m n1 n2 (w : 'cV[V]_m) (u : 'cV[V]_n1) (v : 'cV[V]_n2) :
  cov w (col_mx u v) = row_mx (cov w u) (cov w v).
Proof.
apply/matrixP=> i j; have [s ->|s ->] := split_ordP j.
  by rewrite [RHS]row_mxEl [LHS]mxE [RHS]mxE col_mxEu.
by rewrite [RHS]row_mxEr [LHS]mxE [RHS]mxE col_mxEd.
Qed.
Lemma cov_col m1 m2 n (u : 'cV[V]_m1) (v : 'cV[V]_m2) (w : 'cV[V]_n) :
  cov (col_mx u v) w = col_mx (cov u w) (cov v w).
Proof.
apply/matrixP=> i j; have [s ->|s ->] := split_ordP i.
  by rewrite [RHS]col_mxEu [LHS]mxE [RHS]mxE col_mxEu.
by rewrite [RHS]col_mxEd [LHS]mxE [RHS]mxE col_mxEd.
Qed.
Lemma msqZ n a (u : 'cV[V]_n) : msq (a%:M *v u) = a ^+ 2 * msq u.
Proof.
rewrite msq_act msqE /en mul_scalar_mx tr_scalar_mx mul_mx_scalar scalerA
  mxtraceZ.
by rewrite expr2.
Qed.

(* population least squares: a regression matrix always exists *)
Lemma regression m n (x : 'cV[V]_m) (o : 'cV[V]_n) :
  exists G : 'M_(m, n), cov x o = G *m cov o o.
Proof.
suff /submxP[G ->] : (cov x o <= cov o o)%MS by exists G.
rewrite submxE; set K := cokermx _; apply/eqP.
have oK : cov o o *m K = 0 by apply: mulmx_coker.
rewrite -[K]trmxK -cov_actr; apply/matrixP=> i j; rewrite !mxE.
apply: ip_cs0; have : cov (K^T *v o) (K^T *v o) = 0.
  by rewrite cov_actr cov_actl -mulmxA trmxK oK mulmx0.
by move/matrixP/(_ j j); rewrite !mxE.
Qed.

(* the normal equations: A is a least-squares map iff the residual is         *)
(* uncorrelated with the regressor                                            *)
Lemma normal_equations m n (w : 'cV[V]_m) (v : 'cV[V]_n) (A : 'M[R]_(m, n)) :
  (forall A', msq (A *v v - w) <= msq (A' *v v - w)) <-> cov w v = A *m cov v v.
Proof.
have split_at A0 A' : cov w v = A0 *m cov v v ->
    msq (A' *v v - w) = en (cov v v) (A' - A0) + msq (A0 *v v - w).
  move=> wv; rewrite -msq_act -msqD.
    by congr msq; rewrite actDl actNl addrA subrK.
  by rewrite cov_actl -covC covDl covNl cov_actl wv subrr trmx0 mulmx0.
split=> [hmin|wv A'].
  have [G wv] := regression w v; rewrite wv; have := hmin G.
  rewrite (split_at G A wv) -[X in _ <= X]add0r le_add2r => h.
  have /(en_eq0P _ (cov_psd v))/eqP : en (cov v v) (A - G) = 0.
    by apply/eqP; rewrite eq_le h en_ge0 //; apply: cov_psd.
  by rewrite mulmxBl subr_eq0 eq_sym => /eqP.
by rewrite (split_at A A' wv) le_addR en_ge0 //; apply: cov_psd.
Qed.

End L2.
Notation "A *v x" := (act A x) (at level 40, left associativity) : ring_scope.
