From Small Require Import gauss witness consequence.

Check (@sum_S : forall n : nat, sum_to (S n) = S n + sum_to n).
Print Assumptions sum_S.
Check (sum_10 : sum_to 10 = 55).
Print Assumptions sum_10.
Check (sum_1_bounded : bounded 1).
Print Assumptions sum_1_bounded.
