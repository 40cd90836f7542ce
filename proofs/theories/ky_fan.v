(*               The Ky Fan principle, in certificate form                    *)
(* -------------------------------------------------------------------------- *)
(* topproj Z Q t == Q is the orthogonal projector on an invariant subspace of *)
(*                  Z on which Z >= t, while Z <= t on its complement, t >= 0:*)
(*                  Q is a "top" projector of Z with threshold t (ties and    *)
(*                  zeros are allowed)                                        *)
(*     gap Z Q t == moreover Z > t on the range of Q                          *)
(* Over a realFieldType.                                                      *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section KyFan.
Variables (R : realFieldType) (p : nat).
Implicit Types (Z P Q : 'M[R]_p) (t : R).

(* Q is the orthogonal projector on an invariant subspace of Z on which      *)
(* Z >= t, while Z <= t on the orthogonal complement.                        *)
Record topproj Z Q t : Prop := TopProj {
  tp_oproj : oproj Q;
  tp_comm : Q *m Z = Z *m Q;
  tp_hi : psd (Q *m (Z - t%:M) *m Q);
  tp_lo : psd ((1%:M - Q) *m (t%:M - Z) *m (1%:M - Q));
  tp_t : 0 <= t }.

Lemma oproj_commN Z Q : oproj Q -> Q *m Z = Z *m Q ->
  Z = Q *m Z *m Q + (1%:M - Q) *m Z *m (1%:M - Q).
Proof.
move=> [_ iQ] cQ; have iC : (1%:M - Q) *m (1%:M - Q) = 1%:M - Q.
  by rewrite mulmxBr mulmx1 mulmxBl mul1mx iQ subrr subr0.
have cC : (1%:M - Q) *m Z = Z *m (1%:M - Q).
  by rewrite mulmxBl mulmxBr mul1mx mulmx1 cQ.
by rewrite cQ cC -!mulmxA iQ iC -mulmxDr addrC subrK mulmx1.
Qed.

Lemma tp_decomp Z Q t : topproj Z Q t ->
  Z = Q *m (Z - t%:M) *m Q - (1%:M - Q) *m (t%:M - Z) *m (1%:M - Q) + t%:M.
Proof.
case=> oQ cQ _ _ _; rewrite -[t%:M - Z]opprB mulmxN mulNmx opprK.
rewrite -oproj_commN ?subrK //.
by rewrite mulmxBl mulmxBr cQ scalar_mxC.
Qed.

(* Ky Fan: among orthogonal projectors of trace >= p - tr Q, tr(P Z) is       *)
(* minimal at P = 1 - Q; the excess is a sum of three nonnegative terms.      *)
Lemma kyfan_excess Z Q t P : topproj Z Q t -> oproj P ->
  \tr (P *m Z) - \tr ((1%:M - Q) *m Z) =
     en (Q *m (Z - t%:M) *m Q) P
   + en ((1%:M - Q) *m (t%:M - Z) *m (1%:M - Q)) (1%:M - P)
   + t * (\tr P - \tr (1%:M - Q)).
Proof.
move=> tp oP; have [oQ cQ _ _ _] := tp; have oC := oproj_compl oQ.
have oPC := oproj_compl oP.
rewrite -!oproj_tr //.
set Np := Q *m _ *m Q; set Nm := (1%:M - Q) *m _ *m _.
have -> : Z = Np - Nm + t%:M by exact: tp_decomp.
have QNp : (1%:M - Q) *m Np = 0.
  by rewrite /Np !mulmxA mulmxBl mul1mx (proj2 oQ) subrr !mul0mx.
have QNm : (1%:M - Q) *m Nm = Nm by rewrite /Nm !mulmxA (proj2 oC).
rewrite !mulmxDr !mulmxN QNp QNm sub0r !mulmxBl !mul1mx.
rewrite !(mxtraceD, linearB, linearN, linearD) /= !mul_mx_scalar !mxtraceZ.
by rewrite !mxtrace_scalar; ring.
Qed.

Lemma kyfan Z Q t P : topproj Z Q t -> oproj P ->
  \tr (1%:M - Q) <= \tr P -> \tr ((1%:M - Q) *m Z) <= \tr (P *m Z).
Proof.
move=> tp oP hP; have [oQ _ hi lo t0] := tp.
rewrite -subr_ge0 (kyfan_excess tp oP) !addr_ge0 ?en_ge0 //.
by rewrite mulr_ge0 ?subr_ge0.
Qed.

(* strictness on the top block: Z > t on the range of Q *)
Definition gap Z Q t :=
  forall m (M : 'M[R]_(m, p)), M *m (Q *m (Z - t%:M) *m Q) = 0 -> M *m Q = 0.

Lemma kyfan_eq Z Q t P : topproj Z Q t -> gap Z Q t -> oproj P ->
  \tr (1%:M - Q) <= \tr P -> \tr (P *m Z) = \tr ((1%:M - Q) *m Z) ->
  P = 1%:M - Q.
Proof.
move=> tp gp oP hP hE; have [oQ _ hi lo t0] := tp.
have := kyfan_excess tp oP; rewrite hE subrr => /esym/eqP.
rewrite !paddr_eq0 ?addr_ge0 ?en_ge0 ?mulr_ge0 ?subr_ge0 //.
case/andP=> /andP[/eqP/en_eq0 -/(_ hi)/gp PQ _] _.
have QP : Q *m P = 0.
  by apply: trmx_inj; rewrite trmx_mul (proj1 oP) (proj1 oQ) PQ trmx0.
apply/esym/eqP; rewrite -subr_eq0; apply/eqP/oproj_tr_eq0; last first.
  by rewrite linearB /= subr_le0.
split; first by rewrite !linearB /= trmx1 (proj1 oP) (proj1 oQ).
rewrite mulmxBr [_ *m (1%:M - Q)]mulmxBl [_ *m P]mulmxBl (proj2 (oproj_compl
  oQ)).
by rewrite (proj2 oP) mulmxBr mulmx1 PQ subr0 mulmxBl mul1mx QP subr0 subrr
  subr0.
Qed.

(* All minimisers: P is minimal exactly when 1 - P is itself a top projector  *)
(* with the same threshold (of the same rank, unless the threshold is zero).  *)
Theorem kyfan_minP Z Q t P : topproj Z Q t -> oproj P ->
  \tr (1%:M - Q) <= \tr P ->
  (\tr (P *m Z) = \tr ((1%:M - Q) *m Z) <->
   topproj Z (1%:M - P) t /\ t * (\tr P - \tr (1%:M - Q)) = 0).
Proof.
move=> tp oP hP; have [oQ cQ hi lo t0] := tp; have exc := kyfan_excess tp oP.
have dP : 0 <= t * (\tr P - \tr (1%:M - Q)) by rewrite mulr_ge0 ?subr_ge0.
split=> [hE|[tp' tr0]].
  move: exc; rewrite hE subrr => /esym/eqP.
  rewrite !paddr_eq0 ?addr_ge0 ?en_ge0 //.
  case/andP=> /andP[/eqP/(en_eq0 hi) PN /eqP/(en_eq0 lo) CN] /eqP tr0.
  split=> //; have dec := tp_decomp tp; move: hi lo PN CN dec.
  set Np := Q *m _ *m Q; set Nm := (1%:M - Q) *m _ *m _.
  move=> hi lo PN CN dec.
  have NP : Np *m P = 0.
    by apply: trmx_inj; rewrite trmx_mul (proj1 oP) (proj1 hi) PN trmx0.
  have NC : Nm *m (1%:M - P) = 0.
    apply: trmx_inj; rewrite trmx_mul (proj1 lo) (proj1 (oproj_compl oP)) CN.
    by rewrite trmx0.
  have CNp : (1%:M - P) *m Np = Np by rewrite mulmxBl mul1mx PN subr0.
  have NpC : Np *m (1%:M - P) = Np by rewrite mulmxBr mulmx1 NP subr0.
  have PNm : P *m Nm = Nm.
    by move/eqP: CN; rewrite mulmxBl mul1mx subr_eq0 => /eqP <-.
  have NmP : Nm *m P = Nm.
    by move/eqP: NC; rewrite mulmxBr mulmx1 subr_eq0 => /eqP <-.
  have Zt : Z - t%:M = Np - Nm by rewrite {1}dec addrK.
  have CZ : (1%:M - P) *m (Z - t%:M) = Np.
    by rewrite Zt mulmxDr mulmxN CN subr0.
  have ZC : (Z - t%:M) *m (1%:M - P) = Np.
    by rewrite Zt mulmxDl mulNmx NC subr0.
  have PZ : P *m (t%:M - Z) = Nm.
    by rewrite -opprB Zt opprB mulmxDr mulmxN PN subr0.
  split=> //; first exact: oproj_compl.
  - rewrite -[Z](subrK t%:M) [LHS]mulmxDr [RHS]mulmxDl CZ ZC.
    by rewrite scalar_mxC.
  - by rewrite CZ NpC.
  by rewrite subKr PZ NmP.
apply/eqP; rewrite eq_le (kyfan tp oP hP) andbT -subr_ge0.
rewrite -{1}[P](subKr 1%:M) (kyfan_excess tp' (oproj_compl oQ)) subKr.
have [_ _ hi' lo' _] := tp'; rewrite subKr in lo'.
rewrite -[\tr (_ - Q) - _]opprB mulrN tr0 oppr0 addr0.
exact: addr_ge0 (en_ge0 _ hi') (en_ge0 _ lo').
Qed.

(* A tie at the threshold: exchanging an eigenvector in Q for one outside.    *)
Lemma topproj_swap Z Q t (y w : 'rV[R]_p) : topproj Z Q t ->
  y *m Q = y -> w *m Q = 0 -> y *m Z = t *: y -> w *m Z = t *: w ->
  y != 0 -> w != 0 ->
  let Q' := Q - rproj y + rproj w in topproj Z Q' t /\ \tr Q' = \tr Q.
Proof.
move=> tp yQ wQ yZ wZ y0 w0; have [oQ _ _ _ _] := tp.
have free1 (u : 'rV[R]_p) : u != 0 -> row_free u.
  by move=> u0; rewrite /row_free rank_rV u0.
have [fy fw] := (free1 _ y0, free1 _ w0).
have [oy ow] := (rproj_oproj fy, rproj_oproj fw).
have [[sy iy] [sw iw] [sQ iQ]] := And3 oy ow oQ.
have yw : y *m w^T = 0.
  by rewrite -{1}yQ -mulmxA -[Q *m _]trmxK trmx_mul trmxK sQ wQ trmx0 mulmx0.
have {}yQ : rproj y *m Q = rproj y by rewrite /rproj -mulmxA yQ.
have {}wQ : rproj w *m Q = 0 by rewrite /rproj -mulmxA wQ mulmx0.
have {}yw : rproj y *m rproj w = 0.
  by rewrite /rproj !mulmxA -[_ *m y *m w^T]mulmxA yw mulmx0 !mul0mx.
have {}yZ : \tr (rproj y *m Z) = t.
  by rewrite /rproj -mulmxA yZ -scalemxAr mxtraceZ -/(rproj y) rproj_tr //
    mulr1.
have {}wZ : \tr (rproj w *m Z) = t.
  by rewrite /rproj -mulmxA wZ -scalemxAr mxtraceZ -/(rproj w) rproj_tr //
    mulr1.
have trQ : \tr (Q - rproj y + rproj w) = \tr Q.
  by rewrite mxtraceD linearB /= !rproj_tr // subrK.
have Qy : Q *m rproj y = rproj y by apply: trmx_inj; rewrite trmx_mul sy sQ yQ.
have Qw : Q *m rproj w = 0.
  by apply: trmx_inj; rewrite trmx_mul sw sQ wQ trmx0.
have wy : rproj w *m rproj y = 0.
  by apply: trmx_inj; rewrite trmx_mul sy sw yw trmx0.
move=> Q'; have oQ' : oproj Q'.
  split; first by rewrite /Q' !linearD linearN /= sQ sy sw.
  rewrite /Q' !(mulmxDr, mulmxDl, mulmxN, mulNmx).
  by rewrite iQ Qy yQ iy wQ wy Qw yw iw; abel.
have trC : \tr (1%:M - Q) <= \tr (1%:M - Q').
  by rewrite linearB [X in _ <= X]linearB /= /Q' trQ.
split=> //; rewrite -[Q'](subKr 1%:M).
apply: (proj1 (proj1 (kyfan_minP tp (oproj_compl oQ') trC) _)).
have trC' T : \tr ((1%:M - T) *m Z) = \tr Z - \tr (T *m Z).
  by rewrite mulmxBl mul1mx linearB.
rewrite !trC'; congr (_ - _).
by rewrite /Q' mulmxDl mulmxBl linearD linearB /= yZ wZ subrK.
Qed.

End KyFan.
