"""pytest plugin (entry point ``pytest11``): derivations as tests, and a count of the checks that ran.

Collects ``*.deriv.tex`` with one test for each line, counts what the assertions of `symlam.testing` check, and fails
a run in which a test file checks less than a recorded run did. Imports pytest and the standard library alone until a
derivation is collected. docs/testing.md describes the options.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Generator, Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from symlam.check import Report

_SUFFIX = ".deriv.tex"
_RECORD = "symlam-checks.toml"
_PROPERTY = "symlam_checks"
_SHOWN = ("symlam", "sympy", "python-flint", "mpmath", "numpy", "hypothesis")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, and the settings for a configuration file."""
    group = parser.getgroup("symlam", "checks of derivations, optima and claims")
    group.addoption(
        "--symlam-digits",
        type=int,
        metavar="N",
        help="digits that assert_optimum asks for where a test does not say",
    )
    group.addoption("--symlam-examples", type=int, metavar="N", help="examples for each Hypothesis test")
    group.addoption(
        "--symlam-certify", action="store_true", help="let the Rocq kernel check every accepted line too"
    )
    group.addoption(
        "--symlam-record", action="store_true", help=f"record how many checks ran, in {_RECORD} at the root"
    )
    parser.addini("symlam_digits", "digits that assert_optimum asks for where a test does not say")
    parser.addini("symlam_checks", f"the record of how many checks ran (default {_RECORD}, if it is there)")


def pytest_configure(config: pytest.Config) -> None:
    """Read the options and register what counts."""
    from symlam.testing._count import DEFAULTS

    digits = config.getoption("symlam_digits") or config.getini("symlam_digits") or 6
    try:
        DEFAULTS.digits = int(digits)
    except ValueError:
        raise pytest.UsageError(f"symlam_digits is {digits!r}; expected an integer from 1 to 14") from None
    if not 1 <= DEFAULTS.digits <= 14:
        raise pytest.UsageError(f"symlam_digits is {digits}; expected an integer from 1 to 14")
    DEFAULTS.certify = bool(config.getoption("symlam_certify"))
    config.pluginmanager.register(_Battery(config), "symlam-battery")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Set the number of examples, after Hypothesis has loaded its own profile."""
    wanted = session.config.getoption("symlam_examples")
    if wanted is None:
        return
    if wanted < 1:
        raise pytest.UsageError(f"--symlam-examples is {wanted}; expected an integer >= 1")
    from hypothesis import settings

    settings.register_profile("symlam-examples", settings(), max_examples=wanted)
    settings.load_profile("symlam-examples")


def pytest_report_header(config: pytest.Config) -> str:
    """Versions of what the checks rest on."""
    found = []
    for name in _SHOWN:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    from symlam.testing._count import DEFAULTS

    kernel = "; lines certified by the kernel" if DEFAULTS.certify else ""
    return f"{found[0]} ({', '.join(found[1:])}; {DEFAULTS.digits} digits{kernel})"


# ---- derivations


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DerivationFile | None:
    """A ``*.deriv.tex`` file is a file of tests."""
    if file_path.name.endswith(_SUFFIX):
        return DerivationFile.from_parent(parent, path=file_path)
    return None


class DerivationFile(pytest.File):
    """A derivation; its lines are found by reading, and decided when the first of them runs."""

    _report: Report | Exception | None = None

    def collect(self) -> Iterable[LineItem]:
        """One item for each line."""
        from symlam.check._run import relations
        from symlam.errors import SymlamError

        try:
            places = relations(self.path.read_text(encoding="utf-8"))
        except (SymlamError, OSError, UnicodeDecodeError) as error:
            raise self.CollectError(f"{self.path}: {error}") from None
        if not places:
            raise self.CollectError(f"{self.path} has no line to check")
        rows = Counter(line for line, _ in places)
        for index, (line, column) in enumerate(places):
            name = f"L{line}" if rows[line] == 1 else f"L{line}:{column}"
            yield LineItem.from_parent(self, name=name, index=index, place=line, among=len(places))

    def report(self) -> Report:
        """The report of the whole file, made once."""
        if self._report is None:
            from symlam.check import check_file
            from symlam.errors import SymlamError
            from symlam.testing._count import DEFAULTS

            try:
                self._report = check_file(self.path, certify=DEFAULTS.certify)
            except SymlamError as error:
                self._report = error
        if isinstance(self._report, Exception):
            raise _Refused(str(self._report))
        return self._report


class _Refused(Exception):
    """A line that does not follow; its text is all there is to show."""


class LineItem(pytest.Item):
    """One line of a derivation."""

    def __init__(self, *, index: int, place: int, among: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.index, self.place, self.among = index, place, among

    def runtest(self) -> None:
        """Fail unless the line follows."""
        from symlam.testing._count import checked
        from symlam.testing._sources import trouble

        assert isinstance(self.parent, DerivationFile)
        report = self.parent.report()
        checked("line")
        if len(report.lines) != self.among:
            raise _Refused(f"{self.among} lines were read and {len(report.lines)} were decided")
        text = trouble(report, self.index)
        if text is not None:
            raise _Refused(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The line, the rule, the counterexample; no traceback."""
        if isinstance(excinfo.value, _Refused):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the line is."""
        return self.path, self.place - 1, f"line {self.place}"


# ---- how many checks ran


class _Battery:
    """Counts checks by test file and kind, and compares with the record."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.ran: dict[str, Counter[str]] = {}
        self.failed: set[str] = set()
        self.skipped: Counter[str] = Counter()
        self.deselected: set[str] = set()
        self.lines: list[str] = []
        self.shrunk: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Note on the item how many checks its call made."""
        before = _counted()
        try:
            return (yield)
        finally:
            most = _examples(item)
            found = _counted() - before
            if most is not None:
                # shrinking and replays add calls: what is stable is that all examples were checked
                found = Counter({kind: min(n, most) for kind, n in found.items()})
            if found:
                text = ",".join(f"{kind}={n}" for kind, n in sorted(found.items()))
                item.user_properties.append((_PROPERTY, text))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up, wherever the test ran."""
        path = report.nodeid.partition("::")[0]
        if report.failed:
            self.failed.add(path)
        if report.skipped:
            self.skipped[path] += 1
        if report.when == "call":
            counts = self.ran.setdefault(path, Counter())
            for name, text in report.user_properties:
                if name == _PROPERTY and isinstance(text, str):
                    for part in text.split(","):
                        kind, _, n = part.partition("=")
                        counts[kind] += int(n)

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        """Files of which a part was left out on purpose are not compared."""
        self.deselected.update(item.nodeid.partition("::")[0] for item in items)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare with the record, or write it."""
        if hasattr(self.config, "workerinput") or self.config.option.collectonly:
            return
        total: Counter[str] = sum(self.ran.values(), Counter())
        if total:
            files = sum(1 for counts in self.ran.values() if counts)
            self.lines.append(f"{_text(total)} checked in {files} file{'s' if files > 1 else ''}")
        path, recorded = self._record()
        if recorded is None and not self.config.getoption("symlam_record"):
            return
        why = self._partial(session)
        if self.config.getoption("symlam_record"):
            self._write(path, recorded or {}, why)
        elif why:
            self.lines.append(f"not compared with {path.name}: {why}")
        else:
            self._compare(recorded or {})
        if self.shrunk and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """What ran, and what ran before and no longer does."""
        if self.lines or self.shrunk:
            terminalreporter.section("symlam")
        for line in self.lines:
            terminalreporter.write_line(line)
        for line in self.shrunk:
            terminalreporter.write_line(line, red=True)

    def _record(self) -> tuple[Path, dict[str, Counter[str]] | None]:
        named = self.config.getini("symlam_checks")
        path = self.config.rootpath / (named or _RECORD)
        if not path.is_file():
            if named and not self.config.getoption("symlam_record"):
                self.shrunk.append(f"{path.name} is missing: write it with --symlam-record")
                return path, {}
            return path, None
        import tomllib

        try:
            data = tomllib.loads(path.read_text(encoding="utf-8")).get("checks", {})
            return path, {str(f): Counter({str(k): int(n) for k, n in c.items()}) for f, c in data.items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, TypeError, ValueError) as error:
            self.shrunk.append(f"{path.name} cannot be read: {error}")
            return path, {}

    def _partial(self, session: pytest.Session) -> str:
        """Why this run says nothing about whole files; empty when it does."""
        option = self.config.option
        for name, text in (("keyword", "-k"), ("markexpr", "-m"), ("lf", "--lf"), ("stepwise", "--stepwise")):
            if getattr(option, name, None):
                return f"{text} was given"
        if any("::" in str(arg) for arg in self.config.args):
            return "single tests were named"
        if session.shouldstop or session.shouldfail:
            return "the run was stopped"
        if session.exitstatus not in (0, 1, 5):
            return "the run was not finished"
        return ""

    def _covered(self, file: str) -> bool:
        """Whether this run was to collect a file: it is one of the arguments, or below one."""
        path = self.config.rootpath / file
        ignored = [Path(p).absolute() for p in self.config.option.ignore or ()]
        if any(path.is_relative_to(p) for p in ignored):
            return False
        invoked = self.config.invocation_params.dir
        return any(path.is_relative_to((invoked / str(arg)).resolve()) for arg in self.config.args)

    def _compare(self, recorded: dict[str, Counter[str]]) -> None:
        more = 0
        for file, counts in sorted(recorded.items()):
            if file in self.failed or file in self.deselected or not self._covered(file):
                continue
            now = self.ran.get(file, Counter())
            lost = {kind: n for kind, n in counts.items() if now[kind] < n}
            if lost:
                reason = f" ({self.skipped[file]} skipped)" if self.skipped[file] else ""
                if file not in self.ran and not self.skipped[file]:
                    reason = " (no test of it ran)"
                self.shrunk.append(
                    f"{file} checks less than recorded: "
                    + ", ".join(f"{now[k]} of {n} {_plural(k, n)}" for k, n in sorted(lost.items()))
                    + reason
                )
            more += any(now[kind] > counts[kind] for kind in now)
        more += sum(1 for file, counts in self.ran.items() if counts and file not in recorded)
        if self.shrunk:
            self.shrunk.append("if that is meant, record it: pytest --symlam-record")
        if more:
            self.lines.append(f"{more} file{'s check' if more > 1 else ' checks'} more than recorded")

    def _write(self, path: Path, recorded: dict[str, Counter[str]], why: str) -> None:
        if self.failed:
            why = why or "tests failed"
        if why:
            self.shrunk.append(f"nothing recorded: {why}")
            return
        self.shrunk.clear()
        kept = {f: c for f, c in recorded.items() if not self._covered(f) or f in self.deselected}
        kept |= {f: c for f, c in self.ran.items() if c and f not in self.deselected}
        lines = ["# How many checks each test file makes; written by `pytest --symlam-record`.", "[checks]"]
        for file, counts in sorted(kept.items()):
            inside = ", ".join(f"{kind} = {n}" for kind, n in sorted(counts.items()))
            quoted = file.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'"{quoted}" = {{ {inside} }}')
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.lines.append(f"recorded in {path.name}")


def _counted() -> Counter[str]:
    """The counts so far, without importing what nobody has used."""
    module = sys.modules.get("symlam.testing._count")
    return Counter(module.COUNTS) if module is not None else Counter()


def _examples(item: pytest.Item) -> int | None:
    """How many examples a Hypothesis test asks for; None for another test."""
    test = getattr(item, "obj", None)
    if not getattr(test, "is_hypothesis_test", False):
        return None
    from hypothesis import settings

    own = getattr(test, "_hypothesis_internal_use_settings", None) or settings()
    return int(own.max_examples)


_KINDS = {"line": "lines", "optimum": "optima", "identity": "identities", "claim": "claims"}


def _plural(kind: str, n: int) -> str:
    return kind if n == 1 else _KINDS.get(kind, kind + "s")


def _text(counts: Counter[str]) -> str:
    return ", ".join(f"{n} {_plural(kind, n)}" for kind, n in sorted(counts.items()))
