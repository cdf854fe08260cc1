"""What lays figures open, by the name that a column gives (reports.table_parts.Opener): of use, or a table's own."""

from collections.abc import Mapping
from dataclasses import replace

from reports.explained.cells import opens
from reports.explained.figure import Opens
from reports.explained.use import explain_use
from reports.table_parts import Opener
from reports.tables import Table

from .contents import by_slug
from .entry import TableEntry

USE = "use"


def openers() -> Mapping[str, Opens]:
    """Return what lays figures open by its name: that of a table of the contents, or ``use``."""
    own = {
        slug: opens(table.entry.opened, table.entry.build, table.entry.rule)
        for slug, table in by_slug().items()
        if table.entry.opened
    }
    return {USE: explain_use, **own}


def with_openers(entry: TableEntry, table: Table, known: str = "") -> Table:
    """Return the table with what opens each of its figures; ``known``: as known on which day, as ISO 8601."""
    own = entry.opened
    found = dict(table.openers) | ({key: Opener(entry.slug, own.keys) for key in own.cells} if own else {})
    return replace(table, openers={key: replace(opener, known=known) for key, opener in found.items()})
