"""What happens at the facility: arrival, absence, departure; a day not used is free at once."""

import pytest

from bookings.models import BookingState, Stay
from bookings.places.cancel import cancel_booking
from bookings.places.queries import facility_day
from bookings.stays.stays import record_absence, record_arrival, record_departure
from bookings.stays.steps import UNDO_FOR, settle_steps, take_back_step
from enrollment.models import Registration
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held

NOW = builders.at(MONDAY)


def statuses(booking) -> list[str]:
    return list(booking.days.order_by("day").values_list("status", flat=True))


def test_the_day_of_arrival_is_used(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    stay = record_arrival(booking=booking, by=ward.staff, at=NOW)
    booking.refresh_from_db()
    assert (booking.state, stay.arrived_at, stay.arrival_recorded_by) == (BookingState.ARRIVED, NOW, ward.staff)
    assert statuses(booking) == ["used", "held"]


def test_a_family_that_comes_a_day_late_gives_the_missed_day_back(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    record_arrival(booking=booking, by=ward.staff, at=builders.at(days(2)[0]))
    assert statuses(booking) == ["released", "used", "held"]


def test_the_day_of_leaving_counts_and_later_days_are_free_once_it_stands(
    ward: Ward, registration: Registration
) -> None:
    """SEED: the day of arrival and the day of leaving both count."""
    booking = ward.reserve(registration, 1, 2, 3, 4)
    ward.reserve(builders.registration(), 3)
    record_arrival(booking=booking, by=ward.staff, at=NOW)
    leaves = builders.at(days(2)[0], 16)
    stay = record_departure(booking=booking, by=ward.staff, at=leaves, note="早めに帰宅")
    assert statuses(booking) == ["used", "used", "held", "held"]
    assert settle_steps(at=leaves + UNDO_FOR) == 2
    assert statuses(booking) == ["used", "used", "released", "released"]
    assert (stay.departed_at, stay.departure_recorded_by, stay.note) == (leaves, ward.staff, "早めに帰宅")
    assert held(ward.reserve(builders.registration(), 3, at=leaves)) == days(3)


def test_days_up_to_a_departure_recorded_late_are_used(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    record_arrival(booking=booking, by=ward.staff, at=NOW)
    record_departure(booking=booking, by=ward.staff, at=builders.at(days(5)[0]))
    assert statuses(booking) == ["used", "used"]


def test_days_given_back_by_leaving_early_can_be_used_later(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, *range(1, 8))
    record_arrival(booking=booking, by=ward.staff, at=NOW)
    record_departure(booking=booking, by=ward.staff, at=builders.at(days(2)[0]))
    later = builders.at(days(3)[0])
    settle_steps(at=later)
    assert held(ward.reserve(registration, 10, 11, 12, 13, 14, at=later)) == days(10, 11, 12, 13, 14)


def test_an_absence_releases_every_day_once_it_stands(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    record_absence(booking=booking, by=ward.staff, at=NOW, reason="連絡なし")
    booking.refresh_from_db()
    assert (booking.state, booking.ended_reason) == (BookingState.NO_SHOW, "連絡なし")
    assert statuses(booking) == ["held", "held"]
    settle_steps(at=NOW + UNDO_FOR)
    assert statuses(booking) == ["released", "released"]


ARRIVE, ABSENT, DEPART = record_arrival, record_absence, record_departure


@pytest.mark.parametrize(
    ("before", "does", "at", "code"),
    [
        ([], ARRIVE, ASKED_AT, "not_expected_today"),
        ([], ARRIVE, builders.at(days(9)[0]), "not_expected_today"),
        ([ARRIVE], ARRIVE, NOW, "already_arrived"),
        ([ABSENT], ARRIVE, NOW, "not_booked"),
        ([], ABSENT, ASKED_AT, "not_due_yet"),
        ([ARRIVE], ABSENT, NOW, "already_arrived"),
        ([ABSENT], ABSENT, NOW, "not_booked"),
        ([], DEPART, NOW, "not_in_house"),
        ([ABSENT], DEPART, NOW, "not_in_house"),
        ([ARRIVE, DEPART], DEPART, NOW, "already_departed"),
        ([ARRIVE, DEPART], ARRIVE, NOW, "already_arrived"),
        ([ARRIVE], DEPART, builders.at(MONDAY, 9), "departure_before_arrival"),
    ],
    ids=[
        "arrives before the first day",
        "arrives after the last day",
        "arrives twice",
        "arrives after the absence was recorded",
        "absent before the first day",
        "absent though in house",
        "absent twice",
        "leaves without having come",
        "leaves after the absence was recorded",
        "leaves twice",
        "arrives after leaving",
        "leaves before it came",
    ],
)
def test_what_did_not_happen_cannot_be_recorded(ward: Ward, before, does, at, code) -> None:
    booking = ward.reserve(builders.registration(), 1, 2)
    for step in before:
        step(booking=booking, by=ward.staff, at=NOW)
    kept = statuses(booking)
    with pytest.raises(Refused, match=code):
        does(booking=booking, by=ward.staff, at=at)
    assert statuses(booking) == kept


def test_who_calls_before_the_house_opens_is_recorded_as_not_coming_and_a_slip_is_taken_back(
    ward: Ward, registration: Registration
) -> None:
    """From the first moment of the first day, on purpose: the place is freed early, ten minutes after the touch."""
    booking = ward.reserve(registration, 1)
    early = builders.at(MONDAY, 0, 1)
    record_absence(booking=booking, by=ward.staff, at=early, reason="電話あり")
    take_back_step(step=booking.steps.get(), by=ward.staff, at=early + UNDO_FOR)
    booking.refresh_from_db()
    assert (booking.state, held(booking)) == (BookingState.BOOKED, days(1))


def test_a_cancelled_booking_is_not_arrived_for(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT)
    with pytest.raises(Refused, match="not_booked"):
        record_arrival(booking=booking, by=ward.staff, at=NOW)
    assert not Stay.objects.exists()


def test_a_facilitys_day_names_everybody_once_in_a_fixed_number_of_queries(
    ward: Ward, django_assert_num_queries
) -> None:
    ward.stay.pool.capacitys.update(slots=9)
    arriving, late, staying, leaving, left, later = (
        ward.reserve(builders.registration(), *numbers) for numbers in [(2, 3), (1,), (1, 2, 3), (1, 2), (1, 2), (4,)]
    )
    elsewhere = ward.reserve(builders.registration(), 2, service=ward.day_care)
    for booking in (staying, leaving, left):
        record_arrival(booking=booking, by=ward.staff, at=NOW)
    today = days(2)[0]
    record_departure(booking=left, by=ward.staff, at=builders.at(today))

    with django_assert_num_queries(4):
        day = facility_day(ward.stay.facility, today)

    assert (day.arrivals, day.late, day.in_house, day.departures, day.departed) == (
        [arriving],
        [late],
        [staying],
        [leaving],
        [left],
    )
    assert not {later, elsewhere} & {*day.arrivals, *day.late}
