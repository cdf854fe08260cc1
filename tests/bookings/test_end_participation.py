"""Leaving: usable days end with the last day in the ward, and what was booked after is given back."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts.models import User
from bookings.models import AllocationPolicy, BookingState
from bookings.places.cancel import cancel_booking
from bookings.places.end_participation import end_registration, leave_ward
from enrollment.confidential import Address
from enrollment.families.life_events import change_address
from enrollment.models import Registration, RegistrationState
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days, held


def leave(ward: Ward, registration: Registration, last_day_number: int) -> list[str]:
    family = registration.birth.family
    changed = leave_ward(family=family, last_day=days(last_day_number)[0], by=ward.staff, at=ASKED_AT)
    return [booking.number for booking in changed.bookings]


def test_what_is_booked_after_the_last_day_is_given_back_and_the_days_before_stay(
    ward: Ward, registration: Registration
) -> None:
    kept, cut, gone = ward.reserve(registration, 1), ward.reserve(registration, 3, 4), ward.reserve(registration, 6)
    assert leave(ward, registration, 3) == [cut.number, gone.number]
    assert (held(kept), held(cut), held(gone)) == (days(1), days(3), [])
    gone.refresh_from_db()
    assert gone.state == BookingState.CANCELLED


def test_why_a_booking_was_given_back_is_written_in_the_wards_language(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 6)
    with translation.override("en"):
        leave(ward, registration, 3)
    booking.refresh_from_db()
    assert booking.ended_reason == "転出または利用登録の終了のため。"


def test_after_the_move_nothing_can_be_booked_and_until_it_everything(ward: Ward, registration: Registration) -> None:
    leave(ward, registration, 3)
    with pytest.raises(Refused, match="not_eligible"):
        ward.reserve(Registration.objects.get(pk=registration.pk), 3, 4)
    assert held(ward.reserve(Registration.objects.get(pk=registration.pk), 2, 3)) == days(2, 3)


def test_the_family_no_longer_lives_in_a_district_after_its_last_day(ward: Ward, registration: Registration) -> None:
    leave(ward, registration, 3)
    residences = registration.birth.family.residences
    assert residences.filter(period__contains=days(3)[0]).exists()
    assert not residences.filter(period__contains=days(4)[0]).exists()


def test_a_family_that_stays_after_all_can_book_again(ward: Ward, registration: Registration) -> None:
    leave(ward, registration, 3)
    new = Address(builders.town("北沢", "kitazawa"))
    family = registration.birth.family
    change_address(family=family, address=new, from_day=days(4)[0], by=ward.staff, at=ASKED_AT)
    assert held(ward.reserve(Registration.objects.get(pk=registration.pk), 5)) == days(5)


def test_a_registration_that_is_ended_gives_everything_back_and_takes_nothing_more(
    ward: Ward, registration: Registration
) -> None:
    booking = ward.reserve(registration, 1, 2)
    end_registration(registration=registration, reason="里帰りのため", by=ward.staff, at=ASKED_AT)
    ended = Registration.objects.get(pk=registration.pk)
    assert (ended.state, held(booking)) == (RegistrationState.ENDED, [])
    with pytest.raises(Refused):
        ward.reserve(ended, 5)
    with pytest.raises(Refused, match="registration_not_live"):
        end_registration(registration=registration, reason="もう一度", by=ward.staff, at=ASKED_AT)


def test_who_had_left_before_her_registration_is_ended_keeps_her_last_day(
    ward: Ward, registration: Registration
) -> None:
    leave(ward, registration, 3)
    later = ASKED_AT + timedelta(days=60)
    end_registration(registration=registration, reason="転出のため", by=ward.staff, at=later)
    assert Registration.objects.get(pk=registration.pk).usable_until == days(3)[0]


def test_without_a_reason_nothing_ends(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    with pytest.raises(NotPossible, match="no_reason"):
        end_registration(registration=registration, reason=" ", by=ward.staff, at=ASKED_AT)
    assert held(booking) == days(1)


def test_a_day_far_away_is_a_slip_and_gives_nothing_back(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    far = days(1)[0] - timedelta(days=800)
    with pytest.raises(NotPossible, match="day_impossible"):
        leave_ward(family=registration.birth.family, last_day=far, by=ward.staff, at=ASKED_AT)
    assert held(booking) == days(1)


def test_a_mother_who_moves_out_gives_back_also_what_it_is_too_late_to_give_back_otherwise(
    ward: Ward, registration: Registration, mother: User
) -> None:
    AllocationPolicy.objects.filter(service=ward.stay).delete()
    whole, cut = ward.reserve(registration, 6), ward.reserve(registration, 2, 3)
    terms = {"period": (builders.LONG_AGO, None), "method": "first_come", "gives_back_days_before": 30}
    AllocationPolicy.objects.create(service=ward.stay, **terms)
    with pytest.raises(Refused, match="too_late_to_give_back"):
        cancel_booking(booking=whole, by=mother, at=ASKED_AT)
    leave_ward(family=registration.birth.family, last_day=days(2)[0], by=mother, at=ASKED_AT)
    whole.refresh_from_db()
    assert (whole.state, held(whole), held(cut)) == (BookingState.CANCELLED, [], days(2))
