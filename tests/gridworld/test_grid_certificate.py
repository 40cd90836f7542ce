"""Certificates of the grid world: what is written is accepted, what is changed is not."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from symlam.errors import SymlamError
from symlam.gridworld import GridWorld, certify_grid, check_grid_certificate, read_grid_certificate
from symlam.gridworld.cells import down_sets
from symlam.gridworld.certificate import GridCertificate, _down_sets

WORLD = GridWorld(noise=1, rows=2, columns=2, codes=3)


@pytest.fixture(scope="module")
def good() -> GridCertificate:
    return certify_grid(WORLD)


@pytest.mark.parametrize(
    "world", [GridWorld(noise=0), GridWorld(noise=2), WORLD, GridWorld(noise=2, walls="periodic")]
)
def test_what_is_written_is_read_and_accepted(world: GridWorld, tmp_path: Path) -> None:
    certificate = certify_grid(world)
    certificate.write(tmp_path / "c.json")
    again = read_grid_certificate(tmp_path / "c.json")
    assert again == certificate and again.optimal
    check_grid_certificate(again, world)


@pytest.mark.parametrize("noise", ["1.27", "1.29"])  # the moves are the optimum, and the noise is
def test_what_prices_leave_open_is_closed_by_branches(noise: str, tmp_path: Path) -> None:
    certificate = certify_grid(GridWorld(noise=noise, rows=1))
    assert certificate.optimal
    at, proof = next((i, p) for i, p in enumerate(certificate.proofs) if p.branches)
    certificate.write(tmp_path / "c.json")
    assert read_grid_certificate(tmp_path / "c.json") == certificate
    # the prices of any one branch do not prove the minimum
    one, *others = proof.branches

    def with_proof(**fields: object) -> GridCertificate:
        new = dataclasses.replace(proof, **fields)  # type: ignore[arg-type]
        return dataclasses.replace(
            certificate, proofs=(*certificate.proofs[:at], new, *certificate.proofs[at + 1 :])
        )

    tiny = Fraction(1, 10**9)
    wrong = {
        "cheaper|lo is": with_proof(branches=()),  # prices of one branch are wrong, or prove less, without it
        "missing": with_proof(branches=tuple(others)),
        "missing ": with_proof(branches=(dataclasses.replace(one, major=others[-1].major), *others)),
        "not about": with_proof(branches=(dataclasses.replace(one, pi=one.pi[1:]), *others)),
        "prices for": with_proof(branches=(dataclasses.replace(one, mu=one.mu[1:]), *others)),
        "negative": with_proof(branches=(dataclasses.replace(one, tau=Fraction(-1)), *others)),
        "cheaper than": with_proof(branches=(dataclasses.replace(one, tau=one.tau - tiny), *others)),
        "lo is": dataclasses.replace(certificate, lo=certificate.lo - tiny),
    }
    for k, branch in enumerate(proof.branches):
        if any(branch.major):
            pi = tuple(x + Fraction(int(m), 10) for x, m in zip(branch.pi, branch.major, strict=True))
            raised = [dataclasses.replace(b, pi=pi) if i == k else b for i, b in enumerate(proof.branches)]
            wrong["cheaper than its" + " " * k] = with_proof(branches=tuple(raised))
    for message, bad in wrong.items():
        with pytest.raises(SymlamError, match=message.strip()):
            check_grid_certificate(bad)


def changed(good: GridCertificate, **fields: object) -> GridCertificate:
    first = dataclasses.replace(good.proofs[0], **fields)
    return dataclasses.replace(good, proofs=(first, *good.proofs[1:]))


def test_each_number_is_checked(good: GridCertificate) -> None:
    check_grid_certificate(good)
    proof, tiny = good.proofs[0], Fraction(1, 10**9)
    moved = (proof.cells[0][1:], (*proof.cells[1], proof.cells[0][0]), *proof.cells[2:])
    wrong = {
        "lo is": dataclasses.replace(good, lo=good.lo + tiny),
        "hi is": dataclasses.replace(good, hi=good.hi - tiny),
        "cheaper": changed(good, mu=(proof.mu[0] + tiny, *proof.mu[1:])),
        "cheaper than": changed(good, tau=proof.tau - tiny),
        "negative": changed(good, tau=Fraction(-1)),
        "prices for": changed(good, mu=proof.mu[1:]),
        "partition": changed(good, cells=proof.cells[1:]),
        "in one cell": changed(good, cells=(*proof.cells[:-1], (*proof.cells[-1], proof.cells[0][0]))),
        "each point": changed(good, cells=(proof.cells[0], *proof.cells)[: len(proof.cells)]),
        "cells for": changed(good, cells=(*proof.cells, ())),
        "partitions cost": changed(good, cells=moved),
        "situations": dataclasses.replace(
            good, proofs=good.proofs[:-1] if len(good.proofs) > 1 else good.proofs * 2
        ),
        "weight": dataclasses.replace(good, weight=Fraction(0)),
    }
    for message, certificate in wrong.items():
        with pytest.raises(SymlamError, match=message):
            check_grid_certificate(certificate)


def test_another_world_is_refused(good: GridCertificate) -> None:
    with pytest.raises(SymlamError, match="another world"):
        check_grid_certificate(good, GridWorld())
    with pytest.raises(SymlamError):  # the same numbers under other noise prove nothing
        check_grid_certificate(dataclasses.replace(good, world=dataclasses.replace(WORLD, noise=Fraction(2))))


def test_a_changed_file_is_refused_even_with_a_new_digest(good: GridCertificate, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    good.write(path)
    data = json.loads(path.read_text())
    data["lo"] = str(good.lo - 1)
    path.write_text(json.dumps(data))
    with pytest.raises(SymlamError, match="digest"):
        read_grid_certificate(path)
    body = {k: v for k, v in data.items() if k != "sha256"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    path.write_text(json.dumps({**body, "sha256": hashlib.sha256(text.encode()).hexdigest()}))
    with pytest.raises(SymlamError, match="lo is"):
        check_grid_certificate(read_grid_certificate(path))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "symlam-gridworld-1"}', '{"format": "symlam-gridworld-1", "world": 3}'],
)
def test_files_that_are_none_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(text)
    with pytest.raises(SymlamError):
        read_grid_certificate(path)
    with pytest.raises(SymlamError, match="cannot read"):
        read_grid_certificate(tmp_path / "none.json")


def test_the_checker_has_its_own_down_sets_and_loads_no_numpy() -> None:
    assert [len(_down_sets(n)) for n in range(5)] == [len(down_sets(n)) for n in range(5)]
    code = (
        "import sys\nfrom symlam.gridworld.certificate import check_grid_certificate\n"
        "print(sorted({'numpy', 'flint', 'sympy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
