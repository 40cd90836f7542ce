(*            Exact rational instances, computed by the kernel                *)
(* -------------------------------------------------------------------------- *)
(*   qmx R m n A == the matrix with entries A : seq (seq Q), row by row       *)
(* mq, sq, vq == the value of a matrix, scalar, random vector of words, when  *)
(*       the letters are qmx and all random vectors are linear in one vector  *)
(*       w with E[w w^T] = qmx R N N S                                        *)
(*  psd_ldl == qmx R N N S is psd when S = L diag(d) L^T with d >= 0          *)
(*   qinst == proves or refutes an equation, or 0 < s, by computing both      *)
(*       sides                                                                *)
From Coq Require Import ZArith QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import psd l2 moment_space dyadic words export_tactics.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Notation qmat := (seq (seq Q)).
Definition qent (A : qmat) i j : Q := nth (0#1) (nth [::] A i) j.
Definition qmk m n (f : nat -> nat -> Q) : qmat :=
  mkseq (fun i => mkseq (f i) n) m.
Definition qadd (a b : Q) : Q := Qred (Qplus a b).
Definition qsum n (f : nat -> Q) : Q :=
  foldr (fun k s => qadd (f k) s) (0#1) (iota 0 n).
Definition qmulm m k n (A B : qmat) : qmat :=
  qmk m n (fun i j => qsum k (fun l => qmul (qent A i l) (qent B l j))).
Definition qtrm m n (A : qmat) : qmat := qmk n m (fun i j => qent A j i).
Definition qtrace n (A : qmat) : Q := qsum n (fun i => qent A i i).
Definition qdiag n (q : Q) : qmat :=
  qmk n n (fun i j => if i == j then q else 0#1).
Definition qeqm m n (A B : qmat) : bool :=
  all (fun i => all (fun j => Qeq_bool (qent A i j) (qent B i j)) (iota 0 n))
    (iota 0 m).
Fixpoint qpow (q : Q) n : Q := if n is n'.+1 then qmul q (qpow q n') else 1#1.
Arguments qadd : simpl never.

Section Value.
Variable R : realFieldType.
Local Notation qR := (qR R).
Definition qmx m n (A : qmat) : 'M[R]_(m, n) := \matrix_(i, j) qR (qent A i j).

Lemma qent_mk m n f i j : (i < m)%N -> (j < n)%N ->
  qent (qmk m n f) i j = f i j.
Proof. by move=> im jn; rewrite /qent /qmk !nth_mkseq. Qed.
Lemma qmx_mk m n f : qmx m n (qmk m n f) = \matrix_(i, j) qR (f i j).
Proof. by apply/matrixP=> i j; rewrite !mxE qent_mk. Qed.
Lemma qR_add a b : qR (qadd a b) = qR a + qR b.
Proof. by rewrite /qadd qR_red qRD. Qed.
Lemma qR_sum n f : qR (qsum n f) = \sum_(i < n) qR (f i).
Proof.
rewrite -(big_mkord xpredT (fun i => qR (f i))) /index_iota subn0 /qsum.
elim: (iota 0 n) => [|k s IH] /=; first by rewrite big_nil qR0.
by rewrite qR_add IH big_cons.
Qed.
Lemma qmx_mul m k n A B : qmx m n (qmulm m k n A B) = qmx m k A *m qmx k n B.
Proof.
rewrite /qmulm qmx_mk; apply/matrixP=> i j; rewrite !mxE qR_sum.
by apply: eq_bigr => l _; rewrite qR_mul !mxE.
Qed.
Lemma qmx_tr m n A : qmx n m (qtrm m n A) = (qmx m n A)^T.
Proof. by rewrite /qtrm qmx_mk; apply/matrixP=> i j; rewrite !mxE. Qed.
Lemma qmx_trace n A : qR (qtrace n A) = \tr (qmx n n A).
Proof. by rewrite /qtrace qR_sum; apply: eq_bigr => i _; rewrite mxE. Qed.
Lemma qmx_diag n q : qmx n n (qdiag n q) = (qR q)%:M.
Proof.
rewrite /qdiag qmx_mk; apply/matrixP=> i j; rewrite !mxE -val_eqE /=.
by case: eqP; rewrite ?qR0.
Qed.
Lemma qR_pow q n : qR (qpow q n) = qR q ^+ n.
Proof. by elim: n => [|n IH] /=; rewrite ?qR1 ?qR_mul ?IH ?exprS. Qed.
Lemma qR_inj a b : qR a = qR b -> Qeq_bool a b.
Proof.
move=> e; have : qR (Qplus a (Qopp b)) = 0 by rewrite qRD qRN e subrr.
rewrite /words.qR; set z := Qnum _; move/eqP.
rewrite mulf_eq0 invr_eq0 (gt_eqF (zR_gt0 R _)) orbF => z0.
have {z0} : z = Z0.
  case: z z0 => [//|p|p]; first by rewrite gt_eqF ?zR_gt0.
  by rewrite -[Zneg p]/(Z.opp (Zpos p)) zR_opp oppr_eq0 gt_eqF ?zR_gt0.
case: a b {e} @z => [a p] [b q] /= h; apply/Qeq_bool_iff; rewrite /Qeq /=.
by move: h; rewrite /Qopp /Qplus /= Z.mul_opp_l => h;
   apply/Z.sub_move_0_r; rewrite -Z.add_opp_r.
Qed.
Lemma qR_V q : (qR q)^-1 = qR (Qinv q).
Proof.
case: q => [[|p|p] d]; rewrite /words.qR /=.
- by rewrite mul0r invr0 mul0r.
- by rewrite invf_div.
rewrite -[Zneg p]/(Z.opp (Zpos p)) -[Zneg d]/(Z.opp (Zpos d)) !zR_opp.
by rewrite mulNr mulNr invrN invf_div.
Qed.
Lemma qR_gt0 q : Z.ltb 0 (Qnum q) -> 0 < qR q.
Proof.
case: q => [[|p|p] d] //= _; rewrite /words.qR divr_gt0 //; exact: zR_gt0.
Qed.
Lemma qR_ge0 q : Z.leb 0 (Qnum q) -> 0 <= qR q.
Proof.
case: q => [[|p|p] d] //= _; rewrite /words.qR ?mul0r //.
by rewrite divr_ge0 // ltW ?zR_gt0.
Qed.
Lemma qeqmP m n A B : qeqm m n A B -> qmx m n A = qmx m n B.
Proof.
move=> /allP h; apply/matrixP=> i j; rewrite !mxE.
have /h/allP h' : (i : nat) \in iota 0 m by rewrite mem_iota /= add0n.
have /h' : (j : nat) \in iota 0 n by rewrite mem_iota /= add0n.
by move/Qeq_bool_iff/qR_eq->.
Qed.
Lemma qneqmP m n A B : ~~ qeqm m n A B -> qmx m n A <> qmx m n B.
Proof.
move=> /negP h e; apply: h; apply/allP=> i; rewrite mem_iota add0n => /= im.
apply/allP=> j; rewrite mem_iota add0n => /= jn; apply: qR_inj.
by move/matrixP/(_ (Ordinal im) (Ordinal jn)): e; rewrite !mxE.
Qed.
Lemma qinv m A B : qeqm m m (qmulm m m m A B) (qdiag m (1#1)) ->
  invmx (qmx m m A) = qmx m m B.
Proof.
move/qeqmP; rewrite qmx_mul qmx_diag qR1 => e.
have [u _] := mulmx1_unit e.
by rewrite -[LHS]mulmx1 -e mulmxA mulVmx // mul1mx.
Qed.
Lemma qunit m A B : qeqm m m (qmulm m m m A B) (qdiag m (1#1)) ->
  qmx m m A \in unitmx.
Proof.
by move/qeqmP; rewrite qmx_mul qmx_diag qR1 => /mulmx1_unit[].
Qed.
Lemma psd_ldl n S L (D : seq Q) : all (fun q => Z.leb 0 (Qnum q)) D ->
  qeqm n n S (qmulm n n n (qmulm n n n L
    (qmk n n (fun i j => if i == j then nth (0#1) D i else 0#1)))
    (qtrm n n L)) ->
  psd (qmx n n S).
Proof.
move=> /(all_nthP (0#1)) hD /qeqmP ->; rewrite !qmx_mul qmx_tr.
apply: psd_congr.
have -> : qmx n n (qmk n n (fun i j => if i == j then nth (0#1) D i else 0#1)) =
    diag_mx (\row_i qR (nth (0#1) D i)).
  rewrite qmx_mk; apply/matrixP=> i j; rewrite !mxE -val_eqE /=.
  by case: eqP => _; rewrite ?mulr1n ?mulr0n ?qR0.
apply: psd_diag => i; rewrite mxE; apply: qR_ge0.
have [iD|iD] := ltnP i (size D); last by rewrite nth_default.
exact: hD.
Qed.
Lemma pd_by_eq n (M N : 'M[R]_n) : M = N -> pd N -> pd M.
Proof. by move=> ->. Qed.
Lemma psd_unit_pd n (S : 'M[R]_n) : psd S -> S \in unitmx -> pd S.
Proof.
move=> pS uS; split=> [|v v0]; first by case: pS.
have [_ /(_ v)] := pS; rewrite le_eqVlt => /orP[/eqP e|//].
case/negP: v0; apply/eqP.
by rewrite -[v]mulmx1 -(mulmxV uS) mulmxA (psd_ker pS) ?mul0mx.
Qed.
End Value.

Section Compute.
(* the data: shapes, letters, scalars, the moments of the one random vector *)
Variables (ds : seq nat) (rs cs : seq nat) (qa : seq qmat) (qs : seq Q).
Variables (bd : nat) (S : qmat).
Let d i := dm ds i.

Fixpoint mq (e : mexp) (i j : nat) {struct e} : qmat :=
  match e with
  | MV a => nth [::] qa a
  | M0 => qmk (d i) (d j) (fun _ _ => 0#1)
  | MC s => qdiag (d i) (sq s)
  | MD a b => let x := mq a i j in let y := mq b i j in
      qmk (d i) (d j) (fun k l => qadd (qent x k l) (qent y k l))
  | MN a => let x := mq a i j in qmk (d i) (d j) (fun k l => Qopp (qent x k l))
  | MM k a b => qmulm (d i) (d k) (d j) (mq a i k) (mq b k j)
  | MT a => qtrm (d j) (d i) (mq a j i)
  | MZ s a => let q := sq s in let x := mq a i j in
      qmk (d i) (d j) (fun k l => qmul q (qent x k l))
  | MK u v => qmulm (d i) (d bd) (d j)
      (qmulm (d i) (d bd) (d bd) (vq u i) S) (qtrm (d j) (d bd) (vq v j))
  end
with sq (e : sexp) {struct e} : Q :=
  match e with
  | S0 => 0#1 | S1 => 1#1
  | SV x => nth (0#1) qs x
  | SN n => Z.of_nat n#1 | SI n => Qinv (Z.of_nat n#1)
  | SZ z => z#1 | SJ z => Qinv (z#1)
  | SM i => Z.of_nat (d i)#1
  | SD a b => qadd (sq a) (sq b)
  | SO a => Qopp (sq a)
  | SP a b => qmul (sq a) (sq b)
  | SX a n => qpow (sq a) n
  | ST i a => qtrace (d i) (mq a i i)
  | SQ i v => let x := vq v i in
      qtrace (d i) (qmulm (d i) (d bd) (d i) (qmulm (d i) (d bd) (d bd) x S)
                          (qtrm (d i) (d bd) x))
  end
with vq (e : vexp) (i : nat) {struct e} : qmat :=
  match e with
  | V0 => qmk (d i) (d bd) (fun _ _ => 0#1)
  | VV b => qdiag (d bd) (1#1)
  | VD a b => let x := vq a i in let y := vq b i in
      qmk (d i) (d bd) (fun k l => qadd (qent x k l) (qent y k l))
  | VN a => let x := vq a i in qmk (d i) (d bd) (fun k l => Qopp (qent x k l))
  | VA j m v => qmulm (d i) (d j) (d bd) (mq m i j) (vq v j)
  end.

Variables (R : realFieldType) (V : l2space R).
Variables (get : nat -> forall i j, 'M[R]_(d i, d j)) (sv : nat -> R).
Variable bas : nat -> forall i, 'cV[V]_(d i).
Fixpoint val_ok a (l : seq qmat) : Prop :=
  if l is A :: l' then
    get a (nth 0%N rs a) (nth 0%N cs a) =
    qmx R (d (nth 0%N rs a)) (d (nth 0%N cs a)) A /\ val_ok a.+1 l'
  else True.
Fixpoint sca_val a (l : seq Q) : Prop :=
  if l is q :: l' then sv a = qR R q /\ sca_val a.+1 l' else True.
Hypotheses (getP : val_ok 0 qa) (svP : sca_val 0 qs).
Hypothesis basP : cov (bas 0 bd) (bas 0 bd) = qmx R (d bd) (d bd) S.

Lemma val_okP a : (a < size qa)%N -> get a (nth 0%N rs a) (nth 0%N cs a) =
  qmx R (d (nth 0%N rs a)) (d (nth 0%N cs a)) (nth [::] qa a).
Proof.
suff h n l : val_ok n l -> forall i, (i < size l)%N ->
    get (n + i) (nth 0%N rs (n + i)) (nth 0%N cs (n + i)) =
    qmx R (d (nth 0%N rs (n + i))) (d (nth 0%N cs (n + i))) (nth [::] l i).
  exact: h getP a.
elim: l n => [//|A l IH] n /= [hA hl] [|i]; first by rewrite addn0.
by move=> il; rewrite -addSnnS IH.
Qed.
Lemma sca_valP a : (a < size qs)%N -> sv a = qR R (nth (0#1) qs a).
Proof.
suff h n l : sca_val n l -> forall i, (i < size l)%N ->
    sv (n + i) = qR R (nth (0#1) l i) by apply: h svP a.
elim: l n => [//|A l IH] n /= [hA hl] [|i]; first by rewrite addn0.
by move=> il; rewrite -addSnnS IH.
Qed.

(* shapes fit, and letters are among the given ones *)
Fixpoint mfit (e : mexp) (i j : nat) {struct e} : bool :=
  match e with
  | MV a => [&& (a < size qa)%N, nth 0%N rs a == i & nth 0%N cs a == j]
  | M0 => true
  | MC s => (i == j) && sfit s
  | MD a b => mfit a i j && mfit b i j
  | MN a => mfit a i j
  | MM k a b => mfit a i k && mfit b k j
  | MT a => mfit a j i
  | MZ s a => sfit s && mfit a i j
  | MK u v => vfit u i && vfit v j
  end
with sfit (e : sexp) {struct e} : bool :=
  match e with
  | SV x => (x < size qs)%N
  | SD a b | SP a b => sfit a && sfit b
  | SO a | SX a _ => sfit a
  | ST i a => mfit a i i
  | SQ i v => vfit v i
  | _ => true
  end
with vfit (e : vexp) (i : nat) {struct e} : bool :=
  match e with
  | V0 => true
  | VV b => (b == 0)%N && (bd == i)
  | VD a b => vfit a i && vfit b i
  | VN a => vfit a i
  | VA j m v => mfit m i j && vfit v j
  end.

Local Notation mev := (mev get sv bas).
Local Notation sev := (sev get sv bas).
Local Notation vev := (vev get sv bas).
Local Notation w := (bas 0 bd).
Let mok e := forall i j, mfit e i j -> mev e i j = qmx R (d i) (d j) (mq e i j).
Let sok e := sfit e -> sev e = qR R (sq e).
Let vok e := forall i, vfit e i -> vev e i = qmx R (d i) (d bd) (vq e i) *v w.

Lemma qmx0 m n : qmx R m n (qmk m n (fun _ _ => 0#1)) = 0.
Proof. by rewrite qmx_mk; apply/matrixP=> i j; rewrite !mxE qR0. Qed.
Lemma qmx_add m n A B :
  qmx R m n (qmk m n (fun k l => qadd (qent A k l) (qent B k l))) =
  qmx R m n A + qmx R m n B.
Proof. by rewrite qmx_mk; apply/matrixP=> i j; rewrite !mxE qR_add. Qed.
Lemma qmx_opp m n A :
  qmx R m n (qmk m n (fun k l => Qopp (qent A k l))) = - qmx R m n A.
Proof. by rewrite qmx_mk; apply/matrixP=> i j; rewrite !mxE qRN. Qed.
Lemma qmx_scale m n q A :
  qmx R m n (qmk m n (fun k l => qmul q (qent A k l))) = qR R q *: qmx R m n A.
Proof. by rewrite qmx_mk; apply/matrixP=> i j; rewrite !mxE qR_mul. Qed.

Lemma value_ok : (forall e, mok e) /\ (forall e, sok e) /\ (forall e, vok e).
Proof.
apply: exp_mind; rewrite /mok /sok /vok.
- by move=> a i j /and3P[/val_okP e /eqP <- /eqP <-].
- by move=> i j _; rewrite /= qmx0.
- move=> s IH i j /andP[/eqP <- /IH e].
  by rewrite -[mev _ _ _]/(oneat ds i i (sev s)) oneatE e /= qmx_diag.
- move=> a IHa b IHb i j /andP[/IHa ea /IHb eb].
  by rewrite -[mev _ _ _]/(mev a i j + mev b i j) ea eb /= qmx_add.
- move=> a IHa i j /IHa e.
  by rewrite -[mev _ _ _]/(- mev a i j) e /= qmx_opp.
- move=> k a IHa b IHb i j /andP[/IHa ea /IHb eb].
  by rewrite -[mev _ _ _]/(mev a i k *m mev b k j) ea eb /= qmx_mul.
- move=> a IHa i j /IHa e.
  by rewrite -[mev _ _ _]/((mev a j i)^T) e /= qmx_tr.
- move=> s IHs a IHa i j /andP[/IHs es /IHa ea].
  by rewrite -[mev _ _ _]/(sev s *: mev a i j) es ea /= qmx_scale.
- move=> u IHu v IHv i j /andP[/IHu eu /IHv ev].
  rewrite -[mev _ _ _]/(cov (vev u i) (vev v j)) eu ev.
  by rewrite cov_actl cov_actr basP /= !qmx_mul qmx_tr mulmxA.
- by move=> _; rewrite /= qR0.
- by move=> _; rewrite /= qR1.
- by move=> x /sca_valP.
- by move=> n _; rewrite /= qR_z zR_nat.
- by move=> n _; rewrite /= qR_inv zR_nat.
- by move=> z _; rewrite /= qR_z.
- by move=> z _; rewrite /= qR_inv.
- by move=> i _; rewrite /= qR_z zR_nat.
- move=> a IHa b IHb /andP[/IHa ea /IHb eb].
  by rewrite -[sev _]/(sev a + sev b) ea eb /= qR_add.
- by move=> a IHa /IHa e; rewrite -[sev _]/(- sev a) e /= qRN.
- move=> a IHa b IHb /andP[/IHa ea /IHb eb].
  by rewrite -[sev _]/(sev a * sev b) ea eb /= qR_mul.
- by move=> a IHa n /IHa e; rewrite -[sev _]/(sev a ^+ n) e /= qR_pow.
- by move=> i a IHa /IHa e; rewrite -[sev _]/(\tr (mev a i i)) e /= qmx_trace.
- move=> i v IHv /IHv e; rewrite -[sev _]/(msq (vev v i)) e /= qmx_trace msqE.
  by rewrite cov_actl cov_actr basP !qmx_mul qmx_tr mulmxA.
- by move=> i _; rewrite /= qmx0 act0l.
- by move=> b i /andP[/eqP -> /eqP <-]; rewrite /= qmx_diag qR1 act1.
- move=> a IHa b IHb i /andP[/IHa ea /IHb eb].
  by rewrite -[vev _ _]/(vev a i + vev b i) ea eb /= qmx_add actDl.
- by move=> a IHa i /IHa e; rewrite -[vev _ _]/(- vev a i) e /= qmx_opp actNl.
move=> j m IHm v IHv i /andP[/IHm em /IHv ev].
by rewrite -[vev _ _]/(mev m i j *v vev v j) em ev /= qmx_mul actA.
Qed.

Theorem s_equal a b : [&& sfit a, sfit b & Qeq_bool (sq a) (sq b)] ->
  sev a = sev b.
Proof.
have [_ [h _]] := value_ok; case/and3P=> /h-> /h-> /Qeq_bool_iff; exact: qR_eq.
Qed.
Theorem s_differ a b : [&& sfit a, sfit b & ~~ Qeq_bool (sq a) (sq b)] ->
  sev a <> sev b.
Proof.
by have [_ [h _]] := value_ok; case/and3P=> /h-> /h-> /negP n /qR_inj.
Qed.
Theorem s_positive a : sfit a && Z.ltb 0 (Qnum (sq a)) -> 0 < sev a.
Proof. by have [_ [h _]] := value_ok; case/andP=> /h->; apply: qR_gt0. Qed.
Theorem m_equal a b i j :
  [&& mfit a i j, mfit b i j & qeqm (d i) (d j) (mq a i j) (mq b i j)] ->
  mev a i j = mev b i j.
Proof. by have [h _] := value_ok; case/and3P=> /h-> /h->; apply: qeqmP. Qed.
Theorem m_differ a b i j :
  [&& mfit a i j, mfit b i j & ~~ qeqm (d i) (d j) (mq a i j) (mq b i j)] ->
  mev a i j <> mev b i j.
Proof. by have [h _] := value_ok; case/and3P=> /h-> /h->; apply: qneqmP. Qed.
End Compute.

Ltac qlist l := lazymatch l with
  | tt => constr:((@nil qmat, I))
  | ((_, _, @qmx _ _ _ ?A), ?r) => let s := qlist r in
      lazymatch s with (?al, ?pr) => constr:((cons A al, conj erefl pr)) end
  end.
Ltac qnums l := lazymatch l with
  | tt => constr:((@nil Q, I))
  | (qR _ ?q, ?r) => let s := qnums r in
      lazymatch s with (?al, ?pr) => constr:((cons q al, conj erefl pr)) end
  end.
Ltac qnumlist l := lazymatch l with
  | tt => constr:(@nil Q)
  | (qR _ ?q, ?r) => let s := qnumlist r in constr:(cons q s) end.
Ltac qmatlist l := lazymatch l with
  | tt => constr:(@nil qmat)
  | ((_, _, @qmx _ _ _ ?A), ?r) => let s := qmatlist r in constr:(cons A s) end.
Ltac allerefl l := lazymatch l with
  | tt => constr:(I)
  | (_, ?r) => let p := allerefl r in uconstr:(conj erefl p) end.

Ltac qenv R V dl e k := lazymatch e with (?ds, ?ms, ?vs, ?xs) =>
  let at_ := latoms R dl ds ms in let bt := vatoms V dl ds vs in
  let xl := hlist (Num.RealField.sort R) xs in
  let qa := qmatlist ms in let qs := qnumlist xs in
  lazymatch at_ with (?rl, ?cl, ?ml) => lazymatch bt with (_, ?vl) =>
    k rl cl qa qs ml xl vl end end end.

Ltac qclose := first [ by vm_compute
  | by do ?[split | exact: erefl | exact: I] ].

Ltac qinst := rewrite ?qR_V;
  match goal with hw : @cov ?R ?V ?N _ ?w ?w = @qmx _ _ _ ?S |- ?G =>
  is_var w;
  let e := adddim N (tt, tt, tt, tt) in
  let e := lazymatch e with (?ds, ?ms, ?vs, ?xs) =>
    let vs := ladd N w vs in constr:((ds, ms, vs, xs)) end in
  let scalar x y thm :=
    let e := gs x e in let e := gs y e in
    let a := rs x e in let b := rs y e in
    lazymatch e with (?ds, _, _, _) =>
    let dl := hlist nat ds in let bd := hidx N ds in
    qenv R V dl e ltac:(fun rl cl qa qs ml xl vl =>
      refine (thm dl rl cl qa qs bd S R V (getm ml) (gets xl) (getv vl)
                  _ _ hw a b _);
      [by do ! split | by do ! split | by vm_compute]) end in
  let mat m n x y thm :=
    let e := adddim m e in let e := adddim n e in
    let e := gm x m n e in let e := gm y m n e in
    let a := rm x m n e in let b := rm y m n e in
    lazymatch e with (?ds, _, _, _) =>
    let dl := hlist nat ds in let bd := hidx N ds in
    let i := hidx m ds in let j := hidx n ds in
    qenv R V dl e ltac:(fun rl cl qa qs ml xl vl =>
      refine (thm dl rl cl qa qs bd S R V (getm ml) (gets xl) (getv vl)
                  _ _ hw a b i j _);
      [by do ! split | by do ! split | by vm_compute]) end in
  lazymatch G with
  | not (@eq ?E ?x ?y) =>
    let E := eval hnf in E in
    lazymatch E with
    | matrix _ ?m ?n => mat m n x y (@m_differ)
    | _ => scalar x y (@s_differ) end
  | @eq ?E ?x ?y =>
    let E := eval hnf in E in
    lazymatch E with
    | matrix _ ?m ?n => mat m n x y (@m_equal)
    | _ => scalar x y (@s_equal) end
  | is_true (0 < ?x) =>
    let e := gs x e in let a := rs x e in
    lazymatch e with (?ds, _, _, _) =>
    let dl := hlist nat ds in let bd := hidx N ds in
    qenv R V dl e ltac:(fun rl cl qa qs ml xl vl =>
      refine (@s_positive dl rl cl qa qs bd S R V (getm ml) (gets xl) (getv vl)
                  _ _ hw a _);
      [by do ! split | by do ! split | by vm_compute]) end
  end end.

Section Test.
Variables (R : realFieldType) (V : l2space R) (w : 'cV[V]_3).
Hypothesis hw : cov w w =
  qmx R 3 3 [:: [:: 2#1; 1#1; 0#1]; [:: 1#1; 1#1; 0#1]; [:: 0#1; 0#1; 0#1]].
Let A := qmx R 2 3 [:: [:: 1#1; 1#2; 0#1]; [:: 0#1; 1#1; 1#1]].
Goal msq (qmx R 2 3 [:: [:: 1#1; 1#2; 0#1]; [:: 0#1; 1#1; 1#1]] *v w) =
  17%:R / 4%:R.
Proof. qinst. Qed.
Goal cov w w <> 0. Proof. qinst. Qed.
Goal 0 < qR R (1#2). Proof. qinst. Qed.
Goal msq w = 4%:R. Proof. Fail qinst. Abort.
End Test.
