"""A regression letter that is chosen block by block, and decoders with independent rows."""

from __future__ import annotations

import pytest

from symlam.algebra import E as moment
from symlam.algebra import (
    dimension_at_most,
    equation,
    independent_columns,
    matrix,
    scalar,
    substitute,
    uncorrelated,
    vector,
)
from symlam.errors import SymlamError
from symlam.models import (
    action_supervised_lam,
    cross_exogenous_lam,
    exogenous_lam,
    mixture_lam,
    model,
    separable,
    with_policy,
)
from symlam.models.exogenous_letters import Π, A, B, C, D, E, H, K, M, X, η, η2, λ, ξ, π
from symlam.objective import Objective, derive
from symlam.objective._columns import eliminate_by_columns, inverse_of

G = M + E * H * Π


def acting(build, **options):
    m, restated = (separable(with_policy(build(predicted=there))) for there in (False, True))
    return derive(m, restated=restated, **options)


def test_the_decoder_of_a_twin_takes_what_the_policy_reads_of_s_and_no_more() -> None:
    chain = acting(cross_exogenous_lam)
    (left,) = chain.objective.terms
    wanted = (B * C + B * D * G - E * H * Π) * X * ξ + (B * D * E - E) * H * π + B * D * X * η - X * η2
    assert left.form == wanted
    value = chain.steps[-1].choice[A]
    gap = value * E - (G - B * C - B * D * G) * E
    assert not chain.assumptions.reduce(gap)
    assert not chain.assumptions.reduce(value * X - M * X)


def test_every_square_that_is_dropped_is_named_as_a_condition() -> None:
    chain = acting(mixture_lam)
    conditions = [chain.assumptions.reduce(c) for c in chain.steps[-1].condition]
    (letter,) = chain.steps[-1].eliminated
    assert letter == A
    assert len(conditions) == 4  # A E s and A X ξ in the sample, A E s and A X ξ_2 in its twin
    best = chain.steps[-1].choice[A]
    for c in conditions:
        assert c
        assert not chain.assumptions.reduce(substitute(c, {A: best}))


def test_a_mean_over_samples_names_one_over_the_sum_of_their_weights() -> None:
    chain = acting(mixture_lam)
    assert "ω (1 + λ) = 1" in {a.text for a in chain.used}
    assert any(a.text == "λ > 0" for a in chain.used)
    assert inverse_of(2 * λ) == (1 / (2 * λ), ())
    ω, (defined,) = inverse_of(1 + λ)
    assert ω == scalar("ω")
    assert defined.expression == ω * (1 + λ) - 1


def test_a_weight_that_may_be_negative_is_refused() -> None:
    def without(*, predicted):
        m = mixture_lam(predicted=predicted)
        return m.without([a for a in m.assumptions if a.text == "λ > 0"])

    with pytest.raises(SymlamError, match="may be negative"):
        acting(without)


def test_blocks_without_independent_columns_are_not_read_off() -> None:
    m, restated = (with_policy(cross_exogenous_lam(predicted=there)) for there in (False, True))
    with pytest.raises(SymlamError, match="cannot all be made to vanish"):
        derive(m, restated=restated)


def test_a_letter_before_anything_else_stays() -> None:
    m, restated = (
        separable(with_policy(exogenous_lam(seen=matrix("W", "d_w", "d_o"), predicted=there)))
        for there in (False, True)
    )
    assert m.regression[0].as_letter() in derive(m, restated=restated).objective.letters()


U, V = matrix("U", "n", "m"), matrix("V", "n", "l")
L, R, N, P = matrix("L", "d", "k"), matrix("R", "d", "n"), matrix("N", "k", "n"), matrix("P", "d", "m")
p, q, q2, t = vector("p", "m"), vector("q", "l"), vector("q_2", "l"), vector("t", "d")


def two_samples(seen, other, *, weights=(1, 1)):
    """E||R (U p + V q) + L N (U p + V q) - P p||^2 and the same with other words for the regressor."""
    z = N * (U * p + V * q)
    return model(
        "two samples",
        loss=[(weights[0], R * seen + L * z - P * p), (weights[1], R * other + L * z - P * p)],
        latent=z,
        encoder=[N],
        decoder=[L],
        regression=[R],
        assume=[
            independent_columns(U, V),
            uncorrelated(p, q, q2),
            equation(moment(q2, q2), moment(q, q)),
        ],
    )


def test_any_model_with_independent_columns_is_served() -> None:
    chain = derive(two_samples(U * p + V * q, U * p + V * q2))
    assert R.as_letter() not in chain.objective.letters()
    assert len(chain.objective.terms) == 3  # of L N V: 1/2 of it at q, 1/2 at q_2, all of it beside q_2
    assert chain.steps[-1].relation == "min"


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (U * p, "with one weight"),
        (U * (P.T * t) + V * q2, "more than one of the blocks"),
        (U * p + V * q2 + U * (matrix("T", "m", "l") * q2), "more than one"),
    ],
    ids=["a block that one sample lacks", "another factor", "two blocks at one vector"],
)
def test_what_is_no_sum_of_blocks_is_refused(other, word: str) -> None:
    with pytest.raises(SymlamError, match=word):
        eliminate_by_columns(derive(two_samples(U * p + V * q, other), eliminate=()), R, (U, V))


def test_supervision_of_an_action_that_o_predicts_wants_a_head_with_independent_rows() -> None:
    chain = acting(action_supervised_lam, onto=(K,))
    assert [t.form for t in chain.objective.terms] == [
        (B * D * X - X) * η + (B * D * E - E) * H * π,
        K * (D * X * η) + (K * D * E * H) * π - π,
    ]
    choice = chain.steps[-1].choice
    assert not chain.assumptions.reduce(K * choice[C] - Π + K * D * G)
    assert any(a.text == "K K^+ = I" for a in chain.used)
    plain = acting(action_supervised_lam)
    assert C.as_letter() in plain.objective.letters()


def test_a_head_of_independent_rows_changes_nothing_where_the_action_is_not_predicted() -> None:
    m, restated = (
        action_supervised_lam(predicted=there).assume(dimension_at_most("d_a", "d_z"))
        for there in (False, True)
    )
    assert derive(m, restated=restated, onto=(K,)).objective == derive(m, restated=restated).objective


def test_a_negative_piece_reads_as_one() -> None:
    assert (
        Objective.of(
            model(
                "x",
                loss=[(1, (L * N * U - P) * (-1 * scalar("c") * p))],
                latent=N * (U * p),
                encoder=[N],
                decoder=[L],
            )
        )
        .text()
        .count("(-c p)")
        == 1
    )
