"""The reader against arbitrary text: one kind of error, no crash, no hang, nothing evaluated."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symlam.check
from symlam.check import Report, check_text
from symlam.errors import SymlamError
from tests.profile import examples

SECONDS = 2.0  # for one line
PIECES = [
    "A", "B", "o", "q", "'", "_", "^", "T", "{", "}", "(", ")", "[", "]", "+", "-", "=", "I", "E", "0", "2", "12",
    r"\mathbb{E}", r"\lVert", r"\rVert", r"\|", "^2", "_2", "^T", r"^\top", "^{-1}", r"\frac", r"\partial",
    r"\nabla_A", r"\min_A", r"\arg\min_A", r"\operatorname{tr}", r"\epsilon", r"\Sigma_o", r"\le", r"\ge", r"\in", "&",
    r"\\", "\n", " ", ",", ".", "/", r"\cdot", r"A^\star", r"\log", r"\left", r"\right", "%", "%!", "$$", r"\[", r"\]",
    r"\begin{align}", r"\end{align}", r"\label{x}", r"\text{y}", "L", "~", "#", "\\", "é", "Σ", "\x00", "^{12}", "(A + B)",
]  # fmt: skip
DECLARED = "%! dims d n\n%! vector o q \\epsilon : d\n%! matrix A B : d x d\n%! moment \\Sigma_o = E[o o^T]\n"
WORDS = ["dims", "vector", "matrix", "scalar", "let", "moment", "assume", "use", "layout", "o", "A", ":", "x", "=", "d",
         "E[o o^T]", "> 0", ">= 0", "independent", "mean", "rank", "symmetric", "invertible", "1", "I", ",", r"\lambda"]  # fmt: skip


def run(source: str, **options) -> None:
    """Check; whatever happens is a report or a SymlamError, in bounded time."""
    start = time.perf_counter()
    try:
        assert isinstance(check_text(source, seconds=SECONDS, **options), Report)
    except SymlamError as error:
        assert str(error)
    lines = source.count("\n") + source.count(r"\\") + 2
    assert time.perf_counter() - start < 2 * SECONDS * lines + 5


FUZZ = settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_any_sequence_of_symbols_in_a_display(body: str) -> None:
    run(f"{DECLARED}\\begin{{align}}\n{body}\n\\end{{align}}")


@FUZZ
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.booleans())
def test_any_sequence_of_symbols_after_a_definition(body: str, closed: bool) -> None:
    run(
        f"{DECLARED}\\begin{{align}}\nL &= E\\|A o + q\\|^2 \\\\ &= {body}"
        + (r"\end{align}" if closed else "")
    )


@FUZZ
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join), max_size=4))
def test_any_declarations(lines: list[str]) -> None:
    run(DECLARED + "".join(f"%! {x}\n" for x in lines) + r"\[ E\|o\|^2 \ge 0 \]")


@FUZZ
@given(st.text(max_size=200), st.booleans())
def test_any_text(source: str, markdown: bool) -> None:
    run(source, markdown=markdown)


@FUZZ
@given(st.binary(max_size=60))
def test_any_bytes_in_a_file(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "x.tex"
    path.write_bytes(data)
    with contextlib.suppress(SymlamError):
        symlam.check.check_file(path)


@pytest.mark.parametrize(
    "body",
    [
        "{" * 4000, "(" * 3000, r"\hat{" * 2000, "o" + "'" * 100000, "A_{" * 3000, "^" * 5000, r"\|" * 3001,
        "o_" * 5000, "+" * 5000, r"\text{" * 3000, "A" * 3990, "A" * 200000, r"\frac{1}" * 2000, "%" * 100000, "(A+B)" * 300,
        r"\lVert (A+B+I)(A+B+I)(A+B+I)(A+B+I)(A+B+I)(A+B+I)(A+B+I)(A+B+I)(A+B+I)(A+B+I) o \rVert^2",
        r"((((A+B)^{9})^{9})^{9})^{9}", r"\operatorname{tr}((A + B + A^T + B^T)^{8})",
    ],
    ids=lambda b: b[:12],
)  # fmt: skip
def test_sources_made_to_be_slow_end_in_time(body: str) -> None:
    run(f"{DECLARED}\\begin{{align}}\nL &= {body}\n\\end{{align}}")


def test_nothing_in_the_checker_evaluates_text() -> None:
    for path in Path(symlam.check.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("eval(", "exec(", "compile(", "__import__", "pickle", "subprocess", "os.system"):
            assert word not in text.replace("re.compile(", ""), (path.name, word)
