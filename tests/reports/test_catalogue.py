"""目次: each table has its place, a number, a name and words that explain it; and an empty system has it."""

from datetime import date

import pytest

from reports.catalogue.contents import CHAPTERS, by_slug, contents
from reports.management.commands.report import FILES, ROWS

from .factories_files import file_of

TODAY = date(2024, 4, 10)


def test_each_table_has_a_number_by_its_chapter_and_a_name_of_its_own() -> None:
    tables = contents()
    assert tables[0].number == "1-1"
    assert next(table.number for table in tables if table.chapter == CHAPTERS[1]) == "2-1"
    assert len({table.number for table in tables}) == len({*by_slug()}) == len(tables)
    assert {table.chapter.slug for table in tables} == {chapter.slug for chapter in CHAPTERS}


def test_a_table_is_found_by_its_name_and_nothing_by_another() -> None:
    assert by_slug()["districts"].entry.slug == "districts"
    assert "nothing" not in by_slug()


def test_the_tables_that_programs_ask_for_keep_their_names() -> None:
    assert {"facility-year", "districts", "coverage"} <= {*by_slug()}


@pytest.mark.parametrize("slug", by_slug())
def test_each_table_says_what_it_means_how_it_is_counted_and_from_what(slug: str) -> None:
    entry = by_slug()[slug].entry
    for words in (entry.title, entry.what, entry.rule, entry.source):
        assert str(words).strip()
    assert entry.slug == entry.slug.lower()
    assert entry.slug.replace("-", "").isalnum()


@pytest.mark.django_db
@pytest.mark.parametrize("slug", by_slug())
def test_a_system_with_nothing_in_it_has_every_table_in_every_format(slug: str) -> None:
    table = by_slug()[slug].entry.build([2022, 2023], today=TODAY)
    assert table.title
    assert all(write(table) for write in ROWS.values())
    assert all(write(file_of(table)) for write in FILES.values())
