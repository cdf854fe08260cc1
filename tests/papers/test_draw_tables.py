"""The tables of docs/odds.md are what the code that draws gives for their seeds."""

from tools.build_draw_tables import PAPER, tables, with_tables


def test_the_tables_of_chances_are_made_by_the_code_that_draws():
    """Run tools/build_draw_tables.py after a change of the draw."""
    text = PAPER.read_text()
    assert with_tables(text, tables()) == text
