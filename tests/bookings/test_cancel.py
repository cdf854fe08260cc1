"""Giving a booking back: its days are free at once; what has begun or passed is for the facility."""

from datetime import timedelta

import pytest

from bookings.models import BookingDay, BookingState
from bookings.places.cancel import cancel_booking
from bookings.places.release import EndCode
from bookings.stays.stays import record_arrival
from enrollment.models import Registration
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held


def test_a_cancelled_booking_frees_its_days_at_once(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    ward.reserve(builders.registration(), 1, 2)
    cancelled = cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT, reason="体調がよくなった")
    assert (cancelled.state, cancelled.ended_reason) == (BookingState.CANCELLED, "体調がよくなった")
    assert held(booking) == []
    assert held(ward.reserve(builders.registration(), 1, 2)) == days(1, 2)


def test_the_family_may_book_the_same_days_again(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, *range(1, 8))
    cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT)
    assert held(ward.reserve(registration, *range(1, 8))) == days(*range(1, 8))
    assert BookingDay.objects.filter(status="released").count() == 7


@pytest.mark.parametrize(
    ("before", "at", "code"),
    [
        ("cancelled", ASKED_AT, "already_cancelled"),
        ("arrived", builders.at(MONDAY, 12), "stay_has_begun"),
        ("booked", builders.at(MONDAY + timedelta(days=1), 0, 0), "day_passed"),
    ],
    ids=["it is cancelled already", "the family has arrived", "its first day has passed"],
)
def test_what_cannot_be_cancelled_says_why(ward: Ward, registration: Registration, before: str, at, code: str) -> None:
    booking = ward.reserve(registration, 1, 2)
    if before == "cancelled":
        cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT)
    if before == "arrived":
        record_arrival(booking=booking, by=ward.staff, at=builders.at(MONDAY))
    kept = held(booking)
    with pytest.raises(Refused, match=code):
        cancel_booking(booking=booking, by=ward.staff, at=at)
    assert held(booking) == kept


@pytest.mark.parametrize("code", EndCode)
def test_nobody_writes_a_code_of_ours_as_a_reason(ward: Ward, registration: Registration, code: EndCode) -> None:
    """The watch list reads them: a family that gives places back would be left out by the word alone."""
    booking = ward.reserve(registration, 1, 2)
    with pytest.raises(NotPossible, match="reason_is_a_code"):
        cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT, reason=f" {code.value}")
    assert held(booking) == days(1, 2)


def test_the_last_minute_of_the_first_day_is_in_time(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    cancel_booking(booking=booking, by=ward.staff, at=builders.at(MONDAY, 23, 59))
    assert held(booking) == []


@pytest.mark.django_db
def test_a_cancellation_is_committed_when_it_returns(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    assert cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT).state == BookingState.CANCELLED
