"""Rows of the table: figures, bounds with augmentation and labels against plain enumeration, the command."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from symlam.errors import SymlamError
from symlam.gridworld import (
    GridWorld,
    augmented,
    frontier,
    labelled,
    mean_reduction_weight,
    optimum,
    outer_ranges,
    table,
)
from symlam.gridworld.augment import SHIFTS, _Pairs
from symlam.gridworld.rows import ROWS
from symlam.gridworld.world import ACTIONS

SYMLAM = Path(sys.executable).parent / "symlam"
SMALL = GridWorld(noise=Fraction(3, 2), rows=2, columns=1, codes=2)


def test_rows_without_augmentation_are_proved_and_have_these_figures() -> None:
    rows = {row.name: row for row in table(rows=("none", "low", "high", "correlated"))}
    assert all(row.exact for row in rows.values())
    one = Fraction(1)
    assert (rows["none"].controllable, rows["none"].stochastic) == ((0, 0), None)
    assert (rows["low"].controllable, rows["low"].stochastic) == ((0, 0), (Fraction(7, 8), Fraction(7, 8)))
    assert (rows["high"].controllable, rows["high"].stochastic) == ((one, one), (Fraction(7, 16),) * 2)
    assert rows["correlated"].stochastic == (Fraction(7, 16),) * 2
    assert float(rows["correlated"].controllable[0]) == pytest.approx(2.2211, abs=1e-4)
    periodic = table(walls="periodic", rows=("correlated",))[0]
    assert periodic.controllable == (Fraction(761, 400),) * 2
    assert [rows[name].verdicts()[0] for name in ("none", "low", "high", "correlated")] == ["above"] * 3 + [
        "below"
    ]


def test_every_optimum_with_augmentation_has_more_controllable_loss_than_was_published() -> None:
    row = table(rows=("augmented",))[0]
    assert 0 < row.hi - row.lo < Fraction(1, 40)
    assert row.controllable[0] > Fraction(89, 100) and row.stochastic[1] < Fraction(481, 1000)
    assert row.verdicts() == ("below", "above")


def test_labels_change_the_optimum_at_29_16() -> None:
    world = GridWorld(walls="periodic")
    before, at, after = (
        labelled(world, weight=Fraction(29, 16) + d) for d in (Fraction(-1, 100), 0, Fraction(1, 100))
    )
    assert before.exact and at.exact and after.exact
    assert before.controllable == (Fraction(4, 5),) * 2 and before.stochastic == (Fraction(7, 4),) * 2
    assert at.controllable == (0, Fraction(4, 5))
    assert after.controllable == (0, 0) and after.stochastic == (4, 4) and after.head == 0
    assert labelled(world, weight=Fraction(1, 100)).controllable == (Fraction(4, 5),) * 2
    assert mean_reduction_weight(world) > Fraction(29, 16)


def test_the_frontier_is_convex_and_below_all_codes_that_are_found() -> None:
    world = GridWorld(noise=1)
    corners = frontier(world)
    weights = [c.weight for c in corners[1:]]
    assert weights == sorted(weights, reverse=True) and all(c.attained for c in corners)
    for code in (
        optimum(world),
        optimum(world, weight=Fraction(1, 2)),
        optimum(world, weight=Fraction(45, 64)),
    ):
        a, n = code.controllable[1], code.stochastic[0]
        for c in corners[1:]:
            assert c.weight * a + n >= c.weight * c.controllable + c.stochastic


def test_codes_worse_than_the_optimum_stay_within_the_outer_ranges() -> None:
    world = GridWorld(noise=1)
    for weight in ("1/2", "3/5", "7/10", "2"):
        code = optimum(world, weight=weight)
        a, n = code.controllable[0], code.stochastic[1]
        ours, theirs = outer_ranges(world, a + n)
        assert ours[0] <= a <= ours[1] and theirs[0] <= n <= theirs[1]
    with pytest.raises(SymlamError, match="no LAM"):
        outer_ranges(world, Fraction(7, 8) - Fraction(1, 1000))


# --- augmentation, counted once more with dictionaries


def frames(
    world: GridWorld, position: tuple[int, int], bits: tuple[int, ...], shift: tuple[int, int]
) -> dict[tuple[int, int], Fraction]:
    height, width = world.rows + 1, world.columns
    lit = {(world.rows, j): world.noise for j in range(width) if bits[j]}
    return {
        ((r + shift[0]) % height, (c + shift[1]) % width): v
        for (r, c), v in {**lit, position: Fraction(1)}.items()
        if v
    }


def key(frame: dict[tuple[int, int], Fraction]) -> tuple[object, ...]:
    return tuple(sorted(frame.items()))


@pytest.mark.parametrize("noise", [Fraction(3, 2), Fraction(1)])
def test_the_loss_of_an_encoder_with_augmentation_is_that_of_plain_counting(noise: Fraction) -> None:
    world = GridWorld(noise=noise, rows=2, columns=1, codes=2)
    rng = random.Random(1)
    names: dict[object, int] = {}
    atoms = []
    for p in world.positions():
        for q, move in world.transitions(p).items():
            for v, w in product(product((0, 1), repeat=1), repeat=2):
                for s, t in product(SHIFTS, repeat=2):
                    seen = key(frames(world, p, v, s)), key(frames(world, q, w, s))
                    code = names.setdefault(seen, rng.randrange(2))
                    known = key(frames(world, p, v, t)), code
                    region = {((world.rows + t[0]) % 3, t[1] % 1)}
                    atoms.append((move.probability, known, frames(world, q, w, t), region))
    sums: dict[object, dict[tuple[int, int], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    mass: dict[object, Fraction] = defaultdict(Fraction)
    for weight, known, target, _ in atoms:
        mass[known] += weight
        for cell, value in target.items():
            sums[known][cell] += weight * value
    error = [Fraction(0), Fraction(0)]
    for weight, known, target, region in atoms:
        for cell in product(range(3), range(1)):
            mean = sums[known][cell] / mass[known]
            error[cell in region] += weight * (mean - target.get(cell, 0)) ** 2
    total = sum(weight for weight, *_ in atoms)

    pairs = _Pairs(world)
    encoder = np.full(pairs.views, -1)
    for i, (p, q, v, w) in enumerate(pairs.rows):
        for j, s in enumerate(SHIFTS):
            encoder[pairs.x[i, j]] = names[key(frames(world, p, (v,), s)), key(frames(world, q, (w,), s))]
    assert (encoder >= 0).all()
    ours = pairs.errors(encoder)[0]
    assert ours == (error[0] / total, error[1] / total)
    bound = augmented(world)
    assert bound.lo <= bound.hi <= sum(ours) and sum(bound.found) == bound.hi


def test_descent_never_makes_a_code_worse() -> None:
    pairs = _Pairs(GridWorld(noise=2, rows=2, columns=2))
    start = pairs.encode(np.random.default_rng(3).integers(5, size=len(pairs.rows)))
    better = pairs.improve(start, 10)
    assert sum(pairs.errors(better)[0]) < sum(pairs.errors(start)[0])


# --- labels, against all codes of a tiny world


@pytest.mark.parametrize("weight", [0, Fraction(1, 2), 2, 20])
def test_the_bounds_with_labels_enclose_the_best_of_all_codes(weight: Fraction) -> None:
    world = SMALL
    points = [
        (p, q, v, {a: Fraction(1, 5) for a in ACTIONS if world.step(p, a) == q})
        for p in world.positions()
        for q in world.transitions(p)
        for v in (0, 1)
    ]
    best = None
    for codes in product(range(world.codes), repeat=len(points)):
        loss = Fraction(0)
        head: dict[int, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        cells: dict[object, list[tuple[Fraction, object, int]]] = defaultdict(list)
        for (p, q, v, actions), code in zip(points, codes, strict=True):
            m = sum(actions.values()) / 2
            cells[p, code].append((m, q, v))
            for a, x in actions.items():
                head[code][a] += x / 2 / 2
        for cell in cells.values():
            total = sum(m for m, _, _ in cell)
            shares: dict[object, Fraction] = defaultdict(Fraction)
            for m, q, _ in cell:
                shares[q] += m
            lit = sum((m * v for m, _, v in cell), Fraction(0))
            loss += (
                total
                - sum(x * x for x in shares.values()) / total
                + world.noise**2 * lit * (total - lit) / total
            ) / 2
        loss += weight * (1 - sum(sum(x * x for x in h.values()) / sum(h.values()) for h in head.values()))
        best = loss if best is None else min(best, loss)
    found = labelled(world, weight=weight)
    assert found.lo <= best <= found.hi


# --- the command


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SYMLAM, "gridworld", *arguments], capture_output=True, text=True, check=False)


def test_the_command_prints_json_and_a_table() -> None:
    done = run("--row", "none", "--row", "high", "--json")
    assert done.returncode == 0, done.stderr
    none, high = json.loads(done.stdout)
    assert none["minimum"] == ["0", "0"] and high["controllable"] == ["1", "1"] and high["exact"]
    assert high["published_is"] == {"controllable": "above", "stochastic": "above"}
    text = run("--row", "high").stdout
    assert "2.43" in text and "0.4375" in text
    own = json.loads(run("--noise", "1", "--walls", "periodic", "--json").stdout)
    assert own["minimum"] == ["1", "1"] and len(own["frontier"]) == 2


def test_the_command_writes_and_checks_certificates(tmp_path: Path) -> None:
    path = tmp_path / "low.json"
    assert "minimum = 7/8" in run("--row", "low", "--certificate", str(path)).stdout
    assert "valid" in run("--check", str(path)).stdout
    path.write_text(path.read_text().replace('"lo": "7/8"', '"lo": "6/8"'))
    done = run("--check", str(path))
    assert done.returncode == 2 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--row", "middle"), ("--noise", "x"), ("--noise", "-1"), ("--codes", "0"), ("--row", "low", "--noise", "1"),
        ("--certificate", "x.json"), ("--row", "none", "--row", "low", "--certificate", "x.json"), ("--check", "none.json"),
        ("--row", "labelled", "--label-weight", "-1"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_the_command_draws_and_says_what_training_needs(tmp_path: Path) -> None:
    path = tmp_path / "g.pdf"
    assert run("--figure", str(path)).returncode == 0 and path.read_bytes().startswith(b"%PDF")
    assert run("--train", "--noise", "1").returncode == 2
    if importlib.util.find_spec("torch") is None:
        done = run("--train", "--row", "none", "--steps", "1")
        assert done.returncode == 2 and "symlam[nonlinear]" in done.stderr and "Traceback" not in done.stderr


def test_rows_of_the_table_name_their_worlds() -> None:
    assert list(ROWS) == ["none", "low", "high", "correlated", "augmented", "labelled"]
    with pytest.raises(SymlamError, match="no row"):
        table(rows=("middle",))


def test_the_tables_of_the_page_are_those_of_the_program() -> None:
    root = Path(__file__).resolve().parents[2]
    spec = importlib.util.spec_from_file_location("write_gridworld", root / "tools" / "write_gridworld.py")
    assert spec is not None and spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    text = (root / "docs" / "gridworld.md").read_text(encoding="utf-8")
    assert writer.page(text) == text
    assert writer.page(text.replace("| no noise | 0 |", "| no noise | 1 |")) == text


def test_the_figure_is_drawn_and_its_steps_are_where_the_frontier_says(tmp_path: Path) -> None:
    from symlam.figures.gridworld import draw_gridworld, gridworld_steps

    assert draw_gridworld(tmp_path / "g.png").stat().st_size > 20_000
    steps = gridworld_steps(walls="periodic")
    assert steps[1][0] == pytest.approx((64 / 45) ** 0.5)
    with pytest.raises(SymlamError, match="PNG"):
        draw_gridworld(tmp_path / "g.svg")
    with pytest.raises(SymlamError, match="cannot write"):
        draw_gridworld(tmp_path / "none" / "g.png")
