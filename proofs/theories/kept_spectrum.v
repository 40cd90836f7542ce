(*                     The spectrum that an optimum keeps                     *)
(* -------------------------------------------------------------------------- *)
(* tail_sum k s  the sum of the list s without its k largest members          *)
(* tail_min, tail_attained  maps of rank at most k leave tail_sum k of the    *)
(*               spectrum, where it need not be sorted, nor its eigenvectors  *)
(*               complete                                                     *)
(* join_dg       two sources in orthogonal directions have both spectra       *)
(* R2_kept       orthonormal (E X): of the spectra of E[q q^T] and of         *)
(*               E[eta eta^T] together the k largest are kept                 *)
(* R4_kept       exogenous directions scaled by g: those of g^2 E[eta eta^T]  *)
(* R5_mixture_kept  the mixture: (1 + lam) sigma^2 and tau^2 / (1 + lam)      *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat abelian trace psd projector ky_fan.
From SymLAM Require Import eckart_young eigenform l2 reduced_rank.
From SymLAM Require Import linear_lam two_sources exogenous_state leakage.
From SymLAM Require Import cross_exogenous mixture.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition tail_sum (R : realFieldType) k (s : seq R) : R :=
  \sum_(x <- drop k (sort (>=%R) s)) x.

Section Tail.
Variables (R : realFieldType) (p n m k : nat).
Variables (Y : 'M[R]_(p, n)) (S : 'M[R]_n) (U : 'M[R]_(p, m)) (c : 'I_m -> R).
Hypothesis pS : psd S.
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis ZU : Y *m S *m Y^T = dg U c.

Let c0 i : 0 <= c i.
Proof. by apply: (dg_psd_ge0 oU); rewrite -ZU; apply: psd_congr. Qed.

Let ge_total : total (>=%R : rel R). Proof. by move=> a b; apply: le_total. Qed.
Let ge_trans : transitive (>=%R : rel R).
Proof. by move=> a b d ba da; apply: le_trans da ba. Qed.

Let ord := sort (relpre c (>=%R)) (enum 'I_m).
Let J := mem (take k ord).

Let ord_uniq : uniq ord. Proof. by rewrite sort_uniq enum_uniq. Qed.
Let ord_mem i : i \in ord. Proof. by rewrite mem_sort mem_enum. Qed.
Let ord_size : size ord = m. Proof. by rewrite size_sort size_enum_ord. Qed.

Let dropJ i : ~~ J i = (i \in drop k ord).
Proof.
have := ord_mem i; rewrite -{1}(cat_take_drop k ord) mem_cat.
have : ~~ has (mem (take k ord)) (drop k ord).
  by have := ord_uniq; rewrite -{1}(cat_take_drop k ord) cat_uniq => /and3P[].
move=> /hasPn h; rewrite /J /=; have [iT _|//] := boolP (i \in take k ord).
by apply/esym/negbTE; apply/negP=> /h; rewrite /= iT.
Qed.

Let sorted2 i j : J i -> ~~ J j -> c j <= c i.
Proof.
rewrite dropJ => iT jD.
have tr : transitive (relpre c (>=%R)) by move=> x y z; apply: ge_trans.
have : sorted (relpre c (>=%R)) ord.
  by apply: sort_sorted => x y; apply: ge_total.
rewrite sorted_pairwise // -(cat_take_drop k ord) pairwise_cat.
by move=> /and3P[/allrelP h _ _]; apply: (h i j).
Qed.

Let tailE : \sum_(i | ~~ J i) c i = tail_sum k (codom c).
Proof.
rewrite /tail_sum codomE sort_map -map_drop big_map -/ord.
rewrite (eq_bigl (fun i => i \in drop k ord)); last by move=> i; rewrite dropJ.
by rewrite -big_uniq ?drop_uniq.
Qed.

Let top : exists t, topproj (Y *m S *m Y^T) (pr U J) t.
Proof.
rewrite ZU; case E: (drop k ord) => [|j s].
  exists 0; apply: (topproj_dg oU) => [i _|i|]; rewrite ?dropJ ?E //.
exists (c j); have Dj : ~~ J j by rewrite dropJ E mem_head.
apply: (topproj_dg oU) => [i Ji|i|]; [exact: sorted2| |exact: c0].
rewrite dropJ E inE => /orP[/eqP-> //|si].
have tr : transitive (relpre c (>=%R)) by move=> x y z; apply: ge_trans.
have : sorted (relpre c (>=%R)) (drop k ord).
  by apply: drop_sorted; apply: sort_sorted => x y; apply: ge_total.
by rewrite E sorted_pairwise //= => /andP[/allP/(_ i si)].
Qed.

Let trJ : \tr (pr U J) = (minn k m)%:R.
Proof.
rewrite pr_tr //; congr (_%:R); apply: (@etrans _ _ (size (take k ord))).
  by apply/card_uniqP; apply: take_uniq.
by rewrite size_take_min ord_size.
Qed.

Theorem tail_min (W : 'M[R]_(p, n)) : (\rank W <= k)%N ->
  tail_sum k (codom c) <= en S (W - Y).
Proof.
move=> rW; have [km|mk] := leqP k m.
  have [t tp] := top; rewrite -tailE -(pr_en oU) -ZU.
  by apply: (lowrank_min pS tp); rewrite trJ (minn_idPl km) ler_nat.
rewrite -tailE big1 ?en_ge0 // => i.
by rewrite dropJ drop_oversize // ord_size ltnW.
Qed.

Theorem tail_attained : exists W : 'M[R]_(p, n), (\rank W <= k)%N /\
  en S (W - Y) = tail_sum k (codom c).
Proof.
have [t tp] := top; exists (pr U J *m Y); split.
  rewrite (leq_trans (mxrankM_maxl _ _)) // -(ler_nat R) -oproj_rank.
    by rewrite trJ ler_nat geq_minl.
  exact: pr_oproj.
by rewrite (lowrank_attained tp) ZU pr_en // tailE.
Qed.
End Tail.

(* two spectra in one list *)
Section Join.
Variables (R : realFieldType) (p m n : nat).
Variables (U : 'M[R]_(p, m)) (P : 'M[R]_(p, n)) (l : 'I_m -> R) (t : 'I_n -> R).

Definition join (i : 'I_(m + n)) : R :=
  match split i with inl j => l j | inr j => t j end.

Lemma tail_join k : tail_sum k (codom join) = tail_sum k (codom l ++ codom t).
Proof.
congr (\sum_(x <- drop k _) x); apply/perm_sortP.
- by move=> a b; apply: le_total.
- by move=> a b d ba da; apply: le_trans da ba.
- by move=> a b; rewrite andbC; apply: le_anti.
rewrite !codomE.
have -> : [seq l i | i <- enum 'I_m] ++ [seq t i | i <- enum 'I_n] =
    [seq join i | i <- [seq lshift n i | i <- enum 'I_m]
      ++ [seq rshift m i | i <- enum 'I_n]].
  rewrite map_cat -!map_comp; congr (_ ++ _); apply: eq_map => i /=.
    by rewrite /join (unsplitK (inl i : 'I_m + 'I_n)).
  by rewrite /join (unsplitK (inr i : 'I_m + 'I_n)).
apply: perm_map; apply: uniq_perm; first exact: enum_uniq.
  rewrite cat_uniq (map_inj_uniq (@lshift_inj _ _)) enum_uniq.
  rewrite (map_inj_uniq (@rshift_inj _ _)) enum_uniq andbT.
  apply/hasPn=> _ /mapP[j _ ->]; apply/mapP=> -[i _ /eqP].
  by rewrite eq_rlshift.
move=> i; rewrite mem_enum mem_cat; apply/esym/orP.
by have [j ->|j ->] := split_ordP i; [left|right]; apply/mapP; exists j;
  rewrite ?mem_enum.
Qed.

Lemma join_dg : dg (row_mx U P) join = dg U l + dg P t.
Proof.
rewrite /dg; have -> : \row_i join i = row_mx (\row_i l i) (\row_i t i).
  by apply/rowP=> i; rewrite !mxE /join; case: (split i) => j; rewrite mxE.
by rewrite diag_mx_row mul_row_block !mulmx0 addr0 add0r tr_row_mx mul_row_col.
Qed.

Lemma join_orth : U^T *m U = 1%:M -> P^T *m P = 1%:M -> U^T *m P = 0 ->
  (row_mx U P)^T *m row_mx U P = 1%:M.
Proof.
move=> oU oP UP; have PU : P^T *m U = 0.
  by apply: trmx_inj; rewrite trmx_mul trmxK UP trmx0.
by rewrite tr_row_mx mul_col_row oU oP UP PU -scalar_mx_block.
Qed.
End Join.

(* R2: the k largest of {sigma_i^2} and {tau_j^2} are kept                    *)
Section Kept.
Variables (R : realFieldType) (V : l2space R) (n ds dx k : nat).
Variables (E : 'M[R]_(n, ds)) (X : 'M[R]_(n, dx)) (F : 'M[R]_dx).
Variables (s q : 'cV[V]_ds) (xi eta : 'cV[V]_dx).
Variables (U : 'M[R]_ds) (l : 'I_ds -> R) (P : 'M[R]_dx) (t : 'I_dx -> R).
Hypothesis oEX : orthonormal E X.
Hypothesis oU : U^T *m U = 1%:M.
Hypothesis qU : cov q q = dg U l.
Hypothesis oP : P^T *m P = 1%:M.
Hypothesis eP : cov eta eta = dg P t.

Let both (b d : R) : b *: (E *m cov q q *m E^T) + d *: (X *m cov eta eta *m X^T)
  = dg (row_mx (E *m U) (X *m P)) (join (fun i => b * l i) (fun j => d * t j)).
Proof.
by rewrite join_dg -!dgZ qU eP /dg !trmx_mul !mulmxA.
Qed.

Let orth : (row_mx (E *m U) (X *m P))^T *m row_mx (E *m U) (X *m P) = 1%:M.
Proof.
have [EE EX _ XX] := proj1 (orthonormalP E X) oEX; apply: join_orth.
- by rewrite trmx_mul mulmxA -(mulmxA U^T) EE mulmx1.
- by rewrite trmx_mul mulmxA -(mulmxA P^T) XX mulmx1.
by rewrite trmx_mul mulmxA -(mulmxA U^T) EX mulmx0 mul0mx.
Qed.

Hypothesis model : exo_sources s q xi eta.

Let value (d : R) (o x : 'cV[V]_n) G : cov x o = G *m cov o o ->
  cov (x - G *v o) (x - G *v o) =
    1 *: (E *m cov q q *m E^T) + d *: (X *m cov eta eta *m X^T) ->
  let tail := tail_sum k (codom l ++ codom (fun j => d * t j)) in
  (forall A (B : 'M_(n, k)) C D, tail <= loss o x A B C D) /\
  exists A (B : 'M_(n, k)) C D, loss o x A B C D = tail.
Proof.
move=> xo rE tail; have ZU : 1%:M *m cov (x - G *v o) (x - G *v o) *m 1%:M^T =
    dg (row_mx (E *m U) (X *m P)) (join (fun i => 1 * l i) (fun j => d * t j)).
  by rewrite mul1mx trmx1 mulmx1 rE both.
have tE : tail = tail_sum k (codom (join (fun i => 1 * l i)
    (fun j => d * t j))).
  rewrite tail_join /tail; congr (tail_sum k (_ ++ _)).
  by apply: eq_codom => i; rewrite mul1r.
split=> [A B C D|].
  apply: le_trans (loss_ge_pca xo A B C D); rewrite tE.
  exact: (tail_min (cov_psd _) orth ZU (rank_BD B D)).
have [W [/rank_factor[B [D <-]] e]] := tail_attained k (cov_psd _) orth ZU.
by exists (best_A G B 0 D), B, 0, D; rewrite (loss_best_A xo) tE -e.
Qed.

Theorem R2_kept : let o := exo_obs E X s xi in
  let x := exo_change E X F q xi eta in
  let tail := tail_sum k (codom l ++ codom t) in
  (forall A (B : 'M_(n, k)) C D, tail <= loss o x A B C D) /\
  exists A (B : 'M_(n, k)) C D, loss o x A B C D = tail.
Proof.
move=> o x; have [G xo] := regression x o.
have -> : codom t = codom (fun j => 1 * t j).
  by apply: eq_codom => j; rewrite mul1r.
apply: (value xo); rewrite !scale1r.
exact: (R1_separable model xo (orthonormal_separable oEX)).
Qed.

(* R4: exogenous directions scaled by g: of {sigma_i^2} and {g^2 tau_j^2}     *)
Theorem R4_kept (g : R) : let W := E *m E^T + g *: (X *m X^T) in
  let o := W *v exo_obs E X s xi in
  let x := W *v exo_change E X F q xi eta in
  let tail := tail_sum k (codom l ++ codom (fun j => g ^+ 2 * t j)) in
  (forall A (B : 'M_(n, k)) C D, tail <= loss o x A B C D) /\
  exists A (B : 'M_(n, k)) C D, loss o x A B C D = tail.
Proof.
move=> W; have [EE EX XE XX] := proj1 (orthonormalP E X) oEX.
have Wact (u : 'cV[V]_ds) (v : 'cV[V]_dx) :
    W *v (E *v u + X *v v) = E *v u + (g *: X) *v v.
  have WE : W *m E = E.
    rewrite /W mulmxDl -mulmxA EE mulmx1 -scalemxAl -mulmxA XE mulmx0.
    by rewrite scaler0 addr0.
  have WX : W *m X = g *: X.
    by rewrite /W mulmxDl -mulmxA EX mulmx0 add0r -scalemxAl -mulmxA XX mulmx1.
  by rewrite actDr !actA WE WX.
have -> : W *v exo_obs E X s xi = exo_obs E (g *: X) s xi by apply: Wact.
have -> : W *v exo_change E X F q xi eta = exo_change E (g *: X) F q xi eta.
  exact: Wact.
set o := exo_obs _ _ _ _; set x := exo_change _ _ _ _ _ _ => /=.
have [G xo] := regression x o; apply: (value xo).
have -> : 1 *: (E *m cov q q *m E^T) + g ^+ 2 *: (X *m cov eta eta *m X^T) =
    E *m cov q q *m E^T + (g *: X) *m cov eta eta *m (g *: X)^T.
  by rewrite scale1r trmxZE -scalemxAr -!scalemxAl scalerA expr2.
apply/(R1_innovation_iff model xo); exists (X *m (F - 1%:M) *m X^T).
have e1 : X *m (F - 1%:M) *m X^T *m E = 0.
  by rewrite -(mulmxA _ X^T) XE mulmx0.
have e2 : X *m (F - 1%:M) *m X^T *m (g *: X) = g *: X *m (F - 1%:M).
  by rewrite -scalemxAr -(mulmxA _ X^T) XX mulmx1 scalemxAl.
rewrite /o /exo_obs actDr !actA e1 e2 act0l add0r.
by rewrite subrr msq0.
Qed.

(* R5: the mixture: of {(1 + lam) sigma_i^2} and {tau_j^2 / (1 + lam)}        *)
Theorem R5_mixture_kept (lam : R) (xt et : 'cV[V]_dx) : 0 <= lam ->
  twin_sources 0 s q xi eta xt et ->
  let value := tail_sum k (codom (fun i => (1 + lam) * l i)
      ++ codom (fun j => (1 + lam)^-1 * t j))
    + (lam + lam / (1 + lam)) * \sum_j t j in
  let L := loss_mix (k := k) lam E X F s q xi eta xt et in
  (forall A B C D, value <= L A B C D) /\ exists A B C D, L A B C D = value.
Proof.
move=> lam0 twin tl L; have sep := orthonormal_separable oEX.
have [_ _ _ XX] := proj1 (orthonormalP E X) oEX.
have [M [N [ME MX NE NX]]] := separable_inverse sep.
have [T1 [T2 [K [pT1 pT2 Z1 Z2 [ge att _ _ _]]]]] :=
  mix_reduced k F lam0 twin ME MX NE NX.
have ZU := both (1 + lam) (1 + lam)^-1.
rewrite Z1 Z2 -mulmxDl -mulmxDr in ZU.
have lam1 : 1 + lam != 0.
  by rewrite lt0r_neq0 // addrC; apply: lt_paddl lam0 ltr01.
have vE : tl = tail_sum k (codom (join (fun i => (1 + lam) * l i)
      (fun j => (1 + lam)^-1 * t j)))
    + (1 - (1 + lam)^-1 + lam) * \tr (X *m cov eta eta *m X^T).
  rewrite /tl tail_join; congr (_ + _ * _); first by field.
  by rewrite mxtrace_mulC mulmxA XX mul1mx eP dg_tr.
rewrite /L vE; split=> [A B C D|].
  apply: le_trans (ge A B C D); rewrite le_add2r.
  exact: (tail_min (psdD pT1 pT2) orth ZU (rank_BD B D)).
have [W [/rank_factor[B [D <-]] e]] := tail_attained k (psdD pT1 pT2) orth ZU.
by have [A [C eA]] := att B D; exists A, B, C, D; rewrite eA e.
Qed.
End Kept.
