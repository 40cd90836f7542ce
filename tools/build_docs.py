"""HTML of the proofs in build/docs: claims beside their theorems, the sources, and which result uses which.

Statuses are those of an audit made for this page; links lead into coqdoc's pages of the very sources it compiled.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from symlam.claims import ledger
from symlam.evidence._audit import Audit, TheoremResult, audit, build_directory, find_proofs
from symlam.evidence._audit_build import dependencies, run
from symlam.evidence._audit_ledger import GATE, Project, read_project
from symlam.evidence._audit_needs import WORDS
from symlam.evidence._audit_source import sentences

# a result used by more than this many of a claim's results would cover their picture with its arrows
HUB = 6
STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; --dim: #777; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 0 1rem 4rem; }
nav { position: sticky; top: 0; background: Canvas; border-bottom: 1px solid var(--line); padding: .5rem 0; }
nav a { margin-right: .7rem; white-space: nowrap; }
h2 { margin: 3rem 0 .5rem; scroll-margin-top: 5rem; }
article { margin: 1.25rem 0 1.75rem; scroll-margin-top: 5rem; }
blockquote { margin: .5rem 0 1rem; padding: .25rem 1rem; border-left: 3px solid var(--line); background: var(--soft); }
article header { display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
article header a { font: 600 15px ui-monospace, monospace; }
pre { margin: .4rem 0; padding: .6rem .8rem; background: var(--soft); overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; }
.status { font-weight: 600; } .proved { color: #18794e; } .failed { color: #c62a2f; }
.role { color: var(--dim); } .printed { font-style: italic; }
details { margin: .3rem 0; } summary { cursor: pointer; color: var(--dim); }
table { border-collapse: collapse; font-size: 14px; } td { padding: .1rem .8rem .1rem 0; vertical-align: top; }
.wide { overflow-x: auto; } svg text { font: 12px ui-monospace, monospace; }
"""


def uses(directory: Path, project: Project, names: Iterable[str]) -> dict[str, set[str]]:
    """Which of the theorems ``names`` each of them uses, directly or through lemmas that are not among them.

    Read from the .glob files that coqc wrote: every name a statement or a proof refers to.
    """
    graph: dict[str, set[str]] = {}
    for file in project.sources:
        module, owner = project.module(file), ""
        glob = (directory / file).with_suffix(".glob")
        for line in glob.read_text(encoding="utf-8").splitlines() if glob.exists() else ():
            if match := re.match(
                r"(?:prf|def|thm|inst|coe|ax|ind|rec|class|scheme) \d+:\d+ (\S+) (\S+)$", line
            ):
                owner = f"{module}.{match[2]}"
                graph.setdefault(owner, set())
            elif owner and (match := re.match(r"R\d+:\d+ (\S+) \S+ (\S+) \S+$", line)):
                graph[owner].add(f"{match[1]}.{match[2]}")
    wanted = {full: full.rpartition(".")[2] for full in graph if full.rpartition(".")[2] in set(names)}
    result: dict[str, set[str]] = {}
    for start, name in wanted.items():
        seen, todo, found = {start}, [start], set()
        while todo:
            for other in graph.get(todo.pop(), ()):
                if other in seen:
                    continue
                seen.add(other)
                # a result that is shown itself carries what lies behind it
                if other in wanted:
                    found.add(wanted[other])
                else:
                    todo.append(other)
        result[name] = found
    return result


def thinned(graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """The graph without the arrows that a longer way through it makes superfluous."""
    beyond: dict[str, set[str]] = {}

    def reach(name: str) -> set[str]:
        if name not in beyond:
            beyond[name] = set()
            beyond[name] = {far for low in graph[name] if low in graph for far in {low, *reach(low)}}
        return beyond[name]

    return {
        name: {
            low
            for low in lows
            if not any(low in reach(other) for other in lows if other in graph and other != low)
        }
        for name, lows in graph.items()
    }


def picture(
    graph: Mapping[str, Collection[str]], links: Mapping[str, str], label: str, *, dim: Collection[str] = ()
) -> str:
    """The graph as SVG: every name stands below what it uses; ``dim`` names are drawn faintly."""
    level: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in level:
            level[name] = 0
            level[name] = 1 + max((depth(other) for other in graph[name]), default=-1)
        return level[name]

    rows: dict[int, list[str]] = {}
    for name in graph:
        rows.setdefault(depth(name), []).append(name)
    at: dict[str, tuple[float, float]] = {}
    boxes, y = [], 22.0
    for _, row in sorted(rows.items()):
        # beneath the middle of what it uses, so that few arrows cross
        row.sort(key=lambda name: sum(at[low][0] for low in graph[name]) / max(1, len(graph[name])))
        x = 10.0
        for name in row:
            wide = 7.4 * len(name) + 18
            if x + wide > 1180 and x > 10:
                x, y = 10.0, y + 34
            at[name] = (x + wide / 2, y)
            boxes.append(
                f'<a href="{html.escape(links[name])}"><rect x="{x:.0f}" y="{y - 12:.0f}" width="{wide:.0f}" height="24" '
                f'rx="5" fill="Canvas" stroke="currentColor" stroke-opacity="{0.3 if name in dim else 0.9}"/>'
                f'<text x="{x + 9:.0f}" y="{y + 4:.0f}" fill="currentColor" '
                f'fill-opacity="{0.6 if name in dim else 1}">{html.escape(name)}</text></a>'
            )
            x += wide + 14
        y += 62
    lines = [
        f'<path data-from="{html.escape(name)}" data-to="{html.escape(low)}" '
        f'd="M{at[low][0]:.0f} {at[low][1] + 12:.0f} C {at[low][0]:.0f} {at[low][1] + 40:.0f}, '
        f'{at[name][0]:.0f} {at[name][1] - 40:.0f}, {at[name][0]:.0f} {at[name][1] - 12:.0f}" '
        'fill="none" stroke="currentColor" stroke-opacity="0.4"/>'
        for name in at
        for low in sorted(graph[name])
    ]
    return (
        f'<div class=wide><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 {y - 30:.0f}" width="1200" role="img" '
        f'aria-label="{html.escape(label)}">{"".join(lines)}{"".join(boxes)}</svg></div>'
    )


def around(names: Iterable[str], graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """The results ``names`` that use or are used, with what they use; nothing where none of them is related."""
    own = list(dict.fromkeys(names))
    near = dict.fromkeys(low for name in own for low in graph.get(name, ()))
    part = {name: {low for low in graph.get(name, ()) if low in near} for name in own}
    linked = {name: lows for name, lows in part.items() if lows or name in near}
    return thinned({low: set() for low in near if low not in part} | linked)


def written_statements(proofs: Path) -> dict[str, str]:
    """The statements as the gate writes them, line breaks kept."""
    found = {}
    for path in sorted((proofs / GATE).glob("*.v")):
        for sentence in sentences(path.read_text(encoding="utf-8")):
            if match := re.match(r"Check\s*\(\s*@?([\w'.]+)\s*:\s*(.*)\)\s*\Z", sentence.text, re.S):
                first, *rest = match[2].splitlines()
                found[match[1]] = "\n".join([first.strip(), *(line.rstrip() for line in rest)])
    return found


def printed_claims() -> dict[str, tuple[str, str]]:
    """The printed form and the source of each claim, as the ledger of claims has them."""
    return {claim.id: (claim.printed, claim.source) for claim in ledger().values()}


def page(
    done: Audit,
    graph: Mapping[str, set[str]],
    files: Mapping[str, Collection[str]],
    statements: Mapping[str, str],
    project: Project,
) -> str:
    """The index: each claim, what is printed, and its theorems with this audit's status."""
    printed = printed_claims()
    claims = list(dict.fromkeys(claim for result in done.theorems for claim in result.theorem.claims))
    claims.sort(key=lambda claim: list(printed).index(claim) if claim in printed else len(printed))
    roles = {result.theorem.name: result.theorem.role for result in done.theorems}
    here = {name: f"#{name}" for name in roles}
    escape = html.escape
    out = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>symlam: theorems</title><style>{STYLE}</style>',
        "<h1>The claims and their theorems</h1>",
        f"<p>Audit: <b>{escape(done.status)}</b>, Coq {escape(done.coq)}, {len(done.theorems)} theorems, "
        f"{len(done.findings)} findings. Every statement stands as the gate states it; its name leads to its proof.</p>",
        *(f"<p class=failed>{escape(str(finding))}</p>" for finding in done.findings),
        "<nav>",
        *(f'<a href="#claim-{escape(claim)}">{escape(claim)}</a>' for claim in claims),
        '<a href="#claim-">Library</a><a href="#files">Files</a></nav>',
    ]
    shown: set[str] = set()
    for claim in [*claims, ""]:
        about = [result for result in done.theorems if claim in (result.theorem.claims or ("",))]
        if not about:
            continue
        out.append(f'<h2 id="claim-{escape(claim)}">{escape(claim) or "Library"}</h2>')
        if claim in printed:
            text, source = printed[claim]
            out.append(
                f"<blockquote><span class=printed>{escape(text)}</span> <span class=role>({escape(source)})</span></blockquote>"
            )
        names = [result.theorem.name for result in about]
        hubs = sorted(
            {low for name in names for low in graph.get(name, ()) if _users(low, names, graph) > HUB}
        )
        part = around(names, {name: graph.get(name, set()) - set(hubs) for name in graph})
        if part:
            library = [name for name in part if claim not in _claims(done, name)]
            drawn = picture(part, here, f"which results {claim or 'the library'} rests on", dim=library)
            most = ", ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in hubs)
            most = (
                f"<p class=role>not drawn, since more than {HUB} of them use it: {most}</p>" if hubs else ""
            )
            out.append(f"<details><summary>what uses what</summary>{drawn}{most}</details>")
        for result in about:
            name = result.theorem.name
            if name in shown:
                out.append(
                    f'<p><a href="#{escape(name)}">{escape(name)}</a> (above): {escape(result.theorem.sentence)}</p>'
                )
                continue
            shown.add(name)
            out.append(_article(result, graph, statements.get(name, ""), project))
    links = {
        name: f"theories/{project.module(file)}.html"
        for file in project.sources
        for name in [Path(file).stem]
    }
    out += [
        '<h2 id="files">Files</h2>',
        "<p>Each file stands below those that it uses.</p>",
        picture(thinned(files), links, "which file uses which"),
    ]
    return "\n".join(out) + "\n</html>\n"


def _users(low: str, names: Iterable[str], graph: Mapping[str, set[str]]) -> int:
    return sum(low in graph.get(name, ()) for name in names)


def _claims(done: Audit, name: str) -> tuple[str, ...]:
    return next(
        (result.theorem.claims or ("",) for result in done.theorems if result.theorem.name == name), ()
    )


def _article(result: TheoremResult, graph: Mapping[str, set[str]], statement: str, project: Project) -> str:
    theorem, escape = result.theorem, html.escape
    link = f"theories/{project.module(theorem.file)}.html#{theorem.name.rpartition('.')[2]}"

    def to(name: str) -> str:
        return f'<a href="#{escape(name)}">{escape(name)}</a>'

    needs = "".join(
        f"<tr><td><code>{escape(hypothesis)}</code><td>{escape(why) if why in WORDS else to(why)}"
        for hypothesis, why in theorem.needs.items()
    )
    used = ", ".join(to(name) for name in sorted(graph.get(theorem.name, ())))
    return (
        f'<article id="{escape(theorem.name)}"><header><a href="{escape(link)}">{escape(theorem.name)}</a> '
        f"<span class=role>{escape(theorem.role)}</span> "
        f'<span class="status {escape(result.status.split()[0])}">{escape(result.status)}</span></header>'
        f"{escape(theorem.sentence)}<pre>{escape(statement)}</pre>"
        + (
            f"<details><summary>why each hypothesis</summary><table>{needs}</table></details>"
            if needs
            else ""
        )
        + (f"<span class=role>uses</span> {used}" if used else "")
        + "</article>"
    )


def build_docs(proofs: Path, target: Path) -> Audit:
    """Write index.html and coqdoc's pages under ``target``."""
    done = audit(proofs, coqchk=False, progress=lambda message: print(f"docs: {message}", flush=True))
    if done.reason:
        return done
    project, directory = read_project(proofs), build_directory(proofs)
    (target / "theories").mkdir(parents=True, exist_ok=True)
    made = run(
        *(
            "coqdoc",
            "--html",
            "--utf8",
            "--no-externals",
            "--parse-comments",
            "-d",
            str((target / "theories").resolve()),
        ),
        *project.include,
        *project.sources,
        cwd=directory,
    )
    if made.returncode:
        sys.exit(f"docs: coqdoc failed: {made.stdout.strip()[-300:]}")
    graph = uses(directory, project, [result.theorem.name for result in done.theorems])
    files = {
        Path(file).stem: {Path(other).stem for other in others if other != file}
        for file, others in dependencies(directory, project).items()
    }
    text = page(done, graph, files, written_statements(proofs), project)
    (target / "index.html").write_text(text, encoding="utf-8")
    return done


def main() -> int:
    proofs = find_proofs()
    if proofs is None:
        sys.exit("docs: no proofs directory here")
    target = proofs.parent / "build" / "docs"
    done = build_docs(proofs, target)
    if done.reason:
        print(f"docs: not built: {done.reason}")
        return 1
    print(f"docs: {target.relative_to(proofs.parent)}/index.html ({done.status})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
