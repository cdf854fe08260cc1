"""A time is chosen once: no two visits of one midwife overlap, the way between them counted in, whoever writes."""

from collections.abc import Callable
from datetime import time
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from bookings.models import Booking, BookingDay, DayStatus
from bookings.places.choosing_time import choose_time
from bookings.places.refusals import guarded_transaction
from bookings.places.times_offered import times_on
from bookings.places.visit_times import Lengths, Taken, free_times
from sankecare.database_refusals import constraint_of
from sankecare.errors import Refused
from tests.fixtures_concurrency import together

from .factories_rounds import TIMES, Rounds

pytestmark = pytest.mark.django_db(transaction=True)

MORNING, NOON, AFTERNOON = TIMES


@pytest.mark.parametrize(
    ("taken", "lengths", "free"),
    [
        ([], Lengths(120, 30), [MORNING, NOON, AFTERNOON]),
        ([Taken(MORNING, 150, 1)], Lengths(120, 30), [NOON, AFTERNOON]),
        ([Taken(time(10), 150, 1)], Lengths(120, 30), [NOON, AFTERNOON]),  # 12:00 with the way: 12:30 has room
        ([Taken(time(10, 1), 150, 1)], Lengths(120, 30), [AFTERNOON]),
        ([Taken(time(10), 150, 1)], Lengths(120, 60), [NOON, AFTERNOON]),  # its own length was written with it
        ([Taken(time(12), 150, 1)], Lengths(120, 31), [AFTERNOON]),  # 9:30 until 12:01
        ([Taken(MORNING, 150, 1)], Lengths(120, 30, at_once=2), [MORNING, NOON, AFTERNOON]),
        ([Taken(MORNING, 150, 1), Taken(MORNING, 150, 2)], Lengths(120, 30, at_once=2), [NOON, AFTERNOON]),
        ([Taken(MORNING, 1, 1)], Lengths(), [NOON, AFTERNOON]),  # no length is known: no two at the same minute
    ],
)
def test_a_time_is_free_where_the_visit_and_the_way_fit(
    taken: list[Taken], lengths: Lengths, free: list[time]
) -> None:
    assert free_times(TIMES, taken, lengths) == free


@pytest.mark.parametrize(
    ("at_once", "first", "second", "fits"),
    [
        (1, MORNING, time(11, 59), False),  # two hours, and half an hour on the way
        (1, MORNING, time(12), True),
        (1, NOON, time(10, 1), False),
        (1, NOON, time(10), True),
        (2, MORNING, MORNING, True),
    ],
)
def test_the_database_keeps_visits_apart_whoever_writes(at_once: int, first: time, second: time, fits: bool) -> None:
    here = Rounds(at_once=at_once)
    one, other = here.reserve(None), here.reserve(None, here.registered())
    one.days.update(starts_at=first)
    if fits:
        other.days.update(starts_at=second)
        assert {row.visit_round for row in BookingDay.objects.all()} == set(range(1, at_once + 1))
        assert (one.days.get().busy_minutes, times_on(here.service, [here.day])[here.day].minutes) == (150, 120)
        return
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        other.days.update(starts_at=second)
    assert constraint_of(refusal.value) == "booking_day_one_appointment_at_a_time"
    one.days.update(status=DayStatus.RELEASED)
    other.days.update(starts_at=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        one.days.update(status=DayStatus.HELD)  # it comes back, and its time is another family's by now


def test_two_families_who_take_the_same_time_at_once_get_one_visit_between_them() -> None:
    here = Rounds()
    others = [here.registered() for _number in range(3)]

    def take(registration: object) -> str:
        with guarded_transaction():
            here.reserve(NOON, registration)  # type: ignore[arg-type]
        return "done"

    assert sorted(together(*(partial(take, one) for one in others))) == ["done", "time_taken", "time_taken"]
    assert Booking.objects.count() == 1


def test_who_writes_past_the_lock_at_once_is_stopped_by_the_constraint() -> None:
    """Neither sees the other's row when the round is chosen: the constraint alone tells them apart."""
    here = Rounds()
    days = [here.reserve(None, here.registered()).days.get() for _number in range(2)]

    def write(row: BookingDay) -> str:
        with transaction.atomic():
            BookingDay.objects.filter(pk=row.pk).update(starts_at=NOON)
        return "done"

    assert sorted(together(*(partial(write, row) for row in days))) == ["IntegrityError", "done"]


def test_only_a_time_that_is_offered_is_chosen_and_the_old_one_is_free() -> None:
    here = Rounds()
    booking, other = here.reserve(MORNING), here.reserve(None, here.registered())

    def choose(of: Booking, at: time) -> Callable[[], Booking]:
        operation = partial(choose_time, booking=of, day=here.day, starts_at=at, by=here.mother, at=here.now)

        def do() -> Booking:
            with guarded_transaction():
                return operation()

        return do

    with pytest.raises(Refused) as refused:
        choose(other, MORNING)()
    assert refused.value.code == "time_taken"
    with pytest.raises(Refused) as refused:
        choose(other, time(11))()
    assert refused.value.code == "no_such_time"
    choose(booking, NOON)()
    choose(other, MORNING)()
    assert [of.days.get().starts_at for of in (booking, other)] == [NOON, MORNING]
    assert times_on(here.service, [here.day])[here.day].free == [AFTERNOON]
    assert times_on(here.service, [here.day], without=booking)[here.day].free == [NOON, AFTERNOON]
