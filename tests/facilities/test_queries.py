"""What the loaders give is what the database says: calendars, services, districts of addresses."""

from datetime import date, timedelta

import pytest
from django.db import connection

from facilities.calendar import days_between, slots_on
from facilities.models import (
    Capacity,
    Closure,
    DayOverride,
    PublicHoliday,
    Town,
    TownArea,
    WeeklyPattern,
)
from facilities.queries import CALENDAR_QUERIES, calendars, district_of_address, facilities_on, services_offered
from sankecare.errors import NotPossible
from sankecare.periods import period
from tests.builders import LONG_AGO, district, facility, pool, service

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2019, 12, 1), date(2021, 2, 28)


@pytest.fixture
def busy_pools():
    """A pool with every kind of row, and one that is plain."""
    clinic = pool(3, facility("mamas-room", "ママズルーム"))
    WeeklyPattern.objects.filter(pool=clinic).update(period=period(LONG_AGO, date(2020, 3, 31)), weekdays=[0, 1, 3, 4])
    WeeklyPattern.objects.create(
        pool=clinic, period=period(date(2020, 4, 1), None), weekdays=[0, 1, 2], keeps_public_holidays=True
    )
    Capacity.objects.filter(pool=clinic).update(period=period(LONG_AGO, date(2020, 4, 16)))
    Capacity.objects.create(pool=clinic, period=period(date(2020, 4, 17), date(2020, 5, 31)), slots=0, reason="休止")
    Capacity.objects.create(pool=clinic, period=period(date(2020, 6, 1), None), slots=2)
    Closure.objects.create(
        pool=clinic, period=period(date(2018, 12, 28), date(2019, 1, 5)), reason="年末年始", repeats_yearly=True
    )
    Closure.objects.create(
        pool=clinic, period=period(date(2020, 7, 6), date(2020, 7, 8)), reason="工事", inferred=True
    )
    DayOverride.objects.create(pool=clinic, day=date(2020, 12, 30), slots=1, reason="特別に開所")
    DayOverride.objects.create(pool=clinic, day=date(2020, 9, 7), slots=0, reason="台風")
    for day, name in [(date(2020, 9, 21), "敬老の日"), (date(2020, 3, 20), "春分の日")]:
        PublicHoliday.objects.create(day=day, name=name)
    return [clinic, pool(15)]


def test_a_loaded_calendar_and_the_databases_own_count_agree_on_every_day(busy_pools):
    loaded = calendars([row.pk for row in busy_pools], FIRST, LAST)
    days = days_between(FIRST, LAST)
    for row in busy_pools:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT facilities_slots_on(%s, day) FROM unnest(%s::date[]) AS day ORDER BY day", [row.pk, days]
            )
            counted = [slots for (slots,) in cursor.fetchall()]
        assert [slots_on(day, loaded[row.pk]).slots for day in days] == counted


def test_calendars_take_the_same_queries_for_one_pool_and_a_week_as_for_all_and_years(
    busy_pools, django_assert_num_queries
):
    with django_assert_num_queries(CALENDAR_QUERIES):
        calendars([busy_pools[0].pk], FIRST, FIRST + timedelta(days=6))
    with django_assert_num_queries(CALENDAR_QUERIES):
        calendars([row.pk for row in busy_pools], FIRST, LAST)


def test_services_and_facilities_of_a_day_are_those_in_force_on_it(django_assert_num_queries):
    stay = service()
    before = LONG_AGO - timedelta(days=1)
    assert (list(services_offered(LONG_AGO)), list(services_offered(before))) == ([stay], [])
    with django_assert_num_queries(4):
        assert [row.current_services for row in facilities_on(LONG_AGO)] == [[stay]]
    assert not facilities_on(before)


@pytest.fixture
def split_town():
    """A town as the two of the ward that are split: by chome, and one chome by block."""
    town = Town.objects.create(name="北烏山", name_kana="きたからすやま", chome_count=4)
    parts = [("setagaya", 1, 2, None, None), ("kitazawa", 3, 3, 1, 9), ("tamagawa", 3, 3, 10, None)]
    for slug, chome_from, chome_to, block_from, block_to in parts:
        TownArea.objects.create(
            town=town,
            district=district(slug),
            chome_from=chome_from,
            chome_to=chome_to,
            block_from=block_from,
            block_to=block_to,
        )
    return town


@pytest.mark.parametrize(
    ("chome", "block", "slug"),
    [(1, None, "setagaya"), (2, 99, "setagaya"), (3, 9, "kitazawa"), (3, 10, "tamagawa"), (3, 500, "tamagawa")],
)
def test_the_district_follows_from_chome_and_block(split_town, chome, block, slug):
    assert district_of_address(split_town, chome, block).slug == slug


@pytest.mark.parametrize(
    ("chome", "block", "code", "field"),
    [
        (None, None, "chome_needed", "chome"),
        (3, None, "block_needed", "block"),
        (4, 1, "no_such_address", "chome"),
        (5, 1, "no_such_address", "chome"),
        (0, 1, "no_such_address", "chome"),
    ],
)
def test_an_address_whose_district_is_unclear_is_asked_for_by_its_field(split_town, chome, block, code, field):
    with pytest.raises(NotPossible) as refusal:
        district_of_address(split_town, chome, block)
    assert (refusal.value.code, list(refusal.value.fields)) == (code, [field])
