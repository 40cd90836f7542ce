"""M1, M2: least-squares heads."""

from __future__ import annotations

from symlam.algebra import E, complete_square, matrix, msq, positive_definite, vector
from symlam.evidence.export import MeanSquare
from symlam.evidence.export._match import Match


def m2() -> tuple[Match, ...]:
    """The error of the best head is what completing the square leaves."""
    x, y, K = vector("x", "n"), vector("y", "m"), matrix("K", "m", "n")
    square = complete_square(msq(K * x - y), K)
    return (
        Match(
            "M2",
            "M2_head_min",
            ("linear_lam", "llo"),
            "the loss of a head",
            {"loss": MeanSquare(K * x - y)},
            r"forall {K:}, herr {x} {y} <= {loss}",
            r"{#n} {#m} {x} {y}",
            bound=(K,),
        ),
        Match(
            "M2",
            "M2_head_minP",
            ("linear_lam", "llo"),
            "what completing the square in the head leaves",
            {"rest": square.rest, "centre": square.centre},
            r"{rest} = herr {x} {y}",
            r"{#n} {#m} {x} {y} {centre}",
            under=(positive_definite(x),),
            facts=((E(y, x), square.centre * E(x, x)),),
            after=("apply proj2 in hyp_t.",),
        ),
    )


def m1() -> tuple[Match, ...]:
    """For a scalar target the information ratio is the engine's normalised error."""
    x, y, K = vector("x", "n"), vector("y", 1), matrix("K", 1, "n")
    square = complete_square(msq(K * x - y), K)
    return (
        Match(
            "M1",
            "M1_scalar",
            ("linear_lam", "llo", "mutual_information"),
            "what completing the square leaves over the variance",
            {"rest": square.rest, "variance": msq(y), "centre": square.centre},
            r"info_ratio {x} {y} = {rest} / {variance} :> R",
            r"{#n} {x} {y}",
            under=(positive_definite(x),),
            given=(r"msq {y} != 0",),
            facts=((E(y, x), square.centre * E(x, x)),),
            lines=(
                r"have hyp_h := proj2 (@M2_head_minP R V {#n} 1 {x} {y} {centre}).",
                r"have hyp_r : {rest} = herr {x} {y} by deduce hyp_h.",
                r"have hyp_v : {variance} = msq {y} by mxring.",
                r"rewrite hyp_r hyp_v.",
            ),
            after=(
                r"have hyp_q := hyp_t {@0}.",
                r"rewrite /nerr (negbTE {@0}) in hyp_q; clear hyp_t; rename hyp_q into hyp_t.",
            ),
        ),
    )
