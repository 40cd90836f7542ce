"""The one problem that every proposition is an instance of: partial reduced-rank regression with heads.

    minimise  E|A v + B G u - t|^2  +  sum_h lambda_h E|E_h G u - t_h|^2     over A, B, G (k rows), E_h,

perhaps with a weight for each coordinate of t, where v = V w, u = U w, t = T w, t_h = T_h w are linear in a base vector w with E[w w'] = S.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from symlam.errors import SymlamError
from symlam.numerics.rational import Elimination, RationalMatrix, as_fraction, eliminate

__all__ = ["Head", "Problem", "Reduction", "row_rank"]


@dataclass(frozen=True, eq=False)
class Head:
    """A further target t_h = T_h w (p_h x m), predicted from the latent alone, with weight lambda_h >= 0."""

    weight: Any
    target: Any


@dataclass(frozen=True, eq=False)
class Problem:
    """Partial reduced-rank regression, in exact rational data.

    Shapes: ``moment`` m x m (PSD), ``target`` p x m, ``regressors`` d_v x m (may be empty),
    ``inputs`` d_u x m, ``rank`` = k >= 1, ``weights`` p numbers > 0 for the coordinates of t (empty: all 1). Entries may be int, Fraction, SymPy rationals, decimal strings
    or floats (taken as the dyadic rationals that they are). Raises `SymlamError` for shapes that do not
    fit, NaN, negative weights and k < 1; that S is PSD is checked by `reduction`, exactly.

    >>> p = Problem(moment=[[2, 0], [0, 1]], target=[[1, 0], [0, 1]], inputs=[[1, 0], [0, 1]], rank=1)
    >>> p.reduction.total
    Fraction(3, 1)
    """

    moment: Any
    target: Any
    inputs: Any
    rank: int
    regressors: Any = ()
    heads: Sequence[Head] = field(default=())
    weights: Sequence[Any] = field(default=())

    def __post_init__(self) -> None:
        if isinstance(self.rank, bool) or not isinstance(self.rank, int) or self.rank < 1:
            raise SymlamError(f"the latent dimension is {self.rank!r}", expected="an integer k >= 1")
        moment = _matrix(self.moment, None, "moment")
        m = moment.cols
        if moment.shape != (m, m):
            raise SymlamError(f"the moment matrix is {moment.shape[0]} x {m}", expected="a square matrix")
        if not moment.is_symmetric():
            raise SymlamError(
                "the moment matrix is not symmetric", expected="E[w w'], a symmetric PSD matrix"
            )
        object.__setattr__(self, "moment", moment)
        for name in ("target", "inputs", "regressors"):
            object.__setattr__(self, name, _matrix(getattr(self, name), m, name))
        if not self.target.num or not self.inputs.num:
            raise SymlamError("the target or the inputs are empty", expected="at least one row each")
        weights = tuple(as_fraction(x) for x in self.weights)
        if weights and (len(weights) != len(self.target.num) or min(weights) <= 0):
            raise SymlamError(
                "the weights of the target do not fit",
                expected=f"{len(self.target.num)} numbers > 0, one for each coordinate",
            )
        object.__setattr__(self, "weights", weights)
        heads = []
        for head in self.heads:
            weight = as_fraction(head.weight)
            if weight < 0:
                raise SymlamError(f"a head has weight {weight}", expected="a weight >= 0")
            heads.append(Head(weight, _matrix(head.target, m, "head target")))
        object.__setattr__(self, "heads", tuple(heads))

    @cached_property
    def reduction(self) -> Reduction:
        """The problem with v projected out and heads stacked under the target, exactly (`Reduction`)."""
        return _reduce(self)


@dataclass(frozen=True, eq=False)
class Reduction:
    """Everything the three tiers need, in exact rationals.

    With tau = [t; t_h ...] (q rows), and ~ for residuals after least squares on v:

    - ``weights`` D: those of the rows of t (1 where none are given), lambda_h for rows of t_h (heads of weight 0 are left out of tau);
    - ``total`` = tr D E[tau~ tau~'];
    - ``explained`` M = E[tau~ u~'] E[u~ u~']^+ E[u~ tau~'] (q x q): its D-weighted spectrum is the answer;
    - ``coefficients`` (q x d_u): tau~ = coefficients u~ + error; ``null`` rows n with n u~ = 0
      (left empty without heads, where nothing depends on them);
    - ``inputs_on_v`` (d_u x d_v), ``targets_on_v`` (q x d_v): the least-squares maps from v;
    - ``moment_v`` = E[v v'];
    - ``decoupled``: True when the part of the heads that v explains costs nothing *for every* choice of the
      rest, so that the relaxed problem is the problem; None when that depends on the optimum; False when no
      member of the latent can follow v freely.
    """

    weights: tuple[Fraction, ...]
    total: Fraction
    explained: RationalMatrix
    coefficients: RationalMatrix
    null: RationalMatrix
    inputs_on_v: RationalMatrix
    targets_on_v: RationalMatrix
    moment_v: RationalMatrix
    target_rows: int
    decoupled: bool | None


def _matrix(value: object, cols: int | None, name: str) -> RationalMatrix:
    if isinstance(value, RationalMatrix):
        matrix = value
    else:
        if hasattr(value, "tolist"):
            value = value.tolist()
        try:
            rows = [list(row) for row in value]  # type: ignore[attr-defined]
        except TypeError:
            raise SymlamError(f"{name} is not a matrix", expected="nested sequences of numbers") from None
        matrix = RationalMatrix.of(rows, cols=cols if not rows else None)
    if cols is not None and matrix.num and matrix.cols != cols:
        raise SymlamError(
            f"{name} has {matrix.cols} columns", expected=f"{cols}, the dimension of the base vector w"
        )
    return matrix


def _reduce(problem: Problem) -> Reduction:
    S, V, U, T = problem.moment, problem.regressors, problem.inputs, problem.target
    if not problem.__dict__.get("proved_psd") and not _is_plainly_psd(S):
        eliminate(S, RationalMatrix(tuple(() for _ in S.num), 1, 0), what="moment matrix")
    weights = list(problem.weights) or [Fraction(1)] * len(T.num)
    tau = T
    for head in problem.heads:
        if head.weight:
            tau = tau.stack(head.target)
            weights += [head.weight] * len(head.target.num)
    du = len(U.num)
    both = U.stack(tau)
    moments = both @ S @ both.T
    if V.num:
        cross = V @ S @ both.T
        moment_v = V @ S @ V.T
        on_v = eliminate(moment_v, cross).solution
        moments = moments - cross.T @ on_v
        maps = on_v.T
    else:
        moment_v = RationalMatrix((), 1, 0)
        maps = RationalMatrix(tuple(() for _ in both.num), 1, 0)
    u, t = slice(0, du), slice(du, None)
    residual = moments.block(t, t)
    known = _positions(tau, U)
    if known is not None and len(weights) == len(T.num):
        # t is among the inputs: it is predicted without error and no linear system has to be solved
        explained = residual
        picks = tuple(tuple(int(j == i) for j in range(du)) for i in known)
        coefficients, null = RationalMatrix(picks, 1, du), RationalMatrix((), 1, du)
    else:
        solved: Elimination = eliminate(moments.block(u, u), moments.block(u, t))
        explained = moments.block(t, u) @ solved.solution
        coefficients, null = solved.solution.T, solved.null
    total = sum((residual[i, i] * weight for i, weight in enumerate(weights)), Fraction(0))
    inputs_on_v, targets_on_v = maps.block(u, slice(None)), maps.block(t, slice(None))
    return Reduction(
        tuple(weights),
        total,
        explained,
        coefficients,
        null,
        inputs_on_v,
        targets_on_v,
        moment_v,
        len(T.num),
        _decoupled(len(T.num), coefficients, null, inputs_on_v, targets_on_v, moment_v),
    )


def _is_plainly_psd(S: RationalMatrix) -> bool:
    """Whether S is diagonal and non-negative, as the moment of a white base vector is."""
    return all(x >= 0 if i == j else x == 0 for i, row in enumerate(S.num) for j, x in enumerate(row))


def _positions(rows: RationalMatrix, among: RationalMatrix) -> list[int] | None:
    """Where each row stands among the rows of another matrix, or None if one does not."""
    if rows.den != among.den:
        return None
    where = {row: i for i, row in enumerate(among.num)}
    found = [where.get(row) for row in rows.num]
    return None if None in found else [i for i in found if i is not None]


def _decoupled(
    p: int, coefficients: Any, null: Any, inputs_on_v: Any, targets_on_v: Any, moment_v: Any
) -> bool | None:
    """Whether heads that see the latent only can ignore v, decided by ranks over the rationals.

    The latent is G u = G u~ + G R v. Along the null space of E[u~ u~'] the rows of G are free; if the rows
    this freedom adds to G R v cover both G R v itself and what v explains of the heads, the v-part W of the
    latent is free, and it has to solve E W = Q where Q is the heads' least-squares map from v.
    """
    if len(targets_on_v.num) == p or not moment_v.num:
        return True
    correlated = targets_on_v.block(slice(p, None), slice(None)) @ moment_v
    carried = coefficients @ inputs_on_v @ moment_v
    if carried.is_zero() and correlated.is_zero():
        return True
    free = null @ inputs_on_v @ moment_v
    with_carried = free.stack(carried)
    if not row_rank(free) == row_rank(with_carried) == row_rank(with_carried.stack(correlated)):
        return False
    return True if correlated.is_zero() else None


def row_rank(matrix: RationalMatrix) -> int:
    """The rank of a rational matrix, exactly."""
    if not matrix.num:
        return 0
    gram = matrix @ matrix.T
    return eliminate(gram, RationalMatrix(tuple(() for _ in gram.num), 1, 0)).rank
