"""How an optimum is put in words: for one target that is the input, for one that is not, and for two."""

from __future__ import annotations

import pytest

from symlam.algebra import Dimension, latex, matrix, scalar, tr, uncorrelated, vector
from symlam.algebra._notation import Notation
from symlam.errors import SymlamError
from symlam.models import model
from symlam.objective import Objective, Term
from symlam.optimum import ReducedRank, reduced_rank

x, y, w = vector("x", "n"), vector("y", "m"), vector("w", "n")
z = vector("z", "l")
D, B, G = matrix("D", "k", "n"), matrix("B", "m", "k"), matrix("G", "n", "k")
F = matrix("F", "l", "k")


def of(*loss, decoder, under=None) -> ReducedRank:
    latent = D * (x + w)
    asked = model("asked", loss=list(loss), latent=latent, encoder=[D], decoder=list(decoder))
    return reduced_rank(Objective.of(asked), D, tuple(decoder), under=under)


SEEN = D * (x + w)
ITSELF = of((1, G * SEEN - (x + w)), decoder=[G])
OTHER = of((1, B * SEEN - y), decoder=[B])
TWO = of((1, B * SEEN - y), (scalar("c"), F * SEEN - z), decoder=[B, F])


def test_the_minimum_in_words() -> None:
    assert ITSELF.is_pca and not OTHER.is_pca and not TWO.is_pca
    assert ITSELF.minimum_text() == f"sum over i > k of λ_i({ITSELF.moment!r})"
    regressed = "sum over i <= k of λ_i(Y Σ_x Y', Y the regression of the stacked targets on x)"
    assert OTHER.minimum_text() == f"E||y||^2 - {regressed}"
    assert TWO.minimum_text() == f"E||y||^2 + c E||z||^2 - {regressed}"


def test_assumptions_shorten_the_moment_that_is_shown() -> None:
    from symlam.algebra import Assumptions

    short = of((1, G * SEEN - (x + w)), decoder=[G], under=Assumptions(uncorrelated(x, w)))
    assert set(short.moment_text().split(" + ")) == {"Σ_w", "Σ_x"}
    assert set(ITSELF.moment_text().split(" + ")) == {"Σ_w", "Σ_x", "Σ_{w,x}", "Σ_{w,x}'"}


def test_the_minimum_in_latex_and_in_another_notation() -> None:
    other = Notation(transpose="T", expectation="E", symbols={"k": "r", "c": r"\gamma", "y": r"\eta"})
    assert TWO.minimum_latex() == (
        r"\mathbb{E}\lVert y \rVert^2 + c\,\mathbb{E}\lVert z \rVert^2 - \sum_{i \le k} \lambda_i(Y \Sigma_x Y^{\top})"
    )
    assert TWO.minimum_latex(other) == (
        r"E \lVert \eta \rVert^2 + \gamma\,E \lVert z \rVert^2 - \sum_{i \le r} \lambda_i(Y \Sigma_x Y^{T})"
    )
    head, _, moment = ITSELF.minimum_latex(other).removesuffix(")").partition("(")
    assert head == r"\sum_{i > r} \lambda_i"
    assert set(moment.split(" + ")) == {r"\Sigma_{w}", r"\Sigma_{x}", r"\Sigma_{w,x}", r"\Sigma_{w,x}^{T}"}


def test_the_minimisers_in_words() -> None:
    for found, name, image, kept in (
        (ITSELF, "G", "Σ_x", "S = Σ_x"),
        (OTHER, "B", "Y Σ_x", "S = Y Σ_x Y'"),
        (TWO, "[B; F]", "Y Σ_x", "S = Y Σ_x Y'"),
    ):
        assert found.minimisers_text().startswith(
            f"exactly the {name} and D with {name} D Σ_x = P {image}, where x = w + x, {kept} and P is "
        ) or found.minimisers_text().startswith(
            f"exactly the {name} and D with {name} D Σ_x = P {image}, where x = x + w, {kept} and P is "
        )
        assert f"then {name} = U T, D = T^-1 U'" in found.minimisers_text()


def test_a_regression_that_is_given_is_checked_and_named() -> None:
    from symlam.algebra import Assumptions, E

    P = matrix("P", "m", "n")
    noisy = model("noisy", loss=[(1, B * SEEN - P * (x + w) - y)], latent=SEEN, encoder=[D], decoder=[B])
    known = Assumptions(uncorrelated(x, w), uncorrelated(x + w, y))
    found = reduced_rank(Objective.of(noisy), D, (B,), under=known, predictor=P)
    assert found.explained == known.reduce(P * E(x + w, x + w) * P.T)
    assert not found.is_pca
    assert found.spectrum == repr(found.explained)
    assert found.minimum_text() == f"E||{P * (x + w) + y!r}||^2 - sum over i <= k of λ_i({found.explained!r})"
    assert found.minimum_latex().endswith(r" - \sum_{i \le k} \lambda_i(" + latex(found.explained) + ")")
    assert found.minimum_latex().startswith(r"\mathbb{E}\lVert ")
    assert found._repr_latex_() == rf"$\displaystyle \min = {found.minimum_latex()}$"
    weighted = model("noisy", loss=[(3, B * SEEN - P * (x + w))], latent=SEEN, encoder=[D], decoder=[B])
    trebled = reduced_rank(Objective.of(weighted), D, (B,), under=known, predictor=P)
    assert trebled.explained == 3 * known.reduce(P * E(x + w, x + w) * P.T)
    assert trebled.minimum_text().startswith("3 E||")
    with pytest.raises(SymlamError, match="is not the regression of"):
        reduced_rank(Objective.of(noisy), D, (B,), under=known, predictor=2 * P)
    with pytest.raises(SymlamError, match="is not the regression of"):
        reduced_rank(Objective.of(noisy), D, (B,), predictor=P)
    two = model("two", loss=[(1, B * SEEN - y), (1, F * SEEN - z)], latent=SEEN, encoder=[D], decoder=[B, F])
    with pytest.raises(SymlamError, match="a predictor for 2 targets"):
        reduced_rank(Objective.of(two), D, (B, F), predictor=P)


def test_principal_components_have_weight_one() -> None:
    heavier = of((2, G * SEEN - (x + w)), decoder=[G])
    assert not heavier.is_pca
    assert heavier.targets[0].weight == 2 and heavier.targets[0].target == x + w
    assert heavier.spectrum == "Y Σ_x Y', Y the regression of the stacked targets on x"
    assert ITSELF.spectrum == ITSELF.moment_text() == repr(ITSELF.moment)
    assert (ITSELF.k, ITSELF.input, ITSELF.encoder) == (Dimension("k"), x + w, D)
    assert [(t.decoder, t.target, t.weight) for t in TWO.targets] == [(B, y, 1), (F, z, scalar("c"))]


@pytest.mark.parametrize(
    ("loss", "decoder", "words"),
    [
        ([(1, B * SEEN - y), (1, B * SEEN)], (B,), "decodes two targets"),
        ([(1, y)], (B,), "has 0 decoders"),
        ([(1, B * SEEN + matrix("K", "m", "k") * SEEN - y)], (B, matrix("K", "m", "k")), "has 2 decoders"),
        ([(1, B * SEEN - y), (1, F * D * x - z)], (B, F), "the decoders see different inputs, .* and x"),
        (
            [(1, B * SEEN - y + matrix("M", "m", "k") * D * x)],
            (B,),
            "is not .decoder. .encoder. .input. - .target.",
        ),
        ([(1, B * SEEN - B * matrix("N", "k", "n") * w)], (B,), "is not .decoder."),
    ],
)
def test_an_objective_of_another_form_is_refused(loss, decoder, words: str) -> None:
    objective = Objective(tuple(Term(scalar("c") * 0 + w, f) for w, f in loss))
    with pytest.raises(SymlamError, match=words):
        reduced_rank(objective, D, decoder)


def test_nothing_and_what_is_no_mean_square_are_refused() -> None:
    with pytest.raises(SymlamError, match="an empty objective has nothing to learn"):
        reduced_rank(Objective(()), D, (B,))
    whole = Objective((Term(scalar("c") * 0 + 1, B * SEEN - y),), tr(D * D.T))
    with pytest.raises(SymlamError, match="has a part that is not a mean square"):
        reduced_rank(whole, D, (B,))
