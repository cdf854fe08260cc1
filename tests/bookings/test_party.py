"""Who takes part, changed before it begins, and in house for the days to come."""

from typing import Any

import pytest

from bookings.models import Booking
from bookings.places.change import extend_booking
from bookings.places.participants import change_party
from bookings.stays.stays import record_arrival
from enrollment.models import Registration, Sibling
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days


def change(
    ward: Ward, booking: Booking, infants: int = 1, sibling: Sibling | None = None, coupons: int = 0
) -> Booking:
    return change_party(
        booking=booking, infant_count=infants, sibling=sibling, coupons=coupons, by=ward.staff, at=ASKED_AT
    )


def test_the_sibling_comes_along_on_every_day_and_stays_at_home_again(ward: Ward, registration: Registration) -> None:
    brother = builders.sibling(registration.birth.family)
    booking = ward.reserve(registration, 1, 2)
    assert change(ward, booking, sibling=brother, coupons=1).coupons == 1
    assert list(booking.days.values_list("with_sibling", flat=True)) == [True, True]
    change(ward, booking)
    assert list(booking.days.values_list("with_sibling", flat=True)) == [False, False]


def test_where_the_rooms_for_siblings_are_given_nothing_changes(ward: Ward, registration: Registration) -> None:
    ward.stay.terms.update(sibling_rooms=1)
    other = builders.registration()
    ward.reserve(other, 2, sibling=builders.sibling(other.birth.family))
    booking = ward.reserve(registration, 1, 2)
    with pytest.raises(Refused) as refused:
        change(ward, booking, sibling=builders.sibling(registration.birth.family))
    assert refused.value.code == "sibling_rooms_full"
    booking.refresh_from_db()
    assert booking.sibling is None


@pytest.mark.parametrize(("infants", "code"), [(2, "infants"), (0, "infants")])
def test_more_infants_than_were_born_cannot_come(
    ward: Ward, registration: Registration, infants: int, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        change(ward, ward.reserve(registration, 1), infants=infants)
    assert refused.value.code == code


def test_another_familys_child_is_refused(ward: Ward, registration: Registration) -> None:
    stranger = builders.sibling(builders.registration().birth.family)
    with pytest.raises(Refused) as refused:
        change(ward, ward.reserve(registration, 1), sibling=stranger)
    assert refused.value.code == "sibling_of_another"


def test_a_sibling_who_stays_longer_than_the_service_takes_one_is_refused(
    ward: Ward, registration: Registration
) -> None:
    booking = ward.reserve(registration, 1, 2, 3, 4, 5)
    with pytest.raises(Refused) as refused:
        change(ward, booking, sibling=builders.sibling(registration.birth.family))
    assert refused.value.code == "not_eligible"
    assert days(1)[0] in booking.days.values_list("day", flat=True)


def in_house(ward: Ward, booking: Booking, day_number: int) -> None:
    record_arrival(booking=booking, by=ward.staff, at=builders.at(days(day_number)[0]))


def siblings_of(booking: Booking) -> list[bool]:
    return list(booking.days.exclude(status="released").order_by("day").values_list("with_sibling", flat=True))


def change_in_house(ward: Ward, booking: Booking, on: int, sibling: Sibling | None, **more: Any) -> Booking:
    return change_party(
        booking=booking,
        sibling=sibling,
        by=ward.staff,
        at=builders.at(days(on)[0]),
        **{"infant_count": 1, "coupons": 0} | more,
    )


def test_a_sibling_who_stays_at_home_in_the_middle_of_a_stay_is_counted_for_the_days_before_alone(
    ward: Ward, registration: Registration
) -> None:
    brother = builders.sibling(registration.birth.family)
    booking = ward.reserve(registration, 1, 2, 3, sibling=brother)
    in_house(ward, booking, 1)
    change_in_house(ward, booking, 2, None)
    assert siblings_of(booking) == [True, False, False]
    change_in_house(ward, booking, 2, brother, from_day=days(3)[0])
    assert siblings_of(booking) == [True, False, True]


def test_in_house_neither_days_that_passed_nor_the_babies_who_came_are_changed(
    ward: Ward, registration: Registration
) -> None:
    registration.birth.infants.create(birth_date=registration.birth.infants.get().birth_date, gestation_days=275)
    booking = ward.reserve(registration, 1, 2, infant_count=2)
    in_house(ward, booking, 1)
    with pytest.raises(Refused, match="day_passed"):
        change_in_house(ward, booking, 2, None, from_day=days(1)[0], infant_count=2)
    with pytest.raises(Refused, match="infants_in_house"):
        change_in_house(ward, booking, 2, None, infant_count=1)


def test_days_on_which_the_sibling_was_there_count_with_those_to_come(ward: Ward, registration: Registration) -> None:
    brother = builders.sibling(registration.birth.family)
    booking = ward.reserve(registration, 1, 2, 3, sibling=brother)
    in_house(ward, booking, 1)
    change_in_house(ward, booking, 1, None, from_day=days(3)[0])
    extend_booking(booking=booking, last_day=days(5)[0], by=ward.staff, at=builders.at(days(2)[0]))
    with pytest.raises(Refused, match="not_eligible"):
        change_in_house(ward, booking, 3, brother)
    change_in_house(ward, booking, 3, brother, from_day=days(4)[0])
    assert siblings_of(booking) == [True, True, False, True, True]


def test_what_may_not_be_eaten_is_kept_until_it_is_said_anew(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, food=" 卵アレルギー ")
    assert Booking.objects.get(pk=booking.pk).food == "卵アレルギー"
    assert change(ward, booking).food == "卵アレルギー"
    in_house(ward, booking, 1)
    assert change_in_house(ward, booking, 1, None, food="").food == ""
