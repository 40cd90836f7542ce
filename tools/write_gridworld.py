"""Write the tables of docs/gridworld.md, solved now: ``python tools/write_gridworld.py``."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "gridworld.md"


def rows_table(walls: str) -> str:
    """The published table beside the optimum, as Markdown."""
    from symlam.gridworld import table

    lines = [
        "| row | minimum of its loss | controllable | published | stochastic | published |",
        "|---|---|---|---|---|---|",
    ]
    for row in table(walls=walls):
        (c, dc), noise = row.published
        lines.append(
            f"| {row.title} | {_range((row.lo, row.hi), exact=row.exact)} | {_range(row.controllable)} | {c:.3f} ± {dc:.3f} "
            f"| {'–' if row.stochastic is None else _range(row.stochastic)} "
            f"| {'–' if noise is None else f'{noise[0]:.3f} ± {noise[1]:.3f}'} |"
        )
    return "\n".join(lines)


def code_table() -> str:
    """What the optimal code says, in bits, as Markdown."""
    from symlam.gridworld import optimum
    from symlam.gridworld.rows import world_of

    lines = [
        "| walls | row | about the move | about the noise, given the move | same code for two draws of the noise |",
        "|---|---|---|---|---|",
    ]
    for walls in ("clip", "periodic"):
        for name in ("low", "high", "correlated"):
            r = optimum(world_of(name, walls=walls))
            bits = [f"{abs(b):.3f}" for b in (r.action_bits, r.leak_bits)]
            lines.append(f"| {walls} | {name} | {bits[0]} | {bits[1]} | {_range(r.agreement)} |")
    return "\n".join(lines)


def _range(pair: tuple[Fraction, Fraction], *, exact: bool = True) -> str:
    low, high = (f"{float(x):.4g}" for x in pair)
    return low if pair[0] == pair[1] else f"{low} … {high}" + ("" if exact else " (bounds)")


def page(text: str) -> str:
    """The page with each ``<!-- begin NAME -->`` ... ``<!-- end NAME -->`` filled in."""
    for name, content in (
        ("clip", rows_table("clip")),
        ("periodic", rows_table("periodic")),
        ("code", code_table()),
    ):
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, rest = text.split(begin)
        text = before + begin + content + "\n" + end + rest.split(end, 1)[1]
    return text


if __name__ == "__main__":
    TARGET.write_text(page(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
