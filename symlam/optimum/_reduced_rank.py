"""The optimum of what a derivation leaves, as a reduced-rank regression: spectral data of a covariance.

After elimination an objective reads  sum_i w_i E||L_i D x - t_i||^2  with one encoder D and
decoders L_i.  With the stacked target t = [sqrt(w_i) t_i] and Y the regression of t on x:

    min = E||t||^2 - sum_{j <= k} lambda_j(Y Sigma_x Y^T),

and when the only target is x itself, min = sum_{j > k} lambda_j(Sigma_x) (PCA).
Izenman, *Reduced-rank regression for the multivariate linear model*, J. Multivariate Anal. 5 (1975).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symlam.algebra import Assumptions, Dimension, E, LinearForm, Matrix, Notation, Scalar, latex
from symlam.algebra._print import style_of
from symlam.errors import SymlamError
from symlam.objective import Objective
from symlam.optimum._roles import left_factor


@dataclass(frozen=True)
class Target:
    """weight E||decoder D x - target||^2."""

    weight: Scalar
    decoder: Matrix
    target: LinearForm


@dataclass(frozen=True)
class ReducedRank:
    """min over rank-k maps of sum_i w_i E||L_i D x - t_i||^2, and how its minimum is written.

    ``k`` is the dimension of the latent; ``input`` is x.
    """

    encoder: Matrix
    input: LinearForm
    targets: tuple[Target, ...]
    assumptions: Assumptions = field(default_factory=Assumptions, compare=False)
    explained: Matrix | None = None  # Y Sigma_x Y^T of a single target, where the regression Y was given

    @property
    def k(self) -> Dimension | int:
        """The dimension of the bottleneck."""
        return self.encoder.rows

    @property
    def is_pca(self) -> bool:
        """Whether the one target is the input itself."""
        return len(self.targets) == 1 and self.targets[0].target == self.input and self.targets[0].weight == 1

    @property
    def moment(self) -> Matrix:
        """Sigma_x, the second moment whose principal directions are kept when this is PCA."""
        out: Matrix = self.assumptions.reduce(E(self.input, self.input))
        return out

    @property
    def spectrum(self) -> str:
        """Of which matrix the k largest eigenvalues are kept."""
        if self.is_pca:
            return self.moment_text()
        if self.explained is not None:
            return repr(self.explained)
        return "Y Σ_x Y', Y the regression of the stacked targets on x"

    def moment_text(self) -> str:
        """The kept moment in plain text."""
        return repr(self.moment)

    def minimum_text(self) -> str:
        """The minimum in words of eigenvalues."""
        if self.is_pca:
            return f"sum over i > {self.k} of λ_i({self.moment!r})"
        tail = " + ".join(
            f"{'' if t.weight == 1 else repr(t.weight) + ' '}E||{t.target!r}||^2" for t in self.targets
        )
        return f"{tail} - sum over i <= {self.k} of λ_i({self.spectrum})"

    def minimum_latex(self, notation: Notation | None = None) -> str:
        """The minimum in LaTeX; x is the input and Y the regression of the stacked targets on it."""
        style = style_of(notation)
        k = style.name(str(self.k), "dimension")
        if self.is_pca:
            return rf"\sum_{{i > {k}}} \lambda_i({latex(self.moment, notation=notation)})"
        tail = " + ".join(
            ("" if t.weight == 1 else latex(t.weight, notation=notation) + r"\,")
            + style.mean_square(latex(t.target, notation=notation))
            for t in self.targets
        )
        if self.explained is not None:
            return rf"{tail} - \sum_{{i \le {k}}} \lambda_i({latex(self.explained, notation=notation)})"
        return rf"{tail} - \sum_{{i \le {k}}} \lambda_i(Y \Sigma_x Y^{{{style.notation.transpose}}})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle \\min = {self.minimum_latex()}$"

    def minimisers_text(self) -> str:
        """All minimisers, ties and rank deficiency included."""
        stacked = self.targets[0].decoder if len(self.targets) == 1 else None
        name = (
            repr(stacked) if stacked is not None else f"[{'; '.join(repr(t.decoder) for t in self.targets)}]"
        )
        kept = "S = Σ_x" if self.is_pca else "S = Y Σ_x Y'"
        image = "Σ_x" if self.is_pca else "Y Σ_x"
        return (
            f"exactly the {name} and {self.encoder!r} with {name} {self.encoder!r} Σ_x = P {image}, where x = {self.input!r}, {kept} "
            f"and P is an orthogonal projector that commutes with S, on {self.k} eigenvectors of largest eigenvalue; "
            f"P is unique iff λ_{self.k} > λ_{{{self.k}+1}} or λ_{self.k} = 0 (then P S = S); with a tie any choice inside the tied eigenspace; "
            f"then {name} = U T, {self.encoder!r} = T^-1 U' on the range of Σ_x, any invertible T; "
            f"if rank S < {self.k}, the spare latent dimensions are free where they do no harm"
        )


def reduced_rank(
    objective: Objective,
    encoder: Matrix,
    decoders: tuple[Matrix, ...],
    *,
    under: Assumptions | None = None,
    predictor: Matrix | None = None,
) -> ReducedRank:
    """Recognise an eliminated objective as a reduced-rank regression.

    ``under`` simplifies the moment that is shown.  ``predictor`` is the regression Y of the only
    target on the input: Y Σ_x = E[t x'] is checked, and the minimum is written with Y Σ_x Y'.  Raises SymlamError when it is not one (another letter is left, or two inputs).

    >>> from symlam.models import linear_lam
    >>> from symlam.objective import derive
    >>> m = linear_lam()
    >>> rrr = reduced_rank(derive(m).objective, m.encoder[1], m.decoder)
    >>> rrr.minimum_text()
    "sum over i > d_z of λ_i(Σ_q + Σ_{q,ε} + Σ_{q,ε}' + Σ_ε)"
    """
    if objective.rest:
        raise SymlamError(
            f"({objective!r}) has a part that is not a mean square", hint="eliminate fewer letters"
        )
    x: LinearForm | None = None
    targets: list[Target] = []
    for term in objective.terms:
        found = [d for d in decoders if left_factor(term.form, d)]
        if len(found) != 1:
            raise SymlamError(
                f"{term.text()} has {len(found)} decoders", expected="one decoder times the latent"
            )
        inner = left_factor(left_factor(term.form, found[0]), encoder)
        if x is None:
            x = inner
        if inner != x:
            raise SymlamError(f"the decoders see different inputs, {x!r} and {inner!r}")
        minus = term.form - found[0] * (encoder * inner)
        if minus.letters() & {m.as_letter() for m in (encoder, *decoders)}:
            raise SymlamError(f"{term.text()} is not (decoder) (encoder) (input) - (target)")
        if any(found[0] == t.decoder for t in targets):
            raise SymlamError(
                f"{found[0]!r} decodes two targets", expected="a decoder of its own for every target"
            )
        targets.append(Target(term.weight, found[0], -minus))
    if x is None:
        raise SymlamError("an empty objective has nothing to learn")
    whole = ReducedRank(encoder, x, tuple(targets), under or Assumptions())
    return whole if predictor is None else _explain(whole, predictor)


def _explain(found: ReducedRank, predictor: Matrix) -> ReducedRank:
    """The regression with Y given: SymlamError unless Y Σ_x = E[t x'] for its only target t."""
    known, x = found.assumptions, found.input
    if len(found.targets) != 1:
        raise SymlamError(f"a predictor for {len(found.targets)} targets", expected="one target")
    (target,) = found.targets
    gap = known.reduce(predictor * E(x, x) - E(target.target, x))
    if gap:
        raise SymlamError(
            f"({predictor!r}) is not the regression of {target.target!r} on {x!r}: off by {gap!r}"
        )
    return replace(found, explained=known.reduce(predictor * E(x, x) * predictor.T) * target.weight)
