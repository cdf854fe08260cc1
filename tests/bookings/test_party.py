"""Who takes part, changed before it begins."""

import pytest

from bookings.models import Booking
from bookings.party import change_party_within_transaction
from enrollment.models import Registration, Sibling
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days


def change(
    ward: Ward, booking: Booking, infants: int = 1, sibling: Sibling | None = None, coupons: int = 0
) -> Booking:
    return change_party_within_transaction(
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
