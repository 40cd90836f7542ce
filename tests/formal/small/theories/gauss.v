(* A development small enough to compile in a second: what the audit has to
   accept, and what the tamper tests damage one piece at a time. *)
Fixpoint sum_to (n : nat) : nat :=
  match n with O => O | S m => n + sum_to m end.

Definition bounded (b : nat) : Prop := forall n, n <= b -> sum_to n <= b * b.

Lemma add_S (a b : nat) : a + S b = S (a + b).
Proof. induction a as [|a IHa]; simpl; [reflexivity | rewrite IHa; reflexivity]. Qed.

Theorem sum_S (n : nat) : sum_to (S n) = S n + sum_to n.
Proof. reflexivity. Qed.
