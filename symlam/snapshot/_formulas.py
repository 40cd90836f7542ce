"""SymPy expressions as prefix text and back, without evaluating any text.

``(Add (Symbol x positive) (Rational 1/2))``: an operation of a fixed list, then its operands.
"""

from __future__ import annotations

import re
from typing import Any

import sympy as sp

from symlam.errors import SymlamError

_OPERATIONS: dict[str, Any] = {
    "Add": sp.Add, "Mul": sp.Mul, "Pow": sp.Pow, "Or": sp.Or, "And": sp.And, "Not": sp.Not,
    "Gt": sp.Gt, "Ge": sp.Ge, "Lt": sp.Lt, "Le": sp.Le, "Eq": sp.Eq, "Abs": sp.Abs,
}  # fmt: skip
_NAMES = {
    sp.StrictGreaterThan: "Gt", sp.GreaterThan: "Ge", sp.StrictLessThan: "Lt", sp.LessThan: "Le", sp.Equality: "Eq",
    sp.Add: "Add", sp.Mul: "Mul", sp.Pow: "Pow", sp.Or: "Or", sp.And: "And", sp.Not: "Not", sp.Abs: "Abs",
}  # fmt: skip
# not Boolean: every Symbol is an instance of it
_CONDITIONS = (sp.core.relational.Relational, sp.logic.boolalg.BooleanFunction, sp.logic.boolalg.BooleanAtom)
_ASSUMED = ("positive", "nonnegative", "integer")


def written(expr: Any) -> str:
    """An expression as prefix text."""
    expr = sp.sympify(expr)
    if expr is sp.true or expr is sp.false:
        return str(bool(expr)).lower()
    if expr.is_Rational:
        return f"(Rational {expr})"
    if expr.is_Symbol:
        assumed = [a for a in _ASSUMED if expr.assumptions0.get(a)]
        return f"(Symbol {' '.join([expr.name, *assumed])})"
    name = _NAMES.get(expr.func)
    if name is None:
        raise SymlamError(f"{expr.func.__name__} in a threshold", expected=", ".join(_OPERATIONS))
    return f"({name} {' '.join(sorted(map(written, expr.args)) if name in ('Add', 'Mul', 'Or', 'And') else map(written, expr.args))})"


def read(text: str) -> Any:
    """The expression again; SymlamError for text that is none."""
    if not isinstance(text, str):
        raise SymlamError(f"{text!r} is no formula", expected="prefix text")
    tokens = re.findall(r"[()]|[^\s()]+", text)
    tokens.reverse()
    out = _read(tokens)
    if tokens:
        raise SymlamError(f"{text!r} goes on after its end", expected="one formula")
    return out


def _read(tokens: list[str]) -> Any:
    head = tokens.pop() if tokens else ""
    if head in ("true", "false"):
        return sp.true if head == "true" else sp.false
    name = tokens.pop() if head == "(" and tokens else ""
    atoms: list[str] = []
    if name in ("Rational", "Symbol"):
        while tokens and tokens[-1] != ")":
            atoms.append(tokens.pop())
    operands: list[Any] = []
    if name in _OPERATIONS:
        while tokens and tokens[-1] != ")":
            operands.append(_read(tokens))
    if not tokens or tokens.pop() != ")" or not (atoms or operands):
        raise SymlamError(f"a formula breaks off at {name or head!r}", expected="(operation operands)")
    if name == "Symbol":
        return sp.Symbol(atoms[0], **dict.fromkeys(atoms[1:], True))
    if name == "Rational":
        if not re.fullmatch(r"-?\d+(/[1-9]\d*)?", atoms[0]):
            raise SymlamError(f"{atoms[0]!r} is no rational number")
        return sp.Rational(atoms[0])
    try:
        return _OPERATIONS[name](*operands)
    except TypeError as error:
        raise SymlamError(f"{name} does not take these operands: {error}") from None


def same(a: Any, b: Any) -> bool:
    """Whether two expressions are seen to be equal: by simplification of the difference, or of both sides."""
    if a == b:
        return True
    if isinstance(a, _CONDITIONS) or isinstance(b, _CONDITIONS):
        if not (isinstance(a, _CONDITIONS) and isinstance(b, _CONDITIONS)):
            return False
        if a.func != b.func or len(a.args) != len(b.args):
            return False
        if isinstance(a, sp.core.relational.Relational):
            return all(map(same, a.args, b.args))
        # of a conjunction or disjunction the parts are compared in any order
        rest = list(b.args)
        for x in a.args:
            found = next((y for y in rest if same(x, y)), None)
            if found is None:
                return False
            rest.remove(found)
        return True
    return bool(sp.simplify(a - b) == 0)
