"""S3, M1, M2, D2: the surrogate latent, mutual information, LLO, and the policy sweep."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import (
    Assumptions,
    E,
    complete_square,
    dimension_at_most,
    equation,
    full_column_rank,
    identity,
    matrix,
    msq,
    positive_definite,
    scalar,
    tr,
    uncorrelated,
    vector,
)
from symlam.algebra._exact import Instance, eye, fraction, trace
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, cites, hypothesis, joined, proves
from symlam.claims._pca import SOURCE
from symlam.claims._tests import eigenvalues, predictor, second_moment
from symlam.errors import SymlamError
from symlam.models import correlated_lam, linear_lam, policy_sweep_lam
from symlam.models._model import Model, model
from symlam.models.letters import A, B, D, X, Π_d, o, q, ε, π_s, χ
from symlam.objective import derive
from symlam.optimum._exact import best_predictor, coefficient, nullspace
from symlam.optimum._metrics import head_error, llo

I = identity("d_o")


def _pseudo_inverse(m: flint.fmpq_mat) -> flint.fmpq_mat:
    """The Moore-Penrose inverse: M⁺ = (M'M)⁺ M', exactly."""
    # G with G (M'M) = P, P the orthogonal projector on the row space; then M⁺ = P G M'
    on_rows = _projector(m.transpose())
    return on_rows * best_predictor(m.transpose() * m, on_rows) * m.transpose()


def _projector(m: flint.fmpq_mat) -> flint.fmpq_mat:
    """The orthogonal projector on the column space, exactly."""
    return best_predictor(m.transpose() * m, m) * m.transpose()


def _s3() -> tuple[Part, ...]:
    m = correlated_lam()
    z = m.latent
    gap = m.named["prediction"] - o  # ô' - o = (A - I) o + B z
    centred = gap.substitute({A: I})
    injective = hypothesis("B has full column rank", full_column_rank(B))

    def surrogate_error(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        at = inst.with_values({A: eye(inst.size(A.rows))})
        pseudo = _pseudo_inverse(at.value(B))
        error = pseudo * coefficient(at, gap, at.order) - coefficient(at, z, at.order)
        value = fraction(trace(error * at.joint_moment * error.transpose()))
        yield at, value, Fraction(0), "E||B⁺(ô' - o) - z||^2 at A = I against 0"

    def prove_equal(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if injective not in chosen:
            return None
        left = matrix("B^+", "d_z", "d_o")
        rules = known.assumptions.plus(equation(left * B, identity("d_z")))
        return joined(
            cites("B⁺ B = I exactly when B has full column rank"),
            proves(rules, msq(left * centred - z), 0 * tr(I), "B⁺(ô' - o) = B⁺ B z = z at A = I"),
        )

    def same_heads(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        at = inst.with_values({A: eye(inst.size(A.rows))})
        yield (
            at,
            head_error(at, q, gap),
            head_error(at, q, z),
            "error of a head for q on ô' - o against a head on z, at A = I",
        )

    def prove_heads(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if injective not in chosen:
            return None
        return joined(
            proves(known.assumptions, msq(centred - B * z), 0 * tr(I), "ô' - o = B z at A = I"),
            cites(
                "with B injective z and B z are linear functions of each other: heads reach the same errors"
            ),
        )

    return (
        Part(
            "S3.a",
            "B⁺(ô' - o) equals z when A = I (B is not square: B⁻¹ read as the pseudo-inverse)",
            m,
            surrogate_error,
            prove_equal,
            (injective,),
        ),
        Part(
            "S3.b",
            "heads on ô' - o itself (as simulated) do as well as heads on z when A = I",
            m,
            same_heads,
            prove_heads,
            (injective,),
            role="remark",
        ),
    )


def _m1() -> tuple[Part, ...]:
    x, y, K = vector("x", "n"), vector("y", "m"), matrix("K", "m", "n")
    head = model(
        "a linear head",
        loss=[(1, K * x - y)],
        latent=x,
        encoder=[],
        decoder=[],
        regression=[K],
        named={"x": x, "y": y},
    )
    one = hypothesis("y is scalar (m = 1)", dimension_at_most("m", 1))

    def ratio(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        s = second_moment(inst, y)
        if not s.det():
            raise SymlamError("Σ_y is singular: the mutual information has no density")
        p = predictor(inst, y, x)
        rest = s - p * inst.value(E(x, y))
        # exp(-2 I(x, y)) for Gaussian vectors is det Σ_{y|x} / det Σ_y; the printed formula has traces
        exact = fraction(rest.det() / s.det())
        printed = fraction(trace(rest) / trace(s))
        yield inst, exact, printed, "exp(-2 I) = det Σ_{y|x}/det Σ_y against E||ŷ - y||²/Var y"

    def prove_scalar(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if one not in chosen:
            return None
        rest = complete_square(msq(K * x - y), K)
        sure = known.assumptions.plus(positive_definite(x))
        return joined(
            proves(
                sure,
                rest.rest,
                tr(E(y, y) - E(y, x) * E(x, x).inverse() * E(x, y)),
                "min E||K x - y||^2 = tr Σ_{y|x}",
            ),
            cites(
                "for m = 1 the trace is the determinant; I = -½ log(det Σ_{y|x}/det Σ_y) (Cover and Thomas, 8.4)"
            ),
        )

    return (
        Part(
            "M1",
            "I(x, y) = -½ log(E||ŷ - y||²/Var y) for Gaussian x, y, Var the total variance",
            head,
            ratio,
            prove_scalar,
            (one,),
        ),
    )


def _m2() -> tuple[Part, ...]:
    m = linear_lam()
    general = correlated_lam()
    apart = hypothesis(
        "range Σ_q and range Σ_ε meet in 0 only",
        test=lambda inst: _apart(second_moment(inst, q), second_moment(inst, ε)),
    )
    quiet = hypothesis("E[q ε'] = 0 and E[o q'] = 0", uncorrelated(q, ε), uncorrelated(o, q))
    moves = hypothesis("Σ_q != 0", test=lambda inst: any(second_moment(inst, q).entries()))

    def at_most(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        value = llo(inst, known.latent, action=q, noise=ε, observation=o)
        yield inst, value <= 2, True, "LLO <= 2"

    def prove_bound(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        x, y, K = vector("x", "n"), vector("y", "m"), matrix("K", "m", "n")
        square = complete_square(msq(K * x - y), K)
        sure = Assumptions(positive_definite(x))
        return joined(
            proves(
                sure,
                msq(y) - square.rest,
                msq(E(y, x) * E(x, x).inverse() * x),
                "E||y||^2 - min E||K x - y||^2 = E||ŷ||^2 >= 0: a normalised error is at most 1",
            ),
            cites(
                "errors lie in [0, 1] (K = 0 gives 1; singular Σ_x by a pseudo-inverse): LLO <= -0 + 1 + 1"
            ),
        )

    def reached(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        """The best case for z = D(q + ε): all directions that see no noise."""
        noise = second_moment(inst, ε)
        kernel = nullspace(noise)
        d = flint.fmpq_mat(kernel) if kernel else flint.fmpq_mat(1, noise.nrows())
        dim = matrix("D", d.nrows(), "d_o")
        at = inst.with_values({dim: d.tolist()})
        value = llo(at, dim * (q + ε), action=q, noise=ε, observation=o)
        yield at, value, Fraction(2), "LLO of D(q + ε), D all directions without noise, against 2"

    def prove_reached(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        if not {apart, quiet, moves} <= chosen:
            return None
        P = matrix("P", "d_o", "d_o")
        rules = known.assumptions.plus(equation(P * E(q, q), E(q, q)), equation(P * E(ε, ε), 0))
        z = P * (q + ε)
        return joined(
            cites("ranges that meet in 0 only: some P has P Σ_q = Σ_q and P Σ_ε = 0"),
            proves(rules, msq(z - q), 0 * tr(I), "P(q + ε) = q: the error of q is 0"),
            proves(rules, E(ε, z), 0 * I, "E[ε z'] = 0: the error of ε is 1"),
            proves(rules, E(o, q), 0 * I, "E[o q'] = 0: the error of o is 1"),
        )

    return (
        Part("M2.a", "LLO <= 2 for every latent", general, at_most, prove_bound),
        Part(
            "M2.b",
            "the maximum 2 is reached by some latent D(q + ε)",
            m,
            reached,
            prove_reached,
            (apart, quiet, moves),
            shape=(E(o, o),),
        ),
    )


def _apart(s: flint.fmpq_mat, t: flint.fmpq_mat) -> bool:
    both = flint.fmpq_mat([x + y for x, y in zip(s.tolist(), t.tolist(), strict=True)])
    return both.rank() == s.rank() + t.rank()


def _d2() -> tuple[Part, ...]:
    m = policy_sweep_lam().assume(dimension_at_most("d_z", "d_o"))
    drive = X * π_s
    action = χ * Π_d * o + (1 - χ) * π_s
    innovation = (1 - χ) * drive + ε

    def kept(inst: Instance, share: Fraction, *, largest: bool) -> Fraction:
        """tr(P Σ_{Xπ_s}), P on the d_z largest eigenvalues of the moment of (1-χ) X π_s + ε; extreme over ties."""
        inst = replace(inst, scalars={**inst.scalars, "χ": share})
        s, move = second_moment(inst, drive), (1 - χ) * drive + ε
        # what o predicts of it is for A, the rest is for the latent
        total = second_moment(inst, move) - predictor(inst, move, o) * inst.value(E(o, move))
        k = inst.size(D.rows)
        out, taken = Fraction(0), 0
        for value in dict.fromkeys(eigenvalues(total)):
            space = nullspace(total - eye(s.nrows()) * flint.fmpq(value.numerator, value.denominator))
            basis = flint.fmpq_mat(space).transpose()
            room = min(len(space), k - taken)
            if room <= 0 or not (value or largest):
                break  # what has no variance may be left out of z
            gram = basis.transpose() * basis
            # eigenvalues of Σ_{Xπ_s} compressed to the eigenspace: with a tie the best or the worst are taken
            compressed = eigenvalues(gram.inv() * basis.transpose() * s * basis)
            out += sum(compressed[:room] if largest else compressed[len(compressed) - room :], Fraction(0))
            taken += room
        return out

    def monotone(strict: bool) -> Any:
        def test(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
            for low, high in (
                (Fraction(0), Fraction(1, 2)),
                (Fraction(1, 4), Fraction(3, 4)),
                (Fraction(1, 2), Fraction(1)),
            ):
                before, after = kept(inst, low, largest=False), kept(inst, high, largest=True)
                if strict and not before:
                    continue  # nothing of π_s was kept to begin with
                good = after < before if strict else after <= before
                yield (
                    inst,
                    good,
                    True,
                    f"variance of X π_s that z keeps: {after} at χ = {high}, {before} at χ = {low}",
                )

        return test

    s1, s2 = scalar("s_1"), scalar("s_2")
    P1, P2, S, N = (matrix(n, "d_o", "d_o", symmetric=True) for n in ("P_1", "P_2", "S", "N"))

    def prove_monotone(known: Model, _: frozenset[Hypothesis]) -> Proof | None:
        chain = derive(known, eliminate=known.regression)
        gaps = tr((P1 - P2) * (S * s1 + N)) + tr((P2 - P1) * (S * s2 + N))
        return joined(
            Proof(tuple(map(repr, chain.steps)), chain.used),
            proves(
                known.assumptions,
                E((1 - χ) * drive + ε, (1 - χ) * drive + ε),
                (1 - χ) ** 2 * E(drive, drive) + E(ε, ε),
                "what o does not predict of the change has the moment (1 - χ)² Σ_{Xπ_s} + Σ_ε",
            ),
            cites(
                "P_i is best for s_i S + N, N = Σ_ε, S = Σ_{Xπ_s}, s_i = (1 - χ_i)²: both gaps below are >= 0"
            ),
            proves(
                Assumptions(),
                gaps,
                (s1 - s2) * tr((P1 - P2) * S),
                "tr((P_1-P_2)(s_1 S+N)) + tr((P_2-P_1)(s_2 S+N)) = (s_1 - s_2) tr((P_1 - P_2) S) >= 0",
            ),
        )

    def error_at(known: Any, inst: Instance, share: Fraction) -> Fraction:
        """Error of the least-squares head for a on z = D(X a + ε), D the principal directions at χ = share."""
        at = replace(inst, scalars={**inst.scalars, "χ": share})
        rows = principal_rows(second_moment(at, innovation), at.size(D.rows))
        at = at.with_values({D: rows})
        return head_error(at, action, D * (X * action + ε))

    def share_grows(known: Any, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
        for low, high in ((Fraction(0), Fraction(1, 2)), (Fraction(1, 2), Fraction(1))):
            before, after = error_at(known, inst, low), error_at(known, inst, high)
            yield (
                inst,
                after >= before,
                True,
                f"error of a from z: {before} at χ = {low}, {after} at χ = {high}",
            )

    return (
        Part(
            "D2.a",
            "on the policy's own data, the error of a predicted from z = D(q + ε) does not fall as χ grows",
            m,
            share_grows,
            lambda known, _: None,
            shape=(Π_d,),
        ),
        Part(
            "D2.b",
            "the variance of the random part X π_s of the action that z keeps does not grow with χ",
            m,
            monotone(False),
            prove_monotone,
            role="repair",
            shape=(Π_d,),
        ),
        Part(
            "D2.c",
            "it decreases strictly with χ",
            m,
            monotone(True),
            lambda known, _: None,
            role="remark",
            shape=(Π_d,),
        ),
    )


def principal_rows(s: flint.fmpq_mat, k: int) -> list[list[Any]]:
    """Rows that span the k principal directions; SymlamError at a tie, where they are not determined."""
    rows: list[list[Any]] = []
    for value in dict.fromkeys(eigenvalues(s)):
        if len(rows) == k:
            break
        space = nullspace(s - eye(s.nrows()) * flint.fmpq(value.numerator, value.denominator))
        if len(rows) + len(space) > k and value:
            raise SymlamError("a tie at k: the kept directions are a choice")
        rows += space[: k - len(rows)]
    return rows + [[flint.fmpq(0)] * s.nrows() for _ in range(k - len(rows))]


CLAIMS = (
    Claim(
        "S3",
        "surrogate latent",
        "z̃ = B⁻¹(ô' − o) is used in place of z; equals z when A = I",
        f"{SOURCE}, simulation set-up",
        _s3,
    ),
    Claim(
        "M1",
        "mutual information",
        "I(x, y) = −½ log(‖ŷ − y‖² / Var y) for Gaussian x, y",
        f"{SOURCE}, Section 3",
        _m1,
    ),
    Claim(
        "M2",
        "LLO",
        "LLO = −E‖q̂ − q‖²/Var q + E‖ε̂ − ε‖²/Var ε + E‖ô − o‖²/Var o has maximum 2",
        f"{SOURCE}, Section 3",
        _m2,
    ),
    Claim(
        "D2",
        "policy sweep",
        "a = χ Π_d o + (1 − χ) π_s: the more deterministic the policy, the less of a is in z",
        f"{SOURCE}, Section 4.2",
        _d2,
        lambda: (derive(policy_sweep_lam()),),
        lambda: (policy_sweep_lam(),),
    ),
)
