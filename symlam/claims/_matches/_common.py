"""What the matches of several claims have in common: the derived objects of a model, the words of its spectrum."""

from __future__ import annotations

from typing import Any

from symlam.algebra import E, Matrix
from symlam.evidence.export._derivation import objective_term
from symlam.models._model import Model
from symlam.objective import Derivation, derive

# sum of l_i, i > d_z, and the first d_z columns of U
TAIL = r"\sum_(i < {#d_o} | ({#d_z} <= i)%N) {~l} i"
FIRST = "({~U} *m pid_mx {#d_z} : 'M[R]_({#d_o}, {#d_z}))"
SPECTRUM = "({~U} : 'M[R]_{#d_o}) ({~l} : 'I_{#d_o} -> R)"
SORTED = (r"{~U}^T *m {~U} = 1%:M", r"{moment} = dg {~U} {~l}", r"nonincreasing {~l}")
OPTIMAL = r"optimal (fun {A:} {B:} {C:} {D:} => {loss}) {A} {B} {C} {D}"
PRINCIPAL = r"principal_map {#d_z} (thr {#d_z} {~l}) {moment} ({B} *m {D})"
EVERY = r"forall {A:} {B:} {C:} {D:}"


class Derived:
    """What the engine derives of a model: objective, eliminated objective, choices, conditions, moment."""

    def __init__(self, model: Model, **options: Any) -> None:
        self.model = model
        self.derivation: Derivation = derive(model, **options)
        steps = self.derivation.steps
        self.loss = objective_term(steps[0].objective)
        self.value = objective_term(steps[-1].objective)
        self.choice = dict(steps[-1].choice)
        self.conditions = tuple(model.assumptions.reduce(c) for c in steps[-1].condition)
        self.used = self.derivation.used

    def moment(self, x: Any) -> Matrix:
        """E[x x^T] as the engine reduces it."""
        return self.model.assumptions.reduce(E(x, x))
