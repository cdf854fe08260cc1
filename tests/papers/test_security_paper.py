"""docs/security.md: every line of the standard has its answer, every test that it names is there, no "no" is bare."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "security.md").read_text()
# How many lines of levels 1 and 2 each section of ASVS 5.0.0 has; they are numbered from 1 without gaps.
COUNTS = """
    1.1:2 1.2:9 1.3:11 1.4:3 1.5:2
    2.1:3 2.2:3 2.3:4 2.4:1
    3.2:2 3.3:4 3.4:6 3.5:5 3.7:2
    4.1:3 4.2:1 4.3:2 4.4:4
    5.1:1 5.2:3 5.3:2 5.4:3
    6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4
    7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
    8.1:2 8.2:3 8.3:1 8.4:1
    9.1:3 9.2:4
    10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
    11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
    12.1:3 12.2:2 12.3:4
    13.1:1 13.2:5 13.3:2 13.4:5
    14.1:2 14.2:4 14.3:3
    15.1:3 15.2:3 15.3:7
    16.1:1 16.2:5 16.3:4 16.4:3 16.5:3
    17.1:1 17.2:4 17.3:2
"""
SECTIONS = {section: int(count) for section, count in (each.split(":") for each in COUNTS.split())}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"`?(tests/[\w/]+\.py)::(\w+)`?")
ROWS = ROW.findall(PAPER)
ANSWERS = {"yes", "part", "no", "none"}
# Lines that ask for a paper: where it stands, and words without which it would not say it.
PAPERS = {
    "2.1.3": ("docs/rules.md", "limit"),
    "6.1.1": ("docs/decisions/0006-signing-in.md", "**Rate limits**"),
    "6.1.3": ("docs/decisions/0006-signing-in.md", "passkey"),
    "7.1.1": ("docs/decisions/0006-signing-in.md", "**Sessions end**"),
    "8.1.1": ("docs/decisions/0002-one-permission-file.md", "permission"),
    "15.1.1": ("docs/security.md", "## Days to close a hole"),
}


@cache
def named_in(path: str) -> frozenset[str]:
    """Return the tests that a file has, also within classes; none where it is not there."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    functions = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def missing_in(text: str) -> list[str]:
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if name not in named_in(path)]


def wrong_with(answer: str, said: str) -> str:
    """Return what is wrong with one line's answer; nothing where it is as it should be."""
    named, words = NAMED.findall(said), NAMED.sub("", said).strip(" ,")
    if answer not in ANSWERS:
        return "no answer"
    if answer == "yes" and not named:
        return "yes without a test"
    if answer == "part" and not (named and words):
        return "part without its test, or without what is lacking"
    return "" if answer == "yes" or words else "no reason"


def test_every_line_of_levels_1_and_2_stands_there_once():
    expected = [f"{section}.{line}" for section, count in SECTIONS.items() for line in range(1, count + 1)]
    assert len(expected) == 253
    assert [number for number, *_rest in ROWS] == expected


def test_every_test_that_the_paper_names_is_there():
    assert len(NAMED.findall(PAPER)) > 150
    assert missing_in(PAPER) == []


def test_every_line_has_a_test_or_says_why_not():
    wrong = {number: wrong_with(answer, said) for number, _asked, answer, said in ROWS}
    assert {number: words for number, words in wrong.items() if words} == {}


def test_the_counts_are_those_of_the_lines():
    counted = Counter(answer for _number, _asked, answer, _said in ROWS)
    assert ", ".join(f"{answer} {counted[answer]}" for answer in ("yes", "part", "no", "none")) + "." in PAPER


@pytest.mark.parametrize("who", re.findall(r"^### (An? .+)$", PAPER, re.MULTILINE))
def test_of_each_who_might_do_harm_it_is_said_what_holds_and_what_does_not(who):
    part = PAPER.partition(f"### {who}\n")[2].partition("\n### ")[0]
    assert NAMED.search(part)
    assert "**Does not hold**" in part


@pytest.mark.parametrize("line", PAPERS)
def test_a_paper_that_a_line_asks_for_is_there(line):
    path, words = PAPERS[line]
    assert words in (ROOT / path).read_text()


def test_the_days_to_close_a_hole_are_stated():
    assert re.findall(r"\*\*(\d+) days\*\*", PAPER) == ["2", "14", "90"]


@pytest.mark.parametrize(
    ("answer", "said", "wrong"),
    [
        ("yes", "", "yes without a test"),
        ("yes", "Surely.", "yes without a test"),
        ("part", "`tests/papers/test_security_paper.py::test_x`", "part without its test, or without what is lacking"),
        ("no", "", "no reason"),
        ("none", "`tests/papers/test_security_paper.py::test_x`", "no reason"),
        ("maybe", "Words.", "no answer"),
    ],
)
def test_a_bare_answer_is_found(answer, said, wrong):
    assert wrong_with(answer, said) == wrong


def test_a_test_that_is_not_there_is_found():
    named = "tests/papers/test_security_paper.py::" + "test_of_nothing"
    assert missing_in(f"`{named}`") == [named]
