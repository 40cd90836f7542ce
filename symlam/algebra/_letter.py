"""Letters (deterministic matrices, second moments) and dimensions, interned as small integers.

A *factor* is a letter with two switches, transposed and inverted, coded as one integer
``4 * index + 2 * inverted + transposed``.  Words are tuples of such integers, so that
comparing, hashing and rotating them runs at the speed of tuples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symlam.errors import SymlamError

_NAME = re.compile(r"[^\W\d](?:[\w'^{},*⊥+\\~]|\s(?=\w))*", re.UNICODE)


def check_name(name: object, what: str) -> str:
    """Return ``name`` if it can name a ``what``; raise SymlamError otherwise."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SymlamError(
            f"{name!r} cannot name a {what}",
            expected="a letter, then letters, digits, _ , ' or braces",
            hint=f"{what} names such as A, d_o, o', Sigma_o",
        )
    return name


@dataclass(frozen=True, order=True)
class Dimension:
    """A symbolic dimension, a positive integer that is not known.

    >>> Dimension("d_o")
    d_o
    """

    name: str

    def __post_init__(self) -> None:
        check_name(self.name, "dimension")

    def __repr__(self) -> str:
        return self.name


Dim = Dimension | int


def check_dimension(dim: object) -> Dim:
    """Return ``dim`` as Dimension or positive int; a string names a Dimension."""
    if isinstance(dim, str):
        return Dimension(dim)
    if isinstance(dim, Dimension):
        return dim
    if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
        raise SymlamError(f"{dim!r} is not a dimension", expected="a positive integer, a name or a Dimension")
    return dim


@dataclass(frozen=True)
class Letter:
    """One noncommuting matrix letter; ``moment`` names the pair of random vectors it is E[x y^T] of."""

    name: str
    rows: Dim
    cols: Dim
    symmetric: bool = False
    invertible: bool = False
    moment: tuple[str, str] | None = None

    @property
    def is_second_moment(self) -> bool:
        """Whether this is E[x x^T] of one random vector, hence positive semidefinite."""
        return self.moment is not None and self.moment[0] == self.moment[1]

    def __repr__(self) -> str:
        return f"{self.name} ({self.rows} x {self.cols})"


LETTERS: list[Letter] = []
_INDEX: dict[Letter, int] = {}
# code -> code of the transposed factor; identity on symmetric letters
TRANSPOSE: list[int] = []
ROWS: list[Dim] = []
COLS: list[Dim] = []

Word = tuple[int, ...]


def intern(letter: Letter) -> int:
    """Return the factor code of ``letter`` itself, entering it in the table when new."""
    known = _INDEX.get(letter)
    if known is not None:
        return known
    check_name(letter.name, "matrix")
    if letter.symmetric and letter.rows != letter.cols:
        raise SymlamError(f"{letter} cannot be symmetric", expected="as many rows as columns")
    if letter.invertible and letter.rows != letter.cols:
        raise SymlamError(f"{letter} cannot be invertible", expected="as many rows as columns")
    code = 4 * len(LETTERS)
    LETTERS.append(letter)
    _INDEX[letter] = code
    r, c = letter.rows, letter.cols
    if letter.symmetric:
        TRANSPOSE.extend((code, code, code + 2, code + 2))
    else:
        TRANSPOSE.extend((code + 1, code, code + 3, code + 2))
    ROWS.extend((r, c, c, r))
    COLS.extend((c, r, r, c))
    return code


def letter_of(code: int) -> Letter:
    """The letter of a factor code."""
    return LETTERS[code >> 2]


def is_transposed(code: int) -> bool:
    """Whether the factor is transposed."""
    return bool(code & 1)


def is_inverse(code: int) -> bool:
    """Whether the factor is inverted."""
    return bool(code & 2)


def transpose(word: Word) -> Word:
    """(A B C)^T as a word."""
    t = TRANSPOSE
    return tuple([t[f] for f in reversed(word)])


def join(left: Word, right: Word) -> Word:
    """Concatenate two reduced words, cancelling F F^-1 where they meet."""
    if not left or not right or left[-1] ^ right[0] != 2:
        return left + right
    i, j = len(left), 0
    while i and j < len(right) and left[i - 1] ^ right[j] == 2:
        i -= 1
        j += 1
    return left[:i] + right[j:]


def _least_rotation(word: Word) -> Word:
    """The lexicographically least rotation, in linear time (Booth 1980)."""
    n = len(word)
    if n <= 12:
        low = min(word)
        return min([word[i:] + word[:i] for i in range(n) if word[i] == low])
    s = word + word
    fail = [-1] * (2 * n)
    k = 0
    for j in range(1, 2 * n):
        i = fail[j - k - 1]
        while i != -1 and s[j] != s[k + i + 1]:
            if s[j] < s[k + i + 1]:
                k = j - i - 1
            i = fail[i]
        if i == -1 and s[j] != s[k]:
            if s[j] < s[k]:
                k = j
            fail[j - k] = -1
        else:
            fail[j - k] = i + 1
    return s[k : k + n]


def canonical_trace(word: Word) -> Word:
    """The representative of a trace word under rotation, transposition and cyclic cancellation.

    tr(W) depends only on the class of W under these; the least member is taken.
    """
    while len(word) >= 2 and word[-1] ^ word[0] == 2:
        word = word[1:-1]
    if not word:
        return word
    return min(_least_rotation(word), _least_rotation(transpose(word)))
