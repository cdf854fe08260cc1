"""What a day's slots are made of where a single day was changed, and which tables have no chart in a file."""

from dataclasses import replace

from facilities.calendar import Cause, DayOverride
from reports.explained.slots_of_days import slots_made
from reports.files.chart_plan import plan_of
from tests.reports.planning.scenes import CENTRE, day, world


def test_a_single_day_that_was_changed_says_whether_anybody_published_it() -> None:
    calendar = world(slots=3).calendars[CENTRE]
    for inferred in (True, False):
        changed = replace(calendar, overrides=[DayOverride(day(2), 1, "公表なし", inferred)])
        made = {row.cause: row for row in slots_made(day(1), day(3), changed)}
        row = made[Cause.OVERRIDE]
        assert (row.inferred, row.days, row.slot_days, row.lost) == (inferred, (day(2),), 1, 2)


def test_two_rows_of_one_year_have_no_chart_as_nobody_can_say_which_to_draw() -> None:
    rows = [{"fiscal_year": year, "facility": "a", "days": 3} for year in (2022, 2023, 2023)]
    assert plan_of(rows, ["fiscal_year", "facility", "days"], [], {}) is None
    alone = [{"fiscal_year": year, "days": 3} for year in (2022, 2023, 2023)]
    assert plan_of(alone, ["fiscal_year", "days"], [], {}) is None
