"""The linear latent action model and its variants, as the paper writes them.

Zhang, Pearce, Zhang, Wang, Chen, Shen, Zhao, Bian, *What Do Latent Action Models Actually
Learn?*, NeurIPS 2025, arXiv 2506.15691.
"""

from __future__ import annotations

from symlam.algebra import (
    dimension_at_most,
    matrix,
    orthogonal_in_mean,
    positive,
    scalar,
    uncorrelated,
    vector,
    white,
)
from symlam.models._model import Model, model

o, q, ε = vector("o", "d_o"), vector("q", "d_o"), vector("ε", "d_o")
a, b = vector("a", "d_a"), vector("b", "d_b")
π_s = vector("π_s", "d_a")
κ1, κ2 = vector("κ_1", "d_o"), vector("κ_2", "d_o")
A, B = matrix("A", "d_o", "d_o"), matrix("B", "d_o", "d_z")
C, D = matrix("C", "d_z", "d_o"), matrix("D", "d_z", "d_o")
E_head = matrix("E", "d_a", "d_z")
X, Y = matrix("X", "d_o", "d_a"), matrix("Y", "d_o", "d_b")
Π_d = matrix("Π_d", "d_a", "d_o")
λ, χ, σ = scalar("λ"), scalar("χ"), scalar("σ")

_SOURCE = "arXiv 2506.15691"


def linear_lam() -> Model:
    """The linear LAM: o' = o + q + ε, z = C o + D o', ô' = A o + B z, E[o (q + ε)^T] = 0.

    >>> linear_lam().residuals[0]
    (-I + A + B C + B D) o + (-I + B D) (q + ε)
    """
    o_next = o + q + ε
    z = C * o + D * o_next
    o_hat = A * o + B * z
    return model(
        "linear LAM",
        loss=[(1, o_hat - o_next)],
        latent=z,
        encoder=[C, D],
        decoder=[B],
        regression=[A],
        assume=[uncorrelated(o, q + ε), dimension_at_most("d_z", "d_o")],
        named={"o": o, "o'": o_next, "q": q, "ε": ε, "change": q + ε, "prediction": o_hat},
        source=f"{_SOURCE}, Section 3",
    )


def augmented_lam() -> Model:
    """With augmentation: z = C Aug₁[o] + D Aug₁[o'], ô' = A Aug₂[o] + B z, target Aug₂[o'].

    Aug_i[x] = x + κ_i; κ₁, κ₂ uncorrelated with all else and with each other.
    """
    o_next = o + q + ε
    z = C * (o + κ1) + D * (o_next + κ1)
    o_hat = A * (o + κ2) + B * z
    return model(
        "linear LAM with augmentation",
        loss=[(1, o_hat - (o_next + κ2))],
        latent=z,
        encoder=[C, D],
        decoder=[B],
        regression=[A],
        assume=[
            uncorrelated(o, q + ε),
            [uncorrelated(x, κ) for κ in (κ1, κ2) for x in (o, q, ε)],
            uncorrelated(κ1, κ2),
            dimension_at_most("d_z", "d_o"),
        ],
        named={"o": o, "o'": o_next, "q": q, "ε": ε, "change": q + ε, "prediction": o_hat},
        source=f"{_SOURCE}, Section 4.3",
    )


def supervised_lam(*, augmented: bool = True, latent: str = "d_z") -> Model:
    """With action supervision: L + λ E‖E z − a‖², q = X a, under the printed condition E[q^T ε] = 0.

    The action is a base vector; o and the augmentations are uncorrelated with a and with ε.
    ``latent`` names the dimension of the latent, "d_a" for the case d_z = d_a.
    """
    B, C, D, E_head = (
        matrix("B", "d_o", latent),
        matrix("C", latent, "d_o"),
        matrix("D", latent, "d_o"),
        matrix("E", "d_a", latent),
    )
    change = X * a + ε
    o_next = o + change
    k1, k2 = (κ1, κ2) if augmented else (0 * κ1, 0 * κ2)
    z = C * (o + k1) + D * (o_next + k1)
    o_hat = A * (o + k2) + B * z
    noise = (κ1, κ2) if augmented else ()
    return model(
        "linear LAM with augmentation and action supervision"
        if augmented
        else "linear LAM with action supervision",
        loss=[(1, o_hat - (o_next + k2)), (λ, E_head * z - a)],
        latent=z,
        encoder=[C, D],
        decoder=[B, E_head],
        regression=[A],
        assume=[
            uncorrelated(o, a),
            uncorrelated(o, ε),
            [uncorrelated(x, κ) for κ in noise for x in (o, a, ε)],
            uncorrelated(κ1, κ2) if augmented else (),
            orthogonal_in_mean(X * a, ε),
            positive(λ),
            dimension_at_most("d_a", latent),
            dimension_at_most(latent, "d_o"),
        ],
        named={"o": o, "o'": o_next, "q": X * a, "a": a, "ε": ε, "change": change, "prediction": o_hat},
        source=f"{_SOURCE}, Section 4.4",
    )


def policy_lam() -> Model:
    """With a policy: a = Π_d o + π_s, q = X a; o, ε, π_s mutually uncorrelated, so E[o q^T] != 0."""
    return (
        linear_lam()
        .without(*uncorrelated(o, q + ε))
        .substitute({q: X * (Π_d * o + π_s)}, name="linear LAM with a policy")
        .assume(uncorrelated(o, ε, π_s))
    )


def policy_sweep_lam() -> Model:
    """The policy sweep: a = χ Π_d o + (1 − χ) π_s."""
    return (
        linear_lam()
        .without(*uncorrelated(o, q + ε))
        .substitute({q: X * (χ * Π_d * o + (1 - χ) * π_s)}, name="linear LAM with the policy sweep")
        .assume(uncorrelated(o, ε, π_s))
    )


def correlated_lam() -> Model:
    """The linear LAM with no assumption on E[o (q + ε)^T]."""
    return linear_lam().without(*uncorrelated(o, q + ε))


def acting(m: Model) -> Model:
    """q = X a in a model that speaks of q.

    >>> acting(linear_lam()).named["q"]
    X a
    """
    return m.substitute({q: X * a}, name=m.name)


def noiseless(m: Model) -> Model:
    """The model with ε = 0."""
    return m.substitute({ε: 0 * ε}, name=f"{m.name}, no noise")


def with_iid_noise(m: Model) -> Model:
    """E[ε ε^T] = σ² I, ε uncorrelated with the controllable change."""
    return m.assume(white(ε, σ**2), uncorrelated(m.named["q"], ε))


def with_other_agents(m: Model) -> Model:
    """ε = Y b, with b uncorrelated with the controllable change.

    >>> with_other_agents(acting(linear_lam())).named["change"]
    X a + Y b
    """
    out = m.substitute({ε: Y * b}, name=f"{m.name}, other agents")
    return out.assume(uncorrelated(out.named["q"], b))
