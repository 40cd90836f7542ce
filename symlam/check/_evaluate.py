"""From parsed formulas to values, under declared names."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from symlam.algebra import LinearForm, Matrix, Scalar, dimension_scalar, gradient, substitute
from symlam.algebra._expression import Rational, ScalarKey, constant
from symlam.algebra._letter import Dimension
from symlam.check import _values as V
from symlam.check._environment import Environment
from symlam.check._names import key
from symlam.check._parser import Place, ReadError
from symlam.errors import SymlamError

_PREFIXES = ("EXPECTATION", "TRACE", "GRADIENT", "MIN", "ARG_MIN", "FUNCTION")
_NAMES = re.compile(r"\\?[A-Za-zα-ωΑ-Ω](?:[^,;\s{}]|\{[^{}]*\})*")


def single_name(tree: Any) -> Any | None:
    """The NAME token when a sum is just a name."""
    factor = _single_factor(tree)
    if factor is None or len(factor.children) != 1:
        return None
    atom = factor.children[0]
    if _is_tree(atom, "brace"):
        return single_name(atom.children[-2] if len(atom.children) > 1 else atom.children[0])
    return atom if getattr(atom, "type", None) == "NAME" else None


def _single_term(tree: Any) -> Any | None:
    if _is_tree(tree, "sum") and len(tree.children) == 1:
        return tree.children[0]
    return None


def _single_factor(tree: Any) -> Any | None:
    term = _single_term(tree)
    return term.children[0] if term is not None and len(term.children) == 1 else None


def name_tuple(tree: Any) -> list[Any] | None:
    """The NAME tokens when a sum is (A, B, ...)."""
    factor = _single_factor(tree)
    if factor is None or len(factor.children) != 1 or not _is_tree(factor.children[0], "round"):
        return None
    names = [single_name(c) for c in _subtrees(factor.children[0])]
    return names if len(names) > 1 and all(n is not None for n in names) else None


def parts_of_tuple(tree: Any) -> list[Any] | None:
    """The sums of (x, y, ...)."""
    factor = _single_factor(tree)
    if factor is None or len(factor.children) != 1 or not _is_tree(factor.children[0], "round"):
        return None
    parts = _subtrees(factor.children[0])
    return parts if len(parts) > 1 else None


def called(tree: Any) -> tuple[Any, list[Any]] | None:
    """(NAME, arguments) when a sum is L(A, B, ...)."""
    term = _single_term(tree)
    if term is None or len(term.children) != 2:
        return None
    head, arguments = term.children
    if not (_is_tree(head, "factor") and _is_tree(arguments, "factor")):
        return None
    if (
        len(head.children) != 1
        or len(arguments.children) != 1
        or not _is_tree(arguments.children[0], "round")
    ):
        return None
    if getattr(head.children[0], "type", None) != "NAME":
        return None
    return head.children[0], _subtrees(arguments.children[0])


def minimum_of(tree: Any) -> tuple[str, list[str], Any] | None:
    """("MIN" or "ARG_MIN", the names under it, the rest of the term as factors)."""
    term = _single_term(tree)
    if term is None:
        return None
    head = term.children[0]
    if not _is_tree(head, "factor") or getattr(head.children[0], "type", None) not in ("MIN", "ARG_MIN"):
        return None
    subs = [c for c in head.children[1:] if c.type == "SUB"]
    if len(subs) != 1 or len(head.children) != 2:
        return None
    return head.children[0].type, names_in(str(subs[0])), term.children[1:]


def names_in(sub: str) -> list[str]:
    r"""The names in a subscript such as _{A, C}.

    >>> names_in("_A"), names_in("_{A, D_1}")
    (['A'], ['A', 'D_1'])
    """
    inner = sub.strip()[1:].strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    return [m[0] for m in _NAMES.finditer(inner)]


def top_terms(tree: Any) -> list[Any]:
    """The terms of a sum, signs dropped."""
    return [c for c in tree.children if _is_tree(c, "term")] if _is_tree(tree, "sum") else []


def _is_tree(x: Any, name: str) -> bool:
    return getattr(x, "data", None) == name


def _subtrees(x: Any) -> list[Any]:
    return [c for c in x.children if hasattr(c, "data")]


class Evaluator:
    """Evaluate trees under an environment; errors carry the position in the file."""

    def __init__(self, env: Environment, place: Place) -> None:
        self.env, self.place = env, place
        self.squares: list[Any] = []  # linear forms and matrices seen under a squared norm

    def value(self, tree: Any) -> Any:
        """The value of a sum; ReadError (or OutsideFragment) with line and column."""
        return self._sum(tree)

    # ---- sums and products

    def _located(self, error: SymlamError, token: Any) -> SymlamError:
        if isinstance(error, ReadError | V.OutsideFragment):
            return error
        line, column = self.place.of(token.line, token.column)
        return ReadError(error.problem, line=line, column=column, expected=error.expected, hint=error.hint)

    def _sum(self, tree: Any) -> Any:
        total, sign = None, "+"
        for c in tree.children:
            if not hasattr(c, "data"):
                sign = str(c)
                continue
            v = self._product(c.children)
            if sign == "-":
                v = V.negate(v)
            try:
                total = v if total is None else V.add(total, v)
            except SymlamError as error:
                raise self._located(error, first_token(c)) from None
        return total

    def _product(self, factors: list[Any]) -> Any:
        out, i, operator = None, 0, ""
        while i < len(factors):
            f = factors[i]
            if not hasattr(f, "data"):
                operator, i = str(f), i + 1
                continue
            v, j = self._unit(factors, i)
            try:
                if out is None:
                    out = v
                elif operator == "/":
                    out = V.divide(out, v)
                else:
                    out = V.multiply(out, v)
            except SymlamError as error:
                raise self._located(error, first_token(f)) from None
            operator, i = "", j
        return out

    def _unit(self, factors: list[Any], i: int) -> tuple[Any, int]:
        """The value of the factor at i, with what a prefix takes after it, and the next position."""
        f = factors[i]
        if not hasattr(f, "data"):
            raise self._located(SymlamError(f"unexpected {f}", expected="an expression before it"), f)
        head = f.children[0]
        token = first_token(f)
        try:
            if self._is_expectation(head):
                if key(str(head)) != "E":
                    raise V.OutsideFragment(f"an expectation {head} over part of the randomness")
                return self._expectation(factors, i + 1)
            if getattr(head, "type", None) in _PREFIXES:
                return self._prefix(factors, i)
            if _is_tree(head, "derivative"):
                return self._derivative(factors, i)
            call = self._call(factors, i)
            if call is not None:
                return call, i + 2
            return self._postfixes(self._atom(head, f), f.children[1:], head), i + 1
        except SymlamError as error:
            raise self._located(error, token) from None

    # ---- atoms

    def _atom(self, head: Any, factor: Any) -> Any:
        kind = getattr(head, "type", None)
        if kind == "NUMBER":
            return constant(Fraction(str(head)))
        if kind == "NAME":
            return self._name(head)
        if head.data == "fraction":
            parts = _subtrees(head)
            if parts:
                return V.divide(self._sum(parts[0]), self._sum(parts[1]))
            digits = str(head.children[-1])
            if len(digits) != 2 or not digits.isdigit():
                raise SymlamError(rf"\frac followed by {digits}", expected=r"\frac{...}{...}")
            return V.divide(constant(int(digits[0])), constant(int(digits[1])))
        if head.data == "norm":
            return self._norm(head, factor)
        parts = _subtrees(head)
        if len(parts) > 1:
            raise SymlamError(
                "a list in brackets inside a formula", expected="one expression in the brackets"
            )
        return self._sum(parts[0])

    def _is_expectation(self, head: Any) -> bool:
        """Whether a name is a plain E that nothing declares."""
        if getattr(head, "type", None) != "NAME" or self.env.find(str(head)) is not None:
            return False
        k = key(str(head))
        return k == "E" or k.startswith("E_")

    def _name(self, token: Any) -> Any:
        v = self.env.value(str(token))
        if isinstance(v, Dimension):
            return dimension_scalar(v)
        if isinstance(v, V.OutsideFragment):
            raise V.OutsideFragment(f"{token} was left undecided: {v.problem}")
        return v

    def _norm(self, head: Any, factor: Any) -> Any:
        inner = self._sum(_subtrees(head)[0])
        index, squared = "", False
        for p in factor.children[1:]:
            if p.type == "SUB":
                index = key(str(p).strip()[1:].strip()).strip("{}")
            elif p.type == "POWER" and _exponent(p) == 2:
                squared = True
        if not squared:
            raise V.OutsideFragment("a norm that is not squared", hint=r"\lVert ... \rVert^2")
        self.squares.append(inner)
        return V.norm_squared(inner, index)

    def _postfixes(self, v: Any, postfixes: list[Any], head: Any) -> Any:
        norm = _is_tree(head, "norm")
        for p in postfixes:
            if p.type == "TRANSPOSE":
                v = V.transpose(v)
            elif p.type == "INVERSE":
                v = V.inverse(v)
            elif p.type == "INVERSE_TRANSPOSE":
                v = V.transpose(V.inverse(v))
            elif p.type == "POWER":
                if norm and _exponent(p) == 2:
                    norm = False
                    continue
                v = V.power(v, _exponent(p))
            elif p.type == "SUB" and _is_tree(head, "norm"):
                continue
            elif p.type == "SUB":
                raise SymlamError(f"a subscript {p} on an expression", expected="a subscript on a name")
            else:
                raise V.OutsideFragment(f"the superscript {p}")
        return v

    def _call(self, factors: list[Any], i: int) -> Any | None:
        """L(X, Y, ...) for a line L that was stated with arguments."""
        f = factors[i]
        head = f.children[0]
        if getattr(head, "type", None) != "NAME" or len(f.children) != 1 or i + 1 >= len(factors):
            return None
        k = self.env.find(str(head))
        if k is None or k not in self.env.parameters or not hasattr(factors[i + 1], "data"):
            return None
        bracket = factors[i + 1].children[0]
        letters = self.env.parameters[k]
        if not _is_tree(bracket, "round") or len(factors[i + 1].children) != 1:
            return None
        arguments = _subtrees(bracket)
        if len(arguments) != len(letters):
            raise SymlamError(f"{head} takes {len(letters)} arguments, {len(arguments)} are given")
        value = self._name(head)
        replacements = {}
        for letter, a in zip(letters, arguments, strict=True):
            v = self._sum(a)
            v = V.match(letter, v)[1]
            if v != letter:
                replacements[letter] = v
        if not replacements:
            return value
        return (
            value.substitute(replacements)
            if isinstance(value, LinearForm)
            else substitute(value, replacements)
        )

    # ---- prefixes

    def _prefix(self, factors: list[Any], i: int) -> tuple[Any, int]:
        f = factors[i]
        head, postfixes = f.children[0], f.children[1:]
        subs = [p for p in postfixes if p.type == "SUB"]
        if head.type == "FUNCTION":
            raise V.OutsideFragment(f"{head} is outside linear forms and second moments")
        if head.type == "ARG_MIN":
            raise SymlamError(
                r"\arg\min inside a formula", expected=r"\arg\min_A L = ... as a line of its own"
            )
        if [p for p in postfixes if p.type != "SUB"]:
            raise SymlamError(f"{head}{postfixes[0]}", expected=f"brackets: ({head} ...){postfixes[0]}")
        if i + 1 >= len(factors):
            raise SymlamError(f"{head} of nothing", expected="an expression after it")
        if head.type == "EXPECTATION":
            if subs:
                raise V.OutsideFragment(f"an expectation {head}{subs[0]} over part of the randomness")
            return self._expectation(factors, i + 1)
        if head.type == "TRACE":
            return self._apply(V.trace, factors, i + 1)
        if head.type == "MIN":
            raise V.OutsideFragment(
                r"\min inside a sum or product", hint=r"\min_A L = ... as a line of its own"
            )
        if len(subs) != 1:
            raise SymlamError(r"\nabla without a letter", expected=r"\nabla_A")
        names = names_in(str(subs[0])) or [""]
        if len(names) > 1:
            raise SymlamError(rf"\nabla in {len(names)} letters", expected=r"\nabla_A, one letter at a time")
        name = names[0]
        value, j = self._unit(factors, i + 1)
        return self.gradient(value, self.env.value(name), name), j

    def _expectation(self, factors: list[Any], i: int) -> tuple[Any, int]:
        if i >= len(factors):
            raise SymlamError("the expectation of nothing", expected="an expression after it")
        f = factors[i]
        if not hasattr(f, "data"):
            raise SymlamError(f"unexpected {f} after the expectation")
        bracket = f.children[0]
        if _is_tree(bracket, "square"):
            v = self._mean(self._sum(_subtrees(bracket)[0]))
            return self._postfixes(v, f.children[1:], bracket), i + 1
        if _is_tree(bracket, "round") and len(f.children) == 1:
            inner = self._sum(_subtrees(bracket)[0])
            rest = self._product(factors[i + 1 :]) if i + 1 < len(factors) else None
            if rest is None or not V.is_random(rest):
                return self._mean(inner), i + 1
        elif _is_tree(bracket, "round") and len(factors) == i + 1 and f.children[1].type == "POWER":
            raise SymlamError("E(...)^n may mean two things", expected="E[(...)^n] or (E[...])^n")
        return self._mean(self._product(factors[i:])), len(factors)

    def _mean(self, v: Any) -> Any:
        if isinstance(v, LinearForm | V.Row):
            self.env.uses_mean = True
        return V.expect(v)

    def _apply(self, operation: Any, factors: list[Any], i: int) -> tuple[Any, int]:
        f = factors[i]
        if not hasattr(f, "data"):
            raise SymlamError(f"unexpected {f}")
        bracket = f.children[0]
        if getattr(bracket, "data", None) in ("round", "square", "brace"):
            v = operation(self._sum(_subtrees(bracket)[0]))
            return self._postfixes(v, f.children[1:], bracket), i + 1
        return operation(self._product(factors[i:])), len(factors)

    # ---- derivatives

    def _derivative(self, factors: list[Any], i: int) -> tuple[Any, int]:
        f = factors[i]
        parts = _subtrees(f.children[0])
        below = parts[-1].children
        if len(below) != 1 or getattr(below[0], "type", None) != "NAME":
            raise SymlamError(
                "a derivative by an expression", expected=r"\partial A with a declared matrix A"
            )
        if len(parts) == 2:
            value, j = self._unit([parts[0]], 0)[0], i + 1
        else:
            if i + 1 >= len(factors):
                raise SymlamError("a derivative of nothing", expected="an expression after it")
            value, j = self._unit(factors, i + 1)
        g = self.gradient(value, self.env.value(str(below[0])), str(below[0]))
        if self.env.numerator_layout:
            g = V.transpose(g)
        return self._postfixes(g, f.children[1:], f.children[0]), j

    def gradient(self, value: Any, letter: Any, name: str) -> Any:
        """The gradient of a scalar in a declared matrix (in its shape) or scalar symbol."""
        if not isinstance(value, Scalar):
            raise SymlamError(
                f"the gradient of {V.describe(value)}", expected="a scalar such as an earlier line L"
            )
        if isinstance(letter, Scalar):
            return _scalar_derivative(value, letter)
        if not isinstance(letter, Matrix):
            raise SymlamError(f"{name} is {V.describe(letter)}", expected="a declared matrix")
        return gradient(value, letter)


def _scalar_derivative(value: Scalar, symbol: Scalar) -> Scalar:
    from symlam.algebra._expression import _single_symbol

    index = _single_symbol(symbol)
    out: dict[ScalarKey, Rational] = {}
    for (s, t), v in value.terms.items():
        powers = dict(s)
        e = powers.pop(index, 0)
        if e:
            if e != 1:
                powers[index] = e - 1
            k = (tuple(sorted(powers.items())), t)
            out[k] = out.get(k, 0) + v * e
    return Scalar(out)


def first_token(tree: Any) -> Any:
    """The first token under a tree."""
    while hasattr(tree, "data"):
        tree = tree.children[0]
    return tree


def _exponent(token: Any) -> int:
    n = int(re.sub(r"\D", "", str(token)))
    if n > 12:
        raise V.OutsideFragment(f"the power {n}: only powers up to 12 are expanded")
    return n
