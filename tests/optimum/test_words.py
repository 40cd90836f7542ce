"""How an optimum is put in words: for one target that is the input, for one that is not, and for two."""

from __future__ import annotations

from symlam.algebra import matrix, scalar, uncorrelated, vector
from symlam.algebra._notation import Notation
from symlam.models import model
from symlam.objective import Objective
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
