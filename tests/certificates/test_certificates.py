"""Certificates: found, checked with integers only, and broken by any tampering."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from symlam.certificates import certify, check_certificate, read_certificate, to_coq
from symlam.certificates.certificate import certificate_from_json
from symlam.cli import cli
from symlam.errors import SymlamError
from symlam.numerics import Problem, solve
from symlam.scenario import Scenario, problem_of
from symlam.sealed import digest
from tests.profile import examples

ROOT = Path(__file__).parents[2]


def pca(n: int, k: int, *, seed: int = 0) -> Problem:
    rng = random.Random(seed)
    F = [[rng.randint(-9, 9) for _ in range(n)] for _ in range(n)]
    S = [[Fraction(sum(a * b for a, b in zip(x, y, strict=True)), 100) for y in F] for x in F]
    eye = [[int(i == j) for j in range(n)] for i in range(n)]
    return Problem(moment=S, target=eye, inputs=eye, rank=k)


SUPERVISED = Scenario(d_o=5, d_a=1, d_b=1, d_z=1, noise="agents", sigma=2, effects="random", weight="3/2")


@settings(max_examples=examples(20), deadline=None)
@given(
    st.integers(1, 6), st.integers(1, 7), st.integers(0, 10**6), st.sampled_from(["1/10", "1e-12", "1e-40"])
)
def test_certificates_enclose_the_closed_form(n, k, seed, gap):
    problem = pca(n, k, seed=seed)
    certificate = certify(problem, gap=gap)
    check_certificate(certificate, pca(n, k, seed=seed))
    assert certificate.gap <= Fraction(gap)
    value = solve(problem).minimum
    scale = 1 + float(problem.reduction.total)
    assert float(certificate.lo) - 1e-9 * scale <= value <= float(certificate.hi) + 1e-9 * scale


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(d_o=6, d_a=2, d_z=2, d_b=2, noise="agents", sigma=1),  # ties at k
        Scenario(d_o=6, d_a=2, d_z=4),  # rank deficient, minimum 0
        Scenario(d_o=6, d_a=2, d_z=1, noise="iid", sigma="1/2", augment="1/10"),
        SUPERVISED,
        Scenario(d_o=6, d_a=2, d_z=2, noise="iid", chi="1/3", weight=2),
    ],
)
def test_degenerate_and_supervised_scenarios(scenario):
    certificate = certify(scenario)
    check_certificate(certificate, scenario)
    with pytest.raises(SymlamError):
        check_certificate(certificate, scenario.with_(sigma=3, noise="iid"))
    assert certificate.gap <= Fraction(1, 10**40)


def test_coupled_heads_are_refused():
    coupled = Scenario(
        d_o=4, d_a=1, d_z=1, d_b=1, noise="agents", chi="1/2", augment="1/2", weight=1, policy_rows="aligned"
    )
    with pytest.raises(SymlamError, match="coupled"):
        certify(problem_of(coupled))


def numbers(data, path=()):
    """Paths of every number (a decimal string or an int) in the JSON data."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in ("format", "sha256"):
                yield from numbers(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from numbers(value, (*path, i))
    else:
        yield path


def mutated(data, path, change):
    copy = json.loads(json.dumps(data))
    place = copy
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    place[path[-1]] = change(old)
    return copy


def bump(old):
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return old + 1
    return str(Fraction(old) + 1)


@pytest.mark.parametrize("problem", [pca(3, 1), problem_of(SUPERVISED)], ids=["pca", "supervised"])
def test_every_number_matters(problem, tmp_path):
    data = json.loads(certify(problem, gap="1e-12").to_json())
    paths = list(numbers(data))
    assert len(paths) > 40
    for path in paths:
        tampered = mutated(data, path, bump)
        with pytest.raises(SymlamError):
            check_certificate(certificate_from_json(tampered), problem)
        if path[0] == "X":
            continue  # another witness may be as good: what it proves is still true
        # a forger who also repairs the digest is caught by the arithmetic
        tampered["sha256"] = digest({key: value for key, value in tampered.items() if key != "sha256"})
        with pytest.raises(SymlamError):
            check_certificate(certificate_from_json(tampered), problem)


@pytest.mark.parametrize("field", ["lo", "hi"])
@pytest.mark.parametrize("sign", [-1, 1])
def test_moved_bounds_are_refused(field, sign):
    certificate = certify(pca(3, 1), gap="1e-12")
    moved = replace(certificate, **{field: getattr(certificate, field) + sign * Fraction(1, 10**30)})
    with pytest.raises(SymlamError, match=field):
        check_certificate(moved)


def test_a_useless_witness_is_refused():
    certificate = certify(pca(3, 1), gap="1e-12")
    with pytest.raises(SymlamError, match="dominant"):
        check_certificate(replace(certificate, X=tuple((0, 0, 0) for _ in range(3))))
    with pytest.raises(SymlamError, match="negative"):
        check_certificate(replace(certificate, w=(-certificate.w[0],)))
    with pytest.raises(SymlamError, match="another problem"):
        check_certificate(certificate, pca(3, 1, seed=5))


def test_the_checker_loads_no_numeric_library(tmp_path):
    path = tmp_path / "c.json"
    certify(pca(3, 1), gap="1e-12").write(path)
    code = (
        "import sys; from symlam.certificates import read_certificate, check_certificate;"
        f"check_certificate(read_certificate({str(path)!r}));"
        "bad = {'numpy', 'flint', 'mpmath', 'sympy'} & set(sys.modules); assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_command_line(tmp_path):
    path, scenario = tmp_path / "c.json", tmp_path / "s.toml"
    scenario.write_text('d_o = 6\nd_a = 2\nd_z = 1\nnoise = "iid"\nsigma = 0.5\n')
    run = CliRunner()
    out = run.invoke(cli, ["write-certificate", str(scenario), "-o", str(path)])
    assert out.exit_code == 0, out.output
    assert run.invoke(cli, ["check-certificate", str(path)]).output.startswith("holds: the minimum")
    assert run.invoke(cli, ["check-certificate", str(path), "--scenario", str(scenario)]).exit_code == 0
    scenario.write_text('d_o = 6\nd_a = 2\nd_z = 1\nnoise = "iid"\nsigma = 0.75\n')
    assert run.invoke(cli, ["check-certificate", str(path), "--scenario", str(scenario)]).exit_code == 1
    path.write_text(path.read_text().replace('"lo": "', '"lo": "1', 1))
    assert run.invoke(cli, ["check-certificate", str(path)]).exit_code == 1
    path.write_text("{}")
    assert run.invoke(cli, ["check-certificate", str(path)]).exit_code == 2
    with pytest.raises(SymlamError, match="cannot read"):
        read_certificate(tmp_path / "absent.json")


def test_export_refuses_irrational_roots():
    problem = problem_of(Scenario(d_o=3, d_a=1, d_z=1, noise="iid", weight=3))
    with pytest.raises(SymlamError, match="irrational"):
        to_coq(certify(problem, gap="1e-6"))


_SQUARE = Scenario(d_o=3, d_a=1, d_z=1, noise="iid", sigma="1/2", weight="9/4", chi="1/3")


@pytest.mark.coq
@pytest.mark.parametrize("problem", [pca(3, 1), problem_of(_SQUARE)], ids=["loss", "heads"])
def test_the_kernel_accepts_and_refuses(tmp_path, problem):
    from symlam.evidence.formal import compiled_theories

    library = compiled_theories()
    assert not isinstance(library, str) and not library.errors, library
    text = to_coq(certify(problem, gap="1e-9"))
    good, bad = tmp_path / "good.v", tmp_path / "bad.v"
    good.write_text(text)
    lo = text.split("c_lo := ")[1].split(";")[0]
    hi = text.split("c_hi := ")[1].split(";")[0]
    bad.write_text(text.replace(f"c_lo := {lo}", f"c_lo := {hi}"))
    command = ["coqc", *library.include]
    accepted = subprocess.run([*command, str(good)], capture_output=True, text=True)
    assert accepted.returncode == 0, accepted.stderr
    assert "Closed under the global context" in accepted.stdout
    assert subprocess.run([*command, str(bad)], capture_output=True).returncode != 0
