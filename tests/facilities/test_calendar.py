"""The slots of a day: weekly pattern, public holidays, closures, capacity, override (docs/domain.md "Facilities")."""

from datetime import date, timedelta

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilities.calendar import (
    CalendarRowsContradict,
    Capacity,
    Cause,
    Closure,
    DayOverride,
    DaySlots,
    PoolCalendar,
    WeeklyPattern,
    days_between,
    slots_on,
)
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.slot_days import slot_days

EVERY_DAY = frozenset(range(7))
MON_TUE_THU_FRI = frozenset({0, 1, 3, 4})
HOLIDAYS = {day: name for year in range(2018, 2025) for day, name in jpholiday.year_holidays(year)}

WARD_CENTRE = PoolCalendar(
    patterns=[WeeklyPattern(date(2018, 4, 1), None, EVERY_DAY, keeps_public_holidays=False)],
    capacities=[Capacity(date(2018, 4, 1), None, 15)],
    closures=[Closure(date(2019, 3, 29), date(2019, 3, 31), "年度末の休み", repeats_yearly=True)],
    public_holidays=HOLIDAYS,
)
MAMAS_ROOM = PoolCalendar(
    patterns=[WeeklyPattern(date(2016, 9, 1), None, MON_TUE_THU_FRI, keeps_public_holidays=True)],
    capacities=[
        Capacity(date(2016, 9, 1), date(2020, 2, 29), 3),
        Capacity(date(2020, 3, 1), date(2020, 4, 16), 2),
        Capacity(date(2020, 4, 17), date(2020, 5, 31), 0, "利用中止"),
        Capacity(date(2020, 6, 1), date(2021, 11, 14), 2),
        Capacity(date(2021, 11, 15), date(2022, 1, 20), 3),
        Capacity(date(2022, 1, 21), date(2022, 3, 24), 2),
        Capacity(date(2022, 3, 25), None, 3),
    ],
    closures=[Closure(date(2016, 12, 28), date(2017, 1, 5), "年末年始", repeats_yearly=True)],
    public_holidays=HOLIDAYS,
)


@pytest.mark.parametrize(
    ("calendar", "day", "slots", "cause", "source"),
    [
        (WARD_CENTRE, date(2023, 5, 3), 15, Cause.OPEN, "SEED: every day; a public holiday is no closure"),
        (WARD_CENTRE, date(2024, 1, 1), 15, Cause.OPEN, "SEED: 通年"),
        (WARD_CENTRE, date(2023, 3, 28), 15, Cause.OPEN, "SEED: 3/29-3/31 only"),
        (WARD_CENTRE, date(2023, 3, 29), 0, Cause.CLOSURE, "SEED"),
        (WARD_CENTRE, date(2023, 3, 31), 0, Cause.CLOSURE, "SEED"),
        (WARD_CENTRE, date(2023, 4, 1), 15, Cause.OPEN, "SEED"),
        (WARD_CENTRE, date(2018, 3, 31), 0, Cause.NOT_RUNNING, "SEED: municipal from 2018-04"),
        (MAMAS_ROOM, date(2022, 5, 9), 3, Cause.OPEN, "SEED: a Monday"),
        (MAMAS_ROOM, date(2022, 5, 10), 3, Cause.OPEN, "SEED: a Tuesday"),
        (MAMAS_ROOM, date(2022, 5, 11), 0, Cause.WEEKDAY, "SEED: a Wednesday"),
        (MAMAS_ROOM, date(2022, 5, 12), 3, Cause.OPEN, "SEED: a Thursday"),
        (MAMAS_ROOM, date(2022, 5, 13), 3, Cause.OPEN, "SEED: a Friday"),
        (MAMAS_ROOM, date(2022, 5, 14), 0, Cause.WEEKDAY, "SEED: a Saturday"),
        (MAMAS_ROOM, date(2022, 5, 5), 0, Cause.PUBLIC_HOLIDAY, "DEFAULT: closed on public holidays"),
        (MAMAS_ROOM, date(2019, 12, 27), 3, Cause.OPEN, "PUBLIC: from 28 December"),
        (MAMAS_ROOM, date(2020, 12, 28), 0, Cause.CLOSURE, "PUBLIC: 28 December"),
        (MAMAS_ROOM, date(2021, 1, 5), 0, Cause.CLOSURE, "PUBLIC: to 5 January, across the year's end"),
        (MAMAS_ROOM, date(2022, 1, 6), 3, Cause.OPEN, "PUBLIC: to 5 January"),
        (MAMAS_ROOM, date(2020, 2, 28), 3, Cause.OPEN, "SEED: 3 until 2020-02-29"),
        (MAMAS_ROOM, date(2020, 3, 2), 2, Cause.OPEN, "SEED: 2 from 2020-03-01"),
        (MAMAS_ROOM, date(2020, 4, 16), 2, Cause.OPEN, "SEED: 2 to 2020-04-16"),
        (MAMAS_ROOM, date(2020, 4, 17), 0, Cause.SUSPENDED, "SEED: suspended from 2020-04-17"),
        (MAMAS_ROOM, date(2020, 5, 29), 0, Cause.SUSPENDED, "SEED: suspended to 2020-05-31"),
        (MAMAS_ROOM, date(2020, 6, 1), 2, Cause.OPEN, "SEED: 2 from 2020-06-01"),
        (MAMAS_ROOM, date(2021, 11, 12), 2, Cause.OPEN, "SEED: 2 to 2021-11-14"),
        (MAMAS_ROOM, date(2021, 11, 15), 3, Cause.OPEN, "SEED: 3 from 2021-11-15"),
        (MAMAS_ROOM, date(2022, 1, 20), 3, Cause.OPEN, "SEED: 3 to 2022-01-20"),
        (MAMAS_ROOM, date(2022, 1, 21), 2, Cause.OPEN, "SEED: 2 from 2022-01-21"),
        (MAMAS_ROOM, date(2022, 3, 24), 2, Cause.OPEN, "SEED: 2 to 2022-03-24"),
        (MAMAS_ROOM, date(2022, 3, 25), 3, Cause.OPEN, "SEED: 3 from 2022-03-25"),
    ],
)
def test_a_day_has_the_slots_that_the_ward_stated(calendar, day, slots, cause, source):
    found = slots_on(day, calendar)
    assert (found.slots, found.cause) == (slots, cause), source


def test_what_decided_a_day_is_named():
    assert slots_on(date(2022, 5, 5), MAMAS_ROOM) == DaySlots(
        date(2022, 5, 5), 0, Cause.PUBLIC_HOLIDAY, HOLIDAYS[date(2022, 5, 5)]
    )
    assert slots_on(date(2020, 4, 17), MAMAS_ROOM).note == "利用中止"
    assert slots_on(date(2023, 3, 29), WARD_CENTRE).note == "年度末の休み"


@pytest.mark.parametrize(
    ("calendar", "year", "stated", "implied"),
    [  # implied: docs/domain.md "What is reported" 3, the slot-days that the published occupancy stands for
        (WARD_CENTRE, 2018, 362 * 15, 5400),
        (WARD_CENTRE, 2019, 5445, 5445),  # 363 days: 2020 is a leap year; the one rate that follows
        (WARD_CENTRE, 2020, 362 * 15, 5415),
        (WARD_CENTRE, 2021, 362 * 15, 5410),
        (WARD_CENTRE, 2022, 362 * 15, 5378),
        (MAMAS_ROOM, 2018, 573, 555),
        (MAMAS_ROOM, 2019, 553, 527),
        (MAMAS_ROOM, 2020, 334, 326),
        (MAMAS_ROOM, 2021, 420, 419),
        (MAMAS_ROOM, 2022, 576, 551),
    ],
)
def test_the_stated_calendar_has_at_least_the_slot_days_that_the_published_rates_imply(
    calendar, year, stated, implied
):
    assert slot_days(*fiscal_year_days(year), calendar) == stated
    assert stated >= implied


def every_day(**rows):
    return PoolCalendar(
        patterns=[WeeklyPattern(date(2018, 4, 1), None, EVERY_DAY, keeps_public_holidays=True)],
        capacities=rows.pop("capacities", [Capacity(date(2018, 4, 1), None, 2)]),
        **rows,
    )


A_DAY = date(2023, 5, 10)


@pytest.mark.parametrize(
    "calendar",
    [
        every_day(closures=[Closure(A_DAY, A_DAY, "工事")], overrides=[DayOverride(A_DAY, 1, "臨時")]),
        every_day(public_holidays={A_DAY: "祝日"}, overrides=[DayOverride(A_DAY, 1, "臨時")]),
        every_day(capacities=[Capacity(A_DAY, None, 0)], overrides=[DayOverride(A_DAY, 1, "臨時")]),
        PoolCalendar([], [], overrides=[DayOverride(A_DAY, 1, "臨時")]),
    ],
)
def test_an_override_wins_over_everything(calendar):
    assert slots_on(A_DAY, calendar) == DaySlots(A_DAY, 1, Cause.OVERRIDE, "臨時")


def test_an_override_may_close_a_day():
    calendar = every_day(overrides=[DayOverride(A_DAY, 0, "断水")])
    assert slots_on(A_DAY, calendar) == DaySlots(A_DAY, 0, Cause.OVERRIDE, "断水")
    assert slots_on(A_DAY + timedelta(days=1), calendar).slots == 2


def test_without_a_pattern_or_a_capacity_in_force_there_are_no_slots():
    pattern = WeeklyPattern(A_DAY, A_DAY, EVERY_DAY, keeps_public_holidays=False)
    capacity = Capacity(A_DAY, A_DAY, 2)
    assert slots_on(A_DAY, PoolCalendar([pattern], [])).cause is Cause.NOT_RUNNING
    assert slots_on(A_DAY, PoolCalendar([], [capacity])).cause is Cause.NOT_RUNNING
    both = PoolCalendar([pattern], [capacity])
    assert [slots_on(A_DAY + timedelta(days=n), both).slots for n in (-1, 0, 1)] == [0, 2, 0]


@pytest.mark.parametrize(
    ("first_day", "last_day", "closed", "open_"),
    [
        # from its first day on, never before
        (date(2020, 8, 13), date(2020, 8, 15), [date(2020, 8, 13), date(2023, 8, 15)], [date(2019, 8, 14)]),
        (date(2020, 8, 13), date(2020, 8, 15), [date(2021, 8, 14)], [date(2021, 8, 12), date(2021, 8, 16)]),
        # across the year's end
        (date(2020, 12, 30), date(2021, 1, 3), [date(2023, 1, 3), date(2022, 12, 30)], [date(2020, 1, 2)]),
        (date(2020, 12, 30), date(2021, 1, 3), [date(2021, 1, 1)], [date(2023, 1, 4), date(2022, 12, 29)]),
        # to the end of February, from a leap year and into one
        (date(2020, 2, 27), date(2020, 2, 29), [date(2021, 2, 28), date(2024, 2, 29)], [date(2021, 3, 1)]),
        (date(2020, 2, 27), date(2020, 2, 28), [date(2021, 2, 28)], [date(2024, 2, 29), date(2020, 2, 29)]),
        (date(2020, 2, 29), date(2020, 2, 29), [date(2021, 2, 28), date(2024, 2, 29)], [date(2024, 2, 28)]),
    ],
)
def test_a_yearly_closure_covers_the_same_days_of_every_year(first_day, last_day, closed, open_):
    calendar = every_day(closures=[Closure(first_day, last_day, "夏季", repeats_yearly=True)])
    assert [slots_on(day, calendar).cause for day in closed] == [Cause.CLOSURE] * len(closed)
    assert [slots_on(day, calendar).slots for day in open_] == [2] * len(open_)


def test_a_closure_without_a_last_day_goes_on():
    calendar = every_day(closures=[Closure(A_DAY, None, "移転")])
    assert slots_on(date(2099, 1, 1), calendar).cause is Cause.CLOSURE
    assert slots_on(A_DAY - timedelta(days=1), calendar).cause is Cause.OPEN


@pytest.mark.parametrize(
    "rows",
    [
        {"capacities": [Capacity(date(2020, 1, 1), None, 2), Capacity(date(2021, 1, 1), None, 3)]},
        {"capacities": [Capacity(date(2020, 1, 1), date(2021, 1, 1), 2), Capacity(date(2021, 1, 1), None, 3)]},
        {"capacities": [Capacity(date(2020, 1, 2), date(2020, 1, 1), 2)]},
        {"capacities": [Capacity(date(2020, 1, 1), None, -1)]},
        {"closures": [Closure(date(2020, 1, 2), date(2020, 1, 1), "逆")]},
        {"closures": [Closure(date(2020, 1, 2), None, "毎年", repeats_yearly=True)]},
        {"overrides": [DayOverride(A_DAY, 1, "一"), DayOverride(A_DAY, 2, "二")]},
        {"overrides": [DayOverride(A_DAY, -1, "負")]},
    ],
)
def test_rows_that_contradict_are_refused_not_chosen_between(rows):
    with pytest.raises(CalendarRowsContradict):
        every_day(**rows)


def test_overlapping_patterns_are_refused():
    patterns = [WeeklyPattern(date(2020, 1, n), None, EVERY_DAY, False) for n in (1, 2)]
    with pytest.raises(CalendarRowsContradict):
        PoolCalendar(patterns, [])


def test_a_row_is_stated_unless_it_is_marked_as_inferred():
    assert not Closure(A_DAY, A_DAY, "工事").inferred
    assert not DayOverride(A_DAY, 1, "臨時").inferred


DAYS = st.dates(date(2017, 1, 1), date(2026, 12, 31))


@given(st.sampled_from([WARD_CENTRE, MAMAS_ROOM]), DAYS, st.integers(0, 60), st.integers(0, 60))
def test_slot_days_add_up(calendar, first_day, one, other):
    middle, last_day = first_day + timedelta(days=one), first_day + timedelta(days=one + 1 + other)
    parts = slot_days(first_day, middle, calendar) + slot_days(middle + timedelta(days=1), last_day, calendar)
    assert slot_days(first_day, last_day, calendar) == parts


@given(DAYS, DAYS, st.integers(0, 400))
def test_a_closure_only_ever_takes_slots_away(day, closed_from, length):
    closure = Closure(closed_from, closed_from + timedelta(days=length), "閉所", repeats_yearly=length < 365)
    before, after = slots_on(day, every_day()), slots_on(day, every_day(closures=[closure]))
    assert after.slots in (0, before.slots)


def test_days_out_of_order_are_no_days():
    assert days_between(A_DAY, A_DAY) == [A_DAY]
    assert days_between(A_DAY, A_DAY - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2023, 3, 31), 2022),
        (date(2023, 4, 1), 2023),
        (date(2024, 2, 29), 2023),
        (date(2023, 12, 31), 2023),
        (date(2024, 1, 1), 2023),
    ],
)
def test_a_fiscal_year_runs_from_april_to_march(day, year):
    assert fiscal_year(day) == year
    first_day, last_day = fiscal_year_days(year)
    assert first_day <= day <= last_day
    assert (first_day, last_day) == (date(year, 4, 1), date(year + 1, 3, 31))


def test_a_closure_that_repeats_needs_a_last_day():
    with pytest.raises(CalendarRowsContradict):
        Closure(A_DAY, None, "夏季休業", repeats_yearly=True).covers(A_DAY)
