"""Booking days: what is given, and each refusal with its code and the field it belongs to (docs/domain.md)."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from accounts.models import User
from bookings.models import AllocationMethod, AllocationPolicy, Booking, BookingDay, FreedDays, UsageLimits
from bookings.places.move import move_booking
from bookings.places.reserve import reserve_days
from enrollment.models import Registration, RegistrationState
from facilities.models import Closure, DayOverride
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held

A_WEEK = range(1, 8)


@pytest.mark.parametrize(
    "numbers",
    [(1,), tuple(A_WEEK), (1, 3, 5), (7, 1)],
    ids=["one day", "seven days", "split days", "in any order"],
)
def test_the_days_asked_for_are_held(ward: Ward, registration: Registration, numbers: tuple[int, ...]) -> None:
    booking = ward.reserve(registration, *numbers)
    assert held(booking) == days(*sorted(numbers))
    assert booking.infant_count == 1
    assert {(day.pool_id, day.family_id) for day in booking.days.all()} == {
        (ward.stay.pool_id, registration.birth.family_id)
    }


def test_twins_take_one_slot_a_day_and_both_take_part_unless_said(ward: Ward) -> None:
    twins = builders.registration(infants=2)
    assert ward.reserve(twins, 1).infant_count == 2
    assert ward.reserve(twins, 2, infant_count=1).infant_count == 1
    assert BookingDay.objects.filter(day=MONDAY).count() == 1


@pytest.mark.parametrize(
    ("numbers", "code", "field"),
    [
        ((), "no_days", "days"),
        ((1, 1), "day_twice", "days"),
        (tuple(range(1, 9)), "too_many_days", "days"),
        (tuple(range(1, 33)), "too_many_days", "days"),
        ((-5,), "day_passed", "days"),
        ((3,), "day_closed", "days"),
        ((4,), "day_closed", "days"),
    ],
    ids=[
        "no day",
        "a day twice",
        "an eighth day for one birth",
        "more days than can be meant",
        "the day before the day of asking",
        "a closed day",
        "a day of no slots",
    ],
)
def test_days_that_cannot_be_given_are_refused(
    ward: Ward, registration: Registration, numbers: tuple[int, ...], code: str, field: str
) -> None:
    if code == "day_closed":
        Closure.objects.create(pool=ward.stay.pool, period=(*days(3, 4),), reason="改修")
        DayOverride.objects.create(pool=ward.stay.pool, day=days(4)[0], slots=0, reason="不足")
    with pytest.raises(Refused) as refused:
        ward.reserve(registration, *numbers)
    assert refused.value.code == code
    assert set(refused.value.fields) == {field}
    assert refused.value.detail
    assert not Booking.objects.exists()


def test_a_booking_with_one_impossible_day_gives_none_of_its_days(ward: Ward, registration: Registration) -> None:
    ward.fill(3)
    before = BookingDay.objects.count()
    with pytest.raises(Refused, match="day_full"):
        ward.reserve(registration, 1, 2, 3)
    assert BookingDay.objects.count() == before


def test_the_day_of_asking_can_still_be_booked(ward: Ward, registration: Registration) -> None:
    assert held(ward.reserve(registration, 1, at=builders.at(MONDAY, 23, 59))) == [MONDAY]
    with pytest.raises(NotPossible, match="day_passed"):
        ward.reserve(registration, 2, at=builders.at(days(3)[0], 0, 0))


def test_seven_days_a_birth_count_over_both_facilities(ward: Ward, registration: Registration) -> None:
    """SEED: short stay and day care together, at most 7 days a birth."""
    ward.reserve(registration, 1, 2, 3, 4)
    ward.reserve(registration, 11, 12, 13, service=ward.day_care)
    with pytest.raises(Refused, match="too_many_days") as refused:
        ward.reserve(registration, 20, service=ward.day_care)
    assert "days" in refused.value.fields


def test_the_next_birth_has_its_own_seven_days(ward: Ward, registration: Registration) -> None:
    ward.reserve(registration, *A_WEEK)
    next_birth = builders.registration(registration.birth.family, born=builders.A_DAY - timedelta(days=29))
    assert held(ward.reserve(next_birth, 8)) == days(8)


def test_days_in_a_row_count_across_bookings(ward: Ward, registration: Registration) -> None:
    """DEFAULT: 7 in a row at most; here the ward has set 3 in a row and 10 a birth."""
    UsageLimits.objects.update(consecutive_days=3, days_per_birth=10)
    ward.reserve(registration, 1, 2)
    with pytest.raises(Refused, match="too_many_consecutive_days"):
        ward.reserve(registration, 3, 4)
    assert held(ward.reserve(registration, 4, 5, 6)) == days(4, 5, 6)


def test_one_family_has_one_slot_a_day_at_whichever_facility(ward: Ward, registration: Registration) -> None:
    ward.reserve(registration, 1)
    with pytest.raises(Refused, match="day_taken") as refused:
        ward.reserve(registration, 1, service=ward.day_care)
    assert set(refused.value.fields) == {"days"}


def test_two_families_never_share_a_slot(ward: Ward, registration: Registration) -> None:
    ward.fill(1)
    with pytest.raises(Refused, match="day_full") as refused:
        ward.reserve(registration, 1)
    assert refused.value.status == 409
    assert "5月15日" in refused.value.fields["days"]
    assert held(ward.reserve(registration, 1, service=ward.day_care)) == [MONDAY]


@pytest.mark.parametrize("state", [RegistrationState.APPLIED, RegistrationState.REJECTED, RegistrationState.WITHDRAWN])
def test_a_registration_that_is_not_approved_books_nothing(ward: Ward, state: RegistrationState) -> None:
    with pytest.raises(NotPossible, match="not_approved"):
        ward.reserve(builders.registration(state=state), 1)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"born": builders.A_DAY - timedelta(days=150)}, "infant_age"),
        ({"mother_in_ward": False}, "residency"),
        ({"needs_medical_care": True}, "medical_care"),
        ({"born": None}, "infant_age"),
    ],
    ids=["infant of four months", "mother lives elsewhere", "needs medical care", "not born yet"],
)
def test_who_may_not_use_the_service_is_told_which_rule(ward: Ward, facts: dict[str, object], rule: str) -> None:
    with pytest.raises(NotPossible, match="not_eligible") as refused:
        ward.reserve(builders.registration(**facts), 1)
    assert set(refused.value.fields) == {rule}


@pytest.mark.parametrize("asked", [0, 2, 6])
def test_no_more_infants_come_than_were_born(ward: Ward, registration: Registration, asked: int) -> None:
    with pytest.raises(NotPossible, match="infants") as refused:
        ward.reserve(registration, 1, infant_count=asked)
    assert set(refused.value.fields) == {"infants"}


# ---- Siblings -------------------------------------------------------------------------------------------------------


def test_a_sibling_comes_along_on_every_day(ward: Ward, registration: Registration) -> None:
    sibling = builders.sibling(registration.birth.family)
    booking = ward.reserve(registration, 1, 2, sibling=sibling)
    assert list(booking.days.values_list("with_sibling", flat=True)) == [True, True]


def test_the_rooms_that_take_a_sibling_are_given_once(ward: Ward, registration: Registration) -> None:
    other = builders.registration()
    ward.reserve(other, 1, sibling=builders.sibling(other.birth.family))
    sibling = builders.sibling(registration.birth.family)
    with pytest.raises(Refused, match="sibling_rooms_full") as refused:
        ward.reserve(registration, 1, sibling=sibling)
    assert set(refused.value.fields) == {"sibling"}
    assert held(ward.reserve(registration, 1)) == [MONDAY]


def test_a_sibling_of_another_family_is_refused(ward: Ward, registration: Registration) -> None:
    with pytest.raises(NotPossible, match="sibling_of_another") as refused:
        ward.reserve(registration, 1, sibling=builders.sibling(builders.family()))
    assert set(refused.value.fields) == {"sibling"}


def test_a_service_without_siblings_says_so(ward: Ward, registration: Registration) -> None:
    with pytest.raises(NotPossible, match="not_eligible"):
        ward.reserve(registration, 1, service=ward.day_care, sibling=builders.sibling(registration.birth.family))


def test_a_sibling_stays_four_days_at_most(ward: Ward, registration: Registration) -> None:
    """The terms say 4 days a use."""
    sibling = builders.sibling(registration.birth.family)
    with pytest.raises(NotPossible, match="not_eligible"):
        ward.reserve(registration, 1, 2, 3, 4, 5, sibling=sibling)


# ---- Notice, and what only the facility knows -----------------------------------------------------------------------


def test_a_service_with_a_period_of_notice_names_the_earliest_day_and_staff_book_for_a_caller_even_so(
    ward: Ward, registration: Registration, mother: User
) -> None:
    AllocationPolicy.objects.create(
        service=ward.stay,
        period=(builders.LONG_AGO, None),
        method=AllocationMethod.FIRST_COME,
        closes_days_before=6,
    )
    asked = {"registration": registration, "service": ward.stay, "at": ASKED_AT}
    with transaction.atomic(), pytest.raises(Refused, match="too_short_notice") as refused:
        reserve_days(days=days(1), by=mother, **asked)
    assert "5月16日" in refused.value.detail
    with transaction.atomic():
        assert held(reserve_days(days=days(2), by=mother, **asked)) == days(2)
    assert held(ward.reserve(registration, 1)) == days(1)


def test_a_day_further_ahead_than_the_opening_is_not_booked_yet_and_its_opening_is_named(
    ward: Ward, registration: Registration
) -> None:
    policy = AllocationPolicy.objects.create(
        service=ward.stay, period=(builders.LONG_AGO, None), method=AllocationMethod.FIRST_COME, opens_days_before=6
    )
    with pytest.raises(Refused, match="not_open_yet") as refused:
        ward.reserve(registration, 1, 3)
    assert "5月17日は、5月11日から予約できます" in refused.value.detail
    booking = ward.reserve(registration, 1, 2)
    policy.opens_days_before = 5
    policy.save()
    assert held(move_booking(booking=booking, days=days(2), by=ward.staff, at=ASKED_AT)) == days(2)
    with pytest.raises(Refused, match="not_open_yet"):
        move_booking(booking=booking, days=days(3), by=ward.staff, at=ASKED_AT)


def test_the_days_before_of_a_service_given_by_lot_are_those_of_its_draws(
    ward: Ward, registration: Registration, mother: User
) -> None:
    AllocationPolicy.objects.create(
        service=ward.stay,
        period=(builders.LONG_AGO, None),
        method=AllocationMethod.LOTTERY,
        opens_days_before=3,
        closes_days_before=30,
    )
    freed(ward, 1)
    with transaction.atomic():
        booking = reserve_days(registration=registration, service=ward.stay, days=days(1), by=mother, at=ASKED_AT)
    assert held(booking) == days(1)


def freed(ward: Ward, number: int) -> None:
    """Staff let the day be booked without a draw."""
    (day,) = days(number)
    FreedDays.objects.create(
        pool=ward.stay.pool, period=(day, day + timedelta(days=1)), reason="抽選をしない週", freed_at=ASKED_AT
    )


@pytest.mark.django_db
def test_a_booking_is_committed_when_it_returns() -> None:
    builders.usage_limits()
    stay = builders.service()
    mother: User = builders.user()
    booking = reserve_days(
        registration=builders.registration(), service=stay, days=[date(2023, 5, 15)], by=mother, at=ASKED_AT
    )
    assert booking.number == f"B-{booking.pk:06d}"
    assert booking.booked_by == mother


def test_days_given_by_lot_are_not_booked_before_their_draw_is_even_announced(
    ward: Ward, registration: Registration
) -> None:
    """PUBLIC: drawn first, what is left is first come. So nobody is faster than the next announcement."""
    AllocationPolicy.objects.create(
        service=ward.stay, period=(builders.LONG_AGO, None), method=AllocationMethod.LOTTERY
    )
    # A day that nobody has announced yet is nobody's at once, until staff free it.
    with pytest.raises(Refused, match="draw_first"):
        ward.reserve(registration, 20)
    freed(ward, 20)
    assert held(ward.reserve(registration, 20)) == days(20)
    called_off = builders.draw_round(ward.stay, days(1)[0], 7)
    other = builders.registration()
    with pytest.raises(Refused, match="draw_first") as refused:
        ward.reserve(other, 8)
    assert "まだ決まっていません" in refused.value.detail
    with pytest.raises(Refused, match="draw_first"):
        ward.reserve(other, 7)
    called_off.called_off_at, called_off.called_off_reason = ASKED_AT, "施設の都合"
    called_off.save()
    with pytest.raises(Refused, match="draw_first"):
        ward.reserve(other, 7)
    freed(ward, 7)
    assert held(ward.reserve(other, 7)) == days(7)
    with pytest.raises(Refused, match="draw_first"):
        ward.reserve(other, 8)
    AllocationPolicy.objects.update(method=AllocationMethod.FIRST_COME)
    assert held(ward.reserve(other, 8)) == days(8)
