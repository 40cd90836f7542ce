"""Check a derivation in LaTeX: read it from top to bottom, decide each relation of each display."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from symlam.algebra import Assumption, E, Matrix, Scalar, equation, scalar, vector
from symlam.algebra._assumptions import Positive, PositiveDefinite, ScalarEquation
from symlam.check import _evaluate as T
from symlam.check import _values as V
from symlam.check._assume import Redundant, bounded_name, read_assumption
from symlam.check._decide import RELATIONS, decide_relation
from symlam.check._environment import Environment, Result, inconsistency
from symlam.check._minimum import decide_minimiser, decide_minimum, eliminate
from symlam.check._names import key, starred
from symlam.check._parser import Place, ReadError, Statement, declaration, parse, statements, tokens
from symlam.check._report import Block, Line, Report
from symlam.check._source import Declaration, Display, position, read
from symlam.check._verdict import FOLLOWS, SECONDS, Verdict, time_limit, undecided
from symlam.errors import SymlamError


class _Star:
    """The left side A^\\star, or (A^\\star, C^\\star)."""

    def __init__(self, names: list[str], letters: list[Matrix], objective: Any, squares: list[Any]) -> None:
        self.names, self.letters, self.objective, self.squares = names, letters, objective, squares
        self.only = False


class _Minimum:
    """The side min over letters of f, or arg min."""

    def __init__(self, kind: str, letters: list[Matrix], objective: Any) -> None:
        self.kind, self.letters, self.objective = kind, letters, objective


class _New:
    """A name that the line defines, with its arguments if it has any."""

    def __init__(self, name: str, arguments: list[Matrix] | None) -> None:
        self.name, self.arguments = name, arguments


class _Tuple:
    """Several values in brackets."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values


class Checker:
    """Reads one source from top to bottom; `run` gives the report.

    ``drop`` are texts of assumptions that are left out, for `--minimal`.
    """

    def __init__(
        self, source: str, *, name: str = "derivation", markdown: bool = False,
        drop: Iterable[str] = (), seconds: float = SECONDS,
    ) -> None:  # fmt: skip
        self.source, self.report, self.seconds = (
            source.replace("\r\n", " \n").replace("\r", "\n"),
            Report(name),
            seconds,
        )
        self.parts = read(self.source, markdown=markdown)
        self.drop = frozenset(drop)
        self.env = Environment()
        self.squares: dict[str, list[Any]] = {}
        self.stated: list[str] = []
        self.means: list[Assumption] = []
        self._known: Any = None
        self._decides: list[tuple[Place, tuple[str, ...]]] = []
        self.bounded = {
            key(n) for p in self.parts if isinstance(p, Declaration)
            and (n := bounded_name(p.text)) is not None and self._kept(p.text)
        }  # fmt: skip
        self.strictly = {
            key(n) for p in self.parts if isinstance(p, Declaration)
            and (n := bounded_name(p.text)) is not None and ">=" not in p.text and "eq" not in p.text and "≥" not in p.text
        }  # fmt: skip

    def _kept(self, text: str) -> bool:
        return " ".join(text.split()).removeprefix("assume ") not in self.drop

    def run(self) -> Report:
        """Check everything; ReadError for what cannot be read or does not fit together."""
        for part in self.parts:
            line, column = position(self.source, part.offset)
            place = Place(line, column)
            if isinstance(part, Declaration):
                self._guard(place, lambda part=part, place=place: self._declare(part.text, place))
            else:
                self._display(part, place)
        if self._known is None:  # declarations without a display are checked too
            self._guard(Place(1, 1), self.known)
        self.report.stated = tuple(dict.fromkeys(self.stated))
        for place, clauses in self._decides:
            self._name_clauses(place, clauses)
        return self.report

    def _name_clauses(self, place: Place, clauses: tuple[str, ...]) -> None:
        """Write the clauses of `%! decides` to the first line of a derivation below it."""
        for block in self.report.blocks:
            for i, line in enumerate(block.lines):
                if line.source_line > place.line:
                    block.lines[i] = replace(line, decides=line.decides + clauses)
                    return
        raise ReadError(
            f"decides {' '.join(clauses)}, but no line follows", line=place.line, column=place.column,
            expected="a line of a derivation below the declaration",
        )  # fmt: skip

    def _guard(self, place: Place, action: Any) -> Any:
        """Run; errors get a line and column when they have none."""
        try:
            return action()
        except ReadError:
            raise
        except V.OutsideFragment:
            raise
        except SymlamError as error:
            raise ReadError(
                error.problem, line=place.line, column=place.column, expected=error.expected, hint=error.hint
            ) from None

    # ---- declarations

    def _declare(self, text: str, place: Place) -> None:
        if not text.strip():
            return
        tree = declaration(text, place)
        kind = str(tree.data)
        names = [str(c.children[0]) for c in tree.children if getattr(c, "data", None) == "name"]
        sizes = [str(c.children[0]) for c in tree.children if getattr(c, "data", None) == "size"]
        rest = str(tree.children[-1]) if tree.children and not hasattr(tree.children[-1], "data") else ""
        try:
            if kind == "dims":
                for n in names:
                    self.env.dimension(n)
            elif kind == "vector":
                for n in names:
                    self.env.add_vector(n, sizes[0])
            elif kind == "matrix":
                flags = {str(c) for c in tree.children if getattr(c, "type", None) == "FLAG"}
                for n in names:
                    self._matrix(n, sizes, flags)
            elif kind == "scalar":
                for n in names:
                    self._scalar(n, positive="positive" in str(tree.children[0]))
            elif kind in ("let", "moment"):
                self._let(kind, rest, self._inside(text, rest, place))
            elif kind == "assume":
                self._assume(rest, self._inside(text, rest, place))
            elif kind == "use":
                self._use(rest)
            elif kind == "decides":
                labels = tuple(str(c) for c in tree.children)
                self._decides.append((place, labels))
            elif kind == "layout":
                self.env.numerator_layout = rest == "numerator"
        except V.OutsideFragment as error:
            raise ReadError(
                f"{error.problem} in a declaration", line=place.line, column=place.column,
                expected="linear forms, second moments, matrices and scalars", hint=error.hint,
            ) from None  # fmt: skip

    @staticmethod
    def _inside(text: str, rest: str, place: Place) -> Place:
        return Place(place.line, place.column + text.rfind(rest))

    def _matrix(self, name: str, sizes: list[str], flags: set[str]) -> None:
        if "symmetric" in flags and key(name) in self.bounded:
            if sizes[0] != sizes[1]:
                raise SymlamError(f"{name} cannot be symmetric", expected="as many rows as columns")
            # positive semidefinite means: the second moment of some vector
            root = vector(f"root{{{self.env.engine_name(name)}}}", self.env.size(sizes[0]))
            self.env.bind(name, E(root, root), "matrix")
            return
        self.env.add_matrix(name, sizes[0], sizes[1], flags)

    def _scalar(self, name: str, *, positive: bool) -> None:
        if key(name) in self.bounded and key(name) not in self.strictly:
            # a nonnegative number is a square
            self.env.bind(name, scalar(f"root{{{self.env.engine_name(name)}}}") ** 2, "scalar")
            return
        self.env.add_scalar(name, is_positive=positive)
        if positive:
            self.stated.append(self.env.assumptions[-1].text)

    def _let(self, kind: str, text: str, place: Place) -> None:
        left, equals, right = text.partition("=")
        names = [t for t in tokens(left, place) if t.type == "NAME"]
        if not equals or len(names) != 1 or len(tokens(left, place)) != 1:
            raise ReadError(
                f"{kind} {text.strip()}", line=place.line, column=place.column, expected="NAME = formula"
            )
        at = Place(place.line, place.column + len(left) + 1)
        evaluator = T.Evaluator(self.env, at)
        value = evaluator.value(parse(right, "expression", at))
        if kind == "moment" and not isinstance(value, Matrix | Scalar):
            raise ReadError(
                f"{left.strip()} is {V.describe(value)}", line=place.line, column=place.column,
                expected="a second moment such as E[x y^T]",
            )  # fmt: skip
        self.env.bind(str(names[0]), value, kind)

    def _assume(self, text: str, place: Place) -> None:
        shown = " ".join(text.split())
        self.stated.append(shown)
        if shown in self.drop:
            return
        items, means = read_assumption(text, self.env, place)
        self.env.assume(*(a for a in items if not isinstance(a, Redundant)))
        self.means.extend(means)
        self._known = None
        self.env.known()  # contradictions are reported where they arise

    def _use(self, label: str) -> None:
        result = self.env.results.get(label)
        if result is None:
            raise SymlamError(f"no earlier line has the label {label}", expected=f"\\label{{{label}}} above")
        if result.verdict != FOLLOWS:
            self.report.notes.append(f"{label} is cited, but it was not accepted; nothing was taken from it")
            return
        self.env.assume(*result.assumptions)
        for bound in result.at_least:
            self.env.bounds.append((bound, Assumption(label)))
        self._known = None

    def known(self) -> Any:
        """The assumptions so far; ReadError when nothing satisfies them."""
        if self._known is None or self._known[1] != self.env.uses_mean:
            known = self.env.known(self.means)
            soft = [a for a in known if isinstance(a, Positive) and len(a.expression.terms) > 1]
            if problem := inconsistency(known.without(*soft) if soft else known):
                stated = ", ".join(dict.fromkeys(a.text for a in self.env.assumptions))
                raise SymlamError(
                    f"{problem} {stated}", hint="drop one, or write it with fewer powers of a letter"
                )
            self._known = (known, self.env.uses_mean)
        return self._known[0]

    # ---- displays

    def _display(self, part: Display, place: Place) -> None:
        block = Block(place.line)
        self.report.blocks.append(block)
        for statement in statements(part.text, place):
            block.lines.extend(
                self._guard(
                    Place(*statement.sides[0]), lambda s=statement: self._statement(s, place, part.text)
                )
            )
        for offset, label in part.labels:
            at = position(self.source, offset)
            before = [x for x in block.lines if (x.source_line, x.column) <= at]
            if block.lines:
                self._label(label, before[-1] if before else block.lines[0])

    def _label(self, label: str, line: Line) -> None:
        if label in self.env.results:
            raise SymlamError(f"the label {label} is given twice", expected="one line for a label")
        stated: list[Assumption] = []
        bounds: list[Scalar] = []
        left, right = line.left, line.right
        if line.verdict.answer == FOLLOWS and not line.verdict.rule.startswith("definition"):
            try:
                a, b = V.match(left, right)
                if line.relation == "=" and isinstance(a, Matrix):
                    stated.append(equation(a, b))
                elif line.relation == "=" and isinstance(a, Scalar):
                    stated.append(ScalarEquation(label, a - b))
                elif isinstance(a, Scalar):
                    bounds.append(a - b if line.relation == ">=" else b - a)
            except SymlamError:
                pass  # a minimiser claim: its name is bound, nothing else is to cite
        self.env.results[label] = Result(
            label, tuple(replace(a, text=label) for a in stated), line.verdict.answer, tuple(bounds)
        )

    def _statement(self, statement: Statement, place: Place, text: str) -> list[Line]:
        tree = statement.tree
        sums = [c for c in tree.children if c.data == "sum"]
        relations = [RELATIONS[c.children[0].type] for c in tree.children if c.data == "relation"]
        sides: list[tuple[Any, list[Any]]] = []
        for i, s in enumerate(sums):
            sides.append(self._side(s, place, first=i == 0, alone=len(sums) == 1))
        known = self.known()
        out = []
        named, equal_so_far = sides[0][0], True
        for i, relation in enumerate(relations):
            line, column = statement.sides[i + 1]
            verdict = self._guard(
                Place(line, column), lambda i=i, relation=relation: self._pair(sides, i, relation, known)
            )
            equal_so_far = equal_so_far and relation == "=" and verdict.answer == FOLLOWS
            if isinstance(named, _New) and i and equal_so_far:
                # what is defined here is known in these forms too: how a later minimum may be reached
                self.squares[key(named.name)] = [*self.squares[key(named.name)], *sides[i + 1][1]]
            left, right = sides[i][0], sides[i + 1][0]
            out.append(
                Line(
                    line, column, relation, self._snippet(statement, i), verdict, left=left, right=right,
                    as_written=partial(self._as_written, sums[i : i + 2], (left, right), place),
                    sides=(
                        "" if i else text[slice(*statement.spans[0])],
                        text[slice(*statement.spans[i + 1])],
                    ),
                )
            )  # fmt: skip
        if not relations:
            line, column = statement.sides[0]
            raise ReadError(
                "a formula without a relation", line=line, column=column, expected=r"=, \le or \ge"
            )
        return out

    def _as_written(self, trees: list[Any], values: tuple[Any, Any], place: Place) -> list[Any]:
        from symlam.check._written import written

        evaluator = T.Evaluator(self.env, place)
        return [written(t, v, evaluator) for t, v in zip(trees, values, strict=True)]

    def _snippet(self, statement: Statement, i: int) -> str:
        line, _ = statement.sides[i + 1]
        text = self.source.split("\n")[line - 1].strip()
        return text if len(text) <= 100 else text[:97] + "..."

    # ---- sides

    def _side(self, tree: Any, place: Place, *, first: bool, alone: bool) -> tuple[Any, list[Any]]:
        """What a side is, and the forms under its squared norms."""
        evaluator = T.Evaluator(self.env, place)
        try:
            with time_limit(self.seconds):
                return self._side_value(tree, evaluator, first=first and not alone), self._seen(
                    tree, evaluator
                )
        except V.OutsideFragment as error:
            return error, []

    def _seen(self, tree: Any, evaluator: T.Evaluator) -> list[Any]:
        out = list(evaluator.squares)
        for token in tree.scan_values(lambda t: getattr(t, "type", "") == "NAME"):
            out.extend(self.squares.get(key(str(token)), ()))
        return out

    def _side_value(self, tree: Any, evaluator: T.Evaluator, *, first: bool) -> Any:
        found = T.minimum_of(tree)
        if found is not None:
            kind, of, factors = found
            letters = [self._letter(n) for n in of]
            f = evaluator._product(factors)
            if not isinstance(f, Scalar):
                raise SymlamError(f"the minimum of {V.describe(f)}", expected="a scalar")
            return _Minimum(kind, letters, f)
        token = T.single_name(tree)
        names: list[Any] | None = [token] if token is not None else T.name_tuple(tree)
        if first and names and all(self._is_star(str(n)) for n in names):
            return self._star([str(n) for n in names])
        if first and token is not None and self._is_new(str(token)):
            return _New(str(token), None)
        call = T.called(tree) if first else None
        if call is not None and self._is_new(str(call[0])):
            arguments = [T.single_name(a) for a in call[1]]
            if all(a is not None and self.env.is_letter(str(a)) for a in arguments):
                return _New(str(call[0]), [self.env.value(str(a)) for a in arguments])
        parts = T.parts_of_tuple(tree)
        if parts is not None:
            return _Tuple([evaluator.value(p) for p in parts])
        return evaluator.value(tree)

    def _is_new(self, name: str) -> bool:
        return self.env.find(name) is None and key(name) != "I" and self.env._identity(name) is None

    def _is_star(self, name: str) -> bool:
        base = starred(key(name))
        return base is not None and self.env.find(name) is None and self.env.is_letter(base)

    def _letter(self, name: str) -> Matrix:
        if not self.env.is_letter(name):
            raise SymlamError(
                f"{name} is not a declared matrix", expected=r"\min over matrices declared with %! matrix"
            )
        return self.env.value(name)

    def _star(self, names: list[str]) -> _Star:
        if self.env.objective is None:
            raise SymlamError(
                f"{names[0]} is a minimiser, but no scalar was defined before it",
                expected="a line L = ... above",
            )
        objective = self.env.values[self.env.objective]
        letters = [self.env.value(starred(key(n)) or n) for n in names]
        return _Star(names, letters, objective, self.squares.get(self.env.objective, []))

    # ---- pairs

    def _pair(self, sides: list[Any], i: int, relation: str, known: Any) -> Verdict:
        (left, seen_left), (right, seen_right) = sides[i], sides[i + 1]
        if isinstance(left, _New):
            return self._define(left, right, seen_right, relation, sides, i)
        for v in (left, right):
            if isinstance(v, V.OutsideFragment):
                if isinstance(left, _Star):
                    self._bind_star(left, v)
                return undecided(f"outside the fragment: {v.problem}", note=v.hint or "")
        hints = [*seen_left, *seen_right]
        try:
            with time_limit(self.seconds):
                if isinstance(left, _Star):
                    return self._minimiser(left, right, relation, known, sides, i, hints)
                if isinstance(left, _Minimum) or isinstance(right, _Minimum):
                    return self._minimum(left, right, relation, known, sides, i, hints)
        except V.OutsideFragment as error:
            return undecided(f"outside the fragment: {error.problem}")
        if isinstance(left, _Tuple) or isinstance(right, _Tuple):
            raise SymlamError("a list of values", expected=r"it to the right of A^\star, C^\star or \arg\min")
        if relation == "in":
            raise SymlamError(r"\in between values", expected=r"X \in \arg\min_A L")
        return decide_relation(
            relation, left, right, known, hints=hints, cited=self.env.bounds, seconds=self.seconds
        )

    def _define(
        self, new: _New, right: Any, seen: list[Any], relation: str, sides: list[Any], i: int
    ) -> Verdict:
        if relation != "=":
            raise SymlamError(f"{new.name} is not declared", expected=f"{new.name} = ... first")
        if isinstance(right, _Minimum):
            if right.kind != "MIN":
                raise SymlamError(rf"{new.name} = \arg\min", expected=r"A^\star = \arg\min_A L = ...")
            left = eliminate(self.known().reduce(right.objective), right.letters, self.known())
            value: Any = (
                V.OutsideFragment("a minimum that completing squares does not reach")
                if left is None
                else left[0]
            )
        elif isinstance(right, _Tuple):
            raise SymlamError(f"{new.name} = (...)", expected="one value")
        else:
            value = right
            if isinstance(value, V.Second):
                raise (
                    V.match(value, value)
                    if False
                    else SymlamError(
                        f"{new.name} is {V.describe(value)}", expected=r"an expectation: \mathbb{E} in front"
                    )
                )
        self.env.bind(new.name, value, "line")
        if new.arguments is not None and isinstance(value, Scalar | Matrix):
            self.env.parameters[key(new.name)] = new.arguments
        self.squares[key(new.name)] = seen
        if isinstance(value, Scalar):
            self.env.objective = key(new.name)
        if not isinstance(right, _Minimum):
            sides[i] = (value, seen)
        if isinstance(value, V.OutsideFragment):
            return undecided(f"outside the fragment: {value.problem}", note=value.hint or "")
        return Verdict(FOLLOWS, f"definition of {new.name}")

    def _bind_star(self, star: _Star, value: Any) -> None:
        values = value.values if isinstance(value, _Tuple) else [value] * len(star.names)
        for n, m, v in zip(star.names, star.letters, values, strict=False):
            if self.env.find(n) is None:
                self.env.bind(n, v if isinstance(v, V.OutsideFragment) else V.match(m, v)[1], "line")

    def _minimiser(
        self, star: Any, right: Any, relation: str, known: Any, sides: list[Any], i: int, hints: list[Any]
    ) -> Verdict:
        if relation not in ("=", "in"):
            raise SymlamError(f"{relation} after a minimiser", expected="=")
        if isinstance(right, _Minimum):
            if right.kind != "ARG_MIN":
                raise SymlamError("a minimiser equal to a minimum", expected=r"\arg\min")
            star.letters, star.objective, star.only = right.letters, right.objective, relation == "="
            sides[i + 1] = (star, hints)
            return Verdict(FOLLOWS, "definition of the minimiser")
        claimed = self._claimed(star.letters, right)
        self._bind_star(star, right)
        return decide_minimiser(star.objective, claimed, known, only=star.only, hints=[*hints, *star.squares])

    @staticmethod
    def _claimed(letters: list[Matrix], right: Any) -> dict[Matrix, Matrix]:
        values = right.values if isinstance(right, _Tuple) else [right]
        if len(values) != len(letters):
            raise SymlamError(f"{len(letters)} letters, {len(values)} values", expected="one value for each")
        return {m: V.match(m, v)[1] for m, v in zip(letters, values, strict=True)}

    def _minimum(
        self, left: Any, right: Any, relation: str, known: Any, sides: list[Any], i: int, hints: list[Any]
    ) -> Verdict:
        if isinstance(left, _Minimum) and isinstance(right, _Minimum):
            values: list[Scalar] = []
            for m in (left, right):
                found = eliminate(known.reduce(m.objective), m.letters, known) if m.kind == "MIN" else None
                if found is None:
                    raise V.OutsideFragment("a minimum that completing squares does not reach")
                values.append(found[0])
            return decide_relation(relation, values[0], values[1], known, hints=hints)
        minimum, value, flipped = (left, right, False) if isinstance(left, _Minimum) else (right, left, True)
        if minimum.kind == "ARG_MIN":
            claimed = self._claimed(minimum.letters, value)
            return decide_minimiser(minimum.objective, claimed, known, only=relation == "=", hints=hints)
        if not isinstance(value, Scalar):
            raise SymlamError(f"a minimum against {V.describe(value)}", expected="a scalar")
        if relation == "=":
            verdict = decide_minimum(minimum.objective, minimum.letters, value, known, hints=hints)
            if verdict.answer == FOLLOWS and flipped:
                sides[i + 1] = (value, hints)
            return verdict
        at_least = (relation == ">=") != flipped
        if at_least:  # min f >= v says f >= v everywhere, v being free of the letters
            return decide_relation(">=", minimum.objective, value, known, hints=hints, cited=self.env.bounds)
        found = eliminate(known.reduce(minimum.objective), minimum.letters, known)
        if found is None:
            # a minimum is at most any value that is taken: enough when f itself is at most v
            verdict = decide_relation("<=", minimum.objective, value, known, hints=hints)
            if verdict.answer == FOLLOWS:
                return verdict
            raise V.OutsideFragment("a minimum that completing squares does not reach")
        return decide_relation("<=", found[0], value, known, hints=hints)


def relations(source: str, *, markdown: bool = False) -> list[tuple[int, int]]:
    """Line and column of every relation that `check_text` decides, in its order; nothing is decided.

    Raises SymlamError for what cannot be read.
    """
    source = source.replace("\r\n", " \n").replace("\r", "\n")
    out: list[tuple[int, int]] = []
    for part in read(source, markdown=markdown):
        if isinstance(part, Display):
            for statement in statements(part.text, Place(*position(source, part.offset))):
                out.extend(statement.sides[1:])
    return out


def check_text(
    source: str,
    *,
    name: str = "derivation",
    markdown: bool = False,
    drop: Iterable[str] = (),
    seconds: float = SECONDS,
) -> Report:
    r"""Decide every line of a derivation written in LaTeX with %! declarations.

    Raises SymlamError (with line and column) for what cannot be read or does not fit together.

    >>> report = check_text(r'''
    ... %! dims n
    ... %! vector x y : n
    ... %! assume E[x y^T] = 0
    ... \begin{align}
    ... L &= \mathbb{E} \lVert x + y \rVert^2 \\
    ...   &= \mathbb{E} \lVert x \rVert^2 + \mathbb{E} \lVert y \rVert^2 \\
    ...   &\ge \mathbb{E} \lVert y \rVert^2
    ... \end{align}''')
    >>> [line.verdict.answer for line in report.lines]
    ['follows', 'follows', 'follows']
    """
    if not isinstance(source, str):
        raise SymlamError(f"{type(source).__name__} is no text", expected="a string")
    return Checker(source, name=name, markdown=markdown, drop=drop, seconds=seconds).run()


__all__ = ["Checker", "PositiveDefinite", "check_text"]
