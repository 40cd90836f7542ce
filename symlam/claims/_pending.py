"""Claims of the paper that the ledger names and does not decide yet.

They stay `open`: no clause is stated in the engine's terms, so there is nothing to compute a
verdict from.
"""

from symlam.claims._claim import Claim
from symlam.claims._pca import SOURCE

CLAIMS = (
    Claim(
        "S3",
        "surrogate latent",
        "z̃ = B⁻¹(ô' − o) is used in place of z; equals z when A = I",
        f"{SOURCE}, simulation set-up",
        open_because="B is not square: the clause needs the pseudo-inverse and a choice of reading",
    ),
    Claim(
        "M1",
        "mutual information",
        "I(x, y) = −½ log(‖ŷ − y‖² / Var y) for Gaussian x, y",
        f"{SOURCE}, Section 3",
        open_because="logarithms and determinants are outside the algebra of second moments",
    ),
    Claim(
        "M2",
        "LLO",
        "LLO = −E‖q̂ − q‖²/Var q + E‖ε̂ − ε‖²/Var ε + E‖ô − o‖²/Var o has maximum 2",
        f"{SOURCE}, Section 3",
        open_because="no clause about the range of LLO is stated in the engine's terms",
    ),
    Claim(
        "D2",
        "policy sweep",
        "a = χ Π_d o + (1 − χ) π_s: the more deterministic the policy, the less of a is in z",
        f"{SOURCE}, Section 4.2",
        open_because="monotonicity in χ needs a closed form of the head error, which the ledger does not use yet",
    ),
    Claim(
        "P4.3d",
        "augmentation with a correlated policy",
        "With E[o (q+ε)ᵀ] ≠ 0 there is still encouragement towards A = I, C = −D",
        f"{SOURCE}, Section 4.3, discussion",
        open_because="encouragement is not yet a statement about second moments",
    ),
    Claim(
        "P4.4s",
        "one per cent of labels",
        "With noise of other agents, σ_exo = 2, 1 % of labels suffices to keep the noise out",
        f"{SOURCE}, Figure 4 right",
        open_because="depends on how a training script averages the losses",
    ),
)
