"""What is a (partial) reduced-rank regression, and what is refused because its closed form would be wrong."""

from __future__ import annotations

import pytest

from symlam.algebra import matrix, vector
from symlam.algebra._sampling import instances
from symlam.errors import SymlamError
from symlam.models import correlated_lam, linear_lam, model, supervised_lam
from symlam.models.letters import A, B, C, D, a, o, λ
from symlam.objective import Objective, derive
from symlam.optimum import reduced_rank, roles
from symlam.optimum._exact import exact_minimum

x, y, t = vector("x", "n"), vector("y", "n"), vector("t", "d")
v, u = vector("v", "d"), vector("u", "n")
L, L2, M = matrix("L", "d", "k"), matrix("L2", "d", "k"), matrix("M", "k", "n")
P, P2, P3 = matrix("P", "d", "n"), matrix("P2", "n", "n"), matrix("P3", "d", "n")
S = matrix("S", "n", "n")
code = M * x


def ask(loss, *, latent=code, encoder=(M,), decoder=(L,), regression=()):
    return model("asked", loss=loss, latent=latent, encoder=encoder, decoder=decoder, regression=regression)


def test_the_roles_of_the_supervised_lam() -> None:
    m = supervised_lam(augmented=False)
    r = roles(m)
    assert [loss.weight for loss in r.losses] == [1, λ]
    assert [loss.target for loss in r.losses] == [m.named["o'"], a]
    assert [[w for _, w in loss.regression] for loss in r.losses] == [[o], []]
    assert [c for c, _ in r.inputs] == [C, D]
    assert r.losses[0].decoder == B


REFUSED = {
    "a decoder in two residuals that are not of one kind": (
        ask([(1, L * code + P * u - t), (1, L * code + P3 * u - v)], regression=(P, P3)),
        "occurs in two residuals",
    ),
    "a regressor in two residuals": (
        ask([(1, L * code + P * u - t), (1, L2 * code + P * u - v)], decoder=(L, L2), regression=(P,)),
        "occurs in two residuals",
    ),
    "a residual that does not see the latent": (
        ask([(1, L * code + P * u - t), (1, P * u - v)], regression=(P,)),
        "0 decoders",
    ),
    "two decoders in one residual": (
        ask([(1, L * code + L2 * code - t)], decoder=(L, L2)),
        "2 decoders",
    ),
    "an encoder of two layers": (
        ask([(1, L * (M * (P2 * x)) - t)], latent=M * (P2 * x), encoder=(M, P2)),
        "multiplies nothing",
    ),
    "a regressor of two layers": (
        ask([(1, L * code + P * (P2 * u) - t)], regression=(P, P2)),
        "contains another one",
    ),
    "one letter as encoder and decoder": (
        ask([(1, S * (S * x) - y)], latent=S * x, encoder=(S,), decoder=(S,)),
        "two roles",
    ),
    "a decoder that sees more than the latent": (
        ask([(1, L * (code + M * y) - t)]),
        "does not see the latent alone",
    ),
    "a decoder that sees part of the latent": (
        ask([(1, L * (M * y) - t), (1, L2 * code - t)], decoder=(L, L2)),
        "does not see the latent alone",
    ),
    "a latent with a part that is given": (
        ask([(1, L * (code + matrix("F", "k", "n") * y) - t)],
            latent=code + matrix("F", "k", "n") * y),
        "without encoder letter",
    ),
    "a letter behind a given matrix": (
        ask([(1, L * code + matrix("F", "d", "d") * (P * u) - t)], regression=(P,)),
        "is not (regression)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_refused_in_a_sentence_and_never_given_a_value(what: str) -> None:
    m, word = REFUSED[what]
    with pytest.raises(SymlamError) as caught:
        roles(m)
    assert word in str(caught.value)
    inst = next(instances([*m.residuals], m.assumptions, rounds=1, max_dim=1))
    with pytest.raises(SymlamError):
        exact_minimum(m, inst)


def test_reduced_rank_wants_one_decoder_for_one_target_and_one_input() -> None:
    def of(m):
        return Objective.of(m)

    with pytest.raises(SymlamError, match="decodes two targets"):
        reduced_rank(of(ask([(1, L * code - t), (1, L * code - v)])), M, (L,))
    with pytest.raises(SymlamError, match="0 decoders"):
        reduced_rank(of(ask([(1, L * code - t), (1, P * u - v)], regression=(P,))), M, (L,))
    with pytest.raises(SymlamError, match="different inputs"):
        reduced_rank(of(ask([(1, L * code - t), (1, L2 * (M * y) - t)], decoder=(L, L2))), M, (L, L2))
    with pytest.raises(SymlamError, match="nothing to learn"):
        reduced_rank(Objective(()), M, (L,))
    with pytest.raises(SymlamError, match="not a mean square"):
        reduced_rank(
            Objective(of(ask([(1, L * code - t)])).terms, of(ask([(1, L * code - t)])).expand()), M, (L,)
        )


def test_an_objective_with_a_letter_left_is_no_reduced_rank_regression() -> None:
    """Without E[o (q+ε)'] = 0 nothing separates, A stays, and PCA may not be claimed."""
    m = correlated_lam()
    with pytest.raises(SymlamError):
        reduced_rank(derive(m, eliminate=()).objective, D, (B,))
    assert A in derive(m).objective.letters() or m.parameters[0].as_letter() in derive(m).objective.letters()


def test_pca_is_only_claimed_for_the_identity_target_with_weight_one() -> None:
    m = linear_lam()
    assert reduced_rank(derive(m).objective, D, (B,)).is_pca
    L3, M3 = matrix("L3", "n", "k"), matrix("M", "k", "n")
    for weight, target, pca in (
        (1, x, True),
        (2, x, False),
        (1, -x, False),
        (1, 2 * x, False),
        (1, y, False),
    ):
        rrr = reduced_rank(Objective.of(ask([(weight, L3 * (M3 * x) - target)], decoder=(L3,))), M3, (L3,))
        assert rrr.is_pca is pca
        assert ("sum over i > k" in rrr.minimum_text()) is pca
        assert "exactly the L3 and M" in rrr.minimisers_text()
        assert rrr.minimum_latex().count("{") == rrr.minimum_latex().count("}")


def test_residuals_that_share_their_letters_are_one_loss_of_several_samples() -> None:
    x, t, w = vector("x", "n"), vector("t", "n"), vector("w", "n")
    L, N, M = matrix("L", "n", "k"), matrix("N", "n", "k"), matrix("M", "k", "n")
    z = M * x
    # the shared pair comes first and last, so that a search that ends too early loses the middle one
    found = roles(
        model(
            "shared",
            loss=[(1, L * z - t), (2, N * z - w), (3, L * z - w)],
            latent=z,
            encoder=[M],
            decoder=[L, N],
        )
    )
    assert [len(loss.samples) for loss in found.losses] == [2, 1]
    assert [(weight, target) for weight, _, target in found.losses[0].samples] == [(1, t), (3, w)]
    assert found.losses[0].decoder == L
    assert [(weight, target) for weight, _, target in found.losses[1].samples] == [(2, w)]
