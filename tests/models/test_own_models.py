"""A user's own model, with names of its own, is served like the paper's; the engine knows no name."""

from __future__ import annotations

import ast
import random
from fractions import Fraction
from pathlib import Path

import pytest

import symlam
from symlam.algebra import (
    E,
    dimension_at_most,
    matrix,
    msq,
    orthonormal,
    uncorrelated,
    vector,
)
from symlam.algebra._sampling import instances
from symlam.errors import SymlamError
from symlam.evidence.agreement import agreement, choose, meet
from symlam.models import linear_lam, model
from symlam.objective import derive
from symlam.optimum import reduced_rank, roles
from symlam.optimum._exact import exact_minimum, exact_optimum, loss_at

ROOT = Path(symlam.__file__).parent


def two_steps():
    """A LAM that looks two steps ahead: s'' = s + u + v, one latent for both."""
    s, u, v = vector("s", "n"), vector("u", "n"), vector("v", "n")
    later = s + u + v
    F, G = matrix("F", "n", "n"), matrix("G", "n", "m")
    H, K = matrix("H", "m", "n"), matrix("K", "m", "n")
    code = H * s + K * later
    return model(
        "two steps",
        loss=[(1, F * s + G * code - later)],
        latent=code,
        encoder=[H, K],
        decoder=[G],
        regression=[F],
        assume=[uncorrelated(s, u + v), dimension_at_most("m", "n")],
    ), u + v


def three_agents():
    """Three agents that act on one state, each view of it jittered: y' = y + W a + V b + T c."""
    y, jit, jot = vector("y", "p"), vector("jit", "p"), vector("jot", "p")
    a1, a2, a3 = vector("a1", "r"), vector("a2", "r"), vector("a3", "t")
    W, V, T = matrix("W", "p", "r"), matrix("V", "p", "r"), matrix("T", "p", "t")
    move = W * a1 + V * a2 + T * a3
    L, M = matrix("L", "p", "p"), matrix("M", "p", "j")
    N, R = matrix("N", "j", "p"), matrix("R", "j", "p")
    code = N * (y + jit) + R * (y + move + jit)
    base = [y, a1, a2, a3]
    return model(
        "three agents",
        loss=[(1, L * (y + jot) + M * code - (y + move + jot))],
        latent=code,
        encoder=[N, R],
        decoder=[M],
        regression=[L],
        assume=[
            uncorrelated(y, move),
            [uncorrelated(v, k) for v in base for k in (jit, jot)],
            uncorrelated(jit, jot),
        ],
    ), move


OWN = {"two steps": two_steps, "three agents": three_agents}


@pytest.mark.parametrize("name", OWN)
def test_an_own_model_is_derived_to_pca_of_its_change(name: str) -> None:
    m, change = OWN[name]()
    chain = derive(m)
    assert [s.relation for s in chain.steps] == ["=", "=", "min"]
    rrr = reduced_rank(chain.objective, m.encoder[-1], m.decoder)
    assert rrr.is_pca
    assert rrr.input == change
    assert m.assumptions.reduce(rrr.moment - E(change, change)) == 0 * E(change, change)
    assert set(chain.steps[-1].eliminated) == set(
        (*m.regression, m.encoder[0]) if name == "three agents" else m.regression
    )


@pytest.mark.parametrize("name", OWN)
def test_the_optimum_of_an_own_model_is_the_tail_of_its_spectrum(name: str) -> None:
    m, change = OWN[name]()
    assert [r.decoder for r in roles(m).losses] == list(m.decoder)
    seen = 0
    for inst in instances([*m.residuals], m.assumptions, seed=2, rounds=4, plain=3, max_dim=2):
        try:
            best = exact_optimum(m, inst, rng=random.Random(0))
        except SymlamError:
            continue
        s = inst.value(E(change, change))
        trace = sum((Fraction(int(s[i, i].p), int(s[i, i].q)) for i in range(s.nrows())), Fraction(0))
        assert loss_at(m, best.at) == best.minimum == trace - sum(best.spectrum[: best.k])
        seen += 1
        if seen == 8:
            break
    assert seen == 8


def test_closed_form_and_optimiser_meet_on_an_own_model() -> None:
    found = agreement([two_steps()[0]], digits=15)
    assert found.agrees
    assert len(found.meetings) == 4


def test_closed_form_and_optimiser_meet_with_three_agents() -> None:
    m, _ = three_agents()
    ((kind, inst), *_) = choose(m, limit=3)
    assert meet(m, inst, kind, digits=20).agrees


def test_a_head_of_ones_own_is_a_second_target() -> None:
    """Reduced-rank regression of [x; label] on x, written with names that the paper does not use."""
    state, label = vector("state", "n"), vector("label", "c")
    P, Q = matrix("P", "n", "k"), matrix("Q", "k", "n")
    R = matrix("R", "c", "k")
    code = Q * state
    m = model(
        "semi-supervised autoencoder",
        loss=[(1, P * code - state), (3, R * code - label)],
        latent=code,
        encoder=[Q],
        decoder=[P, R],
    )
    rrr = reduced_rank(derive(m).objective, Q, (P, R))
    assert [(t.weight, t.target) for t in rrr.targets] == [(1, state), (3, label)]
    assert not rrr.is_pca
    assert "3 E||label||^2" in rrr.minimum_text()
    checked = 0
    for inst in instances([*m.residuals], m.assumptions, seed=1, rounds=4, plain=4, max_dim=2):
        try:
            best = exact_optimum(m, inst)
        except SymlamError:
            continue
        checked += best.minimum == loss_at(m, best.at)
    assert checked > 10


def test_with_a_policy_and_an_action_head_there_is_no_closed_form_and_the_tool_says_so() -> None:
    """a = Π o + n: the head's target is predictable from what only the other loss may use."""
    from symlam.optimum._exact import NoClosedForm

    o, n, e = vector("o", "d"), vector("n", "c"), vector("e", "d")
    X, Π = matrix("X", "d", "c"), matrix("Π", "c", "d")
    A, B = matrix("A", "d", "d"), matrix("B", "d", "k")
    C, D, H = matrix("C", "k", "d"), matrix("D", "k", "d"), matrix("H", "c", "k")
    action = Π * o + n
    after = o + X * action + e
    z = C * o + D * after
    m = model(
        "supervised, with a policy",
        loss=[(1, A * o + B * z - after), (2, H * z - action)],
        latent=z,
        encoder=[C, D],
        decoder=[B, H],
        regression=[A],
        assume=[uncorrelated(o, n), uncorrelated(o, e), uncorrelated(n, e)],
    )
    outcomes = set()
    for inst in instances([*m.residuals], m.assumptions, seed=3, rounds=2, plain=1, max_dim=2):
        correlated = any(inst.value(E(action, o)).entries())
        try:
            best = exact_optimum(m, inst)
        except NoClosedForm:
            outcomes.add("refused")
            assert correlated
            continue
        except SymlamError:
            continue
        outcomes.add("solved")
        assert not correlated
        assert loss_at(m, best.at) == best.minimum
    assert outcomes == {"refused", "solved"}


def renamed_lam(names: dict[str, str]):
    """The linear LAM under other names; display order depends on names, mathematics must not."""
    o, q, e = (vector(names[x], names["d_o"]) for x in ("o", "q", "ε"))
    A, B = matrix(names["A"], names["d_o"], names["d_o"]), matrix(names["B"], names["d_o"], names["d_z"])
    C, D = (matrix(names[x], names["d_z"], names["d_o"]) for x in "CD")
    z = C * o + D * (o + q + e)
    return model(
        "renamed",
        loss=[(1, A * o + B * z - (o + q + e))],
        latent=z,
        encoder=[C, D],
        decoder=[B],
        regression=[A],
        assume=[uncorrelated(o, q + e), dimension_at_most(names["d_z"], names["d_o"])],
    ), q + e


KEYS = ("o", "q", "ε", "A", "B", "C", "D", "d_o", "d_z")


@pytest.mark.parametrize("seed", range(6))
def test_names_do_not_matter(seed: int) -> None:
    """Also names that the paper gives to something else: o for the noise, C for the decoder, ..."""
    rng = random.Random(seed)
    vectors, letters, dims = list(KEYS[:3]), list(KEYS[3:7]), list(KEYS[7:])
    for group in (vectors, letters, dims):
        rng.shuffle(group)
    m, change = renamed_lam(dict(zip(KEYS, (*vectors, *letters, *dims), strict=True)))
    chain, known = derive(m), derive(linear_lam())
    assert [s.relation for s in chain.steps] == [s.relation for s in known.steps]
    assert len(chain.used) == len(known.used) == 1
    assert chain.steps[-1].eliminated == m.regression
    rrr = reduced_rank(chain.objective, m.encoder[1], m.decoder)
    assert rrr.is_pca
    assert m.assumptions.reduce(msq(rrr.input) - msq(change)) == 0
    got = 0
    for inst in instances([*m.residuals], m.assumptions, seed=1, rounds=4, plain=3, max_dim=2):
        try:
            minimum, spectrum = exact_minimum(m, inst)
        except SymlamError:
            continue
        assert minimum == sum(spectrum[inst.size(m.latent.dim) :])
        got += 1
    assert got > 4


# The engine's source knows no name of the paper's model.

LAM_NAMES = {"o", "q", "ε", "κ_1", "κ_2", "κ1", "κ2", "π_s", "Π_d", "d_o", "d_z", "d_a", "d_b", "o'", "χ", "λ", "σ"}  # fmt: skip


GREEK = {"ε", "χ", "λ", "σ"}


def mentions(path: Path) -> list[str]:
    """String constants and identifiers of the paper's letters, and imports of a model, outside docstrings."""
    tree = ast.parse(path.read_text())
    prose = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            prose.add(node.body[0].value)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []  # types only
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            words = {node.value, *node.value.replace("'", " ").replace("=", " ").split()}
            found += sorted(words & (LAM_NAMES - {"o", "q"})) + sorted({node.value} & {"o", "q"})
        names = [getattr(node, "id", None), getattr(node, "arg", None), getattr(node, "attr", None)]
        found += [n for n in names if isinstance(n, str) and n in LAM_NAMES - {"q", "o", "χ", "λ", "σ"}]
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symlam.models"):
            found.append(f"from {node.module}")
    return found


@pytest.mark.parametrize("layer", ["algebra", "objective", "optimum"])
def test_the_engine_names_no_letter_of_the_paper(layer: str) -> None:
    files = sorted((ROOT / layer).glob("*.py"))
    assert len(files) >= 4
    found = {f.name: mentions(f) for f in files}
    found["_print.py"] = [x for x in found.get("_print.py", ()) if x not in GREEK]  # a table of the alphabet
    assert {name: words for name, words in found.items() if words} == {}


def test_that_test_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        '"""Of o and ε."""\nfrom symlam.models import linear_lam\ndef f(x):\n    return x.name == "ε"\n'
    )
    assert sorted(mentions(bad)) == ["from symlam.models", "ε"]


def test_orthonormal_effects_of_ones_own_do_not_need_the_papers_letters() -> None:
    """Two isotropic agents: the spectrum is known without a number."""
    from symlam.algebra import Assumptions, positive, scalar, white

    u, v = vector("u", "r"), vector("v", "t")
    P, Q = matrix("P", "n", "r"), matrix("Q", "n", "t")
    α, β = scalar("alpha"), scalar("beta")
    known = Assumptions(
        orthonormal(P, Q), white(u, α), white(v, β), uncorrelated(u, v), positive(α), positive(β)
    )
    s = E(P * u + Q * v, P * u + Q * v)
    assert known.reduce(s * P - P * α) == 0 * P
    assert known.reduce(s * Q - Q * β) == 0 * Q
