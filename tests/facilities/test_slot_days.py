"""Slots of many days by stretches: equal to the day-by-day sum on every calendar, however its rows lie."""

from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilities.calendar import (
    Capacity,
    Closure,
    DayOverride,
    PoolCalendar,
    WeeklyPattern,
    days_between,
    slots_on,
)
from facilities.slot_days import slot_days, weekdays_between

from .test_calendar import MAMAS_ROOM, WARD_CENTRE

FIRST, LAST = date(2018, 11, 1), date(2021, 4, 30)  # two turns of the year and a 29 February
DAYS = st.dates(FIRST, LAST)
WEEKDAYS = st.frozensets(st.integers(0, 6))


def day_by_day(first, last, calendar):
    """The slow way, which nothing but the rule of one day knows."""
    return sum(slots_on(day, calendar).slots for day in days_between(first, last))


@st.composite
def rows_in_turn(draw, make):
    """Rows that follow each other, with gaps or without; the last may have no end."""
    borders = sorted(draw(st.lists(DAYS, max_size=6, unique=True)))
    rows = []
    for number, first in enumerate(borders):
        if draw(st.integers(0, 4)) == 0:
            continue  # a gap
        following = borders[number + 1] - timedelta(days=1) if number + 1 < len(borders) else None
        rows.append(make(draw, first, following))
    return rows


def pattern(draw, first, last):
    return WeeklyPattern(first, last, draw(WEEKDAYS), draw(st.booleans()))


def capacity(draw, first, last):
    return Capacity(first, last, draw(st.integers(0, 4)))


@st.composite
def closures(draw):
    first = draw(DAYS)
    repeats = draw(st.booleans())
    length = draw(st.integers(0, 500))
    last = None if not repeats and draw(st.integers(0, 4)) == 0 else first + timedelta(days=length)
    return Closure(first, last, "x", repeats_yearly=repeats)


@st.composite
def calendars_of_any_kind(draw):
    overridden = draw(st.lists(DAYS, max_size=5, unique=True))
    return PoolCalendar(
        patterns=draw(rows_in_turn(pattern)),
        capacities=draw(rows_in_turn(capacity)),
        closures=draw(st.lists(closures(), max_size=4)),
        overrides=[DayOverride(day, draw(st.integers(0, 5)), "x") for day in overridden],
        public_holidays=dict.fromkeys(draw(st.lists(DAYS, max_size=6)), "x"),
    )


@given(calendars_of_any_kind(), DAYS, DAYS)
def test_stretches_count_what_the_days_count(calendar, first, last):
    assert slot_days(first, last, calendar) == day_by_day(first, last, calendar)


def test_a_day_that_two_closures_cover_is_lost_once():
    longer = Closure(date(2019, 5, 1), date(2019, 5, 10), "工事")
    calendar = PoolCalendar(
        patterns=[WeeklyPattern(FIRST, None, frozenset(range(7)), False)],
        capacities=[Capacity(FIRST, None, 3)],
        closures=[
            longer,
            Closure(date(2019, 5, 3), date(2019, 5, 4), "点検"),
            Closure(date(2019, 5, 8), date(2019, 5, 12), "研修"),
        ],
    )
    assert slot_days(date(2019, 5, 1), date(2019, 5, 31), calendar) == (31 - 12) * 3


@given(st.sampled_from([WARD_CENTRE, MAMAS_ROOM]), DAYS, st.integers(0, 2500))
def test_the_ward_s_own_calendars_too(calendar, first, length):
    last = first + timedelta(days=length)
    assert slot_days(first, last, calendar) == day_by_day(first, last, calendar)


@given(DAYS, st.integers(-3, 400), WEEKDAYS)
def test_weekdays_are_counted_without_walking(first, length, weekdays):
    last = first + timedelta(days=length)
    if length >= -1:
        assert weekdays_between(first, last, weekdays) == sum(
            day.weekday() in weekdays for day in days_between(first, last)
        )


@pytest.mark.parametrize(
    ("first", "last", "closed"),
    [
        (date(2019, 2, 28), date(2019, 3, 1), 2),  # no 29 February: two days
        (date(2020, 2, 28), date(2020, 3, 1), 3),  # a leap year: three
    ],
)
def test_a_yearly_closure_over_the_end_of_february_takes_the_leap_day_in_a_leap_year(first, last, closed):
    everyday = WeeklyPattern(date(2010, 1, 1), None, frozenset(range(7)), keeps_public_holidays=False)
    closure = Closure(date(2016, 2, 28), date(2016, 3, 1), "x", repeats_yearly=True)
    calendar = PoolCalendar([everyday], [Capacity(date(2010, 1, 1), None, 1)], [closure])
    week = timedelta(days=7)
    assert slot_days(first - week, last + week, calendar) == 14
    assert (last - first).days + 1 == closed


def test_two_hundred_years_take_no_longer_than_a_moment():
    before = perf_counter()
    assert slot_days(date(1900, 1, 1), date(2099, 12, 31), MAMAS_ROOM) > 0
    assert perf_counter() - before < 0.25
