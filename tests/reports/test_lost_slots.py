"""失われた枠: what a house would have had at its best, less all that was lost, is what its calendar gives."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from facilities.calendar import Capacity, Closure, DayOverride, PoolCalendar, WeeklyPattern, days_between, slots_on
from facilities.models import Closure as ClosureRow
from facilities.models import DayOverride as DayOverrideRow
from facilities.models import PublicHoliday
from reports.catalogue.capacity import capacity_table, lost_month_table
from reports.chapters.lost_slots import Lost, full_days
from tests import builders

APRIL = date(2023, 4, 1)
DAYS = days_between(APRIL, APRIL + timedelta(days=29))
TODAY = date(2024, 6, 1)


def calendar(**rows: object) -> PoolCalendar:
    given = {
        "patterns": [WeeklyPattern(APRIL, None, frozenset(range(5)), True)],
        "capacities": [Capacity(APRIL, None, 3)],
    }
    return PoolCalendar(**(given | rows))  # type: ignore[arg-type]


def lost(found: PoolCalendar, day: date) -> list[tuple[Lost, int, str, bool]]:
    (one,) = full_days([day], found)
    return [(row.why, row.slots, row.reason, row.inferred) for row in one.lost]


def test_each_reason_takes_what_it_takes() -> None:
    monday = date(2023, 4, 3)
    fewer = [Capacity(APRIL, date(2023, 4, 9), 3), Capacity(date(2023, 4, 10), date(2023, 4, 16), 2, "感染症")]
    found = calendar(
        capacities=[*fewer, Capacity(date(2023, 4, 17), None, 0, "休止")],
        closures=[Closure(monday, monday, "工事")],
        overrides=[DayOverride(date(2023, 4, 6), 1, "職員不足", True), DayOverride(date(2023, 4, 8), 2, "臨時開所")],
        public_holidays={date(2023, 4, 5): "休日"},
    )
    assert lost(found, monday) == [(Lost.CLOSURE, 3, "工事", False)]
    assert lost(found, date(2023, 4, 4)) == []
    assert lost(found, date(2023, 4, 5)) == [(Lost.PUBLIC_HOLIDAY, 3, "", False)]
    assert lost(found, date(2023, 4, 6)) == [(Lost.SINGLE_DAY, 2, "職員不足", True)]
    assert lost(found, date(2023, 4, 8)) == [(Lost.MORE, -2, "臨時開所", False)]  # a Saturday: nothing was full
    assert lost(found, date(2023, 4, 10)) == [(Lost.REDUCED, 1, "感染症", False)]
    assert lost(found, date(2023, 4, 17)) == [(Lost.SUSPENDED, 3, "休止", False)]
    assert lost(found, date(2023, 4, 22)) == []


def test_of_two_closures_of_a_day_the_published_one_says_it() -> None:
    day = date(2023, 4, 3)
    found = calendar(closures=[Closure(day, day, "推定", inferred=True), Closure(day, day, "工事")])
    assert lost(found, day) == [(Lost.CLOSURE, 3, "工事", False)]


slots = st.integers(0, 4)
spans = st.tuples(st.integers(0, 29), st.integers(0, 5)).map(
    lambda pair: (APRIL + timedelta(days=pair[0]), APRIL + timedelta(days=pair[0] + pair[1]))
)


@given(
    st.lists(slots, min_size=1, max_size=4),
    st.lists(st.tuples(spans, st.booleans()), max_size=4),
    st.dictionaries(st.integers(0, 29), st.tuples(slots, st.booleans()), max_size=5),
    st.sets(st.integers(0, 29), max_size=3),
    st.sets(st.integers(0, 6)),
)
def test_full_less_all_that_was_lost_is_what_the_calendar_gives(capacities, closures, overrides, holidays, weekdays):
    length = 30 // len(capacities)
    periods = [
        Capacity(APRIL + timedelta(days=n * length), APRIL + timedelta(days=(n + 1) * length - 1), one)
        for n, one in enumerate(capacities)
    ]
    found = PoolCalendar(
        patterns=[WeeklyPattern(APRIL, None, frozenset(weekdays), True)],
        capacities=periods,
        closures=[
            Closure(first, last, "x", inferred=inferred, repeats_yearly=first.day % 2 == 0)
            for (first, last), inferred in closures
        ],
        overrides=[DayOverride(APRIL + timedelta(days=n), *row[:1], "x", row[1]) for n, row in overrides.items()],
        public_holidays={APRIL + timedelta(days=n): "休日" for n in holidays},
    )
    assert [*full_days(DAYS, found)] == [one for day in DAYS for one in full_days([day], found)]
    for one in full_days(DAYS, found):
        assert one.slots == slots_on(one.day, found).slots
        assert all(row.slots > 0 for row in one.lost if row.why != Lost.MORE)


@pytest.fixture
def closed():
    """A house of five slots, every day: two days closed, one of them by nobody's word; one day reduced."""
    place = builders.service(slots=5).pool
    builders.service(builders.ServiceKind.DAY_CARE, in_pool=place)  # the same places, counted once
    ClosureRow.objects.create(pool=place, period=(date(2023, 5, 1), date(2023, 5, 2)), reason="工事")
    ClosureRow.objects.create(pool=place, period=(date(2023, 6, 1), date(2023, 6, 2)), reason="推定", inferred=True)
    DayOverrideRow.objects.create(pool=place, day=date(2023, 6, 3), slots=2, reason="職員不足")
    PublicHoliday.objects.create(day=date(2023, 5, 3), name="憲法記念日")  # the house keeps none
    return place


@pytest.mark.django_db
def test_a_year_says_what_took_its_slot_days_and_what_was_left(closed):
    (row,) = capacity_table([2023], today=TODAY).rows
    assert row == {
        "fiscal_year": 2023,
        "facility": "ward-centre",
        "full_slot_days": 5 * 366,
        "lost_public_holiday": 0,
        "lost_closure": 10,
        "lost_suspended": 0,
        "lost_reduced": 0,
        "lost_single_day": 3,
        "more_slot_days": 0,
        "slot_days": 5 * 366 - 13,
        "lost_inferred": 5,
    }


@pytest.mark.django_db
def test_months_tell_each_reason_published_and_inferred_apart_and_add_up_to_the_year(closed):
    rows = lost_month_table([2023], today=TODAY).rows
    told = [
        (row["month"], row["why_lost"], row["reason"], row["lost_published"], row["lost_inferred"]) for row in rows
    ]
    assert told == [
        ("2023-05", "closure", "工事", 5, 0),
        ("2023-06", "closure", "推定", 0, 5),
        ("2023-06", "single_day", "職員不足", 3, 0),
    ]


@pytest.mark.django_db
def test_a_running_year_counts_to_today_and_a_year_to_come_has_nothing(closed):
    assert capacity_table([2023], today=date(2023, 4, 10)).rows[0]["full_slot_days"] == 50
    assert capacity_table([2024], today=date(2023, 4, 10)).rows == []


@pytest.mark.django_db
def test_what_was_once_in_force_says_what_is_full(closed):
    of_year = builders.service(in_pool=builders.pool(3, builders.facility("small", "小")))
    rows = of_year.pool.capacitys if hasattr(of_year.pool, "capacitys") else None
    assert rows is not None
    rows.all().delete()
    rows.create(period=(date(2020, 4, 1), date(2023, 4, 1)), slots=3)
    rows.create(period=(date(2023, 4, 1), None), slots=2, reason="縮小")
    row = next(row for row in capacity_table([2023], today=TODAY).rows if row["facility"] == "small")
    assert (row["full_slot_days"], row["lost_reduced"], row["slot_days"]) == (3 * 366, 366, 2 * 366)


@pytest.mark.django_db
@pytest.mark.parametrize("table", [capacity_table, lost_month_table])
def test_capacity_takes_a_fixed_number_of_queries(closed, table):
    for years in ([2023], [2019, 2020, 2021, 2022, 2023]):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            table(years, today=TODAY)
        assert len(asked) == 6


def test_of_no_days_nothing_is_lost() -> None:
    assert list(full_days([], calendar())) == []
