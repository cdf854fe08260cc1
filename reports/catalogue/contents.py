"""目次: every table of the ward's figures by chapter, numbered. Pages, files and the command take them from here."""

from . import capacity, consultations, demand, districts, draws, families, follow_up, money, national, use, ward_tables
from .entry import Chapter, Numbered

CHAPTERS: tuple[Chapter, ...] = (
    *(use.CHAPTER, districts.CHAPTER, families.CHAPTER, demand.CHAPTER, draws.CHAPTER, consultations.CHAPTER),
    *(follow_up.CHAPTER, money.CHAPTER, capacity.CHAPTER),
    *(ward_tables.CHAPTER, national.CHAPTER),
)


def contents() -> list[Numbered]:
    """Return all tables in order with their numbers: "1-1" is the first of the first chapter."""
    return [
        Numbered(chapter, f"{number}-{position}", entry)
        for number, chapter in enumerate(CHAPTERS, start=1)
        for position, entry in enumerate(chapter.tables, start=1)
    ]


def by_slug() -> dict[str, Numbered]:
    """Return the tables by their names, in order."""
    return {table.entry.slug: table for table in contents()}
