"""Closed form and optimiser: digits honoured, disagreement seen, every kind of instance met."""

from __future__ import annotations

import mpmath
import pytest

import symlam.numerics
from symlam.claims import ledger
from symlam.errors import SymlamError
from symlam.evidence.agreement import KINDS, Agreement, _float_spectrum, agreement, choose, meet
from symlam.models import acting, linear_lam, noiseless, policy_lam
from symlam.optimum._exact import exact_minimum, loss_at
from tests.optimum.brute import Brute

WITH_AGREEMENT = ("P4.1", "P4.2", "P4.3", "P4.4", "D1", "C1", "C2", "C3")


@pytest.fixture(scope="module")
def chosen():
    """Instances of every kind of the linear LAM, chosen once."""
    return choose(linear_lam())


def test_kinds_are_what_they_say(chosen) -> None:
    assert [k for k, _ in chosen] == list(KINDS)
    m = linear_lam()
    for kind, inst in chosen:
        try:
            minimum, spectrum = exact_minimum(m, inst)
        except SymlamError:
            assert kind in ("regular", "rank-deficient")
            continue
        k = inst.size(m.latent.dim)
        tie = k < len(spectrum) and spectrum[k - 1] == spectrum[k] != 0
        assert (kind == "nothing to lose") == (minimum == 0)
        assert (kind == "tied") == (tie and minimum != 0)
        if kind == "rank-deficient":
            assert inst.joint.rank() < inst.joint.nrows()
        if kind == "regular":
            assert inst.joint.rank() == inst.joint.nrows()


def test_every_claim_with_an_optimum_names_the_models_that_have_to_agree() -> None:
    for identifier, c in ledger().items():
        assert bool(c.agreement()) >= (identifier in WITH_AGREEMENT), identifier


@pytest.mark.parametrize("digits", [20, 50, 100])
def test_digits_are_honoured(chosen, digits: int) -> None:
    for kind, inst in chosen[1:]:
        found = meet(linear_lam(), inst, kind, digits=digits)
        assert found.agrees, kind
        assert found.digits >= digits
        low, high = map(mpmath.mpf, found.enclosure)
        with mpmath.workdps(digits):
            value = mpmath.mpf(found.closed_form)
            assert low - mpmath.mpf(10) ** (2 - digits) <= value <= high + mpmath.mpf(10) ** (2 - digits)
            assert float(found.lowest_excess) >= -(10.0**-digits)


def test_the_closed_form_that_is_shown_is_the_exact_minimum(chosen) -> None:
    m, seen = policy_lam(), 0
    for kind, inst in choose(m):
        try:
            least, _ = exact_minimum(m, inst)
        except SymlamError:
            continue
        found = meet(m, inst, kind, digits=40)
        with mpmath.workdps(40):
            assert (
                abs(mpmath.mpf(found.closed_form) - mpmath.mpf(least.numerator) / least.denominator) < 1e-37
            )
        seen += 1
    assert seen >= 2


@pytest.mark.parametrize("shift", ["1e-30", "-1e-30", "0.5"])
def test_a_corrupted_closed_form_is_seen(chosen, monkeypatch, shift: str) -> None:
    """Above or below the truth by one part in 10^30: no agreement to 50 digits."""
    import dataclasses

    honest = symlam.numerics.solve

    def corrupted(problem, *, tier="float64", digits=None, **options):
        found = honest(problem, tier=tier, **({"digits": digits} if digits else {}), **options)
        if tier != "mpmath":
            return found
        return dataclasses.replace(found, minimum=found.minimum + mpmath.mpf(shift))

    kind, inst = chosen[1]
    assert meet(linear_lam(), inst, kind, digits=50).agrees
    monkeypatch.setattr(symlam.numerics, "solve", corrupted)
    found = meet(linear_lam(), inst, kind, digits=50)
    assert not found.agrees
    assert found.digits < 50


def test_an_enclosure_that_misses_is_seen(chosen, monkeypatch) -> None:
    import dataclasses

    honest = symlam.numerics.solve

    def corrupted(problem, *, tier="float64", **options):
        found = honest(problem, tier=tier, **options)
        if tier != "arb":
            return found
        return dataclasses.replace(found, lower=found.lower + 1, upper=found.upper + 1)

    kind, inst = chosen[1]
    monkeypatch.setattr(symlam.numerics, "solve", corrupted)
    assert not meet(linear_lam(), inst, kind, digits=20).agrees


def test_an_optimiser_that_stops_early_is_seen(chosen, monkeypatch) -> None:
    import dataclasses

    honest = symlam.numerics.als

    def lazy(problem, **options):
        found = honest(problem, **options)
        return dataclasses.replace(found, value=found.value + mpmath.mpf("1e-15"))

    kind, inst = chosen[1]
    monkeypatch.setattr(symlam.numerics, "als", lazy)
    found = meet(linear_lam(), inst, kind, digits=50)
    assert not found.agrees
    assert 10 <= found.digits < 20


def test_a_feasible_point_below_the_closed_form_is_seen(chosen, monkeypatch) -> None:
    """If the residuals of random points gave less than the closed form, that would be no agreement."""
    from symlam.optimum import _exact

    honest = _exact.loss_at
    monkeypatch.setattr(_exact, "loss_at", lambda model, inst: honest(model, inst) - 10**6)
    kind, inst = chosen[1]
    found = meet(linear_lam(), inst, kind, digits=20)
    assert not found.agrees
    assert float(found.lowest_excess) < 0


def test_random_feasible_points_are_above_by_the_models_own_residuals(chosen) -> None:
    m = linear_lam()
    for _, inst in chosen:
        brute = Brute(m, inst)
        values = {x: v for x, v in brute.fixed.items() if x in {p.as_letter() for p in m.parameters}}
        assert abs(float((brute.residuals(values) ** 2).sum()) - float(loss_at(m, inst))) < 1e-9


def test_no_meeting_is_no_agreement() -> None:
    assert not Agreement(50).agrees
    assert Agreement(50).reached == 0
    assert not agreement([]).agrees


def test_noiseless_data_have_every_kind_too() -> None:
    found = choose(noiseless(acting(linear_lam())))
    assert [k for k, _ in found] == list(KINDS)


@pytest.mark.parametrize("digits", [0, -1, 1.5, "50", None])
def test_bad_digits_are_refused(digits) -> None:
    with pytest.raises(SymlamError, match="digits"):
        agreement([linear_lam()], digits=digits)


def test_one_seed_one_agreement(chosen) -> None:
    kind, inst = chosen[2]
    assert meet(linear_lam(), inst, kind, digits=20, seed=3) == meet(
        linear_lam(), inst, kind, digits=20, seed=3
    )


def test_a_few_of_every_kind_are_chosen_none_of_them_trivial() -> None:
    m = linear_lam()
    found = choose(m, per_kind=2, seed=1)
    kinds = [kind for kind, _ in found]
    assert kinds == sorted(kinds, key=KINDS.index)
    assert {kinds.count(kind) for kind in KINDS} <= {1, 2} and kinds.count("regular") == 2
    assert len({str(inst.describe()) for _, inst in found}) == len(found)
    for _, inst in found:
        k, sizes = inst.size(m.latent.dim), list(inst.dims.values())
        assert max(sizes) <= 3 and (k > 1 or max(sizes) > 1)
        spectrum = [float(v) for v in _float_spectrum(m, inst)]
        kept, dropped = ([*spectrum, 0, 0, 0, 0][i] for i in (k - 1, k))
        assert dropped < 1e-12 or abs(kept - dropped) < 1e-12 or kept >= 1.5 * dropped - 1e-12
    assert len(choose(m, limit=0)) <= 1
    assert [str(inst.describe()) for _, inst in choose(m, seed=1)] != [
        str(inst.describe()) for _, inst in choose(m, seed=2)
    ]


def test_a_meeting_says_what_met(chosen) -> None:
    for kind, inst in chosen:
        found = meet(linear_lam(), inst, kind, digits=30)
        assert (found.kind, found.dimensions) == (kind, {d.name: size for d, size in inst.dims.items()})
        assert list(found.dimensions) == sorted(found.dimensions)
        with mpmath.workdps(40):
            low, high = map(mpmath.mpf, found.enclosure)
            assert abs(high - low) < mpmath.mpf(10) ** -25 * max(1, abs(high))
        assert 30 <= found.digits <= 42
        more = meet(linear_lam(), inst, kind, digits=90)
        with mpmath.workdps(110):
            low, high = map(mpmath.mpf, more.enclosure)
            assert abs(high - low) < mpmath.mpf(10) ** -85 * max(1, abs(high))
        assert len(found.closed_form.lstrip("-0.").replace(".", "")) <= 30
        assert len(found.lowest_excess.split("e")[0].lstrip("-0.").replace(".", "")) <= 5


def test_the_same_number_meets_to_every_digit_that_is_asked_for(chosen, monkeypatch) -> None:
    import dataclasses

    kind, inst = chosen[1]
    honest = symlam.numerics.als

    def the_same(problem, **options):
        closed = symlam.numerics.solve(problem, tier="mpmath", digits=options["digits"])
        return dataclasses.replace(honest(problem, **options), value=mpmath.mpf(closed.minimum))

    monkeypatch.setattr(symlam.numerics, "als", the_same)
    found = meet(linear_lam(), inst, kind, digits=20)
    assert found.agrees and found.digits == 32
    assert float(found.lowest_excess) == 0


@pytest.mark.parametrize(
    ("shift", "digits", "agrees"),
    [("1e-19", 19, False), ("3e-21", 20, True), ("-1e-19", 19, False), ("1.5e-20", 19, False)],
)
def test_digits_are_counted_from_the_gap(chosen, monkeypatch, shift: str, digits: int, agrees: bool) -> None:
    import dataclasses

    kind, inst = chosen[1]
    honest = symlam.numerics.als

    def shifted(problem, **options):
        closed = mpmath.mpf(symlam.numerics.solve(problem, tier="mpmath", digits=options["digits"]).minimum)
        value = closed + mpmath.mpf(shift) * max(1, abs(closed))
        return dataclasses.replace(honest(problem, **options), value=value)

    monkeypatch.setattr(symlam.numerics, "als", shifted)
    found = meet(linear_lam(), inst, kind, digits=20)
    assert found.digits in ((digits,) if shift == "1.5e-20" else (digits - 1, digits))
    assert found.agrees is agrees


def test_an_infimum_that_is_not_attained_is_no_agreement(chosen, monkeypatch) -> None:
    import dataclasses

    honest = symlam.numerics.solve

    def unattained(problem, *, tier="float64", **options):
        found = honest(problem, tier=tier, **options)
        return dataclasses.replace(found, status="infimum") if tier == "mpmath" else found

    kind, inst = chosen[1]
    monkeypatch.setattr(symlam.numerics, "solve", unattained)
    assert not meet(linear_lam(), inst, kind, digits=20).agrees


def test_every_instance_of_every_model_meets_with_a_seed_of_its_own(monkeypatch) -> None:
    from symlam.evidence import agreement as module

    asked = []

    def noted(model, inst, kind, *, digits, seed):
        asked.append((model.name, kind, digits, seed))
        return dataclasses.replace(MEETING, agrees=len(asked) != 3, digits=30 + len(asked))

    import dataclasses

    MEETING = module.Meeting("regular", {}, "1", ("1", "1"), 30, "0", True)
    monkeypatch.setattr(module, "meet", noted)
    monkeypatch.setattr(module, "choose", lambda m, *, seed, per_kind: [(k, seed) for k in KINDS[:per_kind]])
    models = [linear_lam(), policy_lam()]
    found = agreement(models, digits=25, seed=4, per_kind=2)
    assert asked == [(m.name, KINDS[i], 25, 4 + i) for m in models for i in (0, 1)]
    assert (found.digits, len(found.meetings), found.reached, found.agrees) == (25, 4, 31, False)
    asked.clear()
    assert agreement(models[:1]).digits == 50
    assert asked == [(models[0].name, KINDS[0], 50, 0)]
    assert Agreement(50, found.meetings[:2]).agrees


def test_eight_random_points_of_both_signs_are_tried(chosen, monkeypatch) -> None:
    from symlam.optimum import _exact

    m, seen = linear_lam(), []
    honest = _exact.loss_at
    monkeypatch.setattr(_exact, "loss_at", lambda model, inst: seen.append(inst) or honest(model, inst))
    kind, inst = chosen[0]
    found = meet(m, inst, kind, digits=20)
    assert len(seen) == 8
    entries = {v for at in seen for letter in m.parameters for v in at.value(letter).entries()}
    assert -6 <= 4 * min(entries) < 0 < 4 * max(entries) <= 6
    assert {int((4 * v).q) for v in entries} == {1} and any(int(v.q) == 4 for v in entries)
    assert len({str(at.describe()["matrices"]) for at in seen}) == 8
    assert all(at.joint == inst.joint for at in seen)
    assert found == meet(m, inst, kind, digits=20, seed=0)


@pytest.mark.parametrize(
    ("kept", "dropped", "good"), [(3, 2, True), (7, 5, False), (2, 2, True), (3, 0, True), (29, 20, False)]
)
def test_spectra_with_a_small_gap_are_passed_over(monkeypatch, kept: int, dropped: int, good: bool) -> None:
    from fractions import Fraction

    from symlam.optimum import _exact

    def spectrum(model, inst):
        return Fraction(1), [Fraction(kept)] * inst.size(model.latent.dim) + [Fraction(dropped)]

    monkeypatch.setattr(_exact, "exact_minimum", spectrum)
    found = choose(linear_lam(), limit=30)
    assert bool(found) is good
    assert all((kind == "tied") == (kept == dropped) for kind, _ in found)


def test_an_instance_without_a_clear_spectrum_ends_nothing(monkeypatch) -> None:
    from fractions import Fraction

    from symlam.optimum import _exact

    def spectrum(model, inst):
        k = inst.size(model.latent.dim)
        if max(inst.dims.values()) == 1:
            return Fraction(1), [Fraction(7)] * k + [Fraction(5)]
        if k == 2:
            raise _exact.NoClosedForm("no closed form here")
        return Fraction(1), [Fraction(3)] * k + [Fraction(1)]

    monkeypatch.setattr(_exact, "exact_minimum", spectrum)
    m = linear_lam()
    found = choose(m, limit=60, per_kind=6)
    products = [inst.size(m.latent.dim) * max(inst.dims.values()) for _, inst in found]
    assert min(products) == 2, "the smallest that is not trivial is good enough"
    assert any(inst.size(m.latent.dim) == 3 for _, inst in found), "others come after what has no closed form"


def test_plain_instances_come_first_and_every_tier_is_asked_for_the_same_digits(chosen, monkeypatch) -> None:
    from symlam.algebra import _sampling

    streams, tiers = [], {}

    def noted(expressions, assumptions, **options):
        streams.append(options)
        return iter(())

    monkeypatch.setattr(_sampling, "instances", noted)
    assert choose(linear_lam(), seed=7) == []
    first, second = streams
    assert first["plain"] == first["rounds"] > 0 == second["plain"] < second["rounds"]
    assert {(o["seed"], o["max_dim"]) for o in streams} == {(7, 3)}
    honest = symlam.numerics.solve

    def asked(problem, *, tier="float64", **options):
        tiers[tier] = options["digits"]
        return honest(problem, tier=tier, **options)

    monkeypatch.setattr(symlam.numerics, "solve", asked)
    kind, inst = chosen[1]
    meet(linear_lam(), inst, kind, digits=20)
    assert tiers.keys() == {"mpmath", "arb"} and tiers["mpmath"] == tiers["arb"] > 20


def test_an_enclosure_has_its_outer_ends_and_a_tolerance_below_the_digits(chosen, monkeypatch) -> None:
    import dataclasses
    from types import SimpleNamespace

    import flint

    from symlam.evidence.agreement import _bounds

    ball = SimpleNamespace(lower=flint.arb(2, 0.5), upper=flint.arb(3, 0.5))
    low, high = _bounds(ball, 30)
    assert 1.4 < low <= 1.5 and 3.5 <= high < 3.6
    honest = symlam.numerics.solve
    kind, inst = chosen[0]
    for ulps, good in ((2, True), (-2, True), (4, False), (-4, False)):

        def shifted(problem, *, tier="float64", digits=None, ulps=ulps, **options):
            found = honest(problem, tier=tier, digits=digits, **options)
            if tier != "arb":
                return found
            with flint.ctx.workdps(60):
                delta = flint.arb(ulps) / flint.arb(10) ** digits
                return dataclasses.replace(found, lower=found.lower + delta, upper=found.upper + delta)

        monkeypatch.setattr(symlam.numerics, "solve", shifted)
        assert meet(linear_lam(), inst, kind, digits=20).agrees is good, (
            "the closed form is 3, and so is the scale"
        )


def test_digits_are_named_and_each_meeting_has_its_instance(monkeypatch) -> None:
    from symlam.evidence import agreement as module

    with pytest.raises(SymlamError, match=r"^digits\b"):
        agreement([linear_lam()], digits=0)
    seen = []
    monkeypatch.setattr(module, "meet", lambda m, inst, kind, **options: seen.append((inst, kind)))
    monkeypatch.setattr(module, "choose", lambda m, **options: [("tied", "one"), ("regular", "two")])
    agreement([linear_lam()], digits=20)
    assert seen == [("one", "tied"), ("two", "regular")]
