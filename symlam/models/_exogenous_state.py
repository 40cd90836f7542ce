"""The linear LAM with an exogenous state, and the remedies against what it leaks.

The model is this project's own formulation of the setting of Lee, Cho, Zhao, Lee, *Why Latent
Actions Fail, and How to Prevent It*, NeurIPS 2026, arXiv 2605.20223.

o = E s + X ξ, s' = s + H a, ξ' = F ξ + η, o' = E s' + X ξ'; s, a, ξ, η mutually uncorrelated.
A twin has the same s and a and an exogenous state ξ_2, η_2 of its own.

Every model can be stated in two ways.  As it is defined, o' = E (s + H a) + X (F ξ + η).  With
``predicted`` as o' = M o + r, with the transition M of what is observed (M E = E, M X = X F) and
the innovation r = E H a + X η.  M exists whenever [E X] has independent columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from symlam.algebra import (
    Assumption,
    LinearForm,
    Matrix,
    dimension_at_most,
    equation,
    identity,
    independent_columns,
    matrix,
    orthonormal,
    positive,
    scalar,
    uncorrelated,
    vector,
)
from symlam.algebra import E as moment
from symlam.algebra._letter import Dim
from symlam.errors import SymlamError
from symlam.models._model import Model, model

γ, ρ, λ, μ = scalar("γ"), scalar("ρ"), scalar("λ"), scalar("μ")
SOURCE = "this project's formulation of the model of arXiv 2605.20223"


@dataclass(frozen=True)
class World:
    """The letters and base random vectors of an environment with an exogenous state.

    s, a, ξ, η and the twin's ξ2, η2; E (d_o x d_s) and X (d_o x d_ξ) show the two states, H (d_s x d_a)
    and F (d_ξ x d_ξ) move them, M (d_o x d_o) is the transition of what is observed; π and Π
    (d_a x d_o) are a policy.
    """

    s: LinearForm
    a: LinearForm
    ξ: LinearForm
    η: LinearForm
    ξ2: LinearForm
    η2: LinearForm
    π: LinearForm
    E: Matrix
    X: Matrix
    H: Matrix
    F: Matrix
    M: Matrix
    Π: Matrix

    @property
    def q(self) -> LinearForm:
        """H a, the change of the endogenous state."""
        return self.H * self.a

    def observation(self, *, twin: bool = False) -> LinearForm:
        """o = E s + X ξ, or what the twin observes."""
        return self.E * self.s + self.X * (self.ξ2 if twin else self.ξ)

    def innovation(self, *, twin: bool = False) -> LinearForm:
        """r = E H a + X η: what o does not predict of o'."""
        return self.E * self.q + self.X * (self.η2 if twin else self.η)

    def next(self, *, twin: bool = False, predicted: bool = False) -> LinearForm:
        """o' as it is defined, or as M o + r."""
        if predicted:
            return self.M * self.observation(twin=twin) + self.innovation(twin=twin)
        ξ, η = (self.ξ2, self.η2) if twin else (self.ξ, self.η)
        return self.E * (self.s + self.q) + self.X * (self.F * ξ + η)

    def transition(self) -> tuple[Assumption, ...]:
        """M E = E and M X = X F."""
        return (equation(self.M * self.E, self.E), equation(self.M * self.X, self.X * self.F))

    def states(self, *, twin: bool = False) -> tuple[Assumption, ...]:
        """The second moments: no correlation, and a twin of equal moments."""
        plain = (self.s, self.a, self.ξ, self.η)
        if not twin:
            return uncorrelated(*plain)
        same = [equation(moment(y, y), moment(x, x)) for x, y in ((self.ξ, self.ξ2), (self.η, self.η2))]
        return (*uncorrelated(*plain, self.ξ2, self.η2), *same)


def world(
    d_o: Dim | str = "d_o", d_s: Dim | str = "d_s", d_a: Dim | str = "d_a", d_ξ: Dim | str = "d_ξ"
) -> World:
    """The letters for given dimensions, each a name or a positive integer.

    >>> world().observation(twin=True)
    E s + X ξ_2
    >>> world(d_ξ=1).X.shape
    (d_o, 1)
    """
    return World(
        vector("s", d_s),
        vector("a", d_a),
        vector("ξ", d_ξ),
        vector("η", d_ξ),
        vector("ξ_2", d_ξ),
        vector("η_2", d_ξ),
        vector("π", d_a),
        matrix("E", d_o, d_s),
        matrix("X", d_o, d_ξ),
        matrix("H", d_s, d_a),
        matrix("F", d_ξ, d_ξ),
        matrix("M", d_o, d_o),
        matrix("Π", d_a, d_o),
    )


def additive_world() -> World:
    """Both states in the space of what is observed: o = s + ξ.

    >>> additive_world().next()
    H a + s + η + F ξ
    """
    one = identity("d_o")
    return replace(world(d_s="d_o", d_ξ="d_o"), E=one, X=one)


PLAIN = world()


def _parameters(out: Any, k: Any, d_o: Any) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """A, B, C, D for a target of dimension ``out`` and a latent of dimension ``k``."""
    return matrix("A", out, d_o), matrix("B", out, k), matrix("C", k, d_o), matrix("D", k, d_o)


def _lam(
    name: str,
    w: World,
    *,
    predicted: bool,
    samples: tuple[tuple[Any, bool], ...],
    twin: bool,
    latent: Dim | str,
    free: bool = True,
    seen: Matrix | None = None,
    target: Matrix | None = None,
) -> Model:
    """z = C o + D o'; for every (weight, twin) of ``samples`` the decoder sees and predicts that sample."""
    see = identity(w.observation().dim) if seen is None else seen
    aim = see if target is None else target
    A, B, C, D = _parameters(aim.rows, latent, see.rows)
    o, o_next = w.observation(), w.next(predicted=predicted)
    z = C * (see * o) + D * (see * o_next)

    def residual(other: bool) -> LinearForm:
        known = see * w.observation(twin=other)
        return (A * known if free else known) + B * z - aim * w.next(twin=other, predicted=predicted)

    prediction = (A * (see * o) if free else see * o) + B * z
    return model(
        name,
        loss=[(weight, residual(other)) for weight, other in samples],
        latent=z,
        encoder=[C, D],
        decoder=[B],
        regression=[A] if free else [],
        assume=[
            w.states(twin=twin),
            w.transition() if predicted else (),
            () if isinstance(latent, int) else dimension_at_most(latent, see.rows),
        ],
        named={
            "o": o,
            "o'": o_next,
            "q": w.q,
            "a": w.a,
            "ξ": w.ξ,
            "η": w.η,
            "change": w.innovation(),
            "prediction": prediction,
        },
        source=SOURCE,
    )


def exogenous_lam(
    w: World = PLAIN,
    *,
    predicted: bool = False,
    free: bool = True,
    seen: Matrix | None = None,
    latent: Dim | str = "d_z",
) -> Model:
    """The LAM with an exogenous state: z = C o + D o', ô' = A o + B z.

    ``free`` False fixes A = I.  ``seen`` is a representation W: the model sees W o and W o' in
    place of o and o'.

    >>> exogenous_lam().residuals[0]
    (-E H + B D E H) a + (-E + A E + B C E + B D E) s + (-X + B D X) η + (A X - X F + B C X + B D X F) ξ
    >>> exogenous_lam(free=False).regression
    ()
    """
    name = "LAM with an exogenous state" + ("" if seen is None else f" on a representation {seen!r}")
    return _lam(
        name + ("" if free else ", A = I"),
        w,
        predicted=predicted,
        samples=((1, False),),
        twin=False,
        free=free,
        seen=seen,
        latent=latent,
    )


def cross_exogenous_lam(
    w: World = PLAIN, *, predicted: bool = False, target: Matrix | None = None, latent: Dim | str = "d_z"
) -> Model:
    """Cross-exogenous reconstruction: z of one sample, the decoder sees and predicts its twin.

    ``target`` is a matrix V: the decoder predicts V o' of the twin (whitened target).
    """
    return _lam(
        "cross-exogenous reconstruction" + ("" if target is None else f", target {target!r} o'"),
        w,
        predicted=predicted,
        samples=((1, True),),
        twin=True,
        target=target,
        latent=latent,
    )


def mixture_lam(w: World = PLAIN, *, predicted: bool = False, latent: Dim | str = "d_z") -> Model:
    """L + λ L_X, one decoder for the sample and for its twin.

    >>> [repr(weight) for weight, _ in mixture_lam().loss]
    ['1', 'λ']
    """
    return _lam(
        "mixture of reconstruction and cross-exogenous reconstruction",
        w,
        predicted=predicted,
        samples=((1, False), (λ, True)),
        twin=True,
        latent=latent,
    ).assume(positive(λ))


def imperfect_pairs(m: Model, w: World = PLAIN) -> Model:
    """corr(η, η_2) = ρ, |ρ| < 1: the twin's exogenous innovation is not independent of the sample's.

    Raises SymlamError for a model without a twin.
    """
    apart = uncorrelated(w.η, w.η2)
    if not set(apart) <= set(m.assumptions):
        raise SymlamError(f"{m.name!r} has no twin", expected="cross_exogenous_lam() or mixture_lam()")
    return replace(
        m.without(apart).assume(equation(moment(w.η, w.η2), ρ * moment(w.η, w.η)), positive(1 - ρ**2)),
        name=f"{m.name}, imperfect pairs",
    )


def action_supervised_lam(w: World = PLAIN, *, predicted: bool = False, latent: Dim | str = "d_z") -> Model:
    """L + λ E‖K z − a‖²."""
    m = exogenous_lam(w, predicted=predicted, latent=latent)
    K = matrix("K", w.a.dim, latent)
    return replace(
        m,
        name=f"{m.name} and action supervision",
        loss=(*m.loss, (λ, K * m.latent - w.a)),
        decoder=(*m.decoder, K),
    ).assume(positive(λ))


def robust_target_lam(w: World = PLAIN, *, predicted: bool = False, latent: Dim | str = "d_z") -> Model:
    """L + λ E‖K z − R q‖²: a head for a target that does not depend on the exogenous state."""
    m = exogenous_lam(w, predicted=predicted, latent=latent)
    K, R = matrix("K", "d_y", latent), matrix("R", "d_y", w.q.dim)
    return replace(
        m,
        name=f"{m.name} and a robust target",
        loss=(*m.loss, (λ, K * m.latent - R * w.q)),
        decoder=(*m.decoder, K),
    ).assume(positive(λ))


def twin_latent(m: Model, w: World = PLAIN) -> LinearForm:
    """z of the twin: the same s and a, the twin's exogenous state.

    >>> m = exogenous_lam()
    >>> m.latent - twin_latent(m)
    D X (η - η_2) + (C X + D X F) (ξ - ξ_2)
    """
    return m.latent.substitute({w.ξ: w.ξ2, w.η: w.η2})


def consistency_lam(
    w: World = PLAIN, *, predicted: bool = False, latent: Dim | str = "d_z", decoded: bool = False
) -> Model:
    """L + μ E‖z − z_2‖², z_2 the latent of the twin: a penalty that no decoder sees.

    ``decoded`` makes it L + μ E‖B (z − z_2)‖², which the scale of z does not change.

    >>> consistency_lam(decoded=True).residuals[1]
    B D X (η - η_2) + (B C X + B D X F) (ξ - ξ_2)
    """
    m = exogenous_lam(w, predicted=predicted, latent=latent)
    apart = m.latent - twin_latent(m, w)
    if decoded:
        apart = m.decoder[0] * apart
    return replace(
        m,
        name=f"{m.name} and a consistency penalty" + (" on what is decoded" if decoded else ""),
        loss=(*m.loss, (μ, apart)),
        assumptions=m.assumptions.plus(w.states(twin=True)),
    ).assume(positive(μ))


def separable(m: Model, w: World = PLAIN) -> Model:
    """rank [E X] = d_s + d_ξ: both states can be read off what is observed."""
    return m.assume(independent_columns(w.E, w.X))


def orthogonal(m: Model, w: World = PLAIN) -> Model:
    """[E X] has orthonormal columns."""
    return m.assume(orthonormal(w.E, w.X))


def with_policy(m: Model, w: World = PLAIN) -> Model:
    """The action follows what is observed: a = Π o + π, π uncorrelated with the states.

    >>> with_policy(exogenous_lam()).named["q"]
    H Π E s + H Π X ξ + H π
    """
    others = [x for x in (w.s, w.ξ, w.η, w.ξ2, w.η2) if _occurs(m, x)]
    apart = [u for x in others for u in (uncorrelated(w.a, x), uncorrelated(x, w.a))]
    return (
        m.without(apart)
        .substitute({w.a: w.Π * w.observation() + w.π}, name=f"{m.name}, with a policy")
        .assume([uncorrelated(x, w.π) for x in others])
    )


def _occurs(m: Model, x: LinearForm) -> bool:
    (base,) = x.parts
    return any(base in r.parts for r in m.residuals)
