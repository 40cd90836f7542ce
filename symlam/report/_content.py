"""The report as blocks: summary, what the evidence means, every claim, figures, versions, how to reproduce."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symlam.algebra import Notation
from symlam.latex._blocks import Block, Chain, Figure, Heading, Inline, Items, Paragraph, Table, code, words
from symlam.latex._claim import VERDICTS, ClaimWriter

TITLE = "What a linear latent action model learns: the printed claims and their evidence"

_SHORT = {
    "holds": "holds",
    "holds-with-hypothesis": "holds\u00a0if\u00a0...",
    "refuted": "refuted",
    "open": "open",
}
_SHEETS = (
    ("fig3", "Figure 3 of the paper from closed forms: mean squared errors at the exact optimum."),
    ("fig4", "Figure 4 of the paper from closed forms; bands where the optimum leaves an error open."),
)


def content(
    report: dict[str, Any], figures: dict[str, dict[str, bytes]], notation: Notation, *, digest: str
) -> list[Block]:
    """All blocks; ``figures`` are pictures by name and suffix, ``digest`` names the sources."""
    out: list[Block] = [*_opening(report), *_summary(report), *_meaning()]
    out.append(Heading(words("The claims"), 1))
    from symlam.claims import claim

    for data in report["claims"]:
        c = claim(data["id"])
        out += _claim(ClaimWriter(c, data, notation), data)
    out += _figures(figures)
    return [*out, *_reproduce(report, digest)]


def _opening(report: dict[str, Any]) -> list[Block]:
    from symlam.claims import claim

    out: list[Block] = []
    for key, about in _ABOUT.items():
        mine = [c for c in report["claims"] if claim(c["id"]).reference == key]
        counts = {v: sum(c["verdict"] == v for c in mine) for v in _SHORT}
        said = ", ".join(f"{n} {_SAID[v][n > 1]}" for v, n in counts.items() if n)
        if mine:
            out.append(Paragraph(words(f"Of {len(mine)} {about}, {said}.")))
    end = "Every verdict was computed by the engine; where evidence is missing, this report says which."
    return [*out, Paragraph(words(end))]


_ABOUT = {
    "zhang2025": "claims of arXiv 2506.15691 (Zhang, Pearce, Zhang, Wang, Chen, Shen, Zhao, Bian, What Do Latent Action "
    "Models Actually Learn?, NeurIPS 2025)",
    "lee2026": "statements about the setting of arXiv 2605.20223 (Lee, Cho, Zhao, Lee, Why Latent Actions Fail, and How to "
    "Prevent It, NeurIPS 2026; each says whose words it is in)",
}
_SAID = {
    "holds": ("holds as it stands", "hold as they stand"),
    "holds-with-hypothesis": ("holds under an added hypothesis", "hold under an added hypothesis"),
    "refuted": ("is refuted", "are refuted"),
    "open": ("is open", "are open"),
}


def _summary(report: dict[str, Any]) -> list[Block]:
    header = tuple(
        words(t)
        for t in ("claim", "statement", "verdict", "derivation", "counterexample", "agreement", "theorems")
    )
    body = []
    for c in report["claims"]:
        e = c["evidence"]
        body.append(
            (
                words(c["id"]),
                words(c["title"]),
                words(
                    _SHORT[c["verdict"]]
                    + ("" if c["complete"] or c["verdict"] == "open" else " (incomplete)")
                ),
                words(e["derivation"]["status"]),
                words(_example(e["counterexample"])),
                words(_numbers(e["agreement"])),
                words(_formal(e["formal"])),
            )
        )
    return [
        Heading(words("Summary"), 1),
        Table(header, tuple(body), (0, 8.0, 5.2, 4.6, 6.8, 5.0, 5.2), words("The ledger.")),
    ]


def _example(e: dict[str, Any]) -> str:
    return f"none in {e['instances']} instances" if e["status"] == "none found" else e["status"]


def _numbers(e: dict[str, Any]) -> str:
    return f"{e['digits']} digits" if e["status"] == "agrees" else e["status"]


def _formal(e: dict[str, Any]) -> str:
    return f"proved ({len(e['theorems'])})" if e["status"] == "proved" else e["status"]


def _meaning() -> list[Block]:
    return [
        Heading(words("What the evidence says"), 1),
        Items(
            (
                words("Derivation: each line was checked by a normal form under the named assumptions; lines that rest on a theorem of linear algebra are marked cited."),
                words("Counterexample: exact rational data that satisfy every assumption and break the printed form."),
                words("Agreement: the closed form, and optimisers that do not know it, give the same value to the number of digits shown; ball arithmetic encloses both."),
                words("Theorems: proved means that the kernel of Rocq/Coq accepted the theorem, closed under the global context, in the run that wrote this report; any other word means that it did not."),
            )
        ),
    ]  # fmt: skip


def _claim(writer: ClaimWriter, data: dict[str, Any]) -> list[Block]:
    out: list[Block] = []
    for b in writer.blocks(level=2):
        # a document of its own declares its names; here they would be declared once for each claim
        out.append(Chain(b.rows) if isinstance(b, Chain) else b)
    items: list[Inline] = []
    e = data["evidence"]
    numbers = e["agreement"]
    if numbers["meetings"]:
        kinds = ", ".join(dict.fromkeys(str(m["kind"]) for m in numbers["meetings"]))
        items.append(
            words(
                f"Agreement: {_numbers(numbers)} at {len(numbers['meetings'])} exact instances ({kinds}); each optimiser "
                "starts from random points."
            )
        )
    for line in e.get("lines", {}).get("lines", []):
        if line["decides"]:
            items.append(
                (
                    *words("Printed derivation "), *code(line["file"].rsplit("/", 1)[-1]),
                    *words(f", line {line['source_line']}, about {', '.join(line['decides'])}: {line['verdict']}."),
                )
            )  # fmt: skip
    for a in data["assumptions"]:
        said = {
            "counterexample": "needed: without it there is an exact counterexample.",
            "unnecessary": "not needed: the proof goes through without it.",
            "undecided": "not decided whether it is needed.",
        }[a["dropped"]]
        items.append((*words("Assumption "), *writer.prose.inline(a["text"]), *words(f": {said}")))
    formal = e["formal"]
    if formal["status"] not in ("proved", "not asked", "no theorem"):
        items.append(words(f"Theorems: {formal['status']}: {formal.get('reason', '')}"))
    if items:
        out += [Paragraph(words(""), "Evidence."), Items(tuple(items))]
    out.append(
        Paragraph(
            (
                *code(f"symlam verify {data['id']} --details"), *words(" decides it again; "),
                *code(f"symlam latex {data['id']}"), *words(" writes this section."),
            ),
            "Reproduce.",
        )
    )  # fmt: skip
    return out


def _figures(figures: dict[str, dict[str, bytes]]) -> list[Block]:
    if not figures:
        return []
    from symlam.figures import PHASES

    captions = dict(_SHEETS) | {p.name: f"{p.title}: exact optimum and derived boundary." for p in PHASES}
    out: list[Block] = [
        Heading(words("Figures"), 1),
        Paragraph((*words("Drawn from closed forms, without training; "), *code("symlam figures -o DIRECTORY"), *words(" draws them again."))),
    ]  # fmt: skip
    for name, data in figures.items():
        wide = name in dict(_SHEETS)
        out.append(Figure(name, _caption(captions.get(name, name)), 1.0 if wide else 0.6, data))
    return out


def _caption(text: str) -> Inline:
    """A caption whose formulas stand between dollars."""
    return tuple(("math" if i % 2 else "text", t) for i, t in enumerate(text.split("$")) if t)


def _reproduce(report: dict[str, Any], digest: str) -> list[Block]:
    v = report["versions"]
    commands: tuple[tuple[str, str], ...] = (
        ("make verify", "decides every claim, with the kernel"),
        ("make report", "writes this document"),
        (f"symlam verify --digits {report['digits']} --json report.json", "the same results as data"),
        ("symlam prove --audit", "checks the theorems and what they rest on"),
    )
    coq = next(
        (c["evidence"]["formal"].get("coq") for c in report["claims"] if c["evidence"]["formal"].get("coq")),
        "",
    )
    rows = [(k, str(v[k])) for k in v if k != "schema"] + ([("Rocq/Coq", str(coq))] if coq else [])
    return [
        Heading(words("How to reproduce"), 1),
        Items(tuple((*code(c), *words(f": {what}.")) for c, what in commands)),
        Paragraph(
            (
                *words("The same sources, versions and options give the same report byte for byte. Digest of the sources (SHA-256): "),
                *code(digest[:32]), *words(" "), *code(digest[32:]), *words("."),
            )
        ),
        Table(
            (words("software"), words("version")),
            tuple((words(a), words(b)) for a, b in rows),
            (0, 0),
            words("Versions."),
        ),
    ]  # fmt: skip


__all__ = ["TITLE", "VERDICTS", "Callable", "content"]
