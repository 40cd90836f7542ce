(*          Tactics that check what the symbolic engine writes                *)
(* -------------------------------------------------------------------------- *)
(* mxring == closes an equation between scalars, matrices over R or random    *)
(*           vectors of an l2space over R (R : realFieldType) when both sides *)
(*           have one normal form (see words).  Understood: 0, 1, +, -, *,    *)
(*           ^+, n%:R, zR R z, inverses of numerals and of atoms, *m, ^T,     *)
(*           a *: M, c%:M, \tr, cov, msq, A *v x.  Everything else is an atom.*)
(*           Used from the context: S^T = S, A \in unitmx (for invmx A),      *)
(*           s != 0 (for s^-1).                                               *)
(* step_tr, step_mx, step_act, ... == take a multiple of an equation off      *)
(* min_step == from f = g + squares: g <= f, and when f = g                   *)
(*  poweak, postrict == 0 <= w and 0 < w for products of positive symbols     *)
(* cov_absent == E[x x^T] = 0 makes every second moment with x vanish         *)
From Coq Require Import ZArith QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From SymLAM Require Import compat psd l2 dyadic words.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* a numeral such as zR R (2 ^ 70) must never be unfolded to unary *)
Global Opaque zR.

(* environments as lists *)
Section Environment.
Variables (R : realFieldType) (V : l2space R) (ds : seq nat).
Local Notation d := (dm ds).
Inductive matom := MAtom i j of 'M[R]_(d i, d j).
Inductive vatom := VAtom i of 'cV[V]_(d i).
Definition getm (l : seq matom) a i j : 'M[R]_(d i, d j) :=
  match nth (MAtom (0 : 'M_(d 0, d 0))) l a with
  | MAtom i' j' M =>
    match nat_dec i' i, nat_dec j' j with
    | left e1, left e2 =>
      match e1 in _ = i, e2 in _ = j return 'M[R]_(d i, d j) with
      | erefl, erefl => M end
    | _, _ => 0
    end
  end.
Definition getv (l : seq vatom) b i : 'cV[V]_(d i) :=
  match nth (VAtom (0 : 'cV_(d 0))) l b with
  | VAtom i' x =>
    match nat_dec i' i with
    | left e => match e in _ = i return 'cV[V]_(d i) with erefl => x end
    | _ => 0
    end
  end.
Definition gets (l : seq R) x : R := nth 0 l x.
End Environment.

(* a space to stand in where no random vector occurs *)
Section Trivial.
Variable R : realFieldType.
Definition triv_ip (x y : R^o) : R := x * y.
Lemma triv_C x y : triv_ip x y = triv_ip y x. Proof. exact: mulrC. Qed.
Lemma triv_ZD a x y z : triv_ip (a *: x + y) z = a * triv_ip x z + triv_ip y z.
Proof. by rewrite /triv_ip mulrDl -mulrA. Qed.
Lemma triv_ge0 x : 0 <= triv_ip x x.
Proof. by rewrite /triv_ip -expr2 sqr_ge0. Qed.
Definition trivL2 : l2space R := L2Space triv_C triv_ZD triv_ge0.
End Trivial.

Section Proofs.
Variable R : realFieldType.
Lemma inv_trV n (A : 'M[R]_n) : A \in unitmx -> A^T *m (invmx A)^T = 1%:M.
Proof. by move=> u; rewrite -trmx_mul mulVmx ?trmx1. Qed.
Lemma inv_trVl n (A : 'M[R]_n) : A \in unitmx -> (invmx A)^T *m A^T = 1%:M.
Proof. by move=> u; rewrite -trmx_mul mulmxV ?trmx1. Qed.
Lemma inv_sym n (A : 'M[R]_n) : A^T = A -> (invmx A)^T = invmx A.
Proof. by move=> s; rewrite trmx_inv s. Qed.
Lemma nat_zR n : n%:R = zR R (Z.of_nat n). Proof. by rewrite zR_nat. Qed.
Lemma cov_absent (V : l2space R) m n (x : 'cV[V]_m) (y : 'cV[V]_n) :
  cov x x = 0 -> cov y x = 0.
Proof.
move=> h; apply/matrixP=> i j; rewrite !mxE; apply: ip_cs0.
by have := congr1 (fun M : 'M_m => M j j) h; rewrite !mxE.
Qed.
Lemma cov_absentl (V : l2space R) m n (x : 'cV[V]_m) (y : 'cV[V]_n) :
  cov x x = 0 -> cov x y = 0.
Proof. by move=> h; rewrite -covC (cov_absent y h) trmx0. Qed.
(* x = y from the same with a multiple of an equation taken off *)
Lemma step_sum (W : zmodType) (x y c : W) : c = 0 -> x - c = y -> x = y.
Proof. by move=> ->; rewrite subr0. Qed.
Lemma step_tr m n (x y : R) (M : 'M[R]_(n, m)) (l r : 'M[R]_(m, n)) :
  l = r -> x - \tr (M *m (l - r)) = y -> x = y.
Proof. by move=> ->; apply: step_sum; rewrite subrr mulmx0 mxtrace0. Qed.
Lemma step_scalar (x y c e : R) : e = 0 -> x - c * e = y -> x = y.
Proof. by move=> ->; apply: step_sum; rewrite mulr0. Qed.
Lemma step_scale m n (x y M : 'M[R]_(m, n)) (e : R) :
  e = 0 -> x - e *: M = y -> x = y.
Proof. by move=> ->; apply: step_sum; rewrite scale0r. Qed.
Lemma step_mx m n p q (x y : 'M[R]_(p, q)) (P : 'M_(p, m)) (Q : 'M_(n, q))
    (l r : 'M[R]_(m, n)) :
  l = r -> x - P *m (l - r) *m Q = y -> x = y.
Proof. by move=> ->; apply: step_sum; rewrite subrr mulmx0 mul0mx. Qed.
Lemma step_mxT m n p q (x y : 'M[R]_(p, q)) (P : 'M_(p, n)) (Q : 'M_(m, q))
    (l r : 'M[R]_(m, n)) :
  l = r -> x - P *m (l - r)^T *m Q = y -> x = y.
Proof. by move=> ->; apply: step_sum; rewrite subrr trmx0 mulmx0 mul0mx. Qed.
Variable V : l2space R.
Lemma step_act m n p q (x y : 'cV[V]_p) (P : 'M_(p, m)) (Q : 'M_(n, q))
    (u : 'cV[V]_q) (l r : 'M[R]_(m, n)) :
  l = r -> x - (P *m (l - r) *m Q) *v u = y -> x = y.
Proof. by move=> ->; apply: step_sum; rewrite subrr mulmx0 mul0mx act0l. Qed.
Lemma step_actT m n p q (x y : 'cV[V]_p) (P : 'M_(p, n)) (Q : 'M_(m, q))
    (u : 'cV[V]_q) (l r : 'M[R]_(m, n)) :
  l = r -> x - (P *m (l - r)^T *m Q) *v u = y -> x = y.
Proof.
by move=> ->; apply: step_sum; rewrite subrr trmx0 mulmx0 mul0mx act0l.
Qed.
Lemma step_scalev m n (x y : 'cV[V]_m) (M : 'M_(m, n)) (u : 'cV[V]_n) (e : R) :
  e = 0 -> x - (e *: M) *v u = y -> x = y.
Proof. by move=> ->; apply: step_sum; rewrite scale0r act0l. Qed.

(* sums of weighted squares *)
Lemma msq_eq0P m n (M : 'M[R]_(m, n)) (x : 'cV[V]_n) :
  msq (M *v x) = 0 <-> M *m cov x x = 0.
Proof. by rewrite msq_act; apply: en_eq0P; apply: cov_psd. Qed.
Lemma weight_eq0 (w a : R) : 0 < w -> (w * a = 0 <-> a = 0).
Proof.
move=> w0; split=> [/eqP|->]; last by rewrite mulr0.
by rewrite mulf_eq0 gt_eqF //= => /eqP.
Qed.
Lemma sum_eq0 (a b : R) : 0 <= a -> 0 <= b -> (a + b = 0 <-> a = 0 /\ b = 0).
Proof.
move=> a0 b0; split=> [/eqP|[-> ->]]; last by rewrite addr0.
by rewrite paddr_eq0 // => /andP[/eqP -> /eqP ->].
Qed.
(* f = g + s, s a sum of squares that vanishes exactly under c *)
Lemma min_step (f g s : R) (c : Prop) : f = g + s -> 0 <= s -> (s = 0 <-> c) ->
  g <= f /\ (f = g <-> c).
Proof.
move=> -> s0 sc; split; first by rewrite -subr_ge0 addrC addKr.
rewrite -sc; split=> [e|->]; last by rewrite addr0.
by apply: (addrI g); rewrite e addr0.
Qed.
Lemma gram_ge0 m n (M : 'M[R]_(m, n)) : 0 <= \tr (M *m M^T).
Proof.
rewrite /mxtrace sumr_ge0 // => i _; rewrite mxE sumr_ge0 // => j _.
by rewrite mxE -expr2 sqr_ge0.
Qed.
Lemma psd_zero n : psd (0 : 'M[R]_n).
Proof.
rewrite -(scale0r 1%:M); apply: psdZ => //.
by rewrite -[1%:M]mulmx1 -{2}trmx1; apply: psd_gram.
Qed.
Lemma le_sum (f g s : R) : f = g + s -> 0 <= s -> g <= f.
Proof. by move=> -> s0; rewrite -subr_ge0 addrC addKr. Qed.
Lemma iff_both (a b c d : Prop) : (a <-> c) -> (b <-> d) -> (a /\ b <-> c /\ d).
Proof. by move=> [ac ca] [bd db]; split=> -[x y]; split; auto. Qed.
Lemma le_by_eq (a b c d : R) : a <= b -> c = a -> d = b -> c <= d.
Proof. by move=> h -> ->. Qed.
Lemma eq_by_eq (a b c d : R) : a = b -> c = a -> d = b -> c = d.
Proof. by move=> h -> ->. Qed.
(* statements alike *)
Lemma prop_to (P Q : Prop) : P -> P = Q -> Q.
Proof. by move=> h <-. Qed.
Lemma eq_to (T : Type) (a b c d : T) : a = b -> c = a -> d = b -> c = d.
Proof. by move=> h -> ->. Qed.
Lemma le_to (a b c d : R) : a <= b -> c = a -> d = b -> c <= d.
Proof. by move=> h -> ->. Qed.
Lemma lt_to (a b c d : R) : a < b -> c = a -> d = b -> c < d.
Proof. by move=> h -> ->. Qed.
Lemma neq_to (T : eqType) (a b c d : T) : a != b -> c = a -> d = b -> c != d.
Proof. by move=> h -> ->. Qed.
Lemma app_to (A B : Type) (f g : A -> B) (a b : A) :
  f = g -> a = b -> f a = g b.
Proof. by move=> -> ->. Qed.
Lemma and_assoc_l (a b c : Prop) : (a /\ b) /\ c -> a /\ b /\ c.
Proof. by case=> [[? ?] ?]. Qed.
End Proofs.

(* heterogeneous lists: (x1, (x2, ... tt)) *)
Ltac same x y := match constr:(Set) with _ => constr_eq_strict x y end.
Ltac hidx x l := lazymatch l with
  | (?y, ?r) => match constr:(Set) with
      | _ => let _ := same x y in constr:(0%nat)
      | _ => let i := hidx x r in constr:(S i) end end.
Ltac hadd x l := match constr:(Set) with
  | _ => let _ := hidx x l in l
  | _ => let rec snoc l := lazymatch l with
           | tt => constr:((x, tt))
           | (?y, ?r) => let r := snoc r in constr:((y, r)) end
         in snoc l
  end.
(* letters are kept with their shape: ((m, n), A) *)
Ltac lidx x l := lazymatch l with
  | ((_, ?y), ?r) => match constr:(Set) with
      | _ => let _ := same x y in constr:(0%nat)
      | _ => let i := lidx x r in constr:(S i) end end.
Ltac ladd s x l := match constr:(Set) with
  | _ => let _ := lidx x l in l
  | _ => let rec snoc l := lazymatch l with
           | tt => constr:(((s, x), tt))
           | (?y, ?r) => let r := snoc r in constr:((y, r)) end
         in snoc l
  end.
Ltac litnat n := lazymatch n with O => idtac | S ?k => litnat k end.
Ltac islit n := match constr:(Set) with
  | _ => let _ := match constr:(Set) with _ => litnat n end in constr:(true)
  | _ => constr:(false) end.

(* the environment (dimensions, letters, vectors, scalars) of a term *)
Ltac adddim n e := lazymatch e with (?ds, ?ms, ?vs, ?xs) =>
  let ds := hadd n ds in constr:((ds, ms, vs, xs)) end.
Ltac gm t m n e := lazymatch t with
  | @GRing.zero _ => e
  | @GRing.add _ ?a ?b => let e := gm a m n e in gm b m n e
  | @GRing.opp _ ?a => gm a m n e
  | @mulmx _ _ ?k _ ?a ?b =>
      let e := adddim k e in let e := gm a m k e in gm b k n e
  | @trmx _ _ _ ?a => gm a n m e
  | @GRing.scale _ _ ?c ?a => let e := gs c e in gm a m n e
  | @scalar_mx _ _ ?c => gs c e
  | @cov _ _ _ _ ?x ?y => let e := gv x m e in gv y n e
  | _ =>
      let e := lazymatch t with @invmx _ _ ?A => gm A m n e | _ => e end in
      lazymatch e with (?ds, ?ms, ?vs, ?xs) =>
        let ms := ladd (m, n) t ms in constr:((ds, ms, vs, xs)) end
  end
with gs t e := lazymatch t with
  | @GRing.zero _ => e | @GRing.one _ => e
  | @GRing.add _ ?a ?b => let e := gs a e in gs b e
  | @GRing.mul _ ?a ?b => let e := gs a e in gs b e
  | @GRing.opp _ ?a => gs a e
  | @GRing.exp _ ?a _ => gs a e
  | @GRing.natmul _ (@GRing.one _) ?n => let b := islit n in
      lazymatch b with true => e | false => adddim n e end
  | zR _ _ => e
  | @GRing.inv _ (@GRing.natmul _ (@GRing.one _) O) => e
  | @GRing.inv _ (@GRing.natmul _ (@GRing.one _) (S _)) => e
  | @GRing.inv _ (zR _ _) => e
  | @mxtrace _ ?n ?M => let e := adddim n e in gm M n n e
  | @msq _ _ ?n ?x => let e := adddim n e in gv x n e
  | _ =>
      let e := lazymatch t with @GRing.inv _ ?x => gs x e | _ => e end in
      lazymatch e with (?ds, ?ms, ?vs, ?xs) =>
        let xs := hadd t xs in constr:((ds, ms, vs, xs)) end
  end
with gv t n e := lazymatch t with
  | @GRing.zero _ => e
  | @GRing.add _ ?a ?b => let e := gv a n e in gv b n e
  | @GRing.opp _ ?a => gv a n e
  | @act _ _ _ ?k ?A ?x =>
      let e := adddim k e in let e := gm A n k e in gv x k e
  | _ => let e := adddim n e in
      lazymatch e with (?ds, ?ms, ?vs, ?xs) =>
        let vs := ladd n t vs in constr:((ds, ms, vs, xs)) end
  end.

(* reification *)
Ltac rm t m n e := lazymatch t with
  | @GRing.zero _ => constr:(M0)
  | @GRing.add _ ?a ?b =>
      let a := rm a m n e in let b := rm b m n e in constr:(MD a b)
  | @GRing.opp _ ?a => let a := rm a m n e in constr:(MN a)
  | @mulmx _ _ ?k _ ?a ?b =>
      lazymatch e with (?ds, _, _, _) => let i := hidx k ds in
      let a := rm a m k e in let b := rm b k n e in constr:(MM i a b) end
  | @trmx _ _ _ ?a => let a := rm a n m e in constr:(MT a)
  | @GRing.scale _ _ ?c ?a =>
      let c := rs c e in let a := rm a m n e in constr:(MZ c a)
  | @scalar_mx _ _ ?c => let c := rs c e in constr:(MC c)
  | @cov _ _ _ _ ?x ?y =>
      let x := rv x m e in let y := rv y n e in constr:(MK x y)
  | _ => lazymatch e with (_, ?ms, _, _) =>
      let i := lidx t ms in constr:(MV i) end
  end
with rs t e := lazymatch t with
  | @GRing.zero _ => constr:(S0) | @GRing.one _ => constr:(S1)
  | @GRing.add _ ?a ?b => let a := rs a e in let b := rs b e in constr:(SD a b)
  | @GRing.mul _ ?a ?b => let a := rs a e in let b := rs b e in constr:(SP a b)
  | @GRing.opp _ ?a => let a := rs a e in constr:(SO a)
  | @GRing.exp _ ?a ?n => let a := rs a e in constr:(SX a n)
  | @GRing.natmul _ (@GRing.one _) ?n => let b := islit n in
      lazymatch b with
      | true => constr:(SN n)
      | false => lazymatch e with (?ds, _, _, _) =>
                   let i := hidx n ds in constr:(SM i) end
      end
  | zR _ ?z => constr:(SZ z)
  | @GRing.inv _ (@GRing.natmul _ (@GRing.one _) O) => constr:(SI 0)
  | @GRing.inv _ (@GRing.natmul _ (@GRing.one _) (S ?n)) => constr:(SI (S n))
  | @GRing.inv _ (zR _ ?z) => constr:(SJ z)
  | @mxtrace _ ?n ?M => lazymatch e with (?ds, _, _, _) =>
      let i := hidx n ds in let a := rm M n n e in constr:(ST i a) end
  | @msq _ _ ?n ?x => lazymatch e with (?ds, _, _, _) =>
      let i := hidx n ds in let a := rv x n e in constr:(SQ i a) end
  | _ => lazymatch e with (_, _, _, ?xs) =>
      let i := hidx t xs in constr:(SV i) end
  end
with rv t n e := lazymatch t with
  | @GRing.zero _ => constr:(V0)
  | @GRing.add _ ?a ?b =>
      let a := rv a n e in let b := rv b n e in constr:(VD a b)
  | @GRing.opp _ ?a => let a := rv a n e in constr:(VN a)
  | @act _ _ _ ?k ?A ?x => lazymatch e with (?ds, _, _, _) =>
      let i := hidx k ds in let a := rm A n k e in let x := rv x k e in
      constr:(VA i a x) end
  | _ => lazymatch e with (_, _, ?vs, _) =>
      let i := lidx t vs in constr:(VV i) end
  end.

(* the lists that the decision procedure reads, and the proofs it asks for *)
Ltac hlist T l := lazymatch l with
  | tt => constr:(@nil T)
  | (?x, ?r) => let r := hlist T r in constr:(@cons T x r) end.
Ltac latoms R dl ds l := lazymatch l with
  | tt => constr:((@nil nat, @nil nat, @nil (@matom R dl)))
  | ((?m, ?n, ?A), ?r) =>
      let i := hidx m ds in let j := hidx n ds in
      let r := latoms R dl ds r in
      lazymatch r with (?rl, ?cl, ?ml) =>
        constr:((cons i rl, cons j cl, cons (@MAtom R dl i j A) ml)) end
  end.
Ltac vatoms V dl ds l := lazymatch l with
  | tt => constr:((@nil nat, @nil (@vatom _ V dl)))
  | ((?n, ?x), ?r) =>
      let i := hidx n ds in let r := vatoms V dl ds r in
      lazymatch r with (?bl, ?vl) =>
        constr:((cons i bl, cons (@VAtom _ V dl i x) vl)) end
  end.
Ltac symproof A := match goal with
  | h : @trmx _ _ _ ?B = ?B |- _ =>
      let _ := same A B in constr:(h) end.
Ltac syms ds l := lazymatch l with
  | tt => constr:((@nil bool, I))
  | ((?m, _, ?A), ?r) => let s := syms ds r in
      lazymatch s with (?bl, ?pr) =>
        match constr:(Set) with
        | _ => let h := symproof A in let i := hidx m ds in
               constr:((cons true bl, conj (conj (@erefl nat i) h) pr))
        | _ => constr:((cons false bl, conj I pr)) end
      end
  end.
Ltac unitproof A := match goal with
  | h : is_true (?B \in unitmx) |- _ =>
      let _ := same A B in constr:(h) end.
Ltac factor A ms vs := lazymatch A with
  | @cov _ _ _ _ ?x ?x => let k := lidx x vs in constr:(moment k k)
  | _ => let a := lidx A ms in constr:(letter a) end.
Ltac invs all vs l := lazymatch l with
  | tt => constr:((@nil (fac * fac), I))
  | ((_, ?B), ?r) => let s := invs all vs r in
      lazymatch s with (?pl, ?pr) =>
        lazymatch B with
        | @invmx _ _ ?A =>
          match constr:(Set) with
          | _ =>
            let h := unitproof A in
            let f := factor A all vs in let b := lidx B all in
            let g := constr:(letter b) in
            lazymatch f with
            | moment _ _ => (* symmetric, and so is its inverse *)
              constr:((cons (f, g) (cons (g, f) pl),
                       conj (mulmxV h) (conj (mulVmx h) pr)))
            | letter ?a =>
              let ft := constr:(((0, a, 1)%N : fac)) in
              let gt := constr:(((0, b, 1)%N : fac)) in
              constr:((cons (f, g) (cons (g, f)
                        (cons (ft, gt) (cons (gt, ft) pl))),
                       conj (mulmxV h) (conj (mulVmx h)
                        (conj (inv_trV h) (conj (inv_trVl h) pr)))))
            end
          | _ => s end
        | _ => s end
      end
  end.
Ltac nzproof x := match goal with
  | h : is_true (?y != 0) |- _ =>
      let _ := same x y in constr:(h) end.
Ltac scas all l := lazymatch l with
  | tt => constr:((@nil (nat * nat), I))
  | (?y, ?r) => let s := scas all r in
      lazymatch s with (?pl, ?pr) =>
        lazymatch y with
        | @GRing.inv _ ?x =>
          match constr:(Set) with
          | _ => let h := nzproof x in
                 let i := hidx x all in let j := hidx y all in
                 constr:((cons (i, j) (cons (j, i) pl),
                          conj (mulfV h) (conj (mulVf h) pr)))
          | _ => s end
        | _ => s end
      end
  end.
Ltac dims R l := lazymatch l with
  | tt => constr:((@nil (option Z), I))
  | (?n, ?r) => let s := dims R r in
      lazymatch s with (?dl, ?pr) =>
        let b := islit n in
        lazymatch b with
        | true => let z := eval vm_compute in (Z.of_nat n) in
                  constr:((cons (Some z) dl, conj (nat_zR R n) pr))
        | false => constr:((cons (@None Z) dl, conj I pr)) end
      end
  end.

(* a statement over a real closed field is one over the field that it is *)
Ltac mxfield := match goal with
  | R : realFieldType |- _ => constr:(R)
  | R : rcfType |- _ => eval cbv beta in (R : realFieldType) end.
Ltac mxspace R := match goal with
  | V : l2space _ |- _ => constr:(V) | _ => constr:(trivL2 R) end.

Ltac mxring_with R V e k := lazymatch e with (?ds, ?ms, ?vs, ?xs) =>
  let dl := hlist nat ds in
  let at_ := latoms R dl ds ms in
  let bt := vatoms V dl ds vs in
  let xl := hlist (Num.RealField.sort R) xs in
  let st := syms ds ms in let it := invs ms vs ms in
  let ct := scas xs xs in let dt := dims R ds in
  lazymatch at_ with (?rl, ?cl, ?ml) =>
  lazymatch bt with (?bl, ?vl) =>
  lazymatch st with (?sl, ?sp) =>
  lazymatch it with (?il, ?ip) =>
  lazymatch ct with (?pl, ?pp) =>
  lazymatch dt with (?dc, ?dp) =>
    k rl cl sl bl il pl dc dl ml xl vl sp ip pp dp
  end end end end end end end.

Ltac mxring :=
  let R := mxfield in let V := mxspace R in
  let RT := constr:(Num.RealField.sort R) in
  lazymatch goal with |- @eq ?E ?x ?y =>
  let E := eval hnf in E in
  lazymatch E with
  | matrix ?T ?m ?n =>
    tryif unify T RT then
      let e := adddim m (tt, tt, tt, tt) in let e := adddim n e in
      let e := gm x m n e in let e := gm y m n e in
      lazymatch e with (?ds, _, _, _) =>
      let a := rm x m n e in let b := rm y m n e in
      let i := hidx m ds in let j := hidx n ds in
      mxring_with R V e
        ltac:(fun rl cl sl bl il pl dc dl ml xl vl sp ip pp dp =>
        refine (@mdecide rl cl sl bl il pl dc R V dl (getm ml) (gets xl)
                  (getv vl) sp ip pp dp a b i j _)) end
    else
      let e := adddim m (tt, tt, tt, tt) in
      let e := gv x m e in let e := gv y m e in
      lazymatch e with (?ds, _, _, _) =>
      let a := rv x m e in let b := rv y m e in
      let i := hidx m ds in
      mxring_with R V e
        ltac:(fun rl cl sl bl il pl dc dl ml xl vl sp ip pp dp =>
        refine (@vdecide rl cl sl bl il pl dc R V dl (getm ml) (gets xl)
                  (getv vl) sp ip pp dp a b i _)) end
  | _ =>
      let e := gs x (tt, tt, tt, tt) in let e := gs y e in
      let a := rs x e in let b := rs y e in
      mxring_with R V e
        ltac:(fun rl cl sl bl il pl dc dl ml xl vl sp ip pp dp =>
        refine (@sdecide rl cl sl bl il pl dc R V dl (getm ml) (gets xl)
                  (getv vl) sp ip pp dp a b _))
  end end; vm_compute; reflexivity.

Ltac poweak := repeat first
  [ assumption | exact: ltr01 | exact: ler01 | exact: msq_ge0 | exact: ler0n
  | exact: sqr_ge0 | exact: gram_ge0
  | apply: addr_ge0 | apply: mulr_ge0 | apply: divr_ge0
  | apply: exprn_ge0 | rewrite invr_ge0 | by apply: ltW ].
(* sums of second moments and of M M^T, with weights *)
Ltac mxpsd := repeat first
  [ exact: cov_psd | exact: psd_gram | exact: psd_zero | apply: psdD
  | apply: psdZ; [ by poweak | ] ].
Ltac postrict := repeat first
  [ assumption | exact: ltr01 | apply: mulr_gt0 | apply: divr_gt0
  | apply: exprn_gt0 | rewrite invr_gt0 | by rewrite ltr0n ].

(* nothing is compared across shapes, since unification would compute *)
Ltac shaped T U := let T := eval hnf in T in let U := eval hnf in U in
  lazymatch constr:((T, U)) with
  | (matrix _ ?m ?n, matrix _ ?p ?q) => constr_eq m p; constr_eq n q
  | (matrix _ _ _, _) => fail | (_, matrix _ _ _) => fail
  | _ => idtac end.
Ltac heads f g := lazymatch f with
  | ?f _ => heads f g
  | _ => lazymatch g with ?g _ => heads f g | _ => constr_eq f g end end.
(* x = y, both sides alike up to mxring at the leaves; syntactic, since       *)
(* conversion would compute                                                   *)
Ltac alike := lazymatch goal with |- @eq ?T ?a ?b =>
  first
  [ constr_eq a b; exact (@Logic.eq_refl T a)
  | lazymatch T with Prop => alike_args | bool => alike_args | nat => alike_args
    | _ => first [ mxring | lazymatch a with
        | @GRing.add _ _ _ => fail | @GRing.opp _ _ => fail
        | @GRing.mul _ _ _ => fail | @GRing.scale _ _ _ _ => fail
        | @GRing.exp _ _ _ => fail | @GRing.natmul _ _ _ => fail
        | @mulmx _ _ _ _ _ _ => fail | @trmx _ _ _ _ => fail
        | @act _ _ _ _ _ _ => fail | @msq _ _ _ _ => fail
        | @mxtrace _ _ _ => fail | @cov _ _ _ _ _ _ => fail
        | _ => alike_args end ] end ] end
with alike_args := lazymatch goal with
  | |- @eq _ (?f ?a) (?g ?b) =>
    let A := type of a in let B := type of b in
    shaped A B; refine (app_to _ _); [ alike_head | alike ] end
with alike_head := lazymatch goal with |- @eq ?T ?f ?g =>
  first [ constr_eq f g; exact (@Logic.eq_refl T f) | alike_args ] end.
Ltac taken := match goal with x : ?T |- ?G => constr_eq T G; exact x end.

Ltac premises h := lazymatch type of h with
  | ?P -> _ => lazymatch type of P with
    | Prop =>
      let p := fresh "hyp_p" in
      assert (p : P);
      [ clear h; given
      | specialize (h p); clear p; cbv beta zeta in h; premises h ]
    | _ => idtac end
  | _ => idtac end
with given := first
  [ taken
  | lazymatch goal with |- @eqmx _ _ _ _ _ _ => assumption end
  | match goal with x : ?T |- _ => lazymatch type of T with Prop =>
      solve [ let h := fresh "hyp_h" in pose proof x as h; deduce h ] end end ]
with deduce h :=
  lazymatch goal with
  | |- ~ _ => let x := fresh "hyp_x" in intro x; deduce h
  | |- forall _ : ?T, _ => let y := fresh "hyp_x" in
      lazymatch type of T with
      | Prop => intro y; deduce h
      | _ => premises h;
          lazymatch type of h with forall _ : _, _ =>
            intro y; specialize (h y); cbv beta zeta in h; deduce h end
      end
  | |- ?G =>
    premises h;
    (* a negation is taken apart against False only: elsewhere it would ask for
       ever for what it denies *)
    lazymatch constr:((G, h)) with
    | (False, _) =>
        lazymatch type of h with ~ _ => red in h; premises h | _ => idtac end
    | _ => idtac end;
    let H := type of h in
    lazymatch constr:((G, H)) with
    | (_ /\ _, _ /\ _) => both h
    | (_ <-> _, _ <-> _) => both h
    | (and3 _ _ _, and3 _ _ _) =>
        let h1 := fresh "hyp_h" in let h2 := fresh "hyp_h" in
        let h3 := fresh "hyp_h" in
        destruct h as [h1 h2 h3]; split; [deduce h1 | deduce h2 | deduce h3]
    | (and4 _ _ _ _, and4 _ _ _ _) =>
        let h1 := fresh "hyp_h" in let h2 := fresh "hyp_h" in
        let h3 := fresh "hyp_h" in let h4 := fresh "hyp_h" in
        destruct h as [h1 h2 h3 h4];
        split; [deduce h1 | deduce h2 | deduce h3 | deduce h4]
    | (and5 _ _ _ _ _, and5 _ _ _ _ _) =>
        let h1 := fresh "hyp_h" in let h2 := fresh "hyp_h" in
        let h3 := fresh "hyp_h" in let h4 := fresh "hyp_h" in
        let h5 := fresh "hyp_h" in
        destruct h as [h1 h2 h3 h4 h5];
        split; [deduce h1 | deduce h2 | deduce h3 | deduce h4 | deduce h5]
    | (@ex _ _, @ex _ _) => let y := fresh "hyp_y" in
        destruct h as [y h]; exists y; cbv beta in h |- *; deduce h
    | (False, False) => exact h
    | (@eq ?T _ _, @eq ?U _ _) => shaped T U; refine (eq_to h _ _); alike
    | (is_true (@Order.le _ _ _ _), is_true (@Order.le _ _ _ _)) =>
        refine (le_to h _ _); alike
    | (is_true (@Order.lt _ _ _ _), is_true (@Order.lt _ _ _ _)) =>
        refine (lt_to h _ _); alike
    | (is_true (~~ (@eq_op _ _ _)), is_true (~~ (@eq_op _ _ _))) =>
        refine (neq_to h _ _); alike
    | (?P _, ?Q _) => heads P Q; refine (prop_to h _); alike
    end
  end
(* one half must not be asked about the other: both directions of an          *)
(* equivalence would ask for ever                                             *)
with both h := let h1 := fresh "hyp_h" in let h2 := fresh "hyp_h" in
    destruct h as [h1 h2]; split; [clear h2; deduce h1 | clear h1; deduce h2].

Section Test.
Variables (R : realFieldType) (V : l2space R) (n k : nat) (s t : R).
Variables (A : 'M[R]_n) (B : 'M[R]_(n, k)) (C D : 'M[R]_(k, n)) (S : 'M[R]_n).
Variables (o q : 'cV[V]_n).
Hypotheses (sS : S^T = S) (uA : A \in unitmx) (s0 : s != 0).
Goal A + B *m C = B *m C + 1%:M *m A. Proof. mxring. Qed.
Goal \tr (A *m S *m A^T) = \tr (S *m (A^T *m A)). Proof. mxring. Qed.
Goal s * (2%:R / 3%:R) * \tr (B *m C) + s^-1 * (s * t) =
     t + 4%:R / 6%:R * s * \tr (C *m B). Proof. mxring. Qed.
Goal \tr (A *m invmx A) = n%:R. Proof. mxring. Qed.
Goal S^T *m B = S *m B. Proof. mxring. Qed.
Goal (invmx A)^T *m A^T *m B = B. Proof. mxring. Qed.
Goal zR R 1180591620717411303424 * \tr S = 2%:R ^+ 70 * \tr S.
Proof. mxring. Qed.
Goal \tr (A *m B *m C) = \tr (A *m B^T^T *m D).
Proof. Fail mxring. Abort.
Goal msq (o - q) = msq o + msq q. Proof. Fail mxring. Abort.
Goal \tr ((1%:M : 'M[R]_3) + 1%:M) = 6%:R. Proof. mxring. Qed.
Goal msq (A *v o + B *v (C *v o + D *v (o + q)) - (o + q)) =
     msq ((A + B *m (C + D) - 1%:M) *v o + (B *m D - 1%:M) *v q).
Proof. mxring. Qed.
Goal A *v o + B *v (C *v o) = (A + B *m C) *v o + 0. Proof. mxring. Qed.
Goal cov (A *v o) q = (cov q o *m A^T)^T. Proof. mxring. Qed.
Goal msq (A *v o - q) = \tr (A *m cov o o *m A^T) - 2%:R * \tr (A *m cov o q)
  + \tr (cov q q). Proof. mxring. Qed.
End Test.
