"""What one table of the ward's figures is: its name, its chapter, what counts it, and the words that explain it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from reports.explained.cells import Opened
from reports.tables import Table

Words = str | Promise


@dataclass(frozen=True)
class TableEntry:
    """One table. ``build(years, today=…)`` counts it for fiscal years, up to that day.

    ``what``: what the figures mean. ``rule``: how they are counted and rounded. ``source``: from which records.
    ``opened``: how its figures open, where the table itself does not say so.
    """

    slug: str
    title: Words
    build: Callable[..., Table]
    what: Words
    rule: Words
    source: Words
    opened: Opened | None = None


@dataclass(frozen=True)
class Chapter:
    """Tables about one subject, in the order in which they are numbered."""

    slug: str
    title: Words
    tables: tuple[TableEntry, ...]


@dataclass(frozen=True)
class Numbered:
    """A table at its place in the contents: chapter 2, third table is 2-3."""

    chapter: Chapter
    number: str
    entry: TableEntry
