"""Ready for writing from right to left: style sheets know begin and end, never left and right."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "static" / "css" / "src").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# margin-left, border-right-width, left: …, inset of four, text-align: right, float: left, border-top-left-radius
PHYSICAL = re.compile(
    r"(?:^|[;{\s])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|(?:left|right)\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
)
# Four values name right and left: they must be the same.
FOUR = re.compile(
    r"(?:margin|padding|inset|border-width)\s*:\s*([^\s;}]+)\s+([^\s;}]+)\s+([^\s;}]+)\s+([^\s;}]+)\s*[;}]"
)


def physical(css: str) -> list[str]:
    plain = COMMENT.sub("", css)
    found = [match.group().strip() for match in PHYSICAL.finditer(plain)]
    return found + [match.group() for match in FOUR.finditer(plain) if match[2] != match[4]]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_style_sheet_names_left_or_right(source):
    assert not physical(source.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "css",
    ["a { margin-left: 1px }", "a{left:0}", "a { text-align: right; }", "a { padding: 1px 2px 3px 4px; }"],
)
def test_left_and_right_are_found(css):
    assert physical(css)


def test_begin_and_end_are_taken():
    assert not physical("a { margin-inline-start: 1px; padding: 1px 2px 3px 2px; text-align: end; }")
