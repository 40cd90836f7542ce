"""The optimal quantiser against exhaustive search on tiny data, and the family of cells against all subsets."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import lcm

import pytest

from symlam.errors import SymlamError
from symlam.gridworld import GridWorld, head_split, optimal_quantiser, optimum
from symlam.gridworld.branches import branched
from symlam.gridworld.cells import cell_table, cube, down_sets
from symlam.gridworld.quantiser import cost_of, measures


def points_cost(
    points: list[tuple[Fraction, tuple[Fraction, ...], tuple[Fraction, ...]]],
) -> tuple[Fraction, Fraction]:
    """Squared errors of the two parts around the mean, coordinate by coordinate; squares of lengths are weights."""
    total = sum(p for p, _, _ in points)
    found = []
    for part in (1, 2):
        error = Fraction(0)
        for j in range(len(points[0][part])):
            mean = sum(x[0] * x[part][j] for x in points) / total
            error += sum(x[0] * (x[part][j] - mean) ** 2 for x in points)
        found.append(error)
    return found[0], found[1]


def partitions(n: int, codes: int) -> Iterator[list[list[int]]]:
    """All partitions of range(n) into at most ``codes`` cells."""

    def grow(i: int, cells: list[list[int]]) -> Iterator[list[list[int]]]:
        if i == n:
            yield [list(c) for c in cells]
            return
        for cell in cells:
            cell.append(i)
            yield from grow(i + 1, cells)
            cell.pop()
        if len(cells) < codes:
            yield from grow(i + 1, [*cells, [i]])

    yield from grow(0, [])


def brute(
    p: list[Fraction], noise: Fraction, bits: int, codes: int
) -> tuple[Fraction, set[tuple[Fraction, Fraction]]]:
    """The minimum over all partitions, and the pairs of errors of those that attain it."""
    moves = len(p)
    data = [
        (p[a] / 2**bits, tuple(Fraction(int(a == b)) for b in range(moves)), tuple(noise * x for x in v))
        for a in range(moves)
        for v in cube(bits)
    ]
    cost: dict[tuple[int, ...], tuple[Fraction, Fraction]] = {}
    best, pairs = None, set()
    for cells in partitions(len(data), codes):
        c = s = Fraction(0)
        for cell in map(tuple, cells):
            if cell not in cost:
                cost[cell] = points_cost([data[i] for i in cell])
            c, s = c + cost[cell][0], s + cost[cell][1]
        if best is None or c + s < best:
            best, pairs = c + s, set()
        if c + s == best:
            pairs.add((c, s))
    assert best is not None
    return best, pairs


CASES = [
    (["1/2", "1/2"], "1", 2, 3), (["1/2", "1/2"], "2", 2, 3), (["1/2", "1/2"], "1", 2, 2), (["2/3", "1/3"], "3/2", 2, 3),
    (["9/10", "1/10"], "1", 2, 4), (["1/5", "1/5", "3/5"], "1", 1, 3), (["1/5", "1/5", "3/5"], "5/4", 1, 4),
    (["1/3", "1/3", "1/3"], "1", 1, 2), (["1/4", "1/4", "1/4", "1/4"], "3/2", 1, 3), (["1"], "1", 3, 3), (["1"], "1", 3, 5),
]  # fmt: skip


@pytest.mark.parametrize(("p", "noise", "bits", "codes"), CASES)
def test_the_optimum_is_that_of_an_exhaustive_search(p: list[str], noise: str, bits: int, codes: int) -> None:
    q = optimal_quantiser(p, noise=noise, bits=bits, codes=codes)
    best, pairs = brute([Fraction(x) for x in p], Fraction(noise), bits, codes)
    assert q.lo <= best <= q.hi
    if q.exact:
        assert q.ranges["controllable"] == (min(a for a, _ in pairs), max(a for a, _ in pairs))
        assert q.ranges["stochastic"] == (min(s for _, s in pairs), max(s for _, s in pairs))


def test_most_of_those_cases_are_proved() -> None:
    proved = [optimal_quantiser(p, noise=s, bits=b, codes=k).exact for p, s, b, k in CASES]
    assert sum(proved) >= len(CASES) - 2


def test_a_tie_between_two_optima_gives_a_range() -> None:
    # at sigma^2 = 64/45 five codes for the moves cost as much as five codes for the bits
    table = optimal_quantiser(["1/5"] * 5, noise=1, lengths=["45/64"] * 5)
    assert table.exact
    assert table.ranges["controllable"] == (0, Fraction(4, 5))
    assert table.ranges["stochastic"] == (Fraction(7, 16), 1)


@pytest.mark.parametrize("seed", range(6))
def test_no_subset_beats_the_chains_of_down_sets(seed: int) -> None:
    rng = random.Random(seed)
    weights = tuple(rng.randint(1, 4) for _ in range(3))
    bits, noise = 2, Fraction(rng.randint(1, 8), 4)
    prices = [Fraction(rng.randint(1, 12), 4) for _ in weights]
    cost = measures(weights, [Fraction(1)] * 3, [Fraction(1, 3)] * 3, noise, bits)
    points = list(product(range(3), range(1 << bits)))

    def value(cell: tuple[tuple[int, int], ...]) -> Fraction:
        price = sum((weights[a] * prices[a] for a, _ in cell), Fraction(0))
        return cost["controllable"](cell) + cost["stochastic"](cell) - price

    subsets = min(
        value(tuple(x for i, x in enumerate(points) if mask >> i & 1)) for mask in range(1 << len(points))
    )
    table, masks = cell_table(weights, (0, 1, 2), bits), down_sets(bits)
    chains = min(
        value(tuple((a, v) for a, s in enumerate(row) for v in range(1 << bits) if masks[s] >> v & 1))
        for row in table.sets
    )
    assert chains == subsets < 0


@pytest.mark.parametrize(
    ("p", "noise", "bits", "codes"),
    [(["1/2", "1/2"], "1", 2, 3), (["2/3", "1/3"], "3/2", 2, 2), (["1/5", "1/5", "3/5"], "5/4", 1, 3)],
)
def test_each_branch_bounds_the_partitions_that_it_is_about(
    p: list[str], noise: str, bits: int, codes: int
) -> None:
    unit = lcm(*(Fraction(x).denominator for x in p))
    weights = tuple(int(Fraction(x) * unit) for x in p)
    cost = cost_of(weights, [Fraction(1)] * len(p), Fraction(noise) ** 2, bits)
    points = list(product(range(len(p)), range(1 << bits)))
    best: dict[tuple[bool, ...], Fraction] = {}
    for cells in partitions(len(points), codes):
        counts = [[sum(points[i][0] == a for i in cell) for a in range(len(p))] for cell in cells]
        major = tuple(any(2 * c[a] > 1 << bits for c in counts) for a in range(len(p)))
        loss = sum((cost(tuple(points[i] for i in cell)) for cell in cells), Fraction(0))
        best[major] = min(loss, best.get(major, loss))
    # moves of the same weight count as different here, so that every answer has a leaf of its own
    leaves = branched(
        weights, tuple(range(len(p))), bits, codes, Fraction(noise) ** 2, (Fraction(1),) * len(p)
    )
    assert {leaf.major for leaf in leaves} == set(product((True, False), repeat=len(p))) >= set(best)
    for leaf in leaves:
        if leaf.major in best:
            assert leaf.optimum.value <= best[leaf.major]
    assert min(leaf.optimum.value for leaf in leaves) == min(best.values())
    assert any(leaf.optimum.value > min(best.values()) for leaf in leaves)


@pytest.mark.parametrize("weights", [(1, 1), (2, 1), (1, 3)])
def test_for_every_number_of_points_of_each_move_the_cheapest_cell_is_a_chain(
    weights: tuple[int, ...],
) -> None:
    bits, noise = 2, Fraction(7, 4)
    cost = cost_of(weights, [Fraction(1)] * len(weights), noise, bits)
    points = list(product(range(len(weights)), range(1 << bits)))
    least: dict[tuple[int, ...], Fraction] = {}
    for mask in range(1 << len(points)):
        cell = tuple(x for i, x in enumerate(points) if mask >> i & 1)
        key = tuple(sum(a == b for b, _ in cell) for a in range(len(weights)))
        least[key] = min(cost(cell), least.get(key, cost(cell)))
    table, masks = cell_table(weights, tuple(range(len(weights))), bits), down_sets(bits)
    chains: dict[tuple[int, ...], Fraction] = {}
    for row in table.sets:
        cell = tuple((a, v) for a, s in enumerate(row) for v in range(1 << bits) if masks[s] >> v & 1)
        key = tuple(masks[s].bit_count() for s in row)
        chains[key] = min(cost(cell), chains.get(key, cost(cell)))
    assert chains == least


@pytest.mark.parametrize(("noise", "controllable"), [("1.285", "37/75"), ("1.29", "17/25")])
def test_branches_close_the_window_near_the_walls(noise: str, controllable: str) -> None:
    r = optimum(GridWorld(noise=noise))
    assert r.exact and [bool(q.branches) for _, q in r.parts] == [False, False, True]
    assert r.controllable == (Fraction(controllable),) * 2


def test_what_the_table_of_cells_sums_is_what_the_points_cost() -> None:
    table, masks = cell_table((2, 1, 1), (0, 1, 1), 3), down_sets(3)
    one = measures((2, 1, 1), [Fraction(1)] * 3, [Fraction(1, 3)] * 3, Fraction(1), 3)
    rng = random.Random(0)
    for i in rng.sample(range(len(table.total)), 40):
        cell = tuple((a, v) for a, s in enumerate(table.sets[i]) for v in range(8) if masks[s] >> v & 1)
        total = int(table.total[i])
        if total:
            assert one["stochastic"](cell) == Fraction(int(table.noise[i]), total)
            assert one["controllable"](cell) == total - Fraction(int(table.squares[i].sum()), total)


def test_bits_of_the_code_add_up() -> None:
    r = optimum(GridWorld(noise=2))
    # squares of the cube, one of them halved: 3 cells of 1/4 and 2 of 1/8; nothing about the move
    assert r.leak_bits == pytest.approx(2.25) and r.action_bits == pytest.approx(0, abs=1e-12)
    assert r.agreement == (Fraction(7, 32), Fraction(7, 32))
    low = optimum(GridWorld(noise=1))
    # five codes are more than a position near a wall has moves: the spare ones go to the noise
    assert low.controllable == (0, 0) and low.leak_bits == pytest.approx(0.5)
    assert optimum(GridWorld(noise=1, walls="periodic")).leak_bits == 0


@pytest.mark.parametrize("seed", range(4))
def test_the_error_of_any_head_splits_as_r6_says(seed: int) -> None:
    rng = random.Random(seed)
    for situation, q in optimum(
        GridWorld(noise=rng.choice([1, 2]), policy=rng.choice(["uniform", "snake"]))
    ).parts:
        head = [[rng.randint(-9, 9), rng.randint(-9, 9)] for _ in q.cells]
        target = [[rng.randint(-9, 9), rng.randint(-9, 9)] for _ in situation.moves]
        s = head_split(q, head=head, target=target)
        assert s.error == s.bias + s.inconsistency / 2 and s.inconsistency <= 2 * s.error
    with pytest.raises(SymlamError, match="rows of the head"):
        head_split(q, head=[[1]], target=target)


def test_the_position_stays_uniform_and_the_snake_closes() -> None:
    for policy, walls in product(("uniform", "snake"), ("clip", "periodic")):
        world = GridWorld(policy=policy, walls=walls)
        reached = dict.fromkeys(world.positions(), Fraction(0))
        for position in reached:
            for target, move in world.transitions(position).items():
                reached[target] += move.probability
        assert set(reached.values()) == {Fraction(1)}
    world, path = GridWorld(policy="snake"), [(0, 0)]
    for _ in range(11):
        path.append(world.step(path[-1], world.snake(path[-1])))
    assert sorted(path) == world.positions() and world.step(path[-1], world.snake(path[-1])) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"noise": -1}, "noise intensity"), ({"noise": "x"}, "x"), ({"policy": "dance"}, "policy"), ({"walls": "none"}, "walls"),
        ({"codes": 0}, "codes"), ({"columns": 5}, "columns"), ({"follow": 2}, "follow"),
        ({"policy": "snake", "columns": 3}, "snake"), ({"rows": True}, "rows"),
    ],
)  # fmt: skip
def test_worlds_that_do_not_fit_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(SymlamError, match=message):
        GridWorld(**arguments)  # type: ignore[arg-type]


def test_data_that_do_not_fit_are_refused() -> None:
    for bad in ({"probabilities": ["1/2", "1/3"]}, {"probabilities": []}, {"probabilities": ["1"], "bits": 5}, {"probabilities": ["1"], "codes": 0}, {"probabilities": ["1"], "lengths": [0]}):  # fmt: skip
        with pytest.raises(SymlamError):
            optimal_quantiser(**bad)  # type: ignore[arg-type]
    with pytest.raises(SymlamError):
        optimum(GridWorld(), weight=0)


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_every_half_space_of_sorted_slopes_is_a_down_set(bits: int) -> None:
    rng, found = random.Random(bits), set()
    for _ in range(400):
        slopes = sorted((rng.random() ** 3 for _ in range(bits)), reverse=True)
        heights = [sum(s * b for s, b in zip(slopes, vertex, strict=True)) for vertex in cube(bits)]
        for level in (-1.0, *heights):
            found.add(sum(1 << i for i, height in enumerate(heights) if height <= level))
    # and for so few bits every down-set is such a half-space
    assert found == set(down_sets(bits))


def test_numbers_too_fine_for_64_bits_are_not_wrapped_around() -> None:
    fine = Fraction(2 * 10**9 + 1, 10**9)
    q = optimal_quantiser(["1/2", "1/2"], noise=fine, bits=2, codes=4)
    near = optimal_quantiser(["1/2", "1/2"], noise=2, bits=2, codes=4)
    assert q.exact and near.exact and abs(q.hi - near.hi) < Fraction(1, 10**6) and q.hi > 0
