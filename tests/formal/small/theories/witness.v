(* Written by a program: the numbers of a certificate. *)
From Small Require Import gauss.
Definition certificate_value : nat := 55.
Lemma certificate_ok : Nat.eqb (sum_to 10) certificate_value = true.
Proof. vm_compute. reflexivity. Qed.
