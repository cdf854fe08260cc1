"""A cell of a CSV that a spreadsheet shows and never runs, whatever a person typed into it."""

import unicodedata
from typing import Any

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
