"""Run the ledger: decide claims, gather the five kinds of evidence, report as plain data.

The report is versioned: see docs/verify-json.md.  A worker process decides one claim; the kernel
runs beside them.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from typing import Any

from symlam.claims._claim import ClaimResult, resolve
from symlam.claims._ledger import claim, ledger
from symlam.claims._part import HOLDS, HYPOTHESIS, OPEN, REFUTED, PartResult
from symlam.claims._printed import printed_evidence
from symlam.errors import SymlamError

SCHEMA = "symlam-verify/1"
# what the ledger of theorems must contain for a verdict, by role
_ROLES = {HOLDS: {"printed"}, HYPOTHESIS: {"negation", "repaired"}, REFUTED: {"negation"}}


def claim_report(
    identifier: str, *, digits: int = 50, seed: int = 0, agreement: bool = True
) -> dict[str, Any]:
    """Decide one claim and return its verdict with evidence, without the formal part, as plain data.

    Without ``agreement`` no optimiser is run, and that evidence reads "not asked".

    >>> claim_report("S1", digits=20)["verdict"]
    'holds'
    """
    c = claim(identifier)
    result = resolve(c, seed=seed)
    start = time.perf_counter()
    models = c.agreement()
    if not models or not agreement:
        numbers: dict[str, Any] = {"status": "not asked" if models else "not applicable", "meetings": []}
    else:
        from symlam.evidence.agreement import agreement as meet

        met = meet(models, digits=digits, seed=seed)
        numbers = {
            "status": "agrees" if met.agrees else "disagrees",
            "digits": met.reached,
            "meetings": [vars(m) for m in met.meetings],
        }
    counterexample = result.counterexample
    derived = _derived(result)
    printed = printed_evidence(c.id, result.parts)
    return {
        "id": c.id,
        "title": c.title,
        "statement": c.printed,
        "source": c.source,
        "formulation": c.formulation,
        "verdict": result.verdict,
        "open_because": c.open_because if result.verdict == OPEN else "",
        "hypotheses": result.hypotheses,
        "counterexample": counterexample.describe() if counterexample is not None else None,
        "evidence": {
            "derivation": {
                "status": derived,
                "derivations": [_derivation(d) for d in c.derivations()],
            },
            "counterexample": {
                "status": "exact" if counterexample is not None else _searched(result),
                "instances": sum(p.checked for p in result.parts),
            },
            "lines": printed,
            "agreement": numbers,
            "formal": {
                "status": "not asked",
                "theorems": [],
                "match": {"status": "not asked", "theorems": []},
            },
        },
        "parts": [_part(p) for p in result.parts],
        "assumptions": [
            {
                "text": a.text,
                "dropped": {True: "counterexample", False: "unnecessary", None: "undecided"}[a.needed],
                "counterexample": a.counterexample.describe() if a.counterexample is not None else None,
            }
            for a in result.assumptions
        ],
        "complete": result.complete and "disagrees" not in (numbers["status"], printed["status"]),
        "seconds": round(result.seconds + time.perf_counter() - start, 3),
    }


def _derivation(d: Any) -> dict[str, Any]:
    """The steps of a derivation, and the optimum of what it leaves where that is a reduced-rank regression."""
    return {
        "model": d.name,
        "assumptions": [a.text for a in d.assumptions],
        "steps": [
            {
                "relation": s.relation,
                "expression": s.objective.text(),
                "rule": s.rule,
                "assumptions": list(s.assumptions),
                "eliminated": [repr(m) for m in s.eliminated],
                "choice": {repr(k): repr(v) for k, v in s.choice.items()},
                "equality_iff_zero": [repr(d.assumptions.reduce(m)) for m in s.condition],
                "latex": s.latex(),
            }
            for s in d.steps
        ],
        "optimum": _optimum(d),
    }


def optimum_of(d: Any) -> Any | None:
    """The reduced-rank regression that a derivation of the ledger leaves, None where it leaves none."""
    from symlam.optimum import reduced_rank

    if not d.encoder:
        return None
    try:
        return reduced_rank(d.objective, d.encoder[-1], d.decoder, under=d.assumptions)
    except SymlamError:
        return None  # nothing was eliminated, so there is no regression to solve


def _optimum(d: Any) -> dict[str, str] | None:
    found = optimum_of(d)
    if found is None:
        return None
    return {
        "minimum": found.minimum_text(),
        "latex": found.minimum_latex(),
        "spectrum": found.spectrum,
        "minimisers": found.minimisers_text(),
    }


def _derived(result: ClaimResult) -> str:
    """ "derived" when every clause that holds has a symbolic proof."""
    if not result.parts:
        return "none"
    settled = [p for p in result.parts if p.verdict in (HOLDS, HYPOTHESIS)]
    if any(p.proof is None for p in settled):
        return "incomplete"
    return "derived" if settled else "none"


def _searched(result: ClaimResult) -> str:
    return "none found" if result.parts else "not searched"


def _part(p: PartResult) -> dict[str, Any]:
    return {
        "name": p.part.name,
        "role": p.part.role,
        "statement": p.part.statement,
        "verdict": p.verdict,
        "hypotheses": [[h.text for h in subset] for subset in p.hypotheses if subset],
        "checked": list(p.proof.lines) if p.proof else [],
        "cited": list(p.proof.cited) if p.proof else [],
        "used": sorted(a.text for a in p.proof.used) if p.proof else [],
        "counterexample": p.counterexample.describe() if p.counterexample else None,
        "needed": {h: (v.describe() if v is not None else None) for h, v in p.necessity.items()},
        "instances": p.checked,
        "conflict": p.conflict,
    }


def versions() -> dict[str, str]:
    """The versions that a report depends on."""
    out = {"schema": SCHEMA, "python": platform.python_version()}
    for name in ("symlam", "sympy", "mpmath", "numpy", "python-flint"):
        try:
            out[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            out[name] = "unknown"
    return out


def verify(
    identifiers: Iterable[str] = (),
    *,
    digits: int = 50,
    formal: bool = True,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Callable[[str, str], None] = lambda identifier, state: None,
) -> dict[str, Any]:
    """Decide claims (all when none is named) and report them with their evidence.

    ``digits`` is what closed form and optimiser must agree to.  ``formal`` builds and audits the
    theorems; without Coq the column says "not checked here".  ``executor`` may be any
    concurrent.futures executor; the default uses the processors of this machine.  Raises
    SymlamError for an unknown claim or a digit count that is not positive.
    """
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= 1000:
        raise SymlamError(f"digits = {digits!r}", expected="an integer from 1 to 1000")
    wanted = list(dict.fromkeys(claim(i).id for i in identifiers)) or list(ledger())
    reports: dict[str, dict[str, Any]] = {}
    own = None
    if executor is None and len(wanted) > 1:
        own = ProcessPoolExecutor(min(os.cpu_count() or 1, len(wanted)))
    pool = own or executor
    try:
        if pool is None:
            for i in wanted:
                progress(i, "deciding")
                reports[i] = claim_report(i, digits=digits, seed=seed)
                progress(i, reports[i]["verdict"])
        else:
            # the longest first, so that they do not end alone
            heavy = sorted(wanted, key=lambda i: (i not in ("P4.3", "P4.4", "R5", "E3"), wanted.index(i)))
            waiting = {pool.submit(claim_report, i, digits=digits, seed=seed): i for i in heavy}
            for done in as_completed(waiting):
                reports[waiting[done]] = done.result()
                progress(waiting[done], reports[waiting[done]]["verdict"])
    except BaseException:
        if own is not None:
            for p in list(getattr(own, "_processes", {}).values()):
                p.terminate()
        raise
    finally:
        if own is not None:
            own.shutdown(wait=False, cancel_futures=True)
    out = [reports[i] for i in wanted]
    if formal:
        _add_formal(out, progress)
    return {"claims": out, "versions": versions(), "digits": digits, "agrees": all(map(agrees, out))}


def add_formal(
    report: dict[str, Any], *, progress: Callable[[str, str], None] = lambda identifier, state: None
) -> None:
    """Let the kernel check the theorems now, and enter what it says in a report that was made without them."""
    _add_formal(report["claims"], progress)
    report["agrees"] = all(map(agrees, report["claims"]))


def _lacking(report: dict[str, Any], roles: set[str]) -> str:
    """The roles of theorems that a verdict still needs, in words; "" when it has them all.

    What this project states itself is in no paper: where it needs a hypothesis, the theorem of the form that holds
    is what can be asked for, and no theorem has to negate a printed one.
    """
    if report["formulation"] and report["verdict"] == HYPOTHESIS:
        return "" if roles & {"printed", "repaired"} else "printed or repaired"
    return " and ".join(sorted(_ROLES.get(report["verdict"], set()) - roles))


def _add_formal(reports: list[dict[str, Any]], progress: Callable[[str, str], None]) -> None:
    from symlam.evidence.formal import formal_evidence

    found = formal_evidence([r["id"] for r in reports], progress=lambda message: progress("proofs", message))
    for r in reports:
        evidence = found[r["id"]]
        r["evidence"]["formal"] = evidence.as_dict()
        if evidence.status == "proved":
            missing = _lacking(r, set(evidence.roles))
            if missing:
                r["evidence"]["formal"].update(
                    status="disagrees", reason=f"the verdict {r['verdict']} needs a theorem of role {missing}"
                )
    _add_matches(reports, progress)


def _add_matches(reports: list[dict[str, Any]], progress: Callable[[str, str], None]) -> None:
    """The theorems in the engine's own objects, checked in this run, those of all claims together."""
    from symlam.claims._matches import matches_of, refutations_of
    from symlam.evidence.export import ACCEPTED, REJECTED, UNCHECKED, UNDECIDED, certify_steps
    from symlam.evidence.export._instance import Refutation
    from symlam.evidence.export._match import Match

    found: dict[str, list[Match | Refutation]] = {
        r["id"]: [*matches_of(r["id"]), *refutations_of(r["id"])] for r in reports
    }
    progress("proofs", f"checking {sum(map(len, found.values()))} statements in the engine's objects")
    done = certify_steps([m for ms in found.values() for m in ms], timeout=900)
    answer = {s.name: s for s in done.steps}
    for r in reports:
        rows = [
            {
                "theorem": m.theorem,
                "kind": "counterexample" if m.name.startswith("refutes_") else "match",
                "objects": m.what,
                "status": answer[m.name].status,
                "message": answer[m.name].message,
            }
            for m in found[r["id"]]
        ]
        states = {row["status"] for row in rows}
        formal = r["evidence"]["formal"]
        if not rows:
            status = "no match"
        elif states <= {ACCEPTED, UNCHECKED}:
            status = UNCHECKED if UNCHECKED in states else ACCEPTED
        elif states <= {ACCEPTED, UNCHECKED, UNDECIDED}:
            # no answer is no evidence, and none against the claim
            status = UNDECIDED
            formal.update(
                status="incomplete", reason="the kernel gave no answer on a theorem in the engine's objects"
            )
        else:
            status = REJECTED
            formal.update(status="disagrees", reason="the kernel rejects a theorem in the engine's objects")
        formal["match"] = {"status": status, "theorems": rows}


def agrees(report: dict[str, Any]) -> bool:
    """Whether a claim is decided and all its evidence that was asked for is there and agrees."""
    formal = report["evidence"]["formal"]["status"]
    return bool(
        report["complete"]
        and report["verdict"] != OPEN
        and report["evidence"]["derivation"]["status"] in ("derived", "none")
        and formal in ("proved", "not asked")
    )
