(*      A decision procedure for words in matrices, traces and moments        *)
(* -------------------------------------------------------------------------- *)
(* mexp, sexp, vexp == syntax of matrices, scalars and random vectors         *)
(* mev, sev, vev == their values in an environment                            *)
(* mnf, snf, vnf == their normal forms: sums of rational x monomial x word    *)
(*       fac == a factor: ((0, a), t) the letter a, transposed when t = 1;    *)
(*              ((1, k), l) the second moment E[x_k x_l^T]                    *)
(*     tword == the trace of a word, as (first dimension, word)               *)
(*      mono == scalar symbols and traces, both sorted                        *)
(* Words are reduced by F F^-1 = 1 for the listed pairs and S^T = S for the   *)
(* letters marked symmetric; traces up to rotation and transposition.         *)
(* sdecide, mdecide, vdecide == two expressions with equal normal forms are   *)
(*              equal (soundness).  The tactic is in export_tactics.          *)
From Coq Require Import ZArith QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From SymLAM Require Import compat psd l2 dyadic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition fac := (nat * nat * nat)%type.
Definition word := seq fac.
Definition tword := (nat * seq fac)%type.
Definition mono := (seq nat * seq tword)%type.
Notation sterms := (seq (mono * Q)).
Notation mterms := (seq (mono * word * Q)).

Inductive mexp :=
  | MV of nat | M0 | MC of sexp | MD of mexp & mexp | MN of mexp
  | MM of nat & mexp & mexp | MT of mexp | MZ of sexp & mexp | MK of vexp & vexp
with sexp :=
  | S0 | S1 | SV of nat | SN of nat | SI of nat | SZ of Z | SJ of Z | SM of nat
  | SD of sexp & sexp | SO of sexp | SP of sexp & sexp | SX of sexp & nat
  | ST of nat & mexp | SQ of nat & vexp
with vexp :=
  | V0 | VV of nat | VD of vexp & vexp | VN of vexp | VA of nat & mexp & vexp.

Scheme mexp_mind := Induction for mexp Sort Prop
  with sexp_mind := Induction for sexp Sort Prop
  with vexp_mind := Induction for vexp Sort Prop.
Combined Scheme exp_mind from mexp_mind, sexp_mind, vexp_mind.

Definition qmul (a b : Q) : Q := Qred (Qmult a b).
Arguments qmul : simpl never.

(* rationals in a field of characteristic zero *)
Section Rationals.
Variable R : realFieldType.
Definition qR (q : Q) : R := zR R (Qnum q) / zR R (Zpos (Qden q)).

Let pos_neq0 p : zR R (Zpos p) != 0.
Proof. by rewrite gt_eqF ?zR_gt0. Qed.

Lemma qR0 : qR (0#1) = 0. Proof. by rewrite /qR mul0r. Qed.
Lemma qR1 : qR (1#1) = 1. Proof. by rewrite /qR divr1. Qed.
Lemma qR_z z : qR (z#1) = zR R z. Proof. by rewrite /qR divr1. Qed.
Lemma qRD a b : qR (Qplus a b) = qR a + qR b.
Proof.
case: a b => [a p] [b q]; rewrite /qR addf_div ?pos_neq0 //.
rewrite -[Qnum (Qplus _ _)]/(Z.add (Z.mul a (Zpos q)) (Z.mul b (Zpos p))).
rewrite -[Zpos (Qden (Qplus _ _))]/(Z.mul (Zpos p) (Zpos q)).
by rewrite zRD !zRM.
Qed.
Lemma qRM a b : qR (Qmult a b) = qR a * qR b.
Proof.
case: a b => [a p] [b q]; rewrite /qR mulf_div.
rewrite -[Qnum (Qmult _ _)]/(Z.mul a b).
rewrite -[Zpos (Qden (Qmult _ _))]/(Z.mul (Zpos p) (Zpos q)).
by rewrite !zRM.
Qed.
Lemma qRN a : qR (Qopp a) = - qR a.
Proof. by case: a => [a p]; rewrite /qR -mulNr -zR_opp. Qed.
Lemma qR_eq a b : Qeq a b -> qR a = qR b.
Proof.
case: a b => [a p] [b q]; rewrite /Qeq /qR; set P := Zpos p; set T := Zpos q.
rewrite -![Qnum _]/(_ : Z) => e.
by apply/eqP; rewrite eqr_div ?pos_neq0 // -!zRM; apply/eqP; congr zR.
Qed.
Lemma qR_red a : qR (Qred a) = qR a. Proof. exact/qR_eq/Qred_correct. Qed.
Lemma qR_mul a b : qR (qmul a b) = qR a * qR b.
Proof. by rewrite /qmul qR_red qRM. Qed.
Lemma qR_inv z : qR (Qinv (z#1)) = (zR R z)^-1.
Proof.
case: z => [|p|p]; rewrite /qR; first by rewrite mul0r invr0.
  by rewrite -[Qnum _]/(Zpos 1) mul1r.
rewrite -[Qnum _]/(Zneg 1) -[Zpos (Qden _)]/(Zpos p).
by rewrite -[Zneg p]/(Z.opp (Zpos p)) zR_opp invrN mulN1r.
Qed.
End Rationals.

Section Normal.
(* what is known of the letters, computable *)
Variables (rs cs : seq nat) (ss : seq bool) (bs : seq nat).
Variables (ps : seq (fac * fac)) (sp : seq (nat * nat)) (dc : seq (option Z)).

Definition fr (f : fac) : nat :=
  let: (c, a, b) := f in
  if c is 0%N then nth 0%N (if b is 0%N then rs else cs) a else nth 0%N bs a.
Definition fc (f : fac) : nat :=
  let: (c, a, b) := f in
  if c is 0%N then nth 0%N (if b is 0%N then cs else rs) a else nth 0%N bs b.
Definition flip (f : fac) : fac :=
  let: (c, a, b) := f in
  if c is 0%N then
    (0, a, if nth false ss a then 0 else if b is 0 then 1 else 0)%N
  else (1, b, a)%N.
Definition letter a : fac := (0, a, 0)%N.
Definition moment k l : fac := (1, k, l)%N.
Definition canc (f g : fac) : bool :=
  [&& (f, g) \in ps, fc f == fr g & fc g == fr f].

Fixpoint wt i j (w : word) : bool :=
  if w is f :: w' then (fr f == i) && wt (fc f) j w' else i == j.
Definition push f (w : word) : word :=
  if w is g :: w' then if canc f g then w' else f :: w else [:: f].
Definition wcat (u v : word) : word := foldr push v u.
Definition wtr (w : word) : word := rev (map flip w).

(* traces: rotate, reduce, and take the least candidate *)
Definition rot1w (t : tword) : tword :=
  if t.2 is f :: w then (fc f, wcat w [:: f]) else t.
Fixpoint rots n (t : tword) : seq tword :=
  if n is n'.+1 then t :: rots n' (rot1w t) else [:: t].
Fixpoint rotn n (t : tword) : tword :=
  if n is n'.+1 then rotn n' (rot1w t) else t.
Fixpoint lexlt (a b : seq nat) : bool :=
  match a, b with
  | [::], [::] => false | [::], _ => true | _, [::] => false
  | x :: a', y :: b' => if x == y then lexlt a' b' else (x < y)%N
  end.
Definition tcode (t : tword) : seq nat :=
  t.1 :: flatten (map (fun f : fac => [:: f.1.1; f.1.2; f.2]) t.2).
Definition tlt (s t : tword) : bool := lexlt (tcode s) (tcode t).
Definition best (t : tword) (c : seq tword) : tword :=
  foldr (fun a b => if tlt a b then a else b) t c.
Definition tcanon i (w : word) : tword :=
  let t := rotn (size w) (i, w) in
  let n := size t.2 in
  best t (rots n t ++ rots n (t.1, wtr t.2)).

Definition sins x (s : seq nat) : seq nat :=
  if has (fun y => (x, y) \in sp) s then
    rem (nth 0%N s (find (fun y => (x, y) \in sp) s)) s
  else x :: s.
Definition smerge (s t : seq nat) : seq nat := sort leq (foldr sins t s).
Definition tmerge (s t : seq tword) : seq tword :=
  sort (fun a b => ~~ tlt b a) (s ++ t).
Definition momul (a b : mono) : mono := (smerge a.1 b.1, tmerge a.2 b.2).
Definition mono1 : mono := ([::], [::]).

Definition qconst (q : Q) : sterms := [:: (mono1, q)].
Definition sopp (l : sterms) : sterms := [seq (t.1, Qopp t.2) | t <- l].
Definition smul (l m : sterms) : sterms :=
  [seq (momul s.1 t.1, qmul s.2 t.2) | s <- l, t <- m].
Fixpoint sexpn (l : sterms) n : sterms :=
  if n is n'.+1 then smul l (sexpn l n') else qconst (1#1).
Definition mopp (l : mterms) : mterms := [seq (t.1, Qopp t.2) | t <- l].
Definition mmul (l m : mterms) : mterms :=
  [seq ((momul s.1.1 t.1.1, wcat s.1.2 t.1.2), qmul s.2 t.2)
   | s <- l, t <- m].
Definition mtr (l : mterms) : mterms :=
  [seq ((t.1.1, wtr t.1.2), t.2) | t <- l].
Definition mscale (l : sterms) (m : mterms) : mterms :=
  [seq ((momul s.1 t.1.1, t.1.2), qmul s.2 t.2) | s <- l, t <- m].
Definition tterm (mo : mono) (t : tword) (q : Q) : mono * Q :=
  if (t.2, nth None dc t.1) is ([::], Some z) then
    (mo, qmul q (z#1))
  else (momul mo ([::], [:: t]), q).
Definition strace i (l : mterms) : sterms :=
  [seq tterm t.1.1 (tcanon i t.1.2) t.2 | t <- l].

Let nb := size bs.
Definition cnf (us vs : seq mterms) : mterms :=
  flatten [seq flatten [seq mmul (mmul (nth [::] us k)
                                       [:: (mono1, [:: moment k l], 1#1)])
                                 (mtr (nth [::] vs l)) | l <- iota 0 nb]
           | k <- iota 0 nb].

Fixpoint mnf (e : mexp) (i j : nat) {struct e} : mterms :=
  match e with
  | MV a => [:: (mono1, [:: letter a], 1#1)]
  | M0 => [::]
  | MC s => [seq ((t.1, [::]), t.2) | t <- snf s]
  | MD a b => mnf a i j ++ mnf b i j
  | MN a => mopp (mnf a i j)
  | MM k a b => mmul (mnf a i k) (mnf b k j)
  | MT a => mtr (mnf a j i)
  | MZ s a => mscale (snf s) (mnf a i j)
  | MK u v =>
      cnf [seq vnf u i k | k <- iota 0 nb] [seq vnf v j k | k <- iota 0 nb]
  end
with snf (e : sexp) {struct e} : sterms :=
  match e with
  | S0 => [::] | S1 => qconst (1#1)
  | SV x => [:: (([:: x], [::]), 1#1)]
  | SN n => qconst (Z.of_nat n#1) | SI n => qconst (Qinv (Z.of_nat n#1))
  | SZ z => qconst (z#1) | SJ z => qconst (Qinv (z#1))
  | SM i => [:: tterm mono1 (i, [::]) (1#1)]
  | SD a b => snf a ++ snf b
  | SO a => sopp (snf a)
  | SP a b => smul (snf a) (snf b)
  | SX a n => sexpn (snf a) n
  | ST i a => strace i (mnf a i i)
  | SQ i v => let us := [seq vnf v i k | k <- iota 0 nb] in strace i (cnf us us)
  end
with vnf (e : vexp) (i k : nat) {struct e} : mterms :=
  match e with
  | V0 => [::]
  | VV b => if b == k then [:: (mono1, [::], 1#1)] else [::]
  | VD a b => vnf a i k ++ vnf b i k
  | VN a => mopp (vnf a i k)
  | VA j m v => mmul (mnf m i j) (vnf v j k)
  end.

(* expressions whose shapes fit *)
Fixpoint mwt (e : mexp) (i j : nat) {struct e} : bool :=
  match e with
  | MV a => (nth 0%N rs a == i) && (nth 0%N cs a == j)
  | M0 => true
  | MC s => (i == j) && swt s
  | MD a b => mwt a i j && mwt b i j
  | MN a => mwt a i j
  | MM k a b => mwt a i k && mwt b k j
  | MT a => mwt a j i
  | MZ s a => swt s && mwt a i j
  | MK u v => vwt u i && vwt v j
  end
with swt (e : sexp) {struct e} : bool :=
  match e with
  | SD a b | SP a b => swt a && swt b
  | SO a | SX a _ => swt a
  | ST i a => mwt a i i
  | SQ i v => vwt v i
  | _ => true
  end
with vwt (e : vexp) (i : nat) {struct e} : bool :=
  match e with
  | V0 => true
  | VV b => (b < nb)%N && (nth 0%N bs b == i)
  | VD a b => vwt a i && vwt b i
  | VN a => vwt a i
  | VA j m v => mwt m i j && vwt v j
  end.

(* collecting equal keys *)
Fixpoint put (K : eqType) (k : K) (q : Q) (l : seq (K * Q)) : seq (K * Q) :=
  if l is t :: l' then
    if t.1 == k then (k, Qplus t.2 q) :: l' else t :: put k q l'
  else [:: (k, q)].
Definition collect (K : eqType) (l : seq (K * Q)) : seq (K * Q) :=
  foldr (fun t c => put t.1 t.2 c) [::] l.
Definition vanish (K : eqType) (l : seq (K * Q)) : bool :=
  all (fun t => Z.eqb (Qnum t.2) 0) (collect l).

(* values *)
Variables (R : realFieldType) (V : l2space R) (ds : seq nat).
Definition dm (ds : seq nat) i := nth 0%N ds i.
Local Notation d := (dm ds).
Variables (get : nat -> forall i j, 'M[R]_(d i, d j)) (sv : nat -> R).
Variable bas : nat -> forall i, 'cV[V]_(d i).

Definition nat_dec : forall i j : nat, {i = j} + {i <> j}.
Proof. by decide equality. Defined.
Definition oneat i j (c : R) : 'M[R]_(d i, d j) :=
  match nat_dec i j with
  | left e => match e in _ = j' return 'M[R]_(d i, d j') with erefl => c%:M end
  | right _ => 0
  end.

Fixpoint mev (e : mexp) (i j : nat) {struct e} : 'M[R]_(d i, d j) :=
  match e with
  | MV a => get a i j
  | M0 => 0
  | MC s => oneat i j (sev s)
  | MD a b => mev a i j + mev b i j
  | MN a => - mev a i j
  | MM k a b => mev a i k *m mev b k j
  | MT a => (mev a j i)^T
  | MZ s a => sev s *: mev a i j
  | MK u v => cov (vev u i) (vev v j)
  end
with sev (e : sexp) {struct e} : R :=
  match e with
  | S0 => 0 | S1 => 1
  | SV x => sv x
  | SN n => n%:R | SI n => n%:R^-1
  | SZ z => zR R z | SJ z => (zR R z)^-1
  | SM i => (d i)%:R
  | SD a b => sev a + sev b
  | SO a => - sev a
  | SP a b => sev a * sev b
  | SX a n => sev a ^+ n
  | ST i a => \tr (mev a i i)
  | SQ i v => msq (vev v i)
  end
with vev (e : vexp) (i : nat) {struct e} : 'cV[V]_(d i) :=
  match e with
  | V0 => 0
  | VV b => bas b i
  | VD a b => vev a i + vev b i
  | VN a => - vev a i
  | VA j m v => mev m i j *v vev v j
  end.

Definition fev (f : fac) i j : 'M[R]_(d i, d j) :=
  let: (c, a, b) := f in
  if c is 0%N then (if b is 0%N then get a i j else (get a j i)^T)
  else cov (bas a i) (bas b j).
Fixpoint wev i j (w : word) : 'M[R]_(d i, d j) :=
  if w is f :: w' then fev f i (fc f) *m wev (fc f) j w' else oneat i j 1.
Definition tev (t : tword) : R := \tr (wev t.1 t.1 t.2).
Definition moev (m : mono) : R :=
  (\prod_(x <- m.1) sv x) * \prod_(t <- m.2) tev t.
Definition snev (l : sterms) : R := \sum_(t <- l) qR R t.2 * moev t.1.
Definition mnev i j (l : mterms) : 'M[R]_(d i, d j) :=
  \sum_(t <- l) (qR R t.2 * moev t.1.1) *: wev i j t.1.2.
Definition wts i j (l : mterms) : bool := all (fun t => wt i j t.1.2) l.

(* what has to hold of the letters *)
Definition row_of a := nth 0%N rs a.
Fixpoint sym_ok a (l : seq bool) : Prop :=
  if l is b :: l' then
    (if b then nth 0%N cs a = nth 0%N rs a /\
               (get a (row_of a) (row_of a))^T = get a (row_of a) (row_of a)
     else True) /\ sym_ok a.+1 l'
  else True.
Fixpoint inv_ok (l : seq (fac * fac)) : Prop :=
  if l is p :: l' then
    fev p.1 (fr p.1) (fr p.2) *m fev p.2 (fr p.2) (fr p.1) = 1%:M /\ inv_ok l'
  else True.
Fixpoint sca_ok (l : seq (nat * nat)) : Prop :=
  if l is p :: l' then sv p.1 * sv p.2 = 1 /\ sca_ok l' else True.
Fixpoint dim_ok i (l : seq (option Z)) : Prop :=
  if l is z :: l' then
    (if z is Some z then (d i)%:R = zR R z else True) /\ dim_ok i.+1 l'
  else True.
Hypotheses (symP : sym_ok 0 ss) (invP : inv_ok ps) (scaP : sca_ok sp).
Hypothesis dimP : dim_ok 0 dc.

Lemma sym_okP a : nth false ss a ->
  nth 0%N cs a = row_of a /\
  (get a (row_of a) (row_of a))^T = get a (row_of a) (row_of a).
Proof.
suff h n l : sym_ok n l -> forall i, nth false l i ->
    nth 0%N cs (n + i) = row_of (n + i) /\
    (get (n + i) (row_of (n + i)) (row_of (n + i)))^T =
    get (n + i) (row_of (n + i)) (row_of (n + i)).
  exact: h symP a.
elim: l n => [|b l IH] n /=; first by move=> _ i; rewrite nth_nil.
case=> hb hl [|i]; first by rewrite addn0; case: b hb.
by move/(IH _ hl); rewrite addSnnS.
Qed.

Lemma inv_okP f g : (f, g) \in ps ->
  fev f (fr f) (fr g) *m fev g (fr g) (fr f) = 1%:M.
Proof.
move: invP; elim: ps => [//|p l IH] /= [hp hl].
by rewrite inE => /orP[/eqP e|/IH->//]; rewrite -e in hp.
Qed.

Lemma sca_okP x y : (x, y) \in sp -> sv x * sv y = 1.
Proof.
move: scaP; elim: sp => [//|p l IH] /= [hp hl].
by rewrite inE => /orP[/eqP e|/IH->//]; rewrite -e in hp.
Qed.

Lemma dim_okP i z : nth None dc i = Some z -> (d i)%:R = zR R z.
Proof.
suff h n l : dim_ok n l -> forall i, nth None l i = Some z ->
    (d (n + i))%:R = zR R z by apply: h dimP _.
elim: l n => [|b l IH] n /=; first by move=> _ k; rewrite nth_nil.
case=> hb hl [|k] /=; first by rewrite addn0 => e; rewrite e in hb.
by move/(IH _ hl); rewrite addSnnS.
Qed.

Lemma oneatE i c : oneat i i c = c%:M.
Proof.
by rewrite /oneat; case: nat_dec => // e; rewrite (eq_irrelevance e erefl).
Qed.

(* factors and words *)
Lemma fr_flip f : fr (flip f) = fc f.
Proof.
case: f => [[[|c] a] b] //=; case: ifP => [/sym_okP[]|_]; last by case: b.
by rewrite /row_of => e _; case: b => [|b]; rewrite ?e.
Qed.
Lemma fc_flip f : fc (flip f) = fr f.
Proof.
case: f => [[[|c] a] b] //=; case: ifP => [/sym_okP[]|_]; last by case: b.
by rewrite /row_of => e _; case: b => [|b]; rewrite ?e.
Qed.
Lemma fev_flip f : fev (flip f) (fc f) (fr f) = (fev f (fr f) (fc f))^T.
Proof.
case: f => [[[|c] a] b] /=; last by rewrite covC.
case: ifP => [/sym_okP[]|_]; last by case: b => [|b] //; rewrite trmxK.
by rewrite /row_of; case: b => [|b] e h; rewrite e ?trmxK ?h.
Qed.

Lemma wt_cat i j k u v : wt i j u -> wt j k v -> wt i k (u ++ v).
Proof. by elim: u i => [|f u IH] i /=; [move/eqP->|case/andP=> -> /IH]. Qed.
Lemma wev_cat i j k u v : wt i j u ->
  wev i k (u ++ v) = wev i j u *m wev j k v.
Proof.
elim: u i => [|f u IH] i /=; first by move/eqP->; rewrite oneatE mul1mx.
by case/andP=> _ hu; rewrite (IH _ hu) mulmxA.
Qed.

Lemma push_ok i k f v : fr f = i -> wt (fc f) k v ->
  wt i k (push f v) /\
  wev i k (push f v) = fev f i (fc f) *m wev (fc f) k v.
Proof.
case: v => [|g v] fi /=; first by rewrite fi eqxx.
case/andP=> /eqP fg hv; case: ifP => [|_] /=; last by rewrite fi fg !eqxx.
case/and3P=> hp _ /eqP gf; rewrite gf fi in hv *; split=> //.
by rewrite mulmxA -fg -fi (inv_okP hp) mul1mx.
Qed.

Lemma wcat_ok i j k u v : wt i j u -> wt j k v ->
  wt i k (wcat u v) /\ wev i k (wcat u v) = wev i j u *m wev j k v.
Proof.
elim: u i => [|f u IH] i /=; first by move/eqP->; rewrite oneatE mul1mx.
case/andP=> /eqP fi hu hv; have [hw e] := IH _ hu hv.
by have [hp ->] := @push_ok _ _ _ _ fi hw; rewrite e mulmxA.
Qed.

Lemma wtr_ok i j w : wt i j w ->
  wt j i (wtr w) /\ wev j i (wtr w) = (wev i j w)^T.
Proof.
elim: w i => [|f w IH] i /=.
  by move/eqP->; rewrite eqxx oneatE trmx1.
case/andP=> /eqP fi /IH[hw e]; rewrite /wtr /= rev_cons -cats1.
have hf : wt (fc f) i [:: flip f] by rewrite /= fr_flip fc_flip fi !eqxx.
split; first exact: (@wt_cat _ _ _ _ _ hw hf).
rewrite (@wev_cat _ _ i _ _ hw) -/(wtr w) e /= fc_flip fi oneatE mulmx1.
rewrite trmx_mul.
by rewrite -fi fev_flip.
Qed.

Definition twt (t : tword) := wt t.1 t.1 t.2.

Lemma rot1w_ok t : twt t -> twt (rot1w t) /\ tev (rot1w t) = tev t.
Proof.
case: t => i [|f w] //; rewrite /twt /tev /= => /andP[/eqP fi hw].
have hf : wt i (fc f) [:: f] by rewrite /= fi !eqxx.
have [h ->] := @wcat_ok _ _ _ _ _ hw hf; split=> //.
by rewrite mxtrace_mulC /= oneatE mulmx1.
Qed.

Lemma rotn_ok n t : twt t -> twt (rotn n t) /\ tev (rotn n t) = tev t.
Proof.
by elim: n t => [|n IH] t //= /rot1w_ok[ht <-]; apply: IH.
Qed.

Lemma rots_ok n t s : twt t -> s \in rots n t -> twt s /\ tev s = tev t.
Proof.
elim: n t => [|n IH] t ht /=; rewrite inE.
  by move/eqP->.
case/orP=> [/eqP->//|]; have [h <-] := rot1w_ok ht; exact: IH.
Qed.

Lemma best_in t c : best t c \in t :: c.
Proof.
elim: c => [|a c] /=; first by rewrite inE.
by case: ifP => _; rewrite !inE ?eqxx ?orbT // => /orP[->|->]; rewrite ?orbT.
Qed.

Lemma tcanon_ok i w : wt i i w ->
  twt (tcanon i w) /\ tev (tcanon i w) = tev (i, w).
Proof.
move=> hw; rewrite /tcanon; set t := rotn _ _.
have [ht et] : twt t /\ tev t = tev (i, w) by apply: rotn_ok.
rewrite -et; have [hr er] := @wtr_ok _ _ _ ht.
have := best_in t (rots (size t.2) t ++ rots (size t.2) (t.1, wtr t.2)).
rewrite inE mem_cat => /or3P[/eqP->//||]; first exact: rots_ok.
have hr' : twt (t.1, wtr t.2) by [].
by move/(rots_ok hr')=> [-> ->]; rewrite /tev /= er mxtrace_tr.
Qed.

(* monomials *)
Let sprod s := \prod_(x <- s) sv x.

Lemma sins_ok x s : sprod (sins x s) = sv x * sprod s.
Proof.
rewrite /sins; case: ifP => [hs|_]; last by rewrite /sprod big_cons.
set y := nth _ _ _; have ys : y \in s by rewrite mem_nth // -has_find.
rewrite /sprod (perm_big _ (perm_to_rem ys)) big_cons mulrA.
by rewrite (sca_okP (nth_find 0%N hs)) mul1r.
Qed.

Lemma momul_ok a b : moev (momul a b) = moev a * moev b.
Proof.
rewrite /moev /= mulrACA; congr (_ * _).
  rewrite /smerge (perm_big (foldr sins b.1 a.1)) ?perm_sort //=.
  rewrite -/(sprod _) -/(sprod _) -/(sprod _).
  elim: a.1 => [|x s IH] /=; first by rewrite /sprod big_nil mul1r.
  by rewrite sins_ok IH [in RHS]/sprod big_cons mulrA.
by rewrite /tmerge (perm_big (a.2 ++ b.2)) ?perm_sort // big_cat.
Qed.

Lemma moev1 : moev mono1 = 1.
Proof. by rewrite /moev !big_nil mulr1. Qed.

Lemma snev_cons t l : snev (t :: l) = qR R t.2 * moev t.1 + snev l.
Proof. by rewrite /snev big_cons. Qed.
Lemma snev_nil : snev [::] = 0. Proof. by rewrite /snev big_nil. Qed.
Lemma snev_cat l m : snev (l ++ m) = snev l + snev m.
Proof. by rewrite /snev big_cat. Qed.
Lemma snev_opp l : snev (sopp l) = - snev l.
Proof.
by rewrite /snev big_map -sumrN; apply: eq_bigr => t _; rewrite qRN mulNr.
Qed.
Lemma snev_const q : snev (qconst q) = qR R q.
Proof. by rewrite snev_cons snev_nil moev1 mulr1 addr0. Qed.
Lemma snev_mul l m : snev (smul l m) = snev l * snev m.
Proof.
rewrite /snev big_allpairs_dep mulr_suml; apply: eq_bigr => s _.
rewrite mulr_sumr; apply: eq_bigr => t _ /=.
by rewrite qR_mul momul_ok mulrACA.
Qed.
Lemma snev_exp l n : snev (sexpn l n) = snev l ^+ n.
Proof.
elim: n => [|n IH] /=; first by rewrite snev_const qR1.
by rewrite snev_mul IH exprS.
Qed.

Lemma mnev_nil i j : mnev i j [::] = 0. Proof. by rewrite /mnev big_nil. Qed.
Lemma mnev_cat i j l m : mnev i j (l ++ m) = mnev i j l + mnev i j m.
Proof. by rewrite /mnev big_cat. Qed.
Lemma mnev_opp i j l : mnev i j (mopp l) = - mnev i j l.
Proof.
rewrite /mnev big_map -sumrN; apply: eq_bigr => t _.
by rewrite qRN mulNr scaleNr.
Qed.
Lemma mnev_scale i j l m : mnev i j (mscale l m) = snev l *: mnev i j m.
Proof.
rewrite /mnev /snev big_allpairs_dep scaler_suml; apply: eq_bigr => s _.
rewrite scaler_sumr; apply: eq_bigr => t _ /=.
by rewrite scalerA qR_mul momul_ok mulrACA.
Qed.
Lemma mnev_cons i j t l :
  mnev i j (t :: l) = (qR R t.2 * moev t.1.1) *: wev i j t.1.2 + mnev i j l.
Proof. by rewrite /mnev big_cons. Qed.
Lemma wts_cat i j l m : wts i j (l ++ m) = wts i j l && wts i j m.
Proof. by rewrite /wts all_cat. Qed.
Lemma mnev_mul i k j l m : wts i k l -> wts k j m ->
  wts i j (mmul l m) /\ mnev i j (mmul l m) = mnev i k l *m mnev k j m.
Proof.
move=> + hm; elim: l => [|s l IH]; first by rewrite !mnev_nil mul0mx.
case/andP=> hs /IH[hl el]; rewrite wts_cat mnev_cat mnev_cons mulmxDl.
rewrite -/(mmul l m) hl el andbT.
set n := map _ _; suff [-> ->] : wts i j n /\ mnev i j n =
    ((qR R s.2 * moev s.1.1) *: wev i k s.1.2) *m mnev k j m by [].
rewrite {}/n; elim: m hm {IH hl el} => [|t m IH] /=.
  by rewrite !mnev_nil mulmx0.
case/andP=> ht /IH[hn en]; rewrite !mnev_cons mulmxDr en hn /=.
have [-> ->] := @wcat_ok _ _ _ _ _ hs ht; split=> //; congr (_ + _).
by rewrite -scalemxAl -scalemxAr scalerA qR_mul momul_ok mulrACA.
Qed.
Lemma mnev_tr i j l : wts i j l ->
  wts j i (mtr l) /\ mnev j i (mtr l) = (mnev i j l)^T.
Proof.
elim: l => [|t l IH]; first by rewrite !mnev_nil trmx0.
case/andP=> ht /IH[hl el]; rewrite [mtr _]/= -/(mtr l) !mnev_cons el.
rewrite [RHS]linearD [in RHS]linearZ /= hl.
by have [-> ->] := @wtr_ok _ _ _ ht.
Qed.

Lemma tterm_ok mo t q : let u := tterm mo t q in
  qR R u.2 * moev u.1 = qR R q * moev mo * tev t.
Proof.
have h : qR R q * moev (momul mo ([::], [:: t])) = qR R q * moev mo * tev t.
  by rewrite momul_ok {2}/moev big_nil big_seq1 mul1r mulrA.
rewrite /= /tterm; case: t h => i [|f w] h; last by [].
rewrite [(_, _).2]/= [(_, _).1]/=.
case e : (nth None dc i) => [z|] //=.
rewrite qR_mul qR_z /tev /= oneatE mxtrace_scalar (dim_okP e).
by rewrite mulrAC.
Qed.

Lemma snev_trace i l : wts i i l -> snev (strace i l) = \tr (mnev i i l).
Proof.
elim: l => [|t l IH]; first by rewrite snev_nil mnev_nil mxtrace0.
case/andP=> ht /IH e; rewrite [strace _ _]/= -/(strace i l) snev_cons e.
rewrite mnev_cons mxtraceD mxtraceZ tterm_ok.
by have [_ ->] := @tcanon_ok _ _ ht.
Qed.

(* random vectors *)
Let B k := bas k (nth 0%N bs k).
Let bd k := nth 0%N bs k.
Definition vval i (us : seq mterms) : 'cV[V]_(d i) :=
  \sum_(k <- iota 0 nb) mnev i (bd k) (nth [::] us k) *v B k.
Definition vwts i (us : seq mterms) : Prop :=
  forall k, (k < nb)%N -> wts i (bd k) (nth [::] us k).

Lemma act_sumr m n (A : 'M[R]_(m, n)) I (r : seq I) (F : I -> 'cV[V]_n) :
  A *v (\sum_(t <- r) F t) = \sum_(t <- r) A *v F t.
Proof. by apply: (big_morph (act A)) => [x y|]; rewrite ?actDr ?act0r. Qed.
Lemma cov_suml m n I (r : seq I) (F : I -> 'cV[V]_m) (y : 'cV[V]_n) :
  cov (\sum_(t <- r) F t) y = \sum_(t <- r) cov (F t) y.
Proof.
by apply: (big_morph (fun x => cov x y)) => [x z|]; rewrite ?covDl ?cov0l.
Qed.
Lemma cov_sumr m n I (r : seq I) (F : I -> 'cV[V]_n) (y : 'cV[V]_m) :
  cov y (\sum_(t <- r) F t) = \sum_(t <- r) cov y (F t).
Proof.
by apply: (big_morph (fun x => cov y x)) => [x z|]; rewrite ?covDr ?cov0r.
Qed.

Lemma mnev_flatten i j (T : Type) (s : seq T) F :
  mnev i j (flatten [seq F k | k <- s]) = \sum_(k <- s) mnev i j (F k).
Proof.
elim: s => [|k s IH] /=; first by rewrite mnev_nil big_nil.
by rewrite mnev_cat IH big_cons.
Qed.
Lemma wts_flatten i j (s : seq nat) F :
  (forall k, k \in s -> wts i j (F k)) -> wts i j (flatten [seq F k | k <- s]).
Proof.
elim: s => [//|k s IH] h /=.
rewrite /wts all_cat -!/(wts _ _ _) h ?inE ?eqxx //=.
by apply: IH => l ls; apply: h; rewrite inE ls orbT.
Qed.

Lemma cnf_ok i j us vs : vwts i us -> vwts j vs ->
  wts i j (cnf us vs) /\ mnev i j (cnf us vs) = cov (vval i us) (vval j vs).
Proof.
move=> hu hv.
have mo k l : wts (bd k) (bd l) [:: (mono1, [:: moment k l], 1#1)].
  by rewrite /wts /= !eqxx.
have lt k : (k \in iota 0 nb) -> (k < nb)%N by rewrite mem_iota add0n.
have h k l : (k < nb)%N -> (l < nb)%N ->
    let m := mmul (mmul (nth [::] us k) [:: (mono1, [:: moment k l], 1#1)])
                  (mtr (nth [::] vs l)) in
    wts i j m /\ mnev i j m =
    cov (mnev i (bd k) (nth [::] us k) *v B k)
        (mnev j (bd l) (nth [::] vs l) *v B l).
  move=> /hu hk /hv hl; have [h1 e1] := mnev_mul hk (mo k l).
  have [h2 e2] := mnev_tr hl; have [h3 e3] := mnev_mul h1 h2.
  split=> //=; rewrite e3 e1 e2 cov_actl cov_actr mulmxA; congr (_ *m _ *m _).
  by rewrite /mnev big_seq1 /= qR1 moev1 mulr1 scale1r oneatE mulmx1.
split.
  apply: wts_flatten => k /lt kn; apply: wts_flatten => l /lt ln.
  by have [] := h k l kn ln.
rewrite /cnf mnev_flatten /vval cov_suml big_seq [RHS]big_seq.
apply: eq_bigr => k /lt kn; rewrite mnev_flatten cov_sumr big_seq [RHS]big_seq.
by apply: eq_bigr => l /lt ln; have [_ ->] := h k l kn ln.
Qed.

Lemma nth_vs (F : nat -> mterms) k : (k < nb)%N ->
  nth [::] [seq F l | l <- iota 0 nb] k = F k.
Proof. by move=> kn; rewrite (nth_map 0%N) ?size_iota // nth_iota. Qed.

Lemma vvalE i (F : nat -> mterms) :
  vval i [seq F k | k <- iota 0 nb] =
  \sum_(k <- iota 0 nb) mnev i (bd k) (F k) *v B k.
Proof.
rewrite /vval big_seq [RHS]big_seq; apply: eq_bigr => k.
by rewrite mem_iota add0n => /nth_vs ->.
Qed.

Let mok e := forall i j, mwt e i j ->
  wts i j (mnf e i j) /\ mev e i j = mnev i j (mnf e i j).
Let sok e := swt e -> sev e = snev (snf e).
Let vok e := forall i, vwt e i ->
  vwts i [seq vnf e i k | k <- iota 0 nb] /\
  vev e i = vval i [seq vnf e i k | k <- iota 0 nb].

Let vwtsE i F : (forall k, (k < nb)%N -> wts i (bd k) (F k)) ->
  vwts i [seq F k | k <- iota 0 nb].
Proof. by move=> h k kn; rewrite nth_vs //; apply: h. Qed.
Let vwtsI i F : vwts i [seq F k | k <- iota 0 nb] ->
  forall k, (k < nb)%N -> wts i (bd k) (F k).
Proof. by move=> h k kn; have := h k kn; rewrite nth_vs. Qed.

Lemma normal_ok : (forall e, mok e) /\ (forall e, sok e) /\ (forall e, vok e).
Proof.
apply: exp_mind.
- move=> a i j /= /andP[/eqP ri /eqP cj]; rewrite /wts /mnev /= big_seq1 /=.
  by rewrite ri cj !eqxx qR1 moev1 mulr1 scale1r oneatE mulmx1.
- by move=> i j _ /=; rewrite mnev_nil.
- move=> s IH i j /= /andP[/eqP <- /IH e]; split.
    by rewrite /wts all_map; elim: (snf s) => //= *; rewrite eqxx.
  rewrite oneatE e /mnev /snev big_map /= oneatE -scaler_suml.
  by rewrite scale_scalar_mx mulr1.
- move=> a IHa b IHb i j /= /andP[/IHa[ha ea] /IHb[hb eb]].
  by rewrite /wts all_cat -!/(wts _ _ _) ha hb mnev_cat ea eb.
- move=> a IHa i j /= /IHa[ha ea]; rewrite mnev_opp ea; split=> //.
  by rewrite /wts all_map.
- move=> k a IHa b IHb i j /= /andP[/IHa[ha ea] /IHb[hb eb]].
  by rewrite ea eb; have [? ->] := mnev_mul ha hb.
- by move=> a IHa i j /= /IHa[ha ea]; rewrite ea; have [? ->] := mnev_tr ha.
- move=> s IHs a IHa i j /= /andP[/IHs es /IHa[ha ea]].
  rewrite mnev_scale es ea; split=> //.
  elim: (snf s) => [//|x l IH]; rewrite [mscale _ _]/= wts_cat IH andbT.
  by rewrite /wts all_map.
- move=> u IHu v IHv i j /= /andP[/IHu[hu eu] /IHv[hv ev]].
  by rewrite eu ev; have [? ->] := cnf_ok hu hv.
- by move=> _ /=; rewrite snev_nil.
- by move=> _ /=; rewrite snev_const qR1.
- move=> x _ /=; rewrite snev_cons snev_nil addr0 qR1 mul1r /moev /=.
  by rewrite big_seq1 big_nil mulr1.
- by move=> n _ /=; rewrite snev_const qR_z zR_nat.
- by move=> n _ /=; rewrite snev_const qR_inv zR_nat.
- by move=> z _ /=; rewrite snev_const qR_z.
- by move=> z _ /=; rewrite snev_const qR_inv.
- move=> i _ /=; rewrite snev_cons snev_nil addr0.
  have := tterm_ok mono1 (i, [::]) (1#1) => /= ->.
  by rewrite qR1 mul1r moev1 mul1r /tev /= oneatE mxtrace1.
- move=> a IHa b IHb; rewrite /sok /= => /andP[/IHa -> /IHb ->].
  by rewrite snev_cat.
- by move=> a IHa; rewrite /sok /= => /IHa ->; rewrite snev_opp.
- move=> a IHa b IHb; rewrite /sok /= => /andP[/IHa -> /IHb ->].
  by rewrite snev_mul.
- by move=> a IHa n; rewrite /sok /= => /IHa ->; rewrite snev_exp.
- by move=> i a IHa; rewrite /sok /= => /IHa[ha ->]; rewrite snev_trace.
- move=> i v IHv; rewrite /sok /= => /IHv[hv ->]; have [hw e] := cnf_ok hv hv.
  by rewrite snev_trace // e msqE.
- move=> i _ /=; split; first by apply: vwtsE.
  by rewrite vvalE big1 // => k _; rewrite mnev_nil act0l.
- move=> b i /= /andP[bn /eqP bi]; split.
    by apply: vwtsE => k kn; case: eqP => // <-; rewrite /wts /= /bd bi eqxx.
  rewrite vvalE (bigD1_seq b) ?iota_uniq ?mem_iota //= eqxx.
  rewrite big1 => [|k /negPf kb]; last by rewrite eq_sym kb mnev_nil act0l.
  rewrite addr0 /mnev big_seq1 /= qR1 moev1 mulr1 scale1r /B /bd bi oneatE.
  by rewrite act1.
- move=> a IHa b IHb i /= /andP[/IHa[ha ea] /IHb[hb eb]]; split.
    apply: vwtsE => k kn; rewrite /wts all_cat -!/(wts _ _ _).
    by rewrite (vwtsI ha kn) (vwtsI hb kn).
  rewrite ea eb !vvalE -big_split; apply: eq_bigr => k _ /=.
  by rewrite mnev_cat actDl.
- move=> a IHa i /= /IHa[ha ea]; split.
    by apply: vwtsE => k kn; rewrite /wts all_map; apply: (vwtsI ha kn).
  rewrite ea !vvalE -sumrN; apply: eq_bigr => k _ /=.
  by rewrite mnev_opp actNl.
move=> j m IHm v IHv i /= /andP[/IHm[hm em] /IHv[hv ev]]; split.
  by apply: vwtsE => k kn; have [] := mnev_mul hm (vwtsI hv kn).
rewrite em ev !vvalE act_sumr big_seq [RHS]big_seq; apply: eq_bigr => k.
rewrite mem_iota add0n => /= kn; have [_ ->] := mnev_mul hm (vwtsI hv kn).
by rewrite actA.
Qed.

(* equal normal forms *)
Lemma put_sum (K : eqType) (W : lmodType R) (F : K -> W) k q l :
  \sum_(t <- put k q l) qR R t.2 *: F t.1 =
  qR R q *: F k + \sum_(t <- l) qR R t.2 *: F t.1.
Proof.
elim: l => [|t l IH] /=; first by rewrite big_seq1 big_nil addr0.
case: ifP => [/eqP <-|_]; rewrite !big_cons /=.
  by rewrite qRD scalerDl addrCA addrA.
by rewrite IH addrCA.
Qed.

Lemma vanish_ok (K : eqType) (W : lmodType R) (F : K -> W) l :
  vanish l -> \sum_(t <- l) qR R t.2 *: F t.1 = 0.
Proof.
rewrite /vanish; have -> : \sum_(t <- l) qR R t.2 *: F t.1 =
    \sum_(t <- collect l) qR R t.2 *: F t.1.
  elim: l => [|t l IH] /=; first by rewrite !big_nil.
  by rewrite big_cons put_sum IH.
elim: (collect l) => [|t c IH] /=; first by rewrite big_nil.
case/andP=> /Z.eqb_eq h /IH e; rewrite big_cons e addr0.
by rewrite /qR h mul0r scale0r.
Qed.

Theorem sdecide a b : [&& swt a, swt b & vanish (snf (SD a (SO b)))] ->
  sev a = sev b.
Proof.
case/and3P=> ha hb hn; have [_ [h _]] := normal_ok.
apply/eqP; rewrite -subr_eq0; apply/eqP.
have -> : sev a - sev b = sev (SD a (SO b)) by [].
rewrite h /=; last by rewrite ha.
by have := vanish_ok (moev : mono -> R^o) hn.
Qed.

Theorem mdecide a b i j :
  [&& mwt a i j, mwt b i j & vanish (mnf (MD a (MN b)) i j)] ->
  mev a i j = mev b i j.
Proof.
case/and3P=> ha hb hn; have [h _] := normal_ok.
apply/eqP; rewrite -subr_eq0; apply/eqP.
have -> : mev a i j - mev b i j = mev (MD a (MN b)) i j by [].
have [|_ ->] := h (MD a (MN b)) i j; first by rewrite /= ha.
have := vanish_ok (fun t : (mono * word)%type =>
                     moev t.1 *: wev i j t.2) hn.
by move=> <-; apply: eq_bigr => t _; rewrite scalerA.
Qed.

Theorem vdecide a b i :
  [&& vwt a i, vwt b i &
      all (fun k => vanish (vnf (VD a (VN b)) i k)) (iota 0 nb)] ->
  vev a i = vev b i.
Proof.
case/and3P=> ha hb /allP hn; have [_ [_ h]] := normal_ok.
apply/eqP; rewrite -subr_eq0; apply/eqP.
have -> : vev a i - vev b i = vev (VD a (VN b)) i by [].
have [|_ ->] := h (VD a (VN b)) i; first by rewrite /= ha.
rewrite vvalE big_seq big1 // => k /hn hk.
have := vanish_ok (fun t : (mono * word)%type =>
                     moev t.1 *: wev i (bd k) t.2) hk.
have -> : mnev i (bd k) (vnf (VD a (VN b)) i k) =
  \sum_(t <- vnf (VD a (VN b)) i k)
    qR R t.2 *: (moev t.1.1 *: wev i (bd k) t.1.2).
  by apply: eq_bigr => t _; rewrite scalerA.
by move=> ->; rewrite act0l.
Qed.

End Normal.
