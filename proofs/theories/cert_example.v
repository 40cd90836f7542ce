(* Certificates small enough to read, and what the checker refuses.           *)
(*    diag321 == exact certificate for S = diag (3, 2, 1), k = 1: the minimum *)
(*               is 3 (weak dominance, with Xi as witness that X is regular)  *)
(*     tilted == S = [5 2; 2 2] / 3, eigenvalues 2 and 1/3, k = 1: Z as a     *)
(*               Gram matrix, strict dominance, denominator 300               *)
From Coq Require Import ZArith List.
From SymLAM Require Import dyadic certificate.

Open Scope Z_scope.
Open Scope list_scope.

Definition diag321 : cert := {|
  c_n := 3%nat; c_k := 1%nat; c_q := 1;
  c_S := (3 :: 0 :: 0 :: nil) :: (0 :: 2 :: 0 :: nil) ::
         (0 :: 0 :: 1 :: nil) :: nil;
  c_lo := 3; c_hi := 3;
  c_s := 1; c_U := (1 :: 0 :: 0 :: nil) :: nil;
  c_t := 2;
  c_Z := Gram ((1 :: 0 :: 0 :: nil) :: nil) (1 :: nil);
  c_X := (1 :: 0 :: 0 :: nil) :: (0 :: 1 :: 0 :: nil) ::
         (0 :: 0 :: 1 :: nil) :: nil;
  c_Xi := (1 :: 0 :: 0 :: nil) :: (0 :: 1 :: 0 :: nil) ::
          (0 :: 0 :: 1 :: nil) :: nil |}.

Lemma diag321_ok : check diag321 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* eigenvectors (2, 1) and (1, -2), of squared length 5; t = 1, and *)
(* Z = (101/500) [4 2; 2 1] has the eigenvalue 1.01 > 2 - t         *)
Definition tilted (lo hi u z t : Z) : cert := {|
  c_n := 2%nat; c_k := 1%nat; c_q := 1500;
  c_S := (2500 :: 1000 :: nil) :: (1000 :: 1000 :: nil) :: nil;
  c_lo := lo; c_hi := hi;
  c_s := 1000; c_U := (u :: 447 :: nil) :: nil;
  c_t := t;
  c_Z := Gram ((2 :: 1 :: nil) :: nil) (z :: nil);
  c_X := (20 :: 10 :: nil) :: (1 :: - 2 :: nil) :: nil;
  c_Xi := nil |}.

Lemma tilted_ok : check (tilted 485 501 894 303 1500) = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* a bound moved past what is proved, a wrong direction, an infeasible Z, a   *)
(* negative weight, a negative t: each is refused                            *)
Lemma tilted_refused :
  (check (tilted 486 501 894 303 1500),
   check (tilted 485 500 894 303 1500),
   check (tilted 485 501 447 303 1500),
   check (tilted 485 501 894 300 1500),
   check (tilted 485 501 894 (- 303) 1500),
   check (tilted 485 501 894 303 (- 1500)))
  = (false, false, false, false, false, false).
Proof. vm_compute; exact eq_refl. Qed.
