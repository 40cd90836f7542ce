"""Reduced-rank regression with one decoder over several samples, and a latent of several inputs.

After elimination an objective may read  sum_i w_i E||B (sum_j C_j x_ij) - t_i||^2 : one decoder B, encoder
letters C_j, samples i.  It is the regression of a sample drawn with weight w_i.  With the moments

    Σ_jl = sum_i w_i E[x_ij x_il'],   T_l = sum_i w_i E[t_i x_il'],   Y with sum_j Y_j Σ_jl = T_l

the minimum is  sum_i w_i E||t_i||^2 - sum_{j <= k} λ_j(sum_l T_l Y_l').  Mixtures of objectives, penalties on
another draw of the latent, and decoders that do not see what the encoder sees are of this form.
"""

from __future__ import annotations

from dataclasses import dataclass

from symlam.algebra import Assumptions, Dimension, E, LinearForm, Matrix, Notation, Scalar, latex, msq, total
from symlam.algebra._expression import constant
from symlam.algebra._print import style_of
from symlam.errors import SymlamError
from symlam.objective import Objective
from symlam.optimum._roles import left_factor


@dataclass(frozen=True)
class Sample:
    """weight E||B (sum_j C_j x_j) - t||^2, ``inputs`` the x_j in the order of the encoder letters."""

    weight: Scalar
    inputs: tuple[LinearForm, ...]
    target: LinearForm


@dataclass(frozen=True)
class PooledRegression:
    """min over rank-k maps of sum_i w_i E||B (sum_j C_j x_ij) - t_i||^2.

    ``predictor`` holds the Y_j, ``explained`` is sum_l T_l Y_l', whose k largest eigenvalues the latent keeps, and
    ``rest`` is sum_i w_i E||t_i||^2.
    """

    encoders: tuple[Matrix, ...]
    decoder: Matrix
    samples: tuple[Sample, ...]
    predictor: tuple[Matrix, ...]
    explained: Matrix
    rest: Scalar

    @property
    def k(self) -> Dimension | int:
        """The dimension of the bottleneck."""
        return self.encoders[0].rows

    def minimum_text(self) -> str:
        """The minimum in words of eigenvalues."""
        return f"{self.rest!r} - sum over i <= {self.k} of λ_i({self.explained!r})"

    def minimum_latex(self, notation: Notation | None = None) -> str:
        """The minimum in LaTeX."""
        k = style_of(notation).name(str(self.k), "dimension")
        kept = latex(self.explained, notation=notation)
        return rf"{latex(self.rest, notation=notation)} - \sum_{{i \le {k}}} \lambda_i({kept})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle \\min = {self.minimum_latex()}$"


def pooled_regression(
    objective: Objective,
    encoders: tuple[Matrix, ...],
    decoder: Matrix,
    *,
    predictor: tuple[Matrix, ...],
    under: Assumptions,
) -> PooledRegression:
    """Recognise an eliminated objective as a regression with one decoder, whose predictor Y_j is given.

    ``encoders`` are d_z x n_j, ``decoder`` is d x d_z and Y_j is d x n_j; sum_j Y_j Σ_jl = T_l is checked under the assumptions.
    Raises SymlamError where the objective is not of that form, or Y is not the regression.

    >>> from symlam.algebra import identity, matrix, vector, white
    >>> from symlam.models import model
    >>> L, N, x, v = matrix("L", "n", "k"), matrix("N", "k", "n"), vector("x", "n"), vector("v", "n")
    >>> noisy = model("noise on the input", loss=[(1, L * (N * x) - x), (1, L * (N * v))], latent=N * x,
    ...     encoder=[N], decoder=[L])
    >>> known = Assumptions(white(x), white(v))
    >>> pooled_regression(Objective.of(noisy), (N,), L, predictor=(identity("n") / 2,), under=known).minimum_text()
    'n - sum over i <= k of λ_i(1/2 I)'
    """
    if objective.rest:
        raise SymlamError(
            f"({objective!r}) has a part that is not a mean square", hint="eliminate fewer letters"
        )
    if len(predictor) != len(encoders) or not encoders:
        raise SymlamError(
            f"{len(predictor)} predictors for {len(encoders)} encoder letters", expected="one for each letter"
        )
    letters = {m.as_letter() for m in (*encoders, decoder)}
    samples: list[Sample] = []
    for term in objective.terms:
        seen = left_factor(term.form, decoder)
        inputs = tuple(left_factor(seen, c) for c in encoders)
        rest = term.form
        for c, x in zip(encoders, inputs, strict=True):
            rest = rest - decoder * (c * x)
        if rest.letters() & letters or any(x.letters() & letters for x in inputs):
            raise SymlamError(f"{term.text()} is not {decoder!r} (encoder letters times inputs) - (target)")
        samples.append(Sample(term.weight, inputs, -rest))
    if not samples:
        raise SymlamError("an empty objective has nothing to learn")

    def sum_of(left: str | int, l: int) -> Matrix:
        """T_l, or Σ_jl."""
        parts = [
            E(s.target if left == "target" else s.inputs[int(left)], s.inputs[l]) * s.weight for s in samples
        ]
        out: Matrix = under.reduce(sum(parts[1:], parts[0]))
        return out

    places = range(len(encoders))
    cross = [sum_of("target", l) for l in places]
    for l in places:
        parts = [predictor[j] * sum_of(j, l) for j in places]
        gap = under.reduce(sum(parts[1:], parts[0]) - cross[l])
        if gap:
            raise SymlamError(
                f"{predictor!r} is not the regression of the targets on the inputs: off by {gap!r}"
            )
    found = [t * y.T for t, y in zip(cross, predictor, strict=True)]
    rest_ = under.reduce(total((msq(s.target) * s.weight for s in samples), constant(0)))
    explained: Matrix = under.reduce(sum(found[1:], found[0]))
    return PooledRegression(encoders, decoder, tuple(samples), predictor, explained, rest_)
