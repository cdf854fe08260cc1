"""The made-up history: every cell that a table opens is made by the rows behind it, over both of its years."""

import pytest

from tests.reports.opened_cells import compare, slugs_opened

from .test_history_written import TODAY, loaded  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
# Tables of which the history has something: the others are tested on a ward of their own.
WITH_ROWS = {"districts", "district-days", "coverage", "district-share", "towns"}


@pytest.mark.parametrize("slug", slugs_opened())
def test_the_rows_behind_each_cell_make_the_cell(slug: str) -> None:
    found = compare(slug, [2022, 2026], TODAY, most=60)
    assert found.otherwise == []
    assert found.rows or slug not in WITH_ROWS
