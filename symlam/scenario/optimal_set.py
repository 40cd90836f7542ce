"""Ranges of the errors over all optima of one scenario: which freedom the optimum has, and what it does to each error.

An optimum keeps the directions F (eigenvalues above the k-th) and k - |F| dimensions T' of the tied ones T. Beside that

- without augmentation z = P r~ + W o with any W that the heads tolerate: E z is fixed, so the latent holds the span N of the
  heads' predictions, and is otherwise any subspace of (F + T' + O) of dimension k - dim N, or a limit of such;
- with more dimensions than directions the spare rows of z are anything (true latent), and spare columns of B turn up in B^+;
- under a policy o^' - o = R o + K r~, where directions that K leaves out still show their part R o.

A limit of optima counts as an optimum: errors are continuous along it, so its value is approached as closely as one likes.
docs/numerics.md has the derivation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symlam.scenario.grassmann import Family, Function, greatest

__all__ = ["Measured", "Optimum", "Pair", "set_ranges"]

_FLOOR = 1e-10
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Pair:
    """Rows of the same linear functionals on the training and on the evaluation distribution."""

    fit: np.ndarray
    test: np.ndarray

    def __getitem__(self, rows: Any) -> Pair:
        return Pair(self.fit[rows], self.test[rows])

    def __add__(self, other: Pair) -> Pair:
        return Pair(self.fit + other.fit, self.test + other.test)

    def __rmatmul__(self, left: np.ndarray) -> Pair:
        return Pair(left @ self.fit, left @ self.test)

    # numpy would otherwise try to broadcast `array @ pair` itself
    __array_ufunc__ = None

    def above(self, other: Pair) -> Pair:
        """These rows, then those of ``other``."""
        return Pair(np.concatenate([self.fit, other.fit]), np.concatenate([self.test, other.test]))

    def without(self, frame: Pair) -> Pair:
        """What least squares on an orthonormal frame leaves."""
        across = self.fit @ frame.fit.T
        return Pair(self.fit - across @ frame.fit, self.test - across @ frame.test)

    def __len__(self) -> int:
        return len(self.fit)


@dataclass(frozen=True, eq=False)
class Measured:
    """Errors of least-squares heads: ``targets``, the variance ``missing`` of each outside the coordinates, and what divides it.

    ``totals``: the divisors, by default each target's variance in evaluation. ``signs``, where given, ask for one more
    number, the sum of the errors with these signs. ``constant``: the index of the coordinate that is always 1, which heads
    that are ``affine`` know.
    """

    targets: tuple[Pair, ...]
    missing: tuple[float, ...]
    totals: tuple[float, ...] | None = None
    signs: tuple[float, ...] | None = None
    constant: int | None = None
    affine: bool = False

    def total(self, i: int) -> float:
        """What divides the i-th error."""
        if self.totals is not None:
            return self.totals[i]
        rows, constant = self.targets[i].test, self.constant
        total = (rows**2).sum() + self.missing[i]
        return float(total if constant is None else total - (rows[:, constant] ** 2).sum())

    def __len__(self) -> int:
        return len(self.targets) + (self.signs is not None)


@dataclass(frozen=True, eq=False)
class Optimum:
    """One scenario's optimum as functionals of the data without augmentation.

    ``g`` (q rows): what direction i reads, G_i u~; ``seen`` (q rows): G_i u; ``policy``: R o, the part of o' - o that o
    predicts; ``heads``: Q o, the part of the actions that o predicts; ``o``: the observation (and 1); ``everything``: u;
    ``hidden``: evaluation shows parts of u~ that are 0 in training, so that a latent may hold any multiple of them.
    Where z = P g + W o, spare dimensions may hold ``beyond`` too. ``latent`` "minimal" is z = P g and nothing else.
    ``B``, ``E``: decoder and head columns of all directions; first..last - 1 are tied with the k-th; ``rank`` live ones.
    """

    g: Pair
    seen: Pair
    policy: Pair
    heads: Pair
    o: Pair
    everything: Pair
    hidden: bool
    B: np.ndarray
    E: np.ndarray
    k: int
    rank: int
    first: int
    last: int
    latent: str
    augmented: bool
    beyond: Pair | None = None


@dataclass(frozen=True, eq=False)
class _Set:
    """Latents N + Z' for the Z' of a family; ``members`` are smaller sets inside, where the family is only an outer one."""

    needed: Pair
    tied: Pair
    others: Pair
    kept: int
    least: int
    most: int
    apart: bool = False
    members: tuple[_Set, ...] = ()
    swapped: bool = False


def set_ranges(best: Optimum, measured: Measured) -> np.ndarray:
    """(errors, 4): of each error (and of their sum with signs) the outer and the attained low, the attained and the outer high."""
    found = _describe(best)
    out = _swap(found, measured) if found.swapped else None
    if out is None:
        out = _over(found, measured)
        if found.members:
            inside = np.stack([_over(member, measured) for member in found.members])
            out[:, 1], out[:, 2] = inside[:, :, 1].min(0), inside[:, :, 2].max(0)
    return _unbounded(out, measured) if best.hidden else out


def _unbounded(out: np.ndarray, measured: Measured) -> np.ndarray:
    """A latent may hold any multiple of something that training does not show: no error of a target has a bound above."""
    for i in range(len(measured.targets)):
        if measured.total(i) > 0:
            out[i, 0], out[i, 3] = 0.0, np.inf
    if measured.signs is not None:
        out[-1, 0], out[-1, 3] = -np.inf, np.inf
    return out


# --- which freedom there is ---------------------------------------------------------------------------------------


def _describe(best: Optimum) -> _Set:
    tied = best.last > best.k and best.rank >= best.k
    free = best.latent == "true" and not best.augmented
    first = best.first if tied else min(best.k, best.rank)
    last = best.last if tied else first
    F, T, count = slice(0, first), slice(first, last), min(best.k, best.rank) - first
    none = best.o[:0]
    spare = max(best.k - best.rank, 0)
    if best.latent == "minimal":
        return _Set(best.g[F], best.g[T], none, count, count, count)
    if best.latent == "true" and best.augmented:
        return _Set(
            best.seen[F], best.seen[T], best.everything if spare else none, count, count, count + spare
        )
    if free:
        return _free(best, F, T, count)
    bending = len(best.policy) and np.abs(best.policy.fit).max(initial=0.0) > 1e-12
    if not bending:
        # o^' - o = B z, and B has no kernel on the directions kept
        return _Set(best.g[F], best.g[T], none, count, count, count)
    B_F, B_T = best.B[:, F], best.B[:, T]
    if spare:
        frame, rest = _range_of(B_F)
        shown = best.policy + B_F @ best.g[F]
        return _Set(frame.T @ shown, none, rest.T @ shown, 0, 0, min(spare, rest.shape[1]))
    if not tied:
        shown = best.policy + B_F @ best.g[F]
        frame, _ = _range_of(B_F)
        return _Set(frame.T @ shown if best.latent == "surrogate-pinv" else shown, none, none, 0, 0, 0)
    gram = B_T.T @ B_T
    size = np.trace(gram) / max(len(gram), 1)
    if np.abs(B_F.T @ B_T).max(initial=0.0) > _SAME or np.abs(gram - size * np.eye(len(gram))).max() > _SAME:
        return _uneven(best, F, T, count)
    if best.latent == "surrogate-pinv":
        shown = best.policy + B_F @ best.g[F]
        return _Set(B_F.T @ shown, B_T.T @ best.policy + gram @ best.g[T], none, count, count, count)
    _, outside = _range_of(B_T)
    left_out = B_T.T @ best.policy
    needed = outside.T @ (best.policy + B_F @ best.g[F])
    width = len(gram)
    if np.abs(left_out.fit).max() <= 1e-12:
        return _Set(needed, gram @ best.g[T], none, count, count, count)
    kept = left_out + gram @ best.g[T]
    # of every tied direction one or the other: the part that is kept, or what the policy shows of it
    members = tuple(
        _Set(needed.above(turn.T @ kept).above(rest.T @ left_out), none, none, 0, 0, 0)
        for turn, rest in _turns(width, count, left_out.fit)
    )
    # what T - T' shows has at most the rank of the policy's part, and may be in what all members hold
    most = min(width, count + _rank(left_out.fit))
    return _Set(needed, none, kept.above(left_out), count, count, most, members=members, swapped=True)


def _free(best: Optimum, F: slice, T: slice, count: int) -> _Set:
    """The true latent without augmentation, where z = P r~ + W o."""
    none, u = best.o[:0], best.g[F].above(best.o)
    E_F, E_T = best.E[:, F], best.E[:, T]
    if not len(E_F):
        if best.k > best.rank:
            # of what predicts nothing, no more dimensions than are spare
            beyond = none if best.beyond is None else best.beyond
            return _Set(none, beyond, u, best.k - best.rank, best.rank, best.k)
        return _Set(none, best.g[T], u, count, best.k, best.k)

    def predicted(E: np.ndarray, g: Pair) -> Pair:
        """What the heads say, E P r~ + Q o: every latent holds it, in the limit too where E has to be moved."""
        return best.heads + E @ g

    if np.abs(E_T).max(initial=0.0) <= _SAME:
        needed = predicted(E_F, best.g[F])
        size = _rank(needed.fit)
        if best.k > best.rank:
            # all directions are there, so the latent has at least the rank of r~ beside what the heads need of o
            least = min(best.rank - _rank(E_F), best.k - size)
            beyond = none if best.beyond is None else best.beyond
            return _Set(needed, beyond, u, best.k - best.rank, max(least, 0), best.k - size)
        return _Set(needed, best.g[T], u, count, best.k - size, best.k - size)
    plain = np.abs(best.heads.fit).max(initial=0.0) <= 1e-12
    if plain and np.abs(E_F.T @ E_T).max(initial=0.0) <= _SAME and _rank(E_T) == E_T.shape[1]:
        # E W = 0: the heads see the tied directions through an injective map, and those are free of o
        needed = E_F @ best.g[F]
        size = _rank(needed.fit)
        left = best.k - count - size
        return _Set(needed, best.g[T], u, count, count + left, count + left, apart=True)
    members = []
    for turn, _ in _turns(E_T.shape[1], count):
        needed = predicted(np.concatenate([E_F, E_T @ turn], axis=1), best.g[F].above(turn.T @ best.g[T]))
        left = best.k - _rank(needed.fit)
        members.append(_Set(needed, none, u.above(turn.T @ best.g[T]), 0, left, left))
    return _Set(none, best.g[T], u, count, best.k, best.k, members=tuple(members))


def _uneven(best: Optimum, F: slice, T: slice, count: int) -> _Set:
    """A policy seen through tied decoder columns of different lengths: members, inside what o and the directions span."""
    none, shown, inside = best.o[:0], best.g[F].above(best.g[T]).above(best.policy), []
    for turn, _ in _turns(T.stop - T.start, count):
        B = np.concatenate([best.B[:, F], best.B[:, T] @ turn], axis=1)
        rows = best.policy + B @ best.g[F].above(turn.T @ best.g[T])
        if best.latent == "surrogate-pinv":
            rows = np.linalg.pinv(B) @ rows
        inside.append(_Set(rows, none, none, 0, 0, 0))
    return _Set(none, none, shown, 0, 0, len(shown), members=tuple(inside))


def _turns(width: int, count: int, rows: np.ndarray | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Frames of count-dimensional subspaces of R^width with their complements: windows of a basis, then some drawn at random.

    The basis is that of the coordinates, or the left singular one of ``rows``.
    """
    rng, out = np.random.default_rng(0), []
    basis = np.eye(width) if rows is None else np.linalg.svd(rows, full_matrices=True)[0]
    for shift in range(width):
        turned = np.roll(basis, -shift, axis=1)
        out.append((turned[:, :count], turned[:, count:]))
    for _ in range(4):
        turned = np.linalg.qr(rng.standard_normal((width, width)))[0]
        out.append((turned[:, :count], turned[:, count:]))
    return out


def _range_of(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Orthonormal frames of the range of a matrix and of its complement."""
    left, values, _ = np.linalg.svd(matrix, full_matrices=True)
    rank = int((values > _SAME * max(values.max(initial=0.0), 1e-300)).sum())
    return left[:, :rank], left[:, rank:]


def _rank(rows: np.ndarray) -> int:
    values = np.linalg.svd(rows, compute_uv=False)
    return int((values > _SAME * max(values.max(initial=0.0), 1e-300)).sum())


# --- what it does to the errors -----------------------------------------------------------------------------------


def _orthonormal(rows: Pair, *frames: Pair) -> tuple[Pair, bool]:
    """Orthonormal coordinates of the span of the rows beside the frames, and whether something of it shows in evaluation only."""
    scale = (rows.fit**2).sum(-1).max(initial=0.0)
    for frame in frames:
        rows = rows.without(frame)
    if not len(rows) or scale <= 0:
        return rows[:0], False
    values, vectors = np.linalg.eigh(rows.fit @ rows.fit.T)
    live = values > _FLOOR * scale
    hidden = vectors[:, ~live].T @ rows.test
    turned = vectors[:, live].T @ rows
    size = 1 / np.sqrt(values[live])[:, None]
    # a second round removes what rounding left of the frames
    out = Pair(turned.fit * size, turned.test * size)
    for frame in frames:
        out = out.without(frame)
    return out, bool((hidden**2).sum() > 1e-9 * scale)


class _Errors:
    """The errors as functions of a projector in orthonormal coordinates, beside what every member of the set holds."""

    def __init__(self, needed: Pair, measured: Measured) -> None:
        constant = measured.constant
        if measured.affine and constant is not None:
            one = np.zeros((1, needed.fit.shape[-1]))
            one[0, constant] = 1.0
            frame, _ = _orthonormal(Pair(one, one))
            rest, _ = _orthonormal(needed, frame)
            frame = frame.above(rest)
        else:
            frame, _ = _orthonormal(needed)
        self.frame, self.signs = frame, measured.signs
        self.base, self.rows, self.weights = [], [], []
        for i, (y, lost) in enumerate(zip(measured.targets, measured.missing, strict=True)):
            total = measured.total(i)
            if total <= 0:
                self.base.append(1.0)
                self.rows.append(y[:0])
                self.weights.append(np.zeros(0))
                continue
            y = y.without(frame)
            self.base.append(((y.test**2).sum() + lost) / total)
            self.rows.append(y)
            self.weights.append(np.full(len(y), 1 / total))

    def functions(self, space: Pair) -> list[tuple[float, Function]]:
        """(constant, f) of each error, and of their sum with signs, in these coordinates."""
        moment = space.test @ space.test.T
        moment = (moment + moment.T) / 2
        c = [space.fit @ y.fit.T for y in self.rows]
        e = [space.test @ y.test.T for y in self.rows]
        out = [
            (base, Function(x, z, w, moment))
            for base, x, z, w in zip(self.base, c, e, self.weights, strict=True)
        ]
        if self.signs is None:
            return out
        signed = np.concatenate([s * w for s, w in zip(self.signs, self.weights, strict=True)])
        every = Function(np.concatenate(c, axis=1), np.concatenate(e, axis=1), signed, moment)
        return [*out, (sum(s * x for s, x in zip(self.signs, self.base, strict=True)), every)]


def _over(found: _Set, measured: Measured) -> np.ndarray:
    errors = _Errors(found.needed, measured)
    others, loose = _orthonormal(found.others, errors.frame)
    tied, more = _orthonormal(found.tied, errors.frame, others)
    space = tied.above(others)
    size, t = len(space), len(tied)
    kept = min(found.kept, t)
    # a dimension that does not exist on the training distribution cannot be taken
    family = Family(
        size, t, kept, min(found.least, kept + size - t), min(found.most, kept + size - t), found.apart
    )
    out = np.empty((len(measured), 4))
    for i, (base, f) in enumerate(errors.functions(space)):
        high, above = greatest(f, family)
        low, below = greatest(f.negative(), family)
        out[i] = base - below, base - low, base + high, base + above
    n = len(measured.targets)
    out[:n, 0] = np.maximum(out[:n, 0], 0.0)
    return _unbounded(out, measured) if loose or more else _sharpened(out, measured.signs)


def _sharpened(out: np.ndarray, signs: tuple[float, ...] | None) -> np.ndarray:
    """The sum with signs lies between the sums of the ends of its terms."""
    if signs is None:
        return out
    with np.errstate(invalid="ignore"):
        below = sum(s * out[i, 0 if s > 0 else 3] for i, s in enumerate(signs))
        above = sum(s * out[i, 3 if s > 0 else 0] for i, s in enumerate(signs))
    if np.isfinite(below):
        out[-1, 0] = min(max(out[-1, 0], below), out[-1, 1])
    if np.isfinite(above):
        out[-1, 3] = max(min(out[-1, 3], above), out[-1, 2])
    return out


def _swap(found: _Set, measured: Measured) -> np.ndarray | None:
    """Exact ranges where the two shapes of the tied directions are isotropic: the projector is then affine in that on T'."""
    errors = _Errors(found.needed, measured)
    width = len(found.others) // 2
    rows = found.others.without(errors.frame)
    r, s = rows[:width], rows[width:]
    sizes = [np.trace(x.fit @ x.fit.T) / width for x in (r, s)]
    if min(sizes) <= _FLOOR * max(sizes):
        return None
    r, s = (Pair(x.fit / np.sqrt(a), x.test / np.sqrt(a)) for x, a in zip((r, s), sizes, strict=True))
    moments = [r.fit @ r.fit.T, s.fit @ s.fit.T, r.fit @ s.fit.T]
    moments += [r.test @ r.test.T, s.test @ s.test.T, r.test @ s.test.T]
    numbers = [np.trace(x) / width for x in moments]
    scale = max(1.0, *np.abs(numbers))
    if any(
        np.abs(x - a * np.eye(width)).max() > _SAME * scale for x, a in zip(moments, numbers, strict=True)
    ):
        return None
    psi_r, psi_s = numbers[3], numbers[4]
    count, out = found.kept, np.empty((len(measured), 4))
    for i, ((base, f), (_, g)) in enumerate(zip(errors.functions(r), errors.functions(s), strict=True)):

        def kernel(f: Any, psi: Any) -> Any:
            cross = (f.c * f.w) @ f.e.T
            return psi * f.square - cross - cross.T

        first, second = kernel(f, psi_r), kernel(g, psi_s)
        values = np.linalg.eigvalsh(first - second)
        base = base + np.trace(second)
        out[i, :2], out[i, 2:] = base + values[:count].sum(), base + values[width - count :].sum()
    return out
