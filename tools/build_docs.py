"""HTML of the proofs in build/docs: claims beside their theorems, the sources, and which result uses which.

Statuses are those of an audit made for this page; links lead into coqdoc's pages of the very sources it compiled.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from symlam.claims import ledger
from symlam.evidence._audit import Audit, audit, build_directory, find_proofs
from symlam.evidence._audit_build import run
from symlam.evidence._audit_ledger import Project, read_gates, read_project

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin: 2.5rem 0 .5rem; border-bottom: 1px solid #8886; }
blockquote { margin: .5rem 0 1rem; padding-left: 1rem; border-left: 3px solid #8886; }
article { margin: 1rem 0; }
pre { margin: .25rem 0; padding: .5rem .75rem; background: #8881; white-space: pre-wrap; overflow-wrap: anywhere; }
.status { font-weight: 600; } .proved { color: #18794e; } .failed { color: #c62a2f; }
.role { color: #888; } svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; }
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


def picture(graph: dict[str, set[str]], roles: dict[str, str]) -> str:
    """The graph as SVG, results below what they use."""
    level: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in level:
            level[name] = 0
            level[name] = 1 + max((depth(other) for other in graph[name]), default=-1)
        return level[name]

    linked = {name for name in graph if graph[name] or any(name in others for others in graph.values())}
    rows: list[list[str]] = []
    for name in (name for name in graph if name in linked):
        while len(rows) <= depth(name):
            rows.append([])
        rows[depth(name)].append(name)
    at: dict[str, tuple[float, float]] = {}
    boxes, y = [], 20.0
    for row in rows:
        x = 10.0
        for name in row:
            wide = 7.2 * len(name) + 16
            if x + wide > 1140 and x > 10:
                x, y = 10.0, y + 34
            at[name] = (x + wide / 2, y)
            boxes.append(
                f'<a href="#{html.escape(name)}"><rect x="{x:.0f}" y="{y - 12:.0f}" width="{wide:.0f}" height="24" rx="4" '
                f'fill="Canvas" stroke="currentColor" stroke-opacity="{1 if roles[name] != "library" else 0.35}"/>'
                f'<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="currentColor">{html.escape(name)}</text></a>'
            )
            x += wide + 14
        y += 74
    lines = [
        f'<path d="M{at[low][0]:.0f} {at[low][1] + 12:.0f} C {at[low][0]:.0f} {at[low][1] + 45:.0f}, '
        f'{at[name][0]:.0f} {at[name][1] - 45:.0f}, {at[name][0]:.0f} {at[name][1] - 12:.0f}" '
        'fill="none" stroke="currentColor" stroke-opacity="0.35"/>'
        for name in at
        for low in sorted(graph[name])
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1160 {y:.0f}" role="img" '
        f'aria-label="which result uses which">{"".join(lines)}{"".join(boxes)}</svg>'
    )


def printed_claims() -> dict[str, tuple[str, str]]:
    """The printed form and the source of each claim, as the ledger of claims has them."""
    return {claim.id: (claim.printed, claim.source) for claim in ledger().values()}


def page(done: Audit, graph: dict[str, set[str]], statements: dict[str, str], project: Project) -> str:
    """The index: each claim, what is printed, and its theorems with this audit's status."""
    printed = printed_claims()
    claims = list(dict.fromkeys(claim for result in done.theorems for claim in result.theorem.claims))
    claims.sort(key=lambda claim: list(printed).index(claim) if claim in printed else len(printed))
    escape = html.escape
    out = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>symlam: theorems</title><style>{STYLE}</style>',
        "<h1>The claims and their theorems</h1>",
        f"<p>Audit: <b>{escape(done.status)}</b>, Coq {escape(done.coq)}, {len(done.theorems)} theorems, "
        f"{len(done.findings)} findings.</p>",
        *(f"<p class=failed>{escape(str(finding))}</p>" for finding in done.findings),
    ]
    shown: set[str] = set()
    for claim in [*claims, ""]:
        about = [result for result in done.theorems if claim in (result.theorem.claims or ("",))]
        if not about:
            continue
        out.append(f"<h2>{escape(claim) or 'Library'}</h2>")
        if claim in printed:
            text, source = printed[claim]
            out.append(f"<blockquote>{escape(text)} <span class=role>({escape(source)})</span></blockquote>")
        for result in about:
            theorem = result.theorem
            anchor = "" if theorem.name in shown else f' id="{escape(theorem.name)}"'
            shown.add(theorem.name)
            link = f"theories/{project.module(theorem.file)}.html#{theorem.name.rpartition('.')[2]}"
            used = ", ".join(
                f'<a href="#{escape(n)}">{escape(n)}</a>' for n in sorted(graph.get(theorem.name, ()))
            )
            out.append(
                f'<article{anchor}><a href="{escape(link)}"><b>{escape(theorem.name)}</b></a> '
                f"<span class=role>{escape(theorem.role)}</span> "
                f'<span class="status {escape(result.status.split()[0])}">{escape(result.status)}</span><br>'
                f"{escape(theorem.sentence)}<pre>{escape(statements.get(theorem.name, ''))}</pre>"
                + (f"<span class=role>uses</span> {used}" if used else "")
                + "</article>"
            )
    roles = {result.theorem.name: result.theorem.role for result in done.theorems}
    out += [
        "<h2>Which result uses which</h2>",
        picture({name: graph.get(name, set()) for name in roles}, roles),
    ]
    return "\n".join(out) + "\n</html>\n"


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
    statements = {entry.name: entry.statement for gate in read_gates(proofs) for entry in gate.restatements}
    graph = uses(directory, project, [result.theorem.name for result in done.theorems])
    (target / "index.html").write_text(page(done, graph, statements, project), encoding="utf-8")
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
