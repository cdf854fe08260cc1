"""日が離れた予約: each unbroken run of days is a stay of its own; each day is used, missed or given back by itself."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.check_out import CheckedOut, check_out
from billing.models import Charge
from billing.month_record import Open, month_record, open_in_month
from bookings.models import Booking, BookingState, DayStatus, StepKind
from bookings.places.calendar_events import events_of
from bookings.places.cancel import cancel_booking
from bookings.places.capacity import Cut, CutKind, Decision, Fate, apply_cut
from bookings.places.change import give_back_days
from bookings.places.move import move_booking
from bookings.places.queries import bookings_with_days, coming_bookings, facility_day, meals_on
from bookings.stays.stays import record_absence, record_arrival, record_departure, record_missed_day
from bookings.stays.steps import UNDO_FOR, settle_steps, take_back_step
from care.badges import is_food_noted
from care.record_queries import records_of
from enrollment.models import Registration
from facilities.models import FacilityOption
from pages.facility.sleep_views import sleepers_of
from reports.invariants import broken_invariants
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held


def on(number: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of a day counted from the Monday, which is 1."""
    return builders.at(days(number)[0], hour, minute)


def part_of(booking: Booking) -> Booking:
    return Booking.objects.get(part_of=booking)


def status_of(booking: Booking) -> dict[int, str]:
    """What became of each day, counted from the Monday."""
    return {
        (row.day - MONDAY).days + 1: "missed" if row.missed else row.status for row in booking.days.order_by("day")
    }


def leave(ward: Ward, booking: Booking, at: datetime, **said: Any) -> CheckedOut:
    return check_out(booking=booking, by=ward.staff, at=at, **said)


def on_the_board(ward: Ward, number: int, service: Any = None) -> dict[str, list[Booking]]:
    """Who stands where on the board of a day, without what is empty."""
    shown = facility_day((service or ward.stay).facility, days(number)[0])
    found = {name: value for name, value in vars(shown).items() if isinstance(value, list)}
    return {name: rows for name, rows in found.items() if rows}


def test_between_two_days_of_day_care_the_family_is_nobodys(ward: Ward, registration: Registration) -> None:
    """Booked for the 1st and the 3rd day: on the 2nd not in house, no meal, no look at a baby that is not there."""
    booking = ward.reserve(registration, 1, 3, service=ward.day_care)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    leave(ward, booking, on(1, 16))
    shown = facility_day(ward.day_care.facility, days(2)[0])
    assert (shown.bookings, meals_on(shown, days(2)[0], is_food_noted), sleepers_of(shown, days(2)[0])) == (
        [],
        (0, 0),
        [],
    )
    assert on_the_board(ward, 3, ward.day_care) == {"arrivals": [part_of(booking)]}


def test_a_departure_not_recorded_is_asked_for_and_counts_nobody(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 3, service=ward.day_care)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    shown = facility_day(ward.day_care.facility, days(2)[0])
    assert on_the_board(ward, 2, ward.day_care) == {"not_left": [booking]}
    assert (meals_on(shown, days(2)[0], is_food_noted), sleepers_of(shown, days(2)[0])) == ((0, 0), [])


def test_before_anything_is_recorded_each_day_stands_on_its_own_board(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 3)
    boards = [on_the_board(ward, number) for number in (1, 2, 3)]
    assert boards == [{"arrivals": [booking]}, {"late": [booking]}, {"arrivals": [booking]}]


def test_the_runs_to_come_are_a_booking_of_their_own_with_all_that_was_said(
    ward: Ward, registration: Registration
) -> None:
    bath = FacilityOption.objects.create(
        facility=ward.stay.facility, name="沐浴", name_en="Bath", period=(builders.LONG_AGO, None)
    )
    brother = builders.sibling(registration.birth.family)
    asked = {"food": "卵アレルギー", "options": [bath], "sibling": brother, "coupons": 3}
    booking = ward.reserve(registration, 1, 2, 4, 6, **asked)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    booking.refresh_from_db()
    part = part_of(booking)
    assert (held(booking), held(part), part.state) == (days(1, 2), days(4, 6), BookingState.BOOKED)
    assert (part.food, list(part.options.all()), part.sibling, part.infant_count) == (
        "卵アレルギー",
        [bath],
        brother,
        1,
    )
    assert (booking.coupons, part.coupons) == (2, 1)
    assert all(row.with_sibling for row in part.days.all())
    record_arrival(booking=part, by=ward.staff, at=on(4))
    assert held(Booking.objects.get(part_of=booking, state="booked")) == days(6)
    assert not broken_invariants(at=on(4))


def test_leaving_the_first_stay_leaves_the_second_and_closes_its_month(ward: Ward, registration: Registration) -> None:
    """One day in May and one in June: June can be moved, May can be claimed, each has its charge."""
    booking = ward.reserve(registration, 1, 40)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    done = leave(ward, booking, on(1, 16), summary="よく眠れました")
    settle_steps(at=on(1, 17))
    assert done.charge is not None
    part, facility, may = part_of(booking), ward.stay.facility, date(2023, 5, 1)
    assert (done.charge.total, held(booking), held(part)) == (4500, days(1), days(40))
    stopping = {row.what for row in open_in_month(facility, may, date(2023, 6, 1)) if row.stops}
    assert (stopping, month_record(facility, may)["days"]) == (set(), 1)
    moved = move_booking(booking=part, days=days(41, 42), by=ward.staff, at=on(30))
    record_arrival(booking=moved, by=ward.staff, at=on(41))
    assert records_of(moved, days(41)[0]) is not None
    again = leave(ward, moved, on(42, 16), summary="元気に帰りました")
    assert again.charge is not None
    assert (again.charge.total, month_record(facility, date(2023, 6, 1))["days"]) == (9000, 2)
    assert [row.stay.summary for row in (booking, moved)] == ["よく眠れました", "元気に帰りました"]


def test_a_day_missed_inside_is_neither_charged_nor_claimed(ward: Ward, registration: Registration) -> None:
    """Day care on the 1st, 2nd and 4th, not come on the 2nd: 6,000 yen, not 9,000; two days of the claim."""
    booking = ward.reserve(registration, 1, 2, 4, service=ward.day_care)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    record_missed_day(booking=booking, day=days(2)[0], by=ward.staff, at=on(2, 11))
    first = leave(ward, booking, on(4, 9), happened_at=on(1, 16))
    part = part_of(booking)
    record_arrival(booking=part, by=ward.staff, at=on(4))
    second = leave(ward, part, on(4, 16))
    settle_steps(at=on(5))
    assert [charge.total for charge in (first.charge, second.charge) if charge] == [3000, 3000]
    assert (status_of(booking), status_of(part)) == ({1: "used", 2: "missed"}, {4: "used"})
    assert month_record(ward.day_care.facility, date(2023, 5, 1))["days"] == 2
    assert held(ward.reserve(registration, 8, 9, 10, 11, 12, at=on(6), service=ward.day_care)) == days(
        8, 9, 10, 11, 12
    )


def test_a_family_that_comes_again_after_a_missed_day_is_in_the_same_stay(
    ward: Ward, registration: Registration
) -> None:
    """Three days in a row, not here on the second: 9,000 yen with one departure; on that day nobody's."""
    booking = ward.reserve(registration, 1, 2, 3)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    record_missed_day(booking=booking, day=days(2)[0], by=ward.staff, at=on(2, 9))
    shown = facility_day(ward.stay.facility, days(2)[0])
    assert on_the_board(ward, 2) == {"away": [booking]}
    assert (meals_on(shown, days(2)[0], is_food_noted), sleepers_of(shown, days(2)[0])) == ((0, 0), [])
    assert on_the_board(ward, 3) == {"departures": [booking]}
    done = leave(ward, booking, on(3, 16))
    assert done.charge is not None
    assert (done.charge.total, status_of(booking)) == (9000, {1: "used", 2: "missed", 3: "used"})
    assert not Booking.objects.filter(part_of=booking).exists()
    assert not broken_invariants(at=on(3, 16))


def test_the_second_run_not_come_to_is_not_charged(ward: Ward, registration: Registration) -> None:
    """Day care on the 1st and the 4th, not come on the 4th: 3,000 yen, not 6,000."""
    booking = ward.reserve(registration, 1, 4, service=ward.day_care)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    leave(ward, booking, on(1, 16))
    part = part_of(booking)
    record_absence(booking=part, by=ward.staff, at=on(5), reason="連絡なし")
    settle_steps(at=on(5, 11))
    part.refresh_from_db()
    assert (sum(Charge.objects.values_list("total", flat=True)), part.state) == (3000, BookingState.NO_SHOW)
    assert status_of(part) == {4: "missed"}


def test_not_come_to_the_first_run_the_second_stays_booked(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 4)
    record_absence(booking=booking, by=ward.staff, at=on(2))
    settle_steps(at=on(2, 11))
    booking.refresh_from_db()
    assert (booking.state, status_of(booking)) == (BookingState.NO_SHOW, {1: "missed", 2: "missed"})
    assert on_the_board(ward, 4) == {"arrivals": [part_of(booking)]}


def test_an_absence_taken_back_holds_its_own_run_again(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 4)
    record_absence(booking=booking, by=ward.staff, at=on(2))
    step = booking.steps.get()
    take_back_step(step=step, by=ward.staff, at=on(2) + UNDO_FOR)
    booking.refresh_from_db()
    assert (booking.state, held(booking), held(part_of(booking))) == (BookingState.BOOKED, days(1, 2), days(4))


def test_a_missed_day_is_taken_back_by_one_touch(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    record_missed_day(booking=booking, day=days(2)[0], by=ward.staff, at=on(2))
    settle_steps(at=on(2) + UNDO_FOR)
    assert status_of(booking) == {1: "used", 2: "missed", 3: "held"}
    take_back_step(step=booking.steps.get(kind=StepKind.MISSED), by=ward.staff, at=on(2, 12), reason="別の家族だった")
    booking.refresh_from_db()
    assert (booking.state, status_of(booking)) == (BookingState.ARRIVED, {1: "used", 2: "held", 3: "held"})


@pytest.mark.parametrize(
    ("day", "at", "code"),
    [
        (days(1)[0], on(2), "day_used"),
        (days(3)[0], on(2), "not_due_yet"),
        (days(5)[0], on(6), "another_day"),
    ],
    ids=["the day of arrival", "a day to come", "no day of hers"],
)
def test_what_was_no_missed_day_is_refused(
    ward: Ward, registration: Registration, day: date, at: datetime, code: str
) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    with pytest.raises(Refused, match=code):
        record_missed_day(booking=booking, day=day, by=ward.staff, at=at)
    assert status_of(booking) == {1: "used", 2: "held", 3: "held"}


def test_nobody_misses_a_day_who_has_not_come(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2)
    with pytest.raises(Refused, match="not_in_house"):
        record_missed_day(booking=booking, day=days(1)[0], by=ward.staff, at=on(1))


def test_one_day_is_given_back_wherever_it_lies(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3, 4)
    give_back_days(booking=booking, days=days(2), by=ward.staff, at=ASKED_AT)
    assert (held(booking), Booking.objects.count()) == (days(1, 3, 4), 1)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    part = part_of(booking)
    assert (held(booking), held(part)) == (days(1), days(3, 4))
    with pytest.raises(Refused, match="every_day"):
        give_back_days(booking=part, days=days(3, 4), by=ward.staff, at=on(1))
    with pytest.raises(Refused, match="no_such_day"):
        give_back_days(booking=part, days=days(5), by=ward.staff, at=on(1))


def test_a_day_given_back_inside_a_stay_that_runs_makes_two_of_it(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3, 4)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    give_back_days(booking=booking, days=days(3), by=ward.staff, at=on(1, 12))
    assert (held(booking), held(part_of(booking))) == (days(1, 2), days(4))
    assert on_the_board(ward, 3) == {"not_left": [booking]}


def test_a_house_that_closes_within_a_stay_makes_two_of_it(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3, 4)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    cut = Cut(
        pool=ward.stay.pool, kind=CutKind.CLOSURE, first_day=days(3)[0], last_day=days(3)[0], reason="停電", slots=0
    )
    decision = Decision(fate=Fate.GIVE_UP_DAYS, message="停電のため")
    apply_cut(cut=cut, decisions={booking.pk: decision}, by=ward.staff, at=on(2))
    assert (held(booking), held(part_of(booking))) == (days(1, 2), days(4))


def test_days_are_given_back_by_a_family_as_late_as_a_booking(ward: Ward, registration: Registration) -> None:
    from bookings.models import AllocationPolicy

    AllocationPolicy.objects.create(
        service=ward.stay, period=(builders.LONG_AGO, None), method="first_come", gives_back_days_before=1
    )
    mother = registration.birth.family.account
    assert mother is not None
    booking = ward.reserve(registration, 1, 2, 3)
    with pytest.raises(Refused, match="too_late_to_give_back"):
        give_back_days(booking=booking, days=days(2), by=mother, at=on(2, 0))
    give_back_days(booking=booking, days=days(2), by=mother, at=on(1, 9))
    assert held(booking) == days(1, 3)


def test_who_asks_for_the_first_number_again_hears_the_second(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 3)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    with pytest.raises(Refused, match="already_arrived") as refused:
        record_arrival(booking=booking, by=ward.staff, at=on(3))
    assert part_of(booking).number in refused.value.detail


def test_the_part_is_cancelled_by_itself(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 4)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    cancel_booking(booking=part_of(booking), by=ward.staff, at=on(2))
    booking.refresh_from_db()
    assert (booking.state, held(booking)) == (BookingState.ARRIVED, days(1))


def test_what_stands_in_her_calendar_keeps_its_ids(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 4)
    before = {event.uid: event for event in events_of([bookings_with_days().get()], with_place=False)}
    Booking.objects.filter(pk=booking.pk).update(calendar_events=2)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    after = {event.uid: event for event in events_of(list(bookings_with_days()), with_place=False)}
    assert {uid: event.first for uid, event in after.items()} == {uid: event.first for uid, event in before.items()}
    assert all(after[uid].sequence > event.sequence for uid, event in before.items())
    cancel_booking(booking=part_of(booking), by=ward.staff, at=on(2))
    struck_out = [event for event in events_of(list(bookings_with_days()), with_place=False) if event.cancelled]
    assert [event.first for event in struck_out] == days(4)


def test_the_coming_weeks_show_the_next_day_of_a_booking(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 10)
    found = list(coming_bookings(ward.stay.facility, days(1)[0], days(1)[0] + timedelta(days=42)))
    assert found == [booking]


def test_a_month_with_a_day_not_recorded_says_so_and_the_next_run_does_not(
    ward: Ward, registration: Registration
) -> None:
    booking = ward.reserve(registration, 1, 40)
    found = open_in_month(ward.stay.facility, date(2023, 5, 1), date(2023, 6, 1))
    assert [(row.what, row.booking) for row in found] == [(Open.NOT_CONFIRMED, booking.pk)]


def test_the_database_refuses_a_stay_whose_days_lie_apart(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    apart: list[tuple[str, dict[str, Any]]] = [
        ("given back inside", {"status": DayStatus.RELEASED, "released_at": on(1)}),
        ("moved away", {"day": days(9)[0]}),
    ]
    for _name, change in apart:
        with pytest.raises(IntegrityError, match="lie apart"), transaction.atomic():
            write_and_check(booking.days.filter(day=days(2)[0]), **change)
    released = {"status": DayStatus.RELEASED, "released_at": on(2)}
    write_and_check(booking.days.filter(day=days(2)[0]), missed=True, **released)
    with pytest.raises(IntegrityError, match="booking_day_missed_is_released"), transaction.atomic():
        booking.days.filter(day=days(3)[0]).update(missed=True)


def test_the_database_refuses_that_two_runs_begin_as_one(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 3)
    with pytest.raises(IntegrityError, match="lie apart"), transaction.atomic():
        write_and_check(Booking.objects.filter(pk=booking.pk), state=BookingState.ARRIVED)


def write_and_check(rows: Any, **change: Any) -> None:
    """Write, and ask the database at once for what it asks when a transaction ends."""
    rows.update(**change)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_departed_twice_booked_together_are_two_stays_of_the_list(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 3)
    record_arrival(booking=booking, by=ward.staff, at=on(1))
    record_departure(booking=booking, by=ward.staff, at=on(1, 16))
    part = part_of(booking)
    record_arrival(booking=part, by=ward.staff, at=on(3))
    record_departure(booking=part, by=ward.staff, at=on(3, 16))
    assert [row.stay.arrived_at for row in (booking, part)] == [on(1), on(3)]
