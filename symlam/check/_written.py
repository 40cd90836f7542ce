"""A side of a line as it is written, for the kernel: squares, traces, sums and products not multiplied out.

What has no such form (an I whose size comes from its neighbours, a derivative, a minimum) is given by its value.
Whatever is built is compared with the value before it is used.
"""

from __future__ import annotations

from typing import Any

from symlam.algebra import LinearForm, Matrix, Scalar
from symlam.check import _evaluate as T
from symlam.check._evaluate import Evaluator
from symlam.errors import SymlamError


def written(tree: Any, value: Any, evaluator: Evaluator) -> Any:
    """The side as a term of `symlam.evidence.export`, its value where that fails."""
    from symlam.evidence.export import normal

    if not isinstance(value, Scalar | Matrix | LinearForm):
        return value
    try:
        term = _sum(tree, evaluator)
        return term if normal(term) == value else value
    except (SymlamError, AttributeError, TypeError):
        return value


def _plain(v: Any) -> Any:
    if not isinstance(v, Scalar | Matrix | LinearForm):
        raise SymlamError("no value of its own")
    return v


def _sum(tree: Any, evaluator: Evaluator) -> Any:
    from symlam.evidence.export import Sum

    parts, sign = [], 1
    for c in tree.children:
        if not hasattr(c, "data"):
            sign = -1 if c == "-" else 1
            continue
        try:
            part = _product(c.children, evaluator)
            parts.append((1, _minus(part)) if sign < 0 and _is_vector(part) else (sign, part))
        except SymlamError:
            return _plain(evaluator.value(tree))  # such as A - I
    return parts[0][1] if len(parts) == 1 and parts[0][0] == 1 else Sum(tuple(parts))


def _product(factors: list[Any], evaluator: Evaluator) -> Any:
    from symlam.evidence.export import Product, Sum

    if any(not hasattr(f, "data") and str(f) == "/" for f in factors):
        return _plain(evaluator._product(factors))
    factors = [f for f in factors if hasattr(f, "data")]
    weight: Any = 1
    scalars: list[Any] = []
    while len(factors) > 1 and not _takes_what_follows(factors[0], evaluator):
        v = evaluator._product(factors[:1])
        if not isinstance(v, Scalar):
            break
        weight, scalars, factors = v * weight, [*scalars, factors[0]], factors[1:]
    if _takes_what_follows(factors[0], evaluator):
        term = _prefixed(factors, evaluator)
    elif len(factors) == 1:
        term = _factor(factors[0], evaluator)
    else:
        last = evaluator._product(factors[-1:])
        # a random vector comes last; only what multiplies it is kept as it stands
        tail = last if isinstance(last, LinearForm) else _factor(factors[-1], evaluator)
        term = Product((*(_factor(f, evaluator) for f in factors[:-1]), tail))
    if isinstance(weight, int):
        return term
    if _is_vector(term):  # scalars are part of the matrices there
        return _plain(evaluator._product([*scalars, *factors]))
    return Sum(((weight, term),))


def _is_vector(term: Any) -> bool:
    from symlam.evidence.export import normal

    return isinstance(normal(term), LinearForm)


def _minus(term: Any) -> Any:
    """Minus a random vector, the sign kept at the vector itself."""
    from symlam.evidence.export import Product, normal

    if isinstance(term, Product) and isinstance(term.factors[-1], LinearForm):
        return Product((*term.factors[:-1], -term.factors[-1]))
    return -normal(term)


def _takes_what_follows(factor: Any, evaluator: Evaluator) -> bool:
    """Whether a factor is an operator that takes what follows."""
    head = factor.children[0]
    return getattr(head, "type", None) in T._PREFIXES or evaluator._is_expectation(head)


def _prefixed(factors: list[Any], evaluator: Evaluator) -> Any:
    from symlam.evidence.export import MeanSquare, Trace

    head = factors[0].children[0]
    inner = factors[1:]
    if len(factors[0].children) == 1 and len(inner) == 1:
        node = inner[0].children[0]
        bracket = getattr(node, "data", None) in ("round", "square", "brace") and len(inner[0].children) == 1
        if head.type == "TRACE" and bracket:
            return Trace(_sum(T._subtrees(node)[0], evaluator))
        if head.type == "EXPECTATION" or evaluator._is_expectation(head):
            while bracket:
                factor = T._single_factor(T._subtrees(node)[0])
                if factor is None:
                    break
                inner, node = [factor], factor.children[0]
                bracket = (
                    getattr(node, "data", None) in ("round", "square", "brace") and len(factor.children) == 1
                )
            if getattr(node, "data", None) == "norm" and isinstance(
                evaluator._sum(T._subtrees(node)[0]), LinearForm
            ):
                return MeanSquare(_sum(T._subtrees(node)[0], evaluator))
    return _plain(evaluator._product(factors))


def _factor(factor: Any, evaluator: Evaluator) -> Any:
    from symlam.evidence.export import Transposed

    head, postfixes = factor.children[0], factor.children[1:]
    if [p.type for p in postfixes] not in ([], ["TRANSPOSE"]) or getattr(head, "data", None) not in (
        "round",
        "brace",
        None,
    ):
        return _plain(evaluator._product([factor]))
    if getattr(head, "data", None) is None:
        return _plain(evaluator._product([factor]))
    parts = T._subtrees(head)
    if len(parts) != 1:
        raise SymlamError("a list")
    inner = _sum(parts[0], evaluator)
    return Transposed(inner) if postfixes else inner
