"""A booking goes to other days or another service: everything new is there, or nothing is given up."""

from datetime import datetime

import pytest

from accounts.roles import Role
from bookings.models import AllocationPolicy, Booking, BookingState
from bookings.places.move import move_booking, options_at
from bookings.stays.stays import record_arrival
from enrollment.models import Registration
from facilities.models import FacilityOption, Service
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held


def move(
    ward: Ward, booking: Booking, *to: int, service: Service | None = None, at: datetime = ASKED_AT, by: object = None
) -> Booking:
    who = by or ward.staff
    return move_booking(booking=booking, days=days(*to), by=who, at=at, service=service)  # type: ignore[arg-type]


def test_what_is_given_up_is_free_at_once_and_what_stays_was_never_lost(
    ward: Ward, registration: Registration
) -> None:
    booking = ward.reserve(registration, 1, 2)
    ward.reserve(builders.registration(), 2)  # full without her: her own day is hers all the same
    assert held(move(ward, booking, 2, 4)) == days(2, 4)
    assert held(ward.reserve(builders.registration(), 1)) == days(1)


@pytest.mark.parametrize(
    ("to", "code"),
    [((3,), "day_full"), ((), "no_days"), ((1, 2), "same_days"), ((*range(4, 12),), "too_many_days")],
)
def test_a_move_that_is_refused_leaves_the_booking_as_it_was(
    ward: Ward, registration: Registration, to: tuple[int, ...], code: str
) -> None:
    booking = ward.reserve(registration, 1, 2)
    ward.fill(3)
    with pytest.raises(Refused) as refused:
        move(ward, booking, *to)
    assert refused.value.code == code
    assert held(booking) == days(1, 2)


def test_to_another_service_it_is_a_new_booking_and_the_old_one_is_cancelled(
    ward: Ward, registration: Registration
) -> None:
    booking = ward.reserve(registration, 1, coupons=1)
    moved = move(ward, booking, 1, service=ward.day_care)
    booking.refresh_from_db()
    assert (booking.state, booking.ended_reason) == (BookingState.CANCELLED, "moved")
    assert (moved.service, held(moved), moved.coupons) == (ward.day_care, days(1), 1)


def test_food_goes_along_to_another_service_and_so_do_the_options_that_its_facility_has(
    ward: Ward, registration: Registration
) -> None:
    nearby = builders.service(builders.ServiceKind.DAY_CARE, builders.pool(2, slug="day-rooms"))
    visits = builders.service(builders.ServiceKind.OUTREACH, builders.pool(2, slug="visits"))
    acupuncture = FacilityOption.objects.create(
        facility=ward.stay.facility, name="鍼灸", name_en="Acupuncture", period=(builders.LONG_AGO, None)
    )
    booking = ward.reserve(registration, 1, options=[acupuncture])
    Booking.objects.filter(pk=booking.pk).update(food="卵アレルギー")
    there = move(ward, booking, 1, service=nearby)
    assert (there.food, list(there.options.all())) == ("卵アレルギー", [acupuncture])
    assert options_at(visits, there) == []
    elsewhere = move(ward, there, 1, service=ward.day_care)
    assert (Booking.objects.get(pk=elsewhere.pk).food, list(elsewhere.options.all())) == ("卵アレルギー", [])


def test_a_stay_that_runs_is_not_moved(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    record_arrival(booking=booking, by=ward.staff, at=builders.at(MONDAY))
    with pytest.raises(Refused) as refused:
        move(ward, booking, 3, at=builders.at(MONDAY))
    assert refused.value.code == "not_changeable"


def test_a_family_gives_days_up_only_as_long_as_the_policy_lets_it_staff_for_her_any_time(ward: Ward) -> None:
    mother = builders.user(Role.MOTHER)
    registration = builders.registration(builders.family(account=mother))
    AllocationPolicy.objects.create(
        service=ward.stay, period=(builders.LONG_AGO, None), method="first_come", gives_back_days_before=3
    )
    booking = ward.reserve(registration, 1)
    late = builders.at(days(-1)[0])
    with pytest.raises(Refused) as refused:
        move(ward, booking, 4, at=late, by=mother)
    assert refused.value.code == "too_late_to_give_back"
    assert "5月12日" in refused.value.detail
    assert held(move(ward, booking, 4, at=late)) == days(4)


@pytest.mark.parametrize("to", [(4,), (1, 4)])
def test_days_that_the_family_did_not_come_are_not_moved_away(
    ward: Ward, registration: Registration, to: tuple[int, ...]
) -> None:
    booking = ward.reserve(registration, 0, 1)
    with pytest.raises(Refused) as refused:
        move(ward, booking, *to, at=builders.at(days(1)[0], 9))
    assert (refused.value.code, held(booking)) == ("day_passed", days(0, 1))
