"""Words in noncommuting matrices, second moments, trace normal form; equality by normal form.

The algebra knows matrices, random vectors and assumptions about their second moments.  It
does not know any model.  SymPy is a guest (`to_sympy`, `from_sympy`), not the engine.
"""

from symlam.algebra._assumptions import (
    Assumption,
    Assumptions,
    absent,
    dimension_at_most,
    equation,
    full_column_rank,
    independent_columns,
    left_inverses,
    orthogonal_in_mean,
    orthonormal,
    positive,
    positive_definite,
    rank_at_least,
    uncorrelated,
    white,
)
from symlam.algebra._calculus import Square, complete_square, degree, directional, gradient, hessian_form
from symlam.algebra._conditional import Draws, conditional_draws
from symlam.algebra._equality import Counterexample, Equality, equal
from symlam.algebra._expression import (
    Matrix,
    Scalar,
    dimension_scalar,
    identity,
    matrix,
    scalar,
    substitute,
    total,
    tr,
    zero,
)
from symlam.algebra._letter import Dimension, Letter
from symlam.algebra._notation import Notation
from symlam.algebra._print import latex
from symlam.algebra._random import E, LinearForm, dot, group_by_coefficient, msq, vector
from symlam.algebra._sympy import from_sympy, to_sympy

__all__ = [
    "Assumption",
    "Assumptions",
    "Counterexample",
    "Dimension",
    "Draws",
    "E",
    "Equality",
    "Letter",
    "LinearForm",
    "Matrix",
    "Notation",
    "Scalar",
    "Square",
    "absent",
    "complete_square",
    "conditional_draws",
    "degree",
    "dimension_at_most",
    "dimension_scalar",
    "directional",
    "dot",
    "equal",
    "equation",
    "from_sympy",
    "full_column_rank",
    "gradient",
    "group_by_coefficient",
    "hessian_form",
    "identity",
    "independent_columns",
    "latex",
    "left_inverses",
    "matrix",
    "msq",
    "orthogonal_in_mean",
    "orthonormal",
    "positive",
    "positive_definite",
    "rank_at_least",
    "scalar",
    "substitute",
    "to_sympy",
    "total",
    "tr",
    "uncorrelated",
    "vector",
    "white",
    "zero",
]
