"""Scenarios with an exogenous state: geometries, objectives, policies, representations, supervision, penalties, matrices."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from symlam.scenario.exogenous import ExogenousScenario
from symlam.strategies._matrices import covariances, rational_matrices

#: what may differ from plain reconstruction in the orthogonal geometry
FEATURES = (
    "geometry",
    "objective",
    "decoder",
    "representation",
    "policy",
    "supervision",
    "penalty",
    "matrices",
    "evaluation",
)

# simple ones first; the last ones make near-ties and extreme ratios with the default 1
_SCALES = tuple(Fraction(x) for x in ("1", "2", "1/2", "0", "1000001/1000000", "100", "1/100"))
_SHARES = tuple(Fraction(x) for x in ("0", "1/2", "1", "-1/3"))


@st.composite
def exogenous_scenarios(draw: st.DrawFn, largest: int, features: frozenset[str]) -> ExogenousScenario:
    """A scenario with s, xi and z of at most ``largest`` dimensions."""

    def on(feature: str) -> bool:
        return feature in features and draw(st.booleans())

    scale = st.sampled_from(_SCALES)
    d_s = draw(st.integers(1, largest))
    d_a, d_xi, d_z = draw(st.integers(1, d_s)), draw(st.integers(1, largest)), draw(st.integers(1, largest))
    out: dict[str, Any] = {"d_s": d_s, "d_a": d_a, "d_xi": d_xi, "d_z": d_z}
    out["F"] = draw(st.sampled_from((Fraction(1, 2), Fraction(0), Fraction(-1, 3))))
    if draw(st.booleans()):
        out["sigma_s"], out["sigma_a"], out["sigma_eta"] = draw(scale), draw(scale), draw(scale)
    if draw(st.booleans()):
        out["F"], out["sigma_xi"] = draw(st.sampled_from((Fraction(1), Fraction(0)))), draw(scale)
    if on("geometry"):
        out["geometry"] = draw(st.sampled_from(("separable", "additive")))
        out["seed"] = draw(st.integers(0, 9))
        if out["geometry"] == "additive":
            out["d_xi"] = d_xi = d_s
    if on("objective"):
        out["objective"] = draw(st.sampled_from(("cross", "mixture")))
        out["mixture"], out["rho"] = draw(scale), draw(st.sampled_from(_SHARES))
        out["twin"] = draw(st.sampled_from(("independent", "conditional")))
        # a target without variance cannot be whitened
        out["whiten"] = draw(st.booleans()) and out.get("sigma_a", 1) != 0
    if on("decoder"):
        out["decoder"] = "identity"
    if on("representation"):
        if out.get("geometry") == "additive":
            out["W"] = draw(rational_matrices((draw(st.integers(1, d_s)), d_s), largest=2))
            out["whiten"] = False
        else:
            out["gamma"] = draw(scale)
    if on("policy"):
        reads = [x for x, size in (("endogenous", d_s), ("exogenous", d_xi)) if d_a <= size]
        out["chi"], out["policy_rows"] = (
            draw(st.sampled_from((Fraction(1, 2), Fraction(1, 3)))),
            draw(st.sampled_from(reads)),
        )
    if on("supervision"):
        out["weight"] = draw(scale)
        if draw(st.booleans()):
            out["target_s"] = draw(rational_matrices((1, d_s), largest=2))
    elif on("penalty"):
        out["penalty"], out["penalty_on"] = draw(scale), draw(st.sampled_from(("decoded", "latent")))
    if on("matrices"):
        recipes: dict[str, st.SearchStrategy[Any]] = {
            "H": rational_matrices((d_s, d_a), largest=2),
            "cov_s": covariances(d_s),
            "cov_a": covariances(d_a),
            "cov_eta": covariances(d_xi),
        }
        for name, recipe in recipes.items():
            if draw(st.booleans()):
                out[name] = draw(recipe)
        if {"H", "cov_a", "cov_s"} & set(out):
            out["whiten"] = False
    if on("evaluation"):
        out["latent"] = "true"
    return ExogenousScenario(**out)
