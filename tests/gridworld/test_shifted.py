"""Lower bounds under shared shifts: against every code of tiny worlds, and against the quantiser's own proof."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from symlam.errors import SymlamError
from symlam.gridworld import (
    GridWorld,
    ShiftCertificate,
    augmented,
    certify_shifts,
    check_shift_certificate,
    optimal_quantiser,
    optimum,
    read_shift_certificate,
)
from symlam.gridworld.augment import SHIFTS, lower_ends
from symlam.gridworld.shifted import (
    RECORDED,
    Prices,
    dark_bound,
    dark_steps,
    heaviest_weight,
    lit_bound,
    pair_terms,
    price_bound,
)

HIGH = GridWorld()
PERIODIC = GridWorld(walls="periodic")


Pixel = tuple[int, int]
State = tuple[Pixel, Pixel, Fraction, tuple[int, ...]]


def best_code(world: GridWorld, states: list[State]) -> Fraction:
    """The least loss over all codes of (position, next position, weight, bits), decoded from a shifted dark frame."""
    height, width = world.rows + 1, world.columns
    atoms = []
    for i, (p, q, weight, bits) in enumerate(states):
        for dr, dc in SHIFTS:
            target: dict[Pixel, Fraction] = defaultdict(Fraction)
            target[(q[0] + dr) % height, (q[1] + dc) % width] += 1
            for j, bit in enumerate(bits):
                target[(world.rows + dr) % height, (j + dc) % width] += world.noise * bit
            atoms.append((i, ((p[0] + dr) % height, (p[1] + dc) % width), weight / 5, target))
    best = None
    for codes in product(range(world.codes), repeat=len(states) - 1):
        code = (0, *codes)
        mass: dict[object, Fraction] = defaultdict(Fraction)
        sums: dict[object, dict[Pixel, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        loss = Fraction(0)
        for i, seen, weight, target in atoms:
            mass[seen, code[i]] += weight
            for cell, x in target.items():
                sums[seen, code[i]][cell] += weight * x
                loss += weight * x * x
        loss -= sum(sum(x * x for x in s.values()) / mass[key] for key, s in sums.items())
        best = loss if best is None else min(best, loss)
    assert best is not None
    return best


def dark_states(world: GridWorld) -> list[State]:
    share = Fraction(1, len(world.positions()) * 2**world.columns)
    return [
        (p, q, share * m.probability, bits)
        for p in world.positions()
        for q, m in world.transitions(p).items()
        for bits in product((0, 1), repeat=world.columns)
    ]


def climbed(bound: Callable[[Prices], Fraction], rows: int, kinds: int, steps: int) -> list[Fraction]:
    """Bounds on the way of a random climb over prices, the best one last."""
    rng, now, seen = random.Random(1), [[10_000] * kinds for _ in range(rows)], []
    found = bound(tuple(map(tuple, now)))
    for step in range(steps):
        size = 8000 // (1 + step // 20) + 50
        new = [[x + rng.randint(-size, size) * (rng.random() < 0.4) for x in row] for row in now]
        seen.append(bound(tuple(map(tuple, new))))
        if seen[-1] > found:
            found, now = seen[-1], new
    return [*seen, found]


@pytest.mark.parametrize(
    ("noise", "rows", "columns", "codes", "step", "moves", "part"),
    [
        ("2", 2, 1, 1, (0, 0), 1, "0.99"),
        ("2", 2, 1, 2, (0, 0), 1, "0.75"),
        ("2", 2, 1, 2, (0, 2), 1, "0.75"),
        ("3/2", 2, 1, 2, (1, 2), 1, "0.9"),
        ("1/2", 2, 1, 1, (1, 2), 1, "0.97"),
        ("2", 3, 1, 2, (2, 3, 3), 1, "0.8"),
        ("2", 1, 2, 2, (0,), 2, "0.55"),
        ("1", 1, 2, 2, (0,), 2, "0.85"),
        ("2", 2, 2, 2, (0, 0), 1, "0.75"),
    ],
)
def test_no_code_of_a_group_of_actions_is_below_the_bound_of_any_prices(
    noise: str, rows: int, columns: int, codes: int, step: tuple[int, ...], moves: int, part: str
) -> None:
    world = GridWorld(noise=noise, rows=rows, columns=columns, codes=codes)
    share = Fraction(1, rows * moves * 2**columns)
    states = [
        ((r, 0), ((r + step[r]) % (rows + 1), d), share, bits)
        for r in range(rows)
        for d in range(moves)
        for bits in product((0, 1), repeat=columns)
    ]
    best = best_code(world, states) - (1 - Fraction(1, moves))
    bounds = climbed(lambda p: price_bound(world, p, step, moves), rows, 2 * columns, 150)
    assert max(bounds) == bounds[-1] <= best
    # and it is close
    assert bounds[-1] >= Fraction(part) * best, float(bounds[-1] / best)


@pytest.mark.parametrize("walls", ["clip", "periodic"])
def test_no_code_of_a_tiny_world_is_below_the_bound_of_its_dark_frames(walls: str) -> None:
    world = GridWorld(rows=2, columns=1, codes=2, walls=walls)
    best = best_code(world, dark_states(world))
    keys = {s.rows for s in dark_steps(world)}
    bounds = climbed(lambda p: dark_bound(world, dict.fromkeys(keys, p)), 2, 2, 100)
    assert 0 < max(bounds) <= best


def test_where_the_moves_do_not_pay_the_quantiser_says_so_too() -> None:
    for p in (["7/15", "1/5", "1/5", "2/15"], ["3/5", "1/5", "1/5"], ["1/5"] * 5):
        q = optimal_quantiser(p, noise=2)
        assert q.exact and q.lo == 1 - sum(Fraction(x) ** 2 for x in p) + Fraction(7, 4)
    known = lit_bound(HIGH)
    assert (known.controllable, known.stochastic) == (Fraction(52, 75), Fraction(7, 4))
    # with periodic walls the column says nothing, and the plain problem is left
    known = lit_bound(PERIODIC)
    assert known.controllable + known.stochastic == optimum(PERIODIC).lo


@pytest.mark.parametrize("noise", ["1/2", "1", "6/5", "5/4", "3/2", "2", "3"])
def test_moves_are_said_not_to_pay_only_where_they_do_not(noise: str) -> None:
    # with periodic walls up to sigma^2 = 64/45 five codes for the moves are the better ones
    world = GridWorld(noise=noise, walls="periodic")
    known, best = lit_bound(world), optimum(world)
    assert (known.heaviest >= 1) is (Fraction(noise) ** 2 >= Fraction(64, 45))
    # where they do, the bits alone are a code that costs more
    total = known.controllable + known.stochastic
    assert total == best.lo if known.heaviest >= 1 else total > best.lo


@pytest.mark.parametrize("seed", range(30))
def test_up_to_the_heaviest_weight_the_bits_alone_are_the_best_code(seed: int) -> None:
    rng = random.Random(seed)
    numbers = [rng.randint(1, 9) for _ in range(rng.randint(2, 4))]
    p = [Fraction(x, sum(numbers)) for x in numbers]
    noise, bits, codes = Fraction(rng.randint(2, 8), 4), rng.randint(1, 3), rng.randint(2, 5)
    alone = optimal_quantiser(["1"], noise=noise, bits=bits, codes=codes)
    if not alone.exact:
        return
    t = heaviest_weight(bits, noise**2, alone.mu[0], alone.tau, pair_terms(p))
    if t > 0:
        q = optimal_quantiser(p, noise=noise, bits=bits, codes=codes, lengths=[t] * len(p))
        assert q.lo == t * (1 - sum(x * x for x in p)) + alone.lo


def test_groups_of_actions_are_all_actions() -> None:
    for world in (
        HIGH,
        PERIODIC,
        GridWorld(rows=2, columns=2, walls="periodic"),
        GridWorld(rows=1, columns=1),
    ):
        steps = dark_steps(world)
        assert sum(s.share for s in steps) == 1
    with pytest.raises(SymlamError, match="policy"):
        dark_steps(GridWorld(policy="snake"))


def test_prices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SymlamError, match="do not fit"):
        price_bound(HIGH, RECORDED[0, 0, 0][:2], (0, 0, 0), 1)
    with pytest.raises(SymlamError, match="no prices"):
        dark_bound(HIGH, {(0, 0, 0): RECORDED[0, 0, 0]})


def test_the_recorded_prices_prove_what_the_table_says() -> None:
    for world, least, most in ((HIGH, "2.5049", "2.5294"), (PERIODIC, "2.6104", "2.6355")):
        a = augmented(world)
        assert Fraction(least) < a.lo < a.hi < Fraction(most) and sum(a.found) == a.hi
        assert a.controllable[0] <= a.found[0] <= a.controllable[1]
        assert a.stochastic[0] <= a.found[1] <= a.stochastic[1]


def test_other_prices_prove_less_but_nothing_false() -> None:
    def scaled(by: Fraction) -> dict[tuple[int, ...], Prices]:
        return {k: tuple(tuple(int(x * by) for x in row) for row in p) for k, p in RECORDED.items()}

    hi = augmented(PERIODIC).hi
    best = lower_ends(PERIODIC, hi, RECORDED)[0]
    for by in ("9/10", "11/10"):
        assert lower_ends(PERIODIC, hi, scaled(Fraction(by)))[0] < best
    with pytest.raises(SymlamError, match="no LAM"):
        lower_ends(PERIODIC, best - 1, {})


# --- certificates


@pytest.fixture(scope="module")
def good() -> ShiftCertificate:
    return certify_shifts(PERIODIC)


def test_a_certificate_of_shared_shifts_is_read_and_accepted(good: ShiftCertificate, tmp_path: Path) -> None:
    good.write(tmp_path / "c.json")
    again = read_shift_certificate(tmp_path / "c.json")
    assert again == good
    check_shift_certificate(again, PERIODIC)
    assert (good.lo, good.hi) == (augmented(PERIODIC).lo, augmented(PERIODIC).hi)
    with pytest.raises(SymlamError, match="another world"):
        check_shift_certificate(good, HIGH)
    with pytest.raises(SymlamError, match="no prices"):
        certify_shifts(GridWorld(noise=1))


def test_each_number_of_a_certificate_of_shifts_is_checked(good: ShiftCertificate) -> None:
    tiny, up = Fraction(1, 10**9), (2, 3, 3)
    fine, loud = (replace(good.world, noise=Fraction(x)) for x in (f"{2 * 10**9 + 1}/{10**9}", "101"))
    first, *rest = good.prices[up]
    dearer = {**good.prices, up: ((first[0] + 200, *first[1:]), *rest)}
    wrong = {
        "lo is": replace(good, lo=good.lo + tiny),
        "hi is": replace(good, hi=good.hi - tiny),
        "the prices prove": replace(good, prices=dearer),
        "the code costs": replace(good, dark=(good.dark[0], good.dark[0], good.dark[2])),
        "not in the book": replace(good, lit=(5, *good.lit[1:])),
        "does not fit the world": replace(good, lit=good.lit[1:]),
        "cheaper than its prices": replace(good, bits=(good.bits[0] + tiny, good.bits[1])),
        "cost more than they save": replace(
            good, world=replace(good.world, noise=Fraction(11, 10)), bits=prices_of_bits("11/10")
        ),
        "no prices": replace(good, prices={(0, 0, 0): good.prices[0, 0, 0]}),
        "no noise": replace(good, world=replace(good.world, noise=Fraction(0))),
        "too fine": replace(good, world=fine, bits=prices_of_bits(fine.noise)),
        "too large": replace(good, world=loud, bits=prices_of_bits(loud.noise)),
    }
    for message, certificate in wrong.items():
        with pytest.raises(SymlamError, match=message):
            check_shift_certificate(certificate)


def prices_of_bits(noise: object) -> tuple[Fraction, Fraction]:
    q = optimal_quantiser(["1"], noise=noise)
    return q.mu[0], q.tau


def test_a_changed_file_of_shifts_is_refused_even_with_a_new_digest(
    good: ShiftCertificate, tmp_path: Path
) -> None:
    path = tmp_path / "c.json"
    good.write(path)
    data = json.loads(path.read_text())
    data["lo"] = str(good.lo + 1)
    path.write_text(json.dumps(data))
    with pytest.raises(SymlamError, match="digest"):
        read_shift_certificate(path)
    body = {k: v for k, v in data.items() if k != "sha256"}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    path.write_text(json.dumps({**body, "sha256": digest}))
    with pytest.raises(SymlamError, match="lo is"):
        check_shift_certificate(read_shift_certificate(path))
    for key, value in (
        ("lit", [1.5]),
        ("bits", ["1"]),
        ("prices", 3),
        ("dark", [[10**9]]),
        ("world", {}),
        ("hi", "x"),
    ):
        path.write_text(json.dumps({**data, key: value}))
        with pytest.raises(SymlamError):
            read_shift_certificate(path)
    for text in ("", "[]", "{}"):
        path.write_text(text)
        with pytest.raises(SymlamError):
            read_shift_certificate(path)
    with pytest.raises(SymlamError, match="cannot read"):
        read_shift_certificate(tmp_path / "none.json")
