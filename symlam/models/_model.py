"""What a model is: a loss that is quadratic in linear forms, and which letters do what.

A definition states the linear maps of base random vectors that make up the residuals, as a
paper writes them.  Nothing here knows which vectors there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symlam.algebra import Assumptions, LinearForm, Matrix, Notation, Scalar, latex, msq, total
from symlam.algebra._expression import _rational, constant
from symlam.algebra._print import style_of
from symlam.errors import SymlamError


@dataclass(frozen=True)
class Model:
    """A loss sum_i w_i E||residual_i||^2 and the roles of its letters.

    - ``loss``: pairs (weight, residual), weight a scalar expression or rational;
    - ``latent``: z, the form all decoders see;
    - ``encoder``: the letters that build z (C, D); ``decoder``: the letters that multiply z, one per
      residual at most (B, E); ``regression``: the letters that multiply what the predictor sees
      besides z (A);
    - ``named``: forms that claims and reports speak of.

    Raises SymlamError when a residual is not linear in its decoder and regression letters, or a
    role letter is missing.
    """

    name: str
    loss: tuple[tuple[Scalar, LinearForm], ...]
    latent: LinearForm
    encoder: tuple[Matrix, ...]
    decoder: tuple[Matrix, ...]
    regression: tuple[Matrix, ...]
    assumptions: Assumptions
    named: Mapping[str, LinearForm] = field(default_factory=dict)
    source: str = ""

    @property
    def parameters(self) -> tuple[Matrix, ...]:
        """All letters over which the loss is minimised."""
        return (*self.regression, *self.decoder, *self.encoder)

    @property
    def residuals(self) -> tuple[LinearForm, ...]:
        """The residual forms."""
        return tuple(r for _, r in self.loss)

    def expand(self) -> Scalar:
        """The loss in normal form, no assumption used."""
        return total((msq(r) * w for w, r in self.loss), constant(0))

    def latex(self, notation: Notation | None = None) -> str:
        """The loss in LaTeX, residuals as they were stated."""
        style = style_of(notation)
        out = []
        for w, r in self.loss:
            shown = latex(w, notation=notation)
            front = "" if w == 1 else f"{style.group(shown) if len(w.terms) > 1 else shown} "
            out.append(front + style.mean_square(latex(r, notation=notation)))
        return " + ".join(out)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle \mathcal{{L}} = {self.latex()}$"

    def assume(self, *more: Any) -> Model:
        """The model with assumptions added."""
        return replace(self, assumptions=self.assumptions.plus(*more))

    def without(self, *dropped: Any) -> Model:
        """The model with some assumptions dropped."""
        return replace(self, assumptions=self.assumptions.without(*dropped))

    def substitute(self, replacements: Mapping[Any, Any], *, name: str | None = None) -> Model:
        """Replace base random vectors and letters everywhere, in the assumptions too."""
        from symlam.models._rewrite import substitute_assumptions

        return replace(
            self,
            name=name or self.name,
            loss=tuple((w, r.substitute(replacements)) for w, r in self.loss),
            latent=self.latent.substitute(replacements),
            assumptions=substitute_assumptions(self.assumptions, replacements),
            named={k: f.substitute(replacements) for k, f in self.named.items()},
        )


def model(
    name: str,
    *,
    loss: Iterable[tuple[Any, LinearForm]],
    latent: LinearForm,
    encoder: Iterable[Matrix],
    decoder: Iterable[Matrix],
    regression: Iterable[Matrix] = (),
    assume: Any = (),
    named: Mapping[str, LinearForm] | None = None,
    source: str = "",
) -> Model:
    """State a model; see `Model` for the roles.

    >>> from symlam.algebra import matrix, uncorrelated, vector
    >>> y, x = vector("y", "m"), vector("x", "n")
    >>> B, D = matrix("B", "m", "k"), matrix("D", "k", "n")
    >>> rrr = model("reduced-rank regression", loss=[(1, B * (D * x) - y)], latent=D * x, encoder=[D], decoder=[B])
    >>> rrr.expand()
    tr(Σ_y) - 2 tr(B D Σ_{x,y}) + tr(B D Σ_x D' B')
    """
    pairs = []
    for item in loss:
        if not (isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], LinearForm)):
            raise SymlamError(f"loss item {item!r}", expected="a pair (weight, residual random vector)")
        w = item[0] if isinstance(item[0], Scalar) else _rational(item[0])
        if w is None:
            raise SymlamError(f"the weight {item[0]!r}", expected="a rational number or a scalar expression")
        pairs.append((w if isinstance(w, Scalar) else constant(w), item[1]))
    if not pairs:
        raise SymlamError(f"the model {name!r} has no loss", expected="at least one (weight, residual)")
    if not isinstance(latent, LinearForm):
        raise SymlamError(f"latent {latent!r}", expected="a random vector")
    known = assume if isinstance(assume, Assumptions) else Assumptions(assume)
    out = Model(
        name,
        tuple(pairs),
        latent,
        tuple(encoder),
        tuple(decoder),
        tuple(regression),
        known,
        dict(named or {}),
        source,
    )
    used = {x for r in out.residuals for x in r.letters()}
    for role, letters in (("encoder", out.encoder), ("decoder", out.decoder), ("regression", out.regression)):
        for m in letters:
            if m.as_letter() not in used:
                raise SymlamError(f"the {role} letter {m!r} occurs in no residual of {name!r}")
    return out
