"""Periods: what people enter, both days included, and what the database keeps."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from sankecare.periods import InclusivePeriodField, last_day, period

FIRST = date(2023, 4, 1)


@pytest.mark.parametrize(
    ("last", "kept"),
    [(date(2024, 3, 31), date(2024, 4, 1)), (date(9999, 12, 30), date.max), (date.max, None), (None, None)],
)
def test_the_last_day_of_all_means_no_end(last: date | None, kept: date | None) -> None:
    entered = InclusivePeriodField(required=False).clean([FIRST.isoformat(), last.isoformat() if last else ""])
    assert entered == period(FIRST, last) == DateRange(FIRST, kept)
    assert last_day(entered) == (None if last == date.max else last)
