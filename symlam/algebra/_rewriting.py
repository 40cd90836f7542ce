"""Rewriting modulo equations between matrices and between scalars; it always ends.

Words are ordered by length, then by names; the order is compatible with concatenation, and
every word rule leads to smaller words.  A trace is rewritten only to traces that are smaller
in the order of their canonical words.  Terms are multisets of words, so rewriting ends
(Dershowitz and Manna 1979).  Overlaps of rules, with each other and with F F^-1, are resolved
up to a bound (Knuth and Bendix 1970): beyond it rules may be missing, which can cost a "yes",
never make a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from symlam.algebra._expression import (
    SYMBOLS,
    Key,
    Matrix,
    Rational,
    Scalar,
    _clean,
    identity,
    rebuild,
    tr,
    zero,
)
from symlam.algebra._letter import COLS, LETTERS, ROWS, Dim, Letter, Word, transpose
from symlam.errors import SymlamError

# how far overlaps are resolved: derived equations, rules, length of words, terms of an equation
_MAX_DERIVED, _MAX_RULES, _MAX_LENGTH, _MAX_TERMS = 200, 32, 8, 12

Sources = frozenset[Any]  # of assumptions, which are defined further up
Equation = tuple[Matrix, Sources]
Step = Callable[[Key, Any, set[Any]], Any | None]


@dataclass(frozen=True)
class Rule:
    """pattern -> image, and the assumptions that it came from."""

    pattern: Word
    image: Matrix
    sources: Sources

    @property
    def equation(self) -> Matrix:
        """pattern - image."""
        return Matrix(self.image.rows, self.image.cols, {((), (), self.pattern): 1}) - self.image

    def heads(self) -> list[Word]:
        """The words of the equation that are as long as the pattern."""
        n = len(self.pattern)
        return [self.pattern, *dict.fromkeys(w for _, _, w in self.image.terms if len(w) == n)]


def word_matrix(word: Word, dim: Dim) -> Matrix:
    """A word as an expression; the identity of size ``dim`` when it is empty."""
    if not word:
        return identity(dim)
    return Matrix(ROWS[word[0]], COLS[word[-1]], {((), (), word): 1})


def _key(code: int) -> tuple[str, int]:
    return LETTERS[code >> 2].name, code & 3


@lru_cache(maxsize=1 << 14)
def _order(word: Word) -> tuple[int, list[tuple[str, int]]]:
    """Length, then names: rules do not depend on the order in which letters were made."""
    return len(word), [_key(f) for f in word]


@lru_cache(maxsize=1 << 14)
def _trace_order(word: Word) -> tuple[int, list[tuple[str, int]]]:
    """The least order of all rotations and transposed rotations."""
    return min(_order(w[i:] + w[:i]) for w in (word, transpose(word)) for i in range(len(w)))


class Rules:
    """Rules for letters, for words and for traces, kept reduced by each other."""

    def __init__(self, definite: Mapping[Letter, Sources] | None = None) -> None:
        """``definite``: letters assumed positive definite, hence invertible, and where that is assumed."""
        self.letters: dict[int, Rule] = {}
        self.words: list[Rule] = []
        self.traces: dict[Word, tuple[Scalar, Sources]] = {}
        self.scalars: list[tuple[dict[int, int], Scalar, Sources]] = []  # product of symbols -> scalar
        self.gone: dict[str, Rule] = {}  # base random vectors with E[x x^T] = 0
        self._definite = dict(definite or {})
        self._derived = 0
        self._images: dict[Word, tuple[Scalar, Sources] | None] = {}  # of traces, within one reduction

    # ---- entering equations

    def add(self, equations: Iterable[Equation]) -> None:
        """Enter equations e = 0 between matrices; SymlamError for a contradiction or an unusable one."""
        pending = [(e, s, True) for e, s in equations]
        # equations that can be solved for a letter first: they make the others shorter
        pending.sort(key=lambda p: self._solvable(p[0]) is None)
        while pending:
            e, sources, stated = pending.pop(0)
            if not stated and self._exhausted():
                continue  # hundreds may wait, each longer to reduce than all before, and words give no rule any more
            self._derived += not stated
            e, used = self.reduce(e)
            pending[:0] = [(m, s, False) for m, s in self._enter(e, sources | used, stated)]

    def add_scalar(self, e: Scalar, sources: Sources) -> None:
        """Enter e = 0: solve it for a trace that occurs once, alone in its term.

        A polynomial in scalar symbols alone is solved for its longest product: r (1 + s) = 1 for r s.  Any other
        equation is left to the search for instances.
        """
        e, used = self.reduce(e)
        sources |= used
        if not e:
            return
        if e.as_rational() is not None:
            raise SymlamError(f"contradictory assumptions: {_names(sources)} give {e!r} = 0", hint="drop one")
        alone = [
            (_trace_order(ts[0]), ts[0], v)
            for (s, ts), v in e.terms.items()
            if not s and len(ts) == 1 and sum(ts[0] in k[1] for k in e.terms) == 1
        ]
        if not alone:
            self._enter_polynomial(e, sources)
            return
        _, t, v = max(alone)
        rest = Scalar({k: c for k, c in e.terms.items() if k != ((), (t,))}) * (Fraction(-1) / v)
        self.traces[t] = (rest, sources)
        for other, (image, s) in list(self.traces.items()):
            if other != t:
                new, more = self.reduce(image)
                self.traces[other] = (new, s | more)

    def _enter_polynomial(self, e: Scalar, sources: Sources) -> None:
        solved = leading_product(e)
        if solved is not None:
            powers, rest = solved
            self.scalars.append((powers, rest, sources))

    def _invertible(self, letter: Letter) -> bool:
        return letter.invertible or letter in self._definite

    def _solvable(self, e: Matrix) -> tuple[int, Rational] | None:
        """The factor that e = 0 is solved for, and its coefficient."""
        best = None
        for (s, t, w), v in e.terms.items():
            if s or t or len(w) != 1 or w[0] & 2:
                continue
            letter = LETTERS[w[0] >> 2]
            if sum(f >> 2 == w[0] >> 2 for k in e.terms for word in (*k[1], k[2]) for f in word) != 1:
                continue
            if self._invertible(letter) and not self._is_unit(e, w):
                continue  # F = sum with F invertible: keep F, rewrite the longest word of the sum
            # solve for mixed moments before auto moments before plain matrices
            rank = (letter.moment is None, letter.is_second_moment, letter.name)
            if best is None or rank < best[0]:
                best = (rank, w[0], v)
        return best[1:] if best else None

    def _is_unit(self, e: Matrix, w: Word) -> bool:
        """Whether what remains of e without the word w can be inverted as a word."""
        rest = [k for k in e.terms if k[2] != w]
        return (
            len(rest) == 1 and not rest[0][1] and all(self._invertible(LETTERS[f >> 2]) for f in rest[0][2])
        )

    def _enter(self, e: Matrix, sources: Sources, stated: bool) -> list[Equation]:
        """Enter a reduced equation e = 0; return further equations that it entails."""
        if not e:
            return []
        if all(not k[2] for k in e.terms):
            if all(k == ((), (), ()) for k in e.terms):
                raise SymlamError(
                    f"contradictory assumptions: {_names(sources)} give ({e!r}) = 0", hint="drop one of them"
                )
            raise SymlamError(
                f"{_names(sources)} give ({e!r}) = 0, an equation between scalars",
                expected="equations that say nothing of scalar symbols",
                hint="substitute the value of the scalar, or drop one of them",
            )
        solved = self._solvable(e)
        if solved is not None:
            return self._enter_letter(e, *solved, sources)
        more = self._enter_word(e, sources, stated)
        if e != e.T and -e != e.T:
            more += self._enter_word(e.T, sources, stated)
        return more

    def _enter_letter(self, e: Matrix, code: int, v: Rational, sources: Sources) -> list[Equation]:
        more: list[Equation] = []
        rest = Matrix(e.rows, e.cols, {k: c for k, c in e.terms.items() if k[2] != (code,)})
        rest = rest * (Fraction(-1) / v)
        if code & 1:
            code, rest = code ^ 1, rest.T
        letter = LETTERS[code >> 2]
        if letter.symmetric and rest != rest.T:
            more.append((rest - rest.T, sources))
            rest = (rest + rest.T) / 2
        if letter.is_second_moment and is_negative(rest):
            raise SymlamError(
                f"contradictory assumptions: {_names(sources)} give {letter.name} = {rest!r}",
                expected="a positive semidefinite second moment",
            )
        rule = Rule((code,), rest, sources)
        self.letters[code] = rule
        stale = [r for r in self.words if self._letter_image(r.equation)[0] != r.equation]
        self.words = [r for r in self.words if r not in stale]
        more += [(r.equation, r.sources) for r in stale]
        self._refresh_letters()
        return more

    def _enter_word(self, e: Matrix, sources: Sources, stated: bool) -> list[Equation]:
        word = max((k[2] for k in e.terms), key=_order)
        if not word:
            return []
        key = ((), (), word)
        top = [k for k in e.terms if k[2] == word]
        usable = top == [key] and all(len(t) < len(word) for k in e.terms for t in k[1])
        if not stated and (len(word) > _MAX_LENGTH or len(e.terms) > _MAX_TERMS or self._exhausted()):
            return []
        if not usable:
            if not stated:
                return []
            raise SymlamError(
                f"the equation ({e!r}) = 0 cannot be used as a rule: its longest word has a symbolic coefficient",
                expected="a rational coefficient, and traces shorter than the longest word",
                hint="solve it for a letter first",
            )
        v = e.terms[key]
        image = Matrix(e.rows, e.cols, {k: c for k, c in e.terms.items() if k != key}) * (Fraction(-1) / v)
        rule = Rule(word, image, sources)
        if any(r.pattern == word and r.image == image for r in self.words):
            return []
        stale = [] if self._exhausted() else [r for r in self.words if _contains(r.pattern, word)]
        self.words = [r for r in self.words if r not in stale]
        self.words.append(rule)
        more = [(r.equation, r.sources) for r in stale]
        for i, r in enumerate(self.words):
            if r is not rule and any(_contains(k[2], word) for k in r.image.terms):
                new, used = self.reduce(r.image)
                self.words[i] = Rule(r.pattern, new, r.sources | used)
        self._refresh_letters()
        return more + self._overlaps(rule)

    def _refresh_letters(self) -> None:
        """Reduce the images again, and note which random vectors have turned out to be absent."""
        for code, rule in list(self.letters.items()):
            image = rule.image
            if image:
                image, used = self.reduce(image)
                if image != rule.image:
                    self.letters[code] = rule = Rule(rule.pattern, image, rule.sources | used)
            letter = LETTERS[code >> 2]
            if letter.moment and letter.is_second_moment and not image and letter.moment[0] not in self.gone:
                self.gone[letter.moment[0]] = rule
                self._refresh_letters()
                return

    def _exhausted(self) -> bool:
        """Whether no more is derived: multiplying by inverses need not lead to smaller equations."""
        return self._derived > _MAX_DERIVED or len(self.words) > _MAX_RULES

    def _overlaps(self, rule: Rule) -> list[Equation]:
        """What the rule entails together with inverses and with the other rules."""
        out: list[Equation] = []
        p = rule.pattern
        if self._exhausted():
            return out
        for end, letter in ((-1, LETTERS[p[-1] >> 2]), (0, LETTERS[p[0] >> 2])):
            if self._invertible(letter):
                undo = word_matrix((p[end] ^ 2,), 1)
                sources = rule.sources | self._definite.get(letter, frozenset())
                out.append((rule.equation * undo if end else undo * rule.equation, sources))
        for other in self.words:
            for a, b in ((rule, other), (other, rule)) if other is not rule else ((rule, rule),):
                u, w = a.pattern, b.pattern
                for k in range(1, min(len(u), len(w))):
                    if u[-k:] != w[:k] or len(u) + len(w) - k > _MAX_LENGTH:
                        continue
                    left = a.image * word_matrix(w[k:], a.image.cols)
                    right = word_matrix(u[:-k], b.image.rows) * b.image
                    out.append((left - right, a.sources | b.sources))
        return [(e, s) for e, s in out if e]

    # ---- normal forms

    def reduce(self, expr: Any) -> tuple[Any, Sources]:
        """The normal form of a scalar or matrix, and the assumptions that were used."""
        expr, sources = self._letter_image(expr)
        used = set(sources)
        if self.words:
            self._images.clear()
            while (step := self._rewrite(expr, self._word_step, used)) is not None:
                expr = step
        if self.traces:
            step = self._rewrite(expr, self._trace_step, used)
            expr = expr if step is None else step
        if self.scalars:
            while (step := self._rewrite(expr, self._scalar_step, used)) is not None:
                expr = step
        return expr, frozenset(used)

    def in_free_letters(self, expr: Any) -> Any:
        """The expression with solved letters replaced, no word rewritten."""
        return self._letter_image(expr)[0]

    def _letter_image(self, expr: Any) -> tuple[Any, Sources]:
        """The expression with solved letters and absent vectors replaced."""
        used: set[Any] = set()
        if not self.letters:
            return expr, frozenset()

        def letter_map(code: int) -> Matrix | None:
            base = code & ~3
            rule = self.letters.get(base)
            if rule is None:
                for name in LETTERS[base >> 2].moment or ():
                    if name in self.gone:
                        used.update(self.gone[name].sources)
                        return zero(ROWS[code], COLS[code])
                return None
            used.update(rule.sources)
            image = rule.image.inverse() if code & 2 else rule.image
            return image.T if code & 1 else image

        # images are kept reduced, so one pass is the rule; while rules are entered it may take more
        for _ in range(len(self.letters) + 2):
            new = rebuild(expr, letter_map)
            if new.terms == expr.terms:
                break
            expr = new
        return expr, frozenset(used)

    def _rewrite(self, expr: Any, step: Step, used: set[Any]) -> Any | None:
        """Apply a step to every term; None when it applies to none."""
        out: dict[Key, Rational] = {}
        hit = False
        for key, value in expr.terms.items():
            new = step(key, expr, used)
            if new is None:
                out[key] = out.get(key, 0) + value
                continue
            hit = True
            for k, v in new.terms.items():
                out[k] = out.get(k, 0) + v * value
        return expr._like(_clean(out)) if hit else None

    def _word_step(self, key: Key, expr: Any, used: set[Any]) -> Any | None:
        """The term ``key`` with one word rewritten, None when no rule applies."""
        traces = key[1]
        if len(key) == 3:
            word = key[2]
            for rule in self.words:
                i = _find(word, rule.pattern)
                if i >= 0:
                    used.update(rule.sources)
                    left = word_matrix(word[:i], expr.rows)
                    right = word_matrix(word[i + len(rule.pattern) :], expr.cols)
                    return (left * rule.image * right) * Scalar({(key[0], traces): 1})
        for j, t in enumerate(traces):
            if t not in self._images:
                self._images[t] = self._trace_image(t)
            found = self._images[t]
            if found is not None:
                image, sources = found
                used.update(sources)
                return _put(image, key, j, expr)
        return None

    def _trace_image(self, t: Word) -> tuple[Scalar, Sources] | None:
        """A trace in terms of smaller traces, from tr(equation * rest) = 0."""
        n = len(t)
        for rule in self.words:
            size = len(rule.pattern)
            if size > n:
                continue
            double = t + t
            for head in rule.heads():
                for i in range(n):
                    if double[i : i + size] != head:
                        continue
                    rest = double[i + size : i + n]
                    relation = tr(rule.equation * word_matrix(rest, rule.image.cols))
                    c = relation.terms.pop(((), (t,)), 0)
                    if c and all(_trace_order(u) < _trace_order(t) for _, us in relation.terms for u in us):
                        return relation * (Fraction(-1) / c), rule.sources
        return None

    def _trace_step(self, key: Key, expr: Any, used: set[Any]) -> Any | None:
        for j, t in enumerate(key[1]):
            if t in self.traces:
                image, sources = self.traces[t]
                used.update(sources)
                new = _put(image, key, j, expr)
                again = self._rewrite(new, self._trace_step, used)
                return new if again is None else again
        return None

    def _scalar_step(self, key: Key, expr: Any, used: set[Any]) -> Any | None:
        for powers, image, sources in self.scalars:
            rest = without_product(key[0], powers)
            if rest is not None:
                used.update(sources)
                factor = image * Scalar({(rest, key[1]): 1})
                return (
                    factor if len(key) == 2 else Matrix(expr.rows, expr.cols, {((), (), key[2]): 1}) * factor
                )
        return None


def leading_product(e: Scalar) -> tuple[dict[int, int], Scalar] | None:
    """The longest product of symbols of a polynomial without traces, and what it equals when the polynomial is 0.

    Graded, then by name, an order that multiplication keeps, so that rewriting ends.  None for anything else.
    """

    def order(key: Key) -> tuple[int, list[str]]:
        names = sorted(SYMBOLS[i][1] for i, p in key[0] for _ in range(p))
        return len(names), names

    if any(key[1] or any(p < 0 or SYMBOLS[i][0] == "dimension" for i, p in key[0]) for key in e.terms):
        return None
    top = max(e.terms, key=order, default=((), ()))
    if not top[0]:
        return None
    rest = Scalar({k: v for k, v in e.terms.items() if k != top}) * (Fraction(-1) / e.terms[top])
    return dict(top[0]), rest


def without_product(monomial: tuple[tuple[int, int], ...], powers: dict[int, int]) -> Any | None:
    """A product of symbols divided by another, None when that leaves a negative power."""
    have = dict(monomial)
    if any(have.get(i, 0) < p for i, p in powers.items()):
        return None
    left = {i: p - powers.get(i, 0) for i, p in have.items()}
    return tuple((i, p) for i, p in left.items() if p)


def _put(image: Scalar, key: Key, j: int, expr: Any) -> Any:
    """The term ``key`` with its j-th trace replaced by a scalar."""
    coefficient = Scalar({(key[0], key[1][:j] + key[1][j + 1 :]): 1}) * image
    if len(key) == 2:
        return coefficient
    return Matrix(expr.rows, expr.cols, {((), (), key[2]): 1}) * coefficient


def _find(word: Word, pattern: Word) -> int:
    n = len(pattern)
    for i in range(len(word) - n + 1):
        if word[i : i + n] == pattern:
            return i
    return -1


def _contains(word: Word, pattern: Word) -> bool:
    return _find(word, pattern) >= 0


def is_negative(m: Matrix) -> bool:
    """Whether m is a negative rational multiple of the identity."""
    return len(m.terms) == 1 and m.terms.get(((), (), ()), 0) < 0


def _names(sources: Sources) -> str:
    return ", ".join(sorted(repr(a) for a in sources))


__all__ = ["Rule", "Rules", "is_negative", "word_matrix"]
