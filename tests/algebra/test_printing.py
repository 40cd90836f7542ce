"""Text and LaTeX depend on names only, not on the order in which letters were made."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pytest

from symlam.algebra import E, Notation, identity, latex, matrix, msq, scalar, tr, vector
from symlam.algebra._notation import CHOICES
from symlam.errors import SymlamError

SCRIPT = """
import json, sys
from symlam.algebra import *
make = {
    "A": lambda: matrix("A", "n", "n"), "B": lambda: matrix("B", "n", "n"), "D": lambda: matrix("D", "n", "n"),
    "S": lambda: matrix("S", "n", "n", symmetric=True), "G": lambda: matrix("G", "n", "n", invertible=True),
    "s": lambda: scalar("s"), "t": lambda: scalar("t"), "u": lambda: scalar("u"),
    "o": lambda: vector("o", "n"), "q": lambda: vector("q", "n"), "e": lambda: vector("e", "n"),
}
made = {name: make[name]() for name in sys.argv[1]}
globals().update(made)
msq(o); E(q, o); E(e, q)
known = Assumptions(uncorrelated(o, q + e), white(e, u), equation(A * B, B * A))
shown = [
    tr(A * B * D) + tr(D * A.T * B) * 2 - tr(S * G.inverse() * A),
    tr(A) * tr(B) * tr(D) + tr(D * B) * tr(A) - tr(A * D) * tr(B),
    s * t * tr(A) + t * u * tr(A) - s * u * tr(A) + u**2 * t * tr(A) + s**2 * t * tr(A) + t**3 * tr(A),
    A * B - B * A + S * A.T * G + s * A * tr(D) + u * A * tr(B * S),
    msq(A * o + B * (q + e) - D * e),
    A * o + A * e - B * q + 2 * e, E(o + q, A * e + o),
    gradient(tr(A * S * A.T * B) + tr(A) * tr(D.T * A), A),
    complete_square(msq(A * o - q), A).rest,
    known.reduce(msq(A * o + B * q + A * B * e) + tr(A * B * D * A)),
]
print(json.dumps([[repr(e), latex(e)] for e in shown]))
"""
ORDERS = ["ABDSGstuoqe", "eqoutsGSDBA", "DuAoStBqGse", "GBsqADeutoS"]


@pytest.fixture(scope="module")
def outputs():
    out = []
    for order in ORDERS:
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT, order], capture_output=True, text=True, check=True
        )
        out.append(json.loads(ran.stdout))
    return out


@pytest.mark.parametrize("i", range(10))
def test_the_order_of_creation_changes_no_output(outputs, i):
    assert all(o[i] == outputs[0][i] for o in outputs)
    assert "tr" in outputs[0][i][0] or i in (3, 5, 6)


@pytest.mark.parametrize(
    ("expr", "text", "tex"),
    [
        (lambda: tr(matrix("B", "n", "m") * matrix("A", "m", "n")), "tr(A B)", r"\operatorname{tr}(A B)"),
        (lambda: tr(matrix("A", "n", "m").T * matrix("B", "n", "m")), "tr(A B')", r"\operatorname{tr}(A B^{\top})"),
        (lambda: -identity("n") / 2, "-1/2 I", r"-\tfrac{1}{2} I"),
        (lambda: scalar("λ") ** -2 * identity("n"), "λ^-2 I", r"\frac{1}{\lambda^{2}} I"),
        (lambda: matrix("G", "n", "n", invertible=True).T.inverse(), "G^-T", r"G^{-\top}"),
        (lambda: E(vector("o", "n"), vector("o", "n")).inverse(), "Σ_o^-1", r"\Sigma_{o}^{-1}"),
        (lambda: E(vector("q", "n"), vector("o", "n")), "Σ_{o,q}'", r"\Sigma_{o,q}^{\top}"),
        (lambda: matrix("o'", "n", "n").T, "o''", r"{o'}^{\top}"),
        (lambda: vector("o", "n") - 2 * vector("q", "n"), "o - 2 q", "o - 2 q"),
        (lambda: tr(identity("n")) * 0, "0", "0"),
        (lambda: 3 - scalar("s"), "3 - s", "3 - s"),
    ],
)  # fmt: skip
def test_how_expressions_read(expr, text, tex):
    assert (repr(expr()), latex(expr())) == (text, tex)
    assert expr()._repr_latex_() == f"$\\displaystyle {tex}$"


def test_every_rotation_and_transposition_reads_alike():
    A, B, C = matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("C", "n", "n")
    shown = set()
    for w in itertools.permutations([A, B, C]):
        if w in ((A, B, C), (B, C, A), (C, A, B)):
            word = w[0] * w[1] * w[2]
            shown |= {repr(tr(word)), repr(tr(word.T))}
    assert shown == {"tr(A B C)"}


def test_a_mean_square_reads_as_the_paper_writes_it():
    A, o, q = matrix("A", "d_o", "d_o"), vector("o", "d_o"), vector("q", "d_o")
    assert repr(msq(A * o - q)) == "tr(Σ_q) - 2 tr(A Σ_{o,q}) + tr(A Σ_o A')"
    assert r"\Sigma_{o,q}" in latex(msq(A * o - q))


def test_a_notation_is_a_value():
    others = [Notation(**{name: value}) for name, offered in CHOICES.items() for value in offered]
    others = [other for other in others if other != Notation()]
    others += [Notation(moment_symbol="C"), Notation(symbols={"A": "W"}), Notation(symbols={"B": "W"})]
    assert len(others) == sum(map(len, CHOICES.values())) - len(CHOICES) + 3
    assert len({*others, Notation()}) == len(others) + 1
    assert len({*map(hash, others), hash(Notation())}) == len(others) + 1, "it is a key of caches"
    both = {"A": "W", "B": "V"}
    one, other = Notation(symbols=both), Notation(symbols=dict(reversed(both.items())))
    assert one == other and hash(one) == hash(other)
    both["A"] = "changed later"
    assert one == other and one.symbols["A"] == "W"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, "no such thing") for name in CHOICES),
        ("symbols", {"A": 1}),
        ("symbols", {1: "A"}),
        ("symbols", {" ": "A"}),
        ("symbols", {"A": " "}),
        ("symbols", {"A": "W", "B": ""}),
        ("symbols", [("A", "W")]),
        ("symbols", "A"),
        ("moment_symbol", " "),
        ("moment_symbol", None),
    ],
)
def test_a_notation_that_is_not_offered_is_refused(field, value):
    with pytest.raises(SymlamError, match=f"notation: {field} = "):
        Notation(**{field: value})
