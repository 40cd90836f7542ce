"""Closed form and optimiser: digits honoured, disagreement seen, every kind of instance met."""

from __future__ import annotations

import mpmath
import pytest

import symlam.numerics
from symlam.claims import ledger
from symlam.errors import SymlamError
from symlam.evidence.agreement import KINDS, Agreement, agreement, choose, meet
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
