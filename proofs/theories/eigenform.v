(*        Matrices in eigenform and principal component analysis              *)
(* -------------------------------------------------------------------------- *)
(*          dg U l == U diag(l) U^T; U has orthonormal columns, square or not *)
(*         ind J i == 1 if J i, and 0 otherwise                               *)
(*          pr U J == U diag(ind J) U^T, the projector on eigenvectors in J   *)
(*       firstk k == the predicate (i < k) on indices                         *)
(* nonincreasing l == l j <= l i whenever i <= j                              *)
(*         thr k l == the largest of 0 and the l i with i >= k                *)
(* principal_map k s S W == on the range of S, W is a top projector of S with *)
(*                    threshold s and rank k (rank at most k when s = 0)      *)
(* Section PCA: with U^T U = 1, l >= 0 and l sorted at k, the minimum of      *)
(* en (dg U l) (W - 1) over rank W <= k is \sum_(k <= i) l i, attained by the *)
(* first k eigenvectors (pca_min, pca_attained); pca_minP: all minimisers,    *)
(* pca_uniq_iff says when they agree on the range.  Over a realFieldType.     *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian psd projector ky_fan eckart_young.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Diag.
Variables (R : realFieldType) (n m : nat) (U : 'M[R]_(n, m)).
Hypothesis oU : U^T *m U = 1%:M.
Implicit Types (J : pred 'I_m) (f g l : 'I_m -> R) (t : R).

Definition dg (f : 'I_m -> R) : 'M[R]_n := U *m diag_mx (\row_i f i) *m U^T.

Lemma eq_dg f g : f =1 g -> dg f = dg g.
Proof. by move=> h; rewrite /dg; congr (_ *m diag_mx _ *m _); apply/rowP=> i;
  rewrite !mxE. Qed.

Lemma dgM f g : dg f *m dg g = dg (fun i => f i * g i).
Proof.
rewrite /dg !mulmxA -(mulmxA _ U^T U) oU mulmx1 -(mulmxA U) mulmx_diag.
by congr (_ *m diag_mx _ *m _); apply/rowP=> i; rewrite !mxE.
Qed.

Lemma dgB f g : dg f - dg g = dg (fun i => f i - g i).
Proof.
rewrite /dg -mulmxBl -mulmxBr -linearB /=.
by congr (_ *m diag_mx _ *m _); apply/rowP=> i; rewrite !mxE.
Qed.

Lemma dgZ c f : c *: dg f = dg (fun i => c * f i).
Proof.
rewrite /dg scalemxAl scalemxAr -linearZ /=.
by congr (_ *m diag_mx _ *m _); apply/rowP=> i; rewrite !mxE.
Qed.

Lemma dgT f : (dg f)^T = dg f.
Proof. by rewrite /dg !trmx_mul trmxK tr_diag_mx mulmxA. Qed.

Lemma dg_psd f : (forall i, 0 <= f i) -> psd (dg f).
Proof. by move=> f0; apply/psd_congr/psd_diag=> i; rewrite mxE. Qed.

Lemma dg_tr f : \tr (dg f) = \sum_i f i.
Proof.
rewrite /dg mxtrace_mulC mulmxA oU mul1mx mxtrace_diag.
by apply: eq_bigr => i _; rewrite mxE.
Qed.

Definition ind (J : pred 'I_m) i : R := (J i)%:R.
Definition pr J := dg (ind J).

Lemma pr_oproj J : oproj (pr J).
Proof.
split; first exact: dgT.
by rewrite /pr dgM; apply: eq_dg => i; rewrite /ind -natrM mulnb andbb.
Qed.

Lemma pr_tr J : \tr (pr J) = #|J|%:R.
Proof.
by rewrite dg_tr -sum1_card natr_sum [RHS]big_mkcond /=; apply: eq_bigr => i _;
  rewrite /ind unfold_in; case: (J i).
Qed.

Lemma pr_dg J f : pr J *m dg f = dg (fun i => ind J i * f i).
Proof. exact: dgM. Qed.

Lemma dg_pr J f : dg f *m pr J = dg (fun i => ind J i * f i).
Proof. by rewrite /pr dgM; apply: eq_dg => i; rewrite mulrC. Qed.

Lemma pr_en J l : \tr ((1%:M - pr J) *m dg l) = \sum_(i | ~~ J i) l i.
Proof.
rewrite mulmxBl mul1mx pr_dg linearB /= !dg_tr -sumrB [RHS]big_mkcond /=.
apply: eq_bigr => i _; rewrite /ind.
by case: (J i); rewrite ?mul1r ?subrr // mul0r subr0.
Qed.

Lemma topproj_dg J l t : (forall i, J i -> t <= l i) ->
  (forall i, ~~ J i -> l i <= t) -> 0 <= t -> topproj (dg l) (pr J) t.
Proof.
move=> hi lo t0; have oP := pr_oproj J.
have PU : pr J *m pr xpredT = pr J.
  by rewrite pr_dg; apply: eq_dg => i; rewrite /ind mulr1.
have hiE : pr J *m (dg l - t%:M) *m pr J = dg (fun i => ind J i * (l i - t)).
  rewrite mulmxBr mulmxBl mul_mx_scalar -scalemxAl (proj2 oP) pr_dg dg_pr.
  rewrite dgZ dgB; apply: eq_dg => i; rewrite /ind.
  by case: (J i); rewrite ?(mul1r, mulr1) ?(mul0r, mulr0) ?subrr.
have loE : (1%:M - pr J) *m (t%:M - dg l) *m (1%:M - pr J) =
    t *: (1%:M - pr xpredT) + dg (fun i => if J i then 0 else t - l i).
  rewrite [dg (fun i => if _ then _ else _)](_ : _ =
      t *: (pr xpredT - pr J) - (dg l - pr J *m dg l)); last first.
    rewrite pr_dg !dgB dgZ dgB; apply: eq_dg => i; rewrite /ind.
    by case: (J i); rewrite ?subrr ?subr0 ?mul1r ?subrr ?mulr0 ?subr0 ?mulr1
      ?mul0r ?subr0.
  have cP : (1%:M - pr J) *m pr J = 0.
    by rewrite mulmxBl mul1mx (proj2 oP) subrr.
  have JD : dg l *m pr J = pr J *m dg l by rewrite pr_dg dg_pr.
  rewrite -mulmxA [(t%:M - dg l) *m _](_ : _ =
      (1%:M - pr J) *m (t%:M - dg l)); last first.
    rewrite mulmxBr mulmx1 mulmxBl JD [RHS]mulmxBl mul1mx [in RHS]mulmxBr.
    by rewrite mul_scalar_mx mul_mx_scalar.
  rewrite mulmxA (proj2 (oproj_compl oP)) mulmxBr mul_mx_scalar.
  by rewrite [(1%:M - _) *m dg l]mulmxBl mul1mx !scalerBr; abel.
split=> //; first by rewrite pr_dg dg_pr.
  rewrite hiE; apply: dg_psd => i; rewrite /ind.
  by have [/hi|] := boolP (J i); rewrite ?mul0r // mul1r subr_ge0.
rewrite loE; apply: psdD; last first.
  by apply: dg_psd => i; have [//|/lo] := boolP (J i); rewrite subr_ge0.
exact/psdZ/oproj_psd/oproj_compl/pr_oproj.
Qed.

(* the eigenvalues of a positive semidefinite matrix are nonnegative *)
Lemma dg_psd_ge0 l : psd (dg l) -> forall i, 0 <= l i.
Proof.
move=> [_ pS] i; have := pS (delta_mx 0 i *m U^T).
rewrite /dg trmx_mul trmxK !mulmxA -(mulmxA _ U^T U) oU mulmx1.
rewrite -(mulmxA _ U^T U) oU mulmx1 trmx_delta -rowE -colE.
by rewrite !mxE eqxx mulr1n.
Qed.

(* the rows of U^T are eigenvectors *)
Lemma dg_row f i : row i U^T *m dg f = f i *: row i U^T.
Proof.
rewrite -row_mul /dg !mulmxA oU mul1mx mul_diag_mx.
by apply/rowP=> j; rewrite !mxE.
Qed.

Lemma row_neq0 i : row i U^T != 0.
Proof.
apply: contraTneq isT => U0; have := congr1 (row i) oU.
rewrite row_mul U0 mul0mx => /rowP/(_ i)/eqP; rewrite !mxE eqxx eq_sym.
by rewrite oner_eq0.
Qed.

End Diag.

(* U square: then U diag(t) U^T = t and the projectors add up to 1 *)
Section SquareDiag.
Variables (R : realFieldType) (n : nat) (U : 'M[R]_n).
Hypothesis oU : U^T *m U = 1%:M.
Implicit Types (J : pred 'I_n) (f g l : 'I_n -> R) (t : R).
Local Notation dg := (dg U).
Local Notation pr := (pr U).

Lemma oU' : U *m U^T = 1%:M. Proof. exact: mulmx1C. Qed.

Lemma dgc t : dg (fun=> t) = t%:M.
Proof.
rewrite /dg [diag_mx _](_ : _ = t%:M); first by rewrite mul_mx_scalar -scalemxAl
  oU' scalemx1.
by rewrite -diag_const_mx; congr diag_mx; apply/rowP=> i; rewrite !mxE.
Qed.

Lemma pr_compl J : 1%:M - pr J = pr (predC J).
Proof.
rewrite -(dgc 1) /pr dgB; apply: eq_dg => i.
by rewrite /ind /=; case: (J i); rewrite ?subrr ?subr0.
Qed.

Lemma gap_dg J l t : (forall i, J i -> t < l i) -> gap (dg l) (pr J) t.
Proof.
move=> hi m M; rewrite -(dgc t) dgB !(dgM oU) => h.
rewrite [pr J](_ : _ = dg (fun i => ind R J i * (l i - t) * ind R J i)
    *m dg (fun i => (l i - t)^-1)); first by rewrite mulmxA h mul0mx.
rewrite (dgM oU); apply: eq_dg => i; rewrite /ind.
have [/hi|] := boolP (J i); rewrite ?mul0r // mul1r mulr1 -subr_gt0 => h'.
by rewrite mulfV // gt_eqF.
Qed.

End SquareDiag.

(* Threshold existence: the first k indices dominate the others *)
Section Sorted.
Variables (R : realFieldType) (n k : nat) (l : 'I_n -> R).
Hypothesis l0 : forall i, 0 <= l i.

Definition firstk : pred 'I_n := fun i => (i < k)%N.

Lemma card_firstk : (k <= n)%N -> #|firstk| = k.
Proof.
move=> kn; rewrite -sum1_card (eq_bigl (fun i : 'I_n => (i < k)%N)) //.
by rewrite (big_ord_narrow kn) /= sum1_card card_ord.
Qed.

Definition thr : R := \big[Num.max/0]_(j | ~~ firstk j) l j.

Lemma thr_ge0 : 0 <= thr.
Proof. by rewrite /thr; elim/big_rec: _ => // i x _ x0; rewrite max_geE l0. Qed.

Lemma thr_hi : (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j <= l i) ->
  forall i, firstk i -> thr <= l i.
Proof.
move=> h i ik; rewrite /thr; elim/big_rec: _ => // j x jk xl.
by rewrite max_leE xl andbT h // leqNgt.
Qed.

Lemma thr_gap :
  (forall i : 'I_n, (i < k)%N -> 0 < l i) ->
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j < l i) ->
  forall i, firstk i -> thr < l i.
Proof.
move=> hp h i ik; rewrite /thr; elim/big_rec: _ => [|j x jk xl];
  first exact: hp.
by rewrite max_ltE xl andbT h // leqNgt.
Qed.

Lemma thr_lo i : ~~ firstk i -> l i <= thr.
Proof.
move=> h; rewrite /thr; elim: (index_enum _) (mem_index_enum i) => //= a s IH.
rewrite inE big_cons => /orP[/eqP <-|/IH is_]; first by rewrite h max_geE lexx.
by case: ifP => // _; rewrite max_geE is_ orbT.
Qed.

End Sorted.

(* W is, on the range of S, a top projector of S of rank k with threshold s   *)
(* (of rank at most k when s = 0)                                             *)
Definition principal_map (R : realFieldType) n k s (S W : 'M[R]_n) :=
  exists Q, [/\ topproj S Q s, \tr Q <= k%:R, s * (k%:R - \tr Q) = 0,
               Q *m W = W & W *m S = Q *m S].

(* principal component analysis: Eckart-Young in trace form *)
Section PCA.
Variables (R : realFieldType) (n k : nat) (U : 'M[R]_n) (l : 'I_n -> R).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis l0 : forall i, 0 <= l i.
Hypothesis ls : forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j <= l i.
Let S := dg U l.
Let Uk := U *m pid_mx k : 'M[R]_(n, k).

Lemma pS : psd S. Proof. exact: dg_psd. Qed.

Lemma Uk_pr : Uk *m Uk^T = pr U (@firstk n k).
Proof.
rewrite /Uk /pr /dg trmx_mul tr_pid_mx !mulmxA; congr (_ *m _).
rewrite -mulmxA; congr (_ *m _); apply/matrixP=> i j; rewrite !mxE /ind /firstk.
transitivity ((\row_i (i < k)%:R : 'rV[R]_n) 0 i *+ (i == j));
  last by rewrite !mxE.
rewrite mxE; have [ik|ik] := ltnP i k; last first.
  by rewrite mul0rn big1 // => s _; rewrite !mxE; case: eqP => [is_|];
    rewrite ?mul0r //;
     move: (ltn_ord s); rewrite -is_ ltnNge ik.
rewrite (bigD1 (Ordinal ik)) //= big1 ?addr0 => [|s /eqP sk]; last first.
  by rewrite !mxE /=; case: eqP => [is_|]; rewrite ?mul0r //; case: sk;
    apply: val_inj.
by rewrite !mxE /= eqxx ik mul1r andbT mulrb.
Qed.

Lemma topk : topproj S (pr U (@firstk n k)) (thr k l).
Proof.
by apply: topproj_dg (thr_ge0 _ l0); [|apply: thr_hi|apply: thr_lo].
Qed.

Lemma rank_pr (m : nat) (W : 'M[R]_(m, n)) : (\rank W <= k)%N ->
   (\rank W)%:R <= \tr (pr U (@firstk n k)) :> R.
Proof.
move=> rW; rewrite pr_tr // ler_nat; have [kn|/ltnW nk] := leqP k n.
  by rewrite card_firstk.
rewrite (leq_trans (rank_leq_col W)) // -[X in (X <= _)%N]card_ord
  subset_leq_card //.
by apply/subsetP=> i _; rewrite unfold_in /firstk (leq_trans (ltn_ord i)).
Qed.

Theorem pca_min_rank (W : 'M[R]_n) : (\rank W <= k)%N ->
  \sum_(i < n | (k <= i)%N) l i <= en S (W - 1%:M).
Proof.
move=> rW; have := lowrank_min (Y := 1%:M) pS _ (rank_pr rW).
rewrite mul1mx trmx1 mulmx1 => /(_ _ topk); rewrite pr_en //.
by under eq_bigl do rewrite /firstk -leqNgt.
Qed.

Theorem pca_min (B : 'M[R]_(n, k)) (D : 'M[R]_(k, n)) :
  \sum_(i < n | (k <= i)%N) l i <= en S (B *m D - 1%:M).
Proof.
by apply: pca_min_rank; rewrite (leq_trans (mulmx_max_rank _ _)).
Qed.

Theorem pca_attained : en S (Uk *m Uk^T - 1%:M) = \sum_(i < n | (k <= i)%N) l i.
Proof.
have := @lowrank_attained R n n 1%:M S (pr U (@firstk n k)) (thr k l).
rewrite mul1mx trmx1 !mulmx1 Uk_pr => ->; last exact: topk.
by rewrite pr_en //; under eq_bigl do rewrite /firstk -leqNgt.
Qed.

Theorem pca_uniq (W : 'M[R]_n) :
  (forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j < l i) ->
  (\rank W <= k)%N -> en S (W - 1%:M) = \sum_(i < n | (k <= i)%N) l i ->
  W *m S = Uk *m Uk^T *m S.
Proof.
move=> gp rW eW; have [nk|kn] := leqP n k.
  have -> : Uk *m Uk^T = 1%:M.
    rewrite Uk_pr -(dgc oU 1); apply: eq_dg => i.
    by rewrite /ind /firstk (leq_trans (ltn_ord i)).
  move: eW; rewrite big1 => [|i ki]; last first.
    by have := leq_trans nk ki; rewrite leqNgt ltn_ord.
  by move/(en_eq0 pS)/eqP; rewrite mulmxBl subr_eq0 => /eqP.
have := @lowrank_uniq R n n 1%:M S pS (pr U (@firstk n k)) (thr k l).
rewrite mul1mx trmx1 !mulmx1 Uk_pr => /(_ topk W); apply.
- apply: gap_dg => // i; apply: thr_gap => // j jk.
  exact: le_lt_trans (l0 (Ordinal kn)) (gp j (Ordinal kn) jk (leqnn k)).
- exact: rank_pr.
by rewrite pr_en //; under [RHS]eq_bigl do rewrite /firstk -leqNgt.
Qed.

Lemma tr_firstk : \tr (pr U (@firstk n k)) = (minn k n)%:R.
Proof.
rewrite pr_tr //; congr (_%:R); have [kn|nk] := leqP k n.
  exact: card_firstk.
rewrite -[RHS](card_ord n); apply: eq_card => i.
by rewrite [RHS]inE unfold_in /firstk (ltn_trans (ltn_ord i) nk).
Qed.

(* all optimal maps *)
Theorem pca_minP (W : 'M[R]_n) : (\rank W <= k)%N ->
  (en S (W - 1%:M) = \sum_(i < n | (k <= i)%N) l i <->
   principal_map k (thr k l) S W).
Proof.
move=> rW.
have := @lowrank_minP R n n 1%:M S pS (pr U (@firstk n k)) (thr k l).
rewrite mul1mx trmx1 !mulmx1 => /(_ topk _ (rank_pr rW)); rewrite pr_en //.
under [X in _ = X <-> _]eq_bigl do rewrite /firstk -leqNgt.
move=> ->; rewrite tr_firstk; have [kn|nk] := leqP k n.
  by split=> -[Q hQ]; exists Q; move: hQ; rewrite mulmx1.
have t0 : thr k l = 0.
  by rewrite /thr big_pred0 // => i; rewrite /firstk (ltn_trans (ltn_ord i)).
split=> -[Q [tp trQ _ QW WS]]; exists Q; rewrite t0 mul0r -?t0 ?mulmx1.
  rewrite mulmx1 in WS; split=> //; apply: le_trans trQ _.
  by rewrite ler_nat ltnW.
split=> //; have [oQ _ _ _ _] := tp.
by rewrite (oproj_rank oQ) ler_nat rank_leq_row.
Qed.

(* a positive tie at the cut: the optimal map is not unique *)
Theorem pca_tie (i j : 'I_n) : (i < k)%N -> (k <= j)%N -> l i = l j ->
  0 < l j -> exists W : 'M[R]_n, [/\ (\rank W <= k)%N,
    en S (W - 1%:M) = \sum_(i < n | (k <= i)%N) l i
    & W *m S <> Uk *m Uk^T *m S].
Proof.
move=> ik kj lij lj_gt0; have kn : (k <= n)%N.
  exact: leq_trans kj (ltnW (ltn_ord j)).
have tp : topproj S (pr U (@firstk n k)) (l j).
  apply: topproj_dg (ltW lj_gt0) => // m mk; first exact: ls.
  by rewrite -lij; apply: ls => //; move: mk; rewrite /firstk -leqNgt.
have tQ : \tr (pr U (@firstk n k)) = k%:R by rewrite pr_tr // card_firstk.
have := @lowrank_tie R n n 1%:M S pS (pr U (@firstk n k)) (l j).
rewrite mul1mx trmx1 !mulmx1 => /(_ tp lj_gt0)[|W [rW eW nW]].
  exists (row i U^T), (row j U^T).
  rewrite mul1mx trmx1 !mulmx1 /pr /S !dg_row // /ind /firstk ik.
  rewrite ltnNge kj.
  by rewrite scale1r scale0r lij !row_neq0.
exists W; split=> //; last by rewrite Uk_pr.
  by rewrite tQ ler_nat in rW.
by rewrite eW pr_en //; under eq_bigl do rewrite /firstk -leqNgt.
Qed.

(* With l_k > 0 (i.e. rank S >= k) an optimal map has rank exactly k *)
Theorem pca_opt_rank (W : 'M[R]_n) : (k <= n)%N ->
  (forall i : 'I_n, (i < k)%N -> 0 < l i) -> (\rank W <= k)%N ->
  en S (W - 1%:M) = \sum_(i < n | (k <= i)%N) l i -> \rank W = k.
Proof.
move=> kn lp rW eW; have [k0|k0] := posnP k.
  by apply/eqP; rewrite eqn_leq rW k0.
have i0k : firstk k (Ordinal (leq_trans k0 kn)) by [].
case: (Order.TotalTheory.arg_minP l i0k) => i ik im.
have tp : topproj S (pr U (@firstk n k)) (l i).
  apply: topproj_dg => // j; rewrite /firstk -leqNgt; exact: ls.
apply/eqP; rewrite -(eqr_nat R) -[X in _ == X%:R](card_firstk kn) -(pr_tr oU).
apply/eqP; apply: (@lowrank_rank R n n 1%:M S pS _ (l i)).
- by rewrite mul1mx trmx1 mulmx1.
- exact: lp.
- exact: rank_pr.
by rewrite mul1mx trmx1 mulmx1 pr_en //; under [RHS]eq_bigl do rewrite /firstk
  -leqNgt.
Qed.

End PCA.

(* sorted eigenvalues *)
Section Nonincreasing.
Variables (R : realFieldType) (n : nat).

Definition nonincreasing (l : 'I_n -> R) :=
  forall i j : 'I_n, (i <= j)%N -> l j <= l i.

Lemma nonincreasing_cut l k : nonincreasing l ->
  forall i j : 'I_n, (i < k)%N -> (k <= j)%N -> l j <= l i.
Proof. by move=> ls i j ik kj; apply/ls/(leq_trans (ltnW ik)). Qed.

Variables (U : 'M[R]_n) (l : 'I_n -> R) (k : nat).
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis l0 : forall i, 0 <= l i.
Hypothesis ls : nonincreasing l.
Let S := dg U l.
Let Uk := U *m pid_mx k : 'M[R]_(n, k).

(* the optimal map is unique on the range of S iff l_(k+1) < l_k or it is 0 *)
Theorem pca_uniq_iff (i j : 'I_n) : i.+1 = k -> k = j ->
  (forall W : 'M[R]_n, (\rank W <= k)%N ->
     en S (W - 1%:M) = \sum_(i < n | (k <= i)%N) l i ->
     W *m S = Uk *m Uk^T *m S) <->
  l j < l i \/ l j = 0.
Proof.
move=> ik kj; have lsk := nonincreasing_cut (k := k) ls.
have ij : (i <= j)%N by rewrite -kj -ik.
split=> [un|[lt_ji|lj0] W rW eW].
- have := l0 j; rewrite le_eqVlt => /orP[/eqP->|lj_gt0]; first by right.
  have := ls ij; rewrite le_eqVlt => /orP[/eqP/esym lij|]; last by left.
  have [|//|W [rW eW]] := pca_tie oU l0 lsk (i := i) (j := j) _ _ lij lj_gt0.
  - by rewrite -ik.
  - by rewrite kj.
  by case; apply: un.
- apply: (pca_uniq oU l0 lsk) => // i' j' i'k kj'.
  have i'i : (i' <= i)%N by rewrite -ltnS ik.
  have jj' : (j <= j')%N by rewrite -kj.
  exact: le_lt_trans (ls jj') (lt_le_trans lt_ji (ls i'i)).
have tail0 (W' : 'M[R]_n) : en S (W' - 1%:M) = 0 -> W' *m S = S.
  move/(en_eq0 (dg_psd U l0))/eqP.
  by rewrite mulmxBl mul1mx subr_eq0 => /eqP.
have t0 : \sum_(i < n | (k <= i)%N) l i = 0.
  apply: big1 => m km; apply/eqP; rewrite eq_le l0 andbT -lj0 ls //.
  by rewrite -kj.
by rewrite !tail0 // -t0 // pca_attained.
Qed.

End Nonincreasing.
