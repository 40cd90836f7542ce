"""How formulas are written in LaTeX: symbols, bold vectors, transposes, expectations, brackets.

Pure data; `symlam.algebra._print` follows it.  `symlam.latex` reads it from a TOML file and refuses
notations in which two letters look alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from symlam.errors import SymlamError

# what the project's own reader (symlam.check) understands, so that every formula can be read back
CHOICES: dict[str, tuple[str, ...]] = {
    "vectors": ("plain", "bold"),
    "matrices": ("plain", "bold"),
    "transpose": (r"\top", "T", r"\intercal", r"\mathsf{T}", r"\mathrm{T}"),
    "expectation": (r"\mathbb{E}", r"\mathrm{E}", r"\operatorname{E}", "E"),
    "expectation_brackets": ("", "[", r"\{"),
    "moments": ("symbol", "expectation"),
    "trace": (r"\operatorname{tr}", r"\mathrm{tr}", r"\operatorname{Tr}", r"\mathrm{Tr}"),
    "norm": (r"\lVert", r"\|"),
    "norm_index": ("", "2"),
    "identity": ("I", r"\mathbf{I}"),
    "brackets": ("plain", "left-right"),
}


@dataclass(frozen=True)
class Notation:
    r"""A choice of notation; the defaults are those of the source paper.

    - ``symbols``: own LaTeX for names of the algebra, such as {"ε": r"\xi", "A": "W"};
    - ``vectors``, ``matrices``: "plain" or "bold";
    - ``transpose``: what stands in the exponent; ``expectation``, ``trace``, ``identity``: their symbols;
    - ``expectation_brackets``: around a mean square, "" for none; a moment always has brackets;
    - ``moments``: "symbol" for \Sigma_{o,q}, "expectation" for \mathbb{E}[o q^{\top}];
    - ``moment_symbol``: the letter of a moment; ``norm``, ``norm_index``: \lVert x \rVert^2 or \|x\|_2^2;
    - ``brackets``: "plain", or "left-right" for \left( \right).

    Raises SymlamError for a value that is not offered.

    >>> Notation(vectors="bold").vectors
    'bold'
    """

    symbols: Mapping[str, str] = field(default_factory=dict)
    vectors: str = "plain"
    matrices: str = "plain"
    transpose: str = r"\top"
    expectation: str = r"\mathbb{E}"
    expectation_brackets: str = ""
    moments: str = "symbol"
    moment_symbol: str = r"\Sigma"
    trace: str = r"\operatorname{tr}"
    norm: str = r"\lVert"
    norm_index: str = ""
    identity: str = "I"
    brackets: str = "plain"

    def __post_init__(self) -> None:
        for name, offered in CHOICES.items():
            value = getattr(self, name)
            if value not in offered:
                raise SymlamError(
                    f"notation: {name} = {value!r}", expected="one of " + ", ".join(map(repr, offered))
                )
        if not isinstance(self.symbols, Mapping) or not all(
            isinstance(k, str) and isinstance(v, str) and k.strip() and v.strip()
            for k, v in self.symbols.items()
        ):
            raise SymlamError(
                f"notation: symbols = {self.symbols!r}",
                expected="names of the algebra with the LaTeX of each, two texts that are not empty",
            )
        if not isinstance(self.moment_symbol, str) or not self.moment_symbol.strip():
            raise SymlamError(
                f"notation: moment_symbol = {self.moment_symbol!r}", expected=r"a symbol such as \Sigma"
            )
        object.__setattr__(self, "symbols", dict(self.symbols))

    def __hash__(self) -> int:
        values = [getattr(self, f.name) for f in fields(self) if f.name != "symbols"]
        return hash((*values, *sorted(self.symbols.items())))


DEFAULT = Notation()
