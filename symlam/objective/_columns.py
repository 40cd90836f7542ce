"""Choosing a regression letter block by block, where blocks of independent columns are assumed.

Several samples may share the letter A: sum_i w_i E||A v_i + ...||^2 with v_i a sum of pieces c u, c one of
the blocks [E X ...].  With left inverses of the blocks A E and A X can be chosen on their own.  In a block
u has the same second moment in every sample, so that

    sum_i w_i E||(A c + R_i) u_i||^2 = sum_i w_i E||(A c + R) u_i||^2 + sum_i w_i E||(R_i - R) u_i||^2

with R the mean of the R_i with weights w_i / sum_i w_i.  The derivation checks that equation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symlam.algebra import (
    Assumption,
    Assumptions,
    E,
    LinearForm,
    Matrix,
    Scalar,
    left_inverses,
    scalar,
    total,
)
from symlam.algebra._assumptions import IndependentColumns, Orthonormal, ScalarEquation
from symlam.algebra._expression import MatrixKey, Rational, constant
from symlam.errors import SymlamError
from symlam.objective._objective import Objective, Term

if TYPE_CHECKING:
    from symlam.objective._derivation import Derivation

Pieces = dict[Matrix, tuple[LinearForm, Matrix]]


def independent_blocks(known: Assumptions) -> tuple[Matrix, ...]:
    """The largest set of blocks whose columns are assumed independent (or orthonormal) together."""
    found = [a.blocks for a in known if isinstance(a, IndependentColumns | Orthonormal)]
    return max(found, key=len, default=())


def meets_blocks(objective: Objective, letter: Matrix, blocks: tuple[Matrix, ...]) -> bool:
    """Whether a letter stands before a block wherever it occurs, and so can be chosen by columns."""
    codes = {c._letter_code() for c in blocks}
    x = letter._letter_code()
    words = [w for t in objective.terms for m in t.form.parts.values() for _, _, w in m.terms]
    return bool(codes) and all(w[0] == x and len(w) == 2 and w[1] in codes for w in words if x in w)


def eliminate_by_columns(out: Derivation, letter: Matrix, blocks: tuple[Matrix, ...]) -> None:
    """Add the minimum over a letter A that multiplies the blocks, in every term where it occurs.

    Raises SymlamError where A multiplies anything else, or the samples have other weights in one block than
    in the next.
    """
    terms = out.objective.terms
    pieces = [_pieces(t.form, letter, blocks) for t in terms]
    weights = {
        c: total((t.weight for t, p in zip(terms, pieces, strict=True) if c in p), constant(0))
        for c in blocks
        if any(c in p for p in pieces)
    }
    if len(set(weights.values())) != 1:
        raise SymlamError(
            f"{letter!r} does not meet the blocks {', '.join(map(repr, blocks))} with one weight",
            hint="eliminate fewer letters",
        )
    whole = next(iter(weights.values()))
    inverses, equations = left_inverses(*blocks)
    share, defined = inverse_of(whole)
    out.assumptions = out.assumptions.plus(equations, defined)
    means: dict[Matrix, Matrix] = {}
    for t, found in zip(terms, pieces, strict=True):
        for c, (_, r) in found.items():
            part = r * (t.weight * share)
            means[c] = means[c] + part if c in means else part
    named = Assumptions(defined)
    means = {c: named.reduce(m) for c, m in means.items()}
    squares: list[tuple[Term, Matrix]] = []
    rests: list[Term] = []
    for t, found in zip(terms, pieces, strict=True):
        form = t.form
        for c, (u, r) in found.items():
            form = form - (letter * c + r) * u
            gone = letter * c + means[c]
            squares.append((Term(t.weight, gone * u), gone * E(u, u)))
            if gap := named.reduce(r - means[c]):
                rests.append(Term(t.weight, gap * u))
        if form:
            rests.append(Term(t.weight, form))
    left = Objective(tuple(rests), out.objective.rest)
    out.rewrite(
        Objective((*(t for t, _ in squares), *rests), left.rest),
        f"the columns that {letter!r} meets, each with the mean over its samples",
    )
    value = _choice(means, dict(zip(blocks, inverses, strict=True)))
    vanish = f"{len(squares)} squares vanish together" if len(squares) > 1 else "square vanish"
    out.minimise(
        (letter,),
        {letter: value},
        left,
        f"{letter!r} = {value!r} makes the {vanish}",
        tuple(condition for _, condition in squares),
    )


def inverse_of(whole: Scalar, *, name: str = "ω") -> tuple[Scalar, tuple[Assumption, ...]]:
    """1 / w, and for a sum w the definition of the symbol that stands for it.

    >>> inverse_of(1 + scalar("λ"))
    (ω, (ω (1 + λ) = 1,))
    >>> inverse_of(2 * scalar("λ"))
    (1/2 λ^-1, ())
    """
    if len(whole.terms) == 1:
        return constant(1) / whole, ()
    share = scalar(name)
    return share, (ScalarEquation(f"{name} ({whole!r}) = 1", share * whole - 1),)


def _pieces(form: LinearForm, letter: Matrix, blocks: tuple[Matrix, ...]) -> Pieces:
    """For every block c with A c u in the form: u, and R with (A c + R) u the part of the form in u."""
    out: Pieces = {}
    x = letter.as_letter()
    for base, m in form.parts.items():
        if x not in m.letters():
            continue
        block = next((c for c in blocks if c.cols == m.cols and x not in (m - letter * c).letters()), None)
        if block is None or block in out:
            raise SymlamError(
                f"{letter!r} multiplies more than one of the blocks {', '.join(map(repr, blocks))} in {form!r}",
                hint="eliminate fewer letters",
            )
        u = LinearForm(base.dim, {base: Matrix(base.dim, base.dim, {((), (), ()): 1})})
        out[block] = (u, m - letter * block)
    return out


def _choice(means: dict[Matrix, Matrix], inverses: dict[Matrix, Matrix]) -> Matrix:
    """A with A c = -R_c in every block: what all blocks have in common as it is, the rest through left inverses."""
    common: dict[MatrixKey, Rational] | None = None
    for c, m in means.items():
        code = c._letter_code()
        heads = {(s, t, w[:-1]): v for (s, t, w), v in m.terms.items() if w and w[-1] == code}
        if common is None:
            common = heads
        common = {k: v for k, v in common.items() if heads.get(k) == v}
    rows = next(iter(means.values())).rows
    columns = next(iter(inverses)).rows
    shared = Matrix(rows, columns, common)
    out = -shared
    for c, m in means.items():
        out = out - (m - shared * c) * inverses[c]
    return out
