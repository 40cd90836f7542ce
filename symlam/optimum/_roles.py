"""Read off a model what is predicted from what: targets, regressors and bottleneck inputs.

Every residual is  sum R v  +  L z  -  t  with regression letters R, a decoder letter L and
the latent  z = sum C_j x_j  over the encoder letters.  The forms v, x_j, t contain no
parameter.  This is partial reduced-rank regression, for any model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symlam.algebra import LinearForm, Matrix, Scalar
from symlam.algebra._letter import COLS
from symlam.errors import SymlamError

if TYPE_CHECKING:
    from symlam.models import Model


@dataclass(frozen=True)
class Loss:
    """One residual: weight E||R v + L z - t||^2 with pairs (R, v), a decoder L, target t.

    ``inputs`` are the x_j of what the decoder sees there, sum C_j x_j: those of the latent z, or of another
    sample of it.  ``more`` are further residuals with the same decoder L and no other letters R: the loss is
    their sum.
    """

    weight: Scalar
    regression: tuple[tuple[Matrix, LinearForm], ...]
    decoder: Matrix
    target: LinearForm
    inputs: tuple[LinearForm, ...]
    more: tuple[Loss, ...] = ()

    @property
    def samples(self) -> tuple[tuple[Scalar, tuple[LinearForm, ...], LinearForm], ...]:
        """(weight, what the letters R multiply, target) of every residual; a letter that is not there multiplies 0."""
        every = [(x, dict(x.regression)) for x in (self, *self.more)]
        return tuple(
            (x.weight, tuple(vs.get(r, 0 * v) for r, v in self.regression), x.target) for x, vs in every
        )


@dataclass(frozen=True)
class Roles:
    """The losses of a model and the inputs (C_j, x_j) of its latent."""

    losses: tuple[Loss, ...]
    inputs: tuple[tuple[Matrix, LinearForm], ...]


def left_factor(form: LinearForm, letter: Matrix) -> LinearForm:
    """The form v in the part letter * v of a form: the words that start with the letter, stripped."""
    code = letter._letter_code()
    parts = {}
    dim = COLS[code]
    for b, m in form.parts.items():
        terms = {(s, t, w[1:]): v for (s, t, w), v in m.terms.items() if w and w[0] == code}
        if terms:
            parts[b] = Matrix(dim, b.dim, terms)
    return LinearForm(dim, parts)


def roles(model: Model) -> Roles:
    """The partial reduced-rank regression that a model states.

    Residuals with the same decoder and the same regression letters are one loss over several samples.
    Raises SymlamError when a residual or the latent is not of that form, and when a letter has two
    other places: the closed form lets every letter be chosen on its own.

    >>> from symlam.models import linear_lam
    >>> r = roles(linear_lam())
    >>> r.losses[0].target, [v for _, v in r.losses[0].regression], [x for _, x in r.inputs]
    (o + q + ε, [o], [o, o + q + ε])
    """
    inputs = [(c, left_factor(model.latent, c)) for c in model.encoder]
    rest = model.latent
    for c, x in inputs:
        if not x:
            raise SymlamError(
                f"the encoder letter {c!r} of {model.name!r} multiplies nothing in z = {model.latent!r}",
                expected="z = C_1 x_1 + C_2 x_2 + ...",
                hint="merge a product of free letters into one letter",
            )
        rest = rest - c * x
    if rest:
        raise SymlamError(f"the latent of {model.name!r} has a part without encoder letter: {rest!r}")
    letters = {m.as_letter() for m in model.parameters}
    if len(letters) < len(model.parameters):
        raise SymlamError(f"a letter of {model.name!r} has two roles", expected="one role for every letter")
    losses: list[Loss] = []
    for weight, residual in model.loss:
        regression = [(r, v) for r in model.regression if (v := left_factor(residual, r))]
        decoders = [d for d in model.decoder if left_factor(residual, d)]
        if len(decoders) != 1:
            raise SymlamError(
                f"a residual of {model.name!r} has {len(decoders)} decoders {decoders}",
                expected="one decoder times the latent",
                hint="the minimum of a residual that does not see the latent is a separate regression",
            )
        minus_target = residual
        for r, v in regression:
            minus_target = minus_target - r * v
        (d,) = decoders
        seen = left_factor(residual, d)
        parts = tuple(left_factor(seen, c) for c, _ in inputs)
        for (c, _), x in zip(inputs, parts, strict=True):
            seen = seen - c * x
        if seen:
            raise SymlamError(
                f"the decoder {d!r} of {model.name!r} does not see the latent alone, nor another sample of it"
            )
        for (c, _), x in zip(inputs, parts, strict=True):
            minus_target = minus_target - d * (c * x)
        if minus_target.letters() & letters:
            raise SymlamError(
                f"({minus_target!r}) in a residual of {model.name!r} is not (regression) (vector) + (decoder) z - target"
            )
        found = Loss(weight, tuple(regression), d, -minus_target, parts)
        for i, known in enumerate(losses):
            if known.decoder == d and (joint := _joined(known, found)) is not None:
                losses[i] = joint
                break
        else:
            losses.append(found)
    shared = [m for m in (*model.regression, *model.decoder) if sum(m in _choices(x) for x in losses) > 1]
    if shared:
        raise SymlamError(
            f"{shared[0]!r} occurs in two residuals of {model.name!r}",
            expected="letters of its own for every residual, or the same decoder and regression letters in both",
        )
    own = tuple(x for _, x in inputs)
    for loss in losses:
        if all(x.inputs != own for x in (loss, *loss.more)):
            raise SymlamError(f"the decoder {loss.decoder!r} of {model.name!r} does not see the latent alone")
    every = [x for loss in losses for x in (loss, *loss.more)]
    seen_forms = (*(x for _, x in inputs), *(x for loss in every for x in loss.inputs))
    for form in (*seen_forms, *(v for loss in losses for _, vs, _ in loss.samples for v in vs)):
        if form.letters() & letters:
            raise SymlamError(
                f"({form!r}) in {model.name!r} is multiplied by a letter and contains another one",
                expected="inputs without a letter that is minimised over",
                hint="merge a product of free letters into one letter",
            )
    return Roles(tuple(losses), tuple(inputs))


def _joined(known: Loss, found: Loss) -> Loss | None:
    """Two residuals of one decoder as one loss, the one with more letters R first; None where they do not nest."""
    ours, theirs = ({r for r, _ in x.regression} for x in (known, found))
    if theirs <= ours:
        return replace(known, more=(*known.more, found))
    if ours < theirs:
        return replace(found, more=(replace(known, more=()), *known.more))
    return None


def _choices(loss: Loss) -> tuple[Matrix, ...]:
    """The letters that one residual is minimised over, besides the encoder."""
    return (loss.decoder, *(r for r, _ in loss.regression))
