From Small Require Import gauss witness.
Theorem sum_10 : sum_to 10 = 55.
Proof. rewrite sum_S. reflexivity. Qed.
Theorem sum_1_bounded : bounded 1.
Proof. intros n n_le1; destruct n as [|[|n]]; simpl; auto. inversion n_le1; inversion H0. Qed.
