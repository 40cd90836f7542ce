"""One decoder over several samples: the regression that is recognised, and its minimum on exact instances."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from symlam.algebra import (
    Assumptions,
    Notation,
    dimension_scalar,
    equation,
    identity,
    latex,
    left_inverses,
    matrix,
    msq,
    positive,
    scalar,
    tr,
    uncorrelated,
    vector,
    white,
)
from symlam.algebra import E as moment
from symlam.algebra._assumptions import ScalarEquation
from symlam.algebra._sampling import instances
from symlam.claims._tests import eigenvalues
from symlam.errors import SymlamError
from symlam.models import consistency_lam, model, separable
from symlam.models.exogenous_letters import B, D, E, H, X, a, η, μ
from symlam.objective import Objective, derive
from symlam.optimum import pooled_regression, roles
from symlam.optimum._exact import IrrationalSpectrum, NoClosedForm, exact_minimum

I = identity("d_o")
ν = scalar("ν")
L, N, T = matrix("L", "d", "k"), matrix("N", "k", "n"), matrix("T", "k", "m")
L2 = matrix("L2", "d", "k")
x, w, t, v = vector("x", "n"), vector("w", "m"), vector("t", "d"), vector("v", "n")


def penalty():
    """The penalised loss on what is decoded, after A and C."""
    return derive(
        separable(consistency_lam(decoded=True)),
        restated=separable(consistency_lam(decoded=True, predicted=True)),
    )


def test_a_penalty_on_what_is_decoded_is_noise_on_the_input() -> None:
    chain = penalty()
    (p, q), read = left_inverses(E, X)
    rules = chain.assumptions.plus(read, ScalarEquation("ν (1 + 2 μ) = 1", ν * (1 + 2 * μ) - 1))
    found = pooled_regression(chain.objective, (D,), B, predictor=(E * p + ν * X * q,), under=rules)
    kept = E * H * moment(a, a) * H.T * E.T + ν * X * moment(η, η) * X.T
    assert not rules.reduce(found.explained - kept)
    assert not rules.reduce(found.rest - msq(E * (H * a)) - tr(X * moment(η, η) * X.T))
    assert [s.weight for s in found.samples] == [1, μ]
    assert found.k == D.rows
    assert "- sum over i <= d_z of λ_i(" in found.minimum_text()
    assert r"\sum_{i \le d_{z}} \lambda_i(" in found.minimum_latex()
    assert found._repr_latex_().startswith("$")
    for wrong in (E * p + X * q, E * p, 2 * (E * p) + ν * X * q):
        with pytest.raises(SymlamError, match="not the regression"):
            pooled_regression(chain.objective, (D,), B, predictor=(wrong,), under=rules)


def test_the_latent_may_have_several_inputs() -> None:
    objective = Objective.of(
        model(
            "two inputs",
            loss=[(1, L * (N * x + T * w) - t)],
            latent=N * x + T * w,
            encoder=[N, T],
            decoder=[L],
        )
    )
    P, Q = matrix("P", "d", "n"), matrix("Q", "d", "m")
    known = Assumptions(
        uncorrelated(x, w),
        equation(moment(t, x), P * moment(x, x)),
        equation(moment(t, w), Q * moment(w, w)),
    )
    found = pooled_regression(objective, (N, T), L, predictor=(P, Q), under=known)
    assert found.explained == P * moment(x, x) * P.T + Q * moment(w, w) * Q.T
    with pytest.raises(SymlamError, match="not the regression"):
        pooled_regression(objective, (N, T), L, predictor=(P, 2 * Q), under=known)
    with pytest.raises(SymlamError, match="one for each letter"):
        pooled_regression(objective, (N, T), L, predictor=(P,), under=known)
    with pytest.raises(SymlamError, match="is not L"):
        pooled_regression(objective, (N,), L, predictor=(P,), under=known)
    with pytest.raises(SymlamError, match="nothing to learn"):
        pooled_regression(Objective(()), (N,), L, predictor=(P,), under=known)
    with pytest.raises(SymlamError, match="not a mean square"):
        pooled_regression(
            Objective(objective.terms, tr(moment(x, x))), (N, T), L, predictor=(P, Q), under=known
        )


def sampled(*loss, decoder=(L,), regression=()):
    return model("samples", loss=loss, latent=N * x, encoder=[N], decoder=decoder, regression=regression)


def test_samples_with_inputs_of_their_own_are_one_loss() -> None:
    m = sampled((1, L * (N * x) - t), (μ, L * (N * v))).assume(positive(μ))
    (loss,) = roles(m).losses
    assert [y.inputs for y in (loss, *loss.more)] == [(x,), (v,)]
    met = 0
    for inst in instances(
        [*m.residuals, *(weight for weight, _ in m.loss)],
        m.assumptions,
        seed=2,
        rounds=20,
        plain=20,
        max_dim=2,
    ):
        try:
            found, _ = exact_minimum(m, inst)
        except IrrationalSpectrum:
            continue
        share = inst.scalars["μ"]
        seen = inst.value(moment(x, x)) + inst.value(moment(v, v)) * int(share.numerator) / int(
            share.denominator
        )
        across = inst.value(moment(t, x))
        if seen.det():
            kept = eigenvalues(across * seen.inv() * across.transpose())[: inst.size(N.rows)]
            assert found == inst.value(msq(t)) - sum(kept, Fraction(0))
            met += 1
    assert met > 3


def test_a_letter_that_one_sample_lacks_multiplies_nothing_there() -> None:
    R = matrix("R", "d", "n")
    for residuals in (
        [(1, R * v + L * (N * x) - t), (μ, L * (N * v))],
        [(μ, L * (N * v)), (1, R * v + L * (N * x) - t)],
    ):
        (loss,) = roles(sampled(*residuals, regression=(R,))).losses
        assert [vs for _, vs, _ in loss.samples] == [(v,), (0 * v,)]


def test_a_head_beside_another_sample_of_the_latent_has_no_closed_form() -> None:
    m = sampled((1, L * (N * x) - t), (μ, L * (N * v)), (1, L2 * (N * x) - t), decoder=(L, L2))
    m = m.assume(positive(μ))
    inst = next(instances([*m.residuals, μ * (N * x)], m.assumptions, rounds=2, max_dim=1))
    with pytest.raises(NoClosedForm, match="different samples of the latent"):
        exact_minimum(m, inst)


def test_a_decoder_that_sees_other_samples_alone_is_refused() -> None:
    with pytest.raises(SymlamError, match="does not see the latent alone"):
        roles(sampled((1, L * (N * v) - t)))


def test_the_minimum_of_samples_in_words_by_hand() -> None:
    """Two samples of weights 1 and 2 with white inputs: Σ = 3 I, T = P + 2 Q, Y = T / 3."""
    u = vector("u", "d")
    P, Q = matrix("P", "d", "n"), matrix("Q", "d", "n")
    objective = Objective.of(sampled((1, L * (N * x) - t), (2, L * (N * v) - u)))
    known = Assumptions(
        white(x),
        white(v),
        white(t),
        equation(moment(t, x), P),
        equation(moment(u, v), Q),
        equation(moment(u, u), P * P.T),
    )
    Y = (P + 2 * Q) / 3
    found = pooled_regression(objective, (N,), L, predictor=(Y,), under=known)
    assert found.explained == (P + 2 * Q) * (P + 2 * Q).T / 3
    assert found.rest == dimension_scalar("d") + 2 * tr(P * P.T)
    assert found.minimum_text() == f"{found.rest!r} - sum over i <= k of λ_i({found.explained!r})"
    assert (
        found.minimum_latex()
        == rf"{latex(found.rest)} - \sum_{{i \le k}} \lambda_i({latex(found.explained)})"
    )
    other = Notation(symbols={"k": "r", "P": r"\Pi"}, transpose="T")
    assert found.minimum_latex(other) == (
        rf"{latex(found.rest, notation=other)} - \sum_{{i \le r}} \lambda_i({latex(found.explained, notation=other)})"
    )
    assert found._repr_latex_() == rf"$\displaystyle \min = {found.minimum_latex()}$"
    assert [(s.weight, s.inputs, s.target) for s in found.samples] == [(1, (x,), t), (2, (v,), u)]
    assert (found.encoders, found.decoder, found.predictor, found.k) == ((N,), L, (Y,), N.rows)


@pytest.mark.parametrize(
    "form",
    [L * (N * x) - L * v_k for v_k in (vector("c", "k"),)]
    + [L * (N * x) - L2 * (N * v), L * (N * x) - t + L * (matrix("J", "k", "k") * (N * v))],
)
def test_a_residual_that_is_not_decoder_encoder_input_less_target_is_refused(form) -> None:
    objective = Objective.of(sampled((1, L * (N * x) - t)))
    wrong = replace(objective, terms=(*objective.terms, replace(objective.terms[0], form=form)))
    with pytest.raises(SymlamError, match=r"is not L .encoder letters times inputs. - .target."):
        pooled_regression(wrong, (N,), L, predictor=(matrix("P", "d", "n"),), under=Assumptions())


def test_as_many_predictors_as_encoder_letters_and_at_least_one() -> None:
    objective = Objective.of(sampled((1, L * (N * x) - t)))
    for encoders, predictor in (((), ()), ((N,), ()), ((), (N,))):
        with pytest.raises(
            SymlamError, match=f"{len(predictor)} predictors for {len(encoders)} encoder letters"
        ):
            pooled_regression(objective, encoders, L, predictor=predictor, under=Assumptions())
