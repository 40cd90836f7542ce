"""Counterexamples: the kernel recomputes the data, the assumptions and both values; mutants are rejected."""

from __future__ import annotations

import re
from typing import Any

import pytest

from symlam.algebra import (
    E,
    dimension_at_most,
    equal,
    identity,
    matrix,
    msq,
    orthonormal,
    positive,
    positive_definite,
    scalar,
    uncorrelated,
    vector,
    white,
)
from symlam.algebra._exact import to_flint
from symlam.errors import SymlamError
from symlam.evidence.export import (
    INSTANCE_HEADER,
    Product,
    build_library,
    check,
    check_each,
    export_counterexample,
    file,
    mean_square,
    normal,
)
from symlam.evidence.export._instance import ldl

A, X = matrix("A", "n", "n"), matrix("X", "n", "m")
K = matrix("K", "n", "n", symmetric=True, invertible=True)
x, y, s = vector("x", "n"), vector("y", "n"), scalar("s")

# name -> (lhs, rhs, assumptions), each false
FALSE: dict[str, tuple[Any, Any, Any]] = {
    "cross_term": (mean_square(A * x + y), msq(A * x) + msq(y), ()),
    "coefficient": (mean_square(A * x + y), msq(A * x) + 2 * msq(y), uncorrelated(x, y)),
    "transposed": (Product((A, A)), A * A.T, ()),
    "inverse": (Product((K.inverse(), A)), A, ()),
    "regression": (E(x, y) * E(y, y).inverse(), A, positive_definite(y)),
    "power": (msq(x) / s, msq(x), positive(s)),
    "columns": (X * X.T, identity("n"), [orthonormal(X), dimension_at_most("m", "n", strict=True)]),
    "white_noise": (msq(y), s * msq(x), [white(x, s**2)]),
}


def lemma(name: str) -> str:
    lhs, rhs, under = FALSE[name]
    answer = equal(normal(lhs), normal(rhs), under=under)
    assert answer.verdict is False
    return export_counterexample(lhs, rhs, answer.counterexample.instance, under=under, name=name)


@pytest.fixture(scope="module")
def instances(library: None) -> None:
    problem = build_library()
    assert problem is None, problem


@pytest.mark.coq
def test_the_kernel_recomputes_the_counterexamples(instances: None) -> None:
    result = check(file(*map(lemma, FALSE), header=INSTANCE_HEADER), "instances", timeout=240)
    assert result.accepted, result.message
    assert set(result.lemmas) == set(FALSE)


def mutants() -> dict[str, str]:
    """Wrong values, an entry of the data, a sign in an assumption, equality claimed for difference."""
    good = lemma("coefficient")
    statement, proof = good.split("Proof.\n")
    values = re.findall(r"= (qR R \(Qmake [^)]*\)) /\\", statement)
    left, right = values[-2:]
    moments = re.findall(r"cov \w+ \w+ = qmx R \d+ \d+ \[:: \[:: Qmake (?!0 )", statement)
    head = moments[0]
    return {
        "swapped": good.replace(left, "LEFT").replace(right, left).replace("LEFT", right),
        "equal": good.replace("<>", "="),
        "value": good.replace(left, "qR R (Qmake 12345 1)"),
        "entry": statement.replace(head, head.replace("Qmake ", "Qmake 7"), 1) + "Proof.\n" + proof,
        "assumption": statement.replace("cov x y = (0 : ", "cov x x = (0 : ", 1) + "Proof.\n" + proof,
        "joint": statement + "Proof.\n" + proof.replace("Qmake ", "Qmake 7", 1),
    }


@pytest.mark.coq
def test_mutants_of_a_counterexample_are_rejected(instances: None) -> None:
    named = {f"m_{k}": v.replace("Lemma coefficient", f"Lemma m_{k}") for k, v in mutants().items()}
    good = lemma("coefficient").replace("Lemma coefficient", "Lemma control")
    assert all(v.split("\n", 1)[1] != good.split("\n", 1)[1] for v in named.values())
    answers = check_each(INSTANCE_HEADER, {**named, "control": good}, timeout=240)
    assert answers.pop("control") == (True, "")
    assert {k: v[0] for k, v in answers.items()} == dict.fromkeys(named, False)
    assert all(error and "Syntax error" not in error for _, error in answers.values())


def test_equal_values_are_refused() -> None:
    answer = equal(*(normal(t) for t in FALSE["transposed"][:2]))
    with pytest.raises(SymlamError, match="two different values"):
        export_counterexample(A, A, answer.counterexample.instance)


def test_ldl_with_a_zero_pivot() -> None:
    m = to_flint([[1, -1, 0], [-1, 1, 0], [0, 0, 3]])
    low, d = ldl(m)
    assert d == [1, 0, 3]
    diagonal = to_flint([[d[i] if i == j else 0 for j in range(3)] for i in range(3)])
    assert low * diagonal * low.transpose() == m
