"""Pages of the site that are written from the project itself: claims, notebooks, commands, modules."""

from __future__ import annotations

import base64
import importlib
import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    "symlam.algebra": "words, traces, second moments, equality",
    "symlam.models": "definitions of linear latent action models",
    "symlam.objective": "losses and derivations",
    "symlam.optimum": "reduced-rank regression and its spectral minimum",
    "symlam.numerics": "problems of arrays: three tiers, optimisers",
    "symlam.scenario": "what a linear LAM learns, as exact population values",
    "symlam.gridworld": "the best nonlinear LAM of a finite world",
    "symlam.certificates": "exact rational certificates of minima",
    "symlam.evidence.agreement": "closed form against optimisers",
    "symlam.evidence.export": "the engine's objects in the kernel",
    "symlam.check": "derivations, line by line",
    "symlam.claims": "the ledger of published claims",
    "symlam.figures": "figures of the paper and phase diagrams",
    "symlam.latex": "results in the reader's notation",
    "symlam.report": "the whole ledger as a document",
    "symlam.strategies": "strategies for Hypothesis",
    "symlam.testing": "assertions for solvers, identities, derivations and claims",
    "symlam.errors": "the one exception",
}


# a small scenario for each claim about an optimum; its minimum is certified when the site is built
SCENARIOS: dict[str, dict[str, Any]] = {
    "P4.1": {"noise": "iid", "sigma": 1},
    "P4.2": {"noise": "agents", "sigma": 2, "effects": "random"},
    "P4.3": {"noise": "agents", "sigma": "1/2", "augment": "1/10"},
    "P4.4": {"noise": "agents", "sigma": 2, "weight": 4, "augment": "1/10"},
    "C1": {"noise": "none", "d_z": 1},
    "C2": {"noise": "iid", "sigma": "1/3"},
    "C3": {"noise": "agents", "sigma": "3/2"},
    "D1": {"noise": "agents", "sigma": "1/2", "chi": "1/2"},
    "D2": {"noise": "agents", "sigma": "1/2", "chi": "3/4"},
}
SIZES = {"d_o": 6, "d_a": 2, "d_b": 2, "d_z": 2}


def certificates(target: Path) -> None:
    """An exact certificate of a minimum for each claim of SCENARIOS, as `symlam check-certificate` reads it."""
    from symlam.certificates import certify, check_certificate
    from symlam.scenario import Scenario

    target.mkdir(parents=True)
    for identifier, fields in SCENARIOS.items():
        certificate = certify(Scenario(**{**SIZES, **fields}), gap="1e-30")
        check_certificate(certificate)
        certificate.write(target / f"{identifier}.json")


def _fence(text: str, language: str) -> str:
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}\n"


def notebook_page(path: Path, pictures: Path) -> str:
    """A stored notebook as Markdown; its pictures are written to a directory beside the page."""
    import nbformat

    book, out, count = nbformat.read(path, as_version=4), [], 0
    for cell in book.cells:
        if cell.cell_type == "markdown":
            out.append(cell.source + "\n")
            continue
        out.append(_fence(cell.source, "python"))
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                count += 1
                picture = pictures / f"{path.stem}-{count}.png"
                picture.write_bytes(base64.b64decode(data["image/png"]))
                out.append(f"![figure {count} of {path.stem}]({pictures.name}/{picture.name})\n")
            elif text := output.get("text") or data.get("text/plain"):
                out.append(_fence(text, "text"))
    return "\n".join(out)


def claims_page() -> str:
    """Claim by claim: source, the engine's derivation, theorems, printed lines."""
    from symlam.claims import derivation_files, ledger

    with (ROOT / "proofs" / "ledger.toml").open("rb") as file:
        theorems = tomllib.load(file)["theorem"]
    out = ["# Claims, derivations, theorems\n"]
    out.append(
        "Where each claim is printed, what the engine derives for it, which theorems are about it, and where its verdict "
        "is computed. Verdicts with counterexamples are on [the audit's page](audit.md), decided when that page was "
        "written; `symlam verify` decides them anew. A theorem's page says whether the kernel accepted it when the site "
        "was built.\n"
    )
    for identifier, claim in ledger().items():
        out.append(f"## {identifier}: {claim.title}\n")
        out.append(f"{claim.introduction}: {claim.printed}.\n")
        for derivation in claim.derivations():
            out.append(f"Derivation, {derivation.name}:\n")
            rows = " \\\\\n".join(_step(s, first=i == 0) for i, s in enumerate(derivation.steps))
            out.append(f"$$\n\\begin{{split}}\n{rows}\n\\end{{split}}\n$$\n")
        files = derivation_files(identifier)
        if files:
            names = ", ".join(f"`examples/{p.name}`" for p in files)
            out.append(f"Read line by line by `symlam check`: {names}.\n")
        if identifier in SCENARIOS:
            fields = ", ".join(f"{k} = {v}" for k, v in {**SIZES, **SCENARIOS[identifier]}.items())
            out.append(
                f"<a href='certificates/{identifier}.json'>Certificate</a> of the minimum for {fields}; "
                f"`symlam check-certificate {identifier}.json` checks it with integers only.\n"
            )
        mine = [t for t in theorems if identifier in t["claims"]]
        if mine:
            out += ["| theorem | role | says |", "|---|---|---|"]
            out += [
                f"| <a href='proofs/index.html#{t['name']}'>{t['name']}</a> | {t['role']} | {_cell(t['sentence'])} |"
                for t in mine
            ]
            out.append("")
    return "\n".join(out)


def _cell(text: str) -> str:
    """Text in a table of Markdown, where a bar would end the cell."""
    return text.replace("|", "\\|")


def _step(step: Any, *, first: bool) -> str:
    """A row, aligned at its first relation."""
    left, equals, right = step.latex().partition("=")
    if first and not left.strip():
        left = r"\mathcal{L} "
    return f"{left}&{equals}{right}"


def commands_page() -> str:
    """Every command's own help."""
    import click

    from symlam.cli import cli

    def helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
        context = click.Context(command, info_name=name, parent=parent, max_content_width=100)
        yield name if parent is None else context.command_path, command.get_help(context)
        if isinstance(command, click.Group):
            for child in command.list_commands(context):
                yield from helps(command.get_command(context, child), child, context)

    sections = [f"## {name}\n\n{_fence(text, 'text')}" for name, text in helps(cli, "symlam", None)]
    return "# Commands\n\n" + "\n".join(sections)


def _directive(name: str, thing: Any) -> list[str]:
    if inspect.isclass(thing):
        return [f".. autoclass:: {name}", "   :members:", ""]
    if callable(thing):
        return [f".. autofunction:: {name}", ""]
    # the docstring of a plain value is its type's
    return [f".. py:data:: {name}", ""]


def modules_pages() -> dict[str, str]:
    """One page for each public module, from its docstrings."""
    pages, seen = {}, set()
    for module, subject in MODULES.items():
        offered = importlib.import_module(module)
        named = {name: getattr(offered, name) for name in getattr(offered, "__all__", ())} or {
            name: thing for name, thing in vars(offered).items() if getattr(thing, "__module__", "") == module
        }
        out = [module, "=" * len(module), "", f"{subject[0].upper() + subject[1:]}.", ""]
        out += [f".. automodule:: {module}", "   :no-members:", ""]
        # what two packages offer is described where it comes first
        for name, thing in sorted(named.items()):
            if id(thing) not in seen:
                out += _directive(f"{module}.{name}", thing)
        seen.update(map(id, named.values()))
        pages[f"api/{module}.rst"] = "\n".join(out)
    rows = "\n".join(f"   {module}" for module in MODULES)
    pages["api/index.rst"] = f"Reference\n=========\n\n.. toctree::\n   :maxdepth: 1\n\n{rows}\n"
    return pages
