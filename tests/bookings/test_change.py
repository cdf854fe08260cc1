"""Making a booking shorter or longer at its end."""

from datetime import datetime

import pytest

from bookings.models import Booking
from bookings.places.cancel import cancel_booking
from bookings.places.change import extend_booking, shorten_booking
from bookings.stays.stays import record_arrival
from enrollment.models import Registration
from facilities.models import Closure
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held


def shorten(ward: Ward, booking: Booking, to: int, at: datetime = ASKED_AT) -> list[object]:
    shorten_booking(booking=booking, last_day=days(to)[0], by=ward.staff, at=at)
    return list(held(booking))


def extend(ward: Ward, booking: Booking, to: int, at: datetime = ASKED_AT) -> list[object]:
    extend_booking(booking=booking, last_day=days(to)[0], by=ward.staff, at=at)
    return list(held(booking))


def test_a_shorter_booking_frees_its_last_days_at_once(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    ward.reserve(builders.registration(), 3)
    assert shorten(ward, booking, 2) == days(1, 2)
    assert held(ward.reserve(builders.registration(), 3)) == days(3)


def test_a_stay_that_runs_can_be_shortened_from_today_on(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    record_arrival(booking=booking, by=ward.staff, at=builders.at(MONDAY))
    assert shorten(ward, booking, 1, builders.at(MONDAY, 20)) == days(1)


@pytest.mark.parametrize(
    ("to", "at", "code"),
    [
        (3, ASKED_AT, "not_shorter"),
        (4, ASKED_AT, "not_shorter"),
        (0, ASKED_AT, "not_shorter"),
        (1, builders.at(days(3)[0]), "day_passed"),
    ],
    ids=["as long as it is", "longer", "nothing left: that is cancelling", "a day that has passed"],
)
def test_what_is_not_shorter_is_refused(
    ward: Ward, registration: Registration, to: int, at: datetime, code: str
) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    with pytest.raises(Refused, match=code) as refused:
        shorten(ward, booking, to, at)
    assert set(refused.value.fields) == {"last_day"}
    assert held(booking) == days(1, 2, 3)


def test_a_longer_booking_holds_each_added_day(ward: Ward, registration: Registration) -> None:
    sibling = builders.sibling(registration.birth.family)
    booking = ward.reserve(registration, 1, sibling=sibling)
    assert extend(ward, booking, 3) == days(1, 2, 3)
    assert set(booking.days.values_list("with_sibling", flat=True)) == {True}


def test_a_stay_that_runs_can_be_extended_without_notice(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    record_arrival(booking=booking, by=ward.staff, at=builders.at(MONDAY))
    assert extend(ward, booking, 2, builders.at(MONDAY, 20)) == days(1, 2)


def test_an_extension_into_a_full_day_is_refused_whole(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    ward.fill(3)
    with pytest.raises(Refused, match="day_full"):
        extend(ward, booking, 3)
    assert held(booking) == days(1)


@pytest.mark.parametrize(
    ("hindrance", "to", "code"),
    [
        ("none", 1, "not_longer"),
        ("none", 8, "too_many_days"),
        ("none", 1_000_000, "too_many_days"),
        ("closed", 2, "day_closed"),
        ("own booking", 2, "day_taken"),
        ("sibling rooms", 2, "sibling_rooms_full"),
        ("draw", 2, "draw_first"),
    ],
    ids=[
        "not longer",
        "more than 7 days a birth",
        "a slip of the keyboard",
        "closed",
        "the family is elsewhere that day",
        "no sibling room",
        "given by lot first",
    ],
)
def test_an_extension_takes_every_check_of_a_booking(
    ward: Ward, registration: Registration, hindrance: str, to: int, code: str
) -> None:
    booking = ward.reserve(registration, 1, sibling=None)
    if hindrance == "sibling rooms":
        other = builders.registration()
        ward.reserve(other, 2, sibling=builders.sibling(other.birth.family))
        cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT)
        booking = ward.reserve(registration, 1, sibling=builders.sibling(registration.birth.family))
    if hindrance == "own booking":
        ward.reserve(registration, 2, service=ward.day_care)
    if hindrance == "closed":
        Closure.objects.create(pool=ward.stay.pool, period=(*days(2, 3),), reason="改修")
    if hindrance == "draw":
        builders.draw_round(ward.stay, days(2)[0])
    with pytest.raises(Refused, match=code):
        extend(ward, booking, to)
    assert held(booking) == days(1)


def test_a_cancelled_booking_does_not_come_back_by_changing_it(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT)
    for change, to in ((shorten, 1), (extend, 3)):
        with pytest.raises(Refused, match="not_changeable"):
            change(ward, booking, to)


@pytest.mark.django_db
def test_a_change_is_committed_when_it_returns(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    extend_booking(booking=booking, last_day=days(3)[0], by=ward.staff, at=ASKED_AT)
    shorten_booking(booking=booking, last_day=days(2)[0], by=ward.staff, at=ASKED_AT)
    assert held(booking) == days(1, 2)
