"""Scenarios of every model. Here, of the linear LAM: noise, policies, augmentation, supervision, matrices, means."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Literal, overload

from hypothesis import strategies as st

from symlam.errors import SymlamError
from symlam.scenario.definition import Scenario
from symlam.scenario.exogenous import ExogenousScenario
from symlam.strategies._exogenous import FEATURES as EXOGENOUS
from symlam.strategies._exogenous import exogenous_scenarios
from symlam.strategies._matrices import covariances, rational_matrices
from symlam.strategies._rows import count

#: what may differ from the plain linear LAM without noise
FEATURES = ("noise", "policy", "augmentation", "supervision", "matrices", "means", "evaluation")

# simple ones first; the last ones make near-ties and extreme ratios with the default 1
_SCALES = tuple(Fraction(x) for x in ("1", "2", "1/2", "0", "1000001/1000000", "1000", "1/1000"))


@overload
def scenarios(
    *, largest: int = 5, features: Iterable[str] | None = None, model: Literal["linear"] = "linear"
) -> st.SearchStrategy[Scenario]: ...
@overload
def scenarios(
    *, largest: int = 5, features: Iterable[str] | None = None, model: Literal["exogenous"]
) -> st.SearchStrategy[ExogenousScenario]: ...
def scenarios(
    *, largest: int = 5, features: Iterable[str] | None = None, model: str = "linear"
) -> st.SearchStrategy[Any]:
    """Every kind of scenario of a model with sizes up to ``largest``; shrinks to one dimension each, nothing added.

    ``model`` "linear" draws `symlam.scenario.Scenario`, "exogenous" `symlam.scenario.ExogenousScenario`. ``features`` limits
    what may differ from the plain model. Linear: "noise" (i.i.d. or other agents), "policy", "augmentation", "supervision",
    "matrices" (X, Y, Pi and covariances given), "means" (and biases), "evaluation". Exogenous: "geometry", "objective" (twins,
    mixtures, whitening), "decoder" (A = I), "representation" (gamma, W), "policy", "supervision", "penalty", "matrices",
    "evaluation" (all optima). Raises SymlamError for an unknown model or feature.

    >>> from hypothesis import find
    >>> print(find(scenarios(), lambda s: s.noise == "agents" and s.d_a == 2).to_toml())
    d_o = 2
    d_a = 2
    d_z = 1
    noise = "agents"
    d_b = 1
    effects = "random"
    <BLANKLINE>
    """
    count("largest", largest)
    known = {"linear": FEATURES, "exogenous": EXOGENOUS}
    if model not in known:
        raise SymlamError(f"no model {model!r}", expected=" or ".join(known))
    wanted = (
        known[model] if features is None else (features,) if isinstance(features, str) else tuple(features)
    )
    unknown = [x for x in wanted if x not in known[model]]
    if unknown:
        raise SymlamError(f"no feature {unknown[0]!r}", expected=", ".join(known[model]))
    drawn = {"linear": _scenarios, "exogenous": exogenous_scenarios}[model]
    return drawn(largest, frozenset(wanted))


@st.composite
def _scenarios(draw: st.DrawFn, largest: int, features: frozenset[str]) -> Scenario:
    def on(feature: str) -> bool:
        return feature in features and draw(st.booleans())

    scale = st.sampled_from(_SCALES)
    d_o = draw(st.integers(1, largest))
    d_a, d_z = draw(st.integers(1, d_o)), draw(st.integers(1, d_o))
    out: dict[str, Any] = {"d_o": d_o, "d_a": d_a, "d_z": d_z, "d_b": 1}
    needed = d_a
    if on("noise"):
        out["noise"] = draw(st.sampled_from(("iid", "agents")))
        out["sigma"] = draw(scale)
        if out["noise"] == "agents":
            out["d_b"] = draw(st.integers(1, d_o))
            needed += out["d_b"]
    if draw(st.booleans()):
        out["sigma_o"], out["sigma_a"] = draw(scale), draw(scale)
    if on("policy"):
        out["chi"] = draw(st.sampled_from((Fraction(1, 2), Fraction(1), Fraction(1, 3))))
        out["policy_rows"] = draw(st.sampled_from(("aligned", "orthogonal", "random")))
        needed += d_a if out["policy_rows"] == "orthogonal" else 0
    if needed > d_o or draw(st.booleans()):
        out["effects"] = "random"
        out["seed"] = draw(st.integers(0, 9))
        if out.get("policy_rows") == "orthogonal":
            out["policy_rows"] = "random"
    if on("augmentation"):
        out["augment"] = draw(scale)
    if on("supervision"):
        if draw(st.booleans()):
            out["label_fraction"] = draw(st.sampled_from((Fraction(1, 2), Fraction(1, 100), Fraction(1))))
            out["batch"] = draw(st.integers(1, 4))
            out["reduction"] = draw(st.sampled_from(("mean", "sum")))
        else:
            out["weight"] = draw(scale)
    if on("matrices"):
        _matrices(draw, out)
    if on("means"):
        out["affine_model"], out["affine_heads"] = draw(st.booleans()), draw(st.booleans())
        for name in ("mean_o", "mean_a", "mean_b"):
            out[name] = draw(st.sampled_from((0, 1, -2)))
    if on("evaluation"):
        out["latent"] = draw(st.sampled_from(("true", "surrogate", "surrogate-pinv")))
        out["eval_policy"] = draw(st.sampled_from(("train", "random")))
        out["eval_noise"] = draw(st.sampled_from(("train", "none")))
    return Scenario(**out)


def _matrices(draw: st.DrawFn, out: dict[str, Any]) -> None:
    """Some of the matrices that a scenario may be given."""
    d_o, d_a, d_b = out["d_o"], out["d_a"], out["d_b"]
    recipes: dict[str, st.SearchStrategy[Any]] = {
        "X": rational_matrices((d_o, d_a), largest=2),
        "cov_o": covariances(d_o),
        "cov_a": covariances(d_a),
    }
    if out.get("noise") == "agents":
        recipes["Y"] = rational_matrices((d_o, d_b), largest=2)
        recipes["cov_b"] = covariances(d_b)
    if out.get("noise") == "iid":
        recipes["cov_noise"] = covariances(d_o)
    if "chi" in out:
        recipes["Pi"] = rational_matrices((d_a, d_o), largest=2)
    for name, recipe in recipes.items():
        if draw(st.booleans()):
            out[name] = draw(recipe)
