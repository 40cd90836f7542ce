"""P4.4: action supervision at finite weight, and in the limit of a large one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import (
    E,
    dimension_at_most,
    equation,
    full_column_rank,
    identity,
    matrix,
    msq,
    orthonormal,
    positive_definite,
    substitute,
    tr,
    uncorrelated,
    white,
    zero,
)
from symlam.algebra._exact import Instance, eye
from symlam.algebra._expression import constant
from symlam.claims._claim import Claim
from symlam.claims._part import Hypothesis, Part, Proof, assumes, cites, hypothesis, joined, proves
from symlam.claims._pca import SOURCE
from symlam.claims._tests import (
    eigenvalues,
    every_minimiser,
    is_identity,
    minimum_is,
    predictor,
    second_moment,
)
from symlam.errors import SymlamError
from symlam.models import supervised_lam
from symlam.models._model import Model
from symlam.models.letters import X, Y, a, b, o, ε, λ
from symlam.objective import derive
from symlam.optimum import reduced_rank, roles
from symlam.optimum._consequences import Facts
from symlam.optimum._exact import best_predictor, nullspace

I = identity("d_o")
S_a, S_e, S_ae = E(a, a), E(ε, ε), E(a, ε)

UNCORRELATED = hypothesis("E[a ε'] = 0 (not only E[q' ε] = 0)", uncorrelated(a, ε))
ORTHOGONAL = hypothesis("X' Σ_ε = 0", equation(X.T * S_e, 0))
SQUARE = hypothesis("d_z = d_a", dimension_at_most("d_z", "d_a"))
SIZES = (dimension_at_most("d_z", "d_a"), dimension_at_most("d_a", "d_z"))
INJECTIVE = hypothesis("X has full column rank", full_column_rank(X))
DEFINITE = hypothesis("Σ_a > 0", positive_definite(a))


def _threshold(inst: Instance, *, strict: bool) -> bool:
    """The smallest action variance λ_min(Σ_a (X'X + λ I)) reaches the largest noise variance λ_max(Σ_ε)."""
    x, w = inst.value(X), inst.scalars["λ"]
    gain = x.transpose() * x + eye(inst.size(X.cols)) * flint.fmpq(w.numerator, w.denominator)
    action = eigenvalues(second_moment(inst, a) * gain)[-1]
    noise = eigenvalues(second_moment(inst, ε))[0]
    return action > noise if strict else action >= noise


AT_LEAST = hypothesis(
    "λ_min(Σ_a (X'X + λ I)) >= λ_max(Σ_ε)", test=lambda inst: _threshold(inst, strict=False)
)
ABOVE = hypothesis("λ_min(Σ_a (X'X + λ I)) > λ_max(Σ_ε)", test=lambda inst: _threshold(inst, strict=True))


def separable(inst: Instance) -> bool:
    """X is injective and no noise direction lies in its range."""
    x, s = inst.value(X), second_moment(inst, ε)
    both = flint.fmpq_mat([r + t for r, t in zip(x.tolist(), s.tolist(), strict=True)])
    return both.rank() == inst.size(X.cols) + s.rank()


SEPARABLE = hypothesis("[X Σ_ε] is separable: rank [X Σ_ε] = d_a + rank Σ_ε", test=separable)


def letters_of(m: Model) -> tuple[Any, ...]:
    """(A, B, C, D, E) of a supervised model."""
    return (*m.regression, m.decoder[0], *m.encoder, m.decoder[1])


def _left_inverse(known: Model, *, kills_noise: bool) -> tuple[Any, Any]:
    """A letter Xp with Xp X = I (and Xp Σ_ε = 0), with the assumptions that use it."""
    Xp = matrix("X^+", "d_a", "d_o")
    rules = [equation(Xp * X, identity("d_a"))]
    if kills_noise:
        rules.append(equation(Xp * S_e, 0))
        rules.append(equation(Xp * E(ε, a), 0))  # E[ε a'] = Σ_ε (...) lies in the range of Σ_ε
    return Xp, known.assumptions.plus(rules)


def spectral_split(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
    """The spectrum of the supervised regression is that of Σ_a (X'X + λ I) together with that of Σ_ε.

    With Y = [I; μ X⁺] (λ = μ²): E[t x'] = Y Σ_x, and Y Σ_x Y' = K Σ_a K' + J Σ_ε J' for K = [X; μ I],
    J = [I; 0], whose ranges are orthogonal because K'J Σ_ε = X' Σ_ε = 0; K'K = X'X + λ I.
    """
    if not {INJECTIVE, ORTHOGONAL} <= chosen:
        return None  # X⁺ with X⁺ X = I and X⁺ Σ_ε = 0 exists exactly then
    Xp, rules = _left_inverse(known, kills_noise=True)
    x = X * a + ε
    sx = E(x, x)
    lines = (
        # the regression of a on x is X⁺ x
        proves(rules, E(a, x), Xp * sx, "E[a x'] = X⁺ Σ_x"),
        # blocks of Y Σ_x Y' = K Σ_a K' + J Σ_ε J', the scalar μ taken out
        proves(rules, sx, X * S_a * X.T + S_e, "block 11: Σ_x = X Σ_a X' + Σ_ε"),
        proves(rules, sx * Xp.T, X * S_a, "block 12: Σ_x X⁺' = X Σ_a"),
        proves(rules, Xp * sx * Xp.T, S_a, "block 22: X⁺ Σ_x X⁺' = Σ_a"),
        proves(rules, X.T * S_e, zero("d_a", "d_o"), "K'J Σ_ε = X'Σ_ε = 0: the two ranges are orthogonal"),
        cites("K'K = X'X + λ I, by the definition of K"),
    )
    return joined(*lines)


def _p44() -> tuple[Part, ...]:
    m = supervised_lam()
    A, B, C, D, head = letters_of(m)
    noise = msq(ε)
    ((_, seen),) = roles(m).losses[0].regression  # o + κ_2

    # (a) the printed choice, at d_z = d_a where it is fully specified
    square = supervised_lam(latent="d_a")
    A1, B1, C1, D1, E1 = letters_of(square)
    U, S, V = (
        matrix("U", "d_o", "d_a"),
        matrix("S", "d_a", "d_a", symmetric=True, invertible=True),
        matrix("V", "d_a", "d_a"),
    )
    svd = square.substitute({X: U * S * V.T}).assume(orthonormal(U), orthonormal(V))
    choice = {A1: I, B1: U, C1: -U.T, D1: U.T, E1: V * S.inverse()}
    at_choice = substitute(svd.expand(), choice)
    quiet = hypothesis("X' Σ_ε = 0", equation(U.T * S_e, 0), equation(U.T * E(ε, a), 0))

    def best_is_noise(known: Any, inst: Instance) -> Fraction:
        return inst.value(noise)

    def prove_value(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        split = spectral_split(known, chosen)
        if split is None or SQUARE not in chosen or not ({AT_LEAST, ABOVE} & chosen):
            return None  # which k eigenvalues are kept is settled by the threshold and k = d_a
        x = X * a + ε
        Xp, rules = _left_inverse(known, kills_noise=True)
        reached = proves(
            known.assumptions,
            substitute(known.expand(), {A: I, C: -D}),
            msq((B * D - I) * x) + msq(head * D * x - a) * λ,
            "at A = I, C = -D: L_a = E||(B D - I) x||^2 + λ E||E D x - a||^2, x = X a + ε",
        )
        linear = proves(
            rules, msq(Xp * x - a), 0 * tr(I), "E||X⁺ x - a||^2 = 0: both targets are linear in x"
        )
        apart = proves(
            known.assumptions,
            E(seen, x),
            zero("d_o", "d_o"),
            f"E[({seen!r}) x'] = 0: what A multiplies explains nothing of x",
        )
        bound = cites(
            "projecting every residual on the span of x can only lower the loss, and turns z into D̃ x: "
            "so no A, C do better than A = I, C = -D"
        )
        total = E(x, x)
        kept = tr(S_a * (X.T * X + λ * identity("d_a")))
        closing = proves(
            known.assumptions,
            tr(total) + λ * tr(S_a) - kept,
            noise,
            "E||x||^2 + λ E||a||^2 - tr Σ_a(X'X + λ I) = E||ε||^2",
        )
        ordered = cites(
            "the spectrum is that of Σ_a (X'X + λ I) together with that of Σ_ε; by the threshold the d_z = d_a "
            "largest are the former, so min L_a = E||t||^2 - tr Σ_a (X'X + λ I)"
        )
        sizes = assumes(known.assumptions, *SIZES)
        return joined(reached, linear, apart, bound, split, sizes, ordered, closing)

    def prove_minimisers(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        split = spectral_split(known, chosen)
        if split is None or SQUARE not in chosen or ABOVE not in chosen:
            return None
        chain = derive(known)
        reduced_rank(chain.objective, D, (B, head))  # SymlamError when z is more than D x
        # a gap at k: every minimiser has [B; μE] D Σ_x = Q Y Σ_x, Q the projector on the range of K
        Xp, rules = _left_inverse(known, kills_noise=True)
        sx = rules.reduce(E(X * a + ε, X * a + ε))
        gain = X.T * X + λ * identity("d_a")
        projected = proves(
            rules,
            (X.T + λ * Xp) * sx,
            gain * S_a * X.T,
            "K'Y Σ_x = (X'X + λ I) Σ_a X', so Q Y Σ_x = K Σ_a X'",
        )
        first, second = B * D * sx - X * S_a * X.T, head * D * sx - S_a * X.T
        gap = cites(
            "the threshold is strict: a gap at d_z = d_a, so [B; μE] D Σ_x = Q Y Σ_x at every optimum (Ky Fan)"
        )
        start = Proof(tuple(map(repr, chain.steps)), chain.used)
        sizes = assumes(known.assumptions, *SIZES)
        return joined(
            start, sizes, split, gap, projected, _conclude(rules, Xp, first, second, letters_of(known))
        )

    return (
        Part(
            "P4.4.a",
            "D = U', B = U, E = V S^-1 (X = U S V', A = I, C = -D, d_z = d_a) gives L_a = E||ε||^2",
            svd,
            is_identity(at_choice, noise, "L_a at the printed choice against E||ε||^2"),
            lambda known, _: proves(
                known.assumptions, at_choice, noise, "substitution, U'U = I, V'V = V V' = I"
            ),
            (quiet,),
            shape=(U, S, V, S.inverse()),
        ),
        Part(
            "P4.4.b",
            "that choice minimises L_a: min L_a = E||ε||^2",
            m,
            minimum_is(best_is_noise, "min L_a against E||ε||^2"),
            prove_value,
            (ORTHOGONAL, UNCORRELATED, SQUARE, INJECTIVE, AT_LEAST),
        ),
        Part(
            "P4.4.c",
            "as λ -> infinity the optimum has D ε = 0 and B z = q (augmentation only settles A = I, C = -D)",
            supervised_lam(augmented=False),
            _limit_test,
            _prove_limit,
            (SEPARABLE, UNCORRELATED, SQUARE, DEFINITE),
        ),
        Part(
            "P4.4.d",
            "at finite λ every optimum has D ε = 0, B D X = X and E D X = I",
            m,
            every_minimiser(
                (D * S_e, "D Σ_ε at a minimiser"),
                (B * D * X - X, "B D X - X at a minimiser"),
                (head * D * X - identity("d_a"), "E D X - I at a minimiser"),
                count=2,
            ),
            prove_minimisers,
            (ORTHOGONAL, UNCORRELATED, SQUARE, INJECTIVE, ABOVE),
            role="remark",
        ),
    )


def _conclude(rules: Any, Xp: Any, first: Any, second: Any, letters: tuple[Any, ...]) -> Proof | None:
    """From B D Σ_x = X Σ_a X' and E D Σ_x = Σ_a X': D Σ_ε = 0, B D X = X, E D X = I.

    Multiplying by X⁺' on the right isolates Σ_a, which the threshold makes definite.
    """
    _, B, _, D, head = letters
    facts = [rules.reduce(f * Xp.T) for f in (first, second)]
    split = [rules.reduce(second) - facts[1] * X.T, rules.reduce(first) - facts[0] * X.T]
    known = Facts([*facts, *split], definite=[S_a.as_letter()])
    # d_z = d_a: E is square, so E D X = I makes it invertible
    goals = (B * D * X - X, head * D * X - identity("d_a"))
    if not all(known.imply(g) for g in goals):
        return None
    same = _square_head(head, D)
    known = Facts([_rename(f, same) for f in (*facts, *split)], definite=[S_a.as_letter()])
    if not known.imply(_rename(D * S_e, same)):
        return None
    return Proof(tuple(known.log))


def _square_head(head: Any, D: Any) -> dict[Any, Any]:
    """Letters of the same names with d_z read as d_a."""
    return {
        "d_z": "d_a",
        "E": matrix("E", "d_a", "d_a"),
        "D": matrix("D", "d_a", "d_o"),
        "B": matrix("B", "d_o", "d_a"),
    }


def _rename(m: Any, same: dict[str, Any]) -> Any:
    """The expression with the latent dimension d_z replaced by d_a (they are equal under the hypothesis)."""
    from symlam.algebra import Matrix
    from symlam.algebra._letter import LETTERS, Dimension

    def dim(d: Any) -> Any:
        return Dimension("d_a") if d == Dimension("d_z") else d

    out = Matrix(dim(m.rows), dim(m.cols))
    for (s, t, w), v in m.terms.items():
        word = identity(dim(m.rows))
        for f in w:
            x = LETTERS[f >> 2]
            letter = same.get(x.name) if x.moment is None else None
            factor = letter if letter is not None else Matrix(x.rows, x.cols, {((), (), (f & ~3,)): 1})
            if f & 2:
                factor = factor.inverse()
            word = word * (factor.T if f & 1 else factor)
        from symlam.algebra import Scalar

        out = out + word * Scalar({(s, t): v})
    return out


def limit_optimum(known: Model, inst: Instance) -> tuple[Instance, flint.fmpq_mat]:
    """The limit of optima as λ -> infinity: best action prediction first, then best reconstruction.

    Exact: D spans the predictor P of a from x = X a + ε, spare rows are principal directions of
    what P x leaves of x; B is the regression of x on D x.
    """
    A, B, C, D, head = letters_of(known)
    x = X * a + ε
    p = predictor(inst, a, x)
    s = second_moment(inst, x)
    k = inst.size(D.rows)
    rows: list[list[Any]] = []
    rank = (p * s).rank()
    for i in range(p.nrows()):
        trial = flint.fmpq_mat([*rows, p.tolist()[i]])
        if (trial * s).rank() > len(rows):
            rows.append(p.tolist()[i])
    if len(rows) > k or len(rows) != rank:
        raise SymlamError("the predictor needs more latent dimensions than there are")
    base = flint.fmpq_mat(rows) if rows else None
    left = s
    if base is not None:
        on = best_predictor(base * s * base.transpose(), s * base.transpose())
        left = s - on * base * s
    spare = k - len(rows)
    kept: list[list[Any]] = []
    for value in dict.fromkeys(eigenvalues(left)):
        if value > 0:
            shift = left - eye(s.nrows()) * flint.fmpq(value.numerator, value.denominator)
            kept += nullspace(shift)
    if base is not None:  # the spare latents observe the remainder x - B₀ P x
        kept_rows = [(flint.fmpq_mat([u]) * (eye(s.nrows()) - on * base)).tolist()[0] for u in kept[:spare]]
    else:
        kept_rows = kept[:spare]
    rows += kept_rows
    rows += [[flint.fmpq(0)] * s.nrows() for _ in range(k - len(rows))]
    d = flint.fmpq_mat(rows)
    b = best_predictor(d * s * d.transpose(), s * d.transpose())
    e = best_predictor(d * s * d.transpose(), second_cross(inst) * d.transpose())
    at = inst.with_values({A: eye(s.nrows()), B: b, C: -1 * d, D: d, head: e})
    return at, d


def second_cross(inst: Instance) -> flint.fmpq_mat:
    """E[a x'] with x = X a + ε."""
    return inst.value(E(a, X * a + ε))


def _limit_test(known: Model, inst: Instance, rng: random.Random) -> Iterator[tuple[Any, ...]]:
    at, _ = limit_optimum(known, inst)
    _, B, _, D, _ = letters_of(known)
    noise = at.value(D * S_e)
    yield at, noise, flint.fmpq_mat(noise.nrows(), noise.ncols()), "D Σ_ε at the limit of optima"
    kept = at.value(E((B * D) * (X * a + ε) - X * a, (B * D) * (X * a + ε) - X * a))
    yield (
        at,
        kept,
        flint.fmpq_mat(kept.nrows(), kept.ncols()),
        "E[(B z - q)(B z - q)'] at the limit of optima",
    )


def _prove_limit(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
    """λ E||E z - a||^2 <= L_a <= E||ε||^2 forces E z = a in the limit; then cancel.

    A left inverse X⁺ that ignores the noise exists iff [X Σ_ε] is separable, and reaches error 0.
    """
    if not {SEPARABLE, UNCORRELATED, SQUARE, DEFINITE} <= chosen:
        return None
    Xp, rules = _left_inverse(known, kills_noise=True)
    A, B, C, D, head = letters_of(known)
    reached = proves(
        rules,
        msq(Xp * (X * a + ε) - a),
        0 * tr(I),
        "E||X⁺(X a + ε) - a||^2 = 0: the action is predicted without error, at reconstruction cost below E||x||^2",
    )
    apart = proves(
        known.assumptions,
        E(o, X * a + ε),
        zero("d_o", "d_o"),
        "E[o x'] = 0: nothing that the predictor or the latent takes from o explains a or x",
    )
    # in the limit E D x = a in mean square: split by E[a ε'] = 0
    error = rules.reduce(msq(head * D * (X * a + ε) - a))
    parts = rules.reduce(msq((head * D * X - identity("d_a")) * a) + msq(head * D * ε))
    if error != parts:
        return None
    same = _square_head(head, D)
    facts = Facts(
        [_rename((head * D * X - identity("d_a")) * S_a, same), _rename(head * D * S_e, same)],
        definite=[S_a.as_letter()],
    )
    if not facts.imply(_rename(D * S_e, same)):
        return None
    # given D Σ_ε = 0 the reconstruction splits: B D X = X is best, and reaches E||ε||^2
    rest = known.assumptions.plus(equation(D * S_e, 0), equation(D * E(ε, a), 0))
    splits = proves(
        rest,
        msq((B * D - I) * (X * a + ε)),
        msq((B * D * X - X) * a) + msq(ε),
        "with D Σ_ε = 0: E||(B D - I) x||^2 = E||(B D X - X) a||^2 + E||ε||^2, least iff B D X = X (B = X (D X)^-1)",
    )
    limit = cites("λ E||E z - a||^2 <= L_a, bounded as λ grows: in the limit E z = a in mean square")
    return joined(reached, apart, limit, assumes(known.assumptions, *SIZES), Proof(tuple(facts.log)), splits)


def _p44s() -> tuple[Part, ...]:
    """The simulation: white a and b, orthonormal [X Y], σ_exo = 2, d_z = d_a, 1 % of labels."""
    base = supervised_lam(augmented=False)
    noisy = base.substitute({ε: Y * b}, name="action supervision, other agents").assume(
        orthonormal(X, Y),
        white(a, 1),
        white(b, 4),
        uncorrelated(a, b),
        uncorrelated(o, b),
        dimension_at_most("d_z", "d_a"),
    )

    def weighted(weight: Fraction) -> Any:
        def restrict(m: Model) -> Model:
            return replace(m, loss=(m.loss[0], (constant(weight), m.loss[1][1])))

        return restrict

    share, batch, d_o, d_a = Fraction(1, 100), 128, 128, 8
    # a script that averages: reconstruction over d_o coordinates, action error over d_a coordinates and
    # over the labelled samples of the batch, 0 when the batch has none
    effective = Fraction(d_o, d_a) * (1 - (1 - share) ** batch)
    as_printed = weighted(share)(noisy)
    averaged = hypothesis(
        f"the losses are averaged as a training script does (λ = (d_o/d_a)(1 - (1 - p)^128) = {float(effective):.4f}, not p = 0.01)",
        restrict=weighted(effective),
    )
    _, B, _, D, head = letters_of(noisy)

    def prove(known: Model, chosen: frozenset[Hypothesis]) -> Proof | None:
        weight = known.loss[1][0].as_rational()
        # white actions, X'X = I: λ_min(Σ_a (X'X + λ I)) = 1 + λ against λ_max(Σ_ε) = 4
        if weight is None or not 1 + weight > 4:
            return None
        general = next(p for p in _p44() if p.name == "P4.4.d")
        symbolic = general.prove(
            base.assume(*(h.assumptions for h in general.candidates)), frozenset(general.candidates)
        )
        return joined(
            symbolic,
            # what the general clause assumes of o, a and ε, here of o, a and Y b
            assumes(known.assumptions, *SIZES),
            proves(known.assumptions, E(o, X * a + Y * b), zero("d_o", "d_o"), "E[o x'] = 0"),
            proves(known.assumptions, E(a, Y * b), zero("d_a", "d_o"), "E[a ε'] = 0"),
            proves(known.assumptions, E(a, a), identity("d_a"), "Σ_a = I"),
            proves(
                known.assumptions,
                X.T * X,
                identity("d_a"),
                "X'X = I, so the smallest action variance is 1 + λ",
            ),
            proves(
                known.assumptions,
                E(Y * b, Y * b),
                4 * Y * Y.T,
                "Σ_ε = 4 Y Y': the largest noise variance is 4",
            ),
            proves(known.assumptions, X.T * Y, 0 * (X.T * Y), "X' Σ_ε = 0"),
            cites(f"1 + λ = {float(1 + weight):.4f} > 4"),
        )

    return (
        Part(
            "P4.4s",
            "σ_exo = 2, 1 % of labels: the optimum has D ε = 0",
            as_printed,
            every_minimiser((D * (Y * b).coefficient(b), "D Y at a minimiser"), count=1),
            prove,
            (averaged,),
        ),
    )


CLAIMS = (
    Claim(
        "P4.4",
        "action prediction",
        "Under the conditions of P4.3, E[qᵀε] = 0 and d_z ≥ d_a: the optimum of L + λ E‖â − a‖² is perpendicular to the noise; as λ → ∞, Dε = 0 and Bz = q; L_a* = E‖ε‖²",
        f"{SOURCE}, Proposition 4.4",
        _p44,
        lambda: (derive(supervised_lam()),),
        lambda: (supervised_lam(augmented=False),),
    ),
    Claim(
        "P4.4s",
        "one per cent of labels",
        "With noise of other agents, σ_exo = 2, 1 % of labels suffices to keep the noise out",
        f"{SOURCE}, Figure 4 right",
        _p44s,
    ),
)
