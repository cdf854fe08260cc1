"""A table as a file has it, for tests of what files hold."""

from datetime import date, datetime

from reports.files.figures import FiguresFile, unnumbered
from reports.tables import Table
from tests.builders import TOKYO


def file_of(table: Table) -> FiguresFile:
    """Return the table with some words, a moment and an address."""
    numbered = unnumbered("of-a-test", table, what="何を", rule="どう", source="どこから")
    made_at = datetime(2023, 9, 15, 9, 0, tzinfo=TOKYO)
    return FiguresFile(numbered, table, (2022, 2023), date(2023, 9, 15), made_at, "検査", "http://testserver/")
