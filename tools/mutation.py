"""Mutation testing of algebra, optimum and evidence with mutmut, and the record of what it found.

python tools/mutation.py symlam/optimum/_roles.py        one module; run again to go on where it stopped
python tools/mutation.py --sample 150 symlam/algebra/_print.py    150 mutants, drawn with a fixed seed
python tools/mutation.py --write                         docs/mutation.md from tests/mutation.json
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "quality" / "mutation"
BIN = Path(sys.executable).parent
RECORD = ROOT / "tests" / "mutation.json"
PAGE = ROOT / "docs" / "mutation.md"

KILLED = 95.0
# layer -> the tests that are to notice a change in one of its modules; a module may have others
LAYERS = {"algebra": ("tests/algebra",), "optimum": ("tests/optimum",), "evidence": ("tests/formal",)}
# these start coqc: they face programs that stand for it and say what a test tells them
COQ = tuple(f"symlam/evidence/{name}.py" for name in ("_audit", "_audit_build", "_audit_kernel", "formal"))
# a module with a test file of its own faces that one, not its whole directory: the score is a lower bound, and quick
OTHERS = {
    "symlam/evidence/agreement.py": ("tests/claims/test_agreement.py",),
    **dict.fromkeys(COQ, ("tests/formal/test_build.py", "tests/formal/test_fake.py")),
    "symlam/algebra/_notation.py": (
        "tests/algebra/test_printing.py",
        "tests/algebra/test_refusals.py",
        "tests/latex/test_round_trip.py",
    ),
    "symlam/algebra/_print.py": ("tests/algebra/test_latex_forms.py", "tests/latex/test_round_trip.py"),
    "symlam/algebra/_conditional.py": ("tests/algebra/test_conditional.py",),
    "symlam/algebra/_draw_letters.py": ("tests/algebra/test_drawing.py", "tests/algebra/test_sampling.py"),
    "symlam/algebra/_draw_moments.py": ("tests/algebra/test_drawing.py", "tests/algebra/test_sampling.py"),
    "symlam/algebra/_equality.py": ("tests/algebra/test_equality.py",),
    "symlam/algebra/_exact.py": ("tests/algebra/test_exact.py", "tests/algebra/test_refusals.py"),
    "symlam/algebra/_letter.py": ("tests/algebra/test_letter.py",),
    "symlam/algebra/_rewriting.py": ("tests/algebra/test_rewriting.py", "tests/algebra/test_rules.py"),
    "symlam/algebra/_sampling.py": ("tests/algebra/test_sampling.py",),
    "symlam/algebra/_sympy.py": ("tests/algebra/test_sympy.py",),
    "symlam/optimum/_pool.py": ("tests/optimum/test_pool.py",),
    "symlam/optimum/_pooled_regression.py": ("tests/optimum/test_pooled_regression.py",),
    "symlam/optimum/_reduced_rank.py": ("tests/optimum/test_words.py",),
}
MUTATED: dict[str, tuple[str, ...]] = {
    name: OTHERS.get(name, tests)
    for layer, tests in LAYERS.items()
    for path in sorted((ROOT / "symlam" / layer).glob("*.py"))
    if path.name != "__init__.py"
    for name in [str(path.relative_to(ROOT))]
}
# mutmut forks its runs from a process that has run all tests: values remembered there would hide mutants
PLUGIN = '''"""Written by tools/mutation.py: caches emptied, tests found again by name, the quickest first, none for ever."""
import functools
import gc
import json
import os
import pathlib
import signal

import pytest

WANTED = set()

def seconds():
    stats = pathlib.Path("mutmut-stats.json")
    return json.loads(stats.read_text())["duration_by_test"] if stats.exists() else {}

def pytest_configure(config):
    # pytest does not find all tests whose parameters are printed expressions by their id: files are collected
    WANTED.clear()
    WANTED.update(name for name in config.args if "::" in name)
    if WANTED:
        config.args[:] = sorted({name.partition("::")[0] for name in config.args})

def pytest_sessionstart():
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper):
            thing.cache_clear()

def pytest_collection_modifyitems(items):
    usual = seconds()
    items[:] = [item for item in items if not WANTED or item.nodeid in WANTED]
    items.sort(key=lambda item: usual.get(item.nodeid, 0.0))
    for item in items:
        item.usual_seconds = usual.get(item.nodeid)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if item.usual_seconds is None:
        return (yield)
    signal.signal(signal.SIGVTALRM, lambda *_: os._exit(36))  # what mutmut calls a timeout
    signal.setitimer(signal.ITIMER_VIRTUAL, 10 + 20 * item.usual_seconds)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
'''


def main() -> int:
    """Measure the modules that are named, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    parser.add_argument("--sample", type=int, help="so many mutants of each module, not all")
    parser.add_argument("--write", action="store_true", help="only write docs/mutation.md")
    options = parser.parse_args()
    good = options.write or measure(options.modules, options.sample)
    PAGE.write_text(page())
    return 0 if good else 1


def measure(modules: list[str], sample: int | None = None) -> bool:
    """Run the mutants of each module and put what they did on record; whether enough were killed."""
    unknown = [m for m in modules if m not in MUTATED]
    if unknown:
        sys.exit(f"no tests are listed for {', '.join(unknown)}; there are {', '.join(MUTATED)}")
    good = True
    for module in modules or MUTATED:  # all of them, also after one that is not good
        found = _run(module, sample)
        if found is None:
            good = False
            continue
        record = recorded()
        found["survivors"] = with_reasons(found["survivors"], record.get(module, {}).get("survivors", []))
        record[module] = found
        RECORD.write_text(json.dumps(dict(sorted(record.items())), indent=1, ensure_ascii=False) + "\n")
        print(line(module, found))
        for survivor in found["survivors"]:
            print(f"  {survivor['function']}\n    " + "\n    ".join(survivor["diff"]))
        good &= score(found) >= KILLED
    return good


def recorded() -> dict[str, Any]:
    """What was measured last, module by module."""
    return json.loads(RECORD.read_text()) if RECORD.exists() else {}


def with_reasons(survivors: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The survivors with what was written about the same change before."""
    known = {(s["function"], *s["diff"]): s["why"] for s in before}
    return [{**s, "why": known.get((s["function"], *s["diff"]), "")} for s in survivors]


# ---- running


def _run(module: str, sample: int | None) -> dict[str, Any] | None:
    place = BUILD / module.removeprefix("symlam/").removesuffix(".py").replace("/", ".")
    place.mkdir(parents=True, exist_ok=True)
    stamp, digest = place / "sha256", _inputs(module)
    if stamp.exists() and stamp.read_text() != digest:
        if _only_more_tests(place, module):
            _forget_survivors(place / "mutants" / f"{module}.meta")  # what is killed stays killed
        else:
            shutil.rmtree(place / "mutants", ignore_errors=True)  # results of another text or of other tests
    for name in ("symlam", "tests", "proofs"):
        shutil.rmtree(place / name, ignore_errors=True)
        ignored = shutil.ignore_patterns("__pycache__", "*.vo*", "*.glob", ".*")
        shutil.copytree(ROOT / name, place / name, ignore=ignored)
    (place / "quickest_first.py").write_text(PLUGIN)
    arguments = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "quickest_first",
        "-m",
        "not coq and not tex",
        "--hypothesis-profile=ci",
    ]
    settings = (
        "\n[tool.mutmut]\n"
        f'source_paths = ["symlam"]\nonly_mutate = ["{module}"]\nalso_copy = ["proofs", "quickest_first.py"]\n'
        f"pytest_add_cli_args_test_selection = {list(MUTATED[module])}\npytest_add_cli_args = {arguments}\n"
        # the limit on the clock is generous: a busy machine must not pass for a killed mutant
        "timeout_multiplier = 40.0\ntrack_dependencies = false\nuse_git_change_detection = false\n"
    ).replace("'", '"')
    (place / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + settings)
    stamp.write_text(digest)

    def mutmut(*arguments: str) -> str:
        command = [str(BIN / "mutmut"), *arguments]
        return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False).stdout

    def run(*names: str) -> None:
        print(f"$ mutmut run  ({module}, log in {place.relative_to(ROOT)}/mutmut.log)", flush=True)
        with (place / "mutmut.log").open("w") as log:
            command = [str(BIN / "mutmut"), "run", "--max-children", "1", *names]
            subprocess.run(command, cwd=place, stdout=log, stderr=subprocess.STDOUT, check=False)

    def results() -> dict[str, str]:
        return dict(
            re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", mutmut("results", "--all", "true"), flags=re.M)
        )

    if sample is not None and not results():
        run("names alone")  # no mutant of that name: they are made and the tests measured, nothing else
    names = sorted(results())
    if sample is not None and sample < len(names):
        names = sorted(random.Random(0).sample(names, sample))
        missing = [n for n, s in results().items() if n in set(names) and s == "not checked"]
        if missing:
            run(*missing)
    else:
        run()
        names = sorted(results())
    status = {n: s for n, s in results().items() if n in set(names)}
    if not status or any(s == "not checked" for s in status.values()):
        print(f"{module}: stopped; run again to go on")
        return None
    words, survivors = 0, []
    for name, what in status.items():
        if what in ("killed", "timeout", "caught by type check"):
            continue
        shown = mutmut("show", name)
        if is_wording(shown):
            words += 1
            continue
        changed = [row.strip() for row in shown.splitlines() if re.match(r"[-+](?![-+])", row)]
        function = name.rpartition(".")[2].rpartition("__mutmut_")[0]
        survivors.append({"function": function, "diff": [re.sub(r"\s+", " ", row) for row in changed]})
    timeouts = sum(s == "timeout" for s in status.values())
    everything = len(results())
    return {
        "sha256": normal_digest(place / module),  # the text that was run, whatever happened to it since
        "mutants": everything,
        "run": len(status),
        "timeouts": timeouts,
        "words": words,
        "survivors": survivors,
    }


def _inputs(module: str) -> str:
    """Of a module and of the tests that are to notice its mutants."""
    out = hashlib.sha256((ROOT / module).read_bytes())
    for place in MUTATED[module]:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            out.update(file.read_bytes())
    return out.hexdigest()


def _only_more_tests(place: Path, module: str) -> bool:
    """Whether since the last run the module is the same and its tests have only gained lines."""
    if not (place / module).exists() or (place / module).read_bytes() != (ROOT / module).read_bytes():
        return False
    for name in MUTATED[module]:
        old = place / name
        for file in sorted(old.rglob("*.py")) if old.is_dir() else [old]:
            now = ROOT / file.relative_to(place)
            if not file.exists() or not now.exists():
                return False
            lines = iter(now.read_text().splitlines())
            if not all(line in lines for line in file.read_text().splitlines()):  # in their order
                return False
    return True


def _forget_survivors(meta: Path) -> None:
    """Have the mutants run again that no test killed."""
    if meta.exists():
        found = json.loads(meta.read_text())
        codes = found["exit_code_by_key"]
        found["exit_code_by_key"] = {name: code if code == 1 else None for name, code in codes.items()}
        meta.write_text(json.dumps(found, indent=4))


def is_wording(diff: str) -> bool:
    """Whether a mutant only changes what an error or an assertion says, or drops the check of zip that lengths agree."""
    changed = [row for row in diff.splitlines() if re.match(r"[-+](?![-+])", row)]
    before, after = ("".join(row[1:] for row in changed if row[0] == sign) for sign in "-+")
    if changed and _plain(before) == _plain(after):
        return True
    texts = [row[1:].strip() for row in changed]
    texts = [row for row in texts if row not in (")", "),")]
    return bool(texts) and all(
        re.match(r"(expected|hint)=|f?[rb]?[\"']|raise SymlamError\(|None,?$|$", row) is not None
        for row in texts
    )


def _plain(line: str) -> str:
    """A line without the words of an assertion or error, and without the strictness of zip."""
    line = re.sub(r",\s*(strict=(True|False|None))?\s*(?=\)+)", "", line)
    line = re.sub(r"^(\s*assert [^\"]*), \".*$", r"\1", line)
    line = re.sub(r"^(\s*raise \w+)\((f?[\"'].*|None)\)( from \w+)?$", r"\1", line)
    return " ".join(line.split())


def normal_digest(path: Path) -> str:
    """Of what a module does: comments, docstrings, annotations and line breaks left out."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        told = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and body
        if told and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            del body[0]
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None:
                setattr(node, name, None)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


# ---- telling


def score(found: dict[str, Any]) -> float:
    """Percent killed of the mutants that change more than the words of an error."""
    counted = found["run"] - found["words"]
    return 100 * (counted - len(found["survivors"])) / counted if counted else 100.0


def line(module: str, found: dict[str, Any]) -> str:
    """One module in a sentence."""
    return (
        f"{module}: {found['run']} of {found['mutants']} mutants, {found['words']} change only words of an error and survived; "
        f"of the other {found['run'] - found['words']}, {score(found):.1f} % killed"
    )


def page() -> str:
    """The text of docs/mutation.md."""
    record = recorded()
    rows, chapters = [], []
    for module in MUTATED:
        found = record.get(module)
        tests = ", ".join(MUTATED[module])
        if found is None:
            rows.append(f"| {module} | not measured | | | | | {tests} |")
            continue
        run = (
            f"{found['run']}, all"
            if found["run"] == found["mutants"]
            else f"{found['run']} of {found['mutants']}, an estimate"
        )
        changed = (
            "" if found["sha256"] == normal_digest(ROOT / module) else " (an earlier text of the module)"
        )
        rows.append(
            f"| {module} | {run}{changed} | {found['words']} | {len(found['survivors'])} | {found['timeouts']} | {score(found):.1f} % | {tests} |"
        )
        if found["survivors"]:
            chapters.append(f"### {module}\n")
            reasons: dict[str, list[dict[str, Any]]] = {}
            for survivor in found["survivors"]:
                reasons.setdefault(survivor["why"] or "Not explained.", []).append(survivor)
            for why, survivors in reasons.items():
                chapters.append(f"{why}\n")
                chapters.append("```diff")
                for survivor in survivors:
                    chapters.append(f"@@ {survivor['function']}")
                    chapters += survivor["diff"]
                chapters.append("```\n")
    text = HEAD + "\n".join(rows) + "\n\n## Survivors\n\n" + "\n".join(chapters)
    return text.rstrip() + "\n"


HEAD = """# Mutation testing

Written by `python tools/mutation.py --write` from tests/mutation.json, which `make quality STEP="mutation MODULE"`
fills; the tests compare the three. A mutant is the module with one small change (mutmut 3); it is killed when one of
the tests fails that the last column names, without Rocq/Coq and LaTeX: the modules that start coqc face programs that
stand for it. Where the column names files and not a directory, other tests may kill more. Mutants that change only
words of an error message are counted apart, and so are those that drop `strict=True` of a zip. "Timeouts" are killed
mutants with which a test did not end: it had ten seconds of processor time and twenty times what it took before.
Samples are drawn with a fixed seed. When tests only gained lines, what they had killed is not run again.

| module | mutants run | only words | survived | timeouts | killed of the others | tests |
|---|---|---|---|---|---|---|
"""


if __name__ == "__main__":
    sys.exit(main())
