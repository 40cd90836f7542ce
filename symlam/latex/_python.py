"""Expressions of a Python script as they were written: squares, products and brackets not multiplied out.

The source is parsed, never run: names are looked up in the script's own variables, and what comes out counts only
where it has the value that was decided.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symlam import algebra
from symlam.algebra import LinearForm, Matrix, Notation, Scalar, latex
from symlam.algebra._print import Latex, raised
from symlam.errors import SymlamError

_SUM, _PRODUCT, _ATOM = 0, 1, 2
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.MatMult: operator.matmul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True)
class _Shown:
    """A value, its LaTeX, and how tightly that binds."""

    value: Any
    latex: str
    binds: int


class _Unknown(Exception):
    """Something in the source that has no written form here."""


class PythonWriter:
    """Writes expressions of one script; ``source`` is its text."""

    def __init__(self, source: str, notation: Notation) -> None:
        self.notation, self.style = notation, Latex(notation)
        self._calls: dict[int, list[ast.Call]] = {}
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    self._calls.setdefault(line, []).append(node)

    def written(self, line: int, value: Any, scope: Mapping[str, Any]) -> str | None:
        """The argument of a call on this line that has the value, as it was written; None where there is none."""
        for call in self._calls.get(line, ()):
            stated = [v for a in call.args for v in (a.values if isinstance(a, ast.Dict) else [a])]
            for argument in stated:
                try:
                    shown = self._show(argument, scope)
                except (_Unknown, SymlamError, TypeError, AttributeError):
                    continue
                if isinstance(shown.value, type(value)) and shown.value == value:
                    return shown.latex
        return None

    def _show(self, node: ast.expr, scope: Mapping[str, Any]) -> _Shown:
        if isinstance(node, ast.Name):
            return self._value(scope.get(node.id))
        if isinstance(node, ast.Constant):
            return self._value(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self._show(node.operand, scope)
            return _Shown(-inner.value, f"-{self._group(inner, _PRODUCT)}", _SUM)
        if isinstance(node, ast.BinOp):
            return self._binary(node, scope)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return self._raised(self._show(node.value, scope), lambda v: v.T, self.notation.transpose)
        if isinstance(node, ast.Call) and not node.keywords:
            return self._call(node, scope)
        raise _Unknown

    def _value(self, v: Any) -> _Shown:
        if isinstance(v, int) and not isinstance(v, bool):
            return _Shown(v, str(v), _ATOM if v >= 0 else _SUM)
        if not isinstance(v, LinearForm | Matrix | Scalar):
            raise _Unknown
        shown = latex(v, notation=self.notation)
        if isinstance(v, LinearForm):
            atom = v.is_base()
        else:
            atom = len(v.terms) == 1 and " " not in shown and not shown.startswith("-")
        single = len(v.parts if isinstance(v, LinearForm) else v.terms) <= 1 and not shown.startswith("-")
        return _Shown(v, shown, _ATOM if atom else _PRODUCT if single else _SUM)

    def _group(self, x: _Shown, at_least: int) -> str:
        return x.latex if x.binds >= at_least else self.style.group(x.latex)

    def _raised(self, x: _Shown, operation: Any, exponent: str) -> _Shown:
        base = x.latex if x.binds == _ATOM else self.style.group(x.latex)
        return _Shown(operation(x.value), raised(base, exponent), _ATOM)

    def _binary(self, node: ast.BinOp, scope: Mapping[str, Any]) -> _Shown:
        operation = _OPERATORS.get(type(node.op))
        if operation is None:
            raise _Unknown
        a, b = self._show(node.left, scope), self._show(node.right, scope)
        value = operation(a.value, b.value)
        if isinstance(node.op, ast.Add | ast.Sub):
            sign = "+" if isinstance(node.op, ast.Add) else "-"
            right = b.latex if sign == "+" and not b.latex.startswith("-") else self._group(b, _PRODUCT)
            return _Shown(value, f"{a.latex} {sign} {right}", _SUM)
        if isinstance(node.op, ast.Div):
            return _Shown(value, rf"\frac{{{a.latex}}}{{{b.latex}}}", _PRODUCT)
        if isinstance(node.op, ast.Pow):
            if not isinstance(b.value, int) or b.value < 1:
                raise _Unknown
            return self._raised(a, lambda v: v**b.value, str(b.value))
        if isinstance(a.value, int) and isinstance(b.value, int):
            return self._value(value)
        # numbers and scalars stand in front
        if isinstance(b.value, int | Scalar) and not isinstance(a.value, int | Scalar):
            a, b = b, a
        return _Shown(value, f"{self._group(a, _PRODUCT)} {self._group(b, _PRODUCT)}", _PRODUCT)

    def _call(self, node: ast.Call, scope: Mapping[str, Any]) -> _Shown:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "inverse" and not node.args:
            return self._raised(self._show(node.func.value, scope), lambda v: v.inverse(), "-1")
        function = scope.get(node.func.id) if isinstance(node.func, ast.Name) else None
        arguments = [self._show(a, scope) for a in node.args]
        values = [a.value for a in arguments]
        if function is algebra.msq and len(arguments) == 1:
            return _Shown(algebra.msq(*values), self.style.mean_square(arguments[0].latex), _PRODUCT)
        if function is algebra.tr and len(arguments) == 1:
            return _Shown(algebra.tr(*values), self.style.trace(arguments[0].latex), _PRODUCT)
        if function is algebra.E and len(arguments) == 2:
            x, y = self._group(arguments[0], _PRODUCT), arguments[1]
            base = y.latex if y.binds == _ATOM else self.style.group(y.latex)
            shown = self.style.expectation(f"{x} {raised(base, self.notation.transpose)}")
            return _Shown(algebra.E(*values), shown, _ATOM)
        if function is algebra.identity and len(node.args) == 1:
            raise _Unknown
        raise _Unknown


__all__ = ["PythonWriter"]
