"""The lock: objectives, optima, thresholds, certificates and statements, derived now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from symlam.errors import SymlamError

FORMAT = "symlam snapshot 1"
SECTIONS = ("objectives", "optima", "thresholds", "certificates", "theorems", "derivations")
DIGITS = 30


def record(files: Iterable[str | Path] = ()) -> dict[str, Any]:
    """Derive everything and return it as plain data; ``files`` are derivations whose verdicts are recorded too.

    Raises SymlamError for a file that cannot be read.
    """
    return {
        "format": FORMAT,
        "versions": _versions(),
        "objectives": {name: objective(model) for name, model in library().items()},
        "optima": {name: optimum(s) for name, s in scenarios().items()},
        "thresholds": thresholds(),
        "certificates": certificates(),
        "theorems": theorems(),
        "derivations": {str(f): verdicts(f) for f in files},
    }


def to_text(snapshot: dict[str, Any]) -> str:
    """The stable text form: JSON, one term, number or statement to a line."""
    return json.dumps(snapshot, indent=1, ensure_ascii=False) + "\n"


def read_snapshot(path: str | Path) -> dict[str, Any]:
    """Read a lock; SymlamError when it is missing or none."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SymlamError(f"{path}: {error.strerror}", hint="symlam snapshot writes it") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SymlamError(f"{path} is no snapshot: {error}", hint="symlam snapshot writes it again") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SymlamError(f"{path} is no snapshot", expected=f'"format": "{FORMAT}"')
    for section in SECTIONS:
        if not isinstance(data.get(section), dict):
            raise SymlamError(f"{path} has no section {section}", hint="symlam snapshot writes it again")
    return data


def _versions() -> dict[str, str]:
    out = {}
    for name in ("symlam", "sympy", "python-flint", "mpmath", "numpy"):
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            continue
    return out


def library() -> dict[str, Any]:
    """The models whose derivations are recorded, by name."""
    from symlam import models as m

    found = [
        m.linear_lam(),
        m.policy_lam(),
        m.augmented_lam(),
        m.supervised_lam(augmented=False),
        m.supervised_lam(),
        m.with_other_agents(m.acting(m.linear_lam())),
        m.with_iid_noise(m.linear_lam()),
        m.exogenous_lam(predicted=True),
        m.with_policy(m.exogenous_lam(predicted=True)),
        m.cross_exogenous_lam(predicted=True),
        m.imperfect_pairs(m.cross_exogenous_lam(predicted=True)),
        m.mixture_lam(predicted=True),
        m.action_supervised_lam(predicted=True),
        m.consistency_lam(predicted=True, decoded=True),
    ]
    out: dict[str, Any] = {}
    for x in found:
        name = x.name if x.name not in out else f"{x.name}, i.i.d. noise"
        out[name] = x
    return out


def objective(model: Any) -> dict[str, Any]:
    """The derivation of a model: its lines in normal form, what was eliminated at which values, the assumptions."""
    from symlam.algebra import Matrix
    from symlam.objective import derive
    from symlam.snapshot._terms import declared, written

    derivation = derive(model)
    expanded = [model.expand(), *(step.objective.expand() for step in derivation.steps)]
    choices = [(k, v) for step in derivation.steps for k, v in step.choice.items()]
    zeros = [lhs - rhs for a in model.assumptions for lhs, rhs in a.equations()]
    return {
        "names": declared([*expanded, *zeros, *(x for pair in choices for x in pair)]),
        "loss": written(expanded[0]),
        "lines": [
            {"relation": step.relation, "terms": written(e)}
            for step, e in zip(derivation.steps, expanded[1:], strict=True)
        ],
        "choices": [{"letter": repr(k), **_matrix(v)} for k, v in choices if isinstance(v, Matrix)],
        "zero by assumption": [_matrix(z) for z in zeros],
    }


def _matrix(m: Any) -> dict[str, Any]:
    from symlam.snapshot._terms import written

    return {"shape": f"{m.rows} x {m.cols}", "terms": written(m)}


def scenarios() -> dict[str, Any]:
    """The scenarios whose optima are recorded, by name."""
    from symlam.scenario import ExogenousScenario, Scenario

    plain = Scenario(d_o=8, d_a=2, d_z=2, d_b=2)
    outside = ExogenousScenario(d_s=4, d_a=2, d_xi=2, d_z=2)
    return {
        "no noise": plain,
        "latent too small": plain.with_(d_z=1),
        "i.i.d. noise": plain.with_(noise="iid", sigma="1/2"),
        "other agents, weaker": plain.with_(noise="agents", sigma="1/2", effects="random"),
        "other agents, tied": plain.with_(noise="agents"),
        "other agents, stronger": plain.with_(noise="agents", sigma=2, effects="random"),
        "policy": plain.with_(noise="agents", sigma="3/4", chi="1/4"),
        "augmentation": plain.with_(noise="agents", sigma="3/4", chi="1/4", augment="1/2"),
        "labels": plain.with_(noise="agents", sigma=2, label_fraction="1/100", batch=16),
        "exogenous state, weaker": outside.with_(sigma_eta="1/2"),
        "exogenous state, stronger": outside.with_(sigma_eta=2),
        "exogenous state, twins": outside.with_(sigma_eta=2, objective="cross"),
        "exogenous state, labels": outside.with_(sigma_eta="3/2", weight=3),
    }


def optimum(scenario: Any) -> dict[str, Any]:
    """The enclosed optimum of a scenario."""
    from symlam.scenario import enclose

    found = enclose(scenario, digits=DIGITS)
    return {
        "scenario": scenario.to_toml(),
        "status": found.status,
        "loss": found.loss,
        "spectrum": list(found.spectrum),
        "metrics": dict(sorted(found.metrics.items())),
    }


def thresholds() -> dict[str, Any]:
    """The symbolic boundaries, as prefix text."""
    from symlam.scenario import thresholds as derived
    from symlam.snapshot._formulas import written

    return _exogenous_thresholds() | {
        name: {
            "action": written(t.action),
            "noise": written(t.noise),
            "sigma": None if t.sigma is None else written(t.sigma),
            "enters": written(t.enters),
        }
        for name, t in derived().items()
    }


def _exogenous_thresholds() -> dict[str, Any]:
    """Where the level of the action meets that of the exogenous state, for each parameter that moves one of them."""
    from symlam.scenario.exogenous_boundaries import level, threshold
    from symlam.snapshot._formulas import written

    cases: tuple[tuple[str, str, bool, bool], ...] = (
        ("sigma_eta", "self", False, False),
        ("gamma", "self", False, False),
        ("rho", "cross", False, False),
        ("mixture", "mixture", False, False),
        ("weight", "self", True, False),
        ("penalty", "self", False, True),
    )
    out = {}
    for parameter, objective, supervised, penalised in cases:
        inside = level("endogenous", objective, supervised=supervised)
        outside = level("exogenous", objective, penalised=penalised)
        at = threshold(parameter, objective, supervised=supervised, penalised=penalised)
        out[f"exogenous state: {parameter}"] = {
            "action": written(inside),
            "noise": written(outside),
            "sigma": written(at),
            "enters": written(outside > inside),
        }
    return out


def certificates() -> dict[str, Any]:
    """Exact certificates for some of the scenarios, each with integers only."""
    from symlam.certificates import certify

    some = scenarios()
    return {
        name: json.loads(certify(some[name], gap="1/1000000000000").to_json())
        for name in ("i.i.d. noise", "other agents, weaker", "other agents, tied")
    }


def theorems() -> dict[str, str]:
    """The statements of the theorems in proofs/, where this is a checkout; they are not proved here."""
    from symlam.evidence._audit import find_proofs

    proofs = find_proofs()
    if proofs is None:
        return {}
    statements = json.loads((proofs / "statements.json").read_text(encoding="utf-8"))["statements"]
    return {name: " ".join(str(text).split()) for name, text in sorted(statements.items())}


def verdicts(file: str | Path) -> list[str]:
    """The verdict of each line of a derivation."""
    from symlam.check import check_file

    return [line.verdict.answer for line in check_file(file).lines]
