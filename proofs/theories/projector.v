(*                  Orthogonal projectors as matrices                         *)
(* -------------------------------------------------------------------------- *)
(*  oproj P == P is an orthogonal projector: P^T = P and P P = P              *)
(*  rproj N == the orthogonal projector on the row space of N (N row free)    *)
(*  cproj B == the orthogonal projector on the complement of the column       *)
(*             space of B                                                     *)
(* Over a realFieldType.                                                      *)
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat psd.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section OProj.
Variable R : realFieldType.

Definition oproj n (P : 'M[R]_n) := P^T = P /\ P *m P = P.

Lemma oproj_compl n (P : 'M[R]_n) : oproj P -> oproj (1%:M - P).
Proof.
move=> [sP iP]; split; first by rewrite linearB /= trmx1 sP.
by rewrite mulmxBl mulmxBr !mul1mx mulmxBr mulmx1 iP subrr subr0.
Qed.

Lemma oproj_psd n (P : 'M[R]_n) : oproj P -> psd P.
Proof. by move=> [sP iP]; rewrite -iP -{2}sP; apply: psd_gram. Qed.

Lemma oproj_tr n (P : 'M[R]_n) (T : 'M_n) : oproj P -> \tr (P *m T) = en T P.
Proof. by move=> [sP iP]; rewrite /en sP [RHS]mxtrace_mulC mulmxA iP. Qed.

Lemma oproj_tr_eq0 n (P : 'M[R]_n) : oproj P -> \tr P <= 0 -> P = 0.
Proof.
move=> [sP iP] h; apply: en1_eq0; apply/eqP.
by rewrite sP iP eq_le h -{1}iP -{2}sP en1_ge0.
Qed.

(* Pythagoras for an energy split by a projector on the output side *)
Lemma en_split n (S : 'M[R]_n) m (M : 'M_(m, n)) (P : 'M_m) : oproj P ->
  en S M = en S (P *m M) + en S ((1%:M - P) *m M).
Proof.
move=> oP; have [sQ iQ] := oproj_compl oP; have [sP iP] := oP.
have E (T : 'M_m) : T^T = T -> T *m T = T -> en S (T *m M) = \tr (T *m (M *m S
  *m M^T)).
  move=> sT iT; rewrite /en trmx_mul sT !mulmxA [LHS]mxtrace_mulC.
  by rewrite !mulmxA iT.
by rewrite !E // -mxtraceD -mulmxDl addrCA subrr addr0 mul1mx.
Qed.

Lemma gram_unit m n (N : 'M[R]_(m, n)) : row_free N -> N *m N^T \in unitmx.
Proof.
move=> fN; rewrite -row_free_unit -kermx_eq0; apply/eqP.
set K := kermx _; have KN : K *m (N *m N^T) = 0 by apply: mulmx_ker.
apply: (row_free_inj fN); rewrite mul0mx; apply: en1_eq0.
by rewrite trmx_mul mulmxA -(mulmxA K) KN mul0mx mxtrace0.
Qed.

(* orthogonal projector onto the row space of a full-row-rank N *)
Definition rproj m n (N : 'M[R]_(m, n)) := N^T *m invmx (N *m N^T) *m N.

Lemma rproj_oproj m n (N : 'M[R]_(m, n)) : row_free N -> oproj (rproj N).
Proof.
move=> /gram_unit uN; split.
  by rewrite /rproj !trmx_mul trmxK trmx_inv trmx_mul trmxK mulmxA.
by rewrite /rproj !mulmxA -(mulmxA (_ *m invmx _)) mulmxKV.
Qed.

Lemma rproj_tr m n (N : 'M[R]_(m, n)) : row_free N -> \tr (rproj N) = m%:R.
Proof. by move=> /gram_unit uN; rewrite mxtrace_mulC mulmxA mulmxV ?mxtrace1.
  Qed.

(* orthogonal projector onto the orthogonal complement of the columns of B *)
Definition cproj n k (B : 'M[R]_(n, k)) : 'M[R]_n := rproj (row_base (kermx B)).

Lemma cproj_oproj n k (B : 'M[R]_(n, k)) : oproj (cproj B).
Proof. exact/rproj_oproj/row_base_free. Qed.

Lemma cproj_mul n k (B : 'M[R]_(n, k)) : cproj B *m B = 0.
Proof.
suff E : row_base (kermx B) *m B = 0 by rewrite /cproj /rproj -mulmxA E mulmx0.
by apply/sub_kermxP; rewrite eq_row_base.
Qed.

Lemma cproj_tr n k (B : 'M[R]_(n, k)) : \tr (cproj B) = (n - \rank B)%:R.
Proof. by rewrite rproj_tr ?row_base_free // mxrank_ker. Qed.

Lemma rproj_mulT m n (N : 'M[R]_(m, n)) : row_free N -> rproj N *m N^T = N^T.
Proof.
by move/gram_unit=> uN; rewrite /rproj -(mulmxA (_ *m _) N) mulmxKV.
Qed.

Lemma cproj_kernel n j (B : 'M[R]_(n, j)) : exists K, 1%:M - cproj B = B *m K.
Proof.
have [sP iP] := cproj_oproj B.
suff /submxP[K hK] : ((1%:M - cproj B)^T <= B^T)%MS.
  by exists K^T; apply: trmx_inj; rewrite trmx_mul trmxK.
rewrite raddfB /= trmx1 sP submxE; set c := cokermx _.
have Bc : B^T *m c = 0 by apply: mulmx_coker.
have cB : (c^T <= kermx B)%MS.
  by apply/sub_kermxP; rewrite -[B]trmxK -trmx_mul Bc trmx0.
have /submxP[K cE] : (c^T <= row_base (kermx B))%MS by rewrite eq_row_base.
have NT : cproj B *m (row_base (kermx B))^T = (row_base (kermx B))^T.
  exact/rproj_mulT/row_base_free.
by rewrite mulmxBl mul1mx -[c]trmxK cE trmx_mul mulmxA NT subrr.
Qed.

(* nested column spaces: complementary projectors are ordered *)
Lemma cproj_nested n j j' (B : 'M[R]_(n, j)) (B' : 'M[R]_(n, j')) M :
  B' = B *m M -> oproj (cproj B' - cproj B).
Proof.
move=> BM; have [sP iP] := cproj_oproj B; have [sP' iP'] := cproj_oproj B'.
have [K hK] := cproj_kernel B'.
have PB' : cproj B *m (1%:M - cproj B') = 0.
  by rewrite hK BM !mulmxA cproj_mul !mul0mx.
have PP' : cproj B *m cproj B' = cproj B.
  by move/eqP: PB'; rewrite mulmxBr mulmx1 subr_eq0 eq_sym => /eqP.
have P'P : cproj B' *m cproj B = cproj B.
  by apply: trmx_inj; rewrite trmx_mul sP sP' PP'.
split; first by rewrite raddfB /= sP sP'.
by rewrite mulmxBr !mulmxBl iP iP' PP' P'P subrr subr0.
Qed.

End OProj.

Lemma oproj_rank (R : realFieldType) p (Q : 'M[R]_p) :
  oproj Q -> \tr Q = (\rank Q)%:R.
Proof.
move=> [_ iQ]; move: (mulmx_base Q) (row_base_free Q) (col_base_full Q).
move: (col_base Q) (row_base Q) => C N CN fN fC.
rewrite -{1}CN mxtrace_mulC -(@mxtrace1 R); congr (\tr _).
apply: (row_free_inj fN); apply: (row_full_inj fC).
by rewrite mul1mx CN !mulmxA CN -mulmxA CN.
Qed.
