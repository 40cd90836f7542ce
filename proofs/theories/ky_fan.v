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
From SymLAM Require Import compat psd projector.

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
rewrite mulmxBr [_ *m (1%:M - Q)]mulmxBl [_ *m P]mulmxBl (proj2 (oproj_compl oQ)).
by rewrite (proj2 oP) mulmxBr mulmx1 PQ subr0 mulmxBl mul1mx QP subr0 subrr subr0.
Qed.

End KyFan.
