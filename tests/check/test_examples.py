"""The printed proofs: what of them follows, where they fail, and that the repaired ones follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from symlam.check import FAILS, FOLLOWS, check_file

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REPAIRED = sorted(p.name for p in EXAMPLES.glob("*-repaired.tex"))


def answers(name: str) -> list[str]:
    return [x.verdict.answer for x in check_file(EXAMPLES / name).lines]


@pytest.mark.parametrize(
    "name", ["S1.tex", "S2.tex", "P4.1.tex", "P4.2.tex", "P4.3d.tex", "C2.tex", "P4_1.py", *REPAIRED]
)
def test_these_follow_in_every_line(name: str) -> None:
    found = answers(name)
    assert found
    assert set(found) == {FOLLOWS}


def test_the_repaired_forms_are_there() -> None:
    assert REPAIRED == [
        "D1-repaired.tex",
        "P4.1-repaired.tex",
        "P4.3-repaired.tex",
        "P4.4-repaired.tex",
        "S3-repaired.tex",
    ]


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("P4.3.tex", r"\arg\min_{A, C}", FAILS),
        ("P4.4.tex", r"&= \mathbb{E} \lVert \epsilon \rVert_2^2", FAILS),
        ("P4.4.tex", r"\min_{A, B, C, D, W}", FAILS),
        ("P4.4-proof.tex", r"\min_{A, B, C, D, W}", FAILS),
        ("S3.tex", r"P (\hat{o}' - o)", FAILS),
        ("D1.tex", r"A^\star &= I - (BC + BD) - \Sigma_o", FAILS),
    ],
)
def test_the_printed_lines_that_do_not_follow(name: str, words: str, answer: str) -> None:
    lines = [x for x in check_file(EXAMPLES / name).lines if x.source.startswith(words)]
    assert [x.verdict.answer for x in lines] == [answer]
    if answer == FAILS:
        data = lines[0].verdict.counterexample.describe()
        assert data["dimensions"]
        assert data["left"] != data["right"] or data["also"]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.tex")), ids=lambda p: p.name)
def test_no_other_line_of_a_printed_proof_fails(path: Path) -> None:
    expected = {"P4.3.tex": 1, "P4.4.tex": 2, "P4.4-proof.tex": 1, "D1.tex": 1, "S3.tex": 1}
    assert len(answers(path.name)) - answers(path.name).count(FOLLOWS) == expected.get(path.name, 0)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*-repaired.tex")), ids=lambda p: p.name)
def test_a_repaired_proof_without_its_added_hypothesis_does_not_follow(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    added = {
        "D1-repaired.tex": "%! assume E[o o^T] > 0",
        "P4.1-repaired.tex": "%! assume E[o o^T] > 0",
        "P4.3-repaired.tex": r"%! assume E[\kappa_2 \kappa_2^T] > 0",
        "S3-repaired.tex": "%! assume B^T B = G",
        "P4.4-repaired.tex": r"%! assume U^T E[\epsilon \epsilon^T] = 0",
    }[path.name]
    assert added in source
    from symlam.check import check_text

    assert check_text(source.replace(added, "")).exit_code == 1
