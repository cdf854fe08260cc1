"""A month as one family can use it, from the records."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import AllocationPolicy
from bookings.places.day_hindrances import Hindrance
from bookings.places.family_calendar import family_month
from enrollment.models import Registration
from tests import builders
from tests.bookings.conftest import MONDAY, Ward, days

FIRST, LAST = date(2023, 5, 1), date(2023, 5, 31)


def hindrances(registration: Registration, ward: Ward, **how: object) -> dict[date, Hindrance | None]:
    found = family_month(
        Registration.objects.select_related("birth__family").get(pk=registration.pk),
        ward.stay,
        FIRST,
        LAST,
        at=builders.at(builders.A_DAY),
        **how,  # type: ignore[arg-type]
    )
    return {day: row.hindrance for day, row in found.days.items()}


def test_every_reason_of_a_month_comes_from_the_records(ward: Ward, registration: Registration) -> None:
    ward.fill(1)
    ward.reserve(registration, 2)
    builders.draw_round(ward.stay, days(4)[0], 2)
    AllocationPolicy.objects.create(
        service=ward.stay, period=(builders.LONG_AGO, None), method="first_come", closes_days_before=3
    )
    found = hindrances(registration, ward)
    assert found[FIRST] == Hindrance.PASSED
    assert found[builders.A_DAY + timedelta(days=2)] == Hindrance.TOO_SHORT_NOTICE
    assert found[builders.A_DAY + timedelta(days=3)] is None
    assert [found[day] for day in days(1, 2, 3, 4, 5, 6)] == [
        Hindrance.FULL,
        Hindrance.OWN_BOOKING,
        None,
        Hindrance.BY_LOT,
        Hindrance.BY_LOT,
        None,
    ]


def test_staff_who_book_for_a_caller_see_no_period_of_notice_and_everybody_sees_what_is_not_open_yet(
    ward: Ward, registration: Registration
) -> None:
    AllocationPolicy.objects.create(
        service=ward.stay,
        period=(builders.LONG_AGO, None),
        method="first_come",
        closes_days_before=3,
        opens_days_before=10,
    )
    for notice, near in ((True, Hindrance.TOO_SHORT_NOTICE), (False, None)):
        found = hindrances(registration, ward, notice=notice)
        assert found[builders.A_DAY] == near
        assert found[builders.A_DAY + timedelta(days=10)] is None
        assert found[builders.A_DAY + timedelta(days=11)] == Hindrance.NOT_OPEN_YET


def test_after_the_last_day_of_age_no_day_is_offered(ward: Ward) -> None:
    # Born 16 January: under 4 months to 15 May (Civil Code art. 143).
    older = builders.registration(born=date(2023, 1, 16))
    found = hindrances(older, ward)
    assert (found[date(2023, 5, 15)], found[date(2023, 5, 16)]) == (None, Hindrance.NOT_ELIGIBLE)


def test_a_booking_that_is_changed_stands_in_nobodys_way(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    ward.reserve(builders.registration(), 1)
    assert hindrances(registration, ward)[MONDAY] == Hindrance.OWN_BOOKING
    assert hindrances(registration, ward, without=booking)[MONDAY] is None


def test_a_month_takes_as_many_queries_with_many_bookings_as_with_none(ward: Ward, registration: Registration) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            hindrances(registration, ward)
        return len(taken)

    before = queries()
    ward.fill(1, 2, 3)
    ward.reserve(registration, 5)
    assert queries() == before
    assert before <= 3
