"""A scenario of the exogenous-state model as data: o = E s + X xi, s' = s + H a, xi' = F xi + eta."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from symlam.errors import SymlamError
from symlam.scenario.fields import Entries, Population, check_psd, choice, matrix, number, size

__all__ = ["CHOICES", "ExogenousScenario"]

CHOICES = {
    "geometry": ("orthogonal", "separable", "additive"),
    "decoder": ("free", "identity"),
    "objective": ("self", "cross", "mixture"),
    "twin": ("independent", "conditional"),
    "policy_rows": ("endogenous", "exogenous"),
    "penalty_on": ("decoded", "latent"),
    "latent": ("minimal", "true"),
}
_SIZES = ("d_s", "d_a", "d_xi", "d_z")
_SCALES = ("sigma_s", "sigma_a", "sigma_eta", "sigma_xi", "gamma", "mixture", "penalty", "weight", "chi")
_SHARES = ("rho", "rho_xi")


@dataclass(frozen=True)
class ExogenousScenario(Population):
    """One population of the model with an exogenous state, and the objective that a linear LAM is trained with there.

    o = E s + X xi, s' = s + H a, xi' = F xi + eta, o' = E s' + X xi', a = chi Pi o + (1 - chi) pi; s, pi, xi, eta are
    uncorrelated (but for ``distractor``, the correlation E[pi eta'] / (sigma_a sigma_eta): a number on the diagonal, or
    a d_a x d_xi matrix). Dimensions ``d_s``, ``d_a``, ``d_xi``, ``d_z``, and ``d_o`` (by default what the geometry takes).
    ``geometry``: [E X] has orthonormal columns ("orthogonal"), E and X have and are drawn with ``seed`` ("separable"),
    or E = X = I ("additive"). H is the first d_a unit vectors. ``F`` is a number (times I) or a matrix; xi is stationary,
    unless ``sigma_xi`` or ``cov_xi`` says otherwise. ``sigma_s``, ``sigma_a``, ``sigma_eta`` scale the rest. The
    policy's rows read the first coordinates of s or of xi ("endogenous", "exogenous": rows of E' or X'), or are ``Pi``.
    Matrices ``E`` (d_o x d_s), ``X`` (d_o x d_xi), ``H`` (d_s x d_a), ``Pi`` (d_a x d_o), ``cov_s``, ``cov_a``,
    ``cov_xi``, ``cov_eta`` override all that.

    Objective: ``objective`` "self" is E|o^' - o'|^2; "cross" decodes for a twin with the same (s, a) and its own
    exogenous state; "mixture" is self + ``mixture`` times cross. The twin's eta and xi have correlations ``rho`` and
    ``rho_xi`` (by default the same) with the encoder's, and are otherwise independent of everything (``twin`` "independent"), or
    another draw given (s, a) ("conditional"); under a policy that reads xi, or with a distractor, the two differ. ``decoder`` "identity" keeps A = I. Everything may be
    seen through ``W`` (d_w x d_o), or through the map that keeps E and scales X by ``gamma``. ``whiten``
    measures errors in the metric in which the part of the target that the decoder's own input leaves is white (CCA).
    ``weight`` adds lambda E|K z - y|^2, y = a or ``target_s`` s + ``target_a`` a. ``penalty`` adds mu E|B (z - z~)|^2 for
    another draw z~ given (s, a), which is mu E|z - z~|^2 where B'B = I; with ``penalty_on`` "latent" z is measured bare, in any scale.
    ``latent``: the errors are those of the latent with the least variance ("minimal"), or of all optima ("true").
    Raises `SymlamError` for values out of range, and where gamma has no meaning.

    >>> ExogenousScenario(d_xi=3, F="1/2").cov_of_xi[0][0]
    Fraction(4, 3)
    """

    model: ClassVar[str] = "exogenous"
    wanted: ClassVar[str] = "endogenous"
    integers: ClassVar[frozenset[str]] = frozenset({*_SIZES, "d_o", "seed"})
    metrics: ClassVar[tuple[str, ...]] = (
        "action_nmse",
        "innovation_nmse",
        "exogenous_nmse",
        "future_leakage",
        "noise_sensitivity",
        "consistency",
    )

    d_s: int = 4
    d_a: int = 2
    d_xi: int = 2
    d_z: int = 2
    d_o: int | None = None
    geometry: str = "orthogonal"
    F: Any = Fraction(1, 2)
    sigma_s: Any = 1
    sigma_a: Any = 1
    sigma_eta: Any = 1
    sigma_xi: Any = None
    distractor: Any = 0
    chi: Any = 0
    policy_rows: str = "endogenous"
    objective: str = "self"
    mixture: Any = 1
    rho: Any = 0
    rho_xi: Any = None
    twin: str = "independent"
    decoder: str = "free"
    gamma: Any = 1
    whiten: bool = False
    weight: Any = None
    penalty: Any = 0
    penalty_on: str = "decoded"
    latent: str = "minimal"
    seed: int = 0
    W: Any = None
    target_s: Any = None
    target_a: Any = None
    E: Any = None
    X: Any = None
    H: Any = None
    Pi: Any = None
    cov_s: Any = None
    cov_a: Any = None
    cov_xi: Any = None
    cov_eta: Any = None

    def __post_init__(self) -> None:
        for name in _SIZES:
            size(name, getattr(self, name))
        size("seed", self.seed, least=0)
        for name, allowed in CHOICES.items():
            choice(name, getattr(self, name), allowed)
        if not isinstance(self.whiten, bool):
            raise SymlamError(f"whiten is {self.whiten!r}", expected="true or false")
        for name in (*_SCALES, *_SHARES):
            if (value := getattr(self, name)) is None and name in ("sigma_xi", "weight", "rho_xi"):
                continue
            exact = number(name, value)
            if exact < 0 and name not in _SHARES:
                raise SymlamError(f"{name} is {value}", expected="a number >= 0")
            if exact > 1 and name == "chi":
                raise SymlamError(f"{name} is {value}", expected="a number in [0, 1]")
            if abs(exact) > 1 and name in _SHARES:
                raise SymlamError(f"{name} is {value}", expected="a correlation, in [-1, 1]")
            object.__setattr__(self, name, exact)
        self.width  # noqa: B018 (that the observation is wide enough is part of being valid)
        self._read_matrices()
        self._check_geometry()

    @property
    def width(self) -> int:
        """``d_o``, with its default filled in: what the geometry takes."""
        if self.geometry == "additive":
            if self.d_s != self.d_xi and self.E is None:
                raise SymlamError(
                    f"d_s is {self.d_s} and d_xi is {self.d_xi}",
                    expected="d_s = d_xi in the additive geometry",
                    hint="geometry = 'orthogonal' or 'separable', or E and X",
                )
            natural = self.d_s
        else:
            natural = self.d_s + self.d_xi
        width = natural if self.d_o is None else size("d_o", self.d_o)
        if width < natural and (self.E is None or self.X is None):
            raise SymlamError(
                f"d_o is {width}", expected=f"at least {natural} = d_s + d_xi", hint="or give E and X"
            )
        return width

    def _read_matrices(self) -> None:
        d_o, d_s, d_a, d_xi = self.width, self.d_s, self.d_a, self.d_xi
        shapes = {
            "E": (d_o, d_s), "X": (d_o, d_xi), "H": (d_s, d_a), "Pi": (d_a, d_o), "cov_s": (d_s, d_s),
            "cov_a": (d_a, d_a), "cov_xi": (d_xi, d_xi), "cov_eta": (d_xi, d_xi),
        }  # fmt: skip
        for name in ("W", "target_s", "target_a"):
            value = getattr(self, name)
            if value is not None:
                rows = value.tolist() if hasattr(value, "tolist") else value
                if not isinstance(rows, (list, tuple)) or not rows:
                    raise SymlamError(f"{name} is not a matrix", expected="a list of rows")
                shapes[name] = (len(rows), {"W": d_o, "target_s": d_s, "target_a": d_a}[name])
        for name, shape in shapes.items():
            if getattr(self, name) is not None:
                object.__setattr__(self, name, matrix(name, getattr(self, name), shape))
        for name, shape in (("F", (d_xi, d_xi)), ("distractor", (d_a, d_xi))):
            value = getattr(self, name)
            whole = isinstance(value, (list, tuple)) or hasattr(value, "tolist")
            object.__setattr__(self, name, matrix(name, value, shape) if whole else number(name, value))
        parts = [len(y) for y in (self.target_s, self.target_a) if y is not None]
        if len(set(parts)) > 1:
            raise SymlamError(
                f"target_s has {parts[0]} rows and target_a {parts[1]}",
                expected="one row of each for each coordinate of y",
            )
        if self.H is None and d_a > d_s:
            raise SymlamError(f"d_a is {d_a} and d_s is {d_s}", expected="d_a <= d_s", hint="or give H")
        if self.sigma_xi is not None and self.cov_xi is None:
            return
        self.cov_of_xi  # noqa: B018 (that there is a stationary distribution is part of being valid)

    def _check_geometry(self) -> None:
        if (
            self.chi
            and self.Pi is None
            and self.d_a > {"endogenous": self.d_s, "exogenous": self.d_xi}[self.policy_rows]
        ):
            raise SymlamError(
                f"the policy has {self.d_a} rows and reads too few coordinates",
                expected="d_a <= d_s (endogenous) or d_xi (exogenous)",
                hint="or give Pi",
            )
        if self.gamma != 1 and self.W is not None:
            raise SymlamError("both W and gamma are given", expected="one of them")
        if self.gamma != 1 and not self.separable:
            raise SymlamError(
                "gamma scales X and keeps E, and here they overlap",
                expected="rank [E X] = d_s + d_xi",
                hint="give W, a matrix",
            )
        if self.penalty and self.supervised:
            raise SymlamError(
                "penalty and weight together are no reduced-rank regression",
                expected="one of them",
                hint="the head would see z itself, whose scale the penalty on B z leaves free",
            )
        if self.distractor:
            joint = self._joint_noise()
            check_psd("the covariance of (pi, eta) with this distractor", joint)

    def _joint_noise(self) -> list[list[Fraction]]:
        d_a, d_xi = self.d_a, self.d_xi
        a, e, c = self.matrix_of("cov_a"), self.matrix_of("cov_eta"), self.matrix_of("distractor")
        top = [[*a[i], *c[i]] for i in range(d_a)]
        return top + [[*(c[i][j] for i in range(d_a)), *e[j]] for j in range(d_xi)]

    @property
    def effective_weight(self) -> Fraction:
        """The weight lambda of the head, in sums."""
        return self.weight or Fraction(0)

    @property
    def coordinates(self) -> int:
        """How many coordinates the loss sums over."""
        return self.width if self.W is None else len(self.W)

    @property
    def vanishing(self) -> bool:
        """Whether the penalty is on the bare latent, whose scale costs nothing (R7)."""
        return bool(self.penalty) and self.penalty_on == "latent"

    @property
    def separable(self) -> bool:
        """Whether rank [E X] = d_s + d_xi, exactly."""
        if self.E is None and self.X is None:
            return self.geometry != "additive"
        from symlam.numerics.problem import row_rank
        from symlam.numerics.rational import RationalMatrix
        from symlam.scenario.exogenous_forms import observation_matrices

        E, X = observation_matrices(self)
        joint = RationalMatrix.of([[*x, *y] for x, y in zip(E.tolist(), X.tolist(), strict=True)])
        return row_rank(joint.T) == self.d_s + self.d_xi

    @property
    def orthogonal(self) -> bool:
        """Whether [E X] certainly has orthonormal columns."""
        return self.geometry == "orthogonal" and self.E is None and self.X is None

    def matrix_of(self, name: str) -> Entries:
        """A matrix with its default filled in: H, F, distractor, or a covariance (without its scale sigma)."""
        value, shape = getattr(self, name), self._shape(name)
        if isinstance(value, Entries):
            return value
        if name == "cov_xi":
            return self.cov_of_xi
        return _diagonal(Fraction(1) if value is None else value, shape)

    def _shape(self, name: str) -> tuple[int, int]:
        d_s, d_a, d_xi = self.d_s, self.d_a, self.d_xi
        return {
            "H": (d_s, d_a), "F": (d_xi, d_xi), "distractor": (d_a, d_xi), "cov_s": (d_s, d_s), "cov_a": (d_a, d_a),
            "cov_xi": (d_xi, d_xi), "cov_eta": (d_xi, d_xi),
        }[name]  # fmt: skip

    @property
    def cov_of_xi(self) -> Entries:
        """The covariance of xi: given, or the stationary one, S = F S F' + cov(eta).

        Raises `SymlamError` where F has no stationary distribution.
        """
        if self.sigma_xi is not None or self.cov_xi is not None:
            scale = Fraction(1) if self.sigma_xi is None else self.sigma_xi**2
            base = self.cov_xi if self.cov_xi is not None else _diagonal(Fraction(1), (self.d_xi, self.d_xi))
            return Entries(tuple(scale * x for x in row) for row in base)
        from symlam.scenario.exogenous_forms import stationary

        scale = self.sigma_eta**2
        unit = stationary(self.matrix_of("F"), self.matrix_of("cov_eta"))
        return Entries(tuple(scale * x for x in row) for row in unit)


def _diagonal(value: object, shape: tuple[int, int]) -> Entries:
    return Entries(tuple(value if i == j else Fraction(0) for j in range(shape[1])) for i in range(shape[0]))
