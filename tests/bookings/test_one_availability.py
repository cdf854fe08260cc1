"""Page, API, a family's calendar and booking itself say the same of every day of two years."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from accounts.models import User
from bookings.models import AllocationPolicy, FreedDays
from bookings.places.day_hindrances import Hindrance
from bookings.places.family_calendar import family_month
from bookings.places.reserve import reserve_days
from enrollment.models import Registration
from facilities.calendar import days_between
from facilities.models import Closure, Service, ServiceKind, ServiceTermsRow
from pages.public.availability_views import weeks_of_places
from sankecare.errors import Refused
from sankecare.month_page import AVAILABILITY, Stretch
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward

# Late at night: the period of notice has ended for the next day.
NOW = builders.at(date(2023, 5, 10), 23, 50)
TODAY = NOW.date()
FIRST = TODAY - timedelta(days=40)
LAST = FIRST + timedelta(days=730)
LOT_FROM, LOT_UNTIL = date(2023, 7, 1), date(2023, 9, 1)
FREED = (date(2023, 8, 1), date(2023, 8, 15))
# Announced and not drawn; called off, skipped and never announced; not those that were drawn or freed.
CLOSED = [
    *((date(2023, 7, 8), date(2023, 7, 31)), (date(2023, 8, 15), date(2023, 8, 31))),
    (date(2023, 9, 4), date(2023, 9, 10)),
]

# What a refusal of the booking is on the calendar.
HINDRANCE_OF_CODE = {
    "day_passed": Hindrance.PASSED,
    "too_short_notice": Hindrance.TOO_SHORT_NOTICE,
    "not_open_yet": Hindrance.NOT_OPEN_YET,
    "draw_first": Hindrance.BY_LOT,
    "day_closed": Hindrance.CLOSED,
    "day_full": Hindrance.FULL,
    None: None,
}


def every_day() -> list[date]:
    return [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def stretches() -> Iterator[tuple[date, date]]:
    first = FIRST
    while first <= LAST:
        yield first, first + timedelta(days=34)
        first += timedelta(days=35)


@pytest.fixture(params=["given by lot", "first come in the same rooms"])
def service(ward: Ward, request: pytest.FixtureRequest) -> Service:
    """First come until July, by lot until September, first come again; closed and full days, draws of all kinds.

    A day care beside it shares the rooms: what is closed until it is drawn is closed to both.
    """
    beside = builders.service(ServiceKind.DAY_CARE, in_pool=ward.stay.pool)
    ServiceTermsRow.objects.update(age_limit_months=36, starts_at=time(10))
    always = {"service": beside, "method": "first_come", "notice_hours": 17, "opens_days_before": 400}
    AllocationPolicy.objects.create(period=(builders.LONG_AGO, None), **always)
    first_come = {"service": ward.stay, "method": "first_come", "notice_hours": 17, "opens_days_before": 400}
    by_lot = {"service": ward.stay, "method": "lottery", "notice_hours": 17, "undrawn_opens_days_before": 100}
    AllocationPolicy.objects.create(period=(builders.LONG_AGO, LOT_FROM), **first_come)
    AllocationPolicy.objects.create(period=(LOT_FROM, LOT_UNTIL), **by_lot)
    AllocationPolicy.objects.create(period=(LOT_UNTIL, None), **first_come)
    Closure.objects.create(pool=ward.stay.pool, period=(date(2023, 5, 29), date(2023, 6, 2)), reason="改修")
    drawn = {"drawn_at": NOW, "entries": [], "rooms": {}, "revealed": "0" * 64, "result": []}
    drawn |= {"closed_at": NOW, "ticket_list": [], "tickets_each": 1}
    builders.draw_round(ward.stay, date(2023, 7, 1), **drawn)
    builders.draw_round(ward.stay, date(2023, 7, 8), called_off_at=NOW)
    builders.draw_round(ward.stay, date(2023, 7, 15))
    builders.draw_round(ward.stay, date(2023, 9, 4))
    FreedDays.objects.create(pool=ward.stay.pool, period=FREED, reason="最初の抽選の前", freed_at=NOW)
    for day in (date(2023, 5, 20), date(2023, 7, 5), date(2024, 2, 29)):
        for _ in range(2):
            with transaction.atomic():
                reserve_days(
                    registration=builders.registration(), service=ward.stay, days=[day], by=ward.staff, at=ASKED_AT
                )
    return ward.stay if request.param == "given by lot" else beside


def booked_or_why_not(registration: Registration, service: Service, day: date, by: User) -> str | None:
    """Book the day as the mother would and take it back: None, or the refusal's code."""
    with transaction.atomic():
        try:
            reserve_days(registration=registration, service=service, days=[day], by=by, at=NOW)
        except Refused as refused:
            return refused.code
        finally:
            transaction.set_rollback(True)
    return None


def test_page_api_calendar_and_booking_agree_on_every_day_of_two_years(
    service: Service, registration: Registration, mother: User
) -> None:
    booking = {day: HINDRANCE_OF_CODE[booked_or_why_not(registration, service, day, mother)] for day in every_day()}
    assert set(booking.values()) == set(HINDRANCE_OF_CODE.values())

    by_lot = [day for day, why in booking.items() if why == Hindrance.BY_LOT]
    far = [day for day, why in booking.items() if why == Hindrance.NOT_OPEN_YET]
    assert by_lot == [day for first, last in CLOSED for day in days_between(first, last) if day not in far]

    calendar, page, api = {}, {}, {}
    with time_machine.travel(NOW, tick=False):
        for first, last in stretches():
            found = family_month(registration, service, first, last, at=NOW)
            calendar |= {day: row.hindrance for day, row in found.days.items()}
            shown = weeks_of_places(service, Stretch(first, last), NOW, "/")
            page |= {day.date: day.availability for week in shown.weeks for day in week if day}
            asked = {"service": service.slug, "from": first, "to": last}
            api |= {row["day"]: row for row in Client().get("/api/v1/availability/", asked).json()}

    assert {day: calendar[day] for day in booking} == booking
    marks = {day: AVAILABILITY[page[day]][0] if page[day] else "–" for day in booking}
    assert {day: api[day.isoformat()]["free"].replace("-", "–") for day in booking} == marks
    assert {day: marks[day] in "○△" for day in booking} == {day: why is None for day, why in booking.items()}
    assert {marks[day] for day, why in booking.items() if why == Hindrance.BY_LOT} == {"☆"}
    assert {marks[day] for day, why in booking.items() if why == Hindrance.FULL} == {"×"}


@pytest.mark.parametrize(
    ("day", "open_", "free"),
    [
        (TODAY - timedelta(days=1), True, "-"),
        (TODAY, True, "-"),
        (TODAY + timedelta(days=1), True, "-"),
        (TODAY + timedelta(days=2), True, "△"),
        (date(2023, 5, 20), True, "×"),
        (date(2023, 5, 30), False, "-"),
        (date(2023, 7, 15), True, "☆"),
        (date(2029, 1, 10), True, "-"),
    ],
    ids=["passed", "today, late at night", "tomorrow, too near", "free", "full", "closed", "by lot", "far away"],
)
def test_the_api_tells_a_day_that_can_be_booked_from_one_that_cannot(
    service: Service, day: date, open_: bool, free: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = Client().get("/api/v1/availability/", {"service": service.slug, "from": day, "to": day})
    assert answer.json() == [{"day": day.isoformat(), "open": open_, "free": free}]
