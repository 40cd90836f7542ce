"""What the claims about an exogenous state share: the transition, the two spectra, leaks at a minimiser.

A leak is D X Σ_η != 0: the latent sees the exogenous innovation through the future observation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from symlam.algebra import Assumptions, Matrix, dimension_at_most, matrix, uncorrelated, vector
from symlam.algebra import E as moment
from symlam.algebra._assumptions import IndependentColumns, Orthonormal, left_inverses
from symlam.algebra._exact import Instance, eye
from symlam.claims._part import Proof, cites, hypothesis, joined, proves
from symlam.claims._tests import eigenvalues, predictor, second_moment
from symlam.errors import SymlamError
from symlam.models import World, model, world
from symlam.models._model import Model
from symlam.models.exogenous_letters import γ
from symlam.objective import Derivation, derive
from symlam.optimum import reduced_rank
from symlam.optimum._exact import argmin, coefficient, exact_minimum, loss_at, nullspace

PAPER = "arXiv 2605.20223"
OWN = "this project's formulation, after arXiv 2605.20223"
OURS: dict[str, Any] = {
    "reference": "lee2026",
    "formulation": "no claim of the paper",
}
W = world()  # the letters that every claim speaks of


def read_outs(known: Assumptions, w: World = W) -> tuple[tuple[Matrix, Matrix], Assumptions] | None:
    """E^+, X^+ and M with their equations, None unless [E X] is assumed to have independent columns."""
    blocks = {w.E, w.X}
    if not any(isinstance(a, IndependentColumns | Orthonormal) and blocks <= set(a.blocks) for a in known):
        return None
    (p, q), equations = left_inverses(w.E, w.X)
    return (p, q), known.plus(equations, w.transition())


def transition_proof(known: Assumptions, w: World = W) -> Proof | None:
    """M exists, and with it o' = M o + r with E[o r'] = 0."""
    found = read_outs(known, w)
    if found is None:
        return None
    _, rules = found
    gap = w.next() - w.next(predicted=True)
    separates = frozenset(
        a for a in known if isinstance(a, IndependentColumns | Orthonormal) and {w.E, w.X} <= set(a.blocks)
    )
    return joined(
        Proof((), separates),
        cites(
            "[E X] has independent columns: E^+, X^+ exist, and M = E E^+ + X F X^+ has M E = E, M X = X F"
        ),
        proves(rules, moment(gap, gap), 0 * moment(gap, gap), "o' = M o + r with r = E H a + X η"),
        proves(
            rules,
            moment(w.observation(), w.innovation()),
            0 * moment(gap, gap),
            "E[o r'] = 0: M o predicts o' best",
        ),
    )


def chain_proof(chain: Derivation) -> Proof:
    """A derivation as lines of a proof."""
    return Proof(tuple(map(repr, chain.steps)), chain.used)


def invariance(known: Assumptions, gain: Matrix, w: World = W) -> Proof | None:
    """For orthonormal [E X]: Σ E = E Σ_q and Σ X = X T, so the spectrum is that of Σ_q and that of T.

    ``gain`` is T, the second moment in the coordinates of the exogenous state.
    """
    total = w.E * moment(w.q, w.q) * w.E.T + w.X * gain * w.X.T
    return joined(
        proves(known, total * w.E, w.E * moment(w.q, w.q), "Σ E = E Σ_q"),
        proves(known, total * w.X, w.X * gain, "Σ X = X T, T the exogenous part"),
        cites("Σ vanishes on the complement of [E X]: its positive spectrum is that of Σ_q with that of T"),
    )


def seen_moment(known: Assumptions, seen: Matrix, w: World = W) -> Proof | None:
    """For W (``seen``) with W E = E and W X = γ X: the innovation of W o has the moment E Σ_q E' + γ² X Σ_η X'."""
    change = seen * w.innovation()
    return proves(
        known,
        moment(change, change),
        w.E * moment(w.q, w.q) * w.E.T + γ**2 * w.X * moment(w.η, w.η) * w.X.T,
        "Σ_{W r} = E Σ_q E' + γ² X Σ_η X'",
    )


def innovation_pca(dim: str, why: str, latent: str = "d_z") -> Proof | None:
    """Whatever the moments: o' = P o + r with E[o r'] = 0 (``why``) makes the minimum the tail of the spectrum of E[r r']."""
    base, rest = vector("o", dim), vector("r", dim)
    A, B, C = matrix("A", dim, dim), matrix("B", dim, latent), matrix("C", latent, dim)
    D, P = matrix("D", latent, dim), matrix("P", dim, dim)
    after = P * base + rest
    z = C * base + D * after
    abstract = model(
        "o' = P o + r",
        loss=[(1, A * base + B * z - after)],
        latent=z,
        encoder=[C, D],
        decoder=[B],
        regression=[A],
        assume=[uncorrelated(base, rest), dimension_at_most(latent, dim)],
    )
    chain = derive(abstract)
    optimum = reduced_rank(chain.objective, D, (B,), under=chain.assumptions)
    if not optimum.is_pca or optimum.moment != moment(rest, rest):
        return None
    return joined(
        cites(why),
        Proof(tuple(map(repr, chain.steps))),
        cites(f"Eckart-Young: the minimum is {optimum.minimum_text()}"),
    )


def largest_first(*spectra: list[Fraction]) -> list[Fraction]:
    """The union of spectra, largest first."""
    return sorted((v for s in spectra for v in s), reverse=True)


def rest_after(spectrum: list[Fraction], k: int) -> Fraction:
    """What the k largest values leave."""
    return sum(spectrum[k:], Fraction(0))


def innovation_moment(inst: Instance, w: World = W, *, seen: Matrix | None = None) -> flint.fmpq_mat:
    """E[r r^T] of o' - (best linear prediction of o' from o), or of W o' from W o, from the joint moment."""
    o, o_next = w.observation(), w.next()
    if seen is not None:
        o, o_next = seen * o, seen * o_next
    gap = coefficient(inst, o_next, inst.order) - predictor(inst, o_next, o) * coefficient(
        inst, o, inst.order
    )
    return gap * inst.joint_moment * gap.transpose()


def kept_first(s: flint.fmpq_mat, k: int, first: flint.fmpq_mat) -> list[list[Any]]:
    """Rows that span k principal directions of s; at a tie those that ``first`` does not annihilate come first.

    Raises SymlamError for an irrational spectrum.
    """
    rows: list[list[Any]] = []
    for value in dict.fromkeys(eigenvalues(s)):
        if len(rows) >= k or not value:
            break
        space = nullspace(s - eye(s.nrows()) * flint.fmpq(value.numerator, value.denominator))
        space.sort(key=lambda x: not any((flint.fmpq_mat([x]) * first).entries()))
        for x in space:
            for y in rows:
                c = _dot(x, y) / _dot(y, y)
                x = [a - c * b for a, b in zip(x, y, strict=True)]
            if len(rows) < k:
                rows.append(x)
    return rows + [[flint.fmpq(0)] * s.nrows() for _ in range(k - len(rows))]


def _dot(x: list[Any], y: list[Any]) -> Any:
    return sum((a * b for a, b in zip(x, y, strict=True)), flint.fmpq(0))


def leaking_minimiser(
    m: Model,
    inst: Instance,
    moment_: flint.fmpq_mat,
    first: flint.fmpq_mat,
    *,
    centre: flint.fmpq_mat | None = None,
) -> Instance:
    """A minimiser that keeps, among tied directions, those that ``first`` does not annihilate.

    The rows of D are eigenvectors of ``moment_``; C = -D centre, 0 when there is none.  Raises SymlamError where the spectrum is irrational; AssertionError should it be no minimiser.
    """
    C, D = m.encoder
    k = inst.size(m.latent.dim)
    rows = kept_first(moment_, k, first)
    back = flint.fmpq_mat(k, inst.size(C.cols)) if centre is None else -1 * flint.fmpq_mat(rows) * centre
    at = inst.with_values({C: back.tolist(), D: rows})
    at = argmin(m, at, (*m.regression, *m.decoder))
    if loss_at(m, at) != exact_minimum(m, inst)[0]:
        raise AssertionError(f"the principal directions are no minimiser of {m.name!r}")
    return at


def skip_unless(condition: bool) -> None:
    """Leave an instance out that does not satisfy what the clause states in its words."""
    if not condition:
        raise SymlamError("the condition of the clause fails on this instance")


def sigma_min(inst: Instance, w: World = W) -> Fraction:
    """σ_min²: the d_a-th largest eigenvalue of Σ_q."""
    values = eigenvalues(second_moment(inst, w.q))
    count = inst.size(w.a.dim)
    return values[count - 1] if count <= len(values) else Fraction(0)


def tau_max(inst: Instance, w: World = W) -> Fraction:
    """τ_max²: the largest eigenvalue of Σ_η."""
    return eigenvalues(second_moment(inst, w.η))[0]


def noisy(inst: Instance, w: World = W) -> bool:
    """Σ_η != 0."""
    return any(second_moment(inst, w.η).entries())


NOISY = hypothesis("Σ_η != 0", test=noisy)


def no_leak(
    D: Matrix, seen: Matrix | None = None, w: World = W
) -> Callable[[Any, Instance], Iterator[tuple[Any, ...]]]:
    """D X Σ_η (D W X Σ_η on a representation W) against 0."""
    through = D * w.X if seen is None else D * seen * w.X

    def check(known: Any, at: Instance) -> Iterator[tuple[Any, ...]]:
        value = at.value(through * moment(w.η, w.η))
        yield value, flint.fmpq_mat(value.nrows(), value.ncols()), f"{through!r} Σ_η at a minimiser"

    return check


def centred(m: Model, w: World = W) -> Model:
    """Only encoders of the innovation: C = -D M, so that z = D r."""
    C, D = m.encoder
    return replace(
        m.assume(w.transition()).substitute({C: -D * w.M}, name=f"{m.name}, C = -D M"), encoder=(D,)
    )
