"""What a person typed never runs in a spreadsheet, in narrow or wide letters."""

from typing import Any

import pytest

from sankecare.spreadsheet_cells import harmless_cell

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    " =1",
    "　＝1",
    '=HYPERLINK("http://x")',
]


@pytest.mark.parametrize("typed", FORMULAS)
def test_a_formula_becomes_words(typed: str) -> None:
    assert harmless_cell(typed) == f"'{typed}"


@pytest.mark.parametrize("value", ["髙﨑 𠮷子", "1-2", "a=b", "", 5, -5, None, 3.5, "ー", "・"])
def test_everything_else_stays_as_it_is(value: Any) -> None:
    assert harmless_cell(value) == value
