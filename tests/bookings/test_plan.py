"""Places by days: each stay in one row for the whole of it, no two in a row on a day, no more rows than needed."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.stays.place_rows import Run, rows_in_rooms, rows_of
from bookings.stays.plan_queries import plans_of
from facilities.calendar import days_between
from facilities.models import Closure, DayOverride
from tests import builders

FIRST = date(2023, 5, 15)
DAYS = st.integers(1, 2**16 - 1).map(lambda bits: {FIRST + timedelta(days=n) for n in range(16) if bits >> n & 1})


def test_who_comes_into_a_room_that_another_left_in_the_morning_stands_in_a_free_row_that_day() -> None:
    placed = rows_in_rooms({1: {FIRST}, 2: {FIRST}}, {1: {FIRST: 3}, 2: {FIRST: 3}})
    assert (3, Run(FIRST, FIRST, 1)) in placed
    assert len(placed) == len({row for row, _run in placed}) == 2


@given(st.dictionaries(st.integers(1, 20), DAYS, max_size=12))
def test_no_two_stays_in_a_row_on_a_day_and_never_more_rows_than_stays_on_the_fullest(
    stays: dict[int, set[date]],
) -> None:
    placed = rows_of(stays)
    taken = Counter((row, day) for row, run in placed for day in days_between(run.first, run.last))
    assert set(taken.values()) <= {1}
    fullest = max(Counter(day for days in stays.values() for day in days).values(), default=0)
    assert len({row for row, _run in placed}) == fullest
    covered: dict[int, set[date]] = {}
    for _row, run in placed:
        covered.setdefault(run.key, set()).update(days_between(run.first, run.last))
    assert covered == stays
    assert rows_of(dict(reversed(stays.items()))) == placed


@given(st.lists(DAYS, min_size=1, max_size=6), DAYS)
def test_a_stay_that_comes_later_moves_none_that_began_before_it(stays: list[set[date]], later: set[date]) -> None:
    known = dict(enumerate(stays))
    begun = [pair for pair in rows_of(known) if pair[1].first < min(later)]
    assert [pair for pair in rows_of({**known, 99: later}) if pair[1].first < min(later)] == begun


class House:
    """Two places a day from today on, closed on the third day, one place on the fourth."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.service = builders.service(slots=2, sibling_rooms=1)
        self.place = self.service.facility
        pool = self.service.pool
        Closure.objects.create(pool=pool, period=(self.day(2), self.day(3)), reason="休館")
        DayOverride.objects.create(pool=pool, day=self.day(3), slots=1, reason="改修")

    def day(self, ahead: int) -> date:
        return self.today + timedelta(days=ahead)

    def booked(self, *ahead: int, **more: Any) -> Booking:
        registration = builders.registration()
        if more.pop("sibling", False):
            more["sibling"] = builders.sibling(registration.birth.family)
        made = Booking.objects.create(
            registration=registration, service=self.service, booked_at=timezone.now(), **more
        )
        for one in ahead:
            made.days.create(day=self.day(one), with_sibling="sibling" in more)
        return made


@pytest.fixture
def house(db: None) -> House:
    return House()


def test_places_closed_days_and_sibling_rooms_stand_in_the_plan(house: House, django_assert_num_queries: Any) -> None:
    first, second = house.booked(0, 1, sibling=True), house.booked(1)
    gone = house.booked(0)
    Booking.objects.filter(pk=gone.pk).update(state=BookingState.NO_SHOW)
    with django_assert_num_queries(5):
        days, (plan,) = plans_of(house.place, house.today)
    assert (len(days), len(plan.rows)) == (14, 2)
    upper, lower = plan.rows
    assert [(cell.booking, cell.span) for cell in upper[:1]] == [(first, 2)]
    assert [cell.booking for cell in lower[:2]] == [None, second]
    assert [(cell.closed, cell.missing) for cell in upper[1:3]] == [(True, False), (False, False)]
    assert [(cell.closed, cell.missing) for cell in lower[2:4]] == [(True, False), (False, True)]
    assert all(sum(cell.span for cell in row) == 14 for row in plan.rows)
    assert plan.siblings[:3] == [(1, 1), (1, 1), (0, 1)]


def test_a_stay_keeps_its_row_in_the_next_week(house: House) -> None:
    house.booked(4, 5)
    longer = house.booked(5, 6, 7, 8)
    for first in (house.today, house.day(6)):
        _days, (plan,) = plans_of(house.place, first)
        assert [row for row, cells in enumerate(plan.rows) if longer in [cell.booking for cell in cells]] == [1]


def test_the_page_shows_the_families_and_writes_the_look_down(house: House) -> None:
    booking = house.booked(0)
    midwife = builders.user(Role.OPERATOR)
    client = Client()
    client.force_login(midwife)
    page = client.get(reverse("operator:weeks"))
    assert booking.registration.birth.family.mother_name in page.text
    assert AccessLogEntry.objects.filter(user=midwife, page="operator:weeks").count() == 1
