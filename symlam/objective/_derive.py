"""Derive the objective of a model: collect, split by zero correlation, eliminate what can be chosen.

The same three moves serve every model.  None of them knows the name of a letter or a vector.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from symlam.algebra import (
    Assumption,
    Assumptions,
    E,
    LinearForm,
    Matrix,
    complete_square,
    equation,
    identity,
    matrix,
    tr,
)
from symlam.algebra._letter import LETTERS
from symlam.errors import SymlamError
from symlam.objective._columns import eliminate_by_columns, independent_blocks, meets_blocks
from symlam.objective._derivation import Derivation, Step
from symlam.objective._objective import Objective, Term

if TYPE_CHECKING:
    from symlam.models import Model


def derive(
    model: Model,
    *,
    eliminate: tuple[Matrix, ...] | None = None,
    restated: Model | None = None,
    onto: tuple[Matrix, ...] = (),
) -> Derivation:
    """Derive the loss of a model and eliminate letters.

    ``eliminate`` defaults to the regression letters and the encoder letters that the split
    isolates.  ``restated`` is the model in other words: its residuals, equal to those of the model
    under its assumptions, make the second line.  ``onto`` are letters taken to have independent
    rows, with a right inverse R^+ of each: the last line is then a minimum for such letters, and the
    infimum over all where letters without independent rows are limits of them.  A regression letter whose
    square does not vanish as it stands is chosen block by block where blocks of independent columns
    are assumed (`symlam.objective._columns`).  Raises SymlamError when a letter of ``eliminate``
    cannot be eliminated, or the two models differ.

    >>> from symlam.models import linear_lam
    >>> for step in derive(linear_lam()).steps:
    ...     print(step)
    = E||(-I + A + B C + B D) o + (-I + B D) (q + ε)||^2  (definition)
    = E||(-I + A + B C + B D) o||^2 + E||(-I + B D) (q + ε)||^2  (zero correlation)  [E[o (q + ε)'] = 0]
    min over A E||(-I + B D) (q + ε)||^2  (A = I - B C - B D makes the square vanish)
    """
    known = model.assumptions if restated is None else restated.assumptions
    out = Derivation(
        model.name, known, encoder=model.encoder, decoder=model.decoder, regression=model.regression
    )
    out.steps.append(Step("=", Objective.of(model), "definition"))
    if restated is not None:
        _restate(out, restated)
    wanted = (*model.regression, *model.encoder) if eliminate is None else eliminate
    inverses = {r: matrix(f"{r!r}^+", r.cols, r.rows) for r in onto}
    if inverses:
        out.assumptions = known = known.plus(equation(r * p, identity(r.rows)) for r, p in inverses.items())
    split = split_by_correlation(out.objective, wanted, known, inverses)
    if split != out.objective:
        out.rewrite(split, "zero correlation")
    blocks = independent_blocks(known) if eliminate is None else ()
    by_columns = [x for x in model.regression if meets_blocks(out.objective, x, blocks)]
    try:
        left = _eliminate_squares(out, wanted, inverses)
    except SymlamError:
        if not by_columns:
            raise
        left = list(wanted)
    for letter in by_columns:
        if letter.as_letter() in out.objective.letters():
            eliminate_by_columns(out, letter, blocks)
            left.remove(letter)
    if eliminate is not None and left:
        for letter in list(left):
            _eliminate_quadratic(out, letter)
            left.remove(letter)
    return out


def _restate(out: Derivation, model: Model) -> None:
    """Add the objective of a model whose residuals are those of the line before, residual by residual."""
    used: frozenset[Assumption] = frozenset()
    restated = Objective.of(model)
    for before, after in zip(out.objective.terms, restated.terms, strict=True):
        difference, sources = out.assumptions.reduce_with_sources(before.form - after.form)
        if difference or before.weight != after.weight:
            raise SymlamError(
                f"{after.text()} does not restate {before.text()}: the residuals differ by {difference!r}"
            )
        used |= sources
    out.steps.append(Step("=", restated, "the residual in other words", used))


def split_by_correlation(
    objective: Objective,
    letters: tuple[Matrix, ...],
    known: Assumptions,
    inverses: Mapping[Matrix, Matrix] = MappingProxyType({}),
) -> Objective:
    """Separate the parts that contain different letters, where their cross moments vanish.

    A part of a residual is the base vectors whose coefficients contain the same subset of the
    letters that occur alone with them; parts that correlate stay together.
    """
    terms: list[Term] = []
    for term in objective.terms:
        parts = _parts(term, letters, inverses)
        groups = [[p] for p in parts]
        merged = True
        while merged:
            merged = False
            for i in range(len(groups)):
                for j in range(i + 1, len(groups)):
                    if any(known.reduce(tr(E(x, y))) for x in groups[i] for y in groups[j]):
                        groups[i] += groups.pop(j)
                        merged = True
                        break
                if merged:
                    break
        for g in groups:
            total = g[0]
            for f in g[1:]:
                total = total + f
            terms.append(Term(term.weight, total))
    return Objective(tuple(terms), objective.rest)


def _parts(term: Term, letters: tuple[Matrix, ...], inverses: Mapping[Matrix, Matrix]) -> list[LinearForm]:
    """The collected pieces M v that contain a letter that another piece lacks; the others together."""
    wanted = {m.as_letter() for m in letters}
    factors = term.factors()
    everywhere = set.intersection(*(m.letters() & wanted for m, _ in factors)) if factors else set()
    parts: list[LinearForm] = []
    together: LinearForm | None = None
    # a letter such as D multiplies all of x = q + ε: only letters that are missing elsewhere separate
    for m, v in factors:
        own = (m.letters() & wanted) - everywhere - _shared(m, factors, wanted, inverses)
        piece = m * v
        if own:
            parts.append(piece)
        else:
            together = piece if together is None else together + piece
    if together is not None:
        parts.append(together)
    return parts


def _shared(m: Matrix, factors: list[Any], wanted: set[Any], inverses: Mapping[Matrix, Matrix]) -> set[Any]:
    """Letters of m that also occur in a piece without any letter solvable there."""
    solvable = {x for n, _ in factors for x in _solvable_letters(n, wanted, inverses)}
    return (m.letters() & wanted) - solvable


def _solvable_letters(m: Matrix, wanted: set[Any], inverses: Mapping[Matrix, Matrix]) -> set[Any]:
    """Letters of ``wanted`` that m = 0 can be solved for: alone in a word, or after a common prefix."""
    out = set()
    for x in wanted:
        if _solve(m, x, inverses) is not None:
            out.add(x)
    return out


def _prefix(words: list[tuple[int, ...]]) -> tuple[int, ...]:
    first = min(words, key=len)
    n = len(first)
    while n and any(w[:n] != first[:n] for w in words):
        n -= 1
    return first[:n]


def _solve(m: Matrix, letter: Any, inverses: Mapping[Matrix, Matrix]) -> Matrix | None:
    """A value of the letter at which m vanishes, m = P (c letter + rest) with a common prefix word P.

    With a right inverse R^+ of R also m = R (c letter + rest) + more, at the value for rest + R^+ more.
    """
    found = _solve_plainly(m, letter)
    for r, p in inverses.items() if found is None else ():
        code = r._letter_code()
        inner = {(s, t, w[1:]): v for (s, t, w), v in m.terms.items() if w and w[0] == code}
        more = {k: v for k, v in m.terms.items() if not (k[2] and k[2][0] == code)}
        if r.rows != m.rows or not inner or any(LETTERS[f >> 2] == letter for _, _, w in more for f in w):
            continue
        found = _solve_plainly(Matrix(r.cols, m.cols, inner) + p * Matrix(m.rows, m.cols, more), letter)
        if found is not None:
            break
    return found


def _solve_plainly(m: Matrix, letter: Any) -> Matrix | None:
    words = [k[2] for k in m.terms]
    if not words:
        return None
    prefix = _prefix(words)
    for n in range(len(prefix), -1, -1):
        stripped = {(s, t, w[n:]): v for (s, t, w), v in m.terms.items()}
        hits = [(k, v) for k, v in stripped.items() if any(LETTERS[f >> 2] == letter for f in k[2])]
        if len(hits) != 1:
            continue
        (key, value) = hits[0]
        if key[0] or key[1] or len(key[2]) != 1 or key[2][0] & 3:
            continue
        rest = {k: v for k, v in stripped.items() if k != key}
        return Matrix(letter.rows, letter.cols, rest) * -1 / value
    return None


def _eliminate_squares(
    out: Derivation, wanted: tuple[Matrix, ...], inverses: Mapping[Matrix, Matrix]
) -> list[Matrix]:
    """Choose letters so that whole squares vanish; return the letters that were not eliminated."""
    before = out.objective
    choice: dict[Matrix, Matrix] = {}
    vanished: list[Term] = []
    left = list(wanted)
    progress = True
    while progress:
        progress = False
        for term in before.terms:
            if term in vanished:
                continue
            now = term.form.substitute(choice) if choice else term.form
            if not now:
                vanished.append(term)
                progress = True
                continue
            pieces = Term(term.weight, now).factors()
            if len(pieces) != 1:
                continue
            m = pieces[0][0]
            for letter in left:
                value = _solve(m, letter.as_letter(), inverses)
                if value is None or letter.as_letter() in value.letters():
                    continue
                others = [t for t in before.terms if t not in vanished and t is not term]
                if not _may_take(letter, others, choice, left, inverses):
                    continue
                new = {k: _sub(v, {letter: value}) for k, v in choice.items()}
                choice = {**new, letter: value}
                left.remove(letter)
                vanished.append(term)
                progress = True
                break
    if not choice:
        return list(wanted)
    remaining = Objective(tuple(t for t in before.terms if t not in vanished), before.rest)
    gone = {m.as_letter() for m in choice}
    if gone & remaining.letters():
        # a letter that is needed elsewhere: keep only choices that free the rest
        raise SymlamError(
            f"the squares of {out.name} cannot all be made to vanish", hint="eliminate fewer letters"
        )
    letters = tuple(choice)
    shown = ", ".join(f"{k!r} = {v!r}" for k, v in choice.items())
    condition = tuple(m * E(v, v) for t in vanished for m, v in t.factors())
    squares = "square vanish" if len(vanished) == 1 else f"{len(vanished)} squares vanish together"
    out.minimise(letters, choice, remaining, f"{shown} makes the {squares}", condition)
    return [m for m in left if m.as_letter() in out.objective.letters()]


def _sub(m: Matrix, replacements: dict[Matrix, Matrix]) -> Matrix:
    from symlam.algebra import substitute

    return substitute(m, replacements)


def _may_take(
    letter: Matrix,
    others: list[Term],
    choice: dict[Matrix, Matrix],
    left: list[Matrix],
    inverses: Mapping[Matrix, Matrix],
) -> bool:
    """Whether the letter occurs elsewhere only in squares that can be made to vanish as well."""
    x = letter.as_letter()
    free = {m.as_letter() for m in left}
    for t in others:
        form = t.form.substitute(choice) if choice else t.form
        if x not in form.letters():
            continue
        pieces = Term(t.weight, form).factors()
        if len(pieces) != 1 or not _solvable_letters(pieces[0][0], free, inverses):
            return False
    return True


def _eliminate_quadratic(out: Derivation, letter: Matrix) -> None:
    """Minimise over a letter by completing the square in the expanded objective."""
    expanded = out.assumptions.reduce(out.objective.expand())
    square = complete_square(expanded, letter)
    used = out.assumptions.check_inverses(square.rest, square.centre)
    # what is left reads as mean squares of what the letter could not explain (innovations)
    left = out.objective.substitute({letter: square.centre})
    if out.assumptions.reduce(left.expand() - square.rest):
        left = Objective((), square.rest)
    out.steps.append(
        Step(
            "min",
            left,
            f"completing the square in {letter!r}: {letter!r} = {square.centre!r}",
            used | out.assumptions.reduce_with_sources(out.objective.expand())[1],
            (letter,),
            {letter: square.centre},
            (square.condition,),
        )
    )
