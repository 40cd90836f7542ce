"""What the engine writes is accepted by the kernel, and every mutation of it is rejected.

One coqc run for all lemmas that must be accepted, one session for all mutants.  A mutant is a
statement made from mutated objects with the proof of the true one; the engine itself shows by an
exact counterexample that it is false, so a rejection is never for want of a better proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from symlam.algebra import (
    E,
    Matrix,
    Scalar,
    absent,
    complete_square,
    dimension_scalar,
    equal,
    equation,
    gradient,
    identity,
    matrix,
    msq,
    orthonormal,
    positive,
    positive_definite,
    scalar,
    tr,
    uncorrelated,
    vector,
    white,
)
from symlam.algebra._assumptions import ScalarEquation, orthogonal_in_mean
from symlam.algebra._letter import LETTERS, TRANSPOSE
from symlam.evidence.export import (
    HEADER,
    Product,
    Sum,
    Trace,
    Transposed,
    With,
    check,
    check_each,
    export_derivation,
    export_gradient,
    export_identity,
    export_inequality,
    file,
    mean_square,
    normal,
)
from symlam.evidence.export._derivation import objective_term
from symlam.evidence.export._export import state_minimum
from symlam.evidence.export._statement import flat, state
from symlam.models import (
    augmented_lam,
    correlated_lam,
    linear_lam,
    policy_lam,
    policy_sweep_lam,
    supervised_lam,
)
from symlam.objective import derive

pytestmark = [pytest.mark.coq, pytest.mark.usefixtures("library")]

A, A2 = matrix("A", "n", "n"), matrix("A2", "n", "n")
B, C = matrix("B", "n", "m"), matrix("C", "m", "n")
S = matrix("S", "n", "n", symmetric=True)
K = matrix("K", "n", "n", symmetric=True, invertible=True)
M = matrix("M", "n", "n", invertible=True)
X, Y = matrix("X", "n", "m"), matrix("Y", "n", "k")
s, λ = scalar("s"), scalar("λ")
x, y, z = vector("x", "n"), vector("y", "n"), vector("z", "m")
one = matrix("u", 1, 1)
A_lam, o = matrix("A", "d_o", "d_o"), vector("o", "d_o")
deep = A
for _ in range(30):
    deep = deep * A
square = complete_square(msq(A * y - x), A)
ρ = scalar("ρ")
sum_inverse = ScalarEquation("ρ = 1/(1 + λ)", ρ * (1 + λ) - 1)

# name -> (lhs, rhs, assumptions)
IDENTITIES: dict[str, tuple[Any, Any, Any]] = {
    "trace": (Trace(Product((A, S, Transposed(A - B * C)))), tr(A * S * A.T - A * S * C.T * B.T), ()),
    "concrete": (Trace(Product((identity(3),))), 3, ()),
    "symbolic": (Trace(Product((identity("n"),))), dimension_scalar("n"), ()),
    "numbers": (
        Sum(((2**70, tr(A)), (Fraction(-2, 3) * s, tr(S)))),
        tr(A) * 2**70 - Fraction(2, 3) * s * tr(S),
        (),
    ),
    "matrices": (Product((A - A2, A + A2)), A * A - A2 * A2 + A * A2 - A2 * A, ()),
    "inverse": (Product((M, M.inverse() * A)), A, ()),
    "inverse_symmetric": (Product((Transposed(K.inverse()), K, B)), B, ()),
    "powers": (Sum(((s**-2, s * tr(A)),)), Sum(((1 / s, tr(A)),)), ()),
    "over_dimension": (Sum(((1 / dimension_scalar("n"), tr(A)),)), tr(A) / dimension_scalar("n"), ()),
    "parts": (mean_square(A * x + y), msq(A * x) + msq(y), uncorrelated(x, y)),
    "white_noise": (
        mean_square(A * (x + y)),
        msq(A * x) + s**2 * tr(A * A.T),
        [uncorrelated(x, y), white(y, s**2)],
    ),
    "columns": (Trace(Product((X, Transposed(X)))), dimension_scalar("m"), orthonormal(X)),
    "columns_both": (Product((C.T, X.T, Y)), Matrix(Y.rows, Y.cols), orthonormal(X, Y)),
    "absent": (mean_square(x + y), msq(y), absent(x)),
    "absent_vector": (x + y, y, absent(x)),
    "vectors": (Product((A, B * (C * x) + y)), A * B * C * x + A * y, ()),
    "formula": (C, -B.T, equation(B, -C.T)),
    "definite": (Trace(Product((E(x, y), E(y, y).inverse(), E(y, y)))), tr(E(x, y)), positive_definite(y)),
    "in_mean": (mean_square(x + y), msq(x) + msq(y), orthogonal_in_mean(x, y)),
    "same_moment": (mean_square(A * x), tr(A * E(y, y) * A.T), equation(E(x, x), E(y, y))),
    "one_by_one": (Trace(Product((Transposed(one), one))), tr(one * one.T), ()),
    "deep": (Trace(Product((deep, S))), tr(deep * S), ()),
    "empty": (Sum(()), 0, ()),
    "zero_matrix": (Product((A - A, B)), 0, ()),
    "quotient": (Sum(((ρ, tr(A)), (ρ * λ, tr(A)))), tr(A), sum_inverse),
    "quotient_matrix": (Sum(((ρ * λ, A * S), (ρ, S * A))), A * S - ρ * A * S + ρ * S * A, sum_inverse),
    "quotient_vectors": (Product((λ * ρ * A, x)), (1 - ρ) * A * x, sum_inverse),
    "quotient_alone": (ρ**2 * λ**2 + 2 * ρ, 1 + ρ**2, sum_inverse),
    "completed_square": (
        mean_square(A * y - x),
        Sum(
            (
                (1, Trace(Product((A - square.centre, E(y, y), Transposed(A - square.centre))))),
                (1, square.rest),
            )
        ),
        positive_definite(y),
    ),
}
for i, name in enumerate(
    ["in", "fun", "I", "E", "O", "S", "Type", "forall", "cov", "R", "V", "trmx", "Σ_{o,q}", "o'", "None"]
):
    Z = matrix(name, "n", "n")
    IDENTITIES[f"name_{i}"] = (Trace(Product((Z, Z + Z.T))), tr(Z * Z.T) + tr(Z * Z), ())

MODELS = {
    "P4_1": linear_lam(),
    "P4_3": augmented_lam(),
    "P4_4": supervised_lam(),
    "P4_4_plain": supervised_lam(augmented=False),
    "D1": policy_lam(),
    "D2": policy_sweep_lam(),
}


def accepted_lemmas() -> dict[str, str]:
    """Every lemma that must be accepted."""
    out = {n: export_identity(a, b, under=u, name=n) for n, (a, b, u) in IDENTITIES.items()}
    for n, m in MODELS.items():
        for i, (_, lemma) in enumerate(export_derivation(derive(m), name=n), start=1):
            out[f"{n}_{i}"] = lemma
    correlated = derive(correlated_lam().assume(positive_definite(o)), eliminate=(A_lam,))
    ((_, out["completed_1"]),) = export_derivation(correlated, name="completed")
    out["gradient_A"] = export_gradient(msq(A * x + B * z - y), A, name="gradient_A")
    out["gradient_S"] = export_gradient(tr(S * A * S * S), S, name="gradient_S")
    out["bound"] = export_inequality(
        msq(x), msq(x) + λ * msq(A * y), [(λ, A * y)], under=positive(λ), name="bound"
    )
    return out


@pytest.fixture(scope="module")
def accepted(library: None) -> dict[str, str]:
    lemmas = accepted_lemmas()
    result = check(file(*lemmas.values()), "accepted", timeout=240)
    assert result.accepted, result.message
    assert set(result.lemmas) == set(lemmas)
    return lemmas


def test_the_kernel_accepts_what_the_engine_writes(accepted: dict[str, str]) -> None:
    assert len(accepted) == len(IDENTITIES) + 2 * len(MODELS) + 4


def test_every_step_of_the_derivations_is_among_them(accepted: dict[str, str]) -> None:
    for n, m in MODELS.items():
        steps = derive(m).steps
        assert len(steps) == 3
        assert {f"{n}_1", f"{n}_2"} <= set(accepted)


# ---- mutants


def mutations(e: Any, other: dict[Matrix, Matrix]) -> Iterator[tuple[str, Any]]:
    """(kind, mutated expression): sign, coefficient, transpose, letter."""
    key, v = max(e.terms.items(), key=lambda kv: (len(kv[0][1]), len(str(kv[0]))))
    rest = e - e._like({key: v})
    yield "sign", rest + e._like({key: -v})
    yield "coefficient", rest + e._like({key: v + 1})
    words = [*key[1], *key[2:]]
    for j, w in enumerate(words):
        for i, f in enumerate(w):
            letter = LETTERS[f >> 2]
            if letter.rows == letter.cols and TRANSPOSE[f] != f:
                new = (*w[:i], TRANSPOSE[f], *w[i + 1 :])
                yield "transpose", rest + rebuilt(e, key, v, words, j, new)
                break
    for j, w in enumerate(words):
        for i, f in enumerate(w):
            for old, put in other.items():
                if LETTERS[f >> 2] == old.as_letter() and not f & 3:
                    new = (*w[:i], put._letter_code(), *w[i + 1 :])
                    yield "letter", rest + rebuilt(e, key, v, words, j, new)


def rebuilt(e: Any, key: tuple, v: Any, words: list, j: int, new: tuple) -> Any:
    words = [*words[:j], new, *words[j + 1 :]]
    if isinstance(e, Scalar):
        out = Scalar({(key[0], ()): v})
        for w in words:
            out = out * tr(Matrix(LETTERS[w[0] >> 2].rows, LETTERS[w[0] >> 2].rows, {((), (), w): 1}))
        return out
    return Matrix(e.rows, e.cols, {(key[0], tuple(words[:-1]), words[-1]): v})


def graft(statement: str, lemma: str) -> str:
    """The statement of one lemma with the proof of another."""
    return statement + "\n" + lemma[lemma.index("Proof.") :]


def mutant_identity(name: str, lhs: Any, rhs: Any, under: Any, proof: str) -> str:
    return graft(state(name, [lhs, rhs], lambda p: f"{p.term(lhs)} = {p.term(rhs)}", flat(under)).text, proof)


def without_intro(lemma: str, k: int) -> str:
    """The proof for a statement that lost its k-th hypothesis."""
    return re.sub(rf"(move=>[^.]*?) hyp_{k}\b", r"\1", lemma, count=1).replace("move=>.", "idtac.")


MUTATED = (
    "trace",
    "matrices",
    "parts",
    "white_noise",
    "columns",
    "inverse_symmetric",
    "same_moment",
    "in_mean",
    "formula",
    "quotient",
    "quotient_matrix",
)


def mutants() -> dict[str, str]:
    out: dict[str, str] = {}
    for n in MUTATED:
        lhs, rhs, under = IDENTITIES[n]
        good = export_identity(lhs, rhs, under=under, name=n)
        right = normal(rhs)
        right = right if isinstance(right, Scalar | Matrix) else rhs
        for kind, wrong in mutations(right, {A: A2, C: B.T * 0 + C} if n != "trace" else {A: A2}):
            if wrong == right:
                continue
            assert equal(normal(lhs), wrong, under=under).verdict is False, (n, kind)
            out[f"{n}_{kind}"] = mutant_identity(f"{n}_{kind}", lhs, wrong, under, good)
        for k, a in enumerate(flat(under)):
            fewer = [b for b in flat(under) if b is not a]
            if equal(normal(lhs), right, under=fewer).verdict is not False:
                continue
            m = f"{n}_dropped_{k}"
            out[m] = mutant_identity(m, lhs, rhs, fewer, without_intro(good, k))
            out[f"{m}_mxring"] = mutant_identity(
                f"{m}_mxring", lhs, rhs, fewer, "Proof.\nby intros; mxring.\nQed."
            )
    # random vectors
    lhs, rhs, _ = IDENTITIES["vectors"]
    good = export_identity(lhs, rhs, name="vectors")
    for kind, wrong in {
        "sign": -rhs,
        "letter": A * B * C * x + A2 * y,
        "base": A * B * C * x + A * x,
    }.items():
        out[f"vectors_{kind}"] = mutant_identity(f"vectors_{kind}", lhs, wrong, (), good)
    return out | gradient_mutants() | bound_mutants() | minimum_mutants()


def gradient_mutants() -> dict[str, str]:
    f = msq(A * x + B * z - y)
    good = export_gradient(f, A, name="gradient")
    g = gradient(f, A)
    h, t = matrix("H_A", "n", "n"), scalar("t_step")
    out = {}
    for kind, wrong in mutations(g, {A: A2}):
        moved = With(((A, A + h * t),), f)
        quadratic = (normal(moved) - f - tr(g.T * h) * t) / t**2
        rhs = Sum(((1, f), (t, Trace(Product((Transposed(wrong), h)))), (t**2, quadratic)))
        assert equal(normal(moved), normal(rhs)).verdict is False
        out[f"gradient_{kind}"] = mutant_identity(f"gradient_{kind}", moved, rhs, (), good)
    return out


def bound_mutants() -> dict[str, str]:
    low, high, under = msq(x), msq(x) + λ * msq(A * y), positive(λ)
    good = export_inequality(low, high, [(λ, A * y)], under=under, name="bound")

    def claim(name: str, a: Any, b: Any, under: Any, proof: str) -> str:
        st = state(name, [a, b, λ * msq(A * y)], lambda p: f"({p.term(a)} : R) <= {p.term(b)}", flat(under))
        return graft(st.text, proof)

    return {
        "bound_sign": claim("bound_sign", low, msq(x) - λ * msq(A * y), under, good),
        "bound_letter": claim("bound_letter", msq(y), high, under, good),
        "bound_turned": claim("bound_turned", high, low, under, good),
        "bound_dropped": claim(
            "bound_dropped", low, high, (), without_intro(good, 0).replace("have hyp_n0", "try have hyp_n0")
        ),
    }


def minimum_mutants() -> dict[str, str]:
    """Of the elimination step of P4.3: choice, condition, value, and the weight's positivity in P4.4."""
    d = derive(augmented_lam())
    before, now = d.steps[1], d.steps[2]
    ((_, good),) = export_derivation(d, name="minimum")[1:]
    f, g = objective_term(before.objective), objective_term(now.objective)
    a, c = (k for k in now.choice)
    conditions = list(now.condition)

    def claim(name: str, after: Any, choice: dict, conditions: list) -> str:
        reached = With(tuple(choice.items()), f)
        return graft(state_minimum(f, after, reached, conditions, (), name).text, good)

    choice = dict(now.choice)
    wrong_sign = {a: choice[a], c: -choice[c]}
    wrong_coefficient = {a: 2 * choice[a], c: choice[c]}
    for bad in (wrong_sign, wrong_coefficient):
        assert equal(before.objective.substitute(bad).expand(), now.objective.expand()).verdict is False
    transposed = [conditions[0], conditions[1], conditions[2].T - conditions[2] + conditions[2].T]
    rest = Sum((*g.terms, (1, mean_square(vector("κ_1", "d_o")))))
    plain = derive(supervised_lam(augmented=False))
    ((_, weighted),) = export_derivation(plain, name="weighted")[1:]
    no_sign = re.sub(
        r"\n  0 < \(lambda : R\) ->", "", weighted.replace("weighted_2", "minimum_dropped"), count=1
    )
    return {
        "minimum_sign": claim("minimum_sign", g, wrong_sign, conditions),
        "minimum_coefficient": claim("minimum_coefficient", g, wrong_coefficient, conditions),
        "minimum_transpose": claim("minimum_transpose", g, choice, transposed),
        "minimum_condition": claim("minimum_condition", g, choice, [*conditions[:2], 0 * conditions[2]]),
        "minimum_value": claim("minimum_value", rest, choice, conditions),
        "minimum_dropped": no_sign.replace("move=> hyp_0.", "idtac.").replace(
            "have hyp_n0", "try have hyp_n0"
        ),
    }


@pytest.fixture(scope="module")
def answers(library: None) -> dict[str, tuple[bool, str]]:
    controls = {
        "control_first": export_identity(
            *IDENTITIES["parts"][:2], under=IDENTITIES["parts"][2], name="control_first"
        )
    }
    last = {"control_last": controls["control_first"].replace("control_first", "control_last")}
    return check_each(HEADER, controls | mutants() | last, timeout=240)


def test_the_controls_are_accepted_in_the_same_session(answers: dict[str, tuple[bool, str]]) -> None:
    assert answers["control_first"] == answers["control_last"] == (True, "")


@pytest.mark.parametrize("name", sorted(mutants()))
def test_mutants_are_rejected(name: str, answers: dict[str, tuple[bool, str]]) -> None:
    defined, error = answers[name]
    assert not defined
    assert error, "rejected, but with no error read"
    assert "Syntax error" not in error, error


def test_each_kind_of_mutation_occurs() -> None:
    kinds = {re.sub(r"_\d+.*|_mxring", "", m).rpartition("_")[2] for m in mutants()}
    assert {"sign", "coefficient", "transpose", "letter", "dropped", "condition", "value"} <= kinds
