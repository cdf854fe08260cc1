"""Cells of spreadsheets: shown and never run, whatever a person typed into them, and wide enough for Japanese."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

# Of a column, in characters of half width. Longer words go on in the next line.
NARROWEST, WIDEST = 12, 46
# A head may take several lines; of a column of short cells it asks for no more than this.
WIDEST_OF_A_HEAD = 16
# 2026年12月31日 and some room.
DAY_WIDTH = 16

# What begins so is a formula to Excel and LibreOffice; the wide forms are, too, on a Japanese machine.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless_cell(value: Any) -> Any:
    """Return words that would begin a formula behind an apostrophe; numbers and everything else as they are.

    Wide ＝＋－＠ are taken for the narrow ones, as are spaces before them, of either width.
    """
    if not isinstance(value, str):
        return value
    bare = unicodedata.normalize("NFKC", value).lstrip(" ")
    return f"'{value}" if bare.startswith(FORMULA_STARTS) or value.startswith(FORMULA_STARTS) else value


def column_widths(lines: Sequence[Sequence[Any]]) -> list[int]:
    """Return how wide each column must be, in characters of half width; the first line holds the heads.

    A library's own measure takes a Japanese character for one of half width: days show as ### and words are cut.
    """
    columns = range(len(lines[0]) if lines else 0)
    return [_width(lines[0][column], (line[column] for line in lines[1:] if column < len(line))) for column in columns]


def _width(head: Any, cells: Iterable[Any]) -> int:
    wanted = max((_wanted(cell) for cell in cells), default=0)
    return max(NARROWEST, min(_wanted(head), WIDEST_OF_A_HEAD), min(wanted, WIDEST))


def _wanted(cell: Any) -> int:
    if cell is None:
        return 0
    if isinstance(cell, date):
        return DAY_WIDTH
    words = f"{cell:,}" if isinstance(cell, int) else str(cell)
    return 2 + max((_half_widths(line) for line in words.split("\n")), default=0)


def _half_widths(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in words)
