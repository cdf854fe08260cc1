"""A day's slots are counted three times: facilities/calendar.py, the guard's function, the nightly look's statement.

They are equal on every pool and day of twelve years.
"""

from datetime import date
from itertools import product

import pytest
from django.core.management import call_command
from django.db import connection

from facilities.calendar import days_between, slots_on
from facilities.models import Capacity, Closure, DayOverride, PlacePool, PublicHoliday, WeeklyPattern
from facilities.queries import calendars
from reports.invariants import SLOTS
from sankecare.periods import period
from tests import builders
from tests.as_owner import as_owner

IN_SQL = {
    "the guard": "facilities_slots_on(taken.pool_id, taken.day)",
    "the nightly look": SLOTS,
}
FIRST, LAST = date(2016, 1, 1), date(2027, 12, 31)
DAYS = days_between(FIRST, LAST)

pytestmark = pytest.mark.django_db


def differences(pools):
    """The days on which a count of the database disagrees with the rule, with what each says."""
    loaded = calendars(pools, FIRST, LAST)
    found = []
    with connection.cursor() as cursor:
        for pool, (counted_by, slots) in product(pools, IN_SQL.items()):
            cursor.execute(
                f"SELECT {slots} FROM (SELECT %s::bigint AS pool_id, day, n"
                " FROM unnest(%s::date[]) WITH ORDINALITY AS d(day, n)) taken ORDER BY n",
                [pool, DAYS],
            )
            for day, (in_database,) in zip(DAYS, cursor.fetchall(), strict=True):
                by_rule = slots_on(day, loaded[pool]).slots
                if by_rule != in_database:
                    found.append((counted_by, pool, day, by_rule, in_database))
    return found


def test_the_ward_s_own_calendars_agree_on_every_day():
    call_command("load_ward", "setagaya")
    pools = list(PlacePool.objects.values_list("pk", flat=True))
    assert len(pools) == 5
    assert differences(pools) == []


def awkward_closures(pool):
    yield Closure(pool=pool, period=period(date(2016, 2, 29), date(2016, 2, 29)), repeats_yearly=True)
    yield Closure(pool=pool, period=period(date(2019, 2, 27), date(2020, 2, 29)), reason="over a year's end")
    yield Closure(pool=pool, period=period(date(2017, 12, 28), date(2018, 1, 5)), repeats_yearly=True)
    yield Closure(pool=pool, period=period(date(2024, 2, 29), date(2024, 3, 1)), repeats_yearly=True)
    yield Closure(pool=pool, period=period(date(2018, 1, 1), date(2018, 1, 10)), repeats_yearly=True)
    yield Closure(pool=pool, period=period(date(2026, 6, 1), None), reason="open end")


def test_awkward_calendars_agree_on_every_day():
    """Leap days, closures over a year's end and one over another, gaps, suspensions, overrides on closed days."""
    pool = PlacePool.objects.create(facility=builders.facility(), slug="awkward", name="x")
    Closure.objects.bulk_create(awkward_closures(pool))
    WeeklyPattern.objects.create(
        pool=pool, period=period(date(2016, 3, 1), date(2020, 2, 29)), weekdays=[0, 6], keeps_public_holidays=True
    )
    WeeklyPattern.objects.create(pool=pool, period=period(date(2020, 3, 2), None), weekdays=[0, 1, 2, 3, 4, 5, 6])
    Capacity.objects.create(pool=pool, period=period(date(2016, 2, 1), date(2021, 12, 31)), slots=4)
    Capacity.objects.create(pool=pool, period=period(date(2022, 1, 1), date(2022, 6, 30)), slots=0)
    Capacity.objects.create(pool=pool, period=period(date(2022, 8, 1), None), slots=2)
    for day, slots in ((date(2016, 1, 5), 3), (date(2019, 1, 1), 1), (date(2022, 3, 3), 5), (date(2023, 5, 8), 0)):
        DayOverride.objects.create(pool=pool, day=day, slots=slots, reason="x")
    for day in (date(2018, 1, 8), date(2019, 5, 6), date(2023, 5, 3)):
        PublicHoliday.objects.create(day=day, name="x")
    nothing = PlacePool.objects.create(facility=builders.facility(), slug="nothing", name="x")
    assert differences([pool.pk, nothing.pk]) == []


def test_a_difference_would_be_seen():
    """The control: a row that only the database sees shows as a difference."""
    pool = builders.pool(3)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION facilities_slots_on(the_pool bigint, the_day date) RETURNS integer "
            "LANGUAGE sql STABLE AS $$ SELECT CASE WHEN the_day = '2024-02-29' THEN 2 ELSE 3 END $$"
        )
    found = differences([pool.pk])
    assert ("the guard", pool.pk, date(2024, 2, 29), 3, 2) in found
    assert {counted_by for counted_by, *_rest in found} == {"the guard"}, "the nightly look does not ask the guard"
